"""Pictures of genes: reading frames, labels under genes, what changes when a base does."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.genomics.frames import open_stretches
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


def under_frames(
    probabilities: np.ndarray, genes: np.ndarray, title: str, names: Sequence[str] = ()
) -> np.ndarray:
    """Draw the probability of each frame, filled, and over it the frame's genes; return the axes.

    Frames without a gene and without a probability of a half are left out.

    Args:
        probabilities: of the seven kinds, (n, 7).
        genes: (n_genes, 3): start, end, strand.
        title: says what to see.
        names: of the genes.
    """
    n = len(probabilities)
    kinds = np.array([start % 3 if strand == 1 else 3 + -end % 3 for start, end, strand in genes])
    shown = [k for k in range(6) if k in kinds or np.max(probabilities[:, 1 + k], initial=0) > 0.5]
    shown = shown or [0]
    size = (9, 0.9 * len(shown) + 1)
    every = plt.subplots(len(shown), 1, sharex=True, figsize=size, squeeze=False)[1][:, 0]
    for axes, kind in zip(every, shown, strict=True):
        strand, colour = STRANDS[1 if kind < 3 else -1]
        axes.fill_between(np.arange(n), probabilities[:, 1 + kind], color=colour, alpha=0.5, lw=0)
        for number in np.flatnonzero(kinds == kind):
            start, end, _ = genes[number]
            axes.broken_barh([(start, end - start)], (1.15, 0.15), color=colour)
            if number < len(names):
                middle = (start + end) / 2
                axes.text(middle, 1.35, names[number], ha="center", va="bottom", fontsize=8)
        axes.set(xlim=(0, n), ylim=(0, 2), yticks=[0, 1], ylabel=f"{strand} {kind % 3}")
        axes.yaxis.label.set(rotation=0, ha="right", va="center")
    every[0].set_title(title)
    every[-1].set_xlabel("base (bars: genes; filled: probability)")
    return every


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
