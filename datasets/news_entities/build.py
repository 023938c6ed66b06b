"""Draws the sentences of entities.conll from gensim's news, and holds them equal to what is stored.

The labels were made by hand: no program makes them again. Run it from the project's root:
`python -m datasets.news_entities.build`.
"""

import re
import sys
from pathlib import Path

import numpy as np
from gensim.test.utils import datapath

from utils.language.tokens import tokenise

# Latin-1: the second file has the pound sign in it, the first is ASCII.
FILES = "lee_background.cor", "lee.cor"
SEED = 18
SENTENCES = 230
SHORTEST, LONGEST = 5, 45  # tokens
# A sentence ends at . ! or ?, perhaps with a quotation mark, before a capital, a digit or a quote.
# Not after a title or an initial.
END = re.compile(
    r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\b[A-Z])([.!?][\"']?)\s+(?=[\"'A-Z0-9])"
)


def articles() -> list[str]:
    """Return the different articles of both files, in file order."""
    lines = []
    for name in FILES:
        lines += Path(datapath(name)).read_text(encoding="latin-1").splitlines()
    return list(dict.fromkeys(line.strip() for line in lines if line.strip()))


def sentences(article: str) -> list[list[str]]:
    """Return the sentences of an article as tokens, without those too short or too long."""
    found = map(tokenise, END.sub(r"\1\n", article).splitlines())
    return [tokens for tokens in found if SHORTEST <= len(tokens) <= LONGEST]


def drawn() -> list[list[str]]:
    """Return one sentence of each of 230 articles, drawn with a seed, in the order of drawing."""
    rng = np.random.default_rng(SEED)
    texts = [found for found in map(sentences, articles()) if found]
    chosen = [texts[i] for i in rng.permutation(len(texts))]
    picked = {}
    for found in chosen:
        tokens = found[rng.integers(len(found))]
        picked.setdefault(" ".join(tokens), tokens)
    return list(picked.values())[:SENTENCES]


def main() -> int:
    """Compare, and say how many sentences are the same; 1 where some are not."""
    from utils.language.entity_data import load_news_readings

    stored = [tokens for tokens, *_ in load_news_readings()]
    same = sum(a == b for a, b in zip(drawn(), stored, strict=False))
    print(f"{same} of {len(stored)} stored sentences are those that are drawn.")
    return int(same < len(stored))


if __name__ == "__main__":
    sys.exit(main())
