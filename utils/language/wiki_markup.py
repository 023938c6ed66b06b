"""The prose of a Wikipedia article, without its markup.

An article is written with templates in {{ }}, links in [[ ]], tables in {| |} and footnotes in
<ref>. Only whole paragraphs of sentences are kept. Where something stood in the middle of a
sentence that cannot be shown as words, such as a formula, a HOLE is left, so that whoever takes
sentences can leave out the broken ones.
"""

import html
import re

HOLE = "\ufffc"  # Unicode's own sign for an object that stands in a text

# What a reader of the page does not see in its place, or not as words.
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FOOTNOTE = re.compile(r"<ref\b[^<>]*?/>|<ref\b[^<>]*>.*?</ref\s*>", re.DOTALL | re.IGNORECASE)
BLOCK = re.compile(
    r"<(gallery|timeline|table|pre|source|syntaxhighlight|imagemap)\b.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
FORMULA = re.compile(r"<(math|chem|score|hiero)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
INNERMOST = re.compile(r"\{\{([^{}]*)\}\}")
TABLE = re.compile(r"\{\|(?:(?!\{\|).)*?\|\}", re.DOTALL)
LINK = re.compile(r"\[\[([^\[\]]*)\]\]")
ADDRESS = re.compile(r"\[(?:https?:|ftp:)?//\S+?(?:\s+([^\[\]]*))?\]")
QUOTES = str.maketrans("\u2018\u2019\u201c\u201d\u00a0\u2009\u202f", "''\"\"   ")

# Templates that print one of their parts, those that print nothing within a line, and the rest.
SHOWN = {"nowrap": 1, "lang": 2, "transl": -1, "small": 1, "sic": 1, "abbr": 1, "quote": 1}
UNSEEN = re.compile(
    r"(citation needed|cn|fact|sfn\w*|refn|efn\w*|rp|r|ref\w*|harv\w*|note|notetag|anchor|clear|-"
    r"|clarify|vague|specify|nonspecific|or|why|what|who|which|when|where|by whom|according to whom"
    r"|dead link|better source|page needed|full|failed verification|not in citation.*|dubious"
    r"|verify.*|pov.*|update.*|unreferenced.*|weasel.*|disputed.*|original research.*|undue.*"
    r"|ipa.*|pron.*)$",
    re.IGNORECASE,
)
UNSEEN_LINK = re.compile(
    r":?(file|image|category|media|[a-z]{2,3}|[a-z]+-[a-z]+)\s*:", re.IGNORECASE
)
NO_PROSE = "=*#:;|!{}<-&[]()"
ENDS = (".", "!", "?", '."', '!"', '?"', ".'", ".)")


def paragraphs(markup: str) -> list[str]:
    """Return the paragraphs of prose of an article, each one line of text, in their order.

    Headings, lists, tables, captions and lines that do not end as a sentence does are left out.

    Args:
        markup: the source of the article, as a dump of Wikipedia holds it.
    """
    lines = (" ".join(line.split()) for line in _without_markup(markup).split("\n"))
    return [line for line in lines if line and line[0] not in NO_PROSE and line.endswith(ENDS)]


def _without_markup(text: str) -> str:
    text = html.unescape(html.unescape(text)).translate(QUOTES)
    for pattern, instead in ((COMMENT, ""), (FOOTNOTE, ""), (BLOCK, ""), (FORMULA, HOLE)):
        text = pattern.sub(instead, text)
    text = _until_nothing_changes(INNERMOST, _template, text)
    text = _until_nothing_changes(TABLE, "\n", text)
    text = ADDRESS.sub(lambda found: found[1] or "", text)
    text = _until_nothing_changes(LINK, _link, text)
    text = re.sub(r"'{2,}", "", TAG.sub("", text))
    text = re.sub(r"\(\s*[,;:]*\s*\)", "", text)  # what was in brackets is gone
    return re.sub(r"\s+([,.;:!?)])", lambda found: found[1], re.sub(r"[ \t]+", " ", text))


def _until_nothing_changes(pattern: re.Pattern, instead, text: str) -> str:
    """Replace from the inside outwards, since markup stands within markup."""
    changes = 1
    while changes:
        text, changes = pattern.subn(instead, text)
    return text


def _template(found: re.Match) -> str:
    name, *parts = (part.strip() for part in found[1].split("|"))
    name = name.lower()
    plain = [part for part in parts if "=" not in part]
    if name in ("convert", "cvt") and len(plain) > 1:
        return _measure(plain)
    if name.startswith("lang-") and plain:
        return plain[0]
    if name in SHOWN and plain:
        return plain[min(SHOWN[name], len(plain)) - 1] if SHOWN[name] > 0 else plain[-1]
    # A template with a line break is a box or a list and stands beside the text, not in it.
    return "" if UNSEEN.match(name) or "\n" in found[1] else HOLE


def _measure(parts: list[str]) -> str:
    """Return 5 km of convert|5|km|mi, and 5 to 8 km of convert|5|to|8|km."""
    if parts[1] in ("to", "and", "-", "–", "or", "by", "x") and len(parts) > 3:
        return f"{parts[0]} {parts[1]} {parts[2]} {parts[3]}"
    return f"{parts[0]} {parts[1]}"


def _link(found: re.Match) -> str:
    if UNSEEN_LINK.match(found[1]):
        return ""
    return found[1].rpartition("|")[2]
