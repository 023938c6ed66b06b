"""The planted text itself: its builder writes as much as is asked for.

What was planted in it, and how: `datasets/word_vectors/README.md`.
"""

import importlib.util
from functools import cache

import numpy as np

from utils.env import ROOT

BUILDER = ROOT / "datasets" / "word_vectors" / "build.py"
PER_WORD = 130  # sentences about each word in the text behind `planted.npz`


@cache
def _builder():
    # By its place: a package named `datasets`, which Colab has, would hide the folder.
    spec = importlib.util.spec_from_file_location("word_vectors_build", BUILDER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def lexicon() -> dict:
    """Return the tables of the lexicon, which are read once."""
    return _builder().read_lexicon()


def write(seed: int, per_word: int = PER_WORD) -> list[list[str]]:
    """Return sentences, each a list of words: other pools of words and another text for each seed.

    Args:
        seed: the same seed gives the same text; with 130 sentences, seed 1 is that of `planted.npz`
        per_word: sentences about each planted word; about some words there are twice as many.

    Raises:
        ValueError: there would be no sentence.
    """
    if per_word < 1:
        raise ValueError(
            f"{per_word} sentences about each word make no text: ask for one at least."
        )
    builder = _builder()
    kept = builder.SENTENCES
    builder.SENTENCES = per_word
    try:
        grammar = builder.Grammar(lexicon(), np.random.default_rng(seed))
        return builder.corpus(grammar, seed)
    finally:
        builder.SENTENCES = kept
