"""utils.datasets: the embedded data, whole, missing and damaged."""

import io
import pickle
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from utils import datasets, files
from utils.env import ROOT
from utils.files import DataError

# --- embedded data ---------------------------------------------------------------------------


def test_dinosaurs():
    names = datasets.load_dinosaurs()
    assert len(names) >= 1200
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z]+", name) for name in names)


def test_verse():
    verse = datasets.load_verse()
    assert verse == (ROOT / "datasets/verse/verse.txt").read_text(encoding="utf-8")
    assert verse.count("\n") > 100


@pytest.mark.parametrize("content", [None, b"", b" \n\n", b"caf\xe9\n"])
@pytest.mark.parametrize(
    ("load", "file"),
    [
        (datasets.load_dinosaurs, "dinosaurs/names.txt"),
        (datasets.load_verse, "verse/verse.txt"),
        (datasets.load_date_documents, "dates/documents.csv"),
        (datasets.load_sound_alikes, "everyday/sound_alikes.csv"),
        (datasets.load_everyday, "everyday/animals.txt"),
        (datasets.load_news_agreement, "news_agreement/sentences.csv"),
    ],
)
def test_embedded_file_missing_or_damaged(tmp_path, monkeypatch, load, file, content):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    if content is not None:
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_bytes(content)
    with pytest.raises(DataError, match=f"git checkout -- datasets/{file}") as caught:
        load()
    assert "download the project again" in str(caught.value)


def test_the_advice_costs_no_edit(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    path = tmp_path / "dinosaurs/names.txt"
    path.parent.mkdir()
    path.write_bytes(b"zuul\nmei\ncaf\xe9saurus\n")
    said = "line 3 is not UTF-8 text.: if you edited it, mend the edit; else rename it, to lose not"
    with pytest.raises(DataError, match=f"names.txt is damaged .{said}hing, then restore it with"):
        datasets.load_dinosaurs()
    path.unlink()
    path.mkdir()
    with pytest.raises(DataError, match=r"cannot be read .*: see that it is a file") as caught:
        datasets.load_dinosaurs()
    assert "git checkout" not in str(caught.value)


def test_embedded_names_are_lower_cased_in_file_order(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    (tmp_path / "dinosaurs").mkdir()
    (tmp_path / "dinosaurs/names.txt").write_bytes(b"Zuul\r\nAardonyx\r\n\r\nMei\r\n")
    assert datasets.load_dinosaurs() == ["zuul", "aardonyx", "mei"]


SOUND_ALIKES = "sentence,word,other\nI know it's here.,it's,its\n"


def test_embedded_everyday_text(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    (tmp_path / "everyday").mkdir()
    for kind in datasets.EVERYDAY:
        text = f"My {kind}.\n\nIs it so?\n".encode()
        (tmp_path / f"everyday/{kind}.txt").write_bytes(text)
    assert datasets.load_everyday()["work"] == ["My work.", "Is it so?"]
    (tmp_path / "everyday/sound_alikes.csv").write_text(SOUND_ALIKES)
    (row,) = datasets.load_sound_alikes()
    assert row == {"sentence": "I know it's here.", "word": "it's", "other": "its"}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("word,", "words,", "not a table of sentence, word, other"),
        (",its\n", "\n", "line 2 is not a row"),
        ("it's here", "it is here", "the sentence of line 2 must hold its word once"),
        ("it's here", "it's what it's", "line 2 must hold its word once"),
        ("it's here", "it's in its house", "line 2 must hold its word once, and not the other"),
        (",its\n", ",\n", "line 2 must hold its word once, and not the other"),
        ("I know it's", "It's", "line 2 must hold its word once"),
    ],
)
def test_sound_alikes_damaged(tmp_path, monkeypatch, old, new, fault):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    (tmp_path / "everyday").mkdir()
    assert old in SOUND_ALIKES
    damaged = SOUND_ALIKES.replace(old, new, 1)
    (tmp_path / "everyday/sound_alikes.csv").write_text(damaged)
    with pytest.raises(DataError, match=f"{fault}.*git checkout -- datasets/everyday/sound"):
        datasets.load_sound_alikes()


NEWS_AGREEMENT = """source,text,verb,head,distance,retelling,subject
news,"the king 's cats , who saw mice ,",were,cats,3,"the cats, which saw the mice,",1
"""


def load_news_agreement(folder, monkeypatch, content):
    monkeypatch.setattr(files, "EMBEDDED", folder)
    (folder / "news_agreement").mkdir()
    (folder / "news_agreement/sentences.csv").write_text(content)
    return datasets.load_news_agreement()


def test_embedded_news_agreement(tmp_path, monkeypatch):
    (row,) = load_news_agreement(tmp_path, monkeypatch, NEWS_AGREEMENT)
    assert row == {
        "source": "news",
        "text": "the king 's cats , who saw mice ,",
        "verb": "were",
        "head": "cats",
        "distance": 3,
        "retelling": "the cats, which saw the mice,",
        "subject": 1,
    }


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("head,", "noun,", "not a table of source, text, verb, head"),
        (",1\n", "\n", "line 2 is not a row"),
        (",1\n", ",one\n", "line 2 is not a row"),
        (",3,", ",,", "line 2 is not a row"),
        ("were", "are", 'the verb of line 2 must be "was" or "were"'),
        (",3,", ",2,", "the head of line 2 must stand so far before the verb"),
        (",3,", ",-2,", "the head of line 2"),
        (",3,", ",99,", "the head of line 2"),
        ("cats,3", "mice,3", "the head of line 2"),
        ("the king 's cats , who saw mice ,", "", "the head of line 2"),
    ],
)
def test_news_agreement_damaged(tmp_path, monkeypatch, old, new, fault):
    assert old in NEWS_AGREEMENT
    content = NEWS_AGREEMENT.replace(old, new, 1)
    with pytest.raises(DataError, match=f"{fault}.*git checkout -- datasets/news_agreement/sent"):
        load_news_agreement(tmp_path, monkeypatch, content)


