"""Files: what is read of the project's own data and of a learner's, and how it fails."""

import codecs
import contextlib
import errno
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

EMBEDDED = Path(__file__).resolve().parents[1] / "datasets"
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
    dropped, and a letter with its accent is one character (Unicode NFC). No other encoding is
    guessed, because a wrong guess gives wrong letters without a word.
    Raises DataError when the file cannot be used; one over `max_bytes` is not read at all.
    """
    text = unicodedata.normalize("NFC", _decode(_read(Path(path), max_bytes), path))
    names = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(names) < at_least:
        raise DataError(
            f"{path} is {'too short' if names else 'empty'}: it holds {len(names)} different "
            f"names, and at least {at_least} are needed, one name per line."
        )
    return names


@contextlib.contextmanager
def written_here(*names: str):
    """Print that the files which the block writes are beside the notebook now, or why not.

    A folder that cannot be written, or a full disk, does not stop the notebook.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "make room on the disk" if full else "copy the project to a folder of your own"
        print(
            f"{Path(error.filename or names[0]).name} could not be written in {Path.cwd()} "
            f"({error.strerror or error}): to keep it, {advice} and run this cell again."
        )
    else:
        print(f"written beside this notebook: {', '.join(names)}")


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        path = path.expanduser()
        info = path.stat()
        fault = "" if stat.S_ISREG(info.st_mode) else "it is a folder or a device"
        if info.st_size > max_bytes:
            fault = fault or f"it has {info.st_size:,} bytes, and at most {max_bytes:,} are read"
        if not fault:
            return path.read_bytes()
    except FileNotFoundError:
        fault = "there is no such file; a bare name is looked for beside the notebook"
    except (OSError, ValueError, RuntimeError) as error:
        fault = getattr(error, "strerror", None) or error
    raise DataError(f"{path} cannot be read ({fault}): give the name of a text file.")


def _decode(data: bytes, path) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
        fault = "it holds zero bytes" if "\0" in text else ""
    except UnicodeDecodeError as error:
        fault = f"byte {error.start} is not {'UTF-16' if wide else 'UTF-8'}"
    if fault:
        raise DataError(
            f"{path} is not plain text ({fault}): save it as text in UTF-8, one name per line."
        )
    return text
