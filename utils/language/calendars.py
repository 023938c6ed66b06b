"""Dates as people type them, in other digits, numerals and calendars, made what a model is given.

Read are the digits of all scripts, Chinese numerals (二〇一八年, 二十日), and the years of Japanese
eras (令和6年, H30.5.1) and of the Republic of China (民國113年). A date of a calendar with other
months is named and not read, since its day has to be looked up.
"""

import re
import unicodedata
from datetime import date
from typing import NamedTuple

from utils.characters import code
from utils.language.dates import FIRST, LAST, clean


class Era(NamedTuple):
    """An era: its name, how people write it (a pattern), and its first and last day."""

    name: str
    written: str
    first: date
    last: date


class Calendar(NamedTuple):
    """A calendar that is not read: its name, signs of it (a pattern), and its years for ours."""

    name: str
    signs: str
    years: range


ERAS = (
    Era("Meiji", "明治?|Meiji", date(1868, 1, 25), date(1912, 7, 29)),
    Era("Taishō", "大正?|Taish[oō]", date(1912, 7, 30), date(1926, 12, 24)),
    Era("Shōwa", "昭和?|Sh[oō]wa", date(1926, 12, 25), date(1989, 1, 7)),
    Era("Heisei", "平成?|Heisei", date(1989, 1, 8), date(2019, 4, 30)),
    Era("Reiwa", "令和?|Reiwa", date(2019, 5, 1), LAST),
    Era("Minguo", "(?:中[華华])?民[國国]|Minguo|R\\.?O\\.?C\\.?", date(1912, 1, 1), LAST),
)
CALENDARS = (
    Calendar(
        "Hebrew",
        r"תשרי|חשו?ון|כסלו|טבת|שבט|אדר|ניסן|אייר|סיוו?ן|תמוז|אלול|תש[א-ת]?[״\"]"
        r"|\b(?:Tishr(?:ei|i)|C?heshvan|Kislev|Tevet|Sh[e']?vat|Iyy?ar|Sivan|Tamm?uz|Elul)\b",
        range(5660, 5861),
    ),
    Calendar(
        "Islamic",
        r"هـ|\d\s?ه(?!\w)|هجري|محرم|ربيع|جماد[ىي]|رجب|شعبان|رمضان|شوال|ذو القعدة|ذو الحجة"
        r"|\d\s?A\.?H\b|\bAH\s?\d"
        r"|\b(?:Muharram|Rabi|Jumada|Rajab|Sha'?ban|Ramadh?an|Shawwal|Dhu al)\b",
        range(1317, 1524),
    ),
    Calendar(
        "Persian",
        r"فروردین|اردیبهشت|خرداد|مرداد|شهریور|آبان|بهمن|اسفند"
        r"|\b(?:Farvardin|Ordibehesht|Khordad|Mordad|Shahrivar|Bahman|Esfand)\b",
        range(1278, 1479),
    ),
    Calendar(
        "Buddhist",
        r"พ\.?\s?ศ\.?|พุทธศักราช|佛[历曆暦]|仏暦|\d\s?B\.?E\b|\bB\.?E\.?\s?\d",
        range(2443, 2643),
    ),
    Calendar(
        "Chinese lunar",
        "[農农阴陰旧舊][历曆暦]|[腊臘]月|初[一二三四五六七八九十]|음력|[âÂ]m lịch",
        range(0),
    ),
    Calendar("Korean (Dangun)", "단기|檀[紀纪]", range(4233, 4433)),
    Calendar("Juche", "주체|主[體体]", range(0)),
    Calendar(
        "Bengali",
        "বঙ্গাব্দ|বৈশাখ|জ্যৈষ্ঠ|আষা|শ্রাবণ|ভাদ্র|আশ্বিন|কার্তিক|অগ্রহা|পৌষ|মাঘ|ফাল্গুন|চৈত্র",
        range(0),
    ),
    Calendar("Vikram Samvat", r"वि\.?\s?सं|विक्रम", range(0)),
    Calendar(
        "French Republican",
        "(?i:vend[ée]miaire|brumaire|frimaire|niv[ôo]se|pluvi[ôo]se|vent[ôo]se|germinal|flor[ée]al"
        "|prairial|messidor|thermidor|fructidor)",
        range(0),
    ),
    Calendar("Ethiopian", "መስከረም|ጥቅምት|ኅዳር|ታኅሣሥ|የካቲት|መጋቢት|ሚያዝያ|ግንቦት|ነሐሴ", range(0)),
)
SAME_MONTHS = {"Buddhist": 543, "Korean (Dangun)": 2333}  # years before ours, the day is the same

