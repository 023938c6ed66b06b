"""Captions: written, read, and which word belongs to which thing."""

import pytest

from utils.vision.captions import Said, read, roles, write

RED_STAR, BLUE_CIRCLE, PINK_MOON = ("red", "star"), ("blue", "circle"), ("pink", "moon")
ALL = {
    "a red star": Said((RED_STAR,), "", ""),
    "a red star above a blue circle": Said((RED_STAR, BLUE_CIRCLE), "above", ""),
    "a red star left of a pink moon": Said((RED_STAR, PINK_MOON), "", "left of"),
    "a red star below a blue circle and right of a pink moon": Said(
        (RED_STAR, BLUE_CIRCLE, PINK_MOON), "below", "right of"
    ),
}


@pytest.mark.parametrize("text", ALL)
def test_captions_are_read_and_written(text):
    assert read(text) == ALL[text] and write(ALL[text]) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a red",
        "a red star above",
        "red star",
        "a red star and left of a pink moon",
        "a red star above a blue circle left of a pink moon",
        "a red star a blue circle",
        "a red star ",
        "a red star left a pink moon",
    ],
)
def test_what_is_no_caption_is_not_read(text):
    assert read(text) is None


def test_roles_of_words():
    text = "a red star below a blue circle and right of a pink moon"
    kinds = "article colour noun place article colour noun place place place article colour noun"
    assert roles(text) == list(zip(kinds.split(), [0] * 3 + [1] * 4 + [2] * 6, strict=True))
    assert roles("") == [] and roles("a") == [("article", 0)]
    assert roles("star of a") == [("place", 0), ("place", 0), ("article", 0)]
