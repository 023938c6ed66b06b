"""Right answers in other styles to the exercises of `week1/4_long_memory_gru_lstm`."""

ALTERNATIVES = {
    "simple_gru_step": [
        "gamma_u * c_tilde + (1 - gamma_u) * c_prev => c_prev + gamma_u * (c_tilde - c_prev)",
        """
def simple_gru_step(xt, c_prev, p):
    n_c = c_prev.shape[1]
    z = {g: c_prev @ p["W" + g][:n_c] + xt @ p["W" + g][n_c:] + p["b" + g] for g in "uc"}
    gamma_u = 0.5 + 0.5 * np.tanh(z["u"] / 2)
    return [gamma_u * np.tanh(z["c"]) + (1 - gamma_u) * c_prev, gamma_u]
""",
    ],
    "gru_step": [
        """
def gru_step(xt, c_prev, p):
    n_c = c_prev.shape[1]
    both = np.hstack([c_prev, xt]) @ np.hstack([p["Wu"], p["Wr"]]) + np.hstack([p["bu"], p["br"]])
    u, r = np.split(sigmoid(both), 2, axis=1)
    candidate = keras.ops.convert_to_numpy(
        keras.ops.tanh((r * c_prev) @ p["Wc"][:n_c] + xt @ p["Wc"][n_c:] + p["bc"])
    )
    return c_prev + u * (candidate - c_prev), u, r
""",
    ],
    "gru_step_reset_after": [
        """
def gru_step_reset_after(xt, c_prev, p):
    n_c = c_prev.shape[1]
    of_c = c_prev @ np.hstack([p["W" + g][:n_c] for g in "urc"])
    of_x = xt @ np.hstack([p["W" + g][n_c:] for g in "urc"])
    u, r, c = np.split(of_c, 3, axis=1)
    x_u, x_r, x_c = np.split(of_x, 3, axis=1)
    u, r = sigmoid(u + x_u + p["bu"]), sigmoid(r + x_r + p["br"])
    return u * np.tanh(r * (c + p["bm"]) + x_c + p["bc"]) + c_prev - u * c_prev
""",
    ],
    "peephole_step": [
        """
def peephole_step(xt, a_prev, c_prev, p):
    z = {g: np.hstack([a_prev, xt]) @ p[f"W{g}"] + p[f"b{g}"] for g in "ufco"}
    u, f = (1 / (1 + np.exp(-z[g] - c_prev * p[f"p{g}"])) for g in "uf")
    c = f * c_prev + u * np.tanh(z["c"])
    return np.tanh(c) / (1 + np.exp(-z["o"] - c * p["po"])), c
""",
    ],
    "gru_as_lstm": [
        "50.0 => 80.0",
        """
def gru_as_lstm(p):
    bo = [100] * len(p["bu"])
    same = dict(Wu=p["Wu"], bu=p["bu"], Wc=p["Wc"], bc=p["bc"])
    return dict(same, Wf=p["Wu"] * -1, bf=0 - p["bu"], Wo=p["Wc"] * 0, bo=bo)
""",
    ],
    "kept": [
        """
def kept(gamma_u):
    later = np.concatenate([1 - gamma_u[:, 1:], np.ones_like(gamma_u[:, :1])], axis=1)
    return np.cumprod(later[:, ::-1], axis=1)[:, ::-1]
""",
        """
def kept(gamma_u):
    T_x = gamma_u.shape[1]
    return np.stack([np.prod(1 - gamma_u[:, t + 1 :], axis=1) for t in range(T_x)], axis=1)
""",
    ],
    "probe": [
        """
def probe(states, plural, new_states):
    centre, share = states.mean(axis=0), np.mean(plural)
    weights = np.linalg.pinv(states - centre) @ (plural - share)
    return (new_states - centre) @ weights + share
""",
    ],
    "agreement_model": [
        """
def agreement_model(layer, n_words, n_e):
    return keras.Sequential(
        [
            keras.layers.Input((None,)),
            keras.layers.Embedding(n_words, n_e, mask_zero=True),
            layer,
            keras.layers.Dense(1),
            keras.layers.Activation("sigmoid"),
        ]
    )
""",
    ],
}
