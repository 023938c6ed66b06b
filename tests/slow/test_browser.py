"""JupyterLab in a real browser, on a copy of the project: what a learner does in the first minutes.

Chromium or Chrome comes from the system; Playwright drives it. JupyterLab keeps only the visible
part of a notebook on the page, so results are read from its model of the notebook. The recorder
stands on a plain page.
"""

import contextlib
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys

import nbformat
import numpy as np
import pytest
import soundfile
from playwright.sync_api import sync_playwright

from tests.slow.jupyterlab import wait_for
from utils.course import badges, exercises
from utils.sound import microphone, recordings

ROOT = exercises.NOTEBOOKS.parent
BUILD = ROOT / "build"
WORKED = exercises.NOTEBOOKS / "week1" / "1_recurrent_network_step_by_step.ipynb"
COPY = exercises.copy_path(WORKED)
INDEX = exercises.NOTEBOOKS / "index.ipynb"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync "
    "--use-fake-device-for-media-stream"  # a microphone that beeps each second
)

NOTEBOOK = "window.jupyterapp?.shell.currentWidget"
LAST_RUN = f"{NOTEBOOK}.content.model.toJSON().cells.findLast(c => c.cell_type === 'code')"
IDLE = f"{NOTEBOOK}?.context?.sessionContext?.session?.kernel?.status === 'idle'"
STARTED = f"{LAST_RUN}.execution_count === null"
OUTPUTS = f"{NOTEBOOK}.content.model.toJSON().cells.flatMap(c => c.outputs ?? [])"
DONE = f"{IDLE} && ({LAST_RUN}.execution_count || {OUTPUTS}.some(o => o.output_type === 'error'))"


@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("No Chromium or Chrome is installed, so JupyterLab is not tried in a browser.")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=FLAGS.split())


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the project, in a home folder where there is nothing else."""
    project = tmp_path_factory.mktemp("home") / "project"
    shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(".*", "build", "__pycache__"))
    return project


@pytest.fixture(scope="module")
def lab(browser, project):
    """JupyterLab for a user who never started it before. A function: a path -> its address."""
    port, token = free_port(), secrets.token_hex(16)
    options = f"--no-browser --expose-app-in-browser --port={port}"
    command = [sys.executable, "-m", "utils.course.lab", *options.split()]
    process = subprocess.Popen(
        [*command, "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"],
        cwd=project,
        env={**os.environ, "HOME": str(project.parent)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    tree = f"http://127.0.0.1:{port}/lab/tree"
    try:
        wait_for(f"http://127.0.0.1:{port}/api", process)
        yield lambda path: f"{tree}/{path.relative_to(ROOT).as_posix()}?token={token}&reset"
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def page(browser, request):
    """A page that no site but this machine is needed for; it keeps a picture of a failed test."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(60_000)
    page.elsewhere = []
    page.on("request", lambda r: "//127.0.0.1:" in r.url or page.elsewhere.append(r.url))
    yield page
    page.close()


@contextlib.contextmanager
def picture_of_failure(page, name):
    """Keep a picture of the page if what is done in the block fails."""
    try:
        yield
    except BaseException:
        BUILD.mkdir(exist_ok=True)
        page.screenshot(path=BUILD / f"{name}.png")
        raise


