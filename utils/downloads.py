"""Optional real data sets: downloaded when first asked for, verified, unpacked and kept."""

import errno
import gzip
import hashlib
import json
import os
import shutil
import stat
import tarfile
import tempfile
import time
import tomllib
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PureWindowsPath
from urllib.parse import urlsplit

from utils.files import EMBEDDED, UNREADABLE, DataError

STALL_SECONDS = 30  # a server that sends no byte for so long is given up
STALE_SECONDS = 3600  # a partial folder untouched for so long belongs to no running download
MAX_UNPACKED_RATIO = 50  # text shrinks to a third or a fifth; far more than that is a trap
HASHED_BYTES = 300_000_000  # a cached data set up to this size is read again: about a second
CHUNK = 1 << 16
MANIFEST = ".manifest.json"
PARTIAL = ".partial-"
DISK_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
OTHER_FOLDER = "set SEQUENCE_MODELS_DATA to a folder you may write to"
MORE_ROOM = "free some space, or set SEQUENCE_MODELS_DATA to a folder on a larger disk"


@dataclass(frozen=True)
class Source:
    """Where a data set comes from. `size` is in bytes, None where no one states it."""

    what: str
    address: str
    checksum: str
    checksum_from: str
    licence: str
    size: int | None = None

    @property
    def file(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def members(self):
        """The function that reads the archive, None for a file that is used as it is."""
        return next((read for end, read in READERS.items() if self.file.endswith(end)), None)

    @property
    def result(self) -> str:
        """The one file a learner wants, "" when that is the whole folder."""
        return "" if self.members in (_zip_members, _tar_members) else self.file.removesuffix(".gz")


def _registry() -> dict[str, Source]:
    rows = tomllib.loads((EMBEDDED / "sources.toml").read_text(encoding="utf-8"))
    return {name: Source(**row) for name, row in rows.items()}


SOURCES = _registry()


def cache_folder() -> Path:
    """Return the folder for fetched data: $SEQUENCE_MODELS_DATA, or the system's cache folder."""
    import pooch  # here, not above: the embedded data must not wait a third of a second for it

    chosen = os.environ.get("SEQUENCE_MODELS_DATA")
    return Path(chosen or pooch.os_cache("sequence-models")).expanduser().absolute()


def fetch(name: str) -> Path:
    """Return a real data set's file, or its folder when it was an archive; download it if needed.

    A data set appears in the cache folder in one step, verified and complete, or not at all; two
    processes may fetch the same one at once. A cached copy is checked each time: the size of every
    file, and up to HASHED_BYTES in all the content too. A damaged one is fetched again.
    Raises DataError, and then leaves nothing behind.
    """
    source = _source(name)
    folder = cache_folder() / name
    try:
        if not _intact(folder, source):
            _renew(folder, source)
    except (OSError, ValueError) as error:
        raise DataError(_explain(error, source, folder.parent)) from None
    return folder / source.result


def _source(name: str) -> Source:
    if str(name) in SOURCES:
        return SOURCES[str(name)]
    near = get_close_matches(str(name).lower(), SOURCES, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise DataError(f"There is no data set {name!r}.{hint} The names are: {', '.join(SOURCES)}.")


def _renew(folder: Path, source: Source) -> None:
    cache = folder.parent
    cache.mkdir(parents=True, exist_ok=True)
    _sweep(cache)
    _check_room(cache, source)
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=cache) as partial:
        download, data = Path(partial, source.file), Path(partial, "data")
        data.mkdir()
        _download(source, download)
        if source.members:
            _unpack(source, download, data)
        else:
            download.rename(data / source.file)
        files = [path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()]
        (data / MANIFEST).write_text(json.dumps(_state(data, files, source)), encoding="utf-8")
        _publish(data, folder, source)


def _sweep(cache: Path) -> None:
    """Remove what a killed kernel left; a running download touches its files all the time."""
    for partial in cache.glob(PARTIAL + "*"):
        with suppress(OSError):  # its own process may be removing it
            newest = max(path.stat().st_mtime for path in (partial, *partial.rglob("*")))
            if time.time() - newest > STALE_SECONDS:
                shutil.rmtree(partial)


def _check_room(cache: Path, source: Source) -> None:
    need = (source.size or 0) * (2 if source.members else 1)  # contents outweigh their archive
    free = shutil.disk_usage(cache).free
    if need > free:
        raise DataError(
            f"{source.file} needs at least {need / 1e6:,.1f} MB of disk space, and {cache} has "
            f"{free / 1e6:,.1f} MB free: {MORE_ROOM}."
        )


def _download(source: Source, path: Path) -> None:
    import pooch
    from tqdm.auto import tqdm

    # pooch sets the true total later, but first asks `if bar`, which tqdm refuses without one.
    with tqdm(total=source.size or 1, desc=source.file, unit="B", unit_scale=True) as bar:
        options = {"timeout": STALL_SECONDS, "headers": {"Accept-Encoding": "identity"}}
        pooch.HTTPDownloader(bar, CHUNK, **options)(source.address, path, None)
    algorithm, _, expected = source.checksum.partition(":")
    got = pooch.file_hash(path, algorithm)
    if got != expected:
        raise DataError(
            f"The file from {source.address} has the wrong checksum and was deleted ({algorithm} "
            f"expected {expected}, got {got}). Try again; if it stays so, report it."
        )


def _zip_members(path: Path):
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            plain = stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG, stat.S_IFDIR)
            with archive.open(info) as stream:
                yield info.filename, plain, info.file_size, None if info.is_dir() else stream


