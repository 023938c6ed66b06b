"""What a step costs: the laws that times follow."""

import numpy as np

from utils.checks.week2.learning_word_vectors import check
from utils.language import step_costs


def test_growth():
    sizes = np.array([10, 100, 1000])
    assert np.isclose(step_costs.growth(sizes, 3 * sizes), 1)
    assert np.isclose(step_costs.growth(sizes, [5, 5, 5]), 0)


def test_milliseconds():
    parts = check.reference("negative_sampling"), check.reference("huffman")
    costs, paths, laws = step_costs.by_size([50, 90], *parts, k=3)
    assert [len(of) for of in costs.values()] == [2, 2, 2] and paths[0] < paths[1]
    assert laws["negative sampling"] == ([3, 3], "k")
    small, length = step_costs.milliseconds(300, *parts)
    large, longer = step_costs.milliseconds(20_000, *parts)
    assert list(small) == ["softmax", "hierarchical", "negative sampling"]
    assert large["softmax"] > 5 * small["softmax"]
    assert 4 < length < np.log2(300) and length < longer < np.log2(20_000)
