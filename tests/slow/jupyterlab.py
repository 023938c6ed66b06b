"""What the tests that start JupyterLab share."""

import contextlib
import time
import urllib.request


def wait_for(address, process):
    """Return when a server answers there, which it does a little after it has said so."""
    for _ in range(120):
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        assert process.poll() is None, "JupyterLab ended at its start"
        time.sleep(0.5)
    raise AssertionError("JupyterLab did not answer within a minute")
