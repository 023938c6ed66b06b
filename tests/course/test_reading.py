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
    assert paper.startswith("2015, Bahdanau, Cho, Bengio: [*Neural machine translation by")
    (paper,) = (line for line in lines if "Learning phrase representations" in line)
    assert "(notebooks/week3/2_trigger_word_detection.ipynb)" in paper
    assert paper.count("](") >= 4  # several notebooks name it, with a longer and a shorter title
    for path in worked_notebooks():
        assert f"[{headline.title(nbformat.read(path, as_version=4))}]" in "".join(lines)


def test_a_subtitle_makes_no_second_paper():
    lines = reading.papers().split("\n\n")[2:]
    (adam,) = (line for line in lines if "*Adam" in line)
    assert adam.count(".ipynb)") == 2 and "a method for stochastic optimization" in adam
    assert len([line for line in lines if "*Placing search" in line]) == 1


def test_each_address_is_of_one_paper_and_the_sources_have_it_too():
    lines = [line.lower() for line in reading.papers().split("\n\n")[2:]]
    for beginning, number in reading.ADDRESSES.items():
        (line,) = (line for line in lines if f"*{beginning}" in line)
        assert f"/{number.lower()})" in line and "](https://" in line, beginning
    text = "Adam (1), *x*\n**Sources.** Kingma, Ba (2015), *Adam: a\nmethod* (b), A (1990), *No*."
    address = "](https://arxiv.org/abs/1412.6980)"
    assert reading.with_links(text) == text.replace(
        "*Adam: a\nmethod*", f"[*Adam: a\nmethod*{address}"
    )


def test_the_map_needs_what_the_notebooks_say_they_need():
    cells = nbformat.read(NOTEBOOKS / "index.ipynb", as_version=4).cells
    text = "\n".join(cell.source for cell in cells)
    rows = re.findall(r"^\| (.*?): \[exercises\].*\| (.*?) \|$", text, flags=re.MULTILINE)
    names = [name for name, _ in rows]
    for path, (_, column) in zip(worked_notebooks(), rows, strict=True):
        found = {
            next(k for k, name in enumerate(names) if name.startswith(said))
            for said in re.findall(r"\*(.*?)\*", column)
        }
        assert {worked_notebooks()[k] for k in found} == set(reading.needs(path)), path.stem
        assert found or "no other notebook" in column


def test_the_glossary_says_its_languages():
    text = reading.glossary()
    rows = len((NOTEBOOKS / "glossary.md").read_text(encoding="utf-8").splitlines()[8:])
    for lang in ("zh", "ja", "ko"):
        assert len(re.findall(f'<span lang="{lang}">[^<]+</span>', text)) >= rows
