"""The checks of `week3/1_date_translation_attention`.

Attention is held against its formulas and SciPy's softmax, greedy decoding against `decoding`, the
chain rule against SciPy's logarithms, bins against `np.histogram`; the decoder's step and loop run
on arrays and in a model. What goes in is drawn fresh each time, with another size for every axis.
Padding and `END` stand first, inside and last.
"""

from itertools import pairwise, permutations
from types import SimpleNamespace

import numpy as np
from scipy import special

from utils import env
from utils.checks.answers import same, unpack
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.mistakes import alike
from utils.checks.wrong import Wrong
from utils.models import decoding
from utils.text import END

with env.quiet():
    import keras
    from keras import ops

check = Checks()

FLOAT32 = 1e-5  # Keras computes in float32
NOT_TEN = 4, 6, 8, 12  # the notebook takes ten steps
SQUEEZED = "an axis of length 1 is lost: leave squeeze away."
OF_TRUST = "% of the wrong answers pass where 1% of the right ones are refused"
RETURNS = "the loop ends too early: `return` stands inside of it."


# What the graders share.


def _mask(m, T_x):
    """Return where characters stand: padding comes first, inside and last, and not in row 1."""
    rows, columns = np.ogrid[:m, :T_x]
    return ((rows + columns) % 3 != 2) | (rows == 1) | (T_x == 1)


def _whole(name, got):
    """Say that tokens are whole numbers, if they are right but for that."""
    if np.asarray(got).dtype.kind not in "iu":
        raise Wrong(f"{name} should hold integers, as tokens are; yours: {np.asarray(got).dtype}.")


