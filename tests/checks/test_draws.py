"""The generator that has an end."""

import copy

import numpy as np
import pytest

from utils.checks.draws import Finite


def test_it_draws_as_any_other():
    ours, plain = (
        Finite(np.random.PCG64(5), 100, RuntimeError),
        np.random.Generator(np.random.PCG64(5)),
    )
    assert np.random.default_rng(ours) is ours
    for name, inputs in {"integers": (3, 9), "choice": ([4, 5, 6],), "permutation": (5,)}.items():
        for _ in range(20):
            assert np.array_equal(getattr(ours, name)(*inputs), getattr(plain, name)(*inputs))


def test_it_and_its_copy_stop_who_asks_for_ever():
    ours = Finite(np.random.PCG64(1), 100, RuntimeError)
    twin = copy.deepcopy(ours)
    assert twin.integers(10**9) == ours.integers(10**9)
    for generator in (ours, twin):
        draw = generator.random  # looked up once
        for _ in range(99):
            draw()
        with pytest.raises(RuntimeError):
            draw()
