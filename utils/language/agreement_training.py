"""Networks that predict the number of a verb far from its subject, trained again and again."""

from collections.abc import Callable, Mapping

import keras
import numpy as np

from utils.language import agreement
from utils.language.agreement import Sentences

RATES = 0.002, 0.005, 0.0125
EPOCHS = 0.5, 1.0, 0.5, 0.15  # each with this share of the learning rate
BATCH, ROWS, SHORTER, T_X, N_E = 50, 250, 34, 44, 16
# No sentence has more than T_X words and commas, none in training more than SHORTER.


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


def encode(sentences: Sentences) -> np.ndarray:
    """Return the word indices (m, SHORTER or T_X) of sentences, int32, with zeros behind them."""
    return _padded(sentences.texts)


def _padded(texts):
    indices, _ = agreement.encode(texts, agreement.vocabulary())
    length = SHORTER if indices.shape[1] <= SHORTER else T_X  # each length is compiled once
    return np.pad(indices, ((0, 0), (0, length - indices.shape[1])))


class Network:
    """A network that is compiled once, and then trained from several starts.

    Args:
        make: returns a new Keras model, with a new start, that takes word indices (m, T_x) and
            gives P(plural), (m, 1).
    """

    def __init__(self, make: Callable[[], keras.Model]):
        self.make, self.model = make, make()
        self.model.compile(
            keras.optimizers.Adam(beta_2=0.98, global_clipnorm=1.0),
            "binary_crossentropy",
            jit_compile=True,
        )
        # The same network, for answers alone: not worth another compilation.
        self.reader = keras.Model(self.model.inputs, self.model.outputs)

    def train(self, sentences: Sentences, learning_rate: float, seed: int) -> None:
        """Train from a start of this seed: four epochs, the largest rate in the second."""
        keras.utils.set_random_seed(seed)
        self.model.set_weights(self.make().get_weights())
        if self.model.optimizer.built:  # it forgets the training before
            for variable in self.model.optimizer.variables:
                variable.assign(np.zeros(variable.shape, variable.dtype))
        rates = [learning_rate * share for share in EPOCHS]
        schedule = keras.callbacks.LearningRateScheduler(lambda epoch: rates[epoch])
        self.model.fit(
            encode(sentences),
            sentences.plural,
            batch_size=BATCH,
            epochs=len(EPOCHS),
            callbacks=[schedule],
            verbose=0,
        )

    def probabilities(self, texts) -> np.ndarray:
        """Return P(plural) after each text, a list of words, (m,)."""
        indices = _padded(texts)
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


def by_distance(right: np.ndarray, sentences: Sentences) -> Mapping[int, float]:
    """Return the share of right answers at each distance, in words."""
    distances = np.unique(sentences.distance)
    return {int(d): float(right[sentences.distance == d].mean()) for d in distances}
