"""utils.music.harmonies: chord symbols in MusicXML, with music21 as the judge of kinds."""

import pytest
from music21 import harmony as music21_harmony

from tests.music.files import saved, symbols
from tests.music.scores import harmony, note, part, score
from utils.files import DataError
from utils.music.chords import KINDS, parse_chord
from utils.music.harmonies import FIGURES
from utils.music.reading import read_score

LEFT_OUT = {"dominant-11th": {2, 4}, "dominant-13th": {5}}  # thirds and elevenths that collide


@pytest.mark.parametrize("word", FIGURES)
def test_a_kind_has_the_tones_that_music21_gives_it(word):
    theirs = music21_harmony.ChordSymbol(root="C", kind=word)
    ours = set(KINDS[parse_chord(f"C{FIGURES[word]}").kind])
    assert {pitch.pitchClass for pitch in theirs.pitches} - LEFT_OUT.get(word, set()) == ours


def read(tmp_path, symbol):
    return symbols(read_score(saved(tmp_path, score(part(symbol + note())), "tune.musicxml")))


FLAT_NINTH = (9, -1, "add")


@pytest.mark.parametrize(
    ("kind", "text", "degrees", "expected"),
    [
        ("dominant", "7", [FLAT_NINTH], "7b9"),
        ("dominant", "7(♭9)", [FLAT_NINTH], "7b9"),
        ("dominant", "7", [FLAT_NINTH, (13, -1, "add")], "7b9b13"),
        ("dominant", "7", [(11, 1, "add")], "7#11"),
        ("dominant", "7", [(5, -1, "alter")], "7b5"),
        ("dominant", "7", [(5, 1, "alter")], "+7"),
        ("dominant", "alt", [(5, -1, "alter")], "7b9b13"),
        ("dominant-ninth", "9", [(9, -1, "alter")], "7b9"),
        ("dominant-13th", "13", [(11, 0, "subtract")], "13"),
        ("major-seventh", "maj7", [(11, 1, "add")], "maj7#11"),
        ("major-sixth", "6", [(9, 0, "add")], "6/9"),
        ("minor", None, [(7, 1, "add")], "mM7"),
        ("minor", "m", [(6, 0, "add")], "m6"),
        ("minor-seventh", "mi7", [(5, -1, "alter")], "m7b5"),
        ("suspended-fourth", "sus", [(7, -1, "add")], "7sus4"),
        ("suspended-fourth", "sus4", [(7, 0, "add"), (9, 0, "add")], "9sus4"),
        ("other", "7b9", [], "7b9"),
        ("other", "7", [FLAT_NINTH], "7b9"),
        ("", "7", [], "7"),
        ("major", "7", [], "7"),
        ("major", "Δ", [], "maj7"),
        ("minor-seventh", "MI7", [], "m7"),
        ("major-seventh", "MAJ 7", [], "maj7"),
        ("diminished-seventh", "°7", [], "dim7"),
        ("half-diminished", "MI7(♭5)", [], "m7b5"),
        ("Dominant", "", [], "7"),
    ],
)
def test_text_kind_and_degrees_go_together(tmp_path, kind, text, degrees, expected):
    assert read(tmp_path, harmony(kind, text, degrees)) == f"0:C{expected}"


@pytest.mark.parametrize(
    ("kind", "text", "degrees", "shown"),
    [
        ("dominant", "7", [FLAT_NINTH, (9, 1, "add")], "C7 add b9 add #9"),
        ("dominant", "7#9", [FLAT_NINTH], "C7#9 add b9"),
        ("dominant", "7", [("x", "y", "add")], "C7 add 9999"),
        ("major", "m7", [], "Cm7"),
        ("minor", "maj7", [], "Cmaj7"),
        ("major", "add9", [], "Cadd9"),
        ("other", "add9", [], "Cadd9"),
        ("other", None, [], "Cother"),
        ("major-13th", None, [], "Cmajor-13th"),
        ("power", "5", [], "C5"),
    ],
)
def test_a_chord_that_is_unknown_or_is_two_is_named(tmp_path, kind, text, degrees, shown):
    with pytest.raises(DataError, match=rf"the chord '{shown}', .* \(bar 1\): .*chords="):
        read(tmp_path, harmony(kind, text, degrees))


@pytest.mark.parametrize(
    "root",
    [
        "<numeral><numeral-root>5</numeral-root></numeral>",
        "<function>V7</function>",
        "<root><root-step>B</root-step></root><kind>major</kind><root><root-step>C</root-step></root>",
    ],
)
def test_a_chord_without_one_root(tmp_path, root):
    symbol = f"<harmony>{root}<kind>dominant</kind></harmony>"
    with pytest.raises(DataError, match="without a root, or several in one, in bar 1"):
        read(tmp_path, symbol)


def test_where_a_chord_begins(tmp_path):
    after = harmony("dominant", more="<offset>2</offset>")
    assert read(tmp_path, harmony("major") + after) == "0:C 24:C7"
    before = harmony("dominant", more="<offset>-1</offset>")
    halves = harmony("major") + note("C5", 3) + before
    bar = score(part(halves + note("C5", 1)))
    assert symbols(read_score(saved(tmp_path, bar, "tune.musicxml"))) == "0:C 24:C7"


@pytest.mark.parametrize("alter", ["-1", "-1.0"])
def test_a_flat_root(tmp_path, alter):
    root = f"<root><root-step>B</root-step><root-alter>{alter}</root-alter></root>"
    assert read(tmp_path, f"<harmony>{root}<kind>dominant</kind></harmony>") == "0:Bb7"
