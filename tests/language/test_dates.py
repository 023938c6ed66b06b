"""Dates: what is written is what Babel writes, and what it can mean is known exactly."""

import hashlib
import re
import unicodedata
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import datasets, files
from utils.language import date_negatives, date_readings, dates
from utils.language.date_negatives import _longest
from utils.language.date_readings import readings
from utils.language.dates import clean, write

FILE = Path(files.EMBEDDED, "dates/formats.toml")
CARD = " ".join(FILE.with_name("README.md").read_text(encoding="utf-8").split())
PAIRS = dates.pairs()
DAYS = dates.days()
DAY = date(1998, 5, 1)
TWO_DIGITS = re.compile("(?<!y)yy(?!y)")


def rng(seed=0):
    return np.random.default_rng(seed)


def can_mean(format, day):
    return 1950 <= day.year <= 2049 or not TWO_DIGITS.search(format)


# --- the formats -----------------------------------------------------------------------------


def test_every_format_has_a_year_a_month_and_a_day():
    for locale, format in PAIRS:
        bare = re.sub("'[^']*'", "", format)
        fields = " ".join(sorted(re.findall("y+|M+|d+|E+", bare)))
        assert re.fullmatch("(EEEE? )?M{1,4} dd? yy?", fields), (locale, format)
        assert all(sign == "d" for sign in re.findall(r"(.)\*", bare))
        assert "*" not in bare or dates.LOCALES[locale]["endings"]


def test_no_date_has_two_full_stops_in_a_row():
    for pair in PAIRS:
        for month in range(1, 13):
            assert ".." not in write(date(2000, month, 6), *pair)


FIELDS = [["y", "yy"], ["M", "MM", "MMM", "MMMM"], ["d", "dd", "d*"]]
SIGNS = [
    "",
    " ",
    "/",
    "'de'",
    "'d''a'",
    "''",
    "年",
    "EEE",
    "D",
    "'",
    "*",
    "1",
    "(",
    "{",
    "\u200b",
    "é",
]


