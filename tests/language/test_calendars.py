"""utils.language.calendars: what people type is read as what it is, or named as what it is."""

import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.test_dates import DAYS, PAIRS, rng
from utils.language import dates
from utils.language.calendars import CALENDARS, ERAS, gregorian
from utils.language.date_readings import readings

READ = {
    "2018-09-12": [
        "二〇一八年九月十二日", "二○一八年九月十二日", "二◯一八年九月十二日",
        "二零一八年九月十二号",
        "贰零壹捌年零玖月壹拾贰日", "二千零一十八年九月十二日", "二千十八年九月十二日",
        "2018年九月12日", "二〇一八年9月十二日", "二〇一八年九月十二日星期三",
        "星期三，二〇一八年九月十二日", "二〇一八 年 九 月 十二 日", "一八年九月十二日",
        "２０１８年９月１２日（水）",
        "平成30年9月12日", "平成三十年九月十二日", "平成三十年九月十二日（水）",
        "平成 30 年 9 月 12 日", "㍻30年9月12日",
        "平30年9月12日", "H30.9.12", "H30/9/12", "H30-09-12", "H30年9月12日", "Ｈ３０．９．１２",
        "民國107年9月12日", "民国107年9月12日", "中華民國一百零七年九月十二日", "民國107/9/12",
        "ROC 107-09-12",
        "公元2018年9月12日", "西元2018年9月12日", "西暦2018年9月12日", "서기 2018년 9월 12일",
        "2018年㋈㏫", "2018年9⽉12⽇", "2018年9月12日㈬", "12 September, Heisei 30",
        "September 12, Heisei 30",
        "٢٠١٨-٠٩-١٢", "۲۰۱۸-۰۹-۱۲", "२०१८-०९-१२", "২০১৮-০৯-১২", "๒๐๑๘-๐๙-๑๒", "𝟐𝟎𝟏𝟖-𝟎𝟗-𝟏𝟐",
        "2️⃣018-09-12",
    ],
    "2024-05-20": [
        "令和6年5月20日", "令和六年五月二十日", "令和6年五月廿日", "R6.5.20", "㋿6年5月20日",
        "令6.5.20",
        "民國一百一十三年五月二十日", "二千二十四年五月廿日", "二零二四年五月贰拾日",
        "Minguo 113/5/20",
    ],
    "1989-01-07": [
        "昭和64年1月7日", "S64.1.7", "昭和六十四年一月七日（土）", "昭64.1.7",
        "一九八九年一月七日",
    ],
    "2019-05-01": ["令和元年5月1日", "令和1年5月1日", "令和元年五月一日", "R1.5.1"],
    "2019-04-30": ["平成31年4月30日", "平成三十一年四月三十日"],
    "1926-12-24": ["大正15年12月24日", "T15.12.24"],
    "1900-01-31": ["明治33年1月31日", "M33.1.31", "一九〇〇年一月三十一日"],
    "1912-01-01": ["民國元年1月1日", "中華民國元年一月一日"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "iso"), [(text, iso) for iso, texts in READ.items() for text in texts]
)
def test_read(text, iso):
    found = gregorian(text)
    if "Heisei" in text:
        assert found == text.replace("Heisei 30", "2018")
    else:
        assert readings(found) == {iso: 1}, found


