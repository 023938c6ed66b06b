"""A chorus made audible and visible: a small jazz band, made with NumPy, and a piano roll.

The band is a horn that plays the melody, a bass that walks, and cymbals. Choruses, events, chords
and ticks are those of `choruses` and `chords`.
"""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from utils.music.chords import TICKS, Chords, chord_at
from utils.music.choruses import Chorus, notes
from utils.plots import COLOURS
from utils.sound.playing import check_rate
from utils.sound.recordings import RATE

LEVELS = np.array([0.50, 0.26, 0.24])
"""Of horn, bass and cymbals, each at most 1 by itself: they add up to 1, so nothing is clipped."""

TAIL = 1.2
"""Seconds after the last event, in which the last note rings out."""

BASS = range(28, 49)
"""The range of the bass: E1 to C3."""

BARS_A_LINE = 8
"""Bars in a line of the piano roll."""

_CHORD_TONE = {"facecolor": COLOURS["blue"], "edgecolor": "white"}
_OTHER_TONE = {"facecolor": COLOURS["orange"], "edgecolor": "black", "hatch": "/////"}


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
    """Play a chorus: the melody with a walking bass and a ride cymbal.

    The same input gives the same samples. The sound is `TAIL` seconds longer than the chorus.

    Args:
        chorus: what to play, at 20 to 400 quarter notes a minute.
        straight: play a bossa nova: even eighths, with its own bass, and the hi-hat for the ride.
        rate: samples a second, 4000 to 96 000.

    Returns:
        samples between -1 and 1, mono, shape (seconds * rate,), float32.

    Raises:
        ValueError: there are no events or no chords, or something is out of its range.
    """
    check_rate(rate)
    melody, length, tempo = _melody(chorus), chorus.length, chorus.tempo
    if not 20 <= tempo <= 400:
        raise ValueError(f"A tempo of {tempo} cannot be played: give 20 to 400 quarters a minute.")
    bass = notes((_bossa_line if straight else bass_line)(chorus.chords, chorus.beats, length))
    melody, bass = _timed(melody, tempo, straight), _timed(bass, tempo, straight)
    time = np.arange(round((length * _tick(tempo) + TAIL) * rate)) / rate
    cymbals = _cymbals(length, chorus.beats, tempo, straight, time, rate)
    parts = np.stack([_horn(melody, time, rate), _plucked(bass, time, rate), cymbals])
    fade = np.clip((time[-1] - time) / 0.3, 0, 1)
    return (LEVELS @ parts * fade).astype(np.float32)


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


# ── the piano roll ────────────────────────────────────────────────────────────────────────────


def piano_roll(chorus: Chorus, title: str, axes: Axes | None = None) -> Axes:
    """Draw a melody and its chords: time to the right, pitch upwards, eight bars a line.

    A note is blue and plain if it is a tone of the chord that sounds at its middle, and orange and
    hatched if not. So a long note that comes early is seen with the chord that it waits for.

    Args:
        chorus: what to draw.
        title: says what to see.
        axes: where to draw; a new figure if None.

    Raises:
        ValueError: there are no events or no chords, or an event is not one.
    """
    melody, bar = _melody(chorus), chorus.bar
    bars = -(-chorus.length // bar)
    pitches = _range([pitch for _, _, pitch in melody])
    height = len(pitches) + 3  # of a line: the chords stand above, the numbers of the bars below
    lines = -(-bars // BARS_A_LINE)
    axes = axes or plt.subplots(figsize=(10, 0.6 + 0.1 * height * lines))[1]
    _staves(axes, bars, pitches, height)
    for onset, chord in chorus.chords:
        if onset < bars * bar:
            x, y = _place(onset / bar, height)
            axes.text(x + 0.03, y + pitches[-1] + 0.8, chord.symbol, size=9)
    for onset, duration, pitch in melody:
        fits = pitch % 12 in chord_at(chorus.chords, onset + duration / 2).tones
        _note(axes, onset / bar, (onset + duration) / bar, pitch, height, fits)
    _keys(axes, lines, pitches, height)
    axes.set_title(title)
    return axes


def _range(pitches):
    """Return the pitches to draw: those of the melody, and at least an octave."""
    low, high = min(pitches, default=60), max(pitches, default=60)
    return range(low - 1, max(high, low + 11) + 2)


def _place(bar, height):
    """Return x within the line of a position in bars, and y of pitch 0 there."""
    line, x = divmod(bar, BARS_A_LINE)
    return x, -line * height


def _staves(axes, bars, pitches, height):
    for number in range(bars):
        x, y = _place(number, height)
        low, high = y + pitches[0] - 0.5, y + pitches[-1] + 0.5
        axes.vlines([x, x + 1], low, high, color="#999999", linewidth=1)
        axes.hlines([y + p for p in pitches if p % 12 in (0, 7)], x, x + 1, "#DDDDDD", linewidth=1)
        axes.text(x + 0.03, low, number + 1, size=8, va="top", color="#555555")


def _note(axes, start, end, pitch, height, fits):
    """Draw a note from `start` to `end` in bars; where a line ends, it goes on in the next."""
    ends = range(BARS_A_LINE, int(end) + 1, BARS_A_LINE)
    for left, right in pairwise([start, *(cut for cut in ends if start < cut < end), end]):
        x, y = _place(left, height)
        style = _CHORD_TONE if fits else _OTHER_TONE
        axes.barh(y + pitch, right - left, 0.9, x, linewidth=0.8, zorder=2, **style)


def _keys(axes, lines, pitches, height):
    """Label each C and G in each line, and say what the two styles mean."""
    named = [p for p in pitches if p % 12 in (0, 7)]
    labels = [f"{'G' if p % 12 else 'C'}{p // 12 - 1}" for p in named]
    axes.set_yticks([p - k * height for k in range(lines) for p in named], labels * lines)
    axes.set(
        xlim=(0, None), xticks=[], ylim=(pitches[0] - 2 - (lines - 1) * height, pitches[-1] + 3)
    )
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    styles = {"tone of the chord": _CHORD_TONE, "other tone": _OTHER_TONE}
    key = [Patch(label=label, **style) for label, style in styles.items()]
    axes.legend(handles=key, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
