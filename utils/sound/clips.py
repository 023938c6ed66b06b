"""Labelled clips, mixed from single words and background noise.

A word is a `Spoken`, a clip a `Clip`. Sounds are mono, float32, at `RATE` samples a second.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils import datasets, files
from utils.sound import noises
from utils.sound.recordings import RATE, read_recording

LEVEL = 0.05
"""RMS of a word in a clip, before the clip is made louder or softer."""

LOUDER = 6
"""Decibels by which a whole clip is made louder or softer, at most."""

SNR = (3, 20)
"""Decibels from the noise's RMS to a word's: the least and the greatest of a clip."""

TARGETS, OTHERS = (1, 5), (2, 7)
"""How many times a clip has the target, and how many other words: the least and the most."""

GAP = 0.05
"""Seconds between two words, and before the first and after the last, at least."""

SILENCE = 0.02
"""Of the loudest 10 ms of a word, -34 dB: what is softer at either end is cut off."""

BACKGROUND = 3
"""Times as loud (10 dB) as the softest tenth of a person's recording: so loud a word must be."""

FADE = RATE // 200  # 5 ms at both ends of a word, or a hard cut would click
SPLITS = {"training": 0.7, "validation": 0.15, "test": 0.15}  # of human voices


class Spoken(NamedTuple):
    """A word that was said."""

    word: str
    voice: str
    samples: np.ndarray


class Said(NamedTuple):
    """Where a word is in a clip: from the sample `start` to before the sample `end`."""

    word: str
    voice: str
    start: int
    end: int


@dataclass(frozen=True)
class Clip:
    """Words over noise.

    Attributes:
        words: what is said, from first to last.
        speech: the words alone, their RMS `LEVEL`; (samples,).
        noise: the noise alone, its RMS 1; (samples,).
        kind: of noise.
        snr: decibels from the noise's RMS to a word's.
        gain: decibels by which the whole is made louder.
    """

    words: list[Said]
    speech: np.ndarray
    noise: np.ndarray
    kind: str
    snr: float
    gain: float

    def samples(self, snr: float | None = None) -> np.ndarray:
        """Return the sound, (samples,) between -1 and 1, at this or another `snr` in decibels."""
        noise = self.noise * np.float32(LEVEL / _ratio(self.snr if snr is None else snr))
        return np.clip((self.speech + noise) * np.float32(_ratio(self.gain)), -1, 1)

    def ends(self, target: str) -> list[int]:
        """Return the samples at which the target ends, each time."""
        return [said.end for said in self.words if said.word == target]


def _ratio(decibels):
    return 10 ** (decibels / 20)


# ── words ─────────────────────────────────────────────────────────────────────────────────────


def load_words(split: str) -> list[Spoken]:
    """Return the spoken words of `datasets/speech`: "training", "validation" or "test".

    Raises:
        DataError: a file is missing or damaged.
    """
    samples, rows = datasets.load_speech(split)
    ends = [(row["start"], row["start"] + row["length"]) for row in rows]
    sounds = [_leveled(samples[start:end]) for start, end in ends]
    return [Spoken(r["word"], r["voice"], s) for r, s in zip(rows, sounds, strict=True)]


def human_words(folder, target: str) -> dict[str, list[Spoken]]:
    """Return recordings of people, one folder a word, as in `fetch("mini-speech-commands")`.

    The name of a file begins with its voice, "0a7c2a8d_nohash_0.wav". A voice is in one split only;
    the voices are dealt out by a checksum of their name, so that it stays so if some are added.
    Each recording is cut where it is silent, or as soft as its background. A recording that is
    silent throughout is left out, and so is a folder whose name begins with "_", which holds noise.

    Args:
        folder: with a folder for each word, or with one folder that has them.
        target: one of the words.

    Returns:
        the words of "training", "validation" and "test".

    Raises:
        DataError: there are no recordings, not the target and another word in each split, or a
            recording cannot be read.
    """
    paths = sorted(Path(folder).expanduser().rglob("*.wav"))
    found = {split: [] for split in SPLITS}
    for path in paths:
        if path.name.startswith(".") or path.parent.name.startswith("_"):
            continue
        voice, samples = path.stem.partition("_nohash_")[0], trim(read_recording(path), BACKGROUND)
        if len(samples):
            found[_split_of(voice)].append(Spoken(path.parent.name, voice, _leveled(samples)))
    for split, words in found.items():
        kinds = {spoken.word for spoken in words}
        if target not in kinds or len(kinds) < 2:
            raise files.DataError(
                f"{folder} has {len(words)} recordings for {split}, of the words "
                f"{', '.join(sorted(kinds)) or 'none'}: {target!r} and another word are needed. "
                f"Give a folder that has a folder of .wav files for each word."
            )
    return found


