"""Pictures of language models of words."""

import matplotlib.pyplot as plt
import numpy as np

from utils.language import word_pictures


def test_a_weight_is_found_and_each_factor_drawn():
    factors = {"5-gram": np.array([0.1, 0.9]), "LSTM": np.array([0.2, 0.8])}
    left, right = word_pictures.weights_and_factors(
        lambda weight: 80 + weight, [0.5, 0.25], ["cats", "<EOS>"], factors
    )
    assert [tick.get_text() for tick in right.get_xticklabels()] == ["cats", "<EOS>"]
    assert [text.get_text() for text in right.get_legend().get_texts()] == list(factors)
    assert left.lines[1].get_ydata().tolist() == [80.5, 80.25]
    assert right.get_yscale() == "log"
    plt.close()


def test_results_seed_by_seed():
    left, right = word_pictures.results(
        {"unigram": 234.0, "LSTM": 92.3, "mixture": 77.0},
        {"trigram": [0.62], "LSTM": [3.7, 9.0], "mixture": [4.8, 2.4, 7.0]},
    )
    assert [text.get_text().strip() for text in left.texts] == ["234", "92", "77"]
    assert [text.get_text() for text in right.texts] == ["0.6", "3.7 to 9.0", "2.4 to 7.0"]
    assert left.get_title(loc="left") and right.get_title(loc="left")
    plt.close()
