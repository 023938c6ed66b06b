"""RNN, GRU and LSTM in NumPy: one step or a whole sequence, forward and backward.

The tested twin of what the first lesson writes by hand. Each network has the same seven functions,
with its name in front: `init`, `cell_forward`, `cell_backward`, `forward`, `backward`,
`from_keras` and `to_keras`.

Shapes: `x` is (m, T_x, n_x), `a` is (m, T_x, n_a) and `a0` is (m, n_a), for m examples, T_x steps,
n_x features and n_a hidden units. `parameters` is a dict of arrays; keys that the network does not
know, such as `Wya` and `by` of an output layer, are left alone. Each gate owns one block of n_a
columns. All is computed in the dtype of the parameters.

Backward: `da` (m, T_x, n_a) is the gradient of the loss that reaches each `a` from above: from the
output layer, not from later steps. The answer is a dict: `dx`, `da0`, and `d` before the name of
each parameter. A cache is a dict whose arrays have time first; `cache["gates"]` is
(T_x, gates, m, n_a). Look at a cache, but do not change it.

A wrong shape, or a missing parameter, raises ValueError.
"""

import numpy as np

# What the three networks share. As in the course, a step multiplies the stacked [a_prev, x_t] with
# the stacked [Wa, Wx]: one matrix product for all gates. Inside, time comes first, so that a step
# is one block of memory, and the weight gradient of all steps is one large product at the end.


def _expect(name, array, shape):
    """Hold an array to its shape. An axis given by its name, such as "m", may have any size."""
    given = np.shape(array)
    if len(given) != len(shape) or any(
        size != wanted and not isinstance(wanted, str)
        for size, wanted in zip(given, shape, strict=True)
    ):
        wanted = str(tuple(shape)).replace("'", "")
        raise ValueError(f"{name} should have shape {wanted}, but it has shape {given}.")


def _read(parameters, **shapes):
    """The named parameters, in one floating dtype."""
    for name, shape in shapes.items():
        if name not in parameters:
            raise ValueError(f"parameters has no {name!r}, only {', '.join(parameters)}.")
        _expect(name, parameters[name], shape)
    dtype = np.result_type(np.float32, *(parameters[name] for name in shapes))
    return [np.asarray(parameters[name], dtype) for name in shapes]


def _sizes(x, a0):
    """n_x and n_a, once x and a0 are known to fit together."""
    _expect("x", x, ("m", "T_x", "n_x"))
    _expect("a0", a0, (len(x), "n_a"))
    return np.shape(x)[2], np.shape(a0)[1]


def _stack_inputs(x, a0, dtype):
    """[a_prev, x_t] of each step, (T_x + 1, m, n_a + n_x), and the view of it that holds a."""
    (m, T_x, n_x), n_a = np.shape(x), np.shape(a0)[1]
    ax = np.zeros((T_x + 1, m, n_a + n_x), dtype)
    ax[:-1, :, n_a:] = np.swapaxes(x, 0, 1)
    ax[0, :, :n_a] = a0
    return ax, ax[:, :, :n_a]


def _room_for_gates(ax, gates, n_a):
    """An array z (T_x, m, gates * n_a), and its blocks (T_x, gates, m, n_a) as a view."""
    z = np.empty((len(ax) - 1, ax.shape[1], gates * n_a), ax.dtype)
    return z, z.reshape(*z.shape[:2], gates, n_a).swapaxes(1, 2)


def _sigmoid(z):
    """1 / (1 + exp(-z)), in place; by tanh, which is faster and cannot overflow."""
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5


def _batch_first(array):
    return np.ascontiguousarray(array.swapaxes(0, 1))


def _input_gradients(dax, n_a):
    return {"dx": _batch_first(dax[:-1, :, n_a:]), "da0": dax[0, :, :n_a].copy()}


def _sum_over_steps(inputs, dz):
    """The weight gradient: input.T @ dz, summed over all steps."""
    return inputs.reshape(-1, inputs.shape[-1]).T @ dz.reshape(-1, dz.shape[-1])


def _one_step(name, array, shape):
    """The array of one step as a sequence of length one."""
    _expect(name, array, shape)
    return np.expand_dims(array, 1)


