"""Training on clips: what counts how much, and that all clips are read."""

import keras
import numpy as np
import pytest

from utils.vision import clip_training


def tiny():
    x = keras.Input((3, 2))
    return keras.Model(x, keras.layers.Dense(4)(x))


def test_weights_rise_and_are_one_on_average():
    weights = clip_training.weights_of_frames(24)
    assert (np.diff(weights) > 0).all() and weights.mean() == pytest.approx(1, abs=1e-5)


def test_it_learns():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 64)
    x = np.repeat(np.float32([[-1, -1], [-1, 1], [1, -1], [1, 1]])[y][:, None], 3, axis=1)
    keras.utils.set_random_seed(0)
    model = tiny()
    losses = clip_training.train(model, x, y, 30, 0.3)
    assert len(losses) == 30 and losses[-1] < 0.3 < losses[0]
    said = clip_training.read(model, x[:41])
    assert said.shape == (41, 3, 4)
    assert (said[:, -1].argmax(axis=-1) == y[:41]).all()


def test_the_batch_must_fit():
    with pytest.raises(ValueError, match="no multiple"):
        clip_training.train(tiny(), np.zeros((5, 3, 2)), np.zeros(5, int), 1, 0.1)


def test_units_for():
    units = clip_training.units_for(15_000, 48, 8)
    assert abs(units * 49 + 8 * units + 8 - 15_000) < 57
