"""utils.language.sentiment_training: readers of short texts, and what they are asked."""

import keras
import numpy as np
import pytest

from utils.language import sentiment_training as training

TEXTS = [["not", "good"], ["good"], ["not", "bad"], ["bad"], ["so", "good"], ["so", "bad"]]
Y = np.array([0, 1, 1, 0, 1, 0])


def test_prefixes_grow_word_by_word():
    got = training.prefixes(np.array([5, 3, 8, 0, 0]))
    assert got.tolist() == [[5, 0, 0, 0, 0], [5, 3, 0, 0, 0], [5, 3, 8, 0, 0]]
    assert training.prefixes(np.zeros(4, int)).shape == (0, 4)
    assert training.prefixes(np.array([7])).tolist() == [[7]]


def test_pairs_of_words_tell_what_single_words_cannot():
    texts, y = 5 * TEXTS, np.tile(Y, 5)
    words, pairs = (training.n_grams(texts, y, longest) for longest in (1, 2))
    assert (pairs(TEXTS).argmax(axis=1) == Y).all()
    assert not (words(TEXTS).argmax(axis=1) == Y).all()
    assert pairs([["never", "seen"]]).shape == (1, 2)


def test_grams_are_of_neighbours():
    assert training._grams(["a", "b", "c"], 2) == ["a", "b", "c", "a b", "b c"]
    assert training._grams(["a"], 2) == ["a"]
    assert training._grams([], 2) == []


def test_a_hidden_layer_learns_what_a_sum_cannot():
    x = np.tile([[0.0, 0], [0, 1], [1, 0], [1, 1]], (25, 1))
    y = (x[:, 0] != x[:, 1]).astype(int)
    first, again, other = (training.hidden_layer(x, y, seed)(x) for seed in (1, 1, 2))
    assert (first.argmax(axis=1) == y).all()
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_shares_are_a_table():
    table = training.shares({"LSTM": {"test": [0.5, 1.0], "negated": [np.float64(0.25)]}})
    head, row = table.splitlines()
    assert head.split() == ["test", "negated"]
    assert row.split() == ["LSTM", "0.500", "1.000", "0.250"] and len(head) == len(row)


def test_suspects(capsys):
    wrong = np.array([True, False, False, True, False] * 2)
    found = training.suspects({"knows": wrong * 1.0, "knows not": np.zeros(10)}, wrong)
    assert found["knows"] == [0.5, 1.0]  # a fifth has two places for four
    assert found["knows not"] == [0.25, 0.5]  # in their order
    assert capsys.readouterr().out.count("\n") == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_a_model_is_trained(seed):
    keras.utils.set_random_seed(seed)
    x = np.random.default_rng(seed).integers(1, 5, (90, 3)).astype("int32")
    y = (x[:, 0] > 2).astype(int)
    indices = keras.Input((None,), dtype="int32")
    flat = keras.layers.Embedding(5, 4)(indices)[:, 0]
    model = keras.Model(indices, keras.layers.Dense(2, activation="softmax")(flat))
    training.fit(model, x, y, epochs=40, rate=0.05)
    said = training.probabilities(model, x)
    assert said.shape == (90, 2) and (said.argmax(axis=1) == y).all()


def test_shares_of_right_answers():
    p = {"all": np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]), "two": np.array([[0.6, 0.1, 0.3]])}
    y = {"all": np.array([0, 1]), "two": np.array([2])}
    readers = {"one": [p.get], "three": [p.get, lambda each: 1 - p[each], p.get]}
    found = training.shares_right(readers, y, ("all", "two"))
    assert found == {
        "one": {"all": [0.5], "two": [0.0]},
        "three": {"all": [0.5, 0.0, 0.5], "two": [0.0, 0.0, 0.0]},
    }
    found = training.shares_right(readers, y, ("two",), among={"two": (1, 2)})
    assert found["one"] == {"two": [1.0]}


def test_shares_by_part():
    said = {"one": [np.array([True, True, False])]}
    right = np.array([True, False, False])
    parts = {"first": np.array([True, False, False]), "last": np.array([False, True, True])}
    assert training.shares_by_part(said, right, parts) == {"one": {"first": [1.0], "last": [0.5]}}


def test_good_is_four_or_five_stars():
    p = np.array([[0.3, 0.1, 0.1, 0.1, 0.4], [0.4, 0.1, 0.1, 0.4, 0], [0, 0, 1, 0, 0]])
    assert training.is_good(p).tolist() == [True, False, False]
