"""Networks that predict the next word: tied embeddings, sampled softmax, vectors to begin with.

A network has two parts. Its *trunk* reads tokens, (m, T_x), and gives what it knows after each,
(m, T_x, n_e); its first layer is a `TiedEmbedding`. Called in reverse, that layer turns what is
known into the logits of the next word, (m, T_x, n_x).
"""

import time
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds
from scipy.special import log_softmax

from utils import env, plots
from utils.models import lstm
from utils.models.language_model import Step
from utils.text import END

with env.quiet():
    import keras
    from keras import layers, ops


@keras.saving.register_keras_serializable("sequence_models")
class TiedEmbedding(layers.ReversibleEmbedding):
    """An embedding of words whose matrix, transposed, is the output layer, too.

    `layer(tokens)` looks up rows of E, (n_x, n_e); `layer(a, reverse=True)` returns the logits
    a Eᵀ + b. One matrix for both makes a word model smaller and better (Press and Wolf 2017; Inan,
    Khosravi and Socher 2017). Keras's own layer has no bias, which holds how often a word is.
    """

    def build(self, input_shape=None):
        """Make the matrix and the bias."""
        super().build(input_shape)
        self.bias = self.add_weight(shape=(self.input_dim,), initializer="zeros", name="bias")

    def call(self, inputs, reverse=False):
        """Return the rows of tokens (m, T_x), or the logits of what is known (m, T_x, n_e)."""
        found = super().call(inputs, reverse=reverse)
        return found + self.bias if reverse else found

    # Keras's own layer saves its matrix alone; a layer of any kind saves all that it has.
    save_own_variables = layers.Layer.save_own_variables
    load_own_variables = layers.Layer.load_own_variables


class SampledSoftmax(layers.Layer):
    """The loss of a softmax that is taken over a few words, drawn anew for each batch.

    The sum over all words below the softmax is estimated: the right word counts as it is, and the
    others by `samples` words, drawn with replacement as often as they occur in the text and
    weighted by one over how often they are expected (importance sampling: Bengio and Senécal 2003;
    Jean and others 2015). The estimate of the sum is right in expectation. All of a batch share the
    words that are drawn; where one of them is the right word it does not count again.

    Args:
        embed: the layer that is the output, a `TiedEmbedding`.
        counts: how often each word occurs in the text, (n_x,); a 0 counts as 1.
        samples: how many words are drawn.
        seed: of the draw.
    """

    def __init__(self, embed: TiedEmbedding, counts: np.ndarray, samples: int, seed: int):
        super().__init__()
        shares = np.maximum(np.asarray(counts, float), 1)
        shares /= shares.sum()
        self.embed, self.samples = embed, samples
        self.upto = np.cumsum(shares)[:-1].astype("float32")
        self.expected = np.log(samples * shares).astype("float32")
        self.chance = keras.random.SeedGenerator(seed)

    def call(self, a, y):
        """Return the loss of each word in nats, (m, T_x), from a (m, T_x, n_e) and y (m, T_x)."""
        uniform = keras.random.uniform((self.samples,), seed=self.chance)
        drawn = ops.searchsorted(ops.convert_to_tensor(self.upto), uniform, side="right")
        table, bias = self.embed.embeddings, self.embed.bias
        right = ops.sum(a * ops.take(table, y, axis=0), axis=-1) + ops.take(bias, y)
        others = ops.matmul(a, ops.transpose(ops.take(table, drawn, axis=0)))
        others = others + ops.take(bias - self.expected, drawn)
        others = ops.where(ops.expand_dims(y, -1) == ops.cast(drawn, y.dtype), -1e9, others)
        both = ops.concatenate([ops.expand_dims(right, -1), others], axis=-1)
        return ops.logsumexp(both, axis=-1) - right


def tied_lstm(n_x: int, n_e: int, n_a: int, dropout: float = 0.0) -> tuple:
    """Return the trunk and the whole of an LSTM language model, which share their layers.

    The trunk is a `TiedEmbedding`, an LSTM and a Dense layer from n_a to n_e, with dropout around
    the LSTM; the whole goes on to the logits of the next word, (m, T_x, n_x).
    """
    tokens = keras.Input((None,), dtype="int32")
    embed = TiedEmbedding(n_x, n_e, name="embed")
    a = layers.LSTM(n_a, return_sequences=True)(layers.Dropout(dropout)(embed(tokens)))
    known = layers.Dropout(dropout)(layers.Dense(n_e)(a))
    return keras.Model(tokens, known), keras.Model(tokens, embed(known, reverse=True))


def embedding_of(model: keras.Model) -> TiedEmbedding:
    """Return the tied embedding of a trunk or a whole model. Raises ValueError: it has none."""
    found = [layer for layer in model.layers if isinstance(layer, TiedEmbedding)]
    if len(found) != 1:
        raise ValueError(f"The model needs one TiedEmbedding, but has {len(found)}.")
    return found[0]


