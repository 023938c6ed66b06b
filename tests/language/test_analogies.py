"""utils.language.analogies: standard tests of word vectors, by hand and by gensim."""

import functools
from pathlib import Path

import numpy as np
import pytest
from gensim.test.utils import datapath

from tests.language.small_vectors import ROWS, SECTION, WORDS, keyed, linear
from utils.language import analogies


def test_analogy_questions_are_rows_of_known_words():
    found = noisy()
    rows = analogies.analogy_questions(found, "family")
    words = [[found.index_to_key[n] for n in question] for question in rows]
    assert words == [q for q in questions()["family"] if all(w in found.key_to_index for w in q)]
    assert analogies.analogy_questions(keyed(WORDS, ROWS), "currency").shape == (0, 4)
    with pytest.raises(ValueError, match="No such sections"):
        analogies.analogy_questions(found, "families")


@functools.cache
def questions():
    """The questions of Google's test by section, in lower case."""
    parts = Path(datapath("questions-words.txt")).read_text(encoding="utf-8").lower().split(": ")
    lines = [part.splitlines() for part in parts[1:]]
    return {first: [line.split() for line in rest] for first, *rest in lines}


@functools.cache
def noisy():
    """All words of the test; those of a pair differ by the offset of their section, and noise."""
    rng = np.random.default_rng(4)
    rows = {}
    for section in questions().values():
        offset = rng.normal(size=50)
        for pair in {tuple(question[:2]) for question in section}:
            first = rows.setdefault(pair[0], rng.normal(size=50))
            rows.setdefault(pair[1], first + offset + rng.normal(size=50) * 1.8)
    return keyed(rows, list(rows.values()))


def by_hand(found, section):
    """Right answers and questions asked, one matrix product for each question."""
    unit = found.vectors / np.linalg.norm(found.vectors, axis=1, keepdims=True)
    right = asked = 0
    for question in questions()[section]:
        if all(word in found.key_to_index for word in question):
            a, b, c, d = (found.key_to_index[word] for word in question)
            scores = unit @ (unit[b] - unit[a] + unit[c])
            scores[[a, b, c]] = -np.inf
            right, asked = right + (scores.argmax() == d), asked + 1
    return right, asked


def test_questions_by_section_leave_out_what_cannot_be_asked():
    found = analogies.questions_by_section(linear())
    assert {name: len(questions) for name, questions in found.items()} == {
        SECTION: 12,
        "capital-world": len(analogies.analogy_questions(linear(), "capital-world")),
        "all": sum(len(questions) for name, questions in found.items() if name != "all"),
    }
    assert found["all"].dtype.kind == "i"


def test_analogies_of_one_section_by_hand():
    found = analogies.analogy_accuracy(noisy(), ["family", "gram8-plural"])
    assert list(found) == ["family", "gram8-plural", "all"]
    for section in ("family", "gram8-plural"):
        assert found[section] == by_hand(noisy(), section)
        assert 0.05 < found[section][0] / found[section][1] < 0.95
    assert found["all"] == tuple(np.add(found["family"], found["gram8-plural"]))


def test_analogies_are_gensims():
    found = analogies.analogy_accuracy(noisy())
    assert found["all"][1] == sum(map(len, questions().values())) == 19544
    assert len(found) == 15
    score, sections = noisy().evaluate_word_analogies(datapath("questions-words.txt"))
    assert found["all"][0] / found["all"][1] == score
    for part in sections[:-1]:
        assert found[part["section"]][0] == len(part["correct"])


def test_analogies_of_words_without_vectors():
    found = analogies.analogy_accuracy(keyed(WORDS, ROWS))
    assert set(found.values()) == {(0, 0)}
    assert analogies.analogy_accuracy(linear(), ["family"]) == {"family": (0, 0), "all": (0, 0)}


@pytest.mark.parametrize("sections", [["familly"], ["family", "all"], [], "family"])
def test_no_such_section(sections):
    with pytest.raises(ValueError, match="these: capital-common-countries, capital-w") as error:
        analogies.analogy_accuracy(linear(), sections)
    chosen = str(error.value).rpartition("these: ")[2].rstrip(".").split(", ")
    assert list(analogies.analogy_accuracy(linear(), chosen)) == [*chosen, "all"]


