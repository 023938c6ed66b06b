"""utils.course.exercises: what is no exercise, and that no answer is overwritten."""

import errno
import os

import nbformat
import pytest
from nbgrader.preprocessors import ClearOutput, ClearSolutions

from tests.course.conftest import answer, edit, worked_notebook
from utils.course import exercises


def test_an_unbalanced_solution_is_refused():
    cell = nbformat.v4.new_code_cell("def f():\n    return 1\n    ### END SOLUTION")
    with pytest.raises(ValueError, match="one pair"):
        exercises.mark(nbformat.v4.new_notebook(cells=[cell]))


def test_an_exercise_without_check_is_refused():
    source = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    with pytest.raises(ValueError, match="needs its check"):
        exercises.mark(notebook)


def test_an_open_task_has_no_points():
    def cells(line):
        answer = "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
        return nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, (answer, line))])

    notebook = cells("f = check.challenge(f)")
    assert exercises.mark(notebook) == []
    answer, line = (cell.metadata.get("nbgrader") for cell in notebook.cells)
    assert answer["solution"] and answer["grade_id"] == "challenge_f"
    assert line is None
    assert exercises.mark(cells("f = check(f)")) == ["f"]


@pytest.mark.parametrize("worked", exercises.worked_notebooks(), ids=lambda path: path.stem)
def test_a_copy_has_the_code_cells_that_nbgrader_makes(worked):
    notebook = nbformat.read(worked, as_version=4)
    exercises.mark(notebook)
    for preprocessor in (ClearSolutions(enforce_metadata=False), ClearOutput()):
        notebook, _ = preprocessor.preprocess(notebook, {})
    ours = exercises.learner_copy(worked)
    assert [cell for cell in ours.cells if cell.cell_type == "code"] == [
        cell for cell in notebook.cells if cell.cell_type == "code"
    ]


def test_the_stub_stands_where_the_solution_stood(tmp_path):
    notebook = worked_notebook()
    notebook.cells[1].source += "\n    # and on"
    nbformat.write(notebook, tmp_path / "worked.ipynb")
    source = exercises.SOLUTION.sub(exercises.STUB, notebook.cells[1].source)
    assert source.splitlines()[2:] == [
        "    # YOUR CODE HERE",
        "    raise NotImplementedError()",
        "    # and on",
    ]


# --- what a learner wrote is never overwritten -----------------------------------------------


def note(notebook):
    notebook.cells[0].source += "\nAsk about this."


def new_cell(notebook):
    notebook.cells.append(nbformat.v4.new_code_cell("double(4)"))


def deleted_cell(notebook):
    del notebook.cells[-1]


def another_order(notebook):
    notebook.cells.append(notebook.cells.pop(0))


def answer_and_lost_metadata(notebook):
    answer(notebook)
    notebook.metadata.clear()


WORK = [answer, note, new_cell, deleted_cell, another_order, answer_and_lost_metadata]


def change_the_worked_notebook(project):
    edit(project / "notebooks/week1/1_one.ipynb", lambda n: n.cells[0].update(source="# New title"))


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)
def test_a_copy_with_work_in_it_stays(work, project, capsys):
    copy = project / "notebooks/exercises/week1/1_one.ipynb"
    edit(copy, work)
    before = copy.read_bytes()
    for change in (lambda project: None, change_the_worked_notebook):
        change(project)
        capsys.readouterr()
        exercises.main()
        assert copy.read_bytes() == before
        said = capsys.readouterr().out
        name = "notebooks/exercises/week1/1_one.ipynb"
        assert f"{name} holds answers or notes and stays as it is." in said
        assert f"make reset NOTEBOOK={name}" in said
        assert "2_two.ipynb: 1 exercises" in said  # the others are made


@pytest.mark.parametrize(
    "content",
    [b"", b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n", b"[]", b'{"cells": 3}', b"\xff\xfe{"],
)
def test_what_is_no_notebook_any_more_stays(content, project):
    copy = project / "notebooks/exercises/week1/1_one.ipynb"
    copy.write_bytes(content)
    exercises.main()
    assert copy.read_bytes() == content


def run_all(notebook):
    for number, cell in enumerate(notebook.cells[1:], 1):
        cell.execution_count = number
    notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text="6\n")]
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)"}


def before_there_were_checksums(notebook):
    del notebook.metadata[exercises.MADE]


@pytest.mark.parametrize(
    ("use", "change"),
    [
        (run_all, lambda project: None),
        (before_there_were_checksums, lambda project: None),
        (run_all, change_the_worked_notebook),
        (lambda notebook: None, change_the_worked_notebook),
    ],
)
def test_a_copy_without_work_in_it_is_made_anew(use, change, project):
    copy = project / "notebooks/exercises/week1/1_one.ipynb"
    edit(copy, use)
    change(project)
    exercises.main()
    made = exercises.learner_copy(project / "notebooks/week1/1_one.ipynb")
    assert copy.read_bytes() == exercises.as_stored(made)


def test_a_missing_copy_is_made(project):
    copy = project / "notebooks/exercises/week1/1_one.ipynb"
    before = copy.read_bytes()
    copy.unlink()
    exercises.main()
    assert copy.read_bytes() == before


def test_a_file_that_stays_the_same_is_not_written(project):
    """JupyterLab would ask whether to overwrite what changed on disk, or to lose the edits."""
    files = [*project.rglob("*.ipynb")]
    assert len(files) == 5
    for path in files:
        os.utime(path, (1, 1))
    exercises.main()
    assert {path.stat().st_mtime for path in files} == {1}


def test_a_write_that_fails_leaves_the_old_notebook(tmp_path, monkeypatch):
    path, notebook = tmp_path / "worked.ipynb", nbformat.v4.new_notebook()
    exercises.write(notebook, path)
    before = path.read_bytes()
    assert before.endswith(b"}\n") and b"\r" not in before

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    notebook.cells.append(nbformat.v4.new_code_cell("1"))
    with pytest.raises(OSError, match="No space left on device"):
        exercises.write(notebook, path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_what_others_leave_beside_the_worked_notebooks_is_none(project):
    week = project / "notebooks/week1"
    worked = exercises.worked_notebooks()
    for name in (
        "Untitled.ipynb",
        "1_one-Copy1.ipynb",
        "1_one.kept-1.ipynb",
        ".ipynb_checkpoints/1_one-checkpoint.ipynb",
        "../.ipynb_checkpoints/1_one.ipynb",
    ):
        (week / name).parent.mkdir(exist_ok=True)
        (week / name).write_text("")
    assert exercises.worked_notebooks() == worked == [week / "1_one.ipynb", week / "2_two.ipynb"]
