"""utils.downloads: downloads that go wrong, archives that are traps, a disk that is full.

The only server is on 127.0.0.1, and no test needs a network.
"""

import bz2
import errno
import gzip
import hashlib
import io
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pooch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server import (
    BODY,
    FILES,
    OFFLINE,
    left_over,
    posix,
    redirect,
    refused,
    register,
    send,
    serve,
    stall,
    tar_of,
    zip_of,
)
from utils import downloads
from utils.downloads import Source, fetch
from utils.env import ROOT
from utils.files import DataError

# --- the registry ----------------------------------------------------------------------------

DIGITS = {"sha256": 64, "sha1": 40, "md5": 32}
RESULTS = {
    "glove-50d": "glove-wiki-gigaword-50",
    "imdb": "imdb.npz",
    "tiny-shakespeare": "input.txt",
}


@pytest.mark.parametrize("name", downloads.SOURCES)
def test_registry(name):
    source = downloads.SOURCES[name]
    algorithm, _, digest = source.checksum.partition(":")
    assert re.fullmatch(rf"[0-9a-f]{{{DIGITS[algorithm]}}}", digest)
    assert source.address.startswith("https://")
    assert source.what and source.checksum_from and source.licence
    assert source.size is None or source.size > 1_000_000
    assert source.result == RESULTS.get(name, "")


def test_readme_lists_the_registry():
    readme = (ROOT / "datasets/README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{name}` | [{source.what}]({source.address}) | "
        f"{f'{source.size / 1e6:,.1f}' if source.size else 'not stated'} | {source.licence} | "
        f"{source.checksum.partition(':')[0]}, from {source.checksum_from} |"
        for name, source in downloads.SOURCES.items()
    ]


@pytest.mark.parametrize("name", ["glove50d", "IMDB", "speech_commands", "", "../etc", None, []])
def test_unknown_name_lists_the_names(name):
    with pytest.raises(DataError, match="The names are: glove-6b, glove-50d, text8") as caught:
        fetch(name)
    near = {"glove50d": "glove-50d", "IMDB": "imdb", "speech_commands": "speech-commands"}
    if name in list(near):
        assert f"Did you mean '{near[name]}'?" in str(caught.value)


def test_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", str(tmp_path))
    assert downloads.cache_folder() == tmp_path
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", "~/there")
    assert downloads.cache_folder() == Path.home() / "there"
    monkeypatch.delenv("SEQUENCE_MODELS_DATA")
    assert downloads.cache_folder() == pooch.os_cache("sequence-models")


# --- fetching from a server on this machine --------------------------------------------------


def test_fetch_a_file_once(server, cache):
    serve(server, "words.txt", BODY)
    path = fetch("x")
    assert path == cache / "x" / "words.txt"
    assert path.read_bytes() == BODY
    assert left_over(cache) == ["x", "x/.manifest.json", "x/words.txt"]
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o500 == 0o500
    assert fetch("x") == path
    assert server.requests == ["/words.txt"]


def test_progress_bar(server, cache, capsys):
    serve(server, "words.txt", BODY)
    fetch("x")
    shown = capsys.readouterr().err
    assert "words.txt: 100%" in shown and "300k/300k" in shown


def test_without_a_content_length(server, cache):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(BODY)

    server.answers["/words.txt"] = answer
    register(server.address("/words.txt"))
    assert fetch("x").read_bytes() == BODY


@pytest.mark.parametrize("algorithm", DIGITS)
def test_every_kind_of_checksum(server, cache, algorithm):
    server.answers["/words.txt"] = lambda handler: send(handler, BODY)
    checksum = f"{algorithm}:{hashlib.new(algorithm, BODY).hexdigest()}"
    address = server.address("/words.txt")
    downloads.SOURCES["x"] = Source("test", address, checksum, "here", "CC0")
    assert fetch("x").read_bytes() == BODY
    downloads.SOURCES["x"] = Source("test", address, checksum[:-1] + "g", "here", "CC0")
    with pytest.raises(DataError, match=f"wrong checksum.*{algorithm} expected"):
        fetch("x")