def _cell_gradients(gradients):
    """The gradients of a sequence of length one, under a cell's names."""
    names = {"dx": "dx_t", "da0": "da_prev", "dc0": "dc_prev"}
    gradients["dx"] = gradients["dx"][:, 0]
    return {names.get(name, name): gradient for name, gradient in gradients.items()}


def _random_weights(n_x, n_a, gates, rng, dtype):
    """Wx uniform (Glorot and Bengio, 2010), Wa with orthonormal rows (Saxe and others, 2014)."""
    limit = np.sqrt(6 / (n_x + gates * n_a))
    Q, R = np.linalg.qr(rng.normal(size=(gates * n_a, n_a)))
    Wx, Wa = rng.uniform(-limit, limit, (n_x, gates * n_a)), (Q * np.sign(np.diag(R))).T
    return Wx.astype(dtype), np.ascontiguousarray(Wa, dtype)


def _named(names, weights):
    """Copies of the weights of a Keras layer, as parameters."""
    if len(weights) != len(names):
        kinds = "kernel, recurrent kernel, bias"
        raise ValueError(f"weights should hold 3 arrays ({kinds}), but it holds {len(weights)}.")
    return {name: np.array(array) for name, array in zip(names, weights, strict=True)}


# ------------------------------------------------------------------------------------------- RNN
#   a = tanh(a_prev Waa + x Wax + ba)


def rnn_init(n_x, n_a, rng, dtype=np.float32):
    """Starting parameters as Keras draws them: Wax (n_x, n_a), Waa (n_a, n_a), ba (n_a,).

    `rng` is a NumPy Generator.
    """
    Wax, Waa = _random_weights(n_x, n_a, 1, rng, dtype)
    return {"Wax": Wax, "Waa": Waa, "ba": np.zeros(n_a, dtype)}


def rnn_cell_forward(x_t, a_prev, parameters):
    """One step: x_t (m, n_x) and a_prev (m, n_a) give a_next (m, n_a) and a cache."""
    x = _one_step("x_t", x_t, ("m", "n_x"))
    _expect("a_prev", a_prev, (len(x), "n_a"))
    a, cache = rnn_forward(x, a_prev, parameters)
    return a[:, 0], cache


def rnn_cell_backward(da_next, cache):
    """Gradients of one step, from da_next (m, n_a): dx_t, da_prev, dWax, dWaa, dba."""
    da = _one_step("da_next", da_next, cache["a"].shape[1:])
    return _cell_gradients(rnn_backward(da, cache))


def rnn_forward(x, a0, parameters):
    """The whole sequence (Elman, 1990): a (m, T_x, n_a) and a cache."""
    n_x, n_a = _sizes(x, a0)
    Wax, Waa, ba = _read(parameters, Wax=(n_x, n_a), Waa=(n_a, n_a), ba=(n_a,))
    W = np.concatenate([Waa, Wax])
    ax, a = _stack_inputs(x, a0, W.dtype)
    for t in range(len(a) - 1):
        np.tanh(ax[t] @ W + ba, out=a[t + 1])
    return _batch_first(a[1:]), {"ax": ax, "a": a, "W": W}


def rnn_backward(da, cache):
    """Backpropagation through time (Werbos, 1990): dx, da0, dWax, dWaa, dba."""
    ax, a, W = cache["ax"], cache["a"], cache["W"]
    T_x, m, n_a = a[1:].shape
    _expect("da", da, (m, T_x, n_a))
    da, dax, dz = np.asarray(da, W.dtype), np.zeros_like(ax), 1 - a[1:] ** 2
    for t in reversed(range(T_x)):
        dz[t] *= da[:, t] + dax[t + 1, :, :n_a]
        np.matmul(dz[t], W.T, out=dax[t])
    dW = _sum_over_steps(ax[:-1], dz)
    weights = {"dWax": dW[n_a:], "dWaa": dW[:n_a], "dba": dz.sum(axis=(0, 1))}
    return _input_gradients(dax, n_a) | weights


def rnn_from_keras(weights):
    """Parameters from `SimpleRNN.get_weights()`."""
    return _named(("Wax", "Waa", "ba"), weights)


def rnn_to_keras(parameters):
    """The list for `SimpleRNN.set_weights`."""
    return [np.array(parameters[name]) for name in ("Wax", "Waa", "ba")]


