"""The checks of `week1/1_recurrent_network_step_by_step`.

Forward passes are held against Keras layers, gradients against automatic differentiation. Inputs
are drawn fresh each time, and no two axes have the same length.
"""

from functools import partial
from itertools import pairwise

import keras
import numpy as np

from utils.checks import Checks, Wrong, entries, same, unpack
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
    """Draw different sizes, so that a mixed-up axis shows."""
    return [int(n) for n in np.random.default_rng().permutation(np.arange(3, 8))[:count]]


def _draw(*shape):
    return np.random.default_rng().uniform(0.3, 1.0, shape) * np.random.default_rng().choice(
        [-1, 1], shape
    )


def _rnn_parameters(n_x, n_a):
    return {"Wax": _draw(n_x, n_a), "Waa": _draw(n_a, n_a) / n_a, "ba": _draw(n_a)}


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


def _through_time(da, x, a0, a, parameters, carry=True, add=True, shift=True):
    """Backpropagate through time; each switch turned off is a usual mistake."""
    sums = {f"d{name}": np.zeros_like(parameters[name]) for name in ("Wax", "Waa", "ba")}
    dx, from_later = np.zeros(x.shape), np.zeros(a0.shape)
    for t in reversed(range(x.shape[1])):
        a_prev = (a[:, t - 1] if t else a0) if shift else a[:, t]
        step = rnn_cell_backward(da[:, t] + from_later, x[:, t], a_prev, a[:, t], parameters)
        dx[:, t], from_later = step["dxt"], step["da_prev"] * carry
        for name in sums:
            sums[name] = sums[name] * add + step[name]
    return {"dx": dx, "da0": step["da_prev"], **sums}


def _lstm_step(da, dc, xt, a_prev, c_prev, c_next, gates, parameters, **fault):
    """Backpropagate through one LSTM step; each fault is a usual mistake."""
    u, f, o, c_tilde = (gates[k] for k in ("gamma_u", "gamma_f", "gamma_o", "c_tilde"))
    squash = np.tanh(c_next)
    dc = dc * fault.get("later_cell", 1) + da * o * (1 - squash**2) * fault.get("through_a", 1)
    slope = {"u": u * (1 - u), "f": f * (1 - f), "o": o * (1 - o), "c": 1 - c_tilde**2}
    if "no_slope" in fault:
        slope[fault["no_slope"]] = 1
    reached = {"u": dc * c_tilde, "f": dc * c_prev, "o": da * squash, "c": dc * u}
    dz = {g: reached[g] * slope[g] for g in GATES}
    joined = np.concatenate([a_prev, xt], axis=1)
    djoined = sum(dz[g] @ parameters[f"W{g}"].T for g in fault.get("ways", GATES))
    n_a = a_prev.shape[1]
    weights = {f"dW{g}": joined.T @ dz[g] for g in GATES}
    biases = {f"db{g}": dz[g].sum(axis=0) for g in GATES}
    states = {"dxt": djoined[:, n_a:], "da_prev": djoined[:, :n_a], "dc_prev": dc * f}
    return states | weights | biases


def _lstm_through_time(da, x, a0, c0, a, c, gates, parameters, carry=(1, 1), add=True, shift=True):
    """Backpropagate an LSTM through time; each switch turned off is a usual mistake."""
    sums = {f"d{name}": np.zeros_like(value) for name, value in parameters.items()}
    dx, da_later, dc_later = np.zeros(x.shape), np.zeros(a0.shape), np.zeros(a0.shape)
    for t in reversed(range(x.shape[1])):
        before = t - 1 if shift else t
        a_prev, c_prev = (a[:, before], c[:, before]) if before >= 0 else (a0, c0)
        now = {name: value[:, t] for name, value in gates.items()}
        step = lstm_cell_backward(
            da[:, t] + da_later, dc_later, x[:, t], a_prev, c_prev, c[:, t], now, parameters
        )
        dx[:, t] = step["dxt"]
        da_later, dc_later = step["da_prev"] * carry[0], step["dc_prev"] * carry[1]
        sums = {name: sums[name] * add + step[name] for name in sums}
    return {"dx": dx, "da0": step["da_prev"], "dc0": step["dc_prev"], **sums}


