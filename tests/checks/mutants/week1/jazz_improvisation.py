"""Wrong and right answers to the exercises of `week1/3_jazz_improvisation`.

MUTANTS: for each exercise (old, new, says): in the solution `old` becomes `new`, and the message
must say `says`. ALTERNATIVES: whole answers, written differently, that must be accepted.
"""

MUTANTS = {
    "tokenise": [
        ("        tick += duration\n", "", "they are all seen from the first root"),
        (
            "        pitches.append(pitch_token(pitch, roots[tick]))\n        tick += duration\n",
            "        tick += duration\n        pitches.append(pitch_token(pitch, roots[tick]))\n",
            "root at its start, before you add the duration",
        ),
        ("tick += duration", "tick += 1", "the tick is not the number of the event"),
        ("tick += duration", "tick = duration", "seen from the root at the duration before"),
        ("roots[tick]", "roots[duration]", "at the tick that is its duration. Add up"),
        ("roots[tick]", "roots[tick // 12]", "There is a root for each tick"),
        ("roots[tick]", "roots[tick - 1]", "one tick too early"),
        ("roots[tick]", "roots[0]", "they are all seen from the first root"),
        ("roots[tick]", "0", "they are seen from C"),
        ("roots[tick]", "tick", "pitch_token is given the tick"),
        ("[], [], 0", "[], [], 1", "The first event starts at tick 0"),
        (
            "        tick += duration",
            "        tick += 0 if isinstance(pitch, str) else duration",
            "the tick stands still at a rest or hold",
        ),
        ("durations.append(duration)", "durations.append(tick)", "at which the events begin"),
        ("durations.append(duration)", "durations.append(tick + duration)", "the events end"),
        ("durations.append(duration)", "durations.append(duration - 1)", "they are one too small"),
        ("durations.append(duration)", "durations.append(duration + 1)", "they are one too large"),
        ("durations.append(duration)", "durations.append(duration // 12)", "counted in beats"),
        (
            "durations.append(duration)",
            "durations.append(duration / 12)",
            "durations should be a flat list of whole numbers",
        ),
        (
            "durations.append(duration)",
            "durations.append(str(duration))",
            "durations holds text",
        ),
        ("pitch_token(pitch, roots[tick])", "pitch", "pitches holds text"),
        (
            "pitches.append(pitch_token(pitch, roots[tick]))",
            "pitches.append(pitch_token(pitch, roots[tick]) + 1)",
            "pitches is off: they are one too large",
        ),
        (
            "pitch_token(pitch, roots[tick])",
            "pitch - roots[tick]",
            "A pitch may be a word, too",
        ),
        (
            "pitch_token(pitch, roots[tick])",
            "pitch_token(roots[tick], pitch)",
            "A pitch may be a word, too",
        ),
        (
            "        durations.append(duration)\n",
            "        if isinstance(pitch, str):\n            tick += duration\n"
            "            continue\n        durations.append(duration)\n",
            "Rests and holds are events, too",
        ),
        ("[], [], 0", "[0], [0], 0", "Add no token for the start"),
        ("    return", "        return", "Does `return` stand inside the loop?"),
        ("return durations, pitches", "return pitches, durations", "Return durations first"),
        ("return durations, pitches", "return pitches", "the 2 values (durations, pitches)"),
        (
            "return durations, pitches",
            "return list(zip(durations, pitches))",
            "the 2 values (durations, pitches); yours has 12",
        ),
        ("return durations, pitches", "durations, pitches", "Does it end with `return`?"),
        ("in events:", "in events[1:]:", "One event is left out"),
    ],
    "one_hot_columns": [
        ("axis=-1", "axis=0", "Join the vectors along the last axis, -1"),
        ("axis=-1", "axis=1", "Join the vectors along the last axis, -1"),
        (
            "ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], axis=-1)",
            "[ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)]",
            "The answer is a list of tensors",
        ),
        ("(x[..., i], n)", "(x[..., i], max(sizes))", "Every column got the same size"),
        ("(x[..., i], n)", "(x[..., i], sum(sizes))", "Every column got the size of all"),
        ("(x[..., i], n)", "(x[..., 0], n)", "every vector is made of column 0"),
        ("(x[..., i], n)", "(x[..., -1 - i], n)", "given the size of another column"),
        ("(x[..., i], n)", "(x[..., i], n + 1)", "Each vector is one too long"),
        ("(x[..., i], n)", "(x[..., i], n - 1)", "Each vector is one too short"),
        ("(x[..., i], n)", "(x[..., i] - 1, n)", "one place too early"),
        ("(x[..., i], n)", "(x[..., i] + 1, n)", "one place too far, or are lost"),
        ("x[..., i]", "x[:, i]", "x[:, i] is not column i where x has three"),
        ("x[..., i]", "x[i]", "x[i] is a row; take the column x[..., i]"),
        ("x[..., i]", "x[:, :, i]", "any number of axes, and a column for each of `sizes`"),
        ("ops.one_hot(x[..., i], n)", "x[..., i : i + 1]", "still numbers; use ops.one_hot"),
        (
            "ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], axis=-1)",
            "ops.one_hot(x, sum(sizes))",
            "x became one-hot as a whole",
        ),
        (
            "ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], axis=-1)",
            "ops.one_hot(x, max(sizes))",
            "x became one-hot as a whole",
        ),
        (
            "ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], axis=-1)",
            "ops.stack([ops.one_hot(x[..., i], max(sizes)) for i in range(3)], axis=-2)",
            "take each column by itself",
        ),
        (
            "return ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], "
            "axis=-1)",
            "for i, n in enumerate(sizes):\n        vectors = ops.one_hot(x[..., i], n)\n"
            "    return vectors",
            "Only the last column is there",
        ),
        (
            "return ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], "
            "axis=-1)",
            "for i, n in enumerate(sizes):\n        return ops.one_hot(x[..., i], n)",
            "Only the first column is there",
        ),
        ("in enumerate(sizes)", "in enumerate(sizes[:-1])", "The last column is missing"),
        ("in enumerate(sizes)", "in list(enumerate(sizes))[1:]", "The first column is missing"),
        ("in enumerate(sizes)", "in list(enumerate(sizes))[::-1]", "stand in reverse order"),
        ("enumerate(sizes)", "enumerate(SIZES)", "a column for each of `sizes`"),
        (
            "ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], axis=-1)",
            "np.concatenate([np.eye(n)[x[..., i]] for i, n in enumerate(sizes)], axis=-1)",
            "not in a model, where x has no values yet. Use keras.ops",
        ),
        (
            "return ops.concatenate([ops.one_hot(x[..., i], n) for i, n in enumerate(sizes)], "
            "axis=-1)",
            "columns = np.asarray(x)\n    return ops.concatenate([ops.one_hot(columns[..., i], n)"
            " for i, n in enumerate(sizes)], axis=-1)",
            "not in a model, where x has no values yet. Use keras.ops",
        ),
    ],
    "training_model": [
        (
            "shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))",
            "shared.embedding(one_hot_columns(x, SIZES))",
            "the dropout after the embedding is missing",
        ),
        (
            "shared.dropout(ops.concatenate([a, e], axis=-1))",
            "ops.concatenate([a, e], axis=-1)",
            "the dropout on what is known is missing",
        ),
        (
            "    e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))\n"
            "    a, _, _ = shared.lstm(e)\n"
            "    known = shared.dropout(ops.concatenate([a, e], axis=-1))\n",
            "    e = shared.embedding(one_hot_columns(x, SIZES))\n"
            "    a, _, _ = shared.lstm(e)\n    known = ops.concatenate([a, e], axis=-1)\n",
            "dropout is missing, before the LSTM and after it",
        ),
        (
            "shared.dropout(ops.concatenate([a, e], axis=-1))",
            "ops.concatenate([shared.dropout(a), e], axis=-1)",
            "where e is joined, it lacks a dropout",
        ),
        (
            "shared.dropout(ops.concatenate([a, e], axis=-1))",
            "ops.concatenate([a, shared.dropout(e)], axis=-1)",
            "where a is joined, it lacks a dropout",
        ),
        (
            "    e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))\n"
            "    a, _, _ = shared.lstm(e)\n",
            "    e = shared.embedding(one_hot_columns(x, SIZES))\n"
            "    a, _, _ = shared.lstm(shared.dropout(e))\n",
            "where e is joined, it lacks a dropout",
        ),
        (
            "    a, _, _ = shared.lstm(e)\n",
            "    a, _, _ = shared.lstm(shared.embedding(one_hot_columns(x, SIZES)))\n",
            "the LSTM gets e without dropout",
        ),
        (
            "shared.dropout(shared.embedding",
            "layers.Dropout(0.5)(shared.embedding",
            "the dropout after the embedding is missing. Use shared.dropout",
        ),
        ("axis=-1))", "axis=-1), training=True)", "Dropout is always on. Leave `training` out"),
        ("ops.concatenate([a, e], axis=-1)", "a", "the LSTM's output alone. Join the embedding"),
        ("ops.concatenate([a, e], axis=-1)", "e", "the embedding alone. Join it with the LSTM's"),
        ("[a, e], axis=-1", "[e, a], axis=-1", "e stands before a. Join them as [a, e]"),
        ("[a, e], axis=-1", "[a, e], axis=1", "Join along the last axis, -1"),
        ("[a, e], axis=-1", "[a, e], axis=0", "Join along the last axis, -1"),
        ("[a, e], axis=-1", "[a, a], axis=-1", "duration_output is given other things"),
        ("ops.concatenate([a, e], axis=-1)", "a + e", "Join them with ops.concatenate"),
        ("ops.concatenate([a, e], axis=-1)", "[a, e]", "A layer takes one tensor. Join them"),
        ("ops.concatenate", "np.concatenate", "Use keras.ops, not NumPy"),
        ("a, _, _ = shared", "a = shared", "The LSTM gives three things"),
        ("a, _, _ = shared", "_, a, _ = shared", "which has all steps, not the last state"),
        ("a, _, _ = shared", "_, _, a = shared", "which has all steps, not the last state"),
        (
            "one_hot_columns(x, SIZES)",
            "x",
            "The embedding is given x itself. Give it the one-hot columns",
        ),
        ("one_hot_columns(x, SIZES)", "one_hot_columns(x)", "argument: 'sizes'"),
        ("one_hot_columns(x, SIZES)", "ops.one_hot(x, 49)", "one axis too many"),
        (
            "shared.embedding(one_hot_columns(x, SIZES))",
            "one_hot_columns(x, SIZES)",
            "shared.embedding is not used",
        ),
        (
            "shared.embedding(one_hot",
            "layers.Dense(7, use_bias=False)(one_hot",
            "shared.embedding is not used. Use the layers in `shared`; make no new ones",
        ),
        (
            "shared.lstm(e)",
            "layers.LSTM(6, return_sequences=True, return_state=True)(e)",
            "shared.lstm is not used. Use the layers in `shared`; make no new ones",
        ),
        (
            "    pitch_logits = pitch",
            "    known = layers.Dense(13)(known)\n    pitch_logits = pitch",
            "There is a layer that is not in `shared`",
        ),
        (
            "duration_output(shared, known, x)",
            "shared.duration(known)",
            "shared.duration_hidden is not used",
        ),
        (
            "duration_output(shared, known, x)",
            "pitch_output(shared, known, durations)",
            "shared.duration_hidden is not used",
        ),
        (
            "duration_output(shared, known, x)",
            "duration_output(shared, x, known)",
            "duration_output is given other things than it needs",
        ),
        (
            "duration_output(shared, known, x)",
            "duration_output(shared, e, x)",
            "the embedding alone. Join it",
        ),
        ("known, durations)", "durations, known)", "An output was given other things"),
        ("known, durations)", "a, durations)", "the LSTM's output alone. Join the embedding"),
        (
            "known, durations)",
            "known, x[..., 0])",
            "the durations of the step before. Give it `durations`",
        ),
        (
            "known, durations)",
            "known, ops.pad(durations, [[0, 0], [1, 0]])[:, :-1])",
            "the durations are moved by a step",
        ),
        ("known, durations)", "known, durations - 1)", "one too small. They are tokens already"),
        ("known, durations)", "known, durations + 1)", "one too large. They are tokens already"),
        ("known, durations)", "known, 0 * durations)", "the pitch output is given no durations"),
        (
            "known, durations)",
            "known, ops.argmax(duration_logits, axis=-1))",
            "given the likeliest duration. In training, give it the true ones",
        ),
        (
            "known, durations)",
            "known, duration_logits)",
            "An output was given other things than it needs",
        ),
        (
            "    pitch_logits = pitch",
            "    return keras.Model([x, durations], duration_logits)\n    pitch_logits = pitch",
            "should have 2 inputs and 2 outputs; yours has 2 and 1",
        ),
    ],
    "generation_models": [
        (", initial_state=[a, c]", "", "the LSTM does not begin from a and c"),
        ("[a, c])\n    known", "[c, a])\n    known", "a and c are exchanged in initial_state"),
        ("initial_state=[a, c]", "initial_state=[a, a]", "should be [a, c], not a twice"),
        ("initial_state=[a, c]", "initial_state=[c, c]", "should be [a, c], not c twice"),
        (
            "initial_state=[a, c]",
            "initial_state=[a, ops.zeros_like(c)]",
            "c is not passed on",
        ),
        ("initial_state=[a, c]", "initial_state=a", "initial_state should be the list [a, c]"),
        (
            "initial_state=[a, c]",
            "initial_state=[ops.zeros_like(a), ops.zeros_like(c)]",
            "the LSTM does not begin from a and c",
        ),
        ("now, a_next, c_next =", "now, c_next, a_next =", "a and c are exchanged in the answer"),
        ("now, a_next, c_next =", "a_next, now, c_next =", "no time axis. Take the first output"),
        (
            "    pitch_logits =",
            "    a_next, c_next = a, c\n    pitch_logits =",
            "The next a is off: it is the state that came in",
        ),
        (
            "    pitch_logits =",
            "    c_next = c\n    pitch_logits =",
            "The next c is off: it is the state that came in",
        ),
        ("    pitch_logits =", "    a_next = now\n    pitch_logits =", "The next a has shape"),
        ("now, a_next, c_next = shared", "now = shared", "The LSTM gives three things"),
        ("[now, e]", "[e, now]", "e stands before the LSTM's output"),
        ("[now, e]", "[a_next, e]", "no time axis. Take the first output of the LSTM"),
        ("[now, e]", "[a, e]", "no time axis. Take the first output of the LSTM"),
        ("[now, e]", "[a[:, None], e]", "it has the a of the step before"),
        ("[now, e]", "[c_next[:, None], e]", "it has c in it"),
        ("[now, e], axis=-1", "[now, e], axis=1", "Join along the last axis, -1"),
        ("ops.concatenate([now, e], axis=-1)", "now", "Join the embedding e to it"),
        ("ops.concatenate([now, e], axis=-1)", "e", "Join it with the LSTM's output a"),
        ("ops.concatenate([now, e], axis=-1)", "now + e", "Join them with ops.concatenate"),
        (
            "shared.lstm(e,",
            "layers.LSTM(units, return_sequences=True, return_state=True)(e,",
            "shared.lstm is not used. Use the layers in `shared`; make no new ones",
        ),
        (
            "shared.embedding(one",
            "layers.Dense(shared.embedding.units, use_bias=False)(one",
            "shared.embedding is not used",
        ),
        (
            "    pitch_logits",
            "    shared = make_layers(units)\n    pitch_logits",
            "shared.pitch_hidden is not used. Use the layers in `shared`",
        ),
        (
            "e = shared.embedding(one_hot_columns(x, SIZES))",
            "e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)), training=True)",
            "Dropout is always on",
        ),
        (
            "shared.embedding(one_hot_columns(x, SIZES))",
            "shared.embedding(x)",
            "The embedding is given x itself",
        ),
        (
            "shared.embedding(one_hot_columns(x, SIZES))",
            "one_hot_columns(x, SIZES)",
            "shared.embedding is not used",
        ),
        (
            "pitch_output(shared, known_input, duration)",
            "pitch_output(shared, known, duration)",
            "outputs must come from its own inputs",
        ),
        (
            "duration_output(shared, known, x)",
            "duration_output(shared, known_input, x)",
            "outputs must come from its own inputs",
        ),
        (
            "pitch_output(shared, known_input, duration)",
            "pitch_output(shared, known, ops.argmax(duration_logits, axis=-1))",
            "outputs must come from its own inputs",
        ),
        (
            "pitch_output(shared, known_input, duration)",
            "pitch_output(shared, known_input, x[..., 0])",
            "outputs must come from its own inputs",
        ),
        (
            "pitch_output(shared, known_input, duration)",
            "pitch_output(shared, known_input, 0 * duration)",
            "the duration is not used",
        ),
        (
            "pitch_output(shared, known_input, duration)",
            "pitch_output(shared, known_input, duration - 1)",
            "the duration is one too small",
        ),
        (
            "pitch_output(shared, known_input, duration)",
            "pitch_output(shared, duration, known_input)",
            "An output was given other things than it needs",
        ),
        (
            "pitch_output(shared, known_input, duration)",
            "shared.pitch(known_input)",
            "shared.pitch_hidden is not used",
        ),
        (
            "    pitch_logits",
            "    return keras.Model([x, a, c], [duration_logits, known, a_next, c_next])\n"
            "    pitch_logits",
            "the 2 values (duration model, pitch model)",
        ),
    ],
    "draw": [
        (" / temperature\n", "\n", "the temperature is not used"),
        (" / temperature\n", " * temperature\n", "the temperature multiplies"),
        (" / temperature\n", " / temperature**2\n", "the squared temperature divides"),
        (
            "for row in p])\n",
            "for row in p ** (1 / temperature) / (p ** (1 / temperature)).sum(-1)[:, None]])\n",
            "the squared temperature divides",
        ),
        (
            "    p = p / p.sum(axis=-1, keepdims=True)\n",
            "    p = p / p.sum(axis=-1, keepdims=True) / temperature\n",
            "of each row should sum to 1",
        ),
        (
            "    return",
            "    p = np.exp(p)\n    p = p / p.sum(axis=-1, keepdims=True)\n    return",
            "softmax is taken twice",
        ),
        ("np.exp(z -", "np.exp(-z -", "the sign of the logits is turned"),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "p.argmax(axis=-1)",
            "The likeliest index is always taken",
        ),
        ("(len(row), p=row)", "(len(row))", "all indices are equally likely"),
        ("rng.choice(len", "np.random.choice(len", "`rng` is not used"),
        ("rng.choice(len", "np.random.default_rng().choice(len", "`rng` is not used"),
        (
            "rng.choice(len",
            "np.random.default_rng(0).choice(len",
            "Draw anew for each row, with `rng`",
        ),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "np.full(len(p), rng.choice(p.shape[1], p=p[0]))",
            "All rows got the same index",
        ),
        ("p=row", "p=p[0]", "Each row has its own logits"),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "[rng.choice(len(row), p=row) for row in p]",
            "The answer is a list",
        ),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "rng.choice(p.shape[1], p=p[0])",
            "one index for each row",
        ),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "(p.cumsum(axis=-1) > rng.random()).argmax(axis=-1)",
            "All rows got the same index",
        ),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "(z + rng.gumbel(size=z.shape[-1])).argmax(axis=-1)",
            "All rows got the same index",
        ),
        ("np.exp(z - z.max(axis=-1, keepdims=True))", "np.exp(z)", "np.exp overflows for large"),
        ("z.max(axis=-1, keepdims=True)", "z.max()", "Subtract the largest logit of each row"),
        ("p.sum(axis=-1, keepdims=True)", "p.sum()", "of each row should sum to 1"),
        (
            "p.sum(axis=-1, keepdims=True)",
            "p.sum(axis=0, keepdims=True)",
            "each row should sum to 1",
        ),
        ("p.sum(axis=-1, keepdims=True)", "p.sum(axis=-1)", "axis=-1, keepdims=True"),
        ("    p = p / p.sum(axis=-1, keepdims=True)\n", "", "of each row should sum to 1"),
        (
            "rng.choice(len(row), p=row)",
            "1 + rng.choice(len(row), p=row)",
            "Add nothing to the index that was drawn",
        ),
        ("[rng.choice(len(row), p=row)", "[float(rng.choice(len(row), p=row))", "whole numbers"),
        ("[rng.choice(len(row), p=row)", "[[rng.choice(len(row), p=row)]", "has shape (4000, 1)"),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "np.eye(p.shape[1])[[rng.choice(len(row), p=row) for row in p]]",
            "one index for each row",
        ),
        (
            "np.array([rng.choice(len(row), p=row) for row in p])",
            "p",
            "one index for each row",
        ),
        (
            '    z = np.asarray(logits, "float64") / temperature\n',
            "    logits /= temperature\n    z = logits\n",
            "changes its argument logits in place",
        ),
        ("return np", "np", "Does it end with `return`?"),
    ],
    "improvise": [
        (
            "duration_logits, known, a, c =",
            "duration_logits, known, _, _ =",
            "Each step starts from the zero state. Hand a and c on",
        ),
        (
            "        x = np",
            "        a = c = np.zeros_like(a)\n        x = np",
            "Each step starts from the zero state. Hand a and c on",
        ),
        (
            "duration_logits, known, a, c =",
            "duration_logits, known, _, c =",
            "In step 2, a should be what",
        ),
        (
            "duration_logits, known, a, c =",
            "duration_logits, known, a, _ =",
            "In step 2, c should be what",
        ),
        ("known, a, c =", "known, c, a =", "a and c have changed places"),
        ("[x, a, c]", "[x, c, a]", "a and c have changed places"),
        ("[x, a, c]", "[x, a, a]", "In step 2, c should be what"),
        (
            "    while not",
            "    a = np.ones_like(a)\n    while not",
            "The state before the first step should be zeros",
        ),
        (
            "duration_logits, known, a, c = duration_model.predict_on_batch([x, a, c])",
            "known, duration_logits, a, c = duration_model.predict_on_batch([x, a, c])",
            "That one returns logits, known, a, c",
        ),
        ("not all(", "not any(", "Go on until all of them are done"),
        (
            "while not all(player.done for player in players)",
            "while not players[0].done",
            "Go on until all of them are done",
        ),
        (
            "while not all(player.done for player in players)",
            "for _ in range(3)",
            "Go on until all of them are done",
        ),
        (
            "while not all(player.done for player in players)",
            "while True",
            "Leave it when every player is done",
        ),
        (
            "while not all(player.done for player in players)",
            "while all(player.done for player in players)",
            "The duration model is never asked",
        ),
        (
            "    while not all(player.done for player in players):\n"
            '        x = np.array([[player.know()] for player in players], "int32")\n',
            '    x = np.array([[player.know()] for player in players], "int32")\n'
            "    while not all(player.done for player in players):\n",
            "x stays the same in each step",
        ),
        ("[[player.know()]", "[[players[0].know()]", "Every row of x is what the first player"),
        ("[[player.know()]", "[player.know()", "x has shape (3, 12); it should be (m, 1, 12)"),
        (
            'np.array([[player.know()] for player in players], "int32")',
            "[[player.know()] for player in players]",
            "A model takes arrays, but x is of type list",
        ),
        (
            'np.array([[player.know()] for player in players], "int32")',
            'np.array([[player.know() for player in players]], "int32")',
            "x has shape (1, 3, 12); it should be (m, 1, 12)",
        ),
        ("[[player.know()] for player in players]", "[[p.know()] for p in players[::-1]]", "order"),
        ("durations = 1 + draw", "durations = draw", "one too small. You left out token 0"),
        ("pitches = 1 + draw", "pitches = draw", "The pitches are one too small"),
        ("draw(duration_logits[:, 0, 1:]", "draw(duration_logits[:, 0]", "Token 0 was drawn"),
        ("1 + draw(duration_logits[:, 0, 1:]", "draw(duration_logits[:, 0]", "Token 0 was drawn"),
        ("draw(pitch_logits[:, 0, 1:]", "draw(pitch_logits[:, 0]", "Token 0 was drawn as a pitch"),
        ("1 + draw(pitch_logits[:, 0, 1:]", "draw(pitch_logits[:, 0]", "Token 0 was drawn as a p"),
        (
            "duration_logits[:, 0, 1:]",
            "duration_logits[:, 1:]",
            "draw takes logits of shape (m, n)",
        ),
        ("duration_logits[:, 0, 1:]", "duration_logits", "Give it logits[:, 0, 1:]"),
        ("duration_logits[:, 0, 1:]", "duration_logits[0, :, 1:]", "should be (m, 1)"),
        (
            "draw(duration_logits[:, 0, 1:], temperature, rng)",
            "duration_logits[:, 0, 1:].argmax(axis=-1)",
            "The durations are the same in every row. Get them from draw",
        ),
        (
            "draw(pitch_logits[:, 0, 1:], temperature, rng)",
            "pitch_logits[:, 0, 1:].argmax(axis=-1)",
            "The pitches are the same in every row. Get them from draw",
        ),
        (
            "draw(duration_logits[:, 0, 1:], temperature, rng)",
            "draw(duration_logits[:, 0, 1:], 1.0, rng)",
            "For the durations, the temperature is not used",
        ),
        (
            "draw(pitch_logits[:, 0, 1:], temperature, rng)",
            "draw(pitch_logits[:, 0, 1:], 1.0, rng)",
            "For the pitches, the temperature is not used",
        ),
        (
            "draw(pitch_logits[:, 0, 1:], temperature, rng)",
            "draw(pitch_logits[:, 0, 1:], 1 / temperature, rng)",
            "For the pitches, the temperature is turned upside down",
        ),
        (
            "draw(duration_logits[:, 0, 1:], temperature, rng)",
            "draw(duration_logits[:, 0, 1:], temperature, np.random.default_rng())",
            "The durations are not drawn with the `rng`",
        ),
        (
            "draw(pitch_logits[:, 0, 1:], temperature, rng)",
            "draw(pitch_logits[:, 0, 1:], temperature, np.random.default_rng(0))",
            "The pitches are not drawn with the `rng`",
        ),
        ("durations[:, None]]", "durations]", "have shape (3,); they should be (m, 1)"),
        ("durations[:, None]]", "x[:, :, 0]]", "is given the durations of the step before"),
        ("durations[:, None]]", "durations[:, None] - 1]", "one too small"),
        ("durations[:, None]]", "durations[:, None] + 1]", "one too large"),
        ("[known, durations[:, None]]", "[durations[:, None], known]", "give [known, durations"),
        ("[known, durations", "[x, durations", "is not given what the duration model says"),
        (
            "pitch_logits = pitch_model.predict_on_batch([known, durations[:, None]])",
            "pitch_logits = duration_logits",
            "The pitch model is not asked",
        ),
        ("player.play(duration, pitch)", "player.play(pitch, duration)", "takes the duration fi"),
        ("player.play(duration, pitch)", "player.play(duration + 1, pitch)", "one too large"),
        (
            "            player.play(duration, pitch)",
            "            players[0].play(duration, pitch)",
            "is not played by every player",
        ),
        ("player.play(duration, pitch)", "pass", "is not played by every player"),
        (
            "player.play(duration, pitch)",
            "player.play(duration, pitch)\n            player.play(duration, pitch)",
            "Every event is played twice",
        ),
        ("zip(players, durations, pitches)", "zip(players, durations[::-1], pitches)", "own row"),
        (
            "            player.play(duration, pitch)\n",
            "            player.play(duration, pitch)\n    return [p.events for p in players]\n",
            "Return the players",
        ),
    ],
}

