"""Right answers in other styles to `applications/2_video_activity_recognition`."""

ALTERNATIVES = {
    "frame_changes": [
        """
def frame_changes(clips):
    changes = ops.concatenate([0 * clips[:, :1], clips[:, 1:] - clips[:, :-1]], axis=1)
    return ops.concatenate((clips, changes), axis=4)
""",
        "clips[:, :1], clips[:, :-1] => clips[:, 0:1], clips[:, 0:-1]",
    ],
    "through_cnn": [
        """
def through_cnn(clips, cnn):
    shape = ops.shape(clips)
    features = cnn(ops.reshape(clips, (-1, *clips.shape[2:])))
    return ops.reshape(features, (-1, shape[1], features.shape[1]))
""",
        "features = cnn(ops.reshape(clips, (-1, rows, columns, c))) => "
        "frames = ops.reshape(clips, (-1, rows, columns, c))\n    features = cnn(frames)",
    ],
    "mean_so_far": [
        """
def mean_so_far(states):
    return ops.stack(
        [ops.mean(states[:, : t + 1], axis=1) for t in range(states.shape[1])], axis=1
    )
""",
        """
def mean_so_far(states):
    seen = np.arange(1, states.shape[1] + 1, dtype="float32")[None, :, None]
    return ops.cumsum(states, axis=1) / seen
""",
    ],
    "activity_logits": [
        """
def activity_logits(clips, net):
    if net.changes:
        clips = frame_changes(clips)
    summary = net.over_time(through_cnn(clips, net.cnn))
    if net.mean:
        summary = mean_so_far(summary)
    return net.classify(summary)
""",
        # The last layer is linear: the mean may come after it.
        "return net.classify(mean_so_far(states) if net.mean else states) => "
        "logits = net.classify(states)\n    return mean_so_far(logits) if net.mean else logits",
    ],
    "confusion": [
        """
def confusion(truth, guess, n):
    return np.bincount(n * truth + guess, minlength=n * n).reshape(n, n)
""",
        """
def confusion(truth, guess, n):
    table = np.zeros((n, n), int)
    np.add.at(table, (truth, guess), 1)
    return table
""",
    ],
    "play_in_order": [
        """
def play_in_order(clips, order):
    return np.stack([clip[row] for clip, row in zip(clips, order)])
""",
        """
def play_in_order(clips, order):
    return np.take_along_axis(clips, order[:, :, None, None, None], axis=1)
""",
    ],
    "accuracy_after": [
        """
def accuracy_after(logits, truth):
    return [np.mean(logits[:, t].argmax(axis=1) == truth) for t in range(logits.shape[1])]
""",
        "right.mean(axis=0) => right.sum(axis=0) / len(truth)",
    ],
    "decided_at": [
        """
def decided_at(guesses):
    found = []
    for row in guesses:
        t = len(row)
        while t > 1 and row[t - 2] == row[-1]:
            t -= 1
        found.append(t)
    return np.array(found)
""",
        """
def decided_at(guesses):
    same = (guesses == guesses[:, -1:])[:, ::-1]
    return guesses.shape[1] + 1 - np.logical_and.accumulate(same, axis=1).sum(axis=1)
""",
    ],
}
