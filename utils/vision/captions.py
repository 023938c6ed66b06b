"""What is said of a scene: "a red star above a blue circle and left of a pink moon"."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import special

from utils.text import END

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


def spots(texts: Iterable[str]) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return where words of each role stand: the captions' numbers, the steps, and the things."""
    found = {}
    for m, text in enumerate(texts):
        for t, (role, thing) in enumerate(roles(text)):
            found.setdefault(role, []).append((m, t, thing))
    return {role: tuple(np.array(rows).T) for role, rows in sorted(found.items())}


def repainted(text: str, colours: Sequence[str]) -> str:
    """Return a caption with its first colour exchanged for the next of these."""
    article, colour, *others = text.split()
    return " ".join([article, colours[(colours.index(colour) + 1) % len(colours)], *others])


def sureness(logits: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """Return the probabilities of whole captions with their `END`, (m,).

    Args:
        logits: (m, T_y, n_y), where each step has read the tokens before it.
        tokens: (m, T_y).
    """
    log_probs = special.log_softmax(logits, axis=-1)
    own = np.take_along_axis(log_probs, tokens[:, :, None], axis=-1)[:, :, 0]
    after = np.cumsum(tokens == END, axis=1) > (tokens == END)
    return np.exp(np.where(after, 0, own).sum(axis=1))
