"""A start, an optimizer, and trained networks as step functions."""

import numpy as np
import pytest
from scipy.special import log_softmax

from utils.models import character_models, language_model, recurrent
from utils.text import one_hot

NAMES = [np.array([1, 2, 3, 0]), np.array([2, 0]), np.array([4, 4, 1, 1, 3, 0])]


def scores(logits):
    """Return the log-probability of each character of NAMES from logits (m, T_x, n_x)."""
    _, y, mask = language_model.inputs_and_targets(NAMES)
    return language_model.token_log_probs(log_softmax(logits, axis=-1), y, mask)


def test_start_has_the_shapes_of_an_rnn_and_its_output_layer():
    parameters = character_models.start(5, 3, seed=1)
    shapes = {name: array.shape for name, array in parameters.items()}
    assert shapes == {"Wax": (5, 3), "Waa": (3, 3), "ba": (3,), "Wya": (3, 5), "by": (5,)}
    assert {array.dtype for array in parameters.values()} == {np.dtype("float32")}
    again, other = (character_models.start(5, 3, seed)["Wya"] for seed in (1, 2))
    assert np.array_equal(parameters["Wya"], again) and not np.array_equal(again, other)


def test_gradient_descent_keeps_its_rate_or_falls_to_zero():
    ones = {"w": np.ones(2)}, {"dw": np.ones(2)}
    steady = character_models.gradient_descent(0.5)
    assert [steady(*ones)["w"][0] for _ in range(3)] == [0.5, 0.5, 0.5]
    falling = character_models.gradient_descent(0.5, steps=2)
    assert [falling(*ones)["w"][0] for _ in range(3)] == [0.5, 0.75, 1.0]


def test_rnn_step_equals_the_whole_sequence():
    parameters = character_models.start(5, 3, seed=1)
    x, _, _ = language_model.inputs_and_targets(NAMES)
    a, _ = recurrent.rnn_forward(one_hot(x, 5), np.zeros((3, 3), "float32"), parameters)
    found = language_model.score(character_models.rnn_step(parameters), NAMES)
    assert found == pytest.approx(scores(a @ parameters["Wya"] + parameters["by"]), abs=1e-5)


def test_gru_step_equals_the_keras_model():
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(5, 4),
            layers.Dropout(0.5),
            layers.GRU(3, return_sequences=True, bias_initializer="random_normal"),
            layers.Dense(5, bias_initializer="random_normal"),
        ]
    )
    x, _, _ = language_model.inputs_and_targets(NAMES)
    found = language_model.score(character_models.gru_step(model), NAMES)
    assert found == pytest.approx(scores(model.predict_on_batch(x)), abs=1e-5)
