"""The checks of `week1/3_jazz_improvisation`.

Models are built from small layers and held against ours, one step also against the whole sequence
read at once; drawing is held against the softmax that it should follow; improvising is done with
models that play by a table. Inputs and weights are drawn fresh each time.
"""

import re
from types import SimpleNamespace

import numpy as np

from utils import env
from utils.checks import Checks, Wrong, same, unpack
from utils.music.chords import TICKS, progression
from utils.music.players import N_DURATIONS, N_PITCHES, ROOM, SIZES, Player, pitch_token

with env.quiet():
    import keras
    from keras import layers, ops

check = Checks()

UNITS, EMBEDDING, DURATION_HIDDEN, PITCH_HIDDEN = 6, 7, 9, 8
HALF = 0.5  # what the stand-in for dropout multiplies by

# Our own versions: the notebook goes on with them where an exercise was not attempted.


def tokenise(events, roots):
    """Return durations, pitches: the tokens of the events, two lists."""
    ticks = np.cumsum([0, *(duration for duration, _ in events)])
    pitches = [
        pitch_token(pitch, roots[tick]) for tick, (_, pitch) in zip(ticks, events, strict=False)
    ]
    return [duration for duration, _ in events], pitches


def one_hot_columns(x, sizes):
    """Return the one-hot vectors of all columns, joined along the last axis."""
    vectors = [ops.one_hot(x[..., column], size) for column, size in enumerate(sizes)]
    return ops.concatenate(vectors, axis=-1)


def training_model(shared):
    """Return the model that reads whole melodies: logits of durations and of pitches."""
    x = keras.Input((None, len(SIZES)), dtype="int32")
    durations = keras.Input((None,), dtype="int32")
    return keras.Model([x, durations], _heads(shared, x, durations))


def generation_models(shared):
    """Return the two models of one step: duration and state, then pitch."""
    units = shared.lstm.units
    x = keras.Input((1, len(SIZES)), dtype="int32")
    a, c = keras.Input((units,)), keras.Input((units,))
    first = keras.Model([x, a, c], _step(shared, x, a, c))
    known = keras.Input((1, units + shared.embedding.units))
    duration = keras.Input((1,), dtype="int32")
    return first, keras.Model([known, duration], _pitch_output(shared, known, duration))


def draw(logits, temperature, rng):
    """Return an index for each row of logits, drawn from the softmax."""
    rows = np.asarray(logits, "float64") / temperature
    return np.array([rng.choice(len(row), p=_softmax(row)) for row in rows])


def improvise(models, players, temperature, rng):
    """Let all players play to the end of their chords, and return them."""
    duration_model, pitch_model = models
    a = c = np.zeros((len(players), duration_model.inputs[1].shape[-1]), "float32")
    while not all(player.done for player in players):
        x = np.array([[player.know()] for player in players], "int32")
        logits, known, a, c = duration_model.predict_on_batch([x, a, c])
        durations = 1 + draw(logits[:, 0, 1:], temperature, rng)
        logits = pitch_model.predict_on_batch([known, durations[:, None]])
        pitches = 1 + draw(logits[:, 0, 1:], temperature, rng)
        for player, duration, pitch in zip(players, durations, pitches, strict=True):
            player.play(duration, pitch)
    return players


# What the graders draw and compute.


def _duration_output(shared, known, x):
    room = ops.one_hot(x[..., ROOM], SIZES[ROOM])
    hidden = shared.duration_hidden(ops.concatenate([known, room], axis=-1))
    return shared.duration(shared.output_dropout(hidden))


def _pitch_output(shared, known, durations):
    duration = ops.one_hot(durations, N_DURATIONS)
    hidden = shared.pitch_hidden(ops.concatenate([known, duration], axis=-1))
    return shared.pitch(shared.output_dropout(hidden))


def _embedded(shared, x):
    return shared.embedding(one_hot_columns(x, SIZES))


def _heads(shared, x, durations):
    """Return both logits for whole melodies."""
    e = shared.dropout(_embedded(shared, x))
    a, _, _ = shared.lstm(e)
    known = shared.dropout(ops.concatenate([a, e], axis=-1))
    return [_duration_output(shared, known, x), _pitch_output(shared, known, durations)]


def _step(shared, x, a, c):
    """Return logits of the duration, what is known, next a and next c."""
    e = _embedded(shared, x)
    now, a_next, c_next = shared.lstm(e, initial_state=[a, c])
    known = ops.concatenate([now, e], axis=-1)
    return [_duration_output(shared, known, x), known, a_next, c_next]


def _draw_x(rng, m, T):
    columns = [rng.integers(0, size, (m, T)) for size in SIZES]
    return np.stack(columns, axis=-1).astype("int32")


def _draw_durations(rng, m, T):
    return rng.integers(2, N_DURATIONS - 1, (m, T)).astype("int32")


def _arrays(outputs):
    return [ops.convert_to_numpy(output) for output in outputs]


def _softmax(z):
    p = np.exp(z - z.max())
    return p / p.sum()


SHAPE = r"\((?:\w+, )+\w+\)"


def _tried(attempt, hints, *arguments):
    """Return the answer; where it stopped with an error that is known, say what to look for."""
    try:
        return attempt(*arguments)
    except Wrong as error:
        stopped, _, said = str(error).partition(" with ")
        found = [hint for misfit, hint in hints.items() if re.search(misfit, said)]
        shapes = re.findall(SHAPE, said)[::-1]
        these = f" (shapes {' and '.join(shapes)})" * (len(shapes) == 2)
        raise Wrong(f"{stopped}{these}. {found[0]}" if found else str(error)) from error


# Exercise 1


