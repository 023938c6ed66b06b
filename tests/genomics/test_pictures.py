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


def test_probabilities_stand_under_the_genes_of_their_frame():
    said = np.zeros((600, 7))
    said[50:100, 3] = 1
    axes = pictures.under_frames(said, GENES, "T", "ABC")
    assert [a.get_ylabel() for a in axes] == ["forward 0", "forward 1", "forward 2", "reverse 0"]
    assert [text.get_text() for a in axes for text in a.texts] == list("ACB")
    assert len(pictures.under_frames(said * 0, GENES[:0], "T")) == 1


def test_what_matters_shows_the_letters():
    axes = pictures.what_matters({"stop": np.arange(6) / 6}, {"stop": BASES[:6]}, "T")
    assert len(axes[0].patches) == 6


def test_curves_have_a_mark():
    axes = pictures.over_bases({"a": np.ones(9), "b": np.zeros(9)}, "T", 4, "P")
    assert len(axes.lines) == 3
