"""Clips that play: their frames, their weight, what is said to those who cannot see them."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image, ImageSequence

from utils.vision import clips, playing
from utils.vision.poses import ACTIVITIES, FRAMES


@pytest.fixture(scope="module")
def some():
    return clips.make(8, np.arange(8), tuple(range(8)), np.random.default_rng(0)).frames


def test_a_gif_holds_the_frames(some):
    image = Image.open(io.BytesIO(playing.gif(some[0])))
    assert image.n_frames == FRAMES and image.info["loop"] == 0 and image.info["duration"] == 100
    shown = [np.asarray(frame.convert("RGB"), float) for frame in ImageSequence.Iterator(image)]
    assert np.abs(np.stack(shown) - some[0]).mean() < 12


def test_eight_clips_are_light(some):
    shown = playing.play(some, "Eight clips.")
    assert len(shown.data) * 4 / 3 < playing.LONGEST / 1.6  # two such, and a smaller one
    assert shown.alt == "Eight clips." and shown.width > 300


def test_side_by_side(some):
    whole = playing.side_by_side(some[:5], 3)
    assert whole.shape == (FRAMES, 2 * 34 - 2, 3 * 34 - 2, 3)
    np.testing.assert_array_equal(whole[:, 34:66, 34:66], some[4])
    assert (whole[:, 34:, 68:] == 255).all()


def test_strip_and_channels(some):
    axes = playing.strip(some, ACTIVITIES, "title")
    assert axes.shape == (8, 1)
    both = np.stack([np.zeros((FRAMES, 4, 4)), np.full((FRAMES, 4, 4), 7.0)], axis=-1)
    shown = playing.channels(both)
    assert shown.shape == (2, FRAMES, 4, 4, 3)
    assert (shown[0] == 127).all() and (shown[1] == 255).all()
    plt.close("all")
