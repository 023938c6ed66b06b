"""The network's two outputs, its training and its loss, on small layers."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from keras import layers

from utils.checks.week1.jazz_improvisation import training_model
from utils.music import network
from utils.music.players import N_DURATIONS, N_PITCHES, ROOM, SIZES


def small():
    keras.utils.set_random_seed(0)
    return SimpleNamespace(
        embedding=layers.Dense(6, use_bias=False),
        dropout=layers.Dropout(0.1),
        lstm=layers.LSTM(5, return_sequences=True, return_state=True),
        duration_hidden=layers.Dense(4, activation="relu"),
        pitch_hidden=layers.Dense(7, activation="relu"),
        output_dropout=layers.Dropout(0.1),
        duration=layers.Dense(N_DURATIONS),
        pitch=layers.Dense(N_PITCHES),
    )


def data(m, seed=0):
    """Two events each, always the same: a quarter and then an eighth."""
    rng = np.random.default_rng(seed)
    x = rng.integers(SIZES, size=(m, 3, len(SIZES))).astype("int32")
    durations, pitches = np.tile([12, 6, 0], (m, 1)), np.tile([20, 24, 0], (m, 1))
    return x, durations, pitches, np.tile([True, True, False], (m, 1))


def test_the_outputs_read_the_room_and_the_duration():
    shared, rng = small(), np.random.default_rng(0)
    known, (x, durations, *_) = rng.normal(size=(2, 3, 4)), data(2)
    shared.duration_hidden = shared.pitch_hidden = lambda joined: joined
    shared.output_dropout = shared.duration = shared.pitch = np.asarray
    got = network.duration_output(shared, known, x)
    np.testing.assert_allclose(got, np.concatenate([known, np.eye(SIZES[ROOM])[x[..., ROOM]]], -1))
    got = network.pitch_output(shared, known, durations)
    np.testing.assert_allclose(got, np.concatenate([known, np.eye(N_DURATIONS)[durations]], -1))


def test_it_learns_and_its_loss_is_in_nats_an_event():
    model = training_model(small())
    for weight in model.weights:
        weight.assign(np.zeros(weight.shape))
    flat = np.log([N_DURATIONS, N_PITCHES])
    assert network.nats_of(model, data(3)) == pytest.approx(flat, abs=1e-5)
    history = network.fit(model, data(16), data(3, seed=1), "test", epochs=6, size=4)
    assert len(history.epoch) == 6
    assert (np.array(network.nats_of(model, data(3, seed=1))) < flat).all()
    last = [history.history[f"val_{name}_loss"][-1] for name in model.output_names]
    assert network.nats_of(model, data(3, seed=1)) == pytest.approx(last, abs=1e-4)
