"""The checks of `applications/2_video_activity_recognition`.

Changes between frames, the reading of frames by one network and means so far are held against loops
over clips and frames, on arrays and in a model; the whole network against NumPy with other parts;
the table of confusions against scikit-learn's; decisions against a walk back from the last frame.
What goes in is drawn fresh each time, with another size for every axis.
"""

from functools import cache
from itertools import product
from types import SimpleNamespace

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix

from utils import env
from utils.checks.answers import same
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.wrong import Wrong
from utils.vision import clips as drawn
from utils.vision.grounds import CHOOSING, HELD_OUT, USUAL
from utils.vision.poses import ACTIVITIES

with env.quiet():
    import keras
    from keras import ops

check = Checks()

FLOAT32 = 1e-5  # Keras computes in float32
SMALL = range(2, 7)
IN_MODEL = (
    "in a model tensors hold no values yet, and m is not known. Use ops, not np, and take no m "
    "from a shape: write -1 for it."
)


def _float32(*shape):
    return numbers(*shape).astype("float32")


def _in_model(attempt, shape, x, *more):
    """Return what an answer computes as a part of a model."""
    given = keras.Input(shape)

    def run(got):
        return ops.convert_to_numpy(keras.Model(given, got)(x))

    try:
        return attempt.then(run)(given, *more)
    except Exception as error:
        raise Wrong(f"It works for arrays, but {IN_MODEL}") from error


# ── frames and their changes ──────────────────────────────────────────────────────────────────


def frame_changes(clips):
    """Return each frame beside its change since the frame before, (m, T, rows, columns, 2c)."""
    before = ops.concatenate([clips[:, :1], clips[:, :-1]], axis=1)
    return ops.concatenate([clips, clips - before], axis=-1)


BEFORE = "ops.concatenate([clips[:, :1], clips[:, :-1]], axis=1)"
JOIN = "ops.concatenate([clips, clips - before], axis=-1)"
NOTHING = "the first frame has none before it: its change is 0."
CHANNELS = "frames and changes stand side by side as channels: axis=-1."


@check.exercise(
    frame_changes,
    {
        "clips - before], => before - clips],": (
            "the change has the wrong sign: it is this frame less the one before."
        ),
        "[clips, clips - before] => [clips - before, clips]": (
            "the changes come first. Put the frames first."
        ),
        "[clips, clips - before] => [clips, before]": (
            "the second half holds the frames before, not the changes."
        ),
        "[clips, clips - before] => [clips, ops.abs(clips - before)]": (
            "the changes lost their sign: where it grows darker they are negative."
        ),
        f"return {JOIN} => return clips - before": (
            "the frames are missing: these are the changes alone."
        ),
        f"return {JOIN} => return clips": "the changes are missing: these are the frames alone.",
        f"{JOIN} => ops.concatenate([clips, clips - before], axis=1)": CHANNELS,
        f"{JOIN} => ops.stack([clips, clips - before], axis=-1)": (
            "there is an axis more. Join along the channels, which are there already."
        ),
        "clips[:, :1], clips[:, :-1] => 0 * clips[:, :1], clips[:, :-1]": (
            f"the first frame's change is the frame itself. But {NOTHING}"
        ),
        "clips[:, :1], clips[:, :-1] => clips[:, -1:], clips[:, :-1]": (
            f"the last frame stands before the first one. But {NOTHING}"
        ),
        f"{BEFORE} => ops.concatenate([clips[:, 1:], clips[:, -1:]], axis=1)": (
            "it compares with the frame after. Take the one before: a camera cannot look ahead."
        ),
        (
            f"{BEFORE} => ops.concatenate([clips[:, 1:], clips[:, -1:]], axis=1)",
            "clips - before], => before - clips],",
        ): "it is the next frame less this one. Take this one less the one before.",
        f"{BEFORE} => clips[:, :1]": "it compares with the first frame. Take the one before.",
        f"{BEFORE} => ops.mean(clips, axis=1, keepdims=True)": (
            "it compares with the clip's mean. Take the frame before."
        ),
        f"{BEFORE} => ops.concatenate([clips[:1], clips[:-1]], axis=0)": (
            "it compares with the clip before. Time is the second axis, axis 1."
        ),
        f"{BEFORE} => ops.concatenate([clips[:, :, :1], clips[:, :, :-1]], axis=2)": (
            "it compares rows of a frame. Time is the second axis, axis 1."
        ),
        f"return {JOIN} => change = ops.zeros_like(clips)\n"
        "    change[:, 1:] = clips[:, 1:] - clips[:, :-1]\n"
        "    return ops.concatenate([clips, change], axis=-1)": (
            "a tensor's parts cannot be set. Join the parts: ops.concatenate along axis 1."
        ),
        f"return {JOIN} => return np.concatenate([clips, clips - before], axis=-1)": IN_MODEL,
    },
)  # fmt: skip
def _(attempt):
    axes = "(m, T, rows, columns, 2c)"
    cases = [_float32(*case) for case in [(3, 4, 5, 6, 2), *sizes_and_ones(5, SMALL)]]
    for x in cases:
        same("The answer", attempt(x), _with_changes(x), axes, FLOAT32)
    x = _float32(3, 4, 5, 6, 2)
    same(
        "In a model, the answer",
        _in_model(attempt, x.shape[1:], x),
        _with_changes(x),
        axes,
        FLOAT32,
    )
    return "Each frame, and its change since the one before, also in a model; the first's is 0."


