"""utils.language.sentiment: reading messages and reviews, and their words."""

import subprocess
import sys

import pytest

from utils import files
from utils.env import ROOT
from utils.files import DataError
from utils.language import sentiment
from utils.language.sentiment import tokenise

# --- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Not feeling happy", "not feeling happy"),
        ("What a GREAT day!!!", "what a great day"),
        ("  so\thappy\r\ntoday ", "so happy today"),
        ("I don't know", "i do not know"),
        ("I can't, won't and shan't", "i can not will not and shall not"),
        ("I cannot say", "i can not say"),
        ("isn't aren't wasn't weren't", "is not are not was not were not"),
        ("It AIN'T over", "it is not over"),
        ("I don’t, I don‘t, I don`t, I donʼt", "i do not i do not i do not i do not"),
        ("dont cant wont didnt isnt", "do not can not will not did not is not"),
        ("I want an aunt, an ant and a tent", "i want an aunt an ant and a tent"),
        ("I'm, you're, we've, they'll", "i am you are we have they will"),
        ("it's he'd mother's", "it 's he 'd mother 's"),
        ("o'clock rock'n'roll", "o'clock rock'n'roll"),
        ("'not' good 'at all'", "not good at all"),
        ("the boys' room", "the boys room"),
        ("so-so, half-hearted", "so so half hearted"),
        ("two of 10 stars", "two of 10 stars"),
        ("café naïve Łódź", "café naïve łódź"),
        ("cafe\u0301", "café"),
        ("ha\u200bppy\ufeff to\u00adday", "happy today"),
    ],
)
def test_words(text, tokens):
    assert tokenise(text) == tokens.split()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("so happy😄today", ["so", "happy", "😄", "today"]),
        ("❤️❤ ❤\ufe0e", ["❤", "❤", "❤"]),
        ("⚾⚾", ["⚾", "⚾"]),
        ("👍🏽", ["👍🏽"]),
        ("👩\u200d👩\u200d👧🙂", ["👩\u200d👩\u200d👧", "🙂"]),
        ("❤️\u200d🔥", ["❤\u200d🔥"]),
        ("🇫🇷🇩🇪", ["🇫🇷", "🇩🇪"]),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", ["🏴󠁧󠁢󠁳󠁣󠁴󠁿"]),
        ("1️⃣ goal", ["1", "goal"]),
    ],
)
def test_emoji(text, tokens):
    assert tokenise(text) == tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Я не рад", ["я", "не", "рад"]),
        ("我不开心。", ["我不开心"]),
        ("मैं खुश नहीं हूँ", ["मैं", "खुश", "नहीं", "हूँ"]),
        ("لست سعيدا", ["لست", "سعيدا"]),
        ("می‌خواهم", ["می\u200cخواهم"]),
        ("ฉันมีความสุข", ["ฉันมีความสุข"]),
        ("İyi değilim", ["i̇yi", "değilim"]),
    ],
)
def test_other_scripts(text, tokens):
    assert tokenise(text) == tokens


@pytest.mark.parametrize("text", ["", " \n", "...", "?!", ":)", "''", "\u200d", "\ufe0f", "—" * 99])
def test_nothing_to_read(text):
    with pytest.raises(ValueError, match=r"There is no word in .*: write a few, such as") as caught:
        tokenise(text)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("text", [None, 3, b"happy", ["happy"], float("nan")])
def test_no_text(text):
    with pytest.raises(ValueError, match="is not a text: give one in quotes"):
        tokenise(text)


def test_tokens_are_read_as_themselves():
    for row in sentiment.load_messages():
        tokens = tokenise(row["text"])
        assert all(tokenise(token) == [token] for token in tokens if not token.startswith("'"))


# --- files -----------------------------------------------------------------------------------

MESSAGES = """text,emoji,topic,kind,split,pair,given
so happy,😄,mood,plain,training,,😞
"not happy, no",😞,pair,negated,negated,1,😞
"""
REVIEWS = """text,stars,subject,split,pair
"Good, but long.",4,film,training,
Not bad.,3,book,negated,2
"""


