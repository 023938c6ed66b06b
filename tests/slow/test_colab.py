"""Google Colab, as far as it can be tested without it.

An environment with Colab's pins, a kernel with `google.colab` and NumPy loaded before the first
cell, and a folder that holds nothing but the notebook. git gets the project from a local
repository in place of its public address; the setup cell is not changed.
"""

import json
import os
import shutil
import subprocess

import nbformat
import pytest
import uv
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from utils.course import badges, exercises

ROOT = exercises.NOTEBOOKS.parent
BUILD = ROOT / "build"
# A notebook of each week, since a whole run takes up to a minute.
ONE_A_WEEK = list({path.parent: path for path in reversed(exercises.worked_notebooks())}.values())
SETUP = badges.setup_cell()
FIND, _, _ = SETUP.partition("env.setup")  # without TensorFlow, whose start takes seconds
FOLDER = badges.repository().split("/")[-1]
NOWHERE = "http://127.0.0.1:9/"  # a port that nothing listens on

# Colab's runtime of 2026-08: its pins, and what else it has of what the notebooks need. gensim,
# pooch and music21 are not there.
PYTHONS = ("3.13", "3.12", "3.11")
PINS = (
    "tensorflow==2.20.* keras==3.13.* numpy==2.1.* protobuf==5.29.* scikit-learn==1.6.* "
    "python-dateutil==2.9.*"
)
PREINSTALLED = f"{PINS} Babel matplotlib soundfile soxr tqdm ipykernel ipython more-itertools pip"
MISSING = {"gensim", "pooch", "music21"}

LAUNCHER = """\
import google.colab
import numpy
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()
"""


def call_uv(*arguments, **environment):
    """Run uv; return what it printed, or skip the test where it cannot do what it should."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", **environment}
    command = [uv.find_uv_bin(), "--quiet", "--no-config", *map(str, arguments)]
    done = subprocess.run(command, cwd=BUILD, env=environment, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"Colab's versions cannot be installed here. uv says: {done.stderr.strip()}")
    return done.stdout.strip()


def find_python():
    for version in PYTHONS:
        try:  # PYENV_VERSION: where pyenv is used, it hides all versions but the chosen one
            return version, call_uv(
                "python", "find", "--no-project", version, PYENV_VERSION=version
            )
        except pytest.skip.Exception as reason:
            last = reason
    raise last


@pytest.fixture(scope="module")
def environment():
    """The folder of a virtual environment with Colab's versions, kept between runs."""
    BUILD.mkdir(exist_ok=True)
    version, python = find_python()
    folder = BUILD / f"colab-{version}"
    wanted, packages = folder / "wanted.txt", "\n".join(PREINSTALLED.split())
    if not (folder / "pins.txt").exists() or wanted.read_text() != packages:
        call_uv("venv", "--clear", "--python", python, folder)
        wanted.write_text(packages)
        at = ["--python", folder / "bin" / "python"]
        call_uv("pip", "compile", *at, wanted, "-o", folder / "pins.part")
        old_package_of_the_system(folder)
        (folder / "pins.part").rename(folder / "pins.txt")
    return folder


def old_package_of_the_system(folder):
    """Debian's packages stand last on Colab's path, some in versions that newer ones hide."""
    about = folder / "apt" / "more_itertools-8.10.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: more-itertools\nVersion: 8.10.0")
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "apt.pth").write_text(str(about.parent))


@pytest.fixture
def untouched(environment):
    """The environment with exactly what Colab has: what a test added is gone again."""
    python = environment / "bin" / "python"
    call_uv("pip", "sync", "--python", python, environment / "pins.txt")
    return environment


def versions(environment):
    command = [environment / "bin" / "python", "-m", "pip", "freeze", "--all"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(line.split("==") for line in lines)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """The address of a git repository with the working tree in it."""
    folder = tmp_path_factory.mktemp("repository") / "project"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "build", "__pycache__"))
    me = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
    for step in (["init"], ["add", "--all"], [*me, "commit", "-m", "all"]):
        subprocess.run(["git", *step], cwd=folder, check=True, capture_output=True)
    return folder.as_uri()


@pytest.fixture
def content(tmp_path):
    """Colab's working folder."""
    folder = tmp_path / "content"
    folder.mkdir()
    return folder


