"""Recordings of any format, read and checked.

Here a sound is mono: float32 samples between -1 and 1, shape (samples,), RATE of them a second.
"""

import codecs
import io
import re
import stat
from pathlib import Path

import numpy as np
import soundfile
import soxr

from utils.env import quiet
from utils.files import DataError

RATE = 16_000
"""Samples a second: hardly anything in speech lies above 8 kHz."""

BLOCK = 1 << 16
"""Frames (a sample of each channel) that are decoded at once: an hour must not lie in memory."""

LOUDEST = 4.0
"""A decoder may overshoot 1 a little; samples beyond this are on another scale."""

SHORTEST_WORD = 0.2
"""Seconds: a recording below this holds no whole word."""

TELEPHONE = 4000
"""Hertz: a telephone, and many a headset, lets nothing through above this."""

FORMATS = "WAV, FLAC, OGG or MP3"
CONVERT = f"save it as {FORMATS}, for example with Audacity or ffmpeg"
GET_AGAIN = "copy or record it again, or save what a sound editor can read of it as a new file"

_OURS = (b"RIFF", b"RIFX", b"RF64", b"fLaC", b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_OTHERS = {b"ftyp": "MP4 or M4A", b"\x1aE\xdf\xa3": "WebM or Matroska", b"0&\xb2u": "WMA"}
_UNKNOWN = 0x7FFF_0000  # a length from here on says that the writer did not know it
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BROKEN_OGG = re.compile(r"Ogg ?: (Skipped|Last page lacks|Junk after)")


def read_recording(path, max_minutes: float = 120) -> np.ndarray:
    """Return a recording of any sample rate and number of channels as mono sound.

    WAV, FLAC, OGG and MP3 are read, with 8 to 32 bits or float. The channels are averaged. The
    sample rate is converted block by block, so an hour needs twice the memory of the result and no
    more. What goes beyond 1 is clipped. A recording may be very short or silent: see `faults`.

    Args:
        path: of the file; a bare name is looked for beside the notebook.
        max_minutes: a longer recording is refused.

    Returns:
        samples between -1 and 1, shape (seconds * RATE,), float32.

    Raises:
        DataError: the file is missing, is not sound, or cannot be decoded to its end.
    """
    path = Path(path)
    try:
        _check_file(path)
        # MP3's decoder writes notes of its own to stderr
        with path.expanduser().open("rb") as file, quiet(), _opened(file) as sound:
            samples = _resampled(sound, max_minutes)
            _check_end(sound, file, len(samples) / RATE)
    except _Fault as fault:
        raise DataError(f"{path} {fault}.") from None
    except soundfile.LibsndfileError:
        raise DataError(f"{path} is damaged (its end cannot be decoded): {GET_AGAIN}.") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"{path} cannot be read ({reason}): give the name of a sound file."
        ) from None
    return samples


class _Fault(Exception):
    """What is wrong with a file, and what to do: a sentence without its subject."""


class _Forwards(soundfile.SoundFile):
    """A file that is read once, from its beginning to its end.

    In one that is seekable, soundfile moves to the next block by a jump, which in a damaged file
    leads over the damage, and never reads more than the header promises.
    """

    def seekable(self):
        return False


def _check_file(path):
    try:
        info = path.expanduser().stat()
    except FileNotFoundError:
        raise _Fault(
            "cannot be read (there is no such file; a bare name is looked for beside the "
            "notebook): give the name of a sound file"
        ) from None
    if not stat.S_ISREG(info.st_mode):
        raise _Fault("cannot be read (it is a folder or a device): give the name of a sound file")
    if info.st_size == 0:
        raise _Fault("is empty: copy or record it again")


def _opened(file):
    try:
        return _Forwards(file)
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: a name that ends in .raw
        file.seek(0)
        raise _Fault(_what_it_is(file.read(4096), getattr(error, "error_string", ""))) from None


def _what_it_is(head, said):
    """Return what a file is that libsndfile cannot open, from its first bytes."""
    if head.startswith(_OURS):
        return f"is damaged, or of a kind that is not known here ({said.rstrip('.')}): {GET_AGAIN}"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not _BINARY.search(head):
        return f"is text and not sound: give the name of a file in {FORMATS}"
    kind = next((kind for mark, kind in _OTHERS.items() if mark in head[:8]), "an unknown format")
    return f"cannot be read (it is in {kind}): {CONVERT}"


