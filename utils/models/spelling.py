"""Words and characters on one scale: both kinds of model give a probability to the same text.

A text is words with one space between two, and a line break after each sentence. A model of words
knows most of them by index; what it calls <UNK> is spelled here, character by character, so that
it, too, gives a probability to every character that stands there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from utils.models.kneser_ney import KneserNey
from utils.text import Vocabulary

RARE = "\N{REPLACEMENT CHARACTER}"


def alphabet_of(sentences: Iterable[Sequence[str]], at_least: int = 20) -> Vocabulary:
    """Return the characters that occur often in a text, and the space, as a vocabulary.

    The end token is the line break; `RARE` stands for every other character.

    Args:
        sentences: lists of words.
        at_least: how often a character occurs.
    """
    counts = Counter(character for words in sentences for word in words for character in word)
    often = {character for character, count in counts.items() if count >= at_least}
    return Vocabulary([RARE, *sorted(often - {RARE, " ", "\n"} | {" "})], unknown=RARE)


def spelled(sentences: Iterable[Sequence[str]], alphabet: Vocabulary) -> list[np.ndarray]:
    """Return each sentence as the indices of its characters and spaces, and of the line break."""
    return [alphabet.encode(" ".join(words)) for words in sentences]


class Speller:
    """An n-gram model of characters that spells the words which a vocabulary does not have.

    Args:
        sentences: the training text, lists of words; the words that are not in `known` are counted,
            as often as they occur.
        known: the words that need no spelling.
        alphabet: the characters.
        order: of the n-grams.
    """

    def __init__(
        self,
        sentences: Iterable[Sequence[str]],
        known: Iterable[str],
        alphabet: Vocabulary,
        order: int = 6,
    ):
        self.known, self.alphabet = set(known), alphabet
        self.model = KneserNey(self._unknown(sentences), len(alphabet), order)

    def log_probs(self, sentences: Iterable[Sequence[str]]) -> np.ndarray:
        """Return the log-probability of each character of all unknown words, and of their ends.

        Added to what a model of words says of the same text, <UNK> among it, they give the
        log-probability of the text as it is spelled. (Of it spelled so: the model could also spell
        a word that has an index. So the sum is a little lower than what it would give the text.)
        """
        return self.model.score(self._unknown(sentences))

    def _unknown(self, sentences):
        words = (word for words in sentences for word in words)
        return [self.alphabet.encode(word) for word in words if word not in self.known]
