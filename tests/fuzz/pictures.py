"""Pictures in many modes and sizes, turned by their metadata, whole or damaged."""

import io

import numpy as np
from PIL import Image

from tests.fuzz.mutations import cut, mutated
from tests.fuzz.trying import UNKNOWN, saved
from utils.vision.drawings import as_scene, read_drawing
from utils.vision.scenes import SIZE

# Pillow's transposes that undo what an EXIF orientation asks for.
STORED = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
GREY = ("L", "LA", "I;16")


def pictures(rng):
    """Return four squares of colour in a file, whole or damaged, and the four colours."""
    colours = np.array([[rng.randrange(256) for _ in range(3)] for _ in range(4)])
    kind = rng.choice(["PNG", "PNG", "JPEG"])
    modes = ("RGB", "L", "CMYK") if kind == "JPEG" else ("RGB", "RGBA", "P", *GREY)
    mode, half = rng.choice(modes), 16 * rng.choice([1, 2, 3, 17, 40])
    if mode in GREY:
        colours[:] = colours[:, :1]
    squares = colours.reshape(2, 2, 3).astype(np.uint8)
    image = Image.fromarray(squares.repeat(half, 0).repeat(half, 1))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image)[..., 0].astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    exif, orientation = Image.Exif(), rng.choice([1, *STORED])
    if orientation > 1:
        image = image.transpose(Image.Transpose(STORED[orientation]))
        exif[0x0112] = orientation
    buffer = io.BytesIO()
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    image.save(buffer, kind, exif=exif, **options)
    data, right = buffer.getvalue(), (colours, 60 if mode in ("P", "CMYK") else 16)
    fault = rng.choice(["", "", "cut", "bytes"])
    if fault:
        data, right = (cut if fault == "cut" else mutated)(data, rng), UNKNOWN
    return (data, rng.choice(["mine.png", "mine.jpg", "mine"])), right


def read_picture(given, folder):
    path = saved(given[0], folder, given[1])
    picture = read_drawing(path)
    for got in (picture, as_scene(path)[0]):
        if got.shape != (SIZE, SIZE, 3) or got.dtype != np.uint8:
            raise AssertionError("not a picture of a scene's size")
    return picture


def same_squares(got, right):
    colours, tolerance = right
    half = SIZE // 2
    places = [(top, left) for top in (0, half) for left in (0, half)]
    means = [got[t + 3 : t + half - 3, s + 3 : s + half - 3].mean((0, 1)) for t, s in places]
    return np.abs(np.array(means) - colours).max() < tolerance
