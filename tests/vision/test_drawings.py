"""Pictures that learners bring: what is read, and what is refused in one sentence."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from utils.files import DataError
from utils.vision import drawings
from utils.vision.drawings import DARK, as_scene, examples, on_dark_ground, read_drawing
from utils.vision.scenes import SIZE

RED, BLUE = (200, 30, 30), (30, 60, 220)


def halves(width=80, height=80):
    """Return a picture whose left half is red and whose right half is blue."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:, : width // 2], pixels[:, width // 2 :] = RED, BLUE
    return Image.fromarray(pixels)


def saved(image, folder, name="mine.png", **options):
    path = folder / name
    image.save(path, **options)
    return path


def is_halves(got, first=RED, second=BLUE, tolerance=12):
    assert got.shape == (SIZE, SIZE, 3) and got.dtype == np.uint8
    for colour, part in ((first, got[4:-4, 2:14]), (second, got[4:-4, 18:30])):
        assert np.abs(part.mean((0, 1)) - colour).max() < tolerance


@pytest.mark.parametrize("side", [1, 2, 31, 32, 33, 500, 3000])
def test_any_size(side, tmp_path):
    got = read_drawing(saved(Image.new("RGB", (side, side), RED), tmp_path))
    assert (got == RED).all()


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "no_ending"])
def test_both_formats_whatever_the_name(name, tmp_path):
    kind = "JPEG" if name.endswith("jpg") else "PNG"
    is_halves(read_drawing(saved(halves(), tmp_path, name, format=kind)))
    is_halves(read_drawing(str(tmp_path / name)))


def test_a_palette_grey_and_cmyk(tmp_path):
    is_halves(read_drawing(saved(halves().convert("P"), tmp_path)), tolerance=40)
    grey = halves().convert("L")
    first, second = (grey.getpixel((x, 9)) for x in (9, 70))
    is_halves(read_drawing(saved(grey, tmp_path)), [first] * 3, [second] * 3)
    is_halves(read_drawing(saved(grey.convert("LA"), tmp_path)), [first] * 3, [second] * 3)
    got = read_drawing(saved(halves().convert("CMYK"), tmp_path, "c.jpg", quality=95))
    is_halves(got, tolerance=40)
    black_and_white = Image.fromarray(np.arange(80)[None].repeat(80, 0) < 40)
    is_halves(read_drawing(saved(black_and_white, tmp_path)), [255] * 3, [0] * 3)


