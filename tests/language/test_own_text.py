"""A learner's own text, and a sentence that somebody typed."""

import pytest

from utils.files import DataError
from utils.language import own_text


def saved(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "my_text.txt"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The old cat\nsleeps. Then it wakes.\n", ["the", "old", "cat", "sleeps", "."]),
        ("Старый кот спит. Потом встаёт.\r\n", ["старый", "кот", "спит", "."]),
        ("老猫在睡觉。然后醒了。", [*"老猫在睡觉。"]),
        ("बिल्ली सोती है। फिर उठती है। ", ["बिल्ली", "सोती", "है", "।"]),
    ],
)
def test_sentences_of_any_language(tmp_path, text, words, encoding):
    found = own_text.read(saved(tmp_path, text * 60, encoding))
    assert found[0] == words
    assert len(found) >= 60


def test_a_blank_line_ends_a_sentence(tmp_path):
    found = own_text.read(saved(tmp_path, "A title\n \nThe text goes on.\n\n\n" * 100))
    assert found[:2] == [["a", "title"], ["the", "text", "goes", "on", "."]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"too few words", "is too short: it holds 3 words"),
        (b"word " * 400, "has too few sentences .1, and at least 20"),
        (b"\xff" * 900, "not UTF-8"),
        (b"{\\rtf1 word" * 200, "RTF"),
        (b"word \x01 " * 400, "control character"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path, content, says):
    path = tmp_path / "my_text.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=says) as refused:
        own_text.read(path)
    assert "one name per line" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        own_text.read(tmp_path / "nothing.txt")


def test_a_typed_sentence():
    assert own_text.read_sentence("  The\u200b Mau’s milk?\n") == ["the", "mau", "'s", "milk", "?"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (" \u200b\n", "is empty"),
        (None, "not NoneType"),
        (["a"], "not list"),
        ("word " * 201, "at most 200 words here; yours has 201"),
    ],
)
def test_what_is_no_sentence_is_refused(text, says):
    with pytest.raises(ValueError, match=says):
        own_text.read_sentence(text)


def test_a_tenth_is_held_out():
    sentences = [[str(number)] for number in range(95)]
    kept, held_out = own_text.parted(sentences)
    assert (len(kept), len(held_out)) == (85, 10)
    assert sorted(kept + held_out, key=lambda words: int(words[0])) == sentences
    assert own_text.parted(sentences[:1]) == ([], [["0"]])
