"""The checks of `week1/5_language_model`.

The chain rule is held against `language_model.score`, the mixture's weight against the weights of
several models, perplexity against SciPy's geometric mean, and the network against the same one in
NumPy. Inputs are drawn fresh each time.
"""

from collections import Counter
from contextlib import suppress
from functools import partial

import numpy as np
from scipy.special import log_softmax
from scipy.stats import gmean

from utils import env
from utils.checks.answers import kind, same, shape_of, unpack, whole_numbers
from utils.checks.draws import Finite, sizes
from utils.checks.grading import Checks
from utils.checks.wrong import Wrong, off
from utils.models import language_model, lstm
from utils.models.word_models import TiedEmbedding
from utils.text import END

with env.quiet():
    import keras
    from keras import layers

check = Checks()

FLOAT32 = 1e-5  # what an answer in float32 is off by


def build_vocabulary(sentences, size):
    """Return the words of a vocabulary of this size, the most frequent ones after two others."""
    counts = Counter(word for words in sentences for word in words)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return ["<EOS>", "<UNK>", *ranked[: size - 2]]


RANKED = "(-counts[word], word)"
ALL = '["<EOS>", "<UNK>", *ranked[: size - 2]]'
FIRST_TWO = "the two others count in the size, so that words are left for size - 2."
LETTERS = "It counts letters, not words."
ALPHABET = "Of words that are as frequent, the one first in the alphabet stands first."


def _same_words(name, got, want):
    """Hold a list of words against the right one."""
    if not isinstance(got, list | tuple | np.ndarray) or shape_of(got) == ():
        facts = f"{name} should be a list of words; yours is {kind(got)}."
        raise off(name, got, facts, facts=facts)
    words = [str(word) if isinstance(word, str) else word for word in got]
    if odd := [word for word in words if not isinstance(word, str)]:
        facts = f"{name} should hold words alone; one of yours is {kind(odd[0])}."
        raise off(name, got, facts, facts=facts)
    if words == want:
        return
    letters = max(map(len, words[2:]), default=0) == 1 < max(map(len, want[2:]), default=0)
    if letters:
        says = LETTERS
    elif len(words) != len(want):
        says = f"{name} should have {len(want)} words here; yours has {len(words)}."
    elif sorted(words) == sorted(want):
        says = f"{name} has the right words in another order."
    else:
        says = f"{name} lacks {min(set(want) - set(words), default='a word')!r}."
    raise off(name, got, says)


