"""What a text can mean as a date, exactly, and how often the best translator is right.

The probabilities are those under which `dates.examples` draws its texts.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from itertools import product
from math import fsum

from utils.language.dates import (
    FIRST,
    LAST,
    LOWER,
    PAIRS,
    WINDOW,
    days,
    format_parts,
    n_days_in,
    write,
    years_of,
)


def readings(text: str, pairs: Collection[tuple[str, str]] = PAIRS) -> dict[str, float]:
    """Return the exact P(iso | text) under `examples` of all days, largest first.

    The text is taken as it is, not cleaned. One that none of `pairs` writes has no reading.
    """
    found = Counter()
    digits = re.findall("[0-9]", text)
    for (fields, month), group in _all_readers().get(shape_of(text), {}).items():
        day = _day(digits, fields, month)
        for pair in group if day else ():
            if pair in pairs:
                found[day.isoformat()] += _share(text, day, *pair) / n_days_in(years_of(pair[1]))
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
        alike[str(format_parts(*pair))].append(pair)
    joint = Counter()
    for group in alike.values():
        years = years_of(group[0][1])
        weight = len(group) / len(pairs) / n_days_in(years)
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
            for letter, texts in format_parts(locale, format)
        ]
        for shapes, fields, months in (zip(*way, strict=True) for way in product(*parts)):
            found.add(("".join(shapes), "".join(fields), sum(months)))
    return found


def _shape_of_part(text: str, letter: str, value: int) -> tuple[str, str, int]:
    shape = shape_of(text)
    named = letter == "M" and "0" not in shape
    return shape, letter * shape.count("0"), value if named else 0


def shape_of(text: str) -> str:
    return re.sub("[0-9]", "0", text)
