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
from utils.course import autograde, badges, exercises, hand_ins, installing

ROOT = exercises.NOTEBOOKS.parent
WORKED = exercises.worked_notebooks()
ASSIGNMENTS = sorted({path.parent.name for path in WORKED})
FIRST = WORKED[0]
DUPLICATE = f"{FIRST.stem}-Copy1.ipynb"  # as JupyterLab names it


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
    source = project / FIRST.relative_to(ROOT)
    shutil.copy(source, source.with_name(DUPLICATE))
    for assignment in ASSIGNMENTS:
        nbgrader(project, "generate_assignment", assignment)
    return project


@pytest.fixture(scope="module")
def graded(project):
    """Return the project with one assignment of some learners graded, and what they wrote."""
    answers = solutions(FIRST)
    name = next(iter(answers))
    assert sum(f"{name}(" in source for source in answers.values()) > 1  # others call it
    right = copy_with(FIRST, {**answers, name: warning(answers[name])})
    hand_in(project, "right", graded_part(right))
    hand_in(project, "no_metadata", without_metadata(dying(copy_with(FIRST, answers))))
    hand_in(project, "cheat", cheating(graded_part(copy_with(FIRST, {}))))
    own = project / "grading" / "submitted" / "cheat" / FIRST.parent.name / "utils"
    shutil.copytree(project / "utils", own)
    module = FIRST.stem.partition("_")[2]
    own_check = own / "checks" / FIRST.parent.name / f"{module}.py"
    own_check.write_text("check = lambda f: f\ncheck.score, check.report = '12/12', print\n")
    broken = project / "grading" / "submitted" / "broken" / FIRST.parent.name / FIRST.name
    broken.parent.mkdir(parents=True)
    broken.write_text("<!DOCTYPE html>", encoding="utf-8")
    said = look_at_hand_ins(project)
    nbgrader(project, "autograde", FIRST.parent.name)
    # The others need no run of the notebook, as when an instructor wants the points alone.
    hand_in(project, "one_wrong", copy_with(FIRST, {**answers, name: wrong_answer(FIRST, name)}))
    hand_in(project, "empty", copy_with(FIRST, {}))
    twice = copy_with(FIRST, answers)
    at = next(n for n, cell in enumerate(twice.cells) if cell.source == answers[name])
    twice.cells.insert(at, nbformat.from_dict({**twice.cells[at], "id": "copied"}))
    hand_in(project, "twice", twice)
    said += look_at_hand_ins(project)
    nbgrader(project, "autograde", FIRST.parent.name, "--no-execute")
    nbgrader(project, "generate_feedback", FIRST.parent.name)
    nbgrader(project, "export")
    (project / "said.txt").write_text(said, encoding="utf-8")
    return project


def look_at_hand_ins(project):
    """Return what `make hand-ins` says."""
    look = [sys.executable, "-m", "utils.course.hand_ins"]
    done = subprocess.run(look, cwd=project, capture_output=True, text=True, check=True)
    return done.stdout


ATTACKS = [  # each was worth all points once
    "from utils.checks.grading import Checks\nChecks.__call__ = lambda self, f: f",
    "import sys\nfor m in list(sys.modules.values()):\n"
    "    if hasattr(m, 'Checks'):\n        m.Checks.__call__ = lambda self, f: f",
    "import os\nos.environ.pop('NBGRADER_EXECUTION', None)",
    "check = lambda f: f",
    "get_ipython().input_transformers_cleanup.append("
    "lambda lines: [] if 'check(' in ''.join(lines) else lines)",
    "import builtins\nbuiltins.NotImplementedError = builtins.print = lambda *a, **k: None",
]


