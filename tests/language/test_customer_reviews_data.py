"""datasets/customer_reviews: what is in it, and its data card."""

import hashlib
import re

from datasets.customer_reviews import build
from utils.language import sentiment
from utils.language.sentiment import NEGATIONS, tokenise

CARD = (build.HERE / "README.md").read_text(encoding="utf-8")
ROWS = sentiment.load_customer_sentences()


def test_sentences_are_short_and_clear_and_stand_once():
    words = [tuple(tokenise(row["text"])) for row in ROWS]
    assert len(set(words)) == len(words)
    assert all(build.SHORTEST <= len(text) <= build.LONGEST for text in words)
    assert all(build.CLEAR <= abs(row["rating"]) <= 4 for row in ROWS)
    assert all(row["text"].isascii() for row in ROWS)


def test_the_card_counts_them():
    body = (build.HERE / "sentences.csv").read_bytes()
    assert f"{len(body):,} bytes, sha256 `{hashlib.sha256(body).hexdigest()}`" in CARD
    assert f"\n{len(ROWS)} short sentences" in CARD
    negated = [not NEGATIONS.isdisjoint(tokenise(row["text"])) for row in ROWS]
    for name, some in (
        ("without a negation", [not n for n in negated]),
        ("with a negation", negated),
        ("all", [True] * len(ROWS)),
    ):
        good = [row["rating"] > 0 for row, chosen in zip(ROWS, some, strict=True) if chosen]
        assert f"| {name} | {sum(good)} | {len(good) - sum(good)} | {len(good)} |" in CARD


def test_the_share_of_words_without_a_vector():
    from utils import datasets

    common = set(datasets.load_word_vectors("common")[0])
    words = [word for row in ROWS for word in tokenise(row["text"])]
    share = sum(word not in common for word in words) / len(words)
    assert f"{share:.0%} of the words" in CARD


def test_its_licence_stands_beside_it():
    licence = (build.HERE / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("The MIT License") and "C.J. Hutto" in licence
    assert re.search(r"\*\*MIT\*\* licence, Copyright \(c\) 2016 C.J. Hutto", CARD)


def test_the_build_takes_each_clear_sentence_once(monkeypatch):
    rows = [
        (1.5, "it works."),  # too short
        (1.5, "it works well."),
        (2.5, "It works  well!"),  # the same words
        (0.95, "it is not bad."),
        (-1.0, "it does not work."),
        (3.0, " ".join(["good"] * 13)),
        (2.0, "*** !!!"),
    ]
    monkeypatch.setattr(build, "rated", lambda package: rows)
    assert build.build(b"") == "text,rating\nit works well.,1.5\nit does not work.,-1.0\n"
