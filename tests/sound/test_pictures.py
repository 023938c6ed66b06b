"""utils.sound.pictures: what is drawn, and that titles and labels say it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.sound import pictures
from utils.sound.clips import Said
from utils.sound.recordings import RATE


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_a_clip_has_its_words_at_two_heights_and_its_outputs():
    said = [Said("river", "", 0, 8000), Said("activate", "", 9000, 16_000)]
    sound = np.random.default_rng(1).normal(size=2 * RATE)
    above, below = pictures.clip(sound, said, "activate", [0.5, 1], [0, 1], "A clip", "label")
    assert [text.get_text() for text in above.texts] == ["river", "ACTIVATE"]
    assert above.texts[0].get_position()[1] != above.texts[1].get_position()[1]
    assert below.get_ylabel() == "label" and below.lines[0].get_ydata().tolist() == [0, 1]


def test_the_bands_have_their_centres():
    assert pictures.CENTRES.shape == (40,)
    assert 60 < pictures.CENTRES[0] < pictures.CENTRES[-1] < 7600


def test_errors_are_drawn_against_each_other():
    curve = [
        {"precision": 0.9, "recall": 1, "alarms/h": 30},
        {"precision": 1, "recall": 0.75, "alarms/h": 0},
    ]
    left, right = pictures.errors(curve, 1)
    assert left.lines[1].get_xydata().tolist() == [[0.75, 1]]
    assert right.lines[1].get_xydata().tolist() == [[0, 25]]


def test_a_threshold_is_drawn_with_both_errors():
    row = {"recall": 0.75, "alarms/h": 12}
    axes = pictures.at_threshold([0, 1, 2], [0, 1, 0], [1], [0.9], 0.5, row)
    assert (
        "0.500: 25% of all words missed, 12 false alarms an hour"
        in axes.get_title("left") + axes.get_title()
    )


def test_the_voice_that_is_missed_most_comes_first():
    axes = pictures.by_voice({"en+ann": [True], "bob": [True, False]}, "By voice")
    assert [label.get_text() for label in axes.get_xticklabels()] == ["bob", "ann"]
    assert [bar.get_height() for bar in axes.patches] == [50, 100]


def test_losses_are_drawn_by_epoch():
    assert pictures.losses([3, 2], "Loss").lines[0].get_xydata().tolist() == [[1, 3], [2, 2]]


def test_a_waveform_has_a_piece_beside_it():
    whole, piece = pictures.waveform(np.zeros(RATE), "yes", 320, 960)
    assert whole.get_title("left") + whole.get_title() == '"yes": 16,000 samples'
    assert len(piece.lines[0].get_xdata()) == 640
    assert "40 ms" in piece.get_title("left") + piece.get_title()
