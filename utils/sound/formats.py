"""What a file is that cannot be opened as sound, and what its user can do."""

import codecs
import re
import struct

FORMATS = "WAV, FLAC, OGG or MP3"
CONVERT = f"save it as {FORMATS}, for example with Audacity or ffmpeg"
RECODE = "save it as FLAC, or as WAV with 16 bits, for example with ffmpeg"
GET_AGAIN = "copy or record it again, or save what a sound editor can read of it as a new file"

_OURS = (b"RIFF", b"RIFX", b"RF64", b"riff", b"FORM", b"caff", b".snd", b"dns.", b"fLaC", b"OggS")
_OURS += (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")  # MP3
_OTHERS = {
    b"ftyp": "MP4 or M4A",
    b"\x1aE\xdf\xa3": "WebM or Matroska",
    b"0&\xb2u": "WMA",
    b"#!AMR": "AMR",
    b"\xff\xf1": "AAC",
    b"\xff\xf9": "AAC",
    b"wvpk": "WavPack",
    b"MAC ": "Monkey's Audio",
    b"BW64": "BW64",
}
_NOT_SOUND = {
    b"MThd": "is a MIDI file, which holds notes and not sound: play it with a synthesizer, and "
    "record that",
    b"PK\x03\x04": "is a ZIP archive: unpack it, and give the name of a sound file in it",
    b"\x1f\x8b": "is compressed with gzip: unpack it, and give the name of the sound file",
}
_FORMS = (b"WAVE", b"AIFF", b"AIFC", b"8SVX", b"16SV")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_UNRECOGNISED = 1  # libsndfile's number for a file that is of none of its formats
# What it says instead in a folder with files of macOS: it looks there for parts of another format.
_OF_SD2 = range(148, 155)

_WAV_CODES = {0x50: "MPEG", 0x55: "MP3", 0xFF: "AAC", 0x160: "WMA", 0x161: "WMA", 0x2000: "AC-3"}
_WAV_CODES |= {0x45: "G.726", 0xF1AC: "FLAC", 0x674F: "Vorbis"}
_UNSUPPORTED = (4, 18)  # libsndfile's numbers for a coding that it lacks
_WAV_FMT = 64  # and for the chunk that names a WAV file's coding: broken, or a coding unheard of
_READ_CODES = (
    0x01,
    0x02,
    0x03,
    0x06,
    0x07,
    0x11,
    0x31,
    0x38,
    0x40,
    0xFFFE,
)  # of WAV, by libsndfile


def what_it_is(head: bytes, said: str = "", code: int = _UNRECOGNISED) -> str:
    """Return what a file is that libsndfile cannot open, and what to do: all but the subject.

    Args:
        head: the first bytes of the file, 4096 or all.
        said: libsndfile's sentence.
        code: its number for it.
    """
    if code in _OF_SD2:
        said, code = "Format not recognised.", _UNRECOGNISED
    for mark, sentence in _NOT_SOUND.items():
        if head.startswith(mark):
            return sentence
    form = head[8:12]
    if head.startswith((b"RIFF", b"FORM")) and len(form) == 4 and form not in _FORMS:
        kind = form.decode("latin-1").strip()
        return f"cannot be read (it is in {kind!r}, which is no format of sound): {CONVERT}"
    if coding := _coding(head, code):
        return f"cannot be read (its sound is coded as {coding}, which is not known here): {RECODE}"
    kind = next((kind for mark, kind in _OTHERS.items() if mark in head[:8]), None)
    said = said.rstrip(".").replace(". ", ", ")
    damaged = f"is damaged, or of a kind that is not known here ({said}): {GET_AGAIN}"
    if head.startswith(_OURS):
        return damaged
    is_utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if kind is None and (is_utf_16 or not _BINARY.search(head)):
        return f"is text and not sound: give the name of a file in {FORMATS}"
    if kind is None and code != _UNRECOGNISED:
        return damaged
    return f"cannot be read (it is in {kind or 'an unknown format'}): {CONVERT}"


def _coding(head, code):
    """Return the name of the coding in a file of a known format, if it is that which is lacking."""
    if head.startswith(b"OggS"):
        return next((n for n in ("Speex", "theora") if n.encode() in head[28:36]), None)
    if head.startswith((b"RIFF", b"RF64", b"riff")) and code in (*_UNSUPPORTED, _WAV_FMT):
        return _coding_of_wav(head)
    name = b""
    if code in _UNSUPPORTED and head.startswith(b"caff"):
        name = head[28:32]
    if code in _UNSUPPORTED and head.startswith(b"FORM"):
        name = head.partition(b"COMM")[2][22:26]
    return name.decode("latin-1").strip() or None


def _coding_of_wav(head):
    at = head.find(b"fmt ") + (24 if head.startswith(b"riff") else 8)
    if b"fmt " not in head or len(head) < at + 16:
        return None
    number, bits = struct.unpack_from("<H12xH", head, at)
    [size] = struct.unpack_from("<I", head, at - (8 if head.startswith(b"riff") else 4))
    if number == 0xFFFE and size >= 40 and len(head) >= at + 26:  # the real one stands further on
        [number] = struct.unpack_from("<H", head, at + 24)
    if number in _READ_CODES:
        return f"PCM of {bits} bits" if number == 1 and 0 < bits <= 64 else None
    return _WAV_CODES.get(number, f"number {number:#06x}")
