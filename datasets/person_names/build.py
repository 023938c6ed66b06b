"""Makes names.csv from the lists of names in the package Faker, version 40.63.0.

Faker is no dependency of the project. Put it in a folder of its own, and run from the root:
`pip install --no-deps --target FOLDER Faker==40.63.0`, then
`python -m datasets.person_names.build FOLDER`.
"""

import csv
import importlib
import io
import pkgutil
import re
import sys
import unicodedata
import zlib
from collections import defaultdict
from pathlib import Path

from utils.files import write_atomically

HERE = Path(__file__).parent
MOST = 150  # of a kind, for each of Faker's languages of a country
KINDS = {
    "given": r"first_(romanized_)?names(_(male|female|unisex))?",
    "family": r"(unisex_|male_)?last_(romanized_)?names(_(male|female|unisex|without_suffix))?",
}
# Letters with a Latin name in Unicode, each word with a capital; "de", "van" and the like may stand
# before it. No initials.
NAME = re.compile(r"(?:[a-zà-ÿ]{1,4} )*[^\W\d_](?:[^\W\d_]|[-'’ ](?=[^\W\d_]))+")
# The lesson's own sentence: nobody in it may be met before.
HELD_OUT = {"Harry", "Potter", "Hermione", "Granger"}
PLACEHOLDERS = {"John", "Jane", "Doe"}  # where Faker's list of a country holds nothing else


def is_latin(name: str) -> bool:
    """Return whether a name is written in Latin letters, with a capital at a word's start."""
    letters = [letter for letter in name if letter.isalpha()]
    latin = all("LATIN" in unicodedata.name(letter) for letter in letters)
    return bool(latin and NAME.fullmatch(name) and name.split()[-1][0].isupper())


def lists(folder: str) -> dict[tuple, list[str]]:
    """Return Faker's names of each country and kind: the commonest first where Faker has weights.

    Else in an order that only looks random: that of their checksums.
    """
    sys.path.insert(0, folder)
    person = importlib.import_module("faker.providers.person")
    found = defaultdict(list)
    for module in sorted(found.name for found in pkgutil.iter_modules(person.__path__)):
        country = module.partition("_")[2]
        if not country or country == "AA":  # a language of no country
            continue
        provider = importlib.import_module(f"faker.providers.person.{module}").Provider
        for kind, pattern in KINDS.items():
            weights = defaultdict(float)
            for attribute in sorted(vars(provider)):
                names = getattr(provider, attribute)
                if re.fullmatch(pattern, attribute) and isinstance(names, tuple | list | dict):
                    pairs = names.items() if isinstance(names, dict) else ((n, 0) for n in names)
                    for name, weight in pairs:
                        if isinstance(name, str):
                            weights[tidy(name)] += weight
            known = [n for n in weights if is_latin(n) and n not in HELD_OUT]
            known.sort(key=lambda n: (-weights[n], zlib.crc32(n.encode())))
            if set(known) - PLACEHOLDERS:
                found[country, kind] += known[:MOST]
    return found


def tidy(name: str) -> str:
    """Return a name in Unicode NFC, without spaces around it; CHIA-HAO is made Chia-Hao."""
    name = unicodedata.normalize("NFC", name).strip().replace("’", "'")
    return name.title() if name.isupper() and len(name) > 1 else name


def table(folder: str) -> str:
    """Return names.csv: a row for each name and kind, with its countries, sorted."""
    countries = defaultdict(set)
    for (country, kind), names in lists(folder).items():
        for name in names:
            countries[name, kind].add(country)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["name", "kind", "countries"])
    for (name, kind), found in sorted(countries.items()):
        writer.writerow([name, kind, " ".join(sorted(found))])
    return file.getvalue()


if __name__ == "__main__":
    content = table(sys.argv[1])
    write_atomically(HERE / "names.csv", content)
    print(f"{content.count(chr(10)) - 1:,} names")
