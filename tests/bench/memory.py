"""What is saved by keeping freed memory (`utils.env`): a small convolutional network's training.

The second of two epochs is timed, each time in a process of its own, three times in turn.
Prints the medians of CPU-seconds, and what the system took of them.
"""

import os
import subprocess
import sys
from statistics import median

from utils import env

ROUNDS, CLIPS = 3, 960


def main() -> None:
    """Time both in turn and print them."""
    taken = {"given back": [], "kept": []}
    for _ in range(ROUNDS):
        for how, rows in taken.items():
            command = [sys.executable, "-m", "tests.bench.memory", how]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            rows.append([float(number) for number in said.split()[-2:]])
    for how, rows in taken.items():
        cpu, system = (median(column) for column in zip(*rows, strict=True))
        print(f"memory {how:<10} {cpu:6.2f} CPU-seconds, {system:6.2f} of them the system's")
    before, now = (median(row[0] for row in rows) for rows in taken.values())
    print(f"ratio {before / now:.2f}")


def train(how: str) -> None:
    """Train in this process and print its CPU-seconds, and the system's."""
    if how == "given back":
        env._keep_freed_memory = lambda: None
    env.setup(seed=1)
    import keras
    import numpy as np

    from utils.vision import clip_training

    cnn = keras.Sequential()
    for channels in (8, 16, 32):
        cnn.add(keras.layers.Conv2D(channels, 3, strides=2, padding="same"))
        cnn.add(keras.layers.BatchNormalization())
        cnn.add(keras.layers.ReLU())
    cnn.add(keras.layers.Flatten())
    clips = keras.Input((24, 32, 32, 1))
    features = cnn(keras.ops.reshape(clips, (-1, 32, 32, 1)))
    logits = keras.layers.Dense(8)(keras.ops.reshape(features, (-1, 24, features.shape[-1])))
    model = keras.Model(clips, logits)
    model.compile(
        "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False
    )
    rng = np.random.default_rng(1)
    x = rng.normal(size=(CLIPS, 24, 32, 32, 1)).astype("float32")
    batches = clip_training.Varied(x, rng.integers(0, 8, CLIPS), rng)
    model.fit(batches, verbose=0)
    start = os.times()
    model.fit(batches, verbose=0)
    end = os.times()
    system = end.system - start.system
    print(end.user - start.user + system, system)


if __name__ == "__main__":
    train(sys.argv[1]) if sys.argv[1:] else main()
