"""The checks of `week2/1_word_vectors_and_debiasing`.

Right answers come from SciPy, from eigenvectors, or from how the vectors were drawn. Vectors are
drawn fresh each time, for analogies in clusters, so that a question's words lie near its answer.
"""

import contextlib
import io
import sys
from itertools import product

import numpy as np
from scipy.spatial import distance

from utils.checks.answers import same, unpack
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.mistakes import alike
from utils.checks.wrong import Wrong, off

check = Checks()

FLOAT32 = 1e-5  # an answer may be computed in float32
ANY = 1e9  # a tolerance with which the shape alone is compared


def _unit(E):
    return E / np.linalg.norm(E, axis=-1, keepdims=True)


def _units(*shape):
    return _unit(np.random.default_rng().normal(size=shape))


def _across(g):
    """Draw a vector of length 1 at a right angle to g, of length 1."""
    across = numbers(len(g))
    across -= (across @ g) * g
    return across / (np.linalg.norm(across) or 1)  # 0 if there is but one axis


def _leaning(g, across, part):
    """Return a vector of length 1 with this part along g, and the rest along `across`."""
    return part * g + np.sqrt(1 - part**2) * across


# Exercise 1


def cosine_similarity(u, v):
    """Return the cosine of the angle between two vectors, 0 if one of them is zero."""
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    if lengths == 0:
        return 0.0
    return u @ v / lengths


LENGTHS = "np.linalg.norm(u) * np.linalg.norm(v)"
COSINE = "u @ v / lengths"
ROOT = "A length is the root of the sum of the squares."
ADDED = "nothing may be added to the lengths, and they have no least value."
ZEROS = "they count as zeros. Only a length of exactly 0 is one of a vector of zeros."
DIVIDES = "With a vector of zeros it divides by 0. Such a vector has no direction; give 0 then."


@check.exercise(
    cosine_similarity,
    {
        " / lengths =>": "it is the dot product. Divide by both lengths.",
        f"{LENGTHS} => np.linalg.norm(u)": "it is divided by the length of u alone.",
        f"{LENGTHS} => np.linalg.norm(v)": "it is divided by the length of v alone.",
        f"{LENGTHS} => (u @ u) * (v @ v)": f"it is divided by the squared lengths. {ROOT}",
        "np.linalg.norm(u) => (u @ u)": f"the square root is missing in the length of u. {ROOT}",
        "np.linalg.norm(v) => (v @ v)": f"the square root is missing in the length of v. {ROOT}",
        "(u) * np => (u) + np": "it is divided by the sum of the lengths, not by their product.",
        f"{LENGTHS} => u.sum() * v.sum()": f"it is divided by sums of the numbers. {ROOT}",
        f"{LENGTHS} => abs(u).sum() * abs(v).sum()": f"it is divided by sums of the sizes. {ROOT}",
        f"{LENGTHS} => len(u) * len(v)": f"it is divided by how many numbers there are. {ROOT}",
        "v / lengths => v * lengths": "it is multiplied by the lengths. Divide by them.",
        f"v / lengths => v / {LENGTHS}": "the length of v multiplies. Put brackets around the two.",
        f"{COSINE} => 1 - {COSINE}": "it is the cosine distance. Leave out the 1 -.",
        f"{COSINE} => abs({COSINE})": "the sign is lost. Opposite directions have -1.",
        f"{COSINE} => max(0.0, {COSINE})": "a negative similarity becomes 0.",
        f"{COSINE} => np.arccos({COSINE})": "it is the angle. Its cosine is asked for.",
        f"{COSINE} => np.linalg.norm(u - v)": "it is the Euclidean distance.",
        f"{COSINE} => np.mean(u * v) / lengths": "the dot product is a sum, not a mean.",
        f"{COSINE} => np.corrcoef(u, v)[0, 1]": "it is the correlation. Take no means away.",
        "u @ v => u * v": "the dot product is one number: sum up u * v, or write u @ v.",
        "u @ v => np.outer(u, v)": "the dot product is one number: u @ v.",
        "    if lengths == 0:\n        return 0.0\n =>": DIVIDES,
        "lengths == 0 => np.linalg.norm(u) == 0": f"only u is looked at. {DIVIDES}",
        "lengths == 0 => np.linalg.norm(v) == 0": f"only v is looked at. {DIVIDES}",
        "lengths == 0 => not (u.any() or v.any())": f"one such vector is enough. {DIVIDES}",
        "0.0 => 1.0": "a vector of zeros has no direction. Give 0 then.",
        "lengths == 0 => lengths < 1e-8": ZEROS,
        "lengths == 0 => np.allclose(u, 0) or np.allclose(v, 0)": ZEROS,
        f"{LENGTHS} => {LENGTHS} + 1e-8": ADDED,
        "lengths == 0 => 0 in u or 0 in v": "one 0 does not make a vector of zeros.",
        "lengths == 0 => u.sum() == 0 or v.sum() == 0": "1 and -1, whose sum is 0, are not zeros.",
    },
)
def _(attempt):
    g, rng = _units(*sizes(1)), np.random.default_rng()
    u, v, w, back = (_leaning(g, _across(g), c) * rng.uniform(1.5, 4) for c in (0.8, 0.3, -0.6, -1))
    whole, sums = rng.integers(1, 9, (2, 5)), rng.permuted([[1, -1, 3, -3], [2, -2, 5, 1]], axis=1)
    holes = u.copy(), v.copy()
    holes[0][0] = holes[1][1] = 0
    cases = {
        "The similarity": [(u, v), (u, w), (g, back), (u, 2 * u), (u[:1], -v[:1]), whole],
        "The similarity of vectors with a 0 in them": [holes, holes[::-1]],
        "The similarity of vectors whose sum is 0": [sums, sums[::-1]],
        "The similarity of short vectors": [(3e-5 * u, 3e-5 * w), (1e-9 * u, 1e-9 * w)],
        "The similarity to a vector of zeros": [(u, 0 * u), (0 * u, u), (0 * u, 0 * u)],
    }
    for name, pairs in cases.items():
        answers = [attempt(*pair) for pair in pairs]
        for got, pair in zip(answers, pairs, strict=True):
            want = 1 - distance.cosine(*pair) if all(map(np.any, pair)) else 0.0
            if "short" in name and not np.isclose(got, want):
                raise off(name, got, f"{name} is off: {ADDED if got else ZEROS}")
            same(name, got, want, "one number")
    return "It holds whatever the lengths, and for zeros."


