"""Every exercise is tried: its mistakes are named, and right answers in other styles pass.

The mistakes stand beside the graders, in `utils.checks`. The right answers stand in a module for
each notebook beside this one: ALTERNATIVES, for each exercise edits of the worked solution
("old => new", one or several) or whole answers. Answers run as in the notebook, after its imports
and helper functions; the other exercises' cells hold the worked solutions.
"""

import ast
import contextlib
import importlib
import inspect
import linecache
import re
from itertools import product
from textwrap import indent
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from utils.checks.answers import is_plain
from utils.checks.mistakes import edited
from utils.checks.wrong import NBGRADER, NotAttempted, Wrong
from utils.course import exercises

IMPORTS = ast.Import | ast.ImportFrom


def module_name(worked):
    return f"{worked.parent.name}.{re.sub(r'^[0-9]+_', '', worked.stem)}"


def lesson(worked):
    """Gather what the tests need of a worked notebook."""
    notebook = nbformat.read(worked, as_version=4)
    names = exercises.mark(notebook)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    begun = [source for source in sources if exercises.BEGIN in source]
    solutions = [s for s in begun if s.partition("(")[0].removeprefix("def ") in names]
    open_cells = [c.source for c in exercises.learner_copy(worked).cells if c.cell_type == "code"]
    name = module_name(worked)
    return SimpleNamespace(
        solutions=dict(zip(names, solutions, strict=True)),
        empty={n: next(s for s in open_cells if s.startswith(f"def {n}(")) for n in names},
        definitions=[node for source in sources for node in definitions(source)],
        check=importlib.import_module(f"utils.checks.{name}").check,
        alternatives=importlib.import_module(f"tests.checks.{name}").ALTERNATIVES,
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


def has_exercises(worked):
    return exercises.BEGIN in worked.read_text(encoding="utf-8")


LESSONS = {
    module_name(worked): lesson(worked)
    for worked in filter(has_exercises, exercises.worked_notebooks())
}
EXERCISES = [(title, name) for title, it in LESSONS.items() for name in it.check.names]
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


def solution(it, name):
    return function(it, name, it.solutions[name])


def accepted(it, answer):
    """Whether the check hands the learner's own function back, as it is or in our kinds."""
    return inspect.unwrap(it.check(answer), stop=lambda f: f is answer) is answer


def complaint(it, answer):
    """Return what the check says about a wrong answer."""
    with pytest.raises(Wrong) as caught:
        it.check(answer)
    return str(caught.value)


@pytest.mark.parametrize(
    "title, name, mistake",
    [
        pytest.param(title, name, mistake, id=f"{title}-{name}-{number}")
        for title, name in EXERCISES
        for number, mistake in enumerate(LESSONS[title].check.mistakes[name])
    ],
)
def test_a_usual_mistake_is_named(title, name, mistake):
    it = LESSONS[title]
    answer = edited(it.check.reference(name), *mistake.rules)
    for _ in range(2):
        assert mistake.says[1:] in complaint(it, answer)  # after a full stop it has a capital


@pytest.mark.parametrize("title", LESSONS)
def test_every_exercise_has_a_grader(title):
    assert LESSONS[title].check.names == list(LESSONS[title].solutions)


@each_exercise
def test_every_exercise_has_five_mistakes_and_another_right_answer(title, name):
    it = LESSONS[title]
    assert len(it.check.mistakes[name]) >= 5
    assert it.alternatives[name]


@each_exercise
def test_our_own_version_has_the_text_of_the_worked_solution(title, name):
    it = LESSONS[title]
    ours = inspect.getsource(it.check.reference(name))
    assert tree(ours) == tree(it.solutions[name])


def tree(source):
    """Return the syntax tree of a function, without its docstring."""
    [node] = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    if ast.get_docstring(node) is not None:
        del node.body[0]
    return ast.unparse(node)


@each_exercise
def test_the_solution_is_right_on_every_draw(title, name):
    it = LESSONS[title]
    answer = solution(it, name)
    for _ in range(5):  # each call draws twice
        assert it.check(answer) is answer


@pytest.mark.parametrize(
    "title, name, edits",
    [
        pytest.param(title, name, edits, id=f"{title}-{name}-{number}")
        for title, it in LESSONS.items()
        for name, others in it.alternatives.items()
        for number, edits in enumerate(others)
    ],
)
def test_another_right_answer_is_right(title, name, edits):
    it = LESSONS[title]
    source = it.solutions[name]
    for edit in [edits] if isinstance(edits, str) else edits:
        old, arrow, new = edit.partition("=>")
        old, new = old.removesuffix(" "), new.removeprefix(" ")
        if not arrow or edit.lstrip().startswith(("def ", "@", "import ")):
            source = edit
        elif old:
            assert source.count(old) == 1
            source = source.replace(old, new)
        else:  # another body
            source = source.partition(exercises.BEGIN)[0].rstrip() + f"\n{indent(new, '    ')}"
    assert accepted(it, function(it, name, source))


@each_exercise
def test_an_answer_of_another_kind_is_right_everywhere(title, name):
    import keras

    it = LESSONS[title]
    right = solution(it, name)
    given = []
    it.check(named(name, lambda *arguments: given.append(right(*arguments)) or given[-1]))
    if not is_plain(given):
        return
    for kind in (lambda a: a.tolist(), keras.ops.convert_to_tensor, list, tuple):
        floats = ["float32", "float64"]
        answer = named(
            name, lambda *arguments, k=kind, f=floats: in_kind(right(*arguments), k, f[0])
        )
        try:
            assert accepted(it, answer)
        except Wrong as error:  # an exercise may ask for float64
            assert "is nearly right" in str(error)
            floats.pop(0)
            assert accepted(it, answer)


def in_kind(answer, kind, floats):
    if isinstance(answer, dict):
        return {key: in_kind(value, kind, floats) for key, value in answer.items()}
    if isinstance(answer, np.ndarray) and answer.ndim:
        return kind(answer.astype(floats) if answer.dtype.kind == "f" else answer)
    if isinstance(answer, list | tuple) and any(map(np.ndim, answer)):
        return type(answer)(in_kind(part, kind, floats) for part in answer)
    if isinstance(answer, list) and kind in (list, tuple):
        return kind(answer)
    return answer


@each_exercise
def test_an_empty_cell_gives_our_own_version(title, name, capsys, monkeypatch):
    it = LESSONS[title]
    empty = function(it, name, it.empty[name])
    monkeypatch.delenv(NBGRADER, raising=False)
    assert it.check(empty) is it.check.reference(name)
    assert f"{name}: not attempted yet" in capsys.readouterr().out
    monkeypatch.setenv(NBGRADER, "autograde")
    with pytest.raises(NotAttempted):
        it.check(empty)


@each_exercise
def test_our_own_version_takes_the_same_arguments(title, name):
    it = LESSONS[title]
    assert inspect.signature(it.check.reference(name)) == inspect.signature(solution(it, name))


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
    right = solution(it, name)
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
