"""MusicXML: the bars of each part, at the pitches that sound."""

import re
from collections import defaultdict
from fractions import Fraction
from math import isfinite
from xml.etree.ElementTree import Element

from utils.files import DataError
from utils.music.bars import JUMPS, TEMPO, Bar, Sheet, check_count, jump, played
from utils.music.chords import NATURALS, TICKS
from utils.music.harmonies import chord_of
from utils.music.markup import root_of

QUARTERS = {"breve": 8.0, "whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
DRUMS = "10"  # the MIDI channel


def read_musicxml(data: bytes, name: str, symbols: bool) -> Sheet:
    """Return what a file holds; `name` is its title where it has none.

    Raises:
        Damaged: the bytes are no MusicXML, or not all of it.
        DataError: it holds something that is not read.
    """
    root = root_of(data)
    drums = {
        part.get("id")
        for part in root.iterfind("part-list/score-part")
        if {channel.text for channel in part.iter("midi-channel")} == {DRUMS}
    }
    parts = [_Part(number in drums, symbols, list_) for number, list_ in _measures(root).items()]
    tempos = [tempo for part in parts for tempo in part.tempos]
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    return played(
        [bars for part in parts if not part.drums for bars in part.staves()],
        title=" ".join(title.split()) or name,
        metres=set().union(*(part.metres for part in parts)),
        tempo=min(tempos, key=lambda tempo: tempo[:2])[2] if tempos else TEMPO,
        drums=any(part.drums or part.unpitched for part in parts),
        rests=any(part.bars for part in parts),
    )


def _measures(root: Element) -> dict[str, list[Element]]:
    """Return the measures of each part."""
    if root.tag == "score-partwise":
        return {
            part.get("id", str(i)): part.findall("measure")
            for i, part in enumerate(root.iterfind("part"))
        }
    measures = defaultdict(list)
    for measure in root.iterfind("measure"):
        for part in measure.iterfind("part"):
            part.attrib.setdefault("number", measure.get("number", ""))
            measures[part.get("id", "")].append(part)
    return measures


class _Part:
    """The bars of a part, and what is in force while they are read."""

    def __init__(self, drums: bool, symbols: bool, measures: list[Element]):
        self.drums, self.with_symbols, self.unpitched = drums, symbols, False
        self.divisions, self.metre = Fraction(1), 4 * TICKS
        self.shifts = {}  # semitones from the written to the sounding pitch, by staff
        self.ending, self.ending_closes = frozenset(), False
        self.metres, self.tempos, self.bars = set(), [], []
        self.lower = defaultdict(dict)  # for each staff but the first {place of the bar: Bar}
        check_count(len(measures))
        for number, measure in enumerate(measures, start=1):
            self.measure(measure, str(number))

    def measure(self, measure: Element, count: str) -> None:
        self.bar = Bar((measure.get("number") or count)[:12])
        self.now = self.before = Fraction(0)
        self.filled = False
        for element in measure:
            read = getattr(self, f"read_{element.tag}".replace("-", "_"), None)
            if read:
                read(element)
            self.bar.length = max(self.bar.length, self.now)
        if not self.filled:
            self.bar.length = Fraction(self.metre)  # nothing in it: a bar of rest
        if self.ending:
            self.bar.endings = self.ending
        if self.ending_closes:
            self.ending, self.ending_closes = frozenset(), False
        self.bars.append(self.bar)

    # --- elements of a measure ---

    def read_attributes(self, element: Element) -> None:
        if (divisions := element.findtext("divisions")) is not None:
            self.divisions = self.number(divisions, "divisions of a quarter note")
        for transpose in element.iterfind("transpose"):
            semitones = self.whole(transpose.findtext("chromatic", "0"), "transposition")
            octaves = self.whole(transpose.findtext("octave-change", "0"), "transposition")
            self.shifts[transpose.get("number")] = semitones + 12 * octaves
        for time in element.iterfind("time"):
            self.read_time(time)
        if any(clef.text == "percussion" for clef in element.iterfind("clef/sign")):
            self.drums = True

    def read_time(self, time: Element) -> None:
        beats = [beat.text or "" for beat in time.iterfind("beats")]
        below = [unit.text or "" for unit in time.iterfind("beat-type")]
        if time.find("senza-misura") is not None:
            raise DataError(f"is without metre from bar {self.bar.number} on: write it in 4/4.")
        if len(beats) != 1 or len(below) != 1:
            raise DataError(
                f"has a metre of several in bar {self.bar.number}, and I read only 4/4 and 3/4: "
                "choose another file."
            )
        if not re.fullmatch(r" *\d{1,3}( *\+ *\d{1,3})* *", beats[0]) or not re.fullmatch(
            r" *[1-9]\d{0,2} *", below[0]
        ):
            raise DataError(
                f"has the metre {beats[0][:9]}/{below[0][:9]} in bar {self.bar.number}, which I "
                "cannot read: write 4/4 or 3/4."
            )
        top = sum(map(int, beats[0].split("+")))
        self.metres.add(f"{top}/{int(below[0])}")
        self.metre = Fraction(4 * TICKS * top, int(below[0]))

    def read_note(self, note: Element) -> None:
        if note.find("grace") is not None:
            return
        self.filled = True
        ticks = self.ticks(note, "note")
        rest = note.find("rest")
        if rest is not None and rest.get("measure") == "yes":
            ticks = Fraction(self.metre)  # some programs write four quarters in any metre
        start = self.before if note.find("chord") is not None else self.now
        self.before, self.now = start, max(self.now, start + ticks)
        self.unpitched |= note.find("unpitched") is not None
        pitch = note.find("pitch")
        if pitch is None and rest is None and note.find("unpitched") is None:
            raise DataError(f"has a note without a pitch in bar {self.bar.number}: write it.")
        slash = "slash" in note.findtext("notehead", "")  # a rhythm without a pitch
        if pitch is not None and not slash and note.find("cue") is None:
            self.staff(note).add(start, start + ticks, self.pitch(note, pitch), _is_tied(note))

    def staff(self, note: Element) -> Bar:
        """Return the bar that is read, on the staff of the note."""
        staff = note.findtext("staff", "1")
        return (
            self.bar
            if staff == "1"
            else self.lower[staff].setdefault(len(self.bars), Bar(self.bar.number))
        )

    def staves(self) -> list[list[Bar]]:
        """Return the bars of each staff; signs and lengths are on the first."""
        lower = (
            [bars.get(i, Bar(bar.number)) for i, bar in enumerate(self.bars)]
            for bars in self.lower.values()
        )
        return [self.bars, *lower]

    def pitch(self, note: Element, pitch: Element) -> int:
        step = pitch.findtext("step", "").strip()
        if step not in NATURALS:
            raise DataError(
                f"has a note {step[:9]!r} in bar {self.bar.number}: write one from A to G."
            )
        octave = self.whole(pitch.findtext("octave", ""), "octave")
        alter = self.whole(pitch.findtext("alter") or "0", "accidental (in semitones)")
        return 12 * (octave + 1) + NATURALS[step] + alter + self.shift(note)

    def shift(self, element: Element) -> int:
        return self.shifts.get(element.findtext("staff", "1"), self.shifts.get(None, 0))

    def read_backup(self, element: Element) -> None:
        self.now -= self.ticks(element, "step back")
        if self.now < 0:
            raise DataError(
                f"goes back to before the bar line in bar {self.bar.number}: export it again from "
                "the program that made it."
            )

    def read_forward(self, element: Element) -> None:
        self.filled = True
        self.now += self.ticks(element, "step forward")

    def read_harmony(self, element: Element) -> None:
        if not self.with_symbols:
            return
        offset = (element.findtext("offset") or "0").strip()
        ticks = Fraction(0)
        if offset.strip("+-0."):
            ticks = self.number(offset.lstrip("+-"), "offset") / self.divisions * TICKS
            ticks = -ticks if offset.startswith("-") else ticks
        symbol = chord_of(element, self.bar.number)
        if symbol:
            shifted = symbol.transposed(self.shift(element))
            self.bar.add_symbol(max(Fraction(0), self.now + ticks), shifted)

    def read_direction(self, element: Element) -> None:
        sounds = element.findall("sound")
        for sound in sounds:
            self.read_sound(sound)
        if not any(sound.get("tempo") for sound in sounds):
            for metronome in element.iterfind("direction-type/metronome"):
                self.read_metronome(metronome)
        if any(sound.get(name) for sound in sounds for name in JUMPS):
            return
        kinds = {kind.tag for kind in element.iterfind("direction-type/*")}
        self.bar.marks |= kinds & {"segno", "coda"}
        words = " ".join(words.text or "" for words in element.iterfind("direction-type/words"))
        if mark := jump(words):
            self.bar.marks.discard("coda")  # "To Coda" with the sign behind it
            self.bar.marks.add(mark)

    def read_sound(self, sound: Element) -> None:
        self.bar.marks |= {name for name in JUMPS if sound.get(name, "no") != "no"}
        self.bar.forward |= sound.get("forward-repeat") == "yes"
        if (tempo := sound.get("tempo")) is not None:
            self.tempos.append((len(self.bars), self.now, float(self.number(tempo, "tempo"))))

    def read_metronome(self, metronome: Element) -> None:
        unit = QUARTERS.get(metronome.findtext("beat-unit", ""))
        number = re.search(r"\d{1,9}(\.\d{1,9})?", metronome.findtext("per-minute", ""))
        if unit and number:
            dots = len(metronome.findall("beat-unit-dot"))
            quarters = float(number[0]) * unit * (2 - 0.5**dots)
            self.tempos.append((len(self.bars), self.now, quarters))

    def read_barline(self, element: Element) -> None:
        repeat, ending = element.find("repeat"), element.find("ending")
        self.bar.marks |= {"segno", "coda"} & {*element.attrib, *(child.tag for child in element)}
        if repeat is not None and repeat.get("direction") == "forward":
            self.bar.forward, self.ending = True, frozenset()
            repeat = None
        if ending is not None and ending.get("type") == "start":
            self.ending = self.turns(ending.get("number", ""))
            self.ending_closes = False
        elif ending is not None:
            self.ending_closes = True
        if repeat is None:
            return
        if element.get("location") == "middle" or self.now < self.bar.length:
            raise DataError(
                f"has a repeat sign in the middle of bar {self.bar.number}: end the bar there."
            )
        times = self.whole(repeat.get("times", "2"), "number of repeats")
        self.bar.times, self.ending_closes = max(times, 1), True

    # --- values ---

    def turns(self, text: str) -> frozenset[int]:
        pairs = re.findall(r"(\d{1,2})(?: *- *(\d{1,2}))?", text)
        if not pairs:
            raise DataError(
                f"has an ending (volta) without a number in bar {self.bar.number}: number it."
            )
        return frozenset(n for a, b in pairs for n in range(int(a), int(b or a) + 1))

    def ticks(self, element: Element, what: str) -> Fraction:
        text = element.findtext("duration", "none")
        if element.tag != "note" and not text.strip(" 0."):
            return Fraction(0)
        quarters = self.number(text, f"duration of a {what}") / self.divisions
        if quarters < Fraction(1, 1024):  # of a quarter note
            self.refuse(text, f"duration of a {what}")
        return quarters.limit_denominator(10_000) * TICKS

    def number(self, text: str, what: str) -> Fraction:
        """Return a positive number of a size that music has."""
        try:
            value = float(text)
        except ValueError:
            value = 0
        if not (isfinite(value) and 1e-6 < value < 1e7):
            self.refuse(text, what)
        return Fraction(value).limit_denominator(1_000_000)

    def refuse(self, text: str, what: str) -> None:
        raise DataError(
            f"has {text.strip()[:20]!r} for the {what} in bar {self.bar.number}: mend it there, or "
            "export it again from the program that made it."
        )

    def whole(self, text: str, what: str) -> int:
        try:
            value = float(text)
        except ValueError:
            value = 0.5
        if not (abs(value) < 1e7 and value == int(value)):
            raise DataError(
                f"has {text.strip()[:20]!r} for the {what} in bar {self.bar.number}, and I read "
                "only whole numbers there: write another."
            )
        return int(value)


def _is_tied(note: Element) -> bool:
    """Return whether the note goes on from one before."""
    ties = note.findall("tie") or note.findall("notations/tied")
    return any(tie.get("type") == "stop" for tie in ties)
