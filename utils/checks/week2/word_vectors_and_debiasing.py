"""The checks of `week2/1_word_vectors_and_debiasing`.

Vectors are drawn fresh each time, in clusters, so that a question's own words lie near its answer.
The tests hold our own versions here against gensim, scikit-learn and SciPy.
"""

import numpy as np

from utils.checks import Checks, Wrong, same, shape_of, unpack

check = Checks()


# Our own versions: the notebook goes on with them where an exercise was not attempted.


def cosine_similarity(u, v):
    """Return the cosine of the angle between two vectors, 0 if one of them is zero."""
    lengths = np.sqrt(u @ u) * np.sqrt(v @ v)
    return u @ v / lengths if lengths else 0.0


def analogy(a, b, c, E):
    """Return the row of E most similar to E[b] - E[a] + E[c], other than a, b and c."""
    target = E[b] - E[a] + E[c]
    candidates = [row for row in range(len(E)) if row not in (a, b, c)]
    return max(candidates, key=lambda row: cosine_similarity(target, E[row]))


def analogies(a, b, c, E):
    """Return the answers to many questions, an index each."""
    scores = (E[b] - E[a] + E[c]) @ E.T
    for own in (a, b, c):
        scores[np.arange(len(scores)), own] = -np.inf
    return scores.argmax(axis=1)


def bias_direction(pairs):
    """Return the first principal component of the centred pairs, and its share of the variance."""
    centred = pairs - pairs.mean(axis=1, keepdims=True)
    _, s, Vt = np.linalg.svd(centred.reshape(-1, pairs.shape[-1]), full_matrices=False)
    g = Vt[0] * np.sign(np.sum((pairs[:, 0] - pairs[:, 1]) @ Vt[0]))
    return g, s[0] ** 2 / np.sum(s**2)


def neutralize(E, g):
    """Return the rows of E without their part along g, at unit length."""
    flat = E - np.outer(E @ g, g)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


def equalize(e1, e2, g):
    """Return two unit vectors that differ along g alone, by equal and opposite parts."""
    mu = (e1 + e2) / 2
    nu = mu - (mu @ g) * g
    z = np.sign((e1 - e2) @ g) * np.sqrt(1 - nu @ nu)
    return nu + z * g, nu - z * g


def weat(X, Y, A, B, orders):
    """Return the effect size of a WEAT, and the p-value of its permutation test."""
    s = _associations(np.concatenate([X, Y]), A, B)
    differences = _differences(s[orders], len(X))
    observed = _differences(s, len(X))
    return observed / s.std(), np.mean(differences >= observed)


def _associations(E, A, B):
    return (E @ A.T).mean(axis=1) - (E @ B.T).mean(axis=1)


def _differences(s, n):
    return s[..., :n].mean(axis=-1) - s[..., n:].mean(axis=-1)


# What the graders draw and compute.


def _unit(E):
    return E / np.linalg.norm(E, axis=-1, keepdims=True)


def _draw_units(rng, *shape):
    return _unit(rng.normal(size=shape))


# Exercise 1


@check.exercise(cosine_similarity)
def _(attempt):
    rng = np.random.default_rng()
    u, v = rng.normal(size=(2, 6)) * rng.uniform(1.5, 4, (2, 1))
    v *= -np.sign(u @ v)  # a negative cosine: an absolute value shows
    _compare_similarity(attempt, u, v)
    _compare_short(attempt, 1e-9 * _unit(u), 1e-9 * _unit(v))
    u[0] = v[1] = 0
    mistakes = {"one 0 among its numbers does not make a vector of zeros.": 0.0}
    want = cosine_similarity(u, v)
    same("The similarity of vectors with a 0 in them", attempt(u, v), want, "", mistakes)
    for zeros in ((u, 0 * u), (0 * u, u), (0 * u, 0 * u)):
        _compare_zeros(attempt, *zeros)
    return "It holds whatever the lengths, and for zeros."


