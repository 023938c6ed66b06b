"""utils.downloads: downloads that go wrong, archives that are traps, a disk that is full.

The only server is on 127.0.0.1, and no test needs a network.
"""

import errno
import hashlib
import io
import os
import re
import socket
import stat
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pooch
import pytest
from requests.exceptions import SSLError

from tests.server import (
    BODY,
    OFFLINE,
    left_over,
    redirect,
    refused,
    register,
    send,
    serve,
    stall,
)
from tests.test_archives import GOOD
from utils import archives, downloads, files
from utils.cache import cache_folder
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


ROW = """\
[mine]
what = "my own"
address = "https://data.example/mine.zip"
size = 7
checksum = "md5:00112233445566778899aabbccddeeff"
checksum_from = "me"
licence = "CC0"
"""


@pytest.mark.parametrize(
    ("old", "new", "fault", "mended"),
    [
        ("[mine]", "[mine", r"is not TOML \(.*line 1.*: mend that line", "[mine]"),
        ("[mine]", "", "what: it stands in no table: put it below a line such as .text8.", "[a]"),
        ("licence", "license", "mine: 'license' is not known: what, .* licence, size", "licence"),
        ('what = "my own"', "", "mine: there is no what", 'what = "other"'),
        ('"me"', "1", "mine: there is no checksum_from, or it is not a text", '"1"'),
        ("https:", "ftp:", "'ftp://data.example/mine.zip' is not that of .* https://H", "https:"),
        ("mine.zip", "", "'https://data.example/' is not that of a file, .*/FILE", "mine.zip"),
        ("md5:00", "md5:0", "checksum 'md5:0112233445566778899aabbccddeeff' is not", "md5:00"),
        ("md5:", "md4:", "checksum 'md4:00.*' is not sha256:, sha1: or md5:", "md5:"),
        ("size = 7\n", "size = 7.5\n", "the size 7.5 is not a number of bytes: leave it out", ""),
        ("= 7", "= 0", "the size 0 is not a number of bytes", "= 7"),
        ("= 7", "= true", "the size True is not a number of bytes", "= 7"),
    ],
)
def test_an_edit_of_the_registry_that_is_wrong(tmp_path, monkeypatch, old, new, fault, mended):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    path = tmp_path / "sources.toml"
    path.write_text(ROW.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=f"^datasets/sources.toml.*{fault}"):
        downloads.read_sources()
    path.write_text(ROW.replace(old, mended), encoding="utf-8")  # as advised
    [source] = downloads.read_sources().values()
    assert (source.file, source.size) == ("mine.zip", 7 if mended else None)


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
    assert cache_folder() == tmp_path / "sequence-models-data"
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", "~/there")
    assert cache_folder() == Path.home() / "there/sequence-models-data"
    monkeypatch.delenv("SEQUENCE_MODELS_DATA")
    assert cache_folder() == pooch.os_cache("sequence-models")


def test_no_home_folder(monkeypatch):
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", "~no_such_user/there")
    with pytest.raises(
        DataError, match=r"home folder of .* is not known: set SEQUENCE_MODELS_DATA"
    ):
        fetch("text8")


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


@pytest.mark.parametrize("stderr", [None, io.StringIO()])
def test_without_a_place_for_the_progress(server, cache, monkeypatch, stderr):
    if stderr:
        stderr.close()
    serve(server, "set.zip", GOOD["set.zip"])
    monkeypatch.setattr(sys, "stderr", stderr)
    assert (fetch("x") / "c.txt").read_bytes() == b"c"


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


@pytest.mark.parametrize("where", ["the headers", "the body", "a chunk"])
def test_a_server_that_drips(server, cache, monkeypatch, where):
    monkeypatch.setattr(downloads, "STALL_SECONDS", 0.2)

    def drip(handler):
        if where != "the headers":
            handler.send_response(200)
            if where == "a chunk":
                handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            handler.wfile.write(b"4000\r\n" if where == "a chunk" else b"")
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nServer: ")
        while not handler.server.released.wait(0.01):
            handler.wfile.write(b"a")

    server.answers["/words.txt"] = drip
    register(server.address("/words.txt"))
    start = time.monotonic()
    refused(cache, "The server sent nothing for 0.2 s, loading .*words.txt: try again later")
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(("speed", "enough"), [(100, True), (50_000, False)])
def test_the_least_speed(server, cache, monkeypatch, speed, enough):
    monkeypatch.setattr(downloads, "STALL_SECONDS", 0.5)
    monkeypatch.setattr(downloads, "LEAST_SPEED", speed)
    monkeypatch.setattr(downloads, "CHUNK", 64)

    def steady(handler):  # less than 20,000 bytes a second
        send(handler, b"", 20_000)
        for begin in range(0, 20_000, 200):
            handler.wfile.write(BODY[begin : begin + 200])
            time.sleep(0.01)

    server.answers["/words.txt"] = steady
    register(server.address("/words.txt"), BODY[:20_000])
    if enough:
        assert fetch("x").read_bytes() == BODY[:20_000]
    else:
        refused(cache, r"The server sent only [\d,]+ bytes for 0.5 s, loading .*: try again later")


