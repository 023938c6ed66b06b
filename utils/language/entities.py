"""Sentences in which names are marked, made of templates and lists of names, with a seed."""

import re
import zlib
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from utils.files import DataError
from utils.language import entity_data, spans, tokens
from utils.language.entity_data import LABEL_OF, MARKED, SLOT

SPLITS = {"training": 60, "validation": 80, "test": 100}  # where each ends, of a hundred
SALT = "entities"  # of the checksums that split: another one would split otherwise
PAIRS_KEPT_BACK = 10  # one in so many pairs of a template and a name
TRIES = 500
MOST_STEPS = 2  # of joining and quoting, in one sentence
NOISES = ("lower case", "capitals", "misspelt")
MISSPELT = 0.25  # of the longer words of a misspelt sentence

# How two statements are joined, and how one is put into another. All splits share these.
JOINTS = (", and ", ", but ", "; ", ", while ", ", so ", " because ", ", although ")
FRAMES = (
    ("“", ",” said {person}."),
    ("“", ",” {person} said."),
    ("“", ",” said the {nationality} {job}."),
    ("{person} said, “", ".”"),
    ("{given} said, “", ".”"),
    ("She told {organisation}: “", ".”"),
    ("He said, “", ".”"),
    ("“", ",” he said."),
    ("“", ",” she told the {paper}."),
    ("According to {organisation}, ", "."),
    ("{family} says that ", "."),
    ("The {body} said that ", "."),
    ("It was {day}, and ", "."),
)
APPOSITIONS = (
    ("{person}", "{person}, a {job} from {city},"),
    ("{person}", "{person}, {number},"),
    ("{person}", "{person} of {organisation}"),
    ("{person}", "{person} and {person}"),
    ("{person}", "the {nationality} {job} {person}"),
    ("{family}", "{family}, who lives in {city},"),
    ("{given}", "{given}, my neighbour from {country},"),
    ("{city}", "{city}, {country},"),
    ("{city}", "{city}, {city} and {city}"),
    ("{city}", "the {nationality} town of {city}"),
    ("{country}", "{country}, {country} and {country}"),
    ("{organisation}", "{organisation}, {organisation} and {organisation}"),
    ("{organisation}", "the {city} branch of {organisation}"),
    ("{organisation}", "{organisation}, the {nationality} company,"),
)
# A statement that begins with one of these may follow another one, in lower case.
PLAIN = re.compile(
    "(The|A|An|It|He|She|We|They|You|There|In|On|At|From|For|After|Before|Since|Our|My|Her|His|All|"
    "Nobody|Everyone|Half|Both|Two|Three|Most|Some|Of|With|Without|No|Not|This|That|These) "
)
# So that the lesson's own two sentences are new in every word that stands before "Teddy".
OWN_SENTENCE = "He said, “Teddy"


class Sentence(NamedTuple):
    """Tokens, a BIO label for each, the templates, and each entry of a list with its template."""

    tokens: list[str]
    labels: list[str]
    templates: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def split_of(text: str) -> str:
    """Return the split that a template or a name belongs to: "training", "validation" or "test".

    It depends on the text alone, so what is added to a list moves nothing else.
    """
    place = zlib.crc32(f"{SALT} {text}".encode()) % 100
    return next(name for name, end in SPLITS.items() if place < end)


def is_kept_back(template: str, name: str) -> bool:
    """Return whether this pair is one of the tenth that no training sentence has.

    It may have the template with other names, and the name in other templates.
    """
    return zlib.crc32(f"{SALT} {template} {name}".encode()) % PAIRS_KEPT_BACK == 0


@cache
def templates(split: str) -> list[entity_data.Template]:
    """Return the templates of a split.

    Raises:
        ValueError: there is no such split.
        DataError: the file was edited, and nothing of the split is left.
    """
    found = [item for item in entity_data.load_entity_templates() if _in(split, item.text)]
    if not found:
        raise DataError(f"datasets/{entity_data.TEMPLATES} has none for {split}: write more.")
    return found