def _compare_similarity(attempt, u, v):
    product, lu, lv = u @ v, np.linalg.norm(u), np.linalg.norm(v)
    cosine = product / (lu * lv)
    root = "A length is the root of the sum of the squares."
    mistakes = {
        "it is the dot product. Divide by both lengths.": product,
        "it is divided by the length of u alone.": product / lu,
        "it is divided by the length of v alone.": product / lv,
        f"it is divided by the squared lengths. {root}": product / (lu * lv) ** 2,
        f"the square root is missing in the length of u. {root}": product / (lu**2 * lv),
        f"the square root is missing in the length of v. {root}": product / (lu * lv**2),
        "it is divided by the sum of the lengths, not by their product.": product / (lu + lv),
        f"it is divided by sums of the numbers. {root}": product / (u.sum() * v.sum()),
        f"it is divided by sums of the sizes. {root}": product / (abs(u).sum() * abs(v).sum()),
        f"it is divided by how many numbers there are. {root}": product / len(u) ** 2,
        "it is multiplied by the lengths. Divide by them.": product * lu * lv,
        "it is divided by one length and multiplied by the other. Put brackets around their "
        "product.": product / lu * lv,
        "it is the cosine distance. Leave out the 1 -.": 1 - cosine,
        "it is negative, and yours is not. An absolute value, or a minus too many?": -cosine,
        "it is the angle. Its cosine is asked for.": np.arccos(cosine),
        "it is the Euclidean distance.": np.linalg.norm(u - v),
        "the dot product is a sum, not a mean.": cosine / len(u),
        "a negative similarity becomes 0. Opposite directions have -1.": 0.0,
    }
    got = attempt(u, v)
    if shape_of(got) not in (None, ()):
        raise Wrong(
            f"The answer should be one number; yours has shape {shape_of(got)}. The dot product "
            f"of two vectors is u @ v or np.sum(u * v)."
        )
    same("The similarity", got, cosine, "one number", mistakes)


def _compare_short(attempt, u, v):
    name, got, want = "The similarity of short vectors", attempt(u, v), cosine_similarity(u, v)
    if 0.99 * want < got < 0:
        raise Wrong(f"{name} is too small: nothing may be added to the lengths.")
    mistakes = {"they count as zeros. Only a length of exactly 0 is one of a vector of zeros.": 0.0}
    same(name, got, want, "", mistakes)


def _compare_zeros(attempt, u, v):
    with np.errstate(all="ignore"):
        got = attempt(u, v)
    if isinstance(got, float | np.floating) and np.isnan(got):
        raise Wrong(
            "With a vector of zeros it divides by 0. Such a vector has no direction; give 0 then."
        )
    same("The similarity to a vector of zeros", got, 0.0)


# Exercises 2 and 3


def _draw_questions(rng, m=40):
    """Draw E (33, 7), unit rows in clusters, and m questions with one best answer each."""
    centres = np.repeat(_draw_units(rng, 11, 7), 3, axis=0)
    E = _unit(centres + 0.15 * rng.normal(size=centres.shape))[rng.permutation(33)]
    questions = np.array([rng.choice(33, 3, replace=False) for _ in range(4 * m)])
    near = (E @ E.T).argsort(axis=1)[:, ::-1]
    for question in questions[::2]:  # three words of a cluster: each is near the target
        question[:] = rng.permutation(near[question[0], :3])
    second, best = _two_best(*questions.T, E)
    clear = (best > 0) & (best - second > 1e-4)  # for float32, too
    a, b, c = questions[clear][:m].T
    return a, b, c, E


def _draw_opposite(rng):
    """Draw E (9, 7) and two questions for which every candidate has a cosine near -1."""
    while True:
        centre = _draw_units(rng, 7)
        E = _unit(np.where(np.arange(9) < 2, 1, -1)[:, None] * centre + rng.normal(0, 0.2, (9, 7)))
        a, b, c = np.array([[8, 8], [0, 1], [1, 0]])  # row 0 is no answer: a row to begin with
        second, best = _two_best(a, b, c, E)
        if np.all(best - second > 1e-4):
            return a, b, c, E


def _two_best(a, b, c, E):
    scores = _candidates((E[b] - E[a] + E[c]) @ E.T, (a, b, c))
    return np.sort(scores, axis=1)[:, -2:].T


def _candidates(scores, excluded):
    scores = scores.copy()
    for own in excluded:
        scores[np.arange(len(scores)), own] = -np.inf
    return scores


