"""Word vectors: loading, and looking words up.

Vectors are gensim's `KeyedVectors` everywhere: `vectors["king"]` is a row, `vectors.vectors` the
whole matrix of shape (n_words, n_dims), and `vectors.index_to_key` its words in order.
"""

import codecs
import gzip
import re
import stat
import zlib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

from utils import datasets, downloads
from utils.files import DataError

EMBEDDED = ("planted", "control")
FETCHED = {"glove-50d": "", "glove-6b": "glove.6B.300d.txt"}  # the file inside, for an archive
NAMES = ", ".join((*EMBEDDED, *FETCHED))
LONGEST_LINE = 1 << 17  # bytes: a file without a newline must not fill the memory
MOST_GZIP = 1032  # times smaller: the format allows no more
MOST_CANDIDATES = 2000  # the slow comparison of spellings is made with so many words at most

GLOVE_OR_WORD2VEC = "give a file in GloVe's or word2vec's format"
AGAIN = "it is cut or damaged, so copy or download it again"
REFUSED = {
    b"\x80": (
        "it is a pickle, as gensim's .kv and .model are, and to open one can run any code",
        "where it comes from, save it with gensim's save_word2vec_format",
    ),
    b"PK": ("it is a ZIP archive", "unpack it, and give the path of the file inside"),
    b"\x1f\x8b": ("it is compressed by gzip", "rename it so that its name ends in .gz"),
}


class UnknownWord(LookupError):
    """A word has no vector; the message says which words are near. (A KeyError prints quotes.)"""


def load(source: str | Path = "planted", limit: int = 200_000) -> KeyedVectors:
    """Return word vectors, float32, of the first `limit` words of a source.

    Files are sorted by frequency by convention, so that the first words are the most frequent.
    Nothing beyond them is read, so a file of any size needs memory for `limit` words only. A word
    that stands twice keeps its first vector. A word with an all-zero vector has no direction, and
    no cosine with any other: it is left out.

    Args:
        source: "planted" or "control" (embedded); "glove-50d" or "glove-6b" (GloVe: Pennington,
            Socher and Manning 2014; downloaded when first asked for; the second means its vectors
            of 300 numbers); or the path of a file in GloVe's text format, or in word2vec's text or
            binary format, plain or with a name that ends in .gz.
        limit: how many words at most.

    Raises:
        DataError: the source is missing, damaged or of another kind; the message says what to do.
        ValueError: `limit` is less than 2.
    """
    if limit < 2:
        raise ValueError(f"A limit of {limit} is too small: two words are the least to compare.")
    if source in EMBEDDED:
        words, rows = datasets.load_word_vectors(source)
        return _keyed(words[:limit], rows[:limit], source)
    if source in FETCHED:
        source = downloads.fetch(source) / FETCHED[source]
    elif source in downloads.SOURCES:
        raise DataError(f"The data set {source!r} has no word vectors. Those that do: {NAMES}.")
    return _read(Path(source), limit)


def _read(path: Path, limit: int) -> KeyedVectors:
    try:
        path = path.expanduser()
        if not stat.S_ISREG(path.stat().st_mode):
            raise _refusal(path, "it is a folder or a device", GLOVE_OR_WORD2VEC)
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            binary, promised, n_dims = _format(file.read(LONGEST_LINE), path)
            if not binary:
                file.seek(0)
                return _read_text(file, promised, n_dims, limit, path)
        n_bytes = path.stat().st_size * (MOST_GZIP if path.suffix == ".gz" else 1)
        if min(limit, promised) * (4 * n_dims + 1) > n_bytes:  # gensim would reserve all of it
            raise EOFError
        found = KeyedVectors.load_word2vec_format(str(path), binary=True, limit=limit)
        return _keyed(found.index_to_key, found.vectors, path)
    except DataError:
        raise
    except FileNotFoundError:
        advice = f"look for it beside the notebook, or give a name of these: {NAMES}"
        raise _refusal(path, "there is no such file", advice) from None
    except MemoryError:
        raise _refusal(path, "it does not fit into memory", "give a smaller limit") from None
    except EOFError:
        raise _refusal(path, "it ends too early", AGAIN) from None
    except UnicodeDecodeError:
        raise _refusal(path, "a word in it is not UTF-8", AGAIN) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _refusal(path, error, AGAIN) from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _refusal(path, reason, GLOVE_OR_WORD2VEC) from None


def _refusal(path, fault, advice: str) -> DataError:
    return DataError(f"{path} cannot be used as word vectors ({fault}): {advice}.")


