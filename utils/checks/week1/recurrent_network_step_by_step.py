"""The checks of `week1/1_recurrent_network_step_by_step`.

Forward passes are held against Keras layers, gradients against automatic differentiation. Inputs
are drawn fresh each time, and no two axes have the same length.
"""

from functools import partial
from itertools import pairwise

import keras
import numpy as np

from utils.checks import Checks, Wrong, entries, same, shape_of, unpack
from utils.checks.oracles import gradients, layer_output, tf

check = Checks()

GATES = ("u", "f", "c", "o")
FLOAT32 = 1e-5  # Keras computes in float32


# Our own versions: the notebook goes on with them where an exercise was not attempted.


def rnn_cell_forward(xt, a_prev, parameters):
    """Return the next state (m, n_a) of a basic recurrent network (Elman 1990)."""
    z = xt @ parameters["Wax"] + a_prev @ parameters["Waa"] + parameters["ba"]
    return np.tanh(z)


def rnn_forward(x, a0, parameters):
    """Return the states (m, T_x, n_a) of all steps."""
    states = [a0]
    for t in range(x.shape[1]):
        states.append(rnn_cell_forward(x[:, t], states[-1], parameters))
    return np.stack(states[1:], axis=1)


def softmax(z):
    """Return the softmax over the last axis."""
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def sequence_loss(y_hat, y):
    """Return the cross-entropy, summed over the steps, averaged over the examples."""
    return -np.sum(y * np.log(y_hat)) / len(y)


def rnn_cell_backward(da_next, xt, a_prev, a_next, parameters):
    """Return the gradients through one step, as a dictionary."""
    dz = da_next * (1 - a_next**2)
    return _step_gradients(dz, xt, a_prev, parameters)


def rnn_backward(da, x, a0, a, parameters):
    """Return the gradients through all steps, as a dictionary."""
    return _through_time(da, x, a0, a, parameters)


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """Return a_next, c_next (m, n_a) and the gates (Hochreiter and Schmidhuber 1997)."""
    gates = _lstm_gates(np.concatenate([a_prev, xt], axis=1), parameters)
    c_next = gates["gamma_u"] * gates["c_tilde"] + gates["gamma_f"] * c_prev
    return gates["gamma_o"] * np.tanh(c_next), c_next, gates


def lstm_forward(x, a0, c0, parameters):
    """Return a, c and the gates of all steps, each (m, T_x, n_a)."""
    steps, a_prev, c_prev = [], a0, c0
    for t in range(x.shape[1]):
        steps.append(lstm_cell_forward(x[:, t], a_prev, c_prev, parameters))
        a_prev, c_prev, _ = steps[-1]
    a, c, gates = zip(*steps, strict=True)
    gates = {name: np.stack([g[name] for g in gates], axis=1) for name in gates[0]}
    return np.stack(a, axis=1), np.stack(c, axis=1), gates


def lstm_cell_backward(da_next, dc_next, xt, a_prev, c_prev, c_next, gates, parameters):
    """Return the gradients through one step of an LSTM, as a dictionary."""
    return _lstm_step(da_next, dc_next, xt, a_prev, c_prev, c_next, gates, parameters)


def lstm_backward(da, x, a0, c0, a, c, gates, parameters):
    """Return the gradients through all steps of an LSTM, as a dictionary."""
    return _lstm_through_time(da, x, a0, c0, a, c, gates, parameters)


def bidirectional_forward(x, parameters_forward, parameters_backward):
    """Return both directions' states, side by side: (m, T_x, 2 n_a)."""
    a0 = np.zeros((len(x), len(parameters_forward["ba"])))
    there = rnn_forward(x, a0, parameters_forward)
    back = rnn_forward(x[:, ::-1], a0, parameters_backward)
    return np.concatenate([there, back[:, ::-1]], axis=-1)


def deep_forward(x, layers):
    """Return the list of all layers' states, the lowest first, each (m, T_x, n_a)."""
    states = []
    for parameters in layers:
        a0 = np.zeros((len(x), len(parameters["ba"])))
        states.append(rnn_forward(states[-1] if states else x, a0, parameters))
    return states


# What the graders draw and compute.


def _sizes(count):
    """Draw different sizes, so that a mixed-up axis shows.

    The notebook's own sizes, 3 to 6, are left out, so that one written into an answer shows, too.
    """
    return [int(n) for n in np.random.default_rng().permutation(np.arange(7, 12))[:count]]


def _draw(*shape):
    return np.random.default_rng().uniform(0.3, 1.0, shape) * np.random.default_rng().choice(
        [-1, 1], shape
    )


def _rnn_parameters(n_x, n_a):
    return {"Wax": _draw(n_x, n_a) / 2, "Waa": _draw(n_a, n_a) / 3, "ba": _draw(n_a)}


def _lstm_parameters(n_x, n_a):
    weights = {f"W{g}": _draw(n_a + n_x, n_a) / 2 for g in GATES}
    return weights | {f"b{g}": _draw(n_a) for g in GATES}


def keras_rnn_weights(parameters):
    """Return the parameters of an RNN as a Keras SimpleRNN takes them."""
    return [parameters[name] for name in ("Wax", "Waa", "ba")]


def keras_lstm_weights(parameters):
    """Return the parameters of an LSTM as a Keras LSTM takes them: kernel, recurrent, bias.

    Our W holds the rows for a_prev first, then those for xt. Keras orders the gates u, f, c, o.
    """
    n_a = len(parameters["bu"])
    stacked = np.concatenate([parameters[f"W{g}"] for g in GATES], axis=1)
    return [stacked[n_a:], stacked[:n_a], np.concatenate([parameters[f"b{g}"] for g in GATES])]


