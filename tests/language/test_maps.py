"""utils.language.maps: what a map keeps of the space."""

import numpy as np
import pytest

from utils.language import maps

rng = np.random.default_rng(0)


def test_a_map_keeps_groups_together_and_repeats_itself():
    points = np.repeat(np.eye(3) * 9, 8, axis=0) + rng.normal(0, 0.1, (24, 3))
    places = maps.t_sne(points, 5, seed=1)
    assert places.shape == (24, 2)
    assert np.array_equal(places, maps.t_sne(points, 5, seed=1))
    assert not np.array_equal(places, maps.t_sne(points, 5, seed=2))
    centres = places.reshape(3, 8, 2).mean(axis=1)
    nearest = np.linalg.norm(places[:, None] - centres, axis=2).argmin(axis=1)
    assert nearest.tolist() == np.repeat([0, 1, 2], 8).tolist()


def test_few_points_lower_the_perplexity():
    assert maps.t_sne(rng.normal(size=(5, 4)), 40, seed=1).shape == (5, 2)


def test_distances_agree():
    points = rng.normal(size=(40, 6)) + np.repeat(rng.normal(size=(5, 6)) * 9, 8, axis=0)
    group_of = np.repeat([3, 1, 4, 0, 2], 8)
    assert maps.distances_agree(2 * points + 1, points, group_of) == pytest.approx(1)
    line = np.repeat([0.0, 1, 3], 2)[:, None]
    moved = np.repeat([0.0, 3, 4], 2)[:, None]  # the distances 1, 3, 2 become 3, 4, 1
    assert maps.distances_agree(moved, line, np.repeat([0, 1, 2], 2)) == pytest.approx(0.5)


def test_parallel_steps():
    first = rng.normal(size=(6, 3))
    assert maps.parallel(np.vstack([first, first + 1])) == pytest.approx(1)
    assert maps.parallel(np.array([[1.0, 0], [0, 1], [0, 0], [0, 0]])) == pytest.approx(0)
    assert maps.parallel(np.array([[1.0, 0], [-1, 0], [0, 0], [0, 0]])) == pytest.approx(-1)
