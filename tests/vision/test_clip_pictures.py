"""Pictures of what networks say of clips: what is drawn is what was given."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.vision import clip_pictures
from utils.vision.poses import ACTIVITIES


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_confusions():
    table = np.arange(64).reshape(8, 8)
    axes = clip_pictures.confusions(table, "title")
    assert [text.get_text() for text in axes.texts] == [str(n) for n in range(1, 64)]
    clip_pictures.confusions(np.zeros((8, 8), int), "nothing")


def test_after_frames():
    axes = clip_pictures.after_frames({"one": np.linspace(0, 1, 24)}, "title", level=0.9)
    np.testing.assert_allclose(axes.lines[0].get_xdata(), np.arange(1, 25))
    assert len(axes.lines) == 2


def test_decisions():
    labels = np.repeat(np.arange(7), 4)  # none of the last activity
    axes = clip_pictures.decisions(np.tile([2, 4, 6, 8], 7), labels, "title")
    assert axes.lines[1].get_xdata()[0] == 5 and len(axes.lines) == 14


def test_over_time():
    p = np.full((24, 8), 0.02)
    p[:, 1] = 0.86
    axes = clip_pictures.over_time(np.zeros((24, 32, 32, 3), np.uint8), p, "title")
    assert len(axes.lines) == 3
    assert axes.get_legend().get_texts()[0].get_text() == ACTIVITIES[1]
