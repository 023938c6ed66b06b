"""utils.sliders: one picture, drawn again in its place."""

import matplotlib.pyplot as plt
import pytest
from ipywidgets import SelectionSlider
from matplotlib.figure import Figure

from utils import sliders


@pytest.fixture
def shown(monkeypatch):
    """Return what is displayed: [what, "new" or "again"]."""
    plt.close("all")  # what another file's tests left open
    found = []
    handle = sliders.DisplayHandle
    monkeypatch.setattr(handle, "display", lambda self, thing: found.append([thing, "new"]))
    monkeypatch.setattr(handle, "update", lambda self, thing: found.append([thing, "again"]))
    monkeypatch.setattr(sliders, "display", lambda thing: found.append([thing, "new"]))
    return found


def draw(value):
    _, axes = plt.subplots()
    axes.set_title(f"at {value}", loc="left")
    return axes


def title(figure):
    return figure.axes[0].get_title("left")


def test_the_slider_draws_the_picture_again_in_its_place(shown):
    sliders.slider(draw, "temperature", [0.5, 1.0, 2.0], 1.0)
    (figure, new), (chosen, _) = shown
    assert isinstance(figure, Figure) and title(figure) == "at 1.0" and new == "new"
    assert isinstance(chosen, SelectionSlider) and chosen.description == "temperature"
    chosen.value = 2.0
    figure, again = shown[-1]
    assert title(figure) == "at 2.0" and again == "again"
    assert not plt.get_fignums()


@pytest.mark.parametrize("reason", ["stored", "not installed"])
def test_without_it_the_picture_stands_alone(shown, monkeypatch, reason):
    if reason == "stored":
        monkeypatch.setenv(sliders.NONE, "1")
    else:
        monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    sliders.slider(draw, "temperature", [0.5, 1.0], 0.5)
    assert [title(figure) for figure, _ in shown] == ["at 0.5"]


def test_a_start_that_cannot_be_chosen(shown):
    with pytest.raises(ValueError, match="3 is none of the values: 1, 2"):
        sliders.slider(draw, "steps", [1, 2], 3)
    assert not shown
