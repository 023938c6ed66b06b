"""Set up the environment, or mend it: `python3 -m utils.course.installing FOLDER LOCK [HELD …]`.

LOCK is installed; HELD are locks whose pins it has, too. `make` calls this before everything else,
and where all is well it ends within a tenth of a second. It runs on whatever Python is there, with
nothing installed, so it uses the standard library alone.
"""

import hashlib
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

OLDEST, TOO_NEW = (3, 11), (3, 14)
WANTED = "Python 3.11, 3.12 or 3.13 is needed"
# What it prints: nothing where the environment's Python can be used, else what is wrong with it.
LOOK = f"""
import importlib.util, sys
if not {OLDEST} <= sys.version_info < {TOO_NEW}:
    print("it has Python " + sys.version.split()[0])
elif importlib.util.find_spec("pip") is None:
    print("it has no pip")
"""

# What `nbgrader validate` reads wherever it is started; nbgrader itself knows grading/ alone.
OURS = "# Made by `make dev`, and made anew if the project moves."
VALIDATE = """{ours} So `nbgrader validate` knows this course in any folder.
import sys
from pathlib import Path

from nbgrader.validator import Validator

PROJECT = {project}


def steps(validator):
    if not Path(PROJECT, "utils", "course", "autograde.py").exists():
        raise FileNotFoundError("The course has gone from " + PROJECT + ": call `make dev` in it.")
    sys.path.insert(0, PROJECT)
    from utils.course.autograde import VALIDATE

    return VALIDATE


Validator.preprocessors = property(steps)  # not before they are needed: grading/ names its own
"""


def python(folder: Path) -> Path:
    """Return where the Python of an environment stands."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fault(folder: Path) -> str:
    """Return what is wrong with an environment, or an empty text."""
    if not (folder / "pyvenv.cfg").exists():
        return "it is not finished"
    try:
        done = subprocess.run([python(folder), "-c", LOOK], capture_output=True, text=True)
    except OSError:
        return "its Python is gone"
    if done.returncode or done.stdout:
        return done.stdout.strip() or "its Python does not start"
    # pip writes INSTALLER after all files of a package, and moves what it replaces aside, as "~…".
    for place in packages(folder):
        half = [path for path in place.glob("*.dist-info") if not (path / "INSTALLER").exists()]
        if half or any(place.glob("~*")):
            return "an installation in it was interrupted"
    return ""


def packages(folder: Path) -> list:
    """Return where the packages of an environment stand."""
    return [*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")]


def make(folder: Path) -> None:
    """Make an environment anew, with the Python that runs this. Raises SystemExit: it cannot."""
    if not OLDEST <= sys.version_info < TOO_NEW:
        version = sys.version.split()[0]
        sys.exit(f"{WANTED}; this is {version}. Try: make PYTHON=python3.12 lab")
    if folder.exists():
        ours = (folder / "pyvenv.cfg").exists() or not any(map(Path.is_file, folder.rglob("*")))
        if not ours:
            sys.exit(f"{folder} is no environment: move it away, or choose another with VENV=.")
        print(
            f"{folder} cannot be used, because {fault(folder)}: it is made anew. What you added to "
            "it yourself has to be installed again.",
            flush=True,
        )
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(folder)]):
        sys.exit(f"{sys.executable} could not make {folder}: it says why above.")


def install(folder: Path, lock: Path) -> None:
    """Install what a lock lists, at exact versions. Raises SystemExit: pip could not."""
    print(f"Installing into {folder}; the first time this downloads about 1 GB ...", flush=True)
    pip = [python(folder), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]
    if subprocess.call([str(part) for part in pip]):
        wrong = time.time() < lock.stat().st_mtime
        clock = f" This machine's clock says {time.strftime('%Y-%m-%d')}: set it." if wrong else ""
        sys.exit(
            "Not everything could be installed: pip says why above. What is installed stays; run "
            f"the same command again when it is mended.{clock}"
        )


def set_up(folder: Path, lock: Path, *held: Path) -> None:
    """Make the environment if it is missing or broken, and install the lock unless that is done."""
    if fault(folder):
        make(folder)
    if not installed(folder, lock):
        install(folder, lock)
        for each in (lock, *held):
            stamp(folder, each).write_text(checksum(each))
    if any((place / "nbgrader").is_dir() for place in packages(folder)):
        let_validate_know(folder)


def let_validate_know(folder: Path) -> None:
    """Have `nbgrader validate` grade this course's notebooks in any folder; a user's file stays."""
    path = folder / "etc" / "jupyter" / "nbgrader_config.py"
    project = Path(__file__).resolve().parents[2]
    text = VALIDATE.format(ours=OURS, project=ascii(str(project)))
    new = path.with_name(f"nbgrader_config.{os.getpid()}")
    try:
        old = path.read_text(encoding="utf-8", errors="replace") if path.exists() else OURS
        if old.startswith(OURS) and old != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(text, encoding="utf-8")
            new.replace(path)  # never half a file
        elif not old.startswith(OURS) and "load_subconfig" not in old:
            ours = project / "grading" / "nbgrader_config.py"
            print(
                f"{path} is yours and stays. `nbgrader validate` trusts a notebook's own checks "
                f"outside grading/ until it says: load_subconfig({str(ours)!a})"
            )
    except OSError as error:
        print(f"`nbgrader validate` knows this course in grading/ alone: {error}.")


def installed(folder: Path, lock: Path) -> bool:
    """Return whether a lock is installed as it is now, by its content: git changes dates."""
    return stamp(folder, lock).exists() and stamp(folder, lock).read_text() == checksum(lock)


def stamp(folder: Path, lock: Path) -> Path:
    """Return the file that says of which content a lock was installed."""
    return folder / (lock.stem + ".sha256")


def checksum(lock: Path) -> str:
    """Return the SHA-256 of a lock."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


@contextmanager
def alone():
    """Wait until no other set-up is at work in this project. (Windows has no such lock: go on.)"""
    with Path(__file__).open(encoding="utf-8") as file:
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is at work in this folder: waiting for its end.", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        except (ImportError, OSError):  # OSError: some network drives have no locks
            pass
        yield


if __name__ == "__main__":
    try:
        with alone():
            set_up(*map(Path, sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Interrupted: the same command begins again where this ended.")
    except OSError as error:
        sys.exit(f"The environment could not be set up: {error}.")
