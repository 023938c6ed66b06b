"""utils.language.planted: what the lexicon says, for the embedded vectors and for few words."""

import numpy as np
import pytest

from tests.language.small_vectors import keyed
from utils import datasets
from utils.language import planted, vectors

LEXICON = datasets.load_lexicon()


@pytest.fixture(scope="module")
def wv():
    return vectors.load("planted")


def few(*words):
    return keyed(list(words), np.eye(len(words), 5))


def test_all_that_the_lexicon_has_is_known(wv):
    assert planted.shares(wv) == LEXICON["shares"]
    assert planted.topics(wv)["fruit"] == LEXICON["topics"]["fruit"]["members"].split()
    assert [len(rows) for rows in planted.names(wv)] == [24, 24]
    male, _ = planted.names(wv)
    assert [wv.index_to_key[row] for row in male] == LEXICON["names"]["male"].split()


def test_words_with_a_gender_are_not_neutral(wv):
    neutral = {wv.index_to_key[row] for row in planted.neutral_rows(wv)}
    for word in ["king", "queen", "men", "women", "mary", "herself", "mr", "lads"]:
        assert word not in neutral
    assert neutral >= {"apple", "nurse", "gentle", *planted.shares(wv)}
    pairs = planted.family_pairs(wv)
    assert len(pairs) == 23
    assert [vectors.row(wv, "man"), vectors.row(wv, "woman")] in pairs.tolist()


def test_fields_of_work_begin_with_the_fewest_women(wv):
    fields = planted.fields(wv)
    assert len(fields) == 16
    for jobs in fields:
        assert (np.diff([LEXICON["shares"][job] for job in jobs]) >= 0).all()


def test_stereotyped_words_are_no_occupations(wv):
    topic_of = planted.stereotyped(wv)
    assert len(topic_of) == 64
    assert set(topic_of.values()) == set(LEXICON["stereotyped"])
    assert not topic_of.keys() & LEXICON["shares"].keys()


def test_words_without_a_vector_are_left_out():
    wv = few("nurse", "apple", "king", "queen")
    assert planted.shares(wv) == {"nurse": LEXICON["shares"]["nurse"]}
    assert planted.fields(wv) == [] and planted.stereotyped(wv) == {}
    assert planted.topics(wv)["fruit"] == ["apple"]
    assert planted.family_pairs(wv).shape == (0, 2)  # one pair makes no question
    assert [len(rows) for rows in planted.names(wv)] == [0, 0]
    assert planted.neutral_rows(wv).tolist() == [0, 1, 2, 3]


def test_kinds_of_a_word(wv):
    kinds = planted.kinds(wv)
    assert kinds["orange"] == {"fruit", "citrus", "colour"}
    assert kinds["the"] == set() and len(kinds) == len(wv)


def test_groups_have_few_words_each(wv):
    shown, group_of, names = planted.grouped(wv, ["fruit", "colour"], most=3)
    assert names == ["fruit", "colour"] and len(shown) == len(group_of) == 6
    assert group_of.tolist() == [0, 0, 0, 1, 1, 1]
    assert planted.grouped(few("apple", "king"), ["fruit"])[0] == []


def test_targets_are_the_ends_of_each_field(wv):
    X, Y, A, B = planted.weat_rows(wv)
    share = LEXICON["shares"]
    of_rows = [np.mean([share[wv.index_to_key[row]] for row in rows]) for rows in (X, Y)]
    assert of_rows[0] < of_rows[1] and len(X) == len(Y) == 32
    assert [A.tolist(), B.tolist()] == [rows.tolist() for rows in planted.names(wv)]


def test_clear_jobs_and_what_simple_guesses_get_right(wv):
    sides = planted.clear_jobs(wv)
    assert len(sides) == 107 and sides["nurse"] and not sides["carpenter"]
    assert planted.larger_sides(wv) == pytest.approx((61 / 107, 75 / 107))


def test_each_occupation_has_one_field(wv):
    columns = planted.field_columns(wv)
    assert columns.shape == (130, 16) and (columns.sum(axis=1) == 1).all()


def test_what_can_be_foretold():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(80, 4))
    assert planted.foretold(rows, rows @ [1, 2, 3, 4]) > 0.99
    assert planted.foretold(rows, rng.normal(size=80)) < 0.3
    halves = np.repeat([0.0, 1], 40)
    assert planted.foretold(np.ones((80, 2)), halves) == 0  # a mean alone is worse than nothing
