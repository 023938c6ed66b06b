"""What a check raises: an answer that is not right yet, or was not attempted while it is graded."""

import os
import textwrap

# nbgrader sets this while it grades or validates: what was not attempted must then score nothing.
NBGRADER = "NBGRADER_EXECUTION"

TITLE = "Not right yet."
GO_ON = (
    "Correct your function and run both cells again. With `raise NotImplementedError()` as its "
    "first line, the notebook uses our solution."
)


def wrapped(text: str) -> str:
    """Return a message in lines of whole words: a browser breaks longer ones inside words."""
    return textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False)


class Wrong(AssertionError):
    """An answer that is not right yet. Its message says in one or two sentences where to look."""

    off = None  # what `off` was told: the name, the learner's value, the tolerance, the facts

    def _render_traceback_(self):  # IPython shows this in place of a traceback
        # Where nbgrader grades, nobody goes on, and our version would score nothing.
        go_on = [] if NBGRADER in os.environ else [wrapped(GO_ON)]
        _, title, says = wrapped(f"{TITLE} {self}").partition(TITLE)
        return [f"\x1b[1m{title}\x1b[0m{says}", *go_on]


class NotAttempted(Wrong):
    """An exercise left empty, while nbgrader grades."""

    def _render_traceback_(self):
        return [wrapped(str(self))]


def off(name: str, got, message: str, tolerance: float = 1e-6, facts: str = "") -> Wrong:
    """Return what to raise: the message stands if no usual mistake explains what is off.

    Args:
        name: what it is called in the exercise.
        got: the learner's value: the answer itself, or the very object that is a part of it.
        message: what is said if no usual mistake gives it.
        tolerance: how near a usual mistake has to come.
        facts: what is said in front of a usual mistake; without it, "NAME is off:".
    """
    error = Wrong(message)
    error.off = name, got, tolerance, facts
    return error
