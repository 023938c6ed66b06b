"""Make the learner's copies of the notebooks: `python -m utils.course.exercises`.

The worked notebook is the only source. A cell with ``### BEGIN SOLUTION`` is an exercise, and a
cell of one line ``name = check(name)`` grades it; ``name = check.challenge(name)`` makes it an open
task, which has no points. All get nbgrader's metadata here, so nobody writes it by hand; nbgrader's
own preprocessors then take the solutions out.
"""

import re
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
COPIES = NOTEBOOKS / "exercises"

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CHECK = re.compile(r"^(?P<name>\w+) = check(?P<challenge>\.challenge)?\((?P=name)\)$")
# As JupyterLab writes it when it opens a notebook: else each look at one is a change for git.
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CHALLENGE = "challenge_"  # before the name of an open task, in nbgrader's marks


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
    # nbgrader is an instructor's package: whoever only imports this module does without.
    from nbgrader.preprocessors import ClearOutput, ClearSolutions

    notebook = nbformat.read(worked, as_version=4)
    mark(notebook)
    for preprocessor in (ClearSolutions(enforce_metadata=False), ClearOutput()):
        notebook, _ = preprocessor.preprocess(notebook, {})
    here, there = (p.relative_to(NOTEBOOKS.parent).as_posix() for p in (worked, copy_path(worked)))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(here, there).replace("](../", "](../../")
    return notebook


def write(notebook, path: Path) -> None:
    """Write a notebook in the one form that the repository keeps."""
    notebook.metadata["kernelspec"] = dict(KERNEL)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Mark every worked notebook and write its learner's copy."""
    for worked in worked_notebooks():
        notebook = nbformat.read(worked, as_version=4)
        names = mark(notebook)
        write(notebook, worked)
        write(learner_copy(worked), copy_path(worked))
        print(f"{copy_path(worked).relative_to(NOTEBOOKS.parent)}: {len(names)} exercises")


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
