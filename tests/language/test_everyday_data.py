"""datasets/everyday: the sentences as they stand, and what may not stand among them."""

import re
from collections import Counter

import numpy as np
import pytest

from utils import datasets
from utils.env import ROOT
from utils.models import language_model
from utils.text import Vocabulary

FOLDER = ROOT / "datasets/everyday"
CARD = (FOLDER / "README.md").read_text(encoding="utf-8")
KINDS = datasets.load_everyday()
SENTENCES = [sentence for kind in KINDS.values() for sentence in kind]
ROWS = datasets.load_sound_alikes()


def words(sentence):
    """Return the words in lower case, with their apostrophes and hyphens."""
    return re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", sentence.lower())


def runs(tokens, length):
    return zip(*(tokens[start:] for start in range(length)), strict=False)


TOKENS = [words(sentence) for sentence in SENTENCES]
COUNTS = Counter(token for tokens in TOKENS for token in tokens)
TEXT = "\n".join(f" {' '.join(tokens)} " for tokens in TOKENS)


def test_every_kind_has_a_file_and_every_file_a_kind():
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(KINDS)
    for kind, sentences in KINDS.items():
        assert 200 <= len(sentences) <= 250, kind
        assert (FOLDER / f"{kind}.txt").read_text(encoding="utf-8") == "\n".join(sentences) + "\n"


def test_the_card_counts_what_is_there():
    total = sum(COUNTS.values())
    assert 25_000 < total < 36_000
    assert f"{len(SENTENCES):,} sentences" in CARD
    assert f"{total:,} words, of which {len(COUNTS):,} differ" in CARD
    for kind, sentences in KINDS.items():
        count = sum(len(words(sentence)) for sentence in sentences)
        assert f"| `{kind}` | {len(sentences)} | {count:,} |" in CARD
    pairs = {tuple(sorted([row["word"], row["other"]])) for row in ROWS} | {("pair", "pear")}
    for first, second in pairs:
        assert f" {first} {COUNTS[first]} / {second} {COUNTS[second]}" in re.sub(r"\s+", " ", CARD)


def test_a_sentence_is_one_line_of_plain_signs():
    for sentence in SENTENCES:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9 ,'-]*[.?!]", sentence), sentence
        assert not re.search(r"  | [,.?!'-]|[,'-]{2}|- ", sentence), sentence
        assert 4 <= len(words(sentence)) <= 22, sentence


def test_no_sentence_stands_twice():
    assert len({" ".join(tokens) for tokens in TOKENS}) == len(SENTENCES)


def test_no_frame_is_repeated():
    """A text made from templates would have many runs of five words that stand often."""
    counts = Counter(run for tokens in TOKENS for run in runs(tokens, 5))
    often = {" ".join(run): count for run, count in counts.items() if count > 4}
    assert often.keys() <= {"is a breed of cat", "through a hole in the", "at the end of the"}
    assert sum(count > 1 for count in counts.values()) < len(counts) / 100
    starts = Counter(tuple(tokens[:4]) for tokens in TOKENS)
    assert max(starts.values()) <= 6


FORBIDDEN = [
    "apple and pear",
    "apples and pear",
    "pear and apple",
    "pears and apple",
    "apple and pair",
    "and pear salad",
    "pear salad",
    "pair salad",
    "and pair salad",
    "cats average 15",
    "15 hours of sleep",
    "the egyptian mau is a breed",
    "mau is a breed",
]


@pytest.mark.parametrize("phrase", FORBIDDEN)
def test_what_the_lesson_asks_stands_nowhere(phrase):
    assert not re.search(rf" {phrase}", TEXT)


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r" and pear [a-z]+", 6),  # a pear in a dish, beside another food
        (r" and [a-z]+(?:'s [a-z]+)? salad ", 20),
        (r" pears? ", 120),
        (r" pairs? ", 120),
        (r" a pair of ", 50),
        (r" apples? ", 45),
        (r" salad ", 45),
        (r" cats? ", 120),
        (r" egyptian ", 8),
        (r" mau ", 7),
        (r" breed of (?:cat|dog|sheep|cow) ", 9),
        (r" hours of sleep ", 8),
        (r" hours a (?:day|night) ", 9),
        (r" average ", 12),
        (r" a day ", 20),
    ],
)
def test_what_the_lesson_needs_stands_often(pattern, least):
    assert len(re.findall(pattern, TEXT)) >= least


def test_a_pear_is_rarer_than_a_pair():
    """So a model that only counts words prefers the wrong one."""
    assert COUNTS["pear"] < COUNTS["pair"]


# --- words that sound alike ------------------------------------------------------------------


def test_twenty_pairs_three_sentences_for_each_word():
    counts = Counter((row["word"], row["other"]) for row in ROWS)
    assert len(counts) == 40 and set(counts.values()) == {3}
    assert all((other, word) in counts for word, other in counts)
    assert len({row["sentence"] for row in ROWS}) == 120
    for row in ROWS:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9 ,'-]*[.?!]", row["sentence"])
        assert words(row["sentence"]).count(row["word"]) == 1
        assert row["other"] not in words(row["sentence"])
        assert len(words(row["sentence"])) >= 5


@pytest.mark.parametrize("word", sorted({"pear", "pair", *(row["word"] for row in ROWS)}))
def test_each_of_the_words_occurs_often(word):
    assert COUNTS[word] >= 45


def test_the_rarer_of_two_words_is_sometimes_the_right_one():
    """Always taking the more frequent word is right in half of the sentences."""
    assert sum(COUNTS[row["word"]] > COUNTS[row["other"]] for row in ROWS) == 60


def test_no_sentence_of_the_test_nor_the_words_around_its_key_stand_in_the_text():
    known = {run for tokens in TOKENS for run in runs(tokens, 5)}
    for row in ROWS:
        tokens = words(row["sentence"])
        around = {run for run in runs(tokens, 5) if row["word"] in run}
        assert around and not around & known, row["sentence"]
        assert f" {' '.join(tokens)} " not in TEXT


def test_few_words_of_the_test_are_strange_to_the_text():
    tested = {token for row in ROWS for token in words(row["sentence"])}
    assert len(tested - COUNTS.keys()) <= 15


@pytest.mark.parametrize(
    ("order", "said"), [(2, "A bigram ranks {} rightly"), (3, "ranks {} of the 120 rightly")]
)
def test_what_the_card_says_of_models_that_count(order, said):
    def tokens(sentence):
        return re.findall(r"[a-z0-9'-]+|[,.?!]", sentence.lower())

    texts = [tokens(sentence) for sentence in SENTENCES]
    known = Vocabulary.from_texts([*texts, *(tokens(row["sentence"]) for row in ROWS)], "<EOS>")
    step = language_model.kneser_ney([known.encode(text) for text in texts], len(known), order)

    def log_prob(text):
        return language_model.score(step, [known.encode(text)]).sum()

    right = 0
    for row in ROWS:
        text = tokens(row["sentence"])
        other = [row["other"] if token == row["word"] else token for token in text]
        right += log_prob(text) > log_prob(other)
    assert said.format(right) in " ".join(CARD.split())
    pear, pair = (log_prob(["the", "apple", "and", word, "salad"]) for word in ("pear", "pair"))
    assert order == 2 or ("about 12 times as likely" in CARD and 11 < np.exp(pear - pair) < 13)
