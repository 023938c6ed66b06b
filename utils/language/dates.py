"""Dates as people write them in many languages, and what they mean in ISO 8601.

A format is a Unicode date pattern (CLDR) such as "d MMMM y", and Babel knows the names of months
and weekdays. Which languages there are, and the formats of each, stands in
`datasets/dates/formats.toml`. One sign is ours: "*" after the day is the ending of an ordinal
number, as in "9th". A pair is a locale and one of its formats.

`examples` draws texts. What a text can mean under the same probabilities is known exactly: see
`date_readings`.
"""

import re
import reprlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
from babel.dates import format_date

from utils import datasets
from utils.characters import visible

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
WINDOW = range(1950, 2050)
"""The years that a format with a two-digit year can mean."""
LOWER = 0.3
"""The share of texts that are written in lower case."""
LOCALES = datasets.load_date_formats()
PAIRS = [(locale, format) for locale, entry in LOCALES.items() for format in entry["formats"]]

TOKEN = datasets.DATE_TOKEN
FULL_WIDTH = {0x3000: " ", **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}}


class Example(NamedTuple):
    """A text that somebody wrote, and the date that was meant, in ISO 8601."""

    text: str
    iso: str
    locale: str
    format: str


def days() -> list[date]:
    """Return the days from FIRST to LAST."""
    return [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]


def pairs() -> list[tuple[str, str]]:
    """Return all pairs (locale, format)."""
    return list(PAIRS)


def language(locale: str) -> str:
    """Return the English name of a locale's language. Raises ValueError: it is unknown."""
    return _entry(locale)["language"]


def clean(text: str) -> str:
    """Return a text that somebody typed as a model is given it.

    Full-width forms, as typed in Chinese and Japanese, become plain ones; what nobody sees is
    dropped (see `characters.visible`); accents are one character with their letters (Unicode NFC);
    a run of white space becomes one space, and none at the ends. Raises ValueError: it is not text.
    """
    if not isinstance(text, str):
        shown = reprlib.repr(text)
        raise ValueError(f'{shown} is not text: put it in quotes, such as "9 May 1998".')
    text = visible(text.translate(FULL_WIDTH))
    return " ".join(unicodedata.normalize("NFC", text).split())


def write(day: date, locale: str, format: str) -> str:
    """Return a day in a format of a locale.

    It is what Babel writes, with the endings of ordinal numbers, ordinary spaces and in NFC.

    Raises:
        ValueError: the locale or the format is unknown, or the format cannot mean the year.
    """
    values = values_of(day)
    try:
        return "".join([texts[values[letter]] for letter, texts in format_parts(locale, format)])
    except KeyError:
        years = years_of(format)
        raise ValueError(
            f"The format {format!r} cannot mean {day}: give a day of {years[0]} to {years[-1]}."
        ) from None


def values_of(day: date) -> dict[str, int]:
    return {"": 0, "y": day.year, "M": day.month, "d": day.day, "E": day.weekday()}


def _entry(locale: str) -> dict:
    if locale not in LOCALES:
        raise ValueError(f"There is no locale {locale!r}. Choose from these: {', '.join(LOCALES)}.")
    return LOCALES[locale]


@cache
def format_parts(locale: str, format: str) -> list[tuple[str, dict[int, str]]]:
    if format not in _entry(locale)["formats"]:
        known = "; ".join(_entry(locale)["formats"])
        raise ValueError(f"{locale} has no format {format!r}. Choose from these: {known}.")
    return compile_format(locale, format)


def compile_format(locale: str, format: str) -> list[tuple[str, dict[int, str]]]:
    """Return for each part of a format the letter of its field and how each value is written."""
    parts = []
    for token in TOKEN.finditer(format):
        if token["field"]:
            parts.append((token["field"][0], names_in(locale, token["field"])))
        elif token["star"]:
            parts.append(("d", _endings(locale)))
        else:  # two single quotes are one, copied
            text = token["plain"] or token["quoted"] or token[0]
            parts.append(("", {0: text.replace("''", "'")}))
    return parts


