"""What noises are made of, against closed forms and SciPy."""

import numpy as np
import pytest

from utils.sound import waves
from utils.sound.recordings import RATE


def generator():
    return np.random.default_rng(3)


def rms(sound):
    return np.sqrt(np.mean(np.square(sound)))


def test_gain_is_in_decibels_of_amplitude():
    np.testing.assert_allclose(waves.gain([0, 20, -6.0206]), [1, 10, 0.5], rtol=1e-4)


def test_unit_and_noise_have_an_rms_of_1():
    assert rms(waves.unit(np.array([3.0, -4, 0]))) == pytest.approx(1)
    noise = waves.noise(generator(), 5 * RATE, lambda f: 1 / f)
    assert rms(noise) == pytest.approx(1, abs=1e-5)


def test_a_curve_is_smooth_and_stays_between_its_limits():
    curve = waves.curve(generator(), 10 * RATE, 0.5)
    assert curve.shape == (10 * RATE,) and np.abs(curve).max() <= 1
    assert np.abs(np.diff(curve)).max() <= np.pi / (0.5 * RATE)  # the steepest half cosine
    assert curve.std() > 0.2


def test_filtered_multiplies_each_frequency():
    moments = np.arange(RATE) / RATE
    low, high = (np.sin(2 * np.pi * f * moments) for f in (100, 3000))
    found = waves.filtered(low + high, lambda f: np.where(f < 1000, 2, 0))
    np.testing.assert_allclose(found, 2 * low, atol=1e-6)


@pytest.mark.parametrize("slope", [-3, -6])
def test_a_colour_falls_by_its_slope(slope):
    response, octaves = waves.colour(generator(), slope), 2.0 ** np.arange(6, 13)
    decibels = 20 * np.log10(response(octaves))
    assert np.polyfit(range(7), decibels, 1)[0] == pytest.approx(slope, abs=1)


def test_highpass_and_resonance_pass_what_their_names_say():
    assert waves.highpass(1e5, 100) == pytest.approx(1, abs=1e-3)
    assert waves.highpass(10, 100) == pytest.approx(0.01, rel=1e-2)
    f = np.arange(50, 4000)
    assert f[np.abs(waves.resonance(f, 800, 5)).argmax()] == 800


def test_a_table_is_played_at_its_pitch():
    table = waves.table(generator(), [1.0])
    assert table.shape == (65536,) and rms(table) == pytest.approx(1)
    tone = waves.played(table, 440 * np.arange(RATE) / RATE)
    assert np.abs(np.fft.rfft(tone)).argmax() == 440


def test_an_echo_dies_away_by_60_decibels_in_its_time():
    click = np.zeros(RATE)
    click[0] = 1
    tail = waves.echoed(generator(), click, 0.5)
    assert tail[0] == pytest.approx(1)
    early, late = (rms(tail[a : a + 800]) for a in (800, 7000))
    assert 20 * np.log10(late / early) == pytest.approx(-60 * 6200 / (0.5 * RATE), abs=6)
    assert not np.abs(tail[RATE // 2 + 1 :]).max() > 1e-9


def test_loudness_that_varies_much_is_evened():
    rng = np.random.default_rng(0)
    level = 12 * np.sin(2 * np.pi * np.arange(20 * RATE) / (10 * RATE))
    sound = rng.normal(size=len(level)) * 10 ** (level / 20)
    evened = waves.evened(sound, 4).reshape(-1, RATE)
    seconds = 10 * np.log10(np.mean(evened**2, axis=1) / np.mean(evened**2))
    assert np.abs(seconds).max() < 6
    assert np.ptp(seconds) > 4  # it still varies