# Exercises 2 and 3


TARGET = "E[b] - E[a] + E[c]"
OUT = "among the candidates. Leave out a, b and c."
SIGNS = "The target is E[b] - E[a] + E[c]: man is to woman as king is to the answer."
LEAST = "these are the least similar words. Look for the largest similarity."
SIZE = "the size of the similarity is taken, without its sign."
SECOND = "these are the second best words."
FOURTH = "a, b and c need not be the three most similar words. Leave out these rows."
OWN = "these are a, b or c themselves. Set their scores to -np.inf, and take argmax."
PLACE = "these are places among the candidates. Count a, b and c, too."
FAR = "a word that is left out needs the score -np.inf: others may have less than yours."
SHARED = {  # by both exercises
    "in (a, b, c) => in ()": f"b and c (and a?) are {OUT}",
    "in (a, b, c) => in (a,)": f"b and c (and a?) are {OUT}",
    "in (a, b, c) => in (b, c)": f"a is {OUT}",
    "in (a, b, c) => in (a, c)": f"b is {OUT}",
    "in (a, b, c) => in (c,)": f"b is {OUT}",
    "in (a, b, c) => in (a, b)": f"c is {OUT}",
    "in (a, b, c) => in (b,)": f"c is {OUT}",
    f"{TARGET} => E[a] - E[b] + E[c]": f"a and b have changed places (man - woman + king). {SIGNS}",
    f"{TARGET} => E[a] + E[b] - E[c]": f"a and c have changed places. {SIGNS}",
    f"{TARGET} => E[a] + E[b] + E[c]": f"E[a] is added, not taken away. {SIGNS}",
    f"{TARGET} => E[b] - E[a] - E[c]": f"E[c] is taken away, not added. {SIGNS}",
    f"{TARGET} => E[b] + E[c]": f"E[a] is missing. {SIGNS}",
    f"{TARGET} => E[c] - E[a]": f"E[b] is missing. {SIGNS}",
    f"{TARGET} => E[b] - E[a]": f"E[c] is missing. {SIGNS}",
    f"{TARGET} => E[b]": f"these are the words most similar to b. {SIGNS}",
    f"{TARGET} => E[c]": f"these are the words most similar to c. {SIGNS}",
}


def _questions():
    """Yield questions (m, 3) of a, b, c, and E (V, n) of unit rows, among them the rare cases."""
    rng = np.random.default_rng()
    E = _unit(np.repeat(_units(11, 7), 3, axis=0) + rng.normal(0, 0.15, (33, 7)))
    questions = np.array([rng.permutation(33)[:3] for _ in range(36)])
    questions[10:] = questions[10:, :1] // 3 * 3 + rng.permuted([[0, 1, 2]] * 26, axis=1)
    yield questions, E  # most questions hold the three words of a cluster
    E = _unit(np.outer([-5, 1, -1, -1, -1, -1, -1, -1, 1], _units(7)) + rng.normal(0, 0.1, (9, 7)))
    yield np.array([[7, 1, 8], [2, 8, 1]]), E  # all candidates are on the far side, the first most
    E = _units(9, 7)
    E[2], E[7], E[8] = _leaning(E[0], _across(E[0]), 0.95), E[1], E[1]
    yield np.array([[0, 1, 2]]), E  # two rows equal b, so both are best
    E[3] = _unit(E[0] - E[1] - E[2])
    yield np.array([[0, 1, 2]]), E[:4]  # one candidate, the least similar of all rows
    yield np.array([[3, 1, 2]]), np.array([[1.0], [1], [1], [-1], [-1]])  # vectors of one number


