"""Make the spoken strings again: `python -m datasets.speech.build_strings`, ten seconds.

Strings of digits and command words, said by the voices of `build`, each string in one breath: so
the words flow into each other, as single words do not. What `build` needs, this needs, too.
"""

import csv
import ctypes
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from datasets.speech.build import ACCENTS, LEVEL, LOUDNESS, RATE, SEED, Speaker, cast
from utils.files import write_atomically
from utils.sound.clips import trim
from utils.sound.commands import WORDS, command

HERE = Path(__file__).resolve().parent
PER_VOICE = {"test": 12, "validation": 8, "training": 8}  # strings
LENGTHS = (4, 7)  # words of a string for training: the least, and one more than the most
PAUSE = 0.2  # how often a comma follows a word: a short pause
PITCH, SPEED, RANGE = (15, 85), (100, 200), (20, 80)  # eSpeak's units; speed is words a minute
OPUS_LEVEL = 0.965  # 0 is the best sound, 1 the smallest file
WORD = 1  # the kind of an event, from speak_lib.h
FADE = RATE // 200  # 5 ms


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h: with its kind, and the sample at which it happens."""

    _fields_ = (
        ("kind", ctypes.c_int),
        ("message", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


@dataclass(frozen=True)
class Take:
    """A row of a split's index; `start` and `length` are in samples of its sound file.

    `begins` has the sample of the string at which each of its words begins, blanks between them.
    """

    text: str
    voice: str
    pitch: int
    speed: int
    begins: str
    start: int
    length: int


class Reader(Speaker):
    """eSpeak NG, which also says where each word begins."""

    def __init__(self):
        super().__init__()
        self.begins = []

    def read(self, words: list[str], pauses, voice: str, **parameters: int):
        """Return what is said, (samples,), and the sample at which each word begins."""
        self.begins.clear()
        parts = [word + "," * bool(pause) for word, pause in zip(words, pauses, strict=True)]
        return self.say(" ".join(parts).strip(","), voice, **parameters), list(self.begins)

    def _receive(self, samples, count, events):
        if events:
            event = ctypes.cast(events, ctypes.POINTER(Event))
            number = 0
            while event[number].kind:
                if event[number].kind == WORD:
                    self.begins.append(event[number].sample)
                number += 1
        return super()._receive(samples, count, events)


def words_of(split: str, rng) -> list[str]:
    """Return the words of a string: a command, or for training any words in any order."""
    if split == "training":
        return rng.choice(WORDS, rng.integers(*LENGTHS)).tolist()
    return command(rng)


def takes(split: str, voices: list[str], reader: Reader, rng) -> Iterator[tuple[Take, np.ndarray]]:
    """Yield what each voice says, with its row of the index."""
    start, common = 0, gcd(RATE, reader.rate)
    for voice in voices:
        for _ in range(PER_VOICE[split]):
            words = words_of(split, rng)
            if split == "training":  # each variant with many accents
                accent = rng.choice(ACCENTS.split())
                voice = f"gmw/{accent}+{voice.partition('+')[2]}"
            pitch, speed, spread = (int(rng.integers(*span)) for span in (PITCH, SPEED, RANGE))
            parameters = {"pitch": pitch, "speed": speed, "range": spread, "volume": LOUDNESS}
            begins = []
            while len(begins) != len(words):  # it takes some pairs, such as "no one", for one word
                pauses = rng.random(len(words)) < PAUSE
                said, begins = reader.read(words, pauses, voice, **parameters)
            said = resample_poly(said, RATE // common, reader.rate // common)
            kept = trim(said)
            cut = _place(kept, said)
            begins = [max(0, round(at * RATE / reader.rate) - cut) for at in begins]
            kept = _faded(kept * LEVEL / np.sqrt((kept**2).mean()))
            name, where = voice.removeprefix("gmw/"), " ".join(map(str, begins))
            yield Take(" ".join(words), name, pitch, speed, where, start, len(kept)), kept
            start += len(kept)


def _place(kept, said):
    """Return how many samples `trim` cut off before what it kept, a view of `said`."""
    address = kept.__array_interface__["data"][0] - said.__array_interface__["data"][0]
    return address // said.itemsize


def _faded(samples):
    slope = np.linspace(0, 1, FADE)
    samples[:FADE] *= slope
    samples[-FADE:] *= slope[::-1]
    return samples


def write(path: Path, samples: np.ndarray) -> None:
    """Write an Opus file."""
    data = io.BytesIO()
    form = {"format": "OGG", "subtype": "OPUS", "compression_level": OPUS_LEVEL}
    with soundfile.SoundFile(data, "w", RATE, 1, **form) as file:
        for begin in range(0, len(samples), RATE):
            file.write(np.clip(samples[begin : begin + RATE], -1, 1))
    write_atomically(path, data.getvalue())


def main(folder: Path = HERE) -> None:
    """Write the sound and the index of each split into a folder, which is made if need be."""
    voices = cast(np.random.default_rng(SEED))  # as in `build`: no voice changes sides
    rng, reader = np.random.default_rng([SEED, 2]), Reader()
    folder.mkdir(exist_ok=True)
    for split in voices:
        rows, sounds = zip(*takes(split, voices[split], reader, rng), strict=True)
        write(folder / f"{split}_strings.ogg", np.concatenate(sounds))
        index = io.StringIO()
        table = csv.writer(index, lineterminator="\n")
        table.writerow(field.name for field in fields(Take))
        table.writerows(astuple(row) for row in rows)
        write_atomically(folder / f"{split}_strings.csv", index.getvalue())


if __name__ == "__main__":
    main()
