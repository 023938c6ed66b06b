"""utils.language.word2vec: real text, and training on it."""

import importlib.metadata
import os
import re
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.language.small_vectors import linear
from tests.language.test_vectors import ROOT
from utils.files import DataError
from utils.language import analogies, word2vec


def test_real_text():
    began = time.process_time()
    text = word2vec.real_text()
    assert time.process_time() - began < 20
    assert min(map(len, text)) == 2
    assert 450_000 < sum(map(len, text)) < 600_000
    assert text[0][:5] == ["hundreds", "of", "people", "have", "been"]
    assert all(re.fullmatch(r"[^\W\dA-Z]+", word) for words in text for word in words)
    assert {"anarchism", "bushfire"} < {word for words in text for word in words}


def test_without_gensims_test_data(monkeypatch, tmp_path):
    monkeypatch.setattr(word2vec, "datapath", lambda name: str(tmp_path / name))
    for ask in (
        word2vec.real_text,
        lambda: analogies.word_similarity(linear()),
        lambda: analogies.analogy_accuracy(linear()),
    ):
        with pytest.raises(DataError, match=r"gensim came without its test data .* from PyPI"):
            ask()


def test_gensim_from_pypi_has_its_test_data():
    """As `make` installs it: the lock has the checksums of PyPI's files."""
    there = {file.name for file in importlib.metadata.files("gensim")}
    names = "questions-words.txt", "wordsim353.tsv", "lee_background.cor", word2vec.WIKIPEDIA
    assert there.issuperset(names)


def small_text():
    rng = np.random.default_rng(0)
    return [
        [f"w{i}" for i in rng.integers(40, size=12)] for _ in range(3000)
    ]  # several jobs of 10,000 words


TRAIN = """
import hashlib
from tests.language.test_word2vec import small_text
from utils.language.word2vec import train
print(hashlib.sha256(train(small_text(), seed=5, dims=8, epochs=2).vectors.tobytes()).hexdigest())
"""


def test_training_repeats_bit_for_bit():
    """Also in another process, where Python's hashes of strings are others."""
    trained = [word2vec.train(small_text(), seed, dims=8, epochs=2) for seed in (5, 5, 6)]
    assert trained[0].vectors.shape == (40, 8)
    assert trained[0].index_to_key == trained[1].index_to_key
    assert np.array_equal(trained[0].vectors, trained[1].vectors)
    assert not np.array_equal(trained[0].vectors, trained[2].vectors)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", TRAIN],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(outputs) == 1 and len(outputs.pop()) == 65


def test_training_on_too_little_text():
    for text in ([], [["a", "b"]] * 4, [["a", "a"]] * 9):
        with pytest.raises(ValueError, match="Fewer than two words occur five times"):
            word2vec.train(text, seed=1)
    assert len(word2vec.train([["a", "b"]] * 5, seed=1)) == 2  # as advised: a longer one