def _late(states, first):
    """Put all states one step later, `first` before them."""
    return np.concatenate([first[:, None], states[:, :-1]], axis=1)


def _later(states, first):
    """Put all states one step later, but `first` before the second step too."""
    late = _late(states, first)
    late[:, 1] = first
    return late


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _lstm_gates(joined, parameters, activations=None):
    activations = {"c": np.tanh} | (activations or {})
    names = {"u": "gamma_u", "f": "gamma_f", "c": "c_tilde", "o": "gamma_o"}
    return {
        names[g]: activations.get(g, _sigmoid)(joined @ parameters[f"W{g}"] + parameters[f"b{g}"])
        for g in GATES
    }


def _step_gradients(dz, xt, a_prev, parameters):
    return {
        "dxt": dz @ parameters["Wax"].T,
        "da_prev": dz @ parameters["Waa"].T,
        "dWax": xt.T @ dz,
        "dWaa": a_prev.T @ dz,
        "dba": dz.sum(axis=0),
    }


def _through_time(da, x, a0, a, parameters, previous=None, steps=None, carry=1, pile=0, add=1):
    """Backpropagate through time; each option that is changed is a usual mistake."""
    previous = _late(a, a0) if previous is None else previous
    sums = {f"d{name}": np.zeros_like(parameters[name]) for name in ("Wax", "Waa", "ba")}
    dx, from_later = np.zeros(x.shape), np.zeros(a0.shape)
    for t in reversed(range(x.shape[1])) if steps is None else steps:
        now = x[:, t], previous[:, t], a[:, t]
        step = rnn_cell_backward(da[:, t] + from_later, *now, parameters)
        dx[:, t], from_later = step["dxt"], step["da_prev"] * carry + from_later * pile
        sums = {name: sums[name] * add + step[name] for name in sums}
    return {"dx": dx, "da0": step["da_prev"], **sums}


def _lstm_step(da, dc, xt, a_prev, c_prev, c_next, gates, parameters, **fault):
    """Backpropagate through one LSTM step; a fault takes the place of one term."""
    u, f, o, c_tilde = (gates[k] for k in ("gamma_u", "gamma_f", "gamma_o", "c_tilde"))
    squash = np.tanh(c_next)
    dc = dc + fault.get("through_a", da * o * (1 - squash**2))
    reached = {"u": dc * c_tilde, "f": dc * c_prev, "o": da * squash, "c": dc * u}
    slope = {"u": u * (1 - u), "f": f * (1 - f), "o": o * (1 - o), "c": 1 - c_tilde**2}
    reached, slope = reached | fault.get("reached", {}), slope | fault.get("slope", {})
    dz = {g: reached[g] * slope[g] for g in GATES}
    joined = np.concatenate([a_prev, xt], axis=1)
    djoined = sum(dz[g] @ parameters[f"W{g}"].T for g in fault.get("ways", GATES))
    n_a = a_prev.shape[1]
    weights = {f"dW{g}": joined.T @ dz[g] for g in GATES}
    biases = {f"db{g}": dz[g].sum(axis=0) for g in GATES}
    states = {"dxt": djoined[:, n_a:], "da_prev": djoined[:, :n_a], "dc_prev": dc * f}
    return states | weights | biases


def _lstm_through_time(
    da, x, a0, c0, a, c, gates, p, previous=None, steps=None, carry=(1, 1), add=1, into_c=(0, 0)
):
    """Backpropagate an LSTM through time; each option that is changed is a usual mistake."""
    a_before, c_before = previous or (_late(a, a0), _late(c, c0))
    sums = {f"d{name}": np.zeros_like(value) for name, value in p.items()}
    dx, da_later, dc_later = np.zeros(x.shape), np.zeros(a0.shape), np.zeros(a0.shape)
    for t in reversed(range(x.shape[1])) if steps is None else steps:
        da_t, dc_t = da[:, t] + da_later, dc_later + into_c[0] * da[:, t] + into_c[1] * da_later
        now = x[:, t], a_before[:, t], c_before[:, t], c[:, t]
        gates_t = {name: value[:, t] for name, value in gates.items()}
        step = lstm_cell_backward(da_t, dc_t, *now, gates_t, p)
        dx[:, t] = step["dxt"]
        da_later, dc_later = step["da_prev"] * carry[0], step["dc_prev"] * carry[1]
        sums = {name: sums[name] * add + step[name] for name in sums}
    return {"dx": dx, "da0": step["da_prev"], "dc0": step["dc_prev"], **sums}


def _same_gradients(got, want, m, mistakes):
    """Compare a dictionary of gradients; each mistake maps to the gradients that it gives."""
    mistakes = {
        **mistakes,
        "the sign is turned.": {name: -value for name, value in want.items()},
        "it is transposed.": {name: value.T for name, value in want.items()},
        "it is a mean over the batch. What all examples share gets the sum over the batch.": {
            name: value / m for name, value in want.items()
        },
    }
    for name, value in zip(want, entries(got, ", ".join(want)), strict=True):
        suspects = {text: values[name] for text, values in mistakes.items()}
        summed = ", summed over the batch" if name.startswith("db") else ""
        same(name, value, want[name], f"the shape of {name[1:]}{summed}", suspects, 1e-8)


