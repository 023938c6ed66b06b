"""Word models: the tied layer, sampled softmax, counted vectors, training and scores."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.special import log_softmax

from utils.models import word_models
from utils.models.language_model import perplexity, score, token_log_probs
from utils.models.word_models import (
    SampledSoftmax,
    TiedEmbedding,
    counted_vectors,
    embedding_of,
    log_probs_of,
    lstm_step,
    stream,
    tied_lstm,
)
from utils.text import END

RNG = np.random.default_rng(0)


def filled(layer, scale=1.0):
    """Draw the weights of a layer, so that no bias is zero."""
    layer.set_weights([scale * RNG.normal(size=w.shape) for w in layer.get_weights()])
    return layer


def numbers(tensor):
    return ops.convert_to_numpy(tensor)


# The layer


def test_the_output_is_the_embedding_transposed_and_a_bias():
    layer = TiedEmbedding(7, 3)
    layer.build()
    E, b = filled(layer).get_weights()
    assert (E.shape, b.shape) == ((7, 3), (7,))
    np.testing.assert_allclose(numbers(layer(np.array([[6, 0]]))), E[[[6, 0]]])
    a = RNG.normal(size=(2, 4, 3)).astype("float32")
    np.testing.assert_allclose(numbers(layer(a, reverse=True)), a @ E.T + b, rtol=1e-5, atol=1e-5)


def test_a_tied_model_has_one_matrix_of_words():
    trunk, whole = tied_lstm(50, n_e=6, n_a=8)
    assert trunk.output_shape == (None, None, 6)
    assert whole.output_shape == (None, None, 50)
    lstm, dense = 4 * (6 * 8 + 8 * 8 + 8), 8 * 6 + 6
    assert whole.count_params() == 50 * 6 + 50 + lstm + dense
    assert embedding_of(trunk) is embedding_of(whole)


def test_it_is_saved_and_reloaded_as_one(tmp_path):
    _, whole = tied_lstm(20, n_e=4, n_a=5)
    filled(whole, 0.3)
    whole.save(tmp_path / "words.keras")
    again = keras.saving.load_model(tmp_path / "words.keras")
    x = RNG.integers(20, size=(2, 6))
    np.testing.assert_allclose(numbers(again(x)), numbers(whole(x)), rtol=1e-5, atol=1e-6)
    E, b = embedding_of(again).get_weights()
    embedding_of(again).set_weights([E + 1, b])  # still one: both ends change
    assert again.count_params() == whole.count_params()
    assert not np.allclose(numbers(again(x)), numbers(whole(x)))


def test_a_model_without_a_tied_embedding():
    plain = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(5, 3)])
    with pytest.raises(ValueError, match="needs one TiedEmbedding, but has 0"):
        embedding_of(plain)


# Sampled softmax


def whole_and_sampled(samples, draws=1, n_x=30):
    """The losses (3, 5) of the whole softmax, and those of some draws, (draws, 3, 5)."""
    layer, rng = TiedEmbedding(n_x, 4), np.random.default_rng(5)
    layer.build()
    E, b = (rng.normal(size=w.shape) for w in layer.get_weights())
    layer.set_weights([E, b])
    a, y = rng.normal(size=(3, 5, 4)).astype("float32"), rng.integers(n_x, size=(3, 5))
    whole = -np.take_along_axis(log_softmax(a @ E.T + b, axis=-1), y[..., None], -1)[..., 0]
    sampled = SampledSoftmax(layer, rng.integers(40, size=n_x), samples, seed=0)
    return whole, np.array([numbers(sampled(a, y.astype("int32"))) for _ in range(draws)])


def test_with_very_many_samples_it_is_the_whole_softmax():
    whole, (sampled,) = whole_and_sampled(200_000)
    assert sampled.shape == (3, 5)
    np.testing.assert_allclose(sampled, whole, atol=0.15)


def test_the_sum_is_right_in_expectation():
    """Over many draws, e to the loss is on average what it is with all words."""
    whole, sampled = whole_and_sampled(20, draws=300)
    assert np.exp(sampled - whole).mean() == pytest.approx(1, abs=0.05)


def test_a_word_that_never_occurs_is_drawn_seldom_and_costs_no_nan():
    layer = TiedEmbedding(4, 2)
    layer.build()
    counts, a = np.array([0, 5, 0, 0]), np.zeros((1, 2, 2), "float32")
    loss = numbers(SampledSoftmax(layer, counts, 3, seed=1)(a, np.array([[0, 3]], "int32")))
    assert np.isfinite(loss).all()
    assert (loss >= 0).all()


def test_the_draw_repeats_with_its_seed():
    layer = TiedEmbedding(40, 3)
    layer.build()
    filled(layer)
    a, y = RNG.normal(size=(2, 3, 3)).astype("float32"), RNG.integers(40, size=(2, 3))
    losses = []
    for seed in (1, 1, 2):
        sampled = SampledSoftmax(layer, np.ones(40), 6, seed)
        losses.append(np.array([numbers(sampled(a, y.astype("int32"))) for _ in range(3)]))
    assert np.array_equal(losses[0], losses[1])
    assert not np.array_equal(losses[0], losses[2])
    assert not np.array_equal(losses[0][0], losses[0][1])  # each batch has its own


# Data and training


def test_a_stream_holds_every_word_in_order():
    articles = [np.array([1, 2, END, 3, END]), np.array([4, 5, 6, END]), np.array([7, END])]
    x, y = stream(articles, 3, seed=0)
    assert x.shape == y.shape == (3, 3)
    assert x.dtype == y.dtype == "int32"
    assert x.ravel()[0] == END
    assert x.ravel()[1:].tolist() == y.ravel()[:-1].tolist()
    text = "".join(map(str, y.ravel()))
    assert sum("".join(map(str, a)) in text for a in articles) >= 2  # 2 of 11 tokens are dropped
    assert not np.array_equal(stream(articles, 3, seed=1)[1], y)
    with pytest.raises(ValueError, match="11 tokens are too few"):
        stream(articles, 12, seed=0)


def cycle(count, seed):
    """Articles in which the word after next is certain: 1 2 3 END, or 1 4 5 END."""
    rng = np.random.default_rng(seed)
    return [
        np.array([[1, 2, 3, END], [1, 4, 5, END]])[rng.integers(2, size=10)].ravel()
        for _ in range(count)
    ]


@pytest.mark.parametrize("samples", [60, None])
def test_training_learns_what_there_is_to_learn(samples):
    keras.utils.set_random_seed(1)
    trunk, whole = tied_lstm(6, n_e=8, n_a=16)
    x, y = stream(cycle(60, seed=1), 10, seed=0)
    losses = word_models.fit(
        trunk, x, y, "cycle", seed=1, epochs=20, size=24, samples=samples, learning_rate=0.02
    )
    assert len(losses) == 20
    assert losses[-1] < losses[0]
    held_out = cycle(6, seed=2)
    found = log_probs_of(trunk, held_out)
    # One choice of two in four words: two to the power of a quarter.
    assert perplexity(found) < 1.25
    assert perplexity(found) > 2**0.25 - 0.02
    # The whole model has learned with it: they share their layers.
    logits = numbers(whole(np.array([[END, 1, 4]])))
    assert logits[0].argmax(axis=-1).tolist()[::2] == [1, 5]


def test_training_repeats_with_its_seeds():
    after = []
    for _ in range(2):
        keras.utils.set_random_seed(1)
        trunk, _ = tied_lstm(6, n_e=4, n_a=4)
        x, y = stream(cycle(4, seed=1), 8, seed=0)
        word_models.fit(trunk, x, y, "cycle", seed=1, epochs=1, size=4, samples=3)
        after.append(trunk.get_weights())
    for first, second in zip(*after, strict=True):
        np.testing.assert_array_equal(first, second)


# Vectors to begin with


def test_words_with_the_same_neighbours_have_the_same_vector():
    rng = np.random.default_rng(0)
    # 1 and 2 stand between 5 and 6, 3 and 4 between 7 and 8.
    kinds = rng.integers(4, size=400)
    text = [[5 + 2 * (k // 2), 1 + k, 6 + 2 * (k // 2), END] for k in kinds]
    vectors = counted_vectors(text, n_x=10, n_e=4, window=2, scale=0.2)
    assert vectors.shape == (10, 4)
    assert vectors.dtype == "float32"
    assert np.sqrt(np.mean(vectors**2)) == pytest.approx(0.2, rel=1e-4)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    near = unit @ unit.T
    assert min(near[1, 2], near[3, 4]) > 0.9 > 0.5 > max(near[1, 3], near[2, 4])
    assert np.isfinite(vectors).all()  # word 9 never occurs
    np.testing.assert_allclose(counted_vectors(text, 10, 4, 2, 0.2), vectors, atol=1e-6)


def test_the_end_of_a_sequence_parts_neighbours():
    together = counted_vectors([[1, 2, 3, 4]] * 5, 6, 2, window=1)
    apart = counted_vectors([[1, 2], [3, 4]] * 5, 6, 2, window=1)
    assert not np.allclose(np.abs(together), np.abs(apart))


# Scores


@pytest.fixture(scope="module")
def models():
    trunk, whole = tied_lstm(12, n_e=5, n_a=7)
    filled(whole, 0.5)
    return trunk, whole


def test_scores_are_those_of_the_whole_softmax(models):
    trunk, whole = models
    read = [RNG.integers(12, size=n) for n in (3, 1, 9)]
    wanted = []
    for tokens in read:
        x = np.concatenate([[END], tokens[:-1]])[None]
        log_probs = log_softmax(numbers(whole(x)).astype(float), axis=-1)
        wanted.append(token_log_probs(log_probs, tokens[None], np.ones_like(x, bool)))
    for size in (1, 2, 8):
        found = log_probs_of(trunk, read, length=10, size=size)
        np.testing.assert_allclose(found, np.concatenate(wanted), atol=1e-4)


def test_a_long_sequence_is_read_in_pieces(models):
    trunk, _ = models
    tokens = [RNG.integers(12, size=n) for n in (8, 9, 26, 27)]
    whole, pieces = (log_probs_of(trunk, tokens, length=length) for length in (40, 8))
    assert whole.shape == pieces.shape == (70,)
    np.testing.assert_allclose(pieces[:8], whole[:8], atol=1e-5)  # no piece is cut there
    start = 8 + 9
    np.testing.assert_allclose(pieces[start : start + 8], whole[start : start + 8], atol=1e-5)
    assert np.corrcoef(pieces, whole)[0, 1] > 0.9


def test_the_step_in_numpy_is_the_model(models):
    trunk, whole = models
    read = [RNG.integers(12, size=n) for n in (6, 4)]
    np.testing.assert_allclose(
        score(lstm_step(whole), read), log_probs_of(trunk, read, length=8), atol=1e-4
    )


@pytest.mark.parametrize("samples", [None, 5])
def test_a_step_is_timed(samples):
    trunk, _ = tied_lstm(9, n_e=3, n_a=4)
    x, y = stream([np.array([3, 2, 8, 0] * 6)], 4, seed=1)
    assert 0 < word_models.seconds_a_step(trunk, x, y, samples, steps=2) < 60


def test_short_sequences_are_read_in_short_pieces():
    trunk, _ = tied_lstm(9, n_e=3, n_a=4)
    sequences = [np.array([3, 2, 8, 0]), np.array([5, 0])]
    np.testing.assert_allclose(
        log_probs_of(trunk, sequences), log_probs_of(trunk, sequences, length=4), rtol=1e-5
    )
    with_longer = log_probs_of(trunk, [*sequences, np.array([4] * 30)])
    np.testing.assert_allclose(log_probs_of(trunk, sequences), with_longer[:6], rtol=1e-4)
