"""Pictures that several notebooks draw. Each function returns the axes that it drew on.

Importing this module sets the style: a white ground, so that labels are readable in a dark theme
too, the colours of Okabe and Ito (2008), which colour-blind readers can tell apart, and a font with
the characters of Chinese, Japanese and Korean dates. Each figure gets its alternative text.
"""

import logging
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.display import DisplayHandle, Pretty
from matplotlib.axes import Axes
from matplotlib.font_manager import fontManager

from utils import alt_text
from utils.files import EMBEDDED

COLOURS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "black": "#000000",
}

HERTZ = (250, 500, 1000, 2000, 4000, 8000)  # marked on the axis of a spectrogram
TICK = 1  # seconds, after which a line of progress is brought up to date
CELL_HEIGHT = 1.2  # of a cell of an attention map; its width is 1: characters are that narrow

plt.rcParams.update(
    {
        "figure.facecolor": "white",
        "figure.dpi": 110,
        "figure.constrained_layout.use": True,
        "axes.prop_cycle": plt.cycler(color=list(COLOURS.values())),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": "medium",
        "axes.titlelocation": "left",
        "font.size": 10,
        "lines.linewidth": 1.8,
    }
)
with suppress(OSError, RuntimeError):  # missing or damaged: pictures do without these characters
    fontManager.addfont(EMBEDDED / "fonts/dates_cjk.otf")
    plt.rcParams["font.family"] = ["DejaVu Sans", "Dates CJK"]
# A bold title needs no message that the second font has no bold: its Latin letters do have it.
logging.getLogger("matplotlib.font_manager").addFilter(lambda r: "Dates CJK" not in r.getMessage())
# Learners type any script. The box that is drawn for a character of no font says enough.
NO_GLYPH = r"Glyph \d+ .* missing from|Matplotlib currently does not support .* natively"
warnings.filterwarnings("ignore", NO_GLYPH, UserWarning)
alt_text.register()