def _most_similar(scores, excluded):
    return _candidates(scores, excluded).argmax(axis=1)


def _wrong_answers(a, b, c, E):
    """Return the usual mistakes, and the answers (m,) that each gives."""
    own, target = (a, b, c), E[b] - E[a] + E[c]
    scores = target @ E.T
    signs = "The target is E[b] - E[a] + E[c]: man is to woman as king is to the answer."
    excluded = {
        "a, b and c themselves are among the candidates. Leave them out.": (),
        "a is among the candidates. Leave out a, b and c.": (b, c),
        "b is among the candidates. Leave out a, b and c.": (a, c),
        "c is among the candidates. Leave out a, b and c.": (a, b),
        "b and c are among the candidates. Leave out a, b and c.": (a,),
        "a and c are among the candidates. Leave out a, b and c.": (b,),
        "a and b are among the candidates. Leave out a, b and c.": (c,),
    }
    targets = {
        f"a and b have changed places. {signs}": E[a] - E[b] + E[c],
        f"a and c have changed places. {signs}": E[a] - E[c] + E[b],
        f"E[a] is added, not taken away. {signs}": E[a] + E[b] + E[c],
        f"E[c] is taken away, not added. {signs}": E[b] - E[a] - E[c],
        f"E[a] is missing. {signs}": E[b] + E[c],
        f"E[b] is missing. {signs}": E[c] - E[a],
        f"E[c] is missing. {signs}": E[b] - E[a],
        f"these are the words most similar to a. {signs}": E[a],
        f"these are the words most similar to b. {signs}": E[b],
        f"these are the words most similar to c. {signs}": E[c],
        "these are the least similar words. Look for the largest similarity.": -target,
    }
    order = np.tile(np.arange(float(len(E))), (len(a), 1))
    best = _most_similar(scores, own)
    tables = {
        **{text: (scores, rows) for text, rows in excluded.items()},
        **{text: (target @ E.T, own) for text, target in targets.items()},
        "these are the least similar words, with a, b and c among them.": (-scores, ()),
        "the size of the similarity is taken, without its sign.": (abs(scores), own),
        "these are the second best words.": (scores, (*own, best)),
        "it is always the first candidate. Does `return` stand in the loop?": (-order, own),
        "it is always the last candidate. Keep the best similarity, too.": (order, own),
    }
    return {text: _most_similar(*table) for text, table in tables.items()} | {
        "these are places among the candidates. Count a, b and c, too.": best
        - np.sum([rows < best for rows in own], axis=0),
    }


def _compare_answers(got, want, mistakes):
    if np.array_equal(got, want):
        return
    off = f"{np.sum(got != want)} of {len(want)} answers are off"
    for sentence, answers in mistakes.items():
        if np.array_equal(got, answers):
            raise Wrong(f"{off}: {sentence}")
    raise Wrong(
        f"{off}. All rows but a, b and c are candidates, and the one most similar to "
        f"E[b] - E[a] + E[c] is the answer."
    )


@check.exercise(analogy)
def _(attempt):
    rng = np.random.default_rng()
    a, b, c, E = _draw_questions(rng)
    hint = "Or does the test for a, b and c hold for every row? Write `row in (a, b, c)`."
    got = np.array([_ask(attempt, q, E, hint) for q in zip(a, b, c, strict=True)])
    _compare_answers(got, analogies(a, b, c, E), _wrong_answers(a, b, c, E))
    a, b, c, E = _draw_opposite(rng)
    hint = "Here every cosine is negative: let the best similarity begin at -np.inf."
    if _ask(attempt, (a[0], b[0], c[0]), E, hint) != analogies(a, b, c, E)[0]:
        raise Wrong(f"It is right, but not where all candidates are far from the target. {hint}")
    return "Questions with near answers, and with far ones alone."


