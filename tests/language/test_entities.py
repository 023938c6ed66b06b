"""utils.language.entities: made sentences, what is held out of them, and noise."""

import shutil
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import files
from utils.env import ROOT
from utils.files import DataError
from utils.language import entities, entity_data, spans, tokens
from utils.language.entities import make

HELD_OUT = {"harry", "potter", "hermione", "granger"}


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def training():
    return make(3000, rng(), noise=0.2)


# --- splits ------------------------------------------------------------------------------------


def test_splits_are_apart_and_whole():
    texts = entity_data.load_entity_templates()
    parts = [entities.templates(split) for split in entities.SPLITS]
    assert sorted(item for part in parts for item in part) == sorted(texts)
    assert [len(part) for part in parts] == [553, 189, 182]
    lists = [entities.entries(split) for split in entities.SPLITS]
    for slot in entity_data.LABEL_OF.keys() - {"person"}:
        sets = [set(part[slot]) for part in lists]
        assert not (sets[0] & sets[1] or sets[0] & sets[2] or sets[1] & sets[2]), slot
        assert all(sets), slot
    names = {(row["name"], row["kind"]) for row in entity_data.load_person_names()}
    found = {(name, kind) for part in lists for kind in ("given", "family") for name in part[kind]}
    assert found == names


@given(st.text())
def test_a_split_depends_on_the_text_alone(text):
    assert entities.split_of(text) == entities.split_of(str(text))
    assert entities.split_of(text) in entities.SPLITS


def test_three_in_five_are_for_training():
    counts = Counter(entities.split_of(f"name {number}") for number in range(5000))
    for split, share in {"training": 0.6, "validation": 0.2, "test": 0.2}.items():
        assert counts[split] / 5000 == pytest.approx(share, abs=0.025)


@pytest.mark.parametrize("options", [{"templates_of": "all"}, {"names_of": ""}])
def test_an_unknown_split(options):
    with pytest.raises(ValueError, match=r"no split .*: take training, validation, test"):
        make(1, rng(), **options)


def test_a_split_without_a_template(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "datasets/entity_templates", tmp_path / "entity_templates")
    (tmp_path / "entity_templates/templates.txt").write_text("yes\n", encoding="utf-8")
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    others = entities.SPLITS.keys() - {entities.split_of("yes")}
    for split in others:
        with pytest.raises(DataError, match=f"templates.txt has none for {split}: write more"):
            entities.templates.__wrapped__(split)


def test_training_holds_nothing_that_is_held_out(training):
    texts = {item.text for item in entities.templates("training")}
    frames = {before + after for before, after in entities.FRAMES}
    lists = entities.entries("training")
    names = {name for slot in (*entity_data.LABEL_OF, "two_uses") for name in lists.get(slot, [])}
    for made in training:
        assert texts >= set(made.templates) - frames
        assert names >= {name for _, name in made.pairs}
        assert not HELD_OUT & {word.lower() for word in made.tokens}


@pytest.mark.parametrize("split", entities.SPLITS)
def test_held_out_templates_with_seen_names_and_the_other_way(split):
    texts = {item.text for item in entities.templates(split)}
    frames = {before + after for before, after in entities.FRAMES}
    for made in make(200, rng(), templates_of=split, names_of="training"):
        assert texts >= set(made.templates) - frames
    lists = entities.entries(split)
    names = {name for slot in (*entity_data.LABEL_OF, "two_uses") for name in lists.get(slot, [])}
    for made in make(200, rng(), templates_of="training", names_of=split):
        assert names >= {name for _, name in made.pairs}


def test_pairs_that_are_kept_back_are_in_no_training_sentence(training):
    seen = {pair for made in training for pair in made.pairs}
    assert len(seen) > 1000
    assert not any(entities.is_kept_back(*pair) for pair in seen)
    back = {pair for made in make(600, rng(1), kept_back=True) for pair in made.pairs}
    assert len(back) > 300
    assert all(entities.is_kept_back(*pair) for pair in back)
    # Each half of most of these pairs is met in training, in another pair.
    templates, names = ({pair[n] for pair in seen} for n in (0, 1))
    assert np.mean([pair[0] in templates for pair in back]) > 0.9
    assert np.mean([pair[1] in names for pair in back]) > 0.5


def test_the_lessons_two_sentences_are_new(training):
    """Teddy is met as a name and as a word, but never behind the words that stand before it."""
    before = ["He", "said", ",", "“", "Teddy"]
    uses = Counter()
    for made in training:
        words = [{'"': "“"}.get(word, word.title()) for word in made.tokens]
        lines = " ".join(words).lower()
        assert " ".join(before).lower() not in lines
        uses.update(
            label for word, label in zip(words, made.labels, strict=True) if word == "Teddy"
        )
    assert uses["B-PER"] > 5 and uses["O"] > 5


# --- what is made --------------------------------------------------------------------------------


def test_the_same_seed_makes_the_same():
    first, again, other = (make(50, rng(seed), noise=0.5) for seed in (3, 3, 4))
    assert first == again != other


