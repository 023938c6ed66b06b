"""Right answers in other styles to the exercises of `week1/3_jazz_improvisation`."""

ALTERNATIVES = {
    "tokenise": [
        """=> durations = np.array([duration for duration, _ in events])
starts = np.cumsum(durations) - durations
return durations, np.array([pitch_token(p, r) for (_, p), r in zip(events, roots[starts])])""",
        """=> tokens = np.zeros((2, len(events)), "int32")
for i, (duration, pitch) in enumerate(events):
    tokens[:, i] = duration, pitch_token(pitch, int(roots[tokens[0].sum()]))
return tokens""",
        "in events: => in events.copy():",
    ],
    "fits": [
        """=> answer = []
for (tick, pitch), after in zip(notes, [*notes[1:], None]):
    fit = pitch % 12 in chord_at(chords, tick).tones
    if not fit and after is not None and 1 <= abs(after[1] - pitch) <= 2:
        fit = after[1] % 12 in chord_at(chords, after[0]).tones
    answer.append(fit)
return answer""",
        """=> inside = np.array([p % 12 in chord_at(chords, t).tones for t, p in notes], bool)
step = np.abs(np.diff([p for _, p in notes]))
inside[: len(step)] |= (step > 0) & (step < 3) & inside[1:]
return inside""",
    ],
    "read_chords": [
        """=> onsets = np.array([onset for onset, _ in chords])
now = int(np.searchsorted(onsets, tick, side="right")) - 1
ends = [*onsets[1:], length]
chord, following = chords[now][1], [*chords, chords[0]][now + 1][1]
left = int(min(np.ceil((ends[now] - tick) / 12), 8))
first, second = QUALITIES.index(chord.quality), QUALITIES.index(following.quality)
return first, (following.root - chord.root) % 12, second, left""",
        """=> chord = chord_at(chords, tick)
later = [(onset, one) for onset, one in chords if onset > tick]
end, following = later[0] if later else (length, chords[0][1])
interval = following.root - chord.root
if interval < 0:
    interval += 12
beats = 1
while beats < 8 and tick + 12 * beats < end:
    beats += 1
first, second = (QUALITIES.index(one.quality) for one in (chord, following))
return np.array([first, interval, second, beats])""",
    ],
    "one_hot_columns": [
        ("ops.concatenate( => layers.Concatenate()(", "(sizes)], axis=-1) => (sizes)])"),
        """
def one_hot_columns(x, sizes):
    first = np.cumsum([0, *sizes[:-1]]).astype("int32")
    return ops.sum(ops.one_hot(x + first, sum(sizes)), axis=-2)
""",
    ],
    "training_model": [
        "shared.dropout(ops => layers.Dropout(shared.dropout.rate)(ops",
        (
            "a, _, _ = shared.lstm(e) => a, *_ = shared.lstm(e, initial_state=None)",
            "shared.dropout(ops.concatenate([a, e], axis=-1)) =>"
            " layers.Concatenate()([shared.dropout(a), shared.dropout(e)])",
            "[x, durations], [duration_logits, pitch_logits] =>"
            " (x, durations), (duration_logits, pitch_logits)",
        ),
    ],
    "generation_models": [
        "=[a, c] => =(a, c)",
        "[now, e] => [ops.expand_dims(a_next, 1), e]",
        (
            "e = shared.embedding(one_hot_columns(x, SIZES)) =>"
            " e = shared.dropout(shared.embedding(one_hot_columns(x, SIZES)))",
            "now, a_next, c_next = shared.lstm(e, initial_state=[a, c]) =>"
            " a_next, (_, c_next) = shared.lstm.cell(e[:, 0], [a, c])",
            "[now, e] => [a_next[:, None], e]",
        ),
    ],
    "draw": [
        "np.array([rng.choice(len(row), p=row) for row in p]) =>"
        " (rng.random((len(p), 1)) < p.cumsum(axis=-1)).argmax(axis=-1)",
        """
def draw(logits, temperature, rng):
    p = ops.convert_to_numpy(ops.softmax(np.asarray(logits) / temperature)).astype("float64")
    return rng.multinomial(1, p / p.sum(axis=-1, keepdims=True)).argmax(axis=-1)
""",
        """
def draw(logits, temperature, rng):
    logits = ops.convert_to_tensor(logits, "float32") / temperature
    return keras.random.categorical(logits, 1, seed=int(rng.integers(2**31)))[:, 0]
""",
    ],
    "improvise": [
        (
            "duration_model.predict_on_batch( => duration_model(",
            "pitch_model.predict_on_batch( => pitch_model.predict(",
            "player.play(duration, pitch) => if not player.done:\n"
            "                player.play(int(duration), int(pitch))",
        ),
        """
def improvise(models, players, temperature, rng):
    a = c = np.zeros((len(players), models[0].inputs[1].shape[-1]), "float32")
    active = np.arange(len(players))
    while len(active):
        x = np.array([[players[i].know()] for i in active], "float32")
        logits, known, a, c = models[0].predict_on_batch([x, a, c])
        logits[:, 0, 0] = -np.inf
        durations = draw(logits[:, 0], temperature, rng)
        logits = models[1].predict_on_batch((known, durations[:, None]))
        pitches = 1 + draw(logits[:, 0, 1:], temperature, rng)
        for i, duration, pitch in zip(active, durations, pitches):
            players[i].play(duration, pitch)
        going = [not players[i].done for i in active]
        active, a, c = active[going], a[going], c[going]
    return list(players)
""",
    ],
}
