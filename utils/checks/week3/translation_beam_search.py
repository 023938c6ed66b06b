"""The checks of `week3/3_translation_beam_search`.

Attention is held against `keras.layers.Attention`, log-probabilities against a loop over each
sentence, a beam's step against sorted lists, beam search against all sequences and against a beam
of Python lists, BLEU against sacrebleu. What goes in is drawn fresh each time; `END` stands first,
inside and last.
"""

from collections import Counter
from contextlib import suppress
from itertools import product

import numpy as np

from utils import env
from utils.checks.answers import same, unpack
from utils.checks.draws import numbers, sizes
from utils.checks.grading import Checks
from utils.checks.wrong import Wrong, off
from utils.text import END

with env.quiet():
    import keras
    from keras import layers, ops

check = Checks()

FLOAT32 = 1e-5  # Keras computes in float32
SQUEEZED = "an axis of length 1 is lost: leave squeeze away."
RETURNS = "the loop ends too early: `return` stands inside of it."


def attention_step(s, a, values, mask, project, join):
    """Return what join gives, (m, T_y, n), and alphas (m, T_y, T_x)."""
    e = ops.matmul(project(s), ops.transpose(a, (0, 2, 1)))
    alphas = ops.softmax(ops.where(mask[:, None, :], e, -1e9), axis=-1)
    context = ops.matmul(alphas, values)
    return join(ops.concatenate([context, s], axis=-1)), alphas


E, WHERE = (
    "ops.matmul(project(s), ops.transpose(a, (0, 2, 1)))",
    "ops.where(mask[:, None, :], e, -1e9)",
)
ALPHAS, CONTEXT = f"ops.softmax({WHERE}, axis=-1)", "ops.matmul(alphas, values)"
JOIN = "join(ops.concatenate([context, s], axis=-1))"
BOTH = f"{JOIN}, alphas"
OVER_INPUT = "each step's weights add up to 1 over the input positions: axis=-1."
MASKED = "Set the energies of padding far below all others before the softmax."
IN_MODEL = "in a model a and s hold no values yet. Use ops, not np, and no loop over m."


@check.exercise(
    attention_step,
    {
        f"{E} => ops.matmul(project(s), ops.transpose(project(s), (0, 2, 1)))[:, :, :1] + 0 * "
        f"ops.matmul(project(s), ops.transpose(a, (0, 2, 1)))": (
            "a is not asked: e is project(s)·a."
        ),
        "ops.matmul(project(s) => ops.matmul(ops.tanh(project(s))": "there is no tanh in this e.",
        f"{E} => {E} / np.sqrt(a.shape[-1])": (
            "e is divided by a root. Here it is the product alone."
        ),
        f"{WHERE}, axis=-1 => e, axis=-1": (
            f"the mask is not used, so padding gets weight. {MASKED}"
        ),
        "e, -1e9 => -1e9, e": f"only padding gets weight: mask is True at words. {MASKED}",
        "e, -1e9 => e, -10.0": (
            "padding still gets a little weight: use a far lower number, such as -1e9."
        ),
        "e, -1e9 => e, 0.0": f"padding has the energy 0, and exp(0) is 1. {MASKED}",
        f"ops.softmax({WHERE}, axis=-1) => ops.softmax(e, axis=-1) * ops.cast(mask[:, None, "
        ":], 'float32')": ("weights add up to less than 1: the mask comes before the softmax."),
        "-1e9), axis=-1 => -1e9), axis=1": f"a softmax over the steps: {OVER_INPUT}",
        "-1e9), axis=-1 => -1e9), axis=0": f"a softmax over the sentences: {OVER_INPUT}",
        f"{ALPHAS} => {WHERE}": "these are energies, not weights: the softmax is missing.",
        f"{CONTEXT} => ops.matmul(alphas, ops.flip(values, axis=1))": "the values stand backwards.",
        f"{CONTEXT} => ops.mean(values, axis=1, keepdims=True) + 0 * ops.matmul(alphas, values)": (
            "the values are not weighted by alphas: this is the mean."
        ),
        f"{JOIN}, alphas => ops.tanh({JOIN}), alphas": (
            "tanh is taken twice: join is the tanh layer already."
        ),
        "ops.transpose(a, (0, 2, 1)) => ops.reshape(a, (a.shape[0], a.shape[2], a.shape[1]))": (
            "reshape does not swap axes: it fills in the numbers in their old order. Use transpose."
        ),
        "ops.concatenate([context, s], axis=-1) => [context, s]": (
            "if join is given a list. It takes one array: context and s concatenated."
        ),
        "ops.concatenate([context, s], axis=-1) => context": (
            "if join is given the context alone. It takes context and s in one array."
        ),
        f"{CONTEXT} => ops.matmul(alphas, a)": (
            "if the context mixes a. The weights come from a; what they mix are the values."
        ),
        "project(s), ops => project(a), ops": (
            "if a is projected. W turns s into n_a numbers: project(s)."
        ),
        "mask[:, None, :] => mask": (
            "with a mask of two axes. e has three: give the mask one for the steps."
        ),
        "[context, s] => [s, context]": "join takes the context first, then s.",
        "[context, s] => [context, 0 * s]": "s is missing in what join takes.",
        "[context, s] => [0 * context, s]": "the context is missing in what join takes.",
        f"{BOTH} => alphas, {JOIN}": "the two are swapped: what join gives comes first.",
        f"{BOTH} => {JOIN}": "you return one array. Return two: what join gives, and alphas.",
        f"{BOTH} => context, alphas": "that is the context. Return what join makes of it and s.",
        f"{BOTH} => ops.squeeze({JOIN}), ops.squeeze(alphas)": SQUEEZED,
        f"{JOIN}, alphas => {JOIN}, e": "the second value is alphas, not the energies.",
        f"{CONTEXT} => np.matmul(alphas, values)": IN_MODEL,
    },
)
def _(attempt):
    for m, T_y, T_x in ((3, 5, 4), (1, 5, 4), (3, 1, 4)):
        parts = _Attending(m, T_y, T_x)
        got = unpack(attempt(*parts.given(), parts.project, parts.join), "what join gives, alphas")
        _attended("", got, parts)
    shapes = [(part.shape[1:], part.dtype) for part in parts.given()]
    inputs = [keras.Input(shape, dtype=str(kind)) for shape, kind in shapes]
    in_model = attempt.then(lambda got: keras.Model(inputs, list(got))(list(parts.given())))
    try:
        got = in_model(*inputs, parts.project, parts.join)
    except Exception as error:
        raise Wrong(f"It works for arrays, but {IN_MODEL}") from error
    _attended("In a model, ", got, parts)
    return "Weights and context are those of keras.layers.Attention, in a model, too."


