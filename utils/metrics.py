"""How far two texts are apart, and what one has copied from the other."""

from collections.abc import Iterable, Sequence

import numpy as np


def nearest(text: str, texts: Sequence[str]) -> tuple[str, int]:
    """Return the one of `texts` with the smallest edit distance to `text`, and the distance."""
    distances = edit_distances(text, texts)
    best = int(np.argmin(distances))
    return texts[best], int(distances[best])


def edit_distances(a: Sequence, others: Sequence[Sequence]) -> np.ndarray:
    """Return how many insertions, deletions and changes make each of `others` of `a`.

    Levenshtein (1966), for all of `others` at once: (len(others),). The tokens of a sequence are
    the characters of a string, or the items of a list.
    """
    index = {}
    lengths = np.array([len(b) for b in others])
    codes = np.full((len(others), lengths.max(initial=0)), -1)
    for row, b in enumerate(others):
        codes[row, : len(b)] = [index.setdefault(token, len(index)) for token in b]
    columns = np.arange(codes.shape[1] + 1)
    distances = np.tile(columns, (len(others), 1))
    for token in a:
        changed = distances[:, :-1] + (codes != index.get(token, -2))
        distances[:, 1:] = np.minimum(distances[:, 1:] + 1, changed)
        distances[:, 0] += 1
        # An insertion costs one more than the place to the left, however many stand in a row.
        distances = np.minimum.accumulate(distances - columns, axis=1) + columns
    return distances[np.arange(len(others)), lengths]


def error_rate(said: Sequence[Sequence], heard: Sequence[Sequence]) -> float:
    """Return the edits that make what was heard of what was said, for each token that was said.

    Of words it is the word error rate (WER), of characters the character error rate (CER). All
    sequences count together, so a long one counts more. It may be above 1.

    Args:
        said: sequences of tokens: strings of characters, or lists of words.
        heard: as many.

    Raises:
        ValueError: there are not as many of both, or nothing was said.
    """
    if sum(map(len, said)) == 0:
        raise ValueError("Nothing was said, so there is no rate: give a sequence with a token.")
    edits = [edit_distances(a, [b])[0] for a, b in zip(said, heard, strict=True)]
    return float(sum(edits) / sum(map(len, said)))


def longest_copy(text: str, source: str) -> str:
    """Return the longest run of `text` that stands in `source`: what was learned by heart.

    For runs of words, make one character of each word's index: `as_characters`.
    """
    best = ""
    for start in range(len(text)):
        while start + len(best) < len(text) and text[start : start + len(best) + 1] in source:
            best = text[start : start + len(best) + 1]
    return best


def as_characters(indices: Iterable[int]) -> str:
    """Return a string with one character for each index, so that words are searched like text.

    Raises ValueError: an index is not from 0 to 1,114,111, the last character of Unicode.
    """
    return "".join(map(chr, indices))


def copied_runs(samples: Iterable[Sequence[int]], training: Iterable[Sequence[int]]) -> list[list]:
    """Return the longest run of each sample that stands in one of the training texts.

    Args:
        samples: token indices.
        training: token indices; a run that goes over the end of one does not count if it ends in a
            token, such as `END`, that no sample has.
    """
    source = "".join(map(as_characters, training))
    found = (longest_copy(as_characters(tokens), source) for tokens in samples)
    return [list(map(ord, run)) for run in found]


def paired(first: np.ndarray, second: np.ndarray, lengths: Sequence[int]) -> tuple[float, float]:
    """Return the mean difference of two values of each token, and its standard error.

    Tokens of one sequence are not independent, so the error is that of drawing whole sequences.

    Args:
        first: a value for each token, the sequences one after the other.
        second: the values of the other model, for the same tokens.
        lengths: how many tokens each sequence has.
    """
    difference = np.asarray(first) - second
    sums = np.add.reduceat(difference, np.cumsum([0, *lengths[:-1]]))
    mean = difference.mean()
    return float(mean), float(
        np.sqrt(np.sum((sums - mean * np.asarray(lengths)) ** 2)) / len(difference)
    )
