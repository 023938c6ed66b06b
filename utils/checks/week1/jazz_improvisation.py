"""The checks of `week1/3_jazz_improvisation`.

Models are built from small layers and held against NumPy; what is drawn is held against the softmax
that it should follow; improvising is done with models that play by a table.
"""

from copy import copy
from functools import cache, partial
from itertools import starmap
from types import FunctionType, SimpleNamespace
from unittest import mock

import numpy as np

from utils import env
from utils.checks import draws
from utils.checks.answers import kind, same, shape_of, unpack, whole_numbers
from utils.checks.attempts import code_of
from utils.checks.grading import Checks
from utils.checks.mistakes import Stopped
from utils.checks.wrong import Wrong, off
from utils.models.lstm import lstm_forward, lstm_from_keras
from utils.music.chords import progression
from utils.music.players import (
    N_DURATIONS,
    N_PITCHES,
    ROOM,
    SIZES,
    Player,
    pitch_token,
    token_pitch,
)

with env.quiet():
    import keras
    from keras import layers, ops

check = Checks()


def _all(says, *rules):
    return dict.fromkeys(rules, says)


# Exercise 1


def tokenise(events, roots):
    """Return durations, pitches: the tokens of the events, two lists."""
    durations, pitches, tick = [], [], 0
    for duration, pitch in events:
        durations.append(duration)
        pitches.append(pitch_token(pitch, roots[tick]))
        tick += duration
    return durations, pitches


SEEN, NOTE = "each is seen from the root", "pitches.append(pitch_token(pitch, roots[tick]))"
ADD_UP, TAKE = "Add up the durations: tick += duration.", "Take what pitch_token gives."
A_WORD = "A pitch may be a word, too. pitch_token(pitch, roots[tick]) takes care of that."


@check.exercise(
    tokenise,
    {
        "return durations, pitches => return pitches, durations": "Return durations first.",
        "        tick += duration\n =>": f"they are all seen from the first root. {ADD_UP}",
        f"{NOTE}\n        tick += duration => tick += duration\n        {NOTE}": (
            f"{SEEN} at its end. Take the root at its start, before you add the duration."
        ),
        "+= duration => += 1": f"the tick is not the number of the event. {ADD_UP}",
        "+= duration => = duration": f"{SEEN} at the duration before. {ADD_UP}",
        "+= duration => += duration * (pitch not in ('rest', 'hold'))": (
            "the tick stands still at a rest or hold. These last, too."
        ),
        "[], [], 0 => [], [], 1": "the tick begins at 1. The first event starts at tick 0.",
        "[tick] => [duration]": f"{SEEN} at the tick that is its duration. {ADD_UP}",
        "[tick] => [tick - 1]": f"{SEEN} one tick too early.",
        "[tick] => [tick // 12]": "they are seen from roots[tick // 12]. Each tick has a root.",
        "roots[tick] => 0": "they are seen from C. Give pitch_token the root that sounds.",
        "roots[tick] => tick": "pitch_token is given the tick. Give it roots[tick].",
        "(pitch, roots[tick]) => (pitch, roots[tick]) - 1": f"they are one too small. {TAKE}",
        "(pitch, roots[tick]) => (pitch, roots[tick]) + 1": f"they are one too large. {TAKE}",
        "pitch_token(pitch, roots[tick]) => pitch": TAKE,
        "(pitch_token => (pitch not in ('rest', 'hold') and pitch_token": f"A word is 0. {TAKE}",
        **_all(
            A_WORD,
            "pitch_token(pitch, roots[tick]) => pitch - roots[tick]",
            "pitch_token(pitch, roots[tick]) => pitch - int(roots[tick])",
            "pitch_token(pitch, roots[tick]) => pitch_token(roots[tick], pitch)",
        ),
        "append(duration) => append(tick)": "these are the ticks at which the events begin.",
        "append(duration) => append(tick + duration)": "at these ticks the events end.",
        "append(duration) => append(duration - 1)": "they are one too small. Take the ticks.",
        "append(duration) => append(duration + 1)": "they are one too large. Take the ticks.",
        "append(duration) => append(duration // 12)": "they are counted in beats. Take the ticks.",
        "append(duration) => append(duration / 12)": "A duration is its number of ticks.",
        "durations.append => if pitch in ('rest', 'hold'):\n            tick += duration\n"
        "            continue\n        durations.append": "Rests and holds are events, too.",
        "[], [], 0 => [0], [0], 0": "Add no token for the start.",
        "in events: => in events[1:]:": "One event is left out, the first.",
        "in events: => in events[:-1]:": "One event is left out, the last.",
        "    return durations =>         return durations": "`return` stands inside the loop.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    durations = [36, *rng.permutation([6, 6, 12, 18, 24, 6, 12, 4, 4, 4, 12]).tolist()]
    pitches = [*rng.integers(55, 80, 7).tolist(), "rest", "hold", "rest", "hold"]
    first = zip(durations, [60, *map(pitches.__getitem__, rng.permutation(11))], strict=True)
    low, high = int(rng.integers(9, 50)), int(rng.integers(70, 127))  # there are lowest tokens
    melodies = first, [(5, "rest"), (48, low), (1, "hold")], [(7, high)], [(1, "hold")]
    for events in map(list, melodies):
        ends = np.cumsum([0, *(duration for duration, _ in events)])
        roots = rng.integers(1, 12, ends[-1]).cumsum() % 12  # another one at each tick
        got = unpack(attempt(events, roots), "durations, pitches")
        same("durations", got[0], [duration for duration, _ in events])
        want = [pitch_token(p, roots[t]) for (_, p), t in zip(events, ends[:-1], strict=True)]
        same("pitches", got[1], want)
    return "Each pitch is seen from the root at its start; rest and hold are right."


# Exercise 2


def one_hot_columns(x, sizes):
    """Return the one-hot vectors of all columns, joined along the last axis."""
    return ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], axis=-1)


