"""utils.models.peephole: as Keras' LSTM where the peepholes are zero, and a step by hand."""

import keras
import numpy as np
import pytest

from utils.models.peephole import PeepholeLSTMCell

N_X, UNITS = 3, 4
X = np.random.default_rng(0).normal(size=(2, 5, N_X)).astype("float32")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def layer_of(rng, see=1.0):
    """Return a layer with random weights; its peepholes are multiplied by `see`."""
    layer = keras.layers.RNN(PeepholeLSTMCell(UNITS), return_sequences=True)
    layer.build(X.shape)
    kernel, recurrent, bias, peephole = (rng.normal(size=w.shape) for w in layer.get_weights())
    layer.set_weights([kernel, recurrent, bias, see * peephole])
    return layer


def by_hand(x, weights):
    """Return the states (m, T_x, units), one step after the other."""
    kernel, recurrent, bias, (see_u, see_f, see_o) = weights
    a, c = np.zeros((2, len(x), UNITS))
    states = []
    for t in range(x.shape[1]):
        z_u, z_f, z_c, z_o = np.split(x[:, t] @ kernel + a @ recurrent + bias, 4, axis=1)
        gamma_u, gamma_f = sigmoid(z_u + see_u * c), sigmoid(z_f + see_f * c)
        c = gamma_u * np.tanh(z_c) + gamma_f * c
        a = sigmoid(z_o + see_o * c) * np.tanh(c)
        states.append(a)
    return np.stack(states, axis=1)


def test_without_peepholes_it_is_the_lstm_of_keras():
    layer = layer_of(np.random.default_rng(1), see=0)
    twin = keras.layers.LSTM(UNITS, return_sequences=True)
    twin.build(X.shape)
    twin.set_weights(layer.get_weights()[:3])
    assert np.allclose(layer(X), twin(X), atol=1e-6)


def test_gates_see_the_cell():
    layer = layer_of(np.random.default_rng(1))
    weights = layer.get_weights()
    assert np.allclose(layer(X), by_hand(X, weights), atol=1e-5)
    for gate, first_seen in enumerate((1, 1, 0)):  # the output gate sees the new cell at once
        changed = weights[3].copy()
        changed[gate] = 0
        layer.set_weights([*weights[:3], changed])
        apart = np.abs(np.array(layer(X)) - by_hand(X, weights)).max(axis=(0, 2)) > 1e-4
        assert apart.tolist()[: first_seen + 1] == [False] * first_seen + [True]


@pytest.mark.parametrize("b_f", [1.0, 3.0])
def test_start(b_f):
    cell = PeepholeLSTMCell(UNITS, b_f)
    cell.build((None, N_X))
    kernel, recurrent, bias, peephole = cell.get_weights()
    assert (kernel.shape, recurrent.shape) == ((N_X, 4 * UNITS), (UNITS, 4 * UNITS))
    assert bias.tolist() == np.repeat([0, b_f, 0, 0], UNITS).tolist()
    assert peephole.shape == (3, UNITS) and not peephole.any()
    assert np.allclose(recurrent @ recurrent.T, np.eye(UNITS), atol=1e-5)


def test_what_is_masked_changes_nothing():
    words = keras.Input((None,), dtype="int32")
    embedded = keras.layers.Embedding(6, N_X, mask_zero=True)(words)
    model = keras.Model(words, keras.layers.RNN(PeepholeLSTMCell(UNITS))(embedded))
    short, filled = np.array([[3, 1, 5]]), np.array([[3, 1, 5, 0, 0]])
    assert np.allclose(model(short), model(filled), atol=1e-6)
    assert not np.allclose(model(short), model(np.array([[3, 1, 5, 2, 2]])), atol=1e-3)


def test_a_saved_model_says_the_same(tmp_path):
    x = keras.Input((None, N_X))
    layer = keras.layers.RNN(PeepholeLSTMCell(UNITS, 2.5))
    model = keras.Model(x, keras.layers.Dense(1)(layer(x)))
    rng = np.random.default_rng(2)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    model.save(path := tmp_path / "model.keras")
    again = keras.saving.load_model(path)
    assert np.array_equal(model.predict(X, verbose=0), again.predict(X, verbose=0))
    (cell,) = (layer.cell for layer in again.layers if hasattr(layer, "cell"))
    assert isinstance(cell, PeepholeLSTMCell) and (cell.units, cell.b_f) == (UNITS, 2.5)


def test_peepholes_are_trained():
    x = keras.Input((None, N_X))
    layer = keras.layers.RNN(PeepholeLSTMCell(UNITS))
    model = keras.Model(x, keras.layers.Dense(1)(layer(x)))
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.fit(X, np.ones((2, 1)), epochs=1, verbose=0)
    assert np.abs(layer.cell.get_weights()[3]).min(axis=1).all()
