"""The task of the first bit: its gradients against finite differences, and the control."""

import numpy as np

from utils.models import memory


def test_rows_and_start():
    x, y = memory.rows(np.random.default_rng(0), 5, 7)
    assert (x.shape, y.shape) == ((5, 7, 2), (5, 2))
    assert np.array_equal(x[:, 0], y)
    p = memory.start(np.random.default_rng(0), 3.0)
    assert set(p) == {f"{kind}{g}" for kind in "Wb" for g in "ufco"} | {"Wya", "by"}
    assert (p["bf"] == 3).all() and not any(p[f"b{g}"].any() for g in "uco")


def test_the_loss_of_one_who_knows_nothing():
    p = memory.start(np.random.default_rng(0)) | {"Wya": np.zeros((memory.UNITS, 2))}
    assert np.isclose(memory.loss(p, *memory.rows(np.random.default_rng(1), 9)), np.log(2))


def test_gradients_by_finite_differences():
    rng = np.random.default_rng(0)
    x, y = memory.rows(rng, 4, 5)
    p = memory.start(rng, 0.5)
    found = memory.gradients(p, x, y)
    assert list(found) == [f"d{name}" for name in p]
    for name, value in p.items():
        place = tuple(rng.integers(size) for size in value.shape)
        step = np.zeros_like(value)
        step[place] = 1e-5
        up, down = (memory.loss({**p, name: value + s}, x, y) for s in (step, -step))
        assert np.isclose(found[f"d{name}"][place], (up - down) / 2e-5, atol=1e-9)


def test_stacked_and_apart_are_the_same_blocks():
    p = memory.start(np.random.default_rng(0))
    whole = {f"d{name}": value for name, value in memory.stacked(p).items()}
    back = memory.apart(whole | {"dx": 0})
    assert all(np.array_equal(back[f"d{name}"], p[name]) for name in p if name[1:] in "ufco")


def test_a_forget_gate_open_at_the_start_learns_it():
    assert memory.learned(3, seed=2) > 0.95
