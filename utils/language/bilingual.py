"""A small French-English grammar: each sentence is made in both languages at once.

The French side is a list of words. The English side is a `lattice.Part`: all correct translations
that the grammar knows, with how often each is taken. The frequencies are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from utils.language import english, french, lattice
from utils.language.bilingual_phrases import OBJECTS, PEOPLE, Clause, Phrase
from utils.language.bilingual_words import Adjective, Noun, Verb, lexicon
from utils.language.lattice import Part, choice


@dataclass(frozen=True)
class Sentence:
    """A French sentence and all its English translations.

    Attributes:
        french: its words and signs.
        english: a lattice; "a" stands there for "an", too.
        pairs: the combinations of words in it.
    """

    french: tuple
    english: Part = field(compare=False)
    pairs: frozenset = field(compare=False)

    def references(self, count: int = 4) -> list[list[str]]:
        """Return the `count` most frequent translations, the most frequent first."""
        found = lattice.likeliest(self.english, count)
        return [english.with_articles(text.split()) for text, _ in found]

    def sample(self, rng: np.random.Generator) -> list[str]:
        """Return a translation, drawn by the frequencies."""
        return english.with_articles(lattice.sample(self.english, rng))

    def greedy(self) -> list[str]:
        """Return the translation that takes the likeliest word each time, by the frequencies."""
        return english.with_articles(lattice.greedy(self.english))

    def share(self, words: Sequence[str]) -> float:
        """Return how often this translation is taken, 0 if it is none."""
        plain = english.without_articles(list(words))
        return 0.0 if plain is None else lattice.share_of(self.english, plain)

    def valid(self, words: Sequence[str]) -> bool:
        """Return whether the words are a correct translation, by the grammar."""
        return self.share(words) > 0


@dataclass(frozen=True)
class Said:
    """What a clause is made of.

    Attributes:
        subject: who does it.
        verb: what is done.
        tense: "p", "c", "i" or "f".
        object: what it is done to, or None.
        before: an object pronoun that stands before the verb in French, or "".
        quality: for être, an adjective, or None; `very` puts "très" before it.
        negation: "pas", "plus", "jamais", or "".
        adverb: one of the lexicon's adverbs, or "".
        modal: "vouloir", "pouvoir", "devoir", or "".
        after: further French words and their English, at the end: pairs.
    """

    subject: Phrase
    verb: Verb
    tense: str = "p"
    object: Phrase | None = None
    before: str = ""
    quality: Adjective | None = None
    very: bool = False
    negation: str = ""
    adverb: str = ""
    modal: str = ""
    after: tuple = ()


def clause(said: Said, asked: str = "") -> Clause:
    """Return a clause in both languages.

    Args:
        said: what it is made of.
        asked: "" for a statement; "-" for a question whose verb stands before its pronoun;
            "est-ce" for one with "est-ce que"; or "où", "quand", "pourquoi" before that.

    Raises:
        ValueError: a question is denied, which this grammar does not translate.
    """
    if asked and said.negation:
        raise ValueError("This grammar has no questions with a negation.")
    pairs = set(said.subject.pairs)
    if said.object:
        pairs |= said.object.pairs
        pairs.add(("object", said.verb.name, said.object.noun))
    if said.negation:
        pairs.add(("negation", said.modal or said.verb.name, said.tense))
    if said.quality and said.subject.noun:
        pairs.add(("adjective", said.quality.masculine, said.subject.noun))
    words = french_words(said, inverted=asked == "-")
    if asked not in ("", "-"):
        words = [*([] if asked == "est-ce" else [asked]), "est-ce", "que", *words]
    asks = {"où": "where", "quand": "when", "pourquoi": "why"}.get(asked, "")
    return Clause(tuple(words), (asks, english_part(said, bool(asked))), frozenset(pairs))


def french_words(said: Said, inverted: bool = False, agrees: Phrase | None = None) -> list[str]:
    """Return the French words of a clause, not elided; a participle may agree with an object."""
    subject, forms = said.subject, said.verb.forms
    lead = lexicon().helpers[said.modal] if said.modal else forms
    before = [said.before] * bool(said.before)
    if said.tense == "c":
        finite = lexicon().helpers[lead.helper].simple("p", subject.person)
        rest = [_participle(said, lead, agrees)]
    else:
        finite, rest = lead.simple(said.tense, subject.person), []
    if said.modal:
        rest += [*before, forms.infinitive]
        before = []
    between = [word for word in (said.negation, said.adverb) if word]
    verb = ["ne"] * bool(said.negation) + before + [finite]
    start = [*subject.french, *verb]
    if inverted:
        sounds = "t-" if finite[-1] in "ae" and subject.person == 2 else ""
        start = [*verb, f"-{sounds}{subject.french[0]}"]
    words = [*start, *between, *rest]
    if said.object:
        words += said.object.french
    if said.quality:
        words += ["très"] * said.very
        words.append(said.quality.form(subject.feminine, subject.person > 2))
    for more, _ in said.after:
        words += more.split()
    return words


def _participle(said, lead, agrees):
    if lead.helper == "être" and lead.participle != "été":
        return french.agreed(lead.participle, said.subject.feminine, said.subject.person > 2)
    if agrees and not said.modal:
        return french.agreed(lead.participle, agrees.feminine, agrees.person > 2)
    if said.before and not said.modal:
        return french.agreed(lead.participle, *OBJECTS[said.before][2:])
    return lead.participle


def english_part(said: Said, asked: bool = False) -> Part:
    """Return all that a clause can be in English."""
    ways = []
    for weight, option, base in _options(said):
        denials = {"jamais": [("never", 1)], "plus": [("no longer", 0.55), ("not", 0.45)]}
        for denial, share in denials.get(said.negation, [("not" if said.negation else "", 1)]):
            said_so = _ordered(said, option, base, denial, asked)
            ways.append(((*said_so, *_ending(said, denial)), weight * share))
    start = () if asked else (said.subject.english,)
    return (*start, choice(ways))


def _options(said):
    """Yield the weight of each way to say verb and tense, the way, and a base form after it."""
    person = said.subject.person
    mains = said.verb.english
    if said.modal:
        for option in english.of_modal(said.modal, said.tense, person, bool(said.negation)):
            for main, weight in mains or [(english.Verb("be", *[""] * 4), 1)]:
                yield weight * option.weight, option, main.base
    elif not mains:
        for option in english.of_being(said.tense, person):
            yield option.weight, option, ""
    for main, weight in mains if not said.modal else ():
        for option in english.options(main, said.tense, person, said.verb.state):
            yield weight * option.weight, option, ""


def _ordered(said, option, base, denial, asked):
    """Return the parts from helper to verb, the subject among them in a question."""
    adverb = lexicon().adverbs[said.adverb] if said.adverb else ""
    if denial in ("never", "no longer"):
        adverb = (denial, adverb)
    helper, rest = (option.helper, option.rest) if option.helper else (option.do, option.rest)
    if asked:
        return helper, said.subject.english, adverb, rest, base
    if denial == "not":
        return english.denied(helper), adverb, rest, base
    if not option.helper:
        return adverb, option.form, base
    return helper, adverb, rest, base


def _ending(said, denial):
    """Return the parts after the verb."""
    ending = []
    if said.before:
        person, thing, _, _ = OBJECTS[said.before]
        kinds = {kind in PEOPLE for kind in said.verb.objects}
        both = len(kinds) == 2 and thing and person != thing
        ending.append(
            choice({person: 0.5, thing: 0.5}) if both else person if True in kinds else thing
        )
    if said.object:
        ending.append(said.object.english)
    if said.quality:
        ending += [choice({"very": 0.7, "really": 0.3}) if said.very else "", said.quality.english]
    if said.negation == "plus" and denial == "not":
        ending.append("any more")
    return (*ending, *(part for _, part in said.after))


def which(said: Said, noun: Noun, plural: bool, of_object: bool) -> Clause:
    """Return a relative clause about a noun: "qui …", or "que …" if the noun is its object.

    `said` has the noun's person in its subject for "qui", and no object for "que".
    """
    human = noun.kind == "person"
    if not of_object:
        inner = replace(
            said, subject=Phrase((), "", 5 if plural else 2, noun.feminine, noun.french)
        )
        link = choice({"who" if human else "that": 0.65, "that" if human else "which": 0.35})
        made = clause(inner)
        return Clause(("qui", *made.french), (link, made.english), made.pairs)
    link = choice({"that": 0.6, "": 0.25, "whom" if human else "which": 0.15})
    agrees = Phrase((), "", 5 if plural else 2, noun.feminine)
    words = french_words(said, agrees=agrees)
    pairs = {("object", said.verb.name, noun.french), *said.subject.pairs}
    if said.negation:
        pairs.add(("negation", said.modal or said.verb.name, said.tense))
    return Clause(("que", *words), (link, english_part(said)), frozenset(pairs))


def at_time(made: Clause, words: str, said: Part, first: bool, stays: bool = False) -> Clause:
    """Return a clause with a time, first or last in French; in English too where it `stays`."""
    front = (*words.split(), ",", *made.french) if first else (*made.french, *words.split())
    last, start = (made.english, said), (said, ",", made.english)
    if stays and not first:
        return Clause(front, last, made.pairs)
    if stays:
        part = choice([(start, 0.6), ((said, made.english), 0.4)])
        return Clause(front, part, made.pairs)
    share, bare = (0.36, 0.26) if first else (0.13, 0.07)
    places = [(last, 1 - share - bare), (start, share), ((said, made.english), bare)]
    return Clause(front, choice(places), made.pairs)


def sentence(
    *clauses: Clause, joins: Sequence[str] = (), opener: str = "", end: str = "."
) -> Sentence:
    """Return a sentence of clauses and the words that join them, with its last sign.

    Raises:
        ValueError: the number of joining words does not fit.
    """
    if len(joins) != len(clauses) - 1:
        raise ValueError(f"{len(clauses)} clauses need {len(clauses) - 1} words to join them.")
    words, part = list(clauses[0].french), [clauses[0].english]
    for join, made in zip(joins, clauses[1:], strict=True):
        words += [*([","] if join == "mais" else []), *join.split(), *made.french]
        comma = choice({",": 0.6, "": 0.4}) if join == "mais" else ""
        part += [comma, lexicon().joins[join], made.english]
    if opener:
        words = [*opener.split(), ",", *words]
        part = [_opened(lexicon().openers[opener]), *part]
    pairs = frozenset().union(*(made.pairs for made in clauses))
    return Sentence(tuple(french.elide([*words, end])), (*part, end), pairs)


def _opened(said):
    if isinstance(said, str):
        return (said, ",")
    return choice([((word, ",") if word else "", share) for word, share in said.options])
