"""Wrong and right answers to the exercises of `week2/1_word_vectors_and_debiasing`.

MUTANTS: for each exercise (old, new, says): in the solution `old` becomes `new`, and the message
must say `says`. ALTERNATIVES: whole answers, written differently, that must be accepted.
"""

# Parts of the solutions in which most mistakes are made.
LENGTHS = "np.linalg.norm(u) * np.linalg.norm(v)"
ZERO = "    if lengths == 0:\n        return 0.0\n"
TARGET = "E[b] - E[a] + E[c]"
KEEP = "if similarity > best_similarity:\n            best, best_similarity = row, similarity"
OWN = "    for own in (a, b, c):\n        scores[questions, own] = -np.inf\n"
PLACE = "scores[questions, own] = -np.inf"
CENTRED = "pairs - pairs.mean(axis=1, keepdims=True)"
SIGN = "    if ((pairs[:, 0] - pairs[:, 1]) @ g).sum() < 0:\n        g = -g\n"
BY = "((pairs[:, 0] - pairs[:, 1]) @ g).sum() < 0"
SHARE = "s[0] ** 2 / np.sum(s**2)"
ACROSS = "E - np.outer(E @ g, g)"
ROW_LENGTHS = "np.linalg.norm(across, axis=1, keepdims=True)"
MU = "(e1 + e2) / 2"
NU = "mu - (mu @ g) * g"
ROOT = "np.sqrt(1 - nu @ nu)"
SIDE = "np.sign((e1 - e2) @ g)"
BOTH = "nu + z * g, nu - z * g"
S = "(E @ A.T).mean(axis=1) - (E @ B.T).mean(axis=1)"
OBSERVED = "s[:n].mean() - s[n:].mean()"
DIFFERENCES = "s[orders][:, :n].mean(axis=1) - s[orders][:, n:].mean(axis=1)"
STD = "observed / s.std()"
P = "np.mean(differences >= observed)"

