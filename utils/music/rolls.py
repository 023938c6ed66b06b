"""A chorus made visible: a piano roll."""

from collections.abc import Callable
from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from utils.music import measures
from utils.music.chords import TICKS, chord_at
from utils.music.choruses import Chorus, notes
from utils.plots import COLOURS

BARS_A_LINE = 8
"""Bars in a line of the piano roll."""

BETWEEN = 6
"""Semitones between two lines: the numbers of the bars stand there, and the chords of the next."""

STYLES = {
    "tone of the chord": {"facecolor": COLOURS["blue"], "edgecolor": "white"},
    "not in the chord": {"facecolor": COLOURS["sky"], "edgecolor": "white"},
    "on a beat, does not fit": {
        "facecolor": COLOURS["orange"],
        "edgecolor": "black",
        "hatch": "/////",
    },
}
"""How notes are drawn."""

CLOSE = 0.55
"""Chords that begin less than so many bars apart are written in turn lower and higher."""
RAISED = 1.8
"""Semitones from the lower to the higher."""


def piano_roll(
    chorus: Chorus,
    title: str,
    axes: Axes | None = None,
    fits: Callable = measures.fits,
    begins: int | None = None,
) -> Axes:
    """Draw a melody and its chords: time to the right, pitch upwards, eight bars a line.

    Orange and hatched are the notes that `measures.chord_tones` counts as misses: on a beat, and
    not fitting. All others are blue where they are a tone of the chord that sounds at their start
    or at their middle (so a note that comes early is seen with the chord that it waits for), and
    pale where they are not.

    Args:
        chorus: what to draw.
        title: says what to see.
        axes: where to draw; a new figure if None.
        fits: says for each note of (notes, chords) whether it fits.
        begins: the tick at which something begins, marked with a thick line; None marks nothing.

    Raises:
        ValueError: there are no events or no chords, or an event is not one.
    """
    if not chorus.events:
        raise ValueError("There are no events: give at least one (duration, pitch).")
    melody, bar = notes(chorus.events), chorus.bar
    bars = -(-chorus.length // bar)
    pitches = _range([pitch for _, _, pitch in melody])
    height = len(pitches) + BETWEEN
    lines = -(-bars // BARS_A_LINE)
    axes = axes or plt.subplots(figsize=(8.5, 0.6 + 0.09 * (height * lines + RAISED)))[1]
    _staves(axes, bars, pitches, height)
    _symbols(axes, [(t / bar, it.symbol) for t, it in chorus.chords], bars, pitches, height)
    if begins is not None:
        x, y = _place(begins / bar, height)
        axes.vlines(x, y + pitches[0] - 0.5, y + pitches[-1] + 0.5, color="black", linewidth=4)
    fit = fits([(onset, pitch) for onset, _, pitch in melody], chorus.chords)
    for (onset, duration, pitch), fitting in zip(melody, fit, strict=True):
        tones = [chord_at(chorus.chords, onset + part).tones for part in (0, duration / 2)]
        style = _style(onset, any(pitch % 12 in sounding for sounding in tones), fitting)
        _note(axes, onset / bar, (onset + duration) / bar, pitch, height, style)
    _keys(axes, lines, pitches, height)
    axes.set_title(title)
    return axes


def _style(onset, inside, fitting):
    """Return the key in `STYLES` of a note."""
    tone, other, miss = STYLES
    if onset % TICKS == 0 and not fitting:
        return miss
    return tone if inside else other


def _range(pitches):
    """Return the pitches to draw: those of the melody, and at least an octave."""
    low, high = min(pitches, default=60), max(pitches, default=60)
    return range(low - 1, max(high, low + 11) + 2)


def _place(bar, height):
    """Return x within the line of a position in bars, and y of pitch 0 there."""
    line, x = divmod(bar, BARS_A_LINE)
    return x, -line * height


def _staves(axes, bars, pitches, height):
    for number in range(bars):
        x, y = _place(number, height)
        low, high = y + pitches[0] - 0.5, y + pitches[-1] + 0.5
        axes.vlines([x, x + 1], low, high, color="#999999", linewidth=1)
        axes.hlines([y + p for p in pitches if p % 12 in (0, 7)], x, x + 1, "#DDDDDD", linewidth=1)
        axes.text(x + 0.03, low - 0.4, number + 1, size=8, va="top", color="#777777")


def _symbols(axes, symbols, bars, pitches, height):
    """Write the chords, those that follow closely on one another in turn lower and higher."""
    before, raised = (-1, 0), False  # (x, y) of the chord before
    for start, symbol in symbols:
        if start < bars:
            x, y = _place(start, height)
            raised = not raised and y == before[1] and x - before[0] < CLOSE
            before = x, y
            axes.text(x + 0.03, y + pitches[-1] + 0.9 + RAISED * raised, symbol, size=8)


def _note(axes, start, end, pitch, height, style):
    """Draw a note from `start` to `end` in bars; where a line ends, it goes on in the next."""
    ends = range(BARS_A_LINE, int(end) + 1, BARS_A_LINE)
    for left, right in pairwise([start, *(cut for cut in ends if start < cut < end), end]):
        x, y = _place(left, height)
        axes.barh(y + pitch, right - left, 0.9, x, linewidth=0.8, zorder=2, **STYLES[style])


def _keys(axes, lines, pitches, height):
    """Label each C and G in each line, and say what the styles mean."""
    named = [p for p in pitches if p % 12 in (0, 7)]
    labels = [f"{'G' if p % 12 else 'C'}{p // 12 - 1}" for p in named]
    axes.set_yticks([p - k * height for k in range(lines) for p in named], labels * lines)
    bottom = pitches[0] - (lines - 1) * height
    axes.set(xlim=(0, None), xticks=[], ylim=(bottom - BETWEEN + 2, pitches[-1] + 3 + RAISED))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    key = [Patch(label=label, **style) for label, style in STYLES.items()]
    axes.legend(
        handles=key, loc="upper right", bbox_to_anchor=(1, 0), ncols=3, frameon=False, fontsize=9
    )
