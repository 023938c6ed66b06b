"""Pictures of what networks say of clips. Each function returns its axes."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots
from utils.vision.poses import ACTIVITIES


def confusions(table: np.ndarray, title: str, names: Sequence[str] = ACTIVITIES) -> Axes:
    """Draw a table of counts: rows are what is right, columns what it was taken for."""
    axes = plt.subplots(figsize=(5.6, 4.6))[1]
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*table.shape):
        if table[row, column]:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(
                column, row, f"{table[row, column]:g}", ha="center", va="center", color=colour
            )
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(title=title, xlabel="taken for", ylabel="right")
    return axes


def after_frames(curves: Mapping[str, np.ndarray], title: str, level: float | None = None) -> Axes:
    """Draw accuracies after each frame, {name: (T,)}, and a level that they should reach."""
    axes = plt.subplots(figsize=(7.5, 3.2))[1]
    marks = "osD^vPX"
    for (name, values), mark in zip(curves.items(), marks, strict=False):
        axes.plot(np.arange(1, len(values) + 1), values, marker=mark, markersize=4, label=name)
    if level is not None:
        axes.axhline(level, color="grey", linestyle="--", linewidth=1)
    axes.set(ylim=(0, 1.03), title=title, xlabel="frames seen", ylabel="accuracy")
    axes.legend(fontsize=8, loc="lower right")
    return axes


def decisions(frames: np.ndarray, labels: np.ndarray, title: str) -> Axes:
    """Draw when decisions fell: for each activity the middle one, and the middle half.

    Args:
        frames: (m,), after how many frames the guess stayed.
        labels: (m,), the right activities.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(7.5, 2.8))[1]
    for k in range(len(ACTIVITIES)):
        own = frames[labels == k]
        if len(own):
            low, middle, high = np.percentile(own, [25, 50, 75])
            axes.plot([low, high], [k, k], color=plots.COLOURS["sky"], linewidth=6)
            axes.plot(middle, k, "D", color=plots.COLOURS["black"])
    axes.set_yticks(range(len(ACTIVITIES)), ACTIVITIES)
    axes.invert_yaxis()
    axes.set(title=title, xlabel="frames seen when the last change of mind came")
    return axes


def over_time(frames: np.ndarray, probabilities: np.ndarray, title: str, shown: int = 3) -> Axes:
    """Draw a clip's frames, and below them the probabilities after each; return the lower axes.

    Args:
        frames: (T, side, side, 3), uint8.
        probabilities: (T, n).
        title: says what to see.
        shown: how many activities: those that were ever the likeliest, by their largest value.
    """
    T = len(frames)
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(9, 3.6), height_ratios=(1, 3.2), gridspec_kw={"hspace": 0}
    )
    every = frames[1::2]
    above.imshow(np.concatenate(list(every), axis=1), interpolation="nearest", aspect="equal")
    above.axis("off")
    names = np.argsort(-probabilities.max(axis=0))[:shown]
    for k, mark in zip(names, "osD^vPX", strict=False):
        below.plot(
            np.arange(1, T + 1), probabilities[:, k], marker=mark, markersize=4, label=ACTIVITIES[k]
        )
    below.set(ylim=(0, 1.03), xlim=(0.5, T + 0.5), xlabel="frames seen", ylabel="probability")
    below.legend(fontsize=8)
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return below
