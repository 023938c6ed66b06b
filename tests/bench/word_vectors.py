"""How many words a second do the ways of week 2 learn from, beside gensim?

    python -m tests.bench.word_vectors

All learn the planted text of seed 1, with the same window, subsampling, negative words and size of
vectors, on one thread, with the notebook's own functions. For batches and gensim, a word counts
once for each pass over the text. A step on the whole objective stands for one pass, since it uses
all pairs; that it takes dozens of steps is the other side, so seconds and analogies stand beside.
Times are CPU times of this process. Counting the pairs is counted as well.

The bars: batches at least a fifth of gensim's words a second, the whole objective ten times theirs.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import time
from functools import partial

import numpy as np
from gensim.models import Word2Vec

from utils.checks.week2.learning_word_vectors import check
from utils.language import analogies, counting, planted_text
from utils.language import vector_training as training

DIMS, K, WINDOW, T, STEPS = 50, 5, 12, 1e-4, 40
BATCHES, WHOLE = 0.2, 10.0  # times gensim's words a second


def gensim_vectors(sentences, text):
    """One pass of gensim's skip-gram with negative sampling, and its CPU seconds."""
    model = Word2Vec(
        vector_size=DIMS, sg=1, negative=K, window=WINDOW, shrink_windows=False, sample=T,
        alpha=0.05, min_count=1, workers=1, seed=1,
    )  # fmt: skip
    model.build_vocab(sentences)
    began = time.process_time()
    model.train(sentences, total_examples=model.corpus_count, epochs=1)
    return np.array([model.wv[word] for word in text.words]), time.process_time() - began


def batch_vectors(text):
    """One pass of negative sampling by batches, and its CPU seconds."""
    began, rng = time.process_time(), np.random.default_rng(1)
    share = text.counts / text.counts.sum()
    pairs = check.reference("skip_gram_pairs")(text.tokens, text.sentence, WINDOW, share, T, rng)
    rows = check.reference("negative_rows")
    E, _ = training.by_batches(
        pairs,
        lambda E, context: E[context],
        lambda targets, rng: rows(targets, text.counts, K, rng),
        check.reference("negative_sampling"),
        len(text.words),
        DIMS,
        seed=1,
    )
    return E, time.process_time() - began


def whole_vectors(text):
    """Steps on the whole expected objective, and their CPU seconds with those of counting."""
    began, rng = time.process_time(), np.random.default_rng(1)
    share = text.counts / text.counts.sum()

    def all_pairs(words, sentence):
        pairs = check.reference("skip_gram_pairs")
        return pairs(words, sentence, WINDOW, share, 2.0, rng)

    p = np.minimum(1, np.sqrt(T / share))
    X = (counting.together(text, all_pairs) * np.outer(p, p)).astype("float32")
    counts = text.counts.astype("float32")
    slope = partial(check.reference("expected_gradient"), X=X, counts=counts, k=K)
    E, _ = training.descend(slope, X.shape, DIMS, 1, STEPS, 0.1)
    return E, time.process_time() - began


def main():
    """The table, and whether the bars hold."""
    sentences = planted_text.write(1)
    text = counting.numbered(sentences)
    questions = analogies.questions_by_section(training.keyed(text.words, np.eye(len(text.words))))
    runs = {
        "gensim": (1, *gensim_vectors(sentences, text)),
        "batches": (1, *batch_vectors(text)),
        "whole objective": (STEPS, *whole_vectors(text)),
    }
    print(f"{'':<16} {'passes':>6} {'CPU s':>6} {'words a second':>15} {'of gensim':>10} analogies")
    rate_of = {name: n * len(text.tokens) / seconds for name, (n, _, seconds) in runs.items()}
    for name, (passes, E, seconds) in runs.items():
        ratio = rate_of[name] / rate_of["gensim"]
        right = training.analogies_right(E, questions["all"])
        print(f"{name:<16} {passes:6} {seconds:6.1f} {rate_of[name]:15,.0f}", end=" ")
        print(f"{ratio:10.2f} {right:9.3f}")
    for name, bar in (("batches", BATCHES), ("whole objective", WHOLE)):
        holds = rate_of[name] >= bar * rate_of["gensim"]
        print(f"{name}: the bar is {bar:g} times gensim's: {'holds' if holds else 'MISSED'}")


if __name__ == "__main__":
    main()
