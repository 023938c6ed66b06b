"""Each learner's copy: left empty, answered right, and with one wrong answer."""

import pytest
from nbclient.exceptions import CellExecutionError

from tests.slow.answers import copy_with, execute, read, shown, solutions, wrong_answer
from utils import exercises, headline
from utils.checks import GO_ON

worked = pytest.mark.parametrize("path", exercises.worked_notebooks(), ids=lambda path: path.stem)


def folder(path):
    return exercises.copy_path(path).parent


def report(notebook):
    """Return what a run says about the exercises: in the report's words, and in the headline."""
    lines = shown(*notebook.cells).splitlines()
    [line] = [line for line in lines if "exercises right." in line]
    return line.split(".")[0], headline.figures(notebook)["exercises"]


@worked
def test_an_untouched_copy_runs_to_its_end(path):
    of = len(solutions(path))
    run = execute(copy_with(path, {}), folder(path))
    assert report(run) == (f"0 of {of} exercises right", f"0/{of}")


@worked
def test_with_the_solutions_it_is_the_worked_notebook(path):
    """And that one is run by `make notebooks`: no need to run it here again."""
    assert code(copy_with(path, solutions(path))) == code(read(path))


@worked
def test_a_wrong_answer_stops_at_its_check(path):
    first = next(iter(solutions(path)))
    notebook = copy_with(path, {first: wrong_answer(path, first)})
    with pytest.raises(CellExecutionError) as stopped:
        execute(notebook, folder(path))
    assert stopped.value.ename == "Wrong"
    [(source, error)] = errors(notebook)
    assert source == f"{first} = check({first})"
    assert error.evalue.endswith(".")
    assert 20 < len(error.evalue) < 400
    assert "\n" not in error.evalue
    lines = [f"\x1b[1mNot right yet.\x1b[0m {error.evalue}", GO_ON]
    assert error.traceback == lines  # and nothing else


def errors(notebook):
    outputs = [(cell.source, out) for cell in notebook.cells for out in cell.get("outputs", [])]
    return [(source, out) for source, out in outputs if out.output_type == "error"]


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]
