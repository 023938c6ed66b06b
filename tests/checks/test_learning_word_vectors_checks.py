"""`week2/3_learning_word_vectors`: what learners did otherwise; what the challenge refuses."""

import heapq
import inspect
import re
import time

import numpy as np
import pytest

from utils.checks.week2 import learning_word_vectors as checks
from utils.checks.wrong import Wrong
from utils.language.vector_training import by_svd


def told(answer):
    with pytest.raises(Wrong) as caught:
        checks.check(answer)
    return str(caught.value)


# --- pairs ---------------------------------------------------------------------------------------

LOOP = """
def skip_gram_pairs(words, sentence, window, frequency, t, rng):
    keep = [rng.random() < min(1, np.sqrt(t / frequency[word])) for word in words]
    words, sentence = words[keep], sentence[keep]
    contexts, targets = [], []
    for i in range(len(words)):
        for j in range(max(0, i - window), min(len(words), i + window + 1)):
            if i != j and sentence[i] == sentence[j]:
                contexts.append(words[i])
                targets.append(words[j])
    return contexts, targets
"""


def pairs(*edits):
    source = LOOP
    for edit in edits:
        old, new = edit.split(" => ")
        assert source.count(old) == 1
        source = source.replace(old, new)
    scope = {"np": np}
    exec(source, scope)
    return scope["skip_gram_pairs"]


def test_lists_of_pairs_come_back_as_the_arrays_that_the_next_cells_take():
    answer = pairs()
    handed = checks.check(answer)
    assert handed is not answer and inspect.unwrap(handed) is answer
    words, sentence = np.array([3, 1, 4]), np.zeros(3, int)
    got = handed(words, sentence, 1, np.full(5, 0.2), 9.0, np.random.default_rng(1))
    assert all(isinstance(part, np.ndarray) and part.dtype.kind == "i" for part in got)
    assert [part.tolist() for part in got] == [[3, 1, 1, 4], [1, 3, 4, 1]]


@pytest.mark.parametrize(
    "edit, says",
    [
        ("rng.random() < => np.random.default_rng(5).random() <", "all occurrences of a word stay"),
        ("    keep = [ =>     rng = np.random.default_rng(3)\n    keep = [", "`rng` is not used"),
        ("rng.random() < => np.random.random() <", "For the same `rng` it gives another answer"),
        ("i + window + 1) => i + window)", "the last word of the window is left out on one side"),
        (
            "max(0, i - window) => max(0, i - window + 1)",
            "the first word of the window is left out",
        ),
        ("i != j and => True and", "a word is its own context: that is distance 0"),
        ("i != j => words[i] != words[j]", "a word that comes again in the window is left out"),
        ("words[keep], sentence[keep] => words[keep], sentence", "stands no longer beside its"),
        (
            "return contexts, targets => return list(zip(contexts, targets))",
            "one row for each pair",
        ),
        (
            "for word in words] => for word in range(len(frequency))]\n"
            "    keep = np.array(keep)[words]",
            "all occurrences of a word stay, or none does",
        ),
    ],
)
def test_slips_in_loops_over_words_are_named(edit, says):
    assert says.lower() in told(pairs(edit)).lower()


# --- the tree ------------------------------------------------------------------------------------

TREE = """
def huffman(counts):
    V = len(counts)
    heap = [(count, word) for word, count in enumerate(counts.tolist())]
    heapq.heapify(heap)
    above = {}
    for node in range(V - 1):
        (first, i), (second, j) = heapq.heappop(heap), heapq.heappop(heap)
        above[i], above[j] = (node, 0), (node, 1)
        heapq.heappush(heap, (first + second, NUMBER))
    ways = []
    for word in range(V):
        way = []
        while word in above and BOUND:
            node, turn = above[word]
            way.insert(0, (node, turn))
            word = NUMBER
        ways.append(way)
    longest = max(map(len, ways))
    full = [way + [(-1, -1)] * (longest - len(way)) for way in ways]
    tree = np.array(full, int).reshape(V, longest, 2)
    return tree[:, :, 0], tree[:, :, 1]
"""


def tree(number, bound="True"):
    scope = {"np": np, "heapq": heapq}
    exec(TREE.replace("NUMBER", number).replace("BOUND", bound), scope)
    return scope["huffman"]


def test_nodes_may_have_any_numbers_on_the_way_up():
    assert checks.check(tree("V + node")) and checks.check(tree("V + 7 * node"))


