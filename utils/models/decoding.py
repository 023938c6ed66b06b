"""Decoding: from a model's log-probabilities, one token at a time, to whole sequences.

A model is a function `step(state, tokens) -> (state, log_probs)`, as in
`utils.models.language_model`: it reads the last token of each of m sequences, shape (m,), and
returns the log-probabilities of the next, shape (m, n_y). The first token is `END`.
"""

from typing import Any

import numpy as np

from utils.models.language_model import Step
from utils.text import END


def greedy(step: Step, state: Any, count: int, max_length: int) -> tuple[np.ndarray, np.ndarray]:
    """Write each sequence by taking the likeliest token at every step.

    Args:
        step: the model.
        state: the state before the first token, as `step` takes it.
        count: m, how many sequences are written side by side.
        max_length: T_y; a sequence that has not ended by then is cut off.

    Returns:
        tokens: (m, T_y), integers; `END` where a sequence has ended.
        log_probs: (m, T_y), of these tokens; 0 after the first `END`.
    """
    written, scores = np.full((count, max_length), END), np.zeros((count, max_length))
    tokens, running = np.full(count, END), np.ones(count, dtype=bool)
    for t in range(max_length):
        state, log_probs = step(state, tokens)
        tokens = np.where(running, np.argmax(log_probs, axis=-1), END)
        written[:, t] = tokens
        scores[:, t] = np.where(running, np.max(log_probs, axis=-1), 0)
        running &= tokens != END
    return written, scores
