"""utils.sound.strings and the strings of datasets/speech: what is said, where each word is."""

import csv
import hashlib
from collections import Counter

import numpy as np
import pytest

from datasets.speech import build, build_strings
from tests.sound.test_speech_data import FOLDER, TEXT
from utils import datasets, files
from utils.files import DataError
from utils.sound import commands, strings
from utils.sound.clips import LEVEL, Spoken, rms
from utils.sound.recordings import RATE

FOUND = {split: strings.load_strings(split) for split in datasets.SPEECH}
each_split = pytest.mark.parametrize("split", datasets.SPEECH)


def variants(split):
    return {one.voice.partition("+")[2] for one in FOUND[split]}


# --- what is said ------------------------------------------------------------------------


def test_no_voice_is_on_two_sides_and_all_are_as_for_single_words():
    cast = build.cast(np.random.default_rng(build.SEED))
    for split, voices in cast.items():
        assert variants(split) == {voice.partition("+")[2] for voice in voices}
    for split in ("validation", "test"):
        assert {"gmw/" + one.voice for one in FOUND[split]} == {*cast[split]}
    assert not variants("training") & (variants("validation") | variants("test"))
    assert not variants("validation") & variants("test")


@each_split
def test_each_voice_says_as_many_strings(split):
    counts = Counter(one.voice.partition("+")[2] for one in FOUND[split])
    assert {*counts.values()} == {build_strings.PER_VOICE[split]}


def test_every_word_is_said_often_enough():
    for split, least in (("training", 60), ("validation", 3), ("test", 5)):
        counts = Counter(word for one in FOUND[split] for word in one.text.split())
        assert counts.keys() == {*commands.WORDS}
        assert min(counts.values()) >= least, split


def test_lengths():
    assert {len(one.text.split()) for one in FOUND["training"]} == {4, 5, 6}
    told = {len(one.text.split()) for split in ("validation", "test") for one in FOUND[split]}
    assert min(told) == 1 and max(told) <= 11


@each_split
def test_how_it_sounds(split):
    for one in FOUND[split]:
        assert rms(one.samples) == pytest.approx(LEVEL, rel=1e-3)
        assert one.samples.dtype == np.float32 and np.abs(one.samples).max() < 1
        assert 0.25 < len(one.samples) / RATE < 6, one.text
        lengths = np.diff([*one.begins, len(one.samples)]) / RATE
        assert lengths.min() > 0.05 and lengths.max() < 1.6, one


# --- the files and the card ----------------------------------------------------------------


@each_split
def test_the_card_has_sizes_and_checksums(split):
    of_words = sum(len(one.text.split()) for one in FOUND[split])
    seconds = sum(len(one.samples) for one in FOUND[split]) / RATE
    counts = (
        f"{len(FOUND[split])} strings, {of_words:,} words, {seconds:.1f} seconds: "
        f"{len(variants(split))} voices, {build_strings.PER_VOICE[split]} strings each"
    )
    sound, index = ((FOLDER / f"{split}_strings.{end}").read_bytes() for end in ("ogg", "csv"))
    for stated in (
        f"| file | `{split}_strings.ogg`, {counts} | | size | {len(sound):,} bytes, "
        f"sha256 `{hashlib.sha256(sound).hexdigest()}` |",
        f"| index | `{split}_strings.csv`, {len(index):,} bytes, "
        f"sha256 `{hashlib.sha256(index).hexdigest()}` |",
    ):
        assert stated in TEXT


def test_the_card_has_the_settings():
    spans = [
        f"{low} to {high - 1}"
        for low, high in (build_strings.PITCH, build_strings.SPEED, build_strings.RANGE)
    ]
    pitch, speed, spread = spans
    stated = f"Pitch is drawn from {pitch}, speed from {speed} words a minute, the range of pitch "
    assert stated + f"from {spread}." in TEXT
    assert build_strings.PAUSE == 1 / 5 and "in one of five cases" in TEXT
    assert build_strings.LENGTHS == (4, 7) and "four to six words" in TEXT


@each_split
def test_the_index_is_written_as_the_build_writes_it(split):
    with (FOLDER / f"{split}_strings.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert (
        header == list(strings.INDEX) == [f.name for f in build_strings.fields(build_strings.Take)]
    )


