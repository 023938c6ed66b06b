"""The checks of `week1/2_dinosaurus_island`.

Losses, gradients and clipping are held against TensorFlow, sampling against the softmax that it
should follow. Inputs are drawn fresh each time.
"""

from functools import partial

import numpy as np
from scipy.special import softmax

from utils.checks.answers import entries, same, unpack, whole_numbers
from utils.checks.attempts import copied
from utils.checks.draws import sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.oracles import gradients as differentiated
from utils.checks.oracles import tf
from utils.checks.wrong import Wrong, off
from utils.models import language_model, recurrent
from utils.text import END, one_hot

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


def _each(function, arrays):
    return {name: function(array) for name, array in arrays.items()}


def _gradients(rng):
    """Yield gradients of which the largest number is 1, for sizes that differ, and for size 1."""
    for n_x, n_a in sizes_and_ones(2):
        drawn = {f"d{name}": array for name, array in _parameters(n_x, n_a, rng).items()}
        drawn["dWax"][0, 0] = -1
        yield drawn
    yield {"dw": np.array([-0.6, 1.0])}


def _norm(arrays):
    return np.sqrt(sum(np.sum(np.square(array)) for array in arrays.values()))


def _clipped(found):
    """Clip in a way of our own, for which all numbers of all arrays count."""
    factor = 0.5 / (0.1 + _norm(found))
    return _each(lambda g: np.multiply(g, factor), found)


def _stepped(parameters, found, rate=0.7):
    return {name: parameters[name] - rate * found[f"d{name}"] for name in parameters}


def _same_each(got, want, what, whole="The answer"):
    """Hold each array of a dictionary, `whole`, against the right one."""
    for name, value in zip(want, entries(got, ", ".join(want), whole), strict=True):
        same(f"{name}{what}", value, want[name], f"the shape of {name.removeprefix('d')}", FLOAT32)


# Exercise 1
def encode(name, characters):
    """Return the indices of the characters of a name, and of the end token after them."""
    return [characters.index(character) for character in name] + [END]


INDEX = "characters.index(character)"
ALL = f"{INDEX} for character in name"
AFTER_EACH = "an end token stands after every character. One at the end is enough."
LOOK_UP = "Look each character up in `characters`."
KEEP = "Keep the order of the name."
ALPHABETS = {"\n": "zwtqnkhe", ".": "ÆØÅæøåé", "#": "ωψχφυτσ", "|": "龍恐竜角三"}


@check.exercise(
    encode,
    {
        " + [END] =>": "the end token is missing. After the name comes index 0.",
        f"[{ALL}] + [END] => [END] + [{ALL}]": "the end token stands first. It comes last.",
        f"[{ALL} => [END] + [{ALL}": "the end token stands in front, too. Once is right.",
        f"=> return [i for character in name for i in ({INDEX}, END)]": AFTER_EACH,
        "[END] => [END, END]": "the end token comes twice. Once is enough.",
        f"{INDEX} => {INDEX} + 1": "all indices are one too large. The end token has index 0.",
        f"{INDEX} => {INDEX} - 1": "all indices are one too small. The end token has index 0.",
        "[END] => [len(characters) - 1]": "the end token is the last index; it should be 0.",
        "[END] => [len(characters)]": "the end token has an index that no character has.",
        "[END] => [-1]": "the end token is -1; it should be 0.",
        '[END] => [characters.index("\\n")]': 'not every end token is "\\n". Its index is END.',
        "in name] => in sorted(name)]": f"the characters are sorted. {KEEP}",
        f"[{ALL}] => sorted({ALL})": f"the indices are sorted. {KEEP}",
        "in name] => in name[::-1]]": f"the indices stand in reverse order. {KEEP}",
        "in name] => in dict.fromkeys(name)]": "a character that comes twice is there only once.",
        "in name] => in name.lower()]": "The name is put in small letters. Take it as it is.",
        "characters.index( => name.index(": f"these are places in the name. {LOOK_UP}",
        "characters.index( => sorted(characters).index(": "`characters` is sorted. Do not sort it.",
        f"{INDEX} => ord(character) - 96": f"these are places in the alphabet. {LOOK_UP}",
        f"{INDEX} => ord(character) - 97": f"these are places in the alphabet, from 0. {LOOK_UP}",
    },
)
def _(attempt):
    for end, letters in ALPHABETS.items():
        characters = [end, *letters]  # not in the order of the alphabet
        a, b, c, d = np.random.default_rng().permutation(list(letters))[:4].tolist()
        for name in (a + b + c + d + b, a, letters, ""):
            want = [letters.index(character) + 1 for character in name] + [END]
            same(f"encode({name!r}, {characters})", attempt(name, characters), want)
    return "A name becomes its indices, in any alphabet, and 0 ends it."


