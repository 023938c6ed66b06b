"""The folder of fetched data: what stands there, and what `downloads.fetch` may delete.

It is a folder of our own with a mark in it. Deleted is only what a manifest lists, and a folder of
unfinished data that has such a mark; everything else in it is the learner's.
"""

import filecmp
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from utils.archives import is_inside
from utils.files import DataError

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

HASHED_BYTES = 300_000_000  # a cached data set up to this size is read again: about a second
FOLDER = "sequence-models-data"
MARK = ".made-by-fetch"
MANIFEST = ".manifest.json"
PARTIAL = ".partial-"
OTHER_FOLDER = "set SEQUENCE_MODELS_DATA to a folder you may write to"


def cache_folder() -> Path:
    """Return our folder for fetched data, in $SEQUENCE_MODELS_DATA or where the system has caches.

    Raises DataError: the home folder is needed and not known.
    """
    import pooch  # here, not above: the embedded data must not wait a third of a second for it

    chosen = os.environ.get("SEQUENCE_MODELS_DATA")
    folder = Path(chosen, FOLDER) if chosen else Path(pooch.os_cache("sequence-models"))
    try:
        return folder.expanduser().absolute()
    except RuntimeError:
        raise DataError(f"The home folder of {folder} is not known: {OTHER_FOLDER}.") from None


def make_ours(cache: Path) -> None:
    """Make the folder and its mark. Raises DataError: it holds what `fetch` did not put there."""
    cache.mkdir(parents=True, exist_ok=True)
    if (cache / MARK).exists():
        return
    for path in cache.iterdir():  # there was no mark until November 2026
        if not path.name.startswith((MARK, PARTIAL)) and not (path / MANIFEST).is_file():
            raise DataError(
                f"{path} was not made by `fetch`, which wants a folder of its own: move it "
                "elsewhere, or set SEQUENCE_MODELS_DATA to another folder."
            )
    (cache / MARK).write_text("`utils.downloads.fetch` keeps its data here.\n", encoding="utf-8")


def check_place(folder: Path) -> None:
    """Raise DataError when something else than a folder has the name of a data set's folder."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise _in_the_way(folder)


def _in_the_way(path: Path) -> DataError:
    return DataError(
        f"{path} is in the way, and `fetch` did not make it, so it is left as it is: move it "
        "elsewhere or rename it, then fetch again."
    )


@contextmanager
def partial_folder(cache: Path) -> Iterator[Path]:
    """Give a new folder for unfinished data. It is removed in the end.

    If this process is killed, it is removed when data is fetched again: until then the process
    holds a lock on the mark, which needs no clock and no process number.
    """
    _sweep(cache)
    with (
        tempfile.TemporaryDirectory(prefix=PARTIAL, dir=cache) as partial,
        Path(partial, MARK).open("x", encoding="utf-8") as mark,
    ):
        with suppress(OSError):  # no locks on this disk: then it is never swept either
            _lock(mark, wait=True)
        mark.write("unfinished data")
        mark.flush()
        yield Path(partial)


def _sweep(cache: Path) -> None:
    for path in cache.glob(f"{PARTIAL}*/{MARK}"):
        with suppress(OSError):  # it is locked, or another process is removing it
            with path.open("r+", encoding="utf-8") as mark:
                _lock(mark, wait=False)
                abandoned = bool(mark.read())  # an empty one is about to be locked
            if abandoned:
                shutil.rmtree(path.parent)


def _lock(file, wait: bool) -> None:
    """Lock a file until it is closed, or its process ends. Raises OSError: another has it."""
    if os.name == "nt":
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_intact(folder: Path, checksum: str) -> bool:
    """Return whether a data set is as it was fetched from the source with this checksum."""
    known = _manifest(folder)
    try:
        return bool(known) and known == _state(folder, known["sizes"], checksum)
    except (OSError, ValueError):
        return False


def _manifest(folder: Path) -> dict:
    """Return what is remembered of a data set, {} if nothing can be relied on."""
    path = folder / MANIFEST
    try:
        known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return known if all(map(is_inside, known["sizes"])) else {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _state(folder: Path, files, checksum: str) -> dict:
    """What is remembered of a data set and compared later; other files in the folder are free."""
    found = {name: (folder / name).stat() for name in files}
    if not all(stat.S_ISREG(info.st_mode) for info in found.values()):
        raise ValueError("not a file")  # a pipe would never end
    sizes = {name: info.st_size for name, info in found.items()}
    content = hashlib.sha256()
    for name in sizes if sum(sizes.values()) <= HASHED_BYTES else ():
        with (folder / name).open("rb") as file:
            content.update(hashlib.file_digest(file, "sha256").digest())
    return {"source": checksum, "sizes": sizes, "content": content.hexdigest()}


def publish(data: Path, folder: Path, checksum: str) -> None:
    """Give finished data its name: in one step, or file by file where its folder stands already.

    A learner's own files in that folder stay. Raises DataError: one is in the way.
    """
    files = [path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()]
    manifest = json.dumps(_state(data, files, checksum))
    (data / MANIFEST).write_text(manifest, encoding="utf-8")
    try:
        data.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        if not is_intact(folder, checksum):  # another process may have been first
            _renew(data, folder)


def _renew(data: Path, folder: Path) -> None:
    """Replace the files that the old manifest lists by those of `data`, the manifest at last."""
    listed = {MANIFEST, *_manifest(folder).get("sizes", ())}
    new = {path.relative_to(data).as_posix(): path for path in sorted(data.rglob("*"))}
    for name, path in new.items():
        if _taken(path, folder / name, name in listed):
            raise _in_the_way(folder / name)
    for name in listed - new.keys():
        _remove(folder, name)
    manifest = new.pop(MANIFEST)
    for name, path in new.items():
        if path.is_dir():
            if (folder / name).is_file():
                _remove(folder, name)
            (folder / name).mkdir(exist_ok=True)
        else:
            path.replace(folder / name)
    manifest.replace(folder / MANIFEST)


def _taken(new: Path, target: Path, ours: bool) -> bool:
    """Return whether something that is not ours stands where a new file or folder belongs."""
    if not os.path.lexists(target) or (target.is_dir() and new.is_dir()):
        return target.is_symlink()
    if target.is_symlink() or not target.is_file():
        return True
    same = new.is_file() and filecmp.cmp(new, target, shallow=False)
    return not (ours or same)


def _remove(folder: Path, name: str) -> None:
    """Remove a file of ours and folders that are then empty, but nothing that a link leads to."""
    path = folder / name
    if path.is_file() and Path(os.path.realpath(path)) == Path(os.path.realpath(folder)) / name:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # one is not empty
            for parent in Path(name).parents[:-1]:
                (folder / parent).rmdir()
