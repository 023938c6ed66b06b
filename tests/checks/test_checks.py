"""What the checks say to right, wrong, odd and missing answers, on two small exercises."""

import functools
import linecache
import re
import textwrap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from IPython.core.interactiveshell import InteractiveShell

from utils.checks import (
    GO_ON,
    NBGRADER,
    Checks,
    NotAttempted,
    Wrong,
    entries,
    same,
    shape_of,
    unpack,
)

X = np.arange(1.0, 13.0).reshape(3, 4)
RIGHT = "def double(x, by):\n    return 2 * x"
EMPTY = "def {}(x, by):\n    raise NotImplementedError()"


def double(x, by):
    return 2 * x


def quadruple(x, by):
    return 2 * double(x, by)


@pytest.fixture
def check():
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        same("y", attempt(X.copy(), {"by": [X.copy()]}), 2 * X, "(m, n)")
        return "It is twice as much."

    @checks.exercise(quadruple)
    def _(attempt):
        same("y", attempt(X.copy(), {}), 4 * X)
        return "It is four times as much."

    return checks


def cell(source, scope=None, name="double"):
    """Run a cell as a notebook does, where the text of a line is at hand."""
    scope, source = {"np": np} if scope is None else scope, textwrap.dedent(source)
    file = f"<cell {len(linecache.cache)}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    exec(compile(source, file, "exec"), scope)
    return scope[name]


def complaint(check, answer):
    with pytest.raises(Wrong) as caught:
        check(answer)
    return str(caught.value)


def body(line):
    return cell(f"def double(x, by):\n    {line}")


# --- right, and not attempted ------------------------------------------------------------------


def test_a_right_answer_is_praised_and_handed_back(check, capsys):
    answer = cell(RIGHT)
    assert check(answer) is answer
    assert capsys.readouterr().out == "double: right. It is twice as much.\n"
    assert check.score == "1/2"


@pytest.mark.parametrize("head", ["a, b", "x, by, more=3", "*arguments", "x, by=None, /"])
def test_arguments_may_be_renamed_or_more(check, head):
    first = {"a, b": "a", "*arguments": "arguments[0]"}.get(head, "x")
    answer = cell(f"def double({head}):\n    return 2 * {first}")
    assert check(answer) is answer


def test_not_attempted_gives_our_own_version(check, capsys):
    assert check(cell(EMPTY.format("double"))) is double
    out = capsys.readouterr().out
    assert out.startswith("double: not attempted yet (it still has `raise NotImplementedError()`).")
    assert "our own version" in out and out.count("\n") == 1
    assert check.score == "0/2"


def test_code_below_the_raise_is_not_attempted(check, capsys):
    check(body("raise NotImplementedError()\n    return 2 * x"))
    assert "it still has `raise NotImplementedError()`" in capsys.readouterr().out


def test_our_own_version_does_not_count_when_it_is_checked_again(check, capsys):
    assert check(check(cell(EMPTY.format("double")))) is double
    assert "run the cell of your answer before this one" in capsys.readouterr().out
    assert check.score == "0/2"


def test_not_attempted_scores_nothing_under_nbgrader(check, monkeypatch):
    monkeypatch.setenv(NBGRADER, "autograde")
    with pytest.raises(NotAttempted, match=r"^double: not attempted\.$"):
        check(cell(EMPTY.format("double")))
    with pytest.raises(NotAttempted):
        check(double)
    assert check.score == "0/2"


def test_right_and_wrong_are_the_same_under_nbgrader(check, monkeypatch, capfd):
    monkeypatch.setenv(NBGRADER, "autograde")
    check(body('import sys; print("a warning", file=sys.stderr); return 2 * x'))
    assert check.score == "1/2"
    assert capfd.readouterr().err == ""  # nbgrader takes points off for what stands there
    assert complaint(check, body("return x")).startswith("y has the right shape")


def test_someone_elses_not_implemented_is_a_mistake(check):
    answer = body("return helper(x)")
    cell(
        "def helper(x):\n    raise NotImplementedError('on this device')", answer.__globals__, "np"
    )
    assert complaint(check, answer) == (
        "double stopped in the line `return helper(x)` with NotImplementedError: on this device."
    )


