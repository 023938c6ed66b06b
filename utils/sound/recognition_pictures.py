"""Pictures of what a recogniser hears and writes. Each function returns the axes it drew on."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots
from utils.sound.pictures import CENTRES
from utils.sound.recordings import RATE
from utils.sound.spectrograms import log_mel
from utils.sound.strings import Utterance


def spikes(one: Utterance, times, probs, symbols: Sequence[str], title: str) -> np.ndarray:
    """Draw a string with the begins of its words, and under it the probability of each symbol.

    Args:
        one: the string; its noise, if any, in its samples.
        times: (T,), the second of each output.
        probs: (T, n_y), the blank at 0.
        symbols: the name of each column.
        title: says what to see.
    """
    _, axes = plt.subplots(2, 1, figsize=(10, 4), height_ratios=[2, 1.2], sharex=True)
    plots.spectrogram(log_mel(one.samples), CENTRES, title, axes[0])
    for begin, word in zip(one.begins, one.text.split(" "), strict=True):
        axes[0].axvline(begin / RATE, color="white", linewidth=1)
        style = {"color": "white", "size": 9, "clip_on": True}
        style["bbox"] = {"facecolor": "black", "alpha": 0.6, "pad": 1, "linewidth": 0}
        axes[0].text(begin / RATE, 36, word, **style)
    axes[0].set_xlabel("")
    curves(axes[1], times, probs, symbols)
    axes[1].set(ylim=(0, 1.25), ylabel="probability", xlabel="seconds")
    return axes


def curves(axes: Axes, times, values, symbols: Sequence[str], least: float = 0.3) -> Axes:
    """Draw the values of each symbol over time, (T, n_y): the blank grey, peaks with their letter.

    Args:
        axes: where.
        times: (T,).
        values: (T, n_y), the blank at 0.
        symbols: the name of each column; a space is written as an open box.
        least: lower peaks get no letter.
    """
    values, colours, drawn = np.asarray(values), list(plots.COLOURS.values())[:-1], 0
    axes.plot(times, values[:, 0], color="grey", linewidth=1, linestyle="--", label="blank")
    for c in range(1, values.shape[1]):
        row = values[:, c]
        if row.max() < 0.05:
            continue
        colour = colours[drawn % len(colours)]
        drawn += 1
        axes.plot(times, row, color=colour, linewidth=1.2)
        padded = np.pad(row, 1, constant_values=-np.inf)
        peaks = (row >= padded[:-2]) & (row > padded[2:]) & (row > least)
        for t in np.flatnonzero(peaks):
            letter = "␣" if symbols[c] == " " else symbols[c]
            axes.text(times[t], row[t] + 0.03, letter, color=colour, ha="center", size=9)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return axes


def lattice(values: np.ndarray, symbols: Sequence[str], title: str) -> Axes:
    """Draw what each state holds at each frame, (T, S): the darker, the more; states go up.

    Args:
        values: probabilities.
        symbols: the name of each state.
        title: says what to see.
    """
    _, axes = plt.subplots(figsize=(9, 0.28 * len(symbols) + 1))
    axes.imshow(np.asarray(values).T, origin="lower", aspect="auto", cmap="Blues", vmin=0, vmax=1)
    axes.set_yticks(range(len(symbols)), ["␣" if s == " " else s for s in symbols])
    axes.set(title=title, xlabel="output of the network", ylabel="state")
    return axes
