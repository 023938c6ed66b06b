"""utils.sound.formats, and all that is said of a file: each sentence is true, and its advice helps.

To follow an advice is here to do with soundfile what its user does with a sound editor.
"""

import io
import re
import struct

import numpy as np
import pytest
import soundfile

from tests.sound.test_containers import SECONDS, assert_is_voice, voice, written
from tests.sound.test_recordings import refused
from utils.files import DataError
from utils.sound import formats
from utils.sound.recordings import RATE, read_recording

WAV = written(("WAV", "PCM_16"), RATE, 1)


def changed(content, at, layout, *values):
    content = bytearray(content)
    struct.pack_into(layout, content, at, *values)
    return bytes(content)


def with_name(content, name, other):
    at = content.index(name)
    return content[:at] + other + content[at + len(other) :]


def as_float(factor, wrong=None):
    samples, data = factor * voice(SECONDS, RATE), io.BytesIO()
    if wrong is not None:
        samples[5000] = wrong
    soundfile.write(data, samples, RATE, "DOUBLE", format="WAV")
    return data.getvalue()


EXTENSIBLE = written(("WAVEX", "PCM_16"), RATE, 1)
LACKING = {
    "MP3": changed(WAV, 20, "<H", 0x55),
    "WMA": changed(WAV, 20, "<H", 0x161),
    "AAC": changed(written(("W64", "PCM_16"), RATE, 1), 64, "<H", 0xFF),
    "number 0x7777": changed(WAV, 20, "<H", 0x7777),
    "number 0x0092": changed(EXTENSIBLE, EXTENSIBLE.index(b"fmt ") + 32, "<H", 0x92),
    "PCM of 40 bits": changed(changed(WAV, 32, "<H", 5), 34, "<H", 40),
    "QDM2": with_name(written(("AIFF", "ULAW"), RATE, 1), b"ulaw", b"QDM2"),
    "aac": with_name(written(("CAF", "PCM_16"), RATE, 1), b"lpcm", b"aac "),
    "Speex": with_name(written(("OGG", "VORBIS"), RATE, 1), b"\x01vorbis", b"Speex   "),
    "theora": with_name(written(("OGG", "VORBIS"), RATE, 1), b"\x01vorbis", b"\x80theora"),
}


@pytest.mark.parametrize("coding", LACKING)
def test_a_known_format_with_a_coding_that_is_not_known(tmp_path, coding):
    (tmp_path / "take.wav").write_bytes(LACKING[coding])
    refused(
        tmp_path / "take.wav", rf"its sound is coded as {coding}, .*: save it as FLAC, or as WAV"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"RIFF\x99\0\0\0AVI " + bytes(99),
            "it is in 'AVI', which is no format of sound.: save it",
        ),
        (b"RIFF\x99\0\0\0WEBP" + bytes(99), "it is in 'WEBP', which is no format of sound"),
        (b"FORM\0\0\0\x99ILBM" + bytes(99), "it is in 'ILBM', which is no format of sound"),
        (b"MThd\0\0\0\6\0\1\0\1" + bytes(99), "is a MIDI file, which holds notes and not sound"),
        (b"PK\x03\x04" + bytes(99), "is a ZIP archive: unpack it"),
        (b"\x1f\x8b\x08" + bytes(99), "is compressed with gzip: unpack it"),
        (b"#!AMR\n" + bytes(99), "it is in AMR.: save it as WAV"),
        (b"\xff\xf1\x50\x80" + bytes(99), "it is in AAC.: save it as WAV"),
        (b"wvpk" + bytes(99), "it is in WavPack.: save it as WAV"),
        (b"BW64\xff\xff\xff\xffWAVE" + bytes(99), "it is in BW64.: save it as WAV"),
    ],
)
def test_not_this_format(tmp_path, content, message):
    (tmp_path / "take.wav").write_bytes(content)
    refused(tmp_path / "take.wav", message)


@pytest.mark.parametrize("at, value", [(22, 0), (24, 0), (34, 0), (34, 65_535)])
def test_a_broken_header_is_no_missing_coding(tmp_path, at, value):
    (tmp_path / "take.wav").write_bytes(changed(WAV, at, "<H", value))
    refused(tmp_path / "take.wav", "is damaged, or of a kind that is not known here")