def npz(words=b"king\nqueen\nna\xc3\xafve", shape=(3, 50), **more):
    """The bytes of word vectors as the project embeds them."""
    buffer = io.BytesIO()
    numbers = np.arange(np.prod(shape)).reshape(shape).astype(np.float16)
    np.savez(buffer, **{"words": np.frombuffer(words, np.uint8), "vectors": numbers, **more})
    return buffer.getvalue()


def embed_vectors(folder, monkeypatch, content):
    monkeypatch.setattr(files, "EMBEDDED", folder)
    (folder / "word_vectors").mkdir()
    (folder / "word_vectors/planted.npz").write_bytes(content)


def test_embedded_word_vectors(tmp_path, monkeypatch):
    embed_vectors(tmp_path, monkeypatch, npz())
    words, vectors = datasets.load_word_vectors("planted")
    assert words == ["king", "queen", "naïve"]
    assert vectors.dtype == np.float16 and vectors.shape == (3, 50)
    assert vectors[1, 3] == 53


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not what NumPy wrote"),
        (b"caf\xe9", "not what NumPy wrote"),
        (npz()[:-40], "not what NumPy wrote"),
        (npz().replace(b"queen", b"quern"), "not what NumPy wrote"),
        (npz(words=b"king\nqueen\nna\xefve"), "not what NumPy wrote"),
        (npz(vectors=np.array([None] * 3)), "not what NumPy wrote"),
        (pickle.dumps(["king"]), "not what NumPy wrote"),
        (npz(words=b"king\nqueen"), "do not match"),
        (npz(words=b"king\nqueen\nking"), "do not match"),
        (npz(shape=(3, 49)), "do not match"),
        (npz(shape=(150,)), "do not match"),
    ],
)
def test_embedded_word_vectors_damaged(tmp_path, monkeypatch, content, fault):
    embed_vectors(tmp_path, monkeypatch, content)
    advice = "restore it with `git checkout -- datasets/word_vectors/planted.npz`"
    with pytest.raises(DataError, match=f"{fault}.*{advice}"):
        datasets.load_word_vectors("planted")
    with pytest.raises(DataError, match=r"control.npz is missing.*No such file"):
        datasets.load_word_vectors("control")


def ogg(length=3000, rate=16_000, channels=1, form="OGG", subtype="VORBIS"):
    """The bytes of a sound, by default as the project embeds it."""
    buffer, shape = io.BytesIO(), (length, channels)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, shape)
    soundfile.write(buffer, noise, rate, format=form, subtype=subtype)
    return buffer.getvalue()


HEADER = "word,voice,pitch,speed,start,length\n"
INDEX = HEADER + "activate,en+m1,30,150,0,1000\nhello,en+f2,70,200,1000,2000\n"


