"""utils.archives: archives that are whole, damaged, or traps."""

import bz2
import gzip
import io
import os
import re
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server import BODY, FILES, locked, refused, register, serve, tar_of, zip_of
from utils import archives
from utils.cache import FOLDER, MARK
from utils.downloads import fetch
from utils.files import DataError

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
    assert sorted(path.name for path in cache.parent.rglob("*")) == [MARK, FOLDER]
    assert not Path("/evil.txt").exists()


def test_unpacking_stops_at_the_limit(tmp_path):
    """A stated size over the limit is not written at all, a hidden one hardly further."""
    archive = tmp_path / "set.gz"
    archive.write_bytes(bytes(1000))

    def members(_):
        yield "stated", True, 50_001, io.BytesIO(b"")

    with pytest.raises(DataError, match="more than 50 times its own size"):
        archives._write_members(members, archive, tmp_path)
    assert not (tmp_path / "stated").exists()
    written = archives._write(io.BytesIO(bytes(10_000_000)), tmp_path / "hidden", 50_000)
    assert 50_000 < written == (tmp_path / "hidden").stat().st_size <= 50_000 + archives.CHUNK


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
        archives._write_members(members, archive, tmp_path)
    assert caught and closed


@given(
    st.lists(st.sampled_from(["..", ".", "a", "", "C:", "con", "~"]), min_size=1),
    st.sampled_from(["/", "\\", "//"]),
)
def test_no_name_leads_outside(parts, separator):
    name = separator.join(parts)
    try:
        inside = archives._inside(name, True, Path("set.zip"))
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
        *[
            pytest.param("set.tar.gz", GOOD["set.tar.gz"][:n], id=f"the first {n} bytes of a .gz")
            for n in range(1, 20)  # no two runs have the same: the head holds the time of day
        ],
        ("set.tar.bz2", GOOD["set.tar.bz2"][:2000]),
        ("set.tar.bz2", bz2.compress(BODY)),
        ("set.gz", b"not an archive"),
        ("set.gz", gzip.compress(BODY)[:-100]),
        ("set.gz", gzip.compress(BODY)[:10] + b"\xff" * 1000),
        ("set.zip", zip_of({"a": b"1", "a/b": b"2"})),
        ("set.zip", locked(GOOD["set.zip"])),
    ],
)
def test_archive_that_cannot_be_read(server, cache, file, body):
    serve(server, file, body)
    refused(cache, rf"{re.escape(file)} cannot be unpacked \(.+\): report it")