# The graders.


@check.exercise(rnn_cell_forward)
def _(attempt):
    m, n_x, n_a = _sizes(3)
    xt, a_prev, p = _draw(m, n_x), _draw(m, n_a), _rnn_parameters(n_x, n_a)
    xw, aw, b = xt @ p["Wax"], a_prev @ p["Waa"], p["ba"]
    layer = keras.layers.SimpleRNN(n_a)
    want = layer_output(layer, keras_rnn_weights(p), xt[:, None], [a_prev])
    mistakes = {
        "the values match if the bias ba is left out.": np.tanh(xw + aw),
        "the values match if a_prev @ Waa is left out.": np.tanh(xw + b),
        "the values match if xt @ Wax is left out.": np.tanh(aw + b),
        "the values match if tanh is left out.": xw + aw + b,
        "the values match if ba is subtracted.": np.tanh(xw + aw - b),
        "the values match with a sigmoid in place of tanh.": _sigmoid(xw + aw + b),
        "the values match with Waa transposed.": np.tanh(xw + a_prev @ p["Waa"].T + b),
        "the values match with tanh taken of each term before they are added.": (
            np.tanh(xw) + np.tanh(aw) + b
        ),
        "the values match if ba is added after tanh.": np.tanh(xw + aw) + b,
        "the values match with a ReLU in place of tanh.": np.maximum(xw + aw + b, 0),
    }
    same("a_next", attempt(xt, a_prev, p), want, "(m, n_a)", mistakes, FLOAT32)
    return f"It gives what a Keras SimpleRNN gives in one step, for a batch of {m}."


@check.exercise(rnn_forward)
def _(attempt):
    m, T_x, n_x, n_a = _sizes(4)
    x, a0, p = _draw(m, T_x, n_x), _draw(m, n_a), _rnn_parameters(n_x, n_a)
    layer = keras.layers.SimpleRNN(n_a, return_sequences=True)
    want = layer_output(layer, keras_rnn_weights(p), x, [a0])
    mistakes = {
        "the values match if every step starts from a0 again. Hand on the new state.": (
            np.stack([rnn_cell_forward(x[:, t], a0, p) for t in range(T_x)], axis=1)
        ),
        "the values match with zeros in place of a0.": rnn_forward(x, a0 * 0, p),
        "the values match with the steps in reverse order.": rnn_forward(x[:, ::-1], a0, p),
        "the values match if each step sees the first input x[:, 0].": rnn_forward(
            np.repeat(x[:, :1], T_x, axis=1), a0, p
        ),
        "the states stand one step too late: a0 is not part of the result.": _late(want, a0),
        "the states stand in reverse order.": want[:, ::-1],
    }
    got = attempt(x, a0, p)
    if shape_of(got) == (T_x, m, n_a):
        raise Wrong(
            "a has the time axis first; it should be (m, T_x, n_a). `np.stack` has an `axis`."
        )
    if shape_of(got) == (m, n_a):
        raise Wrong("a holds one step only; it should hold the states of all steps, (m, T_x, n_a).")
    if shape_of(got) and got.shape != want.shape and got.shape[::2] == (m, n_a):
        raise Wrong(
            f"a holds {got.shape[1]} steps, x has {T_x}. Keep one state for each input; a0 is not "
            f"one of them."
        )
    same("a", got, want, "(m, T_x, n_a)", mistakes, FLOAT32)
    return f"It equals Keras' SimpleRNN over {T_x} steps, started from a0."


@check.exercise(softmax)
def _(attempt):
    z = _draw(*_sizes(3)) * 3
    want = keras.ops.convert_to_numpy(keras.ops.softmax(z.astype("float32"), axis=-1))
    stable = np.exp(z - z.max(axis=-1, keepdims=True))
    mistakes = {
        **{
            f"{text} over {axis}. Use the last axis.": e / e.sum(axis=number, keepdims=True)
            for text, e in {"it is normalised": np.exp(z), "the sum is taken": stable}.items()
            for axis, number in {
                "the time axis": 1,
                "the batch": 0,
                "the whole array": None,
            }.items()
        },
        "the exponential is there, but the division by the sum is not.": np.exp(z),
        "after the largest value is taken off, the division by the sum is missing.": stable,
        "it is divided by the sum without the exponential.": z / z.sum(axis=-1, keepdims=True),
        "the sign of z is turned.": softmax(-z),
        "this is its logarithm.": np.log(softmax(z)),
    }
    same("softmax(z)", attempt(z), want, "the shape of z", mistakes, FLOAT32)
    rows = np.array([[1000.0, 1001.0, 999.0], [0.0, 1.0, -1.0]])
    with np.errstate(all="ignore"):
        large = np.asarray(attempt(rows))
    if not np.all(np.isfinite(large[0])):
        raise Wrong(
            "softmax overflows for values near 1000: np.exp gives inf. "
            "Take the largest value off first; it changes nothing else."
        )
    if not np.all(np.isfinite(large)):
        raise Wrong(
            "softmax gives nan where one row is far below another. Take off the largest value of "
            "each row, not that of the whole array."
        )
    mistakes = {
        "large values have become equal. Do not cut them off; take the largest value off.": (
            softmax(np.array([[0.0, 0.0, 0.0], rows[1]]))
        )
    }
    same("softmax of values near 1000", large, softmax(rows), "", mistakes, FLOAT32)
    return "It equals Keras' softmax, and values near 1000 do not overflow."


