"""Each learner's copy, left empty, on JAX; then every solution and a wrong answer at its end.

The worked notebooks run on TensorFlow, by `make notebooks`. One more run of each shows the rest:
our own versions carry an untouched copy to its end, JAX gives what is stored, and there, too, the
solutions are right. On TensorFlow, test_colab.py runs an untouched copy of each week.
"""

from types import SimpleNamespace

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from tests.slow.answers import (
    copy_with,
    execute,
    handed_to_checks,
    read,
    shown,
    solutions,
    wrong_answer,
)
from utils.checks.wrong import GO_ON, wrapped
from utils.course import exercises, headline

MARK = "nbval-check-output"


@pytest.fixture(scope="module", params=exercises.worked_notebooks(), ids=lambda path: path.stem)
def worked(request):
    return request.param


@pytest.fixture(scope="module")
def run(worked):
    """Return what ran: the copy, the cells of right answers and of a wrong one, what stopped it."""
    copy, answers = copy_with(worked, {}), solutions(worked)
    first = next(iter(answers))
    right = handed_to_checks(answers)
    wrong = handed_to_checks({first: wrong_answer(worked, first)})
    whole = nbformat.v4.new_notebook(metadata=copy.metadata, cells=[*copy.cells, *right, *wrong])
    stopped = None
    try:
        execute(whole, exercises.copy_path(worked).parent, KERAS_BACKEND="jax")
    except CellExecutionError as error:
        stopped = error
    return SimpleNamespace(copy=copy, right=right, wrong=wrong, stopped=stopped)


def test_an_untouched_copy_runs_to_its_end(worked, run):
    assert errors(run.copy.cells) == []
    of = len(solutions(worked))
    assert report(run.copy) == (f"0 of {of} exercises right", f"0/{of}")


def test_jax_gives_the_stored_outputs(worked, run):
    setup = next(cell for cell in run.copy.cells if cell.cell_type == "code")
    assert "| jax " in shown(setup)
    assert marked(run.copy) == marked(read(worked))
    assert all(marked(run.copy))


def test_the_solutions_are_right_on_jax(worked, run):
    assert errors(run.right) == []
    said = [shown(cell) for cell in run.right[1::2]]
    for line, name in zip(said, solutions(worked), strict=True):
        assert line.startswith(f"{name}: right.")


def test_a_wrong_answer_stops_at_its_check(run):
    [(source, error)] = errors(run.wrong)
    assert source == run.wrong[1].source
    assert error.ename == run.stopped.ename == "Wrong"
    assert error.evalue.endswith(".")
    assert 20 < len(error.evalue) < 400
    assert "\n" not in error.evalue
    says = wrapped(f"Not right yet. {error.evalue}").removeprefix("Not right yet.")
    lines = [f"\x1b[1mNot right yet.\x1b[0m{says}", wrapped(GO_ON)]
    assert error.traceback == lines  # and nothing else


def test_with_the_solutions_it_is_the_worked_notebook(worked):
    """And that one is run by `make notebooks`: no need to run it here again."""
    assert code(copy_with(worked, solutions(worked))) == code(read(worked))


def report(notebook):
    """Return what a run says about the exercises: in the report's words, and in the headline."""
    lines = shown(*notebook.cells).splitlines()
    [line] = [line for line in lines if "exercises right." in line]
    return line.split(".")[0], headline.figures(notebook)["exercises"]


def marked(notebook):
    return [shown(cell) for cell in notebook.cells if MARK in cell.metadata.get("tags", [])]


def errors(cells):
    outputs = [(cell.source, out) for cell in cells for out in cell.get("outputs", [])]
    return [(source, out) for source, out in outputs if out.output_type == "error"]


def code(notebook):
    """Return the code cells without those of open tasks."""
    marks = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]
    return [
        cell.source
        for cell, mark in zip(notebook.cells, marks, strict=True)
        if cell.cell_type == "code" and not mark.startswith(exercises.CHALLENGE)
    ]
