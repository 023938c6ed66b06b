"""The checks of `week1/2_dinosaurus_island`.

Losses, gradients and clipping are held against TensorFlow, sampling against the softmax that it
should follow. Inputs are drawn fresh each time.
"""

import contextlib
from itertools import count

import numpy as np

from utils.checks import Checks, Wrong, entries, same, shape_of, unpack
from utils.checks.oracles import gradients, tf
from utils.models import recurrent
from utils.models.language_model import batches
from utils.text import END, one_hot

check = Checks()

NAMES = ("Wax", "Waa", "ba", "Wya", "by")

TOO_LONG = (
    "The loop goes on too long. Leave it at the end token, index 0, and when the name has "
    "max_length characters."
)


# Our own versions: the notebook goes on with them where an exercise was not attempted.


def encode(name, characters):
    """Return the indices of the characters of a name, and of the end token after them."""
    return [characters.index(character) for character in name] + [END]


def masked_loss(logits, y, mask):
    """Return the cross-entropy, summed over a name, averaged over names, and its gradient."""
    probabilities = _softmax(logits)
    targets = np.eye(logits.shape[-1], dtype=logits.dtype)[y]
    loss = -np.sum(mask * np.log(np.sum(targets * probabilities, axis=-1))) / len(y)
    return loss, mask[..., None] * (probabilities - targets) / len(y)


def clip_by_value(gradients, limit):
    """Return the gradients with every number held between -limit and limit."""
    return {name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()}


def clip_by_norm(gradients, limit):
    """Return the gradients, scaled down together if their common norm exceeds the limit."""
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values()))
    scale = min(1.0, limit / norm)
    return {name: gradient * scale for name, gradient in gradients.items()}


def optimization_step(x, y, mask, parameters, optimizer, clip):
    """Return the loss of a batch, and the parameters after one step."""
    n_x, n_a = parameters["Wax"].shape
    a0 = np.zeros((len(x), n_a), parameters["Wax"].dtype)
    a, cache = recurrent.rnn_forward(one_hot(x, n_x), a0, parameters)
    loss, dlogits = masked_loss(a @ parameters["Wya"] + parameters["by"], y, mask)
    found = recurrent.rnn_backward(dlogits @ parameters["Wya"].T, cache)
    found["dWya"] = np.tensordot(a, dlogits, axes=([0, 1], [0, 1]))
    found["dby"] = dlogits.sum(axis=(0, 1))
    return loss, optimizer(parameters, clip({f"d{name}": found[f"d{name}"] for name in parameters}))


def train(sequences, parameters, optimizer, clip, epochs, size, rng):
    """Return the trained parameters, and the mean loss of each epoch."""
    losses = []
    for _ in range(epochs):
        epoch = []
        for x, y, mask in batches(sequences, size, rng):
            loss, parameters = optimization_step(x, y, mask, parameters, optimizer, clip)
            epoch.append(loss)
        losses.append(np.mean(epoch))
    return parameters, losses


def sample(parameters, temperature, rng, max_length=40):
    """Return the indices of one name, drawn a character at a time, without the end token."""
    n_x, n_a = parameters["Wax"].shape
    a, index, indices = np.zeros((1, n_a)), END, []
    while len(indices) < max_length:
        x = one_hot([index], n_x)
        a, _ = recurrent.rnn_cell_forward(x, a, parameters)
        logits = (a @ parameters["Wya"] + parameters["by"])[0]
        index = int(rng.choice(n_x, p=_softmax(logits / temperature)))
        if index == END:
            break
        indices.append(index)
    return indices


# What the graders draw and compute.


def _softmax(z):
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _parameters(n_x, n_a, rng):
    shapes = {"Wax": (n_x, n_a), "Waa": (n_a, n_a), "ba": n_a, "Wya": (n_a, n_x), "by": n_x}
    return {name: rng.uniform(-1, 1, shape) for name, shape in shapes.items()}


def _batch(rng, m=3, T=5, n_x=7):
    """Draw x, y and a mask with lengths that differ."""
    lengths = rng.permutation(np.arange(T - m + 1, T + 1))
    mask = np.arange(T) < lengths[:, None]
    y = np.where(mask, rng.integers(1, n_x, (m, T)), END)
    x = np.concatenate([np.full((m, 1), END), y[:, :-1]], axis=1)
    return x, y, mask


