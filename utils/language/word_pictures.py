"""Pictures of language models of words."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.plots import COLOURS


def weights_and_factors(
    perplexity: Callable[[float], float],
    path: Sequence[float],
    words: Sequence[str],
    factors: Mapping[str, np.ndarray],
) -> Sequence[Axes]:
    """Draw how the weight of a mixture is found, and each factor of a sentence by some models.

    Args:
        perplexity: of the mixture, for a weight.
        path: the weight after each round.
        words: of the sentence.
        factors: for each model the probabilities of the words, (n_words,).

    Returns:
        the axes, two.
    """
    panels = plt.subplots(1, 2, figsize=(10, 3), width_ratios=[1, 2])[1]
    weights = np.linspace(0, 1, 21)
    panels[0].plot(weights, [perplexity(weight) for weight in weights], color="grey")
    panels[0].plot(path, [perplexity(weight) for weight in path], "o")
    panels[0].set(title="A few rounds find the best weight", ylabel="perplexity, validation")
    panels[0].set_xlabel("weight of the 5-gram")
    for (name, probs), marker in zip(factors.items(), "osD", strict=False):
        panels[1].plot(probs, marker, label=name)
    panels[1].set_xticks(range(len(words)), words)
    title = "A mixture is never far below the better of two"
    panels[1].set(title=title, yscale="log", ylabel="probability")
    panels[1].legend()
    return panels


def results(
    perplexities: Mapping[str, float], ratios: Mapping[str, Sequence[float]]
) -> Sequence[Axes]:
    """Draw perplexities as bars, and beside them P(pear) / P(pair), a point for each seed.

    Args:
        perplexities: of each model.
        ratios: for some models, the ratio of each seed; of one that counts, one.

    Returns:
        the axes, two.
    """
    panels = plt.subplots(1, 2, figsize=(10, 2.9), width_ratios=[1, 1.1])[1]
    colours = {"LSTM": COLOURS["orange"], "mixture": COLOURS["green"]}
    for name, value in perplexities.items():
        panels[0].barh(name, value, color=colours.get(name, COLOURS["sky"]))
        panels[0].text(value, name, f" {value:.0f}", va="center")
    title = "The mixture guesses among the fewest words"
    panels[0].set(title=title, xlabel="perplexity, held-out real text")
    for place, (name, found) in enumerate(ratios.items()):
        colour = colours.get(name, COLOURS["blue"])
        panels[1].plot(found, [place] * len(found), "o", color=colour, ms=8, alpha=0.8)
        text = " to ".join(f"{end:.1f}" for end in sorted({min(found), max(found)}))
        panels[1].annotate(
            text, (max(found), place), (9, 0), textcoords="offset points", va="center"
        )
    panels[1].axvline(1, color="grey", linewidth=1)
    panels[1].set_yticks(range(len(ratios)), ratios)
    panels[1].set(title="With each seed the network prefers pear", xscale="log")
    panels[1].set_xlabel("← pair      P(… apple and pear salad) / P(… pair salad)      pear →")
    span = np.log2([value for found in ratios.values() for value in (*found, 1)])
    ticks = 2.0 ** np.arange(np.floor(span.min()), np.ceil(span.max()) + 1)
    panels[1].set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    panels[1].minorticks_off()
    for axes in panels:
        axes.invert_yaxis()
        axes.margins(x=0.2, y=0.12)
    panels[1].set_xlim(2 ** (span.min() - 0.8), 2 ** (span.max() + 2.3))  # room for the text
    return panels
