"""Prose out of the markup of Wikipedia, on small pages of our own."""

import time

import pytest

from utils.language.wiki_markup import HOLE, paragraphs

PAGE = """{{Infobox animal
| name = Cat {{small|(tame)}}
}}
[[File:Cat.jpg|thumb|A [[cat]] sleeps. It dreams.]]
'''Cats''' are ''small'' [[carnivore|meat eaters]].<ref name="a">Who says so. {{cite|x}}</ref> They
sleep {{convert|15|hours}} a day.<ref name="b" /> <!-- no -->

== Food ==
They eat [[fish]], says [https://example.org a study].{{citation needed|date=May 2015}} The word is
* a list. It is no prose.
{| class="wikitable"
|-
| A cell. || Another.
|}
The curve is <math>x^2</math> here. All is well &amp; good.
[[Category:Cats]]
[[de:Katze]]
"""


def test_a_page():
    assert paragraphs(PAGE) == [
        "sleep 15 hours a day.",
        f"The curve is {HOLE} here. All is well & good.",
    ]
    joined = PAGE.replace("They\nsleep", "They sleep")
    assert paragraphs(joined)[0] == "Cats are small meat eaters. They sleep 15 hours a day."


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("A {{lang|fr|chat}} sat.", "A chat sat."),
        ("A {{lang-de|Katze}} sat.", "A Katze sat."),
        ("It is {{convert|5|to|8|km|mi}} long.", "It is 5 to 8 km long."),
        ("It is {{unknown|5}} long.", f"It is {HOLE} long."),
        ("So it is{{sfn|Who|1999|p=3}}.", "So it is."),
        ("A {{a|{{nowrap|b}}}} c.", f"A {HOLE} c."),
        ("The [[a (b)|a]]-like [[c]]s.", "The a-like cs."),
        ("The ({{IPAc-en|a}}) cat.", "The cat."),
        ("H<sub>2</sub>O is<br/> wet.", "H2O is wet."),
        ("Is 2 < 3 so?", "Is 2 < 3 so?"),
        ("“Yes” &mdash; it’s&nbsp;so.", '"Yes" — it\'s so.'),
        ("A.<ref>B</ref> C.<ref name=x/> D.<ref>E</ref>", "A. C. D."),
        ("See [http://example.org].", "See."),
    ],
)
def test_a_line(markup, wanted):
    assert paragraphs(markup) == [wanted]


@pytest.mark.parametrize(
    "markup",
    ["", "* A list.", "== A heading. ==", "| A cell.", "A caption", "[[File:a.png|A. B.]]"],
)
def test_no_prose(markup):
    assert paragraphs(markup) == []


@pytest.mark.parametrize("markup", ["{{" * 20_000, "[[" * 20_000, "<ref>" * 3_000, "{|" * 20_000])
def test_what_is_never_closed_takes_no_longer(markup):
    began = time.process_time()
    paragraphs(markup)
    assert time.process_time() - began < 5
