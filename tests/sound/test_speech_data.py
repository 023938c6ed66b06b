"""datasets/speech: who says what, how loud and how long; its data card."""

import csv
import hashlib
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from datasets.speech import build
from utils import datasets
from utils.sound.clips import SILENCE

FOLDER = Path(build.__file__).parent
TEXT = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
SAMPLES, ROWS = {}, {}
for split in datasets.SPEECH:
    SAMPLES[split], ROWS[split] = datasets.load_speech(split)
ALL = [row for rows in ROWS.values() for row in rows]
HARD, EASY, NEW = ({*text.split()} for text in (build.HARD, build.EASY, build.NEW))
FAMILIES = [family.split("=") for family in (build.HIGH + build.LOW).split()]

each_split = pytest.mark.parametrize("split", datasets.SPEECH)


def voices(split):
    return {row["voice"] for row in ROWS[split]}


def sounds(split):
    for row in ROWS[split]:
        yield row, SAMPLES[split][row["start"] : row["start"] + row["length"]]


def levels(sound):
    """Return the RMS of each 10 ms."""
    return np.sqrt((sound.reshape(-1, build.RATE // 100) ** 2).mean(axis=1))


# --- who says what ---------------------------------------------------------------------------


def test_enough_voices():
    assert len(voices("training")) >= 24
    assert len(voices("test")) >= 8
    assert len(voices("validation")) >= 8


def test_no_voice_and_no_family_is_in_two_splits():
    variants = {split: {voice.split("+")[1] for voice in voices(split)} for split in SAMPLES}
    assert sum(map(len, variants.values())) == len(set().union(*variants.values())) == 63
    for family in FAMILIES:
        assert sum(not of_split.isdisjoint(family) for of_split in variants.values()) <= 1, family


def test_the_voices_are_those_that_the_build_chooses():
    chosen = build.cast(np.random.default_rng(build.SEED))
    for split, names in chosen.items():
        assert {name.removeprefix("gmw/") for name in names} == voices(split)


@each_split
def test_who_says_which_word(split):
    plan = build.SPLITS[split]
    for voice in voices(split):
        said = Counter(row["word"] for row in ROWS[split] if row["voice"] == voice)
        assert said.pop(build.TARGET) == plan.target >= 6
        assert {*said.values()} == {1}
        assert said.keys() & HARD == HARD
        assert len(said.keys() & EASY) == plan.easy
        assert said.keys() - HARD - EASY == (NEW if split == "test" else set())


def test_enough_other_words():
    words = {row["word"] for row in ROWS["training"]} - {build.TARGET}
    assert words == HARD | EASY
    assert len(words) >= 30
    assert {"active", "activity", "captivate", "deactivate", "motivate"} <= HARD
    assert NEW.isdisjoint(words)


def test_pitch_and_speed_vary_within_each_voice():
    for split, rows in ROWS.items():
        for voice in voices(split):
            for name, (low, high) in (("pitch", build.PITCH), ("speed", build.SPEED)):
                drawn = [row[name] for row in rows if row["voice"] == voice]
                assert low <= min(drawn) and max(drawn) < high
                assert max(drawn) - min(drawn) > 0.7 * (high - low), (voice, name)
            of_target = [
                (row["pitch"], row["speed"])
                for row in rows
                if row["voice"] == voice and row["word"] == build.TARGET
            ]
            assert len({*of_target}) > 0.8 * len(of_target)  # one voice drew a pair twice


# --- how it sounds ---------------------------------------------------------------------------


@each_split
def test_each_word_has_its_level_and_its_length(split):
    for row, sound in sounds(split):
        assert 0.075 < np.sqrt((sound**2).mean()) < 0.086, row
        assert 0.15 <= len(sound) / build.RATE <= 1.3, row
        assert np.isfinite(sound).all() and np.abs(sound).max() < 1.1, row


@each_split
def test_nothing_silent_is_left_at_the_ends(split):
    for row, sound in sounds(split):
        loudness = levels(sound)
        # Vorbis changes what is soft a little.
        assert min(loudness[0], loudness[-1]) > 0.8 * SILENCE * loudness.max(), row


def test_every_activate_ends_in_a_closure_and_a_burst():
    """The final "t" was not cut off: without its last 60 ms a third of the takes would fail."""
    above_2_khz = butter(4, 2000, "high", fs=build.RATE, output="sos")
    for split in SAMPLES:
        for row, sound in sounds(split):
            if row["word"] == build.TARGET:
                sharp = levels(sosfilt(above_2_khz, sound))[-12:]
                rise = sharp / np.minimum.accumulate(sharp)
                assert rise[sharp > 0.02 * levels(sound).max()].max() > 1.5, row


def test_trim():
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 0.1, 1600)
    soft = rng.normal(0, 0.0005, 480)
    assert np.array_equal(build.trim(np.concatenate([soft, sound, soft])), sound)
    pause = np.concatenate([sound, soft, sound])
    assert np.array_equal(build.trim(pause), pause)


def test_trimmed_words_are_whole_frames():
    assert all(row["length"] % (build.RATE // 100) == 0 for row in ALL)


# --- the files and the card ------------------------------------------------------------------


def test_the_folder_is_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) <= 7_000_000


@each_split
def test_the_index_is_written_as_the_build_writes_it(split):
    with (FOLDER / f"{split}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == list(datasets.SPEECH_INDEX) == [f.name for f in build.fields(build.Take)]
    assert b"\r" not in (FOLDER / f"{split}.csv").read_bytes()


@each_split
def test_the_card_has_sizes_and_checksums(split):
    n_voices = len(voices(split))
    counts = (
        f"{len(ROWS[split]):,} words, {len(SAMPLES[split]) / build.RATE:.1f} seconds: "
        f"{n_voices} voices, {len(ROWS[split]) // n_voices} words each"
    )
    sound, index = ((FOLDER / f"{split}.{end}").read_bytes() for end in ("ogg", "csv"))
    for stated in (
        f"| file | `{split}.ogg`, {counts} | | size | {len(sound):,} bytes, "
        f"sha256 `{hashlib.sha256(sound).hexdigest()}` |",
        f"| index | `{split}.csv`, {len(index):,} bytes, "
        f"sha256 `{hashlib.sha256(index).hexdigest()}` |",
    ):
        assert stated in TEXT


def test_the_card_has_the_words():
    for kind, words in (("hard", build.HARD), ("easy", build.EASY), ("new", build.NEW)):
        assert f"| {kind} | {' '.join(words.split())} |" in TEXT
    training, validation, test = (build.SPLITS[split] for split in datasets.SPEECH)
    assert validation.target == test.target and validation.easy == test.easy == len(EASY)
    for stated in (
        f"{training.target} times in training, {test.target} times in validation and test",
        f"each voice of training says {training.easy}, drawn at random; those of validation and "
        f"test say all {test.easy}",
    ):
        assert stated in TEXT


def test_the_card_has_the_voices():
    high, low = (len(names.split()) for names in (build.HIGH, build.LOW))
    training, validation, test = (build.SPLITS[split] for split in datasets.SPEECH)
    over = low - training.low - validation.low - test.low
    assert high == training.high + validation.high + test.high
    for stated in (
        f"spoken by {len({row['voice'] for row in ALL})} voices",
        f"{high} families of high voices and {low} of low ones",
        f"{test.high} high and {test.low} low families to the test, {validation.high} and "
        f"{validation.low} to validation, {training.high} and {training.low} to training; "
        f"{over} low ones",
    ):
        assert stated in TEXT
    accents = re.findall(r"(en[\w-]*)", TEXT.split("dealt out evenly in each split:")[1])
    assert accents[: len(build.ACCENTS.split())] == build.ACCENTS.split()
    for split in SAMPLES:
        times = Counter(voice.split("+")[0] for voice in voices(split))
        assert times.keys() == {*build.ACCENTS.split()}
        assert max(times.values()) - min(times.values()) <= 1


def test_the_card_has_the_settings():
    spans = [f"{low} to {high - 1}" for low, high in (build.PITCH, build.SPEED, build.RANGE)]
    pitch, speed, spread = spans
    for stated in (
        f"a pitch from {pitch}, a speed from {speed} words a minute and a range of pitch from "
        f"{spread},",
        f"to {build.RATE:,} samples a second, cut at both ends where it is softer than "
        f"{SILENCE} of its loudest 10 ms ({20 * np.log10(SILENCE):.0f} dB), and "
        f"scaled to an RMS of {build.LEVEL}",
    ):
        assert stated in TEXT
    assert build.VORBIS_LEVEL == 1 and "the smallest and worst setting of Vorbis" in TEXT


def test_the_card_has_what_was_measured():
    seconds = [row["length"] / build.RATE for row in ALL]
    of_target = [row["length"] / build.RATE for row in ALL if row["word"] == build.TARGET]
    samples = np.concatenate([*SAMPLES.values()])
    ends = [levels(sound) for split in SAMPLES for _, sound in sounds(split)]
    for stated in (
        f"A word lasts {min(seconds):.2f} to {max(seconds):.2f} seconds, and "
        f'"activate" {min(of_target):.2f} to {max(of_target):.2f}',
        f'All {len(of_target)} takes of "activate"',
        f"{np.sum(np.abs(samples) > 1)} samples are beyond 1 or -1, the largest "
        f"{np.abs(samples).max():.2f}",
        f"{sum(end[-1] > 0.5 * end.max() for end in ends)} of the {len(ALL):,} words end",
    ):
        assert stated in TEXT
