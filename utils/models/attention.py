"""Attention: a decoder looks back at every step of what it translates, describes or transcribes.

The encoder's states are `a`, of shape (m, T_x, n_a): one for each character, word or region of a
picture. Additive attention (Bahdanau, Cho and Bengio 2015) asks a small network how well each of
them fits the decoder's state `s`, and takes their mean with these weights.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("sequence_models")
class Attention(keras.Layer):
    """Additive attention: the weights `alphas` of the encoder's states, and their mean.

    e<t,t'> = v · tanh(W_s s<t-1> + W_a a<t'> + b), and alphas<t> is the softmax of e<t> over t'.

    Args:
        units: the size of the small network's hidden layer.
    """

    def __init__(self, units: int, **options):
        super().__init__(**options)
        self.units = units
        self.query = keras.layers.Dense(units, use_bias=False, name="query")
        self.key = keras.layers.Dense(units, name="key")
        self.energy = keras.layers.Dense(1, use_bias=False, name="energy")

    def build(self, s_shape, a_shape):
        """Make the weights for states of shapes (m, n_s) and (m, T_x, n_a)."""
        self.query.build(s_shape)
        self.key.build(a_shape)
        self.energy.build((None, None, self.units))

    def call(self, s, a, mask=None):
        """Look at the encoder's states from the state of the decoder.

        Args:
            s: the decoder's state, (m, n_s).
            a: the encoder's states, (m, T_x, n_a).
            mask: (m, T_x), False where `a` is padding, which then gets no weight; None if it is
                nowhere.

        Returns:
            context: (m, n_a).
            alphas: (m, T_x), each row adds up to 1.
        """
        return self.look(s, a, self.key(a), mask)

    def look(self, s, a, key, mask=None):
        """Do the same as `call`, with `key` = `self.key(a)`: one for all steps of a decoder."""
        hidden = ops.tanh(ops.expand_dims(self.query(s), axis=1) + key)
        e = ops.squeeze(self.energy(hidden), axis=-1)
        if mask is not None:
            e = ops.where(mask, e, -1e9)
        alphas = ops.softmax(e, axis=-1)
        return ops.squeeze(ops.expand_dims(alphas, axis=1) @ a, axis=1), alphas

    def compute_mask(self, *inputs):
        """Return None: nothing of what comes out is padding."""

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable("sequence_models")
class AttentionDecoder(keras.Layer):
    """A GRU that writes one token at a time, looking at the encoder's states before each.

    Args:
        n_y: the size of the output's vocabulary.
        n_s: the size of the state.
        n_e: the size of the embedding of the token before.
        units: the size of the attention's hidden layer.
    """

    def __init__(self, n_y: int, n_s: int, n_e: int, units: int, **options):
        super().__init__(**options)
        self.sizes = {"n_y": n_y, "n_s": n_s, "n_e": n_e, "units": units}
        self.embed = keras.layers.Embedding(n_y, n_e, name="embed")
        self.attend = Attention(units, name="attend")
        self.cell = keras.layers.GRUCell(n_s, name="cell")
        self.classify = keras.layers.Dense(n_y, name="classify")

    def build(self, tokens_shape, a_shape):
        """Make the weights for tokens (m, T_y) and encoder states of shape (m, T_x, n_a)."""
        n_s, n_e, n_a = self.sizes["n_s"], self.sizes["n_e"], a_shape[-1]
        self.embed.build(tokens_shape)
        self.attend.build((None, n_s), a_shape)
        self.cell.build((None, n_a + n_e))
        self.classify.build((None, n_a + n_s))

    def start(self, a):
        """Return the state before the first token: zeros, (m, n_s)."""
        return ops.zeros((ops.shape(a)[0], self.sizes["n_s"]))

    def step(self, s, tokens, a, mask=None):
        """Read one token of each of m sequences and say what may come next.

        Args:
            s: the state, (m, n_s).
            tokens: the tokens before, (m,); `END` before the first.
            a: the encoder's states, (m, T_x, n_a).
            mask: (m, T_x), False where `a` is padding.

        Returns:
            s: the next state, (m, n_s).
            logits: of the next token, (m, n_y).
            alphas: where the decoder looked, (m, T_x).
        """
        s, seen, alphas = self._look(s, self.embed(tokens), a, self.attend.key(a), mask)
        return s, self.classify(seen), alphas

    def call(self, tokens, a, mask=None):
        """Take all steps with the right tokens given: teacher forcing.

        Args:
            tokens: before each step, (m, T_y): the targets one step later, `END` first.
            a: the encoder's states, (m, T_x, n_a).
            mask: (m, T_x), False where `a` is padding.

        Returns:
            logits: (m, T_y, n_y).
            alphas: (m, T_y, T_x).
        """
        s, y, all_seen, all_alphas = self.start(a), self.embed(tokens), [], []
        key = self.attend.key(a)  # once: XLA does not merge the equal products of the steps
        for t in range(tokens.shape[1]):
            s, seen, alphas = self._look(s, y[:, t], a, key, mask)
            all_seen.append(seen)
            all_alphas.append(alphas)
        return self.classify(ops.stack(all_seen, axis=1)), ops.stack(all_alphas, axis=1)

    def _look(self, s, y, a, key, mask):
        context, alphas = self.attend.look(s, a, key, mask)
        s, _ = self.cell(ops.concatenate([context, y], axis=-1), [s])
        return s, ops.concatenate([context, s], axis=-1), alphas

    def compute_mask(self, *inputs):
        """Return None: nothing of what comes out is padding."""

    def get_config(self):
        """Return the arguments that make this layer again."""
        return {**super().get_config(), **self.sizes}
