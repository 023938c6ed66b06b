"""Right answers to `week2/1_word_vectors_and_debiasing`, in other styles than the worked ones."""

ALTERNATIVES = {
    "cosine_similarity": [
        (
            "lengths == 0 => not (u.any() and v.any())",
            "u @ v / lengths => np.dot(u, v) / np.sqrt(np.dot(u, u) * np.dot(v, v))",
        ),
        "u @ v / lengths => sum(x * y for x, y in zip(u, v)) / lengths",
        "    lengths =>     u, v = u.astype('f'), v.astype('f')\n    lengths",
        ("return 0.0 => pass", "u @ v / lengths => np.nan_to_num(u @ v / lengths)"),
    ],
    "analogy": [
        ("target = E[b] - E[a] + E[c] => target = E[c] - E[a] + E[b]", "None, -np.inf => -1, -2.0"),
        "cosine_similarity(E[row], target) => -np.linalg.norm(E[row] - target)",
        """=> scores = E @ (E[b] - E[a] + E[c])
scores[[a, b, c]] = -np.inf
return np.argmax(scores)""",
        """=> rows = set(range(len(E))) - {a, b, c}
return max(rows, key=lambda row: cosine_similarity(E[b] + E[c] - E[a], E[row]))""",
    ],
    "analogies": [
        (
            "(E[b] - E[a] + E[c]) @ E.T => np.einsum('mn,vn->mv', E[b] - E[a] + E[c], E)",
            "scores.argmax(axis=1) => np.argsort(scores).astype('int32')[:, -1].tolist()",
        ),
        """=> scores = E @ (E[b] - E[a] + E[c]).T
rows = np.arange(len(E))[:, None]
return np.where((rows == a) | (rows == b) | (rows == c), -4, scores).argmax(axis=0)""",
    ],
    "bias_direction": [
        "centred = pairs => pairs = pairs.astype('float32')\n    centred = pairs",
        "g = Vt[0] => g = PCA().fit(centred.reshape(-1, pairs.shape[-1])).components_[0]",
        # half a difference is a centred word, the other is its negative
        """=> d = pairs[:, 0] - pairs[:, 1]
values, vectors = np.linalg.eigh(np.cov(np.concatenate([d, -d]).T))
g = vectors[:, -1]
return [g * np.sign(np.sum(d @ g)), values[-1] / values.sum()]""",
    ],
    "neutralize": [
        "np.outer(E @ g, g) => (E @ g)[:, None] * g.astype('float32')",
        "    left = E - share * np.outer(E @ g, g) => "
        "    left = np.array([e - share * (e @ g) * g for e in E])",
        "E - share * np.outer(E @ g, g) => E @ (np.eye(len(g)) - share * np.outer(g, g))",
        "np.linalg.norm(left, axis=1, keepdims=True) => "
        "np.sqrt(1 - share * (2 - share) * (E @ g) ** 2)[:, None]",
    ],
    "equalize": [
        "return nu + z * g, nu - z * g => return nu + np.outer([z, -z], g).astype('float32')",
        # Bolukbasi and others: rescale each word's own part along g
        """=> mu = np.mean([e1, e2], axis=0)
nu = mu - np.dot(mu, g) * g
parts = [np.dot(e - mu, g) * g for e in (e1, e2)]
return [nu + np.sqrt(1 - nu @ nu) * part / np.linalg.norm(part) for part in parts]""",
    ],
    "hard_debias": [
        "E.copy() => np.array(E)",
        """=> debiased = [*E]
for row in neutral:
    debiased[row] = neutralize(E[row][None], g)[0]
for pair in pairs:
    debiased[pair[0]], debiased[pair[1]] = equalize(*E[pair], g)
return debiased""",
        "debiased[first], debiased[second] = equalize(E[first], E[second], g) => "
        "debiased[[first, second]] = equalize(E[first], E[second], g)",
    ],
    "weat": [
        "    E, n =>     X, Y, A, B = (rows.astype('f') for rows in (X, Y, A, B))\n    E, n",
        "differences >= observed => s[orders[:, :n]].sum(axis=1) >= s[:n].sum()",
        "(E @ A.T).mean(axis=1) - (E @ B.T).mean(axis=1) => E @ (A.mean(axis=0) - B.mean(axis=0))",
        """=> E, n = [*X, *Y], len(X)
s = np.array([np.mean([cosine_similarity(e, a) for a in A]) - np.mean(B @ e) for e in E])
gaps = [s[order[:n]].mean() - s[order[n:]].mean() for order in [np.arange(len(E)), *orders]]
return gaps[0] / np.std(s), sum(gap >= gaps[0] for gap in gaps[1:]) / len(orders)""",
    ],
}
