"""How fast are the NumPy networks? Forward plus backward, float32, one thread.

    python tests/bench/kernels.py

The yardsticks: the LSTM one example at a time; the LSTM with a product for each gate, as a careful
learner writes it; the machine's own matrix product (sgemm), measured in the same run; and Keras on
TensorFlow and on JAX, each in a process of its own, with sgemm measured there too. Times are CPU
times, which other programs disturb least, and medians over rounds in which everything takes its
turn. The sgemm rate is the best of its rounds.
"""

import os

# Before NumPy is imported: its BLAS reads this once.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from utils.models import gru, lstm, recurrent  # noqa: E402

M, T_X, N_X, N_A = 64, 50, 64, 128
MODULES = {"rnn": recurrent, "gru": gru, "lstm": lstm}
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
ROUNDS = 9


# --- the yardsticks


def sigmoid(z):
    """1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def four_products_forward(x, a0, c0, parameters):
    """One example or a batch, with a product for each gate on the concatenation [a_prev, x_t]."""
    Wu, Wf, Wc, Wo, bu, bf, bc, bo = parameters
    a, caches = np.empty((*x.shape[:-1], a0.shape[-1]), x.dtype), []
    a_prev, c_prev = a0, c0
    for t in range(x.shape[-2]):
        concat = np.concatenate([a_prev, x[..., t, :]], axis=-1)
        u, f = sigmoid(concat @ Wu + bu), sigmoid(concat @ Wf + bf)
        candidate, o = np.tanh(concat @ Wc + bc), sigmoid(concat @ Wo + bo)
        c = u * candidate + f * c_prev
        tanh_c = np.tanh(c)
        a_prev = a[..., t, :] = o * tanh_c
        caches.append((concat, u, f, candidate, o, c_prev, tanh_c))
        c_prev = c
    return a, caches


def four_products_backward(da, caches, parameters):
    """Gradients of the same, again gate by gate: dx, da0, dc0, then the eight parameters."""
    weights, n_a = parameters[:4], da.shape[-1]
    dweights = [np.zeros_like(W) for W in weights]
    dbiases = [np.zeros_like(b) for b in parameters[4:]]
    da_next, dc_next, dx = 0, 0, [None] * da.shape[-2]
    for t in reversed(range(da.shape[-2])):
        concat, u, f, candidate, o, c_prev, tanh_c = caches[t]
        da_t = da[..., t, :] + da_next
        dc = dc_next + da_t * o * (1 - tanh_c**2)
        dgates = [
            dc * candidate * u * (1 - u),
            dc * c_prev * f * (1 - f),
            dc * u * (1 - candidate**2),
            da_t * tanh_c * o * (1 - o),
        ]
        for dW, db, dgate in zip(dweights, dbiases, dgates, strict=True):
            dW += np.outer(concat, dgate) if concat.ndim == 1 else concat.T @ dgate
            db += dgate if dgate.ndim == 1 else dgate.sum(axis=0)
        dconcat = sum(dgate @ W.T for dgate, W in zip(dgates, weights, strict=True))
        da_next, dx[t], dc_next = dconcat[..., :n_a], dconcat[..., n_a:], dc * f
    return [np.stack(dx, axis=-2), da_next, dc_next, *dweights, *dbiases]


def four_products(x, da, a0, parameters):
    """Forward and backward."""
    _, caches = four_products_forward(x, a0, a0, parameters)
    return four_products_backward(da, caches, parameters)


def one_example_at_a_time(x, da, a0, parameters):
    """The same in a loop over vectors, the parameters' gradients added up."""
    total = [np.zeros_like(array) for array in parameters]
    for example in zip(x, da, a0, strict=True):
        for sum_, gradient in zip(total, four_products(*example, parameters)[3:], strict=True):
            sum_ += gradient
    return total


# --- ours


def ours(name, x, da, a0, parameters):
    """Forward and backward through utils.models."""
    forward = getattr(MODULES[name], f"{name}_forward")
    states = [a0, a0] if name == "lstm" else [a0]
    cache = forward(x, *states, parameters)[-1]
    return getattr(MODULES[name], f"{name}_backward")(da, cache)


def split_gates(parameters):
    """Our LSTM parameters, as the yardsticks want them."""
    W = np.concatenate([parameters["Wa"], parameters["Wx"]])
    blocks = [*np.split(W, 4, axis=1), *np.split(parameters["b"], 4)]
    return [np.ascontiguousarray(block) for block in blocks]


def assert_all_agree(x, da, a0, parameters):
    """A fast wrong answer is no answer."""
    dW = np.concatenate([(g := ours("lstm", x, da, a0, parameters))["dWa"], g["dWx"]])
    for yardstick in (four_products, one_example_at_a_time):
        gradients = yardstick(x, da, a0, split_gates(parameters))
        theirs = np.concatenate(gradients[-8:-4], axis=1)
        np.testing.assert_allclose(dW, theirs, rtol=1e-3, atol=1e-2)


# --- Keras


def keras_step(name, x, da):
    """A compiled function that runs a Keras layer forward and backward, and waits for the end."""
    import keras

    kinds = {"rnn": keras.layers.SimpleRNN, "gru": keras.layers.GRU, "lstm": keras.layers.LSTM}
    layer = kinds[name](N_A, return_sequences=True)
    layer.build(x.shape)
    make = jax_step if keras.backend.backend() == "jax" else tensorflow_step
    return make(layer, x, da)


