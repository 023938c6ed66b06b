"""utils.language.date_verdicts: what is said of strangers and of real documents, and the errors."""

import re
from datetime import date

import numpy as np

from utils import datasets
from utils.language import date_verdicts
from utils.language.dates import FIRST, Example

LATIN = sorted({*"0123456789 ,.-/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ年月日"})


def by_digits(texts):
    """Say what a program does that knows Chinese dates alone."""
    said = []
    for text in texts:
        numbers = re.fullmatch(r"(\d{4})年(\d+)月(\d+)日", text)
        iso = date(*map(int, numbers.groups())).isoformat() if numbers else "not a date"
        said.append((iso, "a date" if numbers else "not a date"))
    return said


def test_what_is_read_is_made_digits_or_refused():
    assert date_verdicts.as_read("一九二二年十二月三日", LATIN, 40) == ("1922年12月3日", "")
    assert "too many" in date_verdicts.as_read("9" * 41, LATIN, 40)[1]
    assert "quotes" in date_verdicts.as_read(19980509, LATIN, 40)[1]


def test_the_table_gives_shares_and_what_passes(capsys):
    kinds = {"names": ["May", "2001年1月2日"], "verse": ["thou"]}
    shares, passed = date_verdicts.table(kinds, by_digits)
    assert shares["names"]["a date"] == shares["names"]["not a date"] == 0.5
    assert passed == {"names": [("2001年1月2日", "2001-01-02")], "verse": []}
    printed = capsys.readouterr().out
    assert "names        (seen)     2" in printed and "verse        (new )     1" in printed


def test_documents_are_right_refused_or_wrong(capsys):
    rows = date_verdicts.of_documents(by_digits, LATIN, 40)
    right = [row["text"] for row in rows if row["outcome"] == "right"]
    assert "1982年12月4日" in right and "昭和二十年八月十四日" in right
    assert all(row["outcome"] in date_verdicts.OUTCOMES for row in rows)
    programs = {"ISO alone": lambda text: text, "always": lambda text: "1982-12-04"}
    counts = date_verdicts.show_documents(rows, programs)
    assert all(sum(found.values()) == len(rows) for found in counts.values())
    assert counts["network"]["before 1900", "right"] == 0
    assert counts["network"]["1900 and later", "right"] == len(right)
    assert counts["always"]["1900 and later", "right"] == 1
    assert counts["always"]["no day", "wrong"] == counts["ISO alone"]["no day", "refused"] == 4
    printed = capsys.readouterr().out
    assert re.search(r"network +\d+ / \d+ / 0", printed)
    assert "August 2nd, 1939" in printed and "July 4, 1776" not in printed


def test_the_documents_are_what_their_card_says():
    rows = datasets.load_date_documents()
    assert len(rows) == len({row["text"] for row in rows}) == 43
    assert all(row["document"] for row in rows)
    days = [date.fromisoformat(row["iso"]) for row in rows if row["iso"]]
    assert len(days) == 39 and sum(day >= FIRST for day in days) == 30


def test_the_errors_that_are_printed_are_errors(capsys):
    examples = [Example("9/10/1970", "1970-09-10", "en_US", "M/d/y"), Example("a", "b", "de", "y")]
    right = np.array([False, True])
    arguments = examples, ["1970-10-09", "b"], np.array([0.7, 0.9]), right, {("en_US", "M/d/y")}
    surest = date_verdicts.show_errors(*arguments)
    printed = capsys.readouterr().out
    assert "1 of 2 answers are wrong" in printed and "1 of 1 held out" in printed
    assert surest == [("9/10/1970", "1970-10-09", 0.7, True)]