# ------------------------------------------------------------------------------------------- GRU
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
    Wx, Wa = _random_weights(n_x, n_a, 3, rng, dtype)
    return {"Wx": Wx, "Wa": Wa, "b": np.zeros((2, 3 * n_a) if reset_after else 3 * n_a, dtype)}


def gru_cell_forward(x_t, a_prev, parameters, reset_after=False):
    """One step: x_t (m, n_x) and a_prev (m, n_a) give a_next (m, n_a) and a cache."""
    x = _one_step("x_t", x_t, ("m", "n_x"))
    _expect("a_prev", a_prev, (len(x), "n_a"))
    a, cache = gru_forward(x, a_prev, parameters, reset_after)
    return a[:, 0], cache


def gru_cell_backward(da_next, cache):
    """Gradients of one step, from da_next (m, n_a): dx_t, da_prev, dWx, dWa, db."""
    da = _one_step("da_next", da_next, cache["a"].shape[1:])
    return _cell_gradients(gru_backward(da, cache))


def gru_forward(x, a0, parameters, reset_after=False):
    """The whole sequence (Cho and others, 2014): a (m, T_x, n_a) and a cache.

    cache["gates"] holds gamma_u, gamma_r, candidate and, with `reset_after`, recall.
    """
    n_x, n_a = _sizes(x, a0)
    b_shape = (2, 3 * n_a) if reset_after else (3 * n_a,)
    Wx, Wa, b = _read(parameters, Wx=(n_x, 3 * n_a), Wa=(n_a, 3 * n_a), b=b_shape)
    W, bias = _gru_stack(Wx, Wa, b)
    ax, a = _stack_inputs(x, a0, W.dtype)
    z, gates = _room_for_gates(ax, 4 if reset_after else 3, n_a)
    for t in range(len(z)):
        gamma_u, gamma_r, candidate = gates[t, :3]
        np.matmul(ax[t], W, out=z[t])
        z[t] += bias
        _sigmoid(z[t, :, : 2 * n_a])
        candidate += gamma_r * gates[t, 3] if reset_after else (gamma_r * a[t]) @ Wa[:, 2 * n_a :]
        np.tanh(candidate, out=candidate)
        a[t + 1] = a[t] + gamma_u * (candidate - a[t])
    return _batch_first(a[1:]), {"ax": ax, "a": a, "gates": gates, "W": W, "Wa": Wa}


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
    _expect("da", da, (m, T_x, n_a))
    da, dax = np.asarray(da, W.dtype), np.zeros_like(ax)
    dz, dgates = _room_for_gates(ax, gates.shape[1], n_a)
    for t in reversed(range(T_x)):
        da_t = da[:, t] + dax[t + 1, :, :n_a]
        da_prev = _gru_step_backward(da_t, gates[t], a[t], Wa, dgates[t])
        np.matmul(dz[t], W.T, out=dax[t])
        dax[t, :, :n_a] += da_prev
    return _input_gradients(dax, n_a) | _gru_weight_gradients(ax, gates, dz, n_a)


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
    k, dW, db = 2 * n_a, _sum_over_steps(ax[:-1], dz), dz.sum(axis=(0, 1))
    if gates.shape[1] == 3:
        dWa_c = _sum_over_steps(gates[:, 1] * ax[:-1, :, :n_a], dz[..., k:])
        return {"dWx": dW[n_a:], "dWa": np.hstack([dW[:n_a, :k], dWa_c]), "db": db}
    of_x, of_a = np.r_[: 3 * n_a], np.r_[:k, 3 * n_a : 4 * n_a]
    return {"dWx": dW[n_a:, of_x], "dWa": dW[:n_a, of_a], "db": np.stack([db[of_x], db[of_a]])}


def gru_from_keras(weights):
    """Parameters from `GRU.get_weights()`; run them with the `reset_after` of that layer.

    Keras calls 1 - gamma_u its update gate. As 1 - sigmoid(z) = sigmoid(-z), its columns change
    sign.
    """
    return _flip_update_gate(_named(("Wx", "Wa", "b"), weights))


def gru_to_keras(parameters):
    """The list for `GRU.set_weights`."""
    copies = {name: np.array(parameters[name]) for name in ("Wx", "Wa", "b")}
    return list(_flip_update_gate(copies).values())