def _split_of(voice):
    """Return the split of a voice: its checksum is a number from 0 to 1."""
    place = int(hashlib.sha256(voice.encode()).hexdigest()[:8], 16) / 16**8
    limits = np.cumsum([*SPLITS.values()])[:-1]
    return [*SPLITS][np.searchsorted(limits, place, side="right")]


def pick(spoken: Sequence[Spoken], word: str, voice: str = "") -> np.ndarray:
    """Return the sound of a word, of this voice if it says the word, or of another; (samples,).

    Raises:
        ValueError: nobody says it.
    """
    said = [one for one in spoken if one.word == word]
    if not said:
        raise ValueError(f"{word!r} is not among these words: look at its spelling.")
    return max(said, key=lambda one: one.voice == voice).samples


def rms(samples: np.ndarray) -> float:
    """Return the root mean square."""
    return np.sqrt(np.mean(np.square(samples)))


def load_human_voice() -> dict[str, np.ndarray]:
    """Return the prompts of `datasets/human_voice` by name, (samples,) each, as loud as words."""
    samples, rows = datasets.load_human_voice()
    sounds = {row["name"]: samples[row["start"] : row["start"] + row["length"]] for row in rows}
    return {name: np.float32(LEVEL / rms(sound)) * sound for name, sound in sounds.items()}


def trim(samples: np.ndarray, background: float = 0) -> np.ndarray:
    """Cut off what is silent at both ends, in steps of 10 ms; of silence nothing is left.

    Args:
        samples: a word, with some silence or soft noise before and after it.
        background: what is not so many times as loud as the softest tenth is cut off, too.
    """
    frame = RATE // 100
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    loudness = np.sqrt((frames**2).mean(axis=1))
    softest = np.quantile(loudness, 0.1) if background and len(loudness) else 0
    loud = np.flatnonzero(loudness > max(SILENCE * loudness.max(initial=0), background * softest))
    return samples[loud[0] * frame : (loud[-1] + 1) * frame] if len(loud) else samples[:0]


def _leveled(samples):
    return _faded(samples) * np.float32(LEVEL / rms(samples))


def _faded(samples):
    samples, slope = samples.copy(), np.linspace(0, 1, FADE, dtype=np.float32)
    samples[:FADE] *= slope
    samples[-FADE:] *= slope[::-1]
    return samples


def varied(words: Sequence[Spoken], copies: int, spread: float, rng) -> list[Spoken]:
    """Return each word several times, played faster or slower, which also shifts its pitch.

    So a few voices become many: this shifts the formants, too, as a longer or shorter throat does.

    Args:
        words: what to vary.
        copies: of each word.
        spread: the greatest change of speed, 0.12 for up to 12 per cent either way.
        rng: draws the speeds.
    """
    speeds = np.exp(rng.uniform(-spread, spread, (len(words), copies)))
    return [
        spoken._replace(samples=_leveled(_played(spoken.samples, speed)))
        for spoken, row in zip(words, speeds, strict=True)
        for speed in row
    ]


def _played(samples, speed):
    places = np.arange(0, len(samples) - 1, speed)
    return np.interp(places, np.arange(len(samples)), samples).astype(np.float32)


# ── clips ─────────────────────────────────────────────────────────────────────────────────────


def background(
    kinds: Sequence[str], count: int, seconds: float, words: Sequence[Spoken], target: str, rng
) -> dict[str, list[np.ndarray]]:
    """Return `count` recordings of each kind of noise, (samples,) each.

    Babble is made of the other words: the target in it would be a target without a label.
    """
    others = [spoken.samples for spoken in words if spoken.word != target]
    return {kind: [noises.make(kind, seconds, rng, others) for _ in range(count)] for kind in kinds}


