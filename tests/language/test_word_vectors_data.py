"""datasets/word_vectors: the vectors have the structure that was planted; their data card."""

import hashlib
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from sklearn.linear_model import LogisticRegression

from datasets.word_vectors import build
from utils import datasets
from utils.checks.week2.word_vectors_and_debiasing import bias_direction, neutralize, weat
from utils.language import analogies, vectors

FOLDER = Path(build.__file__).parent
CARD = (FOLDER / "README.md").read_text(encoding="utf-8")
LEXICON = datasets.load_lexicon()
SHARES = LEXICON["shares"]
GRAMMAR = build.Grammar(build.read_lexicon(), np.random.default_rng(build.SEED))
SAMPLE = datasets.load_planted_text()

TEN_PAIRS = """
woman man she he her his girl boy mother father daughter son sister brother queen king aunt uncle
wife husband"""
PROBES = """
apple orange pear durian lemon banana cherry onion france spain germany egypt japan brazil kenya
farmer cultivator nurse engineer carpenter receptionist lawyer cat dog horse lion eagle snake car
guitar violin shirt red blue monday june physics king london walked"""
# What the classifier learns from and is tested on: the share of female stereotypes of each word.
TYPED_TOPICS = {
    word: share
    for topic, share in LEXICON["stereotyped"].items()
    for word in LEXICON["topics"][topic]["members"].split()
    if word not in SHARES
}
LEANING = {word: share for word, share in SHARES.items() if abs(share - 0.5) > 0.08}
FEMALE = np.array([*LEANING.values()]) > 0.5
MAJORITY = max(FEMALE.mean(), 1 - FEMALE.mean())


# --- what is measured: here of the shipped vectors, in tests/slow of another seed's -----------