def _compare_rows(got, questions, E):
    """Hold answers (m,) against the right ones: any of the rows that are equally similar."""
    a, b, c = questions.T
    distances = distance.cdist(E[b] - E[a] + E[c], E, "cosine")
    np.put_along_axis(distances, questions, np.inf, axis=1)
    same("The answer", got, a, "(m,)", ANY)
    right = distances < distances.min(axis=1, keepdims=True) + FLOAT32
    wrong = [i for i, row in enumerate(np.asarray(got)) if row not in np.flatnonzero(right[i])]
    if wrong:
        first, a_b_c = wrong[0], questions[wrong[0]].tolist()
        says = f"For a, b, c = {a_b_c} it is row {right[first].argmax()}; yours is {got[first]}."
        raise off("The answer", got, f"{len(wrong)} of {len(a)} answers are off. {says}")
    if np.asarray(got).dtype.kind not in "iu":
        raise Wrong("The answer should be a whole number, the number of a row.")


def analogy(a, b, c, E):
    """Return the row of E most similar to E[b] - E[a] + E[c], other than a, b and c."""
    target = E[b] - E[a] + E[c]
    best, best_similarity = None, -np.inf
    for row in range(len(E)):
        if row in (a, b, c):
            continue
        similarity = cosine_similarity(E[row], target)
        if similarity > best_similarity:
            best, best_similarity = row, similarity
    return best


SIMILARITY = "cosine_similarity(E[row], target)"
KEEP = "best, best_similarity = row, similarity"
NO_ANSWER = "Is there a `return`? Or is no row left, as by `row == a or b or c`?"
BEGIN = "Here every cosine is negative: let the best similarity begin at -np.inf."
SCORES = f"=> scores = E @ ({TARGET})\nown = [a, b, c]"


@check.exercise(
    analogy,
    {
        **SHARED,
        f"{SIMILARITY} => -{SIMILARITY}": LEAST,
        f"{SIMILARITY} => abs({SIMILARITY})": SIZE,
        f"{SCORES}\nscores[own] = -np.inf\nreturn np.argsort(scores)[-2]": SECOND,
        f"{SCORES}\nscores[own] = 0\nreturn scores.argmax()": FAR,
        f"{SCORES}\nscores[own] = scores.min()\nreturn scores.argmax()": FAR,
        f"{SCORES}\nscores[own] = -np.inf\nreturn scores.argmin()": OWN,
        f"{SCORES}\nreturn np.argsort(-scores)[3]": FOURTH,
        f"{SCORES}\nreturn np.delete(scores, own).argmax()": PLACE,
        f"{KEEP} => best = row": "it is always the last candidate. Keep the best similarity, too.",
        f"{KEEP}\n     => {KEEP}\n        ": "it is the first candidate. Is `return` in the loop?",
        "row in (a, b, c) => row == a or b or c": NO_ANSWER,
        "row in (a, b, c) => any(np.array_equal(E[row], E[own]) for own in (a, b, c))": (
            "other rows that equal E[a], E[b] or E[c] are left out, too."
        ),
        "continue => break": "`break` ends the loop at the first of a, b, c. Write `continue`.",
        "return best =>": NO_ANSWER,
        "return best => return best_similarity": "Keep the best row, not its similarity.",
        "return best => return best, best_similarity": "Return the row alone.",
        "return best => return E[best]": "The answer is a vector. Return the number of its row.",
        "range(len(E)) => range(len(E) - 1)": "the last row is not looked at. Write range(len(E)).",
        "range(len(E)) => range(1, len(E))": "row 0 is not looked at. Write range(len(E)).",
        "range(len(E)) => range(E.shape[1])": "E has len(E) rows. E.shape[1] counts its columns.",
        "None, -np.inf => None, 0": BEGIN,
        "None, -np.inf => 0, 0.0": BEGIN,
    },
    none_allowed=True,
)
def _(attempt):
    for questions, E in _questions():
        got = [attempt(*question, E) for question in questions.tolist()]
        for answer in got:
            same("The answer", answer, 0, "one number", ANY)
        _compare_rows(got, questions, E)
    return "Questions with near answers, with far ones alone, and with two that are equal."


def analogies(a, b, c, E):
    """Return the answers to many questions, an index each."""
    scores = (E[b] - E[a] + E[c]) @ E.T
    questions = np.arange(len(a))
    for own in (a, b, c):
        scores[questions, own] = -np.inf
    return scores.argmax(axis=1)


BEST = "scores.argmax(axis=1)"
PLACES = "scores[np.arange(len(a)), a] has one place for each question."
AXIS = "Take the argmax along the words: axis=1 of scores (m, V)."
LOOPS = (
    "analogies is right, but it loops over questions or words. Take all at once: with arrays, "
    "E[b] has a row for each question, and @ compares it with all words."
)


