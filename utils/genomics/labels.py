"""A label for each base, parts of a genome that are held out, and windows within these.

A base is in no gene (0), in a gene that is read forwards, in frame 0, 1 or 2 (1, 2, 3), or in one
of the other strand (4, 5, 6). Frames are counted from the first base of the strand that is read.
"""

from collections.abc import Sequence

import numpy as np

NONE, FORWARD, REVERSE = range(3)
STRANDS = "none", "forward", "reverse"
KINDS = "none", *(f"{strand} {frame}" for strand in STRANDS[1:] for frame in range(3))
STRAND_OF = np.array([NONE, *3 * [FORWARD], *3 * [REVERSE]], np.int8)
TURNED = np.array([0, 4, 5, 6, 1, 2, 3], np.int8)  # the kinds as the other strand sees them
GAP = 10_002  # bases between two parts: the longest gene is shorter
SPLITS = {"training": (0.0, 0.7), "validation": (0.7, 0.8), "test": (0.8, 1.0)}


def label_bases(genes: np.ndarray, start: int, end: int) -> np.ndarray:
    """Return the kind of each base from `start` to `end`, (end - start,) int8.

    Where two genes overlap, the later one of the table is painted over the earlier.

    Args:
        genes: (n_genes, 3): start and end as Python slices, strand 1 or -1.
        start: the first base.
        end: the base behind the last.
    """
    labels = np.zeros(end - start, np.int8)
    for first, last, strand in genes:
        if first < end and last > start:
            kind = 1 + (first - start) % 3 if strand == 1 else 4 + (end - last) % 3
            labels[max(first - start, 0) : last - start] = kind
    return labels


def strand_of(kinds: np.ndarray) -> np.ndarray:
    """Return the strand of each kind: NONE, FORWARD or REVERSE."""
    return STRAND_OF[kinds]


def by_strand(probabilities: np.ndarray) -> np.ndarray:
    """Return the probabilities of none, forward and reverse, (..., 3), from those of the kinds."""
    p = np.asarray(probabilities)
    return np.stack([p[..., 0], p[..., 1:4].sum(axis=-1), p[..., 4:].sum(axis=-1)], axis=-1)


def parts(n: int) -> dict[str, tuple[int, int]]:
    """Return where training, validation and test stand on a genome of n bases, a gap between them.

    The test is the last fifth. Each begins and ends at a multiple of 3, if n is one.
    """
    found = {}
    for name, (start, end) in SPLITS.items():
        begin = round(start * n) // 3 * 3
        found[name] = begin, n if end == 1 else (round(end * n) - GAP) // 3 * 3
    return found


def window_starts(start: int, end: int, length: int) -> np.ndarray:
    """Return where windows begin that follow each other and lie between `start` and `end`."""
    return np.arange(start, end - length + 1, length)


def drawn_starts(part: tuple[int, int], length: int, m: int, seed: int) -> np.ndarray:
    """Return where m windows begin, drawn from a part, (m,).

    A multiple of 3 lies between each and the part's start: so the frames of a window are those of
    the part.

    Args:
        part: where windows may lie: start and end.
        length: of a window.
        m: how many.
        seed: of the places.
    """
    rng = np.random.default_rng(seed)
    return part[0] + 3 * rng.integers(0, (part[1] - part[0] - length) // 3 + 1, m)


def cut(values: np.ndarray, starts: Sequence[int], length: int) -> np.ndarray:
    """Return the windows of a sequence that begin at `starts`, (m, length)."""
    return np.stack([values[start : start + length] for start in starts])
