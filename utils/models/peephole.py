"""An LSTM with peephole connections, as a cell for `keras.layers.RNN`."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("sequence_models")
class PeepholeLSTMCell(keras.layers.Layer):
    """One step of an LSTM whose gates also see the memory (Gers and Schmidhuber, 2000).

    The update and forget gates see the old memory, the output gate sees the new one, each unit its
    own: a weight a unit and gate. All else is as in Keras' LSTM: columns of the weights in the
    order update, forget, candidate, output; the forget gate's bias begins at `b_f`.

    `kernel` is (n_x, 4 units), `recurrent_kernel` (units, 4 units), `bias` (4 units,), `peephole`
    (3, units): update, forget, output.

    Args:
        units: n_a.
        b_f: where the forget gate's bias begins.
    """

    def __init__(self, units: int, b_f: float = 1.0, **options):
        super().__init__(**options)
        self.units, self.b_f = units, b_f
        self.state_size, self.output_size = [units, units], units

    def build(self, input_shape):
        n_a, weight = self.units, self.add_weight
        self.kernel = weight((input_shape[-1], 4 * n_a), "glorot_uniform", name="kernel")
        self.recurrent_kernel = weight((n_a, 4 * n_a), "orthogonal", name="recurrent_kernel")
        self.bias = weight((4 * n_a,), self._start_of_bias, name="bias")
        self.peephole = weight((3, n_a), "zeros", name="peephole")

    def _start_of_bias(self, shape, dtype=None):
        zeros, n_a = ops.zeros((self.units,), dtype), self.units
        return ops.concatenate([zeros, ops.full((n_a,), self.b_f, dtype), zeros, zeros])

    def call(self, inputs, states, training=False):
        """Return a (m, units), and the new states a and c."""
        a, c = states
        z = ops.matmul(inputs, self.kernel) + ops.matmul(a, self.recurrent_kernel) + self.bias
        z_u, z_f, z_c, z_o = ops.split(z, 4, axis=-1)
        gamma_u = ops.sigmoid(z_u + self.peephole[0] * c)
        gamma_f = ops.sigmoid(z_f + self.peephole[1] * c)
        c = gamma_u * ops.tanh(z_c) + gamma_f * c
        a = ops.sigmoid(z_o + self.peephole[2] * c) * ops.tanh(c)
        return a, [a, c]

    def get_config(self):
        return {**super().get_config(), "units": self.units, "b_f": self.b_f}