VECTORS = "[ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)]"
JOINED = f"ops.concatenate({VECTORS}, axis=-1)"
LAST_AXIS = "Join the vectors along the last axis, -1."
ANY_AXES = "x may have any number of axes, and a column for each of `sizes`. Take x[..., i]."
OWN_SIZE, FIRST_PLACE = "column i has sizes[i] values.", "value 0 has the first place."
AS_A_WHOLE = "x became one-hot as a whole; take each column by itself."
ONE_ONLY = "Only one column is there; join the vectors of all columns."
IN_A_MODEL = (
    "It works for an array, but not in a model, where x has no values yet. Use keras.ops alone, "
    "and no loop over m or T."
)


@check.exercise(
    one_hot_columns,
    {
        **_all(LAST_AXIS, "axis=-1 => axis=0", "axis=-1 => axis=1"),
        f"{JOINED} => {VECTORS}": "These are the vectors. Join them with ops.concatenate.",
        "i], n) => i], max(sizes))": f"Every column got the same size; {OWN_SIZE}",
        "i], n) => i], sum(sizes))": f"Every column got the size of all; {OWN_SIZE}",
        "i], n) => i], SIZES[i])": f"The sizes are those of SIZES; {OWN_SIZE}",
        "i], n) => i], n + 1)": f"Each vector is one too long; {OWN_SIZE}",
        "i], n) => i], n - 1)": f"Each vector is one too short; {OWN_SIZE}",
        "x[..., i] => x[..., 0]": "every vector is made of column 0. Take x[..., i].",
        "x[..., i] => x[..., -1 - i]": "column i is given the size of another column.",
        "x[..., i] => x[..., i] - 1": f"the ones stand one place too early: {FIRST_PLACE}",
        "x[..., i] => x[..., i] + 1": f"the ones are one place too far, or lost: {FIRST_PLACE}",
        "x[..., i] => x[:, i]": "x[:, i] is not column i where x has three axes. Take x[..., i].",
        "x[..., i] => x[i]": "x[i] is a row; take the column x[..., i].",
        **_all(ANY_AXES, "x[..., i] => x[:, :, i]", "enumerate(sizes) => enumerate(SIZES)"),
        "ops.one_hot(x[..., i], n) => x[..., i : i + 1]": "These are numbers; use ops.one_hot.",
        **_all(
            AS_A_WHOLE,
            *(f"{JOINED} => ops.one_hot(x, {size}(sizes))" for size in ("sum", "max")),
            f"{JOINED} => ops.stack({VECTORS.replace('n)', 'max(sizes))')}, axis=-2)",
        ),
        **_all(ONE_ONLY, f"{JOINED} => {VECTORS}[0]", f"{JOINED} => {VECTORS}[-1]"),
        "enumerate(sizes) => enumerate(sizes[:3])": "There may be more than three columns.",
        "enumerate(sizes) => enumerate(sizes[:-1])": "The last column is missing.",
        "enumerate(sizes) => list(enumerate(sizes))[1:]": "The first column is missing.",
        "enumerate(sizes) => list(enumerate(sizes))[::-1]": "the columns are in reverse order.",
        f"{JOINED} => ops.squeeze({JOINED})": "an axis of size 1 is lost. Keep all axes.",
        f"{JOINED} => ops.reshape({JOINED}, (-1, sum(sizes)))": "Keep the axes in front.",
        **_all(IN_A_MODEL, "return => x = np.array(x)\n    return", f"{JOINED} => np{JOINED[3:]}"),
    },
)
def _(attempt):
    rng = np.random.default_rng()

    def draw_x(sizes, *shape):
        columns = [rng.permutation(np.resize(np.arange(n), np.prod(shape))) for n in sizes]
        x = np.stack(columns, axis=-1).reshape(*shape, len(sizes)).astype("int32")
        return x, np.concatenate([np.eye(n)[x[..., i]] for i, n in enumerate(sizes)], axis=-1)

    ones = ([3, 2], 1), ([2, 1, 3, 4], 1, 4), ([4], 4, 1), ([1, 2], 1, 1, 3)
    for sizes, *shape in (([4, 2, 5], 7), ([4, 2, 5], 2, 3), ([3, 6], 3, 2, 2), *ones):
        x, want = draw_x(sizes, *shape)
        same("The answer", attempt(x, sizes), want, "(..., sum of sizes)")
    symbols, (x, want) = keras.Input((None, 3), dtype="int32"), draw_x([2, 3, 4], 2, 3)
    try:
        got = attempt.then(lambda y: keras.Model(symbols, y)(x))(symbols, [2, 3, 4])
    except Exception as error:
        raise Wrong(IN_A_MODEL) from error
    same("In a model, the answer", got, want, "(m, T, sum of sizes)")
    return "Each column becomes a one-hot vector of its own size."


# Exercises 3 and 4


def duration_output(shared, known, x):
    room = ops.one_hot(x[..., ROOM], SIZES[ROOM])
    hidden = shared.duration_hidden(ops.concatenate([known, room], axis=-1))
    return shared.duration(shared.output_dropout(hidden))


def pitch_output(shared, known, durations):
    duration = ops.one_hot(durations, N_DURATIONS)
    hidden = shared.pitch_hidden(ops.concatenate([known, duration], axis=-1))
    return shared.pitch(shared.output_dropout(hidden))


RANDOM = dict.fromkeys(
    ("kernel_initializer", "bias_initializer"),
    lambda shape, dtype: draws.numbers(*shape).astype(dtype) / 2,
)


