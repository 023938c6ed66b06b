"""Texts that are no dates, though many of them look like one."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np

from utils.language.date_readings import readings, shape_of
from utils.language.dates import (
    LOWER,
    PAIRS,
    WINDOW,
    Example,
    clean,
    compile_format,
    format_parts,
    names_in,
    values_of,
    write,
    years_of,
)

NOT_A_DATE = "not a date"
"""What stands in place of the ISO date, and is as long, where a text is no date."""


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
    fields = [names_in(locale, field).values() for field in ("MMM", "MMMM", "EEE", "EEEE")]
    names = [name for texts in fields for name in texts if "0" not in shape_of(name)]
    few = range(rng.integers(1, 4))
    match kind:
        case "incomplete":
            shorter = re.sub(FIELD.format(_pick(rng, "yd")), "", format)
            return _fill(values_of(day), locale, shorter).strip(" ,./-'")
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
    values = values_of(day)
    month_and_day = [
        _pick(rng, ((2, 30), (2, 31), (4, 31), (6, 31), (9, 31), (11, 31))),
        (day.month, _pick(rng, (0, *range(32, 40)))),
    ]
    if "MMM" not in format:  # with a larger day, for 05/13/1998 can be meant as 1998-05-13
        large = day.day if format[0] == "y" else _pick(rng, range(13, 29))
        month_and_day.append((_pick(rng, (0, *range(13, 20))), large))
    if years_of(format) == WINDOW:  # 35/02/12 can be meant as 2035-02-12
        values["y"] = 1950 + day.year % 50
    values["M"], values["d"] = _pick(rng, month_and_day)
    return _fill(values, locale, format)


def _fill(values: dict[str, int], locale: str, format: str) -> str:
    parts = compile_format(locale, format)
    return "".join(texts.get(values[letter], f"{values[letter]:02}") for letter, texts in parts)


def _draw(rng, pairs) -> tuple[date, str, str]:
    locale, format = _pick(rng, pairs)
    first = date(_pick(rng, years_of(format)), 1, 1)
    return first + timedelta(int(rng.integers(365))), locale, format


def _pick(rng, things):
    return things[int(rng.integers(len(things)))]


@cache
def _longest() -> int:
    return max(
        sum(max(map(len, texts.values())) for _, texts in format_parts(*pair)) for pair in PAIRS
    )
