"""Our versions of the word-vector exercises, held against what the graders do not use."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance
from sklearn.decomposition import PCA
from sklearn.metrics import pairwise
from sklearn.preprocessing import normalize

from utils.checks.week2.word_vectors_and_debiasing import (
    analogies,
    analogy,
    bias_direction,
    equalize,
    neutralize,
    weat,
)

seeds = st.integers(0, 10**9).map(np.random.default_rng)


def draw_units(rng, *shape):
    return normalize(rng.normal(size=shape))


@given(seeds, st.integers(3, 40))
def test_an_analogy_is_gensims_most_similar(rng, n):
    E, names = draw_units(rng, 50, n), [f"word{row}" for row in range(50)]
    kv = KeyedVectors(n)
    kv.add_vectors(names, E.astype("float32"))
    questions = np.array([rng.choice(50, 3, replace=False) for _ in range(10)])
    at_once = analogies(*questions.T, E)
    for (a, b, c), answer in zip(questions, at_once, strict=True):
        near = kv.most_similar(positive=[names[b], names[c]], negative=[names[a]], topn=2)
        if near[0][1] - near[1][1] > 1e-5:  # gensim's vectors are float32
            assert names[answer] == near[0][0]
        assert analogy(a, b, c, E) == answer


@given(seeds, st.integers(1, 8), st.integers(2, 30))
def test_the_bias_direction_is_a_principal_component_of_the_centred_pairs(rng, k, n):
    axis = draw_units(rng, 1, n)[0]
    pairs = rng.normal(size=(k, 2, n))
    pairs[:, 0] += 5 * axis
    g, share = bias_direction(pairs)
    rows = np.concatenate([pair - pair.mean(axis=0) for pair in pairs])
    model = PCA(1, svd_solver="full").fit(rows)
    assert abs(g @ model.components_[0]) == pytest.approx(1, abs=1e-9)
    assert share == pytest.approx(model.explained_variance_ratio_[0], abs=1e-9)
    assert (pairs[:, 0] @ g).mean() > (pairs[:, 1] @ g).mean()
    assert bias_direction(pairs[:, ::-1])[0] == pytest.approx(-g, abs=1e-9)


@given(seeds, st.integers(3, 60))
def test_equalized_words_are_mirrored_and_as_far_from_every_neutral_word(rng, n):
    (e1, e2, g), E = draw_units(rng, 3, n), draw_units(rng, 9, n)
    new1, new2 = equalize(e1, e2, g)
    assert [new1 @ new1, new2 @ new2] == pytest.approx([1, 1])
    assert new1 @ g == pytest.approx(-new2 @ g)
    assert (new1 - new2) @ g * ((e1 - e2) @ g) > 0  # neither has changed sides
    assert new1 - (new1 @ g) * g == pytest.approx(new2 - (new2 @ g) * g)
    middle = new1 + new2 - (e1 + e2)  # the mean changes along g alone
    assert middle == pytest.approx((middle @ g) * g)
    near, far = distance.cdist([new1, new2], neutralize(E, g))
    assert near == pytest.approx(far, abs=1e-7)


def test_the_permutation_test_is_that_of_scipy_over_all_orders():
    rng = np.random.default_rng(1)
    for _ in range(5):
        X, Y, A, B = (draw_units(rng, m, 8) for m in (4, 3, 5, 2))
        E = np.concatenate([X, Y])
        s = pairwise.cosine_similarity(E, A).mean(axis=1)
        s -= (1 - distance.cdist(E, B, "cosine")).mean(axis=1)
        seen = []

        def difference(x, y, axis=-1, seen=seen):
            seen.append(np.concatenate([x, y], axis=-1))
            return x.mean(axis=axis) - y.mean(axis=axis)

        # SciPy tries every split of the seven words in two; the same splits are our orders.
        found = stats.permutation_test(
            (s[:4], s[4:]), difference, vectorized=True, alternative="greater", n_resamples=np.inf
        )
        orders = np.array([[np.argmin(abs(s - x)) for x in row] for row in seen[-1]])
        assert len(orders) == 35
        effect, p = weat(X, Y, A, B, orders)
        assert p == pytest.approx(found.pvalue)
        assert effect == pytest.approx(found.statistic / np.std(s))


def test_the_effect_size_of_equal_sets_reaches_two():
    X, Y = np.array([[1.0, 0]] * 3), np.array([[0.0, 1]] * 3)
    orders = np.array([range(6), [3, 4, 5, 0, 1, 2]])
    assert weat(X, Y, X[:2], Y[:1], orders) == pytest.approx((2, 0.5))
    assert weat(Y, X, X[:2], Y[:1], orders) == pytest.approx((-2, 1))
