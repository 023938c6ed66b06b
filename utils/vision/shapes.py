"""Ten shapes and ten handwritten digits as stencils: what is painted into a scene.

A stencil is a square of numbers from 0 (the ground shows) to 1 (paint), in the upper left corner
of a patch that is as large as the largest stencil.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

SIDES = range(9, 14)
"""The sides of the shapes, in pixels."""

PATCH = max(SIDES)
FINE = 6  # samples of a pixel's side: edges are soft


@dataclass(frozen=True)
class Stencils:
    """What can be painted.

    Attributes:
        names: what each kind is called.
        patches: (n, PATCH, PATCH), float32; those of a kind stand together, in the order of names.
        kinds: (n,), the number of each stencil's name, rising.
        sides: (n,), of the stencil within its patch, in pixels.
    """

    names: tuple[str, ...]
    patches: np.ndarray
    kinds: np.ndarray
    sides: np.ndarray

    def draw(self, kinds: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return the number of a stencil of each of these kinds, drawn at random, like `kinds`."""
        first = np.searchsorted(self.kinds, np.arange(len(self.names)))
        count = np.bincount(self.kinds, minlength=len(self.names))
        return first[kinds] + (rng.random(np.shape(kinds)) * count[kinds]).astype(int)


def _star(u, v):
    angle = np.arctan2(u, -v) % (2 * np.pi / 5)
    angle = np.minimum(angle, 2 * np.pi / 5 - angle)  # from the nearest point of the star
    inner, x, y = 0.42, np.hypot(u, v) * np.cos(angle), np.hypot(u, v) * np.sin(angle)
    corner = inner * np.cos(np.pi / 5), inner * np.sin(np.pi / 5)
    return y * (1 - corner[0]) < (1 - x) * corner[1]


def _heart(u, v):
    x, y = 1.2 * u, 0.15 - 1.15 * v
    return (x**2 + y**2 - 1) ** 3 < x**2 * y**3


# u goes to the right and v down, both from -1 to 1.
FORMS = {
    "circle": lambda u, v: u**2 + v**2 < 1,
    "square": lambda u, v: np.maximum(abs(u), abs(v)) < 0.92,
    "triangle": lambda u, v: 2 * abs(u) < v + 1,
    "diamond": lambda u, v: abs(u) + abs(v) < 1,
    "star": _star,
    "heart": _heart,
    "moon": lambda u, v: (u**2 + v**2 < 1) & ((u - 0.5) ** 2 + v**2 > 0.7),
    "cross": lambda u, v: np.minimum(abs(u), abs(v)) < 0.3,
    "ring": lambda u, v: (u**2 + v**2 < 1) & (u**2 + v**2 > 0.3),
    "arrow": lambda u, v: np.where(v < 0.1, abs(u) < 0.91 * (v + 1), abs(u) < 0.3),
}


@cache
def shapes() -> Stencils:
    """Return the ten shapes, each in five sizes."""
    patches = np.zeros((len(FORMS), len(SIDES), PATCH, PATCH), "float32")
    for i, form in enumerate(FORMS.values()):
        for j, side in enumerate(SIDES):
            ticks = (np.arange(side * FINE) + 0.5) / (side * FINE) * 2 - 1
            inside = form(*np.meshgrid(ticks, ticks))
            patches[i, j, :side, :side] = inside.reshape(side, FINE, side, FINE).mean((1, 3))
    kinds = np.repeat(np.arange(len(FORMS)), len(SIDES))
    sides = np.tile(SIDES, len(FORMS))
    return Stencils(tuple(FORMS), patches.reshape(-1, PATCH, PATCH), kinds, sides)


@cache
def digits() -> tuple[Stencils, Stencils]:
    """Return handwritten digits, for training and for the test, no image in both.

    scikit-learn's set: 1,797 images of 8 × 8 pixels and 17 shades, written by 13 people (the test
    part of Alpaydin and Kaynak's set, UCI 1998). A third of each digit's images is for the test:
    the last ones, since neighbours in the file were often written by one hand. Each image is drawn
    in 12 × 12 pixels, between its own ones linearly.
    """
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    found = load_digits()
    side = 12
    patches = np.zeros((len(found.images), PATCH, PATCH), "float32")
    for patch, image in zip(patches, found.images, strict=True):
        patch[:side, :side] = zoom(image / 16, side / 8, order=1, grid_mode=True, mode="nearest")
    names, parts = tuple(map(str, range(10))), []
    for test in (False, True):
        chosen = []
        for kind in range(10):
            own = np.flatnonzero(found.target == kind)
            cut = 2 * len(own) // 3
            chosen.append(own[cut:] if test else own[:cut])
        chosen = np.concatenate(chosen)
        kinds = found.target[chosen]
        parts.append(Stencils(names, patches[chosen], kinds, np.full(len(chosen), side)))
    return tuple(parts)
