"""Splits of the French-English sentences, texts as words, and what a user types."""

import numpy as np
import pytest

from utils.language.bilingual_draws import of_the_notes
from utils.language.bilingual_sets import LONGEST, as_text, english_words, french_words, read, sets


@pytest.fixture(scope="module")
def data():
    return sets(seed=2, training=2500, others=40)


def test_no_sentence_stands_twice(data):
    parts = [data.validation, data.validation_unseen, data.test, data.test_unseen]
    assert [len(part) for part in parts] == [40] * 4 and len(data.training) == 2500
    all_of = [tuple(french) for french, _ in data.training]
    all_of += [one.french for part in parts for one in part]
    all_of += [one.french for one in of_the_notes()]
    assert len(set(all_of)) == len(all_of)
    assert max(map(len, all_of)) <= LONGEST
    assert max(len(english) for _, english in data.training) <= LONGEST


def test_held_out_combinations_stand_where_they_should(data):
    first, second = data.held_out
    assert not first & second and {kind for kind, *_ in first} == {
        "object",
        "adjective",
        "negation",
    }
    assert all(one.pairs & second for one in data.test_unseen)
    assert all(one.pairs & first and not one.pairs & second for one in data.validation_unseen)
    for one in data.test + data.validation:
        assert not one.pairs & (first | second)


def test_every_word_was_seen(data):
    seen = {word for french, _ in data.training for word in french}
    for part in (data.validation, data.validation_unseen, data.test, data.test_unseen):
        assert all(seen.issuperset(one.french) for one in part)


def test_texts_and_words(data):
    for one in data.test + data.test_unseen:
        assert french_words(as_text(one.french)) == list(one.french)
        for words in one.references(2):
            assert english_words(as_text(words)) == words
    assert french_words("A-t-il mangé l’œuf ?") == ["a", "-t-il", "mangé", "l'", "œuf", "?"]
    assert french_words("Ma soeur, aujourd'hui.") == ["ma", "sœur", ",", "aujourd'hui", "."]
    assert english_words("He doesn't go.") == ["he", "doesn't", "go", "."]


KNOWN = [
    "le",
    "chat",
    "chien",
    "mange",
    "une",
    "pomme",
    "rouge",
    "est-ce",
    "que",
    "-vous",
    "voulez",
    ".",
    "?",
    ",",
]


@pytest.mark.parametrize(
    "text, words, replaced",
    [
        ("Le chat mange une pomme", "le chat mange une pomme .", {}),
        ("Voulez-vous une pomme", "voulez -vous une pomme ?", {}),
        ("Le chat mange !", "le chat mange .", {}),
        ("Le chat manga une pome.", "le chat mange une pomme .",
         {"manga": "mange", "pome": "pomme"}),
    ],
)  # fmt: skip
def test_what_is_typed(text, words, replaced):
    assert read(text, KNOWN) == (words.split(), replaced)


@pytest.mark.parametrize(
    "text, why",
    [
        ("", "nothing to translate"), ("  \n", "nothing to translate"), 
        ("?!", "nothing to translate"),
        ("chat " * 200, "at most 24"), ("x" * 9000, "French"), ("xyz qqq www", "French"),
        (12, "quotes"), (None, "quotes"), (["chat"], "quotes"), (b"chat", "quotes"),
    ],
)  # fmt: skip
def test_what_is_refused(text, why):
    with pytest.raises(ValueError, match=why):
        read(text, KNOWN)


def test_the_same_seed_gives_the_same(data):
    again = sets(seed=2, training=2500, others=40)
    assert again.training == data.training and again.test_unseen == data.test_unseen
    assert (
        np.mean([a == b for a, b in zip(data.training, sets(3, 2500, 40).training, strict=True)])
        < 0.1
    )
