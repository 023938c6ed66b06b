"""Codon usage: how much more often a codon stands in genes than elsewhere, and labels from that."""

import numpy as np

from utils.genomics.labels import NONE
from utils.genomics.sequences import N_CODONS, UNKNOWN, codons, reverse_complement


def count_in_genes(bases: np.ndarray, genes: np.ndarray) -> np.ndarray:
    """Return how often each codon stands in the frame of a gene, (64,).

    Args:
        bases: (n,), of the whole genome.
        genes: (n_genes, 3): start, end, strand; a length that is no multiple of 3 is cut.
    """
    counts = np.zeros(N_CODONS + 1, int)
    for start, end, strand in genes:
        gene = bases[start:end] if strand == 1 else reverse_complement(bases[start:end])
        counts += np.bincount(codons(gene)[::3], minlength=N_CODONS + 1)
    return counts[:N_CODONS]


def count_everywhere(bases: np.ndarray) -> np.ndarray:
    """Return how often each codon stands anywhere, at each base of both strands, (64,)."""
    counts = np.zeros(N_CODONS + 1, int)
    for strand in (bases, reverse_complement(bases)):
        counts += np.bincount(codons(strand), minlength=N_CODONS + 1)
    return counts[:N_CODONS]


def log_odds(in_genes: np.ndarray, elsewhere: np.ndarray) -> np.ndarray:
    """Return log P(codon | in a gene's frame) / P(codon | elsewhere), one added to each count."""
    p = (in_genes + 1) / np.sum(in_genes + 1)
    q = (elsewhere + 1) / np.sum(elsewhere + 1)
    return np.log(p / q)


def frame_scores(bases: np.ndarray, odds: np.ndarray, width: int) -> np.ndarray:
    """Return the sum of the log-odds of `width` codons around each base, in six frames, (n, 6).

    The first three columns are the frames of this strand, the last three those of the other. Near
    an end fewer codons count. An unknown codon counts 0. Behind the bases, unknown ones fill up
    the last step of three.
    """
    n = len(bases)
    bases = np.pad(np.asarray(bases), (0, -n % 3), constant_values=UNKNOWN)
    other = _one_strand(reverse_complement(bases), odds, width)[::-1]
    return np.concatenate([_one_strand(bases, odds, width), other], axis=1)[:n]


def _one_strand(bases, odds, width):
    n, known = len(bases), np.append(odds, 0.0)
    values, scores = known[codons(bases)], np.zeros((n, 3))
    for frame in range(3):
        total = np.append(0, np.cumsum(values[frame::3]))
        codon = (np.arange(n) - frame) // 3  # the codon that a base is in
        low, high = codon - width // 2, codon + (width + 1) // 2
        last = len(total) - 1
        scores[:, frame] = total[np.clip(high, 0, last)] - total[np.clip(low, 0, last)]
    return scores


def label_by_codons(scores: np.ndarray, least: float) -> np.ndarray:
    """Return the kind of the best frame of each base, NONE where its score is below `least`."""
    kind = 1 + scores.argmax(axis=1)
    return np.where(scores.max(axis=1) >= least, kind, NONE).astype(np.int8)
