"""A process that tries inputs at one door: `python -m tests.fuzz.worker DOOR SEED INPUTS FOLDER`.

Prints a line of JSON for each input, before ("trying") and after ("outcome"), so that its parent
knows what a crash or a hang came from.
"""

import contextlib
import io
import json
import os
import resource
import sys
import tempfile
import warnings
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.doors import DOORS
from tests.fuzz.trying import MEGABYTES, tried


def run(name: str, number: int, n_inputs: int, folder: Path, report) -> None:
    """Try inputs at a door, the same ones for the same seed; `report` gets each outcome."""
    door = DOORS[name]

    @seed(number)
    @settings(
        max_examples=n_inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(door.inputs)
    def once(pair):
        given, right = pair
        report({"trying": repr(given)[:2000]})
        with tempfile.TemporaryDirectory(dir=folder) as place, _silent():
            outcome, says = tried(door, given, right, Path(place))
        report({"outcome": outcome, "says": says, "given": repr(given)[:2000]})

    once()


@contextlib.contextmanager
def _silent():
    sink = io.StringIO()
    with (
        contextlib.redirect_stdout(sink),
        contextlib.redirect_stderr(sink),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def main(name, number, n_inputs, folder):
    limit = _in_use() + MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # decoders in C write there, too
    run(
        name,
        int(number),
        int(n_inputs),
        Path(folder),
        lambda row: print(json.dumps(row), file=out, flush=True),
    )


def _in_use() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main(*sys.argv[1:])
