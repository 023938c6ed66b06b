"""Word2vec, trained on real text that comes with gensim."""

import bz2
from collections.abc import Sequence
from pathlib import Path

from gensim.corpora.wikicorpus import extract_pages, filter_wiki
from gensim.models import KeyedVectors, Word2Vec
from gensim.test.utils import datapath
from gensim.utils import tokenize

from utils.files import DataError

WIKIPEDIA = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"


def real_text() -> list[list[str]]:
    """Return half a million words of real text as 14,000 paragraphs of lower-cased words.

    They come with gensim: Australian news of 2000 and 2001 (Lee, Pincombe and Welsh 2005) and a
    hundred articles of the English Wikipedia. Reading takes two seconds. Raises DataError.
    """
    news = gensim_file("lee_background.cor").read_text(encoding="utf-8")
    texts = news.splitlines()
    with bz2.open(gensim_file(WIKIPEDIA)) as file:
        for _, text, _ in extract_pages(file, filter_namespaces=("0",)):
            texts += filter_wiki(text).splitlines()
    paragraphs = (list(tokenize(text, lower=True)) for text in texts)
    return [words for words in paragraphs if len(words) > 1]


def gensim_file(name: str) -> Path:
    path = Path(datapath(name))
    if not path.is_file():
        raise DataError(f"gensim came without its test data ({name}): install gensim from PyPI.")
    return path


def train(
    sentences: Sequence[Sequence[str]], seed: int, dims: int = 50, epochs: int = 6
) -> KeyedVectors:
    """Return vectors of the words that occur five times or more in `sentences`.

    Skip-gram with negative sampling (Mikolov, Sutskever and others 2013). The other settings suit
    half a million words. One thread alone, so the same seed gives the same bits again.

    Raises:
        ValueError: fewer than two words occur five times.
    """
    model = Word2Vec(
        vector_size=dims,
        sg=1,
        negative=5,
        window=8,
        sample=1e-4,
        alpha=0.05,
        min_count=5,
        seed=seed,
        workers=1,
    )
    model.build_vocab(sentences)
    if len(model.wv) < 2:
        raise ValueError("Fewer than two words occur five times in the text: give a longer one.")
    model.train(sentences, total_examples=model.corpus_count, epochs=epochs)
    return model.wv
