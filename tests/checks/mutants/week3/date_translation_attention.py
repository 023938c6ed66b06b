"""Wrong and right answers to the exercises of `week3/1_date_translation_attention`.

MUTANTS: for each exercise (old, new, says): in the solution `old` becomes `new`, and the message
must say `says`. ALTERNATIVES: whole answers, written differently, that must be accepted.
"""

# Parts of the solutions in which most mistakes are made.
MASKED = "e = np.where(mask, e, -np.inf)"
LARGEST = "e.max(axis=1, keepdims=True)"
WEIGHTS = "exp / exp.sum(axis=1, keepdims=True)"
SUM = "(s_prev @ Ws)[:, None, :] + a @ Wa + b"
ALPHAS = "masked_softmax(hidden @ v, mask)"
CONTEXT = "(alphas[:, :, None] * a).sum(axis=1)"
LOOK = "        context = attend(s, a)\n"
UPDATE = "        s = cell(context, s)\n"
APPEND = "outputs.append(classify(context, s))"
CELL = "s = cell(context, s)"
ATTEND = "context = attend(s, a)"
ADD = "append(classify(context, s))"
STACK = "ops.stack(outputs, axis=1)"
MOVED = "inputs[:, 1:] = y[:, :-1]"
STEP = "state, log_probs = step(state, tokens)"
PICK = "tokens = log_probs.argmax(axis=1)"
SCORE = "log_probs.max(axis=1)"
BOTH = "np.stack(written, axis=1), np.stack(scores, axis=1)"
INSIDE = "(confidence >= low) & (confidence < high)"
MEAN = "confidence[inside].mean()"
SHARE = "right[inside].mean()"
ROWS = "return np.array(rows)"
ROW = "(confidence[inside].mean(), right[inside].mean(), inside.sum())"

