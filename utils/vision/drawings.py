"""A picture that a learner brings, a PNG or JPEG, in the size and on the ground of our scenes."""

import io
import stat
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from utils.files import DataError, write_atomically
from utils.vision.scenes import SIZE

MOST_BYTES = 60_000_000
MOST_PIXELS = 50_000_000
"""A larger picture is never decoded: a small file can claim any size (a decompression bomb)."""

FINE = 4
"""A drawing is looked at in so many times the pixels of a scene, before it is made small."""

DARK = 26
"""Of 255: the ground under what is transparent, as in our scenes."""

LIGHT = 0.35
"""Of 1: a ground from here on is too light to be one of our scenes'."""

_TURN = {  # what a camera's note, EXIF orientation, asks for
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112


def read_drawing(path, side: int = SIZE) -> np.ndarray:
    """Return a picture as a square, by itself in the size of a scene.

    Grey, 16 bits, a palette, CMYK and a turn by the picture's metadata are understood; of several
    frames the first is taken. What is transparent shows a dark ground. A picture that is not square
    keeps its proportions: its ground goes on at both sides.

    Args:
        path: of a PNG or JPEG file; a bare name is looked for beside the notebook.
        side: of the square, in pixels, at most FINE * SIZE.

    Returns:
        (side, side, 3), uint8.

    Raises:
        DataError: the file is missing, is no such picture, is damaged or far too large.
    """
    try:
        name, data = Path(path), _bytes(Path(path).expanduser())
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(f"{path!r} is no name of a file ({error}): give one, in quotes.") from None
    except _Fault as fault:
        raise DataError(f"{path} {fault}.") from None
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror or error}): copy it to another folder, and "
            "see that you may read it there."
        ) from None
    try:
        return fitted(_decoded(data), side)
    except _Fault as fault:
        raise DataError(f"{name} {fault}.") from None


class _Fault(Exception):
    """What is wrong with a file, and what to do: a sentence without its subject."""


def _bytes(path):
    try:
        info = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise _Fault(
            "cannot be read (there is no such file; a bare name is looked for beside the "
            "notebook): give the name of a PNG or JPEG file"
        ) from None
    if not stat.S_ISREG(info.st_mode):
        raise _Fault("cannot be read (it is a folder or a device): give the name of a picture")
    if info.st_size == 0:
        raise _Fault("is empty: save the picture again")
    if info.st_size > MOST_BYTES:
        raise _Fault(f"has {info.st_size / 1e6:,.0f} MB: save it smaller, 1000 pixels are plenty")
    return path.read_bytes()


