"""Standard tests of word vectors: analogies, and how related people find two words."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from gensim.models import KeyedVectors

from utils.language.word2vec import gensim_file


def analogy_accuracy(
    vectors: KeyedVectors, sections: Sequence[str] | None = None
) -> dict[str, tuple[int, int]]:
    """Return right and asked for each section of Google's analogy test, and for "all" of them.

    For "a is to b as c is to d" the answer is the word whose vector has the largest cosine with
    b - a + c (unit vectors), a, b and c excluded. Questions with a word that has no vector are not
    asked. The test has 19,544 questions in 14 sections (Mikolov, Chen, Corrado and Dean 2013).
    It takes a second for 2,700 words and a minute for 200,000.

    Args:
        vectors: the vectors; upper and lower case count as the same.
        sections: the names of the sections to ask, such as ["family"]; None means all.

    Raises:
        ValueError: there is no such section.
    """
    chosen = _sections(sections)
    vectors.fill_norms(force=True)  # they may have been changed since the last time
    keys = vectors.key_to_index
    try:
        with TemporaryDirectory() as folder, np.errstate(invalid="ignore", divide="ignore"):
            file = Path(folder, "questions.txt")
            file.write_text("".join(f": {part}" for part in chosen.values()), encoding="utf-8")
            *found, total = vectors.evaluate_word_analogies(str(file), len(vectors))[1]
    finally:
        vectors.key_to_index = keys  # gensim does not put them back when it is interrupted
    found.append({**total, "section": "all"})
    return {
        part["section"]: (len(part["correct"]), len(part["correct"] + part["incorrect"]))
        for part in found
    }


def analogy_questions(vectors: KeyedVectors, section: str) -> np.ndarray:
    """Return the questions of a section of Google's test, (n_questions, 4), as indices of words.

    "a is to b as c is to d": a column each. Questions with a word that has no vector are left out.
    Raises ValueError: there is no such section.
    """
    known = {word.lower(): n for n, word in reversed([*enumerate(vectors.index_to_key)])}
    lines = _sections([section])[section].lower().splitlines()[1:]
    questions = [[known.get(word, -1) for word in line.split()] for line in lines]
    asked = [question for question in questions if -1 not in question]
    return np.array(asked, int).reshape(-1, 4)


def questions_by_section(vectors: KeyedVectors) -> dict[str, np.ndarray]:
    """Return the questions (n_questions, 4) of each section of Google's test, and "all" of them.

    Sections of which no question can be asked are left out.
    """
    found = {name: analogy_questions(vectors, name) for name in section_names()}
    return {
        **{name: questions for name, questions in found.items() if len(questions)},
        "all": np.concatenate(list(found.values())),
    }


def section_names() -> list[str]:
    """Return the names of the 14 sections of Google's test, in its order."""
    return list(_sections(None))


def nearest_to(
    questions: np.ndarray, E: np.ndarray, signs: Sequence[float], leave_out: bool = True
) -> np.ndarray:
    """Return for each question the row nearest to signs[0] a + signs[1] b + signs[2] c.

    The whole formula has the signs (-1, 1, 1). With (0, 0, 1) it is what Linzen (2016) calls
    "only c", a baseline.

    Args:
        questions: (m, 3) or more columns: the rows of a, b and c come first.
        E: (V, n), rows of unit length.
        signs: three numbers.
        leave_out: whether a, b and c are no answers.

    Returns:
        Rows of E, integers (m,).
    """
    answers = []
    for block in np.array_split(questions[:, :3], 1 + len(questions) // 64):
        similarities = sum(sign * E[rows] for sign, rows in zip(signs, block.T, strict=True)) @ E.T
        if leave_out:
            similarities[np.arange(len(block))[:, None], block] = -np.inf
        answers.append(similarities.argmax(axis=1))
    return np.concatenate(answers)


def _sections(chosen: Sequence[str] | None) -> dict[str, str]:
    """Return the text of each of these sections of Google's test, of all if None."""
    parts = gensim_file("questions-words.txt").read_text(encoding="utf-8").split(": ")[1:]
    known = {part.split("\n", 1)[0].strip(): part for part in parts}
    chosen = list(known) if chosen is None else list(chosen)
    if not chosen or set(chosen) - known.keys():
        raise ValueError(f"No such sections: {chosen}. Choose from these: {', '.join(known)}.")
    return {name: known[name] for name in chosen}


def word_similarity(vectors: KeyedVectors) -> tuple[float, int, int]:
    """Return how well cosines agree with people's judgements of how related two words are.

    Returns:
        Spearman's rho, from -1 to 1, over the pairs of WordSim-353 (Finkelstein and others 2002)
        of which both words have vectors; how many pairs these are; and how many the test has.

    Raises:
        ValueError: fewer than three pairs are known.
    """
    path = gensim_file("wordsim353.tsv")
    lines = path.read_text(encoding="utf-8").upper().splitlines()
    pairs = [line.split("\t")[:2] for line in lines if line and not line.startswith("#")]
    known = {word.upper() for word in vectors.index_to_key}
    used = sum(known.issuperset(pair) for pair in pairs)
    if used < 3:
        raise ValueError(
            f"Only {used} of the {len(pairs)} pairs of words have vectors here, too few to rank: "
            "load vectors with more everyday words."
        )
    rho = vectors.evaluate_word_pairs(str(path), restrict_vocab=None)[1][0]
    return float(rho), used, len(pairs)
