"""utils.course.reading: what the site says about the notebooks together."""

import re
from itertools import chain

import nbformat

from utils.course import headline, reading
from utils.course.exercises import NOTEBOOKS, worked_notebooks

DATES = NOTEBOOKS / "week3" / "1_date_translation_attention.ipynb"


def test_needs_are_read_from_links_and_titles():
    found = {
        path.stem: [other.stem for other in reading.needs(path)] for path in worked_notebooks()
    }
    first = "1_recurrent_network_step_by_step"
    assert found[first] == []
    assert found["3_jazz_improvisation"] == [first, "2_dinosaurus_island"]  # titles
    assert found["6_named_entities"] == [first, "4_long_memory_gru_lstm"]  # links


def test_the_drawing_names_each_notebook_and_leads_to_it():
    drawn = reading.curriculum()
    for path in worked_notebooks():
        assert path.relative_to(NOTEBOOKS).with_suffix(".html").as_posix() in drawn
    assert drawn.count("<path") == sum(len(reading.needs(path)) for path in worked_notebooks())
    assert "needs A recurrent network, step by step and Dinosaurus Island" in drawn


def test_each_week_has_its_notebooks():
    weeks = reading.weeks()
    assert list(chain(*weeks.values())) == worked_notebooks()
    assert next(iter(weeks)) == "Week 1: recurrent networks"


def test_each_term_has_a_place():
    lines = reading.concepts().split("\n\n")[2:]
    terms = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8").splitlines()[8:]
    assert len(lines) == len(terms)
    assert [line for line in lines if "](" not in line] == []
    (attention,) = (line for line in lines if line.startswith("**attention**"))
    assert "1_date_translation_attention.ipynb#1-a-softmax-over-the-input" in attention


def test_each_paper_is_found_once():
    lines = reading.papers().split("\n\n")[2:]
    assert [line[:4] for line in lines] == sorted(line[:4] for line in lines)
    (paper,) = (line for line in lines if "jointly learning to align" in line)
    assert paper.startswith("2015, Bahdanau, Cho, Bengio: *Neural machine translation by")
    (paper,) = (line for line in lines if "Learning phrase representations" in line)
    assert "(notebooks/week3/2_trigger_word_detection.ipynb)" in paper
    assert paper.count("](") >= 4  # several notebooks name it, with a longer and a shorter title
    for path in worked_notebooks():
        assert f"[{headline.title(nbformat.read(path, as_version=4))}]" in "".join(lines)


def test_the_glossary_says_its_languages():
    text = reading.glossary()
    rows = len((NOTEBOOKS / "glossary.md").read_text(encoding="utf-8").splitlines()[8:])
    for lang in ("zh", "ja", "ko"):
        assert len(re.findall(f'<span lang="{lang}">[^<]+</span>', text)) >= rows
