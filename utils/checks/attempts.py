"""A learner's function as graders call it: its errors and changed inputs become one sentence."""

import contextlib
import copy
import inspect
import io
import linecache
import random
import re
import textwrap
import time
import traceback
from collections.abc import Callable

import numpy as np

from utils.checks.answers import is_plain, shape_of
from utils.checks.mistakes import SECONDS, Call, Stopped, alike, replayed
from utils.checks.wrong import Wrong, off

# What NumPy says of two factors that do not fit ends in "(size 3 is different from 4)".
MATMUL = re.compile(r"^matmul: .*\((size .*)\)$")
# Colours in Keras' errors, and TensorFlow's names for the places of a computation.
NOISE = re.compile(r"\x1b\[\d*m|\{\{.*?\}\} ?| name: $")
# What Keras says of an Input whose length is written down, and that is given another one.
ONE_LENGTH = re.compile(r"expected shape=\(None, (\d+)\b.*, found shape=\(\d+, (?!\1\b)")


class LeftOpen(Exception):
    """The answer's own `raise NotImplementedError()` was reached."""


class Attempt:
    """A learner's function. Call it as one calls our own version.

    It keeps the calls of one try (`calls`) and the last answer, if there is one (`answer`).
    """

    def __init__(
        self, function: Callable, reference: Callable, ours=frozenset(), none_allowed: bool = False
    ):
        """Wrap a function.

        Args:
            function: the learner's.
            reference: our own version: the arguments are called as there.
            ours: the codes of our own versions, which the learner's function may call.
            none_allowed: whether None may be a right answer.

        Raises:
            Wrong: it cannot be called as our own version is.
        """
        self.function, self.name = function, function.__name__
        self.calls: list[Call] = []
        self.draws = False  # whether it was ever given a random generator
        self.seconds = 0.0  # what a challenge with a limit noted
        self._names = _arguments(function, reference)
        self._ours, self._none_allowed = ours, none_allowed

    def __call__(self, *arguments, **options):
        """Return the learner's answer.

        Raises:
            Wrong: it stopped with an error, changed an argument, or gave None.
            LeftOpen: it was not attempted.
        """
        return self._call(None, arguments, options)

    def then(self, work: Callable, again: Callable | None = None) -> Callable:
        """Return the learner's function, followed by what a grader does with its answers.

        For answers that cannot be compared as they are, as a Keras model: what `work` returns (its
        outputs for some inputs) is then compared, in looking for a usual mistake, too.

        Args:
            work: takes an answer, returns what is compared.
            again: for inputs that cannot be handed in twice, or where `work` takes long: takes a
                function like our own version, and what is to be compared (`mistakes.Stopped` if
                the learner's stopped); returns what `work` would make of that function's answer.
        """
        return lambda *arguments, **options: self._call(work, arguments, options, again)

    def forget(self) -> None:
        """Begin a new list of calls."""
        self.calls = []

    def answers_otherwise(self) -> bool:
        """Whether some call gives another answer when it is made again; for plain inputs alone."""
        deadline = time.thread_time() + SECONDS
        for call in self.calls:
            arguments, options = call.inputs()
            if time.thread_time() > deadline:
                break
            if not is_plain([*arguments, *options.values()]):
                continue
            try:
                quiet = contextlib.redirect_stdout(io.StringIO())
                with np.errstate(all="ignore"), quiet, replayed(call):
                    again = self.function(*arguments, **options)
                    again = call.then(again) if call.then else again
            except Exception as error:
                again = Stopped.by(error)
            if isinstance(again, Stopped) or isinstance(call.answer, Stopped):
                if again != call.answer:
                    return True
            elif not alike(again, call.answer):
                return True
        return False

    def _call(self, work, arguments, options, again=None):
        before = [copied(argument) for argument in arguments]
        seeds = random.getstate()
        self.draws |= any(isinstance(a, np.random.Generator) for a in arguments)

        def record(answer):
            def inputs():
                return [copied(a) for a in before], dict(options)

            self.calls.append(Call(inputs, answer, work, again, seeds))

        try:
            with np.errstate(all="ignore"):
                result = self.function(*arguments, **options)
        except Wrong:  # from a function that a grader handed in
            raise
        except Exception as error:
            if _left_open(self.function, error):
                raise LeftOpen from None
            end = Stopped.by(error)
            record(end)
            says = _where_it_stopped(self.function, error, self._ours)
            raise off(self.name, end, says, facts=says) from error
        for name, old, new in zip(self._names, before, arguments, strict=False):
            if not unchanged(old, new):
                raise Wrong(
                    f"{self.name} changes its argument {name} in place. "
                    f"Work on a new one, or on a copy."
                )
        if result is None and not self._none_allowed:
            raise Wrong(f"{self.name} gives None. Does it end with `return`?")
        self.answer = result
        if work is not None:
            try:
                result = work(result)
            except Exception as error:
                record(Stopped.by(error))
                raise
        record(result)
        return result


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


