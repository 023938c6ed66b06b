"""utils.files: the learner's own lists, good and bad."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server import posix
from utils.files import DataError, read_names, written_here

NAMES = ["Zoë", "李明", "Ольга", "محمد", "Søren", "Nguyễn", "O'Brien", "आदित्य", "Anna Maria"]


def test_what_is_written_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with written_here("a.mid", "a.wav"):
        Path("a.mid").touch()
        Path("a.wav").touch()
    assert capsys.readouterr().out == "written beside this notebook: a.mid, a.wav\n"


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EACCES, "copy the project to a folder of your own"),
        (errno.EROFS, "copy the project to a folder of your own"),
        (errno.ENOSPC, "make room on the disk"),
    ],
)
def test_what_cannot_be_written_is_told_and_the_notebook_goes_on(
    number, advice, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with written_here("a.mid", "a.wav"):
        Path("a.mid").touch()
        raise OSError(number, os.strerror(number), "a.wav")
    assert capsys.readouterr().out == (
        f"a.wav could not be written in {tmp_path} ({os.strerror(number)}): to keep it, {advice} "
        "and run this cell again.\n"
    )


def test_another_error_is_not_taken_for_one_of_writing():
    with pytest.raises(ValueError, match="mine"), written_here("a.wav"):
        raise ValueError("mine")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_read_names_in_any_script(tmp_path, encoding, newline):
    path = tmp_path / "names.txt"
    lines = ["", f"  {NAMES[0]}\t", *NAMES, "   ", NAMES[3]]
    path.write_bytes(newline.join(lines).encode(encoding))
    assert read_names(path, at_least=9) == NAMES
    assert read_names(str(path), at_least=9) == NAMES


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "M"]), min_size=1)))
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_read_names_keeps_every_name_once(tmp_path, names):
    path = tmp_path / "names.txt"
    path.write_text("\n".join(names + names), encoding="utf-8")
    found = read_names(path, at_least=0)
    assert len(found) == len(set(found))
    path.write_text("\n".join(found), encoding="utf-8")
    assert read_names(path, at_least=0) == found
    assert len(found) <= len(set(names)) and bool(found) == bool(names)


def test_the_two_ways_to_write_an_accent_are_one_name(tmp_path):
    path = tmp_path / "names.txt"
    path.write_text("Zoe\u0308\nZo\u00eb\n", encoding="utf-8")
    assert read_names(path, at_least=1) == ["Zo\u00eb"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty.*at least 50 are needed, one name per line"),
        (b" \n \r\n", "is empty"),
        (b"Ada, Grace, Katherine", "too short: it holds 1 different.*at least 50.*one name per"),
        (b"Ada\n" * 60, "too short: it holds 1 different"),
        (b"PK\x03\x04\0\0\0\0" * 20, "not plain text.*zero bytes"),
        ("Ada\nGrace\n".encode("utf-32"), "not plain text"),
        ("Ada\nGrace\n".encode("utf-16-le"), "not plain text.*zero bytes.*UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not plain text.*byte 0 is not UTF-8"),
        ("Ada\nZo\xeb\n".encode("latin-1"), "not plain text.*byte 6 is not UTF-8.*save it as"),
        (b"\xff\xfeA", "not plain text.*not UTF-16"),
    ],
)
def test_read_names_refuses(tmp_path, content, message):
    path = tmp_path / "my names.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_names(path)
    assert "my names.txt" in str(caught.value) and "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_read_names_without_a_file(tmp_path):
    for path, message in [
        (tmp_path / "nothing.txt", "no such file"),
        (tmp_path, "a folder"),
        ("a\0b", "null byte"),
        ("~no_such_user/names.txt", "home directory"),
        ("x" * 5000, "too long"),
    ]:
        with pytest.raises(DataError, match=f"(?s)cannot be read.*{message}"):
            read_names(path)


@posix
def test_read_names_does_not_wait_for_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="a folder or a device"):
        read_names(tmp_path / "pipe")


def test_a_large_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(100_000_001)  # sparse: takes no room
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(DataError, match="100,000,001 bytes, and at most 100,000,000 are read"):
        read_names(path)
