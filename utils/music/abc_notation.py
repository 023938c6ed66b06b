"""ABC: a tune as text, after the ABC standard 2.1. What is not understood is refused by name."""

import html
import re
import unicodedata
from fractions import Fraction

from utils.files import DataError
from utils.music.abc_voice import ACCIDENTALS, TOKEN, WHOLE, Voice
from utils.music.bars import TEMPO, Sheet, played

MODES = {None: 0, "maj": 0, "ion": 0, "mix": -1, "dor": -2, "m": -3, "min": -3, "aeo": -3}
MODES |= {"phr": -4, "loc": -5, "lyd": 1}
SHARPS = "FCGDAEB"  # in the order in which a key takes them
MAX_SIGNS = 50_000
ACCENTS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "c": "\u0327"}
KEY = re.compile(
    r"(?P<tonic>none|H[Pp]|[A-G][#b]?) *(?P<mode>m|(?i:maj|ion|mix|dor|min|aeo|phr|loc|lyd)\w*)?"
    r"(?=\s|$)(?P<more>.*)"
)
CLEF = re.compile(
    r"(clef|octave|middle|staff\w*|name|\w*transpose|m|t)=|treble|alto|tenor|bass|perc|none"
)


def read_abc(data: bytes, name: str, symbols: bool) -> Sheet:
    """Return the one tune of a file; `name` is its title where it has none."""
    return _Tune(_text(data), name, symbols).sheet()


def _text(data: bytes) -> str:
    declared = re.search(rb"(?m)^(?:%%|I:) *abc-charset +([\w-]+)", data)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:  # before version 2 of ABC there was Latin-1 alone
        encoding = declared[1].decode() if declared else "latin-1"
        try:
            text = data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            raise DataError(
                f"is not written in {encoding}, as it says: save it as UTF-8."
            ) from None
    if text.lstrip().startswith(("{\\rtf", "<")):
        raise DataError("is not ABC but a page with ABC in it: save it as plain text.")
    return text


def _printed(text: str) -> str:
    r"""Return a title with its letters: ABC may write é as \'e or as &eacute;."""
    text = re.sub(r"\\([`'^~\"c])([A-Za-z])", lambda m: m[2] + ACCENTS[m[1]], text)
    return unicodedata.normalize("NFC", html.unescape(text.replace(r"\%", "%"))).strip()


