"""Written music: melodies with chord symbols in ABC, MusicXML and MIDI files, through music21."""

import contextlib
import io
import re
import warnings
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from music21 import (
    chord,
    converter,
    harmony,
    instrument,
    metadata,
    meter,
    midi,
    note,
    repeat,
    stream,
    tempo,
    tie,
)
from music21.midi.translate import streamToMidiFile
from music21.musicxml.m21ToXml import GeneralObjectExporter

from . import music
from .datasets import DataError
from .music import HOLD, KINDS, NAMES, TICKS, Chord, Chords, Chorus, parse_chord

FORMATS = {
    ".abc": "ABC",
    ".mid": "MIDI",
    ".midi": "MIDI",
    ".musicxml": "MusicXML",
    ".xml": "MusicXML",
    ".mxl": "MusicXML",
}
MAX_BYTES = 2_000_000  # one melody has a few thousand; music21 takes minutes over as many
MAX_BARS = 512
METRES = {"4/4": 4, "3/4": 3}
TEMPO = 120  # where a file states none, as in MIDI
DRUMS = 10  # the channel that General MIDI keeps for them
GRIDS = ((0, 3, 6, 9, TICKS), (0, 4, 8, TICKS))  # a quarter note in sixteenths or in triplets
ENDS = sorted({place for grid in GRIDS for place in grid})
SHORTEST_REST = 6
IN_MUSIC21 = {"maj9": "M9", "6/9": "6add9", "9sus4": "7sus4add9", "m7b5": "ø7", "7b5": "7alterb5"}


@dataclass
class _Sheet:
    """What a file holds; times in ticks, as exact as they stand there."""

    title: str
    metres: set[str]
    tempo: float
    parts: list  # for each part its notes (onset, end, MIDI pitch); drums have none
    symbols: list  # (onset, Chord), sorted
    bars: list  # onsets; empty where the file draws no bar lines
    end: Fraction


def read_score(path, chords: str | None = None) -> Chorus:
    """Return the melody of a file with its chords.

    The melody is the part that lies highest on average, drums left out; where notes sound
    together, the highest one. Onsets go to the nearest sixteenth or eighth triplet, and a gap
    shorter than an eighth is closed. Files of 4/4 and 3/4 are read. Repeats are played, a pickup
    becomes a full bar that begins with a rest, and a chord that is written again is no new one.

    Args:
        path: a file in ABC, MusicXML (also compressed) or MIDI, at most 2 MB.
        chords: the progression for a file without chord symbols, as `music.progression` reads it;
            it takes the place of symbols in the file.

    Raises:
        DataError: the file cannot be used; the message says why and what to do.
        ValueError: `chords` is not a progression.
    """
    path = Path(path)
    sheet = _sheet(path, symbols=chords is None)
    try:
        beats = _beats(sheet.metres)
        bar = beats * TICKS
        lead = _lead(sheet.bars, bar)
        notes = _melody(sheet.parts, lead)
        length = _full_bars(max(notes[-1][1], _snap(sheet.end + lead, ENDS)), bar)
        if chords is None:
            progression = _written(sheet.symbols, lead)
        else:
            progression, length = music.progression(chords, beats)
            _check_covered(notes, length, bar)
    except DataError as error:
        raise DataError(f"{path.name} {error}") from None
    return Chorus(
        title=sheet.title,
        beats=beats,
        tempo=max(1, round(sheet.tempo)),
        chords=_changes(progression, length),
        events=music.events(_closed(notes, length), bar, length),
    )


# ── files ─────────────────────────────────────────────────────────────────────────────────────


def _sheet(path: Path, symbols: bool) -> _Sheet:
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


# ── ABC and MusicXML ──────────────────────────────────────────────────────────────────────────


def _read_abc(path: Path, symbols: bool) -> _Sheet:
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
        return f'"{_figure(parse_chord(symbol))}"'
    except ValueError as error:
        raise _unknown(symbol) from error