def embed_speech(folder, monkeypatch, sound=None, index=INDEX):
    monkeypatch.setattr(files, "EMBEDDED", folder)
    (folder / "speech").mkdir()
    (folder / "speech/test.ogg").write_bytes(ogg() if sound is None else sound)
    (folder / "speech/test.csv").write_text(index, encoding="utf-8")


def test_embedded_speech(tmp_path, monkeypatch):
    embed_speech(tmp_path, monkeypatch)
    samples, rows = datasets.load_speech("test")
    assert samples.dtype == np.float32 and samples.shape == (3000,)
    keys = ("word", "voice", "pitch", "speed", "start", "length")
    said = [("activate", "en+m1", 30, 150, 0, 1000), ("hello", "en+f2", 70, 200, 1000, 2000)]
    assert rows == [dict(zip(keys, row, strict=True)) for row in said]


def flipped(body, at):
    return body[:at] + bytes([body[at] ^ 255]) + body[at + 1 :]


@pytest.mark.parametrize(
    ("sound", "fault"),
    [
        (b"", "no sound file"),
        (b"caf\xe9" * 1000, "no sound file"),
        (b"\0" + ogg()[1:], "no sound file"),
        (ogg()[:1000], "no sound file"),
        (flipped(ogg(), 500), "no sound file"),
        (ogg(form="WAV", subtype="PCM_16"), "not Ogg at 16 kHz, mono"),
        (ogg(rate=22_050), "not Ogg at 16 kHz, mono"),
        (ogg(channels=2), "not Ogg at 16 kHz, mono"),
        (flipped(ogg(), -100), "do not fit together"),
        (ogg()[:-100], "do not fit together"),
        (ogg(2999), "do not fit together"),
        (ogg(3001), "do not fit together"),
    ],
)
def test_embedded_speech_damaged(tmp_path, monkeypatch, sound, fault):
    embed_speech(tmp_path, monkeypatch, sound)
    advice = r"restore it with `git checkout -- \"?datasets/speech/test\."
    with pytest.raises(DataError, match=f"{fault}.*{advice}"):
        datasets.load_speech("test")
    with pytest.raises(DataError, match=r"training.ogg is missing.*No such file"):
        datasets.load_speech("training")


@pytest.mark.parametrize(
    ("index", "fault"),
    [
        ("", "csv is damaged .it is empty"),
        (INDEX.removeprefix(HEADER), "not a table of word, voice, pitch"),
        (INDEX.replace("voice", "speaker"), "not a table of word, voice, pitch"),
        (HEADER, "not a table"),
        (HEADER + "x" * 200_000, "not a table"),
        (INDEX + "\n", "line 4 is not a row"),
        (INDEX.replace(",30,", ",,"), "line 2 is not a row"),
        (INDEX.replace(",1000,2000", ",1000,2e3"), "line 3 is not a row"),
        (INDEX.replace(",1000,2000", ",1000"), "line 3 is not a row"),
        (INDEX.replace(",1000,2000", ",1000,2000,5"), "line 3 is not a row"),
        (INDEX.replace(",1000,2000", ",1000,2001"), "do not fit together"),
        (INDEX.replace(",1000,2000", ",1000,1999"), "do not fit together"),
        (INDEX.replace(",1000,2000", ",1001,1999"), "do not fit together"),
        (INDEX.replace(",1000,2000", ",999,2001"), "do not fit together"),
        (INDEX.replace(",0,1000", ",-1,1001"), "do not fit together"),
        (INDEX.replace(",0,1000", ",0,3000").replace(",1000,2000", ",3000,0"), "do not fit"),
        (INDEX + "stop,en+m1,1,1,3000,1\n", "do not fit together"),
    ],
)
def test_the_index_of_the_speech_damaged(tmp_path, monkeypatch, index, fault):
    embed_speech(tmp_path, monkeypatch, index=index)
    with pytest.raises(DataError, match=f"{fault}.*restore it with `git checkout"):
        datasets.load_speech("test")


def test_speech_without_its_index(tmp_path, monkeypatch):
    embed_speech(tmp_path, monkeypatch)
    (tmp_path / "speech/test.csv").unlink()
    with pytest.raises(DataError, match=r"speech/test.csv is missing.*No such file"):
        datasets.load_speech("test")


@pytest.mark.parametrize("split", ["train", "", None, "../speech/test"])
def test_an_unknown_split_lists_the_splits(split):
    with pytest.raises(ValueError, match=r"no split .*: take training, validation, test"):
        datasets.load_speech(split)


