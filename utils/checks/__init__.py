"""What the checks of all exercises are made of.

A notebook's checks stand in the module of the same name, `utils.checks.week1.dinosaurus_island`
for `notebooks/week1/2_dinosaurus_island.ipynb`. Such a module makes one `Checks` and registers a
grader for each exercise; the notebook's check cells are then one line each::

    rnn_cell_forward = check(rnn_cell_forward)
"""

import contextlib
import dis
import inspect
import io
import linecache
import logging
import os
import re
import textwrap
import traceback
from collections.abc import Callable, Mapping
from types import CodeType

import numpy as np

from utils import env

# nbgrader sets this while it grades or validates: what was not attempted must then score nothing.
NBGRADER = "NBGRADER_EXECUTION"

# What NumPy says of two factors that do not fit ends in "(size 3 is different from 4)".
MATMUL = re.compile(r"^matmul: .*\((size .*)\)$")

GO_ON = (
    "Correct your function and run both cells again. With `raise NotImplementedError()` as its "
    "first line, the notebook goes on with our own version."
)


class Wrong(AssertionError):
    """An answer that is not right yet. Its message says in one or two sentences where to look."""

    def _render_traceback_(self):  # IPython shows this in place of a traceback
        # Where nbgrader grades, nobody goes on, and our version would score nothing.
        go_on = [] if NBGRADER in os.environ else [GO_ON]
        return [f"\x1b[1mNot right yet.\x1b[0m {self}", *go_on]


class NotAttempted(Wrong):
    """An exercise left empty, while nbgrader grades."""

    def _render_traceback_(self):
        return [str(self)]


class _LeftOpen(Exception):
    """The answer's own `raise NotImplementedError()` was reached."""


class Checks:
    """The checks of one notebook. Call it with a learner's function; see `__call__`."""

    def __init__(self):
        self._graders = {}
        self._references = {}
        self._none_allowed = set()
        self._right = set()

    def exercise(self, reference: Callable, none_allowed: bool = False):
        """Register the decorated grader for the exercise named as `reference`.

        The grader takes the learner's function, raises `Wrong` if it is not right, and returns a
        few words that say what was checked.

        Args:
            reference: our own version.
            none_allowed: whether None may be a right answer, so that it gets to the grader.
                Elsewhere a function that gives None is taken to lack its `return`.
        """

        def register(grader):
            self._graders[reference.__name__] = grader
            self._references[reference.__name__] = reference
            if none_allowed:
                self._none_allowed.add(reference.__name__)
            return grader

        return register

    def __call__(self, attempt: Callable) -> Callable:
        """Grade a learner's function, say what was found, and return a function to go on with.

        While it is graded, it sees our own versions of the other exercises, so that a mistake
        in one of them is not counted a second time.

        Returns:
            `attempt` if it is right; our own version if it was not attempted.

        Raises:
            Wrong: the answer is not right; the message says where to look.
        """
        name = self._name_of(attempt)
        self._right.discard(name)
        if attempt is self._references[name]:  # an earlier check handed it out
            return self._not_attempted(name, "run the cell of your answer before this one")
        try:
            praise = self._graded(name, attempt)
        except _LeftOpen:
            return self._not_attempted(name, "it still has `raise NotImplementedError()`")
        self._right.add(name)
        print(f"{name}: right. {praise}")
        return attempt

    def solved(self, *names: str) -> bool:
        """Whether all of these exercises are right so far."""
        return self._right.issuperset(names)

    @property
    def score(self) -> str:
        """How many exercises are right so far, as "3/8"."""
        return f"{len(self._right)}/{len(self._graders)}"

    @property
    def names(self) -> list[str]:
        """The names of the exercises."""
        return list(self._graders)

    def report(self) -> None:
        """Print how many exercises are right, and which are not."""
        right, of = self.score.split("/")
        left = [name for name in self._graders if name not in self._right]
        print(
            f"{right} of {of} exercises right." + (f" Still open: {', '.join(left)}." * bool(left))
        )

    def _name_of(self, attempt):
        name = getattr(attempt, "__name__", None)
        if name is None or not callable(attempt) or isinstance(attempt, type):
            raise Wrong(
                f"check takes your function itself; this is {_kind(attempt)}. Run the cell that "
                f"defines your function again, then this one."
            )
        if name not in self._graders:
            raise Wrong(
                f"There is no exercise called {name}. Define your function with `def`, under the "
                f"name that the exercise gives it: one of {', '.join(self._graders)}."
            )
        return name

    def _graded(self, name, attempt):
        ours = {_code(reference) for reference in self._references.values()}
        arguments = _arguments(attempt, self._references[name])
        guarded = _guarded(attempt, arguments, ours, name in self._none_allowed)
        with (
            _in_a_sentence(attempt, guarded),
            self._references_in(attempt),
            _quiet_for_nbgrader(),
        ):
            self._graders[name](guarded)
            try:
                return self._graders[name](guarded)
            except Wrong as error:
                raise Wrong(
                    f"{name} is right for the first numbers that were drawn, but not for the next. "
                    f"If it keeps something between calls, in a variable outside of it or in a "
                    f"default argument, that may be why. {error}"
                ) from error

    def _not_attempted(self, name, clue):
        if os.environ.get(NBGRADER):
            raise NotAttempted(f"{name}: not attempted.") from None
        print(f"{name}: not attempted yet ({clue}). The notebook goes on with our own version.")
        return self._references[name]

    @contextlib.contextmanager
    def _references_in(self, attempt):
        scope = getattr(inspect.unwrap(attempt), "__globals__", {})
        others = {n: f for n, f in self._references.items() if n in scope and n != attempt.__name__}
        kept = {n: scope[n] for n in others}
        scope.update(others)
        try:
            yield
        finally:
            scope.update(kept)


