"""A learner's LSTM step, over a whole sequence: the two loops that hand on what a step gives.

Shapes: `x` is (m, T_x, n_x); `a0` and `c0` are (m, n_a); `a`, `c`, `da` and each gate of `gates`
are (m, T_x, n_a), for m examples, T_x steps, n_x features and n_a hidden units.
"""

from collections.abc import Callable

import numpy as np


def lstm_forward(step: Callable, x, a0, c0, parameters):
    """Run an LSTM over all steps.

    Args:
        step: takes xt (m, n_x), a_prev, c_prev and parameters; returns a_next, c_next and a
            dictionary of gates, each (m, n_a).
        x: the inputs.
        a0: the state before the first step.
        c0: the cell before the first step.
        parameters: handed on to `step`.

    Returns:
        a, c and the dictionary of gates, each with the time as its second axis.
    """
    a_t, c_t, states, cells, gates = a0, c0, [], [], []
    for t in range(x.shape[1]):
        a_t, c_t, gates_t = step(x[:, t], a_t, c_t, parameters)
        states.append(a_t)
        cells.append(c_t)
        gates.append(gates_t)
    every = {name: np.stack([gate[name] for gate in gates], axis=1) for name in gates[0]}
    return np.stack(states, axis=1), np.stack(cells, axis=1), every


def lstm_backward(step: Callable, da, x, a0, c0, a, c, gates, parameters):
    """Backpropagate through time.

    Args:
        step: takes da_next, dc_next, xt, a_prev, c_prev, c_next, the step's gates and parameters;
            returns a dictionary with dxt, da_prev, dc_prev and `d` before each parameter's name.
        da: the gradient that reaches each state from its own output.
        x: the inputs.
        a0: the state before the first step.
        c0: the cell before the first step.
        a: the states, as `lstm_forward` gave them.
        c: the cells.
        gates: the gates.
        parameters: handed on to `step`.

    Returns:
        A dictionary with dx, da0, dc0 and, summed over the steps, the gradient of each parameter
        that `step` knows.
    """
    dx, da_later, dc_later, summed = np.zeros_like(x), np.zeros_like(a0), np.zeros_like(c0), {}
    for t in reversed(range(x.shape[1])):
        a_prev, c_prev = (a[:, t - 1], c[:, t - 1]) if t > 0 else (a0, c0)
        now = {name: gate[:, t] for name, gate in gates.items()}
        found = dict(
            step(da[:, t] + da_later, dc_later, x[:, t], a_prev, c_prev, c[:, t], now, parameters)
        )
        dx[:, t], da_later, dc_later = (found.pop(n) for n in ("dxt", "da_prev", "dc_prev"))
        summed = {name: summed.get(name, 0) + found[name] for name in found}
    return {"dx": dx, "da0": da_later, "dc0": dc_later, **summed}
