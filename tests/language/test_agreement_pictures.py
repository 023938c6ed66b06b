"""utils.language.agreement_pictures: each curve is there, under its name."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.language import agreement_pictures
from utils.plots import COLOURS


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_by_distance_draws_each_seed_their_mean_and_the_rules():
    found = {"RNN": [{3: 0.9, 30: 0.5}, {3: 1.0, 30: 0.7}], "GRU": [{3: 1.0, 30: 0.98}]}
    rules = {"last noun": {3: 0.6, 30: 0.48}, "first noun": {3: 0.7, 30: 0.5}}
    axes = agreement_pictures.by_distance(found, rules, "Title")
    drawn = [line.get_xydata().tolist() for line in axes.lines]
    assert drawn[:2] == [[[3, 0.9], [30, 0.5]], [[3, 1.0], [30, 0.7]]]
    assert np.allclose(drawn[2], [[3, 0.95], [30, 0.6]])
    assert drawn[3] == drawn[4] == [[3, 1.0], [30, 0.98]]
    assert drawn[5:] == [[[3, 0.6], [30, 0.48]], [[3, 0.7], [30, 0.5]]]
    thick = [line.get_linewidth() > 2 for line in axes.lines[:5]]
    assert thick == [False, False, True, False, True]
    assert labels(axes) == ["RNN", "GRU", "rule: last noun", "rule: first noun"]
    assert axes.get_title("left") == "Title"
    assert axes.get_xlabel() == "words between subject and verb"
    assert axes.get_ylabel() == "right answers"
    assert axes.get_xticks().tolist() == [3, 30]
    assert axes.get_ylim()[0] < 0.48 and axes.get_ylim()[1] > 1
    dashes = {line.get_linestyle() for line in axes.lines[5:]}
    assert len(dashes) == 2 and "-" not in dashes


def test_each_network_has_its_colour_and_marker():
    found = {name: [{3: 0.9}] for name in agreement_pictures.STYLES}
    axes = agreement_pictures.by_distance(found, {}, "Title")
    means = [line for line in axes.lines if line.get_linewidth() > 2]
    assert labels(axes) == [*found]
    assert len({line.get_color() for line in means}) == len(found)
    assert len({line.get_marker() for line in means}) == len(found)
    assert means[0].get_color() == COLOURS["red"]


def test_over_words_draws_a_panel_for_each_quantity():
    words = ["the", "cats", ",", "which"]
    rows = {
        "P(plural)": [np.array([0.5, 0.9, 0.8, 0.8]), np.array([0.5, 0.1, 0.2, 0.2])],
        "update": [np.arange(4) / 4, np.arange(4) / 8],
    }
    panels = agreement_pictures.over_words(words, rows, ["cats", "cat"], "Title")
    assert len(panels) == 2
    for panel, (quantity, curves) in zip(panels, rows.items(), strict=True):
        assert panel.get_ylabel() == quantity
        assert all(map(np.array_equal, [line.get_ydata() for line in panel.lines], curves))
        assert len({line.get_color() for line in panel.lines}) == 2
    assert panels[0].get_title("left") == "Title" and labels(panels[0]) == ["cats", "cat"]
    assert [label.get_text() for label in panels[-1].get_xticklabels()] == words


def test_over_words_of_one_quantity():
    (panel,) = agreement_pictures.over_words(["the"], {"gate": [np.ones(1)]}, ["cat"], "Title")
    assert len(panel.lines) == 1 and labels(panel) == ["cat"]


def test_learning_draws_a_panel_for_each_network():
    losses = {("RNN", 0.1): [0.7, 0.6], ("RNN", 0.2): [0.7, 0.5], ("GRU", 0.1): [0.4, 0.3]}
    first, second = agreement_pictures.learning(losses, 10, "Title")
    assert first.figure.get_suptitle() == "Title"
    assert [axes.get_title("left") for axes in (first, second)] == ["RNN", "GRU"]
    drawn = [line.get_xydata().tolist() for line in (*first.lines, *second.lines)]
    assert drawn == [[[10, a], [20, b]] for a, b in losses.values()]
    assert labels(first) == ["0.1", "0.2"]
    assert first.lines[0].get_linestyle() != first.lines[1].get_linestyle()
