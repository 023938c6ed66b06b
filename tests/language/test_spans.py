"""utils.language.spans: BIO labels as entities and back, and F1 as conlleval counts it."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.language.spans import bio, mistakes, span_scores, spans

KINDS = ["PER", "LOC", "ORG"]
ALL = ["O", *(f"{begin}-{kind}" for kind in KINDS for begin in "BI")]
sentence = st.lists(st.sampled_from(ALL), max_size=8)


def by_pattern(labels):
    """The same entities by another way: a regular expression over one letter for each label.

    A capital is B, a small letter I. An entity is one letter of either kind and all small ones of
    its own kind behind it.
    """
    letters = {"O": "."} | {
        f"{begin}-{kind}": kind[0].upper() if begin == "B" else kind[0].lower()
        for kind in KINDS
        for begin in "BI"
    }
    text = "".join(letters[label] for label in labels)
    names = {kind[0]: kind for kind in KINDS}
    return [
        (found.start(), found.end(), names[found[0][0].upper()])
        for found in re.finditer("[Pp]p*|[Ll]l*|[Oo]o*", text)
    ]


@pytest.mark.parametrize(
    ("labels", "right"),
    [
        ("", []),
        ("O O", []),
        ("B-PER", [(0, 1, "PER")]),
        ("B-PER I-PER O B-LOC", [(0, 2, "PER"), (3, 4, "LOC")]),
        ("B-PER B-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("I-PER I-PER O I-PER", [(0, 2, "PER"), (3, 4, "PER")]),
        ("B-PER I-LOC I-LOC", [(0, 1, "PER"), (1, 3, "LOC")]),
        ("I-PER B-PER I-PER", [(0, 1, "PER"), (1, 3, "PER")]),
        ("B-LOC I-PER I-LOC", [(0, 1, "LOC"), (1, 2, "PER"), (2, 3, "LOC")]),
        ("O O B-ORG I-ORG I-ORG", [(2, 5, "ORG")]),
        ("B-a-b I-a-b", [(0, 2, "a-b")]),
    ],
)
def test_entities_by_hand(labels, right):
    assert spans(labels.split()) == right


@given(sentence)
def test_entities_by_another_way(labels):
    assert spans(labels) == by_pattern(labels)


@given(sentence)
def test_back_and_forth(labels):
    entities = spans(labels)
    again = bio(entities, len(labels))
    assert spans(again) == entities
    assert [label == "O" for label in again] == [label == "O" for label in labels]


@pytest.mark.parametrize("label", ["", "B", "I-", "PER", "X-PER", "b-PER", "B-", "-PER", None, 1])
def test_what_is_no_label(label):
    with pytest.raises(ValueError, match="is no label: take O, B-KIND or I-KIND"):
        spans(["O", label])


@pytest.mark.parametrize(
    ("entities", "said"),
    [
        ([(0, 0, "PER")], "does not fit"),
        ([(2, 1, "PER")], "does not fit"),
        ([(-1, 1, "PER")], "does not fit"),
        ([(2, 4, "PER")], "from 2 to 4 does not fit in 3 tokens"),
        ([(0, 2, "PER"), (1, 3, "LOC")], "from 1 to 3 shares a token"),
        ([(0, 2, "PER"), (0, 2, "PER")], "shares a token"),
    ],
)
def test_entities_that_cannot_stand_together(entities, said):
    with pytest.raises(ValueError, match=said):
        bio(entities, 3)


def test_scores_by_hand():
    truth = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-ORG", "I-ORG"], ["B-PER"]]
    said = [["B-PER", "I-PER", "O", "B-ORG"], ["B-ORG", "I-ORG", "O"], ["B-PER"]]
    # Four there, four said, two right: one has the wrong kind, one the wrong ends.
    assert span_scores(truth, said) == (0.5, 0.5, 0.5)
    assert span_scores(truth, said, "PER") == (1, 1, 1)
    assert span_scores(truth, said, "ORG") == (0, 0, 0)
    assert span_scores(truth, said, "LOC") == (0, 0, 0)
    half = [["B-PER", "B-PER"]]
    precision, recall, f1 = span_scores(half, [["B-PER", "O"]])
    assert (precision, recall) == (1, 0.5)
    assert f1 == pytest.approx(2 / 3)


def test_nothing_below_the_line_is_zero():
    assert span_scores([], []) == (0, 0, 0)
    assert span_scores([["O"]], [["O"]]) == (0, 0, 0)
    assert span_scores([["O"]], [["B-PER"]]) == (0, 0, 0)
    assert span_scores([["B-PER"]], [["O"]]) == (0, 0, 0)


def test_sentences_are_not_joined():
    """An entity ends with its sentence, and counts in its own sentence alone."""
    assert span_scores([["B-PER"], ["I-PER"]], [["B-PER"], ["I-PER"]]) == (1, 1, 1)
    assert span_scores([["B-PER"], ["O"]], [["O"], ["B-PER"]]) == (0, 0, 0)


@given(st.integers(0, 2**32 - 1))
def test_scores_by_another_way(seed):
    """Count right, said and there with lists, as conlleval does, and not with sets."""
    rng = np.random.default_rng(seed)
    truth = [rng.choice(ALL, rng.integers(0, 7)).tolist() for _ in range(rng.integers(1, 5))]
    said = [[w if rng.random() < 0.6 else str(rng.choice(ALL)) for w in row] for row in truth]
    pairs = [(by_pattern(a), by_pattern(b)) for a, b in zip(truth, said, strict=True)]
    right = sum(entity in b for a, b in pairs for entity in a)
    there, found = (sum(map(len, column)) for column in zip(*pairs, strict=True))
    precision, recall, f1 = span_scores(truth, said)
    assert precision == pytest.approx(right / found if found else 0)
    assert recall == pytest.approx(right / there if there else 0)
    assert f1 == pytest.approx(2 * right / (there + found) if right else 0)


@pytest.mark.parametrize(
    ("truth", "said"), [([["O"]], []), ([["O"]], [["O", "O"]]), ([["O"], ["O"]], [["O", "O"]])]
)
def test_sentences_that_do_not_match(truth, said):
    with pytest.raises(ValueError, match="one for each token of each sentence"):
        span_scores(truth, said)


def test_how_entities_went():
    truth = ["B-PER", "I-PER", "O", "B-LOC", "O", "B-ORG", "I-ORG", "O", "B-LOC", "O", "O"]
    said = ["B-PER", "I-PER", "O", "B-ORG", "O", "B-ORG", "O", "O", "O", "O", "B-PER"]
    went = {"right": 1, "wrong kind": 1, "wrong end": 1, "missed": 1, "invented": 1}
    assert mistakes(truth, said) == went
    assert mistakes(truth, truth) == {"right": 4}
    assert mistakes(["O"], ["O"]) == {}


@given(sentence)
def test_each_entity_went_one_way(labels):
    counts = mistakes(labels, labels[::-1])
    there = sum(counts.values()) - counts["invented"]
    assert there == len(spans(labels))


ANSWERS = Path(__file__).with_name("seqeval_answers.tsv")
"""What seqeval 1.2.2 said of 120 random pairs of labels: truth, said, precision, recall, F1."""


def asked_of_seqeval():
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        *sentences, precision, recall, f1 = line.split("\t")
        truth, said = ([row.split() for row in text.split("|")] for text in sentences)
        yield truth, said, (float(precision), float(recall), float(f1))


def test_scores_are_those_that_seqeval_gave():
    rows = list(asked_of_seqeval())
    assert len(rows) == 120
    for truth, said, answer in rows:
        assert span_scores(truth, said) == pytest.approx(answer, abs=1e-8)


def test_the_recorded_answers_are_seqevals():
    """Where it is installed; it is no dependency, so CI compares with what was recorded."""
    metrics = pytest.importorskip("seqeval.metrics")
    for truth, said, answer in asked_of_seqeval():
        assert metrics.f1_score(truth, said) == pytest.approx(answer[2], abs=1e-8)
