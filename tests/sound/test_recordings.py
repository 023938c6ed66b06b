"""utils.sound.recordings: recordings of every kind, good and bad."""

import re
import shutil
import struct
import tracemalloc

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import signal

from utils.files import DataError
from utils.sound import clips, noises, playing, recordings
from utils.sound.recordings import RATE, faults, read_recording

KINDS = (
    ("WAV", "PCM_U8"),
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "PCM_32"),
    ("WAV", "FLOAT"),
    ("WAV", "DOUBLE"),
    ("WAV", "ULAW"),
    ("FLAC", "PCM_S8"),
    ("FLAC", "PCM_16"),
    ("FLAC", "PCM_24"),
    ("OGG", "VORBIS"),
    ("MP3", "MPEG_LAYER_III"),
)
RATES = (8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000)
EVERY_FORMAT = [("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III")]
one_sentence = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def tone(seconds, rate, amplitude=0.5, frequency=1000):
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)


def save(path, samples, rate, kind=("WAV", "PCM_16"), **options):
    """Write a file; in blocks, since libsndfile crashes on a minute of Vorbis at once."""
    samples = samples if np.ndim(samples) == 2 else samples[:, None]
    form, subtype = kind
    with soundfile.SoundFile(
        path, "w", rate, samples.shape[1], subtype, format=form, **options
    ) as file:
        for start in range(0, len(samples), 4096):
            file.write(samples[start : start + 4096])
    return path


