"""Wrong and right answers to the exercises of `week1/2_dinosaurus_island`.

MUTANTS: for each exercise (old, new, says): in the solution `old` becomes `new`, and the message
must say `says`. ALTERNATIVES: whole answers, written differently, that must be accepted.
"""

MUTANTS = {
    "encode": [
        (" + [END]", "", "the end token is missing"),
        ("[characters.index", "[END] + [characters.index", "With characters = ["),
        (
            "[characters.index(character) for character in name] + [END]",
            "[END] + [characters.index(character) for character in name]",
            "the end token stands first",
        ),
        ("characters.index(character) for", "characters.index(character) - 1 for", "one too small"),
        (
            "characters.index(character) for",
            "ord(character) - 96 for",
            "these are places in the alphabet. Look",
        ),
        (
            "characters.index(character) for",
            'ord(character) - ord("a") for',
            "these are places in the alphabet, from 0. Look",
        ),
        ("characters.index(", "name.index(", "these are places in the name"),
        ("+ [END]", "+ [-1]", "the end token is -1"),
        ("+ [END]", "+ [len(characters) - 1]", "the end token is the last index"),
        ("+ [END]", "+ [len(characters)]", "has an index that no character has"),
        ("+ [END]", '+ ["\\n"]', "flat list of whole numbers, one for each character; yours holds"),
        ("+ [END]", "+ [[END]]", "one for each character; yours is not flat"),
        ("in name]", "in sorted(name)]", "the characters are sorted"),
        (
            "[characters.index(character) for character in name]",
            "sorted(characters.index(character) for character in name)",
            "the indices are sorted",
        ),
        ("in name]", "in name[::-1]]", "the indices stand in reverse order"),
        ("in name]", "in dict.fromkeys(name)]", "comes twice is there only once"),
        (
            "return [characters.index(character) for character in name] + [END]",
            "indices = []\n    for character in name:\n"
            "        indices += [characters.index(character), END]\n    return indices",
            "an end token stands after every character",
        ),
        (
            "[characters.index(character) for character in name] + [END]",
            "one_hot([characters.index(c) for c in name] + [END], len(characters))",
            "flat list of whole numbers, one for each character",
        ),
        (
            "return [characters.index(character) for character in name] + [END]",
            'return "".join(str(characters.index(c)) for c in name) + str(END)',
            "flat list of whole numbers, one for each character; yours is of type str",
        ),
        (
            "return [characters.index(character) for character in name] + [END]",
            "characters.append(END)\n    return [characters.index(c) for c in name] + [END]",
            "changes its argument characters in place",
        ),
    ],
    "masked_loss": [
        (".sum(axis=-1)) * mask) / len(y)", ".sum(axis=-1))) / len(y)", "The loss is off: the val"),
        ("(p - targets) * mask[..., None] / len(y)", "(p - targets) / len(y)", "dlogits is off: t"),
        (".sum(axis=-1)) * mask) / len(y)", ".sum(axis=-1)) * mask) / mask.sum()", "divided by th"),
        (
            "-np.sum(np.log((p * targets).sum(axis=-1)) * mask) / len(y)",
            "-np.mean(np.log((p * targets).sum(axis=-1)) * mask)",
            "averaged over every place",
        ),
        (" * mask) / len(y)", " * mask)", "it is summed and not divided"),
        (" * mask) / len(y)", " * mask) / y.shape[1]", "The loss is off: it is divided by T_x."),
        (" * mask) / len(y)", " * mask, axis=1) / len(y)", "yours has shape (3,). Sum over all"),
        (" * mask) / len(y)", " * (1 - mask)) / len(y)", "only padding counts"),
        ("loss = -np", "loss = np", "the minus sign is missing"),
        ("np.log(", "np.log2(", "the logarithm has base 2"),
        ("np.log(", "np.log10(", "the logarithm has base 10"),
        ("np.log((", "((", "the logarithm is missing"),
        (
            "exponentials.sum(axis=-1, k",
            "exponentials.sum(axis=1, k",
            "softmax takes its sum over the ti",
        ),
        (
            "exponentials.sum(axis=-1, k",
            "exponentials.sum(axis=0, k",
            "softmax takes its sum over the b",
        ),
        (
            "exponentials.sum(axis=-1, keepdims=True)",
            "exponentials.sum()",
            "softmax takes its sum over the whole array",
        ),
        ("logits - logits.max(axis=-1, keepdims=True)", "logits", "np.exp overflows"),
        (
            "logits - logits.max(axis=-1, keepdims=True)",
            "np.clip(logits, -500, 500)",
            "The loss for logits near 1000 is",
        ),
        ("one_hot(y, logits.shape[-1])", "one_hot(y, 27)", "with shapes (3,5,7) (3,5,27)"),
        (
            "    targets = one_hot(y, logits.shape[-1])",
            '    globals()["n_x"] = 27  # as in the notebook\n    targets = one_hot(y, n_x)',
            "Your function reads n_x from outside",
        ),
        ("mask[..., None] / len(y)", "mask[..., None]", "it is not divided by the number of names"),
        ("(p - targets) * mask[..., None] / len(y)", "p - targets", "and the division by len(y)"),
        (
            "mask[..., None] / len(y)",
            "mask[..., None] / mask.sum()",
            "dlogits is off: it is divided by the number of characters",
        ),
        (
            "mask[..., None] / len(y)",
            "mask[..., None] / y.size",
            "dlogits is off: it is divided by m",
        ),
        ("(p - targets) *", "(targets - p) *", "the sign is wrong"),
        ("(p - targets) *", "p *", "if the target is not subtracted"),
        ("(p - targets) *", "(p - targets) * targets *", "only the right character has a gradient"),
        ("(p - targets) * mask[..., None]", "(p * mask[..., None] - targets)", "mask is 0, too"),
        ("(p - targets)", "(logits - targets)", "with logits in place of softmax(logits)"),
        ("(p - targets) * mask[..., None]", "(p - targets) * mask", "operands could not be broadc"),
        ("return loss, (p", "return (p", "the 2 values (loss, dlogits)"),
        ("p = exp", "logits -= logits.max()\n    p = exp", "changes its argument logits in place"),
    ],
    "clip_by_value": [
        ("np.clip(gradient, -limit, limit)", "np.minimum(gradient, limit)", "only large positive"),
        ("np.clip(gradient, -limit, limit)", "np.maximum(gradient, -limit)", "only large negative"),
        ("np.clip(gradient, -limit, limit)", "gradient", "nothing is cut off"),
        (
            "np.clip(gradient, -limit, limit)",
            "np.clip(gradient, 0, limit)",
            "negative numbers beca",
        ),
        ("-limit, limit)", "limit, -limit)", "every number is -limit. np.clip takes first the low"),
        ("-limit, limit)", "-10, 10)", "the limit is always 10"),
        (
            "np.clip(gradient, -limit, limit)",
            "np.clip(np.abs(gradient), 0, limit)",
            "negative numbers have lost their sign",
        ),
        (
            "np.clip(gradient, -limit, limit)",
            "limit * np.sign(gradient)",
            "every number becomes the limit",
        ),
        (
            "np.clip(gradient, -limit, limit)",
            "np.where(np.abs(gradient) > limit, 0, gradient)",
            "numbers beyond the limit became 0",
        ),
        (
            "np.clip(gradient, -limit, limit)",
            "np.where(np.abs(gradient) > limit, limit, gradient)",
            "negative numbers beyond -limit became limit",
        ),
        (
            "np.clip(gradient, -limit, limit)",
            "gradient * min(1, limit / np.abs(gradient).max())",
            "it is scaled as a whole, array by array",
        ),
        (
            "np.clip(gradient, -limit, limit)",
            "gradient * limit / max(np.abs(g).max() for g in gradients.values())",
            "it is scaled as a whole",
        ),
        (
            "np.clip(gradient, -limit, limit)",
            "np.clip(gradient, -limit, limit, out=gradient)",
            "changes its argument gradients in place",
        ),
        (
            "return {name: np.clip(gradient, -limit, limit) for name, gradient in",
            "for n in gradients:\n        gradients[n] = gradients[n].clip(-limit, limit)\n"
            "    return {name: gradient for name, gradient in",
            "changes its argument gradients in place",
        ),
        (
            "{name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()}",
            "[np.clip(gradient, -limit, limit) for gradient in gradients.values()]",
            "The answer should be a dictionary with the keys dWax, dWaa, dba; yours is of type",
        ),
        ("{name: np", "{name[1:]: np", 'lacks the key "dWax"'),
        (
            "    return {name: np.clip(gradient, -limit, limit) for name, gradient in",
            "    for name, gradient in gradients.items():\n"
            "        return {name: np.clip(gradient, -limit, limit)}\n"
            "    return {name: gradient for name, gradient in",
            'lacks the key "dWaa"',
        ),
    ],
    "clip_by_norm": [
        (
            "scale = min(1.0, limit / norm)\n"
            "    return {name: gradient * scale for name, gradient in gradients.items()}",
            "return {n: g * min(1.0, limit / np.linalg.norm(g)) for n, g in gradients.items()}",
            "each array is scaled by its own norm",
        ),
        ("np.sqrt(sum(", "(sum(", "the norm lacks its square root"),
        ("np.sqrt(sum(np.sum(gradient**2)", "(sum(np.linalg.norm(gradient)", "arrays' norms"),
        ("np.sqrt(sum(np.sum(gradient**2)", "(sum(np.sum(np.abs(gradient))", "absolute values"),
        ("np.sqrt(sum(np.sum(gradient**2)", "(max(np.max(np.abs(gradient))", "largest number"),
        (
            "np.sum(gradient**2) for gradient in gradients.values())",
            "np.sum(g**2) for g in gradients.values()) / sum(g.size for g in gradients.values())",
            "the norm holds the mean of the squares",
        ),
        (
            "norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values()))",
            "for gradient in gradients.values():\n        norm = np.linalg.norm(gradient)",
            "the norm is that of the last array alone",
        ),
        ("min(1.0, limit / norm)", "limit / norm", "small gradients are scaled up"),
        ("min(1.0, limit / norm)", "min(1.0, 1 / norm)", "all is scaled to norm 1"),
        ("min(1.0, limit / norm)", "min(1.0, 5 / norm)", "the limit is always 5"),
        ("min(1.0, limit / norm)", "max(1.0, limit / norm)", "nothing is scaled, though"),
        (
            "min(1.0, limit / norm)",
            "norm / limit if norm > limit else 1",
            "it is multiplied by norm / limit",
        ),
        (
            "min(1.0, limit / norm)",
            "limit / norm if norm < limit else 1",
            "nothing is scaled, thou",
        ),
        (
            "gradient * scale for",
            "np.clip(gradient, -limit, limit) for",
            "each number is cut off by itself",
        ),
        (
            "return {",
            "for g in gradients.values():\n        g *= scale\n    return gradients\n    return {",
            "changes its argument gradients in place",
        ),
        ("return {", "gradients = {", "Does it end with `return`?"),
    ],
    "optimization_step": [
        (
            'clip({f"d{name}": gradients[f"d{name}"] for name in parameters})',
            "clip(gradients)",
            "clip gets dx, da0 too",
        ),
        (
            'gradients = clip({f"d{name}": gradients[f"d{name}"] for name in parameters})',
            'clip({f"d{name}": gradients[f"d{name}"] for name in parameters})',
            "The new Wax is off: the values match if the gradients are not clipped",
        ),
        ("clip({f", "({f", "`clip` is not called"),
        (
            "return loss, optimizer(parameters, gradients)",
            'return loss, {n: parameters[n] - 0.1 * gradients[f"d{n}"] for n in parameters}',
            "`optimizer` is not called",
        ),
        ("clip({f", "clip_by_value({f", "stopped in the line `gradients = clip_by_value("),
        ("parameters})", "parameters}, 5)", "takes 1 positional argument but 2 were given"),
        (
            'gradients = clip({f"d{name}": gradients[f"d{name}"] for name in parameters})\n',
            'keys = [f"d{name}" for name in parameters]\n'
            "    gradients = clip(clip({name: gradients[name] for name in keys}))\n",
            "if the gradients are clipped twice",
        ),
        (
            '    gradients["dWya"] = np.tensordot(a, dlogits, axes=([0, 1], [0, 1]))\n'
            '    gradients["dby"] = dlogits.sum(axis=(0, 1))\n'
            '    gradients = clip({f"d{name}": gradients[f"d{name}"] for name in parameters})\n',
            '    gradients = clip({n: gradients[n] for n in ("dWax", "dWaa", "dba")})\n'
            '    gradients["dWya"] = np.tensordot(a, dlogits, axes=([0, 1], [0, 1]))\n'
            '    gradients["dby"] = dlogits.sum(axis=(0, 1))\n',
            'What clip gets lacks the key "dWya"',
        ),
        ("dlogits.sum(axis=(0, 1))", "dlogits.sum(axis=0)", "dby has shape (5, 7); it should have"),
        ("dlogits.sum(axis=(0, 1))", "dlogits.sum(axis=1)", "dby has shape (3, 7); it should have"),
        (
            "dlogits.sum(axis=(0, 1))",
            "dlogits.mean(axis=(0, 1))",
            "dby is off: it is a mean over ba",
        ),
        ("dlogits.sum(axis=(0, 1))", "dlogits.sum(axis=0).mean(axis=0)", "it is a mean over time"),
        (
            "dlogits.sum(axis=(0, 1))",
            "dlogits.sum(axis=(0, 1)) / len(x)",
            "dby is off: it is divid",
        ),
        ("dlogits.sum(axis=(0, 1))", "np.zeros(n_x)", "dby is off: it is zero"),
        (
            "np.tensordot(a, dlogits,",
            "np.tensordot(dlogits, a,",
            "dWya has shape (7, 4); it should",
        ),
        (
            "np.tensordot(a, dlogits,",
            "-np.tensordot(a, dlogits,",
            "dWya is off: the sign is wrong",
        ),
        (
            "a, dlogits, axes=([0, 1], [0, 1]))",
            "a, dlogits)",
            'stopped in the line `gradients["dWya',
        ),
        ('["Wya"].T, cache', '["Wya"].T * (1 - a**2), cache', "the slope of tanh enters twice"),
        ('dlogits @ parameters["Wya"].T', 'dlogits @ parameters["Wya"]', "do not fit"),
        (
            "return loss, optimizer(parameters, gradients)",
            "return loss, parameters",
            "`optimizer` is not called",
        ),
        (
            "optimizer(parameters, gradients)",
            "optimizer(gradients, parameters)",
            "parameters first",
        ),
        (
            "return loss, optimizer(parameters, gradients)",
            "return loss, optimizer(optimizer(parameters, gradients), gradients)",
            "if the optimizer is called twice",
        ),
        (
            "return loss, optimizer(parameters, gradients)",
            "for name in parameters:\n        parameters[name] = parameters[name] - 0.05 * "
            'gradients[f"d{name}"] * 2\n    return loss, parameters',
            "changes its argument parameters in place",
        ),
        (
            "return loss, optimizer(parameters, gradients)",
            "return optimizer(parameters, gradients)",
            "the 2 values (loss, parameters)",
        ),
        ("a0 = np.zeros(", "a0 = np.ones(", "if a0 is ones. Start from zeros"),
        ("a0 = np.zeros((len(x), n_a)", "a0 = np.zeros((1, n_a)", "stopped in the line"),
        (' + parameters["by"], y', ", y", "if by is left out of the logits"),
        (
            "y, mask)\n",
            "y, np.ones(y.shape))\n",
            "The loss is off: the values match if the mask is",
        ),
        ("one_hot(x, n_x)", "one_hot(y, n_x)", "the network reads y"),
        ("one_hot(x, n_x)", "one_hot(x, 27)", "Wax should have shape (27, 4), but it has"),
        ('["by"], y, mask', '["by"], x, mask', "x is taken as the target"),
        (
            "return loss, optimizer(parameters, gradients)",
            "new = optimizer(parameters, gradients)\n"
            "    a, cache = recurrent.rnn_forward(one_hot(x, n_x), a0, new)\n"
            '    return masked_loss(a @ new["Wya"] + new["by"], y, mask)[0], new',
            "this is the loss after the step",
        ),
    ],
    "train": [
        ("loss, parameters = optim", "loss, _ = optim", "the parameters are not handed on"),
        (
            "losses = []\n    for _ in range(epochs):\n        epoch = []",
            "losses, first = [], parameters\n    for _ in range(epochs):\n"
            "        epoch, parameters = [], first",
            "each epoch starts from the first parameters again",
        ),
        (
            "batches(sequences, size, rng",
            "batches(sequences, size, np.random.default_rng(1)",
            "`rng` is",
        ),
        (
            "    for _ in range(epochs):\n        epoch = []\n"
            "        for x, y, mask in language_model.batches(sequences, size, rng):\n",
            "    made = list(language_model.batches(sequences, size, rng))\n"
            "    for _ in range(epochs):\n        epoch = []\n        for x, y, mask in made:\n",
            "The batches are made only once",
        ),
        (
            "epoch = []",
            "epoch, _ = [], rng.random(99)",
            "Use `rng` for language_model.batches alone",
        ),
        ("(sequences, size, rng)", "(sequences, 16, rng)", "`size` is not used"),
        ("range(epochs)", "range(1)", "losses has shape (1,); it should be (4,)"),
        ("range(epochs)", "range(epochs - 1)", "losses has shape (3,); it should be (4,)"),
        ("range(epochs)", "range(20)", "losses has shape (20,); it should be (4,)"),
        ("    return", "        return", "losses has shape (1,); it should be (4,)"),
        ("append(np.mean(epoch))", "extend(epoch)", "losses has one entry for each batch"),
        ("epoch.append(loss)", "epoch.append(loss)\n            break", "has only one step"),
        ("np.mean(epoch)", "epoch[0]", "for the loss of the first batch alone"),
        ("np.mean(epoch)", "loss", "for the last batch of each epoch"),
        ("np.mean(epoch)", "sum(epoch)", "for the sum over the batches"),
        ("np.mean(epoch)", "sum(epoch) / len(sequences)", "is divided by the number of names"),
        ("append(loss)", "append(loss * len(x) * 3 / len(sequences))", "a batch counts by its"),
        ("np.mean(epoch)", "epoch", "losses has shape (4, 3); it should be (4,)"),
        (
            "losses = []\n    for _ in range(epochs):\n        epoch = []",
            "losses, epoch = [], []\n    for _ in range(epochs):",
            "the mean over all epochs so far",
        ),
        (
            "optimizer, clip)\n            ",
            "optimizer, dict)\n            ",
            "`clip` is not handed",
        ),
        ("return parameters, losses", "return losses, parameters", "losses should be a flat list"),
        ("return parameters, losses", "return parameters", "the 2 values (parameters, losses)"),
    ],
    "sample": [
        (" / temperature", "", "the temperature is not used"),
        (" / temperature", " * temperature", "the temperature multiplies"),
        (
            "p=exponentials / exponentials.sum()",
            "p=exponentials / exponentials.sum() / temperature",
            "ValueError: ",
        ),
        (
            "        index = int(",
            "        p = np.exp(z * temperature)\n"
            "        exponentials = np.exp(p / p.sum() / temperature)\n        index = int(",
            "softmax is taken twice",
        ),
        (
            "rng.choice(n_x, p=exponentials / exponentials.sum())",
            "exponentials.argmax()",
            "The likeliest character is always taken",
        ),
        (", p=exponentials / exponentials.sum()", "", "all characters are equally likely"),
        ("rng.choice", "np.random.choice", "`rng` is not used"),
        ("rng.choice", "np.random.default_rng().choice", "`rng` is not used"),
        (' + parameters["by"]', "", "if by is left out"),
        ("np.exp(z - z.max())", "np.exp(z)", "np.exp overflows for large logits"),
        (
            "one_hot([index], n_x), a, parameters",
            "one_hot([index], n_x), np.zeros((1, n_a)), parameters",
            "Each step starts from the zero state",
        ),
        ("np.zeros((1, n_a))", "np.ones((1, n_a))", "The state before the first step"),
        ("np.zeros((1, n_a))", "np.zeros(n_a)", "stopped in the line `a, _ = "),
        ("one_hot([index], n_x)", "one_hot([END], n_x)", "does not see what was drawn"),
        ("one_hot([index], n_x)", "np.zeros((1, n_x))", "does not see what was drawn"),
        (
            "one_hot([index], n_x)",
            "one_hot([index], n_x) * (len(indices) > 0)",
            "The first input should be the end token",
        ),
        ("END, []", "1, []", "The first input should be the end token"),
        ("one_hot([index], n_x)", "one_hot([index], 27)", "Wax should have shape (27, 5), but it"),
        ("rng.choice(n_x,", "rng.choice(27,", "must have same size"),
        ("END, []", "END, [END]", "The first input is part of the name"),
        (
            "        if index == END:\n            break\n        indices.append(index)",
            "        indices.append(index)\n        if index == END:\n            break",
            "The end token is part of the name",
        ),
        ("        if index == END:\n            break\n", "", "It goes on after the end token"),
        ("            break", "            continue", "It goes on after the end token"),
        ("            break", "            return", "Does it end with `return`?"),
        ("len(indices) < max_length", "True", "The loop goes on too long"),
        (
            'parameters["Wax"].shape\n    a, index, indices = np.zeros((1, n_a)), END, []\n'
            "    while len(indices) < max_length:",
            'parameters["Wax"].shape\n    a, index, indices = np.zeros((1, n_a)), END, []\n'
            "    parameters = {name: parameters[name] for name in parameters}\n    while True:",
            "The loop goes on too long",
        ),
        ("        indices.append(index)\n", "", "The loop goes on too long"),
        ("len(indices) < max_length", "len(indices) < 40", "max_length is not used"),
        ("< max_length", "<= max_length", "With max_length = 3 the name should be ["),
        ("< max_length", "< max_length - 1", "With max_length = 3 the name should be ["),
        ("len(indices) < max_length", "index != END", "The name is empty"),
        ("return indices", "return str(indices)", "a flat list of whole numbers"),
        ("append(index)", "append([index])", "a flat list of whole numbers"),
    ],
}

