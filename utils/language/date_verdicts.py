"""What a translator of dates says of texts that people typed, and where it errs, printed.

`verdicts` is a function of the notebook: it takes texts, and returns for each the answer of the
network and what the program around it says; see `date_sets.verdict`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from utils import datasets
from utils.language import calendars, date_readings, date_sets

COLUMNS = "not a date", "not in the calendar", "unsure", "a date"
OUTCOMES = "right", "refused", "wrong"
AGES = "1900 and later", "before 1900", "no day"


def as_read(text: str, tokens: Sequence[str], longest: int) -> tuple[str, str]:
    """Return a typed text as the network is given it, and why it cannot be read, "" if it can.

    Args:
        text: what somebody typed.
        tokens: the characters that the network knows.
        longest: how many it reads at most.
    """
    try:
        text = calendars.gregorian(text)
    except ValueError as error:
        return text, str(error)
    return text, date_sets.refusal(text, tokens, longest)


def table(texts: Mapping[str, Sequence[str]], verdicts: Callable) -> tuple[dict, dict]:
    """Print what is said of texts of each kind, and return it.

    Returns:
        The shares of COLUMNS for each kind, and {kind: [(text, answer)]} of those that pass as
        a date.
    """
    print(f"{'':12}{'texts':>12}" + "".join(f"{name:>20}" for name in COLUMNS))
    shares, passed = {}, {}
    for kind, some in texts.items():
        said = verdicts(some)
        counts = Counter(verdict for _, verdict in said)
        shares[kind] = {name: counts[name] / len(some) for name in COLUMNS}
        passed[kind] = [
            (text, answer)
            for text, (answer, verdict) in zip(some, said, strict=True)
            if verdict == "a date"
        ]
        seen = "seen" if kind in date_sets.KINDS else "new"
        row = "".join(f"{share:>20.1%}" for share in shares[kind].values())
        print(f"{kind:<12} ({seen:<4}) {len(some):>5}{row}")
    return shares, passed


def of_documents(verdicts: Callable, tokens: Sequence[str], longest: int) -> list[dict]:
    """Return what becomes of the date lines of real documents.

    Returns:
        The rows of `datasets.load_date_documents`, each with `answer` ("" if the line cannot be
        read), `says` (why it cannot, or the verdict) and `outcome`, one of OUTCOMES. An answer is
        right if it is the day that is meant and passes as a date.
    """
    rows, read = [], []
    for row in datasets.load_date_documents():
        text, why = as_read(row["text"], tokens, longest)
        rows.append(row | {"answer": "", "says": why, "outcome": "refused"})
        if not why:
            read.append((rows[-1], text))
    said = verdicts([text for _, text in read])
    for (row, _), (answer, verdict) in zip(read, said, strict=True):
        row.update(answer=answer, says=verdict)
        if verdict == "a date":
            row["outcome"] = "right" if answer == row["iso"] else "wrong"
    return rows


def show_documents(rows: Sequence[dict], programs: Mapping[str, Callable[[str], str]]) -> dict:
    """Print how many lines of each age the network and programs read; then those it loses.

    Args:
        rows: as `of_documents` returns them.
        programs: by name; each takes a text and returns a day in ISO form. What is no day of the
            calendar counts as refused.

    Returns:
        {"network" or a program: {(age, outcome): how many lines}}; the age is one of AGES, "no day"
        of lines that name no day or no year.
    """
    counts = {"network": Counter((_age(row["iso"]), row["outcome"]) for row in rows)}
    for name, program in programs.items():
        counts[name] = Counter((_age(row["iso"]), _outcome(row, program)) for row in rows)
    print(f"{' / '.join(OUTCOMES):<24}" + "".join(f"{age:>16}" for age in AGES))
    for name, found in counts.items():
        cells = (" / ".join(f"{found[age, outcome]}" for outcome in OUTCOMES) for age in AGES)
        print(f"{name:<24}" + "".join(f"{cell:>16}" for cell in cells))
    for row in rows:
        if row["outcome"] == "wrong" or (row["outcome"] == "refused" and row["iso"] >= "1900"):
            answer = row["answer"] and f"{row['answer']}: "
            print(
                f"  {row['outcome']:<8}{row['text']:<36} {row['iso']:<10} → {answer}{row['says']}"
            )
    return counts


def _outcome(row, program):
    answer = program(as_read(row["text"], (), 0)[0])
    if not date_sets.is_a_day(answer):
        return "refused"
    return "right" if answer == row["iso"] else "wrong"


def _age(iso: str) -> str:
    if not iso:
        return AGES[2]
    return AGES[0] if iso >= "1900" else AGES[1]


def show_errors(
    examples, answers, confidence, right, held_out: Collection[tuple[str, str]], most: int = 9
) -> list[tuple[str, str, float, bool]]:
    """Print the three pairs with the most errors, and return the errors of highest confidence.

    Args:
        examples: of `dates.examples`, m of them.
        answers: their translations.
        confidence: in each answer, (m,).
        right: whether it is right, (m,).
        held_out: pairs that were not trained on; they are marked.
        most: how many errors are returned at most.

    Returns:
        (text, answer, confidence, whether the text has two meanings), the surest first.
    """
    print(f"{np.sum(~right)} of {len(right)} answers are wrong. The pairs with the most errors:")
    for errors, count, *pair in date_sets.worst_pairs(examples, right)[:3]:
        mark = "held out" if tuple(pair) in held_out else ""
        print(f"  {pair[0]:<6} {pair[1]:<20} {errors:>3} of {count} {mark}".rstrip())
    surest = sorted(np.flatnonzero(~right), key=lambda i: -confidence[i])[:most]
    texts = [examples[i].text for i in surest]
    return [
        (text, answers[i], float(confidence[i]), len(date_readings.readings(text)) > 1)
        for i, text in zip(surest, texts, strict=True)
    ]
