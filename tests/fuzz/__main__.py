"""`make fuzz`: all doors, seeded; SEED, INPUTS (in all) and DOOR change what is tried.

Linux only, since memory is limited by the system. Every fault is printed with its input.
"""

import argparse
import json
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress

from tests.fuzz.doors import DOORS
from tests.fuzz.trying import FAULTS, HANG, REFUSED, RIGHT, SECONDS, TRACEBACK

MINUTES = 10
SHOWN, LONGEST = 5, 500  # faults of a door, characters of an input


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=10_000, help="in all, shared by the doors")
    parser.add_argument("--door", choices=DOORS, action="append", help="only this one")
    options = parser.parse_args()
    names, totals, end = options.door or list(DOORS), Counter(), time.monotonic() + 60 * MINUTES
    print(f"seed {options.seed}")
    print(f"{'door':14} {'inputs':>7} {RIGHT:>7} {REFUSED:>8} {'faults':>7} {'seconds':>8}")
    for left, name in zip(range(len(names), 0, -1), names, strict=True):
        begin = time.monotonic()
        due = begin + (end - begin) / left  # what a door does not use, the next ones get
        counts = _door(name, options.seed, options.inputs // len(names), due)
        totals += counts
        _row(name, counts, time.monotonic() - begin)
    _row("all", totals, time.monotonic() - end + 60 * MINUTES)
    return any(totals[fault] for fault in FAULTS)


def _row(name, counts, seconds):
    faults = sum(counts[fault] for fault in FAULTS)
    right, refused = counts[RIGHT], counts[REFUSED]
    print(f"{name:14} {counts.total():7,} {right:7,} {refused:8,} {faults:7,} {seconds:8.0f}")
    sys.stdout.flush()


def _door(name, number, n_inputs, due) -> Counter:
    """Try inputs at a door until there are enough or time is over; a dead process is replaced."""
    counts = Counter()
    with tempfile.TemporaryDirectory() as folder:
        while counts.total() < n_inputs and time.monotonic() < due:
            before = counts.total()
            _process(name, number, n_inputs - before, folder, due, counts)
            if counts.total() == before:
                break  # it has no other inputs, or cannot begin
            number += 1_000_003
    return counts


def _process(name, number, n_inputs, folder, due, counts) -> None:
    command = [sys.executable, "-m", "tests.fuzz.worker", name, str(number), str(n_inputs), folder]
    trying = None
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True).start()
        while time.monotonic() < due:
            try:
                line = lines.get(timeout=3 * SECONDS)
            except queue.Empty:
                _count(
                    {"outcome": HANG, "says": "its process was stopped", "given": trying}, counts
                )
                break
            if line is None:
                if trying:
                    says = f"its process ended with {process.wait()}"
                    _count({"outcome": TRACEBACK, "says": says, "given": trying}, counts)
                break
            row = json.loads(line)
            trying = row.get("trying")
            if not trying:
                _count(row, counts)
        process.kill()


def _pass_on(stream, lines):
    with suppress(ValueError):  # closed, since the process was killed
        for line in stream:
            lines.put(line)
    lines.put(None)


def _count(row, counts):
    counts[row["outcome"]] += 1
    faults = sum(counts[fault] for fault in FAULTS)
    if row["outcome"] in FAULTS and faults <= SHOWN:
        given, says = str(row["given"])[:LONGEST], row["says"].strip()[-LONGEST:]
        print(f"  {row['outcome']}: {given}\n    {says}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
