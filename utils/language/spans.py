"""Entities as spans of a sentence: from BIO labels, back to them, and how many were found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

OUTSIDE = "O"


class Span(NamedTuple):
    """An entity: tokens `start` to `end`, which is the first one behind it, and its kind."""

    start: int
    end: int
    kind: str


class Scores(NamedTuple):
    """Of spans that are right in start, end and kind: shares of those said, of those there are."""

    precision: float
    recall: float
    f1: float


def spans(labels: Sequence[str]) -> list[Span]:
    """Return the entities of one sentence, as the program conlleval reads BIO labels.

    "B-PER" begins an entity and "I-PER" goes on with it. "I-PER" also begins one where no entity
    of that kind stands directly before it, so every sequence of labels can be read (Tjong Kim Sang
    and Buchholz 2000; the default of seqeval, Nakayama 2018).

    Raises:
        ValueError: a label is not "O", "B-" and a kind, or "I-" and a kind.
    """
    found, start, kind = [], 0, ""
    for position, label in enumerate([*labels, OUTSIDE]):
        begin, now = _parts(label)
        goes_on = begin == "I" and now == kind
        if kind and not goes_on:
            found.append(Span(start, position, kind))
        if not goes_on:
            start, kind = position, now
    return found


def _parts(label: str) -> tuple[str, str]:
    begin, dash, kind = str(label).partition("-")
    if label != OUTSIDE and not (begin in ("B", "I") and dash and kind):
        raise ValueError(f"{label!r} is no label: take O, B-KIND or I-KIND, such as B-PER.")
    return begin, kind


def bio(entities: Iterable[Sequence], length: int) -> list[str]:
    """Return the BIO labels of a sentence of `length` tokens: the way back from `spans`.

    Raises:
        ValueError: an entity is empty, does not fit in, or shares a token with another.
    """
    labels = [OUTSIDE] * length
    for start, end, kind in entities:
        if not 0 <= start < end <= length:
            raise ValueError(f"An entity from {start} to {end} does not fit in {length} tokens.")
        if set(labels[start:end]) != {OUTSIDE}:
            raise ValueError(f"The entity from {start} to {end} shares a token with another.")
        labels[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return labels


def span_scores(
    truth: Sequence[Sequence[str]], said: Sequence[Sequence[str]], kind: str | None = None
) -> Scores:
    """Return precision, recall and F1 of the entities of all sentences together (micro average).

    An entity counts where start, end and kind are right, and else not at all. What has nothing
    below the line is 0, as in seqeval.

    Args:
        truth: the BIO labels of each of m sentences.
        said: the labels that were said instead, of the same lengths.
        kind: to count entities of one kind alone, such as "PER".

    Raises:
        ValueError: the sentences do not match, or a label is none.
    """
    if list(map(len, truth)) != list(map(len, said)):
        raise ValueError("The labels do not match: give one for each token of each sentence.")
    there, found = _all(truth, kind), _all(said, kind)
    right = len(there & found)
    precision = right / len(found) if found else 0.0
    recall = right / len(there) if there else 0.0
    both = precision + recall
    return Scores(precision, recall, 2 * precision * recall / both if both else 0.0)


def _all(sentences: Sequence[Sequence[str]], kind: str | None) -> set[tuple[int, Span]]:
    return {
        (number, span)
        for number, labels in enumerate(sentences)
        for span in spans(labels)
        if kind in (None, span.kind)
    }


def mistakes(truth: Sequence[str], said: Sequence[str]) -> Counter:
    """Return how the entities of one sentence went: a count for each of five names.

    "right", "missed" (no entity said touches it), "wrong kind" (start and end are right), "wrong
    end" (one said overlaps it), and "invented" (said, and touches none).
    """
    there, found = spans(truth), spans(said)
    counts = Counter()
    for span in there:
        touching = [other for other in found if other.start < span.end and span.start < other.end]
        if span in touching:
            counts["right"] += 1
        elif any(other[:2] == span[:2] for other in touching):
            counts["wrong kind"] += 1
        else:
            counts["wrong end" if touching else "missed"] += 1
    for other in found:
        if not any(other.start < span.end and span.start < other.end for span in there):
            counts["invented"] += 1
    return counts
