"""utils.music.midi: files as sequencers write them, with their usual faults."""

import re

import pytest

from tests.music.files import saved, shown
from tests.music.scores import midi, played, track
from utils.files import DataError
from utils.music.reading import read_score

TUNE = played(*((480 * i, 480 * i + 480, 60 + i) for i in range(8)))
READ = " ".join(f"12:{pitch}" for pitch in range(60, 68))
ON, OFF = b"\x90\x3c\x50", b"\x80\x3c\0"


def metre(top, power=2, at=0):
    return at, b"\xff\x58\4" + bytes([top, power, 24, 8])


def tempo(micros, at=0):
    return at, b"\xff\x51\3" + micros.to_bytes(3, "big")


def read(tmp_path, data, chords="C | C"):
    return read_score(saved(tmp_path, data, "tune.mid"), chords)


@pytest.mark.parametrize(
    "data",
    [
        midi(track(metre(4)), track(*TUNE), announced=1),
        midi(track(*TUNE), announced=0),
        midi(track(metre(4)), track(*TUNE), form=0),
        midi(track(*TUNE), form=2),
        midi(track(*TUNE)).replace(b"MThd\0\0\0\6", b"MThd\0\0\0\7").replace(b"MTrk", b"\0MTrk"),
        b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + midi(track(*TUNE)),
        b"\0" * 128 + midi(track(*TUNE)),
        midi(track(*TUNE)) + b"\0" * 50,
        midi(track(*TUNE)) + b"behind it",
        midi(b"XFIH\0\0\0\4abcd", track(*TUNE), announced=1),
        midi(track(*TUNE, closed=False)),
        midi(track(*TUNE[:-1], end=3840)),
        midi(track(*TUNE[:-1])),
        midi(track(*TUNE[:-1], (3840, b"\xb0\x7b\0"), end=9999)),
        midi(track(*TUNE, (100, b"\x80\x20\0"))),
        midi(track((0, b"\xf0\5\x7e\x7f\x09\1\xf7"), *TUNE)),
        midi(track((0, b"\x99\x20\x50"), *TUNE)),
    ],
)
def test_the_same_tune_however_it_is_wrapped(tmp_path, data):
    assert shown(read(tmp_path, data)) == READ


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([(0, ON), (960, b"\x3c\0"), (960, b"\x3e\x50"), (1920, b"\x3e\0")], "24:60 24:62"),
        ([(0, ON), (5, b"\xff\1\2hi"), (1920, b"\x3c\0")], "48:60"),
        ([(0, ON), (0, b"\x90\x40\x50"), (1920, OFF)], "48:64"),
        (played((0, 960, 60), (480, 1920, 60)), "12:60 12:60 24:rest"),
        (played((0, 0, 60), (480, 1920, 62)), "3:60 9:rest 36:62"),
        (played((0, 0, 60)), "3:60 45:rest"),
        ([(0, ON), (0, ON), (960, OFF), (960, OFF)], "24:60 24:rest"),
    ],
)
def test_how_notes_end(tmp_path, events, expected):
    assert shown(read(tmp_path, midi(track(*events)), "C")) == expected


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        ([[metre(4)], [tempo(400_000), *TUNE]], 150),
        ([[metre(4), tempo(300_000, 960)], [tempo(400_000), *TUNE]], 150),
        ([[tempo(500_000), tempo(400_000), *TUNE]], 150),
        ([[tempo(500_000), tempo(400_000, 480), *TUNE[2:]]], 150),
        ([[tempo(400_000, 960), *TUNE]], 120),
        ([TUNE], 120),
    ],
)
def test_the_tempo_at_the_first_note_whichever_track_has_it(tmp_path, tracks, expected):
    assert read(tmp_path, midi(*(track(*events) for events in tracks))).tempo == expected


