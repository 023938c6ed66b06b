"""Right answers to `week2/3_learning_word_vectors`, in other styles than the worked ones."""

ALTERNATIVES = {
    "skip_gram_pairs": [
        """=> p = np.minimum(1, np.sqrt(t / frequency))
stays = np.flatnonzero(rng.random(len(words)) < p[words])
words, sentence = words[stays], sentence[stays]
pairs = [
    (words[i], words[j])
    for i in range(len(words))
    for j in range(max(0, i - window), min(len(words), i + window + 1))
    if i != j and sentence[i] == sentence[j]
]
return [c for c, _ in pairs], [t for _, t in pairs]""",
        (
            "rng.random(len(words)) < np.sqrt(t / frequency[words]) => "
            "rng.random(len(words)) ** 2 * frequency[words] <= t",
            "same_one = sentence[:-distance] == sentence[distance:] => "
            "same_one = np.flatnonzero(sentence[:-distance] == sentence[distance:])",
        ),
        "return np.concatenate(contexts), np.concatenate(targets) => "
        "return np.stack([np.concatenate(contexts), np.concatenate(targets)])",
        """=> keep = [rng.random() < min(1, np.sqrt(t / frequency[word])) for word in words]
words, sentence = words[keep].tolist(), sentence[keep].tolist()
contexts, targets = [], []
for here, word in enumerate(words):
    for there in range(here + 1, min(here + window + 1, len(words))):
        if sentence[here] == sentence[there]:
            contexts += [word, words[there]]
            targets += [words[there], word]
return contexts, targets""",
    ],
    "huffman": [
        """=> groups = [(count, number, [number]) for number, count in enumerate(counts)]
ways = [[] for _ in counts]
for node in range(len(counts) - 1):
    groups.sort(key=lambda group: group[:2])
    first, second = groups.pop(0), groups.pop(0)
    for turn, group in enumerate((first, second)):
        for word in group[2]:
            ways[word] = [(node, turn)] + ways[word]
    groups.append((first[0] + second[0], len(counts) + node, first[2] + second[2]))
paths, codes = (np.full((len(ways), max(map(len, ways))), -1) for _ in range(2))
for word, way in enumerate(ways):
    for place, (node, turn) in enumerate(way):
        paths[word, place], codes[word, place] = node, turn
return paths, codes""",
        (
            "[(node, turn), *row] => row + [(node, turn)]",
            "rows.append(row) => rows.append(row[::-1])",
        ),
        """=> V, ways = len(counts), {}
trees = [(count, word, None) for word, count in enumerate(counts)]
while len(trees) > 1:
    pair = [trees.pop(trees.index(min(trees, key=lambda tree: tree[:2]))) for _ in range(2)]
    trees.append((pair[0][0] + pair[1][0], 2 * V - 2 - len(trees), pair))

def walk(tree, way):
    _, number, pair = tree
    if pair is None:
        ways[number] = way
    for turn, below in enumerate(pair or ()):
        walk(below, [*way, (number - V, turn)])

walk(trees[0], [])
longest = max(map(len, ways.values()))
table = [ways[word] + [(-1, -1)] * (longest - len(ways[word])) for word in range(V)]
return [[n for n, _ in row] for row in table], [[turn for _, turn in row] for row in table]""",
    ],
    "negative_rows": [
        """=> q = np.power(counts, 0.75) / np.sum(np.power(counts, 0.75))
words = np.empty((len(targets), k + 1), int)
words[:, 0] = targets
words[:, 1:] = np.searchsorted(np.cumsum(q), rng.random((len(targets), k)))
return words, np.tile([1] + [0] * k, (len(targets), 1))""",
        (
            "np.column_stack([targets, drawn]) => np.concatenate([targets[:, None], drawn], 1)",
            "counts**0.75 => np.sqrt(counts * np.sqrt(counts))",
        ),
        """=> p = counts**0.75 / sum(counts**0.75)
rows = [[target, *rng.choice(len(counts), k, p=p)] for target in targets]
return rows, [[1] + [0] * k for _ in targets]""",
    ],
    "negative_sampling": [
        """=> s = (theta * e[:, None]).sum(axis=2)
sign = 2 * labels - 1
loss = np.logaddexp(0, -sign * s).sum()
slope = sigmoid(s) - labels
return loss, (slope[..., None] * theta).sum(axis=1), np.einsum("mk,mn->mkn", slope, e)""",
        (
            'np.einsum("mn,mkn->mk", e, theta) => (theta @ e[:, :, None])[:, :, 0]',
            "np.logaddexp(0, s) => (np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s))))",
        ),
        "np.sum(np.logaddexp(0, s) - labels * s) => "
        "np.where(labels == 1, np.logaddexp(0, -s), np.logaddexp(0, s)).sum()",
    ],
    "expected_gradient": [
        """=> q = np.power(counts, 3 / 4)
N = np.outer(k * X.sum(1), q / q.sum())
return N * sigmoid(S) - X * sigmoid(-S)""",
        "sigmoid(S) * (X + N) - X => (sigmoid(S) - 1) * X + sigmoid(S) * N",
        "k * X.sum(axis=1, keepdims=True) * q => "
        "np.array([[k * sum(row) * share for share in q] for row in X])",
    ],
    "cbow_average": [
        """=> means = np.zeros((len(contexts), E.shape[1]))
for row, words in enumerate(contexts):
    if (words >= 0).any():
        means[row] = E[words[words >= 0]].mean(axis=0)
return means""",
        "np.sum(E[contexts] * there[:, :, None], axis=1) => "
        'np.einsum("mwn,mw->mn", E[contexts], there.astype("float32"))',
        (
            "E[contexts] * there[:, :, None] => np.vstack([E, 0 * E[:1]])[contexts]",
            "    there => # -1 reads the row of zeros\n    there",
        ),
        "total / np.maximum(there.sum(axis=1, keepdims=True), 1) => "
        "np.nan_to_num(total / there.sum(axis=1, keepdims=True))",
    ],
    "glove_loss": [
        """=> seen = X > 0
f, D = np.zeros(X.shape), np.zeros(X.shape)
f[seen] = np.where(X[seen] < x_max, (X[seen] / x_max) ** 0.75, 1)
D[seen] = S[seen] - np.log(X[seen])
return (f * D**2).sum(), 2 * f * D""",
        "np.log(np.where(X > 0, X, 1)) => np.log(np.maximum(X, 1e-30))",
        "np.log(np.where(X > 0, X, 1)) => np.where(X > 0, np.log(X), 0)",
        "np.log(np.where(X > 0, X, 1)) => np.log(X + (X == 0))",
    ],
}
