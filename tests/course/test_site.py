"""What a page of the site does with outputs; `tests/slow/test_site.py` reads the whole site."""

import base64
from string import Formatter

import nbformat
import numpy as np
from bs4 import BeautifulSoup
from PIL import Image

from utils.course import headline, site
from utils.course.exercises import worked_notebooks
from utils.sound import microphone
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


def html(content):
    return nbformat.v4.new_output("display_data", {"text/html": content})


def test_a_sound_has_a_name_and_a_button_that_records_is_left_out(tmp_path):
    files = site.Files(tmp_path / "media")
    player = '<audio  controls="controls" ><source src="data:audio/mpeg;base64,AAAA" /></audio>'
    seen = site.shown(html(player), files, 'Say "no", sound 2').data["text/html"]
    assert BeautifulSoup(seen, "html.parser").audio["aria-label"] == 'Say "no", sound 2'
    recorder = html(microphone.recorder().data)
    assert site.is_sound(html(player)) and not site.is_sound(recorder)
    assert site.shown(recorder, files) is None


def test_lines_stay_beside_the_sound_that_they_are_about():
    lines = [nbformat.v4.new_output("stream", name="stdout", text=f"{n}\n") for n in "abcd"]
    sound = html("<audio>")
    found = site.joined([lines[0], lines[1], sound, lines[2], sound, lines[3]])
    assert [out.get("text") for out in found] == ["a\nb\n", None, "c\n", None, "d\n"]


def test_every_figure_is_said_in_words_and_which_way_is_better():
    for path in worked_notebooks():
        words = headline.WORDS[path.stem]
        printed = set(headline.figures(nbformat.read(path, as_version=4)))
        said = {name for _, name, _, _ in Formatter().parse(words) if name}
        assert said == printed - {"exercises", "seconds"}, path.stem
        assert "is better" in words and "|" not in words, path.stem
        assert "{" not in headline.in_words(path)[0]
