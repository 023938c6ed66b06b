"""Labels, parts and windows."""

from itertools import pairwise

import numpy as np

from utils.genomics import labels

GENES = np.array([[2, 8, 1], [6, 12, -1], [20, 26, 1]])


def test_each_base_has_its_kind():
    assert "".join(map(str, labels.label_bases(GENES, 0, 22))) == "0033335555550000000033"
    assert "".join(map(str, labels.label_bases(GENES, 5, 9))) == "1444"


def test_kinds_have_strands():
    kinds = np.arange(7)
    assert labels.strand_of(kinds).tolist() == [0, 1, 1, 1, 2, 2, 2]
    assert labels.by_strand(np.eye(7)).argmax(axis=1).tolist() == [0, 1, 1, 1, 2, 2, 2]
    assert len(labels.KINDS) == 7


def test_the_other_strand_sees_the_turned_kinds():
    here, n = labels.label_bases(GENES[::2], 0, 31), 31
    turned = np.column_stack([n - GENES[:, 1], n - GENES[:, 0], -GENES[:, 2]])[::2]
    assert np.array_equal(labels.label_bases(turned, 0, n), labels.TURNED[here[::-1]])


def test_parts_do_not_touch():
    parts = list(labels.parts(3_600_000).values())
    assert parts[-1] == (2_880_000, 3_600_000)
    assert not np.any(np.array(parts) % 3)
    for (_, end), (start, _) in pairwise(parts):
        assert labels.GAP <= start - end < labels.GAP + 3


def test_drawn_windows_lie_in_their_part():
    part = (1_002, 1_302)
    starts = labels.drawn_starts(part, 30, 2000, seed=3)
    assert starts.min() == 1_002 and starts.max() == 1_272
    assert not np.any(starts % 3)
    assert np.array_equal(starts, labels.drawn_starts(part, 30, 2000, seed=3))


def test_windows_follow_each_other():
    assert labels.window_starts(5, 36, 10).tolist() == [5, 15, 25]
    assert labels.cut(np.arange(9), [2, 4], 3).tolist() == [[2, 3, 4], [4, 5, 6]]