@pytest.fixture
def colab(environment, content, tmp_path):
    """A function that runs cells in a fresh kernel as in Colab and returns the notebook."""
    stand_in = tmp_path / "stand_in"
    (stand_in / "google" / "colab").mkdir(parents=True)
    (stand_in / "google" / "colab" / "__init__.py").touch()
    launcher = stand_in / "colab_kernel_launcher.py"
    launcher.write_text(LAUNCHER)
    command = [str(environment / "bin" / "python"), str(launcher), "-f", "{connection_file}"]
    spec = {"argv": command, "display_name": "Colab", "language": "python"}
    (tmp_path / "colab").mkdir()
    (tmp_path / "colab" / "kernel.json").write_text(json.dumps(spec))
    specs = KernelSpecManager(kernel_dirs=[str(tmp_path)])

    def run(notebook, **variables):
        kernel = AsyncKernelManager(kernel_name="colab", kernel_spec_manager=specs)
        client = NotebookClient(notebook, km=kernel, timeout=600)
        client.allow_errors = True
        client.resources = {"metadata": {"path": str(content)}}
        client.execute(env={**os.environ, **variables}, cleanup_kc=True)  # the kernel ends, too
        return notebook

    return run


def cells(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])


def from_address(address):
    """Environment variables that make git take the project from another address."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{address}.insteadOf",
        "GIT_CONFIG_VALUE_0": badges.repository(),
    }


OFFLINE = from_address(NOWHERE) | {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_FIND_LINKS": "",
    "PIP_INDEX_URL": NOWHERE,
    "PIP_RETRIES": "0",
}
GO_OFFLINE = f"import os\nos.environ.update({OFFLINE})"


def outputs(notebook):
    return [out for cell in notebook.cells for out in cell.get("outputs", [])]


def printed(notebook):
    return "".join(out.get("text", "") for out in outputs(notebook))


def errors(notebook):
    return [f"{o.ename}: {o.evalue}" for o in outputs(notebook) if o.output_type == "error"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_setup_cell_adds_what_is_missing_and_changes_nothing(untouched, colab, repository):
    before = versions(untouched)
    assert not MISSING & before.keys()
    use = (
        "import gensim, keras, music21, numpy, pooch, sklearn\n"
        "print(numpy.__version__, keras.__version__)"
    )
    notebook = colab(cells(SETUP, use, GO_OFFLINE, SETUP), **from_address(repository))
    assert errors(notebook) == []
    after = versions(untouched)
    assert {name: after.get(name) for name in before} == before
    assert after.keys() >= MISSING
    assert f"{before['numpy']} {before['keras']}" in printed(notebook)
    assert printed(notebook).count("seed 1") == 2  # the second time without a network


def test_it_works_after_a_restart_and_from_inside_the_project(colab, content, repository):
    assert errors(colab(cells(FIND), **from_address(repository))) == []
    assert names(content) == [FOLDER]
    inside = f"import os\nos.chdir({FOLDER + '/notebooks'!r})"
    notebook = colab(cells(FIND, inside, FIND), **OFFLINE)
    assert errors(notebook) == []
    again = colab(cells(inside, FIND), **OFFLINE)
    assert errors(again) == []
    assert names(content) == [FOLDER]
    assert FOLDER not in names(content / FOLDER / "notebooks")


def test_without_a_network_it_says_so_and_can_be_run_again(colab, content, repository):
    notebook = colab(cells(FIND), **OFFLINE)
    (error,) = errors(notebook)
    assert error.startswith(f"RuntimeError: Could not download {badges.repository()}.")
    assert "run this cell again" in error
    assert names(content) == []
    assert errors(colab(cells(FIND), **from_address(repository))) == []


def test_it_recovers_from_an_interrupted_download(colab, content, repository, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    git = programs / "git"  # dies in the middle, as when Colab's machine is taken away
    git.write_text('#!/bin/sh\nfor last; do :; done\nmkdir -p "$last/utils/checks"\nkill -9 $$\n')
    git.chmod(0o755)
    notebook = colab(cells(FIND), PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")
    assert len(errors(notebook)) == 1
    assert names(content) == ["project.part"]
    assert errors(colab(cells(FIND), **from_address(repository))) == []
    assert names(content) == [FOLDER]


def test_a_package_that_cannot_be_installed_is_named(untouched, colab, repository):
    before = versions(untouched)
    notebook = colab(cells(SETUP), **OFFLINE | from_address(repository))
    (error,) = errors(notebook)
    assert error.startswith("RuntimeError: Could not install pooch")
    assert "\n" not in error
    assert versions(untouched) == before


@pytest.mark.parametrize("worked", ONE_A_WEEK, ids=lambda path: path.parent.name)
def test_a_whole_copy_of_a_notebook_runs(worked, colab, content, repository):
    notebook = exercises.learner_copy(worked)  # the stored one may hold somebody's answers
    exercises.write(notebook, content / worked.name)
    of = len(exercises.mark(nbformat.read(worked, as_version=4)))
    colab(notebook, **from_address(repository))
    assert errors(notebook) == []
    assert f"0 of {of} exercises right" in printed(notebook)


def test_the_pins_are_colabs(environment):
    """Guards the others: with other versions they would prove nothing."""
    pins = (environment / "pins.txt").read_text()
    for pin in PINS.split():
        assert f"\n{pin.removesuffix('*')}" in f"\n{pins}"
