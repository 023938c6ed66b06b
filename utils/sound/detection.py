"""What a detector of words is held against, and where its errors are.

Events are seconds at which a detector answers; words are `clips.Said`, their places in samples.
"""

from collections.abc import Sequence

import numpy as np

from utils.sound.recordings import RATE
from utils.sound.spectrograms import HOP


def above_background(x: np.ndarray) -> np.ndarray:
    """Return how much louder each frame of x (T_x, bands) is than the background, in logarithms.

    The background is the loudness that a fifth of the frames stay below.
    """
    loudness = np.convolve(x.mean(axis=1), np.ones(5) / 5, "same")
    return loudness - np.quantile(loudness, 0.2)


def energy_events(above: np.ndarray, over: float, shortest: float, longest: float) -> list[float]:
    """Return the seconds at which something loud ends that is neither too short nor too long.

    Args:
        above: (T_x,), from `above_background`.
        over: so much above the background is loud.
        shortest: seconds that it lasts, at least.
        longest: and at most.
    """
    change = np.diff(np.concatenate([[0], above > over, [0]]))
    begins, stops = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    lengths = (stops - begins) * HOP / RATE
    return (stops[(shortest <= lengths) & (lengths <= longest)] * HOP / RATE).tolist()


def outcomes(found: Sequence, all_said: Sequence, target: str):
    """Return whether targets were hit, by voice, and which other words fooled it, by word.

    An event belongs to the first target that it hits, from 0.25 s before its end to 0.5 s after.
    If it hits none, it belongs to the last other word that was being said, or had ended up to
    0.5 s before. What belongs to no word is counted alone, last.

    Args:
        found: for each clip its events.
        all_said: for each clip its words.
        target: the word that is detected.
    """
    hits, fooled, nothing = {}, {}, 0
    for events, said in zip(found, all_said, strict=True):
        hit_words, fooled_words = set(), set()
        for event in events:
            since = [(s, event - s.end / RATE) for s in said]
            near = [s for s, t in since if s.word == target and -0.25 <= t <= 0.5]
            near = [s for s in near if s not in hit_words]
            others = [s for s, t in since if s.word != target and t <= 0.5]
            others = [s for s in others if s.start / RATE <= event]
            hit_words.update(near[:1])
            fooled_words.update([] if near else others[-1:])
            nothing += not near and not others
        for s in said:
            side, key = (hits, s.voice) if s.word == target else (fooled, s.word)
            side.setdefault(key, []).append(s in hit_words or s in fooled_words)
    return hits, fooled, nothing
