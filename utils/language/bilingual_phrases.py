"""Subjects and objects of the French-English grammar: pronouns, names, nouns."""

from collections.abc import Sequence
from dataclasses import dataclass

from utils.language import french
from utils.language.bilingual_words import Adjective, Noun, lexicon
from utils.language.lattice import Part, choice


@dataclass(frozen=True)
class Phrase:
    """A subject or an object.

    Attributes:
        french: its words.
        english: its translations.
        person: 0 to 5, je to ils.
        feminine: whether what agrees with it is feminine.
        noun: the French noun, or "".
        kind: the noun's class, "name", or "pronoun".
        pairs: which words it joins, such as ("adjective", "rouge", "pomme").
    """

    french: tuple
    english: Part
    person: int = 2
    feminine: bool = False
    noun: str = ""
    kind: str = ""
    pairs: frozenset = frozenset()


@dataclass(frozen=True)
class Clause:
    """What is said, in both languages, without its last sign."""

    french: tuple
    english: Part
    pairs: frozenset


SUBJECTS = {
    "je": (0, False, "i"), "tu": (1, False, "you"), "il": (2, False, "he"),
    "elle": (2, True, "she"), "nous": (3, False, "we"), "vous": (4, False, "you"),
    "ils": (5, False, "they"), "elles": (5, True, "they"),
}  # fmt: skip
OWNERS = {"mon": "my", "ton": "your", "notre": "our", "votre": "your", "leur": "their"}
PEOPLE = "person", "name"
# Before the verb in French: what it says, of people and of things; feminine, plural.
OBJECTS = {
    "le": ("him", "it", False, False), "la": ("her", "it", True, False),
    "les": ("them", "them", False, True), "me": ("me", "", False, False),
    "te": ("you", "", False, False), "nous": ("us", "", False, True),
    "vous": ("you", "", False, True),
}  # fmt: skip


def pronoun(word: str, being: bool = False) -> Phrase:
    """Return a subject such as "je"; with être, "il" and "elle" may be things."""
    person, feminine, said = SUBJECTS[word]
    part = choice({said: 0.75, "it": 0.25}) if being and person == 2 else said
    return Phrase((word,), part, person, feminine, kind="pronoun")


def name(word: str) -> Phrase:
    """Return a person's name."""
    return Phrase((word,), word, 2, word in lexicon().names["f"], kind="name")


def country(words: str) -> Phrase:
    """Return a country, such as "l'afrique": no article in English."""
    said, gender = lexicon().countries[words]
    parts = words.replace("'", "' ").split()
    return Phrase(tuple(parts), said, 2, gender == "f", noun=parts[-1], kind="country")


def noun_phrase(
    noun: Noun,
    article: str = "le",
    plural: bool = False,
    adjectives: Sequence[Adjective] = (),
    denied: bool = False,
    hers: float = 0.3,
    relative: "Clause | None" = None,
) -> Phrase:
    """Return an article, a noun and what belongs to it.

    Args:
        noun: the noun.
        article: "le", "un", "ce", "mon" … "leur", "son", or a number.
        plural: whether there are several.
        adjectives: at most one before and one after the noun.
        denied: whether "ne … pas" stands before it, which makes "un" a "de".
        hers: how often "son" is "her" and not "his".
        relative: a clause of `which`, after the noun.
    """
    plural = plural or article in lexicon().numbers
    word = noun.plural if plural else noun.french
    first = [a for a in adjectives if a.before]
    words, after = [word], word
    for adjective in reversed(first):
        after = adjective.form(noun.feminine, plural, after)
        words.insert(0, after)
    words += [a.form(noun.feminine, plural) for a in adjectives if not a.before]
    start = "de" if denied and article == "un" else None
    start = start or french.determiner(article, noun.feminine, plural, words[0], bool(first))
    said = tuple(a.english for a in (*first, *(a for a in adjectives if not a.before)))
    one, many = (*said, noun.english), (*said, noun.many)
    own = many if plural else one
    if article == "un" and denied:
        loose = ("", many) if plural else ("a", one)
        part = choice([(("any", many), 0.7 if plural else 0.25), (loose, 0.3 if plural else 0.75)])
    elif article == "un":
        part = (choice({"some": 0.3, "": 0.7}) if plural else "a", own)
    elif article == "son":
        part = (choice({"her": hers, "his": 1 - hers}), own)
    elif article == "ce":
        near, far = ("these", "those") if plural else ("this", "that")
        part = (choice({near: 0.7, far: 0.3}), own)
    else:
        part = ({"le": "the", **OWNERS, **lexicon().numbers}[article], own)
    pairs = {("adjective", a.masculine, noun.french) for a in adjectives}
    if relative:
        words, part = [*words, *relative.french], (part, relative.english)
        pairs |= relative.pairs
    return Phrase(
        (start, *words), part, 5 if plural else 2, noun.feminine, noun.french, noun.kind,
        frozenset(pairs),
    )  # fmt: skip
