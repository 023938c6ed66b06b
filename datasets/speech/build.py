"""Make the spoken words again: `python -m datasets.speech.build`, ten seconds.

The voices are those of eSpeak NG 1.52, a formant synthesiser, which the package espeakng-loader
carries: `pip install espeakng-loader==0.2.4`. No notebook needs it. The decoded samples are the
same again; the bytes of the Ogg files are not, as each file has a serial number drawn at random.
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

from utils.files import write_atomically
from utils.sound.clips import trim

HERE = Path(__file__).resolve().parent
SEED = 1
# Of eSpeak NG's own noise, in breathy voices. It would take the clock's seconds: these are the ones
# in which the shipped files were made.
NOISE_SEED = 1_795_286_239
RATE = 16_000
TARGET = "activate"
# Words that share sounds with the target.
HARD = """
active activity captivate deactivate motivate activist actor cultivate attractive navigate elevate
"""
EASY = """
apple banana computer coffee doctor evening family garden hello hundred kitchen letter light morning
mountain music number open orange paper picture question river seven stop summer table travel water
window yellow yesterday
"""
NEW = "activism actually aggravate captain elephant excavate practice protect"

# Variants of eSpeak NG that sound like people, not like robots, monsters or whispers. Those with
# "=" between them are alike, so they stay on one side of a split.
HIGH = """
Alicia Andrea Annie anika aunty belinda caleb f1 f2 f3 f4 f5 grandma linda Mario Michael m4 pedro
rob=robert steph=steph2 zac
"""
LOW = """
Alex Andy Denis Diogo Gene=Gene2 Henrique Hugo Lee Mike=mike2 Nguyen Reed adam benjamin boris david
ed edward=edward2 grandpa gustave ian john klatt3=klatt4 m1 m2 m3 m5 m6 m7 m8 marcelo
max=RicishayMax michel norbert pablo paul quincy sandro shelby travis victor
"""
ACCENTS = "en en-029 en-GB-scotland en-GB-x-gbclan en-GB-x-gbcwmd en-GB-x-rp en-US en-US-nyc"


@dataclass(frozen=True)
class Split:
    """How many families of HIGH and LOW a split takes, and what each of its voices says."""

    high: int
    low: int
    target: int  # times
    easy: int  # how many of the 32 easy words; the hard ones are said by all
    new: bool  # whether the new words are said, too


SPLITS = {
    "test": Split(high=4, low=6, target=6, easy=32, new=True),
    "validation": Split(high=3, low=5, target=6, easy=32, new=False),
    "training": Split(high=14, low=24, target=8, easy=20, new=False),
}

PITCH, SPEED, RANGE = (20, 80), (110, 210), (30, 70)  # eSpeak's units; speed is words a minute
LOUDNESS = 60  # per cent: at eSpeak's 100 some voices clip
LEVEL = 0.08  # RMS of a word
VORBIS_LEVEL = 1.0  # 0 is the best sound, 1 the smallest file
BLOCK = 10 * RATE  # soundfile crashes on a minute of Vorbis in one write
SYNCHRONOUS, UTF8 = 2, 1  # from speak_lib.h, and so are the next
PARAMETERS = {"speed": 1, "volume": 2, "pitch": 3, "range": 4}
MISSING = "eSpeak NG is not there: `pip install espeakng-loader==0.2.4`, then build again."


@dataclass(frozen=True)
class Take:
    """A row of a split's index; `start` and `length` are in samples of its sound file."""

    word: str
    voice: str
    pitch: int
    speed: int
    start: int
    length: int


