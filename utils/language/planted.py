"""What was planted in the text of the word vectors, as rows of the vectors that are looked at.

The lexicon behind it: `datasets/word_vectors/lexicon`. A word that has no vector is left out, so
that all this works for other vectors, too.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from gensim.models import KeyedVectors
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_predict

from utils import datasets
from utils.language import vectors
from utils.language.analogies import analogy_questions

lexicon = cache(datasets.load_lexicon)


def topics(wv: KeyedVectors) -> dict[str, list[str]]:
    """Return the words of each topic, which is a kind of words, such as "fruit"."""
    return {
        name: vectors.known(wv, topic["members"]) for name, topic in lexicon()["topics"].items()
    }


def kinds(wv: KeyedVectors) -> dict[str, set[str]]:
    """Return the topics that each word belongs to; none for many words."""
    of_topics = topics(wv)
    return {word: {t for t in of_topics if word in of_topics[t]} for word in wv.index_to_key}


def grouped(
    wv: KeyedVectors, names: Sequence[str], most: int = 12
) -> tuple[list[str], np.ndarray, list[str]]:
    """Return words of these topics, the number of each word's group (m,), and the groups' names.

    Topics with fewer than three known words are left out; of the others, `most` words are taken. A
    word of two topics is in the last of them.
    """
    of_topics = topics(wv)
    names = [name for name in names if len(of_topics[name]) > 2]
    group = {word: n for n, name in enumerate(names) for word in of_topics[name][:most]}
    return list(group), np.array(list(group.values()), int), names


def shares(wv: KeyedVectors) -> dict[str, float]:
    """Return the planted share of women of each occupation."""
    return {job: share for job, share in lexicon()["shares"].items() if job in wv}


def names(wv: KeyedVectors) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of male and of female first names."""
    found = lexicon()["names"]
    return tuple(
        vectors.rows(wv, vectors.known(wv, found[gender])) for gender in ("male", "female")
    )


def weat_rows(wv: KeyedVectors) -> tuple[np.ndarray, ...]:
    """Return the rows X, Y, A, B of an association test.

    X, Y: of each field of work the two occupations with the fewest and with the most women. A, B:
    male and female first names.
    """
    targets = [
        [job for jobs in fields(wv) for job in jobs[part]] for part in (slice(2), slice(-2, None))
    ]
    return *(vectors.rows(wv, jobs) for jobs in targets), *names(wv)


def family_pairs(wv: KeyedVectors) -> np.ndarray:
    """Return the pairs of Google's section "family", rows (k, 2): the male word, the female one."""
    return np.unique(analogy_questions(wv, "family").reshape(-1, 2), axis=0)


def neutral_rows(wv: KeyedVectors) -> np.ndarray:
    """Return the rows of all words but those that have a gender by definition.

    These are the words of the family, first names, and words such as "herself" or "men". In a large
    vocabulary there are more, such as "actress", which this function does not know.
    """
    gendered = {"men", "women", *(wv.index_to_key[row] for row in family_pairs(wv).ravel())}
    for gender, first_names in lexicon()["names"].items():
        gendered |= {*first_names.split(), *" ".join(lexicon()["roles"][gender].values()).split()}
    return np.array([row for row, word in enumerate(wv.index_to_key) if word not in gendered], int)


def fields(wv: KeyedVectors) -> list[list[str]]:
    """Return the occupations of each field of work, those with the fewest women first.

    Fields with fewer than four known occupations are left out.
    """
    share_of = shares(wv)
    found = [jobs for jobs in topics(wv).values() if len(jobs) > 3 and share_of.keys() >= {*jobs}]
    return [sorted(jobs, key=share_of.get) for jobs in found]


def clear_jobs(wv: KeyedVectors) -> dict[str, bool]:
    """Return whether many women work in each occupation; shares near one half are left out."""
    return {job: share > 0.5 for job, share in shares(wv).items() if abs(share - 0.5) > 0.08}


def larger_sides(wv: KeyedVectors) -> tuple[float, float]:
    """Return how many of the clear occupations two simple guesses get right, as shares.

    The first always says the larger side; the second knows the larger side of each field.
    """
    sides = clear_jobs(wv)
    by_field = [[sides[job] for job in jobs if job in sides] for jobs in fields(wv)]
    right = [max(sum(group), len(group) - sum(group)) for group in ([*sides.values()], *by_field)]
    return right[0] / len(sides), sum(right[1:]) / len(sides)


def field_columns(wv: KeyedVectors) -> np.ndarray:
    """Return the field of work of each occupation as 0 and 1, (occupations, fields)."""
    return np.array([[job in jobs for jobs in fields(wv)] for job in shares(wv)], float)


def foretold(rows: np.ndarray, values: np.ndarray) -> float:
    """Return how well ridge regression foretells values: the correlation of guess and value.

    It learns from nine tenths of the rows what the others' values are: the mean of three divisions
    into tenths. A correlation below 0 foretells nothing, and counts as 0.

    Args:
        rows: (m, n), at least ten.
        values: (m,).
    """
    divisions = [KFold(10, shuffle=True, random_state=seed) for seed in range(3)]
    guesses = [cross_val_predict(Ridge(), rows, values, cv=folds) for folds in divisions]
    return max(0.0, float(np.mean([np.corrcoef(guess, values)[0, 1] for guess in guesses])))


def stereotyped(wv: KeyedVectors) -> dict[str, str]:
    """Return the topic of each word of household, arts, career and science, without occupations.

    Beside the words of the first two stand female stereotypes, beside those of the others male
    ones; none of them stands beside words of gender.
    """
    of_topics, jobs = topics(wv), lexicon()["shares"]
    return {word: t for t in lexicon()["stereotyped"] for word in of_topics[t] if word not in jobs}
