"""The data sets that are embedded in the project: a loader for each."""

import csv
import io
import tomllib

from utils import files
from utils.files import UNREADABLE, damaged, embedded

LEAST_FORMATS = 14  # of dates, for each locale
SPEECH = ("training", "validation", "test")
SPEECH_FORM = ("OGG", 16_000, 1)  # of a file: format, samples a second, channels
SPEECH_INDEX = {"word": str, "voice": str, "pitch": int, "speed": int, "start": int, "length": int}


def load_dinosaurs() -> list[str]:
    """Return the embedded dinosaur names, lower-cased, in file order. Raises DataError."""
    return embedded("dinosaurs/names.txt").lower().split()


def load_verse() -> str:
    """Return the embedded verse as one text. Raises DataError."""
    return embedded("verse/verse.txt")


def load_jazz() -> str:
    """Return the embedded jazz choruses, a line of JSON each. Raises DataError."""
    return embedded("jazz/choruses.jsonl")


def load_date_formats() -> dict[str, dict]:
    """Return how people write dates, for each locale.

    "language" is its name in English, "formats" its patterns, and "endings" those of ordinal
    numbers: a text for a day, "1" to "31", or for all "other" days. Raises DataError.
    """
    name = "dates/formats.toml"
    try:
        locales = tomllib.loads(embedded(name))
    except tomllib.TOMLDecodeError as error:
        raise damaged(name, f"it is not TOML: {error}") from None
    for locale, entry in locales.items():
        if fault := _fault_of_formats(entry):
            raise damaged(name, f"{locale}: {fault}")
        entry.setdefault("endings", {})
    return locales


def _fault_of_formats(entry) -> str:
    missing = [key for key in ("language", "formats") if key not in entry]
    if missing:
        return f"there is no {missing[0]}"
    formats = entry["formats"]
    if len(formats) < LEAST_FORMATS:
        return f"{len(formats)} formats, and at least {LEAST_FORMATS} are needed"
    twice = [format for format in formats if formats.count(format) > 1]
    return f"{twice[0]!r} stands twice" if twice else ""


def load_word_vectors(name: str):
    """Return the embedded words and their vectors, (n_words, 50) float16. Raises DataError.

    The file is "planted" or "control": an .npz with the UTF-8 bytes of all words, a newline between
    two of them, and the vectors.
    """
    import numpy as np  # here, not above: the embedded text must not wait for it

    file = f"word_vectors/{name}.npz"
    try:
        with np.load(files.EMBEDDED / file, allow_pickle=False) as data:
            words, vectors = data["words"].tobytes().decode("utf-8").split("\n"), data["vectors"]
    except (*UNREADABLE, ValueError, LookupError, TypeError) as error:
        raise damaged(file, _fault(error, "it is not what NumPy wrote")) from None
    if vectors.shape != (len(set(words)), 50):
        raise damaged(file, "words and vectors do not match")
    return words, vectors


def _fault(error: Exception, otherwise: str) -> OSError | str:
    """Return what the operating system says of a file, or what its reader makes of it."""
    return error if getattr(error, "strerror", None) else otherwise


def load_lexicon() -> dict[str, dict]:
    """Return what was planted in the text of the word vectors, the tables of four files joined.

    Among them: "topics" (kinds of words: members, and the words around them), "shares" (the planted
    share of women of each occupation), "names" and "stereotyped" (topics). Raises DataError.
    """
    lexicon = {}
    for part in ("grammar", "people", "things", "world"):
        name = f"word_vectors/lexicon/{part}.toml"
        try:
            tables = tomllib.loads(embedded(name))
        except tomllib.TOMLDecodeError as error:
            raise damaged(name, f"it is not TOML: {error}") from None
        for table, rows in tables.items():
            lexicon.setdefault(table, {}).update(rows)
    return lexicon


def load_planted_text() -> list[str]:
    """Return 200 of the sentences that the planted word vectors learned from. Raises DataError."""
    return embedded("word_vectors/sample.txt").splitlines()


def load_speech(split: str):
    """Return the spoken words of a split, (samples,) float32 at 16 kHz, and a list of its rows.

    The split is "training", "validation" or "test". A row is a dict: "word", "voice", "pitch",
    "speed", "start" and "length". The first four tell what was said and how, in the units of
    eSpeak NG; the word itself is `samples[start : start + length]`. The rows follow each other and
    cover all samples, a few of which lie a little beyond -1 or 1. Raises ValueError for another
    split, DataError for a damaged file.
    """
    if split not in SPEECH:
        raise ValueError(f"There is no split {split!r} of the speech: take {', '.join(SPEECH)}.")
    sound, index = f"speech/{split}.ogg", f"speech/{split}.csv"
    samples, rows = _read_sound(sound), _read_index(index)
    ends = [0, *(row["start"] + row["length"] for row in rows)]
    starts = [row["start"] for row in rows]
    # A byte that is wrong makes Vorbis drop a page, so then the sound is shorter than its index.
    if min(row["length"] for row in rows) < 1 or [*starts, len(samples)] != ends:
        raise damaged(f"speech/{split}.*", "the sound and its index do not fit together")
    return samples, rows


def _read_sound(name: str):
    import soundfile  # here, not above: the embedded text must not wait for it

    try:
        with soundfile.SoundFile(io.BytesIO((files.EMBEDDED / name).read_bytes())) as file:
            form = file.format, file.samplerate, file.channels
            samples = file.read(dtype="float32")
    except (OSError, RuntimeError) as error:  # soundfile's own errors are RuntimeErrors
        raise damaged(name, _fault(error, "it is not Ogg Vorbis")) from None
    if form != SPEECH_FORM:
        raise damaged(name, "it is not Ogg at 16 kHz, mono")
    return samples


def _read_index(name: str) -> list[dict]:
    try:
        header, *lines = csv.reader(embedded(name).splitlines())
    except csv.Error:
        header, lines = [], []
    if header != list(SPEECH_INDEX) or not lines:
        raise damaged(name, f"it is not a table of {', '.join(SPEECH_INDEX)}")
    rows, kinds = [], SPEECH_INDEX.values()
    for number, line in enumerate(lines, 2):
        try:
            values = [kind(cell) for kind, cell in zip(kinds, line, strict=True)]
        except ValueError:
            raise damaged(name, f"line {number} is not a row of the table") from None
        rows.append(dict(zip(SPEECH_INDEX, values, strict=True)))
    return rows