MUTANTS = {
    "masked_softmax": [
        (MASKED, "pass", "the mask is not used, so padding gets weight"),
        (MASKED, "e = np.where(mask, e, 0)", "exp(0) is 1, and that is what padding adds"),
        (MASKED, "e = e * mask", "exp(0) is 1, and that is what padding adds"),
        (MASKED, "e = np.where(mask, e, -100)", "Those of padding have to lie far below"),
        (MASKED, "e = np.where(mask, -np.inf, e)", "only padding gets weight"),
        (MASKED, "e = np.where(mask, -1e9, e)", "only padding gets weight"),
        (MASKED, "e = np.where(mask, e, np.inf)", "not finite"),
        (MASKED, "e[~mask] = -np.inf", "changes its argument e in place"),
        (MASKED, "e = e[mask]", "out of bounds"),
        (
            f"{MASKED}\n",
            "e -= e.max()\n    e = np.where(mask, e, -np.inf)\n",
            "argument e in place",
        ),
        (
            f"{MASKED}\n    exp = np.exp(e - {LARGEST})",
            f"exp = np.exp(np.where(mask, e - {LARGEST}, 0))",
            "exp(0) is 1, and that is what padding adds",
        ),
        (
            f"np.exp(e - {LARGEST})",
            f"np.exp(np.where(mask, e - {LARGEST}, 0))",
            "exp(0) is 1, and that is what padding adds",
        ),
        (
            f"{MASKED}\n    exp = np.exp(e - {LARGEST})",
            f"exp = np.exp(e - {LARGEST}) * mask",
            "then look for the largest",
        ),
        (
            f"{MASKED}\n    exp = np.exp(e - {LARGEST})",
            f"exp = np.exp(np.where(mask, e - {LARGEST}, -1e9))",
            "then look for the largest",
        ),
        (
            f"{MASKED}\n    exp = np.exp(e - {LARGEST})\n    return {WEIGHTS}",
            f"exp = np.exp(e - {LARGEST})\n    return {WEIGHTS} * mask",
            "rows with padding do not add up to 1",
        ),
        (f"e - {LARGEST}", "e", "not for energies near 1000, where exp overflows"),
        (LARGEST, "e.max()", "Take away the largest of each row, not the largest of all"),
        (LARGEST, "e.max(axis=0)", "the largest of each column was taken away"),
        (LARGEST, "e.max(axis=1)", "need keepdims=True"),
        (f"e - {LARGEST}", f"{LARGEST} - e", "not finite"),
        (WEIGHTS, "exp / exp.sum(axis=1)", "need keepdims=True"),
        (WEIGHTS, "exp / exp.sum(axis=0)", "the columns add up to 1. Each row should"),
        (WEIGHTS, "exp / exp.sum()", "all of it adds up to 1. Each row should"),
        (WEIGHTS, "exp", "exp is not divided by its sum"),
        (WEIGHTS, "np.exp(e)", "exp is not divided by its sum"),
        (WEIGHTS, "e / np.where(mask, e, 0).sum(axis=1, keepdims=True)", "yours is infinite"),
        (
            f"np.exp(e - {LARGEST})",
            "np.where(mask, e, 0)",
            "exp is missing",
        ),
        (
            f"np.exp(e - {LARGEST})",
            "np.where(mask, np.exp(-e), 0)",
            "the sign of the energies is turned",
        ),
        (f"np.exp(e - {LARGEST})", "1.0 * mask", "all characters of a row have the same weight"),
        (f"return {WEIGHTS}", f"return ({WEIGHTS})[mask]", "e[mask] has no rows"),
        (f"return {WEIGHTS}", "return exp.sum(axis=1)", "a number for each row"),
        (f"return {WEIGHTS}", "return exp.sum(axis=0)", "a number for each position"),
        (f"return {WEIGHTS}", f"return ({WEIGHTS}).T", "it looks transposed"),
        (f"return {WEIGHTS}", f"return np.log({WEIGHTS})", "should be 0, and yours is infinite"),
        (f"return {WEIGHTS}", f"return np.round({WEIGHTS}, 5)", "alphas is nearly right"),
        (f"return {WEIGHTS}", f"alphas = {WEIGHTS}", "Does it end with `return`?"),
    ],
    "one_step_attention": [
        (SUM, "a @ Wa + b", "s_prev @ Ws is missing"),
        (SUM, "(s_prev @ Ws)[:, None, :] + a @ Wa", "b is missing"),
        (SUM, "a @ Wa", "s_prev @ Ws and b are missing"),
        (SUM, "(s_prev @ Ws)[:, None, :] + b", "a @ Wa is missing"),
        (SUM, "(s_prev @ Ws)[:, None, :] + a @ Wa - b", "b is taken away"),
        (SUM, "(s_prev @ Ws)[:, None, :] * (a @ Wa) + b", "s_prev @ Ws and a @ Wa are multiplied"),
        (SUM, "s_prev @ Ws + a @ Wa + b", "s_prev @ Ws needs an axis for the time"),
        (SUM, "(s_prev @ Wa)[:, None, :] + a @ Ws + b", "do not fit (size 4 is different"),
        (SUM, "(s_prev @ Ws)[:, None, :] + a + b", "could not be broadcast"),
        (f"np.tanh({SUM})", SUM, "tanh is missing"),
        (
            f"np.tanh({SUM})",
            "np.tanh((s_prev @ Ws)[:, None, :] + a @ Wa) + b",
            "b is missing. It belongs inside of the tanh; outside it cancels",
        ),
        (
            f"np.tanh({SUM})",
            "np.tanh((s_prev @ Ws)[:, None, :]) + np.tanh(a @ Wa + b)",
            "s_prev @ Ws is missing. It belongs inside of the tanh; outside it cancels",
        ),
        (
            f"np.tanh({SUM})",
            f"1 / (1 + np.exp(-({SUM})))",
            "a sigmoid in place of tanh",
        ),
        (f"np.tanh({SUM})", f"np.maximum({SUM}, 0)", "a ReLU in place of tanh"),
        (f"np.tanh({SUM})\n", f"{SUM}\n    hidden = hidden * v\n    v = np.ones(6)\n", "tanh is"),
        ("hidden @ v", "hidden.sum(axis=-1)", "v is missing: the hidden units are added up"),
        ("hidden @ v", "hidden @ v / np.sqrt(len(v))", "the energies are divided by a root"),
        ("hidden @ v", "hidden * v", "what it hands to masked_softmax does not fit"),
        ("hidden @ v", "v @ hidden", "the two factors of @ do not fit"),
        ("hidden @ v, mask", "hidden @ v, mask[:, :, None]", "masked_softmax does not fit"),
        (ALPHAS, "hidden @ v", "these are the energies"),
        (ALPHAS, "np.where(mask, hidden @ v, -np.inf)", "not finite"),
        (ALPHAS, "masked_softmax(hidden @ v, np.ones_like(mask))", "the mask is not used"),
        (ALPHAS, "masked_softmax(hidden @ v, ~mask)", "only padding gets weight"),
        (
            ALPHAS,
            "masked_softmax(hidden @ v * mask, np.ones_like(mask))",
            "the padding has energy 0",
        ),
        (
            ALPHAS,
            "mask * masked_softmax(hidden @ v, np.ones_like(mask))",
            "it is 0 in padding, but a row no longer adds up to 1",
        ),
        (CONTEXT, "a.mean(axis=1)", "not weighted by alphas: this is their mean"),
        (CONTEXT, "a.sum(axis=1)", "not weighted by alphas: this is their sum"),
        (CONTEXT, "(a * mask[:, :, None]).sum(axis=1)", "this is the sum at characters"),
        (
            CONTEXT,
            "(a * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)",
            "this is the mean at characters",
        ),
        (CONTEXT, "(alphas[:, :, None] * a).mean(axis=1)", "it is divided by T_x"),
        (CONTEXT, "(alphas[:, :, None] * a).sum(axis=2)", "Add up over the time"),
        (CONTEXT, "(alphas[:, :, None] * a).sum(axis=0)", "Add up over the time"),
        (CONTEXT, "(alphas[:, :, None] * a).sum()", "Add up over the time"),
        (CONTEXT, "alphas[:, :, None] * a", "Add up over the time"),
        (CONTEXT, "(alphas * a).sum(axis=1)", "alphas needs a last axis"),
        (CONTEXT, "alphas @ a", "alphas @ a mixes the texts"),
        (CONTEXT, "alphas[:, None] @ a", "without the axis of length 1"),
        (CONTEXT, "(alphas[:, :, None] * (a @ Wa)).sum(axis=1)", "not of a @ Wa"),
        (
            CONTEXT,
            "a[np.arange(3), alphas.argmax(axis=1)]",
            "the state with the largest weight",
        ),
        (CONTEXT, "a[:, -1]", "it is the last state"),
        ("return context, alphas", "return alphas, context", "alphas and context are swapped"),
        ("return context, alphas", "return context", "should be the 2 values (context, alphas)"),
        ("return context, alphas", "return context, alphas[:, :, None]", "The last axis is too"),
        ("return context, alphas", "return context, hidden @ v", "these are the energies"),
        ("    hidden = ", "    a += 1\n    hidden = ", "changes its argument a in place"),
    ],
    "unrolled_decoder": [
        (
            f"{UPDATE}        {APPEND}",
            f"        {APPEND}\n{UPDATE}",
            "classify is given the state before the update",
        ),
        (
            f"{UPDATE}        {APPEND}",
            "        outputs.append(classify(context, cell(context, s)))",
            "each step begins with the first state",
        ),
        (UPDATE, "        cell(context, s)\n", "the state never changes"),
        (UPDATE, "", "the state never changes"),
        (
            f"    for _ in range(T_y):\n{LOOK}",
            "    context = attend(s, a)\n    for _ in range(T_y):\n",
            "the context stays that of the first step",
        ),
        (
            f"    outputs = []\n    for _ in range(T_y):\n{LOOK}",
            "    outputs, first = [], s\n    for _ in range(T_y):\n"
            "        context = attend(first, a)\n",
            "the context stays that of the first step",
        ),
        (UPDATE, f"{UPDATE}{LOOK}", "given the context of the new state"),
        ("outputs = []", "outputs, s = [], ops.zeros_like(s)", "the loop begins with zeros"),
        (STACK, "ops.stack(outputs, axis=0)", "Time came first"),
        (STACK, "ops.stack(outputs)", "Time came first"),
        (STACK, "ops.stack(outputs, axis=-1)", "Time came last"),
        (STACK, "ops.concatenate(outputs, axis=1)", "The outputs stand side by side"),
        (STACK, "ops.concatenate(outputs, axis=0)", "The outputs stand below each other"),
        (STACK, "outputs", "The answer is a list"),
        (STACK, "outputs[-1]", "That is one output"),
        (f"    return {STACK}", f"        return {STACK}", "`return` stand inside the loop?"),
        ("range(T_y)", "range(a.shape[1])", "It took T_x steps"),
        ("range(T_y)", "range(T_y - 1)", "A step is missing"),
        ("range(T_y)", "range(T_y + 1)", "one step too many"),
        ("range(T_y)", "range(1, T_y)", "A step is missing"),
        (
            "s = cell(context, s)",
            "s = cell(s, context)",
            "cell(context, s) is given",
        ),
        (
            "s = cell(context, s)",
            "s = cell(context, s)[0]",
            "is given something of shape (5,) as s",
        ),
        (CELL, "s = cell(context, [s])", "is given something of type list as s"),
        (
            "context = attend(s, a)",
            "context = attend(a, s)",
            "attend(s, a) is given something",
        ),
        (
            "context = attend(s, a)",
            "context = attend(s, a)[0]",
            "of shape (4,) as context",
        ),
        (
            "context = attend(s, a)",
            "context = attend(s, a[:, 0])",
            "of shape (2, 4) as a",
        ),
        (
            "append(classify(context, s))",
            "append(classify(s, context))",
            "classify(context, s) is given something",
        ),
        (ADD, "append(cell(context, s))", "These are the states"),
        (ADD, "append(s)", "These are the states"),
        (ADD, "append(context)", "These are the contexts"),
        (
            "append(classify(context, s))",
            "append(classify(s))",
            "missing 1 required positional argument",
        ),
        (STACK, "np.stack(outputs, axis=1)", "not in a model, where a and s have no values yet"),
        (STACK, "np.transpose(outputs, (1, 0, 2))", "ops.stack (not np.stack)"),
        (APPEND, f"{APPEND}\n        classify(context, s)", "classify is called 6 times in 3"),
        (f"    return {STACK}", f"    cell(context, s)\n    return {STACK}", "called 4 times in 3"),
        (f"    return {STACK}", f"    {STACK}", "Does it end with `return`?"),
        ("outputs = []", "outputs = [classify(a[:, 0], s)]", "one step too many"),
    ],
    "decoder_inputs": [
        (MOVED, "inputs[:, :-1] = y[:, 1:]", "it is moved to the left"),
        (MOVED, "inputs = np.roll(y, 1, axis=1)", "the first column is the last symbol"),
        (MOVED, "inputs = np.roll(y, -1, axis=1)", "with the first symbol at the end, it is moved"),
        (MOVED, "inputs = np.roll(y, 1)", "rows run together. Move the steps"),
        (MOVED, "inputs.flat[1:] = y.flat[:-1]", "rows run together behind one END"),
        (MOVED, "inputs = np.roll(y, 1, axis=0)", "the rows have moved. Move the steps"),
        (MOVED, "inputs[1:] = y[:-1]", "the rows have moved behind a row of END"),
        (MOVED, "inputs[:, 1:] = y[:, 1:]", "END only replaces the first symbol"),
        (MOVED, "inputs[:, :-1] = y[:, :-1]", "nothing has moved, and END stands last"),
        (MOVED, "inputs[:, 1:] = y[:, :-1][:, ::-1]", "% of its values are off"),
        (MOVED, "inputs[:] = y", "nothing has moved: each step"),
        (MOVED, "pass", "it is all END"),
        (MOVED, "inputs[:, 1:] = y", "could not broadcast"),
        (MOVED, "y[:, 1:] = y[:, :-1].copy()", "changes its argument y in place"),
        ("inputs = np.full_like(y, END)", "inputs = y", "changes its argument y in place"),
        ("inputs = np.full_like(y, END)", "inputs = y.copy()", "the first symbol stands twice"),
        ("np.full_like(y, END)", "np.ones_like(y)", "the first column should be END, which is 0"),
        ("np.full_like(y, END)", "np.full_like(y, -1)", "the first column should be END"),
        ("np.full_like(y, END)", "np.zeros(y.shape)", "should hold integers, as y does"),
        ("return inputs", "return inputs[:, 1:]", "END stands before the first symbol"),
        ("return inputs", "return np.pad(y, ((0, 0), (1, 0)))", "The last symbol falls off"),
        ("return inputs", "return np.pad(y, ((1, 0), (0, 0)))", "END stands in front of each row"),
        ("return inputs", "return np.insert(y, 0, END)", "Work along axis=1"),
        ("return inputs", "return np.append(END, y)", "Work along axis=1"),
        ("return inputs", "return inputs.ravel()", "Keep the rows"),
        ("return inputs", "return inputs.T", "it looks transposed"),
        ("return inputs", "return inputs.tolist()", "should be an array or a number; yours is"),
        ("return inputs", "inputs", "Does it end with `return`?"),
    ],
    "greedy_decode": [
        ("np.full(m, END)", "np.full(m, 1)", "The first tokens that step reads are [1, 1, 1, 1]"),
        ("np.full(m, END)", "np.arange(m)", "they should be END"),
        ("np.full(m, END)", "END", "step is given tokens of type int"),
        ("np.full(m, END)", "np.full((m, 1), END)", "step is given tokens of shape (4, 1)"),
        ("np.full(m, END)", "np.full(T_y, END)", "step is given tokens of shape (5,)"),
        ("np.full(m, END)", "np.zeros(m)", "step is given numbers that are no tokens"),
        ("np.full(m, END)", "[END] * m", "step is given tokens of type list"),
        (
            f"{PICK}\n        written.append(tokens)",
            "written.append(log_probs.argmax(axis=1))",
            "what is written is not fed back",
        ),
        (STEP, "state, log_probs = step(state, np.full(m, END))", "what is written is not fed"),
        (STEP, "_, log_probs = step(state, tokens)", "the state is not kept"),
        (STEP, "_, log_probs = step(state, np.full(m, END))", "neither the state nor the tokens"),
        (STEP, "log_probs, state = step(state, tokens)", "step returns the state first"),
        (STEP, "log_probs = step(state, tokens)", "step returns two things, the next state"),
        (STEP, "state, log_probs = step(tokens, state)", "of type ndarray as the state"),
        (STEP, "state, log_probs = step(np.array(state), tokens)", "ndarray as the state"),
        (
            STEP,
            "state, log_probs = step(state + 0, tokens)",
            "The state may be anything",
        ),
        (PICK, "tokens = log_probs.argmin(axis=1)", "these are the least likely tokens"),
        (PICK, "tokens = log_probs.argmax(axis=0)", "step is given tokens of shape (7,)"),
        (PICK, "tokens = log_probs.argmax()", "step is given tokens of shape ()"),
        (PICK, "tokens = log_probs.max(axis=1)", "step is given numbers that are no tokens"),
        (
            PICK,
            "tokens = np.array([np.random.choice(7, p=np.exp(p)) for p in log_probs])",
            "Draw nothing: take the likeliest",
        ),
        (
            f"{PICK}\n        written.append(tokens)",
            f"written.append(tokens)\n        {PICK}",
            "they begin with END",
        ),
        (
            "tokens, written, scores = np.full(m, END), [], []",
            "tokens = np.full(m, END)\n    written, scores = [tokens], [np.zeros(m)]",
            "END, which is read first, is not written",
        ),
        ("range(T_y)", "range(T_y - 1)", "A step is missing"),
        ("range(T_y)", "range(m)", "A step is missing"),
        (
            "    for _ in range(T_y):\n",
            "    while tokens.any() or not written:\n",
            "step is called again and again",
        ),
        (SCORE, "log_probs[:, END]", "they belong to END"),
        (SCORE, "log_probs.min(axis=1)", "they belong to the least likely token"),
        (SCORE, "log_probs.mean(axis=1)", "they are means over all tokens"),
        (SCORE, "np.exp(log_probs.max(axis=1))", "these are probabilities"),
        (SCORE, "-log_probs.max(axis=1)", "their sign is turned"),
        (SCORE, "log_probs", "Take the one of the token that is written"),
        (SCORE, "log_probs.max(axis=0)", "log_probs has shape (7, 5)"),
        (SCORE, "log_probs.max()", "Collect an array (m,) in each step"),
        (SCORE, "log_probs.argmax(axis=1)", "log_probs holds whole numbers"),
        (
            f"{PICK}\n        written.append(tokens)\n        scores.append({SCORE})",
            f"scores.append(log_probs[np.arange(m), tokens])\n        {PICK}\n"
            f"        written.append(tokens)",
            "they belong to the token that was read",
        ),
        (
            f"scores.append({SCORE})",
            f"scores.append({SCORE} + (scores[-1] if scores else 0))",
            "they are added up from step to step",
        ),
        (BOTH, "np.stack(written, axis=1), np.sum(scores, axis=0)", "one number for each token"),
        (BOTH, "np.stack(written, axis=1), np.sum(scores, axis=1)", "one number for each token"),
        (BOTH, "np.stack(written, axis=1), np.sum(scores)", "one number for each token"),
        (BOTH, "np.stack(written), np.stack(scores)", "tokens has shape (5, 4); it should be"),
        (BOTH, "np.stack(written, axis=1), np.stack(scores)", "log_probs has shape (5, 4); it"),
        (BOTH, "np.concatenate(written), np.concatenate(scores)", "one number for each token"),
        (BOTH, "np.stack(scores, axis=1), np.stack(written, axis=1)", "are swapped"),
        (BOTH, "np.stack(written, axis=1)", "should be the 2 values (tokens, log_probs)"),
        (BOTH, "written, scores", "tokens should be an array or a number; yours is of type list"),
        (BOTH, "tokens, log_probs.max(axis=1)", "tokens has shape (4,); it should be (4, 5)"),
        (BOTH, "np.stack(written, axis=1) * 1.0, np.stack(scores, axis=1)", "hold integers"),
    ],
    "reliability": [
        (INSIDE, "(confidence > low) & (confidence <= high)", "upper border is in, the lower is"),
        (INSIDE, "(confidence >= low) & (confidence <= high)", "both borders are in"),
        (INSIDE, "(confidence > low) & (confidence < high)", "no border is in"),
        (INSIDE, "confidence >= low", "there is no upper border"),
        (INSIDE, "confidence < high", "there is no lower border"),
        (
            INSIDE,
            "(np.clip(confidence, edges[0], edges[-1] - 1e-9) >= low) & "
            "(np.clip(confidence, edges[0], edges[-1] - 1e-9) < high)",
            "what lies outside of all bins is in the first or last",
        ),
        (INSIDE, "(np.maximum(confidence, edges[0]) >= low) & (confidence < high)", "what lies b"),
        ("if inside.any():", "if True:", "A bin that holds nothing has no row"),
        (
            f"        if inside.any():\n            rows.append({ROW})",
            "        n = max(inside.sum(), 1)\n"
            "        rows.append((confidence[inside].sum() / n, right[inside].sum() / n, n))",
            "A bin that holds nothing has no row",
        ),
        ("if inside.any():", "if inside.sum() > 6:", "A bin is missing"),
        ("if inside.any():", "if low > edges[0] and inside.any():", "A bin is missing"),
        (ROW, "(right[inside].mean(), confidence[inside].mean(), inside.sum())", "columns are sh"),
        (ROW, "(inside.sum(), confidence[inside].mean(), right[inside].mean())", "columns are co"),
        (MEAN, "np.median(confidence[inside])", "it is a median"),
        (
            "confidence[inside].mean()",
            "confidence[inside].sum()",
            "confidence is off: it is a sum",
        ),
        (MEAN, "confidence.mean()", "all examples are counted in each bin"),
        (MEAN, "(low + high) / 2", "it is the middle of the bin"),
        (MEAN, "confidence[inside & right].mean()", "the right ones alone"),
        (MEAN, "right[inside].mean()", "it is the share right"),
        (MEAN, "(confidence * inside).mean()", "divided by all examples"),
        (MEAN, "confidence[inside]", "inhomogeneous"),
        (
            "right[inside].mean()",
            "right[inside].sum()",
            "it is the number of the right ones. Divide",
        ),
        (SHARE, "right.mean()", "all examples are counted in each bin"),
        (SHARE, "1 - right[inside].mean()", "the share of the wrong ones"),
        (SHARE, "(right & inside).mean()", "it is divided by all examples"),
        (SHARE, "right[inside].sum() / right.sum()", "divided by all right ones"),
        (SHARE, "confidence[inside].mean()", "it is the mean confidence"),
        ("inside.sum()", "inside.mean()", "it is a share. Give the number of examples"),
        ("inside.sum()", "right[inside].sum()", "it is the number of the right ones. Count all"),
        ("inside.sum()", "len(inside)", "all examples are counted in each bin"),
        (ROWS, "return np.array(rows).T", "Each bin has a row, not a column"),
        (ROWS, "return np.array(rows).ravel()", "Collect a row for each bin"),
        (ROWS, "return rows", "should be an array or a number"),
        (
            "    return np.array(rows)",
            "        return np.array(rows)",
            "`return` stand inside the loop?",
        ),
        (ROWS, "return np.array(rows[0])", "That is one bin"),
        (ROWS, "np.array(rows)", "Does it end with `return`?"),
    ],
}

