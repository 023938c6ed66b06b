"""A label for each base, parts of a genome that are held out, and windows within these.

A base is NONE, FORWARD (in a gene that is read from left to right) or REVERSE.
"""

from collections.abc import Sequence

import numpy as np

from utils.genomics.sequences import reverse_complement

NONE, FORWARD, REVERSE = range(3)
KINDS = "none", "forward", "reverse"
GAP = 10_000  # bases between two parts: the longest gene is shorter
SPLITS = {"training": (0.0, 0.7), "validation": (0.7, 0.8), "test": (0.8, 1.0)}


def label_bases(genes: np.ndarray, start: int, end: int) -> np.ndarray:
    """Return the label of each base from `start` to `end`, (end - start,) int8.

    Where two genes overlap, the later one of the table is painted over the earlier.

    Args:
        genes: (n_genes, 3): start and end as Python slices, strand 1 or -1.
        start: the first base.
        end: the base behind the last.
    """
    labels = np.zeros(end - start, np.int8)
    for first, last, strand in genes:
        if first < end and last > start:
            label = FORWARD if strand == 1 else REVERSE
            labels[max(first - start, 0) : last - start] = label
    return labels


def parts(n: int) -> dict[str, tuple[int, int]]:
    """Return where training, validation and test stand on a genome of n bases, a gap between them.

    The test is the last fifth.
    """
    found = {}
    for name, (start, end) in SPLITS.items():
        begin = round(start * n)
        found[name] = begin, n if end == 1 else round(end * n) - GAP
    return found


def window_starts(start: int, end: int, length: int) -> np.ndarray:
    """Return where windows begin that follow each other and lie between `start` and `end`."""
    return np.arange(start, end - length + 1, length)


def other_strand(bases: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a window as it is read from the other strand: forward and reverse change places."""
    turned = np.array([NONE, REVERSE, FORWARD], labels.dtype)[labels[::-1]]
    return reverse_complement(bases), turned


def drawn_windows(
    bases: np.ndarray, labels: np.ndarray, part: tuple[int, int], length: int, m: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return m windows from random places of a part, half of them read from the other strand.

    Args:
        bases: (n,), of the whole genome.
        labels: (n,).
        part: where windows may lie: start and end.
        length: of a window.
        m: how many.
        seed: of the places.

    Returns:
        bases and labels, each (m, length) int8.
    """
    rng = np.random.default_rng(seed)
    starts = rng.integers(part[0], part[1] - length + 1, m)
    x, y = cut(bases, starts, length), cut(labels, starts, length)
    for row in np.flatnonzero(rng.random(m) < 0.5):
        x[row], y[row] = other_strand(x[row], y[row])
    return x, y


def cut(values: np.ndarray, starts: Sequence[int], length: int) -> np.ndarray:
    """Return the windows of a sequence that begin at `starts`, (m, length)."""
    return np.stack([values[start : start + length] for start in starts])
