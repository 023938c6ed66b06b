"""utils.checks.week3.speech_recognition_ctc: the challenge; the exercises are in test_exercises."""

import numpy as np
import pytest

from utils.checks.week3 import speech_recognition_ctc as checks
from utils.checks.wrong import Wrong
from utils.sound import strings

check = checks.check


def adapted(x):
    return x + 30.0


def test_the_challenge_is_judged_by_error_rate(monkeypatch, capsys):
    monkeypatch.setattr(checks, "_held_out", {})
    with pytest.raises(Wrong, match="Run the cell with `hold_out` first"):
        check.challenge(adapted)
    human = strings.human_strings(12, np.random.default_rng(0))
    texts = {(len(one.samples) - 400) // 160 + 1: one.text for one in human}

    def transcribe(some):
        """Know all strings by their lengths, if they were made louder."""
        return [texts[len(x)] if x.max() > 20 else "" for x in some]

    checks.hold_out(transcribe, human)
    assert check.challenge(adapted) is adapted
    printed = " ".join(capsys.readouterr().out.split())
    assert "adapted: 0 of the human's words are wrong" in printed and "baseline 1" in printed


@pytest.mark.parametrize(
    "answer", [lambda x: x[:, :3], lambda x: x[0], lambda x: "text", lambda x: x * np.nan]
)
def test_what_is_no_spectrogram_is_refused(answer, monkeypatch):
    monkeypatch.setattr(checks, "_held_out", {})
    human = strings.human_strings(4, np.random.default_rng(0))
    checks.hold_out(lambda some: ["one"] * len(some), human)
    answer.__name__ = "adapted"
    with pytest.raises(Wrong, match=r"adapted should return .*log-mels"):
        check.challenge(answer)
