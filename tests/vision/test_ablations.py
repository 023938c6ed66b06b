"""Trainings of one network: the same start, and parts that are taken out."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from utils.vision.ablations import PIECE, Switch, Trainings, share


def small():
    """Return a network from pictures and tokens to logits of five words, and its switch."""
    keras.utils.set_random_seed(1)
    switch = Switch()
    images, y = keras.Input((4, 4, 3), dtype="uint8"), keras.Input((2,), dtype="int32")
    seen = layers.Dense(2)(layers.Flatten()(layers.Rescaling(1 / 255)(images)))
    seen = switch(seen, ops.zeros_like(seen))
    words = layers.Embedding(5, 3)(y)
    logits = layers.Dense(5)(layers.Concatenate()([words, layers.RepeatVector(2)(seen)]))
    return keras.Model([images, y], logits), switch


def examples(m):
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (m, 4, 4, 3)).astype(np.uint8)
    y = np.stack([1 + (images.mean((1, 2, 3)) > 127), np.zeros(m)], axis=1).astype("int32")
    return images, y, np.ones((m, 2), bool)


def test_a_switch_hands_on_one_of_two():
    switch = Switch()
    on, off = np.ones((2, 3), "float32"), np.zeros((2, 3), "float32")
    assert np.array(switch(on, off)).all()
    switch.on.assign(0.0)
    assert not np.array(switch(on, off)).any()
    assert not switch.trainable_variables


def test_each_training_begins_at_the_same_start():
    model, switch = small()
    trainings = Trainings(model, {"eyes": switch}, batch=8)
    first = trainings.run("first", 3 * PIECE, *examples(50))
    blind = trainings.run("blind", 3 * PIECE, *examples(50), off=["eyes"])
    again = trainings.run("again", 3 * PIECE, *examples(50))
    assert len(first) == 3 and first[-1] < first[0]
    np.testing.assert_allclose(first, again, rtol=1e-4)
    assert blind[-1] > first[-1]
    assert float(ops.convert_to_numpy(switch.on)) == 1.0


def test_what_is_masked_is_not_learned():
    model, switch = small()
    images, y, mask = examples(40)
    mask[:, 0] = False  # the second token is always 0
    trainings = Trainings(model, {"eyes": switch}, batch=8, rate=0.1)
    assert trainings.run("masked", 5 * PIECE, images, y, mask)[-1] < 0.1


def test_few_and_many_examples_make_as_many_updates():
    model, switch = small()
    trainings = Trainings(model, {"eyes": switch}, batch=8)
    for m in (3, 200, 1000):
        assert len(trainings.run("many", 2 * PIECE + 7, *examples(m))) == 2
        assert int(ops.convert_to_numpy(model.optimizer.iterations)) == 2 * PIECE


def test_the_rate_rises_and_falls():
    rates = [share(done) for done in np.linspace(0, 1, 101)]
    assert rates[0] == 0 and max(rates) == pytest.approx(1) and rates[-1] < 1e-9
    assert np.argmax(rates) == 10 and (np.diff(rates[11:]) < 0).all()