@cache
def entries(split: str) -> dict[str, list[str]]:
    """Return what fills each slot in a split; words that are no name are shared by all.

    Patterns of organisations are shared, too: what fills their own slots is not.
    """
    lists = entity_data.load_entity_lists()
    people = entity_data.load_person_names()
    found = {
        kind: [row["name"] for row in people if row["kind"] == kind and _in(split, row["name"])]
        for kind in ("given", "family")
    }
    for group in ("places", "organisations"):
        for slot, names in lists[group].items():
            found[slot] = [name for name in dict.fromkeys(names) if _in(split, name)]
    return found | lists["words"]


@cache
def patterns() -> dict[str, list[str]]:
    """Return how organisations are called after a place or a person, by the slot they fill."""
    return entity_data.load_entity_lists()["patterns"]


def _in(split: str, text: str) -> bool:
    if split not in SPLITS:
        raise ValueError(f"There is no split {split!r}: take {', '.join(SPLITS)}.")
    return split_of(text) == split


def make(
    count: int,
    rng: np.random.Generator,
    templates_of: str = "training",
    names_of: str = "training",
    kept_back: bool = False,
    composed: float = 0.5,
    noise: float = 0.0,
) -> list[Sentence]:
    """Return sentences with names, places and organisations marked.

    The same generator gives the same sentences. Each template of a split comes about as often as
    another, but those of the kind "two uses", which are many, half as often.

    Args:
        count: how many.
        rng: what draws.
        templates_of: the split of the templates.
        names_of: the split of the names that fill them.
        kept_back: whether all pairs of a template and a name are those that are kept back from
            training, or none is.
        composed: how often, from 0 to 1, each of two steps joins a sentence with another or quotes
            it. Half as often it gets an apposition or a list.
        noise: the share that is written in lower case, in capitals or with misspelt words; of
            sentences with quotation marks, as many get straight ones.

    Raises:
        ValueError: there is no such split, or a share is not between 0 and 1.
    """
    for share in (composed, noise):
        if not 0 <= share <= 1:
            raise ValueError(f"A share is between 0 and 1, and {share} is not.")
    maker = _Maker(rng, templates(templates_of), entries(names_of), kept_back)
    return [maker.sentence(composed, noise) for _ in range(count)]


