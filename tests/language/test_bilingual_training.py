"""Batches for a translator, baselines, real pairs that were fetched, pictures."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.server import serve, zip_of
from utils.downloads import fetch
from utils.files import DataError
from utils.language import bilingual_pictures
from utils.language.bilingual_real import read_pairs, split_pairs
from utils.language.bilingual_training import Batches, memory, word_by_word
from utils.text import END

PAIRS = [
    (french.split(), english.split())
    for french, english in (
        ("le chat dort", "the cat sleeps"), ("le chien dort", "the dog sleeps"),
        ("un chat mange", "a cat eats"), ("un chien mange", "a dog eats"), 
        ("le roi mange", "the king eats"),
    )
]  # fmt: skip


def test_batches():
    rng = np.random.default_rng(0)
    x = [rng.integers(1, 9, n) for n in rng.integers(1, 9, 50)]
    y = [np.append(tokens + 1, END) for tokens in x]
    batches = Batches(x, y, 8, seed=1, round_to=4)
    seen = []
    for epoch in range(2):
        for place in range(len(batches)):
            (given, before), target, weight = batches[place]
            assert given.shape[0] == 8 and given.shape[1] % 4 == 0 and target.shape[1] % 4 == 0
            assert (before[:, 0] == END).all() and (before[:, 1:] == target[:, :-1]).all()
            assert (weight.sum(axis=1) == (given != END).sum(axis=1) + 1).all()
            if not epoch:
                seen += [tuple(row[row != END]) for row in given]
        batches.on_epoch_end()
    assert len(seen) == 48
    widths = [batches[place][0][0].shape[1] for place in range(len(batches))]
    assert widths[0] == min(widths) and widths[1] == max(widths)  # for Keras on TensorFlow
    assert len(Batches(x, y, 50, 1)[0][1]) == 50 and len(Batches(x[:8], y[:8], 8, 1)) == 1
    with pytest.raises(ValueError, match="do not fill"):
        Batches(x[:3], y[:3], 8, 1)


def test_baselines():
    assert memory(PAIRS)(["le", "chien", "dort", "ici"]) == ["the", "dog", "sleeps"]
    translate = word_by_word(PAIRS, rounds=8)
    assert translate(["un", "roi", "dort"]) == ["a", "king", "sleeps"]
    assert translate(["un", "zèbre", "dort"]) == ["a", "sleeps"]


LINES = """\
Go.\tVa !
Go.\tAvance !\tCC-BY
He sings.\tIl chante.
He sings well.\tIl chante bien.
She sings.\tIl chante.
"""


def test_real_pairs_from_a_server(server, cache):
    files = {"fra-eng/fra.txt": LINES.encode(), "fra-eng/_about.txt": b"x"}
    serve(server, "fra-eng.zip", zip_of(files))
    pairs = read_pairs(fetch("x"))
    assert pairs[1] == (["avance", "!"], ["go", "."])
    training, test = split_pairs(pairs, seed=1, training=3, test=1)
    assert len(training) == 3 and len(test) == 1
    assert tuple(test[0][0]) not in {tuple(french) for french, _ in training}
    _, tested = split_pairs(pairs, seed=0, training=0, test=3)
    several = [refs for seed in range(9) for _, refs in split_pairs(pairs, seed, 0, 3)[1]]
    assert len(tested) == 3 and [["he", "sings", "."], ["she", "sings", "."]] in several


@pytest.mark.parametrize(
    "files, fault",
    [({"a.txt": b"x"}, "no fra.txt"), ({"fra.txt": b"Go. Va"}, "Line 1"),
     ({"fra.txt": b"\xff\xfe"}, "UTF-8"), ({"fra.txt": b"\n"}, "no pair"),
     ({"fra.txt": b"Go.\t \n"}, "Line 1")],
)  # fmt: skip
def test_real_pairs_that_are_damaged(tmp_path, files, fault):
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    with pytest.raises(DataError, match=fault):
        read_pairs(tmp_path)


def test_too_few_pairs():
    with pytest.raises(ValueError, match="too few"):
        split_pairs([(["va"], ["go"])], 1, 1, 1)


def test_pictures():
    steps = [[(0, "a", -0.5), (0, "b", -0.9)], [(1, "c", -1.0), (0, "d", -1.2)]]
    axes = bilingual_pictures.beam(steps, "A beam")
    assert axes.get_title("left") + axes.get_title() == "A beam" and len(axes.texts) == 4
    axes = bilingual_pictures.lines({"x": [1, 2], "y": [2, 3]}, ["p", "q"], "T", "across", "up")
    assert [line.get_label() for line in axes.lines] == ["x", "y"]
    axes = bilingual_pictures.attention_of_words(np.eye(2), ["le", "chat"], ["the", "cat"], "M")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["le", "chat"]
    plt.close("all")
