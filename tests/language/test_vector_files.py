"""utils.language.vector_files: files of every kind, good and bad."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import re
import sys
import tarfile
import time
import tracemalloc
import zipfile

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from tests import server as web
from tests.language.small_vectors import ROWS, WORDS, keyed, pairs, text
from utils.files import DataError
from utils.language import vectors


def binary(words=WORDS, rows=ROWS, header=None, newline=b"\n"):
    """Return what word2vec's own tool writes; without the newlines, what gensim does."""
    body = b"".join(
        w.encode() + b" " + np.float32(r).tobytes() + newline for w, r in pairs(words, rows)
    )
    return (header or f"{len(words)} {np.shape(rows)[1]}").encode() + b"\n" + body


def write(folder, content, name="my vectors.txt"):
    path = folder / name
    path.write_bytes(content)
    return path


def refused(path, message, **options):
    """`load` gives one line that names the file, and no second exception is shown."""
    with pytest.raises(DataError, match=message) as caught:
        vectors.load(path, **options)
    assert "\n" not in str(caught.value)
    assert str(caught.value).count("cannot be used") == 1
    assert str(path) in str(caught.value) and str(caught.value).endswith(".")
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


# --- files that are right --------------------------------------------------------------------

GOOD = {
    "glove": text(),
    "word2vec": text(header="8 5"),
    "binary": binary(),
    "byte order mark": b"\xef\xbb\xbf" + text(),
    "windows": text(header="8 5").replace(b"\n", b"\r\n"),
    "spaces at the end": text(header="8 5").replace(b"\n", b" \n"),
    "no last newline": text().rstrip(),
    "blank lines": text() + b"\n\n",
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("kind", GOOD)
def test_every_format(tmp_path, kind, zipped):
    path = write(
        tmp_path, gzip.compress(GOOD[kind]) if zipped else GOOD[kind], "v.gz"[: 1 + 3 * zipped]
    )
    for source in (path, str(path)):
        found = vectors.load(source)
        assert found.index_to_key == WORDS
        assert found.vectors.dtype == np.float32
        np.testing.assert_array_equal(found.vectors, ROWS)


@pytest.mark.parametrize("is_binary", [False, True])
@pytest.mark.parametrize("n_dims", [2, 3, 50, 300])
def test_what_gensim_saves(tmp_path, is_binary, n_dims):
    rng = np.random.default_rng(n_dims)
    for trial in range(20):
        saved = keyed(WORDS, rng.normal(size=(8, n_dims)))
        path = tmp_path / f"{trial}"
        saved.save_word2vec_format(str(path), binary=is_binary)
        found = vectors.load(path)
        assert found.index_to_key == WORDS
        np.testing.assert_allclose(found.vectors, saved.vectors, rtol=1e-6)


def test_a_duplicate_keeps_its_first_vector(tmp_path):
    words = [*WORDS[:3], "the", *WORDS[4:]]
    for content in (text(words), binary(words)):
        found = vectors.load(write(tmp_path, content))
        assert found.index_to_key == [*WORDS[:3], *WORDS[4:]]
        np.testing.assert_array_equal(found["the"], ROWS[0])


def test_a_zero_vector_is_left_out(tmp_path):
    rows = ROWS.copy()
    rows[2] = 0
    for content in (text(rows=rows), binary(rows=rows)):
        found = vectors.load(write(tmp_path, content))
        assert found.index_to_key == [*WORDS[:2], *WORDS[3:]]
        np.testing.assert_array_equal(found["日本"], ROWS[3])


def test_a_word_with_spaces(tmp_path):
    """GloVe's vectors of 840 billion words have ". . ." in them."""
    words = ["the", ". . .", "at 5 o'clock", *WORDS[3:]]
    found = vectors.load(write(tmp_path, text(words)))
    assert found.index_to_key == words
    np.testing.assert_array_equal(found.vectors, ROWS)


def test_limit(tmp_path):
    for content in GOOD["glove"], GOOD["word2vec"], GOOD["binary"]:
        path = write(tmp_path, content)
        assert vectors.load(path, limit=3).index_to_key == WORDS[:3]
        assert vectors.load(path, limit=10**6).index_to_key == WORDS
        with pytest.raises(ValueError, match="limit of 1 is too small"):
            vectors.load(path, limit=1)


@pytest.mark.parametrize("kind", ["glove", "word2vec", "binary"])
def test_nothing_beyond_the_limit_matters(tmp_path, kind):
    """What is damaged there does not matter, neither does a header that promises too much."""
    many = {"glove": None, "word2vec": "9000000 5", "binary": "9000000 5"}[kind]
    content = (binary if kind == "binary" else text)(header=many) + b"\xff\xfe nonsense \0 1 2\n"
    path = write(tmp_path, content)
    assert vectors.load(path, limit=8).index_to_key == WORDS
    refused(path, "is cut or damaged|UTF-8", limit=9)


def test_a_large_file_is_streamed(tmp_path):
    """Of 70 MB only the first thousand words are read: memory and time are of their size."""
    path = tmp_path / "large.txt"
    line = (" " + " ".join(["0.123456"] * 50) + "\n").encode()
    with path.open("wb") as file:
        for start in range(0, 150_000, 10_000):
            file.write(b"".join(b"w%d" % i + line for i in range(start, start + 10_000)))
    assert path.stat().st_size > 60e6
    began = time.process_time()
    tracemalloc.start()
    found = vectors.load(path, limit=1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1000
    assert peak < 4e6
    assert time.process_time() - began < 2  # the whole takes ten times as long


@pytest.mark.skipif(sys.platform == "win32", reason="files are not sparse there")
@pytest.mark.parametrize("start", [b"", GOOD["glove"], GOOD["word2vec"], b"the 0.1"])
def test_a_gigabyte_without_a_newline_does_not_fill_the_memory(tmp_path, start):
    path = write(tmp_path, start)
    os.truncate(path, 1 << 30)
    tracemalloc.start()
    if start in (GOOD["glove"], GOOD["word2vec"]):
        assert vectors.load(path, limit=8).index_to_key == WORDS
    if start != GOOD["word2vec"]:
        refused(path, "cannot be used as word vectors")
    assert tracemalloc.get_traced_memory()[1] < 4e6
    tracemalloc.stop()


def test_a_path_from_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write(tmp_path, text())
    assert vectors.load("~/my vectors.txt").index_to_key == WORDS


# --- what a file holds is kept ---------------------------------------------------------------


def lines(words=WORDS, header=None, form="{:.4f}".format, sep=" ", end="\n"):
    """Return text with rows of four decimals, and these rows."""
    rows = [sep.join([word, *map(form, row)]) for word, row in pairs(words, ROWS)]
    return (end.join(([header] if header else []) + rows) + end).encode()


def with_word(word, at=4):
    return [*WORDS[:at], word, *WORDS[at + 1 :]]


FORMS = {
    "tabs": lines(sep="\t"),
    "a tab after the word": re.sub(rb"(?m)^(\S+) ", rb"\1\t", lines()),
    "two spaces": lines(sep="  "),
    "a space in front": re.sub(rb"(?m)^", b" ", lines()).rstrip(b" "),
    "tabs at the end": lines(end="\t\n"),
    "header 0": lines(header="0 5"),
    "header too small": lines(header="3 5"),
    "header with a tab": lines(header="8\t5"),
    "header with spaces": lines(header=" 8  5 "),
    "header behind a mark": b"\xef\xbb\xbf" + lines(header="8 5"),
    "a blank line first": b"\n" + lines(),
    "blank lines within": lines().replace(b"\n", b"\n\n  \n"),
    "exponents": lines(form="{:.4e}".format),
    "capital exponents": lines(form="{:.4E}".format),
    "plus signs": lines(form="{:+.4f}".format),
    "no zero": lines(form=lambda x: f"{x:.4f}".replace("0.", ".", 1)),
}


@pytest.mark.parametrize("kind", FORMS)
def test_every_form_of_text(tmp_path, kind):
    found = vectors.load(write(tmp_path, FORMS[kind]))
    assert found.index_to_key == WORDS
    np.testing.assert_allclose(found.vectors, ROWS, atol=6e-5)


@pytest.mark.parametrize("form", [lines, lambda words: lines(words, "8 5"), binary])
@pytest.mark.parametrize("at", [1, 4, 7])
@pytest.mark.parametrize(
    "word",
    [
        "Route 66", "Windows 7", "10 000 000", "66", "3.14", "-1", "New York City", ". . .",
        "New  York", "New\xa0York", "a\u2028b", "\x85", "nan", "to inf", "ki\u200bng", "naïve è",
        "0,5", '"the"', "",
    ],
)  # fmt: skip
def test_a_word_is_kept_as_it_stands(tmp_path, form, at, word):
    """Also one that ends in a number, or with spaces in it."""
    found = vectors.load(write(tmp_path, form(with_word(word, at))))
    assert found.index_to_key == with_word(word, at)
    np.testing.assert_allclose(found.vectors, ROWS, atol=6e-5)


@pytest.mark.parametrize("word", ["Route 66", "New York City", "3.14", "", "Nëw York"])
def test_the_first_word_does_not_set_the_dimension(tmp_path, word):
    for header in (None, "8 5", "0 5"):
        found = vectors.load(write(tmp_path, lines(with_word(word, 0), header)))
        assert found.index_to_key == with_word(word, 0)
        assert found.vectors.shape == (8, 5)


def test_numbers_behind_words_are_asked_about(tmp_path):
    """Each word ends in a number: one more or less in each vector. The advice settles it."""
    words = [f"Route {number}" for number in range(8)]
    refused(write(tmp_path, lines(words)), "part of the word, or of its vector.*such as 8 6")
    assert vectors.load(write(tmp_path, lines(words, "8 5"))).index_to_key == words
    taken = vectors.load(write(tmp_path, lines([f"r{n} {n}" for n in range(8)], "8 6")))
    assert taken.vectors.shape == (8, 6)


CUT_WORD = "слов".encode()[:-1]


@pytest.mark.parametrize("at", [0, 4, 7])
def test_a_word_cut_inside_a_character_is_marked(tmp_path, at):
    """Word2vec's own tool cuts long words after 98 bytes."""
    marked = with_word("сло\ufffd", at)
    for content in (lines(with_word("слов", at)), lines(with_word("слов", at), "8 5")):
        content = content.replace("слов".encode(), CUT_WORD)
        assert vectors.load(write(tmp_path, content)).index_to_key == marked
    for newline in (b"\n", b""):
        content = binary(with_word("слов", at), newline=newline).replace("слов".encode(), CUT_WORD)
        found = vectors.load(write(tmp_path, content))
        assert found.index_to_key == marked
        np.testing.assert_array_equal(found.vectors, ROWS)


@pytest.mark.parametrize("newline", [b"\n", b""])
@pytest.mark.parametrize("header", ["0 5", "3 5", "8 5", "8 5\r"])
def test_binary_with_any_header(tmp_path, header, newline):
    path = write(tmp_path, binary(header=header, newline=newline))
    found = vectors.load(path)
    assert found.index_to_key == WORDS
    np.testing.assert_array_equal(found.vectors, ROWS)
    assert vectors.load(path, limit=3).index_to_key == WORDS[:3]


def test_a_header_of_no_words_keeps_the_limit(tmp_path):
    content = "0 3\n" + "".join(f"w{n} 1 2 3\n" for n in range(1000))
    path = write(tmp_path, content.encode())
    assert len(vectors.load(path)) == 1000
    assert vectors.load(path, limit=7).index_to_key == [f"w{n}" for n in range(7)]


@pytest.mark.parametrize("newline", [b"\n", b""])
def test_never_another_vector_in_binary(tmp_path, newline):
    """A word with a space, a header of another size, other numbers: right, or refused."""
    rng = np.random.default_rng(7)
    for trial in range(200):
        words = with_word("New York", rng.integers(8)) if trial % 2 else WORDS
        n_dims = int(rng.integers(2, 8))
        content = binary(words, header=f"8 {n_dims}", newline=newline)
        try:
            found = vectors.load(write(tmp_path, content))
        except DataError:
            assert n_dims != 5 or trial % 2
            continue
        assert n_dims == 5 and found.index_to_key == words
        np.testing.assert_array_equal(found.vectors, ROWS)


def test_a_number_that_was_cut(tmp_path):
    """The last one, at the end of the file. What people type themselves is not cut."""
    for content in (lines(), lines(header="8 5")):
        for n_left in range(1, 7):  # of "-1.6687"
            refused(write(tmp_path, content[: n_left - 8]), CUT)
    refused(write(tmp_path, text()[:-12]), CUT)
    for typed in (b"a 0.1 0.25 1\nb 0.5 1.25 2", b"a 0.1234 1\nb 0.1 0.1230"):
        assert len(vectors.load(write(tmp_path, typed))) == 2


@pytest.mark.parametrize("start", [b"", b"8 5\n", lines(), lines(header="9 5")])
def test_nothing_but_newlines_ends_soon(tmp_path, start):
    """A compressed file can unpack to gigabytes of them."""
    began = time.process_time()
    for filling in (b"\n", b" "):
        path = write(tmp_path, gzip.compress(start + filling * (1 << 24), 1), "v.gz")
        refused(path, "it is empty|bytes of empty lines")
    assert time.process_time() - began < 2


def test_files_that_come_with_gensim():
    """Its reader is the other implementation: fastText's, GloVe's and word2vec's own tools."""
    for name in (
        "euclidean_vectors.bin",
        "word2vec_pre_kv_c",
        "lee_fasttext.vec",
        "crime-and-punishment.vec",
        "high_precision.kv.bin",
        "test_glove.txt",
    ):
        path = datapath(name)
        kind = {"binary": name.endswith(".bin"), "no_header": name.startswith("test")}
        wanted = KeyedVectors.load_word2vec_format(path, **kind)
        found = vectors.load(path)
        assert found.index_to_key == [word for word in wanted.index_to_key if wanted[word].any()]
        np.testing.assert_allclose(found.vectors, wanted.vectors[wanted.vectors.any(axis=1)])


def test_words_that_gensim_cannot_decode():
    found = vectors.load(datapath("w2v_keyedvectors_load_test.modeldata"))
    assert found.index_to_key == ["ありがとう\ufffd", "どういたしまして\ufffd"]
    np.testing.assert_array_equal(found.vectors, np.float32([[0.6, 0.6, 0.6], [0.1, 0.2, 0.3]]))


# --- files that are wrong --------------------------------------------------------------------


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("glove.txt", text())
    return buffer.getvalue()


def tar_of(content):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo("vectors.txt")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def with_number(value):
    rows = ROWS.copy()
    rows[4, 2] = value
    return rows


LONGER = np.concatenate([ROWS, ROWS], axis=1)
MEND = "mend that line, or copy or download the file again"
FINITE = "leave this word out, or make or download the vectors again"
RESAVE = "save it in word2vec's text format where it comes from"
CUT = "cut or damaged, so copy or download it again"
FORMAT = "give a file in GloVe's or word2vec's format"
BAD = {
    "empty": (b"", f"it is empty.*{FORMAT}"),
    "blank": (b" \n\n", f"it is empty.*{FORMAT}"),
    "one word": (text(WORDS[:1], ROWS[:1]), "not zero: 1.*a file with more words"),
    "one word, promised": (text(WORDS[:1], ROWS[:1], "1 5"), "not zero: 1"),
    "one word twice": (text(["a", "a"], ROWS[:2]), "not zero: 1"),
    "only zeros": (text(rows=ROWS * 0), "not zero: 0"),
    "header only": (b"8 5\n", f"holds 0 words, and promises 8.*{CUT}"),
    "no dimension": (b"8 0\nthe\n", f"not a word and its numbers.*{FORMAT}"),
    "last line cut": (text().rsplit(b" ", 2)[0], f"line 8 has 3 numbers .*and 5 are due.*{CUT}"),
    "last line almost gone": (text().rsplit(b" ", 4)[0], "line 8 has 1 numbers"),
    "last line a word": (text().rsplit(b" ", 5)[0], "line 8 has 0 numbers"),
    "too few": (text(header="9 5"), f"holds 8 words, and promises 9.*{CUT}"),
    "another dimension": (text() + text(rows=LONGER), f"line 9 has 10 numbers .*5 are due.*{MEND}"),
    "header of another": (text(header="8 4"), "line 2 has 5 numbers .*4 are due"),
    "not numbers": (text() + b"my own five words here !\n", f"line 9: could not convert.*{FORMAT}"),
    "prose": (b"It was a dark night.\nIt rained.\n", f"line 1: could not convert.*{FORMAT}"),
    "one column": (b"apple\npear\n", f"not a word and its numbers.*{FORMAT}"),
    "commas": (text().replace(b" ", b","), f"not a word and its numbers.*{FORMAT}"),
    "nan": (text(rows=with_number(np.nan)), f"'king' has a number that is not finite.*{FINITE}"),
    "infinite": (text(rows=with_number(-np.inf)), "'king' has a number that is not finite"),
    "one number more": (text().replace(b"king ", b"king 0.5 "), "line 5 has 6 numbers"),
    "binary nan": (binary(rows=with_number(np.nan)), f"'king' has a number.*{FINITE}"),
    "binary cut": (binary()[:-50], f"it ends too early.*{CUT}"),
    "binary too few": (binary(header="9 5"), f"it ends too early.*{CUT}"),
    "binary, latin 1": (binary().replace("naïve".encode(), b"na\xefve"), "a word .* not UTF-8"),
    "latin 1": (
        text().replace("naïve".encode(), b"na\xefve"),
        "line 3 is not UTF-8.*save it as text in UTF-8",
    ),
    "utf-16": (text().decode().encode("utf-16"), "line 1 is not UTF-8.*save it as text"),
    "pickle": (pickle.dumps(WORDS), "is a pickle.*run any code.*save_word2vec_format"),
    "zip": (zipped(), "is a ZIP archive.*unpack it"),
    "hidden gzip": (gzip.compress(text()), "compressed by gzip.*ends in .gz"),
    "header 0, cut": (lines(header="0 5")[:-20], f"line 9 has 3 numbers .*{CUT}"),
    "header of words": (lines(header="words vectors"), "line 1 has 0 .*delete the header"),
    "header of one number": (lines(header="8"), "line 1 has 0 numbers .*delete the header"),
    "header with commas": (lines(header="8,000 5"), "line 1 has 1 numbers .*delete the header"),
    "header that swaps": (lines(header="5 8"), "line 2 has 5 numbers .*8 are due.*the header"),
    "a number more": (lines(with_word("version 2.0")), f"line 5 has 6 numbers .*'version'.*{MEND}"),
    "whole numbers": (text(with_word("Route 66"), np.ones((8, 5)) * 2).replace(b".0", b""), MEND),
    "decimal commas": (lines().replace(b".", b","), "line 1: '2,0409' is not a number.*point"),
    "last number cut": (lines()[:-3], f"ends in a part of a number, '-1.66'.*{CUT}"),
    "last sign alone": (lines(end=" ").rstrip()[:-6] + b"-", f"line 1: .*{FORMAT}"),
    "exponent cut": (
        lines(form="{:.3e}".format)[:-3],
        f"line 8: could not convert.*'-1.669e.'.*{CUT}",
    ),
    "underscore": (lines().replace(b"0.", b"0_0.", 1), "line 1: could not convert.*'0_0"),
    "another minus": (lines().replace(b"-", "\u2212".encode()), "line 1: could not convert"),
    "other digits": (lines().replace(b"1", "\u0661".encode()), "line 1: could not convert"),
    "counts": (b"the 1061396\nof 593677\n", "one whole number a word: counts.*vectors' file"),
    "latin 1 word": (
        b"a 0.1\nclich\xe9s 0.2\n",
        "line 2 is not UTF-8, 'clich\ufffds'.*delete",
    ),
    "long line": (lines() + b"a " + b"0.1 " * 40_000, f"line 9 is longer than 131,072.*{FORMAT}"),
    "comment": (lines() + b"# end\n", f"line 9 has 0 numbers after '#'.*{MEND}"),
    "cr alone": (lines(end="\r"), "lines end in CR alone.*save it with other line ends"),
    "latin 1, one letter": (
        lines(with_word("\xe9")).replace(b"\xc3\xa9", b"\xe9"),
        "5 is not UTF-8",
    ),
    "utf-16, no mark": (lines().decode().encode("utf-16-le"), "not UTF-8, but UTF-16.*save it"),
    "bzip2": (bz2.compress(lines()), "it is compressed.*unpack it"),
    "xz": (lzma.compress(lines()), "it is compressed.*unpack it"),
    "tar": (tar_of(lines()), "it is a tar archive.*unpack it"),
    "fastText": (b"\xba\x16\x4f\x2f\x0c\0\0\0" + bytes(99), "a model of fastText.*ends in .vec"),
    "web page": (b"<!DOCTYPE html>\n<html>404", "it is a web page.*download the file itself"),
    "Git LFS": (
        b"version https://git-lfs\n",
        "Git LFS has left a note.*lfs pull",
    ),
    "JSON": (b'{"the": [0.1, 0.2, 0.3]}', f"line 1: could not convert.*{FORMAT}"),
    "random": (np.random.default_rng(3).bytes(5000), f"line 1 is not UTF-8.*{FORMAT}"),
    "binary, a space": (binary(with_word("New York"), newline=b""), f"number 6, is not.*{RESAVE}"),
    "binary, first": (binary(with_word("New York", 0)), f"number 2, is not UTF-8.*{RESAVE}"),
    "binary, 9 promised": (binary(header="9 5"), f"8 words, and promises 9.*{CUT}; if it is whole"),
    "binary, more": (binary() + bytes(50), f"something else follows the 8 words.*{FORMAT}"),
    "binary, no end": (binary(with_word("x" * 3000)), f"word 5 does not end within.*{RESAVE}"),
    "binary, no newline": (binary().replace(b"\nking", b"king"), f"vector of word 4.*{RESAVE}"),
    "binary, header 0, cut": (binary(header="0 5")[:-5], f"it ends too early.*{CUT}"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), FORMAT),
    "numpy": (b"\x93NUMPY\x01\0v\0{'descr': '<f4'}\n" + ROWS.tobytes(), "cannot be used"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file(tmp_path, case):
    content, message = BAD[case]
    refused(write(tmp_path, content), message)
    if case != "hidden gzip":
        refused(write(tmp_path, gzip.compress(content), "v.gz"), message)


NUMBERED = [f"Route {number}" for number in range(8)]
MENDED = {  # what was refused, and the same after what the sentence says
    "delete the header": (lines(header="word numbers"), lines()),
    "mend or delete the header": (lines(header="8 6"), lines(header="8 5")),
    "if it is whole, write 8 in its header": (lines(header="9 5"), lines(header="8 5")),
    "such as 8 6": (lines(NUMBERED), lines(NUMBERED, "8 5")),
    "save it as text in UTF-8": (lines(with_word("naïve")).replace("ï".encode(), b"\xef"), lines()),
    "save it with other line ends": (lines(end="\r"), lines()),
    "write numbers with a point": (lines().replace(b".", b","), lines()),
    "mend that line": (lines() + b"# the end\n", lines()),
    "leave this word out": (text(rows=with_number(np.nan)), lines()),
    "delete them": (lines() + b"\n" * 140_000, lines()),
    "copy or download it again": (lines()[:-20], lines()),
    "word2vec's text format": (binary(with_word("New York"), newline=b""), lines()),
    "take the file of its vectors": (b"\xba\x16\x4f\x2f" + bytes(99), lines(header="8 5")),
}


@pytest.mark.parametrize("advice", MENDED)
def test_the_advice_helps(tmp_path, advice):
    content, mended = MENDED[advice]
    refused(write(tmp_path, content), advice)
    assert len(vectors.load(write(tmp_path, mended))) == 8


def test_the_advice_on_names_helps(tmp_path):
    refused(write(tmp_path, gzip.compress(lines())), "rename it so that its name ends in .gz")
    assert len(vectors.load(write(tmp_path, gzip.compress(lines()), "v.GZ"))) == 8
    refused(write(tmp_path, lines(), "v.gz"), "if it is plain, take .gz off its name")
    assert len(vectors.load(write(tmp_path, lines(), "v"))) == 8


@pytest.mark.parametrize("source", [5, None, 2.5, ["a.txt"], {"a": 1}, b"a.txt"])
def test_a_source_of_another_type(source):
    with pytest.raises(DataError, match="is not a source of word vectors: give a path, or one of"):
        vectors.load(source)


@pytest.mark.parametrize("limit", [50.0, "50", None])
def test_a_limit_of_another_type(limit):
    with pytest.raises(ValueError, match="limit is a whole number of words, such as 50_000"):
        vectors.load("planted", limit=limit)


@pytest.mark.filterwarnings("error")
def test_a_number_too_large_for_float32(tmp_path):
    content = text(rows=ROWS.astype(float) * 1e39)
    refused(write(tmp_path, content), "'the' has a number that is not finite")


@pytest.mark.parametrize("kind", GOOD)
def test_bad_gz(tmp_path, kind):
    whole = gzip.compress(GOOD[kind])
    refused(write(tmp_path, GOOD[kind], "v.gz"), "Not a gzipped file.*copy or download it again")
    refused(write(tmp_path, whole[:-20], "v.gz"), f"it ends too early.*{CUT}")
    refused(write(tmp_path, whole[:20] + b"\xff" * 9 + whole[29:], "v.gz"), CUT)


@pytest.mark.parametrize("cut", range(1, len(GOOD["binary"]) - 1, 7))
def test_half_a_file_is_never_taken(tmp_path, cut):
    for kind in ("binary", "word2vec"):
        content = GOOD[kind][: len(GOOD[kind]) * cut // len(GOOD["binary"])]
        if content.count(b"\n") < 8 or kind == "binary":
            refused(write(tmp_path, content), "cannot be used as word vectors")


def test_gensims_own_formats_are_never_unpickled(tmp_path):
    """Opening the file below would make a folder."""

    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "trapped"),)

    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        refused(write(tmp_path, pickle.dumps(Trap(), protocol), "a.kv"), "is a pickle")
    keyed(WORDS, ROWS).save(str(tmp_path / "b.kv"))
    refused(tmp_path / "b.kv", "is a pickle")
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("name", ["v.bin", "v.gz"])
def test_no_memory_is_reserved_for_a_false_promise(tmp_path, name):
    content = binary(header="999999999 999")
    path = write(tmp_path, gzip.compress(content) if name == "v.gz" else content, name)
    tracemalloc.start()
    refused(path, f"it ends too early.*{CUT}", limit=10**9)
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()


def test_more_than_fits_into_memory(tmp_path, monkeypatch):
    def fail(*_args, **_options):
        raise MemoryError

    monkeypatch.setattr(KeyedVectors, "add_vectors", fail)
    refused(write(tmp_path, binary()), "does not fit into memory.*smaller limit")


def test_no_such_file(tmp_path):
    refused(
        tmp_path / "nothing.txt",
        "no such file.*name of these: planted, control, common, glove-50d",
    )
    refused(
        "glove50d", "no such file.*a name of these: planted, control, common, glove-50d, glove-6b"
    )
    refused(tmp_path, "a folder or a device")
    for source in ("a\0b", "~no_such_user/v.txt", "x" * 5000):
        refused(source, "cannot be used as word vectors")
    with pytest.raises(DataError, match=r"'text8' has no word vectors.*planted, control"):
        vectors.load("text8")


@web.posix
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "a folder or a device")