def cheating(notebook):
    """Return a hand-in without answers that tries all plain ways to points."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(points=100, grade=True)
    cells = [*map(nbformat.v4.new_code_cell, ATTACKS)]
    cells.append(nbformat.v4.new_markdown_cell("<script>alert('learner')</script>"))
    cells.append(nbformat.v4.new_markdown_cell("[more](javascript:alert('learner'))"))
    notebook.cells[4:4] = cells
    return notebook


def dying(notebook):
    """Return a notebook whose kernel does not live long: the grades do not need it."""
    notebook.cells.insert(3, nbformat.v4.new_code_cell("import os\nos._exit(1)"))
    return notebook


def without_metadata(notebook):
    """Return a notebook as some editors leave it."""
    for cell in notebook.cells:
        cell.metadata.clear()
    return notebook


def nbgrader(project, *arguments, status=0, folder="grading", **variables):
    """Run nbgrader as in a shell where the environment is activated, and return what it says."""
    bin_ = Path(sys.executable).parent
    path = os.pathsep.join([str(bin_), os.environ["PATH"]])
    done = subprocess.run(
        [bin_ / "nbgrader", *arguments],
        cwd=project / folder,
        env={**os.environ, "PATH": path, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def grades(cell):
    """Whether a cell is the check of an exercise; that of an open task has no points."""
    line = exercises.CHECK.match(cell.source)
    return line is not None and not line["challenge"]


def graded_part(notebook):
    """Return the notebook up to its last check: what follows trains, and has no points."""
    checks = [n for n, cell in enumerate(notebook.cells) if grades(cell)]
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
    cells = [cell for cell in read(path).cells if grades(cell)]
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


def test_what_the_map_does_not_name_is_not_handed_out(project):
    folder = project / "grading" / "release" / FIRST.parent.name
    names = [path.name for path in WORKED if path.parent == FIRST.parent]
    assert sorted(path.name for path in folder.glob("*.ipynb")) == sorted(names)


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_right_answers_score_in_full(graded):
    assert lost(graded, "right") == []
    assert score(graded, "right") == len(solutions(FIRST))


def test_a_wrong_answer_costs_its_own_points_alone(graded):
    name, *others = solutions(FIRST)
    assert lost(graded, "one_wrong") == [f"{name} = check({name})"]
    assert score(graded, "one_wrong") == len(others)


@pytest.mark.parametrize("path", WORKED, ids=lambda path: path.stem)
def test_each_notebooks_solutions_are_right_by_their_text_alone(path):
    notebook = copy_with(path, solutions(path))
    assert hand_ins.repair(notebook, path) == []
    verdicts = autograde.grade(notebook, path)
    assert [says for right, says in verdicts.values() if not right] == []
    assert list(verdicts) == hand_ins.names(path)


def test_what_was_not_attempted_scores_nothing(graded):
    assert lost(graded, "empty") == [f"{name} = check({name})" for name in solutions(FIRST)]
    assert score(graded, "empty") == 0


@pytest.mark.parametrize("learner", ["no_metadata", "twice"])
def test_an_accident_costs_no_points(graded, learner):
    assert lost(graded, learner) == []
    assert score(graded, learner) == len(solutions(FIRST))


def test_a_look_names_what_is_amiss_and_sets_aside_what_stops_grading(graded):
    said, name = (graded / "said.txt").read_text(encoding="utf-8"), next(iter(solutions(FIRST)))
    place = f"{FIRST.parent.name}/{FIRST.name}"
    assert f"no_metadata, {place}: nbgrader's metadata was lost" in said
    assert f"twice, {place}: {name} is there 2 times; the last one counts." in said
    assert f"broken, {place}: It is no notebook" in said
    assert (graded / "grading" / "set_aside" / "broken" / place).exists()


def test_no_plain_way_leads_to_a_point(graded):
    assert lost(graded, "cheat") == [f"{name} = check({name})" for name in solutions(FIRST)]
    assert score(graded, "cheat") == 0


def test_feedback_carries_no_script_of_a_learners(graded):
    page = graded / "grading" / "feedback" / "cheat" / FIRST.parent.name / f"{FIRST.stem}.html"
    text = page.read_text(encoding="utf-8")
    assert "<script>alert('learner')" not in text
    assert ">more</a>" in text
    assert "javascript:alert" not in text


def test_a_change_to_our_files_stops_grading(graded):
    path = graded / "utils" / "checks" / "grading.py"
    before = path.read_text(encoding="utf-8")
    edit = f"with open({str(path)!r}, 'a') as file:\n    file.write('# changed')"
    for learner, source in (("x_edits", edit), ("y_next", "1")):
        cells = [nbformat.v4.new_code_cell(source), nbformat.v4.new_code_cell("softmax = 1")]
        hand_in(graded, learner, nbformat.v4.new_notebook(cells=cells))
    said = nbgrader(graded, "autograde", FIRST.parent.name, status=1)
    path.write_text(before, encoding="utf-8")
    assert "utils/checks/grading.py has changed since grading began" in said
    autograded = graded / "grading" / "autograded"
    assert (autograded / "x_edits" / FIRST.parent.name).exists()
    assert not (autograded / "y_next" / FIRST.parent.name).exists()


def test_validate_passes_the_solutions(project, tmp_path):
    path = written(graded_part(copy_with(FIRST, solutions(FIRST))), tmp_path / "right.ipynb")
    assert "Success!" in nbgrader(project, "validate", path)


ANSWERS_ALONE = "--Execute.enabled=False"  # the notebook's other cells are not run
FAILED = f"FAILED ON {len(solutions(FIRST))} CELL(S)"


def test_validate_fails_each_exercise_of_an_untouched_copy(project, tmp_path):
    copy = copy_with(FIRST, {})
    paths = [written(copy, tmp_path / "as_made.ipynb")]
    paths.append(written(without_metadata(copy), tmp_path / "lost.ipynb"))
    assert nbgrader(project, "validate", *paths, ANSWERS_ALONE).count(FAILED) == len(paths)


def test_validate_knows_the_course_in_any_folder(project, tmp_path, monkeypatch):
    """It read none of our settings there, and said "Success!"."""
    monkeypatch.setattr(installing, "__file__", str(project / "utils" / "course" / "installing.py"))
    installing.let_validate_know(tmp_path)  # as `make dev` does in its environment
    path = written(without_metadata(copy_with(FIRST, {})), tmp_path / "lost.ipynb")
    settings = {"JUPYTER_CONFIG_PATH": str(tmp_path / "etc" / "jupyter")}
    assert FAILED in nbgrader(project, "validate", path, ANSWERS_ALONE, folder=tmp_path, **settings)


def written(notebook, path):
    nbformat.write(notebook, path)
    return str(path)
