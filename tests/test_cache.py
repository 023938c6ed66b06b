"""utils.cache: data that is kept, damaged and renewed, and what is not ours in its place."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from unittest.mock import ANY

import pytest

import utils.cache as cache_module
from tests.server import BODY, FILES, left_over, posix, register, send, serve, stall, zip_of
from tests.test_archives import GOOD
from utils import downloads
from utils.cache import MANIFEST, MARK
from utils.downloads import fetch
from utils.env import ROOT
from utils.files import DataError

# --- the cached copy -------------------------------------------------------------------------


def damage_by_cutting(folder):
    with (folder / "set/a.txt").open("r+b") as file:
        file.truncate(10)


def damage_by_flipping(folder):
    with (folder / "set/a.txt").open("r+b") as file:
        file.write(b"?")


def damage_by_removing(folder):
    (folder / "set/deep/b.txt").unlink()


def damage_the_manifest(folder):
    (folder / MANIFEST).write_bytes(b"[\xff")


def damage_by_losing_the_manifest(folder):
    (folder / MANIFEST).unlink()


DAMAGES = [
    damage_by_cutting,
    damage_by_flipping,
    damage_by_removing,
    damage_the_manifest,
    damage_by_losing_the_manifest,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_copy_is_fetched_again(server, cache, damage):
    serve(server, "set.zip", GOOD["set.zip"])
    folder = fetch("x")
    before = left_over(cache)
    damage(folder)
    assert fetch("x") == folder
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert left_over(cache) == before
    assert len(server.requests) == 2


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_copy_is_not_used_when_the_server_fails(server, cache, damage):
    serve(server, "set.zip", GOOD["set.zip"])
    damage(fetch("x"))
    before = left_over(cache)
    server.answers["/set.zip"] = lambda handler: handler.send_error(500)
    with pytest.raises(DataError, match="answered 500"):
        fetch("x")
    assert left_over(cache) == before  # what the learner had is not thrown away


def test_a_copy_too_large_to_read_again_is_checked_by_size(server, cache, monkeypatch):
    monkeypatch.setattr(cache_module, "HASHED_BYTES", 100)
    serve(server, "set.zip", GOOD["set.zip"])
    damage_by_flipping(fetch("x"))
    fetch("x")
    assert len(server.requests) == 1
    damage_by_cutting(cache / "x")
    fetch("x")
    assert len(server.requests) == 2


def test_a_learners_own_file_in_the_folder_stays(server, cache):
    serve(server, "set.zip", GOOD["set.zip"])
    (fetch("x") / "notes.txt").write_text("mine")
    assert (fetch("x") / "notes.txt").read_text() == "mine"
    assert len(server.requests) == 1


def test_a_new_checksum_in_the_registry_fetches_again(server, cache):
    serve(server, "words.txt", BODY)
    fetch("x")
    serve(server, "words.txt", b"second edition")
    assert fetch("x").read_bytes() == b"second edition"


def damage_by_removing_all(folder):
    for path in folder.glob("**/*"):
        if path.is_file():
            path.unlink()


# --- what is not ours ------------------------------------------------------------------------


def mine(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    return path


def everything(folder):
    """All that stands in a folder, each file with its content, a link with its target."""
    return {
        str(path.relative_to(folder)): path.readlink()
        if path.is_symlink()
        else path.is_file() and path.read_bytes()
        for path in folder.rglob("*")
    }


def left_alone(server, cache, path, requests=0):
    """`fetch` names what is in its way, and everything stays as it was."""
    before = everything(cache.parent)
    said = f"^{re.escape(str(path))} is in the way, .*left as it is: move it elsewhere or rename it"
    server.requests.clear()
    with pytest.raises(DataError, match=said):
        fetch("x")
    assert everything(cache.parent) == {f"{cache.name}/{MARK}": ANY, **before}
    assert len(server.requests) == requests
    path.rename(cache.parent / "moved")  # as advised
    assert fetch("x").exists()


def test_a_folder_of_that_name_beside_ours_stays(server, cache):
    notes = mine(cache.parent / "x/notes.txt")
    serve(server, "set.zip", GOOD["set.zip"])
    assert fetch("x") == cache / "x"
    assert notes.read_text() == "mine" and len(list(notes.parent.iterdir())) == 1


@pytest.mark.parametrize("name", ["x/a.txt", "notes.txt", "other/.manifest.json/a.txt"])
def test_a_folder_that_is_not_ours_is_not_taken(server, cache, name):
    mine(cache / name)
    before = everything(cache)
    serve(server, "set.zip", GOOD["set.zip"])
    said = f"{re.escape(str(cache / name.split('/')[0]))} was not made by `fetch`.*move it else"
    with pytest.raises(DataError, match=said):
        fetch("x")
    assert everything(cache) == before and not server.requests


@pytest.mark.parametrize("damage", [None, "cut"])
def test_data_of_an_earlier_version_is_taken_over(server, cache, damage):
    serve(server, "set.zip", GOOD["set.zip"])
    notes = mine(fetch("x") / "notes.txt")
    (cache / MARK).unlink()
    mine(cache / ".partial-old/words.txt")
    if damage:
        damage_by_cutting(cache / "x")
    assert {name: (fetch("x") / name).read_bytes() for name in FILES} == FILES
    assert notes.read_text() == "mine" and (cache / ".partial-old/words.txt").exists()
    assert len(server.requests) == (2 if damage else 1)


@pytest.mark.parametrize("damage", DAMAGES)
def test_notes_survive_when_damaged_data_is_renewed(server, cache, damage):
    serve(server, "set.zip", GOOD["set.zip"])
    folder = fetch("x")
    notes = [mine(folder / name) for name in ("notes.txt", "set/deep/notes.txt", "my/notes.txt")]
    damage(folder)
    assert {name: (fetch("x") / name).read_bytes() for name in FILES} == FILES
    assert [path.read_text() for path in notes] == ["mine"] * 3


def test_of_another_edition_only_what_was_listed_is_removed(server, cache):
    serve(server, "set.zip", GOOD["set.zip"])
    notes = mine(fetch("x") / "set/notes.txt")
    serve(server, "set.zip", zip_of({"c.txt": b"new", "set/b.txt": b"new"}))
    fetch("x")
    files = [".manifest.json", "c.txt", "empty", "set", "set/b.txt", "set/notes.txt"]
    assert left_over(cache / "x") == files
    assert notes.read_text() == "mine" and (cache / "x/c.txt").read_bytes() == b"new"
    serve(server, "set.zip", zip_of({"set.txt": b"newest"}))
    notes.unlink()
    fetch("x")
    assert left_over(cache / "x") == [".manifest.json", "empty", "set.txt"]


@posix
@pytest.mark.parametrize("kind", ["file", "pipe", "link to a folder", "link to nothing"])
def test_something_else_in_the_place_of_the_data(server, cache, kind):
    cache.mkdir()
    (cache / MARK).touch()
    if kind == "file":
        mine(cache / "x")
    elif kind == "pipe":
        os.mkfifo(cache / "x")
    else:
        (cache / "x").symlink_to(cache.parent / "elsewhere")
        if kind == "link to a folder":
            mine(cache.parent / "elsewhere/notes.txt")
    serve(server, "set.zip", GOOD["set.zip"])
    left_alone(server, cache, cache / "x")


@posix
def test_data_that_was_moved_and_linked_is_used(server, cache):
    serve(server, "set.zip", GOOD["set.zip"])
    fetch("x").rename(cache.parent / "larger disk")
    (cache / "x").symlink_to(cache.parent / "larger disk")
    assert (fetch("x") / "c.txt").read_bytes() == FILES["c.txt"]
    assert len(server.requests) == 1


@posix
@pytest.mark.parametrize("kind", ["folder", "link", "linked folder", "file for folder", "edited"])
def test_something_of_a_learners_in_the_place_of_a_file(server, cache, kind):
    serve(server, "set.zip", GOOD["set.zip"])
    folder = fetch("x")
    file = folder / "set/a.txt"
    if kind == "folder":
        file.unlink()
        mine(file / "notes.txt")
    elif kind == "link":
        file.unlink()
        file.symlink_to(mine(cache.parent / "elsewhere/a.txt"))
    elif kind == "edited":  # and no manifest says that it is ours
        (folder / MANIFEST).unlink()
        mine(file)
    else:
        (folder / "set").rename(cache.parent / "elsewhere")
        file = folder / "set"
        if kind == "linked folder":
            file.symlink_to(cache.parent / "elsewhere")
            (file / "a.txt").write_text("mine")
        else:
            mine(file)
    left_alone(server, cache, file, requests=1)


@posix
@pytest.mark.parametrize("there", ["../notes.txt", "{}/notes.txt", "a/../../notes.txt", "out/a"])
def test_a_manifest_that_leads_outside_deletes_nothing(server, cache, there):
    serve(server, "set.zip", GOOD["set.zip"])
    folder = fetch("x")
    notes = mine(cache / "notes.txt"), mine(cache / "elsewhere/a")
    (folder / "out").symlink_to(cache / "elsewhere")
    known = json.loads((folder / MANIFEST).read_text())
    known["sizes"][there.format(cache)] = 4
    (folder / MANIFEST).write_text(json.dumps(known))
    fetch("x")
    assert [path.read_text() for path in notes] == ["mine"] * 2
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "manifest", ["", "[]", "null", "7", "{}", '{"sizes": 1}', '{"sizes": [1]}', "[" * 100_000]
)
def test_a_manifest_that_is_none(server, cache, manifest):
    serve(server, "set.zip", GOOD["set.zip"])
    (fetch("x") / MANIFEST).write_text(manifest)
    assert {name: (fetch("x") / name).read_bytes() for name in FILES} == FILES
    assert fetch("x") and len(server.requests) == 2


@posix
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(server, cache):
    serve(server, "words.txt", b"")
    file = fetch("x")
    file.unlink()
    os.mkfifo(file)
    left_alone(server, cache, file, requests=1)


@pytest.mark.parametrize("after", range(1, 5))
def test_a_renewal_that_is_interrupted_goes_on_later(server, cache, monkeypatch, after):
    serve(server, "set.zip", GOOD["set.zip"])
    folder = fetch("x")
    notes = mine(folder / "set/notes.txt")
    damage_by_cutting(folder)
    replace, left = Path.replace, [None] * (after - 1)

    def interrupted(*paths):
        left.pop() if left else stop()
        return replace(*paths)

    def stop():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", interrupted)
        fetch("x")
    assert not list(cache.glob(".partial-*"))
    assert {name: (fetch("x") / name).read_bytes() for name in FILES} == FILES
    assert notes.read_text() == "mine"


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write it")
def test_whole_data_in_a_folder_that_cannot_be_written_is_used(server, cache):
    serve(server, "set.zip", GOOD["set.zip"])
    fetch("x")
    cache.chmod(0o555)
    assert fetch("x") == cache / "x"
    cache.chmod(0o755)


# --- other processes -------------------------------------------------------------------------

CHILD = """
import sys
from utils import downloads
name, address, checksum, prelude = sys.argv[1:]
exec(prelude)
downloads.SOURCES[name] = downloads.Source("test", address, checksum, "here", "CC0")
try:
    print(downloads.fetch(name))