class Speaker:
    """eSpeak NG, driven through its C interface (speak_lib.h).

    What it says depends a little on all that the process has said before: samples come out the same
    again only when a new process says the same words in the same order.
    """

    def __init__(self):
        try:
            import espeakng_loader
        except ModuleNotFoundError:
            raise ModuleNotFoundError(MISSING) from None
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate = self._library.espeak_Initialize(SYNCHRONOUS, 0, data, 0)
        self._expect(min(self.rate, 0), "its own data")
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(NOISE_SEED))
        callback = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        self._callback = callback(self._receive)  # kept, or it would be freed
        self._library.espeak_SetSynthCallback(self._callback)
        self._blocks = []

    def say(self, text: str, voice: str, **parameters: int) -> np.ndarray:
        """Return what is said, (samples,) between -1 and 1, `self.rate` a second."""
        self._blocks.clear()
        self._expect(self._library.espeak_SetVoiceByName(voice.encode()), f"the voice {voice}")
        for name, value in parameters.items():
            self._expect(self._library.espeak_SetParameter(PARAMETERS[name], value, 0), name)
        data = text.encode()
        status = self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, UTF8, None, None)
        self._expect(status, repr(text))
        self._expect(self._library.espeak_Synchronize(), repr(text))
        return np.concatenate(self._blocks) / 32768

    def _receive(self, samples, count, events):
        if samples and count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        return 0

    @staticmethod
    def _expect(status, what):
        if status != 0:
            raise RuntimeError(f"eSpeak NG does not accept {what} (status {status}).")


def cast(rng: np.random.Generator) -> dict[str, list[str]]:
    """Return the voices of each split, as eSpeak NG names them: accent + variant."""
    families = {
        kind: [family.split("=") for family in names.split()]
        for kind, names in (("high", HIGH), ("low", LOW))
    }
    for of_kind in families.values():
        rng.shuffle(of_kind)
    found = {}
    for name, split in SPLITS.items():
        taken = [families[kind].pop(0) for kind in families for _ in range(getattr(split, kind))]
        variants = [variant for family in taken for variant in family]
        accents = rng.permutation(np.resize(ACCENTS.split(), len(variants)))
        found[name] = [f"gmw/{a}+{v}" for a, v in zip(accents, variants, strict=True)]
    return found


def takes(
    split: str, voices: list[str], speaker: Speaker, rng
) -> Iterator[tuple[Take, np.ndarray]]:
    """Yield what each voice says, with its row of the index."""
    plan = SPLITS[split]
    said_by_all = [TARGET] * plan.target + HARD.split()
    start, common = 0, gcd(RATE, speaker.rate)
    for voice in voices:
        easy = rng.choice(EASY.split(), plan.easy, replace=False).tolist()
        for word in said_by_all + easy + NEW.split() * plan.new:
            pitch, speed, spread = (int(rng.integers(*span)) for span in (PITCH, SPEED, RANGE))
            parameters = {"pitch": pitch, "speed": speed, "range": spread, "volume": LOUDNESS}
            said = speaker.say(word, voice, **parameters)
            said = trim(resample_poly(said, RATE // common, speaker.rate // common))
            said *= LEVEL / np.sqrt((said**2).mean())
            name = voice.removeprefix("gmw/")
            yield Take(word, name, pitch, speed, start, len(said)), said
            start += len(said)


def write(path: Path, samples: np.ndarray) -> None:
    """Write a Vorbis file."""
    data = io.BytesIO()
    with soundfile.SoundFile(
        data, "w", RATE, 1, format="OGG", subtype="VORBIS", compression_level=VORBIS_LEVEL
    ) as file:
        for begin in range(0, len(samples), BLOCK):
            file.write(np.clip(samples[begin : begin + BLOCK], -1, 1))
    write_atomically(path, data.getvalue())


def main(folder: Path = HERE) -> None:
    """Write the sound and the index of each split into a folder, which is made if need be."""
    rng = np.random.default_rng(SEED)
    speaker = Speaker()
    folder.mkdir(exist_ok=True)
    for split, voices in cast(rng).items():
        rows, sounds = zip(*takes(split, voices, speaker, rng), strict=True)
        write(folder / f"{split}.ogg", np.concatenate(sounds))
        index = io.StringIO()
        table = csv.writer(index, lineterminator="\n")
        table.writerow(field.name for field in fields(Take))
        table.writerows(astuple(row) for row in rows)
        write_atomically(folder / f"{split}.csv", index.getvalue())


if __name__ == "__main__":
    main()