# Exercise 2
def masked_loss(logits, y, mask):
    """Return the cross-entropy, summed over a name, averaged over names, and its gradient."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = exponentials / exponentials.sum(axis=-1, keepdims=True)
    targets = one_hot(y, logits.shape[-1])
    loss = -np.sum(np.log((p * targets).sum(axis=-1)) * mask) / len(y)
    return loss, (p - targets) * mask[..., None] / len(y)


BY_NAMES = "Divide by the number of names, len(y)."
LARGEST = "logits - logits.max(axis=-1, keepdims=True)"
SUM = "exponentials.sum(axis=-1, keepdims=True)"
OVERFLOW = "For large logits np.exp overflows. Subtract the largest logit first."
UNDERFLOW = "For very negative logits np.exp is 0, and 0 / 0 nan. Subtract the largest logit."
BINARY = "it is a binary cross-entropy. Only the right character's probability counts."
TARGETS = "if the target is subtracted where the mask is 0, too."
DIVISORS = {
    "": "if it is not divided by the number of names, len(y).",
    " / mask.sum()": f"it is divided by the number of characters that count. {BY_NAMES}",
    " / y.shape[1]": f"it is divided by T_x. {BY_NAMES}",
    " / logits.size": f"it is averaged over all numbers. {BY_NAMES}",
    " / y.size": f"it is averaged over every place, divided by m * T_x. {BY_NAMES}",
}
OVER = {"0": "the batch", "1": "the time axis", "(0, 1, 2)": "the whole array"}
LEVELS = {"": 0, " for logits near 1000": 1000, " for logits near -1000": -1000}


@check.exercise(
    masked_loss,
    {
        f"{factor} / len(y) => {factor}{divisor}": says
        for factor in ("* mask)", "None]")
        for divisor, says in DIVISORS.items()
    }
    | {
        f"{SUM} => {SUM.replace('-1', axis)}": f"softmax sums over {over}, not the last axis."
        for axis, over in OVER.items()
    }
    | {
        "axis=-1)) * mask) => axis=-1)))": "if the mask is left out.",
        " * mask[..., None] =>": "if the mask is left out.",
        ("* mask) => * (y != END))", "* mask[ => * (y != END)["): "the end token counts, too.",
        "* mask) => * ~mask)": "the mask is inverted: only padding counts.",
        "* mask) / => * mask, axis=1) /": "Sum over all names, too: the loss is one number.",
        "* mask) => * mask / mask.sum(axis=1)[:, None])": "it is a mean over a name's characters.",
        "np.log( => np.log2(": "the logarithm has base 2. Use np.log.",
        "np.log( => np.log10(": "the logarithm has base 10. Use np.log.",
        "np.log( => (": "the logarithm is missing.",
        "(p * targets).sum(axis=-1) => np.abs(1 - targets - p)).sum(axis=-1": BINARY,
        f" / {SUM} =>": "softmax is not divided by the sum of the exponentials.",
        (f"{LARGEST} => logits", f"{SUM} => (1 + exponentials)"): "with a sigmoid for the softmax.",
        f"{LARGEST} => logits": OVERFLOW,
        f"{LARGEST} => np.clip(logits, -500, 500)": "This changes softmax. Subtract the largest.",
        "logits.max( => logits.mean(": "Here the mean is subtracted. It should be the largest.",
        f"{LARGEST} => logits - (logits.max() > 100) * logits.max()": UNDERFLOW,
        "logits.shape[-1] => 27": N_X,
        "(p - targets) => p": "if the target is not subtracted.",
        "(p - targets) => (p - targets) * targets": "only the right character has a gradient.",
        "(p - targets) => (logits - targets)": "with logits in place of softmax(logits).",
        "(p - targets) * mask[..., None] => (p * mask[..., None] - targets)": TARGETS,
        "mask[..., None] => mask": "Here `mask` lacks an axis: mask[..., None] is (m, T_x, 1).",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T, n in sizes_and_ones(3, FEW):
        _, y, mask = _batch(m, T, n, rng)
        drawn = rng.integers(-128, 129, (m, T, n)) / 64  # adding 1000 rounds nothing, in float32

        def scalar(v, y=y, mask=mask):
            steps = tf.nn.sparse_softmax_cross_entropy_with_logits(y, v["logits"])
            return tf.reduce_sum(steps * mask) / len(y)

        ends = {" for logits near ±1000": 2000.0 * one_hot(y, n) - 1000}
        for which, level in (LEVELS | ends if 1 not in (m, T, n) else {"": 0}).items():
            logits = drawn + level
            loss, dlogits = unpack(attempt(logits, y, mask), "loss, dlogits")
            same(f"The loss{which}", loss, scalar({"logits": tf.constant(logits)}), "", FLOAT32)
            want = differentiated(scalar, {"logits": logits})["dlogits"]
            same(f"dlogits{which}", dlogits, want, "(m, T_x, n_x)", FLOAT32)
    return "Loss and gradient equal TensorFlow's, and padding counts for nothing."


# Exercise 3
def clip_by_value(gradients, limit):
    """Return the gradients with every number held between -limit and limit."""
    return {name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()}


CLIP = "np.clip(gradient, -limit, limit)"
BECAME_0 = "numbers from the limit on became 0. They should become the limit."
AS_A_WHOLE = "it is scaled as a whole; here each number is cut off by itself."
BY_ARRAY = "it is scaled as a whole, array by array; here each number is cut off by itself."


@check.exercise(
    clip_by_value,
    {
        f"{CLIP} => {new}": says
        for new, says in {
            "np.minimum(gradient, limit)": "only positive numbers are cut off. Use -limit, too.",
            "np.maximum(gradient, -limit)": "only negative numbers are cut off. Use limit, too.",
            "gradient": "nothing is cut off.",
            "limit * np.sign(gradient)": "every number becomes the limit. Keep small ones.",
            "np.clip(np.abs(gradient), 0, limit)": "negative numbers have lost their sign.",
            "np.clip(gradient, 0, limit)": "negative numbers became 0. The lower end is -limit.",
            "np.clip(gradient, limit, -limit)": "every number is -limit. Begin with the lower end.",
            "gradient * limit / max(np.abs(g).max() for g in gradients.values())": AS_A_WHOLE,
            "gradient * limit / np.abs(gradient).max()": BY_ARRAY,
            "gradient * min(limit, np.abs(gradient).max()) / np.abs(gradient).max()": BY_ARRAY,
            "gradient * min(1, limit / np.linalg.norm(gradient))": BY_ARRAY,
            "np.where(abs(gradient) > limit, limit, gradient)": "those below -limit became limit.",
            "gradient * (np.abs(gradient) <= limit)": BECAME_0,
            "gradient * (np.abs(gradient) < limit)": BECAME_0,
            "np.clip(gradient, -1, 1) * limit": "small numbers are scaled up. Keep them.",
            "np.clip(gradient, -10, 10)": "the limit is always 10. Use the argument `limit`.",
        }.items()
    }
    | {
        f"=> for name, gradient in gradients.items():\n    return {{name: {CLIP}}}": ONE_ARRAY,
        f"in gradients.items() => in [(k, gradients[k]) for k in {FIVE}]": OUR_NAMES,
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for drawn in _gradients(rng):
        for most in (5, 1, 0.999, 0):  # 1: the largest is at the limit
            limit = rng.uniform(3, 4.5)
            given = _each(lambda g, most=most * limit: g * most, drawn)
            want = _each(lambda g, limit=limit: tf.clip_by_value(g, -limit, limit), given)
            _same_each(attempt(given, limit), want, f", clipped at {limit:.4g},")
    return "Every number stays between -limit and limit."


# Exercise 4
def clip_by_norm(gradients, limit):
    """Return the gradients, scaled down together if their common norm exceeds the limit."""
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values()))
    scale = min(1.0, limit / norm)
    return {name: gradient * scale for name, gradient in gradients.items()}


SQUARES = "np.sqrt(sum(np.sum(gradient**2)"
ROOT = "Take the square root of the sum of squares."
FIXED = "the limit is always 5. Use the argument `limit`."
NOTHING = "nothing is scaled, though the norm is above the limit."
ZEROS = "If all gradients are zero, it divides by zero. Zeros should stay zeros."
MEAN_SQUARES = "the norm holds the mean of the squares. Take their sum."
OWN_NORM = "each array is scaled by its own norm. Take one of all, so that the direction stays."


@check.exercise(
    clip_by_norm,
    {
        "* scale for => * min(1, limit / np.linalg.norm(gradient)) for": OWN_NORM,
        "* scale for => * limit / np.linalg.norm(gradient) for": OWN_NORM,
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
        "min(1.0, limit / norm) => limit / norm": "small gradients are scaled up. Leave them.",
        "limit / norm => 1 / norm": "all is scaled to norm 1. The new norm should be the limit.",
        "limit / norm => 5 / norm": FIXED,
        "min(1.0, limit / norm) => limit / norm if norm > 5 else 1": FIXED,
        "min(1.0, => max(1.0,": NOTHING,
        "min(1.0, limit / norm) => 1 if norm > limit else limit / norm": NOTHING,
        "min(1.0, limit / norm) => max(1.0, norm / limit)": "it is multiplied by norm / limit.",
        "gradient * scale => np.clip(gradient, -limit, limit)": "each number is cut off by itself.",
        "limit / norm => limit / float(norm)": ZEROS,
        "gradient * scale => gradient * min(limit, norm) / norm": ZEROS,
        "return {name: gradient * scale for name, gradient in gradients.items()} =>"
        " for k, gradient in gradients.items():\n        return {k: gradient * scale}": ONE_ARRAY,
        f"gradients.values())) => [gradients[name] for name in {FIVE}]))": OUR_NAMES,
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for drawn in _gradients(rng):
        for norm in (30, 1.5, 1, 0.999, 0.01, 0):  # in limits
            limit = rng.uniform(1.5, 4)
            factor = norm * limit / _norm(drawn)
            given = _each(lambda g, factor=factor: g * factor, drawn)
            scaled, _ = tf.clip_by_global_norm([*map(tf.constant, given.values())], limit)
            what = f", of norm {norm * limit:.4g} in all, limit {limit:.4g},"
            _same_each(attempt(given, limit), dict(zip(given, scaled, strict=True)), what)
    return "All are scaled by one number, and only if their norm exceeds the limit."


# Exercise 5
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
CLIPPED = f"    gradients = {GIVEN}\n"
OF_THREE = CLIPPED.replace("in parameters", 'in ("Wax", "Waa", "ba")')
UPDATED = "optimizer(parameters, gradients)"
LOGITS = '["Wya"] + parameters["by"], '
DBY = "dlogits.sum(axis=(0, 1))"
OVER_BOTH = "Sum dby over batch and time: axis=(0, 1)."
FIVE_ALONE = "Give it the five gradients alone: the others would count in the norm."
NO_CLIP = "the gradients are not clipped. Call `clip` with the five, and use what it gives."
BEFORE = "this is the loss after the step. Return the one before it."
THREE_ONLY = "`clip` does not get dWya and dby. Give it the gradients of all five."
SLOPE = "if the slope of tanh enters twice. rnn_backward takes care of it."


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
        f"return loss, {UPDATED} => new = {UPDATED}\n"
        "    a, _ = recurrent.rnn_forward(one_hot(x, n_x), a0, new)\n"
        '    return masked_loss(a @ new["Wya"] + new["by"], y, mask)[0], new': BEFORE,
        f"{GIVEN} => clip(gradients)": f"`clip` gets dx, da0 too. {FIVE_ALONE}",
        "clip({ => ({": NO_CLIP,
        "gradients = clip( => clip(": NO_CLIP,
        f"{CLIPPED} => {CLIPPED * 2}": "if the gradients are clipped twice.",
        (f"{CLIPPED} =>", f'    gradients["dWya"] => {OF_THREE}    gradients["dWya"]'): THREE_ONLY,
        f"{UPDATED} => parameters": "`optimizer` is not called. Return what it gives.",
        f"{UPDATED} => optimizer(gradients, parameters)": "`optimizer` takes the parameters first.",
        f"{UPDATED} => optimizer({UPDATED}, gradients)": "if the optimizer is called twice.",
        f"{DBY} => dlogits.sum(axis=0)": OVER_BOTH,
        f"{DBY} => dlogits.sum(axis=1)": OVER_BOTH,
        f"{DBY} => np.zeros(n_x)": f"it is zero. {OVER_BOTH}",
        "np.tensordot(a, dlogits, => np.tensordot(dlogits, a,": "The gradient dWya is transposed.",
        "(a, dlogits, axes=([0, 1], [0, 1])) => (a, dlogits)": "Sum dWya over batch and time.",
        '["Wya"].T, cache => ["Wya"].T * (1 - a**2), cache': SLOPE,
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T, n_x, n_a in sizes_and_ones(4, FEW):
        batch, p = _batch(m, T, n_x, rng), _parameters(n_x, n_a, rng)
        seen, updates = [], []
        clip, optimizer = _noted(_clipped, seen), _noted(_stepped, updates)
        answer = attempt(*batch, p, optimizer, clip)
        loss, new = unpack(answer, "loss, parameters")
        same("The loss", loss, _batch_loss(batch, _each(tf.constant, p)), "", FLOAT32)
        for name, calls in {"clip": seen, "optimizer": updates}.items():
            if len(calls) != 1:
                raise off("The step", answer, f"`{name}` is called {len(calls)} times, not once.")
        found = differentiated(lambda v, batch=batch: _batch_loss(batch, v), p)
        _same_each(seen[0], found, ", as clip gets it,", "What clip gets")
        if extra := [str(name) for name in seen[0] if name not in found]:
            raise off("The step", answer, f"`clip` gets {', '.join(extra)} too. {FIVE_ALONE}")
        _same_each(new, _stepped(p, _clipped(found)), " after the step", "parameters")
    return "Loss and all five new parameters equal those from automatic differentiation."


def _noted(function, calls):
    """Return the function, which also notes the last of its arguments."""
    return lambda *given: calls.append(given[-1]) or function(*given)


def _batch_loss(batch, v):
    """Return the loss of a batch in TensorFlow; v holds the parameters."""
    x, y, mask = batch
    a, steps = tf.zeros((len(x), len(v["ba"])), tf.float64), []
    for t in range(x.shape[1]):
        a = tf.tanh(tf.gather(v["Wax"], x[:, t]) + a @ v["Waa"] + v["ba"])
        steps.append(a @ v["Wya"] + v["by"])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, tf.stack(steps, axis=1))
    return tf.reduce_sum(losses * mask) / len(x)


# Exercise 6
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
KEPT = "losses.append(np.mean(epoch))\n"
BEGIN, LOSSES = "epoch = [] => epoch, ", "losses = [] => losses, "
BATCHES = "language_model.batches(sequences, size, rng)"
BEST = "        p0 = parameters if losses[-1] == min(losses) else p0\n"
SO_FAR = "each entry is the mean over all epochs so far. Begin a new list in each epoch."
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
        f"{MEAN} => epoch[0]": "it is the loss of the first batch alone. Take the mean over all.",
        f"{MEAN} => loss": "it is the loss of the last batch alone. Take the mean over all.",
        f"{MEAN} => sum(epoch) / len(sequences)": "it is divided by the number of names.",
        ("append(loss) => append(loss * len(x))", f"{MEAN} => sum(epoch) / len(sequences)"): PLAIN,
        (f"{LOSSES}epoch = [], []", "        epoch = []\n =>"): SO_FAR,
        "optimizer, clip) => optimizer, dict)": "`clip` is not handed to optimization_step.",
        "return parameters, losses => return losses, parameters": "First come the parameters.",
        (f"{LOSSES}p0 = [], parameters", "return parameters => return p0"): OLD,
        (f"{BEGIN}p0 = [], parameters", "return parameters => return p0"): OLD,
        ("loss, p => p0 = parameters\n            loss, p", "n parameters => n p0"): OLD,
        (f"{KEPT} => {KEPT}{BEST}", "return parameters => return p0"): OLD,
    }
    | {
        f"{KEPT} => {KEPT}        if losses[1:] and losses[-1] {so}:\n            break\n": STOPS
        for so in ("< 0.5", "< losses[-2]", "> losses[-2]", "== losses[-2]")
    },
)
def _(attempt):
    rng = np.random.default_rng()
    # The loss falls, rises, falls far, stays; then one of all, a batch that is not full, no epoch.
    cases = [(7, 2, 3, 0.5), (3, 7, 2, -0.5), (1, 12, 1, 3.0), (3, 7, 3, 0.0)]
    for count, epochs, size, rate in [*cases, (1, 1, 1, 0.5), (3, 2, 7, 0.5), (2, 0, 1, 0.5)]:
        lengths = (1, 2, 3, 2, 1, 2, 3)[:count]
        sequences = [np.array([*rng.integers(1, 6, length), END]) for length in lengths]
        p, given, optimizer = _parameters(6, 3, rng), copied(rng), partial(_stepped, rate=rate)
        before, want, right = rng.bit_generator.state, np.zeros(epochs), p
        for epoch in range(epochs):
            made = list(language_model.batches(sequences, size, rng))
            for batch in made:
                loss, right = optimization_step(*batch, right, optimizer, _clipped)
                want[epoch] += loss / len(made)
        answer = attempt(sequences, p, optimizer, _clipped, epochs, size, given)
        if given.bit_generator.state == before != rng.bit_generator.state:
            raise Wrong(NO_RNG)
        trained, losses = unpack(answer, "parameters, losses")
        same("losses", losses, want, "one for each epoch", FLOAT32)
        _same_each(trained, right, " after training", "parameters")
        if given.bit_generator.state != rng.bit_generator.state:
            raise Wrong(FOR_BATCHES)
    return "All epochs, each starting where the last one ended, whether the loss falls or rises."


# Exercise 7
def sample(parameters, temperature, rng, max_length=40):
    """Return the indices of one name, drawn a character at a time, without the end token."""
    n_x, n_a = parameters["Wax"].shape
    a, index, indices = np.zeros((1, n_a)), END, []
    while len(indices) < max_length:
        a, _ = recurrent.rnn_cell_forward(one_hot([index], n_x), a, parameters)
        z = (a @ parameters["Wya"] + parameters["by"])[0].astype("float64") / temperature
        exponentials = np.exp(z - z.max())
        index = int(rng.choice(n_x, p=exponentials / exponentials.sum()))
        if index == END:
            break
        indices.append(index)
    return indices


FED = "one_hot([index], n_x)"
DRAWN = "rng.choice(n_x, p=exponentials / exponentials.sum())"
EXP = "np.exp(z - z.max())"
STOP = "        if index == END:\n            break\n"
COLLECTED = "        indices.append(index)\n"
EMPTY = "The name is empty. Does the loop begin, though index is END? Is what was drawn collected?"
LIKELIEST = "The likeliest character is always taken. Draw by probability, with `rng`."
TWICE = "softmax is taken twice: divide the logits by the temperature, not the probabilities."
UNSEEN = "The network does not see what was drawn. Feed each drawn index back."
FED_BACK = "index = int( => p = exponentials[None] / exponentials.sum()\n        index = int("
NOT_DRAWN = "The probabilities are fed back. Feed the index that was drawn."
FIRST = "The first input should be the end token: one_hot([END], n_x)."
FIRST_TOO = "The first input is part of the name. Collect what was drawn."
END_TOO = "The end token is part of the name. Leave it out."
GOES_ON = "It goes on after the end token, index 0. Stop there."
NO_LIMIT = "`max_length` is not used. Stop when the name has max_length characters."
UNUSED = "`rng` is not used. Draw with it, as in rng.choice, not with np.random."


@check.exercise(
    sample,
    {
        "len(indices) < max_length => index != END": EMPTY,
        f"{COLLECTED} =>": EMPTY,
        " / temperature =>": "the temperature is not used. Divide the logits by it.",
        "/ temperature => * temperature": "the temperature multiplies. Divide the logits by it.",
        f"{EXP} => np.exp(softmax(z * temperature) / temperature)": TWICE,
        f"{DRAWN} => exponentials.argmax()": LIKELIEST,
        f"{DRAWN} => rng.choice(n_x)": "all characters are equally likely. Draw by probability.",
        "rng.choice => np.random.choice": UNUSED,
        ' + parameters["by"] =>': "if by is left out.",
        f"{EXP} => np.exp(z)": OVERFLOW,
        "z.max() => z.mean()": OVERFLOW,
        "z.max() => max(z.max(), 0)": UNDERFLOW,
        f"{FED}, a, => {FED}, 0 * a,": "Each step starts from the zero state. Hand on the new one.",
        "np.zeros( => np.ones(": "The state before the first step should be zeros.",
        f"{FED} => one_hot([END], n_x)": UNSEEN,
        f"{FED} => np.zeros((1, n_x))": UNSEEN,
        (f"{FED} => p", "END, [] => END, []\n    p = one_hot([END], n_x)", FED_BACK): NOT_DRAWN,
        f"{FED} => one_hot([index], 27)": N_X,
        "choice(n_x => choice(27": N_X,
        f"{FED} => {FED} * (len(indices) > 0)": FIRST,
        "END, [] => 1, []": FIRST,
        "END, [] => END, [END]": FIRST_TOO,
        "return indices => return [END] + indices": FIRST_TOO,
        "return indices => return indices + [END]": END_TOO,
        f"{STOP}{COLLECTED} => {COLLECTED}{STOP}": END_TOO,
        f"{STOP} =>": GOES_ON,
        "            break =>             continue": GOES_ON,
        "len(indices) < max_length => True": NO_LIMIT,
        "< max_length => < 40": NO_LIMIT,
        "< max_length => < min(50, max_length)": "A name may have more than 50 characters.",
        "< max_length => <= max_length": "the name is one longer than max_length.",
        "< max_length => < max_length - 1": "the name is one shorter than max_length.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    one, two, long = (rng.permutation(np.arange(1, n)).tolist() for n in (7, 7, 60))
    p = {"Wax": 10 * np.eye(5), "Waa": np.zeros((5, 5)), "Wya": np.zeros((5, 5)), "ba": np.zeros(5)}
    p["Wya"][[0, 0, 1, 2, 3, 4], [1, 2, 3, 4, 0, 0]] = 60  # it draws 1, 3 or 2, 4
    fork = p | {"by": np.zeros(5)}, [[1, 3], [2, 4]], 4
    _draw_the_only_names(attempt, rng, [*[fork] * 8, (*_chain(one), 11), (*_chain(two), 3)])
    ends, _ = _chain(one, by=500 * np.eye(7)[END])
    tries = [(*_chain(one, weight=6000.0), 11), (*_chain(one, by=-6000.0), 11)]
    tries += [(*_chain(long), 55), (*_chain(two), 1), (ends, [[]], 11)]
    _draw_the_only_names(attempt, rng, tries)
    for temperature in (0.5, 2.0):
        _draws_by_probability(attempt, temperature, rng)
    return "It follows the softmax at two temperatures, and stops at the end token."


class _Finite(dict):
    """Parameters that stop a loop without end; in float32, as the notebook has them."""

    def __init__(self, parameters):
        super().__init__(_each(np.float32, parameters))
        self.left = 2000

    def __getitem__(self, name):
        self.left -= 1
        if self.left < 0:
            raise Wrong("The loop goes on too long. Leave it at END, and at max_length.")
        return super().__getitem__(name)


def _chain(order, weight=60.0, by=0.0):
    """Return a network that can draw one name alone, and that name; without an input, order[3].

    The name is `order`, with the first once more in the third place, so that a state is needed.
    """
    n_x = len(order) + 1
    Wya = np.zeros((2 * n_x, n_x))
    Wya[[END, *order], [*order[:2], order[0], *order[3:], END]] = weight
    Wya[n_x + order[1], order[2]] = 2 * weight
    p = {"Wax": 10 * np.eye(n_x, 2 * n_x), "Waa": 10 * np.eye(2 * n_x, k=n_x), "Wya": Wya}
    p |= {"ba": np.zeros(2 * n_x), "by": np.eye(n_x)[order[3]] * weight / 2 + by}
    return p, [[*order[:2], order[0], *order[2:]]]


def _draw_the_only_names(attempt, rng, tries):
    """Hold names against the only ones that the networks can draw."""
    names = [attempt(_Finite(network), 1.0, rng, longest) for network, _, longest in tries]
    for name, (_, whole, longest) in zip(names, tries, strict=True):
        what = f"The name, with max_length = {longest},"
        if whole_numbers(what, name) not in [one[:longest] for one in whole]:
            same(what, name, whole[0][:longest])


def _draws_by_probability(attempt, temperature, rng):
    """Hold 400 draws against the softmax; a right answer fails once in some million times."""
    order = rng.permutation(5)
    states, by = np.array([3.0, -1, 1, 2, 0])[order], np.array([0.0, 3, 0, -2, -1])[order]
    states, by = np.array([0, *states]), np.array([-1.5, *by])
    parameters = _each(np.zeros_like, _parameters(6, 5, rng)) | {"ba": np.ones(5), "by": by}
    parameters["Wya"] += states / np.tanh(1) / 5
    before, drawn = rng.bit_generator.state, []
    while len(drawn) < 400:  # a name of up to 38 was ended by 0
        name = whole_numbers("The name", attempt(_Finite(parameters), temperature, rng, 39))
        drawn += name + [END] * (len(name) < 39)
    if rng.bit_generator.state == before:
        raise off("The name", None, UNUSED)
    shares = np.bincount(np.clip(drawn, 0, 5), minlength=6) / len(drawn)
    if np.abs(shares - softmax((states + by) / temperature)).sum() / 2 > 0.14:
        what = f"At temperature {temperature} the name"
        raise off(what, None, "The draws do not follow softmax(logits / temperature).")
