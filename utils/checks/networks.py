"""Networks of Keras that learners build: what they say with weights that a grader chose."""

from collections.abc import Sequence

import keras
import numpy as np

from utils.checks.answers import kind
from utils.checks.wrong import Wrong

COUNTS = "The list of the sizes of your weights"


def read(
    name: str, model, x: np.ndarray, weights: Sequence[np.ndarray]
) -> tuple[list[int], np.ndarray]:
    """Give weights to a model of texts, and let it read.

    For `Attempt.then`: where the weights have other sizes the list of these tells, and it is
    compared first.

    Args:
        name: of the exercise.
        model: what the learner's function returned.
        x: (m, T_x), int32.
        weights: in the order of the model's own.

    Returns:
        How many numbers each weight has, and what the model says: nan, (m, 1), where the weights
        have other shapes.

    Raises:
        Wrong: it is no model, one without weights or layers to look into, or one for texts of
            another length alone.
    """
    if not isinstance(model, keras.Model):
        raise Wrong(f"{name} should return a keras.Model; yours is {kind(model)}.")
    if not hasattr(model, "inputs") or model.inputs is None:
        if isinstance(model, keras.Sequential):
            raise Wrong(
                "The model has no weights yet. Let it begin with "
                'keras.Input((None,), dtype="int32").'
            )
        raise Wrong(
            f"{name} returns a model of a class of your own. The notebook looks into its layers "
            f"later: return keras.Model(inputs, outputs)."
        )
    length = model.inputs[0].shape[1:]
    if length != (None,):
        raise Wrong(
            f"The model takes texts of one length alone. Yours: {length[0]} words. Give its "
            f"Input the shape (None,)."
            if len(length) == 1
            else f"The Input should have the shape (None,), not {length}."
        )
    counts = [int(np.prod(w.shape)) for w in model.weights]
    if [tuple(w.shape) for w in model.weights] != [w.shape for w in weights]:
        return counts, np.full((len(x), 1), np.nan)
    model.set_weights(weights)
    return counts, keras.ops.convert_to_numpy(model(x))
