"""What the trigger-word graders rely on: a power, a definition of free, a matching, a stop."""

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
    assert [*checks.count(events, ends)] == checks._matched(events, ends)


def test_who_asks_a_generator_for_ever_is_stopped():
    chance, plain = checks._Chance(5), np.random.default_rng(5)
    draw, same = chance.integers, plain.integers  # looked up once
    assert [draw(10**9) for _ in range(20)] == [same(10**9) for _ in range(20)]
    with pytest.raises(Wrong, match="again and again"):
        for _ in range(10**6):
            draw(9)
