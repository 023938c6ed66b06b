"""utils.course.autograde: what is taken from the process that grades, and what is not."""

import shutil
from hashlib import sha256
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.apps import AutogradeApp, NbGrader
from nbgrader.validator import Validator
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from utils.course import autograde, exercises, hand_ins
from utils.env import ROOT

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


@pytest.mark.parametrize("no", [False, DeferredConfigString("False")], ids=["flag", "option"])
def test_no_execute_grades_all_the_same(notebook, apart, no):
    apart(f"print(secret, {{}}); [say(name, name != '{NAMES[0]}') for name in names]")
    notebook.cells.append(nbformat.v4.new_code_cell("not run"))
    config = Config(Execute={"enabled": no}, Graded={"enabled": True})
    graded, _ = autograde.Graded(config=config)(notebook, {})
    checks = [f"{name} = check({name})" for name in NAMES]
    outputs = [cell.outputs for cell in graded.cells if cell.source in checks]
    kinds = [output.output_type for [output] in outputs]
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
    with pytest.raises(RuntimeError, match=r"checks/grading\.py has changed .* with --force\.$"):
        autograde.grade(notebook, WORKED)
    assert "force" in AutogradeApp().flags
    monkeypatch.setitem(autograde.BEGUN, path, sha256(path.read_bytes()).digest())  # put back
    apart("print(secret, {}); [say(name) for name in names]")
    assert len(autograde.grade(notebook, WORKED)) == len(NAMES)


@pytest.fixture
def config(monkeypatch):
    """Return what nbgrader reads in `grading/`, and undo afterwards what it puts in its place."""
    monkeypatch.setattr(Validator, "preprocessors", Validator.preprocessors)
    found = autograde.GenerateAssignment.init_notebooks
    monkeypatch.setattr(autograde.GenerateAssignment, "init_notebooks", found)
    monkeypatch.chdir(ROOT / "grading")
    app = NbGrader()
    app.load_config_file(suppress_errors=False)
    return app.config


def test_a_cell_may_take_as_long_as_a_training(config):
    """By itself nbgrader allows 30 seconds."""
    assert autograde.Graded(config=config).timeout == 300
    assert autograde.Graded().timeout == 300  # `validate`, which may be started elsewhere
    assert Validator().preprocessors == autograde.VALIDATE


@pytest.mark.parametrize("place", ["notebooks/week1", "elsewhere"])
def test_duplicates_in_the_courses_own_folders_are_not_handed_out(
    project, monkeypatch, config, place
):
    """An instructor's own course folder may hold anything."""
    folder = project / place
    folder.mkdir(exist_ok=True)
    one = project / "notebooks/week1/1_one.ipynb"
    for name in ("1_one.ipynb", "1_one-Copy1.ipynb"):
        if not (folder / name).exists():
            shutil.copy(one, folder / name)
    paths = sorted(f"{folder}/./{path.name}" for path in folder.glob("*.ipynb"))
    said = []
    converter = SimpleNamespace(
        assignments={}, log=SimpleNamespace(warning=lambda *line: said.append(line[1:]))
    )
    monkeypatch.setattr(autograde, "_found", lambda self: self.assignments.update(week1=paths))
    autograde.GenerateAssignment.init_notebooks(converter)
    left = [path.rpartition("/")[2] for path in converter.assignments["week1"]]
    if place == "elsewhere":
        assert left == ["1_one-Copy1.ipynb", "1_one.ipynb"]
    else:
        assert left == ["1_one.ipynb", "2_two.ipynb"]
        assert said == [("1_one-Copy1.ipynb",)]


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert)",
        "[x](<java\tscript:alert>)",
        "[x](JAVA&#115;cript:alert)",
        "[x](javascript&colon;alert)",
        "[x][y]\n\n[y]: javascript:alert",
        "<javascript:alert>",
        "[x](vbscript:alert)",
        "[x](data:text/html,alert)",
    ],
)
def test_no_link_on_a_page_of_feedback_leads_to_a_script(config, link):
    html = config.HTMLExporter.filters["markdown2html"]({}, link)
    assert 'href="#harmful-link"' in html
    assert html.count("href") == 1


@pytest.mark.parametrize("url", ["https://example.org/a", "../week1/1_one.ipynb", "#goals"])
def test_what_a_page_of_feedback_keeps(url):
    assert f'<a href="{url}">x</a>' in autograde.markdown({}, f"[x]({url})")
    picture = {"cell": {"attachments": {"a.png": {"image/png": "abcd"}}}}
    shown = autograde.markdown(picture, "$a_1$ ![a](attachment:a.png)")
    assert "$a_1$" in shown
    assert 'src="data:image/png;base64,abcd"' in shown