def _with_changes(x):
    want = np.zeros((*x.shape[:-1], 2 * x.shape[-1]))
    for t in range(x.shape[1]):
        want[:, t, ..., : x.shape[-1]] = x[:, t]
        if t:
            want[:, t, ..., x.shape[-1] :] = x[:, t] - x[:, t - 1]
    return want


# ── one network for all frames ────────────────────────────────────────────────────────────────


def through_cnn(clips, cnn):
    """Return the features of each frame, (m, T, n_f)."""
    _, T, rows, columns, c = clips.shape
    features = cnn(ops.reshape(clips, (-1, rows, columns, c)))
    return ops.reshape(features, (-1, T, features.shape[-1]))


FOLD, UNFOLD = (
    "ops.reshape(clips, (-1, rows, columns, c))",
    "ops.reshape(features, (-1, T, features.shape[-1]))",
)
ORDER = "Fold (m, T) into one axis as it is: reshape keeps the order, clip by clip."
SWAPPED = "ops.transpose(clips, (1, 0, 2, 3, 4))"


@check.exercise(
    through_cnn,
    {
        f"{UNFOLD} => features": (
            "the frames of all clips stand in one axis. Unfold it into clips and frames."
        ),
        f"{UNFOLD} => ops.transpose(ops.reshape(features, (T, -1, features.shape[-1])), "
        "(1, 0, 2))": (
            f"frames came to other clips: unfold into (-1, T, n_f). {ORDER}"
        ),
        f"{FOLD} => ops.reshape({SWAPPED}, (-1, rows, columns, c))": (
            f"frames came to other clips: time was put first before folding. {ORDER}"
        ),
        f"{FOLD} => ops.reshape(clips, (-1, columns, rows, c))": (
            "rows and columns changed places in the frames."
        ),
        f"{FOLD} => ops.reshape(ops.flip(clips, axis=1), (-1, rows, columns, c))": (
            "the frames go from last to first."
        ),
        f"{UNFOLD} => ops.reshape(features, (-1, features.shape[-1], T))": (
            "features and frames changed places: (m, T, n_f)."
        ),
        f"{UNFOLD} => ops.mean(ops.reshape(features, (-1, T, features.shape[-1])), axis=1)": (
            "the frames are averaged. Keep them all: what follows needs their order."
        ),
        f"{UNFOLD} => ops.reshape(features, (-1, T, features.shape[-1]))[:, -1]": (
            "the last frame alone is left. Keep them all."
        ),
        f"cnn({FOLD}) => cnn(ops.repeat(clips[:, 0], T, axis=0))": (
            "every frame's features are those of the first frame."
        ),
        f"{UNFOLD} => ops.reshape(features, (-1, 24, features.shape[-1]))": (
            "24 frames are written down. Take T from the shape of the clips."
        ),
        f"{FOLD} => ops.reshape(clips, (-1, 32, 32, c))": (
            "32 × 32 pixels are written down. Take rows and columns from the shape."
        ),
        f"{FOLD} => ops.reshape(clips, (-1, rows, columns, 1))": (
            "one channel is written down. Take c from the shape of the clips."
        ),
        f"{FOLD} => ops.reshape(clips, (7 * T, rows, columns, c))": (
            "the number of clips is written down. Let reshape find it, with -1."
        ),
        f"cnn({FOLD}) => cnn(clips)": (
            "cnn takes pictures, and clips have an axis more. Fold time into the batch first."
        ),
        f"cnn({FOLD}) => keras.layers.TimeDistributed(cnn)(clips)": (
            "TimeDistributed does it for you, below. Here fold and unfold yourself."
        ),
        f"return {UNFOLD} => return np.reshape(features, (-1, T, features.shape[-1]))": IN_MODEL,
    },
)  # fmt: skip
def _(attempt):
    axes = "(m, T, n_f)"
    for m, T, rows, columns, c, n_f in [(3, 4, 5, 6, 2, 7), *sizes_and_ones(6, range(2, 9))]:
        x, cnn = _float32(m, T, rows, columns, c), _Eye(rows, columns, c, n_f)
        got = attempt(x, cnn)
        want = np.stack([[cnn.one(frame) for frame in clip] for clip in x])
        same("The answer", got, want, axes, FLOAT32)
        if cnn.calls > 1:
            raise Wrong(
                f"The numbers are right, but cnn is called {cnn.calls} times. Fold time into the "
                "batch, and call it once for all frames."
            )
    x, cnn = _float32(3, 4, 5, 6, 2), _Eye(5, 6, 2, 7)
    want = np.stack([[cnn.one(frame) for frame in clip] for clip in x])
    same("In a model, the answer", _in_model(attempt, x.shape[1:], x, cnn), want, axes, FLOAT32)
    return "All frames go through one network, and come back to their clips."


