"""Short messages with an emoji, and reviews: reading them, and their words.

All but the customers' sentences were written for this project: `datasets/sentiment/README.md`.
"""

import csv
import itertools
import math
import re
import unicodedata
from collections.abc import Container

from utils.characters import visible
from utils.files import damaged, embedded

EMOJI = ("❤️", "⚾", "😄", "😞", "🍴", "📚")
"""The classes of a message; what each stands for is in `NAMES`."""
NAMES = ("love", "sport", "joy", "sadness", "food", "study")
STARS = (1, 2, 3, 4, 5)
SPLITS = ("training", "validation", "test", "negated", "affirmative")
"""The last two are test sets whose rows are pairs: the first of one belongs to the first of the
other."""
KINDS = ("plain", "negated", "idle")
"""Of a message: without a negation, with one that turns it, with one that does not."""

_NEGATIONS = "not no never nobody nothing none neither nor without hardly barely scarcely rarely"
NEGATIONS = frozenset(_NEGATIONS.split())
"""Words that always negate; "little", "far" and others do so now and then."""

MESSAGES = "sentiment/messages.csv"
REVIEWS = "sentiment/reviews.csv"
MESSAGE = {
    "text": str,
    "emoji": EMOJI,
    "topic": str,
    "kind": KINDS,
    "split": SPLITS,
    "pair": int,
    "given": EMOJI,
}
REVIEW = {"text": str, "stars": STARS, "subject": str, "split": SPLITS, "pair": int}
ORDER = {"joy": str, "sadness": str}
CUSTOMERS = {"text": str, "rating": float}

