"""A table of ways: what is asked of each text, and in which order the ways stand."""

import numpy as np

from utils.language import counting, vector_comparison

WORDS = ["man", "woman", "king", "queen", "boy", "girl", "he", "she"]
OTHERS = [
    "love",
    "sex",
    "tiger",
    "cat",
    "book",
    "paper",
    "computer",
    "keyboard",
]
TEXT = counting.numbered([WORDS, WORDS[:4], OTHERS])
# king - man + woman = queen, and so on: one axis for the pair, one for the gender. The others make
# four pairs of WordSim.
RIGHT = np.array([[k // 2 == p for p in range(4)] + [2 * (k % 2) - 1] for k in range(8)], float)
RIGHT = np.vstack([RIGHT, np.random.default_rng(2).normal(size=(8, 5))])
RIGHT = RIGHT[[(WORDS + OTHERS).index(word) for word in TEXT.words]]


def test_ways_are_scored_and_sorted(capsys):
    ways = vector_comparison.Ways({1: TEXT, 2: TEXT})
    assert ways.asked[1] == ways.asked[2] > 10
    wrong = np.random.default_rng(1).normal(size=RIGHT.shape)
    for seed in (1, 2):
        ways.note("wrong", seed, wrong, 2.0)
        ways.note("right", seed, RIGHT, 4.0, passes=10)
    ways.note("first", 1, RIGHT, 3.0)
    ways.note("first", 1, wrong, 1.0)  # a cell that is run again counts once
    assert ways.found["right"] == [1.0, 1.0] and ways.found["wrong"][0] < 0.9
    assert ways.right(RIGHT, 2) == 1 and ways.seconds == {"wrong": 2.0, "right": 4.0, "first": 1.0}
    assert list(ways.table(first="first")) == ["first", "right", "wrong"]
    printed = capsys.readouterr().out
    assert "1.000  1.000" in printed and f"{10 * len(TEXT.tokens) / 4:,.0f}\n" in printed
    assert f"{ways.asked[1]} of 19,544 analogies" in printed
