"""What a page of the site does with outputs; `tests/slow/test_site.py` reads the whole site."""

import base64

import nbformat
import numpy as np
from bs4 import BeautifulSoup
from PIL import Image

from utils.course import site
from utils.vision import playing


def test_clips_that_play_stay_gifs_of_their_shown_size(tmp_path):
    clips = np.random.default_rng(0).integers(0, 256, (2, 3, 8, 8, 3), np.uint8)
    shown = playing.play(clips, 'Two "clips" that play', zoom=5)
    says = {"image/gif": {"alt": shown.alt, "width": shown.width}}
    data = {"image/gif": base64.b64encode(shown.data).decode(), "text/plain": "<Image>"}
    out = nbformat.v4.new_output("execute_result", data, metadata=says)
    page = site.shown(out, site.Files(tmp_path / "media")).data["text/html"]
    image = BeautifulSoup(page, "html.parser").img
    assert image["alt"] == shown.alt and image["loading"] == "lazy"
    assert (int(image["width"]), int(image["height"])) == (5 * 18, 5 * 8)
    (file,) = (tmp_path / "media").iterdir()
    assert image["src"].endswith(file.name) and Image.open(file).n_frames == 3
