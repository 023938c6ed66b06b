"""utils.music.sheets: files that are none or too much, and chords, with music21 as the judge."""

import io
import re
import time
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest
from music21 import environment, harmony

from tests.music.files import HEADS, abc, read_abc, saved, shown
from tests.music.scores import C, midi, note, part, played, score, track
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


WHOLE = score(part(C + note()))
CONTAINER = '<container><rootfiles><rootfile full-path="a.xml"/></rootfiles></container>'


def packed(**members):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr({"container": "META-INF/container.xml"}.get(name, name), content)
    return memory.getvalue()


MXL = packed(container=CONTAINER, **{"a.xml": WHOLE, "picture.png": b"x" * 3_000_000})


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        # another format than the name says: the advice works, see below
        ("tune.mid", WHOLE, "is not MIDI but MusicXML: let its name end in .musicxml"),
        ("tune.mid", MXL, "is not MIDI but compressed MusicXML: let its name end in .mxl"),
        ("tune.mid", abc('"C"c8|'), "is not MIDI but ABC: let its name end in .abc"),
        ("tune.abc", midi(track()), "is not ABC but MIDI: let its name end in .mid"),
        ("tune.xml", midi(track()), "is not MusicXML but MIDI: let its name end in .mid"),
        (
            "tune.xml",
            "<!DOCTYPE html>\n<html><head><meta>",
            "it is a web page, so download the score",
        ),
        (
            "tune.xml",
            "<museScore/>",
            "MuseScore's own format, so export it from MuseScore as MusicXML",
        ),
        ("tune.xml", "<opus/>", r"a list of other scores \(an opus\), so name one of them"),
        ("tune.xml", "<score-partwisee/>", "it is something else, <score-partwisee>"),
        ("tune.xml", "hello", "line 1 is not XML"),
        ("tune.abc", "{\\rtf1 X:1", "is not ABC but a page with ABC in it: save it as plain text"),
        ("tune.abc", "<pre>X:1\nK:C\nc8|</pre>", "a page with ABC in it"),
        # cut short
        ("tune.xml", WHOLE[:-30], "is cut short in line 1, so copy it again, or export it again"),
        ("tune.mxl", MXL[:400], "a damaged archive or one cut short"),
        ("tune.mxl", MXL[:-30], "a damaged archive or one cut short"),
        # empty
        ("tune.xml", " \n ", "holds nothing: copy it again"),
        ("tune.mid", b"\0" * 99, "holds nothing: copy it again"),
        ("tune.xml", "<score-partwise/>", "no melody, not one note: export it again"),
        ("tune.mxl", packed(words="none"), "a zip archive without a score in it"),
        # silent
        ("tune.xml", score(part("", "")), "no melody, only rests: choose a file with notes in it"),
        ("tune.abc", abc("z8|Z|"), "no melody, only rests"),
        # what no score needs
        ("tune.xml", '<!DOCTYPE a [<!ENTITY b "c">]><score-partwise/>', "defines entities"),
    ],
)
def test_the_diagnosis_is_true(tmp_path, name, content, message):
    with pytest.raises(DataError, match=message) as error:
        read_score(saved(tmp_path, content, name), "C")
    assert str(error.value).startswith(name) and ". " not in str(error.value)


@pytest.mark.parametrize(
    "content", [WHOLE, MXL, abc('"C"c8|'), midi(track(*played((0, 1920, 72))))]
)
def test_a_file_is_read_once_its_name_ends_as_advised(tmp_path, content):
    for ending in sheets.FORMATS:
        try:
            read_score(saved(tmp_path, content, f"tune{ending}"), "C")
        except DataError as error:
            advised = re.search(r"let its name end in (\.\w+)\.$", str(error))[1]
            assert shown(read_score(saved(tmp_path, content, f"tune{advised}"), "C")) == "48:72"


def test_cut_anywhere_a_score_is_never_another_tune(tmp_path):
    for size in range(1, len(WHOLE), 9):
        with pytest.raises(DataError, match=r"cut short|holds nothing|line 1 is not XML"):
            read_score(saved(tmp_path, WHOLE[:size], "tune.xml"))


TALL = "<forward><duration>1</duration></forward>"
MANY = 1_900_000  # bytes


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *(
            ("tune.abc", "X:1\nK:C\n" + text)
            for text in (
                *("c" * MANY, "c|" * (MANY // 2), f"[{'c' * MANY}]", "Z512|" * (MANY // 5)),
                *("\n" * MANY, ":" * MANY, "(" * MANY, '"' * MANY, "c" + "1" * MANY, "|" * MANY),
                *("V:1\n" * (MANY // 4), "|1" + "-9,1" * (MANY // 4), "[K:" * (MANY // 3)),
                *("".join(f"c1/{n}" for n in range(9000, 9999)), "(9:1:999c1/9999"),
                "|:" + "c8|" * 511 + ":" * 99 + "|",
            )
        ),
        ("tune.abc", "X:1\nQ:" + "1/4 " * (MANY // 4) + "=9\nK:C\nc"),
        ("tune.xml", "<score-partwise>" + "<a>" * (MANY // 3)),
        ("tune.xml", score(part()).replace("</part>", "<measure/>" * (MANY // 10) + "</part>")),
        ("tune.xml", score(part(C + note(duration=1) * 20_000))),
        ("tune.xml", score(part(*[TALL * 5000] * 11))),
        ("tune.mid", midi(track(*played(*((3 * i, 3 * i + 3, 60) for i in range(100_000)))))),
        ("tune.mid", midi(b"MTrk" + MANY.to_bytes(4, "big") + b"\0\xff\1\0" * (MANY // 4))),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_short_or_huge_a_score_ends_in_time(tmp_path, name, content):
    """Five seconds are the budget, of the processor's time, since CI runs beside other work."""
    path = saved(tmp_path, content, name)
    start = time.process_time()
    try:
        read_score(path, "C")
    except DataError as error:
        assert len(str(error)) < 300
    assert time.process_time() - start < 5


def test_memory_stays_under_a_gigabyte(tmp_path):
    path = saved(tmp_path, "<score-partwise>" + "<a/>" * (MANY // 4), "tune.xml")
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            read_score(path)
        assert tracemalloc.get_traced_memory()[1] < 500e6
    finally:
        tracemalloc.stop()


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
