"""datasets/jazz: the engine on small cases worked by hand, then the data set and its card."""

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.jazz import build
from datasets.jazz.build import Note, notes_of, with_notes
from utils.music import choruses, measures
from utils.music.chords import KINDS, TICKS, Chord, chord_at, parse_chord, progression
from utils.music.choruses import Chorus

CARD = (build.HEADS.parent / "README.md").read_text(encoding="utf-8")
ORNAMENTS = ("mordent", "turn", "neighbour", "strike_again", "passing_eighth", "passing_triplet")


def chorus(chords, *notes, beats=4):
    """Return a chorus of (start, end, pitch) over a progression in words."""
    harmonies, length = progression(chords, beats)
    bars = tuple((beats * TICKS, "rest") for _ in range(length // (beats * TICKS)))
    return with_notes(Chorus("test", beats, 120, harmonies, bars), [Note(*note) for note in notes])


def results(change, before):
    """Return everything that a change makes of a chorus, over many draws."""
    made = {change(before, np.random.default_rng(seed)) for seed in range(40)}
    for after in made:
        assert replace(after, chords=before.chords, events=before.events) == before
        assert after.length == before.length and measures.valid_bars([after]) == 1
    return made


def played(made):
    """Return the notes of each result."""
    return {tuple(tuple(note) for note in notes_of(after)) for after in made}


def symbols(made):
    """Return the chords of each result, in words."""
    return {" ".join(f"{onset}:{chord.symbol}" for onset, chord in c.chords) for c in made}


# --- notes and events ------------------------------------------------------------------------


def test_bar_lines_split_notes_and_rests():
    long = chorus("C6 | C6 | C6", (18, 30, 64), (42, 102, 60))
    assert long.events == (
        *((18, "rest"), (12, 64), (12, "rest"), (6, 60)),
        *((48, "hold"),),
        *((6, "hold"), (42, "rest")),
    )
    assert notes_of(long) == [(18, 30, 64), (42, 102, 60)]


def test_a_rest_over_a_bar_line_is_two():
    assert chorus("C6 | C6", (0, 12, 60)).events == ((12, 60), (36, "rest"), (48, "rest"))
    waltz = chorus("C6 | C6", (0, 72, 60), beats=3)
    assert waltz.events == ((36, 60), (36, "hold"))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 60), st.integers(60, 72))))
def test_notes_and_events_are_two_forms_of_one(steps):
    notes, tick = [], 0
    for gap, length, pitch in steps:
        notes.append(Note(tick + gap, tick + gap + length, pitch))
        tick += gap + length
    bars = tick // 48 + 1
    whole = Chorus("test", 4, 120, ((0, Chord(0, "6")),), ((48, "rest"),) * bars)
    made = with_notes(whole, notes)
    assert notes_of(made) == notes
    assert made.length == 48 * bars and measures.valid_bars([made]) == 1
    assert all(duration > 0 for duration, _ in made.events)


# --- displacement ----------------------------------------------------------------------------


def test_displace_moves_one_phrase_by_an_eighth():
    before = chorus("C6 | C6", (0, 12, 60), (24, 36, 64), (36, 48, 67), (72, 96, 60))
    phrase = ((24, 36, 64), (36, 48, 67))
    first, last = (0, 12, 60), (72, 96, 60)
    assert played(results(build.displace, before)) == {
        ((6, 18, 60), *phrase, last),
        (first, (18, 30, 64), (30, 42, 67), last),
        (first, (30, 42, 64), (42, 54, 67), last),
        (first, *phrase, (66, 90, 60)),
    }


def test_displace_leaves_a_rest_of_an_eighth():
    tight = chorus("C6", (0, 12, 60), (18, 48, 64))  # an eighth of rest, none at the edges
    assert results(build.displace, tight) == {tight}
    assert played(results(build.displace, chorus("C6", (6, 18, 60), (24, 48, 64)))) == {
        ((0, 12, 60), (24, 48, 64))
    }


def test_displace_leaves_triplets_on_the_beat():
    triplets = chorus("C6", (12, 16, 60), (16, 20, 62), (20, 24, 64))
    assert results(build.displace, triplets) == {triplets}


