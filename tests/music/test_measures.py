"""utils.music.measures: measures and baselines. Every expected value is by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.music.tunes import chorus, datasets_heads, tune
from utils.music import measures, players
from utils.music.chords import Chord, chord_at


def test_chord_tones_of_a_chord():
    assert measures.chord_tones([tune("C6", 60, 64, 67, 69)]) == 1
    assert measures.chord_tones([tune("C6", 60, 65, 60, 70)]) == 0.5


def test_a_step_that_resolves_fits():
    assert measures.chord_tones([tune("Cmaj7", 65, 64)]) == 1  # F E, a semitone
    assert measures.chord_tones([tune("Cmaj7", 62, 64)]) == 1  # D E, a tone
    assert (
        measures.chord_tones([tune("G7 | Cmaj7", 67, 67, 67, 61, 60)]) == 1
    )  # into the next chord


def test_a_step_that_does_not_resolve_does_not_fit():
    assert measures.chord_tones([tune("Cmaj7", 61, 62, 65, 67)]) == 0.5  # Db D: neither; F G: both
    assert measures.chord_tones([tune("Cmaj7", 65, 60)]) == 0.5  # F C: a leap
    assert measures.chord_tones([tune("Cmaj7", 62, 62, 64, 64)]) == 0.75  # D D: no step
    assert measures.chord_tones([tune("Cmaj7", 64, 62)]) == 0.5  # the last note goes nowhere
    assert measures.chord_tones([tune("Cmaj7 | Ebm7", 64, 64, 64, 62, 64)]) == 0.6  # E: not in Ebm7


def test_notes_off_the_beat_do_not_count_but_resolve():
    off = chorus("Cmaj7", (6, 64), (6, 66), (6, 67), (6, 61))
    assert measures.chord_tones([off]) == 1
    by_step = chorus("Cmaj7", (6, 65), (6, 64), (12, "rest"))
    assert measures.chord_tones([by_step]) == 1


def test_chord_tones_of_several_are_taken_together():
    three, one = tune("C6", 60, 60, 60), tune("C6", 66)
    assert measures.chord_tones([three, one]) == 0.75
    assert measures.chord_tones([]) == 0


def test_a_chorus_without_notes_has_no_chord_tones():
    silent, played = chorus("C6", (48, "rest")), tune("C6", 60)
    assert measures.chord_tones([silent]) == 0
    assert measures.chord_tones([silent, played]) == 1


def test_shift_moves_the_chords():
    high = tune("Cmaj7", 61, 65, 68)  # Db F Ab: the tones of a Db chord
    assert measures.chord_tones([high], shift=1) == 1
    assert measures.chord_tones([high.transposed(4)], shift=1) == 1
    assert (
        measures.chord_tones([tune("C7", 60, 64, 67, 70)], shift=6) == 0.5
    )  # over Gb7 E and Bb fit
    root = tune("C", 60)  # C is a tone of the major triads on C, F and Ab
    assert measures.shifted_chord_tones([root]) == pytest.approx(2 / 11)


def test_valid_bars():
    good = chorus("C6 | C6", (48, 60), (24, "rest"), (24, 62))
    assert measures.valid_bars([good]) == 1
    crossing = chorus("C6 | C6", (36, 60), (24, 62), (36, "rest"))
    assert measures.valid_bars([crossing]) == 0
    third = chorus("C6 | C6 | C6", (48, 60), (36, 60), (24, 62), (36, "rest"))
    assert measures.valid_bars([third]) == pytest.approx(1 / 3)
    assert measures.valid_bars([good, crossing]) == 0.5


def test_valid_bars_end_with_the_last_event():
    assert measures.valid_bars([chorus("C6 | C6", (48, 60), (36, 62))]) == 0.5
    assert measures.valid_bars([chorus("C6", (36, 60), (36, 62), beats=3)]) == 1
    assert measures.valid_bars([]) == 0


def test_melodic_runs():
    line = tune("C6", 60, 62, 64, 60)
    assert measures.melodic_runs(line, 3) == [(2, 2), (2, -4)]
    assert measures.melodic_runs(line, 5) == []
    slower = replace(line, events=((6, "rest"), (24, 60), (3, 62), (12, "rest"), (9, 64), (6, 60)))
    assert measures.melodic_runs(slower, 3) == measures.melodic_runs(line, 3)


@given(st.lists(st.integers(40, 90), max_size=12), st.integers(-20, 20), st.integers(2, 6))
def test_melodic_runs_are_the_same_in_every_key(pitches, semitones, notes):
    line = tune("C6", *pitches)
    runs = measures.melodic_runs(line, notes)
    assert measures.melodic_runs(line.transposed(semitones), notes) == runs
    assert len(runs) == max(0, len(pitches) - notes + 1)


def test_copied():
    source = tune("C6", 60, 62, 64, 65)
    up_a_fifth = tune("C6", 67, 69, 71, 60)  # the first run of three, then another
    assert measures.copied([up_a_fifth], [source], 3) == 0.5
    assert measures.copied([source], [up_a_fifth, source], 3) == 1
    assert measures.copied([tune("C6", 60, 61)], [source], 3) == 0  # no run of three at all
    assert measures.copied([source], [], 3) == 0


def slow_nats(training, held_out, size):
    """Witten-Bell in its plainest form; an item is (context, token)."""

    def prob(context, token):
        if context is None:
            return 1 / size
        shorter = prob(context[:-1] if context else None, token)
        seen = [t for c, t in training if c[: len(context)] == context]
        if not seen:
            return shorter
        return (seen.count(token) + len(set(seen)) * shorter) / (len(seen) + len(set(seen)))

    return -np.mean([np.log(prob(context, token)) for context, token in held_out])


def items(choruses, contexts):
    """Return (context, duration) and (context, pitch token) of every event of the chord model."""
    rhythm, melody = [], []
    for one, x in zip(choruses, players.inputs(choruses), strict=True):
        tick = 0
        for row, (duration, pitch) in zip(x, one.events, strict=False):
            known = dict(zip(players.COLUMNS, row.tolist(), strict=True))
            root = chord_at(one.chords, tick).root
            rhythm.append((tuple(known[n] for n in contexts[0]), duration))
            melody.append((tuple(known[n] for n in contexts[1]), players.pitch_token(pitch, root)))
            tick += duration
    return rhythm, melody


def test_the_model_with_chords_counts_as_the_plain_formula_does():
    one = datasets_heads()
    training = [replace(one[0], varied=False), replace(one[3], varied=False)]
    held_out, contexts = [one[7]], measures.BASELINES["n-gram with chords"]
    counted, asked = items(training, contexts), items(held_out, contexts)
    sizes = (players.N_DURATIONS, players.N_PITCHES)
    want = [slow_nats(*pair) for pair in zip(counted, asked, sizes, strict=True)]
    assert measures.count_baselines(training)["n-gram with chords"](held_out) == pytest.approx(want)


def test_the_trigram_and_the_unigram_count_as_the_plain_formula_does():
    training, held_out = datasets_heads()[:2], datasets_heads()[9:10]
    training = [replace(one, varied=False) for one in training]

    def grams(choruses, of, back):
        found = []
        for one in choruses:
            tokens = [0] * back + [of(event) for event in one.events]
            starts = range(len(tokens) - back)
            found += [(tuple(tokens[i : i + back][::-1]), tokens[i + back]) for i in starts]
        return found

    parts = ((lambda e: e[0], players.N_DURATIONS), (lambda e: players.pitch_token(e[1], 0), 48))
    assert players.N_PITCHES == 48
    want = [slow_nats(grams(training, of, 2), grams(held_out, of, 2), n) for of, n in parts]
    counted = measures.count_baselines(training)
    assert counted["trigram, no chords"](held_out) == pytest.approx(want)
    durations = [((), d) for one in training for d, _ in one.events]
    asked = [((), d) for one in held_out for d, _ in one.events]
    assert counted["unigram"](held_out)[0] == pytest.approx(slow_nats(durations, asked, 49))
    _, pitches = items(training, ([], []))
    _, asked = items(held_out, ([], []))
    assert counted["unigram"](held_out)[1] == pytest.approx(slow_nats(pitches, asked, 48))


def test_a_baseline_by_hand():
    """Counted: three quarter notes and a rest. Asked: a quarter rest and an eighth."""
    counted = measures.count_baselines([chorus("C6", (12, 60), (12, 60), (12, 62), (12, "rest"))])
    durations, pitches = counted["unigram"]([chorus("C6", (12, "rest"), (6, 60))])
    p = [(4 + 1 / 49) / 5, 1 / 49 / 5]  # one duration, four times, and one share for new ones
    assert durations == pytest.approx(-np.mean(np.log(p)))
    p = [(1 + 3 / 48) / 7, (2 + 3 / 48) / 7]  # three different ones of four
    assert pitches == pytest.approx(-np.mean(np.log(p)))


def test_a_pitch_is_seen_from_the_root_where_it_starts():
    """A C over C that lasts into G, and a G over G: twice the root."""
    counted = measures.count_baselines([chorus("C6 G7", (36, 60), (12, 67))])
    _, pitches = counted["unigram"]([chorus("C6", (48, 60))])
    assert pitches == pytest.approx(-np.log((2 + 1 / 48) / 3))


def test_baselines_need_a_head_as_it_was_composed():
    varied = replace(tune("C6", 60, 62), varied=True)
    for training in ([], [varied]):
        with pytest.raises(ValueError, match="give at least one head as it was composed"):
            measures.count_baselines(training)


def test_the_trigram_does_not_see_the_chords():
    training, held_out = datasets_heads()[:2], datasets_heads()[9:10]
    moved = [replace(one, chords=((0, Chord(1, "7")),)) for one in held_out]
    training = [replace(one, varied=False) for one in training]
    counted = measures.count_baselines(training)
    assert counted["trigram, no chords"](moved) == counted["trigram, no chords"](held_out)
    assert counted["n-gram with chords"](moved) != counted["n-gram with chords"](held_out)
    blind = measures.count_baselines(
        [replace(one, chords=((0, Chord(4, "m7")),)) for one in training]
    )
    assert blind["trigram, no chords"](held_out) == counted["trigram, no chords"](held_out)
    assert blind["n-gram with chords"](held_out) != counted["n-gram with chords"](held_out)


def test_all_but_the_trigram_see_a_pitch_from_the_root():
    counted = measures.count_baselines([tune("C6 | G7", 60, 64, 67, 64, 62, 65, 67, 71)])
    here, there = ([tune("C6 | C6", 67, 64, 60, 64, 60).transposed(n)] for n in (0, 4))
    for name in ("unigram", "n-gram with chords"):
        assert counted[name](here) == pytest.approx(counted[name](there))
    assert counted["trigram, no chords"](here)[1] != counted["trigram, no chords"](there)[1]


def test_a_rhythm_is_counted_once_for_all_its_keys():
    one = replace(datasets_heads()[0], varied=False)
    other = replace(datasets_heads()[9], varied=False)
    assert one.title != other.title
    varied = replace(one, events=((12, 60),) * 40, varied=True)
    once = measures.count_baselines([one, other])
    often = measures.count_baselines([one, one.transposed(1), other, varied])
    for name in measures.BASELINES:
        durations, pitches = once[name]([one])
        assert often[name]([one])[0] == pytest.approx(durations)
        assert often[name]([one])[1] != pytest.approx(pitches)


def test_habits_by_hand():
    found = measures.habits_of([chorus("C6", (6, 60), (6, 62), (12, "rest"), (12, 67), (12, 48))])
    assert found == {
        "notes a bar": 4,
        "time that is rest": 0.25,
        "notes off the beat": 0.25,
        "steps (1 or 2 semitones)": pytest.approx(1 / 3),
        "leaps (5 and more)": pytest.approx(2 / 3),
        "longest run one way": 3,
        "different durations": 2,
        "outside a horn's range": 0.25,
    }


def test_habits_of_several_are_taken_together():
    """The first has a hold, a rest and leaps; the second stays and then goes down."""
    first = chorus(
        "C6 | C6",
        *((12, 60), (12, 62), (12, 64), (12, 69)),
        *((6, "hold"), (18, "rest"), (6, 50), (18, 72)),
    )
    assert measures.habits_of([first, tune("C6", 60, 60, 59, 58)]) == pytest.approx(
        {
            "notes a bar": 10 / 3,
            "time that is rest": 18 / 144,
            "notes off the beat": 1 / 10,  # the 72, on tick 78
            "steps (1 or 2 semitones)": 4 / 8,  # 2 2 5 -19 22 and 0 -1 -1
            "leaps (5 and more)": 3 / 8,
            "longest run one way": (4 + 3) / 2,
            "different durations": (3 + 1) / 2,
            "outside a horn's range": 1 / 10,
        }
    )


def test_notes_that_stay_go_no_way():
    assert measures.habits_of([tune("C6", 60, 60, 60, 60)])["longest run one way"] == 1
    assert measures.habits_of([tune("C6", 60, 60), tune("C6", 60)])["longest run one way"] == 1


def test_fits_answers_for_every_note():
    chords = ((0, Chord(0, "maj7")),)
    assert measures.fits([(0, 64), (6, 65), (12, 64), (24, 66), (36, 68)], chords) == [
        *(True, True, True, False, False)
    ]
    assert measures.fits([], chords) == []


def test_chord_tones_may_be_counted_by_another_function():
    line = tune("Cmaj7", 61, 66)
    assert measures.chord_tones([line]) == 0
    assert measures.chord_tones([line], fits=lambda notes, chords: [True] * len(notes)) == 1
    assert measures.shifted_chord_tones([line], lambda notes, chords: [True] * len(notes)) == 1


def test_rhythm_evidence_by_hand():
    line = chorus("C6 | G7", (12, 60), (24, "rest"), (12, 62), (12, "hold"), (36, 64))
    columns, durations = measures.rhythm_evidence([line, tune("C6", 60, duration=48)])
    assert durations.tolist() == [12, 24, 12, 12, 36, 48]
    assert {name: column.tolist() for name, column in columns.items()} == {
        "place": [0, 12, 36, 0, 12, 0],
        "room": [48, 36, 12, 48, 36, 48],
        "phrase": [0, 0, 0, 1, 1, 0],
        "beats left": [4, 3, 1, 4, 3, 4],
        "kind": [0, 3, 1, 3, 2, 0],
        "duration": [0, 12, 24, 12, 12, 0],
        "duration 2 back": [0, 0, 12, 24, 12, 0],
        "duration 3 back": [0, 0, 0, 12, 24, 0],
        "bar 1 back": [0, 0, 0, 12, 24, 0],
        "bar 2 back": [0] * 6,
        "bar 4 back": [0] * 6,
    }


def test_a_rhythm_returns():
    quarters, half, silent = [(12, 60)] * 4, [(24, 60), (24, 62)], [(48, "rest")]
    one = chorus("C6 | C6 | C6 | C6", *quarters, *half, *quarters, *silent)
    again, by_chance = measures.rhythm_returns([one], 2)
    assert again == 1  # the third bar is as the first; the silent one is not counted
    assert by_chance == pytest.approx(2 / 6)
    assert measures.rhythm_returns([one], 1)[0] == 0
    assert measures.rhythm_returns([one]) == (0, pytest.approx(2 / 6))
    waltz = chorus("C6 | C6", (36, 60), (36, 62), beats=3)
    assert measures.rhythm_returns([one, waltz], 1)[1] == pytest.approx(4 / 8)  # within a metre
    assert measures.rhythm_returns([chorus("C6", *silent)], 1) == (0, 0)
    assert measures.rhythm_returns([]) == (0, 0)


def test_scores_are_the_measures_by_name():
    source, played = (
        tune("C6 | C6", 60, 62, 64, 65, 67, 69),
        tune("C6 | C6", 61, 63, 65, 66, 68, 70),
    )
    found = measures.scores([played], [source])
    assert found["chord tones"] == measures.chord_tones([played]) != 1
    assert found["… chords moved"] == measures.shifted_chord_tones([played])
    assert (found["6 notes copied"], found["12 notes copied"]) == (1, 0)
    assert found["valid bars"] == measures.valid_bars([played])
    assert (
        measures.scores([played], [], lambda notes, chords: [True] * len(notes))["chord tones"] == 1
    )


def test_the_ngram_with_chords_answers_a_player_as_it_answers_the_table():
    """Asked before each event of a head, its nats are those of `count_baselines`."""
    training = datasets_heads()
    training += [replace(one, varied=True) for one in training[:1]]
    durations, pitches = measures.ngram_with_chords(training)
    head = training[-2].transposed(2)
    player = players.Player(head.chords, head.beats, head.length, opening=head.events)
    nats = np.zeros(2)
    for duration, pitch in head.events:
        x, root = np.array([player.know()]), players.roots(head.chords, head.length)[player.tick]
        assert np.exp(durations(x)).sum() == pytest.approx(1)
        nats -= durations(x)[0, duration], pitches(x)[0, players.pitch_token(pitch, root)]
        player.play(1, players.REST_TOKEN)  # it plays the opening
    want = measures.count_baselines(training)["n-gram with chords"]([head])
    assert nats / len(head.events) == pytest.approx(want)
    assert durations(np.zeros((0, len(players.COLUMNS)), int)).shape == (0, players.N_DURATIONS)
    with pytest.raises(ValueError, match="varied"):
        measures.ngram_with_chords([replace(head, varied=True)])
