"""What graders draw: sizes, and numbers that hide nothing."""

from collections.abc import Iterator, Sequence

import numpy as np

SIZES = range(7, 12)  # larger than the notebooks' small cases, so that one written down shows


def sizes(count: int, among: Sequence[int] = SIZES) -> list[int]:
    """Draw sizes that all differ, so that a mixed-up axis shows."""
    return [int(n) for n in np.random.default_rng().permutation(among)[:count]]


def sizes_and_ones(count: int, among: Sequence[int] = SIZES) -> Iterator[list[int]]:
    """Yield drawn sizes, then the same with 1 in each place in turn, where np.squeeze does harm."""
    drawn = sizes(count, among)
    yield drawn
    for place in range(count):
        yield [*drawn[:place], 1, *drawn[place + 1 :]]


def numbers(*shape: int) -> np.ndarray:
    """Draw numbers of both signs between 0.3 and 1 in size: none of them is lost in a product."""
    rng = np.random.default_rng()
    return rng.uniform(0.3, 1.0, shape) * rng.choice([-1, 1], shape)
