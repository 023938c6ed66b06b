"""The challenge of `week1/6_named_entities`, and what its graders lean on."""

import numpy as np
import pytest

from tests.language.test_spans import asked_of_seqeval
from utils.checks.week1 import named_entities
from utils.checks.week1.named_entities import check
from utils.checks.wrong import Wrong
from utils.language import entity_data, tagging
from utils.language.entity_data import LABELS


@pytest.fixture
def handed_over(monkeypatch):
    monkeypatch.setattr(named_entities, "_given", {})
    found = {}
    for split in ("validation", "test"):
        news = entity_data.load_news_entities(split)
        numbers = tagging.label_numbers([labels for _, labels in news], 48)
        # Right but for every third word, which is outside.
        numbers[:, ::3] = 0
        found[split] = np.eye(len(LABELS))[np.maximum(numbers, 0)] * 0.9 + 0.1 / 7
    named_entities.on_news(found["validation"], found["test"])


def better(source):
    scope = {"LABELS": LABELS, "np": np}
    exec(f"def better_labels(tokens, p):\n    {source}", scope)
    return scope["better_labels"]


LIKELIEST = "return [LABELS[n] for n in p.argmax(axis=-1)]"


def test_without_probabilities_it_says_where_they_come_from(monkeypatch):
    monkeypatch.setattr(named_entities, "_given", {})
    with pytest.raises(Wrong, match="Run section 10 first"):
        check.challenge(better(LIKELIEST))


def test_the_likeliest_labels_are_the_baseline(handed_over, capsys):
    check.challenge(better(LIKELIEST))
    said = " ".join(capsys.readouterr().out.split())
    assert "It does not beat the baseline yet." in said and "On validation" in said


@pytest.mark.parametrize("source", ["return []", "return ['PER'] * len(tokens)", "return 3"])
def test_what_is_no_label_for_each_word_is_refused(handed_over, source):
    with pytest.raises(Wrong, match="a label for each word"):
        check.challenge(better(source))


def test_it_may_not_read_what_is_held_out(handed_over):
    function = better("return news_test[0][1]")
    function.__globals__["news_test"] = entity_data.load_news_entities("test")
    with pytest.raises(Wrong, match="reads `news_test`"):
        check.challenge(function)


def test_the_lessons_f1_is_seqevals():
    """Our own version, the oracle that grades it, and what seqeval said."""
    for truth, said, (_, _, f1) in asked_of_seqeval():
        assert check.reference("span_f1")(truth, said) == pytest.approx(f1, abs=1e-8)
        assert named_entities._f1_of_table(truth, said) == pytest.approx(f1, abs=1e-8)
