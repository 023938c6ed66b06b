"""Bars as a score writes them, and the score as it is played: repeats, endings, jumps, ties.

The readers of ABC and MusicXML fill the bars. All times are in ticks, exact.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby, pairwise

from utils.files import DataError
from utils.music.chords import Chord

MAX_BARS = 512
TEMPO = 120.0  # where a file states none, as in MIDI
MAX_NOTES = 20_000
MAX_IN_A_BAR = 1000
JUMPS = {
    "dacapo": r"d\.? ?c(\.|\s|$)|da ?capo",
    "dalsegno": r"d\.? ?s(\.|\s|$)|dal ?segno",
    "tocoda": r"(to|da|al) ?coda",
    "fine": r"(al )?fine\W*$",
    "coda": r"coda\b",
    "segno": r"segno\b",
}


class Damaged(Exception):
    """The bytes are not in the format, or not all of them: says what is wrong and what to do."""

    def __init__(self, fault: str, advice: str = ""):
        again = "copy it again, or export it again from the program that made it"
        super().__init__(f"{fault}, so {advice or again}.")


@dataclass
class Sheet:
    """What a file holds, as it is played; times in ticks, as exact as they stand there."""

    title: str
    metres: set[str]
    tempo: float
    parts: list  # for each part its notes (start, end, MIDI pitch); drums have none
    symbols: list  # (onset, Chord), sorted
    bars: list  # (number as it is written, length); empty where the file draws no bar lines
    drums: bool = False  # there are drums, which are no part
    rests: bool = True  # something is written, if only rests
    recorded: bool = False  # by a player: no time is quite what it means

    @property
    def end(self) -> Fraction:
        return sum((length for _, length in self.bars), Fraction(0))


@dataclass
class Bar:
    """What stands between two bar lines of one part; times from the start of the bar."""

    number: str
    length: Fraction = Fraction(0)
    notes: list = field(default_factory=list)  # (start, end, MIDI pitch, tied to one before)
    symbols: dict = field(default_factory=dict)  # start: Chord
    forward: bool = False  # a repeat begins with it
    times: int = 0  # a repeat ends with it: how often the section is played
    endings: frozenset = frozenset()  # it is played in these turns alone
    marks: set = field(default_factory=set)  # names of JUMPS

    def add(self, start: Fraction, end: Fraction, pitch: int, tied: bool) -> None:
        if not 0 <= pitch <= 127:
            raise DataError(
                f"has a note that none can play in bar {self.number}: move it by octaves."
            )
        if len(self.notes) == MAX_IN_A_BAR:
            raise DataError(
                f"has more than {MAX_IN_A_BAR} notes in bar {self.number}: its bar lines are "
                "missing, so export it with bar lines."
            )
        self.notes.append((start, end, pitch, tied))

    def add_symbol(self, start: Fraction, symbol: Chord) -> None:
        before = self.symbols.setdefault(start, symbol)
        if before != symbol:
            raise DataError(
                f"has two chords in one place in bar {self.number}, {before.symbol} and "
                f"{symbol.symbol}: keep one of them there."
            )


def jump(words: str) -> str | None:
    """Return the name in JUMPS of what is written over a bar, such as "D.C. al Fine"."""
    words = " ".join(words.lower().split())
    return next((name for name, pattern in JUMPS.items() if re.match(pattern, words)), None)


def check_count(bars: int) -> None:
    """Refuse what is certainly too long. A bar may be written as two."""
    if bars > 2 * MAX_BARS:
        raise DataError(f"has more than {2 * MAX_BARS} bars: keep one chorus of it.")


def unknown_chord(symbol: str, number: str) -> DataError:
    return DataError(
        f"has the chord {symbol!r}, which I cannot read (bar {number}): write another in its "
        'place, such as C7 or Cm7b5, or pass all of them, as in chords="Dm7 G7 | Cmaj7".'
    )


def played(parts: list[list[Bar]], **rest) -> Sheet:
    """Return the sheet of parts as they are played; `rest` is what else a `Sheet` has.

    Raises:
        DataError: the parts or their repeats do not go together.
    """
    frame = _frame(parts)
    turns = _order(frame)
    if sum(len(part[i].notes) for part in parts for i in turns if i < len(part)) > MAX_NOTES:
        raise DataError(f"has more than {MAX_NOTES:,} notes: export one melody of it.")
    notes = [_notes(part, frame, turns) for part in parts]
    return Sheet(
        parts=notes,
        symbols=_symbols(parts, frame, turns),
        bars=[(frame[i].number, frame[i].length) for i in turns],
        **rest,
    )


def _frame(parts: list[list[Bar]]) -> list[Bar]:
    """Return bars without notes: for each the longest of the parts, and what is agreed on it."""
    repeated = [part for part in parts if any(bar.forward or bar.times for bar in part)]
    signs = [[(b.forward, b.times, b.endings) for b in part] for part in repeated]
    if any(one[:n] != two[:n] for one, two in pairwise(signs) for n in [min(len(one), len(two))]):
        raise DataError("has other repeat signs in one part than in another: make them the same.")
    lead = max(repeated or parts, key=len, default=[])
    frame = []
    for i in range(max(map(len, parts), default=0)):
        bars = [part[i] for part in parts if i < len(part)]
        shown = lead[i] if i < len(lead) else bars[0]
        length = max(bar.length for bar in bars)
        if abs(length - round(length)) < Fraction(1, 8):  # triplets that a program has rounded
            length = Fraction(round(length))
        marks = set().union(*(bar.marks for bar in bars))
        frame.append(
            Bar(bars[0].number, length, [], {}, shown.forward, shown.times, shown.endings, marks)
        )
    return frame


# --- the order of bars -----------------------------------------------------------------------


def _order(bars: list[Bar]) -> list[int]:
    """Return the numbers of the bars, from 0, in the order in which they are played.

    A repeat without a beginning goes back to the end of the one before. After a jump (D.C.,
    D.S.) repeats are not taken again and the last ending is played, up to Fine or To Coda.
    """
    jumps = _jumps(bars)
    last = _turns(bars)
    order, i, start, turn, again = [], 0, 0, 1, False
    while i < len(bars):
        bar = bars[i]
        if i > start and (bar.forward or (bars[i - 1].endings and not bar.endings)):
            start, turn = i, 1
        if bar.endings and (last[i] if again else turn) not in bar.endings:
            i += 1
            continue
        order.append(i)
        if len(order) > max(MAX_BARS, len(bars)):
            raise DataError(f"has more than {MAX_BARS} bars with its repeats: keep one chorus.")
        total = last[i] if bar.endings else bar.times
        if bar.times and turn < total and not again:
            i, turn = start, turn + 1
            continue
        if bar.times:
            start, turn = i + 1, 1
        if again and "fine" in bar.marks:
            break
        if again and i == jumps.get("leave"):
            i = start = jumps["coda"]
            turn, again = 1, False
        elif i == jumps.get("from"):
            i, again = jumps["to"], True
            del jumps["from"]
        else:
            i += 1
    return order


def _jumps(bars: list[Bar]) -> dict[str, int]:
    """Return the bar after which to jump and the one to jump to, and the same for the coda."""
    at = defaultdict(list)
    for i, bar in enumerate(bars):
        for mark in bar.marks:
            at[mark].append(i)
    jumps = at["dacapo"] + at["dalsegno"]
    # a segno beside the words D.S. only shows the sign to look for
    at["segno"] = [i for i in at["segno"] if i not in at["dalsegno"]] or at["segno"]
    if not jumps:
        return {}
    if len(at["coda"]) == 2 and not at["tocoda"]:  # one sign where to leave, one where to go on
        at["tocoda"] = [at["coda"].pop(0)]
    here = bars[jumps[0]].number
    if len(jumps) > 1 or len(at["coda"]) > 1 or len(at["segno"]) > 1:
        raise DataError(
            f"has several jumps (D.C., D.S., segno or coda), one in bar {here}: write the bars "
            "out in the order in which they are played."
        )
    if at["dalsegno"] and not at["segno"]:
        raise DataError(f"says D.S. in bar {here} and has no segno: mark the bar to go back to.")
    if bool(at["tocoda"]) != bool(at["coda"]):
        raise DataError(f"jumps in bar {here} and has only one of To Coda and Coda: mark both.")
    coda = {"leave": at["tocoda"][0], "coda": at["coda"][0]} if at["coda"] else {}
    return {"from": jumps[0], "to": at["segno"][0] if at["dalsegno"] else 0, **coda}


def _turns(bars: list[Bar]) -> dict[int, int]:
    """Return for each bar of an ending in which turn its section is played last."""
    last, i = {}, 0
    while i < len(bars):
        end = i + 1
        while end < len(bars) and bars[end].endings and not bars[end].forward:
            end += 1
        if bars[i].endings:
            total = _total(bars[i:end])
            last |= dict.fromkeys(range(i, end), total)
        i = end if bars[i].endings else i + 1
    return last


def _total(bars: list[Bar]) -> int:
    """Return how often a section with these endings is played."""
    groups = [list(group) for _, group in groupby(bars, key=lambda bar: bar.endings)]
    numbers = [number for group in groups for number in group[0].endings]
    first = bars[0].number
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise DataError(
            f"has endings (voltas) numbered {', '.join(map(str, sorted(numbers)[:9]))} from bar "
            f"{first} on: number them 1, 2 and so on, each once."
        )
    for group in groups[: -1 if len(groups) > 1 else None]:
        if not group[-1].times or any(bar.times for bar in group[:-1]):
            raise DataError(
                f"has an ending (volta) in bar {group[0].number} that does not lead back: put one "
                "repeat sign, at its end."
            )
    return max(numbers) + (len(groups) == 1)  # the bars after a lone ending are the next one


# --- notes and chords as they are played -----------------------------------------------------


def _starts(frame: list[Bar], turns: list[int]) -> list[tuple[int, Fraction]]:
    now, starts = Fraction(0), []
    for i in turns:
        starts.append((i, now))
        now += frame[i].length
    return starts


def _notes(part: list[Bar], frame: list[Bar], turns: list[int]) -> list[tuple]:
    """Return (start, end, pitch) of a part; what is tied to a note before prolongs it."""
    notes, ending = [], {}
    for i, now in _starts(frame, turns):
        for start, end, pitch, tied in part[i].notes if i < len(part) else []:
            place = ending.pop((now + start, pitch), None) if tied else None
            if place is None:
                place = len(notes)
                notes.append((now + start, now + end, pitch))
            notes[place] = (notes[place][0], now + end, pitch)
            ending[now + end, pitch] = place
    return notes


def _symbols(parts: list[list[Bar]], frame: list[Bar], turns: list[int]) -> list[tuple]:
    """Return (onset, chord), sorted; where two parts have one, the first part's counts."""
    starts = _starts(frame, turns)
    return sorted(
        {
            now + start: symbol
            for part in reversed(parts)
            for i, now in starts
            if i < len(part)
            for start, symbol in part[i].symbols.items()
        }.items(),
        key=lambda item: item[0],
    )