# Training

AT_ONCE = 10  # steps between two returns to Python


def stream(articles: Sequence[Sequence[int]], length: int, seed: int) -> tuple:
    """Return x and y, each (m, length), int32, of all articles in one row, cut into m pieces.

    y is x one step later. The articles are shuffled first; what is left at the end is dropped.

    Args:
        articles: token indices of whole articles, in which `END` stands after each sentence.
        length: T_x.
        seed: of the shuffling.

    Raises:
        ValueError: there are fewer than `length` tokens.
    """
    order = np.random.default_rng(seed).permutation(len(articles))
    y = np.concatenate([articles[i] for i in order]).astype("int32")
    m = len(y) // length
    if not m:
        raise ValueError(f"{len(y)} tokens are too few for one piece of {length}.")
    x = np.roll(y, 1)
    x[0] = END
    return x[: m * length].reshape(m, length), y[: m * length].reshape(m, length)


def fit(
    trunk: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    label: str,
    seed: int,
    epochs: int = 2,
    size: int = 64,
    samples: int | None = 300,
    learning_rate: float = 6e-3,
) -> list[float]:
    """Train a trunk and its tied output; return the loss of each epoch, in nats a token.

    The bias begins as the logarithm of how often each word is. The learning rate rises for a tenth
    of the steps and falls to 0 along a cosine; the gradient is clipped by its norm.

    Args:
        trunk: as `tied_lstm` makes it.
        x: token indices, (m, T_x), m a multiple of `size` or else the rest is dropped.
        y: those that follow, (m, T_x).
        label: of the progress bar.
        seed: of the words that are drawn.
        epochs: how often x is seen.
        size: of a batch.
        samples: how many words are drawn for each batch, as `SampledSoftmax` does; None for the
            whole softmax, which suits characters.
        learning_rate: the highest one.
    """
    counts = np.bincount(y.ravel(), minlength=embedding_of(trunk).input_dim)
    bias = np.log(np.maximum(counts, 1) / counts.sum())
    embedding_of(trunk).bias.assign(bias.astype("float32"))
    training = _with_loss(trunk, counts, samples, seed)
    kept = len(x) // size * size or len(x)
    steps = epochs * -(-kept // size)
    rate = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10, int(0.9 * steps), warmup_target=learning_rate, warmup_steps=steps // 10
    )
    adam = keras.optimizers.Adam(rate, beta_2=0.98, global_clipnorm=1.0)
    training.compile(
        adam,
        lambda _, losses: losses,
        jit_compile=env.jit_compile(1000),
        steps_per_execution=min(AT_ONCE, steps),
    )
    history = training.fit(
        [x[:kept], y[:kept]],
        np.zeros((kept, 1), "float32"),
        batch_size=size,
        epochs=epochs,
        verbose=0,
        callbacks=[plots.fit_progress(epochs, label)],
    )
    return history.history["loss"]


def _with_loss(trunk, counts, samples, seed):
    """Return a model of x and y whose output is the loss of each token, (m, T_x)."""
    embed, targets = embedding_of(trunk), keras.Input((None,), dtype="int32")
    if samples is None:
        logits = embed(trunk.output, reverse=True)
        loss = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    else:
        loss = SampledSoftmax(embed, counts, samples, seed)(trunk.output, targets)
    return keras.Model([trunk.input, targets], loss)


def seconds_a_step(
    trunk: keras.Model, x: np.ndarray, y: np.ndarray, samples: int | None, steps: int = 5
) -> float:
    """Return the wall-clock seconds of one training step on a batch x, y, the best of some.

    The trunk's weights change. Compiling, which the first step does, does not count.

    Args:
        trunk: as `tied_lstm` makes it.
        x: token indices, (m, T_x).
        y: those that follow, (m, T_x).
        samples: as in `fit`: how many words are drawn, or None for the whole softmax.
        steps: how many are timed.
    """
    counts = np.bincount(y.ravel(), minlength=embedding_of(trunk).input_dim)
    training = _with_loss(trunk, counts, samples, seed=1)
    adam = keras.optimizers.Adam(1e-3, global_clipnorm=1.0)
    training.compile(adam, lambda _, losses: losses, jit_compile=env.jit_compile(1000))
    found, nothing = [], np.zeros((len(x), 1), "float32")
    for _ in range(steps + 1):
        start = time.perf_counter()
        training.train_on_batch([x, y], nothing)  # returns the loss, so it has been computed
        found.append(time.perf_counter() - start)
    return min(found[1:])


