"""Background noises: level, length, variety, and that each is what its name says."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal, stats

from utils.sound import noises
from utils.sound.noises import HELD_OUT, TRAINING, UNEVEN, VALIDATION
from utils.sound.recordings import RATE

KINDS = sorted({*VALIDATION, *HELD_OUT})


def stand_in(rng):
    """Return what stands for a word: a buzz under two wide resonances, with a pitch that moves."""
    time = np.arange(int(rng.uniform(0.3, 1) * RATE)) / RATE
    pitch = rng.uniform(90, 220) * (1 + 0.1 * np.sin(8 * time))
    buzz = signal.sawtooth(2 * np.pi * np.cumsum(pitch) / RATE) * np.sin(np.pi * time / time[-1])
    for formant in rng.uniform([300, 900], [800, 2500]):
        buzz = signal.lfilter(*signal.iirpeak(formant, 3, fs=RATE), buzz) + 0.1 * buzz
    return (0.1 * buzz).astype(np.float32)


WORDS = [stand_in(np.random.default_rng(seed)) for seed in range(12)]


def draw(kind, seed=0, seconds=10):
    return noises.make(kind, seconds, np.random.default_rng(seed), WORDS)


@cache
def draws(kind, count=6):
    return [draw(kind, seed) for seed in range(count)]


def spectrum(sound, window=2048):
    frequencies, power = signal.welch(sound, RATE, nperseg=window)
    return frequencies[1:], power[1:]


def bands(sound):
    """Return the decibels of 14 half octaves from 60 Hz in windows of 64 ms, (14, windows)."""
    frequencies, _, power = signal.spectrogram(sound, RATE, nperseg=1024)
    edges = 60 * 2 ** np.arange(0, 7.5, 0.5)
    inside = (frequencies >= edges[:-1, None]) & (frequencies < edges[1:, None])
    return 10 * np.log10(inside @ power + 1e-9)


def flatness(sound):
    """Return the geometric over the arithmetic mean of the power, in decibels, at most 0."""
    _, power = spectrum(sound)
    return 10 * np.log10(stats.gmean(power) / power.mean())


def loudest(sound, low, high, window=2048):
    """Return in each window the frequency between `low` and `high` that is loudest, in Hz."""
    frequencies, _, power = signal.spectrogram(sound, RATE, nperseg=window)
    inside = (frequencies >= low) & (frequencies <= high)
    return frequencies[inside][power[inside].argmax(0)]


# ── what all have in common ───────────────────────────────────────────────────────────────────


def test_only_babble_is_both_for_training_and_held_out():
    assert set(TRAINING) & set(HELD_OUT) == {"babble"}
    assert {*VALIDATION} - {*TRAINING} == {*KINDS} - {*TRAINING} - {*HELD_OUT}
    assert len({*VALIDATION} - {*TRAINING}) >= 3
    assert set(KINDS) == set(noises._KINDS)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 2 * RATE), st.integers(0, 10**6))
def test_the_length_is_right_and_the_rms_is_1(kind, size, seed):
    sound = draw(kind, seed, size / RATE)
    assert sound.shape == (size,) and sound.dtype == np.float32
    assert np.sqrt(np.mean(np.square(sound, dtype=float))) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_generator_gives_the_same_samples_and_another_others(kind):
    assert draw(kind, 3, 2).tobytes() == draw(kind, 3, 2).tobytes()
    rng = np.random.default_rng(3)
    first, second = (noises.make(kind, 2, rng, WORDS) for _ in "ab")
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.3
    apart = bands(first).mean(1) - bands(second).mean(1)
    assert np.abs(apart).max() > 1  # in its timbre, too, it is another recording


@pytest.mark.parametrize("kind", KINDS)
def test_no_second_is_much_softer_or_louder_than_the_whole(kind):
    bound = 8 if kind in UNEVEN else 3
    for sound in draws(kind):
        power = np.cumsum(np.append(0, np.square(sound, dtype=float)))
        seconds = 10 * np.log10((power[RATE:] - power[:-RATE]) / RATE)
        assert -bound < seconds.min() and seconds.max() < bound


@pytest.mark.parametrize("kind", KINDS)
def test_it_neither_begins_nor_ends_with_silence(kind):
    sounds = np.stack(draws(kind))
    for part in (sounds[:, : RATE // 5], sounds[:, -RATE // 5 :]):
        assert 0.3 < np.sqrt(np.mean(part**2)) < 2


@pytest.mark.parametrize("kind", KINDS)
def test_hardly_anything_lies_below_what_a_microphone_hears(kind):
    for sound in draws(kind):
        frequencies, power = spectrum(sound, 8192)
        assert power[frequencies < 30].sum() < 0.1 * power.sum()


def test_kinds_can_be_told_apart_by_their_spectra():
    labels = np.repeat(KINDS, 6)
    levels = [bands(sound) for kind in KINDS for sound in draws(kind)]
    features = np.stack([np.r_[x.mean(1) - x.mean(), x.std(1), np.diff(x).std(1)] for x in levels])
    apart = np.abs(features[:, None] - features).sum(-1)
    np.fill_diagonal(apart, np.inf)
    right = labels[apart.argmin(1)] == labels
    assert right.mean() > 0.85


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"babble"}))
def test_speech_is_in_babble_alone(kind):
    assert noises.make(kind, 2, np.random.default_rng(0)).tobytes() == draw(kind, 0, 2).tobytes()


# ── what each is named for ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind, slope", [("pink", -3), ("brown", -6)])
def test_pink_and_brown_fall_by_3_and_6_db_an_octave(kind, slope):
    slopes = []
    for sound in draws(kind, 12):
        frequencies, power = spectrum(sound)
        centres = 125 * 2 ** np.arange(0, 6, 0.5)
        levels = np.interp(centres, frequencies, signal.savgol_filter(power, 9, 1))
        slopes.append(np.polyfit(np.log2(centres), 10 * np.log10(levels), 1)[0])
    assert np.mean(slopes) == pytest.approx(slope, abs=0.4)
    assert np.abs(np.array(slopes) - slope).max() < 1.5
    assert np.std(slopes) > 0.1


def test_hum_is_a_comb_of_harmonics_of_about_50_or_60_hz():
    numbers = np.arange(1, 13)
    pitches = []
    for sound in draws("hum"):
        frequencies, power = spectrum(sound, 2 * RATE)
        level = 10 * np.log10(power)
        at = {p: np.interp(p * numbers, frequencies, level).mean() for p in np.arange(40, 75, 0.1)}
        pitch = max(at, key=at.get)
        between = np.interp(pitch * (numbers + 0.5), frequencies, level).mean()
        assert at[pitch] - between > 15
        pitches.append(pitch)
    assert min(pitches) >= 42 and max(pitches) <= 73 and np.ptp(pitches) > 5


def test_babble_says_the_words_at_several_speeds():
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE // 2) / RATE)
    sound = noises.make("babble", 20, np.random.default_rng(1), [tone])
    frequencies, power = spectrum(sound, 8192)
    inside = (frequencies > 840) & (frequencies < 1210)
    assert power[inside].sum() > 0.9 * power.sum()
    peaks, _ = signal.find_peaks(power, height=power.max() / 30, distance=4)
    assert 3 <= len(peaks) <= 8  # two talkers may be too near each other to be told apart


def test_babble_gives_soft_words_and_loud_words_the_same_level():
    time = np.arange(RATE // 2) / RATE
    soft, loud = 0.01 * np.sin(2 * np.pi * 500 * time), np.sin(2 * np.pi * 2000 * time)
    sound = noises.make("babble", 20, np.random.default_rng(1), [soft, loud, np.zeros(800)])
    frequencies, power = spectrum(sound)
    ratio = power[frequencies < 1000].sum() / power[frequencies > 1000].sum()
    assert 0.4 < ratio < 2.5


def test_clatter_is_made_of_impacts_that_die_away():
    for sound in draws("clatter"):
        assert stats.kurtosis(sound) > 5  # Gaussian noise has 0
        envelope = np.sqrt(np.mean(sound.reshape(-1, 80) ** 2, axis=1))  # each 5 ms
        assert stats.skew(np.diff(envelope)) > 1  # quick to rise, slow to fall


def test_a_train_rumbles_and_its_wheels_clack_at_regular_times():
    for sound in draws("train"):
        frequencies, power = spectrum(sound)
        assert power[frequencies < 300].sum() > 0.1 * power.sum()
        level = bands(sound)[6:].mean(0)  # above 480 Hz; a window every 56 ms
        level = level - level.mean()
        alike = np.correlate(level, level, "full")[len(level) - 1 :] / np.sum(level**2)
        assert alike[8:24].max() > 0.5  # 0.45 to 1.34 s


def test_applause_is_made_of_many_short_claps_at_no_pitch():
    for sound in draws("applause"):
        assert flatness(sound) > -2
        assert stats.kurtosis(sound) > 2
        envelope = np.sqrt(np.mean(sound.reshape(-1, 80) ** 2, axis=1))  # each 5 ms
        assert stats.skew(np.diff(envelope)) > 0.2  # quick to rise, slow to fall


def test_birds_whistle_high_and_their_pitch_glides():
    for sound in draws("birds"):
        pitch = loudest(sound, 900, 7500)
        assert np.std(np.log2(pitch)) > 0.3
        frequencies, power = spectrum(sound)
        assert power[frequencies > 900].sum() > 0.8 * power.sum()


def test_rain_is_bright_and_made_of_drops():
    for sound in draws("rain"):
        frequencies, power = spectrum(sound)
        assert power @ frequencies / power.sum() > 3000
        assert power[frequencies < 250].sum() < 0.03 * power.sum()
    assert np.mean([stats.kurtosis(sound) for sound in draws("rain")]) > 0.5


def test_wind_is_low_and_brighter_in_gusts_with_a_whistle_that_wanders():
    alike, whistles = [], []
    for sound in draws("wind"):
        frequencies, power = spectrum(sound)
        assert power[frequencies < 1000].sum() > 0.75 * power.sum()
        level = bands(sound)
        low, high = level[:3].mean(0), level[9:12].mean(0)
        smooth = np.ones(20) / 20
        low, high = np.convolve(low, smooth, "valid"), np.convolve(high, smooth, "valid")
        alike.append(np.corrcoef(low, high)[0, 1])
        assert high.std() > low.std()
        whistles.append(np.std(np.log2(loudest(sound, 400, 1300))))
    assert np.mean(alike) > 0.6
    assert np.mean(whistles) > 0.1


def test_a_siren_sweeps_between_500_and_1500_hz():
    rates = []
    for sound in draws("siren"):
        pitch = loudest(sound, 300, 2500, 512)
        assert np.mean((pitch > 450) & (pitch < 1550)) > 0.85
        low, high = np.quantile(pitch, [0.1, 0.9])
        assert high / low > 1.4
        rates.append(np.mean(np.diff(pitch > np.sqrt(low * high))))
    assert max(rates) > 3 * min(rates)  # some wail, some yelp


def test_chords_are_tones_that_last_and_change():
    for sound in draws("chords"):
        assert flatness(sound) < -10
        frequencies, _, power = signal.spectrogram(sound, RATE, nperseg=4096, noverlap=2048)
        level = 10 * np.log10(power[(frequencies > 150) & (frequencies < 2000)])
        level -= level.mean(0)
        cosine = np.corrcoef(level.T)
        near, far = np.diag(cosine, 1), np.diag(cosine, 40)  # 0.13 s and 5 s apart
        assert np.median(near) > 0.8 and np.median(near) > np.median(far) + 0.2


def test_a_motor_repeats_its_firings_at_a_speed_that_wanders():
    wander = []
    for sound in draws("motor"):
        windows = sound.reshape(-1, RATE // 4)
        power = np.abs(np.fft.rfft(windows, RATE // 2)) ** 2
        lags = np.arange(RATE // 110, RATE // 20)  # 20 to 110 firings a second
        alike = np.fft.irfft(power)[:, [0, *lags]]
        alike = alike[:, 1:] / alike[:, :1]
        assert np.median(alike.max(1)) > 0.3
        assert flatness(sound) > -14  # the exhaust
        wander.append(np.std(np.log2(lags[alike.argmax(1)])))
    assert np.median(wander) > 0.1


@pytest.mark.parametrize("tonal", ["hum", "siren", "chords"])
@pytest.mark.parametrize("noisy", ["pink", "rain"])
def test_tones_are_less_flat_than_noise(tonal, noisy):
    assert max(map(flatness, draws(tonal))) < min(map(flatness, draws(noisy)))


# ── what cannot be made ───────────────────────────────────────────────────────────────────────


def test_an_unknown_kind_is_answered_with_the_kinds():
    with pytest.raises(ValueError, match=r"no noise 'snow': give one of pink, .*rain.*motor\."):
        noises.make("snow", 1, np.random.default_rng(0))


@pytest.mark.parametrize("words", [(), [], [np.zeros(4000)], [np.zeros(0)]])
def test_babble_needs_words_that_are_not_silent(words):
    with pytest.raises(ValueError, match="Babble is made of recorded words: give some"):
        noises.make("babble", 1, np.random.default_rng(0), words)


@pytest.mark.parametrize("seconds", [0, -1, 1e-9, np.nan, np.inf])
def test_a_duration_must_be_positive(seconds):
    with pytest.raises(ValueError, match="cannot be made: give"):
        noises.make("pink", seconds, np.random.default_rng(0))
