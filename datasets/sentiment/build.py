"""Make again what a program adds to the texts: `python -m datasets.sentiment.build`, a second.

Texts and labels are written by hand: `messages.csv` but for its last column, and `reviews.csv`. The
program gives some training rows a wrong label, in the column `given`, and lists the words that the
embedded word vectors lack.
"""

import csv
import io
from collections import Counter
from pathlib import Path

import numpy as np

from utils import datasets
from utils.files import write_atomically
from utils.language import sentiment

HERE = Path(__file__).resolve().parent
SEED = 1
WRONG = 0.06  # of the training rows


def given(messages: list[dict], seed: int) -> list[str]:
    """Return the label that stands beside each message: of some training rows a wrong one.

    The rows are drawn from all training rows, and the label from the five that are not right, all
    equally often.
    """
    rng = np.random.default_rng(seed)
    training = [n for n, row in enumerate(messages) if row["split"] == "training"]
    labels = [row["emoji"] for row in messages]
    for n in rng.choice(training, round(WRONG * len(training)), replace=False):
        labels[n] = str(rng.choice([emoji for emoji in sentiment.EMOJI if emoji != labels[n]]))
    return labels


def missing(texts: list[str]) -> list[tuple[str, int]]:
    """Return the words of the texts without a vector and their counts, the largest first."""
    known = set(datasets.load_word_vectors("planted")[0])
    counts = Counter(word for text in texts for word in sentiment.tokenise(text))
    lacking = [(word, count) for word, count in counts.items() if word not in known]
    return sorted(lacking, key=lambda entry: (-entry[1], entry[0]))


def table(header, rows) -> str:
    """Return a table as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def build() -> dict[str, str]:
    """Return the text of the two files that the program writes."""
    messages = sentiment.load_messages()
    for row, label in zip(messages, given(messages, SEED), strict=True):
        row["given"] = label
    texts = [row["text"] for row in (*messages, *sentiment.load_reviews())]
    return {
        "messages.csv": table(sentiment.MESSAGE, [row.values() for row in messages]),
        "missing.csv": table(["word", "count"], missing(texts)),
    }


def main() -> None:
    """Write both files."""
    for name, text in build().items():
        write_atomically(HERE / name, text)


if __name__ == "__main__":
    main()
