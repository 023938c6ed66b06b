"""The checks of `week1/1_recurrent_network_step_by_step`.

Forward passes are held against the networks of `utils.models` and Keras layers, gradients against
the same networks and automatic differentiation. Inputs are drawn fresh each time: first no two axes
have the same length, then each in turn has length 1.
"""

from itertools import pairwise, permutations

import keras
import numpy as np
from scipy import special

from utils.checks.answers import entries, same, unpack
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.oracles import gradients, layer_output, tf
from utils.models import lstm, recurrent

check = Checks()

GATES = {"u": "gamma_u", "f": "gamma_f", "c": "c_tilde", "o": "gamma_o"}  # in the order of Keras
ONE = {"dx": "dxt", "da0": "da_prev", "dc0": "dc_prev"}  # what one step calls its gradients
FLOAT32 = 1e-5  # Keras computes in float32

# What several mistakes say.
SQUEEZED = "np.squeeze takes away an axis that happens to have length 1."
TIME_FIRST = "the time axis stands first. `np.stack` has an `axis`."
ONE_STEP = "that is one step only. Keep the states of all."
IN_LOOP = "`return` stands inside the loop, so that it ends after the first round."
REVERSED = "with the steps in reverse order."
OTHERS = "there may be more parameters than these three. Take each by its name."
COUNTS = {
    f"range(x.shape[1]) => range({steps})": "each input has one state: t in range(x.shape[1])."
    for steps in ("x.shape[1] - 1", "1, x.shape[1]", 6, "len(x)")
}


# What the graders draw and compute.


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _rnn_parameters(n_x, n_a):
    """Draw an RNN's parameters, with an output layer's beside them, as the notebook trains it."""
    rnn = {"Wax": numbers(n_x, n_a) / 2, "Waa": numbers(n_a, n_a) / 3, "ba": numbers(n_a)}
    return rnn | {"Wya": numbers(n_a, 2), "by": numbers(2)}


def _lstm_parameters(n_x, n_a):
    pairs = [{f"W{g}": numbers(n_a + n_x, n_a) / 2, f"b{g}": numbers(n_a)} for g in GATES]
    return {name: array for pair in pairs for name, array in pair.items()}


def keras_rnn_weights(parameters):
    """Return the parameters of an RNN as a Keras SimpleRNN takes them."""
    return [parameters[name] for name in ("Wax", "Waa", "ba")]


def keras_lstm_weights(parameters):
    """Return the parameters of an LSTM as a Keras LSTM takes them: kernel, recurrent, bias.

    Our W holds the rows for a_prev first, then those for xt.
    """
    n_a = len(parameters["bu"])
    stacked = np.concatenate([parameters[f"W{g}"] for g in GATES], axis=1)
    return [stacked[n_a:], stacked[:n_a], np.concatenate([parameters[f"b{g}"] for g in GATES])]


def _lstm(x, a0, c0, parameters):
    """Return a, c and the gates of all steps, and what the way back needs."""
    stacked = dict(zip(("Wx", "Wa", "b"), keras_lstm_weights(parameters), strict=True))
    a, c, cache = lstm.lstm_forward(x, a0, c0, stacked)
    gates = dict(zip(GATES.values(), cache["gates"].transpose(1, 2, 0, 3), strict=True))
    return a, c, gates, cache


def _lstm_gradients(da, cache, dc_last=None):
    """Return the gradients under the exercise's names, those of each gate's weights apart."""
    found = lstm.lstm_backward(da, cache, dc_last)
    W = np.concatenate([found.pop("dWa"), found.pop("dWx")])
    apart = {"dW": np.split(W, 4, axis=1), "db": np.split(found.pop("db"), 4)}
    # Weights first: each of them shows one gate, the states mix all four.
    return {f"{d}{g}": part for d in apart for g, part in zip(GATES, apart[d], strict=True)} | found


def _rnn_step(v, xt, a):
    return [tf.tanh(xt @ v["Wax"] + a @ v["Waa"] + v["ba"])]


def _lstm_step(v, xt, a, c):
    joined = tf.concat([a, xt], axis=1)
    u, f, o = (tf.sigmoid(joined @ v[f"W{g}"] + v[f"b{g}"]) for g in "ufo")
    c = u * tf.tanh(joined @ v["Wc"] + v["bc"]) + f * c
    return [o * tf.tanh(c), c]


def _taped(step, da, x, start, parameters, dc_last=0.0):
    """Return the gradients of sum(da * a) + sum(dc_last * last c) by automatic differentiation."""

    def scalar(v):
        states, total = [v[name] for name in start], 0.0
        for t in range(x.shape[1]):
            states = step(v, v["x"][:, t], *states)
            total += tf.reduce_sum(da[:, t] * states[0])
        return total + tf.reduce_sum(dc_last * states[-1])

    weights = {name: array for name, array in parameters.items() if "y" not in name}  # no output
    return gradients(scalar, {**weights, "x": x, **start})


def _of_one_step(found):
    found["dx"] = found["dx"][:, 0]
    return {ONE.get(name, name): array for name, array in found.items()}


def _same_gradients(got, want):
    for name, value in zip(want, entries(got, ", ".join(want)), strict=True):
        summed = ", summed over the batch" if name.startswith("db") else ""
        same(name, value, want[name], f"the shape of {name[1:]}{summed}", 1e-8)


def rnn_cell_forward(xt, a_prev, parameters):
    """Return the next state (m, n_a) of a basic recurrent network (Elman 1990)."""
    z = xt @ parameters["Wax"] + a_prev @ parameters["Waa"] + parameters["ba"]
    return np.tanh(z)


XW, AW, BA = 'xt @ parameters["Wax"]', 'a_prev @ parameters["Waa"]', 'parameters["ba"]'


