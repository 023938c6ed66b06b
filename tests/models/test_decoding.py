"""utils.models.decoding: greedy decoding against a loop over each sequence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.models.decoding import greedy
from utils.text import END


class Model:
    """A model with chances drawn anew for each step; its state is a count in a list."""

    def __init__(self, count, max_length, n_y, seed):
        chances = np.random.default_rng(seed).dirichlet(np.ones(n_y), (max_length, count))
        self.log_probs, self.read = np.log(chances), []

    def step(self, state, tokens):
        (t,) = state
        self.read.append(tokens)
        return [t + 1], self.log_probs[t]


@given(st.integers(1, 5), st.integers(1, 6), st.integers(2, 4), st.integers(0, 999))
def test_each_sequence_is_written_as_if_alone(count, max_length, n_y, seed):
    model = Model(count, max_length, n_y, seed)
    tokens, log_probs = greedy(model.step, [0], count, max_length)
    assert tokens.shape == log_probs.shape == (count, max_length)
    assert tokens.dtype.kind == "i"
    for n in range(count):
        ended = False
        for t in range(max_length):
            row = model.log_probs[t, n]
            assert tokens[n, t] == (END if ended else np.argmax(row))
            assert log_probs[n, t] == (0 if ended else row.max())
            ended = ended or tokens[n, t] == END
    read = np.stack(model.read, axis=1)
    assert (read[:, 0] == END).all()
    assert (read[:, 1:] == tokens[:, :-1]).all()


def test_what_is_written_is_read():
    """A model that counts: after a token comes the next one, and END after the last."""

    def step(state, tokens):
        following = (tokens + 1) % 4
        return state, np.where(np.arange(4) == following[:, None], np.log(0.7), np.log(0.1))

    tokens, log_probs = greedy(step, None, count=2, max_length=6)
    assert tokens.tolist() == [[1, 2, 3, END, END, END]] * 2
    assert log_probs[0] == pytest.approx([np.log(0.7)] * 4 + [0, 0])
    assert greedy(step, None, count=2, max_length=2)[0].tolist() == [[1, 2]] * 2


def test_nothing_to_write():
    tokens, log_probs = greedy(Model(3, 1, 2, 0).step, [0], 3, 0)
    assert tokens.shape == log_probs.shape == (3, 0)
    tokens, log_probs = greedy(Model(0, 2, 2, 0).step, [0], 0, 2)
    assert tokens.shape == log_probs.shape == (0, 2)