def test_redirect_is_followed(server, cache):
    serve(server, "there.txt", BODY)
    server.answers["/here.txt"] = lambda handler: redirect(handler, "/there.txt")
    register(server.address("/here.txt"))
    assert fetch("x") == cache / "x" / "here.txt"
    assert fetch("x").read_bytes() == BODY


def test_redirect_in_a_circle(server, cache):
    server.answers["/a"] = lambda handler: redirect(handler, "/b")
    server.answers["/b"] = lambda handler: redirect(handler, "/a")
    register(server.address("/a"))
    refused(cache, f"redirects {server.address('/a')} in a circle: try again later")


@pytest.mark.parametrize("to", ["http://[bad", "ftp://127.0.0.1/words.txt"])
def test_redirect_to_nowhere(server, cache, to):
    server.answers["/words.txt"] = lambda handler: redirect(handler, to)
    register(server.address("/words.txt"))
    refused(cache, "The server's answer for .*words.txt is not valid")


def test_redirect_to_a_server_that_is_down(server, cache):
    server.answers["/words.txt"] = lambda handler: redirect(handler, "http://localhost:1/words.txt")
    register(server.address("/words.txt"))
    refused(cache, f"localhost {OFFLINE}")


def test_nonsense_in_the_headers(server, cache):
    server.answers["/words.txt"] = lambda handler: send(handler, BODY, "many")
    register(server.address("/words.txt"))
    refused(cache, "is not valid")


@pytest.mark.parametrize(
    ("status", "advice"), [(404, "newer version"), (500, "try again later"), (429, "try again")]
)
def test_server_error(server, cache, status, advice):
    server.answers["/words.txt"] = lambda handler: handler.send_error(status)
    register(server.address("/words.txt"))
    refused(
        cache, rf"The server answered {status} .* for {server.address('/words.txt')}: .*{advice}"
    )


def test_truncated(server, cache):
    server.answers["/words.txt"] = lambda handler: send(handler, BODY[:1000], len(BODY))
    register(server.address("/words.txt"))
    refused(cache, "The connection broke before .*words.txt was complete: try again")


@pytest.mark.parametrize("before", ["the headers", "the end"])
def test_stalled(server, cache, monkeypatch, before):
    monkeypatch.setattr(downloads, "STALL_SECONDS", 0.2)
    silent = lambda handler: handler.server.released.wait(20)  # noqa: E731
    server.answers["/words.txt"] = silent if before == "the headers" else stall
    register(server.address("/words.txt"))
    start = time.monotonic()
    refused(cache, "The server sent nothing for 0.2 s, loading .*words.txt: try again later")
    assert time.monotonic() - start < 5


def test_wrong_file(server, cache):
    wrong = b"<html>Please log in</html>"
    server.answers["/words.txt"] = lambda handler: send(handler, wrong)
    register(server.address("/words.txt"))
    message = refused(
        cache, f"{server.address('/words.txt')} has the wrong checksum and was deleted"
    )
    assert f"expected {hashlib.sha256(BODY).hexdigest()}" in message
    assert f"got {hashlib.sha256(wrong).hexdigest()}" in message


def test_closed_port(cache):
    with socket.socket() as reserved:  # bound and not listening: nobody else gets the port
        reserved.bind(("127.0.0.1", 0))
        register(f"http://127.0.0.1:{reserved.getsockname()[1]}/words.txt")
        refused(cache, f"127.0.0.1 {OFFLINE}")