def _decoded(data):
    """Return a small picture, RGBA, upright."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of size, which is looked at below; of odd metadata
            image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            if (pixels := image.width * image.height) > MOST_PIXELS:
                raise _too_large(pixels)
            turn = _TURN.get(_orientation(image))
            if image.mode.startswith("I"):  # 16 bits of grey
                image = _eight_bits(image)
            elif image.mode in ("P", "1", "L") and "transparency" in image.info:
                image = image.convert("RGBA")
            # A JPEG is decoded small, any other picture shrunk before it is converted.
            image.thumbnail((FINE * SIZE, FINE * SIZE), Image.Resampling.BOX)
            image = image.convert("RGBA")
    except Image.UnidentifiedImageError:
        raise _Fault(
            f"is no PNG or JPEG{_looks_like(data)}: open it where you drew it and save it as PNG"
        ) from None
    except Image.DecompressionBombError:
        raise _too_large(None) from None
    except _Fault:
        raise
    except MemoryError:
        raise _Fault("is too large for this machine's memory: save it smaller") from None
    except Exception as error:  # Pillow raises many kinds for damaged files
        says = " ".join(str(error).split()) or type(error).__name__
        raise _Fault(f"is damaged ({says[:80]}): save or copy it again") from None
    return image if turn is None else image.transpose(turn)


def _too_large(pixels):
    size = f"{pixels / 1e6:,.0f}" if pixels else "far more than 100"
    return _Fault(
        f"has {size} million pixels, and {MOST_PIXELS / 1e6:.0f} are the most: save it smaller, "
        "1000 pixels a side are plenty"
    )


def _orientation(image):
    try:
        return image.getexif().get(_ORIENTATION)
    except Exception:  # damaged metadata: the picture may be whole
        return None


def _eight_bits(image):
    shades = np.asarray(image).astype(np.int64)
    alpha = np.full(shades.shape, 255, np.uint8)
    if isinstance(clear := image.info.get("transparency"), int):
        alpha[shades == clear] = 0
    grey = np.clip(shades // 256, 0, 255).astype(np.uint8)
    return Image.fromarray(np.dstack([grey, grey, grey, alpha]))


def _looks_like(data):
    kinds = {
        b"GIF8": "a GIF",
        b"BM": "a BMP",
        b"RIFF": "perhaps a WebP",
        b"II*\0": "a TIFF",
        b"MM\0*": "a TIFF",
        b"%PDF": "a PDF",
        b"<svg": "an SVG",
        b"PK": "a zip file",
    }
    for start, kind in kinds.items():
        if data.startswith(start):
            return f", but {kind}"
    if data[4:8] == b"ftyp":
        return ", but perhaps a HEIC, as telephones make them"
    text = data[:400]
    return ", but text" if not any(byte < 9 or byte == 127 for byte in text) else ""


def fitted(image, side):
    """Return an RGBA picture as (side, side, 3), on the dark ground, its own at both sides."""
    under = Image.new("RGBA", image.size, (DARK, DARK, DARK, 255))
    image = Image.alpha_composite(under, image).convert("RGB")
    scale = side / max(image.size)
    size = tuple(max(1, round(scale * length)) for length in image.size)
    pixels = np.asarray(image.resize(size, Image.Resampling.BOX))
    height, width = pixels.shape[:2]
    whole = np.empty((side, side, 3), np.uint8)
    whole[:] = np.median(_border(pixels), axis=0)
    top, left = (side - height) // 2, (side - width) // 2
    whole[top : top + height, left : left + width] = pixels
    return whole


def _border(pixels):
    return np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])


def on_dark_ground(picture: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return a picture on a dark ground, and whether its own ground was light, as paper is.

    The ground is the median colour of the border. What differs from it little becomes dark. So
    things in the colour of the ground vanish, and black ones are hard to see afterwards.

    Args:
        picture: (side, side, 3), uint8.
    """
    ground = np.median(_border(picture), axis=0)
    if ground.max() < 255 * LIGHT:
        return picture, False
    away = np.abs(picture - ground).max(axis=-1, keepdims=True)
    share = np.clip((away - 50) / 50, 0, 1)
    return np.rint(share * picture + (1 - share) * DARK).astype(np.uint8), True


def as_scene(path) -> tuple[np.ndarray, bool]:
    """Return a picture as a scene, (SIZE, SIZE, 3), uint8, and whether its ground was made dark.

    The ground is exchanged in finer pixels, so that no rim of paper stays around things.
    """
    fine, was_light = on_dark_ground(read_drawing(path, FINE * SIZE))
    blocks = fine.reshape(SIZE, FINE, SIZE, FINE, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8), was_light


def examples(folder) -> list[Path]:
    """Write a drawing on white paper, and what people also bring; return the files' paths.

    The drawing has a blue circle left of a red triangle. The others are a text that was renamed, a
    picture of 100 million pixels, and a file that is not there.
    """
    names = "mine.jpg", "letter.png", "large.png", "none.png"
    mine, letter, large, none = (Path(folder) / name for name in names)
    paper = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(paper)
    pen.ellipse((60, 110, 300, 350), fill=(40, 80, 240))
    pen.polygon([(350, 350), (470, 110), (590, 350)], fill=(225, 35, 35))
    paper.save(mine)
    write_atomically(letter, "This is a letter, renamed.\n")
    Image.new("1", (10_000, 10_000)).save(large)
    return [mine, letter, large, none]