def _attended(where, got, parts):
    for name, part, want, axes in zip(
        ("what join gives", "alphas"),
        got,
        parts.right(),
        ("(m, T_y, n)", "(m, T_y, T_x)"),
        strict=True,
    ):
        same(f"{where}{name}", part, want, axes, FLOAT32)


class _Attending:
    """Sentences of random numbers, and the small layers of a decoder."""

    def __init__(self, m, T_y, T_x, n_s=2, n_a=6, n_v=3, n=7):
        shapes = (m, T_y, n_s), (m, T_x, n_a), (m, T_x, n_v), (n_s, n_a), (n_v + n_s, n)
        self.s, self.a, self.values, self.W, self.Wc = (
            numbers(*shape).astype("float32") for shape in shapes
        )
        self.values += 2 * np.sign(self.values)
        rows, columns = np.ogrid[:m, :T_x]
        self.mask = ((rows + columns) % 3 != 2) | (rows == 1) | (T_x == 1)

    def given(self):
        return self.s, self.a, self.values, self.mask

    def project(self, s):
        return ops.matmul(s, self.W)

    def join(self, x):
        return ops.tanh(ops.matmul(x, self.Wc) / 3)

    def right(self):
        context, alphas = layers.Attention()(
            [self.s @ self.W, self.values, self.a], mask=[None, self.mask],
            return_attention_scores=True,
        )  # fmt: skip
        context, alphas = ops.convert_to_numpy(context), ops.convert_to_numpy(alphas)
        return np.tanh(np.concatenate([context, self.s], axis=2) @ self.Wc / 3), alphas


# Models for the searches: what comes next depends on everything before.


class _Chain:
    """m small language models; the state is what was written so far, coded in one number."""

    def __init__(self, m, n_y, T_y):
        rng = np.random.default_rng()
        self.m, self.n_y, self.T_y = m, n_y, T_y
        p = rng.dirichlet(np.full(n_y, 0.8), (m, T_y, (n_y + 1) ** T_y)) + 0.02
        self.log_p = np.log(p / p.sum(axis=-1, keepdims=True))

    def start(self):
        """Return the first state, (m, 3): which model, how many steps, what was written."""
        return np.stack([np.arange(self.m), np.zeros(self.m), np.zeros(self.m)], axis=1)

    def step(self, state, tokens):
        which, t, written = np.asarray(state).astype(int).T
        written = written * (self.n_y + 1) + np.asarray(tokens) + 1
        log_probs = self.log_p[which, np.minimum(t, self.T_y - 1), written % self.log_p.shape[2]]
        return np.stack([which, t + 1.0, written], axis=1), log_probs.copy()

    def of(self, n, tokens):
        """Return the log-probabilities of a sequence's tokens, one by one, up to END."""
        state, found, last = self.start()[n : n + 1], [], np.array([END])
        for token in tokens:
            state, log_probs = self.step(state, last)
            found.append(float(log_probs[0, token]))
            last = np.array([token])
            if token == END:
                break
        return found

    def listed(self, n, width):
        """Return the hypotheses of a beam, (log P, tokens), kept in lists: another way to do it."""
        beam = [(0.0, ())]
        for _ in range(self.T_y):
            longer = []
            for score, tokens in beam:
                if END in tokens:
                    longer.append((score, (*tokens, END)))
                    continue
                for token in range(self.n_y):
                    longer.append((sum(self.of(n, (*tokens, token))), (*tokens, token)))
            beam = sorted(longer, key=lambda item: -item[0])[:width]
        return beam


def log_probability(step, state, y):
    """Return log P(y | x) of given translations, (m,)."""
    total, running, tokens = np.zeros(len(y)), np.ones(len(y), bool), np.full(len(y), END)
    for t in range(y.shape[1]):
        state, log_probs = step(state, tokens)
        total = total + np.where(running, log_probs[np.arange(len(y)), y[:, t]], 0)
        tokens = y[:, t]
        running = running & (tokens != END)
    return total


OWN, FEED = "log_probs[np.arange(len(y)), y[:, t]]", "tokens = y[:, t]"
ADDED, RUN = f"np.where(running, {OWN}, 0)", "running & (tokens != END)"
READS = "The step reads the word before; the first reads END."
ONLY = "What stands after the first END is padding."


@check.exercise(
    log_probability,
    {
        f"{ADDED} => {OWN}": f"padding counts. {ONLY}",
        f"{ADDED} => np.where(running & (y[:, t] != END), {OWN}, 0)": (
            "END counts: that the sentence ends here has a probability, too."
        ),
        f"{ADDED} => np.where(y[:, t] != END, {OWN}, 0)": (
            f"END does not count, and what stands after it does. {ONLY}"
        ),
        f"{ADDED} => np.where(t < (y == END).argmax(axis=1) + 1, {OWN}, 0)": (
            "in a row without END, argmax gives 0. It was cut off: all its words count."
        ),
        (
            f"{FEED} => tokens = log_probs.argmax(axis=1)",
            f"{RUN} => running & (y[:, t] != END)",
        ): f"each step reads the likeliest word, not y's. {READS}",
        "return total => return total / np.minimum((np.cumsum(y == END, axis=1) == 0).sum(axis=1) "
        "+ 1, y.shape[1])": "that is the mean of the words. Add up, and do not divide.",
        f"{ADDED} => np.where(running, log_probs.max(axis=1), 0)": (
            "that is the likeliest word at each step. Take the one of y."
        ),
        f"{ADDED} => np.where(running, np.exp({OWN}), 0)": (
            "probabilities are added. Add their logarithms."
        ),
        "return total => return np.exp(total)": "that is the probability. Return its logarithm.",
        "return total => return -total": "the sign is turned: log P is below 0.",
        "return total => return total / y.shape[1]": "that is a mean. Add up, and do not divide.",
        f"{FEED} => tokens = log_probs.argmax(axis=1)": (
            f"each step reads the likeliest word, not y's. {READS}"
        ),
        "step(state, tokens) => step(state, 0 * tokens)": f"every step reads END. {READS}",
        "step(state, tokens) => step(state, y[:, t])": f"each step reads its own word. {READS}",
        "np.full(len(y), END) => y[:, 0]": f"the first step reads y's first word. {READS}",
        "state, log_probs = step(state, tokens) => _, log_probs = step(state, tokens)": (
            "every step begins with the first state. Keep the state that step returns."
        ),
        "range(y.shape[1]) => range(y.shape[1] - 1)": "the last column is left out.",
        "range(y.shape[1]) => range(1, y.shape[1])": "the first column is left out.",
        f"{RUN} => tokens != END": f"after an END it counts again. {ONLY}",
        "return total => return total.sum()": "return a number for each sentence, (m,).",
        "    return total =>         return total": RETURNS,
    },
)
def _(attempt):
    cases = [(_Chain(2, 3, 3), np.array([[END, END, END], [1, 2, 1]]))]
    for m, n_y, T_y in ((2, 2, 3), (4, 3, 1), (1, 3, 4), (3, 4, 5)):
        y = np.random.default_rng().integers(1, n_y, (m, T_y))
        y[0, -1] = END
        if m > 1 and T_y > 2:
            y[1, 1] = END  # and words after it: they do not count
        cases.insert(0, (_Chain(m, n_y, T_y), y))
    got = [attempt(model.step, model.start(), y) for model, y in cases]
    for answer, (model, y) in zip(got, cases, strict=True):
        want = [sum(model.of(n, row)) for n, row in enumerate(y.tolist())]
        same("The answer", answer, np.array(want), "(m,)")
    return "The words of y and its END count, each given those before; padding does not."


