"""Backgrounds of clips, which pass by where the camera moves."""

import numpy as np

from utils.vision.scenes import SIZE

WIDE = 128  # pixels of a background, which then begins again


def _flat(x, y, draw):
    return 0.0


def _wall(x, y, draw):
    return 0.12 * np.sign(np.sin(2 * np.pi * (draw[0] + x * round(6 + 6 * draw[1]) / WIDE)))


def _planks(x, y, draw):
    return 0.1 * np.sign(np.sin(2 * np.pi * (draw[0] + y * (0.08 + 0.1 * draw[1]))))


def _clouds(x, y, draw):
    waves = [
        np.sin(
            2 * np.pi * (x * round(1 + 5 * draw[k]) / WIDE + y * 0.06 * draw[k + 1] + draw[k + 2])
        )
        for k in range(4)
    ]
    return 0.07 * sum(waves)


def _checks(x, y, draw):
    wide = np.sin(2 * np.pi * (draw[0] + x * round(5 + 8 * draw[1]) / WIDE))
    return 0.1 * np.sign(wide * np.sin(2 * np.pi * (draw[2] + y * (0.05 + 0.08 * draw[3]))))


def _blots(x, y, draw):
    waves = [
        np.sin(
            2 * np.pi * (x * round(4 + 9 * draw[k]) / WIDE + y * 0.16 * (draw[k + 1] - 0.5))
            + 7 * draw[k + 2]
        )
        for k in range(4)
    ]
    return 0.1 * np.sign(sum(waves) + np.sin(2 * np.pi * y * (0.04 + 0.06 * draw[0])))


def _posts(x, y, draw):
    period = WIDE / round(3 + 3 * draw[1])
    return -0.18 * ((x + WIDE * draw[0]) % period < 3) * (y > 8 + 8 * draw[2])


def _shades(x, y, draw):
    edge = 7 + 14 * draw[0] + 0 * x
    return np.where(y > edge, -0.14, 0.06) * np.sign(draw[1] - 0.5)


def _hills(x, y, draw):
    hill = 14 + 4 * np.sin(2 * np.pi * (2 * x / WIDE + draw[0]))
    hill = hill + 3 * np.sin(2 * np.pi * (round(3 + 4 * draw[1]) * x / WIDE + draw[2]))
    return np.where(y > hill, -0.12, 0.06)


def _bricks(x, y, draw):
    row = np.floor((y + 4 * draw[0]) / 4)
    gap = ((y + 4 * draw[0]) % 4 < 1) | ((x + 4 * (row % 2)) % 8 < 1)
    return 0.14 * gap - 0.04


def _houses(x, y, draw):
    which = np.floor((x / WIDE + draw[0]) % 1 * 8).astype(int)
    roof = 6 + 12 * ((which * (3 + 2 * round(draw[1] * 3)) + 1) % 8) / 8
    window = ((x + WIDE * draw[0]) % 8 > 5) & (y % 5 > 3)
    return np.where(y > roof, -0.1, 0.05) + 0.1 * window * (y > roof + 2)


KINDS = {
    "plain": _flat,
    "stripes": _wall,
    "planks": _planks,
    "clouds": _clouds,
    "checks": _checks,
    "blots": _blots,
    "posts": _posts,
    "two shades": _shades,
    "hills": _hills,
    "bricks": _bricks,
    "houses": _houses,
}
"""What stands behind a figure. Each takes x (1, WIDE), y (SIZE, 1) and six numbers; adds light."""

USUAL, CHOOSING, HELD_OUT = (0, 1, 2, 3, 4, 5), (6, 7), (8, 9, 10)
"""Numbers of the kinds that training sees, that validation sees alone, and that the test does."""


def grounds(kinds, light, scroll, floor, rng: np.random.Generator) -> np.ndarray:
    """Return backgrounds, (m, T, SIZE, SIZE, 3), float32.

    Args:
        kinds: (m,), numbers of `KINDS`.
        light: (m,), from 0 to 1.
        scroll: (m, T), pixels by which each has gone to the right.
        floor: (m,), the row where the floor begins to bear a figure.
        rng: draws their details and tints.
    """
    m, T = scroll.shape
    x, y = np.arange(WIDE)[None], np.arange(SIZE)[:, None]
    wall = np.zeros((m, SIZE, WIDE))
    for clip, kind in enumerate(kinds):
        wall[clip] = list(KINDS.values())[kind](x, y, rng.random(6))
    tints = rng.uniform(-0.1, 0.1, (m, 2, 3))
    tints -= tints.mean(axis=2, keepdims=True)
    ground = rng.uniform(-0.15, 0.15, m)[:, None, None] + np.zeros((m, SIZE, WIDE))
    ground += 0.03 * rng.standard_normal((m, 1, WIDE))
    below = (y[None] > (floor - rng.uniform(2, 5, m))[:, None, None])[..., None]
    whole = light[:, None, None, None] + np.where(
        below,
        ground[..., None] + tints[:, None, None, 1],
        wall[..., None] + tints[:, None, None, 0],
    )
    whole = whole.astype("float32")
    # Between two pixels: a slow pan should not jump.
    left = np.floor(-scroll).astype(int)
    share = (-scroll - left).astype("float32")[:, :, None, None, None]
    pixels = np.empty((m, T, SIZE, SIZE, 3), "float32")
    for clip in range(m):
        columns = (left[clip][:, None] + np.arange(SIZE + 1)) % WIDE  # (T, SIZE + 1)
        both = whole[clip].swapaxes(0, 1)[columns]  # (T, SIZE + 1, SIZE, 3)
        seen = both[:, :-1] + share[clip] * (both[:, 1:] - both[:, :-1])
        pixels[clip] = seen.swapaxes(1, 2)
    return pixels