def test_16_bits_of_grey_keep_their_shades(tmp_path):
    shades = np.full((60, 60), 30_000, np.uint16)
    shades[:, 30:] = 60_000
    got = read_drawing(saved(Image.fromarray(shades), tmp_path))
    is_halves(got, [30_000 // 257] * 3, [60_000 // 257] * 3, tolerance=3)


def png(width, height, bits, colour, rows=b""):
    """Return a PNG made by hand."""

    def chunk(kind, content):
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_16_bits_of_colour(tmp_path):
    pixel = np.array([51_400, 7_710, 7_710], ">u2").tobytes()
    path = tmp_path / "deep.png"
    path.write_bytes(png(4, 4, 16, 2, (b"\0" + 4 * pixel) * 4))
    assert np.abs(read_drawing(path).astype(int) - RED).max() <= 1


def test_what_is_transparent_is_dark(tmp_path):
    image = halves().convert("RGBA")
    alpha = np.zeros((80, 80), np.uint8)
    alpha[:, :40] = 255
    image.putalpha(Image.fromarray(alpha))
    is_halves(read_drawing(saved(image, tmp_path)), RED, [DARK] * 3)
    grey = Image.new("L", (40, 40), 7)
    assert (read_drawing(saved(grey, tmp_path, transparency=7)) == DARK).all()
    deep = Image.fromarray(np.full((40, 40), 700, np.uint16))
    assert (read_drawing(saved(deep, tmp_path, transparency=700)) == DARK).all()


def test_what_is_half_transparent_is_mixed(tmp_path):
    got = read_drawing(saved(Image.new("RGBA", (9, 9), (*RED, 128)), tmp_path))
    assert np.abs(got - (np.array(RED) + DARK) / 2).max() < 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_it_is_turned_as_its_metadata_asks(orientation, ending, tmp_path):
    stored = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transposes that undo them
    image = halves()
    if orientation > 1:
        image = image.transpose(Image.Transpose(stored[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    is_halves(read_drawing(saved(image, tmp_path, f"turned.{ending}", exif=exif)))


@pytest.mark.parametrize("size", [(80, 20), (20, 80), (3000, 1), (1, 3000)])
def test_proportions_are_kept_and_the_ground_goes_on(size, tmp_path):
    got = read_drawing(saved(Image.new("RGB", size, BLUE), tmp_path))
    assert (got == BLUE).all()
    pixels = np.full((20, 80, 3), 10, np.uint8)
    pixels[5:15, 30:50] = RED
    got = read_drawing(saved(Image.fromarray(pixels), tmp_path))
    assert (got[:12] == 10).all() and (got[-12:] == 10).all()
    assert np.ptp(np.argwhere(got[..., 0] > 100), axis=0).tolist() == [3, 7]


FAULTS = {
    "text": (b"This is a text, renamed.\n" * 30, "but text"),
    "empty": (b"", "is empty"),
    "gif": (b"GIF89a" + bytes(40), "but a GIF"),
    "pdf": (b"%PDF-1.4 " + bytes(40), "but a PDF"),
    "telephone": (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
    "noise": (bytes(range(256)) * 9, "is no PNG or JPEG: open"),
    "cut": (None, "is damaged"),
    "bomb": (png(100_000, 100_000, 8, 2), "million pixels"),
    "100 megapixels": (png(10_000, 10_000, 8, 0), "has 100 million pixels"),
    "no pixels": (png(0, 0, 8, 2), "is no PNG or JPEG"),
    "cut in its data": (png(90, 90, 8, 2, bytes(range(256)) * 95)[:200], "is damaged"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_picture_is_refused_in_a_sentence(name, tmp_path, recwarn):
    data, says = FAULTS[name]
    if data is None:
        buffer = io.BytesIO()
        halves().save(buffer, "JPEG")
        data = buffer.getvalue()[:-200]
    path = tmp_path / f"{name}.png"
    path.write_bytes(data)
    with pytest.raises(DataError, match=says) as caught:
        read_drawing(path)
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    assert not recwarn.list


def test_what_is_no_file_is_refused_in_a_sentence(tmp_path, monkeypatch):
    for given in (tmp_path / "none.png", tmp_path, None, 7, b"a\0b", "a\0b"):
        with pytest.raises(DataError, match=r"\.$"):
            read_drawing(given)
    path = saved(halves(), tmp_path)
    monkeypatch.setattr(drawings, "MOST_BYTES", 10)
    with pytest.raises(DataError, match="MB"):
        read_drawing(path)


def test_a_light_ground_becomes_dark_and_things_stay(tmp_path):
    pixels = np.full((SIZE, SIZE, 3), 250, np.uint8)
    pixels[8:20, 8:20] = RED
    dark, was_light = on_dark_ground(pixels)
    assert was_light and (dark[0] == DARK).all() and (dark[10, 10] == RED).all()
    same, was_light = on_dark_ground(dark)
    assert not was_light and same is dark


def test_of_the_examples_one_is_a_drawing(tmp_path):
    mine, *others = examples(tmp_path)
    dark, was_light = as_scene(mine)
    assert dark.shape == (SIZE, SIZE, 3) and dark.min(axis=-1).max() < 60  # no rim of paper
    assert was_light and (dark[..., 2] > 200).sum() > 30 and (dark[..., 0] > 200).sum() > 20
    for path in others:
        with pytest.raises(DataError, match=r"\.$"):
            read_drawing(path)