@check.exercise(
    build_vocabulary,
    {
        f"key=lambda word: {RANKED} => key=lambda word: (counts[word], word)": "the rarest words "
        "stand first. Sort by falling counts.",
        f"{RANKED} => (-counts[word])": ALPHABET,
        "(-counts[word], word)) => (counts[word], word), reverse=True)": ALPHABET,
        f"sorted(counts, key=lambda word: {RANKED}) => sorted(counts)": "the words are those first "
        "in the alphabet. Take the most frequent ones.",
        "[: size - 2]] => [:size]]": FIRST_TWO,
        "[: size - 2]] => [: size - 1]]": FIRST_TWO,
        "[: size - 2]] => ]": "`size` is not used. Keep the most frequent words alone.",
        '["<EOS>", "<UNK>", => ["<UNK>", "<EOS>",': "<EOS> stands first, so that its index is 0.",
        '"<UNK>", => ': "<UNK> is missing: it has index 1.",
        '"<EOS>", => ': "<EOS> is missing: it has index 0.",
        "Counter(word for words in sentences for word in words) => Counter(word for words in "
        "sentences for word in set(words))": "a word counts once a sentence. Count every one.",
        "Counter(word for words in sentences for word in words) => Counter(''.join(word for words "
        "in sentences for word in words))": LETTERS,
        "for word in words) => for word in words[:-1])": "the last word of each sentence is left "
        "out.",
        f"{ALL} => [*ranked[: size - 2], '<EOS>', '<UNK>']": "<EOS> and <UNK> stand last. Their "
        "indices are 0 and 1.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    words = [f"{a}{b}" for a in "pqrst" for b in "aeiou"]
    # Words enough, a vocabulary that is too large, and one word; all is asked before any is held
    # against the right one, since with few words several mistakes give the same.
    tries = []
    for count, size in [(40, 9), (40, 12), (300, 7), (12, 60), (1, 3)]:
        shares = rng.dirichlet(np.full(25, 0.4))
        text = [str(word) for word in rng.choice(words, count, p=shares)]
        cuts = sorted(rng.integers(1, count, 4)) if count > 1 else []
        sentences = [part.tolist() for part in np.split(np.array(text, object), cuts)]
        ranked = sorted(sorted(set(text)), key=text.count, reverse=True)
        want = ["<EOS>", "<UNK>", *ranked][:size]
        tries.append((attempt(sentences, size), want))
    for got, want in tries:
        _same_words("The vocabulary", got, want)
    tied = [["b", "a", "c"], ["c", "b"], ["a", "d", "d"], ["d", "e"]]
    _same_words("The vocabulary", attempt(tied, 5), ["<EOS>", "<UNK>", "d", "a", "b"])
    return "The most frequent words, in order, after <EOS> and <UNK>."


def encode(words, index):
    """Return the indices of the words of a sentence and of <EOS>, a list."""
    return [index.get(word, index["<UNK>"]) for word in words] + [index["<EOS>"]]


GET = 'index.get(word, index["<UNK>"])'


@check.exercise(
    encode,
    {
        ' + [index["<EOS>"]] =>': "<EOS> is missing at the end.",
        "return [ => return [index['<EOS>']] + [": "<EOS> stands in front, too. It comes last.",
        f'return [{GET} for word in words] + [index["<EOS>"]] => return [index["<EOS>"]] + [{GET} '
        "for word in words]": "<EOS> stands in front. It comes last.",
        f"{GET} for word in words] => index[word] for word in words if word in index]": "unknown "
        "words are left out. Each becomes <UNK>.",
        f"{GET} => index[word]": "a word that is not in the vocabulary has no index. It is <UNK>.",
        f"{GET} => index.get(word, index['<EOS>'])": "an unknown word became <EOS>. It is <UNK>.",
        f"{GET} => index.get(word, -1)": "an unknown word became -1. It has the index of <UNK>.",
        f"{GET} => index.get(word, len(index))": "unknown words have an index that no word has.",
        f"{GET} for word in words => {GET} for word in dict.fromkeys(words)": "a word that stands "
        "twice is taken once.",
        f"{GET} for word in words => {GET} for word in sorted(words)": "the words are sorted. Keep "
        "their order.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for n_words, length in [(6, 9), (6, 1), (9, 0), (1, 7), (4, 12)]:
        known = [f"w{number}" for number in rng.permutation(n_words)]
        vocabulary = ["<EOS>", "<UNK>", *known]
        words = [f"w{number}" for number in rng.integers(0, n_words + 3, length)]
        if length > 8:  # unknown words at both ends, known ones twice
            words = ["mau", *words, known[0], known[0], "mau"]
        want = [vocabulary.index(w) if w in known else 1 for w in words] + [0]
        got = attempt(words, {word: number for number, word in enumerate(vocabulary)})
        same("The sentence", got, want)
    return "Each word has its index, unknown ones that of <UNK>, and <EOS> ends the sentence."


def sentence_log_prob(step, tokens):
    """Return log P(tokens) by the chain rule; `step` gives the log-probabilities of the next."""
    state, before, total = None, END, 0.0
    for token in tokens:
        state, log_probs = step(state, np.array([before]))
        total = total + log_probs[0, token]
        before = token
    return total


TERM = "log_probs[0, token]"
ALREADY = "They are logarithms already."
ALONE = "each word begins anew. Hand on the state that the model returns."


@check.exercise(
    sentence_log_prob,
    {
        f"total + {TERM} => total + np.exp({TERM})": "probabilities are added. Add logarithms.",
        "return total => return np.exp(total)": "it is the probability. For a long text that is 0 "
        "to a computer, so leave the logarithm.",
        "return total => return total / len(tokens)": "it is a mean. The chain rule is a sum.",
        "return total => return -total": "The sign is turned: a log-probability is not above 0.",
        "return total => return total / np.log(10)": "the logarithm has base 10.",
        "return total => return total / np.log(2)": "the logarithm has base 2.",
        "step(state, => step(None,": ALONE,
        "state, log_probs = => _, log_probs =": ALONE,
        "np.array([before]) => np.array([token])": "the model reads the word that it is to "
        "foretell. It reads the one before.",
        "np.array([before]) => np.array([END])": "the model reads <EOS> each time. Feed it the "
        "word before.",
        "before, total = None, END, => before, total = None, tokens[0],": "the first input is "
        "<EOS>: the text before has ended.",
        "in tokens: => in tokens[:-1]:": "the last factor, that of <EOS>, is missing.",
        "in tokens: => in tokens[1:]:": "the first factor is missing.",
        "total = total + => total =": "it is the last factor alone. Add up all of them.",
        (
            "END, 0.0 => END, 1.0",
            f"total + {TERM} => total * np.exp({TERM})",
            "return total => return np.log(total)",
        ): "The product is 0 to a computer. Add the logarithms.",
        f"total + {TERM} => total + np.log({TERM})": ALREADY,
        "before = token => before = log_probs[0].argmax()": "what is fed back is the likeliest "
        "word. Feed the sentence's own.",
        "in tokens: => in [*tokens, END]:": "<EOS> is added again. The tokens end with it already.",
        f"{TERM} => log_probs[0].max()": "it follows the likeliest word, not the sentence's own.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for n_x, length in [(7, 9), (5, 1), (2, 6), (9, 400)]:
        model = _Model(n_x, rng)
        while model(None, [END])[1].argmax() == END:  # or to feed END back is to follow the model
            model = _Model(n_x, rng)
        tokens = [*rng.integers(1, n_x, length - 1).tolist(), END]
        want = language_model.score(model, [tokens]).sum()
        same("The answer", attempt(model, tokens), want, "", FLOAT32)
    model = _Model(6, rng)
    for tokens in ([3, 2], [4, END, 2, END]):  # one that has not ended; two sentences
        x, y = [END, *tokens[:-1]], tokens
        state, want = None, 0.0
        for before, token in zip(x, y, strict=True):
            state, log_probs = model(state, np.array([before]))
            want += log_probs[0, token]
        same("The answer", attempt(model, tokens), want, "", FLOAT32)
    return "The factors of the chain rule, from the first word to <EOS>, as one sum."


class _Model:
    """A step function that remembers all it has read."""

    def __init__(self, n_x, rng, size=1.5):
        self.table = rng.normal(0, size, (n_x, n_x)), rng.normal(0, size, (n_x, n_x))

    def __call__(self, state, tokens):
        if np.ndim(tokens) != 1:
            raise ValueError("tokens should have the shape (m,); for one sentence it is [index]")
        tokens = np.asarray(tokens)
        read = self.table[0][tokens]
        state = read if state is None else 0.6 * state[:, ::-1] + read
        return state, log_softmax(np.tanh(state) @ self.table[1], axis=-1)


def perplexity(log_probs):
    """Return the perplexity of tokens that have these log-probabilities, (n_tokens,)."""
    return np.exp(-np.mean(log_probs))


@check.exercise(
    perplexity,
    {
        "np.exp(-np.mean(log_probs)) => -np.mean(log_probs)": "it is the cross-entropy. The "
        "perplexity is e to that.",
        "np.exp(-np.mean( => np.exp(np.mean(": "the sign is missing: a perplexity is not below 1.",
        "np.exp( => np.exp2(": "the logarithms have base e, so it is e to the cross-entropy.",
        "np.mean( => np.sum(": "it is one over the probability of all. Take the mean first.",
        "np.exp(-np.mean(log_probs)) => np.mean(np.exp(-np.asarray(log_probs)))": "it is a mean of "
        "1 / p. Take the mean of the logarithms first.",
        "np.exp(-np.mean(log_probs)) => 1 / np.mean(np.exp(log_probs))": "probabilities are "
        "averaged. Take the mean of the logarithms.",
        "np.exp(-np.mean(log_probs)) => np.exp(-np.sum(log_probs) / (len(log_probs) - 1))": "it is "
        "divided by one too few. Each factor counts, that of <EOS>, too.",
        "np.exp(-np.mean(log_probs)) => np.exp(-np.sum(log_probs) / (len(log_probs) + 1))": "it is "
        "divided by one too many.",
        "np.mean(log_probs) => np.mean(np.log(log_probs))": ALREADY,
        "np.mean( => np.median(": "the median is taken in place of the mean.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for count in (9, 2, 1, 700):
        log_probs = np.log(rng.beta(0.6, 2, count) + 1e-6)
        same("The answer", attempt(log_probs), 1 / gmean(np.exp(log_probs)), "", FLOAT32)
    same("The answer", attempt(np.full(5, -np.log(64))), 64.0, "", FLOAT32)
    same("The answer", attempt(np.zeros(4)), 1.0, "", FLOAT32)
    long = np.full(3000, -7.5)  # the product of all is 0 to a computer
    same("The answer", attempt(long), np.exp(7.5), "", FLOAT32)
    return "A model that guesses among 64 equally likely words has 64; one that is certain has 1."


def tied_lstm(n_x, n_e, n_a):
    """Return two models that share their layers: tokens to what is known, and on to logits."""
    tokens = keras.Input((None,), dtype="int32")
    embed = TiedEmbedding(n_x, n_e)
    a = layers.LSTM(n_a, return_sequences=True)(embed(tokens))
    known = layers.Dense(n_e)(a)
    return keras.Model(tokens, known), keras.Model(tokens, embed(known, reverse=True))


TWO = "trunk, whole"
KINDS = "TiedEmbedding", "LSTM", "Dense"
NOT_TIED = "the output has a matrix of its own. Call `embed` a second time, with reverse=True."


NOT_SHARED = "The two models do not share their layers."
FROM_KNOWN = "The second model begins at tokens, not at known."
BACKWARDS = "`embed` looks up words again. Call it the second time with reverse=True."
UNITS = "The LSTM has n_a units, the Dense n_e."
BIAS = "Leave the {} layer its bias."
TWICE = """=> tokens, made = keras.Input((None,), dtype="int32"), []
for _ in range(2):
    embed = TiedEmbedding(n_x, n_e)
    known = layers.Dense(n_e)(layers.LSTM(n_a, return_sequences=True)(embed(tokens)))
    made.append((known, embed(known, reverse=True)))
return keras.Model(tokens, made[0][0]), keras.Model(tokens, made[1][1])
"""


def _layers(model):
    """Yield the layers of a model, those within models in it, too."""
    for layer in model.layers:
        layer = layer.layer if isinstance(layer, layers.TimeDistributed) else layer
        yield from _layers(layer) if isinstance(layer, keras.Model) else [layer]


def _axes(model, end):
    """Return how many axes the inputs or the outputs of a model have, None if it does not say."""
    with suppress(Exception):  # a model that is a class of its own
        return len(getattr(model, end)[0].shape)
    return None


def _drawn(shape, number):
    return np.random.default_rng([5, number, *shape]).normal(0, 0.4, shape)


@check.exercise(
    tied_lstm,
    {
        "embed(known, reverse=True) => layers.Dense(n_x)(known)": NOT_TIED,
        "embed(known, reverse=True) => TiedEmbedding(n_x, n_e)(known, reverse=True)": NOT_TIED,
        "LSTM(n_a, return_sequences=True) => LSTM(n_a)": "the LSTM gives its last state only: "
        "return_sequences=True.",
        "LSTM(n_a, => LSTM(n_e,": "the LSTM has n_a units.",
        "Dense(n_e) => Dense(n_a)": UNITS,
        ("LSTM(n_a, => LSTM(n_e,", "Dense(n_e) => Dense(n_a)"): UNITS,
        (
            "Embedding(n_x, n_e) => Embedding(n_x, n_a)",
            "LSTM(n_a, => LSTM(n_e,",
            "Dense(n_e) => Dense(n_a)",
        ): "n_e and n_a are exchanged.",
        "Dense(n_e) => Dense(n_e, use_bias=False)": BIAS.format("Dense"),
        "embed(known, reverse=True) => embed(known)": BACKWARDS,
        "keras.Model(tokens, embed( => keras.Model(known, embed(": FROM_KNOWN,
        TWICE: NOT_SHARED,
        "layers.LSTM( => layers.GRU(": "a GRU stands in the place of the LSTM.",
        "layers.LSTM(n_a, return_sequences=True)( => "
        "layers.Bidirectional(layers.LSTM(n_a, return_sequences=True))(": "it reads the words "
        "that it is to foretell: no Bidirectional.",
        "layers.Dense(n_e) => layers.Dense(n_e, activation='tanh')": "the Dense layer has no "
        "activation.",
        "embed(known, reverse=True)) => layers.Softmax()(embed(known, reverse=True)))": "the "
        "answers are probabilities. Leave the logits.",
        "keras.Model(tokens, known), keras.Model(tokens, embed(known, reverse=True)) => "
        "keras.Model(tokens, embed(known, reverse=True)), keras.Model(tokens, known)": "the two "
        "models have changed places.",
        "keras.Model(tokens, known), => keras.Model(tokens, a),": "the first model ends at the "
        "Dense layer, from which `embed` goes on.",
    },
)
def _(attempt):
    def run(answer):
        trunk, whole = unpack(answer, TWO)
        for model in (trunk, whole):
            if not isinstance(model, keras.Model):
                raise Wrong(f"Two of type keras.Model are asked for; one is {kind(model)}.")
        if _axes(whole, "inputs") == 3:
            raise Wrong(FROM_KNOWN)
        if _axes(whole, "outputs") == 4:
            raise Wrong(BACKWARDS)
        found = [layer for layer in dict.fromkeys(_layers(whole)) if layer.get_weights()]
        if any(layer.get_weights() and layer not in found for layer in _layers(trunk)):
            raise Wrong(NOT_SHARED)
        by_kind = {type(layer).__name__: layer for layer in found}
        dense, embed = by_kind.get("Dense"), by_kind.get("TiedEmbedding")
        if dense and embed and len(found) == len(KINDS) and dense.units != embed.output_dim:
            raise Wrong(UNITS)
        for number, layer in enumerate(sorted(found, key=lambda layer: type(layer).__name__)):
            layer.set_weights([_drawn(np.shape(w), number) for w in layer.get_weights()])
        kinds = [type(layer).__name__ for layer in found]
        outputs = [np.array(model(x), float) for model in (trunk, whole)]
        return *outputs, kinds, [layer.get_weights() for layer in found]

    for m, T_x, n_x, n_e, n_a in (sizes(5, range(2, 9)), (1, 1, 4, 1, 1)):
        x = np.random.default_rng().integers(0, n_x, (m, T_x))
        known, logits, kinds, weights = attempt.then(run)(n_x, n_e, n_a)
        if sorted(kinds) != sorted(KINDS):
            says = f"The layers with weights are {', '.join(kinds)}. It takes {', '.join(KINDS)}."
            raise off("The network", kinds, says)
        by_kind = dict(zip(kinds, weights, strict=True))
        for name, count in zip(KINDS, (2, 3, 2), strict=True):
            if len(by_kind[name]) < count:
                raise Wrong(BIAS.format(name))
        (E, b), (W, c) = by_kind["TiedEmbedding"], by_kind["Dense"]
        cell = lstm.lstm_from_keras(by_kind["LSTM"])
        units = len(cell["Wa"])
        if units != n_a or E.shape != (n_x, n_e):
            says = (
                f"n_x, n_e and n_a are {n_x}, {n_e}, {n_a}; {units} units and E {E.shape} are off."
            )
            raise off("The network", kinds, says)
        a, _, _ = lstm.lstm_forward(E[x], np.zeros((m, n_a)), np.zeros((m, n_a)), cell)
        same("What is known", known, a @ W + c, "(m, T_x, n_e)", 1e-4)
        same("The array of logits", logits, (a @ W + c) @ E.T + b, "(m, T_x, n_x)", 1e-4)
    return "One matrix is both ends of the network: what it reads with, it answers with."


def mixture_weight(first, second, rounds):
    """Return the weight of the first of two models, after `rounds` of expectation-maximisation.

    `first` and `second` are log-probabilities (n_tokens,) of the same tokens.
    """
    p, q, weight = np.exp(first), np.exp(second), 0.5
    for _ in range(rounds):
        share = weight * p / (weight * p + (1 - weight) * q)
        weight = share.mean()
    return weight


PROBS = "np.exp(first), np.exp(second), 0.5"
BEST = "This is the best weight. Return the one after `rounds` rounds."
SHARE = "weight * p / (weight * p + (1 - weight) * q)"


@check.exercise(
    mixture_weight,
    {
        f"{SHARE} => p / (p + q)": "the weight so far does not enter the shares, or "
        "there is one round only.",
        f"{SHARE} => (1 - weight) * q / (weight * p + (1 - weight) * q)": "it is the second "
        "model's share. Take the first's.",
        f"{SHARE} => weight * p / (p + q)": "below the line stands the mixture: both are weighted.",
        "return weight => return 1 - weight": "it is the weight of the second model.",
        "weight = share.mean() => weight = share.sum()": "it is a sum. Take the mean.",
        f"{SHARE} => (weight * p).sum() / (weight * p + (1 - weight) * q).sum()": "it is a ratio "
        "of two sums, or of two means. Take each token's share, then the mean of the shares.",
        (
            "weight = share.mean() => weight = share",
            "return weight => return np.mean(weight)",
        ): "up to the end each token has a weight of its own. Take the mean in every round.",
        "weight = share.mean() => weight = np.median(share)": "Take the mean of the shares, not "
        "the median.",
        "weight = share.mean() => weight = (share > 0.5).mean()": "each token is given wholly to "
        "one model. Let the models share it.",
        f"{PROBS} => np.asarray(first), np.asarray(second), 0.5": "logarithms are mixed. Mix the "
        "probabilities: np.exp.",
        "np.exp(second), 0.5 => np.exp(second), 0.9": "it should start from equal weights.",
        "in range(rounds) => in range(rounds + 1)": "there is one round too many.",
        "in range(rounds) => in range(200)": "`rounds` is not used.",
        f"share = {SHARE}\n        weight = share.mean() => weight = ({SHARE[9:]}).mean()": "the "
        "weight is missing above the line.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    tries, best = [], []
    for count, rounds in [(8, 3), (9, 1), (1, 2), (300, 40)]:
        first, second = (np.log(rng.beta(0.7, 2 + k, count) + 1e-4) for k in (0, 1.5))
        want = language_model.mixture_weights(np.stack([first, second]), rounds)[0]
        tries.append((attempt(first, second, rounds), want))
        best.append(_best_weight(first, second))
    for got, want in tries:
        try:
            same("The weight", got, want, "", FLOAT32)
        except Wrong:
            if _near([got for got, _ in tries], best):
                raise off("The weight", got, BEST, FLOAT32) from None
            raise
    none = np.log(rng.beta(0.7, 2, 7) + 1e-4)
    same("The weight after no round", attempt(none, none[::-1].copy(), 0), 0.5)
    log_probs = np.log(rng.beta(1, 3, 20))
    same("The weight of the same model", attempt(log_probs, log_probs, 7), 0.5)
    better, worse = np.log(np.full(6, 0.3)), np.log(np.full(6, 0.1))
    want = language_model.mixture_weights(np.stack([worse, better]), 30)[0]
    same("The weight of a model that is always worse", attempt(worse, better, 30), want)
    return "It rises to the weight under which the text is most likely."


def _best_weight(first, second):
    grid = np.linspace(0, 1, 1001)[:, np.newaxis]
    with np.errstate(divide="ignore"):
        likely = np.log(grid * np.exp(first) + (1 - grid) * np.exp(second)).sum(axis=1)
    return grid[likely.argmax(), 0]


def _near(weights, best):
    """Whether these are the best weights, found with a grid that may be coarse."""
    with suppress(Exception):  # they may be anything
        return all(abs(float(got) - one) < 0.051 for got, one in zip(weights, best, strict=True))
    return False


def choices(log_probs, temperature, top_k, unknown):
    """Return the probabilities (n_x,) to draw the next word with, given the model's logarithms."""
    scores = np.array(log_probs, "float64") / temperature
    scores[unknown] = -np.inf
    scores[np.argsort(-scores, kind="stable")[top_k:]] = -np.inf
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()


NEVER = "scores[unknown] = -np.inf\n"
KEEP = 'scores[np.argsort(-scores, kind="stable")[top_k:]] = -np.inf\n'
LARGER = "top_k can be larger than the number of words: then all stay."
RETURNED = "return exponentials / exponentials.sum() => return"
UNK_COUNTS = "<UNK> takes one of the top_k places. Leave it out first."


@check.exercise(
    choices,
    {
        f"    {NEVER} =>": "<UNK> can be drawn. It is no word: give it probability 0.",
        f"    {KEEP} =>": "`top_k` is not used: all words can be drawn.",
        f"    {NEVER}    {KEEP} =>     {KEEP}    {NEVER}": UNK_COUNTS,
        '"float64") / temperature => "float64")': "the temperature is not used.",
        'np.array(log_probs, "float64") / temperature => np.log(np.exp(np.array(log_probs, '
        '"float64")) / temperature)': "It divides the probabilities, so it cancels. Divide the "
        "log-probabilities.",
        "/ temperature => * temperature": "the temperature is turned over: a low one is the safe "
        "one.",
        "[top_k:]] => [:top_k]]": "the likeliest words are left out, and the others stay.",
        "np.argsort(-scores, => np.argsort(scores,": "the least likely words are kept.",
        "[top_k:]] => [top_k + 1 :]]": "one word too many can be drawn.",
        "[top_k:]] => [top_k - 1 :]]": "one word too few can be drawn.",
        f"{KEEP} => scores[scores < np.sort(scores)[-top_k]] = -np.inf\n": LARGER,
        'np.argsort(-scores, kind="stable") => np.argpartition(-scores, top_k)': LARGER,
        'np.argsort(-scores, kind="stable") => np.argpartition(-scores, top_k - 1)': LARGER,
        'np.argsort(-scores, kind="stable")[top_k:] => np.argpartition(scores, -top_k)[:-top_k]': (
            LARGER
        ),
        "[top_k:]] = -np.inf => [top_k:]] = 0": "the words that are left out have a score of 0, "
        "which is the largest there is. Take -np.inf.",
        "np.exp(scores - scores.max()) => np.exp(scores)": "Subtract the largest score before "
        "np.exp.",
        f"{RETURNED} np.log(exponentials / exponentials.sum())": "They are logarithms. Return the "
        "probabilities.",
        f"{RETURNED} scores": "They are scores, and logarithms. Return the probabilities.",
        "[top_k:]] => [40:]]": "40 words are always kept. Take the argument.",
        "scores[unknown] => scores[1]": "index 1 is written down. Take the argument `unknown`.",
        " / exponentials.sum() =>": "they do not add up to 1. Divide by their sum.",
        "exponentials / exponentials.sum() => exponentials / np.exp(np.array(log_probs) / "
        "temperature - scores.max()).sum()": "what is left does not add up to 1. Divide by the "
        "sum of what is left.",
        "scores[unknown] = -np.inf => scores[unknown] = 0": "<UNK> has a score of 0, which is "
        "the largest there is. Take -np.inf.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    far = log_softmax(np.array([-3000.0, -1.0, -5000.0, -4000.0]))  # all but <UNK> are unlikely
    at_far = attempt(far, 1.0, 2, 1)  # to divide probabilities by the temperature shows here alone
    for n_x, temperature, top_k in [(60, 1.0, 45), (9, 1.0, 4), (7, 0.4, 3), (11, 2.3, 5)]:
        for unknown in (1, n_x - 1, 3):
            drawn = rng.normal(0, 2, n_x)
            for level in (drawn.min() - 1, drawn.max() + 1):  # <UNK> is never, then often, likely
                log_probs = log_softmax(np.where(np.arange(n_x) == unknown, level, drawn))
                got = attempt(log_probs, temperature, top_k, unknown)
                want = _left(log_probs, temperature, top_k, unknown)
                same("The answer", got, want, "(n_x,)", FLOAT32)
    log_probs = log_softmax(rng.normal(0, 3, 8))
    for temperature, top_k in [(0.01, 5), (1.0, 1), (1.0, 300), (60.0, 2)]:
        got = attempt(log_probs, temperature, top_k, 2)
        want = _left(log_probs, temperature, top_k, 2)
        same(f"The answer for top_k = {top_k}", got, want, "(n_x,)", FLOAT32)
    want = _left(far, 1.0, 2, 1)
    same("The answer where all but <UNK> is very unlikely", at_far, want)
    return "The top_k likeliest words share all the probability, and <UNK> has none."


def _left(log_probs, temperature, top_k, unknown):
    """Return the same in another way: word by word, from the likeliest down."""
    order = [i for i in sorted(range(len(log_probs)), key=lambda i: -log_probs[i]) if i != unknown]
    kept, want = order[:top_k], np.zeros(len(log_probs))
    want[kept] = np.exp(log_softmax(log_probs[kept] / temperature))
    return want


def write_sentence(step, choose, rng, max_length):
    """Return the indices of a new sentence, drawn a word at a time, without <EOS>.

    `choose` makes of log-probabilities (n_x,) the probabilities to draw with.
    """
    state, token, tokens = None, END, []
    while len(tokens) < max_length:
        state, log_probs = step(state, np.array([token]))
        p = choose(log_probs[0])
        token = int(rng.choice(len(p), p=p))
        if token == END:
            break
        tokens.append(token)
    return tokens


DRAWN = "rng.choice(len(p), p=p)"
STOP = "        if token == END:\n            break\n"
COLLECTED = "        tokens.append(token)\n"
GOES_ON = "it goes on after <EOS>. Stop there."
AN_INDEX = (
    "rng.choice(p) draws one of the probabilities. Draw an index, with rng.choice(len(p), p=p)."
)
ENDLESS = "The loop goes on too long. Leave it at <EOS>, and at max_length"
BESIDE = "The words are not drawn from `rng`. Draw each with it, as in rng.choice."


@check.exercise(
    write_sentence,
    {
        "choose(log_probs[0]) => np.exp(log_probs[0])": "`choose` is not called. It gives the "
        "probabilities.",
        f"{DRAWN} => p.argmax()": "the first word is always the same. Draw, with `rng`.",
        f"{DRAWN} => rng.choice(len(p))": "all words are equally likely. Draw by probability.",
        "rng.choice( => np.random.choice(": BESIDE,
        "step(state, => step(None,": "each step starts from no state. Hand on the new one.",
        "np.array([token]) => np.array([END])": "the model does not see what was drawn. Feed it "
        "back.",
        f"{STOP}{COLLECTED} => {COLLECTED}{STOP}": "<EOS> is part of the sentence. Leave it out.",
        f"{STOP} =>": GOES_ON,
        "            break =>             continue": GOES_ON,
        (
            "while len(tokens) < max_length: => for _ in range(max_length):",
            "            break =>             continue",
        ): GOES_ON,
        f"int({DRAWN}) => rng.choice(p)": AN_INDEX,
        "< max_length => <= max_length": "the sentence is one longer than max_length.",
        "< max_length => < max_length - 1": "the sentence is one shorter than max_length.",
        "< max_length => < 30": "`max_length` is not used. Stop there.",
        "return tokens => return [END] + tokens": "<EOS> stands in front. It is read, not written.",
        f"{COLLECTED} =>": "The sentence is empty. Is what was drawn collected, and is it "
        "an index?",
    },
)
def _(attempt):
    rng = Finite(np.random.PCG64(), 3000, partial(RuntimeError, ENDLESS))
    # Chains in which each word leaves one choice, then a model that leaves several. All chains are
    # asked for first: what is drawn may be right once by chance.
    tries = []
    for n_x, length, longest in [(9, 5, 40), (7, 0, 6), (11, 60, 7), (8, 3, 3), (6, 9, 1)]:
        chain = np.random.default_rng().integers(1, n_x, length).tolist()
        tries.append((attempt(_Chain(n_x, chain), np.exp, rng, longest), chain[:longest]))
    for got, want in tries:
        same("The sentence", got, want)
    model = _Model(7, np.random.default_rng(), 0.7)
    asked = []

    def choose(log_probs):
        """Take the two likeliest of 2 ... 6, and END in one of nine cases."""
        if np.shape(log_probs) != (7,):
            raise ValueError("`choose` takes the log-probabilities of one word, (n_x,)")
        asked.append(np.asarray(log_probs))
        p = np.zeros(7)
        p[2 + np.argsort(-np.asarray(log_probs)[2:])[:2]] = 4 / 9
        p[END] = 1 / 9
        return p

    firsts, followed = Counter(), []
    for _ in range(60):
        asked.clear()
        tokens = whole_numbers("The sentence", attempt(model, choose, rng, 12))
        if not asked:
            raise off("The sentence", None, "`choose` is not called. It gives the probabilities.")
        if len(tokens) > 12 or not all(2 <= token < 7 for token in tokens):
            raise Wrong("The sentence holds words that `choose` leaves no probability.")
        followed.append(_followed(model, choose, tokens))
        firsts[tokens[0] if tokens else END] += 1
    if not all(followed):
        raise Wrong("A word of the sentence has no probability after those before it.")
    if len(firsts) < 2:
        raise Wrong("the first word is always the same. Draw, with `rng`.")
    states = (Finite(np.random.PCG64(seed), 2000, rng.error) for seed in (1, 1, 2, 3))
    one, again, *others = (attempt(model, choose, state, 40) for state in states)
    if list(one) != list(again) or all(list(one) == list(other) for other in others):
        raise Wrong(BESIDE)
    return "It draws what `choose` leaves, feeds it back, and stops at <EOS> or at max_length."


class _Chain:
    """A step function that has one sentence to say, if it is fed what it said."""

    def __init__(self, n_x, chain):
        self.n_x, self.says = n_x, [*chain, END]

    def __call__(self, state, tokens):
        place = 0 if state is None else state
        heard = END if not place else self.says[(place - 1) % len(self.says)]
        p = np.full((1, self.n_x), 1e-300)
        # Fed another word than it said, it says the next index, which is wrong.
        here = self.says[place % len(self.says)]
        p[0, here if int(tokens[0]) == heard else (here + 1) % self.n_x] = 1
        return place + 1, np.log(p)


def _followed(model, choose, tokens):
    """Whether each word has a probability after those before it."""
    state, before = None, END
    for token in tokens:
        state, log_probs = model(state, np.array([before]))
        if not choose(log_probs[0])[token]:
            return False
        before = token
    return True


# The challenge


def third_model(tokens, n_x):
    """Return log-probabilities (T, n_x); row t is what comes after tokens[:t], an array (T,)."""
    return np.full((len(tokens), n_x), -np.log(n_x))


N_TOKENS, LONGEST = 6000, 1500  # of articles that are read, and of one of them

_held_out = {}


def hold_out(validation: tuple, test: tuple) -> None:
    """Keep what the challenge is judged on.

    Args:
        validation: articles, each an array of tokens, and the log-probabilities of all their
            tokens, one after the other, (n_tokens,), under each of two models.
        test: the same.
    """
    for name, (rows, *log_probs) in {"validation": validation, "test": test}.items():
        cuts, kept, left = np.cumsum([0, *map(len, rows)]), [], N_TOKENS
        for i in np.random.default_rng(0).permutation(len(rows)):
            size = min(len(rows[i]), LONGEST, left)
            if size > 1:
                places = slice(cuts[i], cuts[i] + size)
                pair = np.stack([np.asarray(found, float)[places] for found in log_probs])
                kept.append((np.array(rows[i][:size]), pair))
                left -= size
        _held_out[name] = kept
    _held_out["n_x"] = 1 + max(int(row.max()) for rows, *_ in (validation, test) for row in rows)


def _mixed_with(attempt, name, order):
    """Return log-probabilities (3, n_tokens): those of the two models, and of the answer."""
    found = []
    for i in order:
        tokens, two = _held_out[name][i]
        _, said, _ = attempt.then(partial(_of_tokens, tokens=tokens, row=0))(
            tokens.copy(), _held_out["n_x"]
        )
        found.append(np.vstack([two, said]))
    return np.hstack(found)


def _of_tokens(got, tokens, row):
    """Return the tokens (T,), their log-probabilities, and the row of all words at one place.

    With the tokens, since a model may say the same of all articles and be no list of answers.
    """
    got = np.asarray(got)
    if got.shape != (len(tokens), _held_out["n_x"]):
        shape = len(tokens), _held_out["n_x"]
        raise Wrong(f"third_model should return an array {shape} here, not {got.shape}.")
    finite = np.isfinite(got).all(axis=1)
    if np.isnan(got).any() or not (finite[0] or np.exp(got[0]).any()):
        if not finite[0]:
            says = "Row 0 is not finite: nothing is counted yet. Add a little to each count."
            raise Wrong(says)
        raise Wrong(f"Row {np.flatnonzero(np.isnan(got).any(axis=1))[0]} holds nan.")
    if not np.abs(np.exp(got).sum(axis=1) - 1).max() < 1e-3:
        raise Wrong("The probabilities of a row should add up to 1. Return their logarithms.")
    return tokens, got[np.arange(len(tokens)), tokens].astype(float), got[row].astype(float)


AHEAD = "A row changes with tokens that come at it or after it. Row t may use tokens[:t] alone."


def _looks_ahead(attempt, rng):
    """Raise Wrong if a row depends on the token it foretells, or on later ones."""
    tokens, _ = max(_held_out["validation"], key=lambda article: len(article[0]))
    tokens = tokens[:200].copy()
    cut = int(rng.integers(len(tokens) // 2, len(tokens)))
    changed = tokens.copy()
    changed[cut:] = rng.integers(1, _held_out["n_x"], len(tokens) - cut)
    rows = [
        attempt.then(partial(_of_tokens, tokens=some, row=cut))(some.copy(), _held_out["n_x"])[2]
        for some in (tokens, changed)
    ]
    if not np.allclose(*rows, atol=1e-4):
        raise Wrong(AHEAD)


def _chosen_on_validation(attempt):
    if not _held_out:
        raise Wrong("Run the cell with `hold_out` first: it keeps the articles to judge on.")
    found = _mixed_with(attempt, "validation", range(len(_held_out["validation"])))
    weights = language_model.mixture_weights(found)
    return weights, language_model.perplexity(language_model.mix(found, weights))


def _figure_to_choose_by(attempt):
    found = _chosen_on_validation(attempt)[1]
    _looks_ahead(attempt, np.random.default_rng(1))  # before a figure is printed
    return found


@check.open_task(
    third_model,
    ours=77.19,
    of="perplexity of the three, 6,000 words of the test",
    hidden=(*("real_test", "own_test", "test", "test_set", "test_rows"), "own_set", "on_test"),
    choose=_figure_to_choose_by,
)
def _(attempt, rng):
    weights, _ = _chosen_on_validation(attempt)
    _looks_ahead(attempt, rng)
    found = _mixed_with(attempt, "test", rng.permutation(len(_held_out["test"])))
    return language_model.perplexity(language_model.mix(found, weights))
