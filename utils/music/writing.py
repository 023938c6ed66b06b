"""Choruses written as MIDI and MusicXML, through music21, and taken home with their sound."""

import io
import re
from contextlib import redirect_stderr
from fractions import Fraction
from itertools import count
from pathlib import Path

import numpy as np
import soundfile

from utils.files import write_atomically
from utils.music.chords import NAMES, TICKS, Chord
from utils.music.choruses import HOLD, Chorus
from utils.sound.recordings import RATE

# Where stderr is a notebook's, music21 doubles the resolution of all pictures a second later.
with redirect_stderr(io.StringIO()):
    from music21 import chord, harmony, instrument, metadata, meter, note, stream, tempo, tie
    from music21.midi.translate import streamToMidiFile
    from music21.musicxml.m21ToXml import GeneralObjectExporter

IN_MUSIC21 = {"maj9": "M9", "6/9": "6add9", "9sus4": "7sus4add9", "m7b5": "ø7", "7b5": "7alterb5"}


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
    write_atomically(path, encode(chorus))


def take_home(chorus: Chorus, samples: np.ndarray, name: str) -> list[str]:
    """Write a chorus as `name`.mid, .musicxml and .wav, and return the names of the three files.

    No file is ever replaced: where other content stands under one of the names, all three get the
    first free number, as in solo_2.mid.

    Args:
        chorus: what to write.
        samples: its sound, between -1 and 1, shape (samples,).
        name: of the files, without its ending.

    Raises:
        OSError: the folder is missing, or a file cannot be written there.
    """
    wav = io.BytesIO()
    soundfile.write(wav, samples, RATE, format="WAV")
    contents = {".mid": _midi(chorus), ".musicxml": _musicxml(chorus), ".wav": wav.getvalue()}
    for number in count(1):
        stem = name if number == 1 else f"{name}_{number}"
        files = {Path(f"{stem}{ending}"): content for ending, content in contents.items()}
        if all(not path.exists() or path.read_bytes() == files[path] for path in files):
            break
    for path, content in files.items():
        if not path.exists():
            write_atomically(path, content)
    return [path.name for path in files]


def _musicxml(chorus: Chorus) -> bytes:
    part = _melody_part(chorus)
    for onset, symbol in chorus.chords:
        drawn = harmony.ChordSymbol(figure_of(symbol))
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


def figure_of(symbol: Chord) -> str:
    """Return the chord as music21 spells it, with a minus for a flat root."""
    return NAMES[symbol.root].replace("b", "-") + IN_MUSIC21.get(symbol.kind, symbol.kind)


def _printable(title: str) -> str:
    return "".join(letter for letter in title if letter.isprintable()).strip() or "Untitled"