@cache
def _layers():
    """Return small layers, built so that Keras stops what does not fit, and the same in NumPy.

    They are made once: that takes longer than to try an answer. Their weights are random.
    """
    n_e, n_a, n_d, n_p = draws.sizes(4)
    hidden = n_a + n_e + N_DURATIONS  # there is as much room as there are durations
    shared = SimpleNamespace(dropout=layers.Dropout(0.3), output_dropout=layers.Dropout(0.45))
    shared.lstm = layers.LSTM(n_a, return_sequences=True, return_state=True, unroll=True, **RANDOM)
    shared.lstm.build((None, None, n_e))
    weights, twins = lstm_from_keras(shared.lstm.get_weights()), SimpleNamespace()
    for name, given, n, activation in (
        ("embedding", sum(SIZES), n_e, None),
        ("duration_hidden", hidden, n_d, "relu"),
        ("pitch_hidden", hidden, n_p, "relu"),
        ("duration", n_d, N_DURATIONS, None),
        ("pitch", n_p, N_PITCHES, None),
    ):
        vars(shared)[name] = layer = layers.Dense(n, activation, name=name, **RANDOM)
        layer.build((None, None, given))
        vars(twins)[name] = partial(_dense, *layer.get_weights(), 0 if activation else -np.inf)

    def run_lstm(x, initial_state=None):
        a, c = initial_state or np.zeros((2, len(x), n_a))
        a, c, _ = lstm_forward(x, a, c, weights)
        return a, a[:, -1], c[:, -1]

    twins.lstm, run_lstm.units, twins.embedding.units = run_lstm, n_a, n_e
    return shared, twins


def _dense(kernel, bias, least, x):
    return np.maximum(x @ kernel + bias, least)


def _with(dropout):
    """Return the layers, and the same in NumPy, where dropout is what `dropout` does."""
    shared, twins = (SimpleNamespace(**vars(them)) for them in _layers())
    twins.dropout = partial(dropout, shared.dropout)
    twins.output_dropout = partial(dropout, shared.output_dropout)
    return shared, twins


def _at_once(function, twins, values, dropout):
    """Let a function that makes models do the same in NumPy, a hundred times as fast."""
    given, one_hot = iter(values), lambda x, n: np.equal(x[..., None], np.arange(n)) * 1.0
    scope = function.__globals__ | {
        "keras": SimpleNamespace(Input=lambda *_, **__: next(given), Model=lambda _, out: out),
        "ops": SimpleNamespace(**vars(np) | {"one_hot": one_hot}),
        "np": None,  # which Keras does not take
    }
    for helper in (one_hot_columns, duration_output, pitch_output):
        scope[helper.__name__] = FunctionType(helper.__code__, scope)
    return _flat(FunctionType(function.__code__, scope)(twins))


def _flat(outputs):
    if isinstance(outputs, list | tuple):
        return [array for part in outputs for array in _flat(part)]
    return [ops.convert_to_numpy(outputs)]


def _right(twins, x, durations, a, c, known=None):
    """Return what the models should give, in the order of exercise 4."""
    columns = [np.eye(n)[x[..., i]] for i, n in enumerate(SIZES)]
    e = twins.dropout(twins.embedding(np.concatenate(columns, axis=-1)))
    a, *state = twins.lstm(e, [a, c])
    heard = twins.dropout(np.concatenate([a, e], axis=-1))
    hidden = twins.duration_hidden(np.concatenate([heard, columns[ROOM]], axis=-1))
    duration = twins.duration(twins.output_dropout(hidden))
    known = heard if known is None else known
    hidden = twins.pitch_hidden(np.concatenate([known, np.eye(N_DURATIONS)[durations]], axis=-1))
    return duration, heard, *state, twins.pitch(twins.output_dropout(hidden))


def _given(attempt, layers_of, values, counts, dropout):
    """Return what the models that an answer makes give for `values`, one after the other.

    `counts` is of inputs and outputs, for each model.
    """
    shared, twins = layers_of
    if NEW & set(getattr(code_of(attempt.function), "co_names", ())):
        raise Wrong(NOT_SHARED)
    rates = {layer.rate for layer in (shared.dropout, shared.output_dropout)}
    own = {id(weight) for layer in vars(shared).values() for weight in layer.weights}

    def run(answer):
        models = unpack(answer, "duration model, pitch model") if len(counts) > 1 else [answer]
        for model, count in zip(models, counts, strict=True):
            if not isinstance(model, keras.Model):
                raise Wrong(f"A keras.Model is asked for; yours is {kind(model)}.")
            if (found := (len(model.inputs), len(model.outputs))) != count:
                raise Wrong(f"A model should have (inputs, outputs) {count}; yours has {found}.")
            if any(id(weight) not in own for weight in model.weights):
                raise Wrong(NOT_SHARED)
            if any(isinstance(it, layers.Dropout) and it.rate not in rates for it in model.layers):
                raise Wrong(OTHER_RATE)
        given = iter(values)
        try:
            with mock.patch.object(layers.Dropout, "call", dropout):
                return _flat([model([next(given) for _ in model.inputs]) for model in models])
        except Exception as error:
            more = STATE * ("lstm" in str(error).lower())
            raise Wrong(f"A model can be made, but not run on such inputs. {more}") from error

    def again(edit, answer):
        stopped = isinstance(answer, Stopped)
        if not (stopped and "not connected" in answer.text):  # which NumPy does not see
            try:
                return _at_once(edit, twins, values, dropout)
            except Exception:
                if not stopped:
                    raise
        return _stop(edit)

    return attempt.then(run, again)(shared)


@cache
def _stop(edit):
    """Return how Keras stops a function, in its own words. It does not depend on what is drawn."""
    try:
        edit(_layers()[0])
    except Exception as error:
        return Stopped(type(error), str(error))


def _draw_inputs(m, T, lstm, embedding):
    """Draw x, durations, a, c, and what may be known."""
    rng, integers = np.random.default_rng(), np.int32
    x = np.stack([rng.integers(0, size, (m, T), integers) for size in SIZES], axis=-1)
    durations = rng.integers(2, N_DURATIONS - 1, (m, T), integers)
    arrays = *draws.numbers(2, m, lstm.units), draws.numbers(m, T, lstm.units + embedding.units)
    return x, durations, *(array.astype("float32") for array in arrays)


