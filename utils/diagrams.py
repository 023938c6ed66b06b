"""Diagrams of networks: boxes and arrows. Each function returns the axes that it drew on."""

from collections.abc import Iterable

from matplotlib.axes import Axes

from utils.plots import COLOURS


def network(
    inputs: Iterable[int],
    outputs: Iterable[int],
    steps: int,
    title: str,
    axes: Axes,
) -> Axes:
    """Draw a recurrent network unrolled in time.

    Args:
        inputs: the steps that have an input, counted from 0.
        outputs: the steps that have an output.
        steps: how many steps there are.
        title: says what to see.
        axes: where to draw.
    """
    for t in range(steps):
        _box(axes, t, 1, f"$a^{{\\langle {t + 1}\\rangle}}$", COLOURS["sky"])
        if t:
            _arrow(axes, (t - 0.72, 1), (t - 0.28, 1), "$W_{aa}$")
    for number, t in enumerate(inputs, 1):
        _box(axes, t, 0, f"$x^{{\\langle {number}\\rangle}}$", "#EEEEEE")
        _arrow(axes, (t, 0.25), (t, 0.72), "$W_{ax}$")
    for number, t in enumerate(outputs, 1):
        _box(axes, t, 2, f"$\\hat y^{{\\langle {number}\\rangle}}$", COLOURS["orange"])
        _arrow(axes, (t, 1.28), (t, 1.75), "$W_{ya}$")
    axes.set(xlim=(-0.5, steps - 0.5), ylim=(-0.4, 2.4), aspect="equal")
    axes.set_title(title)
    axes.axis("off")
    return axes


def attention_step(text: str, alphas: Iterable[float], title: str, axes: Axes) -> Axes:
    """Draw one step of a decoder with attention that reads its own last symbol.

    Args:
        text: the input characters, eight at most: each has an encoder state.
        alphas: the weights of the states, which add up to 1: the thicker an arrow, the larger.
        title: says what to see.
        axes: where to draw.
    """
    middle = (len(text) - 1) / 2
    for place, (character, alpha) in enumerate(zip(text, alphas, strict=True)):
        _box(axes, place, 0, "␣" if character.isspace() else character, "#EEEEEE")
        _box(axes, place, 1, f"$a^{{\\langle {place + 1}\\rangle}}$", COLOURS["sky"])
        _arrow(axes, (place, 0.27), (place, 0.7), "")
        width, colour = 0.6 + 7 * alpha, "#BBBBBB" if alpha < 0.1 else COLOURS["red"]
        target = middle + 0.08 * (place - middle), 2.72
        axes.plot([place, target[0]], [1.33, target[1]], colour, linewidth=width, zorder=0)
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
        axes.text(place, 1.55, f"{alpha:.2f}", ha="center", va="center", fontsize=9, bbox=ground)
    axes.text(-0.75, 1.52, r"$\alpha^{\langle t,t'\rangle}$", ha="right", va="center", fontsize=12)
    _box(axes, middle, 3, r"$c^{\langle t\rangle}$: weighted mean", COLOURS["orange"])
    _box(axes, -1.4, 3, r"$s^{\langle t-1\rangle}$", "#DDD0E8")
    _box(axes, middle, 4.2, r"$s^{\langle t\rangle}$", "#DDD0E8")
    _box(axes, len(text) + 1.3, 4.2, r"$y^{\langle t-1\rangle}$: last symbol", "#EEEEEE")
    _box(axes, middle, 5.3, r"$\hat y^{\langle t\rangle}$: softmax over symbols", COLOURS["orange"])
    _arrow(axes, (middle, 3.33), (middle, 3.88), "GRU")
    _arrow(axes, (middle, 4.53), (middle, 4.98), "classify")
    _arrow(axes, (-1.4, 2.68), (-1.2, 1.8), "")
    axes.text(-1.4, 2.25, "asks", ha="right", va="center", fontsize=9)
    _arrow(axes, (-1.05, 3.2), (middle - 0.42, 4.12), "")
    _arrow(axes, (len(text) - 0.4, 4.2), (middle + 0.45, 4.2), "feedback")
    axes.set(xlim=(-2.2, len(text) + 2.9), ylim=(-0.4, 5.7))
    axes.set_title(title)
    axes.axis("off")
    return axes


def _box(axes, x, y, label, colour):
    axes.text(
        x,
        y,
        label,
        ha="center",
        va="center",
        fontsize=12,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": colour, "edgecolor": "#555555"},
    )


def _arrow(axes, start, end, label):
    axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": "#333333"})
    (x0, y0), (x1, y1) = start, end
    beside = {"ha": "left", "va": "center"} if x0 == x1 else {"ha": "center", "va": "bottom"}
    axes.text((x0 + x1) / 2 + 0.04, (y0 + y1) / 2 + 0.03, label, fontsize=8, **beside)
