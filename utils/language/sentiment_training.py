"""Training on short texts: networks in Keras, counts of words, and word vectors that are tuned."""

import warnings
from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

EPOCHS, BATCH, RATE = 25, 64, 0.008
Reader = Callable[[np.ndarray], np.ndarray]
"""Takes inputs, one a row, and returns probabilities (m, n_y)."""


def fit(
    model: keras.Model, x: np.ndarray, y: np.ndarray, epochs: int = EPOCHS, rate: float = RATE
) -> None:
    """Train a classifier; the learning rate rises in the first tenth, then falls to nothing.

    Args:
        model: gives probabilities (m, n_y).
        x: (m, T_x), int.
        y: (m,), the numbers of the classes.
        epochs: how often each row is seen.
        rate: the largest learning rate.
    """
    steps = epochs * -(-len(y) // BATCH)
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 10, steps - steps // 10, warmup_target=rate, warmup_steps=steps // 10
    )
    model.compile(
        keras.optimizers.Adam(schedule, beta_2=0.98, global_clipnorm=1.0),
        "sparse_categorical_crossentropy",
        jit_compile=keras.backend.backend() == "jax",  # else compiling takes longer than it saves
    )
    model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0)


def probabilities(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return what a model says, (m, n_y), of a few hundred texts at once."""
    return keras.ops.convert_to_numpy(model(x))


def shares(found: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """Return a table of {reader: {set of texts: a share for each seed}}."""
    sets = list(next(iter(found.values())))
    lines = [f"{'':<18}" + "".join(f"{each:>19}" for each in sets)]
    for name, of in found.items():
        cells = (" ".join(f"{share:.3f}" for share in of[each]) for each in sets)
        lines.append(f"{name:<18}" + "".join(f"{cell:>19}" for cell in cells))
    return "\n".join(lines)


def prefixes(indices: np.ndarray) -> np.ndarray:
    """Return a text as it grows, (T, T_x): row t holds its first t + 1 words.

    Args:
        indices: (T_x,), padded behind with 0.
    """
    places = np.arange(len(indices))
    return np.where(places <= places[:, None], indices, 0)[: np.count_nonzero(indices)]


def n_grams(texts: Sequence[Sequence[str]], y: np.ndarray, longest: int) -> Reader:
    """Return a logistic regression on which words stand in a text, and which of them in a row.

    Args:
        texts: lists of words.
        y: (m,), the numbers of the classes, from 0, none left out.
        longest: 1 for words alone, 2 for pairs of neighbours too.
    """
    bag = CountVectorizer(analyzer=lambda words: _grams(words, longest), binary=True)
    model = LogisticRegression(C=3, max_iter=2000).fit(bag.fit_transform(texts), y)
    return lambda new: model.predict_proba(bag.transform(new))


def _grams(words, longest):
    starts = range(len(words))
    return [
        " ".join(words[s : s + n]) for n in range(1, longest + 1) for s in starts[: 1 - n or None]
    ]


def hidden_layer(x: np.ndarray, y: np.ndarray, seed: int, units: int = 64) -> Reader:
    """Return a network with one hidden layer, trained on vectors (m, n_e) and classes (m,)."""
    model = MLPClassifier((units,), alpha=1e-3, learning_rate_init=0.005, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is to stop before it has converged
        return model.set_params(max_iter=60).fit(x, y).predict_proba


def tuned(
    gradients: Callable,
    indices: np.ndarray,
    y: np.ndarray,
    table: np.ndarray,
    n_y: int,
    optimizer: str,
    tune: bool = True,
    steps: int = 200,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train softmax regression on the average of word vectors and, if wanted, the vectors too.

    Args:
        gradients: takes x (m, n_e), y, W and b, returns the loss and its gradients by W, b and x.
        indices: (m, T_x), padded with 0, at least a word in each row.
        y: (m,), the numbers of the classes.
        table: (n_words + 1, n_e); it is not changed.
        n_y: the number of classes.
        optimizer: "descent", plain gradient descent with a learning rate of 1, or "Adam" (Kingma
            and Ba 2015) with 0.02.
        tune: whether the vectors are trained.
        steps: updates, each on all rows.

    Returns:
        W (n_e, n_y), b (n_y,), and the table, in which words that no row has are as before.
    """
    words, places = np.unique(indices, return_inverse=True)
    places, counts = places.reshape(indices.shape), np.count_nonzero(indices, 1)[:, None]
    share = np.zeros((len(y), len(words)))  # of each word in each average
    np.add.at(share, (np.arange(len(y))[:, None], places), (indices > 0) / counts)
    share = csr_array(share)
    E = table[words].astype(float)
    W, b = np.zeros((E.shape[1], n_y)), np.zeros(n_y)
    moments = [(np.zeros_like(p), np.zeros_like(p)) for p in (W, b, E)]
    for step in range(1, steps + 1):
        _, dW, db, dx = gradients(share @ E, y, W, b)
        changes = (dW, db, share.T @ dx)[: 3 if tune else 2]
        for parameter, change, (mean, square) in zip((W, b, E), changes, moments, strict=False):
            if optimizer == "descent":
                parameter -= change
                continue
            mean += 0.1 * (change - mean)
            square += 0.001 * (change**2 - square)
            scale = np.sqrt(square / (1 - 0.999**step)) + 1e-7
            parameter -= 0.02 * mean / (1 - 0.9**step) / scale
    new = table.astype(float)
    new[words] = E
    return W, b, new
