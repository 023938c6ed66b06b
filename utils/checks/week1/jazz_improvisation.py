"""The checks of `week1/3_jazz_improvisation`.

Models are held against ours, built from the same layers, and against the whole sequence read at
once; drawing against the softmax that it should follow. Inputs are drawn fresh each time.
"""

from types import SimpleNamespace

import numpy as np

from utils import env, music
from utils.checks import Checks, Wrong, same, unpack

with env.quiet():
    import keras
    from keras import layers, ops

check = Checks()

UNITS, EMBEDDING = 6, 7

# Our own versions: the notebook goes on with them where an exercise was not attempted.


def tokenise(events, roots):
    """Return durations, pitches: the tokens of the events, two lists."""
    ticks = np.cumsum([0, *(duration for duration, _ in events)])
    pitches = [
        music.pitch_token(pitch, roots[tick])
        for tick, (_, pitch) in zip(ticks, events, strict=False)
    ]
    return [duration for duration, _ in events], pitches


def one_hot_columns(x, sizes):
    """Return the one-hot vectors of all columns, joined along the last axis."""
    vectors = [ops.one_hot(x[..., column], size) for column, size in enumerate(sizes)]
    return ops.concatenate(vectors, axis=-1)


def training_model(shared):
    """Return the model that reads whole melodies: logits of durations and of pitches."""
    x = keras.Input((None, len(music.SIZES)), dtype="int32")
    durations = keras.Input((None,), dtype="int32")
    return keras.Model([x, durations], _heads(shared, x, durations))


def generation_models(shared):
    """Return the two models of one step: duration and state, then pitch."""
    units = shared.lstm.units
    x = keras.Input((1, len(music.SIZES)), dtype="int32")
    a, c = keras.Input((units,)), keras.Input((units,))
    e = shared.embedding(one_hot_columns(x, music.SIZES))
    now, a_next, c_next = shared.lstm(e, initial_state=[a, c])
    known = ops.concatenate([now, e], axis=-1)
    first = keras.Model([x, a, c], [_duration_head(shared, known, x), known, a_next, c_next])
    known = keras.Input((1, units + shared.embedding.units))
    duration = keras.Input((1,), dtype="int32")
    return first, keras.Model([known, duration], _pitch_head(shared, known, duration))


def draw(logits, temperature, rng):
    """Return an index for each row of logits, by the Gumbel trick."""
    z = np.asarray(logits, "float64") / temperature
    return (z + rng.gumbel(size=z.shape)).argmax(axis=-1)


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


def _duration_head(shared, known, x):
    room = ops.one_hot(x[..., music.ROOM], music.SIZES[music.ROOM])
    hidden = shared.duration_hidden(ops.concatenate([known, room], axis=-1))
    return shared.duration(shared.head_dropout(hidden))


def _pitch_head(shared, known, durations):
    duration = ops.one_hot(durations, music.N_DURATIONS)
    hidden = shared.pitch_hidden(ops.concatenate([known, duration], axis=-1))
    return shared.pitch(shared.head_dropout(hidden))


def _heads(shared, x, durations, dropped=(1, 1), parts=("lstm", "embedding"), forced=True):
    """Return both logits; the options are what goes wrong: which dropout and part is there."""
    e = shared.embedding(one_hot_columns(x, music.SIZES))
    e = shared.dropout(e) if dropped[0] else e
    a, _, _ = shared.lstm(e)
    parts = [{"lstm": a, "embedding": e}[part] for part in parts]
    known = ops.concatenate(parts, axis=-1)
    known = shared.dropout(known) if dropped[1] else known
    given = durations if forced else ops.zeros_like(durations)
    return [_duration_head(shared, known, x), _pitch_head(shared, known, given)]


class _Halve(layers.Layer):
    """Stands in for dropout: it can be seen where it is called, and draws nothing."""

    def call(self, x, training=None):
        return x / 2


def _layers(dropout):
    """Return small layers, whose weights are drawn large."""
    wide = keras.initializers.RandomNormal(
        stddev=0.7, seed=int(np.random.default_rng().integers(1e6))
    )
    draw_weights = {"kernel_initializer": wide, "bias_initializer": wide}
    return SimpleNamespace(
        embedding=layers.Dense(EMBEDDING, use_bias=False, kernel_initializer=wide),
        dropout=dropout,
        lstm=layers.LSTM(UNITS, return_sequences=True, return_state=True, **draw_weights),
        duration_hidden=layers.Dense(9, "relu", **draw_weights),
        pitch_hidden=layers.Dense(8, "relu", **draw_weights),
        head_dropout=layers.Dropout(0.5),
        duration=layers.Dense(music.N_DURATIONS, **draw_weights),
        pitch=layers.Dense(music.N_PITCHES, **draw_weights),
    )