def test_labels_are_bio_and_fit(training):
    assert len(training) == 3000
    kinds = Counter()
    for made in training:
        assert len(made.tokens) == len(made.labels) > 0
        assert set(made.labels) <= set(entity_data.LABELS)
        found = spans.spans(made.labels)
        assert spans.bio(found, len(made.labels)) == made.labels
        kinds.update(span.kind for span in found)
        assert not set("{}[]") & set("".join(made.tokens))
    assert kinds.keys() == {"PER", "LOC", "ORG"}
    assert min(kinds.values()) > 500
    empty = np.mean([set(made.labels) == {"O"} for made in training])
    assert 0.05 < empty < 0.3


def test_sentences_are_varied(training):
    lengths = [len(made.tokens) for made in training]
    assert np.mean(lengths) > 14 and max(lengths) < 70
    assert np.mean([len(made.templates) > 1 for made in training]) > 0.25
    assert len({tuple(made.tokens) for made in training}) > 2300


def test_plain_sentences_are_of_one_template():
    for made in make(200, rng(), composed=0):
        assert len(made.templates) == 1
        (text,) = made.templates
        inside = entity_data.MARKED.sub("", text)
        said = entity_data.MARKED.findall(text)
        slots = [slot for slot in entity_data.SLOT.findall(inside) if slot in entity_data.LABEL_OF]
        assert len(spans.spans(made.labels)) == len(said) + len(slots)


def test_without_noise_a_tokeniser_makes_the_same_tokens():
    for made in make(300, rng(5)):
        line = " ".join(made.tokens)
        assert tokens.tokenise(line) == made.tokens or "." in line[:-1]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("He left.", "He/O left/O ./O"),
        ("[PER Ada Lo]'s dog", "Ada/B-PER Lo/I-PER 's/O dog/O"),
        ("“[PER Teddy], go!”", "“/O Teddy/B-PER ,/O go/O !/O ”/O"),
        ("[PER J. Lo] of [ORG Lo, Lo & Co].", "J./B-PER Lo/I-PER of/O Lo/B-ORG ,/I-ORG Lo/I-ORG "
         "&/I-ORG Co/I-ORG ./O"),
        ("[LOC Oslo], [LOC Rome]", "Oslo/B-LOC ,/O Rome/B-LOC"),
        ("[ORG Lo Ltd].", "Lo/B-ORG Ltd/I-ORG ./O"),
        ("St. [LOC Helena]", "St./O Helena/B-LOC"),
    ],
)  # fmt: skip
def test_brackets_become_labels(text, right):
    words, labels = entities.marked(text)
    assert " ".join(f"{w}/{x}" for w, x in zip(words, labels, strict=True)) == right


def test_a_becomes_an():
    jobs = "architect", "engineer", "electrician", "actor"
    lines = [" ".join(made.tokens) for made in make(6000, rng(9), composed=1)]
    assert any(f" an {job} " in line for line in lines for job in jobs)
    assert not any(f" a {job} " in line for line in lines for job in jobs)


# --- noise -------------------------------------------------------------------------------------

WORDS = ["He", "said", ",", "“", "Wellington", "is", "windy", "!", "”"]


def test_noise_keeps_the_number_of_tokens():
    for seed in range(60):
        changed = entities.noisy(WORDS, rng(seed))
        assert len(changed) == len(WORDS)
        assert [w for w in changed if not w.isalpha()] == [w for w in WORDS if not w.isalpha()]
    assert entities.noisy(WORDS, rng(), "lower case") == [word.lower() for word in WORDS]
    assert entities.noisy(WORDS, rng(), "capitals")[4] == "WELLINGTON"


def test_misspelt_words_are_near_what_they_were():
    changed = Counter()
    for seed in range(400):
        for before, after in zip(WORDS, entities.noisy(WORDS, rng(seed), "misspelt"), strict=True):
            assert after[0] == before[0] and abs(len(after) - len(before)) <= 1
            changed[before] += after != before
            if len(before) < 4:
                assert after == before
    assert 50 < changed["Wellington"] < 130 and changed["said"] > 30


def test_noise_leaves_the_labels():
    """The same draws up to the noise, so the first sentence is the same but for it."""
    plain, loud = (make(1, rng(8), noise=share)[0] for share in (0, 1))
    assert plain.labels == loud.labels and plain.templates == loud.templates
    assert plain.tokens != loud.tokens
    straight = [made for made in make(300, rng(2), noise=1) if '"' in made.tokens]
    assert straight and not any("“" in made.tokens for made in straight)
    assert not any('"' in made.tokens for made in make(300, rng(2)))


@pytest.mark.parametrize("share", [-0.1, 1.5, float("nan")])
@pytest.mark.parametrize("option", ["composed", "noise"])
def test_a_share_is_a_share(option, share):
    with pytest.raises(ValueError, match="A share is between 0 and 1"):
        make(1, rng(), **{option: share})


def test_nothing_is_made_of_nothing():
    assert make(0, rng()) == []
