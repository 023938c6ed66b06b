"""Pictures of how word vectors are learned. Each function returns the axes that it drew on."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.plots import COLOURS

MARKS = "osD^vPX"


def arcs(words: Sequence[str], context: int, windows: Sequence[int], title: str) -> Axes:
    """Draw the pairs of one word with its neighbours: an arc each, a row for each window.

    Args:
        words: of a sentence.
        context: the place of the word.
        windows: how far a neighbour may stand away, for each row.
        title: says what to see.

    Returns:
        The first axes.
    """
    all_axes = plt.subplots(len(windows), 1, figsize=(10, 1.5 * len(windows)), squeeze=False)[1]
    all_axes = all_axes[:, 0]
    for axes, window in zip(all_axes, windows, strict=True):
        near = [
            place
            for place in range(len(words))
            if place != context and abs(place - context) <= window
        ]
        for place in near:
            height = 0.25 + 0.75 * abs(place - context) / max(windows)
            x = np.linspace(context, place, 40)
            bow = np.sin(np.linspace(0, np.pi, 40)) * height
            axes.plot(x, 0.3 + bow, color=COLOURS["blue"], linewidth=1.2)
        for place, word in enumerate(words):
            colour = COLOURS["red"] if place == context else "black"
            weight = "bold" if place in (context, *near) else "normal"
            axes.text(place, 0, word, ha="center", color=colour, weight=weight, fontsize=9)
        axes.text(-0.9, 0.9, f"window {window}: {len(near)} pairs", ha="left", fontsize=9)
        axes.set(xlim=(-1, len(words)), ylim=(-0.15, 1.5))
        axes.axis("off")
    all_axes[0].set_title(title)
    return all_axes[0]


def costs(
    sizes: Sequence[int], found: Mapping[str, Sequence[float]], laws: Mapping, title: str
) -> Axes:
    """Draw milliseconds a step over the size of the vocabulary, with the law of each dashed.

    Args:
        sizes: of the vocabulary.
        found: milliseconds by method.
        laws: by method, what its cost is proportional to at each size, and how the law is called.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(8, 4))[1]
    for (name, values), colour, mark in zip(found.items(), COLOURS.values(), MARKS, strict=False):
        axes.plot(sizes, values, mark, color=colour, label=name)
        law, called = laws[name]
        law = np.asarray(law, float)
        scale = np.exp(np.mean(np.log(values) - np.log(law)))
        axes.plot(sizes, scale * law, "--", color=colour, linewidth=1.2, label=f"law: {called}")
    axes.set(xscale="log", yscale="log", xlabel="words in the vocabulary V", ylabel="ms a step")
    axes.set_title(title)
    axes.legend(frameon=False, ncols=3, fontsize=9, loc="upper left")
    axes.margins(y=0.25)
    return axes


def scores(rows: Mapping[str, Sequence[float]], title: str, simple: str) -> Axes:
    """Draw the share of right answers of each method: a dot for each seed.

    Args:
        rows: shares by method, one for each seed; the first stands at the top.
        title: says what to see.
        simple: the method that is drawn hollow: the baseline.
    """
    axes = plt.subplots(figsize=(8, 0.42 * len(rows) + 1.2))[1]
    for name, shares in rows.items():
        face = {"markerfacecolor": "none"} if name == simple else {}
        colour = COLOURS["orange" if name == simple else "blue"]
        axes.plot(shares, [name] * len(shares), "o", color=colour, markersize=7, **face)
    axes.invert_yaxis()
    axes.grid(axis="both", linewidth=0.4)
    axes.set(xlabel="share of Google's analogies that are right", xlim=(None, 1.005))
    axes.set_title(title)
    return axes


def tree(
    paths: np.ndarray, codes: np.ndarray, words: Sequence[str], counts: Sequence[int], title: str
) -> Axes:
    """Draw a Huffman tree: words at the end of their paths, the turn 0 to the left.

    Args:
        paths: (V, longest), the inner nodes of each word, from the root; -1 behind the end. At most
            some twenty words.
        codes: (V, longest), the turns.
        words: their names.
        counts: how often they occur.
        title: says what to see.
    """
    paths, codes = (
        [[n for n in row if n >= 0] for row in part.tolist()] for part in (paths, codes)
    )
    order = sorted(range(len(words)), key=lambda word: tuple(codes[word]))
    x_of = {("word", word): place for place, word in enumerate(order)}
    depth = {("word", word): len(paths[word]) for word in order}
    below: dict = {}
    for word in order:
        steps = [("node", node) for node in paths[word]] + [("word", word)]
        for level, (upper, lower) in enumerate(pairwise(steps)):
            depth[upper] = level
            below.setdefault(upper, {})[codes[word][level]] = lower

    def place(point):
        if point not in x_of:
            x_of[point] = np.mean([place(lower) for lower in below[point].values()])
        return x_of[point]

    axes = plt.subplots(figsize=(10, 4))[1]
    for upper, turns in below.items():
        for turn, lower in turns.items():
            ends = (place(upper), place(lower)), (-depth[upper], -depth[lower])
            axes.plot(*ends, color="#777777", linewidth=1.2, zorder=0)
            axes.text(np.mean(ends[0]), np.mean(ends[1]), turn, fontsize=8, color=COLOURS["red"])
        axes.plot(place(upper), -depth[upper], "o", color=COLOURS["sky"], markersize=7)
    for word in order:
        point = ("word", word)
        label = f"{words[word]}\n{counts[word]}"
        axes.text(x_of[point], -depth[point] - 0.1, label, ha="center", va="top", fontsize=9)
    axes.set_ylim(-max(depth.values()) - 1, 0.4)
    axes.set_title(title)
    axes.axis("off")
    return axes


def approach(counts: Sequence[int], errors: Sequence[float], title: str) -> Axes:
    """Draw how the mean of many small batches comes near the whole gradient.

    Args:
        counts: pairs drawn.
        errors: the relative difference at each.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(7, 3.2))[1]
    axes.loglog(counts, errors, "o", label="difference from the whole gradient")
    law = errors[0] * np.sqrt(counts[0] / np.asarray(counts, float))
    axes.loglog(counts, law, "--", color="grey", label="law: one over the root")
    axes.set(xlabel="pairs drawn", ylabel="relative difference")
    axes.set_title(title)
    axes.legend(frameon=False)
    return axes