def _draw_x(rng, m, T):
    return np.stack([rng.integers(0, size, (m, T)) for size in music.SIZES], axis=-1).astype(
        "int32"
    )


def _arrays(outputs):
    return [ops.convert_to_numpy(output) for output in outputs]


def _a_model(got, what, inputs, outputs):
    """Return the model, or say that it should be one."""
    if not isinstance(got, keras.Model):
        raise Wrong(f"{what} should be a keras.Model; yours is of type {type(got).__name__}.")
    if (len(got.inputs), len(got.outputs)) != (inputs, outputs):
        raise Wrong(
            f"{what} should have {inputs} inputs and {outputs} outputs; yours has "
            f"{len(got.inputs)} and {len(got.outputs)}."
        )
    return got


def _joined_right(shared):
    """Say what is wrong with what the heads were given, from the size of their input."""
    hidden = shared.pitch_hidden
    if not hidden.built:
        raise Wrong("The pitch head is not used. Get pitch_logits from pitch_head.")
    size = hidden.kernel.shape[0] - music.N_DURATIONS
    if size == UNITS:
        raise Wrong("The heads get the LSTM's output alone. Join the embedding e to it.")
    if size == EMBEDDING:
        raise Wrong("The heads get the embedding alone. Join it with the LSTM's output a.")
    if size != UNITS + EMBEDDING:
        raise Wrong(
            f"`known` has {size} numbers; with a of {UNITS} and e of {EMBEDDING} it should have "
            f"{UNITS + EMBEDDING}. Join these two, and nothing else."
        )


@check.exercise(tokenise)
def _(attempt):
    rng = np.random.default_rng()
    chords, length = music.progression("Dm7 G7 | Cmaj7 | Ebm7 Ab7 | Dbmaj7")
    chords = tuple((tick, chord.transposed(int(rng.integers(12)))) for tick, chord in chords)
    roots = music.roots(chords, length)
    durations = [int(d) for d in rng.permutation([6, 6, 12, 18, 24, 6, 12, 36, 4, 4, 4, 12])]
    pitches = [int(p) for p in rng.integers(55, 80, len(durations))]
    for place, word in zip(rng.permutation(len(durations)), ["rest", "hold"] * 2, strict=False):
        pitches[place] = word
    events = tuple(zip(durations, pitches, strict=True))
    got = unpack(attempt(events, roots), "durations, pitches")
    want = tokenise(events, roots)
    ticks = np.cumsum([0, *durations])

    def seen_from(root_of):
        return [music.pitch_token(p, root_of(i)) for i, p in enumerate(pitches)]

    mistakes = {
        "durations": {
            "these are the ticks at which the events begin.": ticks[:-1],
            "these are the ticks at which the events end.": ticks[1:],
            "these are the pitches. Return durations first.": want[1],
        },
        "pitches": {
            "they are all seen from the first root. Let `tick` grow with each event.": seen_from(
                lambda i: roots[0]
            ),
            "each is seen from the root at the end of its event; take the root at its start, "
            "before you add the duration.": seen_from(lambda i: roots[ticks[i + 1] % length]),
            "they are seen from the root at tick 0, 1, 2 …: the tick is not the number of the "
            "event.": seen_from(lambda i: roots[i]),
            "they are seen from C. Give pitch_token the root that sounds.": seen_from(lambda i: 0),
            "these are the durations. Return durations first.": want[0],
        },
    }
    for name, values, right in zip(mistakes, got, want, strict=True):
        if not isinstance(values, list | tuple | np.ndarray):
            raise Wrong(f"{name} should be a list; yours is of type {type(values).__name__}.")
        if len(values) != len(events):
            raise Wrong(f"{name} has {len(values)} tokens; {len(events)} events need as many.")
        if any(isinstance(value, str) for value in values):
            raise Wrong(f"{name} holds words. music.pitch_token makes numbers of them, too.")
        same(name, np.asarray(values), right, "one for each event", mistakes[name])
    return "Each pitch is seen from the root at its start; rest and hold are right."