def _unknown(symbol: str) -> DataError:
    return DataError(
        f"has the chord {symbol!r}, which I cannot read: write another in its place, such as C7 "
        'or Cm7b5, or pass all of them, as in chords="Dm7 G7 | Cmaj7".'
    )


def _read_musicxml(path: Path, symbols: bool) -> _Sheet:
    if path.suffix.lower() != ".mxl":
        return _notated(_parsed(_text(path), "musicxml"), path.stem, symbols)
    with zipfile.ZipFile(path) as archive:
        _check_size(sum(member.file_size for member in archive.infolist()), "unpacked")
    return _notated(
        _parsed(converter.ArchiveManager(path).getData(), "musicxml"), path.stem, symbols
    )


def _notated(score: stream.Score, name: str, symbols: bool) -> _Sheet:
    if score[repeat.RepeatMark]:
        score = score.expandRepeats()
    parts = [part.flatten() for part in score.parts]
    bpms = (mark.getQuarterBPM() for mark in score[tempo.MetronomeMark])
    return _Sheet(
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


def _figure(symbol: Chord) -> str:
    """Return the chord as music21 spells it, with a minus for a flat root."""
    return NAMES[symbol.root].replace("b", "-") + IN_MUSIC21.get(symbol.kind, symbol.kind)


# ── MIDI ──────────────────────────────────────────────────────────────────────────────────────


def _read_midi(path: Path, symbols: bool) -> _Sheet:
    file = midi.MidiFile()
    file.readstr(path.read_bytes())
    tracks = [list(_timed(track, file.ticksPerQuarterNote)) for track in file.tracks]
    if any(track[-1][1].type != midi.MetaEvents.END_OF_TRACK for track in tracks):
        raise ValueError("a track is cut off, which music21 does not mind")
    data = defaultdict(list)
    for _, event in (timed for track in tracks for timed in track):
        data[event.type].append(event.data)
    tempos = data[midi.MetaEvents.SET_TEMPO]
    return _Sheet(
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


# ── metre and melody ──────────────────────────────────────────────────────────────────────────


def _beats(metres: set[str]) -> int:
    if len(metres) > 1:
        raise DataError(f"changes its metre ({', '.join(sorted(metres))}): keep a part in one.")
    metre = next(iter(metres), "4/4")
    if metre not in METRES:
        raise DataError(f"is in {metre}, and I read only 4/4 and 3/4: choose another file.")
    return METRES[metre]


def _lead(bars: list, bar: int) -> int:
    """Return the ticks of rest that make a pickup a full bar."""
    lead = round(bar - bars[1]) if len(bars) > 1 and bars[1] < bar else 0
    if bars and (bars[-1] + lead) % bar:
        numbers = enumerate(bars[1:], start=0 if lead else 1)
        number = next(number for number, end in numbers if (end + lead) % bar)
        raise DataError(
            f"has too many or too few notes for {bar // TICKS} beats in or just before bar "
            f"{number}: mend it, since every bar after it is out of place."
        )
    return lead


def _melody(parts: list, lead: int) -> list:
    parts = [notes for notes in parts if notes]
    if not parts:
        raise DataError("has no melody, only rests or drums: choose a file with pitched notes.")
    notes = max(parts, key=lambda notes: sum(pitch for *_, pitch in notes) / len(notes))
    return _highest(_quantised([(start + lead, end + lead, pitch) for start, end, pitch in notes]))


def _quantised(notes: list) -> list:
    """Return the notes on the grid; a quarter takes the division that its onsets fit best."""
    quarters = defaultdict(list)
    for start, _, _ in notes:
        quarters[start // TICKS].append(start)
    grids = {
        quarter: min(GRIDS, key=lambda grid: sum(abs(t - _snap(t, grid)) for t in starts))
        for quarter, starts in quarters.items()
    }
    return [
        (_snap(start, grids[start // TICKS]), _snap(end, ENDS), pitch)
        for start, end, pitch in notes
    ]


def _snap(tick: Fraction, grid) -> int:
    quarter = int(tick // TICKS) * TICKS
    return quarter + min(grid, key=lambda place: abs(tick - quarter - place))


def _highest(notes: list) -> list:
    """Leave out what sounds under a higher note until its own end."""
    line = []
    for start, end, pitch in sorted(notes, key=lambda note: (note[0], -note[2])):
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
    return music.changes([(0, chords[0][1]), *(change for change in chords if change[0] < length)])


# ── writing ───────────────────────────────────────────────────────────────────────────────────


def write_score(chorus: Chorus, path) -> None:
    """Write a chorus to a file: MIDI for .mid, MusicXML for .musicxml.

    MusicXML shows the chords as symbols over the melody; MIDI has them as soft block chords on a
    track of their own. Two writes of one chorus are equal, and a write that fails leaves the
    file as it was.

    Raises:
        ValueError: the name of the file ends in something else.
        OSError: the folder is missing, or the file cannot be written there.
    """
    path = Path(path)
    encode = {".mid": _midi, ".musicxml": _musicxml}.get(path.suffix.lower())
    if encode is None:
        raise ValueError(f"{path.name} must end in .mid or .musicxml for a score to be written.")
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(encode(chorus))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _musicxml(chorus: Chorus) -> bytes:
    part = _melody_part(chorus)
    for onset, symbol in chorus.chords:
        drawn = harmony.ChordSymbol(_figure(symbol))
        drawn.chordKindStr = symbol.kind  # what notation programs show
        part.insert(Fraction(onset, TICKS), drawn)
    score = stream.Score([part])
    score.metadata = metadata.Metadata(title=_printable(chorus.title))
    data = GeneralObjectExporter(score).parse()
    # It holds the date and music21's version, and names music21 as the composer.
    return re.sub(rb"\s*<identification>.*?</identification>", b"", data, flags=re.DOTALL)


def _midi(chorus: Chorus) -> bytes:
    chords = stream.Part([_voice("Chords", "P2")])
    ends = [onset for onset, _ in chorus.chords[1:]] + [chorus.length]
    for (onset, symbol), end in zip(chorus.chords, ends, strict=True):
        block = chord.Chord(_block(symbol))
        block.quarterLength = Fraction(end - onset, TICKS)
        block.volume.velocity = 45
        chords.insert(Fraction(onset, TICKS), block)
    return streamToMidiFile(stream.Score([_melody_part(chorus), chords])).writestr()


def _block(symbol: Chord) -> list[int]:
    """Return MIDI pitches so low that the melody stays the highest part."""
    return [36 + symbol.root, *(44 + (tone - 44) % 12 for tone in symbol.tones)]


def _melody_part(chorus: Chorus) -> stream.Part:
    title = _printable(chorus.title)
    part = stream.Part([_voice(title, "P1"), meter.TimeSignature(f"{chorus.beats}/4")])
    part.insert(0, tempo.MetronomeMark(number=chorus.tempo))
    tick, before = 0, None
    for duration, pitch in chorus.events:
        sound = _sound(before if pitch == HOLD and before else pitch)
        sound.quarterLength = Fraction(duration, TICKS)
        part.insert(Fraction(tick, TICKS), sound)
        tick += duration
        before = sound if isinstance(sound, note.Note) else None
    return part


def _sound(what) -> note.GeneralNote:
    """Return a rest, a note of a MIDI pitch, or the note that a note goes on in."""
    if isinstance(what, str):
        return note.Rest()
    if not isinstance(what, note.Note):
        return note.Note(NAMES[what % 12].replace("b", "-") + str(what // 12 - 1))
    what.tie = tie.Tie("start" if what.tie is None else "continue")
    held = note.Note(what.pitch)
    held.tie = tie.Tie("stop")
    return held


def _voice(name: str, number: str) -> instrument.Instrument:
    voice = instrument.Instrument(name)
    voice.partId, voice.instrumentId = number, f"{number}-I1"  # else music21 draws random ones
    return voice


def _printable(title: str) -> str:
    return "".join(letter for letter in title if letter.isprintable()).strip() or "Untitled"
