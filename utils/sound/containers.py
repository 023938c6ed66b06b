"""Where a sound file keeps its sound, and how much of it the header promises.

libsndfile decodes what there is. That a file was cut short, or that its recorder was killed before
it wrote the length, it says of some formats and not of others. So the sizes are looked at here.
"""

import io
import mmap
import re
import struct
from typing import NamedTuple

_MOST_CHUNKS = 10_000  # a hostile file has millions
_UNKNOWN = {4: 0x7FFF_0000, 8: 1 << 62}  # a size from here on: the writer did not know it
# a flag of 1 says that the number of frames is there, and one of 2 that of bytes
_BYTES_OF_MP3 = re.compile(
    rb"(?:Xing|Info)\0\0\0(?:[\x03\x07\x0b\x0f].{4}|[\x02\x06\x0a\x0e])(.{4})", re.DOTALL
)


class Place(NamedTuple):
    """Where a file keeps its sound; all in bytes.

    Attributes:
        begin: where the file begins: after a title (ID3), if one was put before it.
        start: where the sound begins.
        size: what the header promises, or all up to the end if the header was not finished.
        there: what there is from `start` to the end of the file.
        behind: what is at the end of the file, after the sound and other parts with a name.
        patch: where the header has the size, and what to read there instead.
        end: up to where libsndfile should see the file.
    """

    begin: int
    start: int
    size: int
    there: int
    behind: int
    patch: tuple[int, bytes]
    end: int

    @property
    def is_cut(self) -> bool:
        """Whether the file ends before its sound does."""
        return self.size > self.there


class _Layout(NamedTuple):
    """A kind of file made of chunks, each with a name, a size and a body."""

    first: int  # where the first chunk begins
    name: int  # bytes of a name, of which four are read
    size: str  # how a size is written
    counted: int = 0  # bytes of name and size that a size counts, too
    pad: int = 2  # bodies are filled up to multiples of this


_LAYOUTS = {
    b"RIFF": _Layout(12, 4, "<I"),  # WAV
    b"RIFX": _Layout(12, 4, ">I"),
    b"RF64": _Layout(12, 4, "<I"),
    b"FORM": _Layout(12, 4, ">I"),  # AIFF
    b"caff": _Layout(8, 4, ">q", pad=1),  # CAF
    b"riff": _Layout(40, 16, "<q", counted=24, pad=8),  # Wave64
}
_SOUND = {b"data": 0, b"BODY": 0, b"SSND": 8}  # the chunk with the sound: what comes before it


def find(file) -> Place | None:
    """Return where a file keeps its sound; None if its format does not tell, or it is broken.

    Args:
        file: open for reading bytes.
    """
    end, begin = file.seek(0, io.SEEK_END), _after_id3(file)
    mark = _read(file, begin, 4)
    if mark in (b".snd", b"dns."):  # AU: a header and the sound
        order, fields = ">" if mark == b".snd" else "<", _read(file, begin + 4, 8)
        if len(fields) < 8:
            return None
        start, size = struct.unpack(f"{order}II", fields)
        start += begin
        behind = max(0, end - start - size)
        return _place(begin, start, size, end, behind, (begin + 8, f"{order}I"))
    if mark == b"OggS":
        return _ogg(file, begin, end)
    layout = _LAYOUTS.get(mark)
    at, long = begin + (layout.first if layout else 0), None
    for _ in range(_MOST_CHUNKS if layout else 0):
        name, size, body = _chunk(file, at, end, layout)
        if name in _SOUND:
            break
        if size < 0:
            return None
        if name == b"ds64":
            long = (body + 8, "<q")
        at = _next(body, size, layout)
    else:
        return None
    field = (at + layout.name, layout.size)
    if long and size == 0xFFFF_FFFF:  # RF64
        field, [size] = long, struct.unpack(long[1], _read(file, long[0], 8).ljust(8, b"\0"))
    before = 4 if mark == b"caff" else _SOUND[name]
    behind = _behind(file, _next(body, max(size, before), layout), end, layout)
    place = _place(begin, body + before, size - before, end, behind, field, layout.counted + before)
    if mark == b"riff" or name == b"BODY":  # libsndfile takes for sound all that follows
        return place._replace(end=min(place.end, place.start + place.size))
    return place


