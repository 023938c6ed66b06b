"""Grading: what happens when a notebook says `f = check(f)`."""

import contextlib
import dis
import functools
import inspect
import io
import logging
import os
import random
import warnings
from collections.abc import Callable, Mapping
from types import CodeType, MappingProxyType

import numpy as np

from utils import env
from utils.checks.answers import as_kind, is_plain, kind
from utils.checks.attempts import Attempt, LeftOpen, advice, code_of, said
from utils.checks.challenges import Challenge
from utils.checks.mistakes import Mistake, Stopped, explained, table
from utils.checks.wrong import NBGRADER, NotAttempted, Wrong, wrapped

NONE = MappingProxyType({})


class Checks:
    """The checks of one notebook. Call it with a learner's function; see `__call__`."""

    def __init__(self):
        self._graders = {}
        self._references = {}
        self._none_allowed = set()
        self._no_loops = set()
        self._right = set()
        self._challenges = {}
        self.mistakes: dict[str, list[Mistake]] = {}

    def exercise(
        self,
        reference: Callable,
        mistakes: Mapping[str | tuple[str, ...], str] = NONE,
        *,
        none_allowed: bool = False,
        no_loops: bool = False,
    ):
        """Register the decorated grader for the exercise named as `reference`.

        The grader takes the learner's function (an `attempts.Attempt`), raises `Wrong` if it is not
        right, and returns a few words that say what was checked.

        Args:
            reference: our own version, with the text of the worked solution.
            mistakes: usual mistakes: one edit of it, or several, and what to say; see
                `mistakes.Mistake`. A sentence that begins with "if" or "with" goes on after "the
                values match", or after "that happens" where it stopped with an error.
            none_allowed: whether None may be a right answer, so that it gets to the grader.
                Elsewhere a function that gives None is taken to lack its `return`.
            no_loops: whether the exercise asks for an answer without a loop.
        """

        def register(grader):
            name = reference.__name__
            self._graders[name], self._references[name] = grader, reference
            self.mistakes[name] = table(mistakes)
            self._none_allowed |= {name} if none_allowed else set()
            self._no_loops |= {name} if no_loops else set()
            return grader

        return register

    def open_task(self, baseline: Callable, **facts):
        """Register the decorated figure for the challenge named as `baseline`.

        Args:
            baseline: what the notebook goes on with if nothing was attempted.
            facts: the other fields of `challenges.Challenge`.
        """

        def register(figure):
            self._challenges[baseline.__name__] = Challenge(baseline, figure, **facts)
            return figure

        return register

    def challenge(self, attempt: Callable) -> Callable:
        """Print the figure of an answer to a challenge beside ours and the baseline's.

        It does not count among the exercises.

        Returns:
            `attempt`, or the baseline if it was not attempted.

        Raises:
            Wrong: it cannot be run, or it cheats.
        """
        challenge = self._challenges[_name_of(attempt, self._challenges, "challenge")]
        if attempt is challenge.baseline:
            return challenge.not_attempted()
        guarded = Attempt(attempt, challenge.baseline)
        try:
            with _in_a_sentence(guarded), self._references_in(attempt), _generators_stay():
                challenge.run(guarded)
        except LeftOpen:
            return challenge.not_attempted()
        return attempt

    def __call__(self, attempt: Callable) -> Callable:
        """Grade a learner's function, say what was found, and return a function to go on with.

        While it is graded, it sees our own versions of the other exercises, so that a mistake
        in one of them is not counted a second time.

        Returns:
            `attempt` if it is right, its answers made what the next cells take where they are of
            another kind (a list for an array); our own version if it was not attempted.

        Raises:
            Wrong: the answer is not right; the message says where to look.
        """
        name = _name_of(attempt, self._graders, "exercise")
        self._right.discard(name)
        reference = self._references[name]
        if attempt is reference:  # an earlier check handed it out
            return self._not_attempted(name, "run the cell of your answer before this one")
        guarded = Attempt(
            attempt,
            reference,
            ours={code_of(function) for function in self._references.values()},
            none_allowed=name in self._none_allowed,
        )
        try:
            praise = self._graded(name, attempt, guarded)
        except LeftOpen:
            return self._not_attempted(name, "it still has `raise NotImplementedError()`")
        self._right.add(name)
        print(wrapped(f"{name}: right. {praise}"))
        return _usable(attempt, reference, guarded)

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

    def reference(self, name: str) -> Callable:
        """Return our own version of an exercise."""
        return self._references[name]

    def report(self) -> None:
        """Print how many exercises are right, and which are not."""
        right, of = self.score.split("/")
        left = [name for name in self._graders if name not in self._right]
        still = f" Still open: {', '.join(left)}." * bool(left)
        print(wrapped(f"{right} of {of} exercises right.{still}"))

    def _graded(self, name, attempt, guarded):
        with (
            _in_a_sentence(guarded, more=lambda: _outside(attempt)),
            self._references_in(attempt),
            _generators_stay(),
            _quiet_for_nbgrader(),
        ):
            praise = [self._tried(name, guarded) for _ in range(2)][-1]  # the second draw's
            if guarded.draws and guarded.answers_otherwise():
                raise Wrong(
                    "For the same `rng` it gives another answer the second time. Draw with `rng` "
                    "alone, as in rng.choice, and keep nothing between calls."
                )
            if name in self._no_loops and (loop := _loop(code_of(attempt))):
                raise Wrong(f"{name} is right, but loops{loop}. The exercise asks for no loop.")
        return praise

    def _tried(self, name, guarded):
        """Let the grader try an answer once; say which usual mistake gives what is off."""
        guarded.forget()
        try:
            return self._graders[name](guarded)
        except Wrong as error:
            if guarded.answers_otherwise():
                raise Wrong(
                    f"{name} gives another answer for the same inputs the second time. Does it "
                    f"keep something between calls, in a variable outside of it or in a default "
                    f"argument? {error}"
                ) from error
            if error.off and guarded.calls:
                what, got, tolerance, facts = error.off
                found = self._references[name], self.mistakes[name], guarded.calls
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # not the learner's
                    says = explained(*found, got, tolerance)
                if says:
                    after = f"{facts} {says[0].upper()}{says[1:]}" if facts else ""
                    raise Wrong(after or f"{what} is off: {says}") from None
            raise

    def _not_attempted(self, name, clue):
        if os.environ.get(NBGRADER):
            raise NotAttempted(f"{name}: not attempted.") from None
        says = f"{name}: not attempted yet ({clue}). The notebook uses our solution."
        print(wrapped(says))
        return self._references[name]

    @contextlib.contextmanager
    def _references_in(self, attempt):
        scope = getattr(inspect.unwrap(attempt), "__globals__", {})
        others = {n: f for n, f in self._references.items() if n != attempt.__name__}
        kept = {n: scope[n] for n in others if n in scope}
        scope.update(others)  # also what is not defined, as after a syntax error
        try:
            yield
        finally:
            for name in others.keys() - kept:
                scope.pop(name, None)
            scope.update(kept)


