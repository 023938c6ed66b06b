"""What the graders of the trigger-word notebook rely on."""

from hypothesis import given
from hypothesis import strategies as st

from utils.checks.week3 import trigger_word_detection as checks

eighths = st.integers(0, 60).map(lambda number: number / 8)


@given(st.lists(eighths, max_size=12).map(sorted), st.lists(eighths, max_size=12))
def test_the_hits_are_a_maximum_matching(events, ends):
    """So it does not matter whether events look for words, or words for events."""
    assert [*checks.count(events, ends)] == checks._matched(events, ends)
