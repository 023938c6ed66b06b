"""What trains a translator, and the simple programs that it is compared with."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from utils import env
from utils.text import END, Vocabulary, pad

with env.quiet():
    import keras

Words = Sequence[str]


class Batches(keras.utils.PyDataset):
    """Batches of pairs of about the same length, so that little of a batch is padding.

    Each is (x, before), y, weight: x (size, T_x) are the source's tokens, y (size, T_y) the
    target's with `END`, `before` the same one step later, and the weight is 0 at padding.

    Args:
        x: arrays of tokens, without `END`.
        y: arrays of tokens, each with its `END`.
        size: how many pairs a batch has; what is left over is left out.
        seed: of the order, which is another in each epoch.
        round_to: above 1, both widths of a batch are the same multiple of this: with fewer shapes,
            less is compiled on JAX.
    """

    def __init__(self, x: Sequence, y: Sequence, size: int, seed: int, round_to: int = 1):
        super().__init__()
        self.x, self.y, self.size, self.round_to = list(x), list(y), size, round_to
        if len(self.x) < size or len(self.x) != len(self.y):
            raise ValueError(
                f"{len(self.x)} sources and {len(self.y)} targets do not fill batches of {size}."
            )
        self.rng = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self.x) // self.size

    def on_epoch_end(self) -> None:
        """Shuffle: pairs of nearly the same length change places, and the batches do.

        The shortest batch and the longest come first: on TensorFlow, Keras looks at two batches,
        and an axis that is as long in both may never have another length.
        """
        longest = np.maximum(self._lengths[0], self._lengths[1]) + self.rng.random(len(self.x))
        batches = np.argsort(longest)[: len(self) * self.size].reshape(len(self), self.size)
        between = self.rng.permutation(batches[1:-1])
        self.order = np.concatenate([batches[:1], batches[-1:], between])[: len(self)]

    @cached_property
    def _lengths(self):
        return np.array([list(map(len, self.x)), list(map(len, self.y))])

    def __getitem__(self, place: int):
        rows = self.order[place]
        widths = self._lengths[:, rows].max(axis=1)
        if self.round_to > 1:
            widths[:] = -(-widths.max() // self.round_to) * self.round_to
        x, _ = pad([self.x[i] for i in rows], int(widths[0]))
        y, mask = pad([self.y[i] for i in rows], int(widths[1]))
        before = np.roll(y, 1, axis=1)
        before[:, 0] = END
        return (x, before), y, mask.astype("float32")


def memory(training: Sequence[tuple[Words, Words]]) -> Callable[[Words], list[str]]:
    """Return a translator that finds the most similar sentence and gives its translation.

    Similar is what shares many words, rare ones counting more.
    """
    words = Vocabulary.from_texts([french for french, _ in training], "<EOS>")
    bags = np.zeros((len(training), len(words)), np.float32)
    for row, (french, _) in enumerate(training):
        bags[row, words.encode(french)[:-1]] = 1
    rare = np.log(len(training) / np.maximum(bags.sum(axis=0), 1))
    bags *= rare
    sizes = np.linalg.norm(bags, axis=1) + 1e-9
    known = {word: place for place, word in enumerate(words.tokens)}

    def translate(french: Words) -> list[str]:
        places = [known[word] for word in french if word in known]
        scores = (bags[:, places] @ rare[places]) / sizes
        return list(training[int(np.argmax(scores))][1])

    return translate


def word_by_word(training: Sequence[tuple[Words, Words]], rounds: int = 3):
    """Return a translator that gives for each word the English one that it most often means.

    What it means is learned from the pairs by IBM's model 1 (Brown and others 1993): each English
    word has come from one of the French ones, or from none.
    """
    french = Vocabulary.from_texts([words for words, _ in training], "<EOS>")
    english = Vocabulary.from_texts([words for _, words in training], "<EOS>")
    left = [np.append(french.encode(words)[:-1], 0) for words, _ in training]  # 0: from none
    right = [english.encode(words)[:-1] for _, words in training]
    rows = np.concatenate([np.tile(a, len(b)) for a, b in zip(left, right, strict=True)])
    columns = np.concatenate([np.repeat(b, len(a)) for a, b in zip(left, right, strict=True)])
    one = np.repeat(  # which English word of which sentence
        np.arange(sum(map(len, right))), np.repeat([len(a) for a in left], [len(b) for b in right])
    )
    p = np.full((len(french), len(english)), 1.0)
    for _ in range(rounds):
        share = p[rows, columns]
        share = share / np.bincount(one, share)[one]
        counts = np.bincount(rows * len(english) + columns, share, p.size).reshape(p.shape)
        p = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-9)
    best = {word: english.tokens[int(np.argmax(p[i]))] for i, word in enumerate(french.tokens)}

    def translate(words: Words) -> list[str]:
        return [best[word] for word in words if best.get(word, english.tokens[0]) != "<EOS>"]

    return translate
