"""The challenge of `applications/2_video_activity_recognition`: its clips, and what it refuses."""

import numpy as np
import pytest

from utils.checks.applications import video_activity_recognition as checks
from utils.checks.wrong import Wrong
from utils.vision import clips
from utils.vision.grounds import USUAL
from utils.vision.poses import ACTIVITIES


@pytest.fixture(scope="module")
def parts():
    """Few clips, whose first pixel tells the activity: so an answer can be right."""
    made = {}
    for name in ("validation", "test"):
        drawn = clips.make(24, clips.split(1)[name], USUAL, np.random.default_rng(0))
        drawn.frames[:, :, 0, 0] = drawn.activities[:, None, None]
        made[name] = drawn.frames[:, : checks.EARLY], drawn.activities
    return made


@pytest.fixture(autouse=True)
def few(parts, monkeypatch):
    rows = np.zeros((len(ACTIVITIES), 128))
    monkeypatch.setattr(checks, "_held_out", parts.get)
    monkeypatch.setattr(checks, "_means", lambda: rows)


def test_a_network_called_frame_by_frame_is_told_to_fold(capsys):
    def through_cnn(clips, cnn):
        return checks.ops.stack([cnn(clips[:, t]) for t in range(clips.shape[1])], axis=1)

    with pytest.raises(Wrong, match="cnn is called 4 times"):
        checks.check(through_cnn)


def early(body):
    scope = {"np": np}
    exec(f"def recognise_early(clips):\n    {body}", scope)
    return scope["recognise_early"]


def test_the_figures_are_shares_of_right_answers(capsys):
    checks.check.challenge(early("return clips[:, 0, 0, 0, 0].astype(int)"))
    said = " ".join(capsys.readouterr().out.split())
    assert "It beats" in said and "recognise_early: 1 of" in said.replace("1.0", "1"), said
    checks.check.challenge(early("return (clips[:, 0, 0, 0, 0].astype(int) + 1) % 8"))
    said = " ".join(capsys.readouterr().out.split())
    assert "baseline 0.125" in said and "does not beat the baseline yet" in said


@pytest.mark.parametrize(
    "body, says",
    [
        ("return np.zeros(3, int)", "24 whole numbers"),
        ("return np.zeros((len(clips), 8))", "24 whole numbers"),
        ("return np.full(len(clips), 0.5)", "24 whole numbers"),
        ("return [[1], [2, 3]]", "24 whole numbers"),
        ("clips[:] = 0; return np.zeros(len(clips), int)", "chang"),
    ],
)
def test_what_is_refused(body, says):
    with pytest.raises(Wrong, match=says):
        checks.check.challenge(early(body))


def test_the_baseline_sees_what_moves_and_where():
    still = np.full((2, 6, 32, 32, 3), 100, np.uint8)
    still[1, 3:, :4, :4] = 200
    seen = checks._summary(still)
    assert seen.shape == (2, 128) and not seen[0].any()
    assert set(np.flatnonzero(seen[1])) == {0, 64}
