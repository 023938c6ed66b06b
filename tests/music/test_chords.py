"""utils.music.chords: symbols, with music21 as the judge, and progressions."""

import pytest

from utils.music.chords import (
    KINDS,
    NAMES,
    SAME_KIND,
    Chord,
    changes,
    chord_at,
    parse_chord,
    progression,
)

# --- chord symbols ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "root", "kind"),
    [
        ("C", 0, ""),
        ("Bb7", 10, "7"),
        ("B♭7", 10, "7"),
        ("F#m7b5", 6, "m7b5"),
        ("F♯ø", 6, "m7b5"),
        ("C-7", 0, "m7"),
        ("Cb6", 11, "6"),
        ("B#dim7", 0, "dim7"),
        ("Ebmaj7/G", 3, "maj7"),
        ("G7(b9)", 7, "7b9"),
        (" A m7 ", 9, "m7"),
        ("D6/9", 2, "6/9"),
        ("Dsus", 2, "sus4"),
    ],
)
def test_a_symbol(symbol, root, kind):
    assert parse_chord(symbol) == Chord(root, kind)


@pytest.mark.parametrize("symbol", ["", "H7", "c7", "C77", "Cx", "7", "%", "C/", None, 5])
def test_not_a_symbol(symbol):
    with pytest.raises(
        ValueError, match="is not a chord that I can read: write a root from A"
    ) as e:
        parse_chord(symbol)
    assert repr(symbol) in str(e.value) and "\n" not in str(e.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("root", range(12))
def test_symbol_and_chord_are_two_forms_of_one(root, kind):
    chord = Chord(root, kind)
    assert parse_chord(chord.symbol) == chord
    assert chord.symbol.startswith(NAMES[root])
    assert chord.transposed(12) == chord.transposed(-5).transposed(5) == chord
    assert set(chord.tones) == {(root + step) % 12 for step in KINDS[kind]}


def test_every_other_spelling_is_of_a_known_kind():
    assert set(SAME_KIND.values()) <= set(KINDS)
    assert not set(SAME_KIND) & set(KINDS)


NOT_IN_MUSIC21 = {"6/9", "maj9", "9sus4"}  # under these names
OTHER_IN_MUSIC21 = {"13"}  # with the 11th, which players leave out


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in NOT_IN_MUSIC21 | OTHER_IN_MUSIC21])
def test_kinds_are_those_of_music21(kind):
    harmony = pytest.importorskip("music21.harmony")
    pitches = harmony.ChordSymbol("C" + kind).pitches
    assert {pitch.pitchClass for pitch in pitches} == set(KINDS[kind])


@pytest.mark.parametrize(
    ("symbol", "quality"),
    [
        ("C6/9", "major"),
        ("C+", "major"),
        ("C7#9", "dominant"),
        ("C+7", "dominant"),
        ("CmM7", "minor"),
        ("Cm11", "minor"),
        ("Cm7b5", "half-diminished"),
        ("Cdim7", "diminished"),
        ("Cdim", "diminished"),
        ("C9sus4", "suspended"),
    ],
)
def test_quality(symbol, quality):
    assert parse_chord(symbol).quality == quality


# --- progressions ----------------------------------------------------------------------------


def test_progression_in_four():
    dm7, g7, c = Chord(2, "m7"), Chord(7, "7"), Chord(0, "maj7")
    chords, length = progression("| Dm7 G7 | Cmaj7 | % |")
    assert chords == ((0, dm7), (24, g7), (48, c))
    assert length == 144
    assert progression("Dm7 G7 | % | %")[0][-2:] == ((96, dm7), (120, g7))


def test_progression_in_three():
    chords, length = progression("Dm7 | G7 C6 A7", beats=3)
    assert [onset for onset, _ in chords] == [0, 36, 48, 60]
    assert length == 72


@pytest.mark.parametrize(
    ("text", "beats", "message", "followed"),
    [
        ("C6 | | C6", 4, "Bar 2 has no chord: write one, or %", ["C6 | D7 | C6", "C6 | % | C6"]),
        ("", 4, r"Bar 1 has no chord: write one\.$", ["C6"]),
        ("C6 | C6 D7 G7", 4, "Bar 2 has 3 chords, which do not share 4 beats.*1 or 2 or 4",
         ["C6 | C6", "C6 | C6 D7", "C6 | C6 D7 G7 C6"]),
        ("C6 D7", 3, "Bar 1 has 2 chords, which do not share 3 beats.*1 or 3", ["C6", "C6 D7 C6"]),
        ("C6 | Xyz", 4, "'Xyz' is not a chord", [f"C6 | Bb{kind}" for kind in KINDS]),
        ("% | C6", 4, "'%' is not a chord", ["C6 | C6"]),
        ("C6", 5, "A bar has 4 or 3 beats here, not 5", []),
    ],
)  # fmt: skip
def test_progression_refuses_and_its_advice_helps(text, beats, message, followed):
    with pytest.raises(ValueError, match=message):
        progression(text, beats)
    for mended in followed:
        assert progression(mended, beats)[0]


def test_chord_at():
    chords, _ = progression("Dm7 G7 | C6")
    assert [chord_at(chords, tick).symbol for tick in (0, 23, 24, 47, 48, 400)] == [
        *("Dm7", "Dm7", "G7", "G7", "C6", "C6")
    ]


def test_before_its_first_onset_the_first_chord_sounds():
    assert chord_at(((12, Chord(0, "6")), (24, Chord(2, "7"))), 3) == Chord(0, "6")
    with pytest.raises(ValueError, match="no chords: give at least one"):
        chord_at((), 0)


# --- tokens ----------------------------------------------------------------------------------


def test_changes_are_changes():
    c, g = Chord(0, "6"), Chord(7, "7")
    assert changes([(0, c), (48, c), (96, g), (120, g), (144, c)]) == (
        (0, c),
        (96, g),
        (144, c),
    )
    assert changes([]) == ()
