"""Fixtures of several folders: a server on this machine, and an empty cache for downloads.

And what two processes share (`make unit`, `make slow`): a file's tests stay in one, so that what it
trains or installs for all of them is not made twice.
"""

import os
import threading

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.server import Server
from utils import downloads
from utils.cache import FOLDER

settings.register_profile("ours", settings.get_profile("default"), deadline=None)  # busy machines
if settings.get_current_profile_name() == "default":  # CI has a profile of its own
    settings.load_profile("ours")

# Files that make things for each parameter: only the tests of one parameter stay together.
BY_PARAMETER = {"tests/slow/test_copies.py", "tests/checks/test_exercises.py"}


class Scheduling(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        return f"{file}[{test.partition('[')[2]}" if file in BY_PARAMETER else file


def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", str(tmp_path))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(downloads, "SOURCES", dict(downloads.SOURCES))
    return tmp_path / FOLDER
