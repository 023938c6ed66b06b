"""Tables of language models, as they are printed."""

import numpy as np
import pytest

from utils.language import word_tables


def test_factors_and_their_product(capsys):
    word_tables.factors(["cats", "<EOS>"], {"one": [0.5, 0.4], "two": [0.1, 0.001]})
    head, cats, end, product, _ = capsys.readouterr().out.split("\n", 4)
    assert head.split() == ["P(word", "|", "all", "before)", "one", "two"]
    assert cats.split() == ["cats", "0.50000", "0.10000"]
    assert end.split() == ["<EOS>", "0.40000", "0.00100"]
    assert product.split() == ["product", "2.0e-01", "1.0e-04"]
    assert len(head) == len(cats) == len(end) == len(product)


def test_the_ratio_of_pear_to_pair(capsys):
    found = word_tables.pear_and_pair({"it": (np.log(3e-13), np.log(1e-13))})
    assert found == {"it": pytest.approx(3)}
    assert capsys.readouterr().out.splitlines()[1].split() == ["it", "3.0e-13", "1.0e-13", "3.00"]


def test_perplexities_some_of_which_are_missing(capsys):
    word_tables.perplexities({"a": 100.0, "b": 90.0}, {"b": 50.0}, {"a": 1.5, "b": 2.5})
    _, first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["a", "100.0", "1.5"]
    assert second.split() == ["b", "90.0", "50.0", "2.5"]
    assert len(first) == len(second)


def test_copies(capsys):
    word_tables.copies({"model": ([True, False, False], [9, 2, 4], "a copied run")})
    row = capsys.readouterr().out.splitlines()[1]
    assert row.split() == ["model", "1", "2", "4", "9:", "a", "copied", "run"]


def test_vocabularies(capsys):
    word_tables.vocabularies({5000: (95.2, 0.166, 1.25, 0.6)})
    row = capsys.readouterr().out.splitlines()[2]
    assert row.split() == ["5,000", "95.2", "16.6%", "1.250", "0.600", "1.850"]
