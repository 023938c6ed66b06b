"""The piano roll that shows a chorus."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.music.test_band import BLUES
from utils.music.chords import Chord, progression
from utils.music.choruses import Chorus
from utils.music.measures import chord_tones
from utils.music.rolls import BARS_A_LINE, piano_roll


def chorus(events, chords=BLUES, beats=4):
    return Chorus("", beats, 120, tuple(chords), tuple(events))


def boxes(axes):
    """Return the notes of a piano roll: (x, y of the middle, width, hatch), from the left."""
    found = [(p.get_x(), p.get_y() + p.get_height() / 2, p.get_width(), p) for p in axes.patches]
    return [(round(x, 6), round(y, 6), round(w, 6), p.get_hatch()) for x, y, w, p in found]


def named(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_piano_roll_tells_chord_tones_from_others():
    events = [(12, 64), (24, 65), (12, 69), (12, "hold"), (12, 65), (24, "rest")]
    axes = piano_roll(chorus(events, progression("C | F")[0]), "two bars")
    assert axes.get_title() == "" and axes.get_title("left") == "two bars"
    found = boxes(axes)
    assert [(x, w) for x, _, w, _ in found] == [(0, 0.25), (0.25, 0.5), (0.75, 0.5), (1.25, 0.25)]
    assert [y for _, y, _, _ in found] == [64, 65, 69, 65]
    assert [bool(hatch) for *_, hatch in found] == [False, True, True, False]
    colours = [patch.get_facecolor() for patch in axes.patches]
    assert colours[0] == colours[3] != colours[1] == colours[2]
    texts = [text.get_text() for text in axes.texts]
    assert {"C", "F", "1", "2"} <= set(texts)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["tone of the chord", "not in the chord", "on a beat, does not fit"]
    plt.close(axes.figure)


def test_a_note_off_the_beat_is_no_miss_and_one_that_comes_early_is_blue():
    """The A waits for the F that begins in its middle; the Db is in none."""
    events = [(30, 64), (12, 61), (12, 69), (42, 65)]
    chords = ((0, Chord(0, "")), (48, Chord(5, "")))
    axes = piano_roll(chorus(events, chords), "")
    assert not any(hatch for *_, hatch in boxes(axes))
    colours = [patch.get_facecolor() for patch in axes.patches]
    assert colours[0] == colours[2] == colours[3] != colours[1]
    plt.close(axes.figure)


def test_piano_roll_goes_on_in_the_next_line():
    events = [(48, "rest")] * (BARS_A_LINE - 1) + [(36, "rest"), (12, 67), (24, "hold"), (24, 72)]
    axes = piano_roll(chorus(events), "nine bars")
    before, after, last = boxes(axes)
    assert before[0] == BARS_A_LINE - 0.25 and before[2] == 0.25
    assert after[0] == 0 and after[2] == 0.5
    ticks = dict(zip(axes.get_yticks(), named(axes), strict=True))
    assert ticks[before[1]] == ticks[after[1]] == "G4"
    assert ticks[last[1]] == "C5"
    assert before[1] - after[1] > 12
    plt.close(axes.figure)


def test_piano_roll_draws_where_it_is_told_and_shows_silence():
    axes = plt.subplots()[1]
    assert piano_roll(chorus([(36, "rest")], beats=3), "", axes) is axes
    assert not boxes(axes)
    assert "C5" in named(axes)
    plt.close(axes.figure)
    with pytest.raises(ValueError, match="no events"):
        piano_roll(chorus([]), "")


def test_orange_is_what_the_measure_counts_as_a_miss():
    rng = np.random.default_rng(0)
    pitches = 64 + np.cumsum(rng.integers(-4, 5, 96))
    one = chorus(
        [(6, int(pitch)) for pitch in pitches], progression("Dm7 G7 | Cmaj7 | A7 | Dm6")[0]
    )
    axes = piano_roll(one, "")
    hatched = sum(bool(patch.get_hatch()) for patch in axes.patches)
    assert hatched == round((1 - chord_tones([one])) * 48) > 3
    plt.close(axes.figure)
    for answer, count in ((True, 0), (False, 48)):
        axes = piano_roll(one, "", fits=lambda notes, chords, answer=answer: [answer] * len(notes))
        assert sum(bool(patch.get_hatch()) for patch in axes.patches) == count
        plt.close(axes.figure)


def test_no_text_touches_another():
    """The numbers of the bars stand clear of the chords of the next line."""
    events = [(12, 52), (12, 82), (24, 70)] * 16
    axes = piano_roll(chorus(events, progression("Bb7 G7b9 Cm7 F7 | " * 15 + "C")[0]), "a title")
    axes.figure.canvas.draw()
    texts = [*axes.texts, axes.title, *axes.get_legend().get_texts()]
    numbers = [text for text in axes.texts if text.get_text().isdigit()]
    assert len(numbers) == 16 and min(text.get_size() for text in axes.texts) >= 8
    for number in numbers:
        box = number.get_window_extent()
        assert not any(
            box.overlaps(other.get_window_extent()) for other in texts if other != number
        )
    plt.close(axes.figure)


def test_chords_that_follow_closely_are_written_in_turn_lower_and_higher():
    """Also four in a bar with long names; the first of a line stands low."""
    text = "Bbmaj7 Ebmaj7 | Am7b5 D7b9 Gm7 C7 | F | Bbmaj7 Ebmaj7 | " * 4
    axes = piano_roll(chorus([(12, 60)] * 64, progression(text.strip(" |"))[0]), "a title")
    axes.figure.canvas.draw()
    chords = [text for text in axes.texts if not text.get_text().isdigit()]
    heights = [round(text.get_position()[1] - chords[0].get_position()[1], 6) for text in chords]
    assert heights[:7] == [0, 1.8, 0, 1.8, 0, 1.8, 0]
    boxes = [text.get_window_extent() for text in [*axes.texts, axes.title]]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    plt.close(axes.figure)


def test_where_something_begins_there_is_a_thick_line():
    events = [(48, 60)] * 16
    plain = piano_roll(chorus(events), "")
    marked = piano_roll(chorus(events), "", begins=9 * 48 + 24)
    (line,) = [it for it in marked.collections if it.get_linewidth()[0] == 4]
    (start, end) = line.get_segments()[0]
    assert start[0] == end[0] == 1.5 and end[1] > start[1]
    assert end[1] < 58  # in the second line
    assert not [it for it in plain.collections if it.get_linewidth()[0] == 4]
    plt.close(plain.figure)
    plt.close(marked.figure)
