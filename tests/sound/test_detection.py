"""utils.sound.detection: clips of which the outcome is known."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from utils.sound import detection
from utils.sound.clips import Said
from utils.sound.recordings import RATE


def test_something_loud_of_the_right_length_is_an_event():
    x = np.zeros((400, 40))
    x[100:160], x[200:210] = 5, 5  # 0.6 s and 0.1 s
    above = detection.above_background(x)
    assert np.median(above) == 0
    assert detection.energy_events(above, 2.5, 0.3, 0.9) == pytest.approx([1.6], abs=0.03)
    assert len(detection.energy_events(above, 2.5, 0.05, 0.9)) == 2
    assert detection.energy_events(above, 2.5, 0.7, 0.9) == []
    assert detection.energy_events(above, 9, 0, 9) == []


def test_each_event_belongs_to_a_word_or_to_nothing():
    said = [
        Said("activate", "ann", 0, RATE),
        Said("river", "bob", 2 * RATE, 3 * RATE),
        Said("activate", "bob", 5 * RATE, 6 * RATE),
        Said("paper", "ann", 8 * RATE, 9 * RATE),
    ]
    hits, fooled, nothing = detection.outcomes([[1.1, 2.5, 9.7]], [said], "activate")
    assert hits == {"ann": [True], "bob": [False]}
    assert fooled == {"river": [True], "paper": [False]}
    assert nothing == 1
    assert detection.outcomes([[0.1]], [said[1:]], "activate")[2] == 1
    assert detection.outcomes([[]], [[]], "activate") == ({}, {}, 0)


def count(events, ends):
    """Count as the notebook does, for events that are far from each other."""
    hits = sum(any(end - 0.25 <= event <= end + 0.5 for end in ends) for event in events)
    return hits, len(events) - hits, len(ends) - hits


def test_measures_are_those_of_all_clips_together():
    found = detection.measures([(3, 1, 0), (0, 0, 1)], hours=0.5)
    assert found == {"f1": 0.75, "precision": 0.75, "recall": 0.75, "alarms/h": 2}
    nothing = detection.measures([(0, 0, 0)], hours=1)
    assert nothing == {"f1": 0, "precision": 0, "recall": 0, "alarms/h": 0}


def test_the_best_row_is_among_those_that_are_quiet_enough():
    rows = [{"f1": f1, "alarms/h": alarms} for f1, alarms in ((0.9, 20), (0.7, 15), (0.8, 3))]
    assert detection.best_within(rows, 15) == 2
    assert detection.best_within(rows, 20) == 0
    assert detection.best_within(rows, 2) == 2  # none is: the last


def test_a_table_has_a_line_for_each_detector(capsys):
    row = {"f1": 0.5, "precision": 0.25, "recall": 1.0, "alarms/h": 12.4}
    detection.table({("clock", "20 dB"): row})
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["f1", "precision", "recall", "alarms/h"]
    assert line.split() == ["20", "dB", "clock", "0.500", "0.250", "1.000", "12"]
    assert len(head) == len(line)


def test_the_words_that_fool_it_most_come_first(capsys):
    fooled = {"open": [True, False, False], "stop": [False], "actor": [True, True]}
    assert detection.most_fooling(fooled, 2) == 2 / 3
    first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["actor", "fooled", "it", "2", "of", "2", "times,", "100%"]
    assert second.split() == ["open", "fooled", "it", "1", "of", "3", "times,", "33%"]


def test_no_word_fooled_it(capsys):
    assert detection.most_fooling({"open": [False]}, 1) == 0
    assert detection.most_fooling({}, 1) == 0
    assert "0 of   1 times, 0%" in capsys.readouterr().out


def test_a_count_is_printed_as_a_count():
    said = [detection.false_alarms(number) for number in (0, 1, 1.2, 2.0, 19.6)]
    assert [text.split()[0] for text in said] == ["0", "1", "1", "2", "20"]
    assert [text.endswith("alarms") for text in said] == [True, False, False, True, True]
    row = {"f1": 0.5, "precision": 0.25, "recall": 1.0, "alarms/h": 9.0}
    assert detection.shown(row) == "f1 0.500, precision 0.250, recall 1.000, 9 false alarms an hour"


def test_ranges_of_snr_hold_their_lower_edge():
    found = [SimpleNamespace(snr=snr) for snr in (3, 4.9, 5, 15, 20)]
    want = [" 3 to 5 dB", " 3 to 5 dB", " 5 to 7 dB", "15 to 20 dB", "15 to 20 dB"]
    assert detection.snr_ranges(found) == want


def test_the_best_settings_are_those_with_the_best_score(capsys):
    x = np.zeros((2, 400, 40))
    x[:, 100:160] = 5  # 0.6 s
    best = detection.best_energy(x, lambda found: -abs(len(found[0]) - 1))
    assert "energy detector" in capsys.readouterr().out
    assert [len(events) for events in detection.by_energy(x, best)] == [1, 1]


def test_groups_have_their_own_recall(capsys):
    rows = detection.by_group("aba", [[1.1], [], [5]], [[1], [2], [1]], count)
    assert rows == {"a": {"recall": 0.5, "alarms": 1}, "b": {"recall": 0, "alarms": 0}}
    assert "  a              2 clips, recall 0.500, 1 false alarm\n" in capsys.readouterr().out


def test_delays_are_those_of_events_near_a_target():
    said = [Said("activate", "ann", 0, RATE), Said("river", "ann", 2 * RATE, 3 * RATE)]
    assert detection.ends_of(said, "activate") == [1]
    assert detection.delays([[1.5, 3.1], []], [said, said], "activate") == [0.5]


def test_redrawn_voices_give_an_interval_around_the_recall():
    hits = {f"voice {i}": [True] * i + [False] * (10 - i) for i in range(11)}
    low, high = detection.redrawn(hits, np.random.default_rng(1))
    assert 0.2 < low < 0.4 < 0.6 < high < 0.8
    assert detection.redrawn({"ann": [True]}, np.random.default_rng(1)) == [1, 1]


@pytest.mark.parametrize("seen", [0, 2, 11])
def test_the_interval_of_a_count_is_the_exact_one(seen):
    low, high = detection.poisson_interval(seen)
    assert stats.poisson.cdf(seen, high) == pytest.approx(0.025)
    assert (stats.poisson.sf(seen - 1, low) if seen else 0.025) == pytest.approx(0.025)
    assert seen or low == 0


def test_false_alarms_are_counted_where_enough_words_are_found():
    times, ends = np.arange(20) / 10, [[0.5], [0.5], [], [0.5]]
    scores = np.zeros((4, 20))
    scores[0, 5], scores[1, 5], scores[3, 5] = 9, 7, 5  # the words
    scores[2, 15], scores[0, 15], scores[1, 12] = 8, 6, 4  # not
    for recall, alarms in {0.1: 0, 0.6: 0.25, 1: 0.5}.items():
        assert detection.alarms_at(recall, scores, ends, count, times, 3) == alarms
