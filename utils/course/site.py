"""The site, to read without running: `python -m utils.course.site [FOLDER]`.

Sphinx, MyST-NB and the theme Furo make pages of the worked notebooks as they are stored; nothing is
executed and nothing is fetched. Here stands what is ours: pictures and sounds become files, answers
fold away, and the front page and the indexes are put together from the notebooks and the README.
The pages are plain files: they can be opened from the disk.
"""

import base64
import hashlib
import html
import io
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
from PIL import Image
from sphinx.application import Sphinx

from utils.course import headline, reading
from utils.course.badges import BADGE, COLAB, SETUP_MARK, repository
from utils.course.exercises import BEGIN, END, NOTEBOOKS, copy_path, worked_notebooks
from utils.course.site_math import formula

ROOT = NOTEBOOKS.parent
STATIC = Path(__file__).with_name("site_static")
FIRST = (  # the results on the front page; if one is missing, another takes its place
    "2_dinosaurus_island",
    "3_jazz_improvisation",
    "1_date_translation_attention",
    "image_captioning",
    "2_trigger_word_detection",
)
SHOWN = 5
STORED = re.compile(r"data:(image|audio)/(\w+);base64,([\w+/=\s]+)")
MARKDOWN_PICTURE = re.compile(r"!\[(.*?)\]\((data:[^)]*)\)", re.DOTALL)
HINT = re.compile("<details>.*?</details>", re.DOTALL)
TEX = re.compile(r"(\$\$?)(.+?)\1", re.DOTALL)
LINE_OF_TEX = re.compile(r"\n*^(\$\$.+?\$\$)$\n*", re.DOTALL | re.MULTILINE)
SLIDER = re.compile(r'^slider\(.*?"(.+?)"', re.MULTILINE)
STILL = "On this page the picture stands still; in the notebook a slider changes it (*{}*)."
KINDS = {"$": "inline", "$$": "block"}
SETTINGS = {
    "project": "Sequence models",
    "html_title": "Sequence models: a companion in notebooks",
    "extensions": ["myst_nb", "utils.course.site_math"],
    "html_theme": "furo",
    "html_static_path": [str(STATIC)],
    "html_css_files": ["site.css", "math.css"],
    "html_js_files": ["site.js"],
    "html_extra_path": ["extra"],
    "exclude_patterns": ["extra"],
    "pygments_style": "a11y-high-contrast-light",
    "nb_execution_mode": "off",
    "myst_enable_extensions": ["dollarmath", "amsmath"],
    "myst_heading_anchors": 3,
    "html_copy_source": False,
    "html_use_index": False,
    "html_show_copyright": False,
    "html_show_sourcelink": False,
    "html_show_search_summary": False,  # it would be fetched, which a browser refuses on the disk
    "show_warning_types": True,
}


class Files:
    """Where the pictures and sounds of the pages go, each once."""

    def __init__(self, folder: Path):
        self.folder = folder

    def address(self, content: bytes, kind: str) -> str:
        """Keep a file, and return its address as a page two folders down sees it."""
        if kind == "png":  # the same pixels in half the bytes
            packed = io.BytesIO()
            Image.open(io.BytesIO(content)).save(packed, "WEBP", lossless=True, method=3)
            content, kind = packed.getvalue(), "webp"
        name = f"{hashlib.sha256(content).hexdigest()[:16]}.{kind}"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(content)
        return f"../../{self.folder.name}/{name}"

    def split_out(self, text: str, name: str = "") -> str:
        """Return HTML with each stored picture or sound as a file that is loaded when needed.

        Who listens hears the name of a sound's player.
        """
        text = STORED.sub(lambda it: self.address(base64.b64decode(it[3]), it[2]), text)
        return text.replace("<audio ", f'<audio preload="none" aria-label="{html.escape(name)}" ')

    def picture(self, content: bytes, alt: str, kind: str = "png", wide: int | None = None) -> str:
        """Return the HTML of a picture, `wide` pixels wide if it is to be enlarged."""
        width, height = Image.open(io.BytesIO(content)).size
        wide = wide or width
        alt = html.escape(" ".join(alt.replace("$", "").split()))
        return (
            f'<img class="drawn" src="{self.address(content, kind)}" alt="{alt}" loading="lazy" '
            f'width="{wide}" height="{round(height * wide / width)}">'
        )


