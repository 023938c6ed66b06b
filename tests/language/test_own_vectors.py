"""Vectors of a learner's own text: what is too small, and words that it does not have."""

import numpy as np
import pytest

from utils.files import DataError
from utils.language import own_vectors, vectors
from utils.language.vector_training import keyed

RNG = np.random.default_rng(1)


def sentences(n_words, kinds):
    words = [f"word{number}" for number in range(kinds)]
    return [[*RNG.choice(words, 9), "."] for _ in range(n_words // 9)]


def test_a_text():
    found = own_vectors.text_of(sentences(9000, 80))
    assert len(found.words) == 80 and "." not in found.words


def test_a_text_too_small_is_said_so():
    with pytest.raises(DataError, match=r"too small: it holds 900 words, and at least 5,000"):
        own_vectors.text_of(sentences(900, 80))
    with pytest.raises(DataError, match=r"Only 20 words of the text occur 4 times"):
        own_vectors.text_of(sentences(9000, 20))


def test_a_file(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("The old cat sleeps. " * 3000, encoding="utf-8")
    with pytest.raises(DataError, match="Only 4 words"):
        own_vectors.read(path)


def test_nearest():
    found = keyed(["king", "queen", "pear"], np.array([[1, 0], [0.9, 0.1], [0, 1]]))
    assert [word for word, _ in own_vectors.nearest(found, " King ", 2)] == ["queen", "pear"]
    with pytest.raises(vectors.UnknownWord, match="Near spellings: queen"):
        own_vectors.nearest(found, "quen")
    with pytest.raises(vectors.UnknownWord, match="is empty"):
        own_vectors.nearest(found, "")