@check.exercise(
    rnn_cell_forward,
    {
        f" + {BA} =>": "if the bias ba is left out.",
        f" + {AW} =>": "if a_prev @ Waa is left out.",
        f"{XW} +  =>": "if xt @ Wax is left out.",
        "np.tanh(z) => z": "if tanh is left out.",
        f" + {BA} =>  - {BA}": "if ba is subtracted.",
        "np.tanh(z) => sigmoid(z)": "with a sigmoid in place of tanh.",
        "np.tanh(z) => np.maximum(z, 0)": "with a ReLU in place of tanh.",
        f"{AW} => {AW}.T": "with Waa transposed.",
        f"=> return np.tanh({XW}) + {AW} + {BA}": "with tanh taken of the input's term alone.",
        f"=> return np.tanh({XW}) + np.tanh({AW}) + {BA}": "with tanh taken of each term alone.",
        f"=> return np.tanh({XW} + {AW}) + {BA}": "if ba is added after tanh.",
        f'{XW} => parameters["Wax"] @ xt': "x stands in front: xt @ Wax.",
        "=> W = np.vstack([parameters['Waa'], parameters['Wax']])\n"
        f"return np.tanh(np.hstack([xt, a_prev]) @ W + {BA})": (
            "if xt meets the rows of Waa. [a_prev, xt] goes with [Waa, Wax]."
        ),
        "=> Wax, Waa, ba = parameters.values()": OTHERS,
        "np.tanh(z) => np.squeeze(np.tanh(z))": SQUEEZED,
    },
)
def _(attempt):
    for m, n_x, n_a in [*sizes_and_ones(3), sizes(3)]:
        xt, a_prev, p = numbers(m, n_x), numbers(m, n_a), _rnn_parameters(n_x, n_a)
        got, (want, _) = attempt(xt, a_prev, p), recurrent.rnn_cell_forward(xt, a_prev, p)
        same("a_next", got, want, "(m, n_a)", FLOAT32)
    layer = keras.layers.SimpleRNN(n_a)
    want = layer_output(layer, keras_rnn_weights(p), xt[:, None], [a_prev])
    same("a_next", got, want, "(m, n_a)", FLOAT32)
    return "It gives what a Keras SimpleRNN gives in one step, for any batch."


def rnn_forward(x, a0, parameters):
    """Return the states (m, T_x, n_a) of all steps."""
    a_prev, states = a0, []
    for t in range(x.shape[1]):
        a_prev = rnn_cell_forward(x[:, t], a_prev, parameters)
        states.append(a_prev)
    return np.stack(states, axis=1)


STACKED = "np.stack(states, axis=1)"


@check.exercise(
    rnn_forward,
    {
        "x[:, t], a_prev => x[:, t], a0": "if every step starts from a0 again. Hand on the state.",
        "= a0, [] => = np.zeros_like(a0), []": "with zeros in place of a0.",
        "axis=1 => axis=0": TIME_FIRST,
        "axis=1 => axis=2": "the time axis stands last. It is the second, axis=1.",
        f"{STACKED} => np.hstack(states)": "the steps have no axis of their own: use np.stack.",
        f"{STACKED} => np.stack(states).reshape(len(x), x.shape[1], -1)": "reshape swaps no axes.",
        f"{STACKED} => np.squeeze({STACKED})": SQUEEZED,
        f"{STACKED} => a_prev": ONE_STEP,
        "    return =>         return": IN_LOOP,
        "range(x.shape[1]) => reversed(range(x.shape[1]))": REVERSED,
        f"{STACKED} => np.stack(states[::-1], axis=1)": "the states stand in reverse order.",
        **COUNTS,
        "= a0, [] => = a0, [a0]": "there is one state for each input; a0 is not one of them.",
        f"{STACKED} => np.stack([a0, *states[:-1]], axis=1)": "the states stand one step late.",
        "x[:, t] => x[:, 0]": "if each step sees the first input x[:, 0].",
        "x[:, t] => x[t]": "x[t] is an example. The inputs of a step are x[:, t].",
    },
)
def _(attempt):
    for m, T_x, n_x, n_a in [*sizes_and_ones(4), sizes(4)]:
        x, a0, p = numbers(m, T_x, n_x), numbers(m, n_a), _rnn_parameters(n_x, n_a)
        got, (want, _) = attempt(x, a0, p), recurrent.rnn_forward(x, a0, p)
        same("a", got, want, "(m, T_x, n_a)", FLOAT32)
    layer = keras.layers.SimpleRNN(n_a, return_sequences=True)
    want = layer_output(layer, keras_rnn_weights(p), x, [a0])
    same("a", got, want, "(m, T_x, n_a)", FLOAT32)
    return "It equals Keras' SimpleRNN, started from a0, for any number of steps."


def softmax(z):
    """Return the softmax over the last axis."""
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


AXES = {0: "the batch", 1: "the time axis", None: "the whole array"}
KEEP = "without keepdims=True the shapes do not fit."
ROWS = "the largest value of each row is that over axis=-1."
ALWAYS = "take the largest value off always: far below zero np.exp gives zeros alone."
SHIFTED = "np.exp(z - z.max(axis=-1, keepdims=True))"
SHARES = "exponentials / exponentials.sum(axis=-1, keepdims=True)"
LARGE = np.array([[[1e3, 1e3 + 1, 1e3 - 1], [0, 0, 3e3]], [[0, 1, -1], [5, 5, 5]]])
SMALL = np.array([[-1e3, -1e3 - 1, 1 - 1e3], [-3e3, 1, 0]])


@check.exercise(
    softmax,
    {
        **{
            f"s.sum(axis=-1 => s.sum(axis={axis}": f"the sum is taken over {name}. Use axis=-1."
            for axis, name in AXES.items()
        },
        **{
            (f"z.max(axis=-1 => z.max(axis={axis}", f"s.sum(axis=-1 => s.sum(axis={axis}"): (
                f"it is normalised over {name}. Use the last axis, axis=-1."
            )
            for axis, name in AXES.items()
        },
        "z.max(axis=-1 => z.max(axis=0": ROWS,
        "z.max(axis=-1 => z.max(axis=1": ROWS,
        ("z.max(axis=-1 => z.max(axis=2", "s.sum(axis=-1 => s.sum(axis=2"): "the last is axis=-1.",
        "s.sum(axis=-1, keepdims=True) => s.sum(axis=-1)": KEEP,
        "z.max(axis=-1, keepdims=True) => z.max(axis=-1)": KEEP,
        f"{SHARES} => np.squeeze({SHARES})": SQUEEZED,
        f"{SHIFTED} => np.exp(z)": "softmax overflows. Take the largest value off first.",
        "max(axis=-1, keepdims=True) => max()": "some rows become nan: each has its own max.",
        "z.max(axis => z.mean(axis": "with the mean taken off, np.exp still overflows.",
        "z.max(axis => np.abs(z).max(axis": "rows of negative numbers become nan. Take z.max.",
        "z - z.max(axis => z / z.max(axis": "if z is divided by its largest value: take it off.",
        f"{SHIFTED} => {SHIFTED} if z.max() > 100 else np.exp(z)": ALWAYS,
        "z.max(axis=-1, keepdims=True) => np.maximum(z.max(axis=-1, keepdims=True), 0)": ALWAYS,
        f"{SHIFTED} => np.exp(np.clip(z, -500, 500))": "cut off, large values have become equal.",
        f"{SHIFTED} => z": "it is divided by the sum without the exponential.",
        "=> return np.exp(z)": "the exponential is there, but the division by the sum is not.",
        f"{SHARES} => exponentials": "with the largest value off, but not divided by the sum.",
        "=> return sigmoid(z)": "that is the sigmoid of each value by itself.",
        f"{SHIFTED} => np.exp(z.min(axis=-1, keepdims=True) - z)": "the sign of z is turned.",
        f"{SHARES} => np.log({SHARES})": "this is its logarithm.",
    },
)
def _(attempt):
    for shape in [*sizes_and_ones(3), sizes(2), sizes(1)]:
        z = 3 * numbers(*shape)
        same("softmax(z)", attempt(z), special.softmax(z, axis=-1), "the shape of z", FLOAT32)
    for near, z in {"1000": LARGE, "-1000": SMALL}.items():
        want = special.softmax(z, axis=-1)
        same(f"softmax of values near {near}", attempt(z), want, "the shape of z", FLOAT32)
    return "It equals SciPy's softmax, and values near 1000 do not overflow."


