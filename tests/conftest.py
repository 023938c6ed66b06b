"""Fixtures of several folders: a server on this machine, and an empty cache for downloads."""

import os
import threading

import pytest

from tests.server import Server
from utils import downloads


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
    folder = tmp_path / "cache"
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", str(folder))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(downloads, "SOURCES", dict(downloads.SOURCES))
    return folder
