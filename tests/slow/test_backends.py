"""Models stored by one backend are loaded by the other. (test_copies.py runs notebooks on JAX.)"""

import os
import subprocess
import sys

import keras
import numpy as np

from tests.models.test_attention import INPUTS, arrays, make_model
from utils.course import exercises

JAX = """
import keras, numpy, utils.models.attention

assert keras.backend.backend() == "jax"
inputs = list(numpy.load("inputs.npz").values())
model = keras.saving.load_model("tensorflow.keras")
numpy.savez("of_tensorflow.npz", *model(inputs))
model.set_weights([-weight for weight in model.get_weights()])
model.save("jax.keras")
numpy.savez("of_jax.npz", *model(inputs))
"""


def test_attention_is_stored_by_one_backend_and_loaded_by_the_other(tmp_path):
    ours = make_model()
    ours.save(tmp_path / "tensorflow.keras")
    np.savez(tmp_path / "inputs.npz", *INPUTS)
    root = str(exercises.NOTEBOOKS.parent)
    variables = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": root}
    command = [sys.executable, "-c", JAX]
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    theirs = keras.saving.load_model(tmp_path / "jax.keras")
    for model, name in ((ours, "of_tensorflow.npz"), (theirs, "of_jax.npz")):
        of_jax = np.load(tmp_path / name).values()
        for found, expected in zip(arrays(model(INPUTS)), of_jax, strict=True):
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    for one, other in zip(arrays(ours(INPUTS)), arrays(theirs(INPUTS)), strict=True):
        assert np.abs(one - other).max() > 0.01  # the weights did change in between
