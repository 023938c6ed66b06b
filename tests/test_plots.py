"""utils.plots: attention maps, and the font for the characters of dates."""

import hashlib
import re
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from babel.dates import get_day_names, get_month_names
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.events import EventManager
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont

from datasets.fonts import build
from utils import plots
from utils.env import ROOT

FONT = build.HERE / build.FILE
CARD = (build.HERE / "README.md").read_text(encoding="utf-8")
LICENCE = (build.HERE / "OFL.txt").read_text(encoding="utf-8")
DATES = [
    "2018年9月12日星期三",
    "2018년 9월 12일 수요일",
    "2018年9月12日(水)",
    "Τετάρτη, 12/9",
    "Thứ Tư, ngày 12",
]


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def font():
    return TTFont(FONT)


def outlines(font):
    glyphs, found = font.getGlyphSet(), {}
    for code, name in font.getBestCmap().items():
        pen = RecordingPen()
        glyphs[name].draw(pen)
        found[chr(code)] = (glyphs[name].width, pen.value)
    return found


def records(font):
    return {record.nameID: str(record) for record in font["name"].names}


# --- the font --------------------------------------------------------------------------------


def test_the_font_has_its_characters_and_no_others(font):
    drawn = outlines(font)
    assert drawn.keys() == {*build.CHARACTERS} and len(drawn) == len(build.CHARACTERS)
    assert {character for character, (_, strokes) in drawn.items() if not strokes} == {"　"}
    assert FONT.stat().st_size <= 40_000


def test_every_character_of_a_date_has_a_glyph(font):
    words = [(ROOT / "datasets/dates/formats.toml").read_text(encoding="utf-8"), *DATES]
    for locale in ("zh", "zh_Hant", "ja", "ko"):
        for width in ("wide", "abbreviated"):
            for names in (get_month_names, get_day_names):
                words += names(width, locale=locale).values()
    with TTFont(findfont("DejaVu Sans")) as latin:
        known = latin.getBestCmap().keys() | font.getBestCmap().keys()
    assert {c for word in words for c in word if c.isprintable() and ord(c) not in known} == set()


def test_the_build_leaves_a_finished_font_as_it_is(font):
    again = build.subset(FONT)
    assert outlines(again) == outlines(font)
    assert records(again) == records(font)
    assert again["head"].modified == font["head"].modified


def test_the_licence_is_kept_and_the_name_is_ours(font):
    names = records(font)
    assert names[0] == LICENCE.splitlines()[0] and f"| copyright | {names[0]} |" in CARD
    assert "SIL OPEN FONT LICENSE Version 1.1" in LICENCE and "THE USE OR INABILITY" in LICENCE
    assert "SIL Open Font License, Version 1.1" in names[13]
    assert names[1] == names[4] == build.FAMILY
    outlines = font["CFF "].cff
    inner = [part.FontName for part in outlines[0].FDArray]
    given = [names[n] for n in (1, 3, 4, 6)] + outlines.fontNames + [outlines[0].FullName, *inner]
    assert not re.search("noto|source", " ".join(given), re.IGNORECASE)


def test_the_card_says_what_is_there():
    body = FONT.read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    assert f"| file | `{build.FILE}`, {len(build.CHARACTERS)} characters" in CARD
    assert f"| size | {len(body):,} bytes, sha256 `{digest}` |" in CARD
    table = CARD.partition("## What is in it")[2].partition("## How it was made")[0]
    assert {*build.CHARACTERS} - {"　"} <= {*table}


# --- what pictures show ----------------------------------------------------------------------


def pixels(text, family):
    figure = Figure((2, 0.5), dpi=90)
    figure.text(0.1, 0.4, text, family=family)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


@pytest.mark.filterwarnings("ignore:Glyph")  # of "lp", which older releases measure
def test_each_character_comes_from_the_right_font():
    family = plt.rcParams["font.family"]
    assert np.array_equal(pixels("9 Mai", family), pixels("9 Mai", "DejaVu Sans"))
    assert np.array_equal(pixels("年월曜", family), pixels("年월曜", build.FAMILY))