ERA = re.compile(
    rf"(?<![A-Za-z\d])(?:(?P<name>{'|'.join(era.written for era in ERAS)})\s?|(?P<letter>[MTSHR]))"
    r"(?P<year>元|\d{1,3})(?!\d)(?(letter)(?=年|[./-]\d{1,2}[./-]\d{1,2}(?!\d)))"
)
DAY = re.compile(r"(\d{4})\s?[年./-]\s?(\d{1,2})\s?[月./-]\s?(\d{1,2})")
COMMON_ERA = re.compile(r"(?<!\d)(?:公元|西元|西[暦曆历]|서기)\s*(?=\d)")
UNSEEN = re.compile("[\u200c\u200d\ufe00-\ufe0f\u20e3]")  # joiners, emoji made of digits
SQUARED = re.compile("[\u2f00-\u2fd5\u3220-\u33ff]+")  # ㍻, ㋀, ㏠, ㈪, and what PDF makes of 日

DIGIT = "[〇零○◯一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖]"
CHINESE = re.compile(
    f"(?<!星期)(?<!礼拜)(?<!禮拜)(?<![周週\\d])(?<!{DIGIT})(?<![十拾百佰千仟廿卅])(?:{DIGIT}+|"
    f"(?:{DIGIT}?[千仟][零〇]?)?(?:{DIGIT}?[百佰][零〇]?)?(?:{DIGIT}?[十拾]|[廿卅])?{DIGIT}?)"
    r"(?=\s?[年月日号號])"
)
"""A Chinese numeral before the word for year, month or day, and not in the name of a weekday."""


def gregorian(text: str) -> str:
    """Return a date that somebody typed as a model is given it: in digits, years of our calendar.

    It is cleaned (see `dates.clean`). A text that is no date comes back, too.

    Raises:
        ValueError: it is not text, has a character that cannot be shown, lies outside of its era,
            or is a date of another calendar; the message is a sentence for who typed it.
    """
    text = UNSEEN.sub("", clean(text))
    text = clean(SQUARED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text))
    for character in text:
        if not character.isprintable():
            raise ValueError(f"The character {code(character)} cannot be read: delete it.")
    persian = re.search("[۰-۹]", text)
    text = re.sub(r"\d", lambda found: str(unicodedata.decimal(found[0])), text)
    text = CHINESE.sub(lambda found: found[0] and _number(found[0]), text)
    text = COMMON_ERA.sub("", ERA.sub(_year_of_era, text))
    if three := re.search(r"(?<!\d)\d{3}年", text):
        advice = f"write a year of {FIRST.year} to {LAST.year}"
        if int(three[0][:-1]) <= LAST.year - 1911:
            advice = f"write 民國{three[0]} for a year of the Republic of China, else {advice[6:]}"
        raise ValueError(f"{three[0]} has three digits: {advice}.")
    _refuse_other_calendars(text, bool(persian))
    return text


def _number(numeral: str) -> str:
    total = digit = 0
    for character in numeral:
        value = int(unicodedata.numeric(character, 0))  # of a circle, which stands for zero: 0
        if value in (10, 100, 1000):
            total, digit = total + max(digit, 1) * value, 0
        elif value > 10:
            total += value
        else:
            digit = 10 * digit + value
    return str(total + digit)


def _year_of_era(found: re.Match) -> str:
    written = found["letter"] or found["name"].strip()
    era = next(era for era in ERAS if re.fullmatch(f"{era.written}|{era.name[0]}", written))
    n = 1 if found["year"] == "元" else int(found["year"])
    year = era.first.year - 1 + n
    if not FIRST.year <= year <= LAST.year:
        raise ValueError(f"{found[0]} is {year}: give a date of {FIRST.year} to {LAST.year}.")
    numbers = DAY.match(f"{year}{found.string[found.end() : found.end() + 12]}")
    try:
        day = date(*map(int, numbers.groups())) if numbers else None
    except ValueError:
        day = None  # 31 February: the model has to say so
    if not (era.first <= day <= era.last if day else n > 0 and year <= era.last.year):
        lasted = f"began on {era.first}" + f" and ended on {era.last}" * (era.last < LAST)
        raise ValueError(f"{found[0]} cannot be: the era {era.name} {lasted}.")
    return str(year)


def _refuse_other_calendars(text: str, persian: bool) -> None:
    numbers = re.findall(r"\d+", text)
    years = [int(number) for number in numbers if len(number) == 4]
    found = [calendar for calendar in CALENDARS if re.search(calendar.signs, text)][:1]
    verb, unnamed = ("is", ", without the calendar's name") if found else ("may be", "")
    is_like_a_date = len(numbers) in (2, 3) and all(len(number) in (1, 2, 4) for number in numbers)
    ours = any(FIRST.year <= year <= LAST.year for year in years)
    if not found and is_like_a_date and not ours:
        found = [calendar for calendar in CALENDARS if {*years} & {*calendar.years}]
        if persian and not years:
            found = [calendar for calendar in CALENDARS if calendar.name == "Persian"]
    if not found:
        return
    advice = f"type its day in the Gregorian calendar, of {FIRST.year} to {LAST.year}"
    for year in years:
        if year in found[0].years and found[0].name in SAME_MONTHS:
            advice = f"write {year - SAME_MONTHS[found[0].name]} for {year}{unnamed}"
    names = " or ".join(calendar.name for calendar in found)
    raise ValueError(f"This {verb} a date of the {names} calendar: {advice}.")
