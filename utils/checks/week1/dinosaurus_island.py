"""The checks of `week1/2_dinosaurus_island`.

Losses, gradients and clipping are held against TensorFlow, temperature against SciPy's softmax,
sampling against the softmax that it should follow, and a mixture against `language_model.mix`.
Inputs are drawn fresh each time.
"""

from functools import partial
from unittest.mock import Mock

import numpy as np
from scipy.special import log_softmax, softmax

from utils.checks.answers import entries, same, unpack, whole_numbers
from utils.checks.attempts import copied, said
from utils.checks.draws import Finite, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.oracles import gradients as differentiated
from utils.checks.oracles import tf
from utils.checks.wrong import Wrong, off
from utils.datasets import load_dinosaurs
from utils.models import language_model, recurrent
from utils.text import END, Vocabulary, one_hot

check = Checks()

FIVE = ["dWax", "dWaa", "dba", "dWya", "dby"]
FLOAT32 = 1e-5  # what an answer in float32 is off by
FEW = range(3, 8)
ONE_ARRAY = "`return` stands inside the loop, so that it ends after one array."
OUR_NAMES = "The names of the arrays are written down. Go through those that `gradients` holds."
N_X = "27 is written down, the number of characters here. Take it from the arguments."


# What the graders draw and compute.


def _parameters(n_x, n_a, rng):
    shapes = {"Wax": (n_x, n_a), "Waa": (n_a, n_a), "ba": n_a, "Wya": (n_a, n_x), "by": n_x}
    return {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items()}


def _batch(m, T, n_x, rng):
    """Draw x, y and a mask; each name ends with END, and one begins with it."""
    lengths = rng.permutation(T - np.arange(m) % T)
    mask = np.arange(T) < lengths[:, None]
    x, y = rng.integers(0, n_x, (2, m, T))
    y[lengths.argmax(), 0] = y[np.arange(m), lengths - 1] = END
    return x, np.where(mask, y, END), mask


def _norm(arrays, kind=2):
    return np.linalg.norm(np.concatenate([np.ravel(array) for array in arrays.values()]), kind)


def _clipped(found):
    """Clip in a way of our own, for which all numbers of all arrays count."""
    factor = 0.5 / (0.1 + _norm(found))
    return {name: np.multiply(array, factor) for name, array in found.items()}


def _stepped(parameters, found, rate=0.7):
    return {name: parameters[name] - rate * found[f"d{name}"] for name in parameters}


def _same_each(got, want, what, whole="The answer"):
    """Hold each array of a dictionary, `whole`, against the right one."""
    for name, value in zip(want, entries(got, ", ".join(want), whole), strict=True):
        same(f"{name}{what}", value, want[name], f"the shape of {name.removeprefix('d')}", FLOAT32)


def _same_clipped(attempt, kind, sizes, clipped):
    """Hold clipped gradients against the right ones, for norms of these sizes, in limits."""
    rng = np.random.default_rng()
    drawn = [_parameters(n_x, n_a, rng) for n_x, n_a in sizes_and_ones(2)]
    drawn = [{f"d{name}": array for name, array in p.items()} for p in drawn]
    for gradients in [*drawn, {"dw": np.array([-0.6, 1.0])}]:
        for size in sizes:
            limit = rng.uniform(1.5, 3.3)
            factor = size * limit / _norm(gradients, kind)
            given = {name: array * factor for name, array in gradients.items()}
            want = dict(zip(given, clipped([*given.values()], limit), strict=True))
            what = f", from {size * limit:.4g} clipped at {limit:.4g},"
            _same_each(attempt(given, limit), want, what)


def masked_loss(logits, y, mask):
    """Return the cross-entropy, summed over a name, averaged over names, and its gradient."""
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    targets = one_hot(y, logits.shape[-1])
    loss = -np.sum((log_p * targets).sum(axis=-1) * mask) / len(y)
    return loss, (np.exp(log_p) - targets) * mask[..., None] / len(y)


def _by_p(z, added=""):
    """Return the edit that takes the logarithm of softmax, from logits shifted to `z`."""
    return (
        f"=> exponentials = np.exp({z})\np = exponentials / "
        "exponentials.sum(axis=-1, keepdims=True)\ntargets = one_hot(y, logits.shape[-1])\n"
        f"loss = -np.sum(np.log((p * targets).sum(axis=-1){added}) * mask) / len(y)\n"
        "return loss, (p - targets) * mask[..., None] / len(y)"
    )


LARGEST = "logits - logits.max(axis=-1, keepdims=True)"
LARGE = "logits - (logits.max() > 100) * logits.max()"
SUM = "np.exp(z).sum(axis=-1, keepdims=True)"
P, LOG_P = "np.exp(log_p)", "(log_p * targets).sum(axis=-1)"
ROUNDED = (
    "A probability may be so small that it is rounded to 0, and its logarithm is -inf, also where "
    "the mask is 0. Take log p from the logits, without p."
)
SMALL = "a small number is added to p. Take log p from the logits, without p."
OVERFLOW = "For large logits np.exp overflows. Subtract the largest logit first."
SIGMOID = "with a sigmoid for the softmax."
UNDERFLOW = "For very negative logits np.exp is 0, and 0 / 0 nan. Subtract the largest logit."