def _draw_gradients(rng):
    """Draw large and small numbers of both signs in each array."""
    shapes = {"dWax": (3, 4), "dWaa": (4, 4), "dba": (4,)}
    return {
        name: np.resize([16.0, 4.0, -16.0, -4.0], shape) * rng.uniform(0.7, 1.3, shape)
        for name, shape in shapes.items()
    }


def _each(function, arrays):
    return {name: function(array) for name, array in arrays.items()}


def _same_dictionaries(got, want, mistakes, tolerance=1e-6, what="The answer"):
    for name, value in zip(want, entries(got, ", ".join(want), what), strict=True):
        suspects = {text: values[name] for text, values in mistakes.items()}
        same(name, value, want[name], f"the shape of {name[1:]}", suspects, tolerance)


def _indices(got):
    """Return a list of whole numbers, or say that the answer should be one."""
    flat, fault = None, f"yours is of type {type(got).__name__}"
    if isinstance(got, list | tuple | np.ndarray):
        fault = "yours is not flat"
        with contextlib.suppress(ValueError):  # rows of different lengths
            flat = np.asarray(got)
    if flat is not None and flat.ndim == 1:
        if not flat.size or flat.dtype.kind in "iu":
            return flat.tolist()
        fault = "yours holds text" if flat.dtype.kind in "US" else "yours holds other things"
    raise Wrong(
        f"The answer should be a flat list of whole numbers, one for each character; {fault}."
    )


# The graders.


@check.exercise(encode)
def _(attempt):
    characters = ["\n", *"hgfedcba"]  # not in the order of the alphabet
    a, b, c, d = np.random.default_rng().permutation(characters[1:])[:4].tolist()
    name = a + b + c + d + b  # never sorted
    want = [characters.index(character) for character in name]
    got = _indices(attempt(name, characters))
    mistakes = {
        "the end token is missing. After the name comes index 0.": want,
        "the end token stands first. It comes after the name.": [END, *want],
        "an end token stands after every character. One at the end is enough.": [
            index for one in want for index in (one, END)
        ],
        "all indices are one too small. `characters` begins with the end token, at index 0.": [
            *(index - 1 for index in want),
            END,
        ],
        "the end token is the last index of the vocabulary; it should be 0.": [
            *want,
            len(characters) - 1,
        ],
        "the end token has an index that no character has; it should be 0.": [
            *want,
            len(characters),
        ],
        "the end token is -1; it should be 0.": [*want, -1],
        "the indices are sorted. Keep the order of the name.": [*sorted(want), END],
        "the characters are sorted. Keep the order of the name.": [
            *sorted(want, reverse=True),
            END,
        ],
        "the indices stand in reverse order.": [*want[::-1], END],
        "a character that comes twice is there only once.": [*dict.fromkeys(want), END],
        "these are places in the name. Look each character up in `characters`.": [
            *(name.index(character) for character in name),
            END,
        ],
        "these are places in the alphabet. Look each character up in `characters`.": [
            *(ord(character) - ord("a") + 1 for character in name),
            END,
        ],
        "these are places in the alphabet, from 0. Look each character up in `characters`.": [
            *(ord(character) - ord("a") for character in name),
            END,
        ],
    }
    for text, indices in mistakes.items():
        if got == indices:
            raise Wrong(f"For {name!r}, {text}")
    if got != [*want, END]:
        raise Wrong(f"With characters = {characters}, {name!r} is {[*want, END]}; yours is {got}.")
    return "A name becomes its indices, and 0 ends it."