def _arguments(attempt, reference):
    """Return the names of a function's arguments, if it can be called as `reference` is."""
    wanted, own = (list(inspect.signature(f).parameters) for f in (reference, attempt))
    try:
        inspect.signature(attempt).bind(*wanted)
    except TypeError:
        fits = False
    else:
        fits = own == wanted or sorted(own) != sorted(wanted)
    if not fits:
        raise Wrong(
            f"{reference.__name__} should take the arguments ({', '.join(wanted)}), in this "
            f"order; yours takes ({', '.join(own)})."
        )
    return wanted


@contextlib.contextmanager
def _quiet_for_nbgrader():
    """Drop stderr while nbgrader grades: it gives no points where even a warning was written."""
    if NBGRADER not in os.environ:
        yield
        return
    with env.quiet(), contextlib.redirect_stderr(io.StringIO()):
        logging.disable()  # handlers keep the stderr that they began with
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


@contextlib.contextmanager
def _in_a_sentence(attempt, guarded):
    """Make a sentence of a grader's own error too, and name the globals that an answer reads."""
    try:
        yield
    except _LeftOpen:
        raise
    except Wrong as error:
        error.args = (f"{error}{_outside(attempt)}",)
        raise
    except Exception as error:
        if not hasattr(guarded, "answer"):  # the mistake is ours: nothing was answered yet
            raise
        raise Wrong(
            f"{attempt.__name__}: the check could not work with your answer, "
            f"{_kind(guarded.answer)} ({_said(error)}). Return what the exercise asks for."
        ) from error


def _outside(attempt):
    """Return a sentence about the notebook's numbers and arrays that a function reads, if any."""
    scope = getattr(inspect.unwrap(attempt), "__globals__", {})
    names = [
        name
        for name in _globals_read(_code(attempt))
        if isinstance(scope.get(name), int | np.ndarray | dict)
        and (len(name) == 1 or not name.isupper())  # END is a constant, W may be an array
    ]
    them = "it" if len(names) == 1 else "them"
    sentence = f" Your function reads {', '.join(names)} from outside; take {them} from its "
    return f"{sentence}arguments." if names else ""