@check.exercise(
    analogies,
    {
        **SHARED,
        "scores = ( => scores = -(": LEAST,
        ("in (a, b, c) => in ()", "argmax => argmin"): LEAST,
        f"({TARGET}) @ E.T => abs(({TARGET}) @ E.T)": SIZE,
        f"({TARGET}) @ => {TARGET} @": "Put brackets around the target: @ comes before + and -.",
        "@ E.T => @ E": "E holds a word in each row, so the product takes E.T.",
        "[questions, own] => [own]": f"whole rows of the scores are left out. {PLACES}",
        "[questions, own] => [:, own]": f"a, b, c of all questions are left out of each. {PLACES}",
        "[questions, own] => [own, questions]": f"The question comes first. {PLACES}",
        "-np.inf => np.inf": OWN,
        "argmax => argmin": OWN,
        "-np.inf => 0": FAR,
        "-np.inf => scores.min()": FAR,
        "argmax => max": "these are the best scores. Return the row numbers: argmax, not max.",
        "axis=1 => axis=0": AXIS,
        "axis=1 =>": AXIS,
        f"{BEST} => scores": f"That is a score for each word. {AXIS}",
        f"{BEST} => E[{BEST}]": "That is a vector for each question. Return the row numbers.",
        f"{BEST} => scores.argsort(axis=1)[:, -2]": SECOND,
        f"{BEST} => {BEST} - sum(own < {BEST} for own in (a, b, c))": PLACE,
        ("in (a, b, c) => in ()", f"{BEST} => (-scores).argsort(axis=1)[:, 3]"): FOURTH,
        f"{BEST} => {BEST}[:, None]": "Give one number for each question, without keepdims: (m,).",
        f"{BEST} => {BEST}.squeeze()": "np.squeeze drops the only axis if there is one question.",
        "=> return np.array([analogy(*question, E) for question in zip(a, b, c)])": LOOPS,
    },
)
def _(attempt):
    lines = []
    for questions, E in _questions():
        _compare_rows(attempt(*questions.T, E), questions, E)
        lines.append(_lines_run(attempt.function, *questions.T.copy(), E.copy()))
    if lines[0] > lines[1] + 20:  # 36 questions and 33 words in place of 2 and 9
        raise Wrong(LOOPS)
    return "Many questions at once, two with far answers alone, and one; no loop over them."


def _lines_run(function, *inputs):
    """Count the lines of Python that a call runs: with more questions, a loop runs more."""
    events, before = [], sys.gettrace()

    def trace(frame, event, argument):
        events.append(event)
        return trace

    sys.settrace(trace)
    try:  # the call was made before: what it prints and warns of was seen
        with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            function(*inputs)
    finally:
        sys.settrace(before)
    return events.count("line")


# Exercise 4


def bias_direction(pairs):
    """Return the first principal component of the centred pairs, and its share of the variance."""
    centred = pairs - pairs.mean(axis=1, keepdims=True)
    _, s, Vt = np.linalg.svd(centred.reshape(-1, pairs.shape[-1]), full_matrices=False)
    g = Vt[0]
    if ((pairs[:, 0] - pairs[:, 1]) @ g).sum() < 0:
        g = -g
    return g, s[0] ** 2 / np.sum(s**2)


MEAN = "axis=1, keepdims=True"
D = "(pairs[:, 0] - pairs[:, 1])"
SHARE = "s[0] ** 2 / np.sum(s**2)"
EACH = "Take from each pair its own mean."
FALLING = "Singular values come in falling order, eigenvalues of eigh in rising order."
SIGN = "its sign is turned. On average the first words should have more of g than the second."
SQUARED = "The variance along a component is its singular value squared."
DIVIDE = "Divide by the sum of all variances."


