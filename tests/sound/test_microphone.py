"""utils.sound.microphone: the button. tests/slow/test_browser.py records with it."""

import html
import re

import pytest

from utils.sound import microphone


def test_the_recorder_loads_nothing_from_elsewhere():
    page = microphone.recorder(3, 'a "new" <take>.wav').data
    assert 'data-seconds="3"' in page
    assert "<take>" not in page and html.escape('a "new" <take>.wav') in page
    assert not re.search(r"\bid=|src=|<script", page)
    addresses = set(re.findall(r"https?:[^\s;&]*", page))
    assert addresses <= {"http://localhost"}  # a word in a sentence


@pytest.mark.parametrize("seconds", [0, -1, 601, float("nan")])
def test_a_recording_time_out_of_range_is_refused(seconds):
    with pytest.raises(ValueError, match=f"{seconds} s cannot be recorded: give more than 0 and"):
        microphone.recorder(seconds)


@pytest.mark.parametrize("name", ["take", "take.mp3", "../take.wav", ".wav"])
def test_the_recording_has_the_name_of_a_wav_file(name):
    with pytest.raises(ValueError, match=f"'{name}' is not the name of a WAV file: give one such"):
        microphone.recorder(1, name)
