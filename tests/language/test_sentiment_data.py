"""datasets/sentiment: what is in it, that its splits are apart, and its data card."""

import csv
import hashlib
import re
from collections import Counter

import pytest

from datasets.sentiment import build
from utils import datasets
from utils.language import sentiment
from utils.language.sentiment import EMOJI, tokenise

CARD = (build.HERE / "README.md").read_text(encoding="utf-8")
TEXT = " ".join(CARD.split())
MESSAGES = sentiment.load_messages()
REVIEWS = sentiment.load_reviews()
# What occurs in the test set alone, topics and subjects.
HELD_OUT = "snow hospital grandparents winter_sports cricket fruit japan chemistry geometry"
HELD_OUT_SUBJECTS = "tent museum bicycle haircut"
NEGATIONS = (
    "not no never nobody nothing none neither nor without hardly barely scarcely rarely little far "
    "anything"
)


def of(rows, split, **values):
    return [
        row
        for row in rows
        if row["split"] == split and all(row[key] == value for key, value in values.items())
    ]


def words(rows):
    return {word for row in rows for word in tokenise(row["text"])}


def seen(rows):
    """What a model may have seen before the test."""
    return [row for row in rows if row["split"] in ("training", "validation")]


def negations(row):
    return [word for word in tokenise(row["text"]) if word in NEGATIONS.split()]


# --- the texts -------------------------------------------------------------------------------


def test_there_are_enough():
    assert len(MESSAGES) >= 1000 and len(REVIEWS) >= 450
    for emoji in EMOJI:
        assert len(of(MESSAGES, "training", emoji=emoji)) >= 120
        assert len(of(MESSAGES, "validation", emoji=emoji)) >= 20
        assert len(of(MESSAGES, "test", emoji=emoji)) >= 20
    for stars in sentiment.STARS:
        assert len(of(REVIEWS, "training", stars=stars)) >= 55
        assert len(of(REVIEWS, "test", stars=stars)) >= 20