@given(
    st.tuples(*map(st.sampled_from, FIELDS)).flatmap(st.permutations),
    st.lists(st.sampled_from(SIGNS), min_size=4, max_size=4),
    st.sampled_from(["de", "zh", "vi", "fa", "ca"]),
)
@settings(max_examples=200)
def test_a_format_that_the_loader_takes_is_read_as_it_is_written(fields, signs, locale):
    format = "".join(signs[n] + field for n, field in enumerate(fields)) + signs[3]
    if list(datasets._faults_of_format(format, {"other": "."})):
        return
    entry = {"language": "", "formats": [format], "endings": {"other": "."}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(dates.LOCALES, locale, entry)
        dates.format_parts.cache_clear()
        date_readings._shapes.cache_clear()
        text = write(DAY, locale, format)
        readers = date_readings._readers([(locale, format)])[date_readings.shape_of(text)]
    dates.format_parts.cache_clear()
    date_readings._shapes.cache_clear()
    digits = re.findall("[0-9]", text)
    assert DAY in [date_readings._day(digits, *reader) for reader in readers]
    assert clean(text) == text


# --- writing ---------------------------------------------------------------------------------


def test_two_quotes_are_one_within_quotes_too():
    parts = dates.compile_format("es", "d 'd''abril' ''yy")
    assert [texts[0] for letter, texts in parts if not letter] == [" ", "d'abril", " ", "'"]
    assert format_date(DAY, "d 'd''abril' ''yy", "es") == "1 d'abril '98"


def ending(locale, day):
    """Return the ending of an ordinal number by rules; the data has a list."""
    if locale.startswith("en"):
        teen = 11 <= day <= 13
        return "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    if locale == "sv":
        return ":a" if day % 10 in (1, 2) and day not in (11, 12) else ":e"
    always = {"nl": "e", "de": "."}
    first = {"fr": "er", "el": "η"}
    return always.get(locale) or (first.get(locale, "º") if day == 1 else "")


def by_babel(day, locale, format):
    text = format_date(day, format, locale).replace("*", ending(locale, day.day))
    return unicodedata.normalize("NFC", text.replace("\u202f", " ").replace("\xa0", " "))


def test_write_is_what_babel_writes():
    some = [DAYS[0], DAYS[-1], *(date(2023, 12, 1) + timedelta(n) for n in range(0, 400, 3))]
    for locale, format in PAIRS:
        for day in some:
            if can_mean(format, day):
                assert write(day, locale, format) == by_babel(day, locale, format)


@pytest.mark.parametrize(
    ("locale", "format", "text"),
    [
        ("en_US", "MMMM d*, y", "May 1st, 1998"),
        ("de", "dd* MMMM y", "01. Mai 1998"),
        ("fr", "'le' d* MMMM y", "le 1er mai 1998"),
        ("es", "d* 'de' MMMM 'de' y", "1º de mayo de 1998"),
        ("nl", "'de' d* MMMM y", "de 1e mei 1998"),
        ("sv", "'den' d* MMMM y", "den 1:a maj 1998"),
        ("pl", "d MMMM y 'r.'", "1 maja 1998 r."),
        ("ru", "«dd» MMMM y 'г.'", "«01» мая 1998 г."),
        ("el", "d* MMMM y", "1η Μαΐου 1998"),
        ("vi", "EEEE, 'ngày' d MMMM 'năm' y", "Thứ Sáu, ngày 1 tháng 5 năm 1998"),
        ("zh", "y年M月d日EEEE", "1998年5月1日星期五"),
        ("ja", "y年M月d日(EEE)", "1998年5月1日(金)"),
        ("ko", "y년 M월 d일 EEEE", "1998년 5월 1일 금요일"),
    ],
)
def test_write_by_hand(locale, format, text):
    assert write(DAY, locale, format) == text
    assert readings(text) == {"1998-05-01": 1}


def test_language():
    assert dates.language("el") == "Greek"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: write(date(1949, 12, 31), "nl", "dd-MM-yy"), "1949-12-31: give a day of 1950 to"),
        (lambda: write(date(2050, 1, 1), "nl", "dd-MM-yy"), "to 2049"),
        (lambda: write(date(2100, 1, 1), "nl", "d-M-y"), "'d-M-y' cannot mean 2100-01-01.* 2099"),
        (lambda: write(DAY, "en", "d MMMM y"), "no locale 'en'. Choose from these: en_US, en_GB"),
        (lambda: write(DAY, "nl", "M/d/y"), "nl has no format 'M/d/y'. Choose .*EEEE d MMMM y; "),
        (lambda: dates.language("xx"), "no locale 'xx'"),
        (lambda: dates.examples(DAYS, [("nl", "M/d/y")], 1, rng()), "nl has no format"),
        (lambda: dates.examples([], PAIRS, 1, rng()), "There is no day"),
        (lambda: dates.examples(DAYS, [], 1, rng()), "There is no day"),
        (lambda: dates.examples(DAYS[:9], PAIRS, 1, rng()), "no format that can mean one"),
        (
            lambda: date_negatives.not_dates(1, rng(), ["short", "long"]),
            "'long'.* incomplete, impossible",
        ),
        (lambda: date_negatives.not_dates(1, rng(), []), "No such kinds"),
    ],
)
def test_bad_input_gets_one_sentence(action, message):
    with pytest.raises(ValueError, match=message) as error:
        action()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("between", "action"),
    [
        (", ", dates.language),
        ("; ", lambda choice: write(DAY, "nl", choice)),
        (", ", lambda choice: date_negatives.not_dates(1, rng(), [choice])),
    ],
)
def test_what_may_be_chosen_is_taken(between, action):
    with pytest.raises(ValueError, match="Choose from these: ") as error:
        action("x")
    choices = str(error.value).partition("these: ")[2].rstrip(".").split(between)
    assert len(choices) > 1 and all(map(action, choices))


# --- cleaning --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("  1 \t mai\n1998 ", "1 mai 1998"),
        ("5\u202f\xa0mai\u30001998", "5 mai 1998"),
        ("２０１８年９月１２日（水）", "2018年9月12日(水)"),
        ("星期三，2018年9月12日", "星期三,2018年9月12日"),
        ("５～６", "5~6"),
        ("1º de mayo", "1º de mayo"),
        ("fe\u0301vrier", "février"),
        ("\ufeff1 mai\u200b 19\xad98\u200e", "1 mai 1998"),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_clean(typed, text):
    assert clean(typed) == text


@pytest.mark.parametrize("typed", [19980509, None, b"1 mai 1998", ["1 mai 1998"], DAY])
def test_what_is_no_text_gets_one_sentence(typed):
    with pytest.raises(ValueError, match='is not text: put it in quotes, such as "9 May 1998"'):
        clean(typed)


@given(st.text())
def test_clean_twice_is_clean_once(text):
    assert clean(clean(text)) == clean(text)


# --- examples --------------------------------------------------------------------------------


def test_examples():
    found = dates.examples(DAYS, PAIRS, 20_000, rng())
    assert found == dates.examples(DAYS, PAIRS, 20_000, rng())
    assert found[:100] != dates.examples(DAYS, PAIRS, 100, rng(1))
    assert {example[2:] for example in found} == set(PAIRS)
    lower = 0
    for text, iso, locale, format in found:
        day = date.fromisoformat(iso)
        assert can_mean(format, day)
        written = write(day, locale, format)
        assert text in (written, written.lower())
        assert text == clean(text)
        lower += text != written
    cased = sum(write(date.fromisoformat(e.iso), *e[2:]).lower() != e.text for e in found) + lower
    assert lower / cased == pytest.approx(dates.LOWER, abs=0.02)


