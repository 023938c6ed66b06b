"""Look at what learners handed in before it is graded: `python -m utils.course.hand_ins`.

nbgrader knows an exercise by its cell's metadata. Editors drop it, and a copied cell doubles it:
then nothing is graded, or the whole class stops. The worked notebook knows the names of the
functions, so the metadata is had from there (`repair`), each time a hand-in is graded; the file
itself stays as it is. What cannot be read is set aside, so that it stops nobody.
"""

import json
import re
import warnings
from functools import cache
from pathlib import Path

import nbformat

from utils.course import exercises
from utils.files import write_atomically

GRADING = exercises.NOTEBOOKS.parent / "grading"
SUBMITTED, ASIDE = GRADING / "submitted", GRADING / "set_aside"


@cache
def marks(worked: Path) -> dict[str, dict]:
    """Return nbgrader's metadata for the cells of a worked notebook, by `grade_id`, in order."""
    notebook = nbformat.read(worked, as_version=4)
    exercises.mark(notebook)
    found = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
    return {mark.grade_id: mark for mark in found}


def names(worked: Path) -> list[str]:
    """Return the names of the exercises of a worked notebook that have points, in order."""
    return [mark.removeprefix("check_") for mark, its in marks(worked).items() if its["grade"]]


def belongs_to(notebook) -> Path | None:
    """Return the worked notebook of which a notebook has most exercises; None for less than two.

    One alone may be a coincidence, as a function `train` in somebody's own notebook.
    """
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    found = {*re.findall(r"^def (\w+)", text, flags=re.MULTILINE)}
    found |= {*re.findall(r"^(\w+) = check\(\1\)$", text, flags=re.MULTILINE)}
    shared = {path: len(found & {*names(path)}) for path in exercises.worked_notebooks()}
    best = max(shared, key=shared.get)
    return best if shared[best] > 1 else None


def repair(notebook, worked: Path) -> list[str]:
    """Give a hand-in the marks of its worked notebook, in place, whatever marks it has.

    The last function of an exercise's name in front of its check counts, and the last check. A
    check that is missing is put back behind the answer.

    Returns:
        What was amiss, in sentences; nothing if all is as it was handed out.
    """
    had = [_grade_id(cell) for cell in notebook.cells]
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
    lost, says = [], []
    for name in names(worked):
        line = f"{name} = check({name})"
        checks = [n for n, cell in enumerate(notebook.cells) if _is_code(cell, line)]
        checks = checks or [n for n, old in enumerate(had) if old == f"check_{name}"]
        answers = _answers(notebook, name)
        answers = [n for n in answers if checks and n < checks[-1]] or answers
        for found, what in ((answers, name), (checks, f"The check of {name}")):
            if len(found) > 1:
                says.append(f"{what} is there {len(found)} times; the last one counts.")
        if not answers:
            says.append(f"{name} is missing, so it scores nothing.")
        if not checks:
            says.append(f"The check of {name} is missing; it is put back for grading.")
            checks = [answers[-1] + 1 if answers else len(had)]
            notebook.cells.insert(checks[0], _check_cell(notebook, line))
            had.insert(checks[0], f"check_{name}")
        elif not _is_code(notebook.cells[checks[-1]], line):
            says.append(f"The check of {name} was edited; ours is put back for grading.")
            notebook.cells[checks[-1]] = _check_cell(notebook, line)
        for grade_id, found in ((name, answers), (f"check_{name}", checks)):
            for place in found[-1:]:
                notebook.cells[place].metadata["nbgrader"] = marks(worked)[grade_id].copy()
                lost += [name] * (had[place] != grade_id)
    for grade_id in [mark for mark in marks(worked) if mark.startswith(exercises.CHALLENGE)]:
        for place in _answers(notebook, grade_id.removeprefix(exercises.CHALLENGE))[-1:]:
            notebook.cells[place].metadata["nbgrader"] = marks(worked)[grade_id].copy()
    if lost:
        them = ", ".join(dict.fromkeys(lost))
        says.insert(0, f"nbgrader's metadata was lost; it is put back for grading: {them}.")
    return says