class _Eye:
    """Stands in for a network that sees frames: (n, rows, columns, c) to (n, n_f)."""

    def __init__(self, *shape):
        self.shape, self.weights = shape[:3], _float32(int(np.prod(shape[:3])), shape[3])
        self.calls = 0

    def __call__(self, frames):
        self.calls += 1
        shape = tuple(frames.shape)
        if len(shape) != 4 or shape[1:] != self.shape:
            raise ValueError(
                f"cnn takes frames of shape (n, {', '.join(map(str, self.shape))}), not {shape}"
            )
        return ops.tanh(ops.matmul(ops.reshape(frames, (-1, len(self.weights))), self.weights))

    def one(self, frame):
        return np.tanh(frame.ravel() @ self.weights)


# ── what was seen so far ──────────────────────────────────────────────────────────────────────


def mean_so_far(states):
    """Return the mean of the states up to each frame, (m, T, n_a)."""
    T = states.shape[1]
    seen = ops.reshape(ops.arange(1, T + 1, dtype="float32"), (1, T, 1))
    return ops.cumsum(states, axis=1) / seen


SEEN = 'ops.reshape(ops.arange(1, T + 1, dtype="float32"), (1, T, 1))'
FUTURE = "At frame t only frames up to t have been seen."


@check.exercise(
    mean_so_far,
    {
        "ops.cumsum(states, axis=1) / seen => ops.cumsum(states, axis=1)": (
            "these are sums so far. Divide by the number of frames seen."
        ),
        "ops.cumsum(states, axis=1) / seen => ops.cumsum(states, axis=1) / T": (
            "each sum is divided by T. At frame t, divide by the frames seen so far."
        ),
        f"{SEEN} => ops.reshape(ops.arange(1, T + 1), (1, T, 1))": (
            "arange makes whole numbers, and float32 is not divided by them. "
            'Give it dtype="float32".'
        ),
        "arange(1, T + 1, => arange(2, T + 2,": (
            "each sum is divided by one too many: the first state is its own mean."
        ),
        "ops.cumsum(states, axis=1) / seen => ops.cumsum(states, axis=2) / seen": (
            "it adds over the numbers of a state. Time is axis 1."
        ),
        "ops.cumsum(states, axis=1) / seen => ops.cumsum(states, axis=0) / seen": (
            "it adds over clips. Time is axis 1."
        ),
        "ops.cumsum(states, axis=1) / seen => states / seen": (
            "nothing is added: the states themselves are divided."
        ),
        "return ops.cumsum(states, axis=1) / seen => return states": (
            "these are the states themselves: the last of each is not its mean so far."
        ),
        "ops.cumsum(states, axis=1) / seen => ops.mean(states, axis=1)": (
            "this is one mean for the whole clip. Asked is one for each frame, (m, T, n_a)."
        ),
        "ops.cumsum(states, axis=1) / seen => "
        "ops.mean(states, axis=1, keepdims=True) + 0 * states": (
            f"the mean of the whole clip stands at each frame. {FUTURE}"
        ),
        "ops.cumsum(states, axis=1) / seen => "
        "ops.flip(ops.cumsum(ops.flip(states, axis=1), axis=1) / seen, axis=1)": (
            f"the means are those of this frame and what comes after. {FUTURE}"
        ),
        "return ops.cumsum(states, axis=1) / seen => "
        'return np.cumsum(states, axis=1, dtype="float32") / seen': IN_MODEL,
    },
)  # fmt: skip
def _(attempt):
    axes = "(m, T, n_a)"
    cases = [_float32(*case) for case in [(2, 24, 3), *sizes_and_ones(3)]]
    cases.append(np.zeros((2, 5, 3), "float32"))
    for x in cases:
        want = np.stack([x[:, : t + 1].mean(axis=1) for t in range(x.shape[1])], axis=1)
        same("The answer", attempt(x), want, axes, FLOAT32)
    x = _float32(3, 5, 4)
    want = np.stack([x[:, : t + 1].mean(axis=1) for t in range(5)], axis=1)
    same("In a model, the answer", _in_model(attempt, (5, 4), x), want, axes, FLOAT32)
    return "At each frame, the mean of what was seen so far, and of nothing that comes later."


