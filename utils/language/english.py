"""English words: plurals, articles and the forms of verbs, with the choices that a tense leaves."""

from collections.abc import Sequence
from typing import NamedTuple

from utils.language.lattice import Part, choice

BE_NOW, BE_THEN = (
    ("am", "are", "is", "are", "are", "are"),
    ("was", "were", "was", "were", "were", "were"),
)
SHORT = {
    "is": "isn't", "are": "aren't", "was": "wasn't", "were": "weren't", "has": "hasn't",
    "have": "haven't", "will": "won't", "do": "don't", "does": "doesn't", "did": "didn't",
    "can": "can't", "could": "couldn't", "would": "wouldn't", "must": "mustn't",
}  # fmt: skip
NOT_SHORT, SHORTENED = 0.3, 0.7


class Verb(NamedTuple):
    """The five forms of an English verb; each may be several words, as "looks at"."""

    base: str
    third: str
    past: str
    participle: str
    ing: str


class Option(NamedTuple):
    """One way to say a tense.

    Attributes:
        weight: how often.
        helper: "is", "will", …, or "" where a statement has none: then `form` is said, and
            questions and "not" take `do` and `rest`.
        rest: what stands after the helper.
        form: the inflected verb, where there is no helper.
        do: "do", "does" or "did".
    """

    weight: float
    helper: str
    rest: str
    form: str = ""
    do: str = ""


def verb(text: str) -> Verb:
    """Return the verb of an entry: "read reads read read reading", or a base that is regular."""
    words = [word.replace("+", " ") for word in text.split()]
    if len(words) == 1:
        [base] = words
        return Verb(base, base + "s", base + "ed", base + "ed", base + "ing")
    return Verb(*words)


def options(verb: Verb, tense: str, person: int, state: bool = False) -> list[Option]:
    """Return the ways to say a French tense in English.

    Args:
        verb: the English verb.
        tense: "p" (présent), "c" (passé composé), "i" (imparfait) or "f" (futur).
        person: 0 to 5, je to ils.
        state: whether it is a verb that has no -ing: "knows", not "is knowing".
    """
    be_now, be_then = BE_NOW[person], BE_THEN[person]
    third = person == 2
    if tense == "p":
        now = Option(0.65, "", verb.base, verb.third if third else verb.base, _do(third))
        return [now] if state else [now, Option(0.35, be_now, verb.ing)]
    past = Option(0.65, "", verb.base, verb.past, "did")
    if tense == "c":
        return [past, Option(0.35, "has" if third else "have", verb.participle)]
    if tense == "i":
        used = Option(0.35, "", f"use to {verb.base}", f"used to {verb.base}", "did")
        return [past, used] if state else [Option(0.65, be_then, verb.ing), used]
    return [Option(0.65, "will", verb.base), Option(0.35, be_now, f"going to {verb.base}")]


def of_being(tense: str, person: int) -> list[Option]:
    """Return the ways to say a tense of être."""
    be_now, be_then = BE_NOW[person], BE_THEN[person]
    if tense == "p":
        return [Option(1, be_now, "")]
    if tense == "c":
        return [Option(0.6, be_then, ""), Option(0.4, "has" if person == 2 else "have", "been")]
    if tense == "i":
        return [Option(0.7, be_then, ""), Option(0.3, "", "use to be", "used to be", "did")]
    return [Option(0.65, "will", "be"), Option(0.35, be_now, "going to be")]


def of_modal(name: str, tense: str, person: int, negated: bool = False) -> list[Option]:
    """Return the ways to say a tense of vouloir, pouvoir or devoir, before a base form."""
    third, be_now, be_then = person == 2, BE_NOW[person], BE_THEN[person]
    if name == "vouloir":
        if tense == "p":
            want = Option(0.65, "", "want to", "wants to" if third else "want to", _do(third))
            return [want, Option(0.35, "would", "like to")]
        return {"f": [Option(1, "will", "want to")]}.get(
            tense, [Option(1, "", "want to", "wanted to", "did")]
        )
    if name == "pouvoir":
        if tense == "f":
            return [Option(0.6, "will", "be able to"), Option(0.4, "will", "be allowed to")]
        be, can = (be_now, "can") if tense == "p" else (be_then, "could")
        able = Option(0.32, be, "able to"), Option(0.26, be, "allowed to")
        return [Option(0.42, can, ""), *able]
    if tense == "f":
        return [Option(1, "will", "have to")]
    if tense != "p":
        return [Option(1, "", "have to", "had to", "did")]
    if negated:
        return [Option(1, "must", "")]
    has = "has" if third else "have"
    must = Option(0.42, "must", "")
    return [must, Option(0.32, "", "have to", f"{has} to", _do(third)), Option(0.26, has, "got to")]


def _do(third):
    return "does" if third else "do"


def denied(helper: str) -> Part:
    """Return a helper with "not": the long form or the short one."""
    long = "cannot" if helper == "can" else f"{helper} not"
    return choice({long: NOT_SHORT, SHORT[helper]: SHORTENED}) if helper in SHORT else long


def with_articles(words: Sequence[str]) -> list[str]:
    """Return the words with "an" in place of "a" before a vowel."""
    following = [*words[1:], ""]
    return [
        "an" if word == "a" and after[:1] in tuple("aeiou") else word
        for word, after in zip(words, following, strict=True)
    ]


def without_articles(words: Sequence[str]) -> list[str] | None:
    """Return the words with "a" for every "an", or None where one of the two stands wrongly."""
    plain = ["a" if word == "an" else word for word in words]
    return plain if with_articles(plain) == list(words) else None
