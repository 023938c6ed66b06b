"""Two spellings of a sentence."""

import pytest

from utils import datasets
from utils.language.sound_alikes import both_spellings


def test_one_word_is_put_in_the_place_of_another():
    row = {"sentence": "Mind the hole, not the whole.", "word": "hole", "other": "whole"}
    right, wrong = both_spellings(row)
    assert right == ["mind", "the", "hole", ",", "not", "the", "whole", "."]
    assert wrong == ["mind", "the", "whole", ",", "not", "the", "whole", "."]


def test_its_has_one_token_and_it_is_two():
    right, wrong = both_spellings({"sentence": "It's its own.", "word": "its", "other": "it's"})
    assert right == ["it", "'s", "its", "own", "."]
    assert wrong == ["it", "'s", "it", "'s", "own", "."]
    right, wrong = both_spellings({"sentence": "Now it's late.", "word": "it's", "other": "its"})
    assert (right, wrong) == (["now", "it", "'s", "late", "."], ["now", "its", "late", "."])


def test_all_of_ours_have_two_spellings():
    for row in datasets.load_sound_alikes():
        right, wrong = both_spellings(row)
        assert right != wrong
        assert sum(a != b for a, b in zip(right, wrong, strict=False)) >= 1


@pytest.mark.parametrize("sentence", ["No such word.", "A hole in a hole."])
def test_a_word_that_does_not_stand_there_once(sentence):
    with pytest.raises(ValueError, match="must hold 'hole' once"):
        both_spellings({"sentence": sentence, "word": "hole", "other": "whole"})
