"""utils.sound.detection: clips of which the outcome is known."""

import numpy as np
import pytest

from utils.sound import detection
from utils.sound.clips import Said
from utils.sound.recordings import RATE


def test_something_loud_of_the_right_length_is_an_event():
    x = np.zeros((400, 40))
    x[100:160], x[200:210] = 5, 5  # 0.6 s and 0.1 s
    above = detection.above_background(x)
    assert np.median(above) == 0
    assert detection.energy_events(above, 2.5, 0.3, 0.9) == pytest.approx([1.6], abs=0.03)
    assert len(detection.energy_events(above, 2.5, 0.05, 0.9)) == 2
    assert detection.energy_events(above, 2.5, 0.7, 0.9) == []
    assert detection.energy_events(above, 9, 0, 9) == []


def test_each_event_belongs_to_a_word_or_to_nothing():
    said = [
        Said("activate", "ann", 0, RATE),
        Said("river", "bob", 2 * RATE, 3 * RATE),
        Said("activate", "bob", 5 * RATE, 6 * RATE),
        Said("paper", "ann", 8 * RATE, 9 * RATE),
    ]
    hits, fooled, nothing = detection.outcomes([[1.1, 2.5, 9.7]], [said], "activate")
    assert hits == {"ann": [True], "bob": [False]}
    assert fooled == {"river": [True], "paper": [False]}
    assert nothing == 1
    assert detection.outcomes([[0.1]], [said[1:]], "activate")[2] == 1
    assert detection.outcomes([[]], [[]], "activate") == ({}, {}, 0)