@check.exercise(sequence_loss)
def _(attempt):
    m, T_y, n_y = _sizes(3)
    y_hat = softmax(_draw(m, T_y, n_y) * 2)
    y = np.eye(n_y)[np.random.default_rng().integers(n_y, size=(m, T_y))]
    steps = keras.losses.categorical_crossentropy(y.astype("float32"), y_hat.astype("float32"))
    want = keras.ops.convert_to_numpy(steps).sum() / m
    logs = y * np.log(y_hat)
    mistakes = {
        "the minus sign is missing.": logs.sum() / m,
        "it is averaged over the steps too. Sum over time, average over examples.": (
            -logs.sum() / m / T_y
        ),
        "it is summed over the examples. Divide by m.": -logs.sum(),
        "it is averaged over every number in the array.": -logs.mean(),
        "it is divided by T_y in place of m.": -logs.sum() / T_y,
        "the logarithm has base 2. Use np.log.": -logs.sum() / m / np.log(2),
        "the logarithm has base 10. Use np.log.": -logs.sum() / m / np.log(10),
        "the logarithm is missing.": -(y * y_hat).sum() / m,
        "this is a squared error. The cross-entropy takes the logarithm of y_hat.": (
            np.sum((y_hat - y) ** 2) / m
        ),
        "the classes that are not right count, too. There is no term (1 - y) log(1 - y_hat).": (
            -(logs + (1 - y) * np.log(1 - y_hat)).sum() / m
        ),
    }
    with np.errstate(all="ignore"):
        got = attempt(y_hat, y)
    if len(shape_of(got) or ()):
        raise Wrong(
            f"The loss should be one number; yours has shape {got.shape}. Sum over every axis."
        )
    if isinstance(got, float) and not np.isfinite(got):
        raise Wrong("The loss is not finite: np.log meets a zero. Take it of y_hat, never of y.")
    same("The loss", got, want, "", mistakes, FLOAT32)
    return "It equals Keras' cross-entropy, summed over time and averaged over the batch."


@check.exercise(rnn_cell_backward)
def _(attempt):
    m, n_x, n_a = _sizes(3)
    xt, a_prev, p = _draw(m, n_x), _draw(m, n_a), _rnn_parameters(n_x, n_a)
    a_next, da_next = rnn_cell_forward(xt, a_prev, p), _draw(m, n_a)

    def scalar(v):
        z = v["xt"] @ v["Wax"] + v["a_prev"] @ v["Waa"] + v["ba"]
        return tf.reduce_sum(da_next * tf.tanh(z))

    want = gradients(scalar, {**p, "xt": xt, "a_prev": a_prev})
    back = partial(_step_gradients, xt=xt, a_prev=a_prev, parameters=p)
    mistakes = {
        "the values match if the slope of tanh, 1 - a_next**2, is left out.": back(da_next),
        "the values match with 1 - a_next; the slope of tanh is 1 - a_next**2.": back(
            da_next * (1 - a_next)
        ),
        "the values match with 1 - a_prev**2; the slope belongs to a_next.": back(
            da_next * (1 - a_prev**2)
        ),
        "the values match with the slope of a sigmoid; this step uses tanh.": back(
            da_next * a_next * (1 - a_next)
        ),
        "the values match if tanh is taken of a_next again; a_next is already tanh(z).": back(
            da_next * (1 - np.tanh(a_next) ** 2)
        ),
        "it is made from a_next; the forward pass multiplied Waa by a_prev.": {
            **want,
            "dWaa": a_next.T @ (da_next * (1 - a_next**2)),
        },
        "the values match if Waa is not transposed.": {
            **want,
            "da_prev": da_next * (1 - a_next**2) @ p["Waa"],
        },
    }
    _same_gradients(attempt(da_next, xt, a_prev, a_next, p), want, m, mistakes)
    return "All five gradients equal automatic differentiation to 1e-8."


@check.exercise(rnn_backward)
def _(attempt):
    m, T_x, n_x, n_a = _sizes(4)
    x, a0, p = _draw(m, T_x, n_x), _draw(m, n_a), _rnn_parameters(n_x, n_a)
    a, da = rnn_forward(x, a0, p), _draw(m, T_x, n_a)

    def scalar(v):
        state, total = v["a0"], 0.0
        for t in range(T_x):
            state = tf.tanh(v["x"][:, t] @ v["Wax"] + state @ v["Waa"] + v["ba"])
            total += tf.reduce_sum(da[:, t] * state)
        return total

    want = gradients(scalar, {**p, "x": x, "a0": a0})
    back = partial(_through_time, da, x, a0, a, p)
    mistakes = {
        "it is zero; it should be the da_prev of the first step.": {
            **want,
            "da0": np.zeros_like(a0),
        },
        "the values match if nothing flows back from step t+1 to step t. Add its da_prev to "
        "da[:, t].": back(carry=0),
        "the values match if the da_prev of all later steps are added up. Step t needs that of "
        "step t+1 alone.": back(pile=1),
        "the values match if the da_prev of step t+1 is added twice.": back(carry=2),
        "it is zero: each step's own da[:, t] must enter, too.": _through_time(da * 0, x, a0, a, p),
        "the values match for one step alone. Add up the weight gradients of all steps.": (
            back(add=0)
        ),
        "the values match if step t takes a[:, t] as its previous state. It is a[:, t-1], and "
        "a0 for the first step.": back(previous=a),
        "the values match if the first step takes a[:, -1], the last state, as its previous one. "
        "It is a0.": back(previous=_late(a, a[:, -1])),
        "the values match if the second step, t = 1, takes a0 as its previous state. It is "
        "a[:, 0]; a0 is for t = 0 alone.": back(previous=_later(a, a0)),
        "the values match if the loop stops before the first step, t = 0.": back(
            steps=range(T_x - 1, 0, -1)
        ),
        **_usual_over_time(want, T_x),
        "the values match if the loop runs forward in time. Start at the last step.": (
            back(steps=range(T_x))
        ),
        "it is da[:, 0]; it should be the da_prev of the first step.": {
            **want,
            "da0": da[:, 0],
        },
    }
    _same_gradients(attempt(da, x, a0, a, p), want, m, mistakes)
    return f"All five gradients equal automatic differentiation through {T_x} steps, to 1e-8."


