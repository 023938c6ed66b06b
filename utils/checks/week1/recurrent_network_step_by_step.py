"""The checks of `week1/1_recurrent_network_step_by_step`.

Forward passes are held against the networks of `utils.models` and Keras layers, gradients against
the same networks and automatic differentiation, finite differences against the closed form of a
function's differences. Inputs are drawn fresh each time: first no two axes
have the same length, then each in turn has length 1.
"""

from itertools import permutations

import keras
import numpy as np

from utils.checks.answers import entries, same, unpack
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.oracles import gradients, layer_output, tf
from utils.checks.wrong import Wrong
from utils.models import lstm, memory, recurrent

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
    stacked = memory.stacked(parameters)
    return [stacked["Wx"], stacked["Wa"], stacked["b"]]


def _lstm(x, a0, c0, parameters):
    """Return a, c and the gates of all steps, and what the way back needs."""
    a, c, cache = lstm.lstm_forward(x, a0, c0, memory.stacked(parameters))
    gates = dict(zip(GATES.values(), cache["gates"].transpose(1, 2, 0, 3), strict=True))
    return a, c, gates, cache


def _lstm_gradients(da, cache, dc_last=None):
    """Return the gradients under the exercise's names.

    Weights first: each of them shows one gate, the states mix all four.
    """
    return memory.apart(lstm.lstm_backward(da, cache, dc_last))


def rnn_step(v, xt, a):
    """Return the next state as TensorFlow computes it: v holds xt's and a's weights as tensors."""
    return [tf.tanh(xt @ v["Wax"] + a @ v["Waa"] + v["ba"])]


def lstm_step(v, xt, a, c):
    """Return the next state and cell as TensorFlow computes them."""
    joined = tf.concat([a, xt], axis=1)
    u, f, o = (tf.sigmoid(joined @ v[f"W{g}"] + v[f"b{g}"]) for g in "ufo")
    c = u * tf.tanh(joined @ v["Wc"] + v["bc"]) + f * c
    return [o * tf.tanh(c), c]


def by_tape(step, da, x, start, parameters, dc_last=0.0):
    """Return the gradients of sum(da * a) + sum(dc_last * last c) by automatic differentiation.

    Args:
        step: `rnn_step` or `lstm_step`.
        da: (m, T_x, n_a), the gradient that reaches each state from its own output.
        x: (m, T_x, n_x).
        start: the arrays before the first step, a0 and perhaps c0, each (m, n_a), by their names.
        parameters: arrays; those of an output layer are left out.
        dc_last: the gradient that reaches the last cell.
    """

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
        f'{XW} => parameters["Wax"] @ xt': "the input stands in front: xt @ Wax.",
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
        f"{STACKED} => np.concatenate([0 * states[0][:, None], {STACKED}[:, 1:]], axis=1)": (
            "if the first state is left at zero. The loop begins with t = 0."
        ),
        "x[:, t] => x[:, 0]": "if each step sees the first input x[:, 0].",
        "x[:, t] => x[t]": "the inputs of a step are x[:, t]; x[t] is an example.",
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


def numerical_gradient(f, array, epsilon):
    """Return the gradient of f at array by finite differences, in the shape of array."""
    gradient = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        step = np.zeros_like(array)
        step[place] = epsilon
        gradient[place] = (f(array + step) - f(array - step)) / (2 * epsilon)
    return gradient


BOTH = "(f(array + step) - f(array - step)) / (2 * epsilon)"
PLACES = "for place in np.ndindex(array.shape):"
STEP = "step = np.zeros_like(array)"


