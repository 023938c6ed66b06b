"""Animated GIFs in many sizes and lengths, whole or damaged."""

import io

import numpy as np
from PIL import Image

from tests.fuzz.mutations import cut, mutated
from tests.fuzz.trying import UNKNOWN, saved
from utils.vision import own_clips
from utils.vision.poses import FRAMES
from utils.vision.scenes import SIZE


def gifs(rng):
    """Return a GIF whose frames have two colours side by side, and those of its 24 frames."""
    count, width = rng.choice([2, 3, 9, 24, 25, 60]), 2 * rng.randint(8, 60)
    # Neighbours differ by far: Pillow leaves out a frame that is like the one before it.
    shades = np.array([[(40 * k + 90 * side) % 256 for side in (0, 1)] for k in range(count)])
    pictures = []
    for left, right in shades:
        pixels = np.full((width, width), right, np.uint8)
        pixels[:, : width // 2] = left
        picture = Image.fromarray(pixels)
        pictures.append(picture.convert(rng.choice(["L", "RGB", "P"])))
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, "GIF", save_all=True, append_images=pictures[1:], duration=rng.choice([0, 20, 100])
    )
    data, right = buffer.getvalue(), shades[np.arange(FRAMES) * count // FRAMES]
    fault = rng.choice(["", "", "cut", "bytes"])
    if fault:
        data, right = (cut if fault == "cut" else mutated)(data, rng), UNKNOWN
    return data, right


def read_gif(data, folder):
    clip = own_clips.read(saved(data, folder, "mine.gif"))
    if clip.frames.shape != (FRAMES, SIZE, SIZE, 3) or clip.frames.dtype != np.uint8:
        raise AssertionError("not a clip of our size")
    return clip


def same_colours(got, right):
    half = SIZE // 2
    sides = got.frames[:, :, 3 : half - 3], got.frames[:, :, half + 3 : -3]
    means = np.stack([side.mean(axis=(1, 2, 3)) for side in sides], axis=1)
    return np.abs(means - right).max() < 6
