"""Sentences, words, and words as text again, in several scripts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.language.sentences import sentences_of, text_of, words_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Cats sleep. Dogs bark! Why? 12 of them.", 4),
        ("He met Dr. Smith of St. Louis at 4.30 p.m. on Jan. 3 in the U.S. Senate.", 1),
        ("J. K. Rowling wrote it.", 1),
        ('"Why?" he said. "Because." She left.', 3),
        ("It was I. You knew.", 2),
        ("It costs 3.5 million, e.g. in Paris.", 1),
        ("Élodie vient. Été comme hiver !", 2),
        ("Это дом. Он стар.", 2),
        ("今天天气很好。我们去公园吧！好", 3),
        ("彼は「はい。」と言った。そして帰った。", 2),
        ("오늘 날씨가 좋다. 집에 가자.", 2),
        ("यह घर है। वह पुराना है।", 2),
        ("no capital. here", 1),
        ("One line\nand the next.", 1),
        ("", 0),
        (" \n ", 0),
    ],
)
def test_how_many_sentences(text, wanted):
    found = sentences_of(text)
    assert len(found) == wanted
    assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Cats average 15 hours of sleep a day.", "cats average 15 hours of sleep a day ."),
        ("The cat's milk, isn’t it?", "the cat 's milk , isn't it ?"),
        ("A well-known 10th-century book", "a well-known 10th-century book"),
        ("$1,000.50 at 4:00pm", "$ 1,000.50 at 4:00 pm"),
        ("the U.S. and so on...", "the u.s. and so on ..."),
        ("“Yes” — he said", '" yes " — he said'),
        ("the 'so-called' dogs' bones", "the ' so-called ' dogs ' bones"),
        ("l'été d’été", "l'été d'été"),
        ("Straße", "straße"),
        ("हिन्दी में", "हिन्दी में"),  # vowel signs belong to the letter before
        ("می‌خواهم", "می‌خواهم"),  # so does the joiner of Persian
        ("我爱AI技术", "我 爱 ai 技 术"),
        ("彼はテレビを見た", "彼 は テ レ ビ を 見 た"),
        ("오늘 날씨가", "오늘 날씨가"),
        ("a_b", "a _ b"),
        ("", ""),
    ],
)
def test_words(text, wanted):
    assert words_of(text) == wanted.split()


@given(st.text())
def test_nothing_but_space_is_lost(text):
    straight = text.translate(str.maketrans("‘’“”", "''\"\"")).lower()
    assert "".join(words_of(text)) == "".join(straight.split())


@given(st.text())
def test_words_are_found_again_in_what_they_are_written_as(text):
    words = words_of(text)
    assert "".join(text_of(words).split()) == "".join(words)


def test_as_a_text_to_read():
    text = "he said: \"the cat's milk (3%) is $1.50, isn't it?\""
    assert text_of(words_of(text)) == text
    assert text_of(words_of("我爱你。")) == "我爱你。"
    assert text_of([]) == ""


@pytest.mark.parametrize(
    "text", ["a-" * 50_000, "'" * 50_000, "a." * 50_000, "A. " * 30_000, "é" * 90_000]
)
def test_no_text_takes_long(text):
    began = time.process_time()
    words_of(text)
    sentences_of(text)
    assert time.process_time() - began < 3
