"""French words: how verbs, nouns and adjectives change, and what happens before a vowel."""

from collections.abc import Sequence
from dataclasses import dataclass

VOWELS = tuple("aâàeéèêëiîïoôuùûœh")  # every h of our words is silent
LOSES = {"le", "la", "de", "ne", "je", "me", "te", "se", "que"}

PRESENT_ER = "e", "es", "e", "ons", "ez", "ent"
PRESENT_IR = "is", "is", "it", "issons", "issez", "issent"
PRESENT_RE = "s", "s", "", "ons", "ez", "ent"
IMPERFECT = "ais", "ais", "ait", "ions", "iez", "aient"
FUTURE = "ai", "as", "a", "ons", "ez", "ont"
PARTICIPLE = {"er": "é", "ir": "i", "re": "u"}


@dataclass(frozen=True)
class Forms:
    """The forms of a French verb.

    Attributes:
        infinitive: its name.
        present: of je, tu, il, nous, vous, ils; and so `imperfect` and `future`.
        participle: the masculine singular.
        helper: "avoir" or "être", which makes its passé composé.
    """

    infinitive: str
    present: tuple
    imperfect: tuple
    future: tuple
    participle: str
    helper: str = "avoir"

    def simple(self, tense: str, person: int) -> str:
        """Return the form of a tense of one word, "p", "i" or "f"; `person` is 0 to 5."""
        return {"p": self.present, "i": self.imperfect, "f": self.future}[tense][person]


def conjugate(infinitive: str, entry: dict | None = None) -> Forms:
    """Return all forms of a verb; `entry` says what is not regular, as in the lexicon."""
    entry = entry or {}
    stem, ending = infinitive[:-2], infinitive[-2:]
    strong = entry.get("strong", stem)
    endings = {"er": PRESENT_ER, "ir": PRESENT_IR, "re": PRESENT_RE}[ending]
    regular = [_joined(stem if n in (3, 4) else strong, end) for n, end in enumerate(endings)]
    present = tuple(entry.get("present", regular))
    past = entry.get("imperfect", present[3].removesuffix("ons"))
    if ending == "er":
        past = stem
    default = strong + "er" if ending == "er" else infinitive.removesuffix("e")
    future = entry.get("future", default)
    return Forms(
        infinitive,
        present,
        tuple(_joined(past, end) for end in IMPERFECT),
        tuple(future + end for end in FUTURE),
        entry.get("participle", stem + PARTICIPLE[ending]),
        entry.get("with", "avoir"),
    )


def _joined(stem, ending):
    """Join stem and ending so that the sound stays: mangeons, commençait."""
    if stem.endswith("g") and ending[:1] in ("a", "o"):
        return f"{stem}e{ending}"
    if stem.endswith("c") and ending[:1] in ("a", "o"):
        return f"{stem[:-1]}ç{ending}"
    return stem + ending


def agreed(participle: str, feminine: bool, plural: bool) -> str:
    """Return a participle that agrees: mangé, mangée, mangés, mangées; pris, prise, pris."""
    word = participle.replace("û", "u") if feminine or plural else participle
    word += "e" if feminine else ""
    return word + ("s" if plural and not word.endswith("s") else "")


def plural_of(word: str) -> str:
    """Return the regular plural of a noun or an adjective."""
    if word.endswith(("s", "x")):
        return word
    return word + ("x" if word.endswith("eau") else "s")


def vowel(word: str) -> bool:
    """Return whether a word begins with a vowel, or a silent h."""
    return word.startswith(VOWELS)


def elide(words: Sequence[str]) -> list[str]:
    """Return the words with l', d', n', j', qu' … before vowels."""
    following = [*words[1:], ""]
    return [
        word[:-1] + "'" if word in LOSES and vowel(after) else word
        for word, after in zip(words, following, strict=True)
    ]


def determiner(name: str, feminine: bool, plural: bool, after: str, before_adjective=False) -> str:
    """Return "le", "un", "ce", "mon", … as it stands before the word `after`.

    A number stands as it is. "les" is not joined with "de" or "à" here.
    """
    if name == "le":
        return "les" if plural else "la" if feminine else "le"
    if name == "un":
        return ("de" if before_adjective else "des") if plural else "une" if feminine else "un"
    if name == "ce":
        if plural:
            return "ces"
        return "cette" if feminine else "cet" if vowel(after) else "ce"
    if name in ("mon", "ton", "son"):
        if plural:
            return name[0] + "es"
        return name[0] + "a" if feminine and not vowel(after) else name
    if name in ("notre", "votre"):
        return {"notre": "nos", "votre": "vos"}[name] if plural else name
    if name == "leur":
        return "leurs" if plural else "leur"
    return name


def contracted(preposition: str, words: Sequence[str]) -> list[str]:
    """Return a preposition before a noun phrase: à le → au, de les → des; "près de" likewise."""
    *first, last = preposition.split()
    joined = {("à", "le"): "au", ("à", "les"): "aux", ("de", "le"): "du", ("de", "les"): "des"}
    lost = words[0] == "le" and vowel(words[1])
    if not lost and (last, words[0]) in joined:
        return [*first, joined[last, words[0]], *words[1:]]
    return [*first, last, *words]