def tensorflow_step(layer, x, da):
    """Without XLA, which gains nothing at this size on TensorFlow."""
    import tensorflow as tf

    x, da = tf.constant(x), tf.constant(da)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(layer(x) * da)
        return tape.gradient(loss, [x, *(v.value for v in layer.trainable_variables)])

    return lambda: [gradient.numpy() for gradient in step()]


def jax_step(layer, x, da):
    """Compiled by jax.jit."""
    import jax

    variables = [v.value for v in layer.trainable_variables]
    others = [v.value for v in layer.non_trainable_variables]

    def loss(variables, x):
        return (layer.stateless_call(variables, others, x)[0] * da).sum()

    step = jax.jit(jax.value_and_grad(loss, argnums=(0, 1)))
    return lambda: jax.block_until_ready(step(variables, x))


def use_one_core():
    """Frameworks start threads of their own; where the system allows it, pin them to one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if os.environ["KERAS_BACKEND"] == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)


# --- measuring


def sgemm():
    """Multiplies two square matrices of 1024."""
    a = np.random.default_rng(0).random((1024, 1024), np.float32)
    return partial(np.matmul, a, a, out=np.empty_like(a))


def seconds(function):
    """The CPU time of one call, all threads together."""
    start = time.process_time()
    function()
    return time.process_time() - start


def measure(functions):
    """Seconds of each function, in rounds; sgemm takes part. The first round warms up."""
    functions = {"sgemm": sgemm()} | functions
    times = {name: [] for name in functions}
    for _ in range(ROUNDS + 1):
        for name, function in functions.items():
            times[name].append(seconds(function))
    return {name: values[1:] for name, values in times.items()}


def floor(name, times):
    """Seconds for the products of a network at the full sgemm rate; backward counts twice."""
    flops = 3 * 2 * M * (N_X + N_A) * GATES[name] * N_A * T_X
    return flops / (2 * 1024**3 / min(times["sgemm"]))


def print_row(label, name, times, seconds):
    """One line of the table."""
    share = floor(name, times) / seconds
    print(f"{name:5} {label:24} {1000 * seconds:9.1f} {share:15.0%}", flush=True)


def draw():
    """x, da and a0."""
    rng = np.random.default_rng(0)
    x, da = (rng.normal(size=(M, T_X, n)).astype(np.float32) for n in (N_X, N_A))
    return x, da, np.zeros((M, N_A), np.float32)


def bench_numpy():
    """Prints our rows of the table; returns the times."""
    x, da, a0 = draw()
    rng = np.random.default_rng(1)
    parameters = {name: getattr(MODULES[name], f"{name}_init")(N_X, N_A, rng) for name in GATES}
    assert_all_agree(x, da, a0, parameters["lstm"])
    split = split_gates(parameters["lstm"])
    functions = {name: partial(ours, name, x, da, a0, parameters[name]) for name in GATES}
    functions["four"] = partial(four_products, x, da, a0, split)
    functions["loop"] = partial(one_example_at_a_time, x, da, a0, split)
    times = measure(functions)
    print_row("one example at a time", "lstm", times, median(times["loop"]))
    print_row("a product for each gate", "lstm", times, median(times["four"]))
    print_row("nothing but the products", "lstm", times, floor("lstm", times))
    for name in reversed(GATES):
        print_row("utils.models", name, times, median(times[name]))
    return times


def bench_keras():
    """Prints Keras's rows of the table, on the backend that the environment names."""
    use_one_core()
    x, da, _ = draw()
    times = measure({name: keras_step(name, x, da) for name in GATES})
    for name in reversed(GATES):
        print_row(f"Keras on {os.environ['KERAS_BACKEND']}", name, times, median(times[name]))


def print_bars(times):
    """Says of each floor whether it holds, and what the bare products would reach.

    The ceiling is what is left if nothing but the matrix products ran, at the full sgemm rate. A
    product for each gate already runs at about half that rate, so no code can be 2.5 times as fast.
    """
    ours, least = median(times["lstm"]), floor("lstm", times)
    loop, four = median(times["loop"]), median(times["four"])
    bars = [
        ("times the speed of one example at a time", loop / ours, 8, loop / least),
        ("times the speed of a product for each gate", four / ours, 1, four / least),
        ("of the sgemm rate", least / ours, 0.35, 1),
    ]
    rate = 2 * 1024**3 / min(times["sgemm"]) / 1e9
    print(f"\nsgemm: {rate:.0f} GFLOP/s. The LSTM of utils.models reaches")
    for label, value, bar, ceiling in bars:
        verdict = "holds" if value >= bar else "MISSED"
        print(f"  {value:5.2f} {label}; floor {bar}: {verdict}; ceiling {ceiling:.1f}")


def main():
    """The whole table."""
    print(f"n_x={N_X} n_a={N_A} T={T_X} m={M}, float32, one thread, forward plus backward")
    print(f"{'':30} {'CPU ms':>9} {'share of sgemm':>15}")
    times = bench_numpy()
    for backend in ("tensorflow", "jax"):
        environment = os.environ | {"KERAS_BACKEND": backend}
        command = [sys.executable, __file__, "keras"]
        run = subprocess.run(command, env=environment, capture_output=True, text=True)
        print(run.stderr if run.returncode else run.stdout, end="")
    print_bars(times)


if __name__ == "__main__":
    bench_keras() if sys.argv[1:] == ["keras"] else main()
