"""utils.datasets: the embedded data, whole, missing and damaged."""

import io
import pickle
import re
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


def test_embedded_names_are_lower_cased_in_file_order(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    (tmp_path / "dinosaurs").mkdir()
    (tmp_path / "dinosaurs/names.txt").write_bytes(b"Zuul\r\nAardonyx\r\n\r\nMei\r\n")
    assert datasets.load_dinosaurs() == ["zuul", "aardonyx", "mei"]


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
        (b"", "not Ogg Vorbis"),
        (b"caf\xe9" * 1000, "not Ogg Vorbis"),
        (b"\0" + ogg()[1:], "not Ogg Vorbis"),
        (ogg()[:1000], "not Ogg Vorbis"),
        (flipped(ogg(), 500), "not Ogg Vorbis"),
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
    advice = r"restore it with `git checkout -- datasets/speech/test\."
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


# --- other processes -------------------------------------------------------------------------


def test_import_is_quick():
    """Embedded data needs neither the network's libraries nor those of the models."""
    slow = "{'pooch', 'requests', 'tqdm', 'numpy', 'soundfile'}"
    code = f"import sys, utils.datasets, utils.downloads; print({slow} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
