"""Names of people, sentences with slots for them, and news in which people marked the names."""

import re
from typing import NamedTuple

from utils.files import DataError, damaged, embedded, embedded_toml

LABEL_OF = {
    **dict.fromkeys(("person", "given", "family"), "PER"),
    **dict.fromkeys(("city", "country", "region", "river", "island", "mountain"), "LOC"),
    **dict.fromkeys(("organisation", "body", "bank", "school", "hospital", "museum"), "ORG"),
    **dict.fromkeys(("orchestra", "paper", "team"), "ORG"),
}
"""The label of what fills a slot. Other slots, such as {month}, hold words that are no entity."""
KINDS = ("PER", "LOC", "ORG")
LABELS = ("O", *(f"{begin}-{kind}" for kind in KINDS for begin in "BI"))
SLOT = re.compile(r"\{(\w*)\}")
MARKED = re.compile(r"\[(\w+) ([^][]*)\]")
TOUCHING = re.compile(r"\}[-'’&]?\{")
PARTS = re.compile(r"\{(given|person|PER)\} \{(given|family|person|PER)\}")
FOLDER = "entity_templates"
TEMPLATES = f"{FOLDER}/templates.txt"
NAMES = "person_names/names.csv"
NEWS = "news_entities/entities.conll"
NEWS_SPLITS = {"validation": slice(80), "test": slice(80, None)}  # in the order of drawing


class Template(NamedTuple):
    """A sentence with slots such as {person}, and its kind of text.

    An entity that is no slot, or not a slot alone, stands in brackets behind its label, as in
    "[PER Rose {family}] owns the shop."
    """

    kind: str
    text: str


def load_person_names() -> list[dict]:
    """Return given and family names of many countries: "name", "kind", "countries" (a list).

    The kind is "given" or "family"; a country is its code in ISO 3166. Raises DataError.
    """
    header, *lines = embedded(NAMES).splitlines()
    if header != "name,kind,countries" or not lines:
        raise damaged(NAMES, "it is not a table of name,kind,countries")
    rows = []
    for number, line in enumerate(lines, 2):
        row = re.fullmatch("([^,]+),(given|family),([A-Z]{2}(?: [A-Z]{2})*)", line)
        if not row:
            raise damaged(NAMES, f"line {number} is not a row of the table")
        rows.append({"name": row[1], "kind": row[2], "countries": row[3].split()})
    return rows


def load_entity_lists() -> dict[str, dict[str, list[str]]]:
    """Return what fills the slots, by its slot: "places", "organisations", "patterns", "words".

    A pattern makes the name of an organisation of a place or a person's name, such as
    "Bank of {city}". A learner may edit the files, so DataError says which one is wrong, and where.
    """
    organisations = _tables("organisations", "names", "patterns")
    found = {
        "places": _lists("places", _tables("places")),
        "organisations": _lists("organisations", organisations["names"]),
        "patterns": _lists("organisations", organisations["patterns"]),
        "words": _lists("words", _tables("words")),
    }
    for slot in LABEL_OF.keys() - {"person", "given", "family"}:
        if not (found["places"] | found["organisations"]).get(slot):
            raise DataError(f"datasets/{FOLDER} has no {slot}: add a list with that name.")
    for patterns in found["patterns"].values():
        for pattern in patterns:
            for fault in _faults(f"[ORG {pattern}]", {*LABEL_OF}, set()):
                raise DataError(f"datasets/{FOLDER}/organisations.toml: {pattern!r}: {fault}.")
    return found


def _tables(name: str, *tables: str) -> dict:
    found = embedded_toml(f"{FOLDER}/{name}.toml")
    for table in tables:
        if not isinstance(found.get(table), dict):
            raise DataError(f"datasets/{FOLDER}/{name}.toml has no table [{table}]: add it.")
    return found


