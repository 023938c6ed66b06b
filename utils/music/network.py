"""What the network that improvises needs beside its layers: outputs, training, losses, rivals."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils import env, plots
from utils.models.language_model import nats, token_log_probs
from utils.music import measures
from utils.music.choruses import Chorus
from utils.music.players import N_DURATIONS, ROOM, SIZES

with env.quiet():
    import keras
    from keras import layers, ops

Data = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""x (m, T, 12), durations, pitches and mask (m, T)."""


def duration_output(shared: SimpleNamespace, known, x):
    """Return the logits of the duration, (m, T, N_DURATIONS), from what is known and the room.

    Args:
        shared: the layers; used are `duration_hidden`, `output_dropout` and `duration`.
        known: shape (m, T, n).
        x: shape (m, T, 12), of which the room left in the bar is read.
    """
    room = ops.one_hot(x[..., ROOM], SIZES[ROOM])
    hidden = shared.duration_hidden(ops.concatenate([known, room], axis=-1))
    return shared.duration(shared.output_dropout(hidden))


def pitch_output(shared: SimpleNamespace, known, durations):
    """Return the logits of the pitch, (m, T, N_PITCHES), from what is known and the duration.

    Args:
        shared: the layers; used are `pitch_hidden`, `output_dropout` and `pitch`.
        known: shape (m, T, n).
        durations: tokens, shape (m, T).
    """
    duration = ops.one_hot(durations, N_DURATIONS)
    hidden = shared.pitch_hidden(ops.concatenate([known, duration], axis=-1))
    return shared.pitch(shared.output_dropout(hidden))


def fit(
    model: keras.Model,
    training: Data,
    validation: Data,
    label: str,
    epochs: int = 8,
    size: int = 32,
    learning_rate: float = 8e-3,
) -> keras.callbacks.History:
    """Train a model of (x, durations) → (logits of durations, logits of pitches).

    The loss of each output is a mean over the events that the mask counts, in nats; the duration
    counts twice. The learning rate rises for a tenth of the steps and falls to a tenth along a
    cosine; the gradient is clipped by its norm.

    Args:
        model: what `training_model` of the notebook makes.
        training: the choruses to learn from.
        validation: those whose loss is noted after each epoch.
        label: of the progress bar.
        epochs: how often the training choruses are seen.
        size: of a batch.
        learning_rate: the highest one.
    """
    steps = epochs * -(-len(training[0]) // size)
    rate = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10, int(0.9 * steps), warmup_target=learning_rate, warmup_steps=steps // 10
    )
    adam = keras.optimizers.AdamW(rate, weight_decay=0.01, beta_2=0.98, global_clipnorm=1.0)
    loss = keras.losses.SparseCategoricalCrossentropy(True, reduction="mean_with_sample_weight")
    compiled = env.jit_compile(128, dropout=True)
    model.compile(adam, [loss, loss], loss_weights=[2, 1], jit_compile=compiled)
    (inputs, targets, weights), checked = map(_inputs_targets_weights, (training, validation))
    return model.fit(
        inputs,
        targets,
        sample_weight=weights,
        validation_data=checked,
        batch_size=size,
        epochs=epochs,
        verbose=0,
        callbacks=[plots.fit_progress(epochs, label)],
    )


def _inputs_targets_weights(data):
    """Return what Keras trains on: the true durations are an input and a target."""
    x, durations, pitches, mask = data
    return [x, durations], [durations, pitches], [mask.astype("float32")] * 2


def nats_of(model: keras.Model, data: Data) -> tuple[float, float]:
    """Return the loss of a model in nats an event, of durations and of pitches."""
    x, durations, pitches, mask = data
    found = []
    outputs = model([x, durations], training=False)  # traces nothing, whatever the length
    for logits, y in zip(outputs, (durations, pitches), strict=True):
        log_probs = ops.convert_to_numpy(ops.log_softmax(logits, axis=-1))
        found.append(nats(token_log_probs(log_probs, y, mask)))
    return tuple(found)