def test_phrases_have_no_rest_inside():
    notes = [Note(0, 6, 60), Note(6, 12, 62), Note(18, 24, 64), Note(24, 30, 65)]
    assert build.phrases_of(notes) == [notes[:2], notes[2:]]


# --- ornaments -------------------------------------------------------------------------------

LEAP = (30, 36, 72)  # the note that follows an ornament, not a third away


def ornamented(name, *notes, chords="Cmaj7"):
    change, _, _ = build.CHANGES[name]
    before = chorus(chords, *notes)
    made = results(change, before)
    assert symbols(made) == symbols([before])
    return played(made)


@pytest.mark.parametrize(
    ("name", "notes", "expected"),
    [
        (
            "mordent",
            [(12, 24, 64), LEAP],
            [(12, 16, 64), (16, 20, 65), (20, 24, 64), LEAP],
        ),
        (
            "turn",
            [(0, 24, 64), LEAP],
            [(0, 4, 65), (4, 8, 64), (8, 12, 62), (12, 24, 64), LEAP],
        ),
        (
            "turn",
            [(12, 30, 60), LEAP],
            [(12, 16, 62), (16, 20, 60), (20, 24, 59), (24, 30, 60), LEAP],
        ),
        (
            "neighbour",
            [(12, 24, 64), (24, 36, 71)],
            [(12, 18, 64), (18, 24, 65), (24, 36, 71)],
        ),
        (
            "neighbour",
            [(12, 24, 64), (24, 36, 55)],
            [(12, 18, 64), (18, 24, 62), (24, 36, 55)],
        ),
        (  # the upper neighbour is the note that follows, so it is reached from below
            "neighbour",
            [(12, 24, 64), (24, 36, 65)],
            [(12, 18, 64), (18, 24, 62), (24, 36, 65)],
        ),
        (
            "strike_again",
            [(0, 24, 64), LEAP],
            [(0, 18, 64), (18, 24, 64), LEAP],
        ),
        (
            "strike_again",
            [(6, 24, 64), LEAP],
            [(6, 18, 64), (18, 24, 64), LEAP],
        ),
        (
            "strike_again",
            [(0, 18, 64), LEAP],
            [(0, 6, 64), (6, 18, 64), LEAP],
        ),
        (
            "passing_eighth",
            [(12, 24, 64), (24, 30, 67)],
            [(12, 18, 64), (18, 24, 65), (24, 30, 67)],
        ),
        (
            "passing_eighth",
            [(12, 24, 64), (24, 30, 60)],
            [(12, 18, 64), (18, 24, 62), (24, 30, 60)],
        ),
        (
            "passing_triplet",
            [(12, 18, 67), (18, 24, 64), (36, 48, 72)],
            [(12, 16, 67), (16, 20, 65), (20, 24, 64), (36, 48, 72)],
        ),
    ],
)
def test_ornament(name, notes, expected):
    assert ornamented(name, *notes) == {tuple(expected)}


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("mordent", [(18, 30, 64), LEAP]),  # off the beat
        ("mordent", [(12, 18, 64), LEAP]),  # an eighth
        ("turn", [(12, 24, 64), LEAP]),  # a quarter
        ("turn", [(6, 30, 64), LEAP]),  # off the beat
        ("neighbour", [(12, 24, 64), LEAP]),  # a rest follows: it leads nowhere
        ("neighbour", [(6, 18, 64), (18, 24, 72)]),  # off the beat
        ("strike_again", [(12, 24, 64), LEAP]),  # a quarter is not long
        ("passing_eighth", [(12, 24, 64), (24, 30, 65)]),  # a step
        ("passing_eighth", [(12, 24, 64), (24, 30, 69)]),  # a fourth
        ("passing_eighth", [(12, 24, 64), (30, 36, 67)]),  # a rest between
        ("passing_triplet", [(18, 24, 64), (24, 30, 67), LEAP]),  # over the beat
        ("passing_triplet", [(12, 18, 64), (18, 30, 67), LEAP]),  # not two eighths
        *((name, [(0, 12, 64)]) for name in ORNAMENTS),  # the last note stays plain
    ],
)
def test_an_ornament_that_does_not_suit(name, notes):
    assert ornamented(name, *notes) == {tuple(notes)}


