"""Files of word vectors: GloVe's text format, and word2vec's text and binary formats.

gensim's reader takes a line with a single number for a whole vector, ends a word at its first
space, believes the count in the header, and does not say which line is wrong.
"""

import codecs
import gzip
import re
import stat
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

from utils.files import DataError

LONGEST_LINE = 1 << 17  # bytes: a file without a newline must not fill the memory
LONGEST_WORD = 1 << 11
BLOCK = 1 << 16

HEADER = re.compile(rb"[ \t]*(\d{1,12})[ \t]+(\d{1,6})\s*")
WHOLE = re.compile(rb"-?\d+")
FINITE = re.compile(rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
NUMBER = re.compile(FINITE.pattern + rb"|[-+]?(?i:nan|inf|infinity)")
PLAIN = b"0123456789+-.eE"
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")

GLOVE_OR_WORD2VEC = "give a file in GloVe's or word2vec's format"
AGAIN = "it is cut or damaged, so copy or download it again"
MEND = "mend that line, or copy or download the file again"
MEND_HEADER = "mend or delete the header: it has two whole numbers, of words and dimensions"
RESAVE = "save it in word2vec's text format where it comes from, or copy or download it again"
SAVE = "save it as text in UTF-8"
UNPACK = "unpack it, and give the path of the file inside"
REFUSED = {
    rb"\x80": (
        "it is a pickle, as gensim's .kv and .model are, and to open one can run any code",
        "where it comes from, save it with gensim's save_word2vec_format",
    ),
    rb"PK[\3\5]": ("it is a ZIP archive", UNPACK),
    rb"\x1f\x8b": ("it is compressed by gzip", "rename it so that its name ends in .gz"),
    rb"BZh[1-9]1AY|\xfd7zXZ\0|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!": ("it is compressed", UNPACK),
    rb"(?s:.{257})ustar": ("it is a tar archive", UNPACK),
    rb"\xba\x16\x4f\x2f": (
        "it is a model of fastText, with parts of words",
        "take the file of its vectors, whose name ends in .vec",
    ),
    rb"\xff\xfe|\xfe\xff|([^\0]\0){4}|(\0[^\0]){4}": ("line 1 is not UTF-8, but UTF-16", SAVE),
    rb"\s*<(?i:!doctype|html)": ("it is a web page", "download the file itself"),
    rb"version https://git-lfs": ("Git LFS has left a note in its place", "run git lfs pull"),
}


def refusal(path, fault, advice: str) -> DataError:
    """Return the error that says why a file cannot be used, and what to do."""
    return DataError(f"{path} cannot be used as word vectors ({fault}): {advice}.")


def read(path: Path, limit: int) -> KeyedVectors:
    """Return the vectors of the first `limit` words of a file (see `vectors.load`).

    Nothing beyond them is read. Raises DataError, and FileNotFoundError.
    """
    try:
        path = path.expanduser()
        if not stat.S_ISREG(path.stat().st_mode):
            raise refusal(path, "it is a folder or a device", GLOVE_OR_WORD2VEC)
        packed = path.suffix.lower() == ".gz"
        with (gzip.open if packed else open)(path, "rb") as file:
            head = file.read(LONGEST_LINE)
            binary, promised, n_dims = _format(head, path)
            file.seek(0)
            if promised is not None:
                file.readline()
            records = (_binary if binary else _text)(file, promised, n_dims, path)
            return _collect(records, promised, n_dims, limit, path)
    except (DataError, FileNotFoundError):
        raise
    except MemoryError:
        raise refusal(path, "it does not fit into memory", "give a smaller limit") from None
    except EOFError:
        raise refusal(path, "it ends too early", AGAIN) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        plain = "if it is plain, take .gz off its name, else copy or download it again"
        raise refusal(path, error, plain if "Not a gzipped" in str(error) else AGAIN) from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise refusal(path, reason, GLOVE_OR_WORD2VEC) from None


def keyed(words: Sequence[str], rows: np.ndarray, source) -> KeyedVectors:
    """Return words and their vectors, (n_words, n_dims), without the all-zero ones.

    Raises DataError: a number is not finite, or fewer than two words are left.
    """
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        fault = f"the vector of {words[finite.argmin()]!r} has a number that is not finite"
        raise refusal(source, fault, "leave this word out, or make or download the vectors again")
    kept = np.flatnonzero(rows.any(axis=1))
    if len(kept) < 2:
        fault = f"words with a vector that is not zero: {len(kept)}"
        raise refusal(source, fault, "give a file with more words")
    if len(kept) < len(rows):  # else no copy
        words, rows = [words[i] for i in kept], rows[kept]
    vectors = KeyedVectors(rows.shape[1])
    vectors.add_vectors(words, rows.astype(np.float32, copy=False))
    return vectors


def _collect(records, promised: int | None, n_dims: int, limit: int, path: Path) -> KeyedVectors:
    words, numbers = {}, bytearray()  # the bytes of all vectors: half the memory of their list
    n_rows = 0
    for word, row in islice(records, limit):
        n_rows += 1
        if word not in words:
            words[word] = True
            numbers += row
    if n_rows < min(limit, promised or 0):
        fault = f"it ends too early: it holds {n_rows:,} words, and promises {promised:,}"
        raise refusal(path, fault, f"{AGAIN}; if it is whole, write {n_rows} in its header")
    return keyed(list(words), np.frombuffer(numbers, np.float32).reshape(-1, n_dims), path)


# What kind of file it is


def _format(head: bytes, path: Path) -> tuple[bool, int | None, int]:
    """Return whether a file that begins so is binary, how many words it promises, and n_dims."""
    for magic, (fault, advice) in REFUSED.items():
        if re.match(magic, head):
            raise refusal(path, fault, advice)
    if b"\r" in head and b"\n" not in head:
        fault = "its lines end in CR alone, as on old Macs"
        raise refusal(path, fault, "save it with other line ends (LF)")
    first, _, rest = head.removeprefix(codecs.BOM_UTF8).partition(b"\n")
    header = HEADER.fullmatch(first)
    n_dims = int(header[2]) if header else _dimension(head, path)
    if n_dims < 1:
        fault = "its first line is not a word and its numbers" if head.strip() else "it is empty"
        raise refusal(path, fault, GLOVE_OR_WORD2VEC)
    return bool(header) and _is_binary(rest, n_dims), int(header[1]) if header else None, n_dims


def _dimension(head: bytes, path: Path) -> int:
    """Return how many numbers most lines have, since a word can end in a number, as Route 66."""
    lines = head.removeprefix(codecs.BOM_UTF8).split(b"\n")
    first = lines[0]
    if len(head) == LONGEST_LINE:  # the last one is not whole
        lines = lines[:-1] or lines
    counts = Counter(_count_numbers(line) for line in lines if line.strip())
    most = max(counts.values(), default=0)
    n_dims = min((n for n, count in counts.items() if count == most), default=0)
    if n_dims and all(_begins_whole(line, n_dims) for line in lines if line.strip()):
        if n_dims == 1:
            raise refusal(path, "it has one whole number a word: counts?", "give the vectors' file")
        fault = "is the whole number behind each word a part of the word, or of its vector?"
        advice = f"write the number of words and of dimensions above them, such as 8 {n_dims}"
        raise refusal(path, fault, advice)
    return n_dims or len(first.rstrip().split(b" ")) - 1


def _begins_whole(line: bytes, n_dims: int) -> bool:
    number, *others = line.split()[-n_dims:]
    return number.isdigit() and not any(WHOLE.fullmatch(other) for other in others)


def _count_numbers(line: bytes, number: re.Pattern = NUMBER) -> int:
    """Return how many numbers stand behind the word of a line."""
    parts = line.split()
    n = sum(1 for _ in takewhile(number.fullmatch, reversed(parts)))
    return n - 1 if n == len(parts) and not line[:1].isspace() else n


def _is_binary(rest: bytes, n_dims: int) -> bool:
    """Return whether binary numbers, and not text, follow the header."""
    line = rest.lstrip().partition(b"\n")[0]
    if _count_numbers(line) >= n_dims:
        return False
    sample = rest.partition(b" ")[2][: 4 * n_dims + 50]  # the first vector, if it is binary
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return True
    return bool(CONTROL.search(sample))


# Text


def _text(file, promised: int | None, n_dims: int, path: Path) -> Iterator[tuple[str, bytes]]:
    header = promised is not None
    n_blank = 0
    for n_line, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1 + header):
        if n_line == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if line.strip():
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                fault = f"line {n_line:,} is longer than {LONGEST_LINE:,} bytes"
                raise refusal(path, fault, GLOVE_OR_WORD2VEC)
            n_blank = 0
            yield _parse(line, n_line, n_dims, header, path)
            continue
        n_blank += len(line)
        if n_blank > LONGEST_LINE:
            fault = f"{n_blank:,} bytes of empty lines end in line {n_line:,}"
            raise refusal(path, fault, "delete them, or copy or download the file again")


