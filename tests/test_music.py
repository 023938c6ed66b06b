"""utils.music: chord symbols, what a player knows, measures. Every expected value is by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import datasets, music
from utils.datasets import DataError
from utils.music import CONTEXT, KINDS, NAMES, TICKS, Chord, Chorus, parse_chord, progression


def chorus(chords, *events, beats=4):
    """Return a chorus of the events over a progression in words; they need not fill it."""
    return Chorus("test", beats, 120, progression(chords, beats)[0], events)


def tune(chords, *pitches, duration=TICKS, beats=4):
    """Return a chorus of notes of equal length."""
    return chorus(chords, *((duration, pitch) for pitch in pitches), beats=beats)


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
    assert set(music.SAME_KIND.values()) <= set(KINDS)
    assert not set(music.SAME_KIND) & set(KINDS)


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
    ("text", "beats", "message"),
    [
        ("C6 | | C6", 4, "Bar 2 has no chord: write one, or %"),
        ("", 4, "Bar 1 has no chord"),
        ("C6 | C6 D7 G7", 4, "Bar 2 has 3 chords, which do not share 4 beats.*1 or 2 or 4"),
        ("C6 D7", 3, "Bar 1 has 2 chords, which do not share 3 beats.*1 or 3"),
        ("C6 | Xyz", 4, "'Xyz' is not a chord"),
        ("% | C6", 4, "'%' is not a chord"),
        ("C6", 5, "A bar has 4 or 3 beats here, not 5"),
    ],
)
def test_progression_refuses(text, beats, message):
    with pytest.raises(ValueError, match=message):
        progression(text, beats)


def test_chord_at():
    chords, _ = progression("Dm7 G7 | C6")
    assert [music.chord_at(chords, tick).symbol for tick in (0, 23, 24, 47, 48, 400)] == [
        *("Dm7", "Dm7", "G7", "G7", "C6", "C6")
    ]


def test_before_its_first_onset_the_first_chord_sounds():
    assert music.chord_at(((12, Chord(0, "6")), (24, Chord(2, "7"))), 3) == Chord(0, "6")
    with pytest.raises(ValueError, match="no chords: give at least one"):
        music.chord_at((), 0)


# --- notes -----------------------------------------------------------------------------------


def test_a_hold_prolongs_the_note_before_it():
    events = ((12, "rest"), (36, 60), (48, "hold"), (6, "hold"), (6, 60), (36, "rest"))
    assert music.notes(events) == [(12, 90, 60), (102, 6, 60)]


def test_a_hold_with_nothing_to_hold_is_silent():
    assert music.notes(((12, "hold"), (12, 60), (12, "rest"), (12, "hold"))) == [(12, 12, 60)]
    assert music.notes(()) == []


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ((0, 60), "lasts 0 ticks: give it a positive duration"),
        ((-6, "rest"), "lasts -6 ticks"),
        ((6, 128), "pitch 128 is unknown: give a MIDI number from 0 to 127"),
        ((6, -1), "pitch -1 is unknown"),
        ((6, "Rest"), "pitch 'Rest' is unknown"),
    ],
)
def test_notes_refuse(event, message):
    with pytest.raises(ValueError, match=message):
        music.notes(((12, 60), event))


# --- what a player knows ---------------------------------------------------------------------

MAJOR, DOMINANT, MINOR = (music.QUALITIES.index(q) for q in ("major", "dominant", "minor"))


def test_context_in_four():
    """Columns: quality, movement, next quality, beats left, place, room, bar of the phrase."""
    rows = music.context(*swap(progression("Dm7 G7 | Cmaj7"), 4))
    assert rows.shape == (96, len(CONTEXT)) and rows.dtype == np.int32
    assert rows[0].tolist() == [MINOR, 5, DOMINANT, 2, 0, 48, 0]
    assert rows[12].tolist() == [MINOR, 5, DOMINANT, 1, 12, 36, 0]
    assert rows[13].tolist() == [MINOR, 5, DOMINANT, 1, 13, 35, 0]
    assert rows[24].tolist() == [DOMINANT, 5, MAJOR, 2, 24, 24, 0]
    assert rows[47].tolist() == [DOMINANT, 5, MAJOR, 1, 47, 1, 0]
    assert rows[48].tolist() == [MAJOR, 2, MINOR, 4, 0, 48, 1]  # after the end comes the start
    assert rows[95].tolist() == [MAJOR, 2, MINOR, 1, 47, 1, 1]


def test_context_in_three():
    rows = music.context(*swap(progression("Gm7 | C7", 3), 3))
    assert rows.shape == (72, len(CONTEXT))
    assert rows[0].tolist() == [MINOR, 5, DOMINANT, 3, 0, 36, 0]
    assert rows[35].tolist() == [MINOR, 5, DOMINANT, 1, 35, 1, 0]
    assert rows[36].tolist() == [DOMINANT, 7, MINOR, 3, 0, 36, 1]


def swap(written, beats):
    """Return the arguments of `context`: chords, beats, length."""
    chords, length = written
    return chords, beats, length


def test_context_counts_to_eight_beats_and_four_bars():
    rows = music.context(((0, Chord(0, "7")),), 4, 5 * 48)
    assert [rows[tick, 3] for tick in (0, 144, 145, 156, 157)] == [8, 8, 8, 7, 7]
    assert [rows[tick, 6] for tick in (0, 47, 48, 191, 192)] == [0, 0, 1, 3, 0]
    assert set(rows[:, 1]) == {0}


@given(st.integers(-30, 30), st.sampled_from([3, 4]))
def test_context_is_the_same_in_every_key_and_in_its_bounds(semitones, beats):
    chords, length = progression("Dm7b5 | G7b9 | Cm6 | Bdim7 | C6 | C7sus4", beats)
    rows = music.context(chords, beats, length)
    moved = tuple((onset, chord.transposed(semitones)) for onset, chord in chords)
    assert (music.context(moved, beats, length) == rows).all()
    assert (rows >= 0).all() and (rows < list(CONTEXT.values())).all()


def test_roots():
    chords, length = progression("Dm7 G7 | Bb6")
    assert music.roots(chords, length).tolist() == [2] * 24 + [7] * 24 + [10] * 48


# --- measures --------------------------------------------------------------------------------


def test_onsets_leave_out_rests_and_holds():
    played = chorus("C6 | C6", (24, "rest"), (24, 60), (12, "hold"), (6, 64), (30, "rest"))
    assert music.onsets(played) == [(24, 60), (60, 64)]


def test_transposed():
    played = chorus("C6", (12, "rest"), (24, 60), (12, "hold"))
    moved = played.transposed(-3)
    assert moved.chords == ((0, Chord(9, "6")),)
    assert moved.events == ((12, "rest"), (24, 57), (12, "hold"))
    assert moved.transposed(3) == played


def test_chord_tones_of_a_chord():
    assert music.chord_tones([tune("C6", 60, 64, 67, 69)]) == 1
    assert music.chord_tones([tune("C6", 60, 65, 60, 70)]) == 0.5


def test_a_step_that_resolves_fits():
    assert music.chord_tones([tune("Cmaj7", 65, 64)]) == 1  # F E, a semitone
    assert music.chord_tones([tune("Cmaj7", 62, 64)]) == 1  # D E, a tone
    assert music.chord_tones([tune("G7 | Cmaj7", 67, 67, 67, 61, 60)]) == 1  # into the next chord


def test_a_step_that_does_not_resolve_does_not_fit():
    assert music.chord_tones([tune("Cmaj7", 61, 62, 65, 67)]) == 0.5  # Db D: neither; F G: both
    assert music.chord_tones([tune("Cmaj7", 65, 60)]) == 0.5  # F C: a leap
    assert music.chord_tones([tune("Cmaj7", 62, 62, 64, 64)]) == 0.75  # D D: no step
    assert music.chord_tones([tune("Cmaj7", 64, 62)]) == 0.5  # the last note goes nowhere
    assert music.chord_tones([tune("Cmaj7 | Ebm7", 64, 64, 64, 62, 64)]) == 0.6  # E: not in Ebm7


def test_notes_off_the_beat_do_not_count_but_resolve():
    off = chorus("Cmaj7", (6, 64), (6, 66), (6, 67), (6, 61))
    assert music.chord_tones([off]) == 1
    by_step = chorus("Cmaj7", (6, 65), (6, 64), (12, "rest"))
    assert music.chord_tones([by_step]) == 1


def test_chord_tones_of_several_are_taken_together():
    three, one = tune("C6", 60, 60, 60), tune("C6", 66)
    assert music.chord_tones([three, one]) == 0.75
    assert music.chord_tones([]) == 0


def test_a_chorus_without_notes_has_no_chord_tones():
    silent, played = chorus("C6", (48, "rest")), tune("C6", 60)
    assert music.chord_tones([silent]) == 0
    assert music.chord_tones([silent, played]) == 1


def test_shift_moves_the_chords():
    high = tune("Cmaj7", 61, 65, 68)  # Db F Ab: the tones of a Db chord
    assert music.chord_tones([high], shift=1) == 1
    assert music.chord_tones([high.transposed(4)], shift=1) == 1
    assert music.chord_tones([tune("C7", 60, 64, 67, 70)], shift=6) == 0.5  # over Gb7 E and Bb fit
    root = tune("C", 60)  # C is a tone of the major triads on C, F and Ab
    assert music.shifted_chord_tones([root]) == pytest.approx(2 / 11)


def test_valid_bars():
    good = chorus("C6 | C6", (48, 60), (24, "rest"), (24, 62))
    assert music.valid_bars([good]) == 1
    crossing = chorus("C6 | C6", (36, 60), (24, 62), (36, "rest"))
    assert music.valid_bars([crossing]) == 0
    third = chorus("C6 | C6 | C6", (48, 60), (36, 60), (24, 62), (36, "rest"))
    assert music.valid_bars([third]) == pytest.approx(1 / 3)
    assert music.valid_bars([good, crossing]) == 0.5


def test_valid_bars_end_with_the_last_event():
    assert music.valid_bars([chorus("C6 | C6", (48, 60), (36, 62))]) == 0.5
    assert music.valid_bars([chorus("C6", (36, 60), (36, 62), beats=3)]) == 1
    assert music.valid_bars([]) == 0


def test_melodic_runs():
    line = tune("C6", 60, 62, 64, 60)
    assert music.melodic_runs(line, 3) == [(2, 2), (2, -4)]
    assert music.melodic_runs(line, 5) == []
    slower = replace(line, events=((6, "rest"), (24, 60), (3, 62), (12, "rest"), (9, 64), (6, 60)))
    assert music.melodic_runs(slower, 3) == music.melodic_runs(line, 3)


@given(st.lists(st.integers(40, 90), max_size=12), st.integers(-20, 20), st.integers(2, 6))
def test_melodic_runs_are_the_same_in_every_key(pitches, semitones, notes):
    line = tune("C6", *pitches)
    runs = music.melodic_runs(line, notes)
    assert music.melodic_runs(line.transposed(semitones), notes) == runs
    assert len(runs) == max(0, len(pitches) - notes + 1)


def test_copied():
    source = tune("C6", 60, 62, 64, 65)
    up_a_fifth = tune("C6", 67, 69, 71, 60)  # the first run of three, then another
    assert music.copied([up_a_fifth], [source], 3) == 0.5
    assert music.copied([source], [up_a_fifth, source], 3) == 1
    assert music.copied([tune("C6", 60, 61)], [source], 3) == 0  # no run of three at all
    assert music.copied([source], [], 3) == 0


# --- a line of JSON --------------------------------------------------------------------------


def test_json():
    played = replace(chorus("Bbm7 Eb7", (24, "rest"), (24, 61), beats=4), varied=True)
    line = music.to_json(played)
    assert line == (
        '{"title":"test","beats":4,"tempo":120,"chords":[[0,"Bbm7"],[24,"Eb7"]],'
        '"events":[[24,"rest"],[24,61]],"varied":true}'
    )
    assert music.from_json(line) == played
    assert hash(music.from_json(line)) == hash(played)  # tuples all the way down


chords = st.builds(Chord, st.integers(0, 11), st.sampled_from(list(KINDS)))
events = st.tuples(st.integers(1, 48), st.one_of(st.integers(0, 127), st.just("rest")))


@given(st.text(), st.lists(chords, min_size=1), st.lists(events))
def test_json_round_trip(title, harmonies, played):
    timed = tuple((12 * i, chord) for i, chord in enumerate(harmonies))
    one = Chorus(title, 3, 99, timed, tuple(played))
    assert music.from_json(music.to_json(one)) == one
    assert "\n" not in music.to_json(one)


@pytest.mark.parametrize(
    "line",
    ["no JSON", "{}", '{"title": 1}', "[]", '{"chords": [[0, "H7"]], "events": []}'],
)
def test_a_damaged_file_is_reported(tmp_path, monkeypatch, line):
    (tmp_path / "jazz").mkdir()
    (tmp_path / "jazz/choruses.jsonl").write_text(line + "\n", encoding="utf-8")
    monkeypatch.setattr(datasets, "EMBEDDED", tmp_path)
    with pytest.raises(DataError, match=r"choruses.jsonl is damaged .*git checkout -- datasets"):
        music.load_choruses()


def test_load_choruses(tmp_path, monkeypatch):
    both = [tune("C6", 60, 64), tune("Dm7", 62, 65, beats=3)]
    (tmp_path / "jazz").mkdir()
    lines = "".join(music.to_json(one) + "\n" for one in both)
    (tmp_path / "jazz/choruses.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(datasets, "EMBEDDED", tmp_path)
    assert music.load_choruses() == both
