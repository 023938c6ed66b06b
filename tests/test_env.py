"""Setting up a notebook: one quiet line, and one clear sentence for what cannot be."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from IPython.core.magics.packaging import PackagingMagics

from utils import env
from utils.env import ROOT


def run(code, folder=ROOT, **environment):
    """Run code in a process of its own; a variable that is None is not set there."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
    )


SETUP = "from utils import env; env.setup(seed=3)"
CLOSED = "import os\nos.close(2)\n"
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
        again = run(CLOSED + NOTEBOOK, KERAS_BACKEND=backend)
        assert again.stdout.splitlines()[-1] == number


UPDATES = """
import resource, threading
import numpy as np
from utils import env

def updates(count):
    for _ in range(count):
        kept = [np.ones(MEGABYTES * 2**17) for _ in range(20)]

def faults():
    updates(3)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    updates(50)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def in_a_thread():
    got = []
    thread = threading.Thread(target=lambda: got.append(faults()))
    thread.start()
    thread.join()
    return got[0]

given_back = in_a_thread()
env._keep_freed_memory()
print(given_back, in_a_thread(), faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems keep it themselves")
@pytest.mark.parametrize("megabytes", ["6", "40"])
def test_memory_that_is_freed_is_kept_for_the_next_update(megabytes):
    result = run(UPDATES.replace("MEGABYTES", megabytes))
    given_back, *kept = map(int, result.stdout.split())
    assert given_back > 50_000 and max(kept) < given_back / 20, result


def test_python_errors_arrive_through_quiet():
    result = run("from utils import env\nwith env.quiet():\n    raise KeyError('it arrives')")
    assert "it arrives" in result.stderr


def test_logs_never_land_in_a_file_that_gets_the_number_of_a_closed_stderr(tmp_path):
    code = """from utils import env
with open("result.txt", "w") as file, env.quiet():
    os.write(2, b"what TensorFlow logs")
    file.write("written")
with env.quiet(), open("result.txt", "a") as file:
    os.write(2, b"what TensorFlow logs")
    file.write(" twice")
"""
    assert run(CLOSED + code, tmp_path).returncode == 0
    assert (tmp_path / "result.txt").read_text() == "written twice"


SETTINGS = {"floatx": "float16", "epsilon": 0.5, "image_data_format": "channels_first"}
SETTINGS |= {"backend": "torch", "nnx_enabled": True}
SETTLED = f"""import time
time.time = lambda: 0.0  # as on a small computer whose clock has no battery
now = time.localtime
time.localtime = lambda *seconds: now(*seconds or [0.0])
{SETUP}
import keras
layer = keras.layers.Dense(1)
layer.build((None, 1))
print(keras.config.backend(), keras.config.floatx(), keras.config.epsilon(), end=" ")
print(keras.config.image_data_format(), layer.compute_dtype, layer.kernel.dtype)
"""


@pytest.fixture
def settings(tmp_path):
    """A user's own settings of Keras, in a file of the home folder."""
    file = tmp_path / ".keras/keras.json"
    file.parent.mkdir()
    file.write_text(json.dumps(SETTINGS))
    return file


def test_a_users_settings_of_keras_change_nothing_and_a_wrong_clock_is_named(settings):
    result = run(SETTLED, HOME=str(settings.parents[1]), KERAS_BACKEND=None)
    assert (result.returncode, result.stderr) == (0, "")
    line, clock, settled = result.stdout.splitlines()
    assert "| tensorflow " in line
    assert clock.startswith("This machine's clock says 19")
    assert settled == "tensorflow float32 1e-07 channels_last float32 float32"


@pytest.mark.parametrize("content", ['{"floatx": "bfloat16"}', '{"epsilon": 1}', "[]"])
def test_settings_that_keras_cannot_use_are_named(settings, content):
    settings.write_text(content)
    result = run(SETUP, HOME=str(settings.parents[1]))
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("RuntimeError: Keras cannot use its settings in ~/.keras/keras.json (")
    assert "remove that file" in last
    if content == "[]":  # each start takes seconds
        settings.unlink()
        assert run(SETUP, HOME=str(settings.parents[1])).returncode == 0


def test_another_error_of_keras_is_not_called_one_of_settings(tmp_path):
    (tmp_path / "keras.py").write_text("raise ValueError('numpy.dtype size changed')")
    result = run(SETUP, PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    assert result.stderr.strip().endswith("ValueError: numpy.dtype size changed")


def test_keras_that_already_runs_on_another_backend_is_told(monkeypatch):
    keras = SimpleNamespace(backend=SimpleNamespace(backend=lambda: "jax"))
    monkeypatch.setitem(sys.modules, "keras", keras)
    with pytest.raises(RuntimeError) as caught:
        env._keras("tensorflow")
    assert str(caught.value) == (
        "Keras already runs on jax, not on tensorflow: restart the kernel and run this cell first."
    )


HOMELESS = """import os
os.environ.pop("HOME", None)
import pwd
def unknown(number):
    raise KeyError(number)
pwd.getpwuid = unknown
from utils import env
env._home()
from pathlib import Path
import gensim.models
print(Path.home().is_dir(), Path.home())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="of users that only Unix has")
def test_a_user_without_a_name_and_a_home_has_one_until_the_end():
    """As where a container is started with another user's number: gensim does not start there."""
    result = run(HOMELESS)
    assert (result.returncode, result.stderr) == (0, "")
    there, home = result.stdout.splitlines()[-1].split()
    assert there == "True" and not Path(home).exists()


@pytest.mark.parametrize("backend", ["theano", "torch", ""])
def test_an_unknown_backend_is_named(backend):
    result = run(SETUP, KERAS_BACKEND=backend)
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert f'"{backend}"' in last and 'Set it to "tensorflow" (the default) or "jax"' in last


def test_a_backend_that_is_not_installed_says_how(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with monkeypatch.context() as without:
        without.setattr(env, "_installed", lambda name: False)
        with pytest.raises(RuntimeError, match="Run `%pip install jax` in a cell"):
            env._backend()
    assert hasattr(PackagingMagics, "pip")
    assert '\njax = [\n    "jax>=' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    monkeypatch.setattr(env, "_installed", lambda name: name == "jax")
    assert env._backend() == "jax"


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
