"""Wrong and right answers to the exercises of `week3/2_trigger_word_detection`.

MUTANTS: for each exercise (old, new, says): in the solution `old` becomes `new`, and the message
must say `says`. ALTERNATIVES: whole answers, written differently, that must be accepted.
"""

# Parts of the solutions in which most mistakes are made.
STARTS = "range(0, len(samples) - len(window) + 1, hop)"
POWER = "np.abs(np.fft.rfft(frames * window, n_fft)) ** 2"
RFFT = "np.fft.rfft(frames * window, n_fft)"
STACK = "frames = np.stack([samples[s : s + len(window)] for s in starts])"
LONGER = "    if length > n_samples:\n        return None\n"
FREE = "free = np.ones(n_samples - length + 1, bool)"
FORBID = "free[max(0, start - length + 1) : end] = False"
LOOP = f"    for start, end in taken:\n        {FORBID}\n"
DRAW = "int(rng.choice(starts)) if len(starts) else None"
LIST = f"    starts = np.flatnonzero(free)\n    return {DRAW}"
GAIN = "rms(noise) * 10 ** (snr / 20) / rms(word)"
ADD = "clip[start : start + len(word)] += gain * word"
CLIP = "    return clip"
J = "max(0, int(np.ceil((end - first) / step)))"
SET = "y[j : j + width] = 1"
ENDS = "    for end in ends:\n"
ABOVE = "probabilities > threshold"
WAIT = "if not events or j - events[-1] >= refractory:"
EACH = f"""    for j in np.flatnonzero({ABOVE}).tolist():
        {WAIT}
            events.append(j)
"""
FOUND = "    return events"
NEAR = "near = [end for end in open_ends if end - 0.25 <= event <= end + 0.5]"
EDGES = "end - 0.25 <= event <= end + 0.5"
TAKE = "open_ends.remove(near[0])"
COUNTS = "return len(ends) - len(open_ends), false_alarms, len(open_ends)"

