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


_GATES = {  # where it stands, and what is written on it and below
    2.5: ("$\\Gamma_f$", "forget", "orange"),
    4.1: ("$\\Gamma_u$", "update", "orange"),
    5.9: ("$\\tilde c$", "candidate", "sky"),
    7.3: ("$\\Gamma_o$", "output", "orange"),
}


def lstm_cell(title: str, axes: Axes) -> Axes:
    """Draw one step of an LSTM: the cell above, the state below, and the gates between them.

    Args:
        title: says what to see.
        axes: where to draw; about twice as wide as high.
    """
    lines = [
        ((0.3, 4), (10.2, 4)),  # the cell, from step to step
        ((0.3, 0.5), (7.3, 0.5), (7.3, 1.3)),  # [a, x], which every gate reads
        ((1.2, -0.4), (1.2, 0.5)),
        *(((x, 0.5), (x, 1.3)) for x in _GATES),
        ((2.5, 1.9), (2.5, 3.75)),
        ((4.1, 1.9), (4.1, 3), (4.75, 3)),
        ((5.9, 1.9), (5.9, 3), (5.25, 3)),
        ((5, 3.2), (5, 3.75)),
        ((7.3, 1.9), (7.3, 2.4), (8.45, 2.4)),
        ((8.7, 4), (8.7, 2.65)),
        ((8.7, 2.2), (8.7, 0.5), (10.2, 0.5)),
    ]
    for *corners, before, end in lines:
        axes.plot(*zip(*corners, before, strict=True), color="#333333", linewidth=1)
        arrow = {"arrowstyle": "->", "color": "#333333", "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", end, before, arrowprops=arrow)
    for x, (gate, name, colour) in _GATES.items():
        _box(axes, x, 1.6, gate, COLOURS[colour])
        axes.text(x + 0.12, 0.72, name, fontsize=9)
    for x, y, sign in ((2.5, 4, "×"), (5, 4, "+"), (5, 3, "×"), (8.7, 2.4, "×")):
        circle = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "#555555"}
        axes.text(x, y, sign, ha="center", va="center", fontsize=11, bbox=circle)
    box = {"boxstyle": "round,pad=0.35", "facecolor": "#EEEEEE", "edgecolor": "#555555"}
    axes.text(8.7, 3.25, "tanh", ha="center", va="center", fontsize=9, bbox=box)
    step = "\\langle t\\rangle"
    for x, y, label, side in (
        (0.2, 4, "$c^{\\langle t-1\\rangle}$", "right"),
        (0.2, 0.5, "$a^{\\langle t-1\\rangle}$", "right"),
        (1.2, -0.7, f"$x^{{{step}}}$", "center"),
        (10.3, 4, f"$c^{{{step}}}$", "left"),
        (10.3, 0.5, f"$a^{{{step}}}$", "left"),
    ):
        axes.text(x, y, label, ha=side, va="center", fontsize=12)
    axes.set(xlim=(-0.7, 11), ylim=(-1, 4.5), aspect="equal")
    axes.set_title(title)
    axes.axis("off")
    return axes
