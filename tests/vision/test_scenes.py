"""Scenes: what is in the picture is what the caption says, where the boxes say."""

import numpy as np
import pytest

from utils.vision import captions, scenes
from utils.vision.scenes import COLOURS, SIZE
from utils.vision.shapes import FORMS, PATCH, SIDES, digits, shapes

SEEN, HELD_OUT = scenes.split_pairs(10, 16, seed=1)


def some(count=300, seed=0, stencils=None, **options):
    rng = np.random.default_rng(seed)
    return scenes.make(count, SEEN, stencils or shapes(), rng, **options)


def test_shapes_differ_also_when_small():
    assert shapes().names == tuple(FORMS) and len(shapes().patches) == 10 * len(SIDES)
    for j, side in enumerate(SIDES):
        own = shapes().patches[j :: len(SIDES)]
        assert own[:, side:].max(initial=0) == 0 and own[:, :, side:].max(initial=0) == 0
        assert own.min() == 0 and 0.99 < own.max() < 1.001
        apart = np.abs(own[:, None] - own[None]).sum((2, 3)) + 1e9 * np.eye(10)
        assert apart.min() > 9  # pixels


def test_shapes_fill_their_square():
    for patch, side in zip(shapes().patches, shapes().sides, strict=True):
        rows, columns = (np.flatnonzero(patch.max(axis=axis) > 0.05) for axis in (1, 0))
        assert np.ptp(rows) >= side - 3 and np.ptp(columns) >= 0.6 * side - 2


def test_digits_for_training_and_test_share_no_image():
    training, test = digits()
    assert len(training.patches) + len(test.patches) == 1797
    flat = [{patch.tobytes() for patch in part.patches} for part in (training, test)]
    assert not flat[0] & flat[1]
    for part in (training, test):
        assert (np.diff(part.kinds) >= 0).all() and np.bincount(part.kinds).min() > 50
        assert part.patches[:, :12, :12].max() <= 1 and part.patches[:, 12:].max() == 0


def test_a_drawn_stencil_is_of_its_kind():
    for stencils in (shapes(), *digits()):
        kinds = np.random.default_rng(2).integers(10, size=(500, 3))
        drawn = stencils.draw(kinds, np.random.default_rng(1))
        assert (stencils.kinds[drawn] == kinds).all()
        assert len(np.unique(drawn)) > min(45, len(stencils.patches) / 3)


@pytest.mark.parametrize("seed", range(5))
def test_held_out_pairs_go_round_evenly(seed):
    seen, held_out = scenes.split_pairs(10, 16, seed)
    both = {map(tuple, seen)}, {tuple(pair) for pair in held_out}
    assert len(seen) == 64 and len(both[1]) == 16 and not both[1] & {tuple(p) for p in seen}
    assert set(np.bincount(held_out[:, 0], minlength=8)) == {2}
    assert set(np.bincount(held_out[:, 1], minlength=10)) == {1, 2}
    assert len(scenes.split_pairs(10, 70, seed)[1]) == 70


def test_captions_say_what_is_there():
    drawn, names = some(600), [*COLOURS]
    places = set()
    for text, colours, nouns, boxes in zip(
        drawn.captions, drawn.colours, drawn.nouns, drawn.boxes, strict=True
    ):
        said = captions.read(text)
        assert captions.write(said) == text and len(text.split()) <= captions.LONGEST
        count = len(said.things)
        assert (colours[count:] == -1).all() and (boxes[count:] == 0).all()
        for k, (colour, noun) in enumerate(said.things):
            assert (names[colours[k]], shapes().names[nouns[k]]) == (colour, noun)
        centres = (boxes[:, :2] + boxes[:, 2:]) / 2
        if said.down:
            apart = centres[1, 0] - centres[0, 0]
            assert apart > 0 if said.down == "above" else apart < 0
        if said.across:
            apart = centres[count - 1, 1] - centres[0, 1]
            assert apart > 0 if said.across == "left of" else apart < 0
        assert bool(said.down) + bool(said.across) == count - 1
        places.add((count, said.down, said.across))
    assert len(places) == 1 + 2 + 4
    assert np.bincount((drawn.colours >= 0).sum(axis=1)).tolist() == [0, 200, 200, 200]


