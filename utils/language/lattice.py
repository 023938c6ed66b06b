"""All the ways to say one thing: texts with choices in them, each with how often it is taken.

A part is a text of words ("" says nothing), a tuple of parts one after the other, or a `Choice`.
So a few lines stand for thousands of sentences, which are sampled, ranked and recognised.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

KEPT = 24  # of a part's most frequent texts, while the most frequent of the whole are looked for


@dataclass(frozen=True)
class Choice:
    """One of several parts.

    Attributes:
        options: pairs of a part and its share; the shares add up to 1.
    """

    options: tuple

    def __post_init__(self):
        total = sum(share for _, share in self.options)
        if abs(total - 1) > 1e-9 or min(share for _, share in self.options) <= 0:
            raise ValueError(f"The shares of a choice are positive and add up to 1, not {total}.")


Part = str | tuple | Choice


def choice(options: Mapping[Part, float] | Sequence[tuple[Part, float]]) -> Part:
    """Return the choice among {part: weight}, or pairs of them; of one option, the option."""
    pairs = list(options.items()) if isinstance(options, Mapping) else list(options)
    total = sum(weight for _, weight in pairs)
    if len(pairs) == 1:
        return pairs[0][0]
    return Choice(tuple((part, weight / total) for part, weight in pairs))


def sample(part: Part, rng: np.random.Generator) -> list[str]:
    """Return the words of one of the texts, drawn by the shares."""
    if isinstance(part, str):
        return part.split()
    if isinstance(part, Choice):
        shares = np.cumsum([share for _, share in part.options])
        place = min(int(np.searchsorted(shares, rng.random())), len(shares) - 1)
        return sample(part.options[place][0], rng)
    return [word for piece in part for word in sample(piece, rng)]


def likeliest(part: Part, count: int) -> list[tuple[str, float]]:
    """Return the `count` most frequent texts, each once, with their shares; fewer if there are.

    Of each part only the first few are looked at, so far down the list a text may be missing.
    """
    ranked = _ranked(part, max(KEPT, count))
    return [(" ".join(words), share) for words, share in ranked[:count]]


def _ranked(part, kept):
    if isinstance(part, str):
        return [(tuple(part.split()), 1.0)]
    found: dict[tuple, float] = {}
    if isinstance(part, Choice):
        for option, weight in part.options:
            for words, share in _ranked(option, kept):
                found[words] = found.get(words, 0.0) + weight * share
        return _best(found, kept)
    found = {(): 1.0}
    for piece in part:
        longer: dict[tuple, float] = {}
        for after, weight in _ranked(piece, kept):
            for words, share in found.items():
                longer[words + after] = longer.get(words + after, 0.0) + weight * share
        found = dict(_best(longer, kept))
    return _best(found, kept)


def _best(found, kept):
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:kept]


def greedy(part: Part, count: int = 200) -> list[str]:
    """Return the text that takes the likeliest word each time, given the words before.

    Of each part only the `count` most frequent texts are looked at.
    """
    texts, said = _ranked(part, count), []
    while True:
        shares: dict[str | None, float] = {}
        for words, share in texts:
            word = words[len(said)] if len(words) > len(said) else None  # None: it ends
            shares[word] = shares.get(word, 0.0) + share
        best = max(shares, key=lambda word: shares[word])
        if best is None:
            return said
        said.append(best)
        texts = [one for one in texts if one[0][: len(said)] == tuple(said)]


def share_of(part: Part, words: Sequence[str]) -> float:
    """Return how often this text is the one that is taken; 0 if it is none of them."""
    return _ends(part, tuple(words), {0: 1.0}).get(len(words), 0.0)


def accepts(part: Part, words: Sequence[str]) -> bool:
    """Return whether this is one of the texts."""
    return share_of(part, words) > 0


def _ends(part, words, starts):
    """Return where a part may end that begins at one of `starts`: {place: share}."""
    ends: dict[int, float] = {}
    if isinstance(part, str):
        own = tuple(part.split())
        for start, share in starts.items():
            if words[start : start + len(own)] == own:
                ends[start + len(own)] = ends.get(start + len(own), 0.0) + share
        return ends
    if isinstance(part, Choice):
        for option, weight in part.options:
            for end, share in _ends(option, words, starts).items():
                ends[end] = ends.get(end, 0.0) + weight * share
        return ends
    for piece in part:
        if not starts:
            break
        starts = _ends(piece, words, starts)
    return starts


def number_of_texts(part: Part) -> int:
    """Return how many ways through the choices there are."""
    if isinstance(part, str):
        return 1
    if isinstance(part, Choice):
        return sum(number_of_texts(option) for option, _ in part.options)
    count = 1
    for piece in part:
        count *= number_of_texts(piece)
    return count
