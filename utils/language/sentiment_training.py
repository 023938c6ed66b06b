"""Training on short texts: networks in Keras, counts of words, and word vectors that are tuned."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import keras
import numpy as np
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


def shares_right(
    readers: Mapping[str, Sequence[Callable]],
    y: Mapping[str, np.ndarray],
    sets: Sequence[str],
    among: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> dict[str, dict[str, list[float]]]:
    """Return the share of right answers, {reader: {set of texts: a share for each seed}}.

    Args:
        readers: {reader: for each seed a function that gives the probabilities (m, n_y) of a set}.
        y: {set of texts: the right classes (m,)}.
        sets: which of them are asked.
        among: {set of texts: classes}, where only some classes are asked about.
    """

    def share(read, each):
        p = read(each)
        classes = np.array(among.get(each, range(p.shape[1])))
        return float(np.mean(classes[p[:, classes].argmax(axis=1)] == y[each]))

    return {
        name: {each: [share(read, each) for read in seeds] for each in sets}
        for name, seeds in readers.items()
    }


def shares_by_part(
    said: Mapping[str, Sequence[np.ndarray]], right: np.ndarray, parts: Mapping[str, np.ndarray]
) -> dict[str, dict[str, list[float]]]:
    """Return the share of right answers in parts of a set, {reader: {part: one for each seed}}.

    Args:
        said: {reader: for each seed the answers (m,)}.
        right: (m,).
        parts: {part: (m,), True for the texts in it}.
    """
    return {
        name: {
            part: [float(np.mean((s == right)[mask])) for s in seeds]
            for part, mask in parts.items()
        }
        for name, seeds in said.items()
    }


def is_good(p: np.ndarray) -> np.ndarray:
    """Return whether four or five stars are likelier than one or two, (m,); p is (m, 5)."""
    return p[:, 3:].sum(axis=1) > p[:, :2].sum(axis=1)


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


def suspects(doubts: Mapping[str, np.ndarray], wrong: np.ndarray) -> dict[str, list[float]]:
    """Return what lists of suspicious labels find, and print it, a line for each reader.

    Args:
        doubts: {reader: (m,), how suspicious each label is}.
        wrong: (m,), True where the label is wrong.

    Returns:
        {reader: [the share of the wrong labels that is among the most suspicious fifth, the share
        of wrong ones among the first of the list, as many as there are wrong ones]}.
    """
    found, count = {}, int(wrong.sum())
    print(f"{'':<28}{'found in a fifth':>18}{f'wrong, of the first {count}':>26}")
    for name, doubt in doubts.items():
        ranked = wrong[np.argsort(-doubt, kind="stable")]
        found[name] = [ranked[: len(wrong) // 5].sum() / count, ranked[:count].mean()]
        print(f"{name:<28}{found[name][0]:>18.3f}{found[name][1]:>26.3f}")
    return found
