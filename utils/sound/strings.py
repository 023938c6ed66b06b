"""Strings of words, said in one breath or put together from single words.

A string is an `Utterance`. Sounds are mono, float32, at `RATE` samples a second.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from utils import datasets
from utils.files import damaged
from utils.sound.clips import LEVEL, Spoken, rms, trim
from utils.sound.commands import DIGITS, WORDS
from utils.sound.recordings import RATE

INDEX = {
    "text": str, "voice": str, "pitch": int, "speed": int, "begins": str, "start": int,
    "length": int,
}  # fmt: skip


class Utterance(NamedTuple):
    """Words that were said.

    Attributes:
        text: the words, a blank between two of them.
        voice: who said them.
        samples: (samples,), their RMS `clips.LEVEL`.
        begins: the sample at which each word begins, (n_words,). A pause belongs to the word
            before it.
    """

    text: str
    voice: str
    samples: np.ndarray
    begins: np.ndarray


def load_strings(split: str) -> list[Utterance]:
    """Return the spoken strings of `datasets/speech`: "training", "validation" or "test".

    Raises:
        ValueError: there is no such split.
        DataError: a file is missing or damaged.
    """
    if split not in datasets.SPEECH:
        raise ValueError(f"There is no split {split!r}: take {', '.join(datasets.SPEECH)}.")
    name = f"speech/{split}_strings"
    samples, rows = datasets.spoken_by_index(name, INDEX)
    found = []
    for number, row in enumerate(rows, 2):
        sound = samples[row["start"] : row["start"] + row["length"]]
        begins = _numbers(row["begins"])
        words = row["text"].split(" ")
        if len(begins) != len(words) or not {*words} <= {*WORDS}:
            raise damaged(f"{name}.csv", f"line {number} must hold known words and their begins")
        if begins[0] != 0 or np.any(np.diff([*begins, len(sound)]) <= 0):
            raise damaged(f"{name}.csv", f"the begins of line {number} must rise from 0")
        found.append(Utterance(row["text"], row["voice"], _leveled(sound), np.array(begins)))
    return found


def _numbers(text):
    return [int(part) for part in text.split(" ") if part.isdecimal()]


def _leveled(samples):
    return samples * np.float32(LEVEL / rms(samples))


def words_of(utterances: Sequence[Utterance]) -> list[Spoken]:
    """Return the single words, cut where the next one begins; a pause behind them is left out."""
    found = []
    for text, voice, samples, begins in utterances:
        ends = [*begins[1:], len(samples)]
        for word, begin, end in zip(text.split(" "), begins, ends, strict=True):
            piece = trim(samples[begin:end])
            if len(piece):
                found.append(Spoken(word, voice, piece))
    return found


def strung(words: Sequence[Spoken], pauses: Sequence[float]) -> Utterance:
    """Return single words as one string.

    Args:
        words: in their order, one or more.
        pauses: seconds of silence between two of them, one fewer than the words.
    """
    gaps = [np.zeros(round(pause * RATE), np.float32) for pause in pauses]
    parts = [words[0].samples]
    for gap, word in zip(gaps, words[1:], strict=True):
        parts += [gap, word.samples]
    begins = np.cumsum([0, *map(len, parts)])[:-1:2]
    text = " ".join(word.word for word in words)
    return Utterance(text, words[0].voice, _leveled(np.concatenate(parts)), begins)


def human_digits() -> list[Spoken]:
    """Return the ten digits that a woman said, from `datasets/human_voice`, as loud as words."""
    samples, rows = datasets.load_human_voice("digits")
    sounds = [samples[row["start"] : row["start"] + row["length"]] for row in rows]
    return [
        Spoken(DIGITS[int(row["name"])], "human", _leveled(sound))
        for row, sound in zip(rows, sounds, strict=True)
    ]


def human_strings(m: int, rng: np.random.Generator, pauses=(0.05, 0.4)) -> list[Utterance]:
    """Return `m` numbers of three to five digits, strung together from the human digits.

    Args:
        m: how many.
        rng: draws digits and pauses.
        pauses: seconds, the least and the most.
    """
    digits, found = human_digits(), []
    for _ in range(m):
        words = [digits[i] for i in rng.integers(len(digits), size=rng.integers(3, 6))]
        found.append(strung(words, rng.uniform(*pauses, len(words) - 1)))
    return found
