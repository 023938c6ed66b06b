"""Training word vectors: whole objectives and batches."""

import numpy as np
import pytest
from scipy.special import expit, log_softmax

from utils.checks.oracles import gradients, tf
from utils.checks.week2.learning_word_vectors import check
from utils.language import vector_training as training

RNG = np.random.default_rng(1)


def test_sigmoid():
    x = np.array([-900, -3, 0, 0.5, 800])
    assert np.allclose(training.sigmoid(x), expit(x))


def test_the_slope_of_the_softmax_is_its_derivative():
    X = RNG.integers(0, 5, (7, 7)).astype(float)
    S = RNG.normal(size=(7, 7))

    def loss(t):
        return -tf.reduce_sum(X * tf.nn.log_softmax(t["S"]))

    assert np.allclose(training.softmax_slope(X)(S.copy()), gradients(loss, {"S": S})["dS"])


def test_descent_reaches_what_can_be_reached():
    X = RNG.integers(1, 9, (6, 6)).astype("float32")
    E, Theta = training.descend(training.softmax_slope(X), X.shape, 6, 1, steps=300, rate=0.05)
    share = X / X.sum(axis=1, keepdims=True)
    assert np.allclose(np.exp(log_softmax(E @ Theta.T, axis=1)), share, atol=0.02)


@pytest.mark.parametrize("several", [False, True])
def test_a_step_by_a_batch_is_that_of_the_learners_gradients(several):
    targets = RNG.integers(0, 6, 8)
    contexts = RNG.integers(-1, 6, (8, 3)) if several else RNG.integers(0, 6, 8)
    rows = np.column_stack([targets, (targets + 1) % 6])
    labels = np.tile([1.0, 0], (8, 1))
    vector = check.reference("cbow_average") if several else lambda E, c: E[c]
    loss = check.reference("negative_sampling")
    got, Theta = training.by_batches(
        (contexts, targets), vector, lambda t, rng: _rows(t), loss, 6, 4, seed=2, batch=8
    )
    E, theta = training.start([(6, 4)] * 2, 2)
    theta *= 0
    _, de, dtheta = loss(vector(E, contexts), theta[rows], labels)
    total = np.zeros((6, 4))
    np.add.at(total, rows.ravel(), dtheta.reshape(-1, 4))
    size = np.sqrt(np.mean(total**2, axis=1, keepdims=True) + 1e-6)
    assert np.allclose(Theta, -0.2 * total / size, atol=1e-5)
    assert np.allclose(got, E, atol=1e-6)  # theta began at 0
    assert np.allclose(de, 0)


def _rows(targets):
    return np.column_stack([targets, (targets + 1) % 6]), np.tile([1.0, 0], (len(targets), 1))


def test_the_mean_hands_its_gradient_on():
    seen = training.Rows(np.zeros((3, 2), "float32"), rate=1.0)
    seen.add(np.array([0, 0, -1, 2]), np.array([[1, 1], [1, 1], [9, 9], [-1, -1]], "float32"))
    assert np.allclose(seen.values, [[-1, -1], [0, 0], [1, 1]], atol=1e-5)


def test_svd_finds_two_kinds():
    X = np.kron(np.eye(2), np.ones((4, 4))) * 9 + 1
    E = training.by_svd(X, 2)
    unit = E / np.linalg.norm(E, axis=1, keepdims=True)
    cosines = unit @ unit.T
    assert cosines[:4, :4].min() > 0.9 > 0.5 > np.abs(cosines[:4, 4:]).max()


def test_analogies_right():
    E = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1.0]])
    assert training.analogies_right(E, np.array([[0, 1, 2, 3], [0, 1, 2, 0]])) == 0.5


def test_a_loss_where_pairs_are_is_the_whole_loss():
    X = RNG.integers(0, 3, (6, 6)).astype("float32")
    S, glove = RNG.normal(size=(6, 6)), check.reference("glove_loss")
    slope = training.where_pairs_are(X, lambda scores, counts: glove(scores, counts, 2))
    assert np.allclose(slope(S).toarray(), glove(S, X, 2)[1], atol=1e-5)


def test_pairs_are_drawn_by_their_counts():
    X = np.array([[0, 3.0], [1, 4]])
    c, t = training.draw_pairs(X, 40_000, np.random.default_rng(1))
    assert np.allclose(np.bincount(2 * c + t, minlength=4) / 40_000, X.ravel() / 8, atol=0.01)


def test_gensims_vectors_are_in_the_order_that_is_asked_for():
    sentences = [["a", "b", "c"], ["c", "b"]] * 50
    E, rate = training.by_gensim(sentences, ["c", "a"], 1, vector_size=3, epochs=1)
    other, _ = training.by_gensim(sentences, ["a", "c"], 1, vector_size=3, epochs=1)
    assert np.array_equal(E, other[::-1]) and rate > 0


def test_a_huffman_tree_is_as_short_as_gensims():
    counts = RNG.integers(1, 400, 60)
    _, codes = check.reference("huffman")(counts)
    by_gensim = training.gensim_code_lengths(counts)
    assert np.dot((codes >= 0).sum(axis=1), counts) == np.dot(by_gensim, counts)
