"""utils.language.date_negatives: texts that are no dates."""

import re
from datetime import date
from itertools import product

import numpy as np
import pytest

from tests.language.test_dates import PAIRS, rng
from utils.language import date_negatives, dates
from utils.language.date_negatives import FIELD, KINDS, NOT_A_DATE
from utils.language.date_readings import readings
from utils.language.dates import Example, clean, write


@pytest.fixture(scope="module")
def not_dates():
    found = date_negatives.not_dates(7000, rng())
    return {kind: [text for text, *_, k in found if k == kind] for kind in KINDS}


def test_not_dates(not_dates):
    assert len(NOT_A_DATE) == len("1998-05-01")
    longest = max(len(write(date(2000, m, 20 + m), *pair)) for pair in PAIRS for m in range(1, 11))
    for texts in not_dates.values():
        assert len(texts) == pytest.approx(1000, abs=100)
        for text in texts:
            assert text == clean(text) != ""
            assert len(text) <= longest + 2
            assert readings(text) == {}


def test_not_dates_are_drawn_by_the_seed():
    found = date_negatives.not_dates(50, rng())
    assert found == date_negatives.not_dates(50, rng())
    assert found != date_negatives.not_dates(50, rng(1))
    assert {example[1:3] for example in found} == {("not a date", "")}
    assert {e.format for e in date_negatives.not_dates(50, rng(), ("names", "short"))} == {
        "names",
        "short",
    }


def test_not_dates_of_chosen_pairs():
    found = date_negatives.not_dates(100, rng(), ["two dates", "impossible"], [("nl", "dd-MM-yy")])
    assert all(re.fullmatch("[0-9 /-]+", example.text) for example in found)
    assert isinstance(found[0], Example)


def test_some_not_dates_are_in_lower_case():
    found = date_negatives.not_dates(1000, rng(), ["names"], [("de", "dd.MM.y")])
    assert np.mean([text.islower() for text, *_ in found]) == pytest.approx(dates.LOWER, abs=0.05)


def test_incomplete(not_dates):
    texts = set(not_dates["incomplete"])
    assert not any(re.search("[0-9]{4}.*[0-9] [^0-9]{3,}$", text) for text in texts)
    assert not any(re.search(r"^[ ,./-]|[ ,./-]$", text) for text in texts)
    only_numbers = [re.findall("[0-9]+", text) for text in texts if not re.search(r"[^\W\d]", text)]
    assert all(len(numbers) <= 2 for numbers in only_numbers) and only_numbers


def test_incomplete_by_hand():
    def of(locale):
        return dates.LOCALES[locale]["formats"]

    found = {
        (locale, field): {re.sub(FIELD.format(field), "", format) for format in of(locale)}
        for locale, field in product(("en_US", "es", "vi", "ko", "ru"), "yd")
    }
    assert {"MMMM d, ", "EEEE, MMMM d, ", "M/d/"} <= found["en_US", "y"]
    assert {"MMMM y", "EEEE, MMMM y", "M/y"} <= found["en_US", "d"]
    assert {"d 'de' MMMM ", "EEEE, d 'de' MMMM "} <= found["es", "y"]
    assert {"MMMM 'de' y", "EEEE, MMMM 'de' y"} <= found["es", "d"]
    assert {"EEEE, 'ngày' d MMMM ", "'ngày' dd 'tháng' MM "} <= found["vi", "y"]
    assert {"EEEE, MMMM 'năm' y", "MMMM, y"} <= found["vi", "d"]
    assert {"M월 d일 EEEE", "M. d."} <= found["ko", "y"]
    assert {"y년 M월 EEEE", "y년 M월 (EEE)"} <= found["ko", "d"]
    assert {"d MMMM ", "d MMMM (EEEE)"} <= found["ru", "y"]


def test_impossible(not_dates):
    """However three numbers are read (year first or last), they are no day."""
    some = 0
    for text in not_dates["impossible"]:
        numbers = [int(n) for n in re.findall("[0-9]+", text)]
        if len(numbers) != 3 or re.search(r"[^\W\d]", text):
            continue
        some += 1
        a, b, c = numbers
        for year, month, day in ((a, b, c), (c, b, a), (c, a, b)):
            for century in (0, 1900, 2000):
                with pytest.raises(ValueError, match=r"must be in|out of range"):
                    date(century + year if year < 100 else year, month, day)
    assert some > 100


def test_impossible_with_names():
    pair = ("en_GB", "EEE, d MMM y")
    months = [write(date(2001, month, 1), *pair).split()[2].lower() for month in range(1, 13)]
    for text, *_ in date_negatives.not_dates(300, rng(), ["impossible"], [pair]):
        _, day, month, year = text.lower().split()
        with pytest.raises(ValueError, match=r"must be in|out of range"):
            date(int(year), months.index(month) + 1, int(day))


def test_the_other_kinds(not_dates):
    assert all(1 <= len(text) <= 3 for text in not_dates["short"])
    assert not any(re.search("[0-9]", text) for text in not_dates["names"])
    assert all(re.search("[0-9]", text) for text in not_dates["numbers"])
    assert any(readings(text[:10]) for text in not_dates["two dates"])
    assert len(set(not_dates["names"])) > 500
    assert {text.isalpha() for text in not_dates["letters"]} == {True, False}
