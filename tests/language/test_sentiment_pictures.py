"""utils.language.sentiment_pictures: what is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.language import sentiment_pictures as pictures


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_readers_have_a_bar_a_set_and_a_mark_a_seed():
    found = {
        "average": {"test": [0.9], "negated": [0.2]},
        "LSTM": {"test": [0.8, 1.0], "negated": [0.7, 0.9]},
    }
    axes = pictures.by_reader(found, "title")
    assert [round(bar.get_height(), 6) for bar in axes.patches] == [0.9, 0.2, 0.9, 0.8]
    assert [len(line.get_xdata()) for line in axes.lines] == [1, 1, 2, 2]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["test", "negated"]


def test_mistakes_are_written_in():
    counts = {"all": np.array([[3, 1], [0, 4]]), "some": np.array([[1, 0], [2, 0]])}
    panels = pictures.mistakes(counts, ["a", "b"], "title")
    assert [panel.get_title(loc="left") for panel in panels] == [
        "all: 88% right",
        "some: 33% right",
    ]
    assert [text.get_text() for text in panels[0].texts] == ["3", "1", "4"]


def test_stars():
    axes = pictures.stars({"one": np.full(5, 0.2), "two": np.eye(5)[0]}, "title")
    assert len(axes.patches) == 10 and axes.patches[5].get_height() == 1


def test_sizes_have_a_panel_a_set():
    ways = {"frozen, Adam": {50: [0.4, 0.6], 150: [0.7]}, "tuned, Adam": {50: [0.1], 150: [0.2]}}
    panels = pictures.by_size({"known": ways, "held out": ways}, "title")
    assert panels[0].lines[0].get_ydata().tolist() == [0.5, 0.7]
    assert panels[0].lines[0].get_linestyle() == "--"
    assert [panel.get_title(loc="left") for panel in panels] == ["known", "held out"]