def assert_tone(samples, seconds, amplitude=0.5, frequency=1000, noise=0.03):
    """The sound is this sine: its length, frequency, level and beginning, and little else."""
    assert samples.dtype == np.float32 and samples.ndim == 1
    assert len(samples) == pytest.approx(seconds * RATE, abs=0.002 * RATE)
    inner = slice(RATE // 20, len(samples) - RATE // 20)  # codecs and filters blur the ends
    wave = np.exp(2j * np.pi * frequency * np.arange(len(samples)) / RATE)[inner]
    got = 2 * np.mean(samples[inner] * wave.conj())
    assert abs(got) == pytest.approx(amplitude, rel=0.03)
    delay = (np.angle(got) + np.pi / 2) / (2 * np.pi * frequency)
    assert abs(delay) < 0.1 / frequency
    rest = samples[inner] - (got * wave).real
    assert np.std(rest) < noise * amplitude


# ── what is read ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_every_kind_of_recording_gives_the_same_sound(tmp_path, kind, rate):
    rate = {"MP3": min(rate, 48_000)}.get(kind[0], rate)  # its highest
    path = save(tmp_path / "sound", tone(0.7, rate), rate, kind)
    assert_tone(read_recording(path), 0.7)


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
def test_opus_too(tmp_path, rate):
    path = save(tmp_path / "sound.ogg", tone(0.7, rate), rate, ("OGG", "OPUS"))
    assert_tone(read_recording(path), 0.7, noise=0.1)  # it is made for speech


@pytest.mark.parametrize("kind", EVERY_FORMAT, ids="-".join)
def test_channels_are_averaged(tmp_path, kind):
    left, right = tone(0.7, 44_100, 0.6), tone(0.7, 44_100, 0.2)
    path = save(tmp_path / "sound", np.stack([left, right], axis=1), 44_100, kind)
    assert_tone(read_recording(path), 0.7, 0.4)


def test_six_channels(tmp_path):
    channels = np.zeros((48_000, 6))
    channels[:, 4] = tone(1, 48_000, 0.9)
    assert_tone(read_recording(save(tmp_path / "sound", channels, 48_000)), 1, 0.15)


def test_samples_at_the_right_rate_are_not_touched(tmp_path):
    samples = np.random.default_rng(1).uniform(-1, 1, 5000).astype(np.float32)
    path = save(tmp_path / "sound.wav", samples, RATE, ("WAV", "FLOAT"))
    np.testing.assert_array_equal(read_recording(path), samples)


def test_what_lies_above_8_khz_does_not_come_back_as_something_else(tmp_path):
    high = tone(1, 48_000, 0.5, 11_000) + tone(1, 48_000, 0.4)
    samples = read_recording(save(tmp_path / "sound.wav", high, 48_000))
    assert_tone(samples, 1, 0.4)  # a missing filter would put 11 kHz at 5 kHz


@pytest.mark.parametrize("kind", EVERY_FORMAT, ids="-".join)
def test_blocks_leave_no_seam(tmp_path, kind, monkeypatch):
    noise = np.random.default_rng(2).normal(0, 0.1, 44_100)
    path = save(tmp_path / "sound", noise + tone(1, 44_100), 44_100, kind)
    whole = read_recording(path)
    for block in (7, 997, 30_000) if kind[0] == "WAV" else (997, 30_000):
        monkeypatch.setattr(recordings, "BLOCK", block)
        np.testing.assert_allclose(read_recording(path), whole, rtol=0, atol=1e-6)


@given(st.integers(1, 3000), st.integers(1000, 200_000), st.integers(1, 3))
@one_sentence
def test_the_length_is_that_of_the_recording(tmp_path, count, rate, channels):
    path = save(tmp_path / "sound.wav", np.full((count, channels), 0.5), rate)
    if count * RATE / rate < 0.5:
        with pytest.raises(DataError, match="holds no samples"):
            read_recording(path)
    else:
        assert len(read_recording(path)) == pytest.approx(count * RATE / rate, abs=1)


def test_an_hour_takes_moderate_memory(tmp_path):
    path, rate = tmp_path / "hour.flac", 8000
    with soundfile.SoundFile(path, "w", rate, 2, format="FLAC") as file:
        for minute in range(60):
            samples = np.zeros((60 * rate, 2), np.float32)
            if minute == 59:
                samples[-rate:] = tone(1, rate)[:, None]
            file.write(samples)
    tracemalloc.start()
    try:
        samples = read_recording(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(samples) == 3600 * RATE
    assert not samples[: 3598 * RATE].any()
    assert_tone(samples[-RATE:], 1)
    assert peak < 2.1 * samples.nbytes


def test_a_tenth_of_a_second_and_silence_are_read(tmp_path):
    assert_tone(read_recording(save(tmp_path / "short.wav", tone(0.2, 44_100), 44_100)), 0.2)
    assert len(read_recording(save(tmp_path / "short.wav", tone(0.1, 44_100), 44_100))) == 1600
    for kind in EVERY_FORMAT:
        silent = read_recording(save(tmp_path / "silent", np.zeros(48_000), 48_000, kind))
        assert len(silent) == RATE and not silent.any()


def test_a_float_file_beyond_1_is_clipped(tmp_path):
    path = save(tmp_path / "loud.wav", tone(1, 48_000, 1.7), 48_000, ("WAV", "FLOAT"))
    samples = read_recording(path)
    assert samples.max() == 1 and samples.min() == -1
    assert any("clipped" in fault for fault in faults(samples))


def test_lengths_that_a_stream_does_not_know(tmp_path):
    """Programs that write into a pipe put a number in the header that says nothing."""
    path = save(tmp_path / "sound", tone(1, 48_000), 48_000)
    for unknown in (0xFFFF_FFFF, 0x7FFF_FFFF, 0x7FFF_F000):
        change(path, 4, struct.pack("<I", unknown))
        change(path, 40, struct.pack("<I", unknown))
        assert_tone(read_recording(path), 1)
    path = save(tmp_path / "sound", tone(1, 48_000), 48_000, ("FLAC", "PCM_16"))
    change(path, 22, bytes(4))  # the number of samples, after its highest bits, which are zero
    assert_tone(read_recording(path), 1)


def change(path, at, data):
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)


@pytest.mark.parametrize("quiet", [slice(0, 2 * 48_000), slice(2 * 48_000, None)])
def test_an_mp3_file_without_a_tag(tmp_path, quiet):
    """It does not state its length. The guess is right for a constant bit rate, and only for it."""
    noise = np.random.default_rng(3).normal(0, 0.2, 12 * 48_000)
    path, kind = tmp_path / "sound.mp3", ("MP3", "MPEG_LAYER_III")
    save(path, noise, 48_000, kind, bitrate_mode="CONSTANT", compression_level=0.5)
    drop_tag(path)
    assert len(read_recording(path)) / RATE == pytest.approx(12, abs=0.1)
    noise[quiet] = 0
    save(path, noise, 48_000, kind, bitrate_mode="VARIABLE", compression_level=0.1)
    drop_tag(path)
    if quiet.start == 0:  # the guess is too long
        assert len(read_recording(path)) / RATE == pytest.approx(12, abs=0.1)
    else:  # too short, and libsndfile goes no further
        with pytest.raises(DataError, match=r"only 2\.\d s of it can be decoded"):
            read_recording(path)


def drop_tag(path):
    content = path.read_bytes()
    rate = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)[content[2] >> 4]
    end = 144 * rate // 48
    assert b"Xing" in content[:end] or b"Info" in content[:end]
    path.write_bytes(content[end:])


