"""Make the genomes again, bit for bit: `python -m datasets.genomes.build FOLDER`, half a minute.

FOLDER holds, anywhere below it, `NC_008253.fna.gz` (`apt-get download bowtie-examples` and
`dpkg-deb -x`), and `NC_001422.gbk`, `NC_005816.gb` and `NC_000932.gb` (`pip download
--no-binary :all: biopython`, in the folder Tests of what is in it). It needs pyrodigal 3.7.1, and
biopython to read GenBank (`pip install pyrodigal==3.7.1 biopython==1.88`), which no notebook needs.
"""

import csv
import gzip
import hashlib
import io
import sys
from pathlib import Path

from utils.files import write_atomically
from utils.genomics.sequences import UNKNOWN, encode, pack

HERE = Path(__file__).resolve().parent
KEPT = 3_600_000  # of the 4,938,920 bases of E. coli: all data together stay under 12 MB
TURN = 3_949  # phiX174 is a circle: begun here, between H and A, no gene goes over its end
PHAGE = ["A", "A*", "B", "K", *"CDEJFGH"]  # its genes in order; the file names products alone
CURATED = {
    "phix174": ("NC_001422.gbk", TURN, "Escherichia phage phiX174, complete, begun at base 3,950"),
    "ppcp1": ("NC_005816.gb", 0, "Yersinia pestis biovar Microtus 91001, plasmid pPCP1"),
    "chloroplast": ("NC_000932.gb", 0, "Arabidopsis thaliana, chloroplast"),
}


def ecoli(path):
    """Return the bases that are kept, and the genes in them that Prodigal finds in the whole."""
    import pyrodigal

    with gzip.open(path, "rt", encoding="ascii") as file:
        dna = "".join(line.strip() for line in file if not line.startswith(">"))
    finder = pyrodigal.GeneFinder()
    finder.train(dna)
    found = [(gene.begin - 1, gene.end, gene.strand) for gene in finder.find_genes(dna)]
    return dna[:KEPT], [gene for gene in found if gene[1] <= KEPT]


def curated(path, turn):
    """Return the bases and the rows of the genes: start, end, strand, name, exons."""
    from Bio import SeqIO

    record = SeqIO.read(path, "genbank")
    n, rows = len(record), []
    for feature in record.features:
        if feature.type != "CDS":
            continue
        names = feature.qualifiers
        name = names.get("gene", names.get("locus_tag", ["?"]))[0]
        parts = sorted((int(p.start), int(p.end), p.strand) for p in feature.location.parts)
        if turn:  # a gene over the end of the circle has two parts, which become one
            first = parts[-1] if parts[0][0] == 0 and len(parts) > 1 else parts[0]
            length = sum(end - start for start, end, _ in parts)
            start = (first[0] - turn) % n
            parts = [(start, start + length, first[2])]
        rows += [(*part, name, len(parts)) for part in parts]
    dna, rows = str(record.seq), sorted(rows)
    if turn:
        rows = [(*row[:3], name, row[4]) for row, name in zip(rows, PHAGE, strict=True)]
    return dna[turn:] + dna[:turn], rows


def table(header, rows):
    """Return a table as text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def main(folder):
    """Write all genomes, their genes and the index."""
    paths = {path.name: path for path in sorted(Path(folder).rglob("NC_*"))}
    title = f"Escherichia coli 536, the first {KEPT:,} bases"
    made = {"ecoli": ("NC_008253", title, *ecoli(paths["NC_008253.fna.gz"]))}
    for name, (file, turn, title) in CURATED.items():
        made[name] = (file.partition(".")[0], title, *curated(paths[file], turn))
    rows = []
    for name, (accession, title, dna, genes) in made.items():
        bases = encode(dna)
        if (bases == UNKNOWN).any():
            raise SystemExit(f"{name} holds another letter than A, C, G and T.")
        packed = pack(bases)
        write_atomically(HERE / f"{name}.2bit", packed)
        header = ["start", "end", "strand", "name", "exons"][: len(genes[0])]
        write_atomically(HERE / f"{name}_genes.csv", table(header, genes))
        rows.append((name, len(bases), hashlib.sha256(packed).hexdigest(), accession, title))
        print(f"{name}: {len(bases):,} bases, {len(genes):,} rows of genes")
    header = ["name", "bases", "sha256", "accession", "title"]
    write_atomically(HERE / "genomes.csv", table(header, rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
