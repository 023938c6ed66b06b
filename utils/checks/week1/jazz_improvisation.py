"""The checks of `week1/3_jazz_improvisation`.

Models are built from small layers and held against NumPy; what is drawn is held against the softmax
that it should follow; improvising is done with stand-ins for models. What the page says of chords
and which notes fit is held against definitions taken at their word. The challenge counts rhythms.
"""

from collections import Counter
from functools import cache, partial
from inspect import unwrap
from itertools import accumulate, zip_longest
from types import SimpleNamespace
from unittest import mock

import numpy as np

from utils import env
from utils.checks import draws
from utils.checks.answers import kind, same, shape_of, unpack, whole_numbers
from utils.checks.attempts import advice
from utils.checks.grading import Checks
from utils.checks.mistakes import Stopped, alike
from utils.checks.wrong import Wrong, off
from utils.models import language_model
from utils.models.lstm import lstm_forward, lstm_from_keras
from utils.music import players
from utils.music.chords import KINDS, QUALITIES, Chord, chord_at, progression
from utils.music.choruses import load_choruses
from utils.music.measures import rhythm_evidence
from utils.music.network import duration_output, pitch_output
from utils.music.players import N_DURATIONS, N_PITCHES, ROOM, SIZES, Player, pitch_token

with env.quiet():
    import keras
    from keras import layers, ops

check = Checks()


def fits(notes, chords):
    """Return for each note whether it fits: a list of True and False."""
    inside = [pitch % 12 in chord_at(chords, tick).tones for tick, pitch in notes]
    answer = inside.copy()
    for i in range(len(notes) - 1):
        step = abs(notes[i + 1][1] - notes[i][1])
        if step in (1, 2) and inside[i + 1]:
            answer[i] = True
    return answer


BOTH_WAYS = "A step may go up or down: take the distance, abs."
NO_LONGER = "A step is one or two semitones."
CLASSES = "Tones are pitch classes, 0 to 11: take pitch % 12."
AT_ITS_START = "Each note is seen with the chord at its own start, chord_at(chords, tick)."


