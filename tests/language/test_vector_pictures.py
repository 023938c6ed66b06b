"""utils.language.vector_pictures: what stands where in the pictures."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.language import vector_pictures


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_sections_that_were_not_asked_have_no_mark():
    scores = {
        "planted": {"family": 1.0, "plural": 0.9, "all": 0.95},
        "control": {"family": 0.0, "all": 0.0},
    }
    axes = vector_pictures.by_section(scores, "A title")
    first, second = axes.lines
    assert first.get_xdata().tolist() == [1.0, 0.9]
    assert second.get_xdata()[0] == 0 and np.isnan(second.get_xdata()[1])
    assert second.get_markerfacecolor() == "none" != first.get_markerfacecolor()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [*scores]


def test_six_maps_name_the_marked_word_away_from_its_neighbours():
    points = np.array([[0.0, 0], [1, 1], [2, 1], [1, 2], [3, 3], [2, 2], [3, 2]])
    places = {name: points for name in "abcdefg"}
    axes = vector_pictures.maps(places, np.arange(7) % 2, ["one", "two"], "t", {"orange": 0})
    assert [axis.get_title(loc="left") for axis in axes.flat] == [*"abcdef"]
    [legend] = axes[0, 0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["one", "two"]
    [label] = axes[0, 0].texts
    assert label.get_text() == "orange"
    assert (label.get_ha(), label.get_va()) == ("right", "top")


def test_named_occupations_stand_inside_the_axes():
    words = ["carpenter", "nurse", "clerk"]
    axes = vector_pictures.leaning(
        np.array([0.05, 0.95, 0.5]), np.array([-0.3, 0.3, 0]), words, ["carpenter", "nurse"], "t"
    )
    assert {text.get_text(): text.get_ha() for text in axes.texts} == {
        "carpenter": "left",
        "nurse": "right",
    }


def test_a_moved_word_is_drawn_along_both_directions():
    across, up = np.eye(3)[:2]
    words = {"a": (np.array([0.1, 0.2, 9]), np.array([0.3, -0.4, 9]))}
    axes = vector_pictures.moved(words, across, up, "t")
    ring, dot = axes.lines[:2]
    assert (*ring.get_xdata(), *ring.get_ydata()) == pytest.approx((0.1, 0.2))
    assert (*dot.get_xdata(), *dot.get_ydata()) == pytest.approx((0.3, -0.4))
    assert ring.get_fillstyle() == "none"


@pytest.mark.parametrize("amount, says", [(0.0, "What is left"), (1.0, "still finds the bias")])
def test_the_title_of_what_is_left_holds_at_both_ends(amount, says):
    share = np.array([0.1, 0.9])
    left = vector_pictures.left_over(
        share,
        np.array([-0.2, 0.2]),
        np.zeros(2),
        {"direct bias": [1, 0], "classifier": [0.9, 0.8]},
        [0.0, 1.0],
        amount,
        {"guessing": 0.6, "by field": 0.7},
    )
    right = left.figure.axes[1]
    assert says in right.get_title(loc="left")
    assert len(right.get_legend().get_texts()) == 4
    left.figure.canvas.draw()
    for axes in (left, right):  # neither legend lies over a panel
        assert not axes.get_legend().get_window_extent().overlaps(axes.bbox)
    assert left.lines[1].get_label() == f"{amount:.0%} removed"
