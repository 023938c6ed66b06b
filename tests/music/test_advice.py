"""What is said of a score that is refused: who does it has a score that is read."""

import re

import pytest

from tests.music.files import abc, saved
from tests.music.scores import (
    BACKWARD,
    HEAD,
    C,
    attributes,
    ending,
    harmony,
    midi,
    note,
    part,
    played,
    score,
    sign,
    track,
    words,
)  # fmt: skip
from tests.music.test_sheets import MXL, WHOLE, packed
from tests.server import locked
from utils.files import DataError
from utils.music.reading import read_score

NOTES = '"C"c8|c8|c8|'
BARS = [
    # The notes of a tune in ABC, what is said of them, and what is done: one text for another.
    ('"C"c8|[M:3/4]c6|', "keep a part in one", "[M:3/4]c6", "c8"),
    ('"C"c8|c9|c8|c8|', "mend it", "c9", "c8"),
    ("z8|", "choose a file with notes in it", "z8", "c8"),
    ("|", "export it again, with its notes in it", "|", "c8|"),
    ('"C"' + "c1/4" * 32 + "|", "write slower ones", "c1/4" * 32, "c" * 8),
    ('"C"' + "c1/4" * 32 + "|", "or grace notes, in their place", "c1/4" * 31, "{c}" * 31),
    ('"C"' + "c8|" * 513, "keep one chorus of it", "c8|" * 500, ""),
    ('"C"' + "c8|" * 299 + "c8:|", "with its repeats: keep one chorus", "8:|", "8|"),
    ('"H7"c8|', "write another in its place, such as C7", "H7", "C7"),
    ('"C"c8|c8 @ |', "take it out", " @ ", ""),
    ('"C"(0ccc5|', "write how many, as in .3", "(0ccc5", "(3cccc6"),
    ('"C"c8(&d8&)|', "write each bar with one &", "(&d8&)", "&d8"),
    ('"C"c8|Z600|', "at most 512 bars are read", "Z600", "Z510"),
    ('"C"c4Z|', "put a bar line between them", "c4Z", "c8|Z"),
    ('"C"c8|[' + "1,2," * 11 + "1d8:|", "number it as in .1", "[" + "1,2," * 11 + "1", "[1"),
    ('"C"c8|"G"', "with nothing under it .*: add a rest", '"G"', '"G"z8|'),
    ('"C""G"c8|', "keep one, or give each a rest", '"G"', ""),
    ('"C""G"c8|', "give each a rest", '"C""G"c8', '"C"z4"G"c4'),
    ('"C"!g!c8|', "take these out", "!g!", ""),
    ('"C"c00000|', "write one such as 2, 3/2 or /", "00000", "8"),
    ('"C"' + "c1/128" * 1001 + "|", "write the bar lines", "c1/128" * 1001, "cccccccc|" * 125),
    ('"C"[c|', "take it out", "[", ""),
    ('"C"[c@]8|', "take it out", "@", ""),
    ('"C"c8[]|', "a block .* without notes.*take it out", "[]", ""),
    ('"C">c8|', "without a note before it .*take it out", ">", ""),
    ('"C"c8|[2d8:|[3e8|', "number them 1, 2 and so on", "[2d8:|[3", "[1d8:|[2"),
    ('"C"c8|[1d8|[2e8|', "put one repeat sign, at its end", "d8|", "d8:|"),
    ('"C"c8|"^D.S."d8|', "mark the bar to go back to", '"C"c8', 'S"C"c8'),
    ('"C"c8|"^To Coda"d8|"^D.C."e8|', "mark both", '"e8|', '"e8|"^Coda"f8|'),
    ('"C"c8|"^D.C."d8|"^D.C."e8|', "write the bars out", '"^D.C."', ""),
    ("C,,,,,,,,8|", "move it by octaves", ",,,,,,", ""),
    ('V:1\n|:"C"c8:|\nV:2\n|:c8|c8:|', "make them the same", "|c8:|", ":|"),
]  # fmt: skip
TUNES = [
    # The same of a whole tune.
    (abc(NOTES, metre="6/8"), "read only 4/4 and 3/4: choose another file", "6/8", "4/4"),
    (abc(NOTES).replace("K:C\n", ""), "the line K: .* is missing", '"C"', 'K:C\n"C"'),
    (abc(NOTES).replace("K:C\n", "c8|\nK:C\n"), "put K: above them", "c8|\nK:C\n", "K:C\nc8|\n"),
    (abc(NOTES) + "\n" + abc(NOTES), "keep one of them", "\n" + abc(NOTES), ""),
    (abc(NOTES, head="K:C transpose=2"), "as they sound, and take this out", " transpose=2", ""),
    (abc(NOTES, head="m:~n2 = n\nK:C"), "write what it stands for into the notes", "m:~n2 = n", ""),
    (abc(NOTES, head="K:Q"), "write one such as K:Bb or K:Gm", "K:Q", "K:Bb"),
    (abc(NOTES, metre="four"), "write M:4/4", "M:four", "M:4/4"),
    (abc(NOTES).replace("1/8", "1/0"), "write 1/8, 4/4 or the like", "1/0", "1/8"),
    (abc(NOTES, head="P:BA\nK:C\nP:A").replace("|c8|c8|", "|\nP:B\nc8|"), "take the line P: out",
     "P:BA\n", ""),
    (abc(NOTES).replace("=150", "=5"), "set one from 20 to 400", "=5", "=20"),
    (abc(NOTES).replace("=150", "=1500"), "set one from 20 to 400", "=1500", "=400"),
    (f"<pre>\n{abc(NOTES)}", "save it as plain text", "<pre>", ""),
    (abc(NOTES + "y" * 50_001), "keep one melody of it", "y" * 50_001, ""),
    (abc(NOTES) + "\n" * 50_001, "keep one melody of it", "\n" * 50_001, ""),
    ("", "export it again", "", abc(NOTES)),
    (" ", "copy it again", " ", abc(NOTES)),
    ("%" * 2_000_001, "export one melody of it", "%" * 2_000_001, abc(NOTES)),
]  # fmt: skip
NOTE = C + note()
XML = [
    # The same of MusicXML.
    (score(part(NOTE), head=HEAD.replace("UTF-8", "xyz")), "write encoding=.UTF-8", "xyz", "UTF-8"),
    (score(part(NOTE), head=HEAD.replace("UTF-8", "ascii"), title="é"), "write encoding=.UTF-8",
     "ascii", "UTF-8"),
    (score(part(NOTE), head='<!DOCTYPE a [<!ENTITY b "c">]>'), "export it again as MusicXML",
     '<!DOCTYPE a [<!ENTITY b "c">]>', HEAD),
    (score(part(NOTE))[:-30], "copy it again", score(part(NOTE))[-60:-30],
     score(part(NOTE))[-60:]),
    (score(part(NOTE, first=attributes().replace("<beats>4", "<beats>x"))), "write 4/4 or 3/4",
     "<beats>x", "<beats>4"),
    (score(part(NOTE, first="<attributes><time><senza-misura/></time></attributes>")),
     "write it in 4/4", "<attributes><time><senza-misura/></time></attributes>", attributes()),
    (score(part(C + "<note><duration>4</duration></note>")), "without a pitch .*: write it",
     "<note><duration>4</duration></note>", note()),
    (score(part(NOTE)).replace("<step>C", "<step>H"), "write one from A to G", "<step>H",
     "<step>B"),
    (score(part(NOTE)).replace("<octave>5", "<octave>99"), "move it by octaves", "99", "5"),
    (score(part(NOTE)).replace("<octave>5", "<octave>5.5"), "write another", "5.5", "5"),
    (score(part(NOTE + "<backup><duration>8</duration></backup>")), "export it again",
     "<backup><duration>8</duration></backup>", ""),
    (score(part(C + note(duration="x"))), "mend it there", ">x<", ">4<"),
    (score(part(NOTE + ending(""), NOTE + BACKWARD)), "number it", 'number=""', 'number="1"'),
    (score(part(NOTE + BACKWARD.replace("right", "middle"))), "end the bar there", "middle",
     "right"),
    (score(part(harmony("major").replace("<root-step>C</root-step>", "") + note())),
     "write one with its root", "<root></root>", "<root><root-step>C</root-step></root>"),
    (score(part(harmony("Neapolitan") + note())), "write another in its place", "Neapolitan",
     "dominant"),
    (score(part(NOTE, NOTE + words("D.S."))), "mark the bar to go back to", note(),
     sign("segno") + note()),
    ('<mei xmlns="http://www.music-encoding.org/ns/mei"/>', "convert it to MusicXML", "", WHOLE),
    ("<opus/>", "name one of them", "", WHOLE),
    ("<museScore/>", "export it from MuseScore as MusicXML", "<museScore/>", score(part(NOTE))),
]  # fmt: skip
TUNE = midi(track(*played((0, 1920, 72))))
MIDI = [
    # The same of MIDI, whose "export it" is the file that a program exports.
    (midi(track(), track(), form=2), "export it as type 0 or 1"),
    (midi(track(), division=0xE728), "with ticks per quarter note"),
    (midi(track((0, b"\x90\x48\x50"), *played((1920, 3840, 74)))), "give it a length in the"),
    (midi(track(*played(*[(1, 9, 60)] * 20_001))), "export one melody of it"),
    (midi(track(*played((0, 1920, 60), channel=9))), "choose a file with pitched notes"),
    (TUNE[:-5], "copy it again, or export it again"),
    (b"\0" * 50, "copy it again, or export it again"),
]


