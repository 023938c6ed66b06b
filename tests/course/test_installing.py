"""utils.course.installing, by `make` with a stub of a Python: nothing is downloaded.

The stub is this Python, but the environments that it makes have a pip of a few lines: it notes that
it was called and "installs" one package.
"""

import ast
import os
import re
import runpy
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from jupyter_core.paths import jupyter_config_path
from nbgrader.validator import Validator

from utils.course import autograde, installing
from utils.env import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("make") is None, reason="tried with make"
)

PIP = """
    import os, pathlib, sys, time
    here = pathlib.Path(__file__).parents[1]
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(sys.argv[-1] + " begins\\n")
    time.sleep(float(os.environ.get("TAKES", 0)))
    package = here / "one-1.0.dist-info"
    package.mkdir(exist_ok=True)
    for name in ("METADATA", "RECORD"):  # as they come with the package
        (package / name).touch()
    if "FAILS" in os.environ:
        sys.exit("No space left on device")
    (package / "INSTALLER").touch()
    with open(os.environ["CALLS"], "a") as calls:
        calls.write(sys.argv[-1] + " ends\\n")
"""
STUB = f"""#!{sys.executable}
import os, pathlib, sys, venv
if sys.argv[1:3] != ["-m", "utils.course.installing"]:
    os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])
import runpy, subprocess
sys.argv[:3] = sys.argv[2:3]
sys.path.insert(0, os.getcwd())
real = subprocess.call
def call(command):
    if command[1:3] != ["-m", "venv"]:
        return real(command)
    venv.create(command[-1], clear=True, symlinks=True)
    (packages,) = pathlib.Path(command[-1]).glob("lib/python*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    (packages / "pip" / "__main__.py").write_text({textwrap.dedent(PIP)!r})
    return 0
subprocess.call = call
runpy.run_module("utils.course.installing", run_name="__main__")
"""


def copy_of_the_project(folder):
    """Return a copy of what set-up needs, in a folder as people have them, beside the stub."""
    project = folder / "Übungen (2), наука"
    for name in ("utils", "notebooks"):
        (project / name).mkdir(parents=True)
    for name in ("utils/__init__.py", "utils/course", "Makefile", "notebooks/index.ipynb"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, project / name)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (project / name).write_text(name)
    stub = folder / "python-stub"
    stub.write_text(STUB)
    stub.chmod(0o755)
    return project


@pytest.fixture
def project(tmp_path):
    return copy_of_the_project(tmp_path)


@pytest.fixture(scope="module")
def healed(tmp_path_factory):
    """One project for all faults: each begins with what was made anew after the one before."""
    project = copy_of_the_project(tmp_path_factory.mktemp("healed"))
    make(project)
    return project


def begin(project, target="lab", venv=".venv", python="../python-stub", **variables):
    calls = str(project.parent / "calls")
    options = ["--no-print-directory", f"PYTHON={python}", f"VENV={venv}"]
    command = ["make", *options, f"{venv}/{target}"]
    return subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, "CALLS": calls, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def make(project, target="lab", **variables):
    """Return the exit status, what was said, and what pip was called with, in this call."""
    calls = project.parent / "calls"
    calls.write_text("")
    process = begin(project, target, **variables)
    said, _ = process.communicate(timeout=60)
    return process.returncode, said, calls.read_text().splitlines()


LAB = ["requirements.lock begins", "requirements.lock ends"]
DEV = ["requirements-dev.lock begins", "requirements-dev.lock ends"]


def packages(project):
    (folder,) = project.glob(".venv/lib/python*/site-packages")
    return folder


def test_it_installs_once_and_again_when_the_lock_has_changed(project):
    assert make(project)[::2] == (0, LAB)
    assert make(project) == (0, "", [])
    os.utime(project / "requirements.lock")  # as git does when it goes to another branch and back
    assert make(project) == (0, "", [])
    (project / "requirements.lock").write_text("another")
    (project / ".venv/mine").touch()
    assert make(project)[::2] == (0, LAB)
    assert (project / ".venv/mine").exists()


