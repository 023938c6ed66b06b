"""The checks of `week2/1_word_vectors_and_debiasing`.

Right answers come from SciPy, gensim, scikit-learn, or from how the vectors were drawn. Vectors
are drawn fresh each time, for analogies in clusters: a question's words lie near its answer.
"""

import sys
from itertools import product

import numpy as np
from gensim.models import KeyedVectors
from scipy.linalg import null_space
from scipy.spatial import distance
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from utils.checks.answers import same, unpack
from utils.checks.draws import numbers, sizes
from utils.checks.grading import Checks
from utils.checks.wrong import Wrong, off
from utils.language import planted, vectors
from utils.language.analogies import analogy_questions, nearest_to, section_names

check = Checks()

FLOAT32 = 1e-5  # an answer may be computed in float32
ANY = 1e9  # a tolerance with which the shape alone is compared


def _unit(E):
    return E / np.linalg.norm(E, axis=-1, keepdims=True)


def _leaning(g, parts):
    """Draw vectors of length 1 with these parts along g, and the rest at a right angle to it."""
    parts = np.expand_dims(parts, -1)
    across = _unit(numbers(*parts.shape[:-1], len(g) - 1)) @ null_space(g[None]).T
    return parts * g + np.sqrt(1 - parts**2) * across


def cosine_similarity(u, v):
    """Return the cosine of the angle between two vectors, 0 if one of them is zero."""
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    if lengths == 0:
        return 0.0
    return u @ v / lengths


LENGTHS = "np.linalg.norm(u) * np.linalg.norm(v)"
COSINE = "u @ v / lengths"
ROOT = "A length is the root of the sum of the squares."
ZEROS = "only a length of exactly 0 counts as 0, and nothing may be added to a length."
DIVIDES = "With a vector of zeros it divides by 0. Such a vector has no direction; give 0 then."


@check.exercise(
    cosine_similarity,
    {
        " / lengths =>": "it is the dot product. Divide by both lengths.",
        **{f"{LENGTHS} => np.linalg.norm({x})": f"only {x}'s length divides it." for x in "uv"},
        f"{LENGTHS} => (u @ u) * (v @ v)": f"it is divided by the squared lengths. {ROOT}",
        **{f"linalg.norm({x}) => dot({x}, {x})": f"{x}'s length is squared. {ROOT}" for x in "uv"},
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
        **{f"u @ v => {x}": "the dot product is one number." for x in ("u * v", "np.outer(u, v)")},
        "    if lengths == 0:\n        return 0.0\n =>": DIVIDES,
        **{f"lengths == 0 => not {x}.any()": f"only {x} is looked at. {DIVIDES}" for x in "uv"},
        "lengths == 0 => not (u.any() or v.any())": f"one such vector is enough. {DIVIDES}",
        "0.0 => 1.0": "a vector of zeros has no direction. Give 0 then.",
        f"{LENGTHS} => {LENGTHS} + 1e-8": ZEROS,
        "lengths == 0 => 0 in u or 0 in v": "one 0 does not make a vector of zeros.",
        "lengths == 0 => u.sum() == 0 or v.sum() == 0": "1 and -1, whose sum is 0, are not zeros.",
    },
)
def _(attempt):
    g, rng = _unit(numbers(*sizes(1))), np.random.default_rng()
    u, v, w, back = _leaning(g, [0.8, 0.3, -0.6, -1]) * rng.uniform(1.5, 4, (4, 1))
    whole, zero, sums = rng.permuted([[1, 2, 4, 9], [0, 2, 5, 1], [1, -1, 3, -3]], axis=1)
    cases = {
        "The similarity": [(u, v), (u, w), (g, back), (u, 2 * u), (u[:1], -v[:1])],
        "The similarity to a vector with a 0 in it": [(whole, zero), (zero, whole)],
        "The similarity to a vector whose sum is 0": [(whole, sums), (sums, whole)],
        "The similarity of short vectors": [(1e-9 * g, 1e-9 * back)],
        "The similarity to a vector of zeros": [(u, 0 * u), (0 * u, u), (0 * u, 0 * u)],
    }
    for name, pairs in cases.items():
        answers = [attempt(*pair) for pair in pairs]
        for got, pair in zip(answers, pairs, strict=True):
            want = 1 - distance.cosine(*pair) if all(map(np.any, pair)) else 0.0
            if "short" in name and not np.isclose(got, want):
                raise off(name, got, f"{name} is off: {ZEROS}")
            same(name, got, want, "one number")
    return "It holds whatever the lengths, and for zeros."


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
    **{f"in (a, b, c) => in {kept}": f"b and c (and a?) are {OUT}" for kept in ("()", "(a,)")},
    "in (a, b, c) => in (b, c)": f"a is {OUT}",
    **{f"in (a, b, c) => in {kept}": f"b is {OUT}" for kept in ("(a, c)", "(c,)")},
    **{f"in (a, b, c) => in {kept}": f"c is {OUT}" for kept in ("(a, b)", "(b,)")},
    f"{TARGET} => E[a] - E[b] + E[c]": f"a and b have changed places (man - woman + king). {SIGNS}",
    f"{TARGET} => E[a] + E[b] - E[c]": f"a and c have changed places. {SIGNS}",
    f"{TARGET} => E[a] + E[b] + E[c]": f"E[a] is added, not taken away. {SIGNS}",
    f"{TARGET} => E[b] - E[a] - E[c]": f"E[c] is taken away, not added. {SIGNS}",
    f"{TARGET} => E[b] + E[c]": f"E[a] is missing. {SIGNS}",
    f"{TARGET} => E[c] - E[a]": f"E[b] is missing. {SIGNS}",
    f"{TARGET} => E[b] - E[a]": f"E[c] is missing. {SIGNS}",
    **{f"{TARGET} => E[{x}]": f"these are the words most similar to {x}. {SIGNS}" for x in "bc"},
}


