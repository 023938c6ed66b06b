"""How good labels are, base by base and gene by gene, and genes from labels."""

import numpy as np

from utils.genomics.frames import open_stretches
from utils.genomics.labels import FORWARD, NONE, STRAND_OF
from utils.genomics.sequences import START_CODONS, UNKNOWN, codons, reverse_complement


def f1(predicted: np.ndarray, truth: np.ndarray, label: int) -> float:
    """Return the F1 of one label; 0 where it is neither predicted nor there."""
    said, there = np.asarray(predicted) == label, np.asarray(truth) == label
    both = said.sum() + there.sum()
    return float(2 * (said & there).sum() / both) if both else 0.0


def runs(labels: np.ndarray, least: int = 1) -> np.ndarray:
    """Return the runs of one kind, NONE left out, as genes: (n, 3) start, end, strand.

    Args:
        labels: kinds, (n,).
        least: bases of a run.
    """
    labels = np.asarray(labels)
    edges = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    starts, ends = np.append(0, edges), np.append(edges, len(labels))
    found = [
        (start, end, 1 if STRAND_OF[labels[start]] == FORWARD else -1)
        for start, end in zip(starts, ends, strict=True)
        if end - start >= least and labels[start] != NONE
    ]
    return np.array(found, int).reshape(-1, 3)


def genes_of(labels: np.ndarray, bases: np.ndarray, least: int = 60) -> np.ndarray:
    """Return genes, (n_found, 3) start, end, strand: labels whose frame gives their ends exactly.

    An open stretch is a gene if `least` of its bases have the kind of its frame. It ends with the
    stop behind it, and begins at the start codon of its frame that is nearest to the first of these
    bases. A stretch without a stop behind it, or without a start codon, is no whole gene.

    Args:
        labels: kinds, (n,), as `labels.label_bases` gives them.
        bases: (n,).
        least: bases that a gene needs.
    """
    found, fill = [], -len(bases) % 3
    bases = np.pad(np.asarray(bases), (0, fill), constant_values=UNKNOWN)
    labels = np.pad(np.asarray(labels), (0, fill))
    strands = (1, 1, bases, labels), (-1, 4, reverse_complement(bases), labels[::-1])
    for strand, first_kind, read, kinds in strands:
        starting = np.append(np.isin(codons(read), START_CODONS), [False, False])
        for a, b in open_stretches(read):
            if b - a < least or b + 3 > len(read):
                continue
            mine = np.flatnonzero(kinds[a:b] == first_kind + a % 3)
            starts = 3 * np.flatnonzero(starting[a:b:3])
            if len(mine) >= least and len(starts):
                start = a + int(starts[np.abs(starts - mine[0]).argmin()])
                span = (start, b + 3) if strand == 1 else (len(read) - b - 3, len(read) - start)
                found.append((*span, strand))
    return np.array(sorted(found), int).reshape(-1, 3)


def gene_recall(found: np.ndarray, genes: np.ndarray, within: int = 30) -> float:
    """Return the share of genes that were found on their strand, start and end `within` bases.

    Args:
        found: (n_found, 3) start, end, strand.
        genes: (n_genes, 3), at least one.
        within: bases that each end may be off.
    """
    return float(np.mean(matched(found, genes, within)))


def gene_f1(found: np.ndarray, genes: np.ndarray, within: int = 30) -> float:
    """Return the harmonic mean of the share of genes found and the share of the found that are."""
    if len(found) == 0:
        return 0.0
    recall, precision = gene_recall(found, genes, within), gene_recall(genes, found, within)
    return 2 * recall * precision / (recall + precision) if recall else 0.0


def stops_found(found: np.ndarray, genes: np.ndarray) -> float:
    """Return the share of genes whose stop is exactly that of one that was found."""
    stops = [
        {(end if strand == 1 else start, strand) for start, end, strand in table.tolist()}
        for table in (np.asarray(found, int), np.asarray(genes, int))
    ]
    return len(stops[0] & stops[1]) / len(stops[1])


def matched(found: np.ndarray, genes: np.ndarray, within: int = 30) -> np.ndarray:
    """Return which genes were found, (n_genes,) bool; see `gene_recall`."""
    found, genes = (np.asarray(table, int).reshape(-1, 3) for table in (found, genes))
    found = found[np.argsort(found[:, 0], kind="stable")]
    hits = np.zeros(len(genes), bool)
    lows = np.searchsorted(found[:, 0], genes[:, 0] - within)
    highs = np.searchsorted(found[:, 0], genes[:, 0] + within, side="right")
    for number, ((_, end, strand), low, high) in enumerate(zip(genes, lows, highs, strict=True)):
        near = found[low:high]
        hits[number] = ((near[:, 2] == strand) & (np.abs(near[:, 1] - end) <= within)).any()
    return hits


def genes_within(genes: np.ndarray, start: int, end: int) -> np.ndarray:
    """Return the genes that lie wholly between `start` and `end`, counted from `start`."""
    inside = genes[(genes[:, 0] >= start) & (genes[:, 1] <= end)]
    return inside - [start, start, 0]
