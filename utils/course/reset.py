"""Put back the original of one notebook, and keep yours: `python -m utils.course.reset NOTEBOOK`.

What stands there is first kept beside it, as `NAME.kept-1.ipynb`, `NAME.kept-2.ipynb` and so on.
"""

import subprocess
import sys
from pathlib import Path

from utils.course import exercises
from utils.files import keep, write_atomically

EXAMPLE = "notebooks/exercises/week1/2_dinosaurus_island.ipynb"


def reset(path: Path) -> Path | None:
    """Put back the original of a notebook: a learner's copy, a worked notebook or the map.

    Returns:
        Where the file that stood there is kept; None if it was missing or is the original.

    Raises:
        ValueError: this is no notebook of the project, or its original is not to be had.
        OSError: there is no room for both, say; then the file stands where it stood.
    """
    content = original(path)
    kept = None
    if path.exists() and path.read_bytes() != content:
        kept = keep(path)
    if kept or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    return kept


def original(path: Path) -> bytes:
    """Return the original of a notebook: what git has committed, or what the worked one gives.

    Git's comes first, because `git pull` goes on only where git finds its own. A committed copy
    with answers in it is no original.

    Raises:
        ValueError: as in `reset`.
    """
    is_map = path == exercises.NOTEBOOKS / "index.ipynb"  # which may be what is missing
    worked = [] if is_map else exercises.worked_notebooks()
    copies = {exercises.copy_path(one): one for one in worked}
    if not is_map and path not in {*worked, *copies}:
        raise ValueError(
            f"{path} is no notebook of this project: give the path of one, such as {EXAMPLE}."
        )
    content = committed(path)
    if path in copies:
        made = exercises.learner_copy(copies[path])
        return content if exercises.is_fresh(content, made) else exercises.as_stored(made)
    if not content:
        raise ValueError(
            f"The original of {path.name} is not at hand, because git does not know this folder: "
            "take it from a new download of the project. Your file was not changed."
        )
    return content


def committed(path: Path) -> bytes:
    """Return what git has committed of a file; nothing if there is no git, or it has none."""
    command = ["git", "show", f"HEAD:./{path.name}"]
    try:
        return subprocess.run(command, cwd=path.parent, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return b""


def main(given: list[str]) -> str:
    """Reset the one notebook that is given, and return what to tell. Raises: as `reset`."""
    if len(given) != 1 or not given[0]:
        raise ValueError(f"Say which notebook: make reset NOTEBOOK={EXAMPLE}")
    path = Path(given[0]).resolve()
    kept = reset(path)
    if not kept:
        return f"{path.name} is the original."
    return (
        f"{path.name} is the original again; yours is kept beside it, as {kept.name}.\n"
        "If it is open in JupyterLab: File > Reload Notebook from Disk."
    )


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except (ValueError, OSError) as error:
        sys.exit(str(error))
