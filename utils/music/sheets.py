"""Sheets: what a file in ABC, MusicXML or MIDI holds, as music21 reads it."""

import contextlib
import io
import re
import warnings
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from music21 import chord, converter, harmony, meter, midi, note, repeat, stream, tempo

from utils.files import DataError
from utils.music.chords import KINDS, NAMES, TICKS, Chord, parse_chord

FORMATS = {
    ".abc": "ABC",
    ".mid": "MIDI",
    ".midi": "MIDI",
    ".musicxml": "MusicXML",
    ".xml": "MusicXML",
    ".mxl": "MusicXML",
}
MAX_BYTES = 2_000_000  # one melody has a few thousand; music21 takes minutes over as many
TEMPO = 120  # where a file states none, as in MIDI
DRUMS = 10  # the channel that General MIDI keeps for them
IN_MUSIC21 = {"maj9": "M9", "6/9": "6add9", "9sus4": "7sus4add9", "m7b5": "ø7", "7b5": "7alterb5"}


@dataclass
class Sheet:
    """What a file holds; times in ticks, as exact as they stand there."""

    title: str
    metres: set[str]
    tempo: float
    parts: list  # for each part its notes (onset, end, MIDI pitch); drums have none
    symbols: list  # (onset, Chord), sorted
    bars: list  # onsets; empty where the file draws no bar lines
    end: Fraction


def read_sheet(path: Path, symbols: bool) -> Sheet:
    kind = FORMATS.get(path.suffix.lower())
    _check_file(path, kind)
    read = {"ABC": _read_abc, "MusicXML": _read_musicxml, "MIDI": _read_midi}[kind]
    try:
        with _quiet():
            return read(path, symbols)
    except DataError as error:
        raise DataError(f"{path.name} {error}") from None
    except Exception as error:  # music21 has no one kind of error for what it trips over
        raise DataError(
            f"{path.name} cannot be read as {kind}: it is damaged or something else, so export it "
            "again from the program that made it."
        ) from error


def _check_file(path: Path, kind: str | None) -> None:
    if path.is_dir():
        raise DataError(f"{path.name} is a folder: name one file in it.")
    if kind is None:
        raise DataError(f"{path.name} is no kind of score that I read: use {', '.join(FORMATS)}.")
    if not path.is_file():
        raise DataError(f"There is no file {path}: check its name and folder.")
    _check_size(path.stat().st_size, path.name)


def _check_size(size: int, name: str) -> None:
    if size == 0:
        raise DataError(f"{name} is empty: export it again from the program that made it.")
    if size > MAX_BYTES:
        raise DataError(f"{name} has {size / 1e6:.1f} MB, more than 2: export one melody of it.")


@contextlib.contextmanager
def _quiet():
    """Keep off the screen what music21 remarks about a file."""
    sink = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(sink),
        contextlib.redirect_stderr(sink),
    ):
        warnings.simplefilter("ignore")
        yield


def _parsed(text: str, form: str) -> stream.Stream:
    """Return what music21 makes of a text. For a text it neither reads nor writes a pickle."""
    reader = converter.Converter()
    reader.parseData(text, format=form)
    return reader.stream


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _read_abc(path: Path, symbols: bool) -> Sheet:
    text = re.sub(r"\[([KLM]:[^]\n]*)\]", r"\n\1\n", _text(path))  # music21 reads over [K:D]
    if not re.search(r"^K:", text, re.MULTILINE):
        raise DataError("is not ABC: the line K: with the key is missing before the notes.")
    tunes = _parsed(_for_music21(text, symbols), "abc")
    scores = list(tunes.scores) if isinstance(tunes, stream.Opus) else [tunes]
    if len(scores) > 1:
        raise DataError(f"holds {len(scores)} tunes: keep one of them in the file.")
    sheet = _notated(scores[0], path.stem, symbols)
    # music21 reads no second metre, and takes a bar that is too long for a change.
    metres = re.findall(r"^M: *(C\||C|\d+/\d+)", text, re.MULTILINE)
    sheet.metres = {{"C": "4/4", "C|": "2/2"}.get(metre, metre) for metre in metres}
    return sheet


def _for_music21(text: str, symbols: bool) -> str:
    """Return ABC with its chords spelt music21's way and accidentals that last for the bar.

    music21 drops a symbol that it cannot read and takes "C-7" for C flat; it lets an accidental
    end with its note unless the file names version 2.
    """
    chords = _respelt if symbols else ""
    lines = (
        line
        if re.match(r"[A-Za-z]:|%%", line)
        else re.sub(r'"([^"]*)"', chords, line.partition("%")[0])
        for line in text.splitlines()
    )
    return "\n".join(["%abc-2.1", *lines])


def _respelt(quoted: re.Match) -> str:
    symbol = quoted[1].strip()
    if symbol[:1] in tuple("^_<>@") or symbol in ("", "NC", "N.C."):  # words, or no chord
        return ""
    try:
        return f'"{figure_of(parse_chord(symbol))}"'
    except ValueError as error:
        raise _unknown(symbol) from error


def _unknown(symbol: str) -> DataError:
    return DataError(
        f"has the chord {symbol!r}, which I cannot read: write another in its place, such as C7 "
        'or Cm7b5, or pass all of them, as in chords="Dm7 G7 | Cmaj7".'
    )


