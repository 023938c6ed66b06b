"""The challenge of `week1/6_named_entities`, and what its graders lean on."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from tests.language.test_spans import asked_of_seqeval
from utils.checks.mistakes import edited
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


def answer(name, *edits):
    """Return our own version of an exercise, changed, as a learner's function."""
    found = edited(check.reference(name), *edits)
    found.__globals__.update(layers=layers, ops=ops)
    return found


def complaint(function):
    with pytest.raises(Wrong) as caught:
        check(function)
    return str(caught.value)


def on_tensorflow(*values):
    """JAX makes numbers of True and False itself, and takes a mask as an index."""
    jax = keras.backend.backend() != "tensorflow"
    return pytest.param(*values, marks=pytest.mark.skipif(jax, reason="right, on JAX"))


ON_ITS_OWN = "layer(x, mask=mask)"
BOTH_WAYS = "Bidirectional(layer)(x, mask=mask) if both"


@pytest.mark.parametrize(
    "edits, says",
    [
        ([f"{BOTH_WAYS} => Bidirectional(layer)(x, mask) if both"], "write mask=mask"),
        ([f"{BOTH_WAYS} else {ON_ITS_OWN} => Bidirectional(layer)(x, mask) if both else "
          "layer(x, mask)"], "initial state: write mask=mask"),
        ([f"else {ON_ITS_OWN} => else layer(x, mask)"], "initial state: write mask=mask"),
        (['keras.layers.Dense(n_labels, activation="softmax")(x) => '
          "layers.Softmax()(layers.Dense(n_labels)(x))"], 'Dense(n_labels, activation="softmax")'),
    ],
)  # fmt: skip
def test_what_stops_in_the_network_is_said_in_its_words(edits, says):
    found = complaint(answer("label_words", *edits))
    assert says in found and "Exception" not in found


@pytest.mark.parametrize("body", [
    "return np.mean([x == y for a, b in zip(truth, said) for x, y in zip(a, b)])",
    "scores = []\n"
    "for a, b in zip(truth, said):\n"
    "    a, b = set(spans_of(a)), set(spans_of(b))\n"
    "    scores.append(2 * len(a & b) / (len(a) + len(b)) if a & b else 0.0)\n"
    "return np.mean(scores)",
])  # fmt: skip
@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_a_mean_over_sentences_or_labels_is_told_what_it_is(body):
    found = complaint(answer("span_f1", f"=> {body}"))
    assert "share of labels that are right" in found or "mean of each sentence's F1" in found


@pytest.mark.parametrize(
    "name, edits, says",
    [
        on_tensorflow(
            "mean_of_trigrams",
            ["weights * vectors => vectors * ops.cast(weights, 'int32')"],
            'Make numbers of the mask: ops.cast(there, "float32")',
        ),
        on_tensorflow(
            "mean_of_trigrams",
            ["=> return (vectors * there[..., None]).sum(2) / np.maximum(there.sum(2), 1)"],
            "compute with keras.ops",
        ),
        on_tensorflow(
            "masked_scores",
            ["axis=-1) == y => axis=-1) == ops.cast(y, 'float32')"],
            "Both sides of == should be whole numbers",
        ),
        on_tensorflow(
            "masked_scores",
            ['keras.ops.cast(keras.ops.argmax(p, axis=-1) == y, "float32") => '
             "keras.ops.argmax(p, axis=-1) == y"],
            "Make numbers of True and False",
        ),
        on_tensorflow(
            "masked_scores",
            ["=> m = y >= 0\n"
             "return -np.mean(np.log(p[m, y[m]])), np.mean(np.argmax(p[m], axis=-1) == y[m])"],
            "compute with keras.ops",
        ),
        (
            "masked_scores",
            ["=> m, y, p = np.array(y) >= 0, np.array(y), np.array(p)\n"
             "return -np.mean(np.log(p[m, y[m]])), np.mean(np.argmax(p[m], axis=-1) == y[m])"],
            "Compute with keras.ops alone",
        ),
    ],
)  # fmt: skip
def test_what_keras_says_of_types_and_indices_is_made_plain(name, edits, says):
    assert says in complaint(answer(name, *edits))


def test_where_nothing_is_left_the_sentence_reads_on():
    edit = "later[:, delay:] = y[:, : y.shape[1] - delay] => later[:, delay:] = y[:, :-delay]"
    assert ". Nothing is left of y[:, :-0] where the delay is 0." in complaint(
        answer("delayed", edit)
    )
