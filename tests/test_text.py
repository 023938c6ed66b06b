"""Vocabulary, padding and one-hot vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.text import END, Vocabulary, one_hot, pad

texts = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])))
indices = st.lists(st.integers(0, 9), min_size=1, max_size=6)


def test_vocabulary_is_sorted_behind_the_end_token():
    vocabulary = Vocabulary.from_texts(["cab", "ad"])
    assert vocabulary.tokens == ["\n", "a", "b", "c", "d"]
    assert len(vocabulary) == 5
    assert vocabulary.encode("cab").tolist() == [3, 1, 2, END]
    assert vocabulary.encode("cab").dtype == np.int32


@given(texts.filter(any))
def test_decode_undoes_encode_in_any_script(names):
    vocabulary = Vocabulary.from_texts(names)
    for name in names:
        assert vocabulary.decode(vocabulary.encode(name)) == name


def test_decode_stops_at_the_end_token():
    vocabulary = Vocabulary("abc")
    assert vocabulary.decode([1, 2, END, 3]) == "ab"
    assert vocabulary.decode([1, 2]) == "ab"


def test_words_are_tokens_too():
    sentences = [["cats", "sleep", "."], ["cats", "purr", "."]]
    vocabulary = Vocabulary.from_texts(sentences, end="<EOS>", separator=" ")
    assert vocabulary.tokens == ["<EOS>", ".", "cats", "purr", "sleep"]
    assert vocabulary.decode(vocabulary.encode(["cats", "purr"])) == "cats purr"


def test_unknown_character_is_named_with_its_place():
    with pytest.raises(ValueError, match=r"'é' at index 5, in 'brontéus', is not in .* 27 tokens"):
        Vocabulary("abcdefghijklmnopqrstuvwxyz").encode("brontéus")
    with pytest.raises(ValueError, match=r"'é' at index 500, in 'a{20}é', is not") as error:
        Vocabulary("a").encode("a" * 500 + "é")
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: Vocabulary("ab").encode("a\nb"), "index 1, .* marks the end of a text"),
        (lambda: Vocabulary.from_texts(["a\nb"]), "marks the end of a text"),
        (lambda: Vocabulary.from_texts(["", ""]), "texts are empty"),
        (lambda: Vocabulary.from_texts([]), "texts are empty"),
        (lambda: Vocabulary("aba"), "'a' stands twice"),
        (lambda: Vocabulary("a\n"), "marks the end of a text: leave it out of the tokens"),
        (lambda: pad([]), "nothing to pad"),
        (lambda: pad([[1, 2, 3], [1]], length=2), "3 tokens does not fit in length 2"),
        (lambda: one_hot([0, 3], 3), "from 0 to 2, but these go from 0 to 3"),
        (lambda: one_hot([-1], 3), "go from -1"),
    ],
)
def test_bad_input_gets_one_sentence(action, message):
    with pytest.raises(ValueError, match=message) as error:
        action()
    assert "\n" not in str(error.value)


def test_pad_by_hand():
    padded, mask = pad([[5, 6, 0], [7, 0]])
    assert padded.tolist() == [[5, 6, 0], [7, 0, END]]
    assert mask.tolist() == [[True, True, True], [True, True, False]]
    assert padded.dtype == np.int32
    assert pad([[1]], length=3)[0].tolist() == [[1, END, END]]


@given(st.lists(indices, min_size=1))
def test_the_mask_brings_the_sequences_back(sequences):
    padded, mask = pad(sequences)
    assert padded.shape == mask.shape == (len(sequences), max(map(len, sequences)))
    assert [row[keep].tolist() for row, keep in zip(padded, mask, strict=True)] == sequences
    assert not padded[~mask].any()


def test_one_hot_of_a_batch():
    x = one_hot(np.array([[0, 2], [1, 0], [2, 2]]), 4)
    assert x.shape == (3, 2, 4)
    assert x.dtype == np.float32
    assert x.argmax(axis=-1).tolist() == [[0, 2], [1, 0], [2, 2]]
    assert (x.sum(axis=-1) == 1).all()


@pytest.mark.parametrize(
    "refused, followed, said",
    [
        (lambda: Vocabulary("aba"), lambda: Vocabulary("ab"), "give each token once"),
        (lambda: Vocabulary("a\n"), lambda: Vocabulary("a"), "leave it out of the tokens"),
        (lambda: Vocabulary.from_texts([]), lambda: Vocabulary.from_texts(["a"]), "at least one"),
        (
            lambda: Vocabulary.from_texts(["a\nb"]),
            lambda: Vocabulary.from_texts(["a", "b"]),
            "split the texts there first",
        ),
        (
            lambda: Vocabulary("ab").encode("a\nb"),
            lambda: [*map(Vocabulary("ab").encode, ["a", "b"])],
            "split the text there first",
        ),
        (lambda: Vocabulary("ab").encode("abc"), lambda: Vocabulary("ab").encode("ab"), "remove"),
        (
            lambda: Vocabulary("ab").encode("abc"),
            lambda: Vocabulary.from_texts(["ab", "abc"]).encode("abc"),
            "or make the vocabulary from texts that contain it",
        ),
        (lambda: pad([]), lambda: pad([[1]]), "give at least one sequence"),
        (lambda: pad([[1, 2, 3]], 2), lambda: pad([[1, 2, 3]], 3), "a length of 3 or more"),
        (lambda: one_hot([3], 3), lambda: one_hot([2], 3), "need indices from 0 to 2"),
    ],
)
def test_the_advice_helps(refused, followed, said):
    with pytest.raises(ValueError, match=said):
        refused()
    followed()


# Words


SENTENCES = [["the", "cat", "sat"], ["the", "dog", "and", "the", "cat"], ["a", "mau"]]


def test_the_most_frequent_words_and_one_for_the_rest():
    vocabulary = Vocabulary.most_frequent(SENTENCES, 6)
    assert vocabulary.tokens == ["<EOS>", "<UNK>", "the", "cat", "a", "and"]
    assert (len(vocabulary), vocabulary.unknown) == (6, 1)
    assert vocabulary.encode(["the", "mau", "cat"]).tolist() == [2, 1, 3, END]
    assert vocabulary.decode([2, 1, 3, END, 2]) == "the <UNK> cat"
    assert vocabulary.encode([]).tolist() == [END]
    assert len(Vocabulary.most_frequent(SENTENCES, 100)) == 9


def test_a_text_that_has_unknown_words_already():
    vocabulary = Vocabulary.most_frequent([["<UNK>", "<UNK>", "cat"]], 4)
    assert vocabulary.tokens == ["<EOS>", "<UNK>", "cat"]
    assert vocabulary.encode(["<UNK>", "mau"]).tolist() == [1, 1, END]


@pytest.mark.parametrize(
    ("texts", "size", "message"),
    [
        (SENTENCES, 2, "needs a word: give 3 or more"),
        ([[]], 9, "needs a word"),
        ([["a", "<EOS>"]], 9, "marks the end of a text"),
    ],
)
def test_no_vocabulary_of_words(texts, size, message):
    with pytest.raises(ValueError, match=message):
        Vocabulary.most_frequent(texts, size)


def test_the_end_of_a_text_is_not_unknown():
    with pytest.raises(ValueError, match="marks the end of a text"):
        Vocabulary.most_frequent(SENTENCES, 6).encode(["the", "<EOS>"])


@pytest.mark.parametrize("unknown", ["<UNK>", "\n"])
def test_what_stands_for_unknown_words_is_a_token(unknown):
    with pytest.raises(ValueError, match="add it to the tokens"):
        Vocabulary(["a"], unknown=unknown)