@check.exercise(
    masked_loss,
    {
        f"{factor} / len(y) => {factor}{divisor}": f"{says}. Divide by the number of names, len(y)."
        for factor in ("* mask)", "None]")
        for divisor, says in {
            "": "if it is not divided",
            " / mask.sum()": "it is divided by the number of characters that count",
            " / y.shape[1]": "it is divided by T_x",
            " / logits.size": "it is averaged over all numbers",
            " / y.size": "it is averaged over every place, divided by m * T_x",
        }.items()
    }
    | {
        f"{LOG_P} => (np.log({P}) * targets).sum(axis=-1)": ROUNDED,
        f"{LARGEST} => logits - logits.max()": "Subtract each row's largest: axis=-1, keepdims.",
        f"{SUM} => {SUM.replace('-1', '0')}": "softmax sums over names, not the last axis.",
        f"{SUM} => {SUM.replace('-1', '1')}": "softmax sums over time, not the last axis.",
        f"{SUM} => np.exp(z).sum()": "softmax sums over all, not the last axis.",
        "axis=-1) * mask) => axis=-1))": "if the mask is left out.",
        " * mask[..., None] =>": "if the mask is left out.",
        ("* mask) => * (y != END))", "* mask[ => * (y != END)["): "the end token counts, too.",
        "* mask) => * ~mask)": "the mask is inverted: only padding counts.",
        "* mask) / => * mask, axis=1) /": "Sum over all names, too: the loss is one number.",
        "* mask) => * mask / mask.sum(axis=1)[:, None])": "it is a mean over a name's characters.",
        f"{LOG_P} => {LOG_P} / np.log(2)": "the logarithm has base 2. Use np.log.",
        f"{LOG_P} => {LOG_P} / np.log(10)": "the logarithm has base 10. Use np.log.",
        f"{LOG_P} => ({P} * targets).sum(axis=-1)": "the logarithm is missing.",
        f"{LOG_P} => np.log(1 - abs({P} - targets)).sum(-1)": "it is a binary cross-entropy.",
        f" - np.log({SUM}) =>": "softmax is not divided by the sum of the exponentials.",
        f"np.log({SUM}) => {SUM}": "the sum of the exponentials lacks its logarithm.",
        (f"{LARGEST} => logits", f"{SUM} => (1 + {P})".replace("log_p", "z")): SIGMOID,
        _by_p(LARGEST): ROUNDED,
        f"{LOG_P} => np.log(({P} * targets).sum(axis=-1))": ROUNDED,
        f"{LOG_P} * mask) => np.where(mask, np.log(({P} * targets).sum(axis=-1)), 0))": ROUNDED,
        _by_p(LARGEST, " + 1e-12"): SMALL,
        _by_p(LARGEST, " + 1e-10"): SMALL,
        _by_p(LARGEST, " + 1e-8"): SMALL,
        _by_p("logits"): OVERFLOW,
        _by_p(LARGE): UNDERFLOW,
        f"{LARGEST} => logits": OVERFLOW,
        f"{LARGEST} => np.clip(logits, -500, 500)": "This changes softmax. Subtract the largest.",
        "logits.max( => logits.mean(": "Here the mean is subtracted. It should be the largest.",
        f"{LARGEST} => {LARGE}": UNDERFLOW,
        "logits.shape[-1] => 27": N_X,
        f"({P} - targets) => {P}": "if the target is not subtracted.",
        f"({P} - targets) => ({P} - targets) * targets": "only the right character has a gradient.",
        f"({P} - targets) => (logits - targets)": "with logits in place of softmax(logits).",
        f"({P} - targets) => (log_p - targets)": "with log p in place of p.",
        "- targets) * mask[..., None] => * mask[..., None] - targets)": "if targets lack the mask.",
        "mask[..., None] => mask": "Here `mask` lacks an axis: mask[..., None] is (m, T_x, 1).",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T, n in sizes_and_ones(3, FEW):
        _, y, mask = _batch(m, T, n, rng)
        scalar = partial(_loss, y=y, mask=mask)
        drawn = rng.integers(-128, 129, (m, T, n)) / 64  # adding 1000 rounds nothing, in float32
        levels = {"": 0, " for logits near 1000": 1000, " for logits near -1000": -1000}
        levels[" where rows differ much"] = 1000 * rng.choice([-1, 1], (m, T, 1))
        levels[" for logits near ±1000"] = 2000 * one_hot(y, n) - 1000
        # The right character is impossible; so is END where the mask is 0.
        levels[" where p is nearly 0"] = 1000 - 2000 * one_hot(y, n)
        for near, level in levels.items():
            given = {"logits": drawn + level}
            loss, dlogits = unpack(attempt(*given.values(), y, mask), "loss, dlogits")
            same(f"The loss{near}", loss, scalar(given), "", FLOAT32)
            want = differentiated(scalar, given)["dlogits"]
            same(f"dlogits{near}", dlogits, want, "(m, T_x, n_x)", FLOAT32)
    return "Loss and gradient equal TensorFlow's, and padding counts for nothing."


def clip_by_value(gradients, limit):
    """Return the gradients with every number held between -limit and limit."""
    return {name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()}


CLIP = "np.clip(gradient, -limit, limit)"
BY_ARRAY = "each array is scaled as a whole. Cut off each number by itself."


@check.exercise(
    clip_by_value,
    {
        f"{CLIP} => np.minimum(gradient, limit)": "only positive numbers are cut off.",
        f"{CLIP} => np.maximum(gradient, -limit)": "only negative numbers are cut off.",
        f"{CLIP} => gradient": "nothing is cut off.",
        f"{CLIP} => limit * np.sign(gradient)": "every number becomes the limit. Keep small ones.",
        f"{CLIP} => np.clip(np.abs(gradient), 0, limit)": "negative numbers have lost their sign.",
        f"{CLIP} => np.clip(gradient, 0, limit)": "negative numbers became 0. Begin with -limit.",
        f"{CLIP} => np.clip(gradient, limit, -limit)": "every number is -limit. That comes first.",
        f"{CLIP} => gradient * limit / _norm(gradients, np.inf)": "all is scaled, nothing cut off.",
        f"{CLIP} => gradient * limit / np.abs(gradient).max()": BY_ARRAY,
        f"{CLIP} => gradient * min(1, limit / np.linalg.norm(gradient))": BY_ARRAY,
        f"{CLIP} => np.where(abs(gradient) > limit, limit, gradient)": "below -limit stands limit.",
        f"{CLIP} => gradient * (np.abs(gradient) <= limit)": "large ones became 0, not the limit.",
        f"{CLIP} => np.clip(gradient, -1, 1) * limit": "small numbers are scaled up. Keep them.",
        f"{CLIP} => np.clip(gradient, -10, 10)": "the limit is always 10. Use the argument.",
        "in gradients.items() => in [*gradients.items()][:1]": ONE_ARRAY,
        f"in gradients.items() => in [(k, gradients[k]) for k in {FIVE}]": OUR_NAMES,
    },
)
def _(attempt):
    def clipped(arrays, limit):
        return [tf.clip_by_value(array, -limit, limit) for array in arrays]

    _same_clipped(attempt, np.inf, (9, 1, 0.999, 0), clipped)
    return "Every number stays between -limit and limit."


def clip_by_norm(gradients, limit):
    """Return the gradients, scaled down together if their common norm exceeds the limit."""
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values()))
    scale = limit / max(norm, limit)
    return {name: gradient * scale for name, gradient in gradients.items()}