def masked_softmax(e, mask):
    """Return the attention weights alphas, (m, T_x); each row adds up to 1."""
    e = np.where(mask, e, -np.inf)
    exp = np.exp(e - e.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


MASKED, LARGEST = "np.where(mask, e, -np.inf)", "e.max(axis=1, keepdims=True)"
EXP, SUM = f"np.exp(e - {LARGEST})", "exp.sum(axis=1, keepdims=True)"
ALPHAS = f"exp / {SUM}"
FIRST = "Set the padding's energies to -np.inf before you take exp."
ZERO = f"exp(0) is 1, and that is what padding adds. {FIRST}"
FAR = "the padding's energies have to lie far below all others, whatever those are: take -np.inf."
ONLY = "only padding gets weight. mask is True at characters."
HIDING = "padding may have the largest energy. Set it to -np.inf, then look for the largest."
OF_ROW = "take away the largest of each row: not that of all, and not that of each column."
BOUND = "exp overflows where energies lie far above the mean. Take away the largest of each row."
ALWAYS = "take away the largest of each row always, also where it is far below 0."
KEEP = "the largest and the sum of each row need keepdims=True."


@check.exercise(
    masked_softmax,
    {
        f"{MASKED} => e": f"the mask is not used, so padding gets weight. {FIRST}",
        f"{MASKED} => e * mask": ZERO,
        f"{EXP} => np.exp(np.where(mask, e - {LARGEST}, 0))": ZERO,
        **{f"-np.inf => {low}": FAR for low in (-100, -1000, -10000)},
        **{f"{MASKED} => np.where(mask, {low}, e)": ONLY for low in ("-np.inf", -1e9)},
        "where(mask => where(np.sort(mask)[:, ::-1]": "padding may stand anywhere, not only last.",
        (f"{MASKED} => e", f"{EXP} => {EXP} * mask"): HIDING,
        (f"{MASKED} => e", f"{ALPHAS} => {ALPHAS} * mask"): "rows add up to less than 1.",
        f" - {LARGEST} =>": "exp overflows near 1000. Take away the largest of each row first.",
        f"{LARGEST} => e.max()": OF_ROW,
        f"{LARGEST} => e.max(axis=0)": OF_ROW,
        f"{LARGEST} => e.mean(axis=1, keepdims=True, where=mask)": BOUND,
        ("-np.inf => -1e9", f"{LARGEST} => e.mean(axis=1, keepdims=True)"): BOUND,
        f"{LARGEST} => np.maximum({LARGEST}, 0)": ALWAYS,
        f"{LARGEST} => {LARGEST} * (e.max() > 100)": ALWAYS,
        f"e - {LARGEST} => np.clip(e, -500, 500)": "clipping makes large energies alike.",
        f"{LARGEST} => e.max(axis=1)": KEEP,
        f"{SUM} => exp.sum(axis=1)": KEEP,
        f"{SUM} => exp.sum(axis=0)": "a softmax over the examples: take axis=1, the rows.",
        (f"{LARGEST} => e.max(axis=0)", f"{SUM} => exp.sum(axis=0)"): (
            "a softmax over the examples: take axis=1, the rows, for the largest and for the sum."
        ),
        f"{SUM} => exp.sum()": "all of it adds up to 1. Each row should: sum along axis=1.",
        f"{ALPHAS} => exp": "exp is not divided by its sum.",
        f"{EXP} => np.where(mask, e, 0)": "exp is missing: these are energies over their sum.",
        f"{MASKED} => np.where(mask, -e, -np.inf)": "the sign of the energies is turned.",
        f"{EXP} => 1.0 * mask": "all characters of a row have the same weight: use e.",
        f"{ALPHAS} => np.log({ALPHAS})": "these are the logarithms of the weights.",
        f"{MASKED} => e[mask]": f"keep the rows, which e[mask] does not: {MASKED}.",
        f"{ALPHAS} => np.squeeze({ALPHAS})": SQUEEZED,
    },
)
def _(attempt):
    for m, T_x in sizes_and_ones(2):
        e, mask = 3 * numbers(m, T_x), _mask(m, T_x)
        same("alphas", attempt(e, mask), _weights(e, mask), "(m, T_x)")
    m, T_x = sizes(2)
    mask, signs = _mask(m, T_x), (-1) ** np.indices((m, T_x))
    e = np.random.default_rng().integers(-8, 9, (m, T_x)) / 4  # float32 holds these exactly
    for where, large in {
        "near 1000": e + 1000,
        "near -20000": e - 20000,
        "near 1000 in a row and near -1000 in the next": e + 1000 * signs[0],
        "near 1000 and near -1000 in a row": e + 1000 * signs[1],
        "of 2000 in padding": np.where(mask, e, 2000),
    }.items():
        got = attempt(large, mask)
        same(f"alphas, for energies {where},", got, _weights(large, mask), "(m, T_x)")
    return "Padding gets nothing, and large energies do no harm."


def _weights(e, mask):
    """Return SciPy's softmax of each row over its own characters alone, 0 elsewhere."""
    alphas = np.zeros(e.shape)
    for row, energies, own in zip(alphas, e, mask, strict=True):
        row[own] = special.softmax(energies[own])
    return alphas


def one_step_attention(s_prev, a, mask, parameters):
    """Return context (m, n_a) and alphas (m, T_x)."""
    Ws, Wa, b, v = (parameters[name] for name in ("Ws", "Wa", "b", "v"))
    hidden = np.tanh((s_prev @ Ws)[:, None, :] + a @ Wa + b)
    alphas = masked_softmax(hidden @ v, mask)
    context = (alphas[:, :, None] * a).sum(axis=1)
    return context, alphas


QUERY, WEIGHTED = "(s_prev @ Ws)[:, None, :]", "alphas[:, :, None] * a"
Z = f"{QUERY} + a @ Wa + b"
CONTEXT = f"({WEIGHTED}).sum(axis=1)"
AROUND = "It is missing, or stands outside of the tanh, where it cancels."
USE = "Give masked_softmax the mask as it is."
UNWEIGHTED = "the states are not weighted by alphas: this is the"
OVER_TIME = f"Add up over the time: {CONTEXT}."


@check.exercise(
    one_step_attention,
    {
        f"{QUERY} +  =>": f"s_prev @ Ws has no effect. {AROUND}",
        " + b =>": f"b has no effect. {AROUND}",
        " + a @ Wa =>": "a @ Wa is missing, so all characters have the same weight.",
        f"np.tanh({Z}) => {Z}": "tanh is missing.",
        f"np.tanh({Z}) => 1 / (1 + np.exp(-({Z})))": "it is a sigmoid in place of tanh.",
        f"np.tanh({Z}) => np.maximum({Z}, 0)": "it is a ReLU in place of tanh.",
        "+ b => - b": "b is taken away. Add it.",
        "+ a @ Wa => * (a @ Wa)": "s_prev @ Ws and a @ Wa are multiplied. Add them.",
        f"{QUERY} => s_prev @ Ws": f"the time needs an axis in s_prev @ Ws: {QUERY}.",
        "hidden @ v => hidden.sum(axis=-1)": "v is missing: the hidden units are added up.",
        "hidden @ v => hidden @ v / np.sqrt(len(v))": "the energies are divided by a root.",
        "(hidden @ v, mask) => ((hidden @ v).T, mask.T).T": "a softmax over examples.",
        "v, mask) => v, mask | True)": f"the mask is not used. {USE}",
        "v, mask) => v, np.sort(mask)[:, ::-1])": f"padding may stand anywhere. {USE}",
        "v, mask) => v, ~mask)": f"only padding gets weight. {USE}",
        "v, mask) => v * mask, mask | True)": f"the padding has energy 0. {USE}",
        "v, mask) => v, mask | True) * mask": f"rows with padding do not add up to 1. {USE}",
        "masked_softmax(hidden @ v, mask) => hidden @ v": "these are the energies, not weights.",
        "return context, alphas => return alphas, context": "the two are swapped: context first.",
        f"{CONTEXT} => a.mean(axis=1)": f"{UNWEIGHTED} mean.",
        f"{CONTEXT} => a.sum(axis=1)": f"{UNWEIGHTED} sum.",
        f"{CONTEXT} => (a * mask[:, :, None]).sum(axis=1)": f"{UNWEIGHTED} sum at characters.",
        f"{CONTEXT} => (a * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]": f"{UNWEIGHTED} mean.",
        f"{CONTEXT} => ({WEIGHTED}).mean(axis=1)": "it is divided by T_x. alphas add up to 1.",
        f"{CONTEXT} => {WEIGHTED}": OVER_TIME,
        **{f"{CONTEXT} => ({WEIGHTED}).sum({axis})": OVER_TIME for axis in ("2", "0", "")},
        "alphas[:, :, None] * a => alphas * a": "give alphas a last axis: alphas[:, :, None].",
        f"{CONTEXT} => alphas @ a": f"the texts are mixed. {OVER_TIME}",
        f"{CONTEXT} => np.squeeze({CONTEXT})": SQUEEZED,
        "None] * a => None] * (a @ Wa)": "it is the mean of a, not of a @ Wa.",
        f"{CONTEXT} => a[np.arange(len(a)), alphas.argmax(axis=1)]": "it is one state. Add up all.",
        f"{CONTEXT} => a[:, -1]": "it is the last state. Add up all, weighted.",
    },
)
def _(attempt):
    for m, T_x, n_s, n_a, units in sizes_and_ones(5):
        s_prev, a, mask = numbers(m, n_s), numbers(m, T_x, n_a), _mask(m, T_x)
        Ws, Wa, b, v = numbers(n_s, units) / 2, numbers(n_a, units) / 2, *numbers(2, units)
        given = s_prev, a, mask, {"Ws": Ws, "Wa": Wa, "b": b, "v": v}
        context, alphas = unpack(attempt(*given), "context, alphas")
        e = [
            [v @ np.tanh(s @ Ws + x @ Wa + b) for x in xs] for s, xs in zip(s_prev, a, strict=True)
        ]
        weights = _weights(np.array(e), mask)
        same("alphas", alphas, weights, "(m, T_x)", FLOAT32)
        same("context", context, np.einsum("mt,mtn->mn", weights, a), "(m, n_a)", FLOAT32)
    return "Energies, weights and context are those of the three formulas."


def decoder_step(s, tokens, attend, embed, cell, classify):
    """Take one step: return s (m, n_s), logits (m, n_y) and alphas (m, T_x)."""
    context, alphas = attend(s)
    s = cell(ops.concatenate([context, embed(tokens)], axis=-1), s)
    logits = classify(ops.concatenate([context, s], axis=-1))
    return s, logits, alphas


LOOKS, MOVES = "attend(s)", "cell(ops.concatenate([context, embed(tokens)], axis=-1), s)"
READS, SAYS = "[context, embed(tokens)]", "classify(ops.concatenate([context, s], axis=-1))"
RETURN = "return s, logits, alphas"
NEW = "classify takes the new state, which cell returns. Write s = cell(…) before it."
BEFORE = "attend looks with the state before: call it first, and cell after it."
THREE = "return three values in this order: s, logits, alphas."
IN_MODEL = "in a model a and s hold no values yet. Use ops, not np, and no loop over m."
READ_LAST = "the cell does not read embed(tokens): that is the feedback."
ONCE = "Call each of the four once."
LAST_AXIS = "join along the last axis, the features: axis=-1."


@check.exercise(
    decoder_step,
    {
        f"{READS} => [context, 0 * embed(tokens)]": READ_LAST,
        f"{READS} => [embed(tokens), context]": "the cell reads the context first.",
        "[context, s] => [s, context]": "classify takes the context first, then the state.",
        f"{READS} => [0 * context, embed(tokens)]": "the cell does not read the context.",
        "[context, s] => [0 * context, s]": "classify is not given the context, but s alone.",
        "[context, s] => [context, 0 * s]": "classify is not given the state.",
        (f"s = {MOVES} => new = {MOVES}", f"{RETURN} => return new, logits, alphas"): NEW,
        (f"s = {MOVES} => new = {MOVES}", "[context, s] => [context, new]"): (
            "the state that comes back is the one that went in."
        ),
        f"s = {MOVES} => s = {MOVES}; context, alphas = {LOOKS}": BEFORE,
        f"s = {MOVES} => s = {MOVES}; context, _ = {LOOKS}": BEFORE,
        f"{MOVES} => cell({READS}[0], s)": "cell is given the context alone, without the symbol.",
        f"{SAYS} => classify(s)": "classify is given s alone, without the context.",
        "axis=-1), s) => axis=0), s)": LAST_AXIS,
        "s], axis=-1) => s], axis=0)": LAST_AXIS,
        f"{MOVES} => cell(s, ops.concatenate({READS}, axis=-1))": "cell takes x, then s.",
        f"{LOOKS} => attend(s)[::-1]": "attend returns the context, then alphas.",
        f"{RETURN} => return logits, s, alphas": THREE,
        f"{RETURN} => return s, alphas, logits": THREE,
        f"{RETURN} => return s, logits": THREE,
        f"{RETURN} => return s, logits, context": "the third value is alphas, not the context.",
        f"{RETURN} => return s, ops.softmax(logits), alphas": (
            "these are probabilities. Return what classify gives; the loss takes the softmax."
        ),
        "s = cell(ops => s = cell(np": IN_MODEL,
        "classify(ops => classify(np": IN_MODEL,
        f"{RETURN} => return ops.squeeze(s), ops.squeeze(logits), ops.squeeze(alphas)": SQUEEZED,
        f"logits = {SAYS} => logits = {SAYS}; embed(tokens)": ONCE,
    },
)
def _(attempt):
    for shape in np.where(np.eye(7, 6, -1), 1, OF_DECODER).tolist():
        parts = _Parts(*shape)
        tokens = np.arange(shape[0]) % shape[4]
        parts.calls = []
        got = unpack(attempt(parts.s, tokens, *parts.four()), "s, logits, alphas")
        calls = parts.calls.copy()
        for name, part, right in zip(STATES, got, parts.one_step(parts.s, tokens), strict=True):
            same(name, part, right, STATES[name], FLOAT32)
        if len(calls) != len({*calls}):
            most = max(calls, key=calls.count)
            raise Wrong(f"The answer is right, but {most} runs {calls.count(most)} times. {ONCE}")
    inputs = [keras.Input(parts.s.shape[1:]), keras.Input((), dtype="int32")]
    in_model = attempt.then(lambda got: keras.Model(inputs, list(got))([parts.s, tokens]))
    try:
        got = in_model(*inputs, *parts.four())
    except Exception as error:
        raise Wrong(f"It works for arrays, but {IN_MODEL}") from error
    for name, part, right in zip(STATES, got, parts.one_step(parts.s, tokens), strict=True):
        same(f"In a model, {name}", part, right, STATES[name], FLOAT32)
    return "It looks, reads, moves on and says, in this order, for arrays and in a model."


OF_DECODER = 4, 5, 2, 6, 8, 3  # m, T_x, n_s, n_a, n_y, n_e: sizes that stay, JAX is slow with new
STATES = {"s": "(m, n_s)", "logits": "(m, n_y)", "alphas": "(m, T_x)"}


class _Parts:
    """Stands in for what a decoder is made of: small functions of arrays or tensors."""

    def __init__(self, m, T_x, n_s, n_a, n_y, n_e):
        n_x = n_a + n_e
        shapes = (m, n_s), (n_s, T_x), (T_x, n_a), (n_y, n_e), (n_x + n_s, n_s), (n_a + n_s, n_y)
        self.s, *self.weights = (numbers(*shape).astype("float32") for shape in shapes)
        self.calls = []

    def four(self):
        """Return attend, embed, cell and classify."""
        return self.attend, self.embed, self.cell, self.classify

    def attend(self, s):
        xp = self._called("attend", s)
        alphas = xp.exp(xp.matmul(s, self.weights[0]))
        alphas = alphas / xp.sum(alphas, axis=1, keepdims=True)
        return xp.matmul(alphas, self.weights[1]), alphas

    def embed(self, tokens):
        xp = self._called("embed", tokens)
        return xp.take(self.weights[2], tokens, axis=0)

    def cell(self, x, s):
        xp = self._called("cell", x, s)
        return xp.tanh(xp.matmul(xp.concatenate([x, s], axis=-1), self.weights[3]) / 3)

    def classify(self, x):
        xp = self._called("classify", x)
        return xp.matmul(x, self.weights[4])

    def _called(self, part, *given):
        """Return what computes with such arguments, NumPy or Keras."""
        self.calls.append(part)
        return np if all(isinstance(value, np.ndarray) for value in given) else ops

    def one_step(self, s, tokens):
        """Return what comes out of a step: s, logits, alphas."""
        context, alphas = self.attend(s)
        s = self.cell(np.concatenate([context, self.embed(tokens)], axis=1), s)
        return s, self.classify(np.concatenate([context, s], axis=1)), alphas

    def first_symbols(self):
        """Return what a greedy decoder would write first, (m,)."""
        return self.one_step(self.s, np.full(len(self.s), END))[1].argmax(axis=1)


def decode_with_teacher(s, y, step):
    """Return the logits (m, T_y, n_y) and alphas (m, T_y, T_x) of all steps."""
    tokens, all_logits, all_alphas = ops.full_like(y[:, 0], END), [], []
    for t in range(y.shape[1]):
        s, logits, alphas = step(s, tokens)
        tokens = y[:, t]
        all_logits.append(logits)
        all_alphas.append(alphas)
    return ops.stack(all_logits, axis=1), ops.stack(all_alphas, axis=1)


TAKE, COUNTED = "s, logits, alphas = step(s, tokens)", "range(y.shape[1])"
START, GO_ON = "ops.full_like(y[:, 0], END)", "tokens = y[:, t]"
LOGITS, ALL_ALPHAS = "ops.stack(all_logits, axis=1)", "ops.stack(all_alphas, axis=1)"
BOTH = f"{LOGITS}, {ALL_ALPHAS}"
AXIS = f"join the steps along a new axis 1, the time: {LOGITS}."
KEPT = f"each step begins with the first state. Keep the state that step returns: {TAKE}."
TEACHER = "step t reads the true symbol of step t-1, column t-1 of y."
BEGIN = f"the first step reads END, which is {END}."
COLUMN_T = f"step takes one symbol a text. After step t, {GO_ON}."


@check.exercise(
    decode_with_teacher,
    {
        f"{TAKE} => _, logits, alphas = step(s, tokens)": KEPT,
        "step(s, tokens) => step(s, y[:, t])": f"each step reads its own answer: {TEACHER}",
        "step(s, tokens) => step(s, y[:, (t + 1) % y.shape[1]])": (
            f"each step reads the symbol after its own: {TEACHER}"
        ),
        **{f"{START} => ops.full_like(y[:, 0], {first})": BEGIN for first in (1, 2)},
        f"{START} => y[:, 0]": f"the first symbol is read twice: {BEGIN}",
        f"{START} => y[:, -1]": f"the first step reads the last symbol: {BEGIN}",
        f"{GO_ON} => tokens = y[:, 0]": f"from the second step on, all read y[:, 0]: {TEACHER}",
        f"{GO_ON} => tokens = y[:, -1 - t]": f"the columns are read backwards: {TEACHER}",
        f"{GO_ON} => pass": f"all steps read END. From the second on, {TEACHER}",
        f"{GO_ON} => tokens = y[:, max(t - 1, 0)]": f"the symbols come a step too late: {TEACHER}",
        f"{GO_ON} => tokens = y[:, t - 1] if t else tokens": (
            f"the symbols come a step too late: {TEACHER}"
        ),
        f"{GO_ON} => tokens = ops.argmax(logits, axis=-1)": (
            f"it reads what it wrote itself. In training, {TEACHER}"
        ),
        f"{GO_ON} => tokens = y[t]": f"y[t] is a row, one text. {COLUMN_T}",
        f"{GO_ON} => tokens = y": COLUMN_T,
        "step(s, tokens) => step(tokens, s)": "step takes s, then the symbols.",
        f"{COUNTED} => range(1, y.shape[1])": "it takes one step too few: there are T_y.",
        f"{COUNTED} => range(y.shape[1] - 1)": "the last step is missing: there are T_y.",
        f"{COUNTED} => range(10)": "it always takes 10 steps: y has T_y columns.",
        f"{COUNTED} => range(len(y))": "it takes m steps. Axis 1 of y is the time.",
        "all_logits, axis=1) => all_logits, axis=0)": AXIS,
        "all_alphas, axis=1) => all_alphas, axis=0)": AXIS,
        "ops.stack(all_logits => ops.concatenate(all_logits": AXIS,
        "all_logits, axis=1) => all_logits, axis=-1)": AXIS,
        f"return {BOTH} => return logits, alphas": "that is the last step alone.",
        f"return {BOTH} => return {LOGITS}": "return two values: the logits, then alphas.",
        f"return {BOTH} => return {ALL_ALPHAS}, {LOGITS}": "the two are swapped: logits first.",
        "    return =>         return": RETURNS,
        "all_logits.append(logits) => all_logits.append(ops.softmax(logits))": (
            "these are probabilities. Keep the logits; the loss takes the softmax."
        ),
        "all_logits.append(logits) => all_logits.append(s)": "these are states, not logits.",
        f"return {BOTH} => return np.stack(all_logits, 1), np.stack(all_alphas, 1)": IN_MODEL,
        f"{START} => np.full(len(y), END)": IN_MODEL,
        f"return {BOTH} => return ops.squeeze({LOGITS}), ops.squeeze({ALL_ALPHAS})": SQUEEZED,
    },
)
def _(attempt):
    for T_y, m in ((6, 4), (3, 4), (1, 4), (6, 1)):
        sizes_of_parts = m, *OF_DECODER[1:]
        parts = _Parts(*sizes_of_parts)
        while not parts.first_symbols().any():  # reading those would look like reading END
            parts = _Parts(*sizes_of_parts)
        n_y = OF_DECODER[4]  # END stands inside of y, first and last, too
        y = np.random.default_rng().permuted(np.tile(np.arange(n_y), (m, 1)), axis=1)
        y = y[:, :T_y].astype("int32")
        got = unpack(attempt(parts.s, y, parts.one_step), "logits, alphas")
        _all_steps("", got, parts, y)
    inputs = [keras.Input(array.shape[1:], dtype=array.dtype) for array in (parts.s, y)]
    in_model = attempt.then(lambda got: keras.Model(inputs, list(got))([parts.s, y]))
    try:
        got = in_model(*inputs, lambda s, tokens: decoder_step(s, tokens, *parts.four()))
    except Exception as error:
        raise Wrong(f"It works for arrays, but {IN_MODEL}") from error
    _all_steps("In a model, ", got, parts, y)
    return "END first, then state and true symbols go from step to step, in a model, too."


def _all_steps(where, got, parts, y):
    s, steps = parts.s, []
    for tokens in np.pad(y, ((0, 0), (1, 0)))[:, :-1].T:
        s, *said = parts.one_step(s, tokens)
        steps.append(said)
    for name, part, right in zip(("logits", "alphas"), got, zip(*steps, strict=True), strict=True):
        axes = "(m, T_y, n_y)" if name == "logits" else "(m, T_y, T_x)"
        same(f"{where}{name}", part, np.stack(right, axis=1), axes, FLOAT32)


def greedy_decode(step, state, m, T_y):
    """Return tokens and their log-probabilities, both (m, T_y)."""
    tokens, written, scores = np.full(m, END), [], []
    for _ in range(T_y):
        state, log_probs = step(state, tokens)
        tokens = log_probs.argmax(axis=1)
        written.append(tokens)
        scores.append(log_probs.max(axis=1))
    return np.stack(written, axis=1), np.stack(scores, axis=1)


STEP, BEGINS = "state, log_probs = step(state, tokens)", "np.full(m, END)"
PICK, BEST, WRITE = "tokens = log_probs.argmax(axis=1)", "log_probs.max(axis=1)", "append(tokens)"
TOKENS, SCORES = "np.stack(written, axis=1)", "np.stack(scores, axis=1)"
RANDOM = "np.array([np.random.choice(len(row), p=row) for row in p])"
SHOULD_BE_END = f"they should be END, which is {END}."
HAND_ON = "the state comes first, in step and out of it. It may be anything: only hand it on."
ARGMAX = f"take the likeliest token of each text: {PICK}."
DRAWN = "tokens differ from run to run. Draw nothing: take the likeliest, by argmax."
READ = "END, which is read first, is not written. Append after argmax."
ENOUGH = "Take T_y steps for all texts. Does a `return` or `break` in the loop end it too early?"
OWN = f"Take the one of the token that is written, {BEST}."
OF_READ = f"the scores belong to the token that was read. {OWN}"
EACH = f"keep one number for each token: {SCORES}."
BEGINNINGS = "END", "np.full((m, 1), END)", "np.full(T_y, END)", "np.zeros(m)"


@check.exercise(
    greedy_decode,
    {
        f"{BEGINS} => np.full(m, 1)": SHOULD_BE_END,
        **{f"{BEGINS} => {begin}": "begin with m tokens, END." for begin in BEGINNINGS},
        (f"{PICK} => pass", f"{WRITE} => append(log_probs.argmax(axis=1))"): "it always reads END.",
        f"{STEP} => _, log_probs = step(state, tokens)": "the state is not kept, as step gives it.",
        f"{STEP} => log_probs, state = step(state, tokens)": HAND_ON,
        f"{STEP} => log_probs = step(state, tokens)": HAND_ON,
        f"{STEP} => state, log_probs = step(tokens, state)": HAND_ON,
        f"{STEP} => state, log_probs = step(state + 0, tokens)": HAND_ON,
        f"{PICK} => tokens = log_probs.argmin(axis=1)": "these are the least likely tokens.",
        f"{PICK} => tokens = log_probs.argmax(axis=0)": ARGMAX,
        f"{PICK} => tokens = log_probs.argmax()": ARGMAX,
        f"{PICK} => tokens = {BEST}": ARGMAX,
        f"{PICK} => tokens = log_probs[:, 1:].argmax(axis=1) + 1": "END may be the likeliest, too.",
        f"{PICK} => p = np.exp(log_probs); tokens = {RANDOM}": DRAWN,
        (f"{PICK} => pass", f"{WRITE} => {WRITE}; {PICK}"): READ,
        "[], [] => [np.full(m, END)], [np.zeros(m)]": READ,
        "range(T_y) => range(10)": "it always takes 10 steps. Take T_y.",
        f"({BEST}) => ({BEST})\n        if (tokens == END).all():\n            break": ENOUGH,
        "    return =>         return": ENOUGH,
        f"{BEST} => log_probs[:, END]": f"the scores belong to END. {OWN}",
        f"{BEST} => log_probs.min(axis=1)": f"the scores are those of the least likely. {OWN}",
        f"{BEST} => log_probs.mean(axis=1)": f"the scores are means over all tokens. {OWN}",
        f"{BEST} => np.exp({BEST})": "these are probabilities. Keep the logarithms of step.",
        f"{BEST} => log_probs.argmax(axis=1)": f"the scores are the tokens again. {OWN}",
        f"{BEST} => log_probs.max()": EACH,
        (f"{STEP} => {STEP}; past = tokens", f"{BEST} => log_probs[range(m), past]"): OF_READ,
        f"{SCORES} => np.cumsum(scores, axis=0).T": f"they are added up: {EACH}",
        f"{TOKENS}, {SCORES} => np.squeeze({TOKENS}), np.squeeze({SCORES})": SQUEEZED,
        f"{TOKENS}, {SCORES} => {SCORES}, {TOKENS}": "the two are swapped. Return tokens first.",
    },
)
def _(attempt):
    for m, T_y, n_y in sizes_and_ones(3, NOT_TEN):
        writer, wanted = _draw_writer(m, T_y, n_y)
        given = writer.step, writer.start, m, T_y
        tokens, log_probs = unpack(attempt(*given), "tokens, log_probs")
        if writer.begun and np.any(first := writer.begun[0]):
            raise Wrong(f"The first tokens that step reads are {first.tolist()}; {SHOULD_BE_END}")
        if not alike(tokens, unpack(attempt(*given), "tokens, log_probs")[0]):
            raise Wrong(DRAWN)
        same("tokens", tokens, wanted[0], "(m, T_y)")
        _whole("tokens", tokens)
        same("log_probs", log_probs, wanted[1], "(m, T_y)")
    return "Tokens and state are fed back, and each token has its own log-probability."


class _Writer:
    """Stands in for a model: what it says depends on all that it read. After END it says END."""

    def __init__(self, m, n_y):
        rng = np.random.default_rng()
        logits = rng.permuted(np.tile(np.linspace(0, 3, n_y), (97, 1)), axis=1)
        self.table = special.log_softmax(logits, axis=1)
        self.end = special.log_softmax(np.where(np.arange(n_y) == END, 40.0, 0.0))
        self.start, self.begun = SimpleNamespace(place=rng.permutation(97)[:m], steps=0), []

    def step(self, state, tokens):
        """Return the next state, and the log-probabilities of the next token, (m, n_y)."""
        what, tokens = f"step number {state.steps + 1} is given", np.asarray(tokens)
        if tokens.shape != state.place.shape:
            raise ValueError(f"{what} tokens of shape {tokens.shape}, not (m,)")
        if tokens.dtype.kind not in "iu" or tokens.min() < 0 or tokens.max() >= len(self.end):
            raise ValueError(f"{what} numbers that are no tokens: END and argmax give tokens")
        if not state.steps:
            self.begun.append(tokens)
        if state.steps > 20 or len(self.begun) > 4000:
            raise Wrong("step is called again and again. Take T_y steps for all texts.")
        place = (5 * state.place + 11 * tokens + 1) % len(self.table)
        ended = (tokens == END)[:, None] & (state.steps > 0)
        following = SimpleNamespace(place=place, steps=state.steps + 1)
        return following, np.where(ended, self.end, self.table[place])


def _draw_writer(m, T_y, n_y):
    """Return a writer and what it writes; one text ends at once, one (or the only one) later."""
    while True:
        writer = _Writer(m, n_y)
        wanted = decoding.greedy(writer.step, writer.start, m, T_y)
        ends = {*np.count_nonzero(wanted[0] == END, axis=1)}
        if 1 in (T_y, n_y) or (m == 1 and ends - {0, T_y}) or {0, T_y} < ends:
            writer.begun.clear()
            return writer, wanted


def probability_of(y, logits):
    """Return P(y | x) of a translation of each text, (m,), by the chain rule."""
    exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = exp / exp.sum(axis=-1, keepdims=True)
    own = np.take_along_axis(p, y[:, :, None], axis=-1)[:, :, 0]
    return own.prod(axis=1)


LARGEST_LOGIT, EXP_SUM = "logits.max(axis=-1, keepdims=True)", "exp.sum(axis=-1, keepdims=True)"
TAKEN, PRODUCT = "np.take_along_axis(p, y[:, :, None], axis=-1)[:, :, 0]", "own.prod(axis=1)"
SYMBOLS = "The softmax runs over the symbols, the last axis."
FEW = 3, 4, 5  # the product of more is too small to be compared
OWN_SYMBOL = "Take the probability of y[:, t] from the logits of step t."
LONG = "Large logits are too much for exp: take away the largest of each step first."


@check.exercise(
    probability_of,
    {
        f"{PRODUCT} => own.sum(axis=1)": "they are added up. The chain rule multiplies.",
        f"{PRODUCT} => own.mean(axis=1)": "it is the mean. The chain rule multiplies.",
        f"{PRODUCT} => own.min(axis=1)": "it is that of the least likely symbol. Multiply all.",
        f"{PRODUCT} => own[:, -1]": "it is that of the last symbol alone. Multiply all.",
        f"{PRODUCT} => own": "these are the probabilities of the symbols. Multiply over the steps.",
        f"{PRODUCT} => own.prod(axis=0)": "the texts are multiplied. Multiply over the steps.",
        f"{PRODUCT} => own.prod()": "all texts together have one number. Give each its own.",
        f"{PRODUCT} => own.prod(axis=1) ** (1 / y.shape[1])": "take the product, not its root.",
        f"{PRODUCT} => np.log(own).sum(axis=1)": "that is the logarithm. Return P itself.",
        f"{PRODUCT} => own[:, 1:].prod(axis=1)": "the first symbol is left out.",
        f"{PRODUCT} => own[:, :-1].prod(axis=1)": "the last symbol is left out.",
        f"{PRODUCT} => np.where(y == END, 1, own).prod(axis=1)": "END counts like any symbol.",
        f"exp / {EXP_SUM} => exp": "exp is not divided by its sum.",
        f"exp / {EXP_SUM} => logits": "the logits are taken for probabilities: softmax first.",
        f"{EXP_SUM} => exp.sum(axis=1, keepdims=True)": SYMBOLS,
        f"{EXP_SUM} => exp.sum(axis=0, keepdims=True)": SYMBOLS,
        (
            f"{LARGEST_LOGIT} => logits.max(axis=1, keepdims=True)",
            f"{EXP_SUM} => exp.sum(axis=1, keepdims=True)",
        ): SYMBOLS,
        f"{EXP_SUM} => exp.sum()": SYMBOLS,
        f"logits - {LARGEST_LOGIT} => logits": LONG,
        f"{LARGEST_LOGIT} => logits.max()": LONG,
        f"{TAKEN} => p.max(axis=-1)": f"it is that of the likeliest symbols. {OWN_SYMBOL}",
        "y[:, :, None] => np.roll(y, 1, axis=1)[:, :, None]": (
            f"the symbols come one step late. {OWN_SYMBOL}"
        ),
        "y[:, :, None] => np.roll(y, -1, axis=1)[:, :, None]": (
            f"the symbols come one step early. {OWN_SYMBOL}"
        ),
        f"{PRODUCT} => np.squeeze(own).prod(axis=-1)": SQUEEZED,
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, T_y, n_y in sizes_and_ones(3, FEW):
        y = rng.permuted(np.tile(np.arange(T_y) % n_y, (m, 1)), axis=1)  # END, which is 0, too
        y[0] = np.roll(np.arange(T_y) % n_y, 1)  # not first, not last
        boost = np.indices((m, T_y)).sum(axis=0) % 3 > 0  # elsewhere, another may be likelier
        logits = boost[:, :, None] * (y[:, :, None] == np.arange(n_y))
        odd = 2 * rng.integers(-4, 4, logits.shape) + 1
        logits = logits + odd / 8  # float32 holds these exactly; none is 0
        logits[0, -1, y[0, -1]] += 5  # the last symbol is not everywhere the least likely
        for shift in (0, 1000, 1000 * (-1) ** np.indices((m, T_y, 1))[1]):
            log_probs = special.log_softmax(logits + shift, axis=-1)
            own = [
                [row[t, token] for t, token in enumerate(ys)]
                for row, ys in zip(log_probs, y, strict=True)
            ]
            given = y.astype("int32"), (logits + shift).astype("float32")
            same("The answer", attempt(*given), np.exp(np.sum(own, axis=1)), "(m,)", FLOAT32)
    return "Each step's softmax, the symbol of y in it, and their product."


def without_feedback(y, meanings):
    """Return the probability of y if each symbol is chosen without sight of the others."""
    p = 1.0
    for t, symbol in enumerate(y):
        p *= sum(share for iso, share in meanings.items() if iso[t] == symbol)
    return p


ADDED, ALIKE = (
    "sum(share for iso, share in meanings.items() if iso[t] == symbol)",
    "iso[t] == symbol",
)
TOGETHER = "that is the probability of the whole. Without feedback each symbol has its own."
PARTS = "it multiplies year, month and day. Each symbol is chosen for itself; y need not be a date."
PLACE = "compare the symbol of step t with the meaning's symbol of step t."


@check.exercise(
    without_feedback,
    {
        "return p => return meanings.get(y, 0.0)": TOGETHER,
        f"{ADDED} => max(share * ({ALIKE}) for iso, share in meanings.items())": (
            "only one meaning counts. Add up all that have this symbol here."
        ),
        f"{ADDED} => sum({ALIKE} for iso in meanings) / len(meanings)": (
            "the meanings count alike. Add up their probabilities."
        ),
        f"{ALIKE} => symbol in iso": PLACE,
        (
            "enumerate(y) => enumerate(y.split('-'))",
            f"{ALIKE} => iso.split('-')[t] == symbol",
        ): PARTS,
        f"{ALIKE} => iso[:t + 1] == y[:t + 1]": "it looks at the symbols before: that is feedback.",
        f"{ALIKE} => iso[t] != symbol": "these are the meanings with another symbol.",
        "p *= => p +=": "multiply the probabilities of the symbols.",
        "p *= => p =": "that is the last symbol alone. Multiply all of them.",
        "enumerate(y) => enumerate(y[:-1])": "the last symbol is left out.",
        "enumerate(y) => [*enumerate(y)][1:]": "the first symbol is left out.",
        "enumerate(y) => enumerate(y[:10])": "y may have any length, not ten symbols.",
        f"p *= {ADDED} => p *= {ADDED} or 1.0": (
            "a symbol that no meaning has there gets probability 0, and so does y."
        ),
        "return p => return p ** (1 / len(y))": "take the product, not its root.",
        "return p => return np.log(p) if p else -99.0": "return p, not its logarithm.",
        "    return =>         return": RETURNS,
    },
)
def _(attempt):
    for y, meanings in _draw_meanings():
        texts, shares = [*meanings], np.array([*meanings.values()])
        alike = np.array([[a == b for a, b in zip(text, y, strict=True)] for text in texts])
        same(
            "The answer", attempt(y, dict(meanings)), np.exp(np.log(_never_0(shares @ alike)).sum())
        )
    return "Each symbol has the probability of its own place, and their product is y's."


def _never_0(p):
    return np.maximum(p, 1e-99)


def _draw_meanings():
    """Yield a translation and what a text can mean: {iso: probability}."""
    rng = np.random.default_rng()
    three = {"2004-03-07": 0.2, "2004-07-03": 0.3, "2014-07-07": 0.5}
    for y in (*three, "2014-03-03"):
        yield y, three
    two = {"2004-03-07": 0.25, "2004-07-03": 0.75}
    for y in (*two, "2004-03-03", "2004-07-07", "2004-33-33", "2005-03-07"):
        yield y, two
    far = {"1970-10-09": 0.2, "1970-09-10": 0.8}  # months and days with two other symbols
    for y in ("1970-09-09", *far):
        yield y, far
    yield "ab", {"ab": 0.25, "cb": 0.75}
    for length in (7, 13, 1):
        texts = ["".join(rng.choice(list("abc"), length)) for _ in range(4)]
        texts = [*dict.fromkeys(texts)]
        shares = rng.dirichlet(np.ones(len(texts)))
        meanings = dict(zip(texts, shares.tolist(), strict=True))
        mixed = "".join(texts[t % len(texts)][t] for t in range(length))
        for y in (mixed, texts[0], texts[-1][:-1] + "z"):
            yield y, meanings
    yield "1999-11-11", {"1999-11-11": 1.0}


def reliability(confidence, right, edges):
    """Return a row for each bin that holds something: mean confidence, share right, count."""
    rows = []
    for low, high in pairwise(edges):
        inside = (confidence >= low) & (confidence < high)
        if inside.any():
            rows.append((confidence[inside].mean(), right[inside].mean(), inside.sum()))
    return np.array(rows)


ABOVE, BELOW, ANY = "(confidence >= low)", "(confidence < high)", "if inside.any():"
MEAN, SHARE, COUNT = "confidence[inside].mean()", "right[inside].mean()", "inside.sum()"
ROW, BINS, ROWS = f"({MEAN}, {SHARE}, {COUNT})", "pairwise(edges)", "np.array(rows)"
COLUMN = {MEAN: "mean confidence", SHARE: "share right", COUNT: "count"}
HALF = "A bin holds low <= confidence < high."
NOTHING = "a bin that holds nothing has no row."
DIVIDE = "Divide by the count of the bin."


@check.exercise(
    reliability,
    {
        (">= low => > low", "< high => <= high"): f"the upper border is in, not the lower. {HALF}",
        "< high => <= high": f"both borders are in. {HALF}",
        ">= low => > low": f"no border is in. {HALF}",
        f" & {BELOW} =>": f"there is no upper border. {HALF}",
        f"{ABOVE} &  =>": f"there is no lower border. {HALF}",
        f"{BINS} => pairwise([*edges[:-1], edges[-1] + 1e-9])": "the last border should be out.",
        f"{BINS} => pairwise([-np.inf, *edges[1:-1], np.inf])": "it counts what lies outside.",
        f"{BINS} => pairwise([-np.inf, *edges[1:]])": "what lies below all bins is in the first.",
        f"{BINS} => pairwise([*edges[:-1], np.inf])": "what lies above all bins is in the last.",
        f"{BINS} => pairwise([-np.inf, *edges, np.inf])": "what is outside of all bins has no row.",
        f"{BINS} => pairwise(edges[1:])": "the first bin is left out.",
        f"{BINS} => pairwise(edges[:-1])": "the last bin is left out.",
        f"{BINS} => pairwise(np.linspace(0, 1, len(edges)))": "the borders are not those in edges.",
        f"{ANY} => if True:": NOTHING,
        (f"{ANY} => if True:", f"{ROW} => np.nan_to_num({ROW})"): NOTHING,
        f"{ANY} => if not inside.any(): break\n        else:": "it ends at an empty bin. Go on.",
        f"{ANY} => if {COUNT} > 1:": "a bin that holds one answer is left out.",
        f"{ANY} => if right[inside].any():": "a bin without a right answer is left out.",
        f"{ANY} => if confidence[inside].any():": "a bin where the confidence is 0 is left out.",
        **{
            f"{ROW} => ({', '.join(order)})": (
                f"the columns are {', '.join(COLUMN[part] for part in order)}."
            )
            for order in [*permutations(COLUMN)][1:]
        },
        f"{MEAN} => np.median(confidence[inside])": "the confidence is a median. Take the mean.",
        f"{MEAN} => confidence[inside].sum()": "the confidence is a sum. Take the mean.",
        f"{MEAN} => confidence.mean()": "the confidence is the mean over all bins.",
        f"{MEAN} => (low + high) / 2": "the confidence is the middle of the bin. Take the mean.",
        f"{MEAN} => confidence[inside & right].mean()": "it is that of the right ones alone.",
        f"{MEAN} => {SHARE}": "the confidence is the share right.",
        f"{MEAN} => (confidence * inside).mean()": f"it is divided by all answers. {DIVIDE}",
        f"{SHARE} => right[inside].sum()": f"the share is the number of the right ones. {DIVIDE}",
        f"{SHARE} => right.mean()": "the share is that over all bins.",
        f"{SHARE} => 1 - {SHARE}": "the share is that of the wrong ones.",
        f"{SHARE} => (right & inside).mean()": f"the share is divided by all examples. {DIVIDE}",
        f"{SHARE} => right[inside].sum() / right.sum()": f"it is divided by all right. {DIVIDE}",
        f"{SHARE} => {MEAN}": "the share is the mean confidence.",
        f"{COUNT} => inside.mean()": "the count is a share. Give the number of examples.",
        f"{COUNT} => right[inside].sum()": "the count is that of the right ones. Count all.",
        f"{COUNT} => len(inside)": "the count is that of all bins.",
        f"{ROWS} => np.squeeze({ROWS})": SQUEEZED,
        "    return =>         return": RETURNS,
    },
)
def _(attempt):
    for confidence, right, edges in _draw_answers():
        count, total, good = (  # a further bin, since np.histogram's last has both borders in
            np.histogram(confidence, [*edges, np.inf], weights=weights)[0][:-1]
            for weights in (None, confidence, 1.0 * right)
        )
        full = count > 0
        want = np.stack([total[full] / count[full], good[full] / count[full], count[full]], axis=1)
        same("The answer", attempt(confidence, right, edges), want, "(bins that hold something, 3)")
    return "Means, shares and counts agree with np.histogram; an empty bin is left out."


def _draw_answers():
    """Yield confidences, which of them are right, and edges."""
    rng = np.random.default_rng()
    edges = np.sort(rng.permutation(np.arange(1, 64))[:9]) / 64
    place = np.repeat(np.arange(8), [6, 4, 1, 5, 0, 7, 3, 4])  # one bin holds one, one holds none
    right = (place == 0) | (rng.permutation(len(place)) % 3 > 0) & (place != 3)
    confidence = rng.uniform(edges[place], edges[place + 1])
    firsts = np.unique(place, return_index=True)[1]  # lie on a border; further answers, outside
    confidence[firsts] = edges[place[firsts]]
    confidence = np.r_[confidence, 0, edges[0] / 2, edges[-1], 1]
    yield confidence, np.r_[right, True, False, True, False], edges.tolist()
    low, high = edges[[0, -1]]
    yield rng.uniform(low, high, 5), np.arange(5) < 2, [0.0, low / 2, low, high, 1.0, 1.5]
    yield np.zeros(1), np.array([False]), [0.0, float(high)]


_held_out = {}


def hold_out(log_probs, alphas, digits, right):
    """Keep what the network says of held-out texts: what `trust` is judged on.

    Args:
        log_probs: of the symbols that it wrote, (m, T_y).
        alphas: where it looked, (m, T_y, T_x).
        digits: (m, T_x), True where a digit stands.
        right: (m,), whether the text is a date and the answer is right.
    """
    _held_out.update(given=(log_probs, alphas, digits), right=np.asarray(right))


def trust(log_probs, alphas, digits):
    """Return a number for each answer, (m,): the larger, the more it can be trusted."""
    return log_probs.sum(axis=1)


MISSED, SHARED = 2, 0.5  # what dates may have


def missed(alphas, digits):
    """Return how many digits of each text no step looks at, (m,)."""
    return (digits * (1 - alphas.max(axis=1))).sum(axis=1)


def shared(alphas):
    """Return how much of each text the day looks at with month or year, (m,): with no day, much."""
    places = slice(0, 4), slice(5, 7), slice(8, 10)
    year, month, day = (alphas[:, place].mean(axis=1) for place in places)
    return (np.minimum(day, month) + np.minimum(day, year)).sum(axis=1)


def _ours(log_probs, alphas, digits):
    odd = np.maximum(missed(alphas, digits) - MISSED, 0) + np.maximum(shared(alphas) - SHARED, 0)
    return log_probs.sum(axis=1) - 3 * odd


@check.open_task(trust, ours=_ours, of=OF_TRUST, hidden=("test", "test_unseen", "strangers"))
def _(attempt, rng):
    if not _held_out:
        raise Wrong("Run the cell with `hold_out` first: it keeps the answers that trust is for.")
    order = rng.permutation(len(_held_out["right"]))
    right = _held_out["right"][order]
    scores = np.asarray(attempt(*(part[order] for part in _held_out["given"])), float)
    if scores.shape != right.shape or not np.isfinite(scores).all():
        raise Wrong(f"trust should return {len(right)} finite numbers, one for each answer.")
    return _passing(scores, right)


def _passing(scores, right):
    """Return how many of 100 wrong answers pass where 1 of 100 right ones is refused."""
    return float(100 * np.mean(scores[~right] >= np.quantile(scores[right], 0.01)))


def each_term():
    """Return the challenge's figure for the confidence, and with each term of our answer alone."""
    log_probs, alphas, digits = _held_out["given"]
    confidence, right = log_probs.sum(axis=1), _held_out["right"]
    unseen, common = missed(alphas, digits), shared(alphas)
    terms = {
        "the confidence alone": 0,
        "and digits that no step looks at": np.maximum(unseen - MISSED, 0),
        "and what the day shares": np.maximum(common - SHARED, 0),
        "both, but without limits": unseen + common,
    }
    return {name: _passing(confidence - 3 * term, right) for name, term in terms.items()}
