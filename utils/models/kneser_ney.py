"""The Kneser-Ney n-gram model by numbers: half a million words are counted in two seconds.

Contexts and n-grams are rows of sorted arrays of integers, and all are looked up at once. A context
of k tokens is known by its row: its key is made of the row of its last k - 1 tokens and of the
token before these. So a context that was never seen ends the search for longer ones.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from utils.text import END


class _Level(NamedTuple):
    """All n-grams with contexts of one length, sorted by context, then by the token that follows.

    contexts: keys, (C,). ngrams: keys, row of the context times n_x plus token, (N,). kept: the
    discounted share of each n-gram, (N,). freed: what each context gives to the next shorter one,
    (C,). starts: where the n-grams of each context begin, (C + 1,).
    """

    contexts: np.ndarray
    ngrams: np.ndarray
    kept: np.ndarray
    freed: np.ndarray
    starts: np.ndarray


class KneserNey:
    """The interpolated modified Kneser-Ney model of n-grams (Chen and Goodman 1999).

    The longest context is counted as it stands. A shorter one counts in how many different
    contexts a token was seen (Kneser and Ney 1995), except at the start of a sequence, where
    there is no longer context. From each count a discount is taken, by whether it is 1, 2 or
    more, and what this frees is given to the next shorter context; the last is the uniform one.

    Args:
        sequences: what is counted, token indices from 0 to n_x - 1, as `Vocabulary.encode` makes
            them.
        n_x: the size of the vocabulary.
        order: the number of tokens in an n-gram: 3 for a trigram.

    Raises:
        ValueError: `order` is less than 1, or a token is not in the vocabulary.
    """

    def __init__(self, sequences: Sequence[Sequence[int]], n_x: int, order: int):
        if order < 1:
            raise ValueError(f"The order of an n-gram model is 1 or more, not {order}.")
        self.n_x, self.order = n_x, order
        contexts, y = self._contexts_and_tokens(sequences)
        if y.size and not 0 <= y.min() <= y.max() < n_x:
            raise ValueError(f"A vocabulary of {n_x} tokens has the indices 0 to {n_x - 1}.")
        self._levels = self._count(contexts, y)

    def score(self, sequences: Sequence[Sequence[int]]) -> np.ndarray:
        """Return the log-probability of every token of `sequences`, in their order: (n_tokens,).

        Each sequence is read by itself: what stands before its first token is `END`.
        """
        contexts, y = self._contexts_and_tokens(sequences)
        probs = np.full(len(y), 1 / self.n_x)
        for level, found, rows in self._known(contexts):
            places, seen = _look_up(rows * self.n_x + y[found], level.ngrams)
            probs[found] *= level.freed[rows]
            probs[found[seen]] += level.kept[places[seen]]
        return np.log(probs)

    def step(self, state: np.ndarray | None, tokens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Read a token of each of m sequences: the model as `language_model` calls one.

        Args:
            state: the last order - 1 tokens, (m, order - 1), -1 where there is none yet. None
                before the first token.
            tokens: shape (m,).

        Returns:
            the new state, and the log-probabilities of the next token, (m, n_x).
        """
        state = np.full((len(tokens), self.order - 1), -1) if state is None else state
        state = np.hstack([state, np.reshape(tokens, (-1, 1))])[:, 1:]
        return state, np.log(self.probabilities(state))

    def probabilities(self, contexts: np.ndarray) -> np.ndarray:
        """Return the probabilities of the next token, (m, n_x), after contexts (m, order - 1).

        The last token of a context stands in its last column; -1 says that there is none.
        """
        contexts = np.asarray(contexts, dtype=np.int64)
        probs = np.full((len(contexts), self.n_x), 1 / self.n_x)
        for level, found, rows in self._known(contexts):
            probs[found] *= level.freed[rows, None]
            counts = level.starts[rows + 1] - level.starts[rows]
            # The n-grams of all these contexts, one after the other.
            first = np.repeat(level.starts[rows] - np.cumsum(counts) + counts, counts)
            places = first + np.arange(counts.sum())
            probs[np.repeat(found, counts), level.ngrams[places] % self.n_x] += level.kept[places]
        return probs

    def _known(self, contexts: np.ndarray):
        """Yield each level, from no context to the longest, and which contexts it knows, as what.

        Of the contexts (m, order - 1): indices (found,), and their rows in the level (found,).
        """
        found, rows = np.arange(len(contexts)), np.zeros(len(contexts), np.int64)
        for length, level in enumerate(self._levels):
            if length:
                older = contexts[found, -length]
                rows, known = _look_up(rows * self.n_x + older, level.contexts)
                known &= older >= 0
                found, rows = found[known], rows[known]
            yield level, found, rows

    def _contexts_and_tokens(self, sequences) -> tuple[np.ndarray, np.ndarray]:
        """Return the order - 1 tokens before each token, -1 where there is none, and the tokens."""
        length, lengths = self.order - 1, [len(sequence) for sequence in sequences]
        y = np.concatenate([*map(np.asarray, sequences), np.empty(0)]).astype(np.int64)
        position = np.arange(len(y)) - np.repeat(np.cumsum([0, *lengths])[:-1], lengths)
        contexts = np.full((len(y), length), -1, np.int64)
        for back in range(1, length + 1):
            inside = np.flatnonzero(position >= back)
            contexts[inside, -back] = y[inside - back]
            contexts[position == back - 1, -back] = END
        return contexts, y

    def _count(self, contexts: np.ndarray, y: np.ndarray) -> list[_Level]:
        keys, rows_at = [np.zeros(1, np.int64)], [np.zeros(len(y), np.int64)]
        for back in range(1, self.order):
            older = contexts[:, -back]
            inside, rows = older >= 0, np.full(len(y), -1)
            seen = rows_at[-1][inside] * self.n_x + older[inside]
            unique, rows[inside] = np.unique(seen, return_inverse=True)
            keys.append(unique)
            rows_at.append(rows)
        levels, longer = [], np.empty(0, np.int64)
        for length in reversed(range(self.order)):
            # A token counts as it stands where no longer context is before it.
            rows = rows_at[length]
            raw = rows >= 0
            if length < self.order - 1:
                raw &= rows_at[length + 1] < 0
            ngrams = np.concatenate([rows[raw] * self.n_x + y[raw], longer])
            ngrams, counts = np.unique(ngrams, return_counts=True)
            levels.append(self._level(keys[length], ngrams, counts))
            # Without its oldest token, each different n-gram counts once on the next level.
            shorter = keys[length][ngrams // self.n_x] // self.n_x
            longer = shorter * self.n_x + ngrams % self.n_x
        return levels[::-1]

    def _level(self, contexts: np.ndarray, ngrams: np.ndarray, counts: np.ndarray) -> _Level:
        rows, taken = ngrams // self.n_x, _discounts(counts)[np.minimum(counts, 3)]
        total = np.bincount(rows, counts, minlength=len(contexts))
        freed = np.bincount(rows, taken, minlength=len(contexts)) / np.maximum(total, 1)
        starts = np.searchsorted(rows, np.arange(len(contexts) + 1))
        # With nothing counted at all, everything is left to the uniform distribution.
        freed[total == 0] = 1
        return _Level(contexts, ngrams, (counts - taken) / total[rows], freed, starts)


def _look_up(keys: np.ndarray, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of keys in a sorted table, and which of them stand there at all."""
    places = np.searchsorted(table, keys)
    known = places < len(table)
    known[known] = table[places[known]] == keys[known]
    return places, known


def _discounts(counts: np.ndarray) -> np.ndarray:
    """Estimate what to take from a count of 0, 1, 2, and 3 or more."""
    n = [int(np.count_nonzero(counts == k)) for k in (1, 2, 3, 4)]
    y = n[0] / (n[0] + 2 * n[1]) if n[0] and n[1] else 0.5
    estimates = [k - (k + 1) * y * n[k] / n[k - 1] for k in (1, 2, 3)] if all(n) else [0]
    # With too few counts for three discounts, the single one of Kneser and Ney stands in.
    return np.array([0, *(estimates if min(estimates) > 0 else [y, y, y])])
