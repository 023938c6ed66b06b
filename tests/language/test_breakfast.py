"""Sentences at a table: what they hold back, and runs of words."""

import numpy as np

from utils.language import breakfast


def test_held_out_fruits_never_stand_in_front_of_juice():
    text = [" ".join(words) for words in breakfast.write(3000, seed=2)]
    assert len(text) == 3000 and breakfast.write(9, 1) == breakfast.write(9, 1)
    for fruit in breakfast.HELD_OUT:
        assert not any(f"{fruit} juice" in line for line in text)
        assert sum(f" {fruit} " in line for line in text) > 100
    assert sum("a glass of orange juice to go along with my" in line for line in text) > 1


def test_windows():
    index = dict(a=0, b=1, c=2)
    before, after = breakfast.windows(["abcab", "ab", "cab"], index, 2)
    assert np.array_equal(before, [[0, 1], [1, 2], [2, 0], [2, 0]])
    assert after.tolist() == [2, 0, 1, 1]
    assert breakfast.windows(["ab"], index, 2)[0].shape == (0, 2)
