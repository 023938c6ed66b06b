"""utils.models.ctc: against all paths of tiny cases, Keras, and automatic differentiation."""

from itertools import groupby, product

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from utils.models import ctc, language_model
from utils.models.ctc import BLANK


def drawn(T, n_y, seed, spread=2.0):
    """Return log-probabilities, (T, n_y)."""
    logits = spread * np.random.default_rng(seed).normal(size=(T, n_y))
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


cases = st.tuples(st.integers(1, 6), st.integers(2, 4), st.integers(0, 10**6))


# --- collapse --------------------------------------------------------------------------------


def letters(text):
    return [" abcdefghijklmnopqrstuvwxyz".index(c) + 1 if c != "_" else BLANK for c in text]


@pytest.mark.parametrize(
    "path, labels",
    [
        ("ttt_h_eee___ ___q__", "the q"),
        ("hheel_lloo", "hello"),
        ("hheelllloo", "helo"),
        ("_h_e_l_l_o_", "hello"),
        ("a", "a"),
        ("_", ""),
        ("___", ""),
        ("", ""),
        ("a_a", "aa"),
        ("aa", "a"),
        ("aabbaa", "aba"),
        ("_aa", "a"),
        ("aa_", "a"),
    ],
)
def test_collapse(path, labels):
    assert ctc.collapse(letters(path)) == letters(labels)


@given(st.lists(st.integers(0, 3), max_size=9), st.integers(0, 3))
def test_collapse_merges_then_leaves_out(path, blank):
    assert ctc.collapse(path, blank) == [c for c, _ in groupby(path) if c != blank]


# --- the probability of labels ---------------------------------------------------------------


def test_states():
    symbols, skips = ctc.states([3, 5, 5, 3])
    assert symbols.tolist() == [0, 3, 0, 5, 0, 5, 0, 3, 0]
    assert np.flatnonzero(skips).tolist() == [3, 7]
    symbols, skips = ctc.states([], 4)
    assert symbols.tolist() == [4] and not skips.any()
    symbols, skips = ctc.states([2], 9)
    assert symbols.tolist() == [9, 2, 9] and not skips.any()


@given(cases)
def test_the_forward_algorithm_is_the_sum_over_all_paths(case):
    log_probs, T = drawn(*case), case[0]
    found = ctc.all_labels(log_probs)
    for labels, want in found.items():
        assert ctc.log_prob(log_probs, labels) == pytest.approx(want)
    assert np.logaddexp.reduce(list(found.values())) == pytest.approx(0)
    assert ctc.log_prob(log_probs, [1] * T) == (-np.inf if T > 1 else log_probs[0, 1])


@given(cases, st.integers(0, 3))
def test_any_symbol_may_be_the_blank(case, blank):
    log_probs, blank = drawn(*case), blank % case[1]
    for labels, want in ctc.all_labels(log_probs, blank).items():
        assert ctc.log_prob(log_probs, labels, blank) == pytest.approx(want)


def losses_of_keras(logits, labels):
    loss = keras.ops.ctc_loss(
        np.array([labels], "int32"), logits[None].astype("float32"), [len(labels)], [len(logits)]
    )
    return float(keras.ops.convert_to_numpy(loss)[0])


@pytest.mark.parametrize("T, labels", [(9, [1, 2, 3]), (30, [2, 2, 1, 1]), (80, [4, 1, 4, 4, 2])])
def test_the_loss_is_that_of_keras(T, labels):
    log_probs = drawn(T, 5, T)
    assert -ctc.log_prob(log_probs, labels) == pytest.approx(
        losses_of_keras(log_probs, labels), rel=1e-4
    )


def test_long_sequences_do_not_underflow():
    log_probs = drawn(2000, 6, 1)
    assert -1e5 < ctc.log_prob(log_probs, [1, 2, 3, 3, 5]) < -1000


# --- occupancy, gradient, alignment ------------------------------------------------------------


@given(cases)
def test_occupancy_is_the_share_of_paths(case):
    log_probs = drawn(*case)
    T, n_y, _ = case
    for labels in list(ctc.all_labels(log_probs))[:6]:
        symbols, _ = ctc.states(labels)
        want = np.zeros((T, n_y))
        for path in product(range(n_y), repeat=T):
            if ctc.collapse(path) == list(labels):
                want[range(T), path] += np.exp(log_probs[range(T), path].sum())
        want /= np.exp(ctc.log_prob(log_probs, labels))
        shares = ctc.occupancy(log_probs, labels)
        assert shares.sum(axis=1) == pytest.approx(1)
        for symbol in range(n_y):
            assert shares[:, symbols == symbol].sum(axis=1) == pytest.approx(want[:, symbol])