MUTANTS = {
    "power_spectrum": [
        (STARTS, "range(0, len(samples) - len(window), hop)", "The answer, where the last frame"),
        (STARTS, "range(0, len(samples), hop)", "only whole frames count"),
        (STARTS, "range(0, len(samples) - len(window) + 1)", "A frame begins at each sample"),
        (STARTS, "range(0, len(samples) - len(window) + 1, len(window))", "The frames lie side by"),
        (STARTS, "range(0, len(samples) - len(window) + 1, HOP)", "the notebook's HOP. Take"),
        (STARTS, "range(0, len(samples) - WINDOW + 1, hop)", "the notebook's WINDOW. Take"),
        (STARTS, "range(0, len(samples) - WINDOW + 1, HOP)", "the notebook's WINDOW, HOP. Take"),
        (
            f"starts = {STARTS}\n    {STACK}\n    return {POWER}",
            "starts = range(0, len(samples) - WINDOW + 1, HOP)\n"
            "    frames = np.stack([samples[s : s + WINDOW] for s in starts])\n"
            "    return np.abs(np.fft.rfft(frames * window, FFT)) ** 2",
            "WINDOW, HOP, FFT. Take the arguments: len(window), hop, n_fft",
        ),
        (STARTS, "range(0, len(samples) - n_fft + 1, hop)", "has len(window) samples, not n_fft"),
        (STARTS, "range(hop, len(samples) - len(window) + 1, hop)", "The last frame is missing"),
        (
            f"starts = {STARTS}\n    {STACK}",
            "samples = np.append(samples, np.zeros(len(window)))\n"
            "    starts = range(0, len(samples) - len(window), hop)\n    " + STACK,
            "The last frames are not whole",
        ),
        (
            STACK,
            "frames = np.stack([samples[s : s + n_fft] for s in starts])",
            "A frame has len(window) samples",
        ),
        (STACK, "frames = np.stack([samples[s : s + hop] for s in starts])", "has len(window) sa"),
        (
            STACK,
            "frames = np.stack([samples[s : s + WINDOW] for s in starts])",
            "notebook's WINDOW",
        ),
        (STACK, "frames = samples[: len(window)]", "That is one frame. Keep a row for each"),
        (STACK, f"{STACK}.T", "A frame has len(window) samples"),
        (STACK, f"{STACK}\n    frames -= frames.mean(axis=1)[:, None]", "the mean of each frame"),
        ("frames * window", "frames", "the window is not used"),
        ("frames * window", "frames * window[::-1]", "the window is turned around"),
        ("frames * window", "frames * window**2", "the window counts twice"),
        ("frames * window", "frames * np.hanning(len(window))", "it is another window"),
        ("frames * window", 'frames * signal.get_window("hann", len(window))', "another window"),
        ("(frames * window, n_fft)", "(frames, n_fft) * window", "could not be broadcast"),
        ("np.fft.rfft(frames * window, n_fft)", "np.fft.fft(frames * window, n_fft)", "rfft(frame"),
        (
            "np.fft.rfft(frames * window, n_fft)",
            "np.fft.fft(frames * window, n_fft)[:, : n_fft // 2]",
            "gives n_fft // 2 + 1 columns",
        ),
        (RFFT, "np.fft.rfft(frames * window)", "n_fft is not used"),
        (RFFT, "np.fft.rfft(frames * window, FFT)", "It takes the notebook's FFT"),
        (RFFT, "np.fft.rfft(frames * window, n_fft, axis=0)", "That is a transform of columns"),
        (RFFT, "(frames * window)", "Do not leave out np.fft.rfft"),
        (POWER, f"np.abs({RFFT})", "the absolute value is not squared"),
        (POWER, f"{RFFT} ** 2", "is complex. The power is the square of the absolute value"),
        (POWER, RFFT, "is complex"),
        (POWER, f"{RFFT}.real ** 2", "only the real part is squared"),
        (POWER, f"{RFFT}.imag ** 2", "only the imaginary part is squared"),
        (POWER, f"({RFFT}.real + {RFFT}.imag) ** 2", "real and imaginary part are added"),
        (POWER, f"{POWER} ** 2", "it is squared twice"),
        (POWER, f"np.log({POWER})", "these are logarithms"),
        (POWER, f"10 * np.log10({POWER})", "these are logarithms"),
        (POWER, f"{POWER} / n_fft", "divided by a number"),
        (POWER, f"{POWER} / np.sum(window**2)", "divided by a number"),
        (POWER, f"2 * {POWER}", "the power is doubled"),
        (POWER, f"({POWER}).T", "Each frame has a row, not a column"),
        (POWER, f"({POWER}).sum(axis=1)", "a number for each frame"),
        (POWER, f"np.squeeze({POWER})", "for a single frame has shape (21,)"),
        (f"return {POWER}", f"spectrum = {POWER}", "Does it end with `return`?"),
    ],
    "free_place": [
        (LONGER, "", "What if the sound is longer than the clip?"),
        ("length > n_samples", "length >= n_samples", "as long as the clip fits, at 0"),
        (FREE, "free = np.ones(n_samples - length, bool)", "The last start, n_samples - length"),
        (FREE, "free = np.ones(n_samples, bool)", "would not lie within the clip"),
        (FREE, "free = np.ones(n_samples - length + 2, bool)", "would not lie within the clip"),
        (FORBID, "pass", "The intervals that are taken are not used"),
        (FORBID, "free[start:end] = False", "Look at the whole sound, not only at its start"),
        (
            FORBID,
            "free[max(0, start - length + 1) : max(0, end - length + 1)] = False",
            "not only at its end",
        ),
        (
            FORBID,
            "free[start:end] = False\n"
            "        free[max(0, start - length + 1) : max(0, end - length + 1)] = False",
            "not only at its first and last sample",
        ),
        (FORBID, "free[start - length + 1 : end] = False", "counts from the end: take max(0, …)"),
        (FORBID, "free[start - length : end] = False", "counts from the end: take max(0, …)"),
        (FORBID, "free[max(0, start - length) : end] = False", "A sound may end where an interval"),
        (FORBID, "free[max(0, start - length + 1) : end + 1] = False", "A sound may begin at the"),
        (FORBID, "free[max(0, start - length) : end + 1] = False", "Sounds may lie side by side"),
        (FORBID, "free[max(0, start - length + 1) : end - 1] = False", "`end` - 1 is taken, too"),
        (FORBID, "free[max(0, start - length + 2) : end] = False", "start + length - 1, must lie"),
        (
            FORBID,
            "for s in range(max(0, start - length + 1), end):\n            free[s] = False",
            "An interval may go beyond",
        ),
        (
            LOOP,
            "    if taken:\n        start, end = taken[-1]\n        " + FORBID + "\n",
            "All intervals count, not only the last",
        ),
        (
            LOOP,
            "    if taken:\n        start, end = taken[0]\n        " + FORBID + "\n",
            "All intervals count, not only the first",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    starts, before = [], 0\n"
            "    for start, end in taken + [(n_samples, n_samples)]:\n"
            "        starts += range(before, start - length + 1)\n"
            "        before = end\n"
            f"    return {DRAW}",
            "The intervals come in any order: sort them",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    starts, before = [], 0\n"
            "    for start, end in sorted(taken) + [(n_samples, n_samples)]:\n"
            "        starts += range(before, start - length)\n"
            "        before = end\n"
            f"    return {DRAW}",
            "The last start in a gap is possible, too",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    gaps, before = [], 0\n"
            "    for start, end in sorted(taken) + [(n_samples, n_samples)]:\n"
            "        if start - before >= length:\n"
            "            gaps.append((before, start - length))\n"
            "        before = end\n"
            "    if not gaps:\n"
            "        return None\n"
            "    low, high = gaps[rng.integers(len(gaps))]\n"
            "    return rng.integers(low, high + 1)",
            "Do not draw the gap first: a longer gap has more starts",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    free = lambda s: all(s >= b or s + length <= a for a, b in taken)\n"
            "    while True:\n"
            "        s = rng.integers(0, n_samples - length + 1)\n"
            "        if free(s):\n"
            "            return s",
            "It draws again and again",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    free = lambda s: all(s >= b or s + length <= a for a, b in taken)\n"
            "    draw = rng.integers\n"
            "    s = draw(0, n_samples - length + 1)\n"
            "    while not free(s):\n"
            "        s = draw(0, n_samples - length + 1)\n"
            "    return s",
            "It draws again and again",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    for _ in range(5):\n"
            "        s = rng.integers(0, n_samples - length + 1)\n"
            "        if all(s >= b or s + length <= a for a, b in taken):\n"
            "            return s",
            "Do not give up after some tries",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    for _ in range(60):\n"
            "        s = rng.integers(0, n_samples - length + 1)\n"
            "        if all(s >= b or s + length <= a for a, b in taken):\n"
            "            return s",
            "Do not give up after some tries",
        ),
        (
            f"    {FREE}\n{LOOP}{LIST}",
            "    for _ in range(10000):\n"
            "        s = rng.integers(0, n_samples - length + 1)\n"
            "        if all(s >= b or s + length <= a for a, b in taken):\n"
            "            return s",
            "It draws again and again",
        ),
        (
            LIST,
            "    if not free.any():\n        return None\n"
            "    while not free[s := round(rng.uniform(0, len(free) - 1))]:\n        pass\n"
            "    return s",
            "0 and the last number come half as often",
        ),
        (
            LIST,
            "    if not free.any():\n        return None\n"
            "    while not free[s := min(rng.integers(n_samples), len(free) - 1)]:\n        pass\n"
            "    return int(s)",
            "Do not move a start that is too late to the last one",
        ),
        (
            LIST,
            "    if not free.any():\n        return None\n"
            "    s = int(rng.integers(len(free)))\n"
            "    while not free[s % len(free)]:\n        s += 1\n"
            "    return s % len(free)",
            "Do not move a start that is taken on to a free one",
        ),
        (
            LIST,
            "    starts = np.flatnonzero(free)\n"
            "    k = int(len(starts) * rng.random() ** 1.3)\n"
            "    return int(starts[k]) if len(starts) else None",
            "All possible starts should be equally likely",
        ),
        (DRAW, "int(rng.choice(starts))", "cannot be empty"),
        (DRAW, "int(rng.choice(starts)) if starts else None", "is ambiguous. To ask whether there"),
        (DRAW, "int(rng.choice(starts)) if starts.any() else None", "The start 0 alone counts as"),
        (DRAW, "int(rng.choice(starts)) if len(starts) else -1", "return None, not -1"),
        (DRAW, "int(rng.choice(starts)) if len(starts) else 0", "would overlap"),
        (
            DRAW,
            "int(rng.choice(starts[:-1])) if len(starts) > 1 else None",
            "The last start that is possible never comes",
        ),
        (DRAW, "int(starts[0]) if len(starts) else None", "gives the same start each time"),
        (DRAW, "int(np.random.choice(starts)) if len(starts) else None", "`rng` is not used"),
        (
            "int(rng.choice(starts))",
            "int(np.random.default_rng().choice(starts))",
            "`rng` is not used",
        ),
        (
            "int(rng.choice(starts))",
            "int(np.random.choice(rng.permutation(starts)))",
            "The same rng gives another start each time",
        ),
        ("int(rng.choice(starts))", "rng.choice(starts, 1)", "array of shape (1,)"),
        ("int(rng.choice(starts))", "list(rng.choice(starts, 1))", "of type list. Give one number"),
        ("int(rng.choice(starts))", "float(rng.choice(starts))", "draw whole ones"),
        ("int(rng.choice(starts))", "rng.uniform(starts[0], starts[-1])", "draw whole ones"),
        (f"return {DRAW}", DRAW, "Does it end with `return`?"),
        (
            LOOP,
            "    while taken:\n        start, end = taken.pop()\n        " + FORBID + "\n",
            "changes its argument taken in place",
        ),
    ],
    "overlay": [
        (GAIN, "rms(noise) * 10 ** (snr / 10) / rms(word)", "For RMS, divide by 20"),
        (GAIN, "rms(noise) * 10 ** (-snr / 20) / rms(word)", "the ratio is turned around"),
        (GAIN, "rms(noise[start : start + len(word)]) * 10 ** (snr / 20) / rms(word)", "whole noi"),
        (GAIN, "rms(noise) * np.exp(snr / 20) / rms(word)", "with 10, not e"),
        (GAIN, "rms(noise) * snr / rms(word)", "snr is in decibels"),
        (GAIN, "rms(noise) / rms(word)", "snr is not used"),
        (GAIN, "10 ** (snr / 20) / rms(word)", "the RMS of the noise is missing"),
        (GAIN, "rms(noise) * 10 ** (snr / 20)", "the word's own RMS is missing"),
        (GAIN, "10 ** (snr / 20)", "both RMS are missing"),
        (GAIN, "1", "the word is not scaled; it is added as it is"),
        (GAIN, "rms(word) * 10 ** (snr / 20) / rms(noise)", "the two RMS are swapped"),
        (GAIN, "np.std(noise) * 10 ** (snr / 20) / np.std(word)", "it is np.std in place of the"),
        (
            GAIN,
            "np.mean(noise**2) / np.mean(word**2) * 10 ** (snr / 20)",
            "square roots are missing",
        ),
        (GAIN, "np.mean(noise**2) / np.mean(word**2) * 10 ** (snr / 10)", "the gain of power"),
        (GAIN, "np.max(abs(noise)) / np.max(abs(word)) * 10 ** (snr / 20)", "these are the peaks"),
        (
            GAIN,
            "np.mean(abs(noise)) / np.mean(abs(word)) * 10 ** (snr / 20)",
            "the mean of absolute values",
        ),
        (
            GAIN,
            "np.linalg.norm(noise) / np.linalg.norm(word) * 10 ** (snr / 20)",
            "and not their sum",
        ),
        (GAIN, f"{GAIN[:-9]}rms(np.pad(word, (0, len(noise) - len(word))))", "not over a padded"),
        (ADD, "clip[start : start + len(word)] = gain * word", "the word replaces the noise"),
        (ADD, "clip[start : start + len(word)] += word", "added as it is"),
        (ADD, "clip[start : start + len(word)] = word", "not scaled, and it replaces the noise"),
        (ADD, "clip[start : start + len(word)] -= gain * word", "the word is taken away"),
        (ADD, "clip[: len(word)] += gain * word", "the word begins at 0, not at start"),
        (ADD, "clip[start + 1 : start + len(word) + 1] += gain * word", "one sample late"),
        (ADD, "clip[start - 1 : start + len(word) - 1] += gain * word", "one sample early"),
        (ADD, "clip[start:] += gain * word", "goes to clip[start : start + len(word)]"),
        (ADD, "clip[start] += gain * word", "setting an array element"),
        (ADD, "clip += gain * word", "could not be broadcast"),
        (ADD, "pass", "the word is missing: this is the noise"),
        (
            ADD,
            "clip = clip / gain\n    clip[start : start + len(word)] += word",
            "the noise is scaled. Leave it",
        ),
        (
            ADD,
            "clip = clip * gain\n    clip[start : start + len(word)] += word",
            "the noise is scaled the wrong way round",
        ),
        ("clip = noise.copy()", "clip = noise", "changes its argument noise in place"),
        ("clip = noise.copy()", "clip = noise[:]", "changes its argument noise in place"),
        ("clip = noise.copy()", "clip = np.zeros_like(noise)", "the word over silence"),
        ("clip = noise.copy()", "clip = noise.astype(int)", "Cannot cast"),
        (
            "clip = noise.copy()",
            "clip = noise.copy()\n    word *= 1 / rms(word)",
            "changes its argument word in place",
        ),
        (CLIP, "    return clip[start : start + len(word)]", "That is the word alone"),
        (CLIP, "    return np.concatenate([noise, gain * word])", "added to the noise, not joined"),
        (CLIP, "    return np.clip(clip, -1, 1)", "it is cut off at -1 and 1"),
        (CLIP, "    return clip / np.abs(clip).max()", "the whole is scaled by its peak"),
        (CLIP, "    return clip, gain", "should be an array or a number; yours is of type tuple"),
        (CLIP, "    return np.round(clip, 3)", "nearly right"),
        (CLIP, "", "Does it end with `return`?"),
    ],
    "label": [
        (J, "max(0, (end - first) // step)", "the division is rounded down"),
        (J, "max(0, int((end - first) / step))", "the division is rounded down"),
        (J, "max(0, round((end - first) / step))", "rounded to the nearest"),
        (J, "max(0, (end - first) // step + 1)", "Add no 1 to the division"),
        (J, f"{J} + 1", "it begins one output late"),
        (J, "int(np.ceil((end - first) / step))", "a negative j counts from the end of y"),
        (J, "abs(int(np.ceil((end - first) / step)))", "a negative j is made positive"),
        (J, "max(0, np.ceil((end - first) / step))", "np.ceil gives a float. Make it an int"),
        (J, "max(0, int(np.ceil(end / step)))", "`first` is not used"),
        (J, "max(0, int(np.ceil((end + first) / step)))", "`first` is added"),
        (J, "max(0, end - first)", "`step` is not used: these are samples"),
        (J, "end", "`step` is not used: these are samples"),
        (J, "max(0, int(np.ceil((end - 2640) / 640)))", "takes the notebook's FIRST, STEP or WID"),
        (J, f"min({J}, T_y - width)", "moved back. They do not exist"),
        (J, f"min({J}, T_y - 1)", "moved back. They do not exist"),
        (
            f"j = {J}\n        {SET}",
            "j = int(np.ceil((end - first) / step))\n        y[max(0, j) : max(0, j + width)] = 1",
            "labels before output 0 are lost",
        ),
        (
            f"j = {J}\n",
            "j = int(np.ceil((end - first) / step))\n        if j < 0:\n            continue\n",
            "gets its labels, too, from output 0 on",
        ),
        (
            f"j = {J}\n",
            f"j = {J}\n        if j + width > T_y:\n            continue\n",
            "a word near the clip's end gets labels, too",
        ),
        (J, "np.argmax(first + step * np.arange(T_y) >= end)", "np.argmax is 0, too, where"),
        (J, "(end - first) // step + 1", "Add no 1 to the division"),
        (SET, "y[j] = 1", "only one output of each word has a label"),
        (SET, "y[j : j + width + 1] = 1", "one label too many"),
        (SET, "y[j : j + width - 1] = 1", "one label too few"),
        (SET, "y[j : j + 5] = 1", "takes the notebook's FIRST, STEP or WIDTH"),
        (SET, "y[j:] = 1", "from the word's end on, all is 1"),
        (SET, "y[max(0, j - width) : j] = 1", "the labels stand before the word's end"),
        (SET, "y[max(0, j - width // 2) : j - width // 2 + width] = 1", "stand around the word's"),
        (SET, "y[j : j + width] += 1", "labels of two words are added"),
        (SET, "y[np.arange(j, j + width)] = 1", "Outputs that do not exist get no label"),
        (SET, "y[np.arange(j, j + width) % T_y] = 1", "come back at the beginning"),
        (
            SET,
            "for k in range(width):\n            y[j + k] = 1",
            "Outputs that do not exist get no label",
        ),
        (SET, "y[j : j + width] = 2", "should be 1"),
        (
            SET,
            "y[j : max(0, int(np.ceil((end + width - first) / step)))] = 1",
            "`width` is a number of outputs, not of samples",
        ),
        (SET, "pass", "it is all 0"),
        (
            "y = np.zeros(T_y)",
            "y = np.zeros(T_y + width)",
            "Outputs that do not exist get no label",
        ),
        ("y = np.zeros(T_y)", "y = np.zeros(T_y - 1)", "0 to T_y - 1, so there are T_y of them"),
        ("y = np.zeros(T_y)", "y = [0] * T_y", "Begin with a NumPy array"),
        ("y = np.zeros(T_y)", "y = np.zeros((T_y, 1))", "without the axis of length 1"),
        (
            f"{ENDS}        j = {J}\n        {SET}",
            f"    end = ends[-1]\n    j = {J}\n    {SET}",
            "only the last word has labels",
        ),
        (
            f"{ENDS}        j = {J}\n        {SET}",
            f"    end = ends[0]\n    j = {J}\n    {SET}",
            "only the first word has labels",
        ),
        (
            f"{ENDS}        j = {J}\n",
            f"    ends = np.array(ends)\n    ends = np.sort(ends) if ends.max() else ends\n"
            f"{ENDS}        j = {J}\n",
            "A clip may have no target",
        ),
        (ENDS, "    y = np.ones(T_y) * 0.5\n" + ENDS, "off"),
        ("return y", "return 1 - y", "0 and 1 are swapped"),
        ("    return y", "        return y", "only the first word has labels"),
        ("return y", "return y.tolist()", "is of type list: return a NumPy array"),
        ("return y", "return np.flatnonzero(y)", "it should be (31,), which is (T_y,)"),
        ("return y", "y", "Does it end with `return`?"),
    ],
    "find_events": [
        (ABOVE, "probabilities >= threshold", "one that is equal is not"),
        (ABOVE, "probabilities < threshold", "These are the outputs below the threshold"),
        (ABOVE, "probabilities > 0.5 * threshold", "the events are ["),
        (WAIT, "if True:", "Wait for `refractory` outputs after an event"),
        (
            WAIT,
            "if not events or j - events[-1] > refractory:",
            "may lie exactly `refractory` outputs after the last: >=",
        ),
        (WAIT, "if not events or j - events[-1] >= refractory - 1:", "one output too short"),
        (WAIT, "if j - (events or [0])[-1] >= refractory:", "there is nothing to wait for"),
        (WAIT, "if not events:", "Only the first event is there"),
        (WAIT, "if j - events[-1] >= refractory:", "Before the first event there is none"),
        (WAIT, "if events and j - events[-1] >= refractory:", "There is none at all"),
        (
            WAIT,
            "if j and (not events or j - events[-1] >= refractory):",
            "Output 0 may be an event",
        ),
        (
            f"    events = []\n{EACH}",
            f"    events, last = [], -refractory\n"
            f"    for j in np.flatnonzero({ABOVE}).tolist():\n"
            f"        if j - last >= refractory:\n            events.append(j)\n        last = j\n",
            "counts from the last event, not from the last output above",
        ),
        (
            f"    events = []\n{EACH}",
            "    above = np.r_[False, probabilities > threshold]\n"
            "    events = np.flatnonzero(above[1:] & ~above[:-1]).tolist()\n",
            "Each time it rises above the threshold counts",
        ),
        (
            f"    events = []\n{EACH}",
            "    above, events = np.r_[False, probabilities > threshold], []\n"
            "    for j in np.flatnonzero(above[1:] & ~above[:-1]).tolist():\n"
            f"        {WAIT}\n            events.append(j)\n",
            "If it is still above the threshold after the refractory time",
        ),
        (
            f"    events = []\n{EACH}",
            "    above, events = np.r_[probabilities > threshold, False], []\n"
            "    for j in np.flatnonzero(above[:-1] & ~above[1:]).tolist():\n"
            f"        {WAIT}\n            events.append(j)\n",
            "at the first output above the threshold, not at the last",
        ),
        (
            f"    events = []\n{EACH}",
            "    events = signal.find_peaks(\n"
            "        np.pad(probabilities, 1), height=threshold, distance=refractory\n"
            "    )[0] - 1\n",
            "the events are [",
        ),
        (
            f"    events = []\n{EACH}",
            f"    events, last = [], 0\n    for j in np.flatnonzero({ABOVE}).tolist():\n"
            f"        if j - last >= refractory:\n            events.append(j)\n"
            f"            last = j\n",
            "Before the first event there is nothing to wait for",
        ),
        (
            f"    events = []\n{EACH}",
            f"    events, last = [], -1\n    for j in np.flatnonzero({ABOVE}).tolist():\n"
            f"        if j - last >= refractory:\n            events.append(j)\n"
            f"            last = j\n",
            "Before the first event there is nothing to wait for",
        ),
        (
            f"    events = []\n{EACH}",
            "    events, j = [], 0\n    while j < len(probabilities):\n"
            "        if probabilities[j] > threshold:\n            events.append(j)\n"
            "            j += refractory\n        j += 1\n",
            "may lie exactly `refractory` outputs after the last: >=",
        ),
        (
            f"    events = []\n{EACH}",
            "    events, j = [], 0\n    while j <= len(probabilities):\n"
            "        if probabilities[j] > threshold:\n            events.append(j)\n"
            "            j += refractory\n        else:\n            j += 1\n",
            "There are T_y outputs",
        ),
        (
            f"    events = []\n{EACH}",
            "    events, j = [], 0\n    while j < len(probabilities) - 1:\n"
            "        if probabilities[j] > threshold:\n            events.append(j)\n"
            "            j += refractory\n        else:\n            j += 1\n",
            "The last output may be an event",
        ),
        (
            WAIT,
            "if not any(events[-1:]) or j - events[-1] >= refractory:",
            "`not last` is True then",
        ),
        ("events.append(j)", "events.append(j + 1)", "the events are ["),
        ("events.append(j)", "events.append(probabilities[j])", "should hold whole numbers"),
        (FOUND, "    return [[j] for j in events]", "yours has shape"),
        ("events.append(j)", "events.append(0.04 * j)", "should hold whole numbers"),
        ("events.append(j)", "events.append(j)\n            return events", "inside the loop? Go"),
        (
            f"    events = []\n{EACH}",
            "    events = []\n    for j, p in enumerate(probabilities):\n"
            "        if p > threshold and (not events or j - events[-1] >= refractory):\n"
            "            events.append(j)\n        return events\n",
            "It ends after output 0. Is `return` inside the loop?",
        ),
        (WAIT, "if not events or j - events[-1] >= 11:", "It takes the notebook's REFRACTORY"),
        *(
            (
                f"    events = []\n{EACH}",
                "    events, j = [], 0\n    while j < len(probabilities):\n"
                "        if probabilities[j] > threshold:\n"
                "            events.append(j + int(np.argmax(probabilities[j : j + refractory])))\n"
                f"            j = {last} + refractory\n        else:\n            j += 1\n",
                "the first output above the threshold, not the highest",
            )
            for last in ("j", "events[-1]")
        ),
        *(
            (
                f"    events = []\n{EACH}",
                "    events, j = [], 0\n    while j < len(probabilities):\n        begin = j\n"
                "        while j < len(probabilities) and probabilities[j] > threshold:\n"
                "            j += 1\n        if j > begin:\n"
                "            top = begin + int(np.argmax(probabilities[begin:j]))\n"
                f"            if {far}:\n                events.append(top)\n        j += 1\n",
                "the first output above the threshold, not the highest",
            )
            for far in ("True", "not events or top - events[-1] >= refractory")
        ),
        (FOUND, f"    return {ABOVE}", "something for each output"),
        (FOUND, f"    return np.where({ABOVE})", "Take [0] of it, or np.flatnonzero"),
        (FOUND, "    return len(events)", "should be a list of numbers; yours is of type int"),
        (FOUND, "    return [j + 1 for j in events]", "They are one output late"),
        (FOUND, "    return [str(j) for j in events]", "should hold whole numbers"),
        (FOUND, "    return events[0]", "should be a list of numbers"),
        (FOUND, "    return set(events)", "should be a list of numbers; yours is of type set"),
        (FOUND, "", "Does it end with `return`?"),
        ("    events = []\n", "    events = []\n    probabilities[:2] = 0\n", "in place"),
    ],
    "count": [
        (EDGES, "end - 0.25 < event < end + 0.5", "the window lacks both edges"),
        (EDGES, "end - 0.25 < event <= end + 0.5", "lacks its edge 0.25 s before the end"),
        (EDGES, "end - 0.25 <= event < end + 0.5", "lacks its edge 0.5 s after the end"),
        (EDGES, "end - 0.5 <= event <= end + 0.25", "the window is turned around"),
        (EDGES, "event - 0.25 <= end <= event + 0.5", "the window is turned around"),
        (EDGES, "abs(event - end) <= 0.5", "before the word's end, not 0.5 s"),
        (EDGES, "abs(event - end) <= 0.25", "after the word's end, not 0.25 s"),
        (EDGES, "end <= event <= end + 0.5", "before the word's end, not at its end"),
        (EDGES, "end - 0.25 <= event", "Look for an upper edge"),
        (EDGES, "event <= end + 0.5", "Look for a lower edge"),
        (TAKE, "open_ends.remove(near[-1])", "the first word that is open, not the"),
        (
            TAKE,
            "open_ends.remove(min(near, key=lambda end: abs(event - end)))",
            "the first word that is open, not the nearest",
        ),
        (
            TAKE,
            "open_ends = [end for end in open_ends if end not in near]",
            "an event hits several words",
        ),
        (TAKE, "pass", "are not taken out of those that are open"),
        (TAKE, "open_ends.pop(0)", "they should be"),
        (
            NEAR,
            "near = [end for end in open_ends[:1] if end - 0.25 <= event <= end + 0.5]",
            "only the first open word is looked at",
        ),
        *(
            (
                COUNTS,
                "hits = sum(\n"
                "        end - 0.25 <= event <= end + 0.5\n"
                f"        for event, end in zip(events, {words})\n    )\n"
                f"    return hits, {alarms} - hits, len(ends) - hits",
                "as by zip",
            )
            for words in ("ends", "sorted(ends)")
            for alarms in ("len(events)", "min(len(events), len(ends))")
        ),
        (
            COUNTS,
            "hit = {\n        end for event in events for end in ends\n"
            "        if end - 0.25 <= event <= end + 0.5\n    }\n"
            "    return len(hit), len(events) - len(hit), len(ends) - len(hit)",
            "as in a set",
        ),
        (
            COUNTS,
            "near = [[w for w in sorted(ends) if w - 0.25 <= e <= w + 0.5] for e in events]\n"
            "    hit = {words[0] for words in near if words}\n"
            "    return len(hit), len(events) - len(hit), len(ends) - len(hit)",
            "as in a set",
        ),
        (TAKE, "ends.remove(near[0])", "changes its argument ends in place"),
        ("sorted(ends)", "list(ends)", "the ends come in any order. Sort them"),
        ("sorted(ends)", "ends", "changes its argument ends in place"),
        ("sorted(ends)", "sorted(ends)[::-1]", "the first word that is open, not the last"),
        (
            f"for event in events:\n        {NEAR}",
            "hits = 0\n    for event in events:\n"
            "        near = [end for end in sorted(ends) if end - 0.25 <= event <= end + 0.5]\n"
            "        hits += bool(near)\n"
            "        open_ends = [end for end in open_ends if end not in near[:1]]\n"
            "        if near:\n            continue",
            "an event at a word that was hit before is left out",
        ),
        (
            COUNTS,
            "hits = sum(any(end - 0.25 <= e <= end + 0.5 for end in ends) for e in events)\n"
            "    misses = sum(\n"
            "        not any(end - 0.25 <= e <= end + 0.5 for e in events) for end in ends\n    )\n"
            "    return hits, len(events) - hits, misses",
            "a word is hit by several events. A word can be hit once only",
        ),
        (
            COUNTS,
            "misses = sum(\n"
            "        not any(end - 0.25 <= e <= end + 0.5 for e in events) for end in ends\n    )\n"
            "    false_alarms = sum(\n"
            "        not any(end - 0.25 <= e <= end + 0.5 for end in ends) for e in events\n    )\n"
            "    return len(ends) - misses, false_alarms, misses",
            "an event at a word that was hit before is left out",
        ),
        (
            COUNTS,
            "return len(ends) - len(open_ends), len(open_ends), false_alarms",
            "these are hits, misses",
        ),
        (
            COUNTS,
            "return len(open_ends), false_alarms, len(ends) - len(open_ends)",
            "these are misses",
        ),
        (
            COUNTS,
            "return false_alarms, len(ends) - len(open_ends), len(open_ends)",
            "these are false alarms",
        ),
        (
            COUNTS,
            "return len(ends) - len(open_ends), len(events), len(open_ends)",
            "are all events",
        ),
        (COUNTS, "return len(ends) - len(open_ends), false_alarms, len(ends)", "are all words"),
        (COUNTS, "return len(events), false_alarms, len(open_ends)", "the hits are all events"),
        (COUNTS, "return len(ends), false_alarms, len(open_ends)", "the hits are all words"),
        (COUNTS, "return len(ends) - len(open_ends), false_alarms", "should be the 3 values"),
        (COUNTS, "return len(ends) - len(open_ends)", "should be the 3 values"),
        (
            COUNTS,
            "hits = len(ends) - len(open_ends)\n"
            "    return hits / max(len(ends), 1), false_alarms, len(open_ends)",
            "hits, false alarms and misses are 0.6",
        ),
        (COUNTS, "len(ends) - len(open_ends), false_alarms", "Does it end with `return`?"),
        ("false_alarms += 1", "false_alarms = 1", "false alarms and misses are"),
        ("false_alarms += 1", "pass", "no false alarms are counted"),
        (NEAR, f"{NEAR}\n        near[0]", "no word near an event"),
    ],
}

