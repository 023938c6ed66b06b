"""A text as numbers, and its counts."""

import numpy as np
import pytest

from utils.checks.week2.learning_word_vectors import check
from utils.language import counting

TEXT = [["a", "b", "a", "c"], [], ["b", "a", "d"], ["c"]]


def test_a_text_as_numbers():
    text = counting.numbered(TEXT)
    assert text.words[:2] == ["a", "b"] and text.counts.tolist() == [3, 2, 2, 1]
    assert [text.words[n] for n in text.tokens] == ["a", "b", "a", "c", "b", "a", "d", "c"]
    assert text.sentence.tolist() == [0, 0, 0, 0, 2, 2, 2, 3]
    assert text.index["a"] == 0


def test_rare_words_are_left_out():
    text = counting.numbered(TEXT, least=2)
    assert [text.words[n] for n in text.tokens] == ["a", "b", "a", "c", "b", "a", "c"]
    assert len(counting.numbered(TEXT, most=2).words) == 2
    with pytest.raises(ValueError, match="Fewer than two words occur 3 times"):
        counting.numbered(TEXT, least=3)


def test_counts_are_those_of_all_sentences(monkeypatch):
    text = counting.numbered(TEXT * 50)
    pairs = check.reference("skip_gram_pairs")
    rng, flat = np.random.default_rng(1), np.full(4, 0.25)

    def all_pairs(words, sentence):
        return pairs(words, sentence, 2, flat, 1.0, rng)

    whole = counting.together(text, all_pairs)
    monkeypatch.setattr(counting, "CHUNK", 7)
    assert np.array_equal(counting.together(text, all_pairs), whole)
    a, b, d = (text.index[word] for word in "abd")
    assert whole[a, b] == whole[b, a] == 150 and whole[a, a] == 100 and whole[a, d] == 50


def test_neighbours():
    text = counting.numbered(TEXT)
    around = counting.neighbours(text, 2)
    a, c, d = (text.index[word] for word in "acd")
    assert sorted(around[1]) == sorted([-1, a, a, c])
    assert sorted(around[4]) == sorted([-1, -1, a, d])
    assert around[7].tolist() == [-1] * 4


def test_turns_are_those_of_the_pairs():
    paths, codes = check.reference("huffman")([5, 3, 2, 2])
    X = np.random.default_rng(1).integers(0, 5, (4, 4)).astype("float32")
    right, left = counting.turns(X, paths, codes)
    for node in range(3):
        for turn, table in ((1, right), (0, left)):
            on = np.any((paths == node) & (codes == turn), axis=1)
            assert np.array_equal(table[:, node], X[:, on].sum(axis=1))
