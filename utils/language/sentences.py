"""From text to sentences, from a sentence to words, and back.

A word is what a word-level language model counts. In English that is a word in small letters, a
number, or a punctuation mark; "cat's" is two, "cat" and "'s". Chinese and Japanese do not mark
where a word ends, so there each character stands alone.
"""

import re
import unicodedata
from collections.abc import Sequence

SPACELESS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
"""The characters of Chinese and Japanese, as a range of a regular expression."""

# Vowel signs and accents that are characters of their own; the two joiners of Persian and Hindi.
_MARKS = "\u200c\u200d" + "".join(
    chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"
)
_LETTERS = rf"(?:[^\W_{SPACELESS}]++[{_MARKS}]*+)++"
_WORD = re.compile(
    rf"(?:[^\W\d_]\.){{2,}}"  # e.g., U.S., a.m.
    r"|\d+(?:[.,:/]\d+)+"  # 1,000 and 3.14 and 4:00
    rf"|{_LETTERS}(?:[-'](?!s\b){_LETTERS})*"
    r"|'s\b"
    r"|\.{3}|--"
    r"|\S"
)
_ABBREVIATIONS = re.compile(
    r"mrs?|ms|dr|prof|st|mt|gen|col|lt|capt|sgt|sen|rep|gov|rev|hon|jr|sr|vs|etc|cf|al|approx|ca"
    r"|nos?|vol|figs?|pp|eds?|trans|inc|ltd|co|corp|dept|est|viz|esp|var|ser|op"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]",  # an initial; U.S. without its last point
    re.IGNORECASE,
)
# The marks (also of Hindi and Arabic), what closes after them, and the letter that comes next.
_STOP = re.compile(r"([.!?।؟]+)([\"')\]”’»]*)\s+(?=[\"'(\[“‘«]*([^\W_]))")
_STOP_SPACELESS = re.compile(r"(?<=[。！？])(?![」』）。！？])")
_CLOSING = set(",.;:!?)]}%") | {"'s", "..."}
_OPENING = set("([{$£€")


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, in their order, each with the mark that ends it.

    A sentence ends at . ! or ? where space and anything but a small letter follow. A point after
    an abbreviation such as "Dr." or after an initial ends none: some sentences stay together. In
    Chinese and Japanese no space is needed.
    """
    found, start = [], 0
    for stop in _STOP.finditer(text):
        before = (
            text[max(start, stop.start() - 12) : stop.start()].rpartition(" ")[2].lstrip("(\"'[")
        )
        if stop[3].islower():
            continue
        if stop[1] == "." and not stop[2] and before != "I" and _ABBREVIATIONS.fullmatch(before):
            continue
        found.append(text[start : stop.end()])
        start = stop.end()
    found.append(text[start:])
    parts = (part.strip() for piece in found for part in _STOP_SPACELESS.split(piece))
    return [part for part in parts if part]


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters; a punctuation mark is a word of its own.

    Nothing but space is lost. Curly quotation marks and apostrophes become straight ones, so that
    "don’t" and "don't" are the same word.
    """
    plain = text.translate(str.maketrans("‘’“”", "''\"\"")).lower()
    return _WORD.findall(plain)


def text_of(words: Sequence[str]) -> str:
    """Return words as a text to read: no space before a point, none between Chinese characters.

    It is for looking at samples. Capital letters stay lost, and every second straight quotation
    mark is taken for a closing one.
    """
    text, quoted, glued = "", False, True
    for word in words:
        closing = word in _CLOSING or (word == '"' and quoted)
        spaceless = re.fullmatch(rf"[{SPACELESS}、。！？「」]", word) is not None
        text += word if glued or closing or spaceless else f" {word}"
        quoted ^= word == '"'
        glued = word in _OPENING or (word == '"' and quoted) or spaceless
    return text
