"""Sentences drawn from the French-English grammar, short ones and long ones."""

import random
from collections.abc import Sequence

from utils.language import bilingual, french, lattice
from utils.language import bilingual_phrases as phrases
from utils.language.bilingual import Said, Sentence, at_time, clause, which
from utils.language.bilingual_phrases import Clause, Phrase, noun_phrase
from utils.language.bilingual_words import Noun, lexicon

TENSES = {"p": 0.4, "c": 0.25, "i": 0.17, "f": 0.18}
ARTICLES = {"le": 0.4, "un": 0.22, "mon": 0.06, "ton": 0.05, "son": 0.07, "notre": 0.04,
            "votre": 0.03, "leur": 0.04, "ce": 0.09}  # fmt: skip
OF_ANIMALS = (
    "manger", "boire", "regarder", "chercher", "trouver", "voir", "aimer", "dormir", "jouer",
    "arriver", "tomber", "partir", "attendre",
)  # fmt: skip
DENIALS = {"pas": 0.6, "plus": 0.2, "jamais": 0.2}
BESIDE = {"dans": "in", "devant": "in front of", "derrière": "behind", "près de": "near"}
INVERTED = "tu", "il", "elle", "nous", "vous", "ils", "elles"


class Drawer:
    """Draws sentences.

    Args:
        seed: the same seed draws the same sentences.
    """

    def __init__(self, seed: int):
        self.rng, self.words = random.Random(seed), lexicon()

    def sentence(self) -> Sentence:
        """Return a sentence: one clause, two or three, or a question."""
        kind = self._of({"one": 0.56, "question": 0.18, "two": 0.21, "three": 0.05})
        opener = self._one([*self.words.openers]) if self._chance(0.1) else ""
        if kind == "question":
            return bilingual.sentence(self.question(), opener=opener, end="?")
        count = {"one": 1, "two": 2, "three": 3}[kind]
        joins = self.rng.sample(["et", "mais", "parce que"], count - 1)
        return bilingual.sentence(
            *(self.statement(place, count) for place in range(count)), joins=joins, opener=opener
        )

    def statement(self, place: int = 0, count: int = 1) -> Clause:
        """Return a statement, often with a time: the one at `place` of `count` in a sentence."""
        said = self.said(self.subject(relative=0.12))
        first = place == 0 and self._chance(0.5)
        return self._timed(clause(said), said.tense, first, stays=count > 1)

    def question(self) -> Clause:
        """Return a question."""
        asked = self._of({"-": 0.45, "est-ce": 0.3, "où": 0.08, "quand": 0.08, "pourquoi": 0.09})
        subject = phrases.pronoun(self._one(INVERTED)) if asked == "-" else self.subject(0)
        said = self.said(subject, denied=0, beside=asked != "où", moves=asked != "-")
        made = clause(said, asked)
        return made if asked == "quand" else self._timed(made, said.tense, False, stays=True)

    def subject(self, relative: float = 0.0) -> Phrase:
        """Return somebody, as a pronoun, a name or a noun; `relative` is the chance of "qui"."""
        kind = self._of({"pronoun": 0.42, "name": 0.18, "noun": 0.4})
        if kind == "pronoun":
            return phrases.pronoun(self._one([*phrases.SUBJECTS]))
        if kind == "name":
            return phrases.name(self._one(self.words.names["m"] + self.words.names["f"]))
        noun = self._one(self.words.of_kind(self._of({"person": 0.8, "animal": 0.2})))
        return self.phrase(noun, relative=relative)

    def phrase(
        self, noun: Noun, denied: bool = False, relative: float = 0.0, owner: Phrase | None = None
    ) -> Phrase:
        """Return a noun with its article, at times adjectives and a relative clause."""
        article = self._of(ARTICLES)
        if self._chance(0.05):
            article = self._one([*self.words.numbers])
        plural = self._chance(0.32) and article not in self.words.numbers
        adjectives = self._adjectives(noun, self._of({0: 0.62, 1: 0.3, 2: 0.08}))
        told = None
        if self._chance(relative):
            told = self._relative(noun, plural or article in self.words.numbers)
        hers = 0.8 if owner is not None and owner.feminine else 0.2
        return noun_phrase(noun, article, plural, adjectives, denied, hers, told)

    def said(
        self,
        subject: Phrase,
        denied: float = 0.24,
        beside: bool = True,
        simple: bool = False,
        moves=True,
    ) -> Said:
        """Return what a clause says of its subject.

        Args:
            subject: of the clause.
            denied: the chance of a negation.
            beside: whether it may say where or how.
            simple: whether it says nothing but verb and object.
            moves: whether the subject may be another where the verb is être.
        """
        tense = self._of(TENSES)
        if not simple and self._chance(0.17):
            return self._quality(subject, tense, denied, moves)
        modal = self._of({"": 0.75, "vouloir": 0.08, "pouvoir": 0.09, "devoir": 0.08})
        if simple:
            modal = ""
        negation = self._of(DENIALS) if self._chance(denied) else ""
        if (modal == "devoir" and tense != "p") or (modal and negation == "plus"):
            negation = ""  # what "had to" denies is another thing
        verb = self._verb(subject, self._chance(0.25) and not simple)
        thing, before = None, ""
        if verb.objects and not (verb.alone and self._chance(0.5)):
            thing, before = self._object(subject, verb, tense, negation == "pas", simple)
        adverb = self._one([*self.words.adverbs]) if not negation and self._chance(0.13) else ""
        if adverb == "déjà" and tense == "f":
            adverb = "souvent"
        after = (
            self._after(verb, thing or before)
            if beside and not simple and self._chance(0.28)
            else ()
        )
        return Said(
            subject, verb, tense, thing, before, negation=negation, adverb=adverb, modal=modal,
            after=after,
        )  # fmt: skip

    def _quality(self, subject, tense, denied, moves):
        if moves and self._chance(0.55):
            kinds = [*self.words.qualities]
            subject = self.phrase(self._one(self.words.of_kind(self._one(kinds))), relative=0.08)
        elif subject.kind == "pronoun":
            word = subject.french[0]
            subject = phrases.pronoun(word, being=True) if word in ("il", "elle") else subject
        kind = subject.kind if subject.kind in self.words.qualities else "person"
        quality = self.words.adjectives[self._one(self.words.qualities[kind])]
        negation = self._of(DENIALS) if self._chance(denied) else ""
        very = self._chance(0.3)
        return Said(subject, self.words.being, tense, quality=quality, very=very, negation=negation)

    def _verb(self, subject, alone):
        verbs = [
            verb
            for verb in self.words.verbs.values()
            if (verb.alone if alone else verb.objects)
            and (subject.kind != "animal" or verb.name in OF_ANIMALS)
        ]
        return self._one(verbs)

    def _object(self, subject, verb, tense, denied, simple):
        """Return a noun phrase and "", or None and a pronoun."""
        people = "person" in verb.objects
        if self._chance(0.17):
            words = ["le", "la", "les"] * 2 + (["me", "te", "nous", "vous"] if people else [])
            word = self._one(words)
            own = {"me": 0, "te": 1, "nous": 3, "vous": 4}.get(word)
            if own is None or (own != subject.person and tense != "c"):
                return None, word
        kind = self._one(verb.objects)
        if kind == "country":
            return phrases.country(self._one([*self.words.countries])), ""
        noun = self._one(self.words.of_kind(kind))
        return self.phrase(noun, denied, 0 if simple else 0.1, subject), ""

    def _after(self, verb, thing):
        kinds = {"place": 0.5, "beside": 0.3, "manner": 0.2}
        kind = self._of(kinds)
        if kind == "beside" and not thing:
            word = self._one([*BESIDE])
            noun = self._one(self.words.of_kind("place"))
            made = noun_phrase(noun, self._of({"le": 0.7, "un": 0.3}))
            words = french.contracted(word, made.french)
            return ((" ".join(words), (BESIDE[word], made.english)),)
        if kind == "manner":
            free = verb.alone and not thing and verb.forms.helper == "avoir"
            good = [m for m in self.words.manners if free or m.startswith("avec")]
            word = self._one(good)
            return ((word, self.words.manners[word]),)
        word = self._one([*self.words.places])
        return ((word, self.words.places[word]),)

    def _adjectives(self, noun, count):
        known = [self.words.adjectives[a] for a in self.words.qualities[noun.kind]]
        found = []
        while known and len(found) < count:
            found.append(self._one(known))
            known = [a for a in known if a.before != found[-1].before]
        return found

    def _relative(self, noun, plural):
        if noun.kind in ("person", "animal"):
            who = Phrase((), "", kind=noun.kind, noun=noun.french)
            return which(self.said(who, denied=0.15, simple=True), noun, plural, False)
        verbs = [v for v in self.words.verbs.values() if noun.kind in v.objects]
        subject = self.subject()
        verbs = [v for v in verbs if subject.kind != "animal" or v.name in OF_ANIMALS] or verbs
        if subject.kind not in ("pronoun", "name"):
            subject = phrases.name(self._one(self.words.names["f"]))
        return which(Said(subject, self._one(verbs), self._of(TENSES)), noun, plural, True)

    def _timed(self, made, tense, first, stays):
        if not self._chance(0.42):
            return made
        if self._chance(0.25):
            month = self._one([*self.words.months])
            words, part = f"en {month}", f"in {self.words.months[month]}"
        else:
            known = [word for word, (tenses, _) in self.words.times.items() if tense in tenses]
            words = self._one(known)
            part = self.words.times[words][1]
        return at_time(made, words.replace("l'", "l' "), part, first, stays)

    def _of(self, weights):
        return self.rng.choices(list(weights), weights.values())[0]

    def _one(self, things: Sequence):
        return self.rng.choice(things)

    def _chance(self, share):
        return self.rng.random() < share


def of_the_notes() -> list[Sentence]:
    """Return the two sentences of the course's notes, which stand in no split."""
    words = lexicon()
    manner = ("avec moi", words.manners["avec moi"])
    sing = Said(phrases.pronoun("vous"), words.verbs["chanter"], modal="vouloir", after=(manner,))
    visit = Said(phrases.name("jane"), words.verbs["visiter"], object=phrases.country("l'afrique"))
    at = at_time(clause(visit), "en septembre", "in september", first=False)
    return [bilingual.sentence(clause(sing, "-"), end="?"), bilingual.sentence(at)]


def forms(sentences: Sequence[Sentence]) -> tuple[set, set]:
    """Return all French and all English words and signs of sentences, in all translations."""
    found: set = set()

    def walk(part):
        if isinstance(part, str):
            found.update(part.split())
        else:
            options = part.options if isinstance(part, lattice.Choice) else [(p, 1) for p in part]
            for piece, _ in options:
                walk(piece)

    for one in sentences:
        walk(one.english)
    return {word for one in sentences for word in one.french}, found | {"an"}