def test_an_ornament_decorates_one_note_only():
    quarters = [(12 * i, 12 * i + 12, 60 + 7 * (i % 2)) for i in range(4)]
    assert len(ornamented("mordent", *quarters)) == 3
    for notes in ornamented("mordent", *quarters):
        assert len(set(quarters) - set(notes)) == 1


def test_the_scale_is_that_of_the_chord():
    quarter = [(12, 24, 64), (24, 36, 72)]
    assert {n[1][2] for n in ornamented("mordent", *quarter, chords="C7")} == {65}
    assert {n[1][2] for n in ornamented("mordent", *quarter, chords="E6")} == {66}
    assert {n[1][2] for n in ornamented("mordent", (0, 12, 60), LEAP, chords="C7b9")} == {61}


def test_every_scale_holds_its_chord_in_steps_of_at_most_a_tone(data):
    for kind in {chord.kind for one in data for _, chord in one.chords}:
        steps = sorted(build.scale(Chord(0, kind)))
        assert set(KINDS[kind]) <= set(steps), kind
        assert all(b - a <= 2 for a, b in pairwise([*steps, steps[0] + 12])), kind


def test_the_scale_moves_with_the_root():
    assert (
        build.scale(parse_chord("Dm7")) == build.scale(parse_chord("G7")) == {0, 2, 4, 5, 7, 9, 11}
    )


# --- re-harmonised approaches ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Cmaj7 | G7 | Cmaj7", "0:Cmaj7 48:G7 72:Db7 96:Cmaj7"),
        ("Dm7 G7 | Cm6", "0:Dm7 24:G7 36:Db7 48:Cm6"),
        ("F6 | C7", "0:F6 48:C7 72:Gb7"),  # after the last chord comes the first
    ],
)
def test_substitute_tritone(before, after):
    assert symbols(results(build.substitute_tritone, chorus(before))) == {after}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Cmaj7 | G7 | Cmaj7", "0:Cmaj7 48:Dm7 72:G7 96:Cmaj7"),
        ("Ebmaj7 | G7 | Cm7", "0:Ebmaj7 48:Dm7b5 72:G7 96:Cm7"),
        ("Cmaj7 | G7b9 | Cmaj7", "0:Cmaj7 48:Dm7b5 72:G7b9 96:Cmaj7"),
        ("Am7 | G7 | Cmaj7", "0:Am7 48:Dm7 72:G7 96:Cmaj7"),
        ("D7 | G7 | Cmaj7", "0:D7 48:Dm7 72:G7 96:Cmaj7"),
    ],
)
def test_lead_in(before, after):
    assert symbols(results(build.lead_in, chorus(before))) == {after}


@pytest.mark.parametrize("change", [build.substitute_tritone, build.lead_in])
@pytest.mark.parametrize(
    "chords",
    [
        "Cmaj7 | G7 | Am7",  # does not resolve a fifth lower
        "Cmaj7 | Gm7 | C6",  # no dominant
        "G7 | Cmaj7",  # the first chord stays
    ],
)
def test_a_chord_that_stays(change, chords):
    before = chorus(chords)
    assert results(change, before) == {before}


def test_a_dominant_of_one_beat_stays():
    before = chorus("Cmaj7 Am7 Dm7 G7 | Cmaj7")
    assert results(build.substitute_tritone, before) == {before}


def test_no_second_ii():
    before = chorus("Dm7 | G7 | Cmaj7")
    assert results(build.lead_in, before) == {before}
    before = chorus("Dm7b5 | G7b9 | Cm6")
    assert results(build.lead_in, before) == {before}


def test_in_three_the_new_chord_begins_on_a_beat():
    waltz = chorus("Cmaj7 | G7 | Cmaj7", beats=3)
    assert symbols(results(build.substitute_tritone, waltz)) == {"0:Cmaj7 36:G7 60:Db7 72:Cmaj7"}
    assert symbols(results(build.lead_in, waltz)) == {"0:Cmaj7 36:Dm7 60:G7 72:Cmaj7"}


def test_one_chord_changes_and_no_note():
    before = chorus("C6 | G7 | C7 | F6", (0, 12, 60), (48, 60, 67), (90, 102, 64))
    made = results(build.substitute_tritone, before)
    assert symbols(made) == {
        "0:C6 48:G7 72:Db7 96:C7 144:F6",
        "0:C6 48:G7 96:C7 120:Gb7 144:F6",
    }
    assert played(made) == played([before])


