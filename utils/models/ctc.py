"""Connectionist temporal classification (CTC): labels for a sequence without their places.

Graves and others (2006). A network gives a distribution over symbols at each of T frames. A *path*
names one symbol a frame. Symbol `BLANK` says "nothing new". A path is collapsed to labels: repeats
are merged, then blanks are left out. The probability of labels is the sum over all their paths.
Labels are whole numbers from 1; log-probabilities have the shape (T, n_y).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import product

import numpy as np

BLANK = 0


def collapse(path: Sequence[int], blank: int = BLANK) -> list[int]:
    """Return the labels of a path: repeats merged, then blanks left out."""
    path = np.asarray(path, int)
    changes = np.append(np.ones(1, bool), path[1:] != path[:-1])[: len(path)]
    return path[changes & (path != blank)].tolist()


def states(labels: Sequence[int], blank: int = BLANK) -> tuple[np.ndarray, np.ndarray]:
    """Return the 2 L + 1 states of the forward algorithm, and which may be reached over one.

    Returns:
        symbols: a blank before, between and behind the labels, (2 L + 1,).
        skips: where a state may follow the one two before it: at a label other than the last
            label, (2 L + 1,), bool.
    """
    symbols = np.full(2 * len(labels) + 1, blank)
    symbols[1::2] = labels
    skips = np.zeros(len(symbols), bool)
    skips[3::2] = symbols[3::2] != symbols[1:-2:2]
    return symbols, skips


def forward(log_probs: np.ndarray, labels: Sequence[int], blank: int = BLANK) -> np.ndarray:
    """Return the logarithm of the forward variables, (T, 2 L + 1).

    Number (t, s) is the probability of the frames up to t over all beginnings of paths that stand
    at state s then; minus infinity where there is none.
    """
    symbols, skips = states(labels, blank)
    emitted = np.asarray(log_probs, float)[:, symbols]
    alpha = np.full(emitted.shape, -np.inf)
    alpha[0, :2] = emitted[0, :2]
    for t in range(1, len(alpha)):
        alpha[t] = emitted[t] + _arriving(alpha[t - 1], skips)
    return alpha


def _arriving(before, skips):
    """Return the log of the sum over the states from which each can be reached, (S,)."""
    one = np.append(-np.inf, before[:-1])
    two = np.where(skips, np.append([-np.inf, -np.inf], before[:-2])[: len(before)], -np.inf)
    return np.logaddexp(np.logaddexp(before, one), two)


def log_prob(log_probs: np.ndarray, labels: Sequence[int], blank: int = BLANK) -> float:
    """Return the log-probability of the labels; minus infinity if the frames are too few."""
    return float(np.logaddexp.reduce(forward(log_probs, labels, blank)[-1, -2:]))


def occupancy(log_probs: np.ndarray, labels: Sequence[int], blank: int = BLANK) -> np.ndarray:
    """Return the probability that each frame stands at each state, given the labels.

    By the forward and the backward pass; (T, 2 L + 1), each row sums to 1.

    Raises:
        ValueError: the frames are too few for the labels.
    """
    log_probs = np.asarray(log_probs, float)
    alpha = forward(log_probs, labels, blank)
    total = np.logaddexp.reduce(alpha[-1, -2:])
    if np.isneginf(total):
        raise ValueError(f"{len(log_probs)} frames are too few for these {len(labels)} labels.")
    # Backwards it is the same algorithm on everything turned around.
    beta = forward(log_probs[::-1], [*labels][::-1], blank)[::-1, ::-1]
    symbols, _ = states(labels, blank)
    emitted = log_probs[:, symbols]
    twice = np.where(np.isneginf(emitted), 0, emitted)  # both have the frame itself
    return np.exp(alpha + beta - twice - total)


def gradient(logits: np.ndarray, labels: Sequence[int], blank: int = BLANK) -> np.ndarray:
    """Return the gradient of the loss, -log P(labels), with respect to the logits, (T, n_y).

    It is what the network says, less what it should have said: the softmax, less the share of
    each symbol over all paths of the labels.
    """
    logits = np.asarray(logits, float)
    log_probs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    shares, (symbols, _) = np.zeros_like(logits), states(labels, blank)
    np.add.at(shares.T, symbols, occupancy(log_probs, labels, blank).T)
    return np.exp(log_probs) - shares


def alignment(log_probs: np.ndarray, labels: Sequence[int], blank: int = BLANK) -> np.ndarray:
    """Return the likeliest path that collapses to the labels, by its states, (T,).

    State 2 i + 1 is label i, the even ones are blanks (Viterbi 1967).

    Raises:
        ValueError: the frames are too few for the labels.
    """
    symbols, skips = states(labels, blank)
    emitted = np.asarray(log_probs, float)[:, symbols]
    best, came = np.full(len(symbols), -np.inf), np.zeros(emitted.shape, int)
    best[:2] = emitted[0, :2]
    for t in range(1, len(emitted)):
        one = np.append(-np.inf, best[:-1])
        two = np.where(skips, np.append([-np.inf, -np.inf], best[:-2])[: len(best)], -np.inf)
        came[t] = np.argmax([best, one, two], axis=0)
        best = np.max([best, one, two], axis=0) + emitted[t]
    at = len(symbols) - 1 - (len(symbols) > 1 and best[-2] > best[-1])
    if np.isneginf(best[at]):
        raise ValueError(f"{len(emitted)} frames are too few for these {len(labels)} labels.")
    path = np.zeros(len(emitted), int)
    for t in reversed(range(len(emitted))):
        path[t] = at
        at -= came[t, at]
    return path


# ── decoding ────────────────────────────────────────────────────────────────────────────────


def greedy(log_probs: np.ndarray, blank: int = BLANK) -> list[int]:
    """Return the labels of the likeliest path: the likeliest symbol of each frame, collapsed."""
    return collapse(np.argmax(log_probs, axis=1), blank)


def all_labels(log_probs: np.ndarray, blank: int = BLANK) -> dict[tuple[int, ...], float]:
    """Return the log-probability of all labels there are, path by path: n_y ** T of them.

    The definition, for tiny cases.
    """
    log_probs = np.asarray(log_probs, float)
    T, n_y = log_probs.shape
    found = defaultdict(list)
    for path in product(range(n_y), repeat=T):
        found[tuple(collapse(path, blank))].append(log_probs[range(T), path].sum())
    return {labels: float(np.logaddexp.reduce(sums)) for labels, sums in found.items()}


Beam = dict[tuple[int, ...], tuple[float, float]]
"""Beginnings, and the log-probabilities of their paths that end in a blank, and in a label."""

Language = Callable[[tuple[int, ...]], np.ndarray]
"""What a language model adds to the log-probability of labels that begin in this way, (n_y,): for
each label that may follow, and at `BLANK`, which is no label, if nothing more follows."""


def no_language(n_y: int) -> Language:
    """Return the language model that finds all labels equally good."""
    zeros = np.zeros(n_y)
    return lambda prefix: zeros


def language(step, weight: float, bonus: float = 0.0) -> Language:
    """Return a language model as `prefix_beam` takes it.

    Args:
        step: the model, as in `utils.models.language_model`; its `END` has the number of `BLANK`.
        weight: of its log-probabilities, beside those of the network.
        bonus: for each label, or a model would make all texts short.
    """
    read = _reader(step)

    @cache
    def added(prefix):
        numbers = weight * read(prefix)[1] + bonus
        numbers[BLANK] -= bonus
        return numbers

    return added


@lru_cache(4)
def _reader(step):
    """Return what reads a prefix with a model, whatever the weights.

    Each prefix is read once, and of a model whose state is an array, as that of n-grams, each
    state: long prefixes with the same last letters cost nothing new.
    """
    known = {}

    @cache
    def read(prefix):
        before, token = read(prefix[:-1])[0] if prefix else None, prefix[-1] if prefix else BLANK
        place = (before.tobytes(), token) if isinstance(before, np.ndarray) else prefix
        if place not in known:
            state, log_probs = step(before, np.array([token]))
            known[place] = state, np.asarray(log_probs[0], float)
        return known[place]

    return read


def add_paths(beam: Beam, prefix: tuple, blank: float = -np.inf, label: float = -np.inf) -> None:
    """Add the log-probability of paths that end in a blank, or in a label, to a beginning's."""
    of_blank, of_label = beam.get(prefix, (-np.inf, -np.inf))
    beam[prefix] = _log_add(of_blank, blank), _log_add(of_label, label)


