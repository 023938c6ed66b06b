"""utils.sound.playing: what is played and written."""

import errno
import io
import os

import numpy as np
import pytest
import soundfile

from tests.sound.test_recordings import tone
from utils.sound import playing
from utils.sound.recordings import RATE, read_recording


def test_a_wav_file_holds_the_samples(tmp_path):
    samples = tone(1, RATE, 0.7).astype(np.float32)
    playing.write_wav(tmp_path / "tone.wav", samples)
    assert soundfile.info(tmp_path / "tone.wav").subtype == "PCM_16"
    written, rate = soundfile.read(tmp_path / "tone.wav")
    assert rate == RATE and written.shape == samples.shape
    assert np.abs(written - samples).max() < 2 / 32768
    np.testing.assert_allclose(read_recording(tmp_path / "tone.wav"), written)


def test_a_write_that_fails_leaves_the_old_recording(tmp_path, monkeypatch):
    path = tmp_path / "solo.wav"
    playing.write_wav(path, tone(1, RATE, 0.7))
    before = path.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*solo\.wav'"):
        playing.write_wav(path, np.zeros(9))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_the_player_holds_a_small_mp3():
    samples = tone(20, RATE) * tone(20, RATE, 1, 0.3)
    player, samples = playing.play(samples), playing.evened(samples)
    read, rate = soundfile.read(io.BytesIO(player.data))
    assert rate == RATE and abs(len(read) - len(samples)) < 0.2 * RATE
    lags = np.fft.irfft(np.fft.rfft(read, 2**20).conj() * np.fft.rfft(samples, 2**20))
    delay = (lags.argmax() + 2**19) % 2**20 - 2**19
    assert abs(delay) < 0.1 * RATE and lags.max() > 0.8 * np.sum(samples**2)
    page = player._repr_html_()
    assert "audio/mpeg" in page and len(page) < 15_000 * len(samples) / RATE


@pytest.mark.parametrize("rate", [0, -16_000, 3999, 96_001, float("nan")])
def test_a_rate_out_of_range_is_refused(tmp_path, rate):
    message = f"^{rate} samples a second cannot be used: give 4000 to 96000.$"
    with pytest.raises(ValueError, match=message):
        playing.write_wav(tmp_path / "sound.wav", np.zeros(9), rate)
    with pytest.raises(ValueError, match=message):
        playing.play(np.zeros(9), rate)
    assert not (tmp_path / "sound.wav").exists()


@pytest.mark.parametrize("wrong", [1.5, -2, float("nan")])
def test_too_loud_is_not_written(tmp_path, wrong):
    with pytest.raises(ValueError, match="not between -1 and 1"):
        playing.write_wav(tmp_path / "loud.wav", np.array([0, wrong]))
    assert not (tmp_path / "loud.wav").exists()


@pytest.mark.parametrize("rate", [4000, 7999, 8001, 16_000, 48_001, 64_000, 88_200, 96_000])
def test_every_rate_can_be_played(rate):
    samples = np.clip(2 * tone(1, rate), -1, 1)  # MP3 and other rates overshoot
    read, got = soundfile.read(io.BytesIO(playing.play(samples, rate).data))
    assert got in playing.MP3_RATES and got >= min(rate, 48_000)
    assert len(read) / got == pytest.approx(1, abs=0.2)
    spectrum = np.abs(np.fft.rfft(read))
    assert spectrum.argmax() / len(read) * got == pytest.approx(1000, abs=5)
    assert 0.08 < np.abs(read[got // 4 : got // 2]).max() < 0.2  # of RMS 0.08


# ── chimes ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("event", [0, 0.5, 0.99, 1, 1.04, 1.25, 1.49])
def test_a_chime_also_after_the_end(event):
    """An answer may come half a second late, when the sound is over."""
    sound = tone(1, RATE, 0.1).astype(np.float32)
    answer = playing.with_chimes(sound, [event])
    start = int(event * RATE)
    assert len(answer) == max(RATE, start) + len(playing.CHIME)
    expected = np.zeros(len(answer))
    expected[:RATE] = sound
    expected[start : start + len(playing.CHIME)] += playing.CHIME
    np.testing.assert_allclose(answer, expected, atol=1e-6)
    assert np.abs(answer[start : start + len(playing.CHIME)]).max() > 0.2


def test_many_chimes_or_none():
    sound = tone(2, RATE, 0.9).astype(np.float32)
    none = playing.with_chimes(sound, [])
    np.testing.assert_array_equal(none[: len(sound)], sound)
    assert not none[len(sound) :].any() and len(none) == len(sound) + len(playing.CHIME)
    answer = playing.with_chimes(sound, [0.1, 0.15, 2.4])
    assert answer.max() == 1 and answer.dtype == np.float32 and np.abs(sound).max() <= 0.9
    assert len(playing.with_chimes(sound[:0], [0.5])) == RATE // 2 + len(playing.CHIME)
    playing.play(answer)


def test_all_sounds_are_equally_loud():
    rng = np.random.default_rng(1)
    soft, loud = 0.001 * rng.normal(size=8000), 0.1 * rng.normal(size=8000)
    with_pause = np.concatenate([loud, np.zeros(16_000)])
    levels = [np.sqrt(np.mean(playing.evened(s)[:8000] ** 2)) for s in (soft, loud, with_pause)]
    assert np.allclose(levels, playing.LOUDNESS, rtol=0.02)
    click = np.zeros(8000)
    click[100] = 1e-3
    assert np.abs(playing.evened(click)).max() <= playing.PEAK + 1e-9
    assert not playing.evened(np.zeros(100)).any()


def test_a_pause_comes_after_each_sound():
    sound = np.ones(3, np.float32)
    joined = playing.joined([sound, 2 * sound], 2 / RATE)
    assert joined.tolist() == [1, 1, 1, 0, 0, 2, 2, 2, 0, 0] and joined.dtype == np.float32
