"""What the checks of all exercises are made of.

A notebook's checks stand in the module of the same name, `utils.checks.week1.dinosaurus_island`
for `notebooks/week1/2_dinosaurus_island.ipynb`. Such a module makes one `Checks` and registers a
grader for each exercise; the notebook's check cells are then one line each::

    rnn_cell_forward = check(rnn_cell_forward)
"""

import contextlib
import os
import traceback
from collections.abc import Callable, Mapping

import numpy as np

# nbgrader sets this while it grades or validates: what was not attempted must then score nothing.
NBGRADER = "NBGRADER_EXECUTION"


class Wrong(AssertionError):
    """An answer that is not right yet. Its message says in one or two sentences where to look."""

    def _render_traceback_(self):  # IPython shows this in place of a traceback
        return [f"\x1b[1mNot right yet.\x1b[0m {self}"]


class NotAttempted(Wrong):
    """An exercise left empty, while nbgrader grades."""

    def _render_traceback_(self):
        return [str(self)]


class Checks:
    """The checks of one notebook. Call it with a learner's function; see `__call__`."""

    def __init__(self):
        self._graders = {}
        self._references = {}
        self._right = set()

    def exercise(self, reference: Callable):
        """Register the decorated grader for the exercise named as `reference`.

        The grader takes the learner's function, raises `Wrong` if it is not right, and returns a
        few words that say what was checked.
        """

        def register(grader):
            self._graders[reference.__name__] = grader
            self._references[reference.__name__] = reference
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
        name = getattr(attempt, "__name__", repr(attempt))
        if name not in self._graders:
            raise Wrong(
                f"There is no exercise called {name}. Run the cell that defines your function "
                f"again, with its name unchanged: one of {', '.join(self._graders)}."
            )
        self._right.discard(name)
        try:
            with self._references_in(attempt):
                praise = self._graders[name](_guarded(attempt))
        except NotImplementedError:
            return self._not_attempted(name)
        self._right.add(name)
        print(f"{name}: right. {praise}")
        return attempt

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

    def _not_attempted(self, name):
        if os.environ.get(NBGRADER):
            raise NotAttempted(f"{name}: not attempted.") from None
        print(f"{name}: not attempted yet. The notebook goes on with our own version.")
        return self._references[name]

    @contextlib.contextmanager
    def _references_in(self, attempt):
        scope = getattr(attempt, "__globals__", {})
        others = {n: f for n, f in self._references.items() if n in scope and n != attempt.__name__}
        kept = {n: scope[n] for n in others}
        scope.update(others)
        try:
            yield
        finally:
            scope.update(kept)


def _guarded(attempt):
    """Wrap a learner's function: its errors and changed inputs become one sentence."""

    def call(*arguments, **options):
        before = [_copy(a) for a in arguments]
        try:
            result = attempt(*arguments, **options)
        except (NotImplementedError, Wrong):
            raise
        except Exception as error:
            raise Wrong(_where_it_stopped(attempt, error)) from error
        for number, (old, new) in enumerate(zip(before, arguments, strict=True), 1):
            if not _same(old, new):
                raise Wrong(
                    f"{attempt.__name__} changes its argument number {number} in place. "
                    f"Work on a new array, or on a copy."
                )
        return result

    return call


def _where_it_stopped(attempt, error):
    kind = f"{type(error).__name__}: {error}".rstrip(": ")
    code = getattr(attempt, "__code__", None)
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if code and f.filename == code.co_filename
    ]
    where = f" in the line `{frames[-1].line}`" if frames and frames[-1].line else ""
    return f"{attempt.__name__} stopped{where} with {kind}."


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
        return isinstance(new, np.ndarray) and np.array_equal(old, new, equal_nan=True)
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
    raise Wrong(_values_sentence(name, got, want))


def _as_array(name, got):
    if got is None:
        raise Wrong(f"{name} is None. Does your function end with `return`?")
    if isinstance(got, tuple | list | dict | str):
        raise Wrong(
            f"{name} should be one array or number; your function gives a {type(got).__name__}."
        )
    array = np.asarray(got)
    if array.dtype.kind not in "fiub":
        raise Wrong(f"{name} should hold numbers; yours holds {array.dtype}.")
    return array


def _shape_sentence(name, got, want, axes):
    meaning = f", which is {axes}" if axes else ""
    turned = " It looks transposed." if got.shape == want.shape[::-1] else ""
    return f"{name} has shape {got.shape}; it should be {want.shape}{meaning}.{turned}"


def _values_sentence(name, got, want):
    if want.ndim == 0:
        return f"{name} is {float(got):.6g}; it should be {float(want):.6g}."
    error = np.abs(got - want)
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
    right = np.mean(error <= 1e-6 * max(1.0, np.abs(want).max()))
    return (
        f"{name} has the right shape, but {1 - right:.0%} of its values are off. The largest "
        f"difference is at index {worst}: {got[worst]:.4f}, should be {want[worst]:.4f}."
    )


def _close(got, want, tolerance):
    if got.shape != want.shape:
        return False
    return bool(np.max(np.abs(got - want), initial=0.0) <= tolerance * max(1.0, np.abs(want).max()))


def unpack(got, names: str):
    """Return the parts of a tuple answer, or say that it should be a tuple of `names`.

    Raises:
        Wrong: it is not a tuple (or list) of that many parts.
    """
    wanted = names.split(", ")
    if not isinstance(got, tuple | list) or len(got) != len(wanted):
        what = f"{len(got)} values" if isinstance(got, tuple | list) else type(got).__name__
        raise Wrong(f"The answer should be the {len(wanted)} values ({names}); yours is {what}.")
    return got


def entries(got, names: str):
    """Return the values of a dictionary answer in the order of `names`.

    Raises:
        Wrong: it is not a dictionary, or a key is missing.
    """
    wanted = names.split(", ")
    if not isinstance(got, dict):
        raise Wrong(
            f"The answer should be a dictionary with the keys {names}; "
            f"yours is {type(got).__name__}."
        )
    for name in wanted:
        if name not in got:
            raise Wrong(f'The dictionary lacks the key "{name}"; it should hold {names}.')
    return [got[name] for name in wanted]
