"""Run worked notebooks in fresh kernels and print a table: seconds, CPU-seconds, memory, figures.

`make bench` calls it, for all notebooks or for those that it is given. Nothing is written: the
stored notebooks stay as they are. The budget is for two quiet cores. Machines differ by a factor of
two, so the same figures stand beside it in multiples of a reference, timed before and after. The
longest notebook is run once more beside a busy process, and may then take twice as long.
"""

import contextlib
import datetime
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient

from utils.course import headline
from utils.course.exercises import worked_notebooks

WALL, CPU = 60, 100  # the budget of a notebook, in seconds
BESIDE = 2  # how many times as long it may take beside a process that keeps one core busy

PEAK = """
import sys
try:
    import resource
    unit = 2**20 if sys.platform == "darwin" else 2**10
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:.0f} MB")
except ImportError:
    print("not known on Windows")
"""


def seconds(cell) -> float:
    """Return how long a cell ran, from the times that nbclient notes down."""
    times = cell.metadata["execution"]
    begin, end = (
        datetime.datetime.fromisoformat(times[f"iopub.status.{state}"].replace("Z", "+00:00"))
        for state in ("busy", "idle")
    )
    return (end - begin).total_seconds()


def cpu_seconds() -> float:
    """Return the CPU-seconds of all ended processes that this one started, and of what they did."""
    try:
        import resource
    except ImportError:  # Windows does not keep them
        return float("nan")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(path) -> dict:
    """Execute a notebook in a fresh kernel; return what it took and its figures."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}})
    before = cpu_seconds()
    client.execute()  # when it returns, the kernel has ended
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    training = [cell for cell in code if "training" in cell.metadata.get("tags", [])]
    figures = headline.figures(notebook)
    figures.pop("seconds")
    return {
        "wall": sum(map(seconds, code)),
        "cpu": cpu_seconds() - before,
        "training": sum(map(seconds, training)),
        "memory": code[-1].outputs[0]["text"].strip(),
        "figures": " ".join(f"{name}={value}" for name, value in figures.items()),
    }


def reference() -> np.ndarray:
    """Return the wall and CPU-seconds of the reference."""
    command = [sys.executable, "-m", "tests.bench.reference"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    wall, cpu = map(float, done.stdout.split()[-2:])
    busy = "; this machine is busy, so trust only the CPU-seconds" * (wall > 1.3 * cpu)
    print(f"reference: {wall:.1f} s, {cpu:.1f} CPU-s{busy}", flush=True)
    return np.array([wall, cpu])


@contextlib.contextmanager
def busy():
    """Keep one core busy meanwhile."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


def main() -> None:
    """Print the table."""
    before = reference()
    print(f"'!' marks what is over {WALL} s or {CPU} CPU-s")
    head = f"{'notebook':<36} {'s':>6}  {'CPU-s':>7}  {'training':>9} {'memory':>9}  figures"
    print(head, flush=True)
    asked = [Path(path).resolve() for path in sys.argv[1:]]
    paths = {path.stem: path for path in asked or worked_notebooks()}
    rows = {}
    for name, path in paths.items():
        row = rows[name] = measure(path)
        print(
            f"{name:<36} {row['wall']:>6.1f}{' !'[row['wall'] > WALL]} "
            f"{row['cpu']:>7.1f}{' !'[row['cpu'] > CPU]} {row['training']:>9.1f} "
            f"{row['memory']:>9}  {row['figures']}",
            flush=True,
        )
    longest = max(rows, key=lambda name: rows[name]["wall"])
    with busy():
        ratio = measure(paths[longest])["wall"] / rows[longest]["wall"]
    print(f"{longest}, beside a busy process: {ratio:.2f} times as long{' !'[ratio > BESIDE]}")
    wall, cpu = (before + reference()) / 2
    print(f"{'in multiples of the reference':<36} {'s':>6}  {'CPU-s':>7}")
    for name, row in rows.items():
        print(f"{name:<36} {row['wall'] / wall:>6.1f}  {row['cpu'] / cpu:>7.1f}")


if __name__ == "__main__":
    main()
