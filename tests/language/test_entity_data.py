"""utils.language.entity_data: names, templates and news, whole, edited and damaged."""

import hashlib
import re
import shutil
from collections import Counter

import pytest

from datasets.news_entities import build
from datasets.person_names import build as names_build
from utils import files
from utils.env import ROOT
from utils.files import DataError
from utils.language import entities, entity_data, spans, tokens

NEWS_FILE = ROOT / "datasets/news_entities/entities.conll"
HELD_OUT = {"harry", "potter", "hermione", "granger"}


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Where a test may edit the data."""
    for name in ("entity_templates", "person_names", "news_entities"):
        shutil.copytree(ROOT / "datasets" / name, tmp_path / name)
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    return tmp_path


# --- what is there -----------------------------------------------------------------------------


def test_names_of_many_countries():
    rows = entity_data.load_person_names()
    assert len(rows) == 11_144
    assert Counter(row["kind"] for row in rows) == {"family": 6228, "given": 4916}
    countries = {country for row in rows for country in row["countries"]}
    assert len(countries) == 52
    assert len({(row["name"], row["kind"]) for row in rows}) == len(rows)
    assert not any(HELD_OUT & set(row["name"].lower().split()) for row in rows)
    for row in rows:
        assert not tokens.refusal(row["name"]), row
        assert row["name"].split()[-1][0].isupper(), row


@pytest.mark.parametrize(
    ("name", "tidy"),
    [("CHIA-HAO", "Chia-Hao"), (" Zoe\u0301 ", "Zoé"), ("Sa’diya", "Sa'diya"), ("O", "O")],
)
def test_names_are_tidied(name, tidy):
    assert names_build.tidy(name) == tidy


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        *[(name, True) for name in ("Ó Cadhain", "van den Berg", "Əliyev", "O'Shea", "Li", "Łoś")],
        *[(name, False) for name in ("Иван", "O", "J.", "ana", "Иvan", "Ana-", "Ada2", "", "王")],
    ],
)
def test_names_in_latin_letters(name, latin):
    assert names_build.is_latin(name) == latin


def test_templates():
    templates = entity_data.load_entity_templates()
    assert len(templates) == 924
    assert len({template.kind for template in templates}) == 13
    assert sum("{" not in text and "[" not in text for _, text in templates) > 100
    assert not any(text.startswith("He said, “Teddy") for _, text in templates)
    used = {slot for _, text in templates for slot in entity_data.SLOT.findall(text)}
    lists = entity_data.load_entity_lists()
    assert used - {"person", "given", "family"} <= {
        *lists["places"],
        *lists["organisations"],
        *lists["words"],
    }


def test_nobody_of_the_lessons_own_sentence_is_met_before():
    """Not as a name, nor as a word such as "potter"."""
    folder = ROOT / "datasets/entity_templates"
    text = "".join(
        (folder / name).read_text(encoding="utf-8")
        for name in ("templates.txt", "places.toml", "organisations.toml", "words.toml")
    )
    assert not HELD_OUT & set(re.findall(r"\w+", text.lower()))
    assert "roosevelt" not in text.lower()


def test_news():
    validation, test = (entity_data.load_news_entities(s) for s in ("validation", "test"))
    assert (len(validation), len(test)) == (80, 150)
    counts = Counter(s.kind for _, labels in validation + test for s in spans.spans(labels))
    assert counts == {"LOC": 146, "PER": 109, "ORG": 88}
    assert sum(len(words) for words, _ in validation + test) == 5952
    texts = {" ".join(words) for words, _ in validation + test}
    assert len(texts) == 230
    for _, labels in validation + test:  # B begins each entity
        assert spans.bio(spans.spans(labels), len(labels)) == labels


def test_the_sentences_are_those_that_the_seed_draws():
    assert build.drawn() == [words for words, *_ in entity_data.load_news_readings()]


def test_the_readings_are_of_the_same_sentences():
    settled = [row for s in ("validation", "test") for row in entity_data.load_news_entities(s)]
    readings = entity_data.load_news_readings()
    assert [words for words, *_ in readings] == [words for words, _ in settled]
    differ = sum(
        a != b for _, first, second in readings for a, b in zip(first, second, strict=True)
    )
    assert differ == 14
    for (_, labels), (_, first, second) in zip(settled, readings, strict=True):
        assert labels in (first, second)  # settled for one of the two


def test_an_unknown_split():
    with pytest.raises(ValueError, match="no split 'training' of the news: take validation, test"):
        entity_data.load_news_entities("training")


def test_the_cards_say_what_is_there():
    def card(name):
        return (ROOT / f"datasets/{name}/README.md").read_text(encoding="utf-8")

    content = (ROOT / "datasets/person_names/names.csv").read_bytes()
    assert f"{len(content):,} bytes, sha256 `{hashlib.sha256(content).hexdigest()}`" in card(
        "person_names"
    )
    templates = entity_data.load_entity_templates()
    counts = Counter((item.kind, entities.split_of(item.text)) for item in templates)
    for kind in dict(counts):
        row = [counts[kind[0], split] for split in entities.SPLITS]
        name = kind[0] + " (" if kind[0] in ("two uses", "capitals") else f"{kind[0]} |"
        line = next(x for x in card("entity_templates").splitlines() if x.startswith(f"| {name}"))
        assert line.endswith(f" | {sum(row)} | {row[0]} | {row[1]} | {row[2]} |")
    news = [entity_data.load_news_entities(split) for split in ("validation", "test")]
    for kind in entity_data.KINDS:
        found = [sum(s.kind == kind for _, x in part for s in spans.spans(x)) for part in news]
        assert re.search(rf"\({kind}\) \| {found[0]} \| {found[1]} \|", card("news_entities"))


# --- edits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{persona} sings.", "there is no slot 'persona': take one of .*person"),
        ("{} sings.", "there is no slot ''"),
        ("{person sings.", "a brace is open"),
        ("person} sings.", "a brace is open"),
        ("{the person} sings.", "a brace is open"),
        ("[PER Rose sings.", "a bracket is open"),
        ("Rose] sings.", "a bracket is open"),
        ("[Rose] sings.", "a bracket is open, or has no label"),
        ("[PLACE Turkey] sings.", "'PLACE' is no kind of entity: take one of PER, LOC, ORG"),
        ("[PER  Rose] sings.", "spaces at an end"),
        ("[PER Rose ] sings.", "spaces at an end"),
        ("[PER ] sings.", "holds no words"),
        ("{city}{country} sings.", "two slots share a word: put a space between"),
        ("{given}-{family} sings.", "two slots share a word: put a space between"),
        ("{given} {family} sings.", r"would be two people: write \[PER {given} {family}\]"),
        ("[PER Rose] {family} sings.", "would be two people"),
        ("yes", "it stands twice"),
    ],
)
def test_a_template_that_is_wrong(copied, line, fault):
    path = copied / "entity_templates/templates.txt"
    before = path.read_text(encoding="utf-8")
    path.write_text(before + line + "\n", encoding="utf-8")
    number = len(before.splitlines()) + 1
    with pytest.raises(DataError, match=rf"templates.txt, line {number}: .*{fault}") as caught:
        entity_data.load_entity_templates()
    assert "\n" not in str(caught.value)


def test_a_template_that_is_right(copied):
    path = copied / "entity_templates/templates.txt"
    path.write_text("# mine\n\n[ORG {family} & Co] sings.\r\n", encoding="utf-8")
    assert entity_data.load_entity_templates() == [("mine", "[ORG {family} & Co] sings.")]
    path.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(DataError, match="has no template: write a sentence"):
        entity_data.load_entity_templates()


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("places", 'river = """', 'rivers = """', "has no river: add a list"),
        ("places", 'river = """', 'river = 3\nx = """', "river is not a list of texts"),
        ("places", 'river = """', 'river = [3]\nx = """', "river is not a list of texts"),
        ("places", 'river = """', 'river = []\nx = """', "has no river"),
        ("organisations", "[names]", "[nams]", r"has no table \[names\]"),
        ("organisations", "[patterns]", "[pattern]", r"has no table \[patterns\]"),
        ("organisations", '"Bank of {city}"', '"Bank of {town}"', "no slot 'town'"),
        ("organisations", '"Bank of {city}"', '"Bank of {day}"', "no slot 'day'"),
        ("words", 'day = "', 'days = "', "no slot 'day'"),
        ("words", 'day = "', "day = ", "is not TOML"),
    ],
)
def test_a_list_that_is_wrong(copied, file, old, new, fault):
    path = copied / f"entity_templates/{file}.toml"
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=fault):
        entity_data.load_entity_templates()


# --- damage ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "it is empty"),
        ("name,kind\n", "not a table of name,kind,countries"),
        ("name,kind,countries\n", "not a table of name,kind,countries"),
        ("name,kind,countries\nAda,given,GB\nBo,given\n", "line 3 is not a row"),
        ("name,kind,countries\nAda,first,GB\n", "line 2 is not a row"),
        ("name,kind,countries\n,given,GB\n", "line 2 is not a row"),
        ("name,kind,countries\nAda,given,\n", "line 2 is not a row"),
        ("name,kind,countries\nAda,given,GB,US\n", "line 2 is not a row"),
        ("name,kind,countries\nAda,given,gb\n", "line 2 is not a row"),
    ],
)
def test_names_damaged(copied, content, fault):
    (copied / "person_names/names.csv").write_text(content, encoding="utf-8")
    with pytest.raises(
        DataError, match=f"{fault}.*git checkout -- datasets/person_names/names.csv"
    ):
        entity_data.load_person_names()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "it is empty"),
        ("He\tO\nsang\n", "line 2 is not a token"),
        ("He\tO\tO\n", "line 1 is not a token"),
        ("He\tB-DAY\n", "line 1 is not a token"),
        ("\tO\n", "line 1 is not a token"),
        ("He O\n", "line 1 is not a token"),
    ],
)
def test_news_damaged(copied, content, fault):
    (copied / "news_entities/entities.conll").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=f"{fault}.*git checkout -- datasets/news_entities/ent"):
        entity_data.load_news_entities("test")


def test_a_file_may_end_with_or_without_a_blank_line(copied):
    path = copied / "news_entities/readings.conll"
    for end in ("", "\n", "\n\n\n"):
        path.write_text(f"He\tO\tO\n\n\nAda\tB-PER\tO{end}", encoding="utf-8")
        assert entity_data.load_news_readings() == [
            (["He"], ["O"], ["O"]),
            (["Ada"], ["B-PER"], ["O"]),
        ]
