"""What is said of a scene: "a red star above a blue circle and left of a pink moon"."""

import re
from typing import NamedTuple

DOWN = {"above": (0, 1), "below": (1, 0)}
ACROSS = {"left of": (0, 1), "right of": (1, 0)}

WORDS = ("a", "and", "above", "below", "left", "right", "of")
"""The words that name neither a colour nor a thing."""

_THING = r"a (\w+) (\w+)"
_CAPTION = re.compile(
    f"{_THING}(?: (above|below) {_THING})?(?: (and )?(left of|right of) {_THING})?"
)

LONGEST = 13
"""Words in the longest caption."""


class Said(NamedTuple):
    """What a caption says.

    Attributes:
        things: (colour, noun) of each thing, in the order in which they are named.
        down: "above", "below" or "".
        across: "left of", "right of" or "".
    """

    things: tuple[tuple[str, str], ...]
    down: str
    across: str


def write(said: Said) -> str:
    """Return the caption that says this."""
    named = [f"a {colour} {noun}" for colour, noun in said.things]
    text = named.pop(0)
    if said.down:
        text += f" {said.down} {named.pop(0)}"
    if said.across:
        text += f"{' and' * bool(said.down)} {said.across} {named.pop(0)}"
    return text


def read(caption: str) -> Said | None:
    """Return what a caption says, or None if it is no sentence of this kind."""
    found = _CAPTION.fullmatch(caption)
    if not found or bool(found[6]) != bool(found[3] and found[7]):
        return None
    groups = (found.group(1, 2), found.group(4, 5), found.group(8, 9))
    things = tuple(thing for thing in groups if thing[0])
    return Said(things, found[3] or "", found[7] or "")


def roles(caption: str) -> list[tuple[str, int]]:
    """Return for each word what it is and to which thing it belongs.

    What it is: "article", "colour", "noun" or "place"; the things are counted from 0 in the order
    in which they are named, and words of place belong to the thing that follows.
    """
    found, thing, since = [], 0, 0
    for word in caption.split():
        since = 1 if word == "a" else since + 1 if since else 0
        kind = ("place", "article", "colour", "noun")[since]
        found.append((kind, thing))
        if kind == "noun":
            thing, since = thing + 1, 0
    return found