@pytest.mark.parametrize(
    "kind", [NotImplementedError, TypeError, ValueError, IndexError, AttributeError, KeyError]
)
def test_what_a_grader_cannot_do_is_no_open_exercise_and_no_traceback(kind):
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        attempt(X, 2)
        raise kind("no\nlen")

    assert re.fullmatch(
        rf"double: the check could not work with your answer, of type ndarray \({kind.__name__}: "
        r".*\)\. Return what the exercise asks for\.",
        complaint(checks, cell(RIGHT)),
    )
    assert checks.score == "0/1"


def test_what_a_grader_cannot_do_with_none_is_no_traceback():
    checks = Checks()

    @checks.exercise(double, none_allowed=True)
    def _(attempt):
        return f"It has {len(attempt(X, 2))} rows."

    assert complaint(checks, body("return None")) == (
        "double: the check could not work with your answer, None (TypeError: object of type "
        "'NoneType' has no len()). Return what the exercise asks for."
    )


def test_a_grader_that_fails_before_the_answer_is_our_mistake():
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        raise IndexError("ours")

    with pytest.raises(IndexError, match="ours"):
        checks(cell(RIGHT))


def test_the_report_names_what_is_open(check, capsys):
    check.report()
    check(cell(RIGHT))
    check.report()
    check(cell("def quadruple(x, by):\n    return 4 * x", name="quadruple"))
    check.report()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "0 of 2 exercises right. Still open: double, quadruple."
    assert lines[2] == "1 of 2 exercises right. Still open: quadruple."
    assert lines[4] == "2 of 2 exercises right."
    assert check.names == ["double", "quadruple"]


def test_a_mistake_can_be_mended_and_made_again(check):
    complaint(check, body("return x"))
    assert check.score == "0/2"
    check(cell(RIGHT))
    assert check.score == "1/2"
    complaint(check, body("return x"))
    assert check.score == "0/2"
    check(cell(RIGHT))
    check(cell(EMPTY.format("double")))
    assert check.score == "0/2"


# --- one exercise uses another -----------------------------------------------------------------

USES = "def quadruple(x, by):\n    return double(double(x, by), by)"


@pytest.mark.parametrize(
    "earlier", ["def double(x, by):\n    return x + 1", EMPTY.format("double")]
)
def test_a_wrong_or_open_earlier_answer_spoils_nothing(check, earlier):
    scope = {}
    own = cell(earlier, scope)
    answer = cell(USES, scope, "quadruple")
    assert check(answer) is answer
    assert scope["double"] is own


def test_the_learners_own_functions_come_back_after_a_mistake(check):
    scope = {}
    own = cell("def double(x, by):\n    return x + 1", scope)
    complaint(check, cell("def quadruple(x, by):\n    return double(x, by)", scope, "quadruple"))
    assert scope["double"] is own


def test_a_decorated_answer_sees_our_versions_too(check):
    scope = {"np": np}
    cell("def double(x, by):\n    return x + 1", scope)
    source = "@np.errstate(all='ignore')\n" + USES
    answer = cell(source, scope, "quadruple")
    assert answer.__globals__ is not scope  # so they have to be found through the decorator
    assert check(answer) is answer


def test_what_was_not_defined_stays_undefined(check):
    says = complaint(check, cell(USES, {}, "quadruple"))
    assert says.endswith("with NameError: name 'double' is not defined.")


# --- what is no answer at all ------------------------------------------------------------------


def test_another_name_is_told_the_names(check):
    says = complaint(check, cell("def twice(x, by):\n    return 2 * x", name="twice"))
    assert says.startswith("There is no exercise called twice. Define your function with `def`")
    assert says.endswith("one of double, quadruple.")
    assert "called <lambda>" in complaint(check, lambda x, by: 2 * x)


class Callable:
    def __call__(self, x, by):
        return 2 * x