def test_pairs_and_days_are_uniform():
    some = DAYS[:5] + [date(2000, 1, n) for n in range(1, 6)]
    pairs = [("nl", "dd-MM-y"), ("nl", "dd-MM-yy")]
    found = Counter(example[1:] for example in dates.examples(some, pairs, 15_000, rng()))
    expected = {(day.isoformat(), *pairs[0]): 0.05 for day in some}
    expected |= {(day.isoformat(), *pairs[1]): 0.1 for day in some[5:]}
    assert {key: n / 15_000 for key, n in found.items()} == pytest.approx(expected, abs=0.008)


def test_no_examples():
    assert dates.examples(DAYS, PAIRS, 0, rng()) == []


# --- held-out formats ------------------------------------------------------------------------


def names_and_words(format):
    tokens = re.findall(r"'[^']+'|M+|E+|\*|[^\x00-\x7f]", format)
    return {token for token in tokens if token not in ("M", "MM")}


def order(format):
    """Return the fields and signs of a format, with "_" for each unit such as 年."""
    marked = re.sub(r"[^\x00-\x7f]", "_", re.sub(r"'[^']*'|\*", "", format))
    return marked.split()


@pytest.mark.parametrize("seed", range(5))
def test_split_pairs(seed):
    seen, unseen = dates.split_pairs(seed)
    assert (seen, unseen) == dates.split_pairs(seed)
    assert seen == [pair for pair in PAIRS if pair not in unseen]
    assert unseen == [pair for pair in PAIRS if pair not in seen]
    assert max(Counter(locale for locale, _ in unseen).values()) == 2
    assert 24 <= len(unseen) <= 36
    for locale, format in unseen:
        assert "MMM" in format or re.match("y(?!y)", format)
        kept = [names_and_words(other) for code, other in seen if code == locale]
        assert all(sum(part in parts for parts in kept) >= 2 for part in names_and_words(format))
        alike = {code for code, other in seen if order(other) == order(format)}
        assert len(alike - {locale}) >= 2


def test_splits_differ():
    assert dates.split_pairs(0)[1] != dates.split_pairs(1)[1]


def test_held_out_texts_are_new():
    seen, unseen = dates.split_pairs(0)
    found = dates.examples(DAYS, unseen, 2000, rng())
    assert np.mean([readings(example.text, seen) == {} for example in found]) > 0.85
    assert all(readings(example.text, unseen) for example in found)


# --- the card --------------------------------------------------------------------------------


def test_the_card_has_the_figures():
    n_two = sum(bool(TWO_DIGITS.search(format)) for _, format in PAIRS)
    window = sum(day.year in dates.WINDOW for day in DAYS)
    body = FILE.read_bytes()
    counts = [len(entry["formats"]) for entry in dates.LOCALES.values()]
    formats = [format for _, format in PAIRS]
    for figure in (
        f"{len(dates.LOCALES)} locales, {len(PAIRS)} formats, {min(counts)} to {max(counts)} each",
        f"{len(body):,} bytes, sha256 `{hashlib.sha256(body).hexdigest()}`",
        f"{len(DAYS):,} days, from {dates.FIRST} to {dates.LAST}",
        f"{n_two} formats have two digits for the year, and mean {dates.WINDOW[0]} to "
        f"{dates.WINDOW[-1]}",
        f"{(len(PAIRS) - n_two) * len(DAYS) + n_two * window:,} ways to write a day",
        f"{formats.count('d/M/y')} locales have d/M/y, and {formats.count('dd/MM/y')} have dd/MM/y",
        f"the {len(date_readings.ambiguous_pairs())} formats that may be read in two ways",
        f"at most {_longest()} characters",
        f"right for {date_readings.ceiling():.4f} of the texts",
    ):
        assert figure in CARD, figure


def test_the_card_lists_the_locales():
    rows = ", ".join(
        f"`{code}` {entry['language']} {len(entry['formats'])}"
        for code, entry in dates.LOCALES.items()
    )
    assert f"Formats by locale: {rows}." in CARD


def test_the_samples_of_the_card_are_dates():
    samples = re.findall(r"\| `([^`|]+)` \| (\d{4}-\d\d-\d\d) \|", CARD)
    assert len(samples) >= 8
    for text, iso in samples:
        assert readings(text) == {iso: 1}, text
