"""Recordings in every format that the library underneath writes."""

import functools
import io

import numpy as np
import soundfile

from tests.fuzz.mutations import cut, mutated
from tests.fuzz.trying import UNKNOWN, saved
from utils.sound.recordings import RATE, faults, read_recording

NO_LENGTH = ("IRCAM", "PAF", "PVF", "XI")  # states none, so that a cut file is a shorter one


def sounds(rng):
    """Return a tone in a file, whole or damaged, and its seconds and Hertz."""
    kind, subtype = rng.choice(_formats())
    rate = rng.choice([8000, 16_000, 22_050, 44_100, 48_000])
    n, hertz = rng.choice([100, 1600, 8000, 24_000]), rng.choice([200, 440, 1000])
    tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(n) / rate)
    samples = np.stack(rng.choice([[tone], [tone], [tone, tone], [tone, -tone]]), axis=1)
    buffer = io.BytesIO()
    try:
        soundfile.write(buffer, samples, rate, format=kind, subtype=subtype)
        kept = abs(_rate_in(buffer) - rate) < 0.01 * rate
    except Exception:
        kept = False
    if not kept:  # this format has no such rate, or number of channels
        return sounds(rng)
    data, right = buffer.getvalue(), (n / rate, hertz)
    fault = rng.choice(["", "", "cut", "cut", "bytes"])
    if fault == "cut":
        data, right = cut(data, rng), UNKNOWN if kind in NO_LENGTH else right
    elif fault == "bytes":
        data, right = mutated(data, rng), UNKNOWN
    return (data, f"sound.{kind.lower()}"), right


def _rate_in(buffer):
    buffer.seek(0)
    return soundfile.info(buffer).samplerate


@functools.cache
def _formats():
    return [
        (kind, subtype)
        for kind in sorted(soundfile.available_formats())
        if kind not in ("RAW", "SD2")  # the one has no header, the other writes a file here, too
        for subtype in sorted(soundfile.available_subtypes(kind))
    ]


def read_sound(given, folder):
    samples = read_recording(saved(given[0], folder, given[1]))
    if no_sentences := [says for says in faults(samples) if says[-1] not in ".?"]:
        raise AssertionError(no_sentences)
    if samples.ndim != 1 or not np.isfinite(samples).all() or np.abs(samples).max(initial=0) > 1:
        raise AssertionError("not mono between -1 and 1")
    return samples


def same_tone(got, right):
    seconds, hertz = right
    more = len(got) / RATE - seconds
    if not -0.03 - 0.01 * seconds < more < 0.15 + 0.01 * seconds:  # coders fill their last frame
        return False
    if seconds < 0.1:
        return True
    loudness = np.abs(np.fft.rfft(got))
    found = loudness.argmax() * RATE / len(got)
    return abs(found - hertz) < 20 and 0.1 < np.std(got) < 0.4
