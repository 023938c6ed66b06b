"""Makes choruses.jsonl: each head in the twelve keys, and one variation of it in each key.

Run it from the project's root: `python -m datasets.jazz.build`. A variation is the head after a
few small changes of the kinds in `CHANGES`, each at a place chosen at random. A change stays only
if the result is `allowed`; otherwise the chorus is left as it was.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils.files import write_atomically
from utils.music.chords import KINDS, TICKS, Chord, chord_at
from utils.music.choruses import HIGHEST, LOWEST, Chorus, events, notes, to_json
from utils.music.measures import chord_tones
from utils.music.reading import read_score

SEED = 1
HEADS = Path(__file__).parent / "heads"
CHORUSES = Path(__file__).parent / "choruses.jsonl"
DURATIONS = {3, 4, 6, 8, 12, 18, 24, 30, 36}  # of events: bar lines have split the notes
GRID = {0, 3, 4, 6, 8, 9}  # ticks in a beat where a note may begin: sixteenths, triplets
EIGHTH, TRIPLET = TICKS // 2, TICKS // 3
SCALES = {  # semitones above the root: what a player passes through over the chord
    "major": {0, 2, 4, 5, 7, 9, 11},
    "dominant": {0, 2, 4, 5, 7, 9, 10},
    "minor": {0, 2, 3, 5, 7, 9, 10},
    "half-diminished": {0, 1, 3, 5, 6, 8, 10},
    "diminished": {0, 2, 3, 5, 6, 8, 9, 11},
    "suspended": {0, 2, 4, 5, 7, 9, 10},
    "7b9": {0, 1, 3, 4, 5, 7, 8, 10},  # both ninths and b13, as over the dominant of a minor key
    "m6": {0, 2, 3, 5, 7, 9, 11},
}


class Note(NamedTuple):
    """A note that is played: from tick `start` until tick `end`, MIDI pitch."""

    start: int
    end: int
    pitch: int


Notes = list[Note]


# ── notes and events ──────────────────────────────────────────────────────────────────────────


def notes_of(chorus: Chorus) -> Notes:
    """Return the notes that are played, those held over a bar line as one."""
    return [Note(start, start + ticks, pitch) for start, ticks, pitch in notes(chorus.events)]


def with_notes(chorus: Chorus, notes: Notes) -> Chorus:
    """Return the chorus with other notes over the same chords; rests fill the gaps."""
    return replace(chorus, events=events(notes, chorus.bar, chorus.length))


# ── rhythmic displacement ─────────────────────────────────────────────────────────────────────


def displace(chorus: Chorus, rng: np.random.Generator) -> Chorus:
    """Move one phrase an eighth earlier or later, if an eighth of rest stays on that side.

    The listener knows the phrase and hears it against another beat: what fell on the beat is now
    an anticipation or an answer that comes late.
    """
    phrases = phrases_of(notes_of(chorus))
    places = _with_room(phrases, chorus.length)
    if not places:
        return chorus
    i, shift = places[rng.integers(len(places))]
    phrases[i] = [Note(start + shift, end + shift, pitch) for start, end, pitch in phrases[i]]
    return with_notes(chorus, list(chain(*phrases)))


def _with_room(phrases: list[Notes], length: int) -> list[tuple[int, int]]:
    """Return (phrase, shift in ticks) of every move that the rests have room for."""
    ends = [-EIGHTH, *(phrase[-1].end for phrase in phrases)]
    starts = [*(phrase[0].start for phrase in phrases[1:]), length + EIGHTH]
    return [
        (i, shift)
        for i, phrase in enumerate(phrases)
        for shift in (-EIGHTH, EIGHTH)
        if phrase[0].start + shift - EIGHTH >= ends[i]
        and phrase[-1].end + shift + EIGHTH <= starts[i]
        and all((note.start + shift) % TICKS in GRID for note in phrase)
    ]


def phrases_of(notes: Notes) -> list[Notes]:
    """Return the notes in phrases: a phrase has no rest inside."""
    phrases = [notes[:1]]
    for before, note in pairwise(notes):
        if note.start > before.end:
            phrases.append([])
        phrases[-1].append(note)
    return phrases


# ── ornaments ─────────────────────────────────────────────────────────────────────────────────

Ornament = Callable[[Note, Note, Chord], Notes | None]


def ornament(chorus: Chorus, rng: np.random.Generator, kind: Ornament) -> Chorus:
    """Decorate one note; `kind` says how.

    `kind(note, following, chord)` returns what to play instead of the two notes, or None where
    the ornament does not suit. The last note of a chorus has no note after it and stays plain.
    """
    notes = notes_of(chorus)
    places = [
        (i, instead)
        for i, (note, following) in enumerate(pairwise(notes))
        if (instead := kind(note, following, chord_at(chorus.chords, note.start)))
    ]
    if not places:
        return chorus
    i, instead = places[rng.integers(len(places))]
    return with_notes(chorus, notes[:i] + instead + notes[i + 2 :])


def mordent(note: Note, following: Note, chord: Chord) -> Notes | None:
    """Play a quarter on the beat as a triplet: the note, its upper neighbour, the note.

    It gives a plain note a snap without changing the line.
    """
    if not on_beat(note) or length(note) != TICKS:
        return None
    return [*triplet(note, note.pitch, beside(note, chord, 1), note.pitch), following]


def turn(note: Note, following: Note, chord: Chord) -> Notes | None:
    """Begin a longer note on the beat with a triplet around it: above, the note, below.

    The note is reached from both sides, an old singer's way to lean on it before it sounds on.
    """
    if not on_beat(note) or length(note) - TICKS not in {EIGHTH, TICKS, 2 * TICKS}:
        return None
    above, below = beside(note, chord, 1), beside(note, chord, -1)
    around = triplet(note, above, note.pitch, below)
    return [*around, note._replace(start=note.start + TICKS), following]


def neighbour(note: Note, following: Note, chord: Chord) -> Notes | None:
    """Play a quarter on the beat as two eighths, the second a neighbour from the scale.

    Of the two neighbours it is the one nearer to the note that follows, which it leads to.
    """
    if not on_beat(note) or length(note) != TICKS or not joined(note, following):
        return None
    sides = [p for p in (beside(note, chord, -1), beside(note, chord, 1)) if p != following.pitch]
    return [*eighths(note, min(sides, key=lambda p: abs(p - following.pitch))), following]


def strike_again(note: Note, following: Note, chord: Chord) -> Notes | None:
    """Strike a long note a second time, at the last off-beat inside it.

    Repeated notes off the beat push a line on, as in a riff.
    """
    off_beat = (note.end - EIGHTH - 1) // TICKS * TICKS + EIGHTH
    if length(note) <= TICKS or off_beat <= note.start:
        return None
    return [note._replace(end=off_beat), note._replace(start=off_beat), following]


def passing_eighth(note: Note, following: Note, chord: Chord) -> Notes | None:
    """Fill the third after a quarter on the beat with an eighth from the scale: a line walks."""
    middle = between(note, following, chord)
    if not on_beat(note) or length(note) != TICKS or middle is None:
        return None
    return [*eighths(note, middle), following]


def passing_triplet(note: Note, following: Note, chord: Chord) -> Notes | None:
    """Fill the third between the two eighths of a beat: they become a triplet that runs."""
    middle = between(note, following, chord)
    if not on_beat(note) or {length(note), length(following)} != {EIGHTH} or middle is None:
        return None
    beat = note._replace(end=following.end)
    return triplet(beat, note.pitch, middle, following.pitch)


def on_beat(note: Note) -> bool:
    """Whether the note begins on a beat."""
    return note.start % TICKS == 0


def joined(note: Note, following: Note) -> bool:
    """Whether no rest stands between the two notes."""
    return note.end == following.start


def length(note: Note) -> int:
    """Length of the note in ticks."""
    return note.end - note.start


def eighths(note: Note, second: int) -> Notes:
    """Return the quarter as two eighths, the first on its own pitch."""
    middle = note.start + EIGHTH
    return [note._replace(end=middle), Note(middle, note.end, second)]


def triplet(note: Note, *pitches: int) -> Notes:
    """Return three notes from the start of `note` on, a beat together."""
    starts = range(note.start, note.start + TICKS, TRIPLET)
    return [Note(tick, tick + TRIPLET, p) for tick, p in zip(starts, pitches, strict=True)]


def scale(chord: Chord) -> set[int]:
    """Return the pitch classes that a player passes through over the chord."""
    steps = SCALES.get(chord.kind, SCALES[chord.quality])
    return {(chord.root + step) % 12 for step in steps}


def beside(note: Note, chord: Chord, step: int) -> int:
    """Return the nearest pitch of the scale above (step 1) or below (step -1) the note."""
    ladder = range(note.pitch + step, note.pitch + 12 * step, step)
    return next(pitch for pitch in ladder if pitch % 12 in scale(chord))


def between(note: Note, following: Note, chord: Chord) -> int | None:
    """Return a pitch of the scale inside the third from a note to the next, if it is one."""
    leap = following.pitch - note.pitch
    if abs(leap) not in (3, 4) or not joined(note, following):
        return None
    return beside(note, chord, 1 if leap > 0 else -1)  # at most a tone away: no scale has a gap


# ── re-harmonised approaches ──────────────────────────────────────────────────────────────────


def substitute_tritone(chorus: Chorus, rng: np.random.Generator) -> Chorus:
    """Give the last half of a dominant that resolves to the dominant a tritone away.

    Both have the same third and seventh, and the bass now falls by a semitone: G7 Db7 | C.
    """
    return _halve(chorus, rng, lambda before, dominant, target: (dominant, _tritone(dominant)))


def lead_in(chorus: Chorus, rng: np.random.Generator) -> Chorus:
    """Give the first half of a dominant that resolves to its ii chord: Dm7 G7 | C for G7 | C.

    The ii is half-diminished where the dominant has a flat ninth or resolves into minor. A
    dominant that comes after its ii has it already.
    """
    return _halve(chorus, rng, _with_ii)


def _with_ii(before: Chord, dominant: Chord, target: Chord) -> tuple[Chord, Chord] | None:
    dark = 1 in KINDS[dominant.kind] or target.quality == "minor"
    two = Chord((dominant.root + 7) % 12, "m7b5" if dark else "m7")
    here = before.root == two.root and before.quality in ("minor", "half-diminished")
    return None if here else (two, dominant)


def _tritone(dominant: Chord) -> Chord:
    return Chord((dominant.root + 6) % 12, "7")


def _halve(
    chorus: Chorus,
    rng: np.random.Generator,
    halves: Callable[[Chord, Chord, Chord], tuple[Chord, Chord] | None],
) -> Chorus:
    """Replace one dominant of two beats or more by the two chords that `halves` makes of it.

    The chord that opens the chorus stays: it says where home is.
    """
    places = [
        (i, middle, pair)
        for i, (start, end, before, chord, target) in enumerate(_with_neighbours(chorus))
        if i > 0 and resolves(chord, target) and end - start >= 2 * TICKS
        if (pair := halves(before, chord, target))
        for middle in [start + -(-(end - start) // (2 * TICKS)) * TICKS]
    ]
    if not places:
        return chorus
    i, middle, (first, second) = places[rng.integers(len(places))]
    start, _ = chorus.chords[i]
    chords = (*chorus.chords[:i], (start, first), (middle, second), *chorus.chords[i + 1 :])
    return replace(chorus, chords=chords)


def _with_neighbours(chorus: Chorus) -> Iterator[tuple[int, int, Chord, Chord, Chord]]:
    """Yield start, end, the chord before, the chord, the next; after the last comes the first."""
    chords = [chord for _, chord in chorus.chords]
    starts = [start for start, _ in chorus.chords]
    ends = [*starts[1:], chorus.length]
    yield from zip(
        starts, ends, chords[-1:] + chords, chords, chords[1:] + chords[:1], strict=False
    )


def resolves(chord: Chord, target: Chord) -> bool:
    """Whether the chord is a dominant and the next root lies a fifth lower."""
    return chord.quality == "dominant" and (target.root - chord.root) % 12 == 5


def approach(chorus: Chorus, rng: np.random.Generator) -> Chorus:
    """Lead into the note on a resolution from a semitone away, on the side of the old note.

    The eighth before a dominant resolves (to the root a fifth or, after a tritone substitute, a
    semitone lower) is heard as tension, whatever its pitch; a semitone makes the aim clear.
    """
    aims = {
        end
        for _, end, _, chord, target in _with_neighbours(chorus)
        if resolves(chord, target) or resolves(_tritone(chord), target)
    }
    notes = notes_of(chorus)
    places = [
        (i, following.pitch + (1 if note.pitch > following.pitch else -1))
        for i, (note, following) in enumerate(pairwise(notes))
        if note.end in aims and joined(note, following) and note.start % TICKS == EIGHTH
        if abs(note.pitch - following.pitch) != 1
    ]
    if not places:
        return chorus
    i, pitch = places[rng.integers(len(places))]
    notes[i] = notes[i]._replace(pitch=pitch)
    return with_notes(chorus, notes)


# ── a variation ───────────────────────────────────────────────────────────────────────────────


CHANGES = {  # name: (change, how often it is tried at least, at most)
    "displace": (displace, 1, 4),
    "lead_in": (lead_in, 0, 2),
    "substitute_tritone": (substitute_tritone, 0, 3),
    "approach": (approach, 0, 3),
    "mordent": (partial(ornament, kind=mordent), 0, 1),
    "turn": (partial(ornament, kind=turn), 0, 1),
    "neighbour": (partial(ornament, kind=neighbour), 0, 3),
    "strike_again": (partial(ornament, kind=strike_again), 0, 3),
    "passing_eighth": (partial(ornament, kind=passing_eighth), 0, 3),
    "passing_triplet": (partial(ornament, kind=passing_triplet), 0, 2),
}


def vary(head: Chorus, rng: np.random.Generator) -> Chorus:
    """Return a variation of the head in which a tenth to a half of its notes differ."""
    while True:
        chorus = replace(head, varied=True)
        for change, least, most in CHANGES.values():
            for _ in range(rng.integers(least, most + 1)):
                changed = change(chorus, rng)
                chorus = changed if allowed(changed, chorus, head) else chorus
        if share_changed(head, chorus) >= 0.1:
            return chorus


def allowed(changed: Chorus, before: Chorus, head: Chorus) -> bool:
    """Whether a change may stay.

    The notes on the beat must fit their chords no worse than before. Half of the head's notes or
    more, its first and its last bar, the range and the set of durations must stay.
    """
    notes = notes_of(changed)
    return (
        chord_tones([changed]) >= chord_tones([before])
        and share_changed(head, changed) <= 0.5
        and _bars(changed) == _bars(head)
        and all(LOWEST <= note.pitch <= HIGHEST for note in notes)
        and {duration for duration, _ in changed.events} <= DURATIONS
    )


def share_changed(head: Chorus, chorus: Chorus) -> float:
    """Return the share of the head's notes whose onset, length or pitch is another now."""
    notes = set(notes_of(head))
    return 1 - len(notes & set(notes_of(chorus))) / len(notes)


