"""Tiny tasks on rows of bits, small enough for a network of eight units and a few seconds.

A row is written one-hot: `x` is (m, T_x, 2), for m rows of T_x bits.
"""

from typing import NamedTuple

import numpy as np


def changes(bits):
    """Ask of each bit whether it differs from the one before; before the first stands a 0.

    Args:
        bits: (m, T_x), whole numbers 0 and 1.

    Returns:
        x (m, T_x, 2) and y (m, T_x, 2), both one-hot.
    """
    before = np.concatenate([np.zeros_like(bits[:, :1]), bits[:, :-1]], axis=1)
    return np.eye(2)[bits], np.eye(2)[(bits != before).astype(int)]


def first_bit(bits):
    """Ask, after the last bit, which was the first.

    Args:
        bits: (m, T_x), whole numbers 0 and 1.

    Returns:
        x (m, T_x, 2) and y (m, 2), both one-hot.
    """
    return np.eye(2)[bits], np.eye(2)[bits[:, 0]]


class Task(NamedTuple):
    """A task of one architecture type.

    Attributes:
        question: what is asked.
        x: the inputs, of all rows.
        y: the answers, 0 or 1, as floats.
        units: the numbers of units of the GRU, or of the two, that learn it; none is no GRU.
        steps: into how many steps the input, or what was read, is repeated; none is not at all.
        every: whether each step has an answer.
        train: how many rows are for training; if these are all, the task is only fitted.
    """

    question: str
    x: np.ndarray
    y: np.ndarray
    units: tuple[int, ...]
    steps: int
    every: bool
    train: int


def five_types(rng: np.random.Generator) -> dict[str, Task]:
    """Return a task for each of the five architecture types, under the type's name.

    Three take all 128 rows of seven bits, 96 of them for training. Two have so few inputs that
    they are only fitted.
    """
    bits = np.array([[int(b) for b in f"{n:07b}"] for n in rng.permutation(128)])
    ones, x = bits.sum(axis=1), bits[..., None]
    changed = changes(bits)[1][..., 1:]
    counted = np.array([[n >> 2 & 1, n >> 1 & 1, n & 1] for n in ones])[..., None]
    few = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    binary = np.array([[d >> k & 1 for k in (3, 2, 1, 0)] for d in range(8)])[..., None]
    tasks = {
        "one to one": Task("do two bits differ?", few, few[:, :1] != few[:, 1:], (), 0, False, 4),
        "one to many": Task("write a digit in binary", np.eye(8), binary, (16,), 4, True, 8),
        "many to one": Task("more ones than zeros?", x, ones[:, None] > 3, (16,), 0, False, 96),
        "many to many, equal": Task("differs from the bit before?", x, changed, (16,), 0, True, 96),
        "many to many, different": Task(
            "how many ones, in binary?", x, counted, (24, 24), 3, True, 96
        ),
    }
    return {
        name: task._replace(x=task.x.astype("float32"), y=task.y.astype("float32"))
        for name, task in tasks.items()
    }


def learned(task: Task, rng: np.random.Generator, batches: int = 400) -> tuple[float, float]:
    """Train a small Keras model on a task.

    Returns:
        The share of answers that are right, on the rows held out if there are any, and that share
        if one always gives the more frequent answer.
    """
    import keras

    layers = [keras.Input(task.x.shape[1:])]
    layers += [keras.layers.Dense(8, "tanh")] * (not task.units)
    for left, units in reversed(list(enumerate(reversed(task.units)))):
        if task.steps and not left:  # repeated for the network that writes
            layers.append(keras.layers.RepeatVector(task.steps))
        every = task.every and not left
        layers.append(keras.layers.GRU(units, return_sequences=every))
    model = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.02), "binary_crossentropy")
    drawn = rng.integers(task.train, size=batches * 32)
    model.fit(task.x[drawn], task.y[drawn], batch_size=32, verbose=0)
    test = slice(task.train if task.train < len(task.x) else 0, None)
    right = (keras.ops.convert_to_numpy(model(task.x[test])) > 0.5) == task.y[test]
    share = np.mean(task.y[test])
    return float(np.mean(right)), float(max(share, 1 - share))