SCALE = "limit / max(norm, limit)"
SQUARES = "np.sqrt(sum(np.sum(gradient**2)"
ROOT = "Take the square root of the sum of squares."
MEAN_SQUARES = "the norm holds the mean of the squares. Take their sum."


@check.exercise(
    clip_by_norm,
    {
        "* scale for => * min(1, limit / np.linalg.norm(gradient)) for": "each has its own scale.",
        "in gradients.values() => in [*gradients.values()][-1:]": "it is the last array's norm.",
        f"{SQUARES} => (sum(np.sum(gradient**2)": "the norm lacks its square root.",
        f"{SQUARES} => (sum(np.linalg.norm(gradient)": f"the arrays' norms are added up. {ROOT}",
        f"{SQUARES} => (sum(np.sum(np.abs(gradient))": f"absolute values are added up. {ROOT}",
        f"{SQUARES} => (max(np.max(np.abs(gradient))": f"the norm is the largest number. {ROOT}",
        f"{SQUARES} => (max(np.linalg.norm(gradient)": f"it is the largest array's norm. {ROOT}",
        "np.sum(gradient**2) => np.linalg.norm(gradient)": f"the norms are not squared. {ROOT}",
        "np.sum(gradient**2) => np.sum(gradient) ** 2": f"sums are squared, not numbers. {ROOT}",
        "np.sum(gradient**2) => np.mean(gradient**2)": MEAN_SQUARES,
        "values()))\n => values()) / sum(g.size for g in gradients.values()))\n": MEAN_SQUARES,
        f"{SCALE} => limit / norm": "small gradients are scaled up. Leave them.",
        "limit / max( => 1 / max(": "all is scaled to norm 1. The new norm should be the limit.",
        f"{SCALE} => 5 / max(norm, 5)": "the limit is always 5. Use the argument `limit`.",
        f"{SCALE} => limit / norm if norm > 5 else 1": "the limit is always 5.",
        "max(norm, => min(norm,": "nothing is scaled, though the norm is above the limit.",
        f"{SCALE} => max(norm, limit) / limit": "it is multiplied by norm / limit.",
        "gradient * scale => np.clip(gradient, -limit, limit)": "each number is cut off by itself.",
        f"{SCALE} => min(1.0, limit / float(norm))": "for zeros it divides by zero.",
        "gradient * scale => gradient * min(limit, norm) / norm": "for zeros it divides by zero.",
        "in gradients.items() => in [*gradients.items()][:1]": ONE_ARRAY,
        f"gradients.values())) => [gradients[name] for name in {FIVE}]))": OUR_NAMES,
    },
)
def _(attempt):
    def clipped(arrays, limit):
        return tf.clip_by_global_norm(arrays, limit)[0]

    _same_clipped(attempt, 2, (30, 1.5, 1, 0.999, 0.01, 0), clipped)
    return "All are scaled by one number, and only if their norm exceeds the limit."


def optimization_step(x, y, mask, parameters, optimizer, clip):
    """Return the loss of a batch, and the parameters after one step."""
    n_x, n_a = parameters["Wax"].shape
    a0 = np.zeros((len(x), n_a), parameters["Wax"].dtype)
    a, cache = recurrent.rnn_forward(one_hot(x, n_x), a0, parameters)
    loss, dlogits = masked_loss(a @ parameters["Wya"] + parameters["by"], y, mask)
    gradients = recurrent.rnn_backward(dlogits @ parameters["Wya"].T, cache)
    gradients["dWya"] = np.tensordot(a, dlogits, axes=([0, 1], [0, 1]))
    gradients["dby"] = dlogits.sum(axis=(0, 1))
    gradients = clip({f"d{name}": gradients[f"d{name}"] for name in parameters})
    return loss, optimizer(parameters, gradients)


