"""utils.course.autograde: what is taken from the process that grades, and what is not."""

from hashlib import sha256

import nbformat
import pytest
from traitlets.config import Config

from utils.course import autograde, exercises, hand_ins

WORKED = exercises.worked_notebooks()[0]
NAMES = hand_ins.names(WORKED)
GRADER = """
import json, sys, time
asked = json.load(sys.stdin)
names, secret = list(asked["checks"]), asked["secret"]
def say(name, right=True):
    line = json.dumps({"name": name, "right": right, "says": asked["module"]})
    print(secret, line, flush=True)
"""


@pytest.fixture
def notebook():
    """Return a hand-in without any answer."""
    notebook = nbformat.read(exercises.copy_path(WORKED), as_version=4)
    assert hand_ins.repair(notebook, WORKED) == []
    return notebook


@pytest.fixture
def apart(monkeypatch):
    """Return a function that has a grader of few lines take the place of ours."""

    def replace(lines):
        monkeypatch.setattr(autograde, "APART", GRADER + lines)
        monkeypatch.setattr(autograde, "SECONDS", 3)

    return replace


def test_each_exercise_has_its_verdict(notebook, apart):
    apart("print(secret, {}); [say(name) for name in names]")
    verdicts = autograde.grade(notebook, WORKED)
    module = "utils.checks.week1.recurrent_network_step_by_step"
    assert verdicts == dict.fromkeys(NAMES, (True, module))


def test_no_execute_grades_all_the_same(notebook, apart):
    apart(f"print(secret, {{}}); [say(name, name != '{NAMES[0]}') for name in names]")
    notebook.cells.append(nbformat.v4.new_code_cell("not run"))
    config = Config(Execute={"enabled": False}, Graded={"enabled": True})
    graded, _ = autograde.Graded(config=config)(notebook, {})
    outputs = {c.source: c.outputs for c in graded.cells if exercises.CHECK.match(c.source)}
    kinds = [output.output_type for [output] in outputs.values()]
    assert kinds == ["error", *["stream"] * (len(NAMES) - 1)]
    assert graded.cells[-1].outputs == []


def test_a_verdict_without_the_secret_counts_for_nothing(notebook, apart):
    apart("print('ready', {}); secret = 'no'; [say(name) for name in names]")
    with pytest.raises(RuntimeError, match=r"graders of 1_recurrent_network_.* did not start"):
        autograde.grade(notebook, WORKED)


@pytest.mark.parametrize("end", ["sys.exit(0)", "1 / 0", "time.sleep(60)"])
def test_an_answer_that_ends_its_check_costs_its_own_point_alone(notebook, apart, end):
    bad = NAMES[1]
    lines = f"for name in names:\n    say(name)\n    if name == '{NAMES[0]}': {end}"
    apart(f"print(secret, {{}}, flush=True)\nif names[0] == '{bad}': {end}\n{lines}")
    verdicts = autograde.grade(notebook, WORKED)
    assert [name for name, (right, _) in verdicts.items() if not right] == [bad]
    assert verdicts[bad][1] == f"{bad} ended its check, or took more than 3 seconds."
    assert verdicts.keys() == {*NAMES}


def test_nothing_is_graded_with_files_that_have_changed(notebook, monkeypatch, apart):
    path = autograde.ROOT / "utils" / "checks" / "grading.py"
    monkeypatch.setitem(autograde.BEGUN, path, b"before")
    with pytest.raises(RuntimeError, match=r"utils/checks/grading\.py has changed since grading"):
        autograde.grade(notebook, WORKED)
    monkeypatch.setitem(autograde.BEGUN, path, sha256(path.read_bytes()).digest())  # put back
    apart("print(secret, {}); [say(name) for name in names]")
    assert len(autograde.grade(notebook, WORKED)) == len(NAMES)
