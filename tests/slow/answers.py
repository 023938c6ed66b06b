"""Learner's copies for the slow tests: left empty, answered right or wrong, and executed."""

import os

import nbformat
from nbclient import NotebookClient

from utils.course import exercises

STUB = "raise NotImplementedError()"


def read(path):
    return nbformat.read(path, as_version=4)


def solutions(worked):
    """Return the source of each exercise cell of a worked notebook, by exercise, in order."""
    return {_exercise(cell): cell.source for cell in read(worked).cells if _exercise(cell)}


def copy_with(worked, answers):
    """Return the learner's copy with the cells of `answers` pasted in."""
    notebook = exercises.learner_copy(worked)  # the stored one may hold somebody's answers
    for cell in notebook.cells:
        cell.source = answers.get(_exercise(cell), cell.source)
    return notebook


def wrong_answer(worked, name):
    """Return the exercise's cell with an answer that cannot be right."""
    [cell] = [c for c in exercises.learner_copy(worked).cells if _exercise(c) == name]
    assert STUB in cell.source
    return cell.source.replace(STUB, "return 0")


def handed_to_checks(answers):
    """Return new cells: each answer to an exercise, and the line that checks it."""
    sources = [s for name, answer in answers.items() for s in (answer, f"{name} = check({name})")]
    return [nbformat.v4.new_code_cell(source) for source in sources]


def execute(notebook, folder, **variables):
    """Run a notebook in a fresh kernel, in place, up to its first error.

    Raises:
        CellExecutionError: a cell ended in an error.
    """
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}})
    client.execute(env={**os.environ, **variables})


def shown(*cells):
    """Return the text that the cells show: what they print, and the text of their results."""
    outputs = [out for cell in cells for out in cell.get("outputs", [])]
    kept = [out for out in outputs if out.get("name") != "stderr"]
    return "".join(out.get("text") or _result(out) for out in kept)


def _result(output):
    """Return the text of a result or picture; unlike what is printed, it ends in no line break."""
    return f"{output['data'].get('text/plain', '')}\n" if "data" in output else ""


def _exercise(cell):
    marks = cell.metadata.get("nbgrader", {})
    name = marks.get("grade_id", "")
    return name if marks.get("solution") and not name.startswith(exercises.CHALLENGE) else None