# ── the network ───────────────────────────────────────────────────────────────────────────────


def activity_logits(clips, net):
    """Return the logits of the activities after each frame, (m, T, n_y)."""
    x = frame_changes(clips) if net.changes else clips
    features = through_cnn(x, net.cnn)
    states = net.over_time(features)
    return net.classify(mean_so_far(states) if net.mean else states)


CHOICE = "frame_changes(clips) if net.changes else clips"
SUMMARY = "mean_so_far(states) if net.mean else states"
SAYS = f"net.classify({SUMMARY})"


@check.exercise(
    activity_logits,
    {
        f"{CHOICE} => clips": (
            "where net.changes is True, the changes between frames go in, too."
        ),
        f"{CHOICE} => frame_changes(clips)": (
            "where net.changes is False, the frames go in alone."
        ),
        "net.over_time(features) => features": (
            "nothing reads the features over time. Call net.over_time, too."
        ),
        f"{SUMMARY} => states": (
            "the state of each frame is classified, also where net.mean is True. There, take the "
            "mean of the states so far."
        ),
        f"{SUMMARY} => mean_so_far(states)": (
            "the mean is classified, also where net.mean is False. There, classify the states."
        ),
        f"{SUMMARY} => mean_so_far(states) if net.mean else states[:, -1]": (
            "where net.mean is False, one answer is left. The last state *so far* is the state "
            "of each frame: classify all of them."
        ),
        f"{SUMMARY} => mean_so_far(states)[:, -1] if net.mean else states[:, -1]": (
            "one answer for the whole clip is left. Asked is one after each frame, (m, T, n_y)."
        ),
        f"{SUMMARY} => mean_so_far(states)[:, -1] if net.mean else states": (
            "where net.mean is True, the last frame's answer alone is left. Asked is one after "
            "each frame, (m, T, n_y)."
        ),
        f"{SUMMARY} => states if net.mean else mean_so_far(states)": (
            "the two changed places: where net.mean is True, the mean is classified."
        ),
        f"{SUMMARY} => net.mean(states) if net.mean else states": (
            "net.mean is True or False, no function. Where it is True, call mean_so_far."
        ),
        f"{CHOICE} => net.changes(clips)": (
            "net.changes is True or False, no function. Where it is True, call frame_changes."
        ),
        "through_cnn(x, net.cnn) => net.cnn(x)": (
            "net.cnn takes pictures, not clips: call through_cnn(x, net.cnn)."
        ),
        "net.over_time(features) => net.over_time(mean_so_far(features))": (
            "the mean is taken before net.over_time. It comes after: the order must be read first."
        ),
        "net.over_time(features) => net.over_time(ops.flip(features, axis=1))": (
            "the frames are read from last to first."
        ),
        f"return {SAYS} => return {SUMMARY}": (
            "the states are no answer yet: net.classify was left out."
        ),
        f"{SAYS} => ops.softmax({SAYS})": (
            "these are probabilities. Return the logits, as net.classify gives them."
        ),
    },
)  # fmt: skip
def _(attempt):
    axes = "(m, T, n_y)"
    cases = [
        (_float32(*shape), _net(changes, mean, *shape[2:]))
        for changes, mean in product((True, False), (False, True))
        for shape in ((3, 5, 4, 6, 2), (1, 3, 4, 6, 1), (4, 1, 5, 3, 1))
    ]
    got = [attempt(*case) for case in cases]
    for answer, case in zip(got, cases, strict=True):
        same("The answer", answer, _told(*case), axes, FLOAT32)
    for mean in (True, False):
        x, net = _float32(3, 5, 4, 6, 2), _net(True, mean, 4, 6, 2)
        got = _in_model(attempt, x.shape[1:], x, net)
        same("In a model, the answer", got, _told(x, net), axes, FLOAT32)
    return "Frames, features, states, their summary: an answer after each frame."


