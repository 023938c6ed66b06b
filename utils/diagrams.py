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
    """Draw one step of a decoder with attention that reads its own previous symbol.

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
    _box(axes, len(text) + 1.75, 4.2, r"$y^{\langle t-1\rangle}$: previous symbol", "#EEEEEE")
    _box(axes, middle, 5.3, r"$\hat y^{\langle t\rangle}$: softmax over symbols", COLOURS["orange"])
    _arrow(axes, (middle, 3.33), (middle, 3.88), "  GRU")
    _arrow(axes, (middle, 4.53), (middle, 4.98), "  classify")
    _arrow(axes, (middle + 1.6, 3.33), (middle + 1.6, 4.98), "")  # classify reads the context, too
    _arrow(axes, (-1.4, 2.68), (-1.2, 1.8), "")
    axes.text(-1.4, 2.25, "asks", ha="right", va="center", fontsize=9)
    _arrow(axes, (-1.05, 3.2), (middle - 0.42, 4.12), "")
    _arrow(axes, (len(text) - 0.4, 4.2), (middle + 0.45, 4.2), "feedback")
    axes.set(xlim=(-2.2, len(text) + 3.8), ylim=(-0.4, 5.7))
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
