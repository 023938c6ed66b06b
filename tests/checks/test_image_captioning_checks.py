"""The challenge of `week3/4_image_captioning`: what it takes, and what it refuses."""

import numpy as np
import pytest

from utils.checks.week3 import image_captioning
from utils.checks.week3.image_captioning import check
from utils.checks.wrong import Wrong
from utils.vision import scenes, shapes

SEEN, UNSEEN = scenes.split_pairs(10, 16, seed=1)
HELD_OUT = f"a {[*scenes.COLOURS][UNSEEN[0][0]]} {[*shapes.FORMS][UNSEEN[0][1]]}"


@pytest.fixture(autouse=True)
def held_out(monkeypatch):
    """Keep a few scenes, and a score that needs no training: how many scenes there are."""
    monkeypatch.setattr(image_captioning, "_held_out", {})
    drawn = scenes.make(30, SEEN, shapes.shapes(), np.random.default_rng(1))
    asked = []

    def score(images, texts):
        asked.append(len(texts))
        return len(texts) / 100

    image_captioning.hold_out(drawn.images, drawn.captions, score, baseline=0.3)
    return asked


def twice(images, texts):
    return np.concatenate([images, images]), [*texts, *texts]


def test_more_scenes_are_trained_on_once(held_out, capsys):
    answer = twice
    answer.__name__ = "more_scenes"
    check.challenge(answer)
    said = " ".join(capsys.readouterr().out.split())
    assert "more_scenes: 0.6 of the captions exact" in said and "baseline 0.3" in said
    assert held_out == [60]


def faulty(change):
    def more_scenes(images, texts):
        return change(images, list(texts))

    return more_scenes


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda images, texts: (images[:, :16], texts), "shape"),
        (lambda images, texts: (images / 255, texts), "uint8"),
        (lambda images, texts: (images[:5], texts), "caption"),
        (lambda images, texts: (images[:0], []), "caption"),
        (lambda images, texts: (images, ["a mauve star"] * len(texts)), "a mauve star"),
        (lambda images, texts: (images, [7] * len(texts)), "no caption"),
        (lambda images, texts: images, "2 values"),
        (lambda images, texts: (images, [HELD_OUT] * len(texts)), "said nowhere in these scenes"),
    ],
)
def test_what_is_no_scene_is_refused(change, says):
    with pytest.raises(Wrong, match=says):
        check.challenge(faulty(change))


def test_it_needs_the_cell_before():
    image_captioning._held_out.clear()
    with pytest.raises(Wrong, match="hold_out"):
        check.challenge(faulty(lambda images, texts: (images, texts)))
