"""What a detector of words is held against, and where its errors are.

Events are seconds at which a detector answers; words are `clips.Said`, their places in samples.
"""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from scipy import special

from utils.sound.recordings import RATE
from utils.sound.spectrograms import HOP

EARLY, LATE = 0.25, 0.5
"""Seconds before and after the end of a word at which an event still hits it."""


def ends_of(said: Sequence, target: str) -> list[float]:
    """Return the seconds at which the target ends in a clip."""
    return [s.end / RATE for s in said if s.word == target]


def measures(counts: Sequence, hours: float) -> dict[str, float]:
    """Return the F1 score, precision, recall and false alarms an hour.

    Args:
        counts: (clips, 3): hits, false alarms and misses of each.
        hours: how long all clips are together.
    """
    hits, false_alarms, misses = np.sum(counts, axis=0).tolist()
    return {
        "f1": 2 * hits / max(2 * hits + false_alarms + misses, 1),
        "precision": hits / max(hits + false_alarms, 1),
        "recall": hits / max(hits + misses, 1),
        "alarms/h": false_alarms / hours,
    }


def best_within(curve: Sequence, allowed: float) -> int:
    """Return which row of measures has the best F1 of those with so few false alarms an hour.

    Where none has, the last: the rows are those of rising thresholds.
    """
    quiet = [i for i, row in enumerate(curve) if row["alarms/h"] <= allowed]
    return max(quiet or [len(curve) - 1], key=lambda i: curve[i]["f1"])


def false_alarms(number: float) -> str:
    """Return "1 false alarm", "12 false alarms", of a count or a rate."""
    shown = f"{number:.0f}"
    return f"{shown} false alarm{'s' * (shown != '1')}"


def shown(row) -> str:
    """Return one of the `measures` as text."""
    shares = ", ".join(f"{name} {row[name]:.3f}" for name in ("f1", "precision", "recall"))
    return f"{shares}, {false_alarms(row['alarms/h'])} an hour"


def table(results) -> None:
    """Print measures, {(detector, where): row}, a line for each, in their order."""
    print(f"{'':23}" + "".join(f"{name:>10}" for name in ("f1", "precision", "recall", "alarms/h")))
    for (detector, where), row in results.items():
        numbers = "".join(f"{row[name]:>10.3f}" for name in ("f1", "precision", "recall"))
        print(f"{where:<12}{detector:<11}{numbers}{row['alarms/h']:>10.0f}")


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


def by_energy(x: np.ndarray, settings: Sequence[float]) -> list[list[float]]:
    """Return the events of each clip, `energy_events` with these settings; x (m, T_x, bands)."""
    return [energy_events(above_background(row), *settings) for row in x]


def best_energy(x: np.ndarray, score: Callable) -> tuple[float, float, float]:
    """Return the settings of `energy_events` with the best score among sixty, and print it.

    Args:
        x: (m, T_x, bands), clips of the validation set.
        score: takes the events of each clip; the larger, the better.
    """
    above = [above_background(row) for row in x]
    grid = itertools.product((0.05, 0.1, 0.2, 0.4, 0.8), (0.3, 0.4, 0.5), (0.9, 1.5, 3, 6))
    scores = {s: score([energy_events(a, *s) for a in above]) for s in grid}
    best = max(scores, key=scores.get)
    print(f"energy detector, best on validation: {best}, score {scores[best]:.3f}")
    return best


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
            near = [s for s, t in since if s.word == target and -EARLY <= t <= LATE]
            near = [s for s in near if s not in hit_words]
            others = [s for s, t in since if s.word != target and t <= LATE]
            others = [s for s in others if s.start / RATE <= event]
            hit_words.update(near[:1])
            fooled_words.update([] if near else others[-1:])
            nothing += not near and not others
        for s in said:
            side, key = (hits, s.voice) if s.word == target else (fooled, s.word)
            side.setdefault(key, []).append(s in hit_words or s in fooled_words)
    return hits, fooled, nothing