@check.exercise(masked_loss)
def _(attempt):
    rng = np.random.default_rng()
    m, T, n = 3, 5, 7
    _, y, mask = _batch(rng, m, T, n)
    logits = rng.uniform(-2, 2, (m, T, n))

    def scalar(v):
        steps = tf.nn.sparse_softmax_cross_entropy_with_logits(y, v["logits"])
        return tf.reduce_sum(steps * mask) / m

    want = float(scalar({"logits": tf.constant(logits)}))
    with np.errstate(all="ignore"):
        loss, dlogits = unpack(attempt(logits, y, mask), "loss, dlogits")
    if len(shape_of(loss) or ()):
        raise Wrong(
            f"The loss should be one number; yours has shape {loss.shape}. Sum over all names."
        )
    same("The loss", loss, want, "", _wrong_losses(logits, y, mask))
    right = gradients(scalar, {"logits": logits})["dlogits"]
    same("dlogits", dlogits, right, "(m, T_x, n_x)", _wrong_dlogits(logits, y, mask))
    with np.errstate(all="ignore"):
        large = unpack(attempt(logits + 1000, y, mask), "loss, dlogits")
    if not all(np.all(np.isfinite(part)) for part in large):
        raise Wrong(
            "For logits near 1000, np.exp overflows. Subtract the largest logit first; the softmax "
            "stays the same."
        )
    same("The loss for logits near 1000", large[0], want, tolerance=1e-3)
    same("dlogits for logits near 1000", large[1], right, tolerance=1e-3)
    return "Loss and gradient equal TensorFlow's, and padding counts for nothing."


def _wrong_losses(logits, y, mask):
    """Return the usual mistakes in the loss, and what each gives."""
    m, T, _ = logits.shape
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))

    def total(p, counts=mask):
        return -(np.log(_at(p, y)) * counts).sum()

    def divided(axis):
        return exponentials / exponentials.sum(axis=axis, keepdims=True)

    p, counted = divided(-1), total(divided(-1))
    axes = {"the time axis": 1, "the batch": 0, "the whole array": (0, 1, 2)}
    return {
        "the values match if the mask is left out.": total(p, 1) / m,
        "it is averaged over every place. Sum over a name's characters, and divide by the number "
        "of names, len(y).": counted / (m * T),
        "it is summed and not divided by the number of names, len(y).": counted,
        "it is divided by the number of characters that count. Divide by the number of names, "
        "len(y).": counted / mask.sum(),
        "it is divided by T_x. Divide by the number of names, len(y).": counted / T,
        "the mask is inverted: only padding counts.": total(p, ~mask) / m,
        "the minus sign is missing.": -counted / m,
        "the logarithm has base 2. Use np.log.": counted / m / np.log(2),
        "the logarithm has base 10. Use np.log.": counted / m / np.log(10),
        "the logarithm is missing.": -(_at(p, y) * mask).sum() / m,
        "softmax is not divided by the sum of the exponentials.": total(exponentials) / m,
    } | {
        f"softmax takes its sum over {name}. Take it over the last axis.": total(divided(axis)) / m
        for name, axis in axes.items()
    }


def _at(p, y):
    return np.take_along_axis(p, y[..., None], -1)[..., 0]


def _wrong_dlogits(logits, y, mask):
    """Return the usual mistakes in the gradient of the loss, and what each gives."""
    m, T, n = logits.shape
    p, targets, counts = _softmax(logits), np.eye(n)[y], mask[..., None]
    bare = p - targets
    return {
        "the values match if the mask is left out.": bare / m,
        "the values match if it is not divided by the number of names, len(y).": bare * counts,
        "the values match if the mask and the division by len(y) are left out.": bare,
        "the sign is wrong: it is softmax minus target.": -bare * counts / m,
        "the values match if the target is not subtracted.": p * counts / m,
        "it is divided by m * T_x. Divide by the number of names, len(y).": (
            bare * counts / (m * T)
        ),
        "it is divided by T_x. Divide by the number of names, len(y).": bare * counts / T,
        "it is divided by the number of characters that count. Divide by the number of names, "
        "len(y).": bare * counts / mask.sum(),
        "the values match with logits in place of softmax(logits).": (
            (logits - targets) * counts / m
        ),
        "the values match if the target is subtracted where the mask is 0, too.": (
            (p * counts - targets) / m
        ),
        "only the right character has a gradient; every character has one.": (
            bare * targets * counts / m
        ),
    }


