"""Pictures of learning word vectors: what they show."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.checks.week2.learning_word_vectors import check
from utils.language import training_pictures as pictures


@pytest.fixture(autouse=True)
def nothing_stays_open():
    yield
    plt.close("all")


def test_arcs_for_each_pair():
    axes = pictures.arcs(["a", "b", "c", "d", "e"], 2, (1, 2), "Title")
    assert axes.get_title(loc="left") == "Title" and len(axes.lines) == 2
    assert [len(other.lines) for other in axes.figure.axes] == [2, 4]


def test_costs_have_a_law_each():
    axes = pictures.costs([1, 10], {"x": [2, 20]}, {"x": ([1, 10], "V")}, "Title")
    assert len(axes.lines) == 2 and "law: V" in axes.get_legend_handles_labels()[1]
    assert np.allclose(axes.lines[1].get_ydata(), [2, 20])


def test_scores_and_approach():
    axes = pictures.scores({"x": [0.5, 0.6], "y": [0.4]}, "Title", "y")
    assert axes.lines[1].get_markerfacecolor() == "none"
    assert len(pictures.approach([1, 4], [1, 0.5], "Title").lines) == 2


def test_a_tree_has_its_words():
    paths, codes = check.reference("huffman")([4, 2, 1])
    axes = pictures.tree(paths, codes, ["a", "b", "c"], [4, 2, 1], "Title")
    shown = [text.get_text() for text in axes.texts]
    assert {"a\n4", "b\n2", "c\n1"} < set(shown)