def _usual_over_time(want, T_x):
    return {
        "it is a mean over the steps. What all steps share gets the sum over the steps.": {
            name: value / T_x for name, value in want.items()
        },
        "its steps stand in reverse order.": {**want, "dx": want["dx"][:, ::-1]},
    }


@check.exercise(lstm_cell_forward)
def _(attempt):
    m, n_x, n_a = _sizes(3)
    xt, a_prev, c_prev = _draw(m, n_x), _draw(m, n_a), _draw(m, n_a)
    p = _lstm_parameters(n_x, n_a)
    layer = keras.layers.LSTM(n_a, return_state=True)
    states = [a_prev, c_prev]
    _, a_want, c_want = layer_output(layer, keras_lstm_weights(p), xt[:, None], states)
    a_next, c_next, gates = unpack(attempt(xt, a_prev, c_prev, p), "a_next, c_next, gates")
    joined = np.concatenate([a_prev, xt], axis=1)
    _same_gates(gates, _lstm_gates(joined, p), _gate_mistakes(xt, a_prev, p))
    g = _lstm_gates(joined, p)
    mistakes = {
        "the values match if the update and the forget gate change places.": (
            g["gamma_f"] * g["c_tilde"] + g["gamma_u"] * c_prev
        ),
        "the values match if the forget gate is left out.": (g["gamma_u"] * g["c_tilde"] + c_prev),
        "the values match if the update gate is left out.": (g["c_tilde"] + g["gamma_f"] * c_prev),
        "the values match if the old cell c_prev is left out.": g["gamma_u"] * g["c_tilde"],
        "the values match with 1 - gamma_u as forget gate; the LSTM has a gate of its own.": (
            g["gamma_u"] * g["c_tilde"] + (1 - g["gamma_u"]) * c_prev
        ),
        "this is a_next. The order is a_next, c_next, gates.": a_want,
    }
    same("c_next", c_next, c_want, "(m, n_a)", mistakes, FLOAT32)
    mistakes = {
        "the values match if tanh(c_next) is replaced by c_next.": g["gamma_o"] * c_want,
        "the values match if the output gate is left out.": np.tanh(c_want),
        "the values match with the old cell, c_prev.": g["gamma_o"] * np.tanh(c_prev),
    }
    same("a_next", a_next, a_want, "(m, n_a)", mistakes, FLOAT32)
    return "States equal a Keras LSTM's in one step, and the four gates are right."


def _gate_mistakes(xt, a_prev, p):
    joined = np.concatenate([a_prev, xt], axis=1)
    turned = np.concatenate([xt, a_prev], axis=1)
    bare = {name: value * (0 if name[0] == "b" else 1) for name, value in p.items()}
    return {
        "the values match if xt stands before a_prev. The rows of W belong to [a_prev, xt].": (
            _lstm_gates(turned, p)
        ),
        "the values match if the bias is left out.": _lstm_gates(joined, bare),
        "the values match with a sigmoid; the candidate takes tanh.": _lstm_gates(
            joined, p, {"c": _sigmoid}
        ),
        "the values match with tanh; a gate takes the sigmoid, so that it lies between 0 and 1.": (
            _lstm_gates(joined, p, dict.fromkeys("ufo", np.tanh))
        ),
        "the values match before the sigmoid or tanh is taken.": _lstm_gates(
            joined, p, dict.fromkeys(GATES, np.asarray)
        ),
        **{
            f"the values match with W{g}; each gate has weights of its own.": _lstm_gates(
                joined, p | {f"W{other}": p[f"W{g}"] for other in GATES}
            )
            for g in GATES
        },
        **{
            f"the values match with W{g} and b{g}; each gate has weights of its own.": _lstm_gates(
                joined, p | {f"{kind}{other}": p[f"{kind}{g}"] for kind in "Wb" for other in GATES}
            )
            for g in GATES
        },
    }


def _same_gates(got, want, mistakes):
    for name, value in zip(want, entries(got, ", ".join(want), "gates"), strict=True):
        suspects = {text: values[name] for text, values in mistakes.items()}
        same(f'gates["{name}"]', value, want[name], "(m, n_a)", suspects, FLOAT32)


