"""utils.language.date_pictures: weights by part, colours, and rows of characters."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.language import date_pictures

TEXT, ISO = "9 May 1998", "1998-05-09"
PLACES = {"year": (6, 10), "month": (2, 5), "day": (0, 1)}


@pytest.fixture
def alphas():
    """Return a map in which each symbol of a part looks at one character of its place."""
    alphas = np.zeros((10, 12))  # two columns of padding
    for part, (low, high) in PLACES.items():
        rows = date_pictures.PARTS[part]
        for row in range(rows.start, rows.stop):
            alphas[row, low + (row - rows.start) % (high - low)] = 1
    return alphas


def test_by_part_takes_the_mean_over_the_parts_symbols(alphas):
    found = date_pictures.by_part(np.stack([alphas, 0 * alphas]))
    assert found.shape == (2, 3, 12)
    assert found[0, 0].tolist() == [0] * 6 + [0.25] * 4 + [0] * 2
    assert found[0, 1, 2:5].tolist() == [0.5, 0.5, 0]
    assert not found[1].any()


def test_own_place_is_the_identity_where_each_part_finds_its_own(alphas):
    assert np.allclose(date_pictures.own_place([TEXT, TEXT], np.stack([alphas] * 2)), np.eye(3))


def test_characters_get_the_colour_of_who_looks_at_them(alphas):
    colours = date_pictures.painted(alphas)
    assert colours.shape == (12, 3) and colours.min() >= 0 and colours.max() <= 1
    assert np.allclose(colours[[1, 5, 10]], 1)  # nobody looks: white
    assert len(np.unique(colours[[0, 2, 6]], axis=0)) == 3
    assert np.allclose(date_pictures.painted(0 * alphas), 1)
    dark = date_pictures.shaded(np.array([0, 0.5, 1.0])).sum(axis=1)
    assert dark[0] > 2.9 and dark[0] > dark[1] > dark[2]


def test_a_dark_character_is_white(alphas):
    shades = [date_pictures.shaded(np.array([0.0, 1.0]))]
    axes = date_pictures.ribbons(["95"], shades, [ISO], "Title")
    inks = {text.get_text(): text.get_color() for text in axes.texts[:2]}
    assert inks == {"9": "black", "5": "white"}
    plt.close(axes.figure)


def test_places_and_losses_show_their_values():
    axes = date_pictures.places(np.diag([0.9, 0.8, 0.7]), "Title")
    assert [text.get_text() for text in axes.texts].count("0.00") == 6
    assert {"0.90", "0.80", "0.70"} < {text.get_text() for text in axes.texts}
    plt.close(axes.figure)
    axes = date_pictures.losses([1.0, 0.1])
    assert axes.lines[0].get_xydata().tolist() == [[1, 1.0], [2, 0.1]]
    plt.close(axes.figure)


def test_a_row_has_all_characters_and_one_frame(alphas):
    colours = [date_pictures.painted(alphas)] * 2
    axes = date_pictures.ribbons([TEXT, "9.5.98"], colours, [ISO, ISO], "Title", mark=3, key=True)
    assert len(axes.patches) == 10 + 6 + 2 * 10
    assert sum(patch.get_linewidth() > 1.5 for patch in axes.patches) == 2
    assert axes.get_title("left") == "Title"
    plt.close(axes.figure)


def test_bars_show_their_values():
    axes = date_pictures.side_by_side({"a": [0.5, 0.25], "b": [1, 0]}, ["x", "y"], "Title")
    assert {text.get_text() for text in axes.texts} == {"0.50", "0.25", "1.00", "0.00"}
    plt.close(axes.figure)


def test_errors_are_bars_with_their_confidence():
    surest = [("9/10/1970", "1970-10-09", 0.7, True), ("20300131", "2030-01-33", 0.4, False)]
    axes = date_pictures.errors(surest, "Title")
    assert {text.get_text() for text in axes.texts} == {"0.70", "0.40"}
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["9/10/1970 → 1970-10-09", "20300131 → 2030-01-33"]
    assert {patch.get_width(): patch.get_hatch() for patch in axes.patches}[0.7] == "//"
    plt.close(axes.figure)
    one_kind = date_pictures.errors(surest[:1], "Title")
    assert len(one_kind.patches) == 1
    plt.close(one_kind.figure)


def test_reliability_leaves_small_bins_out():
    bins = {"texts": np.array([[0.5, 0.4, 19], [0.9, 0.8, 20]])}
    axes = date_pictures.reliability(bins, "Title")
    assert [text.get_text() for text in axes.texts] == ["20"]
    assert axes.lines[1].get_xydata().tolist() == [[0.9, 0.8]]
    plt.close(axes.figure)
