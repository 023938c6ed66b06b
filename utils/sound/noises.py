"""Synthesised background noises for speech to be heard in: pink noise, rain, a siren and others.

Every draw is another recording: pitch, timbre and rhythm are drawn too, not only the samples. All
are mono at `RATE` samples a second. Levels in decibels (dB) are of amplitude, 20 log10.
"""

from collections.abc import Sequence

import numpy as np
from scipy import signal

from utils.sound import waves
from utils.sound.recordings import RATE

TRAINING = ("pink", "brown", "hum", "babble", "clatter")
"""Kinds of noise to train with."""

VALIDATION = (*TRAINING, "train", "applause", "birds")
"""Kinds of noise to choose a threshold with: three are not trained with, and not tested with."""

HELD_OUT = ("rain", "wind", "siren", "chords", "motor", "babble")
"""Kinds of noise to test with; the words of the babble should be of voices not trained with."""

UNEVEN = ("clatter", "babble", "birds", "wind", "siren")
"""Kinds of which a second may be up to about 8 dB softer or louder than the whole; others: 3 dB."""


def make(
    kind: str, seconds: float, rng: np.random.Generator, words: Sequence[np.ndarray] = ()
) -> np.ndarray:
    """Return a new recording of a background noise.

    It begins and ends in the middle of the noise. No second of it is much softer than the whole
    (see `UNEVEN`). The same state of `rng` gives the same samples.

    Args:
        kind: one of `VALIDATION` or `HELD_OUT`.
        seconds: how long.
        rng: where every random number comes from.
        words: recorded words, each of shape (samples,), at `RATE`; only babble needs them. Leave
            out the word that is to be detected. The talkers share them.

    Returns:
        samples of RMS 1, not limited to -1 to 1, shape (seconds * RATE,), float32.

    Raises:
        ValueError: the kind is unknown, the time is not positive, or babble has no words.
    """
    if kind not in _KINDS:
        raise ValueError(f"There is no noise {kind!r}: give one of {', '.join(_KINDS)}.")
    if not 1 <= seconds * RATE < np.inf:
        raise ValueError(f"A noise of {seconds} s cannot be made: give a sample or more.")
    size = round(seconds * RATE)
    sound = _KINDS[kind](rng, max(size, RATE), *([words] if kind == "babble" else []))
    # What lies below voices would else take up most of the power; few microphones hear it.
    sound = signal.sosfilt(signal.butter(2, 50, "highpass", fs=RATE, output="sos"), sound)
    return waves.unit(waves.evened(sound, 4 if kind in UNEVEN else 2)[:size]).astype(np.float32)


# ── for training ──────────────────────────────────────────────────────────────────────────────


def _pink(rng, size):
    return _coloured(rng, size, -3)


def _brown(rng, size):
    return _coloured(rng, size, -6)


def _coloured(rng, size, slope):
    """Return noise that falls by about `slope` dB an octave, with a level that drifts."""
    colour = waves.colour(rng, slope + rng.uniform(-0.5, 0.5))
    return waves.noise(rng, size, colour) * waves.gain(
        1.5 * waves.curve(rng, size, rng.uniform(1, 4))
    )


def _hum(rng, size):
    """Return mains hum, a fan or a fridge: steady harmonics whose mixture drifts, and hiss."""
    pitch = rng.choice([50, 60]) * rng.uniform(0.85, 1.2)
    phase = np.cumsum(pitch * (1 + 0.002 * waves.curve(rng, size, 1))) / RATE
    fall = np.arange(1.0, 100) ** -rng.uniform(0.6, 1.6)
    tones = [
        waves.played(waves.table(rng, fall * waves.gain(rng.normal(0, 5, len(fall)))), phase)
        for _ in "ab"
    ]
    blend = np.pi / 4 * (1 + waves.curve(rng, size, rng.uniform(1, 5)))
    hum = tones[0] * np.cos(blend) + tones[1] * np.sin(blend)
    return hum + waves.gain(rng.uniform(-24, -12)) * waves.noise(rng, size, waves.colour(rng, -3))


def _babble(rng, size, words):
    """Return 4 to 8 talkers in a room."""
    words = [waves.unit(word) for word in words if np.any(word)]
    if not words:
        raise ValueError("Babble is made of recorded words: give some that are not silent.")
    talkers = [_talk(rng, size, words) for _ in range(rng.integers(4, 9))]
    crowd = waves.unit(rng.uniform(0.5, 1, len(talkers)) @ np.stack(talkers))
    return waves.echoed(rng, crowd, 0.3) + waves.gain(-25) * waves.noise(
        rng, size, waves.colour(rng, -3)
    )


