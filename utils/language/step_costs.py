"""What one step of training word vectors costs, by the size of the vocabulary."""

import time
from collections.abc import Callable, Sequence

import numpy as np

DIMS = 50
BATCH = 128
TRIES = 5  # the fastest of so many counts: another program may run beside it


def zipf(n_words: int) -> np.ndarray:
    """Return counts (V,) in which the r-th word occurs 1/r times as often as the first."""
    return np.maximum(1, 10 * n_words / np.arange(1, n_words + 1)).astype(int)


def milliseconds(
    n_words: int, loss: Callable, huffman: Callable, k: int = 5
) -> tuple[dict[str, float], float]:
    """Return milliseconds a step by method, for a batch of pairs, and the mean length of a path.

    A step: the scores, the loss and the gradients of the vectors that it touches. Methods:
    "softmax", "hierarchical", "negative sampling".

    Args:
        n_words: V.
        loss: takes e (m, n), theta (m, rows, n), labels (m, rows), as in negative sampling.
        huffman: takes counts, returns the paths and codes of all words.
        k: drawn words.
    """
    rng = np.random.default_rng(1)
    counts = zipf(n_words)
    Theta = rng.normal(size=(n_words, DIMS)).astype("float32")
    e = rng.normal(size=(BATCH, DIMS)).astype("float32")
    targets = rng.choice(n_words, BATCH, p=counts / counts.sum())
    paths, codes = huffman(counts)
    rows = rng.integers(n_words, size=(BATCH, k + 1))
    labels = np.eye(k + 1)[np.zeros(BATCH, int)]
    owner, at = np.nonzero(codes[targets] >= 0)
    flat, turns = paths[targets][owner, at], codes[targets][owner, at]
    steps = {
        "softmax": lambda: _softmax_step(e, Theta, targets),
        # every node of every path is a row of its own: the same loss, one row at a time
        "hierarchical": lambda: loss(e[owner], Theta[flat][:, None], turns[:, None]),
        "negative sampling": lambda: loss(e, Theta[rows], labels),
    }
    mean = float(np.average((codes >= 0).sum(axis=1), weights=counts))
    return {name: _fastest(step) for name, step in steps.items()}, mean


def by_size(
    sizes: Sequence[int], loss: Callable, huffman: Callable, k: int
) -> tuple[dict[str, list[float]], list[float], dict]:
    """Return milliseconds a step by method for each size, the mean paths, and each method's law.

    A law: what the cost is proportional to at each size, and how it is called.
    """
    found = [milliseconds(size, loss, huffman, k) for size in sizes]
    steps = {name: [costs[name] for costs, _ in found] for name in found[0][0]}
    laws = dict(
        zip(steps, ((sizes, "V"), (np.log(sizes), "log V"), ([k] * len(sizes), "k")), strict=True)
    )
    return steps, [length for _, length in found], laws


def _softmax_step(e, Theta, targets):
    s = e @ Theta.T
    s -= s.max(axis=1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(p)), targets]).sum()
    p[np.arange(len(p)), targets] -= 1
    return loss, p @ Theta, p.T @ e


def _fastest(step: Callable) -> float:
    step()
    found = []
    for _ in range(TRIES):
        began = time.perf_counter()
        step()
        found.append(time.perf_counter() - began)
    return 1000 * min(found)


def growth(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Return the power p of the law cost = c * size^p that fits best: 1 is linear, 0 constant."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])
