"""Measures of choruses, and the baselines that count."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby, pairwise, zip_longest

import numpy as np

from utils.models import language_model
from utils.music.chords import TICKS, Chords, chord_at
from utils.music.choruses import HIGHEST, LOWEST, REST, Chorus, onsets
from utils.music.players import COLUMNS, N_DURATIONS, N_PITCHES, START, inputs, pitch_token, roots

BASELINES = {
    "unigram": ([], [], "from the root"),
    "trigram, no chords": (
        ["duration", "duration before"],
        ["from C 1 back", "from C 2 back"],
        "from C",
    ),
    "n-gram with chords": (["place", "room", "duration"], ["quality", "note"], "from the root"),
}
"""What each knows before a duration and before a pitch, first what is given up last, and how it
sees the pitch: all columns of `_evidence`."""


def count_baselines(training: Sequence[Chorus]) -> dict[str, Callable]:
    """Return the n-gram models of `BASELINES`, counted on choruses.

    The contexts with chords were the strongest of some thirty, in Witten-Bell and in absolute
    discounting, on validation heads. Rhythm is counted on each head once, unvaried: it is the
    same in every key, and a count of twelve copies would be trusted too much.

    Returns:
        for each name a function from choruses to nats an event, (of durations, of pitches).

    Raises:
        ValueError: none of the choruses is a head as it was composed.
    """
    rhythm, melody = _evidence(_once(training)), _evidence(training)

    def model(before_duration, before_pitch, pitch):
        durations = _nats(rhythm, before_duration, "ticks", N_DURATIONS)
        pitches = _nats(melody, before_pitch, pitch, N_PITCHES)
        return lambda choruses: tuple(nats(_evidence(choruses)) for nats in (durations, pitches))

    return {name: model(*columns) for name, columns in BASELINES.items()}


def ngram_with_chords(training: Sequence[Chorus]) -> tuple[Callable, Callable]:
    """Return the last of `BASELINES`, counted on choruses, as what a player could ask.

    Returns:
        two functions of x, shape (m, 12), the columns of `players.COLUMNS`: log-probabilities of
        durations, shape (m, N_DURATIONS), and of pitches seen from the root, shape (m, N_PITCHES).

    Raises:
        ValueError: none of the choruses is a head as it was composed.
    """
    before_duration, before_pitch, pitch = BASELINES["n-gram with chords"]

    def asked(counted, before, target, size):
        model = language_model.witten_bell(_contexts(counted, before), counted[target], size)
        numbers = [list(COLUMNS).index(name) for name in before]
        return lambda x: np.reshape(model(np.asarray(x)[:, numbers]), (len(x), size))

    return (
        asked(_evidence(_once(training)), before_duration, "ticks", N_DURATIONS),
        asked(_evidence(training), before_pitch, pitch, N_PITCHES),
    )


def _once(training: Sequence[Chorus]) -> list[Chorus]:
    """Return each head as it was composed, in one key."""
    once = list({chorus.title: chorus for chorus in training if not chorus.varied}.values())
    if not once:
        raise ValueError("Every chorus is varied: give at least one head as it was composed.")
    return once


def _nats(counted: dict, before: list[str], target: str, size: int) -> Callable[[dict], float]:
    """Count a column after others; return a function from evidence to its nats an event."""
    model = language_model.witten_bell(_contexts(counted, before), counted[target], size)

    def nats(evidence):
        y = evidence[target]
        return language_model.nats(model(_contexts(evidence, before))[np.arange(len(y)), y])

    return nats


def _contexts(evidence: dict, names: list[str]) -> np.ndarray:
    columns = [evidence[name] for name in names]
    return np.array(columns, dtype=int).reshape(len(names), len(evidence["ticks"])).T


def _evidence(choruses: Sequence[Chorus]) -> dict[str, np.ndarray]:
    """Return the columns that the baselines read, with a value for every event of every chorus."""
    columns = [_columns(chorus) for chorus in choruses]
    return {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}


def _columns(chorus: Chorus) -> dict[str, Sequence[int]]:
    durations, pitches = zip(*chorus.events, strict=True)
    starts = np.cumsum([0, *durations[:-1]])
    sounding = roots(chorus.chords, chorus.length)[starts]
    from_c = [pitch_token(pitch, 0) for pitch in pitches]
    return dict(zip(COLUMNS, inputs([chorus])[0].T, strict=True)) | {
        "ticks": durations,
        "duration before": _back(durations, 2),
        "from C": from_c,
        "from C 1 back": _back(from_c, 1),
        "from C 2 back": _back(from_c, 2),
        "from the root": list(map(pitch_token, pitches, sounding)),
    }


def _back(values: Sequence[int], steps: int) -> list[int]:
    return [*[START] * steps, *values][: len(values)]


def rhythm_evidence(choruses: Sequence[Chorus]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return what may tell how long each event lasts, and how long it does, in ticks.

    Returns:
        columns of whole numbers, shape (events,), and durations, shape (events,). The columns are
        "place" and "room" (ticks from the bar line and to the next one), "phrase" (bar in the
        phrase of four), "beats left" (until the next chord), "kind" (of the event before),
        "duration", "duration 2 back", "duration 3 back" (of the events before), and "bar 1 back",
        "bar 2 back", "bar 4 back": what began at the same place so many bars before, 0 if nothing.
    """
    parts = [_rhythm(chorus) for chorus in choruses]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return columns, columns.pop("ticks")


