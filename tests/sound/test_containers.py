"""utils.sound.containers: sound files of every format, whole, cut, unfinished, with more in them.

What is read is held against what was written.
"""

import io
import struct

import numpy as np
import pytest
import soundfile

from tests.sound.test_recordings import refused, save
from utils.sound import containers
from utils.sound.recordings import RATE, read_recording

NO_HEADER = ("RAW", "SD2")  # SD2 keeps it in a file of its own
NOT_WRITTEN = ("MPEG_LAYER_I", "MPEG_LAYER_II", "DWVW_12")
EVERY_KIND = [
    (form, subtype)
    for form in soundfile.available_formats()
    for subtype in soundfile.available_subtypes(form)
    if form not in NO_HEADER
    and subtype not in NOT_WRITTEN
    and (form, subtype) != ("WAV", "MPEG_LAYER_III")
]
LENGTH_UNKNOWN = ("IRCAM", "PAF", "PVF", "XI")
ONE_RATE = {"WVE": 8000, "XI": 44_100}
COARSE = ("ADPCM", "G72", "GSM", "MPEG", "VORBIS", "OPUS")
RATES = (8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000)


def voice(seconds, rate):
    """Return a sound whose every part is different, none of it above 3 kHz, (samples,)."""
    t = np.arange(round(seconds * rate)) / rate
    return 0.4 * np.sin(2 * np.pi * (300 * t + 400 * t**2)) * (0.6 + 0.4 * np.sin(5 * t))


def written(kind, rate, channels, seconds=0.6):
    """Return the bytes of a file, or None if the format cannot hold it."""
    data, sound = io.BytesIO(), voice(seconds, rate)
    try:
        save(data, np.repeat(sound[:, None], channels, axis=1), rate, kind)
    except (soundfile.LibsndfileError, ValueError):
        return None
    return data.getvalue()


def assert_is_voice(samples, seconds, subtype="PCM_16"):
    """It is the voice, from its beginning; some codings fill up their last block."""
    expected = voice(seconds, RATE)
    coarse = any(name in subtype for name in COARSE)
    more = len(samples) - len(expected)
    assert -2 <= more <= (1100 if coarse else 2) and len(samples) > 0
    inner = slice(400, min(len(samples), len(expected)) - 400)  # the ends of filters
    wrong = samples[inner] - expected[inner]
    assert np.sqrt(np.mean(wrong**2)) < (0.05 if coarse else 0.008), np.abs(wrong).max()


@pytest.mark.parametrize("kind", EVERY_KIND, ids="-".join)
def test_every_kind_whole(tmp_path, kind):
    path, rate = tmp_path / "take", ONE_RATE.get(kind[0], 16_000)
    read = 0
    for channels in (1, 2) if kind[0] == "PAF" else (1, 2, 6):  # libsndfile loses some of 6
        if content := written(kind, rate, channels):
            path.write_bytes(content)
            samples = read_recording(path)
            if kind == ("VOC", "PCM_U8") and channels == 1:  # its rates are 1,000,000 / n
                places = np.arange(9600) * RATE / 16_129
                samples = np.interp(places, np.arange(len(samples)), samples)
            assert_is_voice(samples, 0.6, kind[1])
            read += 1
    assert read


@pytest.mark.parametrize("kind", EVERY_KIND, ids="-".join)
def test_every_kind_cut(tmp_path, kind):
    path, content = tmp_path / "take", written(kind, ONE_RATE.get(kind[0], 16_000), 1)
    for share in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9, 0.99):
        path.write_bytes(content[: int(share * len(content))])
        if kind[0] == "HTK":  # it has no mark, but its size
            refused(path, "it is in an unknown format")
        elif kind[0] not in LENGTH_UNKNOWN:
            refused(path, "is damaged|is text|unknown format" if share < 0.3 else "is damaged")


@pytest.mark.parametrize("rate", RATES)
def test_every_rate(tmp_path, rate):
    kinds = [(f, "PCM_16") for f in ("WAV", "WAVEX", "AIFF", "AU", "CAF", "RF64", "W64", "FLAC")]
    for kind in [*kinds, ("WAV", "GSM610"), ("WAV", "ULAW"), ("NIST", "PCM_16")]:
        (tmp_path / "take").write_bytes(written(kind, rate, 1))
        assert_is_voice(read_recording(tmp_path / "take"), 0.6, kind[1])


# ── sizes in headers ──────────────────────────────────────────────────────────────────────────

