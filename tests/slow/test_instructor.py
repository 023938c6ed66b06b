"""An instructor's way through a course with nbgrader's own commands, in a copy of the project."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.slow.answers import copy_with, read, solutions, wrong_answer
from utils.course import badges, exercises

ROOT = exercises.NOTEBOOKS.parent
WORKED = exercises.worked_notebooks()
ASSIGNMENTS = sorted({path.parent.name for path in WORKED})
FIRST = WORKED[0]  # graded in full: each submission costs a run of the notebook


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project with every assignment generated."""
    project = tmp_path_factory.mktemp("course") / "project"
    for name in ("utils", "datasets", "notebooks"):
        # Python writes its caches while other tests run, and a file that goes stops the copying.
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, project / name, ignore=skip)
    (project / "grading").mkdir()
    shutil.copy(ROOT / "grading" / "nbgrader_config.py", project / "grading")
    for assignment in ASSIGNMENTS:
        nbgrader(project, "generate_assignment", assignment)
    return project


@pytest.fixture(scope="module")
def graded(project):
    """Return the project with one assignment of three learners graded, and what they wrote."""
    answers = solutions(FIRST)
    name = next(iter(answers))
    assert sum(f"{name}(" in source for source in answers.values()) > 1  # others call it
    hand_in(project, "right", copy_with(FIRST, {**answers, name: warning(answers[name])}))
    wrong = {**answers, name: wrong_answer(FIRST, name)}
    hand_in(project, "one_wrong", graded_part(copy_with(FIRST, wrong)))
    hand_in(project, "empty", graded_part(copy_with(FIRST, {})))
    nbgrader(project, "autograde", FIRST.parent.name)
    nbgrader(project, "export")
    return project


def nbgrader(project, *arguments):
    """Run nbgrader as in a shell where the environment is activated, and return what it prints."""
    folder = Path(sys.executable).parent
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    done = subprocess.run(
        [folder / "nbgrader", *arguments],
        cwd=project / "grading",
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def graded_part(notebook):
    """Return the notebook up to its last check: what follows trains, and has no points."""
    checks = [n for n, cell in enumerate(notebook.cells) if exercises.CHECK.match(cell.source)]
    del notebook.cells[checks[-1] + 1 :]
    return notebook


def hand_in(project, learner, notebook):
    """Write the learner's notebook where nbgrader looks for submissions."""
    folder = project / "grading" / "submitted" / learner / FIRST.parent.name
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / FIRST.name)


def warning(source):
    """Return a right answer that warns: nbgrader takes the points of a cell that does."""
    lines = "import warnings\n    warnings.warn('harmless', stacklevel=1)\n    "
    return source.replace(exercises.BEGIN, lines + exercises.BEGIN)


def lost(project, learner):
    """Return the check cells that failed for a learner."""
    path = project / "grading" / "autograded" / learner / FIRST.parent.name / FIRST.name
    cells = [cell for cell in read(path).cells if exercises.CHECK.match(cell.source)]
    return [c.source for c in cells if any(o.output_type == "error" for o in c.outputs)]


def score(project, learner):
    with (project / "grading" / "grades.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["student_id"] == learner]
    [row] = [row for row in rows if row["assignment"] == FIRST.parent.name]  # one for each week
    most = sum(len(solutions(path)) for path in WORKED if path.parent == FIRST.parent)
    assert float(row["max_score"]) == most
    return float(row["score"])


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
def test_what_is_handed_out_is_the_learners_copy(project, path):
    released = read(project / "grading" / "release" / path.parent.name / path.name)
    copy = read(exercises.copy_path(path))
    assert code(released) == code(copy)
    setup = next(cell for cell in released.cells if cell.cell_type == "code")
    assert setup.metadata.items() >= badges.FOLDED.items()
    points = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in released.cells)
    assert points == len(solutions(path)) > 0


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_right_answers_score_in_full(graded):
    assert lost(graded, "right") == []
    assert score(graded, "right") == len(solutions(FIRST))


def test_a_wrong_answer_costs_its_own_points_alone(graded):
    name, *others = solutions(FIRST)
    assert lost(graded, "one_wrong") == [f"{name} = check({name})"]
    assert score(graded, "one_wrong") == len(others)


def test_what_was_not_attempted_scores_nothing(graded):
    assert lost(graded, "empty") == [f"{name} = check({name})" for name in solutions(FIRST)]
    assert score(graded, "empty") == 0


def test_validate_passes_the_solutions_also_where_a_cell_takes_long(project):
    answers = solutions(FIRST)
    name = next(iter(answers))
    slow = "import time\ntime.sleep(31)  # one second more than nbgrader itself allows\n"
    assert "Success!" in verdict(project, {**answers, name: slow + answers[name]})


def test_validate_fails_each_exercise_of_an_untouched_copy(project):
    assert f"FAILED ON {len(solutions(FIRST))} CELL(S)" in verdict(project, {})


def verdict(project, answers):
    copy = project / exercises.copy_path(FIRST).relative_to(ROOT)
    nbformat.write(graded_part(copy_with(FIRST, answers)), copy)
    return nbgrader(project, "validate", str(copy))
