"""Dates as people write them in many languages, and what they mean in ISO 8601.

A format is a Unicode date pattern (CLDR) such as "d MMMM y", and Babel knows the names of months
and weekdays. Which languages there are, and the formats of each, stands in
`datasets/dates/formats.toml`. One sign is ours: "*" after the day is the ending of an ordinal
number, as in "9th". A pair is a locale and one of its formats.

`examples` draws texts. What a text can mean under the same probabilities is known exactly
(`readings`), and so is how often the best translator is right (`ceiling`).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import product
from math import fsum
from typing import NamedTuple

import numpy as np
from babel.dates import format_date

from utils import datasets

FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
WINDOW = range(1950, 2050)
"""The years that a format with a two-digit year can mean."""
LOWER = 0.3
"""The share of texts that are written in lower case."""
NOT_A_DATE = "not a date"
"""What stands in place of the ISO date, and is as long, where a text is no date."""
LOCALES = datasets.load_date_formats()
PAIRS = [(locale, format) for locale, entry in LOCALES.items() for format in entry["formats"]]

TOKEN = re.compile(r"(?P<field>([yMdE])\2*)|(?P<star>\*)|'(?P<quoted>[^']*)'|(?P<plain>[^'*yMdE]+)")
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

    Full-width forms, as typed in Chinese and Japanese, become plain ones; accents are one character
    with their letters (Unicode NFC); a run of white space becomes one space, and none at the ends.
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(FULL_WIDTH)).split())


# --- writing ---------------------------------------------------------------------------------


def write(day: date, locale: str, format: str) -> str:
    """Return a day in a format of a locale.

    It is what Babel writes, with the endings of ordinal numbers, ordinary spaces and in NFC.

    Raises:
        ValueError: the locale or the format is unknown, or the format cannot mean the year.
    """
    values = _values(day)
    try:
        return "".join([texts[values[letter]] for letter, texts in _parts(locale, format)])
    except KeyError:
        years = _years(format)
        raise ValueError(
            f"The format {format!r} cannot mean {day}: give a day of {years[0]} to {years[-1]}."
        ) from None


def _values(day: date) -> dict[str, int]:
    return {"": 0, "y": day.year, "M": day.month, "d": day.day, "E": day.weekday()}


def _entry(locale: str) -> dict:
    if locale not in LOCALES:
        raise ValueError(f"There is no locale {locale!r}. Choose from these: {', '.join(LOCALES)}.")
    return LOCALES[locale]


@cache
def _parts(locale: str, format: str) -> list[tuple[str, dict[int, str]]]:
    if format not in _entry(locale)["formats"]:
        known = "; ".join(_entry(locale)["formats"])
        raise ValueError(f"{locale} has no format {format!r}. Choose from these: {known}.")
    return _compile(locale, format)


def _compile(locale: str, format: str) -> list[tuple[str, dict[int, str]]]:
    """Return for each part of a format the letter of its field and how each value is written."""
    parts = []
    for token in TOKEN.finditer(format):
        if token["field"]:
            parts.append((token["field"][0], _names(locale, token["field"])))
        elif token["star"]:
            parts.append(("d", _endings(locale)))
        else:  # two single quotes are one, copied
            parts.append(("", {0: token["plain"] or token["quoted"] or "'"}))
    return parts


@cache
def _names(locale: str, field: str) -> dict[int, str]:
    """Return how Babel writes each value of a field; the weekdays are 0, Monday, to 6."""
    if field[0] == "y":
        days = [date(year, 1, 1) for year in _years(field)]
    elif field[0] == "M":
        days = [date(2001, month, 1) for month in range(1, 13)]
    else:
        days = [date(2001, 1, day) for day in range(1, 32)]
    return {_values(day)[field[0]]: clean(format_date(day, field, locale)) for day in days}


def _endings(locale: str) -> dict[int, str]:
    endings = LOCALES[locale]["endings"]
    return {day: endings.get(str(day), endings.get("other", "")) for day in range(40)}


@cache
def _years(format: str) -> range:
    fields = [token["field"] for token in TOKEN.finditer(format)]
    return WINDOW if "yy" in fields else range(FIRST.year, LAST.year + 1)


@cache
def _n_days(years: range) -> int:
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
    pools = [in_window if _years(format) == WINDOW else days for _, format in pairs]
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


# --- which formats are held out --------------------------------------------------------------


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


# --- what a text can mean --------------------------------------------------------------------


def readings(text: str, pairs: Collection[tuple[str, str]] = PAIRS) -> dict[str, float]:
    """Return the exact P(iso | text) under `examples` of all days, largest first.

    The text is taken as it is, not cleaned. One that none of `pairs` writes has no reading.
    """
    found = Counter()
    digits = re.findall("[0-9]", text)
    for (fields, month), group in _all_readers().get(_shape(text), {}).items():
        day = _day(digits, fields, month)
        for pair in group if day else ():
            if pair in pairs:
                found[day.isoformat()] += _share(text, day, *pair) / _n_days(_years(pair[1]))
    total = sum(found.values())
    return {iso: weight / total for iso, weight in found.most_common() if weight}


def _share(text: str, day: date, locale: str, format: str) -> float:
    """Return P(text | day, pair)."""
    written = write(day, locale, format)
    return (1 - LOWER) * (text == written) + LOWER * (text == written.lower())


def _day(digits: list[str], fields: str, month: int) -> date | None:
    numbers = {"y": "", "M": "", "d": "", "E": ""}
    for field, digit in zip(fields, digits, strict=True):
        numbers[field] += digit
    year = int(numbers["y"])
    if len(numbers["y"]) == 2:
        year = WINDOW[(year - WINDOW.start) % 100]
    try:
        day = date(year, month or int(numbers["M"]), int(numbers["d"]))
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def ambiguous_pairs(pairs: Sequence[tuple[str, str]] = PAIRS) -> list[tuple[str, str]]:
    """Return those of `pairs` that may write a text with two meanings; the others never do.

    A text can have two dates only if its shape has two readers.
    """
    unclear = [readers for readers in _readers(pairs).values() if len(readers) > 1]
    found = {pair for readers in unclear for group in readers.values() for pair in group}
    return [pair for pair in pairs if pair in found]


def ceiling(pairs: Sequence[tuple[str, str]] = PAIRS) -> float:
    """Return the exact share of texts whose date a perfect translator finds.

    It is the sum over all texts of P(text, the most probable date of the text).
    """
    alike = defaultdict(list)  # pairs that write the same, such as dd/MM/y in many locales
    for pair in ambiguous_pairs(pairs):
        alike[str(_parts(*pair))].append(pair)
    joint = Counter()
    for group in alike.values():
        years = _years(group[0][1])
        weight = len(group) / len(pairs) / _n_days(years)
        for day in days():
            if day.year in years:
                text = write(day, *group[0])
                joint[text, day] += weight * (1 - LOWER)
                joint[text.lower(), day] += weight * LOWER
    best = defaultdict(float)
    for (text, _), weight in joint.items():
        best[text] = max(best[text], weight)
    return 1 - fsum(joint.values()) + fsum(best.values())


def _readers(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[tuple[str, int], list]]:
    """Return for each shape of a text how to read it, and the pairs that write such texts.

    A shape is a text with every digit made 0. How to read it: the field of each digit, such as
    "ddyyyy", and the month if a word names it, else 0.
    """
    readers = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        for shape, fields, month in _shapes(*pair):
            readers[shape][fields, month].append(pair)
    return readers


@cache
def _all_readers():
    return _readers(PAIRS)


@cache
def _shapes(locale: str, format: str) -> set[tuple[str, str, int]]:
    """Return the shapes of a pair, in both cases, each with its fields and month (see _readers)."""
    found = set()
    for case in (str, str.lower):
        parts = [
            {_shape_of_part(case(text), letter, value) for value, text in texts.items()}
            for letter, texts in _parts(locale, format)
        ]
        for shapes, fields, months in (zip(*way, strict=True) for way in product(*parts)):
            found.add(("".join(shapes), "".join(fields), sum(months)))
    return found


def _shape_of_part(text: str, letter: str, value: int) -> tuple[str, str, int]:
    shape = _shape(text)
    named = letter == "M" and "0" not in shape
    return shape, letter * shape.count("0"), value if named else 0


def _shape(text: str) -> str:
    return re.sub("[0-9]", "0", text)


# --- texts that are no dates -----------------------------------------------------------------

KINDS = ("incomplete", "impossible", "letters", "names", "numbers", "two dates", "short")
# A field of a format (not of a quoted word) with its word or unit, and with the signs behind it.
FIELD = r"(?:'[^']*' )?{}+\*?(?=(?:[^']*'[^']*')*[^']*$)(?: ?[^\x00-\x7f]+| '[^']*')?[ ,./-]*"
NUMBERS = "0:00|00:00|00:00:00|0,00 €|$000.00|+00 000 0000000|(000) 000-0000|00000|000.000|00 %"


def not_dates(
    count: int,
    rng: np.random.Generator,
    kinds: Sequence[str] = KINDS,
    pairs: Sequence[tuple[str, str]] = PAIRS,
) -> list[Example]:
    """Return texts that are no dates; the kind of each stands in place of its format.

    None has a reading, and none is longer than the longest date. A share LOWER is in lower case.

    Args:
        count: how many.
        rng: the source of randomness.
        kinds: some of KINDS, each equally often: "incomplete" (no year, or no day), "impossible"
            (31 February), "letters" (in no order), "names" (of months and weekdays alone),
            "numbers" (times, prices, telephone numbers), "two dates" (one glued to the other),
            "short" (one to three characters).
        pairs: the pairs that they are made from.

    Raises:
        ValueError: there is no such kind.
    """
    if not kinds or not set(kinds) <= set(KINDS):
        raise ValueError(f"No such kinds: {list(kinds)}. Choose from these: {', '.join(KINDS)}.")
    found = []
    for n in rng.integers(len(kinds), size=count):
        text = ""
        while not text or readings(text):
            text = clean(_no_date(kinds[n], rng, pairs)[: _longest()])
            text = text.lower() if rng.random() < LOWER else text
        found.append(Example(text, NOT_A_DATE, "", kinds[n]))
    return found


def _no_date(kind: str, rng, pairs) -> str:
    day, locale, format = _draw(rng, pairs)
    fields = [_names(locale, field).values() for field in ("MMM", "MMMM", "EEE", "EEEE")]
    names = [name for texts in fields for name in texts if "0" not in _shape(name)]
    few = range(rng.integers(1, 4))
    match kind:
        case "incomplete":
            shorter = re.sub(FIELD.format(_pick(rng, "yd")), "", format)
            return _fill(_values(day), locale, shorter).strip(" ,./-'")
        case "impossible":
            return _impossible(day, locale, format, rng)
        case "letters" if rng.random() < 0.5:
            return "".join(rng.permutation(list(write(day, locale, format))))
        case "letters":
            return "".join(rng.choice(list("".join(names)), size=rng.integers(4, 20)))
        case "names":
            return " ".join(_pick(rng, names) for _ in few)
        case "numbers":
            return re.sub("0", lambda _: str(rng.integers(10)), _pick(rng, NUMBERS.split("|")))
        case "two dates":
            glue = _pick(rng, ("", " ", " - ", "/"))
            return write(day, locale, format) + glue + write(*_draw(rng, pairs))
        case "short":
            return "".join(_pick(rng, write(day, locale, format)) for _ in few)


def _impossible(day: date, locale: str, format: str, rng) -> str:
    """Return a day or a month that is not in the calendar, however the numbers are turned."""
    values = _values(day)
    month_and_day = [
        _pick(rng, ((2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31))),
        (day.month, _pick(rng, (0, *range(32, 40)))),
    ]
    if "MMM" not in format:  # with a larger day, for 05/13/1998 can be meant as 1998-05-13
        large = day.day if format[0] == "y" else _pick(rng, range(13, 29))
        month_and_day.append((_pick(rng, (0, *range(13, 20))), large))
    if _years(format) == WINDOW:  # 35/02/12 can be meant as 2035-02-12
        values["y"] = 1950 + day.year % 50
    values["M"], values["d"] = _pick(rng, month_and_day)
    return _fill(values, locale, format)


def _fill(values: dict[str, int], locale: str, format: str) -> str:
    parts = _compile(locale, format)
    return "".join(texts.get(values[letter], f"{values[letter]:02}") for letter, texts in parts)


def _draw(rng, pairs) -> tuple[date, str, str]:
    locale, format = _pick(rng, pairs)
    first = date(_pick(rng, _years(format)), 1, 1)
    return first + timedelta(int(rng.integers(365))), locale, format


def _pick(rng, things):
    return things[int(rng.integers(len(things)))]


@cache
def _longest() -> int:
    return max(sum(max(map(len, texts.values())) for _, texts in _parts(*pair)) for pair in PAIRS)
