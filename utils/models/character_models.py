"""Networks that predict the next character: their start in NumPy, and trained ones as steps.

A step function is what `language_model` calls a model: it takes a state (None before the first
character) and tokens (m,), and returns the new state and the log-probabilities (m, n_x).
"""

from collections.abc import Callable

import numpy as np
from scipy.special import log_softmax

from utils.models import gru, recurrent
from utils.models.language_model import Step
from utils.text import one_hot


def start(n_x: int, n_a: int, seed: int) -> dict[str, np.ndarray]:
    """Return parameters of an RNN with a softmax on top, as Keras draws them, in float32.

    Wax (n_x, n_a), Waa (n_a, n_a), ba (n_a,), and of the output layer Wya (n_a, n_x), by (n_x,).
    """
    rng = np.random.default_rng(seed)
    parameters = recurrent.rnn_init(n_x, n_a, rng)
    limit = np.sqrt(6 / (n_a + n_x))  # Glorot and Bengio (2010)
    output = rng.uniform(-limit, limit, (n_a, n_x)).astype("float32")
    return parameters | {"Wya": output, "by": np.zeros(n_x, "float32")}


def gradient_descent(learning_rate: float, steps: int | None = None) -> Callable:
    """Return an optimizer: it takes parameters and gradients, and returns new parameters.

    The gradient of `Wax` is called `dWax`.

    Args:
        learning_rate: of the first step.
        steps: if it is given, the rate falls in a straight line, to zero after so many steps.
    """
    done = 0

    def update(parameters, gradients):
        nonlocal done
        rate = np.float32(learning_rate * (1 - done / steps if steps else 1))
        done += 1
        return {name: parameters[name] - rate * gradients[f"d{name}"] for name in parameters}

    return update


def rnn_step(parameters: dict[str, np.ndarray]) -> Step:
    """Return a trained RNN, with the parameters that `start` describes, as a step function."""
    n_x, n_a = parameters["Wax"].shape

    def step(a, tokens):
        a = np.zeros((len(tokens), n_a), "float32") if a is None else a
        a, _ = recurrent.rnn_cell_forward(one_hot(tokens, n_x), a, parameters)
        return a, log_softmax(a @ parameters["Wya"] + parameters["by"], axis=-1)

    return step


def gru_step(model) -> Step:
    """Return a trained Keras model as a step function in NumPy.

    One character at a time, that is many times faster than a call of the model.

    Args:
        model: an Embedding, a GRU and a Dense layer that gives logits; dropout may stand between.
    """
    table, *weights, Wya, by = model.get_weights()
    cell = gru.gru_from_keras(weights)

    def step(a, tokens):
        a = np.zeros((len(tokens), len(Wya)), "float32") if a is None else a
        a, _ = gru.gru_cell_forward(table[tokens], a, cell, reset_after=True)
        return a, log_softmax(a @ Wya + by, axis=-1)

    return step
