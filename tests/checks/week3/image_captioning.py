"""Right answers in other styles to the exercises of `week3/4_image_captioning`."""

ALTERNATIVES = {
    "annotations": [
        """
def annotations(features, places):
    n_f = features.shape[-1]
    flat = ops.reshape(features, [-1, len(places), n_f])
    where = ops.repeat(ops.zeros_like(flat[:, :, 0:1]), places.shape[1], axis=2) + places[None]
    return ops.concatenate((flat, where), axis=2)
""",
        """
def annotations(features, places):
    rows, columns = features.shape[1:3]
    where = ops.reshape(places, (rows, columns, -1))
    where = ops.zeros_like(features[..., :1]) + where
    both = ops.concatenate([features, where], axis=-1)
    return ops.reshape(both, (-1, rows * columns, both.shape[-1]))
""",
    ],
    "caption_step": [
        "ops.squeeze(net.energy(hidden), axis=-1) => net.energy(hidden)[..., 0]",
        """
def caption_step(s, tokens, a, keys, net):
    e = net.energy(ops.tanh(net.query(s)[:, None] + keys))
    alphas = ops.softmax(e, axis=1)[:, :, 0]
    context = ops.matmul(alphas[:, None, :], a)[:, 0]
    s = net.cell(ops.concatenate((context, net.embed(tokens)), axis=1), s)
    return [s, net.classify(ops.concatenate((context, s), axis=1)), alphas]
""",
        """
def caption_step(s, tokens, a, keys, net):
    e = ops.squeeze(net.energy(ops.tanh(ops.expand_dims(net.query(s), 1) + keys)), -1)
    exp = ops.exp(e - ops.max(e, axis=-1, keepdims=True))
    alphas = exp / ops.sum(exp, axis=-1, keepdims=True)
    context = ops.einsum("mp,mpn->mn", alphas, a)
    new = net.cell(ops.concatenate([context, net.embed(tokens)], axis=-1), s)
    return new, net.classify(ops.concatenate([context, new], axis=-1)), alphas
""",
    ],
    "show_and_tell": [
        """
def show_and_tell(s, picture, y, embed, cell, classify):
    states, s = [], cell(picture, s)
    before = ops.concatenate([ops.zeros_like(y[:, :1]), y[:, :-1]], axis=1)
    for t in range(before.shape[1]):
        s = cell(embed(before[:, t]), s)
        states.append(s)
    return ops.stack([classify(s) for s in states], axis=1)
""",
        """
def show_and_tell(s, picture, y, embed, cell, classify):
    said = []
    s = cell(embed(y[:, 0] * 0), cell(picture, s))
    for t in range(y.shape[1]):
        if t > 0:
            s = cell(embed(y[:, t - 1]), s)
        said.append(classify(s)[:, None])
    return ops.concatenate(said, axis=1)
""",
    ],
    "show_attend_and_tell": [
        """
def show_attend_and_tell(a, y, net):
    steps, keys = [], net.key(a)
    s = net.start(ops.sum(a, axis=1) / a.shape[1])
    before = ops.concatenate([ops.zeros_like(y[:, :1]), y[:, :-1]], axis=1)
    for t in range(y.shape[1]):
        s, *both = caption_step(s, before[:, t], a, keys, net)
        steps.append(both)
    return [ops.stack(part, axis=1) for part in zip(*steps)]
""",
        """
def show_attend_and_tell(a, y, net):
    keys = net.key(a)
    s, logits, alphas = caption_step(net.start(ops.mean(a, 1)), 0 * y[:, 0], a, keys, net)
    said, maps = [logits[:, None]], [alphas[:, None]]
    for t in range(1, y.shape[1]):
        s, logits, alphas = caption_step(s, y[:, t - 1], a, keys, net)
        said.append(logits[:, None])
        maps.append(alphas[:, None])
    return ops.concatenate(said, axis=1), ops.concatenate(maps, axis=1)
""",
    ],
    "next_word": [
        "ops.convert_to_numpy(ops.log_softmax(logits, axis=-1)) => ops.log_softmax(logits)",
        """
def next_word(state, tokens, step):
    a = state["a"]
    s, logits, _ = step(state["s"], tokens, a)
    logits = ops.convert_to_numpy(logits)
    logits = logits - logits.max(axis=1, keepdims=True)
    return dict(state, s=s), logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
""",
    ],
    "exact": [
        """
def exact(written, truth):
    right = []
    for said, true in zip(written, truth):
        end = list(true).index(END) + 1 if END in true else len(true)
        right.append(list(said[:end]) == list(true[:end]))
    return np.array(right, bool)
""",
        """
def exact(written, truth):
    ended = np.cumsum(truth == END, axis=1) - (truth == END)
    return np.all(np.where(ended > 0, True, written == truth), axis=1)
""",
    ],
    "focus": [
        """
def focus(alphas, boxes, side):
    shares = []
    for weights, (top, left, bottom, right) in zip(alphas, boxes):
        rows = slice(top // side, (bottom - 1) // side + 1)
        columns = slice(left // side, (right - 1) // side + 1)
        shares.append(weights[rows, columns].sum())
    return np.array(shares)
""",
        """
def focus(alphas, boxes, side):
    _, rows, columns = alphas.shape
    r, c = np.arange(rows)[:, None], np.arange(columns)
    top, left, bottom, right = boxes.T[..., None, None]
    inside = (r >= top // side) & (r <= (bottom - 1) // side)
    inside = inside & (c >= left // side) & (c <= (right - 1) // side)
    return np.where(inside, alphas, 0).sum((1, 2))
""",
    ],
}
