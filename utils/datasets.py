"""The data sets that are embedded in the project: a loader for each."""

import csv
import io
import re
import unicodedata

from utils.files import (
    UNREADABLE,
    DataError,
    damaged,
    embedded,
    embedded_bytes,
    embedded_toml,
)

FORMATS = "dates/formats.toml"
DOCUMENTS = {"text": str, "iso": str, "document": str}
LEAST_FORMATS = 14  # of dates, for each locale
DATE_FIELDS = ("y", "yy", "M", "MM", "MMM", "MMMM", "d", "dd", "EEE", "EEEE")
# The parts of a pattern. Within quotes two of them are one, as in Unicode's own patterns.
DATE_TOKEN = re.compile(
    r"(?P<field>([A-Za-z])\2*)|(?P<star>\*)|'(?P<quoted>([^']|'')+)'|''|(?P<plain>[^'*A-Za-z]+)"
)
SPEECH = ("training", "validation", "test")
SPEECH_FORM = ("OGG", 16_000, 1)  # of a file: format, samples a second, channels
EVERYDAY = (
    "animals",
    "cats",
    "home",
    "kitchen",
    "market",
    "music",
    "orchard",
    "people",
    "restaurant",
    "school",
    "sport",
    "town",
    "travel",
    "weather",
    "work",
)
SOUND_ALIKES = {"sentence": str, "word": str, "other": str}
NEWS_AGREEMENT = {
    "source": str, "text": str, "verb": str, "head": str, "distance": int, "retelling": str,
    "subject": int,
}  # fmt: skip
HUMAN_INDEX = {"name": str, "start": int, "length": int}
SPEECH_INDEX = {"word": str, "voice": str, "pitch": int, "speed": int, "start": int, "length": int}


def load_dinosaurs() -> list[str]:
    """Return the embedded dinosaur names, lower-cased, in file order. Raises DataError."""
    return embedded("dinosaurs/names.txt").lower().split()


def load_verse() -> str:
    """Return the embedded verse as one text. Raises DataError."""
    return embedded("verse/verse.txt")


def load_everyday() -> dict[str, list[str]]:
    """Return everyday English sentences: a list for each kind, "animals" to "work".

    No sentence stands twice, so each kind can be split by sentence. Raises DataError.
    """
    texts = {kind: embedded(f"everyday/{kind}.txt") for kind in EVERYDAY}
    return {
        kind: [line for line in text.splitlines() if line.strip()] for kind, text in texts.items()
    }


def load_sound_alikes() -> list[dict]:
    """Return sentences that tell apart two words that sound alike, a dictionary each.

    "sentence" holds "word" once, in lower case, and would be wrong with "other" in its place.
    None of the sentences stands in `load_everyday`. Raises DataError for a damaged file.
    """
    name = "everyday/sound_alikes.csv"
    rows = _read_index(name, SOUND_ALIKES)
    for number, row in enumerate(rows, 2):
        words = re.findall(r"[\w'-]+", row["sentence"])
        if words.count(row["word"]) != 1 or row["other"] in ("", *words):
            fault = f"the sentence of line {number} must hold its word once, and not the other"
            raise damaged(name, fault)
    return rows


def load_news_agreement() -> list[dict]:
    """Return 60 beginnings of real sentences, up to a "was" or "were", a dictionary each.

    `head` is the subject's noun and stands `distance` words before `verb`, punctuation not counted.
    `retelling` has the same structure in the words of `utils.language.agreement`, whose `retold`
    reads it; `subject` is the head's place among these. Raises DataError for a damaged file.
    """
    name = "news_agreement/sentences.csv"
    rows = _read_index(name, NEWS_AGREEMENT)
    for number, row in enumerate(rows, 2):
        if row["verb"] not in ("was", "were"):
            raise damaged(name, f'the verb of line {number} must be "was" or "were"')
        words = [word for word in row["text"].split() if re.search(r"\w", word) and word != "'s"]
        if not 0 <= row["distance"] < len(words) or words[~row["distance"]] != row["head"]:
            raise damaged(name, f"the head of line {number} must stand so far before the verb")
    return rows


def load_jazz() -> str:
    """Return the embedded jazz choruses, a line of JSON each. Raises DataError."""
    return embedded("jazz/choruses.jsonl")


