"""A learner's own text, in any language, as sentences of words; and a sentence of their own."""

import re
from collections.abc import Sequence

import numpy as np

from utils import files
from utils.characters import visible
from utils.language.sentences import sentences_of, words_of

LEAST = 300  # words of a text
LEAST_SENTENCES = 20
MOST = 200  # words of a sentence that is to be scored


def read(path) -> list[list[str]]:
    """Return the sentences of a text file, each a list of words, in their order.

    A blank line ends a sentence, a line break alone does not. Chinese and Japanese have no spaces
    between words; there each character stands for a word (see `sentences`).

    Raises:
        DataError: the file cannot be read, is no plain text, or is too short.
    """
    text = files.read_text(path)
    parts = re.split(r"\n[^\S\n]*\n", text)
    found = [words_of(sentence) for part in parts for sentence in sentences_of(part)]
    found = [words for words in found if words]
    if (n_words := sum(map(len, found))) < LEAST:
        raise files.DataError(
            f"{path} is {'too short' if n_words else 'empty'}: it holds {n_words} words and marks, "
            f"and at least {LEAST} are needed; some thousands are better."
        )
    if len(found) < LEAST_SENTENCES:
        raise files.DataError(
            f"{path} has too few sentences ({len(found)}, and at least {LEAST_SENTENCES} are "
            f"needed): one ends with a mark such as . ! ? or 。, or with a blank line."
        )
    return found


def parted(sentences: Sequence[list[str]], seed: int = 1) -> tuple[list, list]:
    """Return sentences to count, and every tenth, drawn at random, to judge by."""
    order = np.random.default_rng(seed).permutation(len(sentences))
    held_out = set(order[::10].tolist())
    kept = [words for i, words in enumerate(sentences) if i not in held_out]
    return kept, [sentences[i] for i in sorted(held_out)]


def read_sentence(text: str) -> list[str]:
    """Return the words of a sentence that somebody typed.

    Raises:
        ValueError: it is no text, it is empty, or it is too long.
    """
    if not isinstance(text, str):
        raise ValueError(f"A sentence is a text in quotation marks, not {type(text).__name__}.")
    words = words_of(visible(text))
    if not words:
        raise ValueError("The sentence is empty: type some words between the quotation marks.")
    if len(words) > MOST:
        raise ValueError(f"A sentence has at most {MOST} words here; yours has {len(words)}.")
    return words
