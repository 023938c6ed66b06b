"""What the graders of the trigger-word notebook rely on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.checks.week3 import trigger_word_detection as checks
from utils.checks.wrong import Wrong

eighths = st.integers(0, 60).map(lambda number: number / 8)


@given(st.lists(eighths, max_size=12).map(sorted), st.lists(eighths, max_size=12))
def test_the_hits_are_a_maximum_matching(events, ends):
    """So it does not matter whether events look for words, or words for events."""
    assert [*checks.count(events, ends)] == checks._matched(events, ends)


@pytest.fixture(autouse=True)
def held_out():
    """Keep made-up clips: words stay high for five outputs, other sounds are short and as high."""
    rng = np.random.default_rng(0)
    m, T_y, odds, ends = 40, 120, [], []
    times = 0.165 + 0.04 * np.arange(T_y)
    for _ in range(m):
        row = rng.normal(-7, 0.5, T_y)
        starts = rng.permutation(np.arange(5, T_y - 8, 20))
        for j in starts[:3]:
            row[j : j + 5] += 12
        for j in starts[3:]:
            row[j] += rng.uniform(10, 14)
        odds.append(row)
        ends.append([times[j] - 0.02 for j in starts[:3]])
    checks.hold_out(1 / (1 + np.exp(-np.array(odds))), ends, times, 11, 5)
    yield
    checks._held_out.clear()


def surer(body, **scope):
    scope |= {"np": np}
    exec(f"def surer(p):\n    {body}", scope)
    return scope["surer"]


MEAN = "q = np.pad(np.log(p / (1 - p)), ((0, 0), (2, 0)), mode='edge'); "
MEAN += "return q[:, 2:] + q[:, 1:-1] + q[:, :-2]"


def test_the_challenge_is_beaten_by_a_mean_of_log_odds(capsys):
    checks.check.challenge(surer(MEAN))
    assert "It beats" in capsys.readouterr().out
    checks.check.challenge(surer("return 2 * p"))
    assert "It does not beat the baseline yet." in capsys.readouterr().out.replace("\n", " ")


@pytest.mark.parametrize(
    "body, says",
    [
        ("return np.cumsum(p[:, ::-1], axis=1)[:, ::-1]", "come after it"),
        ("return p - p.max(axis=1, keepdims=True)", "come after it.*alone[.]$"),
        ("return [np.convolve(row, np.ones(5) / 5, 'same') for row in p]", "to both sides"),
        ("return p[:, 1:]", "of the shape"),
        ("return p * np.nan", "finite"),
        ("q = np.round(p); return np.log(q / (1 - q))", "clip p first"),
        ("return p.mean(axis=0)", "of the shape"),
        ("return np.pad(p, ((0, 0), (0, 4)))[:, 4:] if p.shape[1] > 1 else p[:, 1:]", "come after"),
        ("return p if p.shape[1] > 1 else p[:, 1:]", r"a p of \(40, 1\)"),
        ("return 'sure'", "array of numbers"),
        ("return p + x_test.sum()", "held out"),
        ("p += 1; return p", "changes its argument"),
    ],
)
def test_the_challenge_refuses_what_cheats(body, says):
    with pytest.raises(Wrong, match=says):
        checks.check.challenge(surer(body, x_test=np.zeros(2)))


def test_the_challenge_asks_for_what_it_is_judged_on():
    checks._held_out.clear()
    with pytest.raises(Wrong, match="hold_out"):
        checks.check.challenge(surer("return p**2"))