ALTERNATIVES = {
    "encode": [
        """
def encode(name, characters):
    places = {character: place for place, character in enumerate(characters)}
    return np.array([places[character] for character in name] + [END], dtype=np.int32)
""",
        """
def encode(name, characters):
    return (*map(characters.index, name), 0)
""",
        """
def encode(name, characters):
    indices = []
    for letter in name + characters[END]:
        indices.append(characters.index(letter))
    return indices
""",
        """
def encode(name, characters):
    matches = np.array(list(name))[:, None] == np.array(characters)
    return np.append(np.argmax(matches, axis=1), END)
""",
    ],
    "masked_loss": [
        """
def masked_loss(logits, y, mask):
    z = logits - np.max(logits, axis=-1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))
    steps = -np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0]
    gradient = np.exp(log_p)
    m, T_x = y.shape
    gradient[np.arange(m)[:, None], np.arange(T_x), y] -= 1
    gradient[~mask] = 0
    return np.where(mask, steps, 0).sum(axis=1).mean(), gradient / m
""",
        """
def masked_loss(logits, y, mask):
    logits = logits.astype("float32")
    m, T_x, n_x = logits.shape
    loss, dlogits = np.float32(0), np.zeros_like(logits)
    for i in range(m):
        for t in range(T_x):
            if mask[i, t]:
                p = np.exp(logits[i, t] - max(logits[i, t]))
                p = p / p.sum()
                loss -= np.log(p[y[i, t]])
                dlogits[i, t] = (p - np.eye(n_x)[y[i, t]]) / m
    return loss / m, dlogits
""",
        """
def masked_loss(logits, y, mask):
    import tensorflow as tf

    logits = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        steps = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
        loss = tf.reduce_sum(steps * mask) / len(y)
    return loss, tape.gradient(loss, logits)
""",
    ],
    "clip_by_value": [
        """
def clip_by_value(gradients, limit):
    return {k: np.minimum(np.maximum(g, -limit), limit) for k, g in gradients.items()}
""",
        """
def clip_by_value(gradients, limit):
    clipped = {}
    for name in reversed(gradients):
        array = gradients[name].astype("float32")
        array[array > limit] = limit
        array[array < -limit] = -limit
        clipped[name] = array
    return clipped
""",
    ],
    "clip_by_norm": [
        """
def clip_by_norm(gradients, limit):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients.values()]))
    if norm <= limit:
        return gradients
    return {name: limit * g / norm for name, g in gradients.items()}
""",
        """
def clip_by_norm(gradients, limit):
    total = 0.0
    for g in gradients.values():
        total += np.linalg.norm(g) ** 2
    scale = np.clip(limit / (total**0.5 + 1e-6), 0, 1)
    return dict((name, np.float32(g * scale)) for name, g in gradients.items())
""",
        """
def clip_by_norm(gradients, limit):
    import tensorflow as tf

    clipped, _ = tf.clip_by_global_norm(list(gradients.values()), limit)
    return {name: array.numpy() for name, array in zip(gradients, clipped)}
""",
    ],
    "optimization_step": [
        """
def optimization_step(x, y, mask, parameters, optimizer, clip):
    n_x, n_a = parameters["Wax"].shape
    p = {name: value.astype("float32") for name, value in parameters.items()}
    a, cache = recurrent.rnn_forward(np.eye(n_x, dtype="float32")[x], np.zeros((len(x), n_a)), p)
    loss, d = masked_loss(np.einsum("mta,ax->mtx", a, p["Wya"]) + p["by"], y, mask)
    found = recurrent.rnn_backward(np.einsum("mtx,ax->mta", d, p["Wya"]), cache)
    del found["dx"], found["da0"]
    found |= {"dWya": np.einsum("mta,mtx->ax", a, d), "dby": np.einsum("mtx->x", d)}
    return [loss, optimizer(p, clip(found))]
""",
        """
def optimization_step(x, y, mask, parameters, optimizer, clip):
    Wax, Waa, ba, Wya, by = (parameters[k] for k in ("Wax", "Waa", "ba", "Wya", "by"))
    m, T_x = x.shape
    states, logits = [np.zeros((m, len(ba)))], []
    for t in range(T_x):
        states.append(np.tanh(Wax[x[:, t]] + states[-1] @ Waa + ba))
        logits.append(states[-1] @ Wya + by)
    loss, dlogits = masked_loss(np.stack(logits, axis=1), y, mask)
    d = {"d" + name: np.zeros_like(value) for name, value in parameters.items()}
    later = 0
    for t in reversed(range(T_x)):
        d["dby"] += dlogits[:, t].sum(axis=0)
        d["dWya"] += states[t + 1].T @ dlogits[:, t]
        dz = (dlogits[:, t] @ Wya.T + later) * (1 - states[t + 1] ** 2)
        d["dba"] += dz.sum(axis=0)
        d["dWaa"] += states[t].T @ dz
        np.add.at(d["dWax"], x[:, t], dz)
        later = dz @ Waa.T
    return float(loss), optimizer(parameters, clip(d))
""",
    ],
    "train": [
        """
def train(sequences, parameters, optimizer, clip, epochs, size, rng):
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        steps = 0
        for batch in language_model.batches(sequences, size, rng):
            loss, parameters = optimization_step(*batch, parameters, optimizer, clip)
            losses[epoch] += loss
            steps += 1
        losses[epoch] /= steps
    return parameters, losses
""",
        """
def train(sequences, parameters, optimizer, clip, epochs, size, rng):
    losses = []
    for _ in range(epochs):
        order, epoch = rng.permutation(len(sequences)), []
        for first in range(0, len(order), size):
            part = [sequences[i] for i in order[first : first + size]]
            x, y, mask = language_model.inputs_and_targets(part)
            loss, parameters = optimization_step(x, y, mask, parameters, optimizer, clip)
            epoch += [float(loss)]
        losses += [sum(epoch) / len(epoch)]
    return [dict(parameters), tuple(losses)]
""",
    ],
    "sample": [
        """
def sample(parameters, temperature, rng, max_length=40):
    Wax, Waa, ba, Wya, by = (parameters[k] for k in ("Wax", "Waa", "ba", "Wya", "by"))
    a, index, indices = np.zeros(len(ba)), END, []
    for _ in range(max_length):
        a = np.tanh(Wax[index] + a @ Waa + ba)
        z = (a @ Wya + by) / temperature
        sums = np.cumsum(np.exp(z - z.max()))
        index = int(np.searchsorted(sums, rng.random() * sums[-1], side="right"))
        if index == END:
            return indices
        indices.append(index)
    return indices
""",
        """
def sample(parameters, temperature, rng, max_length=40):
    n_x, n_a = parameters["Wax"].shape
    a, index, indices = np.zeros((1, n_a), "float32"), END, np.zeros(0, int)
    while True:
        a, _ = recurrent.rnn_cell_forward(one_hot([index], n_x), a, parameters)
        z = np.float64(a @ parameters["Wya"] + parameters["by"]).ravel()
        p = np.exp(z - z.max()) ** (1 / temperature)
        index = rng.multinomial(1, p / p.sum()).argmax()
        if index == END or len(indices) == max_length:
            return indices
        indices = np.append(indices, index)
""",
        """
def sample(parameters, temperature, rng, max_length=40):  # the Gumbel trick
    n_x, n_a = parameters["Wax"].shape
    a, indices = np.zeros((1, n_a)), [END]
    while len(indices) <= max_length:
        a, _ = recurrent.rnn_cell_forward(one_hot(indices[-1:], n_x), a, parameters)
        z = (a @ parameters["Wya"] + parameters["by"]) / temperature
        indices.append(np.argmax(z + rng.gumbel(size=z.shape)))
        if indices[-1] == END:
            return tuple(indices[1:-1])
    return tuple(indices[1:])
""",
        """
def sample(parameters, temperature, rng, max_length=40):  # float32 throughout
    n_x, n_a = parameters["Wax"].shape
    a, index, indices = np.zeros((1, n_a), np.float32), END, []
    for _ in range(max_length):
        a, _ = recurrent.rnn_cell_forward(one_hot([index], n_x), a, parameters)
        z = (a @ parameters["Wya"] + parameters["by"])[0] / np.float32(temperature)
        p = np.exp(z - z.max())
        index = rng.choice(n_x, p=p / p.sum())
        if index == END:
            break
        indices.append(index)
    return indices
""",
    ],
}
