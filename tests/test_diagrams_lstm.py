"""utils.diagrams: the cell of an LSTM."""

import matplotlib.pyplot as plt

from utils import diagrams


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
