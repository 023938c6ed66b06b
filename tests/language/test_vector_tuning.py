"""utils.language.vector_tuning: vectors that are trained with the classifier, or stay."""

import numpy as np
import pytest

from utils.checks.week2.emojify_and_sentiment import check
from utils.language import vector_tuning

average, gradients, table_gradient = map(
    check.reference, ("average", "softmax_gradients", "table_gradient")
)
RNG = np.random.default_rng(1)
TABLE = np.vstack([np.zeros(4), RNG.normal(size=(11, 4))])
X = RNG.integers(1, 8, (9, 5)) * (np.arange(5) < RNG.integers(1, 6, (9, 1)))
Y = RNG.integers(0, 3, 9)


def test_descent_is_that_of_the_lesson():
    table, W, b = TABLE.copy(), np.zeros((4, 3)), np.zeros(3)
    for _ in range(5):
        _, dW, db, dx = gradients(average(X, table), Y, W, b)
        table, W, b = table - table_gradient(X, dx, len(table)), W - dW, b - db
    got = vector_tuning.tuned(gradients, X, Y, TABLE, 3, "descent", steps=5)
    for one, other in zip(got, (W, b, table), strict=True):
        assert np.allclose(one, other)


def test_adam_is_keras_own():
    import keras

    indices = keras.Input((None,), dtype="int32")
    layer = keras.layers.Embedding(*TABLE.shape, weights=[TABLE], mask_zero=True)
    pooled = keras.layers.GlobalAveragePooling1D()(layer(indices))
    start = keras.layers.Dense(3, activation="softmax", kernel_initializer="zeros")
    model = keras.Model(indices, start(pooled))
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", run_eagerly=True)
    for _ in range(4):
        model.train_on_batch(X.astype("int32"), Y)
    W, b, table = vector_tuning.tuned(gradients, X, Y, TABLE, 3, "Adam", steps=4)
    # The first step of W is the whole rate whatever its gradient, so its rounding does not count.
    assert np.allclose(keras.ops.convert_to_numpy(start.kernel), W, atol=1e-3)
    assert np.allclose(keras.ops.convert_to_numpy(start.bias), b, atol=1e-3)
    assert np.abs(table[0]).max() == 0 and not np.allclose(table, TABLE, atol=0.01)


@pytest.mark.parametrize("optimizer", ["descent", "Adam"])
def test_only_words_of_the_texts_move(optimizer):
    _, _, table = vector_tuning.tuned(gradients, X, Y, TABLE, 3, optimizer, steps=5)
    moved = np.any(table != TABLE, axis=1)
    assert set(np.flatnonzero(moved)) == set(np.unique(X[X > 0]))
    before = TABLE.copy()
    _, _, same = vector_tuning.tuned(gradients, X, Y, TABLE, 3, optimizer, tune=False, steps=5)
    assert np.array_equal(same, TABLE) and np.array_equal(before, TABLE)


def test_all_ways_and_sizes_are_tried():
    tests = {"one": (X, Y), "two": (X[:4], Y[:4])}
    found, moved = vector_tuning.by_size(gradients, (X, Y), tests, TABLE, 3, (3, 6), (1, 2))
    assert found.keys() == {"one", "two"} and moved.keys() == vector_tuning.WAYS.keys()
    for ways in found.values():
        for sizes in ways.values():
            assert [len(shares) for shares in sizes.values()] == [2, 2] and list(sizes) == [3, 6]
    assert moved["frozen, Adam"] == moved["frozen, descent"] == 0 < moved["tuned, descent"]


def test_rates_and_steps_are_chosen_on_the_texts_that_are_handed_in(monkeypatch):
    monkeypatch.setattr(vector_tuning, "STEPS", (1, 30))
    monkeypatch.setattr(vector_tuning, "RATES", {"descent": (1e-9, 1.0), "Adam": (1e-9, 0.05)})
    found = vector_tuning.chosen(gradients, (X, Y), (X, Y), TABLE, 3, (9,), seed=1)
    assert found.keys() == vector_tuning.WAYS.keys()
    assert all(rate >= 0.05 and steps == 30 for rate, steps in found.values())


def test_the_settings_of_each_way_are_used():
    still = dict.fromkeys(vector_tuning.WAYS, (1e-12, 1))
    _, moved = vector_tuning.by_size(
        gradients, (X, Y), {"one": (X, Y)}, TABLE, 3, (6,), (1,), still
    )
    assert all(distance < 1e-6 for distance in moved.values())