@pytest.mark.parametrize(
    "thing, kind",
    [
        (None, "None"),
        (X, "of type ndarray"),
        ("double", "of type str"),
        (3.5, "of type float"),
        (type("double", (), {}), "a class"),
        (functools.partial(double, X), "of type partial"),
        (Callable(), "of type Callable"),
        ((n for n in "ab"), "of type generator"),
        (cell(RIGHT)(X, 0), "of type ndarray"),
    ],
)
def test_a_thing_that_is_no_function(check, thing, kind):
    assert complaint(check, thing) == (
        f"check takes your function itself; this is {kind}. Run the cell that defines your "
        f"function again, then this one."
    )


@pytest.mark.parametrize(
    "head, own", [("x", "x"), ("", ""), ("x, by, z", "x, by, z"), ("by, x", "by, x")]
)
def test_wrong_arguments(check, head, own):
    assert complaint(check, cell(f"def double({head}):\n    return 1")) == (
        f"double should take the arguments (x, by), in this order; yours takes ({own})."
    )


# --- what stops, and what is changed -----------------------------------------------------------


@pytest.mark.parametrize(
    "line, says",
    [
        ("return x @ x", "`return x @ x` with ValueError: the two factors of @ do not fit (size 3"),
        ("return by['c']", "`return by['c']` with KeyError: 'c'."),
        ("return X", "`return X` with NameError: name 'X' is not defined."),
        ("return x[:, 9]", "`return x[:, 9]` with IndexError: index 9 is out of bounds"),
        ("y = x.copy()\n    return y.foo", "`return y.foo` with AttributeError:"),
        ("assert False", "`assert False` with AssertionError."),
        ("def inner():\n        return 1 / 0\n    return inner()", "`return 1 / 0` with ZeroDiv"),
        ("return double(x, by)", "with RecursionError: maximum recursion depth"),
        ("raise ValueError('one\\n\\ntwo')", "with ValueError: one two."),
    ],
)
def test_an_error_names_the_line(check, line, says):
    message = complaint(check, body(line))
    assert message.startswith("double stopped in the line `")
    assert says in message
    assert "\n" not in message


def test_an_error_within_a_helper_names_the_line_that_called_it(check):
    says = complaint(check, body("return np.linalg.inv(x)"))
    assert says.startswith("double stopped in the line `return np.linalg.inv(x)` with LinAlgError")


def test_what_an_answer_hands_to_another_exercise_does_not_fit():
    checks = Checks()

    @checks.exercise(product)
    def _(attempt):
        same("y", attempt(X, X.T), X @ X.T)

    @checks.exercise(double)
    def _(attempt):
        same("y", attempt(X, 2), 2 * X)

    def says(line):
        scope = {"np": np, "product": None}
        return complaint(checks, cell(f"def double(x, by):\n    return {line}", scope))

    assert says("product(x, x)") == (
        "double stopped in the line `return product(x, x)`: what it hands to product does not fit "
        "(ValueError: size 3 is different from 4). These must fit together: left (3, 4), right "
        "(3, 4)."
    )
    assert says("product(None, 'b')") == (
        "double stopped in the line `return product(None, 'b')`: what it hands to product does not "
        "fit (TypeError: unsupported operand type(s) for @: 'NoneType' and 'str'). These must fit "
        "together: left, right."
    )
    assert "with TypeError: product() missing 1" in says("product(x)")
    assert "with ValueError: the two factors of @ do not fit" in says("product(x, x.T) @ x.T")


def product(left, right):
    return left @ right


# --- what an answer takes from outside ---------------------------------------------------------

OUTSIDE = {"T_x": 2, "W": X + 1, "rnn": {"W": X}, "END": 0, "text": "a", "shape": 3, "other": 4}


