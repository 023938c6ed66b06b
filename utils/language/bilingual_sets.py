"""Training and test sentences of the French-English grammar, and texts as their words."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from utils.language.bilingual import Sentence
from utils.language.bilingual_draws import Drawer, of_the_notes
from utils.language.bilingual_words import lexicon
from utils.metrics import nearest

LONGEST = 24  # words and signs of a sentence, in either language
HELD_OUT = 0.08  # of each kind of combination, and as many again for validation
FRENCH = re.compile(
    r"aujourd'hui|est-ce(?!\w)|(?:[ldnjmtsc]|qu)'|-(?:t-)?(?:ils?|elles?|tu|vous|nous)(?!\w)|\w+|[^\w\s]"
)
ENGLISH = re.compile(r"\w+(?:'\w+)?|[^\w\s]")


@dataclass(frozen=True)
class Sets:
    """Sentences in their splits. No French sentence stands twice, and those of the notes nowhere.

    Attributes:
        training: pairs of French and English words; each English one was drawn once.
        validation: new sentences; every combination of words in them was seen in training.
        validation_unseen: each has a combination of words that training never shows.
        test: new sentences of seen combinations.
        test_unseen: each has a combination that neither training nor validation shows. Those of
            unseen combinations are as long as the others.
        held_out: these combinations: those of validation, then those of the test.
    """

    training: list
    validation: list[Sentence]
    validation_unseen: list[Sentence]
    test: list[Sentence]
    test_unseen: list[Sentence]
    held_out: tuple[frozenset, frozenset]


def sets(seed: int, training: int = 12_000, others: int = 500) -> Sets:
    """Return the splits: `training` pairs, and `others` sentences in each of the four others."""
    drawer, rng = Drawer(seed), np.random.default_rng(seed)
    drawn: dict[tuple, Sentence] = {}
    notes = {one.french for one in of_the_notes()}
    enough = others + others // 20 + 5  # some hold a word that training lacks
    wanted = {"validation": enough, "test": enough, "training": training}
    first = [drawer.sentence() for _ in range(6_000)]
    held = _held_out(first, random.Random(seed))
    parts: dict[str, list] = defaultdict(list)
    while len(parts["training"]) < training or any(
        len(parts[name]) < enough for name in ("validation_unseen", "test_unseen")
    ):
        one = first.pop() if first else drawer.sentence()
        if one.french in drawn or one.french in notes or len(one.french) > LONGEST:
            continue
        drawn[one.french] = one
        if one.pairs & held[1]:
            name, most = "test_unseen", 4 * enough
        elif one.pairs & held[0]:
            name, most = "validation_unseen", 4 * enough
        else:
            name = next((n for n, most in wanted.items() if len(parts[n]) < most), "training")
            most = wanted[name]
        if len(parts[name]) < most:
            english = one.sample(rng) if name == "training" else one.references(1)[0]
            if len(english) <= LONGEST:
                parts[name].append((list(one.french), english) if name == "training" else one)
    known = {word for words, _ in parts["training"] for word in words}
    for name, some in parts.items():
        if name != "training":
            parts[name] = [one for one in some if known.issuperset(one.french)]
    for name in ("validation", "test"):
        parts[name] = parts[name][:others]
        parts[f"{name}_unseen"] = _as_long(parts[f"{name}_unseen"], parts[name])
    return Sets(**parts, held_out=held)


def _as_long(candidates, sentences):
    """Return candidates that are as long as the sentences, or nearly: one for each.

    A long sentence has more combinations in it, so those with unseen ones would be longer, and not
    to be compared with the others.
    """
    found: dict[int, list] = defaultdict(list)
    for one in reversed(candidates):
        found[len(one.french)].append(one)
    chosen = []
    for one in sentences:
        length = min((n for n in found if found[n]), key=lambda n: abs(n - len(one.french)))
        chosen.append(found[length].pop())
    return chosen


def _held_out(sentences, rng):
    """Return two sets of combinations; every word in them stands in others, too."""
    counts: dict[str, set] = defaultdict(set)
    for one in sentences:
        for pair in one.pairs:
            counts[pair[0]].add(pair)
    found: tuple[set, set] = (set(), set())
    for kind in sorted(counts):
        pairs = sorted(counts[kind])
        rng.shuffle(pairs)
        left = {(place, pair[place]): 0 for pair in pairs for place in (1, 2)}
        for pair in pairs:
            left[1, pair[1]] += 1
            left[2, pair[2]] += 1
        share = round(len(pairs) * HELD_OUT)
        for pair in pairs:
            part = next((part for part in found if sum(p[0] == kind for p in part) < share), None)
            if part is not None and min(left[1, pair[1]], left[2, pair[2]]) > 2:
                part.add(pair)
                left[1, pair[1]] -= 1
                left[2, pair[2]] -= 1
    return frozenset(found[0]), frozenset(found[1])


# Texts and words


def french_words(text: str) -> list[str]:
    """Return the words and signs of a French text: l', voulez, -vous, ?"""
    plain = re.sub(r"(?<=s)oe(?=u)|\boe(?=u)", "œ", _plain(text))  # sœur, œuf
    return FRENCH.findall(plain)


