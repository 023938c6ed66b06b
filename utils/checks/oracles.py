"""Answers from other implementations: automatic differentiation and Keras layers."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from utils import env

with env.quiet():
    import keras
    import tensorflow as tf


def gradients(scalar: Callable, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Differentiate a function by TensorFlow's automatic differentiation.

    Args:
        scalar: takes a dictionary of tensors, named as in `arrays`, and returns one number,
            computed with TensorFlow's functions.
        arrays: float64 arrays.

    Returns:
        For each name the gradient of that number, "d" put before the name.
    """
    tensors = {name: tf.constant(array) for name, array in arrays.items()}
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = scalar(tensors)
    found = tape.gradient(value, tensors)
    # A gathered array has a sparse gradient: make it an array like the others.
    return {f"d{name}": tf.convert_to_tensor(g).numpy() for name, g in found.items()}


def layer_output(layer: keras.Layer, weights: Sequence[np.ndarray], x, initial_state=None):
    """Return what a Keras recurrent layer gives with these weights.

    Args:
        layer: any recurrent layer, not built yet.
        weights: as its `set_weights` takes them.
        x: (m, T_x, n_x).
        initial_state: a list of arrays (m, n_a), or None for zeros.

    Returns:
        NumPy arrays: one, or several if the layer returns its states too.
    """
    layer.build(x.shape)
    layer.set_weights([np.asarray(w, "float32") for w in weights])
    states = None if initial_state is None else [np.asarray(s, "float32") for s in initial_state]
    result = layer(np.asarray(x, "float32"), **({"initial_state": states} if states else {}))
    if isinstance(result, tuple | list):
        return [keras.ops.convert_to_numpy(part) for part in result]
    return keras.ops.convert_to_numpy(result)
