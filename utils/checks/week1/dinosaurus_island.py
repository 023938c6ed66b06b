"""The checks of `week1/2_dinosaurus_island`.

Losses, gradients and clipping are held against TensorFlow, sampling against the softmax that it
should follow. Inputs are drawn fresh each time.
"""

from itertools import count

import numpy as np

from utils import recurrent
from utils.checks import Checks, Wrong, entries, same, unpack
from utils.checks.oracles import gradients, tf
from utils.language_model import batches
from utils.text import END, one_hot

check = Checks()

NAMES = ("Wax", "Waa", "ba", "Wya", "by")


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
    shapes = {"dWax": (3, 4), "dWaa": (4, 4), "dba": (4,)}
    return {
        name: rng.uniform(5, 20, shape) * rng.choice([-1, 1], shape)
        for name, shape in shapes.items()
    }


def _same_dictionaries(got, want, mistakes, tolerance=1e-6):
    for name, value in zip(want, entries(got, ", ".join(want)), strict=True):
        suspects = {text: values[name] for text, values in mistakes.items()}
        same(name, value, want[name], "", suspects, tolerance)


# The graders.


@check.exercise(encode)
def _(attempt):
    rng = np.random.default_rng()
    characters = ["\n", *"abcdefgh"]
    name = "".join(rng.permutation(characters[1:])[:5])
    want = [characters.index(character) for character in name]
    got = attempt(name, characters)
    if isinstance(got, str):
        raise Wrong("The answer is text; it should be numbers, one for each character.")
    got = np.asarray(got if got is None else list(got))
    mistakes = {
        "the end token is missing. After the name comes index 0.": want,
        "the end token stands first. It comes after the name.": [END, *want],
        "all indices are one too small. `characters` begins with the end token, at index 0.": [
            *(index - 1 for index in want),
            END,
        ],
        "the end token is the last index of the vocabulary; it should be 0.": [
            *want,
            len(characters) - 1,
        ],
        "the indices are sorted. Keep the order of the name.": [*sorted(want), END],
    }
    for text, indices in mistakes.items():
        if got.shape == (len(indices),) and np.array_equal(got, indices):
            raise Wrong(f"For {name!r}, {text}")
    same("The answer", None if got.ndim == 0 else got, [*want, END], "the characters and the end")
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

    steps = -np.log(np.take_along_axis(_softmax(logits), y[..., None], -1)[..., 0])
    want = float(scalar({"logits": tf.constant(logits)}))
    mistakes = {
        "the values match if the mask is left out.": steps.sum() / m,
        "the values match if it is averaged over every place. Sum over a name's characters, and "
        "divide by the number of names, len(y).": (steps * mask).mean(),
        "the values match if it is summed and not divided by the number of names.": (
            steps * mask
        ).sum(),
        "the values match if it is divided by the characters that count. Divide by the number of "
        "names, len(y).": (steps * mask).sum() / mask.sum(),
        "the minus sign is missing.": -want,
        "the logarithm has base 2. Use np.log.": want / np.log(2),
    }
    loss, dlogits = unpack(attempt(logits, y, mask), "loss, dlogits")
    same("The loss", loss, want, "", mistakes)
    right = gradients(scalar, {"logits": logits})["dlogits"]
    targets = np.eye(n)[y]
    bare = _softmax(logits) - targets
    mistakes = {
        "the values match if the mask is left out.": bare / m,
        "the values match if it is not divided by the number of names.": bare * mask[..., None],
        "the sign is turned: it is softmax minus target.": -right,
        "the values match if the target is not taken off.": (
            _softmax(logits) * mask[..., None] / m
        ),
        "the values match if it is divided by m * T_x.": bare * mask[..., None] / (m * T),
        "the values match if it is divided by the characters that count.": (
            bare * mask[..., None] / mask.sum()
        ),
        "the values match with logits in place of softmax(logits).": (
            (logits - targets) * mask[..., None] / m
        ),
    }
    same("dlogits", dlogits, right, "(m, T_x, n_x)", mistakes)
    return "Loss and gradient equal TensorFlow's, and padding counts for nothing."