def english_words(text: str) -> list[str]:
    """Return the words and signs of an English text."""
    return ENGLISH.findall(_plain(text))


def _plain(text):
    plain = re.sub(r"[’ʼ`´]", "'", text.lower())
    return re.sub(r"\s+-|-\s+", "-", plain)


def as_text(words: Sequence[str]) -> str:
    """Return words of either language as people write them: Voulez-vous chanter avec moi ?"""
    known = lexicon()
    capital = {*known.names["m"], *known.names["f"], "i", "mondays", "saturday"}
    capital |= {month for month in known.months.values()}
    capital |= {said for said, _ in known.countries.values()}
    capital |= {name.replace("'", " ").split()[-1] for name in known.countries}
    text = " ".join(word.capitalize() if word in capital else word for word in words)
    text = re.sub(r"' |(?<=\w) (?=-\w)", lambda found: found[0].strip(), text)
    text = re.sub(r" (?=[.,])", "", text)
    return text[:1].upper() + text[1:]


def read(text, known: Iterable[str], longest: int = LONGEST) -> tuple[list[str], dict[str, str]]:
    """Return the words of somebody's French sentence, and which words took which others' places.

    A word that is not among `known` is replaced by the one with the nearest spelling. A sign that
    is missing at the end is added.

    Raises:
        ValueError: it is no text, empty, too long, or not French as far as `known` goes.
    """
    if not isinstance(text, str):
        raise ValueError(f"{text!r:.40} is not text: put it in quotes.")
    words = french_words(text[: 40 * longest])
    if not any(re.search(r"\w", word) for word in words):
        raise ValueError("There is nothing to translate: type a French sentence.")
    if words[-1] not in (".", "?"):
        asks = any(word.startswith("-") or word == "est-ce" for word in words)
        stays = words[:-1] if words[-1] in ("!", "…", ";", ":") else words
        words = [*stays, "?" if asks else "."]
    if len(words) > longest:
        raise ValueError(f"The sentence is too long: give at most {longest} words and signs.")
    known = sorted(set(known))
    spelled = {
        word: word if word in known else _nearest(word, known) for word in dict.fromkeys(words)
    }
    others = {word: other for word, other in spelled.items() if word != other}
    plain = [word for word in spelled if re.search(r"\w", word)]
    missed = [word for word in plain if others.get(word, word) == ""]
    if len(missed) * 2 > len(plain) or not set(plain) - set(others):
        raise ValueError(
            f"This does not look like French that the network knows: {', '.join(missed or others)}."
        )
    kept = [spelled[word] for word in words if spelled[word]]
    return kept, others


def _nearest(word, known):
    """Return the known word with the nearest spelling, "" if none is near."""
    if not re.search(r"\w", word):
        return ""
    other, distance = nearest(word, known)
    return other if distance <= max(1, len(word) // 2) and re.search(r"\w", other) else ""
