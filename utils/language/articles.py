"""Real text for language models: news and encyclopedia articles that come with gensim."""

import bz2
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from gensim.corpora.wikicorpus import extract_pages

from utils.language.sentences import sentences_of, words_of
from utils.language.wiki_markup import HOLE, paragraphs
from utils.language.word2vec import WIKIPEDIA, gensim_file

NEWS = {"lee_background.cor": "utf-8", "lee.cor": "latin-1"}
LEAST_WORDS, MOST_WORDS = 4, 80  # of a sentence; longer ones are lists or were not parted


class Article(NamedTuple):
    """An article: "news" or "encyclopedia", and its sentences, each a list of words."""

    kind: str
    title: str
    sentences: list[list[str]]

    @property
    def n_words(self) -> int:
        """How many words and punctuation marks it has."""
        return sum(map(len, self.sentences))


def load_articles() -> list[Article]:
    """Return half a million words of real text in some 450 articles, in the order of the files.

    Australian news of 2000 to 2002 (Lee, Pincombe and Welsh 2005) and a hundred articles of the
    English Wikipedia, of 2015, which begin with A. Sentences as `sentences_of` and words as
    `words_of` find them. Left out are sentences with fewer than 4 or more than 80 words, those in
    which a formula or a template stood, and those that stand a second time anywhere: they would
    be trained and tested on. Raises DataError: gensim came without these files.
    """
    texts = [("news", line.split(".")[0][:60], [line]) for line in _news()]
    with bz2.open(gensim_file(WIKIPEDIA)) as file:
        for title, markup, _ in extract_pages(file, filter_namespaces=("0",)):
            if not markup.lower().startswith("#redirect"):
                texts.append(("encyclopedia", title, paragraphs(markup)))
    seen: set[str] = set()
    articles = (Article(kind, title, _sentences(lines, seen)) for kind, title, lines in texts)
    return [article for article in articles if article.sentences]


def _news() -> list[str]:
    files = (gensim_file(name).read_text(encoding) for name, encoding in NEWS.items())
    return [line for text in files for line in text.splitlines()]


def _sentences(lines: Sequence[str], seen: set[str]) -> list[list[str]]:
    found = []
    for line in lines:
        for sentence in sentences_of(line):
            words = words_of(sentence)
            key = " ".join(words)
            if HOLE not in key and LEAST_WORDS <= len(words) <= MOST_WORDS and key not in seen:
                seen.add(key)
                found.append(words)
    return found


def split_articles(
    articles: Sequence[Article], seed: int, validation: float = 0.1, test: float = 0.1
) -> tuple[list[Article], list[Article], list[Article]]:
    """Part articles into training, validation and test: whole ones, so many words of each kind.

    Of each kind, the articles are shuffled and dealt out until a part has its share of the words;
    an article is never in two parts. Within a part they stand in the order in which they came. News
    tell of one thing for days: of the runs of ten words in validation and test, 1 in 500 or fewer
    stand in training, too (seeds 0 to 4).

    Args:
        articles: such as `load_articles` returns.
        seed: the same seed and articles give the same parts.
        validation: share of the words to choose settings on.
        test: share of the words to read once, at the end.

    Raises:
        ValueError: a part would be empty.
    """
    rng, part_of = np.random.default_rng(seed), np.zeros(len(articles), int)
    for kind in sorted({article.kind for article in articles}):
        rows = rng.permutation([i for i, article in enumerate(articles) if article.kind == kind])
        words = np.array([articles[i].n_words for i in rows])
        middle = (np.cumsum(words) - words / 2) / words.sum()  # where the article's middle falls
        part_of[rows] = np.where(middle < test, 2, np.where(middle < test + validation, 1, 0))
    parts = tuple([articles[i] for i in np.flatnonzero(part_of == part)] for part in range(3))
    if not all(parts):
        raise ValueError(f"{len(articles)} articles are too few to split: one part is empty.")
    return parts


def sentences_in(articles: Sequence[Article]) -> list[list[str]]:
    """Return the sentences of all articles, one after the other."""
    return [sentence for article in articles for sentence in article.sentences]
