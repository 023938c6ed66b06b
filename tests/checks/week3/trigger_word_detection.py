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
    ],
    "overlay": [
        """=> wanted = 10 ** (snr / 20) * np.sqrt((noise**2).mean())
scaled = word / np.sqrt((word**2).mean()) * wanted
return list(noise + np.pad(scaled, (start, len(noise) - start - len(word))))""",
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
        """=> begins = [max(0, -(-(end - first) // step)) for end in sorted(ends)]
return [float(any(b <= j < b + width for b in begins)) for j in range(T_y)]""",
    ],
    "output_weights": [
        "np.where(y == 1, weight, 1) => 1 + (weight - 1) * y",
        "=> return [[weight if label else 1 for label in row] for row in y]",
    ],
    "build": [
        """=> mean, variance = x.mean(axis=(0, 1)), x.var(axis=(0, 1))
return keras.Sequential(
    [
        keras.Input((None, x.shape[-1])),
        layers.Normalization(mean=mean, variance=variance, name="normalise"),
        layers.Conv1D(96, kernel, stride, activation="relu", name="patterns"),
        layers.Dropout(0.2),
        layers.GRU(64, return_sequences=True, name="order"),
        layers.Dropout(0.2),
        layers.GRU(64, return_sequences=True, name="order_again"),
        layers.Dense(1, "sigmoid", name="just_ended"),
    ]
)""",
    ],
    "find_events": [
        """=> events, j = [], 0
while j < len(probabilities):
    if probabilities[j] > threshold:
        events.append(j)
        j += refractory
    else:
        j += 1
return np.array(events)""",
        """=> above, events = np.where(probabilities > threshold)[0], []
while len(above):
    events.append(above[0])
    above = above[above >= above[0] + refractory]
return tuple(events)""",
    ],
    "count": [
        """=> words, e, w, hits = sorted(ends), 0, 0, 0
while e < len(events) and w < len(words):
    late = events[e] - words[w]
    hits += -0.25 <= late <= 0.5
    e, w = e + (late <= 0.5), w + (late >= -0.25)
return [hits, len(events) - hits, len(words) - hits]""",
        """=> hit = np.zeros(len(ends), bool)
for event in events:
    near = np.flatnonzero((event >= np.sort(ends) - 0.25) & (event <= np.sort(ends) + 0.5) & ~hit)
    hit[near[:1]] = True
return np.array([hit.sum(), len(events) - hit.sum(), (~hit).sum(dtype=float)])""",
    ],
    "feed": [
        (
            "np.stack([frames[stride * j : stride * j + kernel] for j in range(k)]) => "
            "np.lib.stride_tricks.sliding_window_view(frames, kernel, 0)[::stride].swapaxes(1, 2)",
            "frames[stride * k :], => frames[stride * k :].copy(),",
        ),
        """=> from scipy.special import expit
p, frames, states = [], list(kept) + list(new), [state.copy() for state in states]
while len(frames) >= kernel:
    W, b = weights["patterns"]
    a = np.maximum((np.array(frames[:kernel])[:, :, None] * W).sum(axis=(0, 1)) + b, 0)
    for i in range(len(states)):
        gru = weights["grus"][i]
        a = gru_forward(a[None, None], states[i][None], gru, reset_after=True)[0][0, 0]
        states[i] = a
    p.append(expit(float(a @ weights["just_ended"][0][:, 0] + weights["just_ended"][1][0])))
    frames = frames[stride:]
return np.array(p), np.reshape(frames, (-1, new.shape[1])), np.array(states)""",
    ],
}
