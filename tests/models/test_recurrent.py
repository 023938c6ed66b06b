"""The NumPy networks against Keras layers, automatic differentiation and finite differences."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.env import ROOT
from utils.models import gru, lstm, recurrent

# m, T_x, n_x, n_a: all different, and each edge case.
SIZES = [(4, 6, 3, 5), (1, 6, 3, 5), (4, 1, 3, 5), (4, 6, 1, 5), (2, 3, 7, 1)]
MODULES = {"rnn": recurrent, "gru": gru, "lstm": lstm}
KINDS = ["rnn", "gru", "gru_reset_after", "lstm"]


class Network:
    """One interface to the four, so that every test runs on each."""

    def __init__(self, kind):
        self.name, _, form = kind.partition("_")
        self.options = {"reset_after": bool(form)} if self.name == "gru" else {}
        self.states = 2 if self.name == "lstm" else 1

    def function(self, suffix):
        return getattr(MODULES[self.name], f"{self.name}_{suffix}")

    def init(self, n_x, n_a, rng, dtype=np.float32):
        """Parameters with no zeros in them, so that every term counts."""
        parameters = self.function("init")(n_x, n_a, rng, dtype=dtype, **self.options)
        return {k: v + rng.normal(0, 0.3, v.shape).astype(dtype) for k, v in parameters.items()}

    def forward(self, x, states, parameters):
        *outputs, cache = self.function("forward")(x, *states, parameters, **self.options)
        return outputs, cache

    def cell_forward(self, x_t, states, parameters):
        *outputs, cache = self.function("cell_forward")(x_t, *states, parameters, **self.options)
        return outputs, cache

    def backward(self, da, cache, dc_last):
        extra = [dc_last] if self.states == 2 else []
        return self.function("backward")(da, cache, *extra)

    def cell_backward(self, da_next, dc_next, cache):
        extra = [dc_next] if self.states == 2 else []
        return self.function("cell_backward")(da_next, *extra, cache)

    def layer(self, n_x, n_a, dtype):
        kinds = {"rnn": keras.layers.SimpleRNN, "gru": keras.layers.GRU, "lstm": keras.layers.LSTM}
        layer = kinds[self.name](
            n_a, return_sequences=True, return_state=True, dtype=dtype, **self.options
        )
        layer.build((None, None, n_x))
        return layer


@pytest.fixture(params=KINDS)
def network(request):
    return Network(request.param)


def draw(network, sizes, dtype, seed=0):
    """Random x, states, parameters, da and dc_last."""
    m, T_x, n_x, n_a = sizes
    rng = np.random.default_rng(seed)
    normal = lambda *shape: rng.normal(size=shape).astype(dtype)  # noqa: E731
    states = [normal(m, n_a) for _ in range(network.states)]
    parameters = network.init(n_x, n_a, rng, dtype)
    return normal(m, T_x, n_x), states, parameters, normal(m, T_x, n_a), normal(m, n_a)


@pytest.mark.parametrize("sizes", SIZES)
def test_forward_equals_keras(network, sizes):
    x, states, parameters, _, _ = draw(network, sizes, np.float32)
    layer = network.layer(*sizes[2:], "float32")
    layer.set_weights(network.function("to_keras")(parameters))
    initial = states if network.states == 2 else states[0]
    wanted, *last = (np.array(out) for out in layer(x, initial_state=initial))
    outputs, _ = network.forward(x, states, parameters)
    np.testing.assert_allclose(outputs[0], wanted, atol=1e-5)
    for output, wanted_last in zip(outputs, last, strict=True):
        np.testing.assert_allclose(output[:, -1], wanted_last, atol=1e-5)


@pytest.mark.parametrize("sizes", SIZES)
def test_gradients_equal_automatic_differentiation(network, sizes):
    x, states, parameters, da, dc_last = draw(network, sizes, np.float64)
    layer = network.layer(*sizes[2:], "float64")
    layer.set_weights(network.function("to_keras")(parameters))
    sources = [tf.constant(array) for array in (x, *states)]
    weights = [weight.value for weight in layer.trainable_weights]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        initial = sources[1:] if network.states == 2 else sources[1]
        a, *last = layer(sources[0], initial_state=initial)
        loss = tf.reduce_sum(a * da)
        if network.states == 2:
            loss += tf.reduce_sum(last[1] * dc_last)
    wanted = tape.gradient(loss, sources + weights)
    wanted = [np.array(gradient) for gradient in wanted]
    # The gradient of a weight passes the converter as the weight does: both only change signs.
    by_parameter = network.function("from_keras")(wanted[len(sources) :])
    wanted = dict(zip(["dx", "da0", "dc0"], wanted[: len(sources)], strict=False))
    wanted |= {f"d{name}": gradient for name, gradient in by_parameter.items()}

    outputs, cache = network.forward(x, states, parameters)
    np.testing.assert_allclose(outputs[0], a, atol=1e-12)
    gradients = network.backward(da, cache, dc_last)
    assert gradients.keys() == wanted.keys()
    for name, gradient in gradients.items():
        np.testing.assert_allclose(gradient, wanted[name], atol=1e-8, err_msg=name)


@settings(max_examples=15, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    sizes=st.tuples(*[st.integers(1, 4)] * 4),
    seed=st.integers(0, 2**32 - 1),
)
def test_gradients_equal_finite_differences(kind, sizes, seed):
    """Along one random direction in each array: no framework takes part."""
    network = Network(kind)
    x, states, parameters, da, dc_last = draw(network, sizes, np.float64, seed)
    arrays = dict(zip(["x", "a0", "c0"], [x, *states], strict=False)) | parameters

    def loss(arrays):
        states = [arrays[name] for name in ("a0", "c0") if name in arrays]
        outputs, _ = network.forward(arrays["x"], states, arrays)
        from_c = (outputs[1][:, -1] * dc_last).sum() if network.states == 2 else 0.0
        return (outputs[0] * da).sum() + from_c

    gradients = network.backward(da, network.forward(x, states, parameters)[1], dc_last)
    rng, step = np.random.default_rng(seed), 1e-5
    for name, array in arrays.items():
        direction = rng.normal(size=array.shape)
        up, down = (loss(arrays | {name: array + s * direction}) for s in (step, -step))
        slope = (gradients[f"d{name}"] * direction).sum()
        np.testing.assert_allclose(slope, (up - down) / (2 * step), rtol=1e-6, atol=1e-6)


def test_cells_in_a_row_equal_the_sequence(network):
    x, states, parameters, da, dc_last = draw(network, (4, 6, 3, 5), np.float64)
    wanted, cache = network.forward(x, states, parameters)
    caches = []
    for t in range(x.shape[1]):
        states, cell_cache = network.cell_forward(x[:, t], states, parameters)
        caches.append(cell_cache)
        for state, whole in zip(states, wanted, strict=True):
            np.testing.assert_allclose(state, whole[:, t], atol=1e-12)

    total, da_next, dc_next = {}, np.zeros_like(da[:, 0]), dc_last
    for t in reversed(range(x.shape[1])):
        gradients = network.cell_backward(da[:, t] + da_next, dc_next, caches[t])
        da_next, dc_next = gradients.pop("da_prev"), gradients.pop("dc_prev", None)
        total = {name: total.get(name, 0) + g for name, g in gradients.items() if name != "dx_t"}
    whole = network.backward(da, cache, dc_last)
    np.testing.assert_allclose(gradients["dx_t"], whole["dx"][:, 0], atol=1e-10)
    np.testing.assert_allclose(da_next, whole["da0"], atol=1e-10)
    for name, gradient in total.items():
        np.testing.assert_allclose(gradient, whole[name], atol=1e-10, err_msg=name)


def test_a_cache_can_be_used_twice(network):
    x, states, parameters, da, dc_last = draw(network, (4, 6, 3, 5), np.float32)
    before = x.copy(), {name: array.copy() for name, array in parameters.items()}
    outputs, cache = network.forward(x, states, parameters)
    first = network.backward(da, cache, dc_last)
    outputs[0][:] = 0
    second = network.backward(da, cache, dc_last)
    for name, gradient in first.items():
        np.testing.assert_array_equal(gradient, second[name])
    np.testing.assert_array_equal(x, before[0])
    for name, array in parameters.items():
        np.testing.assert_array_equal(array, before[1][name])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_has_the_dtype_of_the_parameters(network, dtype):
    x, states, parameters, da, dc_last = draw(network, (4, 6, 3, 5), np.float64)
    parameters = {name: array.astype(dtype) for name, array in parameters.items()}
    outputs, cache = network.forward(x, states, parameters)
    gradients = network.backward(da, cache, dc_last)
    arrays = [*outputs, *gradients.values(), *cache.values()]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


def test_large_inputs_do_not_overflow(network):
    x, states, parameters, da, dc_last = draw(network, (4, 6, 3, 5), np.float32)
    with np.errstate(all="raise", under="ignore"):
        outputs, cache = network.forward(1e4 * x, states, parameters)
        gradients = network.backward(da, cache, dc_last)
    assert all(np.isfinite(array).all() for array in [*outputs, *gradients.values()])


def test_weights_survive_the_way_to_keras_and_back(network):
    rng = np.random.default_rng(0)
    parameters = network.init(3, 5, rng)
    weights = network.function("to_keras")(parameters)
    again = network.function("from_keras")(weights)
    assert again.keys() == parameters.keys()
    for name, array in parameters.items():
        np.testing.assert_array_equal(again[name], array)
        assert not any(np.shares_memory(array, weight) for weight in weights)

    layer = network.layer(3, 5, "float32")
    layer_weights = layer.get_weights()
    assert [w.shape for w in weights] == [w.shape for w in layer_weights]
    back = network.function("to_keras")(network.function("from_keras")(layer_weights))
    for weight, wanted in zip(back, layer_weights, strict=True):
        np.testing.assert_array_equal(weight, wanted)


def test_a_layer_runs_in_numpy(network):
    """From Keras to here: the other way round is in test_forward_equals_keras."""
    layer = network.layer(3, 5, "float32")
    x = np.random.default_rng(0).normal(size=(4, 6, 3)).astype(np.float32)
    parameters = network.function("from_keras")(layer.get_weights())
    states = [np.zeros((4, 5))] * network.states
    outputs, _ = network.forward(x, states, parameters)
    np.testing.assert_allclose(outputs[0], np.array(layer(x)[0]), atol=1e-5)


def test_init_draws_as_keras_does(network):
    n_x, n_a = 40, 60
    rng = np.random.default_rng(0)
    parameters = network.function("init")(n_x, n_a, rng, **network.options)
    layer_weights = network.layer(n_x, n_a, "float32").get_weights()
    Wx, Wa, b = network.function("to_keras")(parameters)
    assert {array.dtype for array in parameters.values()} == {np.dtype(np.float32)}
    np.testing.assert_allclose(np.abs(Wx).max(), np.abs(layer_weights[0]).max(), rtol=0.02)
    np.testing.assert_allclose(Wx.std(), layer_weights[0].std(), rtol=0.05)
    np.testing.assert_allclose(Wa @ Wa.T, np.eye(n_a), atol=1e-5)
    np.testing.assert_array_equal(b, layer_weights[2])


def test_the_two_gru_forms_differ_only_in_the_relevance_gate():
    """With gamma_r = 1 everywhere they are the same network; as drawn they are not."""
    network = Network("gru")
    x, [a0], parameters, _, _ = draw(network, (4, 6, 3, 5), np.float64)

    def gap():
        after = parameters | {"b": np.stack([parameters["b"], np.zeros(15)])}
        textbook, _ = gru.gru_forward(x, a0, parameters)
        return np.abs(textbook - gru.gru_forward(x, a0, after, reset_after=True)[0]).max()

    assert gap() > 1e-3
    parameters["b"][5:10] = 1e3
    assert gap() < 1e-12


def test_the_gru_keeps_its_memory_when_the_update_gate_is_shut():
    """The course's convention: gamma_u = 0 keeps c, gamma_u = 1 replaces it."""
    x, [a0], parameters, _, _ = draw(Network("gru"), (4, 6, 3, 5), np.float64)
    parameters["b"][:5] = -1e3
    a, cache = gru.gru_forward(x, a0, parameters)
    np.testing.assert_allclose(a[:, -1], a0)
    assert cache["gates"][:, 0].max() == 0