@check.exercise(clip_by_value)
def _(attempt):
    limit, grads = 10.0, _draw_gradients(np.random.default_rng())

    def clipped(limit):
        return _each(lambda g: tf.clip_by_value(g, -limit, limit).numpy(), grads)

    largest = max(np.abs(g).max() for g in grads.values())
    mistakes = {
        "only large positive numbers are cut off. Hold the negative ones above -limit, too.": (
            _each(lambda g: np.minimum(g, limit), grads)
        ),
        "only large negative numbers are cut off. Hold the positive ones below limit, too.": (
            _each(lambda g: np.maximum(g, -limit), grads)
        ),
        "nothing is cut off.": grads,
        "every number becomes the limit. Keep small ones as they are.": (
            _each(lambda g: limit * np.sign(g), grads)
        ),
        "negative numbers have lost their sign.": (
            _each(lambda g: np.clip(np.abs(g), 0, limit), grads)
        ),
        "negative numbers became 0. The lower end is -limit.": (
            _each(lambda g: np.clip(g, 0, limit), grads)
        ),
        "every number is -limit. np.clip takes first the lower end, then the upper one.": (
            _each(lambda g: np.clip(g, limit, -limit), grads)
        ),
        "it is scaled as a whole, array by array; here each number is cut off by itself.": (
            _each(lambda g: g * min(1, limit / np.abs(g).max()), grads)
        ),
        "it is scaled as a whole; here each number is cut off by itself.": (
            _each(lambda g: g * limit / largest, grads)
        ),
        "numbers beyond the limit became 0. They should become the limit.": (
            _each(lambda g: np.where(np.abs(g) > limit, 0, g), grads)
        ),
        "negative numbers beyond -limit became limit. They should become -limit.": (
            _each(lambda g: np.where(np.abs(g) > limit, limit, g), grads)
        ),
    }
    _same_dictionaries(attempt(grads, limit), clipped(limit), mistakes)
    mistakes = {"the limit is always 10. Use the argument `limit`.": clipped(limit)}
    _same_dictionaries(attempt(grads, 7.0), clipped(7.0), mistakes)
    return "Every number stays between -limit and limit."


@check.exercise(clip_by_norm)
def _(attempt):
    limit, grads = 5.0, _draw_gradients(np.random.default_rng())
    scaled, norm = tf.clip_by_global_norm([tf.constant(g) for g in grads.values()], limit)
    norm, want = float(norm), dict(zip(grads, (g.numpy() for g in scaled), strict=True))
    norms = _each(np.linalg.norm, grads)
    numbers = np.concatenate([g.ravel() for g in grads.values()])

    def divided(by):
        return _each(lambda g: g * limit / by, grads)

    mistakes = {
        "each array is scaled by its own norm. Take one norm of all, so that the direction "
        "stays.": {name: g * limit / norms[name] for name, g in grads.items()},
        "the norm lacks its square root.": divided(norm**2),
        "the norm of the whole is taken as the sum of the arrays' norms. Add up the squares.": (
            divided(sum(norms.values()))
        ),
        "all is scaled to norm 1. The new norm should be the limit.": divided(limit * norm),
        "it is multiplied by norm / limit. Multiply by limit / norm.": divided(limit**2 / norm),
        "the norm is a sum of absolute values. Take the square root of the sum of squares.": (
            divided(np.abs(numbers).sum())
        ),
        "the largest number is taken as the norm. Take the square root of the sum of squares.": (
            divided(np.abs(numbers).max())
        ),
        "the norm holds the mean of the squares. Take their sum.": (
            divided(norm / np.sqrt(numbers.size))
        ),
        "the norm is that of the last array alone. Take one norm of all.": divided(norms["dba"]),
        "each number is cut off by itself; here all are scaled together.": (
            _each(lambda g: np.clip(g, -limit, limit), grads)
        ),
        "nothing is scaled, though the norm is above the limit.": grads,
    }
    _same_dictionaries(attempt(grads, limit), want, mistakes)
    mistakes = {
        "small gradients are scaled up. Leave them as they are if their norm is below the limit.": (
            _each(lambda g: g * 2, grads)
        ),
        "the limit is always 5. Use the argument `limit`.": want,
    }
    _same_dictionaries(attempt(grads, 2 * norm), grads, mistakes)
    return "All are scaled by one number, and only if their norm exceeds the limit."