@np.errstate(over="ignore")  # a number beyond float32 becomes infinite, and is refused as such
def _parse(line: bytes, n_line: int, n_dims: int, header: bool, path: Path) -> tuple[str, bytes]:
    where = f"line {n_line:,}"
    word, *numbers = line.rsplit(None, n_dims)
    if len(numbers) == n_dims - 1 and line[:1].isspace():  # the word is empty
        word, numbers = b"", [word, *numbers]
    try:
        text = _word(word).strip(" \t")
    except UnicodeDecodeError:
        advice = GLOVE_OR_WORD2VEC if CONTROL.search(line) else f"{SAVE}, or delete that line"
        raise refusal(path, f"{where} is not UTF-8, {_shown(word)}", advice) from None
    n_more = _count_numbers(word, FINITE)
    if len(numbers) < n_dims or (n_more and not _is_part_of_word(word, n_more, numbers)):
        n = n_dims + n_more if len(numbers) == n_dims else _count_numbers(line)
        due = f"{n_dims:,} are due" + " by the header" * header
        fault = f"{where} has {n:,} numbers after {_shown(line.split()[0])}, and {due}"
        if n < n_dims and not line.endswith(b"\n"):
            raise refusal(path, fault, AGAIN)
        at_header = n_line == 2 if header else n_line == 1 and n < n_dims
        raise refusal(path, fault, MEND_HEADER if at_header else MEND)
    try:
        if b"".join(numbers).translate(None, PLAIN) and not all(map(NUMBER.fullmatch, numbers)):
            raise ValueError
        row = np.array(numbers, np.float32).tobytes()
    except ValueError:  # NumPy does not say which one it was
        raise _no_number(numbers, where, line, path) from None
    if not line.endswith(b"\n") and _is_cut(numbers):
        raise refusal(path, f"it ends in a part of a number, {_shown(numbers[-1])}", AGAIN)
    return text, row


