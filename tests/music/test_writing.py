"""utils.music.writing: MIDI and MusicXML, read again."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from music21 import converter, midi

from tests.music.files import changes
from utils.env import ROOT
from utils.music import writing
from utils.music.chords import KINDS, TICKS, Chord, chord_at
from utils.music.choruses import HOLD, LOWEST, REST, Chorus, events
from utils.music.reading import read_score
from utils.music.writing import write_score

# --- the heads: read as they are written -----------------------------------------------------


# --- MusicXML --------------------------------------------------------------------------------


@pytest.mark.parametrize("root", [0, 6, 10])
def test_every_kind_of_chord_survives_musicxml(tmp_path, root):
    chords = tuple((48 * bar, Chord(root, kind)) for bar, kind in enumerate(KINDS))
    chorus = Chorus("Kinds", 4, 120, chords, ((48, 60),) * len(chords))
    write_score(chorus, tmp_path / "kinds.musicxml")
    assert read_score(tmp_path / "kinds.musicxml").chords == chords


# --- writing ---------------------------------------------------------------------------------


def small(title="Blue & <Red>", beats=4):
    events = ((8, 72), (4, 74), (12, REST), (24, 75), (12, HOLD), (30, 70), (6, 61))
    chords = ((0, Chord(0, "7")), (60, Chord(5, "7")))
    return Chorus(title, beats, 132, chords, events)


def test_what_notation_programs_find_in_musicxml(tmp_path):
    write_score(small(), tmp_path / "small.musicxml")
    text = (tmp_path / "small.musicxml").read_text(encoding="utf-8")
    score = converter.parseData(text, format="musicxml")
    assert score.metadata.bestTitle == "Blue & <Red>"
    ties = [sound.tie and sound.tie.type for sound in score.flatten().notes if not sound.isChord]
    assert ties[:4] == [None, None, "start", "stop"]
    assert '<kind text="7">dominant</kind>' in text and "<per-minute>132</per-minute>" in text
    assert "Music21" not in text and "<software>" not in text and "encoding-date" not in text


def test_a_note_over_two_bar_lines_and_a_half_diminished_chord(tmp_path):
    chorus = Chorus("Long", 3, 90, ((0, Chord(9, "m7b5")),), ((36, 60), (36, HOLD), (36, HOLD)))
    write_score(chorus, tmp_path / "long.musicxml")
    text = (tmp_path / "long.musicxml").read_text(encoding="utf-8")
    assert re.findall(r'<tie type="(\w+)"', text) == ["start", "stop", "start", "stop"]
    assert '<kind text="m7b5">half-diminished</kind>' in text


@pytest.mark.parametrize("name", ["two.musicxml", "two.mid"])
def test_two_writes_are_equal(tmp_path, name):
    script = "import sys; from tests.music.test_writing import *; write_score(small(), sys.argv[1])"
    subprocess.run([sys.executable, "-c", script, tmp_path / name], check=True, cwd=ROOT)
    first = (tmp_path / name).read_bytes()
    write_score(small(), tmp_path / name)
    assert (tmp_path / name).read_bytes() == first


@pytest.mark.parametrize("title", ["", "nul\0l", "line\nbreak", "Ünï", "\ud800", "日本", "</part>"])
@pytest.mark.parametrize("name", ["title.musicxml", "title.mid"])
def test_any_title_can_be_written(tmp_path, title, name):
    chorus = small(title)
    write_score(chorus, tmp_path / name)
    assert read_score(tmp_path / name, "C | F").events == chorus.events


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "kept.mid"
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("no room")))
    with pytest.raises(OSError, match="no room"):
        write_score(small(), path)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("kept.mid", b"old")]


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"tune.pdf must end in \.mid or \.musicxml"):
        write_score(small(), tmp_path / "tune.pdf")
    assert not list(tmp_path.iterdir())


def test_midi_has_a_melody_and_soft_chords_below_it(tmp_path):
    write_score(small(), tmp_path / "small.mid")
    file = midi.MidiFile()
    file.readstr((tmp_path / "small.mid").read_bytes())
    _, melody, chords = file.tracks
    loud, soft = (
        [(e.pitch, e.velocity) for e in track.events if e.type != "DeltaTime" and e.isNoteOn()]
        for track in (melody, chords)
    )
    assert [pitch for pitch, _ in loud] == [72, 74, 75, 70, 61]
    assert {pitch % 12 for pitch, _ in soft[:5]} == {0, 4, 7, 10}
    assert max(v for _, v in soft) < min(v for _, v in loud)


def test_the_block_chords_always_lie_lower_than_a_melody_can():
    for symbol in (Chord(root, kind) for root in range(12) for kind in KINDS):
        pitches = writing._block(symbol)
        assert sum(pitches) / len(pitches) < LOWEST


# --- MIDI ------------------------------------------------------------------------------------

QUARTERS = [(12,), (6, 6), (3, 3, 6), (9, 3), (4, 4, 4), (8, 4), (3, 3, 3, 3), (4, 8)]
quarter = st.sampled_from(QUARTERS).flatmap(
    lambda ticks: st.tuples(*(st.tuples(st.just(t), st.integers(LOWEST, 84)) for t in ticks))
)
silent = st.sampled_from([((12, REST),), ((6, REST), (6, 67)), ((6, 67), (6, REST))])


@st.composite
def choruses(draw):
    beats = draw(st.sampled_from([3, 4]))
    bars = draw(st.integers(1, 3))
    quarters = draw(
        st.lists(st.one_of(quarter, silent), min_size=beats * bars, max_size=beats * bars)
    )
    written = [event for part in quarters for event in part]
    if all(pitch == REST for _, pitch in written):
        written[-1] = (12, 60)
    if draw(st.booleans()) and len(quarters) > beats:  # a note over the first bar line
        ticks = [sum(t for t, _ in written[:i]) for i in range(len(written))]
        line = ticks.index(beats * TICKS)
        if written[line - 1][1] != REST:
            written[line] = (written[line][0], HOLD)
    kinds = st.builds(Chord, st.integers(0, 11), st.sampled_from(list(KINDS)))
    symbols = draw(st.lists(kinds, min_size=bars, max_size=bars))
    chords = changes([(i * beats * TICKS, symbol) for i, symbol in enumerate(symbols)])
    merged = events(notes_of(written), beats * TICKS, bars * beats * TICKS)
    return Chorus("Random", beats, draw(st.integers(40, 300)), chords, merged)


def notes_of(events):
    notes, tick = [], 0
    for ticks, pitch in events:
        if pitch == HOLD:
            notes[-1] = (notes[-1][0], tick + ticks, notes[-1][2])
        elif pitch != REST:
            notes.append((tick, tick + ticks, pitch))
        tick += ticks
    return notes


def as_text(chorus):
    bars = chorus.length // chorus.bar
    return " | ".join(chord_at(chorus.chords, bar * chorus.bar).symbol for bar in range(bars))


@settings(max_examples=25, deadline=None)
@given(choruses())
def test_midi_gives_a_melody_back(tmp_path_factory, chorus):
    path = tmp_path_factory.mktemp("midi") / "random.mid"
    write_score(chorus, path)
    read = read_score(path, as_text(chorus))
    assert (read.events, read.chords, read.beats) == (chorus.events, chorus.chords, chorus.beats)
    assert abs(read.tempo - chorus.tempo) <= 1 and read.title == "random"


@settings(max_examples=15, deadline=None)
@given(choruses())
def test_musicxml_gives_a_chorus_back(tmp_path_factory, chorus):
    path = tmp_path_factory.mktemp("musicxml") / "random.musicxml"
    write_score(chorus, path)
    assert read_score(path) == chorus


# --- taken home ------------------------------------------------------------------------------


def test_no_file_of_a_learner_is_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sound = np.zeros(800, np.float32)
    first = ["solo.mid", "solo.musicxml", "solo.wav"]
    for _ in range(2):  # the same content needs no new name
        assert writing.take_home(small(), sound, "solo") == first
    assert sorted(path.name for path in tmp_path.iterdir()) == first
    before = Path("solo.mid").read_bytes()
    assert writing.take_home(small(beats=3), sound, "solo") == [f"solo_2{p[4:]}" for p in first]
    assert Path("solo.mid").read_bytes() == before
    Path("tune.wav").write_text("mine")
    assert writing.take_home(small(), sound, "tune")[0] == "tune_2.mid"
    assert Path("tune.wav").read_text() == "mine" and not Path("tune.mid").exists()
    assert read_score("solo_2.musicxml").beats == 3


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        writing.take_home(small(), np.zeros(8, np.float32), str(tmp_path / "none" / "solo"))


def test_music21_does_not_change_the_pictures_of_a_notebook():
    """Where stderr is a notebook's, by the name of its class, music21 starts a timer for that."""
    script = (
        "import io, sys, threading\n"
        "sys.stderr = type('OutStream', (io.StringIO,), {})()\n"
        "from utils.music import writing\n"
        "print([type(thread).__name__ for thread in threading.enumerate()])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "['_MainThread']\n"
