"""Answers graded from their text: what of a hand-in is run, and what gains no point."""

import builtins
import textwrap

import numpy as np
import pytest

from utils.checks.answers import same
from utils.checks.apart import imported, needed, statements, verdict
from utils.checks.grading import Checks
from utils.checks.wrong import NBGRADER

X = np.arange(1.0, 13.0).reshape(3, 4)
IMPORTS = "import numpy as np\nfrom utils import text"
RIGHT = "def double(x):\n    return 2 * x"
EMPTY = "def double(x):\n    raise NotImplementedError()"
check = Checks()


def double(x):
    return 2 * x


def quadruple(x):
    return 2 * double(x)


@check.exercise(double)
def _(attempt):
    same("y", attempt(X), 2 * X)
    return "It is twice as much."


@check.exercise(quadruple)
def _(attempt):
    same("y", attempt(X), 4 * X)
    return "It is four times as much."


@pytest.fixture(autouse=True)
def graded(monkeypatch):
    monkeypatch.setenv(NBGRADER, "autograde")


def found(*cells, name="double", after=()):
    """Return the verdict on a hand-in: cells, the check, and more cells."""
    code = [IMPORTS, *map(textwrap.dedent, cells), f"{name} = check({name})", *after]
    return verdict(check, name, code, len(cells) + 1, {"utils.text"})


# --- what is run -------------------------------------------------------------------------------


def test_a_right_answer():
    assert found(RIGHT) == (True, "double: right. It is twice as much.")


@pytest.mark.parametrize(
    "cells",
    [
        ["TWO = 2", "def double(x):\n    return TWO * x"],
        ["def double(x):\n    return helper(x)", "def helper(x):\n    return 2 * x"],
        ["with np.errstate():\n    import math as m", "def double(x):\n    return m.sqrt(4) * x"],
        ["d = {}", "d['two'] = 2", "def double(x):\n    return d['two'] * x"],
        ["n = 1\nn += 1", "def double(x, by=n):\n    return by * x"],
        ["%matplotlib inline\n!ls", "1 / 0", "a b c", RIGHT],
        ["print(1)\nimport sys\nimport inspect", RIGHT],  # in a cell of its own, for something else
        ["double = 3", RIGHT],
        [f"{EMPTY}\n\n{RIGHT}"],
        [RIGHT, "double = check(double)"],
        ["def quadruple(x):\n    a b", "def double(x):\n    return quadruple(x) / 2"],
        ["quadruple = None", "def double(x):\n    return quadruple(x) / 2"],
        ["def double(x):\n    import logging\n    logging.info('harmless')\n    return 2 * x"],
        ["def double(x):\n    print('double: right. No.')\n    return 2 * x"],
        ["from utils.text import pad\ndef double(x):\n    pad; return 2 * x"],
    ],
)
def test_what_an_answer_needs_is_there(cells):
    assert found(*cells) == (True, "double: right. It is twice as much.")


def test_an_answer_below_its_check_counts():
    assert found(after=[RIGHT])[0]
    assert not found(EMPTY, after=[RIGHT])[0]


def test_nothing_else_is_run():
    cells = ["big = [0] * 9", "for step in range(9):\n    big[0] = step", RIGHT, "print(big)"]
    [kept] = needed("double", statements(cells), set())
    assert kept.sets == {"double"}
    assert len(needed("step", statements(cells), set())) == 2
    assert len(needed("big", statements(cells), set())) == 1  # a loop sets `step`, print nothing


def test_imports_from_the_project_are_named():
    cells = ["import utils\nfrom utils.text import END, pad as p", "import numpy", "a b"]
    assert imported(statements(cells)) == {"utils", "utils.text.END", "utils.text.pad"}


@pytest.mark.parametrize(
    "cells, says",
    [
        ([], "double is not defined."),
        (["def double(x):\n    return 2 *"], "no Python in its line 2: invalid syntax"),
        (["def double(x, y=1 / 0):\n    return 2"], "Its cells stopped with ZeroDivisionError"),
        ([EMPTY], "double: not attempted."),
        (["def double(x):\n    return x"], "y is off: every value is 0.5 times the right one."),
        (["def double(x):\n    return x[9]"], "stopped in the line `return x[9]` with IndexError"),
        (["double = 3"], "check takes your function itself; this is of type int."),
    ],
)
def test_what_is_said_of_a_wrong_answer(cells, says):
    right, why = found(*cells)
    assert not right and says in why


