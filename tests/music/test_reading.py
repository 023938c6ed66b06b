"""utils.music.reading: ABC, MusicXML and MIDI. A small reader in this file judges the heads."""

import re
import zipfile
from fractions import Fraction
from functools import lru_cache

import pytest
from music21 import key

from tests.music.files import HEADS, abc, changes, read_abc, saved
from utils.files import DataError
from utils.music.chords import NATURALS, Chord, parse_chord
from utils.music.choruses import HOLD, REST
from utils.music.reading import read_score, read_songs
from utils.music.writing import write_score

head = pytest.mark.parametrize("path", HEADS, ids=lambda path: path.stem)
read_head = lru_cache(maxsize=None)(read_score)

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


@head
def test_a_head_is_read_as_it_is_written(path):
    bars, symbols = as_written(path)
    chorus = read_head(path)
    assert {sum(ticks for ticks, *_ in bar) for bar in bars} == {chorus.bar}
    assert chorus.events == as_events(bars)
    assert chorus.length == len(bars) * chorus.bar
    written = [(bar * chorus.bar + tick, parse_chord(text)) for (bar, tick), text in symbols]
    assert chorus.chords == changes(written)


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
        (abc('"C"c8|c9|c8|c8|'), "4 beats in bar 2"),
        (abc('"H7"c8|c8|'), "the chord 'H7'"),
        (abc("c8|c8|c8|"), 'no chord symbols: pass them, as in chords="'),
        (abc('"C"z8|z8|z8|'), "no melody"),
        (abc('"C"c8|c7|c8|c8|'), "4 beats in bar 2"),
        (abc('"G7"c2|"C"c8|c7|c8|c8|'), "4 beats in bar 2"),
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


# --- MIDI ------------------------------------------------------------------------------------


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


def test_the_songs_of_music21_are_read(monkeypatch):
    ragtime, jeanie = read_songs()
    assert "Ragtime" in ragtime.title and "Jeanie" in jeanie.title
    assert [symbol.symbol for _, symbol in ragtime.chords[:3]] == ["F", "C7", "F"]
    for song in ragtime, jeanie:
        assert song.beats == 4 and song.length == 65 * 48
    monkeypatch.setattr("utils.music.reading.find_spec", lambda name: None)
    assert read_songs() == []