BAD = {
    "x": (lambda a: a[0], r"x should have shape \(m, T_x, n_x\), but it has shape \(6, 3\)\."),
    "a0": (lambda a: a[:2], r"a0 should have shape \(4, n_a\), but it has shape \(2, 5\)\."),
    "da": (lambda a: a[:, 1:], r"da should have shape \(4, 6, 5\), but it has shape \(4, 5, 5\)\."),
    "Wa": (lambda a: a[1:], r"W\w+ should have shape \(5, \d+\), but it has shape \(4, \d+\)\."),
    "Wx": (lambda a: a.T, r"W\w+ should have shape \(3, \d+\), but it has shape \(\d+, 3\)\."),
    "b": (lambda a: a[..., :4], r"ba? should have shape \(.*\), but it has shape \(.*4,?\)\."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_shape_is_named(network, name):
    spoil, message = BAD[name]
    if network.name == "rnn":
        name = {"Wx": "Wax", "Wa": "Waa", "b": "ba"}.get(name, name)
    x, states, parameters, da, dc_last = draw(network, (4, 6, 3, 5), np.float32)
    arrays = dict(zip(["x", "a0", "c0"], [x, *states], strict=False)) | parameters | {"da": da}
    arrays[name] = spoil(arrays[name])
    states = [arrays[state] for state in ("a0", "c0")[: network.states]]
    with pytest.raises(ValueError, match=f"^{message}$"):
        _, cache = network.forward(arrays["x"], states, arrays)
        network.backward(arrays["da"], cache, dc_last)


def test_a_wrong_shape_in_a_cell_is_named_as_the_cell_names_it(network):
    x, states, parameters, da, dc_last = draw(network, (4, 6, 3, 5), np.float32)
    with pytest.raises(ValueError, match=r"^x_t should have shape \(m, n_x\), .* \(3,\)\.$"):
        network.cell_forward(x[0, 0], states, parameters)
    with pytest.raises(ValueError, match=r"^a_prev should have shape \(4, n_a\), .* \(2, 5\)\.$"):
        network.cell_forward(x[:, 0], [states[0][:2], *states[1:]], parameters)
    _, cache = network.cell_forward(x[:, 0], states, parameters)
    with pytest.raises(ValueError, match=r"^da_next should have shape \(4, 5\), .* \(4, 6, 5\)\.$"):
        network.cell_backward(da, dc_last, cache)


def test_the_memory_of_an_lstm_is_checked():
    x, [a, c], parameters, da, dc = draw(Network("lstm"), (4, 6, 3, 5), np.float32)
    with pytest.raises(ValueError, match=r"^c0 should have shape \(4, 5\), .* \(4, 2\)\.$"):
        lstm.lstm_forward(x, a, c[:, :2], parameters)
    with pytest.raises(ValueError, match=r"^c_prev should have shape \(4, 5\), .* \(2, 5\)\.$"):
        lstm.lstm_cell_forward(x[:, 0], a, c[:2], parameters)
    _, _, cache = lstm.lstm_cell_forward(x[:, 0], a, c, parameters)
    with pytest.raises(ValueError, match=r"^dc_next should have shape \(4, 5\), .* \(2, 5\)\.$"):
        lstm.lstm_cell_backward(da[:, 0], dc[:2], cache)
    with pytest.raises(ValueError, match=r"^dc_last should have shape \(4, 5\), .* \(2, 5\)\.$"):
        lstm.lstm_backward(da[:, :1], cache, dc[:2])


def test_a_missing_parameter_is_named(network):
    x, states, parameters, _, _ = draw(network, (4, 6, 3, 5), np.float32)
    name = list(parameters)[1]
    del parameters[name]
    held = ", ".join(parameters)
    with pytest.raises(ValueError, match=rf"^parameters has no '{name}', only {held}\.$"):
        network.forward(x, states, parameters)


def test_parameters_of_other_layers_are_left_alone(network):
    x, states, parameters, _, _ = draw(network, (4, 6, 3, 5), np.float32)
    alone, _ = network.forward(x, states, parameters)
    together, _ = network.forward(x, states, parameters | {"Wya": np.ones((5, 2), int), "by": 0.5})
    np.testing.assert_array_equal(together[0], alone[0])


def test_the_form_of_a_gru_must_match_its_bias():
    x, [a0], parameters, _, _ = draw(Network("gru"), (4, 6, 3, 5), np.float32)
    with pytest.raises(ValueError, match=r"^b should have shape \(2, 15\), .* \(15,\)\.$"):
        gru.gru_forward(x, a0, parameters, reset_after=True)


def test_a_layer_without_bias_is_refused(network):
    with pytest.raises(ValueError, match=r"3 arrays \(kernel, recurrent kernel, bias\).* holds 2"):
        network.function("from_keras")([np.ones((3, 5)), np.ones((5, 5))])


def test_the_module_needs_numpy_only():
    code = (
        "import sys, utils.models.gru, utils.models.lstm;"
        "print([name for name in ('keras', 'tensorflow', 'jax') if name in sys.modules])"
    )
    out = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert out.strip() == "[]"
