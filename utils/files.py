"""Files: what is read of the project's own data and of a learner's, how it fails, and writing."""

import codecs
import contextlib
import errno
import io
import itertools
import os
import re
import secrets
import stat
import tarfile
import tomllib
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from utils.characters import code, visible

EMBEDDED = Path(__file__).resolve().parents[1] / "datasets"
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
NO_BREAK = dict.fromkeys([0xA0, 0x2007, 0x202F], " ")  # spaces that look like any other
MARKUP = {b"{\\rtf": "it is in RTF", b"<!doctype": "it is a web page", b"<html": "it is a web page"}
UNREADABLE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)


class DataError(RuntimeError):
    """Data is missing, damaged or unusable; the message says what to do."""


def embedded_bytes(name: str) -> bytes:
    """Return the content of a file of `datasets/`. Raises DataError: it cannot be read."""
    try:
        return (EMBEDDED / name).read_bytes()
    except OSError as error:
        raise damaged(name, error) from None


def embedded(name: str) -> str:
    """Return the text of a file of `datasets/`. Raises DataError: it is missing or damaged."""
    data = embedded_bytes(name)
    try:
        text = io.StringIO(data.decode("utf-8"), newline=None).getvalue()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise damaged(name, f"line {line} is not UTF-8 text") from None
    if not text.strip():
        raise damaged(name, "it is empty")
    return text


def embedded_toml(name: str) -> dict:
    """Return the tables of a TOML file of `datasets/`. Raises DataError, which names the line."""
    text = embedded(name)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = str(error)
    except (ValueError, RecursionError):
        fault = "a number is too long, or a list too deep"
    raise DataError(f"datasets/{name} is not TOML ({fault}): mend that line.")


def damaged(name: str, fault: str | OSError) -> DataError:
    """Return the error that says what is wrong with a file of `datasets/`, and what to do.

    The advice never costs a learner an edit of his own.
    """
    file = f"The project's file datasets/{name}"
    path = f'"datasets/{name}"' if "*" in name else f"datasets/{name}"  # for git, not for the shell
    restore = f"restore it with `git checkout -- {path}`, or download the project again"
    if isinstance(fault, FileNotFoundError):
        return DataError(f"{file} is missing ({fault.strerror}): {restore}.")
    if isinstance(fault, OSError):
        return DataError(
            f"{file} cannot be read ({fault.strerror or fault}): see that it is a file, and that "
            "you may read it."
        )
    return DataError(
        f"{file} is damaged ({fault}): if you edited it, mend the edit; else rename it, to lose "
        f"nothing, then {restore}."
    )


def write_atomically(path, content: bytes | str) -> None:
    """Write a file in one step: it then holds all of the content, or what it held before.

    A text is written as UTF-8, its lines as they are. A link is followed, and permissions stay.

    Raises:
        OSError: the file cannot be written; it names `path`, and nothing new is left there.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    partial = target.with_name(f".partial-{secrets.token_hex(8)}")
    before = None
    try:
        with suppress(FileNotFoundError):
            before = target.stat()
        if before and not stat.S_ISREG(before.st_mode):  # such as /dev/stdout: no file to lose
            target.write_bytes(data)
            return
        if before and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else a crash could leave the new name on an empty file
        if before:
            with suppress(OSError, AttributeError):  # AttributeError: Windows has no owners
                os.chown(partial, before.st_uid, before.st_gid)
            partial.chmod(stat.S_IMODE(before.st_mode))
        partial.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), os.fspath(path)) from None
    finally:
        with suppress(OSError):
            partial.unlink()


def keep(path: Path) -> Path:
    """Copy a file to a free name beside it: NAME.kept-1.mid, NAME.kept-2.mid and so on.

    Raises:
        OSError: it cannot be read, or nothing can be written there.
    """
    content = path.read_bytes()
    for number in itertools.count(1):
        kept = path.with_name(f"{path.stem}.kept-{number}{path.suffix}")
        with suppress(FileExistsError):  # never over another one
            kept.touch(exist_ok=False)
            break
    try:
        write_atomically(kept, content)
    except OSError:
        kept.unlink()
        raise
    return kept


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


def read_text(path, max_bytes: int = 20_000_000) -> str:
    """Return what stands in a text file of your own.

    As `read_names` reads one: UTF-8, or UTF-16 with a byte order mark; what nobody sees is dropped,
    a letter with its accent is one character (Unicode NFC), and every kind of line break is the
    usual one. Raises DataError when the file cannot be used.
    """
    text = visible(_decode(_read(path, max_bytes), path, "")).translate(NO_BREAK)
    lines = [unicodedata.normalize("NFC", line) for line in text.splitlines()]
    for number, line in enumerate(lines, 1):
        if control := CONTROL.search(line):
            fault = f"line {number} holds the control character {code(control[0])}"
            raise DataError(f"{path} is not plain text ({fault}): remove it there.")
    return "\n".join(lines)


@contextlib.contextmanager
def written_here(*names: str):
    """Print that the files which the block writes are beside the notebook now, or why not.

    The block gets the names as a list, to which it may add. A folder that cannot be written, or a
    full disk, does not stop the notebook.
    """
    names = list(names)
    try:
        yield names
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "make room on the disk" if full else "copy the project to a folder of your own"
        name = Path(error.filename or [*names, "A file"][0]).name
        print(
            f"{name} could not be written in {Path.cwd()} "
            f"({error.strerror or error}): to keep it, {advice} and run this cell again."
        )
    else:
        print(f"written beside this notebook: {', '.join(names)}")


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


def _decode(data: bytes, path, content: str = ", one name per line") -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    start = data.removeprefix(codecs.BOM_UTF8)[:100].lstrip().lower()
    faults = [fault for mark, fault in MARKUP.items() if start.startswith(mark)]
    advice = f"save it as text in UTF-8{content}"
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
