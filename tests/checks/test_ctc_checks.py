"""utils.checks.week3.speech_recognition_ctc, while its notebook is not on the map yet.

Once it is, tests/checks/test_exercises.py tries all exercises; then only the challenge stays here.
"""

import inspect
import linecache

import numpy as np
import pytest

from tests.checks.week3.speech_recognition_ctc import ALTERNATIVES
from utils.checks.mistakes import edited
from utils.checks.week3 import speech_recognition_ctc as checks
from utils.checks.wrong import Wrong
from utils.sound import strings
from utils.sound.spectrograms import BANDS

check = checks.check
each_exercise = pytest.mark.parametrize("name", check.names)


def function(name, source):
    """Return the function that a cell defines, beside our own versions of the others."""
    cell, scope = f"<cell of {name}>", dict(vars(checks))
    linecache.cache[cell] = len(source), None, source.splitlines(keepends=True), cell
    exec(compile(source, cell, "exec"), scope)
    return scope[name]


@each_exercise
def test_right_answers_are_right(name, capsys):
    ours = inspect.getsource(check.reference(name))
    for rule in ["", *ALTERNATIVES[name]]:
        source = rule if rule.lstrip().startswith("def ") else ours
        if rule and source is ours:
            old, _, new = rule.partition(" => ")
            assert ours.count(old) == 1
            source = ours.replace(old, new)
        check(function(name, source))
        assert f"{name}: right." in capsys.readouterr().out


@each_exercise
def test_a_usual_mistake_is_named(name):
    assert len(check.mistakes[name]) >= 8
    for mistake in check.mistakes[name]:
        with pytest.raises(Wrong) as caught:
            check(edited(check.reference(name), *mistake.rules))
        assert mistake.says[1:] in str(caught.value), mistake.rules


# --- the challenge -----------------------------------------------------------------------------


def adapted(x):
    return x + 1.0


def test_the_challenge_is_judged_by_error_rate(monkeypatch, capsys):
    monkeypatch.setattr(checks, "_held_out", {})
    with pytest.raises(Wrong, match="Run the cell with `hold_out` first"):
        check.challenge(adapted)
    lengths = {}
    for one in strings.human_strings(30, np.random.default_rng(2026)):
        lengths[(len(one.samples) - 400) // 160 + 1] = one.text

    def transcribe(some):
        """Know all strings by their lengths, if they were made louder."""
        return [lengths[len(x)] if x.mean() > -5 else "" for x in some]

    checks.hold_out(transcribe)
    assert check.challenge(adapted) is adapted
    assert "of the human's words are wrong" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer", [lambda x: x[:, :3], lambda x: x[0], lambda x: "text", lambda x: x * np.nan]
)
def test_what_is_no_spectrogram_is_refused(answer, monkeypatch):
    monkeypatch.setattr(checks, "_held_out", {"transcribe": lambda some: ["one"] * len(some)})
    answer.__name__ = "adapted"
    with pytest.raises(Wrong, match=r"adapted should return .*log-mels"):
        check.challenge(answer)
    assert BANDS == 40
