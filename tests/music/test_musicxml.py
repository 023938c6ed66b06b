"""utils.music.musicxml: what stands in a file, as it sounds, and what is refused by name."""

import re

import pytest

from tests.music.files import saved, shown, symbols
from tests.music.scores import (
    BACKWARD,
    FORWARD,
    C,
    attributes,
    ending,
    harmony,
    note,
    part,
    rest,
    score,
    sign,
    words,
)
from utils.files import DataError
from utils.music.reading import read_score


def read(tmp_path, *bars, first=None):
    return read_score(saved(tmp_path, score(part(*bars, first=first)), "tune.musicxml"))


def transpose(semitones, octaves=0):
    return (
        f"<transpose><chromatic>{semitones}</chromatic>"
        f"<octave-change>{octaves}</octave-change></transpose>"
    )


TIE_ON, TIE_OFF = ('<tie type="start"/>', '<tie type="stop"/>')
TIED = '<notations><tied type="stop"/></notations>'


@pytest.mark.parametrize(
    ("bars", "expected"),
    [
        ([note(), "", note("D5")], "48:72 48:rest 48:74"),
        ([note(after=TIE_ON), note(after=TIE_OFF)], "48:72 48:hold"),
        ([note(), note(after=TIED)], "48:72 48:hold"),
        ([note() + note("E5", before="<chord/>")], "48:76"),
        ([note("C5", 2) + note("D5", 2, before="<cue/>")], "24:72 24:rest"),
        ([note("B4", after="<notehead>slash</notehead>"), note()], "48:rest 48:72"),
        (
            ["<note><grace/><pitch><step>D</step><octave>5</octave></pitch></note>" + note()],
            "48:72",
        ),
        (["<forward><duration>2</duration></forward>" + note("C5", 2)], "24:rest 24:72"),
        ([note() + "<backup><duration>4</duration></backup>" + note("C4")], "48:72"),
        ([note("C5", 1), note(), note("D5", 3)], "36:rest 12:72 48:72 36:74 12:rest"),
        (
            [note(), "<attributes><divisions>2</divisions></attributes>" + note("D5", 8)],
            "48:72 48:74",
        ),
        ([note(duration="4.0")], "48:72"),
        ([note() + "<forward><duration>0</duration></forward>"], "48:72"),
        (
            [
                note("C5", 2, after="<staff>1</staff>")
                + rest(2)
                + "<backup><duration>4</duration></backup>"
                + note("C3", after="<staff>2</staff>")
            ],
            "24:72 24:rest",
        ),
    ],
)
def test_bars_are_read_as_they_are_written(tmp_path, bars, expected):
    assert shown(read(tmp_path, C + bars[0], *bars[1:])) == expected


def test_a_bar_of_rest_has_the_metre_whatever_its_duration(tmp_path):
    bars = C + note(duration=3), rest(4, 'measure="yes"'), note(duration=3)
    assert shown(read(tmp_path, *bars, first=attributes(beats=3))) == "36:72 36:rest 36:72"


