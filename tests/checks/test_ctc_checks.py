"""utils.checks.week3.speech_recognition_ctc: the challenge; the exercises are in test_exercises."""

import keras
import numpy as np
import pytest
from keras import ops

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


def ctc_loss(y, logits):
    return ops.ctc_loss(y[:, :-2], logits, y[:, -2], y[:, -1], mask_index=0)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX takes floats, too")
def test_lengths_that_are_floats_are_named():
    with pytest.raises(Wrong, match=r"Cast y to int32 first: Keras hands it over as floats\.$"):
        check(ctc_loss)


def ctc_log_prob(log_probs, labels, blank):
    total = np.exp(checks.ctc_log_prob(log_probs, labels, blank))
    return np.log(total) + 0.0


def test_probabilities_that_become_0_are_named():
    with pytest.raises(Wrong, match=r"200 outputs .* too small for a computer"):
        check(ctc_log_prob)


def collapse(path, blank):
    return checks.collapse(path, blank) + [blank] * (len(path) == 3)


def edit_distance(said, heard):
    return checks.edit_distance(said, heard) + (len(heard) == 3)


def prefix_beam(log_probs, width, language, least):
    return [*checks.prefix_beam(log_probs, width, language, least), 1]


@pytest.mark.parametrize(
    "answer, shown",
    [
        (collapse, r"collapse\(\[1, 0, 1\], 0\) should be \[1, 1\]; yours is \[1, 1, 0\]"),
        (edit_distance, r"edit_distance\(\['go', 'two'\], \['go', 'up', 'two'\]\) is 2"),
        (prefix_beam, r"\(1 output, 3 symbols, width 5, no language model\) should be \[\]"),
    ],
)
def test_what_was_asked_is_shown(answer, shown):
    with pytest.raises(Wrong, match=shown):
        check(answer)