@check.exercise(lstm_forward)
def _(attempt):
    m, T_x, n_x, n_a = _sizes(4)
    x, a0, c0 = _draw(m, T_x, n_x), _draw(m, n_a), _draw(m, n_a)
    p = _lstm_parameters(n_x, n_a)
    layer = keras.layers.LSTM(n_a, return_sequences=True, return_state=True)
    a_want, _, c_last = layer_output(layer, keras_lstm_weights(p), x, [a0, c0])
    a, c, gates = unpack(attempt(x, a0, c0, p), "a, c, gates")
    if shape_of(a) == (m, n_a):
        raise Wrong("a holds one step only; it should hold the states of all steps, (m, T_x, n_a).")
    _, c_own, gates_own = lstm_forward(x, a0, c0, p)
    handed_on = partial(_handed_on, x, a0, c0, p)
    mistakes = {
        "the values match if the cell starts from c0 again in every step.": (
            handed_on(lambda a, c: (a, c0))[0]
        ),
        "the values match if the state starts from a0 again in every step.": (
            handed_on(lambda a, c: (a0, c))[0]
        ),
        "the values match with zeros in place of c0.": lstm_forward(x, a0, c0 * 0, p)[0],
        "the values match with zeros in place of a0.": lstm_forward(x, a0 * 0, c0, p)[0],
        "the values match with the steps in reverse order.": lstm_forward(x[:, ::-1], a0, c0, p)[0],
        "the values match if a0 and c0 change places.": lstm_forward(x, c0, a0, p)[0],
        "the values match if each step's state and cell change places before the next step. "
        "lstm_cell_forward takes and gives the state first.": handed_on(lambda a, c: (c, a))[0],
        "the values match if `c, a, gates = lstm_cell_forward(...)` gives the state the cell's "
        "name. The state comes first.": handed_on(lambda a, c: (c, a))[1],
        "the values match if lstm_cell_forward is given the cell before the state.": (
            _handed_on(x, c0, a0, p, lambda a, c: (c, a))[0]
        ),
        "these are the cells c. The first part of the answer is the states a.": c_own,
        "the states stand one step too late: a0 is not part of the result.": _late(a_want, a0),
    }
    same("a", a, a_want, "(m, T_x, n_a)", mistakes, FLOAT32)
    mistakes = {
        "these are the states a, not the cells.": a_want,
        "the cells stand one step too late: c0 is not part of the result.": _late(c_own, c0),
    }
    same("c", c, c_own, "(m, T_x, n_a)", mistakes, FLOAT32)
    same("c[:, -1]", np.asarray(c)[:, -1], c_last, "(m, n_a)", None, FLOAT32)
    mistakes = {f"this is {name}.": gate for name, gate in gates_own.items()}
    for name, value in zip(gates_own, entries(gates, ", ".join(gates_own), "gates"), strict=True):
        same(f'gates["{name}"]', value, gates_own[name], "(m, T_x, n_a)", mistakes, FLOAT32)
    return f"States and cells equal Keras' LSTM over {T_x} steps."


def _handed_on(x, a_prev, c_prev, parameters, choose):
    """Return the states and the cells if `choose` makes of them what the next step starts from."""
    steps = []
    for t in range(x.shape[1]):
        steps.append(lstm_cell_forward(x[:, t], a_prev, c_prev, parameters)[:2])
        a_prev, c_prev = choose(*steps[-1])
    return [np.stack(part, axis=1) for part in zip(*steps, strict=True)]


def _tf_lstm_step(v, xt, a_prev, c_prev):
    joined = tf.concat([a_prev, xt], axis=1)
    u, f, o = (tf.sigmoid(joined @ v[f"W{g}"] + v[f"b{g}"]) for g in "ufo")
    c_next = u * tf.tanh(joined @ v["Wc"] + v["bc"]) + f * c_prev
    return o * tf.tanh(c_next), c_next


@check.exercise(lstm_cell_backward)
def _(attempt):
    m, n_x, n_a = _sizes(3)
    xt, a_prev, c_prev = _draw(m, n_x), _draw(m, n_a), _draw(m, n_a)
    p = _lstm_parameters(n_x, n_a)
    _, c_next, gates = lstm_cell_forward(xt, a_prev, c_prev, p)
    da, dc = _draw(m, n_a), _draw(m, n_a)

    def scalar(v):
        a, c = _tf_lstm_step(v, v["xt"], v["a_prev"], v["c_prev"])
        return tf.reduce_sum(da * a) + tf.reduce_sum(dc * c)

    # Weights first: each of them shows one gate, the states mix all four.
    want = gradients(scalar, {**p, "c_prev": c_prev, "a_prev": a_prev, "xt": xt})
    back = partial(_lstm_step, da, dc, xt, a_prev, c_prev, c_next, gates, p)
    alone = _lstm_step(da, dc * 0, xt, a_prev, c_prev, c_next, gates, p)
    mistakes = {
        "the values match if dc_next is left out. The cell also reaches later steps.": alone,
        **_cell_mistakes(back, da, c_prev, c_next, gates),
        **_slope_mistakes(back, gates),
        **_term_mistakes(back, da, dc, c_next, gates),
        **{
            f"the values match if the way back through W{g} is left out.": (
                back(ways=[other for other in GATES if other != g])
            )
            for g in GATES
        },
        **{
            f"the values match if the way back through W{g} alone counts. Add up all four.": (
                back(ways=[g])
            )
            for g in GATES
        },
        "the rows for xt stand first. The rows of W belong to [a_prev, xt].": want
        | {f"dW{g}": np.roll(want[f"dW{g}"], n_x, axis=0) for g in GATES},
        "the values match if the forget gate is left out.": want
        | {"dc_prev": want["dc_prev"] / gates["gamma_f"]},
    }
    got = attempt(da, dc, xt, a_prev, c_prev, c_next, gates, p)
    _same_gradients(got, want, m, mistakes)
    return "All eleven gradients equal automatic differentiation to 1e-8."