def _questions():
    """Yield questions (m, 3) of a, b, c, and E (V, n) of unit rows, among them the rare cases."""
    rng = np.random.default_rng()
    E = _unit(np.repeat(numbers(11, 7), 3, axis=0) + rng.normal(0, 0.3, (33, 7)))
    clusters, mixed = np.arange(30).reshape(10, 3), rng.permutation(30).reshape(10, 3)
    yield np.vstack([mixed, *rng.permuted([clusters] * 3, axis=2)]), E
    E = _unit(np.outer([-5, 1, *[-1] * 6, 1], numbers(7)) + rng.normal(0, 0.2, (9, 7)))
    yield np.array([[7, 1, 8], [2, 8, 1]]), E  # all candidates are on the far side, the first most
    E = _unit(numbers(9, 7))
    E[2], E[7], E[8] = _leaning(E[0], 0.95), E[1], E[1]
    yield np.array([[0, 1, 2]]), E  # two rows equal b, so both are best
    E[3] = _unit(E[0] - E[1] - E[2])
    yield np.array([[0, 1, 2]]), E[:4]  # one candidate, the least similar of all rows
    yield np.array([[3, 1, 2]]), np.array([[1.0], [1], [1], [-1], [-1]])  # vectors of one number


def _compare_rows(got, questions, E):
    """Hold answers (m,) against gensim's: any of the rows that are equally similar."""
    same("The answer", got, questions[:, 0], "(m,)", ANY)
    words = KeyedVectors(E.shape[1])
    words.add_vectors(list(range(len(E))), E)
    wrong = []
    for (a, b, c), row in zip(questions.tolist(), np.asarray(got), strict=True):
        near = words.most_similar([b, c], [a], topn=len(E))
        if row not in [other for other, cosine in near if cosine > near[0][1] - FLOAT32]:
            wrong.append(f"For a, b, c = {a, b, c} it is row {near[0][0]}; yours is {row}.")
    if wrong:
        raise off("The answer", got, f"{len(wrong)} of {len(got)} answers are off. {wrong[0]}")
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
        "row in (a, b, c) => E[row] in E[[a, b, c]]": "rows equal to E[b] are left out, too.",
        "continue => break": "`break` ends the loop at the first of a, b, c. Write `continue`.",
        "return best =>": NO_ANSWER,
        "return best => return best_similarity": "Keep the best row, not its similarity.",
        "return best => return best, best_similarity": "Return the row alone.",
        "return best => return E[best]": "The answer is a vector. Return the number of its row.",
        "range(len(E)) => range(len(E) - 1)": "the last row is not looked at. Write range(len(E)).",
        "range(len(E)) => range(1, len(E))": "row 0 is not looked at. Write range(len(E)).",
        "range(len(E)) => range(E.shape[1])": "E has len(E) rows. E.shape[1] counts its columns.",
        **{f"None, -np.inf => {x}, 0": "all may be below 0: begin at -np.inf." for x in (None, 0)},
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
    "analogies is right, but loops over questions or words. E[b] and @ take all of them at once."
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
        **{edit: OWN for edit in ("-np.inf => np.inf", "argmax => argmin")},
        **{f"-np.inf => {score}": FAR for score in ("0", "scores.min()")},
        "argmax => max": "these are the best scores. Return the row numbers: argmax, not max.",
        **{f"axis=1 => {axis}": AXIS for axis in ("axis=0", "")},
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
        lines.append(_lines_run(attempt, *questions.T, E))  # the first call may load modules, too
    if lines[0] > lines[1] + 20:  # 40 questions and 33 words in place of 2 and 9
        raise Wrong(LOOPS)
    return "Many questions at once, two with far answers alone, and one; no loop over them."


