"""What the site says about the notebooks together, read from them.

What needs what, where a concept is explained, which papers stand behind them.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from html import escape
from itertools import islice
from pathlib import Path

import nbformat
from myst_parser.mdit_to_docutils.base import default_slugify

from utils.course import headline
from utils.course.exercises import NOTEBOOKS, worked_notebooks

ROOT = NOTEBOOKS.parent
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
EXERCISES = re.compile(r"\[exercises\]\(exercises/([^)]*)\)")
ROW = re.compile(r"^(\| (?!-).*? \| .*? )\| (.*?) \| (.*?) \| (.*?) \|$", re.MULTILINE)
LANGUAGES = "zh", "ja", "ko"
BEHIND = re.compile(r"\*\*(?:Sources|Next)|<b>Sources")  # the end of a notebook
PAPER = re.compile(r"([^\W\d_][^*()]*?)\s\((\d{4})\),\s\*([^*]+)\*(?:\s\([^)]*\))?")
# Where a paper stands, by the beginning of its title: its number at arXiv, or its DOI. Those of
# which we are not sure are left out.
ADDRESSES = {
    "a cache-based natural": "10.1109/34.56193",
    "a call for clarity": "1804.08771",
    "a learning algorithm for continually": "10.1162/neco.1989.1.2.270",
    "a method for the construction": "10.1109/JRPROC.1952.273898",
    "a scale for the measurement": "10.1121/1.1915893",
    "a simple way to initialize": "1504.00941",
    "adam": "1412.6980",
    "an empirical study of smoothing": "10.1006/csla.1999.0128",
    "assessing the ability of lstms": "1611.01368",
    "assessment of protein": "10.1093/nar/20.24.6441",
    "attention is not explanation": "1902.10186",
    "attention is not not explanation": "1908.04626",
    "backpropagation through time": "10.1109/5.58337",
    "batch normalization": "1502.03167",
    "beyond short snippets": "1503.08909",
    "bidirectional recurrent": "10.1109/78.650093",
    "bleu": "10.3115/1073083.1073135",
    "comparison of parametric": "10.1109/TASSP.1980.1163420",
    "confident learning": "1911.00068",
    "connectionist temporal": "10.1145/1143844.1143891",
    "convolutional recurrent": "1703.05390",
    "deep anomaly detection": "1812.04606",
    "deep unordered": "10.3115/v1/P15-1162",
    "distributed representations": "1310.4546",
    "effective approaches": "1508.04025",
    "efficient estimation": "1301.3781",
    "empirical evaluation of gated": "1412.3555",
    "enriching word vectors": "1607.04606",
    "error bounds for": "10.1109/TIT.1967.1054010",
    "fair is better": "1905.09866",
    "fast and accurate deep network": "1511.07289",
    "finding structure": "10.1207/s15516709cog1402_1",
    "first-pass": "1408.2873",
    "generalization without": "1711.00350",
    "glove": "10.3115/v1/D14-1162",
    "google's neural": "1609.08144",
    "hierarchical neural story": "1805.04833",
    "improved backing-off": "10.1109/ICASSP.1995.479394",
    "introduction to the conll-2003": "cs/0306050",
    "issues in evaluating": "1606.07736",
    "learning long-term": "10.1109/72.279181",
    "learning phrase": "1406.1078",
    "learning to forget": "10.1162/089976600300015015",
    "lipstick on a pig": "1903.03862",
    "long short-term": "10.1162/neco.1997.9.8.1735",
    "long-term recurrent": "1411.4389",
    "lstm: a search": "1503.04069",
    "man is to computer": "1607.06520",
    "maximum likelihood from": "10.1111/j.2517-6161.1977.tb01600.x",
    "mining and summarizing": "10.1145/1014052.1014073",
    "neural architectures for named": "1603.01360",
    "neural machine translation by": "1409.0473",
    "nucleotide sequence": "10.1038/265687a0",
    "null it out": "2004.07667",
    "on calibration": "1706.04599",
    "on nmt search": "1908.10090",
    "on the difficulty": "1211.5063",
    "on the practical": "1805.04908",
    "on using very large": "1412.2007",
    "placing search": "10.1145/503104.503110",
    "prodigal": "10.1186/1471-2105-11-119",
    "recurrent nets that": "10.1109/IJCNN.2000.861302",
    "semantics derived": "1608.07187",
    "sequence level": "1511.06732",
    "sequence to sequence": "1409.3215",
    "show and tell": "1411.4555",
    "show, attend": "1502.03044",
    "small-footprint": "10.1109/ICASSP.2014.6854370",
    "speech commands": "1804.03209",
    "text chunking": "cmp-lg/9505040",
    "the zero-frequency": "10.1109/18.87000",
    "two-stream": "1406.2199",
    "tying word": "1611.01462",
    "using the output": "1608.05859",
}


@cache
def read(path: Path):
    """Return a notebook."""
    return nbformat.read(path, as_version=4)


def title(path: Path) -> str:
    """Return the title of a notebook."""
    return headline.title(read(path))


def address(path: Path) -> str:
    """Return the address of a notebook as the front page sees it."""
    return path.relative_to(ROOT).as_posix()


def weeks() -> dict[str, list[Path]]:
    """Return the notebooks under the headings of the map."""
    found = {}
    for cell in read(NOTEBOOKS / "index.ipynb").cells:
        here = [
            path
            for path in worked_notebooks()
            if f"]({path.relative_to(NOTEBOOKS).as_posix()})" in cell.source
        ]
        if here:
            found[HEADING.search(cell.source)[1]] = here
    return found


def contents() -> str:
    """Return the table of contents, which the pages have at their side."""
    parts = {"": ["notebooks/index", "concepts", "papers", "notebooks/glossary"]}
    parts |= {
        week: [address(path.with_suffix("")) for path in found] for week, found in weeks().items()
    }
    return "\n\n".join(
        "\n".join(
            [
                "```{toctree}",
                ":hidden:",
                f":caption: {name}" if name else ":titlesonly:",
                "",
                *pages,
                "```",
            ]
        )
        for name, pages in parts.items()
    )


def needs(path: Path) -> list[Path]:
    """Return the notebooks that a notebook says it needs."""
    text = next(cell.source for cell in read(path).cells if "**You need**" in cell.source)
    text = text.partition("**You need**")[2].partition("\n\n")[0]
    return [
        other
        for other in worked_notebooks()
        if other != path
        and (f"/{other.name})" in text.replace("](", "](/") or f"*{title(other)}*" in text)
    ]


def curriculum() -> str:
    """Return a drawing (SVG): the notebooks in a column, and an arc from each to those above."""
    paths = worked_notebooks()
    row, left, shapes = 34, 130, []
    for number, path in enumerate(paths):
        y = row * number + row // 2
        for other in needs(path):
            start = row * paths.index(other) + row // 2
            x = max(12, left - 14 - 10 * (y - start) // row)
            shapes.append(f'<path d="M{left} {start} C{x} {start} {x} {y} {left} {y}"/>')
        name, link = (
            escape(title(path)),
            path.relative_to(NOTEBOOKS).with_suffix(".html").as_posix(),
        )
        needed = " and ".join(map(title, needs(path))) or "no other"
        shapes += [
            f'<circle cx="{left}" cy="{y}" r="4"/>',
            f'<a href="{link}" aria-label="{name}: needs {escape(needed)}">',
            f'<text x="{left + 14}" y="{y + 5}">{name}</text></a>',
        ]
    width = left + 8 * max(len(title(path)) for path in paths)  # of the widest, at 8 a letter
    size = f'viewBox="36 0 {width - 36} {row * len(paths)}"'
    label = 'role="group" aria-label="Which notebook needs which"'
    return f'<svg class="curriculum" {size} {label}>{"".join(shapes)}</svg>'


def map_page(repository: str):
    """Return the map, with how to go from reading to doing and the drawing of what needs what."""
    notebook = nbformat.read(NOTEBOOKS / "index.ipynb", as_version=4)
    text = (
        "**From reading to doing.** These pages are for reading. To do a notebook's exercises, "
        "follow *Do the exercises in Colab* at its top; or clone "
        f"[the repository]({repository}), which needs Python 3.11 to 3.13 and make, and run "
        "`make lab` there. A downloaded file alone does not run: put it into such a clone.\n\n"
        "## What needs what\n\nAn arc leads from a notebook down to one that needs it.\n\n"
    )
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(text + curriculum()))
    for cell in notebook.cells:
        cell.source = EXERCISES.sub(
            r'<a download href="../files/notebooks/exercises/\1">exercises</a>', cell.source
        )
    return notebook


def glossary() -> str:
    """Return the glossary with its languages marked: each has its own form of a character."""
    text = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
    marked = "".join(rf'| <span lang="{lang}">\{n}</span> ' for n, lang in enumerate(LANGUAGES, 2))
    return ROW.sub(rf"\1{marked}|", text)


def plain(text: str) -> str:
    """Return a text for comparing."""
    return re.sub(r"[\s-]+", " ", text).lower()


def concepts() -> str:
    """Return the index of concepts: where a term is explained, or else used first."""
    rows = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8").splitlines()[8:]
    lines = [
        "# Concepts",
        "Where a term is explained or, if nowhere in particular, where it stands first.",
    ]
    for term in (row.split("|")[1].strip() for row in rows):
        word = plain(re.sub(r" \(.*\)", "", term)).strip("* ")
        for rule, most in ((is_the_heading, None), (in_bold, None), (in_the_heading, 2), (used, 1)):
            places = (place(path, partial(rule, word)) for path in worked_notebooks())
            if found := list(islice(filter(None, places), most)):
                break
        else:
            found = [next(filter(None, (named(path, word) for path in worked_notebooks())), "")]
        lines.append(f"**{term}**: " + " · ".join(found))
    return "\n\n".join(lines)


def is_the_heading(word: str, section: str, text: str) -> bool:
    return re.sub(r"^\d+\. ", "", section) == word


def in_bold(word: str, section: str, text: str) -> bool:
    return re.search(rf"\*\*{re.escape(word)}s?\b", text) is not None


def in_the_heading(word: str, section: str, text: str) -> bool:
    return word in section


def used(word: str, section: str, text: str) -> bool:
    return word in text


def named(path: Path, word: str) -> str:
    """Return a link to a notebook that has a word at its beginning or among its sources."""
    text = plain(" ".join(cell.source for cell in read(path).cells))
    return f"[{title(path)}]({address(path)})" if word in text else ""


def place(path: Path, rule: Callable) -> str:
    """Return a link to the first section of a notebook to which a rule applies, or an empty text.

    Sources, and what comes next, are left out. The rule takes the heading and the text, as `plain`
    makes them.
    """
    section = ""
    for cell in read(path).cells[3:]:
        markdown = cell.cell_type == "markdown"
        source = BEHIND.split(cell.source)[0] if markdown else cell.source
        for part in re.split(r"^(?=#)", source, flags=re.MULTILINE) if markdown else [source]:
            if markdown:
                section = (HEADING.findall(part) or [section])[0]
            if section and rule(plain(section), plain(part)):
                return f"[{title(path)}, {section}]({address(path)}#{default_slugify(section)})"
    return ""


def papers() -> str:
    """Return the index of papers, by year: what the notebooks name as their sources."""
    found = {}
    for path in worked_notebooks():
        text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
        for _, part in re.findall(r"(\*\*|<b>)Sources(.*?)(?=\*\*Next|\Z)", text, flags=re.DOTALL):
            part = re.sub(r"<[^>]*>", "", part)
            for authors, year, name in PAPER.findall(" ".join(part.split())):
                short = name.partition(":")[0].lower()[:36]  # some leave the subtitle out
                paper = found.setdefault((year, short), [authors, name, []])
                paper[1] = max(paper[1], name, key=len)
                paper[2].append(path)
    lines = ["# Papers", "What the notebooks name as their sources, by year."]
    for (year, _), (authors, name, paths) in sorted(found.items()):
        where = " · ".join(f"[{title(path)}]({address(path)})" for path in dict.fromkeys(paths))
        lines.append(f"{year}, {authors}: {linked(name)}. {where}")
    return "\n\n".join(lines)


def linked(name: str) -> str:
    """Return the title of a paper in italics, as a link if we know where the paper stands."""
    begins = " ".join(name.lower().split())
    for beginning, number in ADDRESSES.items():
        if begins.startswith(beginning):
            site = "doi.org" if number.startswith("10.") else "arxiv.org/abs"
            return f"[*{name}*](https://{site}/{number})"
    return f"*{name}*"


def with_links(text: str) -> str:
    """Return a Markdown cell with links to the papers among its sources."""
    before, mark, sources = text.partition("Sources")
    return before + mark + PAPER.sub(lambda it: it[0].replace(f"*{it[3]}*", linked(it[3])), sources)
