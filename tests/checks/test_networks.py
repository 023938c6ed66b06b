"""utils.checks.networks: what a model of texts says with chosen weights, and what is refused."""

import keras
import numpy as np
import pytest

from utils.checks.networks import read
from utils.checks.wrong import Wrong

X = np.array([[1, 2, 0], [3, 0, 0]], "int32")
WEIGHTS = [np.arange(8.0).reshape(4, 2), np.ones((2, 1)), np.zeros(1)]


def model(*shape):
    indices = keras.Input(shape, dtype="int32")
    pooled = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(4, 2)(indices))
    return keras.Model(indices, keras.layers.Dense(1)(pooled))


def test_a_model_reads_with_the_weights_that_it_is_given():
    counts, said = read("answer", model(None), X, WEIGHTS)
    assert counts == [8, 2, 1]
    assert np.allclose(said, [[(5 + 9 + 1) / 3], [(13 + 1 + 1) / 3]])


def test_other_weights_are_counted_and_say_nothing():
    counts, said = read("answer", model(None), X, [np.ones((5, 2)), *WEIGHTS[1:]])
    assert counts == [8, 2, 1] and said.shape == (2, 1) and np.isnan(said).all()


class Own(keras.Model):
    def call(self, x):
        return x


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (3, "answer should return a keras.Model; yours is of type int"),
        (keras.Sequential([keras.layers.Embedding(4, 2)]), "has no weights yet"),
        (Own(), "a class of your own"),
        (model(7), "one length alone. Yours: 7 words"),
        (keras.Sequential([keras.Input((None, 2)), keras.layers.LSTM(2)]), r"not \(None, 2\)"),
    ],
)
def test_what_cannot_read_texts_is_told(made, says):
    with pytest.raises(Wrong, match=says):
        read("answer", made, X, WEIGHTS)
