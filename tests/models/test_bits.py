"""Tiny tasks on bits: small cases by hand, shapes, and that one is learned."""

import numpy as np

from utils.models import bits


def test_changes_by_hand():
    x, y = bits.changes(np.array([[0, 1, 1, 0], [1, 1, 0, 0]]))
    assert x.argmax(-1).tolist() == [[0, 1, 1, 0], [1, 1, 0, 0]]
    assert y.argmax(-1).tolist() == [[0, 1, 0, 1], [1, 0, 1, 0]]
    assert x.shape == y.shape == (2, 4, 2)


def test_the_first_bit_by_hand():
    x, y = bits.first_bit(np.array([[0, 1, 1], [1, 0, 0], [1, 1, 1]]))
    assert x.shape == (3, 3, 2)
    assert y.tolist() == [[1, 0], [0, 1], [0, 1]]


def test_five_types():
    tasks = bits.five_types(np.random.default_rng(0))
    shapes = {name: (task.x.shape, task.y.shape) for name, task in tasks.items()}
    assert shapes == {
        "one to one": ((4, 2), (4, 1)),
        "one to many": ((8, 8), (8, 4, 1)),
        "many to one": ((128, 7, 1), (128, 1)),
        "many to many, equal": ((128, 7, 1), (128, 7, 1)),
        "many to many, different": ((128, 7, 1), (128, 3, 1)),
    }
    rows, counted = tasks["many to many, different"].x, tasks["many to many, different"].y
    assert np.array_equal(rows.sum((1, 2)), counted[..., 0] @ [4, 2, 1])
    assert len({tuple(row) for row in rows[..., 0]}) == 128
    assert np.array_equal(tasks["one to many"].y[..., 0] @ [8, 4, 2, 1], range(8))
    assert np.array_equal(tasks["many to one"].y[:, 0], rows.sum((1, 2)) > 3)


def test_one_is_learned():
    task = bits.five_types(np.random.default_rng(0))["one to one"]
    right, guess = bits.learned(task, np.random.default_rng(0), batches=200)
    assert (right, guess) == (1.0, 0.5)