@pytest.mark.parametrize(
    ("bars", "expected"),
    [
        ([FORWARD + "C" + BACKWARD, "D"], "CCD"),
        ([FORWARD + "C" + BACKWARD.replace("/></", ' times="3"/></'), "D"], "CCCD"),
        ([FORWARD + "C" + BACKWARD, FORWARD + "D" + BACKWARD], "CCDD"),
        (["C" + BACKWARD, "D" + BACKWARD], "CCDD"),
        (
            [
                FORWARD + "C",
                ending(1) + "D" + ending(1, "stop") + BACKWARD,
                ending(2) + "E" + ending(2, "discontinue"),
                "F",
            ],
            "CDCEF",
        ),
        (
            [
                FORWARD + "C",
                ending(1) + "D",
                "D" + ending(1, "stop") + BACKWARD,
                ending(2) + "E",
                "E" + ending(2, "stop"),
                "F",
            ],
            "CDDCEEF",
        ),
        (
            [
                FORWARD + "C",
                ending("1, 2") + "D" + ending("1, 2", "stop") + BACKWARD,
                ending(3) + "E" + ending(3, "stop"),
            ],
            "CDCDCE",
        ),
        ([FORWARD + "C", ending(1) + "D" + ending(1, "stop") + BACKWARD, "F"], "CDCF"),
        (["C", "D" + words("Fine"), "E" + words("D.C. al Fine")], "CDECD"),
        (["C", '<barline segno="a"><segno/></barline>D', 'E<sound dalsegno="a"/>'], "CDEDE"),
        (
            [
                FORWARD + "C",
                ending(1) + "D" + BACKWARD,
                ending(2) + "E",
                FORWARD + "F" + BACKWARD,
            ],
            "CDCEFF",
        ),
        (
            [
                "C",
                sign("segno", '<sound segno="1"/>') + "D",
                "E" + words("To Coda", '<sound tocoda="c"/>'),
                "F" + words("D.S. al Coda", '<sound dalsegno="1"/>'),
                sign("coda", '<sound coda="c"/>') + "G",
            ],
            "CDEFDEG",
        ),
        (
            [
                "C",
                sign("segno") + "D",
                "E" + sign("coda"),
                "F" + words("D.S. al Coda"),
                sign("coda") + "G",
            ],
            "CDEFDEG",
        ),
        (
            [
                FORWARD + "C",
                ending(1) + "D" + ending(1, "stop") + BACKWARD,
                ending(2) + "E" + ending(2, "stop") + words("Fine"),
                "F" + words("D.C. al Fine"),
            ],
            "CDCEFCE",
        ),
    ],
)
def test_repeats_and_jumps_are_played(tmp_path, bars, expected):
    letters = "CDEFG"
    bars = [
        "".join(note(f"{text}5") if text in letters else text for text in split(bar))
        for bar in bars
    ]
    chorus = read(tmp_path, C + bars[0], *bars[1:])
    names = dict(zip((72, 74, 76, 77, 79), letters, strict=True))
    assert "".join(names[pitch] for _, pitch in chorus.events) == expected


def split(bar):
    """Return the XML of a bar and its note, which is a single letter."""
    return [text for text in re.split(r"(?<![\w<./ ])([C-G])(?![\w.])", bar) if text]


@pytest.mark.parametrize(
    ("shift", "pitch", "chord"),
    [
        (transpose(-2), 72, "0:Bb"),
        (transpose(-2, -1), 60, "0:Bb"),
        (transpose(0, -1), 62, "0:C"),
        ("<clef><sign>G</sign><clef-octave-change>-1</clef-octave-change></clef>", 74, "0:C"),
    ],
)
def test_a_transposing_part_is_read_as_it_sounds(tmp_path, shift, pitch, chord):
    chorus = read(tmp_path, C + note("D5"), first=attributes(more=shift))
    assert (shown(chorus), symbols(chorus)) == (f"48:{pitch}", chord)


def test_a_tenor_beside_chords_in_concert_pitch(tmp_path):
    tenor = part(note("D5"), note("E5"), first=attributes(more=transpose(-2, -1)))
    piano = part(harmony("dominant") + note("C3"), note("C3"), number="P2")
    chorus = read_score(saved(tmp_path, score(tenor, piano), "tune.musicxml"))
    assert (shown(chorus), symbols(chorus)) == ("48:60 48:62", "0:C7")


def test_the_instrument_may_change(tmp_path):
    change = f"<attributes>{transpose(-2)}</attributes>"
    assert shown(read(tmp_path, C + note("D5"), change + note("D5"))) == "48:74 48:72"


@pytest.mark.parametrize(
    ("mark", "tempo"),
    [
        ('<sound tempo="90"/>', 90),
        (words("Slow", '<sound tempo="90"/>'), 90),
        (
            "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
            "<per-minute>60</per-minute></metronome></direction-type></direction>",
            90,
        ),
        (
            "<direction><direction-type><metronome><beat-unit>half</beat-unit>"
            "<per-minute>c. 80-90</per-minute></metronome></direction-type></direction>",
            160,
        ),
        ("", 120),
    ],
)
def test_tempo(tmp_path, mark, tempo):
    assert read(tmp_path, mark + C + note()).tempo == tempo


def test_triplets_that_a_program_has_rounded(tmp_path):
    triplet = "".join(note(pitch, 85) for pitch in ("C5", "D5", "E5"))
    bar = attributes(256) + triplet + note("F5", 768)
    chorus = read(tmp_path, C + note(), bar, note(duration=1024))
    assert shown(chorus) == "48:72 4:72 4:74 4:76 36:77 48:72"


def test_titles_and_a_score_by_measures(tmp_path):
    text = score(part(C + note())).replace(
        "<part-list>", "<movement-title> My\n tune</movement-title><part-list>"
    )
    assert read_score(saved(tmp_path, text, "tune.xml")).title == "My tune"
    bars = [attributes() + C + note(), note("D5")]
    measures = "".join(f'<measure><part id="P1">{bar}</part></measure>' for bar in bars)
    text = f"<score-timewise>{measures}</score-timewise>"
    assert shown(read_score(saved(tmp_path, text, "tune.xml"))) == "48:72 48:74"


