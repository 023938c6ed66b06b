"""Right answers in other styles to the exercises of `week3/2_trigger_word_detection`."""

ALTERNATIVES = {
    "power_spectrum": [
        (
            "np.stack([samples[s : s + len(window)] for s in starts]) => "
            "np.lib.stride_tricks.sliding_window_view(samples, len(window))[::hop]",
            "** 2 => .astype('float32') ** 2",
        ),
        (
            "np.stack([samples[s : s + len(window)] for s in starts]) => "
            "[samples[s : s + len(window)] * window for s in starts]",
            "np.abs(np.fft.rfft(frames * window, n_fft)) ** 2 => "
            "[abs(np.fft.fft(frame, n_fft)[: n_fft // 2 + 1]) ** 2 for frame in frames]",
        ),
        """
def power_spectrum(samples, window, hop, n_fft):
    before = (n_fft - len(window)) // 2
    x = np.pad(samples, (before, n_fft - len(window) - before))[None].astype("float32")
    parts = ops.stft(x, len(window), hop, n_fft, window.astype("float32"), center=False)
    return sum(np.square(ops.convert_to_numpy(part))[0] for part in parts)
""",
    ],
    "free_place": [
        """
def free_place(length, taken, n_samples, rng):
    starts = range(n_samples - length + 1)
    starts = [s for s in starts if all(s + length <= a or s >= b for a, b in taken)]
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
    while not free(s := rng.integers(0, n_samples - length, endpoint=True)):
        pass
    return np.array(s)
""",
        """
def free_place(length, taken, n_samples, rng):
    for s in rng.permutation(max(0, n_samples - length + 1)):
        if not any(s < end and start < s + length for start, end in taken):
            return s
""",
        "int(rng.choice(starts)) => int(starts[int(rng.random() * len(starts))])",
    ],
    "overlay": [
        """
def overlay(noise, word, start, snr):
    wanted = 10 ** (snr / 20) * np.sqrt((noise**2).mean())
    scaled = word / np.sqrt((word**2).mean()) * wanted
    return noise + np.pad(scaled, (start, len(noise) - start - len(word)))
""",
        (
            "rms(noise) * 10 ** (snr / 20) / rms(word) => "
            "np.sqrt(np.mean(noise**2) / np.mean(word**2) * 10 ** (snr / 10))",
            "clip = noise.copy() => clip = list(noise)",
            "clip[start : start + len(word)] += gain * word => for i in range(len(word)):\n"
            "        clip[start + i] += gain * word[i]",
        ),
        (
            "noise.copy() => np.zeros(len(noise), 'float32')",
            "+= gain * word => = gain * word",
            "return clip => return ops.convert_to_tensor(clip + noise)",
        ),
    ],
    "label": [
        (
            "np.zeros(T_y) => np.zeros(T_y, dtype=int)",
            "y[j : j + width] => y[np.flatnonzero(first + step * np.arange(T_y) >= end)[:width]]",
        ),
        "max(0, int(np.ceil((end - first) / step))) => max(-((first - end) // step), 0)",
        (
            "in ends: => in np.searchsorted(first + step * np.arange(T_y), ends):",
            "j = max(0, int(np.ceil((end - first) / step))) => j = end",
            "np.zeros(T_y) => np.zeros(T_y, bool)",
        ),
        """
def label(ends, T_y, first, step, width):
    begins = [max(0, -(-(end - first) // step)) for end in sorted(ends)]
    return [float(any(b <= j < b + width for b in begins)) for j in range(T_y)]
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
    return np.array([hit.sum(), len(events) - hit.sum(), (~hit).sum()])
""",
        """
def count(events, ends):
    words, e, w, hits = sorted(ends), 0, 0, 0
    while e < len(events) and w < len(words):
        late = events[e] - words[w]
        hits += -0.25 <= late <= 0.5
        e, w = e + (late <= 0.5), w + (late >= -0.25)
    return [hits, len(events) - hits, len(words) - hits]
""",
        """
def count(events, ends):
    events, hits = events.copy(), 0
    for end in sorted(ends):
        for i, event in enumerate(events):
            if -0.25 <= event - end <= 0.5:
                events[i] = -1.0
                hits += 1
                break
    return hits, len(events) - hits, np.float64(len(ends) - hits)
""",
    ],
}
