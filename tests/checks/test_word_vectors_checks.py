"""Our versions of the word-vector exercises, held against what the graders do not use."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import distance
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize

from utils.checks.week2.word_vectors_and_debiasing import check, equalize, neutralize, weat
from utils.checks.wrong import Wrong
from utils.language import planted, vectors


def draw_units(seed, n, *counts):
    rng = np.random.default_rng(seed)
    return [normalize(rng.normal(size=(m, n))) for m in counts]


@pytest.mark.parametrize("n", [3, 50])
def test_equalized_words_are_as_far_from_every_neutral_word(n):
    (e1, e2, g), E = draw_units(n, n, 3, 9)
    near, far = distance.cdist(equalize(e1, e2, g), neutralize(E, g))
    assert near == pytest.approx(far)


@pytest.mark.parametrize("seed", range(5))
def test_the_permutation_test_is_that_of_scipy_over_all_splits(seed):
    X, Y, A, B = draw_units(seed, 8, 4, 3, 5, 2)
    to_A, to_B = (cosine_similarity([*X, *Y], rows).mean(axis=1) for rows in (A, B))
    s = to_A - to_B
    found = stats.permutation_test(
        (s[:4], s[4:]),
        lambda x, y, axis: x.mean(axis) - y.mean(axis),
        alternative="greater",
        n_resamples=np.inf,
    )
    splits = [[*first, *{*range(7)}.difference(first)] for first in combinations(range(7), 4)]
    effect, p = weat(X, Y, A, B, np.array(splits))
    assert p == pytest.approx(found.pvalue)
    assert effect == pytest.approx(found.statistic / np.std(s))


def test_the_effect_size_of_equal_sets_reaches_two():
    X, Y = np.array([[1.0, 0]] * 3), np.array([[0.0, 1]] * 3)
    orders = np.array([range(6), [3, 4, 5, 0, 1, 2]])
    assert weat(X, Y, X[:2], Y[:1], orders) == pytest.approx((2, 0.5))
    assert weat(Y, X, X[:2], Y[:1], orders) == pytest.approx((-2, 1))


def test_the_challenge_is_beaten_by_one_more_direction(capsys):
    def debias(E, g, rows, female):
        E = neutralize(E, g)
        step = E[rows][female].mean(axis=0) - E[rows][~female].mean(axis=0)
        return neutralize(E, step / np.linalg.norm(step))

    check.challenge(debias)
    assert "debias: 0.21" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer, says",
    [
        (lambda E: np.random.default_rng(0).normal(size=E.shape), "0.95 should be. Take less away"),
        (lambda E: 0 * E, "A vector of the answer is all zeros"),
        (lambda E: E[1:], "The answer has shape"),
    ],
)
def test_the_challenge_refuses_what_breaks_the_vectors(answer, says):
    def debias(E, g, rows, female):
        return answer(E)

    with pytest.raises(Wrong, match=says):
        check.challenge(debias)


def test_the_challenge_refuses_to_wipe_the_occupations():
    wv = vectors.load()
    jobs = vectors.rows(wv, planted.shares(wv))
    vectors_of_jobs = normalize(wv.vectors.astype(float))[jobs]

    def debias(E, g, rows, female):
        is_job = (E @ vectors_of_jobs.T).max(axis=1) > 0.999
        noise = np.random.default_rng(0).normal(size=E.shape)
        return np.where(is_job[:, None], noise, neutralize(E, g))

    with pytest.raises(Wrong, match="nearest to one of their own field"):
        check.challenge(debias)


def test_without_g_alone_the_challenge_is_not_beaten(capsys):
    def debias(E, g, rows, female):
        return neutralize(E, g, share=1)

    check.challenge(debias)
    assert "It does not beat the baseline yet." in " ".join(capsys.readouterr().out.split())
