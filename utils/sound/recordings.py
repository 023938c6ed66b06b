"""Recordings of any format, read and checked.

Here a sound is mono: float32 samples between -1 and 1, shape (samples,), RATE of them a second.
"""

import io
import mmap
import re
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from utils.env import quiet
from utils.files import DataError
from utils.sound import containers
from utils.sound.formats import GET_AGAIN, what_it_is

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

CANCELLED = 0.5
"""Channels whose sum has less than this share of their own power cancel each other out."""

# what libsndfile notes about a file
_CUT = re.compile(r"truncated|^Data length \d+ should be", re.MULTILINE)
_HOLE = re.compile(r"Ogg ?: (Skipped|Junk after|Warning, libogg reports a hole)")
_FRAMES = re.compile(rb"\b(?:Frames|Cols) *: (\d+)|^sample_count -i (\d+)", re.MULTILINE)
_UNKNOWN = 0x7FFF_0000  # a number of frames from here on says that the writer did not know it

_BEGINNINGS = {  # of a file, or of a stream in it
    "FLAC": re.compile(rb"fLaC[\0\x80]\0\0\x22"),
    "OGG": re.compile(rb"OggS\0[\x02\x03\x06\x07]"),
    "MP3": re.compile(rb"(?:Xing|Info)\0\0\0[\x01-\x0f]"),
}
_MP3 = re.compile(rb"\xff[\xe0-\xff]")  # without a title before it
_TAGS = (b"TAG", b"ID3", b"APETAGEX", b"LYRICSBEGIN")  # a title and the like, put behind the sound