def curves(histories: dict[str, keras.callbacks.History], to_beat: float, title: str) -> Axes:
    """Draw the loss of each training, as `fit` returns it, in validation nats an event.

    It prints after how many epochs each was below `to_beat`, drawn dotted, and when it was least.
    """
    axes = plt.subplots(figsize=(6, 2.8))[1]
    for name, history in histories.items():
        event = np.sum([history.history[f"val_{of}_loss"] for of in ("duration", "pitch")], axis=0)
        axes.plot(range(1, len(event) + 1), event, label=name)
        ahead = f"below the n-gram after {np.sum(event < to_beat)} of {len(event)} epochs"
        print(f"{name}: {ahead}, least after epoch {event.argmin() + 1}")
    axes.axhline(to_beat, color="gray", linestyle=":", label="n-gram with chords")
    axes.set(title=title, xlabel="epoch", ylabel="nats per event, validation")
    axes.legend()
    return axes


def losses(table: dict[str, tuple[float, float]], title: str) -> Axes:
    """Draw the losses of models by name: (nats of durations, nats of pitches) an event."""
    axes, left = plt.subplots(figsize=(7, 2.4))[1], 0
    colours = {"duration": ("blue", "white"), "pitch": ("sky", "black")}
    for (part, (colour, ink)), widths in zip(
        colours.items(), np.transpose(list(table.values())), strict=True
    ):
        bars = axes.barh(list(table), widths, left=left, label=part, color=plots.COLOURS[colour])
        axes.bar_label(bars, fmt="%.2f", label_type="center", color=ink)
        left = widths
    axes.invert_yaxis()
    axes.set(title=title, xlabel="nats per event, held-out heads")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes


class Forgetful(layers.LSTM):
    """An LSTM whose state is zero before each event: the same weights, and no memory."""

    def call(self, sequences, initial_state=None, mask=None, training=False):
        flat = ops.reshape(sequences, (-1, sequences.shape[-1]))  # each event by itself
        zeros = ops.zeros_like(flat[:, :1]) * ops.zeros((self.units,))
        a, (_, c) = self.cell(flat, [zeros, zeros])
        a, c = (ops.reshape(it, (-1, ops.shape(sequences)[1], self.units)) for it in (a, c))
        return a, a[:, -1], c[:, -1]

    @property
    def idle(self) -> int:
        """How many of its weights do nothing: from state to state, and of the forget gate."""
        n_x, four_units = self.cell.kernel.shape
        return self.units * four_units + (n_x + 1) * self.units


class _Counted:
    """A model that counts, asked as a Keras model of one step is."""

    def __init__(self, answer: Callable, *takes: int):
        self.inputs = [SimpleNamespace(shape=(None, size)) for size in takes]
        self._answer = answer

    def predict_on_batch(self, inputs, **options):
        return self._answer(*map(np.asarray, inputs))

    predict = predict_on_batch

    def __call__(self, inputs, training=None):
        return keras.tree.map_structure(ops.convert_to_tensor, self.predict(inputs))


def counting_models(training: Sequence[Chorus]) -> tuple[_Counted, _Counted]:
    """Return the n-gram with chords as two models of one step, so that it can improvise.

    The first: x (m, 1, 12), a (m, 1), c (m, 1) → log-probabilities of the duration, shape
    (m, 1, N_DURATIONS), what is known (which is x), a, c. The second: what is known, duration
    (m, 1) → log-probabilities of the pitch, shape (m, 1, N_PITCHES); it does not read the duration.
    """
    durations, pitches = measures.ngram_with_chords(training)
    return (
        _Counted(lambda x, a, c: [durations(x[:, 0])[:, None], x, a, c], len(SIZES), 1, 1),
        _Counted(lambda x, _: pitches(x[:, 0])[:, None], len(SIZES), 1),
    )