@pytest.mark.parametrize("T, labels", [(6, [1, 2]), (12, [3, 3, 1]), (5, []), (3, [1, 2, 3])])
def test_the_gradient_is_that_of_automatic_differentiation(T, labels):
    logits = np.random.default_rng(T).normal(size=(T, 4))
    x = tf.constant(logits[:, None], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.nn.ctc_loss(
            tf.constant([labels], tf.int32), x, [len(labels)], [T], True, blank_index=0
        )
    assert ctc.gradient(logits, labels) == pytest.approx(
        tape.gradient(loss, x).numpy()[:, 0], abs=1e-5
    )


@given(cases)
def test_the_alignment_is_the_likeliest_path(case):
    log_probs = drawn(*case)
    T, n_y, _ = case
    best = {}
    for path in product(range(n_y), repeat=T):
        labels, score = tuple(ctc.collapse(path)), log_probs[range(T), path].sum()
        best[labels] = max(best.get(labels, -np.inf), score)
    for labels, want in best.items():
        symbols, _ = ctc.states(labels)
        path = ctc.alignment(log_probs, labels)
        assert ctc.collapse(symbols[path]) == list(labels)
        assert np.all(np.diff(path) >= 0) and np.all(np.diff(path) <= 2)
        assert log_probs[range(T), symbols[path]].sum() == pytest.approx(want)


def test_too_few_frames():
    for work in (ctc.occupancy, ctc.alignment, ctc.gradient):
        with pytest.raises(ValueError, match="2 frames are too few for these 2 labels"):
            work(drawn(2, 3, 0), [1, 1])


# --- decoding ----------------------------------------------------------------------------------


@given(cases)
def test_greedy_takes_the_likeliest_path(case):
    log_probs = drawn(*case)
    T, n_y, _ = case
    paths = list(product(range(n_y), repeat=T))
    best = max(paths, key=lambda path: log_probs[range(T), path].sum())
    assert ctc.greedy(log_probs) == ctc.collapse(best)


def test_greedy_and_beam_need_not_agree():
    """Of Graves (2012): the likeliest path is blank, blank; the likeliest labels are one label."""
    log_probs = np.log([[0.6, 0.4], [0.6, 0.4]])
    assert ctc.greedy(log_probs) == []
    assert ctc.prefix_beam(log_probs, 2, ctc.no_language(2)) == [1]


def made_up(n_y, seed):
    """Return a language model that weighs each beginning anew."""

    def language(prefix):
        return np.random.default_rng([seed, len(prefix), *prefix]).normal(-1, 1, n_y)

    return language


def language_score(language, labels):
    added = [language(labels[:i])[label] for i, label in enumerate(labels)]
    return sum(added) + language(labels)[BLANK]


@given(cases)
def test_a_wide_beam_finds_the_best_labels(case):
    log_probs = drawn(*case, spread=1)
    language = made_up(case[1], case[2])
    everything = ctc.all_labels(log_probs)
    best = max(everything, key=lambda a: everything[a] + language_score(language, a))
    assert ctc.prefix_beam(log_probs, 10**6, language) == list(best)
    plain = ctc.prefix_beam(log_probs, 10**6, ctc.no_language(case[1]))
    assert plain == list(max(everything, key=everything.get))


def test_the_width_counts():
    """A beginning that is second at first and wins in the end is lost at width 1."""
    log_probs = np.log([[0.1, 0.5, 0.4], [0.9, 0.05, 0.05]])
    likes_2 = {(2,): np.array([5.0, 0, 0])}
    language = lambda prefix: likes_2.get(prefix, np.zeros(3))  # noqa: E731
    assert ctc.prefix_beam(log_probs, 1, language) == [1]
    assert ctc.prefix_beam(log_probs, 2, language) == [2]


def test_labels_that_are_unlikely_in_a_frame_are_not_tried():
    log_probs = np.log([[0.6, 0.3, 0.1], [0.6, 0.1, 0.3]])
    assert ctc.prefix_beam(log_probs, 9, lambda p: np.array([0, 5.0, 5.0])) == [1, 2]
    assert ctc.prefix_beam(log_probs, 9, lambda p: np.array([0, -5, 5.0]), np.log(0.2)) == [2]
    assert ctc.prefix_beam(log_probs, 9, lambda p: np.array([0, 5.0, 5.0]), 0.0) == []


def test_a_language_model_of_ours():
    texts = [[1, 2, 0], [1, 2, 0], [1, 3, 0]]
    step = language_model.kneser_ney(texts, 4, 3)
    language = ctc.language(step, 0.5, 0.25)
    state, first = step(None, np.array([0]))
    _, second = step(state, np.array([1]))
    bonus = 0.25 * np.array([0, 1, 1, 1])
    assert language(()) == pytest.approx(0.5 * first[0] + bonus)
    assert language((1,)) == pytest.approx(0.5 * second[0] + bonus)
    flat = np.log(np.full((2, 4), 0.25))
    assert ctc.prefix_beam(flat, 50, ctc.language(step, 1.0)) == [1, 2]


def test_a_language_model_reads_the_same_last_letters_once():
    step = language_model.kneser_ney([[1, 2, 1, 2, 0], [2, 1, 0]], 3, 2)
    read = []

    def noted(state, tokens):
        read.append(int(tokens[0]))
        return step(state, tokens)

    language = ctc.language(noted, 0.5, 0.25)
    long = [language((1, 2) * times) for times in (1, 2, 3)]
    assert read == [0, 1, 2, 1]  # 1 behind 2 is new to a bigram, then all is known
    assert np.all(np.diff(long, axis=0) == 0)
    ctc.language(noted, 1.0)((2,))
    assert read == [0, 1, 2, 1, 2]  # whatever the weights; only 2 at the beginning was new


@pytest.mark.parametrize("a, b", [(-1.0, -2.5), (-2.5, -1.0), (-700.0, -3.0), (0.0, -np.inf)])
def test_paths_of_a_beginning_are_added(a, b):
    beam = {}
    ctc.add_paths(beam, (1,), label=a)
    assert beam == {(1,): (-np.inf, a)}
    ctc.add_paths(beam, (1,), blank=-4.0, label=b)
    assert beam[1,] == pytest.approx((-4.0, np.logaddexp(a, b)), rel=1e-15)
    ctc.add_paths(beam, (), -np.inf, -np.inf)
    assert beam[()] == (-np.inf, -np.inf)
