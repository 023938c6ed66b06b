"""utils.models.attention: Keras's own layer, the loop step by step, and models that are stored."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections import Counter

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from utils.models import decoding
from utils.models.attention import Attention, AttentionDecoder
from utils.text import END

M, T_X, T_Y, N_A, N_S, N_E, N_Y, UNITS = 4, 7, 3, 6, 5, 2, 9, 8
MASK = np.arange(T_X) < np.array([7, 4, 1, 6])[:, None]
RNG = np.random.default_rng(0)
A, S = (RNG.normal(size=size).astype("float32") for size in ((M, T_X, N_A), (M, N_S)))
TOKENS = np.hstack([np.full((M, 1), END), RNG.integers(1, N_Y, (M, T_Y - 1))])


def arrays(outputs):
    return [ops.convert_to_numpy(output) for output in outputs]


def weighted(layer):
    """Give a layer weights of which none is 0, so that every term counts."""
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(0, 0.5, weight.shape) for weight in layer.get_weights()])
    return layer


@pytest.fixture
def attention():
    layer = Attention(UNITS)
    layer.build(S.shape, A.shape)
    return weighted(layer)


@pytest.fixture
def decoder():
    layer = AttentionDecoder(N_Y, N_S, N_E, UNITS)
    layer.build(TOKENS.shape, A.shape)
    return weighted(layer)


# Attention


@pytest.mark.parametrize("mask", [None, MASK])
def test_attention_is_that_of_keras(attention, mask):
    context, alphas = arrays(attention(S, A, mask=mask))
    Ws, Wa, b, v = attention.get_weights()
    theirs = keras.layers.AdditiveAttention()
    inputs = [(S @ Ws)[:, None], A, A @ Wa + b]
    theirs.build([part.shape for part in inputs])
    theirs.set_weights([v[:, 0]])
    masks = None if mask is None else [None, ops.convert_to_tensor(mask)]
    expected = arrays(theirs(inputs, mask=masks, return_attention_scores=True))
    np.testing.assert_allclose(context, expected[0][:, 0], atol=1e-6)
    np.testing.assert_allclose(alphas, expected[1][:, 0], atol=1e-6)
    assert context.shape == (M, N_A) and alphas.shape == (M, T_X)
    np.testing.assert_allclose(alphas.sum(axis=1), 1, atol=1e-6)


def test_padding_has_no_weight_whatever_stands_there(attention):
    context, alphas = arrays(attention(S, A, mask=MASK))
    assert (alphas[~MASK] == 0).all() and (alphas[MASK] > 0).all()
    other = np.where(MASK[:, :, None], A, 1e4).astype("float32")
    again = arrays(attention(S, other, mask=MASK))
    np.testing.assert_array_equal(again[0], context)
    np.testing.assert_array_equal(again[1], alphas)


def test_a_row_of_padding_alone_does_no_harm(attention):
    mask = MASK.copy()
    mask[1] = False
    found, expected = (arrays(attention(S, A, mask=each)) for each in (mask, MASK))
    np.testing.assert_allclose(found[1][1], 1 / T_X, atol=1e-6)
    for part in range(2):
        np.testing.assert_array_equal(found[part][[0, 2, 3]], expected[part][[0, 2, 3]])


def test_look_does_the_same_with_a_key_made_before(attention):
    found = arrays(attention.look(S, A, attention.key(A), MASK))
    for one, other in zip(found, arrays(attention(S, A, mask=MASK)), strict=True):
        np.testing.assert_array_equal(one, other)


# The decoder


def steps(decoder, tokens, a, mask):
    """Take the steps one after another, as in decoding."""
    s, logits, alphas = decoder.start(a), [], []
    for t in range(tokens.shape[1]):
        s, *seen = decoder.step(s, tokens[:, t], a, mask)
        for outputs, output in zip((logits, alphas), arrays(seen), strict=True):
            outputs.append(output)
    return np.stack(logits, axis=1), np.stack(alphas, axis=1)


@pytest.mark.parametrize("mask", [None, MASK])
def test_teacher_forcing_is_its_steps_one_after_another(decoder, mask):
    logits, alphas = arrays(decoder(TOKENS, A, mask=mask))
    assert logits.shape == (M, T_Y, N_Y) and alphas.shape == (M, T_Y, T_X)
    for found, expected in zip((logits, alphas), steps(decoder, TOKENS, A, mask), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.ptp(alphas, axis=1).max() > 0.01  # it does not look at the same all the time


def test_the_decoder_does_not_look_at_padding(decoder):
    _, alphas = arrays(decoder(TOKENS, A, mask=MASK))
    assert (np.swapaxes(alphas, 1, 2)[~MASK] == 0).all()


def test_where_all_states_are_equal_it_is_keras_gru(decoder):
    context = np.repeat(A[:, :1], T_Y, axis=1)
    x = ops.concatenate([context, decoder.embed(TOKENS)], axis=-1)
    gru = keras.layers.GRU(N_S, return_sequences=True)
    gru.build(x.shape)
    gru.set_weights(decoder.cell.get_weights())
    expected = decoder.classify(ops.concatenate([context, gru(x)], axis=-1))
    logits, _ = decoder(TOKENS, np.repeat(A[:, :1], T_X, axis=1))
    np.testing.assert_allclose(*arrays([logits, expected]), atol=1e-5)


def test_a_step_does_not_see_later_tokens(decoder):
    other = TOKENS.copy()
    other[:, 2] = TOKENS[:, 2] % (N_Y - 1) + 1
    one, two = (ops.convert_to_numpy(decoder(tokens, A)[0]) for tokens in (TOKENS, other))
    np.testing.assert_array_equal(one[:, :2], two[:, :2])
    assert (one[:, 2] != two[:, 2]).all()


def test_greedy_decoding_has_the_scores_of_teacher_forcing(decoder):
    def step(s, tokens):
        s, logits, _ = decoder.step(s, tokens, A, MASK)
        return s, ops.convert_to_numpy(ops.log_softmax(logits))

    written, scores = decoding.greedy(step, decoder.start(A), M, T_Y)
    read = np.hstack([np.full((M, 1), END), written[:, :-1]])
    log_probs = ops.convert_to_numpy(ops.log_softmax(decoder(read, A, mask=MASK)[0]))
    expected = np.take_along_axis(log_probs, written[:, :, None], axis=-1)[:, :, 0]
    running = np.cumprod(np.hstack([read[:, :1] == END, read[:, 1:] != END]), axis=1) == 1
    np.testing.assert_allclose(scores[running], expected[running], atol=1e-5)


def test_the_keys_are_made_once_for_all_steps(decoder, monkeypatch):
    calls, call = Counter(), keras.layers.Dense.call

    def counted(layer, *arguments, **options):
        calls[layer.name] += 1
        return call(layer, *arguments, **options)

    monkeypatch.setattr(keras.layers.Dense, "call", counted)
    decoder(TOKENS, A)
    assert calls == {"query": T_Y, "key": 1, "energy": T_Y, "classify": 1}


def test_gradients_reach_every_weight(decoder):
    tokens = np.arange(M * T_Y).reshape(M, T_Y) % N_Y  # every one, for the embedding
    with tf.GradientTape() as tape:
        logits, _ = decoder(tokens, A, mask=MASK)
        loss = ops.sum(keras.losses.sparse_categorical_crossentropy(TOKENS, logits, True))
    weights = decoder.trainable_weights
    gradients = tape.gradient(loss, [weight.value for weight in weights])
    assert len(weights) == 10
    for weight, gradient in zip(weights, gradients, strict=True):
        numbers = tf.convert_to_tensor(gradient).numpy()
        assert np.isfinite(numbers).all() and (numbers != 0).mean() > 0.9, weight.path


# As parts of models


def test_config(attention, decoder):
    for layer, shapes in ((attention, (S.shape, A.shape)), (decoder, (TOKENS.shape, A.shape))):
        config = layer.get_config()
        again = type(layer).from_config(config)
        again.build(*shapes)
        assert again.get_config() == config
        assert [w.shape for w in again.weights] == [w.shape for w in layer.weights]


def make_model():
    """Return a model of both layers, on states and a mask that are made from x."""
    x, tokens = keras.Input((T_X,), dtype="int32"), keras.Input((T_Y,), dtype="int32")
    s = keras.Input((N_S,))
    a, mask = keras.layers.Embedding(6, N_A)(x), ops.not_equal(x, 0)
    context, alphas = Attention(UNITS)(s, a, mask=mask)
    logits, maps = AttentionDecoder(N_Y, N_S, N_E, UNITS)(tokens, a, mask=mask)
    return weighted(keras.Model([x, s, tokens], [context, alphas, logits, maps]))


INPUTS = [np.where(MASK, RNG.integers(1, 6, MASK.shape), 0), S, TOKENS]


@pytest.mark.filterwarnings("error:.*mask")  # Keras warns where a mask would be lost
def test_symbols_stand_for_any_number_of_sequences():
    model = make_model()
    sizes = [(None, N_A), (None, T_X), (None, T_Y, N_Y), (None, T_Y, T_X)]
    assert [output.shape for output in model.outputs] == sizes
    whole = arrays(model(INPUTS))
    assert (whole[1][~MASK] == 0).all()
    for n in range(M):
        row = arrays(model([part[n : n + 1] for part in INPUTS]))
        for found, expected in zip(row, whole, strict=True):
            np.testing.assert_allclose(found[0], expected[n], atol=1e-5)


def test_a_file_gives_the_same_model_again(tmp_path):
    model = make_model()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    for found, expected in zip(arrays(again(INPUTS)), arrays(model(INPUTS)), strict=True):
        np.testing.assert_array_equal(found, expected)
