"""Pictures of word vectors and of the bias in them. Each function returns the axes it drew on."""

from collections.abc import Collection, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots
from utils.plots import COLOURS

BOX = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}  # behind a word


def by_section(scores: Mapping[str, Mapping[str, float]], title: str) -> Axes:
    """Draw the share of right answers in each section of a test, a mark for each kind of vectors.

    The first kind has filled marks, the others hollow ones: marks at one place can all be seen.

    Args:
        scores: for each kind of vectors the share of each section; "all" is not drawn, and a
            section that was not asked has no mark. The first kind has all sections.
        title: says what to see.
    """
    sections = [section for section in next(iter(scores.values())) if section != "all"]
    axes = plt.subplots(figsize=(8, 5))[1]
    for number, (name, of_section) in enumerate(scores.items()):
        right = [of_section.get(section, np.nan) for section in sections]
        style = {"markersize": 7} if number == 0 else {"markersize": 6 + 3 * (number % 2)}
        face = {} if number == 0 else {"markerfacecolor": "none", "markeredgewidth": 1.5}
        axes.plot(right, sections, "osD^"[number % 4], label=name, **style, **face)
    axes.invert_yaxis()
    axes.grid(axis="y", linewidth=0.4)
    axes.set(xlabel="share of right answers", xlim=(-0.03, 1.03))
    axes.set_title(title)
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(1, 0))
    return axes


def maps(
    places: Mapping[str, np.ndarray],
    group_of: np.ndarray,
    names: Sequence[str],
    title: str,
    marked: Mapping[str, int],
) -> np.ndarray:
    """Draw six maps of the same words, and return their axes, (2, 3).

    Args:
        places: the maps by name, each (n_words, 2); the first six are drawn.
        group_of: (n_words,), the number of each word's group.
        names: of the groups.
        title: says what to see in the six.
        marked: words to be written beside their points, with their rows.
    """
    figure, axes = plt.subplots(2, 3, figsize=(9, 6.2))
    for axis, (name, points) in zip(axes.flat, places.items(), strict=False):
        plots.groups(points, group_of, names, name, axis)
        for word, row in marked.items():
            _label(axis, word, points, row)
    figure.suptitle(title, x=0.01, ha="left")
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, frameon=False, loc="outside lower center", ncols=len(names))
    return axes


def _label(axis, word, points, row):
    """Write a word beside its point, on the side where its neighbours are not."""
    order = np.argsort(np.linalg.norm(points - points[row], axis=1))
    x, y = points[row] - points[order[1:7]].mean(axis=0)
    place = {"ha": "left" if x > 0 else "right", "va": "bottom" if y > 0 else "top"}
    shift = (np.copysign(4, x), np.copysign(3, y))
    axis.annotate(
        word, points[row], xytext=shift, textcoords="offset points", fontsize=9, bbox=BOX, **place
    )


def leaning(
    share: np.ndarray,
    along: np.ndarray,
    words: Collection[str],
    named: Collection[str],
    title: str,
) -> Axes:
    """Draw each occupation's part along a direction over its planted share.

    Args:
        share: (m,), between 0 and 1.
        along: (m,), the parts along the direction.
        words: the m occupations.
        named: those that are named; words on the right half stand left of their dots.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(9, 4.5))[1]
    axes.scatter(share, along, s=14, alpha=0.6)
    for word, x, y in zip(words, share, along, strict=True):
        if word in named:
            axes.plot(x, y, "o", color=COLOURS["red"])
            left = x > 0.5
            shift, side = ((-9, 4), "right") if left else ((9, -9), "left")
            style = {"textcoords": "offset points", "ha": side, "bbox": BOX}
            axes.annotate(word, (x, y), xytext=shift, **style)
    axes.axhline(0, color="grey", linewidth=0.8)
    axes.set(xlabel="planted share of female words", ylabel="along g: male below, female above")
    axes.set_title(title)
    return axes


def moved(
    words: Mapping[str, tuple[np.ndarray, np.ndarray]],
    across: np.ndarray,
    up: np.ndarray,
    title: str,
) -> Axes:
    """Draw how words moved in a plane of the space: from a ring to a dot, by an arrow.

    Args:
        words: each word's vectors before and after, (n,) each.
        across: (n,), a direction of length 1: the plane's x, called g.
        up: (n,), another one at a right angle to it: the plane's y.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(8, 3.8))[1]
    colours = (COLOURS[name] for name in ("blue", "red", "green"))
    for (name, ends), colour in zip(words.items(), colours, strict=False):
        start, end = np.array(ends) @ np.stack([across, up], axis=1)
        axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.5})
        axes.plot(*start, "o", color=colour, fillstyle="none")
        axes.plot(*end, "o", color=colour)
        # The name stands on the side that the arrow does not come from.
        below = start[1] >= end[1]
        shift, height = ((0, -8), "top") if below else ((0, 8), "bottom")
        style = {"textcoords": "offset points", "ha": "center", "va": height, "color": colour}
        axes.annotate(name, end, xytext=shift, **style)
    axes.axvline(0, color="grey", linewidth=0.8, zorder=0)
    axes.margins(0.1, 0.25)
    axes.set(xlabel="along g", ylabel="along the pair's other difference")
    axes.set_title(title)
    return axes


def left_over(
    share: np.ndarray,
    before: np.ndarray,
    now: np.ndarray,
    measured: Mapping[str, Sequence[float]],
    amounts: Sequence[float],
    amount: float,
    levels: Mapping[str, float],
) -> Axes:
    """Draw what goes when a part along g is removed (left), and what is left (right).

    Args:
        share: (m,), the planted shares of the occupations.
        before: (m,), their parts along g before anything was removed.
        now: (m,), with this amount removed.
        measured: measures by name, one value for each of `amounts`.
        amounts: shares of the part along g that are removed.
        amount: the one of them that is shown on the left, and marked on the right.
        levels: values to compare with, by name: a line each.

    Returns:
        The left axes.
    """
    left, right = plt.subplots(1, 2, figsize=(8, 4.8))[1]
    left.plot(share, before, "o", color="lightgrey", markersize=4, label="before")
    left.plot(share, now, "o", markersize=4, label=f"{amount:.0%} removed")
    left.set(xlabel="planted share of female words", ylabel="along g: male below, female above")
    below = {"frameon": False, "fontsize": 9, "loc": "upper center", "bbox_to_anchor": (0.5, -0.17)}
    left.legend(**below)
    for (name, values), mark in zip(measured.items(), "osD^", strict=False):
        right.plot(amounts, values, f"-{mark}", markersize=5, label=name)
    for (name, level), style in zip(levels.items(), (":", "--"), strict=False):
        right.axhline(level, color="grey", linestyle=style, label=name)
    right.axvline(amount, color="lightgrey", zorder=0)
    right.set(xlabel="share of the part along g that is removed")
    right.set_ylim(bottom=-0.05)
    right.legend(**below, ncols=2)
    done = amount == max(amounts)
    left.set_title("No occupation leans along g any more …" if done else "Occupations along g")
    right.set_title("… but a classifier still finds the bias" if done else "What is left, measured")
    return left
