"""Other right answers to the exercises of `week3/3_translation_beam_search`."""

ALTERNATIVES = {
    "attention_step": [
        (
            "ops.matmul(project(s), ops.transpose(a, (0, 2, 1))) => ops.einsum('mtn,mxn->mtx', "
            "project(s), a)",
            "ops.matmul(alphas, values) => ops.einsum('mtx,mxv->mtv', alphas, values)",
        ),
        """
def attention_step(s, a, values, mask, project, join):
    inputs = [project(s), values, a]
    look = layers.Attention()
    context, alphas = look(inputs, mask=[None, mask], return_attention_scores=True)
    return [join(ops.concatenate((context, s), -1)), alphas]
""",
    ],
    "log_probability": [
        "running & (tokens != END) => np.logical_and(running, tokens != 0)",
        """
def log_probability(step, state, y):
    m, T_y = y.shape
    ends = np.where((y == END).any(axis=1), (y == END).argmax(axis=1), T_y)
    before = np.concatenate([np.zeros((m, 1), int), y[:, :-1]], axis=1)
    total = [0.0] * m
    for t in range(T_y):
        state, log_probs = step(state, before[:, t])
        for i in range(m):
            if t <= ends[i]:
                total[i] += float(log_probs[i, y[i, t]])
    return total
""",
    ],
    "extend_beam": [
        "np.argsort(-total, axis=1)[:, :width] => np.flip(np.argsort(total, axis=1), 1)[:, :width]",
        """
def extend_beam(scores, log_probs, ended):
    m, width, n_y = log_probs.shape
    log_probs = np.array(log_probs)
    log_probs[ended] = -np.inf
    log_probs[ended, END] = 0
    rows = []
    for n in range(m):
        all_of = []
        for k in range(width):
            all_of += [(float(scores[n, k] + log_probs[n, k, j]), k, j) for j in range(n_y)]
        rows.append(sorted(all_of, reverse=True)[:width])
    rows = np.array(rows)
    return rows[..., 1].astype(int), rows[..., 2].astype(int), rows[..., 0]
""",
    ],
    "beam_search": [
        "np.where(np.arange(width) == 0, 0, np.full((m, width), -np.inf)) => "
        "np.array([[0.0] + [-np.inf] * (width - 1)] * m)",
        """
def beam_search(step, state, m, width, T_y):
    state = np.asarray([state[i] for i in range(m) for _ in range(width)])
    scores = np.full((m, width), -np.inf)
    scores[:, 0] = 0
    written = np.full((m, width, T_y), END)
    ended = np.zeros((m, width), dtype=bool)
    last = np.full(m * width, END)
    for t in range(T_y):
        state, log_probs = step(state, last)
        before, tokens, scores = extend_beam(scores, np.reshape(log_probs, (m, width, -1)), ended)
        state = np.concatenate([state[i * width + before[i]] for i in range(m)])
        written = np.stack([written[i, before[i]] for i in range(m)])
        ended = np.take_along_axis(ended, before, axis=1)
        written[:, :, t] = tokens
        ended = ended | (tokens == END)
        last = tokens.flatten()
    return [written, scores]
""",
    ],
    "best_of": [
        ".argmax(axis=1) => .argsort(axis=1)[:, -1]",
        """
def best_of(tokens, log_probs, alpha):
    best = []
    for rows, scores in zip(tokens, log_probs):
        lengths = [list(row).index(END) + 1 if END in row else len(row) for row in rows]
        best.append(rows[np.argmax(scores / np.array(lengths) ** alpha)])
    return best
""",
    ],
    "clipped_matches": [
        "sum(min(count, most[gram]) for gram, count in own.items()) => (own & most).total()",
        """
def clipped_matches(candidate, references, n):
    def grams(words):
        return [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]

    own, matches = grams(candidate), 0
    for gram in set(own):
        matches += min(own.count(gram), max(grams(r).count(gram) for r in references))
    return matches, len(own)
""",
    ],
    "bleu": [
        "1 if c >= r else np.exp(1 - r / c) => min(1, np.exp(1 - r / max(c, 1)))",
        """
def bleu(candidates, references, longest=4):
    c = sum(len(one) for one in candidates)
    r = 0
    for one, some in zip(candidates, references):
        lengths = sorted(len(ref) for ref in some)
        r += min(lengths, key=lambda length: abs(length - len(one)))
    product = 1.0
    for n in range(1, longest + 1):
        pairs = [clipped_matches(one, some, n) for one, some in zip(candidates, references)]
        total = sum(b for _, b in pairs)
        product *= sum(a for a, _ in pairs) / total if total else 0
    return 100 * product ** (1 / longest) * (np.exp(1 - r / c) if c < r else 1)
""",
    ],
    "at_fault": [
        "return search, ~right & ~search => return search, ~right & (log_star <= log_hat)",
        """
def at_fault(log_star, log_hat, right):
    search = [bool(not ok and star > hat) for star, hat, ok in zip(log_star, log_hat, right)]
    model = [bool(not ok and star <= hat) for star, hat, ok in zip(log_star, log_hat, right)]
    return search, model
""",
    ],
}
