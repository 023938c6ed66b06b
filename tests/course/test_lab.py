"""utils.course.lab: what is different on each machine, and which notebooks are trusted."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_server.serverapp import DEFAULT_JUPYTER_SERVER_PORT
from jupyter_server.services.contents.filemanager import FileContentsManager
from jupyterlab.labapp import LabApp
from nbformat.sign import NotebookNotary

from utils.course import lab


@pytest.fixture(autouse=True)
def machine(tmp_path, monkeypatch):
    """A plain one, with a screen and a home folder of its own."""
    for name in ("SSH_CONNECTION", *lab.SCREEN, "GIT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("JUPYTER_")]:
        monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(lab, "is_root", lambda: False)
    monkeypatch.setattr(lab, "CONTAINER", [])


def test_on_a_plain_machine_there_is_nothing_to_say():
    assert (lab.find_home(), lab.remarks()) == ([], [])
    root, page, hook, *more = lab.options([])
    assert hook.endswith("=utils.course.lab.keep_kernel")
    assert root == f"--ServerApp.root_dir={lab.ROOT}" and page.endswith(lab.MAP)
    assert more == []


def test_root_alone_runs_as_root_and_for_this_machine(monkeypatch):
    monkeypatch.setattr(lab, "is_root", lambda: True)
    assert lab.options([])[3:] == ["--allow-root", "--ServerApp.ip=127.0.0.1"]
    assert lab.options(["--ip=0.0.0.0"])[3:] == ["--allow-root", "--ip=0.0.0.0"]
    (line,) = lab.remarks()
    assert "You are root" in line and "token" in line


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_no_browser_is_started(monkeypatch):
    monkeypatch.delenv("DISPLAY")
    assert lab.options(["--port=1"])[3:] == ["--no-browser", "--port=1"]


def test_a_container_and_a_remote_machine_have_a_line_each(tmp_path, monkeypatch):
    (tmp_path / ".dockerenv").touch()
    monkeypatch.setattr(lab, "CONTAINER", [tmp_path / ".dockerenv"])
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.7 22")
    monkeypatch.setenv("USER", "ada")
    container, remote = lab.remarks()
    assert "--network=host" in container and "(-p 127.0.0.1:8888:8888)" in container
    assert "`ssh -N -L 8888:127.0.0.1:8888 ada@192.0.2.7`" in remote
    assert DEFAULT_JUPYTER_SERVER_PORT == 8888


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_a_container_answers_its_host_as_advised(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "CONTAINER", [tmp_path])
    monkeypatch.setattr(lab, "is_root", lambda: True)
    advised = re.search("`make (lab .*?)`", lab.remarks()[1])[1].split()
    plan = subprocess.run(["make", "-n", *advised], cwd=lab.ROOT, capture_output=True, text=True)
    given = plan.stdout.strip().partition(" -m utils.course.lab ")[2].split()
    app = LabApp()
    app.parse_command_line(lab.options(given))
    assert app.config.ServerApp.ip == "0.0.0.0" and app.config.ServerApp.allow_root


@pytest.mark.skipif(not shutil.which("ssh"), reason="ssh is not installed")
@pytest.mark.parametrize("port", ["22", "2222"])
def test_ssh_understands_its_line(monkeypatch, port):
    monkeypatch.setenv("SSH_CONNECTION", f"192.0.2.1 50000 192.0.2.7 {port}")
    monkeypatch.setenv("USER", "ada")
    advised = re.search("`ssh (.*?)`", lab.remarks()[0])[1].split()
    asked = ["ssh", "-G", "-F", os.devnull, *advised]  # it shows what it would do
    would = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    tunnel = "localforward 8888 [127.0.0.1]:8888"
    assert {"user ada", "hostname 192.0.2.7", f"port {port}", tunnel} < {*would}


def test_a_project_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    access, shared = os.access, lab.NOTEBOOKS
    monkeypatch.setattr(os, "access", lambda path, how: path != shared and access(path, how))
    (line,) = lab.remarks()
    assert "not saved" in line and "copy the project to a folder of your own" in line
    shutil.copytree(lab.NOTEBOOKS / "exercises", tmp_path / "mine")
    monkeypatch.setattr(lab, "NOTEBOOKS", tmp_path / "mine")
    assert lab.remarks() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no HOME")
@pytest.mark.parametrize("home", ["/nowhere/at/all", "/dev/null", None])
def test_jupyterlab_gets_a_home_where_there_is_none(home, monkeypatch):
    monkeypatch.setenv("HOME", home or "")
    if home is None:  # as of a user that the system does not know
        monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    (line,) = lab.find_home()
    new = Path(os.environ["HOME"])
    assert new.is_dir() and os.access(new, os.W_OK) and line.endswith(f"{new}.")
    new.rmdir()


def kernel(version, name="python3"):
    names = {"display_name": "Python", "language": "python", "name": name}
    return {"kernelspec": names, "language_info": {"name": "python", "version": version}}


@pytest.mark.parametrize(
    ("before", "saved"),
    [
        (kernel("3.11.7"), kernel("3.11.7")),
        (kernel("3.11.7", "mine"), kernel("3.13.1")),  # the learner chose another kernel
        ({}, kernel("3.13.1")),
    ],
)
def test_a_notebook_is_saved_with_the_python_that_its_file_names(tmp_path, before, saved):
    notebook = nbformat.v4.new_notebook(metadata=before)
    nbformat.write(notebook, tmp_path / "a.ipynb")
    content = nbformat.v4.new_notebook(metadata={**kernel("3.13.1"), "mine": 1})
    manager = SimpleNamespace(root_dir=str(tmp_path))
    for path in ("/a.ipynb", "new.ipynb"):
        lab.keep_kernel({"type": "notebook", "content": content}, path, manager)
    assert content.metadata == {**saved, "mine": 1}
    lab.keep_kernel({"type": "file", "content": "text"}, "a.txt", manager)


def git(folder, *arguments):
    who = "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def notebooks(tmp_path, monkeypatch):
    """Two notebooks with a sound, in a folder of a repository, and committed there."""
    folder = tmp_path / "other things" / "project"
    folder.mkdir(parents=True)
    paths = [folder / "one.ipynb", folder / "two.ipynb"]
    for path in paths:
        write(path, "<audio>")
    git(folder.parent, "init", "--quiet")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "--quiet", "--message=all")
    monkeypatch.setattr(lab, "worked_notebooks", lambda: paths)
    return paths


def write(path, html):
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    cell = nbformat.v4.new_code_cell("play()", outputs=[output], id="a")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)


def trusted(path):
    """Return whether JupyterLab trusts a notebook."""
    with NotebookNotary() as notary:
        return notary.check_signature(nbformat.read(path, as_version=4))


def test_notebooks_as_they_were_committed_are_trusted(notebooks):
    assert not any(map(trusted, notebooks))
    assert "The worked notebooks are trusted" in lab.trust()
    assert all(map(trusted, notebooks))


def test_a_changed_notebook_is_not_trusted_committed_or_not(notebooks):
    write(notebooks[0], "<script>steal()</script>")
    git(notebooks[0].parent, "add", ".")
    assert "Not trusted, because not as committed: one.ipynb." in lab.trust()
    assert list(map(trusted, notebooks)) == [False, True]


def test_sounds_play_once_their_cells_are_run(notebooks):
    """JupyterLab marks the cells that it has run as trusted, and saves the notebook."""
    write(notebooks[0], "<audio>mine")
    assert re.search(rf"one.ipynb\. {lab.UNTRUSTED}$", lab.trust())
    manager = FileContentsManager(root_dir=str(notebooks[0].parent))
    for run in (False, True):
        model = manager.get("one.ipynb")
        model["content"].cells[0].metadata.trusted = run
        manager.save(model, "one.ipynb")
        assert trusted(notebooks[0]) == run


def test_flags_of_git_hide_no_change(notebooks):
    """With this one, `git status` and `git diff` do not look at the file."""
    git(notebooks[0].parent, "update-index", "--assume-unchanged", "one.ipynb")
    write(notebooks[0], "<script>steal()</script>")
    assert "one.ipynb" in lab.trust()
    assert not trusted(notebooks[0])


def test_what_the_user_trusts_stays_trusted(notebooks):
    write(notebooks[0], "<b>mine</b>")
    with NotebookNotary() as notary:
        notary.sign(nbformat.read(notebooks[0], as_version=4))
    assert "The worked notebooks are trusted" in lab.trust()
    assert trusted(notebooks[0])


def test_a_new_notebook_is_not_trusted(notebooks):
    new = notebooks[0].with_name("new.ipynb")
    write(new, "<audio>new")
    notebooks.append(new)
    assert "not as committed: new.ipynb." in lab.trust()
    assert list(map(trusted, notebooks)) == [True, True, False]


def without_git(notebooks, monkeypatch):
    monkeypatch.setenv("PATH", str(notebooks[0].parent))


def without_a_commit(notebooks, monkeypatch):
    git(notebooks[0].parents[1], "checkout", "--quiet", "--orphan", "new")


def in_another_repository(notebooks, monkeypatch):
    git(notebooks[0].parent, "rm", "--quiet", "--cached", "-r", ".")
    git(notebooks[0].parents[1], "commit", "--quiet", "--allow-empty", "--message=none")


def of_another_owner(notebooks, monkeypatch):
    """As where a container's root looks at somebody's folder. (The variable is for git's tests.)"""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (without_git, "'git'"),
        (without_a_commit, "HEAD"),
        (in_another_repository, "two.ipynb"),
        (of_another_owner, "dubious ownership"),
    ],
)
def test_where_git_shows_no_commit_nothing_is_trusted(notebooks, monkeypatch, how, why):
    how(notebooks, monkeypatch)
    said = lab.trust()
    found = re.match(r"Git shows no commit of these notebooks \((.+)\), so none is trusted\.", said)
    assert found and why in found[1]
    assert not any(map(trusted, notebooks))


@pytest.mark.parametrize("text", ["{", "[]", "", "{}"])
def test_a_broken_notebook_is_a_line_and_no_traceback(notebooks, text):
    notebooks[0].write_text(text)
    said = lab.trust()
    assert re.match(r"Not all worked notebooks could be trusted \(.+\)\. Stored sounds play", said)