@check.exercise(one_hot_columns)
def _(attempt):
    rng = np.random.default_rng()
    sizes = [4, 2, 5]
    for shape in ((6,), (2, 3)):
        x = np.stack(
            [rng.permutation(np.resize(np.arange(n), 6)).reshape(shape) for n in sizes], -1
        )
        got = attempt(x.astype("int32"), sizes)
        if isinstance(got, list | tuple):
            raise Wrong("The answer is a list of tensors. Join them with ops.concatenate.")
        vectors = [np.eye(n)[x[..., i]] for i, n in enumerate(sizes)]
        want = np.concatenate(vectors, axis=-1)
        longest = [np.eye(max(sizes))[x[..., i]] for i in range(3)]
        if getattr(got, "shape", None) == (*shape, 3 * max(sizes)):
            same("The answer", ops.convert_to_numpy(got), np.concatenate(longest, -1))
            raise Wrong("Every column got the same size. Column i has sizes[i] values.")
        if hasattr(got, "shape") and tuple(got.shape) != want.shape:
            raise Wrong(
                f"The answer has shape {tuple(got.shape)}; for x of shape {x.shape} and sizes "
                f"{sizes} it should be {want.shape}. Join along the last axis."
            )
        got = ops.convert_to_numpy(got) if hasattr(got, "shape") else got
        suspects = {
            "the columns stand in reverse order.": np.concatenate(vectors[::-1], -1),
            "the ones stand one place too far.": np.concatenate(
                [np.roll(v, 1, axis=-1) for v in vectors], -1
            ),
        }
        same("The answer", got, want, "one-hot vectors joined", suspects)
    return "Each column becomes a one-hot vector of its own size."


@check.exercise(training_model)
def _(attempt):
    rng = np.random.default_rng()
    shared = _layers(_Halve())
    model = _a_model(attempt(shared), "The answer", 2, 2)
    _joined_right(shared)
    x, durations = _draw_x(rng, 3, 5), rng.integers(1, 49, (3, 5)).astype("int32")
    got = _arrays(model([x, durations]))

    def variant(**options):
        return _arrays(_heads(shared, x, durations, **options))

    want = variant()
    wrong = {
        "dropout is missing, before the LSTM and after it.": variant(dropped=(0, 0)),
        "the dropout after the embedding is missing.": variant(dropped=(0, 1)),
        "the dropout on what is known is missing.": variant(dropped=(1, 0)),
        "e stands before a. Join them as [a, e].": variant(parts=("embedding", "lstm")),
        "the pitch head is not given the durations of these events. Give it `durations`.": [
            want[0],
            _pitch_variant(shared, x, np.zeros_like(durations)),
        ],
        "the pitch head is given the durations before (column 0 of x). Give it `durations`.": [
            want[0],
            _pitch_variant(shared, x, x[..., 0]),
        ],
    }
    for i, name in enumerate(("The duration logits", "The pitch logits")):
        suspects = {text: values[i] for text, values in wrong.items()}
        same(name, got[i], want[i], "(m, T, number of tokens)", suspects, 1e-4)
    return "Both heads give what ours give, dropout and teacher forcing included."


def _pitch_variant(shared, x, durations):
    return _arrays(_heads(shared, x, np.asarray(durations, "int32")))[1]


@check.exercise(generation_models)
def _(attempt):
    rng = np.random.default_rng()
    m, T = 3, 5
    shared = _layers(layers.Dropout(0.5))
    whole = training_model(shared)
    first, second = unpack(attempt(shared), "duration model, pitch model")
    _a_model(first, "The first model", 3, 4)
    _a_model(second, "The second model", 2, 1)
    x, durations = _draw_x(rng, m, T), rng.integers(1, 49, (m, T)).astype("int32")
    a, c = rng.uniform(-1, 1, (2, m, UNITS)).astype("float32")
    _one_step(shared, first, x[:, :1], a, c)
    _the_pitch(shared, second, rng, durations[:, :1])
    a = c = np.zeros((m, UNITS), "float32")
    steps = []
    for t in range(T):
        logits, known, a, c = _arrays(first([x[:, [t]], a, c]))
        steps.append([logits, *_arrays([second([known, durations[:, [t]]])])])
    for name, got, want in zip(
        ("The duration logits", "The pitch logits"),
        zip(*steps, strict=True),
        _arrays(whole([x, durations])),
        strict=True,
    ):
        same(f"{name} of {T} steps", np.concatenate(got, axis=1), want, "", None, 1e-4)
    return "Step by step they give what the training model gives at once."