@check.exercise(tokenise)
def _(attempt):
    rng = np.random.default_rng()
    events, roots = _draw_melody(rng)
    got = unpack(_tried(attempt, TOKEN_HINTS, events, roots), "durations, pitches")
    durations, pitches = map(np.array, tokenise(events, roots))
    as_is = "Take what pitch_token gives."
    mistakes = {
        "durations": _wrong_durations(events)
        | {"these are the pitches. Return durations first.": pitches},
        "pitches": _wrong_pitches(events, roots)
        | {f"they are one too small. {as_is}": pitches - 1}
        | {f"they are one too large. {as_is}": pitches + 1},
    }
    for name, values, right in zip(mistakes, got, (durations, pitches), strict=True):
        values = _tokens(name, values, events)
        same(name, values, right, "one for each event", mistakes[name])
    return "Each pitch is seen from the root at its start; rest and hold are right."


TOKEN_HINTS = {
    "unsupported operand|UFuncTypeError|UFuncNoLoopError|invalid literal|KeyError": (
        "A pitch may be a word, too: pitch_token(pitch, roots[tick]) takes care of rest and hold."
    ),
    "IndexError": "There is no root after the end. Take the root at the start of each event.",
}


def _draw_melody(rng):
    """Return 12 events, first a long note, and roots that change at every tick."""
    durations = np.array([36, *rng.permutation([6, 6, 12, 18, 24, 6, 12, 4, 4, 4, 12])])
    pitches = [int(pitch) for pitch in rng.integers(55, 80, 12)]
    for place, word in zip(rng.permutation(9) + 3, ["rest", "hold"] * 2, strict=False):
        pitches[place] = word
    roots = rng.integers(1, 12, 1 + durations.sum()).cumsum() % 12
    return tuple(zip(durations.tolist(), pitches, strict=True)), roots


def _tokens(name, values, events):
    """Return an answer as an array, or say why it is no list of tokens."""
    if not isinstance(values, list | tuple | np.ndarray) or getattr(values, "ndim", 1) == 0:
        raise Wrong(f"{name} should be a list of tokens; yours is of type {type(values).__name__}.")
    if len(values) != len(events):
        raise Wrong(
            f"{name} has {len(values)} tokens; {len(events)} events need as many."
            f"{_why_not_as_many(len(values), events)}"
        )
    if any(isinstance(value, str) for value in values):
        raise Wrong(f"{name} holds text. A duration is a number, and pitch_token gives one.")
    if not all(isinstance(value, int | np.integer) for value in values):
        raise Wrong(f"{name} should be a flat list of whole numbers, one for each event.")
    return np.array(values)


def _why_not_as_many(n, events):
    notes = sum(not isinstance(pitch, str) for _, pitch in events)
    return {
        1: " Does `return` stand inside the loop?",
        notes: " Rests and holds are events, too.",
        len(events) + 1: " Add no token for the start or the end.",
        len(events) - 1: " One event is left out.",
    }.get(n, "")


def _wrong_durations(events):
    """Return the usual mistakes in the durations, and the tokens that each gives."""
    durations = np.array([duration for duration, _ in events])
    ends = durations.cumsum()
    return {
        "these are the ticks at which the events begin.": ends - durations,
        "these are the ticks at which the events end.": ends,
        "they are one too small. The token of a duration is its number of ticks.": durations - 1,
        "they are one too large. The token of a duration is its number of ticks.": durations + 1,
        "they are counted in beats. The token is the number of ticks.": durations // TICKS,
        "they are one event late. The tokens are those of the events.": np.roll(durations, 1),
    }


