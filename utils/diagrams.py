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
