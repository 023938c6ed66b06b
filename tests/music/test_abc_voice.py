"""utils.music.abc_voice: notes, rests, chords and repeats in ABC, and what is refused by name."""

import pytest

from tests.music.files import abc, read_abc, saved, shown, symbols
from utils.files import DataError
from utils.music.reading import read_score

C = '"C"'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # signs that change no note
        ("(c2 d2) .e2 ~f2|!trill!g4 T^f4|uavbHcd2e2|", "12:72 12:74 12:76 12:77 24:79 24:78"),
        ("!f!c4!mf!d4|!<(!c8!<)!|", "24:72 24:74 48:72"),
        ("+trill+c8|", "48:72"),
        ("{/g}c8|{gab}d8|", "48:72 48:74"),
        ("c8!\n|d8 $\n|`e8\\\n|", "48:72 48:74 48:76"),
        ("c8|\nw:a-b c\nd8|\nW:words", "48:72 48:74"),
        ("c8|\n%%begintext\nwords | words\n%%endtext\nd8|", "48:72 48:74"),
        ("c8|\n\nd8|e8|\n\nWords below the tune", "48:72 48:74 48:76"),
        # lengths
        ("c>d e<f c4|c > d e2 f4|", "9:72 3:74 3:76 9:77 24:72 9:72 3:74 12:76 24:77"),
        ("c/d/ c2 c3/2 d/ c2 d|", "3:72 3:74 12:72 9:72 3:74 12:72 6:74"),
        ("(3cde (3:2:3fga (3:2:2c2d e2|", "4:72 4:74 4:76 4:77 4:79 4:81 8:72 4:74 12:76"),
        ("(2gf c3 z2|", "9:79 9:77 18:72 12:rest"),
        ("c2 z2 x2 y c2|", "12:72 24:rest 12:72"),
        ("[c2e2g2]2 [CEG]4|", "24:79 24:67"),
        # accidentals and ties
        ("__e2 ^^f2 =b2 _b2|", "12:74 12:79 12:83 12:82"),
        ("C,2 c'2 C,,2 c,2|", "12:48 12:84 12:36 12:60"),
        ("^f8-|f4 f4|", "48:78 24:hold 24:77"),
        ("^f4-_g4|", "48:78"),
        ("c4 -c4|c8-|c8-|\nc8|", "48:72 48:72 48:hold 48:hold"),
        ("[c-e-]4 [ce]4|", "48:76"),
        ("^f2F2f2=f2|", "12:78 12:66 12:78 12:77"),
        # bars of rest
        ("c8|Z2|X|z8|d8|", "48:72 48:rest 48:rest 48:rest 48:rest 48:74"),
        # voices in one bar
        ("c8&E4 F4&C8|d8|", "48:72 48:74"),
        ("c8-&E4 D4|c8|", "48:72 48:hold"),
        # bar lines
        ("c4[|]c4|c4.|c4|c8[|c8||c8|]", "24:72 24:72 24:72 24:72 48:72 48:72 48:72"),
    ],
)
def test_what_is_written_is_read(tmp_path, body, expected):
    assert shown(read_abc(tmp_path, C + body)).startswith(expected)


@pytest.mark.parametrize(
    ("body", "pitches"),
    [
        ("|:c8:|:d8:|", "ccdd"),
        ("|:c8::d8:|", "ccdd"),
        ("|:c8:||:d8:|", "ccdd"),
        ("|:c8:|\n|: d8 :|", "ccdd"),
        ("c8:|d8:|", "ccdd"),
        ("|::c8::|d8|", "cccd"),
        ("|:c8|d8|]", "cd"),
        ("|:c8|[1 d8:|[2 e8|]f8|]", "cdcef"),
        ("|:c8|1 d8 :|2 e8 ||f8|]", "cdcef"),
        ("|:c8|\n1 d8:|\n2 e8|]f8|]", "cdcef"),
        ("|:c8|1,2 d8 :|3 e8 ||f8|]", "cdcdcef"),
        ("|:c8|1-3 d8 :|4 e8 ||f8|]", "cdcdcdcef"),
        ("|:c8|1 d8 :|2 e8:||:f8:|]", "cdceff"),
        ("|:c8|1 d8:|f8|]", "cdcf"),
        ("c8|!fine!d8|e8!D.C.!|]", "cdecd"),
        ('c8|d8"^Fine"|e8"^D.C. al Fine"|]', "cdecd"),
        ("c8|Sd8|e8O|f8!D.S.!|Og8|]", "cdefdeg"),
    ],
)
def test_repeats_are_played(tmp_path, body, pitches):
    chorus = read_abc(tmp_path, C + body)
    names = dict(zip((72, 74, 76, 77, 79), "cdefg", strict=True))
    assert "".join(names[pitch] for _, pitch in chorus.events) == pitches
    assert {duration for duration, _ in chorus.events} == {48}


