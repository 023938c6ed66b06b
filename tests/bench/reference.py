"""What a notebook's seconds are compared with, since machines differ: one epoch of a Keras GRU.

64 units over 50 steps of 32 random numbers, 12,800 sequences in batches of 64, float32, Adam; on
TensorFlow without XLA. It is the second epoch of one `fit`, so nothing is compiled in it. Run by
`tests.bench.notebooks` in a process of its own; prints wall and CPU-seconds.
"""

import time

import numpy as np

from utils import env


def main() -> None:
    """Time the epoch."""
    env.setup(seed=1)
    import keras

    class Timer(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.wall, self.cpu = time.perf_counter(), time.process_time()

        def on_epoch_end(self, epoch, logs=None):
            self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu

    model = keras.Sequential([keras.Input((50, 32)), keras.layers.GRU(64), keras.layers.Dense(1)])
    model.compile("adam", "mse", jit_compile=env.jit_compile())
    rng = np.random.default_rng(1)
    x = rng.normal(size=(12_800, 50, 32)).astype("float32")
    timer = Timer()
    model.fit(x, x[:, 0, :1], batch_size=64, epochs=2, verbose=0, callbacks=[timer])
    print(timer.wall, timer.cpu)


if __name__ == "__main__":
    main()
