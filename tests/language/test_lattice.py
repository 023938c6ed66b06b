"""utils.language.lattice, held against a list of all texts of small lattices."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.language import lattice
from utils.language.lattice import Choice, choice

TEXTS = st.sampled_from(["", "a", "b", "a b", "c a"])
PARTS = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.lists(st.tuples(inner, st.sampled_from([1, 2, 5])), min_size=1, max_size=3).map(choice)
    ),
    max_leaves=6,
)


def everything(part):
    """Return all texts with their shares, by multiplying out."""
    if isinstance(part, str):
        return {tuple(part.split()): 1.0}
    found = {}
    if isinstance(part, Choice):
        for option, share in part.options:
            for words, p in everything(option).items():
                found[words] = found.get(words, 0) + share * p
        return found
    for row in product(*(everything(piece).items() for piece in part)):
        words = tuple(word for text, _ in row for word in text)
        found[words] = found.get(words, 0) + float(np.prod([p for _, p in row]))
    return found


@given(PARTS)
def test_texts_and_their_shares(part):
    texts = everything(part)
    assert sum(texts.values()) == pytest.approx(1)
    for words, share in texts.items():
        assert lattice.share_of(part, words) == pytest.approx(share)
        assert lattice.accepts(part, words)
    assert not lattice.accepts(part, ("d",)) and not lattice.accepts(part, ("a",) * 20)
    assert lattice.number_of_texts(part) >= len(texts)


@given(PARTS, st.integers(1, 4))
def test_the_likeliest(part, count):
    best = lattice.likeliest(part, count)
    shares = sorted(everything(part).values(), reverse=True)[:count]
    assert [share for _, share in best] == pytest.approx(shares)
    assert len({text for text, _ in best}) == len(best)


@given(PARTS, st.integers(0, 99))
def test_what_is_drawn_is_accepted(part, seed):
    assert lattice.accepts(part, lattice.sample(part, np.random.default_rng(seed)))


def test_it_draws_by_the_shares():
    part, rng = choice({"a": 3, "b": 1}), np.random.default_rng(1)
    drawn = [lattice.sample(part, rng)[0] for _ in range(2000)]
    assert drawn.count("a") / 2000 == pytest.approx(0.75, abs=0.04)


def test_shares_that_do_not_fit():
    with pytest.raises(ValueError, match="add up to 1"):
        Choice((("a", 0.5), ("b", 0.4)))


def test_greedy():
    # Most texts begin with "has", but none of them is the most frequent.
    part = ("she", choice([(choice({"has to": 0.5, "has got to": 0.5}), 0.6), ("must", 0.4)]), "go")
    assert " ".join(lattice.greedy(part)) in ("she has to go", "she has got to go")
    assert lattice.likeliest(part, 1)[0][0] == "she must go"
    assert lattice.greedy(choice({"": 0.4, "so": 0.6})) == ["so"]
    assert lattice.greedy(choice({"": 0.6, "so": 0.4})) == []
