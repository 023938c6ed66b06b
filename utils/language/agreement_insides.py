"""What a trained network holds in mind, word by word: its states, its gates and its gradients.

Computed in NumPy from the weights of a Keras model that has an Embedding, a SimpleRNN, a GRU (as
Keras has it by default) or an LSTM, and a Dense layer with one output.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import keras
import numpy as np
from scipy.special import expit as sigmoid

from utils.language import agreement, agreement_training
from utils.language.agreement import Sentences
from utils.models import gru, lstm, recurrent


class Inside(NamedTuple):
    """What a network computed over m texts.

    Attributes:
        a: (m, T_x, n_a), its states.
        c: (m, T_x, n_a), its memory: of an LSTM the cell, of the others the state.
        gates: (gates, m, T_x, n_a): of a GRU the update and the relevance gate; of an LSTM the
            update, the forget and the output gate; of an RNN none.
        logits: (m, T_x), what the Dense layer would say after each word, before the sigmoid.
    """

    a: np.ndarray
    c: np.ndarray
    gates: np.ndarray
    logits: np.ndarray


def inside(model: keras.Model, indices: np.ndarray) -> Inside:
    """Return what the network computes over word indices (m, T_x), the same length for all.

    Zeros behind a text are read as a word: what stands there is not to be used.
    """
    table, *weights, Wya, by = model.get_weights()
    a, c, cache, _ = _forward(_kind(model), table[indices], weights)
    chosen = {"SimpleRNN": [], "GRU": [0, 1], "LSTM": [0, 1, 3]}[_kind(model)]
    gates = [cache["gates"][:, gate].swapaxes(0, 1) for gate in chosen]
    return Inside(a, c, np.array(gates), (a @ Wya + by)[..., 0])


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
        a, _, cache, backward = _forward(_kind(model), table[text][None], weights)
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


def curves(model: keras.Model, texts: Sequence[Sequence[str]], unit: int) -> dict[str, np.ndarray]:
    """Return what one unit does over texts of the same length: {quantity: (texts, T_x)}.

    Its memory and its gates, and what the network would say after each word, P(were).
    """
    found = inside(model, agreement_training.encode(texts, len(texts[0])))
    rows = {f"memory, unit {unit}": found.c[..., unit]}
    names = {"LSTM": ["update", "forget", "output"], "GRU": ["update", "relevance"]}
    for name, gate in zip(names.get(_kind(model), ()), found.gates, strict=True):
        rows[f"{name} gate"] = gate[..., unit]
    return rows | {"P(were)": sigmoid(found.logits)}


class Question(NamedTuple):
    """What a linear probe is fitted on, and what it is asked.

    Attributes:
        states, plural: (m, n_a) and (m,), to fit it on.
        new_states, answers: (m_new, n_a) and (m_new,), of other sentences, to ask it.
    """

    states: np.ndarray
    plural: np.ndarray
    new_states: np.ndarray
    answers: np.ndarray


def questions(
    model: keras.Model, splits: Mapping[str, Sentences], words: Sequence[int]
) -> dict[str, Question]:
    """Return what probes are asked about the number of the subject, by place.

    A probe is fitted on the validation sentences with 20 words and more between subject and verb,
    and asked about such test sentences: at the subject, so many `words` behind it, and before the
    verb. "one" is a single probe for all distances, fitted before the verb of training sentences,
    and asked before the verb of test sentences with 10 words, and with 20 and more.
    """
    fit, asked = (splits[name] for name in ("validation", "test"))
    ten = asked.take(asked.distance == 10)
    fit, asked = (part.take(part.distance >= 20) for part in (fit, asked))
    near = splits["train"].take(splits["train"].distance > 0)
    states, new = (states_behind(model, part, words) for part in (fit, asked))
    names = ["subject" if later == 0 else f"+{later}" for later in words] + ["verb"]
    found = {
        name: Question(a, fit.plural, b, asked.plural)
        for name, a, b in zip(names, states, new, strict=True)
    }
    known, new_ten = (states_behind(model, part, ())[0] for part in (near, ten))
    return found | {
        "one, 10": Question(known, near.plural, new_ten, ten.plural),
        "one, 20+": Question(known, near.plural, new[-1], asked.plural),
    }


def unit_of_number(model: keras.Model, sentences: Sentences) -> tuple[int, float]:
    """Return the unit whose memory before the verb goes best with the number, and how well.

    The second is the correlation of its memory with the number, 1 for plural. A unit that never
    changes has none: it counts as 0.
    """
    indices, lengths = agreement.encode(sentences.texts, agreement.vocabulary())
    memory = inside(model, indices).c[np.arange(len(indices)), lengths - 1]
    with np.errstate(invalid="ignore"):
        found = np.corrcoef(memory.T, sentences.plural)[-1, :-1]
    found = np.nan_to_num(found)
    unit = int(np.argmax(np.abs(found)))
    return unit, float(found[unit])


def left_of_subject(kept: Callable, gates: np.ndarray, sentences: Sentences) -> float:
    """Return how much of the memory at the subject is left before the verb, the mean.

    Args:
        kept: takes the update gates of a text, (1, T_x, n_a), and returns which share of each
            step's memory is left after the last, of the same shape.
        gates: (m, T_x, n_a), the update gates; what stands behind a text is not used.
        sentences: m sentences.
    """
    rows = zip(gates, sentences.texts, sentences.subject, strict=True)
    return float(np.mean([kept(row[None, : len(text)])[0, place] for row, text, place in rows]))


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
    """Return the states, the memory, the cache and the function for the way back."""
    zeros = np.zeros((len(x), len(weights[1])), x.dtype)
    if kind == "LSTM":
        parameters = lstm.lstm_from_keras(weights)
        return *lstm.lstm_forward(x, zeros, zeros, parameters), lstm.lstm_backward
    if kind == "GRU":
        a, cache = gru.gru_forward(x, zeros, gru.gru_from_keras(weights), True)
        return a, a, cache, gru.gru_backward
    a, cache = recurrent.rnn_forward(x, zeros, recurrent.rnn_from_keras(weights))
    return a, a, cache, recurrent.rnn_backward
