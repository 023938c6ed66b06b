"""The loops around a learner's LSTM step, with our own step, against `utils.models.lstm`."""

import numpy as np
import pytest

from utils.checks.week1.recurrent_network_step_by_step import (
    check,
    keras_lstm_weights,
)
from utils.models import lstm, through_time

FORWARD, BACKWARD = map(check.reference, ("lstm_cell_forward", "lstm_cell_backward"))


@pytest.mark.parametrize(
    "m, T_x, n_x, n_a", [(4, 6, 3, 5), (1, 6, 3, 5), (4, 1, 3, 5), (2, 3, 1, 1)]
)
def test_the_loops_give_what_the_fast_network_gives(m, T_x, n_x, n_a):
    rng = np.random.default_rng(0)
    x, a0, c0 = rng.normal(size=(m, T_x, n_x)), rng.normal(size=(m, n_a)), rng.normal(size=(m, n_a))
    p = {f"W{g}": rng.normal(size=(n_a + n_x, n_a)) for g in "ufco"}
    p |= {f"b{g}": rng.normal(size=n_a) for g in "ufco"}
    stacked = dict(zip(("Wx", "Wa", "b"), keras_lstm_weights(p), strict=True))
    a, c, gates = through_time.lstm_forward(FORWARD, x, a0, c0, p)
    a_want, c_want, cache = lstm.lstm_forward(x, a0, c0, stacked)
    np.testing.assert_allclose(a, a_want)
    np.testing.assert_allclose(c, c_want)
    assert {gate.shape for gate in gates.values()} == {(m, T_x, n_a)}
    da = rng.normal(size=a.shape)
    found = through_time.lstm_backward(BACKWARD, da, x, a0, c0, a, c, gates, p)
    want = lstm.lstm_backward(da, cache)
    for name in ("dx", "da0", "dc0"):
        np.testing.assert_allclose(found[name], want[name], atol=1e-12)
    whole = np.concatenate([found[f"dW{g}"] for g in "ufco"], axis=1)
    np.testing.assert_allclose(whole, np.concatenate([want["dWa"], want["dWx"]]), atol=1e-12)
    np.testing.assert_allclose(
        np.concatenate([found[f"db{g}"] for g in "ufco"]), want["db"], atol=1e-12
    )


def test_what_a_step_gives_is_left_as_it_is():
    kept = {"dxt": np.ones((1, 1)), "da_prev": np.zeros((1, 1)), "dc_prev": np.zeros((1, 1))}
    one = np.ones((1, 2, 1))
    zero = np.zeros((1, 1))
    through_time.lstm_backward(lambda *_: kept, one, one, zero, zero, one, one, {}, {})
    assert list(kept) == ["dxt", "da_prev", "dc_prev"]
