"""Pictures of agreement over a distance. Each function returns the axes it drew on."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.plots import COLOURS

STYLES = {
    "RNN": ("red", "o"),
    "GRU": ("blue", "s"),
    "LSTM": ("green", "D"),
    "peephole": ("orange", "^"),
}
DASHES = "--", ":", "-."


def learning(
    losses: Mapping[tuple[str, float], Sequence[float]], every: int, title: str
) -> np.ndarray:
    """Draw how the loss falls, a panel for each network and a line for each learning rate.

    Args:
        losses: {(network, rate): the losses in nats}; at most three rates.
        every: of how many updates each loss is the mean.
        title: says what to see.

    Returns:
        The axes of the panels.
    """
    names = list(dict.fromkeys(name for name, _ in losses))
    _, panels = plt.subplots(1, len(names), figsize=(2.6 * len(names), 2.8), sharey=True)
    panels = np.atleast_1d(panels)
    for panel, name in zip(panels, names, strict=True):
        rates = (rate for other, rate in losses if other == name)
        for rate, dashes in zip(rates, (":", "--", "-"), strict=False):
            across = np.arange(1, len(losses[name, rate]) + 1) * every
            panel.plot(across, losses[name, rate], dashes, color=COLOURS["blue"], label=f"{rate}")
        panel.set(title=name, xlabel="updates")
    panels[0].set_ylabel("loss, nats")
    panels[0].legend(title="learning rate", fontsize=8)
    panels[0].figure.suptitle(title)
    return panels


def by_distance(
    found: Mapping[str, Sequence[Mapping[int, float]]],
    rules: Mapping[str, Mapping[int, float]],
    title: str,
) -> Axes:
    """Draw the share of right answers over the distance between subject and verb.

    Args:
        found: {network: for each seed {distance: share}}; thin for each seed, thick for the mean.
        rules: {rule: {distance: share}}, dashed; at most three.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(8, 3.8))[1]
    for name, seeds in found.items():
        colour, marker = STYLES[name]
        for seed in seeds:
            axes.plot(
                *zip(*seed.items(), strict=True), color=COLOURS[colour], linewidth=0.7, alpha=0.6
            )
        mean = [np.mean([seed[d] for seed in seeds]) for d in seeds[0]]
        axes.plot(
            list(seeds[0]), mean, color=COLOURS[colour], marker=marker, linewidth=2.2, label=name
        )
    for (name, shares), dashes in zip(rules.items(), DASHES, strict=False):
        axes.plot(
            *zip(*shares.items(), strict=True), dashes, color="#666666", label=f"rule: {name}"
        )
    axes.set(title=title, xlabel="words between subject and verb", ylabel="right answers")
    axes.set(ylim=(0.4, 1.03), xticks=list(next(iter(found.values()))[0]))
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=8)
    return axes


def over_words(
    words: Sequence[str], rows: Mapping[str, Sequence[np.ndarray]], names: Sequence[str], title: str
) -> np.ndarray:
    """Draw quantities word by word, one panel for each.

    Args:
        words: T_x words.
        rows: {quantity: a curve (T_x,) for each of `names`}.
        names: what the curves of a panel belong to; at most three.
        title: says what to see.

    Returns:
        The axes of the panels.
    """
    _, panels = plt.subplots(len(rows), 1, figsize=(10, 1.5 * len(rows) + 1), sharex=True)
    panels = np.atleast_1d(panels)
    for panel, (quantity, curves) in zip(panels, rows.items(), strict=True):
        curves = np.array(list(curves))
        colours = zip(curves, names, ("blue", "red", "green"), "os^", strict=False)
        for curve, name, colour, marker in colours:
            panel.plot(curve, color=COLOURS[colour], marker=marker, markersize=4, label=name)
        panel.set_ylabel(quantity)
        if curves.min() >= 0 and curves.max() <= 1:  # a gate, a share, a probability
            panel.set_ylim(-0.05, 1.05)
        panel.grid(axis="x", linewidth=0.3)
    panels[0].set_title(title)
    panels[0].legend(fontsize=8)
    panels[-1].set_xticks(range(len(words)), words, rotation=60, ha="right")
    return panels