@pytest.mark.filterwarnings("error")
def test_analogies_with_a_zero_vector():
    """A vector may become zero after loading, as by taking a direction out."""
    with_zero = keyed(
        [*linear().index_to_key, "nothing"], np.vstack([linear().vectors, np.zeros(50)])
    )
    assert analogies.analogy_accuracy(with_zero, [SECTION])[SECTION] == (12, 12)
    with_zero.vectors[1] = 0
    right, asked = analogies.analogy_accuracy(with_zero, [SECTION])[SECTION]
    assert asked == 12 and right < 20


def test_analogies_see_changed_vectors():
    """The norms, which gensim keeps, are computed again."""
    found = linear()
    assert analogies.analogy_accuracy(found)[SECTION] == (12, 12)
    found.vectors[:] = np.random.default_rng(0).normal(size=(8, 50)) * np.arange(1, 9)[:, None]
    assert analogies.analogy_accuracy(found)[SECTION] == by_hand(found, SECTION)


def test_the_names_of_the_sections():
    assert analogies.section_names() == list(questions())


@pytest.mark.parametrize("formula", [(-1, 1, 1), (0, 1, 1), (0, 0, 1)])
def test_nearest_to_parts_of_the_formula_is_gensims(formula):
    found = noisy()
    asked = analogies.analogy_questions(found, "currency")[:70]  # more than a block
    unit = found.get_normed_vectors()
    words = found.index_to_key
    for question, row in zip(asked, analogies.nearest_to(asked, unit, formula), strict=True):
        target = np.dot(formula, unit[question[:3]])
        near = [word for word, _ in found.similar_by_vector(target, topn=9)]
        own = {words[n] for n in question[:3]}
        assert words[row] == next(word for word in near if word not in own)


def test_nearest_to_with_the_questions_own_words():
    found = noisy()
    asked = analogies.analogy_questions(found, "family")[:9]
    unit = found.get_normed_vectors()
    assert np.array_equal(analogies.nearest_to(asked, unit, (0, 0, 1), False), asked[:, 2])
    assert analogies.nearest_to(asked[:0], unit, (-1, 1, 1)).shape == (0,)


def test_an_interrupt_leaves_the_vectors_as_they_were(monkeypatch):
    found = linear()
    before = dict(found.key_to_index)

    def interrupt(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(found, "most_similar", interrupt)
    with pytest.raises(KeyboardInterrupt):
        analogies.analogy_accuracy(found)
    assert found.key_to_index == before


def judged():
    lines = Path(datapath("wordsim353.tsv")).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_word_similarity_by_hand():
    from scipy.stats import spearmanr

    words = sorted({word for pair in judged() for word in pair[:2]})[:300]
    found = keyed(words, np.random.default_rng(6).normal(size=(300, 7)))
    pairs = [(a, b, float(score)) for a, b, score in judged() if {a, b} <= set(words)]
    unit = found.vectors / np.linalg.norm(found.vectors, axis=1, keepdims=True)
    cosines = [unit[words.index(a)] @ unit[words.index(b)] for a, b, _ in pairs]
    rho, used, total = analogies.word_similarity(found)
    assert rho == pytest.approx(spearmanr(cosines, [score for *_, score in pairs])[0], abs=1e-4)
    assert (used, total) == (len(pairs), 353)


def test_word_similarity_with_too_few_words():
    with pytest.raises(ValueError, match="Only 1 of the 353 pairs of words have vectors here"):
        analogies.word_similarity(keyed(WORDS, ROWS))
    with pytest.raises(ValueError, match="Only 2 of the 353"):
        analogies.word_similarity(keyed(["tiger", "cat"], ROWS[:2]))
    everyday = ["tiger", "cat", "book", "paper"]  # "load vectors with more everyday words"
    assert analogies.word_similarity(keyed(everyday, ROWS[:4]))[1] == 3
