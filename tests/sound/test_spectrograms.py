"""utils.sound.spectrograms: SciPy and Keras as judges, tones, what a frame has heard; a picture."""

import tracemalloc
from functools import cache
from itertools import pairwise

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from scipy import signal

from utils import plots
from utils.sound import spectrograms
from utils.sound.recordings import RATE
from utils.sound.spectrograms import BANDS, CHUNK, FFT, FLOOR, HIGHEST, HOP, LOWEST, WINDOW

COLUMN = RATE / FFT  # hertz from one column to the next
MIDDLES = spectrograms.hertz(
    np.linspace(spectrograms.mel(LOWEST), spectrograms.mel(HIGHEST), BANDS + 2)[1:-1]
)


@cache
def noise(size=RATE, seed=0):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, size).astype(np.float32)


def tone(hertz, seconds=0.5, amplitude=0.5):
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(seconds * RATE) / RATE)).astype(
        np.float32
    )


def size_of(frames, more=0):
    """Return how many samples there are in so many frames."""
    return WINDOW + (frames - 1) * HOP + more


# --- frames ----------------------------------------------------------------------------------


def test_the_numbers_are_those_of_25_and_10_ms():
    assert (RATE, WINDOW / RATE, HOP / RATE) == (16_000, 0.025, 0.01)
    assert FFT >= WINDOW and FFT & (FFT - 1) == 0
    assert (BANDS, LOWEST, HIGHEST) == (40, 60, 7600)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 2 * CHUNK + 3), st.integers(0, HOP - 1))