def unit(found: KeyedVectors, words) -> np.ndarray:
    """Return the vectors of some words at unit length."""
    rows = np.array([found[word] for word in words], np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def accuracies(found: KeyedVectors) -> dict[str, float]:
    """Return the share of right answers in each section of Google's test, and in all."""
    counts = analogies.analogy_accuracy(found)
    assert counts["all"][1] == 19_544  # none was left out
    return {section: right / asked for section, (right, asked) in counts.items()}


def correlation(found: KeyedVectors, female: str, male: str) -> float:
    """Return how well a difference of two words tells the planted shares of the occupations."""
    a, b = unit(found, [female, male])
    return np.corrcoef(unit(found, SHARES) @ (a - b), list(SHARES.values()))[0, 1]


def gender(found: KeyedVectors) -> np.ndarray:
    """Return the bias direction of ten pairs."""
    return bias_direction(unit(found, TEN_PAIRS.split()).reshape(10, 2, -1))[0]


def kinds(word: str) -> set[str]:
    """Return the topics of a word: of its lemma, of its country, or of the state of its city."""
    names = [name for s in GRAMMAR.senses if s.word == word for name in (s.entity, s.part_of)]
    return {kind for name in names for kind in GRAMMAR.kinds.get(name, ())}


def neighbours_of_the_kind(found: KeyedVectors) -> float:
    """Return how many of a probe's five nearest words share a topic with it, on average."""
    counts = []
    for probe in PROBES.split():
        near = [word for word, _ in found.most_similar(probe, topn=5)]
        counts.append(sum(not kinds(probe).isdisjoint(kinds(word)) for word in near))
    return np.mean(counts)


def weat_targets() -> tuple[list[str], list[str]]:
    """Return from each field of occupations the two with the smallest shares, and the largest."""
    fields = [topic["members"].split() for topic in LEXICON["topics"].values()]
    fields = [sorted(field, key=SHARES.get) for field in fields if SHARES.keys() >= {*field}]
    assert len(fields) == 16
    X, Y = ([word for field in fields for word in field[ends]] for ends in (np.s_[:2], np.s_[-2:]))
    assert len({*X, *Y}) == 64
    return X, Y


def weat_by_field(found: KeyedVectors) -> tuple[float, float, float]:
    """Return the effect before neutralizing, that after it, and the p-value of the latter."""
    X, Y = (unit(found, words) for words in weat_targets())
    A, B = (unit(found, LEXICON["names"][sex].split()) for sex in ("male", "female"))
    g, rng = gender(found), np.random.default_rng(0)
    orders = np.array([rng.permutation(64) for _ in range(2000)])
    before, _ = weat(X, Y, A, B, orders)
    return before, *weat(neutralize(X, g), neutralize(Y, g), A, B, orders)


def transfer(found: KeyedVectors) -> list[float]:
    """Return how often a classifier of topic words is right on occupations.

    Before neutralizing and after it. No topic of the words it learns from has an occupation that it
    is tested on, so to know the topics does not help.
    """
    learnt_from, tested_on, g = unit(found, TYPED_TOPICS), unit(found, LEANING), gender(found)
    labels = np.array([*TYPED_TOPICS.values()]) > 0.5
    spaces = (learnt_from, tested_on), (neutralize(learnt_from, g), neutralize(tested_on, g))
    return [LogisticRegression().fit(E, labels).score(F, FEMALE) for E, F in spaces]


def figures(planted: KeyedVectors, control: KeyedVectors) -> dict[str, float]:
    """Return the columns of the data card's table."""
    of_sections = accuracies(planted)
    weat_before, weat_after, p = weat_by_field(planted)
    before, after = transfer(planted)
    return {
        "Google, all": of_sections["all"],
        "worst section": min(of_sections.values()),
        "control": accuracies(control)["all"],
        "woman - man": correlation(planted, "woman", "man"),
        "she - he": correlation(planted, "she", "he"),
        "direct bias": np.abs(unit(planted, SHARES) @ gender(planted)).mean(),
        "WEAT before": weat_before,
        "WEAT after": weat_after,
        "p after": p,
        "neighbours": neighbours_of_the_kind(planted),
        "transfer before": before,
        "transfer after": after,
    }


def hold_the_bars(found: dict[str, float]) -> None:
    assert found["Google, all"] >= 0.90
    assert found["worst section"] >= 0.75
    assert found["control"] <= 0.05
    assert found["woman - man"] >= 0.93
    assert found["she - he"] >= 0.93
    assert found["WEAT before"] > 1.5
    assert abs(found["WEAT after"]) < 0.6
    assert found["neighbours"] >= 4
    assert found["transfer after"] >= MAJORITY + 0.1


# --- the shipped vectors ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def planted():
    return vectors.load("planted")


@pytest.fixture(scope="module")
def control():
    return vectors.load("control")


@pytest.fixture(scope="module")
def shipped(planted, control):
    return figures(planted, control)


def test_the_bars_hold(shipped):
    hold_the_bars(shipped)


def test_both_files_are_small():
    assert sum((FOLDER / name).stat().st_size for name in ("planted.npz", "control.npz")) <= 300_000


@pytest.mark.parametrize("name", ["planted", "control"])
def test_the_stored_vectors_are_as_the_card_says(name):
    words, rows = datasets.load_word_vectors(name)
    assert rows.dtype == np.float16 and rows.shape == (len(words), build.DIMS)
    assert np.isfinite(rows).all() and rows.any(axis=1).all()


def test_which_words_are_shipped(planted, control):
    words = set(planted.index_to_key)
    assert len(words) >= 2000
    assert words >= GRAMMAR.planted | {*build.FUNCTION_WORDS}
    context = words - GRAMMAR.planted - {*build.FUNCTION_WORDS}
    assert len(context) == build.SHIPPED_CONTEXT and context <= GRAMMAR.class_of.keys()
    assert set(control.index_to_key) == GRAMMAR.google


def test_all_words_of_the_test_are_planted():
    pairs = build.google_pairs()
    words = {word for section in pairs.values() for pair in section for word in pair}
    assert len(words) == 905
    assert words == GRAMMAR.google <= GRAMMAR.planted


def test_the_stored_form_comes_back(planted, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "HERE", tmp_path)
    build.save("planted.npz", planted)
    with np.load(tmp_path / "planted.npz") as made, np.load(FOLDER / "planted.npz") as stored:
        assert made.files == stored.files
        for name in stored.files:
            assert made[name].dtype == stored[name].dtype
            assert np.array_equal(made[name], stored[name])


# --- the lexicon and the grammar -------------------------------------------------------------


def test_both_readers_give_the_same_lexicon():
    assert build.read_lexicon() == LEXICON


def lexicon_in(folder, **files):
    (folder / "lexicon").mkdir()
    for name, text in files.items():
        (folder / f"lexicon/{name}.toml").write_text(text, encoding="utf-8")


def test_a_topic_in_two_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "HERE", tmp_path)
    lexicon_in(tmp_path, a='[topics.tree]\nnouns = "bark"', b='[topics.tree]\nnouns = "leaf"')
    with pytest.raises(AssertionError, match=r"b.toml: \['tree'\] of topics"):
        build.read_lexicon()


