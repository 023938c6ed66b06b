"""Training on clips: what counts how much, and that all clips are read."""

import keras
import numpy as np
import pytest

from utils.vision import clip_training


def tiny():
    """Return a network that must see neither sides nor light and dark: squares of means."""
    x = keras.Input((3, 2, 2, 2))
    means = keras.ops.mean(x, axis=(2, 3)) ** 2
    return keras.Model(x, keras.layers.Dense(4)(means))


def test_weights_rise_and_are_one_on_average():
    weights = clip_training.weights_of_frames(24)
    assert (np.diff(weights) > 0).all() and weights.mean() == pytest.approx(1, abs=1e-5)


def test_it_learns():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 64)
    kinds = np.float32([[0, 0], [0, 1], [1, 0], [1, 1]])
    x = np.tile(kinds[y][:, None, None, None], (1, 3, 2, 2, 1))
    keras.utils.set_random_seed(0)
    model = tiny()
    losses = clip_training.train(model, x, y, 60, 0.3)
    assert len(losses) == 60 and losses[-1] < 0.3 < losses[0]
    said = clip_training.read(model, x[:41])
    assert said.shape == (41, 3, 4)
    assert (said[:, -1].argmax(axis=-1) == y[:41]).all()


def test_the_batch_must_fit():
    with pytest.raises(ValueError, match="no multiple"):
        clip_training.train(tiny(), np.zeros((5, 3, 2, 2, 2)), np.zeros(5, int), 1, 0.1)


def test_clips_are_mirrored_and_light_and_dark_exchanged():
    rng = np.random.default_rng(0)
    x = rng.uniform(0.1, 1, (200, 3, 2, 4, 2)).astype("float32")
    before, got = x.copy(), clip_training.varied(x, rng)
    np.testing.assert_array_equal(x, before)
    assert got.dtype == np.float32
    ways = [x, -x, x[:, :, :, ::-1], -x[:, :, :, ::-1]]
    same = np.stack([(got == way).all(axis=(1, 2, 3, 4)) for way in ways])
    assert (same.sum(axis=0) == 1).all() and (same.sum(axis=1) > 30).all()


def test_an_epoch_has_every_clip_once():
    x = np.arange(64, dtype="float32").reshape(-1, 1, 1, 1, 1).repeat(2, axis=1)
    batches = clip_training.Varied(x, np.arange(64), np.random.default_rng(0))
    seen = []
    for _ in range(2):
        got = [batches[k] for k in range(len(batches))]
        batches.on_epoch_end()
        for clips, labels, weights in got:
            np.testing.assert_array_equal(np.abs(clips[..., 0, 0, 0]), labels)
            assert labels.shape == weights.shape == (clip_training.BATCH, 2)
        seen.append(np.concatenate([labels[:, 0] for _, labels, _ in got]))
    assert (seen[0] != seen[1]).any() and all(set(one) == set(range(64)) for one in seen)


def test_units_for():
    units = clip_training.units_for(15_000, 48, 8)
    assert abs(units * 49 + 8 * units + 8 - 15_000) < 57
