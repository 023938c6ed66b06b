"""BLEU: how many runs of words a translation shares with references (Papineni and others 2002).

Sentences are lists of words; each has several references. All equals sacrebleu without smoothing.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

Words = Sequence[str]


def runs(words: Words, n: int) -> Counter:
    """Return how often each run of n words (an n-gram) stands in a sentence."""
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def clipped_matches(candidate: Words, references: Sequence[Words], n: int) -> tuple[int, int]:
    """Return how many n-grams of a candidate a reference holds, too, and how many it has.

    One counts no more often than the reference has it that has it most often.
    """
    most: Counter = Counter()
    for reference in references:
        most |= runs(reference, n)
    own = runs(candidate, n)
    return (own & most).total(), own.total()


def closest_length(candidate: Words, references: Sequence[Words]) -> int:
    """Return the length of the reference that is nearest in length; of two, the shorter."""
    return min((len(r) for r in references), key=lambda r: (abs(r - len(candidate)), r))


def brevity_penalty(c: int, r: int) -> float:
    """Return the factor for candidates of c words in all, where r were asked for."""
    if c >= r:
        return 1.0
    return float(np.exp(1 - r / c)) if c else 0.0


def bleu(
    candidates: Sequence[Words], references: Sequence[Sequence[Words]], longest: int = 4
) -> float:
    """Return the BLEU of all candidates together, 0 to 100.

    Args:
        candidates: m sentences.
        references: m lists of sentences.
        longest: the largest n of the n-grams.

    Raises:
        ValueError: the two have different lengths, or a candidate has no reference.
    """
    if len(candidates) != len(references) or not all(references):
        raise ValueError("Each candidate needs a list of at least one reference.")
    both = list(zip(candidates, references, strict=True))
    c = sum(map(len, candidates))
    r = sum(closest_length(*pair) for pair in both)
    logs = []
    for n in range(1, longest + 1):
        counts = [clipped_matches(*pair, n) for pair in both]
        matches, total = sum(m for m, _ in counts), sum(t for _, t in counts)
        if not matches:
            return 0.0
        logs.append(np.log(matches / total))
    return 100 * brevity_penalty(c, r) * float(np.exp(np.mean(logs)))