def copied(value):
    """Return a deep copy of data; models, layers and functions stay what they are."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, np.random.Generator):
        return copy.deepcopy(value)
    if isinstance(value, dict):
        same_kind = copy.copy(value)  # a grader's own kind of dictionary stays what it is
        same_kind.update({key: copied(item) for key, item in value.items()})
        return same_kind
    if isinstance(value, list | tuple):
        parts = [copied(item) for item in value]
        return parts if isinstance(value, list) else _as_tuple(value, parts)
    return set(value) if isinstance(value, set) else value


def _as_tuple(value, parts):
    return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)


def unchanged(old, new) -> bool:
    """Whether data is what it was when it was `copied`; other things count as unchanged."""
    if isinstance(old, np.ndarray):
        nan = old.dtype.kind in "fc"  # NumPy looks for nan in numbers alone
        return isinstance(new, np.ndarray) and np.array_equal(old, new, equal_nan=nan)
    if isinstance(old, dict):
        return list(old) == list(new) and all(unchanged(old[k], new[k]) for k in old)
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(unchanged, old, new))
    if isinstance(old, str | bytes | int | complex | set | None):
        return type(old) is type(new) and old == new
    return old == new or (old != old and new != new) if isinstance(old, float) else True


def _left_open(attempt, error):
    """Whether the exercise's own `raise NotImplementedError()` was reached, not someone else's."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return isinstance(error, NotImplementedError) and frame.f_code is code_of(attempt)


def code_of(function: Callable):
    """Return the code of a function, also of a decorated one; None for anything else."""
    return getattr(inspect.unwrap(function), "__code__", None)


def _where_it_stopped(attempt, error, ours):
    file, line, called = getattr(code_of(attempt), "co_filename", ""), "", None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == file:
            line, called = linecache.getline(file, number).strip(), None
        else:
            called = called or frame  # what the learner's line called
    stopped = f"{attempt.__name__} stopped" + f" in the line `{line}`" * bool(line)
    if called and called.f_code in ours:  # an @ in there is not the learner's
        return f"{stopped}: {_misfit(called, error)}"
    if called:  # what the line called may use @, the line itself need not
        return f"{stopped} with {said(error)}."
    fits = r"the two factors of @ do not fit (\1): look at their order and .T"
    return f"{stopped} with {said(error, fits)}."


def _misfit(frame, error):
    """Say that one of our own versions, which an answer called, was given what does not fit."""
    given = {name: frame.f_locals[name] for name in inspect.getargs(frame.f_code).args}
    shapes = [f"{name} {a.shape}" if shape_of(a) else name for name, a in given.items()]
    return (
        f"what it hands to {frame.f_code.co_name} does not fit ({said(error)}). These must fit "
        f"together: {', '.join(shapes)}."
    )


def said(error: Exception, factors: str = r"\1") -> str:
    """Return an error in short; `factors` is what to say of two factors that do not fit."""
    text = f"{type(error).__name__}: {MATMUL.sub(factors, NOISE.sub('', str(error)))}"
    return textwrap.shorten(text, 250, placeholder=" …").rstrip(":. ")


def advice(error: Exception) -> str:
    """Return what to do where a model of Keras was made for inputs of one length; or nothing."""
    found = ONE_LENGTH.search(str(error))
    one = f"It takes inputs of length {found and found[1]} alone: give its keras.Input the length "
    return f"{one}None." if found else ""