def _globals_read(code):
    """Return the names of the globals that a function and those within it read, in order."""
    if not isinstance(code, CodeType):
        return []
    own = [i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"]
    return list(dict.fromkeys(own + [n for inner in code.co_consts for n in _globals_read(inner)]))


def _guarded(attempt, names, ours, none_allowed):
    """Wrap a learner's function: its errors and changed inputs become one sentence.

    `ours` are the codes of our own versions. The last answer, if there is one, is kept as `answer`.
    """

    def call(*arguments, **options):
        before = [_copy(a) for a in arguments]
        try:
            result = attempt(*arguments, **options)
        except Wrong:  # from a function that a grader handed in
            raise
        except Exception as error:
            if _left_open(attempt, error):
                raise _LeftOpen from None
            raise Wrong(_where_it_stopped(attempt, error, ours)) from error
        for name, old, new in zip(names, before, arguments, strict=False):
            if not _same(old, new):
                raise Wrong(
                    f"{attempt.__name__} changes its argument {name} in place. "
                    f"Work on a new array, or on a copy."
                )
        if result is None and not none_allowed:
            raise Wrong(f"{attempt.__name__} gives None. Does it end with `return`?")
        call.answer = result
        return result

    return call


def _left_open(attempt, error):
    """Whether the exercise's own `raise NotImplementedError()` was reached, not someone else's."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return isinstance(error, NotImplementedError) and frame.f_code is _code(attempt)


def _code(attempt):
    return getattr(inspect.unwrap(attempt), "__code__", None)


def _where_it_stopped(attempt, error, ours):
    file, line, called = getattr(_code(attempt), "co_filename", ""), "", None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == file:
            line, called = linecache.getline(file, number).strip(), None
        else:
            called = called or frame  # what the learner's line called
    stopped = f"{attempt.__name__} stopped" + f" in the line `{line}`" * bool(line)
    if called and called.f_code in ours:  # an @ in there is not the learner's
        return f"{stopped}: {_misfit(called, error)}"
    fits = r"the two factors of @ do not fit (\1): look at their order and .T"
    return f"{stopped} with {_said(error, fits)}."


def _misfit(frame, error):
    """Say that one of our own versions, which an answer called, was given what does not fit."""
    given = {name: frame.f_locals[name] for name in inspect.getargs(frame.f_code).args}
    shapes = [f"{name} {a.shape}" if shape_of(a) else name for name, a in given.items()]
    return (
        f"what it hands to {frame.f_code.co_name} does not fit ({_said(error)}). These must fit "
        f"together: {', '.join(shapes)}."
    )


def _said(error, factors=r"\1"):
    """Return an error in short; `factors` is what to say of two factors that do not fit."""
    text = f"{type(error).__name__}: {MATMUL.sub(factors, str(error))}"
    return textwrap.shorten(text, 250, placeholder=" …").rstrip(":. ")


def _kind(value):
    if value is None or isinstance(value, type):
        return "None" if value is None else "a class"
    return f"of type {type(value).__name__}"


def _copy(value):
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(item) for item in value]
    return value


def _same(old, new):
    if isinstance(old, np.ndarray):
        nan = old.dtype.kind in "fc"  # NumPy looks for nan in numbers alone
        return isinstance(new, np.ndarray) and np.array_equal(old, new, equal_nan=nan)
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_same(old[k], new[k]) for k in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return True


def same(
    name: str,
    got,
    want,
    axes: str = "",
    suspects: Mapping[str, np.ndarray] | None = None,
    tolerance: float = 1e-6,
) -> None:
    """Hold one array or number of an answer against the right one.

    Args:
        name: what it is called in the exercise.
        got: the learner's.
        want: the right one, an array or a number.
        axes: what the axes mean, as "(m, n_a)", for the message about a wrong shape.
        suspects: usual mistakes: a sentence for each and the value that it gives. The first
            that matches is named.
        tolerance: relative to the largest right value.

    Raises:
        Wrong: with a sentence on the first thing that is off: kind, shape, then values.
    """
    want = np.asarray(want)
    got = _as_array(name, got)
    if got.shape != want.shape:
        raise Wrong(_shape_sentence(name, got, want, axes))
    if not np.all(np.isfinite(got)):
        raise Wrong(f"{name} holds values that are not finite (nan or inf).")
    if _close(got, want, tolerance):
        return
    for sentence, value in (suspects or {}).items():
        if _close(got, np.asarray(value), tolerance):
            raise Wrong(f"{name} is off: {sentence}")
    raise Wrong(_rounding_sentence(name, got, want) or _values_sentence(name, got, want, tolerance))


def shape_of(got) -> tuple | None:
    """Return the shape of an array (or tensor), None for anything else."""
    return getattr(got, "shape", None)


def shaped(name: str, got, want: np.ndarray, axes: str, hints: Mapping[tuple, str]) -> np.ndarray:
    """Return an answer as an array of the right shape, or say what its shape comes from.

    Args:
        name: what it is called in the exercise.
        got: the learner's.
        want: the right one; only its shape counts here.
        axes: what the axes mean, as "(m, n_a)".
        hints: for usual wrong shapes, what they come from.

    Raises:
        Wrong: it is no array of numbers, or has another shape.
    """
    shape = shape_of(got)
    if shape in hints and shape != want.shape:
        raise Wrong(
            f"{name} has shape {shape}; it should be {want.shape}, which is {axes}. {hints[shape]}"
        )
    fits = shape == want.shape
    kind = np.nan_to_num(got) if fits else got  # what is not finite comes later
    same(name, kind, kind if fits else want, axes)
    return np.asarray(got)


def _as_array(name, got):
    array = None
    if shape_of(got) is not None or isinstance(got, int | float | complex):
        with contextlib.suppress(Exception):  # a symbolic tensor has a shape, but no values
            array = np.asarray(got)
    if array is None:
        raise Wrong(f"{name} should be an array or a number; yours is {_kind(got)}.")
    if array.dtype.kind not in "fiub":
        raise Wrong(f"{name} should hold real numbers; the type of yours is {array.dtype}.")
    return array


def _shape_sentence(name, got, want, axes):
    meaning = f", which is {axes}" if axes else ""
    turned = sorted(got.shape) == sorted(want.shape)
    hint = " The axes stand in another order: it looks transposed." * turned
    return f"{name} has shape {got.shape}; it should be {want.shape}{meaning}.{hint}"


def _rounding_sentence(name, got, want):
    if got.ndim and got.dtype.kind in "iu" and want.dtype.kind == "f":
        return (
            f"{name} holds whole numbers ({got.dtype}), the right values have fractions. If you "
            f"fill an array, make it one of floats, as np.zeros(shape) does."
        )
    error = np.max(_error(got, want))
    if error <= 1e-4 * np.abs(want).max():
        return (
            f"{name} is nearly right, off by {error:.0e} at most. Is something rounded on the way "
            f"(float32, float16, np.round), or a small number added?"
        )
    return None


def _values_sentence(name, got, want, tolerance):
    if want.ndim == 0:
        return f"{name} is {float(got):.6g}; it should be {float(want):.6g}."
    error = _error(got, want)
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
    wrong = np.mean(error > _allowed(want, tolerance))
    yours, right = float(got[worst]), float(want[worst])
    return (
        f"{name} has the right shape, but {wrong:.0%} of its values are off. The largest "
        f"difference is at index {worst}: {yours:.4f}, should be {right:.4f}."
    )


def _close(got, want, tolerance):
    return got.shape == want.shape and np.all(_error(got, want) <= _allowed(want, tolerance))


def _error(got, want):
    return np.abs(np.subtract(got, want, dtype=float))


def _allowed(want, tolerance):
    return tolerance * np.abs(want).max(initial=1.0)


def unpack(got, names: str):
    """Return the parts of a tuple answer, or say that it should be a tuple of `names`.

    Raises:
        Wrong: it is not a tuple (or list) of that many parts.
    """
    count = len(names.split(", "))
    if not isinstance(got, tuple | list):
        raise Wrong(f"The answer should be the {count} values ({names}); yours is {_kind(got)}.")
    if len(got) != count:
        raise Wrong(f"The answer should be the {count} values ({names}); yours has {len(got)}.")
    return got


def entries(got, names: str, what: str = "The answer"):
    """Return the values of a dictionary in the order of `names`; `what` is what messages call it.

    Raises:
        Wrong: it is not a dictionary, or a key is missing.
    """
    if not isinstance(got, dict):
        raise Wrong(f"{what} should be a dictionary with the keys {names}; yours is {_kind(got)}.")
    for name in names.split(", "):
        if name not in got:
            raise Wrong(f'{what} lacks the key "{name}". It should have the keys {names}.')
    return [got[name] for name in names.split(", ")]
