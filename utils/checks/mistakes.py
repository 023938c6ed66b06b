"""Usual mistakes, each declared once: an edit of our own version, and what to say of it.

A wrong answer is explained by running the edited versions on the inputs that the grader drew. The
one that answers as the learner's function did, call for call, names the mistake. So nothing is
computed while answers are right, and the tests try the same table.
"""

import ast
import gc
import inspect
import random
import re
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from itertools import combinations
from numbers import Number
from typing import NamedTuple

import numpy as np

SECONDS = 1.0  # of computing: no learner waits longer for an explanation, …
NAMED = 20  # times as long where a single mistake is looked for: a network is made for each
BARE = ("if ", "with ", "before ", "without ")  # says of when the values match, or it stops so


class Mistake(NamedTuple):
    """Edits of our own version, and what a learner reads.

    A rule is "old => new", where `old` stands once in our version; "=> new" replaces its body.
    """

    rules: tuple[str, ...]
    says: str


class Stopped(NamedTuple):
    """What two functions that stop with the same error have in common."""

    kind: type
    text: str

    @classmethod
    def by(cls, error: Exception) -> "Stopped":
        """Return it without the numbers that Keras puts behind names, as in "lstm_3"."""
        if isinstance(error, RecursionError):  # where it stops, and so what it says, is chance
            return cls(type(error), "")
        return cls(type(error), re.sub(r"(?<=[a-z])_\d+\b", "", str(error)))


class Call(NamedTuple):
    """A call that a grader made: its inputs, copied anew each time, and what came back."""

    inputs: Callable[[], tuple[list, dict]]
    answer: object
    then: Callable | None = None  # what the grader made of the answer, to compare that
    again: Callable | None = None  # how that is had of an edited version; see `Attempt.then`
    seeds: object = None  # where Python's generator stood


def table(mistakes) -> list[Mistake]:
    """Return the mistakes of {rule, or several rules: what to say}."""
    return [
        Mistake((rules,) if isinstance(rules, str) else tuple(rules), says)
        for rules, says in mistakes.items()
    ]


@cache
def edited(reference: Callable, *rules: str) -> Callable:
    """Return our own version, changed by these rules.

    Raises:
        ValueError: what a rule replaces does not stand there exactly once.
    """
    head, body = _parts(reference)
    for rule in rules:
        old, _, new = rule.partition("=>")
        old, new = old.removesuffix(" "), new.removeprefix(" ")
        source = head + body
        if not old:
            source = head + textwrap.indent(new, "    ")
        elif source.count(old) == 1:
            source = source.replace(old, new)
        else:
            raise ValueError(f"{reference.__name__} holds {old!r} {source.count(old)} times.")
        head, body = source[: len(head)], source[len(head) :]
    scope = dict(reference.__globals__)
    exec(compile(head + body, "<edited>", "exec"), scope)
    return scope[reference.__name__]


@cache
def _parts(reference):
    """Return the text of our own version: its head, and its body without the docstring."""
    source = textwrap.dedent(inspect.getsource(reference))
    [function] = ast.parse(source).body
    first = function.body[ast.get_docstring(function) is not None]
    lines = source.splitlines(keepends=True)
    head = "".join(lines[function.lineno - 1 : function.body[0].lineno - 1])
    return head, "".join(lines[first.lineno - 1 :])


@contextmanager
def replayed(call: Call):
    """Let what is made of a model begin as in this call.

    Keras draws the seeds of its layers from Python's generator, so they start with the same
    numbers as then.
    """
    kept = random.getstate()
    if call.then and call.seeds:
        random.setstate(call.seeds)
    try:
        yield
    finally:
        random.setstate(kept)