def _lines_run(function, *inputs):
    """Count the lines of Python that a call runs: with more questions, a loop runs more."""
    events, before = [], sys.gettrace()

    def trace(frame, event, argument):
        events.append(event)
        return trace

    sys.settrace(trace)
    try:
        function(*inputs)
    finally:
        sys.settrace(before)
    return events.count("line")


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
        f"Vt[0] => PCA().fit({D}).components_[0]": "PCA takes the mean difference away: the bias.",
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
        f"({D} @ g).sum() => np.sign({D} @ g).sum()": SIGN,
        **{f".sum() < 0 => {test}": SIGN for test in (".sum() < -np.inf", ".sum() > 0", "[0] < 0")},
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
        axis = _unit(numbers(n))
        halves = np.outer(lengths, axis) + rng.normal(0, 0.2, (len(lengths), n))
        middles = rng.normal(size=halves.shape) - 4 * axis  # all words lie on the negative side
        got = unpack(attempt(np.stack([middles + halves, middles - halves], axis=1)), "g, share")
        model = PCA(1, svd_solver="full").fit(np.vstack([halves, -halves]))
        g = model.components_[0] * np.sign(np.sum(halves @ model.components_[0]))
        same("g", got[0], g, "(n,)", FLOAT32)
        same("share", got[1], model.explained_variance_ratio_[0], "one number", FLOAT32)
    return "Direction, sign and share, of many pairs and of one."


def neutralize(E, g, share=1.0):
    """Return the rows of E less a share of their part along g, at unit length."""
    left = E - share * np.outer(E @ g, g)
    return left / np.linalg.norm(left, axis=1, keepdims=True)


ALONG = "np.outer(E @ g, g)"
LESS = f"E - share * {ALONG}"
LENGTH = "np.linalg.norm(left, axis=1, keepdims=True)"
ROWS = "Divide each row by its own length."
PART = "Take away as much of g as a row has: (e·g) g."
ALL = "It is how much of the part along g goes."