EMBEDDED = "shared.embedding(one_hot_columns(x, SIZES))"
JOIN, TOKENS = "Join them with ops.concatenate.", "They are tokens already."
OF_KNOWN = "An output needs what is known, [a, e] joined, then x or the durations."
NEW = {"Dense", "LSTM", "GRU", "Embedding"}
NOT_SHARED = "There is a layer that is not in `shared`. Make no new ones."
OTHER_RATE = "The rate of a dropout is not that of shared.dropout. Call that."
ALL_STEPS = "Take the first output of the LSTM, which has all steps, not the last state."
STATE = "The LSTM's initial_state should be the list [a, c]."
ALWAYS_ON = "Dropout is always on. Leave `training` out: Keras turns it on in training."


def _usual(a, states, known, durations):
    """Return the mistakes in both exercises; the arguments are what things are called there."""
    joined, heard = f"ops.concatenate([{a}, e], axis=-1)", f"{known}, {durations})"
    last = states.split(", ")
    return {
        "one_hot_columns(x, SIZES) => x": "The embedding is given x itself, not one-hot columns.",
        "one_hot_columns(x, SIZES) => ops.one_hot(x, 49)": "Call one_hot_columns.",
        f"{EMBEDDED} => one_hot_columns(x, SIZES)": "The embedding is left out.",
        "shared.embedding(one => layers.Dense(96, use_bias=False)(one": NOT_SHARED,
        f"{a}, {states} = => {a} =": "The LSTM gives three things, a, its last a and its last c.",
        f"{a}, {states} = => {last[0]}, {a}, {last[1]} =": ALL_STEPS,
        f"{joined} => {a}": "The outputs get the LSTM's output alone. Join the embedding e to it.",
        f"{joined} => e": "The outputs get the embedding alone. Join it with the LSTM's output.",
        f"{heard} => {a}, {durations})": "The pitch output gets the LSTM's output alone.",
        f"{joined} => {a} + e": f"They have different sizes. {JOIN}",
        f"{joined} => [{a}, e]": f"A layer takes one tensor. {JOIN}",
        f"{joined} => np.concatenate([{a}, e], axis=-1)": "Use keras.ops, not NumPy.",
        f"[{a}, e], axis=-1 => [{a}, e], axis=1": "Join along the last axis, -1.",
        **_all(
            OF_KNOWN,
            f"[{a}, e], axis=-1 => [{a}, {a}], axis=-1",
            "duration_output(shared, known, x) => duration_output(shared, x, known)",
            f"shared, {heard} => shared, {durations}, {known})",
        ),
        "duration_output(shared, known, x) => shared.duration(known)": "Call duration_output.",
        f"pitch_output(shared, {heard} => shared.pitch({known})": "Call pitch_output.",
        f"{heard} => {known}, 0 * {durations})": "the pitch output is given no durations.",
        f"{heard} => {known}, {durations} - 1)": f"the durations are one too small. {TOKENS}",
        f"{heard} => {known}, {durations} + 1)": f"the durations are one too large. {TOKENS}",
        f"[{a}, e] => [e, {a}]": "e stands before the LSTM's output. Join them the other way.",
    }


# Exercise 3


def training_model(shared):
    """Return the model that reads whole melodies: logits of durations and of pitches."""
    x = keras.Input((None, len(SIZES)), dtype="int32")
    durations = keras.Input((None,), dtype="int32")
    e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))
    a, _, _ = shared.lstm(e)
    known = shared.dropout(ops.concatenate([a, e], axis=-1))
    duration_logits = duration_output(shared, known, x)
    pitch_logits = pitch_output(shared, known, durations)
    return keras.Model([x, durations], [duration_logits, pitch_logits])


NOT_FIRST = f"shared.dropout({EMBEDDED}) => {EMBEDDED}"
ON_KNOWN = "shared.dropout(ops.concatenate([a, e], axis=-1)) => ops.concatenate"
LACKS = "it lacks a dropout. Join a and the e that the LSTM gets, then call shared.dropout."


@check.exercise(
    training_model,
    {
        **_usual("a", "_, _", "known", "durations"),
        "known, durations) => known, duration_logits)": OF_KNOWN,
        (NOT_FIRST, f"{ON_KNOWN}([a, e], axis=-1)"): "dropout is missing, in both places.",
        NOT_FIRST: "the dropout after the embedding is missing. Use shared.dropout.",
        f"{ON_KNOWN}([a, e], axis=-1)": "the dropout on what is known is missing.",
        f"{ON_KNOWN}([shared.dropout(a), e], axis=-1)": f"where e is joined, {LACKS}",
        f"{ON_KNOWN}([a, shared.dropout(e)], axis=-1)": f"where a is joined, {LACKS}",
        f"lstm(e) => lstm({EMBEDDED})": "the LSTM gets e without dropout.",
        **_all(ALWAYS_ON, *(f"{it}) => {it}, training=True)" for it in ("axis=-1)", "SIZES))"))),
        **_all(
            "with shared.output_dropout in place of shared.dropout.",
            *("dropout(ops => output_dropout(ops", "dropout(shared => output_dropout(shared"),
        ),
        f"shared.dropout({EMBEDDED} => shared.embedding(shared.dropout({EMBEDDED[17:]}": (
            "dropout is called on the one-hot columns. Call it on their embedding."
        ),
        "shared.dropout(shared => layers.Dropout(0.5)(shared": OTHER_RATE,
        "known, durations) => known, x[..., 0])": (
            "the pitch output is given the durations of the step before. Give it `durations`."
        ),
        "known, durations) => known, ops.pad(durations, [[0, 0], [1, 0]])[:, :-1])": (
            "the durations are moved by a step. `durations` are those of these events."
        ),
        "known, durations) => known, ops.argmax(duration_logits, axis=-1))": (
            "the pitch output is given the likeliest duration. In training, give it the true ones."
        ),
        "duration_output(shared, known, x) => pitch_output(shared, known, durations)": (
            "Call duration_output for the first output."
        ),
        "[duration_logits, pitch => [pitch_logits, duration": "The outputs have changed places.",
    },
)
def _(attempt):
    def dropout(layer, x, training=False):  # `model(x)` is as outside training
        return x * (0.1 if training else 1 - layer.rate)

    shared, twins = both = _with(dropout)
    x, durations, a, c, _ = _draw_inputs(3, 2, shared.lstm, shared.embedding)
    got = _given(attempt, both, [x, durations], [(2, 2)], dropout)
    want, *_, pitch = _right(twins, x, durations, 0 * a, 0 * c)
    same("What duration_output gives", got[0], want, "(m, T, number of durations)", 1e-4)
    same("What pitch_output gives", got[1], pitch, "(m, T, number of pitches)", 1e-4)
    return "Both outputs give what ours give, dropout and teacher forcing included."