def extend_beam(scores, log_probs, ended):
    """Return before, tokens and scores of the best hypotheses, each (m, width)."""
    width, n_y = log_probs.shape[1:]
    only_end = np.where(np.arange(n_y) == END, 0, -np.inf)
    log_probs = np.where(ended[:, :, None], only_end, log_probs)
    total = (scores[:, :, None] + log_probs).reshape(len(scores), -1)
    best = np.argsort(-total, axis=1)[:, :width]
    return best // n_y, best % n_y, np.take_along_axis(total, best, axis=1)


ONLY_END, KEEP = (
    "np.where(np.arange(n_y) == END, 0, -np.inf)",
    "np.where(ended[:, :, None], only_end, log_probs)",
)
TOTAL, BEST = "(scores[:, :, None] + log_probs)", "np.argsort(-total, axis=1)[:, :width]"
GIVES = "best // n_y, best % n_y, np.take_along_axis(total, best, axis=1)"
STAYS = "An ended hypothesis goes on with END alone, for nothing: its log-probability is 0."
FROM_ALL = "The best of a sentence are chosen among the extensions of all its hypotheses together."
PLACE = "Of place k in a row of width · n_y, k // n_y is the hypothesis and k % n_y the word."


@check.exercise(
    extend_beam,
    {
        f"{KEEP} => log_probs": f"an ended hypothesis goes on writing. {STAYS}",
        "== END, 0, -np.inf) => == END, -np.inf, -np.inf)": f"ended hypotheses are lost. {STAYS}",
        "== END, 0, -np.inf) => == END, 0, 0.0)": (
            f"an ended hypothesis is there many times. {STAYS}"
        ),
        "== END, 0, -np.inf) => == END, log_probs[:, :, END:END + 1], -np.inf)": (
            f"an ended hypothesis pays for END again. {STAYS}"
        ),
        f"{TOTAL} => (0 * np.maximum(scores, -9)[:, :, None] + log_probs)": (
            "the scores of the hypotheses are lost: add the log-probabilities to them."
        ),
        f"{TOTAL} => (scores[:, :, None] * log_probs)": (
            "they are multiplied: logarithms are added."
        ),
        f"{TOTAL} => (scores[:, :, None] + np.exp(log_probs))": (
            "the probability is added, not its logarithm."
        ),
        "np.argsort(-total => np.argsort(total": "these are the least likely: sort by -total.",
        f"{BEST} => {BEST}[:, ::-1]": "the least likely of them comes first: turn the order.",
        f"{BEST} => np.argsort(-total[:, :n_y], axis=1)[:, :width] if n_y >= width else {BEST}": (
            f"only the first hypothesis goes on. {FROM_ALL}"
        ),
        f"{BEST} => np.stack([np.arange(width) * n_y + row for row in total.reshape(-1, width, "
        "n_y).argmax(2)])": (f"each hypothesis goes on once. {FROM_ALL}"),
        "best // n_y, best % n_y => best % n_y, best // n_y": f"the two are swapped. {PLACE}",
        "best // n_y, best % n_y => best // width, best % width": (
            f"divide by n_y, not by width. {PLACE}"
        ),
        "best // n_y, => best,": f"the first value is a place in the row. {PLACE}",
        "np.take_along_axis(total, best, axis=1) => "
        "np.take_along_axis(log_probs.reshape(len(scores), -1), best, axis=1)": (
            "the third value is log P of the last word alone. Return the sums."
        ),
        "np.take_along_axis(total, best, axis=1) => np.exp(np.take_along_axis(total, best, "
        "axis=1))": ("the third value is a probability: stay with logarithms."),
        f"return {GIVES} => return np.take_along_axis(total, best, axis=1), best // n_y, best "
        "% n_y": ("return three values in this order: before, tokens, scores."),
        f"return {GIVES} => return best // n_y, best % n_y": (
            "return three values: before, tokens, scores."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    # An ended hypothesis that stays first whether or not it pays for END again.
    first = np.log([[[0.6, 0.25, 0.15], [0.5, 0.3, 0.2], [0.9, 0.06, 0.04]]])
    _extended(attempt, np.array([[-0.25, -1.0, -3.0]]), first, np.array([[True, False, False]]))
    for m, width, n_y in ((3, 4, 5), (1, 3, 4), (4, 1, 3), (3, 5, 2), (2, 3, 9)):
        scores = -rng.permutation(np.arange(1, m * width + 1)).reshape(m, width) / 3
        scores = -np.sort(-scores, axis=1)
        scores[0, 1:2] = -np.inf  # a place that is still empty
        log_probs = np.log(rng.dirichlet(np.ones(n_y), (m, width)) + 0.01)
        ended = (np.add.outer(np.arange(m), np.arange(width)) % 3 == 2) | (width == 1)
        _extended(attempt, scores, log_probs, ended)
        _extended(attempt, scores, log_probs, np.zeros_like(ended))
    _extended(attempt, scores, log_probs, np.ones_like(ended))
    return "The best of all extensions stay; ended hypotheses keep their place and their score."


def _extended(attempt, scores, log_probs, ended):
    got = unpack(attempt(scores.copy(), log_probs.copy(), ended.copy()), "before, tokens, scores")
    m, width = scores.shape
    want = []
    for n in range(m):
        longer = []
        for k in range(width):
            words = [(END, 0.0)] if ended[n, k] else enumerate(log_probs[n, k].tolist())
            longer += [(scores[n, k] + more, k, word) for word, more in words]
        longer = sorted(longer, key=lambda item: -item[0])[:width]
        want.append(longer + [(-np.inf, 0, 0)] * (width - len(longer)))
    best, before, tokens = np.moveaxis(np.array(want), 2, 0)
    real = np.isfinite(best)
    _scored("scores", got[2], best, "(m, width)")
    for name, part, right in (("before", got[0], before), ("tokens", got[1], tokens)):
        _where(real, name, part, right, "(m, width)")


FAR = -1e8  # what is below is taken for -inf


def _scored(name, got, want, axes):
    """Hold scores against the right ones; where a place is empty, these are -inf."""
    real = np.isfinite(want)
    found = np.asarray(got) if np.shape(got) == want.shape else None
    if real.all() or found is None or found.dtype.kind not in "fiu":
        same(name, got, np.where(real, want, 0), axes)
        return
    for n, k in np.argwhere((found > FAR) != real)[:1]:
        right = f"{want[n, k]:.4f}" if real[n, k] else "-inf, an empty place"
        says = f"{name} is off: at index ({n}, {k}) it is {found[n, k]:.4f}, should be {right}."
        raise off(name, got, says)
    _where(real, name, got, want, axes)


def _where(real, name, got, want, axes):
    """Hold an array against the right one, where a place is not empty."""
    want = np.where(real, want, 0)
    if real.all() or np.shape(got) != want.shape:
        same(name, got, want, axes)
        return
    try:
        same(name, np.where(real, np.asarray(got), 0), want, axes)
    except Wrong as error:
        raise off(name, got, str(error)) from None


def beam_search(step, state, m, width, T_y):
    """Return tokens (m, width, T_y) and log_probs (m, width), the likeliest hypothesis first."""
    rows = np.arange(m)[:, None]
    state, tokens = np.repeat(state, width, axis=0), np.full((m, width), END)
    scores = np.where(np.arange(width) == 0, 0, np.full((m, width), -np.inf))
    written, ended = np.zeros((m, width, 0), int), np.zeros((m, width), bool)
    for _ in range(T_y):
        state, log_probs = step(state, tokens.reshape(-1))
        log_probs = log_probs.reshape(m, width, -1)
        before, tokens, scores = extend_beam(scores, log_probs, ended)
        state = state[(rows * width + before).reshape(-1)]
        written = np.concatenate([written[rows, before], tokens[:, :, None]], axis=2)
        ended = ended[rows, before] | (tokens == END)
    return written, scores


FIRST = "np.where(np.arange(width) == 0, 0, np.full((m, width), -np.inf))"
MOVES, WRITES = "state[(rows * width + before).reshape(-1)]", "written[rows, before]"
FOLLOW = (
    "A hypothesis that goes on takes its state, its words and its `ended` from where it came: "
    "`before`."
)


@check.exercise(
    beam_search,
    {
        f"{FIRST} => np.zeros((m, width))": (
            "the same hypothesis is there several times: at first only one place counts, the "
            "others have -inf."
        ),
        f"state = {MOVES} => pass": f"the states stay where they are. {FOLLOW}",
        "rows * width + before => before": (
            f"the states are taken from the first sentence. {FOLLOW}"
        ),
        "rows * width + before => rows + before * m": (
            "the width hypotheses of a sentence stand side by side: row rows * width + before."
        ),
        f"[{WRITES}, => [written,": f"the words stay where they are. {FOLLOW}",
        "ended[rows, before] | => ended |": f"`ended` stays where it is. {FOLLOW}",
        "ended[rows, before] | (tokens == END) => (tokens == END) & False": (
            "no hypothesis ever ends: keep in `ended` which have written END."
        ),
        "np.repeat(state, width, axis=0) => np.tile(state, (width, 1))": (
            "np.tile puts the sentences one after the other. np.repeat keeps a sentence's rows "
            "together."
        ),
        "step(state, tokens.reshape(-1)) => step(state, np.full(m * width, END))": (
            "every step reads END: give it the words that were just written."
        ),
        "np.full((m, width), END) => np.full((m, width), 1)": (
            f"the first step reads END, which is {END}."
        ),
        "state, log_probs = step => _, log_probs = step": "keep the state that step returns.",
        "range(T_y) => range(T_y - 1)": "one step is missing: there are T_y.",
        "range(T_y) => range(T_y + 1)": "one step too many: there are T_y.",
        "return written, scores => return written[:, 0], scores[:, 0]": (
            "return all hypotheses, (m, width, T_y)."
        ),
        "return written, scores => return written, np.exp(scores)": "return log P, not P.",
        "return written, scores => return scores, written": "the two are swapped: tokens first.",
        "    return written =>         return written": RETURNS,
        "extend_beam(scores, log_probs, ended) => extend_beam(scores, log_probs[..., ::-1], "
        "ended)": ("the words stand backwards."),
    },
)
def _(attempt):
    for m, n_y, T_y, width in (
        (3, 3, 4, 2),
        (2, 3, 3, 27),
        (1, 4, 3, 3),
        (2, 3, 4, 1),
        (3, 2, 1, 2),
        (2, 2, 4, 4),
    ):
        model = _Chain(m, n_y, T_y)
        tokens, log_probs = unpack(
            attempt(model.step, model.start(), m, width, T_y), "tokens, log_probs"
        )
        want = [model.listed(n, width) for n in range(m)]
        _searched(tokens, log_probs, want, (m, width, T_y))
        if width >= n_y**T_y:
            _best_of_all(model, tokens)
    return "It keeps the best of each step, and a wide beam finds the likeliest of all sequences."


def _searched(tokens, log_probs, hypotheses, shape):
    m, width, T_y = shape
    right, words = np.full((m, width), -np.inf), np.zeros((m, width, T_y), int)
    for n, row in enumerate(hypotheses):
        for k, (score, said) in enumerate(row):
            right[n, k], words[n, k] = score, said
    if np.shape(tokens) != words.shape:
        same("tokens", tokens, words, "(m, width, T_y)")
    _scored("log_probs", log_probs, right, "(m, width)")
    _where(np.isfinite(right)[:, :, None], "tokens", tokens, words, "(m, width, T_y)")


def _best_of_all(model, tokens):
    """Hold the first hypotheses against all sequences that there are."""
    for n in range(model.m):
        everything = product(range(model.n_y), repeat=model.T_y)
        best = max(everything, key=lambda tokens: sum(model.of(n, tokens)))
        end = best.index(END) + 1 if END in best else model.T_y
        if list(np.asarray(tokens)[n, 0][:end]) != list(best[:end]):
            raise Wrong("A beam that holds every sequence should have the likeliest of all first.")


def best_of(tokens, log_probs, alpha):
    """Return the best hypothesis of each sentence by log P / length ** alpha, (m, T_y)."""
    lengths = np.minimum((tokens != END).sum(axis=2) + 1, tokens.shape[2])
    best = (log_probs / lengths**alpha).argmax(axis=1)
    return tokens[np.arange(len(tokens)), best]


LENGTHS, SCORE = (
    "np.minimum((tokens != END).sum(axis=2) + 1, tokens.shape[2])",
    "log_probs / lengths**alpha",
)
COUNTS = "The length is that of the words and one END; a hypothesis that was cut off has no END."


@check.exercise(
    best_of,
    {
        f"{SCORE} => log_probs": (
            "the lengths have no effect: divide log P by each one's own length ** alpha."
        ),
        f"{SCORE} => log_probs * lengths**alpha": "multiplied by length ** alpha: divide.",
        f"{SCORE} => log_probs / lengths": "alpha has no effect: divide by length ** alpha.",
        f"{SCORE} => log_probs / alpha**lengths": "the exponent is alpha, not the length.",
        f"{SCORE} => np.exp(log_probs) / lengths**alpha": "divide log P, not P.",
        f"{SCORE} => log_probs - lengths**alpha": "length ** alpha is taken away: divide by it.",
        "argmax => argmin": (
            "that is the worst hypothesis: log P is below 0, and the largest is best."
        ),
        f"{LENGTHS} => (tokens != END).sum(axis=2) + 1": (
            f"a hypothesis that was cut off is too long by one. {COUNTS}"
        ),
        f"{LENGTHS} => (tokens != END).sum(axis=2)": f"END does not count. {COUNTS}",
        f"{LENGTHS} => np.maximum((tokens != END).sum(axis=2), 1)": f"END does not count. {COUNTS}",
        f"{LENGTHS} => (tokens == END).argmax(axis=2) + 1": (
            f"where there is no END, argmax gives 0. {COUNTS}"
        ),
        "return tokens[np.arange(len(tokens)), best] => return best": (
            "return the words, (m, T_y), not the place."
        ),
        "return tokens[np.arange(len(tokens)), best] => return tokens[:, 0]": (
            "that is the likeliest: use the lengths."
        ),
    },
)
def _(attempt):
    for alpha in (0.5, 0.0, 1.0, 0.7, 2.0):
        for tokens, log_probs in _drawn_beams():
            want = []
            for row, scores in zip(tokens.tolist(), log_probs.tolist(), strict=True):
                lengths = [said.index(END) + 1 if END in said else len(said) for said in row]
                keys = [score / n**alpha for score, n in zip(scores, lengths, strict=True)]
                want.append(row[keys.index(max(keys))])
            _taken(attempt(tokens.copy(), log_probs.copy(), alpha), np.array(want))
    return "Each hypothesis is divided by its own length, to the power alpha."


def _taken(got, want):
    """Hold the hypotheses that were taken against the right ones."""
    found = None
    with suppress(Exception):  # rows of different lengths
        found = np.asarray(got)
    if found is not None and found.shape == want.shape and found.dtype.kind in "fiu":
        other = np.flatnonzero((found != want).any(axis=1))
        if len(other):
            says = f"In {len(other)} of {len(want)} sentences another hypothesis should be taken."
            raise off("The answer", got, f"{says} The first is sentence {other[0]}.")
    same("The answer", got, want, "(m, T_y)")


def _drawn_beams():
    """Yield tokens and log-probabilities where the lengths decide, and END where it counts."""
    rng = np.random.default_rng()
    for m, width, T_y in ((90, 4, 7), (5, 4, 6), (1, 3, 5), (3, 1, 4)):
        ends = rng.integers(0, T_y + 1, (m, width))
        tokens = rng.integers(1, 9, (m, width, T_y)) * (np.arange(T_y) < ends[:, :, None])
        tokens[..., 0] += (tokens[..., 0] > 0) * 10 * np.arange(width)  # no two are alike
        lengths = np.minimum(ends + 1, T_y)
        log_probs = -rng.uniform(0.1, 6, (m, width))
        if m < 90:
            log_probs = -rng.uniform(0.4, 0.6, (m, width)) * lengths ** rng.uniform(
                0, 1.2, (m, width)
            )
        yield tokens, log_probs
    cut = np.array([[[3, 4, 5], [3, 4, END]], [[7, END, END], [END, END, END]]])
    yield cut, np.array([[-3.1, -3.0], [-1.2, -0.9]])
    yield np.array([[[1, 2, 3, 4], [5, 6, END, END]]]), np.array([[-3.5, -2.5]])
    yield np.array([[[1, 2, 3], [5, END, END]]]), np.array([[-3.05, -2.1]])
    yield np.array([[[1, END, END, END], [5, 6, END, END]]]), np.array([[-2.0, -2.8]])


def clipped_matches(candidate, references, n):
    """Return how many n-grams of the candidate count as matches, and how many it has."""
    own = Counter(tuple(candidate[i : i + n]) for i in range(len(candidate) - n + 1))
    most = Counter()
    for reference in references:
        most |= Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
    matches = sum(min(count, most[gram]) for gram, count in own.items())
    return matches, sum(own.values())


CLIPPED, HAS = "sum(min(count, most[gram]) for gram, count in own.items())", "sum(own.values())"
UNION = "most |= Counter(tuple(reference[i : i + n])"
GRAMS = (
    "=> own, *some = [Counter(tuple(one[i : i + n]) for i in range(len(one) - n + 1)) "
    "for one in [candidate, *references]]\n"
)
CLIP = "An n-gram counts no more often than in the reference that has it most often."


@check.exercise(
    clipped_matches,
    {
        "min(count, most[gram]) => count * (most[gram] > 0)": (
            f"matches are not clipped, a slip found in published course notes. {CLIP}"
        ),
        f"{UNION} => most += Counter(tuple(reference[i : i + n])": (
            f"the references are added up. {CLIP}"
        ),
        f"{UNION} => most = Counter(tuple(reference[i : i + n])": (
            f"only the last reference counts. {CLIP}"
        ),
        f"{GRAMS}return max(sum((own & one).values()) for one in some), sum(own.values())": (
            f"only the one reference that matches best counts. {CLIP}"
        ),
        f"{GRAMS}return sum(sum((own & one).values()) for one in some), sum(own.values())": (
            f"the matches with all references are added up. {CLIP}"
        ),
        f"{GRAMS}for one in some:\n    some[0] &= one\n"
        "return sum((own & some[0]).values()), sum(own.values())": (
            f"clipped by the reference that has it least often. {CLIP}"
        ),
        "in references: => in references[:1]:": f"only the first reference counts. {CLIP}",
        "min(count, most[gram]) => min(1, most[gram])": f"each n-gram counts once at most. {CLIP}",
        f"return matches, {HAS} => return matches, len(own)": (
            "the second value counts equal n-grams once. Count all."
        ),
        f"return matches, {HAS} => return matches, len(candidate)": (
            "the second value is the number of words, not of n-grams."
        ),
        f"return matches, {HAS} => return matches, sum(most.values())": (
            "the second value is the references'. Count the candidate's."
        ),
        f"return matches, {HAS} => return matches / max({HAS}, 1)": (
            "return the two counts, not their quotient: BLEU adds them up first."
        ),
        f"return matches, {HAS} => return {HAS}, matches": "the two are swapped: matches first.",
        "range(len(candidate) - n + 1) => range(len(candidate) - n)": (
            "the candidate's last n-gram is missing."
        ),
        "range(len(reference) - n + 1) => range(len(reference) - n)": (
            "the references' last n-gram is missing."
        ),
        "tuple(candidate[i : i + n]) => tuple(candidate[i : i + 2])": "n may be any number, not 2.",
        "tuple(candidate[i : i + n]) => tuple(sorted(candidate[i : i + n]))": (
            "the order of the words counts."
        ),
        (
            "tuple(candidate[i : i + n]) => tuple(sorted(candidate[i : i + n]))",
            "tuple(reference[i : i + n]) => tuple(sorted(reference[i : i + n]))",
        ): "the order of the words counts: do not sort.",
        (
            "min(count, most[gram]) => min(most[gram], len(candidate))",
        ): "the references' n-grams are counted, not the candidate's.",
    },
)
def _(attempt):
    for candidate, references in _drawn_sentences():
        for n in (2, 1, 3, 5):
            got = unpack(
                attempt(list(candidate), [list(r) for r in references], n), "matches, total"
            )
            score = _sacrebleu([candidate], [references], n)
            want = score.counts[n - 1], score.totals[n - 1]
            for name, part, right in zip(("matches", "total"), got, want, strict=True):
                same(f"For n = {n}, {name}", part, right)
    return "Clipped by the reference that has an n-gram most often, as in sacrebleu."


def _sacrebleu(candidates, references, longest):
    """Return sacrebleu's score of lists of words, not smoothed."""
    import sacrebleu

    metric = sacrebleu.BLEU(
        tokenize="none", smooth_method="none", force=True, max_ngram_order=longest
    )
    most = max(map(len, references))
    columns = [[" ".join(row[min(k, len(row) - 1)]) for row in references] for k in range(most)]
    return metric.corpus_score([" ".join(words) for words in candidates], columns)


def _drawn_sentences():
    """Yield a candidate and its references."""
    rng = np.random.default_rng()
    # Of this, each usual mistake has another number of matches for n = 2.
    yield list("abbabaaaabcccbac"), [list("cabbcb"), list("aaaaabba"), list("ccccbab")]
    yield list("abaabbcabaccaaaba"), [list("ababc"), list("caabacdd"), list("dabbdccb")]
    yield ["the", "the", "the", "the", "the", "the", "the"], [
        ["the", "cat", "is", "on", "the", "mat"], ["there", "is", "a", "cat", "on", "the", "mat"],
    ]  # fmt: skip
    yield ["a", "b", "a", "b", "c"], [["a", "b", "d", "a"], ["a", "b", "a", "b", "a", "b"], ["c"]]
    yield ["b", "a"], [["a", "b"]]
    yield ["a", "b", "c", "d", "e", "f"], [["x", "a", "b", "c", "d", "e", "f"]]
    yield ["x", "a", "b"], [["a", "b"], ["b", "c", "d"]]
    yield ["a"], [["a", "b"]]
    yield [], [["a", "b"]]
    for length in (9, 6, 4):
        yield (
            rng.choice(list("abc"), length).tolist(),
            [rng.choice(list("abc"), int(n)).tolist() for n in (7, length, 3)],
        )


def bleu(candidates, references, longest=4):
    """Return the BLEU of all candidates together, 0 to 100."""
    c, r, logs = 0, 0, []
    for candidate, some in zip(candidates, references):  # noqa: B905
        c += len(candidate)
        r += min((abs(len(ref) - len(candidate)), len(ref)) for ref in some)[1]
    for n in range(1, longest + 1):
        counts = [clipped_matches(one, some, n) for one, some in zip(candidates, references)]  # noqa: B905
        matches, total = np.sum(counts, axis=0)
        if matches == 0:
            return 0.0
        logs.append(np.log(matches / total))
    penalty = 1 if c >= r else np.exp(1 - r / c)
    return float(100 * penalty * np.exp(np.mean(logs)))


R = "min((abs(len(ref) - len(candidate)), len(ref)) for ref in some)[1]"
PENALTY, MEAN = "1 if c >= r else np.exp(1 - r / c)", "np.exp(np.mean(logs))"
SHORT = "Candidates shorter than r in all are multiplied by exp(1 - r / c)."
NEAREST = (
    "r adds up, for each candidate, the length of the reference that is nearest in length; of "
    "two, the shorter."
)
GEOMETRIC = "Take exp of the mean of the logarithms."


@check.exercise(
    bleu,
    {
        f"penalty = {PENALTY} => penalty = 1": (
            f"the brevity penalty is missing, a slip found in published course notes. {SHORT}"
        ),
        f"penalty = {PENALTY} => penalty = np.exp(1 - r / c)": (
            "long candidates are rewarded: from c = r on the factor is 1."
        ),
        f"penalty = {PENALTY} => penalty = 1 if c >= r else np.exp(1 - c / r)": (
            f"c and r are swapped. {SHORT}"
        ),
        f"penalty = {PENALTY} => penalty = min(1, c / r)": f"the factor is c / r. {SHORT}",
        f"penalty = {PENALTY} => penalty = 1 if c <= r else np.exp(1 - c / r)": (
            f"long candidates are punished, not short ones. {SHORT}"
        ),
        f"{R} => len(some[0])": f"r is that of the first references. {NEAREST}",
        f"{R} => min(len(ref) for ref in some)": f"r is that of the shortest references. {NEAREST}",
        f"{R} => max(len(ref) for ref in some)": f"r is that of the longest references. {NEAREST}",
        f"{R} => sum(len(ref) for ref in some) / len(some)": (
            f"r is that of the mean length. {NEAREST}"
        ),
        f"{R} => min((abs(len(ref) - len(candidate)), -len(ref)) for ref in some)[1] * -1": (
            f"of two that are as near, the longer is taken. {NEAREST}"
        ),
        f"{R} => len(min(some, key=lambda ref: abs(len(ref) - len(candidate))))": (
            f"of two that are as near, the first is taken. {NEAREST}"
        ),
        f"penalty = {PENALTY} => penalty = np.mean([_sacrebleu([one], [some], 1).bp for one, some "
        "in zip(candidates, references)])": (
            f"the penalties of the sentences are averaged. There is one for all. {SHORT}"
        ),
        "=> return float(np.mean([_sacrebleu([one], [some], longest).score for one, some in "
        "zip(candidates, references)]))": (
            "that is the mean of each sentence's BLEU. Add up the counts of all sentences first."
        ),
        f"{MEAN} => np.exp(np.sum(logs) / 4)": "divided by 4: divide by longest.",
        f"{MEAN} => np.mean(np.exp(logs))": f"the precisions are averaged. {GEOMETRIC}",
        f"{MEAN} => np.exp(np.sum(logs))": (
            f"the precisions are multiplied, without the root. {GEOMETRIC}"
        ),
        "100 * penalty => penalty": "BLEU goes from 0 to 100: multiply by 100.",
        "range(1, longest + 1) => range(1, 5)": "n goes up to longest, not always to 4.",
        "range(1, longest + 1) => range(longest, longest + 1)": (
            "n goes from 1 to longest, not only the last."
        ),
        "range(1, longest + 1) => range(1, longest)": "the longest n-grams are missing.",
        "if matches == 0:\n            return 0.0 => if matches == 0:\n            continue": (
            "where no n-gram of a length matches, BLEU is 0."
        ),
        "matches, total = np.sum(counts, axis=0) => matches, total = np.mean([a / max(b, 1) "
        "for a, b in counts]), 1": (
            "the precisions of the sentences are averaged: add up matches and totals first."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    drawn = [pair for pair in _drawn_sentences() if len(pair[0]) > 3]
    near = (["a", "b", "c", "d", "e"], [["a", "b", "c", "d"], ["a", "b", "c", "d", "e", "f"]])
    far = [
        (list("abcabd"), [list("abcdddabdabc"), list("abcabef"), list("abc")]),
        (list("bcabe"), [list("bcabefbcabefbc"), list("bcabeffabcdabcd")]),
    ]
    long = [(refs[0] + refs[0][:3], [refs[0]]) for _, refs in drawn if len(refs[0]) > 3]
    short = [(one[: len(one) // 2 + 1], refs) for one, refs in drawn]
    mixed = [
        (list("abcd"), [list("abcdefgh"), list("abcdx"), list("ab")]),
        (list("abcda"), [list("abcda")]),
    ]
    tests = {
        " for candidates that are too long": (long, 3),
        "": (far, 3),
        " for longest = 2": (drawn, 2),
        " for longest = 1": (drawn, 1),
        " for longest = 3": (drawn[-3:], 3),
        " where no n-gram of a length matches": ([near], 6),
        " for a reference a word shorter and one a word longer": ([near], 4),
        " for candidates that are too short": (short, 2),
        " for one candidate": (
            [(rng.choice(list("ab"), 8).tolist(), [list("abbaabab"), list("ab")])], 2,
        ),
        " for a short candidate and a long one": (mixed, 4),
    }  # fmt: skip
    for where, (pairs, longest) in tests.items():
        candidates, references = [one for one, _ in pairs], [refs for _, refs in pairs]
        right = _sacrebleu(candidates, references, longest).score
        same(f"BLEU{where}", attempt(candidates, references, longest), right, "", 1e-6)
    got = attempt([["a", "b", "c", "d", "e"]], [[["a", "b", "c", "d", "f"]]])
    same(
        "BLEU for n up to 4",
        got,
        _sacrebleu([["a", "b", "c", "d", "e"]], [[["a", "b", "c", "d", "f"]]], 4).score,
    )
    return "It equals sacrebleu, also for short candidates and references of other lengths."


def at_fault(log_star, log_hat, right):
    """Return where the search and where the model is at fault: two arrays (m,), True or False."""
    search = ~right & (log_star > log_hat)
    return search, ~right & ~search


SEARCH = "~right & (log_star > log_hat)"
BLAME = (
    "The search is at fault where the correct translation is the likelier one: it was not found."
)


@check.exercise(
    at_fault,
    {
        "log_star > log_hat => log_star < log_hat": (
            f"the inequality is turned, a slip found in published course notes. {BLAME}"
        ),
        "log_star > log_hat => log_star >= log_hat": (
            f"where both are as likely, the search is not at fault: it lost nothing. {BLAME}"
        ),
        f"search = {SEARCH} => search = log_star > log_hat": (
            "right translations are nobody's fault: look at the wrong ones alone."
        ),
        "return search, ~right & ~search => return search, ~search": (
            "the model is at fault in wrong translations only."
        ),
        f"search = {SEARCH} => search = right & (log_star > log_hat)": (
            "these are the right translations. Look at the wrong ones."
        ),
        "return search, ~right & ~search => return ~right & ~search, search": (
            "the two are swapped: the search comes first."
        ),
        "return search, ~right & ~search => return search": (
            "you return one array. Return two: the search's faults, and the model's."
        ),
        "return search, ~right & ~search => return search.sum(), (~right & ~search).sum()": (
            "return arrays of True and False, (m,), not their sums."
        ),
        "return search, ~right & ~search => return search, ~right": (
            "the model is not at fault where the search is."
        ),
        f"search = {SEARCH} => search = ~right & (log_star > log_hat.mean())": (
            "compare each sentence with its own translation."
        ),
        "log_star > log_hat => np.exp(log_star) > log_hat": "compare log P with log P.",
    },
)
def _(attempt):
    for [m] in ([sizes(1)[0]], [1], [30]):
        rng = np.random.default_rng()
        # Of the two likeliest, both above the mean, the search is at fault in the first alone.
        log_hat = np.array([1, 2, *rng.permutation(np.arange(3, m + 1))][:m]) / -2.0
        log_star = log_hat + np.resize([0.5, -0.75, 0.25, 0.0, -40.0, 0.0], m)
        for right in (
            np.arange(m) % 5 == 4,
            np.zeros(m, bool),
            np.ones(m, bool),
            np.arange(m) % 2 == 0,
        ):
            got = unpack(attempt(log_star.copy(), log_hat.copy(), right.copy()), "search, model")
            want = [[False, False] for _ in range(m)]
            for n in range(m):
                if not right[n]:
                    want[n][0 if log_star[n] - log_hat[n] > 0 else 1] = True
            for name, part, column in zip(("search", "model"), got, np.array(want).T, strict=True):
                same(name, part, column, "(m,)")
    return "The search is blamed where y* was likelier, else the model; right ones blame nobody."


# The challenge: which of ten hypotheses is a translation?

_held_out: dict = {}


def hold_out(part, sentences, hypotheses, log_probs, covered, neighbours):
    """Keep what `pick` is judged on.

    Args:
        part: "validation" or "test".
        sentences: `bilingual.Sentence`, m of them.
        hypotheses: for each a list of translations, lists of words.
        log_probs: (m, width).
        covered: for each, the sum of the attention weights of every French word: (width, T_x).
        neighbours: the pairs of English words that stand side by side in training, "" at both ends.
    """
    good = [
        [one.valid(words) for words in some]
        for one, some in zip(sentences, hypotheses, strict=True)
    ]
    given = [
        (list(one.french), some, row, sums)
        for one, some, row, sums in zip(sentences, hypotheses, log_probs, covered, strict=True)
    ]
    _held_out[part] = given, np.array(good)
    _held_out["neighbours"] = neighbours
    _held_out.pop("factors", None)


def pick(french, hypotheses, log_probs, covered):
    """Return the number of the hypothesis to take."""
    return int(np.argmax(log_probs))


def missing(covered):
    """Return how much each hypothesis left unread, (width,): Wu and others (2016)."""
    return -np.log(np.clip(covered, 0.01, 1.0)).sum(axis=1)


def strange(hypotheses):
    """Return how many pairs of neighbours of each hypothesis training never showed, (width,)."""
    known = _held_out["neighbours"]
    pairs = [zip(["", *words], [*words, ""], strict=True) for words in hypotheses]
    return np.array([sum(pair not in known for pair in some) for some in pairs])


FACTORS = 0.0, 0.02, 0.05, 0.1, 0.2, 0.4


def _ours(french, hypotheses, log_probs, covered):
    shares = each_factor()
    return _penalised(hypotheses, log_probs, covered, max(shares, key=shares.get))


def _penalised(hypotheses, log_probs, covered, factor):
    return int(np.argmax(log_probs - factor * (missing(covered) + 2 * strange(hypotheses))))


def each_factor():
    """Return the share of valid translations on validation, in per cent, for each factor."""
    if "factors" not in _held_out:
        given, good = _held_out["validation"]
        shares = {
            factor: [
                row[_penalised(some, p, covered, factor)]
                for (_, some, p, covered), row in zip(given, good, strict=True)
            ]
            for factor in FACTORS
        }
        _held_out["factors"] = {factor: float(100 * np.mean(row)) for factor, row in shares.items()}
    return _held_out["factors"]


OF_PICK = "% of the sentences with unseen combinations get a valid translation"


@check.open_task(
    pick, ours=_ours, of=OF_PICK, more_is_better=True,
    hidden=("data", "test", "test_unseen"),
    choose=lambda attempt: _share("validation", attempt, None),
)  # fmt: skip
def _(attempt, rng):
    return _share("test", attempt, rng)


def _share(part, attempt, rng):
    if part not in _held_out:
        raise Wrong("Run the cell with `hold_out` first: it keeps the hypotheses that pick is for.")
    given, good = _held_out[part]
    rng, right = rng or np.random.default_rng(0), 0
    for place in rng.permutation(len(given)):
        french, hypotheses, log_probs, covered = given[place]
        mixed = rng.permutation(len(hypotheses))
        chosen = attempt(
            list(french), [list(hypotheses[k]) for k in mixed], log_probs[mixed], covered[mixed]
        )
        number = np.asarray(chosen)
        if number.shape != () or number.dtype.kind not in "iu" or not 0 <= number < len(hypotheses):
            raise Wrong(f"pick should return a whole number from 0 to {len(hypotheses) - 1}.")
        right += good[place, mixed[int(number)]]
    return 100 * right / len(given)


def each_choice(part="validation"):
    """Return the share of valid translations, in per cent, for several ways to pick."""
    given, good = _held_out[part]
    ways = {
        "the likeliest": pick,
        "the likeliest word by word (alpha = 1)": lambda f, h, p, c: int(
            np.argmax(p / np.array([len(words) + 1 for words in h]))
        ),
        "the likeliest, with a penalty for French words not looked at": lambda f, h, p, c: int(
            np.argmax(p - 0.2 * missing(c))
        ),
        "ours": _ours,
    }
    shares = {
        name: 100 * np.mean([row[way(*one)] for one, row in zip(given, good, strict=True)])
        for name, way in ways.items()
    }
    return {**shares, "one of the hypotheses is valid": 100 * float(good.any(axis=1).mean())}
