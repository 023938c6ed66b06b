"""Word vectors that are frozen, or tuned on a few texts, by gradient descent or by Adam."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from types import MappingProxyType

import numpy as np
from scipy.sparse import csr_array

WAYS = {
    "frozen, descent": ("descent", False),
    "tuned, descent": ("descent", True),
    "frozen, Adam": ("Adam", False),
    "tuned, Adam": ("Adam", True),
}
RATES = {
    "descent": (1.0, 0.3, 3.0, 10.0),
    "Adam": (0.02, 0.0006, 0.002, 0.006),
}  # the usual one first
STEPS = 200, 50


def tuned(
    gradients: Callable,
    indices: np.ndarray,
    y: np.ndarray,
    table: np.ndarray,
    n_y: int,
    optimizer: str,
    tune: bool = True,
    steps: int = STEPS[0],
    rate: float | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train softmax regression on the average of word vectors and, if wanted, the vectors too.

    Args:
        gradients: takes x (m, n_e), y, W and b, returns the loss and its gradients by W, b and x.
        indices: (m, T_x), padded with 0, at least a word in each row.
        y: (m,), the numbers of the classes.
        table: (n_words + 1, n_e); it is not changed.
        n_y: the number of classes.
        optimizer: "descent", plain gradient descent, or "Adam" (Kingma and Ba 2015).
        tune: whether the vectors are trained.
        steps: updates, each on all rows.
        rate: the learning rate; None for 1 (descent) and 0.02 (Adam).

    Returns:
        W (n_e, n_y), b (n_y,), and the table, in which words that no row has are as before.
    """
    rate = rate or RATES[optimizer][0]
    words, places = np.unique(indices, return_inverse=True)
    places, counts = places.reshape(indices.shape), np.count_nonzero(indices, 1)[:, None]
    share = np.zeros((len(y), len(words)))  # of each word in each average
    np.add.at(share, (np.arange(len(y))[:, None], places), (indices > 0) / counts)
    share = csr_array(share)
    E = table[words].astype(float)
    W, b = np.zeros((E.shape[1], n_y)), np.zeros(n_y)
    moments = [(np.zeros_like(p), np.zeros_like(p)) for p in (W, b, E)]
    for step in range(1, steps + 1):
        _, dW, db, dx = gradients(share @ E, y, W, b)
        changes = (dW, db, share.T @ dx)[: 3 if tune else 2]
        for parameter, change, (mean, square) in zip((W, b, E), changes, moments, strict=False):
            if optimizer == "descent":
                parameter -= rate * change
                continue
            mean += 0.1 * (change - mean)
            square += 0.001 * (change**2 - square)
            scale = np.sqrt(square / (1 - 0.999**step)) + 1e-7
            parameter -= rate * mean / (1 - 0.9**step) / scale
    new = table.astype(float)
    new[words] = E
    return W, b, new


def chosen(
    gradients: Callable,
    training: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    table: np.ndarray,
    n_y: int,
    sizes: Sequence[int],
    seed: int,
) -> dict[str, tuple[float, int]]:
    """Choose learning rate and steps for each of the `WAYS`, of `RATES` and `STEPS`.

    Args:
        gradients: as in `tuned`.
        training: indices (m, T_x) and labels (m,), from which the texts are drawn.
        validation: indices and labels to choose by.
        table: (n_words + 1, n_e).
        n_y: the number of classes.
        sizes: how many texts to train on; what is best in the mean over them is taken.
        seed: of the draw.

    Returns:
        {way: (rate, steps)}.
    """
    order = np.random.default_rng(seed).permutation(len(training[1]))

    def right(way, rate, steps):
        shares = []
        for size in sizes:
            few = (part[order[:size]] for part in training)
            of = tuned(gradients, *few, table, n_y, *WAYS[way], steps=steps, rate=rate)
            shares.append(_share_right(of, *validation))
        return np.mean(shares)

    return {
        way: max(product(RATES[optimizer], STEPS), key=lambda pair, way=way: right(way, *pair))
        for way, (optimizer, _) in WAYS.items()
    }


def by_size(
    gradients: Callable,
    training: tuple[np.ndarray, np.ndarray],
    tests: Mapping[str, tuple[np.ndarray, np.ndarray]],
    table: np.ndarray,
    n_y: int,
    sizes: Sequence[int],
    seeds: Iterable[int],
    settings: Mapping[str, tuple[float, int]] = MappingProxyType({}),
) -> tuple[dict, dict[str, float]]:
    """Train with all `WAYS` on few texts, drawn with each seed, and try what was learned.

    Args:
        gradients: as in `tuned`.
        training: indices (m, T_x) and labels (m,).
        tests: {set of texts: (indices, labels)}.
        table: (n_words + 1, n_e).
        n_y: the number of classes.
        sizes: how many texts to train on.
        seeds: of the draws.
        settings: {way: (rate, steps)}, as `chosen` gives them; else the usual ones.

    Returns:
        {set of texts: {way: {size: a share of right answers for each seed}}}, and how far the
        vectors of the largest size's words moved, {way: their mean distance, of all seeds}.
    """
    found = {each: {way: {size: [] for size in sizes} for way in WAYS} for each in tests}
    moved = {way: [] for way in WAYS}
    for seed in seeds:
        order = np.random.default_rng(seed).permutation(len(training[1]))
        for way, (optimizer, tune) in WAYS.items():
            rate, steps = settings.get(way, (None, STEPS[0]))
            for size in sizes:
                indices, labels = (part[order[:size]] for part in training)
                of = tuned(
                    gradients, indices, labels, table, n_y, optimizer, tune, steps=steps, rate=rate
                )
                for each, (texts, right) in tests.items():
                    found[each][way][size].append(_share_right(of, texts, right))
            words = np.unique(indices[indices > 0])
            moved[way].append(np.linalg.norm((of[2] - table)[words], axis=1).mean())
    return found, {way: float(np.mean(steps)) for way, steps in moved.items()}


def _share_right(of, texts, right):
    W, b, table = of
    return float(np.mean((_averages(texts, table) @ W + b).argmax(axis=1) == right))


def _averages(indices, table):
    mask = (indices > 0)[..., None]
    return (table[indices] * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
