"""Chords: their symbols, their tones, and progressions of them.

Time is counted in ticks, `TICKS` to a quarter note.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

TICKS = 12
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
        again = ", or % for the bar before" if number > 1 else ""
        raise ValueError(f"Bar {number} has no chord: write one{again}.")
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
