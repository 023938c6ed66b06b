"""Training, long sequences in pieces, and what a network looks at."""

import keras
import numpy as np
import pytest

from utils.genomics import network
from utils.genomics.frames import six_frames
from utils.genomics.labels import TURNED
from utils.genomics.sequences import encode

RNG = np.random.default_rng(2)


@pytest.fixture(scope="module")
def model():
    """A network whose answer for a step depends on the codons of its own place alone."""
    keras.utils.set_random_seed(1)
    x = keras.Input((6, None), dtype="int32")
    a = network.FramesAsRows()(keras.layers.Embedding(network.N_INPUTS, 4)(x))
    a = network.RowsAsFrames()(keras.layers.Dense(1)(a))[..., 0]
    a = keras.ops.concatenate([keras.ops.zeros_like(a[:, :1]), a], axis=1)
    return keras.Model(x, keras.layers.Softmax()(keras.layers.Permute((2, 1))(a)))


@pytest.mark.parametrize("n", [1, 100, 1200, 1201, 4000])
def test_a_long_sequence_is_read_piece_by_piece(model, n):
    bases = RNG.integers(0, 4, n)
    said = network.probabilities(model, bases)
    assert said.shape == (n, 7)
    padded = np.pad(bases, (3, 3 + -n % 3), constant_values=4)
    want = model.predict(six_frames(padded)[None], verbose=0)[0].repeat(3, axis=0)[3 : n + 3]
    assert np.allclose(said, want, atol=1e-5)


def test_the_other_strand_changes_the_kinds_places(model):
    bases = RNG.integers(0, 4, (2, 60))
    said, turned = (model.predict(six_frames(x), verbose=0) for x in (bases, 3 - bases[:, ::-1]))
    assert np.allclose(said, turned[:, ::-1][..., TURNED], atol=1e-5)


def test_it_learns(model):
    x = RNG.integers(0, 4, (1000, 12))
    frames = six_frames(x)
    y = np.where(frames[:, 0] < 16, 1, np.where(frames[:, 3, ::-1] < 16, 4, 0))
    before = np.mean(model.predict(frames, verbose=0).argmax(axis=-1) == y)
    losses = network.train(model, frames, y, 0.05)
    assert losses[-1] < 1.9
    assert np.mean(model.predict(frames, verbose=0).argmax(axis=-1) == y) > before + 0.2


def test_only_the_own_codons_matter(model):
    changes = network.changed_by(model, RNG.integers(0, 4, 60), 30, 9)
    assert changes.shape == (18,)
    assert changes[7:14].min() > 0
    assert np.allclose(changes[:7], 0) and np.allclose(changes[14:], 0)


def test_the_nearest_codon():
    table = RNG.normal(size=(65, 5))
    table[7] = 1.01 * (table[3] - table[:64].mean(axis=0)) + table[:64].mean(axis=0)
    assert network.nearest_codons(table, 3, 2)[0] == 7
    assert 3 not in network.nearest_codons(table, 3, 63)


def test_what_changes_a_stop():
    bases = encode("CCCCCTACCCCCC")  # TAC: TAA or TAG are near, and GTA is on the other strand
    assert network.changes_a_stop(bases, 7)
    assert network.changes_a_stop(encode("CCTAGCC"), 2)
    assert network.changes_a_stop(encode("CCCTACC"), 3)  # TAG of the other strand
    assert not network.changes_a_stop(encode("CCCCCCCCC"), 4)


def test_the_control_gives_kinds():
    model = network.side_by_side(5, 4, units=3, n_e=2)
    assert model.predict(RNG.integers(0, 5, (2, 8, 3)), verbose=0).shape == (2, 8, 7)
