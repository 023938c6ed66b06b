"""The files that belong to the project: not a learner's own, nor JupyterLab's."""

import subprocess

from utils.env import ROOT


def files(pattern):
    """Return the files of a pattern; JupyterLab keeps copies of what it opens in hidden folders."""
    found = sorted(ROOT.glob(pattern))
    return [p for p in found if not any(n.startswith(".") for n in p.relative_to(ROOT).parts)]


def committed(*where):
    """Return the files that git knows there, or None where there is no git."""
    command = ["git", "ls-files", "-z", *where]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [ROOT / name for name in done.stdout.decode("utf-8").split("\0") if name] or None
