"""Scenes drawn by us: one to three coloured things on noisy ground, each with its caption.

Two things stand side by side or one above the other; of three, the one that is named first has
one of the others above or below it and the other beside it. So each scene has one right caption.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from utils.vision import captions
from utils.vision.shapes import PATCH, Stencils

SIZE = 32
"""Pixels in a row and in a column of a scene."""

HALF = SIZE // 2

COLOURS = {
    "red": (0.90, 0.13, 0.13),
    "yellow": (0.98, 0.90, 0.20),
    "green": (0.10, 0.70, 0.25),
    "cyan": (0.30, 0.90, 0.95),
    "blue": (0.15, 0.30, 0.95),
    "purple": (0.58, 0.15, 0.80),
    "pink": (1.00, 0.62, 0.75),
    "white": (0.97, 0.97, 0.97),
}

GROUND, NOISE, SHADE = 0.25, 0.05, 0.8  # the lightest ground; of each number; the darkest paint
GROUND_LEFT = 0.15  # a pixel with less paint than this has none, but noise
AT_ONCE = 2_000  # scenes that are painted together: an image in float32 is large


@dataclass(frozen=True)
class Scenes:
    """m scenes. Things stand in the order in which captions name them; -1 and zeros: no thing.

    Attributes:
        images: (m, SIZE, SIZE, 3), uint8.
        captions: m texts.
        colours: (m, 3), numbers of colours.
        nouns: (m, 3), numbers of nouns.
        boxes: (m, 3, 4): top, left, bottom, right in pixels; bottom and right are not in the box.
    """

    images: np.ndarray
    captions: list[str]
    colours: np.ndarray
    nouns: np.ndarray
    boxes: np.ndarray

    def __len__(self) -> int:
        """Return m."""
        return len(self.captions)

    def __getitem__(self, chosen) -> "Scenes":
        """Return the scenes of a slice or of an array of numbers."""
        rows = np.arange(len(self))[chosen]
        texts = [self.captions[row] for row in rows]
        parts = self.images, self.colours, self.nouns, self.boxes
        images, *others = (part[rows] for part in parts)
        return Scenes(images, texts, *others)


def split_pairs(n_nouns: int, held_out: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of colour and noun that training sees, and those that it never sees.

    Each colour is held out as often as each other (or once more), and each noun, too.

    Args:
        n_nouns: how many nouns there are.
        held_out: how many pairs are held out.
        seed: of the choice.

    Returns:
        two arrays (n, 2) of a colour's and a noun's number.
    """
    rng, n_colours = np.random.default_rng(seed), len(COLOURS)
    colours, nouns = rng.permutation(n_colours), rng.permutation(n_nouns)
    out = np.zeros((n_colours, n_nouns), bool)
    for k in range(held_out):  # along diagonals: each is new, and both go round evenly
        turn = k // np.lcm(n_colours, n_nouns)
        out[colours[k % n_colours], nouns[(k + turn) % n_nouns]] = True
    return np.argwhere(~out), np.argwhere(out)


def make(
    count: int,
    pairs: np.ndarray,
    stencils: Stencils,
    rng: np.random.Generator,
    one_of: np.ndarray | None = None,
) -> Scenes:
    """Draw scenes; a third of them has one thing, a third two, a third three.

    Args:
        count: m.
        pairs: (n, 2), the pairs of colour and noun that may occur.
        stencils: what the nouns look like.
        rng: draws everything.
        one_of: (n, 2), pairs of which each scene has exactly one thing; none if None.
    """
    things = rng.permutation(np.arange(count) % 3) + 1
    chosen = pairs[rng.integers(len(pairs), size=(count, 3))]
    if one_of is not None:
        place = (rng.random(count) * things).astype(int)
        chosen[np.arange(count), place] = one_of[rng.integers(len(one_of), size=count)]
    # Of two things, half the scenes have them one above the other; the first is above or left.
    down = np.where(things == 2, rng.random(count) < 0.5, things == 3)
    across = (things > 1) & ~(down & (things == 2))
    below, right = rng.integers(2, size=(2, count)) * (things == 3)  # where the first stands
    numbers = stencils.draw(chosen[..., 1], rng)
    corners = _corners(things, down, across, below, right, stencils.sides[numbers], rng)
    there = np.arange(3) < things[:, None]
    boxes = np.concatenate([corners, corners + stencils.sides[numbers][..., None]], axis=-1)
    images = np.empty((count, SIZE, SIZE, 3), np.uint8)
    for first in range(0, count, AT_ONCE):
        rows = slice(first, first + AT_ONCE)
        patches = stencils.patches[numbers[rows]] * there[rows, :, None, None]
        images[rows] = _paint(patches, chosen[rows, :, 0], corners[rows], rng)
    names, texts = [*COLOURS], []
    for m in range(count):
        said = captions.Said(
            tuple((names[c], stencils.names[n]) for c, n in chosen[m, : things[m]]),
            ("above", "below")[below[m]] * bool(down[m]),
            ("left of", "right of")[right[m]] * bool(across[m]),
        )
        texts.append(captions.write(said))
    colours, nouns = (np.where(there, chosen[..., k], -1) for k in (0, 1))
    return Scenes(images, texts, colours, nouns, boxes * there[..., None])


