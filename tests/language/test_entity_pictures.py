"""utils.language.entity_pictures: each word has its bar or field, under its name."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.language import entity_pictures
from utils.language.entity_data import LABELS


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_side_by_side_has_a_panel_a_sentence_and_two_bars_a_word():
    sentences = [["He", "said", "Teddy"], ["Teddy", "bears"]]
    found = {
        "one-way": [np.array([0.1, 0.2, 0.5]), np.array([0.5, 0.1, 0.9])],
        "two-way": [np.array([0.0, 0.1, 0.9]), np.array([0.1, 0.0, 0.9])],
    }
    panels = entity_pictures.side_by_side(sentences, found, [2, 0], "Title")
    assert panels[0].get_title("left") == "Title" and not panels[1].get_title("left")
    for number, (panel, tokens) in enumerate(zip(panels, sentences, strict=True)):
        assert [t.get_text() for t in panel.get_xticklabels()] == tokens
        heights = [[bar.get_height() for bar in group] for group in panel.containers]
        assert heights == [rows[number][: len(tokens)].tolist() for rows in found.values()]
    assert [t.get_text() for t in panels[0].get_legend().get_texts()] == [*found]


@pytest.mark.parametrize("length", [1, 5, 20])
def test_under_words_adds_b_and_i(length):
    p = np.random.default_rng(1).dirichlet(np.ones(len(LABELS)), length + 3)
    tokens = [f"w{n}" for n in range(length)]
    axes = entity_pictures.under_words(tokens, p, "Title")
    drawn = np.asarray(axes.images[0].get_array())
    assert drawn.shape == (3, length)
    assert np.allclose(drawn.sum(axis=0), 1 - p[:length, 0])
    assert np.allclose(
        drawn[0], p[:length, LABELS.index("B-PER")] + p[:length, LABELS.index("I-PER")]
    )
    assert axes.images[0].get_clim() == (0, 1)
    assert [t.get_text() for t in axes.get_yticklabels()] == ["person", "place", "organisation"]


def test_by_delay():
    axes = entity_pictures.by_delay({0: 0.6, 1: 0.7, 4: 0.75}, 0.8, "Title")
    line, whole = axes.lines
    assert line.get_xydata().tolist() == [[0, 0.6], [1, 0.7], [4, 0.75]]
    assert {*whole.get_ydata()} == {0.8}
    assert axes.get_xticks().tolist() == [0, 1, 4]
    assert axes.get_title("left") == "Title"
