"""Chord symbols in MusicXML: a kind in words, a text to show, and degrees added or altered."""

import re
from contextlib import suppress
from xml.etree.ElementTree import Element

from utils.files import DataError
from utils.music.bars import unknown_chord
from utils.music.chords import KINDS, NATURALS, Chord, parse_chord

FIGURES = {  # of the kinds of MusicXML that are among KINDS
    "major": "",
    "minor": "m",
    "augmented": "+",
    "diminished": "dim",
    "dominant": "7",
    "major-seventh": "maj7",
    "minor-seventh": "m7",
    "diminished-seventh": "dim7",
    "augmented-seventh": "+7",
    "half-diminished": "m7b5",
    "major-minor": "mM7",
    "major-sixth": "6",
    "minor-sixth": "m6",
    "dominant-ninth": "9",
    "major-ninth": "maj9",
    "minor-ninth": "m9",
    "dominant-11th": "11",
    "minor-11th": "m11",
    "dominant-13th": "13",
    "suspended-fourth": "sus4",
}
PLACES = {  # where a degree may stand, in semitones above the root; unaltered first
    1: (0,),
    2: (2, 1),
    3: (4, 3),
    4: (5, 6),
    5: (7, 6, 8),
    6: (9, 8),
    7: (10, 11, 9),
}
SIGNS = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}


def chord_of(harmony: Element, bar: str) -> Chord | None:
    """Return the chord of a symbol; None where it says that there is none.

    The text is what a player reads; degrees stand beside it or are in it already.

    Raises:
        DataError: the chord is unknown, or its text and its kind are two chords.
    """
    kind = harmony.find("kind")
    word = (kind.text or "").strip().lower() if kind is not None else ""
    if word == "none":
        return None
    if len(harmony.findall("kind")) > 1 or harmony.find("root/root-step") is None:
        raise DataError(
            f"has a chord without a root, or several in one, in bar {bar}: write one with its "
            "root, such as C7."
        )
    step = harmony.findtext("root/root-step", "").strip()
    alter = _number(harmony.findtext("root/root-alter") or "0")
    if step not in NATURALS or alter not in SIGNS:
        raise unknown_chord(f"{step}{alter}", bar)
    text = (kind.get("text") or "").strip() if kind is not None else ""
    degrees = [
        (
            _number(degree.findtext("degree-value", "0")),
            _number(degree.findtext("degree-alter") or "0"),
            degree.findtext("degree-type", "add").strip(),
        )
        for degree in harmony.iterfind("degree")
    ]
    known = all(1 <= value <= 13 and by in SIGNS for value, by, _ in degrees)
    found = _kind(word, text, degrees) if known else None
    if found is None:
        added = "".join(f" {way} {SIGNS.get(by, by)}{value}" for value, by, way in degrees)
        shown = text if _written(text) is None and text else f"{text or word}{added}"
        raise unknown_chord(f"{step}{SIGNS[alter]}{shown}", bar)
    return Chord((NATURALS[step] + alter) % 12, found)


def _number(text: str) -> int:
    with suppress(ValueError, OverflowError):
        if float(text) == int(float(text)):
            return int(float(text))
    return 99  # which is no degree and no alteration


def _written(text: str) -> str | None:
    with suppress(ValueError):
        return parse_chord(f"C{text}").kind
    return None


def _kind(word: str, text: str, degrees: list) -> str | None:
    """Return the kind, as in KINDS; None if it is unknown or the text is of another chord."""
    written = _written(text) if text else None
    plain = _written(FIGURES[word]) if word in FIGURES else written
    if plain is None:
        return None
    meant = _altered(KINDS[plain], degrees)
    exact = next((kind for kind, tones in KINDS.items() if set(tones) == meant), None)
    if written is None and text and not degrees and _bare(text) != _bare(FIGURES[word]):
        return None
    if written in (None, plain):
        return exact
    if degrees and exact and "alt" not in text:
        return exact if exact == written else None
    third = {3, 4} & set(KINDS[plain])
    other = {3, 4} & set(KINDS[written])
    return None if third and other and not third & other else written


def _bare(text: str) -> list[str]:
    """Return what a text adds to a quality, which programs spell in their own ways (MI7)."""
    plain = text.lower().replace("♭", "b").replace("♯", "#")
    return re.findall(r"[b#+]?\d+|add|no|omit|alt|sus|/", plain)


def _altered(tones: tuple, degrees: list) -> set[int]:
    """Return the tones of a chord, 0 to 11 above its root, with its degrees changed."""
    changed = set(tones)
    for value, by, way in degrees:
        places = PLACES[(value - 1) % 7 + 1]
        there = next((place for place in places if place in changed), None)
        if way == "add" or there is None:
            by = max(by, 0) if places[0] == 10 else by  # b7 is what a seventh is by itself
            there = places[0] if way != "subtract" else None
        elif way in ("alter", "subtract"):
            changed.discard(there)
        if way != "subtract" and there is not None:
            changed.add((there + by) % 12)
    return changed
