"""Training sentences with other words in them, so that a network does not learn them by heart."""

from collections.abc import Sequence

import numpy as np

from utils.language.entities import Sentence
from utils.language.spans import OUTSIDE


def other_words(
    sentences: Sequence[Sentence], rng: np.random.Generator, share: float
) -> list[Sentence]:
    """Return sentences in which words in lower case that are no entity are replaced by others.

    Any word that stands in these sentences may come, in lower case, also one that names are made
    of. So a network learns that such a word is none, whichever it is, and leans on single words
    less. The labels stay what they are.

    Args:
        sentences: of training.
        rng: what draws.
        share: of those words, from 0 to 1, that are replaced.
    """
    words = list({t.lower(): None for s in sentences for t in s.tokens if t.isalpha()})

    def replaced(token, label):
        if label == OUTSIDE and token.islower() and rng.random() < share:
            return words[rng.integers(len(words))]
        return token

    return [s._replace(tokens=list(map(replaced, s.tokens, s.labels))) for s in sentences]