def _wrong_pitches(events, roots):
    """Return the usual mistakes in the pitches, and the tokens that each gives."""
    durations, pitches = zip(*events, strict=True)
    ends = np.cumsum(durations)
    ticks = ends - durations
    end = "each is seen from the root at the end of its event. Take the root at its start, before "
    add = "Add up the durations with `tick += duration`."
    seen_from = {
        "they are all seen from the first root. Let `tick` grow with each event.": (
            roots[0 * ticks]
        ),
        f"{end}you add the duration.": roots[ends],
        "they are seen from the root at tick 0, 1, 2 …: the tick is not the number of the "
        "event.": roots[: len(events)],
        f"each is seen from the root at the tick that is its duration. {add}": (
            roots[list(durations)]
        ),
        f"each is seen from the root at the duration before. {add}": roots[[0, *durations[:-1]]],
        "the tick begins at 1. The first event starts at tick 0.": roots[ticks + 1],
        "each is seen from the root one tick too early.": roots[ticks - 1],
        "each is seen from the root of the event before.": roots[[0, *ticks[:-1]]],
        "they are seen from roots[tick // 12]. There is a root for each tick.": (
            roots[ticks // TICKS]
        ),
        "they are seen from C. Give pitch_token the root that sounds.": 0 * ticks,
        "pitch_token is given the tick. Give it roots[tick].": ticks,
        "the tick stands still at a rest or hold. These last, too.": (
            roots[_ticks_of_notes(events)]
        ),
    }
    return {text: [*map(pitch_token, pitches, at)] for text, at in seen_from.items()}


def _ticks_of_notes(events):
    """Return the tick at each event, if only notes took time."""
    return np.cumsum([0, *(d for d, pitch in events if not isinstance(pitch, str))])[
        np.cumsum([0, *(not isinstance(pitch, str) for _, pitch in events[:-1])])
    ]


# Exercise 2


@check.exercise(one_hot_columns)
def _(attempt):
    rng = np.random.default_rng()
    sizes = [4, 2, 5]
    for shape in ((6,), (2, 3)):
        x = np.stack(
            [rng.permutation(np.resize(np.arange(n), 6)).reshape(shape) for n in sizes], -1
        )
        _one_hot_right(_tried(attempt, ONE_HOT_HINTS, x.astype("int32"), sizes), x, sizes)
    _takes_symbols(attempt, sizes)
    return "Each column becomes a one-hot vector of its own size."


ONE_HOT_HINTS = {
    "(?i)concat|must have the same shape": "Join the vectors along the last axis, -1.",
    "(?i)index|out of bounds|slice": "x may have any number of axes, and a column for each of "
    "`sizes`. Take x[..., i].",
}


def _one_hot_right(got, x, sizes):
    if isinstance(got, list | tuple):
        raise Wrong("The answer is a list of tensors. Join them with ops.concatenate.")
    vectors = [np.eye(n)[x[..., i]] for i, n in enumerate(sizes)]
    want = np.concatenate(vectors, axis=-1)
    shape = tuple(getattr(got, "shape", None) or ())
    if shape and shape != want.shape:
        raise Wrong(_one_hot_misshaped(shape, want.shape, x, sizes))
    mistakes = _wrong_vectors(vectors, x, sizes)
    same("The answer", _values(got), want, "one-hot vectors joined", mistakes)


def _wrong_vectors(vectors, x, sizes):
    """Return the usual mistakes that keep the shape, and what each gives."""

    def joined(column, one=0):
        """Return the vectors of other columns, their ones moved; one that is too far is lost."""
        parts = [np.eye(99, k=one)[column(i), :n] for i, n in enumerate(sizes)]
        return np.concatenate(parts, axis=-1)

    return {
        "the columns stand in reverse order.": np.concatenate(vectors[::-1], -1),
        "the ones stand one place too far, or are lost: value 0 has the first place.": (
            joined(lambda i: x[..., i], 1)
        ),
        "the ones stand one place too early: value 0 has the first place.": (
            joined(lambda i: x[..., i], -1)
        ),
        "every vector is made of column 0. Take x[..., i].": joined(lambda i: x[..., 0]),
        "column i is given the size of another column.": joined(lambda i: x[..., -1 - i]),
        "x[:, i] is not column i where x has three axes. Take x[..., i].": (
            joined(lambda i: x[:, i])
        ),
    }


def _values(got):
    """Return a tensor's values, where it has some."""
    try:
        return ops.convert_to_numpy(got) if keras.ops.is_tensor(got) else got
    except Exception:  # a symbolic tensor has none; `same` says so
        return got


def _one_hot_misshaped(got, want, x, sizes):
    sums, m = sum(sizes), x.shape[:-1]
    usual = {
        (*x.shape[1:], sums): "x[i] is a row; take the column x[..., i].",
        (*m, 3 * sums): "Every column got the size of all; column i has sizes[i] values.",
        (*m, 3 * max(sizes)): "Every column got the same size; column i has sizes[i] values.",
        (*m, sizes[0]): "Only the first column is there; join the vectors of all columns.",
        (*m, sizes[-1]): "Only the last column is there; join the vectors of all columns.",
        (*m, sums - sizes[-1]): "The last column is missing.",
        (*m, sums - sizes[0]): "The first column is missing.",
        (*m, len(sizes), sums): "x became one-hot as a whole; take one column after the other.",
        (*m, len(sizes), max(sizes)): "x became one-hot as a whole; take each column by itself.",
        (*m, len(sizes)): "The numbers of x are still numbers; use ops.one_hot.",
        (*m, sums + len(sizes)): "Each vector is one too long; column i has sizes[i] values.",
        (*m, sums - len(sizes)): "Each vector is one too short; column i has sizes[i] values.",
    }
    hint = usual.get(got, "Join the vectors along the last axis, -1.")
    return f"The answer has shape {got}; for x of shape {x.shape} it should be {want}. {hint}"


def _takes_symbols(attempt, sizes):
    """Hold the function against what Keras does with it in a model."""
    x = keras.Input((None, len(sizes)), dtype="int32")
    got = None
    try:
        got = attempt(x, sizes)
    except Wrong as error:
        raise Wrong(
            "It works for an array, but not in a model, where x has no values yet. Use keras.ops "
            "alone, and no loop over m or T."
        ) from error
    if getattr(got, "shape", None) != (None, None, sum(sizes)):
        raise Wrong("In a model, it does not give a tensor of shape (m, T, sum of sizes).")


# Exercises 3 and 4


class _Dropout(layers.Layer):
    """Stands in for dropout: it can be seen where it is called, and draws nothing."""

    def __init__(self, factor):
        super().__init__()
        self.factor, self.always_on = factor, False

    def call(self, x, training=None):
        self.always_on = self.always_on or training is True
        return x * self.factor


def _layers(factor):
    """Return small layers, whose weights are drawn large."""
    seed = int(np.random.default_rng().integers(1e6))
    wide = [keras.initializers.RandomNormal(stddev=0.7, seed=seed + i) for i in range(2)]
    both = dict(zip(("kernel_initializer", "bias_initializer"), wide, strict=True))
    return SimpleNamespace(
        embedding=layers.Dense(EMBEDDING, use_bias=False, kernel_initializer=wide[0]),
        dropout=_Dropout(factor),
        lstm=layers.LSTM(UNITS, return_sequences=True, return_state=True, **both),
        duration_hidden=layers.Dense(DURATION_HIDDEN, "relu", **both),
        pitch_hidden=layers.Dense(PITCH_HIDDEN, "relu", **both),
        output_dropout=layers.Dropout(0.5),
        duration=layers.Dense(N_DURATIONS, **both),
        pitch=layers.Dense(N_PITCHES, **both),
    )


MISFITS = {  # what Keras says of tensors that do not fit, and what to look for
    "'(tuple|list)' object has no attribute 'shape'": (
        "The LSTM gives three things, a, its last a and its last c. Unpack them."
    ),
    r"element of shape .*\(\w+, \w+, \w+, \w+\)": "An output was given other things than it needs: "
    "first what is known, then x or the durations.",
    r"element of shape \(\w+, \w+\)|shape \(\w+, \w+\)\.": "One of the tensors has no time axis. "
    "Take the first output of the LSTM, which has all steps, not the last state.",
    "same shape except on the `axis` dim": "Join along the last axis, -1.",
    "annot be broadcast": "They have different sizes. Join them with ops.concatenate.",
    "ndim=4": "There is one axis too many. Get the one-hot vectors from one_hot_columns.",
    "symbolic": "x has no values while a model is made. Use keras.ops, not NumPy.",
    "automatically infer the output": "A layer takes one tensor. Join them with ops.concatenate.",
    "not connected": "A model's outputs must come from its own inputs: known_input and duration "
    "for the pitch, x, a and c for the rest.",
}


def _ask(model, inputs, what):
    """Return a model's outputs as arrays, or say that it can be made but not run."""
    try:
        outputs = model(inputs)
    except Exception as error:
        cell = "lstm" in str(error).lower()
        raise Wrong(
            f"{what} can be made, but does not run on tensors of the right shapes."
            + " The LSTM's initial_state should be the list [a, c]." * cell
        ) from error
    return _arrays(outputs if isinstance(outputs, list | tuple) else [outputs])


def _a_model(got, what, inputs, outputs):
    """Say so if this is not a model with so many inputs and outputs."""
    if not isinstance(got, keras.Model):
        raise Wrong(f"{what} should be a keras.Model; yours is of type {type(got).__name__}.")
    if (len(got.inputs), len(got.outputs)) != (inputs, outputs):
        raise Wrong(
            f"{what} should have {inputs} inputs and {outputs} outputs; yours has "
            f"{len(got.inputs)} and {len(got.outputs)}."
        )


def _made_of(shared, *models):
    """Say which layers were not used, which are new, and which were given the wrong size."""
    own = {id(weight) for layer in vars(shared).values() for weight in layer.weights}
    for name, size in _sizes().items():
        layer = vars(shared)[name]
        if not layer.weights:
            raise Wrong(f"shared.{name} is not used. Use the layers in `shared`; make no new ones.")
        _given(name, layer.weights[0].shape[0], size)
    if any(id(weight) not in own for model in models for weight in model.weights):
        raise Wrong("There is a layer that is not in `shared`. Make no new ones.")
    if shared.dropout.always_on:
        raise Wrong("Dropout is always on. Leave `training` out: Keras turns it on in training.")


def _sizes():
    """Return how many numbers each layer should be given."""
    known = UNITS + EMBEDDING
    return {
        "embedding": sum(SIZES),
        "lstm": EMBEDDING,
        "duration_hidden": known + SIZES[ROOM],
        "pitch_hidden": known + N_DURATIONS,
        "duration": DURATION_HIDDEN,
        "pitch": PITCH_HIDDEN,
    }


def _given(name, got, want):
    if got == want:
        return
    if name == "embedding" and got == len(SIZES):
        raise Wrong("The embedding is given x itself. Give it the one-hot columns.")
    if name == "lstm" and got == sum(SIZES):
        raise Wrong("The LSTM is given the one-hot vectors. Give it their embedding e.")
    lacks = {
        want - EMBEDDING: "The outputs get the LSTM's output alone. Join the embedding e to it.",
        want - UNITS: "The outputs get the embedding alone. Join it with the LSTM's output a.",
    }
    if "hidden" in name and got in lacks:
        raise Wrong(lacks[got])
    if "hidden" in name:
        raise Wrong(
            f"{name.replace('hidden', 'output')} is given other things than it needs: first what "
            f"is known, which is [a, e] joined, then x or the durations."
        )
    raise Wrong(f"shared.{name} is given {got} numbers a step; here it should be {want}.")


@check.exercise(training_model)
def _(attempt):
    rng = np.random.default_rng()
    shared = _layers(HALF)
    model = _tried(attempt, MISFITS, shared)
    _a_model(model, "The answer", 2, 2)
    _made_of(shared, model)
    x, durations = _draw_x(rng, 3, 5), _draw_durations(rng, 3, 5)
    got, want = _ask(model, [x, durations], "The model"), _arrays(_heads(shared, x, durations))
    if all(map(_near, got, want)):
        return "Both outputs give what ours give, dropout and teacher forcing included."
    mistakes = _wrong_models(shared, x, durations)
    for i, name in enumerate(("What duration_output gives", "What pitch_output gives")):
        suspects = {text: values[i] for text, values in mistakes.items()}
        same(name, got[i], want[i], "(m, T, number of tokens)", suspects, 1e-4)


def _near(got, want):
    return got.shape == want.shape and np.allclose(got, want, rtol=0, atol=1e-4 * abs(want).max())


def _wrong_models(shared, x, durations):
    """Return the usual mistakes in the training model, and the logits that each gives."""
    right, duration_logits = _known(shared, x), _heads(shared, x, durations)[0]
    before = np.roll(durations, 1, axis=1) * (np.arange(durations.shape[1]) > 0)
    known = {
        "dropout is missing, before the LSTM and after it.": _known(shared, x, 0, 0, 0),
        "the dropout after the embedding is missing. Use shared.dropout.": (
            _known(shared, x, 0, 1, 1)
        ),
        "the dropout on what is known is missing. Use shared.dropout.": _known(shared, x, 1, 0, 1),
        "the LSTM gets e without dropout.": _known(shared, x, 0, 1, 2),
        "where e is joined, it lacks a dropout. Join the e that the LSTM gets, then call "
        "shared.dropout on both.": _known(shared, x, 1, 1, 1),
        "where a is joined, it lacks a dropout. Call shared.dropout on both.": (
            _known(shared, x, 1, 0, 2)
        ),
        "e stands before a. Join them as [a, e].": np.roll(right, EMBEDDING, axis=-1),
    }
    heard = {
        "the pitch output is given no durations. Give it `durations`.": 0 * durations,
        "the pitch output is given the durations of the step before. Give it `durations`.": (
            x[..., 0]
        ),
        "the durations are moved by a step. `durations` are those of these events.": before,
        "the pitch output is given the likeliest duration. In training, give it the true ones.": (
            ops.argmax(duration_logits, axis=-1)
        ),
        "the durations are one too small. They are tokens already.": durations - 1,
        "the durations are one too large. They are tokens already.": durations + 1,
    }
    return {text: _both(shared, k, x, durations) for text, k in known.items()} | {
        text: _both(shared, right, x, given) for text, given in heard.items()
    }


def _known(shared, x, into_lstm=1, a_joined=1, e_joined=2):
    """Return [a, e], each multiplied as by so many dropouts."""
    e = _embedded(shared, x)
    a, _, _ = shared.lstm(e * HALF**into_lstm)
    return np.concatenate(_arrays([a * HALF**a_joined, e * HALF**e_joined]), axis=-1)


def _both(shared, known, x, durations):
    return _arrays([_duration_output(shared, known, x), _pitch_output(shared, known, durations)])


@check.exercise(generation_models)
def _(attempt):
    rng = np.random.default_rng()
    shared = _layers(1.0)
    first, second = unpack(_tried(attempt, MISFITS, shared), "duration model, pitch model")
    _a_model(first, "The first model", 3, 4)
    _a_model(second, "The second model", 2, 1)
    _made_of(shared, first, second)
    _first_right(shared, first, rng)
    _second_right(shared, second, rng)
    _as_at_once(shared, first, second, rng)
    return "Step by step they give what the training model gives at once."


def _first_right(shared, first, rng):
    """Hold one step from a state that is not zero against ours."""
    x, (a, c) = _draw_x(rng, 3, 1), rng.uniform(-1, 1, (2, 3, UNITS)).astype("float32")
    got = _ask(first, [x, a, c], "The first model")
    want = _arrays(_step(shared, x, a, c))
    if len(got) == 4 and all(map(_near, got, want)):
        return
    mistakes = _wrong_steps(shared, x, a, c, want)
    names = ("The next a", "The next c", "What is known", "What duration_output gives")
    for name, i in zip(names, (2, 3, 1, 0), strict=True):
        suspects = {text: values[i] for text, values in mistakes.items() if i in values}
        same(name, got[i], want[i], "", suspects, 1e-4)


def _wrong_steps(shared, x, a, c, want):
    """Return the usual mistakes in a step, and some of the outputs that each gives."""
    states = {
        "the LSTM does not begin from a and c. Pass initial_state=[a, c].": (0 * a, 0 * c),
        "a and c are exchanged in initial_state. The order is [a, c].": (c, a),
        "initial_state should be [a, c], not a twice.": (a, a),
        "initial_state should be [a, c], not c twice.": (c, c),
        "c is not passed on. Pass initial_state=[a, c].": (a, 0 * c),
    }
    _, known, a_next, c_next = want
    e, now = known[..., UNITS:], known[..., :UNITS]
    joined = {
        "it has the a of the step before. Join what the LSTM gives.": (a[:, None], e),
        "it has c in it. Join the LSTM's first output, a.": (c_next[:, None], e),
        "e stands before the LSTM's output. Join them as in the training model.": (e, now),
    }
    return (
        {text: dict(enumerate(_arrays(_step(shared, x, *s)))) for text, s in states.items()}
        | {"a and c are exchanged in the answer.": {2: c_next, 3: a_next}}
        | {"it is the state that came in. Return the next one.": {2: a, 3: c}}
        | {text: {1: np.concatenate(parts, -1)} for text, parts in joined.items()}
    )


def _second_right(shared, second, rng):
    known = rng.uniform(-1, 1, (3, 1, UNITS + EMBEDDING)).astype("float32")
    duration = _draw_durations(rng, 3, 1)
    (got,) = _ask(second, [known, duration], "The second model")

    def ours(duration):
        return ops.convert_to_numpy(_pitch_output(shared, known, duration))

    mistakes = {
        "the duration is not used. Give it to pitch_output.": ours(0 * duration),
        "the duration is one too small. It is a token already.": ours(duration - 1),
        "the duration is one too large. It is a token already.": ours(duration + 1),
    }
    same(
        "What pitch_output gives", got, ours(duration), "(m, 1, number of pitches)", mistakes, 1e-4
    )


def _as_at_once(shared, first, second, rng, T=3):
    """Hold T steps from the zero state against the whole sequence read at once."""
    x, durations = _draw_x(rng, 2, T), _draw_durations(rng, 2, T)
    a = c = np.zeros((2, UNITS), "float32")
    steps = []
    for t in range(T):
        logits, known, a, c = _ask(first, [x[:, [t]], a, c], "The first model")
        steps.append([logits, *_ask(second, [known, durations[:, [t]]], "The second model")])
    for name, *pair in zip(
        ("The logits of durations", "The logits of pitches"),
        (np.concatenate(logits, axis=1) for logits in zip(*steps, strict=True)),
        _arrays(_heads(shared, x, durations)),
        strict=True,
    ):
        same(f"{name} of {T} steps", *pair, "", None, 1e-4)


# Exercise 5


@check.exercise(draw)
def _(attempt):
    rng = np.random.default_rng()
    logits = np.array([*rng.permutation([2.0, 0, -1, -2]), 1])
    for temperature in (0.5, 2.0):
        _drawn_right(attempt, logits, temperature, rng)
    rows = np.where(np.eye(6)[rng.permutation(6)] > 0, 50.0, 0).astype("float32")
    got = _indices(attempt(rows, 1.0, rng), 6)
    if not np.array_equal(got, rows.argmax(axis=-1)):
        raise Wrong("Each row has its own logits: draw for every row from its own probabilities.")
    _takes_large_logits(attempt, rng)
    return "The shares follow the softmax at two temperatures, row by row."


def _indices(got, m):
    if isinstance(got, list | tuple):
        raise Wrong("The answer is a list; arrays can be added to. Return np.array(...) of it.")
    try:
        got = np.asarray(got)
    except Exception:
        raise Wrong(f"The answer should be {m} whole numbers, one for each row.") from None
    if got.shape != (m,):
        raise Wrong(
            f"For {m} rows the answer has shape {got.shape}; it should be ({m},), one index for "
            f"each row."
        )
    if got.dtype.kind not in "iu":
        raise Wrong(f"The answer should hold whole numbers; the type of yours is {got.dtype}.")
    return got


DRAW_HINTS = {
    "(?i)probabilities": "The probabilities of each row should sum to 1: divide the logits by the "
    "temperature, then np.exp of each row by its own sum.",
    "broadcast": "Keep the axis of the sum and of the largest logit: axis=-1, keepdims=True.",
}


def _drawn_right(attempt, logits, temperature, rng):
    """Hold 4,000 draws against the softmax; a right answer fails once in many million times."""
    before = rng.bit_generator.state
    rows = np.tile(logits, (4000, 1))
    got = _indices(_tried(attempt, DRAW_HINTS, rows, temperature, rng), 4000)
    if got.min() < 0 or got.max() >= len(logits):
        raise Wrong(
            f"An index is not in 0 … {len(logits) - 1}. {ADD_NOTHING * int(got.min() > 0)}".strip()
        )
    shares = np.bincount(got, minlength=len(logits)) / len(got)
    if shares.max() == 1:
        raise Wrong(_all_the_same(attempt, logits, rng))
    if not _follows(shares, logits / temperature):
        raise Wrong(_why_off(shares, logits, temperature))
    if rng.bit_generator.state == before:
        raise Wrong("`rng` is not used. Draw with it, not with np.random.")


def _follows(shares, z):
    return np.abs(shares - _softmax(z)).sum() < 0.11


ADD_NOTHING = "Add nothing to the index that was drawn."


def _all_the_same(attempt, logits, rng):
    rows = rng.permuted(np.tile(logits, (40, 1)), axis=1)
    again = [int(_indices(attempt(row[None], 2.0, rng), 1)[0]) for row in rows]
    if again == rows.argmax(axis=1).tolist():
        return "The likeliest index is always taken. Draw by probability."
    return "All rows got the same index. Draw anew for each row, with `rng`."


TWICE = "softmax is taken twice. Divide the logits by the temperature, then take it once"


def _why_off(shares, logits, temperature):
    usual = {
        "the temperature is not used. Divide the logits by it.": logits,
        "the temperature multiplies. Divide the logits by it.": logits * temperature,
        "all indices are equally likely. Draw by probability.": 0 * logits,
        f"{TWICE}.": _softmax(logits) / temperature,
        f"{TWICE} only.": _softmax(logits / temperature),
        "the sign of the logits is turned.": -logits / temperature,
        "the squared temperature divides.": logits / temperature**2,
    }
    for text, z in usual.items():
        if _follows(shares, z):
            return f"At temperature {temperature}, the drawn shares are off: {text}"
    return (
        f"At temperature {temperature}, logits {logits.tolist()} should give shares "
        f"{_softmax(logits / temperature).round(2).tolist()}; yours are {shares.round(2).tolist()}."
    )


def _takes_large_logits(attempt, rng):
    logits = np.array([[1000.0, 0, 999 - 1000], [-2000, -1000, -2000]] * 2)
    got = None
    try:
        with np.errstate(all="ignore"):
            got = _indices(attempt(logits, 1.0, rng), 4)
    except Wrong as error:
        raise Wrong(LARGE) from error
    if not np.array_equal(got, [0, 1, 0, 1]):
        raise Wrong(LARGE)


LARGE = "np.exp overflows for large logits. Subtract the largest logit of each row first."


# Exercise 6


TOO_LONG = "The loop goes on too long. Leave it when every player is done."
TO_DRAW = "draw takes logits of shape (m, n). Give it logits[:, 0, 1:]."
UNKNOWN = (
    "The pitch model is not given what the duration model says is known. That one returns logits, "
    "known, a, c; give [known, durations[:, None]]."
)


class _Model:
    """Stands in for a keras.Model: whichever way it is asked, `answer` answers."""

    def __init__(self, inputs, answer):
        self.inputs, self.answer = [SimpleNamespace(shape=(None, 3))] * inputs, answer

    def predict_on_batch(self, inputs):
        return self.answer(inputs)

    def predict(self, inputs, **options):
        return self.answer(inputs)

    def __call__(self, inputs, training=None):
        answer = self.answer(inputs)
        if isinstance(answer, list):
            return [ops.convert_to_tensor(part) for part in answer]
        return ops.convert_to_tensor(answer)


class _Tables:
    """Two models that look up in tables what they say: it depends on all that they are given.

    Token 0 is the likeliest by far; without it, the token of the table is.
    """

    def __init__(self, rng):
        self.durations = rng.choice([4, 6, 8, 12, 18, 24], 97)
        self.pitches = rng.integers(12, 30, 97)
        self.weights = rng.integers(1, 97, 20)
        self.calls = []

    def models(self):
        return _Model(3, self.first), _Model(2, self.second)

    def first(self, inputs):
        x, a, c = _given_arrays(inputs, "x, a, c")
        if len(self.calls) > 200:
            raise Wrong(TOO_LONG)
        if x.ndim != 3 or x.shape[1:] != (1, len(SIZES)):
            raise Wrong(
                f"x has shape {x.shape}; it should be (m, 1, {len(SIZES)}), a row "
                f"[player.know()] for each player."
            )
        if not a.shape == c.shape == (len(x), 3):
            raise Wrong(f"x has {len(x)} rows, but a has shape {a.shape} and c {c.shape}.")
        self.calls.append([x, a, c])
        known = np.concatenate([a, c], -1)[:, None]
        key = np.concatenate([x, known], axis=-1)[:, 0]
        return [self._logits(self.durations, key, N_DURATIONS), known, a + 1, c - 2]

    def second(self, inputs):
        known, durations = _given_arrays(inputs, "what is known, durations")
        if not self.calls:
            raise Wrong("Ask the duration model first, then the pitch model.")
        if known.shape != (len(known), 1, 6):
            raise Wrong(UNKNOWN)
        if durations.ndim == 3:
            raise Wrong(TO_DRAW)
        if durations.shape != (len(known), 1):
            raise Wrong(
                f"The durations given to the pitch model have shape {durations.shape}; they should "
                f"be (m, 1): durations[:, None]."
            )
        self.calls[-1][3:] = known, durations
        key = np.concatenate([known[:, 0], durations], axis=-1)
        return self._logits(self.pitches, key, N_PITCHES)

    def _logits(self, table, key, size):
        place = np.rint(key @ self.weights[: key.shape[-1]]).astype(int) % len(table)
        logits = np.zeros((len(key), 1, size))
        logits[:, 0, 0] = 300
        logits[np.arange(len(key)), 0, table[place]] = 200
        return logits


def _given_arrays(inputs, names):
    """Return what a model was given as arrays, as Keras takes them: no lists."""
    arrays = []
    for name, value in zip(names.split(", "), unpack(inputs, names), strict=True):
        if not hasattr(value, "shape"):
            raise Wrong(f"A model takes arrays, but {name} is of type {type(value).__name__}.")
        arrays.append(ops.convert_to_numpy(value))
    return arrays


class _Player(Player):
    """A player who notes down what it was told to play."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.told = []

    def play(self, duration, token):
        if not self.done:
            self.told.append((int(duration), int(token)))
        super().play(duration, token)


def _players():
    chords, length = progression("Dm7 | G7 | Cmaj7 | A7")
    players = [_Player(chords, 4, bars * 48) for bars in (2, length // 48, 3)]
    for duration, player in enumerate(players, start=5):  # so that each has something to know
        Player.play(player, duration, 20)
    return players


@check.exercise(improvise)
def _(attempt):
    rng = np.random.default_rng()
    tables, players, ours = _Tables(rng), _players(), _players()
    improvise(tables.models(), ours, 1.0, rng)
    want, tables.calls = tables.calls, []
    try:
        got = attempt(tables.models(), players, 1.0, rng)
    except Wrong as error:
        if TOO_LONG in str(error):  # rather say why the end is not reached
            _first_fault(tables.calls, want, players, ours)
        if "hands to draw" in str(error):
            raise Wrong(TO_DRAW) from error
        raise
    if not tables.calls:
        raise Wrong("The duration model is never asked. Call its predict_on_batch in the loop.")
    if [player.told for player in players] != [player.told for player in ours]:
        _first_fault(tables.calls, want, players, ours)
        raise Wrong("A player has not reached the end. Go on until all of them are done.")
    if not isinstance(got, list | tuple) or [*map(id, got)] != [*map(id, players)]:
        raise Wrong("Return the players.")
    _draws_by_temperature(attempt, rng)
    return "The state, the durations and the temperature go where they should."


def _first_fault(calls, want, players, ours):
    """Name the first thing that was given to a model or played, and not as in our own loop."""
    handed_on = len(calls) > 1 and np.array_equal(calls[1][1], want[1][1])
    twice = all(p.told[:2] == 2 * q.told[:1] for p, q in zip(players, ours, strict=True))
    if handed_on and twice:
        raise Wrong("Every event is played twice. Call play once for each player in each step.")
    for step, (mine, right) in enumerate(zip(calls, want, strict=False)):
        _asked_right(step, calls, mine, right)
        for player, our_own in zip(players, ours, strict=True):
            told, should = player.told[step : step + 1], our_own.told[step : step + 1]
            if should and told != should:
                raise Wrong(_wrong_event(step, told, should))


def _asked_right(step, calls, mine, right):
    x, a, c, *rest = mine
    if len(x) != len(right[0]):
        raise Wrong("Give the model a row for each player, done or not.")
    if not (np.array_equal(a, right[1]) and np.array_equal(c, right[2])):
        raise Wrong(_wrong_state(step, a, c, right))
    if not np.array_equal(x, right[0]):
        raise Wrong(_wrong_x(step, x, calls, right))
    if not rest:
        raise Wrong("The pitch model is not asked. Call its predict_on_batch in every step.")
    if not np.array_equal(rest[0], right[3]):
        raise Wrong(UNKNOWN)
    if not np.array_equal(rest[1], right[4]):
        raise Wrong(_wrongly_given(rest[1], right[4], x))


def _wrong_state(step, a, c, right):
    if step == 0:
        return "The state before the first step should be zeros, as a and c are at the beginning."
    if np.array_equal(a, right[2]) and np.array_equal(c, right[1]):
        return "a and c have changed places. The duration model returns logits, known, a, c."
    if not (a.any() or c.any()):
        return "Each step starts from the zero state. Hand a and c on from step to step."
    which = " and ".join(
        n for n, s, r in zip("ac", (a, c), right[1:3], strict=True) if (s != r).any()
    )
    return (
        f"In step {step + 1}, {which} should be what the duration model returned in the step "
        f"before. Hand a and c on."
    )


def _wrong_x(step, x, calls, right):
    if step and np.array_equal(x, calls[step - 1][0]):
        return "x stays the same in each step. Ask player.know() again in the loop."
    if np.array_equal(x, np.tile(right[0][:1], (len(x), 1, 1))):
        return "Every row of x is what the first player knows. Ask each player."
    if np.array_equal(x, right[0][::-1]):
        return "The rows of x stand in another order than the players."
    return "x does not hold what the players know in each step: one row [player.know()] for each."


def _wrongly_given(got, want, x):
    """Say what is wrong with the durations that the pitch model was given."""
    if np.array_equal(got[:, 0], x[:, 0, 0]):
        return "The pitch model is given the durations of the step before. Give it the new ones."
    if not got.any():
        return "Token 0 was drawn, which is no event. Draw from logits[:, 0, 1:] and add 1."
    if np.array_equal(got + 1, want):
        return (
            "The durations given to the pitch model are one too small. You left out token 0, so "
            "add 1 to what you draw."
        )
    if (got == 1).all():
        return "Token 0 was drawn, which is no event. Leave it out: logits[:, 0, 1:]."
    if np.array_equal(got - 1, want):
        return "The durations are one too large. Add 1 once, for token 0 that you left out."
    return "The durations given to the pitch model are not those that were drawn for each row."


def _wrong_event(step, told, should):
    """Say what is wrong with what a player was told to play; `told` is empty if nothing was."""
    if not told:
        return f"Event {step + 1} is not played by every player. Call play for each, in each step."
    ((duration, pitch),), ((right_duration, right_pitch),) = told, should
    faults = {
        (right_pitch, right_duration): "play takes the duration first, then the pitch.",
        (right_duration, right_pitch - 1): "The pitches are one too small. You left out token 0, "
        "so add 1 to what you draw.",
        (right_duration, right_pitch + 1): "The pitches are one too large. Add 1 only once.",
        (right_duration - 1, right_pitch): "The durations that are played are one too small.",
        (right_duration + 1, right_pitch): "The durations that are played are one too large.",
    }
    if pitch in (0, 1) and duration == right_duration:
        return "Token 0 was drawn as a pitch, which is no event. Draw from logits[:, 0, 1:]; add 1."
    return faults.get(
        (duration, pitch),
        f"Event {step + 1} of a player has the tokens {told[0]} where the models said {should[0]}. "
        f"Does each player get the tokens of its own row?",
    )


class _OneEvent:
    """A player who is done after one event; quick to make a thousand of."""

    done = False

    def know(self):
        return [0] * len(SIZES)

    def play(self, duration, token):
        self.done, self.told = True, (int(duration), int(token))


def _two_choices(size):
    """Return a function that gives logits: 2 for token 12 and 0 for token 24."""
    row = np.full(size, -90.0)
    row[[12, 24]] = 2, 0
    return lambda m: np.tile(row, (m, 1, 1))


def _draws_by_temperature(attempt, rng, temperature=2.0, m=1000):
    """Hold how often two choices are played against the softmax, and against `rng`."""
    durations, pitches = _two_choices(N_DURATIONS), _two_choices(N_PITCHES)

    def first(inputs):
        x, a, c = inputs
        return [durations(len(x)), np.zeros((len(x), 1, 6)), a, c]

    models = _Model(3, first), _Model(2, lambda inputs: pitches(len(inputs[0])))

    def played(seed):
        players = [_OneEvent() for _ in range(m)]
        attempt(models, players, temperature, np.random.default_rng(seed))
        return np.transpose([player.told for player in players])

    seed = int(rng.integers(1e6))
    runs = zip(played(seed), played(seed), played(seed + 1), strict=True)
    for what, (one, same_seed, other) in zip(("durations", "pitches"), runs, strict=True):
        _shares_right(what, np.mean(one == 12), temperature)
        if not np.array_equal(one, same_seed) or np.array_equal(one, other):
            raise Wrong(f"The {what} are not drawn with the `rng` that is given. Hand it to draw.")


def _shares_right(what, share, temperature):
    """Hold the share of the first choice against the softmax at this temperature."""
    if share in (0, 1):
        raise Wrong(f"The {what} are the same in every row. Get them from draw, not from argmax.")
    gaps = {t: abs(share - 1 / (1 + np.exp(-2 / t))) for t in (temperature, 1, 1 / temperature)}
    if gaps[temperature] < 0.075:
        return
    usual = {1: "is not used", 1 / temperature: "is turned upside down"}
    nearest = min(usual, key=gaps.get)
    raise Wrong(
        f"For the {what}, the temperature {usual[nearest]}. Hand it to draw as it is."
        if gaps[nearest] < 0.075
        else f"The {what} do not follow the softmax of logits / temperature. Use draw."
    )
