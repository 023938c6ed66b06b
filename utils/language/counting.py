"""A text as numbers, and how often its words stand together."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from scipy import sparse

CHUNK = 20_000  # sentences whose pairs are in memory at once


class Text(NamedTuple):
    """A text of V words as numbers.

    Attributes:
        words: the V different words, the most frequent first.
        counts: (V,), how often each occurs.
        tokens: (n,), the number of each word of the text, in its order.
        sentence: (n,), the number of the sentence that each stands in; it never falls.
    """

    words: list[str]
    counts: np.ndarray
    tokens: np.ndarray
    sentence: np.ndarray

    @property
    def index(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words)}

    def part(self, n_sentences: int) -> "Text":
        """Return its first sentences, with the same words; counts are those of the part."""
        end = np.searchsorted(self.sentence, n_sentences)
        tokens = self.tokens[:end]
        counts = np.bincount(tokens, minlength=len(self.words))
        return Text(self.words, counts, tokens, self.sentence[:end])


def numbered(sentences: Sequence[Sequence[str]], least: int = 1, most: int | None = None) -> Text:
    """Return a text as numbers, without words that occur fewer than `least` times.

    Args:
        sentences: each a sequence of words.
        least: how often a word must occur.
        most: how many different words are kept at most, the most frequent ones.

    Raises:
        ValueError: fewer than two words are left.
    """
    counted = Counter(chain.from_iterable(sentences))
    kept = [(word, count) for word, count in counted.most_common(most) if count >= least]
    if len(kept) < 2:
        raise ValueError(f"Fewer than two words occur {least} times: give a longer text.")
    words = [word for word, _ in kept]
    index = {word: number for number, word in enumerate(words)}
    numbers = map(index.get, chain.from_iterable(sentences), repeat(-1))
    tokens = np.fromiter(numbers, np.int32, sum(counted.values()))
    sentence = np.arange(len(sentences), dtype=np.int32).repeat([*map(len, sentences)])
    tokens, sentence = tokens[tokens >= 0], sentence[tokens >= 0]
    return Text(words, np.array([count for _, count in kept]), tokens, sentence)


def together(text: Text, pairs: Callable) -> np.ndarray:
    """Return how often each two words are a pair: X (V, V), context in the row, target across.

    Args:
        text: such as `numbered` returns.
        pairs: takes tokens and sentence numbers, returns contexts and targets, (m,) each.
    """
    n_words = len(text.words)
    X = np.zeros(n_words**2)
    ends = np.arange(CHUNK, text.sentence[-1] + 1, CHUNK)
    for part in np.split(np.arange(len(text.tokens)), np.searchsorted(text.sentence, ends)):
        contexts, targets = pairs(text.tokens[part], text.sentence[part])
        places = np.asarray(contexts, np.int64) * n_words + targets
        X += np.bincount(places, minlength=n_words**2)
    return X.reshape(n_words, n_words)


def neighbours(text: Text, window: int) -> np.ndarray:
    """Return the words around each word of a text, (n, 2 window), -1 where there is none."""
    n = len(text.tokens)
    around = np.full((n, 2 * window), -1, np.int32)
    for distance in range(1, min(window, n - 1) + 1):
        same = text.sentence[:-distance] == text.sentence[distance:]
        around[distance:, distance - 1][same] = text.tokens[:-distance][same]
        around[: n - distance, window + distance - 1][same] = text.tokens[distance:][same]
    return around


def turns(X: np.ndarray, paths: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how often each context turns right, and left, at each inner node: (V, V - 1) both.

    Args:
        X: (V, V), how often each target stands beside each context.
        paths: (V, longest), the inner nodes on the way to each word; -1 behind its end.
        codes: (V, longest), the turns there, 1 is right.
    """
    shape, both = (len(paths), len(paths) - 1), []
    for turn in (1, 0):
        words, steps = np.nonzero(codes == turn)
        ones = np.ones(len(words), X.dtype)
        ways = sparse.csr_array((ones, (words, paths[words, steps])), shape)
        both.append(np.ascontiguousarray((ways.T @ X.T).T))
    return both[0], both[1]
