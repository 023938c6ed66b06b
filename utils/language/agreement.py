"""Sentences whose verb agrees with a noun far before it, from a grammar of our own.

"behind the fox, the cats, which already ate fish near the dog, [were] full": between subject
and verb stand up to 30 words, with other nouns among them, each singular or plural by a coin of its
own. In four of five sentences one more noun stands in front of the subject. So neither the first
noun nor the last tells the number of the verb. The task is that of Linzen, Dupoux and Goldberg
(2016), who took sentences from an encyclopedia.

Held out are nouns and clauses. A held-out noun is in the training sentences only as the subject of
short ones without a clause: its number can be learned there, to keep it in mind cannot. And of the
pairs of a verb and the noun after it, a quarter is in held-out sentences alone, and they have no
other.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np

from utils.text import Vocabulary, pad

PLURALS = {
    "bear": "bears", "bee": "bees", "cow": "cows", "dog": "dogs", "donkey": "donkeys",
    "duck": "ducks", "fox": "foxes", "frog": "frogs", "goat": "goats", "hen": "hens",
    "horse": "horses", "lamb": "lambs", "lion": "lions", "monkey": "monkeys", "mouse": "mice",
    "ox": "oxen", "pig": "pigs", "wolf": "wolves",
    "badger": "badgers", "calf": "calves", "rabbit": "rabbits",
    "cat": "cats", "goose": "geese", "hedgehog": "hedgehogs", "otter": "otters",
    "puppy": "puppies", "swan": "swans",
}  # fmt: skip
"""The singular and plural of each animal."""

ANIMALS = list(PLURALS)
NOUNS = {"train": ANIMALS[:18], "validation": ANIMALS[18:21], "test": ANIMALS[21:]}
"""Whose number is asked for over a distance, by split."""

VERBS = [
    "ate", "saw", "chased", "heard", "followed", "feared", "watched", "liked", "licked", "passed",
    "carried", "found", "met", "smelled", "helped", "woke",
]  # fmt: skip
FOOD = ["bread", "corn", "fish", "grass", "hay", "milk", "rice", "soup"]
ADJECTIVES = [
    "big", "brown", "hungry", "lazy", "old", "quiet", "small", "tired", "wild", "young",
]  # fmt: skip
ADVERBS = ["already", "always", "gladly", "never", "often", "once", "quickly", "slowly"]
PREPOSITIONS = ["behind", "beside", "like", "near", "with"]
SHORT = 1 / 7  # of the training sentences have no clause behind the subject
FRONTED = 0.8  # of the sentences have an animal in front of the subject
TRAINED, MOST = 12, 30  # words between subject and verb at most: in training, in all


class Sentences(NamedTuple):
    """Sentences up to their verb, which is to be predicted.

    Attributes:
        texts: m lists of words; a comma is a word, too.
        plural: (m,), 1 where the verb is "were", 0 where it is "was".
        subject: (m,), the place of the subject in its text.
        distance: (m,), how many words stand between subject and verb; commas are not counted.
        nouns: for each text the (place, 1 if plural) of each of its animals, the subject among
            them, in order.
    """

    texts: list[list[str]]
    plural: np.ndarray
    subject: np.ndarray
    distance: np.ndarray
    nouns: list[list[tuple[int, int]]]

    def take(self, chosen: np.ndarray) -> "Sentences":
        """Return the sentences with these numbers, or where a mask (m,) is True."""
        numbers = np.arange(len(self.texts))[chosen]
        texts, nouns = ([part[k] for k in numbers] for part in (self.texts, self.nouns))
        return Sentences(
            texts, self.plural[numbers], self.subject[numbers], self.distance[numbers], nouns
        )


def vocabulary() -> Vocabulary:
    """Return the vocabulary of all sentences: 106 words and the end token."""
    words = {*PLURALS, *PLURALS.values(), *VERBS, *FOOD, *ADJECTIVES, *ADVERBS, *PREPOSITIONS}
    return Vocabulary(sorted(words | {"the", ",", "which", "that", "and"}), "<EOS>", " ")


def splits(
    seed: int, train: int = 3_500, each: int = 250, distances: Sequence[int] = (3, 10, 20, 30)
) -> dict[str, Sentences]:
    """Return the sentences for training, validation and test.

    Args:
        seed: another one gives other sentences; which nouns and clauses are held out stays.
        train: how many sentences are for training: one in seven without a clause, the others at
            distances from 3 to 12 words, so that 20 and 30 are further than any of them.
        each: how many of the others there are for each of `distances`.
        distances: between subject and verb, in words; 3 or more.
    """
    rng = np.random.default_rng(seed)
    grammar, short = _Grammar(rng, NOUNS["train"], False), round(SHORT * train)
    far = rng.integers(3, TRAINED + 1, size=train - short)
    rows = [grammar.sentence(NOUNS["train"], distance) for distance in far]
    rows += [grammar.sentence(ANIMALS, 0) for _ in range(short)]
    found = {"train": _gathered(rows)}
    for split in ("validation", "test"):
        grammar = _Grammar(rng, NOUNS["train"] + NOUNS[split], True)
        rows = [grammar.sentence(NOUNS[split], d) for d in distances for _ in range(each)]
        found[split] = _gathered(rows)
    return found


def encode(texts: Sequence[Sequence[str]], words: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """Return token indices (m, T_x) with zeros behind shorter texts, and the lengths (m,)."""
    rows = [words.encode(text)[:-1] for text in texts]
    indices, mask = pad(rows)
    return indices, mask.sum(axis=1)


def read(sentence: str) -> list[str]:
    """Return the words of what a learner typed: the beginning of a sentence, up to its verb.

    Raises:
        ValueError: it is no text, is empty or too long, or has a word that is not in the
            vocabulary; then the nearest spellings are named.
    """
    if not isinstance(sentence, str) or not sentence.strip():
        raise ValueError("There is no sentence: type one, as 'the cats, which ate fish,'.")
    words, known = sentence.lower().replace(",", " , ").split(), vocabulary().tokens[1:]
    for word in words:
        if word not in known:
            near = " or ".join(map(repr, get_close_matches(word[:30], known, 3, 0.5)))
            advice = (
                f"The nearest are {near}."
                if near
                else f"Animals are {', '.join(ANIMALS[:6])} and others."
            )
            raise ValueError(f"{word[:30]!r} is not in the vocabulary. {advice}")
    if len(words) > (longest := 44):
        raise ValueError(f"It has {len(words)} words and commas; {longest} are the most.")
    if not {*words} & {*PLURALS, *PLURALS.values()}:
        raise ValueError(f"There is no animal in it. Some are {', '.join(ANIMALS[:6])}.")
    return words


def retold(rows: Sequence[dict]) -> Sentences:
    """Return real sentences in the words of the grammar: `utils.datasets.load_news_agreement`.

    Args:
        rows: of each, "retelling" is the beginning of a sentence up to its verb, "subject" the
            place of the subject among its words and commas, and "verb" is "was" or "were".

    Raises:
        ValueError: a retelling cannot be read, or no animal of the verb's number is the subject.
    """
    found = []
    for row in rows:
        words, subject = read(row["retelling"]), row["subject"]
        animals = {**dict.fromkeys(PLURALS, 0), **dict.fromkeys(PLURALS.values(), 1)}
        nouns = [(place, animals[word]) for place, word in enumerate(words) if word in animals]
        if (subject, int(row["verb"] == "were")) not in nouns:
            fault = f"word {subject} is no animal that {row['verb']!r} could be said of"
            raise ValueError(f"{row['retelling']!r}: {fault}.")
        found.append((words, nouns, subject, sum(word != "," for word in words[subject + 1 :])))
    return _gathered(found)


def last_noun(sentences: Sentences) -> np.ndarray:
    """Return the number of the last animal before the verb, (m,): a rule to compare with."""
    return np.array([nouns[-1][1] for nouns in sentences.nouns])


def most_nouns(sentences: Sentences) -> np.ndarray:
    """Return the number that most animals have, (m,); where as many have each, the first's."""
    shares = [np.mean([number for _, number in nouns]) for nouns in sentences.nouns]
    first = [nouns[0][1] for nouns in sentences.nouns]
    return np.where(np.equal(shares, 0.5), first, np.greater(shares, 0.5)).astype(int)


