"""Run every worked notebook in a fresh kernel and print a table: seconds, memory, figures.

`make bench` calls it. Nothing is written: the stored notebooks stay as they are.
"""

import datetime
import os

import nbformat
from nbclient import NotebookClient

from utils.course import headline
from utils.course.exercises import worked_notebooks

# Timings of small matrices mean little while BLAS threads wait for each other on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

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


def measure(path) -> dict:
    """Execute a notebook in a fresh kernel; return its seconds, peak memory and figures."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}})
    client.execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    training = [cell for cell in code if "training" in cell.metadata.get("tags", [])]
    figures = headline.figures(notebook)
    figures.pop("seconds")
    return {
        "seconds": sum(map(seconds, code)),
        "training": sum(map(seconds, training)),
        "memory": code[-1].outputs[0]["text"].strip(),
        "figures": " ".join(f"{name}={value}" for name, value in figures.items()),
    }


def main() -> None:
    """Print the table."""
    print(f"{'notebook':<36} {'seconds':>8} {'training':>9} {'memory':>9}  figures")
    for path in worked_notebooks():
        row = measure(path)
        print(
            f"{path.stem:<36} {row['seconds']:>8.1f} {row['training']:>9.1f} "
            f"{row['memory']:>9}  {row['figures']}",
            flush=True,
        )


if __name__ == "__main__":
    main()