def stored(picture: re.Match) -> bytes:
    """Return the content of a picture that stands in Markdown."""
    return base64.b64decode(picture[2].partition(",")[2])


def links(path: Path) -> str:
    """Return the line of links that takes the place of a notebook's badge."""
    slug = repository().removeprefix("https://github.com/")
    copy = copy_path(path)
    up = "../" * len(path.relative_to(NOTEBOOKS).parent.parts)
    colab = f"{COLAB}/github/{slug}/blob/main"
    here, there = (p.relative_to(ROOT).as_posix() for p in (path, copy))
    return (
        f"[Do the exercises in Colab]({colab}/{there}) · "
        f"[Open in Colab]({colab}/{here}) · "
        f"<a download href='{up}../files/{there}'>Download the exercises</a> · "
        f"<a download href='{up}../files/{here}'>Download this notebook</a>"
    )


def page(path: Path, files: Files):
    """Return a worked notebook as its page has it."""
    notebook = nbformat.read(path, as_version=4)
    cells, section, sounds = [], "", 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = (reading.HEADING.findall(cell.source) or [section])[-1]
            cell.source = written(cell.source, path, files)
            cells.append(cell)
        elif cell.cell_type == "code":
            outputs = []
            for out in cell.outputs:
                sounds += is_sound(out)
                outputs.append(shown(out, files, f"{section}, sound {sounds}"))
            cell.outputs = joined(filter(None, outputs))
            cells += folded(cell)
            if moved := SLIDER.search(cell.source):
                cells.append(nbformat.v4.new_markdown_cell(STILL.format(moved[1])))
    notebook.cells = cells
    return notebook


def written(text: str, path: Path, files: Files) -> str:
    """Return a Markdown cell as the page has it, where Sphinx sees less than Jupyter does."""
    text = BADGE.sub(lambda _: links(path), reading.with_links(text))
    text = MARKDOWN_PICTURE.sub(lambda it: files.picture(stored(it), it[1]), text)
    text = LINE_OF_TEX.sub(r"\n\n\1\n\n", text)
    return HINT.sub(  # in HTML
        lambda it: TEX.sub(lambda tex: formula(tex[2], KINDS[tex[1]]), it[0]), text
    )


def joined(outputs: Iterable) -> list:
    """Return outputs, lines that follow each other as one; what stands between them stays."""
    found = []
    for out in outputs:
        before = found[-1] if found else {}
        if out.output_type == "stream" and before.get("name") == out.name:
            before.text += out.text
        else:
            found.append(out)
    return found


def is_sound(out) -> bool:
    """Return whether an output is a sound to be played, and no button that records one."""
    stored_html = out.get("data", {}).get("text/html", "")
    return "<audio" in stored_html and "<button" not in stored_html


def shown(out, files: Files, name: str = ""):
    """Return an output with its pictures and sounds, which get a name, as files.

    What is style alone, or a button for a notebook that runs, is not shown: None.
    """
    data = out.get("data", {})
    kind = next((kind for kind in ("png", "gif") if f"image/{kind}" in data), None)  # a GIF plays
    if kind:
        says = out.metadata.get(f"image/{kind}", {})
        content = base64.b64decode(data[f"image/{kind}"])
        seen = files.picture(content, says.get("alt", ""), kind, says.get("width"))
    elif "text/html" in data:
        seen = files.split_out(data["text/html"], name)
    else:
        return out
    out.data = nbformat.from_dict({"text/html": seen})
    return None if seen.startswith("<style") or "<button" in seen else out