@check.exercise(optimization_step)
def _(attempt):
    n_x, n_a, rng = 7, 4, np.random.default_rng()
    batch, p = _batch(rng, n_x=n_x), _parameters(n_x, n_a, rng)
    found = _differentiated(batch, p)
    want = _stepped(p, found, 0.03)
    seen, updates = [], []

    def clip(given):
        seen.append(given)
        _five_gradients(given, p)
        return _each(lambda g: 0.3 * g, given)

    def optimizer(parameters, given):
        if not isinstance(parameters, dict) or parameters.keys() != p.keys():
            raise Wrong("optimizer takes the parameters first, then their gradients.")
        updates.append(given)
        return _stepped(parameters, given, 0.1)

    loss, new = unpack(attempt(*batch, p, optimizer, clip), "loss, parameters")
    right = float(_batch_loss(batch, _each(tf.constant, p)))
    same("The loss", loss, right, "", _wrong_batch_losses(batch, p, want), 1e-5)
    if not seen:
        raise Wrong("`clip` is not called. Hand it the dictionary of the five gradients.")
    if not updates:
        raise Wrong("`optimizer` is not called. It decides what a gradient does to a parameter.")
    _same_dictionaries(seen[0], found, _wrong_gradients(batch, p, found), 1e-5, "What clip gets")
    mistakes = {
        "the values match if the gradients are not clipped. Use what `clip` returns.": (
            _stepped(p, found, 0.1)
        ),
        "the parameters are the old ones. Return what the optimizer gives.": p,
        "the values match if the gradients are clipped twice.": _stepped(p, found, 0.009),
        "the values match if the optimizer is called twice.": _stepped(p, found, 0.06),
    }
    for name, value in zip(p, entries(new, ", ".join(p), "parameters"), strict=True):
        suspects = {text: values[name] for text, values in mistakes.items()}
        same(f"The new {name}", value, want[name], f"the shape of {name}", suspects, 1e-5)
    return "Loss and all five new parameters equal those from automatic differentiation."


def _stepped(p, found, rate):
    return {name: p[name] - rate * found[f"d{name}"] for name in p}


def _batch_loss(batch, v):
    """Return the loss of a batch in TensorFlow; v holds the parameters and maybe a0."""
    x, y, mask = batch
    a, steps = v.get("a0", tf.zeros((len(x), len(v["ba"])), tf.float64)), []
    for t in range(x.shape[1]):
        a = tf.tanh(tf.gather(v["Wax"], x[:, t]) + a @ v["Waa"] + v["ba"])
        steps.append(a @ v["Wya"] + v["by"])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, tf.stack(steps, axis=1))
    return tf.reduce_sum(losses * mask) / len(x)


def _differentiated(batch, p):
    return gradients(lambda v: _batch_loss(batch, v), p)


def _wrong_batch_losses(batch, p, after):
    """Return the usual mistakes in the loss of `optimization_step`, and what each gives."""
    x, y, mask = batch
    by = {"by": 0 * p["by"]}
    a0 = {"a0": np.ones((len(x), len(p["ba"])))}
    faults = {
        "this is the loss after the step. Return the one before it.": (batch, after),
        "the values match if a0 is ones. Start from zeros.": (batch, p | a0),
        "the values match if by is left out of the logits.": (batch, p | by),
        "the values match if the mask is left out.": ((x, y, mask | True), p),
        "the network reads y. Its input is x.": ((y, y, mask), p),
        "x is taken as the target. The target is y.": ((x, x, mask), p),
        "x and y have changed places.": ((y, x, mask), p),
    }
    return {
        text: float(_batch_loss(data, _each(tf.constant, values)))
        for text, (data, values) in faults.items()
    }


def _five_gradients(given, p):
    """Say so if `clip` gets other things than the gradients of the parameters, in their shapes."""
    entries(given, ", ".join(f"d{name}" for name in p), "What clip gets")
    extra = [str(name) for name in given if str(name)[1:] not in p]
    if extra:
        raise Wrong(
            f"clip gets {', '.join(extra)} too. Give it the gradients of the five parameters "
            f"alone: the others would count in the norm."
        )
    for name, value in p.items():
        got = shape_of(given[f"d{name}"])
        if got != value.shape:
            turned = " It looks transposed." * (got == value.shape[::-1])
            raise Wrong(
                f"d{name} has shape {got}; it should have the shape of {name}, {value.shape}: "
                f"a sum over batch and time.{turned}"
            )


