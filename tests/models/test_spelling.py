"""Words and characters on one scale."""

import numpy as np
import pytest

from utils.models.language_model import bits_per_character
from utils.models.spelling import RARE, Speller, alphabet_of, spelled
from utils.text import END

SENTENCES = [["the", "cat", "sat"], ["a", "mau", "sat"], ["the", "mau", "ate"]] * 8


def test_the_alphabet_holds_frequent_characters_and_the_space():
    alphabet = alphabet_of([["aab", "b"], ["☃"]], at_least=2)
    assert alphabet.tokens == ["\n", RARE, " ", "a", "b"]
    (tokens,) = spelled([["ab", "☃"]], alphabet)
    assert [alphabet.tokens[token] for token in tokens] == ["a", "b", " ", RARE, "\n"]
    assert tokens[-1] == END


def test_a_character_that_is_the_sign_for_rare_ones_stands_once():
    assert alphabet_of([[RARE] * 30]).tokens.count(RARE) == 1


def test_only_unknown_words_are_spelled():
    alphabet = alphabet_of(SENTENCES, at_least=1)
    speller = Speller(SENTENCES, ["the", "cat", "sat", "a", "ate"], alphabet, order=3)
    assert speller.log_probs([["the", "cat"]]).size == 0
    found = speller.log_probs([["the", "mau", "and", "mau"]])
    assert len(found) == 2 * len("mau\n") + len("and\n")
    assert found[:4].sum() > np.log(0.5) > found[4:8].sum()  # the one word that it was counted on
    np.testing.assert_allclose(found[:4], found[8:])


def test_a_vocabulary_without_words_pays_for_each_character():
    """With <UNK> for every word, the words cost little and the spelling everything."""
    alphabet = alphabet_of(SENTENCES, at_least=1)
    n_characters = sum(map(len, spelled(SENTENCES, alphabet)))
    bits = {}
    for known in ([], ["the", "sat"], ["the", "sat", "cat", "mau", "ate", "a"]):
        log_probs = Speller(SENTENCES, known, alphabet).log_probs(SENTENCES)
        bits[len(known)] = bits_per_character(log_probs, n_characters)
    assert bits[0] > bits[2] > bits[6] == 0


def test_every_character_of_a_text_is_paid_for():
    """The words, the spaces and the ends that are spelled are those of the text."""
    alphabet = alphabet_of(SENTENCES, at_least=1)
    spelled_words = Speller(SENTENCES, [], alphabet).log_probs(SENTENCES[:2])
    assert len(spelled_words) == sum(map(len, spelled(SENTENCES[:2], alphabet)))


def test_the_space_is_in_the_alphabet_of_nothing():
    assert alphabet_of([]).tokens == ["\n", RARE, " "]
    with pytest.raises(ValueError, match="order"):
        Speller([], [], alphabet_of([]), order=0)