VERBS = "do does did is are was were has have had could would should must need"
AUXILIARIES = {verb: verb for verb in VERBS.split()}  # in front of n't
AUXILIARIES |= {"ca": "can", "wo": "will", "sha": "shall", "ai": "is"}
ENDINGS = {"'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'s": "'s", "'d": "'d"}
APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ＇`´"), "'")
OUTER_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")
JOINED = "[\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"  # keycap, skin tones, flags' letters
PICTURE = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[^\u200d\u20e3]{JOINED}(?:\u200d[^\u200d\u20e3]{JOINED})*"
)


def load_messages() -> list[dict]:
    """Return the messages, a dictionary each, the splits in the order of `SPLITS`.

    "text" is what was written and "emoji" one of `EMOJI`. "topic" says what it is about, "kind"
    is one of `KINDS`, "split" one of `SPLITS`, and "pair" the number of a pair, or None. "given" is
    the label that a network learns from: of some training rows a wrong one. Raises DataError for a
    damaged file.
    """
    return _read(MESSAGES, MESSAGE)


def load_reviews() -> list[dict]:
    """Return the reviews, a dictionary each, the splits in the order of `SPLITS`.

    "text" is one to three sentences, "stars" a number from 1 to 5 and "subject" says what it is
    about; "split" and "pair" are as in `load_messages`. Raises DataError for a damaged file.
    """
    return _read(REVIEWS, REVIEW)


def load_orders() -> list[dict]:
    """Return pairs of messages of the same words in another order, a dictionary each.

    "joy" is the message that is joyful, "sadness" the sad one. Raises DataError for a damaged file.
    """
    return _read("sentiment/orders.csv", ORDER)


def load_customer_sentences() -> list[dict]:
    """Return sentences of real customers' reviews, a dictionary each.

    "text" is what was written, "rating" the mean of at least 20 raters, from -4 to 4 (Hutto and
    Gilbert 2014); its size is 1 or more. Raises DataError for a damaged file.
    """
    return _read("customer_reviews/sentences.csv", CUSTOMERS)


def by_split(rows: list[dict]) -> dict[str, list[dict]]:
    """Return the messages or reviews of each split, {split: rows}, in the order of `SPLITS`."""
    return {split: [row for row in rows if row["split"] == split] for split in SPLITS}


def known(text: str, index: Container[str]) -> tuple[list[str], list[str]]:
    """Return the words of a learner's text that have a vector, and those that have none.

    Raises:
        ValueError: it is no text, or no word of it is in `index`.
    """
    words = tokenise(text)
    lacking = [word for word in words if word not in index]
    if len(lacking) == len(words):
        shown = ", ".join(repr(_short(word)) for word in lacking[:3])
        shown += ", …" if len(lacking) > 3 else ""
        raise ValueError(f"No word of it has a vector ({shown}): write in plain English words.")
    return [word for word in words if word in index], lacking


def tokenise(text: str) -> list[str]:
    """Return the words and emoji of a text, in lower case and in its order.

    A negation is a word of its own: "don't", "dont", "can't" and "cannot" become "do not" and
    "can not". So "I'm" becomes "i am", but "'s" and "'d", which may mean several words, stay as
    they are, as in GloVe (Pennington, Socher and Manning 2014). Punctuation goes. An emoji is one
    token, with its skin tone and joined parts, without its variation selector. Between words of a
    script that has no spaces, such as Chinese, none is added.

    Raises:
        ValueError: it is no text, or there is no word and no emoji in it.
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a text: give one in quotes, such as 'so happy today'.")
    plain = unicodedata.normalize("NFC", visible(text).lower()).translate(APOSTROPHES)
    plain = OUTER_APOSTROPHE.sub(" ", plain.replace("\ufe0f", "").replace("\ufe0e", ""))
    tokens = []
    for kind, signs in itertools.groupby(plain, _kind):
        if kind == "word":
            tokens += _parts("".join(signs))
        elif kind == "picture":
            tokens += PICTURE.findall("".join(signs))
    if not tokens:
        raise ValueError(
            f"There is no word in {_short(text)!r}: write a few, such as 'so happy today'."
        )
    return tokens


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _kind(sign: str) -> str:
    category = unicodedata.category(sign)
    if sign in "\u200d\u20e3" or "\U000e0020" <= sign <= "\U000e007f":
        return "picture"
    if category[0] in "LMN" or sign in "'\u200c":
        return "word"
    return "picture" if category in ("So", "Sk") and not sign.isascii() else ""


def _parts(word: str) -> list[str]:
    """Return a word without its negation or short verb, and these as words of their own."""
    if word == "cannot":
        return ["can", "not"]
    bare = word.removesuffix("n't") if word.endswith("n't") else word.removesuffix("nt")
    if bare != word and bare in AUXILIARIES:
        return [AUXILIARIES[bare], "not"]
    for ending, meant in ENDINGS.items():
        if word.endswith(ending):
            return [word.removesuffix(ending), meant]
    return [word]


def _read(name: str, columns: dict) -> list[dict]:
    try:
        header, *lines = csv.reader(embedded(name).split("\n"))
    except csv.Error:
        header, lines = [], []
    lines = [line for line in lines if line]
    if header != list(columns) or not lines:
        raise damaged(name, f"it is not a table of {', '.join(columns)}")
    rows = []
    for number, line in enumerate(lines, 2):
        try:
            cells = zip(columns.items(), line, strict=True)
            rows.append({column: _value(kind, cell) for (column, kind), cell in cells})
        except ValueError:
            raise damaged(name, f"line {number} is not a row of the table") from None
    return rows


def _value(kind, cell: str):
    """Return what a cell means: a text, a number or None, or one of some values. ValueError."""
    if kind is float:
        if not math.isfinite(value := float(cell)):
            raise ValueError(f"{cell!r} is not finite")
        return value
    if kind is str:
        allowed = {cell: cell} if cell else {}
    elif kind is int:
        allowed = {cell: int(cell) if cell else None}
    else:
        allowed = {str(value): value for value in kind}
    if cell not in allowed:
        raise ValueError(f"{cell!r} is not one of {', '.join(allowed)}")
    return allowed[cell]
