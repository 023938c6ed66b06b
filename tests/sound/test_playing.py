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
    player = playing.play(samples)
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