def _one_step(shared, first, x, a, c):
    """Hold one step from a state that is not zero against ours."""
    ours, _ = generation_models(shared)
    got, want = _arrays(first([x, a, c])), _arrays(ours([x, a, c]))
    zero, swapped = (_arrays(ours([x, *s])) for s in ((0 * a, 0 * c), (c, a)))
    names = ("The next a", "The next c", "What is known", "The duration logits")
    for name, i in zip(names, (2, 3, 1, 0), strict=True):
        suspects = {
            "the LSTM does not begin from a and c. Pass initial_state=[a, c].": zero[i],
            "a and c are exchanged in initial_state. The order is [a, c].": swapped[i],
        }
        if i > 1:
            suspects["a and c are exchanged in the answer."] = want[5 - i]
            suspects["it is the state that came in. Return the next one."] = (a, c)[i - 2]
        if got[i].shape == want[1].shape and i == 1:
            suspects["e stands before the LSTM's output. Join them as in the training model."] = (
                np.concatenate([want[1][..., UNITS:], want[1][..., :UNITS]], -1)
            )
        same(name, got[i], want[i], "", suspects, 1e-4)


def _the_pitch(shared, second, rng, duration):
    known = rng.uniform(-1, 1, (len(duration), 1, UNITS + EMBEDDING)).astype("float32")
    _, ours = generation_models(shared)
    want = ops.convert_to_numpy(ours([known, duration]))
    same("The pitch logits", ops.convert_to_numpy(second([known, duration])), want, "", None, 1e-4)


@check.exercise(draw)
def _(attempt):
    rng = np.random.default_rng()
    order = rng.permutation(5)
    logits = np.array([2.0, 1, 0, -1, -2])[order]
    for temperature in (0.5, 2.0):
        _drawn_right(attempt, logits, temperature, rng)
    rows = np.where(np.eye(6)[rng.permutation(6)] > 0, 50.0, 0)
    got = _indices(attempt(rows, 1.0, rng), 6)
    if not np.array_equal(got, rows.argmax(axis=-1)):
        raise Wrong("Each row has its own logits: draw for every row from its own probabilities.")
    _indices(attempt(np.array([[1000.0, 999, 0]] * 4), 1.0, rng), 4)
    return "The shares follow the softmax at two temperatures, row by row."


def _indices(got, m):
    got = np.asarray(got)
    if got.shape != (m,):
        raise Wrong(f"For {m} rows the answer has shape {got.shape}; it should be ({m},).")
    if got.dtype.kind not in "iu":
        raise Wrong(f"The answer should hold whole numbers; the type of yours is {got.dtype}.")
    return got


def _softmax(z):
    p = np.exp(z - z.max())
    return p / p.sum()


def _drawn_right(attempt, logits, temperature, rng):
    """Hold 4,000 draws against the softmax; a right answer fails once in some million times."""
    before = rng.bit_generator.state
    got = _indices(attempt(np.tile(logits, (4000, 1)), temperature, rng), 4000)
    if got.min() < 0 or got.max() >= len(logits):
        raise Wrong(f"An index is not in 0 … {len(logits) - 1}.")
    shares = np.bincount(got, minlength=len(logits)) / len(got)
    if np.abs(shares - _softmax(logits / temperature)).sum() < 0.12:
        if rng.bit_generator.state == before:
            raise Wrong("`rng` is not used. Draw with it, not with np.random.")
        return
    if shares.max() == 1:
        once = shares.argmax() != logits.argmax()
        raise Wrong(
            "All rows got the same index. Draw anew for each row."
            if once
            else "The likeliest index is always taken, or one draw serves all rows. Draw anew for "
            "each row, by probability."
        )
    usual = {
        "the temperature is not used. Divide the logits by it.": _softmax(logits),
        "the temperature multiplies. Divide the logits by it.": _softmax(logits * temperature),
        "all indices are equally likely. Draw by probability.": np.full(5, 0.2),
        "the sign of the logits is turned.": _softmax(-logits / temperature),
    }
    for text, p in usual.items():
        if np.abs(shares - p).sum() < 0.12:
            raise Wrong(f"The drawn shares are off: {text}")
    raise Wrong(
        f"At temperature {temperature}, logits {logits.tolist()} should give shares "
        f"{_softmax(logits / temperature).round(2).tolist()}; yours are {shares.round(2).tolist()}."
    )


