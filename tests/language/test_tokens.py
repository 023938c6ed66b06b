"""utils.language.tokens: every sign is in one token, quotes and "'s" stand alone."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.language import tokens

CASES = {
    "": "",
    " \n": "",
    "He said, “Teddy bears are on sale!”": "He|said|,|“|Teddy|bears|are|on|sale|!|”",
    'He said, "go".': 'He|said|,|"|go|"|.',
    "Sydney's west": "Sydney|'s|west",
    "Peres’s and it’s": "Peres|’s|and|it|’s",
    "the teachers' room": "the|teachers|'|room",
    "SYDNEY'S WEST": "SYDNEY|'S|WEST",
    "O'Brien isn't south-west of Port-au-Prince": "O'Brien|isn't|south-west|of|Port-au-Prince",
    "O'Shea's and Sana'a's": "O'Shea|'s|and|Sana'a|'s",
    "$1,200.50 at 4:00pm, 27c, 50%": "$|1,200.50|at|4:00pm|,|27c|,|50|%",
    "the U.S. and the U.S.": "the|U.S.|and|the|U.S.",
    "Mr. J. R. Smith Jr., Inc.": "Mr.|J.|R.|Smith|Jr.|,|Inc|.",
    "It was plan B.": "It|was|plan|B|.",
    "Halden Ltd. was sold to Halden Ltd.": "Halden|Ltd.|was|sold|to|Halden|Ltd|.",
    "AT&T, Salt & Vine": "AT&T|,|Salt|&|Vine",
    "a--b -- c… d...": "a|--|b|--|c|…|d|...",
    "(x) [y]": "(|x|)|[|y|]",
    "Ó Coinnéir, Bērziņa, Nguyễn": "Ó|Coinnéir|,|Bērziņa|,|Nguyễn",
    "e\u0301te\u0301": "e\u0301te\u0301",
    "snake_case @you #1 🐻": "snake|_|case|@|you|#|1|🐻",
}


@pytest.mark.parametrize(("text", "right"), CASES.items())
def test_where_a_text_is_split(text, right):
    assert tokens.tokenise(text) == [token for token in right.split("|") if token]


@given(st.text() | st.text(alphabet="aB'’s-.&1, “”é", max_size=30))
def test_each_sign_is_in_one_token(text):
    found = tokens.places(text)
    assert "".join(text[a:b] for a, b in found) == "".join(text.split())
    assert all(a < b for a, b in found)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(found))
    assert not any(sign.isspace() for token in tokens.tokenise(text) for sign in token)


@pytest.mark.parametrize(
    "text", ["Zoë met Đặng Thị Hạnh in Łódź.", "HI!!! 🐻", "İzmir", "ﬁne", "5º ª", "e\u0301"]
)
def test_latin_letters_are_read(text):
    assert tokens.refusal(text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing to read"),
        (" \n\t", "nothing to read"),
        ("泰迪·罗斯福说", "'泰' .CJK .* puts no space between words"),
        ("テディは言った", "KATAKANA.* puts no space"),
        ("เท็ดดี้", "THAI .* puts no space"),
        ("테디 루스벨트", "HANGUL.* not a Latin letter"),
        ("Тедди Roosevelt", "CYRILLIC .* not a Latin letter"),
        ("Τeddy", "GREEK .* not a Latin letter"),
        ("תדי", "HEBREW .* not a Latin letter"),
        ("a " * 61, "61 tokens are too many: the network reads at most 60"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text, said):
    refusal = tokens.refusal(text)
    assert re.search(said, refusal) and refusal.endswith(".")
    assert "\n" not in refusal


def test_the_longest_is_the_callers():
    assert tokens.refusal("a b c", longest=3) == ""
    assert "at most 2" in tokens.refusal("a b c", longest=2)


def test_a_learners_sentence_is_read_or_refused_in_a_sentence():
    assert tokens.read("Rose left Paris.") == ["Rose", "left", "Paris", "."]
    for typed, says in {
        "": "nothing to read",
        "哈利": "no space between words",
        "해리": "not a Latin letter",
        "a " * 9: "9 tokens are too many: the network reads at most 8",
        7: "This is of type int: type a sentence between quotes",
    }.items():
        with pytest.raises(ValueError, match=says):
            tokens.read(typed, longest=8)