class _Tune:
    """The state of a tune while its lines are read."""

    def __init__(self, text: str, name: str, symbols: bool):
        self.lines, self.name, self.symbols = _lines(text), name, symbols
        self.title, self.metres, self.tempo = "", [], None
        self.metre, self.unit, self.key, self.octave = None, None, {}, 0
        self.lasting, self.labels, self.order = "pitch", [], ""
        self.voices, self.voice, self.started = {}, None, False
        self.number, self.signs = 1, 0  # of the line that is read, and all signs before it

    def sheet(self) -> Sheet:
        tunes = sum(line.startswith("X:") for _, line in self.lines)
        if not any(line.startswith("K:") for _, line in self.lines):
            raise DataError("is not ABC: the line K: with the key is missing before the notes.")
        if tunes > 1:
            raise DataError(f"holds {tunes} tunes: keep one of them in the file.")
        ended = False
        for number, line in self.lines:
            self.number = number
            ended = self.started and (ended or not line)
            if line.startswith("%%"):
                self.directive(line[2:])
            elif match := re.match(r"([A-Za-z]):(?![|:\]])(.*)", line):
                self.set(match[1], match[2].strip())
            elif ended and line and "|" not in line:  # words below the tune
                break
            elif self.started and not line.startswith("+:"):
                self.music(line)
            elif "|" in line and not line.startswith("+:"):
                raise DataError(f"has notes before the line K: (line {number}): put K: above them.")
        self.check_order()
        voices = [voice.finished() for voice in self.voices.values()]
        return played(
            [voice.bars for voice in voices if not voice.drums],
            title=self.title or self.name,
            metres=set(self.metres),
            tempo=TEMPO if self.tempo is None else self.tempo,
            drums=any(voice.drums for voice in voices),
            rests=any(voice.bars for voice in voices),
        )

    # --- fields ---

    def directive(self, text: str) -> None:
        words = re.sub(r"^midi[ =]", "", text.lower()).split()
        if words[:1] == ["propagate-accidentals"]:
            self.lasting = words[-1]
        elif words[:2] == ["channel", "10"] and self.started:
            self.current().drums = True
        elif words and re.fullmatch(r"r?transpos\w*|shift", words[0]) and words[-1] != "0":
            self.refuse_transposed(text)

    def refuse_transposed(self, what: str) -> None:
        raise DataError(
            f"is to be played higher or lower than it is written ({what.strip()[:40]!r} in line "
            f"{self.number}): write the notes as they sound, and take this out."
        )

    def set(self, field: str, value: str) -> None:
        if field == "K":
            self.set_key(value)
        elif field == "M":
            self.set_metre(value)
        elif field == "L":
            self.now("unit", self.fraction(value) * WHOLE)
        elif field == "Q":
            self.set_tempo(value)
        elif field == "V":
            self.set_voice(value)
        elif field == "T":
            self.title = self.title or _printed(value)
        elif field == "P":
            if self.started:
                self.labels.append(value)
            else:
                self.order = value
        elif field == "I":
            self.directive(value)
        elif field == "m" or (field == "s" and '"' in value):
            raise DataError(
                f"has a macro or symbol line ({field}:) in line {self.number}, which I do not "
                "follow: write what it stands for into the notes."
            )

    def now(self, name: str, value) -> None:
        """Set what belongs to the voice that is written now, or to all before the notes."""
        setattr(self.voice or self, name, value)

    def fraction(self, text: str) -> Fraction:
        match = re.match(r"\s*(\d{1,4})(?:/(\d{1,4}))?(?![\d/])", text)
        if not match or 0 in (value := [int(match[1]), int(match[2] or 1)]):
            raise DataError(f"has {text[:20]!r} in line {self.number}: write 1/8, 4/4 or the like.")
        return Fraction(*value)

    def set_metre(self, value: str) -> None:
        metre = {"C": "4/4", "C|": "2/2", "none": ""}.get(value, value)
        if not metre:
            return
        match = re.fullmatch(r"\(?(\d{1,3}(?:\+\d{1,3})*)\)?/(\d{1,3})", metre.replace(" ", ""))
        if not match:
            raise DataError(f"has the metre {value[:20]!r}, which I cannot read: write M:4/4.")
        beats = sum(map(int, match[1].split("+")))
        self.metre = self.fraction(f"{beats}/{match[2]}")
        self.metres.append(f"{beats}/{match[2]}")

    def set_tempo(self, value: str) -> None:
        text = re.sub(r'"[^"]*"', "", value[:99]).strip()
        beats, _, number = text.rpartition("=")
        number = re.search(r"(\d{1,9}(?:\.\d{1,9})?)", number)
        if not number or self.tempo is not None:
            return
        unit = sum(self.fraction(beat) for beat in beats.split() if "/" in beat)
        if "C" in beats:  # Q:C=120 counts unit notes, Q:C3=120 three of them
            unit = self.unit_note() / WHOLE * int((re.search(r"C(\d)", beats) or "11")[1])
        unit = unit or Fraction(1, 4)
        self.tempo = float(number[1]) * float(unit) * 4

    def unit_note(self, voice: Voice | None = None) -> Fraction:
        """Return the ticks of a note without a length."""
        short = self.metre is not None and self.metre < Fraction(3, 4)
        return (voice and voice.unit) or self.unit or Fraction(WHOLE, 16 if short else 8)

    def set_voice(self, value: str) -> None:
        label, properties = [*re.sub(r'"[^"]*"', '""', value).split(None, 1), "", ""][:2]
        voice = self.voices.setdefault(label, Voice(self))
        if self.started:
            self.voice = voice
        if re.search(r"\bperc\b", properties):
            voice.drums = True
        voice.octave = self.octaves(properties, voice.octave)

    def octaves(self, text: str, before: int) -> int:
        """Return the octaves by which a clef or `octave=` moves the notes."""
        if match := re.search(r"\b(transpose|t|shift|score|sound)=(?!0\b)\S+", text):
            self.refuse_transposed(match[0])
        octave = re.search(r"octave=([+-]?\d)(?!\d)", text)
        clef = re.search(r"(?:treble|alto|tenor|bass|clef=\S*?)\d?([+-])8\b", text)
        if not (octave or clef):
            return before
        return int(octave[1] if octave else 0) + (int(clef[1] + "1") if clef else 0)

    def set_key(self, value: str) -> None:
        self.started = True
        self.now("octave", self.octaves(value, (self.voice or self).octave))
        if re.search(r"\bperc\b", value):
            self.current().drums = True
        match = KEY.match(value)
        if not match and value and not CLEF.match(value):
            raise DataError(
                f"has the key {value[:20]!r} in line {self.number}, which I cannot read: write "
                "one such as K:Bb or K:Gm."
            )
        if match or not value:
            self.now("key", _signature(match) if match else {})

    def check_order(self) -> None:
        order = re.sub(r"[\s.]", "", self.order)
        if self.labels and order and list(order) != self.labels:
            raise DataError(
                f"plays its parts in an order of its own (P:{self.order[:30]}): write them out "
                "in this order, and take the line P: out."
            )

    def music(self, line: str) -> None:
        line = re.sub(r"^(?=\d)", "[", line)  # an ending whose bar line ends the line before
        position = 0
        while position < len(line):
            self.count()
            if not (token := TOKEN.match(line, position)):
                raise DataError(
                    f"has the sign {line[position]!r} in line {self.number}, which I do not know "
                    "in ABC: take it out."
                )
            position = token.end()
            if token["field"]:
                self.set(token["field"], token["value"].strip())
            else:
                self.current().take(token)

    def count(self) -> None:
        """Count a sign, since a file may be long and still within `sheets.MAX_BYTES`."""
        self.signs += 1
        if self.signs > MAX_SIGNS:
            raise DataError(f"has more than {MAX_SIGNS:,} notes and signs: keep one melody of it.")

    def current(self) -> Voice:
        if self.voice is None:
            self.voices = self.voices or {"1": Voice(self)}
            self.voice = next(iter(self.voices.values()))
        return self.voice


