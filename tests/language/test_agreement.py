"""utils.language.agreement: what the grammar promises, held on the sentences that it makes."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from utils.datasets import load_news_agreement
from utils.env import ROOT
from utils.language import agreement
from utils.language.agreement import Sentences

SINGULARS = {plural: singular for singular, plural in agreement.PLURALS.items()}
FORMS = agreement.PLURALS.keys() | SINGULARS.keys()
HELD_OUT = {*agreement.NOUNS["validation"], *agreement.NOUNS["test"]}


@pytest.fixture(scope="module")
def found():
    return agreement.splits(0, train=700, each=30)


def singular(word):
    return SINGULARS.get(word, word)


def pairs(sentences):
    """Return each verb with the noun after it, the singular."""
    met = set()
    for text in sentences.texts:
        for place, word in enumerate(text):
            if word in agreement.VERBS:
                rest = [w for w in text[place + 1 :] if w in FORMS or w in agreement.FOOD]
                met.add((word, singular(rest[0])))
    return met


def by_hand():
    """Return three sentences whose animals are told, with their numbers."""
    texts = [
        ["behind", "the", "foxes", ",", "the", "cat", ",", "which", "saw", "the", "dogs", ","],
        ["the", "hens", ",", "which", "ate", "corn", "near", "the", "ox", ","],
        ["near", "the", "mouse", ",", "the", "geese"],
    ]
    nouns = [[(2, 1), (5, 0), (10, 1)], [(1, 1), (8, 0)], [(2, 0), (5, 1)]]
    plural, subject, distance = np.array([[0, 1, 1], [5, 1, 5], [4, 6, 0]])
    return Sentences(texts, plural, subject, distance, nouns)


def test_each_noun_is_in_one_split():
    assert [len(agreement.NOUNS[split]) for split in ("train", "validation", "test")] == [18, 3, 6]
    assert [noun for nouns in agreement.NOUNS.values() for noun in nouns] == agreement.ANIMALS
    assert not agreement.PLURALS.keys() & SINGULARS.keys()
    assert len(SINGULARS) == len(agreement.PLURALS)


def test_distance_is_the_number_of_words_between_subject_and_verb(found):
    for sentences in found.values():
        rows = zip(sentences.texts, sentences.subject, sentences.distance, strict=True)
        for text, subject, distance in rows:
            between = text[subject + 1 :]
            assert sum(word != "," for word in between) == distance
            assert between == ([",", *between[1:-1], ","] if distance else [])
            assert between.count(",") in (0, 2)


def test_numbers_fit_the_words(found):
    for sentences in found.values():
        rows = zip(sentences.texts, sentences.nouns, strict=True)
        for (text, nouns), subject, plural in zip(
            rows, sentences.subject, sentences.plural, strict=True
        ):
            assert [place for place, _ in nouns] == [k for k, w in enumerate(text) if w in FORMS]
            assert all((text[place] in SINGULARS) == number for place, number in nouns)
            assert (text[subject] in SINGULARS) == plural
        assert 0.4 < sentences.plural.mean() < 0.6


def test_how_many_at_which_distance(found):
    train = found["train"]
    assert len(train.texts) == 700 and (train.distance == 0).sum() == 100
    assert set(train.distance) == {0, *range(3, agreement.TRAINED + 1)}
    for split in ("validation", "test"):
        distances, counts = np.unique(found[split].distance, return_counts=True)
        assert (distances.tolist(), counts.tolist()) == ([3, 10, 20, 30], [30] * 4)
    few = agreement.splits(0, 14, 2, [0, 7])["test"]
    assert few.distance.tolist() == [0, 0, 7, 7]


def test_held_out_nouns_are_trained_as_subjects_of_short_sentences_alone(found):
    train, met = found["train"], set()
    for text, subject, distance in zip(train.texts, train.subject, train.distance, strict=True):
        places = [k for k, word in enumerate(text) if singular(word) in HELD_OUT]
        assert not places or (places == [subject] and distance == 0)
        met |= {text[place] for place in places}
    assert met <= HELD_OUT | {agreement.PLURALS[noun] for noun in HELD_OUT} and len(met) > 9
    for split in ("validation", "test"):
        held = found[split]
        subjects = {singular(text[k]) for text, k in zip(held.texts, held.subject, strict=True)}
        assert subjects == {*agreement.NOUNS[split]}
        nouns = {singular(word) for text in held.texts for word in text if word in FORMS}
        assert nouns <= {*agreement.NOUNS["train"], *agreement.NOUNS[split]}


def test_pairs_of_verb_and_object_are_held_out(found):
    trained, held = pairs(found["train"]), pairs(found["validation"]) | pairs(found["test"])
    assert len(trained) > 200 and len(held) > 60
    assert not trained & held
    assert not any(agreement.is_held_out(*pair) for pair in trained)
    assert all(agreement.is_held_out(*pair) for pair in held)
    nouns = agreement.ANIMALS + agreement.FOOD
    share = np.mean([agreement.is_held_out(v, n) for v in agreement.VERBS for n in nouns])
    assert share == pytest.approx(1 / 4, abs=0.01)


def test_an_animal_stands_in_front_as_often_as_said(found):
    train = found["train"]
    fronted = [nouns[0][0] < k for nouns, k in zip(train.nouns, train.subject, strict=True)]
    assert np.mean(fronted) == pytest.approx(agreement.FRONTED, abs=0.05)


def test_the_same_seed_gives_the_same_sentences(found):
    for name, sentences in agreement.splits(0, train=700, each=30).items():
        assert sentences.texts == found[name].texts
        assert all(map(np.array_equal, sentences[1:4], found[name][1:4]))
    assert agreement.splits(1, 14, 2)["train"].texts != agreement.splits(2, 14, 2)["train"].texts


def test_the_vocabulary_covers_every_word(found):
    words = agreement.vocabulary()
    assert len(words) == 107
    met = {word for sentences in found.values() for text in sentences.texts for word in text}
    assert met == {*words.tokens[1:]}


def test_the_longest_sentences_can_be_typed():
    found = agreement.splits(0, 700, 300, [agreement.MOST])
    longest = max(found["test"].texts, key=len)
    assert len(longest) == 44
    assert agreement.read(" ".join(longest)) == longest


def test_encode_fills_with_zeros():
    words = agreement.vocabulary()
    indices, lengths = agreement.encode([["the", "cats"], ["the", "fox", ",", "which"]], words)
    assert indices.shape == (2, 4) and lengths.tolist() == [2, 4]
    assert indices[0].tolist() == [words.tokens.index("the"), words.tokens.index("cats"), 0, 0]
    assert words.decode(indices[1]) == "the fox , which"


def test_rules_by_hand():
    sentences = by_hand()
    assert agreement.first_noun(sentences).tolist() == [1, 1, 0]
    assert agreement.last_noun(sentences).tolist() == [1, 0, 1]
    assert agreement.most_nouns(sentences).tolist() == [1, 1, 0]  # as many each in the last two
    nouns = [[(0, 0), (1, 0), (2, 1)], [(0, 0), (1, 1), (2, 1)], [(0, 1)]]
    assert agreement.most_nouns(sentences._replace(nouns=nouns)).tolist() == [0, 1, 1]


def test_no_rule_finds_the_number(found):
    test = found["test"]
    for rule in (agreement.first_noun, agreement.last_noun, agreement.most_nouns):
        assert np.mean(rule(test) == test.plural) < 0.8


@pytest.mark.parametrize("chosen", [[2, 0], [True, False, True]])
def test_take(chosen):
    sentences, numbers = by_hand(), [2, 0] if chosen == [2, 0] else [0, 2]
    taken = sentences.take(np.array(chosen))
    assert taken.texts == [sentences.texts[k] for k in numbers]
    assert taken.nouns == [sentences.nouns[k] for k in numbers]
    assert taken.plural.tolist() == sentences.plural[numbers].tolist()
    assert taken.subject.tolist() == sentences.subject[numbers].tolist()
    assert taken.distance.tolist() == sentences.distance[numbers].tolist()


def test_read_takes_capitals_and_commas_as_they_come():
    wanted = ["the", "cats", ",", "which", "ate", "fish", ","]
    for typed in ("the cats, which ate fish,", "  The CATS ,which\nate fish , "):
        assert agreement.read(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("the catz", "'catz' is not in the vocabulary. The nearest are .*'cats'"),
        ("the cats.", r"'cats\.' is not .* nearest are 'cats'"),
        ("the cats xxxxxxxxx", "'xxxxxxxxx' is not in the vocabulary. Animals are bear, "),
        ("the <EOS> cats", "is not in the vocabulary"),
        ("the cats, " + "a" * 1000, "^'a{30}' is not"),
        ("", "There is no sentence: type one"),
        (" \n ", "There is no sentence: type one"),
        (None, "There is no sentence: type one"),
        (["the", "cats"], "There is no sentence: type one"),
        ("the cats" + " ," * 43, "It has 45 words and commas; 44 are the most"),
        ("the , which ate fish", "There is no animal in it"),
    ],
)
def test_read_refuses_in_one_sentence(typed, said):
    with pytest.raises(ValueError, match=said) as refused:
        agreement.read(typed)
    assert len(str(refused.value)) < 200


def test_read_reads_what_the_grammar_makes(found):
    for text in found["test"].texts:
        assert agreement.read(" ".join(text).replace(" ,", ",")) == text
        assert not any(a == b for a, b in pairwise(text))


# --- real sentences retold ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows():
    return load_news_agreement()


@pytest.fixture(scope="module")
def real(rows):
    return agreement.retold(rows)


def attractors(sentences):
    """Return for each sentence whether an animal of the other number follows the subject."""
    rows = zip(sentences.nouns, sentences.subject, sentences.plural, strict=True)
    return [any(at > k and number != n for at, number in nouns) for nouns, k, n in rows]


def ahead(sentences):
    """Return for each sentence whether an animal stands before the subject."""
    places = zip(sentences.nouns, sentences.subject, strict=True)
    return [nouns[0][0] < k for nouns, k in places]


def fronted(sentences):
    """Return for each sentence whether that animal is in a phrase, and not in a main clause."""
    rows = zip(ahead(sentences), sentences.texts, strict=True)
    return [before and text[0] != "the" for before, text in rows]


def test_retold_by_hand():
    texts = "behind the foxes, the cat, which saw the dogs,", "The hens, which ate corn near the ox"
    rows = [
        {"retelling": text, "subject": subject, "verb": verb}
        for text, subject, verb in zip(texts, (5, 1), ("was", "were"), strict=True)
    ]
    found, wanted = agreement.retold(rows), by_hand()
    assert found.texts == [wanted.texts[0], wanted.texts[1][:-1]]
    assert found.nouns == wanted.nouns[:2]
    for name in ("plural", "subject", "distance"):
        assert getattr(found, name).tolist() == getattr(wanted, name)[:2].tolist()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"verb": "was"}, "'the cats near the dog': word 1 is no animal that 'was' could be"),
        ({"subject": 4}, "word 4 is no animal that 'were' could be said of"),
        ({"subject": 2}, "word 2 is no animal"),
        ({"subject": -4}, "word -4 is no animal"),
        ({"subject": 9}, "word 9 is no animal"),
        ({"retelling": "the catz"}, "'catz' is not in the vocabulary"),
    ],
)
def test_retold_refuses(change, fault):
    row = {"retelling": "the cats near the dog", "subject": 1, "verb": "were"}
    assert agreement.retold([row]).plural.tolist() == [1]
    with pytest.raises(ValueError, match=fault):
        agreement.retold([row, row | change])


def test_real_sentences_are_balanced_and_far(rows, real):
    assert (len(rows), real.plural.sum()) == (60, 30)
    assert len({row["text"] for row in rows}) == 60
    distances = {row["distance"] for row in rows}
    assert (min(distances), max(distances)) == (2, 15) and len(distances) >= 13
    assert sum(attractors(real)) >= 30
    assert sum(fronted(real)) >= 15
    for row in rows:
        assert sum(any(map(str.isalnum, word)) for word in row["text"].split()) <= 25


def test_distance_of_a_retelling_is_to_its_end(rows, real):
    for row, text, subject, distance in zip(
        rows, real.texts, real.subject, real.distance, strict=True
    ):
        assert agreement.read(row["retelling"]) == text and len(text) <= 40
        assert len(" ".join(text[subject + 1 :]).replace(",", "").split()) == distance
        assert 2 <= distance <= agreement.MOST
        assert abs(distance - row["distance"]) <= 4


def test_the_subjects_of_retellings_are_held_out_and_their_other_animals_are_not(real):
    met = Counter(text[k] for text, k in zip(real.texts, real.subject, strict=True))
    test = agreement.NOUNS["test"]
    assert met == dict.fromkeys([*test, *(agreement.PLURALS[noun] for noun in test)], 5)
    for text, nouns, subject, plural in zip(
        real.texts, real.nouns, real.subject, real.plural, strict=True
    ):
        others = [singular(text[place]) for place, _ in nouns if place != subject]
        assert {*others} <= {*agreement.NOUNS["train"]} and len({*others}) == len(others)
        assert dict(nouns)[subject] == plural


def test_the_objects_of_retellings_are_of_held_out_pairs(real):
    objects = []
    for text, subject in zip(real.texts, real.subject, strict=True):
        for place in range(len(text) - 2):
            verb, article, *rest = text[place:]
            if verb in agreement.VERBS and article == "the":
                noun = next(word for word in rest if word in FORMS)
                if place + 2 + rest.index(noun) != subject:  # "the bears saw the cats were ..."
                    objects.append((verb, singular(noun)))
    assert len(objects) >= 15
    assert all(agreement.is_held_out(*pair) for pair in objects)


def test_the_card_counts_the_real_sentences(rows, real):
    card = (ROOT / "datasets/news_agreement/README.md").read_text(encoding="utf-8")
    first, last = (
        rule(real) == real.plural for rule in (agreement.first_noun, agreement.last_noun)
    )
    counts = {
        "sentences": [True] * 60,
        "from news": [row["source"] == "news" for row in rows],
        "a noun of the other number between subject and verb": attractors(real),
        "a noun before the subject": ahead(real),
        "of these, in a phrase or clause in front": fronted(real),
        "the first noun has the verb's number": first,
        "the last noun has the verb's number": last,
        "most nouns have the verb's number": agreement.most_nouns(real) == real.plural,
    }
    plural = real.plural == 1
    for name, found in counts.items():
        one, many = (np.sum(np.array(found)[mask]) for mask in (~plural, plural))
        assert f"| {name} | {one} | {many} | {one + many} |" in card
    for low, high in ((2, 4), (5, 8), (9, 15)):
        inside = np.array([low <= row["distance"] <= high for row in rows])
        one, many = inside[~plural].sum(), inside[plural].sum()
        assert (
            f"| {low} to {high} words from head to verb | {one} | {many} | {one + many} |" in card
        )
