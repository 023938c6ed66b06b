"""utils.models.decoding: greedy against a loop over each sequence, beams against all sequences."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.models import decoding
from utils.models.decoding import beam_search, best_of, greedy, lengths, log_probability
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


class Chain:
    """A model whose next token depends on all before it: its state is what was written."""

    def __init__(self, count, n_y, seed):
        self.count, self.n_y = count, n_y
        self.seed = seed

    def log_probs(self, n, before):
        """Return the log-probabilities after the tokens `before`, in the sequence n."""
        key = [self.seed, n, *[token + 1 for token in before]]
        return np.log(np.random.default_rng(key).dirichlet(np.full(self.n_y, 0.6)) + 1e-6)

    def start(self):
        return {"which": np.arange(self.count), "written": (np.full((self.count, 0), -1),)}

    def step(self, state, tokens):
        (written,) = state["written"]
        written = np.concatenate([written, np.asarray(tokens)[:, None]], axis=1)
        rows = zip(state["which"], written[:, 1:].tolist(), strict=True)
        following = np.stack([self.log_probs(n, before) for n, before in rows])
        return {"which": state["which"], "written": (written,)}, following

    def everything(self, n, max_length, min_length=0):
        """Return all sequences with their log-probabilities, the likeliest first."""
        found = {}
        for tokens in product(range(self.n_y), repeat=max_length):
            end = tokens.index(END) + 1 if END in tokens else max_length
            tokens = tokens[:end]
            if tokens[-1] != END or end - 1 >= min_length:
                found[tokens] = sum(self.log_probs(n, tokens[:t])[tokens[t]] for t in range(end))
        return sorted(found.items(), key=lambda item: -item[1])


@given(st.integers(1, 3), st.integers(1, 4), st.integers(2, 3), st.integers(0, 99), st.data())
def test_a_wide_beam_finds_the_likeliest_of_all(count, max_length, n_y, seed, data):
    model, width = Chain(count, n_y, seed), n_y**max_length
    min_length = data.draw(st.integers(0, max_length))
    found = beam_search(model.step, model.start(), count, width, max_length, min_length)
    for n in range(count):
        everything = model.everything(n, max_length, min_length)
        assert np.isfinite(found.log_probs[n]).sum() == len(everything)
        for place, (tokens, log_prob) in enumerate(everything):
            row = found.tokens[n, place].tolist()
            assert found.log_probs[n, place] == pytest.approx(log_prob)
            assert row[: len(tokens)] == list(tokens) and not any(row[len(tokens) :])


@given(st.integers(1, 4), st.integers(1, 5), st.integers(2, 4), st.integers(0, 99))
def test_a_beam_of_one_is_greedy(count, max_length, n_y, seed):
    model = Chain(count, n_y, seed)
    tokens, log_probs = greedy(model.step, model.start(), count, max_length)
    found = beam_search(model.step, model.start(), count, 1, max_length)
    assert decoding.padded(found.tokens[:, 0], max_length).tolist() == tokens.tolist()
    assert found.log_probs[:, 0] == pytest.approx(log_probs.sum(axis=1))


@given(st.integers(1, 3), st.integers(1, 4), st.integers(0, 99))
def test_log_probabilities_are_those_of_the_hypotheses(count, width, seed):
    model = Chain(count, 3, seed)
    found = beam_search(model.step, model.start(), count, width, 4)
    for place in range(width):
        real = np.isfinite(found.log_probs[:, place])
        log_probs = log_probability(model.step, model.start(), found.tokens[:, place])
        assert log_probs[real] == pytest.approx(found.log_probs[real, place])
        assert (np.diff(found.log_probs[:, : place + 1]) <= 1e-12)[:, : real.sum()].all()


def test_a_beam_may_lose_what_greedy_writes():
    """Two beginnings look better than the one that greedy takes goes on, and then both are bad."""
    after = {(): [0, 0.36, 0.33, 0.31], (1,): [0, 0.4, 0.3, 0.3], (2,): [0, 0.9, 0.05, 0.05],
             (3,): [0, 0.9, 0.05, 0.05]}  # fmt: skip
    ends = {(1, 1): 0.9, (2, 1): 0.3, (3, 1): 0.3}

    def step(state, tokens):
        written = np.concatenate([state, tokens[:, None]], axis=1)
        rows = []
        for row in written[:, 1:].tolist():
            last = ends.get(tuple(row), 0.25)
            rows.append(after.get(tuple(row), [last, 1 - last, 0, 0]))
        return written, np.log(np.array(rows) + 1e-12)

    start = np.zeros((1, 0), int)
    tokens, log_probs = greedy(step, start, 1, 3)
    assert tokens.tolist() == [[1, 1, END]]
    found = beam_search(step, start, 1, 2, 3)
    assert found.log_probs[0, 0] < log_probs.sum() or found.tokens[0, 0].tolist() != [1, 1, END]


def test_length_normalisation():
    found = decoding.Hypotheses(
        np.array([[[1, END, END], [1, 2, END], [1, 2, 3]]]), np.array([[-1.0, -1.2, -1.6]])
    )
    assert lengths(found.tokens).tolist() == [[2, 3, 3]]
    for alpha, tokens, log_prob in ((0, [1, END, END], -1.0), (1, [1, 2, END], -1.2)):
        best, score = best_of(found, alpha)
        assert best.tolist() == [tokens] and score.tolist() == [log_prob]


def test_what_a_beam_refuses():
    for width, max_length, min_length in ((0, 3, 0), (2, 3, 4)):
        with pytest.raises(ValueError, match="at least 1"):
            beam_search(Chain(1, 2, 0).step, None, 1, width, max_length, min_length)


def test_no_sequences_and_no_steps():
    model = Chain(2, 3, 0)
    found = beam_search(model.step, model.start(), 2, 3, 0)
    assert found.tokens.shape == (2, 3, 0)
    assert found.log_probs.tolist() == [[0, -np.inf, -np.inf]] * 2
