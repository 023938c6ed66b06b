"""Networks that label codons: training, long sequences piece by piece, what they learned."""

from collections.abc import Callable

import keras
import numpy as np

from utils.genomics.frames import six_frames
from utils.genomics.labels import KINDS
from utils.genomics.sequences import (
    N_CODONS,
    STOP_CODONS,
    UNKNOWN,
    codons,
    reverse_complement,
)
from utils.language.tagging import Rates

N_INPUTS = N_CODONS + 1  # the last for a codon with an unknown base
N_FRAMES = 6
BATCH = 20
TOGETHER = 16  # pieces that are read together: batches of one shape are compiled once
AT_ONCE = 10  # updates that TensorFlow or JAX takes without coming back to Python
PIECE, EDGE = 1800, 300  # bases read at a time; of each end, those read for context alone


class FramesAsRows(keras.layers.Layer):
    """Turns (m, 6, steps, channels) to (6 m, steps, channels): each frame is a row of the batch."""

    def call(self, x):
        """Return each frame as a row."""
        shape = keras.ops.shape(x)
        return keras.ops.reshape(x, (shape[0] * N_FRAMES, shape[2], shape[3]))

    def compute_output_shape(self, shape):
        """Return the new shape."""
        return None, *shape[2:]


class RowsAsFrames(keras.layers.Layer):
    """Turns (6 m, steps, channels) back, (m, 6, steps, channels), in the window's own order.

    The other strand's three frames are read from the window's end, so they are turned round: then
    a step is the same place of the window in all six.
    """

    def call(self, x):
        """Return the six frames of each window, side by side."""
        shape = keras.ops.shape(x)
        x = keras.ops.reshape(x, (shape[0] // N_FRAMES, N_FRAMES, shape[1], shape[2]))
        return keras.ops.concatenate([x[:, :3], keras.ops.flip(x[:, 3:], axis=2)], axis=1)

    def compute_output_shape(self, shape):
        """Return the new shape."""
        return None, N_FRAMES, *shape[1:]


def side_by_side(n_tokens: int, stride: int, units: int = 48, n_e: int = 16) -> keras.Model:
    """Return a control: three tokens a step, (m, steps, 3), to kinds of each step, (m, steps, 7).

    Its layers are those of the lesson's network, but it reads all frames at once.

    Args:
        n_tokens: how many kinds of tokens there are.
        stride: steps that its GRU takes at once.
        units: of the GRU, in each direction.
        n_e: numbers in a token's vector.
    """
    x = keras.Input((None, 3), dtype="int32")
    a = keras.layers.Reshape((-1, 3 * n_e))(keras.layers.Embedding(n_tokens, n_e)(x))
    a = keras.layers.Conv1D(32, 9, strides=stride, padding="same", activation="relu")(a)
    a = keras.layers.Bidirectional(keras.layers.GRU(units, return_sequences=True))(a)
    a = keras.layers.Reshape((-1, len(KINDS)))(keras.layers.Dense(len(KINDS) * stride)(a))
    return keras.Model(x, keras.layers.Softmax()(a))


def train(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    learning_rate: float,
    callbacks: tuple = (),
    jit: bool = False,
) -> list[float]:
    """Train a network that gives the probabilities of each step's kinds, reading all windows once.

    Args:
        model: takes x, gives (m, steps, kinds).
        x: (m, ...), m a multiple of `BATCH`.
        y: kinds, (m, steps).
        learning_rate: the largest; it rises for a tenth of the steps, then falls to nothing.
        callbacks: of Keras.
        jit: whether to compile with XLA on TensorFlow. On JAX it always is.

    Returns:
        The loss over the training, one figure.
    """
    steps = len(x) // BATCH
    adam = keras.optimizers.Adam(Rates(learning_rate, steps), beta_2=0.98, global_clipnorm=1.0)
    jit = jit or keras.backend.backend() == "jax"
    options = {"jit_compile": jit, "steps_per_execution": AT_ONCE}
    model.compile(adam, "sparse_categorical_crossentropy", **options)
    fitted = model.fit(x, y.astype("int32"), batch_size=BATCH, verbose=0, callbacks=list(callbacks))
    return fitted.history["loss"]


def probabilities(
    model: keras.Model,
    bases: np.ndarray,
    prepare: Callable = six_frames,
    piece: int = PIECE,
    edge: int = EDGE,
) -> np.ndarray:
    """Return the probability of each kind for each base of a sequence of any length, (n, 7).

    The sequence is read in pieces that overlap; of each, the bases near its ends are left to the
    neighbour. Behind the sequence stand unknown bases. The three bases of a step share an answer.

    Args:
        model: takes what `prepare` makes of bases (m, piece).
        bases: (n,).
        prepare: makes the network's input.
        piece: bases that are read at a time, a multiple of 3.
        edge: bases at each end that are read for context alone, a multiple of 3.
    """
    n, kept = len(bases), piece - 2 * edge
    count = max(1, -(-n // kept))
    after = count * kept - n + edge
    padded = np.pad(np.asarray(bases), (edge, after), constant_values=UNKNOWN)
    pieces = np.stack([padded[k * kept : k * kept + piece] for k in range(count)])
    said = read(model, prepare(pieces)).repeat(3, axis=1)
    return said[:, edge : piece - edge].reshape(-1, len(KINDS))[:n]


def read(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return what a network says of all rows, in batches of one size.

    Args:
        model: takes whole numbers.
        x: (m, ...).
    """
    x = np.asarray(x, "int32")  # of one kind, too: each is compiled once
    filled = np.pad(x, [(0, -len(x) % TOGETHER), *[(0, 0)] * (x.ndim - 1)])
    parts = range(0, len(filled), TOGETHER)
    said = [np.asarray(model.predict_on_batch(filled[k : k + TOGETHER])) for k in parts]
    return np.concatenate(said)[: len(x)]


def nearest_codons(table: np.ndarray, codon: int, count: int) -> list[int]:
    """Return the codons with the largest cosine to one of them, the nearest first.

    Args:
        table: (at least 64, n_e), the codons' vectors.
        codon: its index.
        count: how many.
    """
    vectors = table[:N_CODONS] - table[:N_CODONS].mean(axis=0)
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    order = np.argsort(-vectors @ vectors[codon], kind="stable")
    return [int(other) for other in order if other != codon][:count]


def changed_by(model: keras.Model, bases: np.ndarray, place: int, around: int) -> np.ndarray:
    """Return how much the answer at `place` changes when a base near it is another, (2 around,).

    Each base from place - around to place + around is replaced by its three others in turn. The
    change is the largest of them, of the sum of |differences| of the probabilities, halved.

    Args:
        model: takes what `six_frames` gives of windows.
        bases: (n,), a window.
        place: the base whose answer is looked at.
        around: how far.
    """
    places = range(place - around, place + around)
    rows = np.repeat(np.asarray(bases)[None], 1 + 3 * len(places), axis=0)
    for number, where in enumerate(places):
        for step in (1, 2, 3):
            rows[3 * number + step, where] = (bases[where] + step) % 4
    said = read(model, six_frames(rows))[:, place // 3]
    distance = np.abs(said[1:] - said[0]).sum(axis=1) / 2
    return distance.reshape(-1, 3).max(axis=1)


def changes_a_stop(bases: np.ndarray, place: int) -> bool:
    """Return whether another base at `place` would make or remove a stop codon, on any strand.

    Args:
        bases: (n,).
        place: at least 2 from both ends.
    """
    near = np.asarray(bases)[place - 2 : place + 3]
    others = np.stack([np.append(near[:2], [(near[2] + k) % 4, *near[3:]]) for k in range(4)])
    found = [
        [np.isin(codons(strand), STOP_CODONS).tolist() for strand in (row, reverse_complement(row))]
        for row in others
    ]
    return any(one != found[0] for one in found[1:])