except downloads.DataError as error:
    print("DataError:", error)
"""


def start(prelude="", **options):
    source = downloads.SOURCES["x"]
    command = [sys.executable, "-c", CHILD, "x", source.address, source.checksum, prelude]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


@pytest.mark.parametrize("damaged", [False, True])
def test_two_processes_at_once(server, cache, damaged):
    if damaged:
        serve(server, "set.zip", GOOD["set.zip"])
        damage_by_cutting(fetch("x"))
        server.requests.clear()
    together = threading.Barrier(2, timeout=20)

    def answer(handler):
        together.wait()  # no byte is sent before both have asked
        send(handler, GOOD["set.zip"])

    server.answers["/set.zip"] = answer
    register(server.address("/set.zip"), GOOD["set.zip"])
    outputs = [child.communicate(timeout=30) for child in [start(), start()]]
    assert [out for out, _ in outputs] == [f"{cache / 'x'}\n"] * 2, outputs
    assert len(server.requests) == 2
    assert {name: (cache / "x" / name).read_bytes() for name in FILES} == FILES
    assert sorted(path.name for path in cache.iterdir()) == [MARK, "x"]


@posix
def test_interrupt_leaves_nothing(server, cache):
    server.answers["/words.txt"] = stall
    register(server.address("/words.txt"))
    # As a kernel does. Else, where a shell runs the tests in the background with SIGINT ignored,
    # the child inherits that.
    child = start("import signal; signal.signal(signal.SIGINT, signal.default_int_handler)")
    assert server.reached.wait(20)
    assert any(cache.rglob("words.txt"))
    child.send_signal(signal.SIGINT)
    _, trace = child.communicate(timeout=20)
    assert "KeyboardInterrupt" in trace
    assert left_over(cache) == []


def download_that_stalls(server):
    server.answers["/words.txt"] = stall
    register(server.address("/words.txt"))
    child = start()
    assert server.reached.wait(20)
    return child


def fetch_again(server, cache):
    server.answers["/words.txt"] = lambda handler: send(handler, BODY)
    if (cache / "x").exists():
        damage_by_removing_all(cache / "x")
    assert fetch("x").read_bytes() == BODY


def test_what_a_killed_process_left_is_swept(server, cache):
    child = download_that_stalls(server)
    child.kill()
    child.communicate(timeout=20)
    assert len(list(cache.glob(".partial-*/words.txt"))) == 1
    fetch_again(server, cache)
    assert left_over(cache) == ["x", "x/.manifest.json", "x/words.txt"]


def test_a_running_download_is_not_swept_whatever_the_clock_says(server, cache, monkeypatch):
    child = download_that_stalls(server)
    try:
        (running,) = cache.glob(".partial-*")
        for path in (*running.iterdir(), running):
            os.utime(path, (0, 0))
        monkeypatch.setattr(time, "time", lambda: 4e9)  # 2096
        fetch_again(server, cache)
        assert (running / "words.txt").exists()
    finally:
        child.kill()
        child.communicate(timeout=20)


def test_what_only_looks_like_an_unfinished_download_is_not_swept(server, cache):
    cache.mkdir()
    (cache / MARK).touch()
    mine, new = cache / ".partial-mine", cache / ".partial-new"
    for folder in (mine, new):
        folder.mkdir()
        (folder / "notes.txt").write_text("mine")
        os.utime(folder, (0, 0))
    (new / MARK).touch()  # another process is about to lock it
    serve(server, "words.txt", BODY)
    fetch("x")
    assert (mine / "notes.txt").exists() and (new / "notes.txt").exists()


LIMIT = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"


@posix
@pytest.mark.parametrize(("file", "limit"), [("words.txt", 100_000), ("words.gz", 200_000)])
def test_a_write_that_the_system_refuses(server, cache, file, limit):
    """The operating system itself stops the download, or the unpacking, at `limit` bytes."""
    serve(server, file, BODY if file == "words.txt" else gzip.compress(BODY))
    out, trace = start(LIMIT.format(limit)).communicate(timeout=30)
    assert re.match(r"DataError: The disk of .* is full \(File too large\), nothing was", out), (
        trace
    )
    assert left_over(cache) == []