def run_all(page):
    """Click Run > Run All Cells; return the notebook's outputs when all is done."""
    page.wait_for_function(IDLE)
    page.get_by_role("menubar").get_by_text("Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(STARTED)
    page.wait_for_function(DONE, timeout=400_000)
    return page.evaluate(OUTPUTS)


def test_run_all_cells(lab, page):
    """A copy, as a learner does first. (The worked notebooks are run by `make notebooks`.)"""
    of = len(exercises.mark(nbformat.read(WORKED, as_version=4)))
    with picture_of_failure(page, "browser-all"):
        page.goto(lab(COPY))
        outputs = run_all(page)
        assert [out for out in outputs if out["output_type"] == "error"] == []
        printed = "".join("".join(out.get("text", "")) for out in outputs)
        assert f"0 of {of} exercises right" in printed
        assert any("image/png" in out.get("data", {}) for out in outputs)
        assert [url for url in page.elsewhere if "colab-badge.svg" not in url] == []


def test_the_setup_cell_is_folded_and_runs_in_its_turn(lab, page):
    with picture_of_failure(page, "browser-setup"):
        page.goto(lab(COPY))
        page.wait_for_function(IDLE)
        page.get_by_role("heading").first.click()
        for _ in range(4):  # title, picture and goals stand before it
            page.keyboard.press("Shift+Enter")
        page.get_by_text("| seed 1").wait_for()  # its line is seen
        assert page.get_by_text(badges.SETUP_MARK).is_visible()
        assert page.get_by_text("import subprocess").count() == 0


def test_a_link_of_the_map_opens_its_notebook(lab, page):
    with picture_of_failure(page, "browser-map"):
        page.goto(lab(INDEX))
        page.get_by_role("link", name="exercises").first.click()
        page.wait_for_function(f"{NOTEBOOK}?.context?.path.startsWith('notebooks/exercises/')")
        page.wait_for_function(IDLE)


SAVE = f"{NOTEBOOK}.context.save()"
OTHER_PYTHON = '"version": "3.11.0"'


@pytest.mark.parametrize("path", [INDEX, COPY, WORKED], ids=["map", "copy", "worked"])
def test_to_open_and_save_a_notebook_is_no_change_for_git(lab, project, page, path):
    with picture_of_failure(page, f"browser-save-{path.parent.parent.name}"):
        stored = project / path.relative_to(ROOT)
        before = re.sub(r'"version": "[\d.]+"', OTHER_PYTHON, stored.read_text(encoding="utf-8"))
        stored.write_text(before, encoding="utf-8")
        page.goto(lab(path))
        page.wait_for_function(IDLE)
        page.wait_for_function(f"{NOTEBOOK}.model.getMetadata('language_info').version != '3.11.0'")
        page.evaluate(SAVE)
        assert stored.read_text(encoding="utf-8") == before


HTML = "text/html; charset=utf-8"
NO_DEVICE = (
    "navigator.mediaDevices.getUserMedia = async () => "
    "{ throw new DOMException('', 'NotFoundError'); }"
)


@pytest.fixture
def recorders(page):
    """Two recorders on one page at a made-up address of this machine, which browsers trust."""
    parts = (microphone.recorder(1), microphone.recorder(30, "second take.wav"))
    body = "<!doctype html>" + "".join(part.data for part in parts)
    page.route("http://127.0.0.1:9/", lambda route: route.fulfill(body=body, content_type=HTML))
    return page


def said(page):
    return [part.inner_text() for part in page.get_by_role("status").all()]


def test_the_recorder_makes_a_file_that_can_be_read(recorders, tmp_path):
    page = recorders
    page.context.grant_permissions(["microphone"])
    with picture_of_failure(page, "browser-recorder"):
        page.goto("http://127.0.0.1:9/")
        for _ in range(2):  # the second recording takes the place of the first
            page.get_by_role("button").first.click()
            page.get_by_text("Recording: ").wait_for()
            page.get_by_text("1.0 s recorded.").wait_for()
        assert said(page)[1] == ""
        page.get_by_role("button").last.click()
        page.get_by_text(re.compile(r"29\.[0-5] s left")).wait_for()
        page.get_by_role("button", name="Stop").click()
        page.get_by_text(" s recorded.").nth(1).wait_for()
        for link, name, longest in ((0, "recording.wav", 1), (1, "second take.wav", 3)):
            with page.expect_download() as download:
                page.get_by_role("link").nth(link).click()
            assert download.value.suggested_filename == name
            download.value.save_as(tmp_path / name)
            info = soundfile.info(tmp_path / name)
            assert (info.format, info.subtype, info.channels) == ("WAV", "PCM_16", 1)
            samples = recordings.read_recording(tmp_path / name)
            assert 0.5 <= len(samples) / recordings.RATE <= longest
        assert len(recordings.read_recording(tmp_path / "recording.wav")) == recordings.RATE
        assert np.abs(recordings.read_recording(tmp_path / "recording.wav")).max() > 0.05
        assert page.locator("audio").first.evaluate("player => player.duration") == 1
        assert page.elsewhere == []


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("", "The browser may not use the microphone: allow it for this page and click again"),
        (NO_DEVICE, "There is no microphone"),
        (
            "Object.defineProperty(navigator, 'mediaDevices', {value: undefined})",
            "A page without https gets no microphone: open it at http://localhost",
        ),
    ],
    ids=["refused", "none", "no https"],
)
def test_without_a_microphone_the_recorder_says_so(recorders, before, message):
    page = recorders
    page.add_init_script(before)
    with picture_of_failure(page, "browser-no-microphone"):
        page.goto("http://127.0.0.1:9/")
        page.get_by_role("button").last.click()
        page.get_by_text(message).wait_for()
        assert said(page)[1].endswith("record with another device and upload the file.")
        assert page.get_by_role("button").last.is_enabled()
        assert page.get_by_role("link").count() == 0
