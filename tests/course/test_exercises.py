"""utils.course.exercises: what is no exercise."""

import errno
import os

import nbformat
import pytest

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