@check.exercise(
    numerical_gradient,
    {
        f"{BOTH} => (f(array + step) - f(array)) / epsilon": (
            "with one side alone. Move the number up and down, and take both values."
        ),
        f"{BOTH} => (f(array) - f(array - step)) / epsilon": (
            "with the lower side alone. Move the number up and down, and take both values."
        ),
        f"{BOTH} => (f(array + step) - f(array)) / (2 * epsilon)": (
            "if the number is moved up, but not down."
        ),
        "/ (2 * epsilon) => / epsilon": "the two points are 2 epsilon apart.",
        "/ (2 * epsilon) => / 2 * epsilon": "with / 2 * epsilon. Put brackets: / (2 * epsilon).",
        "/ (2 * epsilon) => / 2e-5": "with a distance of 2e-5. Take 2 * epsilon.",
        " / (2 * epsilon) =>": "it is a difference. Divide by the distance, 2 epsilon.",
        f"{BOTH} => (f(array - step) - f(array + step)) / (2 * epsilon)": (
            "the sign is turned: f above minus f below."
        ),
        f"{BOTH} => f(array + step)": "these are values of f. Take differences.",
        "step[place] = epsilon => step[...] = epsilon": "if all numbers move at once.",
        f"    {PLACES}\n        {STEP} =>     {STEP}\n    {PLACES}": (
            "if a number stays moved when the next one is tried. Begin each with the array itself."
        ),
        f"{PLACES} => for place in range(len(array)):": (
            "if a whole row moves at once. `np.ndindex(array.shape)` gives every place."
        ),
        "(f(array + step) - f(array - step)) / (2 * epsilon) => "
        "(f(array + 1e-4 * step / epsilon) - f(array - 1e-4 * step / epsilon)) / 2e-4": (
            "with a step of your own. Take epsilon."
        ),
        f"{BOTH} => (f(step) - f(-step)) / (2 * epsilon)": (
            "if zero is moved, not the array. Add the step to the array."
        ),
        "return gradient => return gradient.ravel()": "leave it in the shape of the array.",
        "return gradient => return np.squeeze(gradient)": SQUEEZED,
        "    return =>         return": IN_LOOP,
    },
)
def _(attempt):
    for shape, epsilon in zip(
        [*sizes_and_ones(2), sizes(1), sizes(3, range(2, 6))],
        (0.1, 0.05, 0.2, 0.3, 0.1),
        strict=True,
    ):
        array, weights = numbers(*shape), numbers(*shape) / np.prod(shape)

        def f(v, w=weights):
            return float(np.exp(np.sum(w * np.sin(v))))

        up, down = (
            f(array) * np.exp(weights * (np.sin(array + move) - np.sin(array)))
            for move in (epsilon, -epsilon)
        )
        got = attempt(f, array, epsilon)
        same("The gradient", got, (up - down) / (2 * epsilon), "the shape of array", 1e-8)
    return "It moves each number up and down by epsilon, one at a time, whatever the shape."


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
        got, _of_one_step(by_tape(rnn_step, da_next[:, None], xt[:, None], {"a0": a_prev}, p))
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


THROUGH_TIME = {
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
    _same_gradients(got, by_tape(rnn_step, da, x, {"a0": a0}, p))
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
        "axis=1 => axis=0": "put a_prev and xt side by side: axis=1.",
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
            f'parameters["b{g}"] => parameters["b{h}"]': f"with b{h}; each has its own."
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
        'np.tanh(c_next) => np.tanh(gates["c_tilde"])': "with tanh of the candidate.",
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
    return "States equal a Keras LSTM's in one step; gates and candidate are right."


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
        ("dc * c_tilde * u => dc * c_prev * u", "dc * c_prev * f => dc * c_tilde * f"): (
            "if dz_u and dz_f swap their factors: c_tilde goes with gamma_u, c_prev with gamma_f."
        ),
        "dc * c_tilde * u => dc * c_prev * u": "with c_prev in dz_u; gamma_u was times c_tilde.",
        "dc * c_prev * f => dc * c_tilde * f": "with c_tilde in dz_f; gamma_f was times c_prev.",
        "dc_next + da_next * o => (dc_next + da_next) * o": (
            "if dc_next, too, goes through gamma_o and tanh. It reaches the cell as it is."
        ),
        "dc * f} => dc * f * (1 - f)}": "with gamma_f's slope; c_prev was times gamma_f.",
        "1 - c_tilde**2) => 1 - np.tanh(c_tilde) ** 2)": (
            "if tanh is taken of c_tilde again; its slope is 1 - c_tilde**2."
        ),
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
    taped = by_tape(lstm_step, da[:, None], xt[:, None], start, p, dc)
    _same_gradients(got, _of_one_step(taped))
    return "All eleven gradients equal automatic differentiation to 1e-8."


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


def learn_to_remember(parameters, gradients):
    """Train as the lesson does before: an open forget gate, and Adam at one rate."""
    return memory.adam({**parameters, "bf": parameters["bf"] + 3}, gradients)


STARTS, LONG = 6, 120


@check.open_task(
    learn_to_remember,
    ours=0.9763,
    of=f"right, the first of {LONG} bits, mean of {STARTS} starts",
    more_is_better=True,
)
def _(attempt, rng):
    shares = []
    for _ in range(STARTS):
        x, y = memory.rows(rng)
        start, left = memory.start(rng), [memory.UPDATES]

        def gradients(parameters, x=x, y=y, start=start, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise Wrong(f"learn_to_remember asks for more than {memory.UPDATES} gradients.")
            return memory.gradients(_like(parameters, start), x, y)

        found = _like(attempt(start, gradients), start)
        x, y = memory.rows(rng, 500, LONG)
        said = memory.log_likelihoods(found, x)
        if not np.all(np.isfinite(said)):
            raise Wrong("What learn_to_remember returns gives probabilities that are no numbers.")
        shares.append(np.mean(said.argmax(1) == y.argmax(1)))
    return np.mean(shares)


def _like(parameters, start):
    """Return the parameters as arrays, or say which has another shape than at the start."""
    values = entries(parameters, ", ".join(start), "parameters")
    found = {name: np.asarray(value, float) for name, value in zip(start, values, strict=True)}
    for name, value in found.items():
        if value.shape != start[name].shape:
            raise Wrong(f"{name} has shape {value.shape}; at the start it has {start[name].shape}.")
    return found
