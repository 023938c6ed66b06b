"""Every check is tried on wrong answers, each of which it must name, and on right ones.

`tests/checks/mutants` mirrors `notebooks`: a module for each worked notebook, with the tables
MUTANTS and ALTERNATIVES. The answers run as in the notebook, after its imports and helper
functions; the other exercises' cells hold the worked solutions.
"""

import ast
import contextlib
import importlib
import inspect
import linecache
import re
import runpy
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from utils.checks import NBGRADER, NotAttempted, Wrong
from utils.course import exercises

TABLES = Path(__file__).parent / "mutants"
IMPORTS = ast.Import | ast.ImportFrom


def module_name(worked):
    return f"{worked.parent.name}.{re.sub(r'^[0-9]+_', '', worked.stem)}"


def lesson(worked):
    """Gather what the tests need of a worked notebook."""
    notebook = nbformat.read(worked, as_version=4)
    names = exercises.mark(notebook)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    solutions = [source for source in sources if exercises.BEGIN in source]
    open_cells = [c.source for c in exercises.learner_copy(worked).cells if c.cell_type == "code"]
    checks = importlib.import_module(f"utils.checks.{module_name(worked)}")
    return SimpleNamespace(
        solutions=dict(zip(names, solutions, strict=True)),
        empty={n: next(s for s in open_cells if s.startswith(f"def {n}(")) for n in names},
        definitions=[node for source in sources for node in definitions(source)],
        check=checks.check,
        references={name: getattr(checks, name) for name in names},
        **runpy.run_path(str(TABLES / f"{module_name(worked).replace('.', '/')}.py")),
    )


def definitions(source):
    """Return a cell's imports and definitions, each compiled, without exercises."""
    if exercises.BEGIN in source:
        return []
    nodes = filter(defines, ast.parse(source).body)
    return [compile(ast.Module([node], []), "<helper>", "exec") for node in nodes]


def defines(node):
    if isinstance(node, ast.With):  # `with env.quiet(): import tensorflow`
        return all(isinstance(inner, IMPORTS) for inner in node.body)
    return isinstance(node, IMPORTS | ast.FunctionDef | ast.ClassDef)


def with_table(worked):
    return (TABLES / f"{module_name(worked).replace('.', '/')}.py").exists()


def has_exercises(worked):
    return exercises.BEGIN in worked.read_text(encoding="utf-8")


WITH_EXERCISES = list(filter(has_exercises, exercises.worked_notebooks()))
LESSONS = {module_name(worked): lesson(worked) for worked in filter(with_table, WITH_EXERCISES)}
EXERCISES = [(title, name) for title, it in LESSONS.items() for name in it.solutions]
each_exercise = pytest.mark.parametrize("title, name", EXERCISES)


def function(it, name, source):
    """Run an exercise's cell as the notebook does, and return the function that it defines."""
    scope = {}
    for helper in it.definitions:
        with contextlib.suppress(NameError):  # a default value that only the whole notebook has
            exec(helper, scope)
    for solution in it.solutions.values():
        exec(solution, scope)
    cell = f"<cell of {name}>"
    linecache.cache[cell] = len(source), None, source.splitlines(keepends=True), cell
    exec(compile(source, cell, "exec"), scope)
    return scope[name]


def complaint(it, answer):
    """Return what the check says about a wrong answer."""
    with pytest.raises(Wrong) as caught:
        it.check(answer)
    return str(caught.value)


@pytest.mark.parametrize("worked", WITH_EXERCISES, ids=module_name)
def test_every_notebook_with_exercises_has_a_table(worked):
    assert with_table(worked)


@each_exercise
def test_every_exercise_has_five_mutants_and_an_alternative(title, name):
    it = LESSONS[title]
    assert len(it.MUTANTS[name]) >= 5
    assert it.ALTERNATIVES[name]


@pytest.mark.parametrize(
    "title, name, number",
    [
        (title, name, number)
        for title, it in LESSONS.items()
        for name, mutants in it.MUTANTS.items()
        for number in range(len(mutants))
    ],
)
def test_a_mutant_is_named(title, name, number):
    it = LESSONS[title]
    old, new, says = it.MUTANTS[name][number]
    assert it.solutions[name].count(old) == 1
    source = it.solutions[name].replace(old, new)
    assert says in complaint(it, function(it, name, source))


@each_exercise
def test_the_solution_is_right_on_every_draw(title, name):
    it = LESSONS[title]
    answer = function(it, name, it.solutions[name])
    for _ in range(15):  # each call draws twice
        assert it.check(answer) is answer


@pytest.mark.parametrize(
    "title, name, source",
    [
        pytest.param(title, name, source, id=f"{title}-{name}-{number}")
        for title, it in LESSONS.items()
        for name, sources in it.ALTERNATIVES.items()
        for number, source in enumerate(sources)
    ],
)
def test_another_right_answer_is_right(title, name, source):
    it = LESSONS[title]
    answer = function(it, name, source)
    assert it.check(answer) is answer


@each_exercise
def test_an_empty_cell_gives_our_own_version(title, name, capsys, monkeypatch):
    it = LESSONS[title]
    empty = function(it, name, it.empty[name])
    monkeypatch.delenv(NBGRADER, raising=False)
    assert it.check(empty) is it.references[name]
    assert f"{name}: not attempted yet" in capsys.readouterr().out
    monkeypatch.setenv(NBGRADER, "autograde")
    with pytest.raises(NotAttempted):
        it.check(empty)


@each_exercise
def test_our_own_version_takes_the_same_arguments(title, name):
    it = LESSONS[title]
    answer = function(it, name, it.solutions[name])
    assert inspect.signature(it.references[name]) == inspect.signature(answer)


def odd_values():
    import keras

    arrays = np.zeros(0), np.array(np.nan), np.array([{}, None]), np.array(["a"]), np.ones(3) * 1j
    things = (
        None,
        "text",
        b"bytes",
        {"a"},
        object(),
        dict,
        len,
        (n for n in "ab"),
        keras.Input((3,)),
    )
    numbers = 1j, -1.5, float("inf"), 10**400, True, np.float32(-1.5), keras.ops.ones((2, 2))
    holders = [], [[1.0, 2.0], [3.0]], [0.1, 0.2], (), (None, None), {}, {1: 2}
    return *arrays, *things, *numbers, *holders


def whole(_, odd):
    return odd


def all_parts(right, odd):
    return dict.fromkeys(right, odd) if isinstance(right, dict) else [odd for _ in right]


def last_part(right, odd):
    if isinstance(right, dict):
        return right | {list(right)[-1]: odd}
    return [*right[:-1], odd]


@each_exercise
def test_an_odd_answer_gets_a_sentence(title, name):
    it = LESSONS[title]
    right = function(it, name, it.solutions[name])
    given = []
    it.check(named(name, lambda *arguments: given.append(right(*arguments)) or given[-1]))
    tries = [*product([whole], odd_values())]
    if isinstance(given[0], dict | list | tuple):
        tries += product([all_parts, last_part], odd_values()[::3])
    for spoil, odd in tries:
        answer = named(name, lambda *arguments, s=spoil, o=odd: s(right(*arguments), o))
        says = complaint(it, answer)
        assert "\n" not in says and "object at" not in says and len(says) < 400
        assert "the check could not work with" not in says


def named(name, answer):
    answer.__name__ = name
    return answer
