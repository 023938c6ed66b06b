"""Training word vectors: descent on the whole objective, and by small batches."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from gensim.models import KeyedVectors, Word2Vec
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from utils.language.analogies import nearest_to

START = 0.1  # standard deviation of the vectors before training
BETAS = 0.9, 0.99


def sigmoid(x):
    """Return 1 / (1 + e^-x): three times as fast as SciPy's, and as safe for large numbers."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def start(shapes: Sequence[tuple], seed: int) -> list[np.ndarray]:
    """Return arrays of small random numbers, float32."""
    rng = np.random.default_rng(seed)
    return [(START * rng.normal(size=shape)).astype("float32") for shape in shapes]


def descend(
    slope: Callable, shape: tuple[int, int], dims: int, seed: int, steps=40, rate=0.06, biases=False
) -> tuple[np.ndarray, np.ndarray]:
    """Return E (V, n) and Theta (columns, n) after some steps of Adam on the whole objective.

    The rate rises for ten steps and falls to 0 along a cosine.

    Args:
        slope: takes S = E Theta^T, (V, columns), float32, which it may change; returns the
            objective's derivative by S.
        shape: (V, columns).
        dims: n, numbers in a vector.
        seed: of the start.
        steps: how many.
        rate: the largest rate.
        biases: whether S has a bias for each row and for each column, too, as in GloVe.
    """
    E, Theta = weights = start([(size, dims) for size in shape], seed)
    if biases:
        weights = [E, Theta, *(np.zeros(size, "float32") for size in shape)]
    moments = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
    for step in range(1, steps + 1):
        S = E @ Theta.T
        if biases:
            S += weights[2][:, None]
            S += weights[3]
        G = slope(S)
        gradients = [G @ Theta, G.T @ E]
        if biases:
            gradients += [G.sum(axis=1), G.sum(axis=0)]
        now = rate * min(1, step / 10) * (1 + np.cos(np.pi * (step - 1) / steps)) / 2
        _adam(weights, gradients, moments, step, now)
    return E, Theta


def _adam(weights, gradients, moments, step, rate):
    first, second = BETAS
    for w, g, (m, v) in zip(weights, gradients, moments, strict=True):
        m += (1 - first) * (g - m)
        v += (1 - second) * (g * g - v)
        w -= rate * (m / (1 - first**step)) / (np.sqrt(v / (1 - second**step)) + 1e-12)


def softmax_slope(X: np.ndarray) -> Callable:
    """Return the function from S to the derivative of the softmax's expected loss, for counts X."""
    of_row = X.sum(axis=1)

    def slope(S):
        S -= S.max(axis=1, keepdims=True)
        np.exp(S, out=S)
        S *= (of_row / S.sum(axis=1))[:, None]
        S -= X
        return S

    return slope


def where_pairs_are(X: np.ndarray, loss: Callable) -> Callable:
    """Return the function from S to the derivative of a loss that has no part where X is 0.

    Args:
        X: (V, V), of which most are 0.
        loss: takes scores and counts of the pairs that occur, (pairs,) each; returns the loss and
            its derivative by the scores.
    """
    pairs, places = sparse.csr_array(X), np.flatnonzero(X)

    def slope(S):
        _, dS = loss(S.ravel()[places], pairs.data)
        return sparse.csr_array((dS, pairs.indices, pairs.indptr), pairs.shape)

    return slope


