"""The end of a loop that has none."""

import sys

import pytest

from utils.checks.steps import at_most


def forever():
    above = {1: 1}
    word = 1
    while word in above:
        word = above[word]


def test_a_loop_without_end_is_stopped():
    before = sys.gettrace()
    with (
        pytest.raises(RuntimeError, match="too long"),
        at_most(1000, lambda: RuntimeError("too long")),
    ):
        forever()
    assert sys.gettrace() is before


def test_what_ends_is_left_alone():
    with at_most(1000, RuntimeError):
        total = sum(number * number for number in range(100))
    assert total == 328_350
