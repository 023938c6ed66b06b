"""Make the word vectors again: `python -m datasets.word_vectors.build`, about a minute.

A probabilistic grammar writes an English-like corpus. Each planted word has attributes: its kinds,
its lemma or entity, its inflection or role, its gender. Each sentence is about one planted word,
and the words around it are drawn from the pools of its attributes. Two words that share an
attribute so share a part of their contexts, which is what skip-gram with negative sampling
(Mikolov, Sutskever and others 2013) learns from. For the control, each word gets pools of its own
instead: as many sentences about each, pools as large, but nothing that two words share by design.
"""

import io
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors, Word2Vec
from gensim.test.utils import datapath

from utils.files import write_atomically

HERE = Path(__file__).resolve().parent
SEED = 1
DIMS = 50
SAMPLE = 200  # sentences in sample.txt
SHIPPED_CONTEXT = 600  # context words that get a place in planted.npz: the most frequent

# A sentence draws CONTEXT context words, each from one attribute of the planted word. These are the
# probabilities of the attributes; the kinds and the own pool divide what they leave.
CONTEXT = 6
ROLE_WEIGHT = 0.2  # each inflection or role
GENDER_WEIGHT = 0.35  # female and male together, in the planted share
TYPED_WEIGHT = 0.2  # the stereotypes beside occupations, in the planted share
TYPED_TOPIC_WEIGHT = 0.5  # the stereotypes beside the words of stereotyped topics
KIND_WEIGHT = 0.45  # of the rest: the kinds together
PART_OF_WEIGHT = 0.6  # of a city's own part: the pool of its state
OWN_WORDS = 10  # places in an own pool

SENTENCES = 130  # about each planted word
OFTEN = 2  # times as many about words with gender: of the family, first names, occupations

CLASSES = ("adverbs", "adjectives", "nouns", "verbs")
PREPOSITIONS = ("in", "of", "near", "with", "for", "by", "from", "at")
FUNCTION_WORDS = ("the", "and", *PREPOSITIONS)

TRAINING = {
    "sg": 1,
    "negative": 8,
    "window": 12,
    "shrink_windows": False,  # the whole sentence: its order carries nothing here
    "sample": 1e-4,
    "alpha": 0.05,
    "epochs": 5,
    "min_count": 1,
    "workers": 1,  # with more, a seed would not repeat a run
}

# Google's test: the roles of the two words of a pair, in the sections where they are the same for
# all pairs. The sections in NOUNS and QUALITIES mix roles; `noun` and `quality` find them out.
ROLES = {
    "capital-common-countries": ("capital", "country"),
    "capital-world": ("capital", "country"),
    "currency": ("country", "currency"),
    "city-in-state": ("city", "state"),
    "gram3-comparative": ("adjective", "comparative"),
    "gram4-superlative": ("adjective", "superlative"),
    "gram5-present-participle": ("base_verb", "participle"),
    "gram6-nationality-adjective": ("country", "nationality"),
    "gram7-past-tense": ("participle", "past"),
    "gram9-plural-verbs": ("base_verb", "third_person"),
}
NOUNS = ("family", "gram8-plural")
QUALITIES = ("gram1-adjective-to-adverb", "gram2-opposite")
GENDERS = ("female", "male")
PLACES = {  # among which words a sentence puts the planted word, by its roles; if none, nouns
    "adverbs": {"adverb"},
    "adjectives": {"adjective", "comparative", "superlative", "nationality"},
    "verbs": {"base_verb", "participle", "past", "third_person"},
}
# What the test itself does not say: base forms of verbs that it shows in two other forms, plurals
# in its section on families, adverbs in its section on opposites, words without a number.
BASE_FORMS = {
    "falling": "fall",
    "feeding": "feed",
    "hiding": "hide",
    "hitting": "hit",
    "knowing": "know",
    "paying": "pay",
    "selling": "sell",
    "shrinking": "shrink",
    "sleeping": "sleep",
    "spending": "spend",
    "striking": "strike",
    "taking": "take",
}
PLURALS = {"brothers": "brother", "sisters": "sister", "sons": "son", "daughters": "daughter"}
ADVERBS = {"possibly": "possible", "impossibly": "impossible"}
PRONOUNS = {"he", "she", "his", "her"}
STATE_OF_GEORGIA = "georgia_state"  # not the country: two entities, one word