ALTERNATIVES = {
    "tokenise": [
        """
def tokenise(events, roots):
    durations = np.array([duration for duration, _ in events])
    starts = np.cumsum(durations) - durations
    pitches = [pitch_token(p, r) for (_, p), r in zip(events, roots[starts])]
    return durations, np.array(pitches)
""",
        """
def tokenise(events, roots):
    from itertools import accumulate

    durations, sounding = zip(*events)
    ticks = accumulate(durations[:-1], initial=0)
    return durations, tuple(pitch_token(p, roots[t]) for p, t in zip(sounding, ticks))
""",
        """
def tokenise(events, roots):
    durations, pitches = [], []
    for i in range(len(events)):
        pitches += [pitch_token(events[i][1], int(roots[sum(durations)]))]
        durations += [events[i][0]]
    return [durations, pitches]
""",
        """
def tokenise(events, roots):
    tokens, tick = np.zeros((2, len(events)), "int32"), 0
    for i, (duration, pitch) in enumerate(events):
        tokens[:, i] = duration, pitch_token(pitch, roots[tick])
        tick = tick + duration
    return tokens[0], tokens[1]
""",
    ],
    "one_hot_columns": [
        """
def one_hot_columns(x, sizes):
    vectors = []
    for i in range(len(sizes)):
        vectors.append(keras.ops.one_hot(x[..., i], sizes[i], dtype="float32"))
    return layers.Concatenate()(vectors)
""",
        """
def one_hot_columns(x, sizes):
    columns = ops.unstack(x, num=len(sizes), axis=-1)
    return ops.concatenate([ops.one_hot(c, n) for c, n in zip(columns, sizes)], -1)
""",
        """
def one_hot_columns(x, sizes):
    first = np.cumsum([0, *sizes[:-1]]).astype("int32")
    return ops.sum(ops.one_hot(x + first, sum(sizes)), axis=-2)
""",
        """
def one_hot_columns(x, sizes):
    vectors = [ops.take(ops.eye(n), x[..., i], axis=0) for i, n in enumerate(sizes)]
    return ops.concatenate(vectors, axis=-1)
""",
        """
def one_hot_columns(x, sizes):
    joined = ops.one_hot(x[..., 0], sizes[0])
    for i, n in enumerate(sizes[1:], start=1):
        equal = ops.equal(x[..., i : i + 1], ops.arange(n, dtype="int32"))
        joined = ops.append(joined, ops.cast(equal, "float32"), axis=-1)
    return joined
""",
    ],
    "training_model": [
        """
def training_model(shared):
    x = keras.Input((None, len(SIZES)), dtype="int32")
    durations = keras.Input((None,), dtype="int32")
    e = shared.embedding(one_hot_columns(x, SIZES))
    e = shared.dropout(e)
    outputs = shared.lstm(e)
    known = layers.Concatenate()([outputs[0], e])
    known = shared.dropout(known)
    heads = [duration_output(shared, known, x), pitch_output(shared, known, durations)]
    return keras.Model([x, durations], heads)
""",
        """
def training_model(shared):
    x = keras.Input((None, 12), dtype="int32", name="x")
    durations = keras.Input((None,), dtype="int32", name="durations")
    e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))
    a, *_ = shared.lstm(e)
    known = ops.concatenate([shared.dropout(a), shared.dropout(e)], axis=2)
    pitch_logits = pitch_output(shared, known, durations)
    return keras.Model((x, durations), (duration_output(shared, known, x), pitch_logits))
""",
        """
def training_model(shared):
    x = keras.Input((None, len(SIZES)), dtype="int32")
    durations = keras.Input((None,), dtype="int32")
    e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))
    a, last_a, last_c = shared.lstm(e, initial_state=None)
    known = shared.dropout(ops.concatenate([a, e], axis=-1))
    room = ops.one_hot(x[..., ROOM], SIZES[ROOM])
    hidden = shared.duration_hidden(layers.concatenate([known, room]))
    duration_logits = shared.duration(shared.output_dropout(hidden))
    true = ops.one_hot(durations, N_DURATIONS)
    hidden = shared.pitch_hidden(layers.concatenate([known, true]))
    pitch_logits = shared.pitch(shared.output_dropout(hidden))
    return keras.Model([x, durations], [duration_logits, pitch_logits])
""",
    ],
    "generation_models": [
        """
def generation_models(shared):
    units = shared.lstm.units
    x = keras.Input((1, len(SIZES)), dtype="int32")
    a, c = keras.Input((units,)), keras.Input((units,))
    known_input = keras.Input((1, units + shared.embedding.units))
    duration = keras.Input((1,), dtype="int32")
    e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))
    now, a_next, c_next = shared.lstm(e, initial_state=[a, c])
    known = shared.dropout(layers.Concatenate()([now, e]))
    first = keras.Model([x, a, c], [duration_output(shared, known, x), known, a_next, c_next])
    return first, keras.Model([known_input, duration], pitch_output(shared, known_input, duration))
""",
        """
def generation_models(shared):
    units = shared.lstm.units
    x = keras.Input((1, len(SIZES)), dtype="int32")
    a, c = keras.Input((units,)), keras.Input((units,))
    e = shared.embedding(one_hot_columns(x, SIZES))
    _, a_next, c_next = shared.lstm(e, initial_state=(a, c))
    known = ops.concatenate([ops.expand_dims(a_next, 1), e], axis=-1)
    outputs = (duration_output(shared, known, x), known, a_next, c_next)
    known_input = keras.Input(known.shape[1:])
    duration = keras.Input((1,), dtype="int32")
    logits = pitch_output(shared, known_input, duration)
    return [keras.Model((x, a, c), outputs), keras.Model((known_input, duration), [logits])]
""",
        """
def generation_models(shared):
    units = shared.lstm.units
    x = keras.Input((1, 12), dtype="int32", name="x")
    a, c = keras.Input((units,), name="a"), keras.Input((units,), name="c")
    e = shared.embedding(one_hot_columns(x, SIZES))
    a_next, states = shared.lstm.cell(e[:, 0], [a, c])
    known = ops.concatenate([a_next[:, None], e], axis=2)
    first = keras.Model([x, a, c], [duration_output(shared, known, x), known, *states])
    known = keras.Input((1, units + shared.embedding.units))
    duration = keras.Input((1,), dtype="int32")
    return first, keras.Model([known, duration], pitch_output(shared, known, duration))
""",
    ],
    "draw": [
        """
def draw(logits, temperature, rng):
    return np.argmax(logits / temperature + rng.gumbel(size=np.shape(logits)), axis=1)
""",
        """
def draw(logits, temperature, rng):
    z = logits / temperature
    p = np.exp(z - z.max(axis=1)[:, None])
    limits = p.cumsum(axis=1)
    u = rng.random((len(p), 1)) * limits[:, -1:]
    return (u > limits).sum(axis=1)
""",
        """
def draw(logits, temperature, rng):
    indices = []
    for row in np.array(logits, dtype=float):
        p = np.exp((row - max(row)) / temperature)
        indices.append(rng.choice(np.arange(len(row)), p=p / sum(p)))
    return np.array(indices)
""",
        """
def draw(logits, temperature, rng):
    p = ops.convert_to_numpy(ops.softmax(np.asarray(logits) / temperature, axis=-1))
    p = p.astype("float64")
    return rng.multinomial(1, p / p.sum(axis=-1, keepdims=True)).argmax(axis=-1)
""",
        """
def draw(logits, temperature, rng):
    seed = int(rng.integers(2**31))
    logits = ops.convert_to_tensor(logits, "float32") / temperature
    return ops.convert_to_numpy(keras.random.categorical(logits, 1, seed=seed))[:, 0]
""",
    ],
    "improvise": [
        """
def improvise(models, players, temperature, rng):
    duration_model, pitch_model = models
    a = c = np.zeros((len(players), duration_model.inputs[1].shape[-1]), "float32")
    while any(not player.done for player in players):
        x = np.stack([player.know() for player in players])[:, None]
        logits, known, a, c = duration_model([x, a, c])
        durations = draw(logits[:, 0, 1:], temperature, rng) + 1
        logits = pitch_model([known, np.expand_dims(durations, -1)], training=False)
        pitches = draw(logits[:, 0, 1:], temperature, rng) + 1
        for i, player in enumerate(players):
            if not player.done:
                player.play(int(durations[i]), int(pitches[i]))
    return players
""",
        """
def improvise(models, players, temperature, rng):
    duration_model, pitch_model = models
    a = c = np.zeros((len(players), duration_model.inputs[1].shape[-1]), "float32")
    while True:
        if all([player.done for player in players]):
            return list(players)
        x = np.array([player.know() for player in players]).reshape(-1, 1, 12)
        answer = duration_model.predict([x, a, c], verbose=0)
        a, c = answer[2:]
        logits = np.array(answer[0][:, 0])
        logits[:, 0] = -np.inf
        durations = draw(logits, temperature, rng)
        logits = np.array(pitch_model.predict((answer[1], durations.reshape(-1, 1)), verbose=0))
        logits[:, :, 0] = -1e9
        pitches = draw(logits[:, 0], temperature, rng)
        for i in range(len(players)):
            players[i].play(durations[i], pitches[i])
""",
        """
def improvise(models, players, temperature, rng):
    duration_model, pitch_model = models
    a = c = np.zeros((len(players), duration_model.inputs[1].shape[-1]), "float32")
    active = np.arange(len(players))
    while len(active):
        x = np.array([[players[i].know()] for i in active], "float32")
        logits, known, a, c = duration_model.predict_on_batch([x, a, c])
        durations = 1 + np.array(draw(logits[:, 0, 1:], temperature, rng))
        logits = pitch_model.predict_on_batch([known, durations[:, None]])
        pitches = 1 + np.array(draw(logits[:, 0, 1:], temperature, rng))
        for i, duration, pitch in zip(active, durations, pitches):
            players[i].play(duration, pitch)
        going = [not players[i].done for i in active]
        active, a, c = active[going], a[going], c[going]
    return players
""",
    ],
}
