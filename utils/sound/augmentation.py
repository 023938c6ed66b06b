"""Log-mel spectrograms changed as other voices, speeds and microphones would change them.

A spectrogram here is what `spectrograms.log_mel` returns, (T_x, bands), natural logarithms.
"""

import numpy as np

from utils.sound.spectrograms import HIGHEST, LOWEST, hertz, mel


def _read(x, places):
    """Return the rows of x at these places between rows, (k, n), by straight lines."""
    places = np.clip(places, 0, len(x) - 1.001)
    before = places.astype(int)
    share = (places - before)[:, None].astype(x.dtype)
    return x[before] * (1 - share) + x[before + 1] * share


def stretched(x: np.ndarray, speed: float, T_x: int) -> np.ndarray:
    """Return T_x frames of a spectrogram at another speed: 1.1 is a tenth faster, pitch unchanged.

    What was at frame t is at t / speed. Behind the end the last frame goes on.
    """
    return _read(x, np.arange(T_x) * speed)


def moved(x: np.ndarray, factor: float) -> np.ndarray:
    """Return a spectrogram whose frequencies are divided by `factor`: below 1, a shorter throat.

    What was at f hertz is at f / factor. Beyond the ends the last band goes on.
    """
    bands = x.shape[1]
    centres = np.linspace(mel(LOWEST), mel(HIGHEST), bands + 2)[1:-1]
    places = np.interp(mel(hertz(centres) * factor), centres, np.arange(bands))
    return _read(x.T, places).T


def coloured(x: np.ndarray, spread: float, knots: int, rng: np.random.Generator) -> np.ndarray:
    """Return a spectrogram heard with another microphone: some bands louder, others softer.

    Args:
        x: (T_x, bands).
        spread: standard deviation of the change, in logarithms of power; 1.2 are 5 dB.
        knots: at so many places it is drawn, with straight lines between them.
        rng: draws it.
    """
    curve = np.interp(
        np.linspace(0, knots - 1, x.shape[1]), range(knots), rng.normal(0, spread, knots)
    )
    return x + curve.astype(x.dtype)


def drawn(x: np.ndarray, T_x: int, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return a spectrogram with a speed, a throat and a microphone of its own, and the speed.

    Up to 20% faster or slower, its frequencies moved by up to 13%, its bands up to some 10 dB
    louder or softer.

    Args:
        x: (frames, bands).
        T_x: so many frames to return.
        rng: draws all three.
    """
    speed, throat = np.exp(rng.uniform([-0.18, -0.12], [0.18, 0.12]))
    return coloured(moved(stretched(x, speed, T_x), throat), 1.2, 7, rng), float(speed)
