"""Real text by article: what is read, and how it is parted."""

import re
import time

import pytest

from utils.datasets import load_news_agreement
from utils.files import DataError
from utils.language import articles, word2vec
from utils.language.articles import Article, load_articles, sentences_in, split_articles


@pytest.fixture(scope="module")
def text():
    return load_articles()


def test_half_a_million_words_of_two_kinds(text):
    kinds = {a.kind for a in text}
    words = {kind: sum(a.n_words for a in text if a.kind == kind) for kind in kinds}
    assert words.keys() == {"news", "encyclopedia"}
    assert 65_000 < words["news"] < 75_000
    assert 420_000 < words["encyclopedia"] < 460_000
    assert len(text) > 430
    assert [a.title for a in text if a.kind == "encyclopedia"][:3] == [
        "Anarchism",
        "Autism",
        "Albedo",
    ]


def test_the_sentences_of_news_agreement_stand_in_it(text):
    titles = {"news": "news"}
    titles |= {f"Wikipedia, {a.title}": a.title for a in text if a.kind == "encyclopedia"}
    begins = {
        (a.title if a.kind == "encyclopedia" else "news", " ".join(words[: place + 1]))
        for a in text
        for words in a.sentences
        for place, word in enumerate(words)
        if word in ("was", "were")
    }
    for row in load_news_agreement():
        assert (titles[row["source"]], f"{row['text']} {row['verb']}") in begins, row


def test_it_is_read_in_seconds_and_always_the_same(text):
    began = time.process_time()
    assert load_articles() == text
    assert time.process_time() - began < 12  # 2 here


def test_sentences_are_whole_and_stand_once(text):
    sentences = sentences_in(text)
    assert all(4 <= len(words) <= 80 for words in sentences)
    assert len({tuple(words) for words in sentences}) == len(sentences)
    ends = [words[-1] for words in sentences]
    assert sum(end in '.?!")' for end in ends) / len(ends) > 0.98


def test_no_markup_is_left(text):
    words = [word for words in sentences_in(text) for word in words]
    marked = [w for w in words if re.search(r"[{}|\\]|''|https?:|www\.|&\w+;|\ufffc", w)]
    assert len(marked) < 20, marked  # the article about ASCII speaks of such signs
    assert sum(word in "[]" for word in words) < 300  # a quotation's own: "he [the king] said"
    assert {"px", "nbsp", "infobox", "colspan"}.isdisjoint(words)


def test_parts_hold_whole_articles_and_a_share_of_each_kind(text):
    parts = split_articles(text, seed=1)
    titles = [{(a.kind, a.title, *a.sentences[0]) for a in part} for part in parts]
    assert sum(map(len, titles)) == len(text) == len(set.union(*titles))
    for kind in ("news", "encyclopedia"):
        words = [sum(a.n_words for a in part if a.kind == kind) for part in parts]
        assert 0.06 < words[1] / sum(words) < 0.14
        assert 0.06 < words[2] / sum(words) < 0.14


def runs_of_ten(part):
    sentences = [tuple(words) for words in sentences_in(part)]
    return [words[i : i + 10] for words in sentences for i in range(len(words) - 9)]


def test_next_to_nothing_is_in_two_parts(text):
    training, *others = map(runs_of_ten, split_articles(text, seed=3))
    known = set(training)
    for runs in others:
        assert sum(run in known for run in runs) / len(runs) <= 1 / 500


def test_the_seed_decides(text):
    first, again, other = (split_articles(text, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_too_few_articles():
    one = Article("news", "a", [["a", "b"]])
    for few in ([], [one], [one] * 2):
        with pytest.raises(ValueError, match="too few to split"):
            split_articles(few, seed=0)
    parts = split_articles([one] * 10, seed=0)
    assert [len(part) for part in parts] == [8, 1, 1]


def test_news_and_encyclopedia_in_small(monkeypatch, tmp_path):
    """Signs of Latin-1 are read; a sentence that stands twice is taken once."""
    (tmp_path / "lee_background.cor").write_text("It rained all day. It snowed at night.\n")
    (tmp_path / "lee.cor").write_bytes(b"It cost \xa350 a day. It rained all day.\n")
    for name in ("lee_background.cor", "lee.cor"):
        assert name in articles.NEWS
    monkeypatch.setattr(articles, "gensim_file", tmp_path.joinpath)
    lines = articles._news()
    assert len(lines) == 2
    seen = set()
    assert len(articles._sentences(lines[:1], seen)) == 2
    assert articles._sentences(lines[1:], seen) == [["it", "cost", "£", "50", "a", "day", "."]]


def test_without_gensims_test_data(monkeypatch, tmp_path):
    monkeypatch.setattr(word2vec, "datapath", lambda name: str(tmp_path / name))
    with pytest.raises(DataError, match="gensim came without its test data"):
        load_articles()
