"""Our versions of the date-translation exercises, held against Keras and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from utils import env
from utils.checks.week3.date_translation_attention import (
    decoder_inputs,
    greedy_decode,
    one_step_attention,
    reliability,
    unrolled_decoder,
)
from utils.models.attention import Attention, AttentionDecoder

with env.quiet():
    import keras
    from keras import layers, ops

seeds = st.integers(0, 10**9).map(np.random.default_rng)


def draw_mask(rng, m, T_x):
    return np.arange(T_x) < rng.integers(1, T_x + 1, (m, 1))


@settings(max_examples=10, deadline=None)
@given(seeds, *[st.integers(1, 8)] * 5)
def test_a_step_of_attention_is_that_of_the_layer(rng, m, T_x, n_s, n_a, units):
    mask = draw_mask(rng, m, T_x)
    s_prev, a = (rng.normal(size=n).astype("float32") for n in ((m, n_s), (m, T_x, n_a)))
    layer = Attention(units)
    layer.build(s_prev.shape, a.shape)
    Ws, Wa, b, v = (rng.normal(size=weight.shape) for weight in layer.get_weights())
    layer.set_weights([Ws, Wa, b, v])
    context, alphas = one_step_attention(
        s_prev, a, mask, {"Ws": Ws, "Wa": Wa, "b": b, "v": v[:, 0]}
    )
    theirs = [ops.convert_to_numpy(part) for part in layer(s_prev, a, mask=mask)]
    assert context == pytest.approx(theirs[0], abs=1e-5)
    assert alphas == pytest.approx(theirs[1], abs=1e-5)


def test_the_unrolled_decoder_is_a_keras_rnn_without_input():
    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(1)
    m, T_x, n_a, n_s, T_y = 3, 6, 4, 5, 7
    a, s = (ops.convert_to_tensor(rng.normal(size=n)) for n in ((m, T_x, n_a), (m, n_s)))
    a, s = ops.cast(a, "float32"), ops.cast(s, "float32")
    attention, gru, dense = Attention(6), layers.GRUCell(n_s), layers.Dense(8)

    def classify(context, s):
        return dense(ops.concatenate([context, s], axis=-1))

    class Cell(layers.Layer):
        state_size, output_size = n_s, 8

        def call(self, _, states):
            context, _ = attention(states[0], a)
            _, [s] = gru(context, states)
            return classify(context, s), [s]

    outputs = unrolled_decoder(
        a,
        s,
        lambda s, a: attention(s, a)[0],
        lambda context, s: gru(context, [s])[0],
        classify,
        T_y,
    )
    theirs = layers.RNN(Cell(), return_sequences=True)(ops.zeros((m, T_y, 1)), initial_state=[s])
    assert ops.convert_to_numpy(outputs) == pytest.approx(ops.convert_to_numpy(theirs), abs=1e-5)


def test_a_teacher_who_says_what_greedy_decoding_wrote_changes_nothing():
    rng = np.random.default_rng(1)
    m, T_x, n_y, T_y = 5, 6, 9, 7
    a = ops.convert_to_tensor(rng.normal(size=(m, T_x, 8)).astype("float32"))
    mask = ops.convert_to_tensor(draw_mask(rng, m, T_x))
    decoder = AttentionDecoder(n_y=n_y, n_s=8, n_e=8, units=6)
    decoder(np.zeros((m, T_y), "int32"), a, mask=mask)
    decoder.set_weights([rng.normal(0, 1.5, w.shape) for w in decoder.get_weights()])

    def step(s, tokens):
        s, logits, _ = decoder.step(s, ops.convert_to_tensor(tokens), a, mask)
        return s, ops.convert_to_numpy(ops.log_softmax(logits))

    tokens, log_probs = greedy_decode(step, decoder.start(a), m, T_y)
    assert len(np.unique(tokens)) > 4
    logits, _ = decoder(decoder_inputs(tokens), a, mask=mask)
    taught = ops.convert_to_numpy(ops.log_softmax(logits))
    assert np.array_equal(taught.argmax(axis=-1), tokens)
    assert taught.max(axis=-1) == pytest.approx(log_probs, abs=1e-5)


@given(seeds, st.integers(2, 80), st.integers(1, 12))
def test_reliability_is_scikit_learns_calibration_curve(rng, m, bins):
    confidence, right = rng.uniform(size=m), rng.permutation(np.arange(m) % 3 == 0)
    rows = reliability(confidence, right, np.linspace(0, 1, bins + 1))
    share, mean = calibration_curve(right, confidence, n_bins=bins)
    assert rows[:, 0] == pytest.approx(mean)
    assert rows[:, 1] == pytest.approx(share)
    assert rows[:, 2].sum() == m
