"""The project's own data, and what is downloaded."""

import functools
import hashlib
import os
import shutil
import threading
from pathlib import Path

from tests.fuzz.mutations import mutated
from tests.fuzz.trying import UNKNOWN, saved
from tests.server import Server, send, tar_of, zip_of
from utils import datasets, downloads, files
from utils.env import ROOT
from utils.genomics.genomes import load_genome
from utils.language import entity_data, sentiment

LOADERS = {
    "dinosaurs/names.txt": datasets.load_dinosaurs,
    "verse/verse.txt": datasets.load_verse,
    "everyday/kitchen.txt": datasets.load_everyday,
    "everyday/sound_alikes.csv": datasets.load_sound_alikes,
    "news_agreement/sentences.csv": datasets.load_news_agreement,
    "dates/formats.toml": datasets.load_date_formats,
    "dates/documents.csv": datasets.load_date_documents,
    "word_vectors/control.npz": lambda: datasets.load_word_vectors("control"),
    "word_vectors/lexicon/people.toml": datasets.load_lexicon,
    "speech/validation.csv": lambda: datasets.load_speech("validation"),
    "jazz/choruses.jsonl": lambda: _jazz(),
    "person_names/names.csv": entity_data.load_person_names,
    "entity_templates/templates.txt": entity_data.load_entity_templates,
    "entity_templates/organisations.toml": entity_data.load_entity_lists,
    "news_entities/readings.conll": entity_data.load_news_readings,
    "sentiment/messages.csv": sentiment.load_messages,
    "sentiment/reviews.csv": sentiment.load_reviews,
    "genomes/phix174_genes.csv": lambda: load_genome("phix174"),
    "genomes/genomes.csv": lambda: load_genome("phix174"),
    "genomes/phix174.2bit": lambda: load_genome("phix174"),
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
    members = {
        f"set/{i}.txt": bytes(rng.choices(b"abc \n", k=200)) for i in range(rng.choice([1, 5]))
    }
    right = {name: len(content) for name, content in members.items()}
    if rng.random() < 0.3:
        members[rng.choice(HOSTILE)] = b"x"
        right = UNKNOWN
    make, ending = rng.choice([(zip_of, ".zip"), (tar_of, ".tar.gz")])
    try:
        data = make(members)
    except (ValueError, IndexError):  # not a name for this kind of archive
        data = make({"a": b"x"})
        right = {"a": 1}
    if rng.random() < 0.5:
        data, right = mutated(data, rng), UNKNOWN
    return (data, "set" + ending), right


def fetch_archive(given, folder):
    data, name = given
    server = _server()
    server.answers[f"/{name}"] = functools.partial(send, body=data)
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
            if (path.is_file() and path.suffix == ".txt") or path.name == "a"
        }
    finally:
        if beside.read_bytes() != b"mine" or sorted(p.name for p in folder.iterdir()) not in (
            ["cache", "mine.txt"],
            ["mine.txt"],
        ):
            raise AssertionError("something was written outside of the cache")


@functools.cache
def _server():
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