def _wrong_gradients(batch, p, found):
    """Return the usual mistakes in the gradients of `optimization_step`, and what each gives."""
    x, y, mask = batch
    m, T = x.shape
    a, cache = recurrent.rnn_forward(one_hot(x, len(p["by"])), np.zeros((m, len(p["ba"]))), p)
    _, dlogits = masked_loss(a @ p["Wya"] + p["by"], y, mask)
    da = dlogits @ p["Wya"].T
    return {
        "it is zero.": _each(np.zeros_like, found),
        "the sign is wrong.": _each(np.negative, found),
        "it is a mean over batch and time. Take the sum.": _each(lambda g: g / (m * T), found),
        "it is a mean over time. Take the sum.": _each(lambda g: g / T, found),
        "it is divided by the number of names; dlogits is that already.": (
            _each(lambda g: g / m, found)
        ),
        "the values match if the slope of tanh enters twice. rnn_backward takes care of it.": (
            found | recurrent.rnn_backward(da * (1 - a**2), cache)
        ),
        "the values match if the mask is left out.": _differentiated((x, y, mask | True), p),
    }


@check.exercise(train)
def _(attempt):
    rng = np.random.default_rng()
    epochs, size = 4, 2
    sequences = [np.array([*rng.integers(1, 6, length), END]) for length in (2, 4, 3, 5, 2)]
    p, seed = _parameters(6, 3, rng), int(rng.integers(10**6))

    def optimizer(parameters, found):
        return _stepped(parameters, found, 0.5)

    def clip(found):
        return _each(lambda g: g / 2, found)

    made, chance = [], np.random.default_rng(seed)
    states = [chance.bit_generator.state]
    for _ in range(epochs):
        made.append(list(batches(sequences, size, chance)))
        states.append(chance.bit_generator.state)
    chance = np.random.default_rng(seed)
    answer = attempt(sequences, p, optimizer, clip, epochs, size, chance)
    new, losses = unpack(answer, "parameters, losses")
    losses = _numbers(losses)
    if losses.shape == (epochs * 3,):
        raise Wrong("losses has one entry for each batch. Give the mean loss of each epoch.")
    if losses.shape == (epochs,):
        _takes_batches_from(chance.bit_generator.state, states)

    def run(made, p=p, clip=clip, hand_on=True):
        return _batch_losses(made, p, lambda *b: optimization_step(*b, optimizer, clip), hand_on)

    rows, want = run(made)
    mistakes = {
        "the parameters are not handed on: each batch starts from the first ones.": (
            run(made, hand_on=False)[0].mean(axis=1)
        ),
        "each epoch has only one step. Go through all batches of the epoch.": (
            run([epoch[:1] for epoch in made])[0][:, 0]
        ),
        "the values match for the loss of the first batch alone. Take the mean over all.": (
            rows[:, 0]
        ),
        "the values match for the last batch of each epoch. Take the mean over its batches.": (
            rows[:, -1]
        ),
        "the values match for the sum over the batches. Take their mean.": rows.sum(axis=1),
        "the sum over the batches is divided by the number of names. Take the mean of the "
        "batches' losses.": rows.sum(axis=1) / len(sequences),
        "a batch counts by its number of names. Take the plain mean of the batches' losses.": (
            rows @ [len(x) for x, _, _ in made[0]] / len(sequences)
        ),
        "each entry is the mean over all epochs so far. Begin a new list in each epoch.": (
            rows.mean(axis=1).cumsum() / np.arange(1, epochs + 1)
        ),
        "`clip` is not handed to optimization_step.": (
            run(made, clip=lambda found: found)[0].mean(axis=1)
        ),
        "`size` is not used.": run(_with_size(16, sequences, epochs, seed))[0].mean(axis=1),
        "each epoch starts from the first parameters again.": (
            np.array([run([epoch])[0].mean() for epoch in made])
        ),
    }
    same("losses", losses, rows.mean(axis=1), "one for each epoch", mistakes, 1e-5)
    mistakes = {
        "these are the parameters from before training.": p,
        "these are the parameters from before the last epoch.": run(made[:-1])[1],
        "these are the parameters from before the last batch.": (
            run([made[-1][:-1]], run(made[:-1])[1])[1]
        ),
    }
    for name, value in zip(NAMES, entries(new, ", ".join(NAMES), "parameters"), strict=True):
        suspects = {text: values[name] for text, values in mistakes.items()}
        same(f"The trained {name}", value, want[name], f"the shape of {name}", suspects, 1e-5)
    return f"{epochs} epochs of 3 batches, each starting where the last one ended."


