"""utils.language.tagging: what a network reads, and a network that is trained again and again."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.language import tagging
from utils.language.entity_data import LABELS
from utils.language.tagging import (
    AT_BEGINNING,
    CAPITALS,
    IN_LOWER,
    LOWER,
    TITLE,
    UNKNOWN,
    UNLABELLED,
    Reader,
)

SENTENCES = [["The", "fox", "saw", "Anna", "."], ["the", "Fox", "ran"], ["the", "fox"]]


def pairs(word):
    return [word[n : n + 2] for n in range(len(word) - 1)]


@pytest.fixture(scope="module")
def reader():
    return Reader(SENTENCES, pairs)


# --- casing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "cases"),
    [
        ("The fox", [AT_BEGINNING + TITLE - CAPITALS, LOWER]),
        ("the fox", [LOWER, IN_LOWER]),
        ("the Fox ran", [LOWER, TITLE, IN_LOWER]),
        ("NATO and EU", [AT_BEGINNING, LOWER, CAPITALS]),
        ("“ The EU", [2, AT_BEGINNING + TITLE - CAPITALS, CAPITALS]),
        ("He said : “ Run", None),
        ("In 1999 .", [AT_BEGINNING + TITLE - CAPITALS, 1, 3]),
        ("", []),
    ],
)
def test_casing(sentence, cases):
    found = tagging.casing(sentence.split())
    if cases is None:
        assert found[-1] == AT_BEGINNING + TITLE - CAPITALS
    else:
        assert found == cases


@given(st.lists(st.text(min_size=1, max_size=5), max_size=8), st.text(min_size=1, max_size=5))
def test_casing_is_in_range_and_does_not_look_to_the_right(tokens, more):
    found = tagging.casing(tokens)
    assert all(0 < case < tagging.N_CASES for case in found)
    assert tagging.casing([*tokens, more])[: len(tokens)] == found


# --- reading -----------------------------------------------------------------------------------


def test_words_that_are_rare_are_unknown(reader):
    assert reader.n_words == 4  # nothing, unknown, "fox" and "the"
    read = reader([["The", "fox", "ran"]])
    assert read.words.shape == read.casing.shape == (1, tagging.TOKENS[0])
    assert read.words[0, :4].tolist() == [3, 2, UNKNOWN, 0]
    assert read.trigrams.shape == (1, tagging.TOKENS[0], tagging.MOST_TRIGRAMS)
    assert (read.trigrams[0] > 0).sum(axis=-1)[:4].tolist() == [2, 2, 2, 0]
    assert (read.trigrams[0, 0] == reader([["the"]]).trigrams[0, 0]).all()


def test_waiting_adds_unknown_words_and_nothing_else(reader):
    plain, late = reader(SENTENCES), reader(SENTENCES, waiting=2)
    for row, tokens in enumerate(SENTENCES):
        end = len(tokens)
        assert (late.words[row, :end] == plain.words[row, :end]).all()
        assert late.words[row, end : end + 3].tolist() == [UNKNOWN, UNKNOWN, 0]
    assert (late.casing == plain.casing).all() and (late.trigrams == plain.trigrams).all()


def test_there_are_two_lengths_and_no_longer_one(reader):
    short, long = tagging.TOKENS
    assert reader([["a"] * short]).words.shape == (1, short)
    assert reader([["a"] * short], waiting=1).words.shape == (1, long)
    assert reader([]).words.shape == (0, short)
    with pytest.raises(ValueError, match=r"49 tokens are too many: 48 are the most"):
        reader([["a"] * 49])


def test_a_long_word_has_its_first_trigrams(reader):
    assert (reader([["x" * 50]]).trigrams[0, 0] > 0).all()


def test_label_numbers():
    found = tagging.label_numbers([["O", "B-LOC"], []], 3)
    assert found.tolist() == [[0, LABELS.index("B-LOC"), UNLABELLED], [UNLABELLED] * 3]


def test_gaps_and_hiding(reader):
    read = reader(SENTENCES * 200)
    found = tagging.with_gaps(read, np.random.default_rng(1), 0.3, 0.2)
    known = read.words > UNKNOWN
    assert 0.25 < (found.words[known] == UNKNOWN).mean() < 0.35
    assert (found.words[~known] == read.words[~known]).all()
    there = (read.trigrams > 0).any(axis=-1)
    assert 0.15 < (found.trigrams[there] == 0).all(axis=-1).mean() < 0.25
    assert found.casing is read.casing
    same = tagging.with_gaps(read, np.random.default_rng(1), 0, 0)
    assert all((a == b).all() for a, b in zip(same, read, strict=True))
    assert not tagging.hidden(read, "casing").casing.any()
    assert tagging.hidden(read, "nothing") is read


# --- networks ----------------------------------------------------------------------------------


def small():
    words = keras.Input((None,), dtype="int32")
    others = keras.Input((None,), dtype="int32"), keras.Input((None, 16), dtype="int32")
    hot = keras.layers.Embedding(4, 5)(words)
    return keras.Model([words, *others], keras.layers.Dense(7, activation="softmax")(hot))


def loss(y, p):
    there = keras.ops.cast(y >= 0, "float32")
    label = keras.ops.cast(keras.ops.maximum(y, 0), "int32")
    chosen = keras.ops.take_along_axis(p, label[..., None], axis=-1)[..., 0]
    return -keras.ops.sum(there * keras.ops.log(chosen)) / keras.ops.sum(there)


@pytest.fixture(scope="module")
def network():
    return tagging.Network(small, loss, epochs=2, batch=30)


LABELLED = [["O", "O", "O", "B-PER", "O"], ["O", "B-ORG", "O"], ["O", "O"]]


def test_it_learns_and_the_same_seed_trains_to_the_same_weights(network, reader):
    read, y = reader(SENTENCES * 100), tagging.label_numbers(LABELLED * 100, tagging.TOKENS[0])
    first = network.train(read, y, 1)
    weights = network.keep()
    assert first[-1] < first[0]
    assert network.train(read, y, 2) != first
    assert network.train(read, y, 1) == pytest.approx(first)
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(network.keep(), weights, strict=True))
    network.use([0 * weight for weight in weights])
    assert np.allclose(network.probabilities(read), 1 / 7)


def test_probabilities_do_not_depend_on_the_batch(network, reader):
    found = network.probabilities(reader(SENTENCES))
    assert found.shape == (3, tagging.TOKENS[0], 7)
    assert np.allclose(found[1], network.probabilities(reader(SENTENCES[1:2]))[0], atol=1e-6)
    assert network.probabilities(reader(SENTENCES * 70)).shape == (210, tagging.TOKENS[0], 7)
    said = tagging.likeliest(found, SENTENCES)
    assert [len(labels) for labels in said] == [5, 3, 2]
    assert said[0][0] == LABELS[found[0, 0].argmax()]


def test_the_rate_rises_and_falls():
    rates = tagging.Rates(0.02, 100)
    found = [float(rates(step)) for step in (0, 5, 10, 55, 100)]
    assert found == pytest.approx([0, 0.01, 0.02, 0.01, 0], abs=1e-6)
    assert float(tagging.Rates.from_config(rates.get_config())(10)) == pytest.approx(0.02)
