"""The challenge of `week2/3_learning_word_vectors`: what is refused, and what counts."""

import time

import numpy as np
import pytest

from utils.checks.week2 import learning_word_vectors as checks
from utils.checks.wrong import Wrong
from utils.language.vector_training import by_svd


def test_the_order_of_the_words_does_not_matter(capsys):
    def fast_vectors(X, counts, dims):
        return by_svd(X, dims, seed=2)

    checks.check.challenge(fast_vectors)
    says = " ".join(capsys.readouterr().out.split())
    assert "0.91" in says and "ours 0.9663" in says


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda X, counts, dims: np.ones((len(X), dims + 1)), "of the shape"),
        (lambda X, counts, dims: np.full((len(X), dims), np.nan), "finite numbers"),
        (lambda X, counts, dims: by_svd(X, 2)[:, :1] * np.ones(dims) * _burn(0.3), "CPU-seconds"),
    ],
)
def test_what_is_refused(answer, says, monkeypatch):
    def fast_vectors(X, counts, dims):
        return answer(X, counts, dims)

    monkeypatch.setattr(checks, "LIMIT", 0.2)
    with pytest.raises(Wrong, match=says):
        checks.check.challenge(fast_vectors)


def _burn(seconds):
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass
    return 1.0


def test_a_baseline_without_training_leaves_room():
    text, X, questions = checks._small_text()
    assert X.shape == (len(text.words),) * 2 and len(questions) == 19_544