@pytest.mark.parametrize(
    "line, names",
    [
        ("return x[:T_x]", "T_x"),
        ("return x[:, T_x + 9]", "T_x"),
        ("return W", "W"),
        ("return 3 * rnn['W']", "rnn"),
        ("return np.stack([row[:T_x] for row in x])", "T_x"),
        ("T_x", "T_x"),
        ("return W[:T_x] + T_x", "W, T_x"),
    ],
)
def test_what_a_wrong_answer_reads_from_outside_is_named(check, line, names):
    says = complaint(check, cell(f"def double(x, by):\n    {line}", {"np": np} | OUTSIDE))
    them = "them" if ", " in names else "it"
    hint = f" Your function reads {names} from outside; take {them} from its arguments."
    assert says.endswith(hint) and says.count("from outside") == 1


@pytest.mark.parametrize(
    "line",
    [
        "return x",
        "return x + END",
        "return x + len(text)",
        "return x.reshape(x.shape)",
        "other = x; return other",
        "return [T_x for T_x in x][0]",
        "return helper(x)",
        "return quadruple(x, by)",
    ],
)
def test_a_wrong_answer_that_takes_nothing_from_outside(check, line):
    scope = {"np": np, "helper": lambda x: x} | OUTSIDE
    cell(USES, scope, "quadruple")
    assert "outside" not in complaint(check, cell(f"def double(x, by):\n    {line}", scope))


def test_a_right_answer_may_read_from_outside(check):
    answer = cell("def double(x, by):\n    return T_x * x", dict(OUTSIDE))
    assert check(answer) is answer


def test_a_long_error_is_cut_and_a_line_out_of_reach_left_out(check):
    scope = {}
    exec("def double(x, by):\n    raise ValueError('word ' * 500)", scope)
    says = complaint(check, scope["double"])
    assert says.startswith("double stopped with ValueError: word word")
    assert len(says) < 300 and says.endswith("….")


@pytest.mark.parametrize(
    "line, name",
    [
        ("x *= 2; return x", "x"),
        ("x[0, 0] = np.nan; return 2 * x", "x"),
        ("by['new'] = 1; return 2 * x", "by"),
        ("by['by'][0] += 1; return 2 * x", "by"),
        ("by['by'].append(1); return 2 * x", "by"),
        ("by['by'][0] = by['by'][0].tolist(); return 2 * x", "by"),
    ],
)
def test_a_changed_argument_is_named(check, line, name):
    assert complaint(check, body(line)) == (
        f"double changes its argument {name} in place. Work on a new array, or on a copy."
    )


@pytest.mark.parametrize("array", [np.array(["a", "b"]), np.array([None, {}]), np.array([np.nan])])
def test_any_array_that_is_left_alone_counts_as_unchanged(array):
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        return f"{attempt(array, [array]).shape}"

    answer = body("return x")
    assert checks(answer) is answer


def test_an_answer_that_keeps_something_between_calls(check):
    answer = cell("kept = []\ndef double(x, by):\n    kept.append(2 * x)\n    return sum(kept)")
    says = complaint(check, answer)
    assert says.startswith("double is right for the first numbers that were drawn, but not for")
    assert "If it keeps something between calls" in says
    assert check.score == "0/2"


def test_a_complaint_of_a_function_that_the_grader_hands_in():
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        def told(by):
            raise Wrong("by gets a list.")

        attempt(X, told)

    assert complaint(checks, body("return by(x)")) == "by gets a list."


def test_a_grader_may_leave_out_or_name_arguments():
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        same("y", attempt(X, by=2), 2 * X)
        same("y", attempt(X), 2 * X)
        return ""

    answer = cell("def double(x, by=2):\n    return by * x")
    assert checks(answer) is answer


def test_none_gets_to_the_grader_of_an_exercise_that_allows_it():
    checks = Checks()

    @checks.exercise(double, none_allowed=True)
    def _(attempt):
        if attempt(X, 0) is not None:
            raise Wrong("Nothing is left of it.")
        same("y", attempt(X, 2), 2 * X)
        return "It is None, or twice as much."

    @checks.exercise(quadruple)
    def _(attempt):
        return f"{attempt(X, 2)}"

    answer = body("return 2 * x if by else None")
    assert checks(answer) is answer
    assert complaint(checks, cell(RIGHT)) == "Nothing is left of it."
    assert complaint(checks, body("y = 2 * x")) == (
        "y should be an array or a number; yours is None."
    )
    other = cell("def quadruple(x, by):\n    y = 4 * x", name="quadruple")
    assert complaint(checks, other) == "quadruple gives None. Does it end with `return`?"


