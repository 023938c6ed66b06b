"""Small vectors for the tests, and the files that hold them."""

import numpy as np
from gensim.models import KeyedVectors

WORDS = ["the", "Paris", "naïve", "日本", "king", "queen", "orange", "oranges"]
ROWS = np.random.default_rng(3).normal(size=(8, 5)).astype(np.float32)


def keyed(words, rows):
    found = KeyedVectors(np.shape(rows)[1])
    found.add_vectors(list(words), np.asarray(rows, np.float32))
    return found


def pairs(words, rows):
    return zip(words, rows, strict=True)


def text(words=WORDS, rows=ROWS, header=None):
    lines = [" ".join([word, *map(repr, map(float, row))]) for word, row in pairs(words, rows)]
    return "\n".join(([header] if header else []) + lines + [""]).encode()


CAPITALS = ["athens", "greece", "baghdad", "iraq", "bangkok", "thailand", "beijing", "china"]
SECTION = "capital-common-countries"


def linear():
    """Vectors in which each capital is its country and the same offset: 12 questions."""
    rng = np.random.default_rng(8)
    offset, rows = rng.normal(size=50), rng.normal(size=(4, 50)) * 2
    return keyed(CAPITALS, np.stack([rows + offset, rows], 1).reshape(8, 50))