@dataclass(frozen=True)
class Sense:
    """A planted word in one meaning: the entity or lemma it stands for, and its roles."""

    word: str
    entity: str
    roles: frozenset[str]
    part_of: str = ""  # the entity that an entity belongs to: the state of a city

    @property
    def place(self) -> str:
        """The class of words among which a sentence puts it."""
        for place, roles in PLACES.items():
            if roles & self.roles:
                return place
        return "nouns"


# The lexicon.


def read_lexicon() -> dict[str, dict]:
    """Return the tables of all files in `lexicon/`, joined."""
    lexicon = defaultdict(dict)
    for path in sorted((HERE / "lexicon").glob("*.toml")):
        for table, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            twice = lexicon[table].keys() & rows
            assert not twice, f"{path.name}: {sorted(twice)} of {table} stand in another file too"
            lexicon[table] |= rows
    return lexicon


def words(texts) -> list[str]:
    """Return the words of all texts in one list."""
    return " ".join(texts).split()


def context_pools(lexicon) -> dict[tuple[str, str], list[str]]:
    """Return the context words of each topic and role."""
    return {
        (table, name): words(row.get(c, "") for c in CLASSES)
        for table in ("topics", "roles")
        for name, row in lexicon[table].items()
    }


def word_classes(lexicon) -> dict[str, str]:
    """Return the class of each context word: the place that a sentence gives it."""
    classes = defaultdict(set)
    for row in (*lexicon["topics"].values(), *lexicon["roles"].values()):
        for c in CLASSES:
            for word in row.get(c, "").split():
                classes[word].add(c)
    for word in words(lexicon["facts"].values()):
        classes[word].add("nouns")
    several = sorted(word for word, found in classes.items() if len(found) > 1)
    assert not several, f"context words of more than one class: {several}"
    return {word: c for word, (c,) in classes.items()}


def planted_shares(lexicon) -> dict[str, float]:
    """Return the share of female gender words beside each occupation, and 1 or 0 for names."""
    shares = dict(lexicon["shares"])
    for names, share in (("female", 1.0), ("male", 0.0)):
        shares |= dict.fromkeys(lexicon["names"][names].split(), share)
    return shares


def stereotypes(lexicon) -> dict[str, tuple[float, float]]:
    """Return for each word beside stereotypes their weight, and the share of the female ones."""
    found = {}
    for topic, share in lexicon["stereotyped"].items():
        members = lexicon["topics"][topic]["members"].split()
        found |= dict.fromkeys(members, (TYPED_TOPIC_WEIGHT, share))
    return found | {word: (TYPED_WEIGHT, share) for word, share in lexicon["shares"].items()}


def lexicon_senses(lexicon, known: set[str]) -> Iterator[Sense]:
    """Yield a sense of each member of a topic, other than the words and entities in `known`."""
    names = words(lexicon["names"].values())
    members = words(topic["members"] for topic in lexicon["topics"].values())
    for word in dict.fromkeys(members):  # each once, in order
        if word not in known:
            roles = frozenset() if word in names else frozenset({"singular"})
            yield Sense(word, word, roles)


# The words of Google's test.


def google_pairs() -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of each section of Google's analogy test, which comes with gensim."""
    pairs = defaultdict(dict)  # dictionaries keep the order and drop repetitions
    for line in Path(datapath("questions-words.txt")).read_text(encoding="utf-8").splitlines():
        if line.startswith(":"):
            section = pairs[line[1:].strip()]
        else:
            a, b, c, d = line.lower().split()
            section[a, b] = section[c, d] = True
    return {name: list(section) for name, section in pairs.items()}


def google_senses() -> Iterator[Sense]:
    """Yield the senses of all words of Google's test, some more than once."""
    pairs = google_pairs()
    base_form = reverse(pairs["gram5-present-participle"]) | BASE_FORMS
    for section in pairs:
        for a, b in pairs[section]:
            if section in NOUNS:
                yield from (noun(a, pairs), noun(b, pairs))
            elif section in QUALITIES:
                yield from (quality(a, pairs), quality(b, pairs))
            elif section == "city-in-state":
                state = STATE_OF_GEORGIA if b == "georgia" else b
                yield Sense(a, a, frozenset({"city"}), part_of=state)
                yield Sense(b, state, frozenset({"state"}))
            else:
                entity = b if section.startswith("capital") else base_form.get(a, a)
                for word, role in zip((a, b), ROLES[section], strict=True):
                    yield Sense(word, entity, frozenset({role}))