def _same_gradients(got, want, axes, mistakes):
    """Compare a dictionary of gradients; each mistake maps to the gradients that it gives."""
    names = list(want)
    for name, value in zip(names, entries(got, ", ".join(names)), strict=True):
        suspects = {text: values[name] for text, values in mistakes.items()}
        n = name[1:]
        meaning = axes.get(name, f"the shape of {n}")
        if value is not None and np.shape(value) == want[name].shape[1:]:
            raise Wrong(f"{name} has shape {np.shape(value)}; it lacks the first axis. {meaning}.")
        same(name, value, want[name], meaning, suspects | _sums(name, want, got), 1e-8)


def _sums(name, want, got):
    """Return the suspect that belongs to biases: a mean over the batch in place of the sum."""
    if not name.startswith("db") or np.shape(got[name]) != want[name].shape:
        return {}
    ratio = np.asarray(got[name], float) / np.where(want[name] == 0, 1, want[name])
    share = float(np.median(ratio))
    text = "it is a mean over the batch; a gradient of a shared bias is the sum over the batch."
    return {text: want[name] * share} if 0.05 < share < 0.9 else {}


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
        "the states stand one step too late: a0 is not part of the result.": np.concatenate(
            [a0[:, None], want[:, :-1]], axis=1
        ),
    }
    got = attempt(x, a0, p)
    if np.shape(got) == (T_x, m, n_a):
        raise Wrong(
            "a has the time axis first; it should be (m, T_x, n_a). `np.stack` has an `axis`."
        )
    if np.shape(got) == (m, n_a):
        raise Wrong("a holds one step only; it should hold the states of all steps, (m, T_x, n_a).")
    same("a", got, want, "(m, T_x, n_a)", mistakes, FLOAT32)
    return f"It equals Keras' SimpleRNN over {T_x} steps, started from a0."


@check.exercise(softmax)
def _(attempt):
    z = _draw(*_sizes(3)) * 3
    want = keras.ops.convert_to_numpy(keras.ops.softmax(z.astype("float32"), axis=-1))
    mistakes = {
        "it is normalised over the time axis. Use the last axis.": (
            np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        ),
        "it is normalised over the batch. Use the last axis.": (
            np.exp(z) / np.exp(z).sum(axis=0, keepdims=True)
        ),
        "it is normalised over the whole array. Use the last axis.": (np.exp(z) / np.exp(z).sum()),
        "the exponential is there, but the division by the sum is not.": np.exp(z),
        "after the largest value is taken off, the division by the sum is missing.": np.exp(
            z - z.max(axis=-1, keepdims=True)
        ),
        "it is divided by the sum without the exponential.": (z / z.sum(axis=-1, keepdims=True)),
    }
    same("softmax(z)", attempt(z), want, "the shape of z", mistakes, FLOAT32)
    with np.errstate(all="ignore"):
        large = np.asarray(attempt(np.array([[1000.0, 1001.0, 999.0]])))
    if not np.all(np.isfinite(large)):
        raise Wrong(
            "softmax overflows for values near 1000: np.exp gives inf. "
            "Take the largest value off first; it changes nothing else."
        )
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
        "the logarithm is missing.": -(y * y_hat).sum() / m,
        "y and y_hat have changed places.": (-(y_hat * np.log(np.clip(y, 1e-12, None))).sum() / m),
    }
    got = attempt(y_hat, y)
    if np.ndim(got) > 0:
        raise Wrong(f"The loss should be one number; yours has shape {np.shape(got)}.")
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

    want = gradients(scalar, {"xt": xt, "a_prev": a_prev, **p})
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
        "the values match if Waa is not transposed.": {
            **want,
            "da_prev": da_next * (1 - a_next**2) @ p["Waa"],
        },
        "the sign is turned.": {name: -value for name, value in want.items()},
    }
    got = attempt(da_next, xt, a_prev, a_next, p)
    _same_gradients(got, want, {"dba": "one number for each unit, summed over the batch"}, mistakes)
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

    want = gradients(scalar, {"x": x, "a0": a0, **p})
    back = partial(_through_time, da, x, a0, a, p)
    mistakes = {
        "the values match if nothing flows back from step t+1 to step t. Add its da_prev to "
        "da[:, t].": back(carry=False),
        "the values match for one step alone. Add up the weight gradients of all steps.": (
            back(add=False)
        ),
        "the values match if step t takes a[:, t] as its previous state. It is a[:, t-1], and "
        "a0 for the first step.": back(shift=False),
        "the values match if the loop runs forward in time. Start at the last step.": (
            _forward_in_time(da, x, a0, a, p)
        ),
        "it is zero; it should be the da_prev of the first step.": {
            **want,
            "da0": np.zeros_like(a0),
        },
        "it is da[:, 0]; it should be the da_prev of the first step.": {
            **want,
            "da0": da[:, 0],
        },
    }
    _same_gradients(attempt(da, x, a0, a, p), want, {}, mistakes)
    return f"All five gradients equal automatic differentiation through {T_x} steps, to 1e-8."


