"""Chords and scores."""

import random

from tests.fuzz.mutations import mutated
from tests.fuzz.trying import UNKNOWN, saved

SYMBOLS = ["C", "Dm7", "G7", "Cmaj7", "Bb7", "F#m7b5", "A7b9", "Ebmaj7", "Am", "E7"]


def typed_chords(rng):
    bars = [" ".join(rng.sample(SYMBOLS, rng.choice([1, 2, 4]))) for _ in range(rng.choice([1, 4]))]
    text = " | ".join(bars)
    if rng.random() < 0.5:
        return mutated(text.encode(), rng, [b"|", b"%", b"H7", b"/"]).decode("utf-8", "replace"), (
            UNKNOWN
        )
    return text, bars


def read_chords(text, _):
    from utils.music.chords import progression

    return progression(text)


def same_chords(got, right):
    from utils.music.chords import TICKS, changes, parse_chord

    placed = []
    for n, bar in enumerate(right):
        symbols = bar.split()
        for i, symbol in enumerate(symbols):
            placed.append(((4 * n + 4 * i // len(symbols)) * TICKS, parse_chord(symbol)))
    return got == (tuple(changes(placed)), 4 * len(right) * TICKS)


IN_ABC = [b":|:", b"::", b"Z2", b"Z", b"x4", b"&", b"(3", b"[1", b"[2", b"M:7/8\n", b"K:D\n", b"/0"]
IN_XML = [b"<backup><duration>4</duration></backup>", b"<duration>0</duration>", b"<grace/>"]


def scores(rng):
    """ABC of our own writing with its repeats; or bars for `write_score`; whole and damaged."""
    kind = rng.choice([".abc", ".abc", ".musicxml", ".mid"])
    bars = tuple(_bar(rng) for _ in range(rng.choice([1, 2, 4, 8])))
    content, right = _in_abc(bars, rng) if kind == ".abc" else (bars, _pitches(bars))
    fault = rng.randrange(2**32) if rng.random() < 0.5 else None
    return (content, kind, fault), right if fault is None else UNKNOWN


def _bar(rng):
    """Return the notes of a bar of 4/4: (eighths, MIDI pitch or None for a rest)."""
    lengths = rng.choice([(8,), (4, 4), (2, 2, 2, 2), (3, 1, 4), (1,) * 8, (2, 4, 2)])
    return tuple(
        (n, None if rng.random() < 0.1 else rng.choice([60, 62, 64, 65, 67, 69, 71, 72]))
        for n in lengths
    )


LETTERS = {60: "C", 62: "D", 64: "E", 65: "F", 67: "G", 69: "A", 71: "B", 72: "c", None: "z"}


def _in_abc(bars, rng):
    text = [" ".join(f"{LETTERS[pitch]}{n}" for n, pitch in bar) for bar in bars]
    text = [f'"{rng.choice(SYMBOLS)}"{bar}' for bar in text]
    half = len(bars) // 2
    form = rng.choice(["plain", "plain", "all", "two", "rests"]) if half else "plain"
    if form == "all":
        text, bars = "|:" + "|".join(text) + ":|", bars * 2
    elif form == "two":
        joint = rng.choice([":|:", "::", ":||:", ":| |:"])
        text = "|:" + "|".join(text[:half]) + joint + "|".join(text[half:]) + ":|"
        bars = bars[:half] * 2 + bars[half:] * 2
    elif form == "rests":
        n = rng.choice([1, 2, 3])
        text = "|".join([*text[:half], rng.choice([f"Z{n}", "|".join(["z8"] * n)]), *text[half:]])
        bars = [*bars[:half], *[((8, None),)] * n, *bars[half:]]
    else:
        text = "|".join(text) + rng.choice(["|", "|]", "||", ""])
    head = "X:1\nT:A tune\nM:4/4\nL:1/8\nQ:1/4=120\nK:C\n"
    return (head + text + "\n").encode(), _pitches(bars)


def _pitches(bars):
    """Return what sounds at each eighth."""
    return [pitch for bar in bars for n, pitch in bar for _ in range(n)]


def _written(bars, path):
    """Write the bars as a chorus over C; return the bytes."""
    from utils.music.chords import TICKS, progression
    from utils.music.choruses import Chorus, events
    from utils.music.writing import write_score

    sounding, tick = [], 0
    for n, pitch in (note for bar in bars for note in bar):
        if pitch:
            sounding.append((tick, tick + n * TICKS // 2, pitch))
        tick += n * TICKS // 2
    chords, length = progression(" | ".join(["C"] * len(bars)), 4)
    write_score(Chorus("A tune", 4, 120, chords, events(sounding, 4 * TICKS, length)), path)
    return path.read_bytes()


def read_tune(given, folder):
    from utils.music.choruses import notes
    from utils.music.reading import read_score

    content, kind, fault = given
    path = folder / f"tune{kind}"
    data = _written(content, path) if isinstance(content, tuple) else content
    if fault is not None:
        data = mutated(data, random.Random(fault), IN_ABC if kind == ".abc" else IN_XML)
    chords = " | ".join(["C"] * 40) if kind == ".mid" else None
    chorus = read_score(saved(data, folder, path.name), chords=chords)
    sounds = [None] * (chorus.length // 6)
    for onset, duration, pitch in notes(chorus.events):
        for eighth in range(onset // 6, (onset + duration) // 6):
            sounds[eighth] = pitch
    return sounds


def same_tune(got, right):
    # A MIDI file states no end of its last rest, and its chords here last longer.
    n = max((i + 1 for i, pitch in enumerate(right) if pitch), default=0)
    return got[:n] == right[:n] and not any(got[len(right) :])
