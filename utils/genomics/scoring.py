"""How good labels are, base by base and gene by gene."""

import numpy as np

from utils.genomics.labels import FORWARD, NONE


def f1(predicted: np.ndarray, truth: np.ndarray, label: int) -> float:
    """Return the F1 of one label; 0 where it is neither predicted nor there."""
    said, there = np.asarray(predicted) == label, np.asarray(truth) == label
    both = said.sum() + there.sum()
    return float(2 * (said & there).sum() / both) if both else 0.0


def runs(labels: np.ndarray, least: int = 1) -> np.ndarray:
    """Return the runs of one label, NONE left out, as genes: (n, 3) start, end, strand.

    Args:
        labels: (n,).
        least: bases of a run.
    """
    labels = np.asarray(labels)
    edges = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    starts, ends = np.append(0, edges), np.append(edges, len(labels))
    found = [
        (start, end, 1 if labels[start] == FORWARD else -1)
        for start, end in zip(starts, ends, strict=True)
        if end - start >= least and labels[start] != NONE
    ]
    return np.array(found, int).reshape(-1, 3)


def gene_recall(found: np.ndarray, genes: np.ndarray, within: int = 30) -> float:
    """Return the share of genes that were found on their strand, start and end `within` bases.

    Args:
        found: (n_found, 3) start, end, strand.
        genes: (n_genes, 3), at least one.
        within: bases that each end may be off.
    """
    return float(np.mean(matched(found, genes, within)))


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
