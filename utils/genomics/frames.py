"""Reading frames: three on each strand, what is open between stops, genes guessed from it."""

import numpy as np

from utils.genomics.labels import FORWARD, REVERSE
from utils.genomics.sequences import (
    START_CODONS,
    STOP_CODONS,
    UNKNOWN,
    codons,
    reverse_complement,
)


def six_frames(bases: np.ndarray) -> np.ndarray:
    """Return the codons of the three frames of each strand, (..., 6, n / 3) int32.

    Rows 0 to 2 are frames 0 to 2 of this strand, rows 3 to 5 those of the other, in the direction
    in which it is read. A codon that goes over the end, or holds an unknown base, is
    `UNKNOWN_CODON`.

    Args:
        bases: (..., n); n is a multiple of 3.
    """
    bases = np.asarray(bases, np.int32)
    turned = np.where(bases == UNKNOWN, UNKNOWN, 3 - bases)[..., ::-1]
    strands = np.stack([bases, turned], axis=-2)
    unknown = np.full((*strands.shape[:-1], 2), UNKNOWN, np.int32)
    read = codons(np.moveaxis(np.concatenate([strands, unknown], axis=-1), -1, 0))
    read = np.moveaxis(read, 0, -1).astype(np.int32)  # (..., 2, n): a codon begins at each base
    steps = read.reshape(*read.shape[:-1], read.shape[-1] // 3, 3)
    return np.moveaxis(steps, -1, -2).reshape(*bases.shape[:-1], 6, bases.shape[-1] // 3)


def open_stretches(bases: np.ndarray) -> list[tuple[int, int]]:
    """Return the runs of whole codons without a stop, in the three frames of this strand.

    A run is (start, end) as Python slices it; it ends before the stop codon, or with the last whole
    codon. By frame, then by start.
    """
    found, read = [], codons(bases)
    for frame in range(3):
        of_frame = read[frame::3]
        stops = np.flatnonzero(np.isin(of_frame, STOP_CODONS))
        starts, ends = np.append(-1, stops) + 1, np.append(stops, len(of_frame))
        found += [
            (int(frame + 3 * start), int(frame + 3 * end))
            for start, end in zip(starts, ends, strict=True)
            if end > start
        ]
    return found


def longest_frame(bases: np.ndarray, least: int) -> np.ndarray:
    """Label each base by the strand of the longest open stretch over it, (n,) int8.

    NONE where none has `least` bases; FORWARD where one of each strand is as long.
    """
    n, found = len(bases), []
    for start, end in open_stretches(bases):
        found.append((end - start, 1, start, end))
    for start, end in open_stretches(reverse_complement(bases)):
        found.append((end - start, 0, n - end, n - start))
    labels = np.zeros(n, np.int8)
    for length, forward, start, end in sorted(found):  # the longest is painted last
        if length >= least:
            labels[start:end] = FORWARD if forward else REVERSE
    return labels


def open_reading_frames(bases: np.ndarray, least: int) -> np.ndarray:
    """Return what a gene could be: from the first start codon behind a stop to the next stop.

    Both strands; the stop codon is part of it. One that begins before the first base is left out,
    and so is one that has no end.

    Args:
        bases: (n,).
        least: bases of one, its stop counted.

    Returns:
        (n_found, 3): start, end, strand, by start.
    """
    n, found = len(bases), []
    for strand, read in ((1, codons(bases)), (-1, codons(reverse_complement(bases)))):
        begins = np.isin(read, START_CODONS)
        for frame in range(3):
            of_frame, starts = read[frame::3], np.flatnonzero(begins[frame::3])
            stops = np.flatnonzero(np.isin(of_frame, STOP_CODONS))
            first = np.searchsorted(starts, np.append(-1, stops)[:-1] + 1)
            for place, stop in zip(first, stops, strict=True):
                if place < len(starts) and starts[place] < stop:
                    start, end = frame + 3 * int(starts[place]), frame + 3 * int(stop) + 3
                    if end - start >= least:
                        span = (start, end) if strand == 1 else (n - end, n - start)
                        found.append((*span, strand))
    return np.array(sorted(found), int).reshape(-1, 3)
