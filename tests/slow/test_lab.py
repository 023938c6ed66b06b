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
# The environment that runs the tests, taken as set up.
MAKE = ["make", "--no-print-directory", "lab", f"VENV={sys.prefix}", "SETUP=true"]
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


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "datasets/README.md"])
def test_the_projects_texts_and_what_they_link_to_open_in_it(lab, name):
    _, address = lab
    contents = address.replace(f"/lab/tree/{MAP}", "/api/contents/{}")
    assert get(contents.format(name))[0] == 200
    text = (ROOT / name).read_text(encoding="utf-8")
    for link in set(re.findall(r"\]\((?!https?:|#)([^)#]+)", text)):
        path = os.path.relpath((ROOT / name).parent / link, ROOT)
        assert get(contents.format(path))[0] == 200, link


def test_stored_sounds_play_in_the_notebooks_as_they_were_committed(lab):
    said, address = lab
    (line,) = [line for line in said if "trusted" in line]
    contents = address.replace(f"/lab/tree/{MAP}", "/api/contents/{}")
    for path in exercises.worked_notebooks():
        _, answer = get(contents.format(path.relative_to(ROOT).as_posix()))
        cells = [cell for cell in json.loads(answer)["content"]["cells"] if "outputs" in cell]
        changed = path.name in line or "Git shows no commit" in line
        assert all(cell["metadata"]["trusted"] for cell in cells) == (not changed), path.name


def test_it_starts_for_a_user_without_a_home(tmp_path):
    """As in a container that is started with the number of an unknown user."""
    command = [*MAKE, "OPTIONS=--version"]
    variables = {**os.environ, **NO_SCREEN, "HOME": "/dev/null/none", "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Instead of your home folder (/dev/null/none cannot be written)" in done.stdout
