"""Pictures of genes."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.genomics import pictures


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


BASES = np.random.default_rng(1).integers(0, 4, 600)
GENES = np.array([[30, 240, 1], [200, 420, -1], [430, 590, 1]])


def test_six_frames_and_their_genes():
    axes = pictures.six_frames(BASES, GENES, "A title")
    assert axes.get_title(loc="left") == "A title"
    assert len(axes.get_yticklabels()) == 6


def test_probabilities_stand_under_genes():
    said = np.full((600, 3), 1 / 3)
    axes = pictures.under_genes({"network": said}, GENES, "T", "ABC", start=100)
    assert len(axes) == 2
    assert axes[1].get_xlim() == (100, 700)
    assert [text.get_text() for text in axes[0].texts if text.get_text()] == list("ABC")


def test_what_matters_shows_the_letters():
    axes = pictures.what_matters({"stop": np.arange(6) / 6}, {"stop": BASES[:6]}, "T")
    assert len(axes[0].patches) == 6


def test_curves_have_a_mark():
    axes = pictures.over_bases({"a": np.ones(9), "b": np.zeros(9)}, "T", 4, "P")
    assert len(axes.lines) == 3