def test_every_whole_frame_is_there_and_no_other(frames, more):
    samples = noise(size_of(2 * CHUNK + 3, HOP))[: size_of(frames, more)]
    power = spectrograms.power(samples)
    assert power.shape == (frames, FFT // 2 + 1) and power.dtype == np.float32
    log_mel = spectrograms.log_mel(samples)
    assert log_mel.shape == ((len(samples) - WINDOW) // HOP + 1, BANDS)
    assert log_mel.dtype == np.float32 and np.isfinite(log_mel).all()


@pytest.mark.parametrize("frame", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_frame_t_holds_the_samples_from_t_hops_on(frame):
    samples = noise(size_of(2 * CHUNK + 1))
    alone = samples[frame * HOP : frame * HOP + WINDOW]
    for function in (spectrograms.power, spectrograms.log_mel):
        [wanted] = function(alone)
        np.testing.assert_allclose(function(samples)[frame], wanted, rtol=1e-4, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, size_of(CHUNK + 20) - 1))
def test_a_changed_sample_changes_only_frames_that_hold_it(place):
    samples = noise(size_of(CHUNK + 20)).copy()
    before = spectrograms.power(samples)
    samples[place] += 0.5
    changed = np.flatnonzero((spectrograms.power(samples) != before).any(axis=1))
    starts = np.arange(len(before)) * HOP
    # The Hann window of SciPy begins with a 0, so its first sample counts for nothing.
    assert changed.tolist() == np.flatnonzero((starts < place) & (place < starts + WINDOW)).tolist()


def test_blocks_that_begin_at_a_hop_give_what_the_whole_gives():
    samples = noise(size_of(CHUNK + 40, 77))
    cut = 100
    parts = [samples[: size_of(cut)], samples[cut * HOP :]]
    for function in (spectrograms.power, spectrograms.log_mel):
        blocks = np.concatenate([function(part) for part in parts])
        np.testing.assert_allclose(blocks, function(samples), rtol=1e-4, atol=1e-4)


def test_a_minute_takes_little_memory_beside_the_result():
    samples = noise(60 * RATE)
    spectrograms.log_mel(samples[:RATE])
    tracemalloc.start()
    result = spectrograms.log_mel(samples)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 4 * result.nbytes + 3e6  # all spectra at once would take ten times that


# --- power -----------------------------------------------------------------------------------


@pytest.mark.parametrize("frames", [1, 98, CHUNK + 1])
def test_power_is_what_scipy_gives(frames):
    samples = noise(size_of(frames), frames)
    judge = signal.ShortTimeFFT(
        signal.get_window("hann", WINDOW), HOP, RATE, mfft=FFT, phase_shift=None
    )
    # SciPy counts from the middle of its first window.
    middle = judge.m_num_mid
    spectra = judge.stft(samples, k_offset=middle, p0=0, p1=frames)
    wanted = np.abs(spectra.T) ** 2
    np.testing.assert_allclose(spectrograms.power(samples), wanted, rtol=1e-3, atol=1e-4)


def test_power_by_hand():
    samples = np.ones(WINDOW, np.float32)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    columns = np.exp(-2j * np.pi * np.outer(np.arange(FFT // 2 + 1), np.arange(WINDOW)) / FFT)
    wanted = np.abs(columns @ window) ** 2
    [power] = spectrograms.power(samples)
    np.testing.assert_allclose(power, wanted, rtol=1e-4, atol=1e-2)
    assert power[0] == pytest.approx((WINDOW / 2) ** 2)


@pytest.mark.parametrize("hertz", [63, 250, 1000, 2222, 4000, 7500])
def test_a_tone_lands_in_its_column_and_its_band(hertz):
    samples = tone(hertz)
    power = spectrograms.power(samples)
    assert (abs(power.argmax(axis=1) - hertz / COLUMN) <= 0.51).all()
    inside = np.abs(np.arange(FFT // 2 + 1) * COLUMN - hertz) < 100
    assert (power[:, inside].sum(axis=1) > 0.999 * power.sum(axis=1)).all()
    loudest = spectrograms.log_mel(samples).argmax(axis=1)
    nearest = np.abs(MIDDLES - hertz).argmin()
    assert (abs(loudest - nearest) <= 1).all()
    if hertz > 500:  # the bands are wider than a column
        assert (loudest == nearest).all()


def test_a_full_tone_has_the_power_that_the_window_leaves_it():
    hertz = 64 * COLUMN
    power = spectrograms.power(tone(hertz, amplitude=1))[:, 64]
    np.testing.assert_allclose(power, (WINDOW / 4) ** 2, rtol=1e-3)


# --- mel -------------------------------------------------------------------------------------


def test_mel_by_hand():
    assert spectrograms.mel(0) == 0
    assert spectrograms.mel(1000) == pytest.approx(1000, abs=0.1)
    assert spectrograms.mel(7600) == pytest.approx(2595 * np.log10(1 + 7600 / 700), abs=0.1)


@given(st.floats(0, RATE / 2), st.floats(0, 2840))
def test_hertz_is_the_inverse_of_mel(hertz, mel):
    assert spectrograms.hertz(spectrograms.mel(hertz)) == pytest.approx(hertz, abs=1e-9)
    assert spectrograms.mel(spectrograms.hertz(mel)) == pytest.approx(mel, abs=1e-9)


def test_mel_and_hertz_take_arrays():
    values = np.array([1000.0, 2000.0, 3000.0])
    np.testing.assert_allclose(spectrograms.hertz(spectrograms.mel(values)), values)
    assert (np.diff(spectrograms.mel(values), 2) < 0).all()  # high notes lie closer together


@pytest.mark.parametrize(
    ("bands", "lowest", "highest"), [(BANDS, LOWEST, HIGHEST), (20, 125, 3800), (8, 300, 8000)]
)
def test_the_filters_are_those_of_keras(bands, lowest, highest):
    layer = keras.layers.MelSpectrogram(power_to_db=False)
    wanted = layer.linear_to_mel_weight_matrix(
        num_mel_bins=bands,
        num_spectrogram_bins=FFT // 2 + 1,
        sampling_rate=RATE,
        lower_edge_hertz=lowest,
        upper_edge_hertz=highest,
    )
    filters = spectrograms.mel_filters(bands, lowest, highest)
    assert filters.shape == (FFT // 2 + 1, bands) and filters.dtype == np.float32
    np.testing.assert_allclose(filters, keras.ops.convert_to_numpy(wanted), atol=1e-4)


def test_each_band_hears_something_and_none_beyond_the_ends():
    filters = spectrograms.mel_filters()
    np.testing.assert_array_equal(filters, spectrograms.mel_filters(BANDS, LOWEST, HIGHEST))
    columns = np.arange(FFT // 2 + 1) * COLUMN
    outside = (columns <= LOWEST) | (columns >= HIGHEST)
    assert not filters[outside].any()
    assert filters.min() >= 0 and filters.max() <= 1
    assert (filters.sum(axis=0) > 0.5).all()  # no band between two columns
    inside = (columns >= MIDDLES[0]) & (columns <= MIDDLES[-1])
    np.testing.assert_allclose(filters[inside].sum(axis=1), 1, atol=1e-5)


def test_the_whole_is_what_keras_gives():
    samples = noise(size_of(50), 3)
    margin = (FFT - WINDOW) // 2  # Keras puts a frame in the middle of the zeros
    padded = np.pad(samples, margin)
    real, imaginary = keras.ops.stft(padded[None], WINDOW, HOP, FFT, center=False)
    power = np.asarray(real[0]) ** 2 + np.asarray(imaginary[0]) ** 2
    np.testing.assert_allclose(spectrograms.power(samples), power, rtol=1e-3, atol=1e-3)
    wanted = np.log(power @ spectrograms.mel_filters() + FLOOR)
    np.testing.assert_allclose(spectrograms.log_mel(samples), wanted, atol=1e-3)


def test_twice_the_amplitude_adds_a_constant():
    samples = noise()
    apart = spectrograms.log_mel(2 * samples) - spectrograms.log_mel(samples)
    np.testing.assert_allclose(apart, np.log(4), atol=1e-3)
    assert np.log(4) == pytest.approx(1.39, abs=0.005)  # as the docstring says


def test_silence_is_the_floor():
    silence = np.zeros(RATE, np.float32)
    assert not spectrograms.power(silence).any()
    np.testing.assert_allclose(spectrograms.log_mel(silence), np.log(FLOOR), rtol=1e-6)
    assert np.log(FLOOR) == pytest.approx(-13.8, abs=0.05)
    faint = spectrograms.log_mel(np.round(noise() * 2) / 2**15)  # the last bit of a WAV file
    assert faint.mean() < 0.5 * np.log(FLOOR)


@pytest.mark.parametrize("dtype", [np.float64, np.int16, list])
def test_other_numbers_give_the_same(dtype):
    samples = np.round(noise() * 100)
    given = samples.tolist() if dtype is list else samples.astype(dtype)
    for function in (spectrograms.power, spectrograms.log_mel):
        found = function(given)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, function(samples))


@pytest.mark.parametrize("function", [spectrograms.power, spectrograms.log_mel])
@pytest.mark.parametrize("shape", [(0,), (WINDOW - 1,), (RATE, 1), (2, RATE), ()])
def test_sound_of_another_shape_gets_one_sentence(function, shape):
    with pytest.raises(ValueError, match=r"the shape \(.*needs at least 400 samples") as error:
        function(np.zeros(shape, np.float32))
    assert "\n" not in str(error.value) and "25 ms" in str(error.value)


def test_neither_changes_the_sound():
    samples = noise().copy()
    spectrograms.power(samples)
    spectrograms.log_mel(samples)
    np.testing.assert_array_equal(samples, noise())


# --- the picture -----------------------------------------------------------------------------


@pytest.fixture
def closed():
    yield
    plt.close("all")


def picture(samples, axes=None):
    return plots.spectrogram(spectrograms.log_mel(samples), MIDDLES, "A tone", axes)


def test_a_picture_by_hand(closed):
    values = np.array([[0.0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]])
    given = plt.subplots(2)[1][1]
    axes = plots.spectrogram(values, np.array([125.0, 500, 2000]), "Four frames", given, hop=0.5)
    assert axes is given and axes.get_title("left") == "Four frames"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("seconds", "hertz")
    assert axes.get_xlim() == (0, 2) and axes.get_ylim() == (-0.5, 2.5)  # low notes are below
    [image] = axes.images
    assert image.get_array().tolist() == values.T.tolist() and image.origin == "lower"
    shades = image.cmap([0.0, 0.5, 1.0])[:, :3].sum(axis=1)
    assert (np.diff(shades) > 0).all()  # the brighter, the louder
    ticks = dict(
        zip([t.get_text() for t in axes.get_yticklabels()], axes.get_yticks(), strict=True)
    )
    assert ticks == {  # 4000 is beyond
        "250": pytest.approx(125 / 375),
        "500": 1,
        "1000": pytest.approx(1 + 500 / 1500),
        "2000": 2,
    }


def test_a_rare_extreme_does_not_set_the_shades(closed):
    values = np.random.default_rng(0).uniform(-1, 1, (1000, BANDS))
    values[0, 0], values[5, 5] = -1000, 1000
    low, high = plots.spectrogram(values, MIDDLES, "extremes").images[0].get_clim()
    assert -1 <= low < -0.9 and 0.9 < high <= 1


@pytest.mark.parametrize("hertz", [500, 2000, 4000])
def test_a_tone_is_bright_where_the_axis_says_its_frequency(closed, hertz):
    axes = picture(tone(hertz, 1))
    assert axes.get_xlim()[1] == pytest.approx(1, abs=0.03)
    rows = axes.images[0].get_array().mean(axis=1)
    ticks = dict(
        zip([t.get_text() for t in axes.get_yticklabels()], axes.get_yticks(), strict=True)
    )
    assert "8000" not in ticks and {"250", "1000", "4000"} <= ticks.keys()
    assert abs(rows.argmax() - ticks[str(hertz)]) <= 0.6
    axes.figure.draw_without_rendering()


def test_labels_do_not_overlap_where_low_notes_lie_close_together(closed):
    columns = np.arange(FFT // 2 + 1) * COLUMN
    figure, grid = plt.subplots(2, figsize=(9, 4.6))
    values = np.log(spectrograms.power(noise()) + FLOOR)
    plots.spectrogram(values, columns, "all columns", grid[0])
    plots.spectrogram(spectrograms.log_mel(noise()), MIDDLES, "bands", grid[1])
    figure.draw_without_rendering()
    shown = []
    for axes in grid:
        shown.append([label.get_text() for label in axes.get_yticklabels()])
        boxes = [label.get_window_extent() for label in axes.get_yticklabels()]
        assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))
    assert shown == [["1000", "2000", "4000", "8000"], ["250", "500", "1000", "2000", "4000"]]


def test_silence_can_be_drawn(closed):
    picture(np.zeros(RATE, np.float32)).figure.draw_without_rendering()