def _with_size(size, sequences, epochs, seed):
    rng = np.random.default_rng(seed)
    return [list(batches(sequences, size, rng)) for _ in range(epochs)]


def _batch_losses(made, parameters, step, hand_on=True):
    """Return the loss of each batch, (epochs, batches), and the last parameters."""
    rows = []
    for epoch in made:
        rows.append([])
        for batch in epoch:
            loss, new = step(*batch, parameters)
            parameters = new if hand_on else parameters
            rows[-1].append(loss)
    return np.array(rows), parameters


def _numbers(losses):
    try:
        return np.asarray(losses, float)
    except (TypeError, ValueError):
        raise Wrong("losses should be a flat list of numbers, one for each epoch.") from None


def _takes_batches_from(state, states):
    """Hold the state in which `rng` was left against its states after 0, 1, 2, ... epochs."""
    if state == states[0]:
        raise Wrong(
            "`rng` is not used, so the order of the names is not drawn from it. Hand it to "
            "language_model.batches."
        )
    if state == states[1]:
        raise Wrong(
            "The batches are made only once, so each epoch has the same order. Call "
            "language_model.batches in every epoch."
        )
    if state != states[-1]:
        raise Wrong("Use `rng` for language_model.batches alone, once in each epoch.")


@check.exercise(sample)
def _(attempt):
    rng = np.random.default_rng()
    for temperature in (0.5, 2.0):
        _draws_by_probability(attempt, temperature, rng)
    _follows_a_chain(attempt, rng)
    _keeps_to_max_length(attempt, rng)
    _takes_large_logits(attempt, rng)
    _hands_on_the_state(attempt, rng)
    return "It follows the softmax at two temperatures, and stops at the end token."


class _Finite(dict):
    """Parameters that stop a loop without end; in float32, as the notebook has them."""

    def __init__(self, parameters):
        super().__init__(_each(np.float32, parameters))
        self.left = 2000

    def __getitem__(self, name):
        self.left -= 1
        if self.left < 0:
            raise Wrong(TOO_LONG)
        return super().__getitem__(name)


def _draws_by_probability(attempt, temperature, rng):
    """Hold 800 draws against the softmax; a right answer fails once in some million times."""
    order = rng.permutation(5)
    states, by = np.array([3.0, -1, 1, 2, 0])[order], np.array([0.0, 3, 0, -2, -1])[order]
    states, by = np.array([0, *states]), np.array([-1.5, *by])
    parameters = _each(np.zeros_like, _parameters(6, 5, rng)) | {"ba": np.ones(5), "by": by}
    parameters["Wya"] += states / np.tanh(1) / 5
    before = rng.bit_generator.state
    shares = _shares(lambda: attempt(_Finite(parameters), temperature, rng, 40))
    logits = states + by
    if shares[logits.argmax()] == 1:
        raise Wrong("The likeliest character is always taken. Draw by probability.")
    if rng.bit_generator.state == before:
        raise Wrong("`rng` is not used. Draw with it, as in rng.choice, not with np.random.")
    if _distance(shares, _softmax(logits / temperature)) < 0.1:
        return
    usual = {
        "the temperature is not used. Divide the logits by it.": _softmax(logits),
        "the temperature multiplies. Divide the logits by it.": _softmax(logits * temperature),
        "all characters are equally likely. Draw by probability.": np.full(6, 1 / 6),
        "softmax is taken twice: divide the logits by the temperature, not the probabilities.": (
            _softmax(_softmax(logits) / temperature)
        ),
        "the draws match if by is left out.": _softmax(states / temperature),
    }
    text = min(usual, key=lambda text: _distance(shares, usual[text]))
    if _distance(shares, usual[text]) > 0.1:
        text = "the draws do not follow softmax(logits / temperature)."
    raise Wrong(f"At temperature {temperature}, {text}")


