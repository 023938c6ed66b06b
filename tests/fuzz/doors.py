"""The doors, and what is brought to them."""

import ast
import functools
import hashlib
import io
import json
import os
import random
import shutil
from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from tests.fuzz.mutations import cut, mutated, with_invisible
from tests.fuzz.trying import NEVER, UNKNOWN, Door
from utils import datasets, files
from utils.env import ROOT
from utils.files import DataError
from utils.language import date_readings, dates

SCRIPTS = ["abcdefghij", "äöüßéñø", "бвгдежз", "春夏秋冬山川", "한국어가나다", "αβγδεζη", "עברית"]


def drawn(make):
    """Return a strategy that gives what `make` makes of a random generator."""
    return st.integers(0, 2**48).map(lambda number: make(random.Random(number)))


def saved(content: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- a list of names ------------------------------------------------------------------------------


def names(rng):
    letters = rng.choice(SCRIPTS)
    n = rng.choice([50, 51, 80])
    words = list({"".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(3 * n)})[:n]
    words = [f"{word} {word[::-1]}" if rng.random() < 0.1 else word for word in words]
    text = rng.choice(["\n", "\r\n"]).join(words)
    fault = rng.choice(["", "", "invisible", "encoding", "bytes", "short"])
    if fault == "invisible":
        return with_invisible(text, rng).encode(), words
    if fault == "encoding":
        encoding = rng.choice(["utf-16", "utf-8-sig", "utf-16-le", "latin-1", "cp1251", "gb18030"])
        data = text.encode(encoding, errors="replace")
        return data, words if data.decode(encoding).splitlines() == words else UNKNOWN
    if fault == "bytes":
        return mutated(text.encode(), rng), UNKNOWN
    if fault == "short":
        return text.encode()[: rng.randrange(200)], UNKNOWN
    return text.encode(), words


def same_names(got, right):
    return sorted(got) == sorted(dict.fromkeys(right))


def read_names(content, folder):
    return files.read_names(saved(content, folder, "names.txt"))


# --- word vectors ---------------------------------------------------------------------------------

ODD_WORDS = ["Route 66", "Windows 7", ". . .", "1 2", "naïve", "東京", "o'clock", "3.14", "</s>"]


def word_vectors(rng):
    n_dims, n = rng.choice([1, 2, 5, 50]), rng.choice([2, 3, 20])
    words = [f"word{i}" for i in range(n)]
    if rng.random() < 0.4:
        words[rng.randrange(n)] = rng.choice(ODD_WORDS)
    rows = [[round(rng.uniform(-1, 1), 4) or 0.5 for _ in range(n_dims)] for _ in words]
    right = dict(zip(words, rows, strict=True))
    kind = rng.choice([".txt", ".txt", ".vec", ".bin"])
    header = f"{n} {n_dims}\n".encode() if kind != ".txt" else b""
    if kind == ".bin":
        body = [word.encode() + b" " + np.float32(row).tobytes() for word, row in right.items()]
        data = header + rng.choice([b"\n", b""]).join(body)
        right = UNKNOWN if any(" " in word for word in words) else right
    else:
        newline = rng.choice([b"\n", b"\n", b"\r\n"])
        end = rng.choice([b"", b"", b" "])
        lines = [" ".join([word, *map(str, row)]).encode() + end for word, row in right.items()]
        data = header + newline.join(lines) + rng.choice([newline, b""])
        if n_dims < 3:  # a number at the end of a word cannot be told from one of the vector
            right = UNKNOWN if any(word in ODD_WORDS for word in words) else right
    if rng.random() < 0.4:
        data, right = mutated(data, rng, [b"0 0\n", b"\t", b"1e400 "]), UNKNOWN
    if rng.random() < 0.2:
        import gzip

        data, kind = gzip.compress(data), kind + ".gz"
        if rng.random() < 0.3:
            data, right = mutated(data, rng), UNKNOWN
    return (data, "vectors" + kind), right


def load_vectors(given, folder):
    from utils.language import vectors

    found = vectors.load(saved(given[0], folder, given[1]))
    return {word: found[word] for word in found.index_to_key}


def same_vectors(got, right):
    return list(got) == list(right) and all(
        np.shape(got[word]) == np.shape(row) and np.allclose(got[word], row, atol=1e-6)
        for word, row in right.items()
    )


# --- dates ----------------------------------------------------------------------------------------


@functools.cache
def a_day(number):
    return date.fromordinal(date(1930, 1, 1).toordinal() + number)


def written_dates(rng):
    locale, format = rng.choice(dates.PAIRS)
    day = a_day(rng.randrange(30_000))
    if day.year not in dates.years_of(format):
        day = day.replace(year=2001, day=min(day.day, 28))
    text = dates.write(day, locale, format)
    if rng.random() < 0.6:
        text = with_invisible(text, rng)
    return text, day.isoformat()


def typed(text, _):
    text = dates.clean(text)
    return list(date_readings.readings(text)), text


def is_read(got, right):
    return right in got[0]


TEXTS = st.text(max_size=60) | st.text("0123456789/-. ,年月日令和平成٠١٢ MaiJune", max_size=30)

# --- chords and scores ----------------------------------------------------------------------------

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
    """ABC of our own writing with its repeats; or what `write_score` gives, whole and damaged."""
    kind = rng.choice([".abc", ".abc", ".musicxml", ".mid"])
    bars = [_bar(rng) for _ in range(rng.choice([1, 2, 4, 8]))]
    if kind == ".abc":
        data, right = _in_abc(bars, rng)
    else:
        data, right = _written(tuple(bars), kind), _pitches(bars)
    if rng.random() < 0.5:
        data, right = mutated(data, rng, IN_ABC if kind == ".abc" else IN_XML), UNKNOWN
    return (data, "tune" + kind), right


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


@functools.lru_cache(4000)
def _written(bars, kind):
    import tempfile

    from utils.music.chords import TICKS, progression
    from utils.music.choruses import Chorus, events
    from utils.music.writing import write_score

    sounding, tick = [], 0
    for n, pitch in (note for bar in bars for note in bar):
        if pitch:
            sounding.append((tick, tick + n * TICKS // 2, pitch))
        tick += n * TICKS // 2
    chords, _ = progression(" | ".join(["C"] * len(bars)), 4)
    chorus = Chorus("A tune", 4, 120, chords, events(sounding, 4 * TICKS, tick))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tune" + kind)
        write_score(chorus, path)
        return path.read_bytes()


def read_tune(given, folder):
    from utils.music.choruses import notes
    from utils.music.reading import read_score

    chords = " | ".join(["C"] * 40) if given[1].endswith(".mid") else None
    chorus = read_score(saved(given[0], folder, given[1]), chords=chords)
    sounds = [None] * (chorus.length * 2 // 12)
    for onset, end, pitch in notes(chorus.events):
        for eighth in range(2 * onset // 12, 2 * end // 12):
            sounds[eighth] = pitch
    return sounds


def same_tune(got, right):
    # A MIDI file states no end of its last rest, and its chords here last longer.
    n = max((i + 1 for i, pitch in enumerate(right) if pitch), default=0)
    return got[:n] == right[:n] and not any(got[len(right) :])


# --- sound ----------------------------------------------------------------------------------------


def sounds(rng):
    import soundfile

    kind, subtype = rng.choice(_sound_formats())
    rate = rng.choice([8000, 16_000, 22_050, 44_100, 48_000])
    n_channels = rng.choice([1, 1, 2])
    n = rng.choice([100, 1600, 8000, 24_000])
    chance = np.random.default_rng(rng.randrange(2**32))
    samples = 0.3 * np.sin(np.arange(n) * chance.uniform(0.02, 0.2))[:, None].repeat(n_channels, 1)
    buffer = io.BytesIO()
    try:
        soundfile.write(buffer, samples, rate, format=kind, subtype=subtype)
    except Exception:  # this format has no such rate or number of channels
        kind, subtype, rate = "WAV", "PCM_16", 16_000
        buffer = io.BytesIO()
        soundfile.write(buffer, samples, rate, format=kind, subtype=subtype)
    data, right = buffer.getvalue(), n / rate
    fault = rng.choice(["", "", "cut", "cut", "bytes"])
    if fault == "cut":
        data = cut(data, rng)
    elif fault == "bytes":
        data, right = mutated(data, rng), UNKNOWN
    return (data, f"sound.{kind.lower()}"), right


@functools.cache
def _sound_formats():
    import soundfile

    return [
        (kind, subtype)
        for kind in sorted(soundfile.available_formats())
        if kind != "RAW"  # has no header, so that nothing can be known
        for subtype in sorted(soundfile.available_subtypes(kind))
    ]


def read_sound(given, folder):
    from utils.sound.recordings import RATE, faults, read_recording

    samples = read_recording(saved(given[0], folder, given[1]))
    if not all(says.endswith(".") for says in faults(samples)):
        raise AssertionError("a fault is no sentence")
    if samples.ndim != 1 or not np.isfinite(samples).all() or np.abs(samples).max(initial=0) > 1:
        raise AssertionError("not mono between -1 and 1")
    return len(samples) / RATE


def same_length(got, right):
    return abs(got - right) < 0.08 + 0.02 * right  # coders fill their last frame


# --- the project's own data, and what is downloaded -----------------------------------------------

LOADERS = {
    "dinosaurs/names.txt": datasets.load_dinosaurs,
    "verse/verse.txt": datasets.load_verse,
    "dates/formats.toml": datasets.load_date_formats,
    "word_vectors/control.npz": lambda: datasets.load_word_vectors("control"),
    "word_vectors/lexicon/people.toml": datasets.load_lexicon,
    "speech/validation.csv": lambda: datasets.load_speech("validation"),
    "jazz/choruses.jsonl": lambda: _jazz(),
}


def _jazz():
    from utils.music.choruses import load_choruses

    return load_choruses()


@functools.cache
def _embedded(name):
    return (ROOT / "datasets" / name).read_bytes()


def damaged_data(rng):
    name = rng.choice(list(LOADERS))
    return (mutated(_embedded(name), rng, [b'"', b"[[", b"= 1\n"]), name), UNKNOWN


def load_damaged(given, folder):
    content, name = given
    shutil.copytree(ROOT / "datasets" / Path(name).parts[0], folder / Path(name).parts[0])
    saved(content, folder, name)
    kept, files.EMBEDDED = files.EMBEDDED, folder
    try:
        return LOADERS[name]() is not None
    finally:
        files.EMBEDDED = kept


HOSTILE = ["../out.txt", "/tmp/out.txt", "C:\\out.txt", "a/../../out.txt", "..", "CON", "a\0b", ""]


def archives(rng):
    from tests.server import tar_of, zip_of

    members = {f"set/{i}.txt": bytes(rng.choices(b"abc \n", k=200)) for i in range(rng.choice([1, 5]))}
    right = {name: len(content) for name, content in members.items()}
    if rng.random() < 0.3:
        members[rng.choice(HOSTILE)] = b"x"
        right = UNKNOWN
    make, ending = rng.choice([(zip_of, ".zip"), (tar_of, ".tar.gz")])
    try:
        data = make(members)
    except ValueError:  # not a name for this kind of archive
        data = make({"a": b"x"})
        right = {"a": 1}
    if rng.random() < 0.5:
        data, right = mutated(data, rng), UNKNOWN
    return (data, "set" + ending), right


def fetch_archive(given, folder):
    from utils import downloads

    data, name = given
    server = _server()
    server.answers[f"/{name}"] = functools.partial(_send, body=data)
    checksum = "sha256:" + hashlib.sha256(data).hexdigest()
    address = server.address(f"/{name}")
    downloads.SOURCES["x"] = downloads.Source("test", address, checksum, "here", "CC0", len(data))
    os.environ["SEQUENCE_MODELS_DATA"] = str(folder / "cache")
    beside = saved(b"mine", folder, "mine.txt")
    try:
        found = downloads.fetch("x")
        return {
            path.relative_to(found).as_posix(): path.stat().st_size
            for path in found.rglob("*")
            if path.is_file() and path.suffix == ".txt" or path.name == "a"
        }
    finally:
        if beside.read_bytes() != b"mine" or sorted(p.name for p in folder.iterdir()) not in (
            ["cache", "mine.txt"],
            ["mine.txt"],
        ):
            raise AssertionError("something was written outside of the cache")


def _send(handler, body):
    from tests.server import send

    send(handler, body)


@functools.cache
def _server():
    import threading

    from tests.server import Server

    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


# --- the cells of "Your turn" ---------------------------------------------------------------------

ANYTHING = (
    st.text(max_size=40)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=20)
    | st.lists(st.text(max_size=5), max_size=3)
)


def mark_changes(given, _):
    defined = _defined("week1/1_recurrent_network_step_by_step", "mark_changes")
    defined["np"] = np
    defined["changes"] = lambda bits: (bits, None)
    defined["predict"] = lambda bits: np.zeros((1, len(bits[0]), 2))
    defined["mark_changes"](given)


def ask_for_a_date(given, _):
    defined = _defined("week3/1_date_translation_attention", "ask", "refusal")
    tokens = [chr(code) for code in range(32, 127)]
    stands = {
        "dates": dates,
        "T_x": 40,
        "characters": type("Characters", (), {"tokens": tokens, "__len__": lambda _: 95})(),
        "translate": lambda texts: (["1998-05-09"], [0.9]),
        "outcome": lambda answer, confidence: "sure",
        "attention_maps": lambda texts: [None],
        "plots": type("plots", (), {"attention": staticmethod(lambda *_: None)}),
    }
    defined.update(stands)
    defined["ask"](given)


@functools.cache
def _source(notebook):
    cells = json.loads((ROOT / f"notebooks/{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _defined(notebook, *names):
    """Return a namespace with functions of a notebook, for their cells alone."""
    scope = {}
    for source in _source(notebook):
        if not any(f"def {name}(" in source for name in names):
            continue
        tree = ast.parse(source)
        tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
        exec(compile(tree, notebook, "exec"), scope)
    return scope


# --------------------------------------------------------------------------------------------------

DOORS = {
    "names": Door(drawn(names), read_names, same_names),
    "vectors": Door(drawn(word_vectors), load_vectors, same_vectors),
    "dates": Door(drawn(written_dates), typed, is_read),
    "texts": Door(TEXTS.map(lambda text: (text, UNKNOWN)), typed),
    "chords": Door(drawn(typed_chords), read_chords, same_chords),
    "scores": Door(drawn(scores), read_tune, same_tune),
    "sound": Door(drawn(sounds), read_sound, same_length),
    "datasets": Door(drawn(damaged_data), load_damaged),
    "archives": Door(drawn(archives), fetch_archive),
    "your turn 1": Door(ANYTHING.map(lambda thing: (thing, UNKNOWN)), mark_changes),
    "your turn 2": Door(ANYTHING.map(lambda thing: (thing, UNKNOWN)), ask_for_a_date),
}
