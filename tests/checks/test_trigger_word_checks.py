"""What the trigger-word graders rely on: a maximum matching, and an end to drawing for ever."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.checks.week3 import trigger_word_detection as checks
from utils.checks.wrong import Wrong

eighths = st.integers(0, 60).map(lambda number: number / 8)


@given(st.lists(eighths, max_size=12).map(sorted), st.lists(eighths, max_size=12))
def test_the_hits_are_a_maximum_matching(events, ends):
    """So it does not matter whether events look for words, or words for events."""
    assert [*checks.count(events, ends)] == checks._matched(events, ends)


def test_who_asks_a_generator_for_ever_is_stopped():
    chance, plain = checks._Chance(5), np.random.default_rng(5)
    draw, same = chance.integers, plain.integers  # looked up once
    assert [draw(10**9) for _ in range(20)] == [same(10**9) for _ in range(20)]
    with pytest.raises(Wrong, match="again and again"):
        for _ in range(10**6):
            draw(9)