# Exercise 4


def generation_models(shared):
    """Return the two models of one step: duration and state, then pitch."""
    units = shared.lstm.units
    x, a, c = (
        keras.Input((1, len(SIZES)), dtype="int32"),
        keras.Input((units,)),
        keras.Input((units,)),
    )
    known_input = keras.Input((1, units + shared.embedding.units))
    duration = keras.Input((1,), dtype="int32")
    e = shared.embedding(one_hot_columns(x, SIZES))
    now, a_next, c_next = shared.lstm(e, initial_state=[a, c])
    known = ops.concatenate([now, e], axis=-1)
    duration_logits = duration_output(shared, known, x)
    pitch_logits = pitch_output(shared, known_input, duration)
    first = keras.Model([x, a, c], [duration_logits, known, a_next, c_next])
    return first, keras.Model([known_input, duration], pitch_logits)


BEGIN = "the LSTM does not begin from a and c. Pass initial_state=[a, c]."
CAME_IN = "it is the state that came in. Return the next one."
CONNECT = "Outputs come from a model's own inputs: the pitch from known_input and duration alone."


@check.exercise(
    generation_models,
    {
        **_all(
            CONNECT,
            "shared, known_input, duration) => shared, known, duration)",
            "shared, known_input, duration) => shared, known_input, x[..., 0])",
            "shared, known, x) => shared, known_input, x)",
        ),
        **_usual("now", "a_next, c_next", "known_input", "duration"),
        **_all(ALL_STEPS, "[now, e] => [a_next, e]", "[now, e] => [a, e]"),
        "=[a, c] => =a": STATE,
        **_all(BEGIN, ", initial_state=[a, c] =>", "=[a, c] => =[0 * a, 0 * c]"),
        "=[a, c] => =[c, a]": "a and c are exchanged in initial_state. The order is [a, c].",
        "=[a, c] => =[a, a]": "initial_state should be [a, c], not a twice.",
        "=[a, c] => =[c, c]": "initial_state should be [a, c], not c twice.",
        "=[a, c] => =[a, 0 * c]": "c is not passed on. Pass initial_state=[a, c].",
        "=[a, c] => =[0 * a, c]": "a is not passed on. Pass initial_state=[a, c].",
        "now, a_next, c_next => now, c_next, a_next": "a and c are exchanged in the answer.",
        **_all(
            CAME_IN,
            *(f"a_next, c_next] => {states}]" for states in ("a, c", "a, c_next", "a_next, c")),
        ),
        "a_next, c_next] => now, c_next]": "Take the LSTM's second output, the last state.",
        "[now, e] => [a[:, None], e]": "it has the a of the step before. Join what the LSTM gives.",
        "[now, e] => [c_next[:, None], e]": "it has c in it. Join the LSTM's first output, a.",
        f"e = {EMBEDDED} => e = shared.dropout({EMBEDDED}, training=True)": ALWAYS_ON,
    },
)
def _(attempt):
    def dropout(layer, x, training=False):
        return 0.1 * x if training else x

    shared, twins = both = _with(dropout)
    x, duration, a, c, known = _draw_inputs(3, 1, shared.lstm, shared.embedding)
    got = _given(attempt, both, [x, a, c, known, duration], [(3, 4), (2, 1)], dropout)
    want = _right(twins, x, duration, a, c, known)
    for i, name in (
        *((2, "The next a"), (3, "The next c"), (1, "What is known")),
        *((0, "What duration_output gives"), (4, "What pitch_output gives")),
    ):
        same(name, got[i], want[i], tolerance=1e-4)
    return "From any state, one step gives what ours gives, and the next state."


# Exercise 5


def draw(logits, temperature, rng):
    """Return an index for each row of logits, drawn from the softmax."""
    z = np.asarray(logits, "float64") / temperature
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    return np.array([rng.choice(len(row), p=row) for row in p])


EACH = "np.array([rng.choice(len(row), p=row) for row in p])"
LARGE = "np.exp overflows for large logits. Subtract the largest logit of each row first."
TO_ONE = "The probabilities of each row should sum to 1: divide by the sum of the row."
KEEP = "Keep the axis of the sum and of the largest logit: axis=-1, keepdims=True."
TWICE = "softmax is taken twice. Divide the logits by the temperature, then take it once."
ANEW = "All rows got the same index. Draw anew for each row, with `rng`."
NO_RNG = "`rng` is not used. Draw with it, as in rng.choice."


