"""Networks that give each word of a sentence a label: what they read, and how they are trained."""

import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import keras
import numpy as np

from utils.language.entity_data import LABELS

N_TRIGRAMS, MOST_TRIGRAMS = 2048, 16  # rows of their table; how many of a word are read
SEEN = 3  # times: a word that is rarer in training is unknown
UNKNOWN = 1  # 0 is no word at all
UNLABELLED = -1
SIGNS = {**dict.fromkeys('“”"‘’', 2), **dict.fromkeys(".!?", 3)}
LOWER, CAPITALS, LETTER, TITLE, CAPITAL, OTHER = range(5, 11)
IN_LOWER, AT_BEGINNING = 11, 12  # a word of a text that begins small; 12 and more begin a text
N_CASES = AT_BEGINNING + TITLE + 1
TOKENS = 24, 48  # a batch has one of these lengths: each is compiled once
ROWS = 100
AT_ONCE = 10  # updates that TensorFlow or JAX takes without coming back to Python
OPENING = {"“", '"', "‘", "—", ":"}


class Read(NamedTuple):
    """What a network reads: words and casing (m, T), trigrams (m, T, MOST_TRIGRAMS), all int32."""

    words: np.ndarray
    casing: np.ndarray
    trigrams: np.ndarray


def case_of(word: str) -> int:
    """Return how a word is written: a number, a sign, in lower case, in capitals, with one …"""
    if not any(map(str.isalpha, word)):
        return 1 if any(map(str.isdigit, word)) else SIGNS.get(word, 4)
    if word.islower():
        return LOWER
    if word.isupper():
        return LETTER if len(word) == 1 else CAPITALS
    if word.istitle():
        return TITLE
    return CAPITAL if word[0].isupper() else OTHER


def casing(tokens: Sequence[str]) -> list[int]:
    """Return the case of each token, from 1 to N_CASES - 1, as it looks from the left.

    A capital that begins the sentence or what is quoted says little, so it has a number of its own.
    So has a word in lower case if the sentence began without a capital: there names are small, too.
    Nothing to the right of a word changes its number.
    """
    found, first, before = [], None, None
    for token in tokens:
        case = case_of(token)
        if first is None and case >= LOWER:
            first = case
            case += AT_BEGINNING - CAPITALS if CAPITALS <= case <= CAPITAL else 0
        elif case == LOWER and first in (LOWER, OTHER):
            case = IN_LOWER
        elif CAPITALS <= case <= CAPITAL and before in OPENING:
            case += AT_BEGINNING - CAPITALS
        found.append(case)
        before = token
    return found


class Reader:
    """Sentences as numbers.

    Args:
        sentences: of training, lists of tokens: words that are seen often get an index.
        trigrams: returns the trigrams of a word, texts of three characters.
    """

    def __init__(
        self, sentences: Sequence[Sequence[str]], trigrams: Callable[[str], Sequence[str]]
    ):
        counts = Counter(word.lower() for tokens in sentences for word in tokens)
        known = sorted(word for word, count in counts.items() if count >= SEEN)
        self.index = {word: number for number, word in enumerate(known, UNKNOWN + 1)}
        self.trigrams, self._rows = trigrams, {}

    @property
    def n_words(self) -> int:
        """How many indices of words there are, with those of nothing and of the unknown."""
        return len(self.index) + UNKNOWN + 1

    def __call__(self, sentences: Sequence[Sequence[str]], waiting: int = 0) -> Read:
        """Return what a network reads of sentences, with zeros behind them.

        Args:
            sentences: lists of tokens, at most 48 with those of waiting.
            waiting: how many steps follow each sentence, in which an unknown word stands.

        Raises:
            ValueError: a sentence is too long.
        """
        longest = max(map(len, sentences), default=0) + waiting
        length = next((length for length in TOKENS if longest <= length), None)
        if length is None:
            raise ValueError(f"{longest} tokens are too many: {TOKENS[-1]} are the most.")
        words, cases = np.zeros((2, len(sentences), length), "int32")
        grams = np.zeros((len(sentences), length, MOST_TRIGRAMS), "int32")
        for row, tokens in enumerate(sentences):
            end = len(tokens)
            words[row, :end] = [self.index.get(token.lower(), UNKNOWN) for token in tokens]
            words[row, end : end + waiting] = UNKNOWN
            cases[row, :end] = casing(tokens)
            for place, token in enumerate(tokens):
                of_word = self._trigrams_of(token.lower())
                grams[row, place, : len(of_word)] = of_word
        return Read(words, cases, grams)

    def _trigrams_of(self, word):
        if word not in self._rows:
            found = list(self.trigrams(word))[:MOST_TRIGRAMS]
            # A checksum, as Python's own hash of a text changes from run to run.
            self._rows[word] = [1 + zlib.crc32(t.encode()) % (N_TRIGRAMS - 1) for t in found]
        return self._rows[word]


