"""The XML of a score in MusicXML: its encoding, and what it is if it is none."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from utils.files import DataError
from utils.music.bars import Damaged

OTHERS = {
    "html": ("it is a web page", "download the score itself"),
    "museScore": ("it is MuseScore's own format", "export it from MuseScore as MusicXML"),
    "opus": ("it is only a list of other scores (an opus)", "name one of them"),
    "mei": ("it is MEI", "convert it to MusicXML"),
}
SAVE = 'write encoding="UTF-8" in its first line and save it so, or export it again as MusicXML.'
CUT_SHORT = (3, 5, 6, 20)  # expat's codes: no element, unclosed token, partial character, CDATA


def root_of(data: bytes) -> Element:
    """Return the score of a file.

    Raises:
        Damaged: the bytes are no MusicXML, or not all of it.
        DataError: it is not in the encoding that it names, or defines entities.
    """
    return _root(_text(data))


def _text(data: bytes) -> str:
    """Return the text in the encoding that the file declares."""
    declared = re.search(rb"""^[^>]{0,80}encoding=["']([\w.:-]+)""", data)
    encoding = declared[1].decode() if declared else "utf-8"
    for start, name in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if data.startswith(start):
            encoding = name
            break
    else:
        if data.startswith(b"\xef\xbb\xbf") or re.match(r"(?i)utf-?(8|16)", encoding):
            encoding = "utf-8-sig"  # some programs declare UTF-16 and write UTF-8
    try:
        return data.decode(encoding)
    except LookupError:
        raise DataError(f"is written in {encoding!r}, an encoding unknown to me: {SAVE}") from None
    except UnicodeDecodeError as error:
        if error.reason in (
            "unexpected end of data",
            "truncated data",
        ):  # cut short: the parser says where
            return data[: error.start].decode(encoding)
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"says that it is written in {encoding.removesuffix('-sig')}, and line {line} is not: "
            f"{SAVE}"
        ) from None


def _root(text: str) -> Element:
    if "<!ENTITY" in text:
        raise DataError("defines entities, which no score needs: export it again as MusicXML.")
    if re.match(r"(?i)\s*<(!DOCTYPE\s+)?html", text):
        raise Damaged(*OTHERS["html"])
    try:
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
        root = ElementTree.fromstring(re.sub(r"\sxmlns=[\"'][^\"'<>]*[\"']", "", text, count=1))
    except ElementTree.ParseError as error:
        line = error.position[0]
        if error.code in CUT_SHORT and text.lstrip().startswith("<"):
            raise Damaged(f"it is cut short in line {line}") from None
        raise Damaged(f"line {line} is not XML") from None
    except ValueError as error:
        raise Damaged(f"it is not XML ({error})") from None
    if root.tag not in ("score-partwise", "score-timewise"):
        raise Damaged(*OTHERS.get(root.tag, (f"it is something else, <{root.tag[:30]}>",)))
    return root