@pytest.mark.parametrize(
    ("old", "new"),
    [(67, 65), (65, None), (62, 63), (63, None), (64, 63)],  # the aim is E, 64
)
def test_approach(old, new):
    before = chorus("G7 | Cmaj7", (24, 42, 71), (42, 48, old), (48, 72, 64), (90, 96, 67))
    after = {((24, 42, 71), (42, 48, new or old), (48, 72, 64), (90, 96, 67))}
    assert played(results(build.approach, before)) == after


def test_approach_looks_for_a_note_that_is_not_there_yet():
    before = chorus("G7 | C6 | G7 | C6", (42, 48, 63), (48, 60, 64), (138, 144, 67), (144, 156, 64))
    after = ((42, 48, 63), (48, 60, 64), (138, 144, 65), (144, 156, 64))
    assert played(results(build.approach, before)) == {after}


def test_approach_after_a_tritone_substitute():
    before = chorus("Dm7 Db7 | Cmaj7", (42, 48, 68), (48, 72, 64))
    assert played(results(build.approach, before)) == {((42, 48, 65), (48, 72, 64))}


@pytest.mark.parametrize(
    ("chords", "notes"),
    [
        ("G7 | Am7", [(42, 48, 67), (48, 60, 64)]),  # no resolution
        ("G7 | Cmaj7", [(36, 48, 67), (48, 60, 64)]),  # the note before is on the beat
        ("G7 | Cmaj7", [(42, 54, 67), (54, 60, 64)]),  # an anticipation: it is the aim itself
        ("G7 | Cmaj7", [(30, 42, 67), (48, 60, 64)]),  # a rest between
    ],
)
def test_no_approach(chords, notes):
    assert played(results(build.approach, chorus(chords, *notes))) == {tuple(notes)}


# --- what may stay ---------------------------------------------------------------------------

LINE = [(0, 12, 60), (12, 24, 64), (24, 36, 67), (36, 48, 64), (48, 72, 60)]


def changed(**at):
    """Return whether LINE may become LINE with some notes replaced, n0=(start, end, pitch)."""
    head = chorus("Cmaj7 | Cmaj7", *LINE)
    notes = [at.get(f"n{i}", note) for i, note in enumerate(LINE)]
    return build.allowed(chorus("Cmaj7 | Cmaj7", *notes), head, head)


def test_allowed():
    assert changed(n1=(12, 24, 67))
    assert changed(n1=(12, 24, 67), n2=(24, 36, 64))


def test_more_than_half_is_not_allowed():
    assert not changed(n1=(12, 24, 67), n2=(24, 36, 64), n3=(36, 48, 67))


def test_notes_on_the_beat_must_still_fit():
    assert not changed(n1=(12, 24, 61))
    assert changed(n1=(12, 18, 64), n2=(18, 36, 67))  # off the beat


@pytest.mark.parametrize(
    ("last", "fits"),
    [
        ((65, 71), True),  # F and B are in G7 and in Db7
        ((62, 67), False),  # D and G are not
    ],
)
def test_a_chord_stays_only_over_notes_that_fit_it(last, fits):
    first, second = last
    notes = [(0, 36, 60), (48, 60, 67), (60, 72, 65), (72, 84, first), (84, 96, second)]
    head = chorus("C6 | G7 | C6", *notes, (96, 120, 60))
    (tritone,) = results(build.substitute_tritone, head)
    assert build.allowed(tritone, head, head) == fits


@pytest.mark.parametrize("pitch", [choruses.LOWEST - 1, choruses.HIGHEST + 1])
def test_the_range_must_stay(pitch):
    head = chorus("Bmaj7 | C6", (6, 12, 63), (48, 72, 60))
    near, out = (
        chorus("Bmaj7 | C6", (6, 12, there), (48, 72, 60))
        for there in (min(max(pitch, choruses.LOWEST), choruses.HIGHEST), pitch)
    )
    assert build.allowed(near, head, head) and not build.allowed(out, head, head)