def _flip_update_gate(parameters):
    for array in parameters.values():
        array[..., : array.shape[-1] // 3] *= -1
    return parameters


# ------------------------------------------------------------------------------------------ LSTM
# Blocks, in the order of Keras: gamma_u (its i), gamma_f, candidate, gamma_o.
#
#   c = gamma_u * candidate + gamma_f * c_prev
#   a = gamma_o * tanh(c)


def lstm_init(n_x, n_a, rng, dtype=np.float32):
    """Starting parameters as Keras draws them: Wx (n_x, 4 n_a), Wa (n_a, 4 n_a), b (4 n_a,).

    The forget gate has bias 1, so that at first the memory lasts (Gers and others, 2000).
    """
    Wx, Wa = _random_weights(n_x, n_a, 4, rng, dtype)
    return {"Wx": Wx, "Wa": Wa, "b": np.repeat(np.array([0, 1, 0, 0], dtype), n_a)}


def lstm_cell_forward(x_t, a_prev, c_prev, parameters):
    """One step: x_t (m, n_x), a_prev and c_prev (m, n_a) give a_next, c_next and a cache."""
    x = _one_step("x_t", x_t, ("m", "n_x"))
    _expect("a_prev", a_prev, (len(x), "n_a"))
    _expect("c_prev", c_prev, np.shape(a_prev))
    a, c, cache = lstm_forward(x, a_prev, c_prev, parameters)
    return a[:, 0], c[:, 0], cache


def lstm_cell_backward(da_next, dc_next, cache):
    """Gradients of one step, from da_next and dc_next: dx_t, da_prev, dc_prev, dWx, dWa, db."""
    da = _one_step("da_next", da_next, cache["a"].shape[1:])
    _expect("dc_next", dc_next, cache["a"].shape[1:])
    return _cell_gradients(lstm_backward(da, cache, dc_next))


def lstm_forward(x, a0, c0, parameters):
    """The whole sequence (Hochreiter and Schmidhuber, 1997): a and c (m, T_x, n_a) and a cache.

    cache["gates"] holds gamma_u, gamma_f, candidate, gamma_o.
    """
    n_x, n_a = _sizes(x, a0)
    _expect("c0", c0, np.shape(a0))
    Wx, Wa, b = _read(parameters, Wx=(n_x, 4 * n_a), Wa=(n_a, 4 * n_a), b=(4 * n_a,))
    W = np.concatenate([Wa, Wx])
    ax, a = _stack_inputs(x, a0, W.dtype)
    z, gates = _room_for_gates(ax, 4, n_a)
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
    return _batch_first(a[1:]), _batch_first(c[1:]), cache


def lstm_backward(da, cache, dc_last=None):
    """Backpropagation through time: dx, da0, dc0, dWx, dWa, db.

    `dc_last` (m, n_a) is the gradient that reaches the last c from outside, if any does.
    """
    ax, a, c, tanh_c = (cache[name] for name in ("ax", "a", "c", "tanh_c"))
    z, gates, W = (cache[name] for name in ("z", "gates", "W"))
    T_x, m, n_a = a[1:].shape
    _expect("da", da, (m, T_x, n_a))
    da, dax, dc = np.asarray(da, W.dtype), np.zeros_like(ax), np.zeros_like(c[0])
    if dc_last is not None:
        _expect("dc_last", dc_last, (m, n_a))
        dc += dc_last
    dz, dgates = _room_for_gates(ax, 4, n_a)
    for t in reversed(range(T_x)):
        np.subtract(1, z[t], out=dz[t])
        dz[t] *= z[t]  # the slope of the sigmoid, for all but the candidate
        da_t = da[:, t] + dax[t + 1, :, :n_a]
        dc = _lstm_step_backward(da_t, dc, gates[t], c[t], tanh_c[t], dgates[t])
        np.matmul(dz[t], W.T, out=dax[t])
    dW = _sum_over_steps(ax[:-1], dz)
    weights = {"dWx": dW[n_a:], "dWa": dW[:n_a], "db": dz.sum(axis=(0, 1))}
    return _input_gradients(dax, n_a) | {"dc0": dc} | weights


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
    return _named(("Wx", "Wa", "b"), weights)


def lstm_to_keras(parameters):
    """The list for `LSTM.set_weights`."""
    return [np.array(parameters[name]) for name in ("Wx", "Wa", "b")]
