"""The checks of `week2/2_emojify_and_sentiment`.

Indices and averages are held against plain loops over words, gradients against automatic
differentiation, the confusion matrix against scikit-learn, layers and models against a table that
is looked up and an LSTM in NumPy. Inputs are drawn fresh; fixed edge cases follow.
"""

import warnings
from contextlib import suppress
from functools import cache

import keras
import numpy as np
import tensorflow as tf
from sklearn import metrics

from utils.checks.answers import same, unpack
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.networks import COUNTS, read
from utils.checks.oracles import gradients
from utils.checks.wrong import Wrong, off
from utils.language import sentiment, sentiment_training, vectors
from utils.models import lstm

check = Checks()

FLOAT32 = 1e-5  # Keras computes in float32
KERAS_START = 0.25  # larger than the numbers of a new Embedding, smaller than those of a table
CUT = 750  # larger than any -log(p), as float64 has no smaller p than 5e-324
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sentences_to_indices(texts, index, T_x):
    """Return the numbers of the words of each text, (m, T_x), int32, filled up with 0."""
    indices = np.zeros((len(texts), T_x), dtype="int32")
    for i, words in enumerate(texts):
        known = [index[word] for word in words if word in index][:T_x]
        indices[i, : len(known)] = known
    return indices


KNOWN = "[index[word] for word in words if word in index][:T_x]"
FILL = "indices[i, : len(known)] = known"


