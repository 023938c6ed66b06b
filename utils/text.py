"""Text as numbers: a vocabulary, padding and one-hot vectors, for characters and for words."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

END = 0
"""Index of the end token in every vocabulary; it is also the first input and fills padded rows."""


class Vocabulary:
    """The tokens of a language, each with an index.

    A text is a sequence of tokens: a string is a sequence of characters, and a list of words is
    a sequence of words. Index 0 is the end token. It stands before the first token of a text
    (the text before it has ended), after its last, and in a padded row beyond that, where the
    mask of `pad` says that it does not count.

    Args:
        tokens: the tokens other than the end token, each once, in the order of their indices.
        end: the end token, which no text may contain: a newline, or "<EOS>" among words.
        separator: what `decode` puts between two tokens: nothing, or a space between words.
        unknown: one of the tokens, such as "<UNK>", which stands for all that are in no vocabulary;
            without one, `encode` refuses them.

    Raises:
        ValueError: a token stands twice, or is the end token, or `unknown` is no token.
    """

    def __init__(
        self,
        tokens: Iterable[str],
        end: str = "\n",
        separator: str = "",
        unknown: str | None = None,
    ):
        self.tokens = [end, *tokens]
        self.separator = separator
        self._index = {token: index for index, token in enumerate(self.tokens)}
        if len(self._index) < len(self.tokens):
            twice = next(t for t in self.tokens if self.tokens.count(t) > 1)
            if twice == end:
                raise ValueError(f"{end!r} marks the end of a text: leave it out of the tokens.")
            raise ValueError(f"{twice!r} stands twice in the vocabulary: give each token once.")
        if unknown is not None and self._index.get(unknown, END) == END:
            raise ValueError(f"{unknown!r} is to stand for unknown tokens: add it to the tokens.")
        self.unknown = None if unknown is None else self._index[unknown]

    @classmethod
    def from_texts(
        cls, texts: Iterable[Sequence[str]], end: str = "\n", separator: str = ""
    ) -> "Vocabulary":
        """Return the vocabulary of all tokens in `texts`, sorted.

        Raises:
            ValueError: there is no token at all, or a text contains the end token.
        """
        tokens = set().union(*texts)
        if not tokens:
            raise ValueError("The texts are empty: give at least one that has a token in it.")
        if end in tokens:
            raise ValueError(f"{end!r} marks the end of a text: split the texts there first.")
        return cls(sorted(tokens), end, separator)

    @classmethod
    def most_frequent(
        cls, texts: Iterable[Sequence[str]], size: int, end: str = "<EOS>", unknown: str = "<UNK>"
    ) -> "Vocabulary":
        """Return the vocabulary of the words that occur most often in `texts`, the first of them.

        The end token has index 0 and the unknown one index 1. Of words that are as frequent, those
        first in the alphabet are taken.

        Args:
            texts: lists of words.
            size: n_x, with the end and the unknown token; fewer if there are not so many words.
            end: the end token.
            unknown: what stands for every other word.

        Raises:
            ValueError: there is no word at all, or no room for one, or a text has the end token.
        """
        counts = Counter(token for text in texts for token in text)
        counts.pop(unknown, None)
        if size < 3 or not counts:
            raise ValueError(
                f"A vocabulary of {size} tokens needs a word: give 3 or more, and text."
            )
        if end in counts:
            raise ValueError(f"{end!r} marks the end of a text: split the texts there first.")
        ranked = sorted(counts, key=lambda token: (-counts[token], token))
        return cls([unknown, *ranked[: size - 2]], end, " ", unknown)

    def __len__(self) -> int:
        """Return n_x, the number of tokens with the end token."""
        return len(self.tokens)

    def encode(self, text: Sequence[str]) -> np.ndarray:
        """Return the indices of the tokens of `text` and of the end token, shape (T,), int32.

        Raises:
            ValueError: `text` has the end token, or one that is not in the vocabulary while none
                stands for those.
        """
        indices = [self._index.get(token, self.unknown) for token in text]
        for position, index in enumerate(indices):
            if index is None or index == END:
                raise ValueError(self._unknown(text[position], position, text))
        return np.array([*indices, END], dtype=np.int32)

    def decode(self, indices: Iterable[int]) -> str:
        """Return the text that `indices` stand for, up to the end token or their own end."""
        tokens = []
        for index in indices:
            if index == END:
                break
            tokens.append(self.tokens[index])
        return self.separator.join(tokens)

    def _unknown(self, token: str, position: int, text: Sequence[str]) -> str:
        near = self.separator.join(text[max(0, position - 20) : position + 20])
        where = f"{token!r} at index {position}, in {near!r},"
        if token == self.tokens[END]:
            return f"{where} marks the end of a text: split the text there first."
        return (
            f"{where} is not in the vocabulary of {len(self)} tokens: "
            f"remove it, or make the vocabulary from texts that contain it."
        )


def pad(sequences: Sequence[Sequence[int]], length: int | None = None) -> tuple:
    """Stack sequences of different lengths into one array, filled up with `END`.

    Args:
        sequences: m sequences of token indices.
        length: T, or None for the length of the longest sequence.

    Returns:
        indices of shape (m, T), int32, and the mask of shape (m, T), True at the tokens of the
        sequences and False at the filling.

    Raises:
        ValueError: there is no sequence, or one is longer than `length`.
    """
    if len(sequences) == 0:
        raise ValueError("There is nothing to pad: give at least one sequence.")
    lengths = np.array([len(sequence) for sequence in sequences])
    length = lengths.max() if length is None else length
    if lengths.max() > length:
        raise ValueError(
            f"A sequence of {lengths.max()} tokens does not fit in length {length}: give a length "
            f"of {lengths.max()} or more."
        )
    mask = np.arange(length) < lengths[:, None]
    indices = np.full(mask.shape, END, dtype=np.int32)
    indices[mask] = np.concatenate(sequences)
    return indices, mask


def one_hot(indices: np.ndarray, n: int) -> np.ndarray:
    """Return one-hot vectors of size `n`: shape (..., n) for indices of shape (...), float32.

    Raises:
        ValueError: an index is not in 0 ... n - 1.
    """
    indices = np.asarray(indices)
    if indices.size and not 0 <= indices.min() <= indices.max() < n:
        raise ValueError(
            f"One-hot vectors of size {n} need indices from 0 to {n - 1}, "
            f"but these go from {indices.min()} to {indices.max()}."
        )
    return np.eye(n, dtype=np.float32)[indices]
