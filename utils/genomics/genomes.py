"""The embedded genomes: their bases and their genes."""

import csv
import hashlib
from typing import NamedTuple

import numpy as np

from utils.files import damaged, embedded, embedded_bytes
from utils.genomics.sequences import unpack

INDEX = ["name", "bases", "sha256", "accession", "title"]
GENES = ["start", "end", "strand", "name", "exons"]


class Genome(NamedTuple):
    """A genome and where its proteins are written.

    Attributes:
        title: what it is of.
        bases: (n,) int8, indices as `sequences.encode` gives them.
        genes: (n_genes, 3) int: start and end as Python slices them, strand 1 or -1; by start.
        names: of the genes; empty where a program found them.
        exons: (n_genes,) in how many parts the gene stands, each of which has a row.
    """

    title: str
    bases: np.ndarray
    genes: np.ndarray
    names: list
    exons: np.ndarray


def names() -> list[str]:
    """Return the names of the embedded genomes."""
    return [row["name"] for row in _index()]


def load_genome(name: str) -> Genome:
    """Return an embedded genome: "ecoli", "phix174", "ppcp1" or "chloroplast".

    The genes of "ecoli" are a program's opinion; the others were annotated by people.

    Raises:
        ValueError: there is no such genome.
        DataError: a file is missing or damaged.
    """
    rows = {row["name"]: row for row in _index()}
    if name not in rows:
        raise ValueError(f"There is no genome {name!r}: take {', '.join(rows)}.")
    row, file = rows[name], f"genomes/{name}.2bit"
    content = embedded_bytes(file)
    if hashlib.sha256(content).hexdigest() != row["sha256"]:
        raise damaged(file, "its checksum is not that of genomes.csv")
    bases = unpack(content, int(row["bases"]))
    genes, names, exons = _genes(f"genomes/{name}_genes.csv", len(bases))
    return Genome(row["title"], bases, genes, names, exons)


def _index():
    file = "genomes/genomes.csv"
    try:
        header, *lines = csv.reader(embedded(file).splitlines())
    except csv.Error:
        header, lines = [], []
    if header != INDEX or not lines or any(len(line) != len(INDEX) for line in lines):
        raise damaged(file, f"it is not a table of {', '.join(INDEX)}")
    rows = [dict(zip(INDEX, line, strict=True)) for line in lines]
    for number, row in enumerate(rows, 2):
        if not (row["bases"].isascii() and row["bases"].isdecimal() and len(row["bases"]) < 10):
            raise damaged(file, f"line {number} does not say how many bases there are")
    return rows


def _genes(file, n):
    try:
        header, *lines = csv.reader(embedded(file).splitlines())
        if header not in (GENES, GENES[:3]):
            raise ValueError
    except (csv.Error, ValueError):
        raise damaged(file, f"it is not a table of {', '.join(GENES)}") from None
    table, called, exons = [], [], []
    for number, line in enumerate(lines, 2):
        try:
            start, end, strand = map(int, line[:3])
            called.append(line[3] if len(header) > 3 else "")
            exons.append(int(line[4]) if len(header) > 3 else 1)
        except (ValueError, IndexError):
            raise damaged(file, f"line {number} is not a row of the table") from None
        if not (0 <= start < end <= n and strand in (1, -1)):
            fault = f"line {number}: a gene must lie between 0 and {n}, its strand be 1 or -1"
            raise damaged(file, fault)
        table.append((start, end, strand))
    return np.array(table, int).reshape(-1, 3), called, np.array(exons, int)
