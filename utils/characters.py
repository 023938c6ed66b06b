"""Characters that nobody sees: dropped where they do nothing, and named by their code elsewhere."""

import re
import unicodedata

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e001f]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+"
)
"""What Unicode calls default ignorable, such as a byte order mark, a soft hyphen, a space without
width, a mark of direction or a blank Hangul letter. Not among them are the two joiners, variation
selectors, which choose the form of what stands before, and the letters in the flag of Scotland."""
JOINERS = re.compile("[\u200c\u200d]+")


def visible(text: str) -> str:
    """Return a text without the characters that nobody sees.

    A joiner (U+200C, U+200D) stays where it shapes what is seen: in Arabic script, as in Persian,
    behind the virama of an Indian script, and between the parts of an emoji.
    """
    return JOINERS.sub(_joiner, INVISIBLE.sub("", text))


def _joiner(found: re.Match) -> str:
    text, start, end = found.string, found.start(), found.end()
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if not before:
        return ""
    shapes = (
        unicodedata.name(before, "").startswith(("ARABIC", "SYRIAC"))
        or unicodedata.combining(before) == 9  # a virama
        or unicodedata.category(before) in ("So", "Sk")
        or before == "\ufe0f"  # behind a sign that is shown as an emoji
    )
    ends_word = not after or unicodedata.category(after)[0] not in "LMS"
    apart = found[0][0] == "\u200c"  # which at the end of a word does nothing
    return found[0][0] if shapes and not (apart and ends_word) else ""


def code(character: str) -> str:
    """Return the code of a character and its name, such as "U+00AD SOFT HYPHEN"."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
