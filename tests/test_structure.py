"""The floor plan of `utils`, held from its imports: which room may lean on which."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import nbformat
import pytest

from tests import project
from utils.course.exercises import worked_notebooks
from utils.env import ROOT

# A room not named here is a subject, such as music: a new one needs no line.
SUBJECT = {"top", "models", "subject"}
LEANS_ON = {
    "top": {"top"},
    "models": {"top", "models"},
    "subject": SUBJECT,
    "checks": SUBJECT | {"checks"},
    "course": {"top", "course"},
}
LONGEST = 350
MAY_BE_LONGER = {
    r"utils\.checks\.week\d\.\w+": "the graders of one notebook stand together",
    r"utils\.checks\.applications\.\w+": "the graders of one notebook stand together",
}
HEAVY = "tensorflow", "keras", "jax", "music21", "gensim", "matplotlib", "numpy"


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


CODE = "utils", "tests", "datasets"
MODULES = {name_of(path): path for path in project.files("utils/**/*.py")}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
FOLDERS = sorted(name for name, path in MODULES.items() if path.stem == "__init__")
module = pytest.mark.parametrize("name", MODULES)


SOURCES = [path for folder in CODE for path in project.files(f"{folder}/**/*.py")]
SOURCES += worked_notebooks()


def parsed(path):
    """Return the syntax tree of a module, or of all code cells of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return ast.parse(text)


def room(name):
    """Return what kind of room a module stands in."""
    _, _, inside = name.partition(".")
    folder = inside.split(".")[0]
    if f"utils.{folder}" not in FOLDERS:
        return "top"
    return folder if folder in LEANS_ON else "subject"


def imports(name):
    """Return the modules of the project that a module imports, within functions too."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & MODULES.keys() or {node.module}
    return {other for other in found if other.split(".")[0] == "utils"}


def test_the_rooms_are_told_apart():
    rooms = {room(name) for name in MODULES}
    assert rooms == LEANS_ON.keys()
    assert (room("utils.env"), room("utils")) == ("top", "top")
    assert (room("utils.music.band"), room("utils.checks.week1")) == ("subject", "checks")
    assert "utils.music.chords" in imports("utils.music.band")


@module
def test_a_room_leans_only_on_those_below_it(name):
    above = [other for other in imports(name) if room(other) not in LEANS_ON[room(name)]]
    assert not above, f"{name} ({room(name)}) must not import {above}"


@module
def test_what_is_imported_is_there(name):
    assert imports(name) <= MODULES.keys()


def test_no_module_imports_itself_in_a_circle():
    try:
        TopologicalSorter({name: imports(name) for name in MODULES}).prepare()
    except CycleError as circle:
        pytest.fail(f"a circle: {' ← '.join(circle.args[1])}")


@module
def test_nothing_from_a_notebook_a_test_or_the_data_is_imported(name):
    outside = {"tests", "notebooks", "datasets", "grading"}
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            assert not outside & {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.module.split(".")[0] not in outside


def test_every_import_is_absolute():
    for path in SOURCES:
        for node in ast.walk(parsed(path)):
            assert not isinstance(node, ast.ImportFrom) or node.level == 0, path


@module
def test_no_module_has_grown_into_two(name):
    lines = MODULES[name].read_text(encoding="utf-8").count("\n")
    longer = any(re.fullmatch(pattern, name) for pattern in MAY_BE_LONGER)
    assert lines <= LONGEST or longer, f"{lines} lines: split it by what it is about"


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_hands_nothing_on(name):
    """An old place that re-exports what has moved would never be left."""
    (docstring,) = TREES[name].body
    assert isinstance(docstring, ast.Expr) and isinstance(docstring.value, ast.Constant)


def taken_by(name):
    """Return the names that a module has taken from other modules of the project."""
    nodes = [node for node in ast.walk(TREES[name]) if isinstance(node, ast.ImportFrom)]
    nodes = [node for node in nodes if node.module.split(".")[0] == "utils"]
    return {alias.asname or alias.name for node in nodes for alias in node.names}


TAKEN = {name: taken_by(name) for name in MODULES}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_name_is_taken_from_where_it_is_made(path):
    """Else a module that is moved leaves something behind in its old place."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module in MODULES:
            second_hand = {alias.name for alias in node.names} & TAKEN[node.module]
            assert not second_hand, f"{node.module} has {second_hand} from elsewhere"


def took(process):
    """Return the milliseconds that Python says the import of utils took, all that it loads too."""
    return int(re.search(r"(\d+) \| utils$", process.stderr, flags=re.MULTILINE)[1]) / 1000


def test_import_utils_costs_nothing():
    code = f"import utils, sys; print(*sorted({{*sys.modules}} & {{*{HEAVY}}}))"
    command = [sys.executable, "-X", "importtime", "-c", code]
    options = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}
    runs = [subprocess.run(command, **options) for _ in range(3)]
    assert {run.stdout for run in runs} == {"\n"}
    assert min(map(took, runs)) < 50
