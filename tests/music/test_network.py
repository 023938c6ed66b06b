"""The network's two outputs, its training and its loss, on small layers."""

from types import SimpleNamespace

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from keras import layers

from tests.music.tunes import tune
from utils.checks.week1.jazz_improvisation import generation_models, improvise, training_model
from utils.music import network
from utils.music.chords import progression
from utils.music.players import N_DURATIONS, N_PITCHES, ROOM, SIZES, Player


def small(recurrent=layers.LSTM):
    keras.utils.set_random_seed(0)
    return SimpleNamespace(
        embedding=layers.Dense(6, use_bias=False),
        dropout=layers.Dropout(0.1),
        lstm=recurrent(5, return_sequences=True, return_state=True),
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


def test_the_forgetful_network_begins_anew_before_each_event():
    shared, (x, durations, *_) = small(network.Forgetful), data(2)
    model, (first, second) = training_model(shared), generation_models(shared)
    remembering = small()
    for one, other in zip(training_model(remembering).weights, model.weights, strict=True):
        one.assign(other)
    wanted = model.predict([x, durations], verbose=0)
    for t in range(3):  # an LSTM of the same weights, from zeros
        one_event = [x[:, [t]], durations[:, [t]]]
        got = training_model(remembering).predict(one_event, verbose=0)
        np.testing.assert_allclose(got[0], wanted[0][:, [t]], atol=1e-5)
        np.testing.assert_allclose(got[1], wanted[1][:, [t]], atol=1e-5)
        state = np.ones((2, 2, 5), "float32")  # which it forgets
        logits, known, *_ = first.predict([one_event[0], *state], verbose=0)
        np.testing.assert_allclose(logits, wanted[0][:, [t]], atol=1e-5)
        pitches = second.predict([known, one_event[1]], verbose=0)
        np.testing.assert_allclose(pitches, wanted[1][:, [t]], atol=1e-5)


def test_idle_weights_are_those_that_change_nothing():
    shared = small(network.Forgetful)
    model, (x, durations, *_) = training_model(shared), data(2)
    before = model.predict([x, durations], verbose=0)
    cell, count = shared.lstm.cell, 0
    for weight in cell.recurrent_kernel, cell.kernel, cell.bias:
        changed = keras.ops.convert_to_numpy(weight).copy()
        idle = changed if weight is cell.recurrent_kernel else changed[..., 5:10]  # f is second
        idle += 1
        count += idle.size
        weight.assign(changed)
    assert shared.lstm.idle == count
    for one, other in zip(model.predict([x, durations], verbose=0), before, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_what_counts_improvises_as_a_network_does():
    """One rhythm and one pitch were counted: at a low temperature nothing else is played."""
    models = network.counting_models([tune("C6 | F6", *[67] * 4, *[72] * 4)])
    several = [Player(progression(text)[0], 4, length) for text, length in (("C6", 48), ("F6", 96))]
    improvise(models, several, 0.05, np.random.default_rng(0))
    assert [duration for duration, _ in several[0].events] == [12] * 4
    assert [duration for duration, _ in several[1].events] == [12] * 8
    x = np.array([[player.know()] for player in several])
    asked = models[0]([x, *np.zeros((2, 2, 1))])
    assert keras.ops.is_tensor(asked[0]) and asked[0].shape == (2, 1, N_DURATIONS)
    assert models[1].predict([x, np.ones((2, 1))]).shape == (2, 1, N_PITCHES)


def test_curves_show_and_say_who_is_ahead(capsys):
    losses = {"val_duration_loss": [1.0, 0.5, 0.5], "val_pitch_loss": [2.0, 1.0, 1.25]}
    axes = network.curves({"one": SimpleNamespace(history=losses)}, 2.0, "a title")
    assert (
        "one: below the n-gram after 2 of 3 epochs, least after epoch 2" in capsys.readouterr().out
    )
    assert axes.lines[0].get_xydata().tolist() == [[1, 3], [2, 1.5], [3, 1.75]]
    assert set(axes.lines[1].get_ydata()) == {2.0}
    assert axes.get_title("left") == "a title"
    plt.close(axes.figure)


def test_losses_are_drawn_in_two_parts_with_their_figures():
    axes = network.losses({"one": (0.5, 2.0), "two": (1.0, 1.5)}, "a title")
    found = [(bar.get_x(), bar.get_width()) for bar in axes.patches]
    assert found == [(0, 0.5), (0, 1.0), (0.5, 2.0), (1.0, 1.5)]
    assert [text.get_text() for text in axes.texts] == ["0.50", "1.00", "2.00", "1.50"]
    plt.close(axes.figure)
