"""utils.files: the learner's own lists, good and bad, and files that are written whole."""

import errno
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server import posix
from utils.env import ROOT
from utils.files import DataError, read_names, write_atomically, written_here

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


def test_names_may_be_added_while_files_are_written(capsys):
    with written_here() as names:
        names += ["a_2.mid", "a_2.wav"]
    assert capsys.readouterr().out == "written beside this notebook: a_2.mid, a_2.wav\n"
    with written_here():
        raise PermissionError(13, "Permission denied")
    assert capsys.readouterr().out.startswith("A file could not be written in ")


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


@pytest.mark.parametrize(
    ("content", "said", "mended"),
    [
        (b"Ada, Grace", "at least 2 are needed, one name per line", b"Ada\nGrace"),
        (b"Ada\nGr\x08ace\n", "line 2 .*: remove it there", b"Ada\nGrace\n"),
        ("Ada\nZoë".encode()[:-1], "or copy it again", "Ada\nZoë".encode()),
        (b"{\\rtf1 Ada\\par\nGrace\\par}", "in RTF.*save it as text in UTF-8", b"Ada\nGrace"),
        (b"<html>Ada<br>\nGrace", "a web page.*save it as text in UTF-8", b"Ada\nGrace"),
    ],
)
def test_the_advice_helps(tmp_path, monkeypatch, content, said, mended):
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_names(path, at_least=2)
    path.write_bytes(mended)
    names = read_names(path, at_least=2)
    assert names == mended.decode().split()
    with pytest.raises(DataError, match="give the name of a text file"):
        read_names("names.txt", at_least=2)
    monkeypatch.chdir(tmp_path)  # "a bare name is looked for beside the notebook"
    assert read_names("names.txt", at_least=2) == names


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


# --- writing ---------------------------------------------------------------------------------


def alone(path, content):
    """The file holds this content, and nothing else stands in its folder."""
    assert [(file.name, file.read_bytes()) for file in path.parent.iterdir()] == [
        (path.name, content)
    ]


def test_write_atomically(tmp_path):
    path = tmp_path / "solo.wav"
    write_atomically(path, b"\r\n\0")
    alone(path, b"\r\n\0")
    write_atomically(str(path), "Zoë\n一\r\n")
    alone(path, "Zoë\n一\r\n".encode())


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_new_file_has_the_usual_permissions_and_an_old_one_its_own(tmp_path, umask):
    new, old = tmp_path / "new", tmp_path / "old"
    old.touch()
    old.chmod(0o751)
    before = os.umask(umask)
    try:
        write_atomically(new, b"1")
        write_atomically(old, b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(new.stat().st_mode) == 0o666 & ~umask
    assert stat.S_IMODE(old.stat().st_mode) == 0o751


@posix
def test_a_link_is_followed(tmp_path):
    (tmp_path / "there").mkdir()
    link, file = tmp_path / "link.wav", tmp_path / "there/file.wav"
    link.symlink_to("there/file.wav")
    for content in (b"first", b"second"):  # the first write is through a link to nothing
        write_atomically(link, content)
        assert link.is_symlink()
        alone(file, content)
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    with pytest.raises(OSError, match="loop"):
        write_atomically(loop, b"third")
    assert loop.is_symlink()


@posix
def test_what_is_no_file_is_written_to_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_atomically(pipe, b"sound")
    assert os.read(reader, 9) == b"sound" and pipe.is_fifo()
    os.close(reader)


def fail(error):
    def failing(*_):
        raise error

    return failing


NO_ROOM = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("where", ["fsync", "replace"])
@pytest.mark.parametrize("error", [NO_ROOM, KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path, monkeypatch, where, error):
    path = tmp_path / "old.wav"
    path.write_bytes(b"old")
    monkeypatch.setattr(*(os, "fsync") if where == "fsync" else (Path, "replace"), fail(error))
    with pytest.raises(type(error)) as caught:
        write_atomically(path, b"new")
    alone(path, b"old")
    if error is NO_ROOM:
        assert str(caught.value) == f"[Errno 28] No space left on device: {str(path)!r}"


@posix
def test_a_full_disk_leaves_the_old_file_alone(tmp_path):
    """The operating system itself stops the write after 1,000 bytes."""
    path = tmp_path / "old.wav"
    path.write_bytes(b"old")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "from utils.files import write_atomically; write_atomically(sys.argv[1], bytes(2000))"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert f"File too large: {str(path)!r}" in done.stderr
    alone(path, b"old")


@posix
def test_a_protected_file_stays(tmp_path, monkeypatch):
    """A new name in its place would need no right to write the file itself."""
    path = tmp_path / "old.wav"
    path.write_bytes(b"old")
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for everybody but root
    with pytest.raises(PermissionError, match=r"old\.wav"):
        write_atomically(path, b"new")
    alone(path, b"old")


@pytest.mark.parametrize("path", ["nothing/new.wav", "file/new.wav", "folder", "x" * 300])
def test_a_path_that_cannot_be_written_is_named(tmp_path, path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=f"{path}'$"):
        write_atomically(tmp_path / path, b"new")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["file", "folder"]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write it")
def test_a_folder_that_cannot_be_written(tmp_path):
    path = tmp_path / "old.wav"
    path.write_bytes(b"old")
    tmp_path.chmod(0o555)
    with pytest.raises(PermissionError, match=r"old\.wav"):
        write_atomically(path, b"new")
    tmp_path.chmod(0o755)
    alone(path, b"old")


# What else writes, and why nothing can be lost there.
WRITERS = {
    "utils.files": "here",
    "utils.archives": "in a folder of its own, which is renamed when it is whole",
    "utils.downloads": "in such a folder",
    "utils.cache": "in such a folder",
    "utils.env": "in a temporary folder",
    "utils.course.site": "in a folder that it makes anew from the notebooks",
    "utils.course.site_math": "in that folder",
    "utils.course.installing": "its marks in an environment, which can be made anew",
    "utils.language.analogies": "in a temporary folder",
}


@pytest.mark.parametrize("path", sorted(ROOT.glob("utils/**/*.py")), ids=str)
def test_nothing_else_writes_a_file(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    text = path.read_text(encoding="utf-8")
    writes = re.findall(r"\.write_(?:text|bytes)\(|open\([^)]*[\"'][wxa]b?\+?[\"']|np\.save", text)
    assert not writes or name in WRITERS, f"{name}: take files.write_atomically for {writes}"