@pytest.mark.parametrize(
    ("events", "beats"),
    [
        ([metre(4), metre(3, at=9999)], 4),
        ([metre(4), metre(3)], 3),
        ([metre(4), metre(4, at=1000)], 4),
        ([(0, b"\xff\x58\0")], 4),
    ],
)
def test_the_metre_under_the_notes_counts(tmp_path, events, beats):
    assert read(tmp_path, midi(track(*events, *TUNE)), "C | C | C").beats == beats


def test_a_pickup_in_a_bar_of_its_own(tmp_path):
    notes = played((0, 480, 60), (480, 2400, 62))
    chorus = read(tmp_path, midi(track(metre(1), metre(4, at=480), *notes)))
    assert shown(chorus) == "36:rest 12:60 48:62"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            midi(track(*TUNE)[:4] + b"\0\0\0\x18" + track(*TUNE)[8:]),
            "track 1 is longer than it says",
        ),
        (midi(track(*TUNE)[:4] + bytes(4) + track(*TUNE)[8:]), "track 1 is longer than it says"),
        (midi(track(*TUNE), announced=9), "its header announces 9 tracks and 1 follow"),
        (midi(track(*TUNE), track(*TUNE), form=2), "MIDI of type 2, .*several tunes"),
        (midi(track(*TUNE), division=0xE728), "counts time in seconds"),
        (midi(track(*TUNE), division=0), "counts time in seconds or not at all"),
        (midi(track(*TUNE[:5], *TUNE[6:])), r"a note that never ends \(D4, at quarter note 3\)"),
        (midi(track((0, b"\x90\xff\x50"))), "track 1 has a value above 127"),
        (midi(track((0, b"\x3c\x50"))), "track 1 has something unknown at its byte 1"),
        (midi(track((0, b"\xf4"), *TUNE)), "track 1 has something unknown"),
        (midi(track((0, b"\xf0\x7f\x7e"))), "track 1 ends in the middle of an event"),
        (midi(track(tempo(0), *TUNE)), "states a tempo of 0 quarter notes a minute"),
        (midi(track(tempo(1), *TUNE)), "states a tempo of 6e.07"),
        (midi(track(metre(0), *TUNE)), "is in 0/4"),
        (midi(track(metre(4, 200), *TUNE)), "a metre that no music has"),
        (midi(track(metre(4), metre(3, at=1920), *TUNE)), r"changes its metre \(3/4, 4/4\)"),
        (midi(track(*played((0, 9, 60), (2**27, 2**27 + 9, 60)))), "bars, more than 512"),
        (midi(track(metre(4))), "not one note"),
        (midi(track(*played((0, 9, 60), channel=9))), "only rests or drums"),
        (midi(track(*played(*((i, i + 9, 60) for i in range(20_001))))), "more than 20,000 notes"),
    ],
)
def test_what_is_not_read_is_named(tmp_path, data, message):
    with pytest.raises(DataError, match=f"^tune.mid .*{message}") as error:
        read(tmp_path, data)
    assert ". " not in str(error.value)


def test_a_file_cut_short_is_told_from_another_kind(tmp_path):
    whole = midi(track(metre(4)), track(*TUNE))
    for size in range(4, len(whole)):
        with pytest.raises(DataError, match=r"is cut short|its header announces"):
            read(tmp_path, whole[:size])
    with pytest.raises(DataError, match="does not begin as MIDI does"):
        read(tmp_path, b"RIFF\0\0\0\0WAVEfmt ")


def test_a_damaged_byte_never_gives_an_error_of_another_kind(tmp_path):
    whole = midi(track(metre(4)), track(*TUNE[:4]))
    faults = set()
    for place in range(len(whole)):
        for value in (0, 0x7F, 0x80, 0xFF):
            data = bytearray(whole)
            data[place] = value
            try:
                read(tmp_path, bytes(data))
            except DataError as error:
                faults.add(re.sub(r"\d+|b\d", "", str(error)))
    assert len(faults) > 8
