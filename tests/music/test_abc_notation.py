"""utils.music.abc_notation: the fields of ABC, with music21 as the judge of keys."""

import pytest
from music21 import key

from tests.music.files import abc, read_abc, saved, shown, symbols
from utils.files import DataError
from utils.music.reading import read_score


def read(tmp_path, old, new, body='"C"c8|'):
    text = abc(body)
    assert old in text
    content = text.replace(old, new)
    return read_score(saved(tmp_path, content))


TONICS = ["C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb"]
MODES = {"": "major", "m": "minor", " Minor": "minor", "dor": "dorian", " Phrygian": "phrygian"}
MODES |= {"lyd": "lydian", "Mix": "mixolydian", "loc": "locrian", "aeo": "minor", "ion": "major"}


@pytest.mark.parametrize("mode", MODES)
def test_a_key_alters_what_music21_says(tmp_path, mode):
    for tonic in TONICS:
        theirs = key.Key(tonic.replace("b", "-"), MODES[mode])
        if abs(theirs.sharps) <= 7:
            altered = {pitch.step: int(pitch.alter) for pitch in theirs.alteredPitches}
            plain = zip("CDEFGAB", (60, 62, 64, 65, 67, 69, 71), strict=True)
            expected = [pitch + altered.get(step, 0) for step, pitch in plain]
            chorus = read_abc(tmp_path, '"C"C D E F G A B z|', head=f"K:{tonic}{mode}")
            assert [pitch for _, pitch in chorus.events[:7]] == expected, theirs


@pytest.mark.parametrize(
    ("head", "events"),
    [
        ("K:HP", "24:78 24:73"),
        ("K:none", "24:77 24:72"),
        ("K:", "24:77 24:72"),
        ("K:C exp ^f _b ^c", "24:78 24:73"),
        ("K:D phr ^f", "24:78 24:72"),
        ("K:C ^c^f_b", "24:78 24:73"),
        ("K:D clef=G name=c", "24:78 24:73"),
        ("K:G clef=treble", "24:78 24:72"),
        ("K:G bass", "24:78 24:72"),
        ("K:G treble-8", "24:66 24:60"),
        ("K:G octave=1", "24:90 24:84"),
        ("K:G\nV:1 clef=treble-8 name=x", "24:66 24:60"),
        ("L:1/4\nL:1/8\nK:G % a key", "24:78 24:72"),
        ("%%MIDI program 40\n%%score (1 2)\nK:G", "24:78 24:72"),
        ("U:T=!trill!\nK:G", "24:78 24:72"),
    ],
)
def test_keys_and_clefs(tmp_path, head, events):
    assert shown(read_abc(tmp_path, '"C"f4 c4|', head=head)) == events


@pytest.mark.parametrize(
    ("rule", "events"),
    [
        ("%%propagate-accidentals octave", "12:78 12:65 12:78 12:77"),
        ("I:propagate-accidentals not", "12:78 12:65 12:77 12:77"),
    ],
)
def test_how_long_an_accidental_lasts_can_be_said(tmp_path, rule, events):
    assert shown(read_abc(tmp_path, '"C"^f2F2f2=f2|', head=f"{rule}\nK:C")) == events


@pytest.mark.parametrize(
    ("field", "tempo"),
    [
        ("1/4=90", 90),
        ('"Allegro" 1/4=90', 90),
        ('1/4=90 "Allegro"', 90),
        ('"Allegro"', 120),
        ("90", 90),
        ("C=100", 50),
        ("C3=100", 150),
        ("3/8=60", 90),
        ("1/4 3/8=60", 150),
        ("1/2=220", 440),
        ("1/4=120.4", 120),
        ("1/4=ca. 80", 80),
    ],
)
def test_tempo(tmp_path, field, tempo):
    assert read(tmp_path, "Q:1/4=150", f"Q:{field}").tempo == tempo


@pytest.mark.parametrize(
    ("metre", "beats"), [("C", 4), ("none", 4), ("2+2/4", 4), ("(1+2)/4", 3), ("3/4", 3)]
)
def test_metres(tmp_path, metre, beats):
    assert read(tmp_path, "M:4/4", f"M:{metre}", '"C"c2|c2|').beats == beats