def _talk(rng, size, words):
    """Return one talker, who says words at a speed of their own, with pauses between them."""
    speed, pieces, length, skip = rng.uniform(0.85, 1.2), [], 0, rng.integers(RATE)
    while length < size + skip:
        word = words[rng.integers(len(words))]
        word = np.interp(np.arange(0, len(word) - 1, speed), np.arange(len(word)), word)
        pieces += [
            word * waves.gain(rng.uniform(-3, 3)),
            np.zeros(round(rng.uniform(0.03, 0.3) * RATE)),
        ]
        length += len(pieces[-2]) + len(pieces[-1])
    return np.concatenate(pieces)[skip : skip + size]


def _clatter(rng, size):
    """Return dishes, keys and knocks: a few things that ring when hit, each hit another way."""
    moments = np.arange(int(0.5 * RATE)) / RATE
    pitches = 150 * 30 ** rng.uniform(size=(10, 1, 1)) * rng.uniform(1, 5, (10, 6, 1))
    pitches = np.minimum(pitches, rng.uniform(4000, 7500, pitches.shape))
    decays = 0.15 * 10 ** rng.uniform(-1.2, 0, (10, 1, 1)) * (400 / pitches) ** 0.3
    modes = np.sin(2 * np.pi * pitches * moments) * np.exp(-moments / decays)
    modes /= np.sum(modes**2, axis=2, keepdims=True) ** 0.4  # else short knocks are all peak
    sound = np.zeros(size + len(moments))
    for start in rng.integers(size, size=1 + rng.poisson(rng.uniform(12, 20) * size / RATE)):
        hit = rng.normal(size=6) @ modes[rng.integers(len(modes))]
        sound[start : start + len(hit)] += hit * waves.gain(rng.uniform(-9, 0))
    floor = waves.gain(rng.uniform(-16, -9)) * waves.noise(rng, size, waves.colour(rng, -3))
    return waves.unit(waves.echoed(rng, sound[:size], 0.25)) + floor


# ── for validation ────────────────────────────────────────────────────────────────────────────