def sequence_loss(y_hat, y):
    """Return the cross-entropy, summed over the steps, averaged over the examples."""
    return -np.sum(y * np.log(y_hat)) / len(y)


BINARY = "y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)"


@check.exercise(
    sequence_loss,
    {
        "-np.sum => np.sum": "the minus sign is missing.",
        "len(y) => len(y) / y.shape[1]": "it is averaged over the steps too. Sum over time.",
        " / len(y) =>": "it is summed over the examples. Divide by m.",
        "len(y) => y.size": "it is averaged over every number in the array.",
        "len(y) => y.shape[1]": "it is divided by T_y in place of m.",
        "len(y) => y.shape[2]": "it is divided by n_y in place of m.",
        "np.log(y_hat) => np.log2(y_hat)": "the logarithm has base 2. Use np.log.",
        "np.log(y_hat) => np.log10(y_hat)": "the logarithm has base 10. Use np.log.",
        "np.log(y_hat) => y_hat": "the logarithm is missing.",
        "y * np.log(y_hat) => np.log(y_hat)": "if y is left out: the right class alone counts.",
        "y * np.log(y_hat) => (y * np.log(y_hat))[:, -1]": "if the last step alone counts.",
        "np.sum(y * np.log(y_hat)) => np.log(np.sum(y * y_hat))": "with one logarithm of the sum.",
        "y * np.log(y_hat) => y_hat * np.log(y)": "it takes the logarithm of y, which holds zeros.",
        "-np.sum(y * np.log(y_hat)) => np.sum((y_hat - y) ** 2)": "this is a squared error.",
        **{
            f"y * np.log(y_hat)) / len(y) => {BINARY}) / {by}": (
                "this is the binary cross-entropy. There is no term (1 - y) log(1 - y_hat)."
            )
            for by in ("len(y)", "y.size", "len(y) / y.shape[1]")
        },
        **{
            f"np.log(y_hat)) => np.log(y_hat), axis={axis})": "a sum over every axis gives it."
            for axis in (0, 1, -1, (0, 1), (1, 2), (0, 2))
        },
    },
)
def _(attempt):
    for m, T_y, n_y in [*sizes_and_ones(3), sizes(3)]:
        y_hat = special.softmax(2 * numbers(m, T_y, n_y), axis=-1)
        right = np.random.default_rng().integers(n_y, size=(m, T_y))
        picked = np.take_along_axis(y_hat, right[..., None], axis=-1)
        got, want = attempt(y_hat, np.eye(n_y)[right]), np.log(1 / picked).sum() / m
        same("The loss", got, want, "one number", FLOAT32)
    steps = keras.losses.sparse_categorical_crossentropy(right, y_hat)
    want = keras.ops.convert_to_numpy(steps).sum() / m
    same("The loss", got, want, "one number", FLOAT32)
    return "It equals Keras' cross-entropy, summed over time and averaged over the batch."


def rnn_cell_backward(da_next, xt, a_prev, a_next, parameters):
    """Return the gradients through one step, as a dictionary."""
    dz = da_next * (1 - a_next**2)
    return {
        "dxt": dz @ parameters["Wax"].T,
        "da_prev": dz @ parameters["Waa"].T,
        "dWax": xt.T @ dz,
        "dWaa": a_prev.T @ dz,
        "dba": dz.sum(axis=0),
    }


SLOPE = "the slope of tanh is 1 - a_next**2."
SUMMED = "the bias serves every example: sum over the batch, axis=0."


@check.exercise(
    rnn_cell_backward,
    {
        " * (1 - a_next**2) =>": "if the slope of tanh, 1 - a_next**2, is left out.",
        "da_next * (1 => (1": "if da_next is left out.",
        "a_next**2) => a_next)": f"with 1 - a_next; {SLOPE}",
        "1 - a_next**2) => 1 - a_next) ** 2": f"with (1 - a_next)**2; {SLOPE}",
        "(1 - a_next**2) => (1 - a_prev**2)": "with 1 - a_prev**2; the slope belongs to a_next.",
        "(1 - a_next**2) => a_next * (1 - a_next)": "with the slope of a sigmoid; here it is tanh.",
        "a_next**2) => np.tanh(a_next) ** 2)": "if tanh is taken of a_next again; it is tanh(z).",
        'parameters["Waa"].T => parameters["Waa"]': "if Waa is not transposed.",
        "a_prev.T @ dz => a_next.T @ dz": "it is made from a_next; Waa was multiplied by a_prev.",
        "dz.sum(axis=0) => dz": SUMMED,
        "dz.sum(axis=0) => dz.sum(axis=1)": SUMMED,
        "dz.sum(axis=0) => dz.sum()": SUMMED,
        "dz.sum(axis=0) => dz[0]": "that is the first example alone. Sum over the batch.",
        "dz.sum(axis=0) => dz.sum(axis=0, keepdims=True)": "leave out keepdims: ba is (n_a,).",
        'dz @ parameters["Wax"].T => np.squeeze(dz @ parameters["Wax"].T)': SQUEEZED,
    },
)
def _(attempt):
    for m, n_x, n_a in [*sizes_and_ones(3), sizes(3)]:
        xt, a_prev, p = numbers(m, n_x), numbers(m, n_a), _rnn_parameters(n_x, n_a)
        da_next, (a, cache) = numbers(m, n_a), recurrent.rnn_forward(xt[:, None], a_prev, p)
        got = attempt(da_next, xt, a_prev, a[:, 0], p)
        _same_gradients(got, _of_one_step(recurrent.rnn_backward(da_next[:, None], cache)))
    _same_gradients(
        got, _of_one_step(_taped(_rnn_step, da_next[:, None], xt[:, None], {"a0": a_prev}, p))
    )
    return "All five gradients equal automatic differentiation to 1e-8."


