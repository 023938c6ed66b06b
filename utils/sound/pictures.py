"""Pictures of clips and of a detector's errors. Each function returns the axes it drew on."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots
from utils.sound.detection import false_alarms
from utils.sound.recordings import RATE
from utils.sound.spectrograms import BANDS, HIGHEST, LOWEST, hertz, log_mel, mel

CENTRES = hertz(np.linspace(mel(LOWEST), mel(HIGHEST), BANDS + 2))[1:-1]
"""Hertz: the middle of each mel band."""


def clip(sound, said: Sequence, target: str, times, outputs, title: str, name: str) -> np.ndarray:
    """Draw the spectrogram of a clip with its words, and a curve of the outputs under it.

    Args:
        sound: (samples,).
        said: the words, `clips.Said`; the target is written in capitals.
        target: the word that is detected.
        times: (T_y,), the second at which each output answers.
        outputs: (T_y,), labels or probabilities.
        title: says what to see.
        name: of the outputs.
    """
    _, axes = plt.subplots(2, 1, figsize=(10, 4), height_ratios=[2.5, 1], sharex=True)
    plots.spectrogram(log_mel(sound), CENTRES, title, axes[0])
    style = {"color": "white", "size": 9, "clip_on": True}
    style["bbox"] = {"facecolor": "black", "alpha": 0.6, "pad": 1, "linewidth": 0}
    for number, one in enumerate(sorted(said, key=lambda one: one.start)):
        is_target, start = one.word == target, one.start / RATE
        height = 35 - 5 * (number % 2)  # neighbours may be close to each other
        word = one.word.upper() if is_target else one.word
        weight = "bold" if is_target else "normal"
        axes[0].text(start, height + 1, word, weight=weight, **style)
        axes[0].plot([start, one.end / RATE], [height, height], color="white")
    axes[0].set_xlabel("")
    axes[1].step(times, outputs, where="post")
    axes[1].set(ylim=(-0.05, 1.1), ylabel=name, xlabel="seconds")
    return axes


def waveform(samples, word: str, begin: int, end: int) -> np.ndarray:
    """Draw the samples of a word, (n,), and the piece of it from `begin` to `end`."""
    _, axes = plt.subplots(1, 2, figsize=(10, 2.4), width_ratios=[2, 1])
    axes[0].plot(np.arange(len(samples)) / RATE, samples, linewidth=0.5)
    axes[0].set(title=f'"{word}": {len(samples):,} samples', xlabel="seconds", ylabel="pressure")
    axes[1].plot(1000 * np.arange(end - begin) / RATE, samples[begin:end], linewidth=1)
    title = f"{1000 * (end - begin) / RATE:.0f} ms of it: the throat's pulses repeat"
    axes[1].set(title=title, xlabel="milliseconds")
    return axes


def losses(values: Sequence[float], title: str) -> Axes:
    """Draw the loss of each epoch."""
    axes = plt.subplots(figsize=(5, 2.4))[1]
    axes.plot(range(1, len(values) + 1), values, "o-")
    axes.set(title=title, xlabel="epoch", ylabel="loss", yscale="log")
    return axes


def errors(curve: Sequence[Mapping[str, float]], chosen: int) -> np.ndarray:
    """Draw precision against recall, and misses against false alarms (DET).

    Args:
        curve: the measures at each threshold, as `detection.measures` gives them.
        chosen: number of the threshold that was taken.
    """
    names = ("precision", "recall", "alarms/h")
    precision, recall, alarms = (np.array([row[name] for row in curve]) for name in names)
    _, axes = plt.subplots(1, 2, figsize=(10, 3))
    pairs = (recall, precision), (alarms, 100 * (1 - recall))
    for axis, (across, up) in zip(axes, pairs, strict=True):
        axis.plot(across, up, ".-")
        axis.plot(across[chosen], up[chosen], "o", color="black", label="chosen")
    axes[0].set(title="Precision against recall, validation", xlabel="recall", ylabel="precision")
    axes[1].set(title="Detection error tradeoff (DET): one error against the other")
    axes[1].set(xlabel="false alarms an hour", ylabel="missed words in percent", xscale="symlog")
    ticks = [0, 1, 10, 100, 1000]
    axes[1].set_xticks(ticks, ticks)
    axes[0].legend(frameon=False)
    return axes


def at_threshold(times, p, events: Sequence[float], ends, threshold: float, row: Mapping) -> Axes:
    """Draw the probabilities of a clip with a threshold and its events; the errors in the title.

    Args:
        times: (T_y,), the second at which each output answers.
        p: (T_y,), probabilities.
        events: seconds.
        ends: seconds at which targets end.
        threshold: drawn as a line.
        row: the measures of all clips at this threshold.
    """
    axes = plt.subplots(figsize=(9, 2.6))[1]
    axes.step(times, p, where="post")
    axes.axhline(threshold, color="black", linestyle="--", linewidth=1)
    axes.plot(ends, np.full(len(ends), -0.08), "^", color="grey", label="a target ends")
    axes.plot(events, np.full(len(events), 1.08), "v", color="black", label="event")
    title = f"A threshold of {threshold:.3f}: {1 - row['recall']:.0%} of all words missed, "
    axes.set(title=f"{title}{false_alarms(row['alarms/h'])} an hour")
    axes.set(ylim=(-0.15, 1.15), xlabel="seconds", ylabel="probability")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return axes


def by_voice(hits: Mapping[str, Sequence[bool]], title: str) -> Axes:
    """Draw the share of targets found for each voice, the lowest first."""
    shares = {name.rpartition("+")[2]: 100 * np.mean(found) for name, found in hits.items()}
    names = sorted(shares, key=shares.get)
    _, axes = plt.subplots(figsize=(7, 2.4))
    axes.bar(names, [shares[name] for name in names])
    axes.set(title=title, ylim=(0, 100), ylabel="percent")
    return axes