@check.exercise(
    sentences_to_indices,
    {
        f"{KNOWN} => [index.get(word, 0) for word in words][:T_x]": (
            "unknown words leave a hole of 0 inside the text. Leave them out."
        ),
        f"{KNOWN} => [index.get(word, 1) for word in words][:T_x]": (
            "unknown words get the number 1, which is another word's. Leave them out."
        ),
        f"{KNOWN} => [index[word] for word in words[:T_x] if word in index]": (
            "the text is cut before unknown words are left out. Leave them out first."
        ),
        f"{KNOWN} => [index[word] for word in words if word in index][-T_x:]": (
            "of a longer text the last words are kept. Keep the first T_x."
        ),
        f"{KNOWN} => [index[word] + 1 for word in words if word in index][:T_x]": (
            "1 is added to each number. `index` already begins at 1."
        ),
        f"{KNOWN} => [index[word] - 1 for word in words if word in index][:T_x]": (
            "1 is taken from each number, so the first word becomes 0, which is padding."
        ),
        f"{KNOWN} => sorted(index[word] for word in words if word in index)[:T_x]": (
            "the numbers are sorted. The order of the words should stay."
        ),
        f"{KNOWN} => list(dict.fromkeys(index[word] for word in words if word in index))[:T_x]": (
            "a word that stands twice is kept once. Keep it each time."
        ),
        f"{KNOWN} => [index[word] for word in words][:T_x]": "Leave unknown words out.",
        f"{KNOWN} => [index[word] for word in words if word in index]": (
            "A text may be longer than T_x: cut it."
        ),
        f"{FILL} => indices[i, T_x - len(known) :] = known": (
            "the zeros stand in front of the words. Here they stand behind."
        ),
        f"{FILL} => indices[i, : len(known)] = known[::-1]": "each text stands in reverse order.",
        "np.zeros((len(texts), T_x) => np.ones((len(texts), T_x)": (
            "texts are filled up with 1, which is a word's number. Fill them up with 0."
        ),
        "np.zeros((len(texts), T_x) => np.zeros((len(texts), max(map(len, texts), default=1))": (
            "each row should have T_x numbers, however long the texts are."
        ),
        "return indices => return indices.T": "a row for each text is asked for.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, longest, T_x in ((7, 9, 9), (5, 6, 8), (6, 9, 4), (1, 5, 7), (4, 3, 1)):
        words = [str(word) for word in rng.permutation(list(LETTERS))]
        index = {word: int(n) for n, word in enumerate(words[:15], 1)}
        texts = [
            [str(w) for w in rng.choice(words, rng.integers(1, longest + 1))] for _ in range(m)
        ]
        if m > 3:
            texts[0] = words[13:15] + words[:1] + words[13:14]  # the first and last, one twice
            texts[1] = words[20:23]  # none is known
            texts[2] = []
            texts[3] = [*words[16:18], *words[3:5], words[19], *words[5:9]][: longest + 1]
        want = np.zeros((m, T_x), int)
        for i, text in enumerate(texts):
            place = 0
            for word in text:
                if word in index and place < T_x:
                    want[i, place] = index[word]
                    place += 1
        got = attempt(texts, index, T_x)
        same("The answer", got, want, "(m, T_x)")
        if getattr(got, "dtype", None) is not None and np.asarray(got).dtype.kind == "f":
            raise Wrong("These are fractions (floats). A table is looked up by whole numbers.")
    return "Unknown words are left out, long texts cut, and the zeros stand behind."


def average(indices, table):
    """Return the average vector of each text's words, (m, n_e); zeros where it has none."""
    is_word = (indices > 0)[..., np.newaxis]
    sums = (table[indices] * is_word).sum(axis=1)
    return sums / np.maximum(is_word.sum(axis=1), 1)


IS_WORD = "(indices > 0)[..., np.newaxis]"
ALL_ZERO = "Row 0 of the table is padding, whatever it holds."


@check.exercise(
    average,
    {
        "np.maximum(is_word.sum(axis=1), 1) => indices.shape[1]": (
            "if the sum is divided by T_x. Divide by the number of words of each text."
        ),
        (
            "(table[indices] * is_word).sum(axis=1) => table[indices].sum(axis=1)",
            "np.maximum(is_word.sum(axis=1), 1) => indices.shape[1]",
        ): f"if padding counts as words. {ALL_ZERO}",
        "table[indices] * is_word => table[indices]": (
            f"if the padding's row is added to the sum. {ALL_ZERO}"
        ),
        " / np.maximum(is_word.sum(axis=1), 1) =>": "if the sum is not divided.",
        " / np.maximum(is_word.sum(axis=1), 1) => / is_word.sum(axis=1)": (
            "A text without a word is divided by 0. Give zeros for it."
        ),
        "np.maximum(is_word.sum(axis=1), 1) => (is_word.sum(axis=1) + 1)": (
            "if 1 is added to each number of words."
        ),
        "np.maximum(is_word.sum(axis=1), 1) => np.maximum(is_word.sum(), 1)": (
            "if the words of all texts are counted together. Each text has its own number."
        ),
        f"{IS_WORD} => (indices > 1)[..., np.newaxis]": "if word 1 counts as padding. It is 0.",
        "=> return np.where((indices > 0)[..., None], table[indices], -np.inf).max(axis=1)": (
            "with the largest number in place of the average."
        ),
        "return sums => sums = (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), "
        "1e-9)) * np.maximum(is_word.sum(axis=1), 1)\n    return sums": (
            "if the average is brought to length 1."
        ),
        "(table[indices] * is_word).sum(axis=1) => table[indices[:, 0]] * is_word[:, 0]": (
            "with the first word alone."
        ),
        "(table[indices] * is_word) => (table[indices - 1] * is_word)": (
            "with the row before each word's own: the numbers are rows of the table as they are."
        ),
        "return sums => return np.squeeze(sums)": (
            "np.squeeze takes away an axis that happens to have length 1."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T_x, n_e in [*sizes_and_ones(3), sizes(3), (5, 6, 3)]:
        n = 13
        table = numbers(n, n_e)  # its row 0, too, holds numbers
        lengths = rng.integers(1, T_x + 1, m)
        lengths[0] = max(1, T_x // 2)
        if m > 2:
            lengths[1], lengths[2] = T_x, 0
        indices = rng.integers(1, n, (m, T_x)) * (np.arange(T_x) < lengths[:, None])
        indices[0, 0] = 1
        want = np.zeros((m, n_e))
        for i, length in enumerate(lengths):
            if length:
                want[i] = np.mean([table[number] for number in indices[i, :length]], axis=0)
        same("The answer", attempt(indices, table), want, "(m, n_e)")
    return "Padding does not count, and a text without a word gives zeros."


def softmax_gradients(x, y, W, b):
    """Return the loss of softmax regression and its gradients by W, b and x."""
    z = x @ W + b
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    m = len(y)
    loss = -log_p[np.arange(m), y].mean()
    dz = (np.exp(log_p) - np.eye(len(b))[y]) / m
    return loss, x.T @ dz, dz.sum(axis=0), dz @ W.T


DZ = "(np.exp(log_p) - np.eye(len(b))[y]) / m"
LOSS = "-log_p[np.arange(m), y].mean()"
SHIFT = "z = z - z.max(axis=1, keepdims=True)"
OVER_M = "The loss is a mean over the m texts, so each gradient has 1/m in it."
Z_SUM = "np.exp(z).sum(axis=1, keepdims=True)"
FROM_LOG = "(np.exp(log_p) - "
FROM_SHARE = f"{FROM_LOG} => (np.exp(z) / {Z_SUM} - "
TAKE_LOG = "Compute log p as z - log(sum of e^z)."
NO_LOG = f"a probability becomes 0 here, and its logarithm -inf. {TAKE_LOG}"
ADDED_TO_P = (
    "loss is far too small here. Is a small number added to p, or is p cut off above 0? The "
    f"smaller p is, the larger the loss, without an end. {TAKE_LOG}"
)
OVERFLOW = "Large logits are too large for np.exp: subtract each row's maximum first."
EACH_ROW = (
    "beside the one largest logit of all, e^z of a whole row may become 0. Subtract each row's "
    "own maximum."
)


@check.exercise(
    softmax_gradients,
    {
        f"{DZ} => (np.exp(log_p) - np.eye(len(b))[y])": f"without the division by m. {OVER_M}",
        f"{DZ} => (np.eye(len(b))[y] - np.exp(log_p)) / m": (
            "if the sign is turned: the probabilities come first, then 1 for the right class."
        ),
        f"{DZ} => np.exp(log_p) / m": "if the 1 of the right class is not subtracted.",
        f"{DZ} => (np.exp(log_p) - np.eye(len(b))[y]) / len(b)": (
            "if it is divided by the number of classes. Divide by m."
        ),
        f"{LOSS} => -log_p[np.arange(m), y].sum()": "with a sum. The loss is the mean.",
        f"{LOSS} => log_p[np.arange(m), y].mean()": "if its minus is missing.",
        f"{LOSS} => -np.log2(np.exp(log_p[np.arange(m), y])).mean()": (
            "with log2. Here the loss is in nats, with np.log."
        ),
        f"{LOSS} => -(log_p * np.eye(len(b))[y]).mean()": (
            "if the mean is taken over the classes, too. Take it over the m texts."
        ),
        f"{LOSS} => -(np.eye(len(b))[y] * log_p + (1 - np.eye(len(b))[y]) * "
        "np.log(1 - np.exp(log_p) + 1e-300)).sum(axis=1).mean()": (
            "with binary cross-entropy (seen in published notes). A softmax takes the logarithm "
            "of the right class's probability alone."
        ),
        (
            f"{SHIFT} =>",
            "log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True)) => "
            "log_p = np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))",
        ): OVERFLOW,
        f"{SHIFT} => z = z - z.max(axis=1, keepdims=True) / 2": OVERFLOW,
        f"{SHIFT} =>": OVERFLOW,
        (f"{SHIFT} =>", FROM_SHARE): OVERFLOW,
        f"{SHIFT} => z = z - z.max()": EACH_ROW,
        (f"{SHIFT} => z = z - z.max()", FROM_SHARE): EACH_ROW,
        (
            f"{SHIFT} => z = z - z.max()",
            f"log_p = z - np.log({Z_SUM}) => log_p = np.log(np.exp(z) / {Z_SUM})",
        ): EACH_ROW,
        f"{SHIFT} => z = z - z.max(axis=0)": (
            "if each column's maximum is subtracted. That changes the probabilities: take each "
            "row's, axis=1."
        ),
        f"{LOSS} => -np.log(np.exp(log_p[np.arange(m), y])).mean()": NO_LOG,
        f"{LOSS} => -(np.eye(len(b))[y] * np.log(np.exp(log_p))).sum(axis=1).mean()": NO_LOG,
        f"{LOSS} => -np.log(np.exp(log_p[np.arange(m), y]) + 1e-12).mean()": ADDED_TO_P[8:],
        "log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True)) => "
        "log_p = z - np.log(np.exp(z).sum(axis=0, keepdims=True))": (
            "if the probabilities sum to 1 over the texts. They do over the classes, axis 1."
        ),
        "z = x @ W + b => z = x @ W": "if b is left out.",
        "x.T @ dz, dz.sum(axis=0) => x.T @ dz, dz.mean(axis=0)": (
            "with a mean for the gradient of b. The 1/m is in it already: sum."
        ),
        "x.T @ dz, dz.sum(axis=0) => x.T @ dz, dz.sum(axis=1)": (
            "the gradient of b has one number a class: sum over the texts."
        ),
        "x.T @ dz, dz => (dz.T @ x), dz": "the gradient of W has the shape of W: it is transposed.",
        ", dz @ W.T => , dz @ W.T / m": "if dx is divided by m once more.",
        "return loss, x.T @ dz, dz.sum(axis=0) => return loss, dz.sum(axis=0), x.T @ dz": (
            "the gradients of W and b are swapped."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, n, n_y in [*sizes_and_ones(3), sizes(3)]:
        x, W, b = numbers(m, n), numbers(n, n_y), numbers(n_y)
        y = rng.integers(0, n_y, m)
        _same_gradients(attempt(x, y, W, b), x, y, W, b)
    x, W, b = 40 * numbers(5, 7), 40 * numbers(7, 4), numbers(4)
    x[0], W[:, 0], W[:, 1:] = 40, 40, -40  # logits of 11,200 and below zero
    y = np.array([1, 0, 3, 2, 2])
    got = attempt(x, y, W, b)
    loss = unpack(got, "loss, dW, db, dx")[0]
    if np.ndim(loss) == 0 and 0 < loss < CUT:
        raise Wrong(ADDED_TO_P)
    _same_gradients(got, x, y, W, b)
    return "Loss and gradients equal those of automatic differentiation, for large logits too."


def _same_gradients(got, x, y, W, b):
    def loss(t):
        logits = t["x"] @ t["W"] + t["b"]
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))

    arrays = {"W": W, "b": b, "x": x}
    right = gradients(loss, arrays)
    want = {"loss": loss({k: tf.constant(v) for k, v in arrays.items()}).numpy(), **right}
    values = unpack(got, "loss, dW, db, dx")
    axes = {"loss": "", "dW": "(n, n_y)", "db": "(n_y,)", "dx": "(m, n)"}
    for (name, meaning), value in zip(axes.items(), values, strict=True):
        same(name, value, want[name], meaning, 1e-6)


def confusion_matrix(y, guessed, n_y):
    """Return how many texts of class i were taken for class j, (n_y, n_y)."""
    counts = np.zeros((n_y, n_y), dtype=int)
    np.add.at(counts, (y, guessed), 1)
    return counts


ADD = "np.add.at(counts, (y, guessed), 1)"


@check.exercise(
    confusion_matrix,
    {
        f"{ADD} => np.add.at(counts, (guessed, y), 1)": (
            "rows and columns are swapped: a row belongs to a right class."
        ),
        f"{ADD} => counts[y, guessed] += 1": (
            "a pair that comes twice is counted once: NumPy's += does so. np.add.at counts all."
        ),
        f"{ADD} => np.add.at(counts, [y, guessed], 1)": (
            "np.add.at was given a list, and so adds to whole rows. A tuple makes pairs of the "
            "two: (y, guessed)."
        ),
        f"{ADD} => np.add.at(counts, y, 1)": (
            "1 is added to the whole row y. It belongs into one column, guessed: (y, guessed)."
        ),
        f"{ADD} => np.add.at(counts, (y, y), 1)": "the guesses are left out.",
        f"{ADD} => np.add.at(counts, (y, guessed), y != guessed)": (
            "the right answers are missing: they belong on the diagonal."
        ),
        f"{ADD} => np.add.at(counts, (y, guessed), y == guessed)": (
            "the mistakes are missing: they are what the matrix is for."
        ),
        "return counts => return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)": (
            "these are shares of each row. Counts are asked for."
        ),
        "return counts => return counts / len(y)": "these are shares. Counts are asked for.",
        "=> n = len(np.unique([*y, *guessed]))\ncounts = np.zeros((n, n), dtype=int)\n"
        "np.add.at(counts, (np.searchsorted(np.unique([*y, *guessed]), y), "
        "np.searchsorted(np.unique([*y, *guessed]), guessed)), 1)\nreturn counts": (
            "a class that does not occur needs its row and column all the same: n_y of each."
        ),
        "np.zeros((n_y, n_y) => np.ones((n_y, n_y)": "each count is one too large.",
        "return counts => return counts + counts.T - np.diag(np.diag(counts))": (
            "the two directions of a mix-up are added. They are two different mistakes."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, n_y in ((60, 4), (35, 7), (1, 3), (9, 5), (12, 1), (0, 2)):
        y = rng.integers(0, n_y, m)
        guessed = np.where(rng.random(m) < 0.5, y, rng.integers(0, n_y, m))
        if n_y in (5, 7):  # the first class and the last do not occur
            y, guessed = np.clip(y, 1, n_y - 2), np.clip(guessed, 1, n_y - 2)
        if m == 60:
            y[:3], guessed[:3] = 0, n_y - 1  # a pair that comes several times
        if m:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a single class
                want = metrics.confusion_matrix(y, guessed, labels=np.arange(n_y))
        else:  # scikit-learn refuses
            want = np.zeros((n_y, n_y), int)
        same("The answer", attempt(y, guessed, n_y), want, "(n_y, n_y)")
    return "It equals scikit-learn's, also where a class does not occur."


def pretrained_embedding(table, trainable):
    """Return a Keras Embedding that starts with `table`, (n_words + 1, n_e), and masks 0."""
    return keras.layers.Embedding(
        input_dim=len(table),
        output_dim=table.shape[1],
        weights=[table],
        trainable=trainable,
        mask_zero=True,
    )


NO_TABLE = "the layer starts with numbers of its own. Hand it the table: weights=[table]."
ROWS = "The layer needs as many rows as the table: len(table), with row 0."


@check.exercise(
    pretrained_embedding,
    {
        "mask_zero=True, =>": "the zeros behind a text are read as words. Set mask_zero.",
        "trainable=trainable, =>": "it ignores `trainable`: this one can always be trained.",
        "trainable=trainable => trainable=not trainable": "`trainable` is turned around.",
        "trainable=trainable => trainable=False": "it ignores `trainable`: this one never learns.",
        "weights=[table], =>": NO_TABLE,
        "weights=[table] => embeddings_initializer='zeros'": NO_TABLE,
        (
            "weights=[table], =>",
            "trainable=trainable, =>",
            "mask_zero=True, =>",
        ): f"{NO_TABLE} `trainable` and the mask are missing, too.",
        "input_dim=len(table) => input_dim=len(table) - 1": ROWS,
        "input_dim=len(table) => input_dim=len(table) + 1": ROWS,
        "input_dim=len(table) => input_dim=int(table.size)": ROWS,
        "input_dim=len(table) => input_dim=3646": "take the number of rows from `table`.",
        (
            "input_dim=len(table) => input_dim=table.shape[1]",
            "output_dim=table.shape[1] => output_dim=len(table)",
        ): "rows and columns are swapped: input_dim is the number of rows.",
        ("input_dim=len(table) => input_dim=3646", "output_dim=table.shape[1] => output_dim=50"): (
            "take the numbers of rows and columns from `table`."
        ),
        "=> layer = keras.layers.Embedding(len(table), table.shape[1], trainable=trainable, "
        "mask_zero=True)\nlayer.set_weights([table])\nreturn layer": (
            "a new layer has no weights that could be set. Hand the table over as `weights`, or "
            "call layer.build((None, None)) before."
        ),
        "weights=[table] => weights=[table[::-1]]": "the rows stand in reverse order.",
        "weights=[table] => weights=[table / np.maximum(np.linalg.norm(table, axis=1, "
        "keepdims=True), 1e-9)]": "the vectors are brought to length 1. Take them as they are.",
        (
            "input_dim=len(table) => input_dim=len(table) + 1",
            "weights=[table] => weights=[np.concatenate([np.zeros_like(table[:1]), table])]",
        ): "a row is put in front of the table, which has its row for padding already.",
        "weights=[table] => weights=[np.roll(table, 1, axis=0)]": (
            "each word has the vector of the one before it."
        ),
        "weights=[table] => embeddings_initializer=keras.initializers.Constant(table.max())": (
            "all words have the same vector. Hand it the table."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    answers = []
    for m, T_x, n, n_e, trainable in (
        (3, 7, 11, 4, True),
        (4, 5, 9, 6, False),
        (1, 6, 8, 1, False),
        (5, 1, 7, 3, True),
    ):
        table = numbers(n, n_e).astype("float32")
        x = rng.integers(1, n, (m, T_x)) * (np.arange(T_x) < rng.integers(1, T_x + 1, (m, 1)))
        x[0, -1], x[-1, 0] = 0 if T_x > 1 else n - 1, n - 1

        def run(layer, x=x):
            return _looked_up(layer, x.astype("int32"))

        answers.append((attempt.then(run)(table, trainable), table, x, trainable))
    for got, table, x, trainable in answers:
        found, mask, learns, size = got
        if np.abs(found).max() <= KERAS_START:
            raise off("The vector of each word", found, f"The vectors are off: {NO_TABLE}")
        same("Whether it can be trained", learns, float(trainable))
        same("The number of rows of the layer", size, float(len(table)))
        same("The vector of each word", found, table[x], "(m, T_x, n_e)", FLOAT32)
        same("The mask", mask, (x > 0).astype(float), "(m, T_x)")
    return "It starts with the table, masks the padding, and learns if it is told to."


def _looked_up(layer, x):
    if not isinstance(layer, keras.layers.Embedding):
        raise off(
            "The answer", layer, "pretrained_embedding should return a keras.layers.Embedding."
        )
    got = keras.ops.convert_to_numpy(layer(x))
    mask = layer.compute_mask(x)
    mask = np.ones(x.shape) if mask is None else keras.ops.convert_to_numpy(mask).astype(float)
    return got, mask, float(bool(layer.trainable_weights)), float(layer.input_dim)


def message_model(embedding, n_a, n_y):
    """Return a Keras model: indices (m, T_x), padded with 0, to probabilities (m, n_y)."""
    indices = keras.Input((None,), dtype="int32")
    a = keras.layers.LSTM(n_a)(embedding(indices))
    p = keras.layers.Dense(n_y, activation="softmax")(a)
    return keras.Model(indices, p)


LAST = 'keras.layers.Dense(n_y, activation="softmax")(a)'
STATE = "keras.layers.LSTM(n_a)(embedding(indices))"
OWN_EMBEDDING = "it does not use the `embedding` that is handed in. Call that one on the indices."
ONE_TEXT = "The Input takes the shape of one text, (None,)."


@check.exercise(
    message_model,
    {
        f"{LAST} => keras.layers.Dense(n_y)(a)": (
            "these are no probabilities. The last layer takes a softmax."
        ),
        f"{LAST} => keras.layers.Dense(n_y, activation='sigmoid')(a)": (
            "with a sigmoid. Then the probabilities do not sum to 1: take a softmax."
        ),
        f"{LAST} => keras.layers.Dense(n_y, activation='softmax')"
        "(keras.layers.Dense(n_a, activation='relu')(a))": (
            "there is a layer too many. Embedding, LSTM and one Dense are asked for."
        ),
        f"{LAST} => keras.layers.Dense(n_y + 1, activation='softmax')(a)": (
            "there is an output too many."
        ),
        f"{LAST} => keras.layers.Dense(6, activation='softmax')(a)": "with 6 classes. Take n_y.",
        f"{LAST} => keras.layers.Dense(n_y, activation='softmax', use_bias=False)(a)": (
            "the last layer has no bias."
        ),
        f"{STATE} => keras.layers.GRU(n_a)(embedding(indices))": "with a GRU. Take an LSTM.",
        f"{STATE} => keras.layers.LSTM(64)(embedding(indices))": "with 64 units. Take n_a.",
        f"{STATE} => keras.layers.Bidirectional(keras.layers.LSTM(n_a))(embedding(indices))": (
            "with two LSTMs, one for each direction. One is asked for."
        ),
        f"{STATE} => keras.layers.LSTM(n_a, go_backwards=True)(embedding(indices))": (
            "it reads backwards, from the last word."
        ),
        f"{STATE} => keras.layers.LSTM(n_a, return_sequences=True)(embedding(indices))": (
            "it answers after each word. Only the state behind the last one counts: leave "
            "return_sequences out."
        ),
        f"{STATE} => keras.layers.LSTM(n_a, return_state=True)(embedding(indices))[2]": (
            "with the cell state c. The last state is a: what the LSTM gives without more."
        ),
        f"a = {STATE} => a, c = keras.layers.LSTM(n_a, return_state=True)(embedding(indices))": (
            "With return_state an LSTM gives three things: its output, a and c. Here it need not."
        ),
        f"{STATE} => keras.layers.LSTM(n_a)(indices)": (
            "The numbers of the words are no vectors yet: embedding(indices)."
        ),
        f"{STATE} => keras.layers.GlobalAveragePooling1D()(embedding(indices))": (
            "the LSTM is left out."
        ),
        f"{STATE} => keras.layers.LSTM(n_a)(keras.layers.LSTM(n_a, return_sequences=True)("
        "embedding(indices)))": "there are two LSTMs, one on the other. One is asked for.",
        f"{STATE} => keras.layers.LSTM(n_a)(keras.layers.Embedding(embedding.input_dim, "
        "embedding.output_dim, mask_zero=True)(indices))": OWN_EMBEDDING,
        f"{STATE} => keras.layers.GlobalAveragePooling1D()("
        "keras.layers.LSTM(n_a, return_sequences=True)(embedding(indices)))": (
            "with the average of all states. Take the last one."
        ),
        f"{STATE} => keras.layers.LSTM(n_a)(keras.ops.multiply(embedding(indices), 1.0))": (
            "the zeros behind a text are read as words: the mask is lost on its way to the LSTM."
        ),
        "keras.Input((None,) => keras.Input((14,)": "The model takes texts of one length alone.",
        "keras.Input((None,) => keras.Input((7,)": "The model takes texts of one length alone.",
        "keras.Input((None,) => keras.Input((None, None)": ONE_TEXT,
        "keras.Input((None,) => keras.Input(()": ONE_TEXT,
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T_x, n, n_e, n_a, n_y in (
        (5, 7, 13, 4, 3, 4),
        (4, 9, 11, 3, 5, 2),
        (1, 5, 8, 2, 1, 7),
        (3, 1, 9, 1, 4, 3),
    ):
        weights = [numbers(n, n_e), numbers(n_e, 4 * n_a), numbers(n_a, 4 * n_a) / 2]
        weights += [numbers(4 * n_a), numbers(n_a, n_y), numbers(n_y)]
        lengths = rng.integers(1, T_x + 1, m)
        lengths[0] = (T_x + 1) // 2
        x = rng.integers(1, n, (m, T_x)) * (np.arange(T_x) < lengths[:, None])
        want = [_by_numpy(row[:length], weights) for row, length in zip(x, lengths, strict=True)]

        embedding = keras.layers.Embedding(n, n_e, mask_zero=True)

        def run(model, x=x, weights=weights, embedding=embedding):
            counts, said = read(attempt.name, model, x.astype("int32"), weights)
            if not any(w is own for own in embedding.weights for w in model.weights):
                raise Wrong(f"The model is off: {OWN_EMBEDDING}")
            return counts, said

        counts, got = attempt.then(run)(embedding, n_a, n_y)
        same(COUNTS, counts, [w.size for w in weights])
        same("P", got, np.array(want), "(m, n_y)", FLOAT32)
    return "It reads texts of any length, and the zeros behind them change nothing."


def _by_numpy(tokens, weights):
    table, *of_lstm, W, b = weights
    start = np.zeros((1, len(W)))
    states = lstm.lstm_forward(table[tokens][None], start, start, lstm.lstm_from_keras(of_lstm))[0]
    z = states[0, -1] @ W + b
    return np.exp(z) / np.exp(z).sum()


def table_gradient(indices, dx, n_rows):
    """Return the gradient by the table, (n_rows, n_e); dx is that by each average, (m, n_e)."""
    is_word = (indices > 0)[..., np.newaxis]
    shares = is_word / np.maximum(is_word.sum(axis=1, keepdims=True), 1)
    gradient = np.zeros((n_rows, dx.shape[1]))
    np.add.at(gradient, indices, shares * dx[:, np.newaxis])
    return gradient


SHARES = "is_word / np.maximum(is_word.sum(axis=1, keepdims=True), 1)"
ADDED = "np.add.at(gradient, indices, shares * dx[:, np.newaxis])"
BY_TEXT = """=> gradient = np.zeros((n_rows, dx.shape[1]))
for row, change in zip(indices, dx):
    words = row[row > 0]
    gradient[{words}] += change / max({count}, 1)
return gradient"""


@check.exercise(
    table_gradient,
    {
        f"{ADDED} => gradient[indices] += shares * dx[:, np.newaxis]": (
            "if a word that comes several times counts once: NumPy's += does so. np.add.at adds "
            "all."
        ),
        BY_TEXT.format(words="words", count="len(words)"): (
            "if a word that comes twice in one text counts once there: NumPy's += does so. "
            "np.add.at adds all."
        ),
        BY_TEXT.format(words="np.unique(words)", count="len(np.unique(words))"): (
            "if a text's different words share its gradient. All its places do: a word that "
            "comes twice gets two shares."
        ),
        f"{ADDED} => different = np.array([len(set(row[row > 0])) for row in indices])\n"
        "    np.add.at(gradient, indices, is_word * (dx / np.maximum(different, 1)[:, None])"
        "[:, None])": (
            "if dx is divided by the number of different words. The average divides by all words, "
            "also those that come again."
        ),
        f"{SHARES} => is_word": (
            "if each word gets the whole of dx. In an average of n words each has the share 1/n."
        ),
        f"{SHARES} => is_word / indices.shape[1]": (
            "if the shares are 1/T_x. A text's words share its gradient; the padding has none."
        ),
        f"{SHARES} => np.ones_like(is_word) / indices.shape[1]": (
            "if padding counts as words: row 0 should get nothing."
        ),
        f"{SHARES} => 1 / np.maximum(is_word.sum(axis=1, keepdims=True), 1)": (
            "if the padding gets a share, too: row 0 should get nothing."
        ),
        f"{SHARES} => is_word * is_word.sum(axis=1, keepdims=True)": (
            "if dx is multiplied by the number of words. Divide by it."
        ),
        "np.maximum(is_word.sum(axis=1, keepdims=True), 1) => is_word.sum(axis=1, keepdims=True)": (
            "A text without a word is divided by 0. It should give nothing."
        ),
        "np.zeros((n_rows, dx.shape[1])) => np.zeros((int(indices.max(initial=0)) + 1, "
        "dx.shape[1]))": "each of the n_rows rows needs its gradient, also where it is zero.",
        f"{ADDED} => np.add.at(gradient, indices, shares * dx[:, np.newaxis])\n"
        "    gradient /= len(indices)": (
            "if it is divided by the number of texts. dx has that in it already."
        ),
        f"{ADDED} => np.add.at(gradient, indices, -shares * dx[:, np.newaxis])": (
            "if its sign is turned: the gradient is asked for, not the step against it."
        ),
        "return gradient => return gradient[1:]": "row 0, the padding, is a row, too: of zeros.",
        "return gradient => return gradient.T": "the axes are (n_rows, n_e).",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T_x, n_e in [*sizes_and_ones(3), sizes(3)]:
        n_rows = 12
        lengths = rng.integers(1, T_x + 1, m)
        lengths[0] = max(1, T_x // 2)
        indices = rng.integers(1, n_rows - 1, (m, T_x)) * (np.arange(T_x) < lengths[:, None])
        if m > 2:
            indices[1], indices[2] = indices[0], 0  # words of two texts, and a text without any
        if T_x > 2:
            indices[0, :2] = 4  # a word that comes twice in one text
        dx = numbers(m, n_e)

        def summed(t, indices=indices, dx=dx):
            mask = tf.constant((indices > 0).astype(float)[..., None])
            counts = tf.maximum(tf.reduce_sum(mask, axis=1), 1)
            averages = tf.reduce_sum(tf.gather(t["table"], indices) * mask, axis=1) / counts
            return tf.reduce_sum(averages * dx)

        want = gradients(summed, {"table": numbers(n_rows, n_e)})["dtable"]
        same("The answer", attempt(indices, dx, n_rows), want, "(n_rows, n_e)")
    return "It equals automatic differentiation, also for words that come several times."


def suspicion(x, y, fold, fit):
    """Return for each text 1 minus its label's probability, by a model that did not see it."""
    doubt = np.zeros(len(y))
    for number in np.unique(fold):
        left_out = fold == number
        p = fit(x[~left_out], y[~left_out])(x[left_out])
        doubt[left_out] = 1 - p[np.arange(len(p)), y[left_out]]
    return doubt


FIT = "fit(x[~left_out], y[~left_out])(x[left_out])"
DOUBT = "1 - p[np.arange(len(p)), y[left_out]]"
SEEN = "A text is to be judged by a model that did not see it."
ANY_NUMBERS = (
    "some parts are not judged. They may have any numbers, also below 0: np.unique(fold) gives "
    "them."
)


@check.exercise(
    suspicion,
    {
        f"{FIT} => fit(x, y)(x[left_out])": f"if the model learns from all texts. {SEEN}",
        f"{FIT} => fit(x[left_out], y[left_out])(x[left_out])": (
            f"if the model learns from the texts that it judges. {SEEN}"
        ),
        "left_out = fold == number => left_out = fold != number": (
            "if the model learns from one part and judges all others: then most texts are judged "
            "several times. Learn from all parts but one."
        ),
        f"{DOUBT} => p[np.arange(len(p)), y[left_out]]": (
            "with the probability itself: the suspicious ones should have the large numbers."
        ),
        f"{DOUBT} => 1 - p.max(axis=1)": (
            "with the likeliest class. What counts is the label that stands there."
        ),
        f"{DOUBT} => p.max(axis=1) - p[np.arange(len(p)), y[left_out]]": (
            "with the likeliest class's probability in place of 1."
        ),
        f"{DOUBT} => (p.argmax(axis=1) != y[left_out]).astype(float)": (
            "these are only 0 and 1. How unlikely the label is, is asked for."
        ),
        f"{DOUBT} => -np.log(p[np.arange(len(p)), y[left_out]])": (
            "with the logarithm. 1 minus the probability is asked for."
        ),
        f"{DOUBT} => 1 - p[np.arange(len(p)), y[: len(p)]]": (
            "if the first labels are taken, not those of the texts that were left out."
        ),
        "np.unique(fold) => range(1, int(max(fold, default=0)) + 1)": ANY_NUMBERS,
        "np.unique(fold) => range(5)": ANY_NUMBERS,
        "np.unique(fold) => range(len(np.unique(fold)))": ANY_NUMBERS,
        "np.unique(fold) => np.unique(fold)[:-1]": "the last part is not judged.",
        "return doubt => return np.sort(doubt)[::-1]": (
            "the numbers are sorted. Each should stand at its text's place."
        ),
        "return doubt => return np.argsort(-doubt)": (
            "these are places. The suspicion of each text is asked for."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, n, n_y, folds in ((24, 3, 4, 5), (17, 5, 3, 2), (9, 1, 2, 9), (30, 4, 6, 3)):
        x, y = numbers(m, n), rng.integers(0, n_y, m)
        fold = rng.permutation(np.arange(m) % folds) * 3 - 2  # any numbers, one below 0

        def fit(x, y, n_y=n_y):
            return _near_means(x, y, n_y)

        want = [
            1 - fit(np.delete(x, others, 0), np.delete(y, others))(x[[i]])[0, y[i]]
            for i in range(m)
            for others in [np.flatnonzero(fold == fold[i])]
        ]
        got = attempt(x, y, fold, fit)
        if _leaves_out(got, fold):
            raise off("The answer", got, f"The answer is off: {ANY_NUMBERS}")
        same("The answer", got, np.array(want), "(m,)")
    return "Each label is judged by a model that did not see it."


def _leaves_out(got, fold):
    """Whether all numbers of a part are still 0, and those of another are not."""
    with suppress(Exception):  # no array
        doubt = np.asarray(got)
        judged = [np.any(doubt[fold == number]) for number in np.unique(fold)]
        return doubt.shape == fold.shape and any(judged) and not all(judged)
    return False


def _near_means(x, y, n_y):
    """Return a model: classes are the likelier, the nearer the mean of their texts is."""
    x, y = np.asarray(x), np.asarray(y)
    means = np.stack([x[y == k].mean(axis=0) if np.any(y == k) else x.mean(0) for k in range(n_y)])
    shares = np.bincount(y, minlength=n_y) + 1

    def probabilities(new):
        near = shares * np.exp(-((np.asarray(new)[:, None] - means) ** 2).sum(axis=-1))
        return near / near.sum(axis=1, keepdims=True)

    return probabilities


def small_reader(embedding):
    """Return the lesson's average with a hidden layer as a Keras model, and its learning rate."""
    indices = keras.Input((None,), dtype="int32")
    x = keras.layers.GlobalAveragePooling1D()(embedding(indices))
    x = keras.layers.Dense(64, activation="relu")(x)
    return keras.Model(indices, keras.layers.Dense(6, activation="softmax")(x)), 0.008


MOST = 20_000  # parameters besides the vectors of the words
SEED, T_X, SCALE = 1, 14, 3.0


@check.open_task(
    small_reader,
    ours=0.8375,
    of="of the negated messages right",
    more_is_better=True,
    hidden=("messages", "x", "y", "texts", "pairs", "x_pairs"),
    choose=lambda attempt: _share(attempt, "validation", slice(None)),
)
def _(attempt, rng):
    return _share(attempt, "negated", rng.permutation(len(DATA["negated"][1])))


def _share(attempt, split, chosen):
    y = DATA[split][1]
    said = attempt.then(lambda got: _said(got, split)[chosen])(_embedding())
    return np.mean(said == y[chosen])


@cache
def _table():
    rows = vectors.load("common")
    E = rows.vectors / np.linalg.norm(rows.vectors, axis=1, keepdims=True)
    index = {word: number for number, word in enumerate(rows.index_to_key, 1)}
    return np.vstack([np.zeros(E.shape[1]), SCALE * E]).astype("float32"), index


def _embedding():
    return pretrained_embedding(_table()[0], False)


def _data():
    """Return indices and labels of each split; in training the labels that are given."""
    found = {}
    for split in sentiment.SPLITS:
        rows = [row for row in sentiment.load_messages() if row["split"] == split]
        texts = [sentiment.tokenise(row["text"]) for row in rows]
        y = [sentiment.EMOJI.index(row["given"]) for row in rows]
        found[split] = sentences_to_indices(texts, _table()[1], T_X), np.array(y)
    return found


DATA = _data()  # now: while a challenge runs, nobody may read the files
_known = {}


def _said(got, split):
    """Return what a model says; each kind of model is trained once."""
    model, rate = unpack(got, "model, learning_rate")
    if not isinstance(model, keras.Model):
        raise Wrong("The first of the two should be a keras.Model.")
    if model.output_shape != (None, 6):
        raise Wrong(f"It should give 6 probabilities a text, (m, 6); yours: {model.output_shape}.")
    if not isinstance(rate, int | float | np.number) or not 0 < rate < 1:
        raise Wrong("The learning rate should be a number between 0 and 1.")
    count = sum(int(np.prod(w.shape)) for w in model.weights) - _table()[0].size
    if count > MOST:
        raise Wrong(f"Besides the vectors it has {count:,} parameters; {MOST:,} are the most.")
    key = repr(_nameless([layer.get_config() for layer in model.layers])), float(rate)
    if key not in _known:
        keras.utils.set_random_seed(SEED)
        fresh = keras.models.clone_model(model)
        for layer, old in zip(fresh.layers, model.layers, strict=True):
            if isinstance(layer, keras.layers.Embedding):
                layer.set_weights(old.get_weights())
                layer.trainable = False
        sentiment_training.fit(fresh, *DATA["training"], rate=float(rate))
        _known[key] = {
            s: sentiment_training.probabilities(fresh, DATA[s][0]).argmax(axis=1)
            for s in ("validation", "negated")
        }
    return _known[key][split]


def _nameless(config):
    """Return a configuration without the names of layers, which Keras counts on."""
    if isinstance(config, dict):
        return {key: _nameless(value) for key, value in config.items() if key != "name"}
    return [_nameless(value) for value in config] if isinstance(config, list) else config
