"""Small choruses for the tests."""

from itertools import pairwise

from hypothesis import strategies as st

from utils.music.chords import TICKS, progression
from utils.music.choruses import Chorus, events, load_choruses


def chorus(chords, *events, beats=4):
    """Return a chorus of the events over a progression in words; they need not fill it."""
    return Chorus("test", beats, 120, progression(chords, beats)[0], events)


def tune(chords, *pitches, duration=TICKS, beats=4):
    """Return a chorus of notes of equal length."""
    return chorus(chords, *((duration, pitch) for pitch in pitches), beats=beats)


@st.composite
def heads(draw):
    """A chorus whose events begin at any tick, with rests and holds."""
    beats, symbols = draw(st.sampled_from([3, 4])), st.sampled_from(["Dm7", "G7", "Cmaj7", "A7b9"])
    chords, length = progression(" | ".join(draw(st.lists(symbols, min_size=1, max_size=5))), beats)
    edges = sorted(draw(st.sets(st.integers(0, length), min_size=2, max_size=20)))
    pitches = st.none() | st.integers(62, 75)
    played = [(a, b, draw(pitches)) for a, b in pairwise(edges)]
    sounding = [note for note in played if note[2] is not None]
    return Chorus("drawn", beats, 120, chords, events(sounding, beats * TICKS, length))


def datasets_heads():
    return load_choruses()[::60]
