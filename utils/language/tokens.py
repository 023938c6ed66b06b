"""Sentences as tokens: words, numbers, quotation marks and other punctuation."""

import re
import unicodedata

LETTER = r"[^\W\d_]"
WORD = r"[^\W_]"
ABBREVIATIONS = (
    "Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Gen|Col|Sgt|Lt|Capt|Rev|Hon|Sen|Rep|Gov|Inc|Ltd|Co|Corp|vs"
)
TOKEN = re.compile(
    rf"""
    (?:{LETTER}\.){{2,}}                        # U.S., a.m.
  | \b(?:{ABBREVIATIONS}|[A-Z])\.(?=\s+\S|,)    # Mr. or an initial, but not the end of the text
  | \d+(?:[.,:/]\d+)+(?:{WORD}|%)*              # 1,200 or 4:00pm
  | ['’][sS]\b                                  # of whom: 's
  | {WORD}(?:{WORD}|[\u0300-\u036f]|[-'’&](?!['’]?[sS]\b){WORD})*
  | --+ | \.\.+                                 # a dash or dots, typed on a plain keyboard
  | \S
    """,
    re.VERBOSE,
)
LATIN = re.compile(r"LATIN|FEMININE ORDINAL|MASCULINE ORDINAL|MICRO SIGN")
NO_SPACES = re.compile(r"CJK|HIRAGANA|KATAKANA|THAI|LAO|KHMER|MYANMAR")


def places(text: str) -> list[tuple[int, int]]:
    """Return where each token of a text starts and ends: `text[start:end]` is the token.

    Every sign that is no space is part of one token. A word keeps its inner hyphens, apostrophes
    and "&" (south-west, O'Brien, haven't, AT&T), but the "'s" at its end is a token of its own, as
    in the Penn treebank (Marcus, Santorini and Marcinkiewicz 1993). A full stop is part of numbers,
    of letters such as "U.S.", and of an abbreviation or an initial that is not the last word. Curly
    quotation marks “ ” are kept as they are, and so are straight ones.
    """
    return [found.span() for found in TOKEN.finditer(text)]


def tokenise(text: str) -> list[str]:
    """Return the tokens of a text (see `places`): none for an empty one."""
    return [text[start:end] for start, end in places(text)]


def refusal(text: str, longest: int = 60) -> str:
    """Return why a sentence cannot be read; "" if it can.

    The networks have seen Latin letters and words with a space between them, `longest` tokens at
    most. Other signs, such as an emoji, are tokens that they do not know.
    """
    found = tokenise(text)
    if not found:
        return "There is nothing to read: type a sentence."
    for letter in filter(str.isalpha, unicodedata.normalize("NFC", text)):
        name = unicodedata.name(letter, "a letter without a name")
        if NO_SPACES.match(name):
            return (
                f"{letter!r} ({name}) is of a script that puts no space between words, and what "
                "is not split into words cannot be labelled word by word: type Latin letters."
            )
        if not LATIN.search(name):
            return (
                f"{letter!r} ({name}) is not a Latin letter, and the network was trained on "
                "no others: type Latin letters."
            )
    if len(found) > longest:
        return f"{len(found)} tokens are too many: the network reads at most {longest}."
    return ""


def read(text: str, longest: int = 60) -> list[str]:
    """Return the tokens of a learner's sentence.

    Raises:
        ValueError: it cannot be read, in a sentence (see `refusal`).
    """
    if not isinstance(text, str):
        raise ValueError(f"This is of type {type(text).__name__}: type a sentence between quotes.")
    if why := refusal(text, longest):
        raise ValueError(why)
    return tokenise(text)
