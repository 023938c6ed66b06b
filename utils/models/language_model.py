"""Language models: data, baselines that count, scores, mixtures, sampling and novelty.

A sequence is an array of token indices that ends with `END`, as `Vocabulary.encode` makes it. A
model is a function `step(state, tokens) -> (state, log_probs)` for m sequences side by side: it
reads the last token of each, shape (m,), and returns the log-probabilities of the next, shape
(m, n_x). The state before the first token is None, and the first token is `END`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from utils.models.kneser_ney import KneserNey
from utils.text import END, pad

Step = Callable[[Any, np.ndarray], tuple[Any, np.ndarray]]


# Data


def split(items: Sequence, seed: int, validation: float = 0.1, held_out: float = 0.1) -> tuple:
    """Shuffle `items` once and part them into three lists: training, validation, held out.

    Args:
        items: what is to be parted; equal items would leak from one part to another.
        seed: the same seed and items give the same parts.
        validation: share of the items to choose settings on.
        held_out: share of the items to read once, at the end.

    Raises:
        ValueError: a part would be empty, or an item stands twice.
    """
    if len(set(items)) < len(items):
        raise ValueError("An item stands twice and could be trained and tested on: remove copies.")
    sizes = round(len(items) * validation), round(len(items) * held_out)
    if min(*sizes, len(items) - sum(sizes)) < 1:
        raise ValueError(f"{len(items)} items are too few to split: one of the parts is empty.")
    order = np.random.default_rng(seed).permutation(len(items))
    parts = np.split(order, [len(items) - sum(sizes), len(items) - sizes[1]])
    return tuple([items[i] for i in part] for part in parts)


def inputs_and_targets(sequences: Sequence[Sequence[int]]) -> tuple:
    """Return x, y and the mask, each (m, T_x): y is the sequences, x is y one step later.

    x and y are int32; x begins with `END`. The mask is True where y counts: it is the
    `sample_weight` of Keras.
    """
    y, mask = pad(sequences)
    x = np.roll(y, 1, axis=1)
    x[:, 0] = END
    return x, y, mask


def batches(
    sequences: Sequence[Sequence[int]], size: int, rng: np.random.Generator
) -> Iterator[tuple]:
    """Yield x, y and the mask of every batch of one epoch, shuffled, as long as its longest."""
    order = rng.permutation(len(sequences))
    for start in range(0, len(order), size):
        yield inputs_and_targets([sequences[i] for i in order[start : start + size]])


# Baselines that count


def uniform(n_x: int) -> Step:
    """Return the model in which every one of `n_x` tokens is as likely as another."""
    return _constant(np.full(n_x, 1 / n_x))


def unigram(sequences: Sequence[Sequence[int]], n_x: int) -> Step:
    """Return the model that knows how often each token is, and not what is before it.

    One is added to each count, so that no token is impossible.
    """
    counts = np.bincount(np.concatenate(sequences), minlength=n_x) + 1
    return _constant(counts / counts.sum())


def _constant(probs: np.ndarray) -> Step:
    log_probs = np.log(probs)
    return lambda state, tokens: (None, np.tile(log_probs, (len(tokens), 1)))


def kneser_ney(sequences: Sequence[Sequence[int]], n_x: int, order: int) -> Step:
    """Return the interpolated modified Kneser-Ney n-gram model (Chen and Goodman 1999).

    Args:
        sequences: what is counted.
        n_x: the size of the vocabulary.
        order: the number of tokens in an n-gram: 3 for a trigram.

    Raises:
        ValueError: `order` is less than 1, or a token is not in the vocabulary.
    """
    return KneserNey(sequences, n_x, order).step


def witten_bell(contexts: np.ndarray, y: np.ndarray, n_x: int):
    """Return the interpolated Witten-Bell model over whatever is known (Witten and Bell 1991).

    An n-gram model whose context need not be the tokens before: column 0 is the one that is
    given up last. What a context has not seen counts as often as it has seen something new, and
    this share goes to the context without its last column; the shortest is the uniform one.

    Args:
        contexts: what is known before each token, integers of shape (N, k).
        y: the tokens, shape (N,).
        n_x: the size of the vocabulary.

    Returns:
        a function from contexts, shape (M, k), to log-probabilities, shape (M, n_x).
    """
    tables = [_counted(contexts[:, :length], y) for length in range(contexts.shape[1] + 1)]

    @cache
    def probs(context: tuple) -> np.ndarray:
        shorter = probs(context[:-1]) if context else np.full(n_x, 1 / n_x)
        seen = tables[len(context)].get(context)
        if seen is None:
            return shorter
        counts = np.bincount(seen, minlength=n_x)
        novel = np.count_nonzero(counts)
        return (counts + novel * shorter) / (len(seen) + novel)

    return lambda contexts: np.log([probs(tuple(row)) for row in np.asarray(contexts).tolist()])


def _counted(contexts: np.ndarray, y: np.ndarray) -> dict:
    seen = defaultdict(list)
    for context, token in zip(contexts.tolist(), y.tolist(), strict=True):
        seen[tuple(context)].append(token)
    return seen


def different_before(sequences: Sequence[Sequence[int]], run: Sequence[int]) -> set[int]:
    """Return the different tokens that stand before a run of tokens; `END` where it begins one.

    How many they are is what Kneser and Ney count of the run, in place of how often it stands.
    """
    found, run = set(), list(run)
    for sequence in sequences:
        tokens = [END, *sequence]
        for place in range(1, len(tokens) - len(run) + 1):
            if tokens[place] == run[0] and tokens[place : place + len(run)] == run:
                found.add(int(tokens[place - 1]))
    return found


# Scores


def score(step: Step, sequences: Sequence[Sequence[int]]) -> np.ndarray:
    """Return the log-probability of every token of `sequences`, in their order: (n_tokens,)."""
    x, y, mask = inputs_and_targets(sequences)
    state, log_probs = None, []
    for tokens in x.T:
        state, step_log_probs = step(state, tokens)
        log_probs.append(step_log_probs)
    return token_log_probs(np.stack(log_probs, axis=1), y, mask)


def token_log_probs(log_probs: np.ndarray, y: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return the log-probabilities (n_tokens,) of the tokens in `y` where `mask` is True.

    Args:
        log_probs: shape (m, T_y, n_y), from the softmax of a network.
        y: token indices, shape (m, T_y).
        mask: shape (m, T_y).
    """
    return np.take_along_axis(log_probs, y[..., None], axis=-1)[..., 0][mask]


