"""What was planted in the text of the word vectors, as rows of the vectors that are looked at.

The lexicon behind it: `datasets/word_vectors/lexicon`. A word that has no vector is left out, so
that all this works for other vectors, too.
"""

from functools import cache

import numpy as np
from gensim.models import KeyedVectors

from utils import datasets
from utils.language import vectors
from utils.language.analogies import analogy_questions

lexicon = cache(datasets.load_lexicon)


def topics(wv: KeyedVectors) -> dict[str, list[str]]:
    """Return the words of each topic, which is a kind of words, such as "fruit"."""
    return {name: _known(topic["members"], wv) for name, topic in lexicon()["topics"].items()}


def shares(wv: KeyedVectors) -> dict[str, float]:
    """Return the planted share of women of each occupation."""
    return {job: share for job, share in lexicon()["shares"].items() if job in wv}


def names(wv: KeyedVectors) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of male and of female first names."""
    found = lexicon()["names"]
    return tuple(vectors.rows(wv, _known(found[gender], wv)) for gender in ("male", "female"))


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


def stereotyped(wv: KeyedVectors) -> dict[str, str]:
    """Return the topic of each word of household, arts, career and science, without occupations.

    Beside the words of the first two stand female stereotypes, beside those of the others male
    ones; none of them stands beside words of gender.
    """
    of_topics, jobs = topics(wv), lexicon()["shares"]
    return {word: t for t in lexicon()["stereotyped"] for word in of_topics[t] if word not in jobs}


def _known(text, wv):
    return [word for word in text.split() if word in wv]