# --- the advice helps ------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize("fault", ["missing", "damaged, then renamed"])
@pytest.mark.parametrize(
    "load, file",
    [
        (datasets.load_dinosaurs, "dinosaurs/names.txt"),
        (lambda: datasets.load_word_vectors("planted"), "word_vectors/planted.npz"),
        (lambda: datasets.load_speech("test"), "speech/test.ogg"),
    ],
)
def test_what_is_missing_or_damaged_comes_back_as_advised(tmp_path, monkeypatch, load, file, fault):
    folder = tmp_path / "datasets"
    (folder / "dinosaurs").mkdir(parents=True)
    (folder / "dinosaurs/names.txt").write_text("zuul\n")
    embed_vectors(folder, monkeypatch, npz())
    embed_speech(folder, monkeypatch)
    for command in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -qm data"):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)
    path = folder / file
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-3] + b"\xff\xff")
    with pytest.raises(DataError, match="restore it with `git checkout") as caught:
        load()
    if fault != "missing":
        path.rename(path.with_name(f"old {path.name}"))
    advised = re.search("`(git .*?)`", str(caught.value))[1]
    subprocess.run(["sh", "-c", advised], cwd=tmp_path, check=True, capture_output=True)
    assert load()


# --- the formats of dates, which learners edit ---------------------------------------------------

PATTERNS = [f"{day} {month} {year}" for day in ("d", "dd") for month in ("M", "MM", "MMM", "MMMM")
            for year in ("y", "yy")]  # fmt: skip
ENTRY = "\n".join(
    ["[de]", 'language = "German"', 'endings = { other = "." }', "formats = ["]
    + [f'    "{pattern}",' for pattern in PATTERNS]
    + ["]", ""]
)


def load_formats(folder, monkeypatch, content):
    monkeypatch.setattr(files, "EMBEDDED", folder)
    (folder / "dates").mkdir()
    (folder / "dates/formats.toml").write_text(content, encoding="utf-8")
    return datasets.load_date_formats()


def edited(old, new):
    assert old in ENTRY
    return ENTRY.replace(old, new, 1)


RIGHT = [
    "EEEE, d MMMM y",
    "EEE d* MMM ''yy",
    "d 'd''abril' y M",
    "dd* 'de' MMMM 'de' y (EEEE)",
    "y年M月d日",
    "«dd» MMMM y 'г.'",
    "yMMdd",
]


@pytest.mark.parametrize("pattern", RIGHT)
def test_an_edit_that_is_right(tmp_path, monkeypatch, pattern):
    locales = load_formats(tmp_path, monkeypatch, edited("d M y", pattern))
    assert locales["de"]["formats"] == [pattern, *PATTERNS[1:]]


# Of a pattern on line 5: what stands there, and what is said of it.
WRONG_PATTERNS = [
    ("d M Y", "'Y' is not one of the fields y, yy, M, MM, MMM"),
    ("d M yyyy", "'yyyy' is not one of the fields"),
    ("d m y", "'m' is not one of the fields .*put text in single quotes"),
    ("D M y", "'D' is not one of the fields"),
    ("d MMMMM y", "'MMMMM' is not one of the fields"),
    ("E, d M y", "'E' is not one of the fields"),
    ("eeee, d M y", "'eeee' is not one of the fields"),
    ("d de M de y", "'e' is not one of the fields"),
    ("d of M y", "'o' is not one of the fields"),
    ("d LLLL y", "'LLLL' is not one of the fields"),
    ("d М y", r"'М' \(U\+041C, CYRILLIC CAPITAL LETTER EM\) is a letter outside of single quotes"),
    ("dd M y г.", "'г' .* is a letter outside of single quotes"),
    ("d é M y", "'é' .* is a letter outside of single quotes"),
    ("d 'de M y", "a single quote .* is open: close it"),
    ("d 'de' M 'de y", "a single quote .* is open"),
    ("d M y '", "a single quote .* is open"),
    ("d' M y", "a single quote .* is open"),
    ("d M", "there is no year: add y"),
    ("d y", "there is no month: add M"),
    ("M y", "there is no day: add d"),
    ("", "there is no year"),
    ("'d M y'", "there is no year"),
    ("d M y yy", "the year stands in it twice"),
    ("d M y (MMMM)", "the month stands in it twice"),
    ("d M y, dd", "the day stands in it twice"),
    ("EEE d M y EEEE", "the weekday stands in it twice"),
    ("d M* y", r"'\*' does not stand directly after d or dd"),
    ("d *M y", r"'\*' does not stand directly after d or dd"),
    ("d** M y", r"'\*' does not stand directly after d or dd"),
    ("2 d M y", "the digit '2' would be taken for a part of the date"),
    ("d M '19'yy", "the digit '1' would be taken for a part of the date"),
    ("d M y ٣", "the digit '٣' would be taken"),
    ("d  M y", "a space stands at an end, or two in a row"),
    (" d M y", "a space stands at an end, or two in a row"),
    ("d\u200bM y", r"U\+200B, ZERO WIDTH SPACE\) is not a plain sign"),
    ("d\u00a0M y", r"U\+00A0, NO-BREAK SPACE\) is not a plain sign"),
    ("d\u3000M y", r"U\+3000, IDEOGRAPHIC SPACE\) is not a plain sign"),
    ("d，M y", r"'，' \(U\+FF0C, FULLWIDTH COMMA\) is not a plain sign"),
    ("d Ｍ y", r"'Ｍ' \(U\+FF2D, .* is not a plain sign"),
    ("d 'e\u0301' M y", "a letter and its accent are two characters"),
]


