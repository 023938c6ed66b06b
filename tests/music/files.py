"""Files with music for the tests."""

from itertools import pairwise

from utils.env import ROOT
from utils.music.reading import read_score

HEADS = sorted((ROOT / "datasets/jazz/heads").glob("*.abc"))


def abc(body, metre="4/4", head="K:C"):
    return f"X:1\nT:A tune\nM:{metre}\nL:1/8\nQ:1/4=150\n{head}\n{body}\n"


def saved(tmp_path, content, name="tune.abc"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_abc(tmp_path, body, **more):
    return read_score(saved(tmp_path, abc(body, **more)))


def changes(pairs):
    return tuple(b for a, b in pairwise([(None, None), *pairs]) if a[1] != b[1])


def shown(chorus):
    """Return the events of a chorus in short: "48:72 24:hold 24:rest"."""
    return " ".join(f"{duration}:{pitch}" for duration, pitch in chorus.events)


def symbols(chorus):
    """Return the chords of a chorus in short: "0:C 48:F7"."""
    return " ".join(f"{onset}:{chord.symbol}" for onset, chord in chorus.chords)
