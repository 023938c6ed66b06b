"""utils.diagrams: the cell of an LSTM, one step of attention."""

import matplotlib.pyplot as plt
import pytest

from utils import diagrams


def test_a_step_of_attention_shows_every_character_and_weight():
    _, axes = plt.subplots()
    assert diagrams.attention_step("9 Ma", [0.7, 0.1, 0.1, 0.1], "Title", axes) is axes
    texts = [text.get_text() for text in axes.texts]
    assert {"9", "␣", "M", "a", "0.70"} < {*texts} and texts.count("0.10") == 3
    widths = [line.get_linewidth() for line in axes.lines]
    assert widths[0] > max(widths[1:]) and len(widths) == 4
    with pytest.raises(ValueError):
        diagrams.attention_step("9 Ma", [1.0], "Title", axes)
    plt.close(axes.figure)


def test_the_lstm_cell_names_its_gates_and_what_comes_in_and_goes_out():
    figure, axes = plt.subplots()
    assert diagrams.lstm_cell("Title", axes) is axes
    assert axes.get_title("left") == "Title"
    texts = [text.get_text() for text in axes.texts]
    assert {"forget", "update", "candidate", "output", "tanh", "+"} < {*texts}
    assert texts.count("×") == 3
    for name in "cax":
        assert any(text.startswith(f"${name}^") for text in texts)
    assert min(text.get_fontsize() for text in axes.texts if text.get_text()) >= 8
    plt.close(figure)
