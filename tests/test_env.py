"""Setting up a notebook: one quiet line, and one clear sentence for what cannot be."""

import os
import subprocess
import sys

import pytest

from utils import env
from utils.env import ROOT


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


SETUP = "from utils import env; env.setup(seed=3)"
NOTEBOOK = f"""{SETUP}
with env.quiet():
    import tensorflow
import keras
print(float(keras.random.normal(())))
"""


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_setup_says_one_line_is_quiet_and_seeds(backend):
    """In quiet, importing TensorFlow says nothing either, on both backends."""
    result = run(NOTEBOOK, KERAS_BACKEND=backend)
    assert (result.returncode, result.stderr) == (0, "")
    line, number = result.stdout.splitlines()
    assert backend in line and "seed 3" in line
    if backend == "tensorflow":  # seeded in one way on both, and each start takes seconds
        again = run(NOTEBOOK, KERAS_BACKEND=backend)
        assert again.stdout.splitlines()[-1] == number


def test_python_errors_arrive_through_quiet():
    result = run("from utils import env\nwith env.quiet():\n    raise KeyError('it arrives')")
    assert "it arrives" in result.stderr


@pytest.mark.parametrize("backend", ["theano", "torch", ""])
def test_an_unknown_backend_is_named(backend):
    result = run(SETUP, KERAS_BACKEND=backend)
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert f'"{backend}"' in last and "tensorflow" in last and "jax" in last


def test_a_backend_that_is_not_installed_says_how(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setattr(env, "_installed", lambda name: False)
    with pytest.raises(RuntimeError, match="pip install jax"):
        env._backend()


def test_nothing_is_installed_where_nothing_is_missing(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("pip was called")

    monkeypatch.setattr(subprocess, "run", refuse)
    env.install_missing()


def test_a_failed_installation_is_one_sentence(monkeypatch):
    def fail(*_, **__):
        return subprocess.CompletedProcess([], 1, "", "looking\nERROR: no matching distribution")

    monkeypatch.setattr(env, "_installed", lambda line: "pooch" not in line)
    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(RuntimeError, match=r"pooch.*no matching distribution"):
        env.install_missing()
