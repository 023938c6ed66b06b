"""utils.models.first_bit: gradients against finite differences, starts, and that one is learned."""

import numpy as np
import pytest

from utils.models import first_bit, memory
from utils.models.first_bit import UNITS

KINDS = {"rnn": first_bit.rnn(), "gru": first_bit.gru_layer(1), "lstm": first_bit.lstm_layer(2)}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def loss(kind, p, x, y):
    """Return the cross-entropy after the last bit in nats, the mean over the rows."""
    z = kind.forward(x, p)[0][:, -1] @ p["Wya"] + p["by"]
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - (z * y).sum(axis=1)))


def drawn(kind, rng):
    """Return parameters whose biases and outputs are random, too."""
    p = kind.start(rng) | {"Wya": np.zeros((UNITS, 2)), "by": np.zeros(2)}
    return {name: value + rng.normal(0, 0.3, value.shape) for name, value in p.items()}


@kinds
def test_gradients_by_finite_differences(kind):
    rng = np.random.default_rng(0)
    x, y = memory.rows(rng, 4, 5)
    p = drawn(kind, rng)
    found = first_bit.gradients(kind, p, x, y)
    assert found.keys() == {f"d{name}" for name in p}
    for name, value in p.items():
        assert found[f"d{name}"].shape == value.shape
        for _ in range(4):
            place = tuple(rng.integers(size) for size in value.shape)
            step = np.zeros_like(value)
            step[place] = 1e-5
            up, down = (loss(kind, {**p, name: value + s}, x, y) for s in (step, -step))
            assert np.isclose(found[f"d{name}"][place], (up - down) / 2e-5, atol=1e-9)


@kinds
def test_states_and_starts(kind):
    p = kind.start(np.random.default_rng(3))
    again = kind.start(np.random.default_rng(3))
    assert all(np.array_equal(p[name], again[name]) and p[name].dtype == float for name in p)
    a, _ = kind.forward(memory.rows(np.random.default_rng(0), 3, 7)[0], p)
    assert a.shape == (3, 7, UNITS)


def test_biases_start_where_asked():
    rng = np.random.default_rng(0)
    assert first_bit.gru_layer(-1).start(rng)["b"].tolist() == np.repeat([-1, 0, 0], UNITS).tolist()
    assert not first_bit.gru_layer().start(rng)["b"].any()
    b = first_bit.lstm_layer(3).start(rng)["b"]
    assert b.tolist() == np.repeat([0, 3, 0, 0], UNITS).tolist()
    assert (
        first_bit.lstm_layer().start(rng)["b"].tolist() == np.repeat([0, 1, 0, 0], UNITS).tolist()
    )


def test_an_open_update_gate_forgets_and_a_closed_one_keeps():
    """By the convention of the course: what the update gate lets in is the candidate."""
    x, rng = memory.rows(np.random.default_rng(0), 6, 9)[0], np.random.default_rng(1)
    closed, open_ = (first_bit.gru_layer(b_u) for b_u in (-20, 20))
    assert np.abs(closed.forward(x, closed.start(rng))[0]).max() < 1e-6
    assert np.abs(open_.forward(x, open_.start(rng))[0]).max() > 0.1


def test_the_state_weights_of_an_rnn_start_as_given():
    def identity(rng):
        return np.eye(UNITS)

    given, plain = first_bit.rnn(identity), first_bit.rnn()
    p = given.start(np.random.default_rng(0))
    assert np.array_equal(p["Waa"], np.eye(UNITS))
    other = plain.start(np.random.default_rng(0))["Waa"]
    assert np.allclose(other @ other.T, np.eye(UNITS)) and not np.allclose(other, np.eye(UNITS))
    x = memory.rows(np.random.default_rng(1), 3, 4)[0]
    a = np.zeros((3, UNITS))
    for t in range(4):
        a = np.tanh(a + x[:, t] @ p["Wax"] + p["ba"])
    assert np.allclose(given.forward(x, p)[0][:, -1], a)

    def small(rng):
        return rng.normal(0, 0.1, (UNITS, UNITS))

    drawn = [first_bit.rnn(small).start(np.random.default_rng(seed))["Waa"] for seed in (0, 0, 1)]
    assert np.array_equal(drawn[0], drawn[1]) and not np.array_equal(drawn[0], drawn[2])


@kinds
def test_learned_is_a_share_and_the_same_for_a_seed(kind):
    shares = [first_bit.learned(kind, 4, 6, 3, 0.01) for _ in range(2)]
    assert 0 <= shares[0] <= 1 and shares[0] == shares[1]
    assert first_bit.learned(kind, 5, 6, 3, 0.01) != shares[0]


@kinds
def test_a_short_row_is_learned(kind):
    assert first_bit.learned(kind, 0, 4, 60, 0.05) > 0.95
    untrained = first_bit.learned(kind, 0, 4, 0, 0.05)
    assert untrained < 0.95 and untrained == first_bit.learned(kind, 0, 4, 60, 0)


def test_the_learning_rate_is_that_of_all_updates():
    """Adam's first step has the size of its rate, whatever the gradient."""
    start = {"w": np.array([1.0, -2.0])}
    for rate in (0.05, 0.002):
        p = memory.adam(start, lambda p: {"dw": 3 * p["w"]}, 1, rate)
        assert np.allclose(start["w"] - p["w"], [rate, -rate], rtol=1e-6)
    assert np.allclose(memory.adam(start, lambda p: {"dw": p["w"]}, 1)["w"], [0.95, -1.95])
    assert start["w"].tolist() == [1, -2]
