"""Sheets: what a file in ABC, MusicXML or MIDI holds, or one sentence on why it is not read.

The readers are our own, and what they do not understand they refuse by name. music21 writes our
scores and judges the readers in the tests; read with it, bars of rest, repeats, added degrees and
transpositions were lost without a word, and 40 bytes could take a minute or gigabytes.
"""

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from utils.files import DataError
from utils.music.abc_notation import read_abc
from utils.music.bars import Damaged, Sheet
from utils.music.midi import read_midi
from utils.music.musicxml import read_musicxml

FORMATS = {
    ".abc": "ABC",
    ".mid": "MIDI",
    ".midi": "MIDI",
    ".musicxml": "MusicXML",
    ".xml": "MusicXML",
    ".mxl": "MusicXML",
}
MAX_BYTES = 2_000_000  # one melody has a few thousand; so many are read within five seconds
BEGINNINGS = (  # of files, and the ending that their names should have
    (rb"MThd", "MIDI", ".mid"),
    (rb"PK\x03\x04(?s:.){26,500}META-INF/", "compressed MusicXML", ".mxl"),
    (rb"(?s:.){0,500}<score-(partwise|timewise)", "MusicXML", ".musicxml"),
    (rb"(\xef\xbb\xbf)?\s*(%abc|X: *\d)", "ABC", ".abc"),
)


def read_sheet(path: Path, symbols: bool) -> Sheet:
    """Return what a file holds; without `symbols` its chord symbols are read over.

    Raises:
        DataError: it cannot be read; the message says why and what to do.
    """
    kind = FORMATS.get(path.suffix.lower())
    data = _contents(path, kind)
    try:
        if kind == "ABC":
            return read_abc(data, path.stem, symbols)
        if kind == "MIDI":
            return read_midi(data, path.stem)
        score = _unpacked(data) if data.startswith(b"PK") else data
        return read_musicxml(score, path.stem, symbols)
    except DataError as error:
        raise DataError(f"{path.name} {_other_format(data, kind) or error}") from None
    except Damaged as error:
        fault = _other_format(data, kind) or f"cannot be read as {kind}: {error}"
        raise DataError(f"{path.name} {fault}") from None


def _contents(path: Path, kind: str | None) -> bytes:
    if path.is_dir():
        raise DataError(f"{path.name} is a folder: name one file in it.")
    if kind is None:
        raise DataError(f"{path.name} is no kind of score that I read: use {', '.join(FORMATS)}.")
    if not path.is_file():
        raise DataError(f"There is no file {path}: check its name and folder.")
    _check_size(path.stat().st_size, path.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened ({error.strerror}): check it.") from None
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise DataError(f"{path.name} holds nothing: copy it again, or export it again.")
    return data


def _check_size(size: int, name: str) -> None:
    if size == 0:
        raise DataError(f"{name} is empty: export it again from the program that made it.")
    if size > MAX_BYTES:
        raise DataError(f"{name} has {size / 1e6:.1f} MB, more than 2: export one melody of it.")


def _other_format(data: bytes, kind: str) -> str | None:
    """Return a sentence if the contents are in another format than the name says."""
    for beginning, name, ending in BEGINNINGS:
        if re.match(beginning, data) and not name.endswith(kind):
            return f"is not {kind} but {name}: let its name end in {ending}."
    return None


def _unpacked(data: bytes) -> bytes:
    """Return the score in a compressed MusicXML file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            container = "META-INF/container.xml"
            listed = archive.open(container).read(MAX_BYTES) if container in names else b""
            root = re.search(rb"""full-path=["']([^"']+)""", listed)
            scores = [name for name in names if re.search(r"^(?!META-INF).*\.(music)?xml$", name)]
            name = root[1].decode() if root else next(iter(scores), None)
            if name not in names:
                raise DataError("is a zip archive without a score in it: export it as MusicXML.")
            _check_size(archive.getinfo(name).file_size, "unpacked")
            return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise Damaged(f"it is a damaged archive or one cut short ({error})") from None
    except (RuntimeError, NotImplementedError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError("is an archive with a password or of a rare kind: zip it again.") from None