ALTERNATIVES = {
    "power_spectrum": [
        """
def power_spectrum(samples, window, hop, n_fft):
    frames = np.lib.stride_tricks.sliding_window_view(samples, len(window))[::hop]
    z = np.fft.rfft(frames * window, n=n_fft, axis=-1)
    return z.real**2 + z.imag**2
""",
        """
def power_spectrum(samples, window, hop, n_fft):
    rows, s = [], 0
    while s + len(window) <= len(samples):
        frame = np.zeros(n_fft)
        frame[: len(window)] = samples[s : s + len(window)] * window
        rows.append(abs(np.fft.fft(frame)[: n_fft // 2 + 1]) ** 2)
        s += hop
    return np.array(rows)
""",
        """
def power_spectrum(samples, window, hop, n_fft):
    T_x = (len(samples) - len(window)) // hop + 1
    places = hop * np.arange(T_x)[:, None] + np.arange(len(window))
    spectrum = np.fft.rfft(samples[places].astype("float32") * window, n_fft)
    return np.square(np.abs(spectrum)).astype("float32")
""",
        """
def power_spectrum(samples, window, hop, n_fft):
    before = (n_fft - len(window)) // 2
    x = np.pad(samples, (before, n_fft - len(window) - before))[None].astype("float32")
    parts = ops.stft(x, len(window), hop, n_fft, window.astype("float32"), center=False)
    return sum(np.square(ops.convert_to_numpy(part))[0] for part in parts)
""",
        """
def power_spectrum(samples, window, hop, n_fft):
    _, _, z = signal.stft(
        samples, window=window, nperseg=len(window), noverlap=len(window) - hop, nfft=n_fft,
        boundary=None, padded=False,
    )
    return np.abs(z.T * window.sum()) ** 2
""",
        """
def power_spectrum(samples, window, hop, n_fft):
    angle = 2 * np.pi * np.outer(np.arange(len(window)), np.arange(n_fft // 2 + 1)) / n_fft
    starts = np.arange(0, len(samples) - len(window) + 1, hop)
    frames = np.array([samples[s : s + len(window)] * window for s in starts])
    return (frames @ np.cos(angle)) ** 2 + (frames @ np.sin(angle)) ** 2
""",
    ],
    "free_place": [
        """
def free_place(length, taken, n_samples, rng):
    starts = [
        s
        for s in range(n_samples - length + 1)
        if all(s + length <= start or s >= end for start, end in taken)
    ]
    return rng.choice(starts) if starts else None
""",
        """
def free_place(length, taken, n_samples, rng):
    gaps, before = [], 0
    for start, end in sorted(taken) + [(n_samples, n_samples)]:
        gaps.append((before, max(0, start - before - length + 1)))
        before = end
    total = sum(places for _, places in gaps)
    if total == 0:
        return None
    k = rng.integers(total)
    for begin, places in gaps:
        if k < places:
            return begin + k
        k -= places
""",
        """
def free_place(length, taken, n_samples, rng):
    def free(s):
        return all(s >= end or s + length <= start for start, end in taken)

    if not any(map(free, range(n_samples - length + 1))):
        return None
    while True:
        s = int(rng.integers(0, n_samples - length, endpoint=True))
        if free(s):
            return s
""",
        """
def free_place(length, taken, n_samples, rng):
    occupied = np.zeros(n_samples, int)
    for start, end in taken:
        occupied[start:end] = 1
    if length > n_samples:
        return None
    before = np.concatenate([[0], np.cumsum(occupied)])
    starts, = np.where(before[length:] == before[: n_samples - length + 1])
    if starts.size == 0:
        return None
    return starts[rng.integers(0, starts.size)]
""",
        """
def free_place(length, taken, n_samples, rng):
    for s in rng.permutation(max(0, n_samples - length + 1)):
        if not any(s < end and start < s + length for start, end in taken):
            return s
    return None
""",
        """
def free_place(length, taken, n_samples, rng):
    left = list(range(n_samples - length + 1))
    while left:
        s = left.pop(rng.integers(len(left)))
        if all(s + length <= a or b <= s for a, b in taken):
            return s
""",
        """
def free_place(length, taken, n_samples, rng):
    taken.sort()
    possible = set(range(0, n_samples - length + 1))
    for start, end in taken:
        possible -= set(range(start - length + 1, end))
    starts = sorted(possible)
    return starts[int(rng.random() * len(starts))] if starts else None
""",
        """
def free_place(length, taken, n_samples, rng):
    s = np.arange(max(0, n_samples - length + 1))
    for start, end in taken:
        s = s[(s >= end) | (s + length <= start)]
    return rng.choice(s, p=np.full(len(s), 1 / len(s))) if s.any() or 0 in s else None
""",
    ],
    "overlay": [
        """
def overlay(noise, word, start, snr):
    wanted = 10 ** (snr / 20) * np.sqrt((noise**2).mean())
    scaled = word / np.sqrt((word**2).mean()) * wanted
    return noise + np.pad(scaled, (start, len(noise) - start - len(word)))
""",
        """
def overlay(noise, word, start, snr):
    gain = np.sqrt(np.mean(noise**2) / np.mean(word**2) * 10 ** (snr / 10))
    clip = np.array(noise)
    for i in range(len(word)):
        clip[start + i] += gain * word[i]
    return clip
""",
        """
def overlay(noise, word, start, snr):
    gain = rms(noise) / rms(word) * np.power(10, snr / 20)
    end = start + len(word)
    return np.concatenate([noise[:start], noise[start:end] + gain * word, noise[end:]])
""",
        """
def overlay(noise, word, start, snr):
    word_db, noise_db = (20 * np.log10(rms(x)) for x in (word, noise))
    gain = 10 ** ((noise_db + snr - word_db) / 20)
    clip = np.zeros(len(noise), "float32")
    clip[start : start + len(word)] = gain * word
    return (clip + noise).astype("float32")
""",
        """
def overlay(noise, word, start, snr):
    gain = np.exp(snr / 20 * np.log(10)) * rms(noise) / rms(word)
    clip = noise.astype("float64")
    np.add.at(clip, np.arange(start, start + len(word)), gain * word)
    return clip
""",
    ],
    "label": [
        """
def label(ends, T_y, first, step, width):
    y = np.zeros(T_y, dtype=int)
    heard = first + step * np.arange(T_y)
    for end in ends:
        y[np.flatnonzero(heard >= end)[:width]] = 1
    return y
""",
        """
def label(ends, T_y, first, step, width):
    import math

    y = np.zeros(T_y, "float32")
    for end in ends:
        begin = max(math.ceil((end - first) / step), 0)
        for j in range(begin, min(begin + width, T_y)):
            y[j] = 1.0
    return y
""",
        """
def label(ends, T_y, first, step, width):
    y = np.zeros(T_y, bool)
    for j in np.searchsorted(first + step * np.arange(T_y), ends):
        y[j : j + width] = True
    return y
""",
        """
def label(ends, T_y, first, step, width):
    begins = np.maximum(0, -((first - np.array(ends, int)) // step))
    j = np.arange(T_y)[:, None]
    return ((j >= begins) & (j < begins + width)).any(axis=1).astype(float)
""",
        """
def label(ends, T_y, first, step, width):
    ends.sort()
    begins = [max(0, -(-(end - first) // step)) for end in ends]
    return np.array([float(any(b <= j < b + width for b in begins)) for j in range(T_y)])
""",
        """
def label(ends, T_y, first, step, width):
    y = np.zeros(T_y + width + max(ends, default=0))
    for end in ends:
        j = 0
        while first + step * j < end:
            j += 1
        y[j : j + width] += 1
    return np.minimum(y[:T_y], 1)
""",
    ],
    "find_events": [
        """
def find_events(probabilities, threshold, refractory):
    events, j = [], 0
    while j < len(probabilities):
        if probabilities[j] > threshold:
            events.append(j)
            j += refractory
        else:
            j += 1
    return events
""",
        """
def find_events(probabilities, threshold, refractory):
    events, last = [], -np.inf
    for j, p in enumerate(probabilities):
        if p > threshold and j >= last + refractory:
            events.append(j)
            last = j
    return np.array(events)
""",
        """
def find_events(probabilities, threshold, refractory):
    above, events = np.where(probabilities > threshold)[0], []
    while len(above):
        events.append(above[0])
        above = above[above >= above[0] + refractory]
    return tuple(events)
""",
        """
def find_events(probabilities, threshold, refractory):
    events, wait = [], 0
    for j in range(probabilities.shape[0]):
        if wait > 0:
            wait -= 1
        if wait == 0 and float(probabilities[j]) > threshold:
            events += [j]
            wait = refractory
    return np.array(events, dtype="int32")
""",
        """
def find_events(probabilities, threshold, refractory):
    def after(j):
        later = np.flatnonzero(probabilities[j:] > threshold)
        return [j + int(later[0])] + after(j + int(later[0]) + refractory) if len(later) else []

    return after(0)
""",
    ],
    "count": [
        """
def count(events, ends):
    ends = np.sort(ends)
    hit = np.zeros(len(ends), bool)
    for event in events:
        open_words = np.flatnonzero((event >= ends - 0.25) & (event <= ends + 0.5) & ~hit)
        if len(open_words):
            hit[open_words[0]] = True
    return int(hit.sum()), int(len(events) - hit.sum()), int((~hit).sum())
""",
        """
def count(events, ends):
    words, e, w, hits = sorted(ends), 0, 0, 0
    while e < len(events) and w < len(words):
        late = events[e] - words[w]
        hits += -0.25 <= late <= 0.5
        e, w = e + (late <= 0.5), w + (late >= -0.25)
    return hits, len(events) - hits, len(words) - hits
""",
        """
def count(events, ends):
    used, hits = set(), 0
    for end in sorted(ends):
        for i, event in enumerate(events):
            if i not in used and -0.25 <= event - end <= 0.5:
                used.add(i)
                hits += 1
                break
    return [hits, len(events) - hits, len(ends) - hits]
""",
        """
def count(events, ends):
    open_ends, hits, false_alarms = sorted(ends), 0, 0
    for event in events:
        for end in open_ends:
            if event - 0.5 <= end <= event + 0.25:
                hits += 1
                open_ends.remove(end)
                break
        else:
            false_alarms += 1
    return np.array([hits, false_alarms, len(open_ends)])
""",
        """
def count(events, ends):
    from collections import Counter

    counts = Counter(hits=0, alarms=0)
    ends.sort()
    hit = [False] * len(ends)
    for event in events:
        i = next((i for i, e in enumerate(ends) if not hit[i] and -0.25 <= event - e <= 0.5), None)
        counts["alarms" if i is None else "hits"] += 1
        if i is not None:
            hit[i] = True
    return counts["hits"], counts["alarms"], np.float64(len(ends) - counts["hits"])
""",
    ],
}
