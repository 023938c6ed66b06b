"""utils.characters: what nobody sees is dropped, and what shapes the letters stays."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.characters import INVISIBLE, JOINERS, code, visible

SHOWN = {"EGYPTIAN", "ARABIC NUMBER", "ARABIC SIGN", "ARABIC FOOTNOTE", "ARABIC END", "ARABIC DISP"}
SHOWN |= {"ARABIC POUND", "ARABIC PIASTRE", "SYRIAC ABBR", "KAITHI"}


def test_every_format_character_is_dropped_or_seen():
    """Unicode has some that are seen, such as the sign for an Arabic number."""
    for character in map(chr, range(sys.maxunicode)):
        if unicodedata.category(character) == "Cf" and character not in "\u200c\u200d":
            shown = any(unicodedata.name(character, "").startswith(name) for name in SHOWN)
            assert visible(f"a{character}b") == (f"a{character}b" if shown else "ab")


@pytest.mark.parametrize(
    "character",
    [
        *"\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u3164\ufeff"
    ],
)
def test_what_nobody_sees_is_dropped_wherever_it_stands(character):
    for text in ("Zoë", "Zoe\u0308", "9 May 1998", "李明", "Ольга"):
        for at in range(len(text) + 1):
            assert visible(text[:at] + character + text[at:]) == text
    assert visible(character * 3) == ""


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian: two parts of a word that do not join
        "ه\u200d",  # the letter as it begins a word
        "क्\u200dष",
        "ක්\u200dර",
        "അവന്\u200d",  # Malayalam: at the end of a word
        "👩\u200d🔬",
        "👩🏽\u200d🔬",
        "❤\ufe0f\u200d🔥",
        "葛\U000e0100",  # the form of a letter in a family's name
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
        "",
        "a b\tc\nd",
    ],
)
def test_what_shapes_the_text_stays(text):
    assert visible(text) == text


def test_a_joiner_that_joins_nothing_is_dropped():
    assert visible("علی\u200c و رضا\u200c") == "علی و رضا"
    assert visible("می\u200c\u200cخواهم") == "می\u200cخواهم"
    assert visible("Zo\u200dë \u200dA\u200c") == "Zoë A"


@given(st.text(st.one_of(st.characters(), st.sampled_from("\u200b\u200c\u200d\ufeffم क्❤\u0301"))))
def test_nothing_else_changes(text):
    found = visible(text)
    assert visible(found) == found
    assert JOINERS.sub("", found) == JOINERS.sub("", INVISIBLE.sub("", text))


def test_code():
    assert code("\u200b") == "U+200B ZERO WIDTH SPACE"
    assert code("\x08") == "U+0008"
    assert code("\U000e0001") == "U+E0001 LANGUAGE TAG"