def most_fooling(fooled, most: int) -> float:
    """Print the words that fooled the detector most often, from `outcomes`: at most so many.

    Returns:
        The share of the first of them in all the times that a word fooled it.
    """
    names = sorted(fooled, key=lambda name: (-np.mean(fooled[name]), name))
    for name in names[:most]:
        times = fooled[name]
        share = f"{sum(times):>3} of {len(times):>3} times, {np.mean(times):.0%}"
        print(f"  {name:<12}fooled it {share}")
    every = sum(map(sum, fooled.values()))
    return sum(fooled[names[0]]) / every if every else 0.0


def snr_ranges(found: Sequence) -> list[str]:
    """Return the range of SNR, five to fall into, of each clip."""
    edges = [3, 5, 7, 10, 15, 20]
    bins = np.digitize([clip.snr for clip in found], edges[1:-1])
    return [f"{edges[b]:>2} to {edges[b + 1]} dB" for b in bins]


def by_group(groups: Sequence[str], found: Sequence, ends: Sequence, count: Callable):
    """Print and return recall and false alarms of each group of clips.

    Args:
        groups: a name for each clip.
        found: for each clip its events.
        ends: for each clip the seconds at which targets end.
        count: (events, ends) -> hits, false alarms, misses of a clip.
    """
    rows = {}
    for name in sorted(set(groups)):
        inside = [i for i, group in enumerate(groups) if group == name]
        hits, alarms, misses = np.sum([count(found[i], ends[i]) for i in inside], axis=0)
        rows[name] = {"recall": hits / max(hits + misses, 1), "alarms": alarms}
        print(
            f"  {name:<12}{len(inside):>4} clips, recall {rows[name]['recall']:.3f}, "
            f"{false_alarms(alarms)}"
        )
    return rows


def delays(found: Sequence, all_said: Sequence, target: str) -> list[float]:
    """Return the seconds from the end of a target to each event near it."""
    return [
        event - end
        for events, said in zip(found, all_said, strict=True)
        for event in events
        for end in ends_of(said, target)
        if -EARLY <= event - end <= LATE
    ]


def redrawn(hits: dict[str, Sequence[bool]], rng: np.random.Generator, times: int = 1000):
    """Return between what 95% of the recalls are if the voices are redrawn (the bootstrap).

    Args:
        hits: for each voice whether each of its words was hit.
        rng: draws as many voices as there are, with replacement.
        times: so often.
    """
    voices = [*hits.values()]
    draws = (rng.choice(len(voices), len(voices)) for _ in range(times))
    recalls = [np.mean(np.concatenate([voices[v] for v in drawn])) for drawn in draws]
    return np.quantile(recalls, [0.025, 0.975]).tolist()


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the least and the most that is expected where `count` rare events were seen, for 95%.

    The exact interval (Garwood 1936): with less, so many are seen in 2.5% of the cases; with more,
    so few.
    """
    low = float(special.gammaincinv(count, 0.025)) if count else 0.0
    return low, float(special.gammaincinv(count + 1, 0.975))


def alarms_at(recall: float, scores, ends: Sequence, count: Callable, times, refractory: int):
    """Return false alarms a clip at the highest limit that still finds this share of the words.

    Args:
        recall: 0.97 for 97 of 100 words.
        scores: (m, T_y), the larger, the surer; an event needs the limit or more.
        ends: for each clip the seconds at which targets end.
        count: (events, ends) -> hits, false alarms, misses.
        times: (T_y,), the second at which each output answers.
        refractory: outputs from one event to the next, at least.
    """
    scores, n_words = np.asarray(scores, float), sum(map(len, ends))

    def at(limit):
        hits = alarms = 0
        for row, some in zip(scores, ends, strict=True):
            events = []
            for j in np.flatnonzero(row >= limit).tolist():
                if not events or j - events[-1] >= refractory:
                    events.append(j)
            more = count([times[j] for j in events], some)
            hits, alarms = hits + more[0], alarms + more[1]
        return hits / n_words, alarms / len(scores)

    limits = np.unique(scores)
    low, high = 0, len(limits)  # the lowest limit finds nearly all, none above the highest
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(limits[middle])[0] >= recall else (low, middle)
    return at(limits[low])[1]
