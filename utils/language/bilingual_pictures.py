"""Pictures of translating: what a beam keeps, scores by width and by length, maps of words."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots

COLOURS = "#0072B2", "#D55E00", "#009E73", "#CC79A7"  # Okabe and Ito (2008)
MARKERS = "o", "s", "^", "D"


def beam(steps: Sequence[Sequence[tuple[int, str, float]]], title: str) -> Axes:
    """Draw what a beam keeps: a column for each step, lines from where a hypothesis came.

    Args:
        steps: for each step its hypotheses, the likeliest first: the place in the step before, the
            word, and log P up to here.
        title: says what to see.
    """
    width = max(map(len, steps))
    axes = plt.subplots(figsize=(1.25 * len(steps) + 0.8, 0.55 * width + 0.9))[1]
    alive = {len(steps) - 1: {0}}
    for t in range(len(steps) - 1, 0, -1):  # the winner's way back
        alive[t - 1] = {steps[t][k][0] for k in alive[t]}
    for t, column in enumerate(steps):
        for k, (before, word, score) in enumerate(column):
            won = k in alive[t]
            colour = COLOURS[0] if won else "#777777"
            if t:
                axes.plot([t - 0.72, t - 0.28], [-before, -k], color=colour, lw=2 if won else 0.8)
            says = f"{word}\n{score:.2f}"
            axes.text(t, -k, says, ha="center", va="center", fontsize=8, color=colour,
                      weight="bold" if won else "normal")  # fmt: skip
    axes.set(xlim=(-0.6, len(steps) - 0.4), ylim=(0.6 - width, 0.6), title=title)
    axes.axis("off")
    return axes


def lines(
    rows: Mapping[str, Sequence[float]], labels: Sequence[str], title: str, across: str, up: str
) -> Axes:
    """Draw a line for each row, with its values.

    Args:
        rows: {name: a value for each label}; at most four.
        labels: along the axis.
        title: says what to see.
        across: what the labels are.
        up: what the values are.
    """
    axes = plt.subplots(figsize=(6.4, 3.2))[1]
    for (name, values), colour, marker in zip(rows.items(), COLOURS, MARKERS, strict=False):
        axes.plot(range(len(labels)), values, color=colour, marker=marker, label=name)
        for place, value in enumerate(values):
            axes.annotate(f"{value:.3g}", (place, value), (0, 6), textcoords="offset points",
                          ha="center", fontsize=8, color=colour)  # fmt: skip
    axes.set_xticks(range(len(labels)), labels)
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.08 * (high - low))
    axes.set(title=title, xlabel=across, ylabel=up)
    axes.legend(frameon=False)
    return axes


def attention_of_words(
    alphas: np.ndarray, french: Sequence[str], english: Sequence[str], title: str
) -> Axes:
    """Draw a map: a row for each English word, a column for each French one."""
    shape = len(english), len(french)
    axes = plt.subplots(figsize=(0.42 * shape[1] + 1.6, 0.3 * shape[0] + 1.6))[1]
    plots.attention(alphas, french, english, title, axes)
    axes.set_aspect("auto")
    axes.set_xticks(range(shape[1]), french, rotation=50, ha="left", fontsize=9)
    axes.set_yticks(range(shape[0]), english, fontsize=9)
    return axes