def load_date_formats() -> dict[str, dict]:
    """Return how people write dates, for each locale.

    "language" is its name in English, "formats" its patterns, and "endings" those of ordinal
    numbers: a text for a day, "1" to "31", or for all "other" days. Raises DataError, which names
    the line, the locale, the pattern and the sign that is wrong.
    """
    locales = embedded_toml(FORMATS)
    if not locales:
        raise DataError(f"datasets/{FORMATS} has no locale: add a table such as [de].")
    for locale, entry in locales.items():
        for item, fault in _faults_of_locale(locale, entry):
            place = _place(FORMATS, locale, item)
            raise DataError(f"datasets/{FORMATS}{place}, {locale}: {fault}.")
        entry.setdefault("endings", {})
    return locales


def load_date_documents() -> list[dict]:
    """Return date lines as they stand in letters, laws and newspapers, a dictionary each.

    "text" is the line, "iso" the day that it means ("" where it names no day or no year), and
    "document" says where it stands. Raises DataError for a damaged file.
    """
    return _read_index("dates/documents.csv", DOCUMENTS)


def _place(name: str, locale: str, item) -> str:
    """Return the last line of a pattern or key of a locale, or of its name if the item is None."""
    quoted = re.compile(rf"""(["']){re.escape(str(item))}\1|^\s*{re.escape(str(item))}\s*=""")
    here, found = "", ""
    for number, line in enumerate(embedded(name).splitlines(), 1):
        if header := re.match(r"\s*\[\s*([^\[\],]+?)\s*\]\s*(#.*)?$", line):
            here = header[1].strip("\"'")
        if here in ("", locale) and (quoted.search(line) if item is not None else header):
            found = f", line {number}"
    return found


def _faults_of_locale(locale: str, entry):
    """Yield what is wrong: the pattern or key, None for the locale itself, and a sentence."""
    if not isinstance(entry, dict):
        yield locale, "it stands in no table: put it below a line such as [de]"
        return
    for key in entry.keys() - {"language", "formats", "endings"}:
        yield key, f"{key!r} is not known: language, formats and endings are"
    for key, kind in {"language": str, "formats": list}.items():
        if key not in entry:
            yield None, f"there is no {key}"
        elif not isinstance(entry[key], kind):
            yield key, f"{key} is not {'a text' if kind is str else 'a list of patterns'}"
    formats, endings = entry["formats"], entry.get("endings", {})
    if len(formats) < LEAST_FORMATS:
        yield "formats", f"{len(formats)} formats, and at least {LEAST_FORMATS} are needed"
    for format in formats:
        if formats.count(format) > 1:
            yield format, f"{format!r} stands twice: leave one out"
    for format in formats:
        for fault in _faults_of_format(format, endings):
            yield format, f"{format!r}: {fault}"
    if not isinstance(endings, dict):
        yield "endings", 'endings is not a table such as { 1 = "st", other = "th" }'
        return
    for day, ending in endings.items():
        if day not in ("other", *map(str, range(1, 32))):
            yield "endings", f"there is no day {day!r} for an ending: give 1 to 31, or other"
        for fault in _faults_of_text(ending):
            yield "endings", f"the ending of {day}, {ending!r}: {fault}"
    if not _in_babel(locale):
        yield None, "Babel knows no such language: write it as in de or en_GB"


def _faults_of_format(format, endings):
    yield from _faults_of_text(format)
    tokens, fields = list(DATE_TOKEN.finditer(format)), []
    if "".join(token[0] for token in tokens) != format:
        yield "a single quote (') is open: close it; a quote itself is two of them ('')"
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token["field"] and token["field"] not in DATE_FIELDS:
            yield (
                f"{token['field']!r} is not one of the fields {', '.join(DATE_FIELDS)}: put text "
                "in single quotes"
            )
        for letter in token["plain"] or "":
            if letter.lower() != letter.upper():
                yield f"{_named(letter)} is a letter outside of single quotes: put text in them"
        if token["star"] and not endings:
            yield "'*' stands for an ending, and this locale has no endings"
        if token["star"] and not (before and (before["field"] or "").startswith("d")):
            yield "'*' does not stand directly after d or dd"
        fields.append((token["field"] or " ")[0])
    for letter, name in {"y": "year", "M": "month", "d": "day", "E": "weekday"}.items():
        if fields.count(letter) > 1:
            yield f"the {name} stands in it twice: leave one out"
        if letter != "E" and letter not in fields:
            yield f"there is no {name}: add {letter}"