def counted_vectors(
    sequences: Sequence[Sequence[int]], n_x: int, n_e: int, window: int = 4, scale: float = 0.1
) -> np.ndarray:
    """Return word vectors to begin with, (n_x, n_e) float32, from a count of neighbours.

    The positive pointwise mutual information of each pair of words that stand at most `window`
    tokens apart, and of this matrix the first n_e singular vectors, each times the square root of
    its singular value (Levy, Goldberg and Dagan 2015). Nothing is random.

    Args:
        sequences: the training text, token indices.
        n_x: the size of the vocabulary.
        n_e: the size of a vector, less than n_x.
        window: how far apart neighbours are.
        scale: the root of the mean square of all numbers that are returned.
    """
    tokens = np.concatenate([np.append(sequence, [-1] * window) for sequence in sequences])
    tokens = tokens.astype(np.int64)
    pairs = sparse.csr_matrix((n_x, n_x))
    for apart in range(1, window + 1):
        left, right = tokens[:-apart], tokens[apart:]
        inside = (left >= 0) & (right >= 0)
        ones = np.ones(inside.sum())
        pairs = pairs + sparse.csr_matrix((ones, (left[inside], right[inside])), shape=(n_x, n_x))
    pairs = (pairs + pairs.T).tocoo()
    counts = np.asarray(pairs.sum(axis=0)).ravel()
    smoothed = counts**0.75  # else rare neighbours count too much
    information = np.log(pairs.data * smoothed.sum() / (counts[pairs.row] * smoothed[pairs.col]))
    positive = sparse.csr_matrix((np.maximum(information, 0), (pairs.row, pairs.col)), (n_x, n_x))
    left, values, _ = svds(positive, n_e, v0=np.ones(n_x))
    vectors = left * np.sqrt(values)
    vectors *= np.sign(vectors.sum(axis=0))  # a singular vector has no sign of its own
    return (vectors * scale / np.sqrt(np.mean(vectors**2))).astype("float32")


# Scores


def log_probs_of(
    trunk: keras.Model, sequences: Sequence[Sequence[int]], length: int = 80, size: int = 64
) -> np.ndarray:
    """Return the log-probability of every token of `sequences`, in their order: (n_tokens,).

    With the whole softmax. Each sequence is read by itself, from `END`. A longer one than `length`
    is read in pieces that overlap by a quarter, so that each token has so many before it.

    Args:
        trunk: as `tied_lstm` makes it.
        sequences: token indices; of an article, `END` after each sentence.
        length: T_x of a piece, at most.
        size: m of a batch.
    """
    table, bias = (ops.convert_to_numpy(w) for w in embedding_of(trunk).weights)
    length = min(length, max(map(len, sequences)))
    found, (x, y, mask) = [], _pieces(sequences, length)
    for start in range(0, len(x), size):
        batch = slice(start, start + size)
        rows = np.full((size, length), END, "int32")  # batches of one shape are compiled once
        rows[: len(x[batch])] = x[batch]
        known = np.asarray(trunk.predict_on_batch(rows))[: len(x[batch])][mask[batch]]
        logits = known @ table.T
        logits += bias
        right = np.take_along_axis(logits, y[batch][mask[batch]][:, None], axis=-1)[:, 0]
        logits -= (highest := logits.max(axis=-1, keepdims=True))
        found.append(right - highest[:, 0] - np.log(np.exp(logits, out=logits).sum(axis=-1)))
    return np.concatenate(found)


def _pieces(sequences, length):
    """Return x, y and mask, each (m, length): each token is counted in one piece."""
    overlap, parts = length // 4, []
    for sequence in sequences:
        tokens = np.asarray(sequence, "int32")
        for start in range(0, max(len(tokens) - overlap, 1), length - overlap):
            count = min(length, len(tokens) - start)
            x, y, mask = (np.full(length, END, kind) for kind in ("int32", "int32", bool))
            y[:count] = tokens[start : start + count]
            x[:count] = np.append(tokens[start - 1] if start else END, y[: count - 1])
            mask[overlap if start else 0 : count] = True
            parts.append((x, y, mask))
    return tuple(np.stack(part) for part in zip(*parts, strict=True))


def lstm_step(model: keras.Model) -> Step:
    """Return a trained `tied_lstm`, whole, as a step function in NumPy, for sampling.

    One word at a time, that is many times faster than a call of the model.
    """
    embed = embedding_of(model)
    (cell,) = [layer for layer in model.layers if isinstance(layer, layers.LSTM)]
    (dense,) = [layer for layer in model.layers if isinstance(layer, layers.Dense)]
    table, bias = embed.get_weights()
    weights, (W, b) = lstm.lstm_from_keras(cell.get_weights()), dense.get_weights()

    def step(state, tokens):
        zeros = np.zeros((len(tokens), cell.units), "float32")
        a, c = (zeros, zeros) if state is None else state
        a, c, _ = lstm.lstm_cell_forward(table[tokens], a, c, weights)
        return (a, c), log_softmax((a @ W + b) @ table.T + bias, axis=-1)

    return step
