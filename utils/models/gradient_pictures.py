"""Pictures of how far back a gradient reaches. Each function returns the axes it drew on."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.plots import COLOURS

SHOWN = 3  # scales whose gradient is drawn step by step
BIAS_COLOURS = "blue", "green", "red", "black", "orange", "purple"


def by_scale(scales: Sequence[float], found: Sequence[Sequence[tuple]]) -> np.ndarray:
    """Draw what larger state weights do: the gradient by step, at t = 1, and tanh's slope.

    Args:
        scales: by what the weights are multiplied.
        found: a row for each draw of the weights; in it, for each scale, the mean |dx| of each
            step, (T_x,), and the mean slope of tanh.

    Returns:
        Three axes.
    """
    _, panels = plt.subplots(1, 3, figsize=(11, 3.2))
    shown = list(zip(scales, found[0], strict=True))[:SHOWN]
    for (k, (reach, _)), style in zip(shown, (":", "--", "-"), strict=False):
        across, label = range(1, len(reach) + 1), f"$W_{{aa}}$ times {k}"
        panels[0].semilogy(across, reach, style, color=COLOURS["blue"], label=label)
    panels[0].set(title="Draw 1: it fades going back", xlabel="step t of the input")
    panels[0].set_ylabel("gradient, mean |dx|")
    for number, draw in enumerate(found, 1):
        panels[1].loglog(scales, [reach[0] for reach, _ in draw], "o-", label=f"draw {number}")
        panels[2].semilogx(scales, [slope for _, slope in draw], "o-", label=f"draw {number}")
    panels[1].set(title="The gradient at t = 1: more, then less", xlabel="$W_{aa}$ times …")
    panels[2].set(
        title="Larger weights: tanh becomes flatter", xlabel="$W_{aa}$ times …", ylim=(0, 1)
    )
    panels[1].set_ylabel("gradient, mean |dx|")
    panels[2].set_ylabel("mean slope of tanh")
    for panel in panels:
        panel.legend(fontsize=8)
    for panel in panels[1:]:
        panel.set_xticks(scales, scales, fontsize=8)
        panel.minorticks_off()
    return panels


def by_bias(reaches: Mapping[str, Sequence[np.ndarray]], title: str) -> Axes:
    """Draw how far back gradients reach: thin for each draw, thick their geometric mean.

    Args:
        reaches: {name: the mean |dx| of each step, (T_x,), for each draw}; at most six names. Those
            that begin with "RNN" are dashed.
        title: says what to see.
    """
    axes = plt.subplots(figsize=(8, 3.6))[1]
    for (name, draws), colour in zip(reaches.items(), BIAS_COLOURS, strict=False):
        style = {"color": COLOURS[colour], "linestyle": "--" if name.startswith("RNN") else "-"}
        steps = range(1, len(draws[0]) + 1)
        for reach in draws:
            axes.semilogy(steps, reach, **style, linewidth=0.7, alpha=0.6)
        mean = np.exp(np.mean(np.log(draws), axis=0))
        axes.semilogy(steps, mean, **style, linewidth=2.5, label=name)
    across = f"step t of the input; the answer is at step {len(steps)}"
    axes.set(title=title, xlabel=across, ylabel="gradient, mean |dx|")
    title = f"thin: {len(draws)} draws; thick:\ntheir geometric mean"
    axes.legend(title=title, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return axes


def at_bias(b_f: float, curves: Mapping[str, np.ndarray]) -> Axes:
    """Draw gradients by step at one bias of the forget gate, always on the same scale.

    Args:
        b_f: the bias.
        curves: {name: the mean |dx| of each step, (T_x,)}; at most four.
    """
    axes = plt.subplots(figsize=(6, 3))[1]
    for (name, reach), style in zip(curves.items(), ("-", ":", "--", "-."), strict=False):
        axes.semilogy(range(1, len(reach) + 1), reach, style, label=name)
    title = f"$b_f$ = {b_f}, where $\\sigma(b_f)$ = {1 / (1 + np.exp(-b_f)):.2f}"
    axes.set(title=title, xlabel="step t of the input", ylabel="gradient, mean |dx|")
    axes.set_ylim(1e-13, 3)
    axes.legend(loc="lower right")
    return axes