GIVEN = 'clip({f"d{name}": gradients[f"d{name}"] for name in parameters})'
UPDATED = "optimizer(parameters, gradients)"
LOGITS = '["Wya"] + parameters["by"], '
DBY = "dlogits.sum(axis=(0, 1))"
BEFORE = "this is the loss after the step. Return the one before it."
THREE = "`clip` does not get dWya and dby. Give it the gradients of all five."


@check.exercise(
    optimization_step,
    {
        "np.zeros( => np.ones(": "if a0 is ones. Start from zeros.",
        "one_hot(x, n_x) => one_hot(y, n_x)": "the network reads y. Its input is x.",
        "one_hot(x, n_x) => one_hot(x, 27)": N_X,
        f"{LOGITS}y => {LOGITS}x": "x is taken as the target. The target is y.",
        ("one_hot(x, => one_hot(y,", f"{LOGITS}y => {LOGITS}x"): "x and y have changed places.",
        "y, mask) => y, np.ones(y.shape))": "if the mask is left out.",
        ' + parameters["by"] =>': "if by is left out of the logits.",
        f"return loss, {UPDATED} => return _batch_loss((x, y, mask), p := {UPDATED}), p": BEFORE,
        f"{GIVEN} => clip(gradients)": "`clip` gets dx, da0, which would count in the norm.",
        "clip({ => ({": "the gradients are not clipped. Use what `clip` gives.",
        "gradients = clip( => clip(": "the gradients are not clipped. Use what `clip` gives.",
        f"{GIVEN} => clip({GIVEN})": "if the gradients are clipped twice.",
        'in parameters}) => in ["Wax", "Waa", "ba"]}) | {k: gradients[k] for k in FIVE[3:]}': THREE,
        f"{UPDATED} => parameters": "`optimizer` is not called. Return what it gives.",
        f"{UPDATED} => optimizer(gradients, parameters)": "`optimizer` takes the parameters first.",
        f"{UPDATED} => optimizer({UPDATED}, gradients)": "if the optimizer is called twice.",
        f"{DBY} => dlogits.sum(axis=0)": "Sum dby over batch and time.",
        f"{DBY} => dlogits.sum(axis=1)": "Sum dby over batch and time.",
        f"{DBY} => np.zeros(n_x)": "dby is zero. Sum over batch and time.",
        "np.tensordot(a, dlogits, => np.tensordot(dlogits, a,": "The gradient dWya is transposed.",
        "(a, dlogits, axes=([0, 1], [0, 1])) => (a, dlogits)": "Sum dWya over batch and time.",
        '["Wya"].T, cache => ["Wya"].T * (1 - a**2), cache': "if tanh's slope enters twice.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T, n_x, n_a in sizes_and_ones(4, FEW):
        batch, p = _batch(m, T, n_x, rng), _parameters(n_x, n_a, rng)
        clip, optimizer = Mock(wraps=_clipped), Mock(wraps=_stepped)
        answer = attempt(*batch, p, optimizer, clip)
        loss, new = unpack(answer, "loss, parameters")
        same("The loss", loss, _batch_loss(batch, p), "", FLOAT32)
        for name, function in {"clip": clip, "optimizer": optimizer}.items():
            if (count := function.call_count) != 1:
                raise off("The step", answer, f"`{name}` is called {count} times, not once.")
        found = differentiated(lambda v, batch=batch: _batch_loss(batch, v), p)
        [seen] = clip.call_args.args
        _same_each(seen, found, ", as clip gets it,", "What clip gets")
        if extra := [str(name) for name in seen if name not in found]:
            says = f"`clip` gets {', '.join(extra)}, which would count in the norm."
            raise off("The step", answer, says)
        _same_each(new, _stepped(p, _clipped(found)), " after the step", "parameters")
    return "Loss and all five new parameters equal those from automatic differentiation."


def _batch_loss(batch, v):
    """Return the loss of a batch in TensorFlow; v holds the parameters."""
    x, y, mask = batch
    a, steps = tf.zeros((len(x), len(v["ba"])), tf.float64), []
    for t in range(x.shape[1]):
        a = tf.tanh(tf.gather(v["Wax"], x[:, t]) + a @ v["Waa"] + v["ba"])
        steps.append(a @ v["Wya"] + v["by"])
    return _loss({"logits": tf.stack(steps, axis=1)}, y, mask)


def _loss(v, y, mask):
    steps = tf.nn.sparse_softmax_cross_entropy_with_logits(y, v["logits"])
    return tf.reduce_sum(steps * mask) / len(y)


def train(sequences, parameters, optimizer, clip, epochs, size, rng):
    """Return the trained parameters, and the mean loss of each epoch."""
    losses = []
    for _ in range(epochs):
        epoch = []
        for x, y, mask in language_model.batches(sequences, size, rng):
            loss, parameters = optimization_step(x, y, mask, parameters, optimizer, clip)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


MEAN = "np.mean(epoch)"
BEGIN, LOSSES = "epoch = [] => epoch, ", "losses = [] => losses, "
BATCHES = "language_model.batches(sequences, size, rng)"
BEST = f"({MEAN}) => ({MEAN})\n        p0 = parameters if losses[-1] == min(losses) else p0"
PLAIN = "a batch counts by its number of names. Take the plain mean of the batches' losses."
FROM_FIRST = "each epoch starts from the first parameters again."
MADE_ONCE = "The batches are made only once, so each epoch has the same order. Make them anew."
NO_RNG = "`rng` is not used, so the order of the names is not drawn from it. Give it to `batches`."
FOR_BATCHES = "Use `rng` for language_model.batches alone, once in each epoch."
STOPS = "It stops early. Is `return` inside the loop? Do all epochs, whatever the loss does."
OLD = "these are older parameters. Return those after the last batch."


@check.exercise(
    train,
    {
        "loss, parameters => loss, _": "the parameters are not handed on from batch to batch.",
        (f"{LOSSES}p0 = [], parameters", f"{BEGIN}parameters = [], p0"): FROM_FIRST,
        (f"in {BATCHES} => in made", f"{LOSSES}made = [], list({BATCHES})"): MADE_ONCE,
        f"in {BATCHES} => in {BATCHES[:-4]}np.random.default_rng(1))": NO_RNG,
        f"{BEGIN}_ = [], rng.random(99)": FOR_BATCHES,
        "sequences, size, => sequences, 16,": "`size` is not used.",
        f"in {BATCHES} => in [*{BATCHES}][: len(sequences) // size]": "the last batch is left out.",
        "    return =>         return": STOPS,
        f"append({MEAN}) => extend(epoch)": "Here losses has one entry for each batch, not epoch.",
        f"{MEAN} => epoch": "Here losses holds lists. Give the mean loss of each epoch.",
        "append(loss) => append(loss)\n            break": "each epoch has only one step.",
        "append(loss) => append(loss * len(x) / mask.sum())": (
            "it is a mean over characters. Keep the losses as `optimization_step` gives them."
        ),
        f"{MEAN} => epoch[0]": "it is the loss of the first batch alone. Take the mean over all.",
        f"{MEAN} => loss": "it is the loss of the last batch alone. Take the mean over all.",
        f"{MEAN} => sum(epoch)": "it is the sum over the batches. Take the mean.",
        f"{MEAN} => sum(epoch) / len(sequences)": "it is divided by the number of names.",
        ("append(loss) => append(loss * len(x))", f"{MEAN} => sum(epoch) / len(sequences)"): PLAIN,
        (f"{LOSSES}epoch = [], []", "        epoch = []\n =>"): "earlier epochs count in the mean.",
        "optimizer, clip) => optimizer, dict)": "`clip` is not handed to optimization_step.",
        "return parameters, losses => return losses, parameters": "First come the parameters.",
        (f"{LOSSES}p0 = [], parameters", "return parameters => return p0"): OLD,
        ("loss, p => p0 = parameters\n            loss, p", "n parameters => n p0"): OLD,
        (BEST, "return parameters => return p0"): OLD,
    }
    | {
        f"epoch = [] => epoch = []\n        if losses[1:] and losses[-1] {so}: break": STOPS
        for so in ("< 0.5", "< losses[-2]", "> losses[-2]", "== losses[-2]")
    },
)
def _(attempt):
    rng = np.random.default_rng()
    # The loss falls, falls, rises, falls far, stays; then a batch that is not full, no epoch.
    cases = [(7, 2, 3, 0.5), (2, 1, 1, 0.5), (3, 7, 2, -0.5), (1, 12, 1, 3.0), (3, 7, 3, 0.0)]
    for count, epochs, size, rate in [*cases, (3, 2, 7, 0.5), (2, 0, 1, 0.5)]:
        lengths = (1, 2, 3, 2, 1, 2, 3)[:count]
        sequences = [np.array([*rng.integers(1, 6, length), END]) for length in lengths]
        p, given = _parameters(6, 3, rng), copied(rng)
        optimizer = Mock(wraps=partial(_stepped, rate=rate))
        before, want, right = rng.bit_generator.state, np.zeros(epochs), p
        for epoch in range(epochs):
            made = list(language_model.batches(sequences, size, rng))
            for batch in made:
                loss, right = optimization_step(*batch, right, optimizer, _clipped)
                want[epoch] += loss / len(made)
        steps = optimizer.call_count
        answer = attempt(sequences, p, optimizer, _clipped, epochs, size, given)
        if given.bit_generator.state == before != rng.bit_generator.state:
            raise Wrong(NO_RNG)
        trained, losses = unpack(answer, "parameters, losses")
        same("losses", losses, want, "one for each epoch", FLOAT32)
        _same_each(trained, right, " after training", "parameters")
        if given.bit_generator.state != rng.bit_generator.state:
            raise Wrong(FOR_BATCHES)
        if (count := optimizer.call_count - steps) != steps:
            raise Wrong(f"`optimizer` is called {count} times. Once for each batch is {steps}.")
    return "All epochs, each starting where the last one ended, whether the loss falls or rises."


def probabilities(logits, temperature):
    """Return the probabilities of the characters at a temperature; logits: (..., n_x)."""
    z = np.asarray(logits, "float64") / temperature
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


OWN = "z.max(axis=-1, keepdims=True)"
ALL = "exponentials.sum(axis=-1, keepdims=True)"
AFTER = "return exponentials / => return exponentials / temperature /"
POWER = (
    "=> z = np.asarray(logits, float)\np = np.exp(z - z.max(axis=-1, keepdims=True))\n"
    "return (p / p.sum(axis=-1, keepdims=True)) ** (1 / temperature)"
)


@check.exercise(
    probabilities,
    {
        " / temperature =>": "the temperature is not used, or cancels.",
        '"float64") / temp => "float64") * temp': "a low temperature should be the safe one.",
        "/ temperature => / temperature**2": "the temperature is squared.",
        "/ temperature => / np.sqrt(temperature)": "the root of the temperature is taken.",
        "/ temperature => / np.exp(temperature)": "the exponential of the temperature is taken.",
        (
            " / temperature =>",
            AFTER,
        ): "softmax is divided by it. Divide the logits.",
        POWER: "the powers do not add up to 1. Divide by their sum.",
        f" / {ALL} =>": "they do not add up to 1. Divide by the sum of the exponentials.",
        f"{ALL} => exponentials.sum()": "the sum goes over all. Each row adds up to 1.",
        f"{ALL} => exponentials.sum(axis=0)": "the sum goes over axis 0. Take the last axis.",
        f"- {OWN} => - 0": OVERFLOW,
        f"{OWN} => z.mean(axis=-1, keepdims=True)": OVERFLOW,
        f"{OWN} => np.maximum({OWN}, 0)": UNDERFLOW,
        f"{OWN} => z.max()": "where rows differ much it gives nan. Subtract each row's largest.",
        "np.exp(z - => np.exp2(z -": "the powers have base 2. Use np.exp.",
        f"np.exp(z - {OWN}) => z": "the exponentials are missing.",
        f"return exponentials / {ALL} => return np.log(exponentials / {ALL})": "without np.log.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    rows = np.array([[0.0], [3000], [-3000], [40]])
    for shape in [(7,), (1,), (3, 5), (1, 6), (2, 3, 4), (4, 9)]:
        for temperature in (1.0, rng.uniform(0.15, 0.45), rng.uniform(1.3, 3.7), 0.01, 60.0):
            drawn = rng.integers(-128, 129, shape) / 64
            levels = [0, 1000, -1000] if shape != (4, 9) else [rows]
            for level in [*levels, 2000 * drawn, -drawn]:  # far apart; all equal
                got = attempt(drawn + level, temperature)
                want = softmax((drawn + level) / temperature, axis=-1)
                what = f"The answer at temperature {temperature:.3g}"
                same(what, got, want, "that of the logits", FLOAT32)
    return "At every temperature they add up to 1, and nothing overflows."


def sample(step, temperature, rng, max_length=40):
    """Return the indices of one name, drawn a character at a time, without the end token."""
    state, index, indices = None, END, []
    while len(indices) < max_length:
        state, log_probs = step(state, np.array([index]))
        p = probabilities(log_probs[0], temperature)
        index = int(rng.choice(len(p), p=p))
        if index == END:
            break
        indices.append(index)
    return indices


FED = "np.array([index])"
DRAWN = "rng.choice(len(p), p=p)"
NEXT_P = "probabilities(log_probs[0], temperature)"
ALONE = "Each step starts from no state. Hand on the new one."
STOP = "        if index == END:\n            break\n"
COLLECTED = "        indices.append(index)\n"
EMPTY = "The name is empty. Does the loop begin, though index is END? Is what was drawn collected?"
UNUSED = "`rng` is not used. Draw with it, as in rng.choice, not with np.random."
BESIDE = "The characters are not drawn from `rng`. Draw each with it, as in rng.choice."
ENDLESS = "The loop goes on too long. Leave it at END, and at max_length"
NETWORKS = [
    # How large the logits are, what is added to END's; n_x, temperature, max_length.
    *[(0.6, 0, 7, 1.0, 1)] * 4,  # END comes soon, before a loop without end could be the answer
    *[(3, 0, 7, 3.0, 8), (3, 0, 7, 0.3, 8)] * 6,
    (6, -3000, 61, 3.0, 200),  # END is never drawn
    (0.6, -3000, 7, 0.3, 200),
    (3, 3000, 7, 1.0, 11),  # END is drawn at once
    *[(3000, 0, 7, 1.0, 1), (3000, 0, 7, 1.0, 11)] * 8,  # two are likely, or END
]
LONGEST = NETWORKS.index((6, -3000, 61, 3.0, 200))


@check.exercise(
    sample,
    {
        "len(indices) < max_length => index != END": EMPTY,
        f"{COLLECTED} =>": EMPTY,
        f"{NEXT_P} => np.exp(log_probs[0])": "the temperature is not used.",
        "], temperature) => ], 1 / temperature)": "the temperature is turned over.",
        "(log_probs[0], => (np.exp(log_probs[0]),": "softmax is taken twice. Leave the logarithms.",
        f"{DRAWN} => p.argmax()": "the likeliest is always taken. Draw, with `rng`.",
        f"{DRAWN} => rng.choice(len(p))": "all characters are equally likely. Draw by probability.",
        "rng.choice => np.random.choice": UNUSED,
        "step(state, => step(None,": ALONE,
        "        state, log_probs = =>         _, log_probs =": ALONE,
        f"{FED} => np.array([END])": "the model does not see what was drawn. Feed it back.",
        f"{FED} => np.array([p.argmax()] if indices else [END])": "the likeliest is fed back.",
        "len(p), => 27,": N_X,
        "END, [] => 1, []": "the first input should be END.",
        "END, [] => END, [END]": "the first input is part of the name.",
        "return indices => return [END] + indices": "the first input is part of the name.",
        "return indices => return indices + [END]": "the end token is part of the name.",
        f"{STOP}{COLLECTED} => {COLLECTED}{STOP}": "the end token is part of the name.",
        f"{STOP} =>": "it goes on after the end token. Stop there.",
        "            break =>             continue": "it goes on after the end token. Stop there.",
        "len(indices) < max_length => True": "`max_length` is not used. Stop there.",
        "< max_length => < 40": "`max_length` is not used. Stop there.",
        "< max_length => < min(50, max_length)": "A name may have more than 50 characters.",
        "< max_length => <= max_length": "the name is one longer than max_length.",
        "< max_length => < max_length - 1": "the name is one shorter than max_length.",
    },
)
def _(attempt):
    rng = Finite(np.random.PCG64(), 2000, partial(RuntimeError, ENDLESS))
    before, tries = rng.bit_generator.state, []
    for size, end, n_x, temperature, longest in NETWORKS:
        p = _parameters(n_x, 5, np.random.default_rng())
        for name in ("Wya", "by"):  # no character alone is likely
            p[name] = size * np.take(p[name], [END, *[*range(1, n_x, 2)] * 2], axis=-1)
        p["by"] += end * np.eye(n_x)[END] + np.linspace(0, 2, n_x)
        p = _Network({name: np.float32(array) for name, array in p.items()})
        indices = whole_numbers("The name", attempt(p, temperature, rng, longest))
        tries.append((p, temperature, longest, indices))
    if rng.bit_generator.state == before:
        raise off("The name", None, UNUSED)
    for p, temperature, longest, name in tries:
        n_x, n_a = p["Wax"].shape
        if len(name) > longest or not all(0 < index < n_x for index in name):
            says = f"The name should have up to {longest} indices from 1 to {n_x - 1}."
            raise off("The name", None, says)
        read, drawn = [END, *name][:longest], [*name, END][:longest]
        a, _ = recurrent.rnn_forward(one_hot([read], n_x), np.zeros((1, n_a)), p)
        logits = (a @ p["Wya"] + p["by"])[0]
        # A right name is exp(21) times likelier at another temperature in less than one of 10**9
        # tries. A wrong one nearly always is, where the logits are large or the name is long.
        temperatures = temperature * np.array([1, 0.25, 0.5, 2, 4])[:, None, None]
        log_p = log_softmax(logits / temperatures, axis=-1)[:, range(len(drawn)), drawn].sum(1)
        if log_p[0] < log_p.max() - 21:
            says = f"does not follow its probabilities at temperature {temperature}."
            raise off("The name", None, f"The name {says}")
    # A long name is the same from one state of `rng`, and never from two.
    network = tries[LONGEST][0]
    states = (Finite(np.random.PCG64(seed), 2000, rng.error) for seed in (1, 1, 2))
    one, again, other = (attempt(network, 3.0, state, 40) for state in states)
    if not np.array_equal(one, again) or np.array_equal(one, other):
        raise Wrong(BESIDE)
    return "It follows the probabilities at all temperatures, and stops at the end token."


class _Network(dict):
    """The parameters of an RNN that is a step function, and stops a loop without end."""

    left = 1000

    def __call__(self, state, tokens):
        self.left -= 1
        if self.left < 0:
            raise RuntimeError(ENDLESS)
        if np.ndim(tokens) != 1:
            raise ValueError("tokens should have the shape (m,); for one name it is [index]")
        n_x, n_a = self["Wax"].shape
        a = np.zeros((len(tokens), n_a)) if state is None else state
        a, _ = recurrent.rnn_cell_forward(one_hot(tokens, n_x), a, self)
        return a, log_softmax(np.float64(a @ self["Wya"] + self["by"]), axis=-1)


def mixture(steps, weights):
    """Return the step function of the weighted mean of the probabilities of several models."""

    def step(state, tokens):
        states = [None] * len(steps) if state is None else state
        new, probs = [], 0.0
        for number, weight in enumerate(weights):
            own, log_probs = steps[number](states[number], tokens)
            new.append(own)
            probs = probs + weight * np.exp(log_probs)
        return new, np.log(probs)

    return step


PART = "weight * np.exp(log_probs)"
LOGS = "log-probabilities are averaged. Average the probabilities."
ANEW = "each model begins anew at each token. Hand on its new state."


@check.exercise(
    mixture,
    {
        (f"{PART} => weight * log_probs", "np.log(probs) => probs"): LOGS,
        f"{PART} => weight * log_probs": "np.exp is missing: `step` gives log-probabilities.",
        "np.log(probs) => probs": "it gives probabilities. Take their logarithm.",
        f"{PART} => np.exp(log_probs)": "the weights are not used.",
        f"{PART} => np.exp(log_probs) / len(steps)": "the weights are not used.",
        f"{PART} => np.exp(weight * log_probs)": "the logarithms are weighted. Weight after exp.",
        f"{PART} => weight**2 * np.exp(log_probs)": "the weights enter twice.",
        "enumerate(weights) => enumerate(weights[::-1])": "the weights stand in reverse order.",
        "probs = probs + => probs =": "only the last model counts. Add all up.",
        "steps[number]( => steps[0](": "the first model is asked each time.",
        "if state is None else state =>": ANEW,
        "=> def step(state, tokens):\n    probs = 0.0\n    for number, weight in "
        "enumerate(weights):\n"
        f"        state, log_probs = steps[number](state, tokens)\n        probs = probs + {PART}"
        "\n    return state, np.log(probs)\n\nreturn step": (
            "one state goes from model to model. Each model has its own: keep a list."
        ),
        "=> states = [None] * len(steps)\n\ndef step(state, tokens):\n    probs = 0.0\n"
        "    for number, weight in enumerate(weights):\n"
        "        states[number], log_probs = steps[number](states[number], tokens)\n"
        f"        probs = probs + {PART}\n    return states, np.log(probs)\n\nreturn step": (
            "the states are kept outside of `step`, so the next text goes on with them."
        ),
        "return new, => return None,": ANEW,
        "return new, => return states,": ANEW,
        "append(own) => append(own if not new else new[0])": "all get the first model's state.",
        "return new, => return new[::-1],": "the models' states have changed places.",
        "[number], tokens) => [number], np.zeros_like(tokens))": "no model reads the tokens.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for count, m, n_x in [(2, 3, 5), (3, 2, 7), (1, 4, 6), (4, 1, 5), (2, 1, 1)]:
        steps = [_Network(_parameters(n_x, 3, rng)) for _ in range(count)]
        for weights in (rng.dirichlet(np.ones(count)), np.eye(count)[0], np.eye(count)[-1]):
            texts = rng.integers(0, n_x, (2, 4, m))
            want = [
                language_model.mix(np.stack([_read(step, text) for step in steps]), weights)
                for text in texts
            ]
            got = attempt.then(partial(_read_both, texts=texts))(steps, weights)
            for number, value in enumerate(want):
                name = "log_probs" + " of a second text that is read beside the first" * number
                same(name, got[number], value, "(tokens, m, n_x)", FLOAT32)
    return "The probabilities are averaged by weight, and each model keeps its own state."


RETURNED = "state, log_probs"


def _asked(step, state, tokens):
    """Return what a learner's step function gives, and say so if it stops."""
    if not callable(step):
        raise Wrong("The answer should be a function, step(state, tokens).")
    try:
        return step(state, tokens)
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(f"The step function that it returns stopped with {said(error)}.") from error


def _read(step, text):
    """Return the log-probabilities (tokens, m, n_x) that a model gives on reading a text."""
    state, found = None, []
    for tokens in text:
        state, log_probs = step(state, tokens)
        found.append(log_probs)
    return np.stack(found)


def _read_both(step, texts):
    """Read two texts in turns: a model's state is what it hands back, and nothing else."""
    states, found = [None, None], [[], []]
    for pair in zip(*texts, strict=True):
        for number, tokens in enumerate(pair):
            states[number], log_probs = unpack(_asked(step, states[number], tokens), RETURNED)
            found[number].append(np.asarray(log_probs, float))
    return [np.stack(log_probs) for log_probs in found]


def _challenge_parts():
    """Return the notebook's training, validation and held-out names as indices."""
    names = load_dinosaurs()
    vocabulary = Vocabulary.from_texts(names)
    parts = language_model.split(names, seed=10)
    return [[vocabulary.encode(name) for name in part] for part in parts]


TRAINING, VALIDATION, HELD_OUT = _challenge_parts()


_kept = []


def to_beat(step):
    """Keep the notebook's mixture of two models: the challenge is to beat it."""
    _kept[:] = [step]


def character_model(training, validation):
    """Return a step function: the notebook's mixture of two models, which is to be beaten."""
    if not _kept:
        raise Wrong("Run section 9 first: it hands over the mixture that is to be beaten.")
    return _kept[0]


def _on_validation(attempt):
    """Return the nats of each half of the validation names, with the other half given."""
    halves = VALIDATION[::2], VALIDATION[1::2]
    pairs = halves, halves[::-1]
    return language_model.nats(np.concatenate([_log_probs(attempt, *pair) for pair in pairs]))


@check.open_task(
    character_model,
    ours=1.62,
    of="nats per character, held-out names",
    hidden=("names", "held_out", "held_out_set"),
    choose=_on_validation,
)
def _(attempt, rng):
    names = [HELD_OUT[i] for i in rng.permutation(len(HELD_OUT))]
    return language_model.nats(_log_probs(attempt, VALIDATION, names))


def _log_probs(attempt, validation, names):
    parts = [[sequence.copy() for sequence in part] for part in (TRAINING, validation)]
    return attempt.then(partial(_scores, names=names))(*parts)[1]


def _scores(step, names):
    """Return the tokens of the names and their log-probabilities by a language model."""

    def watched(state, tokens):
        state, log_probs = unpack(_asked(step, state, tokens), RETURNED)
        log_probs = np.asarray(log_probs, float)
        if log_probs.shape != (len(tokens), 27):
            raise Wrong(f"log_probs should have the shape (m, 27); it is {log_probs.shape}.")
        if not np.abs(np.exp(log_probs).sum(axis=1) - 1).max() < 1e-3:
            raise Wrong("The probabilities of the next character should add up to 1.")
        return state, log_probs

    return np.concatenate(names), language_model.score(watched, names)