DRAW = """
import io, sys
from pathlib import Path
from utils import files
if sys.argv[1:]:
    files.EMBEDDED = Path(sys.argv[1])
from utils import plots
plots.plt.switch_backend("agg")
axes = plots.attention([[1, 0, 0, 0]], "年월曜म", "9", "2018年")
axes.set_title("水 म", weight="bold")
axes.figure.savefig(io.BytesIO())
print(plots.plt.rcParams["font.family"])
"""


@pytest.mark.parametrize("state", ["whole", "missing", "damaged"])
def test_nothing_is_written_to_stderr(state, tmp_path):
    if state == "damaged":
        (tmp_path / "fonts").mkdir()
        (tmp_path / "fonts" / build.FILE).write_bytes(b"OTTO, but no font")
    folder = [] if state == "whole" else [str(tmp_path)]
    command = [sys.executable, "-c", DRAW, *folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert (build.FAMILY in done.stdout) == (state == "whole")


# --- attention maps --------------------------------------------------------------------------


def labels(axes):
    return ["".join(t.get_text() for t in a.get_ticklabels()) for a in (axes.xaxis, axes.yaxis)]


def test_an_attention_map_by_hand():
    alphas = np.array([[0.5, 0.25, 0.25, 0], [0, 0.125, 0.875, 0]])
    given = plt.subplots(2)[1][1]
    axes = plots.attention(alphas, "年 9", "-1", "Where it looks", given)
    assert axes is given and axes.get_title("left") == "Where it looks"
    assert labels(axes) == ["年␣9", "-1"]
    [picture] = axes.images
    assert picture.get_array().tolist() == alphas[:, :3].tolist()  # the rest is padding
    assert picture.get_clim() == (0, 1)
    shades = picture.cmap([0.0, 0.5, 1.0])[:, :3].sum(axis=1)
    assert shades[0] > 2.9 and (np.diff(shades) < 0).all()
    assert axes.get_ylim() == (1.5, -0.5)  # the first output character is on top
    axes.figure.draw_without_rendering()
    (x_label, _, _), (y_label, _) = axes.get_xticklabels(), axes.get_yticklabels()
    box, map_ = x_label.get_window_extent(), axes.get_window_extent()
    assert box.y0 >= map_.y1 and y_label.get_window_extent().x1 <= map_.x0
    assert len(axes.figure.axes) == 2  # no colour bar


def test_spaces_of_every_kind_are_shown():
    axes = plots.attention(np.eye(4), "a \t　", "b\xa0\u202fc", "spaces")
    assert labels(axes) == ["a␣␣␣", "b␣␣c"]


@pytest.mark.filterwarnings("ignore:Glyph", "ignore:Matplotlib currently")
@settings(max_examples=20)
@given(st.text(min_size=1, max_size=12), st.text("$\\_^{}9 年", min_size=1, max_size=12))
def test_any_text_can_be_drawn(source, target):
    axes = plots.attention(np.ones((len(target), 12)), source, target, "any")
    axes.figure.draw_without_rendering()
    shown = zip(labels(axes), (source, target), strict=True)
    assert all(len(label) == len(text) for label, text in shown)
    plt.close(axes.figure)


@pytest.mark.parametrize(("n", "rows", "columns"), [(6, 4, 3), (16, 4, 3), (38, 1, 3), (38, 1, 4)])
def test_neighbours_do_not_overlap_in_a_grid_of_maps(n, rows, columns):
    figure, grid = plt.subplots(rows, columns, figsize=(12, 1.65 * rows))
    for axes in grid.flat:
        plots.attention(np.ones((10, n)), "曜" * n, "2018-09-12", "a map", axes)
    figure.draw_without_rendering()
    for axis, side in ((axes.xaxis, 0), (axes.yaxis, 1)):
        boxes = [label.get_window_extent().get_points()[:, side] for label in axis.get_ticklabels()]
        centres = np.sort(np.mean(boxes, axis=1))
        assert np.ptp(boxes, axis=1).max() <= np.diff(centres).min() + 1  # a pixel: rounding


@pytest.mark.parametrize(
    ("shape", "source", "target", "message"),
    [
        ((3, 4), "abcde", "xyz", r"\(3, 4\), but it needs \(3, 5\).*'xyz'.*'abcde'"),
        ((4, 5), "abcde", "xyz", r"\(4, 5\), but it needs \(3, 5\)"),
        ((2, 5), "abcde", "xyz", r"\(2, 5\), but it needs \(3, 5\)"),
        ((1, 3, 5), "abcde", "x", r"\(1, 3, 5\), but it needs \(1, 5\)"),
        ((3, 5), "", "xyz", "the source or the target is empty"),
        ((0, 5), "abcde", "", "the source or the target is empty"),
    ],
)
def test_bad_input_gets_one_sentence(shape, source, target, message):
    with pytest.raises(ValueError, match=message) as error:
        plots.attention(np.zeros(shape), source, target, "bad")
    assert "\n" not in str(error.value)
    assert not plt.get_fignums()
    if needed := re.search(r"needs \((.*)\): .*; more columns are padding", str(error.value)):
        rows, columns = map(int, needed[1].split(", "))
        for padding in (0, 3):
            plots.attention(np.zeros((rows, columns + padding)), source, target, "good")
        plt.close("all")


# --- progress --------------------------------------------------------------------------------


@pytest.fixture
def lines(monkeypatch):
    """Return the texts that a line of progress has had, in a shell whose clock ticks fast."""
    texts = []

    class Handle:
        def display(self, text):
            texts.append(text.data)

        update = display

    monkeypatch.setattr(plots, "DisplayHandle", Handle)
    monkeypatch.setattr(plots, "TICK", 0.01)
    shell = SimpleNamespace(events=EventManager(None, {"post_run_cell": lambda result: None}))
    monkeypatch.setattr(plots, "get_ipython", lambda: shell)
    before = threading.active_count()
    yield texts
    shell.events.trigger("post_run_cell", None)
    assert shell.events.callbacks["post_run_cell"] == []
    deadline = time.monotonic() + 5
    while threading.active_count() > before:
        assert time.monotonic() < deadline, "a line goes on when its cell has ended"
        time.sleep(0.01)


def wait_for(lines, number):
    deadline = time.monotonic() + 5
    while len(lines) < number and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(lines) >= number


def test_a_line_does_not_stand_still_while_a_step_takes_long(lines):
    for number in plots.progress([1, 2], "training"):
        wait_for(lines, 4 * number)
    assert set(lines[:3]) == {"training: 0 of 2, 0 s"}
    assert "training: 1 of 2, 0 s, about 0 s left" in lines
    assert lines[-1] == "training: 2 of 2, 0 s"
    said = len(lines)
    time.sleep(0.05)
    assert len(lines) == said  # the last line stays


def test_a_line_says_how_long_is_left(lines, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(plots.time, "perf_counter", lambda: now[0])
    line = plots._ProgressLine("training", 3, "epoch ")
    now[0] += 7
    wait_for(lines, 2)
    assert lines[-1] == "training: epoch 0 of 3, 7 s"
    now[0] += 1
    line.show(1)
    assert lines[-1] == "training: epoch 1 of 3, 8 s, about 16 s left"
    now[0] += 3
    wait_for(lines, len(lines) + 1)
    assert lines[-1] == "training: epoch 1 of 3, 11 s, about 13 s left"


def test_an_error_in_a_loop_ends_its_line_with_the_cell(lines):
    with pytest.raises(ZeroDivisionError):
        for number in plots.progress([0, 1], "dividing"):
            1 / number


@pytest.mark.parametrize("items", [[], [1], [1, 2, 3]])
def test_a_loop_that_is_left_or_empty_ends_its_line(items, lines):
    for _ in plots.progress(items, "training"):
        break
    assert lines[-1].startswith(f"training: 0 of {len(items)}, 0 s")
