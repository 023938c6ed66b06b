"""The picture of the result that a notebook opens with: `python -m utils.course.opening NOTEBOOK…`.

It is what the cell with the tag `result` drew in the notebook's own last run, made small. It stands
in a Markdown cell of its own, second from the top, as a data address: Google Colab shows no
attachments and finds no files beside a notebook. The README, where GitHub shows no data address,
takes it from `notebooks/pictures`.
"""

import base64
import io
import sys
from pathlib import Path

import nbformat
from PIL import Image

from utils.course.exercises import NOTEBOOKS, write
from utils.files import write_atomically

PICTURES = NOTEBOOKS / "pictures"
TAG, CELL = "result", "result"
WIDTH = 720  # pixels at most
COLOURS = 64  # enough for curves and maps, at a fifth of the size


def drawn(notebook) -> tuple[bytes, str]:
    """Return the picture (PNG) that the cell with the tag drew last, and its alternative text.

    Raises:
        ValueError: not exactly one cell has the tag, or it drew nothing.
    """
    cells = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ValueError(f"One cell has the tag `{TAG}`; here {len(cells)} have it.")
    pictures = [out for out in cells[0].get("outputs", []) if "image/png" in out.get("data", {})]
    if not pictures:
        raise ValueError(f"The cell with the tag `{TAG}` drew no picture.")
    last = pictures[-1]
    alt = last.metadata.get("image/png", {}).get("alt", "")
    return base64.b64decode(last.data["image/png"]), " ".join(alt.split())


def small(png: bytes) -> bytes:
    """Return a picture (PNG) of at most WIDTH pixels across and COLOURS colours."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    if image.width > WIDTH:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.LANCZOS)
    found = io.BytesIO()
    # By its tree of colours: the usual way makes a rare one, the orange of a wrong note, grey.
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(found, "PNG", optimize=True)
    return found.getvalue()


def opened(notebook):
    """Put the picture of the result into its place, and return it (PNG)."""
    png, alt = drawn(notebook)
    png = small(png)
    alt = alt.replace("[", "(").replace("]", ")")
    address = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    source = f"![The result of this notebook. {alt}]({address})"
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") != CELL]
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(source, id=CELL))
    return png


def main(paths: list[str]) -> None:
    """Give each notebook its opening picture, also as a file for the README."""
    for path in map(Path, paths):
        notebook = nbformat.read(path, as_version=4)
        png = opened(notebook)
        write(notebook, path)
        PICTURES.mkdir(exist_ok=True)
        write_atomically(PICTURES / f"{path.stem}.png", png)


if __name__ == "__main__":
    main(sys.argv[1:])