def _net(changes, mean, rows, columns, c, n_f=5, n_a=7, n_y=4):
    """Return stand-ins for the parts of a network."""
    cnn = _Eye(rows, columns, (1 + changes) * c, n_f)
    W, U, V, b = _float32(n_f, n_a), _float32(n_a, n_a), _float32(n_a, n_y), _float32(n_y)

    def over_time(features):
        if len(features.shape) != 3 or features.shape[-1] != n_f:
            raise ValueError(
                f"net.over_time takes features of shape (m, T, {n_f}), not {tuple(features.shape)}"
            )
        s, states = ops.zeros_like(ops.matmul(features[:, 0], W)), []
        for t in range(features.shape[1]):
            s = ops.tanh(ops.matmul(features[:, t], W) + ops.matmul(s, U))
            states.append(s)
        return ops.stack(states, axis=1)

    def classify(x):
        return ops.matmul(x, V) + b

    return SimpleNamespace(
        changes=changes,
        mean=mean,
        cnn=cnn,
        over_time=over_time,
        classify=classify,
        weights=(W, U, V, b),
    )


def _told(x, net):
    W, U, V, b = net.weights
    x = _with_changes(x) if net.changes else x
    said = []
    for clip in x:
        s, total, row = np.zeros(len(U)), 0, []
        for t, frame in enumerate(clip):
            s = np.tanh(net.cnn.one(frame) @ W + s @ U)
            total = total + s
            row.append((total / (t + 1) if net.mean else s) @ V + b)
        said.append(row)
    return np.array(said)


# ── what is taken for what ────────────────────────────────────────────────────────────────────


def confusion(truth, guess, n):
    """Return how often each activity (row) was taken for each (column), (n, n)."""
    table = np.zeros((n, n), int)
    for right, taken in zip(truth, guess, strict=True):
        table[right, taken] += 1
    return table


ADD = "table[right, taken] += 1"
LOOP = f"for right, taken in zip(truth, guess, strict=True):\n        {ADD}"


@check.exercise(
    confusion,
    {
        f"{ADD} => table[taken, right] += 1": (
            "rows and columns changed places: the right activity is the row."
        ),
        f"{LOOP} => table[truth, guess] += 1": (
            "pairs that occur several times count once: += with arrays of indices adds only once."
        ),
        f"{ADD} => table[right, right] += 1": (
            "only the diagonal is filled, as if all guesses were right."
        ),
        f"{ADD} => table[taken, taken] += 1": (
            "only the diagonal is filled, with the guesses."
        ),
        "np.zeros((n, n), int) => np.zeros((8, 8), int)": "8 activities are written down. Take n.",
        "np.zeros((n, n), int) => np.zeros((truth.max(initial=0) + 1,) * 2, int)": (
            "it has as many rows as occur. An activity that never occurs has a row of zeros."
        ),
        "np.zeros((n, n), int) => np.ones((n, n), int)": "it begins with ones. Begin with zeros.",
        "return table => return table / np.maximum(table.sum(axis=1, keepdims=True), 1)": (
            "these are shares of each row. Asked are counts."
        ),
        "return table => return table / table.sum(axis=1, keepdims=True)": (
            "these are shares of each row. Asked are counts."
        ),
        "np.zeros((n, n), int) => np.zeros((truth.max() + 1,) * 2, int)": (
            "it has as many rows as occur, and fails where nothing occurs. n says how many rows."
        ),
        "return table => return table / max(len(truth), 1)": (
            "these are shares of all. Asked are counts."
        ),
        f"{ADD} => table[right, taken] += right != taken": (
            "the right guesses are missing: they stand on the diagonal."
        ),
        "return table => return table + table.T": (
            "a for b and b for a are added up. They are two different confusions."
        ),
    },
)  # fmt: skip
def _(attempt):
    rng = np.random.default_rng()
    cases = []
    for n in (5, 3, 11):
        truth = rng.integers(0, n - 1, 60)  # the last never occurs
        guess = np.where(rng.random(60) < 0.4, truth, rng.integers(0, n - 1, 60))
        truth[:6], guess[:6] = [1, 1, 0, 0, 1, 0], [0, 0, 1, 0, 1, 0]
        cases.append((truth, guess, n))
    empty = np.zeros(0, int)
    cases += [(empty, empty, 4), (np.array([2]), np.array([0]), 4), (empty + 0, empty + 0, 1)]
    got = [attempt(*case) for case in cases]
    for answer, (truth, guess, n) in zip(got, cases, strict=True):
        want = np.zeros((n, n), int)
        if len(truth):
            want = confusion_matrix(truth, guess, labels=range(n))
        same("The table", answer, want, "(n, n)")
    return "It equals scikit-learn's, also for activities that never occur."


# ── frames in another order ───────────────────────────────────────────────────────────────────