@pytest.mark.parametrize(
    "number, bound, says",
    [
        ("node", "True", "huffman does not end"),
        ("node", "len(way) < V", "paths is off: a path meets a node twice"),
        ("node", "len(way) < 99", "paths is off: a path meets a node twice"),
        ("-1 - node", "True", checks.TIES),
        ("node - V", "True", checks.TIES),
        ("3 * V - node", "True", checks.TIES),
    ],
)
def test_other_numbers_of_nodes_are_told_apart(number, bound, says):
    assert says in told(tree(number, bound))


def test_a_climb_without_end_gets_its_sentence_too():
    def huffman(counts):
        return huffman(counts)

    assert "RecursionError" in told(huffman) and "the second time" not in told(huffman)


# --- samples, losses -----------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True])
def test_a_target_that_is_never_drawn_is_named(again):
    def negative_rows(targets, counts, k, rng):
        p = counts**0.75 / np.sum(counts**0.75)
        drawn = np.empty((len(targets), k), int)
        for row, target in zip(drawn, targets, strict=True):
            others = np.where(np.arange(len(counts)) == target, 0, p)
            row[:] = rng.choice(len(counts), k, p=others / others.sum())
            while again and np.any(row == target):
                row[row == target] = rng.choice(len(counts), p=p)
        return np.column_stack([targets, drawn]), np.eye(k + 1)[[0] * len(targets)]

    says = told(negative_rows)
    assert says == f"The target itself, the likeliest word, is never drawn. {checks.LET_IT_BE}"


def test_another_fixed_generator_is_refused():
    def negative_rows(targets, counts, k, rng):
        return ours(targets, counts, k, np.random.default_rng(8))

    ours = checks.check.reference("negative_rows")
    assert told(negative_rows) == checks.OWN_RNG


@pytest.mark.parametrize("least", [1e-300, 1e-100, 1e-6, 3e-4])
def test_any_clipping_is_named(least):
    def negative_sampling(e, theta, labels):
        _, de, dtheta = ours(e, theta, labels)
        p = checks.sigmoid(np.einsum("mn,mkn->mk", e, theta))
        logs = np.log(np.maximum(p, least)), np.log(np.maximum(1 - p, least))
        return -np.sum(labels * logs[0] + (1 - labels) * logs[1]), de, dtheta

    ours = checks.check.reference("negative_sampling")
    says = told(negative_sampling)
    assert re.match(r"The loss of large scores is [\d.]+; it should be 960: something is cut", says)
    assert says.endswith(checks.SAFELY)


# --- the challenge -------------------------------------------------------------------------------


def test_the_order_of_the_words_does_not_matter(capsys):
    def fast_vectors(X, counts, dims):
        return by_svd(X, dims, seed=2)

    checks.check.challenge(fast_vectors)
    says = " ".join(capsys.readouterr().out.split())
    assert "0.91" in says and "ours 0.9663" in says
    assert re.search(r"It took \d\.\d\d CPU-seconds of 5, the baseline \d\.\d\d\.$", says)


def test_stored_vectors_are_refused():
    text, _, _ = checks._small_text()
    kept = np.random.default_rng(1).normal(size=(len(text.words), checks.DIMS))

    def fast_vectors(X, counts, dims):
        return kept

    with pytest.raises(Wrong, match="same answers when the words were numbered otherwise"):
        checks.check.challenge(fast_vectors)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda X, counts, dims: np.ones((len(X), dims + 1)), "of the shape"),
        (lambda X, counts, dims: np.full((len(X), dims), np.nan), "finite numbers"),
        (
            lambda X, counts, dims: by_svd(X, 2)[:, :1] * np.ones(dims) * _burn(0.3),
            r"took 0\.\d\d CPU-seconds",
        ),
    ],
)
def test_what_is_refused(answer, says, monkeypatch):
    def fast_vectors(X, counts, dims):
        return answer(X, counts, dims)

    monkeypatch.setattr(checks, "LIMIT", 0.2)
    with pytest.raises(Wrong, match=says):
        checks.check.challenge(fast_vectors)


def _burn(seconds):
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass
    return 1.0


def test_a_baseline_without_training_leaves_room():
    text, X, questions = checks._small_text()
    assert X.shape == (len(text.words),) * 2 and len(questions) == 19_544
