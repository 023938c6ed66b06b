"""Genes: DNA as numbers, reading frames, codons, labels for each base, files of a learner's own."""
