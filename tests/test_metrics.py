"""utils.metrics: distances between texts, and copies."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from utils.metrics import as_characters, copied_runs, edit_distances, longest_copy, nearest, paired


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edit_distance_is_a_distance(a, b, c):
    ab, ac = edit_distances(a, [b, c])
    assert ab == edit_distances(b, [a])[0]
    assert (ab == 0) == (a == b)
    assert ac <= ab + edit_distances(b, [c])[0]
    assert abs(len(a) - len(b)) <= ab <= max(len(a), len(b))


def test_nearest_name():
    assert edit_distances("kitten", ["sitting", "kitten", "", "mitten"]).tolist() == [3, 0, 6, 1]
    assert edit_distances(["the", "cat"], [["the", "black", "cat"]]).tolist() == [1]
    assert nearest("tyranosaurus", ["stegosaurus", "tyrannosaurus"]) == ("tyrannosaurus", 1)


@given(st.text("ab", max_size=8), st.text("ab", max_size=20))
def test_longest_copy_is_the_longest(text, source):
    runs = {text[i:j] for i in range(len(text) + 1) for j in range(i, len(text) + 1)}
    found = longest_copy(text, source)
    assert found in text
    assert found in source
    assert len(found) == max(len(run) for run in runs if run in source)


def test_the_longest_copied_run_of_words():
    source, sample = [7, 300, 5, 0, 7, 300, 9, 70_000], [1, 300, 9, 70_000, 5, 0, 7]
    copied = longest_copy(as_characters(sample), as_characters(source))
    assert [ord(sign) for sign in copied] == [300, 9, 70_000]
    assert as_characters([]) == ""


def test_a_paired_difference_has_the_error_of_whole_sequences():
    lengths, shift = [2] * 50, np.random.default_rng(1).normal(size=50)
    second = np.arange(100.0)
    mean, error = paired(second + np.repeat(shift, 2), second, lengths)
    assert np.isclose(mean, shift.mean()) and np.isclose(error, shift.std() / np.sqrt(50))
    assert paired(second + 1, second, lengths) == (1.0, 0.0)


def test_copied_runs_are_runs_of_the_training_texts():
    training = [[5, 6, 7, 0], [8, 5, 0]]
    assert copied_runs([[9, 5, 6, 9], [7, 8], [], [5, 6, 7]], training) == [
        [5, 6],
        [7],
        [],
        [5, 6, 7],
    ]
