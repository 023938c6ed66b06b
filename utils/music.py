"""Jazz as numbers: chord symbols, choruses, what a player knows, baselines and measures.

Time is counted in ticks, `TICKS` to a quarter note. A chorus is a sequence of events (duration,
pitch): the pitch is a MIDI number (60 is middle C), "rest", or "hold" where the note before goes
on over a bar line. No event crosses a bar line, so the durations of every bar sum to the metre.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, groupby, pairwise, zip_longest

import numpy as np

from . import language_model
from .datasets import DataError, load_jazz

TICKS = 12
REST, HOLD = "rest", "hold"
LOWEST, HIGHEST = 52, 85  # E3 to Db6: what a horn plays, and room for every head in every key
NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
QUALITIES = ("major", "dominant", "minor", "half-diminished", "diminished", "suspended")
KINDS = {  # semitones above the root; a test holds them equal to music21's where it has them
    "": (0, 4, 7),
    "6": (0, 4, 7, 9),
    "6/9": (0, 2, 4, 7, 9),
    "maj7": (0, 4, 7, 11),
    "maj9": (0, 2, 4, 7, 11),
    "maj7#11": (0, 4, 6, 7, 11),
    "+": (0, 4, 8),
    "m": (0, 3, 7),
    "m6": (0, 3, 7, 9),
    "m7": (0, 3, 7, 10),
    "m9": (0, 2, 3, 7, 10),
    "m11": (0, 2, 3, 5, 7, 10),
    "mM7": (0, 3, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "7": (0, 4, 7, 10),
    "9": (0, 2, 4, 7, 10),
    "13": (0, 2, 4, 7, 9, 10),
    "7b9": (0, 1, 4, 7, 10),
    "7#9": (0, 3, 4, 7, 10),
    "7#11": (0, 4, 6, 7, 10),
    "7b5": (0, 4, 6, 10),
    "7b13": (0, 4, 7, 8, 10),
    "7b9b13": (0, 1, 4, 7, 8, 10),
    "+7": (0, 4, 8, 10),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "9sus4": (0, 2, 5, 7, 10),
}
SAME_KIND = {
    **dict.fromkeys(("M", "maj", "Maj"), ""),
    **dict.fromkeys(("69", "6add9"), "6/9"),
    **dict.fromkeys(("M7", "Maj7", "ma7", "j7", "^7", "^", "Δ", "Δ7", "△", "△7"), "maj7"),
    **dict.fromkeys(("M9", "Maj9", "ma9", "^9", "Δ9"), "maj9"),
    **dict.fromkeys(("M7#11", "Δ#11"), "maj7#11"),
    **dict.fromkeys(("aug", "#5"), "+"),
    **dict.fromkeys(("min", "mi", "-"), "m"),
    **dict.fromkeys(("min6", "mi6", "-6"), "m6"),
    **dict.fromkeys(("min7", "mi7", "-7"), "m7"),
    **dict.fromkeys(("min9", "mi9", "-9"), "m9"),
    **dict.fromkeys(("min11", "mi11", "-11"), "m11"),
    **dict.fromkeys(("mmaj7", "minmaj7", "-maj7", "-M7", "mΔ", "-Δ", "mΔ7", "-Δ7"), "mM7"),
    **dict.fromkeys(("min7b5", "-7b5", "ø", "ø7", "h7"), "m7b5"),
    **dict.fromkeys(("o", "°", "mb5"), "dim"),
    **dict.fromkeys(("o7", "°7"), "dim7"),
    **dict.fromkeys(("7alt", "alt", "7b13b9"), "7b9b13"),
    **dict.fromkeys(("7+", "7#5", "aug7"), "+7"),
    **dict.fromkeys(("sus",), "sus4"),
    **dict.fromkeys(("7sus", "11"), "7sus4"),
    **dict.fromkeys(("9sus",), "9sus4"),
}
_ACCIDENTALS = str.maketrans({"♭": "b", "♯": "#"})
_ROOT = re.compile(r"([A-G])([b#]?)(.*)")


@dataclass(frozen=True)
class Chord:
    """A chord: root as a pitch class (C is 0), kind as in `KINDS`."""

    root: int
    kind: str

    @property
    def symbol(self) -> str:
        """The chord as musicians write it, "Bb7"."""
        return NAMES[self.root] + self.kind

    @property
    def tones(self) -> tuple[int, ...]:
        """The pitch classes of the chord, sorted."""
        return tuple(sorted((self.root + step) % 12 for step in KINDS[self.kind]))

    @property
    def quality(self) -> str:
        """The family that the chord belongs to, one of `QUALITIES`."""
        steps = KINDS[self.kind]
        if 4 in steps:
            return "dominant" if 10 in steps else "major"
        if 3 not in steps:
            return "suspended"
        if 7 in steps:
            return "minor"
        return "half-diminished" if 10 in steps else "diminished"

    def transposed(self, semitones: int) -> "Chord":
        """Return the chord `semitones` higher."""
        return replace(self, root=(self.root + semitones) % 12)


Chords = tuple[tuple[int, Chord], ...]
Events = tuple[tuple[int, int | str], ...]


@dataclass(frozen=True)
class Chorus:
    """A melody over a progression, once through.

    Attributes:
        title: its name; in the data set, the name of the head that it is or varies.
        beats: quarter notes in a bar, 4 or 3.
        tempo: quarter notes a minute.
        chords: (onset in ticks, chord), sorted, the first at 0.
        events: (duration in ticks, MIDI pitch, "rest" or "hold"), one after the other.
        varied: False for a head as it was composed (in any key).
    """

    title: str
    beats: int
    tempo: int
    chords: Chords
    events: Events
    varied: bool = False

    @property
    def bar(self) -> int:
        """Length of a bar in ticks."""
        return self.beats * TICKS

    @property
    def length(self) -> int:
        """Length of the chorus in ticks."""
        return sum(duration for duration, _ in self.events)

    def transposed(self, semitones: int) -> "Chorus":
        """Return the chorus `semitones` higher."""
        return replace(
            self,
            chords=tuple((onset, chord.transposed(semitones)) for onset, chord in self.chords),
            events=tuple(
                (duration, pitch if isinstance(pitch, str) else pitch + semitones)
                for duration, pitch in self.events
            ),
        )


# ── chord symbols ─────────────────────────────────────────────────────────────────────────────


@cache
def parse_chord(symbol: str) -> Chord:
    """Return the chord of a symbol as musicians write it: "Bb7", "F#m7b5", "C-7", "Ebmaj7/G".

    Flats are written with b and minor with m or -, where music21 reads a minus as a flat and
    takes "Bb7" for a chord on B. A bass note after a slash and brackets are read over.

    Raises:
        ValueError: this is not a chord symbol that is known here.
    """
    plain = re.sub(r"[()\s,]", "", str(symbol).translate(_ACCIDENTALS))
    plain = re.sub(r"/[A-G][b#]?$", "", plain)
    match = _ROOT.fullmatch(plain)
    kind = match and SAME_KIND.get(match[3], match[3])
    if kind not in KINDS:
        raise ValueError(
            f"{symbol!r} is not a chord that I can read: write a root from A to G, perhaps with "
            f"b or #, then one of these: nothing, {', '.join(list(KINDS)[1:])}."
        )
    accidental = {"": 0, "b": -1, "#": 1}[match[2]]
    return Chord((NATURALS[match[1]] + accidental) % 12, kind)


def progression(text: str, beats: int = 4) -> tuple[Chords, int]:
    """Return the chords of a progression and its length in ticks.

    Args:
        text: bars between |, the chords of a bar between spaces: "Dm7 G7 | Cmaj7 | %". They
            share the bar equally; % repeats the bar before. A chord that is written again goes
            on: the next chord is always another one.
        beats: quarter notes in a bar, 4 or 3.

    Raises:
        ValueError: a chord is unknown, a bar is empty or its chords do not share the beats
            equally, or `beats` is neither 4 nor 3.
    """
    if beats not in (3, 4):
        raise ValueError(f"A bar has 4 or 3 beats here, not {beats}.")
    bars = [bar.split() for bar in text.strip().strip("|").split("|")]
    chords = []
    for number, bar in enumerate(bars, start=1):
        if bar == ["%"] and number > 1:
            bar = bars[number - 1] = bars[number - 2]
        _check_bar(number, bar, beats)
        share = beats * TICKS // len(bar)
        start = (number - 1) * beats * TICKS
        chords += [(start + i * share, parse_chord(symbol)) for i, symbol in enumerate(bar)]
    return changes(chords), len(bars) * beats * TICKS


def _check_bar(number: int, bar: list[str], beats: int) -> None:
    if not bar:
        raise ValueError(f"Bar {number} has no chord: write one, or % for the bar before.")
    if beats % len(bar):
        raise ValueError(
            f"Bar {number} has {len(bar)} chords, which do not share {beats} beats equally: "
            f"write {' or '.join(str(n) for n in range(1, beats + 1) if beats % n == 0)}."
        )


def changes(chords: Iterable[tuple[int, Chord]]) -> Chords:
    """Return (onset in ticks, chord) without the chords that only repeat the one before."""
    chords = list(chords)
    return (*chords[:1], *(after for before, after in pairwise(chords) if before[1] != after[1]))


def chord_at(chords: Chords, tick: float) -> Chord:
    """Return the chord that sounds at `tick`; before the first onset it is the first chord.

    Raises:
        ValueError: there is no chord.
    """
    if not chords:
        raise ValueError("There are no chords: give at least one (onset, chord).")
    number = bisect_right(chords, tick, key=lambda entry: entry[0])
    return chords[max(number - 1, 0)][1]


# ── notes ─────────────────────────────────────────────────────────────────────────────────────


def notes(events: Events) -> list[tuple[int, int, int]]:
    """Return the notes that sound, as (onset in ticks, duration in ticks, MIDI pitch).

    A "hold" prolongs the note before it; after a rest or at the start there is nothing to hold,
    and it is silent.

    Raises:
        ValueError: an event has a wrong duration or pitch.
    """
    found, now = [], 0
    for duration, pitch in events:
        _check_event(duration, pitch)
        if pitch == HOLD and found and sum(found[-1][:2]) == now:
            found[-1] = (found[-1][0], found[-1][1] + duration, found[-1][2])
        elif not isinstance(pitch, str):
            found.append((now, duration, pitch))
        now += duration
    return found


def events(played: Iterable[tuple[int, int, int]], bar: int, length: int) -> Events:
    """Return notes as events: rests fill the gaps, and bar lines split what crosses them.

    Args:
        played: (first tick, tick of the end, MIDI pitch), sorted, none before the end of another.
        bar: length of a bar in ticks.
        length: of the whole, in ticks.
    """
    split, now = [], 0
    for start, end, pitch in played:
        split += _split(now, start, REST, REST, bar) + _split(start, end, pitch, HOLD, bar)
        now = end
    return tuple(split + _split(now, length, REST, REST, bar))


def _split(start: int, end: int, first: int | str, then: str, bar: int) -> list[tuple]:
    """Return the events from tick to tick, cut at bar lines: `first`, and `then` for the rest."""
    edges = [start, *range(start // bar * bar + bar, end, bar), end] if start < end else []
    return [(b - a, first if a == start else then) for a, b in pairwise(edges)]


def _check_event(duration: int, pitch: int | str) -> None:
    if not duration > 0:
        raise ValueError(
            f"The event {(duration, pitch)} lasts {duration} ticks: give it a positive duration."
        )
    known = pitch in (REST, HOLD) if isinstance(pitch, str) else 0 <= pitch <= 127
    if not known:
        raise ValueError(
            f'The pitch {pitch!r} is unknown: give a MIDI number from 0 to 127, "rest" or "hold".'
        )


# ── what a player knows ───────────────────────────────────────────────────────────────────────

CONTEXT = {
    "quality": len(QUALITIES),  # of the chord that sounds
    "movement": 12,  # semitones up from its root to the next chord's root
    "next quality": len(QUALITIES),
    "beats left": 9,  # until the next chord, 8 and more counted as 8
    "place": 4 * TICKS,  # tick in the bar
    "room": 4 * TICKS + 1,  # ticks to the next bar line
    "phrase": 4,  # bar in the phrase of four
}
"""The columns of `context` and how many values each has."""


def context(chords: Chords, beats: int, length: int) -> np.ndarray:
    """Return what a player knows at each tick of a progression before any note is played.

    Args:
        chords: (onset in ticks, chord), sorted, the first at 0.
        beats: quarter notes in a bar, 4 or 3.
        length: of the progression, in ticks; after its end it begins again.

    Returns:
        shape (length, 7), int32: the columns of `CONTEXT`. No root stands there, only the way
        from one root to the next, so a progression looks the same in every key.
    """
    ticks, bar = np.arange(length), beats * TICKS
    now = _chord_numbers(chords, length)
    after = (now + 1) % len(chords)
    root = np.array([chord.root for _, chord in chords])
    quality = np.array([QUALITIES.index(chord.quality) for _, chord in chords])
    ends = np.array([*(onset for onset, _ in chords[1:]), length])
    columns = (
        quality[now],
        (root[after] - root[now]) % 12,
        quality[after],
        np.minimum(-(-(ends[now] - ticks) // TICKS), CONTEXT["beats left"] - 1),  # rounded up
        ticks % bar,
        bar - ticks % bar,
        ticks // bar % CONTEXT["phrase"],
    )
    return np.stack(columns, axis=-1).astype(np.int32)


def roots(chords: Chords, length: int) -> np.ndarray:
    """Return the root that sounds at each tick, a pitch class, shape (length,), int32."""
    root = np.array([chord.root for _, chord in chords], dtype=np.int32)
    return root[_chord_numbers(chords, length)]


def _chord_numbers(chords: Chords, length: int) -> np.ndarray:
    """Return which of the chords sounds at each tick, counted from 0, shape (length,)."""
    onsets = [onset for onset, _ in chords]
    return np.searchsorted(onsets, np.arange(length), side="right") - 1


# ── tokens ────────────────────────────────────────────────────────────────────────────────────

START, REST_TOKEN, HOLD_TOKEN = 0, 1, 2
FIRST_NOTE = HOLD_TOKEN + 1  # the tokens from here on are notes
_C3 = 48  # MIDI pitch
_LEAP = 13  # semitones: a wider interval counts as this one
ROOT_TOKEN = FIRST_NOTE + 11 - (LOWEST - _C3)  # `LOWEST` over the highest root, B, is the first
N_PITCHES = ROOT_TOKEN + (HIGHEST - _C3) + 1  # `HIGHEST` over the lowest root, C, is the last
N_DURATIONS = 4 * TICKS + 1  # a duration in ticks is its own token
MEMORY = {
    "duration": N_DURATIONS,  # of the event before
    "kind": FIRST_NOTE + 1,  # of the event before: `REST_TOKEN`, `HOLD_TOKEN` or `FIRST_NOTE`
    "note": N_PITCHES,  # the last note, seen from the root that sounds now
    "interval": 2 * _LEAP + 1,  # from the note before it, from -13 up; 13 also for none
    "height": 13,  # of the last note, in minor thirds from `LOWEST`, which is 1
}
"""What a player remembers before an event, and how many values each has; `START` where nothing."""
COLUMNS = MEMORY | CONTEXT
"""The columns of `inputs`, in their order, and how many values each has."""
SIZES = list(COLUMNS.values())
ROOM = list(COLUMNS).index("room")
"""The number of the column of `inputs` that says how many ticks are left in the bar."""
_WORDS = {REST: REST_TOKEN, HOLD: HOLD_TOKEN}


def pitch_token(pitch: int | str, root: int) -> int:
    """Return the token of an event's pitch, seen from the root of the chord that sounds.

    A note is counted in semitones above the root from C3 to B3, which is `ROOT_TOKEN`; so the
    fifth above it is the same token over every chord. "rest" is 1, "hold" is 2, and 0 is kept for
    the start.

    Args:
        pitch: a MIDI number, "rest" or "hold". Every note from `LOWEST` to `HIGHEST` has a token
            of its own over every root; one too far outside gets the nearest token.
        root: a pitch class, C is 0.
    """
    if isinstance(pitch, str):
        return _WORDS[pitch]
    return min(max(ROOT_TOKEN + pitch - _C3 - int(root), FIRST_NOTE), N_PITCHES - 1)


def token_pitch(token: int, root: int) -> int | str:
    """Return the pitch that a token stands for over a root: a MIDI number, "rest" or "hold".

    Args:
        token: from 1, as `pitch_token` made it; `START` is no pitch.
        root: a pitch class, C is 0.
    """
    words = {REST_TOKEN: REST, HOLD_TOKEN: HOLD}
    return words.get(int(token), int(token) - ROOT_TOKEN + _C3 + int(root))


def memory(played: Sequence[tuple], root: int) -> list[int]:
    """Return what a player remembers of the events played so far: a value for each of `MEMORY`.

    Args:
        played: the events (duration in ticks, pitch) before this one.
        root: pitch class of the chord that sounds now; the last note is seen from it.
    """
    event = [START, START]
    if played:
        duration, pitch = played[-1]
        event = [min(duration, N_DURATIONS - 1), _WORDS.get(pitch, FIRST_NOTE)]
    heard = (pitch for _, pitch in reversed(played) if not isinstance(pitch, str))
    last = next(heard, None)
    if last is None:
        return [*event, START, _LEAP, START]
    interval = min(max(last - next(heard, last), -_LEAP), _LEAP)
    height = min(max((last - LOWEST) // 3 + 1, 1), MEMORY["height"] - 1)
    return [*event, pitch_token(last, root), interval + _LEAP, height]


def inputs(choruses: Sequence[Chorus]) -> np.ndarray:
    """Return what a player knows before each event: memory and context.

    Returns:
        shape (m, T, 12), int32, the columns of `COLUMNS`; T is the number of events of the
        longest chorus, and the rows after the end of a shorter one are 0.
    """
    longest = max((len(chorus.events) for chorus in choruses), default=0)
    x = np.zeros((len(choruses), longest, len(COLUMNS)), dtype=np.int32)
    for row, chorus in zip(x, choruses, strict=True):
        known = context(chorus.chords, chorus.beats, chorus.length)
        root = roots(chorus.chords, chorus.length)
        tick = 0
        for t, (duration, _) in enumerate(chorus.events):
            row[t] = [*memory(chorus.events[:t], root[tick]), *known[tick]]
            tick += duration
    return x


class Player:
    """One who improvises over a progression: knows what was played, and takes the next event.

    Args:
        chords: (onset in ticks, chord), sorted, the first at 0.
        beats: quarter notes in a bar, 4 or 3.
        length: of the progression, in ticks.
        opening: events that are played first, whatever the player is told.

    Attributes:
        events: a list of the events (duration in ticks, pitch) played so far.
        tick: where the next event begins.
    """

    def __init__(self, chords: Chords, beats: int, length: int, opening: Events = ()):
        self.chords, self.beats, self.length = chords, beats, length
        self.events, self.tick = [], 0
        self._opening = list(opening)
        self._context, self._roots = context(chords, beats, length), roots(chords, length)

    @property
    def done(self) -> bool:
        """Whether the end of the progression is reached."""
        return self.tick >= self.length

    def know(self) -> list[int]:
        """Return what the player knows before the next event: a value for each of `COLUMNS`."""
        tick = min(self.tick, self.length - 1)
        return [*memory(self.events, self._roots[tick]), *self._context[tick]]

    def play(self, duration: int, token: int) -> None:
        """Add an event, or the next one of the opening; when done, do nothing.

        Args:
            duration: in ticks; keep it within the bar.
            token: of its pitch, seen from the root that sounds.
        """
        if self.done:
            return
        event = (int(duration), token_pitch(token, self._roots[self.tick]))
        event = self._opening.pop(0) if self._opening else event
        self.events.append(event)
        self.tick += event[0]

    def chorus(self, title: str, tempo: int = 160) -> Chorus:
        """Return what was played; `tempo` is in quarter notes a minute."""
        return Chorus(title, self.beats, tempo, self.chords, tuple(self.events), varied=True)


# ── baselines that count ──────────────────────────────────────────────────────────────────────

BASELINES = {
    "unigram": ([], [], "from the root"),
    "trigram, no chords": (
        ["duration", "duration before"],
        ["from C 1 back", "from C 2 back"],
        "from C",
    ),
    "n-gram with chords": (["place", "room", "duration"], ["quality", "note"], "from the root"),
}
"""What each knows before a duration and before a pitch, first what is given up last, and how it
sees the pitch: all columns of `_evidence`."""


def baselines(training: Sequence[Chorus]) -> dict[str, Callable]:
    """Return the n-gram models of `BASELINES`, counted on choruses.

    The contexts with chords were the strongest of some thirty, in Witten-Bell and in absolute
    discounting, on validation heads. Rhythm is counted on each head once, unvaried: it is the
    same in every key, and a count of twelve copies would be trusted too much.

    Returns:
        for each name a function from choruses to nats an event, (of durations, of pitches).

    Raises:
        ValueError: none of the choruses is a head as it was composed.
    """
    once = list({chorus.title: chorus for chorus in training if not chorus.varied}.values())
    if not once:
        raise ValueError("Every chorus is varied: give at least one head as it was composed.")
    rhythm, melody = _evidence(once), _evidence(training)

    def model(before_duration, before_pitch, pitch):
        durations = _nats(rhythm, before_duration, "ticks", N_DURATIONS)
        pitches = _nats(melody, before_pitch, pitch, N_PITCHES)
        return lambda choruses: tuple(nats(_evidence(choruses)) for nats in (durations, pitches))

    return {name: model(*columns) for name, columns in BASELINES.items()}


def _nats(counted: dict, before: list[str], target: str, size: int) -> Callable[[dict], float]:
    """Count a column after others; return a function from evidence to its nats an event."""
    model = language_model.witten_bell(_contexts(counted, before), counted[target], size)

    def nats(evidence):
        y = evidence[target]
        return language_model.nats(model(_contexts(evidence, before))[np.arange(len(y)), y])

    return nats


def _contexts(evidence: dict, names: list[str]) -> np.ndarray:
    columns = [evidence[name] for name in names]
    return np.array(columns, dtype=int).reshape(len(names), len(evidence["ticks"])).T


def _evidence(choruses: Sequence[Chorus]) -> dict[str, np.ndarray]:
    """Return the columns that the baselines read, with a value for every event of every chorus."""
    columns = [_columns(chorus) for chorus in choruses]
    return {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}


def _columns(chorus: Chorus) -> dict[str, Sequence[int]]:
    durations, pitches = zip(*chorus.events, strict=True)
    starts = np.cumsum([0, *durations[:-1]])
    sounding = roots(chorus.chords, chorus.length)[starts]
    from_c = [pitch_token(pitch, 0) for pitch in pitches]
    return dict(zip(COLUMNS, inputs([chorus])[0].T, strict=True)) | {
        "ticks": durations,
        "duration before": _back(durations, 2),
        "from C": from_c,
        "from C 1 back": _back(from_c, 1),
        "from C 2 back": _back(from_c, 2),
        "from the root": list(map(pitch_token, pitches, sounding)),
    }


def _back(values: Sequence[int], steps: int) -> list[int]:
    return [*[START] * steps, *values][: len(values)]


# ── measures ──────────────────────────────────────────────────────────────────────────────────


def onsets(chorus: Chorus) -> list[tuple[int, int]]:
    """Return (onset in ticks, MIDI pitch) of every note that is played."""
    return [(onset, pitch) for onset, _, pitch in notes(chorus.events)]


def chord_tones(choruses: Iterable[Chorus], shift: int = 0) -> float:
    """Return how many of the notes on a beat fit the chord, as a share.

    A note fits if it is a tone of the chord that sounds, or if the next note is a step (one or
    two semitones) away and is a tone of the chord that sounds then.

    Args:
        choruses: any number of them, taken together.
        shift: move the chords by so many semitones and leave the melody: what chance would give.
    """
    fits = [fit for chorus in choruses for fit in _on_beat_fits(chorus, shift)]
    return float(np.mean(fits)) if fits else 0.0


def _on_beat_fits(chorus: Chorus, shift: int) -> list[bool]:
    played = onsets(chorus)
    inside = [(pitch - shift) % 12 in chord_at(chorus.chords, tick).tones for tick, pitch in played]
    steps = [1 <= abs(b - a) <= 2 for (_, a), (_, b) in pairwise(played)]
    resolved = [step and fit for step, fit in zip(steps, inside[1:], strict=False)]
    return [
        fit or after
        for (tick, _), fit, after in zip_longest(played, inside, resolved, fillvalue=False)
        if tick % TICKS == 0
    ]


def shifted_chord_tones(choruses: Sequence[Chorus]) -> float:
    """Return `chord_tones` with the chords moved, averaged over the eleven other keys."""
    return float(np.mean([chord_tones(choruses, shift) for shift in range(1, 12)]))


def valid_bars(choruses: Iterable[Chorus]) -> float:
    """Return the share of bars whose events sum to the metre, none crossing a bar line."""
    valid = [ok for chorus in choruses for ok in _bars_that_sum(chorus)]
    return float(np.mean(valid)) if valid else 0.0


def _bars_that_sum(chorus: Chorus) -> list[bool]:
    edges = np.cumsum([0, *(duration for duration, _ in chorus.events)])
    lines = np.arange(0, edges[-1] + chorus.bar, chorus.bar)
    met = np.isin(lines, edges)
    return list(met[:-1] & met[1:])


def melodic_runs(chorus: Chorus, length: int) -> list[tuple[int, ...]]:
    """Return every run of `length` notes as its `length` - 1 intervals, in semitones.

    Two runs are equal if one is the other in another key, whatever the rhythm.
    """
    pitches = [pitch for _, pitch in onsets(chorus)]
    intervals = np.diff(pitches).tolist()
    size = length - 1
    return [tuple(intervals[i : i + size]) for i in range(len(intervals) - size + 1)]


def copied(choruses: Iterable[Chorus], source: Iterable[Chorus], length: int) -> float:
    """Return the share of the runs of `length` notes that also stand in `source`, in any key."""
    known = {run for chorus in source for run in melodic_runs(chorus, length)}
    runs = [run in known for chorus in choruses for run in melodic_runs(chorus, length)]
    return float(np.mean(runs)) if runs else 0.0


def habits(choruses: Sequence[Chorus]) -> dict[str, float]:
    """Return how choruses move, as means: a machine that only runs up scales is seen here.

    Args:
        choruses: any number of them, one with two notes or more; shares are of all together.
    """
    melodies = [onsets(chorus) for chorus in choruses]
    ticks, pitches = np.array(list(chain(*melodies))).T
    intervals = [np.diff([pitch for _, pitch in melody]) for melody in melodies]
    sizes = abs(np.concatenate(intervals))
    rests = sum(d for chorus in choruses for d, pitch in chorus.events if pitch == REST)
    return {
        "notes a bar": len(ticks) / sum(chorus.length / chorus.bar for chorus in choruses),
        "time that is rest": rests / sum(chorus.length for chorus in choruses),
        "notes off the beat": np.mean(ticks % TICKS != 0),
        "steps (1 or 2 semitones)": np.mean((sizes > 0) & (sizes < 3)),
        "leaps (5 and more)": np.mean(sizes >= 5),
        "longest run one way": np.mean([_one_way(melody) for melody in intervals]),
        "different durations": np.mean([len({d for d, _ in c.events}) for c in choruses]),
        "outside a horn's range": np.mean((pitches < LOWEST) | (pitches > HIGHEST)),
    }


def _one_way(intervals: np.ndarray) -> int:
    """Return the most notes that go up, or down, one after the other; 1 where none does."""
    runs = [len(list(run)) for way, run in groupby(np.sign(intervals)) if way]
    return max(runs, default=0) + 1


# ── the data set ──────────────────────────────────────────────────────────────────────────────


def to_json(chorus: Chorus) -> str:
    """Return the chorus as a line of JSON."""
    return json.dumps(
        {
            "title": chorus.title,
            "beats": chorus.beats,
            "tempo": chorus.tempo,
            "chords": [[onset, chord.symbol] for onset, chord in chorus.chords],
            "events": chorus.events,
            "varied": chorus.varied,
        },
        separators=(",", ":"),
    )


def load_choruses() -> list[Chorus]:
    """Return the embedded choruses: each head in twelve keys, as composed and varied.

    Keys and variations of one head are not independent: split by title.

    Raises:
        DataError: the file is missing or damaged.
    """
    try:
        return [from_json(line) for line in load_jazz().splitlines()]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"The project's file datasets/jazz/choruses.jsonl is damaged ({error}): restore it "
            "with `git checkout -- datasets/jazz`, or download the project again."
        ) from None


def from_json(line: str) -> Chorus:
    """Return the chorus that `to_json` wrote.

    Raises:
        ValueError, KeyError or TypeError: it did not write this line.
    """
    fields = json.loads(line)
    fields["chords"] = tuple((onset, parse_chord(symbol)) for onset, symbol in fields["chords"])
    fields["events"] = tuple((duration, pitch) for duration, pitch in fields["events"])
    return Chorus(**fields)