def test_name_that_does_not_resolve(cache, monkeypatch):
    def fail(*_args, **_options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    register("https://data.example/words.txt")
    refused(cache, f"data.example {OFFLINE}")


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
    (folder / downloads.MANIFEST).write_bytes(b"[\xff")


def damage_by_losing_the_manifest(folder):
    (folder / downloads.MANIFEST).unlink()


DAMAGES = [
    damage_by_cutting,
    damage_by_flipping,
    damage_by_removing,
    damage_the_manifest,
    damage_by_losing_the_manifest,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_copy_is_fetched_again(server, cache, damage):
    serve(server, "set.zip", zip_of(FILES))
    folder = fetch("x")
    before = left_over(cache)
    damage(folder)
    assert fetch("x") == folder
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert left_over(cache) == before
    assert len(server.requests) == 2


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_copy_is_not_used_when_the_server_fails(server, cache, damage):
    serve(server, "set.zip", zip_of(FILES))
    damage(fetch("x"))
    before = left_over(cache)
    server.answers["/set.zip"] = lambda handler: handler.send_error(500)
    with pytest.raises(DataError, match="answered 500"):
        fetch("x")
    assert left_over(cache) == before  # what the learner had is not thrown away


def test_a_copy_too_large_to_read_again_is_checked_by_size(server, cache, monkeypatch):
    monkeypatch.setattr(downloads, "HASHED_BYTES", 100)
    serve(server, "set.zip", zip_of(FILES))
    damage_by_flipping(fetch("x"))
    fetch("x")
    assert len(server.requests) == 1
    damage_by_cutting(cache / "x")
    fetch("x")
    assert len(server.requests) == 2


def test_a_learners_own_file_in_the_folder_stays(server, cache):
    serve(server, "set.zip", zip_of(FILES))
    (fetch("x") / "notes.txt").write_text("mine")
    assert (fetch("x") / "notes.txt").read_text() == "mine"
    assert len(server.requests) == 1


def test_a_new_checksum_in_the_registry_fetches_again(server, cache):
    serve(server, "words.txt", BODY)
    fetch("x")
    serve(server, "words.txt", b"second edition")
    assert fetch("x").read_bytes() == b"second edition"


# --- archives --------------------------------------------------------------------------------

GOOD = {
    "set.zip": zip_of({"empty/": b"", **FILES}),
    "set.tar.gz": tar_of(FILES),
    "set.tar.bz2": tar_of(FILES, "w:bz2"),
    "plain despite its name.tar.gz": tar_of(FILES, "w"),
}


@pytest.mark.parametrize("file", GOOD)
def test_archive(server, cache, file):
    serve(server, file.replace(" ", "-"), GOOD[file])
    folder = fetch("x")
    assert folder == cache / "x"
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert not list(folder.rglob("*.gz")) and not list(folder.rglob("*.zip"))
    assert (folder / "empty").is_dir() == (file == "set.zip")
    assert fetch("x") == folder
    assert len(server.requests) == 1


def test_gz(server, cache):
    serve(server, "vectors.gz", gzip.compress(BODY))
    assert fetch("x") == cache / "x" / "vectors"
    assert fetch("x").read_bytes() == BODY


def test_gz_from_a_server_that_offers_to_decode_it(server, cache):
    body = gzip.compress(BODY)

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        if "gzip" in handler.headers.get("Accept-Encoding", ""):
            handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(body)

    server.answers["/vectors.gz"] = answer
    register(server.address("/vectors.gz"), body)
    assert fetch("x").read_bytes() == BODY


def special(kind, to=""):
    info = tarfile.TarInfo()
    info.type, info.linkname = kind, to
    return info


def zip_link():
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


OUTSIDE = "points outside its folder"
LINK = "is a link or a device"
HOSTILE = {
    "tar-parent": ("tar.gz", tar_of({"good.txt": b"1", "../evil.txt": b"x"}), OUTSIDE),
    "tar-inner-parent": ("tar.bz2", tar_of({"a/../../evil.txt": b"x"}, "w:bz2"), OUTSIDE),
    "tar-absolute": ("tar.gz", tar_of({"/evil.txt": b"x"}), OUTSIDE),
    "tar-backslash": ("tar.gz", tar_of({"..\\evil.txt": b"x"}), OUTSIDE),
    "tar-drive": ("tar.gz", tar_of({"C:evil.txt": b"x"}), OUTSIDE),
    "tar-symbolic-link": ("tar.gz", tar_of({"l": special(tarfile.SYMTYPE, "a")}), LINK),
    "tar-hard-link": (
        "tar.gz",
        tar_of({"a": b"1", "l": special(tarfile.LNKTYPE, "a")}),
        LINK,
    ),
    "tar-link-then-file": (
        "tar.gz",
        tar_of({"l": special(tarfile.SYMTYPE, ".."), "l/evil.txt": b"x"}),
        LINK,
    ),
    "tar-device": ("tar.gz", tar_of({"d": special(tarfile.CHRTYPE)}), LINK),
    "tar-pipe": ("tar.gz", tar_of({"p": special(tarfile.FIFOTYPE)}), LINK),
    "zip-parent": ("zip", zip_of({"good.txt": b"1", "../evil.txt": b"x"}), OUTSIDE),
    "zip-absolute": ("zip", zip_of({"/evil.txt": b"x"}), OUTSIDE),
    "zip-backslash": ("zip", zip_of({"\\evil.txt": b"x"}), OUTSIDE),
    "zip-link": ("zip", zip_of({zip_link(): b"/etc/passwd"}), LINK),
    "zip-bomb": ("zip", zip_of({"zeros": bytes(5_000_000)}), "more than 50 times its own size"),
    "tar-bomb": ("tar.gz", tar_of({"zeros": bytes(5_000_000)}), "more than 50 times its own size"),
    "gz-bomb": ("gz", gzip.compress(bytes(5_000_000)), "more than 50 times its own size"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archive_is_refused(server, cache, case):
    suffix, body, message = HOSTILE[case]
    serve(server, f"set.{suffix}", body)
    refused(cache, rf"set\.{suffix} was refused: .*{message}")
    assert [path.name for path in cache.parent.rglob("*")] == ["cache"]
    assert not Path("/evil.txt").exists()


def test_unpacking_stops_at_the_limit(tmp_path):
    """A stated size over the limit is not written at all, a hidden one hardly further."""
    archive = tmp_path / "set.gz"
    archive.write_bytes(bytes(1000))

    def members(_):
        yield "stated", True, 50_001, io.BytesIO(b"")

    with pytest.raises(DataError, match="more than 50 times its own size"):
        downloads._write_members(members, archive, tmp_path)
    assert not (tmp_path / "stated").exists()
    written = downloads._write(io.BytesIO(bytes(10_000_000)), tmp_path / "hidden", 50_000)
    assert 50_000 < written == (tmp_path / "hidden").stat().st_size <= 50_000 + downloads.CHUNK


def test_a_refused_archive_is_closed(tmp_path):
    """Windows does not delete an open file."""
    archive, closed = tmp_path / "set.gz", []
    archive.write_bytes(b"")

    def members(_):
        try:
            yield "../evil", True, 1, None
        finally:
            closed.append(True)

    with pytest.raises(DataError) as caught:
        downloads._write_members(members, archive, tmp_path)
    assert caught and closed


@given(
    st.lists(st.sampled_from(["..", ".", "a", "", "C:", "con", "~"]), min_size=1),
    st.sampled_from(["/", "\\", "//"]),
)
def test_no_name_leads_outside(parts, separator):
    name = separator.join(parts)
    try:
        inside = downloads._inside(name, True, Path("set.zip"))
    except DataError as error:
        assert OUTSIDE in str(error)
    else:
        target = os.path.normpath(Path("/cache/x").joinpath(*inside))
        assert target == "/cache/x" or target.startswith("/cache/x/")


@pytest.mark.parametrize(
    ("file", "body"),
    [
        ("set.zip", b"not an archive"),
        ("set.zip", GOOD["set.zip"][:-50]),
        ("set.tar.gz", b"not an archive" * 100),
        ("set.tar.gz", GOOD["set.tar.gz"][:2000]),
        ("set.tar.bz2", GOOD["set.tar.bz2"][:2000]),
        ("set.tar.bz2", bz2.compress(BODY)),
        ("set.gz", b"not an archive"),
        ("set.gz", gzip.compress(BODY)[:-100]),
        ("set.gz", gzip.compress(BODY)[:10] + b"\xff" * 1000),
        ("set.zip", zip_of({"a": b"1", "a/b": b"2"})),
    ],
)
def test_archive_that_cannot_be_read(server, cache, file, body):
    serve(server, file, body)
    refused(cache, rf"{re.escape(file)} cannot be unpacked \(.+\): report it")


# --- the disk --------------------------------------------------------------------------------


def with_free(monkeypatch, size):
    usage = SimpleNamespace(total=size, used=0, free=size)
    monkeypatch.setattr(downloads.shutil, "disk_usage", lambda path: usage)


def test_too_little_room_is_refused_before_the_download(server, cache, monkeypatch):
    serve(server, "words.txt", BODY)
    with_free(monkeypatch, len(BODY) - 1)
    refused(cache, r"words.txt needs at least 0.3 MB of disk space, and .*SEQUENCE_MODELS_DATA")
    assert server.requests == []
    with_free(monkeypatch, len(BODY))
    assert fetch("x").read_bytes() == BODY


def test_an_archive_needs_room_for_its_contents_too(server, cache, monkeypatch):
    serve(server, "set.zip", GOOD["set.zip"])
    with_free(monkeypatch, 2 * len(GOOD["set.zip"]) - 1)
    refused(cache, "set.zip needs at least 0.0 MB of disk space")
    assert server.requests == []


@pytest.mark.parametrize("file", ["set.zip", "set.tar.gz"])
def test_too_little_room_to_unpack(server, cache, monkeypatch, file):
    serve(server, file, GOOD[file])
    register(server.address(f"/{file}"), GOOD[file])  # size not known, so the download starts
    with_free(monkeypatch, 8000)
    refused(cache, f"{file} was refused: its contents are more than the free space on the disk")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device exists on Linux only")
def test_full_disk_while_downloading(server, cache, monkeypatch):
    class ToFullDisk(pooch.HTTPDownloader):
        def __call__(self, url, output_file, pooch, check_only=False):
            with open("/dev/full", "wb") as full:  # noqa: PTH123
                super().__call__(url, full, pooch)

    monkeypatch.setattr(pooch, "HTTPDownloader", ToFullDisk)
    serve(server, "words.txt", BODY)
    refused(cache, r"The disk of .* is full \(No space left on device\), nothing was kept: free")


def test_full_disk_while_unpacking(server, cache, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(downloads, "_write", fail)
    serve(server, "set.zip", GOOD["set.zip"])
    refused(cache, r"is full \(No space left on device\), nothing was kept")


def test_cache_folder_that_cannot_be_made(server, cache):
    cache.write_text("a file stands where the folder should be")
    serve(server, "words.txt", BODY)
    with pytest.raises(DataError, match=r"cannot be used .*: set SEQUENCE_MODELS_DATA to a folder"):
        fetch("x")
    assert cache.read_text().startswith("a file stands")


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
    assert [path.name for path in cache.iterdir()] == ["x"]


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


def test_what_a_killed_process_left_is_swept(server, cache):
    server.answers["/words.txt"] = stall
    register(server.address("/words.txt"))
    child = start()
    assert server.reached.wait(20)
    child.kill()
    child.communicate(timeout=20)
    server.answers["/words.txt"] = lambda handler: send(handler, BODY)
    assert fetch("x").read_bytes() == BODY
    assert len(list(cache.glob(".partial-*"))) == 1  # too young: it may be a running download
    for path in [*cache.glob(".partial-*/*"), *cache.glob(".partial-*")]:
        os.utime(path, (time.time() - 3700,) * 2)
    damage_by_losing_the_manifest(cache / "x")
    assert fetch("x").read_bytes() == BODY
    assert left_over(cache) == ["x", "x/.manifest.json", "x/words.txt"]


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