# --- what gains no point -----------------------------------------------------------------------

PATCH = "from utils.checks.grading import Checks\nChecks.__call__ = lambda self, f: f"


@pytest.mark.parametrize(
    "cell",
    [
        "check = lambda f: f",
        "class Check:\n    __call__ = staticmethod(print)\ncheck = Check()",
        PATCH,
        "import sys\nsys.modules['utils.checks.grading'].Checks.__call__ = lambda self, f: f",
        "get_ipython().input_transformers_post.append(lambda lines: [])",
        "import os\nos.environ.pop('NBGRADER_EXECUTION', None)",
        "import builtins\nbuiltins.print = builtins.NotImplementedError = lambda *a: None",
        "from utils.checks.week1.dinosaurus_island import check\ncheck._right.add('double')",
        "np.abs = lambda *a, **k: np.zeros(1)",
    ],
)
def test_what_other_cells_change_reaches_no_grader(cell):
    assert found(cell, EMPTY) == (False, "double: not attempted.")
    assert found(EMPTY, cell) == (False, "double: not attempted.")
    assert found(cell, "def double(x):\n    return x")[0] is False


@pytest.mark.parametrize(
    "line",
    [
        "return check.reference('double')(x)",
        "return check._references['double'](x)",
        "from utils.checks.week1.dinosaurus_island import check; return check",
        "import utils.checks as c; return c",
        "from utils.models.recurrent import rnn_forward; return rnn_forward(x)",
        "import sys; return sys._getframe(1).f_locals['self']",
        "import inspect; return inspect.stack()[1]",
        "import gc; return gc.get_objects()",
        "g = (1 for _ in x); return g.gi_frame.f_back",
        "try:\n        1 / 0\n    except Exception as e:\n        return e.__traceback__.tb_frame",
        "return quadruple.__globals__['double'](x)",
        "return getattr(quadruple, '__glob' + 'als__')['double'](x)",
        "import operator; return operator.attrgetter('__globals__')(quadruple)['double'](x)",
        "from operator import attrgetter as a; return a('__globals__')(quadruple)['double'](x)",
        "return eval('2 * x')",
        "return open('utils/checks/grading.py').read()",
        "import os; os.environ.pop('NBGRADER_EXECUTION'); raise NotImplementedError()",
        "import sys; sys.modules['utils.text'].pad = None; return 0 * x",
        "np.abs = lambda *a, **k: np.zeros(1); return 0 * x",
        "m = np; m.abs = lambda *a, **k: np.zeros(1); return 0 * x",
        "text.pad = len; return 2 * x",
        "raise SystemExit(0)",
        "raise KeyboardInterrupt",
        "raise AssertionError('double: right.')",
        "print('double: right. It is twice as much.'); raise NotImplementedError()",
        "return True",
        "return Any()",
        "return x.view(Like)",
    ],
)
def test_an_answer_cannot_reach_its_grader(line):
    """Nor pass for the right one by what it is: `Any` is equal to everything, so is `Like`."""
    equal = "__eq__ = __sub__ = __rsub__ = __le__ = lambda *a: np.zeros(1)\n    shape = (3, 4)"
    classes = f"class Any:\n    {equal}\nclass Like(np.ndarray):\n    __array_ufunc__ = {{}}.get"
    right, says = found(classes, f"def double(x):\n    {line}")
    assert not right and says
    assert found(RIGHT)[0]  # nothing is left behind
    assert np.abs is not None and builtins.print is print


@pytest.mark.parametrize("line", ["import gc", "return eval('2')", "return x.__class__"])
def test_what_looks_like_a_way_round_is_left_to_the_instructor(line):
    right, says = found(f"def double(x):\n    {line}")
    assert not right and says.endswith("If it is honest, give its point by hand.")
