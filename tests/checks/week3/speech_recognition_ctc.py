"""Right answers in other styles to the exercises of `week3/5_speech_recognition_ctc`."""

ALTERNATIVES = {
    "collapse": [
        """
def collapse(path, blank):
    from itertools import groupby

    return [symbol for symbol, _ in groupby(path) if symbol != blank]
""",
        """
def collapse(path, blank):
    pairs = zip(path, [blank, *path])
    return [int(now) for now, before in pairs if now != before and now != blank]
""",
    ],
    "states": [
        """
def states(labels, blank):
    symbols = np.full(2 * len(labels) + 1, blank)
    symbols[1::2] = labels
    skips = [2 * i + 1 for i in range(1, len(labels)) if labels[i] != labels[i - 1]]
    return symbols, skips
""",
        "range(3, len(symbols), 2) => range(2, len(symbols))",
    ],
    "ctc_log_prob": [
        """
def ctc_log_prob(log_probs, labels, blank):
    symbols, skips = states(labels, blank)
    S = len(symbols)
    emitted = log_probs[:, symbols]
    alpha = np.where(np.arange(S) < 2, emitted[0], -np.inf)
    over = np.isin(np.arange(S), skips)
    for row in emitted[1:]:
        padded = np.concatenate([[-np.inf, -np.inf], alpha])
        two = np.where(over, padded[:S], -np.inf)
        alpha = row + np.logaddexp(np.logaddexp(alpha, padded[1 : S + 1]), two)
    return float(np.logaddexp.reduce(alpha[-2:]))
""",
        """
def ctc_log_prob(log_probs, labels, blank):
    symbols, skips = states(labels, blank)
    table = {}

    for t in range(len(log_probs)):
        for s, symbol in enumerate(symbols):
            if t == 0:
                ways = [0.0] if s < 2 else []
            else:
                back = [s, s - 1] + ([s - 2] if s in skips else [])
                ways = [table[t - 1, b] for b in back if b >= 0]
            table[t, s] = log_probs[t, symbol] + np.logaddexp.reduce([-np.inf, *ways])
    last = len(log_probs) - 1
    return np.logaddexp.reduce([table[last, s] for s in range(len(symbols))][-2:])
""",
    ],
    "ctc_loss": [
        """
def ctc_loss(y, logits):
    labels, both = y[:, :-2], y[:, -2:]
    n_labels, n_frames = (ops.cast(both[:, i], "int32") for i in (0, 1))
    return ops.ctc_loss(ops.cast(labels, "int32"), logits, n_labels, n_frames)
""",
        """
def ctc_loss(y, logits):
    labels = ops.cast(y, "int32")[:, :-2]
    n_labels = ops.sum(ops.cast(labels > 0, "int32"), axis=1)
    frames = ops.cast(y[:, -1], "int32")
    return ops.ctc_loss(labels, ops.log_softmax(logits), n_labels, frames)
""",
    ],
    "greedy_decode": [
        """
def greedy_decode(log_probs, blank):
    return collapse([int(np.argmax(row)) for row in log_probs], blank)
""",
        """
def greedy_decode(log_probs, blank):
    path = log_probs.argmax(axis=-1)
    new = np.append(True, path[1:] != path[:-1])
    return path[new & (path != blank)]
""",
    ],
    "edit_distance": [
        """
def edit_distance(said, heard):
    d = np.zeros((len(said) + 1, len(heard) + 1), int)
    d[:, 0], d[0] = np.arange(len(said) + 1), np.arange(len(heard) + 1)
    for i in range(len(said)):
        for j in range(len(heard)):
            same = said[i] == heard[j]
            d[i + 1, j + 1] = min(d[i, j + 1] + 1, d[i + 1, j] + 1, d[i, j] + (not same))
    return d[-1, -1]
""",
        """
def edit_distance(said, heard):
    from functools import cache

    @cache
    def between(i, j):
        if i == 0 or j == 0:
            return i + j
        change = between(i - 1, j - 1) + (said[i - 1] != heard[j - 1])
        return min(between(i - 1, j) + 1, between(i, j - 1) + 1, change)

    return between(len(said), len(heard))
""",
    ],
    "error_rate": [
        """
def error_rate(said, heard):
    edits = words = 0
    for i in range(len(said)):
        edits += edit_distance(said[i], heard[i])
        words += len(said[i])
    return edits / words
""",
        """
def error_rate(said, heard):
    distances = np.array([edit_distance(*pair) for pair in zip(said, heard)])
    lengths = np.array([len(words) for words in said])
    return distances.sum() / lengths.sum()
""",
    ],
    "prefix_beam": [
        """
def prefix_beam(log_probs, width, language, least):
    total = lambda pair: np.logaddexp(pair[0], pair[1])
    beam = [((), (0.0, -np.inf))]
    for t in range(len(log_probs)):
        found = {}
        for prefix, (blank, label) in beam:
            follow = language(prefix)
            add_paths(found, prefix, np.logaddexp(blank, label) + log_probs[t, 0])
            for c in [c for c in range(1, log_probs.shape[1]) if log_probs[t, c] >= least]:
                if prefix and prefix[-1] == c:
                    add_paths(found, prefix + (c,), label=blank + log_probs[t, c] + follow[c])
                else:
                    score = np.logaddexp(blank, label) + log_probs[t, c] + follow[c]
                    add_paths(found, prefix + (c,), label=score)
            if prefix:
                add_paths(found, prefix, label=label + log_probs[t, prefix[-1]])
        beam = sorted(found.items(), key=lambda item: -total(item[1]))[:width]
    ends = [(total(pair) + language(prefix)[0], prefix) for prefix, pair in beam]
    return list(max(ends, key=lambda end: end[0])[1])
""",
        "np.logaddexp(*beam[p]) + language(p)[0] => language(p)[0] + np.logaddexp.reduce(beam[p])",
        """
def prefix_beam(log_probs, width, language, least):
    never = -np.inf
    blanks, letters, spoken = {(): 0.0}, {}, {(): 0.0}  # sound and language are kept apart
    for row in log_probs:
        new_blanks, new_letters = {}, {}
        for p in {**blanks, **letters}:
            b, l = blanks.get(p, never), letters.get(p, never)
            new_blanks[p] = np.logaddexp(b, l) + row[0]
            if p:
                new_letters[p] = np.logaddexp(new_letters.get(p, never), l + row[p[-1]])
            for c in np.flatnonzero(row >= least).tolist():
                if c > 0:
                    longer = (*p, c)
                    spoken[longer] = spoken[p] + language(p)[c]
                    start = b if p and p[-1] == c else np.logaddexp(b, l)
                    old = new_letters.get(longer, never)
                    new_letters[longer] = np.logaddexp(old, start + row[c])

        def score(p):
            sound = np.logaddexp(new_blanks.get(p, never), new_letters.get(p, never))
            return sound + spoken[p]

        kept = sorted({**new_blanks, **new_letters}, key=score)[-width:]
        blanks = {p: new_blanks[p] for p in kept if p in new_blanks}
        letters = {p: new_letters[p] for p in kept if p in new_letters}
    return list(max(kept, key=lambda p: score(p) + language(p)[0]))
""",
    ],
}
