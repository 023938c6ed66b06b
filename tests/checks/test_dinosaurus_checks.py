"""The checks of `week1/2_dinosaurus_island`: what gives the right values in a way that is wrong."""

import pytest

from utils.checks.mistakes import edited
from utils.checks.week1.dinosaurus_island import check
from utils.checks.wrong import Wrong

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


def test_a_generator_beside_the_one_that_is_drawn_from_in_vain():
    own = "(rng.random(), np.random.default_rng(len(indices)))[1]"
    says = complaint("sample", f"rng.choice => {own}.choice")
    assert says == "The characters are not drawn from `rng`. Draw each with it, as in rng.choice."