@pytest.mark.parametrize(("pattern", "fault"), WRONG_PATTERNS)
def test_an_edit_of_a_pattern_that_is_wrong(tmp_path, monkeypatch, pattern, fault):
    where = re.escape(f"datasets/dates/formats.toml, line 5, de: {pattern!r}: ")
    with pytest.raises(DataError, match=f"^{where}.*{fault}") as caught:
        load_formats(tmp_path, monkeypatch, edited("d M y", pattern))
    assert "git checkout" not in str(caught.value) and "\n" not in str(caught.value)


ENDINGS = 'endings = { other = "." }'
CUT = ENTRY.replace('    "dd MM y",\n', "").replace('    "dd M y",\n', "").replace(
    '    "dd M yy",\n', ""
)  # fmt: skip
WRONG_ENTRIES = [
    ("[en_US\n", r"is not TOML \(.*line 1, column 7\)\): mend that line"),
    (edited('"d M yy",', '"d M yy"'), r"is not TOML \(.*at line 7"),
    (edited('"d M yy"', '"d M yy'), r"is not TOML \(.*at line 6"),
    (edited('"d M yy"', r'"d M \y"'), r"is not TOML \(.*at line 6"),
    (edited("[de]", "<<<<<<< HEAD\n[de]"), r"is not TOML \(.*at line 1"),
    (ENTRY + ENTRY, r"is not TOML \(.*'de'.*at line 22"),
    (edited('language = "German"', f"x = {'9' * 5000}"), "is not TOML .a number is too long"),
    (edited('language = "German"', f"x = {'[' * 100_000}"), "is not TOML"),
    ("# nothing but a comment\n", "has no locale: add a table"),
    ("x = 1\n" + ENTRY, "line 1, x: it stands in no table: put it below a line such as"),
    ("[de]\nformats = []", "line 1, de: there is no language"),
    ("[de]\nlanguage = 'X'", "line 1, de: there is no formats"),
    (edited("formats =", "format ="), "line 4, de: 'format' is not known: language, formats and"),
    (edited('"German"', "3"), "line 2, de: language is not a text"),
    ("[de]\nlanguage = 'X'\nformats = 'd M y'", "line 3, de: formats is not a list"),
    ("[de]\nlanguage = 'X'\nformats = ['d M y']", "line 3, de: 1 formats, and at least 14"),
    (CUT, "line 4, de: 13 formats, and at least 14"),
    (edited('"d M yy"', '"d M y"'), "line 6, de: 'd M y' stands twice: leave one out"),
    (edited('"d M y"', "5"), "de: 5: it is not a text: put it in quotes"),
    (edited('"d M y"', '["d M y"]'), "it is not a text: put it in quotes"),
    (edited('"d M y"', "1998-05-09"), "it is not a text: put it in quotes, as in '1998-05-09'"),
    (edited(ENDINGS, 'endings = "."'), "line 3, de: endings is not a table such as"),
    (edited("other =", "32 ="), "line 3, de: there is no day '32' for an ending: give 1 to 31"),
    (edited("other =", "first ="), "there is no day 'first'"),
    (edited("other =", "01 ="), "there is no day '01'"),
    (edited('"."', "1"), "line 3, de: the ending of other, 1: it is not a text"),
    (edited('"."', '"3rd"'), "the digit '3' would be taken for a part of the date"),
    (edited(ENDINGS, "").replace("d M y", "d* M y", 1), "line 5, de: .*this locale has no endings"),
    (edited("[de]", "[xx]"), "line 1, xx: Babel knows no such language"),
    (edited("[de]", "[de-AT]"), "line 1, de-AT: Babel knows no such language"),
    (edited("[de]", "[German]"), "line 1, German: Babel knows no such language"),
]


