"""An end for answers that loop without one."""

import contextlib
import sys
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def at_most(lines: int, error: Callable[[], Exception]) -> Iterator[None]:
    """Stop what runs within after so many lines of Python: a loop without end, above all.

    Args:
        lines: how many may run; a line counts each time.
        error: makes what is raised then.
    """
    left, before = lines, sys.gettrace()

    def trace(frame, event, argument):
        nonlocal left
        left -= event == "line"
        if left < 0:
            raise error()
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