@pytest.mark.parametrize("rows", [MESSAGES, REVIEWS], ids=["messages", "reviews"])
def test_no_text_stands_twice(rows):
    """Nor does one that differs from another in capitals and punctuation alone."""
    texts = Counter(tuple(tokenise(row["text"])) for row in rows)
    assert [" ".join(text) for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("rows", [MESSAGES, REVIEWS], ids=["messages", "reviews"])
def test_the_splits_stand_in_order(rows):
    order = [sentiment.SPLITS.index(row["split"]) for row in rows]
    assert order == sorted(order)


def test_texts_are_short_and_plain():
    for row in MESSAGES:
        assert 2 <= len(tokenise(row["text"])) <= 14, row
    for row in REVIEWS:
        assert len(tokenise(row["text"])) <= 20 and re.search(r"[.!]$", row["text"]), row
        assert 1 <= len(re.findall(r"[.!](?: |$)", row["text"])) <= 3, row
    for row in (*MESSAGES, *REVIEWS):
        assert re.fullmatch(r"[A-Za-zéè0-9 ,.!'-]+", row["text"]), row


# --- negation --------------------------------------------------------------------------------


def test_the_kind_says_whether_there_is_a_negation():
    for row in MESSAGES:
        if row["split"] != "affirmative" and row["kind"] == "plain":
            assert not set(negations(row)) - {"anything"}, row
        elif row["kind"] != "plain":
            assert negations(row), row


def test_a_network_can_learn_it():
    """Both directions, many wordings, and in each class negations that turn nothing."""
    for split, least in {"training": 100, "validation": 30}.items():
        for emoji in ("😄", "😞"):
            assert len(of(MESSAGES, split, kind="negated", emoji=emoji)) >= least
        for emoji in EMOJI:
            assert len(of(MESSAGES, split, kind="idle", emoji=emoji)) >= least / 5
    for emoji in EMOJI:
        used = Counter(n for row in of(MESSAGES, "training", emoji=emoji) for n in negations(row))
        assert used.keys() >= {"not", "no", "never", "nobody"}, emoji
        assert used["not"] >= 7
    taught = {n for row in of(MESSAGES, "training", kind="negated") for n in negations(row)}
    assert taught == {*NEGATIONS.split()}


@pytest.mark.parametrize("rows", [MESSAGES, REVIEWS], ids=["messages", "reviews"])
def test_the_negated_texts_and_their_partners(rows):
    negated, affirmative = of(rows, "negated"), of(rows, "affirmative")
    numbers = [*range(1, len(negated) + 1)]
    assert [row["pair"] for row in negated] == [row["pair"] for row in affirmative] == numbers
    assert all(row["pair"] is None for row in rows if row not in negated and row not in affirmative)
    for one, other in zip(negated, affirmative, strict=True):
        assert set(negations(one)) - set(negations(other)), one
        assert set(tokenise(one["text"])) & set(tokenise(other["text"])), one


def test_the_pairs_differ_in_what_they_mean():
    pairs = list(zip(of(MESSAGES, "negated"), of(MESSAGES, "affirmative"), strict=True))
    assert len(pairs) >= 70
    labels = Counter((one["emoji"], other["emoji"]) for one, other in pairs)
    assert labels == {("😞", "😄"): 32, ("😞", "❤️"): 8, ("😄", "😞"): 39, ("😄", "😄"): 1}
    pairs = list(zip(of(REVIEWS, "negated"), of(REVIEWS, "affirmative"), strict=True))
    assert len(pairs) >= 30
    assert all(abs(one["stars"] - other["stars"]) >= 2 for one, other in pairs)


def test_the_sentences_of_the_lesson_are_in_the_test():
    (row,) = [row for row in MESSAGES if row["text"] == "not feeling happy"]
    assert (row["split"], row["emoji"]) == ("negated", "😞")
    (row,) = [row for row in REVIEWS if row["text"] == "There is nothing to like in this movie."]
    assert (row["split"], row["stars"]) == ("negated", 1)
    for words_of_it in ("not feeling happy", "nothing to like"):
        assert not any(
            words_of_it in " ".join(tokenise(row["text"])) for row in seen([*MESSAGES, *REVIEWS])
        )


# --- held out --------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", HELD_OUT.split())
def test_all_words_of_a_topic_are_held_out(topic):
    rows = [row for row in MESSAGES if row["topic"] == topic]
    assert len(rows) >= 6 and {row["split"] for row in rows} == {"test"}
    known = words(seen(MESSAGES))
    for row in rows:
        assert set(tokenise(row["text"])) - known, row


@pytest.mark.parametrize("subject", HELD_OUT_SUBJECTS.split())
def test_all_words_of_a_subject_are_held_out(subject):
    rows = [row for row in REVIEWS if row["subject"] == subject]
    assert len(rows) == 10 and {row["split"] for row in rows} == {"test"}
    new = words(rows) - words(seen(REVIEWS))
    assert len(new) >= 12 and subject in new


def test_each_class_has_a_topic_that_is_held_out():
    topics = {emoji: {row["topic"] for row in of(MESSAGES, "test", emoji=emoji)} for emoji in EMOJI}
    assert all({*HELD_OUT.split()} & found for found in topics.values())
    assert "durian" not in words(seen(MESSAGES))
    assert "durian" in words(of(MESSAGES, "test", emoji="🍴"))


# --- labels ----------------------------------------------------------------------------------


def test_wrong_labels_are_in_training_alone_and_in_the_card():
    wrong = [row for row in MESSAGES if row["given"] != row["emoji"]]
    training = of(MESSAGES, "training")
    assert all(row["split"] == "training" for row in wrong)
    assert len(wrong) == round(build.WRONG * len(training))
    listed = re.findall(r"^\| (.+) \| (\S+) \| (\S+) \|$", CARD, flags=re.MULTILINE)
    listed = [row for row in listed if row[1] in EMOJI and row[2] in EMOJI]
    assert listed == [(row["text"], row["emoji"], row["given"]) for row in wrong]


def test_the_build_makes_the_files_again():
    for name, text in build.build().items():
        assert (build.HERE / name).read_text(encoding="utf-8") == text, name


def test_another_seed_draws_other_labels():
    first, second = build.given(MESSAGES, build.SEED), build.given(MESSAGES, 2)
    assert first == [row["given"] for row in MESSAGES] != second
    assert first == build.given(MESSAGES, build.SEED)


def test_the_words_that_the_planted_vectors_lack():
    with (build.HERE / "missing.csv").open(encoding="utf-8", newline="") as file:
        lacking = {row["word"]: int(row["count"]) for row in csv.DictReader(file)}
    planted = set(datasets.load_word_vectors("planted")[0])
    counts = Counter(word for row in (*MESSAGES, *REVIEWS) for word in tokenise(row["text"]))
    assert lacking == {word: count for word, count in counts.items() if word not in planted}
    assert {"not", "never", "hardly", "me"} <= lacking.keys() and "durian" not in lacking


def test_the_common_vectors_have_them_all():
    common = set(datasets.load_word_vectors("common")[0])
    assert words([*MESSAGES, *REVIEWS]) <= common


# --- the data card ---------------------------------------------------------------------------


def test_the_card_has_sizes_and_checksums():
    counts = {"messages.csv": len(MESSAGES), "reviews.csv": len(REVIEWS)}
    counts["missing.csv"] = len((build.HERE / "missing.csv").read_text("utf-8").splitlines()) - 1
    for name, count in counts.items():
        body = (build.HERE / name).read_bytes()
        file = rf"\| file \| `{name}`, {count:,} [^|]*\| "
        row = rf"{file}\| size \| {len(body):,} bytes, sha256 `(\w+)` \|"
        assert re.search(row, TEXT)[1] == hashlib.sha256(body).hexdigest()
    assert f"words of these texts, of {len(words([*MESSAGES, *REVIEWS])):,}, that" in TEXT


@pytest.mark.parametrize(
    ("rows", "key", "values"),
    [
        (MESSAGES, "emoji", EMOJI),
        (MESSAGES, "kind", sentiment.KINDS),
        (REVIEWS, "stars", sentiment.STARS),
    ],
)
def test_the_card_counts_the_splits(rows, key, values):
    for value in values:
        counts = [str(len(of(rows, split, **{key: value}))) for split in sentiment.SPLITS]
        assert f"\n| {value} | {' | '.join(counts)} |\n" in CARD
    counts = [str(len(of(rows, split))) for split in sentiment.SPLITS]
    assert f"\n| all | {' | '.join(counts)} |\n" in CARD


def test_the_examples_of_the_card_are_there():
    shown = re.findall(r"^\| (.+) \| (\S+) \| (plain|negated|idle) \|$", CARD, flags=re.MULTILINE)
    there = {(row["text"], row["emoji"], row["kind"]) for row in MESSAGES}
    assert len(shown) == 8 and there >= {*shown}


# --- the same words in two orders ------------------------------------------------------------


def test_the_two_orders_are_of_the_same_words():
    orders = sentiment.load_orders()
    texts = [tuple(tokenise(row[side])) for row in orders for side in ("joy", "sadness")]
    assert len(set(texts)) == len(texts) == 40
    for row in orders:
        joy, sadness = (tokenise(row[side]) for side in ("joy", "sadness"))
        assert joy != sadness and sorted(joy) == sorted(sadness), row
    others = {tuple(tokenise(row["text"])) for row in MESSAGES}
    assert not others & {*texts}
    body = (build.HERE / "orders.csv").read_bytes()
    assert f"{len(body):,} bytes, sha256 `{hashlib.sha256(body).hexdigest()}`" in CARD
    assert f"`orders.csv`, {len(orders)} pairs" in CARD


def test_the_common_vectors_have_their_words():
    common = set(datasets.load_word_vectors("common")[0])
    texts = [row[side] for row in sentiment.load_orders() for side in ("joy", "sadness")]
    assert {word for text in texts for word in tokenise(text)} <= common
