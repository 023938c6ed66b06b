"""Clips that play in a notebook, as animated GIFs, and strips of their frames."""

import io
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image as Shown
from PIL import Image

LONGEST = 300_000
"""Bytes that all clips of a notebook may take together in the saved file, as text."""

GAP = 2  # pixels between clips


def gif(frames: np.ndarray, milliseconds: int = 100, colours: int = 32) -> bytes:
    """Return an animated GIF that begins again for ever.

    Args:
        frames: (T, rows, columns, 3), uint8.
        milliseconds: for which a frame is shown.
        colours: of the one palette of all frames; fewer make a smaller file.
    """
    stacked = Image.fromarray(frames.reshape(-1, *frames.shape[2:]))
    palette = stacked.quantize(colours, dither=Image.Dither.NONE)
    indices = np.asarray(palette).reshape(frames.shape[:3])
    pictures = []
    for part in indices:
        picture = Image.fromarray(part)
        picture.putpalette(palette.getpalette())
        pictures.append(picture)
    buffer = io.BytesIO()
    pictures[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=milliseconds,
        loop=0,
        optimize=False,
    )
    return buffer.getvalue()


def side_by_side(clips: np.ndarray, columns: int) -> np.ndarray:
    """Return clips (m, T, side, side, 3) as one, at most `columns` in a row, white between them."""
    m, T, side = clips.shape[:3]
    columns = min(columns, m)
    rows, step = -(-m // columns), side + GAP
    whole = np.full((T, rows * step - GAP, columns * step - GAP, 3), 255, np.uint8)
    for k, clip in enumerate(clips):
        top, left = k // columns * step, k % columns * step
        whole[:, top : top + side, left : left + side] = clip
    return whole


def play(clips: np.ndarray, says: str, columns: int = 4, zoom: int = 3) -> Shown:
    """Return what a notebook shows: clips that play side by side.

    Args:
        clips: (m, T, side, side, 3), uint8.
        says: what is to be seen, for those who cannot see it.
        columns: clips in a row.
        zoom: how many pixels wide a pixel is shown.
    """
    whole = side_by_side(np.asarray(clips), columns)
    # The browser enlarges it: larger pixels in the file would make it several times as heavy.
    return Shown(data=gif(whole), format="gif", width=zoom * whole.shape[2], alt=says)


def strip(clips: np.ndarray, names: Sequence[str], title: str, every: int = 2) -> np.ndarray:
    """Draw every so many frames of clips, a row for each clip; return the axes.

    Args:
        clips: (m, T, side, side, 3), uint8, or one channel.
        names: m texts, at the left.
        title: says what to see.
        every: how many frames on.
    """
    shown = np.asarray(clips)[:, ::every]
    rows = len(shown)
    figure, axes = plt.subplots(rows, 1, figsize=(9, 0.82 * rows + 0.4), squeeze=False)
    for one, clip, name in zip(axes[:, 0], shown, names, strict=True):
        one.imshow(np.concatenate(list(clip), axis=1).squeeze(), interpolation="nearest")
        one.set_xticks([])
        one.set_yticks([])
        one.spines[:].set_visible(False)
        one.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    figure.suptitle(title, x=0.01, ha="left", fontsize="medium")
    return axes


def channels(clip: np.ndarray) -> np.ndarray:
    """Return the channels of a clip (T, side, side, c), -1 to 1, as grey clips for `strip`.

    They are (c, T, side, side, 3), uint8; what is beyond -1 or 1 is black or white.
    """
    shades = 127.5 * (np.clip(np.moveaxis(clip, -1, 0), -1, 1) + 1)
    return shades.astype(np.uint8)[..., None].repeat(3, axis=-1)