PACKED = [  # The same of compressed MusicXML.
    (locked(MXL), "with a password .*: zip it again", "", MXL),
    (packed(words="none"), "without a score in it: export it as MusicXML", "", MXL),
]


def cases():
    tables = {"tune.abc": TUNES, "tune.musicxml": XML, "tune.mxl": PACKED}
    rows = [("tune.abc", abc(body), *rest) for body, *rest in BARS]
    rows += [(name, *row) for name, table in tables.items() for row in table]
    rows += [("tune.mid", content, said, content, TUNE) for content, said in MIDI]
    return [pytest.param(*row, id=f"{row[0]}-{row[2][:40]}-{n}") for n, row in enumerate(rows)]


@pytest.mark.parametrize("name, content, said, old, new", cases())
def test_the_advice_helps(tmp_path, name, content, said, old, new):
    chords = "C" if name == "tune.mid" else None
    with pytest.raises(DataError, match=said):
        read_score(saved(tmp_path, content, name), chords)
    mended = content.replace(old, new, 1) if old else new
    try:
        read_score(saved(tmp_path, mended, name), chords)
    except DataError as error:
        assert 'pass them, as in chords="' in str(error)  # which the next test does


def test_chords_that_are_missing_unknown_or_too_few_can_be_passed(tmp_path):
    for body in ("c8|c8|", '"H7"c8|c8|'):
        path = saved(tmp_path, abc(body))
        with pytest.raises(DataError, match=r"pass .*, as in chords=") as error:
            read_score(path)
        given = re.search('chords="(.*)"', str(error.value))[1]
        with pytest.raises(DataError, match="pass chords for every bar"):
            read_score(path, given.partition("|")[0])
        assert read_score(path, given).chords[0][1].symbol == "Dm7"


def test_a_charset_that_is_not_the_files(tmp_path):
    text = "%%abc-charset us-ascii\n" + abc(NOTES).replace("A tune", "Früh")
    with pytest.raises(DataError, match="save it as UTF-8"):
        read_score(saved(tmp_path, text.encode("latin-1")))
    assert read_score(saved(tmp_path, text)).title == "Früh"