def _ogg(file, begin, end):
    """Return the place of all pages; it is cut if the last one has no mark, or is not whole."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        page = content.rfind(b"OggS\0")
        head = content[page : page + 27 + 255]
    after, size = end, end - begin + 1
    if page >= begin and len(head) >= 27 and head[5] & 4:  # the mark of the last page
        after = page + 27 + head[26] + sum(head[27 : 27 + head[26]])
        size = after - begin
    return Place(begin, begin, size, end - begin, 0, (0, b""), min(after, end))


def _after_id3(file):
    head = _read(file, 0, 10)
    if not head.startswith(b"ID3") or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:]:  # of seven bits each
        size = size << 7 | byte & 0x7F
    return 10 + size


def _read(file, at, count):
    file.seek(at)
    return file.read(count)


def _chunk(file, at, end, layout):
    """Return a chunk's name and size, and where its body begins; a size of -1 if there is none."""
    width = layout.name + struct.calcsize(layout.size)
    if at + width > end:
        return b"", -1, at
    head = _read(file, at, width)
    [size] = struct.unpack(layout.size, head[layout.name :])
    return head[:4], size - layout.counted, at + width


def _next(body, size, layout):
    return body + size + -size % layout.pad


def _behind(file, at, end, layout):
    """Return how many bytes at the end of the file, from `at` on, are in no chunk."""
    for _ in range(_MOST_CHUNKS):
        name, size, body = _chunk(file, at, end, layout)
        named = name.isascii() and name.decode().isprintable() and name not in _LAYOUTS
        if size < 0 or not named or body + size > end:
            break
        at = _next(body, size, layout)
    return max(0, end - at)


def _place(begin, start, size, end, behind, field, extra=0):
    """Return a place; field: where its size is written and how; extra: what that counts, too."""
    (at, layout), there = field, max(0, end - start)
    unknown = _UNKNOWN[struct.calcsize(layout)]
    if (size <= 0 and behind) or size > max(there, unknown):  # not finished
        patch = struct.pack(layout, there + extra) if there + extra < unknown else b""
        return Place(begin, start, there, there, 0, (at, patch), end)
    return Place(begin, start, size, there, behind, (at, b""), end - behind)


def missing_of_mp3(file) -> int | None:
    """Return how many bytes an MP3 file has less than the tag in its first frame counts, if any.

    It is None if there is no such tag, and negative if something follows the sound.
    """
    begin, end = _after_id3(file), file.seek(0, io.SEEK_END)
    head = _read(file, begin, 1 << 16)
    tag = _BYTES_OF_MP3.search(head)
    if not tag:
        return None
    # between the frame's first four bytes and the tag lies what two channels, or one, need
    starts = [tag.start() - before for before in (36, 21, 13) if before <= tag.start()]
    start = next((at for at in starts if head[at] == 0xFF and head[at + 1] >= 0xE0), tag.start())
    return int.from_bytes(tag[1]) - (end - begin - start)


class Mended:
    """A file, read as if its header had been finished, and nothing had been put behind it."""

    def __init__(self, file, place: Place):
        self._file, self._place = file, place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, and return its number."""
        if whence == io.SEEK_CUR:
            offset += self.tell()
        elif whence == io.SEEK_END:
            offset += self._place.end - self._place.begin
        # a broken header may lead to where no file ends
        at = min(max(offset, 0) + self._place.begin, self._place.end)
        return self._file.seek(at) - self._place.begin

    def tell(self) -> int:
        """Return the number of the next byte."""
        return self._file.tell() - self._place.begin

    def read(self, count: int) -> bytes:
        """Return the next bytes, up to `count` of them."""
        begin, (at, patch) = self._file.tell(), self._place.patch
        data = self._file.read(max(0, min(count, self._place.end - begin)))
        if begin < at + len(patch) and at < begin + len(data):
            data = bytearray(data)
            for i, byte in enumerate(patch, at - begin):
                if 0 <= i < len(data):
                    data[i] = byte
        return bytes(data)


class Titled:
    """A file, read as if an empty title (ID3) stood before it.

    Where the working folder holds what macOS puts on other disks, a file "._" or a folder
    .AppleDouble, libsndfile takes an MP3 file without a title for one of Sound Designer.
    """

    TITLE = b"ID3\4\0\0\0\0\0\n" + bytes(10)

    def __init__(self, file):
        self._file, self._at = file, 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, and return its number."""
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            offset += self._file.seek(0, io.SEEK_END) + len(self.TITLE)
        self._at = max(offset, 0)
        self._file.seek(max(self._at - len(self.TITLE), 0))
        return self._at

    def tell(self) -> int:
        """Return the number of the next byte."""
        return self._at

    def read(self, count: int) -> bytes:
        """Return the next bytes, up to `count` of them."""
        data = self.TITLE[self._at : self._at + count]
        data += self._file.read(count - len(data))
        self._at += len(data)
        return data
