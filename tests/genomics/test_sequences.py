"""DNA as numbers."""

import numpy as np
import pytest

from utils.genomics import sequences


def test_letters_and_numbers_there_and_back():
    assert sequences.encode("ACGTUacgtu").tolist() == [0, 1, 2, 3, 3, 0, 1, 2, 3, 3]
    assert sequences.encode("NRY-é春").tolist() == [4] * 6
    assert sequences.decode(sequences.encode("GATTACAN")) == "GATTACAN"
    assert sequences.decode(sequences.encode("")) == ""


def test_the_other_strand():
    other = sequences.reverse_complement(sequences.encode("AACGTN"))
    assert sequences.decode(other) == "NACGTT"
    assert len(sequences.reverse_complement(sequences.encode(""))) == 0


def test_codons_by_name_and_number():
    assert sequences.codons(sequences.encode("ATGAN")).tolist() == [14, 56, 64]
    for index in range(64):
        assert sequences.codon_index(sequences.codon_name(index)) == index
    assert sequences.codon_name(64) == "NNN"
    assert len(sequences.codons(sequences.encode("AC"))) == 0


def test_the_genetic_code():
    code = {"ATG": "M", "TGG": "W", "TAA": "*", "AAA": "K", "GGG": "G", "TTT": "F", "CGA": "R"}
    for codon, letter in code.items():
        assert sequences.amino_acid(sequences.codon_index(codon)) == letter
    assert "".join(map(sequences.amino_acid, range(64))).count("*") == 3
    assert sequences.amino_acid(64) == "X"


@pytest.mark.parametrize("n", [0, 1, 4, 7, 1001])
def test_two_bits_a_base(n):
    bases = np.random.default_rng(n).integers(0, 4, n).astype(np.int8)
    packed = sequences.pack(bases)
    assert len(packed) == -(-n // 4)
    assert np.array_equal(sequences.unpack(packed, n), bases)