@check.exercise(
    bias_direction,
    {
        f" - pairs.mean({MEAN}) =>": f"the pairs are not centred. {EACH}",
        f"{MEAN} => axis=(0, 1)": f"the mean of all words was taken away. {EACH}",
        f"{MEAN} => axis=0": f"the means of the first and second words were taken away. {EACH}",
        f"{MEAN} => axis=2, keepdims=True": f"the means along another axis were taken away. {EACH}",
        f"{MEAN} =>": f"one mean of all numbers was taken away. {EACH}",
        ", keepdims=True =>": "the means lack the axis of the two words. Write keepdims=True.",
        f"Vt[0] => {D}.mean(axis=0)": "it is the mean difference, not at unit length.",
        f"Vt[0] => _unit({D}.mean(axis=0))": "it is the mean difference. Take the first component.",
        f"Vt[0] => np.linalg.svd({D} - {D}.mean(axis=0))[2][0]": (
            "the mean of the differences was taken away, and that is the bias."
        ),
        f"Vt[0] => _unit({D}[0])": "it is the difference of the first pair alone.",
        "Vt[0] => Vt[1]": f"it is the second component. {FALLING}",
        "Vt[0] => Vt[-1]": f"it is the last component. {FALLING}",
        "Vt[0] => Vt[:, 0]": "it is a column of Vt. The components are the rows: Vt[0].",
        "Vt[0] => Vt[0] * s[0]": "it is not at unit length.",
        "return g, => return Vt,": "These are all components. Take the first: Vt[0].",
        ("_, s => U, s", "return g, => return U[:, 0],"): "Take a row of Vt, not a column of U.",
        "-1, pairs.shape[-1]) => -1, pairs.shape[-1]).T": "Give each word a row, not a column.",
        "centred.reshape => _unit(centred).reshape": "larger differences should count for more.",
        "-1, pairs.shape[-1] => len(pairs), -1": "Give each word a row: reshape(-1, n).",
        f"({D} @ g).sum() < 0 => False": SIGN,
        f"({D} @ g).sum() < 0 => ({D} @ g).sum() > 0": SIGN,
        f"({D} @ g).sum() < 0 => ({D} @ g)[0] < 0": SIGN,
        f"({D} @ g).sum() < 0 => np.sign({D} @ g).sum() < 0": SIGN,
        f"{SHARE} => s[0] / s.sum()": f"these are singular values. {SQUARED}",
        f"{SHARE} => s[0] ** 2 / s.sum()": f"only the value above is squared. {SQUARED}",
        f"{SHARE} => s[0] / np.sum(s**2)": f"only the values below are squared. {SQUARED}",
        f"{SHARE} => s[0] ** 2 / s.sum() ** 2": f"the sum is squared, not each value. {SQUARED}",
        f"{SHARE} => s[0]": f"it is the singular value. {SQUARED} {DIVIDE}",
        f"{SHARE} => s[0] ** 2": f"it is the singular value squared. {DIVIDE}",
        f"{SHARE} => s[0] ** 2 / 2 / len(pairs)": f"it is the variance itself. {DIVIDE}",
        f"{SHARE} => s[0] ** 2 / (2 * len(pairs) - 1)": f"it is explained_variance_. {DIVIDE}",
        f"{SHARE} => {SHARE} * pairs.shape[-1]": "it is divided by the mean of the variances.",
        f"{SHARE} => 1 - {SHARE}": "it is the share of all other components.",
        f"{SHARE} => s[0] ** 2 / np.sum(s[1:] ** 2)": f"the sum lacks the first. {DIVIDE}",
        f"{SHARE} => 100 * {SHARE}": "it is a percentage. Give a share between 0 and 1.",
        f"{SHARE} => s**2 / np.sum(s**2)": "These are the shares of all. Give the first.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    cases = [(n, np.where(np.arange(7) == one, -0.8, 1.1)) for n in (6, 11) for one in range(5)]
    cases += [(6, [4, -0.8, -0.8, -0.8]), (6, [-1]), (2, [1, 1, -1]), (6, [1])]
    for n, lengths in cases:  # many, as what sign a component comes with is left to chance
        axis = _units(n)
        halves = np.outer(lengths, axis) + rng.normal(0, 0.2, (len(lengths), n))
        middles = rng.normal(size=halves.shape) - 4 * axis  # all words lie on the negative side
        got = attempt(np.stack([middles + halves, middles - halves], axis=1))
        got_g, got_share = unpack(got, "g, share")
        values, vectors = np.linalg.eigh(halves.T @ halves)
        g = vectors[:, -1] * np.sign(np.sum(halves @ vectors[:, -1]))
        if alike(got_g, -g, FLOAT32):
            raise off("g", got_g, f"g is off: {SIGN}", FLOAT32)
        same("g", got_g, g, "(n,)", FLOAT32)
        same("share", got_share, values[-1] / values.sum(), "one number", FLOAT32)
    return "Direction, sign and share, of many pairs and of one."


# Exercise 5


def neutralize(E, g):
    """Return the rows of E without their part along g, at unit length."""
    across = E - np.outer(E @ g, g)
    return across / np.linalg.norm(across, axis=1, keepdims=True)


ALONG = "np.outer(E @ g, g)"
LENGTH = "np.linalg.norm(across, axis=1, keepdims=True)"
ROWS = "Divide each row by its own length."
PART = "Take away as much of g as a row has: (e·g) g."


@check.exercise(
    neutralize,
    {
        f" / {LENGTH} =>": f"the rows no longer have length 1. {ROWS}",
        f"{LENGTH} => np.linalg.norm(across)": f"the whole matrix is divided by one length. {ROWS}",
        "axis=1, keep => axis=0, keep": f"the columns, not the rows, have length 1. {ROWS}",
        ", keepdims=True =>": "the lengths are (m,). With keepdims=True they are (m, 1).",
        f"{LENGTH} => {LENGTH}**2": f"the rows are divided by their squared lengths. {ROWS}",
        f"{LENGTH} => across.sum(axis=1, keepdims=True)": f"the rows have the sum 1. {ROWS}",
        "across / np => across * np": "the rows are multiplied by their lengths. Divide.",
        f"E - {ALONG} => E + {ALONG}": "the part along g is added. Take it away.",
        f"E - {ALONG} => {ALONG}": "this is the part along g, at length 1. The rest is asked for.",
        f"E - {ALONG} => E - g": f"g itself is taken away. {PART}",
        f"{ALONG} => 2 * {ALONG}": "it is taken away twice, so the bias is turned round.",
        f"{ALONG} => (E @ g)[:, None]": f"the number e·g is taken from every place. {PART}",
        f"{ALONG} => np.outer(abs(E @ g), g)": f"the size of e·g is taken, not its sign. {PART}",
        f"{ALONG} => np.mean(E @ g) * g": f"every row loses the same, the mean part. {PART}",
        f"{ALONG} => np.sum(E @ g) * g": f"every row loses the sum of all parts along g. {PART}",
        f"{ALONG} => E * g": "E * g goes place by place. The numbers e·g are E @ g.",
        f" - {ALONG} =>": "nothing along g is taken away.",
        f"{ALONG} => (E @ g) * g": f"Each row has a part of its own: {ALONG}.",
        f"{ALONG} => np.outer(g, E @ g)": f"np.outer has its arguments the wrong way: {ALONG}.",
        f"{ALONG} => (g @ E) * g": f"The words stand in the rows, so it is E @ g: {ALONG}.",
    },
)
def _(attempt):
    for m, n in [*sizes_and_ones(2), (3, 2)]:
        for g, some in ((_units(n), 1), (np.eye(n)[-1], 0)):  # then all rows are across g already
            if n > 1:  # else every row lies along g
                across = np.stack([_across(g) for _ in range(m)])
                parts = some * 0.9 * numbers(m) * (np.arange(m) != 1)
                E = np.stack([_leaning(g, *row) for row in zip(across, parts, strict=True)])
                same("The answer", attempt(E, g), across, "(m, n)")
    return "Nothing is left along g, and each row has length 1."


# Exercise 6


def equalize(e1, e2, g):
    """Return two unit vectors that differ along g alone, by equal and opposite parts."""
    mu = (e1 + e2) / 2
    nu = mu - (mu @ g) * g
    z = np.sqrt(1 - nu @ nu) * np.sign((e1 - e2) @ g)
    return nu + z * g, nu - z * g


LEG = "np.sqrt(1 - nu @ nu)"
SIDE = "np.sign((e1 - e2) @ g)"
BOTH = "nu + z * g, nu - z * g"
EACH_E = "for e in (e1, e2)]"
Z = "z = sqrt(1 - nu·nu)."
WHOLE = "they are scaled to length 1 as a whole. Leave nu."
ONE_WORD = "the sign goes by one word alone, or by the mean. Take that of (e1 - e2)·g."


@check.exercise(
    equalize,
    {
        f"{BOTH} => [nu + abs(z) * ((e - mu) @ g) * g / np.linalg.norm(e - mu) {EACH_E}": (
            f"the parts along g are divided by the length of e - mu, not by their own. {Z}"
        ),
        f"{BOTH} => nu - z * g, nu + z * g": "the two are exchanged. More of g gets +z.",
        f" * {SIDE} =>": "the first word always gets +z. The word with more of g gets it.",
        "(e1 - e2) @ g => e1 @ g": ONE_WORD,
        "(e1 - e2) @ g => mu @ g": ONE_WORD,
        "nu - z * g => nu + z * g": "both lie on the side of e1. One has +z, the other -z.",
        "nu + z * g => nu - z * g": "both lie on the side of e2. One has +z, the other -z.",
        f"{SIDE} => ((e1 - e2) @ g)": "the size of (e1 - e2)·g is in it. Take its sign: np.sign.",
        f"{BOTH} => [nu + (e - mu) @ g * g {EACH_E}": f"the parts along g are not rescaled. {Z}",
        f"{BOTH} => [nu + e @ g * g {EACH_E}": f"the parts along g do not mirror. {Z}",
        f"{BOTH} => [_unit(nu + (e - mu) @ g * g) {EACH_E}": f"{WHOLE} {Z}",
        f"{BOTH} => [_unit(nu + e @ g * g) {EACH_E}": f"{WHOLE} And they do not mirror. {Z}",
        f"{BOTH} => [_unit(nu + s * g) for s in np.sign([z, -z])]": f"{WHOLE} {Z}",
        f"{BOTH} => [_unit(e - (e @ g) * g) {EACH_E}": "they are neutralized: no part along g.",
        f"{BOTH} => [e - (e @ g - x) * g for e, x in ((e1, z), (e2, -z))]": (
            "each keeps its own part across g. Both should have nu."
        ),
        f"{BOTH} => nu + z, nu - z": "z is a number. Add z g, and take it away.",
        f"{BOTH} => nu, nu": "both are nu. The parts along g are missing.",
        f"{BOTH} => e1, e2": "nothing was changed.",
        f"{LEG} => (1 - nu @ nu)": f"the square root is missing: {Z}",
        f"{LEG} => (1 - np.linalg.norm(nu))": f"1 less the length of nu is no leg: {Z}",
        f"{LEG} => np.sqrt(1 - np.linalg.norm(nu))": f"nu stands without its square: {Z}",
        f"{LEG} => np.sqrt(1 - mu @ mu)": f"z is made from mu: {Z}",
        f"{LEG} * =>": f"g has its whole length: {Z}",
        f"{BOTH} => mu + z * g, mu - z * g": "mu stands in place of nu. Use the part across g.",
        " - (mu @ g) * g =>": "mu stands in place of nu, in z as well.",
        "(mu @ g) * g => (mu @ g)": "mu·g is a number. Take away (mu·g) g.",
        " - (mu @ g) =>  + (mu @ g)": "the part of mu along g is added. Take it away.",
        " / 2 =>": "mu is the sum. Divide by 2.",
    },
)
def _(attempt):
    parts = (0.7, 0.2), (-0.2, -0.7), (0.2, 0.7), (0.3, -0.6), (-0.7, 0.4), (0, 0.5), (-1, 1)
    for n, (p1, p2) in [*product([*sizes(1), 2], parts), (1, (-1, 1)), (1, (1, -1))]:
        g = _units(n)
        a1 = _across(g)
        a2 = _unit(_across(g) - 1.5 * a1) if n > 1 else a1  # so that 1 - 4 nu·nu is above 0
        got = unpack(attempt(_leaning(g, a1, p1), _leaning(g, a2, p2), g), "e1, e2")
        nu = (np.sqrt(1 - p1**2) * a1 + np.sqrt(1 - p2**2) * a2) / 2
        z = np.copysign(np.cos(np.arcsin(np.linalg.norm(nu))), p1 - p2)
        same("e1", got[0], nu + z * g, "(n,)", FLOAT32)
        same("e2", got[1], nu - z * g, "(n,)", FLOAT32)
    return "Length 1 and mirrored along g, on either side."


# Exercise 7


def weat(X, Y, A, B, orders):
    """Return the effect size of a WEAT, and the p-value of its permutation test."""
    E, n = np.concatenate([X, Y]), len(X)
    s = (E @ A.T).mean(axis=1) - (E @ B.T).mean(axis=1)
    observed = s[:n].mean() - s[n:].mean()
    differences = s[orders][:, :n].mean(axis=1) - s[orders][:, n:].mean(axis=1)
    return observed / s.std(), np.mean(differences >= observed)


TO_A, TO_B = "(E @ A.T).mean(axis=1)", "(E @ B.T).mean(axis=1)"
GAP = "s[:n].mean() - s[n:].mean()"
FIRST_N, OTHERS = "s[orders][:, :n].mean(axis=1)", "s[orders][:, n:].mean(axis=1)"
LARGER = "differences >= observed"
OF_S = "s is the mean over A minus the mean over B."
STD = "Take np.std of s over the words of X and Y together."
AS_X = "of an order count as X. It should be the first len(X)."
MIXED = "differences are compared with"
COUNT = "Count differences at least as large as the observed one, with their sign."


@check.exercise(
    weat,
    {
        f"{GAP} => s[n:].mean() - s[:n].mean()": "its sign is turned: X comes before Y.",
        f"{GAP} => abs({GAP})": "its sign is lost: X may be farther from A than Y is.",
        f"{TO_A} - {TO_B} => {TO_B} - {TO_A}": "its sign is turned: A comes before B.",
        " / s.std() =>": f"it is not divided by a standard deviation. {STD}",
        "s.std() => s.std(ddof=1)": "the standard deviation has ddof=1. Take np.std as it is.",
        "s.std() => s[:n].std()": f"it is divided by the standard deviation of X alone. {STD}",
        "s.std() => s[n:].std()": f"it is divided by the standard deviation of Y alone. {STD}",
        "s.std() => np.sqrt((s[:n].var() + s[n:].var()) / 2)": f"it is Cohen's d. {STD}",
        "s.std() => np.sqrt((n * s[:n].var() + len(Y) * s[n:].var()) / (len(s) - 2))": (
            f"it is Cohen's d, with a pooled standard deviation. {STD}"
        ),
        "s.std() => differences.std()": f"it is divided by that of the orders' differences. {STD}",
        "s.std() => s.var()": f"it is divided by the variance. {STD}",
        f"{GAP} => s[:n].sum() - s[n:].sum()": "it is a difference of sums. Take the means.",
        f"{TO_A} - {TO_B} => E @ A.T.sum(axis=1) - E @ B.T.sum(axis=1)": f"s is of sums. {OF_S}",
        f" - {TO_B} =>": f"only A was used. {OF_S}",
        f"{TO_A} - {TO_B} => {TO_B}": f"only B was used. {OF_S}",
        f" - {TO_B} =>  + {TO_B}": f"B was used with the wrong sign: both are added. {OF_S}",
        f"{TO_A} - {TO_B} => (E @ A.T).mean(axis=0) - (E @ B.T).mean(axis=0)": (
            "The means run over the wrong axis: those of a word are along axis 1."
        ),
        f"{TO_A} - {TO_B} => E @ _unit(A.mean(axis=0)) - E @ _unit(B.mean(axis=0))": (
            "these are similarities to the mean of a set. Take the mean of the similarities."
        ),
        "E, n = np => X, Y, A, B = A, B, X, Y\n    E, n = np": "X and A have changed roles.",
        "len(X) => (len(X) + len(Y)) // 2": "X has len(X) words, not half of all.",
        "len(X) => len(Y)": "X has len(X) words, not len(Y).",
        "[X, Y] => [Y, X]": "Y stands before X. Stack X on Y.",
        LARGER + " => differences <= observed": f"it is the share of the smaller ones. {COUNT}",
        LARGER + " => differences < observed": f"it is the share of the smaller ones. {COUNT}",
        LARGER + " => abs(differences) >= abs(observed)": f"it counts both sides. {COUNT}",
        LARGER + " => abs(differences) >= observed": f"it counts both sides. {COUNT}",
        LARGER + " => differences >= abs(observed)": f"the observed one lost its sign. {COUNT}",
        LARGER + " => differences >= 0": f"{MIXED} 0. {COUNT}",
        LARGER + " => differences >= differences[0]": "The first order need not be the true one.",
        LARGER + " => differences >= observed / s.std()": f"{MIXED} the effect size. {COUNT}",
        LARGER + " => differences / s.std() >= observed": f"{MIXED} effect sizes. {COUNT}",
        LARGER + " => differences > observed": "equal differences do not count. Write >=, not >.",
        LARGER + " => differences": f"it is a mean difference, not a share. {COUNT}",
        f"np.mean({LARGER}) => {LARGER}": "That is a yes or no for each order. Take their mean.",
        f"np.mean({LARGER}) => np.sum({LARGER})": "it is a number of orders. Give their share.",
        f"np.mean({LARGER}) => 2 * np.mean({LARGER})": "it is doubled. One side is asked for.",
        f"np.mean({LARGER}) => (1 + np.sum({LARGER})) / (1 + len(orders))": (
            "1 was added to both counts. Take the plain share of the orders."
        ),
        f"{FIRST_N} - {OTHERS} => np.full(len(orders), observed)": "the orders are not used.",
        f" - {OTHERS} =>": "only the first words of an order are used. Take away the others' mean.",
        (":, :n => :, : len(Y)", ":, n: => :, len(Y) :"): f"the first len(Y) words {AS_X}",
        (":, :n => :, : len(s) // 2", ":, n: => :, len(s) // 2 :"): f"half of the words {AS_X}",
    },
)
def _(attempt):
    tests = [_draw_test(side, 8, 4, 2, 1) for side in (1, -1, 1, -1)]
    ones = (1, 8, 4, 2), (8, 1, 2, 4), (4, 4, 1, 2)
    groups = [[_draw_test(1, *counts)] for counts in ones]
    for group in (tests, *groups, [(*tests[1][:4], tests[1][4][:1])]):
        answers = [attempt(*test) for test in group]  # all, as one p may be right by chance
        for answer, test in zip(answers, group, strict=True):
            effect, p = unpack(answer, "effect, p")
            want_effect, want_p = _by_sums(*test)
            same("effect", effect, want_effect, "one number")
            same("p", p, want_p, "one number")
    return "Effect size and p-value, of either sign, and with orders that tie."


def _draw_test(side, *counts):
    """Draw X, Y, A, B of so many words, X nearer to A if side is 1, and orders.

    Numbers and counts are powers of 2: nothing is rounded, and many orders tie with the true one.
    """
    rng, words = np.random.default_rng(), counts[0] + counts[1]
    orders = rng.permuted([range(words)] * 300, axis=1)
    while True:
        E, axes = rng.choice([-0.5, 0.5], (words, 4)), np.eye(4)
        sets = *np.split(E, [counts[0]]), axes[: counts[2]], axes[-counts[3] :]
        if 0.3 < side * _by_sums(*sets, orders)[0] < 0.6:
            return *sets, orders


def _by_sums(X, Y, A, B, orders):
    """Return effect and p, which the sums over the first words of the orders give as well."""
    cosines = (1 - distance.cdist(np.vstack([X, Y]), rows, "cosine") for rows in (A, B))
    s, n = np.subtract(*(cosine.mean(axis=1) for cosine in cosines)), len(X)
    p = np.mean(s[orders[:, :n]].sum(axis=1) >= s[:n].sum())
    return (np.mean(s[:n]) - np.mean(s[n:])) / (np.std(s) or 1), p
