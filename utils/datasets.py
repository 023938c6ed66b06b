"""Data: what is embedded in the project, the learner's own lists, and optional real data sets."""

import codecs
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
import unicodedata
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PureWindowsPath
from urllib.parse import urlsplit

EMBEDDED = Path(__file__).resolve().parents[1] / "datasets"
STALL_SECONDS = 30  # a server that sends no byte for so long is given up
STALE_SECONDS = 3600  # a partial folder untouched for so long belongs to no running download
MAX_UNPACKED_RATIO = 50  # text shrinks to a third or a fifth; far more than that is a trap
HASHED_BYTES = 300_000_000  # a cached data set up to this size is read again: about a second
CHUNK = 1 << 16
MANIFEST = ".manifest.json"
PARTIAL = ".partial-"
DISK_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
UNREADABLE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
OTHER_FOLDER = "set SEQUENCE_MODELS_DATA to a folder you may write to"
MORE_ROOM = "free some space, or set SEQUENCE_MODELS_DATA to a folder on a larger disk"


class DataError(RuntimeError):
    """Data is missing, damaged or unusable; the message says what to do."""


@dataclass(frozen=True)
class Source:
    """Where a data set comes from. `size` is in bytes, None where no one states it."""

    what: str
    address: str
    size: int | None
    checksum: str
    checksum_from: str
    licence: str

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


SOURCES = {
    "glove-6b": Source(
        "word vectors of 50 to 300 numbers for 400,000 English words",
        "https://nlp.stanford.edu/data/glove.6B.zip",
        862_182_613,
        "sha256:617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
        "torchtext",
        "PDDL",
    ),
    "glove-50d": Source(
        "the same with 50 numbers a word, in word2vec text format",
        "https://github.com/RaRe-Technologies/gensim-data/releases/download/"
        "glove-wiki-gigaword-50/glove-wiki-gigaword-50.gz",
        69_182_535,
        "md5:c289bc5d7f2f02c6dc9f2f9b67641813",
        "gensim-data, the publisher",
        "PDDL",
    ),
    "text8": Source(
        "100 million characters of English Wikipedia, only a to z and spaces",
        "https://mattmahoney.net/dc/text8.zip",
        31_344_016,
        "sha256:a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232",
        "other projects' public code; the publisher states none",
        "Wikipedia text",
    ),
    "speech-commands": Source(
        "105,829 recordings of 35 spoken English words, version 0.02",
        "https://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
        2_428_923_189,
        "sha256:af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
        "torchaudio",
        "CC BY 4.0",
    ),
    "mini-speech-commands": Source(
        "8,000 recordings of 8 of those words",
        "https://storage.googleapis.com/download.tensorflow.org/data/mini_speech_commands.zip",
        182_082_353,
        "sha256:49650f2341b26d886b46b3f4fb8fed59e30300b17550f1ee4a768b3106cf93a0",
        "other projects' public code; the publisher states none",
        "CC BY 4.0",
    ),
    "ljspeech": Source(
        "13,100 sentences read by one English speaker, with their text",
        "https://data.keithito.com/data/speech/LJSpeech-1.1.tar.bz2",
        2_748_572_632,
        "sha256:be1a30453f28eb8dd26af4101ae40cbf2c50413b1bb21936cbcdc6fae3de8aa5",
        "torchaudio",
        "public domain",
    ),
    "imdb": Source(
        "50,000 film reviews as word numbers; NumPy reads it only with allow_pickle=True",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb.npz",
        17_464_789,
        "sha256:69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
        "Keras, the publisher",
        "not stated",
    ),
    "tiny-shakespeare": Source(
        "1.1 million characters of Shakespeare's plays",
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        1_115_394,
        "sha256:86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        "TensorFlow Datasets",
        "public domain text",
    ),
    "fra-eng": Source(
        "English sentences with their French translations, from Tatoeba",
        "https://d2l-data.s3-accelerate.amazonaws.com/fra-eng.zip",
        None,
        "sha1:94646ad1522d915e7b0f9296181140edcf86a4f5",
        "Dive into Deep Learning, the publisher",
        "CC BY 2.0 FR",
    ),
    "ucf101-subset": Source(
        "405 video clips of 10 actions; a tar that is not compressed, despite its name",
        "https://huggingface.co/datasets/sayakpaul/ucf101-subset/resolve/"
        "b9984b8d2a95e4a1879e1b071e9433858d0bc24a/UCF101_subset.tar.gz",
        171_386_880,
        "sha256:e9fcc76af48d320be88c5265f2e0576ecd615956976f6ce4742fdf2b042b71eb",
        "other projects' public code, for this revision",
        "unclear: the page says Apache 2.0, the clips are other people's videos",
    ),
}


def load_dinosaurs() -> list[str]:
    """Return the embedded dinosaur names, lower-cased, in file order. Raises DataError."""
    return _embedded("dinosaurs/names.txt").lower().split()


def load_verse() -> str:
    """Return the embedded verse as one text. Raises DataError."""
    return _embedded("verse/verse.txt")


def _embedded(name: str) -> str:
    try:
        text = (EMBEDDED / name).read_text(encoding="utf-8")
        fault = "" if text.strip() else "it is empty"
    except (OSError, UnicodeDecodeError) as error:
        fault = getattr(error, "strerror", None) or "it is not UTF-8 text"
    if fault:
        raise DataError(
            f"The project's file datasets/{name} is missing or damaged ({fault}): restore it with "
            f"`git checkout -- datasets/{name}`, or download the project again."
        )
    return text


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
