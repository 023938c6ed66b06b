"""Poses: what goes backwards is backwards, and what should overlap does."""

import numpy as np
import pytest

from utils.vision import poses
from utils.vision.poses import ACTIVITIES, BACKWARDS, FRAMES

RNG = np.random.default_rng


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_shapes_and_nothing_missing(activity):
    made = poses.make(activity, 5, RNG(0))
    for name in ("thigh", "knee", "arm", "elbow"):
        angles = getattr(made, name)
        assert angles.shape == (5, FRAMES, 2) and np.isfinite(angles).all()
    assert made.lean.shape == made.flight.shape == (5, FRAMES)
    assert (made.flight > -1e-9).all()
    throws = activity in ("throwing", "catching")
    assert np.isfinite(made.ball).all() == throws and np.isnan(made.ball).all() != throws


@pytest.mark.parametrize("activity, forwards", BACKWARDS.items())
def test_one_is_the_other_backwards(activity, forwards):
    one, other = poses.make(activity, 4, RNG(3)), poses.make(forwards, 4, RNG(3))
    for name in ("thigh", "knee", "arm", "elbow", "lean", "flight", "ball"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[:, ::-1])
    np.testing.assert_array_equal(one.hand, other.hand)


def test_walkers_and_runners_overlap():
    walk, run = (poses.make(name, 200, RNG(1)) for name in ("walking", "running"))
    for name in ("thigh", "knee", "elbow", "lean"):
        a, b = np.percentile(getattr(walk, name), 90), np.percentile(getattr(run, name), 30)
        assert a > b


def test_runners_take_more_steps():
    def turns(name):  # how often the near thigh goes from behind to the front
        thigh = poses.make(name, 50, RNG(2)).thigh[..., 0]
        thigh = thigh - thigh.mean(axis=1, keepdims=True)
        return ((thigh[:, 1:] > 0) & (thigh[:, :-1] <= 0)).sum(axis=1).mean()

    assert turns("running") > turns("walking") + 1


def test_a_jump_leaves_the_ground_and_a_sitter_stays():
    assert poses.make("jumping", 30, RNG(0)).flight.max(axis=1).min() > 0.1
    sitter = poses.make("sitting down", 30, RNG(0))
    assert sitter.flight.max() == 0 and sitter.seat.all()
    assert (sitter.thigh[:, 0].max(axis=1) < 10).all() and (sitter.thigh[:, -1] > 60).all()


def test_the_wave_is_of_one_arm():
    made = poses.make("waving", 20, RNG(4))
    high = made.arm.max(axis=1)
    assert ((high > 80).sum(axis=1) == 1).all()
    assert (high[np.arange(20), made.hand] > 80).all()


def test_smooth():
    np.testing.assert_allclose(poses.smooth(np.array([-1, 0, 0.5, 1, 3])), [0, 0, 0.5, 1, 1])