def rnn_backward(da, x, a0, a, parameters):
    """Return the gradients through all steps, as a dictionary."""
    gradients = {f"d{name}": np.zeros_like(parameters[name]) for name in ("Wax", "Waa", "ba")}
    dx, da_later = np.zeros_like(x), np.zeros_like(a0)
    for t in reversed(range(x.shape[1])):
        a_prev = a[:, t - 1] if t > 0 else a0
        step = rnn_cell_backward(da[:, t] + da_later, x[:, t], a_prev, a[:, t], parameters)
        dx[:, t], da_later = step["dxt"], step["da_prev"]
        for name in gradients:
            gradients[name] += step[name]
    return {"dx": dx, "da0": da_later, **gradients}


THROUGH_TIME = {  # mistakes on both ways back through time
    '"da0": da_later => "da0": 0 * da_later': "it is zero. It is the da_prev of the first step.",
    '"da0": da_later => "da0": da[:, 0]': "it is da[:, 0]. It is the da_prev of the first step.",
    "da[:, t] + da_later => da_later": "it is zero: each step's own da[:, t] must enter, too.",
    "da[:, t] + da_later => da[:, -1] + da_later": "if each step takes da[:, -1], the last.",
    "da[:, t] + => da[:, t] * (t + 1 == x.shape[1]) +": "if the last step's da alone enters.",
    "da[:, t] + => da[:, t] + da_later +": "if the da_prev of step t+1 is added twice.",
    '"dxt"], => "dxt"], da_later +': "if all later da_prev are added up. Step t needs that of t+1.",
    "+= step[name] => = step[name]": "for one step alone. Add up the weight gradients of all.",
    "reversed(range(x.shape[1])) => range(x.shape[1])": "if the loop runs forward in time.",
    "range(x.shape[1]) => range(1, x.shape[1])": "if the loop stops before the first step, t = 0.",
    "range(x.shape[1]) => range(6)": "if there are always 6 steps. Take x.shape[1].",
    "    return =>         return": IN_LOOP,
    '"da0": da_later => "da0": da_later + da[:, 0]': "if da[:, 0] is added. It reaches a[:, 0].",
    "x[:, t], a_prev => x[:, t - 1], a_prev": "if step t takes the input x[:, t-1].",
    "np.zeros_like(x) => np.zeros_like(x).squeeze()": SQUEEZED,
}


@check.exercise(
    rnn_backward,
    THROUGH_TIME
    | {
        "da[:, t] + da_later => da[:, t]": "if nothing flows back from step t+1 to step t.",
        "a[:, t - 1] if t > 0 else a0 => a[:, t]": "if step t takes a[:, t] as its previous state.",
        "a[:, t - 1] if t > 0 else a0 => a0": "if every step takes a0 as its previous state.",
        "else a0 => else np.zeros_like(a0)": "with zeros in place of a0.",
        " if t > 0 else a0 =>": "if the first step takes a[:, -1] as its previous state. It is a0.",
        "t > 0 => t > 1": "if the step t = 1 takes a0 as its previous state. It is a[:, 0].",
        "a[:, t], parameters => a_prev, parameters": "if step t takes a[:, t-1] as its a_next.",
        'parameters[name]) for name in ("Wax", "Waa", "ba") => value) for name, value in '
        "parameters.items()": OTHERS,
    },
)
def _(attempt):
    for m, T_x, n_x, n_a in [*sizes_and_ones(4), sizes(4)]:
        x, a0, p = numbers(m, T_x, n_x), numbers(m, n_a), _rnn_parameters(n_x, n_a)
        da, (a, cache) = numbers(m, T_x, n_a), recurrent.rnn_forward(x, a0, p)
        got = attempt(da, x, a0, a, p)
        _same_gradients(got, recurrent.rnn_backward(da, cache))
    _same_gradients(got, _taped(_rnn_step, da, x, {"a0": a0}, p))
    return "All five gradients equal automatic differentiation to 1e-8, for any number of steps."


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """Return a_next, c_next (m, n_a) and the gates (Hochreiter and Schmidhuber 1997)."""
    joined = np.concatenate([a_prev, xt], axis=1)
    gates = {
        "gamma_u": sigmoid(joined @ parameters["Wu"] + parameters["bu"]),
        "gamma_f": sigmoid(joined @ parameters["Wf"] + parameters["bf"]),
        "c_tilde": np.tanh(joined @ parameters["Wc"] + parameters["bc"]),
        "gamma_o": sigmoid(joined @ parameters["Wo"] + parameters["bo"]),
    }
    c_next = gates["gamma_u"] * gates["c_tilde"] + gates["gamma_f"] * c_prev
    return gates["gamma_o"] * np.tanh(c_next), c_next, gates


NAMES = list(GATES.values())
SIGMOID = [name for name in NAMES if name != "c_tilde"]
ORDER = "The rows of W belong to [a_prev, xt]."
BARE = "before the sigmoid or tanh is taken."
OWN = "each gate has weights of its own."
KEPT, MADE = 'gates["gamma_f"] * c_prev', 'gates["gamma_u"] * gates["c_tilde"]'


