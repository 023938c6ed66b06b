"""`make lab`, started by whoever runs the tests: in CI, as in a container, that is root."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

from tests.slow.jupyterlab import wait_for
from utils.course import exercises

ROOT = exercises.NOTEBOOKS.parent
MAP = "notebooks/index.ipynb"
# The environment that runs the tests, taken as up to date.
MAKE = ["make", "--no-print-directory", "lab", f"VENV={sys.prefix}", f"--old-file={sys.prefix}/lab"]
NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("make") is None, reason="tried with make on Linux"
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """What `make lab` said until it was ready, and the address that it gave."""
    home = str(tmp_path_factory.mktemp("home"))
    process = subprocess.Popen(
        MAKE,
        cwd=ROOT,
        env={**os.environ, **NO_SCREEN, "HOME": home},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said, address = [], None
    try:
        for line in process.stdout:
            said.append(line)
            if address := re.search(r"http://(localhost|127\.0\.0\.1):\d+/\S+", line):
                break
        assert address, "".join(said)
        wait_for(address[0], process)
        yield said, address[0].replace("localhost", "127.0.0.1")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


def get(address):
    """Return the status of an address and what it answers."""
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


def test_root_is_told_what_is_done_in_one_line(lab):
    said, _ = lab
    lines = [line for line in said if "You are root" in line]
    assert lines == (said[:1] if os.geteuid() == 0 else [])


def test_every_notebook_opens_from_the_map(lab):
    _, address = lab
    assert f"/lab/tree/{MAP}?token=" in address
    assert get(address)[0] == 200
    contents = address.replace("/lab/tree/", "/api/contents/")
    links = [
        link
        for cell in nbformat.read(ROOT / MAP, as_version=4).cells
        for link in re.findall(r"\]\(([^)]+\.ipynb)\)", cell.source)
        if not link.startswith("https:")
    ]
    assert len(links) >= 2 * len(exercises.worked_notebooks())
    for link in links:
        status, answer = get(contents.replace("index.ipynb", link))
        assert status == 200, link
        assert json.loads(answer)["name"] == Path(link).name


def test_nobody_else_gets_in(lab):
    _, address = lab
    contents = address.replace("/lab/tree/", "/api/contents/")
    assert get(contents)[0] == 200
    assert get(contents.partition("?")[0])[0] == 403  # without the token
    with pytest.raises(urllib.error.URLError, match="refused"):
        get(contents.replace("127.0.0.1", "127.0.0.2"))  # this machine, by another of its addresses


@pytest.mark.parametrize("user", [0, 1000])
@pytest.mark.parametrize("screen", ["", ":0"])
def test_only_root_runs_as_root_and_only_a_screen_gets_a_browser(user, screen, tmp_path):
    program = tmp_path / "id"
    program.write_text(f"#!/bin/sh\necho {user}\n")
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, **NO_SCREEN, "DISPLAY": screen, "PATH": path}
    command = [*MAKE, "--dry-run"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert ("--allow-root" in done.stdout) == ("127.0.0.1" in done.stdout) == (user == 0)
    assert ("--no-browser" in done.stdout) == (not screen)
