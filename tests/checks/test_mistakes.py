"""Usual mistakes: edits of our own version, and how they explain a wrong answer."""

import numpy as np
import pytest

from utils.checks import mistakes
from utils.checks.answers import same, unpack
from utils.checks.grading import Checks
from utils.checks.mistakes import Mistake, alike, edited
from utils.checks.wrong import Wrong

X, W, B = np.random.default_rng(1).normal(size=(3, 4, 4))


def layer(x, W, b):
    """Return x @ W + b through tanh, and the sum."""
    z = x @ W + b
    return np.tanh(z), z.sum()


MISTAKES = {
    " + b =>": "if b is left out.",
    "np.tanh(z) => z": "if tanh is left out.",
    "x @ W => W @ x": "x stands in front: x @ W.",
    "z.sum() => z.mean()": "it is a mean. Take the sum.",
    ("x @ W => x", "+ b => - b"): "W is not used, and b is subtracted.",
    "=> return b, 0": "it is b.",
    "z = x @ W => z = x @ W[:2]": "W is used whole.",
}


@pytest.fixture
def check():
    checks = Checks()

    @checks.exercise(layer, MISTAKES)
    def _(attempt):
        a, total = unpack(attempt(X, W, B), "a, total")
        same("a", a, np.tanh(X @ W + B), "(m, n_a)")
        same("total", total, (X @ W + B).sum())
        return "It is a layer."

    return checks


def complaint(check, body):
    scope = {"np": np}
    exec(f"def layer(x, W, b):\n    {body}", scope)
    with pytest.raises(Wrong) as caught:
        check(scope["layer"])
    return str(caught.value)


@pytest.mark.parametrize(
    "body, says",
    [
        ("z = x @ W; return np.tanh(z), z.sum()", "the values match if b is left out."),
        ("z = b + x @ W; return z, np.sum(z)", "the values match if tanh is left out."),
        ("z = W @ x + b; return np.tanh(z), z.sum()", "x stands in front: x @ W."),
        ("z = x - b; return np.tanh(z), z.sum()", "W is not used, and b is subtracted."),
        ("return b, 0", "it is b."),
    ],
)
def test_a_mistake_is_named_however_it_is_written(check, body, says):
    assert complaint(check, body) == f"a is off: {says}"


def test_a_part_is_named_though_another_part_is_off_too(check):
    says = complaint(check, "z = x @ W; return np.tanh(z), 3.7")
    assert says == "a is off: the values match if b is left out."


def test_two_mistakes_are_both_named(check):
    assert complaint(check, "z = x @ W; return z, z.sum()") == (
        "a is off: the values match if b is left out. Besides: the values match if tanh is left "
        "out."
    )


def test_an_answer_that_stops_as_an_edited_version_does(check):
    says = complaint(check, "return np.tanh(x @ W[:2] + b), 0")
    assert says.startswith("layer stopped ") and says.endswith(" W is used whole.")


def test_of_an_error_no_values_are_said_to_match():
    checks = Checks()

    @checks.exercise(layer, {"x @ W => x @ W[:2]": "with half of W."})
    def _(attempt):
        same("a", attempt(X, W, B)[0], np.tanh(X @ W + B))
        return ""

    says = complaint(checks, "return np.tanh(x @ W[:2] + b), 0")
    assert says.startswith("layer stopped ") and says.endswith(" That happens with half of W.")


def test_what_no_mistake_gives_is_described(check):
    assert complaint(check, "z = x @ W + b; return np.tanh(z) ** 3, 0").startswith(
        "a has the right shape, but 100% of its values are off."
    )
    assert "a is off: the sign is turned." in complaint(
        check, "z = x @ W + b; return -np.tanh(z), 0"
    )


def test_a_wrong_shape_is_named_with_what_it_comes_from():
    checks = Checks()

    @checks.exercise(layer, {"np.tanh(z) => np.tanh(z)[0]": "that is the first example alone."})
    def _(attempt):
        same("a", attempt(X, W, B)[0], np.tanh(X @ W + B), "(m, n_a)")

    assert complaint(checks, "return np.tanh(x[0] @ W + b[0]), 1") == (
        "a has shape (4,); it should be (4, 4), which is (m, n_a). That is the first example alone."
    )


def test_models_are_compared_by_what_a_grader_makes_of_them():
    checks = Checks()

    @checks.exercise(model_layer, {" + b =>": "if b is left out."})
    def _(attempt):
        model = attempt.then(lambda model: model(2.0))
        same("The output", model(X, W, B), 2 * (X @ W + B))
        return ""

    assert checks(model_layer) is model_layer
    answer = lambda x, W, b: lambda scale: scale * (x @ W)  # noqa: E731
    answer.__name__ = "model_layer"
    with pytest.raises(Wrong) as caught:
        checks(answer)
    says = str(caught.value)
    assert says == "The output is off: the values match if b is left out."


def model_layer(x, W, b):
    return lambda scale: scale * (x @ W + b)


def test_a_grader_may_say_how_edited_versions_are_asked_again():
    checks = Checks()

    @checks.exercise(used_up, {"sum( => max(": "that is the largest. Add them up."})
    def _(attempt):
        fresh = lambda: iter([3.0, 4.0])  # noqa: E731
        answer = attempt.then(float, lambda edit, _: float(edit(fresh())))
        same("The sum", answer(fresh()), 7.0)
        return ""

    assert checks(used_up) is used_up
    answer = lambda numbers: sorted(numbers)[-1]  # noqa: E731
    answer.__name__ = "used_up"
    with pytest.raises(Wrong, match="is off: that is the largest"):
        checks(answer)


