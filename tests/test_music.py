"""utils.music: chord symbols, what a player knows, measures. Every expected value is by hand."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import files
from utils.files import DataError
from utils.music import measures, players
from utils.music.chords import (
    KINDS,
    NAMES,
    QUALITIES,
    SAME_KIND,
    TICKS,
    Chord,
    changes,
    chord_at,
    parse_chord,
    progression,
)
from utils.music.choruses import (
    HIGHEST,
    LOWEST,
    Chorus,
    events,
    from_json,
    load_choruses,
    notes,
    onsets,
    to_json,
)
from utils.music.players import CONTEXT


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
    assert [chord_at(chords, tick).symbol for tick in (0, 23, 24, 47, 48, 400)] == [
        *("Dm7", "Dm7", "G7", "G7", "C6", "C6")
    ]


def test_before_its_first_onset_the_first_chord_sounds():
    assert chord_at(((12, Chord(0, "6")), (24, Chord(2, "7"))), 3) == Chord(0, "6")
    with pytest.raises(ValueError, match="no chords: give at least one"):
        chord_at((), 0)


# --- notes -----------------------------------------------------------------------------------


def test_a_hold_prolongs_the_note_before_it():
    events = ((12, "rest"), (36, 60), (48, "hold"), (6, "hold"), (6, 60), (36, "rest"))
    assert notes(events) == [(12, 90, 60), (102, 6, 60)]


def test_a_hold_with_nothing_to_hold_is_silent():
    assert notes(((12, "hold"), (12, 60), (12, "rest"), (12, "hold"))) == [(12, 12, 60)]
    assert notes(()) == []


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
        notes(((12, 60), event))


def test_events_by_hand():
    """Bars of 48: a rest and a note each go over a line, and the end is filled."""
    played = [(60, 72, 60), (84, 108, 62), (108, 114, 62)]
    assert events(played, 48, 144) == (
        *((48, "rest"), (12, "rest"), (12, 60), (12, "rest"), (12, 62)),
        *((12, "hold"), (6, 62), (30, "rest")),
    )
    assert events([], 36, 72) == ((36, "rest"), (36, "rest"))
    assert events([(0, 48, 60)], 48, 48) == ((48, 60),)


@st.composite
def heads(draw):
    """A chorus whose events begin at any tick, with rests and holds."""
    beats, symbols = draw(st.sampled_from([3, 4])), st.sampled_from(["Dm7", "G7", "Cmaj7", "A7b9"])
    chords, length = progression(" | ".join(draw(st.lists(symbols, min_size=1, max_size=5))), beats)
    edges = sorted(draw(st.sets(st.integers(0, length), min_size=2, max_size=20)))
    pitches = st.none() | st.integers(62, 75)
    played = [(a, b, draw(pitches)) for a, b in pairwise(edges)]
    sounding = [note for note in played if note[2] is not None]
    return Chorus("drawn", beats, 120, chords, events(sounding, beats * TICKS, length))


@given(heads())
def test_events_become_notes_and_events_again(head):
    found = [(onset, onset + duration, pitch) for onset, duration, pitch in notes(head.events)]
    assert events(found, head.bar, head.length) == head.events


# --- what a player knows ---------------------------------------------------------------------

MAJOR, DOMINANT, MINOR = (QUALITIES.index(q) for q in ("major", "dominant", "minor"))


def test_context_in_four():
    """Columns: quality, movement, next quality, beats left, place, room, bar of the phrase."""
    rows = players.context(*swap(progression("Dm7 G7 | Cmaj7"), 4))
    assert rows.shape == (96, len(CONTEXT)) and rows.dtype == np.int32
    assert rows[0].tolist() == [MINOR, 5, DOMINANT, 2, 0, 48, 0]
    assert rows[12].tolist() == [MINOR, 5, DOMINANT, 1, 12, 36, 0]
    assert rows[13].tolist() == [MINOR, 5, DOMINANT, 1, 13, 35, 0]
    assert rows[24].tolist() == [DOMINANT, 5, MAJOR, 2, 24, 24, 0]
    assert rows[47].tolist() == [DOMINANT, 5, MAJOR, 1, 47, 1, 0]
    assert rows[48].tolist() == [MAJOR, 2, MINOR, 4, 0, 48, 1]  # after the end comes the start
    assert rows[95].tolist() == [MAJOR, 2, MINOR, 1, 47, 1, 1]


def test_context_in_three():
    rows = players.context(*swap(progression("Gm7 | C7", 3), 3))
    assert rows.shape == (72, len(CONTEXT))
    assert rows[0].tolist() == [MINOR, 5, DOMINANT, 3, 0, 36, 0]
    assert rows[35].tolist() == [MINOR, 5, DOMINANT, 1, 35, 1, 0]
    assert rows[36].tolist() == [DOMINANT, 7, MINOR, 3, 0, 36, 1]


def swap(written, beats):
    """Return the arguments of `context`: chords, beats, length."""
    chords, length = written
    return chords, beats, length


def test_context_counts_to_eight_beats_and_four_bars():
    rows = players.context(((0, Chord(0, "7")),), 4, 5 * 48)
    assert [rows[tick, 3] for tick in (0, 144, 145, 156, 157)] == [8, 8, 8, 7, 7]
    assert [rows[tick, 6] for tick in (0, 47, 48, 191, 192)] == [0, 0, 1, 3, 0]
    assert set(rows[:, 1]) == {0}


@given(st.integers(-30, 30), st.sampled_from([3, 4]))
def test_context_is_the_same_in_every_key_and_in_its_bounds(semitones, beats):
    chords, length = progression("Dm7b5 | G7b9 | Cm6 | Bdim7 | C6 | C7sus4", beats)
    rows = players.context(chords, beats, length)
    moved = tuple((onset, chord.transposed(semitones)) for onset, chord in chords)
    assert (players.context(moved, beats, length) == rows).all()
    assert (rows >= 0).all() and (rows < list(CONTEXT.values())).all()


def test_roots():
    chords, length = progression("Dm7 G7 | Bb6")
    assert players.roots(chords, length).tolist() == [2] * 24 + [7] * 24 + [10] * 48


# --- measures --------------------------------------------------------------------------------


def test_onsets_leave_out_rests_and_holds():
    played = chorus("C6 | C6", (24, "rest"), (24, 60), (12, "hold"), (6, 64), (30, "rest"))
    assert onsets(played) == [(24, 60), (60, 64)]


def test_transposed():
    played = chorus("C6", (12, "rest"), (24, 60), (12, "hold"))
    moved = played.transposed(-3)
    assert moved.chords == ((0, Chord(9, "6")),)
    assert moved.events == ((12, "rest"), (24, 57), (12, "hold"))
    assert moved.transposed(3) == played


def test_chord_tones_of_a_chord():
    assert measures.chord_tones([tune("C6", 60, 64, 67, 69)]) == 1
    assert measures.chord_tones([tune("C6", 60, 65, 60, 70)]) == 0.5


def test_a_step_that_resolves_fits():
    assert measures.chord_tones([tune("Cmaj7", 65, 64)]) == 1  # F E, a semitone
    assert measures.chord_tones([tune("Cmaj7", 62, 64)]) == 1  # D E, a tone
    assert (
        measures.chord_tones([tune("G7 | Cmaj7", 67, 67, 67, 61, 60)]) == 1
    )  # into the next chord


def test_a_step_that_does_not_resolve_does_not_fit():
    assert measures.chord_tones([tune("Cmaj7", 61, 62, 65, 67)]) == 0.5  # Db D: neither; F G: both
    assert measures.chord_tones([tune("Cmaj7", 65, 60)]) == 0.5  # F C: a leap
    assert measures.chord_tones([tune("Cmaj7", 62, 62, 64, 64)]) == 0.75  # D D: no step
    assert measures.chord_tones([tune("Cmaj7", 64, 62)]) == 0.5  # the last note goes nowhere
    assert measures.chord_tones([tune("Cmaj7 | Ebm7", 64, 64, 64, 62, 64)]) == 0.6  # E: not in Ebm7


def test_notes_off_the_beat_do_not_count_but_resolve():
    off = chorus("Cmaj7", (6, 64), (6, 66), (6, 67), (6, 61))
    assert measures.chord_tones([off]) == 1
    by_step = chorus("Cmaj7", (6, 65), (6, 64), (12, "rest"))
    assert measures.chord_tones([by_step]) == 1


def test_chord_tones_of_several_are_taken_together():
    three, one = tune("C6", 60, 60, 60), tune("C6", 66)
    assert measures.chord_tones([three, one]) == 0.75
    assert measures.chord_tones([]) == 0


def test_a_chorus_without_notes_has_no_chord_tones():
    silent, played = chorus("C6", (48, "rest")), tune("C6", 60)
    assert measures.chord_tones([silent]) == 0
    assert measures.chord_tones([silent, played]) == 1


def test_shift_moves_the_chords():
    high = tune("Cmaj7", 61, 65, 68)  # Db F Ab: the tones of a Db chord
    assert measures.chord_tones([high], shift=1) == 1
    assert measures.chord_tones([high.transposed(4)], shift=1) == 1
    assert (
        measures.chord_tones([tune("C7", 60, 64, 67, 70)], shift=6) == 0.5
    )  # over Gb7 E and Bb fit
    root = tune("C", 60)  # C is a tone of the major triads on C, F and Ab
    assert measures.shifted_chord_tones([root]) == pytest.approx(2 / 11)


def test_valid_bars():
    good = chorus("C6 | C6", (48, 60), (24, "rest"), (24, 62))
    assert measures.valid_bars([good]) == 1
    crossing = chorus("C6 | C6", (36, 60), (24, 62), (36, "rest"))
    assert measures.valid_bars([crossing]) == 0
    third = chorus("C6 | C6 | C6", (48, 60), (36, 60), (24, 62), (36, "rest"))
    assert measures.valid_bars([third]) == pytest.approx(1 / 3)
    assert measures.valid_bars([good, crossing]) == 0.5


def test_valid_bars_end_with_the_last_event():
    assert measures.valid_bars([chorus("C6 | C6", (48, 60), (36, 62))]) == 0.5
    assert measures.valid_bars([chorus("C6", (36, 60), (36, 62), beats=3)]) == 1
    assert measures.valid_bars([]) == 0


def test_melodic_runs():
    line = tune("C6", 60, 62, 64, 60)
    assert measures.melodic_runs(line, 3) == [(2, 2), (2, -4)]
    assert measures.melodic_runs(line, 5) == []
    slower = replace(line, events=((6, "rest"), (24, 60), (3, 62), (12, "rest"), (9, 64), (6, 60)))
    assert measures.melodic_runs(slower, 3) == measures.melodic_runs(line, 3)


@given(st.lists(st.integers(40, 90), max_size=12), st.integers(-20, 20), st.integers(2, 6))
def test_melodic_runs_are_the_same_in_every_key(pitches, semitones, notes):
    line = tune("C6", *pitches)
    runs = measures.melodic_runs(line, notes)
    assert measures.melodic_runs(line.transposed(semitones), notes) == runs
    assert len(runs) == max(0, len(pitches) - notes + 1)


def test_copied():
    source = tune("C6", 60, 62, 64, 65)
    up_a_fifth = tune("C6", 67, 69, 71, 60)  # the first run of three, then another
    assert measures.copied([up_a_fifth], [source], 3) == 0.5
    assert measures.copied([source], [up_a_fifth, source], 3) == 1
    assert measures.copied([tune("C6", 60, 61)], [source], 3) == 0  # no run of three at all
    assert measures.copied([source], [], 3) == 0


# --- a line of JSON --------------------------------------------------------------------------


def test_json():
    played = replace(chorus("Bbm7 Eb7", (24, "rest"), (24, 61), beats=4), varied=True)
    line = to_json(played)
    assert line == (
        '{"title":"test","beats":4,"tempo":120,"chords":[[0,"Bbm7"],[24,"Eb7"]],'
        '"events":[[24,"rest"],[24,61]],"varied":true}'
    )
    assert from_json(line) == played
    assert hash(from_json(line)) == hash(played)  # tuples all the way down


chords = st.builds(Chord, st.integers(0, 11), st.sampled_from(list(KINDS)))
EVENTS = st.tuples(st.integers(1, 48), st.one_of(st.integers(0, 127), st.just("rest")))


@given(st.text(), st.lists(chords, min_size=1), st.lists(EVENTS))
def test_json_round_trip(title, harmonies, played):
    timed = tuple((12 * i, chord) for i, chord in enumerate(harmonies))
    one = Chorus(title, 3, 99, timed, tuple(played))
    assert from_json(to_json(one)) == one
    assert "\n" not in to_json(one)


@pytest.mark.parametrize(
    "line",
    ["no JSON", "{}", '{"title": 1}', "[]", '{"chords": [[0, "H7"]], "events": []}'],
)
def test_a_damaged_file_is_reported(tmp_path, monkeypatch, line):
    (tmp_path / "jazz").mkdir()
    (tmp_path / "jazz/choruses.jsonl").write_text(line + "\n", encoding="utf-8")
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    with pytest.raises(DataError, match=r"choruses.jsonl is damaged .*git checkout -- datasets"):
        load_choruses()


def test_a_missing_file_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    with pytest.raises(DataError, match=r"choruses.jsonl is missing .*git checkout -- datasets"):
        load_choruses()


def test_load_choruses(tmp_path, monkeypatch):
    both = [tune("C6", 60, 64), tune("Dm7", 62, 65, beats=3)]
    (tmp_path / "jazz").mkdir()
    lines = "".join(to_json(one) + "\n" for one in both)
    (tmp_path / "jazz/choruses.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    assert load_choruses() == both


# --- tokens ----------------------------------------------------------------------------------


@given(st.integers(LOWEST, HIGHEST), st.integers(0, 11))
def test_a_token_stands_for_one_pitch_over_a_root(pitch, root):
    token = players.pitch_token(pitch, root)
    assert players.HOLD_TOKEN < token < players.N_PITCHES
    assert players.token_pitch(token, root) == pitch
    assert players.pitch_token(pitch + 12 * (pitch < 70) - 12 * (pitch >= 70), root) != token


@given(st.integers(1, players.N_PITCHES - 1), st.integers(0, 11))
def test_a_pitch_has_one_token_over_a_root(token, root):
    assert players.pitch_token(players.token_pitch(token, root), root) == token
    assert type(players.token_pitch(np.int32(token), np.int32(root))) in (int, str)


def test_the_root_token_is_the_root_from_c3_to_b3():
    assert [players.pitch_token(48 + root, root) for root in range(12)] == [players.ROOT_TOKEN] * 12
    assert players.pitch_token(LOWEST, 11) == 3  # the first token of a note
    assert players.pitch_token(HIGHEST, 0) == players.N_PITCHES - 1


def test_the_same_tone_of_a_chord_has_the_same_token_in_every_key():
    for semitones in range(12):
        assert players.pitch_token(55 + semitones, semitones) == players.pitch_token(55, 0)


@pytest.mark.parametrize(("pitch", "token"), [("rest", 1), ("hold", 2)])
def test_rest_and_hold_have_tokens_over_any_root(pitch, token):
    assert players.pitch_token(pitch, 7) == token
    assert players.token_pitch(token, 3) == pitch


def test_a_pitch_out_of_range_gets_the_nearest_token():
    assert players.pitch_token(0, 11) == players.HOLD_TOKEN + 1
    assert players.pitch_token(127, 0) == players.N_PITCHES - 1


def test_memory_by_hand():
    assert players.memory([], 0) == [0, 0, 0, 13, 0]
    assert players.memory([(6, "rest")], 0) == [6, 1, 0, 13, 0]
    first = [(6, "rest"), (12, 60)]
    assert players.memory(first, 0) == [12, 3, players.pitch_token(60, 0), 13, 1 + (60 - 52) // 3]
    assert players.memory(first, 5)[2] == players.pitch_token(60, 5)
    later = [*first, (6, 67), (18, "hold")]
    assert players.memory(later, 0) == [
        18,
        2,
        players.pitch_token(67, 0),
        13 + 7,
        1 + (67 - 52) // 3,
    ]
    assert players.memory([(6, 52), (6, 84)], 0)[3] == 26  # more than an octave counts as 13
    assert players.memory([(6, 84), (6, 52)], 0)[3] == 0
    assert players.memory([(6, 60), (6, 60)], 0)[3] == 13
    assert players.memory([(60, "rest")], 0)[0] == 48  # no bar is longer


@pytest.mark.parametrize(
    ("pitch", "height"), [(40, 1), (52, 1), (54, 1), (55, 2), (84, 11), (85, 12), (99, 12)]
)
def test_height_counts_minor_thirds(pitch, height):
    assert players.memory([(6, pitch)], 0)[4] == height


def test_the_columns_have_room_for_their_values():
    x = players.inputs([c for c in datasets_heads() if not c.varied])
    assert x.shape[-1] == len(players.SIZES) == len(players.COLUMNS)
    assert (x.reshape(-1, x.shape[-1]).max(axis=0) < players.SIZES).all() and x.min() >= 0
    assert list(players.COLUMNS)[players.ROOM] == "room"


def datasets_heads():
    return load_choruses()[::60]


def test_a_player_who_plays_a_chorus_knows_what_inputs_says():
    for one in datasets_heads()[:6]:
        player = players.Player(one.chords, one.beats, one.length)
        tokens = players.inputs([one])[0]
        for known, (duration, pitch) in zip(tokens, one.events, strict=True):
            assert player.know() == known.tolist()
            root = chord_at(one.chords, player.tick).root
            player.play(duration, players.pitch_token(pitch, root))
        assert player.done
        assert player.chorus("again").events == one.events


@given(heads())
def test_inputs_of_any_chorus_are_what_its_player_knows(head):
    x, player = players.inputs([head]), players.Player(head.chords, head.beats, head.length)
    assert x.dtype == np.int32 and (x >= 0).all() and (x < players.SIZES).all()
    for known, (duration, pitch) in zip(x[0].tolist(), head.events, strict=True):
        assert known == player.know()
        assert known[players.ROOM] == head.bar - player.tick % head.bar >= duration
        root = chord_at(head.chords, player.tick).root
        player.play(duration, players.pitch_token(pitch, root))
    assert player.done and tuple(player.events) == head.events


@given(heads(), st.integers(-10, 10))
def test_another_key_changes_the_height_and_the_octave_of_the_last_note(head, semitones):
    x, moved = players.inputs([head]), players.inputs([head.transposed(semitones)])
    note, height = (list(players.COLUMNS).index(name) for name in ("note", "height"))
    same = np.delete(x == moved, [note, height], axis=-1)
    assert same.all()
    assert ((x - moved)[..., note] % 12 == 0).all()  # a root that passes C begins an octave anew
    if all(0 <= chord.root + semitones < 12 for _, chord in head.chords):
        assert (x[..., note] == moved[..., note]).all()


def test_inputs_of_nothing():
    assert players.inputs([]).shape == (0, 0, len(players.COLUMNS))


def test_inputs_pads_shorter_choruses_with_zeros():
    short, long = tune("C6", 60, 64), tune("C6", 60, 64, 67, 72)
    x = players.inputs([short, long])
    assert x.shape == (2, 4, len(players.COLUMNS))
    assert not x[0, 2:].any() and np.array_equal(x[0, :2], players.inputs([short])[0])


def test_a_player_ends_with_the_progression():
    player = players.Player(progression("C6")[0], 4, 48)
    for _ in range(9):
        player.play(18, 20)
    assert player.done and [d for d, _ in player.events] == [18, 18, 18]
    assert player.tick == 54
    assert (
        player.know()[len(players.MEMORY) :] == players.context(player.chords, 4, 48)[-1].tolist()
    )
    assert measures.valid_bars([player.chorus("too long")]) == 0


def test_an_opening_is_played_first_whatever_the_player_is_told():
    player = players.Player(progression("C6")[0], 4, 48, opening=[(24, 61), (12, "rest")])
    for _ in range(3):
        player.play(12, players.pitch_token(60, 0))
    assert player.events == [(24, 61), (12, "rest"), (12, 60)]
    assert player.chorus("mine", tempo=90) == Chorus(
        "mine", 4, 90, player.chords, ((24, 61), (12, "rest"), (12, 60)), varied=True
    )


def test_an_opening_ends_with_the_progression():
    opening = ((36, 61), (12, 62), (12, 63))
    player = players.Player(progression("C6")[0], 4, 48, opening)
    for _ in opening:
        player.play(6, 20)
    assert player.events == [(36, 61), (12, 62)]
    assert len(opening) == 3  # what was given is left as it was


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 60), st.integers(52, 85)), max_size=9))
def test_notes_become_events_and_notes_again(gaps):
    played, now = [], 0
    for gap, duration, pitch in gaps:
        played.append((now + gap, now + gap + duration, pitch))
        now += gap + duration
    bars = -(-max(now, 1) // 48) * 48
    split = events(played, 48, bars)
    assert sum(duration for duration, _ in split) == bars
    assert measures.valid_bars([Chorus("", 4, 120, (), split)]) == 1
    assert [(a, a + d, p) for a, d, p in notes(split)] == played


def test_changes_are_changes():
    c, g = Chord(0, "6"), Chord(7, "7")
    assert changes([(0, c), (48, c), (96, g), (120, g), (144, c)]) == (
        (0, c),
        (96, g),
        (144, c),
    )
    assert changes([]) == ()


# --- baselines and habits --------------------------------------------------------------------


def slow_nats(training, held_out, size):
    """Witten-Bell in its plainest form; an item is (context, token)."""

    def prob(context, token):
        if context is None:
            return 1 / size
        shorter = prob(context[:-1] if context else None, token)
        seen = [t for c, t in training if c[: len(context)] == context]
        if not seen:
            return shorter
        return (seen.count(token) + len(set(seen)) * shorter) / (len(seen) + len(set(seen)))

    return -np.mean([np.log(prob(context, token)) for context, token in held_out])


def items(choruses, contexts):
    """Return (context, duration) and (context, pitch token) of every event of the chord model."""
    rhythm, melody = [], []
    for one, x in zip(choruses, players.inputs(choruses), strict=True):
        tick = 0
        for row, (duration, pitch) in zip(x, one.events, strict=False):
            known = dict(zip(players.COLUMNS, row.tolist(), strict=True))
            root = chord_at(one.chords, tick).root
            rhythm.append((tuple(known[n] for n in contexts[0]), duration))
            melody.append((tuple(known[n] for n in contexts[1]), players.pitch_token(pitch, root)))
            tick += duration
    return rhythm, melody


def test_the_model_with_chords_counts_as_the_plain_formula_does():
    one = datasets_heads()
    training = [replace(one[0], varied=False), replace(one[3], varied=False)]
    held_out, contexts = [one[7]], measures.BASELINES["n-gram with chords"]
    counted, asked = items(training, contexts), items(held_out, contexts)
    sizes = (players.N_DURATIONS, players.N_PITCHES)
    want = [slow_nats(*pair) for pair in zip(counted, asked, sizes, strict=True)]
    assert measures.count_baselines(training)["n-gram with chords"](held_out) == pytest.approx(want)


def test_the_trigram_and_the_unigram_count_as_the_plain_formula_does():
    training, held_out = datasets_heads()[:2], datasets_heads()[9:10]
    training = [replace(one, varied=False) for one in training]

    def grams(choruses, of, back):
        found = []
        for one in choruses:
            tokens = [0] * back + [of(event) for event in one.events]
            starts = range(len(tokens) - back)
            found += [(tuple(tokens[i : i + back][::-1]), tokens[i + back]) for i in starts]
        return found

    parts = ((lambda e: e[0], players.N_DURATIONS), (lambda e: players.pitch_token(e[1], 0), 48))
    assert players.N_PITCHES == 48
    want = [slow_nats(grams(training, of, 2), grams(held_out, of, 2), n) for of, n in parts]
    counted = measures.count_baselines(training)
    assert counted["trigram, no chords"](held_out) == pytest.approx(want)
    durations = [((), d) for one in training for d, _ in one.events]
    asked = [((), d) for one in held_out for d, _ in one.events]
    assert counted["unigram"](held_out)[0] == pytest.approx(slow_nats(durations, asked, 49))
    _, pitches = items(training, ([], []))
    _, asked = items(held_out, ([], []))
    assert counted["unigram"](held_out)[1] == pytest.approx(slow_nats(pitches, asked, 48))


def test_a_baseline_by_hand():
    """Counted: three quarter notes and a rest. Asked: a quarter rest and an eighth."""
    counted = measures.count_baselines([chorus("C6", (12, 60), (12, 60), (12, 62), (12, "rest"))])
    durations, pitches = counted["unigram"]([chorus("C6", (12, "rest"), (6, 60))])
    p = [(4 + 1 / 49) / 5, 1 / 49 / 5]  # one duration, four times, and one share for new ones
    assert durations == pytest.approx(-np.mean(np.log(p)))
    p = [(1 + 3 / 48) / 7, (2 + 3 / 48) / 7]  # three different ones of four
    assert pitches == pytest.approx(-np.mean(np.log(p)))


def test_a_pitch_is_seen_from_the_root_where_it_starts():
    """A C over C that lasts into G, and a G over G: twice the root."""
    counted = measures.count_baselines([chorus("C6 G7", (36, 60), (12, 67))])
    _, pitches = counted["unigram"]([chorus("C6", (48, 60))])
    assert pitches == pytest.approx(-np.log((2 + 1 / 48) / 3))


def test_baselines_need_a_head_as_it_was_composed():
    varied = replace(tune("C6", 60, 62), varied=True)
    for training in ([], [varied]):
        with pytest.raises(ValueError, match="give at least one head as it was composed"):
            measures.count_baselines(training)


def test_the_trigram_does_not_see_the_chords():
    training, held_out = datasets_heads()[:2], datasets_heads()[9:10]
    moved = [replace(one, chords=((0, Chord(1, "7")),)) for one in held_out]
    training = [replace(one, varied=False) for one in training]
    counted = measures.count_baselines(training)
    assert counted["trigram, no chords"](moved) == counted["trigram, no chords"](held_out)
    assert counted["n-gram with chords"](moved) != counted["n-gram with chords"](held_out)
    blind = measures.count_baselines(
        [replace(one, chords=((0, Chord(4, "m7")),)) for one in training]
    )
    assert blind["trigram, no chords"](held_out) == counted["trigram, no chords"](held_out)
    assert blind["n-gram with chords"](held_out) != counted["n-gram with chords"](held_out)


def test_all_but_the_trigram_see_a_pitch_from_the_root():
    counted = measures.count_baselines([tune("C6 | G7", 60, 64, 67, 64, 62, 65, 67, 71)])
    here, there = ([tune("C6 | C6", 67, 64, 60, 64, 60).transposed(n)] for n in (0, 4))
    for name in ("unigram", "n-gram with chords"):
        assert counted[name](here) == pytest.approx(counted[name](there))
    assert counted["trigram, no chords"](here)[1] != counted["trigram, no chords"](there)[1]


def test_a_rhythm_is_counted_once_for_all_its_keys():
    one = replace(datasets_heads()[0], varied=False)
    other = replace(datasets_heads()[9], varied=False)
    assert one.title != other.title
    varied = replace(one, events=((12, 60),) * 40, varied=True)
    once = measures.count_baselines([one, other])
    often = measures.count_baselines([one, one.transposed(1), other, varied])
    for name in measures.BASELINES:
        durations, pitches = once[name]([one])
        assert often[name]([one])[0] == pytest.approx(durations)
        assert often[name]([one])[1] != pytest.approx(pitches)


def test_habits_by_hand():
    found = measures.habits_of([chorus("C6", (6, 60), (6, 62), (12, "rest"), (12, 67), (12, 48))])
    assert found == {
        "notes a bar": 4,
        "time that is rest": 0.25,
        "notes off the beat": 0.25,
        "steps (1 or 2 semitones)": pytest.approx(1 / 3),
        "leaps (5 and more)": pytest.approx(2 / 3),
        "longest run one way": 3,
        "different durations": 2,
        "outside a horn's range": 0.25,
    }


def test_habits_of_several_are_taken_together():
    """The first has a hold, a rest and leaps; the second stays and then goes down."""
    first = chorus(
        "C6 | C6",
        *((12, 60), (12, 62), (12, 64), (12, 69)),
        *((6, "hold"), (18, "rest"), (6, 50), (18, 72)),
    )
    assert measures.habits_of([first, tune("C6", 60, 60, 59, 58)]) == pytest.approx(
        {
            "notes a bar": 10 / 3,
            "time that is rest": 18 / 144,
            "notes off the beat": 1 / 10,  # the 72, on tick 78
            "steps (1 or 2 semitones)": 4 / 8,  # 2 2 5 -19 22 and 0 -1 -1
            "leaps (5 and more)": 3 / 8,
            "longest run one way": (4 + 3) / 2,
            "different durations": (3 + 1) / 2,
            "outside a horn's range": 1 / 10,
        }
    )


def test_notes_that_stay_go_no_way():
    assert measures.habits_of([tune("C6", 60, 60, 60, 60)])["longest run one way"] == 1
    assert measures.habits_of([tune("C6", 60, 60), tune("C6", 60)])["longest run one way"] == 1
