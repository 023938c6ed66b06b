"""utils.course.reset: the original comes back, yours is kept; and answers outlive `git pull`."""

import os
import shutil
import subprocess

import nbformat
import pytest

from tests.course.conftest import answer, edit, use
from utils.course import exercises, reset
from utils.env import ROOT

COPY = "notebooks/exercises/week1/1_one.ipynb"
WORKED = "notebooks/week1/1_one.ipynb"


def git(folder, *command, check=True):
    """Run git as on a machine where nobody has configured anything but a name."""
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    for who in ("AUTHOR", "COMMITTER"):
        nobody |= {f"GIT_{who}_NAME": "A learner", f"GIT_{who}_EMAIL": "learner@example.org"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | nobody
    return subprocess.run(
        ["git", *command], cwd=folder, env=environment, capture_output=True, text=True, check=check
    )


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=a change")


@pytest.fixture
def clone(project, tmp_path, monkeypatch):
    """Return a learner's clone of the project, which goes on at `project`."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for name in (".gitattributes", ".gitignore"):
        shutil.copy(ROOT / name, project)
    git(project, "init", "--quiet", "--initial-branch=main")
    commit(project)
    git(tmp_path, "clone", "--quiet", str(project), "clone")
    use(tmp_path / "clone", monkeypatch)
    return tmp_path / "clone"


def new_version(project, monkeypatch, change):
    """Change the worked notebook upstream, and commit it with its copy."""
    with monkeypatch.context() as there:
        use(project, there)
        edit(project / WORKED, change)
        exercises.main()
        commit(project)


def new_stub(notebook):
    """Change the text of the exercise itself: the same lines as the learner's answer."""
    source = notebook.cells[1].source
    notebook.cells[1].source = source.replace("    ###", "    # Not with a loop.\n    ###", 1)
    notebook.cells[0].source = "# A new title"


# --- reset -----------------------------------------------------------------------------------


def test_the_original_comes_back_and_yours_is_kept(project):
    copy = project / COPY
    made = copy.read_bytes()
    for number in (1, 2, 3):
        edit(copy, lambda n, number=number: n.cells[0].update(source=f"# Trial {number}"))
        mine = copy.read_bytes()
        kept = reset.reset(copy)
        assert kept == copy.with_name(f"1_one.kept-{number}.ipynb")
        assert kept.read_bytes() == mine
        assert copy.read_bytes() == made
    assert len({path.read_bytes() for path in copy.parent.glob("*.kept-*")}) == 3
    assert reset.reset(copy) is None  # it is the original: nothing to keep
    other = project / "notebooks/exercises/week1/2_two.ipynb"
    assert sorted(path.name for path in other.parent.iterdir()) == [
        "1_one.ipynb",
        *(f"1_one.kept-{number}.ipynb" for number in (1, 2, 3)),
        "2_two.ipynb",
    ]


@pytest.mark.parametrize("content", [b"", b"<<<<<<< HEAD\n", b"\xff"])
def test_what_is_no_notebook_any_more_is_kept_too(content, project):
    copy = project / COPY
    made = copy.read_bytes()
    copy.write_bytes(content)
    assert reset.reset(copy).read_bytes() == content
    assert copy.read_bytes() == made


def test_a_missing_copy_comes_back(project):
    copy = project / COPY
    made = copy.read_bytes()
    shutil.rmtree(project / "notebooks/exercises")
    assert reset.reset(copy) is None
    assert copy.read_bytes() == made


def test_committed_answers_are_no_original(clone):
    copy = clone / COPY
    made = copy.read_bytes()
    edit(copy, answer)
    commit(clone)
    solved = copy.read_bytes()
    assert reset.reset(copy).read_bytes() == solved
    assert copy.read_bytes() == made


def test_a_worked_notebook_comes_back_from_git(clone):
    worked = clone / WORKED
    original = worked.read_bytes()
    edit(worked, lambda n: n.cells[0].update(source="# Mine"))
    mine = worked.read_bytes()
    assert reset.reset(worked).read_bytes() == mine
    assert worked.read_bytes() == original
    assert git(clone, "status", "--porcelain").stdout == ""  # git ignores what is kept
    assert worked.with_name("1_one.kept-1.ipynb") not in exercises.worked_notebooks()


@pytest.mark.parametrize("content", [None, b"{"])
def test_the_map_comes_back_from_git(content, clone):
    map_ = clone / "notebooks/index.ipynb"
    original = map_.read_bytes()
    map_.unlink()
    if content:
        map_.write_bytes(content)
    kept = reset.reset(map_)
    assert map_.read_bytes() == original
    assert (kept.read_bytes() if kept else None) == content


def test_without_git_a_worked_notebook_stays(project):
    worked = project / WORKED
    download = worked.read_bytes()
    edit(worked, lambda n: n.cells[1].update(source="def double(x): ..."))
    before = worked.read_bytes()
    with pytest.raises(ValueError, match=r"not at hand.*new download.*was not changed\.$"):
        reset.reset(worked)
    assert worked.read_bytes() == before
    assert [*worked.parent.glob("*.kept-*")] == []
    worked.write_bytes(download)  # as advised
    assert reset.reset(project / COPY) is None  # the copy is this one's


def test_a_full_disk_changes_nothing(project, monkeypatch):
    copy = project / COPY
    edit(copy, answer)
    before = copy.read_bytes()

    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        reset.reset(copy)
    assert copy.read_bytes() == before
    assert [*copy.parent.glob("*.kept-*")] == []


@pytest.mark.parametrize("given", [[], [""], ["one", "two"]])
def test_without_a_notebook_it_asks_for_one(given):
    with pytest.raises(ValueError, match=f"^Say which notebook: make reset NOTEBOOK={COPIES}"):
        reset.main(given)


COPIES = "notebooks/exercises/week1/2_dinosaurus_island.ipynb"


@pytest.mark.parametrize("given", ["README.md", "no/such.ipynb", "notebooks/exercises", ".."])
def test_another_file_is_refused(given):
    with pytest.raises(ValueError, match=f"is no notebook of this project: give .*{COPIES}"):
        reset.main([given])
    assert (ROOT / COPIES).exists()  # the example is one


def test_it_says_what_was_done(project, monkeypatch):
    monkeypatch.chdir(project)
    assert reset.main([COPY]) == "1_one.ipynb is the original."
    edit(project / COPY, answer)
    said = reset.main([COPY])
    assert "1_one.ipynb is the original again; yours is kept beside it, as 1_one.kept-1" in said


# --- a new version ---------------------------------------------------------------------------


def test_answers_outlive_git_pull(project, clone, monkeypatch):
    """As the README says it: pull; reset what git names; pull again. Nothing is committed."""
    copy = clone / COPY
    edit(copy, answer)
    mine = copy.read_bytes()
    new_version(project, monkeypatch, new_stub)
    refused = git(clone, "pull", check=False)
    assert refused.returncode
    assert "would be overwritten" in refused.stderr and COPY in refused.stderr
    assert copy.read_bytes() == mine
    kept = reset.reset(copy)
    git(clone, "pull")
    assert kept.read_bytes() == mine
    assert copy.read_bytes() == (project / COPY).read_bytes()
    assert "Not with a loop" in copy.read_text(encoding="utf-8")


def test_answers_to_a_notebook_without_a_new_version_are_not_in_the_way(
    project, clone, monkeypatch
):
    copy = clone / "notebooks/exercises/week1/2_two.ipynb"
    edit(copy, answer)
    mine = copy.read_bytes()
    new_version(project, monkeypatch, new_stub)
    git(clone, "pull")
    assert copy.read_bytes() == mine
    assert (clone / COPY).read_bytes() == (project / COPY).read_bytes()


def test_a_worked_notebook_that_was_run_is_put_back_in_the_same_way(project, clone, monkeypatch):
    edit(clone / WORKED, lambda n: n.cells[-1].update(execution_count=7))
    edit(clone / COPY, answer)
    mine = (clone / COPY).read_bytes()
    new_version(project, monkeypatch, new_stub)
    refused = git(clone, "pull", check=False)
    assert refused.returncode and WORKED in refused.stderr
    kept = [reset.reset(clone / path) for path in (COPY, WORKED)]
    git(clone, "pull")
    assert kept[0].read_bytes() == mine


def test_committed_answers_outlive_a_merge(project, clone, monkeypatch):
    copy = clone / COPY
    edit(copy, answer)
    mine = copy.read_bytes()
    commit(clone)
    new_version(project, monkeypatch, new_stub)
    stopped = git(clone, "pull", "--no-rebase", "--no-edit", check=False)
    assert stopped.returncode and f"Merge conflict in {COPY}" in stopped.stdout
    assert copy.read_bytes() == mine  # no marks of a conflict in it: it still opens
    nbformat.validate(nbformat.read(copy, as_version=4))
    git(clone, "commit", "--all", "--message=merged")
    assert copy.read_bytes() == mine
    assert (clone / WORKED).read_bytes() == (project / WORKED).read_bytes()


def test_makers_finish_a_merge_of_copies_by_making_them(project, clone, monkeypatch):
    edit(clone / WORKED, lambda n: n.cells[-1].update(source="print(double(5))"))
    exercises.main()
    commit(clone)
    new_version(project, monkeypatch, lambda n: n.cells[0].update(source="# A new title"))
    stopped = git(clone, "pull", "--no-rebase", "--no-edit", check=False)
    assert f"Merge conflict in {COPY}" in stopped.stdout
    assert f"Merge conflict in {WORKED}" not in stopped.stdout
    exercises.main()
    assert "A new title" in (clone / COPY).read_text(encoding="utf-8")
    assert "double(5)" in (clone / COPY).read_text(encoding="utf-8")
