"""Clips of moving figures, drawn by us at 32 × 32 pixels: who moves, before what, seen from where.

A figure is made of capsules, the points near a segment. A limb is painted into all frames of a clip
at once, by the distances of the pixels that it may touch in any of them.
"""

from dataclasses import dataclass

import numpy as np

from utils.vision import poses
from utils.vision.grounds import KINDS, grounds
from utils.vision.poses import ACTIVITIES, FRAMES
from utils.vision.scenes import SIZE

LIMBS = (
    "far upper arm",
    "far forearm",
    "far thigh",
    "far shin",
    "far foot",
    "near thigh",
    "near shin",
    "near foot",
    "trunk",
    "head",
    "near upper arm",
    "near forearm",
)
"""In the order in which they are painted."""

BODIES = 60
"""There are so many bodies: a body has its own height, legs, arms, width and head."""

ANGLES = {"usual": (0, 30), "held out": (38, 52)}
"""By how many degrees the camera stands before or behind the figure's side."""

AT_ONCE = 100  # clips drawn together: in float32 they need much room
NOISE = 0.02
IN_HAND = np.array([0.03, -0.02])  # from the hand's end to the ball, in body heights


@dataclass(frozen=True)
class Clips:
    """m clips.

    Attributes:
        frames: (m, FRAMES, SIZE, SIZE, 3), uint8.
        activities: (m,), numbers of `ACTIVITIES`.
        bodies: (m,), numbers of bodies.
        grounds: (m,), numbers of kinds of background.
        angles: (m,), of the camera, degrees.
    """

    frames: np.ndarray
    activities: np.ndarray
    bodies: np.ndarray
    grounds: np.ndarray
    angles: np.ndarray

    def __len__(self) -> int:
        """Return m."""
        return len(self.activities)

    def places(self) -> str:
        """Return the names of the kinds of background that occur."""
        return ", ".join(list(KINDS)[kind] for kind in np.unique(self.grounds))

    def grey(self) -> np.ndarray:
        """Return the frames without colour, from -1 to 1: (m, FRAMES, SIZE, SIZE, 1), float32."""
        return grey(self.frames)


def grey(frames: np.ndarray) -> np.ndarray:
    """Return frames (…, 3), uint8, without colour, from -1 to 1: (…, 1), float32."""
    weights = np.float32([0.299, 0.587, 0.114]) / 127.5
    return (frames.reshape(-1, 3) @ weights - 1).reshape(*frames.shape[:-1], 1)


def split(seed: int) -> dict[str, np.ndarray]:
    """Return which bodies are for training, validation and test: no body in two of them."""
    order = np.random.default_rng(seed).permutation(BODIES)
    return {"training": order[:36], "validation": order[36:46], "test": order[46:]}


