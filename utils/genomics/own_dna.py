"""A learner's own DNA: a FASTA or GenBank file, plain letters in a file, or typed."""

import re
from typing import NamedTuple

import numpy as np

from utils import files
from utils.characters import visible
from utils.files import DataError
from utils.genomics.sequences import encode

LEAST, MOST = 30, 10_000_000  # bases of a record
MOST_BYTES = 40_000_000
MOST_RECORDS = 1000
CODES = "RYSWKMBDHVN"  # of bases that are one of several, by the IUPAC; N is any
LETTERS = f"ACGTU{CODES}"
PROTEIN = set("EFILPQZJXO")  # letters of amino acids that no code of DNA has
ADVICE = "A, C, G and T (or U), N and the other codes of unknown bases are read"


class Record(NamedTuple):
    """DNA with a name.

    Attributes:
        name: as the file has it, or "your sequence".
        bases: (n,) int8.
        notes: what was done with it that its owner should know: a sentence each.
        genes: (n_genes, 3) of a GenBank file, whole genes in one part; else None.
    """

    name: str
    bases: np.ndarray
    notes: list
    genes: np.ndarray | None = None


def typed(dna: str) -> Record:
    """Return DNA that somebody typed; spaces, digits and line breaks in it count for nothing.

    Raises:
        ValueError: it is no text, too short or long, or holds other letters than those of DNA.
    """
    if not isinstance(dna, str):
        raise ValueError(f"DNA is a text in quotation marks, not {type(dna).__name__}.")
    records = _records(visible(dna), "What you typed")
    if len(records) > 1:
        raise ValueError("You typed several records: read them from a file, or type one of them.")
    return records[0]


def read(path) -> list[Record]:
    """Return the records of a file: FASTA, GenBank, or letters alone.

    Raises:
        DataError: it cannot be read, or a record, which is named, is empty, too long or no DNA.
    """
    text = files.read_text(path, MOST_BYTES)
    try:
        return _records(text, str(path))
    except ValueError as error:
        raise DataError(str(error)) from None


def _records(text, where):
    """Return the records of a text. Raises ValueError."""
    if re.match(r"\s*LOCUS\b", text):
        return _genbank(text, where)
    if text.lstrip().startswith("@"):
        raise ValueError(f"{where} looks like FASTQ (reads with qualities): give FASTA instead.")
    if text.lstrip().startswith(">"):
        parts = re.split(r"^[^\S\n]*>", text.lstrip(), flags=re.MULTILINE)[1:]
        pairs = [part.partition("\n")[::2] for part in parts]
    else:
        pairs = [("your sequence", text)]
    _not_too_many(pairs, where)
    return [
        _record(name.strip() or f"record {i}", dna, where) for i, (name, dna) in enumerate(pairs, 1)
    ]


def _not_too_many(parts, where):
    if len(parts) > MOST_RECORDS:
        raise ValueError(
            f"{where} has {len(parts):,} records, and {MOST_RECORDS:,} are the most: "
            "take those that you want into a file of their own."
        )


def _record(name, text, where, genes=None):
    shown = name if len(name) <= 60 else name[:57] + "…"
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    dna = re.sub(r"[\s\d*.\-]", "", "".join(lines)).upper()
    if not dna:
        raise ValueError(f"{where}: {shown} is empty: there is no DNA in it. Leave it out.")
    letters = set(dna)
    if other := sorted(letters - set(LETTERS)):
        listed = ", ".join(map(repr, other[:5])) + (" …" if len(other) > 5 else "")
        if all(letter.isascii() and letter.isalpha() for letter in other) and set(other) & PROTEIN:
            raise ValueError(
                f"{where}: {shown} looks like a protein (it holds {listed}). Give the DNA that it "
                f"is made from."
            )
        raise ValueError(f"{where}: {shown} holds {listed}. {ADVICE}; remove what is none of them.")
    if sum(map(dna.count, "ACGTU")) < len(dna) / 2:
        raise ValueError(
            f"{where}: most letters of {shown} are none of A, C, G, T and U, so there is little to "
            f"read. Is it a protein? Give its DNA."
        )
    if not LEAST <= len(dna) <= MOST:
        size = f"{len(dna):,} bases; at least {LEAST} and at most {MOST:,} can be read"
        raise ValueError(f"{where}: {shown} has {size}.")
    notes = []
    if "U" in letters:
        notes.append("It holds U, as RNA does: each is read as T.")
    if unknown := len(dna) - sum(map(dna.count, "ACGTU")):
        notes.append(f"{unknown:,} of {len(dna):,} bases are not certain: each is read as unknown.")
    if any(mark in "".join(lines) for mark in "-.*"):
        notes.append("Marks of gaps and ends (- . *) were left out.")
    return Record(name, encode(dna), notes, genes)


def _genbank(text, where):
    parts = [part for part in re.split(r"^//[^\S\n]*$", text, flags=re.MULTILINE) if part.strip()]
    _not_too_many(parts, where)
    found = []
    for part in parts:
        name = (re.search(r"^\s*LOCUS\s+(\S+)", part) or ["", f"record {len(found) + 1}"])[1]
        before, origin, dna = part.partition("\nORIGIN")
        if not origin:
            raise ValueError(
                f"{where}: {name} has no ORIGIN, where a GenBank file holds the bases. Download it "
                "again with the sequence."
            )
        record = _record(name, dna.partition("\n")[2], where)
        found.append(record._replace(genes=_genes(before, len(record.bases))))
    return found


def _genes(features, n):
    """Return the genes in one part, (n_genes, 3); those in several parts are left out."""
    places = re.findall(r"^ {5}CDS +(\S+)", features, flags=re.MULTILINE)
    rows = []
    for place in places:
        simple = re.fullmatch(r"(complement\()?<?(\d{1,9})\.\.>?(\d{1,9})\)?", place)
        if simple and 1 <= int(simple[2]) <= int(simple[3]) <= n:
            rows.append((int(simple[2]) - 1, int(simple[3]), -1 if simple[1] else 1))
    return np.array(rows, int).reshape(-1, 3)
