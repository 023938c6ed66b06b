"""utils.course.opening: the picture of the result at the top of a notebook."""

import base64
import io

import nbformat
import numpy as np
import pytest
from PIL import Image

from utils.course import opening


def png(width=1200, height=600, grey=200):
    found = io.BytesIO()
    Image.new("RGB", (width, height), (grey, grey, grey)).save(found, "PNG")
    return found.getvalue()


def notebook(*pictures, tags=("result",), alt="A curve [0, 1].\nIt falls."):
    outputs = [
        nbformat.v4.new_output(
            "display_data",
            {"image/png": base64.b64encode(picture).decode()},
            metadata={"image/png": {"alt": alt}},
        )
        for picture in pictures
    ]
    drawing = nbformat.v4.new_code_cell("plot()", outputs=outputs, metadata={"tags": [*tags]})
    title = nbformat.v4.new_markdown_cell("# Title")
    return nbformat.v4.new_notebook(cells=[title, drawing])


def test_it_stands_second_small_with_its_words_and_once(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "PICTURES", tmp_path / "pictures")
    path = tmp_path / "1_lesson.ipynb"
    nbformat.write(notebook(png(grey=10), png(grey=200)), path)
    for _ in range(2):
        opening.main([str(path)])
    cells = nbformat.read(path, as_version=4).cells
    assert [cell.cell_type for cell in cells] == ["markdown", "markdown", "code"]
    alt, _, data = cells[1].source.partition("](data:image/png;base64,")
    assert alt == "![The result of this notebook. A curve (0, 1). It falls."
    stored = (tmp_path / "pictures" / "1_lesson.png").read_bytes()
    assert base64.b64decode(data.rstrip(")")) == stored
    image = Image.open(io.BytesIO(stored))
    assert image.size == (opening.WIDTH, 360)
    assert np.asarray(image.convert("L")).mean() == 200  # the last one that the cell drew


def test_a_small_one_keeps_its_size():
    assert Image.open(io.BytesIO(opening.small(png(300, 100)))).size == (300, 100)


@pytest.mark.parametrize(
    ("made", "message"),
    [(notebook(png(), tags=()), "here 0 have it"), (notebook(), "drew no picture")],
)
def test_without_a_picture_it_says_so(made, message):
    with pytest.raises(ValueError, match=message):
        opening.opened(made)
