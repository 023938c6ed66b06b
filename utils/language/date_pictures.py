"""Pictures of where a translator of dates looks. Each function returns the axes it drew on."""

import re
from collections.abc import Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from utils.plots import COLOURS

PARTS = {"year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10)}
"""Which symbols of 1998-05-09 write each part."""
PAINT = {"year": COLOURS["sky"], "month": COLOURS["orange"], "day": COLOURS["green"]}


def by_part(alphas: np.ndarray) -> np.ndarray:
    """Return the mean weight that the symbols of year, month and day give: (..., 3, T_x).

    Args:
        alphas: (..., 10, T_x), the weights of a translation.
    """
    return np.stack([alphas[..., rows, :].mean(axis=-2) for rows in PARTS.values()], axis=-2)


def own_place(texts: Sequence[str], alphas: np.ndarray) -> np.ndarray:
    """Return how the symbols of year, month and day spread their weight over these three.

    Args:
        texts: of the kind "9 May 1998": a day, a month's name and a year.
        alphas: (m, 10, T_x).

    Returns:
        (3, 3), means over the texts: a row for the symbols of each part, a column for each place.
    """
    weights = np.zeros((3, 3))
    for text, parts in zip(texts, by_part(alphas), strict=True):
        ends = [0, *re.search(r"\D+", text).span(), len(text)]
        for column, (low, high) in zip((2, 1, 0), pairwise(ends), strict=True):  # day, month, year
            weights[:, column] += parts[:, low:high].sum(axis=1) / len(texts)
    return weights


def painted(alphas: np.ndarray) -> np.ndarray:
    """Return a colour (T_x, 3) for each character: that of the part which looks at it, if any.

    Args:
        alphas: (10, T_x).
    """
    shares = by_part(alphas)
    shares = shares / np.maximum(shares.max(axis=1, keepdims=True), 1e-9)
    return 1 - np.clip(shares.T @ (1 - np.array([to_rgb(c) for c in PAINT.values()])), 0, 1)


def shaded(alphas: np.ndarray) -> np.ndarray:
    """Return a colour (T_x, 3) for each character: the more weight it has, the darker its blue.

    Args:
        alphas: (T_x,), the weights in one step.
    """
    return 1 - np.clip(alphas, 0, 1)[:, None] * (1 - np.array(to_rgb(COLOURS["sky"])))


def ribbons(
    texts: Sequence[str],
    colours: Sequence[np.ndarray],
    answers: Sequence[str],
    title: str,
    mark: int | None = None,
    key: bool = False,
) -> Axes:
    """Draw each text as a row of coloured characters, and its translation beside it.

    Args:
        texts: what is read.
        colours: for each text, an array (T_x, 3) of colours from 0 to 1.
        answers: what was written.
        title: says what to see.
        mark: the number of a symbol of each answer that gets a frame.
        key: paint the symbols of the answers in the colours of PAINT.
    """
    longest = max(map(len, texts))
    across, down = longest + 13, len(texts)
    _, axes = plt.subplots(figsize=(0.21 * across, 0.34 * down + 0.4))
    for row, (text, shades, answer) in enumerate(zip(texts, colours, answers, strict=True)):
        for place, character in enumerate(text):
            _character(axes, place, row, character, tuple(shades[place]))
        axes.text(longest + 0.9, row, "→", ha="center", va="center", fontsize=12)
        for place, symbol in enumerate(answer):
            part = next((p for p, at in PARTS.items() if at.start <= place < at.stop), None)
            colour = PAINT[part] if key and part else "white"
            _character(axes, longest + 2.5 + place, row, symbol, colour, place == mark)
    axes.set(xlim=(-0.7, across + 0.2), ylim=(down - 0.4, -0.6))
    axes.set_title(title)
    axes.axis("off")
    return axes


def _character(axes, x, y, character, colour, frame=False):
    edge = {"edgecolor": "black", "linewidth": 1.8} if frame else {"edgecolor": "#DDDDDD"}
    axes.add_patch(plt.Rectangle((x - 0.5, y - 0.42), 1, 0.84, facecolor=colour, **edge))
    axes.text(x, y, character, ha="center", va="center", fontsize=11)
