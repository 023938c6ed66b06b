"""utils.language.date_sets: what the translator is trained on, tried on, and what is said of it."""

import numpy as np
import pytest

from utils.language import date_negatives, date_readings, date_sets, dates

DAYS = dates.days()


def rng():
    return np.random.default_rng(1)


def test_training_fills_its_batches():
    found = date_sets.training(DAYS, dates.PAIRS, rng())
    assert len(found) == 245 * 128
    assert max(len(example.text) for example in found) == date_sets.LONGEST
    none = np.mean([example.iso == date_negatives.NOT_A_DATE for example in found])
    assert 0.1 < none < 0.13
    clashing = [(e.locale, e.format) in date_sets.CLASHING for e in found]
    assert sum(clashing) > 2_500


def test_clashes_have_two_meanings_and_two_mixtures():
    found = date_sets.clashes(DAYS, 300, rng())
    assert len(found) > 30
    for row in found:
        meanings = date_readings.readings(row["text"])
        assert row["meanings"] == meanings and row["iso"] in meanings
        assert meanings[row["likelier meaning"]] > meanings[row["other meaning"]]
        mixtures = {row["a mixture"], row["the other mixture"]}
        assert len(mixtures) == 2 and not mixtures & meanings.keys()


def test_strangers_are_no_dates():
    found = date_sets.strangers(rng())
    assert {*date_sets.KINDS} < {*date_negatives.KINDS} < found.keys()
    assert all(not date_readings.readings(text) for texts in found.values() for text in texts)


@pytest.mark.parametrize(
    "iso, trusted, says",
    [
        ("1998-05-09", True, "a date"),
        ("1998-05-09", False, "unsure"),
        ("1998-02-30", True, "not in the calendar"),
        ("not a date", True, "not a date"),
        ("1998-0n-09", False, "not in the calendar"),
    ],
)
def test_verdicts(iso, trusted, says):
    assert date_sets.verdict(iso, trusted) == says
    assert date_sets.is_a_day(iso) == (says in ("a date", "unsure"))


@pytest.mark.parametrize(
    "text, why", [("", "nothing to read"), ("9" * 41, "at most 40"), ("9 mäy", "ä"), ("9", "")]
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text, why):
    said = date_sets.refusal(text, "9 may", 40)
    assert why in said and bool(said) == bool(why)


def test_the_worst_pairs_come_first():
    examples = [dates.Example("", "", locale, "y") for locale in ("fr", "de", "de", "it")]
    found = date_sets.worst_pairs(examples, [True, False, False, False])
    assert found == [(2, 2, "de", "y"), (1, 1, "it", "y"), (0, 1, "fr", "y")]
