"""The environment of a notebook: backend, seeds, quiet logs, and what Google Colab lacks."""

import contextlib
import ctypes
import importlib
import importlib.metadata
import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
from pathlib import Path

from IPython import get_ipython
from IPython.display import display
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
BACKENDS = ("tensorflow", "jax")
# JupyterLab prints by way of nbconvert, whose page cuts code after 72 characters on A4. So
# smaller letters, of which 85 fit, and longer lines go on in the next one.
PAPER = """<style>@media print {
  :root { --jp-code-font-size: 11px }
  .jp-InputArea-editor pre { white-space: pre-wrap; overflow-wrap: anywhere }
}</style>"""

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4  # as in <malloc.h>

LOADING = "Loading Keras: some seconds, on a slow machine up to a minute …"

_started = time.perf_counter()


def setup(seed: int) -> None:
    """Choose the backend, seed every generator and print one line: versions, backend, device.

    Settings of Keras for this user alone (`~/.keras/keras.json`) change nothing: numbers are
    float32, channels stand last.

    Args:
        seed: seeds Python's, NumPy's and the backend's generators.

    Raises:
        RuntimeError: KERAS_BACKEND names a backend that these notebooks do not know or that is
            not installed, Keras already runs on another one, or cannot read its settings.
    """
    global _started
    _started = time.perf_counter()
    # Its place is taken by the style below: a notebook that has run does not keep it.
    first = get_ipython() and display({"text/plain": LOADING}, raw=True, display_id=True)
    if "google.colab" in sys.modules:
        install_missing()
    _quiet_logs()
    _home()
    _keep_freed_memory()
    threadpool_limits(1, user_api="blas")  # small matrices: more threads wait for one another
    backend = _backend()
    with quiet():
        keras = _keras(backend)
        keras.utils.set_random_seed(seed)  # loads TensorFlow on every backend
        where = device()
    if first:
        first.update({"text/html": PAPER, "text/plain": ""}, raw=True)
    version = importlib.metadata.version
    print(
        f"Python {sys.version_info.major}.{sys.version_info.minor} | "
        f"Keras {version('keras')} | {backend} {version(backend)} | "
        f"NumPy {version('numpy')} | {where} | seed {seed}"
    )
    if (year := time.localtime().tm_year) < 1980:
        print(f"This machine's clock says {year}: set it, or no model can be saved (a zip file).")


def seconds() -> float:
    """Return the seconds since `setup` was called."""
    return time.perf_counter() - _started


def device() -> str:
    """Return "GPU" or "CPU": where Keras will compute."""
    import keras

    names = keras.distribution.list_devices()
    return (
        "GPU" if any("gpu" in name.lower() or "cuda" in name.lower() for name in names) else "CPU"
    )


def jit_compile(units: int = 0, dropout: bool = False) -> bool:
    """Return the `jit_compile` to give to `Model.compile` for a recurrent model.

    Measured: on JAX, training that is not compiled is about ten times slower. On TensorFlow, "auto"
    never compiles recurrent layers; compiling makes small ones (64 units) 1.5 times faster, larger
    ones no faster, and ones with dropout four times slower.

    Args:
        units: of the largest recurrent layer.
        dropout: whether the model has dropout.
    """
    import keras

    return keras.backend.backend() == "jax" or (0 < units <= 64 and not dropout)


@contextlib.contextmanager
def quiet():
    """Drop what native code writes to stderr: TensorFlow 2.21 logs before it reads its log level.

    Python's own errors are exceptions and still arrive.
    """
    # A closed stdin, stdout or stderr stays taken: else the next file gets its number, and what
    # native code writes there.
    while (nothing := os.open(os.devnull, os.O_RDWR)) < 3:
        pass
    kept = os.dup(2)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def install_missing() -> None:
    """Install the project's dependencies that this environment lacks, and change no other package.

    For Google Colab, where NumPy is loaded before the first cell runs: everything that is
    installed stays at its version.

    Raises:
        RuntimeError: a package could not be installed beside the ones that are there.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    missing = [line for line in project["dependencies"] if not _installed(line)]
    if not missing:
        return
    # By name: an older copy further down the path (Debian's, in Colab) does not count.
    names = {d.metadata["Name"] for d in importlib.metadata.distributions()}
    with tempfile.TemporaryDirectory() as folder:
        keep = Path(folder) / "keep.txt"
        pins = (f"{name}=={importlib.metadata.version(name)}\n" for name in names if name)
        keep.write_text("".join(pins), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "-c", str(keep), *missing]
        result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(
            f"Could not install {', '.join(missing)} beside what is installed here. "
            f"pip says: {(result.stderr.strip() or 'nothing').splitlines()[-1]}"
        )
    importlib.invalidate_caches()


def _installed(requirement: str) -> bool:
    try:
        importlib.metadata.version(re.match(r"[\w.-]+", requirement)[0])
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _backend() -> str:
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend not in BACKENDS:
        raise RuntimeError(
            f'KERAS_BACKEND is "{backend}", which these notebooks do not know. '
            f'Set it to "tensorflow" (the default) or "jax" and restart the kernel.'
        )
    if not _installed(backend):
        raise RuntimeError(
            f'KERAS_BACKEND is "{backend}", but {backend} is not installed. '
            f"Run `%pip install {backend}` in a cell and restart the kernel."
        )
    return backend


def _home() -> None:
    """Give a user without a home folder, as some containers have, one until this process ends."""
    global _homeless
    try:
        Path.home()
    except RuntimeError:  # gensim, for one, does not start without
        _homeless = tempfile.TemporaryDirectory(prefix="home-")
        os.environ["HOME"] = _homeless.name


def _keep_freed_memory() -> None:
    """Let C's `malloc` keep what is freed, on Linux with glibc: the next update needs it again.

    A training step takes and frees the same megabytes each time. Given back to the system, every
    page comes back cleared: nearly half of a small convolutional network's CPU time (`make bench`).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(M_MMAP_MAX, 0)  # large ones come from the heap, too
        mallopt(M_TRIM_THRESHOLD, 2**30)  # of the main thread's heap
        mallopt(M_TOP_PAD, 64 * 2**20)  # as large as the other threads' heaps: all are kept


def _keras(backend: str):
    """Return Keras, on this backend and with its settings as Keras itself has them."""
    os.environ["KERAS_NNX_ENABLED"] = "false"  # else keras.json may ask for a package: flax
    try:
        import keras
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1].filename
        if Path(place).parts[-3:] != ("src", "backend", "config.py"):
            raise
        folder = os.environ.get("KERAS_HOME", "~/.keras")
        raise RuntimeError(
            f"Keras cannot use its settings in {folder}/keras.json ({error}): correct or remove "
            "that file and restart the kernel."
        ) from None
    if keras.backend.backend() != backend:
        raise RuntimeError(
            f"Keras already runs on {keras.backend.backend()}, not on {backend}: restart the "
            "kernel and run this cell first."
        )
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    return keras


def _quiet_logs() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the same rounding on every CPU