def _forward_in_time(da, x, a0, a, parameters):
    sums = {f"d{name}": 0 for name in ("Wax", "Waa", "ba")}
    dx, from_later = np.zeros(x.shape), 0
    for t in range(x.shape[1]):
        a_prev = a[:, t - 1] if t else a0
        step = rnn_cell_backward(da[:, t] + from_later, x[:, t], a_prev, a[:, t], parameters)
        dx[:, t], from_later = step["dxt"], step["da_prev"]
        sums = {name: sums[name] + step[name] for name in sums}
    return {"dx": dx, "da0": from_later, **sums}


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
    }


def _same_gates(got, want, mistakes):
    for name, value in zip(want, entries(got, ", ".join(want)), strict=True):
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
    if np.shape(a) == (T_x, m, n_a):
        raise Wrong("a has the time axis first; it should be (m, T_x, n_a).")
    _, c_own, gates_own = lstm_forward(x, a0, c0, p)
    mistakes = {
        "the values match if the cell starts from c0 again in every step.": np.stack(
            _restarted(x, a0, c0, p, keep="a"), axis=1
        ),
        "the values match if the state starts from a0 again in every step.": np.stack(
            _restarted(x, a0, c0, p, keep="c"), axis=1
        ),
        "the values match with zeros in place of c0.": lstm_forward(x, a0, c0 * 0, p)[0],
        "the values match with zeros in place of a0.": lstm_forward(x, a0 * 0, c0, p)[0],
        "the values match with the steps in reverse order.": lstm_forward(x[:, ::-1], a0, c0, p)[0],
        "these are the cells c. The first part of the answer is the states a.": c_own,
    }
    same("a", a, a_want, "(m, T_x, n_a)", mistakes, FLOAT32)
    same("c", c, c_own, "(m, T_x, n_a)", {"these are the states a, not the cells.": a_want})
    same("c[:, -1]", np.asarray(c)[:, -1], c_last, "(m, n_a)", None, FLOAT32)
    for name, value in zip(gates_own, entries(gates, ", ".join(gates_own)), strict=True):
        same(f'gates["{name}"]', value, gates_own[name], "(m, T_x, n_a)")
    return f"States and cells equal Keras' LSTM over {T_x} steps."