# --- what comes back ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line, says",
    [
        ("y = 2 * x", "double gives None. Does it end with `return`?"),
        ("return (2 * x).T", "y has shape (4, 3); it should be (3, 4), which is (m, n). The axes"),
        ("return 2 * x[0]", "y has shape (4,); it should be (3, 4), which is (m, n)."),
        ("return np.zeros(0)", "y has shape (0,); it should be"),
        ("return 3", "y has shape (); it should be"),
        ("return 2 * x / 0", "y holds values that are not finite (nan or inf)."),
        ("return 2 * x, x", "y should be an array or a number; yours is of type tuple."),
        ("return (2 * x).tolist()", "y should be an array or a number; yours is of type list."),
        ("return [[1.0], [2.0, 3.0]]", "y should be an array or a number; yours is of type list."),
        ("return str(x)", "y should be an array or a number; yours is of type str."),
        ("return dict", "y should be an array or a number; yours is a class."),
        ("yield 2 * x", "y should be an array or a number; yours is of type generator."),
        ("return (2 * x).astype(complex)", "hold real numbers; the type of yours is complex128."),
        (
            "return (2 * x).astype(object)",
            "y should hold real numbers; the type of yours is object.",
        ),
        ("return (2 * x).astype(str)", "y should hold real numbers; the type of yours is <U32."),
        ("return 10**400", "y should hold real numbers; the type of yours is object."),
        ("return x > 3", "y has the right shape, but 100% of its values are off."),
        ("return 2 * x + (x == 12) / 2", "8% of its values are off. The largest difference is at "),
        ("return 2 * x + (x == 12) / 2", "at index (2, 3): 24.5000, should be 24.0000."),
        ("return 2 * x + 0.0004", "y is nearly right, off by 4e-04 at most. Is something rounded"),
        ("return x.astype(int)", "y holds whole numbers (int64), the right values have fractions."),
        ("return x.astype('uint8')", "y holds whole numbers (uint8)"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_wrong_result(check, line, says):
    assert says in complaint(check, body(line))


@pytest.mark.parametrize("line", ["2 * x", "(2 * x).astype('float32')", "(2 * x).astype(int)"])
def test_the_type_of_right_numbers_is_free(check, line):
    answer = body(f"return {line}")
    assert check(answer) is answer


def test_tensors(check):
    import keras  # seconds, and only here

    answer = cell("def double(x, by):\n    return keras.ops.add(x, x)", {"keras": keras})
    assert check(answer) is answer
    symbolic = cell("def double(x, by):\n    return keras.Input((4,))", {"keras": keras})
    says = complaint(check, symbolic)
    assert says == "y should be an array or a number; yours is of type KerasTensor."


def test_the_first_suspect_that_matches_is_named():
    suspects = {"not this.": 3 * X, "one is added.": X + 1, "this neither.": X + 1, "nor.": X[0]}
    with pytest.raises(Wrong, match=r"^y is off: one is added\.$"):
        same("y", X + 1, X, suspects=suspects)
    same("y", X, X, suspects={"right": X})


def test_the_tolerance_is_relative_to_the_largest_value():
    same("y", X + 11e-6, X)
    with pytest.raises(Wrong, match="nearly right"):
        same("y", X + 13e-6, X)
    same("y", 1e-7, 0.0)
    with pytest.raises(Wrong, match=r"^y is 1e-05; it should be 0\.$"):
        same("y", 1e-5, 0.0)


def test_whole_numbers_are_no_fault_of_their_own():
    with pytest.raises(Wrong, match=r"^y is 3; it should be 2\.5\.$"):
        same("y", 3, 2.5)
    with pytest.raises(Wrong, match="right shape, but 50% of its values"):
        same("y", np.array([1, 2]), [1, 3])


def test_truth_values_are_compared():
    same("y", X > 3, X > 3)
    with pytest.raises(Wrong, match="right shape"):
        same("y", X > 3, X > 4)


def test_shape_of():
    assert shape_of(X) == (3, 4)
    assert shape_of(np.float64(1)) == ()
    assert shape_of([[1, 2], [3]]) is None


def test_unpack_and_entries_hand_out_the_parts():
    assert unpack((1, 2), "a, b") == (1, 2)
    assert unpack([1, 2], "a, b") == [1, 2]
    assert entries({"b": 2, "c": 3, "a": 1}, "a, b") == [1, 2]


@pytest.mark.parametrize(
    "got, says",
    [
        ((1, 2, 3), "The answer should be the 2 values (a, b); yours has 3."),
        (X, "The answer should be the 2 values (a, b); yours is of type ndarray."),
        (None, "The answer should be the 2 values (a, b); yours is None."),
        ("ab", "The answer should be the 2 values (a, b); yours is of type str."),
        ({"a": 1, "b": 2}, "The answer should be the 2 values (a, b); yours is of type dict."),
    ],
)
def test_what_is_not_the_right_tuple(got, says):
    with pytest.raises(Wrong) as caught:
        unpack(got, "a, b")
    assert str(caught.value) == says


def test_what_is_not_the_right_dictionary():
    with pytest.raises(Wrong, match=r'^The answer lacks the key "b". It should have the keys a, b'):
        entries({"a": 1, "c": 2}, "a, b")
    with pytest.raises(
        Wrong, match=r"^gates should be a dictionary with the keys a, b; yours is a"
    ):
        entries(dict, "a, b", "gates")


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
        lambda: same("y", got, X, "(m, n)", {"zero": X * 0}),
        lambda: same("y", got, 2.5),
        lambda: same("y", np.array([[got, got]]) if np.isscalar(got) else got, np.eye(2)),
        lambda: unpack(got, "a, b"),
        lambda: entries(got, "a, b"),
    )
    for attempt in tries:
        try:
            attempt()
        except Wrong as wrong:
            assert str(wrong) and "\n" not in str(wrong)


# --- how it looks ------------------------------------------------------------------------------


@pytest.fixture
def shell(check, monkeypatch, tmp_path):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell()
    shell.user_ns["check"] = check
    return shell


def test_ipython_shows_the_sentence_and_no_traceback(shell, capsys):
    shell.run_cell("def double(x, by):\n    return x @ x")
    shell.run_cell("double = check(double)")
    out = capsys.readouterr().out
    assert "Not right yet.\x1b[0m double stopped in the line `return x @ x` with ValueError" in out
    assert "Traceback" not in out and "checks/__init__" not in out


def test_after_a_wrong_answer_it_says_how_to_go_on(shell, capsys):
    answer = "def double(x, by):\n    return x @ x"
    shell.run_cell(answer)
    shell.run_cell("double = check(double)")
    assert capsys.readouterr().out.rstrip().endswith(f"\n{GO_ON}")
    [first_line] = re.findall("`(.*)` as its first line", GO_ON)  # do as it says
    shell.run_cell(answer.replace("return", f"{first_line}\n    return"))
    shell.run_cell("double = check(double)")
    assert shell.user_ns["double"] is double


def test_nbgrader_does_not_say_how_to_go_on(shell, monkeypatch, capsys):
    monkeypatch.setenv(NBGRADER, "autograde")
    shell.run_cell("def double(x, by):\n    return x")
    shell.run_cell("double = check(double)")
    out = capsys.readouterr().out
    assert "Not right yet." in out and GO_ON not in out


def test_ipython_shows_that_nothing_was_attempted(shell, monkeypatch, capsys):
    monkeypatch.setenv(NBGRADER, "autograde")
    shell.run_cell(EMPTY.format("double"))
    shell.run_cell("double = check(double)")
    assert capsys.readouterr().out.strip() == "double: not attempted."


def test_outside_ipython_it_is_an_assertion():
    assert issubclass(NotAttempted, Wrong) and issubclass(Wrong, AssertionError)