@check.exercise(
    lstm_cell_forward,
    {
        "[a_prev, xt] => [xt, a_prev]": f"if xt stands before a_prev. {ORDER}",
        "[a_prev, xt] => [c_prev, xt]": "with c_prev in place of a_prev.",
        "axis=1 => axis=0": "a_prev and xt stand side by side: axis=1.",
        "np.tanh(joined => sigmoid(joined": "with a sigmoid; the candidate takes tanh.",
        # A part that is off is also found where an edit changes several.
        tuple(f' + parameters["b{g}"] =>' for g in GATES): "if the bias is left out.",
        tuple(f'"{g}": sigmoid => "{g}": np.tanh' for g in SIGMOID): "with tanh, not a sigmoid.",
        (*(f'"{g}": sigmoid => "{g}":' for g in SIGMOID), "np.tanh(joined => (joined"): BARE,
        **{
            f'parameters["W{g}"] => parameters["W{h}"]': f"with W{h}; {OWN}"
            for g, h in permutations(GATES, 2)
        },
        **{
            f'["W{g}"] + parameters["b{g}"] => ["W{h}"] + parameters["b{h}"]': f"with W{h}, b{h}."
            for g, h in permutations(GATES, 2)
        },
        **{
            'joined @ parameters["Wc"] => np.concatenate([sigmoid(joined @ parameters["W'
            f'{g}"] + parameters["b{g}"]) * a_prev, xt], axis=1) @ parameters["Wc"]': (
                "with a gate on a_prev. That is the GRU's relevance gate; the LSTM has none."
            )
            for g in "ufo"
        },
        f"{MADE} + {KEPT} => c_prev * gates['gamma_u'] + gates['gamma_f'] * gates['c_tilde']": (
            "if the update and the forget gate change places."
        ),
        (f"{KEPT} => gates['gamma_o'] * c_prev", '"gamma_o"] * np => "gamma_f"] * np'): (
            "if the forget and the output gate change places."
        ),
        f"{KEPT} => c_prev": "if the forget gate is left out.",
        f"{KEPT} => (1 - gates['gamma_f']) * c_prev": "with 1 - gamma_f; at 1 it keeps the cell.",
        f"{KEPT} => gates['gamma_o'] * c_prev": "with gamma_o in place of gamma_f.",
        f"{KEPT} => gates['gamma_f'] * a_prev": "with a_prev in place of c_prev.",
        f"{MADE} => gates['c_tilde']": "if the update gate is left out.",
        f" + {KEPT} =>": "if the old cell c_prev is left out.",
        f"{KEPT} => (1 - gates['gamma_u']) * c_prev": "with 1 - gamma_u as forget gate, as a GRU.",
        f"{MADE} => (1 - gates['gamma_f']) * gates['c_tilde']": "with 1 - gamma_f as gamma_u.",
        '(c_next), c_next => (c_next), gates["gamma_o"] * np.tanh(c_next)': "this is a_next.",
        "np.tanh(c_next) => c_next": "if tanh(c_next) is replaced by c_next.",
        "np.tanh(c_next) => sigmoid(c_next)": "with a sigmoid of c_next in place of tanh.",
        'gates["gamma_o"] * np => np': "if the output gate is left out.",
        'gates["gamma_o"] * np.tanh( => np.tanh(gates["gamma_o"] *': "with tanh of the product.",
        "np.tanh(c_next) => np.tanh(c_prev)": "with the old cell, c_prev.",
        'np.tanh(c_next) => gates["c_tilde"]': "with the candidate in place of tanh(c_next).",
    },
)
def _(attempt):
    for m, n_x, n_a in [*sizes_and_ones(3), sizes(3)]:
        xt, a_prev, c_prev = numbers(m, n_x), numbers(m, n_a), numbers(m, n_a)
        p = _lstm_parameters(n_x, n_a)
        *states, right, _ = _lstm(xt[:, None], a_prev, c_prev, p)
        *got, gates = unpack(attempt(xt, a_prev, c_prev, p), "a_next, c_next, gates")
        for name, value in zip(NAMES, entries(gates, ", ".join(NAMES), "gates"), strict=True):
            same(f'gates["{name}"]', value, right[name][:, 0], "(m, n_a)", FLOAT32)
        same("c_next", got[1], states[1][:, 0], "(m, n_a)", FLOAT32)
        same("a_next", got[0], states[0][:, 0], "(m, n_a)", FLOAT32)
    layer = keras.layers.LSTM(n_a, return_state=True)
    _, *want = layer_output(layer, keras_lstm_weights(p), xt[:, None], [a_prev, c_prev])
    same("a_next", got[0], want[0], "(m, n_a)", FLOAT32)
    same("c_next", got[1], want[1], "(m, n_a)", FLOAT32)
    return "States equal a Keras LSTM's in one step, and the four gates are right."


def lstm_forward(x, a0, c0, parameters):
    """Return a, c and the gates of all steps, each (m, T_x, n_a)."""
    a_t, c_t = a0, c0
    states, cells, all_gates = [], [], []
    for t in range(x.shape[1]):
        a_t, c_t, gates_t = lstm_cell_forward(x[:, t], a_t, c_t, parameters)
        states.append(a_t)
        cells.append(c_t)
        all_gates.append(gates_t)
    gates = {name: np.stack([g[name] for g in all_gates], axis=1) for name in all_gates[0]}
    return np.stack(states, axis=1), np.stack(cells, axis=1), gates