def folded(cell) -> list:
    """Return the cells that show a code cell: the setup and each of our answers folded away."""
    name = ""
    cells = [cell]
    if cell.source.startswith(SETUP_MARK):
        name = "Setup"
    elif BEGIN in cell.source:
        name = "Our answer"
        head, _, tail = cell.source.partition(f"{BEGIN}\n")
        head = head.rstrip(" ")
        cell.source = re.sub(rf"^ *{END}\n?", "", tail, flags=re.MULTILINE).rstrip()
        cells = [nbformat.v4.new_code_cell(head.rstrip()), cell]
    if name:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
        cell.metadata["mystnb"] = {"code_prompt_show": name, "code_prompt_hide": name}
    return cells


def front(files: Files) -> str:
    """Return the front page: what the project is, results, the two commands, all figures."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    title, intro = re.match(r"# (.*?)\n\n(.*?)\n\n", readme, re.DOTALL).groups()
    commands = re.search(r"## Two commands.*?(```.*?```)", readme, re.DOTALL)[1]
    paths = worked_notebooks()
    first = [path for path in paths for name in FIRST if path.stem.endswith(name)]
    rest = [path for path in paths if path not in first]
    results = [result(path, files) for path in sorted([*first, *rest][:SHOWN], key=paths.index)]
    rows = ["| notebook | measured in its last run | it took |", "|---|---|---|"]
    for path in paths:
        measured, seconds = headline.in_words(path)
        name = f"[{reading.title(path)}]({reading.address(path)})"
        rows.append(f"| {name} | {measured} | {seconds}&nbsp;s |")
    parts = [
        f"# {title}",
        intro,
        "[Which notebook to begin with](notebooks/index.ipynb)",
        "## What comes out",
        *results,
        "## Two commands",
        f"On your own machine, in a clone of [the repository]({repository()}):",
        commands,
        "## What was measured",
        "On data that no training has seen, if nothing else is said; a share is of 1.",
        "\n".join(rows),
        reading.contents(),
    ]
    return "\n\n".join(parts)


def result(path: Path, files: Files) -> str:
    """Return the picture and the sounds of a notebook's result, with its first sentences."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if "result" in cell.metadata.get("tags", []))
    picture = MARKDOWN_PICTURE.search(notebook.cells[1].source)
    seen = files.picture(stored(picture), picture[1].removeprefix("The result of this notebook. "))
    sounds = [out.data["text/html"] for out in cell.outputs if is_sound(out)]
    name = f"Sound: {reading.title(path)}"
    seen += "".join(files.split_out(sound, name) for sound in sounds[:1])
    seen = seen.replace("../../", "")
    text = BADGE.split(notebook.cells[0].source)[-1].strip().split("\n\n")[0]
    return (
        f'<div class="result"><div>\n\n{seen}\n\n</div><div>\n\n'
        f"**[{reading.title(path)}]({reading.address(path)})**\n\n{text}\n\n</div></div>"
    )


def sources(folder: Path) -> None:
    """Write what Sphinx reads."""
    extra = folder / "extra"
    files = Files(extra / "files")
    for path in worked_notebooks():
        there = folder / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(page(path, files), there)
        for each in (path, copy_path(path)):
            kept = files.folder / each.relative_to(ROOT)
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(each, kept)
    nbformat.write(reading.map_page(repository()), folder / "notebooks" / "index.ipynb")
    for name, text in {
        "index": front(files),
        "notebooks/glossary": reading.glossary(),
        "concepts": reading.concepts(),
        "papers": reading.papers(),
    }.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def main(folder: Path = ROOT / "build" / "site") -> None:
    """Make the site anew."""
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / "source"
    source.mkdir(parents=True)
    sources(source)
    pages = folder / "pages"
    app = Sphinx(
        source, None, pages, folder / "doctrees", "html", SETTINGS, status=None, warningiserror=True
    )
    app.build()
    if app.statuscode:
        sys.exit("The site has faults: Sphinx names them above.")
    print(f"Open {pages / 'index.html'}.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
