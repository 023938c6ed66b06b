"""Right answers in other styles to the exercises of `applications/1_dna_sequence_analysis`."""

ALTERNATIVES = {
    "reverse_complement": [
        """
def reverse_complement(bases):
    return np.array([3, 2, 1, 0, 4])[np.flip(bases)]
""",
        """
def reverse_complement(bases):
    return [4 if b == 4 else 3 - b for b in reversed(bases.tolist())]
""",
    ],
    "open_stretches": [
        """
def open_stretches(bases):
    from utils.genomics.sequences import decode

    text, found = decode(bases), []
    for frame in range(3):
        start = place = frame
        while place + 3 <= len(text):
            if text[place : place + 3] in ("TAA", "TAG", "TGA"):
                if place > start:
                    found.append((start, place))
                start = place + 3
            place += 3
        if place > start:
            found.append((start, place))
    return found
""",
        "n - (n - frame) % 3 => frame + (n - frame) // 3 * 3",
    ],
    "longest_frame": [
        """
def longest_frame(bases, least):
    n = len(bases)
    best = np.zeros((n, 2), int)
    for a, b in open_stretches(bases):
        best[a:b, 0] = np.maximum(best[a:b, 0], b - a)
    for a, b in open_stretches(reverse_complement(bases)):
        best[n - b : n - a, 1] = np.maximum(best[n - b : n - a, 1], b - a)
    return np.where(best.max(axis=1, initial=0) < least, 0, best.argmax(axis=1) + 1)
""",
        "sorted(found) => sorted(found, key=lambda row: row[:2])",
    ],
    "log_odds": [
        """
def log_odds(in_genes, elsewhere):
    p, q = np.asarray(in_genes) + 1.0, np.asarray(elsewhere) + 1.0
    return np.log(p) - np.log(p.sum()) - np.log(q) + np.log(q.sum())
""",
        "np.log(p / q) => np.log(p) - np.log(q)",
    ],
    "label_bases": [
        """
def label_bases(genes, start, end):
    labels = [0] * (end - start)
    for first, last, strand in genes:
        for place in range(max(first, start), min(last, end)):
            frame = (first - start) % 3 if strand > 0 else (end - last) % 3
            labels[place - start] = 1 + frame + 3 * (strand < 0)
    return np.array(labels)
""",
        "max(first - start, 0) : last - start => "
        "max(first, start) - start : min(last, end) - start",
    ],
    "six_frames": [
        """
def six_frames(bases):
    m, n = bases.shape
    other = np.where(bases == 4, 4, 3 - bases)[:, ::-1]
    found = []
    for strand in (bases, other):
        longer = np.pad(strand, ((0, 0), (0, 2)), constant_values=4)
        a, b, c = longer[:, :n], longer[:, 1 : n + 1], longer[:, 2:]
        index = np.where((a < 4) & (b < 4) & (c < 4), 16 * a + 4 * b + c, 64)
        found.append(index.reshape(m, n // 3, 3).transpose(0, 2, 1))
    return np.concatenate(found, axis=1)
""",
        "np.append(strand, [4, 4]) => np.pad(strand, (0, 2), constant_values=4)",
    ],
    "f1": [
        """
def f1(predicted, truth, label):
    hits = np.sum((predicted == label) & (truth == label))
    if hits == 0:
        return 0.0
    precision, recall = hits / np.sum(predicted == label), hits / np.sum(truth == label)
    return 2 * precision * recall / (precision + recall)
""",
        "2 * (said & there).sum() / both => (said & there).sum() / (both / 2)",
    ],
    "gene_recall": [
        """
def gene_recall(found, genes, within):
    off = np.abs(found[None, :, :2] - genes[:, None, :2]).max(axis=2)
    hits = (off <= within) & (found[None, :, 2] == genes[:, None, 2])
    return hits.any(axis=1).mean()
""",
        "hits / len(genes) => float(hits) / genes.shape[0]",
    ],
}