def _read_musicxml(path: Path, symbols: bool) -> Sheet:
    if path.suffix.lower() != ".mxl":
        return _notated(_parsed(_text(path), "musicxml"), path.stem, symbols)
    with zipfile.ZipFile(path) as archive:
        _check_size(sum(member.file_size for member in archive.infolist()), "unpacked")
    return _notated(
        _parsed(converter.ArchiveManager(path).getData(), "musicxml"), path.stem, symbols
    )


def _notated(score: stream.Score, name: str, symbols: bool) -> Sheet:
    if score[repeat.RepeatMark]:
        score = score.expandRepeats()
    parts = [part.flatten() for part in score.parts]
    bpms = (mark.getQuarterBPM() for mark in score[tempo.MetronomeMark])
    return Sheet(
        title=(score.metadata and score.metadata.bestTitle) or name,
        metres={signature.ratioString for signature in score[meter.TimeSignature]},
        tempo=next(filter(None, bpms), TEMPO),
        parts=[_part_notes(part) for part in parts],
        symbols=_part_symbols(parts) if symbols else [],
        bars=[_ticks(bar.offset) for part in score.parts[:1] for bar in part[stream.Measure]],
        end=_ticks(score.highestTime),
    )


def _ticks(quarters) -> Fraction:
    return Fraction(quarters).limit_denominator(10_000) * TICKS


def _part_notes(part: stream.Part) -> list:
    notes, ending = [], {}
    for sound in part.getElementsByClass((note.Note, chord.Chord)):
        if isinstance(sound, harmony.Harmony) or sound.duration.isGrace:
            continue
        start = _ticks(sound.offset)
        end = start + _ticks(sound.quarterLength)
        for tone in sound.notes if isinstance(sound, chord.Chord) else [sound]:
            place = ending.pop((start, tone.pitch.midi), None)
            if place is None or tone.tie is None or tone.tie.type == "start":
                place = len(notes)
                notes.append((start, end, tone.pitch.midi))
            notes[place] = (notes[place][0], end, tone.pitch.midi)
            ending[end, tone.pitch.midi] = place
    return notes


def _part_symbols(parts: list) -> list:
    symbols = {
        _ticks(symbol.offset): _chord(symbol)
        for part in reversed(parts)  # where two parts have one, the first part's counts
        for symbol in part.getElementsByClass(harmony.ChordSymbol)
        if not isinstance(symbol, harmony.NoChord)
    }
    return sorted(symbols.items(), key=lambda item: item[0])


def _chord(symbol: harmony.ChordSymbol) -> Chord:
    """Return the chord of a music21 symbol by its name or else by its tones.

    The name comes first: music21 puts an eleventh into a 13 and the bass into any chord.
    """
    root = symbol.root()
    figure = symbol.figure.removeprefix(root.name).replace("-", "b")
    shown = symbol.chordKindStr or figure
    for kind in (figure, shown):
        with contextlib.suppress(ValueError):
            return Chord(root.pitchClass, parse_chord(f"C{kind}").kind)
    steps = tuple(sorted({(tone.pitchClass - root.pitchClass) % 12 for tone in symbol.pitches}))
    for kind, tones in KINDS.items():
        if tones == steps:
            return Chord(root.pitchClass, kind)
    raise _unknown(root.name.replace("-", "b") + shown)


def figure_of(symbol: Chord) -> str:
    """Return the chord as music21 spells it, with a minus for a flat root."""
    return NAMES[symbol.root].replace("b", "-") + IN_MUSIC21.get(symbol.kind, symbol.kind)


def _read_midi(path: Path, symbols: bool) -> Sheet:
    file = midi.MidiFile()
    file.readstr(path.read_bytes())
    tracks = [list(_timed(track, file.ticksPerQuarterNote)) for track in file.tracks]
    if any(track[-1][1].type != midi.MetaEvents.END_OF_TRACK for track in tracks):
        raise ValueError("a track is cut off, which music21 does not mind")
    data = defaultdict(list)
    for _, event in (timed for track in tracks for timed in track):
        data[event.type].append(event.data)
    tempos = data[midi.MetaEvents.SET_TEMPO]
    return Sheet(
        title=path.stem,
        metres={f"{top}/{2**power}" for top, power, *_ in data[midi.MetaEvents.TIME_SIGNATURE]},
        tempo=6e7 / max(1, int.from_bytes(tempos[0], "big")) if tempos else TEMPO,
        parts=[notes for track in tracks for notes in _channels(track)],
        symbols=[],
        bars=[],
        end=Fraction(0),
    )


def _timed(track: midi.MidiTrack, division: int):
    time = 0
    for delta, event in zip(track.events[::2], track.events[1::2], strict=True):
        time += delta.time
        yield Fraction(time * TICKS, division), event


def _channels(track: list) -> list:
    """Return the notes of each channel: in some files one track holds every instrument."""
    notes, sounding = defaultdict(list), {}
    for time, event in track:
        key = event.channel, event.pitch
        if (event.isNoteOn() or event.isNoteOff()) and key in sounding:
            notes[event.channel].append((sounding.pop(key), time, event.pitch))
        if event.isNoteOn():
            sounding[key] = time
    return [part for channel, part in notes.items() if channel != DRUMS]
