"""How bodies move: the angles of a skeleton, frame by frame, for eight activities.

All clips of an activity are made together. Angles are in degrees: a thigh's and an upper arm's are
0 where they hang and positive forwards; a knee bends the shin back, an elbow the forearm forwards.
Standing up is sitting down played backwards, and catching is throwing played backwards, so that
nothing but the order of frames tells them apart.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

ACTIVITIES = (
    "walking",
    "running",
    "jumping",
    "waving",
    "sitting down",
    "standing up",
    "throwing",
    "catching",
)
BACKWARDS = {"standing up": "sitting down", "catching": "throwing"}
"""What an activity is when it is played from its last frame to its first."""

FRAMES = 24
"""Of a clip; ten of them are a second."""

GRAVITY = 0.012  # body heights a frame, each frame


@dataclass
class Poses:
    """The poses of m clips of T frames; limbs stand in pairs, the near one first.

    Attributes:
        thigh, knee, arm, elbow: (m, T, 2), degrees.
        lean: (m, T), of the trunk, degrees, positive forwards.
        flight: (m, T), how far the lowest foot is above the ground, in body heights.
        ball: (m, T, 2), forwards and up from the throwing hand, in body heights; nan: no ball.
        hand: (m,), which arm throws, 0 or 1.
        speed: (m,), body heights a frame, forwards.
        seat: (m,), whether there is something to sit on.
    """

    thigh: np.ndarray
    knee: np.ndarray
    arm: np.ndarray
    elbow: np.ndarray
    lean: np.ndarray
    flight: np.ndarray
    ball: np.ndarray
    hand: np.ndarray
    speed: np.ndarray
    seat: np.ndarray

    def backwards(self) -> "Poses":
        """Return the same poses from the last frame to the first."""
        parts = vars(self)
        turned = {name: part[:, ::-1] for name, part in parts.items() if part.ndim > 1}
        return Poses(**(parts | turned | {"speed": -self.speed}))

    def moved(self, rng: np.random.Generator, degrees: float = 3) -> "Poses":
        """Return the same poses, less even: each angle drifts slowly by some degrees."""
        parts = dict(vars(self))
        for name in ("thigh", "knee", "arm", "elbow", "lean"):
            shape = parts[name].shape
            time = np.arange(shape[1]).reshape(1, -1, *[1] * (len(shape) - 2)) / FRAMES
            draw = (shape[0], 1, *shape[2:])
            start, turns = rng.uniform(0, 2 * np.pi, draw), rng.uniform(0.3, 1.2, draw)
            parts[name] = parts[name] + degrees * np.sin(start + 2 * np.pi * turns * time)
        return Poses(**parts)


def make(activity: str, m: int, rng: np.random.Generator) -> Poses:
    """Return m clips of an activity.

    Args:
        activity: one of `ACTIVITIES`.
        m: how many.
        rng: draws speeds, starts, sizes of movements.
    """
    if activity in BACKWARDS:
        return make(BACKWARDS[activity], m, rng).backwards()
    return _MOVES[activity](m, rng).moved(rng)


def smooth(u: np.ndarray) -> np.ndarray:
    """Return 0 below 0, 1 above 1, and a smooth rise between."""
    u = np.clip(u, 0, 1)
    return u * u * (3 - 2 * u)


def _bump(u):
    """Return 1 at 0, falling to 0 at -1 and 1."""
    return 0.5 + 0.5 * np.cos(np.pi * np.clip(u, -1, 1))


def _between(rng, low, high, m):
    return rng.uniform(low, high, (m, 1))


def _still(m: int, rng: np.random.Generator) -> Poses:
    """Return a figure that stands, knees and elbows hardly bent."""
    pairs = (m, FRAMES, 2)
    return Poses(
        thigh=np.zeros(pairs),
        knee=np.zeros(pairs) + rng.uniform(2, 8, (m, 1, 1)),
        arm=np.zeros(pairs) + rng.uniform(-8, 12, (m, 1, 2)),
        elbow=np.zeros(pairs) + rng.uniform(5, 35, (m, 1, 2)),
        lean=np.zeros((m, FRAMES)) + rng.uniform(-2, 6, (m, 1)),
        flight=np.zeros((m, FRAMES)),
        ball=np.full((m, FRAMES, 2), np.nan),
        hand=rng.integers(0, 2, m),
        speed=np.zeros(m),
        seat=rng.random(m) < 0.35,
    )


def _steps(period, stride, knee, elbow, lean, bounce, step):
    """Return an activity of steps; each argument but the last is a range to draw from."""

    def steps(m, rng):
        poses, time = _still(m, rng), np.arange(FRAMES)
        frames, size = _between(rng, *period, m), _between(rng, *stride, m)
        phase = _between(rng, 0, 2 * np.pi, m) + 2 * np.pi * time / frames
        phases = np.stack([phase, phase + np.pi], axis=-1)
        poses.thigh = size[..., None] * np.sin(phases) + 0.25 * size[..., None]
        # A leg bends while it comes forwards.
        swing = np.maximum(np.cos(phases - 0.35), 0)
        poses.knee = 8 + _between(rng, *knee, m)[..., None] * swing
        poses.arm = -_between(rng, 0.6, 1.1, m)[..., None] * size[..., None] * np.sin(phases)
        poses.elbow = _between(rng, *elbow, m)[..., None] + 10 * np.sin(phases)
        poses.lean += _between(rng, *lean, m)
        poses.flight = _between(rng, *bounce, m) * np.abs(np.sin(phase + 0.8))
        poses.speed = (step * np.sin(np.radians(size)) / frames)[:, 0]
        return poses

    return steps


def _jumping(m, rng):
    poses, time = _still(m, rng), np.arange(FRAMES)
    bend, air = _between(rng, 4, 6, m), _between(rng, 5, 7.5, m)
    start = _between(rng, 1, 8, m)
    again = start + 2 * bend + air + _between(rng, 0, 3, m)  # a second jump, often cut off
    crouch, flight, reach = 0, 0, 0
    for first in (start, again):
        leave = first + bend
        land = leave + air
        crouch = crouch + _bump((time - leave + 0.3 * bend) / (0.8 * bend))
        crouch = crouch + _bump((time - land - 0.3 * bend) / (0.8 * bend))
        u = np.clip((time - leave) / air, 0, 1)
        flight, reach = flight + 4 * u * (1 - u), reach + _bump(2 * (u - 0.5)) * (u > 0) * (u < 1)
    crouch, depth = np.minimum(crouch, 1), _between(rng, 40, 70, m)
    poses.flight = _between(rng, 0.12, 0.25, m) * flight
    poses.thigh += (depth * crouch)[..., None]
    poses.knee += (1.7 * depth * crouch)[..., None]
    poses.lean += 0.45 * depth * crouch
    height = _between(rng, 60, 170, m)
    poses.arm += (height * reach - 35 * crouch)[..., None]
    return poses


def _waving(m, rng):
    poses, time = _still(m, rng), np.arange(FRAMES)
    up = smooth((time - _between(rng, -6, 4, m)) / 4)
    up = up * smooth((_between(rng, 19, 29, m) - time) / 4)
    phase = _between(rng, 0, 2 * np.pi, m) + 2 * np.pi * time / _between(rng, 4, 7.5, m)
    swing = _between(rng, 28, 50, m) * np.sin(phase)
    rows, hand = np.arange(m), poses.hand
    poses.arm[rows, :, hand] += up * _between(rng, 95, 140, m)
    poses.elbow[rows, :, hand] += up * (_between(rng, 25, 45, m) + swing)
    return poses


def _sitting(m, rng):
    poses, time = _still(m, rng), np.arange(FRAMES)
    start, frames = _between(rng, 3, 9, m), _between(rng, 7, 12, m)
    u = (time - start) / frames
    down = smooth(u)
    poses.thigh += (_between(rng, 78, 92, m) * down)[..., None]
    poses.knee += (_between(rng, 78, 92, m) * down)[..., None]
    poses.lean += _between(rng, 20, 40, m) * _bump(2 * (u - 0.5))
    poses.arm += (_between(rng, 15, 50, m) * down)[..., None]
    poses.elbow += (_between(rng, 0, 40, m) * down)[..., None]
    poses.seat[:] = True
    return poses


def _throwing(m, rng):
    poses, time = _still(m, rng), np.arange(FRAMES)
    start, frames = _between(rng, 2, 8, m), _between(rng, 8, 11, m)
    u = (time - start) / frames
    wind, swing = smooth(u / 0.5), smooth((u - 0.5) / 0.25)
    rows, hand = np.arange(m), poses.hand
    follow = smooth((u - 0.75) / 0.4)
    high = _between(rng, 165, 215, m)  # the arm goes up and back, then forwards
    poses.arm[rows, :, hand] += high * wind - (high - 85) * swing - 60 * follow
    poses.elbow[rows, :, hand] += 60 * wind - 60 * swing
    poses.lean += -12 * wind * (1 - swing) + 16 * swing * (1 - 0.7 * follow)
    step = _between(rng, 8, 24, m) * swing
    poses.thigh += np.stack([step, -step], axis=-1)
    away = np.ceil(np.maximum(time - (start + 0.72 * frames), 0))  # frames since it was let go
    fast, rise = _between(rng, 0.06, 0.11, m), _between(rng, 0.01, 0.05, m)
    poses.ball = np.stack([fast * away, rise * away - GRAVITY / 2 * away**2], axis=-1)
    return poses


_MOVES: dict[str, Callable[[int, np.random.Generator], Poses]] = {
    # A brisk walker's poses are those of a slow runner: stride, knees, elbows and lean overlap.
    "walking": _steps((10, 15), (20, 36), (28, 60), (10, 75), (0, 9), (0, 0.015), 2.0),
    "running": _steps((5.5, 8), (26, 44), (42, 85), (35, 95), (2, 14), (0, 0.05), 2.4),
    "jumping": _jumping,
    "waving": _waving,
    "sitting down": _sitting,
    "throwing": _throwing,
}