def nats(log_probs: np.ndarray) -> float:
    """Return the cross-entropy, in nats per token, of the log-probabilities of the tokens."""
    return -float(np.mean(log_probs))


def perplexity(log_probs: np.ndarray) -> float:
    """Return e to the nats per token: among how many equally likely tokens the model guesses."""
    return float(np.exp(nats(log_probs)))


def of_sequences(log_probs: np.ndarray, sequences: Sequence[Sequence[int]]) -> np.ndarray:
    """Return the log-probability of each whole sequence, (m,): the chain rule adds up its tokens'.

    Args:
        log_probs: of every token, in their order, (n_tokens,), as `score` returns them.
        sequences: the sequences, none empty.
    """
    starts = np.cumsum([0, *map(len, sequences)])[:-1]
    return np.add.reduceat(np.asarray(log_probs, float), starts)


def bits_per_character(log_probs: np.ndarray, n_characters: int) -> float:
    """Return the cross-entropy of a whole text in bits for each of its characters.

    Unlike perplexities, these can be compared between models of words and of characters, if both
    gave a probability to the same text: one in which <UNK> stands for words is not the same.

    Args:
        log_probs: natural logarithms, of all tokens of the text, (n_tokens,).
        n_characters: how many characters the text has, the ends of sequences among them.
    """
    return -float(np.sum(log_probs)) / np.log(2) / n_characters


def scientific(log_prob: float, digits: int = 1) -> str:
    """Return e to the `log_prob` in scientific notation, such as "3.2e-13", however small it is.

    The probability of a long text is less than the smallest number of a computer, about 1e-308.
    """
    if np.isneginf(log_prob):
        return "0"
    exponent, rest = divmod(log_prob / np.log(10), 1)
    mantissa = f"{10**rest:.{digits}f}"
    if mantissa.startswith("10"):  # 9.97 was rounded
        exponent, mantissa = exponent + 1, f"{1:.{digits}f}"
    return f"{mantissa}e{exponent:+03.0f}"


# Mixtures


