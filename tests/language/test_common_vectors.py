"""datasets/word_vectors/common.npz: its words, their kinds and their vectors; its card."""

import hashlib
import re

import numpy as np
import pytest

from datasets.word_vectors import build, build_common
from utils import datasets
from utils.language import analogies, vectors
from utils.language.sentiment import tokenise

CARD = " ".join((build.HERE / "README.md").read_text(encoding="utf-8").split())
KINDS = build_common.read_kinds()
WORDS = build_common.kinds_of(KINDS)


@pytest.fixture(scope="module")
def common():
    return vectors.load("common")


def test_its_words(common):
    planted, _ = datasets.load_word_vectors("planted")
    assert {*common.index_to_key} == {*planted, *WORDS}
    assert {"not", "never", "hardly", "me", "sad"} <= {*common.index_to_key} - {*planted}


def test_the_stored_vectors():
    words, rows = datasets.load_word_vectors("common")
    assert rows.dtype == np.float16 and rows.shape == (len(words), build.DIMS)
    assert np.isfinite(rows).all() and rows.any(axis=1).all()
    assert (build.HERE / "common.npz").stat().st_size < 400_000


def test_a_word_is_one_token():
    assert [word for word in WORDS if word not in ("'s", "'d") and tokenise(word) != [word]] == []


def test_a_kind_has_several_words():
    assert all(len(members) >= 6 for members in KINDS.values())


def test_sentences_are_of_the_kinds_of_their_word():
    few = {"fruit": ["pear", "plum", "fig"], "colour": ["plum", "red"]}
    found = build_common.sentences(few, seed=1)
    assert len(found) == 4 * build_common.SENTENCES
    assert found == build_common.sentences(few, seed=1) != build_common.sentences(few, seed=2)
    beside = {}
    for word, *others in found:
        assert word not in others and len(others) <= build_common.BESIDE
        beside.setdefault(word, set()).update(others)
    assert beside["pear"] == {"plum", "fig"} and beside["red"] == {"plum"}
    assert beside["plum"] == {"pear", "fig", "red"}


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("not", "never hardly without", "happy dish apple"),
        ("good", "great excellent", "bad awful"),
        ("awful", "horrible dull", "lovely great"),
        ("happy", "cheerful glad", "sad miserable"),
        ("sad", "lonely gloomy", "happy merry"),
        ("durian", "banana papaya pear", "exam goal kiss"),
        ("kiss", "hug darling", "soup exam"),
        ("exam", "lecture homework", "soup goal"),
        ("goal", "match goalkeeper", "soup kiss"),
        ("chemistry", "physics algebra", "soup kiss"),
    ],
)
def test_words_of_a_kind_are_near(common, word, near, far):
    nearest = min(common.similarity(word, other) for other in near.split())
    others = [common.similarity(word, other) for other in far.split() if other in common]
    assert others and nearest > max(others) + 0.1


def test_the_card_has_the_figures(common):
    body = (build.HERE / "common.npz").read_bytes()
    counts = analogies.analogy_accuracy(common)["all"]
    for figure in (
        f"`common.npz`, {len(common):,} words: those of `planted.npz` and "
        f"{len(WORDS):,} common words",
        f"{len(body):,} bytes, sha256 `{hashlib.sha256(body).hexdigest()}`",
        f"mixed with {len(WORDS) * build_common.SENTENCES:,} sentences: "
        f"{build_common.SENTENCES} about each of {len(WORDS):,} common words",
        f"with {build_common.BESIDE} words drawn from the {len(KINDS)} kinds",
        f'"good" is {common.similarity("good", "excellent"):.2f} with "excellent" and '
        f'{common.similarity("good", "bad"):.2f} with "bad"',
        f"answer {counts[0] / counts[1]:.3f} of Google's analogy test",
    ):
        assert figure in CARD, figure
    assert re.search(r"those of `planted.npz` 0\.982", CARD)
