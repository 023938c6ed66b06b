"""Captions: written, read, and which word belongs to which thing."""

import numpy as np
import pytest
from scipy import special

from utils.vision.captions import Said, read, repainted, roles, spots, sureness, write

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


def test_spots_of_roles():
    found = spots(["a red star", "a red star above a blue circle"])
    assert {role: np.stack(rows, axis=1).tolist() for role, rows in found.items()} == {
        "article": [[0, 0, 0], [1, 0, 0], [1, 4, 1]],
        "colour": [[0, 1, 0], [1, 1, 0], [1, 5, 1]],
        "noun": [[0, 2, 0], [1, 2, 0], [1, 6, 1]],
        "place": [[1, 3, 1]],
    }
    assert spots([]) == {}


def test_one_colour_is_exchanged():
    colours = ["red", "blue", "pink"]
    assert repainted("a red star above a red moon", colours) == "a blue star above a red moon"
    assert repainted("a pink star", colours) == "a red star"


def test_sureness_is_the_product_up_to_the_end():
    logits = np.random.default_rng(1).normal(size=(3, 4, 5))
    tokens = np.array([[2, 0, 0, 0], [1, 2, 3, 4], [0, 3, 3, 0]])
    p = special.softmax(logits, axis=-1)
    want = [p[0, 0, 2] * p[0, 1, 0], p[1, 0, 1] * p[1, 1, 2] * p[1, 2, 3] * p[1, 3, 4], p[2, 0, 0]]
    assert np.allclose(sureness(logits, tokens), want)
