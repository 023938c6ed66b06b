"""The headline figures, and the README's table of them: `python -m utils.course.headline`.

Each worked notebook ends with one line ``headline: name=value … seconds=N``. The table in the
README is made from the stored lines, never typed.
"""

import re
from pathlib import Path

import nbformat

from utils.course.badges import badge
from utils.course.exercises import NOTEBOOKS, worked_notebooks
from utils.files import write_atomically

README = NOTEBOOKS.parent / "README.md"
BEGIN, END = "<!-- table: made by `make table` -->", "<!-- end of table -->"


def figures(notebook) -> dict[str, str]:
    """Return the figures of a notebook's stored headline line, by name.

    Raises:
        ValueError: there is not exactly one such line.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    texts = [out.get("text", "") for cell in cells for out in cell.outputs]
    lines = re.findall(r"^headline: (.*)$", "".join(texts), flags=re.MULTILINE)
    if len(lines) != 1:
        raise ValueError(f"A notebook prints one headline line; this one prints {len(lines)}.")
    return dict(pair.split("=", 1) for pair in lines[0].split())


def title(notebook) -> str:
    """Return a notebook's title, the first heading."""
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def table() -> str:
    """Return the README's table: a row for each notebook."""
    rows = ["| notebook | measured in its last run | seconds | do it | |", "|---|---|---|---|---|"]
    for path in worked_notebooks():
        notebook = nbformat.read(path, as_version=4)
        found = figures(notebook)
        seconds = found.pop("seconds")
        measured = ", ".join(f"{name} {value}" for name, value in found.items())
        here = path.relative_to(NOTEBOOKS.parent).as_posix()
        copy = here.replace("notebooks/", "notebooks/exercises/", 1)
        rows.append(
            f"| [{title(notebook)}]({here}) | {measured} | {seconds} | "
            f"[exercises]({copy}) | {badge(copy)} |"
        )
    return "\n".join(rows)


def with_table(text: str) -> str:
    """Return the README's text with its table made anew.

    Raises:
        ValueError: the two marks of the table are not there.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"README.md needs the lines {BEGIN} and {END} around its table.")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def main(readme: Path = README) -> None:
    """Write the table into the README."""
    text = with_table(readme.read_text(encoding="utf-8"))
    write_atomically(readme, text)


if __name__ == "__main__":
    main()
