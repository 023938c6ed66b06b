"""The files at the top agree: pyproject.toml, the locks, environment.yml and the README."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from itertools import chain

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests import project
from utils.course import badges, exercises, headline
from utils.env import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LEARNER = [Requirement(line) for line in PROJECT["dependencies"] + EXTRAS["lab"]]
EVERYONE = [Requirement(line) for line in chain(PROJECT["dependencies"], *EXTRAS.values())]
PYTHONS = ("3.11", "3.12", "3.13")


def locked(name):
    """Return the pins of a lock: name -> [(version, the condition or None)], and the raw blocks."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    pins = {}
    for block in blocks:
        requirement = Requirement(block.split("\\")[0].split(" --hash")[0].strip())
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{requirement} is not pinned"
        pins.setdefault(canonicalize_name(requirement.name), []).append(
            (Version(pin.version), requirement.marker)
        )
    return pins, blocks


LOCKS = {name: locked(name) for name in ("requirements.lock", "requirements-dev.lock")}


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash_and_no_address(name):
    _, blocks = LOCKS[name]
    assert len(blocks) > 50
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]
    assert not re.search(r"https?://|--index-url|--find-links| @ ", "\n".join(blocks))


@pytest.mark.parametrize(
    ("name", "wanted"), [("requirements.lock", LEARNER), ("requirements-dev.lock", EVERYONE)]
)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_serves_each_python_within_the_ranges(name, wanted, python):
    pins, _ = LOCKS[name]
    here = {"python_version": python, "python_full_version": f"{python}.9"}
    for requirement in wanted:
        versions = [
            version
            for version, marker in pins.get(canonicalize_name(requirement.name), [])
            if marker is None or marker.evaluate(here)
        ]
        assert len(versions) == 1, f"{requirement}: {versions} for Python {python}"
        assert versions[0] in requirement.specifier, f"{requirement}: the lock has {versions[0]}"


def test_the_two_locks_agree():
    learner, everyone = (LOCKS[name][0] for name in LOCKS)
    for name, pins in learner.items():
        assert {v for v, _ in pins} == {v for v, _ in everyone[name]}, name


def test_learners_do_without_the_instructors_packages():
    assert "nbgrader" not in LOCKS["requirements.lock"][0]
    assert "nbgrader" in LOCKS["requirements-dev.lock"][0]


def test_environment_yml_has_the_same_ranges():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    ours = {r.name: r.specifier for r in EVERYONE}
    theirs = [Requirement(line) for line in listed[-1]["pip"]]
    for requirement in theirs:
        assert requirement.specifier == ours[requirement.name], requirement.name
    names = {requirement.name for requirement in theirs}
    assert names >= {r.name for r in LEARNER} | {"nbval"}
    assert f"python{PROJECT['requires-python']}" in listed


def test_every_requirement_says_why():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = re.findall(r'^ +"[\w-]+(?:\[[^\]]*\])?[><=][^"]*",.*$', text, flags=re.MULTILINE)
    assert len(lines) == len(EVERYONE)
    for line in lines:
        assert re.search(r"# \w+", line), f"no reason given: {line.strip()}"
    for line in (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines():
        if re.match(r" +- \w+[>=]", line):
            assert "#" in line, f"no reason given: {line.strip()}"


def test_numpy_is_never_capped():
    (numpy,) = (r for r in EVERYONE if r.name == "numpy")
    assert {s.operator for s in numpy.specifier} == {">="}


def test_the_map_names_every_worked_notebook():
    """Tools and tests take the notebooks that it names, and no others."""
    others = [":!notebooks/exercises", ":!notebooks/index.ipynb"]
    ours = project.committed("notebooks/*.ipynb", *others)
    if ours is None:
        pytest.skip("There is no git here to ask.")
    assert sorted(exercises.worked_notebooks()) == sorted(ours)


@pytest.fixture
def used(tmp_path, monkeypatch):
    """The notebooks as they are after some weeks: JupyterLab's copies, and a learner's own."""
    folder = tmp_path / "notebooks"
    names = [path.relative_to(ROOT) for path in exercises.worked_notebooks()]
    for name in ["notebooks/index.ipynb", *names]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in (
        ".ipynb_checkpoints/index-checkpoint.ipynb",
        "week1/.ipynb_checkpoints/2_dinosaurus_island-checkpoint.ipynb",
        "week1/2_dinosaurus_island-Copy1.ipynb",
        "week1/Untitled.ipynb",
        "week9/1_mine.ipynb",
        "mine.ipynb",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("no JSON")
    monkeypatch.setattr(exercises, "NOTEBOOKS", folder)
    monkeypatch.setattr(exercises, "COPIES", folder / "exercises")
    return tmp_path


def test_what_a_learner_leaves_there_is_none_of_the_project(used):
    found = [path.relative_to(used) for path in exercises.worked_notebooks()]
    assert len(found) >= 6
    assert all((ROOT / name).exists() for name in found)


@pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("make") is None, reason="Windows does without make"
)
@pytest.mark.parametrize("target", ["lint", "notebooks"])
def test_make_takes_the_same_notebooks(used, target):
    shutil.copy(ROOT / "Makefile", used)
    command = ["make", "--dry-run", target]
    done = subprocess.run(command, cwd=used, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        if taken := [word for word in line.split() if word.endswith(".ipynb")]:
            ours = ["notebooks/index.ipynb", *exercises.worked_notebooks()]
            assert taken == [(used / path).relative_to(used).as_posix() for path in ours]
    assert "notebooks/index.ipynb" in done.stdout


def test_the_address_stands_in_one_place():
    """A fork changes one line; everything else is made by `make badges`."""
    address = badges.repository()
    named = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "Makefile")]
    for path in [*named, *project.files("utils/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        plain = badges.BADGE.sub("", text)
        assert address.removeprefix("https://github.com/") not in plain, path.name
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert badges.with_badges(readme) == readme, "run `make badges`"


def test_the_readme_table_is_made_from_the_notebooks():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert headline.with_table(text) == text, "run `make table`"


def test_readme_links_lead_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "datasets/README.md"):
        path = ROOT / name
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{name} links to {link}"


def test_the_data_stays_small():
    ours = project.committed("datasets") or project.files("datasets/**/*")
    assert 1_000_000 < sum(path.stat().st_size for path in ours if path.is_file()) < 12_000_000


def test_this_environment_is_the_locked_one():
    """Whoever tests with other versions (the nightly run does) sees it in the failing test."""
    pins, _ = LOCKS["requirements-dev.lock"]
    if "NEWEST_RELEASES" in os.environ:
        pytest.skip("the nightly run tests the newest releases")
    for name in ("tensorflow", "keras", "numpy", "nbval", "jupyterlab"):
        assert Version(metadata.version(name)) in {version for version, _ in pins[name]}, name