def _cell_mistakes(back, da, c_prev, c_next, gates):
    o, slope, old = gates["gamma_o"], 1 - np.tanh(c_next) ** 2, np.tanh(c_prev)
    return {
        "the values match if the way from a_next into the cell is left out: "
        "da_next * gamma_o * (1 - tanh(c_next)**2).": back(through_a=0),
        "the values match with 1 - c_next**2; the slope of tanh is 1 - tanh(c_next)**2.": back(
            through_a=da * o * (1 - c_next**2)
        ),
        "the values match with 1 - tanh(c_next); the slope of tanh is 1 - tanh(c_next)**2.": back(
            through_a=da * o * (1 - np.tanh(c_next))
        ),
        "the values match with tanh(c_prev); a_next was made from tanh(c_next).": back(
            through_a=da * o * (1 - old**2), reached={"o": da * old}
        ),
        "the values match if gamma_o is left out on the way from a_next into the cell.": back(
            through_a=da * slope
        ),
        "the values match if the slope of tanh is left out on the way from a_next into the cell.": (
            back(through_a=da * o)
        ),
    }


def _slope_mistakes(back, gates):
    c_tilde, names = gates["c_tilde"], {"u": "gamma_u", "f": "gamma_f", "o": "gamma_o"}
    return {
        "the values match if c_tilde lacks its slope, 1 - c_tilde**2.": back(slope={"c": 1}),
        "the values match with a sigmoid's slope for c_tilde; it was made by tanh: "
        "1 - c_tilde**2.": back(slope={"c": c_tilde * (1 - c_tilde)}),
        "the values match with 1 - c_tilde; the slope is 1 - c_tilde**2.": back(
            slope={"c": 1 - c_tilde}
        ),
        **{
            f"the values match if {name} lacks its slope, {name} * (1 - {name}).": (
                back(slope={g: 1})
            )
            for g, name in names.items()
        },
        **{
            f"the values match if {name} lacks (1 - {name}) in its slope, {name} * (1 - {name}).": (
                back(slope={g: gates[name]})
            )
            for g, name in names.items()
        },
    }


def _term_mistakes(back, da, dc, c_next, gates):
    squash = np.tanh(c_next)
    dc = dc + da * gates["gamma_o"] * (1 - squash**2)
    wrong = {
        "dc in place of da_next in dz_o": {"o": dc * squash},
        "c_next in place of tanh(c_next) in dz_o": {"o": da * c_next},
        "c_next in place of c_prev in dz_f": {"f": dc * c_next},
        "dc alone in dz_u, without c_tilde": {"u": dc},
        "dc alone in dz_f, without c_prev": {"f": dc},
        "dc alone in dz_c, without gamma_u": {"c": dc},
    }
    return {f"the values match with {text}.": back(reached=term) for text, term in wrong.items()}


@check.exercise(lstm_backward)
def _(attempt):
    m, T_x, n_x, n_a = _sizes(4)
    x, a0, c0 = _draw(m, T_x, n_x), _draw(m, n_a), _draw(m, n_a)
    p, da = _lstm_parameters(n_x, n_a), _draw(m, T_x, n_a)
    a, c, gates = lstm_forward(x, a0, c0, p)

    def scalar(v):
        a_t, c_t, total = v["a0"], v["c0"], 0.0
        for t in range(T_x):
            a_t, c_t = _tf_lstm_step(v, v["x"][:, t], a_t, c_t)
            total += tf.reduce_sum(da[:, t] * a_t)
        return total

    want = gradients(scalar, {**p, "x": x, "a0": a0, "c0": c0})
    back = partial(_lstm_through_time, da, x, a0, c0, a, c, gates, p)
    late_a, late_c = _late(a, a0), _late(c, c0)
    mistakes = {
        "it is zero; it should come from the first step.": {
            **want,
            "da0": np.zeros_like(a0),
            "dc0": np.zeros_like(c0),
        },
        "the values match if da_prev is not handed on to the step before.": back(carry=(0, 1)),
        "the values match if dc_prev is not handed on to the step before.": back(carry=(1, 0)),
        "the values match if nothing is handed on from step to step.": back(carry=(0, 0)),
        "the values match for one step alone. Add up the weight gradients of all steps.": (
            back(add=0)
        ),
        "it is zero: each step's own da[:, t] must enter, too.": _lstm_through_time(
            da * 0, x, a0, c0, a, c, gates, p
        ),
        "the values match if step t takes a[:, t] and c[:, t] as its previous ones. They are "
        "those of t-1, and a0, c0 for the first step.": back(previous=(a, c)),
        "the values match if step t takes a[:, t] as its previous state. It is a[:, t-1].": (
            back(previous=(a, late_c))
        ),
        "the values match if step t takes c[:, t] as its previous cell. It is c[:, t-1].": (
            back(previous=(late_a, c))
        ),
        "the values match if the loop runs forward in time. Start at the last step.": (
            back(steps=range(T_x))
        ),
        "da0 and dc0 have changed places.": want | {"da0": want["dc0"], "dc0": want["da0"]},
        "the values match if the first step takes a[:, -1] and c[:, -1], the last ones, as its "
        "previous ones. They are a0 and c0.": back(
            previous=(_late(a, a[:, -1]), _late(c, c[:, -1]))
        ),
        "the values match if the second step, t = 1, takes a0 and c0 as its previous ones. They "
        "are a[:, 0] and c[:, 0].": back(previous=(_later(a, a0), _later(c, c0))),
        "the values match if step t takes its previous cell as c_next. It is c[:, t].": (
            _lstm_through_time(da, x, a0, c0, a, late_c, gates, p, previous=(late_a, late_c))
        ),
        "the values match if da[:, t] is added to the cell's gradient too. It reaches the state "
        "alone.": back(into_c=(1, 0)),
        "the values match if da[:, t] + da_prev is added to the cell's gradient too. They reach "
        "the state alone.": back(into_c=(1, 1)),
        "the values match if the da_prev of step t+1 is added twice.": back(carry=(2, 1)),
        "the values match if the loop stops before the first step, t = 0.": back(
            steps=range(T_x - 1, 0, -1)
        ),
        **_usual_over_time(want, T_x),
    }
    _same_gradients(attempt(da, x, a0, c0, a, c, gates, p), want, m, mistakes)
    return f"All eleven gradients equal automatic differentiation through {T_x} steps, to 1e-8."


