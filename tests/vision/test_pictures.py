"""utils.vision.pictures: what is drawn, and that titles and labels say it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.vision import pictures
from utils.vision.scenes import SIZE


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def images(n):
    return np.random.default_rng(1).integers(0, 256, (n, SIZE, SIZE, 3)).astype(np.uint8)


def test_a_gallery_has_a_text_above_each_picture():
    texts = ["a red star above a blue circle and left of a pink moon", "true: x\nsaid: y", "z"]
    axes = pictures.gallery(images(3), texts, "Three", columns=2)
    assert axes.shape == (2, 2) and axes[0, 0].figure.get_suptitle() == "Three"
    shown = [one.get_title() for one in axes.flat]
    assert [" ".join(text.split()) for text in shown] == [*(" ".join(t.split()) for t in texts), ""]
    assert max(len(line) for text in shown for line in text.split("\n")) <= pictures.WIDTH


def test_the_light_is_where_the_attention_lies():
    image, alphas = np.full((SIZE, SIZE, 3), 200, np.uint8), np.zeros((8, 8))
    alphas[2, 5] = 0.4
    lit = pictures.lit(image, alphas)
    assert (lit[8:12, 20:24] == 200).all()
    lit[8:12, 20:24] = 0
    assert lit.max() == 50
    assert pictures.lit(image, np.zeros((8, 8))).max() == 50


def test_word_by_word_begins_with_the_picture():
    words = ["a", "red", "star", "above", "a", "blue", "circle"]
    axes = pictures.word_by_word(images(1)[0], words, np.full((14, 8, 8), 1 / 64), "Words")
    assert axes.shape == (2, 7)
    assert [one.get_title() for one in axes.flat][:8] == ["the picture", *words]
    assert not axes[1, 6].images


def test_bars_and_losses():
    table = {"with, all": {"new": 0.9, "held out": 0.8}, "without": {"new": 0.5, "held out": 0.1}}
    axes = pictures.bars(table, "Bars")
    assert [bar.get_height() for bar in axes.patches[:4]] == [0.9, 0.5, 0.8, 0.1]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["with,\nall", "without"]
    axes = pictures.losses({"one": [1, 0.5], "two": [2, 1]}, "Losses")
    assert axes.get_yscale() == "log" and axes.lines[0].get_xdata().tolist() == [0.25, 0.75]
