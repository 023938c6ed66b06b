"""Pictures of names in sentences. Each function returns the axes that it drew on."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots
from utils.language.entity_data import KINDS, LABELS
from utils.plots import COLOURS

NAMES = {"PER": "person", "LOC": "place", "ORG": "organisation"}
STYLES = ("orange", "///"), ("blue", "")


def side_by_side(
    sentences: Sequence[Sequence[str]],
    found: Mapping[str, Sequence[np.ndarray]],
    marked: Sequence[int],
    title: str,
) -> np.ndarray:
    """Draw for each word what two networks give for "a person's name", a panel for each sentence.

    Args:
        sentences: lists of tokens.
        found: {network: for each sentence the probabilities (T,)}, of two networks.
        marked: the place of the word in each sentence that is to be compared.
        title: says what to see.

    Returns:
        The axes of the panels.
    """
    _, panels = plt.subplots(len(sentences), 1, figsize=(8, 2.1 * len(sentences) + 0.4))
    panels = np.atleast_1d(panels)
    for number, (panel, tokens) in enumerate(zip(panels, sentences, strict=True)):
        for shift, (network, rows), (colour, hatch) in zip(
            (-0.2, 0.2), found.items(), STYLES, strict=True
        ):
            at = np.arange(len(tokens)) + shift
            look = {"color": COLOURS[colour], "hatch": hatch, "edgecolor": "white"}
            panel.bar(at, rows[number][: len(tokens)], 0.38, label=network, **look)
        panel.axvspan(marked[number] - 0.5, marked[number] + 0.5, color="#dddddd", zorder=0)
        panel.set(ylim=(0, 1.05), ylabel="P(person)", xlim=(-0.6, len(tokens) - 0.4))
        panel.set_xticks(range(len(tokens)), tokens)
    panels[0].set_title(title)
    panels[0].legend(fontsize=8)
    return panels


def under_words(tokens: Sequence[str], probabilities: np.ndarray, title: str) -> Axes:
    """Draw the probability of each kind of entity under the words of a sentence.

    Args:
        tokens: T words.
        probabilities: (T, 7), of each label; those of B- and I- are added.
        title: says what to see.
    """
    kinds = [[LABELS.index(f"{letter}-{kind}") for letter in "BI"] for kind in KINDS]
    values = np.stack([probabilities[: len(tokens), both].sum(axis=-1) for both in kinds])
    width = sum(max(len(token), 3) for token in tokens) * 0.1 + 2
    axes = plt.subplots(figsize=(min(max(width, 5), 11), 1.6 if len(tokens) < 10 else 2.1))[1]
    plots.grid(values, title, [NAMES[kind] for kind in KINDS], tokens, axes)
    axes.images[0].set_clim(0, 1)
    if len(tokens) >= 10:
        plt.setp(axes.get_xticklabels(), rotation=60, ha="right", rotation_mode="anchor")
    return axes


def by_delay(f1: Mapping[int, float], whole: float, title: str) -> Axes:
    """Draw the F1 of a network that waits for some words, and of one that waits for all of them.

    Args:
        f1: {words it waits: F1}.
        whole: the F1 of a network that reads the whole sentence first.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(6, 3))[1]
    axes.plot(*zip(*f1.items(), strict=True), "o-", color=COLOURS["orange"], label="one-way, late")
    axes.axhline(whole, color=COLOURS["blue"], linestyle="--", label="two-way, whole sentence")
    axes.set(title=title, xlabel="words it waits before it answers", ylabel="span F1")
    axes.set_xticks(list(f1))
    axes.legend(fontsize=8, loc="lower left")
    return axes
