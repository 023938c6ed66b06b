"""utils.metrics: distances between texts, and copies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.metrics import (
    as_characters,
    copied_runs,
    edit_distances,
    error_rate,
    longest_copy,
    nearest,
    paired,
)


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


# Said, heard, and the rates of words and of characters that jiwer 4.0.0 gave.
JIWER = [
    (
        ["off go of", "two go two on ten", "ten stop"],
        ["stop go up", "go down two go", "ten stop"],
        0.6,
        0.5,
    ),
    (["ten go stop on", "stop ten of"], ["on up", "ten of stop"], 0.857143, 0.8),
    (
        ["off", "of", "of stop", "ten go on"],
        ["off", "up", "of stop", "ten on off"],
        0.428571,
        0.285714,
    ),
    (["stop ten down"], ["stop ten down go"], 0.333333, 0.230769),
    (["stop ten of on down", "go on"], ["down on down stop", "go on"], 0.571429, 0.541667),
    (
        ["stop of ten ten", "off off stop up stop", "go of", "stop ten stop"],
        ["stop of ten ten", "off off stop up stop", "go of", "stop ten stop"],
        0.0,
        0.0,
    ),
    (
        ["down off down two stop", "two", "two down"],
        ["off off down two stop", "", "down two"],
        0.5,
        0.363636,
    ),
    (["down of two"], ["down two two"], 0.333333, 0.272727),
    (["on ten on"], ["on ten ten on"], 0.333333, 0.444444),
    (
        ["on on", "down up", "down stop on on on"],
        ["on on", "up up", "down ten of on on on"],
        0.333333,
        0.3,
    ),
    (["of go", "of", "two"], ["on go", "of", "two"], 0.25, 0.1),
    (["of of off", "of", "go go"], ["down of off off", "of", "go go"], 0.333333, 0.375),
]


@pytest.mark.parametrize("said, heard, wer, cer", JIWER)
def test_the_error_rates_are_those_of_jiwer(said, heard, wer, cer):
    words = [[text.split() for text in texts] for texts in (said, heard)]
    assert round(error_rate(*words), 6) == wer
    assert round(error_rate(said, heard), 6) == cer


def test_the_error_rates_are_those_of_jiwer_itself():
    jiwer = pytest.importorskip("jiwer")
    for said, heard, wer, cer in JIWER:
        assert round(jiwer.wer(said, heard), 6) == wer
        assert round(jiwer.cer(said, heard), 6) == cer


def test_an_error_rate_counts_all_tokens_together():
    assert error_rate(["aaaa", "b"], ["aaaa", "c"]) == 1 / 5  # the mean of the rates is 1 / 2
    assert error_rate(["a"], ["abcd"]) == 3
    assert error_rate(["abcd"], [""]) == 1
    assert error_rate(["", "ab"], ["a", "ab"]) == 0.5
    assert error_rate([["go", "up"]], [["up"]]) == 0.5


def test_an_error_rate_needs_what_was_said():
    for said in ([], [""], [[]]):
        with pytest.raises(ValueError, match="Nothing was said"):
            error_rate(said, said)
    with pytest.raises(ValueError, match="zip"):
        error_rate(["a", "b"], ["a"])
