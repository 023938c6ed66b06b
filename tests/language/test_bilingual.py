"""The French-English grammar: single forms, whole sentences, what is valid and what is not."""

import re

import numpy as np
import pytest

from utils.files import DataError
from utils.language import bilingual, bilingual_words, english, french
from utils.language.bilingual import Said, at_time, clause, sentence, which
from utils.language.bilingual_draws import Drawer, forms, of_the_notes
from utils.language.bilingual_phrases import country, name, noun_phrase, pronoun
from utils.language.bilingual_sets import as_text
from utils.language.bilingual_words import lexicon, load_proverbs


@pytest.mark.parametrize(
    "infinitive, tense, expected",
    [
        ("manger", "p", "mange manges mange mangeons mangez mangent"),
        ("manger", "i", "mangeais mangeais mangeait mangions mangiez mangeaient"),
        ("manger", "f", "mangerai mangeras mangera mangerons mangerez mangeront"),
        ("acheter", "p", "achète achètes achète achetons achetez achètent"),
        ("acheter", "f", "achèterai achèteras achètera achèterons achèterez achèteront"),
        ("choisir", "p", "choisis choisis choisit choisissons choisissez choisissent"),
        (
            "choisir",
            "i",
            "choisissais choisissais choisissait choisissions choisissiez choisissaient",
        ),
        ("vendre", "p", "vends vends vend vendons vendez vendent"),
        ("vendre", "f", "vendrai vendras vendra vendrons vendrez vendront"),
        ("voir", "i", "voyais voyais voyait voyions voyiez voyaient"),
        ("voir", "f", "verrai verras verra verrons verrez verront"),
        ("boire", "i", "buvais buvais buvait buvions buviez buvaient"),
        ("écrire", "f", "écrirai écriras écrira écrirons écrirez écriront"),
    ],
)
def test_forms_of_verbs(infinitive, tense, expected):
    found = [lexicon().verbs[infinitive].forms.simple(tense, person) for person in range(6)]
    assert " ".join(found) == expected


def test_helpers():
    words = lexicon().helpers
    assert [words["être"].simple("i", p) for p in (0, 3)] == ["étais", "étions"]
    assert words["avoir"].simple("f", 5) == "auront"
    assert words["vouloir"].simple("i", 2) == "voulait"


@pytest.mark.parametrize(
    "participle, feminine, plural, expected",
    [("mangé", True, True, "mangées"), ("pris", False, True, "pris"),
     ("pris", True, False, "prise"),
     ("dû", True, False, "due"), ("vu", False, True, "vus")],
)  # fmt: skip
def test_participles(participle, feminine, plural, expected):
    assert french.agreed(participle, feminine, plural) == expected


def test_elision_and_contraction():
    words = [
        "je",
        "aime",
        "que",
        "il",
        "ne",
        "est",
        "pas",
        "de",
        "orange",
        "parce",
        "que",
        "elle",
        "le",
        "a",
    ]
    expected = "j' aime qu' il n' est pas d' orange parce qu' elle l' a"
    assert " ".join(french.elide(words)) == expected
    assert french.contracted("près de", ("le", "parc")) == ["près", "du", "parc"]
    assert french.contracted("près de", ("le", "hôtel")) == ["près", "de", "le", "hôtel"]
    assert french.contracted("à", ("les", "amis")) == ["aux", "amis"]


def test_english():
    assert english.verb("visit") == ("visit", "visits", "visited", "visited", "visiting")
    assert english.with_articles(["a", "old", "cat"]) == ["an", "old", "cat"]
    assert english.without_articles(["a", "egg"]) is None
    assert english.without_articles(["an", "egg"]) == ["a", "egg"]


def said(text):
    return [text.split() for text in text.split(" | ")]


def noun(word, *arguments, **options):
    return noun_phrase(lexicon().nouns[word], *arguments, **options)


@pytest.fixture
def verbs():
    return lexicon().verbs