def label_numbers(labels: Sequence[Sequence[str]], length: int) -> np.ndarray:
    """Return the number of each label, (m, length) int32, and UNLABELLED behind a sentence."""
    found = np.full((len(labels), length), UNLABELLED, "int32")
    for row, of_sentence in enumerate(labels):
        found[row, : len(of_sentence)] = [LABELS.index(label) for label in of_sentence]
    return found


def with_gaps(read: Read, rng: np.random.Generator, words: float, trigrams: float) -> Read:
    """Return what is read with a share of the words made unknown, and of the trigrams taken away.

    So a network learns to do without them (word dropout).
    """
    lost = (rng.random(read.words.shape) < words) & (read.words > UNKNOWN)
    gone = rng.random(read.words.shape) < trigrams
    return read._replace(
        words=np.where(lost, UNKNOWN, read.words),
        trigrams=np.where(gone[..., None], 0, read.trigrams),
    )


def hidden(read: Read, part: str) -> Read:
    """Return what is read with zeros for one part, if there is one of that name."""
    return (
        read._replace(**{part: np.zeros_like(getattr(read, part))})
        if part in Read._fields
        else read
    )


class Rates(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises for a tenth of the steps, and then falls to nothing."""

    def __init__(self, largest: float, steps: int):
        self.largest, self.steps = largest, steps

    def __call__(self, step):
        """Return the learning rate of a step."""
        done = keras.ops.cast(step, "float32") / self.steps
        return self.largest * keras.ops.minimum(10 * done, (1 - done) / 0.9)

    def get_config(self):
        """Return what makes it again."""
        return {"largest": self.largest, "steps": self.steps}


class Network:
    """A network that is compiled once, and then trained from several starts.

    Args:
        make: returns a new Keras model, with a new start, that takes what a `Reader` gives.
        loss: of labels (m, T), UNLABELLED where none is asked, and probabilities (m, T, n).
        learning_rate: the largest.
        epochs: how often it reads all sentences.
        batch: sentences a step; those of a training are a multiple of it.
        jit: whether to compile with XLA on TensorFlow, which is worth it for a network that is
            trained more than once. On JAX it always is.
    """

    def __init__(
        self,
        make: Callable[[], keras.Model],
        loss: Callable,
        learning_rate: float = 0.03,
        epochs: int = 1,
        batch: int = 25,
        jit: bool = True,
    ):
        self.make, self.model = make, make()
        self.loss, self.rate, self.epochs, self.batch = loss, learning_rate, epochs, batch
        self.jit = jit or keras.backend.backend() == "jax"
        self.reader = keras.Model(self.model.inputs, self.model.outputs)

    def train(self, read: Read, labels: np.ndarray, seed: int) -> list[float]:
        """Train from the start of this seed; return the loss of each epoch."""
        keras.utils.set_random_seed(seed)
        self.model.set_weights(self.make().get_weights())
        if not self.model.compiled:
            steps = self.epochs * (len(labels) // self.batch)
            adam = keras.optimizers.Adam(Rates(self.rate, steps), beta_2=0.98, global_clipnorm=1.0)
            self.model.compile(adam, self.loss, jit_compile=self.jit, steps_per_execution=AT_ONCE)
        for variable in self.model.optimizer.variables if self.model.optimizer.built else ():
            variable.assign(np.zeros(variable.shape, variable.dtype))  # of the training before
        fitted = self.model.fit(
            list(read), labels, batch_size=self.batch, epochs=self.epochs, verbose=0
        )
        return fitted.history["loss"]

    def probabilities(self, read: Read) -> np.ndarray:
        """Return the probability of each label, (m, T, n)."""
        rows = -(-len(read.words) // ROWS) * ROWS  # batches of one shape are compiled once
        short = TOKENS[-1] - read.words.shape[1]
        filled = [
            np.pad(part, [(0, rows - len(part)), (0, short), (0, 0)][: part.ndim]) for part in read
        ]
        said = self.reader.predict(filled, batch_size=ROWS, verbose=0)
        return said[: len(read.words), : read.words.shape[1]]

    def keep(self) -> list[np.ndarray]:
        """Return the weights, to be set again with `use`."""
        return self.model.get_weights()

    def use(self, weights: Sequence[np.ndarray]) -> None:
        """Take weights that were kept."""
        self.model.set_weights(weights)


def likeliest(probabilities: np.ndarray, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the likeliest label of each token of each sentence."""
    numbers = probabilities.argmax(axis=-1)
    return [
        [LABELS[number] for number in row[: len(tokens)]]
        for row, tokens in zip(numbers, sentences, strict=True)
    ]