def test_a_repeat_may_begin_inside_a_bar(tmp_path):
    assert shown(read_abc(tmp_path, C + "c4|:d4 e4:|")) == "24:rest 24:72 24:74 24:76 24:74 24:76"
    assert shown(read_abc(tmp_path, C + "c4:|:d4 d4:|")) == "24:72 24:72 " + " ".join(["24:74"] * 4)
    assert shown(read_abc(tmp_path, C + "|:G2|c8|c6:|")).startswith(
        "36:rest 12:67 48:72 36:72 12:67"
    )


def test_a_tie_leads_into_each_ending(tmp_path):
    chorus = read_abc(tmp_path, C + "|:c8-|1 c8:|2 c8|]")
    assert shown(chorus) == "48:72 48:hold 48:72 48:hold"


def test_chords_between_and_over_rests_and_bars(tmp_path):
    assert symbols(read_abc(tmp_path, '"C"Z2|"F"Z|"G7"z4"C"c4|')) == "0:C 96:F 144:G7 168:C"
    assert symbols(read_abc(tmp_path, '"C"c8"F"|d8|')) == "0:C 48:F"
    assert symbols(read_abc(tmp_path, '"C"c8&x4"F"x4|"G7"["C7"ce]8|c8|'.replace('"C7"', ""))) == (
        "0:C 24:F 48:G7"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("c4 #f4|", "the sign '#' in line 7, which I do not know in ABC"),
        ("c8|^/f8|", r"the sign '\^' in line 7"),
        ("c2!d2e2!f2|", "'d2e2' between two signs of decoration in bar 1"),
        ("+ceg+8|", "'ceg' between two signs of decoration"),
        ("c1/0|", "the length '1/0' in bar 1"),
        ("c99999999|", "the length '99999999'"),
        ("(0cde|", "a tuplet of 0 notes in bar 1"),
        (">c8|", "'>' without a note before it"),
        ("c8|d4Z|", "bars of rest .* in bar 2"),
        ("Z1000000|c8|", "1000000 bars of rest in bar 1"),
        ("c8&&d8|", "voices over several bars .* in bar 1"),
        ("(&c8|d8&)|", "voices over several bars"),
        ("c8&E4F8|", "4 beats in bar 1"),
        ("c8|c8c8|d8|", "4 beats in bar 2"),
        ("c4.|c4|c7|c8|", "4 beats in bar 2"),
        ("[c#]8|", r"the sign '#' in a block \[...\] in bar 1"),
        ('c8|"F""G7"c8|', "two chords over one note, F and G7, in bar 2"),
        ('c8|d8"G7"|]', "the chord G7 with nothing under it in bar 3"),
        ("|:c8|1 d8 |2 e8|]", r"an ending \(volta\) in bar 2 that does not lead back"),
        ("|:c8|2 e8|]", r"endings \(voltas\) numbered 2 from bar 2"),
        ("c8|d8!D.S.!|", "says D.S. in bar 2 and has no segno"),
        ("c8|d8!D.C.!|!coda!e8|", "only one of To Coda and Coda"),
        ("c8!D.C.!|d8!D.C.!|", "has several jumps"),
        ("c8|(5defga e4 z2|", "notes in bar 2 that are faster than sixteenths"),
        ("C,,,,,,,,8|", "a note that none can play in bar 1: move it by octaves"),
        ("|" + "1,2," * 99 + "c8|", "an ending of too many numbers"),
        ("c" * 1001, "more than 1000 notes in bar 1"),
        ("c8|" * 1025, "has more than 1024 bars"),
        ("(" * 50_001, "has more than 50,000 notes and signs"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path, body, message):
    with pytest.raises(DataError, match=f"^tune.abc .*{message}") as error:
        read_abc(tmp_path, C + body)
    assert error.value.args[0].count(". ") <= body.count("D.")


def test_signs_over_the_notes_count_without_the_chords_too(tmp_path):
    path = saved(tmp_path, abc('"H"c8|d8"^Fine"|"H"e8"^D.C. al Fine"|]'))
    assert shown(read_score(path, "C | C | C | C | C")) == "48:72 48:74 48:76 48:72 48:74"
