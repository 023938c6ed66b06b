"""Archives from the internet: unpacked with care, or refused."""

import errno
import gzip
import shutil
import stat
import sys
import tarfile
import zipfile
from pathlib import Path, PureWindowsPath

from utils.files import UNREADABLE, DataError

MAX_UNPACKED_RATIO = 50  # text shrinks to a third or a fifth; far more than that is a trap
CHUNK = 1 << 16
DISK_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


def progress(*items, **options):
    """Return a progress bar of tqdm, silent where stderr is closed and nothing can be shown."""
    from tqdm.auto import tqdm  # here, not above: the embedded data must not wait for it

    return tqdm(*items, disable=sys.stderr is None or sys.stderr.closed, **options)


def kind_of(file: str) -> str:
    """Return the ending by which a file's name says that it is an archive, "" for none."""
    return next((end for end in READERS if file.endswith(end)), "")


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into a folder.

    Raises:
        DataError: the archive cannot be read, is a trap, or leads out of the folder.
        OSError: the disk is full.
    """
    try:
        _write_members(READERS[kind_of(archive.name)], archive, folder)
    except DataError:
        raise
    except (*UNREADABLE, TypeError) as error:  # TypeError: tarfile's, of three bytes of gzip
        if getattr(error, "errno", None) in DISK_FULL:
            raise
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{archive.name} cannot be unpacked ({reason}): report it.") from None


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


def _write_members(members, archive: Path, folder: Path) -> None:
    """Write the archive's members under `folder`.

    Stricter than the standard library, which renames some hostile members and goes on: anything but
    a plain file or folder inside `folder` is refused, and bytes are counted as they are written.
    """
    room, limit = min(
        (MAX_UNPACKED_RATIO * archive.stat().st_size, f"{MAX_UNPACKED_RATIO} times its own size"),
        (shutil.disk_usage(folder).free, "the free space on the disk"),
    )
    bar = f"unpacking {archive.name}"
    for name, plain, size, stream in progress(members(archive), desc=bar, unit=" files"):
        target = folder.joinpath(*_inside(name, plain, archive))
        room -= size if size > room else _write(stream, target, room)
        if room < 0:
            raise DataError(f"{archive.name} was refused: its contents are more than {limit}.")


def is_inside(name: str) -> bool:
    """Return whether a name leads to nothing outside its folder, on any system."""
    path = PureWindowsPath(name)  # knows /, \\ and C: on every system
    return not path.anchor and ".." not in path.parts


def _inside(name: str, plain: bool, archive: Path) -> tuple[str, ...]:
    if not is_inside(name) or not plain:
        fault = "points outside its folder" if plain else "is a link or a device"
        raise DataError(f"{archive.name} was refused: its member {name!r} {fault}.")
    return PureWindowsPath(name).parts


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


READERS = {
    ".zip": _zip_members,
    ".tar.gz": _tar_members,
    ".tar.bz2": _tar_members,
    ".gz": _gz_members,
}
