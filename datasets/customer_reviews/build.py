"""Takes short, clear sentences from the customer reviews that come with vaderSentiment.

pip download --no-deps --no-binary :all: vaderSentiment==3.3.2
python -m datasets.customer_reviews.build vaderSentiment-3.3.2.tar.gz
"""

import csv
import hashlib
import io
import sys
import tarfile
from pathlib import Path

from utils.files import write_atomically
from utils.language.sentiment import CUSTOMERS, tokenise

HERE = Path(__file__).resolve().parent
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
FILE = "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt"
SHORTEST, LONGEST = 3, 12  # words
CLEAR = 1.0  # the least size of a mean rating


def rated(package: bytes) -> list[tuple[float, str]]:
    """Return the sentences of the package, each with its mean rating, in file order."""
    with tarfile.open(fileobj=io.BytesIO(package)) as outer:
        inner = outer.extractfile(INNER).read()
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        text = archive.extractfile(FILE).read().decode("latin-1")
    rows = [line.split("\t") for line in text.splitlines()]
    return [(float(rating), " ".join(sentence.split())) for _, rating, sentence in rows]


def build(package: bytes) -> str:
    """Return sentences.csv: the short ones that raters were clear about, each once."""
    chosen = {}
    for rating, text in rated(package):
        try:
            words = tuple(tokenise(text))
        except ValueError:  # no word in it
            continue
        if SHORTEST <= len(words) <= LONGEST and abs(rating) >= CLEAR:
            chosen.setdefault(words, (text, rating))
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([CUSTOMERS, *chosen.values()])
    return table.getvalue()


def main(path: str) -> None:
    """Write the file."""
    package = Path(path).read_bytes()
    if hashlib.sha256(package).hexdigest() != SHA256:
        sys.exit(f"{path} is not the file that was used: its checksum should be {SHA256}.")
    write_atomically(HERE / "sentences.csv", build(package))


if __name__ == "__main__":
    main(*sys.argv[1:])