def _shares(draw_name):
    """Return the share of each character in 800 draws; a name of up to 38 was ended by 0."""
    drawn = []
    while len(drawn) < 800:
        name = _indices(draw_name())
        if len(name) > 41:
            raise Wrong(TOO_LONG)
        drawn += name + [END] * (len(name) < 39)
    if not any(drawn):
        raise Wrong("The name is empty. Does the loop begin? The first input is END, too.")
    if not 0 <= min(drawn) <= max(drawn) < 6:
        raise Wrong(f"Of 6 characters, it gave one with index {max(drawn, key=abs)}.")
    return np.bincount(drawn, minlength=6) / len(drawn)


def _distance(shares, probabilities):
    """Return the total variation distance."""
    return np.abs(shares - probabilities).sum() / 2


def _chain(order, weight=60.0):
    """Return a network that can only draw `order` and then the end.

    Without an input it draws the fourth of `order`.
    """
    n_x = len(order) + 1
    Wya = np.zeros((n_x + 1, n_x))
    Wya[[END, *order], [*order, END]] = weight
    parameters = {"Wax": 10 * np.eye(n_x, n_x + 1), "Waa": np.zeros((n_x + 1, n_x + 1))}
    parameters |= {"ba": np.zeros(n_x + 1), "Wya": Wya, "by": np.eye(n_x)[order[3]] * weight / 2}
    return _Finite(parameters)


def _follows_a_chain(attempt, rng):
    order = rng.permutation(np.arange(1, 7)).tolist()
    got = _indices(attempt(_chain(order), 1.0, rng))
    if got == order:
        return
    if got == [*order, END]:
        raise Wrong("The end token is part of the name. Leave it out.")
    if got[: len(order)] == [END, *order[:-1]]:
        raise Wrong("The first input is part of the name. Collect only what was drawn.")
    if got == order[len(order) - len(got) :]:
        raise Wrong("The first input should be the end token: one_hot([END], n_x).")
    if set(got) < {END, order[0], order[3]}:
        raise Wrong("The network does not see what was drawn. Feed each drawn index back.")
    if len(got) > len(order):
        raise Wrong("It goes on after the end token, index 0. Stop there.")
    raise Wrong(f"A network that can only draw {order} and then the end gave {got}.")


def _keeps_to_max_length(attempt, rng):
    order = rng.permutation(np.arange(1, 7)).tolist()
    got = _indices(attempt(_chain(order), 1.0, rng, 3))
    if got == order:
        raise Wrong("max_length is not used. Stop when the name has max_length characters.")
    if got != order[:3]:
        raise Wrong(f"With max_length = 3 the name should be {order[:3]}; yours is {got}.")


def _takes_large_logits(attempt, rng):
    order = rng.permutation(np.arange(1, 7)).tolist()
    got = None
    with contextlib.suppress(Wrong), np.errstate(all="ignore"):
        got = _indices(attempt(_chain(order, 6000.0), 1.0, rng))
    if got != order:
        raise Wrong("np.exp overflows for large logits. Subtract the largest logit first.")


def _hands_on_the_state(attempt, rng):
    for _ in count():
        parameters = _parameters(6, 5, rng)
        parameters |= {"Wya": parameters["Wya"] * 1000, "by": -1e5 * np.eye(6)[END]}
        runs = [_greedy(parameters, 10, **fault) for fault in ({}, {"hand_on": 0}, {"a0": 1})]
        want, no_state, from_ones = (indices for indices, _ in runs)
        if min(margin for _, margin in runs) > 40 and want != no_state != from_ones != want:
            break
    got = _indices(attempt(_Finite(parameters), 1.0, rng, 10))
    if got == no_state:
        raise Wrong("Each step starts from the zero state. Hand on the new state.")
    if got == from_ones:
        raise Wrong("The state before the first step should be zeros.")
    if got != want:
        raise Wrong(f"A network that can only draw {want} gave {got}.")


def _greedy(parameters, length, hand_on=1, a0=0):
    """Return the likeliest name, and by how much its closest choice is decided."""
    a, index, indices, margins = np.zeros((1, 5)) + a0, END, [], []
    for _ in range(length):
        new, _ = recurrent.rnn_cell_forward(one_hot([index], 6), a, parameters)
        logits = (new @ parameters["Wya"] + parameters["by"])[0]
        a, index = new * hand_on, int(np.argmax(logits))
        indices.append(index)
        margins.append(np.diff(np.sort(logits)[-2:])[0])
    return indices, min(margins)
