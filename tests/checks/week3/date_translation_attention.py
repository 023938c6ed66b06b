"""Other right answers to the exercises of `week3/1_date_translation_attention`."""

MASKED, SUM = "np.where(mask, e, -np.inf)", "exp.sum(axis=1, keepdims=True)"
PICK, SCORE = "log_probs.argmax(axis=1)", "append(log_probs.max(axis=1))"
INSIDE = "(confidence >= low) & (confidence < high)"

ALTERNATIVES = {
    "masked_softmax": [
        (f"{MASKED} => e - 1e9 * (1 - mask)", f"{SUM} => exp.sum(1)[:, None]"),
        f"{MASKED} => np.ma.array(e, mask=~mask).filled(-np.inf)",
        f"exp / {SUM} => ops.softmax(e.astype('float32'), axis=1)",
    ],
    "one_step_attention": [
        "(alphas[:, :, None] * a).sum(axis=1) => np.einsum('mt,mtn->mn', alphas, a)",
        "return context, alphas => return [(alphas[:, None] @ a)[:, 0], alphas]",
    ],
    "decoder_step": [
        "logits = classify( => joined = ops.concatenate([context, s], -1)\n    logits = classify(",
        """
def decoder_step(s, tokens, attend, embed, cell, classify):
    y = embed(tokens)
    context, alphas = attend(s)
    new = cell(ops.concatenate((context, y), 1), s)
    return [new, classify(ops.concatenate((context, new), 1)), alphas]
""",
    ],
    "decode_with_teacher": [
        ("all_logits, axis=1), => all_logits, 1),", "ops.full_like(y[:, 0], END) => 0 * y[:, 0]"),
        "step(s, tokens) => step(s, y[:, t - 1] if t else ops.zeros_like(y[:, 0]))",
        """
def decode_with_teacher(s, y, step):
    said = []
    before = ops.concatenate([ops.zeros_like(y[:, :1]), y[:, :-1]], axis=1)
    for tokens in ops.unstack(before, axis=1):
        s, *rest = step(s, tokens)
        said.append(rest)
    return [ops.stack(parts, axis=1) for parts in zip(*said)]
""",
    ],
    "greedy_decode": [
        ("np.full(m, END) => [END] * m", f"{PICK} => [int(np.argmax(p)) for p in log_probs]"),
        ("np.full(m, END) => ops.zeros(m, 'int32')", f"{PICK} => ops.argmax(log_probs, axis=1)"),
        f"{SCORE} => append(log_probs[np.arange(m), tokens])",
        "tokens, written, scores => from utils.models import decoding\n    "
        "return decoding.greedy(step, state, m, T_y)\n    tokens, written, scores",
    ],
    "probability_of": [
        "own.prod(axis=1) => np.exp(np.log(own).sum(axis=1))",
        """
def probability_of(y, logits):
    logits = np.asarray(logits)
    p = ops.convert_to_numpy(ops.softmax(logits.astype("float32"), axis=-1))
    return [float(np.prod([p[i, t, k] for t, k in enumerate(row)])) for i, row in enumerate(y)]
""",
        """
def probability_of(y, logits):
    own = ops.one_hot(y, logits.shape[-1]) * ops.softmax(logits, axis=-1)
    return ops.prod(ops.sum(own, axis=-1), axis=1)
""",
    ],
    "without_feedback": [
        "return p => return float(p)",
        """
def without_feedback(y, meanings):
    shares = np.array(list(meanings.values()))
    alike = np.array([[a == b for a, b in zip(iso, y)] for iso in meanings])
    return np.prod(shares @ alike)
""",
    ],
    "reliability": [
        "np.array(rows) => np.vstack(rows).astype('float32')",
        f"{INSIDE} => np.digitize(confidence, edges) == edges.index(high)",
    ],
}
