"""One network trained several times: with a part, without it, on other scenes, at equal budget.

To compile a network takes as long as a good part of its training. Here it is compiled once: a
`Switch` takes a part out, and each training begins with the same weights and the same order.
"""

from collections.abc import Iterable, Mapping

import keras
import numpy as np
from keras import ops

from utils import env, plots

AT_ONCE = 10  # updates in one call: a third faster on TensorFlow, with the same figures
PIECE = 20  # updates with one learning rate, and one figure of the loss


@keras.saving.register_keras_serializable("sequence_models")
class Switch(keras.Layer):
    """Hands on the first of its two inputs while it is on, and the second while it is off."""

    def build(self, on_shape, off_shape):
        """Make the switch, which is on. Both inputs have one shape."""
        self.on = self.add_weight(shape=(), initializer="ones", trainable=False, name="on")

    def call(self, on, off):
        """Return one of the two, of their shape."""
        return ops.where(self.on > 0.5, on, off)


class Trainings:
    """Trainings of one network, each from the same start.

    Args:
        model: from pictures and the tokens of captions to logits, (m, T_y, n_y).
        switches: of the network, by name.
        batch: the examples of an update.
        rate: the largest learning rate; it rises in a tenth of the steps, and falls to 0.
        compiled: whether XLA compiles it on TensorFlow, too: 15 s, and then an update takes half as
            long. JAX compiles always.
        seed: of the order of examples.
    """

    def __init__(
        self,
        model: keras.Model,
        switches: Mapping[str, Switch],
        batch: int = 32,
        rate: float = 0.01,
        compiled: bool = False,
        seed: int = 1,
    ):
        self.model, self.switches = model, switches
        self.batch, self.rate, self.seed = batch, rate, seed
        self.start = [np.array(weight) for weight in model.get_weights()]
        model.compile(
            keras.optimizers.Adam(rate, beta_2=0.98, global_clipnorm=1.0),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            jit_compile=compiled or env.jit_compile(),
            steps_per_execution=AT_ONCE,
        )

    def run(
        self, label: str, steps: int, images, y, mask, off: Iterable[str] = (), start=None
    ) -> list[float]:
        """Train from the start, and leave the network with what it learned.

        Each example is seen as often as each other, or once more. The order is drawn anew for each
        round through them, and is the same in each training on as many examples.

        Args:
            label: shown while it trains.
            steps: how many updates; the last ones of less than a `PIECE` are left out.
            images: (m, SIZE, SIZE, 3).
            y: (m, T_y), tokens.
            mask: (m, T_y), which of them count.
            off: names of the switches that are off.
            start: weights to begin with; those of the network before any training if None.

        Returns:
            the loss in each `PIECE` of the training, in nats a token.
        """
        self.model.set_weights(self.start if start is None else start)
        for name in off:
            self.switches[name].on.assign(0.0)
        optimizer = self.model.optimizer
        for variable in optimizer.variables:
            variable.assign(np.zeros(variable.shape))
        rng, pieces, size = np.random.default_rng(self.seed), steps // PIECE, PIECE * self.batch
        rounds = -(-pieces * size // len(y))
        rows = np.concatenate([rng.permutation(len(y)) for _ in range(rounds)])[: pieces * size]
        rates = [self.rate * share((piece + 0.5) / pieces) for piece in range(pieces)]
        history = self.model.fit(  # once: each call costs as much as some updates
            [images[rows], y[rows]],
            y[rows],
            sample_weight=mask[rows].astype("float32"),
            batch_size=self.batch,
            shuffle=False,
            epochs=pieces,
            steps_per_epoch=PIECE,
            callbacks=[
                keras.callbacks.LearningRateScheduler(lambda piece: rates[piece]),
                plots.fit_progress(pieces, label),
            ],
            verbose=0,
        )
        # Keras divides by all places of a caption, also by those that do not count.
        return [loss / mask[rows].mean() for loss in history.history["loss"]]


def share(done: float) -> float:
    """Return the share of the largest learning rate after this share of the training."""
    if done < 0.1:
        return done / 0.1
    return (1 + np.cos(np.pi * (done - 0.1) / 0.9)) / 2
