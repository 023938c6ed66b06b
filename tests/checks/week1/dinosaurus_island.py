"""Right answers in other styles to the exercises of `week1/2_dinosaurus_island`."""

DRAWN = "int(rng.choice(n_x, p=exponentials / exponentials.sum())) =>"

ALTERNATIVES = {
    "encode": [
        "def encode(name, characters):\n    return (*map(characters.index, name), 0)",
        "in name] + [END] => in name + characters[END]]",
        """
def encode(name, characters):
    places = {character: place for place, character in enumerate(characters)}
    return np.array([places[character] for character in name] + [END], dtype=np.int32)
""",
    ],
    "masked_loss": [
        "logits.max(axis=-1, keepdims=True) => logits.max()",
        """
def masked_loss(logits, y, mask):  # without one-hot vectors
    z = logits - np.max(logits, axis=-1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
    steps = -np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    m, T_x = y.shape
    gradient = np.exp(log_p)
    gradient[np.arange(m)[:, None], np.arange(T_x), y] -= 1
    gradient[~mask] = 0
    return np.where(mask, steps, 0).sum(axis=1).mean(), gradient / m
""",
        """
def masked_loss(logits, y, mask):  # place by place, in float32
    logits, loss = logits.astype("float32"), np.float32(0)
    dlogits = np.zeros_like(logits)
    for place in np.argwhere(mask):
        z = logits[*place] - max(logits[*place])
        p = np.exp(z) / np.exp(z).sum()
        loss -= np.log(p[y[*place]]) / len(y)
        dlogits[*place] = (p - np.eye(len(p))[y[*place]]) / len(y)
    return loss, dlogits
""",
    ],
    "clip_by_value": [
        "np.clip(gradient, -limit, limit) => np.minimum(np.maximum(gradient, -limit), limit)",
        """
def clip_by_value(gradients, limit):
    clipped = {}
    for name in reversed(gradients):
        clipped[name] = gradients[name].astype("float32")
        clipped[name][clipped[name] > limit] = limit
        clipped[name][clipped[name] < -limit] = -limit
    return clipped
""",
    ],
    "clip_by_norm": [
        "limit / norm) => limit / (norm + 1e-6))",
        "min(1.0, limit / norm) => limit / max(norm, limit)",
        "min(1.0, limit / norm) => np.float32(limit / norm if norm > limit else 1)",
        """
def clip_by_norm(gradients, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients.values()]))
    return gradients if norm <= limit else {k: limit * g / norm for k, g in gradients.items()}
""",
    ],
    "optimization_step": [
        (
            "np.tensordot(a, dlogits, axes=([0, 1], [0, 1])) =>"
            " a.reshape(-1, n_a).T @ dlogits.reshape(-1, n_x)",
            "clip({ => (lambda g: clip(dict(reversed(g.items()))))({",
        ),
        """
def optimization_step(x, y, mask, parameters, optimizer, clip):  # each step by itself
    Wax, Waa, ba, Wya, by = (parameters[k].astype("float32") for k in parameters)
    states = [np.zeros((len(x), len(ba)), "float32")]
    for t in range(x.shape[1]):
        states.append(np.tanh(Wax[x[:, t]] + states[-1] @ Waa + ba))
    logits = np.stack([a @ Wya + by for a in states[1:]], axis=1)
    loss, dlogits = masked_loss(logits, y, mask)
    d, later = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}, 0
    for t in reversed(range(x.shape[1])):
        d["dby"] += dlogits[:, t].sum(axis=0)
        d["dWya"] += states[t + 1].T @ dlogits[:, t]
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
    "sample": [
        f"{DRAWN} int(np.argmax(z + rng.gumbel(size=n_x)))",
        f"{DRAWN} rng.multinomial(1, exponentials / exponentials.sum()).argmax()",
        f"{DRAWN} int((np.cumsum(exponentials) < rng.random() * exponentials.sum()).sum())",
        ('.astype("float64") / temperature => / np.float32(temperature)', "n_a)) => n_a), 'f')"),
        """
def sample(parameters, temperature, rng, max_length=40):
    Wax, Waa, ba, Wya, by = (parameters[k] for k in ("Wax", "Waa", "ba", "Wya", "by"))
    a, index, indices = np.zeros(len(ba)), END, np.zeros(0, int)
    while True:
        a = np.tanh(Wax[index] + a @ Waa + ba)
        z = np.float64(a @ Wya + by)
        p = np.exp(z - z.max()) ** (1 / temperature)
        index = rng.choice(len(p), p=p / p.sum())
        if index == END or len(indices) == max_length:
            return indices
        indices = np.append(indices, index)
""",
    ],
}