@pytest.mark.parametrize(
    ("first", "last", "stay"),
    [
        ((36, 48, 60), (90, 102, 67), True),
        ((42, 48, 60), (84, 96, 67), True),
        ((36, 48, 60), (102, 114, 67), False),  # ends in the bar after
        ((30, 42, 60), (84, 96, 67), False),  # begins in the bar before
    ],
)
def test_first_and_last_bar_must_stay(first, last, stay):
    bars = "C6 | C6 | C6 | C6"
    head = chorus(bars, (36, 48, 60), (48, 60, 64), (84, 96, 67), beats=3)
    assert build.allowed(chorus(bars, first, (48, 60, 64), last, beats=3), head, head) == stay


def test_only_the_known_durations_are_allowed():
    head = chorus("C6", (0, 6, 60), (6, 12, 64), (12, 48, 67))
    odd = chorus("C6", (0, 7, 60), (7, 12, 64), (12, 48, 67))
    assert build.allowed(head, head, head) and not build.allowed(odd, head, odd)


def test_share_changed():
    head = chorus("C6 | C6", *LINE)
    assert build.share_changed(head, head) == 0
    for other in [(12, 24, 65), (12, 18, 64), (18, 24, 64)]:  # pitch, length, onset
        assert build.share_changed(
            head, chorus("C6 | C6", LINE[0], other, *LINE[2:])
        ) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("low", "high", "up", "shift"),
    [
        (62, 74, 3, 3),
        (62, 74, 9, -3),
        (62, 74, 6, 6),
        (55, 70, 8, 8),  # four lower would be out of range
        (70, 82, 4, -8),  # four higher would be
    ],
)
def test_in_key(low, high, up, shift):
    head = chorus("C6 | C6", (0, 12, low), (12, 24, high))
    assert build.in_key(head, up) == head.transposed(shift)


def test_vary_is_pure_and_repeats(heads):
    head = heads[0]
    first = build.vary(head, np.random.default_rng(3))
    assert build.vary(head, np.random.default_rng(3)) == first
    assert build.vary(head, np.random.default_rng(4)) != first
    assert first.varied and not head.varied and first.title == head.title


# --- the data set ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def heads():
    return build.read_heads()


@pytest.fixture(scope="module")
def data():
    lines = build.CHORUSES.read_text(encoding="utf-8").splitlines()
    return [choruses.from_json(line) for line in lines]


@pytest.fixture(scope="module")
def pairs(data):
    """(head, its variation in the same key)."""
    return list(zip(data[0::2], data[1::2], strict=True))


def test_the_build_makes_the_file_again(heads):
    made = "".join(choruses.to_json(one) + "\n" for one in build.choruses(heads))
    assert made.encode() == build.CHORUSES.read_bytes()


def test_size(heads, data):
    assert len(heads) == len({head.title for head in heads}) == len(list(build.HEADS.glob("*.abc")))
    assert len(heads) >= 30 and len(data) >= 500
    assert len(data) == len(heads) * 12 * 2


def test_every_line_is_as_the_card_says(data):
    assert measures.valid_bars(data) == 1
    for one in data:
        assert in_range(one)
        assert {duration for duration, _ in one.events} <= build.DURATIONS
        assert one.beats in (3, 4) and one.length % one.bar == 0
        assert one.chords[0][0] == 0 and all(onset % 12 == 0 for onset, _ in one.chords)
        assert all(a < b for (a, _), (b, _) in pairwise(one.chords))


def test_the_copies_of_a_head_are_transpositions(heads, pairs):
    keys = defaultdict(list)
    for copy, _ in pairs:
        keys[copy.title].append(copy)
    for head in heads:
        for up, copy in enumerate(keys[head.title]):
            shift = choruses.onsets(copy)[0][1] - choruses.onsets(head)[0][1]
            assert shift % 12 == up and head.transposed(shift) == copy
            other = head.transposed(shift - 12 * int(np.sign(shift)))
            assert abs(shift) <= 6 or not in_range(other)
        assert len(keys[head.title]) == 12


def in_range(one):
    return all(choruses.LOWEST <= pitch <= choruses.HIGHEST for _, pitch in choruses.onsets(one))