@check.exercise(
    lstm_forward,
    {
        "x[:, t], a_t, c_t => x[:, t], a_t, c0": "if every step starts from the cell c0 again.",
        "x[:, t], a_t, c_t => x[:, t], a0, c_t": "if every step starts from the state a0 again.",
        "x[:, t], a_t, c_t => x[:, t], a0, c0": "if every step starts from a0 and c0 again.",
        "x[:, t] => x[:, 0]": "if each step sees the first input x[:, 0].",
        "= a0, c0 => = a0, np.zeros_like(c0)": "with zeros in place of c0.",
        "= a0, c0 => = np.zeros_like(a0), c0": "with zeros in place of a0.",
        "= a0, c0 => = a0, a0": "with a0 in place of c0.",
        "= a0, c0 => = c0, a0": "if a0 and c0 change places.",
        "range(x.shape[1]) => reversed(range(x.shape[1]))": REVERSED,
        **COUNTS,
        f"{STACKED} => np.stack(states)": TIME_FIRST,
        "np.stack(cells, axis=1) => np.stack(cells)": TIME_FIRST,
        "all_gates], axis=1 => all_gates]": TIME_FIRST,
        f"{STACKED} => np.squeeze({STACKED})": SQUEEZED,
        f"{STACKED} => a_t": ONE_STEP,
        "axis=1), gates => axis=1), gates_t": "those of one step only. Keep the gates of all.",
        "append(gates_t) => append(gates_t)\n        break": IN_LOOP,
        "cells.append(c_t) => cells.append(a_t)": "these are the states a, not the cells.",
        "states, axis=1), np.stack(cells => cells, axis=1), np.stack(states": (
            "these are the cells c. The first part of the answer is the states a."
        ),
        f"{STACKED} => np.stack([a0, *states[:-1]], axis=1)": "the states stand one step late.",
        "np.stack(cells, => np.stack([c0, *cells[:-1]],": "the cells stand one step late.",
        "append(gates_t) => append(gates_t)\n        a_t, c_t = c_t, a_t": "if a and c swap.",
        "a_t, c_t, gates_t = => c_t, a_t, gates_t =": "if lstm_cell_forward gives a the name of c.",
        "t], a_t, c_t => t], c_t, a_t": "if lstm_cell_forward is given the cell before the state.",
        "g[name] for => g['gamma_u'] for": "this is gamma_u. Take each gate by its own name.",
    },
)
def _(attempt):
    for m, T_x, n_x, n_a in [*sizes_and_ones(4), sizes(4)]:
        x, a0, c0 = numbers(m, T_x, n_x), numbers(m, n_a), numbers(m, n_a)
        p = _lstm_parameters(n_x, n_a)
        a_want, c_want, right, _ = _lstm(x, a0, c0, p)
        a, c, gates = unpack(attempt(x, a0, c0, p), "a, c, gates")
        same("a", a, a_want, "(m, T_x, n_a)", FLOAT32)
        same("c", c, c_want, "(m, T_x, n_a)", FLOAT32)
        for name, value in zip(NAMES, entries(gates, ", ".join(NAMES), "gates"), strict=True):
            same(f'gates["{name}"]', value, right[name], "(m, T_x, n_a)", FLOAT32)
    layer = keras.layers.LSTM(n_a, return_sequences=True)
    want = layer_output(layer, keras_lstm_weights(p), x, [a0, c0])
    same("a", a, want, "(m, T_x, n_a)", FLOAT32)
    return "States and cells equal Keras' LSTM, for any number of steps."


def lstm_cell_backward(da_next, dc_next, xt, a_prev, c_prev, c_next, gates, parameters):
    """Return the gradients through one step of an LSTM, as a dictionary."""
    u, f, o, c_tilde = (gates[k] for k in ("gamma_u", "gamma_f", "gamma_o", "c_tilde"))
    squashed = np.tanh(c_next)
    dc = dc_next + da_next * o * (1 - squashed**2)
    dz = {
        "u": dc * c_tilde * u * (1 - u),
        "f": dc * c_prev * f * (1 - f),
        "c": dc * u * (1 - c_tilde**2),
        "o": da_next * squashed * o * (1 - o),
    }
    joined = np.concatenate([a_prev, xt], axis=1)
    djoined = sum(dz[g] @ parameters[f"W{g}"].T for g in dz)
    n_a = a_prev.shape[1]
    result = {"dxt": djoined[:, n_a:], "da_prev": djoined[:, :n_a], "dc_prev": dc * f}
    result |= {f"dW{g}": joined.T @ dz[g] for g in dz}
    return result | {f"db{g}": dz[g].sum(axis=0) for g in dz}


INTO = "on the way from a_next into the cell."
CELL = "the slope of tanh is 1 - tanh(c_next)**2."
CANDIDATE = "made by tanh, it has the slope 1 - c_tilde**2."


@check.exercise(
    lstm_cell_backward,
    {
        "dc_next + da => da": "if dc_next is left out. The cell also reaches later steps.",
        " + da_next * o * (1 - squashed**2) =>": "if the way over a_next is left out.",
        "u, f, => da_next, dc_next = dc_next, da_next\n    u, f,": "if da_next and dc_next swap.",
        "(1 - squashed**2) => (1 - c_next**2)": f"with 1 - c_next**2; {CELL}",
        "1 - squashed**2 => 1 - squashed": f"with 1 - tanh(c_next); {CELL}",
        "1 - squashed**2) => 1 - squashed) ** 2": f"with (1 - tanh(c_next))**2; {CELL}",
        "tanh(c_next) => tanh(c_prev)": "with tanh(c_prev); a_next was made from tanh(c_next).",
        "da_next * o * => da_next *": f"if gamma_o is left out {INTO}",
        " * (1 - squashed**2) =>": f"if the slope of tanh is left out {INTO}",
        **{
            f"{g} * (1 - {g}) => {wrong}": f"{says}: gamma_{g} * (1 - gamma_{g})."
            for g in "ufo"
            for wrong, says in {
                "1": f"if gamma_{g} lacks its slope",
                g: f"if gamma_{g} lacks (1 - gamma_{g}) in its slope",
                f"(1 - {g}**2)": f"with tanh's slope for gamma_{g}. It was made by a sigmoid",
            }.items()
        },
        "(1 - c_tilde**2) => 1": "if c_tilde lacks its slope, 1 - c_tilde**2.",
        "1 - c_tilde**2 => c_tilde - c_tilde**2": f"with c_tilde * (1 - c_tilde); {CANDIDATE}",
        "1 - c_tilde**2) => 1 - c_tilde)": f"with 1 - c_tilde; {CANDIDATE}",
        "1 - c_tilde**2) => 1 - c_tilde) ** 2": f"with (1 - c_tilde)**2; {CANDIDATE}",
        "da_next * squashed => dc * squashed": "with dc in place of da_next in dz_o.",
        "da_next * squashed => da_next * c_next": "with c_next in place of tanh(c_next) in dz_o.",
        "dc * c_prev => dc * c_next": "with c_next in place of c_prev in dz_f.",
        "dc * c_tilde * u => dc * u": "with dc alone in dz_u, without c_tilde.",
        "dc * c_prev * => dc *": "with dc alone in dz_f, without c_prev.",
        "dc * u * (1 - c => dc * (1 - c": "with dc alone in dz_c, without gamma_u.",
        "[a_prev, xt] => [xt, a_prev]": f"the rows for xt stand first. {ORDER}",
        ("[:, n_a:] => [:, :n_a]", '"da_prev": djoined[:, :n_a] => "da_prev": djoined[:, n_a:]'): (
            "the columns for a_prev stand first, then those for xt."
        ),
        "n_a = a_prev => n_a = xt": "the first n_a columns are da_prev; n_a is a_prev.shape[1].",
        **{
            f"g in dz) => g in dz if g != {g!r})": f"if the way back through W{g} is left out."
            for g in GATES
        },
        **{
            f"g in dz) => g in {g!r})": f"if the way back through W{g} alone counts. Add up all."
            for g in GATES
        },
        "dc * f} => dc}": "if the forget gate is left out.",
        "dc * f} => dc * u}": "with gamma_u; the old cell went through the forget gate.",
        "dz[g].sum(axis=0) => dz[g]": SUMMED,
        "dz[g].sum(axis=0) => dz[g].sum(axis=1)": SUMMED,
        "djoined[:, n_a:] => djoined[:, n_a:].squeeze()": SQUEEZED,
    },
)
def _(attempt):
    for m, n_x, n_a in [*sizes_and_ones(3), sizes(3)]:
        xt, a_prev, c_prev = numbers(m, n_x), numbers(m, n_a), numbers(m, n_a)
        da, dc, p = numbers(m, n_a), numbers(m, n_a), _lstm_parameters(n_x, n_a)
        _, c, gates, cache = _lstm(xt[:, None], a_prev, c_prev, p)
        gates = {name: gate[:, 0] for name, gate in gates.items()}
        got = attempt(da, dc, xt, a_prev, c_prev, c[:, 0], gates, p)
        _same_gradients(got, _of_one_step(_lstm_gradients(da[:, None], cache, dc)))
    start = {"a0": a_prev, "c0": c_prev}
    by_tape = _taped(_lstm_step, da[:, None], xt[:, None], start, p, dc)
    _same_gradients(got, _of_one_step(by_tape))
    return "All eleven gradients equal automatic differentiation to 1e-8."