class _Maker:
    def __init__(self, rng, templates, entries, kept_back):
        self.rng, self.templates, self.entries = rng, templates, entries
        self.kept_back = kept_back

    def chosen(self, items: Sequence):
        return items[self.rng.integers(len(items))]

    def sentence(self, composed: float, noise: float) -> Sentence:
        while True:
            self.used, self.pairs = [], []
            try:
                text = self.statement(apposition=self.rng.random() < composed / 2)
                for _ in range(MOST_STEPS):
                    if self.rng.random() < composed:
                        text = self.compose(text)
            except LookupError:  # no name makes a pair of the kind that is wanted
                continue
            words, labels = marked(text)
            if self.rng.random() < noise:
                words = noisy(words, self.rng)
            if self.rng.random() < noise:
                words = [{"“": '"', "”": '"'}.get(word, word) for word in words]
            return Sentence(words, labels, tuple(self.used), tuple(self.pairs))

    def statement(self, apposition: bool = False) -> str:
        kind, template = self.chosen(self.templates)
        while kind == "two uses" and self.rng.random() < 0.5:
            kind, template = self.chosen(self.templates)
        self.used.append(template)
        text = template
        if apposition:
            slot, longer = self.chosen(APPOSITIONS)
            # Not within brackets, nor before punctuation, which would stand twice then.
            text = re.sub(rf"(?<=[a-z] ){slot}(?= [a-z]|[.]$)", longer, text, count=1)
            text = text.replace(",.", ".")
        return self.filled(text, template)

    def filled(self, text: str, template: str, mark: bool = True) -> str:
        """Return the text with its slots filled, entities in brackets behind their label."""
        found, end = "", 0
        for part in re.finditer(rf"{MARKED.pattern}|{SLOT.pattern}", text):
            found += text[end : part.start()]
            end = part.end()
            if part[1]:  # an entity in brackets
                value = f"[{part[1]} {self.filled(part[2], template, mark=False)}]"
            else:
                value = self.value(part[3], template)
                if mark and part[3] in LABEL_OF:
                    value = f"[{LABEL_OF[part[3]]} {value}]"
            if re.search(r"\b[aA] $", found) and value.lstrip("[")[0] in "AEIOUaeiou":
                found = f"{found[:-1]}n "
            found += value
        return found + text[end:]

    def value(self, slot: str, template: str) -> str:
        if slot == "person":
            return self.filled(self.person(), template, mark=False)
        if slot == "given" and self.rng.random() < 0.1:
            return self.name("two_uses", template)
        ways = patterns().get(slot, [])
        if ways and (self.rng.random() < 0.6 or not self.entries[slot]):
            return self.filled(self.chosen(ways), template, mark=False)
        return self.name(slot, template) if slot in LABEL_OF else self.chosen(self.entries[slot])

    def person(self) -> str:
        """Return how a whole name is written, most often a given name and a family name."""
        initial = chr(ord("A") + self.rng.integers(26))
        ways = (
            *["{given} {family}"] * 8,
            "{given} {given} {family}",
            f"{{given}} {initial}. {{family}}",
            f"{initial}. {{family}}",
            "{given} {family}-{family}",
        )
        return self.chosen(ways)

    def name(self, slot: str, template: str) -> str:
        for _ in range(TRIES if self.entries[slot] else 0):
            name = self.chosen(self.entries[slot])
            if is_kept_back(template, name) == self.kept_back:
                self.pairs.append((template, name))
                return name
        raise LookupError(slot)

    def compose(self, text: str) -> str:
        """Return the sentence joined with another one, or put into another one."""
        if text[-1] != "." or "“" in text:
            return text
        inner = text[:-1]
        if self.rng.random() < 0.5:
            used, pairs = [*self.used], [*self.pairs]
            for _ in range(TRIES):
                second = self.statement()
                if second[-1] == "." and "“" not in second and PLAIN.match(second):
                    return inner + self.chosen(JOINTS) + second[0].lower() + second[1:]
                self.used, self.pairs = [*used], [*pairs]
            return text
        before, after = self.chosen(FRAMES)
        if not before.endswith("“"):
            if not (PLAIN.match(inner) or inner.startswith("[")):
                return text
            inner = inner if inner[0] == "[" else inner[0].lower() + inner[1:]
        if OWN_SENTENCE in f"{before}{inner}".replace("[PER ", ""):
            return text
        frame = before + after
        return self.filled(before, frame) + inner + self.filled(after, frame)


def marked(text: str) -> tuple[list[str], list[str]]:
    """Return the tokens of a text and their BIO labels; entities stand in brackets in it.

    A token belongs to an entity that it shares a letter with.
    """
    plain, places, end = "", [], 0
    for part in MARKED.finditer(text):
        plain += text[end : part.start()]
        places.append((len(plain), len(plain) + len(part[2]), part[1]))
        plain += part[2]
        end = part.end()
    plain += text[end:]
    found = tokens.places(plain)
    entities = []
    for start, stop, kind in places:
        inside = [i for i, (first, last) in enumerate(found) if first < stop and start < last]
        entities.append((inside[0], inside[-1] + 1, kind))
    return [plain[first:last] for first, last in found], spans.bio(entities, len(found))


def noisy(words: Sequence[str], rng: np.random.Generator, kind: str | None = None) -> list[str]:
    """Return the tokens in lower case, in capitals or misspelt: as many, so labels still fit.

    Args:
        words: the tokens of a sentence.
        rng: what draws.
        kind: "lower case", "capitals" or "misspelt", or None for any. Misspelt are a quarter of the
            words of four letters and more: two letters change places, one is doubled, or lost.
    """
    kind = kind or NOISES[rng.integers(len(NOISES))]
    if kind == "lower case":
        return [word.lower() for word in words]
    if kind == "capitals":
        return [word.upper() for word in words]
    longer = [len(word) > 3 and word.isalpha() for word in words]
    return [
        _misspelt(word, rng) if is_longer and rng.random() < MISSPELT else word
        for word, is_longer in zip(words, longer, strict=True)
    ]


def _misspelt(word: str, rng: np.random.Generator) -> str:
    at = rng.integers(1, len(word) - 1)  # the first letter is seldom wrong
    way = rng.integers(3)
    if way == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + (word[at] * 2 if way == 1 else "") + word[at + 1 :]
