"""What noises are made of: filtered noise, waves, echoes, curves that wander.

Sounds are arrays of samples, (samples,), at `RATE` samples a second; levels are in decibels (dB) of
amplitude, 20 log10.
"""

from collections.abc import Callable

import numpy as np
from scipy import fft, signal
from scipy.ndimage import uniform_filter1d

from utils.sound.recordings import RATE


def gain(decibels):
    """Return the factor of the amplitude."""
    return 10 ** (np.asarray(decibels) / 20)


def unit(sound):
    """Return the sound with an RMS of 1."""
    return sound / np.sqrt(np.mean(np.square(sound, dtype=float)))


def curve(rng, size, every):
    """Return a smooth random curve between -1 and 1, with a new goal each `every` seconds."""
    goals = rng.uniform(-1, 1, int(size / RATE / every) + 3)
    place = np.arange(size) / (RATE * every) + rng.uniform()
    index = place.astype(int)
    blend = 0.5 - 0.5 * np.cos(np.pi * (place - index))
    return goals[index] + blend * (goals[index + 1] - goals[index])


def noise(rng, size, response: Callable):
    """Return Gaussian noise of RMS 1 whose spectrum is `response`, a function of Hz."""
    return unit(filtered(rng.standard_normal(size, dtype=np.float32), response))


def filtered(sound, response: Callable):
    """Return the sound with each frequency multiplied by `response`, a function of Hz."""
    length = fft.next_fast_len(len(sound), real=True)
    frequencies = np.maximum(fft.rfftfreq(length, 1 / RATE), 1)
    return fft.irfft(fft.rfft(sound, length) * response(frequencies), length)[: len(sound)]


def colour(rng, slope):
    """Return a response that falls by `slope` dB an octave, with a gentle random equaliser."""
    knots = rng.uniform(-2, 2, 9)
    octaves = range(5, 14)  # from 32 Hz; below that it is flat

    def response(f):
        octave = np.maximum(np.log2(f), 5)
        return gain(slope * (octave - 10) + np.interp(octave, octaves, knots))

    return response


def highpass(f, cut):
    """Return how much passes at f hertz: less below `cut`."""
    return (f / cut) ** 2 / np.sqrt(1 + (f / cut) ** 4)


def resonance(f, pitch, sharpness):
    """Return the response of something that rings at `pitch`, the longer the sharper."""
    return 1 / (1 + 1j * sharpness * (f / pitch - pitch / f))  # complex: it rings after the hit


def table(rng, levels, scatter=1.0):
    """Return a period of a wave of RMS 1, shape (65536,), with these levels of its harmonics.

    With `scatter` 0 the harmonics begin together, which makes a pulse; with 1, anyhow.
    """
    phases = 2 * np.pi * scatter * rng.uniform(-0.5, 0.5, len(levels))
    return unit(fft.irfft(np.append(0, levels * np.exp(1j * phases)), 65536))


def played(table, phase):
    """Return a wave from a period of it; `phase` counts periods."""
    return table[(phase * len(table)).astype(int) % len(table)]


def echoed(rng, sound, seconds):
    """Return the sound in a room, in which it dies away by 60 dB in so many seconds."""
    moments = np.arange(int(seconds * RATE)) / RATE
    tail = rng.normal(size=len(moments)) * 10 ** (-3 * moments / seconds)
    tail *= 0.5 / np.sqrt(np.sum(tail**2))
    tail[0] = 1
    return signal.oaconvolve(sound, tail)[: len(sound)]


def evened(sound, limit):
    """Return the sound with its loudest and softest seconds brought to `limit` dB, about."""
    power = np.square(sound)
    level = uniform_filter1d(uniform_filter1d(power, RATE // 2), RATE // 2)
    level = 10 * np.log10(level / np.mean(power) + 1e-9)
    return sound * gain(np.clip(level, -limit, limit) - level)