def play_in_order(clips, order):
    """Return clips whose frame t is the old frame order[i, t]."""
    rows = np.arange(len(clips))[:, None]
    return clips[rows, order]


PLAY = "clips[rows, order]"


@check.exercise(
    play_in_order,
    {
        f"{PLAY} => clips[:, order[0]]": (
            "all clips are played in the first clip's order. Each has its own row of `order`."
        ),
        f"{PLAY} => clips[order]": (
            "this picks clips, not frames: the first index says which clip, the second which frame."
        ),
        f"{PLAY} => clips[:, order]": (
            "each clip is played in the order of all of them: that gives an axis too many."
        ),
        f"{PLAY} => clips[rows, np.argsort(order, axis=1)]": (
            "this undoes the order: frame order[i, t] went to t, asked is the other way round."
        ),
        f"return {PLAY} => out = np.zeros_like(clips)\n"
        "    out[rows, order] = clips\n    return out": (
            "this undoes the order: frame t went to order[i, t], asked is the other way round."
        ),
        f"return {PLAY} => out = np.zeros_like(clips)\n"
        "    for t in range(clips.shape[1]):\n"
        "        out[:, t] = clips[rows[:, 0], order[:, t]]\n    return out": (
            "it has as many frames as the clip. `order` may have more or fewer: go by its length."
        ),
        f"{PLAY} => clips[rows, order[:, ::-1]]": (
            "the order is read from its end."
        ),
        f"{PLAY} => clips[rows[:, 0], order[:, 0]]": (
            "one frame of each clip is left. Give the clips' numbers an axis for time, [:, None]."
        ),
        f"return {PLAY} => return clips": "nothing changed: these are the clips as they came.",
        f"return {PLAY} => return clips[:, ::-1]": (
            "the clips are played backwards, whatever `order` says."
        ),
        f"{PLAY} => np.sort(clips, axis=1)": "pixels are sorted, one by one. Whole frames move.",
        f"{PLAY} => clips[rows, np.sort(order, axis=1)]": (
            "the order was sorted, so that frames stay as they were."
        ),
        f"{PLAY} => clips[rows[::-1], order]": (
            "the clips changed places. Only frames within a clip do."
        ),
        f"{PLAY} => np.take_along_axis(clips, order[:, None, :, None, None] % clips.shape[2], "
        "axis=2)": (
            "rows of the frames moved. Time is axis 1."
        ),
    },
)  # fmt: skip
def _(attempt):
    rng = np.random.default_rng()
    cases = []
    for m, T, *frame in [(5, 7, 3, 4, 2), (1, 6, 3, 2, 1), (4, 5, 2, 3, 1)]:
        order = np.stack([1 + rng.permutation(T - 1) for _ in range(m)])
        order = np.column_stack([order, np.zeros(m, int)])  # frame 0 comes last
        order[:, :2] = [2, 3]
        order[:, 2] = np.arange(m) % T
        cases.append((numbers(m, T, *frame), order))
    x = numbers(3, 5, 2, 3, 1)
    cases += [(x, np.full((3, 5), 2)), (x, np.tile(np.arange(5)[::-1], (3, 1)))]
    cases += [(x, np.array([[1, 4], [0, 2], [4, 3]])), (x[:, :1], np.zeros((3, 1), int))]
    got = [attempt(*case) for case in cases]
    for answer, (clips, order) in zip(got, cases, strict=True):
        want = np.stack([[clip[t] for t in row] for clip, row in zip(clips, order, strict=True)])
        same("The answer", answer, want, "(m, frames, rows, columns, c)")
    return "Each clip in its own order; a frame may come twice, and others not at all."


# ── how many frames are needed ────────────────────────────────────────────────────────────────


def accuracy_after(logits, truth):
    """Return the accuracy after each frame, (T,)."""
    guesses = logits.argmax(axis=-1)
    right = guesses == truth[:, None]
    return right.mean(axis=0)


MEAN, EQUAL = "right.mean(axis=0)", "guesses == truth[:, None]"
LIKELIEST = "guesses = logits.argmax(axis=-1)"


