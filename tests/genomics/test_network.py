"""Training, long sequences in pieces, and what a network looks at."""

import keras
import numpy as np
import pytest

from utils.genomics import network
from utils.genomics.frames import three_frames

RNG = np.random.default_rng(2)


@pytest.fixture(scope="module")
def model():
    """A network whose answer for a base depends on its own step alone."""
    keras.utils.set_random_seed(1)
    x = keras.Input((None, 3), dtype="int32")
    a = keras.layers.Embedding(network.N_INPUTS, 4)(x)
    a = keras.layers.Reshape((-1, 12))(a)
    a = keras.layers.Reshape((-1, 3))(keras.layers.Dense(9)(a))
    return keras.Model(x, keras.layers.Softmax()(a))


@pytest.mark.parametrize("n", [1, 100, 1200, 1201, 4000])
def test_a_long_sequence_is_read_piece_by_piece(model, n):
    bases = RNG.integers(0, 4, n)
    said = network.probabilities(model, bases)
    assert said.shape == (n, 3)
    padded = np.pad(bases, (0, -n % 3), constant_values=4)
    want = model.predict(three_frames(padded)[None], verbose=0)[0, :n]
    assert np.allclose(said[: n - 2], want[: n - 2], atol=1e-5)


def test_it_learns(model):
    x = RNG.integers(0, 4, (1000, 12))
    y = np.where(x == 0, 1, np.where(x == 3, 2, 0))
    losses = network.train(model, three_frames(x), y, 0.05)
    assert losses[-1] < 1
    assert np.mean(model.predict(three_frames(x), verbose=0).argmax(axis=-1) == y) > 0.8


def test_only_the_own_step_matters(model):
    changes = network.changed_by(model, RNG.integers(0, 4, 60), 30, 9)
    assert changes.shape == (18,)
    assert changes[9:12].max() > 0 and np.allclose(changes[:9], 0)


def test_the_nearest_codon():
    table = RNG.normal(size=(65, 5))
    table[7] = 1.01 * (table[3] - table[:64].mean(axis=0)) + table[:64].mean(axis=0)
    assert network.nearest_codons(table, 3, 2)[0] == 7
    assert 3 not in network.nearest_codons(table, 3, 63)
