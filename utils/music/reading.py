"""Melodies with chord symbols read from ABC, MusicXML and MIDI: metre, melody and chords."""

from bisect import bisect_right
from collections import defaultdict
from fractions import Fraction
from importlib.util import find_spec
from itertools import accumulate, pairwise
from math import lcm
from pathlib import Path

from utils.files import DataError
from utils.music.bars import MAX_BARS, Sheet
from utils.music.chords import TICKS, Chords, changes, progression
from utils.music.choruses import Chorus, events
from utils.music.sheets import read_sheet

METRES = {"4/4": 4, "3/4": 3}
GRIDS = ((0, 3, 6, 9, TICKS), (0, 4, 8, TICKS))  # a quarter note in sixteenths or in triplets
ENDS = sorted({place for grid in GRIDS for place in grid})
SONGS = ("berlinAlexandersRagtime.mxl", "fosterBrownHair.mxl")
"""Songs of 1911 and 1854 with chord symbols, in the corpus that music21 installs with itself."""
SHORTEST_REST = 6
SLOWEST, FASTEST = 10, 1000  # quarter notes a minute


def read_score(path, chords: str | None = None) -> Chorus:
    """Return the melody of a file with its chords.

    The melody is the part that lies highest on average, drums left out; where notes sound
    together, the highest one. Onsets go to the nearest sixteenth or eighth triplet, and a gap
    shorter than an eighth is closed; written notes that would fall together are refused. Files of
    4/4 and 3/4 are read, transposing parts as they sound. Repeats and jumps are played, a pickup
    becomes a full bar that begins with a rest, and a chord that is written again is no new one.

    What the reader does not know it refuses by name, and nothing takes more than 5 s or 1 GB.

    Args:
        path: a file in ABC, MusicXML (also compressed) or MIDI, at most 2 MB, 512 bars and 20,000
            notes.
        chords: the progression for a file without chord symbols, as `chords.progression` reads it;
            it takes the place of symbols in the file.

    Raises:
        DataError: the file cannot be used; the message says why and what to do.
        ValueError: `chords` is not a progression.
    """
    path = Path(path)
    sheet = read_sheet(path, symbols=chords is None)
    try:
        beats = _beats(sheet.metres)
        bar = beats * TICKS
        tempo = _tempo(sheet.tempo)
        lead = _lead(sheet.bars, bar)
        end = _full_bars(sheet.end + lead, bar)
        notes = _melody(sheet, lead, bar)
        length = max(end, _full_bars(max(notes[-1][1], notes[-1][0] + 1), bar))
        if chords is None:
            written = _written(sheet.symbols, lead)
        else:
            written, length = progression(chords, beats)
            _check_covered(notes, length, bar)
    except DataError as error:
        raise DataError(f"{path.name} {error}") from None
    return Chorus(
        title=sheet.title,
        beats=beats,
        tempo=tempo,
        chords=_changes(written, length),
        events=events(_closed(notes, length), bar, length),
    )


def read_songs() -> list[Chorus]:
    """Return `SONGS`, which are none of ours; without those that this music21 came without.

    They are read where music21 has put them. music21 itself is not imported, and nothing is copied.
    """
    found = find_spec("music21")
    folder = Path(found.origin).parent / "corpus" / "leadSheet" if found else Path()
    return [read_score(folder / name) for name in SONGS if (folder / name).is_file()]


def _beats(metres: set[str]) -> int:
    if len(metres) > 1:
        raise DataError(f"changes its metre ({', '.join(sorted(metres))}): keep a part in one.")
    metre = next(iter(metres), "4/4")
    if metre not in METRES:
        raise DataError(f"is in {metre}, and I read only 4/4 and 3/4: choose another file.")
    return METRES[metre]


def _tempo(tempo: float) -> int:
    if not SLOWEST <= tempo <= FASTEST:
        raise DataError(
            f"states a tempo of {tempo:.6g} quarter notes a minute: set one from 20 to 400 in it."
        )
    return round(tempo)


def _lead(bars: list, bar: int) -> int:
    """Return the ticks of rest that make a pickup a full bar.

    A bar may be written in two, as where a repeat begins inside it; else each has its beats.
    """
    lead = bar - bars[0][1] if len(bars) > 1 and bars[0][1] < bar else 0
    full = any(length == bar for _, length in bars)  # else the first two may be one
    leads = [lead, 0] if full or len(bars) < 3 else [0, lead]
    wrong = [_bar_out_of_place(bars, bar, lead) for lead in leads]
    if None in wrong:
        return leads[wrong.index(None)]
    raise DataError(
        f"has too many or too few notes for {bar // TICKS} beats in bar {bars[max(wrong)][0]}: "
        "mend it, since every bar after it is out of place."
    )


