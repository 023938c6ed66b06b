"""What the checks say to right, wrong, odd and missing answers, on two small exercises."""

import contextlib
import functools
import linecache
import re
import textwrap

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from utils.checks.answers import same
from utils.checks.attempts import advice, said
from utils.checks.grading import Checks
from utils.checks.wrong import GO_ON, NBGRADER, NotAttempted, Wrong, wrapped

X = np.arange(1.0, 13.0).reshape(3, 4)
RIGHT = "def double(x, by):\n    return 2 * x"
BY = {"list": [3.0, 1.0], "text": ["b", "a"], "pairs": [(1, [2])], "set": {1}, "nan": [np.nan]}
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
        same("y", attempt(X.copy(), dict(BY, by=[X.copy()])), 2 * X, "(m, n)")
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
    assert "uses our solution" in " ".join(out.split()) and out.count("\n") == 2
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
    assert complaint(check, body("return x")).startswith("y is off: every value is 0.5 times")


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


def test_an_earlier_answer_that_is_not_defined_spoils_nothing(check):
    """As after a syntax error in its cell."""
    scope = {}
    answer = cell(USES, scope, "quadruple")
    assert check(answer) is answer
    assert "double" not in scope


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
        ("by['list'].sort(); return 2 * x", "by"),
        ("by['list'][0] = -1.0; return 2 * x", "by"),
        ("by['text'].reverse(); return 2 * x", "by"),
        ("by['pairs'][0][1].append(1); return 2 * x", "by"),
        ("by['list'] = by.pop('list'); return 2 * x", "by"),
        ("by['set'].add(9); return 2 * x", "by"),
    ],
)
def test_a_changed_argument_is_named(check, line, name):
    assert complaint(check, body(line)) == (
        f"double changes its argument {name} in place. Work on a new one, or on a copy."
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
    assert says.startswith("double gives another answer for the same inputs the second time.")
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
    assert capsys.readouterr().out.rstrip().endswith(f"\n{wrapped(GO_ON)}")
    [first_line] = re.findall("`(.*)` as its first line", GO_ON)  # do as it says
    shell.run_cell(answer.replace("return", f"{first_line}\n    return"))
    shell.run_cell("double = check(double)")
    assert shell.user_ns["double"] is double


def test_nbgrader_does_not_say_how_to_go_on(shell, monkeypatch, capsys):
    monkeypatch.setenv(NBGRADER, "autograde")
    shell.run_cell("def double(x, by):\n    return x")
    shell.run_cell("double = check(double)")
    out = capsys.readouterr().out
    assert "Not right yet." in out and wrapped(GO_ON) not in out


def test_no_line_is_so_long_that_a_browser_breaks_it_inside_a_word(shell, capsys):
    """All that a check prints; a word that is longer by itself stays whole."""
    word = "w" * 100
    shell.run_cell(f"def double(x, by):\n    raise ValueError('{word} ' + 'many words ' * 20)")
    shell.run_cell("double = check(double)")
    shell.run_cell("def double(x, by):\n    raise NotImplementedError()")
    shell.run_cell("double = check(double); check.report()")
    out = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out)
    assert word in out and out.count("many words") > 1 and "Still open" in out
    assert all(len(line) <= 88 or word in line for line in out.splitlines())


def test_ipython_shows_that_nothing_was_attempted(shell, monkeypatch, capsys):
    monkeypatch.setenv(NBGRADER, "autograde")
    shell.run_cell(EMPTY.format("double"))
    shell.run_cell("double = check(double)")
    assert capsys.readouterr().out.strip() == "double: not attempted."


def test_outside_ipython_it_is_an_assertion():
    assert issubclass(NotAttempted, Wrong) and issubclass(Wrong, AssertionError)


# --- loops, random generators, kinds -----------------------------------------------------------


@pytest.mark.parametrize(
    "source, loops",
    [
        ("return 2 * x", False),
        ("return np.array([2 * row for row in x])", True),
        ("y = 0 * x\n    for row in x:\n        y = 2 * x\n    return y", True),
        ("i = 0\n    while i < 3:\n        i += 1\n    return 2 * x", True),
        (
            "def rows():\n        for row in x:\n            yield 2 * row\n    return [*rows()]",
            True,
        ),
        ("return x + x if len(x) else x", False),
    ],
)
def test_a_loop_is_seen_where_none_is_asked_for(source, loops):
    checks = Checks()

    @checks.exercise(double, no_loops=True)
    def _(attempt):
        same("y", attempt(X, 2), 2 * X)
        return ""

    answer = body(source)
    if loops:
        assert complaint(checks, answer).startswith("double is right, but loops in its line ")
    else:
        assert checks(answer) is answer


