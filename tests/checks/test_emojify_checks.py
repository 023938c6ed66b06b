"""The challenge of `week2/2_emojify_and_sentiment`: what is refused, and what is trained once."""

import keras
import numpy as np
import pytest

from utils.checks.week2 import emojify_and_sentiment as checks
from utils.checks.wrong import Wrong


def reader(layer):
    def small_reader(embedding):
        indices = keras.Input((None,), dtype="int32")
        outputs = keras.layers.Dense(6, activation="softmax")(layer()(embedding(indices)))
        return keras.Model(indices, outputs), 0.01

    return small_reader


@pytest.fixture
def trained(monkeypatch):
    """Count what is trained, without training it."""
    fits = []
    monkeypatch.setattr(checks, "_known", {})
    monkeypatch.setattr(checks.sentiment_training, "fit", lambda *a, **options: fits.append(a))
    return fits


def test_each_kind_of_model_is_trained_once(trained, capsys):
    layer = lambda: keras.layers.Bidirectional(keras.layers.GRU(8))  # noqa: E731
    answer = reader(layer)
    # Untrained, both orders of the examples may get one answer: that is not what is asked here.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("utils.checks.challenges.alike", lambda *_: False)
        checks.check.challenge(answer)
    assert len(trained) == 2  # it and the baseline
    assert "On validation, to choose by" in capsys.readouterr().out


def test_the_vectors_stay_as_they_are(trained):
    def small_reader(embedding):
        embedding.trainable = True
        return reader(lambda: keras.layers.GlobalAveragePooling1D())(embedding)

    checks._said(small_reader(checks._embedding()), "negated")
    [(model, *_)] = trained
    assert [tuple(weight.shape) for weight in model.trainable_weights] == [(50, 6), (6,)]
    [table] = [layer for layer in model.layers if isinstance(layer, keras.layers.Embedding)]
    assert np.allclose(table.get_weights()[0], checks._table()[0])


def test_too_many_parameters_are_refused(trained):
    with pytest.raises(Wrong, match=r"29,830 parameters; 20,000 are the most"):
        checks.check.challenge(reader(lambda: keras.layers.LSTM(64)))
    assert not trained


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (3, "2 values"),
        ((3, 0.01), r"keras\.Model"),
        ((None, 0.01), r"keras\.Model"),
    ],
)
def test_what_is_no_model_is_refused(trained, answer, says):
    def small_reader(embedding):
        return answer

    with pytest.raises(Wrong, match=says):
        checks.check.challenge(small_reader)


def test_other_outputs_are_refused(trained):
    def small_reader(embedding):
        indices = keras.Input((None,), dtype="int32")
        return keras.Model(indices, keras.layers.LSTM(5)(embedding(indices))), 0.01

    with pytest.raises(Wrong, match=r"6 probabilities a text, \(m, 6\); yours: \(None, 5\)"):
        checks.check.challenge(small_reader)


@pytest.mark.parametrize("rate", [0, 1, "0.1", None, [0.1, 0.2]])
def test_what_is_no_rate_is_refused(trained, rate):
    def small_reader(embedding):
        return reader(lambda: keras.layers.GlobalAveragePooling1D())(embedding)[0], rate

    with pytest.raises(Wrong, match="learning rate should be a number between 0 and 1"):
        checks.check.challenge(small_reader)