def test_boxes_hold_the_paint_and_do_not_touch_each_other():
    drawn = some()
    for image, colours, boxes in zip(drawn.images, drawn.colours, drawn.boxes, strict=True):
        taken = np.zeros((SIZE, SIZE), int)
        for colour, (top, left, bottom, right) in zip(colours, boxes, strict=True):
            if colour < 0:
                continue
            assert 0 <= top < bottom <= SIZE and 0 <= left < right <= SIZE
            assert bottom - top in SIDES
            taken[top:bottom, left:right] += 1
            inside = image[top:bottom, left:right].astype(float)
            paint = np.array([*COLOURS.values()][colour]) * 255
            assert np.abs(inside - 0.9 * paint).max(axis=-1).min() < 75
        assert taken.max() == 1
        assert image[taken == 0].max() < 255 * (scenes.GROUND + 6 * scenes.NOISE)


def test_pairs_are_those_asked_for():
    seen, held_out = ({tuple(pair) for pair in part} for part in (SEEN, HELD_OUT))
    for options, wanted in ({}, 0), ({"one_of": HELD_OUT}, 1):
        drawn = some(**options)
        for colours, nouns in zip(drawn.colours, drawn.nouns, strict=True):
            pairs = [pair for pair in zip(colours, nouns, strict=True) if pair[0] >= 0]
            assert sum(pair in held_out for pair in pairs) == wanted
            assert all(pair in seen | held_out for pair in pairs)


def test_the_same_seed_draws_the_same():
    one, other, third = some(40), some(40), some(40, seed=1)
    assert (one.images == other.images).all() and one.captions == other.captions
    assert one.captions != third.captions
    assert some(0).images.shape == (0, SIZE, SIZE, 3) and len(some(1)) == 1


def test_some_of_them():
    drawn = some(12)
    part = drawn[np.array([3, 1])]
    assert part.captions == [drawn.captions[3], drawn.captions[1]]
    assert (part.images == drawn.images[[3, 1]]).all() and (part.boxes == drawn.boxes[[3, 1]]).all()
    assert len(drawn[:5]) == 5 and drawn[4:5].captions == [drawn.captions[4]]


def test_handwritten_digits_can_be_the_things():
    drawn = some(200, stencils=digits()[0])
    said = [captions.read(text) for text in drawn.captions]
    assert {noun for one in said for _, noun in one.things} == set("0123456789")
    assert (drawn.boxes[:, 0, 2] - drawn.boxes[:, 0, 0] == 12).all() and PATCH >= 12


def test_a_repainted_scene_is_nearly_the_one_painted_so():
    drawn, names = some(60), [*COLOURS]
    stencils, rows = shapes(), np.arange(60)
    corners = np.array([(0, 0), (0, 16), (16, 0)])
    corners = corners + np.random.default_rng(3).integers(0, 4, (60, 3, 2))
    patches = stencils.patches[stencils.draw(np.abs(drawn.nouns), np.random.default_rng(4))]
    patches = patches * (drawn.nouns >= 0)[..., None, None]
    painted = [
        scenes._paint(patches, (drawn.colours + step) % 8, corners, np.random.default_rng(5))
        for step in (0, 3)
    ]
    found = [
        scenes.repainted(
            painted[0][m], {names[c]: names[(c + 3) % 8] for c in drawn.colours[m] if c >= 0}
        )
        for m in rows
    ]
    off = np.abs(np.array(found).astype(int) - painted[1])
    assert off.mean() < 4 and (off.max(axis=-1) > 60).mean() < 0.01  # of 255


def test_a_scene_repainted_as_it_was_stays():
    drawn = some(20)
    for image, text in zip(drawn.images, drawn.captions, strict=True):
        same = {colour: colour for colour, _ in captions.read(text).things}
        assert (scenes.repainted(image, same) == image).all()
