"""Right answers in other styles to the exercises of `week1/6_named_entities`."""

ALTERNATIVES = {
    "spans_of": [
        """
def spans_of(labels):
    found = []
    for t, label in enumerate(labels):
        if label == "O":
            continue
        letter, kind = label.split("-")
        if letter == "I" and found and found[-1][1] == t and found[-1][2] == kind:
            found[-1] = (found[-1][0], t + 1, kind)
        else:
            found.append((t, t + 1, kind))
    return found
""",
        """
def spans_of(labels):
    starts = [
        t for t, label in enumerate(labels)
        if label[0] == "B" or label[0] == "I" and (t == 0 or labels[t - 1][2:] != label[2:])
    ]
    found = []
    for t in starts:
        kind, end = labels[t][2:], t + 1
        while end < len(labels) and labels[end] == "I-" + kind:
            end += 1
        found.append([t, end, kind])
    return found
""",
    ],
    "bio_labels": [
        """
def bio_labels(entities, length):
    labels = np.full(length, "O", dtype=object)
    for start, end, kind in entities:
        labels[start:end] = "I-" + kind
        labels[start] = "B-" + kind
    return labels
""",
        """
def bio_labels(entities, length):
    inside = {t: (t == s, k) for s, e, k in entities for t in range(s, e)}
    return tuple(
        ("B-" if inside[t][0] else "I-") + inside[t][1] if t in inside else "O"
        for t in range(length)
    )
""",
    ],
    "span_f1": [
        """
def span_f1(truth, said):
    right = there = found = 0
    for a, b in zip(truth, said):
        a, b = set(map(tuple, spans_of(a))), set(map(tuple, spans_of(b)))
        right, there, found = right + len(a & b), there + len(a), found + len(b)
    precision, recall = right / max(found, 1), right / max(there, 1)
    return 2 * precision * recall / (precision + recall) if right else 0
""",
        "2 * right / (len(there) + len(found)) if right else 0.0 => "
        "right / max(0.5 * (len(there) + len(found)), 1e-9)",
    ],
    "trigrams": [
        """
def trigrams(word):
    letters = ["<", *word, ">"]
    return list(map("".join, zip(letters, letters[1:], letters[2:])))
""",
        """
def trigrams(word):
    found, rest = [], "<" + word + ">"
    while len(rest) >= 3:
        found.append(rest[:3])
        rest = rest[1:]
    return tuple(found)
""",
    ],
    "mean_of_trigrams": [
        """
def mean_of_trigrams(vectors, there):
    weights = ops.cast(there, vectors.dtype)
    total = ops.einsum("mtn,mtne->mte", weights, vectors)
    n = ops.sum(weights, axis=-1, keepdims=True)
    return total / ops.where(n > 0, n, 1)
""",
        """
def mean_of_trigrams(vectors, there):
    there = ops.expand_dims(there, -1)
    total = ops.sum(ops.where(there, vectors, 0.0), axis=-2)
    return total / ops.maximum(ops.sum(ops.cast(there, "float32"), axis=-2), 1e-9)
""",
    ],
    "masked_scores": [
        """
def masked_scores(y, p):
    there = ops.cast(ops.not_equal(y, -1), p.dtype)
    hot = ops.one_hot(ops.maximum(y, 0), p.shape[-1])
    losses = -ops.log(ops.sum(hot * p, axis=-1))
    right = ops.cast(ops.equal(ops.argmax(p, axis=-1), ops.cast(y, "int32")), p.dtype)
    share = there / ops.sum(there)
    return ops.sum(losses * share), ops.sum(right * share)
""",
        """
def masked_scores(y, p):
    there = ops.cast(y >= 0, "float32")
    losses = keras.losses.sparse_categorical_crossentropy(ops.maximum(y, 0), p)
    right = ops.where(ops.argmax(p, axis=-1) == ops.cast(y, "int32"), 1.0, 0.0)
    return [ops.sum(there * losses) / ops.sum(there), ops.sum(there * right) / ops.sum(there)]
""",
    ],
    "label_words": [
        """
def label_words(x, mask, n_a, n_labels, n_layers=1, both=True):
    for _ in range(n_layers):
        ahead = layers.GRU(n_a, return_sequences=True)
        if both:
            back = layers.GRU(n_a, return_sequences=True, go_backwards=True)
            x = layers.Bidirectional(ahead, backward_layer=back)(x, mask=mask)
        else:
            x = ahead(x, mask=mask)
    return ops.softmax(layers.Dense(n_labels)(x))
""",
        """
def label_words(x, mask, n_a, n_labels, n_layers=1, both=True):
    if n_layers:
        layer = layers.GRU(n_a, return_sequences=True)
        layer = layers.Bidirectional(layer, merge_mode="concat") if both else layer
        return label_words(layer(x, mask=mask), mask, n_a, n_labels, n_layers - 1, both)
    return layers.Activation("softmax")(layers.Dense(n_labels)(x))
""",
        """
def label_words(x, mask, n_a, n_labels, n_layers=1, both=True):
    for _ in range(n_layers):
        back = layers.GRU(n_a, return_sequences=True, go_backwards=True)
        ahead = layers.GRU(n_a, return_sequences=True)(x, mask=mask)
        x = ops.concatenate([ahead, back(x, mask=mask)[:, ::-1]], axis=-1) if both else ahead
    return layers.Dense(n_labels, activation="softmax")(x)
""",
        """
def label_words(x, mask, n_a, n_labels, n_layers=1, both=True):
    def read(x, mask):
        return layers.GRU(n_a, return_sequences=True)(x, mask=mask)

    def turned(x):
        return ops.flip(x, axis=1)

    for _ in range(n_layers):
        parts = [turned(read(turned(x), turned(mask)))] if both else []
        x = layers.Concatenate()([read(x, mask), *parts]) if both else read(x, mask)
    return layers.Dense(n_labels, activation="softmax")(x)
""",
    ],
    "delayed": [
        """
def delayed(y, delay):
    in_front = np.full((len(y), delay), -1)
    return np.concatenate([in_front, y], axis=1)[:, : y.shape[1]]
""",
        """
def delayed(y, delay):
    later = np.roll(y, delay, axis=1)
    later[:, :delay] = -1
    return later
""",
    ],
}
