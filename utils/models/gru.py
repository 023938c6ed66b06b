"""GRU in NumPy: one step or a whole sequence, forward and backward.

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
    sigmoid,
    sizes_of,
    stack_inputs,
    sum_over_steps,
)

# Blocks: update gate gamma_u, relevance gate gamma_r, candidate. In a GRU, a is the memory c.
#
#   candidate = tanh((gamma_r * a_prev) Wa_c + x Wx_c + b_c)
#   a = gamma_u * candidate + (1 - gamma_u) * a_prev
#
# With reset_after (cuDNN, and the default in Keras) the relevance gate comes after the product:
#
#   recall = a_prev Wa_c + b'_c
#   candidate = tanh(gamma_r * recall + x Wx_c + b_c)


def gru_init(n_x, n_a, rng, reset_after=False, dtype=np.float32):
    """Starting parameters as Keras draws them: Wx (n_x, 3 n_a), Wa (n_a, 3 n_a), b (3 n_a,).

    With `reset_after`, b is (2, 3 n_a): one bias goes with x, one with a_prev.
    """
    Wx, Wa = random_weights(n_x, n_a, 3, rng, dtype)
    return {"Wx": Wx, "Wa": Wa, "b": np.zeros((2, 3 * n_a) if reset_after else 3 * n_a, dtype)}


def gru_cell_forward(x_t, a_prev, parameters, reset_after=False):
    """One step: x_t (m, n_x) and a_prev (m, n_a) give a_next (m, n_a) and a cache."""
    x = one_step("x_t", x_t, ("m", "n_x"))
    expect("a_prev", a_prev, (len(x), "n_a"))
    a, cache = gru_forward(x, a_prev, parameters, reset_after)
    return a[:, 0], cache


def gru_cell_backward(da_next, cache):
    """Gradients of one step, from da_next (m, n_a): dx_t, da_prev, dWx, dWa, db."""
    da = one_step("da_next", da_next, cache["a"].shape[1:])
    return cell_gradients(gru_backward(da, cache))


def gru_forward(x, a0, parameters, reset_after=False):
    """The whole sequence (Cho and others, 2014): a (m, T_x, n_a) and a cache.

    cache["gates"] holds gamma_u, gamma_r, candidate and, with `reset_after`, recall.
    """
    n_x, n_a = sizes_of(x, a0)
    b_shape = (2, 3 * n_a) if reset_after else (3 * n_a,)
    Wx, Wa, b = read_parameters(parameters, Wx=(n_x, 3 * n_a), Wa=(n_a, 3 * n_a), b=b_shape)
    W, bias = _gru_stack(Wx, Wa, b)
    ax, a = stack_inputs(x, a0, W.dtype)
    z, gates = room_for_gates(ax, 4 if reset_after else 3, n_a)
    for t in range(len(z)):
        gamma_u, gamma_r, candidate = gates[t, :3]
        np.matmul(ax[t], W, out=z[t])
        z[t] += bias
        sigmoid(z[t, :, : 2 * n_a])
        candidate += gamma_r * gates[t, 3] if reset_after else (gamma_r * a[t]) @ Wa[:, 2 * n_a :]
        np.tanh(candidate, out=candidate)
        a[t + 1] = a[t] + gamma_u * (candidate - a[t])
    return batch_first(a[1:]), {"ax": ax, "a": a, "gates": gates, "W": W, "Wa": Wa}


def _gru_stack(Wx, Wa, b):
    """Stacked weights and bias: zeros where the candidate skips a_prev, and the recall skips x."""
    k = 2 * len(Wa)
    no_a, no_x = np.zeros_like(Wa[:, k:]), np.zeros_like(Wx[:, k:])
    if b.ndim == 1:
        return np.block([[Wa[:, :k], no_a], [Wx]]), b
    W = np.block([[Wa[:, :k], no_a, Wa[:, k:]], [Wx, no_x]])
    return W, np.concatenate([b[0, :k] + b[1, :k], b[0, k:], b[1, k:]])


def gru_backward(da, cache):
    """Backpropagation through time: dx, da0, dWx, dWa, db."""
    ax, a, gates, W, Wa = (cache[name] for name in ("ax", "a", "gates", "W", "Wa"))
    T_x, m, n_a = a[1:].shape
    expect("da", da, (m, T_x, n_a))
    da, dax = np.asarray(da, W.dtype), np.zeros_like(ax)
    dz, dgates = room_for_gates(ax, gates.shape[1], n_a)
    for t in reversed(range(T_x)):
        da_t = da[:, t] + dax[t + 1, :, :n_a]
        da_prev = _gru_step_backward(da_t, gates[t], a[t], Wa, dgates[t])
        np.matmul(dz[t], W.T, out=dax[t])
        dax[t, :, :n_a] += da_prev
    return input_gradients(dax, n_a) | _gru_weight_gradients(ax, gates, dz, n_a)


def _gru_step_backward(da, gates, a_prev, Wa, dgates):
    """Fill in dgates; return the part of da_prev that does not go through the stacked product."""
    reset_after = len(gates) == 4
    gamma_u, gamma_r, candidate = gates[:3]
    dz_u, dz_r, dz_c = dgates[:3]
    dz_u[:] = da * (candidate - a_prev) * gamma_u * (1 - gamma_u)
    dz_c[:] = da * gamma_u * (1 - candidate**2)
    gated, dproduct = (gates[3], dz_c) if reset_after else (a_prev, dz_c @ Wa[:, 2 * len(Wa) :].T)
    dz_r[:] = dproduct * gated * gamma_r * (1 - gamma_r)
    if reset_after:
        dgates[3] = dproduct * gamma_r
        return da * (1 - gamma_u)
    return da * (1 - gamma_u) + dproduct * gamma_r


def _gru_weight_gradients(ax, gates, dz, n_a):
    k, dW, db = 2 * n_a, sum_over_steps(ax[:-1], dz), dz.sum(axis=(0, 1))
    if gates.shape[1] == 3:
        dWa_c = sum_over_steps(gates[:, 1] * ax[:-1, :, :n_a], dz[..., k:])
        return {"dWx": dW[n_a:], "dWa": np.hstack([dW[:n_a, :k], dWa_c]), "db": db}
    of_x, of_a = np.r_[: 3 * n_a], np.r_[:k, 3 * n_a : 4 * n_a]
    return {"dWx": dW[n_a:, of_x], "dWa": dW[:n_a, of_a], "db": np.stack([db[of_x], db[of_a]])}


def gru_from_keras(weights):
    """Parameters from `GRU.get_weights()`; run them with the `reset_after` of that layer.

    Keras calls 1 - gamma_u its update gate. As 1 - sigmoid(z) = sigmoid(-z), its columns change
    sign.
    """
    return _flip_update_gate(named_weights(("Wx", "Wa", "b"), weights))


def gru_to_keras(parameters):
    """The list for `GRU.set_weights`."""
    copies = {name: np.array(parameters[name]) for name in ("Wx", "Wa", "b")}
    return list(_flip_update_gate(copies).values())


def _flip_update_gate(parameters):
    for array in parameters.values():
        array[..., : array.shape[-1] // 3] *= -1
    return parameters
