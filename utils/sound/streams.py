"""A network on a stream of sound: what comes is used up, and little is kept."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from utils.models.gru import gru_from_keras
from utils.sound.spectrograms import HOP, WINDOW, log_mel


def weights_of(network) -> dict:
    """Return the weights of a Keras network with the layers of the trigger-word lesson.

    Returns:
        "patterns": (W (kernel, n_x, n_c), b (n_c,)); "grus": a list of parameters as
        `utils.models.gru` has them; "just_ended": (W (n_a, 1), b (1,)).
    """
    weights = {layer.name: layer.get_weights() for layer in network.layers}
    return {
        "patterns": tuple(weights["patterns"]),
        "grus": [gru_from_keras(weights[name]) for name in ("order", "order_again")],
        "just_ended": tuple(weights["just_ended"]),
    }


class Stream:
    """The network, fed with frames as they come."""

    def __init__(self, network, feed: Callable, kernel: int, stride: int):
        """Begin a stream.

        Args:
            network: of Keras, with the layers "normalise", "patterns", "order", "order_again" and
                "just_ended".
            feed: (new, kept, states, weights, kernel, stride) -> the probabilities that the new
                frames bring, the frames to keep, and the states.
            kernel: frames that the convolution sees.
            stride: frames from one output to the next.
        """
        normalise = network.get_layer("normalise")
        self._mean = np.reshape(np.array(normalise.mean), -1)
        self._deviation = np.sqrt(np.reshape(np.array(normalise.variance), -1))
        self._feed, self._sizes = feed, (kernel, stride)
        self.weights = weights_of(network)
        n_a = len(self.weights["grus"][0]["Wa"])
        self.kept = np.zeros((0, len(self._mean)), np.float32)
        self.states = np.zeros((len(self.weights["grus"]), n_a), np.float32)

    def feed(self, frames: np.ndarray) -> np.ndarray:
        """Return the probabilities, (k,), that these frames, (any number, n_x), bring with them."""
        new = (frames - self._mean) / self._deviation
        p, self.kept, self.states = self._feed(
            new, self.kept, self.states, self.weights, *self._sizes
        )
        return p


def listen(blocks: Iterable[np.ndarray], stream: Stream) -> Iterator[float]:
    """Yield a probability whenever there is a new one; blocks: arrays of samples, of any length."""
    waiting = np.zeros(0, np.float32)
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        n_frames = (len(waiting) - WINDOW) // HOP + 1
        if n_frames > 0:
            yield from stream.feed(log_mel(waiting))
            waiting = waiting[n_frames * HOP :]
