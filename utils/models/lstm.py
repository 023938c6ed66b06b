"""LSTM in NumPy: one step or a whole sequence, forward and backward.

Shapes, caches and errors are those of `recurrent`, where they are explained.
"""

import numpy as np

from utils.models.recurrent import (
    batch_first,
    cell_gradients,
    expect,
    input_gradients,
    named_weights,
    one_step,
    random_weights,
    read_parameters,
    room_for_gates,
    sizes_of,
    stack_inputs,
    sum_over_steps,
)

# Blocks, in the order of Keras: gamma_u (its i), gamma_f, candidate, gamma_o.
#
#   c = gamma_u * candidate + gamma_f * c_prev
#   a = gamma_o * tanh(c)


def lstm_init(n_x, n_a, rng, dtype=np.float32):
    """Starting parameters as Keras draws them: Wx (n_x, 4 n_a), Wa (n_a, 4 n_a), b (4 n_a,).

    The forget gate has bias 1, so that at first the memory lasts (Gers and others, 2000).
    """
    Wx, Wa = random_weights(n_x, n_a, 4, rng, dtype)
    return {"Wx": Wx, "Wa": Wa, "b": np.repeat(np.array([0, 1, 0, 0], dtype), n_a)}


def lstm_cell_forward(x_t, a_prev, c_prev, parameters):
    """One step: x_t (m, n_x), a_prev and c_prev (m, n_a) give a_next, c_next and a cache."""
    x = one_step("x_t", x_t, ("m", "n_x"))
    expect("a_prev", a_prev, (len(x), "n_a"))
    expect("c_prev", c_prev, np.shape(a_prev))
    a, c, cache = lstm_forward(x, a_prev, c_prev, parameters)
    return a[:, 0], c[:, 0], cache


def lstm_cell_backward(da_next, dc_next, cache):
    """Gradients of one step, from da_next and dc_next: dx_t, da_prev, dc_prev, dWx, dWa, db."""
    da = one_step("da_next", da_next, cache["a"].shape[1:])
    expect("dc_next", dc_next, cache["a"].shape[1:])
    return cell_gradients(lstm_backward(da, cache, dc_next))


def lstm_forward(x, a0, c0, parameters):
    """The whole sequence (Hochreiter and Schmidhuber, 1997): a and c (m, T_x, n_a) and a cache.

    cache["gates"] holds gamma_u, gamma_f, candidate, gamma_o.
    """
    n_x, n_a = sizes_of(x, a0)
    expect("c0", c0, np.shape(a0))
    Wx, Wa, b = read_parameters(parameters, Wx=(n_x, 4 * n_a), Wa=(n_a, 4 * n_a), b=(4 * n_a,))
    W = np.concatenate([Wa, Wx])
    ax, a = stack_inputs(x, a0, W.dtype)
    z, gates = room_for_gates(ax, 4, n_a)
    c, tanh_c = np.empty(a.shape, W.dtype), np.empty(a[1:].shape, W.dtype)
    c[0] = c0
    # sigmoid(z) = tanh(z / 2) / 2 + 1 / 2: with the halving in the weights, one tanh does it all.
    scale = np.repeat(np.array([0.5, 0.5, 1, 0.5], W.dtype), n_a)
    W_scaled, b_scaled, shift = W * scale, b * scale, 1 - scale
    for t in range(len(z)):
        gamma_u, gamma_f, candidate, gamma_o = gates[t]
        np.matmul(ax[t], W_scaled, out=z[t])
        z[t] += b_scaled
        np.tanh(z[t], out=z[t])
        z[t] *= scale
        z[t] += shift
        c[t + 1] = gamma_u * candidate + gamma_f * c[t]
        np.tanh(c[t + 1], out=tanh_c[t])
        np.multiply(gamma_o, tanh_c[t], out=a[t + 1])
    cache = {"ax": ax, "a": a, "c": c, "tanh_c": tanh_c, "z": z, "gates": gates, "W": W}
    return batch_first(a[1:]), batch_first(c[1:]), cache


def lstm_backward(da, cache, dc_last=None):
    """Backpropagation through time: dx, da0, dc0, dWx, dWa, db.

    `dc_last` (m, n_a) is the gradient that reaches the last c from outside, if any does.
    """
    ax, a, c, tanh_c = (cache[name] for name in ("ax", "a", "c", "tanh_c"))
    z, gates, W = (cache[name] for name in ("z", "gates", "W"))
    T_x, m, n_a = a[1:].shape
    expect("da", da, (m, T_x, n_a))
    da, dax, dc = np.asarray(da, W.dtype), np.zeros_like(ax), np.zeros_like(c[0])
    if dc_last is not None:
        expect("dc_last", dc_last, (m, n_a))
        dc += dc_last
    dz, dgates = room_for_gates(ax, 4, n_a)
    for t in reversed(range(T_x)):
        np.subtract(1, z[t], out=dz[t])
        dz[t] *= z[t]  # the slope of the sigmoid, for all but the candidate
        da_t = da[:, t] + dax[t + 1, :, :n_a]
        dc = _lstm_step_backward(da_t, dc, gates[t], c[t], tanh_c[t], dgates[t])
        np.matmul(dz[t], W.T, out=dax[t])
    dW = sum_over_steps(ax[:-1], dz)
    weights = {"dWx": dW[n_a:], "dWa": dW[:n_a], "db": dz.sum(axis=(0, 1))}
    return input_gradients(dax, n_a) | {"dc0": dc} | weights


def _lstm_step_backward(da, dc_next, gates, c_prev, tanh_c, dgates):
    """Turn the slopes in dgates into gradients, in place; return dc_prev."""
    gamma_u, gamma_f, candidate, gamma_o = gates
    dz_u, dz_f, dz_c, dz_o = dgates
    dc = dc_next + da * gamma_o * (1 - tanh_c**2)
    dz_u *= dc * candidate
    dz_f *= dc * c_prev
    dz_c[:] = dc * gamma_u * (1 - candidate**2)
    dz_o *= da * tanh_c
    return dc * gamma_f


def lstm_from_keras(weights):
    """Parameters from `LSTM.get_weights()`."""
    return named_weights(("Wx", "Wa", "b"), weights)


def lstm_to_keras(parameters):
    """The list for `LSTM.set_weights`."""
    return [np.array(parameters[name]) for name in ("Wx", "Wa", "b")]
