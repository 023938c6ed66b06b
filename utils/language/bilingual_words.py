"""The words of the French-English grammar, in both languages, and the proverbs beside them."""

import csv
from dataclasses import dataclass
from functools import cache

from utils.files import damaged, embedded, embedded_toml
from utils.language import english, french
from utils.language.lattice import Part, choice

WORDS, PROVERBS = "translation/lexicon.toml", "translation/proverbs.csv"
TABLES = (
    "nouns", "names", "countries", "adjectives", "qualities", "verbs", "helpers", "times", "months",
    "places", "manners", "adverbs", "openers", "joins", "numbers",
)  # fmt: skip


def load_proverbs() -> list[dict]:
    """Return twelve French proverbs, each with "french" and "english". Raises DataError."""
    rows = list(csv.reader(embedded(PROVERBS).splitlines()))
    if rows[:1] != [["french", "english"]] or any(len(row) != 2 for row in rows) or len(rows) < 2:
        raise damaged(PROVERBS, "it is not a table of french, english")
    return [
        dict(zip(*pair, strict=True)) for pair in zip([rows[0]] * len(rows), rows[1:], strict=False)
    ]


def load_words() -> dict:
    """Return the tables of the lexicon. Raises DataError: a table or a part of one is missing."""
    words = embedded_toml(WORDS)
    for table in TABLES:
        if not isinstance(words.get(table), dict) or not words[table]:
            raise damaged(WORDS, f"the table [{table}] is missing")
    for name, entry in words["verbs"].items():
        if not isinstance(entry, dict) or not entry.get("english"):
            raise damaged(WORDS, f"the verb {name} has no `english`")
    for kind, rows in words["nouns"].items():
        if any(not isinstance(row, list) or len(row) < 3 for row in rows):
            raise damaged(WORDS, f"a noun of the class {kind} has fewer than three parts")
    return words


@dataclass(frozen=True)
class Noun:
    """A noun: `plural` is the French one, `many` the English one; `kind` is its class."""

    french: str
    feminine: bool
    english: str
    plural: str
    many: str
    kind: str


@dataclass(frozen=True)
class Adjective:
    """An adjective; `vowel` is its masculine before a vowel, `before` whether it comes first."""

    masculine: str
    feminine: str
    english: Part
    vowel: str
    before: bool

    def form(self, feminine: bool, plural: bool, after: str = "") -> str:
        """Return the French form, before the word `after`."""
        word = self.feminine if feminine else self.masculine
        if plural:
            return french.plural_of(word)
        return self.vowel if self.vowel and not feminine and french.vowel(after) else word


@dataclass(frozen=True)
class Verb:
    """A verb in both languages; `english` is pairs of `english.Verb` and weight."""

    forms: french.Forms
    english: tuple
    objects: tuple = ()
    state: bool = False
    alone: bool = False

    @property
    def name(self) -> str:
        """Its infinitive."""
        return self.forms.infinitive


class Lexicon:
    """The words of `datasets/translation/lexicon.toml`, ready for the grammar."""

    def __init__(self, data: dict):
        self.nouns = {
            n.french: n for kind, rows in data["nouns"].items() for n in _nouns(kind, rows)
        }
        self.adjectives = {
            row[0]: Adjective(*row[:2], choice(row[2]), *row[3:4] or [""], where == "before")
            for where, rows in data["adjectives"].items()
            for row in rows
        }
        self.qualities, self.names, self.numbers = data["qualities"], data["names"], data["numbers"]
        self.countries, self.months = data["countries"], data["months"]
        self.verbs = {name: _verb(name, entry) for name, entry in data["verbs"].items()}
        self.helpers = {n: french.conjugate(n, entry) for n, entry in data["helpers"].items()}
        self.being = Verb(self.helpers["être"], (), state=True)
        tables = "places", "manners", "adverbs", "openers", "joins"
        for table in tables:
            setattr(self, table, {word: choice(said) for word, said in data[table].items()})
        self.times = {
            word: (tenses, choice(said)) for word, (tenses, said) in data["times"].items()
        }

    def of_kind(self, kind: str) -> list[Noun]:
        """Return the nouns of a class."""
        return [noun for noun in self.nouns.values() if noun.kind == kind]


def _nouns(kind, rows):
    for word, gender, said, *more in rows:
        plural, many = [*more, "", ""][:2]
        yield Noun(
            word, gender == "f", said, plural or french.plural_of(word), many or said + "s", kind
        )


def _verb(name, entry):
    return Verb(
        french.conjugate(name, entry),
        tuple((english.verb(text), weight) for text, weight in entry["english"]),
        tuple(entry.get("objects", ())),
        entry.get("state", False),
        entry.get("alone", False),
    )


@cache
def lexicon() -> Lexicon:
    """Return the words. Raises DataError: the file is damaged."""
    return Lexicon(load_words())
