"""Right answers in other styles to the exercises of `week1/5_language_model`."""

ALTERNATIVES = {
    "build_vocabulary": [
        """
def build_vocabulary(sentences, size):
    counts = {}
    for words in sentences:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(sorted(counts), key=counts.get, reverse=True)
    return (["<EOS>", "<UNK>"] + ranked)[:size]
""",
        """
def build_vocabulary(sentences, size):
    counts = Counter(sorted(word for words in sentences for word in words))
    return ["<EOS>", "<UNK>"] + [word for word, _ in counts.most_common(size - 2)]
""",
    ],
    "encode": [
        """
def encode(words, index):
    return np.array([index.get(word, 1) for word in [*words, "<EOS>"]])
""",
        """
def encode(words, index):
    indices = []
    for word in words:
        indices.append(index[word] if word in index else 1)
    indices.append(0)
    return indices
""",
    ],
    "sentence_log_prob": [
        """
def sentence_log_prob(step, tokens):
    return language_model.score(step, [tokens]).sum()
""",
        """
def sentence_log_prob(step, tokens):
    state, logs = None, []
    for before, token in zip([END, *tokens], tokens):
        state, log_probs = step(state, [before])
        logs.append(float(np.asarray(log_probs)[0][token]))
    return sum(logs)
""",
    ],
    "perplexity": [
        """
def perplexity(log_probs):
    return 2 ** (-np.sum(np.asarray(log_probs) / np.log(2)) / len(log_probs))
""",
        "np.exp(-np.mean(log_probs)) => float(np.exp(-sum(log_probs) / len(log_probs)))",
    ],
    "choices": [
        """
def choices(log_probs, temperature, top_k, unknown):
    scaled = np.exp((np.asarray(log_probs) - np.delete(log_probs, unknown).max()) / temperature)
    scaled[unknown] = 0
    least = np.sort(scaled)[-min(top_k, len(scaled))]
    scaled[scaled < least] = 0
    return scaled / scaled.sum()
""",
        """
def choices(log_probs, temperature, top_k, unknown):
    order = [i for i in np.argsort(log_probs)[::-1] if i != unknown][:top_k]
    p = np.zeros(len(log_probs))
    p[order] = np.exp((log_probs[order] - log_probs[order[0]]) / temperature)
    return p / sum(p)
""",
    ],
    "write_sentence": [
        """
def write_sentence(step, choose, rng, max_length):
    tokens, (state, log_probs) = [], step(None, np.array([END]))
    for _ in range(max_length):
        p = choose(log_probs[0])
        token = np.searchsorted(np.cumsum(p), rng.random() * sum(p), side="right")
        if token == END:
            return tokens
        tokens.append(token)
        state, log_probs = step(state, np.array([token]))
    return tokens
""",
        "np.array([token]) => [token]",
    ],
    "mixture_weight": [
        """
def mixture_weight(first, second, rounds):
    weight = 0.5
    for _ in range(rounds):
        weight = np.mean(1 / (1 + (1 - weight) / weight * np.exp(second - first)))
    return weight
""",
        """
def mixture_weight(first, second, rounds):
    return language_model.mixture_weights(np.stack([first, second]), rounds)[0]
""",
    ],
    "tied_lstm": [
        "layers.Dense(n_e)(a) => layers.TimeDistributed(layers.Dense(n_e))(a)",
        """
def tied_lstm(n_x, n_e, n_a):
    embed = TiedEmbedding(n_x, n_e)
    trunk = keras.Sequential(
        [keras.Input((None,), dtype="int32"), embed, layers.LSTM(n_a, return_sequences=True)]
    )
    trunk.add(layers.Dense(n_e))
    tokens = keras.Input((None,), dtype="int32")
    return [trunk, keras.Model(tokens, embed(trunk(tokens), reverse=True))]
""",
        """
def tied_lstm(n_x, n_e, n_a):
    words = keras.Input(shape=(None,), dtype="int32", name="words")
    table = TiedEmbedding(n_x, n_e, name="table")
    a = layers.LSTM(units=n_a, return_sequences=True, name="reads")(table(words))
    known = layers.Dense(n_e)(a)
    return keras.Model(words, known), keras.Model(words, table(known, reverse=True))
""",
    ],
}
