"""DNA, in files and typed."""

from tests.fuzz.mutations import mutated, with_invisible
from tests.fuzz.trying import UNKNOWN, saved
from utils.genomics import own_dna
from utils.genomics.sequences import decode

PIECES = [b">", b"LOCUS ", b"ORIGIN\n", b"//\n", b"     CDS             1..9\n", b"@", b"U", b"N"]


def _dna(rng):
    return "".join(rng.choices("ACGT", k=rng.randint(30, 300)))


def dna_files(rng):
    records = [_dna(rng) for _ in range(rng.choice([1, 1, 2, 5]))]
    width, newline = rng.choice([10, 60, 1000]), rng.choice(["\n", "\r\n"])
    lines = []
    kind = rng.choice(["fasta", "fasta", "genbank"])
    for number, dna in enumerate(records):
        rows = [dna[k : k + width] for k in range(0, len(dna), width)]
        if kind == "fasta":
            lines += [f">record {number}", *(row.lower() if number % 2 else row for row in rows)]
        else:
            lines += [f"LOCUS       R{number} {len(dna)} bp", "FEATURES", "ORIGIN"]
            lines += [f"{1 + k * width:>9} {row.lower()}" for k, row in enumerate(rows)] + ["//"]
    data = (newline.join(lines) + newline).encode()
    if rng.random() < 0.5:
        return mutated(data, rng, PIECES), UNKNOWN
    return data, records


def read_file(content, folder):
    return own_dna.read(saved(content, folder, "my_dna.fasta"))


def same_records(got, right):
    return [decode(record.bases) for record in got] == right


def typed_dna(rng):
    dna = _dna(rng)
    return rng.choice(
        [dna, dna.lower(), with_invisible(dna, rng), f"1 {dna[:9]}\n10 {dna[9:]}"]
    ), dna


def read_typed(given, _):
    return own_dna.typed(given)


def same_bases(got, right):
    return decode(got.bases) == right
