"""utils.sound.streams: what is fed in pieces gives what the whole gives."""

from types import SimpleNamespace

import numpy as np
import pytest

from utils.sound import streams
from utils.sound.spectrograms import log_mel

KERNEL, STRIDE = 5, 2


def layer(name, *weights, **more):
    return SimpleNamespace(name=name, get_weights=lambda: [*weights], **more)


@pytest.fixture
def network():
    """Stand in for a Keras network: names, weights, mean and variance."""
    rng = np.random.default_rng(1)
    shapes = {
        "patterns": [(KERNEL, 40, 6), (6,)],
        "order": [(6, 12), (4, 12), (2, 12)],
        "order_again": [(4, 12), (4, 12), (2, 12)],
        "just_ended": [(4, 1), (1,)],
    }
    found = {
        name: layer(name, *(rng.normal(size=s) for s in sizes)) for name, sizes in shapes.items()
    }
    more = {"mean": rng.normal(size=(1, 1, 40)), "variance": rng.uniform(1, 2, (1, 1, 40))}
    found["normalise"] = layer("normalise", **more)
    return SimpleNamespace(layers=[*found.values()], get_layer=found.get)


def feed(new, kept, states, weights, kernel, stride):
    """Give the sum of each pattern, and count calls in the states."""
    frames = np.concatenate([kept, new])
    starts = range(0, len(frames) - kernel + 1, stride)
    p = np.array([frames[s : s + kernel].sum() for s in starts])
    return p, frames[stride * len(starts) :], states + 1


def test_pieces_of_any_length_give_what_the_whole_gives(network):
    sound = np.random.default_rng(2).normal(size=16_000)
    whole = streams.Stream(network, feed, KERNEL, STRIDE).feed(log_mel(sound))
    assert len(whole) == (98 - KERNEL) // STRIDE + 1
    for step in (160, 1000, 16_000):
        blocks = [sound[i : i + step] for i in range(0, len(sound), step)]
        stream = streams.Stream(network, feed, KERNEL, STRIDE)
        assert [*streams.listen(blocks, stream)] == pytest.approx(whole, abs=1e-3)
    assert [*streams.listen([sound[:399]], stream)] == []


def test_frames_are_normalised_and_weights_named(network):
    stream = streams.Stream(network, feed, 1, 1)
    normalise = network.get_layer("normalise")
    frames = np.random.default_rng(3).normal(size=(3, 40))
    wanted = (frames - normalise.mean[0]) / np.sqrt(normalise.variance[0])
    assert stream.feed(frames) == pytest.approx(wanted.sum(axis=1))
    assert stream.states.shape == (2, 4) and (stream.states == 1).all()
    assert stream.weights["patterns"][0].shape == (KERNEL, 40, 6)
    assert [gru["Wa"].shape for gru in stream.weights["grus"]] == [(4, 12), (4, 12)]