def embed(folder, monkeypatch, name, content):
    monkeypatch.setattr(files, "EMBEDDED", folder)
    (folder / "sentiment").mkdir(exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8", newline="")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_rows_of_a_file(tmp_path, monkeypatch, newline):
    embed(tmp_path, monkeypatch, sentiment.MESSAGES, MESSAGES.replace("\n", newline))
    first, second = sentiment.load_messages()
    assert list(first) == list(sentiment.MESSAGE) and first["text"] == "so happy"
    assert (first["emoji"], first["given"], first["pair"]) == ("😄", "😞", None)
    assert (second["text"], second["pair"]) == ("not happy, no", 1)
    embed(tmp_path, monkeypatch, sentiment.REVIEWS, REVIEWS.replace("\n", newline))
    assert sentiment.load_reviews() == [
        {
            "text": "Good, but long.",
            "stars": 4,
            "subject": "film",
            "split": "training",
            "pair": None,
        },
        {"text": "Not bad.", "stars": 3, "subject": "book", "split": "negated", "pair": 2},
    ]


WRONG = [
    ("so happy,😄", "so happy,😎", "line 2 is not a row"),
    (",😞\n", ",\n", "line 2 is not a row"),
    ("training", "train", "line 2 is not a row"),
    ("negated,negated", "negation,negated", "line 3 is not a row"),
    ("negated,1", "negated,one", "line 3 is not a row"),
    ("so happy,", ",", "line 2 is not a row"),
    ('"not happy, no"', "not happy, no", "line 3 is not a row"),
    ("mood,", "", "line 2 is not a row"),
    ("given", "label", "not a table of text, emoji, topic, kind"),
    ("text,", "", "not a table of text, emoji, topic, kind"),
    (MESSAGES.partition("\n")[2], "", "not a table"),
    ('"not happy, no"', '"not happy, no\0', "is damaged"),
]


@pytest.mark.parametrize(("old", "new", "fault"), WRONG)
def test_a_damaged_file(tmp_path, monkeypatch, old, new, fault):
    embed(tmp_path, monkeypatch, sentiment.MESSAGES, MESSAGES.replace(old, new, 1))
    advice = "restore it with `git checkout -- datasets/sentiment/messages.csv`"
    with pytest.raises(DataError, match=f"{fault}.*{advice}"):
        sentiment.load_messages()
    with pytest.raises(DataError, match=r"reviews.csv is missing"):
        sentiment.load_reviews()


def test_stars_are_one_to_five(tmp_path, monkeypatch):
    for stars in ("0", "6", "4.0", "", "four", " 4"):
        embed(tmp_path, monkeypatch, sentiment.REVIEWS, REVIEWS.replace(",4,", f",{stars},"))
        with pytest.raises(DataError, match="line 2 is not a row"):
            sentiment.load_reviews()


def test_import_is_quick():
    code = (
        "import sys, utils.language.sentiment; print({'numpy', 'gensim', 'keras'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


# --- what a learner types ----------------------------------------------------------------------

INDEX = {"happy": 1, "not": 2, "so": 3}


def test_known_words_and_those_left_out():
    assert sentiment.known("So happy 🍕, isn't it?", INDEX) == (
        ["so", "happy", "not"],
        ["🍕", "is", "it"],
    )
    assert sentiment.known("happy", INDEX) == (["happy"], [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("qwertz asdf", "No word of it has a vector ('qwertz', 'asdf'): write in plain English"),
        ("a b c d", "('a', 'b', 'c', …)"),
        ("今天很开心", "No word of it has a vector ('今天很开心')"),
        ("🍕", "No word of it has a vector ('🍕')"),
        ("", "There is no word in ''"),
        ("?!", "There is no word in '?!'"),
        (3, "3 is not a text"),
        (None, "None is not a text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text, says):
    with pytest.raises(ValueError) as caught:
        sentiment.known(text, INDEX)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_very_long_word_is_shortened():
    with pytest.raises(ValueError) as caught:
        sentiment.known("x" * 500, INDEX)
    assert len(str(caught.value)) < 150


def test_splits():
    rows = [{"split": "test", "text": "a"}, {"split": "training", "text": "b"}]
    found = sentiment.by_split(rows)
    assert list(found) == list(sentiment.SPLITS)
    assert (found["training"], found["test"], found["negated"]) == (rows[1:], rows[:1], [])


def test_two_orders_and_customers_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    (tmp_path / "customer_reviews").mkdir()
    embed(tmp_path, monkeypatch, "sentiment/orders.csv", 'joy,sadness\n"a, b",b a\n')
    assert sentiment.load_orders() == [{"joy": "a, b", "sadness": "b a"}]
    name = "customer_reviews/sentences.csv"
    embed(tmp_path, monkeypatch, name, "text,rating\nbad,-1.5\n")
    assert sentiment.load_customer_sentences() == [{"text": "bad", "rating": -1.5}]
    for rating in ("nan", "inf", "", "bad"):
        embed(tmp_path, monkeypatch, name, f"text,rating\nbad,{rating}\n")
        with pytest.raises(DataError, match="line 2 is not a row"):
            sentiment.load_customer_sentences()