@check.exercise(
    draw,
    {
        "p=row => p=p[0]": "Each row has its own logits: draw from its own probabilities.",
        **_all(
            LARGE,
            " - z.max(axis=-1, keepdims=True) =>",
            "z.max(axis=-1, keepdims=True) => z.max()",
            "z.max(axis=-1, keepdims=True) => z.mean()",
            "z.max => z.mean",
            "z.max => (z.max() > 100) * z.max",
        ),
        **_all(
            TO_ONE,
            "sum(axis=-1, keepdims=True) => sum()",
            "sum(axis=-1 => sum(axis=0",
            " / p.sum(axis=-1, keepdims=True) =>",
            "p / p.sum => p / temperature / p.sum",
        ),
        **_all(KEEP, *(f"{of}(axis=-1, keepdims=True) => {of}(axis=-1)" for of in ("sum", "max"))),
        **_all(
            ANEW,
            "rng.choice( => np.random.default_rng(0).choice(",
            f"{EACH} => (p.cumsum(axis=-1) > rng.random()).argmax(axis=-1)",
        ),
        " / temperature =>": "the temperature is not used. Divide the logits by it.",
        "/ temperature => * temperature": "the temperature multiplies. Divide the logits by it.",
        "/ temperature => / temperature**2": "the squared temperature divides.",
        "p / p.sum => np.exp(p / p.sum(axis=-1, keepdims=True))\n    p = p / p.sum": TWICE,
        "np.asarray(logits => -np.asarray(logits": "the sign of the logits is turned.",
        f"{EACH} => p.argmax(axis=-1)": "The likeliest index is always taken. Draw with `rng`.",
        ", p=row =>": "all indices are equally likely. Draw by probability.",
        "return => rng = np.random.default_rng(0)\n    return": NO_RNG,
        "rng.choice => 1 + rng.choice": "Add nothing to the index that was drawn.",
        f"{EACH} => p": "These are the probabilities. Draw an index for each row.",
        f"{EACH} => rng.choice(p.shape[1], p=p[0])": "Draw one index for each row.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    spikes, low = [*rng.permutation(5).tolist(), 0, 1], [-2000, -1000, -3000]
    same("The answer", attempt(60 * np.eye(5)[spikes], 0.8, rng), spikes)
    for rows, want in ([low], [1]), ([[1000, 0, -1], low, [0, 0, 4000]], [0, 1, 2]), ([[7]], [0]):
        got = attempt(np.array(rows, "float32"), 0.8, rng)
        if whole_numbers("The answer", got) != want:
            raise off("The answer", got, LARGE)
    _draws_by_softmax(attempt, rng)
    one, other = (whole_numbers("", attempt(np.zeros((40, 2)), 0.8, rng)) for _ in range(2))
    if one == other:
        raise Wrong(NO_RNG)
    return "The shares follow the softmax at two temperatures, row by row."


def _draws_by_softmax(attempt, rng, m=700):
    """Hold shares against the softmax; a right answer fails once in some hundred million times.

    At both temperatures the shares of three values of logits / temperature should be the same. The
    rows differ at the first; at the second they do not, so that one draw for all shows.
    """
    values, places = np.array([0, 0.6, 1.6]), np.array([0, 0, 0, 0, 1, 2])
    rows = rng.permuted(np.tile(places, (m, 1)), axis=1), np.tile(rng.permutation(places), (m, 1))
    temperatures = rng.uniform(0.35, 0.45), rng.uniform(1.45, 1.6)

    def shares(of, answer):
        chosen = np.take_along_axis(of, np.asarray(answer)[:, None], axis=1)
        return np.bincount(chosen[:, 0], minlength=3) / m

    drawn = [
        attempt.then(partial(shares, of))(temperature * values[of], temperature, rng)
        for of, temperature in zip(rows, temperatures, strict=True)
    ]
    want = np.exp(values) * [4, 1, 1] / np.sum(np.exp(values) * [4, 1, 1])
    for got, temperature in zip(drawn, temperatures, strict=True):
        if np.abs(got - want).max() > 0.11:
            what = f"At temperature {temperature:.1f}, what is drawn"
            says = f"{what} does not follow the softmax of logits / temperature."
            raise off(what, got, ANEW if drawn[1].max() == 1 else says, tolerance=0.05)


# Exercise 6


def improvise(models, players, temperature, rng):
    """Let all players play to the end of their chords, and return them."""
    duration_model, pitch_model = models
    a = c = np.zeros((len(players), duration_model.inputs[1].shape[-1]), "float32")
    while not all(player.done for player in players):
        x = np.array([[player.know()] for player in players], "int32")
        duration_logits, known, a, c = duration_model.predict_on_batch([x, a, c])
        durations = 1 + draw(duration_logits[:, 0, 1:], temperature, rng)
        pitch_logits = pitch_model.predict_on_batch([known, durations[:, None]])
        pitches = 1 + draw(pitch_logits[:, 0, 1:], temperature, rng)
        for player, duration, pitch in zip(players, durations, pitches):  # noqa: B905
            player.play(duration, pitch)
    return players


N_A, SPARE, (CHORDS, _) = 3, 60, progression("Dm7 | G7 | Cmaj7 | A7")


class _Model:
    """Stands in for a keras.Model, however it is asked, and ends a loop without end."""

    def __init__(self, name, answer, steps, **takes):
        self.name, self.answer, self.left, self.takes = name, answer, steps + SPARE, takes
        self.inputs = [SimpleNamespace(shape=(None, *shape)) for shape in takes.values()]

    def predict_on_batch(self, inputs):
        self.left -= 1
        if self.left < 0:
            raise Wrong(TOO_LONG)
        given = [shape_of(part) or kind(part) for part in inputs]
        if given != [(given[0][0], *shape) for shape in self.takes.values()]:
            takes = ", ".join(f"{name} {('m', *shape)}" for name, shape in self.takes.items())
            given = ", ".join(map(str, given))
            text = f"The {self.name} model takes arrays, [{takes}]; it is given [{given}]."
            raise Wrong(text.replace("'", ""))
        return self.answer(*map(np.asarray, inputs))

    def predict(self, inputs, **options):
        return self.predict_on_batch(inputs)

    def __call__(self, inputs, training=None):
        return keras.tree.map_structure(ops.convert_to_tensor, self.predict_on_batch(inputs))


class _Player(Player):
    """A player who leaves when nothing is played, or what is no music."""

    def __init__(self, length, start):
        super().__init__(CHORDS, 4, length)
        self.patience = 9
        self.play(start, 20)  # so that each knows something else

    @property
    def done(self):
        self.patience -= 1
        return super().done or self.patience < 0

    def play(self, duration, token):
        super().play(duration, token)
        self.patience = 9 if duration > 0 else 0


_made = cache(_Player)


def _new_player(length, start):
    player = copy(_made(length, start))  # which is faster than to make one
    player.events = [*player.events]
    return player


class _Tables:
    """What two models say is looked up in tables, by all that they are given.

    Token 0 is the likeliest by far, then that of the table, then the one after it.
    """

    def __init__(self, durations, pitches, best=200.0, next_best=0.0):
        self.durations, self.pitches, self.best, self.next = durations, pitches, best, next_best
        self.weights = np.random.default_rng().integers(1, 97, 20)

    def first(self, x, a, c):
        known = np.concatenate([a, c], axis=-1)[:, None]
        logits = self.logits(self.durations, N_DURATIONS, x[:, 0], known[:, 0])
        return [logits, known, a + 1, c - 2]

    def second(self, known, durations):
        return self.logits(self.pitches, N_PITCHES, known[:, 0], durations)

    def logits(self, table, size, *parts):
        key = np.concatenate(parts, axis=-1)
        token = table[(key @ self.weights[: key.shape[-1]]).round().astype(int) % len(table)]
        logits, each = np.zeros((len(key), 1, size)), np.arange(len(key))
        logits[:, 0, 0], logits[each, 0, token + 1] = 1.5 * self.best, self.next
        logits[each, 0, token] = self.best
        return logits

    def given(self, players, temperature, seed, steps=1):
        """Return what improvise takes; `players` are (length, start)."""
        first = _Model("duration", self.first, steps, x=(1, len(SIZES)), a=(N_A,), c=(N_A,))
        second = _Model("pitch", self.second, steps, known=(1, 2 * N_A), durations=(1,))
        players = [_new_player(*it) for it in players]
        return (first, second), players, temperature, np.random.default_rng(seed)

    def alone(self, player):
        """Return the events of one player, who plays what the tables say."""
        a = c = np.zeros((1, N_A))
        while player.tick < player.length:
            logits, known, a, c = self.first(np.array([[player.know()]]), a, c)
            duration = 1 + logits[0, 0, 1:].argmax()
            logits = self.second(known, np.array([[duration]]))
            player.play(duration, 1 + logits[0, 0, 1:].argmax())
        return player.events


TOO_LONG = "The loop goes on too long. Leave it when every player is done."
NEVER = "The duration model is never asked. Call its predict_on_batch in the loop."
TO_DRAW = "draw takes logits of shape (m, n). Give it logits[:, 0, 1:]."
WHAT, NOT_BY_RNG = ("durations", "pitches"), "are not drawn with the `rng` that is given."
BOTH = WHAT[:1], WHAT[1:], WHAT
GO_ON = "Go on until all of them are done."
NO_NUMBER = f"The number of steps is the players' matter. {GO_ON}"
HAND_ON, SWAPPED = "Hand a and c on from step to step.", "a and c have changed places."
NO_EVENT = "Token 0 was drawn, which is no event. Draw from logits[:, 0, 1:] and add 1."
ALL_PLAY = "An event is not played by every player. Call play for each, in each step."
UNTIL = "while not all(player.done for player in players)"
X = 'x = np.array([[player.know()] for player in players], "int32")'
GIVES, PLAY = "duration_logits, known, a, c =", "player.play(duration, pitch)"


def _in_drawing(*names):
    """Return the mistakes in drawing durations, or pitches, or both, one by one."""
    what, ones = " and ".join(names), [{"pitches": "pitch"}.get(name, name[:-1]) for name in names]
    logits, drawn = "ONE_logits[:, 0, 1:]", "draw(ONE_logits[:, 0, 1:], temperature, rng)"
    mistakes = {
        f"{drawn} => {logits}.argmax(axis=-1)": f"the {what} are the likeliest. Use draw.",
        f"{drawn} => draw({logits}, 1.0, rng)": f"for the {what}, the temperature is not used.",
        f"{drawn} => draw({logits}, 1 / temperature, rng)": (
            f"for the {what}, the temperature is turned upside down."
        ),
        f"NAME = 1 + draw({logits} => NAME = 1 + draw(ONE_logits[:, 0]": NO_EVENT,
        f"NAME = 1 + draw({logits} => NAME = draw(ONE_logits[:, 0]": NO_EVENT,
        "NAME = 1 + => NAME =": f"the {what} are one too small. Add 1 for token 0, left out.",
        "NAME = 1 + => NAME = 2 +": f"the {what} are one too large. Add 1 once.",
        f"{logits} => ONE_logits[:, 1:]": TO_DRAW,
        f"{logits} => ONE_logits": TO_DRAW,
        f"{drawn} => {drawn[:-4]}np.random.default_rng(0))": f"The {names[0]} {NOT_BY_RNG}",
    }
    for rule, says in mistakes.items():
        pairs = zip(names, ones, strict=True)
        yield tuple(rule.replace("NAME", name).replace("ONE", one) for name, one in pairs), says


IN_DRAWING = [row for rows in zip(*starmap(_in_drawing, BOTH), strict=True) for row in rows]


@check.exercise(
    improvise,
    {
        **dict(IN_DRAWING[:9]),  # first what takes long to be told from the others
        **_all(NO_NUMBER, *(f"{UNTIL} => for _ in range({n})" for n in (3, 50))),
        **dict(IN_DRAWING[9:]),
        f"{GIVES} => duration_logits, known, _, _ =": f"each step starts from zeros. {HAND_ON}",
        f"{GIVES} => duration_logits, known, _, c =": f"a stays zero. {HAND_ON}",
        f"{GIVES} => duration_logits, known, a, _ =": f"c stays zero. {HAND_ON}",
        **_all(SWAPPED, f"{GIVES} => duration_logits, known, c, a =", "[x, a, c] => [x, c, a]"),
        "[x, a, c] => [x, a, a]": "the duration model is given a twice. It takes [x, a, c].",
        **_all(
            "The state before the first step should be zeros.",
            "np.zeros( => np.ones(",
            "    while =>     a = np.ones_like(a)\n    while",
        ),
        **_all(
            f"It ends with one player. {GO_ON}",
            *("not all( => not any(", f"{UNTIL} => while not players[0].done"),
            f"{UNTIL} => while not players[-1].done",
        ),
        f"{UNTIL} => while True": TOO_LONG,
        "while not => while": NEVER,
        f"{UNTIL}:\n        {X} => {X}\n    {UNTIL}:": (
            "x stays the same in each step. Ask player.know() again in the loop."
        ),
        "[[player.know()] => [[players[0].know()]": "every row is what the first player knows.",
        "for player in players], => for player in players[::-1]],": (
            "the rows of x stand in another order than the players."
        ),
        "[known, durations[:, None]] => [known, x[:, :, 0]]": (
            "the pitch model is given the durations of the step before. Give it the new ones."
        ),
        "durations[:, None] => durations[:, None] - 1": "the pitch model's are one too small.",
        "durations[:, None] => durations[:, None] + 1": "the pitch model's are one too large.",
        "pitch_model.predict_on_batch([known, durations[:, None]]) => duration_logits": (
            "The pitch model is not asked. Call its predict_on_batch in every step."
        ),
        f"{PLAY} => player.play(pitch, duration)": "play takes the duration first.",
        f"{PLAY} => player.play(duration + 1, pitch)": "the durations played are one too large.",
        f"{PLAY} => player.play(duration - 1, pitch)": "the durations played are one too small.",
        **_all(ALL_PLAY, f"{PLAY} => players[0].play(duration, pitch)", f"{PLAY} => pass"),
        f"{PLAY} => {PLAY}\n            {PLAY}": "Every event is played twice.",
        "durations, pitches): => durations[::-1], pitches):": "Each player has a row of its own.",
        "return players => return [player.events for player in players]": "Return the players.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    tables = _Tables(rng.integers(6, 13, 97), rng.integers(12, 30, 97))
    several = [(11, 5), (31, 7), (33, 8), (32, 9), (12, 6)]  # the ends are done after one step
    left = [_plays_by(tables, attempt, players) for players in (several, [(30, 5)], [(624, 6)])]
    if min(left) < SPARE - 1:  # the last took 52 steps or more
        raise Wrong(TOO_LONG)
    _draws_by_temperature(attempt, int(rng.integers(1e9)))
    return "The state, the durations and the temperature go where they should."


def _plays_by(tables, attempt, players):
    """Hold what is played against each player alone; return how many steps are left then."""
    want = [tables.alone(_new_player(*player)) for player in players]
    steps = max(map(len, want)) - 1  # the first event was there
    new = partial(tables.given, players, 1.7, 1, steps)

    def events(models, players, answer):
        if models[0].left == steps + SPARE:
            raise Wrong(NEVER)
        several = isinstance(answer, list | tuple | np.ndarray) and shape_of(answer) != ()
        if not several or [*map(id, answer)] != [*map(id, players)]:
            raise Wrong("Return the players.")
        return [player.events for player in players]

    def again(edit, _):
        given = new()
        return events(*given[:2], edit(*given))

    given = models, *_ = new()
    got = attempt.then(partial(events, *given[:2]), again)(*given)
    for mine, right in zip(got, want, strict=True):
        pairs = zip([*mine, "nothing"], [*right, "nothing"], strict=False)
        for n, (one, other) in enumerate(pairs):
            if one != other:
                text = f"Event {n} of a player is {one}; it should be {other}, as the models say."
                raise off("What is played", got, text)
    return models[0].left


def _draws_by_temperature(attempt, seed, temperature=2.5, best=(7.8, 7.2)):
    """Hold how often the two likeliest tokens are played against the softmax, and against `rng`.

    A right answer fails once in some ten million times.
    """
    tables = _Tables(np.array([8]), np.array([20]), *best)
    likely = (8, 9), [token_pitch(token, CHORDS[0][1].root) for token in (20, 21)]

    def new(m, seed):
        return tables.given([(6, 5)] * m, temperature, seed)  # each is done after one event

    def played(players):
        return [*zip(*(player.events[1] for player in players), strict=True)]

    def shares(players):
        each = zip(played(players), likely, strict=True)
        return [[tokens.count(token) / 400 for token in two] for tokens, two in each]

    got = attempt.then(shares, lambda edit, _: shares(edit(*new(400, seed))))(*new(400, seed))
    z = np.exp(np.divide(best, temperature))
    for what, share, size in zip(WHAT, got, (N_DURATIONS, N_PITCHES), strict=True):
        if np.abs(share - z / (z.sum() + size - 3)).max() > 0.125:
            says = f"The {what} do not follow the softmax of logits / temperature. Use draw."
            raise off("What is drawn", got, says, tolerance=0.07)
    runs = [played(attempt(*new(20, seed + step))) for step in (0, 0, 1)]
    for what, one, same_seed, other in zip(WHAT, *runs, strict=True):
        if one != same_seed or one == other:
            raise Wrong(f"The {what} {NOT_BY_RNG}")