def mixture_weights(log_probs: np.ndarray, iterations: int = 200) -> np.ndarray:
    """Return the weights (n_models,) of the mixture under which the tokens are most likely.

    By expectation and maximisation (Dempster, Laird and Rubin 1977), from equal weights. Choose
    them on validation.

    Args:
        log_probs: log-probability of each token under each model, shape (n_models, n_tokens).
        iterations: each one raises the likelihood.
    """
    probs = np.exp(np.asarray(log_probs, dtype=float))
    weights = np.full(len(probs), 1 / len(probs))
    for _ in range(iterations):
        weights = weights * (probs / (weights @ probs)).mean(axis=1)
    return weights


def mixture(steps: Sequence[Step], weights: np.ndarray) -> Step:
    """Return the model whose probabilities are the weighted mean of those of the models `steps`."""

    def step(states, tokens):
        states = [None] * len(steps) if states is None else states
        pairs = [one(state, tokens) for one, state in zip(steps, states, strict=True)]
        return [state for state, _ in pairs], mix(np.array([found for _, found in pairs]), weights)

    return step


def mix(log_probs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the log of the weighted mean of probabilities over axis 0, the models.

    The other axes are free: the log-probabilities of tokens, or those of a whole vocabulary.
    """
    return np.log(np.tensordot(weights, np.exp(np.asarray(log_probs, dtype=float)), axes=1))


# Sampling


def sample(
    step: Step,
    count: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
    max_length: int = 100,
    top_k: int | None = None,
    never: Sequence[int] = (),
) -> list[np.ndarray]:
    """Draw `count` sequences from a model, one token at a time.

    Args:
        step: the model.
        count: m, how many sequences are drawn side by side.
        rng: the source of chance: the same seed gives the same sequences.
        temperature: divides the log-probabilities: below 1 safer, above 1 wilder.
        max_length: a sequence that has not ended by then is cut off.
        top_k: if it is given, only so many tokens, the likeliest, can be drawn at each step (Fan,
            Lewis and Dauphin 2018).
        never: indices of tokens that are not drawn, such as that of <UNK>, which is no word. They
            do not count among the `top_k`.

    Raises:
        ValueError: `temperature` is not above 0, or `top_k` is less than 1.
    """
    if not temperature > 0:
        raise ValueError(f"The temperature must be above 0, not {temperature}; near 0 is greedy.")
    if top_k is not None and top_k < 1:
        raise ValueError(f"One token or more must be left to draw from, not {top_k}.")
    state, tokens, drawn = None, np.full(count, END), []
    running = np.ones(count, dtype=bool)
    while running.any() and len(drawn) < max_length:
        state, log_probs = step(state, tokens)
        log_probs = _allowed(log_probs, top_k, never)
        # The largest sum of log-probability and Gumbel noise is a draw from the softmax.
        tokens = np.argmax(log_probs / temperature + rng.gumbel(size=log_probs.shape), axis=-1)
        drawn.append(tokens)
        running &= tokens != END
    return [_up_to_end(row) for row in np.array(drawn).T]


def _allowed(log_probs: np.ndarray, top_k: int | None, never: Sequence[int]) -> np.ndarray:
    """Return the log-probabilities (m, n_x), minus infinity for what must not be drawn."""
    if len(never):
        log_probs = np.array(log_probs)
        log_probs[:, list(never)] = -np.inf
    if top_k is None or top_k >= log_probs.shape[1]:
        return log_probs
    kept = np.argsort(-log_probs, axis=1, kind="stable")[:, :top_k]
    allowed = np.full(log_probs.shape, -np.inf)
    np.put_along_axis(allowed, kept, np.take_along_axis(log_probs, kept, axis=1), axis=1)
    return allowed


def _up_to_end(tokens: np.ndarray) -> np.ndarray:
    ends = np.flatnonzero(tokens == END)
    return tokens[: ends[0] + 1] if len(ends) else tokens


# Novelty


def novelty(samples: Sequence[str], training: Sequence[str], held_out: Sequence[str]) -> dict:
    """Return the shares of `samples` that are "in training", "held out" and "new"."""
    known, unseen = set(training), set(held_out)
    kinds = Counter(
        "in training" if sample in known else "held out" if sample in unseen else "new"
        for sample in samples
    )
    return {kind: kinds[kind] / len(samples) for kind in ("in training", "held out", "new")}
