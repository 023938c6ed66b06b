"""utils.music.bars: the order in which bars are played, and words that send a player elsewhere."""

import pytest
from music21 import bar as music21_bar
from music21 import note, repeat, spanner, stream

from utils.files import DataError
from utils.music.bars import Bar, jump, played


def bars(text):
    """Return bars from letters: "|: A 1 B :| 2 C D.C."."""
    made, forward, turns = [], False, frozenset()
    for word in text.split():
        if word == "|:":
            forward, turns = True, frozenset()
        elif word == ":|":
            made[-1].times, turns = 2, frozenset()
        elif word.isdigit():
            turns = frozenset([int(word)])
        elif word.isalpha() and len(word) == 1:
            made.append(Bar(word, 48, forward=forward, endings=turns))
            forward = False
        elif word == "||":
            turns = frozenset()
        else:
            made[-1].marks.add(word.strip("."))
    return made


def order(text):
    sheet = played([bars(text)], title="", metres=set(), tempo=120)
    return "".join(number for number, _ in sheet.bars)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A B", "AB"),
        ("|: A :| B", "AAB"),
        ("A :| B :|", "AABB"),
        ("A |: B :| C", "ABBC"),
        ("|: A 1 B :| 2 C || D", "ABACD"),
        ("|: A 1 B :| C", "ABAC"),
        ("|: A 1 B :| 2 C :| |: D :|", "ABACDD"),
        ("|: A 1 B :| 2 C :| 3 D || E", "ABACADE"),
        ("A B .fine C .dacapo", "ABCAB"),
        ("A .segno B C .dalsegno D", "ABCABCD"),
        ("A B .segno C .tocoda D .dalsegno E .coda", "ABCDBCE"),
        ("|: A :| B .fine C .dacapo", "AABCAB"),
        ("|: A 1 B :| 2 C .fine || D .dacapo", "ABACDAC"),
        ("A B .segno C .dalsegno .segno D", "ABCBCD"),
        ("A .tocoda B .dacapo |: C .coda :|", "ABACC"),
    ],
)
def test_the_order_of_bars(text, expected):
    assert order(text) == expected


def expanded(text):
    """Return what music21 makes of it."""
    part, group = stream.Part(), []
    for i, one in enumerate(bars(text)):
        measure = stream.Measure(number=i + 1)
        measure.append(note.Note(type="whole", lyric=one.number))
        if one.forward:
            measure.leftBarline = music21_bar.Repeat(direction="start")
        if one.times:
            measure.rightBarline = music21_bar.Repeat(direction="end")
        if one.endings:
            group.append(spanner.RepeatBracket(measure, number=min(one.endings)))
        for mark in one.marks:
            kind = {"fine": repeat.Fine, "dacapo": repeat.DaCapoAlFine}[mark]
            measure.append(kind())
        part.append(measure)
    for bracket in group:
        part.insert(0, bracket)
    return "".join(one.lyric for one in part.expandRepeats().flatten().notes)


@pytest.mark.parametrize(
    "text",
    [
        "|: A :| B",
        "A |: B :| C",
        "|: A :| |: B :|",
        "|: A 1 B :| 2 C || D",
        "A B .fine C .dacapo",
    ],
)
def test_music21_plays_the_same_where_it_can(text):
    assert order(text) == expanded(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("|: A 1 B 2 C", "in bar B that does not lead back"),
        ("|: A 2 B :| C", "numbered 2 from bar B"),
        ("|: A 1 B :| 3 C", "numbered 1, 3 from bar B"),
        ("A B .dalsegno", "says D.S. in bar B and has no segno"),
        ("A B .dacapo C .coda", "only one of To Coda and Coda"),
        ("A .dacapo B .dacapo", "several jumps"),
    ],
)
def test_signs_that_contradict_each_other(text, message):
    with pytest.raises(DataError, match=message):
        order(text)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("D.C. al Fine", "dacapo"),
        ("DC al fine", "dacapo"),
        ("Da Capo", "dacapo"),
        ("D.C.alcoda", "dacapo"),
        ("D. S. al Coda", "dalsegno"),
        ("Dal  Segno", "dalsegno"),
        ("To Coda", "tocoda"),
        ("dacoda", "tocoda"),
        ("Fine", "fine"),
        ("FINE.", "fine"),
        ("Coda", "coda"),
        ("Dm", None),
        ("Swing", None),
        ("Fine and mellow", None),
        ("dolce", None),
        ("", None),
    ],
)
def test_words_that_send_a_player_elsewhere(words, name):
    assert jump(words) == name