def test_the_unit_follows_the_metre(tmp_path):
    assert shown(read(tmp_path, "L:1/8\n", "", '"C"cdefgabc|')).startswith("6:72 6:74 6:76")
    assert shown(read(tmp_path, "L:1/8", "L:1/16", '"C"c16|')) == "48:72"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (r"100\% pure % a remark", "100% pure"),
        (r"Caf\'e &eacute; \`a \"u \cc", "Café é à ü ç"),
        ("Café", "Café"),
    ],
)
def test_titles(tmp_path, title, expected):
    assert read(tmp_path, "T:A tune", f"T:{title}").title == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings(tmp_path, encoding):
    content = abc('"C"c8|').replace("A tune", "Café").encode(encoding)
    assert read_score(saved(tmp_path, content)).title == "Café"


def test_a_declared_encoding(tmp_path):
    content = "%%abc-charset iso-8859-2\n" + abc('"C"c8|').replace("A tune", "Dvořák")
    assert read_score(saved(tmp_path, content.encode("iso-8859-2"))).title == "Dvořák"
    with pytest.raises(DataError, match="is not written in xyz, as it says: save it as UTF-8"):
        read_score(saved(tmp_path, content.replace("iso-8859-2", "xyz").encode("iso-8859-2")))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path, end):
    content = abc('"C"c8|\nd8|').replace("\n", end)
    assert shown(read_score(saved(tmp_path, content.encode()))) == "48:72 48:74"


def test_an_escaped_per_cent_sign_is_no_remark(tmp_path):
    chorus = read_abc(tmp_path, '"C"c8|"^50\\% slower"d8| % e8|\nf8|')
    assert shown(chorus) == "48:72 48:74 48:77"


def test_voices(tmp_path):
    two = 'V:1\tname="A"\n[V:1]"C"c8|d8|\n[V:2]C8|D8|\n[V:1]e8|\n[V:2]E8|'
    assert shown(read_abc(tmp_path, two)) == "48:72 48:74 48:76"
    repeated = 'V:1\n|:"C"c8|d8:|\nV:2\nC8|D8|'
    assert shown(read_abc(tmp_path, repeated)) == "48:72 48:74 48:72 48:74"
    lower = 'V:1\nC8|D8|\nV:2\n"C"c8|"F"d8|'
    assert symbols(read_abc(tmp_path, lower)) == "0:C 48:F"
    with pytest.raises(DataError, match="other repeat signs in one part than in another"):
        read_abc(tmp_path, 'V:1\n|:"C"c8|d8:|\nV:2\n|:C8:|D8|')
    with pytest.raises(DataError, match="only rests or drums"):
        read_abc(tmp_path, 'V:1 clef=perc\n"C"c8|')


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("K:G transpose=-2", r"higher or lower than it is written \('transpose=-2' in line 6\)"),
        ("%%MIDI transpose -2\nK:G", "higher or lower than it is written .*line 6"),
        ("I:MIDI=transpose 3\nK:G", "higher or lower than it is written"),
        ("c8|d8|\nK:C", r"has notes before the line K: \(line 6\)"),
        ("K:Hm", "the key 'Hm' in line 6"),
        ("K:g", "the key 'g'"),
        ("M:fast\nK:C", "the metre 'fast'"),
        ("M:0/4\nK:C", "'0/4' in line 6"),
        ("L:1/0\nK:C", "'1/0' in line 6"),
        ("m:~g2=a\nK:C", r"macro or symbol line \(m:\) in line 6"),
        ("P:AABB\nK:C\nP:A", r"an order of its own \(P:AABB\)"),
    ],
)
def test_fields_that_are_refused(tmp_path, head, message):
    with pytest.raises(DataError, match=f"^tune.abc .*{message}"):
        read_abc(tmp_path, '"C"c8|', head=head)


@pytest.mark.parametrize("tempo", ["0", "5", "99999999"])
def test_a_tempo_that_nobody_plays(tmp_path, tempo):
    with pytest.raises(DataError, match=r"states a tempo of .* set one from 20 to 400"):
        read(tmp_path, "Q:1/4=150", f"Q:1/4={tempo}")
