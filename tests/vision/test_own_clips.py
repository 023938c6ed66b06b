"""Clips that learners bring: what is read, and what is refused in one sentence."""

import numpy as np
import pytest
from PIL import Image

from utils.files import DataError
from utils.vision import own_clips
from utils.vision.own_clips import read
from utils.vision.poses import FRAMES
from utils.vision.scenes import SIZE


def pictures(count, size=(80, 60)):
    """Return frames whose left part grows from frame to frame."""
    made = []
    for k in range(count):
        pixels = np.full((size[1], size[0], 3), (30, 60, 220), np.uint8)
        pixels[:, : 4 + (size[0] - 8) * k // max(count - 1, 1)] = (230, 160, 30)
        pixels[0, 0] = k % 251  # no two frames in a row are the same
        made.append(Image.fromarray(pixels))
    return made


def gif(folder, count, name="mine.gif", **options):
    first, *others = pictures(count, **options)
    first.save(folder / name, save_all=True, append_images=others, duration=100)
    return folder / name


@pytest.mark.parametrize("count", [2, 5, 23, 24, 25, 500])
def test_any_number_of_frames(tmp_path, count):
    clip = read(gif(tmp_path, count))
    assert clip.frames.shape == (FRAMES, SIZE, SIZE, 3) and clip.frames.dtype == np.uint8
    wide = (clip.frames[:, 16, :, 0] > 130).sum(axis=1)
    assert (np.diff(wide) >= 0).all() and wide[0] < 5 and wide[-1] > 14
    says = " ".join(clip.notes)
    assert (count == FRAMES) == (not says)
    assert ("That is few" in says) == (count < own_clips.FEW)
    assert (f"Of {count} frames 24" in says) == (count > FRAMES)


def test_a_folder_in_the_order_of_its_numbers(tmp_path):
    for k, picture in enumerate(pictures(12)):
        picture.save(tmp_path / f"frame{k + 1}.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    wide = (read(tmp_path).frames[:, 16, :, 0] > 130).sum(axis=1)
    assert (np.diff(wide) >= 0).all() and wide[-1] > 20


def test_what_does_not_move_is_said(tmp_path):
    for k in range(3):
        pictures(2)[0].save(tmp_path / f"{k}.png")
    assert "Nothing moves in it." in read(tmp_path).notes


def test_what_is_refused(tmp_path):
    frames = np.stack([np.asarray(picture) for picture in pictures(24)])
    paths = own_clips.examples(tmp_path, frames)
    assert read(paths["mine"]).frames.shape == (FRAMES, SIZE, SIZE, 3)
    assert len(read(paths["short"]).notes) == 2
    says = {"still": "one still picture", "grey": "one colour", "none": "not found"}
    for name, text in says.items():
        with pytest.raises(DataError, match=text):
            read(paths[name])
    with pytest.raises(DataError, match="damaged"):
        read(paths["cut"])


@pytest.mark.parametrize(
    "data, says",
    [
        (b"", "is empty"),
        (b"hello", "is no GIF. Save"),
        (b"\x89PNG\r\n", "but a PNG"),
        (b"\0\0\0\x18ftypmp42", "MP4 or MOV"),
        (b"GIF89a" + b"\xff" * 40, "damaged|too much"),
    ],
)
def test_other_files(tmp_path, data, says):
    (tmp_path / "mine.gif").write_bytes(data)
    with pytest.raises(DataError, match=says):
        read(tmp_path / "mine.gif")


def test_folders_that_are_no_clip(tmp_path):
    with pytest.raises(DataError, match="no picture"):
        read(tmp_path)
    pictures(1)[0].save(tmp_path / "1.png")
    with pytest.raises(DataError, match="one picture"):
        read(tmp_path)


@pytest.mark.parametrize("path", [None, 7, "a\0b"])
def test_what_is_no_path(path):
    with pytest.raises(DataError, match=r"no name of a file|not found"):
        read(path)


def test_a_bomb_is_not_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(own_clips, "MOST_PIXELS", 10_000)
    with pytest.raises(DataError, match="too much"):
        read(gif(tmp_path, 5))
