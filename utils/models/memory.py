"""A task for the memory of an LSTM: after a row of random bits, which was the first?

The network's parameters are those of the first lesson: for each gate g of "ufco" a matrix `Wg`
(n_a + n_x, n_a), the rows for a_prev first, and a bias `bg` (n_a,); and `Wya` (n_a, 2), `by` (2,)
of the output after the last bit. Rows are one-hot: `x` is (m, T_x, 2), `y` is (m, 2).
"""

from collections.abc import Callable

import numpy as np

from utils.models import lstm
from utils.models.bits import first_bit

GATES = "ufco"  # in the order of Keras
UNITS, ROWS, BITS, UPDATES = 8, 128, 30, 60


def rows(rng: np.random.Generator, m: int = ROWS, T_x: int = BITS):
    """Return x and y of m random rows of T_x bits."""
    return first_bit(rng.integers(2, size=(m, T_x)))


def start(rng: np.random.Generator, b_f: float = 0.0) -> dict[str, np.ndarray]:
    """Return random weights; all biases are 0 but the forget gate's, which are b_f."""
    drawn = {f"W{g}": rng.normal(0, 0.5, (UNITS + 2, UNITS)) for g in GATES}
    drawn |= {f"b{g}": np.full(UNITS, b_f if g == "f" else 0.0) for g in GATES}
    return drawn | {"Wya": rng.normal(0, 0.3, (UNITS, 2)), "by": np.zeros(2)}


def stacked(parameters: dict) -> dict:
    """Return the parameters of an LSTM as `lstm` takes them."""
    W = np.concatenate([parameters[f"W{g}"] for g in GATES], axis=1)
    b, n_a = np.concatenate([parameters[f"b{g}"] for g in GATES]), len(parameters["bf"])
    return {"Wa": W[:n_a], "Wx": W[n_a:], "b": b}


def apart(found: dict) -> dict:
    """Return gradients that `lstm` gave under the lesson's names; those of the gates come first."""
    found = dict(found)
    W = np.concatenate([found.pop("dWa"), found.pop("dWx")])
    parts = {"dW": np.split(W, 4, axis=1), "db": np.split(found.pop("db"), 4)}
    named = {f"{d}{g}": part for d in parts for g, part in zip(GATES, parts[d], strict=True)}
    return named | found


def log_likelihoods(parameters: dict, x: np.ndarray) -> np.ndarray:
    """Return the logarithms of the probabilities of both answers, (m, 2)."""
    return _outputs(parameters, x)[2]


def loss(parameters: dict, x: np.ndarray, y: np.ndarray) -> float:
    """Return the cross-entropy in nats, the mean over the rows."""
    return float(-np.mean(np.sum(y * log_likelihoods(parameters, x), axis=1)))


def gradients(parameters: dict, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Return the gradients of the loss, `d` before the name of each parameter."""
    a, cache, log_p = _outputs(parameters, x)
    dz, da = (np.exp(log_p) - y) / len(y), np.zeros_like(a)
    da[:, -1] = dz @ parameters["Wya"].T
    found = apart(lstm.lstm_backward(da, cache))
    found |= {"dWya": a[:, -1].T @ dz, "dby": dz.sum(axis=0)}
    return {f"d{name}": found[f"d{name}"] for name in parameters}


def adam(
    parameters: dict, slopes: Callable, updates: int = UPDATES, learning_rate: float = 0.05
) -> dict[str, np.ndarray]:
    """Train by Adam (Kingma and Ba, 2015) at one rate.

    Args:
        parameters: the start.
        slopes: takes parameters, returns their gradients, `d` before the name of each.
        updates: how many gradients are taken.
        learning_rate: of all updates.
    """
    p, mean, square = dict(parameters), dict.fromkeys(parameters, 0), dict.fromkeys(parameters, 0)
    for step in range(1, updates + 1):
        found = slopes(p)
        for name in p:
            mean[name] = 0.9 * mean[name] + 0.1 * found[f"d{name}"]
            square[name] = 0.98 * square[name] + 0.02 * found[f"d{name}"] ** 2
            size = np.sqrt(square[name] / (1 - 0.98**step)) + 1e-8
            p[name] = p[name] - learning_rate * mean[name] / (1 - 0.9**step) / size
    return p


def learned(b_f: float, seed: int, updates: int = UPDATES) -> float:
    """Train from one start of the forget gate's bias.

    Returns:
        The share of 1,000 new rows of the same length whose first bit it knows.
    """
    rng = np.random.default_rng(seed)
    (x, y), (x_new, y_new), p = rows(rng), rows(rng, 1000), start(rng, b_f)
    p = adam(p, lambda p: gradients(p, x, y), updates)
    return float(np.mean(log_likelihoods(p, x_new).argmax(1) == y_new.argmax(1)))


def _outputs(parameters, x):
    zeros = np.zeros((len(x), len(parameters["bf"])))
    a, _, cache = lstm.lstm_forward(x, zeros, zeros, stacked(parameters))
    z = a[:, -1] @ parameters["Wya"] + parameters["by"]
    z = z - z.max(axis=1, keepdims=True)
    return a, cache, z - np.log(np.exp(z).sum(axis=1, keepdims=True))
