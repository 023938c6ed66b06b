"""utils.language.date_readings: what a text can mean, against all texts written out."""

from collections import Counter, defaultdict
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.test_dates import DAYS, PAIRS, TWO_DIGITS, can_mean, rng
from utils.language import date_readings, dates
from utils.language.date_readings import readings
from utils.language.dates import clean, write


def joint(pairs, days):
    """Return P(text, iso) by writing everything out."""
    found = defaultdict(Counter)
    for locale, format in pairs:
        possible = [day for day in days if can_mean(format, day)]
        for day in possible:
            text, weight = write(day, locale, format), 1 / len(pairs) / len(possible)
            found[text][day.isoformat()] += weight * (1 - dates.LOWER)
            found[text.lower()][day.isoformat()] += weight * dates.LOWER
    return found


def test_readings_are_the_posterior():
    year = [day for day in DAYS if day.year == 1970]
    found = joint([pair for pair in PAIRS if not TWO_DIGITS.search(pair[1])], year)
    ambiguous = [text for text, weights in found.items() if len(weights) > 1]
    assert len(ambiguous) == 132  # of M/d/y and d/M/y: twelve months, eleven other days
    for text in ambiguous + list(found)[::97]:
        total = sum(found[text].values())
        expected = {iso: weight / total for iso, weight in found[text].items()}
        assert readings(text) == pytest.approx(expected)


def test_every_text_has_its_date_among_its_readings():
    ambiguous = date_readings.ambiguous_pairs()
    for text, iso, *pair in dates.examples(DAYS, PAIRS, 10_000, rng(2)):
        found = readings(text)
        assert iso in found
        assert len(found) == 1 or tuple(pair) in ambiguous
        assert sum(found.values()) == pytest.approx(1)
        assert list(found.values()) == sorted(found.values(), reverse=True)


@given(st.sampled_from(PAIRS), st.dates(dates.FIRST, dates.LAST), st.sampled_from([str, str.lower]))
def test_round_trip(pair, day, case):
    if can_mean(pair[1], day):
        text = case(write(day, *pair))
        assert text == clean(text)
        assert readings(text, [pair]) == {day.isoformat(): 1}


def test_september_or_october():
    assert readings("9/10/1970") == pytest.approx({"1970-10-09": 2 / 3, "1970-09-10": 1 / 3})
    assert next(iter(readings("9/10/1970"))) == "1970-10-09"
    assert readings("10/12/1970") == pytest.approx({"1970-12-10": 14 / 15, "1970-10-12": 1 / 15})
    assert readings("9/13/1970") == {"1970-09-13": 1}
    assert readings("13/9/1970") == {"1970-09-13": 1}
    assert readings("09/10/1970") == {"1970-10-09": 1}
    assert readings("9/10/1970", [("en_US", "M/d/y")]) == {"1970-09-10": 1}


def test_years_of_two_digits():
    assert readings("26-08-27") == {"2027-08-26": 1}
    assert readings("27-08-49") == {"2049-08-27": 1}
    assert readings("27-08-50") == {"1950-08-27": 1}


@pytest.mark.parametrize(
    "text",
    [
        "", "date", "31/02/1998", "29 février 1999", "Monday, May 1, 1998", "1 mai 2100",
        "0000-05-01", "2e mai 1998", "MAY 1, 1998", " May 1, 1998", "１ May 1998", "٠١/05/1998",
    ],
)  # fmt: skip
def test_no_reading(text):
    assert readings(text) == {}


def test_ambiguous_pairs():
    found = [pair for pair in PAIRS if pair[1] in ("M/d/y", "d/M/y", "dd/MM/y")]
    assert date_readings.ambiguous_pairs() == found
    assert date_readings.ambiguous_pairs(PAIRS[::-1]) == found[::-1]
    assert (
        date_readings.ambiguous_pairs([pair for pair in PAIRS if pair != ("en_US", "M/d/y")]) == []
    )


def test_the_ceiling_of_two_orders_by_hand():
    pairs = [("en_US", "M/d/y"), ("en_GB", "d/M/y")]
    n_ambiguous = 200 * 12 * 11
    assert date_readings.ceiling(pairs) == pytest.approx(1 - n_ambiguous / 2 / len(DAYS), abs=1e-12)
    assert date_readings.ceiling(pairs[:1]) == 1
    outvoted = n_ambiguous / len(DAYS) / len(PAIRS)
    assert date_readings.ceiling() == pytest.approx(1 - outvoted, abs=1e-12)


@pytest.fixture
def confusion(monkeypatch):
    """Pairs that confuse case, digits that no sign separates, and years of two and four digits."""
    formats = ["yMd", "yyMMdd", "dd MM y 'a'", "MM dd y 'A'", "EEE d/M/y"]
    entry = {"language": "English", "formats": formats, "endings": {}}
    pairs = [(locale, format) for locale in ("en_US", "en_GB") for format in formats][1:]
    monkeypatch.setattr(dates, "LOCALES", {"en_US": entry, "en_GB": entry})
    for module in (dates, date_readings):
        monkeypatch.setattr(module, "PAIRS", pairs)
    caches = dates.format_parts, date_readings._shapes, date_readings._all_readers
    for cache in caches:
        cache.cache_clear()
    yield pairs
    for cache in caches:
        cache.cache_clear()


def test_readings_and_ceiling_are_those_of_all_texts_written_out(confusion):
    found = joint(confusion, DAYS)
    clear = [pair for pair in confusion if pair not in date_readings.ambiguous_pairs(confusion)]
    assert {format for _, format in clear} == {"EEE d/M/y"}
    expected = fsum(max(weights.values()) for weights in found.values())
    assert date_readings.ceiling(confusion) == pytest.approx(expected, abs=1e-12)
    assert expected < 0.98
    some = ["201211", "2012111", "05 06 1970 a", "05 06 1970 A", "Tue 5/5/1970", "310131"]
    for text in some + [text for text, weights in found.items() if len(weights) > 1][::500]:
        total = sum(found[text].values())
        expected = {iso: weight / total for iso, weight in found[text].items()}
        assert readings(text, confusion) == pytest.approx(expected)
