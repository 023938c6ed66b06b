"""Make common.npz again: `python -m datasets.word_vectors.build_common`, two minutes.

The text of the planted vectors (`build.py`) is mixed with sentences about common words. Each is
about one word, and the words beside it are drawn from the kinds that it is of (`common.toml`).
So words that share a kind share a part of their neighbours, as in the planted text. The other two
files of vectors stay as they are.
"""

import tomllib
from collections import defaultdict

import numpy as np
from gensim.models import KeyedVectors

from datasets.word_vectors import build
from utils import datasets

SENTENCES = 100  # about each common word
BESIDE = 7  # words that are drawn for a sentence


def read_kinds() -> dict[str, list[str]]:
    """Return the words of each kind, each once."""
    text = (build.HERE / "common.toml").read_text(encoding="utf-8")
    kinds = tomllib.loads(text)["kinds"]
    return {name: list(dict.fromkeys(members.split())) for name, members in kinds.items()}


def kinds_of(kinds: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the kinds of each word."""
    found = defaultdict(list)
    for name, members in kinds.items():
        for word in members:
            found[word].append(name)
    return dict(found)


def sentences(kinds: dict[str, list[str]], seed: int) -> list[list[str]]:
    """Return sentences, each a list of words: first the word that it is about."""
    rng = np.random.default_rng(seed)
    found = []
    for word, names in kinds_of(kinds).items():
        for _ in range(SENTENCES):
            drawn = [str(rng.choice(kinds[name])) for name in rng.choice(names, BESIDE)]
            found.append([word, *(other for other in drawn if other != word)])
    return found


def common(seed: int) -> KeyedVectors:
    """Return the vectors of the common words and of all in planted.npz, as they are stored."""
    kinds = read_kinds()
    grammar = build.Grammar(build.read_lexicon(), np.random.default_rng(seed))
    text = build.corpus(grammar, seed) + sentences(kinds, seed)
    text = [text[number] for number in np.random.default_rng(seed).permutation(len(text))]
    words, _ = datasets.load_word_vectors("planted")
    return build.part(build.train(text, seed), {*words, *kinds_of(kinds)})


def main() -> None:
    """Write the file."""
    build.save("common.npz", common(build.SEED))


if __name__ == "__main__":
    main()