MUTANTS = {
    "cosine_similarity": [
        ("return u @ v / lengths", "return u @ v", "it is the dot product"),
        (LENGTHS, "np.linalg.norm(u)", "divided by the length of u alone"),
        (LENGTHS, "np.linalg.norm(v)", "divided by the length of v alone"),
        (LENGTHS, "(u @ u) * (v @ v)", "divided by the squared lengths"),
        (LENGTHS, "(u @ u) * np.linalg.norm(v)", "missing in the length of u"),
        (LENGTHS, "np.linalg.norm(u) * np.sum(v**2)", "missing in the length of v"),
        (LENGTHS, "np.linalg.norm(u) + np.linalg.norm(v)", "not by their product"),
        (LENGTHS, "np.sum(u) * np.sum(v)", "divided by sums of the numbers"),
        (LENGTHS, "np.abs(u).sum() * np.abs(v).sum()", "divided by sums of the sizes"),
        (LENGTHS, "len(u) * len(v)", "how many numbers there are"),
        ("u @ v / lengths", "u @ v * lengths", "multiplied by the lengths. Divide"),
        (
            "u @ v / lengths",
            "u @ v / np.linalg.norm(u) * np.linalg.norm(v)",
            "Put brackets around their product",
        ),
        ("u @ v / lengths", "1 - u @ v / lengths", "it is the cosine distance"),
        ("u @ v / lengths", "abs(u @ v) / lengths", "An absolute value, or a minus too many?"),
        ("u @ v / lengths", "-u @ v / lengths", "An absolute value, or a minus too many?"),
        ("u @ v / lengths", "np.arccos(u @ v / lengths)", "it is the angle"),
        ("u @ v / lengths", "np.linalg.norm(u - v)", "it is the Euclidean distance"),
        ("u @ v / lengths", "np.mean(u * v) / lengths", "the dot product is a sum, not a mean"),
        ("u @ v / lengths", "max(0.0, u @ v / lengths)", "a negative similarity becomes 0"),
        ("u @ v / lengths", "u * v / lengths", "one number; yours has shape (6,)"),
        ("u @ v / lengths", "np.outer(u, v) / lengths", "one number; yours has shape (6, 6)"),
        (ZERO, "", "With a vector of zeros it divides by 0"),
        ("return 0.0", "return np.nan", "With a vector of zeros it divides by 0"),
        ("lengths == 0", "np.linalg.norm(u) == 0", "With a vector of zeros it divides by 0"),
        ("return 0.0", "return 1.0", "The similarity to a vector of zeros is 1; it should be 0"),
        ("return 0.0", "return", "gives None"),
        ("lengths == 0", "lengths < 1e-8", "they count as zeros. Only a length of exactly 0"),
        ("lengths == 0", "np.allclose(u, 0) or np.allclose(v, 0)", "they count as zeros"),
        (LENGTHS, f"{LENGTHS} + 1e-8", "nothing may be added to the lengths"),
        ("lengths == 0", "0 in u or 0 in v", "one 0 among its numbers does not make"),
        ("lengths == 0", "not u.all() or not v.all()", "one 0 among its numbers does not make"),
        ("    lengths = ", "    u /= np.linalg.norm(u)\n    lengths = ", "changes its argument u"),
        ("return u @ v / lengths", "similarity = u @ v / lengths", "Does it end with `return`?"),
    ],
    "analogy": [
        ("row in (a, b, c)", "False", "a, b and c themselves are among the candidates"),
        ("row in (a, b, c)", "row in (b, c)", "a is among the candidates"),
        ("row in (a, b, c)", "row in (a, c)", "b is among the candidates"),
        ("row in (a, b, c)", "row in (a, b)", "c is among the candidates"),
        ("row in (a, b, c)", "row == a", "are among the candidates. Leave"),
        ("row in (a, b, c)", "row == b", "among the candidates. Leave out a, b and c"),
        ("row in (a, b, c)", "row == c", "among the candidates. Leave out a, b and c"),
        ("row in (a, b, c)", "row == a or b or c", "does the test for a, b and c hold for every"),
        ("row in (a, b, c)", "row == a and row == b and row == c", "a, b and c themselves are"),
        (f"target = {TARGET}", "target = E[a] - E[b] + E[c]", "a and b have changed places"),
        (f"target = {TARGET}", "target = E[b] - E[c] + E[a]", "a and c have changed places"),
        (f"target = {TARGET}", "target = E[a] + E[b] + E[c]", "E[a] is added"),
        (f"target = {TARGET}", "target = E[b] - E[a] - E[c]", "E[c] is taken away"),
        (f"target = {TARGET}", "target = E[b] - (E[a] + E[c])", "E[c] is taken away"),
        (f"target = {TARGET}", "target = E[b] - E[a]", "E[c] is missing"),
        (f"target = {TARGET}", "target = E[b] + E[c]", "E[a] is missing"),
        (f"target = {TARGET}", "target = E[c] - E[a]", "E[b] is missing"),
        (f"target = {TARGET}", "target = E[c]", "most similar to c"),
        (f"target = {TARGET}", "target = E[b]", "most similar to b"),
        (
            KEEP,
            "if -similarity > best_similarity:\n"
            "            best, best_similarity = row, -similarity",
            "these are the least similar words. Look",
        ),
        (
            KEEP,
            "if abs(similarity) > best_similarity:\n"
            "            best, best_similarity = row, abs(similarity)",
            "the size of the similarity is taken",
        ),
        (
            "cosine_similarity(E[row], target)",
            "np.linalg.norm(E[row] - target)",
            "these are the least similar words. Look",
        ),
        ("best, best_similarity = row, similarity", "best = row", "always the last candidate"),
        (f"{KEEP}\n    return best", f"{KEEP}\n        return best", "Does `return` stand in the"),
        ("return best", "return best_similarity", "Keep the best row, not its similarity"),
        ("return best", "return E[best]", "The answer is a vector"),
        ("return best", "return best, best_similarity", "one row number; yours is tuple"),
        ("return best", "return [best]", "one row number; yours is list"),
        (
            "return best",
            "others = np.delete(E, [a, b, c], axis=0)\n    return np.argmax(others @ target)",
            "these are places among the candidates. Count a, b and c",
        ),
        (
            "return best",
            "order = np.argsort(E @ target)[::-1]\n"
            "    return [row for row in order if row not in (a, b, c)][1]",
            "these are the second best words",
        ),
        ("None, -np.inf", "None, 0", "let the best similarity begin at -np.inf"),
        ("None, -np.inf", "0, 0.0", "let the best similarity begin at -np.inf"),
        (
            f"target = {TARGET}",
            "target = E[b]\n    target -= E[a]\n    target += E[c]",
            "changes its argument E in place",
        ),
        ("range(len(E))", "range(E.shape[1])", "of 40 answers are off"),
    ],
    "analogies": [
        (OWN, "", "a, b and c themselves are among the candidates"),
        ("in (a, b, c)", "in (b, c)", "a is among the candidates"),
        ("in (a, b, c)", "in (a, c)", "b is among the candidates"),
        ("in (a, b, c)", "in (a, b)", "c is among the candidates"),
        ("in (a, b, c)", "in (c,)", "among the candidates. Leave out a, b and c"),
        (f"({TARGET})", "(E[a] - E[b] + E[c])", "a and b have changed places"),
        (f"({TARGET})", "(E[b] - E[c] + E[a])", "a and c have changed places"),
        (f"({TARGET})", "(E[b] + E[a] + E[c])", "E[a] is added"),
        (f"({TARGET})", "(E[b] - E[a] - E[c])", "E[c] is taken away"),
        (f"({TARGET})", "(E[b] - E[a])", "E[c] is missing"),
        (f"({TARGET})", "(E[b] + E[c])", "E[a] is missing"),
        (f"({TARGET})", "E[b] - E[a] + E[c]", "could not be broadcast"),
        (PLACE, "scores[:, own] = -np.inf", "a, b and c of all questions were left out of each"),
        (PLACE, "scores[own] = -np.inf", "whole rows of the scores were left out"),
        (PLACE, "scores[own, questions] = -np.inf", "out of bounds"),
        (PLACE, "scores[questions, own] = np.inf", "of 40 answers are off"),
        (PLACE, "scores[questions, own] = 0", "set their scores to -np.inf"),
        (PLACE, "scores[questions, own] = -1", "set their scores to -np.inf"),
        (PLACE, "E[own] = 0", "changes its argument E in place"),
        ("argmax(axis=1)", "argmin(axis=1)", "whose scores are -np.inf"),
        (
            "scores.argmax(axis=1)",
            "(-scores).argmax(axis=1)",
            "whose scores are -np.inf",
        ),
        ("argmax(axis=1)", "argmax(axis=0)", "it should be (40,). Take the argmax along the words"),
        ("argmax(axis=1)", "argmax()", "it should be (40,). Take the argmax along the words"),
        ("argmax(axis=1)", "max(axis=1)", "Return the row numbers: argmax, not max"),
        ("return scores.argmax(axis=1)", "return scores", "That is a score for each word"),
        ("return scores.argmax(axis=1)", "return E[scores.argmax(axis=1)]", "That is a vector for"),
        ("scores.argmax(axis=1)", "scores.argsort(axis=1)[:, -2]", "these are the second best"),
        ("argmax(axis=1)", "argmax(axis=1, keepdims=True)", "has shape (40, 1)"),
        ("@ E.T", "@ E", "the two factors of @ do not fit"),
        (f"({TARGET}) @ E.T", f"abs(({TARGET}) @ E.T)", "the size of the similarity is taken"),
        (f"{OWN}    return scores.argmax", "    return scores.argmin", "least similar words, with"),
    ],
    "bias_direction": [
        (CENTRED, "pairs", "the pairs are not centred"),
        (CENTRED, "pairs - pairs.mean(axis=(0, 1))", "the mean of all words was taken away"),
        (CENTRED, "pairs - pairs.mean(axis=0)", "the means of the first and of the second words"),
        (CENTRED, "pairs - pairs.mean(axis=2, keepdims=True)", "the means along another axis"),
        (CENTRED, "pairs - pairs.mean()", "one mean of all numbers"),
        (
            "centred.reshape(-1, pairs.shape[-1])",
            "(pairs[:, 0] - pairs[:, 1] - (pairs[:, 0] - pairs[:, 1]).mean(axis=0))",
            "the mean of the differences was taken away",
        ),
        (
            "return g,",
            "from sklearn.decomposition import PCA\n\n"
            "    g = PCA(1).fit(pairs[:, 0] - pairs[:, 1]).components_[0]\n"
            "    return g,",
            "the mean of the differences was taken away",
        ),
        (
            "return g,",
            "g = (pairs[:, 0] - pairs[:, 1]).mean(axis=0)\n    g /= np.linalg.norm(g)\n"
            "    return g,",
            "it is the mean difference. The first",
        ),
        (
            "return g,",
            "g = (pairs[:, 0] - pairs[:, 1]).mean(axis=0)\n    return g,",
            "it is the mean difference, not at unit length",
        ),
        (
            "return g,",
            "g = pairs[0, 0] - pairs[0, 1]\n    g /= np.linalg.norm(g)\n    return g,",
            "it is the difference of the first pair alone",
        ),
        ("g = Vt[0]", "g = Vt[:, 0]", "it is a column of Vt"),
        ("g = Vt[0]", "g = Vt.T[0]", "it is a column of Vt"),
        ("g = Vt[0]", "g = Vt[1]", "it is the second component"),
        ("g = Vt[0]", "g = Vt[-1]", "it is the last component"),
        ("g = Vt[0]", "g = Vt[0] * s[0]", "it is not at unit length"),
        ("return g,", "return Vt,", "These are all components"),
        ("return g,", "return g[None],", "Take the row itself"),
        ("return g,", "return np.linalg.svd(centred.reshape(-1, 6))[0][:, 0],", "a column of U"),
        (
            "reshape(-1, pairs.shape[-1])",
            "reshape(len(pairs), -1)",
            "(size 12 is different",
        ),
        (SIGN, "", "its sign is turned"),
        (BY, "((pairs[:, 0] - pairs[:, 1]) @ g).sum() > 0", "its sign is turned"),
        (BY, "((pairs[:, 1] - pairs[:, 0]) @ g).sum() < 0", "its sign is turned"),
        (BY, "(pairs[0, 0] - pairs[0, 1]) @ g < 0", "its sign is turned"),
        (BY, "(pairs[:, 0] @ g).mean() < 0", "its sign is turned"),
        (BY, "g[0] < 0", "its sign is turned"),
        (SHARE, "s[0] / s.sum()", "these are singular values"),
        (SHARE, "s[0] ** 2 / s.sum()", "only the singular value above is squared"),
        (SHARE, "s[0] / np.sum(s**2)", "only the singular values below are squared"),
        (SHARE, "(s[0] / s.sum()) ** 2", "the sum is squared, not each"),
        (SHARE, "s[0]", "it is the singular value. The"),
        (SHARE, "s[0] ** 2", "it is the singular value squared"),
        (SHARE, "s[0] ** 2 / (2 * len(pairs))", "it is the variance itself. Divide"),
        (SHARE, "s[0] ** 2 / (2 * len(pairs) - 1)", "explained_variance_"),
        (
            SHARE,
            "np.var(centred @ g) / np.var(centred)",
            "divided by the mean of the variances, not by their sum",
        ),
        (SHARE, "1 - s[0] ** 2 / np.sum(s**2)", "the share of all other components"),
        (SHARE, "s[0] ** 2 / np.sum(s[1:] ** 2)", "divided by the sum of the others"),
        (SHARE, "100 * s[0] ** 2 / np.sum(s**2)", "it is a percentage"),
        (SHARE, "s**2 / np.sum(s**2)", "share has shape (6,)"),
        (f"return g, {SHARE}", "return g", "should be the 2 values (g, share)"),
        (f"centred = {CENTRED}", f"pairs -= {CENTRED[8:]}\n    centred = pairs", "in place"),
    ],
    "neutralize": [
        (f"across / {ROW_LENGTHS}", "across", "the rows no longer have length 1"),
        (
            ROW_LENGTHS,
            "np.linalg.norm(E, axis=1, keepdims=True)",
            "the rows no longer have length 1",
        ),
        (ROW_LENGTHS, "np.linalg.norm(across)", "the whole matrix is divided by one length"),
        (ROW_LENGTHS, "np.linalg.norm(across, axis=0)", "the columns, not the rows"),
        (ROW_LENGTHS, "np.linalg.norm(across, axis=1)", "could not be broadcast"),
        (ROW_LENGTHS, "np.sum(across**2, axis=1, keepdims=True)", "their squared lengths"),
        (ROW_LENGTHS, "across.sum(axis=1, keepdims=True)", "the rows have the sum 1"),
        (f"across / {ROW_LENGTHS}", f"across * {ROW_LENGTHS}", "multiplied by their lengths"),
        (ACROSS, "E + np.outer(E @ g, g)", "the part along g is added"),
        (ACROSS, "np.outer(E @ g, g)", "the part along g, at length 1"),
        (f"across / {ROW_LENGTHS}", "np.outer(E @ g, g)", "this is the part along g. The rest"),
        (ACROSS, "np.outer(E @ g, g) - E", "Turn the signs"),
        (ACROSS, "E - g", "g itself is taken away"),
        (ACROSS, "E - 2 * np.outer(E @ g, g)", "taken away twice"),
        (ACROSS, "E - (E @ g)[:, None]", "the number e·g is taken away from every place"),
        (ACROSS, "E - np.outer(np.abs(E @ g), g)", "the size of e·g is taken"),
        (ACROSS, "E - (E.mean(axis=0) @ g) * g", "every row loses the same"),
        (ACROSS, "E - np.sum(E @ g) * g", "every row loses the sum"),
        (ACROSS, "E", "nothing along g is taken away"),
        (ACROSS, "E - (E @ g) * g", "could not be broadcast together with shapes (4,) (6,)"),
        (ACROSS, "E - np.outer(g, E @ g)", "could not be broadcast together"),
        (ACROSS, "E - (g @ E) * g", "the two factors of @ do not fit"),
        (
            f"across = {ACROSS}",
            "E -= np.outer(E @ g, g)\n    across = E",
            "changes its argument E in place",
        ),
        (f"return across / {ROW_LENGTHS}", f"return (across / {ROW_LENGTHS})[0]", "shape (6,)"),
    ],
    "equalize": [
        (
            "return nu + z * g, nu - z * g",
            "mu_B, B1, B2 = (mu @ g) * g, (e1 @ g) * g, (e2 @ g) * g\n"
            "    scale = np.sqrt(np.abs(1 - np.sum(nu**2)))\n"
            "    B1 = scale * (B1 - mu_B) / np.linalg.norm((e1 - nu) - mu_B)\n"
            "    B2 = scale * (B2 - mu_B) / np.linalg.norm((e2 - nu) - mu_B)\n"
            "    return B1 + nu, B2 + nu",
            "divided by the length of e - mu, which is not their own",
        ),
        (BOTH, "nu - z * g, nu + z * g", "the two are exchanged"),
        (f" * {SIDE}", "", "the first word always gets +z"),
        (SIDE, "np.sign((e2 - e1) @ g)", "the two are exchanged"),
        (SIDE, "np.sign(e1 @ g)", "the sign goes by one word alone, or by the mean"),
        (SIDE, "np.sign(mu @ g)", "the sign goes by one word alone, or by the mean"),
        (BOTH, "nu + z * g, nu + z * g", "both lie on the side of e1"),
        (BOTH, "nu - z * g, nu - z * g", "both lie on the side of e2"),
        (SIDE, "((e1 - e2) @ g)", "Take its sign alone"),
        (
            "z = np.sqrt(1 - nu @ nu) * np.sign((e1 - e2) @ g)",
            "z = (e1 - e2) @ g / 2",
            "the parts along g are not rescaled",
        ),
        (BOTH, "nu + (e1 @ g) * g, nu + (e2 @ g) * g", "they do not mirror"),
        (ROOT, "(1 - nu @ nu)", "the square root is missing"),
        (ROOT, "np.sqrt(1 - np.linalg.norm(nu))", "nu stands without its square"),
        (ROOT, "np.sqrt(1 - mu @ mu)", "z is made from mu"),
        (ROOT, "1", "g has its whole length"),
        (BOTH, "mu + z * g, mu - z * g", "mu stands in place of nu. Take"),
        (NU, "mu", "mu stands in place of nu, in z as well"),
        (MU, "e1 + e2", "mu is the sum"),
        (
            BOTH,
            "e1 - (e1 @ g) * g + z * g, e2 - (e2 @ g) * g - z * g",
            "each keeps its own part across g. Both",
        ),
        (
            BOTH,
            "[v / np.linalg.norm(v) for v in (e1 - (e1 @ g) * g, e2 - (e2 @ g) * g)]",
            "they are neutralized, so",
        ),
        (BOTH, "nu, nu", "both are nu. The parts"),
        (
            BOTH,
            "[v / np.linalg.norm(v) for v in (nu + (e1 - mu) @ g * g, nu + (e2 - mu) @ g * g)]",
            "they are scaled to length 1 as a whole. Use",
        ),
        (
            BOTH,
            "[v / np.linalg.norm(v) for v in (nu + (e1 @ g) * g, nu + (e2 @ g) * g)]",
            "they are scaled to length 1 as a whole, and",
        ),
        (
            f"z = {ROOT} * {SIDE}\n    return {BOTH}",
            f"z = {SIDE}\n    new = nu + z * g, nu - z * g\n"
            "    return [v / np.linalg.norm(v) for v in new]",
            "nu + g and nu - g are scaled",
        ),
        (f"return {BOTH}", "return e1, e2", "nothing was changed"),
        (f"return {BOTH}", "return nu + z * g", "should be the 2 values (e1, e2)"),
        (f"mu = {MU}", "e1 += e2\n    e1 /= 2\n    mu = e1", "changes its argument e1 in place"),
    ],
    "weat": [
        (STD, "observed / s.std(ddof=1)", "has ddof=1"),
        (STD, "observed", "it is not divided by a standard deviation"),
        (STD, "observed / s[:n].std()", "the standard deviation of X alone"),
        (STD, "observed / s[n:].std()", "the standard deviation of Y alone"),
        (STD, "observed / np.sqrt((s[:n].var() + s[n:].var()) / 2)", "(Cohen's d)"),
        (
            STD,
            "observed / np.sqrt(((n - 1) * s[:n].var(ddof=1) + (len(Y) - 1) * s[n:].var(ddof=1))"
            " / (len(s) - 2))",
            "a pooled standard deviation, by sizes",
        ),
        (STD, "observed / differences.std()", "that of the orders' differences"),
        (STD, "observed / s.var()", "divided by the variance"),
        (OBSERVED, "s[:n].sum() - s[n:].sum()", "a difference of sums. Take the means over X"),
        (OBSERVED, "s[n:].mean() - s[:n].mean()", "its sign is turned"),
        (OBSERVED, "abs(s[:n].mean() - s[n:].mean())", "its sign is turned, or lost"),
        (S, "(E @ B.T).mean(axis=1) - (E @ A.T).mean(axis=1)", "A before B"),
        (S, "(E @ A.T).sum(axis=1) - (E @ B.T).sum(axis=1)", "s is a difference of sums"),
        (S, "(E @ A.T).mean(axis=1)", "only A was used"),
        (S, "(E @ B.T).mean(axis=1)", "only B was used"),
        (S, "(E @ A.T).mean(axis=1) + (E @ B.T).mean(axis=1)", "both are added"),
        (S, "(E @ A.T).mean(axis=0) - (E @ B.T).mean(axis=0)", "could not be broadcast"),
        (
            "    E, n",
            "    X, Y, A, B = A, B, X, Y\n    orders = orders[:, : len(X) + len(Y)] % 7\n    E, n",
            "X and A have changed roles",
        ),
        ("len(X)\n    s", "len(Y)\n    s", "X has len(X) words, not len(Y)"),
        ("concatenate([X, Y])", "concatenate([Y, X])", "Stack X on Y"),
        (P, "np.mean(differences > observed)", "Write >=, not >"),
        (P, "np.mean(differences <= observed)", "the share of the smaller differences"),
        (P, "np.mean(differences < observed)", "the share of the smaller differences"),
        (P, "np.sum(differences >= observed)", "it is a number of orders"),
        (P, "(1 + np.sum(differences >= observed)) / (1 + len(orders))", "1 was added to both"),
        (P, "np.mean(np.abs(differences) >= np.abs(observed))", "it counts both sides"),
        (P, "np.mean(differences >= np.abs(observed))", "the observed difference has lost its"),
        (P, "np.mean(np.abs(differences) >= observed)", "it counts both sides"),
        (P, "2 * np.mean(differences >= observed)", "it is doubled"),
        (P, "np.mean(differences >= observed / s.std())", "compared with the effect size"),
        (P, "np.mean(differences >= 0)", "compared with 0"),
        (P, "np.mean(differences)", "it is a mean difference, not a share"),
        (DIFFERENCES, "np.full(len(orders), observed)", "the words were not put into the orders"),
        (DIFFERENCES, "s[orders][:, :n].mean(axis=1)", "only the first words of an order"),
        (
            DIFFERENCES,
            "s[orders][:, : len(Y)].mean(axis=1) - s[orders][:, len(Y) :].mean(axis=1)",
            "the first len(Y) words of an order count as X",
        ),
        (
            DIFFERENCES,
            "(s[orders][:, :n].mean(axis=1) - s[orders][:, n:].mean(axis=1)) / s.std()",
            "the orders have effect sizes",
        ),
        (P, "differences >= observed", "p has shape"),
        (f"return {STD}, {P}", f"return {STD}", "should be the 2 values (effect, p)"),
    ],
}