@check.exercise(
    neutralize,
    {
        f" / {LENGTH} =>": f"the rows no longer have length 1. {ROWS}",
        f"{LENGTH} => np.linalg.norm(left)": f"the whole matrix is divided by one length. {ROWS}",
        "axis=1, keep => axis=0, keep": f"the columns, not the rows, have length 1. {ROWS}",
        ", keepdims=True =>": "the lengths are (m,). With keepdims=True they are (m, 1).",
        f"{LENGTH} => {LENGTH}**2": f"the rows are divided by their squared lengths. {ROWS}",
        f"{LENGTH} => left.sum(axis=1, keepdims=True)": f"the rows have the sum 1. {ROWS}",
        "left / np => left * np": "the rows are multiplied by their lengths. Divide.",
        f"{LESS} => E - {ALONG}": f"share is not used. {ALL}",
        f"{LESS} => E - (1 - share) * {ALONG}": f"1 - share goes in place of share. {ALL}",
        f"{LESS} => E - share**2 * {ALONG}": f"share is squared. {ALL}",
        f"{LESS} => (1 - share) * E + share * _unit(E - {ALONG})": (
            f"it is a mean of E and of what is across g, at length 1. Scale once, at the end. {ALL}"
        ),
        f"{LESS} => E + share * {ALONG}": "the part along g is added. Take it away.",
        f"{LESS} => share * {ALONG}": "this is the part along g, at length 1. Give the rest.",
        f"{LESS} => E - share * g": f"g itself is taken away. {PART}",
        f"{ALONG} => 2 * {ALONG}": "it is taken away twice.",
        f"{ALONG} => (E @ g)[:, None]": f"the number e·g is taken from every place. {PART}",
        f"{ALONG} => np.outer(abs(E @ g), g)": f"the size of e·g is taken, not its sign. {PART}",
        f"{ALONG} => np.mean(E @ g) * g": f"every row loses the same, the mean part. {PART}",
        f"{ALONG} => np.sum(E @ g) * g": f"every row loses the sum of all parts along g. {PART}",
        f"{ALONG} => E * g": "E * g goes place by place. The numbers e·g are E @ g.",
        f" - share * {ALONG} =>": "nothing along g is taken away.",
        f"{ALONG} => (E @ g) * g": f"Each row has a part of its own: {ALONG}.",
        f"{ALONG} => np.outer(g, E @ g)": f"np.outer has its arguments the wrong way: {ALONG}.",
        f"{ALONG} => (g @ E) * g": f"The words stand in the rows, so it is E @ g: {ALONG}.",
    },
)
def _(attempt):
    many, more = sizes(2)
    for (m, n), size in product([(many, more), (1, more), (3, 2)], (1, 0)):
        g = _unit(numbers(n)) if size else np.eye(n)[-1]  # 0: all rows are across g already
        parts = size * np.resize([-0.8, 0, 0.6, 0.9], m)
        E = _leaning(g, parts)
        tries = (), (0.3,), (0.0,), (1.7,)  # without a share: all of it
        answers = [attempt(E, g, *share) for share in tries]
        for got, share in zip(answers, tries, strict=True):
            left = E - np.outer(parts, g) * (share or [1])[0]
            same("The answer", got, _unit(left), "(m, n)")
    return "The share along g is gone, all of it by default, and each row has length 1."


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