# ── each advice helps ─────────────────────────────────────────────────────────────────────────


def saved_anew(path):
    """Save what a sound editor can read of a file."""
    samples, rate = soundfile.read(path)
    soundfile.write(path.with_name("new.wav"), samples, rate)
    return path.with_name("new.wav")


def divided(path):
    samples, rate = soundfile.read(path)
    soundfile.write(path.with_name("new.wav"), 0.4 * samples / np.abs(samples).max(), rate)
    return path.with_name("new.wav")


def copied_again(path):
    path.write_bytes(WAV)
    return path


HALF = len(WAV) // 2
ADVICE = [
    ("cut", WAV[:HALF], "cut short.*or save what a sound editor can read", saved_anew),
    ("cut", WAV[:HALF], "cut short.*copy or record it again", copied_again),
    ("aiff", written(("AIFF", "PCM_16"), RATE, 1)[:HALF], "cut short.*save what", saved_anew),
    ("au", written(("AU", "ULAW"), RATE, 1)[:5000], "cut short.*save what", saved_anew),
    ("rf64", written(("RF64", "PCM_24"), RATE, 1)[:20_000], "cut short.*save what", saved_anew),
    ("w64", written(("W64", "PCM_16"), RATE, 1)[:HALF], "cut short.*save what", saved_anew),
    ("mp3", written(("MP3", "MPEG_LAYER_III"), RATE, 1)[:-500], "cut short.*save", saved_anew),
    ("more", WAV + WAV[44:], "holds more than.*save what a sound editor can read", saved_anew),
    ("unending", as_float(1, np.inf), "not finite numbers: save it as 16-bit WAV", saved_anew),
    ("no number", as_float(1, np.nan), "not finite numbers: save it as 16-bit WAV", saved_anew),
    ("scale", as_float(32_767), "divide them by their peak, or normalize it", divided),
    ("empty", b"", "is empty: copy or record it again", copied_again),
    ("header", WAV[:44], "cut short.*copy or record it again", copied_again),
    ("nothing", changed(WAV[:44], 40, "<I", 0), "no samples: record it again", copied_again),
    ("damaged", changed(WAV, 22, "<H", 0), "is damaged.*copy or record it again", copied_again),
]


@pytest.mark.parametrize("name, content, message, follow", ADVICE)
def test_the_advice_helps(tmp_path, name, content, message, follow):
    path = tmp_path / "take.wav"
    path.write_bytes(content)
    refused(path, message)
    samples = read_recording(follow(path))
    expected = voice(SECONDS, RATE)[: len(samples)]
    assert len(samples) > 0.3 * SECONDS * RATE
    scale = expected @ samples / (samples @ samples)
    assert np.sqrt(np.mean((scale * samples - expected)[400:-400] ** 2)) < 0.05


def test_a_shorter_recording_or_a_larger_limit_help(tmp_path):
    path = tmp_path / "take.wav"
    path.write_bytes(WAV)
    with pytest.raises(
        DataError, match=r"longer than 0\.005 minutes: cut it, or give a larger max"
    ):
        read_recording(path, 0.005)
    assert_is_voice(read_recording(path, max_minutes=0.01), SECONDS)
    soundfile.write(path, soundfile.read(path)[0][: RATE // 5], RATE)
    assert len(read_recording(path, 0.005)) == RATE // 5


def test_what_shall_be_saved_can_be_read(tmp_path):
    """WAV, FLAC, OGG and MP3, as the advice names them, are formats that are read."""
    for form in re.split(", | or ", formats.FORMATS):
        soundfile.write(tmp_path / "new", voice(SECONDS, RATE), RATE, format=form)
        assert_is_voice(read_recording(tmp_path / "new"), SECONDS, "VORBIS")
    for word in ("FLAC", "WAV with 16 bits"):
        assert word in formats.RECODE


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path, copy = tmp_path / "take.wav", tmp_path / "copy.wav"
    path.write_bytes(WAV)
    copy.write_bytes(WAV)
    opened = type(path).open

    def guarded(self, *args, **options):
        if self.name == "take.wav":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **options)

    monkeypatch.setattr(type(path), "open", guarded)
    refused(path, r"cannot be read \(Permission denied\): copy it to another folder, and see")
    assert_is_voice(read_recording(copy), SECONDS)