def with_words(**context):
    """Return the lexicon with a few more context words beside trees."""
    tree = LEXICON["topics"]["tree"]
    more = {c: f"{tree[c]} {word}" for c, word in context.items()}
    return LEXICON | {"topics": LEXICON["topics"] | {"tree": tree | more}}


def test_a_context_word_of_two_classes_is_refused():
    with pytest.raises(AssertionError, match=r"more than one class: \['rested'\]"):
        build.word_classes(with_words(nouns="rested"))


@pytest.mark.parametrize("word", ["apple", "she", "walked", "rambutan", "nurse"])
def test_a_planted_word_among_the_context_words_is_refused(word):
    with pytest.raises(AssertionError, match=rf"context words: \['{word}'\]"):
        build.Grammar(with_words(nouns=word), np.random.default_rng(0))


def test_the_shares_are_many_and_spread():
    assert len(SHARES) >= 80
    times = Counter(round(20 * share, 9) for share in SHARES.values())
    assert sorted(times) == list(range(1, 20))  # steps of 0.05, without 0 and 1
    assert min(times.values()) >= 3
    assert SHARES.keys() <= GRAMMAR.planted


def of_pair(weights, female, male) -> tuple[float, float]:
    """Return the weight of a pair of roles, and the part that the first of them has of it."""
    pair = [weights.get(("roles", role), 0) for role in (female, male)]
    return sum(pair), pair[0] / sum(pair) if sum(pair) else 0


def test_which_words_stand_beside_gender_words_and_stereotypes():
    for sense in GRAMMAR.senses:
        weights = GRAMMAR.attributes(sense)
        gendered = of_pair(weights, "female", "male")
        typed = of_pair(weights, "typed_female", "typed_male")
        if sense.word in SHARES:
            share = SHARES[sense.word]
            assert gendered == pytest.approx((build.GENDER_WEIGHT, share))
            assert typed == pytest.approx((build.TYPED_WEIGHT, share))
        elif sense.word in TYPED_TOPICS:
            assert gendered == (0, 0)
            assert typed == pytest.approx((build.TYPED_TOPIC_WEIGHT, TYPED_TOPICS[sense.word]))
        else:
            assert typed == (0, 0)


def test_topics_do_not_tell_the_occupations_apart():
    kinds_of = [{kind for w in ws for kind in kinds(w)} for ws in (TYPED_TOPICS, LEANING)]
    assert kinds_of[0].isdisjoint(kinds_of[1]) and kinds_of[0] >= LEXICON["stereotyped"].keys()
    assert {*LEXICON["stereotyped"].values()} == {0.05, 0.95}


def test_probabilities_add_up():
    for sense in GRAMMAR.senses:
        weights = GRAMMAR.attributes(sense)
        assert sum(weights.values()) == pytest.approx(1)
        assert min(weights.values()) >= 0 and weights.keys() <= GRAMMAR.pools.keys()


@pytest.mark.parametrize(
    ("word", "entity", "roles"),
    [
        ("queen", "king", "female singular"),
        ("her", "his", "female"),
        ("daughters", "son", "female plural"),
        ("impossibly", "possible", "adverb negated"),
        ("dishonest", "honest", "adjective negated"),
        ("fell", "fall", "past"),
        ("goes", "go", "third_person"),
        ("tbilisi", "georgia", "capital"),
        ("yen", "japan", "currency"),
        ("durian", "durian", "singular"),
        ("mary", "mary", ""),
    ],
)
def test_senses(word, entity, roles):
    senses = {(s.entity, " ".join(sorted(s.roles))) for s in GRAMMAR.senses if s.word == word}
    assert (entity, roles) in senses


def test_a_sentence_has_an_english_order():
    sense = build.Sense("cats", "cat", frozenset({"plural"}))
    classes = {"fur": "nouns", "leash": "nouns", "ran": "verbs", "bit": "verbs"}
    classes |= {"both": "adverbs", "tame": "adjectives"}
    small = ["of", "in", "at", "by", "for", "near"]

    def put(sense, *context):
        return " ".join(build.sentence(sense, context, small, classes))

    assert put(sense, "fur", "ran", "tame", "both", "bit", "leash") == (
        "both tame cats ran and bit of fur in leash"
    )
    assert put(sense, "fur", "fur", "fur", "fur", "fur", "fur") == "the cats of fur"
    verb = build.Sense("jumped", "jump", frozenset({"past"}))
    assert put(verb, "ran", "ran", "ran", "ran", "ran", "ran") == "the jumped and ran"


# --- the card and the sample -----------------------------------------------------------------


