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
PIECES = 10  # of a training, each with its loss


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
    """Trainings of one network, each from the same start, and as long as all others.

    Args:
        model: from pictures and the tokens of captions to logits, (m, T_y, n_y).
        switches: of the network, by name.
        steps: updates of one training, a multiple of AT_ONCE * PIECES.
        batch: the examples of an update.
        rate: the largest learning rate; it rises in a tenth of the steps, and falls to 0.
        seed: of the order of examples.
    """

    def __init__(
        self,
        model: keras.Model,
        switches: Mapping[str, Switch],
        steps: int,
        batch: int = 64,
        rate: float = 0.008,
        seed: int = 1,
    ):
        self.model, self.switches, self.batch, self.seed = model, switches, batch, seed
        self.steps = steps
        self.start = [np.array(weight) for weight in model.get_weights()]
        schedule = keras.optimizers.schedules.CosineDecay(
            0.0, int(0.9 * steps), warmup_target=rate, warmup_steps=steps // 10
        )
        model.compile(
            keras.optimizers.Adam(schedule, beta_2=0.98, global_clipnorm=1.0),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            jit_compile=env.jit_compile(),
            steps_per_execution=AT_ONCE,
        )

    def run(self, label: str, images, y, mask, off: Iterable[str] = ()) -> list[float]:
        """Train from the start, and leave the network with what it learned.

        Each example is seen as often as each other, or once more. The order is drawn anew for each
        round through them, and is the same in each training with as many examples.

        Args:
            label: shown while it trains.
            images: (m, SIZE, SIZE, 3).
            y: (m, T_y), tokens.
            mask: (m, T_y), which of them count.
            off: names of the switches that are off.

        Returns:
            the loss in each tenth of the training, in nats a token.
        """
        self.model.set_weights(self.start)
        for name in off:
            self.switches[name].on.assign(0.0)
        for variable in self.model.optimizer.variables:
            variable.assign(ops.zeros_like(variable))
        rng, count = np.random.default_rng(self.seed), self.steps * self.batch
        order = [rng.permutation(len(y)) for _ in range(-(-count // len(y)))]
        order, losses = np.concatenate(order)[:count], []
        pieces = np.split(order, np.arange(1, PIECES) * (self.steps // PIECES * self.batch))
        for rows in plots.progress(pieces, label):
            history = self.model.fit(
                [images[rows], y[rows]],
                y[rows],
                sample_weight=mask[rows].astype("float32"),
                batch_size=self.batch,
                shuffle=False,
                verbose=0,
            )
            losses += history.history["loss"]
        return losses
