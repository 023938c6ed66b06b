"""utils.language.entity_baselines: three simple taggers."""

import numpy as np
import pytest

from utils.language import entities
from utils.language.entity_baselines import Capitals, NameList, Window
from utils.language.spans import bio, span_scores

ROWS = (
    ("Anna Lund met Bo in Oslo .", "B-PER I-PER O B-PER O B-LOC O"),
    ("In Oslo the Bank of Norway opened .", "O B-LOC O B-ORG I-ORG I-ORG O O"),
    ("Ken Hall saw Rome and Oslo .", "B-PER I-PER O B-LOC O B-LOC O"),
)
TRAINING = [(words.split(), labels.split()) for words, labels in ROWS]


def labels(*entities, length):
    return bio(entities, length)


def test_capitals_takes_runs_but_not_a_lone_one_that_begins():
    say = Capitals(TRAINING)
    assert say(["Yesterday", "they", "left", "Rome", "."]) == labels((3, 4, "LOC"), length=5)
    assert say(["“", "Yesterday", "they", "left", "."]) == ["O"] * 5
    assert say(["they", "met", "Mia", "Berg"]) == labels((2, 4, "PER"), length=4)
    assert (
        say(["they", "met", "Mia", "Lis", "Berg", "Dahl"])[2][:2] == "B-"
    )  # of a length never seen
    assert say([]) == []


def test_a_list_knows_what_it_has_seen_and_takes_the_longest():
    say = NameList(TRAINING)
    tokens = ["the", "Bank", "of", "Norway", "in", "Oslo", "and", "Anna", "Lund", "and", "Anna"]
    assert say(tokens) == labels((1, 4, "ORG"), (5, 6, "LOC"), (7, 9, "PER"), length=11)
    assert say([]) == []


def test_a_window_learns_made_sentences():
    made = [(s.tokens, s.labels) for s in entities.make(600, np.random.default_rng(1))]
    say = Window(made, seed=1)
    f1 = span_scores([s[1] for s in made], [say(s[0]) for s in made]).f1
    assert f1 > 0.9
    assert say(made[0][0]) == Window(made, seed=1)(made[0][0])
    assert len(say(["Oslo"])) == 1


@pytest.mark.parametrize("place", range(6))
def test_a_window_sees_two_words_on_each_side(place):
    from utils.language.entity_baselines import _facts

    tokens = ["one", "two", "three", "four", "five", "six"]
    facts = " ".join(_facts(tokens)[place])
    for other, token in enumerate(tokens):
        assert (token in facts) == (abs(other - place) <= 2)