# --- a damaged index -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new, fault",
    [
        ("on two", "on blue", "line 2 must hold known words"),
        ("on two", "on", "line 2 must hold known words and their begins"),
        ("0 5513", "0 -5513", "line 2 must hold known words and their begins"),
        ("0 5513", "5513 0", "line 2 must rise"),
        ("0 5513", "0 0", "line 2 must rise"),
        ("0 5513", "0 8960", "line 2 must rise"),
        ("0 5513", "1 5513", "line 2 must rise"),
        ("text,", "words,", "not a table of text, voice"),
    ],
)
def test_a_damaged_index(tmp_path, monkeypatch, old, new, fault):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    (tmp_path / "speech").mkdir()
    for end in ("ogg", "csv"):
        content = (FOLDER / f"test_strings.{end}").read_bytes()
        if end == "csv":
            assert old.encode() in content
            content = content.replace(old.encode(), new.encode(), 1)
        (tmp_path / f"speech/test_strings.{end}").write_bytes(content)
    with pytest.raises(DataError, match=f"{fault}.*restore it with `git checkout"):
        strings.load_strings("test")


def test_another_split():
    with pytest.raises(ValueError, match="no split 'train': take training, validation, test"):
        strings.load_strings("train")


# --- commands ------------------------------------------------------------------------------


def test_commands_keep_to_their_grammar():
    rng = np.random.default_rng(1)
    drawn = [commands.command(rng) for _ in range(2000)]
    assert {word for words in drawn for word in words} == {*commands.WORDS}
    for words in drawn:
        assert 1 <= len(words) <= 11
        assert not {*words[1:]} & {*commands.ANSWERS}
        for before, after in zip(words, [*words[1:], ""], strict=True):
            if before == "go":
                assert after in commands.DIRECTIONS
            elif before in (*commands.DIRECTIONS, *commands.SWITCHES):
                assert after in commands.DIGITS
    again = np.random.default_rng(1)
    assert drawn[:5] == [commands.command(again) for _ in range(5)]


def test_every_string_that_is_told_is_a_command():
    for split in ("validation", "test"):
        for one in FOUND[split]:
            words = one.text.split()
            assert not {*words[1:]} & {*commands.ANSWERS}, one.text


# --- words, and strings of words -------------------------------------------------------------


def test_words_of_a_string_make_it_up():
    training = FOUND["training"][:40]
    words = strings.words_of(training)
    assert [w.word for w in words] == [word for one in training for word in one.text.split()]
    lengths = [len(w.samples) / RATE for w in words]
    assert min(lengths) > 0.05 and max(lengths) < 1.2
    first = training[0]
    assert np.array_equal(words[0].samples, first.samples[: len(words[0].samples)])


def test_a_string_of_single_words():
    rng = np.random.default_rng(2)
    said = [Spoken(w, "v", rng.normal(0, 0.05, n).astype(np.float32)) for w, n in
            (("go", 3000), ("up", 2000), ("two", 4000))]  # fmt: skip
    one = strings.strung(said, [0.1, 0.0])
    assert (one.text, one.voice) == ("go up two", "v")
    assert one.begins.tolist() == [0, 3000 + 1600, 3000 + 1600 + 2000]
    assert len(one.samples) == 3000 + 1600 + 2000 + 4000
    assert not one.samples[3000:4600].any()
    assert rms(one.samples) == pytest.approx(LEVEL, rel=1e-5)
    alone = strings.strung(said[:1], [])
    assert alone.begins.tolist() == [0] and len(alone.samples) == 3000


# --- a human voice -----------------------------------------------------------------------------


def test_the_human_digits_are_whole():
    digits = strings.human_digits()
    assert tuple(one.word for one in digits) == tuple(commands.DIGITS)
    for one in digits:
        assert 0.4 < len(one.samples) / RATE < 0.8
        assert rms(one.samples) == pytest.approx(LEVEL, rel=1e-3)
    folder = FOLDER.parent / "human_voice"
    card = " ".join((folder / "README.md").read_text(encoding="utf-8").split())
    for end in ("ogg", "csv"):
        content = (folder / f"digits.{end}").read_bytes()
        assert f"{len(content):,} bytes, sha256 `{hashlib.sha256(content).hexdigest()}`" in card


def test_human_strings():
    made = strings.human_strings(20, np.random.default_rng(3))
    assert len(made) == 20 and {len(one.text.split()) for one in made} == {3, 4, 5}
    again = strings.human_strings(20, np.random.default_rng(3))
    assert [one.text for one in made] == [one.text for one in again]
    digits = {one.word: one.samples for one in strings.human_digits()}
    for one in made:
        words = one.text.split()
        assert len(one.begins) == len(words) and one.begins[0] == 0
        last = one.samples[one.begins[-1] :]
        assert len(last) == len(digits[words[-1]])