def _format(head: bytes, path: Path) -> tuple[bool, int | None, int]:
    """Return whether a file that begins so is binary, how many words it promises, and n_dims."""
    for magic, (fault, advice) in REFUSED.items():
        if head.startswith(magic):
            raise _refusal(path, fault, advice)
    first, _, rest = head.removeprefix(codecs.BOM_UTF8).partition(b"\n")
    header = re.fullmatch(rb"(\d{1,12}) (\d{1,6})\s*", first)
    n_dims = int(header[2]) if header else len(first.rstrip().split(b" ")) - 1
    if n_dims < 1:
        fault = "its first line is not a word and its numbers" if head.strip() else "it is empty"
        raise _refusal(path, fault, GLOVE_OR_WORD2VEC)
    if not header:
        return False, None, n_dims
    # A number in text takes two bytes at least, so these are all of the first vector in text.
    numbers = rest.partition(b" ")[2][: 2 * n_dims]
    return bool(re.search(rb"[^\t\r\n -~]", numbers)), int(header[1]), n_dims


@np.errstate(over="ignore")  # a number beyond float32 becomes infinite, and is refused as such
def _read_text(file, promised: int | None, n_dims: int, limit: int, path: Path) -> KeyedVectors:
    """Read vectors in text, a line a word.

    gensim's own reader takes a line with a single number for a whole vector, fails at words with a
    space in them, which some files of GloVe have, and does not say which line is wrong.
    """
    words, numbers = {}, bytearray()  # the bytes of all vectors: half the memory of their list
    n_rows = 0
    n_wanted = limit if promised is None else min(limit, promised)
    for n_line, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
        if n_line == 1:
            line = b"" if promised is not None else line.removeprefix(codecs.BOM_UTF8)
        if not line.strip():
            continue
        word, row = _parse(line, n_line, n_dims, path)
        n_rows += 1
        if word not in words:
            words[word] = True
            numbers += row.tobytes()
        if n_rows == n_wanted:
            break
    if promised is not None and n_rows < n_wanted:
        raise _refusal(path, f"it holds {n_rows:,} words, and promises {promised:,}", AGAIN)
    return _keyed(list(words), np.frombuffer(numbers, np.float32).reshape(-1, n_dims), path)


def _parse(line: bytes, n_line: int, n_dims: int, path: Path) -> tuple[str, np.ndarray]:
    try:
        parts = line.decode("utf-8").rstrip().split(" ")
    except UnicodeDecodeError:
        raise _refusal(path, f"line {n_line:,} is not UTF-8", "save it as text in UTF-8") from None
    n_numbers = n_dims
    if len(parts) != n_dims + 1:  # wrong, or a word with a space in it, such as ". . ."
        n_numbers = next((i for i, p in enumerate(reversed(parts)) if not _is_number(p)), 0)
    if n_numbers == n_dims:
        try:
            return " ".join(parts[:-n_dims]), np.array(parts[-n_dims:], np.float32)
        except ValueError as error:
            raise _refusal(path, f"line {n_line:,}: {error}", GLOVE_OR_WORD2VEC) from None
    fault = f"line {n_line:,} has {n_numbers:,} numbers after its word, and {n_dims:,} are due"
    raise _refusal(path, fault, AGAIN)


def _is_number(text: str) -> bool:
    try:
        return float(text) is not None
    except ValueError:
        return False


def _keyed(words: Sequence[str], rows: np.ndarray, source) -> KeyedVectors:
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        fault = f"the vector of {words[finite.argmin()]!r} has a number that is not finite"
        raise _refusal(source, fault, AGAIN)
    kept = np.flatnonzero(rows.any(axis=1))
    if len(kept) < 2:
        fault = f"words with a vector that is not zero: {len(kept)}"
        raise _refusal(source, fault, "give a file with more words")
    if len(kept) < len(rows):  # else no copy
        words, rows = [words[i] for i in kept], rows[kept]
    vectors = KeyedVectors(rows.shape[1])
    vectors.add_vectors(words, rows.astype(np.float32, copy=False))
    return vectors


def row(vectors: KeyedVectors, word: str) -> int:
    """Return the row of a word in `vectors.vectors`.

    Spaces around the word are dropped. It is looked for as it is, then in lower case.

    Raises:
        UnknownWord: it is not in the vocabulary; the message gives the nearest spellings.
    """
    if not isinstance(word, str):
        raise UnknownWord(f"{word!r} is not a word: give one in quotes, such as 'orange'.")
    word = word.strip()
    for spelling in (word, word.lower()):
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


def _near(word: str, words: Iterable[str]) -> list[str]:
    letters = set(word)
    alike = [
        other
        for other in words
        if abs(len(other) - len(word)) <= 2 and len(letters.symmetric_difference(other)) <= 2
    ]
    return get_close_matches(word, alike[:MOST_CANDIDATES], n=3, cutoff=0.75)
