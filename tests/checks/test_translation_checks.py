"""The challenge of translation: which of several hypotheses is valid?"""

import numpy as np
import pytest

from utils.checks.week3 import translation_beam_search as translation
from utils.checks.wrong import Wrong


class Sentence:
    french = "le", "chat", "."

    def valid(self, words):
        return words == ["right"]


@pytest.fixture
def held_out(monkeypatch):
    """The valid hypothesis is never the likeliest, and the only one that looked at all words.

    Training showed each word alone.
    """
    monkeypatch.setattr(translation, "_held_out", {})
    m, said = 30, np.array(["wrong", "right", "neither"])
    log_probs, covered = np.array([-1.0, -1.1, -2.0]), np.array([[1, 0, 1], [1, 1, 1], [0, 1, 1.0]])
    turned = [(place * place + np.arange(3)) % 3 for place in range(m)]
    for part in ("validation", "test"):
        translation.hold_out(
            part,
            [Sentence()] * m,
            [[[word] for word in said[turn]] for turn in turned],
            np.array([log_probs[turn] for turn in turned]),
            [covered[turn] for turn in turned],
            {("", word) for word in said} | {(word, "") for word in said},
        )


def answer(body, **scope):
    scope |= {"np": np}
    exec(f"def pick(french, hypotheses, log_probs, covered):\n    {body}", scope)
    return scope["pick"]


def test_coverage_tells_them_apart(held_out, capsys):
    translation.check.challenge(
        answer("return int(np.argmax(log_probs + np.log(covered + 0.01).sum(1)))")
    )
    said = " ".join(capsys.readouterr().out.split())
    assert "On validation, to choose by: 100 (baseline 0)" in said
    assert "100 % of the sentences" in said


def test_the_baseline_is_the_likeliest(held_out, capsys):
    translation.check.challenge(answer("return int(np.argmax(log_probs))"))
    assert "does not beat the baseline" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "body, why",
    [
        ("return 3", "whole number from 0 to 2"),
        ("return 0.5", "whole number from 0 to 2"),
        ("return hypotheses[0]", "whole number from 0 to 2"),
        ("return int(test[0])", "held out"),
    ],
)
def test_what_is_no_answer_is_refused(held_out, body, why):
    with pytest.raises(Wrong, match=why):
        translation.check.challenge(answer(body, test=np.ones(3)))


def test_without_hypotheses_it_says_what_to_run(monkeypatch):
    monkeypatch.setattr(translation, "_held_out", {})
    with pytest.raises(Wrong, match="hold_out"):
        translation.check.challenge(answer("return 0"))


def test_ways_to_choose(held_out):
    shares = translation.each_choice("test")
    assert shares["the likeliest"] == 0
    assert shares["the likeliest, with a penalty for French words not looked at"] == 100
    assert shares["ours"] == 100
    assert shares["one of the hypotheses is valid"] == 100


def test_neighbours_that_training_never_showed(held_out):
    assert translation.strange([["right"], ["right", "wrong"], []]).tolist() == [0, 1, 1]