def _ask(attempt, question, E, hint):
    """Return an answer as an index, or say what it is instead."""
    try:
        got = attempt(*map(int, question), E)
    except Wrong as error:
        if "gives None" not in str(error):
            raise
        raise Wrong(f"{error} {hint}") from None
    if isinstance(got, float | np.floating):
        raise Wrong(f"{float(got):.3f} is no row number. Keep the best row, not its similarity.")
    if shape_of(got) == E.shape[1:]:
        raise Wrong("The answer is a vector. Return the number of its row in E.")
    number = np.asarray(got).dtype.kind in "iu" if shape_of(got) == () else isinstance(got, int)
    if not number:
        what = f"an array of shape {shape_of(got)}" if shape_of(got) else type(got).__name__
        raise Wrong(f"The answer should be one row number; yours is {what}.")
    if not 0 <= got < len(E):
        raise Wrong("The answer is no row number: it is negative, or E has not so many rows.")
    return int(got)


@check.exercise(analogies)
def _(attempt):
    rng = np.random.default_rng()
    a, b, c, E = _draw_questions(rng)
    scores = (E[b] - E[a] + E[c]) @ E.T
    beyond, whole = scores.copy(), scores.copy()
    for own in (a, b, c):
        beyond[own], whole[:, own] = -np.inf, -np.inf
    places = "scores[np.arange(len(a)), a] has one place for each question."
    mistakes = {
        f"whole rows of the scores were left out. {places}": beyond.argmax(axis=1),
        f"a, b and c of all questions were left out of each. {places}": whole.argmax(axis=1),
        "these are a, b or c, whose scores are -np.inf. Take argmax.": np.min([a, b, c], axis=0),
    } | _wrong_answers(a, b, c, E)
    _compare_answers(_row_numbers(attempt(a, b, c, E), len(a), E), analogies(a, b, c, E), mistakes)
    a, b, c, E = _draw_opposite(rng)
    far = _row_numbers(attempt(a, b, c, E), len(a), E)
    if not np.array_equal(far, analogies(a, b, c, E)):
        raise Wrong(
            "It is right, but not where all candidates are far from the target. To leave words "
            "out, set their scores to -np.inf: others may have less than 0 or -1."
        )
    return "Forty questions at once, and two with far answers alone."


def _row_numbers(got, m, E):
    """Return the answers to m questions as an array, or say what they are instead."""
    V, n = E.shape
    axis = "Take the argmax along the words: axis=1 of scores (m, V)."
    meanings = {
        (m, V): f"That is a score for each word. {axis}",
        (V, m): f"That is a score for each word. {axis}",
        (m, n): "That is a vector for each question. Return the numbers of the rows.",
        (V,): axis,
        (): axis,
    }
    if isinstance(got, list | tuple) and all(isinstance(row, int | np.integer) for row in got):
        got = np.array(got)
    if shape_of(got) in meanings:
        raise Wrong(f"The answer has shape {got.shape}; it should be ({m},). {meanings[got.shape]}")
    same("The answer", got, np.arange(m) if shape_of(got) != (m,) else got, "(m,)")
    if np.asarray(got).dtype.kind == "f":
        raise Wrong("These are the best scores. Return the row numbers: argmax, not max.")
    return np.asarray(got)


# Exercise 4


@check.exercise(bias_direction)
def _(attempt):
    rng = np.random.default_rng()
    for number in range(15):  # what sign a component comes with is left to chance
        _compare_direction(attempt, _draw_pairs(rng, number % 5))
    one = rng.normal(size=(1, 2, 6))
    g, share = unpack(attempt(one), "g, share")
    same("g of a single pair", g, _unit(one[0, 0] - one[0, 1]), "(n,)", tolerance=1e-5)
    same("share of a single pair", share, 1.0, tolerance=1e-5)
    return "Direction, sign and share, of five pairs and of one."


def _draw_pairs(rng, turned, k=5, n=6):
    """Draw pairs (k, 2, n) that differ along an axis, the pair `turned` the other way round."""
    axis = _draw_units(rng, n)
    lengths = np.where(np.arange(k) == turned, -0.8, rng.uniform(0.8, 1.4, k))
    halves = np.outer(lengths, axis) + 0.2 * rng.normal(size=(k, n))
    middles = rng.normal(size=(k, n)) - 4 * axis  # all words lie on the negative side
    return np.stack([middles + halves, middles - halves], axis=1)