def _tar_members(path: Path):
    with tarfile.open(path, "r|*") as archive:  # one pass, whatever the compression
        for info in archive:
            stream = archive.extractfile(info) if info.isfile() else None
            yield info.name, info.isfile() or info.isdir(), info.size, stream


def _gz_members(path: Path):
    with gzip.open(path) as stream:
        yield path.stem, True, 0, stream  # the format states no size to rely on


def _unpack(source: Source, archive: Path, folder: Path) -> None:
    try:
        _write_members(source.members, archive, folder)
    except DataError:
        raise
    except UNREADABLE as error:
        if getattr(error, "errno", None) in DISK_FULL:
            raise
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{source.file} cannot be unpacked ({reason}): report it.") from None


def _write_members(members, archive: Path, folder: Path) -> None:
    """Write the archive's members under `folder`.

    Stricter than the standard library, which renames some hostile members and goes on: anything but
    a plain file or folder inside `folder` is refused, and bytes are counted as they are written.
    """
    from tqdm.auto import tqdm

    room, limit = min(
        (MAX_UNPACKED_RATIO * archive.stat().st_size, f"{MAX_UNPACKED_RATIO} times its own size"),
        (shutil.disk_usage(folder).free, "the free space on the disk"),
    )
    bar = f"unpacking {archive.name}"
    for name, plain, size, stream in tqdm(members(archive), bar, unit=" files"):
        target = folder.joinpath(*_inside(name, plain, archive))
        room -= size if size > room else _write(stream, target, room)
        if room < 0:
            raise DataError(f"{archive.name} was refused: its contents are more than {limit}.")


def _inside(name: str, plain: bool, archive: Path) -> tuple[str, ...]:
    path = PureWindowsPath(name)  # knows /, \\ and C: on every system
    if path.anchor or ".." in path.parts or not plain:
        fault = "points outside its folder" if plain else "is a link or a device"
        raise DataError(f"{archive.name} was refused: its member {name!r} {fault}.")
    return path.parts


def _write(stream, target: Path, room: int) -> int:
    """Copy a file, or make a folder when there is no stream; stop once past `room` bytes."""
    if stream is None:
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with target.open("wb") as file:
        while written <= room and (chunk := stream.read(CHUNK)):
            written += file.write(chunk)
    return written


def _state(folder: Path, files, source: Source) -> dict:
    """What is remembered of a data set and compared later; other files in the folder are free."""
    sizes = {name: (folder / name).stat().st_size for name in files}
    content = hashlib.sha256()
    for name in sizes if sum(sizes.values()) <= HASHED_BYTES else ():
        with (folder / name).open("rb") as file:
            content.update(hashlib.file_digest(file, "sha256").digest())
    return {"source": source.checksum, "sizes": sizes, "content": content.hexdigest()}


def _intact(folder: Path, source: Source) -> bool:
    try:
        known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return known == _state(folder, known["sizes"], source)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _publish(data: Path, folder: Path, source: Source) -> None:
    """Give the finished data its name in one step; another process's finished copy stays."""
    if folder.exists() and not _intact(folder, source):
        with suppress(FileNotFoundError):
            folder.rename(data.with_name("damaged"))
    try:
        data.rename(folder)
    except OSError:
        if not _intact(folder, source):
            raise


def _explain(error: Exception, source: Source, cache: Path) -> str:
    from requests.exceptions import RequestException  # what pooch downloads with

    reason = getattr(error, "strerror", None) or error
    if isinstance(error, ValueError):  # requests' InvalidURL, after a bad redirect, is one too
        return f"The server's answer for {source.address} is not valid ({reason}): try again later."
    if isinstance(error, RequestException):
        return _explain_network(error, source.address)
    if error.errno in DISK_FULL:
        return f"The disk of {cache} is full ({reason}), nothing was kept: {MORE_ROOM}."
    return f"The cache folder {cache} cannot be used ({reason}): {OTHER_FOLDER}."


def _explain_network(error: Exception, address: str) -> str:
    from requests import exceptions as http

    if isinstance(error, http.HTTPError):
        answer = error.response
        gone = answer.status_code in (404, 410)
        advice = "look for a newer version of this project" if gone else "try again later"
        return f"The server answered {answer.status_code} {answer.reason} for {address}: {advice}."
    if isinstance(error, http.TooManyRedirects):
        return f"The server redirects {address} in a circle: try again later."
    if isinstance(error, http.Timeout) or "ReadTimeout" in repr(error):
        return f"The server sent nothing for {STALL_SECONDS} s, loading {address}: try again later."
    if isinstance(error, http.ChunkedEncodingError):
        return f"The connection broke before {address} was complete: try again."
    host = urlsplit(error.request.url if error.request else address).hostname  # after redirects
    return (
        f"{host} cannot be reached ({type(error).__name__}): check the network and try again. "
        "Everything embedded in this project works without a network."
    )


READERS = {
    ".zip": _zip_members,
    ".tar.gz": _tar_members,
    ".tar.bz2": _tar_members,
    ".gz": _gz_members,
}