def _resampled(sound, max_minutes):
    """Return the whole sound at RATE, shape (samples,)."""
    stream = soxr.ResampleStream(sound.samplerate, RATE, 1, dtype="float32")
    parts = [stream.resample_chunk(block) for block in _mono(sound, max_minutes)]
    parts.append(stream.resample_chunk(np.zeros(0, np.float32), last=True))
    samples = np.concatenate(parts)
    return np.clip(samples, -1, 1, out=samples)


def _mono(sound, max_minutes):
    """Yield the mean of the channels in blocks, shape (up to BLOCK,), float32."""
    most = max_minutes * 60 * sound.samplerate
    mean = np.full(sound.channels, 1 / sound.channels, np.float32)
    while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
        most -= len(block)
        if most < 0:
            raise _Fault(
                f"is longer than {max_minutes:g} minutes: cut it, or give a larger max_minutes"
            )
        peak = max(block.max(), -block.min())
        if not np.isfinite(peak):
            raise _Fault("holds samples that are not finite numbers: save it as 16-bit WAV")
        if peak > LOUDEST:
            raise _Fault(
                f"holds samples up to {peak:,.0f}, where a float file goes from -1 to 1: divide "
                "them by their peak, or save it as 16-bit WAV"
            )
        yield block @ mean


def _check_end(sound, file, seconds):
    """Raise _Fault unless all that the file promises was decoded."""
    log = sound.extra_info  # what libsndfile noticed
    sizes = re.search(r"^data : (\d+) \(should be (\d+)\)", log, flags=re.MULTILINE)  # of WAV
    cut = sizes and int(sizes[2]) < int(sizes[1]) < _UNKNOWN
    if cut or _BROKEN_OGG.search(log) or _lacks_frames(sound, file):
        raise _Fault(f"is damaged (only {seconds:.1f} s of it can be decoded): {GET_AGAIN}")
    if seconds == 0:
        raise _Fault("holds no samples: record it again")


def _lacks_frames(sound, file):
    """Return whether frames are missing.

    An MP3 file counts its frames in a tag of the first one. Without the tag libsndfile guesses the
    number, and stops there: if the bit rate varies, that can be long before the end of the file.
    """
    at, size = file.tell(), file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(1 << 20)  # a picture may come first
    if sound.format == "MP3" and b"Xing" not in head and b"Info" not in head:
        return size - at > size / 10
    missing = sound.frames - sound.tell()
    return sound.samplerate / 10 < missing < _UNKNOWN


def faults(samples: np.ndarray) -> list[str]:
    """Return what is wrong with a recording, a sentence each; an empty list for a good one.

    Args:
        samples: as `read_recording` returns them, shape (samples,).
    """
    found, seconds = [], len(samples) / RATE
    if seconds < SHORTEST_WORD:
        found.append(f"It is {seconds:.2f} s long, shorter than a word.")
    peak = np.abs(samples).max(initial=0)
    if peak < 1e-4:
        found.append("It is silent: was the microphone switched off?")
    elif peak < 1e-2:
        found.append(f"It is very quiet: its peak is at {20 * np.log10(peak):.0f} dB.")
    elif _is_narrow(samples):
        found.append(
            f"It has nothing above {TELEPHONE:,} Hz, as over a telephone: the network was trained "
            "with more."
        )
    clipped = _clipped(samples)
    if clipped > 1e-3:
        found.append(f"{clipped:.1%} of the samples are clipped: it was recorded too loud.")
    return found


def _is_narrow(samples):
    """Return whether a sound with power from 1 to 4 kHz has next to none above.

    Words through a telephone have -110 dB there, or -60 dB if saved again with 16 bits; the words
    of `datasets/speech` have -30 dB or more in noise. Below 1 kHz there may be hum.
    """
    size = int(SHORTEST_WORD * RATE)
    window, power = np.hanning(size), np.zeros(size // 2 + 1)
    for block in samples[: len(samples) // size * size].reshape(-1, size):
        power += np.abs(np.fft.rfft(block * window)) ** 2
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    middle = power[(hertz >= 1000) & (hertz < TELEPHONE)].sum()
    above = power[hertz >= TELEPHONE + 300].sum()  # a filter's slope takes some room
    return middle > 1e-5 * power.sum() and above < 1e-5 * middle


def _clipped(samples):
    """Return the share of samples that stay at the limit: a wave that only touches it turns."""
    if len(samples) < 2:
        return 0.0
    return np.mean((samples[1:] == samples[:-1]) & (np.abs(samples[1:]) > 0.999))
