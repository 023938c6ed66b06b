"""What `week1/5_language_model` says of answers; what its challenge mixes, and what it refuses."""

from collections import Counter

import numpy as np
import pytest
from scipy.special import log_softmax

from utils.checks.week1 import language_model as checks
from utils.checks.week1.language_model import check
from utils.checks.wrong import Wrong

N_X = 12


def cache(tokens, n_x):
    counts, rows = np.full(n_x, 0.05), np.empty((len(tokens), n_x))
    for t, token in enumerate(tokens):
        rows[t] = np.log(counts / counts.sum())
        counts[token] += 1
    return rows


@pytest.fixture
def held_out(monkeypatch):
    """Articles in which few words stand again and again, and two models that know nothing."""
    monkeypatch.setattr(checks, "_held_out", {})
    rng = np.random.default_rng(0)
    parts = []
    for _ in range(2):
        rows = [rng.choice(rng.integers(1, N_X, 3), 80) for _ in range(5)]
        rows[0][0] = N_X - 1
        flat = np.full(400, -np.log(N_X))
        parts.append((rows, flat, flat - 0.5))
    checks.hold_out(*parts)


def challenge(function):
    function.__name__ = "third_model"
    return check.challenge(function)


@pytest.mark.usefixtures("held_out")
def test_a_cache_beats_the_baseline(capsys):
    challenge(lambda tokens, n_x: cache(tokens, n_x))
    said = capsys.readouterr().out
    assert "On validation, to choose by:" in said
    assert "It beats" in said and "(baseline 12)" in said.replace("\n", " ")


@pytest.mark.usefixtures("held_out")
def test_a_model_that_knows_nothing_does_not(capsys):
    challenge(lambda tokens, n_x: log_softmax(np.zeros((len(tokens), n_x)), axis=1))
    assert "does not beat the baseline" in capsys.readouterr().out


def peeks(tokens, n_x):
    rows = np.full((len(tokens), n_x), 0.01)
    rows[np.arange(len(tokens)), tokens] = 9
    return np.log(rows / rows.sum(axis=1, keepdims=True))


def counts_all(tokens, n_x):
    counts = np.bincount(tokens, minlength=n_x) + 0.1
    return np.tile(np.log(counts / counts.sum()), (len(tokens), 1))


def no_floor(tokens, n_x):
    counts = np.cumsum(np.eye(n_x)[[0, *tokens[:-1]]], axis=0) - np.eye(n_x)[0]
    with np.errstate(all="ignore"):
        return np.log(counts / counts.sum(axis=1, keepdims=True))


@pytest.mark.usefixtures("held_out")
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (peeks, "A row changes with tokens that come at it or after it"),
        (counts_all, "A row changes with tokens that come at it or after it"),
        (lambda tokens, n_x: np.zeros((len(tokens), n_x)), "should add up to 1"),
        (lambda tokens, n_x: cache(tokens, n_x)[:-1], "should return an array"),
        (lambda tokens, n_x: np.exp(cache(tokens, n_x)), "should add up to 1"),
        (lambda tokens, n_x: np.full((len(tokens), n_x), np.nan), "Row 0 is not finite"),
        (no_floor, "Row 0 is not finite: nothing is counted yet"),
        (lambda tokens, n_x: np.vstack([cache(tokens, n_x)[:-1], [np.nan] * n_x]), "holds nan"),
    ],
)
def test_what_is_no_model_is_refused(answer, says, capsys):
    with pytest.raises(Wrong, match=says):
        challenge(lambda tokens, n_x: answer(tokens, n_x))
    assert not capsys.readouterr().out  # no figure stands above it


@pytest.mark.parametrize("step", [0.01, 0.05])
def test_the_best_weight_by_a_grid_is_called_so(step):
    def mixture_weight(first, second, rounds):
        grid = np.arange(step, 1, step)
        return max(grid, key=lambda w: np.logaddexp(np.log(w) + first, np.log1p(-w) + second).sum())

    with pytest.raises(Wrong, match="This is the best weight"):
        check(mixture_weight)


def test_letters_that_are_counted_with_spaces_are_letters():
    def build_vocabulary(sentences, size):
        counts = Counter(" ".join(map(" ".join, sentences)))
        return ["<EOS>", "<UNK>", *(letter for letter, _ in counts.most_common(size - 2))]

    with pytest.raises(Wrong, match="It counts letters, not words"):
        check(build_vocabulary)


def test_the_cell_that_keeps_the_articles_comes_first(monkeypatch):
    monkeypatch.setattr(checks, "_held_out", {})
    with pytest.raises(Wrong, match="Run the cell with `hold_out` first"):
        challenge(lambda tokens, n_x: cache(tokens, n_x))


def test_of_long_articles_the_beginning_is_kept(monkeypatch):
    monkeypatch.setattr(checks, "_held_out", {})
    rows = [np.arange(2000) % 7, np.arange(30) % 5]
    part = rows, -np.arange(2030.0), -np.arange(2030.0) - 1
    checks.hold_out(part, part)
    kept = sorted(checks._held_out["test"], key=lambda article: len(article[0]))
    assert [len(tokens) for tokens, _ in kept] == [30, checks.LONGEST]
    np.testing.assert_array_equal(kept[0][1], [-np.arange(2000, 2030), -np.arange(2001, 2031)])
    assert checks._held_out["n_x"] == 7