def _lists(name: str, lists: dict) -> dict[str, list[str]]:
    """Return each list of a table: a list of texts, or one text with ", " between the entries."""
    found = {}
    for slot, entries in lists.items():
        if isinstance(entries, str):
            entries = " ".join(entries.split()).split(", ")
        if not isinstance(entries, list) or not all(isinstance(e, str) for e in entries):
            raise DataError(f"datasets/{FOLDER}/{name}.toml: {slot} is not a list of texts.")
        found[slot] = [entry for entry in entries if entry]
    return found


def load_entity_templates() -> list[Template]:
    """Return the sentences with slots, in file order.

    A learner may edit the file, so DataError names the line, and says what is wrong with it.
    """
    slots = {*LABEL_OF, *load_entity_lists()["words"]}
    kind, found, seen = "", [], set()
    for number, line in enumerate(embedded(TEMPLATES).splitlines(), 1):
        line = line.strip()
        if line.startswith("# "):
            kind = line.removeprefix("# ")
        elif line:
            for fault in _faults(line, slots, seen):
                raise DataError(f"datasets/{TEMPLATES}, line {number}: {line!r}: {fault}.")
            seen.add(line)
            found.append(Template(kind, line))
    if not found:
        raise DataError(f"datasets/{TEMPLATES} has no template: write a sentence on a line.")
    return found


def _faults(line: str, slots: set[str], seen: set[str]):
    for slot in SLOT.findall(line):
        if slot not in slots:
            yield f"there is no slot {slot!r}: take one of {', '.join(sorted(slots))}"
    if set("{}") & set(SLOT.sub("", line)):
        yield "a brace is open: write a slot as in {person}"
    for label, inside in MARKED.findall(line):
        if label not in KINDS:
            yield f"{label!r} is no kind of entity: take one of {', '.join(KINDS)}"
        if not inside.strip() or inside != inside.strip():
            yield "a bracket holds no words, or spaces at an end: write as in [PER Rose {family}]"
    if set("[]") & set(MARKED.sub("", line)):
        yield "a bracket is open, or has no label: write an entity as in [PER Rose {family}]"
    outside = MARKED.sub(r"{\1}", line)
    if TOUCHING.search(outside):
        yield "two slots share a word: put a space between them, or write [PER {given}-{family}]"
    if PARTS.search(outside):
        yield "two names in a row would be two people: write [PER {given} {family}]"
    if line in seen:
        yield "it stands twice: leave one out"


def load_news_entities(split: str) -> list[tuple[list[str], list[str]]]:
    """Return sentences of real news: the tokens of each, and their BIO labels.

    Australian news of about 2000 to 2002 (Lee, Pincombe and Welsh 2005), as gensim has it. The
    labels are ours. "validation" is 80 sentences to choose by, "test" the other 150; none is to
    be trained on. Raises ValueError for another split, DataError for a damaged file.
    """
    if split not in NEWS_SPLITS:
        raise ValueError(f"There is no split {split!r} of the news: take {', '.join(NEWS_SPLITS)}.")
    return [(rows[0], rows[1]) for rows in _columns(NEWS, 2)[NEWS_SPLITS[split]]]


def load_news_readings() -> list[tuple[list[str], list[str], list[str]]]:
    """Return the sentences of both splits with the labels of the first and the second reading.

    Raises DataError.
    """
    return [tuple(rows) for rows in _columns("news_entities/readings.conll", 3)]


def _columns(name: str, count: int) -> list[list[list[str]]]:
    """Return the columns of each sentence of a file: a token a line, tabs, a blank line between."""
    sentences, rows = [], []
    for number, line in enumerate([*embedded(name).splitlines(), ""], 1):
        cells = line.split("\t")
        if line and (len(cells) != count or not cells[0] or not {*cells[1:]} <= {*LABELS}):
            raise damaged(name, f"line {number} is not a token and its labels, with tabs between")
        if line:
            rows.append(cells)
        elif rows:
            sentences.append([list(column) for column in zip(*rows, strict=True)])
            rows = []
    if not sentences:
        raise damaged(name, "there is no sentence")
    return sentences