class _Script:
    """Two models in one that play a script: what they answer depends on the state alone."""

    def __init__(self, rng):
        self.durations = rng.permutation([6, 12, 18, 4, 8, 24] * 6)
        self.pitches = rng.integers(12, 30, len(self.durations))
        self.calls = []

    def logits(self, m, steps, script, size):
        logits = np.zeros((m, 1, size))
        logits[np.arange(m), 0, script[steps % len(script)]] = 1
        return logits

    def models(self):
        units = type("Input", (), {"shape": (None, 3)})
        first = type("Model", (), {"inputs": [units] * 3, "predict_on_batch": self.first})
        second = type("Model", (), {"inputs": [units] * 2, "predict_on_batch": self.second})
        return first, second

    def first(self, inputs):
        x, a, c = unpack(inputs, "x, a, c")
        x, a, c = np.asarray(x), np.asarray(a), np.asarray(c)
        if len(self.calls) > 400:
            raise Wrong("The loop goes on too long. Leave it when every player is done.")
        if x.ndim != 3 or x.shape[1:] != (1, len(music.SIZES)):
            raise Wrong(f"x has shape {x.shape}; it should be (m, 1, {len(music.SIZES)}).")
        self.calls.append([x, a, c])
        steps = a[:, 0].astype(int)
        known = np.concatenate([a, c], -1)[:, None]
        return (
            self.logits(len(x), steps, self.durations, music.N_DURATIONS),
            known,
            a + 1,
            c - 1,
        )

    def second(self, inputs):
        known, durations = unpack(inputs, "what is known, durations")
        known, durations = np.asarray(known), np.asarray(durations)
        if durations.shape != (len(known), 1):
            raise Wrong(
                f"The durations given to the pitch model have shape {durations.shape}; they should "
                f"be (m, 1): durations[:, None]."
            )
        self.calls[-1] += [known, durations]
        steps = known[:, 0, 0].astype(int)
        return self.logits(len(known), steps, self.pitches, music.N_PITCHES)


def _players():
    chords, length = music.progression("Dm7 | G7 | Cmaj7 | A7")
    return [music.Player(chords, 4, length), music.Player(chords[:2], 4, 96)]


@check.exercise(improvise)
def _(attempt):
    rng = np.random.default_rng()
    script = _Script(rng)
    ours, players = _players(), _players()
    improvise(script.models(), ours, 0.01, rng)
    want, script.calls = script.calls, []
    got = attempt(script.models(), players, 0.01, rng)
    if not script.calls:
        raise Wrong("The duration model is never asked. Call its predict_on_batch in the loop.")
    _compare_calls(script.calls, want)
    if not all(player.done for player in players):
        raise Wrong("A player has not reached the end. Go on until all of them are done.")
    for player, right in zip(players, ours, strict=True):
        if player.events != right.events:
            pairs = enumerate(zip(player.events, right.events, strict=False))
            at = next(i for i, (p, q) in pairs if p != q)
            raise Wrong(
                f"Event {at} is {player.events[at]} where the models said {right.events[at]}. Play "
                f"the duration first, then the pitch, as the tokens that were drawn."
            )
    if got is not players and list(got) != players:
        raise Wrong("Return the players.")
    return "The state, the durations and the temperature go where they should."


def _compare_calls(calls, want):
    """Name the first thing given to a model that is not as in our own loop."""
    for step, (mine, ours) in enumerate(zip(calls, want, strict=False), start=1):
        x, a, c, *rest = mine
        if a.shape != ours[1].shape or not np.array_equal(a, ours[1]):
            raise Wrong(
                f"In step {step}, the state a is not the one that step {step - 1} returned. Hand a "
                f"and c on from step to step."
            )
        if not np.array_equal(c, ours[2]):
            raise Wrong(
                f"In step {step}, the state c is not the one that step {step - 1} returned. Hand a "
                f"and c on from step to step."
            )
        if not np.array_equal(x, ours[0]):
            raise Wrong(_what_was_played(step))
        if not rest:
            raise Wrong("The pitch model is not asked. Call its predict_on_batch in the loop.")
        known, durations = rest
        if not np.array_equal(known, ours[3]):
            raise Wrong("The pitch model is not given what the duration model says is known.")
        if not np.array_equal(durations, ours[4]):
            raise Wrong(_off_durations(durations, ours[4]))


def _off_durations(got, want):
    if np.array_equal(got + 1, want):
        return (
            "The durations given to the pitch model are one too small. You left out token 0, so "
            "add 1 to what you draw."
        )
    if np.array_equal(got - 1, want):
        return "The durations are one too large. Add 1 only if you leave out token 0."
    return (
        "The durations given to the pitch model are not those that were drawn. Use the "
        "temperature, and `draw` for every row."
    )


def _what_was_played(step):
    if step == 1:
        return "x does not hold what the players know: one row player.know() for each."
    return (
        f"In step {step}, the players know something else than they should. Play what was drawn, "
        f"duration first, the pitch drawn with the temperature and its token not one too small, "
        f"and ask player.know() again in each step."
    )