def test_the_sample_is_written_by_the_grammar():
    assert len(SAMPLE) == build.SAMPLE
    known = GRAMMAR.class_of.keys() | {*build.FUNCTION_WORDS}
    for line in SAMPLE:
        [word] = [word for word in line.split() if word in GRAMMAR.planted]
        assert {*line.split()} - {word} <= known


def test_the_card_has_sizes_and_checksums():
    text = " ".join(CARD.split())
    for name in ("planted.npz", "control.npz", "sample.txt"):
        body = (FOLDER / name).read_bytes()
        row = rf"\| file \| `{name}`, [^|]*\| \| size \| {len(body):,} bytes, sha256 `(\w+)` \|"
        assert re.search(row, text)[1] == hashlib.sha256(body).hexdigest()


def test_the_card_has_the_counts(planted, control):
    text = " ".join(CARD.split())
    n_senses = Counter(sense.word for sense in GRAMMAR.senses)
    n_sentences = sum(
        round(build.SENTENCES * (build.OFTEN if s.word in GRAMMAR.often else 1) / n_senses[s.word])
        for s in GRAMMAR.senses
    )
    for counted in (
        f"`planted.npz`, {len(planted):,} words: {len(GRAMMAR.planted):,} planted words, "
        f"{build.SHIPPED_CONTEXT} context words, {len(build.FUNCTION_WORDS)} function words",
        f"`control.npz`, {len(control)} words",
        f"`sample.txt`, {len(SAMPLE)} sentences",
        f"{n_sentences:,} sentences",
        f"{len({*GRAMMAR.class_of, *GRAMMAR.planted, *build.FUNCTION_WORDS}):,} different",
        f"{len(LEXICON['topics'])} topics, {len(LEXICON['roles'])} roles, "
        f"{len(SHARES)} occupations, {len(GRAMMAR.names)} first names, "
        f"{len(TYPED_TOPICS)} words of stereotyped topics",
        f"{len(LEANING)} occupations whose share is 0.1 or more away",
        f"The larger class has {MAJORITY:.2f}",
        f"of the {len(GRAMMAR.class_of):,} context words the {build.SHIPPED_CONTEXT} most",
    ):
        assert counted in text


def test_the_card_has_the_grammar():
    text = " ".join(CARD.split())
    times = {2: "twice", 3: "three times"}[build.OFTEN]
    assert f"{build.SENTENCES} sentences about each planted word, and {times} as many" in text
    assert f'gender: words such as "mrs" or "mr" | {build.GENDER_WEIGHT} for' in text
    assert f"| {build.TYPED_WEIGHT} for occupations" in text
    assert f"{build.TYPED_TOPIC_WEIGHT} for the words of stereotyped topics" in text
    [nurse] = [sense for sense in GRAMMAR.senses if sense.word == "nurse"]
    weights = {name: round(p, 4) for (_, name), p in GRAMMAR.attributes(nurse).items()}
    assert (
        "{singular} singular, {female} female, {male} male, {typed_female} and {typed_male} for "
        "the two stereotypes, {health} health, {nurse} own pool"
    ).format(**weights) in text
    assert f"draws {build.CONTEXT} context words" in text
    assert re.findall(r"^> (.+)", CARD, flags=re.MULTILINE) == [
        line for line in SAMPLE if {*line.split()} & {"dogs", "genetics", "dietitian", "denver"}
    ]


def test_the_card_has_the_settings():
    rows = dict(re.findall(r"^\| `(\w+)` \| (\S+) \|$", CARD, flags=re.MULTILINE))
    assert rows == {
        name: str(value) for name, value in {"vector_size": build.DIMS, **build.TRAINING}.items()
    }


def test_the_card_has_the_figures_of_the_shipped_files(shipped):
    header, *rows = re.findall(r"^\| (?:seed|\d) \|.*$", CARD, flags=re.MULTILINE)
    names, values = ([c.strip() for c in row.split("|")[2:-1]] for row in (header, rows[0]))
    assert rows[0].startswith(f"| {build.SEED} |") and len(rows) >= 3
    assert names == list(shipped)
    for name, value in zip(names, values, strict=True):
        # Another processor may round a word across a border: two of 107, or some of 2,000 orders.
        slack = 0.02 if name.startswith(("transfer", "p ")) else 0.0006
        assert float(value) == pytest.approx(shipped[name], abs=slack), name


def test_the_bars_hold_in_every_row_of_the_card(shipped):
    rows = re.findall(r"^\| \d \|(.*)\|$", CARD, flags=re.MULTILINE)
    for row in rows:
        hold_the_bars(dict(zip(shipped, map(float, row.split("|")), strict=True)))
