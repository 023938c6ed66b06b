"""Our versions of the trigger-word exercises, held against Keras, SciPy and the definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from utils import env
from utils.checks.week3 import trigger_word_detection as checks
from utils.checks.week3.trigger_word_detection import (
    count,
    find_events,
    free_place,
    label,
    overlay,
    power_spectrum,
)
from utils.sound import spectrograms

with env.quiet():
    from keras import ops

seeds = st.integers(0, 10**9).map(np.random.default_rng)
eighths = st.integers(0, 60).map(lambda number: number / 8)


@settings(max_examples=20, deadline=None)
@given(seeds, st.integers(512, 2000))
def test_the_power_spectrum_is_that_of_keras_and_of_log_mel(rng, n):
    samples, window = rng.normal(size=n).astype("float32"), np.hanning(401)[:-1]
    ours = power_spectrum(samples, window, spectrograms.HOP, spectrograms.FFT)
    assert ours == pytest.approx(spectrograms.power(samples), rel=1e-4, abs=1e-3)
    parts = ops.stft(np.pad(samples, 56)[None], 400, 160, 512, center=False)
    theirs = sum(np.square(ops.convert_to_numpy(part))[0] for part in parts)
    assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-3)


@given(seeds, st.integers(1, 12), st.integers(1, 40))
def test_a_free_place_is_one_of_all_that_are_free(rng, length, n_samples):
    borders = np.sort(rng.choice(n_samples + 1, min(6, n_samples + 1) // 2 * 2, replace=False))
    taken = [tuple(pair) for pair in rng.permutation(borders.reshape(-1, 2)).tolist()]
    occupied = {sample for start, end in taken for sample in range(start, end)}
    free = [
        start
        for start in range(n_samples - length + 1)
        if not occupied & {*range(start, start + length)}
    ]
    found = {free_place(length, taken, n_samples, rng) for _ in range(30)}
    assert found <= {*free} if free else found == {None}


@given(seeds, st.floats(-20, 40), st.integers(1, 30), st.integers(0, 30))
def test_a_word_has_its_ratio_to_the_whole_noise(rng, snr, length, start):
    noise, word = rng.normal(0.2, 1, 60), rng.normal(0.1, 3, length)
    added = overlay(noise, word, start, snr) - noise
    inside = np.arange(60) - start
    inside = (inside >= 0) & (inside < length)
    power = np.mean(added[inside] ** 2) / np.mean(noise**2)
    assert 10 * np.log10(power) == pytest.approx(snr, abs=1e-6)
    assert not added[~inside].any()
    assert length < 2 or np.corrcoef(added[inside], word)[0, 1] == pytest.approx(1)


@given(
    st.lists(st.integers(0, 500), max_size=5),
    st.integers(1, 40),
    st.integers(0, 90),
    st.integers(1, 20),
    st.integers(1, 8),
)
def test_an_output_has_a_label_if_fewer_than_width_before_it_have_heard_the_word(
    ends, T_y, first, step, width
):
    def is_labelled(j):
        heard = [first + step * i for i in range(j + 1)]
        return any(heard[j] >= end and sum(h >= end for h in heard) <= width for end in ends)

    assert label(ends, T_y, first, step, width).tolist() == [is_labelled(j) for j in range(T_y)]


@given(st.lists(st.integers(0, 8), min_size=1, max_size=60), st.integers(0, 8), st.integers(1, 9))
def test_an_event_is_above_the_threshold_and_every_other_output_above_it_too_early(p, t, wait):
    p, t = np.array(p) / 8, t / 8
    events = find_events(p, t, wait)
    assert (np.diff(events) >= wait).all()
    for j in np.flatnonzero(p > t):
        assert j in events or any(0 < j - event < wait for event in events)
    assert (p[events] > t).all()


@given(st.lists(eighths, max_size=12).map(sorted), st.lists(eighths, max_size=12))
def test_the_hits_are_a_maximum_matching(events, ends):
    """So it does not matter whether events look for words, or words for events."""
    assert count(events, ends) == checks._counts_by_matching(events, ends)


def test_a_generator_that_counts_draws_as_any_other():
    ours = checks._Chance(np.random.default_rng(5))
    plain = np.random.default_rng(np.random.default_rng(5).integers(10**9))
    assert isinstance(ours, np.random.Generator)
    assert np.random.default_rng(ours) is ours
    for name, inputs in {"integers": (3, 9), "choice": ([4, 5, 6],), "permutation": (5,)}.items():
        for _ in range(20):
            assert np.array_equal(getattr(ours, name)(*inputs), getattr(plain, name)(*inputs))


def test_a_generator_that_is_asked_too_often_says_so():
    chance = checks._Chance(np.random.default_rng(1), most=5)
    draw = chance.random
    for _ in range(5):
        draw()
    with pytest.raises(checks.Wrong, match="again and again"):
        draw()


def test_even_draws_seem_uneven_as_rarely_as_is_claimed():
    rng, even = np.random.default_rng(1), np.ones(8)
    often = rng.multinomial(checks.EVEN_DRAWS, even / 8, size=200_000)
    expected = checks.EVEN_DRAWS / 8
    surprise = np.sum((often - expected) ** 2, axis=1) / expected
    for p in (1e-2, 1e-3, 1e-4):  # the tail behaves as the chi-squared distribution's
        assert np.mean(surprise > stats.chi2.isf(p, 7)) == pytest.approx(p, rel=0.5)
    assert checks._as_likely(often[surprise.argmax()], even)
    assert checks.UNLIKELY <= 1e-8


@pytest.mark.parametrize("weights", [(1, 2, 2, 2, 2, 2, 2, 1), (2, 1, 1, 1, 1, 1, 1, 1)])
def test_draws_with_a_small_bias_are_told_from_even_ones(weights):
    rng, weights = np.random.default_rng(1), np.array(weights)
    for often in rng.multinomial(checks.EVEN_DRAWS, weights / weights.sum(), size=2000):
        assert not checks._as_likely(often, np.ones(8))
        assert checks._as_likely(often, weights)
