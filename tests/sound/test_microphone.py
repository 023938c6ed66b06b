"""utils.sound.microphone: the button. tests/slow/test_browser.py records with it."""

import html
import re

import numpy as np
import pytest

from utils.sound import microphone
from utils.sound.playing import write_wav
from utils.sound.recordings import RATE


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


@pytest.mark.parametrize(
    ("seconds", "events", "says", "plays"),
    [
        (2, [0.52, 1.5], "was heard at 0.5 s, 1.5 s.", True),
        (2, [], "was not heard.", True),
        (31, [1.0], "was heard at 1.0 s.", False),
    ],
)
def test_a_recording_is_answered(tmp_path, capsys, monkeypatch, seconds, events, says, plays):
    shown = []
    monkeypatch.setattr(microphone, "display", shown.append)
    rng = np.random.default_rng(0)
    write_wav(tmp_path / "mine.wav", 0.1 * rng.uniform(-1, 1, seconds * RATE))
    microphone.ask(tmp_path / "mine.wav", "activate", lambda sound: events)
    assert f"mine.wav, {seconds}.0 s: activate {says}" in capsys.readouterr().out
    assert len(shown) == plays


def test_a_file_that_is_no_sound_gets_its_sentence(tmp_path, capsys):
    (tmp_path / "mine.wav").write_text("activate")
    microphone.ask(tmp_path / "mine.wav", "activate", None)
    assert "mine.wav" in capsys.readouterr().out


def test_a_recording_is_transcribed(tmp_path, capsys):
    rng = np.random.default_rng(0)
    given = []
    for seconds, text in ((1, "go up"), (25, "stop"), (1, ""), (0.1, "no")):
        write_wav(tmp_path / "take.wav", rng.uniform(-0.3, 0.3, round(seconds * RATE)))
        microphone.transcribe(
            tmp_path / "take.wav", lambda sound, t=text: given.append(len(sound) / RATE) or t
        )
    printed = capsys.readouterr().out
    assert 'take.wav, 1.0 s: "go up"' in printed
    assert "take.wav has 25 s: only the first 20 are heard." in printed
    assert 'take.wav, 20.0 s: "stop"' in printed
    assert "take.wav: nothing was heard." in printed
    assert "take.wav is shorter than a word" in printed
    assert given == [1, 20, 1]
    microphone.transcribe(tmp_path / "nothing.wav", lambda sound: "x")
    assert "nothing.wav" in capsys.readouterr().out and given == [1, 20, 1]