def make(
    count: int,
    bodies: np.ndarray,
    kinds: tuple[int, ...],
    rng: np.random.Generator,
    angles: tuple[float, float] = ANGLES["usual"],
) -> Clips:
    """Return clips, as many of each activity (or one more), in random order.

    Args:
        count: how many.
        bodies: numbers of bodies to draw from.
        kinds: kinds of background to draw from, numbers of `grounds.KINDS`.
        rng: draws everything.
        angles: of the camera, the least and the largest, degrees.
    """
    labels = np.arange(count) % len(ACTIVITIES)
    chosen = np.asarray(bodies)[rng.integers(0, len(bodies), count)]
    kind = np.asarray(kinds)[rng.integers(0, len(kinds), count)]
    degrees = rng.uniform(*angles, count) * rng.choice([-1, 1], count)
    frames = np.empty((count, FRAMES, SIZE, SIZE, 3), np.uint8)
    for number, activity in enumerate(ACTIVITIES):
        rows = np.flatnonzero(labels == number)
        for part in np.array_split(rows, -(-len(rows) // AT_ONCE)) if len(rows) else ():
            moves = poses.make(activity, len(part), rng)
            frames[part] = draw(moves, chosen[part], kind[part], degrees[part], rng)
    order = rng.permutation(count)
    return Clips(frames[order], labels[order], chosen[order], kind[order], degrees[order])


def draw(moves: poses.Poses, bodies, kinds, degrees, rng: np.random.Generator) -> np.ndarray:
    """Return the frames of m clips, (m, FRAMES, SIZE, SIZE, 3), uint8.

    Args:
        moves: the poses.
        bodies: (m,), the body of each.
        kinds: (m,), the background of each.
        degrees: (m,), the camera's angle of each.
        rng: draws clothes, light, the camera's way, place and size of the figure.
    """
    m = len(bodies)
    height = rng.uniform(19, 24, m)  # pixels
    facing = rng.choice([-1, 1], m)
    # The camera follows a figure that goes somewhere, never exactly; else it pans a little.
    way = rng.uniform(-9, 9, m)[:, None] * np.linspace(-0.5, 0.5, FRAMES)
    middle = SIZE / 2 + rng.uniform(-2, 2, m)[:, None] + way
    goes = moves.speed * facing * height * np.cos(np.radians(degrees)) * (rng.random(m) < 0.7)
    scroll = way - goes[:, None] * np.arange(FRAMES)
    floor = rng.uniform(27.5, 30, m)
    light = rng.uniform(0.35, 0.7, m)
    pixels = grounds(kinds, light, scroll, floor, rng)
    starts, ends, wide = segments(moves, bodies, degrees)
    flip = np.stack([facing * height, -height], axis=-1)[:, None, None]
    origin = np.stack([middle, np.broadcast_to(floor[:, None], middle.shape)], axis=-1)
    starts, ends = (origin[:, :, None] + flip * points for points in (starts, ends))
    wide = np.broadcast_to((wide * height[:, None])[:, None], starts.shape[:3])
    paint_over(pixels, starts, ends, wide, _paints(light, m, rng))
    # The camera's noise, its own in each clip: what clips of one activity shared would tell it.
    pixels += NOISE * rng.standard_normal((*pixels.shape[:4], 1), dtype="float32")
    pixels *= 255
    return np.clip(pixels, 0, 255, out=pixels).astype(np.uint8)


def sizes(bodies: np.ndarray) -> dict[str, np.ndarray]:
    """Return what bodies measure, in body heights: {part: (m,)}. A body's number decides it."""
    ranges = {
        "leg": (0.43, 0.53),
        "shin": (0.47, 0.53),  # share of the leg
        "arm": (0.38, 0.46),
        "head": (0.066, 0.085),  # radius
        "trunk": (0.075, 0.12),  # half the width
        "limb": (0.034, 0.05),
        "shoulders": (0.06, 0.12),  # half the distance
    }
    table = np.random.default_rng(7).random((BODIES, len(ranges)))[bodies]
    return {
        name: low + (high - low) * table[:, k]
        for k, (name, (low, high)) in enumerate(ranges.items())
    }


def _turned(angle, length):
    """Return a segment that hangs from (0, 0), turned forwards: (…, 2), forwards and up."""
    angle = np.radians(angle)
    return np.stack([np.sin(angle) * length, -np.cos(angle) * length], axis=-1)


def segments(moves: poses.Poses, bodies, degrees) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the limbs on the picture's plane, the ball and the seat among them.

    The first is the seat, the last the ball; between them `LIMBS`.

    Args:
        moves: m clips.
        bodies: (m,).
        degrees: (m,), by how much the camera is turned away from the figure's side.

    Returns:
        Starts and ends, (m, FRAMES, limbs + 2, 2): forwards from the figure's middle, and up from
        the ground, in body heights; half the widths, (m, limbs + 2). What is not there is far away.
    """
    body = {name: part[:, None, None] for name, part in sizes(bodies).items()}
    shin, arm = body["leg"] * body["shin"], body["arm"]
    knee = _turned(moves.thigh, body["leg"] - shin)
    foot = knee + _turned(moves.thigh - moves.knee, shin)
    toe = foot + _turned(moves.thigh - moves.knee + 80, 0.07)
    lowest = foot[..., 1].min(axis=2) - 0.03
    up = np.zeros((*lowest.shape, 2))
    up[..., 1] = moves.flight - lowest  # of the hips: a foot stands on the ground
    neck = _turned(moves.lean + 180, 0.84 - body["leg"][..., 0]) * [-1, 1]
    head = neck + _turned(moves.lean + 180, 0.1) * [-1, 1]
    elbow = _turned(moves.arm, 0.5 * arm)
    hand = elbow + _turned(moves.arm + moves.elbow, 0.5 * arm)
    angle = np.radians(np.asarray(degrees))[:, None]
    turn, side = np.cos(angle), np.sin(angle)
    seat_back = (up * [0, 0] + [-0.2, 0.26]), (up * [0, 0] + [-0.03, 0.26])
    rows, ball_at = np.arange(len(bodies)), up + neck
    from_hand = hand[rows, :, moves.hand] + ball_at
    let_go = np.nan_to_num(moves.ball)
    # A ball that is let go flies on from where the hand was in that frame.
    gone = np.abs(let_go).sum(axis=2) > 0
    # In a throw that is the first one without the ball; in a catch, the last one.
    before_catch = np.maximum((~gone).argmax(axis=1) - 1, 0)
    there = from_hand[rows, np.where(gone[:, 0], before_catch, gone.argmax(axis=1))][:, None]
    ball = np.where(gone[..., None], there + let_go, from_hand + IN_HAND)
    ball[np.isnan(moves.ball[..., 0])] = -9
    far, near = 1, 0
    hips, half = 0.045, body["shoulders"][..., 0]

    def seen(points, across=0.0):
        x = points[..., 0] * turn + across * side
        return np.stack([x, points[..., 1]], axis=-1)

    starts, ends = [], []

    def add(first, second, across=0.0):
        starts.append(seen(first, across))
        ends.append(seen(second, across))

    seat = [np.where(moves.seat[:, None, None], part, -9) for part in seat_back]
    add(*seat)
    for which, sign in ((far, -1), (near, 1)):
        if which == far:
            add(up + neck, up + neck + elbow[:, :, far], sign * half)
            add(up + neck + elbow[:, :, far], up + neck + hand[:, :, far], sign * half)
        add(up, up + knee[:, :, which], sign * hips)
        add(up + knee[:, :, which], up + foot[:, :, which], sign * hips)
        add(up + foot[:, :, which], up + toe[:, :, which], sign * hips)
    add(up, up + 0.88 * neck)
    add(up + head, up + head)
    add(up + neck, up + neck + elbow[:, :, near], half)
    add(up + neck + elbow[:, :, near], up + neck + hand[:, :, near], half)
    across = np.where(moves.hand == 0, 1, -1)[:, None] * half
    add(ball, ball, across)
    limb, ones = sizes(bodies)["limb"], np.ones(len(bodies))
    wide = [0.06 * ones, 0.9 * limb, 0.8 * limb, 1.25 * limb, limb, 0.8 * limb, 1.25 * limb, limb]
    wide += [0.8 * limb, sizes(bodies)["trunk"], sizes(bodies)["head"], 0.9 * limb, 0.8 * limb]
    wide.append(0.055 * ones)
    return np.stack(starts, axis=2), np.stack(ends, axis=2), np.stack(wide, axis=1)


def _paints(light, m, rng):
    """Return the colours of seat, limbs and ball, (m, limbs + 2, 3): far from the ground's."""
    dark = light > rng.uniform(0.4, 0.65, m)  # whether clothes are darker than the ground
    shade = np.where(dark, light - rng.uniform(0.28, 0.4, m), light + rng.uniform(0.28, 0.4, m))
    shade = shade[:, None, None]

    def tinted(amount):
        tint = rng.uniform(-amount, amount, (m, 1, 3))
        return shade + tint - tint.mean(axis=2, keepdims=True)

    shirt, trousers = tinted(0.3), tinted(0.3)
    shift = rng.uniform(-0.08, 0.08, (m, 1, 1))
    trousers = trousers + shift
    skin = shade + rng.uniform(-0.06, 0.06, (m, 1, 1)) + [0.08, 0, -0.08]
    away = np.where(dark, -1, 1)[:, None, None]
    ball = light[:, None, None] + away * 0.45 + [0.15, -0.05, -0.1]
    seat = light[:, None, None] + away * rng.uniform(0.12, 0.25, (m, 1, 1)) + [0.03, 0, -0.03]
    back = 0.1 * (light[:, None, None] - shade)  # far limbs are nearer to the ground's light
    sleeve = np.where(rng.random((m, 1, 1)) < 0.5, shirt, skin)
    parts = [seat, shirt + 2 * back, sleeve + 2 * back, *[trousers + 2 * back] * 3]
    parts += [*[trousers] * 3, shirt, skin, shirt, sleeve, ball]
    return np.clip(np.concatenate(parts, axis=1), 0.02, 0.98).astype("float32")


def paint_over(pixels, starts, ends, wide, paints) -> None:
    """Paint capsules into frames, one upon the other, in place.

    Args:
        pixels: (m, T, side, side, 3), float32, from 0 to 1.
        starts: (m, T, n, 2), x to the right and y down, in pixels.
        ends: likewise.
        wide: (m, T, n), half their widths, in pixels.
        paints: (m, n, 3), colours.
    """
    m, _, n = starts.shape[:3]
    side = pixels.shape[2]
    starts, ends, wide = (np.asarray(part, "float32") for part in (starts, ends, wide))
    ticks = np.arange(side, dtype="float32") + np.float32(0.5)
    reach = wide.max(axis=1)[..., None] + 1
    low = np.floor(np.minimum(starts, ends).min(axis=1) - reach).clip(0, side).astype(int)
    high = np.ceil(np.maximum(starts, ends).max(axis=1) + reach).clip(0, side).astype(int)
    for clip in range(m):
        for k in range(n):
            (left, top), (right, bottom) = low[clip, k], high[clip, k]
            if right <= left or bottom <= top:
                continue
            a, r = starts[clip, :, k], wide[clip, :, k, None, None]
            along = ends[clip, :, k] - a
            x, y = ticks[left:right] - a[:, :1], ticks[top:bottom] - a[:, 1:]  # (T, pixels)
            square = np.maximum((along**2).sum(axis=1), np.float32(1e-6))[:, None, None]
            # Where on the segment, from 0 to 1, the point lies that is nearest to each pixel:
            inner = (y * along[:, 1:])[:, :, None] + (x * along[:, :1])[:, None, :]
            nearest = np.minimum(np.maximum(inner / square, 0), 1)
            squares = (y**2)[:, :, None] + (x**2)[:, None, :]
            squares += nearest * (nearest * square - 2 * inner)
            cover = r + np.float32(0.5) - np.sqrt(np.maximum(squares, 0))
            cover = np.minimum(np.maximum(cover, 0), 1)[..., None]
            ground = pixels[clip, :, top:bottom, left:right]
            ground += cover * (paints[clip, k] - ground)
