"""Pictures of texts that are read for what they feel. Each function returns the axes it drew on."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots
from utils.plots import COLOURS

MARKS = "os^Dv"


def by_reader(
    found: Mapping[str, Mapping[str, Sequence[float]]], title: str, axes: Axes | None = None
) -> Axes:
    """Draw the share of right answers of several readers on several sets of texts.

    Args:
        found: {reader: {set: a share for each seed}}; at most five readers.
        title: says what to see.
        axes: where to draw; a new figure if None.
    """
    axes = axes or plt.subplots(figsize=(7, 3.8))[1]
    sets, width = list(next(iter(found.values()))), 0.8 / len(found)
    styles = zip(found.items(), COLOURS.values(), MARKS, strict=False)
    for number, ((name, shares), colour, mark) in enumerate(styles):
        places = np.arange(len(sets)) + (number + 0.5) * width - 0.4
        axes.bar(
            places,
            [np.mean(shares[each]) for each in sets],
            0.9 * width,
            color=colour,
            alpha=0.55,
            label=name,
        )
        for place, each in zip(places, sets, strict=True):
            seeds = np.ravel(shares[each])
            axes.plot([place] * len(seeds), seeds, mark, color=colour, markersize=4)
    axes.set_xticks(range(len(sets)), sets)
    axes.set(title=title, ylabel="right answers", ylim=(0, 1.05))
    axes.legend(fontsize=8, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    return axes


def stars(said: Mapping[str, np.ndarray], title: str) -> Axes:
    """Draw the probability of one to five stars; `said` is {reader: (5,)}, at most five readers."""
    axes = plt.subplots(figsize=(6, 2.8))[1]
    width = 0.8 / len(said)
    for number, ((name, p), colour) in enumerate(zip(said.items(), COLOURS.values(), strict=False)):
        places = np.arange(1, 6) + (number + 0.5) * width - 0.4
        axes.bar(places, p, 0.9 * width, color=colour, label=name)
    axes.set(title=title, xlabel="stars", ylabel="probability", ylim=(0, 1))
    axes.legend(fontsize=8)
    return axes


def mistakes(counts: Mapping[str, np.ndarray], names: Sequence[str], title: str) -> np.ndarray:
    """Draw confusion matrices side by side; `counts` is {what: (n_y, n_y)}, a row a right class."""
    figure, panels = plt.subplots(1, len(counts), figsize=(5 * len(counts), 3.3))
    for panel, (what, matrix) in zip(panels, counts.items(), strict=True):
        share = np.trace(matrix) / matrix.sum()
        plots.grid(matrix, f"{what}: {share:.0%} right", names, names, panel)
        panel.set(xlabel="guessed", ylabel="right")
        panel.tick_params(axis="x", rotation=40)
        for (row, column), count in np.ndenumerate(matrix):
            colour = "white" if count > matrix.max() / 2 else "black"
            if count:
                panel.text(column, row, count, ha="center", va="center", color=colour, fontsize=8)
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return panels


def by_size(
    found: Mapping[str, Mapping[str, Mapping[int, Sequence[float]]]], title: str
) -> np.ndarray:
    """Draw shares of right answers over the number of training texts, a panel a set of texts.

    Args:
        found: {set of texts: {way of training: {number of texts: a share for each seed}}}.
        title: says what to see.
    """
    figure, panels = plt.subplots(1, len(found), figsize=(9, 3.4), sharey=True)
    for panel, (what, ways) in zip(panels, found.items(), strict=True):
        for (way, sizes), colour, mark in zip(ways.items(), COLOURS.values(), MARKS, strict=False):
            means = [np.mean(seeds) for seeds in sizes.values()]
            line = "--" if way.startswith("frozen") else "-"
            panel.plot(list(sizes), means, line, marker=mark, color=colour, label=way)
            for size, seeds in sizes.items():
                panel.plot([size] * len(seeds), seeds, mark, color=colour, markersize=3, alpha=0.6)
        panel.set(title=what, xlabel="training messages", xscale="log", ylim=(0, 1.03))
        panel.set_xticks(list(sizes), list(sizes))
        panel.minorticks_off()
    panels[0].set_ylabel("right answers")
    panels[0].legend(fontsize=8, loc="lower right")
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return panels