def first_noun(sentences: Sentences) -> np.ndarray:
    """Return the number of the first animal, (m,)."""
    return np.array([nouns[0][1] for nouns in sentences.nouns])


def groups(sentences: Sentences) -> dict[str, np.ndarray]:
    """Return which sentences (m,) have an animal that could mislead, by where it stands."""
    first, last = (rule(sentences) == sentences.plural for rule in (first_noun, last_noun))
    alone = np.array([nouns[0][0] for nouns in sentences.nouns]) == sentences.subject
    return {
        "no animal before the subject": alone,
        "one before, the same number": ~alone & first,
        "one before, the other number": ~alone & ~first,
        "the last has the same number": last,
        "the last has the other number": ~last,
        "all": np.ones_like(last),
    }


def is_held_out(verb: str, noun: str) -> bool:
    """Whether a verb stands before this object in held-out sentences alone."""
    return (VERBS.index(verb) + [*ANIMALS, *FOOD].index(noun)) % 4 == 0


def _gathered(rows):
    texts, nouns, subject, distance = zip(*rows, strict=True)
    plural = [dict(found)[place] for found, place in zip(nouns, subject, strict=True)]
    arrays = map(np.array, (plural, subject, distance))
    return Sentences(list(texts), *arrays, list(nouns))


class _Grammar:
    """Draws sentences.

    Args:
        rng: NumPy's generator.
        others: the nouns of all animals but the subjects.
        held_out: whether the pairs of verb and object are those of held-out sentences.
    """

    def __init__(self, rng, others, held_out):
        self.rng, self.others, self.held_out = rng, others, held_out

    def sentence(self, subjects, distance):
        """Return the words up to the verb, the (place, number) of animals, subject, distance."""
        words = []
        if self.rng.random() < FRONTED:
            words += [self.one(PREPOSITIONS), "the", self.one(self.others)]
            if self.rng.random() < 0.7:
                words += self.clause(int(self.rng.integers(3, 6)), ["that"])
            words.append(",")
        words += ["the", *self.adjective(0.3)]
        subject = len(words)
        words.append(self.one(subjects))
        if distance:
            words += [",", *self.clause(distance), ","]
        nouns = []
        for place, word in enumerate(words):
            if word in PLURALS:  # each is a singular so far
                nouns.append((place, int(self.rng.integers(2))))
                words[place] = PLURALS[word] if nouns[-1][1] else word
        return words, nouns, subject, distance

    def clause(self, distance, begins=("which",)):
        """Return relative clauses, and phrases with a preposition, of so many words."""
        words = self.part(begins, distance)
        while len(words) < distance:
            words += self.part(["and", "that", *PREPOSITIONS], distance - len(words))
        return words

    def part(self, begins, most):
        """Return 3 to 6 words, so that what is left of `most` can be a part, too, or nothing."""
        while True:
            if (begin := self.one(begins)) in PREPOSITIONS:
                words = [begin, "the", *self.adjective(0.3), self.one(self.others)]
            else:
                adverb = [self.one(ADVERBS)] if self.rng.random() < 0.4 else []
                words = [begin, *adverb, verb := self.one(VERBS), *self.object(verb)]
            if (left := most - len(words)) == 0 or left >= 3:
                return words

    def object(self, verb):
        while is_held_out(verb, noun := self.one([*self.others, *FOOD])) != self.held_out:
            pass
        return [noun] if noun in FOOD else ["the", *self.adjective(0.3), noun]

    def adjective(self, share):
        return [self.one(ADJECTIVES)] if self.rng.random() < share else []

    def one(self, words):
        return words[self.rng.integers(len(words))]
