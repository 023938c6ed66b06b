"""Choruses: a melody over a progression, once through.

A chorus is a sequence of events (duration in ticks, pitch): the pitch is a MIDI number (60 is
middle C), "rest", or "hold" where the note before goes on over a bar line. No event crosses a bar
line, so the durations of every bar sum to the metre.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from utils.datasets import load_jazz
from utils.files import damaged
from utils.music.chords import TICKS, Chords, parse_chord

REST, HOLD = "rest", "hold"
LOWEST, HIGHEST = 52, 85  # E3 to Db6: what a horn plays, and room for every head in every key
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


def onsets(chorus: Chorus) -> list[tuple[int, int]]:
    """Return (onset in ticks, MIDI pitch) of every note that is played."""
    return [(onset, pitch) for onset, _, pitch in notes(chorus.events)]


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
    choruses = []
    for number, line in enumerate(load_jazz().splitlines(), 1):
        try:
            choruses.append(from_json(line))
        except (ValueError, KeyError, TypeError) as error:
            fault = f"line {number} is not a chorus: {error}"
            raise damaged("jazz/choruses.jsonl", fault) from None
    return choruses


def from_json(line: str) -> Chorus:
    """Return the chorus that `to_json` wrote.

    Raises:
        ValueError, KeyError or TypeError: it did not write this line.
    """
    fields = json.loads(line)
    fields["chords"] = tuple((onset, parse_chord(symbol)) for onset, symbol in fields["chords"])
    fields["events"] = tuple((duration, pitch) for duration, pitch in fields["events"])
    return Chorus(**fields)
