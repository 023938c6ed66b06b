"""Networks that predict the number of a verb far from its subject, trained again and again."""

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from utils.language import agreement
from utils.language.agreement import Sentences

RATES = 0.002, 0.005, 0.0125
EPOCHS = 0.5, 1.0, 0.3  # each with this share of the learning rate
BATCH, ROWS, SHORTER, T_X, N_E = 50, 250, 26, 44, 16
# No sentence has more than T_X words and commas, none in training more than SHORTER.
AT_ONCE = 10  # updates that TensorFlow or JAX takes without coming back to Python


def small_model(layer: keras.layers.Layer) -> keras.Model:
    """Return a model of word indices (m, T_x), padded with 0, that gives P(plural), (m, 1)."""
    words = keras.Input((None,), dtype="int32")
    n_words = len(agreement.vocabulary())
    embedded = keras.layers.Embedding(n_words, N_E, mask_zero=True)(words)
    return keras.Model(words, keras.layers.Dense(1, activation="sigmoid")(layer(embedded)))


def starts() -> dict[str, Callable[[], keras.Model]]:
    """Return functions that make untrained networks, by the name of their start.

    An RNN with small random state weights and with orthogonal ones, as Keras has it; a GRU; LSTMs
    whose forget gate's bias begins at 0, 1 and 3. All have about as many parameters.
    """

    def small():  # made anew: an initializer draws the same numbers each time
        start = keras.initializers.RandomNormal(stddev=0.05)
        return small_model(keras.layers.SimpleRNN(95, recurrent_initializer=start))

    made = {
        "RNN, small": small,
        "RNN, orthogonal": lambda: small_model(keras.layers.SimpleRNN(95)),
        "GRU": lambda: small_model(keras.layers.GRU(51)),
    }
    return made | {f"LSTM, $b_f$ = {b_f}": lambda b_f=b_f: _lstm(b_f) for b_f in (0, 1, 3)}


def _lstm(b_f, units=44):
    layer = keras.layers.LSTM(units)
    model = small_model(layer)
    kernel, recurrent, bias = layer.get_weights()
    bias[units : 2 * units] = b_f
    layer.set_weights([kernel, recurrent, bias])
    return model


def encode(texts: Sequence[Sequence[str]], T_x: int = T_X) -> np.ndarray:
    """Return the word indices (m, T_x) of texts, int32, with zeros behind them.

    Raises:
        ValueError: a text has more than `T_x` words and commas.
    """
    indices, _ = agreement.encode(texts, agreement.vocabulary())
    if (longest := indices.shape[1]) > T_x:
        raise ValueError(f"A text has {longest} words and commas; {T_x} are the most.")
    return np.pad(indices, ((0, 0), (0, T_x - longest)))


class Network:
    """A network that is compiled once, and then trained from several starts.

    Args:
        make: returns a new Keras model, with a new start, that takes word indices (m, T_x) and
            gives P(plural), (m, 1).
    """

    def __init__(self, make: Callable[[], keras.Model]):
        self.make, self.model, self.trained = make, make(), {}
        self.model.compile(
            keras.optimizers.Adam(beta_2=0.98, global_clipnorm=1.0),
            "binary_crossentropy",
            jit_compile=True,
            steps_per_execution=AT_ONCE,
        )
        # The same network, for answers alone: not worth another compilation.
        self.reader = keras.Model(self.model.inputs, self.model.outputs)

    def start(self, seed: int) -> list[np.ndarray]:
        """Return the weights with which training begins from this seed."""
        keras.utils.set_random_seed(seed)
        return self.make().get_weights()

    def train(self, sentences: Sentences, learning_rate: float, seed: int) -> list[float]:
        """Train from a start of this seed: an epoch for each of EPOCHS.

        Sentences have at most `SHORTER` words and commas. Returns the loss in nats, the mean of
        every `AT_ONCE` updates.
        """
        self.model.set_weights(self.start(seed))
        if self.model.optimizer.built:  # it forgets the training before
            for variable in self.model.optimizer.variables:
                variable.assign(np.zeros(variable.shape, variable.dtype))
        rates = [learning_rate * share for share in EPOCHS]
        schedule = keras.callbacks.LearningRateScheduler(lambda epoch: rates[epoch])
        losses = _Losses()
        self.model.fit(
            encode(sentences.texts, SHORTER),
            sentences.plural,
            batch_size=BATCH,
            epochs=len(EPOCHS),
            callbacks=[schedule, losses],
            verbose=0,
        )
        self.trained[learning_rate, seed] = self.model.get_weights()
        return losses.found

    def use(self, learning_rate: float, seed: int) -> None:
        """Take back the weights that a training ended with."""
        self.model.set_weights(self.trained[learning_rate, seed])

    def probabilities(self, texts) -> np.ndarray:
        """Return P(plural) after each text, a list of words, (m,)."""
        indices = encode(texts)
        rows = -(-len(indices) // ROWS) * ROWS  # batches of one shape are compiled once
        filled = np.pad(indices, ((0, rows - len(indices)), (0, 0)), mode="edge")
        said = self.reader.predict(filled, batch_size=ROWS, verbose=0)
        return said[: len(indices), 0]

    def right(self, sentences: Sentences) -> np.ndarray:
        """Return for each sentence whether the likelier number is the right one, (m,)."""
        return (self.probabilities(sentences.texts) > 0.5) == sentences.plural

    def judged(self, sentences: Sentences) -> tuple[float, float]:
        """Return the cross-entropy in nats, the mean, and the share of right answers."""
        p = np.clip(self.probabilities(sentences.texts), 1e-7, 1 - 1e-7)
        loss = -np.mean(np.log(np.where(sentences.plural, p, 1 - p)))
        return float(loss), float(np.mean((p > 0.5) == sentences.plural))


class _Losses(keras.callbacks.Callback):
    """Keeps the losses between two calls; Keras tells the mean since the epoch began."""

    def __init__(self):
        super().__init__()
        self.found = []

    def on_epoch_begin(self, epoch, logs=None):
        self.updates, self.total = 0, 0.0

    def on_train_batch_end(self, batch, logs=None):
        updates, total = batch + 1, logs["loss"] * (batch + 1)
        self.found.append((total - self.total) / (updates - self.updates))
        self.updates, self.total = updates, total


def say_number(sentence: str, networks: Mapping[str, Network]) -> None:
    """Print the probability of "were" after the beginning of a sentence, by each network.

    Where the sentence cannot be read, print why.
    """
    try:
        text = agreement.read(sentence)
    except ValueError as error:
        print(error)
        return
    print(" ".join(text), "…")
    for name, network in networks.items():
        print(f"  {name:<9} P(were) = {network.probabilities([text])[0]:.3f}")


def by_group(right: np.ndarray, sentences: Sentences) -> Mapping[str, float]:
    """Return the share of right answers where another animal could mislead, by where it stands."""
    groups = agreement.groups(sentences)
    return {group: float(right[mask].mean()) for group, mask in groups.items()}


def by_distance(right: np.ndarray, sentences: Sentences) -> Mapping[int, float]:
    """Return the share of right answers at each distance, in words."""
    distances = np.unique(sentences.distance)
    return {int(d): float(right[sentences.distance == d].mean()) for d in distances}