@check.exercise(
    accuracy_after,
    {
        f"{MEAN} => right.mean(axis=1)": (
            "this is a share of frames for each clip. Asked is a share of clips for each frame."
        ),
        f"{LIKELIEST} => guesses = logits.argmax(axis=1)": (
            "it takes the largest over time. A frame's answer is the largest over the activities, "
            "the last axis."
        ),
        f"{MEAN} => right.mean()": (
            "this is one number for all frames. Asked is one after each frame, (T,)."
        ),
        f"{MEAN} => right.sum(axis=0)": "these are counts. Divide by the number of clips.",
        f"{MEAN} => 1 - right.mean(axis=0)": "these are shares of wrong answers.",
        f"{MEAN} => right[:, -1].mean()": "this is the accuracy after the last frame alone.",
        f"{LIKELIEST} => guesses = logits.argmin(axis=-1)": "it takes the least likely activity.",
        f"{MEAN} => right.mean(axis=0)[::-1]": "the frames go from last to first.",
        f"{LIKELIEST} => guesses = np.cumsum(logits, axis=1).argmax(axis=-1)": (
            "logits are added up over time. Each frame's logits are an answer already."
        ),
        f"{MEAN} => np.maximum.accumulate(right.mean(axis=0))": (
            "it never falls. Accuracy may fall from a frame to the next: leave it so."
        ),
        f"{MEAN} => np.maximum.accumulate(right, axis=1).mean(axis=0)": (
            "a clip counts as right for ever, once it was right. Take the answer of that frame."
        ),
        f"{MEAN} => np.minimum.accumulate(right, axis=1).mean(axis=0)": (
            "a clip counts as wrong for ever, once it was wrong. Take the answer of that frame."
        ),
        f"{EQUAL} => guesses == guesses[:, -1:]": (
            "it compares with the last answer. Compare with the truth."
        ),
    },
)  # fmt: skip
def _(attempt):
    rng = np.random.default_rng()
    cases = []
    for m, T, n in [(40, 6, 5), (31, 24, 8), (1, 5, 3), (9, 1, 4)]:
        truth = rng.integers(0, n, m)
        logits = rng.normal(size=(m, T, n))
        logits[np.arange(m), :, truth] += rng.permutation(np.linspace(-0.5, 2.5, T))
        cases.append((logits, truth))
    # Right, wrong, right: what falls, and what comes back.
    truth = np.array([0, 1, 1])
    guesses = np.array([[0, 1, 0, 2], [2, 1, 0, 1], [1, 1, 1, 0]])
    cases.append((np.eye(3)[guesses] - 5, truth))
    got = [attempt(*case) for case in cases]
    for answer, (logits, truth) in zip(got, cases, strict=True):
        want = [accuracy_score(truth, logits[:, t].argmax(axis=1)) for t in range(logits.shape[1])]
        same("The answer", answer, np.array(want), "(T,)")
    return "It equals scikit-learn's accuracy of each frame's answers."


def decided_at(guesses):
    """Return after how many frames the guess is the last one and stays, (m,), from 1 to T."""
    T = guesses.shape[1]
    differs = guesses != guesses[:, -1:]
    last = T - 1 - differs[:, ::-1].argmax(axis=1)
    return np.where(differs.any(axis=1), last + 2, 1)


LAST = "T - 1 - differs[:, ::-1].argmax(axis=1)"
STAYS = "Asked is from when on it never changes again."


