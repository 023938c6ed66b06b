"""What a trained network holds in mind, word by word: its states, its gates and its gradients.

Computed in NumPy from the weights of a Keras model that has an Embedding, a SimpleRNN, a GRU (as
Keras has it by default) or an LSTM, and a Dense layer with one output.
"""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np

from utils.language import agreement
from utils.language.agreement import Sentences
from utils.models import gru, lstm, recurrent


class Inside(NamedTuple):
    """What a network computed over m texts.

    Attributes:
        a: (m, T_x, n_a), its states.
        gates: (gates, m, T_x, n_a): of a GRU the update and the relevance gate; of an LSTM the
            update, the forget and the output gate; of an RNN none.
        logits: (m, T_x), what the Dense layer would say after each word, before the sigmoid.
    """

    a: np.ndarray
    gates: np.ndarray
    logits: np.ndarray


def inside(model: keras.Model, indices: np.ndarray) -> Inside:
    """Return what the network computes over word indices (m, T_x), the same length for all.

    Zeros behind a text are read as a word: what stands there is not to be used.
    """
    table, *weights, Wya, by = model.get_weights()
    a, cache, _ = _forward(_kind(model), table[indices], weights)
    chosen = {"SimpleRNN": [], "GRU": [0, 1], "LSTM": [0, 1, 3]}[_kind(model)]
    gates = [cache["gates"][:, gate].swapaxes(0, 1) for gate in chosen]
    return Inside(a, np.array(gates), (a @ Wya + by)[..., 0])


def reach(model: keras.Model, texts: Sequence[np.ndarray], back: int) -> np.ndarray:
    """Return how large the gradient of the last logit is at the last words: mean |dx|, (back,).

    Args:
        model: the network, trained or not.
        texts: the word indices of each text, at least `back` of them.
        back: of how many last words; the last of the answer belongs to the last word.
    """
    table, *weights, Wya, _ = model.get_weights()
    found = []
    for text in texts:
        a, cache, backward = _forward(_kind(model), table[text][None], weights)
        da = np.zeros_like(a)
        da[:, -1] = Wya[:, 0]
        found.append(np.abs(backward(da, cache)["dx"][0, -back:]).mean(axis=-1))
    return np.mean(found, axis=0)


def states_behind(model: keras.Model, sentences: Sentences, words: Sequence[int]) -> np.ndarray:
    """Return the states so many words behind the subject, and last those before the verb.

    Args:
        model: the network.
        sentences: m sentences whose subject and verb are further apart than the most of `words`.
        words: how many words behind the subject; the comma there is not counted.

    Returns:
        Shape (places, m, n_a).
    """
    indices, lengths = agreement.encode(sentences.texts, agreement.vocabulary())
    a = inside(model, indices).a
    places = [sentences.subject + later + (later > 0) for later in words] + [lengths - 1]
    return a[np.arange(len(a)), np.array(places)]


def by_word(values: np.ndarray, sentences: Sentences) -> dict[str, np.ndarray]:
    """Return the mean of values at the subject, at other animals and at other words.

    Args:
        values: (m, T_x, n), of each word of each sentence.
        sentences: m sentences.

    Returns:
        For each of the three a mean over its words, (n,).
    """
    found = {"subject": [], "other animals": [], "other words": []}
    for row, (text, nouns) in enumerate(zip(sentences.texts, sentences.nouns, strict=True)):
        animals = {place for place, _ in nouns}
        for place in range(len(text)):
            kind = "other animals" if place in animals else "other words"
            kind = "subject" if place == sentences.subject[row] else kind
            found[kind].append(values[row, place])
    return {kind: np.mean(rows, axis=0) for kind, rows in found.items()}


def _kind(model):
    return next(type(layer).__name__ for layer in model.layers if hasattr(layer, "cell"))


def _forward(kind, x, weights):
    """Return the states, the cache and the function for the way back."""
    if kind == "SimpleRNN":
        zeros = np.zeros((len(x), len(weights[1])), x.dtype)
        return (
            *recurrent.rnn_forward(x, zeros, recurrent.rnn_from_keras(weights)),
            recurrent.rnn_backward,
        )
    zeros = np.zeros((len(x), len(weights[1])), x.dtype)
    if kind == "GRU":
        return *gru.gru_forward(x, zeros, gru.gru_from_keras(weights), True), gru.gru_backward
    a, _, cache = lstm.lstm_forward(x, zeros, zeros, lstm.lstm_from_keras(weights))
    return a, cache, lstm.lstm_backward