@cache
def names_in(locale: str, field: str) -> dict[int, str]:
    """Return how Babel writes each value of a field; the weekdays are 0, Monday, to 6."""
    if field[0] == "y":
        days = [date(year, 1, 1) for year in years_of(field)]
    elif field[0] == "M":
        days = [date(2001, month, 1) for month in range(1, 13)]
    else:
        days = [date(2001, 1, day) for day in range(1, 32)]
    return {values_of(day)[field[0]]: clean(format_date(day, field, locale)) for day in days}


def _endings(locale: str) -> dict[int, str]:
    endings = LOCALES[locale]["endings"]
    return {day: endings.get(str(day), endings.get("other", "")) for day in range(40)}


@cache
def years_of(format: str) -> range:
    fields = [token["field"] for token in TOKEN.finditer(format)]
    return WINDOW if "yy" in fields else range(FIRST.year, LAST.year + 1)


@cache
def n_days_in(years: range) -> int:
    return sum(day.year in years for day in days())


def examples(
    days: Sequence[date], pairs: Sequence[tuple[str, str]], count: int, rng: np.random.Generator
) -> list[Example]:
    """Return dates as people write them: 200,000 take 0.7 s.

    The pair is uniform among `pairs`, and the day among those of `days` that the format can mean; a
    share LOWER of the texts is in lower case.

    Raises:
        ValueError: a format can mean none of the days; a pair is unknown.
    """
    in_window = [day for day in days if day.year in WINDOW]
    pools = [in_window if years_of(format) == WINDOW else days for _, format in pairs]
    sizes = np.array([len(pool) for pool in pools], int)
    if not len(sizes) or not sizes.all():
        raise ValueError("There is no day, or no format that can mean one: give more of them.")
    which = rng.integers(len(pairs), size=count)
    places, lower = rng.integers(sizes[which]), rng.random(count) < LOWER
    found = []
    for n, place, low in zip(which.tolist(), places.tolist(), lower.tolist(), strict=True):
        (locale, format), day = pairs[n], pools[n][place]
        text = write(day, locale, format)
        found.append(Example(text.lower() if low else text, day.isoformat(), locale, format))
    return found


def split_pairs(seed: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return (seen, unseen): all pairs, with up to two of each locale held out, drawn by the seed.

    Held out are pairs that are new, and yet can be learned from those that are seen:

    - The format shows which number is the month: by a name, or by a year of four digits before it.
    - Its names (such as EEEE), words and endings each stand in two seen formats of the locale.
    - Its order of fields and signs, words left out, stands in two other locales that are seen.
    - Most of its texts are written by no seen pair. (English has one "5 May 1998" for two locales.)
    """
    seen, unseen = pairs(), []
    for n in np.random.default_rng(seed).permutation(len(PAIRS)):
        locale, format = PAIRS[n]
        if not re.search("MMM|^y(?!y)", format) or sum(locale == other for other, _ in unseen) == 2:
            continue
        trial, kept = [*unseen, PAIRS[n]], [pair for pair in seen if pair != PAIRS[n]]
        if _new_but_learnable(trial, kept):
            unseen, seen = trial, kept
    return seen, sorted(unseen, key=PAIRS.index)


def _new_but_learnable(unseen, seen) -> bool:
    orders, words, texts = defaultdict(set), Counter(), set()
    for locale, format in seen:
        orders[_order(format)].add(locale)
        words.update((locale, word) for word in _words(format))
        texts |= _samples(locale, format)
    return all(
        len(orders[_order(format)] - {locale}) >= 2
        and all(words[locale, word] >= 2 for word in _words(format))
        and len(_samples(locale, format) & texts) < 6
        for locale, format in unseen
    )


@cache
def _order(format: str) -> str:
    signs = re.sub(r"'[^']*'|\*", "", format)
    return " ".join(re.sub(r"[^\x00-\x7f]", "_", signs).split())


@cache
def _words(format: str) -> set[str]:
    return set(re.findall(r"'[^']*'|[^\x00-\x7f]|[ME]{3,}|\*", format))


@cache
def _samples(locale: str, format: str) -> set[str]:
    """Return twelve texts, one a month, of days that most formats write with two digits."""
    days = [date(1986 + month, month, 10 + month) for month in range(1, 13)]
    return {write(day, locale, format).lower() for day in days}