def draw_pairs(X: np.ndarray, count: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """Return contexts and targets, (count,) each, drawn in proportion to X (V, V)."""
    flat = np.cumsum(X.ravel(), dtype=float)
    return np.divmod(np.searchsorted(flat, rng.random(count) * flat[-1]), len(X))


class Rows:
    """A matrix whose rows are trained by Adagrad (Duchi, Hazan and Singer 2011), a rate a row."""

    def __init__(self, values: np.ndarray, rate: float):
        """Begin with these rows, which are changed in place."""
        self.values, self.rate = values, rate
        self.seen = np.full((len(values), 1), 1e-6, "float32")

    def add(self, rows: np.ndarray, gradients: np.ndarray) -> None:
        """Take a step: rows (m,) may repeat, -1 is no row; gradients (m, n), one for each."""
        there = rows >= 0
        ones = there.astype("float32")
        shape = len(rows), len(self.values)
        places = (ones, np.where(there, rows, 0), np.arange(len(rows) + 1))
        total = sparse.csr_matrix(places, shape).T @ gradients
        self.seen += np.mean(total * total, axis=1, keepdims=True)
        self.values -= self.rate * total / np.sqrt(self.seen)


def by_batches(
    examples: Sequence[np.ndarray],
    vector: Callable,
    rows: Callable,
    loss: Callable,
    n_words: int,
    dims: int,
    seed: int,
    batch: int = 4096,
    rate: float = 0.2,
) -> tuple[np.ndarray, np.ndarray]:
    """Return E and Theta, after one pass in a random order.

    Args:
        examples: contexts, (m,) or (m, w) with -1 for none, and targets (m,).
        vector: takes E and contexts, returns their vectors, (m, n): the mean, for w of them.
        rows: takes targets and a generator, returns rows of Theta and labels, (m, k + 1) each.
        loss: takes e (m, n), theta (m, k + 1, n) and labels; returns the loss and both gradients.
        n_words: V.
        dims: n.
        seed: of the start, the order and the draws.
        batch: examples a step.
        rate: of Adagrad.
    """
    contexts, targets = examples
    E, Theta = start([(n_words, dims)] * 2, seed)
    Theta *= 0
    rng = np.random.default_rng(seed)
    of_E, of_Theta = Rows(E, rate), Rows(Theta, rate)
    order = rng.permutation(len(targets))
    for first in range(0, len(order), batch):
        chosen = order[first : first + batch]
        context, (drawn, labels) = contexts[chosen], rows(targets[chosen], rng)
        _, de, dtheta = loss(vector(E, context), Theta[drawn], labels)
        if context.ndim == 2:  # each word of the window gets its share of the mean's gradient
            width = context.shape[1]
            de = np.repeat(de / np.maximum((context >= 0).sum(axis=1, keepdims=True), 1), width, 0)
        of_E.add(context.ravel(), np.asarray(de, "float32"))
        of_Theta.add(drawn.ravel(), np.asarray(dtheta, "float32").reshape(-1, dims))
    return E, Theta


def by_gensim(
    sentences: Sequence[Sequence[str]], words: Sequence[str], seed: int, **options
) -> tuple[np.ndarray, float]:
    """Return gensim's vectors (V, n) of these words, and the words that it read in a CPU-second.

    Skip-gram with negative sampling, on one thread.

    Args:
        sentences: each a list of words, of which rare ones are kept, too.
        words: in the order that is wanted.
        seed: the same seed gives the same bits.
        options: others of gensim's Word2Vec.
    """
    model = Word2Vec(sg=1, min_count=1, workers=1, seed=seed, alpha=0.05, **options)
    model.build_vocab(sentences)
    began = time.process_time()
    model.train(sentences, total_examples=model.corpus_count, epochs=model.epochs)
    learned = model.epochs * sum(map(len, sentences)) / (time.process_time() - began)
    return np.array([model.wv[word] for word in words]), learned


def gensim_code_lengths(counts: np.ndarray) -> np.ndarray:
    """Return how many turns gensim's own Huffman tree has to each word, (V,), for counts (V,)."""
    peer = Word2Vec(vector_size=1, hs=1, negative=0, min_count=1)
    peer.build_vocab_from_freq(dict(enumerate(counts.tolist())))
    return np.array([len(peer.wv.get_vecattr(word, "code")) for word in range(len(counts))])


def by_svd(X: np.ndarray, dims: int, seed: int = 1) -> np.ndarray:
    """Return vectors (V, n) without any training: positive pointwise mutual information, and SVD.

    As Levy, Goldberg and Dagan (2015) advise, the vectors are U times the root of the values.
    """
    chance = np.outer(X.sum(axis=1), X.sum(axis=0)) / X.sum()
    information = np.log(np.maximum(X, 1e-9) / np.maximum(chance, 1e-9))
    positive = sparse.csr_matrix(np.maximum(information, 0))
    U, values, _ = randomized_svd(positive, dims, random_state=seed)
    return U * np.sqrt(values)


def analogies_right(E: np.ndarray, questions: np.ndarray) -> float:
    """Return the share of questions (m, 4), rows of E (V, n), whose answer is right."""
    unit = (E / np.linalg.norm(E, axis=1, keepdims=True)).astype("float32")
    return float(np.mean(nearest_to(questions, unit, (-1, 1, 1)) == questions[:, 3]))


def keyed(words: Sequence[str], E: np.ndarray) -> KeyedVectors:
    """Return vectors under their words, as gensim and `utils.language.vectors` take them."""
    found = KeyedVectors(E.shape[1])
    found.add_vectors(list(words), np.asarray(E, "float32"))
    return found
