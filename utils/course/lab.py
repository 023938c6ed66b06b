"""Start JupyterLab on the map of the notebooks: `make lab`, or `python -m utils.course.lab`.

It starts on any machine: without a screen or a home folder, as root in a container, far away behind
SSH. What is different there is said, in a line each. Options are handed on to JupyterLab.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from utils.course.exercises import NOTEBOOKS, worked_notebooks

ROOT = NOTEBOOKS.parent
MAP = "/lab/tree/notebooks/index.ipynb"
CONTAINER = "/.dockerenv", "/run/.containerenv"
SCREEN = "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER"
UNTRUSTED = "Stored sounds play there when you have run their cells."


def is_root() -> bool:
    """Return whether this user is root, as everybody is in many containers."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def options(given: list[str]) -> list[str]:
    """Return the options that JupyterLab gets on this machine, those given among them."""
    # The project is the root, or links out of the map's folder lead nowhere.
    chosen = [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url={MAP}"]
    chosen += [f"--ContentsManager.pre_save_hook={__spec__.name}.keep_kernel"]
    if is_root():
        chosen += ["--allow-root"]
        chosen += ["--ServerApp.ip=127.0.0.1"] * (not any("ip=" in option for option in given))
    # Without a screen, Linux would start a browser in the terminal.
    if sys.platform == "linux" and not any(map(os.environ.get, SCREEN)):
        chosen += ["--no-browser"]
    return chosen + given


def remarks() -> list[str]:
    """Return what somebody has to know of this machine, a line for each thing."""
    lines = []
    if is_root():
        lines.append(
            "You are root, so JupyterLab gets --allow-root; it answers this machine alone unless "
            "told otherwise, and asks for the token."
        )
    if any(map(os.path.exists, CONTAINER)):
        lines.append(
            "This is a container: started with --network=host (Linux), the address below opens "
            "on its host, too. Else publish the port (-p 127.0.0.1:8888:8888) and start with "
            "`make lab OPTIONS=--ip=0.0.0.0`."
        )
    if connection := os.environ.get("SSH_CONNECTION", "").split():
        here = f"{os.environ.get('USER', 'YOU')}@{connection[2]}"
        port = "".join(f"-p {number} " for number in connection[3:] if number != "22")
        lines.append(
            f"You came by SSH: on your own machine run `ssh -N {port}-L 8888:127.0.0.1:8888 "
            f"{here}`, with the port of the address below for 8888, and open the address there."
        )
    if not os.access(NOTEBOOKS, os.W_OK):
        lines.append(
            "You may not write in this project's folder, so notebooks run, but are not saved: to "
            "keep your answers, copy the project to a folder of your own."
        )
    return lines


def find_home() -> list[str]:
    """Give JupyterLab a home folder if there is none that it can write in; return what to say."""
    try:
        home = Path.home()
        if home.is_dir() and os.access(home, os.W_OK):
            return []
        fault = f"{home} cannot be written"
    except RuntimeError:
        fault = "you have none"
    os.environ["HOME"] = tempfile.mkdtemp(prefix="home-")
    return [f"Instead of your home folder ({fault}), JupyterLab gets {os.environ['HOME']}."]


def trust() -> str:
    """Trust each worked notebook as it was committed, and return what to say of it.

    In JupyterLab the stored sounds and the recorder of a notebook that is not trusted are dead. A
    signature is of the content, so a notebook that was changed since is not trusted by it.
    """
    kept, changed, fault = 0, [], "the map names none"
    try:
        with NotebookNotary() as notary:
            for path in worked_notebooks():
                text, fault = committed(path)
                if text:
                    kept += 1
                    notary.sign(nbformat.reads(text, as_version=4))
                if not text or not notary.check_signature(nbformat.read(path, as_version=4)):
                    changed.append(path.name)
    except Exception as error:  # whatever is wrong with a notebook, JupyterLab starts
        return f"Not all worked notebooks could be trusted ({error}). {UNTRUSTED}"
    if not kept:
        return f"Git shows no commit of these notebooks ({fault}), so none is trusted. {UNTRUSTED}"
    if changed:
        return f"Not trusted, because not as committed: {', '.join(changed)}. {UNTRUSTED}"
    return "The worked notebooks are trusted, so their stored sounds play."


def committed(path: Path) -> tuple[str, str]:
    """Return the text of a file in the last commit, and what git says where it has none."""
    command = ["git", "cat-file", "blob", f"HEAD:./{path.name}"]
    try:
        done = subprocess.run(command, cwd=path.parent, capture_output=True)
    except OSError as error:
        return "", str(error)
    said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    return ("", said) if done.returncode else (done.stdout.decode("utf-8"), "")


def keep_kernel(model: dict, path: str, contents_manager, **_) -> None:
    """Save a notebook with the Python that its file names: JupyterLab calls this.

    It would write this machine's: a change for git in each notebook that is only opened.
    """
    file = Path(contents_manager.root_dir, path.strip("/"))
    if model["type"] != "notebook" or not file.exists():
        return
    before = json.loads(file.read_text(encoding="utf-8"))["metadata"]
    new = model["content"]["metadata"]
    old_name, name = (each.get("kernelspec", {}).get("name") for each in (before, new))
    if old_name == name:
        new.update({key: before[key] for key in ("kernelspec", "language_info") if key in before})


def main(given: list[str]) -> None:
    """Say what is to be said and run JupyterLab."""
    for line in [*find_home(), *remarks(), trust()]:
        print(line, flush=True)
    from jupyterlab.labapp import LabApp  # it needs the home folder

    LabApp.launch_instance(options(given))


if __name__ == "__main__":
    main(sys.argv[1:])