@check.exercise(clip_by_value)
def _(attempt):
    rng = np.random.default_rng()
    limit, grads = 10.0, _draw_gradients(rng)
    want = {name: tf.clip_by_value(g, -limit, limit).numpy() for name, g in grads.items()}
    mistakes = {
        "the values match if only large positive numbers are cut off.": {
            name: np.minimum(g, limit) for name, g in grads.items()
        },
        "the values match if only large negative numbers are cut off.": {
            name: np.maximum(g, -limit) for name, g in grads.items()
        },
        "nothing is cut off.": grads,
        "the values match if every number becomes the limit. Keep small ones as they are.": {
            name: limit * np.sign(g) for name, g in grads.items()
        },
        "negative numbers have lost their sign.": {
            name: np.clip(np.abs(g), 0, limit) for name, g in grads.items()
        },
        "it is scaled as a whole; here each number is cut off by itself.": {
            name: g * min(1, limit / np.abs(g).max()) for name, g in grads.items()
        },
        "numbers beyond the limit became 0. They should become the limit.": {
            name: np.where(np.abs(g) > limit, 0, g) for name, g in grads.items()
        },
    }
    _same_dictionaries(attempt(grads, limit), want, mistakes)
    other = {name: tf.clip_by_value(g, -7.0, 7.0).numpy() for name, g in grads.items()}
    _same_dictionaries(attempt(grads, 7.0), other, {"the limit is fixed; use `limit`.": want})
    return "Every number stays between -limit and limit."


@check.exercise(clip_by_norm)
def _(attempt):
    rng = np.random.default_rng()
    limit, grads = 5.0, _draw_gradients(rng)
    scaled, norm = tf.clip_by_global_norm([tf.constant(g) for g in grads.values()], limit)
    norm, want = float(norm), dict(zip(grads, (g.numpy() for g in scaled), strict=True))
    norms = {name: np.linalg.norm(g) for name, g in grads.items()}
    mistakes = {
        "the values match if each array is scaled by its own norm. Take one norm of all, so that "
        "the direction stays.": {name: g * limit / norms[name] for name, g in grads.items()},
        "the values match if the square root of the norm is left out.": {
            name: g * limit / norm**2 for name, g in grads.items()
        },
        "the values match if the norm of the whole is taken as the sum of the norms.": {
            name: g * limit / sum(norms.values()) for name, g in grads.items()
        },
        "the values match if it is scaled to norm 1. The new norm should be the limit.": {
            name: g / norm for name, g in grads.items()
        },
        "the norm is a sum of absolute values. Use the square root of the sum of squares.": {
            name: g * limit / sum(np.abs(h).sum() for h in grads.values())
            for name, g in grads.items()
        },
        "each number is cut off by itself; here all are scaled together.": {
            name: np.clip(g, -limit, limit) for name, g in grads.items()
        },
        "nothing is scaled.": grads,
    }
    _same_dictionaries(attempt(grads, limit), want, mistakes)
    larger = 2 * norm
    mistakes = {
        "small gradients are scaled up. Leave them as they are if their norm is below the limit.": {
            name: g * 2 for name, g in grads.items()
        }
    }
    _same_dictionaries(attempt(grads, larger), grads, mistakes)
    return "All are scaled by one number, and only if their norm exceeds the limit."


@check.exercise(optimization_step)
def _(attempt):
    rng = np.random.default_rng()
    n_x, n_a = 7, 4
    x, y, mask = _batch(rng, n_x=n_x)
    p = _parameters(n_x, n_a, rng)
    seen = []

    def clip(found):
        seen.append(found)
        return {name: gradient / 2 for name, gradient in found.items()}

    def optimizer(parameters, found):
        return {name: parameters[name] - 0.1 * found[f"d{name}"] for name in parameters}

    def scalar(v):
        a, steps = tf.zeros((len(x), n_a), tf.float64), []
        for t in range(x.shape[1]):
            a = tf.tanh(tf.gather(v["Wax"], x[:, t]) + a @ v["Waa"] + v["ba"])
            steps.append(a @ v["Wya"] + v["by"])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, tf.stack(steps, axis=1))
        return tf.reduce_sum(losses * mask) / len(x)

    found = gradients(scalar, p)
    want = {name: p[name] - 0.1 * found[f"d{name}"] / 2 for name in p}
    loss, new = unpack(attempt(x, y, mask, p, optimizer, clip), "loss, parameters")
    same("The loss", loss, float(scalar({name: tf.constant(v) for name, v in p.items()})))
    if seen and set(seen[0]) != {f"d{name}" for name in p}:
        extra = ", ".join(sorted(set(seen[0]) - {f"d{name}" for name in p})) or "fewer"
        raise Wrong(
            f"clip should get the gradients of the five parameters, no others; it got {extra}. "
            f"The gradients dx and da0 would count in the norm."
        )
    mistakes = {
        "the values match if the gradients are not clipped.": {
            name: p[name] - 0.1 * found[f"d{name}"] for name in p
        },
        "the parameters are the old ones. Return what the optimizer gives.": p,
        "the values match if the step goes uphill.": {name: 2 * p[name] - want[name] for name in p},
        "the values match if the gradient of the output layer's bias is a mean over the steps.": {
            **want,
            "by": p["by"] - 0.05 * found["dby"] / mask.size,
        },
        "its gradient is zero. Fill in dWya and dby.": p,
    }
    _same_dictionaries(new, want, mistakes, 1e-5)
    return "Loss and all five new parameters equal those from automatic differentiation."