@pytest.mark.parametrize("jump", [-1e9, 1e9])
def test_a_clock_that_jumps(server, cache, monkeypatch, jump):
    now = [time.time()]

    def jumping():
        now[0] += jump
        return now[0]

    monkeypatch.setattr(time, "time", jumping)
    monkeypatch.setattr("tqdm.std.time", jumping)
    serve(server, "words.txt", BODY)
    assert fetch("x").read_bytes() == BODY


ENDLESS = 50_000_000


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.server.sent = 0
    with suppress(OSError):
        while handler.server.sent < ENDLESS:
            handler.server.sent += handler.wfile.write(bytes(100_000))


def too_long(handler):
    send(handler, BODY + b"a")


def unpacks_to_more(handler):
    """300 MB of zeros, whatever encodings are asked for."""
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    packer = zlib.compressobj(1, wbits=31)
    with suppress(OSError):
        for _ in range(300):
            handler.wfile.write(packer.compress(bytes(1_000_000)))


@pytest.mark.parametrize("answer", [endless, too_long, unpacks_to_more])
@pytest.mark.parametrize("stated", [True, False])
def test_a_download_stops_at_its_size(server, cache, monkeypatch, answer, stated):
    monkeypatch.setattr(downloads, "UNSTATED_BYTES", len(BODY))
    server.answers["/words.txt"] = answer
    register(server.address("/words.txt"), BODY, len(BODY) if stated else None)
    sizes, write = [], downloads._Received.write

    def counted(file, chunk):
        sizes.append(len(chunk))
        write(file, chunk)

    monkeypatch.setattr(downloads._Received, "write", counted)
    message = refused(cache, "sent more for .*words.txt than .*300,000 bytes.*, and was stopped")
    assert ("no size is stated" in message) != stated
    assert sum(sizes) < len(BODY) + 2 * downloads.CHUNK
    assert getattr(server, "sent", 0) < ENDLESS / 2


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


def test_a_certificate_that_is_not_accepted(cache, monkeypatch):
    def fail(*_):
        raise SSLError("certificate is not yet valid")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", fail)
    register("https://data.example/words.txt")
    refused(cache, "^data.example .*certificate.*check the machine's date and time")


# --- the advice helps ------------------------------------------------------------------------


def is_out_of_date(server, cache, monkeypatch):
    monkeypatch.setattr(
        pooch.HTTPDownloader, "__call__", Mock(side_effect=SSLError("not yet valid"))
    )


def is_down(server, cache, monkeypatch):
    server.answers["/words.txt"] = lambda handler: handler.send_error(503)


def sends_another_file(server, cache, monkeypatch):
    server.answers["/words.txt"] = lambda handler: send(handler, b"Please log in")


def sends_half(server, cache, monkeypatch):
    server.answers["/words.txt"] = lambda handler: send(handler, BODY[:999], len(BODY))


def is_too_large(server, cache, monkeypatch):
    with_free(monkeypatch, 10)


def is_taken(server, cache, monkeypatch):
    (cache / "x").mkdir(parents=True)
    (cache / "x/notes.txt").write_text("mine")


def is_a_file(server, cache, monkeypatch):
    cache.write_text("mine")


def right_again(server, cache, monkeypatch):
    """Wait, or set the clock: the server is as it should be."""
    monkeypatch.undo()
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", str(cache.parent))
    serve(server, "words.txt", BODY)


def more_room(server, cache, monkeypatch):
    with_free(monkeypatch, 10**9)


def another_folder(server, cache, monkeypatch):
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", str(cache.parent / "elsewhere"))


def moved_away(server, cache, monkeypatch):
    (cache / "x").rename(cache.parent / "moved")


@pytest.mark.parametrize(
    "wrong, said, follow",
    [
        (is_out_of_date, "check the machine's date and time", right_again),
        (is_down, "try again later", right_again),
        (sends_another_file, "Try again", right_again),
        (sends_half, "try again", right_again),
        (is_too_large, "free some space", more_room),
        (is_taken, "move it elsewhere", moved_away),
        (is_taken, "set SEQUENCE_MODELS_DATA to another folder", another_folder),
        (is_a_file, "set SEQUENCE_MODELS_DATA to a folder you may write to", another_folder),
    ],
)
def test_the_advice_helps(server, cache, monkeypatch, wrong, said, follow):
    serve(server, "words.txt", BODY)
    wrong(server, cache, monkeypatch)
    with pytest.raises(DataError, match=said):
        fetch("x")
    follow(server, cache, monkeypatch)
    assert fetch("x").read_bytes() == BODY


def test_the_name_that_was_meant_is_one():
    with pytest.raises(DataError, match="Did you mean") as caught:
        fetch("glove50d")
    assert re.search("mean '(.*?)'", str(caught.value))[1] in downloads.SOURCES


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

    monkeypatch.setattr(archives, "_write", fail)
    serve(server, "set.zip", GOOD["set.zip"])
    refused(cache, r"is full \(No space left on device\), nothing was kept")


def test_cache_folder_that_cannot_be_made(server, cache):
    cache.write_text("a file stands where the folder should be")
    serve(server, "words.txt", BODY)
    with pytest.raises(DataError, match=r"cannot be used .*: set SEQUENCE_MODELS_DATA to a folder"):
        fetch("x")
    assert cache.read_text().startswith("a file stands")
