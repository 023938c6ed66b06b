"""Challenges: what is printed, what is refused, and that they count for nothing."""

from pathlib import Path

import numpy as np
import pytest

from utils.checks.grading import Checks
from utils.checks.wrong import NBGRADER, Wrong, wrapped
from utils.files import EMBEDDED

HELD_OUT = np.random.default_rng(0).normal(size=50)


def nearest(x):
    """Guess the square of each number: 1."""
    return np.ones(len(x))


@pytest.fixture
def check():
    checks = Checks()

    @checks.open_task(nearest, ours=0.1, of="mean error on held-out numbers", hidden=("test",))
    def _(attempt, rng):
        x = rng.permutation(HELD_OUT)
        return np.abs(attempt(x) - x**2).mean()

    return checks


def answer(source, **scope):
    scope |= {"np": np}
    exec(source, scope)
    return scope["nearest"]


def challenge(check, capsys, source, **scope):
    function = answer(source, **scope)
    assert check.challenge(function) is function
    return capsys.readouterr().out


def refused(check, source, **scope):
    with pytest.raises(Wrong) as caught:
        check.challenge(answer(source, **scope))
    return str(caught.value)


def test_a_figure_is_printed_beside_ours_and_the_baselines(check, capsys):
    base = np.abs(1 - HELD_OUT**2).mean()
    assert (
        challenge(check, capsys, "def nearest(x): return x**2")
        == wrapped(
            f"nearest: 0 mean error on held-out numbers (ours 0.1, baseline {base:.4g}; less is "
            "better). It beats both."
        )
        + "\n"
    )
    assert "It beats the baseline." in challenge(check, capsys, "def nearest(x): return abs(x)")
    assert "It does not beat the baseline yet." in challenge(
        check, capsys, "def nearest(x): return x + 9"
    )


def test_ours_may_be_an_answer(capsys):
    checks = Checks()

    @checks.open_task(nearest, ours=lambda x: x**2, of="mean error")
    def _(attempt, rng):
        x = rng.permutation(HELD_OUT)
        return np.abs(attempt(x) - x**2).mean()

    said = challenge(checks, capsys, "def nearest(x): return x**2")
    assert "(ours 0," in said and "It beats the baseline and is as good as ours." in " ".join(
        said.split()
    )


@pytest.mark.parametrize("more_is_better", [False, True])
@pytest.mark.parametrize(
    "figure, says",
    [
        (3.00004, "It beats the baseline and is as good as ours."),
        (2.99996, "It beats the baseline and is as good as ours."),
        (3.0, "It beats the baseline and is as good as ours."),
        (2.99, "It beats both."),
        (3.01, "It beats the baseline."),
        (4.00001, "It does not beat the baseline yet."),
        (3.99999, "It does not beat the baseline yet."),
        (4.1, "It does not beat the baseline yet."),
    ],
)
def test_figures_that_look_equal_are_equal(capsys, figure, says, more_is_better):
    sign = -1 if more_is_better else 1
    checks = Checks()

    def nearest(x):
        return x + 4 * sign

    @checks.open_task(nearest, ours=3 * sign, of="of it", more_is_better=more_is_better)
    def _(attempt, rng):
        return attempt(rng.permutation([-2.0, -1, 0, 1, 2])).mean()

    checks.challenge(answer("def nearest(x): return x + figure", figure=figure * sign))
    assert " ".join(capsys.readouterr().out.split()).endswith(f"is better). {says}")


def test_more_may_be_better(capsys):
    checks = Checks()

    @checks.open_task(nearest, ours=0.5, of="of all", more_is_better=True)
    def _(attempt, rng):
        x = rng.permutation(HELD_OUT)
        return (np.abs(attempt(x) - x**2) < 0.1).mean()

    assert "more is better). It beats both." in challenge(
        checks, capsys, "def nearest(x): return x * x"
    )


def test_a_figure_on_validation_is_printed_first(capsys):
    checks = Checks()

    def choose(attempt):
        return np.abs(attempt(np.ones(3)) - 1).mean()

    @checks.open_task(nearest, ours=0.5, of="of all", choose=choose)
    def _(attempt, rng):
        x = rng.permutation(HELD_OUT)
        return np.abs(attempt(x) - x**2).mean()

    said = challenge(checks, capsys, "def nearest(x): return x * x + 1")
    assert said.startswith(
        "nearest: On validation, to choose by: 1 (baseline 0).\nnearest: 1 of all"
    )


def test_not_attempted_goes_on_with_the_baseline(check, capsys, monkeypatch):
    empty = "def nearest(x): raise NotImplementedError()"
    for _ in range(2):
        assert check.challenge(answer(empty)) is nearest
        assert capsys.readouterr().out == (
            "nearest: not attempted yet. The notebook goes on with the baseline.\n"
        )
        monkeypatch.setenv(NBGRADER, "autograde")  # it is no exercise there either
    assert check.challenge(nearest) is nearest


def test_it_counts_for_nothing(check, capsys):
    challenge(check, capsys, "def nearest(x): return x**2")
    assert check.score == "0/0" and check.names == []


READS = "nearest reads `test`, which is held out. Use the training and validation examples alone."


@pytest.mark.parametrize(
    "source",
    [
        "def nearest(x): return test**2",
        "def helper(): return test\ndef nearest(x): return helper()**2",
        "def nearest(x, kept=test): return kept**2",
        "def nearest(x, *, kept=test): return kept**2",
        "def outer(kept):\n def nearest(x): return kept**2\n return nearest\nnearest = outer(test)",
    ],
)
def test_the_held_out_examples_are_not_to_be_read(check, source):
    assert refused(check, source, test=HELD_OUT) == READS


def test_the_notebook_keeps_its_held_out_examples(check, capsys):
    scope = {"test": HELD_OUT}
    function = answer("def nearest(x): return x**2", **scope)
    check.challenge(function)
    assert function.__globals__["test"] is HELD_OUT


def test_files_of_the_data_folder_are_not_to_be_opened(check, capsys):
    source = "def nearest(x):\n open(path).read()\n return x**2"
    path = str(EMBEDDED / "README.md")
    assert refused(check, source, path=path) == (
        "nearest opens README.md among the data. Use what it is given."
    )
    Path(path).read_bytes()  # outside of a challenge nothing is noted


def test_stored_answers_are_refused(check):
    assert refused(check, "def nearest(x): return kept", kept=HELD_OUT**2).startswith(
        "nearest gave the same answers when the held-out examples stood in another order."
    )


def test_changed_inputs_and_errors_become_one_sentence(check):
    assert "changes its argument x in place" in refused(check, "def nearest(x): x *= x; return x")
    assert "nearest stopped with ZeroDivisionError" in refused(
        check, "def nearest(x): return 1 / 0"
    )
    with pytest.raises(Wrong, match="There is no challenge called <lambda>"):
        check.challenge(lambda x: x)