@pytest.mark.parametrize(("content", "fault"), WRONG_ENTRIES, ids=range(len(WRONG_ENTRIES)))
def test_an_edit_of_the_formats_that_is_wrong(tmp_path, monkeypatch, content, fault):
    with pytest.raises(DataError, match=f"^datasets/dates/formats.toml.*{fault}") as caught:
        load_formats(tmp_path, monkeypatch, content)
    assert "git checkout" not in str(caught.value)


@pytest.mark.parametrize(
    "old, new, said, mended",
    [
        (ENTRY, "#", "add a table such as .de.", ENTRY),
        ("[de]", "x = 1\n[de]", "put it below a line such as .de.", "[de]"),
        ("formats =", "format =", "language, formats and endings are", "formats ="),
        ('"d M yy"', '"d M y"', "leave one out", '"d/M/y"'),
        ('"d M yy"', '"d M"', "there is no year: add y", '"d M yy"'),
        ('"d M yy"', '"d M y yy"', "the year stands in it twice: leave one out", '"d M yy"'),
        ('"d M yy"', '"d bla M y"', "put text in single quotes", "\"d 'bla' M y\""),
        ('"d M yy"', '"d ä M y"', "put text in them", "\"d 'ä' M y\""),
        ('"d M yy"', '"d \'a M y"', "close it", "\"d 'a' M y\""),
        ('"d M yy"', '"d \' M y"', "a quote itself is two of them", "\"d '' M y\""),
        ('"d M yy"', '"d 1 M y"', "leave it out", '"d  M y"'.replace("  ", "-")),
        ('"d M yy"', '"d  M y"', "two in a row: leave it out", '"d-M y"'),
        ('"d M yy"', '"d\uff0eM y"', "or write the plain one", '"d.M y"'),
        ('"d M yy"', "\"d 'a\u0301' M y\"", "write them as one", "\"d '\u00e1' M y\""),
        ('"d M yy"', "1998-05-09", "put it in quotes, as in", "'d M yy'"),
        ('{ other = "." }', '"."', "not a table such as . 1 = .st., other", '{ 1 = "st" }'),
        ("other =", "32 =", "give 1 to 31, or other", "31 ="),
        ("[de]", "[German]", "write it as in de or en_GB", "[en_GB]"),
        ('"German"', '"German', "mend that line", '"German"'),
    ],
)
def test_an_edit_that_is_mended_as_advised_is_taken(tmp_path, monkeypatch, old, new, said, mended):
    with pytest.raises(DataError, match=said):
        load_formats(tmp_path, monkeypatch, edited(old, new))
    (tmp_path / "dates/formats.toml").write_text(edited(old, mended), encoding="utf-8")
    assert len(datasets.load_date_formats()) == 1


def test_the_line_of_a_fault_is_that_of_its_locale(tmp_path, monkeypatch):
    second = ENTRY.replace("[de]", "[fr]  # French").replace("d MMMM yy", "d mmmm yy", 1)
    with pytest.raises(DataError, match="line 33, fr: 'd mmmm yy': 'mmmm' is not one of"):
        load_formats(tmp_path, monkeypatch, ENTRY + second)


# --- other processes -------------------------------------------------------------------------


def test_import_is_quick():
    """Embedded data needs neither the network's libraries nor those of the models."""
    slow = "{'pooch', 'requests', 'tqdm', 'numpy', 'soundfile'}"
    code = f"import sys, utils.datasets, utils.downloads; print({slow} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


def test_the_human_voice_is_whole():
    samples, rows = datasets.load_human_voice()
    assert [row["name"] for row in rows[:2]] == ["activated", "de-activated"]
    assert not any("activ" in row["name"] for row in rows[2:])
    assert 590 < len(samples) / 16_000 < 600
    assert samples.dtype == np.float32
    assert 0.5 < abs(samples).max() <= 1.1
