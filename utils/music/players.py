"""Players: what one who improvises knows and remembers before each event, as numbers."""

from collections.abc import Callable, Sequence

import numpy as np

from utils.music.chords import QUALITIES, TICKS, Chords
from utils.music.choruses import HIGHEST, HOLD, LOWEST, REST, Chorus, Events

CONTEXT = {
    "quality": len(QUALITIES),  # of the chord that sounds
    "movement": 12,  # semitones up from its root to the next chord's root
    "next quality": len(QUALITIES),
    "beats left": 9,  # until the next chord, 8 and more counted as 8
    "place": 4 * TICKS,  # tick in the bar
    "room": 4 * TICKS + 1,  # ticks to the next bar line
    "phrase": 4,  # bar in the phrase of four
}
"""The columns of `context` and how many values each has."""
CHORD_COLUMNS = 4
"""How many of them, the first, are about chords; the others are about bars."""


def context(chords: Chords, beats: int, length: int) -> np.ndarray:
    """Return what a player knows at each tick of a progression before any note is played.

    Args:
        chords: (onset in ticks, chord), sorted, the first at 0.
        beats: quarter notes in a bar, 4 or 3.
        length: of the progression, in ticks; after its end it begins again.

    Returns:
        shape (length, 7), int32: the columns of `CONTEXT`. No root stands there, only the way
        from one root to the next, so a progression looks the same in every key.
    """
    ticks, bar = np.arange(length), beats * TICKS
    now = _chord_numbers(chords, length)
    after = (now + 1) % len(chords)
    root = np.array([chord.root for _, chord in chords])
    quality = np.array([QUALITIES.index(chord.quality) for _, chord in chords])
    ends = np.array([*(onset for onset, _ in chords[1:]), length])
    columns = (
        quality[now],
        (root[after] - root[now]) % 12,
        quality[after],
        np.minimum(-(-(ends[now] - ticks) // TICKS), CONTEXT["beats left"] - 1),  # rounded up
        ticks % bar,
        bar - ticks % bar,
        ticks // bar % CONTEXT["phrase"],
    )
    return np.stack(columns, axis=-1).astype(np.int32)


def read_chords(chords: Chords, tick: int, length: int) -> list[int]:
    """Return what the page says of the chords at a tick: the first four columns of `CONTEXT`.

    Args:
        chords: (onset in ticks, chord), sorted, the first at 0 and the last before `length`.
        tick: from 0, before `length`.
        length: of the progression, in ticks; after its end it begins again.
    """
    return context(chords, 4, length)[tick, :CHORD_COLUMNS].tolist()


def in_any_key(chords: Chords, length: int) -> bytes:
    """Return what tells a progression from all others, but for its key."""
    return context(chords, 4, length)[:, :CHORD_COLUMNS].tobytes()


def roots(chords: Chords, length: int) -> np.ndarray:
    """Return the root that sounds at each tick, a pitch class, shape (length,), int32."""
    root = np.array([chord.root for _, chord in chords], dtype=np.int32)
    return root[_chord_numbers(chords, length)]


def _chord_numbers(chords: Chords, length: int) -> np.ndarray:
    """Return which of the chords sounds at each tick, counted from 0, shape (length,)."""
    onsets = [onset for onset, _ in chords]
    return np.searchsorted(onsets, np.arange(length), side="right") - 1


START, REST_TOKEN, HOLD_TOKEN = 0, 1, 2
FIRST_NOTE = HOLD_TOKEN + 1  # the tokens from here on are notes
_C3 = 48  # MIDI pitch
_LEAP = 13  # semitones: a wider interval counts as this one
ROOT_TOKEN = FIRST_NOTE + 11 - (LOWEST - _C3)  # `LOWEST` over the highest root, B, is the first
N_PITCHES = ROOT_TOKEN + (HIGHEST - _C3) + 1  # `HIGHEST` over the lowest root, C, is the last
N_DURATIONS = 4 * TICKS + 1  # a duration in ticks is its own token
MEMORY = {
    "duration": N_DURATIONS,  # of the event before
    "kind": FIRST_NOTE + 1,  # of the event before: `REST_TOKEN`, `HOLD_TOKEN` or `FIRST_NOTE`
    "note": N_PITCHES,  # the last note, seen from the root that sounds now
    "interval": 2 * _LEAP + 1,  # from the note before it, from -13 up; 13 also for none
    "height": 13,  # of the last note, in minor thirds from `LOWEST`, which is 1
}
"""What a player remembers before an event, and how many values each has; `START` where nothing."""
COLUMNS = MEMORY | CONTEXT
"""The columns of `inputs`, in their order, and how many values each has."""
SIZES = list(COLUMNS.values())
ROOM = list(COLUMNS).index("room")
"""The number of the column of `inputs` that says how many ticks are left in the bar."""
_WORDS = {REST: REST_TOKEN, HOLD: HOLD_TOKEN}


def pitch_token(pitch: int | str, root: int) -> int:
    """Return the token of an event's pitch, seen from the root of the chord that sounds.

    A note is counted in semitones above the root from C3 to B3, which is `ROOT_TOKEN`; so the
    fifth above it is the same token over every chord. "rest" is 1, "hold" is 2, and 0 is kept for
    the start.

    Args:
        pitch: a MIDI number, "rest" or "hold". Every note from `LOWEST` to `HIGHEST` has a token
            of its own over every root; one too far outside gets the nearest token.
        root: a pitch class, C is 0.
    """
    if isinstance(pitch, str):
        return _WORDS[pitch]
    return min(max(ROOT_TOKEN + pitch - _C3 - int(root), FIRST_NOTE), N_PITCHES - 1)


def token_pitch(token: int, root: int) -> int | str:
    """Return the pitch that a token stands for over a root: a MIDI number, "rest" or "hold".

    Args:
        token: from 1, as `pitch_token` made it; `START` is no pitch.
        root: a pitch class, C is 0.
    """
    words = {REST_TOKEN: REST, HOLD_TOKEN: HOLD}
    return words.get(int(token), int(token) - ROOT_TOKEN + _C3 + int(root))


def memory(played: Sequence[tuple], root: int) -> list[int]:
    """Return what a player remembers of the events played so far: a value for each of `MEMORY`.

    Args:
        played: the events (duration in ticks, pitch) before this one.
        root: pitch class of the chord that sounds now; the last note is seen from it.
    """
    event = [START, START]
    if played:
        duration, pitch = played[-1]
        event = [min(duration, N_DURATIONS - 1), _WORDS.get(pitch, FIRST_NOTE)]
    heard = (pitch for _, pitch in reversed(played) if not isinstance(pitch, str))
    last = next(heard, None)
    if last is None:
        return [*event, START, _LEAP, START]
    interval = min(max(last - next(heard, last), -_LEAP), _LEAP)
    height = min(max((last - LOWEST) // 3 + 1, 1), MEMORY["height"] - 1)
    return [*event, pitch_token(last, root), interval + _LEAP, height]


def inputs(choruses: Sequence[Chorus], read: Callable | None = None) -> np.ndarray:
    """Return what a player knows before each event: memory and context.

    Args:
        choruses: any number of them.
        read: gives the columns about chords, as `read_chords` does, which is what stands there
            without it.

    Returns:
        shape (m, T, 12), int32, the columns of `COLUMNS`; T is the number of events of the
        longest chorus, and the rows after the end of a shorter one are 0.
    """
    longest = max((len(chorus.events) for chorus in choruses), default=0)
    x = np.zeros((len(choruses), longest, len(COLUMNS)), dtype=np.int32)
    for row, chorus in zip(x, choruses, strict=True):
        known = context(chorus.chords, chorus.beats, chorus.length)
        root = roots(chorus.chords, chorus.length)
        tick, length, played = 0, chorus.length, []
        for t, event in enumerate(chorus.events):
            page = _page(chorus.chords, tick, length, known, read)
            row[t] = [*memory(played, root[tick]), *page]
            played.append(event)
            tick += event[0]
    return x


def _page(chords, tick, length, known, read):
    """Return the row of `known`, a context, at a tick, its part about chords read by `read`."""
    if read is None:
        return known[tick]
    return [*read(chords, tick, length), *known[tick, CHORD_COLUMNS:]]


class Player:
    """One who improvises over a progression: knows what was played, and takes the next event.

    Args:
        chords: (onset in ticks, chord), sorted, the first at 0.
        beats: quarter notes in a bar, 4 or 3.
        length: of the progression, in ticks.
        opening: events that are played first, whatever the player is told.
        read: gives what the page says of the chords, as `read_chords` does.

    Attributes:
        events: a list of the events (duration in ticks, pitch) played so far.
        tick: where the next event begins.
    """

    def __init__(
        self,
        chords: Chords,
        beats: int,
        length: int,
        opening: Events = (),
        read: Callable | None = None,
    ):
        self.chords, self.beats, self.length, self._read = chords, beats, length, read
        self.events, self.tick = [], 0
        self._opening = list(opening)
        self._context, self._roots = context(chords, beats, length), roots(chords, length)

    @property
    def done(self) -> bool:
        """Whether the end of the progression is reached."""
        return self.tick >= self.length

    def know(self) -> list[int]:
        """Return what the player knows before the next event: a value for each of `COLUMNS`."""
        tick = min(self.tick, self.length - 1)
        page = _page(self.chords, tick, self.length, self._context, self._read)
        return [*memory(self.events, self._roots[tick]), *page]

    def play(self, duration: int, token: int) -> None:
        """Add an event, or the next one of the opening; when done, do nothing.

        Args:
            duration: in ticks; keep it within the bar.
            token: of its pitch, seen from the root that sounds.
        """
        if self.done:
            return
        event = (int(duration), token_pitch(token, self._roots[self.tick]))
        event = self._opening.pop(0) if self._opening else event
        self.events.append(event)
        self.tick += event[0]

    def chorus(self, title: str, tempo: int = 160) -> Chorus:
        """Return what was played; `tempo` is in quarter notes a minute."""
        return Chorus(title, self.beats, tempo, self.chords, tuple(self.events), varied=True)


def first_half(chorus: Chorus) -> Events:
    """Return the events of the first half of the bars, of an odd number the smaller half."""
    half, tick = [], 0
    for duration, pitch in chorus.events:
        if tick < chorus.length // chorus.bar // 2 * chorus.bar:
            half.append((duration, pitch))
            tick += duration
    return tuple(half)
