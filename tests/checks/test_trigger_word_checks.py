"""What the trigger-word graders rely on: a matching, a definition of free, a test of chances."""

import copy
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.checks.week3 import trigger_word_detection as checks
from utils.checks.wrong import Wrong
from utils.sound import spectrograms

seeds = st.integers(0, 10**9).map(np.random.default_rng)
eighths = st.integers(0, 60).map(lambda number: number / 8)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(512, 2000))
def test_the_power_spectrum_is_that_of_log_mel(rng, n):
    samples, window = rng.normal(size=n).astype("float32"), np.hanning(401)[:-1]
    ours = checks.power_spectrum(samples, window, spectrograms.HOP, spectrograms.FFT)
    assert ours == pytest.approx(spectrograms.power(samples), rel=1e-4, abs=1e-3)


@given(seeds, st.integers(1, 12), st.integers(1, 40))
def test_a_free_place_is_one_of_all_that_are_free(rng, length, n_samples):
    borders = np.sort(rng.choice(n_samples + 1, min(6, n_samples + 1) // 2 * 2, replace=False))
    taken = [tuple(pair) for pair in rng.permutation(borders.reshape(-1, 2)).tolist()]
    free = checks._possible(length, taken, n_samples)
    found = {checks.free_place(length, taken, n_samples, rng) for _ in range(30)}
    assert found <= {*free} if free else found == {None}


@given(st.lists(eighths, max_size=12).map(sorted), st.lists(eighths, max_size=12))
def test_the_hits_are_a_maximum_matching(events, ends):
    """So it does not matter whether events look for words, or words for events."""
    assert checks.count(events, ends) == checks._matched(events, ends)


def test_a_generator_that_may_stop_draws_as_any_other():
    ours = checks._Chance(np.random.default_rng(5))
    plain = np.random.default_rng(np.random.default_rng(5).integers(10**9))
    assert np.random.default_rng(ours) is ours
    for name, inputs in {"integers": (3, 9), "choice": ([4, 5, 6],), "permutation": (5,)}.items():
        for _ in range(20):
            assert np.array_equal(getattr(ours, name)(*inputs), getattr(plain, name)(*inputs))


def test_a_generator_and_its_copy_stop_who_asks_for_ever():
    chance = checks._Chance(np.random.default_rng(1))
    twin = copy.deepcopy(chance)
    assert twin.integers(10**9) == chance.integers(10**9)
    for generator in (chance, twin):
        with pytest.raises(Wrong, match="again and again"):
            for _ in range(10**6):
                generator.random()


EVEN = dict.fromkeys(range(8), 1e9)


def tally(often):
    return Counter(dict(enumerate(often)))


def test_even_draws_seem_uneven_as_rarely_as_is_claimed(monkeypatch):
    drawn = np.random.default_rng(1).multinomial(checks.MANY, np.ones(8) / 8, size=5_000)
    monkeypatch.setattr(checks, "UNLIKELY", 1e-2)  # the tail behaves as the chi-squared one's
    uneven = np.mean([not checks._agree(tally(often), EVEN) for often in drawn])
    assert uneven == pytest.approx(1e-2, rel=0.5)


@pytest.mark.parametrize("weights", [(1, 2, 2, 2, 2, 2, 2, 1), (2, 1, 1, 1, 1, 1, 1, 1)])
def test_draws_with_a_small_bias_are_told_from_even_ones(weights):
    rng, chances = np.random.default_rng(1), np.array(weights) / sum(weights)
    first, *others = rng.multinomial(checks.MANY, chances, size=300)
    for often in others:
        assert not checks._agree(tally(often), EVEN)
        assert checks._agree(tally(often), tally(first))