def _compare_direction(attempt, pairs):
    got_g, got_share = unpack(attempt(pairs), "g, share")
    g, share = bias_direction(pairs)
    k, _, n = pairs.shape
    shapes = {
        (2 * k,): "That is a number for each row: take the first row of Vt, not a column of U.",
        (2 * n,): "The rows should be the 2k vectors, one word each: reshape(-1, n).",
        (1, n): "Take the row itself: Vt[0].",
        (n, 1): "Take the row itself: Vt[0].",
        (n, n): "These are all components. Take the first: Vt[0].",
    }
    if shape_of(got_g) in shapes:
        raise Wrong(f"g has shape {got_g.shape}; it should be ({n},). {shapes[got_g.shape]}")
    mistakes = _wrong_directions(pairs, g)
    turned = {f"{text} Its sign is turned, too.": -vector for text, vector in mistakes.items()}
    sign = "its sign is turned. On average the first words should have more of g than the second."
    same("g", got_g, g, "(n,)", {sign: -g} | mistakes | turned, tolerance=1e-5)
    s = np.linalg.svd(pairs[:, 0] - pairs[:, 1], compute_uv=False) / np.sqrt(2)
    wrong = _wrong_shares(s, 2 * k, n)
    same("share", got_share, share, "one number", wrong, tolerance=1e-5)


def _wrong_directions(pairs, g):
    def components(rows):
        return np.linalg.svd(rows.reshape(-1, rows.shape[-1]), full_matrices=False)[2]

    centred = pairs - pairs.mean(axis=1, keepdims=True)
    differences = pairs[:, 0] - pairs[:, 1]
    mean = differences.mean(axis=0)
    Vt = components(centred)
    each = "Take from each pair its own mean."
    falling = "Singular values come in falling order, eigenvalues of eigh in rising order."
    rows = {
        f"the pairs are not centred. {each}": pairs,
        f"the mean of all words was taken away. {each}": pairs - pairs.mean(axis=(0, 1)),
        f"the means of the first and of the second words were taken away. {each}": pairs
        - pairs.mean(axis=0),
        f"the means along another axis were taken away. {each}": pairs
        - pairs.mean(axis=2, keepdims=True),
        f"one mean of all numbers was taken away. {each}": pairs - pairs.mean(),
        "the mean of the differences was taken away, and that is the bias.": differences - mean,
    }
    return {text: components(of)[0] for text, of in rows.items()} | {
        "it is the mean difference. The first principal component is asked for.": _unit(mean),
        "it is the mean difference, not at unit length.": mean,
        "it is the difference of the first pair alone.": _unit(differences[0]),
        f"it is the second component. {falling}": Vt[1],
        f"it is the last component. {falling}": Vt[-1],
        "it is a column of Vt. The components are the rows: Vt[0].": Vt[:, 0],
        "it is not at unit length.": g * np.linalg.norm(centred @ g),
    }


def _wrong_shares(s, rows, n):
    first, total = s[0] ** 2, np.sum(s**2)
    squared = "The variance along a component is its singular value squared."
    divide = "Divide by the sum of all variances."
    return {
        f"these are singular values. {squared}": s[0] / s.sum(),
        f"only the singular value above is squared. {squared}": first / s.sum(),
        f"only the singular values below are squared. {squared}": s[0] / total,
        f"the sum is squared, not each singular value. {squared}": first / s.sum() ** 2,
        f"it is the singular value. {squared} {divide}": s[0],
        f"it is the singular value squared. {divide}": first,
        f"it is the variance itself. {divide}": first / rows,
        f"it is the variance itself (explained_variance_). {divide}": first / (rows - 1),
        "it is divided by the mean of the variances, not by their sum.": n * first / total,
        "it is the share of all other components.": 1 - first / total,
        f"it is divided by the sum of the others. {divide}": first / (total - first),
        "it is a percentage. Give a share between 0 and 1.": 100 * first / total,
    }


# Exercise 5


