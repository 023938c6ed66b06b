"""Right answers in other styles to the exercises of `week1/2_dinosaurus_island`."""

DRAWN = "int(rng.choice(len(p), p=p)) =>"
IN_ALL = "np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values())) =>"

ALTERNATIVES = {
    "masked_loss": [
        (
            "one_hot(y, logits.shape[-1]) => np.eye(logits.shape[-1], dtype=bool)[y]",
            "(log_p * targets).sum(axis=-1) * mask => log_p[targets & mask[..., None]]",
        ),
        """
def masked_loss(logits, y, mask):
    log_p = log_softmax(logits, axis=-1)
    right = np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    dlogits = np.exp(log_p) - np.eye(logits.shape[-1])[y]
    return -right[mask].sum() / len(y), np.where(mask[..., None], dlogits, 0) / len(y)
""",
        """
def masked_loss(logits, y, mask):
    z = logits - np.max(logits, axis=-1, keepdims=True)
    total = np.exp(z).sum(axis=-1, keepdims=True)
    targets = one_hot(y, logits.shape[-1])
    terms = np.log(total[..., 0]) - (z * targets).sum(axis=-1)
    return (terms * mask).sum() / len(y), (np.exp(z) / total - targets) * mask[..., None] / len(y)
""",
    ],
    "clip_by_value": [
        "np.clip(gradient, -limit, limit) => np.minimum(np.maximum(gradient, -limit), limit)",
        "{name: np.clip => {name: gradient if abs(gradient).max() < limit else np.clip",
    ],
    "clip_by_norm": [
        "limit / max(norm, limit) => min(1.0, limit / norm)",
        "limit / max(norm, limit) => min(1.0, limit / (norm + 1e-6))",
        "limit / max(norm, limit) => np.float32(limit / norm if norm > limit else 1)",
        f"{IN_ALL} np.linalg.norm(np.concatenate([g.ravel() for g in gradients.values()]))",
        "    return =>     if norm <= limit:\n        return gradients\n    return",
    ],
    "optimization_step": [
        "clip({ => (lambda g: clip(dict(reversed(g.items()))))({",
        """
def optimization_step(x, y, mask, parameters, optimizer, clip):  # each step by itself
    Wax, Waa, ba, Wya, by = (parameters[k].astype("float32") for k in parameters)
    states = [np.zeros((len(x), len(ba)), "float32")]
    for row in x.T:
        states.append(np.tanh(Wax[row] + states[-1] @ Waa + ba))
    logits = np.stack([a @ Wya + by for a in states[1:]], axis=1)
    loss, dlogits = masked_loss(logits, y, mask)
    d, later = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}, 0
    d["dWya"] = np.stack(states[1:], axis=1).reshape(-1, len(ba)).T @ dlogits.reshape(-1, len(by))
    d["dby"] = dlogits.reshape(-1, len(by)).sum(axis=0)
    for t in reversed(range(x.shape[1])):
        dz = (dlogits[:, t] @ Wya.T + later) * (1 - states[t + 1] ** 2)
        d["dba"] += dz.sum(axis=0)
        d["dWaa"] += states[t].T @ dz
        np.add.at(d["dWax"], x[:, t], dz)
        later = dz @ Waa.T
    return [float(loss), optimizer(parameters, clip(d))]
""",
    ],
    "train": [
        (
            "losses = [] => losses = np.zeros(epochs)",
            "for _ in => for number in",
            "losses.append(np.mean(epoch)) => losses[number] = sum(epoch) / len(epoch)",
        ),
        (
            "        epoch = [] =>         order, epoch = rng.permutation(len(sequences)), []",
            "for x, y, mask in language_model.batches(sequences, size, rng): =>"
            " for first in range(0, len(order), size):\n"
            "            part = [sequences[i] for i in order[first : first + size]]\n"
            "            x, y, mask = language_model.inputs_and_targets(part)",
            "return parameters, losses => return [dict(parameters), tuple(losses)]",
        ),
    ],
    "probabilities": [
        """
def probabilities(logits, temperature):
    from scipy.special import softmax
    return softmax(logits / temperature, axis=-1)
""",
        """
def probabilities(logits, temperature):
    logits = np.asarray(logits)
    scaled = (logits - logits.max(-1, keepdims=True)) / temperature
    return np.exp(scaled - np.logaddexp.reduce(scaled, axis=-1, keepdims=True))
""",
    ],
    "sample": [
        f"{DRAWN} int((np.cumsum(p) < rng.random() * p.sum()).sum())",
        f"{DRAWN} int(np.argmax(np.log(p + 1e-300) + rng.gumbel(size=len(p))))",
        (
            "while len(indices) < max_length: => while True:",
            "if index == END: => if index == END or len(indices) == max_length:",
            "np.array([index]) => [index]",
        ),
        (
            "(log_probs[0], temperature) => (log_probs, temperature)[0]",
            f"{DRAWN} rng.choice(p.size, p=p)",
        ),
    ],
    "mixture": [
        """
def mixture(steps, weights):
    def step(states, tokens):
        states = states or (None,) * len(steps)
        new, logs = zip(*(one(own, tokens) for one, own in zip(steps, states)))
        return new, language_model.mix(np.stack(logs), weights)
    return step
""",
        """
def mixture(steps, weights):
    def step(state, tokens):
        new, total = {}, 0.0
        for number in range(len(steps)):
            own = state and state[number]
            new[number], log_probs = steps[number](own, tokens)
            total = total + weights[number] * np.exp(log_probs)
        return new, np.log(total)
    return step
""",
    ],
}
