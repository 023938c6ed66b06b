"""Sound out: a player in the notebook, and WAV files."""

import io

import numpy as np
import soundfile
from IPython.display import Audio

from utils.files import write_atomically
from utils.sound.recordings import RATE


def play(samples: np.ndarray, rate: int = RATE):
    """Return a player for a notebook; the sound is stored with it as MP3, a tenth of WAV.

    Raises:
        ValueError: a sample is not between -1 and 1, or the rate is not 4000 to 96 000.
    """
    player = Audio(_encoded(samples, rate, "MP3"))
    player.mimetype = "audio/mpeg"  # it takes bytes for WAV
    return player


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


def check_rate(rate) -> None:
    """Raise ValueError unless the rate is 4000 to 96 000 samples a second."""
    if not 4000 <= rate <= 96_000:
        raise ValueError(f"{rate} samples a second cannot be used: give 4000 to 96000.")


def _encoded(samples, rate, form):
    check_rate(rate)
    if not np.all(np.abs(samples) <= 1):
        raise ValueError("A sample is not between -1 and 1: divide the samples by their peak.")
    data = io.BytesIO()
    soundfile.write(data, samples, rate, format=form)
    return data.getvalue()
