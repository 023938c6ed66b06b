"""The challenge of `week1/3_jazz_improvisation`: rhythms counted on held-out heads."""

import numpy as np
import pytest

from utils.checks.week1 import jazz_improvisation
from utils.checks.wrong import Wrong
from utils.models.language_model import witten_bell
from utils.music.players import N_DURATIONS

COUNTED = """
def rhythm(seen, lasted, asked):
    before, now = (np.stack([k[n] for n in NAMES], axis=1) for k in (seen, asked))
    return np.exp(witten_bell(before, lasted, N_DURATIONS)(now)) AND
"""


def answer(names="['room', 'place', 'bar 4 back']", more="", **scope):
    scope |= {"np": np, "witten_bell": witten_bell, "N_DURATIONS": N_DURATIONS}
    exec(COUNTED.replace("NAMES", names).replace("AND", more), scope)
    return scope["rhythm"]


def test_counting_after_other_columns_has_its_figure(capsys):
    function = answer()
    assert jazz_improvisation.check.challenge(function) is function
    assert "nats a duration, held-out heads (ours 0.8553, baseline 0.8877;" in (
        capsys.readouterr().out.replace("\n", " ")
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("[:, :-1]", "should have the shape"),
        ("* 2", "Each row should hold probabilities"),
        ("* 0", "Each row should hold probabilities"),
        ("+ 0 * len(held_out)", "reads `held_out`, which is held out"),
    ],
)
def test_what_is_no_answer_is_refused(more, says):
    with pytest.raises(Wrong, match=says):
        jazz_improvisation.check.challenge(answer(more=more, held_out=[1]))