def test_a_name_is_a_path_or_a_text(tmp_path, monkeypatch):
    path = save(tmp_path / "Grüße 1.wav", tone(1, RATE), RATE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for name in (path, str(path), "Grüße 1.wav", "~/Grüße 1.wav"):
        assert len(read_recording(name)) == RATE


@pytest.mark.parametrize("left", ["._", "._take", "._take.mp3", ".AppleDouble/"])
def test_what_macos_leaves_on_a_disk_is_not_in_the_way(tmp_path, monkeypatch, left):
    monkeypatch.chdir(tmp_path)
    if left.endswith("/"):
        (tmp_path / left).mkdir()
    else:
        (tmp_path / left).write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X        " * 30)
    for kind in EVERY_FORMAT:
        save(tmp_path / "take", tone(1, 44_100), 44_100, kind)
        assert_tone(read_recording("take"), 1)
    (tmp_path / "take").write_bytes(b"RIFF")
    with pytest.raises(DataError, match=r"not known here \(.*ormat not recognised"):
        read_recording("take")
    (tmp_path / "take").write_bytes(bytes(5000))
    with pytest.raises(DataError, match="it is in an unknown format"):
        read_recording("take")


# ── channels that cancel each other out ───────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [*EVERY_FORMAT, ("OGG", "OPUS"), ("AIFF", "PCM_16")], ids="-".join)
@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_channels_in_antiphase_give_the_loudest(tmp_path, kind, rate):
    wave = tone(0.7, rate)
    for share in (0.9, 0.7):
        channels = np.stack([-share * wave, wave], axis=1)
        assert_tone(read_recording(save(tmp_path / "sound", channels, rate, kind)), 0.7, noise=0.1)


def test_channels_in_antiphase_with_noise_or_hum(tmp_path):
    rng, wave = np.random.default_rng(9), tone(1, 44_100)
    for extra in (rng.normal(0, 0.02, (44_100, 2)), tone(1, 44_100, 0.1, 50)[:, None]):
        channels = np.stack([wave, -wave], axis=1) + extra
        samples = read_recording(save(tmp_path / "sound.wav", channels, 44_100))
        assert abs(np.corrcoef(samples, tone(1, RATE))[0, 1]) > 0.95


def test_pairs_in_antiphase(tmp_path):
    waves = [tone(1, 48_000, 0.2 * (i + 1), 500 * (i + 1)) for i in range(3)]
    six = np.stack([sign * wave for wave in waves for sign in (1, -1)], axis=1)
    path = save(tmp_path / "sound.wav", six, 48_000)
    assert_tone(read_recording(path), 1, 0.6, 1500)


def test_other_channels_are_averaged(tmp_path):
    rng = np.random.default_rng(10)
    noise = rng.normal(0, 0.1, (16_000, 6)).astype(np.float32)
    delayed = np.stack([noise[:, 0], np.roll(noise[:, 0], 40)], axis=1)
    one, half = noise * [1, 0, 0, 0, 0, 0], np.stack([noise[:, 0], -0.1 * noise[:, 0]], axis=1)
    for channels in (noise, noise[:, :2], delayed, one, half, 0 * noise):
        path = save(tmp_path / "sound.wav", channels, RATE, ("WAV", "FLOAT"))
        np.testing.assert_allclose(read_recording(path), channels.mean(axis=1), atol=1e-6)


# ── what cannot be read ───────────────────────────────────────────────────────────────────────


def refused(path, message):
    """The file is refused in one sentence with its name, which this pattern is in."""
    with pytest.raises(DataError, match=message) as error:
        read_recording(path)
    said = str(error.value)
    assert said.startswith(f"{path} ") and said.endswith(".") and "\n" not in said
    assert not re.search(r"\. [A-Z]", said), said


def test_a_file_that_is_not_there_or_not_a_file(tmp_path, monkeypatch):
    refused(tmp_path / "take.wav", r"no such file; a bare name is looked for beside the notebook")
    refused(tmp_path, "is a folder or a device.*give the name of a sound file")
    refused("bad\0name.wav", "null (byte|character)")
    monkeypatch.setattr(recordings.soxr, "ResampleStream", raise_os_error)
    refused(save(tmp_path / "take.wav", tone(1, RATE), RATE), r"cannot be read \(I/O error\)")


def raise_os_error(*_, **__):
    raise OSError(5, "I/O error")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty: copy or record it again"),
        (
            b"Once upon a time\n" * 300,
            "is text and not sound: give the name of a file in WAV, FLAC",
        ),
        ("Grüße\n".encode("latin-1"), "is text and not sound"),
        ("<!DOCTYPE html><p>été".encode(), "is text and not sound"),
        ("words\r\n".encode("utf-16") * 300, "is text and not sound"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0" + bytes(99), "it is in MP4 or M4A.*save it as WAV, FLAC"),
        (b"\x1aE\xdf\xa3" + bytes(99), "it is in WebM or Matroska.*for example with Audacity"),
        (b"0&\xb2u\x8ef\xcf\x11" + bytes(99), "it is in WMA"),
        (b"\xff\xd8\xff\xe0" + bytes(500), "it is in an unknown format"),
        (bytes(5000), "it is in an unknown format"),
        (b"RIFF", "is damaged"),
        (b"fLaC" + bytes(50), "is damaged, or of a kind that is not known here"),
        (b"ID3\x03\0\0\0\0\0\0" + bytes(99), "is damaged"),
    ],
)
def test_what_is_not_sound(tmp_path, content, message):
    for name in ("take.wav", "take.mp3", "take.raw", "take"):
        path = tmp_path / name
        path.write_bytes(content)
        refused(path, message)