def _lines(text: str) -> list[tuple[int, str]]:
    """Return (number, line) without comments, and without what is text for the page alone."""
    kept, page = [], None
    lines = text.splitlines()
    if len(lines) > MAX_SIGNS:
        raise DataError(f"has {len(lines):,} lines: keep one melody of it.")
    for number, line in enumerate(lines, start=1):
        line = line.strip(" \t\ufeff\u200b")
        if page or (match := re.match(r"%%begin(\w+)", line)):
            page = None if line.startswith(f"%%end{page}") else page or match[1]
        elif line.startswith("%%"):
            kept.append((number, line))
        elif not line.startswith("%"):
            kept.append((number, re.sub(r"(?<!\\)%.*", "", line)))
    return kept


def _signature(key: re.Match) -> dict[str, int]:
    """Return the letters that a key alters: {"F": 1} for G."""
    tonic, more = key["tonic"], re.sub(r"\w+=\S+", "", key["more"])
    if tonic.upper() == "HP":  # bagpipes
        return {"F": 1, "C": 1}
    altered = {}
    if tonic != "none" and not re.search(r"\bexp\b", more):
        fifths = SHARPS.index(tonic[0]) - 1 + 7 * {"": 0, "#": 1, "b": -1}[tonic[1:]]
        fifths += MODES[key["mode"] if key["mode"] in (None, "m") else key["mode"].lower()[:3]]
        for i in range(abs(fifths)):
            letter = SHARPS[i % 7] if fifths > 0 else SHARPS[-1 - i % 7]
            altered[letter] = altered.get(letter, 0) + (1 if fifths > 0 else -1)
    for sharp, letter in re.findall(r"(\^{1,2}|_{1,2}|=)([A-Ga-g])(?![A-Za-z])", more):
        altered[letter.upper()] = ACCIDENTALS[sharp]
    return altered
