"""The challenge of the dates: how answers are judged that can be trusted."""

import inspect
import json

import numpy as np
import pytest

from utils.checks.week3 import date_translation_attention as dates
from utils.checks.wrong import Wrong
from utils.env import ROOT


@pytest.fixture
def held_out(monkeypatch):
    """Let right answers show in the maps, and hardly in the log-probabilities."""
    monkeypatch.setattr(dates, "_held_out", {})
    rng = np.random.default_rng(0)
    right = np.arange(400) % 4 > 0
    log_probs = -rng.uniform(0, 1, (400, 10))
    alphas = rng.uniform(0, 0.1, (400, 10, 12)) + 0.9 * right[:, None, None]
    dates.hold_out(log_probs, alphas, alphas[:, 0] > 0.05, right)


def answer(body, **scope):
    scope |= {"np": np}
    exec(f"def trust(log_probs, alphas, digits):\n    {body}", scope)
    return scope["trust"]


def test_what_tells_right_from_wrong_lets_nothing_pass(held_out, capsys):
    function = answer("return alphas.mean(axis=(1, 2))")
    assert dates.check.challenge(function) is function
    assert capsys.readouterr().out.startswith("trust: 0 %")


def test_the_baseline_is_the_confidence(held_out, capsys):
    dates.check.challenge(answer("return log_probs.sum(axis=1)"))
    assert "It does not beat the baseline yet." in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "body, why",
    [
        ("return log_probs", "400 finite numbers"),
        ("return np.full(len(digits), np.nan)", "400 finite numbers"),
        ("return test", "held out"),
    ],
)
def test_what_is_no_answer_is_refused(held_out, body, why):
    with pytest.raises(Wrong, match=why):
        dates.check.challenge(answer(body, test=np.ones(400)))


def test_without_the_networks_answers_it_says_what_to_run(monkeypatch):
    monkeypatch.setattr(dates, "_held_out", {})
    with pytest.raises(Wrong, match="hold_out"):
        dates.check.challenge(answer("return -log_probs.sum(axis=1)"))
    assert "def trust" in inspect.getsource(dates.trust)


def test_each_term_of_ours_has_a_figure(held_out):
    figures = dates.each_term()
    assert figures["and digits that no step looks at"] < 5 < figures["the confidence alone"]
    assert all(0 <= figure <= 100 for figure in figures.values()) and len(figures) == 4


def test_ours_is_the_worked_solution():
    worked = (ROOT / "notebooks/week3/1_date_translation_attention.ipynb").read_text("utf-8")
    [cell] = [
        "".join(cell["source"])
        for cell in json.loads(worked)["cells"]
        if "".join(cell["source"]).startswith("def trust(")
    ]
    scope = {"np": np}
    exec(cell, scope)
    rng = np.random.default_rng(0)
    given = -rng.random((5, 10)), rng.random((5, 10, 12)), rng.random((5, 12)) < 0.5
    assert np.allclose(scope["trust"](*given), dates._ours(*given))