def test_a_header_without_samples(tmp_path):
    refused(save(tmp_path / "take.wav", np.zeros(0), 48_000), "holds no samples: record it again")
    path = save(tmp_path / "take.wav", tone(1, 48_000), 48_000)
    change(path, 24, bytes(4))
    refused(path, "is damaged")  # no samples a second


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_samples_that_are_not_numbers(tmp_path, wrong, subtype):
    samples = np.zeros((200_000, 2))
    samples[150_000, 1] = wrong
    path = save(tmp_path / "take.wav", samples, 48_000, ("WAV", subtype))
    refused(path, "holds samples that are not finite numbers: save it as 16-bit WAV")


def test_samples_on_another_scale(tmp_path):
    path = save(tmp_path / "take.wav", tone(1, 48_000, -20_000), 48_000, ("WAV", "FLOAT"))
    refused(path, "holds samples up to 20,000, where a float file goes from -1 to 1: divide them")


def test_too_long(tmp_path):
    path = save(tmp_path / "take.flac", np.zeros(61 * 8000), 8000, ("FLAC", "PCM_16"))
    with pytest.raises(DataError, match="is longer than 1 minutes: cut it, or give a larger max"):
        read_recording(path, max_minutes=1)
    assert len(read_recording(path, max_minutes=1.02)) == 61 * RATE