def natural(m: int, words: Sequence[Spoken], target: str, kinds: Sequence[str], rng) -> list[Clip]:
    """Return `m` clips of 10 s, `draw`n with new noise of these kinds, as many clips of each."""
    recordings = background(kinds, -(-m // len(kinds)), 10, words, target, rng)
    return list(draw(m, words, target, recordings, rng))


def free_place(length: int, taken: Sequence, n_samples: int, rng) -> int | None:
    """Return where a sound of `length` samples may start, drawn evenly; None if it fits nowhere.

    Args:
        length: of the sound, at least 1.
        taken: (start, end) of what is there, the samples start to end - 1; in any order.
        n_samples: of the clip.
        rng: draws among all starts that are possible.
    """
    if length > n_samples:
        return None
    free = np.ones(n_samples - length + 1, bool)
    for start, end in taken:
        free[max(0, start - length + 1) : end] = False
    starts = np.flatnonzero(free)
    return int(rng.choice(starts)) if len(starts) else None


def draw(
    m: int,
    words: Sequence[Spoken],
    target: str,
    recordings: Mapping[str, Sequence[np.ndarray]],
    rng: np.random.Generator,
    seconds: float = 10,
    dense: float = 0,
) -> Iterator[Clip]:
    """Yield `m` clips.

    A clip has `TARGETS` times the target and `OTHERS` other words in any order, with pauses of any
    length between them. The kinds of noise take turns, and so do the recordings of a kind.

    Args:
        m: how many.
        words: what may be said, the target among it.
        target: the word to be detected.
        recordings: of each kind of noise, at least as long as the clip; see `background`.
        rng: draws the words, their places, the piece of noise, SNR and loudness.
        seconds: the length of a clip.
        dense: 0, or fill the clip with words and make each the target with this probability. More
            words in less time: for training.

    Raises:
        ValueError: the target or other words are missing, or a recording is too short.
    """
    size = round(seconds * RATE)
    sides = [[w for w in words if (w.word == target) is is_target] for is_target in (True, False)]
    if not all(sides):
        raise ValueError(f"The words must hold {target!r} and others: look at their spelling.")
    kinds = [*recordings]
    for number in range(m):
        turn, kind = divmod(number, len(kinds))
        recording = recordings[kinds[kind]][turn % len(recordings[kinds[kind]])]
        said, speech = _say(_choose(*sides, seconds, dense, rng), size, rng)
        noise = _piece(recording, size, rng)
        snr, gain = rng.uniform(*SNR), rng.uniform(-LOUDER, LOUDER)
        yield Clip(said, speech, noise, kinds[kind], snr, gain)


def _choose(targets, others, seconds, dense, rng):
    """Return the words of a clip in their order."""
    n_targets, n_others = (rng.integers(low, high + 1) for low, high in (TARGETS, OTHERS))
    if dense:
        most = round(seconds / 0.4)  # few words are shorter; what does not fit is left out
        n_targets = rng.binomial(most, dense)
        n_others = most - n_targets
    chosen = [targets[i] for i in rng.integers(len(targets), size=n_targets)]
    chosen += [others[i] for i in rng.integers(len(others), size=n_others)]
    return [chosen[i] for i in rng.permutation(len(chosen))]


def _say(chosen, size, rng):
    """Put words one after the other, with pauses drawn at random, into a clip of `size` samples."""
    gap = round(GAP * RATE)
    lengths = np.array([len(spoken.samples) + gap for spoken in chosen])
    chosen = chosen[: np.searchsorted(lengths.cumsum(), size - gap, side="right")]
    lengths = lengths[: len(chosen)]
    pauses = np.sort(rng.integers(size - gap - lengths.sum() + 1, size=len(chosen)))
    starts = gap + pauses + lengths.cumsum() - lengths
    speech, said = np.zeros(size, np.float32), []
    for spoken, start in zip(chosen, starts.tolist(), strict=True):
        end = start + len(spoken.samples)
        speech[start:end] = spoken.samples
        said.append(Said(spoken.word, spoken.voice, start, end))
    return said, speech


def _piece(recording, size, rng):
    """Return `size` samples of a recording, brought to an RMS of 1."""
    if len(recording) < size:
        raise ValueError(
            f"A recording of {len(recording) / RATE:.1f} s is too short for a clip of "
            f"{size / RATE:.1f} s: make the noise longer."
        )
    start = rng.integers(len(recording) - size + 1)
    piece = recording[start : start + size]
    return piece / rms(piece)
