"""Reading frames, codon usage and scores."""

import numpy as np
import pytest

from utils.checks.applications import dna_sequence_analysis as checks
from utils.genomics import coding, frames, labels, scoring
from utils.genomics.sequences import codons, encode, reverse_complement

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("n", [0, 2, 3, 7, 90, 301])
def test_they_equal_the_lessons_own(n):
    bases = RNG.integers(0, 5, n)
    assert frames.open_stretches(bases) == checks.stretches(bases)
    for least in (3, 20):
        want = checks.labels_of_stretches(bases, least)
        assert np.array_equal(frames.longest_frame(bases, least), want)
    rows = bases[: n // 6 * 6].reshape(2, -1)
    assert np.array_equal(frames.six_frames(rows), checks.six_frames(rows).reshape(2, 6, -1))
    assert np.array_equal(frames.six_frames(rows[0]), frames.six_frames(rows)[0])


def test_a_reading_frame_begins_with_a_start_and_ends_with_a_stop():
    dna = "CCTAAATGCCCATGCCCTAGCC"
    assert frames.open_reading_frames(encode(dna), 15).tolist() == [[5, 20, 1]]
    turned = reverse_complement(encode(dna))
    assert frames.open_reading_frames(turned, 15).tolist() == [[2, 17, -1]]
    assert frames.open_reading_frames(encode(dna), 18).shape == (0, 3)


def test_codons_are_counted_in_the_genes_frame():
    bases = encode("CATGAAATAGCTACATC")
    genes = np.array([[1, 10, 1], [10, 16, -1]])
    counts = coding.count_in_genes(bases, genes)
    assert counts.sum() == 5
    assert counts[codons(encode("ATG"))[0]] == 2
    assert coding.count_everywhere(bases).sum() == 2 * (len(bases) - 2)


def test_scores_are_sums_over_codons():
    bases, odds, width = RNG.integers(0, 4, 51), RNG.normal(size=64), 4
    scores = coding.frame_scores(bases, odds, width)
    values = odds[codons(bases)]
    codon = (25 - 1) // 3  # of frame 1, the codon that base 25 is in
    want = sum(values[1 + 3 * k] for k in range(codon - 2, codon + 2))
    assert np.isclose(scores[25, 1], want)
    turned = coding.frame_scores(reverse_complement(bases), odds, width)
    assert np.allclose(scores[:, :3], turned[::-1, 3:])
    kinds = coding.label_by_codons(np.array([[0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 2, 0], [0] * 6]), 1)
    assert kinds.tolist() == [2, 5, 0]


def test_log_odds_and_f1_equal_the_lessons_own():
    counts = RNG.integers(0, 50, (2, 64))
    assert np.allclose(coding.log_odds(*counts), checks.log_odds(*counts))
    said, truth = RNG.integers(0, 3, (2, 80))
    for label in range(3):
        assert scoring.f1(said, truth, label) == pytest.approx(checks.f1(said, truth, label))
    assert scoring.f1(np.zeros(3), np.zeros(3), 1) == 0


def test_runs_are_genes():
    kinds = np.array([0, 1, 1, 5, 5, 5, 0, 0, 1])
    assert scoring.runs(kinds).tolist() == [[1, 3, 1], [3, 6, -1], [8, 9, 1]]
    assert scoring.runs(kinds, 2).tolist() == [[1, 3, 1], [3, 6, -1]]
    assert scoring.runs(np.zeros(4)).shape == (0, 3)


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_labels_with_a_frame_give_exact_ends(lost):
    dna = "CC" + "TAA" + "CTG" * 5 + "ATG" + "CTG" * 20 + "TAG" + "CC" * 4
    bases = encode(dna + "C" * (lost + 3))
    here = np.zeros(len(bases), int)
    here[29:80] = 3  # begins late, ends early
    assert scoring.genes_of(here, bases, 30).tolist() == [[20, 86, 1]]
    assert scoring.genes_of(here, bases, 60).shape == (0, 3)
    here[29:80] = 2  # a frame without this gene
    assert scoring.genes_of(here, bases, 30).shape == (0, 3)
    bases, n = reverse_complement(bases), len(bases)
    genes = np.array([[n - 86, n - 20, -1]])
    whole = labels.label_bases(genes, 0, n + -n % 3)[:n]
    assert scoring.genes_of(whole, bases, 30).tolist() == genes.tolist()


def test_stops_and_both_ways():
    genes = np.array([[10, 40, 1], [50, 90, -1], [100, 160, 1], [200, 290, -1]])
    found = np.array([[19, 40, 1], [50, 99, -1], [100, 160, -1]])
    assert scoring.stops_found(found, genes) == 0.5
    assert scoring.gene_f1(found, genes, 9) == pytest.approx(4 / 7)
    assert scoring.gene_f1(found, genes, 0) == 0
    assert scoring.gene_f1(found[:0], genes) == 0


def test_recall_equals_the_lessons_own():
    genes = np.sort(RNG.integers(0, 500, (30, 2)), axis=1)
    genes = np.column_stack([genes, RNG.choice([1, -1], 30)])
    found = genes[RNG.permutation(30)] + RNG.integers(-8, 9, (30, 3)) * [1, 1, 0]
    for within in (0, 5, 9):
        want = checks.gene_recall(found, genes, within)
        assert scoring.gene_recall(found, genes, within) == pytest.approx(want)
    inside = scoring.genes_within(np.array([[5, 9, 1], [20, 30, -1], [28, 40, 1]]), 10, 35)
    assert inside.tolist() == [[10, 20, -1]]
