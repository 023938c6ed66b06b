"""Programs that read dates without learning: what a network has to beat."""

import re
from collections.abc import Callable, Sequence
from functools import cache

import dateutil.parser
from babel.dates import get_month_names

from utils.language import date_readings, dates


def by_dateutil(text: str) -> str:
    """Return the date as the parser of `dateutil` reads it, in ISO form; "" if it reads none.

    It knows English names only. Two digits of a year mean one in `dates.WINDOW`.
    """
    try:
        found = dateutil.parser.parse(text, dayfirst=not re.match(r"\d{4}", text)).date()
        if not re.search(r"\d{4}", text):
            found = found.replace(year=int(_four_digits(f"{found.year}"[-2:])))
        return found.isoformat()
    except (ValueError, OverflowError):
        return ""


def by_rules(text: str, pairs) -> str:
    """Return the most probable date of the text by the rules of `pairs`; "" if none writes it."""
    return next(iter(date_readings.readings(text, pairs)), "")


def by_parts(text: str) -> str:
    """Return the date, in ISO form, found without any format; "" if the parts are not there.

    The month is found by its name, in any language; the year by its four digits or by its place,
    which is the last; what is left is the day.
    """
    text = text.lower()
    name = max((name for name in months() if name in text), key=len, default="")
    numbers = re.findall(r"\d+", text.replace(name, " ", 1) if name else text)
    if len(numbers) != (2 if name else 3):
        return ""
    if len(numbers[0]) == 4:  # the year comes first: turn the order round
        numbers.reverse()
    day, *month, year = numbers
    year = year if len(year) == 4 else _four_digits(year)
    return f"{year}-{months()[name] if name else month[0]:0>2}-{day:0>2}"


@cache
def months() -> dict[str, str]:
    """Return the number of each month, as "05", under its full and short names, lower case."""
    return {
        dates.clean(name).lower(): f"{number:02}"
        for locale in dates.LOCALES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=locale).items()
    }


def _four_digits(year: str) -> str:
    first = dates.WINDOW.start
    return str(first + (int(year) - first) % 100)


def all_programs(pairs) -> dict[str, Callable[[str], str]]:
    """Return the programs by name; the rules are those of `pairs`."""
    return {
        "dateutil": by_dateutil,
        "rules": lambda text: by_rules(text, pairs),
        "parts": by_parts,
    }


def right_of(program: Callable[[str], str], examples: Sequence[dates.Example]) -> float:
    """Return the share of examples that a program translates rightly."""
    return sum(program(example.text) == example.iso for example in examples) / len(examples)
