"""Optional real data sets: downloaded when first asked for, verified, unpacked and kept."""

import re
import shutil
import threading
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from utils import archives, cache
from utils.archives import DISK_FULL, progress
from utils.cache import OTHER_FOLDER
from utils.files import DataError, embedded_toml

STALL_SECONDS = 30  # a server that sends no byte for so long is given up
LEAST_SPEED = 2000  # bytes a second: a server that is slower for so long is given up, too
UNSTATED_BYTES = 100_000_000  # as much is downloaded where no one states the size
WAITS = 300  # in STALL_SECONDS: the progress bar moves as often
CHUNK = 1 << 14
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
    def is_archive(self) -> bool:
        return bool(archives.kind_of(self.file))

    @property
    def result(self) -> str:
        """The one file a learner wants, "" when that is the whole folder."""
        several = archives.kind_of(self.file) not in ("", ".gz")
        return "" if several else self.file.removesuffix(".gz")


def read_sources() -> dict[str, Source]:
    """Return the data sets of `datasets/sources.toml` by name. Raises DataError: one is wrong."""
    sources = {}
    for name, row in embedded_toml("sources.toml").items():
        for fault in _faults_of_source(row):
            raise DataError(f"datasets/sources.toml, {name}: {fault}.")
        sources[name] = Source(**row)
    return sources


def _faults_of_source(row):
    if not isinstance(row, dict):
        yield "it stands in no table: put it below a line such as [text8]"
        return
    keys = [field.name for field in fields(Source)]
    for key in row.keys() - keys:
        yield f"{key!r} is not known: {', '.join(keys)} are"
    for key in keys[:-1]:
        if not isinstance(row.get(key), str):
            yield f"there is no {key}, or it is not a text"
    if not re.fullmatch(r"https?://\S+/[^\s/]+", row["address"]):
        yield f"the address {row['address']!r} is not that of a file, https://HOST/FILE"
    if not re.fullmatch("sha256:[0-9a-f]{64}|sha1:[0-9a-f]{40}|md5:[0-9a-f]{32}", row["checksum"]):
        yield f"the checksum {row['checksum']!r} is not sha256:, sha1: or md5: and its digits"
    size = row.get("size", 1)
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        yield f"the size {size!r} is not a number of bytes: leave it out if it is not known"


SOURCES = read_sources()


def fetch(name: str) -> Path:
    """Return a real data set's file, or its folder when it was an archive; download it if needed.

    A data set appears in the cache folder in one step, verified and complete, or not at all; two
    processes may fetch the same one at once. A cached copy is checked each time: the size of every
    file, and up to `cache.HASHED_BYTES` in all the content too. Of a damaged one, the files that
    were fetched are fetched again; what else stands in its folder stays.
    Raises DataError, and then leaves nothing unfinished behind.
    """
    source = _source(name)
    folder = cache.cache_folder() / name
    try:
        if not cache.is_intact(folder, source.checksum):
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
    cache.make_ours(folder.parent)
    cache.check_place(folder)
    _check_room(folder.parent, source)
    with cache.partial_folder(folder.parent) as partial:
        download, data = partial / source.file, partial / "data"
        data.mkdir()
        _download(source, download)
        if source.is_archive:
            archives.unpack(download, data)
        else:
            download.rename(data / source.file)
        cache.publish(data, folder, source.checksum)


def _check_room(folder: Path, source: Source) -> None:
    need = (source.size or 0) * (2 if source.is_archive else 1)  # contents outweigh their archive
    free = shutil.disk_usage(folder).free
    if need > free:
        raise DataError(
            f"{source.file} needs at least {need / 1e6:,.1f} MB of disk space, and {folder} has "
            f"{free / 1e6:,.1f} MB free: {MORE_ROOM}."
        )


def _download(source: Source, path: Path) -> None:
    import pooch

    options = {"timeout": STALL_SECONDS, "headers": {"Accept-Encoding": "identity"}}
    download = pooch.HTTPDownloader(False, CHUNK, **options)
    with path.open("wb") as file:
        received = _Received(file, source)
        _watch(lambda: download(source.address, received, None), received)
    algorithm, _, expected = source.checksum.partition(":")
    got = pooch.file_hash(path, algorithm)
    if got != expected:
        raise DataError(
            f"The file from {source.address} has the wrong checksum and was deleted ({algorithm} "
            f"expected {expected}, got {got}). Try again; if it stays so, report it."
        )


class _Received:
    """A file that takes no more than the stated size of a source, and counts its bytes."""

    def __init__(self, file, source: Source):
        self.file, self.source, self.count = file, source, 0

    def write(self, chunk: bytes) -> None:
        self.count += len(chunk)
        if self.count > (self.source.size or UNSTATED_BYTES):
            most = f"{UNSTATED_BYTES:,} bytes, the most where no size is stated"
            if self.source.size:
                most = f"the {self.source.size:,} bytes that it has"
            raise DataError(
                f"The server sent more for {self.source.address} than {most}, and was stopped. "
                "Try again; if it stays so, report it."
            )
        self.file.write(chunk)

    def flush(self) -> None:
        """The file is flushed when it is closed."""


def _watch(download, received: _Received) -> None:
    """Run a download in a thread, show its progress, and give it up when it is too slow.

    From outside, because a server can keep it waiting anywhere: in a name, a header, a chunk. Waits
    are counted, so a clock that jumps changes nothing.
    """
    ends = []

    def run():
        try:
            ends.append(download())
        except BaseException as error:
            ends.append(error)

    source, thread = received.source, threading.Thread(target=run, daemon=True)
    with progress(total=source.size, desc=source.file, unit="B", unit_scale=True) as bar:
        thread.start()
        while not ends:
            before = received.count
            for _ in range(WAITS):
                thread.join(STALL_SECONDS / WAITS)
                bar.update(received.count - bar.n)
            got = received.count - before
            if not ends and got < LEAST_SPEED * STALL_SECONDS:
                sent = f"only {got:,} bytes" if got else "nothing"
                raise DataError(_too_slow(sent, source.address))
        bar.update(received.count - bar.n)  # a small file may be here before the first look
    if ends[0] is not None:
        raise ends[0].with_traceback(None)  # which would keep the connection open


def _too_slow(sent: str, address: str) -> str:
    return f"The server sent {sent} for {STALL_SECONDS} s, loading {address}: try again later."


def _explain(error: Exception, source: Source, folder: Path) -> str:
    from requests.exceptions import RequestException  # what pooch downloads with

    reason = getattr(error, "strerror", None) or error
    if isinstance(error, ValueError):  # requests' InvalidURL, after a bad redirect, is one too
        return f"The server's answer for {source.address} is not valid ({reason}): try again later."
    if isinstance(error, RequestException):
        return _explain_network(error, source.address)
    if error.errno in DISK_FULL:
        return f"The disk of {folder} is full ({reason}), nothing was kept: {MORE_ROOM}."
    return f"The cache folder {folder} cannot be used ({reason}): {OTHER_FOLDER}."


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
        return _too_slow("nothing", address)
    if isinstance(error, http.ChunkedEncodingError):
        return f"The connection broke before {address} was complete: try again."
    host = urlsplit(error.request.url if error.request else address).hostname  # after redirects
    if isinstance(error, http.SSLError):
        return (
            f"{host} does not show a certificate that this machine accepts: check the machine's "
            "date and time, then the network, which may ask you to log in first."
        )
    return (
        f"{host} cannot be reached ({type(error).__name__}): check the network and try again. "
        "Everything embedded in this project works without a network."
    )