def look(path: Path, learner: Path) -> list[str]:
    """Look at one file of a learner. Give it its own name; set it aside if it cannot be graded.

    Args:
        path: the file.
        learner: the learner's folder in `submitted/`, in which the file stands.

    Returns:
        What was amiss, in sentences; nothing if all is as it was handed out.
    """
    data = path.read_bytes()
    try:
        text = _decoded(data)
        notebook = _parsed(text)
        worked = belongs_to(notebook)
    except ValueError as error:
        worked, why = None, str(error)
    else:
        why = "It has no exercise of this course."
    if worked is None:
        return [f"{why} It is now at {_set_aside(path)}: ask for it again."]
    says, right = [], learner / worked.parent.name / worked.name
    if path != right:
        its = f"It is {worked.parent.name}/{worked.name} by its exercises"
        if right.exists():
            there = f"which is there, too. It is now at {_set_aside(path)}: ask for it again."
            return [f"{its}, {there}"]
        right.parent.mkdir(exist_ok=True)
        path.rename(right)
        says = [f"{its}, and now has that name."]
    if data.decode("utf-8", "replace") != text:
        place = _set_aside(right)
        write_atomically(right, text)
        says.append(f"It was not in UTF-8, and is now. What was handed in is at {place}.")
    return says + repair(notebook, worked)


def main() -> None:
    """Look at every hand-in, and say what was amiss with whose."""
    paths = sorted(path for path in SUBMITTED.glob("*/**/*.ipynb") if path.is_file())
    paths = [path for path in paths if ".ipynb_checkpoints" not in path.parts]
    amiss = 0
    for path in paths:
        learner = SUBMITTED / path.relative_to(SUBMITTED).parts[0]
        says = look(path, learner)
        amiss += bool(says)
        for sentence in says:
            print(f"{learner.name}, {path.relative_to(learner).as_posix()}: {sentence}")
    if paths:
        print(f"{len(paths)} notebooks handed in, {len(paths) - amiss} of them as handed out.")
    else:
        print(f"Nothing is handed in: put it at {_shown(SUBMITTED)}/LEARNER/week1/.")


def _decoded(data):
    """Return the text of a file: UTF-8, or what its first bytes say.

    Raises:
        ValueError: with a sentence on why there is none.
    """
    if not data.strip():
        raise ValueError("The file is empty.")
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise ValueError("It is no notebook: it holds no text.") from error


def _parsed(text):
    """Return a notebook.

    Raises:
        ValueError: with a sentence on why the text is none.
    """
    try:
        json.loads(text)
        notebook = nbformat.convert(nbformat.reader.reads(text), to_version=4)
        for cell in notebook.cells:  # what is shown is not graded
            cell.update({"outputs": []} if "outputs" in cell else {})
        with warnings.catch_warnings(action="ignore"):  # that a cell is there twice
            nbformat.validate(notebook, relax_add_props=True)
    except json.JSONDecodeError as error:
        says = f"It is no notebook: its text is no JSON (line {error.lineno})."
        raise ValueError(says) from error
    except Exception as error:  # nbformat fails in many ways with what is no notebook
        raise ValueError("It is no notebook: its JSON is something else.") from error
    return notebook


def _set_aside(path):
    """Move a file to the same place below `set_aside`, beside what is there."""
    place = ASIDE / path.relative_to(SUBMITTED)
    place.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while place.exists():
        number += 1
        place = place.with_name(f"{path.stem} ({number}){path.suffix}")
    path.rename(place)
    return _shown(place)


def _shown(path):
    return path.relative_to(GRADING.parent).as_posix()


def _grade_id(cell):
    mark = cell.metadata.get("nbgrader")
    return mark.get("grade_id") if isinstance(mark, dict) else None


def _is_code(cell, line):
    return cell.cell_type == "code" and cell.source.strip() == line


def _answers(notebook, name):
    defined = re.compile(rf"^def {name}\b", flags=re.MULTILINE)
    cells = enumerate(notebook.cells)
    return [n for n, cell in cells if cell.cell_type == "code" and defined.search(cell.source)]


def _check_cell(notebook, line):
    cell = nbformat.v4.new_code_cell(line)
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        del cell["id"]
    return cell


if __name__ == "__main__":
    main()