@pytest.mark.parametrize("kind", [*EVERY_FORMAT, ("OGG", "OPUS"), ("WAV", "FLOAT")], ids="-".join)
def test_a_file_that_was_cut_is_never_read_in_silence(tmp_path, kind):
    noise = np.random.default_rng(4).normal(0, 0.1, 4 * 48_000)
    path = save(tmp_path / "take", noise, 48_000, kind)
    content = path.read_bytes()
    assert len(read_recording(path)) == 4 * RATE
    for share in (0.001, 0.01, 0.1, 0.3, 0.5, 0.8, 0.95):
        path.write_bytes(content[: int(share * len(content))])
        refused(path, "is damaged|is text")  # "RIF" is
    path.write_bytes(content[: len(content) // 2] + content[len(content) // 2 + 5000 :])
    refused(path, "is damaged")


@pytest.mark.parametrize("kind", [*EVERY_FORMAT[1:], ("OGG", "OPUS")], ids="-".join)
def test_damage_in_the_middle_is_not_passed_over(tmp_path, kind):
    noise = np.random.default_rng(5).normal(0, 0.1, 4 * 48_000)
    path = save(tmp_path / "take", noise, 48_000, kind)
    change(path, path.stat().st_size // 2, bytes(5000))
    refused(path, "is damaged")


@given(st.sampled_from(EVERY_FORMAT), st.randoms(use_true_random=False))
@one_sentence
def test_no_damage_gives_anything_but_sound_or_a_sentence(tmp_path, kind, random):
    path = tmp_path / kind[0]
    if not (tmp_path / f"{kind[0]} whole").exists():
        save(tmp_path / f"{kind[0]} whole", tone(0.5, 22_050), 22_050, kind)
    shutil.copy(tmp_path / f"{kind[0]} whole", path)
    for _ in range(random.randint(1, 9)):
        at = random.choice([random.randrange(100), random.randrange(path.stat().st_size)])
        change(path, min(at, path.stat().st_size - 1), random.randbytes(1))
    try:
        samples = read_recording(path)
    except DataError as error:
        assert "\n" not in str(error) and str(error).endswith(".")
    else:
        assert samples.dtype == np.float32 and np.abs(samples).max() <= 1


def test_notes_of_the_decoder_are_not_shown(tmp_path, capfd):
    noise = np.random.default_rng(6).normal(0, 0.1, 48_000)
    path = save(tmp_path / "take.mp3", noise, 48_000, ("MP3", "MPEG_LAYER_III"))
    path.write_bytes(path.read_bytes()[:5000])
    refused(path, "is damaged")
    assert capfd.readouterr() == ("", "")


# ── faults ────────────────────────────────────────────────────────────────────────────────────


def test_a_good_recording_has_no_faults():
    noise = np.random.default_rng(7).normal(0, 0.1, RATE)
    for frequency in (50, 1000, 4000):
        assert faults(tone(1, RATE, 0.9, frequency) + 0.1 * noise) == []
    assert faults(noise / np.abs(noise).max()) == []
    assert faults(noise * 0.1) == []


def test_each_fault_has_a_sentence(tmp_path):
    assert faults(np.zeros(RATE, np.float32)) == ["It is silent: was the microphone switched off?"]
    assert faults(tone(0.1, RATE)) == ["It is 0.10 s long, shorter than a word."]
    assert faults(tone(1, RATE, 10**-2.5)) == ["It is very quiet: its peak is at -50 dB."]
    assert len(faults(np.zeros(0))) == 2
    assert len(faults(np.zeros(1))) == 2


NARROW = "It has nothing above 4,000 Hz, as over a telephone: the network was trained with more."


@pytest.fixture(scope="module")
def clips_of_words():
    """Return a clip of words over each kind of noise, soft or loud, (samples,) at RATE."""
    rng, words = np.random.default_rng(8), clips.load_words("test")
    kinds = sorted({*noises.VALIDATION, *noises.HELD_OUT})
    noise = clips.background(kinds, 1, 10, words, "activate", rng)
    drawn = list(clips.draw(len(kinds), words, "activate", noise, rng))
    return [clip.samples(snr) for clip in drawn for snr in (3, 30)]


def test_words_in_noise_are_not_as_over_a_telephone(clips_of_words):
    for sound in clips_of_words:
        assert faults(sound) == []
        assert NARROW not in faults(0.1 * sound)


@pytest.mark.parametrize("kind", [*EVERY_FORMAT, ("WAV", "ULAW")], ids="-".join)
def test_words_over_a_telephone(tmp_path, clips_of_words, kind):
    for sound in clips_of_words[::5]:
        path = save(tmp_path / "call", signal.resample_poly(sound, 1, 2), 8000, kind)
        assert faults(read_recording(path)) == [NARROW]
        playing.write_wav(
            tmp_path / "call.wav", read_recording(path)
        )  # with 16 bits, which add noise
        assert faults(read_recording(tmp_path / "call.wav")) == [NARROW]


def test_a_telephone_is_not_suspected_where_it_cannot_be_known():
    assert faults(tone(1, RATE, 0.5, 50)) == []  # hum alone
    assert faults(tone(1, RATE, 0.5, 1000)) == [NARROW]
    for amplitude, length in ((1e-5, RATE), (0.005, RATE), (0.5, RATE // 10)):
        found = faults(tone(1, RATE, amplitude)[:length])
        assert len(found) == 1 and NARROW not in found


@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("kind", EVERY_FORMAT, ids="-".join)
def test_clipping_is_found_in_every_format(tmp_path, kind, rate):
    speech = tone(1, rate, 1, 220) * tone(1, rate, 1, 3)
    for gain, clipped in ((0.9, False), (3, True)):
        path = save(tmp_path / "take", np.clip(gain * speech, -1, 1), rate, kind)
        said = faults(read_recording(path))
        assert len(said) == clipped
        if clipped:
            assert re.fullmatch(
                r"\d+\.\d% of the samples are clipped: it was recorded too loud\.", said[0]
            )
    if kind[0] == "WAV" and rate == RATE:  # sin > 1/3, twice
        assert 40 < float(said[0].split("%")[0]) < 70
