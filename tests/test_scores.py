"""utils.scores: reading and writing ABC, MusicXML and MIDI; and `utils.music` chords.

music21 is the oracle for the tones of a chord, a small reader in this file for the heads.
"""

import re
import subprocess
import sys
import warnings
import zipfile
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from music21 import converter, environment, harmony, key, midi

from utils.files import DataError
from utils.music import sheets, writing
from utils.music.chords import KINDS, NAMES, NATURALS, TICKS, Chord, chord_at, parse_chord
from utils.music.choruses import HOLD, LOWEST, REST, Chorus, events
from utils.music.reading import read_score
from utils.music.writing import write_score

ROOT = Path(__file__).resolve().parents[1]
HEADS = sorted((ROOT / "datasets/jazz/heads").glob("*.abc"))
head = pytest.mark.parametrize("path", HEADS, ids=lambda path: path.stem)
read_head = lru_cache(maxsize=None)(read_score)


def abc(body, metre="4/4", head="K:C"):
    return f"X:1\nT:A tune\nM:{metre}\nL:1/8\nQ:1/4=150\n{head}\n{body}\n"


def saved(tmp_path, content, name="tune.abc"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_abc(tmp_path, body, **more):
    return read_score(saved(tmp_path, abc(body, **more)))


# --- the heads: read as they are written -----------------------------------------------------

TOKENS = re.compile(
    r"""(?P<triplet>\(3) | "(?P<symbol>[^"]*)" | (?P<bar>\|+\]?) | (?P<space>\s+) |
        (?P<accidental>\^|_|=)? (?P<letter>[A-Ga-gz]) (?P<octave>[',]*)
        (?P<length>\d*(?:/\d*)?) (?P<tie>-?)""",
    re.VERBOSE,
)
SIGNATURE = {"^": 1, "_": -1, "=": 0, None: None}


def as_written(path):
    """Return (bars, symbols): for each bar its (ticks, pitch, tied on), accidentals as written."""
    fields = dict(re.findall(r"^([A-Z]):(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE))
    altered = {p.step: int(p.alter) for p in signature(fields["K"]).alteredPitches}
    text = re.sub(r"^[A-Z]:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    bars, symbols, triplet, position = [[]], [], 0, 0
    while position < len(text):
        token = TOKENS.match(text, position)
        assert token, text[position : position + 20]
        position = token.end()
        if token["triplet"]:
            triplet = 3
        elif token["symbol"]:
            place = (len(bars) - 1, sum(ticks for ticks, *_ in bars[-1]))
            symbols.append((place, token["symbol"]))
        elif token["bar"]:
            bars.append([])
        elif token["letter"]:
            bars[-1].append(sounding(token, altered, triplet > 0))
            triplet = max(0, triplet - 1)
    return [bar for bar in bars if bar], symbols


def signature(name):
    tonic = name.replace("b", "-")
    return key.Key(tonic[:-1].lower() if tonic.endswith("m") else tonic)


def sounding(token, altered, triplet):
    top, _, bottom = token["length"].partition("/")
    ticks = Fraction(int(top or 1), int(bottom or 2) if "/" in token["length"] else 1) * 6
    ticks *= Fraction(2, 3) if triplet else 1
    if token["letter"] == "z":
        return ticks, REST, False
    letter = token["letter"].upper()
    octave = 4 + token["letter"].islower() + token["octave"].count("'") - token["octave"].count(",")
    alter = SIGNATURE[token["accidental"]]
    alter = altered.get(letter, 0) if alter is None else alter
    return ticks, 12 * (octave + 1) + NATURALS[letter] + alter, bool(token["tie"])


def as_events(bars):
    """Return the events of the written bars, ties and neighbouring rests made one in a bar."""
    events, tied = [], False
    for bar in bars:
        fresh = True
        for ticks, pitch, tie in bar:
            same = not fresh and (tied or pitch == REST == events[-1][1])
            if same:
                events[-1] = (events[-1][0] + ticks, events[-1][1])
            else:
                events.append((ticks, HOLD if tied else pitch))
            tied, fresh = tie, False
    return tuple(events)


def changes(pairs):
    return tuple(b for a, b in pairwise([(None, None), *pairs]) if a[1] != b[1])


@head
def test_a_head_is_read_as_it_is_written(path):
    bars, symbols = as_written(path)
    chorus = read_head(path)
    assert {sum(ticks for ticks, *_ in bar) for bar in bars} == {chorus.bar}
    assert chorus.events == as_events(bars)
    assert chorus.length == len(bars) * chorus.bar
    written = [(bar * chorus.bar + tick, parse_chord(text)) for (bar, tick), text in symbols]
    assert chorus.chords == changes(written)


def test_no_symbol_is_lost():
    """Before repeated symbols are merged, there are as many chords as quoted symbols."""
    for path in HEADS[::5]:
        quoted = re.findall(r'"([^"]*)"', path.read_text(encoding="utf-8"))
        read = sheets.read_sheet(path, symbols=True).symbols
        assert [chord for _, chord in read] == [parse_chord(symbol) for symbol in quoted]


@head
def test_no_head_depends_on_an_accidental_that_lasts(path):
    """ABC programs differ on how long one lasts, so each head writes it again where it counts."""
    text = path.read_text(encoding="utf-8")
    altered = {p.step: int(p.alter) for p in signature(re.search("K:(.*)", text)[1]).alteredPitches}
    music_lines = re.sub(r'^[A-Z]:.*\n|"[^"]*"', "", text, flags=re.MULTILINE)
    for bar in music_lines.split("|"):
        marked = set()
        for mark, letter in re.findall(r"([\^_=]?)([A-Ga-g])", bar):
            alter = SIGNATURE[mark or None]
            plain = altered.get(letter.upper(), 0)
            assert mark or letter.upper() not in marked, bar
            if mark and alter != plain:
                marked.add(letter.upper())
            elif mark:
                marked.discard(letter.upper())


@head
def test_musicxml_gives_the_head_back(path, tmp_path):
    chorus = read_head(path)
    write_score(chorus, tmp_path / "head.musicxml")
    assert read_score(tmp_path / "head.musicxml") == chorus


# --- reading: ABC ----------------------------------------------------------------------------


def test_title_tempo_and_metre(tmp_path):
    chorus = read_abc(tmp_path, '"Bb7"B6|"C-7"c6|', metre="3/4", head="K:F")
    assert (chorus.title, chorus.tempo, chorus.beats, chorus.varied) == ("A tune", 150, 3, False)
    assert chorus.chords == ((0, Chord(10, "7")), (36, Chord(0, "m7")))
    assert chorus.events == ((36, 70), (36, 72))


def test_an_accidental_lasts_for_the_bar(tmp_path):
    chorus = read_abc(tmp_path, '"C"^f2f2_e2e2|f2e2z4|c8|]')
    assert [pitch for _, pitch in chorus.events] == [78, 78, 75, 75, 77, 76, REST, 72]


def test_fields_and_comments_between_notes(tmp_path):
    chorus = read_abc(tmp_path, '"C"c8|[K:D]c8% "H7"\n|c8|\n% K:C\nL:1/4\nc4|')
    assert chorus.events == ((48, 72), (48, 73), (48, 73), (48, 73))


def test_ties_rests_and_a_last_bar_that_is_not_full(tmp_path):
    chorus = read_abc(tmp_path, '"C"z4c4-|c8-|c2 d2 z4|z8|e2|]')
    assert chorus.events == (
        *((24, REST), (24, 72), (48, HOLD), (12, HOLD), (12, 74), (24, REST), (48, REST)),
        *((12, 76), (36, REST)),
    )


def test_the_highest_of_notes_together(tmp_path):
    chorus = read_abc(tmp_path, '"C"[ceg]4[Ac]4|z8|c8|]')
    assert chorus.events[:2] == ((24, 79), (24, 72))


def test_a_chord_written_again_is_no_new_chord(tmp_path):
    chorus = read_abc(tmp_path, '"C7"c8|"C7"c8|"F7"c8|"C7"c8|')
    assert chorus.chords == ((0, Chord(0, "7")), (96, Chord(5, "7")), (144, Chord(0, "7")))
    assert read_abc(tmp_path, '"C7"c8|"C7"c8|').chords == ((0, Chord(0, "7")),)


def test_chords_that_are_passed_take_the_place_of_symbols(tmp_path):
    path = saved(tmp_path, abc('"Cadd9"c8|c8|c8|'))
    with pytest.raises(DataError, match=r"'Cadd9'.*chords="):
        read_score(path)
    assert read_score(path, "C | Dm7 G7 | C").chords[1:3] == (
        (48, Chord(2, "m7")),
        (72, Chord(7, "7")),
    )


def test_the_first_chord_covers_the_beginning(tmp_path):
    assert read_abc(tmp_path, 'z4"G7"c4|"C"c8|c8|').chords == (
        (0, Chord(7, "7")),
        (48, Chord(0, "")),
    )


def test_words_and_no_chord_are_no_chords(tmp_path):
    chorus = read_abc(tmp_path, '"^slowly""C"c8|"N.C."c8|"G7"c8|')
    assert chorus.chords == ((0, Chord(0, "")), (96, Chord(7, "7")))


def test_grace_notes_are_left_out(tmp_path):
    assert read_abc(tmp_path, '"C"{e}c8|{fg}d8|c8|').events == ((48, 72), (48, 74), (48, 72))


def test_repeats_and_endings_are_played(tmp_path):
    chorus = read_abc(tmp_path, '|:"C"c8|1"F"d8:|2"G7"e8|"C"f8|]')
    assert [pitch for _, pitch in chorus.events] == [72, 74, 72, 76, 77]
    assert [chord.root for _, chord in chorus.chords] == [0, 5, 0, 7, 0]


def test_a_pickup_in_abc(tmp_path):
    chorus = read_abc(tmp_path, '"G7"G2|"C"c8|c8|c6|]')
    assert chorus.events[:3] == ((36, REST), (12, 67), (48, 72))
    assert chorus.chords == ((0, Chord(7, "7")), (48, Chord(0, "")))
    assert chorus.length == 4 * 48


@pytest.mark.parametrize(
    ("tune", "message"),
    [
        (abc('"C"c6|c6|', metre="6/8"), "is in 6/8, and I read only 4/4 and 3/4"),
        (abc('"C"c8|c8|[M:3/4]c6|c6|'), r"changes its metre \(3/4, 4/4\)"),
        (abc('"C"c8|c8|\nM:2/4\nc4|c4|'), r"changes its metre \(2/4, 4/4\)"),
        (abc('"C"c8|c8|c8|', metre="C|"), "is in 2/2"),
        (abc('"C"c8|c9|c8|c8|'), "4 beats in or just before bar 3"),
        (abc('"H7"c8|c8|'), "the chord 'H7'"),
        (abc("c8|c8|c8|"), 'no chord symbols: pass them, as in chords="'),
        (abc('"C"z8|z8|z8|'), "no melody"),
        (abc('"C"c8|c7|c8|c8|'), "4 beats in or just before bar 2"),
        (abc('"G7"c2|"C"c8|c7|c8|c8|'), "4 beats in or just before bar 2"),
        (abc('"C"c8|c8|c8|') + "\n" + abc('"C"c8|c8|c8|').replace("X:1", "X:2"), "holds 2 tunes"),
        ("once upon a time", "line K:"),
        (abc('"C"' + "c8|" * 513), "has 513 bars, more than 512"),
    ],
)
def test_a_tune_that_cannot_be_used(tmp_path, tune, message):
    with pytest.raises(DataError, match=f"^tune.abc .*{message}") as error:
        read_score(saved(tmp_path, tune))
    assert "\n" not in str(error.value) and str(error.value).count(". ") == 0


def test_512_bars_are_read(tmp_path):
    assert read_abc(tmp_path, '"C"' + "c8|" * 512).length == 512 * 48


# --- files that are none ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tune.pdf", b"%PDF", r"tune.pdf is no kind of score that I read: use \.abc, "),
        ("tune", b"X:1", "no kind of score"),
        ("tune.mid", b"", "empty"),
        ("tune.mid", b"not MIDI at all", "cannot be read as MIDI"),
        ("tune.musicxml", b"<score-partwise><part", "cannot be read as MusicXML"),
        ("tune.xml", b"<html></html>", "cannot be read as MusicXML"),
        ("tune.musicxml", b"<score-partwise></score-partwise>", "no melody"),
        ("tune.mxl", b"PK no zip", "cannot be read as MusicXML"),
        ("tune.abc", b"c" * 2_000_001, "has 2.0 MB, more than 2"),
    ],
)
def test_a_file_that_is_no_score(tmp_path, name, content, message):
    with pytest.raises(DataError, match=message):
        read_score(saved(tmp_path, content, name))


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(DataError, match=r"no file .*gone.mid"):
        read_score(tmp_path / "gone.mid")
    (tmp_path / "folder.mid").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        read_score(tmp_path / "folder.mid")


def test_a_trap_in_a_zip_is_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "big.mxl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("score.xml", b" " * 2_000_001)
    with pytest.raises(DataError, match=r"unpacked has 2.0 MB"):
        read_score(tmp_path / "big.mxl")


def test_what_music21_says_about_a_file_is_not_shown(tmp_path, capfd, monkeypatch):
    parsed = sheets._parsed

    def talkative(text, form):
        print("a remark")
        print("another", file=sys.stderr)
        warnings.warn("a third", stacklevel=1)
        return parsed(text, form)

    monkeypatch.setattr(sheets, "_parsed", talkative)
    with warnings.catch_warnings(record=True) as seen:
        read_abc(tmp_path, '"C"c8|c8|c8|')
    assert capfd.readouterr() == ("", "") and not seen


def test_nothing_is_printed_and_nothing_is_pickled(tmp_path, capfd):
    scratch = Path(environment.Environment().getRootTempDir())
    before = set(scratch.iterdir())
    chorus = read_abc(tmp_path, '"Bb7"c8|"Eb7"c8|c8|')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("a.musicxml", "a.mid"):
            write_score(chorus, tmp_path / name)
            read_score(tmp_path / name, "Bb7 | Eb7 | %")
    assert set(scratch.iterdir()) == before
    assert capfd.readouterr() == ("", "")
    assert {path.name for path in tmp_path.iterdir()} == {"tune.abc", "a.musicxml", "a.mid"}


# --- MusicXML --------------------------------------------------------------------------------

NOTE = """<note><pitch><step>{}</step><octave>5</octave></pitch><duration>{}</duration></note>"""
SYMBOL = """<harmony><root><root-step>{}</root-step></root>
    <kind text="{}">{}</kind>{}</harmony>"""
ALTERED = """<degree><degree-value>{}</degree-value><degree-alter>{}</degree-alter>
    <degree-type>{}</degree-type></degree>"""


def musicxml(*bars):
    """Return a score; each bar is XML, a quarter has 12 divisions."""
    time = "<attributes><divisions>12</divisions><time><beats>4</beats>"
    time += "<beat-type>4</beat-type></time></attributes>"
    body = "".join(
        f'<measure number="{number}">{time if number == 0 else ""}{bar}</measure>'
        for number, bar in enumerate(bars)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?><score-partwise version="4.0">
        <part-list><score-part id="P1"><part-name>Tune</part-name></score-part></part-list>
        <part id="P1">{body}</part></score-partwise>"""


def test_a_pickup_becomes_a_full_bar(tmp_path):
    text = musicxml(
        NOTE.format("G", 12),
        SYMBOL.format("C", "6", "major-sixth", "") + NOTE.format("E", 24) + NOTE.format("D", 24),
        SYMBOL.format("G", "7", "dominant", "") + NOTE.format("C", 36),
    )
    chorus = read_score(saved(tmp_path, text, "pickup.musicxml"))
    assert chorus.title == "pickup"
    assert chorus.tempo == 120
    assert chorus.chords == ((0, Chord(0, "6")), (96, Chord(7, "7")))
    assert chorus.events == ((36, REST), (12, 79), (24, 76), (24, 74), (36, 72), (12, REST))


def test_a_compressed_file_whatever_its_ending_looks_like(tmp_path):
    text = musicxml(SYMBOL.format("C", "", "major", "") + NOTE.format("C", 48))
    container = '<container><rootfiles><rootfile full-path="a.xml"/></rootfiles></container>'
    for name in ("a.mxl", "b.MXL"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("META-INF/container.xml", container)
            archive.writestr("a.xml", text)
        assert read_score(tmp_path / name).events == ((48, 72),)


@pytest.mark.parametrize(
    ("text", "kind", "degrees", "expected"),
    [
        ("m7♭5", "half-diminished", [], "m7b5"),
        ("", "half-diminished", [], "m7b5"),
        ("-7", "minor-seventh", [], "m7"),
        ("7b9", "dominant", [(9, -1, "add")], "7b9"),
        ("", "dominant", [(9, 1, "add")], "7#9"),
        ("", "dominant", [(5, -1, "alter")], "7b5"),
        ("", "dominant", [(5, 1, "alter")], "+7"),
        ("7alt", "dominant", [(5, -1, "alter"), (9, 1, "add"), (13, -1, "add")], "7b9b13"),
        ("13", "dominant-13th", [], "13"),
        ("", "major-minor", [], "mM7"),
        ("7sus", "suspended-fourth", [(7, -1, "add")], "7sus4"),
    ],
)
def test_kinds_that_other_programs_write(tmp_path, text, kind, degrees, expected):
    drawn = SYMBOL.format("C", text, kind, "".join(ALTERED.format(*degree) for degree in degrees))
    path = saved(tmp_path, musicxml(drawn + NOTE.format("C", 48)), "kind.musicxml")
    assert read_score(path).chords == ((0, Chord(0, expected)),)


def test_a_kind_that_is_unknown_is_named(tmp_path):
    drawn = SYMBOL.format("E", "(add9)", "major", ALTERED.format(9, 0, "add"))
    path = saved(tmp_path, musicxml(drawn + NOTE.format("C", 48)), "kind.musicxml")
    with pytest.raises(DataError, match=r"^kind.musicxml has the chord 'E\(add9\)', .*chords="):
        read_score(path)


def test_a_bass_note_is_read_over(tmp_path):
    bass = "<bass><bass-step>B</bass-step><bass-alter>-1</bass-alter></bass>"
    drawn = SYMBOL.format("C", "", "major", bass)
    path = saved(tmp_path, musicxml(drawn + NOTE.format("C", 48)), "bass.musicxml")
    assert read_score(path).chords == ((0, Chord(0, "")),)
    assert read_abc(tmp_path, '"C/Bb"c8|c8|c8|').chords == ((0, Chord(0, "")),)


def test_no_chord_in_musicxml_is_no_chord(tmp_path):
    silent = SYMBOL.format("C", "N.C.", "none", "") + NOTE.format("D", 48)
    text = musicxml(SYMBOL.format("G", "7", "dominant", "") + NOTE.format("C", 48), silent)
    assert read_score(saved(tmp_path, text, "nc.xml")).chords == ((0, Chord(7, "7")),)


def test_the_symbols_of_the_first_part_count(tmp_path):
    first = musicxml(SYMBOL.format("C", "", "major", "") + NOTE.format("C", 48))
    second = musicxml(SYMBOL.format("D", "", "major", "") + NOTE.format("G", 48)).replace(
        "P1", "P2"
    )
    listed = re.search(r"<score-part .*?</score-part>", second, re.DOTALL)[0]
    part = re.search(r"<part .*</part>", second, re.DOTALL)[0]
    both = first.replace("</part-list>", listed + "</part-list>").replace(
        "</part>", "</part>" + part
    )
    chorus = read_score(saved(tmp_path, both, "both.xml"))
    assert (chorus.chords, chorus.events) == (((0, Chord(0, "")),), ((48, 79),))


def test_drums_alone_in_musicxml(tmp_path):
    drum = "<note><unpitched><display-step>C</display-step><display-octave>5</display-octave>"
    drum += "</unpitched><duration>48</duration></note>"
    with pytest.raises(DataError, match="only rests or drums"):
        read_score(saved(tmp_path, musicxml(drum), "drums.xml"), "C")


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
    script = "import sys; from tests.test_scores import *; write_score(small(), sys.argv[1])"
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


def midi_file(*tracks, metre=(4, 2), form=1):
    """Return the bytes of a MIDI file of 480 ticks; a track is [(tick, bytes), ...]."""
    meta = [(0, b"\xff\x58\x04" + bytes([*metre, 24, 8]))] if metre else []
    chunks = []
    for number, track in enumerate(tracks):
        now, data = 0, b""
        for tick, event in [*(meta if number == 0 else []), *sorted(track)]:
            data += length(tick - now) + event
            now = tick
        data += b"\0\xff\x2f\0"
        chunks.append(b"MTrk" + len(data).to_bytes(4, "big") + data)
    header = b"MThd\0\0\0\6" + b"".join(n.to_bytes(2, "big") for n in (form, len(tracks), 480))
    return header + b"".join(chunks)


def length(ticks):
    digits = [ticks & 127]
    while ticks := ticks >> 7:
        digits.append(ticks & 127 | 128)
    return bytes(reversed(digits))


def played(*notes, channel=0):
    """Return the events of (start, end, pitch) in MIDI ticks."""
    return [
        event
        for start, end, pitch in notes
        for event in (
            (start, bytes([0x90 | channel, pitch, 80])),
            (end, bytes([0x80 | channel, pitch, 0])),
        )
    ]


def read_midi(tmp_path, *tracks, chords="C", **more):
    return read_score(saved(tmp_path, midi_file(*tracks, **more), "tune.mid"), chords)


def test_a_sloppy_player_is_put_on_the_grid(tmp_path):
    notes = [(12, 230, 60), (250, 470, 62), (485, 600, 64), (645, 780, 65), (790, 950, 67)]
    chorus = read_midi(tmp_path, played(*notes, (970, 1200, 69), (1430, 1900, 71)))
    assert chorus.events == (
        *((6, 60), (6, 62), (4, 64), (4, 65), (4, 67), (6, 69), (6, REST), (12, 71)),
    )


def test_a_quarter_is_divided_in_four_or_in_three_not_in_both(tmp_path):
    notes = [(0, 130, 60), (135, 300, 62), (310, 480, 64), (480, 1920, 65)]
    assert read_midi(tmp_path, played(*notes)).events == ((4, 60), (4, 62), (4, 64), (36, 65))


def test_the_highest_part_is_the_melody_and_drums_are_none(tmp_path):
    bass = played((0, 1920, 40))
    tune = played((0, 960, 60), (960, 1920, 62))
    drums = played((0, 1920, 90), channel=9)
    for tracks in ([bass, tune, drums], [bass + [(t, e) for t, e in tune_on(3, tune)] + drums]):
        assert read_midi(tmp_path, *tracks, form=int(len(tracks) > 1)).events == (
            (24, 60),
            (24, 62),
        )
    with pytest.raises(DataError, match="only rests or drums"):
        read_midi(tmp_path, drums)


def tune_on(channel, events):
    return [(tick, bytes([event[0] | channel]) + event[1:]) for tick, event in events]


def test_short_gaps_and_very_short_notes(tmp_path):
    gap = played((0, 320, 60), (480, 1920, 62))
    assert read_midi(tmp_path, gap).events == ((12, 60), (36, 62))
    clipped = played((0, 20, 60), (960, 1920, 62))
    assert read_midi(tmp_path, clipped).events == ((3, 60), (21, REST), (24, 62))


def test_the_first_tempo_counts(tmp_path):
    tempos = [(0, b"\xff\x51\x03\x06\x1a\x80"), (960, b"\xff\x51\x03\x0c\x35\x00")]
    assert read_midi(tmp_path, tempos + played((0, 1920, 60))).tempo == 150


def test_overlaps(tmp_path):
    legato = played((0, 600, 72), (480, 1100, 71), (960, 1920, 69))
    assert read_midi(tmp_path, legato).events == ((12, 72), (12, 71), (24, 69))
    held = played((0, 1920, 72), (480, 960, 64), (960, 1440, 65))
    assert read_midi(tmp_path, held).events == ((48, 72),)


def test_metre_and_length_of_midi(tmp_path):
    tune = played((0, 480, 60), (1440, 1920, 62))
    assert read_midi(tmp_path, tune, metre=None).beats == 4
    assert read_midi(tmp_path, tune, metre=(3, 2), chords="C | C").beats == 3
    with pytest.raises(DataError, match="is in 6/8"):
        read_midi(tmp_path, tune, metre=(6, 3))
    assert read_midi(tmp_path, tune, chords="C | F").length == 96
    with pytest.raises(DataError, match="melody of 2 bars, and there are chords for 1"):
        read_midi(tmp_path, tune, metre=(3, 2))
    with pytest.raises(DataError, match="no chord symbols"):
        read_midi(tmp_path, tune, chords=None)
    with pytest.raises(DataError, match="more than 512"):
        read_midi(tmp_path, played((480 * 4 * 600, 480 * 4 * 601, 60)))
    with pytest.raises(ValueError, match="'X'"):
        read_midi(tmp_path, tune, chords="X")


def test_a_midi_file_cut_off_anywhere_is_refused(tmp_path):
    whole = midi_file(played((0, 480, 60)), played((0, 1920, 62)))
    for size in range(1, len(whole)):
        with pytest.raises(DataError, match=r"cannot be read as MIDI"):
            read_score(saved(tmp_path, whole[:size], "cut.mid"), "C")


# --- chords: music21 as the oracle -----------------------------------------------------------

UNKNOWN_TO_MUSIC21 = {"maj9", "6/9", "9sus4"}  # it says M9, 6add9 and 7sus4add9
MORE_IN_MUSIC21 = {"13": {5}}  # it adds the eleventh, which players leave out over a major third


@pytest.mark.parametrize("kind", KINDS)
def test_the_tones_of_a_chord_are_those_of_music21(kind):
    if kind in UNKNOWN_TO_MUSIC21:
        with pytest.raises(ValueError, match="Invalid chord abbreviation"):
            harmony.ChordSymbol(f"C{kind}")
    spelling = sheets.IN_MUSIC21[kind] if kind in UNKNOWN_TO_MUSIC21 else kind
    for root, name in enumerate(NAMES):
        theirs = harmony.ChordSymbol(name.replace("b", "-") + spelling)
        more = {(root + step) % 12 for step in MORE_IN_MUSIC21.get(kind, ())}
        assert theirs.root().pitchClass == root
        assert {p.pitchClass for p in theirs.pitches} == {*parse_chord(name + kind).tones, *more}


@pytest.mark.parametrize(
    ("symbol", "root", "kind"),
    [
        ("Bb7", 10, "7"),
        ("Eb", 3, ""),
        ("F#m7b5", 6, "m7b5"),
        ("C-7", 0, "m7"),
        ("B♭7", 10, "7"),
        ("Cø", 0, "m7b5"),
        ("CΔ7", 0, "maj7"),
        ("G7(b9)", 7, "7b9"),
        ("Am7/G", 9, "m7"),
        ("Cb", 11, ""),
        ("C6/9", 0, "6/9"),
    ],
)
def test_a_symbol_is_read(symbol, root, kind):
    assert parse_chord(symbol) == Chord(root, kind)


@pytest.mark.parametrize("symbol", ["H7", "", "Xm", "N.C.", "C7foo", "b7"])
def test_a_symbol_that_is_none(symbol):
    with pytest.raises(ValueError, match=re.escape(repr(symbol)) + " is not a chord"):
        parse_chord(symbol)
