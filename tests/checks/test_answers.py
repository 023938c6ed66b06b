"""What is accepted for an answer, what is said of one that is off, and what is handed back."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from utils.checks.answers import (
    as_kind,
    entries,
    is_plain,
    same,
    shape_of,
    unpack,
    whole_numbers,
)
from utils.checks.wrong import Wrong

X = np.arange(1.0, 13.0).reshape(3, 4)
rng = np.random.default_rng(3)
Z = rng.normal(size=(3, 4))


def complaint(check, *arguments, **options):
    with pytest.raises(Wrong) as caught:
        check(*arguments, **options)
    return str(caught.value)


# --- one rule for all kinds ---------------------------------------------------------------------

KINDS = [np.asarray, lambda x: x.tolist(), tuple, list, keras.ops.convert_to_tensor]


@pytest.mark.parametrize("made", KINDS)
@pytest.mark.parametrize("type", ["float64", "float32", "int32"])
def test_every_kind_of_array_is_accepted(made, type):
    same("y", made(X.astype(type)), X, "(m, n)")
    assert complaint(same, "y", made(X.astype(type)), X[:2], "(m, n)").startswith("y ")
    assert complaint(same, "y", made((X**2).astype(type)), X, "(m, n)").startswith("y ")


@pytest.mark.parametrize("made", KINDS)
def test_every_kind_of_list_is_accepted(made):
    same("y", made(np.array([3, 1, 2])), [3, 1, 2])
    assert whole_numbers("y", made(np.array([3, 1]))) == [3, 1]
    assert whole_numbers("y", []) == []


@pytest.mark.parametrize("made", KINDS)
def test_two_rows_are_two_values(made):
    e1, e2 = unpack(made(X[:2]), "e1, e2")
    same("e1", e1, X[0])
    same("e2", e2, X[1])


@pytest.mark.parametrize(
    "got, says",
    [
        ([1.0, 2.0], "y should be a flat list of whole numbers; yours holds other things."),
        (["a"], "y should be a flat list of whole numbers; yours holds text."),
        ([[1], [2]], "y should be a flat list of whole numbers; yours is not flat."),
        ([[1], [2, 3]], "y should be a flat list of whole numbers; yours is not flat."),
        (3, "y should be a flat list of whole numbers; yours is of type int."),
        (None, "y should be a flat list of whole numbers; yours is None."),
        ([2, 1, 3], "y should be [3, 1, 2]; yours is [2, 1, 3]. They are the right numbers in "),
        ([3, 1], "y should be [3, 1, 2]; yours is [3, 1]. It should have 3 numbers; yours has 2."),
    ],
)
def test_what_is_not_the_right_list(got, says):
    assert complaint(same, "y", got, [3, 1, 2]).startswith(says)


def test_what_is_handed_back_is_what_the_next_cells_take():
    def is_kind(got, template):
        made = as_kind(got, template)
        assert type(made) is type(template)
        return made

    assert (is_kind([[1.0, 2.0]], np.zeros((1, 2))) == [[1, 2]]).all()
    assert is_kind(np.array([1, 2]), [4]) == [1, 2]
    assert is_kind((1, "rest"), [4]) == [1, "rest"]
    e1, e2 = is_kind(X[:2], (X[0], X[1]))
    assert (e1 == X[0]).all() and (e2 == X[1]).all()
    assert is_kind({"a": [1.0]}, {"a": X[0]})["a"].shape == (1,)
    assert isinstance(is_kind([[1, 2], [3, 4]], [X[0], X[1]])[0], np.ndarray)
    assert isinstance(as_kind(keras.ops.ones(3), X), np.ndarray)
    assert keras.ops.is_tensor(as_kind(X, keras.ops.ones(3)))
    assert as_kind(np.array(2.0), 1.0) == 2.0 and np.ndim(as_kind(np.array(2.0), 1.0)) == 0
    assert as_kind(None, X) is None and as_kind("text", X.sum()) == "text"


def test_plain_things_are_those_that_can_be_compared_and_copied():
    assert is_plain([1, "a", None, X, {"b": (2.0, {3})}, np.random.default_rng()])
    assert is_plain(keras.ops.ones(2))
    assert not is_plain([len]) and not is_plain({"layer": keras.layers.Dense(2)})


# --- what is off --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "got, says",
    [
        (X.T, "The axes stand in another order: it looks transposed."),
        (X[0], "The axis m is missing."),
        (X[:, 0], "The axis n is missing."),
        (X[:, :, None] * [1, 2], "It has an axis too many."),
        (X[:, None], "It has an axis of length 1 too many."),
        (X[:, 1:], "n is 1 too small."),
        (np.vstack([X, X]), "m is 3 too large."),
        (X[1:, 1:], "which is (m, n)."),
        (X.ravel(), "which is (m, n)."),
    ],
)
def test_what_has_another_shape(got, says):
    says_all = complaint(same, "y", got, X, "(m, n)")
    begins = f"y has shape {got.shape}; it should be (3, 4)"
    assert says_all.startswith(f"{begins}, which is (m, n).") and says_all.endswith(says)
    assert complaint(same, "y", got, X).startswith(f"{begins}.")


@pytest.mark.parametrize(
    "got, says",
    [
        (np.zeros(0), "y has shape (0,); it should be"),
        (3, "y has shape (); it should be"),
        (X / np.array([0, 1, 1, 1]), "y holds values that are not finite (nan or inf)."),
        ((X, X), "y should be an array or a number; yours is of type tuple."),
        ([[1.0], [2.0, 3.0]], "y should be an array or a number; yours is of type list."),
        (str(X), "y should be an array or a number; yours is of type str."),
        (dict, "y should be an array or a number; yours is a class."),
        ((n for n in X), "y should be an array or a number; yours is of type generator."),
        (keras.Input((4,)), "y should be an array or a number; yours is of type KerasTensor."),
        (X.astype(complex), "y should hold real numbers; the type of yours is complex128."),
        (X.astype(object), "y should hold real numbers; the type of yours is object."),
        (X.astype(str), "y should hold real numbers; the type of yours is <U32."),
        (10**400, "y should hold real numbers; the type of yours is object."),
        (X > 3, "y has the right shape, but 100% of its values are off."),
        (X + (X == 12) / 2, "y has the right shape, but 8% of its values are off. The largest "),
        (X + (X == 12) / 2, "difference is at index (2, 3): 12.5000, should be 12.0000."),
        (X + 0.0004 * (X > 3), "y is nearly right, off by 4e-04 at most. Is something rounded"),
        ((X * 1.003).astype("float16"), "y is nearly right, off by"),
        ((X / 7).astype(int), "y holds whole numbers (int64), the right values have fractions."),
        ((X / 7).astype("uint8"), "y holds whole numbers (uint8)"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_wrong_result(got, says):
    fractions = getattr(getattr(got, "dtype", None), "kind", "") in "iu" and shape_of(got) == (3, 4)
    assert says in complaint(same, "y", got, X / 7 if fractions else X, "(m, n)")


@pytest.mark.parametrize(
    "got, says",
    [
        (-Z, "y is off: the sign is turned."),
        (Z / 3, "y is off: every value is 0.3333 times the right one. Is a mean taken in place"),
        (Z + 0.5, "y is off: every value is +0.5 off, by the same amount."),
        (Z[::-1], "y is off: the values are right, but reversed along axis 0."),
        (Z[:, ::-1], "y is off: the values are right, but reversed along axis 1."),
        (np.roll(Z, 1, 1), "y is off: the values stand one place too late along axis 1."),
        (np.roll(Z, -1, 0) * [[1], [1], [0]], "one place too early along axis 0."),
        (Z.T.reshape(Z.shape), "y is off: the right values stand in other places (is it reshaped"),
    ],
)
def test_what_all_values_have_in_common_is_named(got, says):
    assert says in complaint(same, "y", got, Z)


def test_a_square_that_is_transposed():
    assert complaint(same, "y", Z[:, :3].T, Z[:, :3]) == "y is off: it is transposed."


def test_no_pattern_is_seen_where_values_are_few_or_alike():
    assert "one place" not in complaint(
        same, "y", np.array([1.0, 1, 1, 5]), np.array([1.0, 1, 1, 2])
    )
    assert complaint(same, "y", 4.0, 2.0) == "y is 4; it should be 2."


def test_the_tolerance_is_relative_to_the_largest_value():
    same("y", X + 11e-6, X)
    assert "nearly right" in complaint(same, "y", X + 13e-6, X)
    same("y", 1e-7, 0.0)
    assert complaint(same, "y", 1e-5, 0.0) == "y is 1e-05; it should be 0."


def test_whole_numbers_are_no_fault_of_their_own():
    assert complaint(same, "y", 3, 2.5) == "y is 3; it should be 2.5."
    assert "right shape, but 50% of its values" in complaint(
        same, "y", np.array([1, 2]), np.array([1, 3])
    )


def test_truth_values_are_compared():
    same("y", X > 3, X > 3)
    assert "right shape" in complaint(same, "y", X > 3, X > 4)
    assert "right shape" in complaint(same, "y", X > 3, X <= 3)


def test_nothing_is_off_where_nothing_is_asked_for():
    same("y", np.zeros((0, 3)), np.zeros((0, 3)))


def test_shape_of():
    assert shape_of(X) == (3, 4)
    assert shape_of(np.float64(1)) == ()
    assert shape_of([[1, 2], [3]]) is None
    assert shape_of(np.ndarray) is None


# --- several values, dictionaries ---------------------------------------------------------------


def test_unpack_and_entries_hand_out_the_parts():
    assert unpack((1, 2), "a, b") == (1, 2)
    assert unpack([1, 2], "a, b") == [1, 2]
    assert entries({"b": 2, "c": 3, "a": 1}, "a, b") == [1, 2]


@pytest.mark.parametrize(
    "got, says",
    [
        ((1, 2, 3), "has 3."),
        (X, "has 3."),
        (np.float64(2), "is of type float64."),
        (None, "is None."),
        ("ab", "is of type str."),
        ({"a": 1, "b": 2}, "is of type dict."),
    ],
)
def test_what_is_not_the_right_tuple(got, says):
    asked = "The answer should be the 2 values (a, b); yours"
    assert complaint(unpack, got, "a, b") == f"{asked} {says}"


def test_what_is_not_the_right_dictionary():
    assert complaint(entries, {"a": 1, "c": 2}, "a, b").startswith(
        'The answer lacks the key "b". It should have the keys a, b'
    )
    assert complaint(entries, dict, "a, b", "gates").startswith(
        "gates should be a dictionary with the keys a, b; yours is a"
    )


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=3)
    | arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(max_dims=3, max_side=4)),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from("abc"), parts),
    max_leaves=4,
)


@given(ANYTHING)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_but_a_sentence_comes_out(got):
    tries = (
        lambda: same("y", got, X, "(m, n)"),
        lambda: same("y", got, 2.5),
        lambda: same("y", got, [1, 2]),
        lambda: same("y", np.array([[got, got]]) if np.isscalar(got) else got, np.eye(2)),
        lambda: unpack(got, "a, b"),
        lambda: entries(got, "a, b"),
    )
    for attempt in tries:
        try:
            attempt()
        except Wrong as wrong:
            assert str(wrong) and "\n" not in str(wrong)
