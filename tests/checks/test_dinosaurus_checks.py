"""The checks of `week1/2_dinosaurus_island`: what gives the right values in a way that is wrong."""

import numpy as np
import pytest

from utils.checks.mistakes import edited
from utils.checks.week1 import dinosaurus_island
from utils.checks.week1.dinosaurus_island import check, to_beat
from utils.checks.wrong import Wrong
from utils.models import language_model

TWICE = "optimizer(parameters, gradients)\n    return loss, optimizer"
MORE = "loss)\n            optimizer(parameters, {f'd{name}': 0 for name in parameters})"


def complaint(name, *rules):
    with pytest.raises(Wrong) as caught:
        check(edited(check.reference(name), *rules))
    return str(caught.value)


def test_an_optimizer_that_is_called_twice():
    """One with a memory, such as Adam, would make another step of it."""
    says = complaint("optimization_step", f"return loss, optimizer => {TWICE}")
    assert says == "`optimizer` is called 2 times, not once."
    says = complaint("train", f"loss) => {MORE}")
    assert says == "`optimizer` is called 12 times. Once for each batch is 6."


@pytest.mark.parametrize("seed", ["1", "len(indices)"])
def test_a_generator_made_anew_in_each_step(seed):
    says = complaint("sample", f"rng.choice => np.random.default_rng({seed}).choice")
    assert says == "`rng` is not used. Draw with it, as in rng.choice, not with np.random."


@pytest.mark.parametrize("seed", ["1", "len(indices)"])
def test_a_generator_beside_the_one_that_is_drawn_from_in_vain(seed):
    own = f"(rng.random(), np.random.default_rng({seed}))[1]"
    says = complaint("sample", f"rng.choice => {own}.choice")
    assert "not drawn from `rng`" in says or "does not follow its probabilities" in says


def test_an_index_alone_is_no_batch_of_tokens():
    says = complaint("sample", "np.array([index]) => index")
    assert "tokens should have the shape (m,); for one name it is [index]" in says


def test_a_mixture_is_a_function():
    says = complaint("mixture", "return step => return 0")
    assert says == "The answer should be a function, step(state, tokens)."


def test_an_error_in_the_step_function_is_told():
    says = complaint("mixture", "steps[number](states => steps[number](stats")
    assert says.startswith("The step function that it returns stopped with NameError")


def test_a_mixture_that_keeps_its_state_to_itself():
    kept = "kept = [None] * len(steps)\n\n    def step("
    says = complaint(
        "mixture",
        "def step( => " + kept,
        "        states = [None] * len(steps) if state is None else state\n =>",
        "states[number] => kept[number]",
        "new.append(own) => new.append(own)\n            kept[number] = own",
    )
    assert "log_probs" in says


def model(source, **scope):
    scope |= {"language_model": language_model, "np": np}
    exec(source, scope)
    return scope["character_model"]


@pytest.mark.parametrize(
    "body, says",
    [
        ("0", "The answer should be a function, step(state, tokens)."),
        ("lambda state, tokens: (0, np.zeros((len(tokens), 27)))", "should add up to 1."),
        ("lambda state, tokens: (0, np.zeros(27))", "should have the shape (m, 27)"),
        ("language_model.unigram(held_out_set, 27)", "reads `held_out_set`, which is held out."),
    ],
)
def test_the_challenge_refuses_what_is_no_language_model(body, says):
    source = f"def character_model(training, validation): return {body}"
    with pytest.raises(Wrong) as caught:
        check.challenge(model(source, held_out_set=[np.array([1, 0])]))
    assert says in str(caught.value)


def test_the_challenge_prints_validation_first_and_then_a_figure(capsys):
    trained = language_model.unigram([np.array([5, 9, 0])], 27)
    to_beat(trained)
    uniform = "def character_model(training, validation): return language_model.uniform(27)"
    check.challenge(model(uniform))
    first, then = " ".join(capsys.readouterr().out.split()).split(" character_model: ")
    assert first.startswith("character_model: On validation, to choose by: 3.296 (baseline ")
    assert then.startswith("3.296 nats per character, held-out names (ours 1.6")
    assert check.challenge(check._challenges["character_model"].baseline)([], []) is trained


def test_validation_counts_for_a_model_only_where_it_is_not_scored(capsys):
    to_beat(language_model.uniform(27))
    given = []
    scope = {"given": given, "step": language_model.uniform(27)}
    check.challenge(
        model(
            "def character_model(training, validation):\n"
            "    given.append({str(name) for name in validation})\n"
            "    return step",
            **scope,
        )
    )
    one, other, *whole = given
    assert not one & other and all(one | other == names for names in whole)


def test_without_a_mixture_to_beat_the_challenge_says_where_it_comes_from():
    dinosaurus_island._kept.clear()
    uniform = "def character_model(training, validation): return language_model.uniform(27)"
    with pytest.raises(Wrong, match="Run section 9 first"):
        check.challenge(model(uniform))