NAMED = {
    "is a date of the Hebrew calendar: type its day in the Gregorian": [
        "כ״ט בתשרי תשפ״ד", "29 Tishrei 5784", "1 Kislev 5785", "ט״ו בשבט", "15 Shevat",
    ],
    "may be a date of the Hebrew calendar": ["5784-01-29", "5 Nisan 5784"],
    "is a date of the Islamic calendar: type its day in the Gregorian": [
        "1 رمضان 1445 هـ", "١ رمضان ١٤٤٥", "1 Ramadan 1445", "1445/09/01 AH", "10 Muharram 1446",
    ],
    "is a date of the Persian calendar: type": [
        "۱ فروردین ۱۴۰۳", "12 Farvardin 1403", "۲۹ اسفند", "۱۳ آبان ۱۳۵۷",
    ],
    "may be a date of the Islamic or Persian calendar": [
        "۱۴۰۲/۰۵/۰۱", "1402-05-01", "٠١/٠٥/١٤٤٥",
    ],
    "may be a date of the Persian calendar": ["۱۲/۵/۹۸"],
    "is a date of the Buddhist calendar: write 2024 for 2567": [
        "12 ม.ค. พ.ศ. 2567", "佛曆2567年1月12日", "1 January 2567 BE", "๑๒ มกราคม พ.ศ. ๒๕๖๗",
    ],
    "may be a date of the Buddhist calendar: write 2024 for 2567": [
        "12 มกราคม 2567", "12/01/2567", "๑๒/๐๑/๒๕๖๗", "1 January 2567",
    ],
    "is a date of the Chinese lunar calendar": [
        "农历五月初五", "農曆甲辰年五月初五", "正月初一", "旧暦8月15日", "음력 8월 15일",
        "15/8 âm lịch",
    ],
    r"is a date of the Korean \(Dangun\) calendar: write 2024 for 4357": ["단기 4357년 5월 20일"],
    "is a date of the Juche calendar": ["주체113년 5월 20일"],
    "is a date of the Bengali calendar": ["২৫ বৈশাখ ১৪৩১"],
    "is a date of the Vikram Samvat calendar": ["वि.सं. २०८१-०१-१५"],
    "is a date of the French Republican calendar": ["12 Vendémiaire an III", "9 thermidor an II"],
    "is a date of the Ethiopian calendar": ["መስከረም 1 2017"],
    "平成31 cannot be: the era Heisei began on 1989-01-08 and ended on 2019-04-30": [
        "平成31年5月1日", "平成三十一年五月一日",
    ],
    "令和元 cannot be: the era Reiwa began on 2019-05-01": ["令和元年4月30日"],
    "昭和99 cannot be: the era Shōwa began": ["昭和99年1月1日"],
    "S64 cannot be": ["S64.1.8"],
    "明治10 is 1877: give a date of 1900 to 2099": ["明治10年1月1日"],
    "令和99 is 2117: give a date of 1900 to 2099": ["令和99年1月1日"],
    "999年 has three digits: write a year of 1900 to 2099": ["999年1月1日"],
    "113年 has three digits: write 民國113年": ["113年5月20日", "一百一十三年五月二十日"],
    r"The character U\+0008 cannot be read": ["9 \x08May 1998"],
    r"The character U\+D800 cannot be read": ["9 May 1998\ud800"],
    r"The character U\+E000 cannot be read": ["9 May \ue000 1998"],
    "is not text: put it in quotes": [
        19980509, 19980509.0, None, True, date(1998, 5, 9), b"9 May 1998", ["9 May 1998"],
        range(9**9),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"), [(text, message) for message, texts in NAMED.items() for text in texts]
)
def test_named(text, message):
    with pytest.raises(ValueError, match=message) as caught:
        gregorian(text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 150


ADVICE = {  # a pattern of what is said: what is done to the text, given the match
    r"write (\d+) for (\d+)(, without the calendar's name)?\.": lambda text, m: re.sub(
        r"\d+", lambda n: m[1] if int(n[0]) == int(m[2]) else str(int(n[0])),
        re.sub("|".join(c.signs for c in CALENDARS), lambda sign: re.sub(r"\D", "", sign[0]), text)
        if m[3] else text,
    ),
    r"write (民國\d+年) for a year": lambda text, m: re.sub(".*?年", m[1], text),
    r"write a year of (\d+)": lambda text, m: re.sub(".*?年", f"{m[1]}年", text),
    "type its day in the Gregorian calendar, of 1900 to": lambda text, m: "2024-05-20",
    "give a date of 1900 to 2099": lambda text, m: re.sub(r"\D+\d+年", "1998年", text),
    r"the era \S+ began on ([\d-]+)": lambda text, m: m[1],
    r"The character U.([0-9A-F]+) .*: delete it": lambda text, m: text.replace(
        chr(int(m[1], 16)), ""
    ),
    'put it in quotes, such as "(.*)"': lambda text, m: m[1],
}  # fmt: skip


@pytest.mark.parametrize("text", [text for texts in NAMED.values() for text in texts])
def test_each_advice_helps(text):
    with pytest.raises(ValueError) as caught:
        gregorian(text)
    found = [(re.search(said, str(caught.value)), follow) for said, follow in ADVICE.items()]
    [(match, follow)] = [pair for pair in found if pair[0]]
    assert re.search(r"19\d\d|20\d\d", gregorian(follow(text, match)))


def test_the_advice_helps():
    assert readings(gregorian("단기 4357년 5월 20일".replace("단기 4357", "2024"))) == {
        "2024-05-20": 1
    }
    assert readings(gregorian("12/01/2567".replace("2567", "2024"))) == readings("12/01/2024")
    assert readings(gregorian("民國113年5月20日")) == {"2024-05-20": 1}
    assert readings(gregorian("19980509")) == {"1998-05-09": 1}
    assert readings(gregorian("令和元年5月1日")) == {"2019-05-01": 1}


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u200d", "\u200e", "\u202c", "\u2060", "\xad", "\ufeff", "ㅤ"]
)
def test_what_nobody_sees_changes_no_date(unseen):
    for text in ("9 May 1998", "5 mai 1998", "2018年9月12日", "9 мая 1998 г."):
        for at in range(len(text) + 1):
            assert gregorian(text[:at] + unseen + text[at:]) == text


@pytest.mark.parametrize(
    "text",
    [
        "5 Nisan 1998", "9 Temmuz 1998", "12 Jan 2101", "4.7.1776", "1430", "99999", "banana", "",
        "31 February", "(802) 865-5858", "+49 030 1234567", "12:34", "S 5/5/98", "T1.5.1998",
        "9 במאי 1998", "12.V.1998", "9 May 1998 AD", "Thứ Sáu, ngày 1 tháng 5 năm 1998", "十二十日",
        "周三", "星期三", "2018九月5日", "5令和6年", "5公元2018年", "9" * 300, "May 1402",
    ],
)  # fmt: skip
def test_the_rest_is_left_to_the_model(text):
    assert gregorian(text) == text


def test_arabic_and_hindi_months_stay_for_the_model_to_refuse():
    assert gregorian("٩ مايو ١٩٩٨") == "9 مايو 1998"
    assert gregorian("९ मई १९९८") == "9 मई 1998"


def test_no_date_of_the_languages_changes():
    for example in dates.examples(DAYS, PAIRS, 4000, rng(5)):
        assert gregorian(example.text) == example.text


def test_every_day_of_the_eras():
    """Python's calendar is the other implementation: one day, written in its era and in ours."""
    signs = dict(zip(("明治", "大正", "昭和", "平成", "令和", "民國"), ERAS, strict=True))
    for day in np.random.default_rng(1).choice(DAYS, size=400):
        for sign, era in signs.items():
            rest = f"年{day.month}月{day.day}日"
            text = f"{sign}{day.year - era.first.year + 1}{rest}"
            if era.first <= day <= era.last:
                assert gregorian(text) == f"{day.year}{rest}"
            elif day.year >= era.first.year:
                with pytest.raises(ValueError, match="cannot be: the era"):
                    gregorian(text)


TENS = ["", "十", "二十", "三十", "四十", "五十", "六十", "七十", "八十", "九十"]
ONES = ["", *"一二三四五六七八九"]


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(1, 31))
def test_chinese_numerals(year, month, day):
    def number(n):
        return TENS[n // 10] + ONES[n % 10]

    digits = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    try:
        found = gregorian(f"{digits}年{number(month)}月{number(day)}日")
    except ValueError:
        assert not 1900 <= year <= 2099 and year > 99
    else:
        assert found == f"{year}年{month}月{day}日"


@given(st.text())
def test_any_text_is_given_back_or_refused_in_a_sentence(text):
    try:
        found = gregorian(text)
    except ValueError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:
        assert found.isprintable() and gregorian(found) == found
