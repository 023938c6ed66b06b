"""utils.files: the learner's own lists, good and bad."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server import posix
from utils.files import DataError, read_names

NAMES = ["Zoë", "李明", "Ольга", "محمد", "Søren", "Nguyễn", "O'Brien", "आदित्य", "Anna Maria"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_read_names_in_any_script(tmp_path, encoding, newline):
    path = tmp_path / "names.txt"
    lines = ["", f"  {NAMES[0]}\t", *NAMES, "   ", NAMES[3]]
    path.write_bytes(newline.join(lines).encode(encoding))
    assert read_names(path, at_least=9) == NAMES
    assert read_names(str(path), at_least=9) == NAMES


UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters and marks that nobody sees
SEEN = st.characters(codec="utf-8", categories=["L", "M"], exclude_characters=UNSEEN)


@given(st.lists(st.text(SEEN, min_size=1)))
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


def test_two_lists_joined_with_a_byte_order_mark_in_the_middle(tmp_path):
    first = [f"Name{letter}saurus" for letter in "abcdefghijklmnopqrstuvwxyzàéîø"]
    second = [*first, *[name.replace("Name", "Other") for name in first]]
    for encoding in ("utf-8", "utf-16-le"):
        joined = "\ufeff" + "\n".join(first) + "\n\ufeff" + "\n".join(second)
        (tmp_path / "names.txt").write_bytes(joined.encode(encoding))
        assert read_names(tmp_path / "names.txt") == second
        assert len(second) == 60


@pytest.mark.parametrize(
    "unseen", ["\ufeff", "\u200b", "\u200e", "\u202c", "\u2060", "\u00ad", "\u3164"]
)
def test_what_nobody_sees_makes_no_second_name(tmp_path, unseen):
    path = tmp_path / "names.txt"
    alike = [unseen + name for name in NAMES] + [name + unseen for name in NAMES]
    alike += [name[:2] + unseen + name[2:] for name in NAMES[:7]]
    path.write_text("\n".join([*alike, unseen, *NAMES, "Anna\xa0Maria"]), encoding="utf-8")
    assert read_names(path, at_least=1) == NAMES


def test_a_joiner_that_shapes_a_name_stays(tmp_path):
    path = tmp_path / "names.txt"
    names = ["علی\u200cرضا", "علیرضا", "ශ්\u200dරී"]
    path.write_text("\n".join(names), encoding="utf-8")
    assert read_names(path, at_least=3) == names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_advice_to_save_as_utf_8_helps(tmp_path, encoding):
    """What was refused is read when it is saved anew, as the sentence says."""
    path = tmp_path / "names.txt"
    for content in ("\n".join(NAMES[:7]).encode("utf-16-le"), "Ada\nZo\xeb\n".encode("latin-1")):
        path.write_bytes(content)
        with pytest.raises(DataError, match="save it as text in UTF-8"):
            read_names(path, at_least=2)
        text = content.decode("utf-16-le" if b"\0" in content else "latin-1")
        path.write_text(text, encoding=encoding)
        assert read_names(path, at_least=2) == text.split()


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
        ("Ada\nZoë".encode()[:-1], "its last letter is cut, or not UTF-8.*copy it again"),
        ("Ada\nZo🦕".encode("utf-16")[:-2], "its last letter is cut, or not UTF-16.*copy it again"),
        (b"{\\rtf1\\ansi Ada\\par\nGrace\\par\n" * 60, "it is in RTF.*save it as text"),
        (b"\n<!DOCTYPE html>\n" + b"Ada<br>\n" * 60, "it is a web page.*save it as text"),
        ("Ada\nO\x92Brien\n".encode(), r"line 2 holds the control character U\+0092\): remove it"),
        (b"Ada\nGr\x08ace\n", r"line 2 holds the control character U\+0008\): remove it"),
        ("\ufeff\n\u3164\n\u200b \u00ad\n".encode() * 60, "is empty"),
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
        (5, "not int"),
        (None, "not NoneType"),
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
