"""Make everyday.npz again: `python -m datasets.word_vectors.build_everyday`, about a minute.

The text of the planted vectors (`build.py`) is joined by sentences about everyday words. Each is
about one word, and the words around it are drawn from the kinds that it is of, in `everyday.toml`.
So words that share a kind share a part of their contexts.
"""

import tomllib
from collections import defaultdict

import numpy as np

from datasets.word_vectors import build
from utils import datasets

SENTENCES = 100  # about each everyday word
CONTEXT = 7  # other words in a sentence


def read_kinds() -> dict[str, list[str]]:
    """Return the words of each kind, each once."""
    text = (build.HERE / "everyday.toml").read_text(encoding="utf-8")
    return {name: list(dict.fromkeys(members.split())) for name, members in tomllib.loads(text)["kinds"].items()}


def kinds_of(kinds: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the kinds of each word."""
    found = defaultdict(list)
    for name, members in kinds.items():
        for word in members:
            found[word].append(name)
    return dict(found)


def sentences(kinds: dict[str, list[str]], seed: int) -> list[list[str]]:
    """Return sentences about everyday words, each a list of words, the word itself first."""
    rng = np.random.default_rng(seed)
    found = []
    for word, names in kinds_of(kinds).items():
        for _ in range(SENTENCES):
            around = [rng.choice(kinds[name]) for name in rng.choice(names, CONTEXT)]
            found.append([word, *(other for other in map(str, around) if other != word)])
    return found


def everyday(seed: int):
    """Return the vectors of all planted and everyday words."""
    kinds = read_kinds()
    grammar = build.Grammar(build.read_lexicon(), np.random.default_rng(seed))
    text = build.corpus(grammar, seed) + sentences(kinds, seed)
    text = [text[n] for n in np.random.default_rng(seed).permutation(len(text))]
    shipped = set(datasets.load_word_vectors("planted")[0])
    return build.part(build.train(text, seed), shipped | kinds_of(kinds).keys())


def main() -> None:
    """Write the file of vectors."""
    build.save("everyday.npz", everyday(build.SEED))


if __name__ == "__main__":
    main()
