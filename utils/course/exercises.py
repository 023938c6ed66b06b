"""Make the learner's copies of the notebooks: `python -m utils.course.exercises`.

The worked notebook is the only source. A cell with ``### BEGIN SOLUTION`` is an exercise, and a
cell of one line ``name = check(name)`` grades it; ``name = check.challenge(name)`` makes it an open
task, which has no points. All get nbgrader's metadata here, so nobody writes it by hand. The copy
is what nbgrader's `ClearSolutions` and `ClearOutput` make, and a test holds it to that; nbgrader
itself is an instructor's package, and learners, too, need the copies made (`utils.course.reset`).

A copy in which somebody worked is never overwritten: each one carries a checksum of its cells.
"""

import hashlib
import re
from pathlib import Path

import nbformat

from utils.files import write_atomically

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
COPIES = NOTEBOOKS / "exercises"

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CHECK = re.compile(r"^(?P<name>\w+) = check(?P<challenge>\.challenge)?\((?P=name)\)$")
# As JupyterLab writes it when it opens a notebook: else each look at one is a change for git.
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CHALLENGE = "challenge_"  # before the name of an open task, in nbgrader's marks
SOLUTION = re.compile(rf"^([ \t]*){BEGIN}.*?{END}[ \t]*$", re.MULTILINE | re.DOTALL)
STUB = r"\1# YOUR CODE HERE\n\1raise NotImplementedError()"
MADE = "made"  # the name of the checksum in a copy's metadata


def worked_notebooks() -> list[Path]:
    """Return the worked notebooks, in the order of the map, which names them all.

    What else stands beside them, a learner's own or JupyterLab's, is none of the project.
    """
    cells = nbformat.read(NOTEBOOKS / "index.ipynb", as_version=4).cells
    links = re.findall(r"\]\(([\w/]+\.ipynb)\)", "\n".join(cell.source for cell in cells))
    found = dict.fromkeys(NOTEBOOKS / link for link in links)
    return [path for path in found if COPIES not in path.parents]


def copy_path(worked: Path) -> Path:
    """Return where the learner's copy of a worked notebook stands."""
    return COPIES / worked.relative_to(NOTEBOOKS)


def mark(notebook) -> list[str]:
    """Give the exercise and check cells nbgrader's metadata, in place.

    Returns:
        The names of the exercises, in order, without those of open tasks.

    Raises:
        ValueError: a solution is not closed, has no check, or a check has no exercise.
    """
    answers, checks, graded = [], [], []
    lines = map(CHECK.match, (cell.source.strip() for cell in notebook.cells))
    open_tasks = {line["name"] for line in lines if line and line["challenge"]}
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
        if cell.cell_type != "code":
            continue
        if line := CHECK.match(cell.source.strip()):
            checks.append(line["name"])
            if not line["challenge"]:
                graded.append(line["name"])
                cell.metadata["nbgrader"] = _marks(f"check_{line['name']}", grade=True)
        elif BEGIN in cell.source or END in cell.source:
            name = _exercise_name(cell.source)
            answers.append(name)
            cell.metadata["nbgrader"] = _marks(CHALLENGE * (name in open_tasks) + name, grade=False)
    if answers != checks:
        raise ValueError(f"Each exercise needs its check: exercises {answers}, checks {checks}.")
    return graded


def learner_copy(worked: Path):
    """Return the learner's copy of a worked notebook, without solutions and outputs.

    Raises:
        ValueError: as in `mark`.
    """
    notebook = nbformat.read(worked, as_version=4)
    mark(notebook)
    here, there = (p.relative_to(NOTEBOOKS.parent).as_posix() for p in (worked, copy_path(worked)))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = SOLUTION.sub(STUB, cell.source)
            cell.outputs, cell.execution_count = [], None
            for name in ("collapsed", "scrolled"):  # of the outputs
                cell.metadata.pop(name, None)
        elif cell.cell_type == "markdown":
            cell.source = cell.source.replace(here, there).replace("](../", "](../../")
    notebook.metadata[MADE] = checksum(notebook)
    return notebook


def checksum(notebook) -> str:
    """Return a checksum of what a learner writes into a notebook: the text of its cells."""
    cells = "\0".join(f"{cell.cell_type}\0{cell.source}" for cell in notebook.cells)
    return hashlib.sha256(cells.encode(errors="surrogatepass")).hexdigest()


def is_fresh(content: bytes, made) -> bool:
    """Return whether a copy holds no answer, no note, no new cell. It may have been run.

    Args:
        content: of the copy's file.
        made: what `learner_copy` returns now. The copy may be an older one.
    """
    try:
        stored = nbformat.reads(content.decode(), as_version=4)
        return checksum(stored) in (stored.metadata.get(MADE), checksum(made))
    except Exception:  # not a notebook (any more), so no command wrote it as it is
        return False


def write(notebook, path: Path) -> None:
    """Write a notebook in the one form that the repository keeps.

    A file that has it already is left alone: JupyterLab may have it open, and would take it for
    changed by another.
    """
    content = as_stored(notebook)
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)


def as_stored(notebook) -> bytes:
    """Return what stands in the file of a notebook, with its kernel named, in place, as by Lab.

    Raises ValidationError: it is not a valid notebook.
    """
    notebook.metadata["kernelspec"] = dict(KERNEL)
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n".encode()


def main() -> None:
    """Mark every worked notebook and write its learner's copy, unless somebody worked in it."""
    for worked in worked_notebooks():
        notebook = nbformat.read(worked, as_version=4)
        names = mark(notebook)
        write(notebook, worked)
        made, copy = learner_copy(worked), copy_path(worked)
        name = copy.relative_to(NOTEBOOKS.parent).as_posix()
        if copy.exists() and not is_fresh(copy.read_bytes(), made):
            print(f"{name} holds answers or notes and stays as it is. To have it made anew, and")
            print(f"    yours kept beside it: make reset NOTEBOOK={name}")
        else:
            write(made, copy)
            print(f"{name}: {len(names)} exercises")


def _exercise_name(source):
    # nbgrader drops a lone END in silence, so count them here.
    marks = re.findall(rf"^\s*({BEGIN}|{END})\s*$", source, flags=re.MULTILINE)
    defined = re.findall(r"^def (\w+)\(", source, flags=re.MULTILINE)
    if marks != [BEGIN, END] or len(defined) != 1:
        raise ValueError(
            f"An exercise cell holds one function and one pair of '{BEGIN}' and '{END}', each "
            f"alone on its line. This one does not:\n{source}"
        )
    return defined[0]


def _marks(grade_id, grade):
    marks = {"grade": grade, "grade_id": grade_id, "locked": grade, "solution": not grade}
    return marks | {"schema_version": 3, "task": False} | ({"points": 1} if grade else {})


if __name__ == "__main__":
    main()