ALTERNATIVES = {
    "masked_softmax": [
        """
def masked_softmax(e, mask):
    e = np.where(mask, e, -1e9)
    e = e - np.max(e, axis=-1)[:, None]
    return np.exp(e) / np.sum(np.exp(e), axis=-1)[:, None]
""",
        """
def masked_softmax(e, mask):
    e = e - 1e9 * (1 - mask)
    alphas = np.exp((e.T - e.max(axis=1)).T)
    alphas /= alphas.sum(axis=1).reshape(-1, 1)
    return alphas
""",
        """
def masked_softmax(e, mask):
    alphas = np.zeros(e.shape)
    for i in range(len(e)):
        own = e[i][mask[i]]
        exp = np.exp(own - own.max())
        alphas[i, mask[i]] = exp / exp.sum()
    return alphas
""",
        """
def masked_softmax(e, mask):
    n = mask.sum(axis=1)  # padding comes last
    rows = [np.exp(row[:k] - max(row[:k])) for row, k in zip(e, n)]
    return np.array([np.append(row / row.sum(), np.zeros(e.shape[1] - len(row))) for row in rows])
""",
        """
def masked_softmax(e, mask):
    from scipy.special import softmax

    return softmax(np.ma.array(e, mask=~mask).filled(-np.inf), axis=1)
""",
        """
def masked_softmax(e, mask):
    return ops.convert_to_numpy(ops.softmax(np.where(mask, e, -np.inf).astype("float32"), axis=1))
""",
        """
def masked_softmax(e, mask):  # by the logarithm of the sum
    largest = e.max(axis=1, where=mask, initial=-np.inf)
    logs = largest + np.log((np.exp(np.where(mask, e - largest[:, None], -np.inf))).sum(axis=1))
    return np.where(mask, np.exp(np.where(mask, e, 0) - logs[:, None] * mask), 0)
""",
    ],
    "one_step_attention": [
        """
def one_step_attention(s_prev, a, mask, parameters):
    Ws, Wa, b, v = parameters["Ws"], parameters["Wa"], parameters["b"], parameters["v"]
    e = np.einsum("mtu,u->mt", np.tanh(np.expand_dims(s_prev @ Ws + b, 1) + np.dot(a, Wa)), v)
    alphas = masked_softmax(e, mask)
    return np.einsum("mt,mtn->mn", alphas, a), alphas
""",
        """
def one_step_attention(s_prev, a, mask, parameters):
    m, T_x, n_a = a.shape
    W = np.concatenate([parameters["Ws"], parameters["Wa"]])
    both = np.concatenate([np.repeat(s_prev[:, None], T_x, axis=1), a], axis=-1)
    alphas = masked_softmax(np.tanh(both @ W + parameters["b"]) @ parameters["v"], mask)
    return [(alphas[:, None] @ a)[:, 0], alphas]
""",
        """
def one_step_attention(s_prev, a, mask, parameters):
    e, context = np.zeros(mask.shape), np.zeros((len(a), a.shape[-1]))
    for i in range(len(a)):
        for t in range(a.shape[1]):
            z = s_prev[i] @ parameters["Ws"] + a[i, t] @ parameters["Wa"] + parameters["b"]
            e[i, t] = parameters["v"] @ np.tanh(z)
    alphas = masked_softmax(e, mask)
    for t in range(a.shape[1]):
        context += alphas[:, t : t + 1] * a[:, t]
    return context, alphas
""",
        """
def one_step_attention(s_prev, a, mask, parameters):
    Ws, Wa, b, v = (parameters[name] for name in ("Ws", "Wa", "b", "v"))
    attention = Attention(units=len(v))
    attention.build(s_prev.shape, a.shape)
    attention.set_weights([Ws, Wa, b, v[:, None]])
    return tuple(attention(s_prev.astype("float32"), a.astype("float32"), mask=mask))
""",
    ],
    "unrolled_decoder": [
        """
def unrolled_decoder(a, s, attend, cell, classify, T_y):
    contexts, states = [], [s]
    for t in range(T_y):
        contexts.append(attend(states[t], a))
        states.append(cell(contexts[t], states[t]))
    outputs = [classify(c, s) for c, s in zip(contexts, states[1:])]
    return ops.transpose(ops.stack(outputs), (1, 0, 2))
""",
        """
def unrolled_decoder(a, s, attend, cell, classify, T_y):
    parts = ()
    while len(parts) < T_y:
        context = attend(s, a)
        s = cell(context, s)
        parts += (ops.expand_dims(classify(context, s), axis=1),)
    return ops.concatenate(parts, axis=1)
""",
        """
def unrolled_decoder(a, s, attend, cell, classify, T_y):
    context = attend(s, a)
    s = cell(context, s)
    y = classify(context, s)[:, None]
    if T_y == 1:
        return y
    rest = unrolled_decoder(a, s, attend, cell, classify, T_y - 1)
    return layers.Concatenate(axis=1)([y, rest])
""",
        """
def unrolled_decoder(a, s, attend, cell, classify, T_y):
    def step(s):
        context = attend(s, a)
        return classify(context, following := cell(context, s)), following

    y, s = step(s)
    outputs = [y]
    for _ in range(1, T_y):
        y, s = step(s)
        outputs.append(y)
    return ops.swapaxes(ops.stack(outputs, axis=-2), 1, 1)
""",
    ],
    "decoder_inputs": [
        """
def decoder_inputs(y):
    return np.concatenate([np.zeros((len(y), 1), dtype=int), y[:, :-1]], axis=1)
""",
        """
def decoder_inputs(y):
    inputs = np.roll(y, 1, axis=1)
    inputs[:, 0] = 0
    return inputs
""",
        """
def decoder_inputs(y):
    return np.pad(y, ((0, 0), (1, 0)), constant_values=END)[:, : y.shape[1]]
""",
        """
def decoder_inputs(y):
    return np.insert(y, 0, END, axis=1)[:, :-1]
""",
        """
def decoder_inputs(y):
    return np.array([[END, *row[:-1]] for row in y.tolist()], dtype="int64")
""",
        """
def decoder_inputs(y):
    return ops.pad(y, ((0, 0), (1, 0)))[:, :-1]
""",
    ],
    "greedy_decode": [
        """
def greedy_decode(step, state, m, T_y):
    tokens = np.zeros((m, T_y + 1), dtype=int)
    scores = np.zeros((m, T_y))
    for t in range(T_y):
        state, log_probs = step(state, tokens[:, t])
        tokens[:, t + 1] = np.argmax(log_probs, axis=-1)
        scores[:, t] = log_probs[np.arange(m), tokens[:, t + 1]]
    return tokens[:, 1:], scores
""",
        """
def greedy_decode(step, state, m, T_y):
    from utils.models import decoding

    return decoding.greedy(step, state, m, T_y)
""",
        """
def greedy_decode(step, state, m, T_y):
    tokens, pairs = np.array([END] * m), []
    while len(pairs) < T_y:
        state, table = step(state, tokens)
        tokens = np.array([max(range(len(row)), key=list(row).__getitem__) for row in table])
        best = np.take_along_axis(table, tokens[:, None], axis=1)[:, 0]
        pairs.append((tokens, best))
    written, scores = zip(*pairs)
    return [np.array(written).T, np.array(scores).T]
""",
        """
def greedy_decode(step, state, m, T_y):
    tokens = np.repeat(END, m).astype("int32")
    written, scores = np.empty((2, m, 0))
    for _ in range(T_y):
        state, log_probs = step(state, tokens)
        log_probs = log_probs.astype("float32")
        tokens = np.argsort(-log_probs, axis=1)[:, 0]
        written = np.c_[written, tokens]
        scores = np.c_[scores, log_probs.max(1)]
    return written.astype(int), scores
""",
        """
def greedy_decode(step, state, m, T_y):
    tokens, written, scores = ops.zeros(m, "int32"), [], []
    for _ in range(T_y):
        state, log_probs = step(state, tokens)
        tokens = ops.argmax(log_probs, axis=1)
        written.append(tokens)
        scores.append(ops.max(log_probs, axis=1))
    return ops.stack(written, axis=1), ops.stack(scores, axis=1)
""",
    ],
    "reliability": [
        """
def reliability(confidence, right, edges):
    count = np.histogram(confidence, edges)[0]
    total = np.histogram(confidence, edges, weights=confidence)[0]
    good = np.histogram(confidence[right], edges)[0]
    with np.errstate(all="ignore"):
        table = np.stack([total / count, good / count, count], axis=1)
    return table[count > 0]
""",
        """
def reliability(confidence, right, edges):
    place, rows = np.digitize(confidence, edges) - 1, []
    for i in range(len(edges) - 1):
        if i in place:
            own = place == i
            rows.append([np.mean(confidence[own]), np.mean(right[own]), np.count_nonzero(own)])
    return np.array(rows)
""",
        """
def reliability(confidence, right, edges):
    rows = [
        (c.mean(), r.mean(), len(c))
        for i in range(1, len(edges))
        for own in [(edges[i - 1] <= confidence) * (confidence < edges[i])]
        for c, r in [(confidence[own], right[own])]
        if len(c)
    ]
    return np.vstack(rows)
""",
        """
def reliability(confidence, right, edges):
    bins = {}
    for c, r in zip(confidence.tolist(), right.tolist()):
        for i in range(len(edges) - 1):
            if edges[i] <= c < edges[i + 1]:
                bins.setdefault(i, []).append((c, r))
    rows = [(*np.mean(bins[i], axis=0), len(bins[i])) for i in sorted(bins)]
    return np.array(rows, dtype="float32")
""",
        """
def reliability(confidence, right, edges):
    c = confidence[:, None]
    inside = (c >= edges[:-1]) & (c < edges[1:])
    count = inside.sum(axis=0)
    full = count > 0
    means = [x @ inside[:, full] / count[full] for x in (confidence, right * 1)]
    return np.array([*means, count[full]]).T
""",
    ],
}
