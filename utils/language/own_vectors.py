"""Vectors of the words of a learner's own text, and the words nearest to one of them."""

from collections.abc import Sequence

from gensim.models import KeyedVectors

from utils.files import DataError
from utils.language import counting, own_text, vectors

LEAST_WORDS = 5_000  # of a text, punctuation left out
LEAST_OFTEN = 4  # times that a word must occur to get a vector
LEAST_KNOWN = 50  # words that get one
MOST_KNOWN = 3_000


def text_of(sentences: Sequence[Sequence[str]]) -> counting.Text:
    """Return a text as numbers: its words in lower case, without punctuation.

    Raises:
        DataError: it is too small to learn from; the sentence says by how much.
    """
    lower = [[w.lower() for w in words if any(map(str.isalnum, w))] for words in sentences]
    n_words = sum(map(len, lower))
    if n_words < LEAST_WORDS:
        raise DataError(
            f"The text is too small: it holds {n_words:,} words, and at least {LEAST_WORDS:,} are "
            "needed before a word has enough neighbours. Take a book, or several texts in one file."
        )
    often = counting.Counter(word for words in lower for word in words)
    known = sum(count >= LEAST_OFTEN for count in often.values())
    if known < LEAST_KNOWN:
        raise DataError(
            f"Only {known} words of the text occur {LEAST_OFTEN} times or more, and at least "
            f"{LEAST_KNOWN} are needed: give a longer text, of one language."
        )
    return counting.numbered(lower, least=LEAST_OFTEN, most=MOST_KNOWN)


def read(path) -> counting.Text:
    """Return the text of a file as numbers. Raises DataError: it cannot be read, or is too small"""
    return text_of(own_text.read(path))


def nearest(found: KeyedVectors, word: str, count: int = 5) -> list[tuple[str, float]]:
    """Return the words nearest to a word, with their cosines, the nearest first.

    Raises:
        UnknownWord: it is not among them; the message gives near spellings.
    """
    return found.most_similar(found.index_to_key[vectors.row(found, word)], topn=count)
