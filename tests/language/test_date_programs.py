"""utils.language.date_programs: what programs without learning read, and what they cannot."""

import pytest

from utils.language import date_programs, dates
from utils.language.date_programs import by_dateutil, by_parts, by_rules


@pytest.mark.parametrize(
    "text, dateutils, parts",
    [
        ("9 May 1998", "1998-05-09", "1998-05-09"),
        ("sábado, 9 de mayo de 1998", "", "1998-05-09"),
        ("1998年5月9日", "", "1998-05-09"),
        ("10.09.70", "1970-09-10", "1970-09-10"),
        ("1998-05-09", "1998-05-09", "1998-05-09"),
        ("May 1998 and more", "", ""),
        ("9/5/49", "2049-05-09", "2049-05-09"),
        ("", "", ""),
    ],
)
def test_what_they_read(text, dateutils, parts):
    assert (by_dateutil(text), by_parts(text)) == (dateutils, parts)


def test_rules_take_the_likelier_meaning_of_the_pairs_they_know():
    assert by_rules("9/10/1970", dates.PAIRS) == "1970-10-09"
    assert by_rules("9/10/1970", [("en_US", "M/d/y")]) == "1970-09-10"
    assert by_rules("banana", dates.PAIRS) == ""


def test_months_are_known_by_full_and_short_names():
    assert date_programs.months()["mayo"] == date_programs.months()["may"] == "05"
    assert {*date_programs.months().values()} == {f"{n:02}" for n in range(1, 13)}


def test_all_programs_are_tried_on_examples():
    programs = date_programs.all_programs([("en_US", "M/d/y")])
    examples = [dates.Example("9/10/1970", "1970-09-10", "en_US", "M/d/y")]
    shares = {name: date_programs.right_of(it, examples) for name, it in programs.items()}
    assert shares == {"dateutil": 0, "rules": 1, "parts": 0}
