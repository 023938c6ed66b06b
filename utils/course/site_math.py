"""Formulas as MathML, which every browser draws: an extension of Sphinx.

The font has only what the formulas need, and stands in the style sheet itself: a browser loads no
font that lies beside a page on the disk.
"""

import base64
import html
import io
import logging
import re
from pathlib import Path

import ziamath
from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from latex2mathml.converter import convert

FONT = Path(ziamath.__file__).with_name("fonts") / "STIXTwoMath-Regular.ttf"
STYLE = """\
/* STIX Two Math, SIL Open Font License 1.1, Copyright The STIX Fonts Project Authors
   (https://github.com/stipub/stixfonts): the part that these pages need. */
@font-face {{ font-family: Formulas; src: url(data:font/woff;base64,{font}) }}
mtd[columnalign=left] {{ text-align: left }}
mtd[columnalign=right] {{ text-align: right }}
math {{ font-family: Formulas, math; font-size: 1.1em }}
"""
FUNCTION = re.compile("<mi>([a-z]{2,})</mi>(?=(<mo[^>]*>&#x00028;)?)")
# A browser writes a letter alone in italics, by other characters: small, capital, Greek.
ITALICS = [0x210E, *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]
used = set(map(chr, ITALICS))


def formula(tex: str, display: str = "inline") -> str:
    """Return a formula as MathML."""
    found = convert(tex.replace("{aligned}", "{align*}"), display=display)
    found = FUNCTION.sub(spaced, found).replace("<mo>&#x02016;", '<mo stretchy="false">&#x02016;')
    used.update(html.unescape(found))
    return found


def spaced(name: re.Match) -> str:
    """Return the name of a function with the spaces that it has in TeX."""
    after = "0" if name[2] else "0.17em"
    return f'<mo lspace="0.17em" rspace="{after}">{name[1]}</mo>'


def inline(page, node) -> None:
    """Write a formula within a line."""
    page.body.append(formula(node.astext()))
    raise nodes.SkipNode


def block(page, node) -> None:
    """Write a formula with a line of its own."""
    page.body.append(f'<div class="formula">{formula(node.astext(), "block")}</div>')
    raise nodes.SkipNode


def style(app, _) -> None:
    """Write the style sheet with the font."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(flavor="woff", hinting=False, desubroutinize=True)
    cut = subset.Subsetter(options)
    cut.populate(text="".join(used))
    font = TTFont(FONT)
    cut.subset(font)
    font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed)
    text = STYLE.format(font=base64.b64encode(packed.getvalue()).decode())
    (Path(app.outdir) / "_static" / "math.css").write_text(text, encoding="utf-8")


def setup(app) -> dict:
    """Tell Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.config.html_math_renderer = "mathml"
    app.connect("build-finished", style)
    return {"parallel_read_safe": True}