def _rhythm(chorus: Chorus) -> dict[str, np.ndarray]:
    known = dict(zip(COLUMNS, inputs([chorus])[0].T, strict=True))
    ticks = [duration for duration, _ in chorus.events]
    starts = np.cumsum([0, *ticks[:-1]]).tolist()
    began = dict(zip(starts, ticks, strict=True))
    names = "place", "room", "phrase", "beats left", "kind", "duration"
    columns = {"ticks": ticks} | {name: known[name] for name in names}
    columns |= {f"duration {n} back": _back(ticks, n) for n in (2, 3)}
    for bars in (1, 2, 4):
        columns[f"bar {bars} back"] = [began.get(t - bars * chorus.bar, 0) for t in starts]
    return {name: np.array(column) for name, column in columns.items()}


def fits(notes: Sequence[tuple[int, int]], chords: Chords) -> list[bool]:
    """Return for each note whether it fits the chord.

    A note fits if it is a tone of the chord that sounds where it starts, or if the next note is a
    step (one or two semitones) away and is a tone of the chord that sounds where that one starts.

    Args:
        notes: (onset in ticks, MIDI pitch), sorted.
        chords: (onset in ticks, chord), sorted.
    """
    inside = [pitch % 12 in chord_at(chords, tick).tones for tick, pitch in notes]
    steps = [1 <= abs(b - a) <= 2 for (_, a), (_, b) in pairwise(notes)]
    resolved = [step and fit for step, fit in zip(steps, inside[1:], strict=False)]
    return [fit or after for fit, after in zip_longest(inside, resolved, fillvalue=False)]


def chord_tones(choruses: Iterable[Chorus], shift: int = 0, fits: Callable = fits) -> float:
    """Return how many of the notes on a beat fit the chord, as a share.

    Args:
        choruses: any number of them, taken together.
        shift: move the chords by so many semitones and leave the melody: what chance would give.
        fits: says for each note of (notes, chords) whether it fits.
    """
    found = [fit for chorus in choruses for fit in _on_beat_fits(chorus, shift, fits)]
    return float(np.mean(found)) if found else 0.0


def _on_beat_fits(chorus: Chorus, shift: int, fits: Callable) -> list[bool]:
    played = onsets(chorus)
    found = fits([(tick, pitch - shift) for tick, pitch in played], chorus.chords)
    return [bool(fit) for (tick, _), fit in zip(played, found, strict=True) if tick % TICKS == 0]


def shifted_chord_tones(choruses: Sequence[Chorus], fits: Callable = fits) -> float:
    """Return `chord_tones` with the chords moved, averaged over the eleven other keys."""
    return float(np.mean([chord_tones(choruses, shift, fits) for shift in range(1, 12)]))


def valid_bars(choruses: Iterable[Chorus]) -> float:
    """Return the share of bars whose events sum to the metre, none crossing a bar line."""
    valid = [ok for chorus in choruses for ok in _bars_that_sum(chorus)]
    return float(np.mean(valid)) if valid else 0.0


def _bars_that_sum(chorus: Chorus) -> list[bool]:
    edges = np.cumsum([0, *(duration for duration, _ in chorus.events)])
    lines = np.arange(0, edges[-1] + chorus.bar, chorus.bar)
    met = np.isin(lines, edges)
    return list(met[:-1] & met[1:])


