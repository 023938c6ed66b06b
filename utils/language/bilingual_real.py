"""Real pairs of sentences, `fetch("fra-eng")`: reading them, and splits as of the grammar's."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from utils.files import DataError
from utils.language.bilingual_sets import english_words, french_words

FILE = "fra.txt"


def read_pairs(folder: Path) -> list[tuple[list[str], list[str]]]:
    """Return pairs of French and English words, in file order.

    Args:
        folder: what `fetch("fra-eng")` gives: somewhere in it stands `fra.txt`, a line a pair:
            English, a tab, French; what follows a second tab is left out.

    Raises:
        DataError: there is no such file, or a line of it is no pair.
    """
    found = sorted(Path(folder).rglob(FILE))
    if not found:
        raise DataError(f"There is no {FILE} in {folder}: delete that folder and fetch it again.")
    try:
        lines = found[0].read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise DataError(f"{found[0]} is not UTF-8 text: delete it and fetch it again.") from None
    pairs = []
    for number, line in enumerate(lines, 1):
        english, tab, french = line.partition("\t")
        if not line.strip():
            continue
        if not tab or not english.strip() or not french.strip():
            raise DataError(
                f"Line {number} of {found[0]} is not an English text, a tab and a French one."
            )
        pairs.append((french_words(french.split("\t")[0]), english_words(english)))
    if not pairs:
        raise DataError(f"{found[0]} holds no pair: delete it and fetch it again.")
    return pairs


def split_pairs(
    pairs: Sequence[tuple], seed: int, training: int, test: int, longest: int = 12
) -> tuple[list, list]:
    """Return training pairs, and test sentences with all their references.

    No French sentence is in both: all translations of one stay together.

    Args:
        pairs: of `read_pairs`.
        seed: of the order.
        training: at most so many French sentences, each with one of its translations.
        test: at most so many others.
        longest: longer ones, of either language, are left out.

    Returns:
        training: pairs of words.
        test: pairs of French words and a list of English ones, its references.

    Raises:
        ValueError: too few sentences are short enough.
    """
    said: dict[tuple, list] = {}
    for french, english in pairs:
        if 0 < len(french) <= longest and 0 < len(english) <= longest:
            said.setdefault(tuple(french), []).append(english)
    order = np.random.default_rng(seed).permutation(len(said))
    if len(said) <= test:
        raise ValueError(f"{len(said)} short sentences are too few for a test of {test}.")
    items = [list(said.items())[i] for i in order]
    tested, trained = items[:test], items[test : test + training]
    return (
        [(list(french), english[0]) for french, english in trained],
        [(list(french), english) for french, english in tested],
    )
