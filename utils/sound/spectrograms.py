"""Sound as a sequence of frames: its power at each frequency, and the logarithm on the mel scale.

A frame is 25 ms of sound, and a new one begins every 10 ms: frame t holds the samples from
t * HOP to t * HOP + WINDOW. Nothing is padded, so no frame has heard what has not been said yet.
"""

import functools

import numpy as np
from scipy import fft, signal

from utils.sound.recordings import RATE

WINDOW = 400
"""Samples in a frame, 25 ms."""

HOP = 160
"""Samples from one frame to the next, 10 ms."""

FFT = 512
"""Points of the Fourier transform: a frame and zeros up to the next power of two."""

BANDS = 40
"""Mel bands."""

LOWEST, HIGHEST = 60, 7600
"""Hertz: the ends of the mel bands."""

FLOOR = 1e-6
"""Added to the power in a band before its logarithm: digital silence is -13.8."""

CHUNK = 256  # frames: what they take fits into a processor's cache

_HANN = signal.get_window("hann", WINDOW).astype(np.float32)


def power(samples: np.ndarray) -> np.ndarray:
    """Return the power spectrum of each frame, weighted by a Hann window.

    Args:
        samples: sound at RATE samples a second, shape (samples,), at least WINDOW of them.

    Returns:
        (T_x, FFT // 2 + 1), float32: squared magnitudes, the columns 0 to RATE / 2 hertz.

    Raises:
        ValueError: there is not one whole frame, or the sound has another shape.
    """
    return np.concatenate([_power(frames) for frames in _chunks(samples)])


def log_mel(samples: np.ndarray) -> np.ndarray:
    """Return the logarithm of the power in each mel band of each frame.

    An hour takes 60 MB. Loudness adds a constant: twice the amplitude is 1.39 more everywhere.

    Args:
        samples: sound at RATE samples a second, shape (samples,), at least WINDOW of them.

    Returns:
        (T_x, BANDS), float32: natural logarithms, T_x = (samples - WINDOW) // HOP + 1.

    Raises:
        ValueError: there is not one whole frame, or the sound has another shape.
    """
    bands = np.concatenate([_power(frames) @ _filters() for frames in _chunks(samples)])
    return np.log(bands + np.float32(FLOOR))


@functools.cache
def _filters():
    return mel_filters()


def _chunks(samples):
    samples = np.asarray(samples, np.float32)
    if samples.ndim != 1 or len(samples) < WINDOW:
        raise ValueError(
            f"The sound has the shape {samples.shape}, but it needs at least {WINDOW} samples in "
            f"one row: give mono sound of {1000 * WINDOW // RATE} ms or more."
        )
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    return (frames[begin : begin + CHUNK] for begin in range(0, len(frames), CHUNK))


def _power(frames):
    spectrum = fft.rfft(frames * _HANN, FFT)
    return spectrum.real**2 + spectrum.imag**2


def mel(hertz):
    """Return a frequency on the mel scale, on which equal steps sound equal.

    From O'Shaughnessy (1987), with the constant of HTK and Keras: 1000 Hz are 1000 mel.
    """
    return 1127 * np.log1p(np.asarray(hertz) / 700)


def hertz(mel):
    """Return the frequency in hertz: the inverse of `mel`."""
    return 700 * np.expm1(np.asarray(mel) / 1127)


def mel_filters(bands: int = BANDS, lowest: float = LOWEST, highest: float = HIGHEST) -> np.ndarray:
    """Return triangular filters (Davis and Mermelstein, 1980), evenly spaced on the mel scale.

    Args:
        bands: how many.
        lowest: where the first begins, in hertz.
        highest: where the last ends.

    Returns:
        (FFT // 2 + 1, bands), float32: what each frequency adds to each band, 0 to 1.
    """
    corners = np.linspace(mel(lowest), mel(highest), bands + 2)
    frequencies = mel(np.arange(FFT // 2 + 1) * RATE / FFT)[:, None]
    rising = (frequencies - corners[:-2]) / np.diff(corners)[:-1]
    falling = (corners[2:] - frequencies) / np.diff(corners)[1:]
    return np.clip(np.minimum(rising, falling), 0, None).astype(np.float32)