SIZES = {  # the chunk that has the size of the sound, how that is written, what else it counts
    "WAV": (b"data", 4, "<I", 0),
    "WAVEX": (b"data", 4, "<I", 0),
    "RIFX": (b"data", 4, ">I", 0),
    "RF64": (b"ds64", 16, "<Q", 0),
    "AIFF": (b"SSND", 4, ">I", 8),
    "SVX": (b"BODY", 4, ">I", 0),
    "AU": (b".snd", 8, ">I", 0),
    "CAF": (b"data", 4, ">Q", 4),
    "W64": (b"data", 16, "<Q", 24),
}
SECONDS, SIZE = 0.6, 19_200


def whole(form, seconds=SECONDS):
    """Return a file of 16 bits as a bytearray."""
    if form != "RIFX":
        return bytearray(written((form, "PCM_16"), RATE, 1, seconds))
    data = io.BytesIO()
    soundfile.write(data, voice(seconds, RATE), RATE, format="WAV", endian="BIG")
    return bytearray(data.getvalue())


def with_size(form, size):
    """Return a file whose header says that its sound has this size in bytes; -1: all bits are 1."""
    content, (name, after, layout, more) = whole(form), SIZES[form]
    at = content.index(name) + after
    assert struct.unpack_from(layout, content, at) == (SIZE + more,)
    most = 256 ** struct.calcsize(layout) - 1
    struct.pack_into(layout, content, at, most if size == -1 else size + more)
    return content


@pytest.mark.parametrize("form", SIZES)
def test_a_header_that_was_not_finished(tmp_path, form):
    """All that follows it is sound, as when a recorder was stopped."""
    path, more = tmp_path / "take", SIZES[form][3]
    for size in (0, -more, -1):
        path.write_bytes(with_size(form, size))
        assert_is_voice(read_recording(path), SECONDS)
        with path.open("ab") as file:
            file.write(bytes(SIZE))  # the recorder went on
        assert len(read_recording(path)) == 2 * SECONDS * RATE


@pytest.mark.parametrize("riff", [0, 8, 36, 0xFFFF_FFFF])
@pytest.mark.parametrize("data", [0, 0x7FFF_FFFF, 0x7FFF_F000, 0xFFFF_FFFF])
def test_both_sizes_of_a_wav_file(tmp_path, riff, data):
    content = whole("WAV")
    struct.pack_into("<I", content, 4, riff)
    struct.pack_into("<I", content, 40, data)
    (tmp_path / "take.wav").write_bytes(content)
    assert_is_voice(read_recording(tmp_path / "take.wav"), SECONDS)


def test_an_unfinished_header_of_16000_samples(tmp_path):
    samples = np.random.default_rng(0).integers(-9999, 9999, 16_000, dtype="<i2")
    head = b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 32_000, 2, 16)
    (tmp_path / "take.wav").write_bytes(head + b"data\0\0\0\0" + samples.tobytes())
    read = read_recording(tmp_path / "take.wav")
    np.testing.assert_array_equal(read, samples.astype(np.float32) / 32_768)


