"""Pictures of genes: reading frames, labels under genes, what changes when a base does."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.genomics.frames import open_stretches
from utils.genomics.labels import FORWARD, REVERSE
from utils.genomics.sequences import decode, reverse_complement
from utils.plots import COLOURS

STRANDS = {1: ("forward", COLOURS["blue"]), -1: ("reverse", COLOURS["red"])}
GREY = "#B0B0B0"
SHOWN = 30  # bases: what is shorter than this is not drawn


def six_frames(bases: np.ndarray, genes: np.ndarray, title: str) -> Axes:
    """Draw the open stretches of the six frames; those that hold a gene are coloured.

    Args:
        bases: (n,).
        genes: (n_genes, 3): start, end, strand, within these bases.
        title: says what to see.
    """
    n, axes = len(bases), plt.subplots(figsize=(9, 2.6))[1]
    for strand, read in ((1, bases), (-1, reverse_complement(bases))):
        for a, b in open_stretches(read):
            start, end = (a, b) if strand == 1 else (n - b, n - a)
            row = a % 3 if strand == 1 else 3 + a % 3
            if end - start >= SHOWN:
                axes.broken_barh([(start, end - start)], (row - 0.3, 0.6), color=GREY, alpha=0.5)
    for start, end, strand in genes:
        row = start % 3 if strand == 1 else 3 + (n - end) % 3
        colour = STRANDS[strand][1]
        axes.broken_barh([(start, end - start)], (row - 0.3, 0.6), color=colour)
    axes.set_yticks(range(6), [f"{name} {k}" for name, _ in STRANDS.values() for k in range(3)])
    axes.invert_yaxis()
    axes.set(title=title, xlabel="base", xlim=(0, n))
    return axes


def under_genes(
    probabilities: Mapping[str, np.ndarray],
    genes: np.ndarray,
    title: str,
    names: Sequence[str] = (),
    start: int = 0,
) -> np.ndarray:
    """Draw genes as arrows, and below them the probability of each strand; return the axes.

    Args:
        probabilities: (n, 3) of each model, by its name.
        genes: (n_genes, 3), within these bases.
        title: says what to see.
        names: of the genes.
        start: the place of the first base, for the axis.
    """
    rows = 1 + len(probabilities)
    heights = [1.1, *[1] * (rows - 1)]
    size = (9, 1.3 * rows + 0.5)
    _, every = plt.subplots(rows, 1, sharex=True, figsize=size, height_ratios=heights)
    _arrows(every[0], genes, names, start)
    every[0].set_title(title)
    for axes, (name, said) in zip(every[1:], probabilities.items(), strict=True):
        place = start + np.arange(len(said))
        for label, (strand, colour) in zip((FORWARD, REVERSE), STRANDS.values(), strict=True):
            style = "-" if label == FORWARD else "--"
            axes.plot(place, said[:, label], style, color=colour, lw=1.3, label=strand)
        axes.set(ylim=(-0.05, 1.05), ylabel=f"P, {name}", xlim=(start, start + len(said)))
    every[1].legend(loc="center right", fontsize=8)
    every[-1].set_xlabel("base")
    return every


def _arrows(axes, genes, names, start):
    """Draw arrows, those that overlap in rows of their own."""
    ends = []
    for number, (first, last, strand) in enumerate(genes):
        row = next((k for k, end in enumerate(ends) if first >= end), len(ends))
        ends[row:] = [last] if row == len(ends) else [last, *ends[row + 1 :]]
        a, b = (first, last) if strand == 1 else (last, first)
        colour = STRANDS[strand][1]
        style = {"arrowstyle": "-|>", "color": colour, "lw": 3, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (start + b, row), (start + a, row), arrowprops=style)
        if number < len(names):
            middle = start + (first + last) / 2
            axes.text(middle, row + 0.25, names[number], ha="center", va="bottom", fontsize=8)
    axes.set(yticks=[], ylim=(-0.6, max(len(ends), 1) + 0.1), ylabel="genes")
    axes.spines["left"].set_visible(False)


def what_matters(changes: Mapping[str, np.ndarray], letters: Mapping[str, np.ndarray], title: str):
    """Draw how much an answer changes when each base does, with the bases below; return the axes.

    Args:
        changes: (n,) for each place that was looked at, by its name.
        letters: the bases, (n,), of each.
        title: says what to see.
    """
    _, every = plt.subplots(len(changes), 1, figsize=(9, 1.9 * len(changes)), squeeze=False)
    for axes, (name, values) in zip(every[:, 0], changes.items(), strict=True):
        n = len(values)
        places = np.arange(n) - n // 2
        coloured = [COLOURS["red"] if 0 <= place < 3 else COLOURS["sky"] for place in places]
        axes.bar(places, values, color=coloured)
        axes.set_xticks(places, list(decode(letters[name])), fontsize=8)
        axes.set(ylabel="change", xlim=(-n / 2 - 0.5, n / 2), title=name)
    every[0, 0].set_title(f"{title}\n{next(iter(changes))}")
    return every[:, 0]


def over_bases(curves: Mapping[str, np.ndarray], title: str, mark: int, ylabel: str) -> Axes:
    """Draw curves over the bases of a window, and a line where something was changed.

    Args:
        curves: (n,), by name.
        title: says what to see.
        mark: where the line stands.
        ylabel: what the curves are.
    """
    axes = plt.subplots(figsize=(9, 2.6))[1]
    styles = zip(curves.items(), ("-", "--", ":"), ("blue", "orange", "red"), strict=False)
    for (name, values), style, colour in styles:
        axes.plot(values, style, color=COLOURS[colour], label=name)
    axes.axvline(mark, color=GREY, lw=1)
    axes.set(title=title, xlabel="base", ylabel=ylabel, ylim=(-0.05, 1.05))
    axes.legend(fontsize=8)
    return axes
