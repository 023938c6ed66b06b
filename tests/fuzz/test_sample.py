"""A small fixed sample of `make fuzz`: no door fails, hangs, or changes what it reads."""

import pytest

from tests.fuzz.doors import DOORS
from tests.fuzz.trying import FAULTS
from utils import downloads

worker = pytest.importorskip("tests.fuzz.worker")  # Windows has no such limits

N_INPUTS = 25


@pytest.mark.parametrize("name", DOORS)
def test_a_door_holds(name, tmp_path, monkeypatch):
    # What a door registers and sets would stay for the tests that come after.
    monkeypatch.setattr(downloads, "SOURCES", dict(downloads.SOURCES))
    monkeypatch.setenv("SEQUENCE_MODELS_DATA", str(tmp_path))
    rows = []
    worker.run(name, 1, N_INPUTS, tmp_path, rows.append)
    assert [row for row in rows if row.get("outcome") in FAULTS] == []
    assert sum("outcome" in row for row in rows) >= 20