def _train(rng, size):
    """Return a railway carriage from inside: rumble, wheels that sing, and pairs of clacks."""
    rumble = waves.noise(rng, size, waves.colour(rng, -5)) * waves.gain(
        2 * waves.curve(rng, size, 2)
    )
    pitch = rng.uniform(500, 2000) * 2 ** (0.2 * waves.curve(rng, size, 2))
    song = waves.played(waves.table(rng, np.arange(1, 5) ** -2.0), np.cumsum(pitch) / RATE)
    song *= waves.gain(10 * waves.curve(rng, size, rng.uniform(1, 3)) - 14)
    every = rng.uniform(0.5, 1.2)  # seconds from joint to joint of the rails
    hits = np.zeros(size)
    for wheel in (0, rng.uniform(0.15, 0.3) * every):
        moments = np.arange(rng.uniform(0, every) + wheel, size / RATE, every)
        hits[(moments * RATE).astype(int)] = rng.uniform(0.5, 1, len(moments))
    bodies = rng.uniform(120, 1500, 4)
    clacks = waves.filtered(hits, lambda f: sum(waves.resonance(f, at, 5) for at in bodies))
    clacks = np.convolve(clacks, rng.normal(size=RATE // 100))[:size]
    return waves.echoed(
        rng, waves.unit(rumble) + song + waves.gain(rng.uniform(-8, 0)) * waves.unit(clacks), 0.4
    )


def _applause(rng, size):
    """Return clapping hands, each pair with its own rhythm and pitch, in a hall."""
    moments = np.arange(RATE // 50) / RATE
    sound = np.zeros(size + len(moments))
    for _ in range(rng.integers(8, 40)):
        pitch, rate, level = rng.uniform(700, 2800), rng.uniform(2.5, 5), rng.uniform(-10, 0)
        clap = rng.normal(size=len(moments)) * np.sin(2 * np.pi * pitch * moments)
        clap *= waves.gain(level) * np.exp(-moments / 0.004)
        waits = rng.normal(1, 0.12, int(size / RATE * rate) + 2).clip(0.3) / rate
        starts = ((np.cumsum(waits) - rng.uniform() / rate) * RATE).astype(int)
        for start in starts[(starts >= 0) & (starts < size)]:
            sound[start : start + len(clap)] += clap * waves.gain(rng.uniform(-4, 0))
    crowd = waves.gain(rng.uniform(-12, -4)) * waves.noise(rng, size, waves.colour(rng, -2))
    return waves.unit(waves.echoed(rng, sound[:size], 0.8)) + crowd


def _birds(rng, size):
    """Return birds, each with a song of a few whistles that it repeats, and leaves in the wind."""
    sound = np.zeros(size + 4 * RATE)
    for _ in range(rng.integers(3, 7)):
        base, level, song = rng.uniform(1200, 4500), rng.uniform(-9, 0), []
        for _ in range(rng.integers(2, 7)):
            moments = np.arange(int(rng.uniform(0.04, 0.25) * RATE)) / RATE
            share = moments / moments[-1]
            glide = rng.uniform(-0.5, 0.5) * share + 0.1 * np.sin(
                2 * np.pi * rng.uniform(5, 40) * moments
            )
            phase = np.cumsum(base * 2 ** (glide + rng.uniform(-0.4, 0.4))) / RATE
            song += [np.sin(2 * np.pi * phase) * np.sin(np.pi * share) ** 0.5]
            song += [np.zeros(int(rng.uniform(0.02, 0.15) * RATE))]
        song, start = np.concatenate(song) * waves.gain(level), rng.integers(2 * RATE)
        while start < size:
            sound[start : start + len(song)] += song
            start += len(song) + int(rng.uniform(0.2, 2) * RATE)
    leaves = waves.noise(rng, size, waves.colour(rng, -2)) * waves.gain(
        3 * waves.curve(rng, size, 1.5)
    )
    return (
        waves.unit(waves.echoed(rng, sound[:size], 0.5)) + waves.gain(rng.uniform(-12, -4)) * leaves
    )


# ── held out ──────────────────────────────────────────────────────────────────────────────────


def _rain(rng, size):
    """Return countless small drops, some heavier ones that ring, and hiss, in gusts."""
    cut = rng.uniform(400, 1500)
    hiss = waves.noise(rng, size, lambda f: waves.highpass(f, cut) * waves.colour(rng, -1.5)(f))
    small = _drops(rng, size, rng.uniform(400, 2000), rng.uniform(1500, 6000, 3), 2)
    heavy = _drops(rng, size, rng.uniform(10, 60), rng.uniform(900, 3500, 3), 12)
    rain = hiss + waves.gain(rng.uniform(-5, 1)) * small + waves.gain(rng.uniform(-14, -6)) * heavy
    return rain * waves.gain(2 * waves.curve(rng, size, rng.uniform(1, 3)))


def _drops(rng, size, density, pitches, sharpness):
    """Return `density` drops a second, of all sizes, on something that rings at `pitches` in Hz."""
    drops = (rng.random(size) < density / RATE) * rng.exponential(size=size)
    drops *= rng.choice([-1, 1], size)
    drops[rng.integers(size)] = 1  # never none at all
    return waves.unit(
        waves.filtered(drops, lambda f: sum(waves.resonance(f, at, sharpness) for at in pitches))
    )


def _wind(rng, size):
    """Return wind: gusts bring higher frequencies, and something whistles in them."""
    gusts = 0.75 * waves.curve(rng, size, rng.uniform(1, 3)) + 0.25 * waves.curve(rng, size, 0.3)
    cut, slope = rng.uniform(150, 400), rng.uniform(0.7, 1.1)
    calm, strong = (
        waves.noise(rng, size, lambda f, cut=cut * k: (1 + (f / cut) ** 2) ** -slope)
        for k in (1, 3)
    )
    pitch = rng.uniform(350, 900) * 2 ** (0.5 * waves.curve(rng, size, 1.5) + 0.3 * gusts)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    real, imaginary = (waves.noise(rng, size, lambda f: 1 / (1 + (f / 12) ** 4)) for _ in "ab")
    whistle = real * np.cos(phase) + imaginary * np.sin(phase)
    air = (
        calm
        + waves.gain(4 * gusts) * strong
        + waves.gain(rng.uniform(-12, -6) + 5 * gusts) * whistle
    )
    return air * waves.gain(4 * gusts)


def _siren(rng, size):
    """Return a siren that wails slowly or yelps quickly, with its echo, and traffic."""
    count = size // (5 * RATE) + 2
    periods = np.where(rng.random(count) < 0.6, rng.uniform(2.5, 6, count), rng.uniform(0.25, 0.5))
    skip = rng.integers(5 * RATE)
    sweep = np.cumsum(np.repeat(1 / periods, 5 * RATE)[skip : skip + size]) / RATE + rng.uniform()
    low, high = rng.uniform(500, 700), rng.uniform(1100, 1500)
    pitch = low * (high / low) ** (0.5 - 0.5 * np.cos(2 * np.pi * sweep))
    table = waves.table(rng, np.arange(1, 6) ** -rng.uniform(0.7, 2))
    horn = waves.played(table, np.cumsum(pitch) / RATE) * waves.gain(3 * waves.curve(rng, size, 4))
    delay = rng.integers(RATE // 10, RATE // 2)
    horn[delay:] += waves.gain(rng.uniform(-14, -6)) * horn[:-delay]  # from a house front
    traffic = waves.noise(rng, size, waves.colour(rng, -4.5)) * waves.gain(
        2 * waves.curve(rng, size, 2)
    )
    return waves.echoed(rng, horn, 1) + waves.gain(rng.uniform(-16, -8)) * traffic


def _chords(rng, size):
    """Return an organ or strings: chords of 1 to 3 s that flow into each other, in a hall."""
    table = waves.table(
        rng, np.arange(1, 13) ** -rng.uniform(0.7, 1.8) * waves.gain(rng.normal(0, 3, 12))
    )
    shapes = np.array([[0, 4, 7, 12], [0, 3, 7, 12], [0, 4, 7, 10], [0, 3, 7, 10], [0, 4, 7, 11]])
    attack, start, sound = rng.uniform(0.05, 0.3), 0, np.zeros(size + 7 * RATE)
    while start < size + 3 * RATE:
        length = int(rng.uniform(1, 3) * RATE)
        moments = np.arange(length + RATE // 2) / RATE
        fade = np.clip(moments / attack, 0, 1) * np.clip((moments[-1] - moments) / 0.5, 0, 1)
        notes = rng.integers(50, 62) + np.append(rng.choice(shapes), -12)
        for pitch in 440 * 2 ** ((notes + rng.normal(0, 0.03, 5) - 69) / 12):
            phase = pitch * moments + 0.0005 * pitch * np.sin(34 * moments + pitch)  # vibrato
            sound[start : start + len(fade)] += fade * waves.played(table, phase + rng.uniform())
        start += length
    music = waves.unit(waves.echoed(rng, sound, 1.2)[3 * RATE : 3 * RATE + size])
    return music + waves.gain(-30) * waves.noise(rng, size, waves.colour(rng, -3))


def _motor(rng, size):
    """Return an engine of four cylinders whose speed wanders, and its exhaust."""
    speed = 2 ** (
        0.4 * waves.curve(rng, size, rng.uniform(1.5, 4)) + 0.01 * waves.curve(rng, size, 0.1)
    )
    phase = np.cumsum(rng.uniform(30, 75) / 4 * speed) / RATE  # four firings in each turn of it
    orders = np.arange(1, 280)
    fall = orders**-0.3 * np.exp(-orders / rng.uniform(40, 90))
    levels = np.where(orders % 4 == 0, 1, 0.25 * rng.random(len(orders))) * fall
    pulses = waves.played(waves.table(rng, levels, scatter=0.25), phase)
    bodies = np.array([80, 300, 1200]) * rng.uniform(0.8, 2, 3)
    body = waves.filtered(pulses, lambda f: 0.1 + sum(waves.resonance(f, at, 2.5) for at in bodies))
    exhaust = waves.noise(rng, size, waves.colour(rng, -3)) * np.clip(pulses + 0.5, 0.3, 3)
    motor = waves.unit(body) + waves.gain(rng.uniform(-10, -3)) * waves.unit(exhaust)
    return motor * speed  # the faster, the louder


_KINDS = {
    "pink": _pink,
    "brown": _brown,
    "hum": _hum,
    "babble": _babble,
    "clatter": _clatter,
    "train": _train,
    "applause": _applause,
    "birds": _birds,
    "rain": _rain,
    "wind": _wind,
    "siren": _siren,
    "chords": _chords,
    "motor": _motor,
}
