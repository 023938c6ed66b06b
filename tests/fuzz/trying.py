"""One input at one door: what comes of it."""

import random
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from utils.env import ROOT
from utils.files import DataError

SECONDS = 10  # twice what reading a score may take: the machine may be busy
MEGABYTES = 1000
UNKNOWN = object()  # what is right is not known: only that it must not fail

RIGHT, REFUSED, CHANGED, TRACEBACK, HANG = "right", "refused", "changed", "traceback", "hang"
FAULTS = (CHANGED, TRACEBACK, HANG)


@dataclass(frozen=True)
class Door:
    """A place where users' things come in.

    Attributes:
        inputs: draws pairs of what is given and what is right.
        open: reads what is given; a file is written into the folder first.
        alike: whether what came back is what was right.
    """

    inputs: SearchStrategy
    open: Callable[[Any, Path], Any]
    alike: Callable[[Any, Any], bool] = lambda got, right: got == right


def drawn(make):
    """Return a strategy that gives what `make` makes of a random generator."""
    return st.integers(0, 2**48).map(lambda number: make(random.Random(number)))


def saved(content: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


class TooLong(BaseException):
    """Not an Exception, so that no reader takes it for a fault of its file."""


def tried(door: Door, given, right, folder: Path) -> tuple[str, str]:
    """Return what comes of an input, and what was said."""
    begin = time.monotonic()
    try:
        with _limit():
            got = door.open(given, folder)
    except TooLong:
        return HANG, f"more than {SECONDS} s"
    except MemoryError:
        return HANG, f"more than {MEGABYTES} MB"
    except Exception as error:
        if time.monotonic() - begin > SECONDS:
            return HANG, f"{time.monotonic() - begin:.0f} s, then {error}"
        if _is_ours(error):
            return REFUSED, str(error)
        return TRACEBACK, "".join(traceback.format_exception(error)[-3:])
    if right is UNKNOWN or door.alike(got, right):
        return RIGHT, ""
    return CHANGED, f"gives {got!r:.300}, and right is {right!r:.300}"


def _is_ours(error: Exception) -> bool:
    """Whether an error is a sentence of ours: raised in utils, one line, a full stop at its end."""
    if not isinstance(error, DataError | ValueError | LookupError):
        return False
    raised = traceback.extract_tb(error.__traceback__)[-1].filename
    says = str(error)
    return Path(raised).is_relative_to(ROOT / "utils") and "\n" not in says and says.endswith(".")


class _limit:
    def __enter__(self):
        signal.signal(signal.SIGALRM, self._over)
        signal.setitimer(signal.ITIMER_REAL, SECONDS, 1)  # again, should something catch it

    def __exit__(self, *_):
        signal.setitimer(signal.ITIMER_REAL, 0)

    @staticmethod
    def _over(*_):
        raise TooLong