def test_what_tests_need_holds_what_learners_need(project):
    assert make(project, "dev", LC_ALL="C")[::2] == (0, DEV)
    assert make(project, "lab") == (0, "", [])


SETTINGS = ".venv/etc/jupyter/nbgrader_config.py"


def test_nbgrader_is_told_of_the_project_once_it_is_there(project):
    assert make(project, "dev", LC_ALL="C")[0] == 0
    assert not (project / SETTINGS).exists()
    (packages(project) / "nbgrader").mkdir()
    assert make(project, "dev", LC_ALL="C") == (0, "", [])
    assert told(project) == str(project)
    assert make(project, "dev") == (0, "", [])
    moved = project.rename(project.with_name("it's moved"))
    assert make(moved, "dev") == (0, "", [])
    assert told(moved) == str(moved)
    assert [path.name for path in (moved / SETTINGS).parent.iterdir()] == ["nbgrader_config.py"]


def told(project):
    text = (project / SETTINGS).read_text(encoding="ascii")
    [line] = [line for line in text.splitlines() if line.startswith("PROJECT = ")]
    return ast.literal_eval(line.removeprefix("PROJECT = "))


def test_an_instructors_own_settings_stay(tmp_path, capsys):
    path = tmp_path / "etc/jupyter/nbgrader_config.py"
    path.parent.mkdir(parents=True)
    path.write_text("c = get_config()")
    installing.let_validate_know(tmp_path)
    said = capsys.readouterr().out
    assert path.read_text() == "c = get_config()"
    assert f"{path} is yours and stays." in said
    path.write_text(said[said.index("load_subconfig(") :])
    installing.let_validate_know(tmp_path)
    assert capsys.readouterr().out == ""


def test_settings_that_cannot_be_written_stop_nothing(tmp_path, capsys):
    (tmp_path / "etc").touch()
    installing.let_validate_know(tmp_path)
    assert "`nbgrader validate` knows this course in grading/ alone: " in capsys.readouterr().out


def test_nbgraders_validate_takes_the_steps_of_the_project_that_is_there(tmp_path, monkeypatch):
    installing.let_validate_know(tmp_path)
    monkeypatch.setattr(Validator, "preprocessors", Validator.preprocessors)  # put back at the end
    settings = runpy.run_path(str(tmp_path / "etc/jupyter/nbgrader_config.py"))
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert Validator().preprocessors == autograde.VALIDATE
    assert str(Path(sys.prefix, "etc", "jupyter")) in jupyter_config_path()
    settings["steps"].__globals__["PROJECT"] = "/nowhere"
    with pytest.raises(FileNotFoundError, match="has gone from /nowhere: call `make dev`"):
        _ = Validator().preprocessors


def without_pip(project):
    shutil.rmtree(packages(project) / "pip")


def of_a_python_that_is_gone(project):
    for python in project.glob(".venv/bin/python*"):
        python.unlink()
        python.symlink_to("/nowhere/python3")


def of_another_python(project):
    """As after an update of the system's Python, whose packages stand in another folder."""
    packages(project).parent.rename(project / ".venv/lib/python3.2")


def of_an_old_python(project):
    old = project / ".venv/bin/python"
    old.unlink()
    old.write_text("#!/bin/sh\necho it has Python 3.9.1\n")
    old.chmod(0o755)


def killed_while_a_package_was_unpacked(project):
    (packages(project) / "one-1.0.dist-info/INSTALLER").unlink()


def killed_while_a_package_was_replaced(project):
    (packages(project) / "~ne-1.0.dist-info").mkdir()


def killed_at_its_very_start(project):
    shutil.rmtree(project / ".venv")
    (project / ".venv/bin").mkdir(parents=True)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (without_pip, "it has no pip"),
        (of_a_python_that_is_gone, "its Python is gone"),
        (of_another_python, "it has no pip"),
        (of_an_old_python, "it has Python 3.9.1"),
        (killed_while_a_package_was_unpacked, "an installation in it was interrupted"),
        (killed_while_a_package_was_replaced, "an installation in it was interrupted"),
        (killed_at_its_very_start, "it is not finished"),
    ],
)
def test_a_broken_environment_is_made_anew(healed, broken, why):
    broken(healed)
    status, said, calls = make(healed)
    assert (status, calls) == (0, LAB)
    assert f".venv cannot be used, because {why}: it is made anew." in said