def _faults_of_text(text):
    """Yield what keeps a text out of a date, or it could not be told from another when read."""
    if not isinstance(text, str):
        yield f"it is not a text: put it in quotes, as in {str(text)!r}"
        return
    for sign in text:
        if sign.isdecimal():
            yield f"the digit {sign!r} would be taken for a part of the date: leave it out"
        elif not sign.isprintable() or "\uff01" <= sign <= "\uff5e":
            yield f"{_named(sign)} is not a plain sign: leave it out, or write the plain one"
    if unicodedata.normalize("NFC", text) != text:
        yield "a letter and its accent are two characters: write them as one (Unicode NFC)"
    if " ".join(text.split()) != text.strip() or text != text.strip():
        yield "a space stands at an end, or two in a row: leave it out"


def _named(sign: str) -> str:
    name = unicodedata.name(sign, "CONTROL CHARACTER")
    return f"{sign!r} (U+{ord(sign):04X}, {name})"


def _in_babel(locale: str) -> bool:
    from babel import Locale, UnknownLocaleError  # here, not above: the other data needs none

    try:
        return bool(Locale.parse(locale))
    except (ValueError, UnknownLocaleError):
        return False


def load_word_vectors(name: str):
    """Return the embedded words and their vectors, (n_words, 50) float16. Raises DataError.

    The file is "planted", "control" or "common": an .npz with the UTF-8 bytes of all words, a
    newline between two of them, and the vectors.
    """
    import numpy as np  # here, not above: the embedded text must not wait for it

    file = f"word_vectors/{name}.npz"
    content = embedded_bytes(file)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as data:
            words, vectors = data["words"].tobytes().decode("utf-8").split("\n"), data["vectors"]
    except (*UNREADABLE, ValueError, LookupError, TypeError):
        raise damaged(file, "it is not what NumPy wrote") from None
    if vectors.shape != (len(set(words)), 50):
        raise damaged(file, "words and vectors do not match")
    return words, vectors


def load_lexicon() -> dict[str, dict]:
    """Return what was planted in the text of the word vectors, the tables of four files joined.

    Among them: "topics" (kinds of words: members, and the words around them), "shares" (the planted
    share of women of each occupation), "names" and "stereotyped" (topics). Raises DataError.
    """
    lexicon = {}
    for part in ("grammar", "people", "things", "world"):
        name = f"word_vectors/lexicon/{part}.toml"
        for table, rows in embedded_toml(name).items():
            if not isinstance(rows, dict):
                raise damaged(name, f"{table!r} stands in no table")
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
    return spoken_by_index(f"speech/{split}", SPEECH_INDEX)


def load_human_voice(part: str = "prompts"):
    """Return what a woman said, (samples,) float32 at 16 kHz, and a list of its rows.

    A row is a dict: "name", "start" and "length", as in `load_speech`. The first two prompts are
    "activated" and "de-activated"; no other holds the trigger word. The other part, "digits", has
    "0" to "9". They are under CC BY-SA 3.0. Raises DataError for a damaged file.
    """
    return spoken_by_index(f"human_voice/{part}", HUMAN_INDEX)


def spoken_by_index(name: str, columns: dict):
    """Return the samples and the rows of a sound and its index, which must fit together."""
    samples, rows = _read_sound(f"{name}.ogg"), _read_index(f"{name}.csv", columns)
    ends = [0, *(row["start"] + row["length"] for row in rows)]
    starts = [row["start"] for row in rows]
    # A byte that is wrong makes Vorbis drop a page, so then the sound is shorter than its index.
    if min(row["length"] for row in rows) < 1 or [*starts, len(samples)] != ends:
        raise damaged(f"{name}.*", "the sound and its index do not fit together")
    return samples, rows


def _read_sound(name: str):
    import soundfile  # here, not above: the embedded text must not wait for it

    content = embedded_bytes(name)
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            form = file.format, file.samplerate, file.channels
            samples = file.read(dtype="float32")
    except RuntimeError:  # soundfile's own errors
        raise damaged(name, "it is no sound file") from None
    if form != SPEECH_FORM:
        raise damaged(name, "it is not Ogg at 16 kHz, mono")
    return samples


def _read_index(name: str, columns: dict) -> list[dict]:
    try:
        header, *lines = csv.reader(embedded(name).splitlines())
    except csv.Error:
        header, lines = [], []
    if header != list(columns) or not lines:
        raise damaged(name, f"it is not a table of {', '.join(columns)}")
    rows, kinds = [], columns.values()
    for number, line in enumerate(lines, 2):
        try:
            values = [kind(cell) for kind, cell in zip(kinds, line, strict=True)]
        except ValueError:
            raise damaged(name, f"line {number} is not a row of the table") from None
        rows.append(dict(zip(columns, values, strict=True)))
    return rows