def _bars(chorus: Chorus) -> tuple[int, int]:
    """Return the bars where the first note begins and the last note ends."""
    notes = notes_of(chorus)
    return notes[0].start // chorus.bar, (notes[-1].end - 1) // chorus.bar


# ── the data set ──────────────────────────────────────────────────────────────────────────────


def in_key(head: Chorus, up: int) -> Chorus:
    """Return the head `up` semitones higher, in the octave in range that is nearest to its own."""
    pitches = [note.pitch for note in notes_of(head)]
    shifts = [
        shift
        for shift in (up, up - 12)
        if min(pitches) + shift >= LOWEST and max(pitches) + shift <= HIGHEST
    ]
    return head.transposed(min(shifts, key=abs))


def choruses(heads: Iterable[Chorus]) -> Iterator[Chorus]:
    """Yield the head and a variation of it, for each head and each of the twelve keys."""
    for number, head in enumerate(heads):
        for up in range(12):
            moved = in_key(head, up)
            yield moved
            yield vary(moved, np.random.default_rng((SEED, number, up)))


def read_heads() -> list[Chorus]:
    """Return the heads as they were composed, sorted by file name."""
    return [read_score(path) for path in sorted(HEADS.glob("*.abc"))]


def main() -> None:
    """Write `choruses.jsonl`."""
    lines = "".join(to_json(chorus) + "\n" for chorus in choruses(read_heads()))
    write_atomically(CHORUSES, lines)


if __name__ == "__main__":
    main()
