"""The glossary: complete rows, in order, of terms that the notebooks use."""

import re

import nbformat

from utils.course.exercises import NOTEBOOKS, worked_notebooks

TEXT = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines()[8:]]


def test_every_term_has_its_sentence_and_three_languages():
    for term, sentence, *others in ROWS:
        assert len(others) == 3 and all(others), term
        assert re.fullmatch(r"[A-Z*][^.]+\.", sentence.replace("1.44", "")), sentence
    terms = [row[0].lower() for row in ROWS]
    assert terms == sorted(set(terms))


def test_every_term_is_used():
    notebooks = [nbformat.read(path, as_version=4) for path in worked_notebooks()]
    prose = " ".join(cell.source for book in notebooks for cell in book.cells).lower()
    prose = re.sub(r"[\s-]+", " ", prose)
    terms = [re.sub(r" \(.*\)", "", row[0]) for row in ROWS]
    assert not [term for term in terms if term.lower().replace("-", " ") not in prose]


def test_the_map_leads_to_it():
    index = nbformat.read(NOTEBOOKS / "index.ipynb", as_version=4)
    assert "](glossary.md)" in "".join(cell.source for cell in index.cells)