def test_noun_phrases():
    adjectives = lexicon().adjectives
    old, red, new = adjectives["vieux"], adjectives["rouge"], adjectives["nouveau"]
    for made, expected in (
        (noun("hôtel", "ce", adjectives=[old]), "ce vieil hôtel"),
        (noun("hôtel", "ce"), "cet hôtel"),
        (noun("orange", "mon"), "mon orange"),
        (noun("pomme", "son", adjectives=[red]), "sa pomme rouge"),
        (noun("école", "un", True, [new]), "de nouvelles école s".replace("e s", "es")),
        (noun("cheval", "deux"), "deux chevaux"),
        (noun("oiseau", "un", True), "des oiseaux"),
        (noun("pomme", "un", denied=True), "de pomme"),
    ):
        assert " ".join(made.french) == expected
    assert noun("homme", "deux").person == 5


@pytest.mark.parametrize(
    "make, words, valid, invalid",
    [
        (
            lambda v: clause(Said(pronoun("elle"), v["voir"], "c", before="les",
                                  negation="jamais")),
            "elle ne les a jamais vus .",
            "she never saw them . | she has never seen them .",
            "she saw them . | she never sees them . | he never saw them .",
        ),
        (
            lambda v: clause(Said(pronoun("elles"), v["partir"], "c"), "où"),
            "où est-ce qu' elles sont parties .",
            "where did they leave . | where have they left .",
            "where they left . | where are they left .",
        ),
        (
            lambda v: clause(Said(pronoun("il"), v["manger"], "c", noun("œuf", "un")), "-"),
            "a -t-il mangé un œuf .",
            "did he eat an egg . | has he eaten an egg .",
            "did he eat a egg . | he ate an egg . | has he ate an egg .",
        ),
        (
            lambda v: clause(Said(name("jane"), v["manger"], "i", noun("pomme", "un", denied=True),
                                  negation="pas")),
            "jane ne mangeait pas de pomme .",
            "jane wasn't eating an apple . | jane did not use to eat any apples .",
            "jane isn't eating an apple . | jane was eating an apple .",
        ),
        (
            lambda v: clause(Said(pronoun("nous"), v["lire"], "f", noun("livre"), modal="pouvoir",
                                  negation="pas")),
            "nous ne pourrons pas lire le livre .",
            "we won't be able to read the book . | we will not be allowed to read the book .",
            "we can't read the book . | we won't read the book .",
        ),
        (
            lambda v: clause(Said(pronoun("tu"), v["travailler"], modal="devoir",
                                  adverb="souvent")),
            "tu dois souvent travailler .",
            "you must often work . | you often have to work . | you have often got to work .",
            "you often work . | you must work .",
        ),
        (
            lambda v: clause(Said(noun("fille"), lexicon().being, "i",
                                  quality=lexicon().adjectives["content"], very=True)),
            "la fille était très contente .",
            "the girl was very happy . | the girl used to be really glad .",
            "the girl is very happy . | the girl was happy .",
        ),
        (
            lambda v: clause(Said(pronoun("je"), v["aimer"], "p", negation="plus",
                                  object=noun("thé"))),
            "je n' aime plus le thé .",
            "i no longer like the tea . | i don't love the tea any more .",
            "i do not like the tea . | i never like the tea .",
        ),
    ],
)  # fmt: skip
def test_sentences(verbs, make, words, valid, invalid):
    made = sentence(make(verbs))
    assert " ".join(made.french) == words
    for text in said(valid):
        assert made.valid(text), text
    for text in said(invalid):
        assert not made.valid(text), text


def test_relative_clauses(verbs):
    apple = lexicon().nouns["pomme"]
    ate = which(Said(name("jane"), verbs["manger"], "c"), apple, True, of_object=True)
    girl = lexicon().nouns["fille"]
    reads = which(Said(None, verbs["lire"]), girl, False, of_object=False)
    thing = noun_phrase(apple, "le", True, relative=ate)
    made = sentence(clause(Said(noun_phrase(girl, relative=reads), verbs["voir"], object=thing)))
    assert " ".join(made.french) == "la fille qui lit voit les pommes que jane a mangées ."
    for text in said(
        "the girl who reads sees the apples jane ate . | "
        "the girl that is reading sees the apples which jane has eaten ."
    ):
        assert made.valid(text)
    assert ("object", "manger", "pomme") in made.pairs
    assert not made.valid(
        ["the", "girl", "which", "reads", "sees", "the", "apples", "jane", "ate", "."]
    )