@check.exercise(neutralize)
def _(attempt):
    rng = np.random.default_rng()
    E, g = _draw_units(rng, 4, 6), _draw_units(rng, 6)
    E *= (np.sign(E @ g) * [1, -1, 1, -1])[:, None]  # on both sides of g
    along = np.outer(E @ g, g)
    across = E - along
    square = np.sum(across**2, axis=1, keepdims=True)
    own = "Divide each row by its own length."
    part = "Take away as much of g as a row has: (e·g) g."
    mistakes = {
        f"the rows no longer have length 1. {own}": across,
        f"the rows are divided by their squared lengths. {own}": across / square,
        f"the whole matrix is divided by one length. {own}": across / np.linalg.norm(across),
        f"the columns, not the rows, have length 1. {own}": across / np.linalg.norm(across, axis=0),
        f"the rows have the sum 1, not length 1. {own}": across / across.sum(axis=1, keepdims=True),
        "the rows are multiplied by their lengths. Divide.": across * np.sqrt(square),
        "the part along g is added. Take it away.": _unit(E + along),
        "the part along g is added, and the rows lack unit length.": E + along,
        "this is the part along g. The rest is asked for.": along,
        "this is the part along g, at length 1. The rest is asked for.": _unit(along),
        "it is the part along g less the row. Turn the signs.": -_unit(across),
        f"g itself is taken away. {part}": _unit(E - g),
        f"g itself is taken away, and the rows lack unit length. {part}": E - g,
        "the part along g is taken away twice, so the bias is turned round.": _unit(E - 2 * along),
        f"the number e·g is taken away from every place. {part}": _unit(E - (E @ g)[:, None]),
        f"the size of e·g is taken, without its sign. {part}": _unit(E - np.outer(abs(E @ g), g)),
        f"every row loses the same, the mean part along g. {part}": _unit(E - along.mean(axis=0)),
        f"every row loses the sum of all parts along g. {part}": _unit(E - along.sum(axis=0)),
        "nothing along g is taken away.": E,
    }
    same("The answer", attempt(E, g), across / np.sqrt(square), "(m, n)", mistakes)
    return "Nothing is left along g, and each row has length 1."


# Exercise 6


@check.exercise(equalize)
def _(attempt):
    rng = np.random.default_rng()
    exchanged = {  # which word has more of g, and where both lie: what an exchange means there
        (1, 1): "the two are exchanged. The word with more of g gets +z.",
        (1, -1): "the sign goes by one word alone, or by the mean. Take that of (e1 - e2)·g.",
        (-1, 1): "the first word always gets +z. The word with more of g gets it.",
    }
    for (first, both), sentence in exchanged.items():
        e1, e2, g = _draw_pair(rng, first, both)
        want = equalize(e1, e2, g)
        mistakes = {sentence: want[::-1]} | _wrong_pairs(e1, e2, g, first)
        got = unpack(attempt(e1, e2, g), "e1, e2")
        for name, vector, right in zip(("e1", "e2"), got, want, strict=True):
            if shape_of(vector) != right.shape:
                same(name, vector, right, "(n,)")
        same("(e1, e2)", np.stack(got), np.stack(want), "", mistakes)
    return "Length 1 and mirrored along g, on either side."


def _draw_pair(rng, first, both):
    """Draw e1, e2, g (6,), where (e1 - e2)·g has the sign `first`, and e1·g, e2·g that of `both`.

    The two have little in common across g: 1 - 4 nu·nu is positive, even with mu = e1 + e2.
    """
    while True:
        g, e1, e2 = _draw_units(rng, 3, 6)
        p1, p2 = e1 @ g, e2 @ g
        across = (e1 - p1 * g + e2 - p2 * g) / 2
        near = abs(p1 - p2) < 0.2 or 4 * across @ across > 0.9
        if np.sign(p1 - p2) == first and min(both * p1, both * p2) > 0.1 and not near:
            return e1, e2, g


