"""Pictures of scenes, of their captions and of attention. Each function returns its axes."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import plots
from utils.vision.scenes import SIZE

WIDTH = 26  # characters in a line of a caption above a small picture
DIM = 0.25  # of a picture's light is left where nobody looks


def gallery(images, texts: Sequence[str], title: str, columns: int = 4) -> np.ndarray:
    """Draw pictures (n, SIZE, SIZE, 3), each with its text above it."""
    rows = -(-len(images) // columns)
    lines = max(len(_lines(text)) for text in texts)
    size = 2.3 * columns, (1.75 + 0.17 * lines) * rows + 0.3
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for one in axes.flat:
        one.axis("off")
    for one, image, text in zip(axes.flat, images, texts, strict=False):
        one.imshow(image, interpolation="nearest")
        one.set_title("\n".join(_lines(text)), fontsize=8, loc="center")
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return axes


def _lines(text):
    """Return a text in lines of at most WIDTH characters; its own line breaks stay."""
    lines = []
    for part in text.split("\n"):
        lines.append("")
        for word in part.split(" "):
            if lines[-1] and len(lines[-1]) + len(word) >= WIDTH:
                lines.append("")
            lines[-1] += " " * bool(lines[-1]) + word
    return lines


def lit(image: np.ndarray, alphas: np.ndarray) -> np.ndarray:
    """Return a picture (SIZE, SIZE, 3) that is light where the attention lies and dim elsewhere.

    Args:
        image: (SIZE, SIZE, 3), uint8.
        alphas: (rows, columns), the weights of the places; the largest keeps its full light.
    """
    rows, columns = alphas.shape
    light = alphas / max(alphas.max(), 1e-9)
    light = light.repeat(SIZE // rows, axis=0).repeat(SIZE // columns, axis=1)
    return (image * (DIM + (1 - DIM) * light[..., None])).astype(np.uint8)


def word_by_word(image, words: Sequence[str], alphas, title: str, columns: int = 7) -> np.ndarray:
    """Draw where the decoder looks while it writes each word.

    Args:
        image: (SIZE, SIZE, 3), uint8.
        words: T words.
        alphas: (T, rows, columns).
        title: says what to see.
        columns: pictures in a row; the first is the whole picture.
    """
    shown = [image, *(lit(image, weights) for weights in alphas[: len(words)])]
    names = ["the picture", *words]
    columns = min(columns, len(shown))
    rows = -(-len(shown) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(1.3 * columns, 1.55 * rows + 0.3), squeeze=False
    )
    for one in axes.flat:
        one.axis("off")
    for one, picture, name in zip(axes.flat, shown, names, strict=False):
        one.imshow(picture, interpolation="nearest")
        one.set_title(name, fontsize=9, loc="center")
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return axes


def bars(table: Mapping[str, Mapping[str, float]], title: str) -> Axes:
    """Draw shares side by side, a group of bars for each row of {row: {column: share}}."""
    axes = plt.subplots(figsize=(8.5, 3))[1]
    columns = [*next(iter(table.values()))]
    width = 0.8 / len(columns)
    for k, (column, colour) in enumerate(zip(columns, plots.COLOURS.values(), strict=False)):
        places = np.arange(len(table)) + (k - (len(columns) - 1) / 2) * width
        drawn = axes.bar(
            places,
            [row[column] for row in table.values()],
            0.92 * width,
            label=column,
            color=colour,
            hatch=("", "///", "...")[k % 3],
            edgecolor="white",
        )
        axes.bar_label(drawn, fmt="%.2f", fontsize=8)
    axes.set_xticks(range(len(table)), [name.replace(", ", ",\n") for name in table], fontsize=9)
    axes.set(ylim=(0, 1.12), title=title, ylabel="share exact")
    axes.legend(loc="upper right", fontsize=8, ncols=len(columns), framealpha=1)
    return axes


def losses(curves: Mapping[str, Sequence[float]], title: str) -> Axes:
    """Draw the losses of the parts of one or several trainings, on a logarithmic scale."""
    axes = plt.subplots(figsize=(5.5, 2.6))[1]
    for (name, values), mark in zip(curves.items(), "osD^vPX", strict=False):
        steps = (np.arange(len(values)) + 0.5) / len(values)
        axes.plot(steps, values, marker=mark, markersize=4, label=name)
    axes.set(yscale="log", title=title, xlabel="share of the training", ylabel="nats a word")
    if len(curves) > 1:
        axes.legend(fontsize=8)
    return axes