def repainted(image: np.ndarray, new: Mapping[str, str]) -> np.ndarray:
    """Return a scene with its things in other colours; ground, shade, edges and noise stay.

    What has the colour of two things cannot be told apart: both get the same new one.

    Args:
        image: (SIZE, SIZE, 3), uint8.
        new: for each colour in the scene, by name, the one that takes its place.
    """
    pixels = image.reshape(-1, 3).astype("float32")
    ground = np.median(pixels[::8], axis=0)  # some pixels are enough
    old, other = (
        255 * np.array([COLOURS[name] for name in part], "float32") for part in (new, new.values())
    )
    # A pixel lies between ground and paint: find how far, and towards which paint.
    way = old - ground
    along, length = (pixels - ground) @ way.T, (way**2).sum(axis=1)
    share = np.clip(along / length, 0, 1)
    nearest = (share * (2 * along - share * length)).argmax(axis=1)
    share = share[np.arange(len(share)), nearest]
    share[share < GROUND_LEFT] = 0
    painted = pixels + share[:, None] * (other - old)[nearest]
    return np.clip(np.rint(painted), 0, 255).astype(np.uint8).reshape(image.shape)


def _corners(things, down, across, below, right, sides, rng):
    """Return the upper left corner of each thing, (m, 3, 2): top and left."""
    m = len(things)
    halves = np.zeros((m, 3, 2), int)  # in which half each thing stands, from above and from left
    halves[:, 0] = np.stack([below, right], axis=1)
    halves[:, 1] = halves[:, 0] ^ np.stack([down, across & ~down], axis=1)
    halves[:, 2] = halves[:, 0] ^ np.array([0, 1])
    # Where only one half is needed, the whole arrangement is moved at random.
    free = ~np.stack([down, across], axis=1)
    start = np.where(free, rng.integers(HALF + 1, size=(m, 2)), 0)
    corners = np.minimum(start[:, None] + HALF * halves, HALF)  # also of things that are not there
    return corners + (rng.random((m, 3, 2)) * (HALF + 1 - sides[..., None])).astype(int)


def _paint(patches, colours, corners, rng):
    """Return images, (m, SIZE, SIZE, 3), with the patches (m, 3, PATCH, PATCH) in them."""
    m = len(patches)
    canvas = np.zeros((m, SIZE + PATCH, SIZE + PATCH, 3), "float32")  # patches may stick out
    canvas += GROUND * rng.random((m, 1, 1, 1), dtype="float32")
    paint = np.array([*COLOURS.values()], "float32")[colours]
    paint *= SHADE + (1 - SHADE) * rng.random((m, 3, 1), dtype="float32")
    steps, row = np.arange(PATCH), np.arange(m)[:, None, None]
    for k in range(3):
        top, left = (corners[:, k, axis, None, None] for axis in (0, 1))
        where = row, top + steps[:, None], left + steps
        share = patches[:, k, ..., None]
        canvas[where] = canvas[where] * (1 - share) + share * paint[:, k, None, None]
    images = canvas[:, :SIZE, :SIZE]
    images = images + NOISE * rng.standard_normal(images.shape, dtype="float32")
    return np.clip(np.rint(255 * images), 0, 255).astype(np.uint8)
