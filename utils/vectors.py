"""Word vectors: loading, looking words up, standard tests, and training on real text.

Vectors are gensim's `KeyedVectors` everywhere: `vectors["king"]` is a row, `vectors.vectors` the
whole matrix of shape (n_words, n_dims), and `vectors.index_to_key` its words in order.
"""

import bz2
import codecs
import gzip
import re
import stat
import zlib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from gensim.corpora.wikicorpus import extract_pages, filter_wiki
from gensim.models import KeyedVectors, Word2Vec
from gensim.test.utils import datapath
from gensim.utils import tokenize

from . import datasets
from .datasets import DataError

EMBEDDED = ("planted", "control")
FETCHED = {"glove-50d": "", "glove-6b": "glove.6B.300d.txt"}  # the file inside, for an archive
NAMES = ", ".join((*EMBEDDED, *FETCHED))
WIKIPEDIA = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
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
        source = datasets.fetch(source) / FETCHED[source]
    elif source in datasets.SOURCES:
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


def analogy_accuracy(
    vectors: KeyedVectors, sections: Sequence[str] | None = None
) -> dict[str, tuple[int, int]]:
    """Return right and asked for each section of Google's analogy test, and for "all" of them.

    For "a is to b as c is to d" the answer is the word whose vector has the largest cosine with
    b - a + c (unit vectors), a, b and c excluded. Questions with a word that has no vector are not
    asked. The test has 19,544 questions in 14 sections (Mikolov, Chen, Corrado and Dean 2013).
    It takes a second for 2,700 words and a minute for 200,000.

    Args:
        vectors: the vectors; upper and lower case count as the same.
        sections: the names of the sections to ask, such as ["family"]; None means all.

    Raises:
        ValueError: there is no such section.
    """
    chosen = _sections(sections)
    vectors.fill_norms(force=True)  # they may have been changed since the last time
    keys = vectors.key_to_index
    try:
        with TemporaryDirectory() as folder, np.errstate(invalid="ignore", divide="ignore"):
            file = Path(folder, "questions.txt")
            file.write_text("".join(f": {part}" for part in chosen.values()), encoding="utf-8")
            *found, total = vectors.evaluate_word_analogies(str(file), len(vectors))[1]
    finally:
        vectors.key_to_index = keys  # gensim does not put them back when it is interrupted
    found.append({**total, "section": "all"})
    return {
        part["section"]: (len(part["correct"]), len(part["correct"] + part["incorrect"]))
        for part in found
    }


def analogy_questions(vectors: KeyedVectors, section: str) -> np.ndarray:
    """Return the questions of a section of Google's test, (n_questions, 4), as indices of words.

    "a is to b as c is to d": a column each. Questions with a word that has no vector are left out.
    Raises ValueError: there is no such section.
    """
    known = {word.lower(): n for n, word in reversed([*enumerate(vectors.index_to_key)])}
    lines = _sections([section])[section].lower().splitlines()[1:]
    questions = [[known.get(word, -1) for word in line.split()] for line in lines]
    return np.array([question for question in questions if -1 not in question]).reshape(-1, 4)


def _sections(chosen: Sequence[str] | None) -> dict[str, str]:
    """Return the text of each of these sections of Google's test, of all if None."""
    parts = _test_data("questions-words.txt").read_text(encoding="utf-8").split(": ")[1:]
    known = {part.split("\n", 1)[0].strip(): part for part in parts}
    chosen = list(known) if chosen is None else list(chosen)
    if not chosen or set(chosen) - known.keys():
        raise ValueError(f"No such sections: {chosen}. Choose from these: {', '.join(known)}.")
    return {name: known[name] for name in chosen}


def word_similarity(vectors: KeyedVectors) -> tuple[float, int, int]:
    """Return how well cosines agree with people's judgements of how related two words are.

    Returns:
        Spearman's rho, from -1 to 1, over the pairs of WordSim-353 (Finkelstein and others 2002)
        of which both words have vectors; how many pairs these are; and how many the test has.

    Raises:
        ValueError: fewer than three pairs are known.
    """
    path = _test_data("wordsim353.tsv")
    lines = path.read_text(encoding="utf-8").upper().splitlines()
    pairs = [line.split("\t")[:2] for line in lines if line and not line.startswith("#")]
    known = {word.upper() for word in vectors.index_to_key}
    used = sum(known.issuperset(pair) for pair in pairs)
    if used < 3:
        raise ValueError(
            f"Only {used} of the {len(pairs)} pairs of words have vectors here, too few to rank: "
            "load vectors with more everyday words."
        )
    rho = vectors.evaluate_word_pairs(str(path), restrict_vocab=None)[1][0]
    return float(rho), used, len(pairs)


def real_text() -> list[list[str]]:
    """Return half a million words of real text as 14,000 paragraphs of lower-cased words.

    They come with gensim: Australian news of 2000 and 2001 (Lee, Pincombe and Welsh 2005) and a
    hundred articles of the English Wikipedia. Reading takes two seconds. Raises DataError.
    """
    news = _test_data("lee_background.cor").read_text(encoding="utf-8")
    texts = news.splitlines()
    with bz2.open(_test_data(WIKIPEDIA)) as file:
        for _, text, _ in extract_pages(file, filter_namespaces=("0",)):
            texts += filter_wiki(text).splitlines()
    paragraphs = (list(tokenize(text, lower=True)) for text in texts)
    return [words for words in paragraphs if len(words) > 1]


def _test_data(name: str) -> Path:
    path = Path(datapath(name))
    if not path.is_file():
        raise DataError(f"gensim came without its test data ({name}): install gensim from PyPI.")
    return path


def train(
    sentences: Sequence[Sequence[str]], seed: int, dims: int = 50, epochs: int = 6
) -> KeyedVectors:
    """Return vectors of the words that occur five times or more in `sentences`.

    Skip-gram with negative sampling (Mikolov, Sutskever and others 2013). The other settings suit
    half a million words. One thread alone, so the same seed gives the same bits again.

    Raises:
        ValueError: fewer than two words occur five times.
    """
    model = Word2Vec(
        vector_size=dims,
        sg=1,
        negative=5,
        window=8,
        sample=1e-4,
        alpha=0.05,
        min_count=5,
        seed=seed,
        workers=1,
    )
    model.build_vocab(sentences)
    if len(model.wv) < 2:
        raise ValueError("Fewer than two words occur five times in the text: give a longer one.")
    model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
    return model.wv