@check.exercise(
    fits,
    {
        "answer[i] = True => pass": "A step to a tone of the chord fits, too.",
        "answer = inside.copy() => answer = [False] * len(notes)": "Tones of the chord fit, too.",
        " and inside[i + 1] =>": "A step fits only if the note that it leads to is in its chord.",
        "if step in (1, 2) and => if": f"Also a leap counts. {NO_LONGER}",
        "(1, 2) => (1,)": f"Whole tones, 2, do not count. {NO_LONGER}",
        "(1, 2) => (2,)": f"Semitones, 1, do not count. {NO_LONGER}",
        "(1, 2) => (0, 1, 2)": f"A note that is played again is no step. {NO_LONGER}",
        "(1, 2) => (1, 2, 3)": f"Thirds, 3, count, too. {NO_LONGER}",
        "abs(notes[i + 1][1] - notes[i][1]) => notes[i + 1][1] - notes[i][1]": BOTH_WAYS,
        "abs(notes[i + 1][1] - notes[i][1]) => notes[i][1] - notes[i + 1][1]": BOTH_WAYS,
        "abs(notes[i + 1][1] - notes[i][1]) => abs(notes[i + 1][1] - notes[i][1]) % 12": (
            f"A ninth, 13 or 14, is no step. {NO_LONGER}"
        ),
        "abs(notes[i + 1][1] - notes[i][1]) => abs(notes[i + 1][0] - notes[i][0])": (
            "The distance is one of pitches, not of ticks."
        ),
        "pitch % 12 in => pitch in": CLASSES,
        "chord_at(chords, tick).tones => chord_at(chords, 0).tones": AT_ITS_START,
        "pitch % 12 in chord_at(chords, tick).tones => pitch % 12 == chord_at(chords, tick).root": (
            "Not the root alone, all tones of the chord fit: chord_at(chords, tick).tones."
        ),
        "tick, pitch in notes => tick, pitch in notes if tick % 12 == 0": (
            "Answer for every note, not only for those on a beat."
        ),
        "return answer => return sum(answer) / max(len(answer), 1)": (
            "Return a list with True or False for each note, not the share."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    kinds = [kind for kind in KINDS if kind != ""]
    walk = [(0, 71), (12, 72), (24, 72), (36, 74), (48, 72), (60, 75), (72, 62), (84, 64)]
    cases = [(walk, ((0, Chord(9, "m")), (40, Chord(4, "maj7")), (84, Chord(0, ""))))]
    cases.append(([(0, 66), (6, 79), (12, 73), (24, 60), (30, 62)], ((0, Chord(0, "")),)))
    line = enumerate([61, 62, 63, 64, 63, 61, 60, 66, 64, 62, 64, 63])  # steps up and down
    cases.append(([(6 * i, pitch) for i, pitch in line], ((0, Chord(0, "")),)))
    cases.append(([(0, 65), (48, 65)], ((0, Chord(0, "")), (48, Chord(5, "")))))
    for _ in range(4):
        onsets = [0, *sorted(rng.choice(np.arange(5, 200, 5), 3, replace=False).tolist())]
        chords = [(t, Chord(int(rng.integers(12)), str(rng.choice(kinds)))) for t in onsets]
        ticks = np.cumsum(rng.choice([6, 12, 4, 2, 1], 40)).tolist()
        pitches = np.clip(64 + np.cumsum(rng.integers(-5, 6, 40)), 40, 90).tolist()
        cases.append((list(zip(ticks, pitches, strict=True)), tuple(chords)))
    cases += [([(0, 65)], ((0, Chord(7, "7")),)), ([], ((0, Chord(2, "m7")),))]
    answers = [attempt(notes, chords) for notes, chords in cases]  # all of them tell mistakes apart
    for got, case in zip(answers, cases, strict=True):
        same("The answer", got, np.array(_fit(*case), int), "(notes,)")
    return "Tones of the chord fit, and steps that lead to one, up or down."


def _fit(notes, chords):
    """Return which notes fit, by the definition."""

    def inside(note):
        sounding = [chord for onset, chord in chords if onset <= note[0]][-1]
        return (note[1] - sounding.root) % 12 in {step % 12 for step in KINDS[sounding.kind]}

    after = [*notes, None][1:]
    return [
        inside(note) or bool(then and 0 < (then[1] - note[1]) ** 2 < 9 and inside(then))
        for note, then in zip(notes, after, strict=True)
    ]


def tokenise(events, roots):
    """Return durations, pitches: the tokens of the events, two lists."""
    durations, pitches, tick = [], [], 0
    for duration, pitch in events:
        durations.append(duration)
        pitches.append(pitch_token(pitch, roots[tick]))
        tick += duration
    return durations, pitches


ADD_UP, TAKE = "Add up the durations: tick += duration.", "Take what pitch_token gives."
A_WORD = "A pitch may be a word, too. pitch_token(pitch, roots[tick]) takes care of that."


@check.exercise(
    tokenise,
    {
        "return durations, pitches => return pitches, durations": "Return durations first.",
        "        tick += duration\n =>": f"they are all seen from the first root. {ADD_UP}",
        "[tick] => [tick + duration]": "each is seen from the root at its end, not at its start.",
        "+= duration => += 1": f"the tick is not the number of the event. {ADD_UP}",
        "+= duration => = duration": f"each is seen at the duration before. {ADD_UP}",
        "+= duration => += duration * (type(pitch) is int)": "Rests and holds last, too.",
        "[], [], 0 => [], [], 1": "the tick begins at 1. The first event starts at tick 0.",
        "[tick] => [duration]": f"each is seen at the tick that is its duration. {ADD_UP}",
        "[tick] => [tick - 1]": "each is seen from the root one tick too early.",
        "[tick] => [tick // 12]": "they are seen from roots[tick // 12]. Each tick has a root.",
        "roots[tick] => 0": "they are seen from C. Give pitch_token the root that sounds.",
        "roots[tick] => tick": "pitch_token is given the tick. Give it roots[tick].",
        "(pitch, roots[tick]) => (pitch, roots[tick]) - 1": f"they are one too small. {TAKE}",
        "(pitch, roots[tick]) => (pitch, roots[tick]) + 1": f"they are one too large. {TAKE}",
        "pitch_token(pitch, roots[tick]) => pitch": TAKE,
        "(pitch_token => (type(pitch) is int and pitch_token": f"A word is 0. {TAKE}",
        "pitch_token(pitch, roots[tick]) => pitch - roots[tick]": A_WORD,
        "pitch_token(pitch, roots[tick]) => pitch - int(roots[tick])": A_WORD,
        "pitch_token(pitch, roots[tick]) => pitch_token(roots[tick], pitch)": A_WORD,
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
    pitches = np.array([*rng.integers(55, 80, 7).tolist(), *["rest", "hold"] * 2], object)
    first = zip(durations, [60, *rng.permutation(pitches)], strict=True)
    low, high = int(rng.integers(9, 50)), int(rng.integers(70, 127))  # there are lowest tokens
    for events in [*first], [(5, "rest"), (48, low), (1, "hold")], [(7, high)], [(1, "hold")]:
        *starts, end = accumulate((duration for duration, _ in events), initial=0)
        roots = rng.integers(1, 12, end).cumsum() % 12  # another one at each tick
        got = unpack(attempt(events, roots), "durations, pitches")
        same("durations", got[0], [duration for duration, _ in events])
        want = [pitch_token(p, roots[t]) for (_, p), t in zip(events, starts, strict=True)]
        same("pitches", got[1], want)
    return "Each pitch is seen from the root at its start; rest and hold are right."


def read_chords(chords, tick, length):
    """Return quality, movement, next quality and beats left at a tick: four whole numbers."""
    now = sum(onset <= tick for onset, _ in chords) - 1
    after = (now + 1) % len(chords)
    chord, next_chord = chords[now][1], chords[after][1]
    movement = (next_chord.root - chord.root) % 12
    end = chords[after][0] if after > now else length
    beats_left = min(-(-(end - tick) // 12), 8)
    qualities = [QUALITIES.index(chord.quality), QUALITIES.index(next_chord.quality)]
    return [qualities[0], movement, qualities[1], beats_left]


FROM_TO = "The movement goes from this root up to the next one: (next - this) % 12."
THE_LAST = "After the last chord comes the first one again."
BEGUN = "A chord sounds from its own onset on: the last one with onset <= tick."
ROUND_UP = "Beats are rounded up: 1 to 12 ticks left are one beat."
UNTIL = "The beats left are those until the next chord begins, or until `length`."


@check.exercise(
    read_chords,
    {
        "onset <= tick => onset < tick": BEGUN,
        "for onset, _ in chords) - 1 => for onset, _ in chords)": f"It is one too late. {BEGUN}",
        "sum(onset <= tick for onset, _ in chords) - 1 => 0": f"It stays with the first. {BEGUN}",
        "(now + 1) % len(chords) => min(now + 1, len(chords) - 1)": THE_LAST,
        "(now + 1) % len(chords) => now + 1": THE_LAST,
        "(now + 1) % len(chords) => (now - 1) % len(chords)": "The next chord is the one after.",
        "(next_chord.root - chord.root) % 12 => next_chord.root - chord.root": FROM_TO,
        "(next_chord.root - chord.root) % 12 => (chord.root - next_chord.root) % 12": FROM_TO,
        "(next_chord.root - chord.root) % 12 => abs(next_chord.root - chord.root)": FROM_TO,
        "(next_chord.root - chord.root) % 12 => next_chord.root": FROM_TO,
        "(next_chord.root - chord.root) % 12 => chord.root": FROM_TO,
        "chords[after][0] if after > now else length => chords[after][0]": UNTIL,
        "chords[after][0] if after > now else length => length": UNTIL,
        "-(-(end - tick) // 12) => (end - tick) // 12": ROUND_UP,
        "-(-(end - tick) // 12) => round((end - tick) / 12)": ROUND_UP,
        "-(-(end - tick) // 12) => (end - tick) // 12 + 1": f"12 ticks are one beat. {ROUND_UP}",
        "-(-(end - tick) // 12) => -(-(end - chords[now][0]) // 12)": (
            "Count from this tick, not from the start of the chord."
        ),
        "-(-(end - tick) // 12) => -(-(tick - chords[now][0]) // 12)": UNTIL,
        "-(-(end - tick) // 12) => end - tick": "These are ticks. A beat has 12.",
        "min(-(-(end - tick) // 12), 8) => -(-(end - tick) // 12)": "More than 8 count as 8.",
        "12), 8) => 12), 7)": "More than 8 count as 8, and 8 as 8.",
        "12), 8) => 12), 9)": "More than 8 count as 8, also 9.",
        "[qualities[0], movement, qualities[1], beats_left] =>"
        " [qualities[1], movement, qualities[0], beats_left]": "This chord's quality comes first.",
        "[qualities[0], movement, qualities[1], beats_left] =>"
        " [qualities[0], qualities[1], movement, beats_left]": "The movement comes second.",
        "QUALITIES.index(next_chord.quality)] => QUALITIES.index(chord.quality)]": (
            "The third number is the quality of the next chord."
        ),
        "QUALITIES.index(chord.quality) => QUALITIES.index(chord.quality) + 1": (
            "the quality is one too large. Take QUALITIES.index."
        ),
        "[QUALITIES.index(chord.quality), QUALITIES.index(next_chord.quality)] =>"
        " [chord.quality, next_chord.quality]": "A quality is a word: take QUALITIES.index of it.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    several = []
    for beats in 3, 4:
        roots = rng.integers(1, 11, 6).cumsum() % 12
        onsets = np.cumsum([0, *rng.permutation([1, 1, 2, 2, 3])]) * beats * 6
        kinds = rng.choice(["m7", "7", "maj7", "m7b5", "dim", "sus4"], 6, replace=False)
        made = [Chord(int(root), str(kind)) for root, kind in zip(roots, kinds, strict=True)]
        chords = tuple(zip(onsets.tolist(), made, strict=True))
        several.append((chords, chords[-1][0] + beats * 18))
    long = ((0, Chord(11, "sus4")), (110, Chord(1, "dim7")), (242, Chord(6, "maj7")))
    several += [(long, 242 + 98), (((0, Chord(2, "7")), (18, Chord(0, "m"))), 48)]
    answers, wanted = [], []
    for chords, length in [*several, (((0, Chord(7, "m7b5")),), 130)]:
        table = players.context(chords, 4, length)
        ends = [t + d for t in [*(onset for onset, _ in chords), length] for d in (-13, -12, -1, 0)]
        ends += [1, length - 96, length - 97, *rng.integers(0, length, 4).tolist()]
        for tick in sorted({t for t in ends if 0 <= t < length}):
            answers.append(attempt(chords, tick, length))
            wanted.append(table[tick, : players.CHORD_COLUMNS].tolist())
    for got, want in zip(answers, wanted, strict=True):
        same("The answer", got, want)
    return "This chord, the way to the next, and the beats until then, also at the end."


def one_hot_columns(x, sizes):
    """Return the one-hot vectors of all columns, joined along the last axis."""
    return ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], axis=-1)


VECTORS = "[ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)]"
JOINED = f"ops.concatenate({VECTORS}, axis=-1)"
ANY_AXES = "x may have any number of axes, and a column for each of `sizes`. Take x[..., i]."
OWN_SIZE, FIRST_PLACE = "column i has sizes[i] values.", "value 0 has the first place."
AS_A_WHOLE = "x became one-hot as a whole; take each column by itself."
IN_A_MODEL = "In a model, where x has no values, it fails. Use keras.ops; no loop over m or T."


@check.exercise(
    one_hot_columns,
    {
        "axis=-1 => axis=0": "Join the vectors along the last axis, -1.",
        "axis=-1 => axis=1": "Join the vectors along the last axis, -1.",
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
        "x[..., i] => x[:, :, i]": ANY_AXES,
        "enumerate(sizes) => enumerate(SIZES)": ANY_AXES,
        "ops.one_hot(x[..., i], n) => x[..., i : i + 1]": "These are numbers; use ops.one_hot.",
        f"{JOINED} => ops.one_hot(x, sum(sizes))": AS_A_WHOLE,
        f"{JOINED} => ops.one_hot(x, max(sizes))": AS_A_WHOLE,
        f"{JOINED} => {VECTORS}[0]": "Only one column is there; join the vectors of all.",
        f"{JOINED} => {VECTORS}[-1]": "Only one column is there; join the vectors of all.",
        "enumerate(sizes) => enumerate(sizes[:3])": "There may be more than three columns.",
        "enumerate(sizes) => enumerate(sizes[:-1])": "The last column is missing.",
        "enumerate(sizes) => list(enumerate(sizes))[1:]": "The first column is missing.",
        "enumerate(sizes) => list(enumerate(sizes))[::-1]": "the columns are in reverse order.",
        f"{JOINED} => ops.squeeze({JOINED})": "an axis of size 1 is lost. Keep all axes.",
        f"{JOINED} => ops.reshape({JOINED}, (-1, sum(sizes)))": "Keep the axes in front.",
        "return => x = np.array(x)\n    return": IN_A_MODEL,
    },
)
def _(attempt):
    rng = np.random.default_rng()

    def draw_x(sizes, *shape):
        x = np.stack([np.resize(rng.permutation(n), shape) for n in sizes], axis=-1)
        want = np.concatenate([np.eye(n)[x[..., i]] for i, n in enumerate(sizes)], axis=-1)
        return x.astype("int32"), want

    ones = ([3, 2], 1), ([2, 1, 3, 4], 1, 4), ([4], 4, 1), ([1, 2], 1, 1, 3)
    for sizes, *shape in ([4, 2, 5], 7), ([4, 2, 5], 2, 3), ([3, 6], 3, 2, 2), *ones:
        x, want = draw_x(sizes, *shape)
        same("The answer", attempt(x, sizes), want, "(..., sum of sizes)")
    symbols, (x, want) = keras.Input((None, 3), dtype="int32"), draw_x([2, 3, 4], 2, 3)
    try:
        got = attempt.then(lambda y: keras.Model(symbols, y)(x))(symbols, [2, 3, 4])
    except Exception as error:
        raise Wrong(IN_A_MODEL) from error
    same("In a model, the answer", got, want, "(m, T, sum of sizes)")
    return "Each column becomes a one-hot vector of its own size."


@cache
def _layers(*rates):
    """Return small layers, built, so that Keras stops what does not fit. That is done once."""
    n_e, n_a, n_d, n_p = draws.sizes(4)
    shared = SimpleNamespace(
        embedding=layers.Dense(n_e),
        lstm=layers.LSTM(n_a, return_sequences=True, return_state=True, unroll=True),
        duration_hidden=layers.Dense(n_d),
        pitch_hidden=layers.Dense(n_p),
        duration=layers.Dense(N_DURATIONS),
        pitch=layers.Dense(N_PITCHES),
    )
    shared.dropout, shared.output_dropout = map(layers.Dropout, rates)
    model = training_model(shared)
    model.set_weights([draws.numbers(*weight.shape) / 2 for weight in model.weights])
    return shared


def _dropout(layer, x, training=False):
    """Take the place of Dropout.call: no chance is in it, and the rate shows without training."""
    return x * (0.1 if training else 1 - layer.rate)


def _call(layer, x, initial_state=None, training=False):
    """Take the place of Layer.__call__, in NumPy."""
    if isinstance(layer, layers.Dropout):
        return _dropout(layer, x, training)
    if isinstance(layer, layers.LSTM):
        a, c = initial_state or np.zeros((2, len(x), layer.units))
        a, c, _ = lstm_forward(x, a, c, lstm_from_keras(layer.get_weights()))
        return a, a[:, -1], c[:, -1]
    kernel, bias = layer.get_weights()
    if np.shape(x)[-1] != len(kernel):
        raise ValueError(f"{layer.name} is given {np.shape(x)}")
    return x @ kernel + bias


def _in_numpy(function, shared, values):
    """Return what a function that makes models gives in NumPy, much faster, or how it stops."""
    given = iter(values)
    try:
        with (
            mock.patch.object(keras, "Input", lambda *_, **__: next(given)),
            mock.patch.object(keras, "Model", lambda _, outputs: outputs),
            mock.patch.multiple(ops, concatenate=np.concatenate, pad=np.pad, argmax=np.argmax),
            mock.patch.object(ops, "one_hot", lambda x, n: np.eye(n)[x]),
            mock.patch.object(layers.Layer, "__call__", _call),
            mock.patch.dict(unwrap(function).__globals__, np=None),  # which Keras does not take
        ):
            return _flat(function(shared))
    except Exception as error:
        return repr(error)


def _case(T, *rates):
    """Return layers, x, durations, a, c, known, and what the models of exercise 4 give for them.

    In exercise 3, T is not 1, a and c are zeros, and what is known comes from the first model.
    """
    shared, rng = _layers(*rates), np.random.default_rng()
    x = rng.integers(SIZES, size=(3, T, len(SIZES)))
    durations = rng.integers(2, N_DURATIONS - 1, (3, T))
    a, c = draws.numbers(2, 3, shared.lstm.units) * (T == 1)
    columns = [np.eye(n)[x[..., i]] for i, n in enumerate(SIZES)]
    ours = SimpleNamespace(**{name: partial(_call, it) for name, it in vars(shared).items()})
    e = ours.dropout(ours.embedding(np.concatenate(columns, axis=-1)))
    now, *state = ours.lstm(e, [a, c])
    heard = ours.dropout(np.concatenate([now, e], axis=-1))
    hidden = ours.duration_hidden(np.concatenate([heard, columns[ROOM]], axis=-1))
    duration = ours.duration(ours.output_dropout(hidden))
    known = draws.numbers(*heard.shape) if T == 1 else heard
    hidden = np.concatenate([known, np.eye(N_DURATIONS)[durations]], axis=-1)
    pitch = ours.pitch(ours.output_dropout(ours.pitch_hidden(hidden)))
    return shared, (x, durations, a, c, known), (duration, heard, *state, pitch)


def _given(attempt, shared, values, *counts):
    """Return what models with `counts` of (inputs, outputs) give for `values`, in their order."""
    rates = shared.dropout.rate, shared.output_dropout.rate
    own = {id(weight) for layer in vars(shared).values() for weight in layer.weights}

    def run(answer):
        models = unpack(answer, "duration model, pitch model") if len(counts) > 1 else [answer]
        for model, count in zip(models, counts, strict=True):
            if not isinstance(model, keras.Model):
                raise Wrong(f"A keras.Model is asked for; yours is {kind(model)}.")
            if (found := (len(model.inputs), len(model.outputs))) != count:
                raise Wrong(f"A model should have (inputs, outputs) {count}; yours has {found}.")
            if not own.issuperset(map(id, model.weights)):
                raise Wrong(NOT_SHARED)
            if any(isinstance(it, layers.Dropout) and it.rate not in rates for it in model.layers):
                raise Wrong(OTHER_RATE)
        given = iter(values)
        try:
            with mock.patch.object(layers.Dropout, "call", _dropout):
                return _flat([model([next(given) for _ in model.inputs]) for model in models])
        except Exception as error:
            why = advice(error) or STATE
            raise Wrong(f"A model can be made, but not run on such inputs. {why}") from error

    def again(edit, answer):
        got = _in_numpy(edit, shared, values)
        if isinstance(answer, Stopped):  # by Keras: do both stop alike in NumPy?
            return answer if alike(got, _in_numpy(attempt.function, shared, values)) else None
        return got

    return attempt.then(run, again)(shared)


def _flat(outputs):
    return [ops.convert_to_numpy(output) for output in keras.tree.flatten(outputs)]


EMBEDDED = "shared.embedding(one_hot_columns(x, SIZES))"
JOIN, TOKENS = "Join them with ops.concatenate.", "They are tokens already."
OF_KNOWN = "An output needs what is known, [a, e] joined, then x or the durations."
NOT_SHARED = "There is a layer that is not in `shared`. Make no new ones."
OTHER_RATE = "The rate of a dropout is not that of shared.dropout. Call that."
STATE = "Is the LSTM's initial_state, if any, the list [a, c]?"
ALWAYS_ON = "Dropout is always on. Leave `training` out: Keras turns it on in training."


def _usual(a, states, known, durations):
    """Return the mistakes in both exercises; the arguments are what things are called there."""
    last, next_a, next_c = f"{a}, {states} =", *states.split(", ")
    joined, heard = f"ops.concatenate([{a}, e], axis=-1)", f"{known}, {durations})"
    return {
        f"pitch_output(shared, {heard} => shared.pitch({known})": "Call pitch_output.",
        "one_hot_columns(x, SIZES) => x": "The embedding is given x itself, not one-hot columns.",
        "one_hot_columns(x, SIZES) => ops.one_hot(x, 49)": "Call one_hot_columns.",
        "shared.embedding( => (": "The embedding is left out.",
        "shared.embedding(one => layers.Dense(96, use_bias=False)(one": NOT_SHARED,
        f"{last} => {a} =": "The LSTM gives three things, a, its last a and its last c.",
        f"{last} => {next_a}, {a}, {next_c} =": "Take the LSTM's first output: it has all steps.",
        f"{joined} => {a}": "The outputs get the LSTM's output alone. Join the embedding e to it.",
        f"{joined} => e": "The outputs get the embedding alone. Join it with the LSTM's output.",
        f"{heard} => {a}, {durations})": "The pitch output gets the LSTM's output alone.",
        f"{joined} => {a} + e": f"They have different sizes. {JOIN}",
        f"{joined} => [{a}, e]": f"A layer takes one tensor. {JOIN}",
        "ops.concatenate => np.concatenate": "Use keras.ops, not NumPy.",
        "axis=-1 => axis=1": "Join along the last axis, -1.",
        f"[{a}, e], axis => [{a}, {a}], axis": OF_KNOWN,
        "duration_output(shared, known, x) => duration_output(shared, x, known)": OF_KNOWN,
        f"shared, {heard} => shared, {durations}, {known})": OF_KNOWN,
        "duration_output(shared, known, x) => shared.duration(known)": "Call duration_output.",
        f"{heard} => {known}, 0 * {durations})": "the pitch output is given no durations.",
        f"{heard} => {known}, {durations} - 1)": f"the durations are one too small. {TOKENS}",
        f"{heard} => {known}, {durations} + 1)": f"the durations are one too large. {TOKENS}",
        f"[{a}, e] => [e, {a}]": "e stands before the LSTM's output. Join them the other way.",
    }


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


NO_FIRST, NO_SECOND = "shared.dropout(shared => (shared", "shared.dropout(ops => (ops"
LACKS = "it lacks a dropout. Join a and the e that the LSTM gets, then call shared.dropout."
FIRST = "Call duration_output for the first output."


@check.exercise(
    training_model,
    {
        **_usual("a", "_, _", "known", "durations"),
        "known, durations) => known, duration_logits)": OF_KNOWN,
        (NO_FIRST, NO_SECOND): "dropout is missing, in both places.",
        NO_FIRST: "the dropout after the embedding is missing. Use shared.dropout.",
        NO_SECOND: "the dropout on what is known is missing.",
        (NO_SECOND, "[a, e] => [shared.dropout(a), e]"): f"where e is joined, {LACKS}",
        (NO_SECOND, "[a, e] => [a, shared.dropout(e)]"): f"where a is joined, {LACKS}",
        f"lstm(e) => lstm({EMBEDDED})": "the LSTM gets e without dropout.",
        "SIZES))) => SIZES)), training=True)": ALWAYS_ON,
        "axis=-1)) => axis=-1), training=True)": ALWAYS_ON,
        "dropout(shared => output_dropout(shared": "with output_dropout in place of dropout.",
        "dropout(ops => output_dropout(ops": "with output_dropout in place of dropout.",
        "dropout(shared.embedding( => embedding(shared.dropout(": "dropout is on one-hot columns.",
        "shared.dropout(shared => layers.Dropout(0.5)(shared": OTHER_RATE,
        "known, durations) => known, x[..., 0])": "the durations are those of the step before.",
        "durations) => ops.pad(durations, [[0, 0], [1, 0]])[:, :-1])": "durations are a step late.",
        "durations) => ops.argmax(duration_logits, -1))": "its durations are the likeliest ones.",
        "= duration_output(shared, known, x) => = pitch_output(shared, known, durations)": FIRST,
        "[duration_logits, pitch => [pitch_logits, duration": "The outputs have changed places.",
    },
)
def _(attempt):
    shared, (x, durations, *_), want = _case(2, 0.3, 0.45)
    got = _given(attempt, shared, [x, durations], (2, 2))
    same("What duration_output gives", got[0], want[0], "(m, T, number of durations)", 1e-4)
    same("What pitch_output gives", got[1], want[-1], "(m, T, number of pitches)", 1e-4)
    return "Both outputs give what ours give, dropout and teacher forcing included."


def generation_models(shared):
    """Return the two models of one step: duration and state, then pitch."""
    units = shared.lstm.units
    x = keras.Input((1, len(SIZES)), dtype="int32")
    a, c = keras.Input((units,)), keras.Input((units,))
    known_input = keras.Input((1, units + shared.embedding.units))
    duration = keras.Input((1,), dtype="int32")
    e = shared.embedding(one_hot_columns(x, SIZES))
    now, a_next, c_next = shared.lstm(e, initial_state=[a, c])
    known = ops.concatenate([now, e], axis=-1)
    duration_logits = duration_output(shared, known, x)
    pitch_logits = pitch_output(shared, known_input, duration)
    first = keras.Model([x, a, c], [duration_logits, known, a_next, c_next])
    return first, keras.Model([known_input, duration], pitch_logits)


CONNECT = "Outputs come from a model's own inputs: the pitch from known_input and duration alone."


@check.exercise(
    generation_models,
    {
        "known_input, duration) => known, duration)": CONNECT,
        "known_input, duration) => known_input, x[..., 0])": CONNECT,
        "shared, known, x) => shared, known_input, x)": CONNECT,
        **_usual("now", "a_next, c_next", "known_input", "duration"),
        "=[a, c] => =a": STATE,
        ", initial_state=[a, c] =>": "the LSTM begins from zeros. Pass initial_state=[a, c].",
        **{
            f"=[a, c] => =[{other}]": f"with initial_state=[{other}] in place of [a, c]."
            for other in ("c, a", "a, a", "c, c", "a, 0 * c", "0 * a, c")
        },
        "now, a_next, c_next => now, c_next, a_next": "a and c are exchanged in the answer.",
        "a_next, c_next] => a, c_next]": "it is the state that came in. Return the next one.",
        "a_next, c_next] => a_next, c]": "it is the state that came in. Return the next one.",
        "a_next, c_next] => now, c_next]": "Take the LSTM's second output, the last state.",
        "[now, e] => [a[:, None], e]": "it has the a of the step before. Join what the LSTM gives.",
        "[now, e] => [c_next[:, None], e]": "it has c in it. Join the LSTM's first output, a.",
        f"{EMBEDDED} => shared.dropout({EMBEDDED}, training=True)": ALWAYS_ON,
    },
)
def _(attempt):
    shared, (x, duration, a, c, known), want = _case(1, 0, 0)  # dropout does nothing here
    got = _given(attempt, shared, [x, a, c, known, duration], (3, 4), (2, 1))
    names = "What duration_output gives", "What is known", "The next a", "The next c"
    for i in 2, 3, 1, 0, 4:  # first what the others follow from
        same([*names, "What pitch_output gives"][i], got[i], want[i], tolerance=1e-4)
    return "From any state, one step gives what ours gives, and the next state."


def draw(logits, temperature, rng):
    """Return an index for each row of logits, drawn from the softmax."""
    z = np.asarray(logits, "float64") / temperature
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    return np.array([rng.choice(len(row), p=row) for row in p])


EACH = "np.array([rng.choice(len(row), p=row) for row in p])"
LARGE = "np.exp overflows for large logits. Subtract the largest logit of each row first."
TO_ONE = "The probabilities of each row should sum to 1: divide by the sum of the row."
ANEW = "All rows got the same index. Draw anew for each row, with `rng`."
NO_RNG = "`rng` is not used. Draw with it, as in rng.choice."

TWICE = "softmax is taken twice. Divide the logits by the temperature, then take it once."


@check.exercise(
    draw,
    {
        "p=row => p=p[0]": "Each row has its own logits: draw from its own probabilities.",
        " - z.max(axis=-1, keepdims=True) =>": LARGE,
        "z.max(axis=-1, keepdims=True) => z.max()": LARGE,
        "z.max => (z.max() > 100) * z.max": LARGE,
        "sum(axis=-1, keepdims=True) => sum()": TO_ONE,
        " / p.sum(axis=-1, keepdims=True) =>": TO_ONE,
        "sum(axis=-1, keepdims=True) => sum(axis=-1)": "Keep the axes: keepdims=True.",
        f"{EACH} => (p.cumsum(axis=-1) > rng.random()).argmax(axis=-1)": ANEW,
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
    spikes, low = rng.permutation(np.arange(40) % 5).tolist(), [-2000, -1000, -3000]
    same("The answer", attempt(60 * np.eye(5)[spikes], 0.8, rng), spikes)
    for rows, want in ([low], [1]), ([[1000, 0, -1], low, [0, 0, 4000]], [0, 1, 2]), ([[7]], [0]):
        got = attempt(np.array(rows, "float32"), 0.8, rng)
        if whole_numbers("The answer", got) != want:
            raise off("The answer", got, LARGE)
    # Three values of logits / temperature should have the same shares at both temperatures. Rows
    # differ at the first; at the second they do not, so that one draw for all shows. A right answer
    # fails once in some hundred million times.
    m, values, row = 700, np.array([0, 0.6, 1.6]), rng.permutation([0, 0, 0, 0, 1, 2])
    places = rng.permuted([row] * m, axis=1), np.array([row] * m)
    temperatures = rng.uniform(0.35, 0.45), rng.uniform(1.45, 1.6)

    def shares(of, temperature):
        count = attempt.then(lambda index: np.bincount(of[range(m), index], minlength=3) / m)
        return count(temperature * values[of], temperature, rng)

    drawn, want = [*map(shares, places, temperatures)], np.exp(values) * [4, 1, 1]
    for got, temperature in zip(drawn, temperatures, strict=True):
        if np.abs(got - want / want.sum()).max() > 0.11:
            what = f"At temperature {temperature:.1f}, what is drawn"
            says = f"{what} does not follow the softmax of logits / temperature."
            raise off(what, got, ANEW if drawn[1].max() == 1 else says, tolerance=0.05)
    seeds = map(np.random.default_rng, (1, 1, 2))
    one, again, other = (attempt(np.zeros((40, 2)), 0.8, seeded) for seeded in seeds)
    if not np.array_equal(one, again) or np.array_equal(one, other):
        raise Wrong(NO_RNG)
    return "The shares follow the softmax at two temperatures, row by row."


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


N_A, SPARE, LIKELIEST = 3, 9, np.array([7.8, 7.2])
CHORDS, _ = progression("Dm7 | G7 | Cmaj7 | A7")


def _token(weights, numbers):
    """Return the token from 6 to 12 that is the likeliest after these numbers."""
    return 6 + (1e4 * np.sin(numbers @ weights[: np.shape(numbers)[-1]])).astype(int) % 7


class _Model:
    """Stands in for a keras.Model, however it is asked. It ends a loop that goes on too long.

    Token 0 is the likeliest, then that of `_token`, then the one after it.
    """

    def __init__(self, weights, scale, players, size, *takes):
        self.weights, self.players, self.left = weights, players, 0
        self.inputs = [SimpleNamespace(shape=(None, *shape)) for shape in takes]
        self.logits = scale * np.append(LIKELIEST, np.zeros(size - 2))

    def predict_on_batch(self, inputs, **options):
        self.left -= 1
        if self.left < 0:
            played = [player.events for player in self.players]
            raise TimeoutError(f"the loop goes on too long. The events: {played}")
        takes = [it.shape for it in self.inputs]
        if (given := [(None, *np.shape(it)[1:]) for it in inputs]) != takes:
            raise ValueError(f"the model takes shapes {takes}; it is given {given}")
        numbers = np.concatenate([np.reshape(it, (len(it), -1)) for it in inputs], axis=1)
        places = np.arange(len(self.logits)) - _token(self.weights, numbers)[:, None, None]
        logits = self.logits[places]
        logits[..., 0] = 2 * self.logits[0]
        if len(inputs) == 2:  # it is the pitch model
            return logits
        a, c = map(np.asarray, inputs[1:])
        return [logits, np.concatenate([a, c], axis=1)[:, None], a + 1, c - 2]

    predict = predict_on_batch

    def __call__(self, inputs, training=None):
        return keras.tree.map_structure(ops.convert_to_tensor, self.predict(inputs))


class _Player(Player):
    """A player who leaves when asked too often, as in a loop where no model is asked."""

    @property
    def done(self):
        self.asked += 1
        return super().done or self.asked > 999


def _played(attempt, weights, several, temperature, seed, work=list, steps=1, scale=1):
    """Return `work` of all events played, and whether there were too many steps.

    Each of `several` has a length and a first duration, so that each knows something else.
    """
    players = [_Player(CHORDS, 4, length) for length, _ in several]
    first = _Model(weights, scale, players, N_DURATIONS, (1, len(SIZES)), (N_A,), (N_A,))
    second = _Model(weights, scale, players, N_PITCHES, (1, 2 * N_A), (1,))

    def begin():
        for player, (_, duration) in zip(players, several, strict=True):
            player.events, player.tick, player.asked = [], 0, 0
            player.play(duration, 20)
        first.left = second.left = steps + SPARE
        return (first, second), players, temperature, np.random.default_rng(seed)

    def end(answer):
        many = isinstance(answer, list | tuple | np.ndarray) and shape_of(answer) != ()
        if not many or [*map(id, answer)] != [*map(id, players)]:
            raise Wrong("Return the players.")
        return work([player.events for player in players]), first.left < SPARE - 1

    return attempt.then(end, lambda edit, _: end(edit(*begin())))(*begin())


NOT_ASKED = "The pitch model is not asked. Call its predict_on_batch in every step."
NO_EVENT = "Token 0 was drawn, which is no event. Draw from logits[:, 0, 1:] and add 1."
TO_DRAW = "draw takes logits of shape (m, n). Give it logits[:, 0, 1:]."
NOT_BY_RNG = "Draw both with the `rng` that is given, the durations and the pitches."
HAND_ON = "Hand a and c on from step to step."
ALL_PLAY = "An event is not played by every player. Call play for each, in each step."
LOGITS, AT = "ONE_logits[:, 0, 1:]", "ONE_logits[:, 0, 1:], temperature"
PLAY = "player.play(duration, pitch)"
X = 'x = np.array([[player.know()] for player in players], "int32")'
UNTIL = "while not all(player.done for player in players)"


def _in_drawing(rule, says):
    """Return a mistake in drawing the durations, the pitches, or both."""
    one, other = (rule.replace("ONE", name) for name in ("duration", "pitch"))
    names = "durations", "pitches", "durations and pitches"
    return dict(zip((one, other, (one, other)), map(says.format, names), strict=True))


@check.exercise(
    improvise,
    {
        # First what takes long to be told from the others.
        **_in_drawing(
            f"draw({AT}, rng) => {LOGITS}.argmax(-1)", "the {} are the likeliest. Use draw."
        ),
        **_in_drawing(f"{AT} => {LOGITS}, 1.0", "for the {}, the temperature is not used."),
        **_in_drawing(
            f"{AT} => {LOGITS}, 1 / temperature", "for the {}, temperature is upside down."
        ),
        "durations, pitches): => durations[::-1], pitches):": "Each player has a row of its own.",
        **_in_drawing(f"{AT}, rng => {AT}, np.random.default_rng(0)", NOT_BY_RNG),
        **_in_drawing(f"1 + draw({LOGITS} => 1 + draw(ONE_logits[:, 0]", NO_EVENT),
        **_in_drawing(f"1 + draw({LOGITS} => draw(ONE_logits[:, 0]", NO_EVENT),
        **_in_drawing("1 + draw(ONE => draw(ONE", "the {} are one too small. Add 1 for token 0."),
        **_in_drawing("1 + draw(ONE => 2 + draw(ONE", "the {} are one too large. Add 1 once."),
        **_in_drawing(f"{LOGITS} => ONE_logits", TO_DRAW),
        **_in_drawing(f"{LOGITS} => ONE_logits[:, 1:]", TO_DRAW),
        f"{UNTIL} => for _ in range(3)": "The number of steps is the players' matter.",
        "known, a, c => known, _, _": f"each step starts from zeros. {HAND_ON}",
        "known, a, c => known, _, c": f"a stays zero. {HAND_ON}",
        "known, a, c => known, a, _": f"c stays zero. {HAND_ON}",
        "[x, a, c] => [x, c, a]": "a and c have changed places.",
        "[x, a, c] => [x, a, a]": "the duration model is given a twice. It takes [x, a, c].",
        "np.zeros( => np.ones(": "The first state should be zeros.",
        "    while =>     a = np.ones_like(a)\n    while": "The first state should be zeros.",
        "not all( => not any(": "It ends with one player. Go on until all of them are done.",
        f"{UNTIL} => while True": "Leave the loop when every player is done.",
        "while not => while": "Nothing is played. Go on until all of them are done.",
        f"{UNTIL}:\n        {X} => {X}\n    {UNTIL}:": "x stays the same. Make it in the loop.",
        "[[player.know()] => [[players[0].know()]": "every row is what the first player knows.",
        "in players], => in players[::-1]],": "the rows of x stand in another order.",
        "durations[:, None] => x[:, :, 0]": "the pitch model is given those of the step before.",
        "durations[:, None] => durations[:, None] - 1": "the pitch model's are one too small.",
        "durations[:, None] => durations[:, None] + 1": "the pitch model's are one too large.",
        "pitch_model.predict_on_batch([known, durations[:, None]]) => duration_logits": NOT_ASKED,
        f"{PLAY} => player.play(pitch, duration)": "play takes the duration first.",
        f"{PLAY} => player.play(duration + 1, pitch)": "the durations played are one too large.",
        f"{PLAY} => player.play(duration - 1, pitch)": "the durations played are one too small.",
        f"{PLAY} => players[0].play(duration, pitch)": ALL_PLAY,
        f"{PLAY} => pass": ALL_PLAY,
        f"{PLAY} => {PLAY}\n            {PLAY}": "Every event is played twice.",
        "return players => return [player.events for player in players]": "Return the players.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    weights, seed = rng.integers(1, 10**6, 20), int(rng.integers(1e9))

    def alone(length, duration):
        player = Player(CHORDS, 4, length)
        player.play(duration, 20)
        while not player.done:
            t = len(player.events) - 1
            known = [t] * N_A + [-2 * t] * N_A  # the state, as the duration model hands it on
            duration = _token(weights, player.know() + known)
            player.play(duration, _token(weights, [*known, duration]))
        return player.events

    many = (11, 5), (61, 7), (33, 8), (32, 9), (12, 6)  # the ends are done after one step
    for several in many, [(30, 5)], [(624, 6)]:  # the last takes 52 steps or more
        want = [alone(*it) for it in several]
        steps = max(map(len, want)) - 1
        got = _played(attempt, weights, several, 1.7, seed, steps=steps, scale=1000)
        for mine, right in zip(got[0], want, strict=True):
            for n, pair in enumerate(zip_longest(mine, right, fillvalue="nothing")):
                if pair[0] != pair[1]:
                    says = "Event {} of a player is {}; it should be {}, as the models say."
                    raise off("What is played", got, says.format(n, *pair))
        if got[1]:
            raise off("The loop", got, "Leave the loop when every player is done.")
    _draws_by_temperature(partial(_played, attempt, np.zeros(20)), seed)
    return "The state, the durations and the temperature go where they should."


def _draws_by_temperature(played, seed, temperature=2.5):
    """Hold how often the two likeliest tokens are played against the softmax, and against `rng`.

    All see the same logits, once. A right answer fails once in some ten million times.
    """

    def shares(played):
        each = map(Counter, zip(*(events[1] for events in played), strict=True))
        return [np.sort([0, *tokens.values()])[:-3:-1] / len(played) for tokens in each]

    got = played([(6, 5)] * 400, temperature, seed, shares)
    z = np.exp(LIKELIEST / temperature)
    sizes = {"durations": N_DURATIONS, "pitches": N_PITCHES}
    for share, (what, size) in zip(got[0], sizes.items(), strict=True):
        if np.abs(share - z / (z.sum() + size - 3)).max() > 0.125:
            says = f"The {what} do not follow the softmax of logits / temperature. Use draw."
            raise off("What is drawn", got, says, tolerance=0.07)
    runs = [played([(6, 5)] * 20, temperature, seed + n)[0] for n in (0, 0, 1)]
    one, same_seed, other = (np.array(run, object)[:, 1] for run in runs)
    if (one != same_seed).any() or (one == other).all(axis=0).any():
        raise Wrong(NOT_BY_RNG)


# ── the challenge ─────────────────────────────────────────────────────────────────────────────


def rhythm(seen, lasted, asked):
    """Return probabilities of durations, (events asked, N_DURATIONS): the rhythm of the n-gram."""
    columns = "place", "room", "duration"
    before, now = (np.stack([known[name] for name in columns], axis=1) for known in (seen, asked))
    return np.exp(language_model.witten_bell(before, lasted, N_DURATIONS)(now))


def _heads():
    """Return the heads of the notebook's training and held-out parts, as composed, once each."""
    heads = {chorus.title: chorus for chorus in load_choruses() if not chorus.varied}
    parts = language_model.split(sorted(heads), seed=10, validation=4 / 52, held_out=8 / 52)
    return [[heads[title] for title in part] for part in (parts[0], parts[2])]


RHYTHMS = [rhythm_evidence(part) for part in _heads()]  # read before a challenge watches the data


@check.open_task(
    rhythm,
    ours=0.8553,
    of="nats a duration, held-out heads",
    hidden=("held_out", "choruses", "compared"),
)
def _(attempt, rng):
    (seen, lasted), (asked, want) = RHYTHMS
    order = rng.permutation(len(want))
    asked, want = {name: column[order] for name, column in asked.items()}, want[order]
    got = ops.convert_to_numpy(attempt(seen, lasted, asked))
    shape = len(want), N_DURATIONS
    if got.shape != shape:
        raise Wrong(f"The answer should have the shape {shape}; yours has {got.shape}.")
    if not np.all(got > 0) or np.abs(got.sum(axis=1) - 1).max() > 1e-4:
        raise Wrong("Each row should hold probabilities: all above 0, and their sum 1.")
    return -np.log(got[np.arange(len(want)), want]).mean()
