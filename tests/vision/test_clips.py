"""Clips: what is drawn, what is held out, and nothing that tells the activity by accident."""

import numpy as np
import pytest

from utils.vision import clips, grounds, poses
from utils.vision.poses import ACTIVITIES, FRAMES
from utils.vision.scenes import SIZE


@pytest.fixture(scope="module")
def some():
    return clips.make(24, np.arange(12), grounds.USUAL, np.random.default_rng(0))


def test_shapes_and_counts(some):
    assert len(some) == 24
    assert some.frames.shape == (24, FRAMES, SIZE, SIZE, 3) and some.frames.dtype == np.uint8
    np.testing.assert_array_equal(np.bincount(some.activities), [3] * len(ACTIVITIES))
    assert set(some.bodies) <= set(range(12)) and set(some.grounds) <= set(grounds.USUAL)
    assert np.abs(some.angles).max() <= clips.ANGLES["usual"][1]
    assert all(name in grounds.KINDS for name in some.places().split(", "))


def test_the_same_seed_draws_the_same(some):
    again = clips.make(24, np.arange(12), grounds.USUAL, np.random.default_rng(0))
    np.testing.assert_array_equal(again.frames, some.frames)


def test_none_and_one():
    rng = np.random.default_rng(0)
    assert clips.make(0, np.arange(3), grounds.USUAL, rng).frames.shape[0] == 0
    assert clips.make(1, np.arange(3), grounds.USUAL, rng).frames.shape[0] == 1


def test_no_body_stands_in_two_parts():
    parts = clips.split(3)
    bodies = np.concatenate(list(parts.values()))
    assert sorted(bodies) == list(range(clips.BODIES))
    kinds = [*grounds.USUAL, *grounds.CHOOSING, *grounds.HELD_OUT]
    assert sorted(kinds) == list(range(len(grounds.KINDS)))
    assert clips.ANGLES["usual"][1] < clips.ANGLES["held out"][0]


def test_a_figure_is_seen_and_moves(some):
    grey = some.grey()
    assert grey.shape == (24, FRAMES, SIZE, SIZE, 1) and grey.dtype == np.float32
    assert grey.min() >= -1.001 and grey.max() <= 1.001
    change = np.abs(np.diff(grey, axis=1)).max(axis=(1, 2, 3, 4))
    assert (change > 0.2).all()


def test_noise_is_not_shared():
    """Noise that clips of one activity shared would name the activity."""
    still = poses.make("waving", 2, np.random.default_rng(0))
    frames = clips.draw(
        still, np.zeros(2, int), np.zeros(2, int), np.zeros(2), np.random.default_rng(1)
    ).astype(float)
    corner = frames[:, :, :6, :3].mean(axis=-1)  # of a plain wall, where nobody stands
    corner -= corner.mean(axis=(1, 2, 3), keepdims=True)
    assert abs(np.corrcoef(corner[0].ravel(), corner[1].ravel())[0, 1]) < 0.2


def test_a_capsule_against_a_sum_over_pixels():
    starts, ends = np.array([[[[5.0, 6.0]]]]), np.array([[[[12.0, 9.0]]]])
    pixels = np.zeros((1, 1, 20, 20, 3), "float32")
    clips.paint_over(pixels, starts, ends, np.array([[[2.0]]]), np.ones((1, 1, 3), "float32"))
    for row in range(20):
        for column in range(20):
            p, a, d = np.array([column + 0.5, row + 0.5]), starts[0, 0, 0], np.array([7.0, 3.0])
            t = np.clip((p - a) @ d / (d @ d), 0, 1)
            want = np.clip(2.5 - np.linalg.norm(p - a - t * d), 0, 1)
            assert pixels[0, 0, row, column, 1] == pytest.approx(want, abs=1e-4)


def test_what_is_outside_is_left_out():
    far, dot = np.array([[[[-9.0, -9.0]]]]), np.array([[[1.0]]])
    pixels = np.zeros((1, 1, 8, 8, 3), "float32")
    clips.paint_over(pixels, far, far, dot, np.ones((1, 1, 3), "float32"))
    assert not pixels.any()


def test_feet_stand_on_the_ground():
    moves = poses.make("walking", 6, np.random.default_rng(0))
    starts, ends, wide = clips.segments(moves, np.arange(6), np.zeros(6))
    assert starts.shape == ends.shape == (6, FRAMES, len(clips.LIMBS) + 2, 2)
    assert wide.shape == (6, len(clips.LIMBS) + 2)
    feet = [1 + k for k, name in enumerate(clips.LIMBS) if name.endswith("foot")]
    low = starts[:, :, feet, 1].min(axis=2)
    np.testing.assert_allclose(low, 0.03 + moves.flight, atol=1e-9)


@pytest.mark.parametrize("activity", poses.BACKWARDS.values())
def test_what_is_played_backwards_is_drawn_backwards(activity):
    moves = poses.make(activity, 40, np.random.default_rng(5))
    bodies, degrees = np.arange(40), np.linspace(-30, 30, 40)
    there = clips.segments(moves, bodies, degrees)
    back = clips.segments(moves.backwards(), bodies, degrees)
    for one, other in zip(there[:2], back[:2], strict=True):
        np.testing.assert_allclose(one, other[:, ::-1], atol=1e-12)


def test_a_ball_stays_in_the_hand_until_it_is_thrown():
    moves = poses.make("throwing", 6, np.random.default_rng(0))
    starts = clips.segments(moves, np.arange(6), np.zeros(6))[0]
    step = np.linalg.norm(np.diff(starts[:, :, -1], axis=1), axis=-1)
    assert (step.max(axis=1) < 0.8).all()  # no further than an arm swings in a frame
    assert (starts[:, -1, -1, 0] > starts[:, 0, -1, 0] + 0.3).all()  # and ends in front


@pytest.mark.parametrize("kind", range(len(grounds.KINDS)))
def test_backgrounds_pass_by(kind):
    scroll = np.array([[0.0, 0.0, 2.0]])
    rng = np.random.default_rng(kind)
    drawn = grounds.grounds(np.array([kind]), np.array([0.5]), scroll, np.array([28.0]), rng)
    assert drawn.shape == (1, 3, SIZE, SIZE, 3) and drawn.dtype == np.float32
    np.testing.assert_array_equal(drawn[0, 0], drawn[0, 1])
    np.testing.assert_allclose(drawn[0, 2][:, 2:], drawn[0, 0][:, :-2], atol=1e-6)