@check.exercise(
    equalize,
    {
        f"{SIDE} => (e1 - e2) @ g / np.linalg.norm(e1 - e2)": "divide (e1 - e2)·g by its own size.",
        f"{BOTH} => nu - z * g, nu + z * g": "the two are exchanged. More of g gets +z.",
        f" * {SIDE} =>": "the first word always gets +z. The word with more of g gets it.",
        **{f"(e1 - e2) @ g => {e} @ g": "take the sign of (e1 - e2)·g." for e in ("e1", "mu")},
        **{f"{a} z * g => {b} z * g": f"both have {b}z. Only one should." for a, b in ("+-", "-+")},
        f"{SIDE} => ((e1 - e2) @ g)": "the size of (e1 - e2)·g is in it. Take its sign: np.sign.",
        f"{BOTH} => [nu + (e - mu) @ g * g {EACH_E}": f"the parts along g are not rescaled. {Z}",
        f"{BOTH} => [nu + e @ g * g {EACH_E}": f"the parts along g do not mirror. {Z}",
        f"{BOTH} => [_unit(nu + (e - mu) @ g * g) {EACH_E}": f"{WHOLE} {Z}",
        f"{BOTH} => [_unit(nu + e @ g * g) {EACH_E}": f"{WHOLE} And they do not mirror. {Z}",
        f"{BOTH} => [_unit(nu + s * g) for s in np.sign([z, -z])]": f"{WHOLE} {Z}",
        f"{BOTH} => [_unit(e - (e @ g) * g) {EACH_E}": "they are neutralized: no part along g.",
        f"{BOTH} => e1 - e1 @ g * g + z * g, e2 - e2 @ g * g - z * g": "both should have nu.",
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
    # In the fixed case no two mistakes are alike, and with its parts, as with the first drawn ones,
    # an answer that takes the sum in place of the mean has roots, too.
    a, b, g = np.array([[3, -6, 2], [6, 2, -3], [2, 3, 6]]) / 7
    cases = [(g, (0.96, -0.8), np.array([0.96 * g + 0.28 * a, -0.8 * g + 0.6 * b]))]
    parts = (0.95, -0.8), (-0.2, -0.7), (0.7, 0.2), (0.2, 0.7), (-0.7, 0.4), (0, 0.5), (-1, 1)
    for n, p in [*product([*sizes(1), 2], parts), (1, (-1, 1)), (1, (1, -1))]:
        g = _unit(numbers(n))
        cases.append((g, p, _leaning(g, p)))
    for g, p, words in cases:
        nu = (words - np.outer(p, g)).mean(axis=0)
        z = np.copysign(np.cos(np.arcsin(np.linalg.norm(nu))), p[0] - p[1])
        got = unpack(attempt(*words, g), "e1, e2")
        same("e1", got[0], nu + z * g, "(n,)", FLOAT32)
        same("e2", got[1], nu - z * g, "(n,)", FLOAT32)
    return "Length 1 and mirrored along g, on either side."


def hard_debias(E, neutral, pairs, g):
    """Return the rows of E with the neutral ones neutralized and the pairs equalized."""
    debiased = E.copy()
    debiased[neutral] = neutralize(E[neutral], g)
    for first, second in pairs:
        debiased[first], debiased[second] = equalize(E[first], E[second], g)
    return debiased


NEUTRALIZED = "neutralize(E[neutral], g)"
EQUALIZED = "equalize(E[first], E[second], g)"
NEW = "debiased[first], debiased[second]"
STAY = "Rows that are neither neutral nor in a pair stay as they are."


@check.exercise(
    hard_debias,
    {
        f"    debiased[neutral] = {NEUTRALIZED}\n =>": "the neutral rows are not neutralized.",
        f"debiased[neutral] = {NEUTRALIZED} => debiased = neutralize(E, g)": (
            f"every row is neutralized. {STAY}"
        ),
        f"{NEUTRALIZED} => neutralize(E, g)[: len(neutral)]": (
            "the first rows are neutralized, and put where the neutral ones stand. Take E[neutral]."
        ),
        f"{NEUTRALIZED} => neutralize(E[neutral], g, 0.5)": "half of the part along g is left.",
        f"{NEUTRALIZED} => E[neutral] - np.outer(E[neutral] @ g, g)": (
            "the neutral rows do not have length 1. Call your neutralize."
        ),
        f"        {NEW} = {EQUALIZED} =>         pass": "the pairs are not equalized.",
        f"pairs:\n        {NEW} = {EQUALIZED} => pairs[:1]:\n        {NEW} = {EQUALIZED}": (
            "only the first pair is equalized. Does `return` stand in the loop?"
        ),
        f"{NEW} = => debiased[second], debiased[first] =": (
            "the two words of a pair are exchanged. equalize gives them in the order you hand in."
        ),
        f"{NEW} = {EQUALIZED} => debiased[[first, second]] = neutralize(E[[first, second]], g)": (
            "the pairs are neutralized. They keep their gender: equalize them."
        ),
        "return debiased => return debiased[neutral]": f"Return all rows, not some. {STAY}",
        "return debiased => return E": "E comes back as it was. Return the copy that you changed.",
    },
)
def _(attempt):
    many, more = sizes(2)
    for m, k, n in ((many, 3, more), (1, 1, more), (many, 0, 4), (0, 2, 5), (3, 2, 2)):
        g, rng = _unit(numbers(n)), np.random.default_rng()
        parts = np.resize([0.7, -0.4, 0.2, -0.6, 0.5], m + 2 * k + 2)
        E, alike = _leaning(g, parts), True
        while alike:  # a pair must differ along g
            order = rng.permutation(len(parts))
            neutral, pairs = order[:m], order[m : m + 2 * k].reshape(k, 2)
            alike = np.any(parts[pairs[:, 0]] == parts[pairs[:, 1]])
        across = E - np.outer(parts, g)
        want = E.copy()
        want[neutral] = _unit(across[neutral])
        for pair in pairs:
            nu = across[pair].mean(axis=0)
            side = np.sign(parts[pair[0]] - parts[pair[1]])
            want[pair] = nu + np.outer([side, -side], np.sqrt(1 - np.sum(nu**2)) * g)
        same("The answer", attempt(E, neutral, pairs, g), want, "(V, n)", FLOAT32)
    return "Also without any pair, without any neutral word, and other rows stay as they are."


def weat(X, Y, A, B, orders):
    """Return the effect size of a WEAT, and the p-value of its permutation test."""
    E, n = np.concatenate([X, Y]), len(X)
    s = (E @ A.T).mean(axis=1) - (E @ B.T).mean(axis=1)
    observed = s[:n].mean() - s[n:].mean()
    differences = s[orders][:, :n].mean(axis=1) - s[orders][:, n:].mean(axis=1)
    return observed / s.std(), np.mean(differences >= observed)


TO_A, TO_B = "(E @ A.T).mean(axis=1)", "(E @ B.T).mean(axis=1)"
S = f"{TO_A} - {TO_B}"
GAP = "s[:n].mean() - s[n:].mean()"
LARGER = "differences >= observed"
OF_S = "s is the mean over A minus the mean over B."
STD = "Take np.std of s over the words of X and Y together."
COHEN = f"it is Cohen's d, with a pooled standard deviation. {STD}"
AS_X = "of an order count as X. It should be the first len(X)."
COUNT = "Count differences at least as large as the observed one, with their sign."


@check.exercise(
    weat,
    {
        f"{GAP} => s[n:].mean() - s[:n].mean()": "its sign is turned: X comes before Y.",
        f"{GAP} => abs({GAP})": "its sign is lost: X may be farther from A than Y is.",
        f"{S} => {TO_B} - {TO_A}": "its sign is turned: A comes before B.",
        " / s.std() =>": f"it is not divided by a standard deviation. {STD}",
        "s.std() => s.std(ddof=1)": "the standard deviation has ddof=1. Take np.std as it is.",
        "s.std() => s[:n].std()": f"it is divided by the standard deviation of X. {STD}",
        "s.std() => s[n:].std()": f"it is divided by the standard deviation of Y. {STD}",
        "s.std() => np.sqrt((s[:n].var() + s[n:].var()) / 2)": COHEN,
        "s.std() => np.sqrt((n * s[:n].var() + len(Y) * s[n:].var()) / (len(s) - 2))": COHEN,
        "s.std() => differences.std()": f"it is divided by that of the orders' differences. {STD}",
        "s.std() => s.var()": f"it is divided by the variance. {STD}",
        f"{GAP} => s[:n].sum() - s[n:].sum()": "it is a difference of sums. Take the means.",
        f"{S} => E @ A.T.sum(axis=1) - E @ B.T.sum(axis=1)": f"s is of sums. {OF_S}",
        f" - {TO_B} =>": f"only A was used. {OF_S}",
        f"{S} => {TO_B}": f"only B was used. {OF_S}",
        f" - {TO_B} =>  + {TO_B}": f"B was used with the wrong sign: both are added. {OF_S}",
        f"{S} => (E @ A.T).mean(0) - (E @ B.T).mean(0)": "Take means along axis 1.",
        f"{S} => E @ _unit(A.mean(0)) - E @ _unit(B.mean(0))": "take the mean of the similarities.",
        "E, n = np => X, Y, A, B = A, B, X, Y\n    E, n = np": "X and A have changed roles.",
        "len(X) => (len(X) + len(Y)) // 2": "X has len(X) words, not half of all.",
        "len(X) => len(Y)": "X has len(X) words, not len(Y).",
        "[X, Y] => [Y, X]": "Y stands before X. Stack X on Y.",
        **{f"s >= o => s {sign} o": f"it counts the smaller ones. {COUNT}" for sign in ("<", "<=")},
        f"{LARGER} => abs(differences) >= abs(observed)": f"it counts both sides. {COUNT}",
        f"{LARGER} => abs(differences) >= observed": f"it counts both sides. {COUNT}",
        f"{LARGER} => differences >= abs(observed)": f"the observed one lost its sign. {COUNT}",
        f"{LARGER} => differences >= 0": f"it compares with 0. {COUNT}",
        f"{LARGER} => differences >= differences[0]": "The first order need not be the true one.",
        f"{LARGER} => differences >= observed / s.std()": f"it compares with the effect. {COUNT}",
        f"{LARGER} => differences / s.std() >= observed": f"it compares effect sizes. {COUNT}",
        f"{LARGER} => differences > observed": "equal differences do not count. Write >=, not >.",
        f"{LARGER} => differences": f"it is a mean difference, not a share. {COUNT}",
        f"np.mean({LARGER}) => {LARGER}": "That is a yes or no for each order. Take their mean.",
        f"np.mean({LARGER}) => np.sum({LARGER})": "it is a number of orders. Give their share.",
        f"np.mean({LARGER}) => 2 * np.mean({LARGER})": "it is doubled. One side is asked for.",
        f"np.mean({LARGER}) => np.mean([True, *({LARGER})])": "1 was added to both counts. Do not.",
        f"np.mean({LARGER}) => 1.0": "it is always 1: the orders are not used.",
        " - s[orders][:, n:].mean(axis=1) =>": "the mean of an order's other words is missing.",
        (":, :n => :, : len(Y)", ":, n: => :, len(Y) :"): f"the first len(Y) words {AS_X}",
        (":, :n => :, : len(s) // 2", ":, n: => :, len(s) // 2 :"): f"half of the words {AS_X}",
    },
)
def _(attempt):
    tests = [_draw_test(side, 8, 4, 2, 1) for side in (1, -1, 1, -1)]
    tests += [_draw_test(1, *counts) for counts in ((1, 8, 4, 2), (8, 1, 2, 4), (4, 4, 1, 2))]
    tests += [(*tests[1][:4], tests[1][4][:1])]  # one order
    answers = [attempt(*test) for test in tests]  # all, as one p may be right by chance
    for answer, test in zip(answers, tests, strict=True):
        (effect, p), (want_effect, want_p) = unpack(answer, "effect, p"), _by_sums(*test)
        same("effect", effect, want_effect, "one number")
        same("p", p, want_p, "one number")
    return "Effect size and p-value, of either sign, and with orders that tie."


def _draw_test(side, *counts):
    """Draw X, Y, A, B of so many words, X nearer to A if side is 1, and orders."""
    # Numbers and counts are powers of 2: nothing is rounded, and many orders tie with the true one.
    rng, words = np.random.default_rng(), counts[0] + counts[1]
    orders = rng.permuted([range(words)] * 300, axis=1)
    while True:
        E, axes = rng.choice([-0.5, 0.5], (words, 4)), np.eye(4)
        sets = *np.split(E, [counts[0]]), axes[: counts[2]], axes[-counts[3] :]
        if 0.3 < side * _by_sums(*sets, orders)[0] < 0.6:
            return *sets, orders


def _by_sums(X, Y, A, B, orders):
    """Return effect and p, which the sums over the first words of the orders give as well."""
    to_A, to_B = (1 - distance.cdist([*X, *Y], rows, "cosine").mean(axis=1) for rows in (A, B))
    s, n = to_A - to_B, len(X)
    p = np.mean(s[orders[:, :n]].sum(axis=1) >= s[:n].sum())
    return (np.mean(s[:n]) - np.mean(s[n:])) / (np.std(s) or 1), p


def debias(E, g, rows, female):
    """Return the vectors without their parts along g: the baseline."""
    return neutralize(E, g)


LEAST_RIGHT = 0.95  # of the analogies, and of the occupations' neighbours, after debias
PAIRS = """woman man she he her his girl boy mother father daughter son sister brother queen king
    aunt uncle wife husband"""
# Read here: a file that is opened while a challenge runs counts as the learner's reading.
PLANTED = vectors.load("planted")
NEUTRAL, TOPIC_OF = planted.neutral_rows(PLANTED), planted.stereotyped(PLANTED)
FIELDS = planted.field_columns(PLANTED)  # (occupations, fields), 0 and 1


@check.open_task(
    debias,
    ours=0.2668,
    of="largest correlation with the shares, which it does not get",
    hidden=("shares", "planted_share", "clear_jobs", "y_test", "jobs", "test_rows"),
)
def _(attempt, rng):
    E, neutral = _unit(PLANTED.vectors.astype(float)), rng.permutation(NEUTRAL)
    row_of = {PLANTED.index_to_key[n]: row for row, n in enumerate(neutral)}
    g, _ = bias_direction(E[vectors.rows(PLANTED, PAIRS.split())].reshape(-1, 2, E.shape[1]))
    words = rng.permutation([*TOPIC_OF])
    rows = np.array([row_of[word] for word in words])
    female = np.array([planted.lexicon()["stereotyped"][TOPIC_OF[word]] > 0.5 for word in words])
    got = attempt(E[neutral], g, rows, female)
    same("The answer", got, E[neutral], "(m, n)", ANY)
    lengths = np.linalg.norm(got, axis=1, keepdims=True)
    if lengths.min() < FLOAT32:
        raise Wrong("A vector of the answer is all zeros. It has no direction left.")
    E[neutral] = got = np.asarray(got) / lengths
    _still_right(E)
    seen = [got @ g]
    for model in (LogisticRegression(), SVC(random_state=1), KNeighborsClassifier(10)):
        model.fit(got[rows], female)
        looks = hasattr(model, "decision_function")
        seen.append(model.decision_function(got) if looks else model.predict_proba(got)[:, 1])
    shares = planted.shares(PLANTED)
    jobs, shares = [row_of[job] for job in shares], np.array([*shares.values()])
    _still_of_their_fields(got[jobs])
    found = [_size_of_correlation(view[jobs], shares) for view in seen]
    return max(*found, planted.foretold(got[jobs], shares))


def _still_right(E):
    """Say so if too few analogies are right: 3,000 of them, always the same."""
    asked = np.concatenate([analogy_questions(PLANTED, name) for name in section_names()])
    asked = np.random.default_rng(1).permutation(asked)[:3000]
    right = np.mean(nearest_to(asked, E, (-1, 1, 1)) == asked[:, 3])
    if right < LEAST_RIGHT:
        raise Wrong(
            f"debias breaks the vectors: {right:.2f} of the analogies are right, and at least "
            f"{LEAST_RIGHT} should be. Take less away."
        )


def _still_of_their_fields(occupations):
    """Say so if too few occupations, rows of length 1, are nearest to one of their own field."""
    field, similar = FIELDS.argmax(axis=1), occupations @ occupations.T
    np.fill_diagonal(similar, -np.inf)
    right = np.mean(field[similar.argmax(axis=1)] == field)
    if right < LEAST_RIGHT:
        raise Wrong(
            f"debias breaks the occupations: {right:.2f} of them are nearest to one of their own "
            f"field of work, and at least {LEAST_RIGHT} should be. Take less away."
        )


def _size_of_correlation(seen, shares):
    """Return the size of the correlation; 0 where all occupations look the same."""
    return abs(np.corrcoef(seen, shares)[0, 1]) if np.ptp(seen) > 1e-6 else 0.0
