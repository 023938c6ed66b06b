"""The checks of `week3/1_date_translation_attention`.

Attention is held against its formulas and SciPy's softmax, greedy decoding against `decoding`, bins
against `np.histogram`; the decoder's loop runs on arrays, on tensors and in a model. What goes in
is drawn fresh each time, with another size for every axis. Padding and `END` stand first, inside
and last.
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
AROUND = "It belongs inside of the tanh; outside it cancels."
USE = "Give masked_softmax the mask as it is."
UNWEIGHTED = "the states are not weighted by alphas: this is the"
OVER_TIME = f"Add up over the time: {CONTEXT}."


@check.exercise(
    one_step_attention,
    {
        f"{QUERY} +  =>": f"s_prev @ Ws is missing. {AROUND}",
        " + b =>": f"b is missing. {AROUND}",
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


def unrolled_decoder(a, s, attend, cell, classify, T_y):
    """Return the outputs of all steps, (m, T_y, n_y)."""
    outputs = []
    for _ in range(T_y):
        context = attend(s, a)
        s = cell(context, s)
        outputs.append(classify(context, s))
    return ops.stack(outputs, axis=1)


ATTEND, CELL, CLASSIFY = "context = attend(s, a)", "s = cell(context, s)", "classify(context, s)"
OUTPUT, STACK = f"outputs.append({CLASSIFY})", "ops.stack(outputs, axis=1)"
ORDER = "the order is attend(s, a), cell(context, s), classify(context, s)."
FROM_FIRST = f"each step begins with the first state. Write {CELL} in each step."
LOOK = "the context stays that of the first step. Call attend in the loop, with s."
AXIS = f"join the outputs along a new axis 1, the time: {STACK}."
IN_MODEL = "in a model a and s hold no values yet. Use ops.stack, not np.stack, and no loop over m."
OF_DECODER = 4, 2, 6, 8, 12, 14  # sizes that stay: JAX is slow with new ones; T_y is never ten
ONCE = "Call it once in each step."


@check.exercise(
    unrolled_decoder,
    {
        (f"{CELL} => pass", f"{OUTPUT} => {OUTPUT}; {CELL}"): "call cell before classify.",
        (f"{CELL} => pass", f"{CLASSIFY} => classify(context, cell(context, s))"): FROM_FIRST,
        f"{CELL} => cell(context, s)": f"the state never changes. Write {CELL} in each step.",
        (f"{ATTEND} => pass", "outputs = [] => outputs, context = [], attend(s, a)"): LOOK,
        f"{CELL} => {CELL}; {ATTEND}": "classify is given a new context. Call attend before cell.",
        "attend(s, a) => attend(s, a[:, 0])": "give attend all of a, (m, T_x, n_a).",
        "attend(s, a) => attend(a, s)": ORDER,
        **{f"{part}(context, s) => {part}(s, context)": ORDER for part in ("cell", "classify")},
        "outputs = [] => outputs, s = [], 0 * s": "the loop begins with zeros, not with s.",
        "axis=1) => axis=0)": AXIS,
        "axis=1) => axis=-1)": AXIS,
        "stack(outputs, => concatenate(outputs,": AXIS,
        f"{STACK} => ops.concatenate(outputs)": AXIS,
        f"{STACK} => ops.reshape(outputs, (len(a), T_y, -1))": AXIS,
        f"{STACK} => ops.squeeze({STACK})": SQUEEZED,
        "    return =>         return": RETURNS,
        "range(T_y) => range(a.shape[1])": "it took T_x steps. The output has T_y.",
        "range(T_y) => range(10)": "it always takes 10 steps. Take T_y.",
        f"{CLASSIFY} => s": "these are the states. Append what classify gives.",
        f"{CLASSIFY} => context": "these are the contexts. Append what classify gives.",
        "ops.stack => np.stack": IN_MODEL,
        f"{OUTPUT} => {OUTPUT}; {CLASSIFY}": ONCE,
    },
)
def _(attempt):
    tries = np.where(np.eye(7, 6, -1), 1, OF_DECODER).tolist()
    for T_y, *shape in [*tries, tries[0]]:
        parts = _Parts(*shape)
        _in_order(attempt, parts, T_y, parts.a, parts.s)
    a, s = map(ops.convert_to_tensor, (parts.a, parts.s))
    _in_order(attempt, parts, T_y, a, s)
    inputs = [keras.Input(x.shape[1:]) for x in (a, s)]
    in_model = attempt.then(lambda got: keras.Model(inputs, got)([a, s]))
    try:
        got = in_model(*inputs, parts.attend, parts.cell, parts.classify, T_y)
    except Exception as error:
        raise Wrong(f"It works for arrays, but {IN_MODEL}") from error
    same("In a model, the answer", got, parts.outputs(T_y), "(m, T_y, n_y)", FLOAT32)
    return "State, context and output come in order, for tensors and in a model."


def _in_order(attempt, parts, T_y, a, s):
    parts.calls = []
    got, calls = attempt(a, s, parts.attend, parts.cell, parts.classify, T_y), parts.calls.copy()
    same("The answer", got, parts.outputs(T_y), "(m, T_y, n_y)", FLOAT32)
    most = max(calls, key=calls.count)
    if (count := calls.count(most)) > T_y:
        raise Wrong(f"The answer is right, but {most} runs {count} times in {T_y} steps. {ONCE}")


class _Parts:
    """Stands in for what a decoder is made of: small functions of arrays or tensors."""

    def __init__(self, m, T_x, n_a, n_s, n_y):
        shapes = (m, T_x, n_a), (m, n_s), (n_s, n_a), (n_a + n_s, n_s), (n_a + n_s, n_y)
        self.a, self.s, *self.weights = (numbers(*shape).astype("float32") for shape in shapes)

    def attend(self, s, a):
        xp = self._called("attend", s, a)
        return xp.mean(xp.tanh(xp.expand_dims(xp.matmul(s, self.weights[0]), 1) * a) * a, axis=1)

    def cell(self, context, s):
        xp = self._called("cell", context, s)
        return xp.tanh(xp.matmul(xp.concatenate([context, s], axis=-1), self.weights[1]) / 3)

    def classify(self, context, s):
        xp = self._called("classify", context, s)
        return xp.matmul(xp.concatenate([context, s], axis=-1), self.weights[2])

    def _called(self, part, *given):
        """Return what computes with such arguments, NumPy or Keras."""
        self.calls.append(part)
        return np if all(isinstance(value, np.ndarray) for value in given) else ops

    def outputs(self, T_y):
        """Return what comes out of T_y steps."""
        state, outputs = self.s, []
        while len(outputs) < T_y:
            context = self.attend(state, self.a)
            state = self.cell(context, state)
            outputs.append(self.classify(context, state))
        return np.stack(outputs, axis=1)


def decoder_inputs(y):
    """Return what the decoder reads at each step, (m, T_y), for the targets y, (m, T_y)."""
    inputs = np.full_like(y, END)
    inputs[:, 1:] = y[:, :-1]
    return inputs


START, MOVED, RESULT = "np.full_like(y, END)", "inputs[:, 1:] = y[:, :-1]", "return inputs"
LEFT = "it is moved to the left. Step t reads the symbol of step t-1, so move it to the right."
STEPS = "Move the steps, axis=1."
BEGIN = f"the first column should be END, which is {END}."
STAYS = "nothing has moved: each step reads the symbol that it should write."
NO_END = "END inside of y is a symbol like any other: it moves, and so does what stands behind."
BEFORE_EACH = f"END should stand before each row. {STEPS}"
FALLS = "the last symbol falls off: nothing is read after it is written."


@check.exercise(
    decoder_inputs,
    {
        f"{MOVED} => inputs[:, :-1] = y[:, 1:]": LEFT,
        f"{MOVED} => inputs = np.roll(y, -1, axis=1)": f"the first symbol stands last: {LEFT}",
        f"{MOVED} => inputs = np.roll(y, 1, axis=1)": "first comes the last symbol, not END.",
        f"{START} => y.copy()": "the first symbol stands twice. The first column is END.",
        f"{MOVED} => inputs = y": STAYS,
        f"{MOVED} => inputs[:, 1:] = y[:, 1:]": f"END replaces the first symbol, and {STAYS}",
        f"{MOVED} => inputs[:, :-1] = y[:, :-1]": f"END stands last, and {STAYS}",
        f"{MOVED} => inputs.flat[1:] = y.flat[:-1]": f"rows run together. {STEPS}",
        f"{MOVED} => inputs = np.roll(y, 1, axis=0)": f"the rows have moved. {STEPS}",
        f"{MOVED} => inputs[1:] = y[:-1]": f"the rows have moved behind a row of END. {STEPS}",
        f"{MOVED} => inputs[:, 1:] = y[:, :1]": "read from y, not from what is written already.",
        f"{MOVED} => pass": "it is all END. From the second step on, the symbol before is read.",
        f"{MOVED} => inputs[:, 1:] = y": FALLS,
        **{f"{START} => np.full_like(y, {first})": BEGIN for first in (1, -1)},
        f"{RESULT} => return inputs * (np.cumsum(inputs == 0, axis=1) < 2)": NO_END,
        f"{RESULT} => return inputs * (np.cumsum(y == 0, axis=1) == 0)": NO_END,
        f"{RESULT} => return inputs[:, 1:]": "END should stand before the first symbol.",
        f"{RESULT} => return np.pad(y, ((0, 0), (1, 0)))": FALLS,
        f"{RESULT} => return np.pad(y, ((1, 0), (0, 0)))": BEFORE_EACH,
        f"{RESULT} => return np.append(END, y)": BEFORE_EACH,
        f"{RESULT} => return np.squeeze(inputs)": SQUEEZED,
    },
)
def _(attempt):
    for m, T_y in sizes_and_ones(2):
        y = np.random.default_rng().permutation(m * T_y).reshape(m, T_y).astype("int32") + 2
        y[[0, m // 3, m // 2, -1], [0, T_y // 2, T_y // 3, -1]] = END
        got = attempt(y)
        same("The answer", got, np.pad(y, ((0, 0), (1, 0)))[:, :-1], "(m, T_y)")
        _whole("The answer", got)
    return "END first, then each symbol one step late."


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
            f"{ROW} => ({', '.join(order)})": f"the columns are {[COLUMN[part] for part in order]}."
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