def read_recording(path, max_minutes: float = 120) -> np.ndarray:
    """Return a recording of any sample rate and number of channels as mono sound.

    All formats of libsndfile with a header are read: WAV, FLAC, OGG, MP3, AIFF, CAF and others, of
    8 to 32 bits, float, mu-law, GSM and so on. The channels are averaged; of channels that would
    cancel each other out, as when one is wired the wrong way round, the loudest is taken. The
    sample rate is converted block by block, so an hour needs twice the memory of the result and no
    more. What goes beyond 1 is clipped. A recording may be very short or silent: see `faults`.

    If its recorder was stopped before it wrote the length, all that follows the header is sound.
    That a file was cut short cannot be known of some rare formats: IRCAM, PAF, PVF and XI.

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
        with path.expanduser().open("rb") as file, quiet():
            return _whole(file, max_minutes)
    except _Fault as fault:
        raise DataError(f"{path} {fault}.") from None
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}): copy it to another folder, and "
            "see that you may read it there."
        ) from None
    except (ValueError, RuntimeError) as error:
        raise DataError(
            f"{path} cannot be read ({error}): give the name of a sound file."
        ) from None


class _Fault(Exception):
    """What is wrong with a file, and what to do: a sentence without its subject."""


class _Forwards(soundfile.SoundFile):
    """A file that is read once, from its beginning to its end.

    In one that is seekable, soundfile moves to the next block by a jump, which in a damaged file
    leads over the damage, and never reads more than the header promises.
    """

    def seekable(self):
        return False


@dataclass
class _Decoded:
    """What has been decoded.

    Attributes:
        frames: how many.
        products: of each channel with each other one, summed up; (channels, channels).
    """

    frames: int = 0
    products: np.ndarray | float = 0.0

    def add(self, block, step):
        """Add a block, (frames, channels); its products are those of means of `step` frames."""
        self.frames += len(block)
        whole = block[: len(block) // step * step]
        means = sum(whole[i::step] for i in range(step)) / step
        self.products += means.T @ means

    def cancelled(self):
        """Return whether the channels cancel each other out: then the average is no sound."""
        return np.sum(self.products) < CANCELLED * np.trace(self.products)


def _check_file(path):
    try:
        info = path.expanduser().stat()
    except (FileNotFoundError, NotADirectoryError):
        raise _Fault(
            "cannot be read (there is no such file; a bare name is looked for beside the "
            "notebook): give the name of a sound file"
        ) from None
    if not stat.S_ISREG(info.st_mode):
        raise _Fault("cannot be read (it is a folder or a device): give the name of a sound file")
    if info.st_size == 0:
        raise _Fault("is empty: copy or record it again")


def _whole(file, max_minutes):
    place, decoded = containers.find(file), _Decoded()
    with _opened(file, place) as sound:
        average = np.full(sound.channels, 1 / sound.channels)
        samples = _resampled(sound, average, max_minutes, decoded)
        _check_end(sound, file, place, decoded.frames)
    if len(samples) == 0:
        raise _Fault("holds no samples: record it again")
    if decoded.cancelled():
        del samples
        with _opened(file, place) as sound:
            loudest = np.arange(sound.channels) == np.argmax(np.diag(decoded.products))
            samples = _resampled(sound, loudest, max_minutes, _Decoded())
    return samples


def _opened(file, place):
    file.seek(0)
    untitled = _MP3.match(file.read(2))
    source = containers.Mended(file, place) if place else file
    source = containers.Titled(file) if untitled else source
    source.seek(0)
    try:
        return _Forwards(source)
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: a name that ends in .raw
        file.seek(0)
        head = file.read(4096)
        if place and place.is_cut:
            fault = f"is damaged (cut short: nothing of it can be decoded): {GET_AGAIN}"
        else:
            said, code = getattr(error, "error_string", ""), getattr(error, "code", 1)
            fault = what_it_is(head, said, code)
        raise _Fault(fault) from None


def _resampled(sound, weights, max_minutes, decoded):
    """Return the whole sound at RATE, shape (samples,)."""
    stream = soxr.ResampleStream(sound.samplerate, RATE, 1, dtype="float32")
    blocks = _blocks(sound, max_minutes, decoded)
    parts = [stream.resample_chunk(block @ weights.astype(np.float32)) for block in blocks]
    parts.append(stream.resample_chunk(np.zeros(0, np.float32), last=True))
    samples = np.concatenate(parts)
    return np.clip(samples, -1, 1, out=samples)


def _blocks(sound, max_minutes, decoded):
    """Yield the sound in blocks, shape (up to BLOCK, channels), float32."""
    while len(block := _next_block(sound, decoded)):
        if decoded.frames + len(block) > max_minutes * 60 * sound.samplerate:
            raise _Fault(
                f"is longer than {max_minutes:g} minutes: cut it, or give a larger max_minutes"
            )
        peak = max(block.max(), -block.min())
        if not np.isfinite(peak):
            raise _Fault("holds samples that are not finite numbers: save it as 16-bit WAV")
        if peak > LOUDEST:
            raise _Fault(
                f"holds samples up to {peak:,.0f}, where a float file goes from -1 to 1: divide "
                "them by their peak, or normalize it in a sound editor"
            )
        decoded.add(block, max(1, round(sound.samplerate / RATE)))
        yield block


def _next_block(sound, decoded):
    count = BLOCK
    if sound.format == "FLAC":  # a title may follow, at which its decoder would stop with an error
        count = min(count, sound.frames - decoded.frames)
    try:
        return sound.read(count, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError:
        raise _Fault(f"is damaged (it cannot be decoded to its end): {GET_AGAIN}") from None


def _check_end(sound, file, place, frames):
    """Raise _Fault unless all that the file promises was decoded, and it holds nothing more."""
    at, seconds = file.tell(), frames / sound.samplerate
    read = f"only {seconds:.1f} s of it can be decoded"
    if _is_cut(sound, file, place, frames):
        raise _Fault(f"is damaged (cut short: {read}): {GET_AGAIN}")
    if _goes_on(sound, file, place, seconds):
        raise _Fault(
            f"holds more than the {seconds:.2f} s of sound that its header counts (another "
            "recording, a part that was cut, or a header that was not finished): save what a sound "
            "editor can read of it as a new file"
        )
    if _HOLE.search(sound.extra_info) or _lacks_frames(sound, file, at, frames):
        raise _Fault(f"is damaged ({read}): {GET_AGAIN}")


def _is_cut(sound, file, place, frames):
    if place:
        return place.is_cut
    if sound.format == "MP3":
        return (containers.missing_of_mp3(file) or 0) > 0
    notes = sound.extra_info
    file.seek(0)
    promised = _FRAMES.findall(notes.encode() + b"\n" + file.read(1024))
    promised = int(max(promised[-1])) if promised else 0
    if sound.format == "SDS":  # libsndfile notes how many there are, and fills up what is missing
        return promised < frames
    return bool(_CUT.search(notes)) or frames < promised < _UNKNOWN


def _lacks_frames(sound, file, at, frames):
    """Return whether frames are missing.

    An MP3 file counts its frames in a tag of the first one. Without the tag libsndfile guesses the
    number, and stops there: if the bit rate varies, that can be long before the end of the file.
    """
    if sound.format == "MP3" and containers.missing_of_mp3(file) is None:
        size = file.seek(0, io.SEEK_END)
        return size - at > size / 10
    # a stream of OGG may have begun before; some programs count the MP3 frame with the tag, too
    least = {"OGG": sound.samplerate / 10, "MP3": 1152}.get(sound.format, 0)
    return least < sound.frames - frames < _UNKNOWN


def _goes_on(sound, file, place, seconds):
    """Return whether more than a tenth of a second of sound may follow, which was not decoded."""
    if beginning := _BEGINNINGS.get(sound.format):
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if sum(1 for _ in beginning.finditer(content)) > 1:
                return True
    if place is None:
        return False
    if place.behind <= (place.size / seconds / 10 if seconds else 0):
        return False
    file.seek(-place.behind, io.SEEK_END)
    rest = file.read(1 << 20)
    return not rest.startswith(_TAGS) and any(rest)


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
