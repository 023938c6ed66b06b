"""A chorus made audible: a small jazz band, made with NumPy.

A horn plays the melody, a bass walks, a soft piano plays the chords, and there are cymbals.
Choruses, events, chords and ticks are those of `choruses` and `chords`.
"""

from itertools import pairwise

import numpy as np

from utils.music.chords import TICKS, Chords, chord_at
from utils.music.choruses import Chorus, notes
from utils.sound.playing import check_rate
from utils.sound.recordings import RATE

LEVELS = np.array([0.43, 0.21, 0.18, 0.18])
"""Of horn, bass, cymbals and piano, each at most 1 by itself: they add up to 1, so nothing is
clipped."""

LOUDNESS = 0.08
"""Root mean square of every rendered sound, unless its peaks would then be over 1."""

PIANO = range(53, 65)
"""The range of the piano: F3 to E4, an octave, below most melodies."""

TAIL = 1.2
"""Seconds after the last event, in which the last note rings out."""

BASS = range(28, 49)
"""The range of the bass: E1 to C3."""


# ── the bass ──────────────────────────────────────────────────────────────────────────────────


def bass_line(chords: Chords, beats: int, length: int) -> list[tuple]:
    """Return a walking bass, one note a beat, as a list of events (duration, pitch).

    Every chord begins with its root, and so does every bar that it goes on for. The last beat
    before the next root is a semitone or a tone away from that root, and chord tones lead there;
    after the last root only chord tones follow. A chord that begins between two beats is played
    on the second, and one that lasts a single beat has its root alone.

    Args:
        chords: (onset in ticks, chord), sorted.
        beats: quarter notes in a bar, 3 or 4.
        length: of the line, in ticks.

    Raises:
        ValueError: there is no chord, or `beats` is neither 3 nor 4.
    """
    starts = _starts(chords, beats, length)
    here = [chord_at(chords, start * TICKS) for start in starts[:-1]]
    roots = _roots([chord.root for chord in here])
    line = []
    for start, end, chord, root, target in zip(
        starts, starts[1:], here, roots, [*roots[1:], None], strict=False
    ):
        line += _walk(root, target, chord.tones, end - start)
    return [(min(TICKS, length - TICKS * i), pitch) for i, pitch in enumerate(line)]


