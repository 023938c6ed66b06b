"""Sound out: a player in the notebook, and WAV files."""

import io
from collections.abc import Iterable

import numpy as np
import soundfile
import soxr
from IPython.display import Audio

from utils.files import write_atomically
from utils.sound.recordings import RATE

_TIME = np.arange(int(0.35 * RATE)) / RATE
CHIME = 0.25 * np.exp(-8 * _TIME) * sum(np.sin(2 * np.pi * f * _TIME) for f in (880, 1320))
"""Two tones that fade, at RATE samples a second."""

MP3_RATES = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
"""Samples a second that MP3 has."""


LOUDNESS, PEAK = 0.08, 0.95
"""RMS of the loud parts of what is played, and the most that a sample may be."""


def play(samples: np.ndarray, rate: int = RATE):
    """Return a player for a notebook; the sound is stored with it as MP3, a tenth of WAV.

    All are played equally loud: see `evened`.

    At a rate that MP3 does not have, it is played at the next higher one, or at 48 000.

    Raises:
        ValueError: a sample is not between -1 and 1, or the rate is not 4000 to 96 000.
    """
    _check(samples, rate)
    nearest = next((r for r in MP3_RATES if r >= rate), MP3_RATES[-1])
    if nearest != rate:
        samples = np.clip(soxr.resample(samples, rate, nearest), -1, 1)
    player = Audio(_encoded(evened(samples, nearest), nearest, "MP3"))
    player.mimetype = "audio/mpeg"  # it takes bytes for WAV
    return player


def joined(sounds: Iterable[np.ndarray], pause: float = 0.25) -> np.ndarray:
    """Return sounds one after the other, (samples,), with `pause` seconds of silence after each."""
    silence = np.zeros(round(pause * RATE), np.float32)
    return np.concatenate([part for sound in sounds for part in (sound, silence)])


def evened(samples: np.ndarray, rate: int = RATE) -> np.ndarray:
    """Return a sound, (samples,), as loud as all others that are played.

    Its loud parts (the tenths of a second that are above a tenth of the loudest) get the RMS
    `LOUDNESS`, or less where a peak would go beyond `PEAK`. Silence stays silent.
    """
    step = max(1, rate // 10)
    parts = np.array(
        [np.mean(np.square(samples[i : i + step])) for i in range(0, len(samples), step)]
    )
    if not len(parts) or parts.max() == 0:
        return samples
    loud = np.sqrt(parts[parts > parts.max() / 100].mean())
    return samples * min(LOUDNESS / loud, PEAK / np.abs(samples).max())


def write_wav(path, samples: np.ndarray, rate: int = RATE) -> None:
    """Write a WAV file, 16 bit, mono. A write that fails leaves the file as it was.

    Args:
        path: of the file, which is replaced if it exists.
        samples: between -1 and 1, shape (samples,).
        rate: samples a second, the one they were made with.

    Raises:
        ValueError: a sample is not between -1 and 1, or the rate is not 4000 to 96 000.
        OSError: the folder is missing, or the file cannot be written there.
    """
    write_atomically(path, _encoded(samples, rate, "WAV"))


def with_chimes(sound: np.ndarray, events: Iterable[float]) -> np.ndarray:
    """Return a sound with a chime mixed in at each event.

    Args:
        sound: between -1 and 1, shape (samples,), at RATE samples a second.
        events: seconds from its beginning; one may come after its end.

    Returns:
        (samples,), between -1 and 1: as long as the sound, or up to the last event if that is
        later, and a chime more.
    """
    starts = [int(event * RATE) for event in events]
    answer = np.zeros(max([len(sound), *starts]) + len(CHIME), np.float32)
    answer[: len(sound)] = sound
    for start in starts:
        answer[start : start + len(CHIME)] += CHIME
    return np.clip(answer, -1, 1)


def check_rate(rate) -> None:
    """Raise ValueError unless the rate is 4000 to 96 000 samples a second."""
    if not 4000 <= rate <= 96_000:
        raise ValueError(f"{rate} samples a second cannot be used: give 4000 to 96000.")


def _check(samples, rate):
    check_rate(rate)
    if not np.all(np.abs(samples) <= 1):
        raise ValueError("A sample is not between -1 and 1: divide the samples by their peak.")


def _encoded(samples, rate, form):
    _check(samples, rate)
    data = io.BytesIO()
    soundfile.write(data, samples, rate, format=form)
    return data.getvalue()
