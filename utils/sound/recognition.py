"""From strings of words to what a recogniser is trained and tested with: frames and labels.

Frames are log-mel spectrograms, (T_x, BANDS). Labels are the letters of the words and the blank
between two words, as numbers from 1; 0 is the blank of CTC.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from utils.sound import noises
from utils.sound.augmentation import coloured, moved, stretched
from utils.sound.clips import LEVEL, Spoken, rms
from utils.sound.commands import WORDS
from utils.sound.recordings import RATE
from utils.sound.spectrograms import BANDS, FLOOR, HOP, WINDOW, log_mel
from utils.sound.strings import Utterance
from utils.text import Vocabulary

LETTERS = Vocabulary.from_texts([*WORDS, " "], end="_")
"""The symbols that the network writes: index 0 is the blank, written "_"."""

QUIET = 1e-4
"""RMS of the noise of a quiet room under words of an RMS of `clips.LEVEL`, 54 dB below."""

SILENT = np.float32(np.log(FLOOR))
AROUND = 12  # frames of silence before and behind the words in training, at the most
PAUSE = 25  # frames between two words in training, at the most
FASTEST = 4  # frames a letter in training: of less, a network that answers every 40 ms has no path
SPREAD = 3.0  # of log-mels, about: what a network reads is near 0 and 1


class Examples(NamedTuple):
    """What a network is trained or tested with.

    Attributes:
        x: (m, T_x, BANDS), float32; behind the end of an example are zeros.
        y: (m, L + 2), int32: the labels, zeros behind them, the number of labels, and of frames.
        texts: what was said.
    """

    x: np.ndarray
    y: np.ndarray
    texts: list[str]


def normalised(x: np.ndarray, frames: Sequence[int]) -> np.ndarray:
    """Return log-mels as a network reads them: what a microphone adds to a band is taken away.

    Of each example, the mean of each band over its louder frames becomes 0; then all is divided by
    `SPREAD`. Behind the end are zeros.

    Args:
        x: (m, T_x, BANDS).
        frames: (m,), how many of each example count.
    """
    counts = np.arange(x.shape[1]) < np.asarray(frames)[:, None]
    level = x.mean(axis=2)
    usual = (level * counts).sum(axis=1, keepdims=True) / counts.sum(axis=1, keepdims=True)
    loud = (counts & (level >= usual - 1e-3)).astype(np.float32)
    mean = np.einsum("mt,mtb->mb", loud, x) / loud.sum(axis=1, keepdims=True)
    return (counts[:, :, None] * (x - mean[:, None]) / SPREAD).astype(np.float32)


def labelled(texts: Sequence[str], frames: Sequence[int]) -> np.ndarray:
    """Return the labels of texts, zeros, the number of labels and of frames, (m, L + 2), int32."""
    labels = [LETTERS.encode(text)[:-1] for text in texts]
    y = np.zeros((len(texts), max(map(len, labels)) + 2), np.int32)
    for i, numbers in enumerate(labels):
        y[i, : len(numbers)] = numbers
        y[i, -2:] = len(numbers), frames[i]
    return y


def packed(spectrograms: Sequence[np.ndarray], texts: Sequence[str], T_x: int = 0) -> Examples:
    """Return examples of one shape.

    Args:
        spectrograms: log-mels, (frames, BANDS) each.
        texts: what was said.
        T_x: how many frames an example has; as many as the longest if it is not given.

    Raises:
        ValueError: a spectrogram is longer than T_x.
    """
    frames = np.array([len(s) for s in spectrograms])
    T_x = T_x or frames.max()
    if frames.max() > T_x:
        raise ValueError(f"A string has {frames.max()} frames; there is room for {T_x} only.")
    x = np.zeros((len(frames), T_x, BANDS), np.float32)
    for i, spectrogram in enumerate(spectrograms):
        x[i, : len(spectrogram)] = spectrogram
    return Examples(normalised(x, frames), labelled(texts, frames), list(texts))


# ── test: sound with noise ──────────────────────────────────────────────────────────────────


def in_noise(
    strings: Sequence[Utterance],
    kinds: Sequence[str],
    snr: tuple[float, float],
    talkers: Sequence[Spoken],
    rng: np.random.Generator,
) -> list[np.ndarray]:
    """Return the log-mels of strings in new noise, the kinds in turn.

    Args:
        strings: what is said.
        kinds: of noise.
        snr: decibels from the noise's RMS to that of the string, the least and the most.
        talkers: what babble is made of.
        rng: draws the noises.
    """
    words, found = [word.samples for word in talkers], []
    for number, one in enumerate(strings):
        kind = kinds[number % len(kinds)]
        seconds = max(3, len(one.samples) / RATE + 0.01)  # in less a train may have no clack
        noise = noises.make(kind, seconds, rng, words)[: len(one.samples)]
        gain = LEVEL / 10 ** (rng.uniform(*snr) / 20) / rms(noise)
        found.append(log_mel(one.samples + np.float32(gain) * noise))
    return found


def in_quiet(strings: Sequence[Utterance], rng: np.random.Generator) -> list[np.ndarray]:
    """Return the log-mels of strings over the faint noise of a quiet room."""
    return [
        log_mel(one.samples + rng.normal(0, QUIET, len(one.samples)).astype(np.float32))
        for one in strings
    ]


def as_loud(samples: np.ndarray) -> np.ndarray:
    """Return the log-mels of a recording, made as loud as the strings; silence stays silent."""
    level = rms(samples)
    return log_mel(samples * np.float32(LEVEL / level) if level > 0 else samples)


def cut_out(spectrograms: Sequence[np.ndarray], strings: Sequence[Utterance]) -> np.ndarray:
    """Return each word, cut out where it is known to begin, as 8 times 20 averages, (n_words, 160).

    For a baseline that is told where words are.
    """
    found = []
    for x, one in zip(spectrograms, strings, strict=True):
        for begin, end in pairwise([*np.asarray(one.begins) // HOP, len(x)]):
            begin = min(begin, len(x) - 8)  # a short word at the end
            parts = np.array_split(x[begin : max(end, begin + 8)], 8)
            averages = [part.mean(axis=0).reshape(BANDS // 2, 2).mean(axis=1) for part in parts]
            found.append(np.concatenate(averages))
    return np.array(found)


def mean_spectrum(x: np.ndarray) -> np.ndarray:
    """Return the mean of each band, (BANDS,), over the frames that are louder than the average."""
    level = x.mean(axis=1)
    return x[level >= level.mean()].mean(axis=0)


# ── training: spectrograms put together ─────────────────────────────────────────────────────


class Piece(NamedTuple):
    """A word of a string: its frames, (frames, BANDS), without noise."""

    word: str
    x: np.ndarray


def pieces(strings: Sequence[Utterance]) -> list[list[Piece]]:
    """Return the words of each string: its spectrogram, cut where a word begins."""
    found = []
    for text, _voice, samples, begins in strings:
        x = log_mel(np.pad(samples, (0, WINDOW)))
        cuts = [*np.asarray(begins) // HOP, len(x)]
        words = text.split(" ")
        found.append([Piece(w, x[a:b]) for w, a, b in zip(words, cuts[:-1], cuts[1:], strict=True)])
    return found


class Mixer:
    """Draws training examples: words, voice, speed, microphone, and noise anew each time.

    All of it is done with spectrograms, which is a hundred times as fast as with samples: powers of
    words and noise are added, as they add on average.

    Args:
        strings: of the voices to train with.
        kinds: of noise.
        talkers: what babble is made of.
        rng: draws everything.
        seconds: of each of four recordings of each kind of noise.
    """

    def __init__(self, strings, kinds, talkers, rng, seconds: float = 10):
        words = [word.samples for word in talkers]
        self.strings, self.rng = pieces(strings), rng
        self.noises = np.stack(
            [log_mel(noises.make(kind, seconds, rng, words)) for kind in kinds for _ in range(4)]
        )
        self.level = np.float32(np.log(LEVEL**2))

    def said(self, m: int, T_x: int, vary: bool = True) -> Examples:
        """Return `m` examples without noise, of T_x frames at the most.

        Half are runs of words of one string, which flow into each other; half are words of any
        strings, one after the other, some with a pause between them. Of the number of words two
        are drawn, and the larger is taken: long examples teach more. What does not fit, or is
        faster than `FASTEST`, is drawn again.
        """
        x = np.full((m, T_x, BANDS), SILENT, np.float32)
        frames, texts = np.zeros(m, int), []
        while len(texts) < m:
            words = self._words(len(texts) % 2 == 0)
            one, text = self._spoken(words, vary), " ".join(piece.word for piece in words)
            doubles = sum(a == b for a, b in pairwise(text))  # a blank must stand between them
            if FASTEST * (len(text) + doubles) <= len(one) <= T_x:
                x[len(texts), : len(one)] = one
                frames[len(texts)] = len(one)
                texts.append(text)
        return Examples(x, labelled(texts, frames), texts)

    def mixed(self, x: np.ndarray, frames: np.ndarray) -> np.ndarray:
        """Return examples in noise that is new for each, as a network reads them: `normalised`.

        Each gets a place of a recording, its frequencies moved and its bands louder or softer. Half
        are at -3 to 10 dB; the others are clearer, a fifth of all nearly quiet.

        Args:
            x: (m, T_x, BANDS), log-mels without noise.
            frames: (m,), how many of them count.
        """
        rng, (m, T_x, _) = self.rng, x.shape
        which = rng.integers(len(self.noises), size=(m, 1, 1))
        starts = rng.integers(self.noises.shape[1] - T_x, size=(m, 1, 1))
        bands = np.clip(np.arange(BANDS) + rng.integers(-8, 9, (m, 1, 1)), 0, BANDS - 1)
        noise = self.noises[which, starts + np.arange(T_x)[:, None], bands]
        snr = rng.uniform([-3, 10, 25], [10, 25, 55], (m, 3))
        snr = snr[np.arange(m), rng.choice(3, m, p=[0.5, 0.3, 0.2])]
        knots = rng.normal(0, 1, (m, 5)) @ _straight_lines(5)
        level = (self.level - snr * np.log(10) / 10)[:, None] + knots
        power = np.exp(x) + np.exp(noise + level[:, None].astype(np.float32))
        return normalised(np.log(power), frames)

    def _words(self, whole: bool):
        if whole:
            chosen = self.strings[self.rng.integers(len(self.strings))]
            count = max(self.rng.integers(1, min(4, len(chosen)) + 1, 2))
            first = self.rng.integers(len(chosen) - count + 1)
            return chosen[first : first + count]
        picked = self.rng.integers(len(self.strings), size=max(self.rng.integers(1, 4, 2)))
        return [self.strings[i][self.rng.integers(len(self.strings[i]))] for i in picked]

    def _spoken(self, words, vary):
        rng, parts = self.rng, []
        for piece in words:
            pause = rng.integers(0, PAUSE) if vary and rng.random() < 0.2 else 0
            parts += [np.full((pause, BANDS), SILENT), piece.x] if parts else [piece.x]
        x = np.concatenate(parts)
        if vary:
            speed, throat = np.exp(rng.uniform([-0.25, -0.15], [0.15, 0.15]))
            x = stretched(x, speed, max(2, round(len(x) / speed)))
            x = coloured(moved(x, throat), 1.2, 7, rng)
        before, behind = rng.integers(0, AROUND, 2)
        return np.pad(x, ((before, behind), (0, 0)), constant_values=SILENT)


@cache
def _straight_lines(knots: int) -> np.ndarray:
    """Return what makes curves over the bands of their values at some knots, (knots, BANDS)."""
    at = np.linspace(0, knots - 1, BANDS)
    return np.stack([np.interp(at, range(knots), row) for row in np.eye(knots)])
