"""DNA that a learner brings, and the bad inputs that people have."""

import time

import pytest

from utils.files import DataError
from utils.genomics import own_dna
from utils.genomics.sequences import decode

DNA = "ATGGCTAAAGTTCGTGAATAACCCGGGTTTACGT"


def saved(folder, content, name="my.fasta"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "text, notes",
    [
        (DNA, 0),
        (DNA.lower(), 0),
        (f"  {DNA[:10]} {DNA[10:20]}\n{DNA[20:]}\n", 0),
        (f"1 {DNA[:10]}\n11 {DNA[10:]}", 0),
        (DNA.replace("T", "U"), 1),
        (f"\ufeff>name\n{DNA}", 0),
        (f"{DNA[:12]}-{DNA[12:]}*", 1),
    ],
)
def test_what_is_typed_is_read(text, notes):
    record = own_dna.typed(text)
    assert decode(record.bases) == DNA
    assert len(record.notes) == notes


def test_other_codes_are_unknown_and_told():
    record = own_dna.typed(DNA + "NNRY")
    assert decode(record.bases) == DNA + "NNNN"
    assert "4 of 38 bases are not certain" in record.notes[0]


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "is empty"),
        ("   \n", "is empty"),
        (None, "not NoneType"),
        (7, "not int"),
        ("MKVLAAGIVGLLLAQWERTYPEFIL" * 2, "looks like a protein"),
        ("MKVHAAGGVSRDDNWKHSRVVMMKKSSNNDDHHRRYYVVWW", "Is it a protein"),
        ("GATTACA", "has 7 bases"),
        (DNA + "1#!", "holds '!', '#'"),
        ("N" * 60, "little to read"),
        (f">a\n{DNA}\n>b\n{DNA}", "several records"),
        (f"@read\n{DNA}\n+\nIIII", "FASTQ"),
        ("ДНК" * 20, "remove what is none"),
    ],
)
def test_bad_input_gets_one_sentence(text, says):
    with pytest.raises(ValueError, match=says):
        own_dna.typed(text)


def test_a_file_with_several_records(tmp_path):
    text = f">one first\r\n{DNA[:20]}\r\n{DNA[20:]}\r\n>two\r\n;a comment\r\n{DNA.lower()}\r\n"
    records = own_dna.read(saved(tmp_path, text))
    assert [record.name for record in records] == ["one first", "two"]
    assert {decode(record.bases) for record in records} == {DNA}


@pytest.mark.parametrize(
    "content, says",
    [
        (f">one\n{DNA}\n>two\n>three\n{DNA}\n", "two is empty"),
        (b"", "empty|no DNA"),
        (b"\x00\x01\x02" * 50, "."),
        (f">p\n{'MKVLAAGIVGEFP' * 9}\n", "looks like a protein"),
        ("LOCUS       X 34 bp\nFEATURES\n//\n", "no ORIGIN"),
        (f">{'x' * 300}\nE{DNA}\n", "x…"),
        ("".join(f">{i}\n{DNA}\n" for i in range(1001)), "1,001 records"),
    ],
)
def test_a_bad_file_is_told(tmp_path, content, says):
    with pytest.raises(DataError, match=says):
        own_dna.read(saved(tmp_path, content))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(DataError):
        own_dna.read(tmp_path / "none.fasta")


def test_a_genbank_file_with_its_genes(tmp_path):
    text = (
        "LOCUS       PLASMID 34 bp DNA\nFEATURES             Location/Qualifiers\n"
        "     CDS             1..21\n     CDS             complement(<4..30)\n"
        "     CDS             join(1..6,10..21)\n     CDS             20..99\n"
        f"ORIGIN      \n        1 {DNA[:10].lower()} {DNA[10:].lower()}\n//\n"
    )
    [record] = own_dna.read(saved(tmp_path, text, "my.gb"))
    assert (record.name, decode(record.bases)) == ("PLASMID", DNA)
    assert record.genes.tolist() == [[0, 21, 1], [3, 30, -1]]


def test_fifty_megabytes_are_refused_at_once(tmp_path):
    path = saved(tmp_path, b">big\n" + b"ACGT" * 12_500_000)
    begun = time.process_time()
    with pytest.raises(DataError):
        own_dna.read(path)
    assert time.process_time() - begun < 2


def test_a_genome_that_is_too_long_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(own_dna, "MOST", 1000)
    with pytest.raises(DataError, match="long has 1,200 bases; at least 30 and at most 1,000"):
        own_dna.read(saved(tmp_path, ">long\n" + "ACGT" * 300))
