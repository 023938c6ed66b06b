"""Each worked notebook on the second backend: it runs, and its marked cells show the same."""

import pytest

from tests.slow.answers import execute, read, shown
from utils import exercises

MARK = "nbval-check-output"


def marked(notebook):
    return [shown(cell) for cell in notebook.cells if MARK in cell.metadata.get("tags", [])]


@pytest.mark.parametrize("path", exercises.worked_notebooks(), ids=lambda path: path.stem)
def test_jax_gives_the_stored_outputs(path, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    run = execute(read(path), path.parent)
    setup = next(cell for cell in run.cells if cell.cell_type == "code")
    assert "| jax " in shown(setup)
    assert marked(run) == marked(read(path))
    assert all(marked(run))
