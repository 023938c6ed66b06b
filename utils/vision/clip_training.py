"""Networks that read clips: training with an answer after each frame, and reading many clips."""

from time import process_time

import keras
import numpy as np

from utils.language.tagging import Rates

BATCH = 32
TOGETHER = 40  # clips read together: batches of one shape are compiled once
AT_ONCE = 5  # updates that TensorFlow or JAX takes without coming back to Python


def weights_of_frames(T: int) -> np.ndarray:
    """Return how much the answer after each frame counts, (T,), float32, 1 on average.

    Nobody can know an activity from its first frame, so early answers count less.
    """
    rising = ((np.arange(T) + 1) / T) ** 2
    return (rising / rising.mean()).astype("float32")


def varied(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return clips of which half are mirrored, and half have light and dark exchanged.

    Neither changes what a figure does.

    Args:
        x: (m, T, rows, columns, c), from -1 to 1.
        rng: draws which.
    """
    mirrored, dark = rng.random((2, len(x), 1, 1, 1, 1)) < 0.5
    return np.where(mirrored, x[..., ::-1, :], x) * np.where(dark, -1, 1).astype(x.dtype)


class Varied(keras.utils.PyDataset):
    """Batches in a new order each epoch; each time a clip comes, it is varied anew."""

    def __init__(self, x: np.ndarray, y: np.ndarray, rng: np.random.Generator):
        super().__init__()
        self.x, self.rng, T = x, rng, x.shape[1]
        self.y = np.repeat(np.asarray(y)[:, None], T, axis=1).astype("int32")
        self.weights = np.tile(weights_of_frames(T), (BATCH, 1))
        self.on_epoch_end()

    def __len__(self) -> int:
        """Return the number of batches."""
        return len(self.x) // BATCH

    def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the clips of a batch, their labels and weights for each frame."""
        rows = self.order[BATCH * number : BATCH * (number + 1)]
        return varied(self.x[rows], self.rng), self.y[rows], self.weights

    def on_epoch_end(self) -> None:
        """Draw a new order."""
        self.order = self.rng.permutation(len(self.x))


def train(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    epochs: int,
    learning_rate: float,
    seed: int = 1,
) -> list[float]:
    """Train a network that gives logits after each frame, on clips that are `varied`.

    Args:
        model: takes x, gives (m, T, n).
        x: (m, T, rows, columns, c), m a multiple of `BATCH`.
        y: (m,), the clips' labels.
        epochs: how often it reads all clips.
        learning_rate: the largest; it rises for a tenth of the steps, then falls to nothing.
        seed: decides the order of clips, and how each is varied.

    Returns:
        The loss of each epoch, in nats.

    Raises:
        ValueError: the number of clips is no multiple of `BATCH`.
    """
    if len(x) % BATCH:
        raise ValueError(f"{len(x)} clips are no multiple of {BATCH}.")
    adam = keras.optimizers.Adam(
        Rates(learning_rate, epochs * len(x) // BATCH), beta_2=0.98, global_clipnorm=1.0
    )
    model.compile(
        adam,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=keras.backend.backend() == "jax",  # on TensorFlow XLA takes twice as long
        steps_per_execution=AT_ONCE,
    )
    batches = Varied(x, y, np.random.default_rng(seed))
    losses = model.fit(batches, epochs=epochs, verbose=0).history["loss"]
    model.steps_per_execution = 1  # reading has few batches: more at once would compile twice
    return losses


def read(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return what a network says of all clips, in batches of one size.

    Args:
        model: takes clips.
        x: (m, …).
    """
    x = np.asarray(x, "float32")
    filled = np.concatenate([x, np.zeros((-len(x) % TOGETHER, *x.shape[1:]), "float32")])
    return model.predict(filled, batch_size=TOGETHER, verbose=0)[: len(x)]


def timed(model: keras.Model, x: np.ndarray) -> tuple[np.ndarray, float]:
    """Return what a network says of all clips, and in how many CPU-seconds, without compiling."""
    read(model, x[:TOGETHER])
    start = process_time()
    return read(model, x), process_time() - start


def units_for(parameters: int, n_f: int, n_y: int) -> int:
    """Return how many units make two layers, n_f to units to n_y, of about so many parameters."""
    return round((parameters - n_y) / (n_f + 1 + n_y))