def _starts(chords, beats, length):
    """Return the beats that begin a chord or a bar, and the beat after the last."""
    if beats not in (3, 4):
        raise ValueError(f"A bar of {beats} quarter notes is unknown: give 3 or 4 beats.")
    end = -(-length // TICKS)
    begun = {-(-onset // TICKS) for onset, _ in chords} | set(range(0, end, beats))
    return [*sorted(beat for beat in begun if 0 <= beat < end), end]


def _roots(classes):
    """Return a pitch for each pitch class: near the one before; if it is the same, its octave."""
    pitches = [38]  # D2, the middle of the range
    for pitch_class in classes:
        octaves = [p for p in BASS if p % 12 == pitch_class]
        octaves.sort(key=lambda p: (p == pitches[-1], abs(p - pitches[-1])))
        pitches.append(octaves[0])
    return pitches[1:]


def _walk(root, target, tones, beats):
    """Return the pitches from `root` to just before `target`, one a beat."""
    away = root if target is None else target
    up = root < 38 if away == root else away > root
    goal = away + (2 if up else -2) * (3 if away == root else 1)  # a little beyond, to come back
    ladder = [p for p in BASS if p % 12 in tones]
    line = [root]
    for beat in range(1, beats - (target is not None)):
        ideal = root + (goal - root) * beat / (beats - 1)
        line.append(min(ladder, key=lambda p: (p in line[-2:], abs(p - ideal))))
    if target is not None and beats > 1:
        line.append(_approach(line[-1], target))
    return line


def _approach(pitch, target):
    """Return a semitone or, if that cannot be, a tone beside `target`, on the side of `pitch`."""
    beside = [target - 1, target + 1, target - 2, target + 2]
    beside = [p for p in beside if p in BASS and p != pitch]
    return min(beside, key=lambda p: (abs(p - target), abs(p - pitch)))


def _bossa_line(chords, beats, length):
    """Return the bass of a bossa: the root, and on 2-and the tone nearest to a fifth above it."""
    line = []
    for start, end in pairwise(_starts(chords, beats, length)):
        chord, span = chord_at(chords, start * TICKS), min(end * TICKS, length) - start * TICKS
        root = BASS[0] + (chord.root - BASS[0]) % 12
        fifth = root + min(((t - root) % 12 for t in chord.tones), key=lambda step: abs(step - 7))
        line += [(18, root), (span - 18, fifth)] if span > 18 else [(span, root)]
    return line


# ── the chords ────────────────────────────────────────────────────────────────────────────────


def comping(chords: Chords, beats: int, length: int) -> list[tuple]:
    """Return what the piano holds, as a list of (onset and end in ticks, pitches).

    A chord is struck where it begins and in every bar that it goes on for. All its tones stand in
    one octave, `PIANO`; of four and more the root is left to the bass.

    Args:
        chords: (onset in ticks, chord), sorted.
        beats: quarter notes in a bar.
        length: of the whole, in ticks.
    """
    bars = range(0, length, beats * TICKS)
    starts = sorted({onset for onset, _ in chords if 0 <= onset < length} | set(bars))
    struck = []
    for start, end in pairwise([*starts, length]):
        chord = chord_at(chords, start)
        tones = chord.tones if len(chord.tones) < 4 else {*chord.tones} - {chord.root}
        pitches = sorted(PIANO[0] + (tone - PIANO[0]) % 12 for tone in tones)
        struck.append((start, end, pitches))
    return struck


# ── the sound ─────────────────────────────────────────────────────────────────────────────────


def swing(ticks: np.ndarray, straight: bool = False) -> np.ndarray:
    """Return where a player puts what is written at `ticks`.

    An eighth off the beat (6 of 12) is played at 8 of 12, and the two parts of the quarter are
    stretched to fit: a sixteenth at 3 goes to 4, one at 9 goes to 10. A position 4 or 8 belongs to
    a triplet, which is played as written. Each position is mapped by itself, so the order of two
    is kept only if they are a sixteenth (3 ticks) or more apart.

    Args:
        ticks: positions in the score, of any shape.
        straight: play all as it is written, as in a bossa nova.
    """
    ticks = np.asarray(ticks, dtype=float)
    place = ticks % TICKS
    triplet = (place == 4) | (place == 8)
    swung = ticks - place + np.interp(place, [0, 6, 12], [0, 8, 12])
    return ticks if straight else np.where(triplet, ticks, swung)


def render(chorus: Chorus, straight: bool = False, rate: int = RATE) -> np.ndarray:
    """Play a chorus: the melody with a soft piano, a walking bass and a ride cymbal.

    The same input gives the same samples, and all choruses are equally loud (`LOUDNESS`). The
    sound is `TAIL` seconds longer than the chorus.

    Args:
        chorus: what to play, at 20 to 400 quarter notes a minute.
        straight: play a bossa nova: even eighths, with its own bass, and the hi-hat for the ride.
        rate: samples a second, 4000 to 96 000.

    Returns:
        samples between -1 and 1, mono, shape (seconds * rate,), float32.

    Raises:
        ValueError: there are no events or no chords, or something is out of its range.
    """
    mixed = _mixed(chorus, straight, rate)
    loudness = np.sqrt(np.mean(mixed[: -round(TAIL * rate)] ** 2))
    return (mixed * min(LOUDNESS / loudness, 0.99 / np.abs(mixed).max())).astype(np.float32)


def _mixed(chorus, straight, rate):
    """Return the sum of all parts by `LEVELS`, shape (samples,)."""
    check_rate(rate)
    melody, length, tempo = _melody(chorus), chorus.length, chorus.tempo
    if not 20 <= tempo <= 400:
        raise ValueError(f"A tempo of {tempo} cannot be played: give 20 to 400 quarters a minute.")
    bass = notes((_bossa_line if straight else bass_line)(chorus.chords, chorus.beats, length))
    melody, bass = _timed(melody, tempo, straight), _timed(bass, tempo, straight)
    time = np.arange(round((length * _tick(tempo) + TAIL) * rate)) / rate
    parts = [_horn(melody, time, rate), _plucked(bass, time, rate)]
    parts.append(_cymbals(length, chorus.beats, tempo, straight, time, rate))
    struck = comping(chorus.chords, chorus.beats, length)
    parts.append(_piano(struck, tempo, straight, time))
    fade = np.clip((time[-1] - time) / 0.3, 0, 1)
    return LEVELS @ np.stack(parts) * fade


def _melody(chorus):
    if not chorus.events:
        raise ValueError("There are no events: give at least one (duration, pitch).")
    return notes(chorus.events)


def _tick(tempo):
    return 60 / tempo / TICKS  # seconds


def _timed(played, tempo, straight):
    """Return onset and end in seconds and the pitch, shape (notes, 3)."""
    table = np.array(played, dtype=float).reshape(-1, 3)
    onset, end = swing(table[:, 0], straight), swing(table[:, 0] + table[:, 1], straight)
    return np.stack([onset * _tick(tempo), end * _tick(tempo), table[:, 2]], axis=1)


def _horn(played, time, rate):
    return _voice(played, time, rate, attack=0.015, decay=0.5, sustain=0.6, bright=0.6, vibrato=0.2)


def _plucked(played, time, rate):
    return _voice(played, time, rate, attack=0.004, decay=0.3, sustain=0, bright=0.6, vibrato=0)


def _piano(struck, tempo, straight, time):
    """Return soft chords, shape (samples,): each fades away, and ends where the next is struck."""
    out = np.zeros(len(time))
    edges = [start for start, _, _ in struck] + [struck[-1][1]]
    seconds = swing(np.array(edges), straight) * _tick(tempo)
    seconds[-1] += TAIL  # the last one rings on
    for begin, end, (_, _, pitches) in zip(seconds, seconds[1:], struck, strict=False):
        now = slice(*np.searchsorted(time, [begin, end]))
        since, left = time[now] - begin, end - time[now]
        shape = np.clip(since / 0.015, 0, 1) * np.clip(left / 0.05, 0, 1) * np.exp(-since / 1.5)
        for pitch in pitches:
            phase = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * since
            tone = np.sin(phase) + 0.3 * np.exp(-since / 0.4) * np.sin(2 * phase)
            out[now] += shape * tone / 1.3 / len(pitches)
    return out


def _voice(played, time, rate, attack, decay, sustain, bright, vibrato):
    """Return one voice, shape (samples,): overtone k has `ratio` ** k of the first one's loudness.

    The sum of all overtones is a closed formula (Moorer, 1976). The louder, the brighter. The
    phase runs on from note to note, and all that jumps is smoothed, so nothing clicks.
    """
    if len(played) == 0:
        return np.zeros(len(time))
    now = np.clip(np.searchsorted(played[:, 0], time, side="right") - 1, 0, None)
    onset, end, pitch = played[now].T
    since = np.clip(time - onset, 0, None)
    release = np.where(now == len(played) - 1, 0.35, 0.03)
    gate = (since > attack) * np.exp(-np.clip(time - end, 0, None) / release)
    shape = sustain + (1 - sustain) * np.exp(-since / decay)
    loudness = _smooth(gate * shape, attack, rate)
    sway = vibrato * np.clip(since / 0.3 - 1, 0, 1) * np.sin(2 * np.pi * 5.5 * since)
    phase = np.cumsum(440 * 2 ** ((_smooth(pitch + sway, 0.004, rate) - 69) / 12)) / rate
    phase *= 2 * np.pi
    ratio = bright * loudness
    return loudness * np.sin(phase) * (1 - ratio**2) / (1 - 2 * ratio * np.cos(phase) + ratio**2)


def _smooth(values, seconds, rate):
    """Return the moving average of the moving average: corners become round within `seconds`."""
    width = round(seconds * rate)
    for sides in ((width, 0), (0, width)):
        total = np.cumsum(np.pad(values, sides, mode="edge"))
        values = (total[width:] - total[:-width]) / width
    return values


def _cymbals(length, beats, tempo, straight, time, rate):
    """Return the ride on 1, 2, 2-and, 3, 4, 4-and and the hi-hat on 2 and 4; peak 1.

    A bossa has the hi-hat alone, on each eighth, softer.
    """
    positions = np.arange(0, length, 6)
    beat, off = positions // TICKS % beats, positions % TICKS == 6
    seconds = swing(positions, straight) * _tick(tempo)
    ride, hat = _hit(0.25, rate), _hit(0.03, rate)
    out, back = np.zeros(len(time) + len(ride)), beat % 2 == 1
    swung = ((ride, ~off | back), (hat, ~off & back))
    for sound, when in ((hat, slice(None)),) if straight else swung:
        for start in np.round(seconds[when] * rate).astype(int):
            out[start : start + len(sound)] += sound
    return out[: len(time)] * (0.7 if straight else 1) / np.abs(out).max()


def _hit(decay, rate):
    """Return the stick and the wash after it: noise around 6 kHz, shape (samples,)."""
    time = np.arange(round(5 * decay * rate)) / rate
    spectrum = np.fft.rfft(np.random.default_rng(4).standard_normal(len(time)))
    frequency = np.fft.rfftfreq(len(time), 1 / rate)
    spectrum *= np.exp(-(((frequency - 6000) / 1800) ** 2))
    burst = np.fft.irfft(spectrum, len(time))
    burst = np.tanh(burst / burst.std())  # rare peaks would keep all the rest soft
    burst *= np.exp(-time / decay) + 2 * np.exp(-time / (decay / 10))
    burst *= np.clip(time / 0.002, 0, 1)
    return burst / np.abs(burst).max()
