"""RNN in NumPy: one step or a whole sequence, forward and backward; GRU and LSTM build on it.

The tested twin of what the first lesson writes by hand. Each network, here and in `gru` and `lstm`,
has the same seven functions, with its name in front: `init`, `cell_forward`, `cell_backward`,
`forward`, `backward`, `from_keras` and `to_keras`.

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


def expect(name, array, shape):
    """Hold an array to its shape. An axis given by its name, such as "m", may have any size."""
    given = np.shape(array)
    if len(given) != len(shape) or any(
        size != wanted and not isinstance(wanted, str)
        for size, wanted in zip(given, shape, strict=True)
    ):
        wanted = str(tuple(shape)).replace("'", "")
        raise ValueError(f"{name} should have shape {wanted}, but it has shape {given}.")


def read_parameters(parameters, **shapes):
    """The named parameters, in one floating dtype."""
    for name, shape in shapes.items():
        if name not in parameters:
            raise ValueError(f"parameters has no {name!r}, only {', '.join(parameters)}.")
        expect(name, parameters[name], shape)
    dtype = np.result_type(np.float32, *(parameters[name] for name in shapes))
    return [np.asarray(parameters[name], dtype) for name in shapes]


def sizes_of(x, a0):
    """n_x and n_a, once x and a0 are known to fit together."""
    expect("x", x, ("m", "T_x", "n_x"))
    expect("a0", a0, (len(x), "n_a"))
    return np.shape(x)[2], np.shape(a0)[1]


def stack_inputs(x, a0, dtype):
    """[a_prev, x_t] of each step, (T_x + 1, m, n_a + n_x), and the view of it that holds a."""
    (m, T_x, n_x), n_a = np.shape(x), np.shape(a0)[1]
    ax = np.zeros((T_x + 1, m, n_a + n_x), dtype)
    ax[:-1, :, n_a:] = np.swapaxes(x, 0, 1)
    ax[0, :, :n_a] = a0
    return ax, ax[:, :, :n_a]


def room_for_gates(ax, gates, n_a):
    """An array z (T_x, m, gates * n_a), and its blocks (T_x, gates, m, n_a) as a view."""
    z = np.empty((len(ax) - 1, ax.shape[1], gates * n_a), ax.dtype)
    return z, z.reshape(*z.shape[:2], gates, n_a).swapaxes(1, 2)


def sigmoid(z):
    """1 / (1 + exp(-z)), in place; by tanh, which is faster and cannot overflow."""
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5


def batch_first(array):
    return np.ascontiguousarray(array.swapaxes(0, 1))


def input_gradients(dax, n_a):
    return {"dx": batch_first(dax[:-1, :, n_a:]), "da0": dax[0, :, :n_a].copy()}


def sum_over_steps(inputs, dz):
    """The weight gradient: input.T @ dz, summed over all steps."""
    return inputs.reshape(-1, inputs.shape[-1]).T @ dz.reshape(-1, dz.shape[-1])


def one_step(name, array, shape):
    """The array of one step as a sequence of length one."""
    expect(name, array, shape)
    return np.expand_dims(array, 1)


def cell_gradients(gradients):
    """The gradients of a sequence of length one, under a cell's names."""
    names = {"dx": "dx_t", "da0": "da_prev", "dc0": "dc_prev"}
    gradients["dx"] = gradients["dx"][:, 0]
    return {names.get(name, name): gradient for name, gradient in gradients.items()}


def random_weights(n_x, n_a, gates, rng, dtype):
    """Wx uniform (Glorot and Bengio, 2010), Wa with orthonormal rows (Saxe and others, 2014)."""
    limit = np.sqrt(6 / (n_x + gates * n_a))
    Q, R = np.linalg.qr(rng.normal(size=(gates * n_a, n_a)))
    Wx, Wa = rng.uniform(-limit, limit, (n_x, gates * n_a)), (Q * np.sign(np.diag(R))).T
    return Wx.astype(dtype), np.ascontiguousarray(Wa, dtype)


def named_weights(names, weights):
    """Copies of the weights of a Keras layer, as parameters."""
    if len(weights) != len(names):
        kinds = "kernel, recurrent kernel, bias"
        raise ValueError(f"weights should hold 3 arrays ({kinds}), but it holds {len(weights)}.")
    return {name: np.array(array) for name, array in zip(names, weights, strict=True)}


#   a = tanh(a_prev Waa + x Wax + ba)


def rnn_init(n_x, n_a, rng, dtype=np.float32):
    """Starting parameters as Keras draws them: Wax (n_x, n_a), Waa (n_a, n_a), ba (n_a,).

    `rng` is a NumPy Generator.
    """
    Wax, Waa = random_weights(n_x, n_a, 1, rng, dtype)
    return {"Wax": Wax, "Waa": Waa, "ba": np.zeros(n_a, dtype)}


def rnn_cell_forward(x_t, a_prev, parameters):
    """One step: x_t (m, n_x) and a_prev (m, n_a) give a_next (m, n_a) and a cache."""
    x = one_step("x_t", x_t, ("m", "n_x"))
    expect("a_prev", a_prev, (len(x), "n_a"))
    a, cache = rnn_forward(x, a_prev, parameters)
    return a[:, 0], cache


def rnn_cell_backward(da_next, cache):
    """Gradients of one step, from da_next (m, n_a): dx_t, da_prev, dWax, dWaa, dba."""
    da = one_step("da_next", da_next, cache["a"].shape[1:])
    return cell_gradients(rnn_backward(da, cache))


def rnn_forward(x, a0, parameters):
    """The whole sequence (Elman, 1990): a (m, T_x, n_a) and a cache."""
    n_x, n_a = sizes_of(x, a0)
    Wax, Waa, ba = read_parameters(parameters, Wax=(n_x, n_a), Waa=(n_a, n_a), ba=(n_a,))
    W = np.concatenate([Waa, Wax])
    ax, a = stack_inputs(x, a0, W.dtype)
    for t in range(len(a) - 1):
        np.tanh(ax[t] @ W + ba, out=a[t + 1])
    return batch_first(a[1:]), {"ax": ax, "a": a, "W": W}


def rnn_backward(da, cache):
    """Backpropagation through time (Werbos, 1990): dx, da0, dWax, dWaa, dba."""
    ax, a, W = cache["ax"], cache["a"], cache["W"]
    T_x, m, n_a = a[1:].shape
    expect("da", da, (m, T_x, n_a))
    da, dax, dz = np.asarray(da, W.dtype), np.zeros_like(ax), 1 - a[1:] ** 2
    for t in reversed(range(T_x)):
        dz[t] *= da[:, t] + dax[t + 1, :, :n_a]
        np.matmul(dz[t], W.T, out=dax[t])
    dW = sum_over_steps(ax[:-1], dz)
    weights = {"dWax": dW[n_a:], "dWaa": dW[:n_a], "dba": dz.sum(axis=(0, 1))}
    return input_gradients(dax, n_a) | weights


def rnn_from_keras(weights):
    """Parameters from `SimpleRNN.get_weights()`."""
    return named_weights(("Wax", "Waa", "ba"), weights)


def rnn_to_keras(parameters):
    """The list for `SimpleRNN.set_weights`."""
    return [np.array(parameters[name]) for name in ("Wax", "Waa", "ba")]