@check.exercise(
    decided_at,
    {
        f"{LAST} => (~differs).argmax(axis=1) - 1": (
            f"this is when the last guess was first made; it may have changed since. {STAYS}"
        ),
        f"{LAST} => differs.argmax(axis=1)": (
            f"this goes by the first frame with another guess. {STAYS}"
        ),
        "last + 2, 1 => last + 1, 1": (
            "this is the last frame with another guess. The decision falls one later."
        ),
        "last + 2, 1 => last + 1, 0": (
            "these are numbers that begin with 0. Asked is how many frames were seen: from 1."
        ),
        "last + 2, 1 => last + 2, 0": (
            "a guess that never changes is decided after 1 frame, not 0."
        ),
        "last + 2, 1 => last + 2, T": (
            "a guess that never changes is decided after 1 frame, not T."
        ),
        "np.where(differs.any(axis=1), last + 2, 1) => last + 2": (
            "where the guess never changes, argmax of nothing gives 0. That case is 1."
        ),
        "np.where(differs.any(axis=1), last + 2, 1) => last + 1": (
            "the decision falls one frame after the last other guess. And where no guess differs, "
            "argmax gives 0: that clip is decided after 1."
        ),
        "np.where(differs.any(axis=1), last + 2, 1) => T - differs.sum(axis=1)": (
            f"this counts how many guesses are the last one. {STAYS}"
        ),
        "np.where(differs.any(axis=1), last + 2, 1) => differs.sum(axis=1) + 1": (
            f"this counts how many guesses differ from the last. {STAYS}"
        ),
        f"{LAST} => differs[:, ::-1].argmax(axis=1)": (
            "the row was turned round, so that this counts from its end. Count from the start."
        ),
        "=> changes = guesses[:, 1:] != guesses[:, :-1]\nreturn changes.sum(axis=1) + 1": (
            f"this counts the changes. {STAYS}"
        ),
        "=> changes = guesses[:, 1:] != guesses[:, :-1]\n"
        "last = guesses.shape[1] - changes[:, ::-1].argmax(axis=1)\n"
        "return np.where(changes.any(axis=1), last, 1)": (
            "it stops at a clip of one frame, which has no change at all. That clip is decided "
            "after 1."
        ),
        "np.where(differs.any(axis=1), last + 2, 1) => "
        "np.array([np.flatnonzero(row)[-1] + 2 for row in differs])": (
            "it stops where the guess never changes: there is no last other one. That case is 1."
        ),
        "guesses != guesses[:, -1:] => guesses != guesses[:, :1]": (
            "it compares with the first guess. Compare with the last."
        ),
        "T = guesses.shape[1] => T = 24": "24 frames are written down. Take T from the shape.",
        "np.where(differs.any(axis=1), last + 2, 1) => T + 1 - np.where(differs.any(axis=1), "
        "last + 2, 1)": "it counts from the end of the clip. Count from the start.",
    },
)  # fmt: skip
def _(attempt):
    fixed = [
        np.array([[3, 3, 3, 3, 3], [1, 2, 1, 1, 1], [2, 0, 2, 0, 2], [0, 0, 0, 0, 1]]),
        np.array([[1, 1, 4, 4], [4, 1, 1, 4], [0, 2, 2, 2], [4, 4, 4, 4], [2, 4, 2, 4]]),
        np.array([[5], [0]]),
        np.array([[0, 7, 0, 7, 7, 7]]),
    ]
    rng = np.random.default_rng()
    m, T = sizes(2)
    cases = [*fixed, rng.integers(0, 2, (m, T)), rng.integers(0, 3, (m, 24))]
    got = [attempt(case) for case in cases]
    for answer, guesses in zip(got, cases, strict=True):
        want = []
        for row in guesses:
            t = len(row)
            while t > 1 and row[t - 2] == row[-1]:
                t -= 1
            want.append(t)
        same("The answer", answer, np.array(want), "(m,)")
    return "From that frame on the guess never changes; a guess that never did is decided after 1."


# ── the challenge: the first six frames ───────────────────────────────────────────────────────

EARLY = 6  # frames


def _summary(clips):
    """Return what the baseline looks at, in 8 × 8 squares: what changes, and what has changed."""
    grey = drawn.grey(clips)[..., 0]
    m, _, side, _ = grey.shape
    change = np.abs(np.diff(grey, axis=1)).mean(axis=1)
    both = np.stack([change, grey[:, -1] - grey[:, 0]], axis=1)
    squares = both.reshape(m, 2, 8, side // 8, 8, side // 8).mean(axis=(3, 5))
    return squares.reshape(m, -1)


@cache
def _means():
    part = drawn.split(1)["training"]
    clips = drawn.make(480, part, USUAL, np.random.default_rng(90))
    seen = _summary(clips.frames[:, :EARLY])
    return np.stack([seen[clips.activities == k].mean(axis=0) for k in range(len(ACTIVITIES))])


def recognise_early(clips):
    """Return the activities, (m,), from the first six frames: the nearest mean of 128 numbers."""
    distance = _summary(clips)[:, None] - _means()
    return (distance**2).sum(axis=-1).argmin(axis=1)


@check.open_task(
    recognise_early,
    ours=0.6042,
    of="of clips recognised from their first six frames, new bodies and backgrounds",
    more_is_better=True,
    hidden=("test", "test_x", "test_y", "tests"),
    choose=lambda attempt: _early(attempt, "validation", np.random.default_rng(1)),
)
def _(attempt, rng):
    return _early(attempt, "test", rng)


@cache
def _held_out(name):
    kinds = HELD_OUT if name == "test" else CHOOSING
    seed = {"validation": 91, "test": 92}[name]
    clips = drawn.make(240, drawn.split(1)[name], kinds, np.random.default_rng(seed))
    return clips.frames[:, :EARLY], clips.activities


def _early(attempt, name, rng):
    """Return the accuracy on clips in a new order."""
    clips, truth = _held_out(name)
    order = rng.permutation(len(truth))
    said = attempt.then(lambda said: _numbers(said, truth.shape))(clips[order])
    return float(np.mean(said == truth[order]))


def _numbers(said, shape):
    try:
        said = np.asarray(said)
    except ValueError:
        said = np.zeros(0)
    if said.shape != shape or not np.issubdtype(said.dtype, np.integer):
        raise Wrong(f"The answer should be {shape[0]} whole numbers, the activity of each clip.")
    return said
