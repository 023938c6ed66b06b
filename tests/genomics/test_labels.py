"""Labels, parts and windows."""

from itertools import pairwise

import numpy as np

from utils.genomics import labels
from utils.genomics.sequences import encode

GENES = np.array([[2, 8, 1], [6, 12, -1], [20, 26, 1]])


def test_each_base_has_its_label():
    assert "".join(map(str, labels.label_bases(GENES, 0, 22))) == "0011112222220000000011"
    assert "".join(map(str, labels.label_bases(GENES, 5, 9))) == "1222"


def test_parts_do_not_touch():
    parts = list(labels.parts(3_600_000).values())
    assert parts[-1] == (2_880_000, 3_600_000)
    for (_, end), (start, _) in pairwise(parts):
        assert start - end == labels.GAP


def test_the_other_strand_of_a_window():
    bases, turned = labels.other_strand(encode("AACG"), np.array([1, 1, 0, 2]))
    assert (bases.tolist(), turned.tolist()) == ([1, 2, 3, 3], [1, 0, 2, 2])


def test_drawn_windows_lie_in_their_part():
    n = 5_000
    bases = np.random.default_rng(0).integers(0, 4, n).astype(np.int8)
    part = (1_000, 1_300)
    here = np.zeros(n, np.int8)
    here[part[0] : part[1]] = 1
    x, y = labels.drawn_windows(bases, here, part, 30, 200, seed=3)
    assert x.shape == y.shape == (200, 30)
    assert set(np.unique(y)) == {1, 2}
    again, _ = labels.drawn_windows(bases, here, part, 30, 200, seed=3)
    assert np.array_equal(x, again)


def test_windows_follow_each_other():
    assert labels.window_starts(5, 36, 10).tolist() == [5, 15, 25]
    assert labels.cut(np.arange(9), [2, 4], 3).tolist() == [[2, 3, 4], [4, 5, 6]]
