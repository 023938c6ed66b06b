"""utils.course.hand_ins: what is amiss with hand-ins, and what is had from the worked notebook."""

import json

import nbformat
import pytest

from utils.course import exercises, hand_ins

BODY = "def {0}(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
NAMES = {"week1/1_first.ipynb": ["double", "triple"], "week2/1_second.ipynb": ["half"]}
LOST = "nbgrader's metadata was lost; it is put back for grading: "


def code(*sources):
    return nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, sources)])


def both(name):
    return BODY.format(name), f"{name} = check({name})"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return the folder of hand-ins of a small course."""
    for name, there in NAMES.items():
        path = tmp_path / "notebooks" / name
        path.parent.mkdir(parents=True)
        task = [BODY.format("best"), "best = check.challenge(best)"]
        nbformat.write(code("import math", *[s for n in there for s in both(n)], *task), path)
    links = nbformat.v4.new_markdown_cell(" ".join(f"[{name}]({name})" for name in NAMES))
    index = nbformat.v4.new_notebook(cells=[links])
    nbformat.write(index, tmp_path / "notebooks" / "index.ipynb")
    monkeypatch.setattr(exercises, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(hand_ins, "GRADING", tmp_path / "grading")
    monkeypatch.setattr(hand_ins, "SUBMITTED", tmp_path / "grading" / "submitted")
    monkeypatch.setattr(hand_ins, "ASIDE", tmp_path / "grading" / "set_aside")
    return tmp_path / "grading" / "submitted"


@pytest.fixture
def first(course):
    """Return the first notebook as it is handed out."""
    notebook = nbformat.read(exercises.NOTEBOOKS / "week1" / "1_first.ipynb", as_version=4)
    exercises.mark(notebook)
    return notebook


def repaired(notebook):
    """Return what was amiss, once all marks are sure to be those of the worked notebook."""
    worked = exercises.NOTEBOOKS / "week1" / "1_first.ipynb"
    says = hand_ins.repair(notebook, worked)
    cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    marks = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in cells}
    assert len(marks) == len(cells)
    assert marks.items() <= hand_ins.marks(worked).items()
    for name in ("double", "triple"):
        [check] = [cell for cell in cells if cell.metadata.nbgrader.grade_id == f"check_{name}"]
        assert check.source == f"{name} = check({name})"
        assert check.cell_type == "code"
    nbformat.validate(notebook)
    return says


def test_what_is_as_it_was_handed_out(first):
    first.cells.insert(1, nbformat.v4.new_code_cell("# my own cell"))
    before = json.dumps(first)
    assert repaired(first) == []
    assert json.dumps(first) == before


def test_lost_metadata(first):
    marked = json.dumps(first)
    for cell in first.cells:
        cell.metadata.clear()
    assert repaired(first) == [f"{LOST}double, triple."]
    assert json.dumps(first) == marked
    first.cells[1].metadata.nbgrader = "anything"
    first.cells[4].metadata.nbgrader.grade_id = "check_double"
    assert repaired(first) == [f"{LOST}double, triple."]
    assert json.dumps(first) == marked


def test_points_of_a_learners_own_are_taken_away(first):
    first.cells[0].metadata.nbgrader = first.cells[2].metadata.nbgrader | {"grade_id": "more"}
    for cell in (first.cells[1], first.cells[2]):
        cell.metadata.nbgrader.update(points=100, grade=True)
    repaired(first)
    assert "nbgrader" not in first.cells[0].metadata
    assert sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in first.cells) == 2


def test_doubled_cells(first):
    for place in (1, 3):  # the answer, then the check behind it
        first.cells.insert(place, first.cells[place].copy())
        first.cells[place].metadata = first.cells[place].metadata.copy()
        first.cells[place].id += "-2"
    assert repaired(first) == [
        "double is there 2 times; the last one counts.",
        "The check of double is there 2 times; the last one counts.",
    ]
    assert [first.cells[n].metadata.get("nbgrader") is None for n in (1, 2, 3, 4)] == [1, 0, 1, 0]


def test_an_answer_counts_that_stands_in_front_of_its_check(first):
    first.cells.append(nbformat.v4.new_code_cell("def double(x):\n    return 0"))
    assert repaired(first) == []
    assert first.cells[1].metadata.nbgrader.grade_id == "double"
    del first.cells[1]
    assert repaired(first) == [f"{LOST}double."]
    assert first.cells[-1].metadata.nbgrader.grade_id == "double"


def test_what_is_missing(first):
    minor, first.nbformat_minor = first.nbformat_minor, 4
    for cell in first.cells:
        del cell["id"]
    del first.cells[3:5]
    del first.cells[2]
    assert repaired(first) == [
        "The check of double is missing; it is put back for grading.",
        "triple is missing, so it scores nothing.",
        "The check of triple is missing; it is put back for grading.",
    ]
    assert first.cells[2].source == "double = check(double)"
    assert minor == 5


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_an_edited_check(first, kind):
    first.cells[2].source = "double = check(double)  # works"
    first.cells[2].cell_type = kind
    assert repaired(first) == ["The check of double was edited; ours is put back for grading."]


def test_a_syntax_error_or_other_names_change_nothing(first):
    first.cells[1].source = "def double(x):\n    return ("
    first.cells.insert(0, nbformat.v4.new_code_cell("def double_all(x):\n    return x"))
    assert repaired(first) == []


# --- files -------------------------------------------------------------------------------------


def looked(capsys):
    hand_ins.main()
    return capsys.readouterr().out.splitlines()


def hand_in(place, notebook):
    place.parent.mkdir(parents=True, exist_ok=True)
    data = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
    place.write_bytes(data)
    return data


def test_whose_and_what(course, first, capsys):
    hand_in(course / "anna" / "week1" / "1_first.ipynb", first)
    for cell in first.cells:
        cell.metadata.clear()
    data = hand_in(course / "ben" / "week1" / "1_first.ipynb", first)
    hand_in(course / "ben" / "week1" / ".ipynb_checkpoints" / "1_first.ipynb", b"")
    assert looked(capsys) == [
        f"ben, week1/1_first.ipynb: {LOST}double, triple.",
        "2 notebooks handed in, 1 of them as handed out.",
    ]
    assert (course / "ben" / "week1" / "1_first.ipynb").read_bytes() == data  # it is the learner's


@pytest.mark.parametrize(
    "data, says",
    [
        (b"", "The file is empty."),
        (b" \n", "The file is empty."),
        (b"<!DOCTYPE html>", "It is no notebook: its text is no JSON (line 1)."),
        (b'{"cells": [\n<<<<<<< HEAD\n', "It is no notebook: its text is no JSON (line 2)."),
        (b"PK\x03\x04\xff\xfe", "It is no notebook: it holds no text."),
        (b"[1, 2]", "It is no notebook: its JSON is something else."),
        (b'{"cells": 3}', "It is no notebook: its JSON is something else."),
        (b'{"nbformat": 4, "nbformat_minor": 5, "cells": 3}', "It is no notebook: its JSON is"),
        (
            nbformat.writes(code("def double(x):\n    return x")).encode(),
            "It has no exercise of this course.",
        ),
    ],
)
def test_what_cannot_be_graded_is_set_aside(course, first, capsys, data, says):
    hand_in(course / "anna" / "week1" / "1_first.ipynb", first)
    for number in ("", " (2)"):
        hand_in(course / "ben" / "week1" / "1_first.ipynb", data)
        line, last = looked(capsys)
        assert line.startswith(f"ben, week1/1_first.ipynb: {says}")
        aside = f"set_aside/ben/week1/1_first{number}.ipynb"
        assert line.endswith(f" It is now at grading/{aside}: ask for it again.")
        assert (course.parent / aside).read_bytes() == data
        assert last == "2 notebooks handed in, 1 of them as handed out."
    assert [path.parents[1].name for path in course.rglob("*.ipynb")] == ["anna"]


def test_what_was_asked_for_again_is_graded(course, first, capsys):
    place = course / "ben" / "week1" / "1_first.ipynb"
    hand_in(place, b"{")
    assert "ask for it again" in looked(capsys)[0]
    hand_in(place, first)
    assert looked(capsys) == ["1 notebooks handed in, 1 of them as handed out."]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_another_encoding_is_written_anew(course, first, capsys, encoding):
    first.cells[0].source = "# café"
    place = course / "ben" / "week1" / "1_first.ipynb"
    data = hand_in(place, nbformat.writes(first).encode(encoding))
    [line, _] = looked(capsys)
    aside = "set_aside/ben/week1/1_first.ipynb"
    assert line == (
        "ben, week1/1_first.ipynb: It was not in UTF-8, and is now. What was handed in is at "
        f"grading/{aside}."
    )
    assert nbformat.read(place, as_version=4) == first
    assert (course.parent / aside).read_bytes() == data


@pytest.mark.parametrize(
    "name", ["1_first (1).ipynb", "../1_first.ipynb", "../week2/1_second.ipynb"]
)
def test_a_notebook_gets_its_own_name(course, first, capsys, name):
    data = hand_in(course / "ben" / "week1" / name, first)
    assert "It is week1/1_first.ipynb by its exercises, and now has that name." in looked(capsys)[0]
    assert (course / "ben" / "week1" / "1_first.ipynb").read_bytes() == data
    assert looked(capsys) == ["1 notebooks handed in, 1 of them as handed out."]


def test_another_notebooks_file_beside_the_right_one(course, first, capsys):
    hand_in(course / "ben" / "week1" / "1_first.ipynb", first)
    hand_in(course / "ben" / "week2" / "1_second.ipynb", first)
    assert looked(capsys)[0] == (
        "ben, week2/1_second.ipynb: It is week1/1_first.ipynb by its exercises, which is there, "
        "too. It is now at grading/set_aside/ben/week2/1_second.ipynb: ask for it again."
    )


def test_nothing_handed_in(course, first, capsys):
    said = ["Nothing is handed in: put it at grading/submitted/LEARNER/week1/."]
    assert looked(capsys) == said
    place = said[0].partition(" at ")[2].rstrip(".").replace("LEARNER", "ben")
    hand_in(course.parents[1] / place / "1_first.ipynb", first)
    assert looked(capsys) == ["1 notebooks handed in, 1 of them as handed out."]
