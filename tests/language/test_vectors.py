"""utils.language.vectors: by name and looking words up; the files are in test_vector_files."""

import gzip
import itertools
import subprocess
import sys

import numpy as np
import pytest

from tests import server as web
from tests.language.small_vectors import ROWS, SECTION, WORDS, keyed, linear, text
from utils import downloads, files
from utils.env import ROOT
from utils.files import DataError
from utils.language import analogies, vectors
from utils.language.vectors import UnknownWord

# --- by name ---------------------------------------------------------------------------------


def test_embedded_vectors(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    rows = np.random.default_rng(1).normal(size=(8, 50)).astype(np.float16)
    rows[2] = 0
    (tmp_path / "word_vectors").mkdir()
    for name in vectors.EMBEDDED:
        with pytest.raises(DataError, match=f"git checkout -- datasets/word_vectors/{name}.npz"):
            vectors.load(name)
        joined = np.frombuffer("\n".join(WORDS).encode(), np.uint8)
        np.savez(tmp_path / "word_vectors" / name, words=joined, vectors=rows)
        found = vectors.load(name, limit=7)
        assert found.index_to_key == [*WORDS[:2], *WORDS[3:7]]
        assert found.vectors.dtype == np.float32
        np.testing.assert_array_equal(found["king"], rows[4])


def serve_glove(server, body):
    server.answers["/vectors.gz"] = lambda handler: web.send(handler, body)
    web.register(server.address("/vectors.gz"), body)
    downloads.SOURCES["glove-50d"] = downloads.SOURCES["x"]


@pytest.mark.parametrize("header", [None, "8 50"])
def test_glove_from_a_server(server, cache, header):
    wanted = linear()
    serve_glove(server, gzip.compress(text(wanted.index_to_key, wanted.vectors, header)))
    found = vectors.load("glove-50d")
    np.testing.assert_array_equal(found.vectors, wanted.vectors)
    right, asked = analogies.analogy_accuracy(found)[SECTION]
    assert right == asked == 12
    vectors.load("glove-50d", limit=4)
    assert server.requests == ["/vectors.gz"]


def test_glove_with_a_wrong_checksum(server, cache):
    serve_glove(server, gzip.compress(text()))
    server.answers["/vectors.gz"] = lambda handler: web.send(handler, b"<html>")
    with pytest.raises(DataError, match="wrong checksum and was deleted") as caught:
        vectors.load("glove-50d")
    assert "\n" not in str(caught.value) and web.left_over(cache) == []


def test_glove_without_a_network(cache):
    web.register("http://127.0.0.1:1/vectors.gz")
    downloads.SOURCES["glove-50d"] = downloads.SOURCES["x"]
    with pytest.raises(DataError, match=f"127.0.0.1 {web.OFFLINE}"):
        vectors.load("glove-50d")


def test_the_large_glove_is_one_file_of_its_archive(server, cache):
    body = web.zip_of({"glove.6B.50d.txt": b"", "glove.6B.300d.txt": text()})
    web.serve(server, "glove.zip", body)
    downloads.SOURCES["glove-6b"] = downloads.SOURCES["x"]
    assert vectors.load("glove-6b").index_to_key == WORDS


# --- looking up ------------------------------------------------------------------------------


def test_row():
    found = keyed(WORDS, ROWS)
    for word, row in [("king", 4), (" king\n", 4), ("KING", 4), ("Paris", 1), (np.str_("the"), 0)]:
        assert vectors.row(found, word) == row


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("orangge", "'orangge' is not among these 8 words. Near spellings: orange, oranges."),
        ("Orangge", "'Orangge' is not among these 8 words. Near spellings: orange, oranges."),
        ("kueen", "Near spellings: queen."),
        ("qeuen", "Near spellings: queen."),
        ("paris", "Near spellings: Paris."),
        ("range", "Near spellings: orange"),
        ("zebra", "'zebra' is not among these 8 words. No spelling is near: try a synonym."),
        ("king queen", "'king queen' holds several words: ask for one word at a time."),
        ("  ", "'' is empty: ask for one word at a time."),
        (4, "4 is not a word: give one in quotes, such as 'orange'."),
        (None, "None is not a word"),
        (["king"], r"['king'] is not a word"),
    ],
)
def test_unknown_word(word, message):
    with pytest.raises(UnknownWord) as caught:
        vectors.row(keyed(WORDS, ROWS), word)
    assert message in str(caught.value)
    assert isinstance(caught.value, LookupError) and not isinstance(caught.value, KeyError)


def test_a_word_of_the_vocabulary_may_have_spaces():
    found = keyed(["new york", "york"], ROWS[:2])
    assert vectors.row(found, "New York") == 0


def test_what_nobody_sees_is_no_part_of_a_word():
    """Copied from a web page, for example; and a file may have such words."""
    found = keyed(["king", "naïve", "ki\u200bng"], ROWS[:3])
    for typed, row in [("\ufeffking", 0), ("ki\xadng", 0), ("King\u200e", 0), ("ki\u200bng", 2)]:
        assert vectors.row(found, typed) == row
    assert vectors.row(found, "nai\u0308ve") == 1


def test_few_spellings_are_compared_in_a_large_vocabulary(monkeypatch):
    compared = []

    def count(word, words, **options):
        compared.append(len(words))
        return get_close_matches(word, words, **options)

    get_close_matches = vectors.get_close_matches
    monkeypatch.setattr(vectors, "get_close_matches", count)
    words = map("".join, itertools.product("abcdefghijklmnopqrstuvw", repeat=4))
    words = ["orange", *itertools.islice(words, 250_000)]
    assert vectors._near("orangge", words) == ["orange"]
    vectors._near("abcd", words)
    assert max(compared) <= 2000


def test_rows():
    found = vectors.rows(keyed(WORDS, ROWS), ["king", "the", "king"])
    assert found.dtype.kind == "i"
    np.testing.assert_array_equal(found, [4, 0, 4])
    assert vectors.rows(keyed(WORDS, ROWS), []).shape == (0,)
    with pytest.raises(UnknownWord, match="'kin' is not among"):
        vectors.rows(keyed(WORDS, ROWS), ["king", "kin"])
    with pytest.raises(UnknownWord, match="give a list of words"):
        vectors.rows(keyed(WORDS, ROWS), "king")


def test_known_words_of_a_text():
    assert vectors.known(keyed(WORDS, ROWS), " the king\nand king Paris") == [
        "the",
        "king",
        "king",
        "Paris",
    ]
    assert vectors.known(keyed(WORDS, ROWS), "") == []


def test_the_mean_nearby_leaves_the_own_word_out():
    E = np.array([[1.0, 0], [0.8, 0.6], [0.1, 0.99], [-1, 0]])
    values = np.array([10.0, 1, 2, 4])
    assert vectors.mean_nearby(E, E, values, 1).tolist() == [1, 10, 1, 2]
    assert vectors.mean_nearby(E, E, values, 2).tolist() == [1.5, 6, 5.5, 1.5]
    assert vectors.mean_nearby(-E, E, values, 1).tolist() == [4, 4, 4, 10]  # the other way


# --- real text -------------------------------------------------------------------------------


def test_import_is_light():
    """Neither the models' libraries nor those of pictures."""
    heavy = "{'tensorflow', 'keras', 'jax', 'sklearn', 'matplotlib', 'pooch'}"
    code = f"import sys, utils.language.vectors; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
