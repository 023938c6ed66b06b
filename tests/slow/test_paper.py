"""A notebook on paper: no code is cut at the edge of a printed page."""

import nbformat
import pytest
from nbconvert import HTMLExporter

from tests.slow.test_browser import browser
from utils import env

__all__ = ["browser"]
A4, LETTER = 794 - 96, 816 - 96  # pixels between the margins of nbconvert's page
CUT = """() => [...document.querySelectorAll(".jp-InputArea-editor")].map(
    editor => editor.querySelector("pre").scrollWidth > editor.clientWidth)"""


def page(with_style):
    """Return nbconvert's page of three lines of code."""
    style = nbformat.v4.new_output("display_data", data={"text/html": env.PAPER})
    cells = [nbformat.v4.new_code_cell("x" * length) for length in (72, 85, 300)]
    cells[0].outputs = [style] * with_style
    exporter = HTMLExporter(mathjax_url="", require_js_url="")
    return exporter.from_notebook_node(nbformat.v4.new_notebook(cells=cells))[0]


@pytest.mark.parametrize("width", [A4, LETTER])
def test_long_lines_go_on_in_the_next_line(width, browser):
    tab = browser.new_page(viewport={"width": width, "height": 1000})
    tab.emulate_media(media="print")
    tab.set_content(page(with_style=False), wait_until="domcontentloaded")
    assert tab.evaluate(CUT) == [False, True, True]  # or there is no need of a style any more
    tab.set_content(page(with_style=True), wait_until="domcontentloaded")
    assert tab.evaluate(CUT) == [False, False, False]
    short, longer, longest = (
        box.bounding_box()["height"] for box in tab.query_selector_all(".jp-InputArea-editor pre")
    )
    assert short == longer < longest
    tab.close()
