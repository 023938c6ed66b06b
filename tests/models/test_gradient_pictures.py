"""utils.models.gradient_pictures: every draw is in the picture, and what is thick is their mean."""

import matplotlib.pyplot as plt
import numpy as np

from utils.models import gradient_pictures


def test_by_scale_draws_steps_first_step_and_slope():
    scales, steps = [1, 2, 3, 4], np.array([1e-3, 1e-2, 1e-1])
    found = [[(steps * k, 0.5 / k) for k in scales], [(steps / k, 0.4 / k) for k in scales]]
    left, middle, right = gradient_pictures.by_scale(scales, found)
    assert len(left.lines) == 3  # the smallest three scales of the first draw
    assert np.allclose(left.lines[1].get_xydata(), [[1, 2e-3], [2, 2e-2], [3, 2e-1]])
    assert np.allclose(middle.lines[1].get_ydata(), [1e-3 / k for k in scales])
    assert np.allclose(right.lines[0].get_ydata(), [0.5 / k for k in scales])
    assert [text.get_text() for text in middle.get_legend().get_texts()] == ["draw 1", "draw 2"]
    plt.close(left.figure)


def test_by_bias_draws_each_draw_and_their_geometric_mean():
    reaches = {"LSTM": [np.array([1e-4, 1.0]), np.array([1e-2, 1.0])], "RNN": [np.ones(2)] * 2}
    axes = gradient_pictures.by_bias(reaches, "Title")
    assert len(axes.lines) == 6
    assert np.allclose(axes.lines[2].get_ydata(), [1e-3, 1])
    assert {line.get_linestyle() for line in axes.lines[3:]} == {"--"}
    assert axes.get_legend().get_title().get_text().startswith("thin: 2 draws; thick")
    assert "step 2" in axes.get_xlabel() and axes.get_title("left") == "Title"
    plt.close(axes.figure)


def test_at_bias_draws_all_curves_on_one_scale():
    axes = gradient_pictures.at_bias(0, {"LSTM": np.array([1e-3, 1]), "RNN": np.array([1e-9, 1])})
    assert "= 0.50" in axes.get_title("left")
    assert [line.get_label() for line in axes.lines] == ["LSTM", "RNN"]
    other = gradient_pictures.at_bias(3, {"LSTM": np.ones(2)})
    assert axes.get_ylim() == other.get_ylim()
    plt.close("all")