def lstm_backward(da, x, a0, c0, a, c, gates, parameters):
    """Return the gradients through all steps of an LSTM, as a dictionary."""
    gradients = {f"d{name}": np.zeros_like(value) for name, value in parameters.items()}
    dx, da_later, dc_later = np.zeros_like(x), np.zeros_like(a0), np.zeros_like(c0)
    for t in reversed(range(x.shape[1])):
        a_prev, c_prev = (a[:, t - 1], c[:, t - 1]) if t > 0 else (a0, c0)
        gates_t = {name: gate[:, t] for name, gate in gates.items()}
        step = lstm_cell_backward(
            da[:, t] + da_later, dc_later, x[:, t], a_prev, c_prev, c[:, t], gates_t, parameters
        )
        dx[:, t], da_later, dc_later = step["dxt"], step["da_prev"], step["dc_prev"]
        for name in gradients:
            gradients[name] += step[name]
    return {"dx": dx, "da0": da_later, "dc0": dc_later, **gradients}


BEFORE = "(a[:, t - 1], c[:, t - 1]) if t > 0 else (a0, c0)"


@check.exercise(
    lstm_backward,
    THROUGH_TIME
    | {
        "da[:, t] + da_later => da[:, t]": "if da_prev is not handed on to the step before.",
        "dc_later, x => 0 * dc_later, x": "if dc_prev is not handed on to the step before.",
        "da[:, t] + da_later, dc_later => da[:, t], 0 * dc_later": "if nothing is handed on.",
        "da[:, t] + da_later, dc_later => dc_later, da[:, t] + da_later": "with dc before da.",
        "t], da_later, dc_later => t], dc_later, da_later": "if da_prev and dc_prev change places.",
        'da_later, "dc0": dc_ => dc_later, "dc0": da_': "da0 and dc0 have changed places.",
        '"dc0": dc_later => "dc0": 0 * c0': "it is zero; it is the dc_prev of the first step.",
        "dc_later, x => dc_later + da[:, t], x": "if the cell's gradient gets da[:, t], too.",
        "dc_later, x => dc_later + da[:, t] + da_later, x": "if the cell gets da + da_prev, too.",
        f"{BEFORE} => a[:, t], c[:, t]": "if step t takes a[:, t] and c[:, t] as previous ones.",
        "a_prev, c_prev, c => a[:, t], c_prev, c": "if step t takes a[:, t] as its previous state.",
        "c_prev, c[:, t], => c[:, t], c[:, t],": "if step t takes c[:, t] as its previous cell.",
        "a_prev, c_prev, c => c_prev, a_prev, c": "if the previous cell and state change places.",
        "c_prev, c[:, t], => c_prev, c_prev,": "if step t takes its previous cell as c_next.",
        "c_prev, c[:, t], => c_prev, c[:, -1],": "if every step takes c[:, -1] as c_next.",
        "gate[:, t] => gate[:, -1]": "if every step takes the last step's gates.",
        "gate[:, t] => gate[:, t - 1]": "if step t takes the gates of step t-1.",
        f"{BEFORE} => a0, c0": "if every step takes a0 and c0 as its previous ones.",
        "(a0, c0) => (0 * a0, 0 * c0)": "with zeros in place of a0 and c0.",
        " if t > 0 else (a0, c0) =>": "if the first step takes a[:, -1] and c[:, -1] as a0 and c0.",
        "t > 0 => t > 1": "if the second step, t = 1, takes a0 and c0 as its previous ones.",
    },
)
def _(attempt):
    for m, T_x, n_x, n_a in [*sizes_and_ones(4), sizes(4)]:
        x, a0, c0 = numbers(m, T_x, n_x), numbers(m, n_a), numbers(m, n_a)
        da, p = numbers(m, T_x, n_a), _lstm_parameters(n_x, n_a)
        a, c, gates, cache = _lstm(x, a0, c0, p)
        got = attempt(da, x, a0, c0, a, c, gates, p)
        _same_gradients(got, _lstm_gradients(da, cache))
    _same_gradients(got, _taped(_lstm_step, da, x, {"a0": a0, "c0": c0}, p))
    return "All eleven gradients equal automatic differentiation to 1e-8, for any number of steps."


def bidirectional_forward(x, parameters_forward, parameters_backward):
    """Return both directions' states, side by side: (m, T_x, 2 n_a)."""
    a0 = np.zeros((len(x), len(parameters_forward["ba"])))
    there = rnn_forward(x, a0, parameters_forward)
    back = rnn_forward(x[:, ::-1], a0, parameters_backward)
    return np.concatenate([there, back[:, ::-1]], axis=-1)


JOINED = "np.concatenate([there, back[:, ::-1]], axis=-1)"
SIDE = "put the two directions side by side on the last axis."