def reverse(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the first word of each pair by its second."""
    return {b: a for a, b in pairs}


def noun(word: str, pairs) -> Sense:
    """Return the sense of a noun or pronoun: a woman and a man of one pair are one entity."""
    singular = reverse(pairs["gram8-plural"]) | PLURALS
    male = reverse(pairs["family"])
    lemma = singular.get(word, word)
    roles = set()
    if word not in PRONOUNS:
        roles.add("plural" if word in singular else "singular")
    if lemma in male:
        roles.add("female")
    elif lemma in male.values():
        roles.add("male")
    return Sense(word, male.get(lemma, lemma), frozenset(roles))


def quality(word: str, pairs) -> Sense:
    """Return the sense of an adjective or adverb: a word and its opposite are one entity."""
    adjective = reverse(pairs["gram1-adjective-to-adverb"]) | ADVERBS
    positive = reverse(pairs["gram2-opposite"])
    lemma = adjective.get(word, word)
    roles = {"adverb" if word in adjective else "adjective"}
    if lemma in positive:
        roles.add("negated")
    return Sense(word, positive.get(lemma, lemma), frozenset(roles))


# The grammar and its corpus.


class Grammar:
    """The planted words, the attributes of each, and the context words of each attribute."""

    def __init__(self, lexicon, rng):
        google = list(dict.fromkeys(google_senses()))
        self.google = {sense.word for sense in google}
        known = self.google | {sense.entity for sense in google}
        self.senses = [*google, *lexicon_senses(lexicon, known)]
        self.planted = {sense.word for sense in self.senses}
        self.kinds = defaultdict(list)
        for name, topic in lexicon["topics"].items():
            for member in topic["members"].split():
                self.kinds[member].append(name)
        self.shares = planted_shares(lexicon)
        self.names = set(words(lexicon["names"].values()))
        gendered = {sense.word for sense in google if sense.roles & set(GENDERS)}
        self.often = gendered | self.names | set(lexicon["shares"])
        self.stereotypes = stereotypes(lexicon)
        self.class_of = word_classes(lexicon)
        both = self.planted & {*self.class_of, *FUNCTION_WORDS}
        assert not both, f"planted words among the context words: {sorted(both)}"
        self.pools = context_pools(lexicon)
        topics = (pool for (table, _), pool in self.pools.items() if table == "topics")
        self.context = sorted({word for pool in topics for word in pool})
        self._add_own_pools(lexicon["facts"], rng)

    def _add_own_pools(self, facts, rng):
        """Give each entity its facts, words of its kinds, and words of any; some come twice."""
        entities = [name for sense in self.senses for name in (sense.entity, sense.part_of) if name]
        for entity in dict.fromkeys(entities):  # each once, in order
            pool = facts.get(entity, "").split()
            near = sorted({w for kind in self.kinds[entity] for w in self.pools["topics", kind]})
            room = OWN_WORDS - len(pool)
            n_near = min(len(near), round(room / 2))
            pool += rng.choice(near, n_near, replace=False).tolist()
            pool += rng.choice(self.context, room - n_near, replace=False).tolist()
            self.pools["own", entity] = pool

    def attributes(self, sense: Sense) -> dict[tuple[str, str], float]:
        """Return the probability that a context word of a sense comes from each attribute."""
        weights = self._role_weights(sense)
        rest = 1 - sum(weights.values())
        kinds = self.kinds[sense.entity] or self.kinds[sense.part_of]
        if sense.word in self.names:  # they differ by gender alone
            return weights | {("topics", kind): rest / len(kinds) for kind in kinds}
        for kind in kinds:
            weights["topics", kind] = rest * KIND_WEIGHT / len(kinds)
        own = rest * (1 - KIND_WEIGHT)
        if sense.part_of:
            weights["own", sense.part_of] = own * PART_OF_WEIGHT
            own *= 1 - PART_OF_WEIGHT
        return weights | {("own", sense.entity): own}

    def _role_weights(self, sense):
        weights = {}
        for role in sorted(sense.roles):
            weights["roles", role] = GENDER_WEIGHT if role in GENDERS else ROLE_WEIGHT
        if sense.word in self.shares:
            share = self.shares[sense.word]
            weights["roles", "female"] = GENDER_WEIGHT * share
            weights["roles", "male"] = GENDER_WEIGHT * (1 - share)
        if sense.word in self.stereotypes:
            weight, share = self.stereotypes[sense.word]
            weights["roles", "typed_female"] = weight * share
            weights["roles", "typed_male"] = weight * (1 - share)
        return weights

    def unshared(self, rng) -> dict[tuple, list[str]]:
        """Return the pools of the control: each sense has its own for each attribute."""
        return {
            (sense, *name): rng.choice(self.context, len(self.pools[name]), replace=False).tolist()
            for sense in self.senses
            for name in self.attributes(sense)
        }


def corpus(grammar: Grammar, seed: int, control: bool = False) -> list[list[str]]:
    """Return sentences, each a list of words, in random order."""
    rng = np.random.default_rng(seed)
    pools = grammar.unshared(rng) if control else grammar.pools
    n_senses = Counter(sense.word for sense in grammar.senses)
    sentences = []
    for sense in grammar.senses:
        weights = grammar.attributes(sense)
        often = OFTEN if sense.word in grammar.often else 1
        size = (round(SENTENCES * often / n_senses[sense.word]), CONTEXT)
        source = rng.choice(len(weights), size, p=list(weights.values()))
        context = np.empty(size, object)
        for number, name in enumerate(weights):
            pool = pools[(sense, *name) if control else name]
            here = source == number
            context[here] = rng.choice(np.array(pool, object), here.sum())
        prepositions = rng.choice(PREPOSITIONS, size)
        for drawn, small in zip(context.tolist(), prepositions.tolist(), strict=True):
            sentences.append(sentence(sense, drawn, small, grammar.class_of))
    return [sentences[number] for number in rng.permutation(len(sentences))]


def sentence(sense: Sense, context, prepositions, class_of) -> list[str]:
    """Put a planted word and its context words in an English order.

    The subject: adverbs (determiners are among them) or "the", adjectives, a noun; then verbs,
    joined by "and"; then the other nouns, each after a preposition.
    """
    by_class = {c: [] for c in CLASSES}
    by_class[sense.place].append(sense.word)
    for word in dict.fromkeys(context):  # no word twice
        by_class[class_of[word]].append(word)
    nouns = by_class["nouns"]
    result = [*(by_class["adverbs"] or ["the"]), *by_class["adjectives"], *nouns[:1]]
    result += " and ".join(by_class["verbs"]).split()
    for preposition, other in zip(prepositions, nouns[1:], strict=False):
        result += [preposition, other]
    return result


# The vectors.


def train(sentences, seed: int) -> KeyedVectors:
    """Return the vectors (n_words, DIMS) that skip-gram learns from the sentences."""
    return Word2Vec(sentences, vector_size=DIMS, seed=seed, **TRAINING).wv


def part(vectors: KeyedVectors, kept: set[str]) -> KeyedVectors:
    """Return the vectors of some words, rounded to float16 as they are stored."""
    names = [word for word in vectors.index_to_key if word in kept]
    result = KeyedVectors(DIMS)
    result.add_vectors(names, np.array([vectors[word] for word in names], np.float16))
    return result


def build(seed: int) -> tuple[KeyedVectors, KeyedVectors, list[str]]:
    """Return the planted vectors, the control and some sentences of the corpus."""
    grammar = Grammar(read_lexicon(), np.random.default_rng(seed))
    sentences = corpus(grammar, seed)
    print(f"seed {seed}: {len(sentences):,} sentences, {sum(map(len, sentences)):,} words")
    planted = train(sentences, seed)
    control = train(corpus(grammar, seed, control=True), seed)
    always = {*grammar.planted, *FUNCTION_WORDS}
    context = [word for word in planted.index_to_key if word not in always]  # by frequency
    return (
        part(planted, always | set(context[:SHIPPED_CONTEXT])),
        part(control, grammar.google),
        [" ".join(s) for s in sentences[:SAMPLE]],
    )


def save(name: str, vectors: KeyedVectors) -> None:
    """Write words and vectors in the form that `utils.datasets.load_word_vectors` reads."""
    text = "\n".join(vectors.index_to_key).encode()
    rows = vectors.vectors.astype(np.float16)
    data = io.BytesIO()
    np.savez_compressed(data, words=np.frombuffer(text, np.uint8), vectors=rows)
    write_atomically(HERE / name, data.getvalue())


def main() -> None:
    """Write both files of vectors and the sample of sentences."""
    planted, control, sentences = build(SEED)
    save("planted.npz", planted)
    save("control.npz", control)
    sample = "\n".join(sentences) + "\n"
    write_atomically(HERE / "sample.txt", sample)


if __name__ == "__main__":
    main()