def grid(values: np.ndarray, title: str, rows, columns, axes: Axes | None = None) -> Axes:
    """Draw a matrix as coloured squares: the darker, the larger; purple is below zero.

    Args:
        values: (rows, columns).
        title: says what to see.
        rows: a label for each row.
        columns: a label for each column.
        axes: where to draw; a new figure if None.
    """
    axes = axes or plt.subplots(figsize=(0.45 * len(columns) + 2, 0.3 * len(rows) + 1))[1]
    bound = max(np.abs(values).max(), 1e-9)
    colours = ("Oranges", 0) if values.min() >= 0 else ("PuOr_r", -bound)
    picture = axes.imshow(values, colours[0], vmin=colours[1], vmax=bound, aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_title(title)
    _white_lines(axes, len(rows), len(columns), 1.5)
    plt.colorbar(picture, ax=axes, shrink=0.8)
    return axes


def _white_lines(axes, n_rows, n_columns, width):
    axes.set_xticks(np.arange(n_columns - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(n_rows - 1) + 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=width)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_visible(False)


def attention(
    alphas: np.ndarray,
    source: Sequence[str],
    target: Sequence[str],
    title: str,
    axes: Axes | None = None,
) -> Axes:
    """Draw what each output character attends to: white is a weight of 0, the darkest blue 1.

    Args:
        alphas: (T_y, T_x), the weights of the input characters, a row for each output character.
            Columns beyond the end of `source` are padding, and are left out.
        source: the input characters, at most T_x; a space is shown as "␣".
        target: the T_y output characters.
        title: says what to see.
        axes: where to draw; a new figure if None.

    Raises:
        ValueError: `alphas` does not fit the texts, or a text is empty.
    """
    alphas, shape = np.asarray(alphas), (len(target), len(source))
    if not all(shape):
        raise ValueError("There is no map to draw: the source or the target is empty.")
    if alphas.ndim != 2 or len(alphas) != shape[0] or alphas.shape[1] < shape[1]:
        raise ValueError(
            f"alphas has the shape {alphas.shape}, but it needs {shape}: a row for each character "
            f"of {target!r}, a column for each of {source!r}; more columns are padding."
        )
    axes = axes or plt.subplots(figsize=(0.2 * shape[1] + 0.6, 0.24 * shape[0] + 0.7))[1]
    axes.imshow(alphas[:, : shape[1]], "Blues", vmin=0, vmax=1, aspect=CELL_HEIGHT)
    size = _label_size(axes, *shape)
    for set_ticks, labels in ((axes.set_xticks, source), (axes.set_yticks, target)):
        shown = ["␣" if label.isspace() else label for label in labels]
        set_ticks(range(len(shown)), shown, fontsize=size)
    axes.tick_params(length=0, pad=2, labeltop=True, labelbottom=False)
    axes.set_title(title)
    axes.set_anchor("NW")  # maps of different lengths in a column begin at one line
    _white_lines(axes, *shape, 0.5)
    return axes


def _label_size(axes, n_rows, n_columns):
    """Return the size, in points, at which labels of one character hardly touch each other."""
    box = axes.get_window_extent().transformed(axes.figure.dpi_scale_trans.inverted())
    # Constrained layout, which has not run yet, widens a subplot by a quarter or more.
    width, height = 1.25 * box.width / n_columns, 1.1 * box.height / n_rows / CELL_HEIGHT
    return min(72 * width, 72 * height, plt.rcParams["font.size"])


def groups(
    points: np.ndarray,
    group_of: np.ndarray,
    names: Iterable[str],
    title: str,
    axes: Axes,
    labels: Iterable[str] = (),
) -> Axes:
    """Draw a map of points, each group in its own colour and shape; at most seven groups.

    Args:
        points: (n_points, 2).
        group_of: (n_points,), the number of each point's group.
        names: of the groups, for the legend.
        title: says what to see.
        axes: where to draw.
        labels: of the points, to be written beside them.
    """
    styles = zip(names, COLOURS.values(), "osD^vPX", strict=False)
    for number, (name, colour, shape) in enumerate(styles):
        x, y = points[group_of == number].T
        axes.scatter(x, y, s=22, color=colour, marker=shape, label=name.replace("_", " "))
    for label, point in zip(labels, points, strict=False):
        axes.annotate(label, point, xytext=(3, 2), textcoords="offset points", fontsize=6)
    axes.set(xticks=[], yticks=[], title=title)
    return axes


def spectrogram(
    values: np.ndarray,
    frequencies: np.ndarray,
    title: str,
    axes: Axes | None = None,
    hop: float = 0.01,
) -> Axes:
    """Draw sound over time and frequency: the brighter, the louder.

    Args:
        values: (T_x, n), logarithms of the power, a row for each frame.
        frequencies: (n,), the hertz of each column, rising.
        title: says what to see.
        axes: where to draw; a new figure if None.
        hop: seconds from one frame to the next.
    """
    axes = axes or plt.subplots(figsize=(8, 2.6))[1]
    # Rare extremes would leave one shade to the rest.
    low, high = np.quantile(values, [0.02, 0.999])
    extent = (0, len(values) * hop, -0.5, len(frequencies) - 0.5)
    axes.imshow(
        values.T,
        "magma",
        aspect="auto",
        interpolation="nearest",  # a blurred picture takes three times the space in the notebook
        vmin=low,
        vmax=high,
        origin="lower",
        extent=extent,
    )
    ticks = np.array([hertz for hertz in HERTZ if frequencies[0] <= hertz <= frequencies[-1]])
    places = np.interp(ticks, frequencies, np.arange(len(frequencies)))
    apart = np.diff(places, append=np.inf) > len(frequencies) / 12  # or their labels overlap
    axes.set_yticks(places[apart], ticks[apart])
    axes.set(title=title, xlabel="seconds", ylabel="hertz")
    return axes


def progress(items: Iterable, label: str) -> Iterator:
    """Yield the items, and show in one line how far the loop has come.

    The line is brought up to date in place, so that the saved notebook holds its last state alone.

    Args:
        items: what to loop over; its length must be known.
        label: what is going on.
    """
    line = _ProgressLine(label, len(items))
    try:
        for number, item in enumerate(items, 1):
            yield item
            line.show(number)
    finally:
        line.stop()


def fit_progress(epochs: int, label: str):
    """Return a Keras callback that shows in one line how far `fit` has come."""
    import keras

    line = _ProgressLine(label, epochs, "epoch ")
    return keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: line.show(epoch + 1), on_train_end=lambda logs: line.stop()
    )


class _ProgressLine:
    """Counts its seconds by itself while a step takes long, so that it never stands still."""

    def __init__(self, label, total, unit=""):
        self.label, self.total, self.unit = label, total, unit
        self.number, self.start = 0, time.perf_counter()
        self.reached = self.shown = self.start
        self.lock, self.over = threading.Lock(), threading.Event()
        self.handle = DisplayHandle()
        self.handle.display(Pretty(self._text()))
        if shell := get_ipython():  # an error in a loop does not end it, but it does end the cell
            shell.events.register("post_run_cell", self.stop)
            threading.Thread(target=self._tick, daemon=True).start()

    def show(self, number):
        with self.lock:
            self.number, self.reached = number, time.perf_counter()
            # Twice a second is enough for the eye.
            if number == self.total or self.reached - self.shown >= 0.5:
                self._draw()

    def stop(self, *_):
        with self.lock:
            self.over.set()
        shell = get_ipython()
        with suppress(ValueError, AttributeError):  # not registered (any more); no shell
            shell.events.unregister("post_run_cell", self.stop)

    def _tick(self):
        while not self.over.wait(TICK):
            with self.lock:
                running = not self.over.is_set() and self.number < self.total
                if running and time.perf_counter() - self.shown >= TICK:
                    self._draw()

    def _draw(self):
        self.shown = time.perf_counter()
        self.handle.update(Pretty(self._text()))

    def _text(self):
        now = time.perf_counter()
        text = f"{self.label}: {self.unit}{self.number} of {self.total}, {now - self.start:.0f} s"
        if not 0 < self.number < self.total:
            return text
        a_step = (self.reached - self.start) / self.number
        left = a_step * (self.total - self.number) - (now - self.reached)
        return f"{text}, about {max(left, 0):.0f} s left"
