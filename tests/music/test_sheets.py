"""utils.music.sheets: files that are none, and chords, with music21 as the judge."""

import re
import warnings
import zipfile
from pathlib import Path

import pytest
from music21 import environment, harmony

from tests.music.files import HEADS, read_abc, saved
from utils.files import DataError
from utils.music import sheets, writing
from utils.music.chords import KINDS, NAMES, Chord, parse_chord
from utils.music.reading import read_score
from utils.music.writing import write_score

# --- the heads: read as they are written -----------------------------------------------------


def test_no_symbol_is_lost():
    """Before repeated symbols are merged, there are as many chords as quoted symbols."""
    for path in HEADS[::5]:
        quoted = re.findall(r'"([^"]*)"', path.read_text(encoding="utf-8"))
        read = sheets.read_sheet(path, symbols=True).symbols
        assert [chord for _, chord in read] == [parse_chord(symbol) for symbol in quoted]


# --- files that are none ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tune.pdf", b"%PDF", r"tune.pdf is no kind of score that I read: use \.abc, "),
        ("tune", b"X:1", "no kind of score"),
        ("tune.mid", b"", "empty"),
        ("tune.mid", b"not MIDI at all", "cannot be read as MIDI"),
        ("tune.musicxml", b"<score-partwise><part", "cannot be read as MusicXML"),
        ("tune.xml", b"<html></html>", "cannot be read as MusicXML"),
        ("tune.musicxml", b"<score-partwise></score-partwise>", "no melody"),
        ("tune.mxl", b"PK no zip", "cannot be read as MusicXML"),
        ("tune.abc", b"c" * 2_000_001, "has 2.0 MB, more than 2"),
    ],
)
def test_a_file_that_is_no_score(tmp_path, name, content, message):
    with pytest.raises(DataError, match=message):
        read_score(saved(tmp_path, content, name))


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match=r"no file .*gone.mid"):
        read_score(tmp_path / "gone.mid")
    (tmp_path / "folder.mid").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        read_score(tmp_path / "folder.mid")


def test_a_trap_in_a_zip_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "big.mxl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", b" " * 2_000_001)
    with pytest.raises(DataError, match=r"unpacked has 2.0 MB"):
        read_score(tmp_path / "big.mxl")


def test_nothing_is_printed_and_nothing_is_pickled(tmp_path, capfd):
    scratch = Path(environment.Environment().getRootTempDir())
    before = set(scratch.iterdir())
    chorus = read_abc(tmp_path, '"Bb7"c8|"Eb7"c8|c8|')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("a.musicxml", "a.mid"):
            write_score(chorus, tmp_path / name)
            read_score(tmp_path / name, "Bb7 | Eb7 | %")
    assert set(scratch.iterdir()) == before
    assert capfd.readouterr() == ("", "")
    assert {path.name for path in tmp_path.iterdir()} == {"tune.abc", "a.musicxml", "a.mid"}


# --- chords: music21 as the oracle -----------------------------------------------------------

UNKNOWN_TO_MUSIC21 = {"maj9", "6/9", "9sus4"}  # it says M9, 6add9 and 7sus4add9
MORE_IN_MUSIC21 = {"13": {5}}  # it adds the eleventh, which players leave out over a major third


@pytest.mark.parametrize("kind", KINDS)
def test_the_tones_of_a_chord_are_those_of_music21(kind):
    if kind in UNKNOWN_TO_MUSIC21:
        with pytest.raises(ValueError, match="Invalid chord abbreviation"):
            harmony.ChordSymbol(f"C{kind}")
    spelling = writing.IN_MUSIC21[kind] if kind in UNKNOWN_TO_MUSIC21 else kind
    for root, name in enumerate(NAMES):
        theirs = harmony.ChordSymbol(name.replace("b", "-") + spelling)
        more = {(root + step) % 12 for step in MORE_IN_MUSIC21.get(kind, ())}
        assert theirs.root().pitchClass == root
        assert {p.pitchClass for p in theirs.pitches} == {*parse_chord(name + kind).tones, *more}


@pytest.mark.parametrize(
    ("symbol", "root", "kind"),
    [
        ("Bb7", 10, "7"),
        ("Eb", 3, ""),
        ("F#m7b5", 6, "m7b5"),
        ("C-7", 0, "m7"),
        ("B♭7", 10, "7"),
        ("Cø", 0, "m7b5"),
        ("CΔ7", 0, "maj7"),
        ("G7(b9)", 7, "7b9"),
        ("Am7/G", 9, "m7"),
        ("Cb", 11, ""),
        ("C6/9", 0, "6/9"),
    ],
)
def test_a_symbol_is_read(symbol, root, kind):
    assert parse_chord(symbol) == Chord(root, kind)


@pytest.mark.parametrize("symbol", ["H7", "", "Xm", "N.C.", "C7foo", "b7"])
def test_a_symbol_that_is_none(symbol):
    with pytest.raises(ValueError, match=re.escape(repr(symbol)) + " is not a chord"):
        parse_chord(symbol)