def _is_part_of_word(word: bytes, n: int, numbers: list[bytes]) -> bool:
    """Return whether the last n parts of a word belong to it, as in Route 66, and not to a vector.

    They do if they are whole numbers, and those of the vector are not.
    """
    return all(part.isdigit() for part in word.split()[-n:]) and not all(
        WHOLE.fullmatch(number) for number in numbers
    )


def _is_cut(numbers: list[bytes]) -> bool:
    """Return whether the last number has too few decimals for one that a program wrote."""
    *decimals, last = [len(number.partition(b".")[2]) for number in numbers]
    least = min(decimals, default=0)
    return least >= 4 and last < (least if len(set(decimals)) == 1 else least / 2)


def _no_number(numbers: list[bytes], where: str, line: bytes, path: Path) -> DataError:
    n, wrong = next((n, x) for n, x in enumerate(numbers, 1) if not NUMBER.fullmatch(x))
    if re.fullmatch(rb"[-+]?\d*,\d+", wrong):
        advice = "write numbers with a point, such as 0.1"
        return refusal(path, f"{where}: {_shown(wrong)} is not a number", advice)
    is_cut = n == len(numbers) and not line.endswith(b"\n")
    fault = f"{where}: could not convert string to float: {_shown(wrong)}"
    return refusal(path, fault, AGAIN if is_cut else GLOVE_OR_WORD2VEC)


def _shown(raw: bytes) -> str:
    text = raw[:80].decode("utf-8", errors="replace")
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _word(raw: bytes) -> str:
    """Return a word; one that is cut inside a character ends in U+FFFD.

    Word2vec's own tool cuts words to 98 bytes. Raises UnicodeDecodeError.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start == 0 or error.reason != "unexpected end of data":
            raise
        return raw[: error.start].decode("utf-8") + "\ufffd"


# Binary


def _binary(file, promised: int, n_dims: int, path: Path) -> Iterator[tuple[str, bytes]]:
    """Read words, each with a space and the bytes of float32 numbers behind it.

    Word2vec's tool writes a newline after each vector, and gensim writes none. Where it is
    written, it shows where a word ends that has spaces.
    """
    size, data, at, newline, n_words = 4 * n_dims, b"", 0, False, 0
    while True:
        if len(data) - at < LONGEST_WORD + size + 2:
            data, at = data[at:] + file.read(BLOCK + size), 0
        if len(data) - at <= size and not data[at:].strip():
            break
        end = _end_of_word(data, at, size, newline)
        stop = end + 1 + size
        whole = end >= 0 and stop <= len(data)
        if not whole and n_words >= promised > 0:
            fault = f"something else follows the {promised:,} words that its header promises"
            raise refusal(path, fault, GLOVE_OR_WORD2VEC)
        if end < 0 and len(data) - at > LONGEST_WORD:
            fault = f"word {n_words + 1:,} does not end within {LONGEST_WORD:,} bytes"
            raise refusal(path, fault, RESAVE)
        if not whole:
            raise EOFError
        n_words += 1
        ends_line = data[stop : stop + 1] == b"\n"
        if newline and not ends_line and stop < len(data):
            raise refusal(path, f"no newline follows the vector of word {n_words:,}", RESAVE)
        newline = newline or (ends_line and n_words == 1)
        word = _binary_word(data[at:end].lstrip(b"\r\n"), newline, n_words, path)
        yield word, data[end + 1 : stop]
        at = stop + newline


def _end_of_word(data: bytes, at: int, size: int, newline: bool) -> int:
    """Return where the space between a word and its vector is, or -1."""
    first = space = data.find(b" ", at, at + LONGEST_WORD)
    if not newline:
        return first
    while space >= 0 and not CONTROL.search(data, at, space):
        stop = space + 1 + size
        if stop == len(data) or data[stop : stop + 1] == b"\n":
            return space
        space = data.find(b" ", space + 1, at + LONGEST_WORD)
    return first


def _binary_word(raw: bytes, newline: bool, n_words: int, path: Path) -> str:
    try:
        if newline or not (CONTROL.search(raw) or b"\n" in raw):  # else these are numbers
            return _word(raw)
    except UnicodeDecodeError:
        pass
    fault = f"a word in it, number {n_words:,}, is not UTF-8 text"
    raise refusal(path, fault, RESAVE)
