"""The examples that a translator of dates is trained and tried on."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np

from utils import datasets
from utils.language import date_negatives, date_readings, dates
from utils.language.dates import Example

CLASHING = [("en_US", "M/d/y"), ("en_GB", "d/M/y"), ("el", "d/M/y")]
"""The pairs that clash most: 9/10/1970 is in September or in October."""
KINDS = ("incomplete", "letters", "names", "short", "two dates")
"""Of texts that are no dates: those that training shows; the others are new to the network."""
LONGEST = 32
"""Characters of a training text: longer ones are rare, and would cost a fifth of the time."""


NINE = [
    ("en_US", "EEE, MMM d, y"),
    ("de", "EEE, d* MMMM y"),
    ("fr", "EEEE d MMMM y"),
    ("es", "d 'de' MMMM 'de' y"),
    ("ru", "EEE, d MMM y"),
    ("el", "EEE d MMM y"),
    ("tr", "d MMMM y EEEE"),
    ("ja", "y年M月d日(EEEE)"),
    ("ko", "y. M. d. (EEE)"),
]
"""Pairs of nine languages, to show one day in."""


def training(days: Sequence[date], pairs, rng: np.random.Generator) -> list[Example]:
    """Return 31,360 examples in no order, 245 batches of 128: a smaller last one costs time.

    3,000 are further dates of the pairs that clash most, since they are rare and hard; about one
    in ten is no date.
    """
    found = dates.examples(days, pairs, 25_716, rng) + dates.examples(days, CLASHING, 3_000, rng)
    found += date_negatives.not_dates(3_584, rng, KINDS, pairs)
    found = [found[i] for i in rng.permutation(len(found))]
    return [example for example in found if len(example.text) <= LONGEST][:31_360]


def strangers(rng: np.random.Generator) -> dict[str, list[str]]:
    """Return texts that are no dates, up to 200 of each kind, names of dinosaurs and verse."""
    found = {
        kind: [example.text for example in date_negatives.not_dates(200, rng, [kind])]
        for kind in date_negatives.KINDS
    }
    found["dinosaurs"] = datasets.load_dinosaurs()[:200]
    found["verse"] = [dates.clean(line) for line in datasets.load_verse().splitlines()[:500]]
    return found


def clashes(days: Sequence[date], count: int, rng: np.random.Generator) -> list[dict]:
    """Return what texts with two meanings of about 2/3 and 1/3 can mean, and the mixtures.

    Returns:
        For each text a dictionary: `text`, `iso` (the date that was meant), `meanings` (each with
        its probability), and four translations,
        `likelier meaning`, `other meaning`, and `a mixture`, `the other mixture`, which have the
        month of one and the day of the other.
    """
    found = {}
    for text, iso, *_ in dates.examples(days, CLASHING, count, rng):
        meanings = date_readings.readings(text)
        if len(meanings) == 2 and 0.6 < max(meanings.values()) < 0.7:
            first, second = meanings
            found[text] = {
                "text": text,
                "iso": iso,
                "meanings": meanings,
                "likelier meaning": first,
                "other meaning": second,
                "a mixture": first[:8] + second[8:],
                "the other mixture": second[:8] + first[8:],
            }
    return list(found.values())


def is_a_day(iso: str) -> bool:
    """Return whether an answer stands in the calendar."""
    try:
        return bool(date.fromisoformat(iso))
    except ValueError:
        return False


def verdict(iso: str, trusted: bool) -> str:
    """Return what the program says of an answer: "a date", or why it is none."""
    if iso == date_negatives.NOT_A_DATE:
        return "not a date"
    if not is_a_day(iso):
        return "not in the calendar"
    return "a date" if trusted else "unsure"


def refusal(text: str, tokens: Sequence[str], longest: int) -> str:
    """Return why a network cannot read a text; "" if it can.

    Args:
        text: what somebody typed.
        tokens: the characters that the network knows.
        longest: how many it reads at most.
    """
    unknown = " ".join(sorted(set(text) - set(tokens))[:5])
    if not text:
        return "There is nothing to read: type a date."
    if len(text) > longest:
        return f"{len(text)} characters are too many: the network reads at most {longest}."
    if unknown:
        return f"Not one of the characters that it was trained on, so it cannot be read: {unknown}"
    return ""


def worst_pairs(examples: Sequence[Example], right: Sequence[bool]) -> list[tuple]:
    """Return (errors, texts, locale, format) of each pair, most errors first."""
    errors = defaultdict(list)
    for example, is_right in zip(examples, right, strict=True):
        errors[example.locale, example.format].append(not is_right)
    return sorted(((sum(e), len(e), *pair) for pair, e in errors.items()), key=lambda r: -r[0])