def _name_of(attempt, known, what):
    name = getattr(attempt, "__name__", None)
    if name is None or not callable(attempt) or isinstance(attempt, type):
        raise Wrong(
            f"check takes your function itself; this is {kind(attempt)}. Run the cell that "
            f"defines your function again, then this one."
        )
    if name not in known:
        raise Wrong(
            f"There is no {what} called {name}. Define your function with `def`, under the "
            f"name that the {what} gives it: one of {', '.join(known)}."
        )
    return name


def _usable(attempt, reference, guarded):
    """Return a right answer whose results are of the kinds that the notebook's next cells take."""
    whole = (c for c in guarded.calls if not c.then and not isinstance(c.answer, Stopped))
    call = next(whole, None)  # of `Attempt.then` only what the grader made of it is kept
    if call is None or not is_plain(call.answer):
        return attempt
    try:
        arguments, options = call.inputs()
        template = reference(*arguments, **options)
    except Exception:  # what a grader handed in may be used up
        return attempt
    if _kinds(as_kind(call.answer, template)) == _kinds(call.answer):
        return attempt

    @functools.wraps(attempt)
    def in_our_kinds(*arguments, **options):
        return as_kind(attempt(*arguments, **options), template)

    return in_our_kinds


def _kinds(value):
    if isinstance(value, dict):
        return {key: _kinds(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value), [_kinds(item) for item in value]
    return float if isinstance(value, bool | int | float | np.number) else type(value)


def _loop(code):
    """Return in what a function loops, as ", in line 3": nothing if it does not."""
    if not isinstance(code, CodeType):
        return ""
    for instruction in dis.get_instructions(code):
        if instruction.opname == "FOR_ITER" or "JUMP_BACKWARD" in instruction.opname:
            line = instruction.positions.lineno - code.co_firstlineno + 1
            return f" in its line {line}"
    return next(filter(None, map(_loop, code.co_consts)), "")


@contextlib.contextmanager
def _generators_stay():
    """Leave the global generators as they are, so that a later training starts as without a check.

    Keras draws the seeds of its layers from Python's.
    """
    kept = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])


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
def _in_a_sentence(guarded, more=str):
    """Make a sentence of a grader's own error too; `more` is asked what to add to what is said."""
    try:
        yield
    except LeftOpen:
        raise
    except Wrong as error:
        error.args = (f"{error}{more()}",)
        raise
    except Exception as error:
        if not hasattr(guarded, "answer"):  # the mistake is ours: nothing was answered yet
            raise
        raise Wrong(
            f"{guarded.name}: the check could not work with your answer, "
            f"{kind(guarded.answer)} ({said(error)}). "
            f"{advice(error) or 'Return what the exercise asks for.'}"
        ) from error


def _outside(attempt):
    """Return a sentence about the notebook's numbers and arrays that a function reads, if any."""
    scope = getattr(inspect.unwrap(attempt), "__globals__", {})
    names = [
        name
        for name in _globals_read(code_of(attempt))
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
