"""A task for the memory of any network: after a row of random bits, which was the first?

`x` is (m, T_x, 2), one-hot, and `y` (m, 2). A network is an RNN, a GRU or an LSTM of `UNITS` units
with an output of two after the last bit, trained in NumPy.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import log_softmax

from utils.models import gru, lstm, memory, recurrent

UNITS = memory.UNITS


class Kind(NamedTuple):
    """How a network starts and runs.

    Attributes:
        start: takes a generator, returns the parameters of the recurrent layer.
        forward: takes x and the parameters, returns the states (m, T_x, n_a) and a cache.
        backward: takes the gradient of the states and that cache, returns gradients by name.
    """

    start: Callable
    forward: Callable
    backward: Callable


def rnn(Waa: Callable | None = None) -> Kind:
    """Return an RNN; `Waa` takes a generator and gives the state weights, None for orthogonal."""

    def start(rng):
        parameters = recurrent.rnn_init(2, UNITS, rng, float)
        return parameters if Waa is None else {**parameters, "Waa": Waa(rng)}

    def forward(x, parameters):
        return recurrent.rnn_forward(x, np.zeros((len(x), UNITS)), parameters)

    return Kind(start, forward, recurrent.rnn_backward)


def gru_layer(b_u: float = 0.0) -> Kind:
    """Return a GRU whose update gate's biases begin at `b_u`."""

    def start(rng):
        parameters = gru.gru_init(2, UNITS, rng, dtype=float)
        parameters["b"][:UNITS] = b_u
        return parameters

    def forward(x, parameters):
        return gru.gru_forward(x, np.zeros((len(x), UNITS)), parameters)

    return Kind(start, forward, gru.gru_backward)


def lstm_layer(b_f: float = 1.0) -> Kind:
    """Return an LSTM whose forget gate's biases begin at `b_f`."""

    def start(rng):
        parameters = lstm.lstm_init(2, UNITS, rng, float)
        parameters["b"][UNITS : 2 * UNITS] = b_f
        return parameters

    def forward(x, parameters):
        zeros = np.zeros((len(x), UNITS))
        a, _, found = lstm.lstm_forward(x, zeros, zeros, parameters)
        return a, found

    return Kind(start, forward, lstm.lstm_backward)


def learned(kind: Kind, seed: int, T_x: int, updates: int, learning_rate: float) -> float:
    """Train a network with Adam on 128 rows.

    Args:
        kind: the network.
        seed: of the rows and of the start.
        T_x: how many bits a row has.
        updates: how many gradients are taken.
        learning_rate: of all updates.

    Returns:
        The share of 1,000 new rows of the same length whose first bit it knows.
    """
    rng = np.random.default_rng(seed)
    (x, y), (x_new, y_new) = memory.rows(rng, T_x=T_x), memory.rows(rng, 1000, T_x)
    parameters = kind.start(rng)
    parameters |= {"Wya": rng.normal(0, 0.3, (UNITS, 2)), "by": np.zeros(2)}
    trained = memory.adam(parameters, lambda p: gradients(kind, p, x, y), updates, learning_rate)
    a, _ = kind.forward(x_new, trained)
    said = a[:, -1] @ trained["Wya"] + trained["by"]
    return float(np.mean(said.argmax(1) == y_new.argmax(1)))


def gradients(kind: Kind, parameters: dict, x: np.ndarray, y: np.ndarray) -> dict:
    """Return the gradients of the cross-entropy after the last bit, `d` before each name."""
    a, found = kind.forward(x, parameters)
    dz = np.exp(log_softmax(a[:, -1] @ parameters["Wya"] + parameters["by"], axis=1)) - y
    dz, da = dz / len(y), np.zeros_like(a)
    da[:, -1] = dz @ parameters["Wya"].T
    backward = kind.backward(da, found)
    return {
        **{f"d{name}": backward[f"d{name}"] for name in parameters if "y" not in name},
        "dWya": a[:, -1].T @ dz,
        "dby": dz.sum(axis=0),
    }