def _bar_out_of_place(bars: list, bar: int, now: Fraction) -> int | None:
    begun = 0
    for place, (_, length) in enumerate(bars):
        room = bar - now % bar
        begun = place if room == bar else begun
        if length > room:
            return begun
        now += length
    return None


def _melody(sheet: Sheet, lead: Fraction, bar: int) -> list:
    parts = [notes for notes in sheet.parts if notes]
    if not parts and sheet.drums:
        raise DataError("has no melody, only rests or drums: choose a file with pitched notes.")
    if not parts and sheet.rests:
        raise DataError("has no melody, only rests: choose a file with notes in it.")
    if not parts:
        raise DataError("has no melody, not one note: export it again, with its notes in it.")
    notes = max(parts, key=lambda notes: sum(pitch for *_, pitch in notes) / len(notes))
    _full_bars(max(end for _, end, _ in notes) + lead, bar)
    notes = [(start + lead, end + lead, pitch) for start, end, pitch in notes]
    if sheet.recorded:
        return _highest(_quantised(notes))
    melody = _quantised(_highest(notes))
    _check_kept(melody, sheet.bars, lead)
    return melody


def _check_kept(melody: list, bars: list, lead: Fraction) -> None:
    """Refuse notes that are written apart and would fall together."""
    for (start, *_), (after, *_) in pairwise(melody):
        if after <= start:
            ends = accumulate((length for _, length in bars), initial=lead)
            number = bars[bisect_right(list(ends), start) - 1][0]
            raise DataError(
                f"has notes in bar {number} that are faster than sixteenths or eighth triplets: "
                "write slower ones, or grace notes, in their place."
            )


def _quantised(notes: list) -> list:
    """Return the notes on the grid; a quarter takes the division that its onsets fit best."""
    parts = lcm(*(time.denominator for note in notes for time in note[:2]))  # of a tick
    notes = [(int(start * parts), int(end * parts), pitch) for start, end, pitch in notes]
    quarters = defaultdict(list)
    for start, _, _ in notes:
        quarters[start // (TICKS * parts)].append(start)
    grids = {
        quarter: min(
            GRIDS, key=lambda grid: sum(abs(t - parts * _snap(t, grid, parts)) for t in starts)
        )
        for quarter, starts in quarters.items()
    }
    return [
        (_snap(start, grids[start // (TICKS * parts)], parts), _snap(end, ENDS, parts), pitch)
        for start, end, pitch in notes
    ]


def _snap(time: int, grid, parts: int) -> int:
    """Return the tick of a grid that is nearest to a time in so many parts of a tick."""
    quarter, rest = divmod(time, TICKS * parts)
    return quarter * TICKS + min(grid, key=lambda place: abs(rest - place * parts))


def _highest(notes: list) -> list:
    """Leave out what sounds under a higher note until its own end."""
    line = []
    for start, end, pitch in sorted(notes, key=lambda note: (note[0], -note[2], -note[1])):
        before, until, above = line[-1] if line else (-1, -1, 0)
        if start > before and (pitch >= above or end > until):
            line.append((start, end, pitch))
    return line


def _full_bars(end: int, bar: int) -> int:
    bars = -(-end // bar)
    if bars > MAX_BARS:
        raise DataError(f"has {bars} bars, more than {MAX_BARS}: keep one chorus of it.")
    return bars * bar


def _check_covered(notes: list, length: int, bar: int) -> None:
    bars = notes[-1][0] // bar + 1
    if bars > length // bar:
        raise DataError(
            f"has a melody of {bars} bars, and there are chords for {length // bar}: pass chords "
            "for every bar."
        )


def _closed(notes: list, length: int) -> list:
    """Return the notes without overlap and without gaps shorter than an eighth."""
    following = [start for start, _, _ in notes[1:]] + [length]
    return [
        (start, after if after - end < SHORTEST_REST else max(end, start + 3), pitch)
        for (start, end, pitch), after in zip(notes, following, strict=True)
    ]


def _written(symbols: list, lead: int) -> Chords:
    if not symbols:
        raise DataError('has no chord symbols: pass them, as in chords="Dm7 G7 | Cmaj7".')
    return tuple((round(onset + lead), chord) for onset, chord in symbols)


def _changes(chords: Chords, length: int) -> Chords:
    """Return the chords from 0 on, without those that only repeat the one before."""
    return changes([(0, chords[0][1]), *(change for change in chords if change[0] < length)])
