"""The embedded genomes: what is in them, and what is said when a file is damaged."""

import hashlib
import re

import numpy as np
import pytest

from utils import files
from utils.files import EMBEDDED, DataError
from utils.genomics import genomes
from utils.genomics.sequences import START_CODONS, STOP_CODONS, codons, reverse_complement

SIZES = {"ecoli": 3_600_000, "phix174": 5_386, "ppcp1": 9_609, "chloroplast": 154_478}


@pytest.mark.parametrize("name", SIZES)
def test_genes_begin_and_end_with_the_codons_of_genes(name):
    genome = genomes.load_genome(name)
    assert len(genome.bases) == SIZES[name]
    assert set(np.unique(genome.bases)) == {0, 1, 2, 3}
    starts = stops = 0
    whole = genome.genes[genome.exons == 1]
    for start, end, strand in whole:
        gene = genome.bases[start:end]
        gene = gene if strand == 1 else reverse_complement(gene)
        read = codons(gene)[::3]
        starts += read[0] in START_CODONS
        stops += read[-1] in STOP_CODONS and len(gene) % 3 == 0
        assert not np.isin(read[:-1], STOP_CODONS).any() or name == "ecoli"  # one begins before it
    assert min(starts, stops) >= len(whole) - 3
    assert (np.diff(genome.genes[:, 0]) >= 0).all()


def test_the_card_states_the_files_as_they_are():
    card = (EMBEDDED / "genomes/README.md").read_text(encoding="utf-8")
    stated = re.findall(r"\| `(\S+)` \|.*\| ([\d,]+) \| `(\w{64})` \|", card)
    assert {name for name, *_ in stated} == {
        path.name for path in (EMBEDDED / "genomes").iterdir() if path.suffix in (".csv", ".2bit")
    }
    for name, size, checksum in stated:
        content = (EMBEDDED / "genomes" / name).read_bytes()
        assert (f"{len(content):,}", hashlib.sha256(content).hexdigest()) == (size, checksum)


def test_the_phages_genes_overlap():
    phage = genomes.load_genome("phix174")
    assert phage.names == ["A", "A*", "B", "K", *"CDEJFGH"]
    genes = dict(zip(phage.names, phage.genes, strict=True))
    d, e = genes["D"], genes["E"]
    assert d[0] < e[0] < e[1] < d[1] and (e[0] - d[0]) % 3 == 1


def test_another_name_is_refused():
    with pytest.raises(ValueError, match="take ecoli, phix174"):
        genomes.load_genome("mouse")


DAMAGE = [
    ("phix174.2bit", lambda data: data[:-1], "checksum"),
    ("phix174_genes.csv", lambda data: b"start,end\n", "not a table"),
    ("phix174_genes.csv", lambda data: data + b"1,2,x,A,1\n", "line 13 is not a row"),
    ("phix174_genes.csv", lambda data: data + b"1,99999,1,A,1\n", "between 0 and 5386"),
    ("genomes.csv", lambda data: b"name\n", "not a table"),
    ("genomes.csv", lambda data: data.replace(b",5386,", b",5x,"), "line 3 does not say"),
]


@pytest.mark.parametrize("name, damage, says", DAMAGE)
def test_damage_is_told(name, damage, says, tmp_path, monkeypatch):
    folder = tmp_path / "genomes"
    folder.mkdir()
    for path in (EMBEDDED / "genomes").glob("*.*"):
        if path.name.startswith(("phix", "genomes")):
            (folder / path.name).write_bytes(path.read_bytes())
    content = (folder / name).read_bytes()
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    (folder / name).write_bytes(damage(content))
    with pytest.raises(DataError, match=says):
        genomes.load_genome("phix174")
