"""Pictures of where a translator of dates looks. Each function returns the axes it drew on."""

import re
from collections.abc import Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from utils import plots
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


def places(weights: np.ndarray, title: str, axes: Axes | None = None) -> Axes:
    """Draw how the symbols of each part spread their weight over the three places, with its values.

    Args:
        weights: (3, 3), as `own_place` returns them.
        title: says what to see.
        axes: where to draw; a new figure if None.
    """
    axes = plots.grid(weights, title, [f"symbols of\nthe {name}" for name in PARTS], PARTS, axes)
    for row, column in np.ndindex(*weights.shape):
        value = weights[row, column]
        ink = "white" if value > 0.6 * weights.max() else "black"
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink)
    return axes


def painted(alphas: np.ndarray) -> np.ndarray:
    """Return a colour (T_x, 3) for each character: that of the part which looks at it, if any.

    Args:
        alphas: (10, T_x).
    """
    shares = by_part(alphas)
    shares = shares / np.maximum(shares.max(axis=1, keepdims=True), 1e-9)
    shares = shares / np.maximum(shares.sum(axis=0), 1)  # two parts look: a mixture
    return 1 - np.clip(shares.T @ (1 - np.array([to_rgb(c) for c in PAINT.values()])), 0, 1)


def shaded(alphas: np.ndarray) -> np.ndarray:
    """Return a colour (T_x, 3) for each character: the more weight it has, the darker its blue.

    Args:
        alphas: (T_x,), the weights in one step; the scale is that of `plots.attention`.
    """
    return plt.get_cmap("Blues")(np.clip(alphas, 0, 1))[:, :3]


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
    edge = (
        {"edgecolor": "black", "linewidth": 1.8, "zorder": 2} if frame else {"edgecolor": "#DDDDDD"}
    )
    axes.add_patch(plt.Rectangle((x - 0.5, y - 0.42), 1, 0.84, facecolor=colour, **edge))
    ink = "white" if sum(to_rgb(colour)) < 1.4 else "black"
    axes.text(x, y, character, ha="center", va="center", fontsize=11, zorder=3, color=ink)


def losses(values: Sequence[float]) -> Axes:
    """Draw the training loss, in nats a symbol, of each epoch."""
    axes = plt.subplots(figsize=(4.6, 2.4))[1]
    epochs = range(1, len(values) + 1)
    axes.semilogy(epochs, values, "o-")
    title = "The training loss, on a logarithmic scale"
    axes.set(title=title, xlabel="epoch", ylabel="nats a symbol", xticks=epochs)
    return axes


def side_by_side(bars: dict[str, Sequence[float]], labels: Sequence[str], title: str) -> Axes:
    """Draw probabilities as bars, a group for each label, with their values above them.

    Args:
        bars: {name: a value for each label}; at most three names.
        labels: of the groups.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(8, 2.8))[1]
    for number, ((name, values), hatch) in enumerate(
        zip(bars.items(), ("", "//", ".."), strict=False)
    ):
        places = np.arange(len(labels)) + 0.26 * (number - 1)
        drawn = axes.bar(places, values, 0.25, label=name, hatch=hatch, alpha=0.8)
        axes.bar_label(drawn, fmt="%.2f", fontsize=8)
    axes.set_xticks(range(len(labels)), labels)
    axes.set(title=title, ylabel="mean probability")
    axes.legend(frameon=False)
    return axes


def errors(surest: Sequence[tuple[str, str, float, bool]], title: str) -> Axes:
    """Draw wrong answers as bars, as long as the confidence in them.

    Args:
        surest: as `date_verdicts.show_errors` returns them.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(6.4, 0.26 * len(surest) + 0.9))[1]
    for doubtful, (name, colour) in enumerate({"one meaning": "blue", "two": "orange"}.items()):
        rows = [row for row, error in enumerate(surest) if error[3] == doubtful]
        widths = [surest[row][2] for row in rows]
        hatch = "//" if doubtful else ""
        drawn = axes.barh(rows, widths, 0.7, color=COLOURS[colour], hatch=hatch, label=name)
        axes.bar_label(drawn, fmt="%.2f", padding=3, fontsize=8)
    axes.set_yticks(range(len(surest)), [f"{text} → {answer}" for text, answer, *_ in surest])
    axes.set(title=title, xlabel="confidence", xlim=(0, 1.08))
    axes.invert_yaxis()
    axes.legend(title="the text has", loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return axes


def reliability(bins: dict[str, np.ndarray], title: str, least: int = 20) -> Axes:
    """Draw how often answers are right at each confidence, and how many answers that are.

    Args:
        bins: {name: (bins, 3)}: mean confidence, share right, count.
        title: says what to see.
        least: bins with fewer answers say little, and are left out.
    """
    axes = plt.subplots(figsize=(5.5, 4))[1]
    axes.plot([0, 1], [0, 1], color="gray", linestyle=":", label="calibrated")
    for (name, rows), style in zip(bins.items(), ("o-", "s--", "^-."), strict=False):
        x, y, counts = rows[rows[:, 2] >= least].T
        axes.plot(x, y, style, label=name)
        for n, at in enumerate(zip(x, y, counts, strict=True)):
            crowded = n and x[n] - x[n - 1] < 0.05  # then it stands below its point
            place = (0, -14) if crowded and n % 2 == 0 else (0, 7)
            axes.annotate(f"{at[2]:.0f}", at[:2], place, textcoords="offset points", fontsize=8)
    axes.set(title=title, xlabel="confidence", ylabel="share right", ylim=(0, 1.08))
    axes.legend(frameon=False)
    return axes