def _wrong_pairs(e1, e2, g, side):
    """Return the usual mistakes, and the two vectors (2, n) that each gives."""
    E = np.stack([e1, e2])
    along = np.outer(E @ g, g)
    across = E - along
    mu, nu = E.mean(axis=0), across.mean(axis=0)
    z, z_of_mu = np.sqrt(1 - nu @ nu), np.sqrt(1 - mu @ mu)
    gap, differ = abs((e1 - e2) @ g), along - along.mean(axis=0)
    right = "z = sqrt(1 - nu·nu)."

    def mirrored(middle, z):
        return middle + side * np.outer([z, -z], g)

    return {
        f"the parts along g are divided by the length of e - mu, which is not their own. {right}": (
            mirrored(nu, z * gap / np.linalg.norm(e1 - e2))
        ),
        f"the parts along g are not rescaled, so the lengths are not 1. {right}": nu + differ,
        f"the parts along g are as they were: they do not mirror. {right}": nu + along,
        f"they are scaled to length 1 as a whole. Use {right}": _unit(nu + differ),
        f"they are scaled to length 1 as a whole, and do not mirror. {right}": _unit(nu + along),
        f"nu + g and nu - g are scaled to length 1. Leave nu, and use {right}": _unit(
            mirrored(nu, 1)
        ),
        f"the square root is missing: {right}": mirrored(nu, z**2),
        f"nu stands without its square: {right}": mirrored(nu, np.sqrt(1 - np.sqrt(nu @ nu))),
        f"z is made from mu: {right}": mirrored(nu, z_of_mu),
        f"g has its whole length: {right}": mirrored(nu, 1),
        "the size of (e1 - e2)·g is in it. Take its sign alone, by np.sign.": mirrored(nu, z * gap),
        "mu stands in place of nu. Take away its part along g.": mirrored(mu, z),
        "mu stands in place of nu, in z as well. Take away its part along g.": mirrored(
            mu, z_of_mu
        ),
        "mu is the sum. Divide by 2.": mirrored(2 * nu, np.sqrt(1 - 4 * nu @ nu)),
        "both lie on the side of e1. One has +z, the other -z.": nu + side * np.outer([z, z], g),
        "both lie on the side of e2. One has +z, the other -z.": nu - side * np.outer([z, z], g),
        "each keeps its own part across g. Both should have nu.": mirrored(across, z),
        "they are neutralized, so they no longer differ along g.": _unit(across),
        "both are nu. The parts along g are missing.": mirrored(nu, 0),
        "nothing was changed.": E,
    }


# Exercise 7


@check.exercise(weat)
def _(attempt):
    rng = np.random.default_rng()
    for side in (1, -1):  # X, then Y, is nearer to A
        X, Y, A, B, orders = _draw_test(rng, side)
        got_effect, got_p = unpack(attempt(X, Y, A, B, orders), "effect, p")
        effect, p = weat(X, Y, A, B, orders)
        same("effect", got_effect, effect, "one number", _wrong_effects(X, Y, A, B, orders))
        s = _associations(np.concatenate([X, Y]), A, B)
        same("p", got_p, p, "one number", _wrong_p(s, len(X), orders))
    _compare_ties(attempt, rng)
    return "Effect size and p-value, of either sign, and with orders that tie."


def _draw_test(rng, side):
    """Draw X, Y, A, B of 7, 5, 4 and 3 words, and orders whose differences are no ties."""
    while True:
        g = _draw_units(rng, 9)
        X, Y, A, B = (
            _unit(rng.normal(size=(size, 9)) + lean * g)
            for size, lean in ((7, 0.5 * side), (5, -0.5 * side), (4, 2), (3, -2))
        )
        s = _associations(np.concatenate([X, Y]), A, B)
        orders = rng.permuted(np.tile(np.arange(12), (900, 1)), axis=1)
        gaps = _differences(s[orders], 7) - _differences(s, 7)
        orders = orders[abs(gaps) > 1e-4]  # rounding must not decide
        if 0.2 < np.mean(side * gaps > 0) < 0.45 and _tells_apart(s, 7, orders, side):
            return X, Y, A, B, orders


def _tells_apart(s, n, orders, side):
    """Whether each mistake gives a p of its own."""
    right = np.mean(_differences(s[orders], n) >= _differences(s, n))
    p = [right, *_wrong_p(s, n, orders).values()]
    same_for_positive = side > 0  # the size of the observed difference
    return len(np.unique(np.round(p, 9))) == len(p) - same_for_positive