@check.exercise(train)
def _(attempt):
    rng = np.random.default_rng()
    n_x, n_a, epochs, size = 6, 3, 4, 2
    sequences = [np.array([*rng.integers(1, n_x, length), END]) for length in (2, 4, 3, 5, 2)]
    p, seed = _parameters(n_x, n_a, rng), int(rng.integers(10**6))

    def optimizer(parameters, found):
        return {name: parameters[name] - 0.5 * found[f"d{name}"] for name in parameters}

    def run(function, epochs=epochs):
        chance = np.random.default_rng(seed)
        return function(sequences, p, optimizer, lambda g: g, epochs, size, chance)

    want, losses_want = run(train)
    new, losses = unpack(run(attempt), "parameters, losses")
    if np.shape(losses) == (epochs * 3,):
        raise Wrong("losses has one entry for each batch. Give the mean loss of each epoch.")
    mistakes = {
        "the parameters are not handed on: each batch starts from the first ones.": (
            run(_without_handing_on)[1]
        ),
        "the values match for the first batch of each epoch alone.": run(_first_batch_only)[1],
        "the values match for the last batch of each epoch. Take the mean over its batches.": (
            run(_last_batch_loss)[1]
        ),
        "the values match for the sum over the batches. Take their mean.": (
            np.multiply(losses_want, 3)
        ),
    }
    same("losses", np.asarray(losses, float), losses_want, "one for each epoch", mistakes)
    one_short = {name: run(train, epochs - 1)[0][name] for name in NAMES}
    mistakes = {
        "these are the parameters from before training.": p,
        "these are the parameters of one epoch too few.": one_short,
    }
    _same_dictionaries(new, want, mistakes)
    return f"{epochs} epochs of 3 batches, each starting where the last one ended."


def _without_handing_on(sequences, parameters, optimizer, clip, epochs, size, rng):
    losses = []
    for _ in range(epochs):
        made = batches(sequences, size, rng)
        steps = [optimization_step(*batch, parameters, optimizer, clip)[0] for batch in made]
        losses.append(np.mean(steps))
    return parameters, losses


def _first_batch_only(sequences, parameters, optimizer, clip, epochs, size, rng):
    losses = []
    for _ in range(epochs):
        batch = next(batches(sequences, size, rng))
        loss, parameters = optimization_step(*batch, parameters, optimizer, clip)
        losses.append(loss)
    return parameters, losses


def _last_batch_loss(sequences, parameters, optimizer, clip, epochs, size, rng):
    losses = []
    for _ in range(epochs):
        for batch in batches(sequences, size, rng):
            loss, parameters = optimization_step(*batch, parameters, optimizer, clip)
        losses.append(loss)
    return parameters, losses


@check.exercise(sample)
def _(attempt):
    rng = np.random.default_rng()
    _follows_the_network(attempt, rng)
    _draws_by_probability(attempt, rng)
    _stops(attempt)
    parameters = _loaded(np.random.default_rng(1))
    drawn = [_as_list(attempt(parameters, 2.0, np.random.default_rng(5), 12)) for _ in range(2)]
    if drawn[0] != drawn[1]:
        raise Wrong("The same seed gives two different names. Draw with `rng`, not np.random.")
    return "It follows the softmax at three temperatures, and stops at the end token."


def _as_list(got):
    if not isinstance(got, list | tuple | np.ndarray):
        raise Wrong(f"The answer should be a list of indices; yours is {type(got).__name__}.")
    flat = np.asarray(got)
    if flat.size and (flat.ndim != 1 or flat.dtype.kind not in "iu"):
        raise Wrong("The answer should be a flat list of whole numbers, one for each character.")
    return [int(index) for index in flat]