def melodic_runs(chorus: Chorus, length: int) -> list[tuple[int, ...]]:
    """Return every run of `length` notes as its `length` - 1 intervals, in semitones.

    Two runs are equal if one is the other in another key, whatever the rhythm.
    """
    pitches = [pitch for _, pitch in onsets(chorus)]
    intervals = np.diff(pitches).tolist()
    size = length - 1
    return [tuple(intervals[i : i + size]) for i in range(len(intervals) - size + 1)]


def copied(choruses: Iterable[Chorus], source: Iterable[Chorus], length: int) -> float:
    """Return the share of the runs of `length` notes that also stand in `source`, in any key."""
    known = {run for chorus in source for run in melodic_runs(chorus, length)}
    runs = [run in known for chorus in choruses for run in melodic_runs(chorus, length)]
    return float(np.mean(runs)) if runs else 0.0


def rhythm_returns(choruses: Iterable[Chorus], bars: int = 4) -> tuple[float, float]:
    """Return how often a bar has the rhythm of the one `bars` before, and how often by chance.

    The rhythm of a bar is the set of its ticks at which notes begin; a bar where none does is not
    counted. By chance is: for any two bars of all, of the same metre.
    """
    again, every = [], defaultdict(Counter)
    for chorus in choruses:
        rhythms = [set() for _ in range(-(-chorus.length // chorus.bar))]
        for tick, _ in onsets(chorus):
            rhythms[tick // chorus.bar].add(tick % chorus.bar)
        again += [a == b for a, b in zip(rhythms, rhythms[bars:], strict=False) if b]
        every[chorus.beats].update(frozenset(rhythm) for rhythm in rhythms if rhythm)
    pairs = sum(n * (n - 1) for n in map(Counter.total, every.values()))
    equal = sum(n * (n - 1) for counted in every.values() for n in counted.values())
    return float(np.mean(again)) if again else 0.0, equal / pairs if pairs else 0.0


def scores(
    choruses: Sequence[Chorus], source: Sequence[Chorus], fits: Callable = fits
) -> dict[str, float]:
    """Return the measures of a solo by name, each a share: fit, bars, copies, returning rhythm.

    Args:
        choruses: what is measured, taken together.
        source: where it might be copied from.
        fits: says for each note of (notes, chords) whether it fits.
    """
    again, by_chance = rhythm_returns(choruses)
    return {
        "chord tones": chord_tones(choruses, fits=fits),
        "… chords moved": shifted_chord_tones(choruses, fits),
        "valid bars": valid_bars(choruses),
        "6 notes copied": copied(choruses, source, 6),
        "12 notes copied": copied(choruses, source, 12),
        "rhythm of 4 bars before": again,
        "… of any other bar": by_chance,
    }


def habits_of(choruses: Sequence[Chorus]) -> dict[str, float]:
    """Return how choruses move, as means: a machine that only runs up scales is seen here.

    Args:
        choruses: any number of them, one with two notes or more; shares are of all together.
    """
    melodies = [onsets(chorus) for chorus in choruses]
    ticks, pitches = np.array(list(chain(*melodies))).T
    intervals = [np.diff([pitch for _, pitch in melody]) for melody in melodies]
    sizes = abs(np.concatenate(intervals))
    rests = sum(d for chorus in choruses for d, pitch in chorus.events if pitch == REST)
    return {
        "notes a bar": len(ticks) / sum(chorus.length / chorus.bar for chorus in choruses),
        "time that is rest": rests / sum(chorus.length for chorus in choruses),
        "notes off the beat": np.mean(ticks % TICKS != 0),
        "steps (1 or 2 semitones)": np.mean((sizes > 0) & (sizes < 3)),
        "leaps (5 and more)": np.mean(sizes >= 5),
        "longest run one way": np.mean([_one_way(melody) for melody in intervals]),
        "different durations": np.mean([len({d for d, _ in c.events}) for c in choruses]),
        "outside a horn's range": np.mean((pitches < LOWEST) | (pitches > HIGHEST)),
    }


def _one_way(intervals: np.ndarray) -> int:
    """Return the most notes that go up, or down, one after the other; 1 where none does."""
    runs = [len(list(run)) for way, run in groupby(np.sign(intervals)) if way]
    return max(runs, default=0) + 1
