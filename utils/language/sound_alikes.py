"""Sentences with two spellings that sound alike: the right one, and the other."""

from collections.abc import Mapping

from utils.language.sentences import words_of


def both_spellings(row: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the words of a sentence with the right word, and with the other one.

    Args:
        row: "sentence", "word", "other", as `datasets.load_sound_alikes` returns them.

    Raises:
        ValueError: the sentence does not hold the word exactly once.
    """
    right, word = words_of(row["sentence"]), words_of(row["word"])  # it's is two words
    places = [i for i in range(len(right)) if right[i : i + len(word)] == word]
    if len(places) != 1:
        raise ValueError(f"{row['sentence']!r} must hold {row['word']!r} once.")
    start = places[0]
    return right, right[:start] + words_of(row["other"]) + right[start + len(word) :]