@contextmanager
def _uncollected():
    """Collect no garbage: with Keras loaded that takes a third of the second that is left."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def explained(
    reference: Callable, mistakes: Sequence[Mistake], calls: list[Call], off, tolerance: float
) -> str:
    """Say which mistake, or which two, give these answers, or at least the part that is `off`.

    Args:
        reference: our own version.
        mistakes: the usual ones, in the order in which they are looked for.
        calls: what the grader asked and got, up to the answer that is wrong.
        off: the wrong answer, or the part of it that is wrong.
        tolerance: as in `answers.same`.

    Returns:
        A sentence or two; nothing if no mistake gives these answers.
    """
    start = time.thread_time()
    if off is not calls[-1].answer:  # then a call that stopped is not what is wrong first
        calls = [call for call in calls if not isinstance(call.answer, Stopped)]
    if not calls:
        return ""

    @cache  # what one mistake gives is asked for up to three times
    def answer(made, number):
        return _answer(reference, made, calls[number])

    places = [(number, keys) for number, c in enumerate(calls) for keys in _ways(c.answer, off)]
    # What our own version gives, too, is of another kind at most: then no mistake is named.
    singles = [(), *((mistake,) for mistake in mistakes)]
    tries = [
        (singles, range(len(calls)), (), NAMED * SECONDS),
        (_pairs(answer, calls, mistakes, places), range(len(calls)), (), SECONDS),
    ]
    # One part of a tuple or a dictionary; if it is nan or inf, it tells nothing.
    if places and places[0][1] and _tells(off):
        tries.insert(1, (singles, [places[0][0]], places[0][1], SECONDS))
    for tried, shown, where, seconds in tries:
        for made in tried:
            if time.thread_time() - start > seconds:
                return ""
            asked = reversed(shown)  # few give what came last, which went wrong
            if all(_agrees(answer(made, n), calls[n].answer, where, tolerance) for n in asked):
                return " Besides: ".join(dict.fromkeys(_sentence(one, off) for one in made))
    return ""


def _tells(part):
    with suppress(Exception):  # what is no array of numbers
        return part is None or not np.size(part) or bool(np.isfinite(np.asarray(part, float)).any())
    return True


def _sentence(mistake, off):
    begins = "that happens " if isinstance(off, Stopped) else "the values match "
    return begins * mistake.says.startswith(BARE) + mistake.says


def _pairs(answer, calls, mistakes, places):
    """Yield two mistakes at a time, where two may be what is wrong: to try all takes long.

    Two hardly give what is of another form than one alone or none gives, nor what is nearly right.
    """
    for number, keys in places[:1]:
        form = _form(calls[number].answer, keys)
        ones = [(), *((mistake,) for mistake in mistakes)]
        if all(_form(answer(one, number), keys) != form for one in ones):
            return
        if _agrees(answer((), number), calls[number].answer, keys, tolerance=1e-3):
            return
    edits = [mistake for mistake in mistakes if not mistake.rules[0].startswith("=>")]
    yield from combinations(edits, 2)


def _form(answer, keys):
    """Return the keys, the shape and whether it holds numbers, or the type of a part."""
    if isinstance(answer, Stopped):
        return answer.kind
    with suppress(Exception):
        part = _at(answer, keys)
        if isinstance(part, dict):
            return list(part)
        if np.shape(part):
            return np.shape(part), np.asarray(part).dtype.kind in "biuf"
        return "number" if isinstance(part, Number) else type(part)
    return None  # no such part, or rows of different lengths


def _answer(reference, made, call):
    rules = [rule for mistake in made for rule in mistake.rules]
    try:
        arguments, options = call.inputs()
        with np.errstate(all="ignore"), replayed(call):
            if call.again:
                return call.again(edited(reference, *rules), call.answer)
            answer = edited(reference, *rules)(*arguments, **options)
            return call.then(answer) if call.then else answer
    except Exception as error:  # two edits may also overlap
        return Stopped.by(error)


def _agrees(answer, given, where, tolerance):
    if isinstance(answer, Stopped) or isinstance(given, Stopped):
        return type(answer) is type(given) and answer == given
    with suppress(Exception):  # there is no such part
        return alike(_at(answer, where), _at(given, where), tolerance)
    return False


def _ways(answer, part) -> Iterator[tuple]:
    """Yield the keys that lead from an answer to a part of it."""
    if answer is part:
        yield ()
    elif isinstance(answer, dict | list | tuple):
        for key, item in answer.items() if isinstance(answer, dict) else enumerate(answer):
            yield from ((key, *rest) for rest in _ways(item, part))


def _at(answer, keys):
    for key in keys:
        answer = answer[key]
    return answer


def alike(a, b, tolerance: float = 1e-6) -> bool:
    """Whether two answers are the same, whatever they are made of.

    A list, a tuple and an array of the same numbers are alike; nan is like nan.
    """
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(alike(a[key], b[key], tolerance) for key in a)
    if a is None or b is None:
        return a is b
    with suppress(Exception):  # text, things, rows of different lengths, numbers too large
        if not any(np.asarray(value).dtype.kind in "US" for value in (a, b)):  # "3" is no number
            numbers = complex if np.iscomplexobj(a) or np.iscomplexobj(b) else float
            a_, b_ = np.asarray(a, numbers), np.asarray(b, numbers)
            largest = np.abs(b_[np.isfinite(b_)]).max(initial=1.0)
            allowed = {"rtol": 0, "atol": tolerance * largest, "equal_nan": True}
            return a_.shape == b_.shape and np.allclose(a_, b_, **allowed)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(alike(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and np.array_equal(a, b)
    return type(a) is type(b) and bool(a == b)
