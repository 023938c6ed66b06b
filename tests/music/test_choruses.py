"""utils.music.choruses: notes, events, and a line of JSON."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.music.tunes import chorus, heads, tune
from utils import files
from utils.files import DataError
from utils.music import measures
from utils.music.chords import KINDS, Chord
from utils.music.choruses import Chorus, events, from_json, load_choruses, notes, onsets, to_json

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


@given(heads())
def test_events_become_notes_and_events_again(head):
    found = [(onset, onset + duration, pitch) for onset, duration, pitch in notes(head.events)]
    assert events(found, head.bar, head.length) == head.events


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
    with pytest.raises(
        DataError, match=r"choruses.jsonl is damaged .line 1 is .*git checkout -- datasets"
    ):
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