def _restarted(x, a0, c0, parameters, keep):
    states, a_prev, c_prev = [], a0, c0
    for t in range(x.shape[1]):
        a_next, c_next, _ = lstm_cell_forward(x[:, t], a_prev, c_prev, parameters)
        states.append(a_next)
        a_prev, c_prev = (a_next, c0) if keep == "a" else (a0, c_next)
    return states


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

    want = gradients(scalar, {"xt": xt, "a_prev": a_prev, "c_prev": c_prev, **p})
    back = partial(_lstm_step, da, dc, xt, a_prev, c_prev, c_next, gates, p)
    mistakes = {
        "the values match if dc_next is left out. The cell also reaches later steps.": back(
            later_cell=0
        ),
        "the values match if the way from a_next into the cell is left out: "
        "da_next * gamma_o * (1 - tanh(c_next)**2).": back(through_a=0),
        "the values match if c_tilde lacks its slope, 1 - c_tilde**2.": back(no_slope="c"),
        **{
            f"the values match if gamma_{g} lacks its slope, gamma_{g} * (1 - gamma_{g}).": (
                back(no_slope=g)
            )
            for g in "ufo"
        },
        **{
            f"the values match if the way back through W{g} is left out.": (
                back(ways=[other for other in GATES if other != g])
            )
            for g in GATES
        },
        "it is dc_next * gamma_f. The cell's gradient has a second part, through a_next.": {
            **want,
            "dc_prev": dc * gates["gamma_f"],
        },
        "the values match if the forget gate is left out.": {
            **want,
            "dc_prev": want["dc_prev"] / gates["gamma_f"],
        },
    }
    got = attempt(da, dc, xt, a_prev, c_prev, c_next, gates, p)
    _same_gradients(got, want, {}, mistakes)
    return "All eleven gradients equal automatic differentiation to 1e-8."


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

    want = gradients(scalar, {"x": x, "a0": a0, "c0": c0, **p})
    back = partial(_lstm_through_time, da, x, a0, c0, a, c, gates, p)
    mistakes = {
        "the values match if da_prev is not handed on to the step before.": back(carry=(0, 1)),
        "the values match if dc_prev is not handed on to the step before.": back(carry=(1, 0)),
        "the values match if nothing is handed on from step to step.": back(carry=(0, 0)),
        "the values match for one step alone. Add up the weight gradients of all steps.": (
            back(add=False)
        ),
        "the values match if step t takes a[:, t] and c[:, t] as its previous ones. They are "
        "those of t-1, and a0, c0 for the first step.": back(shift=False),
        "it is zero; it should come from the first step.": {
            **want,
            "da0": np.zeros_like(a0),
            "dc0": np.zeros_like(c0),
        },
    }
    _same_gradients(attempt(da, x, a0, c0, a, c, gates, p), want, {}, mistakes)
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
    }
    got = attempt(x, there, back)
    if np.shape(got) == ahead.shape:
        raise Wrong(
            f"The answer has shape {ahead.shape}: one direction, or a sum. Put the two side by "
            f"side on the last axis: (m, T_x, 2 n_a)."
        )
    if np.shape(got) == (m, 2 * T_x, n_a):
        raise Wrong("The two directions follow each other in time. Join them on the last axis.")
    same("The answer", got, want, "(m, T_x, 2 n_a)", mistakes, FLOAT32)
    return "It equals Keras' Bidirectional(SimpleRNN)."


@check.exercise(deep_forward)
def _(attempt):
    m, T_x, n_x, n_a = _sizes(4)
    sizes = [n_x, n_a, n_a + 1, n_a + 2]
    x = _draw(m, T_x, n_x)
    layers = [_rnn_parameters(*pair) for pair in pairwise(sizes)]
    want, below = [], x
    for parameters in layers:
        layer = keras.layers.SimpleRNN(len(parameters["ba"]), return_sequences=True)
        below = layer_output(layer, keras_rnn_weights(parameters), below)
        want.append(below)
    got = attempt(x, layers)
    if isinstance(got, np.ndarray):
        raise Wrong("The answer is one array; it should be a list with the states of each layer.")
    if not isinstance(got, tuple | list) or len(got) != len(layers):
        length = f"length {len(got)}" if isinstance(got, tuple | list) else type(got).__name__
        raise Wrong(f"The answer should be a list of {len(layers)} arrays; yours is {length}.")
    if np.shape(got[0]) == want[-1].shape:
        raise Wrong("The list starts with the top layer. Put the lowest layer first.")
    for number, (states, right, below, parameters) in enumerate(
        zip(got, want, [x, *want[:-1]], layers, strict=True), 1
    ):
        a0 = np.zeros((m, right.shape[-1]))
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
        same(f"Layer {number}", states, right, "(m, T_x, n_a)", mistakes, FLOAT32)
    return "Each of the three layers equals the Keras layer in its place."
