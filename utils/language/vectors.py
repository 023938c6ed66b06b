"""Word vectors: loading, and looking words up.

Vectors are gensim's `KeyedVectors` everywhere: `vectors["king"]` is a row, `vectors.vectors` the
whole matrix of shape (n_words, n_dims), and `vectors.index_to_key` its words in order.
"""

import reprlib
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from numbers import Integral
from os import PathLike
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

from utils import datasets, downloads
from utils.characters import visible
from utils.files import DataError
from utils.language import vector_files

EMBEDDED = ("planted", "control", "common")
FETCHED = {"glove-50d": "", "glove-6b": "glove.6B.300d.txt"}  # the file inside, for an archive
NAMES = ", ".join((*EMBEDDED, *FETCHED))
MOST_CANDIDATES = 2000  # the slow comparison of spellings is made with so many words at most


class UnknownWord(LookupError):
    """A word has no vector; the message says which words are near. (A KeyError prints quotes.)"""


def load(source: str | Path = "planted", limit: int = 200_000) -> KeyedVectors:
    """Return word vectors, float32, of the first `limit` words of a source.

    Files are sorted by frequency by convention, so that the first words are the most frequent.
    Nothing beyond them is read, so a file of any size needs memory for `limit` words only. A word
    that stands twice keeps its first vector. A word with an all-zero vector has no direction, and
    no cosine with any other: it is left out. A word may have spaces, and may end in a whole number,
    as "Route 66"; one that was cut inside a character, as word2vec's own tool cuts long words, ends
    in U+FFFD. A header that promises fewer words than there are, or none, ends nothing.

    Args:
        source: "planted", "control" or "common" (embedded); "glove-50d" or "glove-6b" (GloVe:
            Pennington, Socher and Manning 2014; downloaded when first asked for; the second means
            its vectors of 300 numbers); or the path of a file in GloVe's text format, or in
            word2vec's text or binary format, plain or with a name that ends in .gz.
        limit: how many words at most.

    Raises:
        DataError: the source is missing, damaged or of another kind; the message says what to do.
        ValueError: `limit` is less than 2, or no whole number.
    """
    if not isinstance(limit, Integral):
        raise ValueError(f"A limit is a whole number of words, such as 50_000, and not {limit!r}.")
    if not isinstance(source, (str, PathLike)):
        shown = reprlib.repr(source)
        raise DataError(f"{shown} is not a source of word vectors: give a path, or one of {NAMES}.")
    if limit < 2:
        raise ValueError(f"A limit of {limit} is too small: two words are the least to compare.")
    if source in EMBEDDED:
        words, rows = datasets.load_word_vectors(source)
        return vector_files.keyed(words[:limit], rows[:limit], source)
    if source in FETCHED:
        source = downloads.fetch(source) / FETCHED[source]
    elif source in downloads.SOURCES:
        raise DataError(f"The data set {source!r} has no word vectors. Those that do: {NAMES}.")
    try:
        return vector_files.read(Path(source), limit)
    except FileNotFoundError:
        advice = f"look for it beside the notebook, or give a name of these: {NAMES}"
        raise vector_files.refusal(source, "there is no such file", advice) from None


def row(vectors: KeyedVectors, word: str) -> int:
    """Return the row of a word in `vectors.vectors`.

    Spaces around the word are dropped. It is looked for as it is, then without what nobody sees
    and with each accent and its letter as one character (NFC), then in lower case.

    Raises:
        UnknownWord: it is not in the vocabulary; the message gives the nearest spellings.
    """
    if not isinstance(word, str):
        raise UnknownWord(f"{word!r} is not a word: give one in quotes, such as 'orange'.")
    typed, word = word.strip(), unicodedata.normalize("NFC", visible(word)).strip()
    for spelling in (typed, word, word.lower()):
        if spelling in vectors.key_to_index:
            return vectors.key_to_index[spelling]
    if len(word.split()) != 1:
        fault = "holds several words" if word else "is empty"
        raise UnknownWord(f"{word!r} {fault}: ask for one word at a time.")
    near = _near(word.lower(), vectors.index_to_key)
    hint = f"Near spellings: {', '.join(near)}" if near else "No spelling is near: try a synonym"
    raise UnknownWord(f"{word!r} is not among these {len(vectors):,} words. {hint}.")


def rows(vectors: KeyedVectors, words: Iterable[str]) -> np.ndarray:
    """Return the rows of words in `vectors.vectors`, integers (n_words,).

    Raises:
        UnknownWord: a word is not in the vocabulary.
    """
    if isinstance(words, str):
        raise UnknownWord(f"{words!r} is text: give a list of words, or split it.")
    return np.array([row(vectors, word) for word in words], int)


def known(vectors: KeyedVectors, text: str) -> list[str]:
    """Return the words of a text that have a vector, in its order; they are looked for as written.

    Words stand between spaces or line ends.
    """
    return [word for word in text.split() if word in vectors]


def mean_nearby(
    queries: np.ndarray, E: np.ndarray, values: np.ndarray, count: int = 5
) -> np.ndarray:
    """Return the mean value of the words nearest to each query, (m,), its own word left out.

    Args:
        queries: (m, n); row i asks for the neighbours of word i.
        E: (m, n), rows of length 1.
        values: (m,), a number for each word.
        count: how many neighbours count.
    """
    similar = queries @ E.T
    np.fill_diagonal(similar, -np.inf)
    return values[np.argsort(-similar, axis=1)[:, :count]].mean(axis=1)


def _near(word: str, words: Iterable[str]) -> list[str]:
    letters = set(word)
    alike = [
        other
        for other in words
        if abs(len(other) - len(word)) <= 2 and len(letters.symmetric_difference(other)) <= 2
    ]
    return get_close_matches(word, alike[:MOST_CANDIDATES], n=3, cutoff=0.75)