@pytest.mark.parametrize("beats", ["2+2", "3+1", " 4 "])
def test_a_metre_written_as_a_sum(tmp_path, beats):
    assert read(tmp_path, C + note(), first=attributes(beats=beats)).beats == 4


@pytest.mark.parametrize(
    ("bar", "message"),
    [
        *(
            (note(duration=duration), f"'{duration}' for the duration of a note in bar 2")
            for duration in ("0", "-4", "1e30", "nan", "inf", "x", "1e999999999", "1e-9")
        ),
        (note().replace("<duration>4</duration>", ""), "duration of a note in bar 2"),
        (attributes("0") + note(), "'0' for the divisions of a quarter note in bar 2"),
        (attributes("1e30") + note(), "'1e30' for the divisions"),
        (attributes(beats="4" + "+4" * 3000) + note(), r"changes its metre \(12004/4, 4/4\)"),
        (attributes(beats="x") + note(), "the metre x/4 in bar 2"),
        (attributes(below="0") + note(), "the metre 4/0 in bar 2"),
        (
            "<attributes><time><senza-misura/></time></attributes>" + note(),
            "without metre from bar 2",
        ),
        (attributes(beats=3) + note(duration=3), r"changes its metre \(3/4, 4/4\)"),
        (note(duration=3), "4 beats in bar 2"),
        (note(duration=5), "4 beats in bar 2"),
        (note("C9").replace("9", "99"), "a note that none can play in bar 2"),
        (note("H5"), "a note 'H' in bar 2"),
        (
            note().replace("<octave>", "<alter>0.5</alter><octave>"),
            "'0.5' for the accidental .* in bar 2",
        ),
        ('<sound tempo="0"/>' + note(), "'0' for the tempo in bar 2"),
        ('<sound tempo="1000000"/>' + note(), "states a tempo of 1e.06"),
        (note() + "<backup><duration>8</duration></backup>", "before the bar line in bar 2"),
        (
            note("C5", 2) + BACKWARD.replace("right", "middle") + note("C5", 2),
            "in the middle of bar 2",
        ),
        (ending("") + note() + BACKWARD, r"an ending \(volta\) without a number in bar 2"),
        (note() + words("D.S. al Coda"), "says D.S. in bar 2 and has no segno"),
        (note().replace("<pitch>", "<p>").replace("</pitch>", "</p>"), "without a pitch in bar 2"),
        (FORWARD + note() + BACKWARD.replace("/></", ' times="1000000"/></'), "more than 512 bars"),
        (C + harmony("dominant") + note(), "two chords in one place in bar 2, C and C7"),
        (note(duration=".125") * 2 + note(duration="3.75"), "notes in bar 2 that are faster than"),
        (note(duration=1) * 1001, "more than 1000 notes in bar 2"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path, bar, message):
    with pytest.raises(DataError, match=f"^tune.musicxml .*{message}"):
        read(tmp_path, C + note(), bar, note())


def test_repeat_signs_that_differ_between_parts(tmp_path):
    first, second = (
        part(C + note() + BACKWARD, note()),
        part(note(), note() + BACKWARD, number="P2"),
    )
    with pytest.raises(DataError, match="other repeat signs in one part than in another"):
        read_score(saved(tmp_path, score(first, second), "tune.musicxml"))


def test_drums_are_told_by_their_channel_or_clef(tmp_path):
    drum = "<midi-instrument><midi-channel>10</midi-channel></midi-instrument></score-part>"
    text = score(part(C + note())).replace('<score-part id="P1"/>', f'<score-part id="P1">{drum}')
    clef = score(part(C + note(), first=attributes(more="<clef><sign>percussion</sign></clef>")))
    for content in (text, clef):
        with pytest.raises(DataError, match="only rests or drums"):
            read_score(saved(tmp_path, content, "tune.musicxml"), "C")


def test_too_many_bars(tmp_path):
    with pytest.raises(DataError, match="has 600 bars, more than 512"):
        read(tmp_path, C + note(), *[note()] * 599)
    text = score(part()).replace("</part>", "<measure/>" * 1025 + "</part>")
    with pytest.raises(DataError, match="has more than 1024 bars"):
        read_score(saved(tmp_path, text, "tune.xml"))
