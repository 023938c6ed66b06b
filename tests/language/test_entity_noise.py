"""utils.language.entity_noise: words replaced by others, and names left alone."""

import numpy as np

from utils.language import entities, entity_noise

SENTENCES = entities.make(200, np.random.default_rng(1), noise=0.2)


def rng():
    return np.random.default_rng(2)


def test_names_labels_and_everything_with_a_capital_stay():
    found = entity_noise.other_words(SENTENCES, rng(), 1.0)
    for old, new in zip(SENTENCES, found, strict=True):
        assert old.labels == new.labels and old.templates == new.templates
        for before, after, label in zip(old.tokens, new.tokens, old.labels, strict=True):
            if label != "O" or not before.islower():
                assert before == after


def test_words_are_replaced_by_words_of_these_sentences_in_lower_case():
    words = {token.lower() for s in SENTENCES for token in s.tokens}
    names = {
        t.lower()
        for s in SENTENCES
        for t, label in zip(s.tokens, s.labels, strict=True)
        if label != "O"
    }
    found = entity_noise.other_words(SENTENCES, rng(), 1.0)
    pairs = [
        p
        for old, new in zip(SENTENCES, found, strict=True)
        for p in zip(old.tokens, new.tokens, strict=True)
    ]
    changed = [after for before, after in pairs if before != after]
    assert len(changed) > 500
    assert {*changed} <= words and all(word.islower() for word in changed)
    assert {*changed} & names  # also one that names are made of


def test_the_share_is_kept_and_the_same_seed_gives_the_same():
    assert entity_noise.other_words(SENTENCES, rng(), 0.0) == SENTENCES
    found = entity_noise.other_words(SENTENCES, rng(), 0.1)
    assert found == entity_noise.other_words(SENTENCES, rng(), 0.1)
    pairs = [
        (a, b)
        for old, new in zip(SENTENCES, found, strict=True)
        for a, b, label in zip(old.tokens, new.tokens, old.labels, strict=True)
        if label == "O" and a.islower()
    ]
    assert 0.07 < np.mean([a != b for a, b in pairs]) < 0.13
