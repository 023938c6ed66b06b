"""A clip that a learner brings, an animated GIF or a folder of pictures, as one of our clips."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from utils.files import DataError, write_atomically
from utils.vision.drawings import fitted, read_drawing
from utils.vision.poses import FRAMES
from utils.vision.scenes import SIZE

MOST_BYTES = 60_000_000
MOST_FRAMES = 2_000
MOST_PIXELS = 400_000_000
"""Of all frames together. A larger GIF is never decoded: a small file can claim any size."""

FEW = 12  # frames; with fewer each is shown for so long that movements are lost
PICTURES = (".png", ".jpg", ".jpeg")
STILL = 1.0  # of 255: what frames differ by at most, on average, where nothing moves


@dataclass(frozen=True)
class OwnClip:
    """What was read.

    Attributes:
        frames: (FRAMES, SIZE, SIZE, 3), uint8.
        notes: sentences about what was done to it.
    """

    frames: np.ndarray
    notes: list[str]


def read(path) -> OwnClip:
    """Return a GIF or a folder of pictures as a clip: 24 square frames of 32 × 32 pixels.

    Frames are taken evenly from first to last; of few, each is shown several times. Pictures of a
    folder are taken in the order of the numbers in their names.

    Args:
        path: of a GIF with several frames, or of a folder with PNG or JPEG files.

    Raises:
        DataError: there is no such thing, it is damaged, too large, no film, or of one colour.
    """
    try:
        place = Path(path).expanduser()
        is_folder, is_file = place.is_dir(), place.is_file()
    except (TypeError, ValueError, RuntimeError, OSError) as error:
        raise DataError(f"{path!r} is no name of a file ({error}): give one, in quotes.") from None
    if not is_folder and not is_file:
        raise DataError(
            f"{place.name} was not found. Give the name of a GIF or of a folder of pictures; a "
            "bare name is looked for beside the notebook."
        )
    try:
        count, frames = _from_folder(place) if is_folder else _from_gif(place)
    except OSError as error:
        raise DataError(
            f"{place} cannot be read ({error.strerror or error}): copy it to another folder, and "
            "see that you may read it there."
        ) from None
    return _as_clip(place.name, count, frames)


@contextmanager
def said() -> Iterator[None]:
    """Print in one sentence what is wrong with a clip, and go on."""
    try:
        yield
    except DataError as error:
        print(error)


def _evenly(count: int) -> np.ndarray:
    """Return the numbers of FRAMES of `count` frames, in order, from first to last."""
    return np.floor(np.arange(FRAMES) * count / FRAMES).astype(int)


def _as_clip(name, count, frames):
    if np.ptp(frames.reshape(-1, 3), axis=0).max() < 8:
        raise DataError(f"{name} shows one colour and nothing else: bring a clip of a person.")
    notes = []
    if count > FRAMES:
        notes.append(f"Of {count} frames {FRAMES} were taken, evenly.")
    elif count < FRAMES:
        often = f"{FRAMES / count:.0f} times" if count < FEW else "once or twice"
        notes.append(f"It has {count} frames: each is shown {often}.")
    if count < FEW:
        notes.append("That is few: most of a movement is lost.")
    moves = np.abs(np.diff(frames.astype(float), axis=0)).mean(axis=(1, 2, 3)).max()
    if moves < STILL:
        notes.append("Nothing moves in it.")
    return OwnClip(frames, notes)


def _number(path):
    """Return what orders names: their numbers count as numbers, so that 10 comes after 9."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part[:18]), "") if part.isdecimal() else (-1, part) for part in parts]


def _from_folder(folder):
    files = sorted((p for p in folder.iterdir() if p.suffix.lower() in PICTURES), key=_number)
    if len(files) < 2:
        have = "no picture" if not files else "one picture"
        raise DataError(f"{folder} holds {have}: a clip needs at least 2 PNG or JPEG files.")
    if len(files) > MOST_FRAMES:
        raise DataError(
            f"{folder} holds {len(files):,} pictures, and {MOST_FRAMES:,} are the most."
        )
    chosen = _evenly(len(files))
    pictures = {int(k): read_drawing(files[k]) for k in dict.fromkeys(chosen)}
    return len(files), np.stack([pictures[int(k)] for k in chosen])


def _from_gif(path):
    if path.stat().st_size > MOST_BYTES:
        size = path.stat().st_size / 1e6
        raise DataError(
            f"{path.name} has {size:,.0f} MB: cut it to a few seconds, 200 pixels wide."
        )
    data = path.read_bytes()
    if not data:
        raise DataError(f"{path.name} is empty: save or copy it again.")
    if not data.startswith((b"GIF87a", b"GIF89a")):
        raise DataError(
            f"{path.name} is no GIF{_looks_like(data)}. Save the clip as an animated GIF, or give "
            "a folder with its frames as PNG files."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=("GIF",))
            pixels = image.width * image.height
            count = 1 if pixels > MOST_PIXELS else image.n_frames
            if count < 2 and not data.rstrip(b"\0").endswith(b";"):
                raise DataError(f"{path.name} is damaged (it ends early): save or copy it again.")
            if count > MOST_FRAMES or count * pixels > MOST_PIXELS:
                raise DataError(
                    f"{path.name} has {count:,} frames of {image.width} × {image.height} pixels: "
                    "that is too much. Cut it to a few seconds, 200 pixels wide."
                )
            if count < 2:
                raise DataError(
                    f"{path.name} is one still picture: a clip needs at least 2 frames."
                )
            chosen = _evenly(count)
            wanted, pictures = set(chosen.tolist()), {}
            for number, frame in enumerate(ImageSequence.Iterator(image)):
                if number in wanted:
                    pictures[number] = fitted(frame.convert("RGBA"), SIZE)
            return count, np.stack([pictures[int(k)] for k in chosen])
    except DataError:
        raise
    except MemoryError:
        raise DataError(f"{path.name} is too large for this machine's memory.") from None
    except Exception as error:  # Pillow raises many kinds for damaged files
        says = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path.name} is damaged ({says[:80]}): save or copy it again.") from None


def _looks_like(data):
    kinds = {
        b"\x89PNG": ", but a PNG: one picture, or an animated one",
        b"\xff\xd8": ", but a JPEG: one picture",
        b"RIFF": ", but perhaps a WebP or an AVI",
        b"\x1a\x45\xdf\xa3": ", but a film in WebM or Matroska",
        b"PK": ", but a zip file: unpack it",
    }
    for start, kind in kinds.items():
        if data.startswith(start):
            return kind
    return ", but a film in MP4 or MOV" if data[4:8] == b"ftyp" else ""


def examples(folder, frames: np.ndarray) -> dict[str, Path]:
    """Write a clip as people bring it, and what they also bring; return the files' paths.

    Args:
        folder: where to write.
        frames: (T, side, side, 3), uint8, of the clip.
    """
    folder = Path(folder)
    paths = {name: folder / f"{name}.gif" for name in ("mine", "short", "still", "grey", "cut")}
    large = [Image.fromarray(frame).resize((160, 160)) for frame in frames]
    large[0].save(paths["mine"], save_all=True, append_images=large[1:], duration=100)
    large[0].save(paths["short"], save_all=True, append_images=large[-1:], duration=100)
    large[0].save(paths["still"])
    plain = [Image.new("RGB", (64, 64), (120 + k % 2, 120, 120)) for k in range(5)]
    plain[0].save(paths["grey"], save_all=True, append_images=plain[1:], duration=100)
    write_atomically(paths["cut"], paths["mine"].read_bytes()[:900])
    paths["none"] = folder / "none.gif"
    return paths