def test_times_and_openers(verbs):
    made = at_time(clause(Said(pronoun("je"), verbs["dormir"], "f")), "demain", "tomorrow", True)
    whole = sentence(made, opener="en fait")
    assert " ".join(whole.french) == "en fait , demain , je dormirai ."
    for text in said(
        "actually , i will sleep tomorrow . | tomorrow , i am going to sleep . | "
        "in fact , tomorrow i will sleep ."
    ):
        assert whole.valid(text)
    with pytest.raises(ValueError, match="join"):
        sentence(made, made)
    with pytest.raises(ValueError, match="negation"):
        clause(Said(pronoun("je"), verbs["dormir"], negation="pas"), "est-ce")


def test_the_sentences_of_the_notes():
    sing, visit = of_the_notes()
    assert as_text(sing.french) == "Voulez-vous chanter avec moi ?"
    assert as_text(sing.references(1)[0]) == "Do you want to sing with me ?"
    assert as_text(visit.french) == "Jane visite l'Afrique en septembre."
    assert visit.valid(["in", "september", ",", "jane", "is", "visiting", "africa", "."])
    assert not visit.valid(["jane", "visited", "africa", "in", "september", "."])
    assert country("le japon").english == "japan"


@pytest.fixture(scope="module")
def drawn():
    drawer = Drawer(3)
    return [drawer.sentence() for _ in range(1500)]


def test_drawn_sentences_translate_to_what_is_valid(drawn):
    rng = np.random.default_rng(0)
    for one in drawn[:400]:
        words = one.sample(rng)
        assert one.valid(words) and one.share(words) <= one.share(one.references(1)[0]) + 1e-9
        assert len({*map(tuple, one.references(4))}) == len(one.references(4)) <= 4
        assert not one.valid([*words[:-1], words[-1], words[-1]])


def test_greedy_by_the_frequencies_is_valid(drawn):
    assert all(one.valid(one.greedy()) for one in drawn[:60])
    [_, visit] = of_the_notes()
    assert visit.greedy()[0] == "jane"


def test_the_same_seed_draws_the_same(drawn):
    assert [Drawer(3).sentence().french] == [drawn[0].french]
    assert Drawer(4).sentence().french != drawn[0].french


def test_french_that_is_drawn_is_elided(drawn):
    text = "\n".join(" ".join(one.french) for one in drawn)
    assert not re.search(r"\b(le|la|de|ne|je|me|te|que) [aeiouéêèhœ]", text)
    assert not re.search(r"' [^aeiouâàéèêîôûùœh\s]", text)


def test_how_many_forms_there_are():
    drawer = Drawer(0)
    of_french, of_english = forms([drawer.sentence() for _ in range(12_000)])
    assert 900 < len(of_french) < 1000 and 440 < len(of_english) < 490


def test_one_french_sentence_means_the_same_wherever_it_is_drawn(drawn):
    by_words = {}
    for one in drawn:
        other = by_words.setdefault(one.french, one)
        assert other.valid(one.references(1)[0])


@pytest.mark.parametrize(
    "old, new, fault",
    [("[times]", "[hours]", "table .times."), ("english = [[", "inglish = [[", "no `english`"),
     ('["chat", "m", "cat"]', '["chat", "m"]', "three parts")],
)  # fmt: skip
def test_damaged_words(monkeypatch, old, new, fault):
    text = bilingual_words.embedded(bilingual_words.WORDS).replace(old, new)
    import tomllib

    monkeypatch.setattr(bilingual_words, "embedded_toml", lambda _: tomllib.loads(text))
    with pytest.raises(DataError, match=fault):
        bilingual_words.load_words()


def test_proverbs(monkeypatch):
    assert len(load_proverbs()) == 12
    monkeypatch.setattr(bilingual_words, "embedded", lambda _: "french,english\na")
    with pytest.raises(DataError, match="table"):
        load_proverbs()


def test_adjectives_and_numbers_are_known():
    words = lexicon()
    for kind, names in words.qualities.items():
        assert words.of_kind(kind) and set(names) <= words.adjectives.keys()
    for verb in words.verbs.values():
        assert verb.objects or verb.alone
    assert bilingual.Sentence((".",), ".", frozenset()).references(1) == [["."]]