def _loaded(rng):
    """Draw a network that never ends, with a clear preference at every step."""
    parameters = _parameters(6, 5, rng)
    parameters["Wya"] = parameters["Wya"] * 5
    parameters["by"][END] = -1e4
    return parameters


def _greedy(parameters, length, hand_on_state=True, hand_on_input=True):
    a, index, indices = np.zeros((1, 5)), END, []
    for _ in range(length):
        new, _ = recurrent.rnn_cell_forward(one_hot([index], 6), a, parameters)
        a = new if hand_on_state else a
        best = int(np.argmax(new @ parameters["Wya"] + parameters["by"]))
        index = best if hand_on_input else END
        indices.append(best)
    return indices


def _follows_the_network(attempt, rng):
    for _ in count():
        parameters = _loaded(rng)
        want = _greedy(parameters, 10)
        no_state = _greedy(parameters, 10, hand_on_state=False)
        no_input = _greedy(parameters, 10, hand_on_input=False)
        if len({tuple(want), tuple(no_state), tuple(no_input)}) == 3:
            break
    got = _as_list(attempt(parameters, 1e-6, rng, 10))
    reasons = {
        tuple(want): "",
        tuple(no_state): "each step starts from the zero state. Hand on the new state.",
        tuple(no_input): "the network does not see what was drawn. Feed each drawn index back.",
        tuple(want[:-1]): "it stops one short of max_length.",
        (END, *want): "the first input is part of the name. Collect only what was drawn.",
        (END, *want[:-1]): "the first input is part of the name. Collect only what was drawn.",
    }
    reason = reasons.get(
        tuple(got), f"near temperature 0 it should draw the likeliest, {want}; yours drew {got}."
    )
    if reason:
        raise Wrong(f"The name is off: {reason}")


def _draws_by_probability(attempt, rng):
    parameters = {name: value * 0 for name, value in _parameters(6, 5, rng).items()}
    parameters["by"] = rng.permutation(np.array([2.0, 1.0, 0.0, 0.5, 1.5, -1.0]))
    logits = parameters["by"]
    for temperature in (1.0, 0.5, 2.0):
        drawn = [_as_list(attempt(parameters, temperature, rng, 1)) for _ in range(1500)]
        shares = np.bincount([d[0] if d else END for d in drawn], minlength=6) / len(drawn)
        if _distance(shares, _softmax(logits / temperature)) < 0.07:
            continue
        usual = {
            "the likeliest character is always taken. Draw by probability.": np.eye(6)[
                logits.argmax()
            ],
            "the temperature is not used. Divide the logits by it.": _softmax(logits),
            "the temperature multiplies. Divide the logits by it.": _softmax(logits * temperature),
            "all characters are equally likely. Draw by probability.": np.full(6, 1 / 6),
            "the probabilities are divided by the temperature. Divide the logits, before the "
            "softmax.": _softmax(_softmax(logits) / temperature),
        }
        for text, shape in usual.items():
            if _distance(shares, shape) < 0.05:
                raise Wrong(f"At temperature {temperature}, {text}")
        raise Wrong(f"At temperature {temperature} the draws do not follow softmax(logits / T).")


def _distance(shares, probabilities):
    return np.abs(shares - probabilities).sum() / 2


def _stops(attempt):
    """Hold it against a network that draws 2, 4, 1 and then the end."""
    parameters = {"Wax": 10 * np.eye(6, 7), "Waa": np.zeros((7, 7)), "ba": np.zeros(7)}
    follows = {END: 2, 2: 4, 4: 1, 1: END, 3: 3, 5: 5}
    parameters["Wya"] = np.zeros((7, 6))
    for index, after in follows.items():
        parameters["Wya"][index, after] = 100
    parameters["by"] = np.zeros(6)
    got = _as_list(attempt(parameters, 1.0, np.random.default_rng(1), 20))
    if got == [2, 4, 1, END]:
        raise Wrong("The end token is part of the name. Leave it out.")
    if len(got) > 4:
        raise Wrong("It goes on after the end token, index 0. Stop there.")
    if got != [2, 4, 1]:
        raise Wrong(f"A network that can only draw 2, 4, 1 and the end gave {got}.")