@check.exercise(bidirectional_forward)
def _(attempt):
    m, T_x, n_x, n_a = _sizes(4)
    x, there, back = _draw(m, T_x, n_x), _rnn_parameters(n_x, n_a), _rnn_parameters(n_x, n_a)
    layer = keras.layers.Bidirectional(keras.layers.SimpleRNN(n_a, return_sequences=True))
    weights = [*keras_rnn_weights(there), *keras_rnn_weights(back)]
    want = layer_output(layer, weights, x)
    ahead, a0 = want[..., :n_a], np.zeros((m, n_a))
    turned = rnn_forward(x[:, ::-1], a0, back)
    join = partial(np.concatenate, axis=-1)
    mistakes = {
        "the backward states stand in reading order of the backward network. Turn them round "
        "again, so that both halves of step t belong to the same input.": join([ahead, turned]),
        "the values match if the second network also reads forward.": join(
            [ahead, rnn_forward(x, a0, back)]
        ),
        "the values match if both directions use parameters_forward.": join(
            [ahead, rnn_forward(x[:, ::-1], a0, there)[:, ::-1]]
        ),
        "the backward half stands first. The forward half comes first.": join(
            [turned[:, ::-1], ahead]
        ),
        "the states are turned round, but the second network reads x forward.": join(
            [ahead, rnn_forward(x, a0, back)[:, ::-1]]
        ),
        "the examples of x are turned round, not the steps. Time is the second axis.": join(
            [ahead, rnn_forward(x[::-1], a0, back)[:, ::-1]]
        ),
        "the values match if the second network starts from the first one's last state. Both "
        "start from zeros.": join([ahead, rnn_forward(x[:, ::-1], ahead[:, -1], back)[:, ::-1]]),
    }
    got = attempt(x, there, back)
    if shape_of(got) == ahead.shape:
        raise Wrong(
            f"The answer has shape {ahead.shape}: one direction, or a sum. Put the two side by "
            f"side on the last axis: (m, T_x, 2 n_a)."
        )
    for shape, axis in {(m, 2 * T_x, n_a): "in time", (2 * m, T_x, n_a): "in the batch"}.items():
        if shape_of(got) == shape:
            raise Wrong(f"The two directions follow each other {axis}. Join them on the last axis.")
    same("The answer", got, want, "(m, T_x, 2 n_a)", mistakes, FLOAT32)
    return "It equals Keras' Bidirectional(SimpleRNN)."


@check.exercise(deep_forward)
def _(attempt):
    m, T_x, n_x, n_a = _sizes(4)
    x = _draw(m, T_x, n_x)
    layers = [_rnn_parameters(*pair) for pair in pairwise([n_x, n_a, n_a + 1, n_a + 2])]
    got = attempt(x, layers)
    _is_one_array_a_layer(got, x, layers)
    below = x
    for number, (states, parameters) in enumerate(zip(got, layers, strict=True), 1):
        a0 = np.zeros((m, len(parameters["ba"])))
        layer = keras.layers.SimpleRNN(a0.shape[1], return_sequences=True)
        want = layer_output(layer, keras_rnn_weights(parameters), below)
        mistakes = {
            "the values match if the layer reads its input backward.": (
                rnn_forward(below[:, ::-1], a0, parameters)
            ),
            "the values match if its state starts at ones. Start every layer at zeros.": (
                rnn_forward(below, a0 + 1, parameters)
            ),
            "the values match if the layer sees only the last step of the layer below.": (
                rnn_forward(np.repeat(below[:, -1:], T_x, axis=1), a0, parameters)
            ),
        }
        same(f"Layer {number}", states, want, "(m, T_x, n_a)", mistakes, FLOAT32)
        below = want
    return "Each of the three layers equals the Keras layer in its place."


def _is_one_array_a_layer(got, x, layers):
    if shape_of(got) is not None:
        raise Wrong("The answer is one array; it should be a list with the states of each layer.")
    if not isinstance(got, tuple | list) or len(got) != len(layers):
        what = f"has {len(got)}" if isinstance(got, tuple | list) else f"is a {type(got).__name__}"
        raise Wrong(f"The answer should be a list of {len(layers)} arrays; yours {what}.")
    if np.array_equal(got[0], x):
        raise Wrong("The list starts with x. It should hold the states of the layers alone.")
    if shape_of(got[0]) == (*x.shape[:2], len(layers[-1]["ba"])):
        raise Wrong("The list starts with the top layer. Put the lowest layer first.")
