"""DNA as numbers: the four bases, the other strand, codons, and two bits a base on disk.

A is 0, C 1, G 2, T 3; any other letter is `UNKNOWN`, 4. So the base that pairs with b is 3 - b.
"""

import numpy as np

BASES = "ACGT"
UNKNOWN = 4
N_CODONS = 64
UNKNOWN_CODON = 64  # a codon with an unknown base
STOPS = "TAA", "TAG", "TGA"
STARTS = "ATG", "GTG", "TTG"  # where genes of bacteria begin, the usual one first

# The standard genetic code, codons in the order of their index: AAA, AAC, AAG, AAT, ACA …
_ORDER = "KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF"


def encode(dna: str) -> np.ndarray:
    """Return the index of each base, (n,) int8. U (of RNA) counts as T, small letters as large."""
    table = np.full(256, UNKNOWN, np.int8)
    for number, base in enumerate(BASES):
        table[[ord(base), ord(base.lower())]] = number
    table[[ord("U"), ord("u")]] = 3
    return table[np.frombuffer(dna.encode("latin-1", "replace"), np.uint8)]


def decode(bases: np.ndarray) -> str:
    """Return the letters of base indices; N where one is unknown."""
    return np.frombuffer(b"ACGTN", np.uint8)[np.asarray(bases, int)].tobytes().decode()


def reverse_complement(bases: np.ndarray) -> np.ndarray:
    """Return the other strand, read in its own direction, (n,)."""
    bases = np.asarray(bases)[::-1]
    return np.where(bases == UNKNOWN, UNKNOWN, 3 - bases).astype(bases.dtype)


def codons(bases: np.ndarray) -> np.ndarray:
    """Return the index of the codon that begins at each base, (n - 2,) int: 0 AAA to 63 TTT."""
    b = np.asarray(bases, int)
    first, second, third = b[:-2], b[1:-1], b[2:]
    known = (first < UNKNOWN) & (second < UNKNOWN) & (third < UNKNOWN)
    return np.where(known, 16 * first + 4 * second + third, UNKNOWN_CODON)


def codon_index(codon: str) -> int:
    """Return the index of a codon such as "ATG"."""
    return int(codons(encode(codon))[0])


def codon_name(index: int) -> str:
    """Return the letters of a codon's index."""
    return "NNN" if index == UNKNOWN_CODON else decode([index // 16, index // 4 % 4, index % 4])


def amino_acid(index: int) -> str:
    """Return the letter of the amino acid that a codon stands for, "*" for a stop."""
    return "X" if index == UNKNOWN_CODON else _ORDER[index]


STOP_CODONS = tuple(map(codon_index, STOPS))
START_CODONS = tuple(map(codon_index, STARTS))


def pack(bases: np.ndarray) -> bytes:
    """Return known bases at two bits each, the first in the highest bits; zeros fill the end."""
    padded = np.pad(np.asarray(bases, np.uint8), (0, -len(bases) % 4)).reshape(-1, 4)
    return (padded @ np.array([64, 16, 4, 1], np.uint8)).astype(np.uint8).tobytes()


def unpack(packed: bytes, n: int) -> np.ndarray:
    """Return the first n bases of what `pack` gave, (n,) int8."""
    four = np.frombuffer(packed, np.uint8)[:, None] >> np.array([6, 4, 2, 0], np.uint8)
    return (four & 3).astype(np.int8).reshape(-1)[:n]
