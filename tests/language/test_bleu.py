"""utils.language.bleu, held against sacrebleu."""

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from utils.language import bleu

WORDS = st.lists(st.sampled_from("abc"), max_size=9)
FEW = st.lists(WORDS, min_size=3, max_size=3)


def theirs(candidates, references, longest=4):
    metric = sacrebleu.BLEU(
        tokenize="none", smooth_method="none", force=True, max_ngram_order=longest
    )
    columns = [[" ".join(row[k]) for row in references] for k in range(len(references[0]))]
    return metric.corpus_score([" ".join(words) for words in candidates], columns)


@given(st.lists(WORDS, min_size=1, max_size=5), st.integers(1, 4), st.data())
def test_as_sacrebleu(candidates, longest, data):
    references = [data.draw(FEW) for _ in candidates]
    score = theirs(candidates, references, longest)
    assert bleu.bleu(candidates, references, longest) == pytest.approx(score.score, abs=1e-6)
    both = list(zip(candidates, references, strict=True))
    assert sum(bleu.closest_length(*pair) for pair in both) == score.ref_len
    for n in range(1, longest + 1):
        counts = [bleu.clipped_matches(*pair, n) for pair in both]
        assert [sum(column) for column in zip(*counts, strict=True)] == [
            score.counts[n - 1], score.totals[n - 1],
        ]  # fmt: skip


def test_the_notes_example():
    candidate = ["the", "the", "the", "the", "the", "the", "the"]
    references = [
        ["the", "cat", "is", "on", "the", "mat"],
        ["there", "is", "a", "cat", "on", "the", "mat"],
    ]
    assert bleu.clipped_matches(candidate, references, 1) == (2, 7)


def test_brevity():
    assert bleu.brevity_penalty(5, 5) == bleu.brevity_penalty(6, 5) == 1
    assert bleu.brevity_penalty(4, 8) == pytest.approx(0.36788, abs=1e-5)
    assert bleu.brevity_penalty(0, 3) == 0


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="reference"):
        bleu.bleu([["a"]], [[]])
