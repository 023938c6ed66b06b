"""Kneser-Ney by numbers, against the definition with dictionaries and sets."""

import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.models.kneser_ney import KneserNey
from utils.models.language_model import score
from utils.text import END

N_X = 5
sequences = st.lists(st.integers(1, N_X - 1), max_size=7).map(lambda tokens: [*tokens, END])
corpora = st.lists(sequences, min_size=1, max_size=12)


def counts_of(corpus, order):
    """The counts of all n-grams up to the order, by length: Chen and Goodman (1999), section 4.1.6.

    As in SRILM and KenLM, an n-gram that begins a sequence keeps its plain count.
    """
    runs = [(END, *sequence) for sequence in corpus]
    found = []
    for n in range(1, order + 1):
        whole = [(run[i : i + n], i) for run in runs for i in range(len(run) - n + 1)]
        if n == order:
            # The first token END is read and never predicted.
            found.append(Counter(ngram for ngram, i in whole if n > 1 or i > 0))
            continue
        before = {(run[i - 1], *run[i : i + n]) for run in runs for i in range(1, len(run) - n + 1)}
        counts = Counter(ngram[1:] for ngram in before)
        counts.update(ngram for ngram, i in whole if i == 0 and n > 1)
        found.append(counts)
    return found


def discount(counts, count):
    n1, n2, n3, n4 = (sum(c == k for c in counts.values()) for k in (1, 2, 3, 4))
    y = n1 / (n1 + 2 * n2) if n1 and n2 else 0.5
    if n1 and n2 and n3 and n4:
        three = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
        if min(three) > 0:
            return three[min(count, 3) - 1]
    return y


def definition(counts_by_length, context, token):
    """The probability of one token, recursive and slow."""
    shorter = definition(counts_by_length, context[1:], token) if context else 1 / N_X
    counts = counts_by_length[len(context)]
    after = {ngram: count for ngram, count in counts.items() if ngram[:-1] == context}
    if not after:
        return shorter
    total, here = sum(after.values()), after.get((*context, token), 0)
    kept = here - discount(counts, here) if here else 0
    return (kept + sum(discount(counts, c) for c in after.values()) * shorter) / total


@given(corpora, st.integers(1, 5), st.lists(sequences, min_size=1, max_size=3))
def test_it_is_the_definition(corpus, order, read):
    model, counts = KneserNey(corpus, N_X, order), counts_of(corpus, order)
    wanted = [
        definition(
            counts, (END, *tokens[:t])[max(0, t + 2 - order) : t + 1] if order > 1 else (), y
        )
        for tokens in read
        for t, y in enumerate(tokens)
    ]
    np.testing.assert_allclose(np.exp(model.score(read)), wanted, rtol=1e-9)


@given(corpora, st.integers(1, 5), st.lists(sequences, min_size=1, max_size=4))
def test_a_step_at_a_time_and_all_at_once_are_the_same(corpus, order, read):
    model = KneserNey(corpus, N_X, order)
    np.testing.assert_allclose(score(model.step, read), model.score(read), rtol=1e-9)


@given(corpora, st.integers(1, 5), st.lists(st.integers(0, N_X - 1), min_size=4, max_size=4))
def test_probabilities_sum_to_one_after_any_context(corpus, order, context):
    probs = KneserNey(corpus, N_X, order).probabilities(np.array([context])[:, 5 - order :])
    assert probs.shape == (1, N_X)
    assert (probs > 0).all()
    assert probs.sum() == pytest.approx(1)


def test_nothing_counted_is_uniform():
    np.testing.assert_allclose(np.exp(KneserNey([], 4, 3).score([[1, 2, END]])), 0.25)


def test_a_large_vocabulary_does_not_overflow():
    """A key of a 5-gram of a million words would need 100 bits."""
    million = 1_000_000
    corpus = [[million - k, million - 1, million - k, 7, END] for k in range(1, 9)] * 3
    model = KneserNey(corpus, million, 5)
    # At the start, eight words are equally likely; after the first, all is known but a discount.
    assert np.exp(model.score(corpus[:1])).tolist()[1:] > [0.5] * 4
    assert np.exp(model.score(corpus[:1]))[0] == pytest.approx(1 / 8, abs=0.05)


@pytest.mark.parametrize("token", [-1, 5])
def test_a_token_outside_of_the_vocabulary_is_refused(token):
    with pytest.raises(ValueError, match="has the indices 0 to 4"):
        KneserNey([[1, token, END]], N_X, 2)


def test_order_below_one_is_refused():
    with pytest.raises(ValueError, match="1 or more, not 0"):
        KneserNey([[1, END]], N_X, 0)


def test_half_a_million_words_are_counted_in_seconds():
    rng = np.random.default_rng(0)
    words = (rng.zipf(1.3, 500_000) % 4999 + 1).tolist()
    corpus = [[*words[i : i + 24], END] for i in range(0, len(words), 24)]
    began = time.process_time()
    model = KneserNey(corpus, 5000, 5)
    assert time.process_time() - began < 5  # 0.4 here
    began = time.process_time()
    assert len(model.score(corpus[:2000])) == 50_000
    assert time.process_time() - began < 2  # 0.05 here
