"""Write the repository's address into notebooks and README: `python -m utils.course.badges`.

The address stands in one place, `Repository` in pyproject.toml. Every badge and every notebook's
setup cell is made from it here. The setup cell's text is in this module alone.
"""

import re
import tomllib

import nbformat

from utils.course.exercises import NOTEBOOKS, worked_notebooks, write
from utils.files import write_atomically

ROOT = NOTEBOOKS.parent
BADGE = re.compile(r"\[!\[Open in Colab\][^\n]*?\)\]\((?P<link>[^)]*)\)")
SITE = re.compile(r"https://[\w-]+\.github\.io/[\w.-]+/")
COLAB = "https://colab.research.google.com"
SETUP_MARK = "# @title Setup"
# What folds a cell away, its output still shown: in Colab, then in JupyterLab.
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}

SETUP = """\
# @title Setup, the same in every notebook: run it first. In Colab it downloads the project.
import subprocess
import sys
from pathlib import Path

here, url = Path.cwd(), "{address}"
places = [here / "{folder}", here, *here.parents, *map(Path, sys.path)]
root = next((p.resolve() for p in places if (p / "utils/checks/week1").is_dir()), None)
if root is None and "google.colab" in sys.modules:  # project.part: an interrupted download
    get = f"rm -rf project.part && git clone -q --depth=1 {url} project.part"
    if subprocess.call(f"{get} && mv -T project.part {folder}", shell=True):
        raise RuntimeError(f"Could not download {url}. Go online and run this cell again.")
    root = places[0]
if root is None:
    raise RuntimeError("The project's folder was not found. Open this notebook from inside it.")
sys.path.insert(0, str(root))
import utils

if str(root / "utils") not in getattr(utils, "__path__", []):
    raise RuntimeError("Restart the kernel: another package named utils is already imported.")
from utils import env

env.setup(seed=1)"""


def repository() -> str:
    """Return the repository's address from pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["urls"]["Repository"].rstrip("/")


def setup_cell() -> str:
    """Return the text of the setup cell."""
    address = repository()
    return SETUP.replace("{folder}", address.split("/")[-1]).replace("{address}", address)


def badge(path: str) -> str:
    """Return the Markdown of the badge that opens `path`, relative to the root, in Colab."""
    slug = repository().removeprefix("https://github.com/")
    picture = f"{COLAB}/assets/colab-badge.svg"
    return f"[![Open in Colab]({picture})]({COLAB}/github/{slug}/blob/main/{path})"


def site() -> str:
    """Return where GitHub publishes the pages that `make site` makes."""
    account, name = repository().removeprefix("https://github.com/").split("/")
    return f"https://{account}.github.io/{name}/"


def with_badges(text: str) -> str:
    """Return `text` with the site's address, and each badge for the notebook that it points to."""
    text = SITE.sub(site(), text)
    return BADGE.sub(lambda found: badge(found["link"].split("/blob/main/")[-1]), text)


def refresh(notebook) -> None:
    """Write badge and setup cell of a notebook anew, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_badges(cell.source)
        elif cell.source.startswith(SETUP_MARK):
            cell.source = setup_cell()
            cell.metadata.update(FOLDED)


def main() -> None:
    """Write the address into the README, the map and the worked notebooks."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    write_atomically(readme, with_badges(text))
    for path in [NOTEBOOKS / "index.ipynb", *worked_notebooks()]:
        notebook = nbformat.read(path, as_version=4)
        refresh(notebook)
        write(notebook, path)
    print(f"Badges and setup cells point to {repository()}. Now run `make exercises`.")


if __name__ == "__main__":
    main()
