"""Right answers in other styles to the exercises of `week1/1_recurrent_network_step_by_step`."""

ALTERNATIVES = {
    "rnn_cell_forward": [
        "np.tanh(z) => [[2 * sigmoid(2 * number) - 1 for number in row] for row in z]",
        """
def rnn_cell_forward(xt, a_prev, p):  # in the course's order, then turned
    z = p["Wax"].T @ xt.T + p["Waa"].T @ a_prev.T + p["ba"].reshape(-1, 1)
    return keras.ops.tanh(z.T)
""",
    ],
    "rnn_forward": [
        (
            "= a0, [] => = a0, [0]",
            "np.stack(states, axis=1) => np.array(states[1:]).transpose(1, 0, 2)",
        ),
        (
            "= a0, [] => = a0, np.zeros((*x.shape[:2], a0.shape[1]), np.float32)",
            "states.append(a_prev) => states[:, t] = a_prev",
            "np.stack(states, axis=1) => states",
        ),
    ],
    "numerical_gradient": [
        """
def numerical_gradient(f, array, epsilon):
    flat, slopes = array.ravel(), []
    for number in range(flat.size):
        up, down = flat.copy(), flat.copy()
        up[number] += epsilon
        down[number] -= epsilon
        values = [f(moved.reshape(array.shape)) for moved in (up, down)]
        slopes.append((values[0] - values[1]) / epsilon / 2)
    return np.array(slopes).reshape(array.shape)
""",
        (
            "np.zeros_like(array)\n    for => np.empty(array.shape)\n    for",
            "step[place] = epsilon => step[place] += epsilon / 2",
            "(f(array + step) - f(array - step)) / (2 * epsilon) => "
            "(f(array + 2 * step) - f(array - 2 * step)) / epsilon / 2",
        ),
    ],
    "rnn_cell_backward": [
        (
            "da_next * (1 - a_next**2) => da_next - da_next * np.square(a_next)",
            'dz @ parameters["Waa"].T => (parameters["Waa"] @ dz.T).T',
            'xt.T @ dz => np.einsum("mi,mj->ij", xt, dz)',
            "a_prev.T @ dz => sum(np.outer(a, d) for a, d in zip(a_prev, dz))",
            "dz.sum(axis=0), => np.ones(len(dz)) @ dz,\n        'dz': dz,",
        ),
    ],
    "rnn_backward": [
        """
def rnn_backward(da, x, a0, a, parameters):
    previous = np.concatenate([a0[:, None], a[:, :-1]], axis=1)
    dz, later = np.zeros_like(a), 0
    for t in range(x.shape[1] - 1, -1, -1):
        dz[:, t] = (da[:, t] + later) * (1 - a[:, t] ** 2)
        later = dz[:, t] @ parameters["Waa"].T
    dWaa = np.tensordot(previous, dz, ((0, 1), (0, 1)))
    dWax = np.einsum("mti,mtj->ij", x, dz)
    return dict(dx=dz @ parameters["Wax"].T, da0=later, dWax=dWax, dWaa=dWaa, dba=dz.sum((0, 1)))
""",
    ],
    "lstm_cell_forward": [
        """
def lstm_cell_forward(xt, a_prev, c_prev, p):
    n_a = a_prev.shape[1]
    W, b = np.hstack([p["W" + g] for g in "ufoc"]), np.hstack([p["b" + g] for g in "ufoc"])
    u, f, o, z = np.split(a_prev @ W[:n_a] + xt @ W[n_a:] + b, 4, axis=1)
    u, f, o, candidate = *(0.5 + 0.5 * np.tanh(gate / 2) for gate in (u, f, o)), np.tanh(z)
    c = u * candidate + f * c_prev
    gates = dict(gamma_f=f, gamma_u=u, gamma_o=o, c_tilde=candidate)
    return [(o * np.tanh(c)).astype("float32"), c.astype("float32"), gates]
""",
    ],
    "lstm_cell_backward": [
        (
            "* (1 - squashed**2) => / np.cosh(c_next) ** 2",
            "(1 - c_tilde**2) => (1 - c_tilde) * (1 + c_tilde)",
            'sum(dz[g] @ parameters[f"W{g}"].T for g in dz) => np.einsum('
            "'gmj,gij->mi', list(dz.values()), [parameters['W' + g] for g in dz])",
            "joined.T @ dz[g] => np.tensordot(joined, dz[g], (0, 0))",
            "dz[g].sum(axis=0) => np.ones(len(xt)) @ dz[g]",
        ),
    ],
    "bidirectional_forward": [
        (
            'len(x), len(parameters_forward["ba"]) => parameters_forward["Waa"].shape[0]',
            "x[:, ::-1] => np.flip(x, 1)",
            "concatenate([there, back[:, ::-1]], axis=-1) => dstack([there, np.flip(back, 1)])",
        ),
        "np.concatenate([there, back[:, ::-1]], axis=-1) => "
        "np.stack([there, back[:, ::-1]], 2).reshape(*x.shape[:2], -1).astype('float32')",
    ],
}
