"""Lists of names, word vectors, dates and other texts."""

import functools
import gzip
from datetime import date

import numpy as np
from hypothesis import strategies as st

from tests.fuzz.mutations import mutated, with_invisible
from tests.fuzz.trying import UNKNOWN, saved
from utils import files
from utils.language import calendars, date_readings, dates, own_text, sentences, sentiment

SCRIPTS = ["abcdefghij", "äöüßéñø", "бвгдежз", "春夏秋冬山川", "한국어가나다", "αβγδεζη", "עברית"]


def names(rng):
    letters = rng.choice(SCRIPTS)
    n = rng.choice([50, 51, 80])
    made = ("".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(3 * n))
    words = list(dict.fromkeys(made))[:n]
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
    text = calendars.gregorian(text)
    return list(date_readings.readings(text)), text


def is_read(got, right):
    return right in got[0]


def words(text, _):
    """Read a text as a learner's own, of any language, for the language model."""
    parts = [sentences.words_of(sentence) for sentence in sentences.sentences_of(text)]
    return parts, [sentences.text_of(part) for part in parts]


def own_texts(rng):
    """A text file of a learner's own, which may be in another encoding, damaged or no text."""
    words = ["".join(rng.choices(rng.choice(SCRIPTS), k=rng.randint(1, 8))) for _ in range(90)]
    marks = [" "] * 9 + [". ", "! ", ", ", "。", "\n", "\n\n", "\r\n"]
    text = "".join(rng.choice(words) + rng.choice(marks) for _ in range(rng.choice([0, 40, 900])))
    fault = rng.choice(["", "", "invisible", "encoding", "bytes"])
    if fault == "invisible":
        text = with_invisible(text, rng)
    encoding = rng.choice(["utf-16", "utf-8-sig", "latin-1", "gb18030"])
    data = text.encode(encoding if fault == "encoding" else "utf-8", errors="replace")
    return mutated(data, rng) if fault == "bytes" else data, UNKNOWN


def read_own(content, folder):
    return own_text.read(saved(content, folder, "my_text.txt"))


def read_own_for_vectors(content, folder):
    from utils.language import own_vectors

    return own_vectors.read(saved(content, folder, "my_text.txt"))


def ask_for_neighbours(given, _):
    from utils.language import own_vectors, vector_training

    rows = np.array([[1, 0], [0.9, 0.1], [0, 1]])
    return own_vectors.nearest(vector_training.keyed(["king", "queen", "pear"], rows), given, 2)


PROSE = st.text(max_size=200) | st.text("Aa. !?'\"’-3,。」我한ह्ि\n", max_size=200)
TEXTS = st.text(max_size=60) | st.text("0123456789/-. ,年月日令和平成٠١٢ MaiJune", max_size=30)


WRITTEN = {
    "happy": ["happy"],
    "Don't": ["do", "not"],
    "can’t": ["can", "not"],
    "I'm": ["i", "am"],
    "naïve": ["naïve"],
    "рад": ["рад"],
    "खुश": ["खुश"],
    "不开心": ["不开心"],
    "10": ["10"],
    "❤️": ["❤"],
    "👍🏽": ["👍🏽"],
}


def messages(rng):
    words = rng.choices(list(WRITTEN), k=rng.randint(1, 12))
    text = rng.choice(["", " ", "…"])
    for word in words:
        text += (
            rng.choice(["", "(", '"', "- "]) + word + rng.choice([" ", ", ", "! ", ".\n", "?! "])
        )
    if rng.random() < 0.4:
        text = with_invisible(text, rng)
    return text, [token for word in words for token in WRITTEN[word]]


def split_message(text, _):
    return sentiment.tokenise(text)
