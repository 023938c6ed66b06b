"""Decoding: from a model's log-probabilities, one token at a time, to whole sequences.

A model is a function `step(state, tokens) -> (state, log_probs)`, as in
`utils.models.language_model`: it reads the last token of each of m sequences, shape (m,), and
returns the log-probabilities of the next, shape (m, n_y). The first token is `END`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from utils.models.language_model import Step
from utils.text import END


def greedy(step: Step, state: Any, count: int, max_length: int) -> tuple[np.ndarray, np.ndarray]:
    """Write each sequence by taking the likeliest token at every step.

    Args:
        step: the model.
        state: the state before the first token, as `step` takes it.
        count: m, how many sequences are written side by side.
        max_length: T_y; a sequence that has not ended by then is cut off.

    Returns:
        tokens: (m, T_y), integers; `END` where a sequence has ended.
        log_probs: (m, T_y), of these tokens; 0 after the first `END`.
    """
    written, scores = np.full((count, max_length), END), np.zeros((count, max_length))
    tokens, running = np.full(count, END), np.ones(count, dtype=bool)
    for t in range(max_length):
        state, log_probs = step(state, tokens)
        tokens = np.where(running, np.argmax(log_probs, axis=-1), END)
        written[:, t] = tokens
        scores[:, t] = np.where(running, np.max(log_probs, axis=-1), 0)
        running &= tokens != END
    return written, scores


class Hypotheses(NamedTuple):
    """What beam search found for each of m sequences: the likeliest first.

    Attributes:
        tokens: (m, width, T), integers; `END` where a hypothesis has ended.
        log_probs: (m, width), of whole hypotheses; -inf in a place that stayed empty.
    """

    tokens: np.ndarray
    log_probs: np.ndarray


def beam_search(
    step: Step, state: Any, count: int, width: int, max_length: int, min_length: int = 0
) -> Hypotheses:
    """Write each sequence by keeping the `width` likeliest beginnings at every step.

    A hypothesis that has ended keeps its place in the beam and its log-probability for as long as
    no `width` others are likelier. A wide enough beam finds the likeliest sequence of all; a
    narrow one may lose the beginning of what `greedy` writes, and end up below it.

    Args:
        step: the model; it is given `width` rows for each sequence, side by side.
        state: the state before the first token, (m, …); or a tuple, list or dictionary of such, or
            None for a model that makes its own of m · width rows.
        count: m, how many sequences are written side by side.
        width: B, how many hypotheses are kept; 1 writes what `greedy` writes.
        max_length: T_y; a hypothesis that has not ended by then is cut off.
        min_length: no hypothesis ends before it has so many tokens, `END` not counted.

    Returns:
        the hypotheses, of T <= T_y tokens: as many as the longest needs.

    Raises:
        ValueError: the width is not at least 1, or a sequence has to be longer than it may be.
    """
    if width < 1 or min_length > max_length:
        raise ValueError(
            f"A beam needs a width of at least 1 (it is {width}), and the smallest length "
            f"({min_length}) may not lie above the largest ({max_length})."
        )
    rows = np.arange(count)[:, None]
    state = _taken(state, np.repeat(np.arange(count), width))
    log_probs = np.full((count, width), -np.inf)
    log_probs[:, 0] = 0.0  # all begin alike: only one of them counts
    last, ended = np.full((count, width), END), np.zeros((count, width), dtype=bool)
    written = np.zeros((count, width, 0), dtype=int)
    for t in range(max_length):
        if ended.all():
            break
        state, following = step(state, last.reshape(-1))
        following = np.array(following, dtype=float).reshape(count, width, -1)
        if t < min_length:
            following[..., END] = -np.inf
        stays = np.full(following.shape[-1], -np.inf)
        stays[END] = 0.0
        following[ended] = stays
        total = (log_probs[:, :, None] + following).reshape(count, -1)
        best = np.argsort(-total, axis=1, kind="stable")[:, :width]
        before, last = np.divmod(best, following.shape[-1])
        log_probs = np.take_along_axis(total, best, axis=1)
        state = _taken(state, (rows * width + before).reshape(-1))
        written = np.concatenate([written[rows, before], last[:, :, None]], axis=2)
        ended = ended[rows, before] | (last == END)
    return Hypotheses(written, log_probs)


def _taken(state, rows):
    """Return the rows of a state, of each array in it."""
    if state is None:
        return None
    if isinstance(state, dict):
        return {name: _taken(part, rows) for name, part in state.items()}
    if isinstance(state, tuple | list):
        return type(state)(_taken(part, rows) for part in state)
    return np.asarray(state)[rows]


def lengths(tokens: np.ndarray) -> np.ndarray:
    """Return how many tokens hypotheses have with their `END`, (…,), of tokens (…, T).

    One that was cut off has no `END`, and so T.
    """
    tokens = np.asarray(tokens)
    return np.minimum((tokens != END).sum(axis=-1) + 1, tokens.shape[-1])


def best_of(found: Hypotheses, alpha: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the best hypothesis of each sequence by log P / length^alpha, and its log P.

    Args:
        found: of `beam_search`.
        alpha: 0 takes the likeliest; 1 the best mean of its tokens (Wu and others 2016 choose
            between them).

    Returns:
        tokens (m, T) and log_probs (m,), which are not normalised.
    """
    scores = found.log_probs / np.maximum(lengths(found.tokens), 1) ** alpha
    rows, best = np.arange(len(scores)), np.argmax(scores, axis=1)
    return found.tokens[rows, best], found.log_probs[rows, best]


def log_probability(step: Step, state: Any, tokens: np.ndarray) -> np.ndarray:
    """Return log P of given sequences, (m,): each step reads the token before.

    Args:
        step: the model.
        state: the state before the first token, as `step` takes it.
        tokens: (m, T), `END` after each sequence. What stands after the first `END` does not count.
    """
    tokens = np.asarray(tokens)
    total, running = np.zeros(len(tokens)), np.ones(len(tokens), dtype=bool)
    last = np.full(len(tokens), END)
    for column in tokens.T:
        state, log_probs = step(state, last)
        total += np.where(running, np.asarray(log_probs)[np.arange(len(tokens)), column], 0.0)
        running &= column != END
        last = column
    return total


def padded(tokens: Sequence, length: int) -> np.ndarray:
    """Return tokens (m, T) filled up with `END` to (m, length), which is at least T."""
    tokens = np.asarray(tokens)
    return np.pad(tokens, ((0, 0), (0, length - tokens.shape[1])), constant_values=END)
