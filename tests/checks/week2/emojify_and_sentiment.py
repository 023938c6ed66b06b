"""Right answers in other styles to the exercises of `week2/2_emojify_and_sentiment`."""

ALTERNATIVES = {
    "sentences_to_indices": [
        """
def sentences_to_indices(texts, index, T_x):
    rows = []
    for words in texts:
        row = []
        for word in words:
            number = index.get(word)
            if number is not None and len(row) < T_x:
                row.append(number)
        rows.append(row + [0] * (T_x - len(row)))
    return np.array(rows, dtype="int32").reshape(len(texts), T_x)
""",
        """
def sentences_to_indices(texts, index, T_x):
    known = [list(filter(None, map(index.get, words)))[:T_x] for words in texts]
    return [numbers + [0] * (T_x - len(numbers)) for numbers in known] or np.zeros((0, T_x), int)
""",
    ],
    "average": [
        """
def average(indices, table):
    rows = [table[row[row > 0]] for row in indices]
    return np.array([r.mean(axis=0) if len(r) else np.zeros(table.shape[1]) for r in rows])
""",
        """
def average(indices, table):
    mask = (indices != 0).astype(float)
    sums = np.einsum("mt,mtn->mn", mask, table[indices])
    return np.nan_to_num(sums / mask.sum(axis=1)[:, None])
""",
        "table[indices] * is_word => np.where(is_word, table[indices], 0)",
    ],
    "softmax_gradients": [
        """
def softmax_gradients(x, y, W, b):
    z = keras.ops.convert_to_tensor(x @ W + b)
    log_p = keras.ops.convert_to_numpy(keras.ops.log_softmax(z))
    dz = np.exp(log_p)
    dz[range(len(y)), y] -= 1
    dz = dz / len(y)
    return -np.mean([row[k] for row, k in zip(log_p, y)]), np.dot(x.T, dz), np.sum(dz, 0), dz @ W.T
""",
        """
def softmax_gradients(x, y, W, b):
    m, n_y = len(x), W.shape[1]
    z = x @ W + b
    top = z.max(axis=1)
    e = np.exp(z - top[:, None])
    p = e / e.sum(axis=1, keepdims=True)
    loss = np.sum(np.log(e.sum(axis=1)) + top - z[np.arange(m), y]) / m
    dz = (p - (np.arange(n_y) == y[:, None])) / m
    return [loss, np.einsum("mn,my->ny", x, dz), dz.T @ np.ones(m), np.inner(dz, W)]
""",
    ],
    "confusion_matrix": [
        """
def confusion_matrix(y, guessed, n_y):
    return [[int(sum((y == i) & (guessed == j))) for j in range(n_y)] for i in range(n_y)]
""",
        """
def confusion_matrix(y, guessed, n_y):
    return np.bincount(y * n_y + guessed, minlength=n_y * n_y).reshape(n_y, n_y)
""",
    ],
    "pretrained_embedding": [
        """
def pretrained_embedding(table, trainable):
    start = keras.initializers.Constant(table)
    n, n_e = table.shape
    layer = keras.layers.Embedding(n, n_e, embeddings_initializer=start, mask_zero=True)
    layer.trainable = trainable
    return layer
""",
        """
def pretrained_embedding(table, trainable):
    layer = keras.layers.Embedding(len(table), len(table[0]), mask_zero=True, trainable=trainable)
    layer.build((None, None))
    layer.set_weights([table])
    return layer
""",
    ],
    "message_model": [
        """
def message_model(embedding, n_a, n_y):
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((None,), dtype="int32"),
            embedding,
            layers.LSTM(n_a),
            layers.Dense(n_y),
            layers.Activation("softmax"),
        ]
    )
""",
        """
def message_model(embedding, n_a, n_y):
    words = keras.Input(shape=(None,), dtype="int32")
    _, a, c = keras.layers.LSTM(n_a, return_state=True)(embedding(words))
    return keras.Model(inputs=words, outputs=keras.layers.Dense(n_y, "softmax")(a))
""",
    ],
    "table_gradient": [
        """
def table_gradient(indices, dx, n_rows):
    gradient = np.zeros((n_rows, dx.shape[1]))
    for row, change in zip(indices, dx):
        words = row[row > 0]
        for word in words:
            gradient[word] += change / len(words)
    return gradient
""",
        """
def table_gradient(indices, dx, n_rows):
    counts = (np.arange(n_rows) == indices[..., None]).sum(axis=1).astype(float)
    counts[:, 0] = 0
    return (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).T @ dx
""",
    ],
    "suspicion": [
        """
def suspicion(x, y, fold, fit):
    doubt = [0.0] * len(y)
    readers = {}
    for i, number in enumerate(fold):
        if number not in readers:
            readers[number] = fit(x[fold != number], y[fold != number])
        doubt[i] = 1 - readers[number](x[i : i + 1])[0, y[i]]
    return doubt
""",
        """
def suspicion(x, y, fold, fit):
    p = {n: fit(x[fold != n], y[fold != n])(x) for n in set(fold.tolist())}
    return np.array([1 - p[n][i][y[i]] for i, n in enumerate(fold.tolist())])
""",
    ],
}