def _log_add(a: float, b: float) -> float:
    """Return the logarithm of exp(a) + exp(b): of two numbers it is faster than NumPy's."""
    less, more = (a, b) if a < b else (b, a)
    return float(more if less == -math.inf else more + math.log1p(math.exp(less - more)))


def prefix_beam(
    log_probs: np.ndarray, width: int, language: Language, least: float = -np.inf
) -> list[int]:
    """Return the best labels: those of the most probability over all paths, and of good language.

    Prefix beam search (Hannun and others 2014): after each frame it keeps the `width` beginnings
    with the highest score. A score is the log-probability of the frames so far over all paths of
    the beginning, and what the language model adds for each of its labels.

    Args:
        log_probs: (T, n_y), the blank at `BLANK`.
        width: how many beginnings are kept.
        language: see `Language`.
        least: in each frame, labels with a log-probability below this are not tried.
    """
    rows = np.asarray(log_probs, float).tolist()
    beam: Beam = {(): (0.0, -np.inf)}
    for row in rows:
        tried = [c for c in range(1, len(row)) if row[c] >= least]
        found: Beam = {}
        for prefix, (blank, label) in beam.items():
            both, added = np.logaddexp(blank, label), language(prefix)
            last = prefix[-1] if prefix else BLANK
            add_paths(found, prefix, both + row[BLANK], label + row[last] if prefix else -np.inf)
            for c in tried:
                before = blank if c == last else both
                add_paths(found, (*prefix, c), label=before + row[c] + added[c])
        kept = sorted(found, key=lambda prefix: np.logaddexp(*found[prefix]), reverse=True)
        beam = {prefix: found[prefix] for prefix in kept[:width]}
    return [*max(beam, key=lambda prefix: np.logaddexp(*beam[prefix]) + language(prefix)[BLANK])]
