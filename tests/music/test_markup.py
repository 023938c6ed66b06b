"""utils.music.markup: encodings as programs declare them, rightly or wrongly."""

import pytest

from tests.music.files import saved, shown
from tests.music.scores import HEAD, C, note, part, score
from utils.files import DataError
from utils.music.reading import read_score


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-8-sig", "ISO-8859-1"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-8", "utf-16"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("gb18030", "GB18030"),
    ],
)
def test_encodings(tmp_path, encoding, declared):
    text = score(part(C + note()), head=HEAD.replace("UTF-8", declared), title="Café")
    assert read_score(saved(tmp_path, text.encode(encoding), "tune.xml")).title == "Café"


def test_encodings_that_are_not_what_they_say(tmp_path):
    text = score(part(C + note()), title="Café")
    with pytest.raises(DataError, match=r"says that it is written in utf-8, and line 1 is not"):
        read_score(saved(tmp_path, text.encode("latin-1"), "tune.xml"))
    with pytest.raises(DataError, match="'xyz', an encoding unknown to me: write encoding="):
        read_score(saved(tmp_path, text.replace("UTF-8", "xyz"), "tune.xml"))


def test_a_namespace_changes_nothing(tmp_path):
    text = score(part(C + note())).replace("<score-partwise", '<score-partwise xmlns="a:b"')
    assert shown(read_score(saved(tmp_path, text, "tune.xml"))) == "48:72"


def test_a_file_in_utf_16_cut_inside_a_letter(tmp_path):
    text = score(part(C + note())).replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(DataError, match="is cut short in line 1"):
        read_score(saved(tmp_path, text[:-31], "tune.xml"))