def used_up(numbers):
    return sum(numbers)


def test_nothing_is_explained_by_calls_of_which_none_is_left():
    checks = Checks()

    @checks.exercise(model_layer, {" + b =>": "if b is left out."})
    def _(attempt):
        attempt.then(lambda answer: unpack(answer, "two, models"))(X, W, B)

    answer = lambda x, W, b: model_layer(x, W, b)  # noqa: E731
    answer.__name__ = "model_layer"
    with pytest.raises(Wrong, match="The answer should be the 2 values"):
        checks(answer)


def test_explaining_ends_in_time(check, monkeypatch):
    body = "z = x @ W; return np.tanh(z), z.sum()"
    assert complaint(check, body) == "a is off: the values match if b is left out."
    monkeypatch.setattr(mistakes, "SECONDS", 0)
    assert complaint(check, body).startswith("a has the right shape")


@pytest.mark.parametrize(
    "body", ["return 'text', 0", "return x[:, :2], 0", "return 1e-4 + np.tanh(x @ W + b), 0"]
)
def test_two_mistakes_are_not_looked_for_where_they_cannot_be(check, body, monkeypatch):
    monkeypatch.setattr(mistakes, "combinations", lambda *_: pytest.fail("It looks for two."))
    complaint(check, body)


def test_edits():
    assert edited(layer, " + b =>")(X, W, B)[1] == pytest.approx((X @ W).sum())
    assert edited(layer, "=> y = x\nreturn y, b")(X, W, B)[1] is B
    with pytest.raises(ValueError, match="layer holds 'z' 3 times"):
        edited(layer, "z => y")
    with pytest.raises(ValueError, match="holds 'absent' 0 times"):
        edited(layer, "absent => y")


def test_a_table_takes_one_edit_or_several():
    rows = mistakes.table({"a => b": "one.", ("a => b", "c => d"): "two."})
    assert rows == [Mistake(("a => b",), "one."), Mistake(("a => b", "c => d"), "two.")]


@pytest.mark.parametrize(
    "a, b, same",
    [
        ([1, 2], np.array([1.0, 2.0]), True),
        ((X, [1]), [X.tolist(), np.array([1])], True),
        ({"a": X}, {"a": X + 1e-9}, True),
        ({"a": X}, {"b": X}, False),
        ([1, 2], [1, 2, 3], False),
        ([1, "a"], [1, "a"], True),
        ([1, "a"], [1, "b"], False),
        ([1, 2], ["1", "2"], False),
        (None, None, True),
        (None, np.nan, False),
        (np.nan, np.nan, True),
        (np.inf, np.inf, True),
        (1j, 1.0, False),
        (10**400, 10**400, True),
        (X, X.T, False),
        (np.array([{}, None]), np.array([{}, None]), True),
        (np.array([{}, None]), 1, False),
    ],
)
def test_alike(a, b, same):
    assert alike(a, b) is same


def test_the_right_values_of_another_kind_are_no_usual_mistake():
    checks = Checks()

    @checks.exercise(places, {"[*range(n)] => [*range(min(n, 5))]": "5 is written down."})
    def _(attempt):
        for n in (4, 7):
            same("The answer", attempt(n), list(range(n)))
        return ""

    answer = lambda n: [float(i) for i in range(n)]  # noqa: E731
    answer.__name__ = "places"
    with pytest.raises(Wrong, match=r"yours holds other things\.$"):
        checks(answer)


def places(n):
    return [*range(n)]


def test_a_part_without_a_finite_number_names_no_mistake():
    checks = Checks()

    @checks.exercise(two_logs, {"np.log(x).sum() => np.log2(x).sum()": "it is log2."})
    def _(attempt):
        total, _ = unpack(attempt(np.array([0.5, 0.0])), "total, largest")
        same("total", total, -7.0)
        return ""

    answer = lambda x: (np.log(x).sum(), 2.0)  # noqa: E731
    answer.__name__ = "two_logs"
    with pytest.raises(Wrong) as caught:
        checks(answer)
    assert str(caught.value) == "total holds values that are not finite (nan or inf)."


def two_logs(x):
    return np.log(x).sum(), x.max()


def test_layers_that_start_at_random_can_be_a_usual_mistake():
    import keras

    checks = Checks()

    @checks.exercise(ones, {'"ones" => "uniform"': "it starts at random."})
    def _(attempt):
        work = lambda layer: keras.ops.convert_to_numpy(layer(np.arange(3)))  # noqa: E731
        same("The vectors", attempt.then(work)(3), np.ones((3, 2)))
        return ""

    answer = lambda n: keras.layers.Embedding(n, 2)  # noqa: E731
    answer.__name__ = "ones"
    with pytest.raises(Wrong, match="The vectors is off: it starts at random"):
        checks(answer)


def ones(n):
    import keras

    return keras.layers.Embedding(n, 2, embeddings_initializer="ones")


def test_names_that_keras_counts_do_not_tell_errors_apart():
    one, other = (ValueError(f"Input 0 of layer 'lstm{n}' has shape (3, 4)") for n in ("", "_12"))
    assert mistakes.Stopped.by(one) == mistakes.Stopped.by(other)
    assert mistakes.Stopped.by(one) != mistakes.Stopped.by(ValueError("shape (3, 5)"))