@pytest.mark.parametrize("form", SIZES)
def test_a_size_that_is_too_large_or_too_small(tmp_path, form):
    path = tmp_path / "take"
    for size in (SIZE + 2, SIZE + 5000, 10 * SIZE):
        path.write_bytes(with_size(form, size))
        refused(path, "is damaged .cut short: ")
    for size in (1, 2, 1000, SIZE // 2):
        path.write_bytes(with_size(form, size))
        refused(path, rf"holds more than the {size // 2 / RATE:.2f} s of sound that its header")
    path.write_bytes(with_size(form, 2**60 if SIZES[form][2][1] == "Q" else 2**30))
    refused(path, "is damaged .cut short: ")


@pytest.mark.parametrize("form", SIZES)
def test_a_header_and_no_sound(tmp_path, form):
    content = bytes(whole(form))
    for size in (0, -1):
        (tmp_path / "take").write_bytes(bytes(with_size(form, size))[: len(content) - SIZE])
        refused(tmp_path / "take", "holds no samples: record it again|is damaged")


# ── what else is in a file ────────────────────────────────────────────────────────────────────

EVERY_SIZED = [*SIZES, "FLAC", "OGG", "MP3"]


def made(form):
    subtype = {"OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}.get(form, "PCM_16")
    content = written((form, subtype), RATE, 1) if form in ("FLAC", "OGG", "MP3") else whole(form)
    return bytes(content), subtype


@pytest.mark.parametrize("form", EVERY_SIZED)
def test_a_title_or_a_little_behind_the_sound_is_passed_over(tmp_path, form):
    content, subtype = made(form)
    junk = np.random.default_rng(0)
    ends = [b"TAG" + bytes(125), b"ID3" + junk.bytes(9000), b"APETAGEX" + junk.bytes(9000)]
    for end in [*ends, bytes(5000), junk.bytes(1), junk.bytes(100), junk.bytes(1000)]:
        (tmp_path / "take").write_bytes(content + end)
        assert_is_voice(read_recording(tmp_path / "take"), SECONDS, subtype)


@pytest.mark.parametrize("form", EVERY_SIZED)
def test_two_recordings_in_one_file(tmp_path, form):
    (tmp_path / "take").write_bytes(2 * made(form)[0])
    refused(tmp_path / "take", r"holds more than the 0.6\d s of sound that its header counts")


@pytest.mark.parametrize("form", SIZES)
def test_much_behind_the_sound(tmp_path, form):
    junk = np.random.default_rng(0).bytes(5000)
    (tmp_path / "take").write_bytes(bytes(whole(form)) + junk)
    refused(tmp_path / "take", "holds more than the 0.60 s of sound that its header counts")


@pytest.mark.parametrize("form", ["WAV", "AIFF", "AU", "FLAC", "MP3"])
def test_a_title_before_the_sound(tmp_path, form):
    content, subtype = made(form)
    title = b"ID3\x03\0\0\0\0\x01\x05" + bytes(128 + 5)
    (tmp_path / "take").write_bytes(title + content)
    assert_is_voice(read_recording(tmp_path / "take"), SECONDS, subtype)
    (tmp_path / "take").write_bytes(title + content[: len(content) // 2])
    refused(tmp_path / "take", "is damaged")


def chunk(form, name, body):
    """Return a chunk, filled up to a whole number of 2 or 8 bytes."""
    layout = SIZES[form][2]
    if form == "RF64":
        layout = "<I"
    if form == "W64":
        name = name + whole(form)[-SIZE - 20 : -SIZE - 8]  # the rest of its long name
        body, size = body + bytes(-len(body) % 8), len(body) + 24
        return name + struct.pack(layout, size) + body
    return name + struct.pack(layout, len(body)) + body + bytes(len(body) % 2 * (form != "CAF"))


@pytest.mark.parametrize("form", sorted({*SIZES} - {"AU"}))
def test_chunks_before_and_after_the_sound(tmp_path, form):
    content, name = whole(form), SIZES[form][0].replace(b"ds64", b"data")
    at = content.index(name)
    for size in (0, 200, 2001 if form in ("WAV", "CAF", "W64") else 2000):
        more = chunk(form, b"note", np.random.default_rng(0).bytes(size))
        for together in (content[:at] + more + content[at:], content + more, content + 2 * more):
            (tmp_path / "take").write_bytes(together)
            assert_is_voice(read_recording(tmp_path / "take"), SECONDS)
        cut = content[:at] + more + content[at:]
        (tmp_path / "take").write_bytes(cut[: -SIZE // 2])
        refused(tmp_path / "take", "is damaged .cut short")


@pytest.mark.parametrize("name", ["OGG-VORBIS", "OGG-OPUS", "MP3-MPEG_LAYER_III", "FLAC-PCM_16"])
def test_the_last_bytes_are_missed(tmp_path, name):
    content = written(tuple(name.split("-")), 48_000, 1)
    for missing in (1, 2, 10, 100, 400, 1000):
        (tmp_path / "take").write_bytes(content[:-missing])
        refused(tmp_path / "take", "is damaged")


def test_a_million_chunks_are_not_walked_through(tmp_path):
    head = b"RIFF\xff\xff\xff\xffWAVE"
    (tmp_path / "take.wav").write_bytes(head + b"JUNK\0\0\0\0" * 200_000)
    with (tmp_path / "take.wav").open("rb") as file:
        assert containers.find(file) is None


def test_a_picture_before_an_mp3_file(tmp_path):
    """Its tag with the sizes stands after two million bytes."""
    content = written(("MP3", "MPEG_LAYER_III"), RATE, 1)
    picture = b"ID3\x03\0\0\1\0\0\0" + np.random.default_rng(0).bytes(1 << 21)
    (tmp_path / "take.mp3").write_bytes(picture + content)
    assert_is_voice(read_recording(tmp_path / "take.mp3"), SECONDS, "MPEG")
    for missing in (1, 400, len(content) // 2):
        (tmp_path / "take.mp3").write_bytes(picture + content[:-missing])
        refused(tmp_path / "take.mp3", "is damaged .cut short")