def _wrong_effects(X, Y, A, B, orders):
    n, E = len(X), np.concatenate([X, Y])
    to_A, to_B = E @ A.T, E @ B.T
    s = to_A.mean(axis=1) - to_B.mean(axis=1)
    sx, sy = s[:n], s[n:]
    between = sx.mean() - sy.mean()
    of_s = "s is the mean over A minus the mean over B."
    all_words = "Take np.std of s over the words of X and Y together."
    divisors = {
        "the standard deviation of X alone": sx.std(),
        "the standard deviation of Y alone": sy.std(),
        "a pooled standard deviation (Cohen's d)": np.sqrt((sx.var() + sy.var()) / 2),
        "a pooled standard deviation, by sizes": np.sqrt(
            (sx.var() * n + sy.var() * len(Y)) / (len(s) - 2)
        ),
        "that of the orders' differences": _differences(s[orders], n).std(),
        "the variance": s.var(),
    }

    def effect(s, n=n):
        return _differences(s, n) / s.std()

    return {
        "its sign is turned, or lost: X comes before Y, and A before B.": -between / s.std(),
        f"it is not divided by a standard deviation. {all_words}": between,
        "the standard deviation has ddof=1. Take np.std as it is.": between / s.std(ddof=1),
        **{f"it is divided by {text}. {all_words}": between / d for text, d in divisors.items()},
        "it is a difference of sums. Take the means over X and Y.": (sx.sum() - sy.sum()) / s.std(),
        f"s is a difference of sums. {of_s}": effect(to_A.sum(axis=1) - to_B.sum(axis=1)),
        f"only A was used. {of_s}": effect(to_A.mean(axis=1)),
        f"only B was used. {of_s}": effect(to_B.mean(axis=1)),
        f"B was used with the wrong sign: both are added. {of_s}": effect(
            to_A.mean(axis=1) + to_B.mean(axis=1)
        ),
        "X and A have changed roles: s belongs to the words of X and Y.": effect(
            _associations(np.concatenate([A, B]), X, Y), len(A)
        ),
        "X has len(X) words, not len(Y).": effect(s, len(Y)),
        "Y stands before X. Stack X on Y.": effect(np.r_[sy, sx]),
    }


def _wrong_p(s, n, orders):
    differences, observed = _differences(s[orders], n), _differences(s, n)
    larger = differences >= observed
    count = "Count differences at least as large as the observed one, with their sign."
    counted = {
        f"it is the share of the smaller differences. {count}": ~larger,
        f"it counts both sides. {count}": abs(differences) >= abs(observed),
        f"the observed difference has lost its sign. {count}": differences >= abs(observed),
        f"the differences are compared with 0. {count}": differences >= 0,
        f"the differences are compared with the effect size. {count}": differences
        >= observed / s.std(),
        "the orders have effect sizes, the observed one is a difference. Take differences for "
        "both.": differences / s.std() >= observed,
        "the first len(Y) words of an order count as X. It should be len(X).": _differences(
            s[orders], len(s) - n
        )
        >= observed,
        "only the first words of an order are used. Take away the mean of the others.": s[orders][
            :, :n
        ].mean(axis=1)
        >= observed,
    }
    return {text: np.mean(of) for text, of in counted.items()} | {
        "it is a number of orders. Divide by how many there are.": np.sum(larger),
        "1 was added to both counts. Take the plain share of the orders.": (1 + np.sum(larger))
        / (1 + len(orders)),
        "it is doubled, as for two sides. One side is asked for.": 2 * np.mean(larger),
        f"it is a mean difference, not a share. {count}": differences.mean(),
        "the words were not put into the orders.": 1.0,
    }


def _compare_ties(attempt, rng):
    """Compare p where many orders have exactly the observed difference.

    Each similarity is 1/2 or -1/2, and sets have 4 or 2 words, so nothing is rounded.
    """
    A, B = np.split(np.eye(4), 2)
    X, Y = np.split(rng.choice([-0.5, 0.5], (6, 4)), [4])
    X[0], Y[0] = (A.sum(axis=0) - B.sum(axis=0)) / 2, (B.sum(axis=0) - A.sum(axis=0)) / 2
    orders = np.array([np.arange(6), *(rng.permutation(6) for _ in range(60))])
    s = _associations(np.concatenate([X, Y]), A, B)
    ties = {
        "orders with exactly the observed difference do not count. Write >=, not >.": np.mean(
            _differences(s[orders], 4) > _differences(s, 4)
        )
    }
    _, got = unpack(attempt(X, Y, A, B, orders), "effect, p")
    same("p", got, weat(X, Y, A, B, orders)[1], "one number", ties)