def test_variations(pairs):
    for head, other in pairs:
        assert other.varied and not head.varied
        assert replace(other, varied=False, chords=head.chords, events=head.events) == head
        assert 0.1 <= build.share_changed(head, other) <= 0.5
        assert build._bars(other) == build._bars(head) and other.length == head.length
        assert measures.chord_tones([other]) >= measures.chord_tones([head])
    assert len({other.events for _, other in pairs}) == len(pairs)


def test_the_notes_on_the_beats_fit_the_chords_that_changed(pairs):
    beats, lost = 0, 0
    for head, other in pairs:
        new = {
            tick
            for tick in range(0, head.length, TICKS)
            if chord_at(head.chords, tick) != chord_at(other.chords, tick)
        }
        beats += len(new)
        lost += sum(tick in new for tick, _ in unresolved(other) - unresolved(head))
    assert beats > 1000 and lost < 0.01 * beats


def unresolved(one):
    """Return (onset, pitch) of the notes on a beat that `measures.chord_tones` does not count."""
    notes = choruses.onsets(one)
    fits = {(t, p): p % 12 in chord_at(one.chords, t).tones for t, p in notes}
    steps = {a for a, b in pairwise(notes) if 1 <= abs(a[1] - b[1]) <= 2 and fits[b]}
    return {note for note in notes if note[0] % 12 == 0 and not fits[note]} - steps


def test_every_kind_of_change_finds_a_place_in_many_heads(heads):
    used = Counter()
    rng = np.random.default_rng(0)
    for head in heads:
        used.update(
            name for name, (change, *_) in build.CHANGES.items() if change(head, rng) != head
        )
    assert min(used[name] for name in build.CHANGES) >= 3


def test_no_two_heads_share_twelve_notes(heads):
    for i, head in enumerate(heads):
        assert measures.copied([head], heads[:i] + heads[i + 1 :], 12) == 0


def shape(head):
    """Return the progression without its key: metre, then each chord as steps, kind, length."""
    chords = [c for i, c in enumerate(head.chords) if i == 0 or c[1] != head.chords[i - 1][1]]
    ends = [*(onset for onset, _ in chords[1:]), head.length]
    home = chords[0][1].root
    return head.beats, *(
        ((chord.root - home) % 12, chord.kind, end - onset)
        for (onset, chord), end in zip(chords, ends, strict=True)
    )


def test_at_least_ten_progressions(heads):
    shapes = {shape(head) for head in heads}
    assert len(shapes) >= 10
    assert f"{len(shapes)} different progressions" in CARD
    assert shape(heads[0].transposed(5)) == shape(heads[0])


# --- the card --------------------------------------------------------------------------------


def test_the_card_has_size_and_checksum():
    body = build.CHORUSES.read_bytes()
    assert hashlib.sha256(body).hexdigest() in CARD
    assert f"{len(body):,} bytes" in CARD
    assert f"{len(body.splitlines()):,} lines" in CARD


def test_the_card_lists_every_head_once(heads):
    rows = re.findall(r"^\| .+? \| (\d+) \| .+? \| (.+?) \|$", CARD, flags=re.MULTILINE)
    titles = [title for _, listed in rows for title in listed.split(", ")]
    assert sorted(titles) == sorted(head.title for head in heads)
    assert [int(number) for number, _ in rows] == [len(row.split(", ")) for _, row in rows]


def test_the_card_has_the_shares(heads, pairs):
    text = " ".join(CARD.split())
    copies, others = zip(*pairs, strict=True)
    assert f"{measures.chord_tones(copies):.3f} of the heads" in text
    assert f"{measures.chord_tones(others):.3f} of the variations" in text
    assert f"{measures.shifted_chord_tones(heads):.3f} of the heads if" in text
    shared = np.mean([measures.copied([other], [head], 6) for head, other in pairs])
    assert f"{shared:.2f} of its runs of six notes" in text
    changed = np.median([build.share_changed(head, other) for head, other in pairs])
    assert f"{changed * 100:.0f} % in the median" in text


def test_the_card_names_every_change_and_duration():
    rows = re.findall(r"^\| `(\w+)` \| .+ \| \d\.\d\d \|$", CARD, flags=re.MULTILINE)
    assert rows == list(build.CHANGES)
    *first, last = sorted(build.DURATIONS)
    assert f"Durations are {', '.join(map(str, first))} or {last} ticks" in CARD
