"""Files: what is read of the project's own data and of a learner's, and how it fails."""

import codecs
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

from utils.characters import code, visible

EMBEDDED = Path(__file__).resolve().parents[1] / "datasets"
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
NO_BREAK = dict.fromkeys([0xA0, 0x2007, 0x202F], " ")  # spaces that look like any other
MARKUP = {b"{\\rtf": "it is in RTF", b"<!doctype": "it is a web page", b"<html": "it is a web page"}
UNREADABLE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)


class DataError(RuntimeError):
    """Data is missing, damaged or unusable; the message says what to do."""


def embedded(name: str) -> str:
    """Return the text of a file of `datasets/`. Raises DataError: it is missing or damaged."""
    try:
        text = (EMBEDDED / name).read_text(encoding="utf-8")
        fault = "" if text.strip() else "it is empty"
    except (OSError, UnicodeDecodeError) as error:
        fault = getattr(error, "strerror", None) or "it is not UTF-8 text"
    if fault:
        raise damaged(name, fault)
    return text


def damaged(name: str, fault: str) -> DataError:
    """Return the error that says what is wrong with a file of `datasets/`, and what to do."""
    return DataError(
        f"The project's file datasets/{name} is missing or damaged ({fault}): restore it with "
        f"`git checkout -- datasets/{name}`, or download the project again."
    )


def read_names(path, at_least: int = 50, max_bytes: int = 100_000_000) -> list[str]:
    """Return the different names in a text file of your own, one name per line, in file order.

    The file is UTF-8, or UTF-16 with a byte order mark. Blank lines and spaces around a name are
    dropped, and so is what nobody sees (see `characters.visible`), such as a byte order mark where
    two lists were joined. A letter with its accent is one character (Unicode NFC), and a space
    that allows no line break is like any other. No other encoding is guessed, because a wrong
    guess gives wrong letters without a word.
    Raises DataError when the file cannot be used; one over `max_bytes` is not read at all.
    """
    text = visible(_decode(_read(path, max_bytes), path)).translate(NO_BREAK)
    names = [unicodedata.normalize("NFC", line.strip()) for line in text.splitlines()]
    for number, name in enumerate(names, 1):
        if control := CONTROL.search(name):
            fault = f"line {number} holds the control character {code(control[0])}"
            raise DataError(f"{path} is not a list of names ({fault}): remove it there.")
    names = list(dict.fromkeys(filter(None, names)))
    if len(names) < at_least:
        raise DataError(
            f"{path} is {'too short' if names else 'empty'}: it holds {len(names)} different "
            f"names, and at least {at_least} are needed, one name per line."
        )
    return names


def _read(path, max_bytes: int) -> bytes:
    try:
        path = Path(path).expanduser()
        info = path.stat()
        fault = "" if stat.S_ISREG(info.st_mode) else "it is a folder or a device"
        if info.st_size > max_bytes:
            fault = fault or f"it has {info.st_size:,} bytes, and at most {max_bytes:,} are read"
        if not fault:
            return path.read_bytes()
    except FileNotFoundError:
        fault = "there is no such file; a bare name is looked for beside the notebook"
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        fault = getattr(error, "strerror", None) or error
    raise DataError(f"{path} cannot be read ({fault}): give the name of a text file.")


def _decode(data: bytes, path) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    start = data.removeprefix(codecs.BOM_UTF8)[:100].lstrip().lower()
    faults = [fault for mark, fault in MARKUP.items() if start.startswith(mark)]
    advice = "save it as text in UTF-8, one name per line"
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
        faults += ["it holds zero bytes"] * ("\0" in text)
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if wide else "UTF-8"
        faults.append(f"byte {error.start} is not {encoding}")
        if error.reason in ("unexpected end of data", "truncated data"):
            faults = [f"its last letter is cut, or not {encoding}"]
            advice += ", or copy it again"
    if faults:
        raise DataError(f"{path} is not plain text ({faults[0]}): {advice}.")
    return text