def drawn(n, rng):
    return rng.integers(10, size=n)


@pytest.fixture
def check_of_draws():
    checks = Checks()

    @checks.exercise(drawn)
    def _(attempt):
        if not set(attempt(40, np.random.default_rng()).tolist()) <= set(range(10)):
            raise Wrong("Draw from 0 to 9.")
        return ""

    return checks


def test_a_generator_of_ones_own_is_seen(check_of_draws):
    own = "def drawn(n, rng):\n    return np.random.default_rng().integers(10, size=n)"
    assert complaint(check_of_draws, cell(own, name="drawn")).startswith(
        "For the same `rng` it gives another answer the second time. Draw with `rng` alone"
    )
    right = cell("def drawn(n, rng):\n    return rng.choice(10, n)", name="drawn")
    assert check_of_draws(right) is right


def test_a_plain_mistake_in_the_second_draw_is_named_plainly():
    checks, numbers = Checks(), iter([1.0, 2.0, 3.0, 4.0])

    @checks.exercise(double)
    def _(attempt):
        x = next(numbers)
        same("y", attempt(x, 0), 2 * x)
        return ""

    says = complaint(checks, body("return 2 if x == 1 else 2 * x + 1"))
    assert says == "y is 5; it should be 4."


@pytest.mark.parametrize("returned", ["2 * x", "3 * x"])
def test_a_later_training_starts_as_without_a_check(returned):
    import keras

    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        keras.layers.Dense(2).build((1, 3))
        same("y", attempt(X + np.random.random(), {}), 2 * X, tolerance=0.2)
        return "It is twice as much."

    def weights(work):
        keras.utils.set_random_seed(1)
        work()
        layer = keras.layers.Dense(2)
        layer.build((1, 3))
        return *np.ravel(layer.kernel), np.random.random()

    def checked():
        with contextlib.suppress(Wrong):
            checks(cell(f"def double(x, by):\n    return {returned} + np.random.random()"))

    assert weights(checked) == weights(lambda: None)


def test_what_is_kept_is_named_in_the_first_draw_too():
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        for x in (1.0, 2.0):
            same("y", attempt(x, 0), 2 * x)
        return ""

    source = "def double(x, by, kept={}):\n    return kept.setdefault('y', 2 * x) + 0 * len(kept)"
    assert "4" in complaint(checks, cell(source))
    source = "n = []\ndef double(x, by):\n    n.append(x)\n    return 2 * x + (len(n) > 1)"
    assert complaint(checks, cell(source)).startswith("double gives another answer for the same")


def test_what_comes_back_is_made_what_the_next_cells_take():
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        same("y", attempt(X, 2), 2 * X)
        return ""

    answer = body("'a list'; return (2 * x).tolist()")
    handed = checks(answer)
    assert handed.__wrapped__ is answer
    assert isinstance(handed(X, 2), np.ndarray)
    assert checks(handed).__name__ == "double"


def test_what_comes_back_is_made_so_also_where_a_grader_looks_at_a_part_first():
    checks = Checks()

    @checks.exercise(double)
    def _(attempt):
        same("the sum", attempt.then(np.sum)(X, 2), 2 * X.sum())
        same("y", attempt(X, 2), 2 * X)
        return ""

    handed = checks(body("'a list'; return (2 * x).tolist()"))
    assert isinstance(handed(X, 2), np.ndarray)


def test_an_error_of_keras_is_told_without_colours_and_places():
    error = ValueError(
        "\x1b[1mIt {{function_node __Mul_/job:a/task:0}} stops [Op:Mul]\x1b[0m name: "
    )
    assert said(error) == "ValueError: It stops [Op:Mul]"


def test_a_model_for_inputs_of_one_length_is_told_so():
    import keras

    inputs = keras.Input((7,))
    model = keras.Model(inputs, keras.layers.Activation("relu")(inputs))
    with pytest.raises(ValueError) as caught:
        model(np.ones((3, 4)))
    assert "of length 7 alone" in advice(caught.value) and not advice(ValueError("another"))
