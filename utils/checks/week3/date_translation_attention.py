"""The checks of `week3/1_date_translation_attention`.

Attention is held against Keras's AdditiveAttention, greedy decoding against `decoding`, bins
against `np.histogram`; the decoder's loop runs on tensors and in a model. What goes in is drawn
fresh each time, with another size for every axis.
"""

import itertools
import warnings

import numpy as np

from utils import env
from utils.checks import Checks, Wrong, same, shape_of, shaped, unpack
from utils.models import decoding
from utils.text import END

with env.quiet():
    import keras
    from keras import ops

check = Checks()


# Our own versions: the notebook goes on with them where an exercise was not attempted.


def masked_softmax(e, mask):
    """Return the attention weights alphas, (m, T_x); each row adds up to 1."""
    e = np.where(mask, e, -np.inf)
    exp = np.exp(e - e.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def one_step_attention(s_prev, a, mask, parameters):
    """Return context (m, n_a) and alphas (m, T_x)."""
    Ws, Wa, b, v = (parameters[name] for name in ("Ws", "Wa", "b", "v"))
    hidden = np.tanh((s_prev @ Ws)[:, None, :] + a @ Wa + b)
    alphas = masked_softmax(hidden @ v, mask)
    return (alphas[:, :, None] * a).sum(axis=1), alphas


def unrolled_decoder(a, s, attend, cell, classify, T_y):
    """Return the outputs of all steps, (m, T_y, n_y)."""
    outputs = []
    for _ in range(T_y):
        context = attend(s, a)
        s = cell(context, s)
        outputs.append(classify(context, s))
    return ops.stack(outputs, axis=1)


def decoder_inputs(y):
    """Return what the decoder reads at each step, (m, T_y), for the targets y, (m, T_y)."""
    inputs = np.full_like(y, END)
    inputs[:, 1:] = y[:, :-1]
    return inputs


def greedy_decode(step, state, m, T_y):
    """Return tokens and their log-probabilities, both (m, T_y)."""
    tokens, written, scores = np.full(m, END), [], []
    for _ in range(T_y):
        state, log_probs = step(state, tokens)
        tokens = log_probs.argmax(axis=1)
        written.append(tokens)
        scores.append(log_probs.max(axis=1))
    return np.stack(written, axis=1), np.stack(scores, axis=1)


def reliability(confidence, right, edges):
    """Return a row for each bin that holds something: mean confidence, share right, count."""
    rows = []
    for low, high in itertools.pairwise(edges):
        inside = (confidence >= low) & (confidence < high)
        if inside.any():
            rows.append((confidence[inside].mean(), right[inside].mean(), inside.sum()))
    return np.array(rows)


# What the graders share.


def _tried(attempt, hints, *arguments):
    """Return the answer; where it stopped with an error that is known, add what to look for."""
    try:
        return attempt(*arguments)
    except Wrong as error:
        found = [hint for said, hint in hints.items() if said in str(error)]
        raise Wrong(" ".join([str(error), *found[:1]])) from error


def _shaped(name, got, want, axes, hints):
    """Return an answer's part as an array of the right shape, or say what its shape comes from."""
    if ops.is_tensor(got):
        got = ops.convert_to_numpy(got)
    return shaped(name, got, want, axes, hints)


def _over(numbers, axis):
    """Return numbers divided by their sum over an axis, or over all."""
    return numbers / numbers.sum(axis=axis, keepdims=True)


def _nearest(got, *values):
    """Return the one of several wrong values, for one mistake, that is nearest to an answer."""
    return min(values, key=lambda value: np.abs(np.nan_to_num(got - value, nan=np.inf)).max())


# Exercise 1


@check.exercise(masked_softmax)
def _(attempt):
    rng = np.random.default_rng()
    mask = np.arange(7) < rng.permutation([7, 5, 4, 2, 1])[:, None]
    e = rng.normal(0, 1.5, mask.shape)
    with np.errstate(all="ignore"):
        _compare_alphas(_tried(attempt, SOFTMAX_HINTS, e, mask), e, mask)
        for sentence, e in _large_energies(rng, mask).items():
            if not np.allclose(attempt(e, mask), _weights(e, mask), rtol=0, atol=1e-6):
                raise Wrong(f"It is right for small energies, but not {sentence}")
    return "Padding gets nothing, and large energies do no harm."


SOFTMAX_HINTS = {"broadcast": "The largest and the sum of each row need keepdims=True."}


def _weights(e, mask):
    """Return the softmax of each row over its own characters alone, 0 elsewhere."""
    alphas = np.zeros(e.shape)
    for row, energies, own in zip(alphas, e, mask, strict=True):
        exp = np.exp(energies[own] - energies[own].max())
        row[own] = exp / sum(exp)
    return alphas


def _compare_alphas(got, e, mask):
    m, T_x = mask.shape
    hints = {
        (np.sum(mask),): "e[mask] has no rows. Keep the shape: np.where(mask, e, -np.inf).",
        (m,): "That is a number for each row. Divide the exponentials by their sums.",
        (T_x,): "That is a number for each position. Add up along axis=1.",
    }
    got = _shaped("alphas", got, e, "(m, T_x)", hints)
    padded = ~mask.all(axis=1, keepdims=True)  # in a row without padding, anything may come out
    if np.all(np.isinf(got[~mask])):
        raise Wrong("alphas is off: the weight of padding should be 0, and yours is infinite.")
    numbers = np.nan_to_num(got)
    if numbers[~mask].any() and not numbers[mask & padded].any():
        raise Wrong("alphas is off: only padding gets weight. mask is True at characters.")
    same("alphas", got, _weights(e, mask), "(m, T_x)", _wrong_alphas(got, e, mask))


def _wrong_alphas(got, e, mask):
    """Return the usual mistakes, and the weights that each gives."""
    energies = np.where(mask, e, -np.inf)
    largest, any_largest = (x.max(axis=1, keepdims=True) for x in (energies, e))
    plain, exp = np.exp(energies), np.exp(energies - largest)
    unmasked, scaled = np.exp(e), np.exp(e - any_largest)
    zero = [_over(np.exp((e - level) * mask), 1) for level in (0, largest, any_largest)]
    columns = [_over(np.exp(energies - x.max(axis=0)), 1) for x in (energies, e)]
    both = (plain, exp, unmasked, scaled)
    rows = "Each row should: take the sum along axis=1."
    first = "Set the padding's energies to -np.inf before you take exp."
    return {
        f"the mask is not used, so padding gets weight. {first}": _over(unmasked, 1),
        f"rows with padding do not add up to 1. {first}": _over(unmasked, 1) * mask,
        f"exp(0) is 1, and that is what padding adds. {first}": _nearest(got, *zero),
        f"the columns add up to 1. {rows}": _nearest(got, *(_over(x, 0) for x in both)),
        f"all of it adds up to 1. {rows}": _nearest(got, *(_over(x, None) for x in both)),
        "exp is not divided by its sum.": _nearest(got, *both, unmasked * mask, scaled * mask),
        "exp is missing: these are energies, divided by their sum.": _over(e * mask, 1),
        "the sign of the energies is turned.": _weights(-e, mask),
        "all characters of a row have the same weight: e is not used.": _over(1.0 * mask, 1),
        "the largest of each column was taken away, not of each row.": _nearest(got, *columns),
    }


def _large_energies(rng, mask):
    """Return where the numbers may be too large or too small for exp, and energies for it.

    They are quarters, which float32 holds exactly.
    """
    e = rng.integers(-8, 9, mask.shape) / 4
    level = 1000 * (-1) ** np.arange(len(mask))[:, None]
    return {
        "for energies near 1000, where exp overflows. Take away the largest of each row.": e + 1000,
        "for energies near -1000. Those of padding have to lie far below: take -np.inf.": e - 1000,
        "if one row has energies near 1000 and another near -1000. Take away the largest of each "
        "row, not the largest of all.": e + level,
        "if padding has the largest energy, 2000: beside it, all others count as 0. Set the "
        "padding's to -np.inf, then look for the largest.": np.where(mask, e, 2000),
    }


# Exercise 2


@check.exercise(one_step_attention)
def _(attempt):
    rng = np.random.default_rng()
    (m, T_x, n_a), n_s, units = (3, 7, 4), 5, 6
    mask = np.arange(T_x) < rng.permutation([6, 4, 2])[:, None]
    shapes = {"Ws": (n_s, units), "Wa": (n_a, units), "b": (units,), "v": (units,)}
    parameters = {name: rng.normal(0, 0.8, shape) for name, shape in shapes.items()}
    s_prev, a = rng.normal(size=(m, n_s)), rng.normal(size=(m, T_x, n_a))
    given = s_prev, a, mask, parameters
    got = unpack(_tried(attempt, ATTENTION_HINTS, *given), "context, alphas")
    context, alphas = _by_keras(*given)
    if [shape_of(part) for part in got] == [alphas.shape, context.shape]:
        raise Wrong("alphas and context are swapped. Return the context first.")
    hints = {
        (m, T_x, 1): "The last axis is too much: hidden @ v has shape (m, T_x).",
        (m, 1, T_x): "Return it without the axis of length 1.",
        (m, T_x, units): "The energies are hidden @ v, one number for each position.",
    }
    found = _shaped("alphas", got[1], alphas, "(m, T_x)", hints)
    same("alphas", found, alphas, "(m, T_x)", _wrong_looks(*given), tolerance=1e-5)
    over_time = "Add up over the time: (alphas[:, :, None] * a).sum(axis=1)."
    hints = dict.fromkeys([(m, T_x, n_a), (m, T_x), (T_x, n_a), (n_a,), ()], over_time) | {
        (m, m, n_a): f"alphas @ a mixes the texts. {over_time}",
        (m, 1, n_a): "Return it without the axis of length 1.",
        (m, units): "It is the mean of a, not of a @ Wa.",
    }
    found = _shaped("context", got[0], context, "(m, n_a)", hints)
    same("context", found, context, "(m, n_a)", _wrong_contexts(alphas, a, mask), tolerance=1e-5)
    return "Energies, weights and context agree with Keras's AdditiveAttention."


ATTENTION_HINTS = {
    "(3,6) (3,7,6)": "s_prev @ Ws needs an axis for the time: (s_prev @ Ws)[:, None, :].",
    "(3,7) (3,7,4)": "alphas needs a last axis: alphas[:, :, None].",
}


def _by_keras(s_prev, a, mask, parameters):
    """Return context and alphas as Keras's layer gives them, from a query and from keys."""
    Ws, Wa, b, v = parameters.values()
    query, key, value = (np.asarray(x, "float32") for x in ((s_prev @ Ws)[:, None], a @ Wa + b, a))
    layer = keras.layers.AdditiveAttention()
    layer.build([query.shape, value.shape, key.shape])
    layer.set_weights([v])
    masks = [None, ops.convert_to_tensor(mask)]
    parts = layer([query, value, key], mask=masks, return_attention_scores=True)
    return [ops.convert_to_numpy(part)[:, 0] for part in parts]


def _wrong_looks(s_prev, a, mask, parameters):
    """Return the usual mistakes on the way to alphas, and the weights that each gives."""
    Ws, Wa, b, v = parameters.values()
    s, k = (s_prev @ Ws)[:, None], a @ Wa
    z = s + k + b
    e = np.tanh(z) @ v
    around = "It belongs inside of the tanh; outside it cancels."
    energies = {
        f"s_prev @ Ws is missing. {around}": np.tanh(k + b) @ v,
        f"b is missing. {around}": np.tanh(s + k) @ v,
        f"s_prev @ Ws and b are missing. {around}": np.tanh(k) @ v,
        "tanh is missing.": z @ v,
        "a @ Wa is missing, so all characters have the same weight.": 0 * e,
        "v is missing: the hidden units are added up as they are.": np.tanh(z).sum(axis=-1),
        "it is a sigmoid in place of tanh.": 1 / (1 + np.exp(-z)) @ v,
        "it is a ReLU in place of tanh.": np.maximum(z, 0) @ v,
        "b is taken away. Add it.": np.tanh(s + k - b) @ v,
        "s_prev @ Ws and a @ Wa are multiplied. Add them.": np.tanh(s * k + b) @ v,
        "the energies are divided by a root. Additive attention does without.": e / len(v) ** 0.5,
    }
    everywhere = np.ones_like(mask)
    unmasked, zero = (masked_softmax(x, everywhere) for x in (e, e * mask))
    return {
        "the mask is not used. Give it to masked_softmax.": unmasked,
        "the padding has energy 0. Give masked_softmax the mask.": zero,
        "only padding gets weight. Give masked_softmax the mask as it is.": _weights(e, ~mask),
        "these are the energies. masked_softmax makes weights of them.": e,
        "it is 0 in padding, but a row no longer adds up to 1.": unmasked * mask,
        **{text: _weights(energy, mask) for text, energy in energies.items()},
    }


def _wrong_contexts(alphas, a, mask):
    """Return the usual mistakes once alphas is right, and the context that each gives."""
    plain = "the states are not weighted by alphas:"
    largest, last = alphas.max(axis=1, keepdims=True), np.eye(mask.shape[1])[-1]
    weights = {
        "it is divided by T_x. The weights add up to 1 already.": alphas / mask.shape[1],
        f"{plain} this is their mean.": np.full(mask.shape, 1 / mask.shape[1]),
        f"{plain} this is their sum.": np.ones(mask.shape),
        f"{plain} this is the mean at characters.": _over(1.0 * mask, 1),
        f"{plain} this is the sum at characters.": mask,
        "it is the state with the largest weight. Add up all, weighted.": largest == alphas,
        "it is the last state. Add up all, weighted.": last + 0 * alphas,
    }
    return {text: np.einsum("mt,mtn->mn", w, a) for text, w in weights.items()}


# Exercise 3


@check.exercise(unrolled_decoder)
def _(attempt):
    parts = _Parts(np.random.default_rng())
    given = parts.a, parts.s, parts.attend, parts.cell, parts.classify, T_Y
    got = attempt(*given)
    calls = dict(parts.calls)
    if isinstance(got, list | tuple):
        raise Wrong("The answer is a list. Join the outputs with ops.stack(outputs, axis=1).")
    want = ops.convert_to_numpy(unrolled_decoder(*given))
    got = _shaped("The answer", got, want, "(m, T_y, n_y)", OUTPUT_HINTS)
    same("The answer", got, want, "(m, T_y, n_y)", _wrong_outputs(parts), tolerance=1e-5)
    for name, count in calls.items():
        if count > T_Y:
            raise Wrong(
                f"The outputs are right, but {name} is called {count} times in {T_Y} steps. "
                f"Call it once in each step."
            )
    _works_in_a_model(attempt, parts, want)
    return "State, context and output come in order, for tensors and in a model."


M, T_X, T_Y, N_A, N_S, N_Y = 2, 6, 3, 4, 5, 7
GIVEN = {"a": (M, T_X, N_A), "s": (M, N_S)}
SHAPES = GIVEN | {"context": (M, N_A)}
NAMES = {"a": "(m, T_x, n_a)", "s": "(m, n_s)", "context": "(m, n_a)"}
NEW_AXIS = "ops.stack(outputs, axis=1) makes the time axis 1."
OUTPUT_HINTS = {
    (T_Y, M, N_Y): f"Time came first. {NEW_AXIS}",
    (M, N_Y, T_Y): f"Time came last. {NEW_AXIS}",
    (M, T_Y * N_Y): f"The outputs stand side by side. {NEW_AXIS}",
    (M * T_Y, N_Y): f"The outputs stand below each other. {NEW_AXIS}",
    (M, T_X, N_Y): "It took T_x steps. The output has T_y.",
    (M, T_Y - 1, N_Y): "A step is missing.",
    (M, T_Y + 1, N_Y): "That is one step too many.",
    (M, 1, N_Y): "That is one step. Does `return` stand inside the loop?",
    (M, N_Y): "That is one output. Collect those of all steps.",
    (M, T_Y, N_S): "These are the states. Append what classify gives.",
    (M, T_Y, N_A): "These are the contexts. Append what classify gives.",
}


class _Parts:
    """Stands in for what a decoder is made of: small functions, which count how often they run."""

    def __init__(self, rng):
        self.a, self.s, *self.weights = (
            ops.convert_to_tensor(rng.normal(0, 0.7, shape).astype("float32"))
            for shape in (*GIVEN.values(), (N_S, N_A), (N_A + N_S, N_S), (N_A + N_S, N_Y))
        )
        self.calls = {"attend": 0, "cell": 0, "classify": 0}

    def attend(self, s, a):
        self._called("attend", s=s, a=a)
        query = ops.expand_dims(ops.matmul(s, self.weights[0]), axis=1)
        return ops.sum(ops.softmax(query * a, axis=1) * a, axis=1)

    def cell(self, context, s):
        self._called("cell", context=context, s=s)
        return ops.tanh(ops.matmul(ops.concatenate([context, s], axis=-1), self.weights[1]))

    def classify(self, context, s):
        self._called("classify", context=context, s=s)
        return ops.matmul(ops.concatenate([context, s], axis=-1), self.weights[2])

    def _called(self, part, **given):
        self.calls[part] += 1
        for name, value in given.items():
            got, want = tuple(shape_of(value) or ()), SHAPES[name]
            if got[1:] != want[1:] or len(got) != len(want):
                what = f"of shape {got}" if got else f"of type {type(value).__name__}"
                raise Wrong(
                    f"{part}({', '.join(given)}) is given something {what} as {name}; it should "
                    f"have the shape {want}, which is {NAMES[name]}."
                )


def _wrong_outputs(parts):
    """Return the usual mistakes in the loop, and the outputs that each gives."""
    attend, cell, classify = parts.attend, parts.cell, parts.classify
    first = attend(parts.s, parts.a)

    def look(s):
        return attend(s, parts.a)

    def update(s):
        return cell(look(s), s)

    def outputs(output, following, s=parts.s):
        """Run a loop whose output and next state are functions of the state."""
        states = [s]
        for _ in range(T_Y - 1):
            states.append(following(states[-1]))
        return np.stack([ops.convert_to_numpy(output(s)) for s in states], axis=1)

    def usual(s):
        return classify(look(s), update(s))

    def early(s):
        return classify(look(s), s)

    now = "Write s = cell(context, s) in each step."
    return {
        "classify is given the state before the update. First s = cell(context, s).": outputs(
            early, update
        ),
        f"each step begins with the first state. {now}": outputs(usual, lambda s: s),
        f"the state never changes. {now}": outputs(early, lambda s: s),
        "the context stays that of the first step. Call attend in the loop, with s.": outputs(
            lambda s: classify(first, cell(first, s)), lambda s: cell(first, s)
        ),
        "classify is given the context of the new state. Call attend before cell.": outputs(
            lambda s: early(update(s)), update
        ),
        "the loop begins with zeros, not with s.": outputs(usual, update, 0 * parts.s),
    }


def _works_in_a_model(attempt, parts, want):
    """Hold the function against what Keras does with it in a model."""
    inputs = [keras.Input((T_X, N_A)), keras.Input((N_S,))]
    try:
        got = attempt(*inputs, parts.attend, parts.cell, parts.classify, T_Y)
        outputs = keras.Model(inputs, got)([parts.a, parts.s])
    except Exception as error:
        raise Wrong(
            "It works for arrays, but not in a model, where a and s have no values yet. Use "
            "ops.stack (not np.stack), and no loop over m."
        ) from error
    same("In a model, the answer", ops.convert_to_numpy(outputs), want, tolerance=1e-5)


# Exercise 4


@check.exercise(decoder_inputs)
def _(attempt):
    rng = np.random.default_rng()
    m, T_y = 3, 5
    y = rng.permutation(np.arange(2, 2 + m * T_y)).reshape(m, T_y).astype("int32")
    want = decoder_inputs(y)
    hints = {
        (m, T_y + 1): "The last symbol falls off: nothing is read after it is written.",
        (m, T_y - 1): "END stands before the first symbol.",
        (m + 1, T_y): "END stands in front of each row, axis=1.",
        (m * T_y + 1,): "Work along axis=1, the steps.",
        (m * T_y,): "Keep the rows.",
    }
    got = _shaped("The answer", attempt(y), want, "(m, T_y)", hints)
    same("The answer", got, want, "(m, T_y)", _wrong_inputs(y, got))
    if got.dtype.kind not in "iu":
        raise Wrong(f"The answer should hold integers, as y does; yours holds {got.dtype}.")
    return "END first, then each symbol one step late."


def _wrong_inputs(y, got):
    """Return the usual mistakes, and the inputs that each gives."""
    end, steps = np.full(len(y), END), "Move the steps, axis=1."
    left = "it is moved to the left. Step t reads the symbol of step t-1, so move it to the right."
    return {
        left: np.c_[y[:, 1:], end],
        f"with the first symbol at the end, {left}": np.roll(y, -1, axis=1),
        "the first column is the last symbol. END stands there.": np.roll(y, 1, axis=1),
        "the first symbol stands twice. The first column is END.": np.c_[y[:, 0], y[:, :-1]],
        "nothing has moved: each step reads the symbol that it should write.": y,
        "nothing has moved; END only replaces the first symbol.": np.c_[end, y[:, 1:]],
        "nothing has moved, and END stands last. It comes first.": np.c_[y[:, :-1], end],
        f"rows run together. {steps}": np.roll(y, 1),
        f"rows run together behind one END. {steps}": np.r_[END, y.flat[:-1]].reshape(y.shape),
        f"the rows have moved. {steps}": np.roll(y, 1, axis=0),
        f"the rows have moved behind a row of END. {steps}": np.r_[[0 * y[0]], y[:-1]],
        "it is all END. From the second step on, the symbol before is read.": 0 * y,
        f"the first column should be END, which is {END}.": np.c_[got[:, 0], y[:, :-1]],
    }


# Exercise 5


@check.exercise(greedy_decode)
def _(attempt):
    writer = _Writer(np.random.default_rng())
    m, T_y, n_y = writer.m, writer.T_y, writer.n_y
    given = writer.step, writer.start, m, T_y
    got = unpack(_tried(attempt, STEP_HINTS, *given), "tokens, log_probs")
    began = writer.began
    tokens, scores = decoding.greedy(writer.read, writer.start, m, T_y)
    axes = "(m, T_y)"
    one = "Give one number for each token: np.stack(..., axis=1), and add up nothing."
    own = "Take the one of the token that is written, log_probs.max(axis=1)."
    hints = {
        (T_y, m): "Time came first. np.stack(..., axis=1) makes it axis 1.",
        (m, T_y + 1): "END, which is read first, is not written. Append after argmax.",
        (m, T_y - 1): "A step is missing.",
        (m, T_y, n_y): own,
        (T_y, m, n_y): own,
    } | dict.fromkeys([(m,), (T_y,), (m * T_y,), ()], one)
    found = _shaped("tokens", got[0], tokens, axes, hints)
    log_probs = _shaped("log_probs", got[1], scores, axes, hints)
    if np.allclose(found, scores) and np.array_equal(log_probs, tokens):
        raise Wrong("The log-probabilities and the tokens are swapped. Return tokens first.")
    if (began != END).any():
        raise Wrong(f"The first tokens that step reads are {began.tolist()}; they should be END.")
    again = np.asarray(unpack(attempt(*given), "tokens, log_probs")[0])
    if not np.array_equal(found, again):
        raise Wrong("tokens differ from run to run. Draw nothing: take the likeliest, by argmax.")
    same("tokens", found, tokens, axes, writer.wrong_tokens(tokens))
    if found.dtype.kind not in "iu":
        raise Wrong(f"tokens should hold integers; yours hold {found.dtype}.")
    same("log_probs", log_probs, scores, axes, writer.wrong_scores(tokens, scores))
    return "Tokens and state are fed back, and each token has its own log-probability."


STEP_HINTS = {
    "'_State' object": "step returns the state first, then log_probs. Only hand the state on.",
    "'tuple' object": "step returns two things, the next state and log_probs.",
    "axis 1 is out of bounds": "Collect an array (m,) in each step, a number for each text.",
    "_State": "The state may be anything. Only hand it on, as step returns it.",
}


class _State:
    """A state of which nothing is known: it can only be handed on."""

    def __init__(self, place):
        self.place = place


class _Writer:
    """Stands in for a model: it looks up, by state and tokens, what it says. END never wins."""

    m, T_y, n_y = 4, 5, 7

    def __init__(self, rng):
        logits = rng.permuted(np.tile(np.linspace(0, 3, self.n_y - 1), (97, 1)), axis=1)
        table = np.concatenate([rng.uniform(0.1, 0.5, (97, 1)), logits], axis=1)
        self.table = table - np.log(np.exp(table).sum(axis=1, keepdims=True))
        self.start, self.began, self.told = _State(rng.permutation(97)[: self.m]), None, []

    def step(self, state, tokens):
        """Read tokens as `read` does, but first say what is wrong with what is given."""
        if len(self.told) >= 4 * self.T_y:  # twice as often as two runs need
            raise Wrong("step is called again and again. T_y steps are enough.")
        if not isinstance(state, _State):
            raise Wrong(
                f"step is given something of type {type(state).__name__} as the state. It takes "
                f"(state, tokens), and it returns the next state first."
            )
        if shape_of(tokens) is None or tuple(tokens.shape) != (self.m,):
            shape = shape_of(tokens)
            what = f"of type {type(tokens).__name__}" if shape is None else f"of shape {shape}"
            raise Wrong(f"step is given tokens {what}; they should be an array of shape (m,).")
        tokens = np.asarray(tokens)
        if tokens.dtype.kind not in "iu" or not np.all((tokens >= 0) & (tokens < self.n_y)):
            raise Wrong("step is given numbers that are no tokens: END and argmax give tokens.")
        self.began = tokens.copy() if self.began is None else self.began
        following, log_probs = self.read(state, tokens)
        self.told.append(log_probs.copy())
        return following, log_probs

    def read(self, state, tokens):
        """Return the next state, and the log-probabilities of the next token, (m, n_y)."""
        place = (5 * state.place + 11 * tokens + 1) % len(self.table)
        return _State(place), self.table[place]

    def write(self, pick=np.argmax, feed=True, keep=True):
        """Return what is written if the token is picked otherwise, not fed back or not kept."""
        state, tokens, written = self.start, np.full(self.m, END), []
        for _ in range(self.T_y):
            following, log_probs = self.read(state, tokens)
            state = following if keep else state
            written.append(pick(log_probs, axis=1))
            tokens = written[-1] if feed else tokens
        return np.stack(written, axis=1)

    def wrong_tokens(self, right):
        """Return the usual mistakes, and the tokens that each writes."""
        return {
            "what is written is not fed back: every step reads END.": self.write(feed=False),
            "the state is not kept: every step gets the first one.": self.write(keep=False),
            "neither the state nor the tokens are fed back.": self.write(feed=False, keep=False),
            "these are the least likely tokens. Take argmax.": self.write(np.argmin),
            "they begin with END. Append after argmax.": np.c_[0 * right[:, 0], right[:, :-1]],
        }

    def wrong_scores(self, tokens, right):
        """Return the usual mistakes once the tokens are right, and the scores that each gives."""
        tables, before = np.stack(self.told[: self.T_y], axis=1), np.c_[self.began, tokens[:, :-1]]
        own = "Take the one of the token that is written."
        of_before = np.take_along_axis(tables, before[..., None], axis=2)[..., 0]
        return {
            "these are probabilities. Leave the logarithms as step gives them.": np.exp(right),
            "their sign is turned.": -right,
            "they are added up from step to step. Keep one for each token.": right.cumsum(axis=1),
            f"they belong to END. {own}": tables[..., END],
            f"they belong to the token that was read. {own}": of_before,
            f"they belong to the least likely token. {own}": tables.min(axis=2),
            f"they are means over all tokens. {own}": tables.mean(axis=2),
        }


# Exercise 6


@check.exercise(reliability)
def _(attempt):
    confidence, right, edges = _draw_confidence(np.random.default_rng())
    count, total, good = (
        np.histogram(confidence, edges, weights=weights)[0]
        for weights in (None, confidence, 1.0 * right)
    )
    want = np.stack([total / count, good / count, count], axis=1)
    bins = len(want)
    hints = {
        (bins - 1, 3): "A bin is missing. There are len(edges) - 1.",
        (3, bins): "Each bin has a row, not a column.",
        (1, 3): "That is one bin. Does `return` stand inside the loop?",
        (3,): "That is one bin. Collect a row for each.",
        (bins * 3,): "Collect a row for each bin: rows.append((…, …, …)).",
    }
    got = attempt(confidence, right, edges.tolist())
    got = _shaped("The answer", got, want, "(bins, 3)", hints)
    for order in itertools.permutations(range(3)):
        if np.allclose(got, want[:, order]) and order != (0, 1, 2):
            names = ", ".join(COLUMNS[column] for column in order)
            raise Wrong(f"The columns are {names}; they should be {', '.join(COLUMNS)}.")
    mistakes = _wrong_columns(confidence, right, edges)
    for column, name in enumerate(COLUMNS):
        same(f"The {name}", got[:, column], want[:, column], "", mistakes[column])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the mean of nothing
        got = attempt(confidence, right, np.insert(edges, 2, 0.625).tolist())
    hints = {(bins + 1, 3): "A bin that holds nothing has no row."}
    got = _shaped("The answer with an empty bin", got, want, "(bins, 3)", hints)
    same("The answer with an empty bin", got, want)
    return "Means, shares and counts agree with np.histogram; an empty bin is left out."


COLUMNS = ("mean confidence", "share right", "count")


def _draw_confidence(rng):
    """Draw confidence and right for four bins; some lie in none, some on a border.

    Nothing lies from 0.625 to 0.75, in the upper half of the second bin.
    """
    edges = np.array([0.25, 0.5, 0.75, 0.875, 0.9375])
    sizes, highs = [3, *rng.permutation([5, 7, 10, 14]), 4], [0.25, 0.5, 0.625, *edges[3:], 1]
    confidence, right = [edges[[0, 1, 3]]], [rng.permutation([True, False, True])]
    for size, low, high in zip(sizes, [0, *edges], highs, strict=True):
        confidence.append(rng.uniform(low, high, size))
        right.append(rng.permutation(np.arange(size) < rng.integers(1, size)))
    order = rng.permutation(3 + sum(sizes))
    return np.concatenate(confidence)[order], np.concatenate(right)[order], edges


def _wrong_columns(confidence, right, edges):
    """Return for each column the usual mistakes, and the values that each gives."""
    c, low, high, m = confidence[:, None], edges[:-1], edges[1:], len(right)
    above, below, half = c >= low, c < high, "A bin holds low <= confidence < high."
    first, last = low == low[0], high == high[-1]
    others = {
        f"the upper border is in, the lower is not. {half}": (c > low) & (c <= high),
        f"both borders are in. {half}": above & (c <= high),
        f"no border is in. {half}": (c > low) & below,
        f"there is no upper border. {half}": above,
        f"there is no lower border. {half}": below,
        "all examples are counted in each bin.": above | ~above,
        "what lies outside of all bins is in the first or last.": (above | first) & (below | last),
        "what lies below all bins is in the first.": (above | first) & below,
        "what lies above all bins is in the last.": above & (below | last),
    }
    tables = {text: _columns(confidence, right, inside) for text, inside in others.items()}
    mean, share, count = _columns(confidence, right, above & below)
    correct, _, _ = _columns(confidence, right, above & below & right[:, None])
    divide = "Divide by the count of the bin."
    of_mean = {
        "it is a median. Take the mean.": [np.median(confidence[i]) for i in (above & below).T],
        "it is a sum. Take the mean.": mean * count,
        f"it is divided by all examples. {divide}": mean * count / m,
        "it is the middle of the bin. Take the mean.": (low + high) / 2,
        "it is that of the right ones alone.": correct,
        "it is the share right.": share,
    }
    of_share = {
        f"it is the number of the right ones. {divide}": share * count,
        f"it is divided by all examples. {divide}": share * count / m,
        f"it is divided by all right ones. {divide}": share * count / right.sum(),
        "it is the share of the wrong ones.": 1 - share,
        "it is the mean confidence.": mean,
    }
    of_count = {
        "it is a share. Give the number of examples.": count / m,
        "it is a share. Give the number in the bin.": count / count.sum(),
        "it is the number of the right ones. Count all.": share * count,
    }
    return [
        {text: table[column] for text, table in tables.items()} | own
        for column, own in enumerate((of_mean, of_share, of_count))
    ]


def _columns(confidence, right, inside):
    """Return mean confidence, share right and count, where `inside` (m, bins) says who is in."""
    count = inside.sum(axis=0)
    return confidence @ inside / count, (1.0 * right) @ inside / count, count
