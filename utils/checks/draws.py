"""What graders draw, sizes and numbers that hide nothing; and a generator that has an end."""

import copy
from collections.abc import Callable, Iterator, Sequence
from functools import partial

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


class Finite(np.random.Generator):
    """A generator that stops after so many draws, and a loop without end with it."""

    def __init__(self, bit_generator, draws: int, error: Callable[[], Exception]):
        super().__init__(bit_generator)
        self.left, self.error = draws, error
        for name in dir(np.random.Generator):
            if not name.startswith("_") and callable(draw := getattr(self, name)):
                setattr(self, name, partial(self._ask, draw))

    def _ask(self, draw, *arguments, **options):
        self.left -= 1
        if self.left < 0:
            raise self.error()
        return draw(*arguments, **options)

    def __deepcopy__(self, memo):  # NumPy's own would give a generator without an end
        return type(self)(copy.deepcopy(self.bit_generator, memo), self.left, self.error)