def test_a_killed_set_up_goes_on_when_started_again(project):
    process = begin(project, TAKES="60")
    while not (project.parent / "calls").exists():
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, 9)
    process.communicate()
    assert make(project)[::2] == (0, LAB)


def test_two_at_once_install_one_after_the_other(project):
    both = [begin(project, "dev", TAKES="0.5"), begin(project, "lab", TAKES="0.5")]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Another set-up is at work" in text for text in said) == 1
    assert (project.parent / "calls").read_text().splitlines() in (DEV, LAB + DEV)


def test_what_pip_cannot_do_is_said_and_tried_again(project):
    status, said, _ = make(project, FAILS="")
    assert status and "No space left on device" in said
    assert "pip says why above" in said and "clock" not in said
    assert make(project)[::2] == (0, LAB)


def test_a_clock_in_the_past_is_named(project):
    """Then no server's certificate is valid, and pip speaks of certificates alone."""
    tomorrow = time.time() + 86_400
    os.utime(project / "requirements.lock", (tomorrow, tomorrow))
    assert re.search(r"clock says 20[\d-]+: set it\.\n", make(project, FAILS="")[1])
    os.utime(project / "requirements.lock")  # as after that
    assert "clock" not in make(project, FAILS="")[1]
    os.utime(project / "requirements.lock", (tomorrow, tomorrow))
    assert make(project)[::2] == (0, LAB)
    assert make(project) == (0, "", [])


def test_a_folder_that_is_no_environment_is_left_alone(project):
    (project / ".venv").mkdir()
    mine = project / ".venv/thesis.txt"
    mine.write_text("mine")
    status, said, calls = make(project)
    assert status and ".venv is no environment: move it away, or choose another with VENV=" in said
    assert (mine.read_text(), calls) == ("mine", [])
    assert make(project, venv="another")[::2] == (0, LAB)
    assert (project / "another/pyvenv.cfg").exists() and mine.exists()
    (project / ".venv").rename(project / "moved")
    assert make(project)[::2] == (0, LAB)


def test_clean_leaves_the_notebook_that_a_maker_edits_as_text(project):
    for name in ("build/lesson.py", "build/executed.ipynb", ".venv/pyvenv.cfg"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).touch()
    subprocess.run(["make", "clean"], cwd=project, check=True, capture_output=True)
    assert [path.name for path in (project / "build").iterdir()] == ["lesson.py"]
    assert not (project / ".venv").exists()


def test_without_python_make_says_what_is_needed(project):
    command = ["make", "lab", "PYTHON=python-that-is-not-there"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode
    assert "python-that-is-not-there was not found. Python 3.11, 3.12 or 3.13" in done.stdout


def test_an_old_python_is_told_what_is_needed_and_deletes_nothing(tmp_path, monkeypatch):
    (tmp_path / "pyvenv.cfg").touch()
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    with pytest.raises(SystemExit, match=r"Python 3.11, 3.12 or 3.13 is needed; this is"):
        installing.make(tmp_path)
    assert (tmp_path / "pyvenv.cfg").exists()


def test_another_python_is_taken_as_advised(project, monkeypatch):
    old, new = project.parent / "old", project.parent / "python3.12"
    old.write_text(STUB.replace("import runpy,", "sys.version_info = (3, 9, 1)\nimport runpy,"))
    old.chmod(0o755)
    shutil.copy(project.parent / "python-stub", new)
    monkeypatch.setenv("PATH", os.pathsep.join([str(new.parent), os.environ["PATH"]]))
    status, said, _ = make(project, python="../old")
    advised = re.search(r"Try: make PYTHON=(\S+) lab$", said, re.MULTILINE)[1]
    assert status and make(project, python=advised)[::2] == (0, LAB)


def test_an_old_python_can_read_it():
    ast.parse((ROOT / "utils/course/installing.py").read_text("utf-8"), feature_version=(3, 7))
