"""The planted text: as much as is asked for, the same for a seed, that of the embedded vectors."""

import pytest

from utils import datasets
from utils.language import planted_text


def test_it_is_the_text_behind_the_embedded_vectors():
    found = planted_text.write(1)
    assert len(found) == 231_919
    assert [" ".join(words) for words in found[:200]] == datasets.load_planted_text()


def test_as_much_as_is_asked_for():
    few, more = planted_text.write(2, 3), planted_text.write(2, 6)
    assert 1.9 < len(more) / len(few) < 2.1
    assert few == planted_text.write(2, 3) != planted_text.write(3, 3)
    with pytest.raises(ValueError, match="0 sentences about each word make no text"):
        planted_text.write(1, 0)