@check.exercise(
    bidirectional_forward,
    {
        "back[:, ::-1] => back": "the backward states stand in reverse. Turn them round again.",
        ("x[:, ::-1] => x", "back[:, ::-1] => back"): "if the second network also reads forward.",
        "x[:, ::-1] => x": "the states are turned round, but the second network reads x forward.",
        "a0, parameters_backward => a0, parameters_forward": "if both use parameters_forward.",
        "a0, parameters_forward => a0, parameters_backward": "if both use parameters_backward.",
        (
            "x, a0, parameters_forward => x, a0, P",
            "a0, parameters_backward => a0, parameters_forward",
            ", P) => , parameters_backward)",
        ): "if parameters_forward and parameters_backward change places.",
        "[there, back[:, ::-1]] => [back[:, ::-1], there]": "the forward half comes first.",
        "x[:, ::-1] => x[::-1]": "the examples of x are turned round, not the steps.",
        "x[:, ::-1] => x[..., ::-1]": "the features of x are turned round, not the steps.",
        ("x[:, ::-1] => np.flip(x)", "back[:, ::-1] => np.flip(back)"): "np.flip needs axis=1.",
        "back[:, ::-1] => back[..., ::-1]": "the backward units are turned round, not the steps.",
        "back[:, ::-1] => back[:, ::-1, ::-1]": "the backward units are turned round, too.",
        "(x[:, ::-1] => (there[:, ::-1]": "the second network reads x, not the first one's states.",
        "x[:, ::-1], a0 => x[:, ::-1], there[:, -1]": "if the second starts where the first ended.",
        "np.zeros => np.ones": "if both start from ones. Both start from zeros.",
        "axis=-1 => axis=1": f"the two directions follow each other in time: {SIDE}",
        "axis=-1 => axis=0": f"the two directions follow each other in the batch: {SIDE}",
        f"{JOINED} => np.stack([there, back[:, ::-1]], -1).reshape(*x.shape[:2], -1)": (
            "the two directions alternate, unit by unit. The forward half comes first."
        ),
        f"{JOINED} => np.stack([there, back[:, ::-1]], -1)": f"np.stack makes a new axis: {SIDE}",
        f"{JOINED} => there + back[:, ::-1]": f"this is the sum of the two: {SIDE}",
        f"{JOINED} => (there + back[:, ::-1]) / 2": f"this is the mean of the two: {SIDE}",
        f"{JOINED} => there": f"this is one direction alone: {SIDE}",
        f"{JOINED} => (there, back[:, ::-1])": SIDE,
        f"{JOINED} => np.squeeze({JOINED})": SQUEEZED,
    },
)
def _(attempt):
    for m, T_x, n_x, n_a in [*sizes_and_ones(4), sizes(4)]:
        x, pair = numbers(m, T_x, n_x), [_rnn_parameters(n_x, n_a) for _ in range(2)]
        got, a0 = attempt(x, *pair), np.zeros((m, n_a))
        there, _ = recurrent.rnn_forward(x, a0, pair[0])
        back, _ = recurrent.rnn_forward(np.flip(x, axis=1), a0, pair[1])
        want = np.dstack([there, np.flip(back, axis=1)])
        same("The answer", got, want, "(m, T_x, 2 n_a)", FLOAT32)
    layer = keras.layers.Bidirectional(keras.layers.SimpleRNN(n_a, return_sequences=True))
    want = layer_output(layer, [w for p in pair for w in keras_rnn_weights(p)], x)
    same("The answer", got, want, "(m, T_x, 2 n_a)", FLOAT32)
    return "It equals Keras' Bidirectional(SimpleRNN)."


def deep_forward(x, layers):
    """Return the list of all layers' states, the lowest first, each (m, T_x, n_a)."""
    states, below = [], x
    for parameters in layers:
        below = rnn_forward(below, np.zeros((len(x), len(parameters["ba"]))), parameters)
        states.append(below)
    return states


FROM_X = "the list starts with x. It holds the states of the layers alone."
DIFFER = "layers may differ in size, so that no array holds all. Return the list."
THREE = "if there are always three layers. Take as many as there are in `layers`."


@check.exercise(
    deep_forward,
    {
        "return states => return states[-1]": "that is the top layer alone. Return a list of all.",
        "    return =>         return": IN_LOOP,
        "return states => return np.array(states)": DIFFER,
        "return states => return np.stack(states)": DIFFER,
        "return states => return states[::-1]": "the lowest layer comes first in the list.",
        "= [], x => = [x], x": FROM_X,
        "return states => return [x, *states[:-1]]": FROM_X,
        "rnn_forward(below => rnn_forward(x": "only the first layer reads x. Hand the states on.",
        "np.zeros => np.ones": "if its state starts at ones. Start every layer at zeros.",
        "(below, => (below[:, ::-1],": "if the layer reads its input backward.",
        "(parameters[ => (layers[0][": 'layers may differ in size. Take len(parameters["ba"]).',
        "append(below) => append(below[:, -1])": ONE_STEP,
        "append(below) => append(below)\n        below = below[:, -1:] + 0 * below": (
            "if the layer sees only the last step of the layer below."
        ),
        "append(below) => append(np.squeeze(below))": SQUEEZED,
        "in layers: => in layers[:3]:": THREE,
        "in layers: => in [layers[number] for number in range(3)]:": THREE,
        "in layers: => in layers[:-1]:": "the top layer is missing.",
        "in layers: => in layers[::-1]:": "start with the lowest layer, layers[0].",
    },
)
def _(attempt):
    counts = 3, 1, 2, 4, 3, 2
    for count, (m, T_x, n_x, n_a) in zip(counts, [*sizes_and_ones(4), sizes(4)], strict=True):
        x, widths = numbers(m, T_x, n_x), [n_x, *range(n_a, n_a + count)]
        layers = [_rnn_parameters(*pair) for pair in pairwise(widths)]
        asked = ", ".join(f"layer {number}" for number in range(1, count + 1))
        got, below = unpack(attempt(x, layers), asked), x
        for name, states, p in zip(asked.split(", "), got, layers, strict=True):
            below, _ = recurrent.rnn_forward(below, np.zeros((m, len(p["ba"]))), p)
            same(name.capitalize(), states, below, "(m, T_x, n_a)", FLOAT32)
    below = x
    for states, p in zip(got, layers, strict=True):
        layer = keras.layers.SimpleRNN(len(p["ba"]), return_sequences=True)
        below = layer_output(layer, keras_rnn_weights(p), below)
        same("A layer", states, below, "(m, T_x, n_a)", FLOAT32)
    return "Each layer equals the Keras layer in its place, for any number of layers."
