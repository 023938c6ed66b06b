"""utils.music.players: what a player knows, and tokens. Every expected value is by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.music.tunes import chorus, datasets_heads, heads, tune
from utils.music import measures, players
from utils.music.chords import QUALITIES, Chord, chord_at, progression
from utils.music.choruses import HIGHEST, LOWEST, Chorus
from utils.music.players import CONTEXT

MAJOR, DOMINANT, MINOR = (QUALITIES.index(q) for q in ("major", "dominant", "minor"))


def test_context_in_four():
    """Columns: quality, movement, next quality, beats left, place, room, bar of the phrase."""
    rows = players.context(*swap(progression("Dm7 G7 | Cmaj7"), 4))
    assert rows.shape == (96, len(CONTEXT)) and rows.dtype == np.int32
    assert rows[0].tolist() == [MINOR, 5, DOMINANT, 2, 0, 48, 0]
    assert rows[12].tolist() == [MINOR, 5, DOMINANT, 1, 12, 36, 0]
    assert rows[13].tolist() == [MINOR, 5, DOMINANT, 1, 13, 35, 0]
    assert rows[24].tolist() == [DOMINANT, 5, MAJOR, 2, 24, 24, 0]
    assert rows[47].tolist() == [DOMINANT, 5, MAJOR, 1, 47, 1, 0]
    assert rows[48].tolist() == [MAJOR, 2, MINOR, 4, 0, 48, 1]  # after the end comes the start
    assert rows[95].tolist() == [MAJOR, 2, MINOR, 1, 47, 1, 1]


def test_context_in_three():
    rows = players.context(*swap(progression("Gm7 | C7", 3), 3))
    assert rows.shape == (72, len(CONTEXT))
    assert rows[0].tolist() == [MINOR, 5, DOMINANT, 3, 0, 36, 0]
    assert rows[35].tolist() == [MINOR, 5, DOMINANT, 1, 35, 1, 0]
    assert rows[36].tolist() == [DOMINANT, 7, MINOR, 3, 0, 36, 1]


def swap(written, beats):
    """Return the arguments of `context`: chords, beats, length."""
    chords, length = written
    return chords, beats, length


def test_context_counts_to_eight_beats_and_four_bars():
    rows = players.context(((0, Chord(0, "7")),), 4, 5 * 48)
    assert [rows[tick, 3] for tick in (0, 144, 145, 156, 157)] == [8, 8, 8, 7, 7]
    assert [rows[tick, 6] for tick in (0, 47, 48, 191, 192)] == [0, 0, 1, 3, 0]
    assert set(rows[:, 1]) == {0}


@given(st.integers(-30, 30), st.sampled_from([3, 4]))
def test_context_is_the_same_in_every_key_and_in_its_bounds(semitones, beats):
    chords, length = progression("Dm7b5 | G7b9 | Cm6 | Bdim7 | C6 | C7sus4", beats)
    rows = players.context(chords, beats, length)
    moved = tuple((onset, chord.transposed(semitones)) for onset, chord in chords)
    assert (players.context(moved, beats, length) == rows).all()
    assert (rows >= 0).all() and (rows < list(CONTEXT.values())).all()


def test_roots():
    chords, length = progression("Dm7 G7 | Bb6")
    assert players.roots(chords, length).tolist() == [2] * 24 + [7] * 24 + [10] * 48


@given(st.integers(LOWEST, HIGHEST), st.integers(0, 11))
def test_a_token_stands_for_one_pitch_over_a_root(pitch, root):
    token = players.pitch_token(pitch, root)
    assert players.HOLD_TOKEN < token < players.N_PITCHES
    assert players.token_pitch(token, root) == pitch
    assert players.pitch_token(pitch + 12 * (pitch < 70) - 12 * (pitch >= 70), root) != token


@given(st.integers(1, players.N_PITCHES - 1), st.integers(0, 11))
def test_a_pitch_has_one_token_over_a_root(token, root):
    assert players.pitch_token(players.token_pitch(token, root), root) == token
    assert type(players.token_pitch(np.int32(token), np.int32(root))) in (int, str)


def test_the_root_token_is_the_root_from_c3_to_b3():
    assert [players.pitch_token(48 + root, root) for root in range(12)] == [players.ROOT_TOKEN] * 12
    assert players.pitch_token(LOWEST, 11) == 3  # the first token of a note
    assert players.pitch_token(HIGHEST, 0) == players.N_PITCHES - 1


def test_the_same_tone_of_a_chord_has_the_same_token_in_every_key():
    for semitones in range(12):
        assert players.pitch_token(55 + semitones, semitones) == players.pitch_token(55, 0)


@pytest.mark.parametrize(("pitch", "token"), [("rest", 1), ("hold", 2)])
def test_rest_and_hold_have_tokens_over_any_root(pitch, token):
    assert players.pitch_token(pitch, 7) == token
    assert players.token_pitch(token, 3) == pitch


def test_a_pitch_out_of_range_gets_the_nearest_token():
    assert players.pitch_token(0, 11) == players.HOLD_TOKEN + 1
    assert players.pitch_token(127, 0) == players.N_PITCHES - 1


def test_memory_by_hand():
    assert players.memory([], 0) == [0, 0, 0, 13, 0]
    assert players.memory([(6, "rest")], 0) == [6, 1, 0, 13, 0]
    first = [(6, "rest"), (12, 60)]
    assert players.memory(first, 0) == [12, 3, players.pitch_token(60, 0), 13, 1 + (60 - 52) // 3]
    assert players.memory(first, 5)[2] == players.pitch_token(60, 5)
    later = [*first, (6, 67), (18, "hold")]
    assert players.memory(later, 0) == [
        18,
        2,
        players.pitch_token(67, 0),
        13 + 7,
        1 + (67 - 52) // 3,
    ]
    assert players.memory([(6, 52), (6, 84)], 0)[3] == 26  # more than an octave counts as 13
    assert players.memory([(6, 84), (6, 52)], 0)[3] == 0
    assert players.memory([(6, 60), (6, 60)], 0)[3] == 13
    assert players.memory([(60, "rest")], 0)[0] == 48  # no bar is longer


@pytest.mark.parametrize(
    ("pitch", "height"), [(40, 1), (52, 1), (54, 1), (55, 2), (84, 11), (85, 12), (99, 12)]
)
def test_height_counts_minor_thirds(pitch, height):
    assert players.memory([(6, pitch)], 0)[4] == height


def test_the_columns_have_room_for_their_values():
    x = players.inputs([c for c in datasets_heads() if not c.varied])
    assert x.shape[-1] == len(players.SIZES) == len(players.COLUMNS)
    assert (x.reshape(-1, x.shape[-1]).max(axis=0) < players.SIZES).all() and x.min() >= 0
    assert list(players.COLUMNS)[players.ROOM] == "room"


def test_a_player_who_plays_a_chorus_knows_what_inputs_says():
    for one in datasets_heads()[:6]:
        player = players.Player(one.chords, one.beats, one.length)
        tokens = players.inputs([one])[0]
        for known, (duration, pitch) in zip(tokens, one.events, strict=True):
            assert player.know() == known.tolist()
            root = chord_at(one.chords, player.tick).root
            player.play(duration, players.pitch_token(pitch, root))
        assert player.done
        assert player.chorus("again").events == one.events


@given(heads())
def test_inputs_of_any_chorus_are_what_its_player_knows(head):
    x, player = players.inputs([head]), players.Player(head.chords, head.beats, head.length)
    assert x.dtype == np.int32 and (x >= 0).all() and (x < players.SIZES).all()
    for known, (duration, pitch) in zip(x[0].tolist(), head.events, strict=True):
        assert known == player.know()
        assert known[players.ROOM] == head.bar - player.tick % head.bar >= duration
        root = chord_at(head.chords, player.tick).root
        player.play(duration, players.pitch_token(pitch, root))
    assert player.done and tuple(player.events) == head.events


@given(heads(), st.integers(-10, 10))
def test_another_key_changes_the_height_and_the_octave_of_the_last_note(head, semitones):
    x, moved = players.inputs([head]), players.inputs([head.transposed(semitones)])
    note, height = (list(players.COLUMNS).index(name) for name in ("note", "height"))
    same = np.delete(x == moved, [note, height], axis=-1)
    assert same.all()
    assert ((x - moved)[..., note] % 12 == 0).all()  # a root that passes C begins an octave anew
    if all(0 <= chord.root + semitones < 12 for _, chord in head.chords):
        assert (x[..., note] == moved[..., note]).all()


def test_inputs_of_nothing():
    assert players.inputs([]).shape == (0, 0, len(players.COLUMNS))


def test_inputs_pads_shorter_choruses_with_zeros():
    short, long = tune("C6", 60, 64), tune("C6", 60, 64, 67, 72)
    x = players.inputs([short, long])
    assert x.shape == (2, 4, len(players.COLUMNS))
    assert not x[0, 2:].any() and np.array_equal(x[0, :2], players.inputs([short])[0])


def test_a_player_ends_with_the_progression():
    player = players.Player(progression("C6")[0], 4, 48)
    for _ in range(9):
        player.play(18, 20)
    assert player.done and [d for d, _ in player.events] == [18, 18, 18]
    assert player.tick == 54
    assert (
        player.know()[len(players.MEMORY) :] == players.context(player.chords, 4, 48)[-1].tolist()
    )
    assert measures.valid_bars([player.chorus("too long")]) == 0


def test_an_opening_is_played_first_whatever_the_player_is_told():
    player = players.Player(progression("C6")[0], 4, 48, opening=[(24, 61), (12, "rest")])
    for _ in range(3):
        player.play(12, players.pitch_token(60, 0))
    assert player.events == [(24, 61), (12, "rest"), (12, 60)]
    assert player.chorus("mine", tempo=90) == Chorus(
        "mine", 4, 90, player.chords, ((24, 61), (12, "rest"), (12, 60)), varied=True
    )


def test_an_opening_ends_with_the_progression():
    opening = ((36, 61), (12, 62), (12, 63))
    player = players.Player(progression("C6")[0], 4, 48, opening)
    for _ in opening:
        player.play(6, 20)
    assert player.events == [(36, 61), (12, 62)]
    assert len(opening) == 3  # what was given is left as it was


@given(heads(), st.integers(0, 500))
def test_what_is_read_of_the_chords_is_the_first_part_of_the_context(head, tick):
    tick %= head.length
    want = players.context(head.chords, head.beats, head.length)[tick, : players.CHORD_COLUMNS]
    assert players.read_chords(head.chords, tick, head.length) == want.tolist()
    assert list(players.CONTEXT)[: players.CHORD_COLUMNS][-1] == "beats left"


def test_a_reader_of_ones_own_is_asked_for_every_event():
    def read(chords, tick, length):
        return [tick % 6, 11, length % 6, len(chords)]

    one = tune("C6 F6 | G7", 60, 64, 67, 72, 74)
    first, last = len(players.MEMORY), len(players.MEMORY) + players.CHORD_COLUMNS
    x, usual = players.inputs([one], read), players.inputs([one])
    assert x[0, :, first:last].tolist() == [read(one.chords, t, 60) for t in range(0, 60, 12)]
    others = [np.delete(it, range(first, last), axis=2) for it in (x, usual)]
    assert np.array_equal(*others)
    player = players.Player(one.chords, 4, 60, read=read)
    for row, (duration, pitch) in zip(x[0].tolist(), one.events, strict=True):
        assert player.know() == row
        player.play(duration, players.pitch_token(pitch, chord_at(one.chords, player.tick).root))
    assert np.array_equal(players.inputs([one], players.read_chords), usual)


def test_the_first_half_ends_at_a_bar_line():
    line = chorus("C6 | C6 | C6", (24, 60), (24, 62), (48, 64), (48, 65))
    assert players.first_half(line) == ((24, 60), (24, 62))
    assert players.first_half(chorus("C6", (48, 60))) == ()


def test_a_progression_is_known_again_in_any_key():
    chords, length = progression("Dm7 G7 | Cmaj7")
    moved = tuple((t, chord.transposed(5)) for t, chord in chords)
    other = progression("Dm7 G7 | Cm7")[0]
    assert players.in_any_key(chords, length) == players.in_any_key(moved, length)
    assert players.in_any_key(chords, length) != players.in_any_key(other, length)