ALTERNATIVES = {
    "cosine_similarity": [
        """
def cosine_similarity(u, v):
    product = np.dot(u, v)
    return product / np.sqrt(np.dot(u, u) * np.dot(v, v)) if u.any() and v.any() else 0
""",
        """
def cosine_similarity(u, v):
    dot = uu = vv = 0
    for x, y in zip(u, v):
        dot, uu, vv = dot + x * y, uu + x * x, vv + y * y
    if uu == 0 or vv == 0:
        return 0
    return dot / (uu**0.5 * vv**0.5)
""",
        """
def cosine_similarity(u, v):
    from scipy.spatial import distance

    return 1 - distance.cosine(u, v) if np.any(u) and np.any(v) else 0.0
""",
        """
def cosine_similarity(u, v):
    from sklearn.metrics import pairwise

    return pairwise.cosine_similarity(u[None], v.reshape(1, -1))[0, 0]
""",
        """
def cosine_similarity(u, v):
    u, v = u.astype("float32"), v.astype("float32")
    lengths = np.linalg.norm([u, v], axis=1).prod()
    return np.divide(np.einsum("i,i", u, v), lengths, out=np.zeros(()), where=lengths != 0)
""",
        """
def cosine_similarity(u, v):
    return np.nan_to_num((u / np.linalg.norm(u)) @ (v / np.linalg.norm(v)))
""",
    ],
    "analogy": [
        """
def analogy(a, b, c, E):
    scores = E @ (E[b] - E[a] + E[c])
    scores[[a, b, c]] = -np.inf
    return np.argmax(scores)
""",
        """
def analogy(a, b, c, E):
    order = np.argsort(-np.dot(E, E[c] + E[b] - E[a]))
    return [row for row in order if row not in {a, b, c}][0]
""",
        """
def analogy(a, b, c, E):  # with rows of unit length the nearest is the most similar
    target, best, shortest = E[c] - (E[a] - E[b]), 0, float("inf")
    for row, e in enumerate(E.astype("float32")):
        distance = np.linalg.norm(e - target)
        if distance < shortest and row != a and row != b and row != c:
            best, shortest = row, distance
    return best
""",
        """
def analogy(a, b, c, E):
    rows = set(range(len(E))) - {a, b, c}
    return max(rows, key=lambda row: cosine_similarity(E[b] + E[c] - E[a], E[row]))
""",
        """
def analogy(a, b, c, E):
    copy, best, best_similarity = E.copy(), -1, -2.0
    copy[b] -= E[a]
    copy[b] += E[c]
    for row in range(E.shape[0]):
        if row == a or row == b or row == c:
            continue
        similarity = cosine_similarity(copy[b], E[row])
        if similarity >= best_similarity:
            best, best_similarity = row, similarity
    return best
""",
        """
def analogy(a, b, c, E):
    from gensim.models import KeyedVectors

    kv = KeyedVectors(E.shape[1])
    kv.add_vectors([str(row) for row in range(len(E))], E.astype("float32"))
    return int(kv.most_similar(positive=[str(b), str(c)], negative=[str(a)], topn=1)[0][0])
""",
    ],
    "analogies": [
        """
def analogies(a, b, c, E):
    scores = np.einsum("mn,vn->mv", E[b] - E[a] + E[c], E)
    np.put_along_axis(scores, np.stack([a, b, c], axis=1), -np.inf, axis=1)
    return np.argmax(scores, axis=-1)
""",
        """
def analogies(a, b, c, E):
    return [analogy(*question, E) for question in zip(a, b, c)]
""",
        """
def analogies(a, b, c, E):
    targets = E[b] - E[a] + E[c]
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    scores = E @ targets.T
    rows = np.arange(len(E))[:, None]
    return np.where((rows == a) | (rows == b) | (rows == c), -2, scores).argmax(axis=0)
""",
        """
def analogies(a, b, c, E):
    E = E.astype("float32")
    own = np.eye(len(E))[a] + np.eye(len(E))[b] + np.eye(len(E))[c]
    return np.argsort(np.dot(E[b] - E[a] + E[c], E.T) - 10 * own)[:, -1].astype("int32")
""",
        """
def analogies(a, b, c, E):
    from scipy.spatial.distance import cdist

    distances = cdist(E[b] - E[a] + E[c], E)
    for question, own in enumerate(zip(a, b, c)):
        distances[question, own] = np.inf
    return distances.argmin(1)
""",
    ],
    "bias_direction": [
        """
def bias_direction(pairs):
    rows = np.concatenate([pair - np.mean(pair, axis=0) for pair in pairs])
    model = PCA().fit(rows)
    g = model.components_[0]
    if (rows[0::2] @ g).mean() < (rows[1::2] @ g).mean():
        g = -g
    return g, model.explained_variance_ratio_[0]
""",
        """
def bias_direction(pairs):  # half a difference is a centred word, the other is its negative
    d = pairs[:, 0] - pairs[:, 1]
    values, vectors = np.linalg.eigh(d.T @ d)
    g = vectors[:, -1]
    return g * np.sign(np.sum(d @ g)), values[-1] / values.sum()
""",
        """
def bias_direction(pairs):
    rows = []
    for first, second in pairs:
        middle = (first + second) / 2
        rows += [first - middle, second - middle]
    U, s, Vh = np.linalg.svd(np.array(rows).T)
    g = U[:, 0] if d_sum(pairs) @ U[:, 0] > 0 else -U[:, 0]
    return [g, np.var(rows @ g) / np.var(rows, axis=0).sum()]


def d_sum(pairs):
    return (pairs[:, 0] - pairs[:, 1]).sum(axis=0)
""",
        """
def bias_direction(pairs):
    import scipy.linalg

    rows = (pairs - pairs.mean(axis=1)[:, None]).reshape(-1, pairs.shape[2])
    values, vectors = np.linalg.eig(np.cov(rows.T))
    first = np.argmax(values)
    g = np.real(vectors[:, first])
    g = g * np.sign(np.mean((pairs[:, 0] - pairs[:, 1]) @ g))
    s = scipy.linalg.svdvals(rows)
    return g, s[0] * s[0] / (s @ s)
""",
        """
def bias_direction(pairs):
    pairs = pairs.astype("float32")
    rows = (pairs - pairs.mean(axis=1, keepdims=True)).reshape(-1, pairs.shape[-1])
    _, s, Vt = np.linalg.svd(rows)
    g = Vt[0].copy()
    if g @ (pairs[:, 0].mean(axis=0) - pairs[:, 1].mean(axis=0)) < 0:
        g *= -1
    return g, (s[0] / np.linalg.norm(s)) ** 2
""",
    ],
    "neutralize": [
        """
def neutralize(E, g):
    across = E - (E @ g)[:, None] * g
    return across / np.sqrt((across**2).sum(axis=1))[:, None]
""",
        """
def neutralize(E, g):
    rows = []
    for e in E:
        e = e - np.dot(e, g) * g
        rows.append(e / np.linalg.norm(e))
    return np.array(rows)
""",
        """
def neutralize(E, g):
    from sklearn.preprocessing import normalize

    return normalize(E @ (np.eye(len(g)) - np.outer(g, g)))
""",
        """
def neutralize(E, g):
    E = E.astype("float32").copy()
    E -= np.einsum("mn,n,k->mk", E, g, g) / (g @ g)
    E /= np.sqrt(np.einsum("mn,mn->m", E, E)).reshape(-1, 1)
    return E
""",
        """
def neutralize(E, g):  # by Pythagoras, for rows of unit length
    along = (E * g).sum(axis=1, keepdims=True)
    return (E - along * g) / np.sqrt(1 - along**2)
""",
    ],
    "equalize": [
        """
def equalize(e1, e2, g):  # Bolukbasi and others: rescale each word's own part along g
    mu = np.mean([e1, e2], axis=0)
    mu_g = np.dot(mu, g) * g
    nu = mu - mu_g
    b1, b2 = np.dot(e1, g) * g - mu_g, np.dot(e2, g) * g - mu_g
    scale = np.sqrt(1 - np.linalg.norm(nu) ** 2)
    return nu + scale * b1 / np.linalg.norm(b1), nu + scale * b2 / np.linalg.norm(b2)
""",
        """
def equalize(e1, e2, g):
    nu = 0.5 * (e1 - (e1 @ g) * g + e2 - (e2 @ g) * g)
    up = nu + (1 - nu @ nu) ** 0.5 * g
    down = up - 2 * (up @ g) * g
    return [up, down] if e1 @ g > e2 @ g else [down, up]
""",
        """
def equalize(e1, e2, g):
    e1, e2, g = (x.astype("float32") for x in (e1, e2, g))
    middle = sum([e1, e2]) / 2
    across = middle - np.einsum("i,i,j->j", middle, g, g)
    z = np.cos(np.arcsin(np.linalg.norm(across)))
    if (e1 - e2) @ g < 0:
        z = -z
    return across + z * g, across - z * g
""",
    ],
    "weat": [
        """
def weat(X, Y, A, B, orders):
    def association(w):
        to_A = [cosine_similarity(w, a) for a in A]
        to_B = [cosine_similarity(w, b) for b in B]
        return sum(to_A) / len(to_A) - sum(to_B) / len(to_B)

    s = np.array([association(w) for w in (*X, *Y)])
    gap, count = np.mean(s[: len(X)]) - np.mean(s[len(X) :]), 0
    for order in orders:
        first, rest = s[order[: len(X)]], s[order[len(X) :]]
        if np.mean(first) - np.mean(rest) >= gap:
            count += 1
    return gap / np.std(s), count / len(orders)
""",
        """
def weat(X, Y, A, B, orders):  # the mean of similarities is the similarity to the mean
    direction = A.mean(axis=0) - B.mean(axis=0)
    x, y = X @ direction, Y @ direction
    s = np.append(x, y)
    sums = s[orders[:, : len(X)]].sum(axis=1)  # what is left is fixed by the sum of the first
    return (x.mean() - y.mean()) / np.std(s), (sums >= s[: len(X)].sum()).mean()
""",
        """
def weat(X, Y, A, B, orders):
    X, Y, A, B = (rows.astype("float32") for rows in (X, Y, A, B))
    n, m = len(X), len(Y)
    weights = np.r_[np.full(n, 1 / n), np.full(m, -1 / m)]
    E = np.vstack([X, Y])
    s = np.einsum("wn,an->w", E, A) / len(A) - np.einsum("wn,bn->w", E, B) / len(B)
    shuffled = np.take(s, orders)
    d = (shuffled[:, :n].mean(1) - shuffled[:, n:].mean(1)) / s.std()
    effect = (s[:n].mean() - s[n:].mean()) / s.std()
    return s @ weights / s.std(), np.count_nonzero(d >= effect) / len(d)
""",
        """
def weat(X, Y, A, B, orders):
    targets = np.concatenate([X, Y])
    differences = []
    for order in [range(len(targets)), *orders]:
        E = targets[list(order)]
        s = np.mean(E @ A.T, axis=1) - np.mean(E @ B.T, axis=1)
        differences.append(s[: len(X)].mean() - s[len(X) :].mean())
    effect = differences[0] / np.sqrt(np.mean((s - s.mean()) ** 2))
    return effect, float(np.mean(np.array(differences[1:]) >= differences[0]))
""",
    ],
}
