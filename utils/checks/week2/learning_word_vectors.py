"""The checks of `week2/3_learning_word_vectors`.

Right answers come from automatic differentiation, from a definition taken at its word (pairs by
two loops, a Huffman code by sorting again and again), from SciPy, and from counting what is drawn.
"""

import contextlib
import heapq
import time
from functools import cache, partial

import numpy as np
import tensorflow as tf

from utils.checks.answers import same, unpack
from utils.checks.draws import numbers, sizes, sizes_and_ones
from utils.checks.grading import Checks
from utils.checks.oracles import gradients
from utils.checks.steps import at_most
from utils.checks.wrong import Wrong, off
from utils.language import counting, planted_text, vector_training
from utils.language.analogies import questions_by_section
from utils.language.vector_training import sigmoid

check = Checks()

FLOAT32 = 1e-5  # an answer may be computed in float32
OWN_RNG = "`rng` is not used: another `rng` gives the same answer. Draw with it, and with it alone."


def skip_gram_pairs(words, sentence, window, frequency, t, rng):
    """Return contexts and targets, (number of pairs,) each, of the words that stay."""
    stays = rng.random(len(words)) < np.sqrt(t / frequency[words])
    words, sentence = words[stays], sentence[stays]
    contexts, targets = [], []
    for distance in range(1, window + 1):
        same_one = sentence[:-distance] == sentence[distance:]
        first, second = words[:-distance][same_one], words[distance:][same_one]
        contexts += [first, second]
        targets += [second, first]
    return np.concatenate(contexts), np.concatenate(targets)


STAYS = "np.sqrt(t / frequency[words])"
CHANCE = "A word of frequency f stays with the probability sqrt(t / f), 1 at most."
BOTH = "Each pair counts in both directions: (a, b) and (b, a)."
THIN = "    words, sentence = words[stays], sentence[stays]\n"
SAME_ONE = "same_one = sentence[:-distance] == sentence[distance:]"
ALL_NEAR = "each other word of its sentence at a distance from 1 to `window`"
WORD_ITSELF = "a word is its own context: that is distance 0. Begin with distance 1."
EACH = "Each occurrence is thinned out by itself: draw len(words) numbers."
DRAWN_AWAY = "dropped words still are {}. What is dropped is neither a context nor a target."


@check.exercise(
    skip_gram_pairs,
    {
        "range(1, window + 1) => range(1, window)": "the farthest place of the window is left out.",
        "range(1, window + 1) => range(1, window + 2)": "pairs stand farther apart than `window`.",
        "range(1, window + 1) => range(window, window + 1)": (
            "only the farthest words are paired. Take all distances from 1 to `window`."
        ),
        "range(1, window + 1) => range(0, window + 1)": (
            "words[:-0] is empty, and a word is no neighbour of itself. Begin with distance 1."
        ),
        "contexts, targets = [], [] => contexts, targets = [words], [words]": WORD_ITSELF,
        "contexts, targets = [], [] => contexts, targets = [words, words], [words, words]": (
            f"{WORD_ITSELF[:-1]}, which counts twice here."
        ),
        (
            "[first, second]\n => [first, second][distance == window :]\n",
            "[second, first] => [second, first][distance == window :]",
        ): "the last word of the window is left out on one side. range ends before its end.",
        (
            "[first, second]\n => [first, second][: 2 - (distance == window)]\n",
            "[second, first] => [second, first][: 2 - (distance == window)]",
        ): "the first word of the window is left out on one side: i - window belongs to it.",
        ("[first, second]\n => [first]\n", "[second, first] => [second]"): (
            f"only the words behind are targets. {BOTH}"
        ),
        ("[first, second]\n => [second]\n", "[second, first] => [first]"): (
            f"only the words in front are targets. {BOTH}"
        ),
        "targets += [second, first] => targets += [first, second]": (
            "each word is paired with itself: contexts and targets are the same list."
        ),
        "sentence[:-distance] == sentence[distance:] => sentence[distance:] >= 0": (
            "pairs go over the end of a sentence. Both words must be of one."
        ),
        f"{SAME_ONE} => same_one = ({SAME_ONE[11:]}) & (words[:-distance] != words[distance:])": (
            "a word that comes again in the window is left out. It is a pair with itself there."
        ),
        "range(1, window + 1) => range(1, min(window + 1, len(words)))": (
            "if the text has one word: nothing is collected then. Begin with an empty array."
        ),
        f"{STAYS} => 1 - {STAYS}": f"that is the probability to be dropped. {CHANCE}",
        f"{STAYS} => t / frequency[words]": f"the root is missing. {CHANCE}",
        f"{STAYS} => np.sqrt(frequency[words] / t)": f"frequent words stay, rare ones go. {CHANCE}",
        f"{STAYS} => {STAYS} + t / frequency[words]": (
            f"that is the formula of word2vec's program, sqrt(t / f) + t / f. The paper's: {CHANCE}"
        ),
        f"{STAYS} => np.full(len(words), 2)": f"no word is dropped. {CHANCE}",
        f" < {STAYS} =>  > {STAYS}": f"what should stay is dropped. {CHANCE}",
        f"{THIN} => "
        "    stays = np.flatnonzero(stays)\n"
        "    gone = np.setdiff1d(np.arange(len(words)), stays)\n"
        "    sentence = sentence.copy()\n"
        "    sentence[gone] = -1 - gone\n": (
            "dropped words keep their places, so the window does not reach over them. Drop first."
        ),
        "rng.random(len(words)) < np.sqrt(t / frequency[words]) => "
        "(rng.random(len(frequency)) < np.sqrt(t / frequency))[words]": (
            f"all occurrences of a word stay, or none does. {EACH}"
        ),
        "    stays =>     rng = np.random.default_rng(0)\n    stays": OWN_RNG,
        f"{THIN} => {THIN.replace(', sentence[stays]', ', sentence')}": (
            "with `sentence` not thinned out: it stands no longer beside its words."
        ),
        f"{THIN} => {THIN.replace(', sentence[stays]', ', sentence[: np.sum(stays)]')}": (
            "`sentence` is cut, not thinned out: it stands no longer beside its words."
        ),
        (
            f"{THIN} =>",
            "[first, second]\n => "
            "[words[:-distance][same_one & stays[:-distance]], "
            "words[distance:][same_one & stays[distance:]]]\n",
            "[second, first] => "
            "[words[distance:][same_one & stays[:-distance]], "
            "words[:-distance][same_one & stays[distance:]]]",
        ): DRAWN_AWAY.format("targets"),
        (
            f"{THIN} =>",
            "[first, second]\n => "
            "[words[:-distance][same_one & stays[distance:]], "
            "words[distance:][same_one & stays[:-distance]]]\n",
            "[second, first] => "
            "[words[distance:][same_one & stays[distance:]], "
            "words[:-distance][same_one & stays[:-distance]]]",
        ): DRAWN_AWAY.format("contexts"),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    _compare_shares(attempt, 3, rng, sure=False)  # all of a sentence, also if the window is off
    n_words = 7
    lengths = rng.permutation([1, 2, 5, 9, 4])
    for window in (int(rng.integers(2, 4)), 1, 6):
        sentence = np.repeat(np.arange(5) + 3, lengths)
        words = rng.integers(0, n_words, len(sentence))
        got = attempt.then(_table(n_words))(
            words, sentence, window, np.full(n_words, 1 / n_words), 9.0, rng
        )
        _compare_pairs(got, _by_two_loops(words, sentence, window, n_words), words)
    for few in ([2], [3, 1]):  # hardly a text
        words = np.array(few)
        got = attempt.then(_table(4))(words, 0 * words, 4, np.full(4, 0.25), 9.0, rng)
        want = _by_two_loops(words, 0 * words, 4, 4)
        same("The table of the pairs of a text of one or two words", got, want, "(V, V)")
    _compare_shares(attempt, 1, rng)
    words, frequency = np.tile([0, 1, 2], 30), np.array([0.6, 0.3, 0.0001])
    asked = words, np.repeat(np.arange(30), 3), 2, frequency, 0.03
    one, again, other = (attempt(*asked, np.random.default_rng(seed)) for seed in (1, 1, 2))
    if _alike(one, again) and _alike(one, other):
        raise Wrong(OWN_RNG)
    return "All pairs of a sentence within the window, after frequent words were thinned out."


def _compare_shares(attempt, window, rng, sure=True):
    """Hold how often pairs are left against chance; unless `sure`, where they are pairs at all."""
    many, kinds = 20_000, 8  # sentences, of three words each
    of_kind = np.arange(many) % kinds * 3
    words, sentence = np.add.outer(of_kind, [0, 1, 2]).ravel(), np.repeat(np.arange(many), 3)
    frequency, t = np.array([0.6, 0.3, 0.0001] * kinds), 0.03
    got = attempt.then(_table(3 * kinds))(words, sentence, window, frequency, t, rng)
    p, q = np.sqrt(t / 0.6), np.sqrt(t / 0.3)
    want = many * np.array([[0, p * q, p * (1 - q * (window == 1))], [0, 0, q], [0, 0, 0]])
    want += want.T
    of_kinds = got.reshape(kinds, 3, kinds, 3)[range(kinds), :, range(kinds)]
    counted = of_kinds.sum(axis=0)
    pairs = got.any() and not np.trace(counted) and counted.sum() == got.sum()
    if not sure and not (pairs and np.array_equal(got, got.T)):
        return
    if np.abs(counted - want).max() > 6 * np.sqrt(many) * 0.5 or counted.sum() != got.sum():
        says = f"The share of words that stay is off. {CHANCE}"
        if set(got.ravel()) <= {0, many / kinds} and not of_kinds[:, [0, 1], [1, 2]].all():
            says = f"All occurrences of a word stay, or none does. {EACH}"
        raise off("The table of how often each pair is there", got, says)


def _alike(one, other):
    return all(map(np.array_equal, one, other))


def _compare_pairs(got, want, words):
    what = "The table of how often each pair is there"
    more, found = got - want, f"{int(got.sum())} pairs are there, {int(want.sum())} should be"
    itself, each = np.diag(more), np.bincount(words, minlength=len(got))
    if not got.any():
        says = f"No pair is left, though t is so large that all words stay. {CHANCE}"
    elif (
        itself.min() >= 0 < itself.max()
        and not np.any(more - np.diag(itself))
        and not np.any(itself % np.maximum(each, 1))
    ):
        says = f"{what} is off: {WORD_ITSELF}"
    elif np.any(more < 0) and not np.any(more > 0):
        says = f"Pairs are missing: {found}. A word has one with {ALL_NEAR}."
    elif np.any(more > 0) and not np.any(more < 0):
        says = f"There are pairs too many: {found}. A word has one with {ALL_NEAR}."
    else:
        same(what, got, want, "(V, V)")
        return
    raise off(what, got, says)


def _table(n_words):
    def counted(got):
        if np.shape(_array(got))[1:] == (2,) and len(got) != 2:
            raise Wrong("It is one row for each pair. Return all contexts, then all targets.")
        contexts, targets = map(_flat, unpack(got, "contexts, targets"))
        if {contexts.dtype.kind, targets.dtype.kind} - {*"iufb"}:
            raise Wrong("contexts and targets should be numbers of words.")
        if contexts.shape != targets.shape or contexts.ndim != 1:
            raise Wrong(
                f"contexts and targets should be flat and of one length; yours have the shapes "
                f"{contexts.shape} and {targets.shape}."
            )
        table = np.zeros((n_words, n_words))
        np.add.at(table, (contexts.astype(int), targets.astype(int)), 1)
        return table

    return counted


def _flat(part):
    flat = _array(part)
    if flat is None:
        raise Wrong("contexts and targets should be flat arrays of numbers of words.")
    return flat


def _array(part):
    with contextlib.suppress(Exception):  # rows of different lengths
        return np.asarray(part)
    return None


def _by_two_loops(words, sentence, window, n_words):
    table = np.zeros((n_words, n_words))
    for i, context in enumerate(words):
        for j, target in enumerate(words):
            if i != j and abs(i - j) <= window and sentence[i] == sentence[j]:
                table[context, target] += 1
    return table


def huffman(counts):
    """Return paths and codes, (V, longest) each: inner nodes from the root, and turns; then -1."""
    heap = [(count, word) for word, count in enumerate(counts)]
    heapq.heapify(heap)
    above = {}
    for node in range(len(counts) - 1):
        (rare, left), (other, right) = heapq.heappop(heap), heapq.heappop(heap)
        above[left], above[right] = (node, 0), (node, 1)
        heapq.heappush(heap, (rare + other, len(counts) + node))
    rows = []
    for word in range(len(counts)):
        row = []
        while word in above:
            node, turn = above[word]
            row = [(node, turn), *row]
            word = len(counts) + node
        rows.append(row)
    longest = max(map(len, rows))
    rows = [row + [(-1, -1)] * (longest - len(row)) for row in rows]
    tree = np.array(rows, int).reshape(len(counts), longest, 2)
    return tree[:, :, 0], tree[:, :, 1]


PUSH = "heapq.heappush(heap, (rare + other, len(counts) + node))"
NODES = "The first node made is 0, the last, V - 2, the root."
TIES = "At equal counts words come before nodes, and the smaller number first."
MET_TWICE = "a path meets a node twice: a word and a node share a number on the way up. {}".format(
    "Let node j have the number V + j there, and j alone in paths."
)
ENDLESS = (
    "huffman does not end: a loop goes on and on. Often a word and a node share a number, and the "
    "way up goes round in a circle. Let node j have the number V + j, and stop at the root."
)
LINES = 50_000  # of Python, for a dozen words at most: a right answer takes hundreds
BALANCED = "A Huffman tree is not balanced: frequent words have short paths, rare ones long ones."


@check.exercise(
    huffman,
    {
        "(count, word) for => (1, word) for": (
            f"the tree is balanced: all words count as equally frequent. {BALANCED}"
        ),
        "(count, word) for => (-count, word) for": (
            "the most frequent are joined first. Join the two rarest."
        ),
        f"{PUSH} => heapq.heappush(heap, (max(rare, other), len(counts) + node))": (
            "a joined node has the count of one of the two. It has the sum."
        ),
        "(node, 0), (node, 1) => (node, 1), (node, 0)": (
            "the codes are turned: the rarer of the two has 0."
        ),
        "[(node, turn), *row] => [*row, (node, turn)]": (
            "paths go from the word up. They begin at the root."
        ),
        "[(node, turn), *row] => [(len(counts) + node, turn), *row]": (
            "inner nodes are numbered from 0: the first that is made is 0."
        ),
        "[(node, turn), *row] => [(len(counts) - 2 - node, turn), *row]": (
            "inner nodes have the numbers in which they are made: the root is the last."
        ),
        "row + [(-1, -1)] * (longest - len(row)) => [(-1, -1)] * (longest - len(row)) + row": (
            "the -1 stand in front. The root comes first, and -1 behind a path's end."
        ),
        "(-1, -1)] * => (0, 0)] *": "0 is a node and a turn. Put -1 behind a path's end.",
        "tree[:, :, 0], tree[:, :, 1] => tree[:, :, 1], tree[:, :, 0]": (
            "Return the paths first, then the codes."
        ),
        (
            "while word in above => while word in above and len(row) < len(counts)",
            PUSH + " => heapq.heappush(heap, (rare + other, node))",
            "word = len(counts) + node => word = node",
        ): MET_TWICE,
        "[(node, turn), *row] => [(node + 1, turn), *row]": (
            "inner nodes are numbered from 1. The first that is made is 0."
        ),
        (
            "(count, word) for => (count, len(counts) + word) for",
            PUSH + " => heapq.heappush(heap, (rare + other, node))",
            "        while =>         word += len(counts)\n        while",
            "word = len(counts) + node\n => word = node\n",
        ): f"at equal counts nodes are joined before words. {TIES}",
        (
            "(count, word) for => (count, -word) for",
            "heapq.heappush(heap, (rare + other, len(counts) + node)) => "
            "heapq.heappush(heap, (rare + other, -len(counts) - node))",
            "        while =>         word = -word\n        while",
            "word = len(counts) + node\n => word = -len(counts) - node\n",
        ): f"at equal counts the larger number is joined first. {TIES}",
        (
            "(count, word) for => (count, -word) for",
            "        while =>         word = -word\n        while",
        ): f"at equal counts the word of the larger number is joined first. {TIES}",
        "tree[:, :, 0], tree[:, :, 1] => tree[:, :, 0], 1 - tree[:, :, 1]": (
            "1 minus the codes turns them, and makes 2 of -1. The rarer of the two has 0."
        ),
        (
            "    rows = [row + [(-1, -1)] * (longest - len(row)) for row in rows]\n =>",
            "    tree = np.array(rows, int).reshape(len(counts), longest, 2)\n =>",
            "tree[:, :, 0], tree[:, :, 1] => "
            "[[n for n, _ in row] for row in rows], [[one for _, one in row] for row in rows]",
        ): "the rows have different lengths. Put -1 behind each path's end, up to the longest.",
        "rows.append(row) => rows.append(row[1:])": "the turn at the root is missing.",
        "rows.append(row)\n => rows.append(row[:-1])\n": "the last turn of each path is missing.",
        "=> depth = int(np.ceil(np.log2(len(counts))))\n"
        "codes = np.arange(len(counts))[:, None] >> np.arange(depth)[::-1] & 1\n"
        "return 0 * codes, codes": f"all codes are log V long. {BALANCED}",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    drawn = [_without_ties(size, rng) for size in sizes(2)]
    # Words and nodes tie in the first: it tells the wrong orders apart.
    tied = [[3] * 7, [9, 9, 1, 1, 2], [2, 1, 1, 2, 2], [5, 5], rng.integers(1, 500, 11)]
    for counts in map(np.array, (*drawn, [1, 2, 4, 8, 16, 32], [5, 9], [8], *tied)):
        with at_most(LINES, partial(Wrong, ENDLESS)):
            answer = attempt(counts)
        paths, codes = unpack(answer, "paths, codes")
        want = [*map(_padded, _by_sorting(counts.tolist()))]
        _compare_trees(paths, codes, *want, counts)
    return "Paths and codes from the root, also with ties, for two words and for one."


def _without_ties(size, rng):
    """Draw counts of which no two are equal, nor equal to a sum, nor two sums."""
    while True:
        counts = rng.integers(1, 500, size)
        groups, made = counts.tolist(), []
        while len(groups) > 1:
            first, second, *groups = sorted(groups)
            made.append(first + second)
            groups.append(made[-1])
        if len({*counts.tolist(), *made}) == size + len(made):
            return counts


def _compare_trees(paths, codes, want_paths, want_codes, counts):
    """Hold a tree against ours; say what is special about another that is a tree."""
    with contextlib.suppress(ValueError, TypeError):  # of rows of different lengths, or no numbers
        rows, turns = np.asarray(paths), np.asarray(codes)
        if rows.ndim == 2 and rows.dtype.kind in "iuf":
            if any(len(set(row := way[way >= 0].tolist())) < len(row) for way in rows):
                raise off("paths", paths, f"paths is off: {MET_TWICE}")
            if np.array_equal(turns, want_codes) and _renumbered(rows, want_paths):
                says = f"The tree is right, but its nodes have other numbers. {NODES}"
                raise off("paths", paths, says)
            lengths = [(one >= 0).sum(axis=1) @ counts for one in (turns, want_codes)]
            kept = (turns >= 0) == (rows >= 0)
            other = lengths[0] == lengths[1] and not np.array_equal(turns, want_codes)
            if other and kept.all() and len(set(counts.tolist())) < len(counts):
                says = f"The tree is as good as ours, but joins others at equal counts. {TIES}"
                raise off("codes", codes, says)
    same("codes", codes, want_codes, "(V, longest)")
    same("paths", paths, want_paths, "(V, longest)")


def _renumbered(rows, want):
    """Whether paths go through the same nodes under other numbers."""
    if np.array_equal(rows, want) or not np.array_equal(rows < 0, want < 0):
        return False
    pairs = {*zip(want.ravel().tolist(), rows.ravel().tolist(), strict=True)}
    ours, theirs = map(set, zip(*pairs, strict=True))
    return len(pairs) == len(ours) == len(theirs)


def _padded(rows):
    longest = max(map(len, rows))
    table = np.full((len(rows), longest), -1)
    for row, values in zip(table, rows, strict=True):
        row[: len(values)] = values
    return table


def _by_sorting(counts):
    """Return paths and codes: join the two rarest of a sorted list, and put the turn in front."""
    groups = [(count, number, [number]) for number, count in enumerate(counts)]
    paths, codes = ([[] for _ in counts] for _ in range(2))
    for node in range(len(counts) - 1):
        first, second, *groups = sorted(groups)
        for turn, (_, _, members) in enumerate((first, second)):
            for word in members:
                paths[word].insert(0, node)
                codes[word].insert(0, turn)
        joined = first[0] + second[0], len(counts) + node, first[2] + second[2]
        groups.append(joined)
    return paths, codes


def negative_rows(targets, counts, k, rng):
    """Return words (m, k + 1), first the target, then k drawn ones, and labels (m, k + 1)."""
    share = counts**0.75
    drawn = rng.choice(len(counts), (len(targets), k), p=share / share.sum())
    labels = np.zeros((len(targets), k + 1))
    labels[:, 0] = 1
    return np.column_stack([targets, drawn]), labels


POWER = "Draw words in proportion to their counts to the power of 3/4."
LET_IT_BE = "Nobody forbids it: if the target itself is drawn, let it be."
BY_PLACE = "Labels go by the place: 1 for the target in front, 0 for what is drawn, whatever it is."
HIT = "hit = drawn == np.asarray(targets)[:, None]"


@check.exercise(
    negative_rows,
    {
        "counts**0.75 => counts * 1.0": f"the power is missing. {POWER}",
        "counts**0.75 => counts**0.0": f"all words are equally likely. {POWER}",
        "counts**0.75 => counts**0.5": f"the power is 1/2. {POWER}",
        "counts**0.75 => counts ** (4 / 3)": f"the power is 4/3. {POWER}",
        "counts**0.75 => counts**-0.75": f"rare words are the likeliest. {POWER}",
        "counts**0.75 => counts**0.25": f"the power is 1/4. {POWER}",
        "(len(targets), k), p => (1, k), p": "Each target needs k words of its own.",
        "    return =>     drawn = np.repeat(drawn[:1], len(drawn), 0)\n    return": (
            "All targets have the same k words. Draw for each."
        ),
        "    labels = np =>     while (drawn == targets[:, None]).any():\n"
        f"        {HIT}\n"
        "        drawn[hit] = rng.choice(len(counts), hit.sum(), p=share / share.sum())\n"
        "    labels = np": f"the target is drawn anew where it is hit. {LET_IT_BE}",
        f"    labels = np =>     {HIT}\n"
        "    drawn[hit] = rng.choice(len(counts), hit.sum(), p=share / share.sum())\n"
        "    labels = np": f"the target is drawn anew, once, where it is hit. {LET_IT_BE}",
        f"    labels = np =>     {HIT}\n"
        "    drawn[hit] = (drawn[hit] + 1) % len(counts)\n"
        "    labels = np": f"another word takes the target's place where it is hit. {LET_IT_BE}",
        "rng.choice(len(counts), (len(targets), k), p=share / share.sum()) => "
        "np.array([rng.choice(len(counts), k, False, share / share.sum()) for _ in targets])": (
            "if the k words of a row have to differ. Each draw is free: a word may come twice."
        ),
        "    share = counts**0.75 =>     rng = np.random.default_rng(0)\n"
        "    share = counts**0.75": OWN_RNG,
        "(len(targets), k), p => (len(targets), k), False, p": (
            "if all words have to differ. Each draw is free: a word may come twice."
        ),
        "np.column_stack([targets, drawn]), labels => labels, np.column_stack([targets, drawn])": (
            "Return the words first, then the labels."
        ),
        "    labels[:, 0] = 1\n =>": "all labels are 0. The target, which comes first, has 1.",
        "    labels[:, 0] = 1\n =>     labels[:, 0] = 1\n"
        "    labels[:, 1:] = drawn == np.asarray(targets)[:, None]\n": (
            f"a drawn word has 1 where it is the target. {BY_PLACE}"
        ),
        "[:, 0] = 1 => [:, 1:] = -1": "the target has 0, drawn words -1. They have 1 and 0.",
        "    return =>     labels[:, 1:] = -1\n    return": "drawn words have -1. They have 0.",
        "    return =>     labels = labels[0]\n    return": "labels has one row alone.",
        "[:, 0] = 1 => [0] = 1": "the first row of labels is 1. The first column should be.",
        "[:, 0] = 1 => [:, 1:] = 1": "the labels are turned: the target has 1, drawn words 0.",
        "[:, 0] = 1 => [:] = 1": "all labels are 1. The drawn words have 0.",
        "[:, 0] = 1 => [:, -1] = 1": "the 1 stands last. The target comes first.",
        "len(targets), k + 1) => len(targets), k + 2)": "there are k + 1 rows.",
        "np.column_stack([targets, drawn]) => drawn": "the target is missing: it comes first.",
        "np.column_stack([targets, drawn]) => np.column_stack([drawn, targets])": (
            "the target comes first, then the drawn words."
        ),
        "p=share / share.sum()) => p=None)": f"all words are equally likely. {POWER}",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    counts = np.array([1000, 1, 300, 20, 70])
    for m, k in ((7, 3), (1, 4), (6, 1), (5, 2), (60, 6)):
        targets = rng.integers(0, 5, m)
        targets[:2] = [4, 1][:m]
        targets[7:] = 0  # which is drawn often
        got = attempt(targets, counts, k, rng)
        words, labels = unpack(got, "words, labels")
        hits = _array(words) == targets[:, None] if m > 7 else False
        if np.array_equal(_array(labels), hits) and np.any(np.sum(hits, axis=-1) > 1):
            says = f"labels is off: a drawn word has 1 where it is the target. {BY_PLACE}"
            raise off("labels", labels, says)
        same("labels", labels, np.eye(k + 1)[np.zeros(m, int)], "(m, k + 1)")
        if np.shape(words) != (m, k + 1):
            says = f"words has the shape {np.shape(words)}; it should be {(m, k + 1)}, (m, k + 1)."
            raise off("words", words, says, facts=says)
        if not np.array_equal(np.asarray(words)[:, 0], targets):
            raise off("words", words, "The first word of each row should be the target.")
    got = attempt(np.zeros(9000, int), counts, 6, rng)
    words, _ = unpack(got, "words, labels")
    drawn = np.asarray(words)[:, 1:]
    if np.mean(drawn == drawn[:1]) > 0.9 or np.mean(drawn == drawn[:, :1]) > 0.9:
        raise off("words", words, "Many rows or columns are equal. Draw k words for each target.")
    if drawn.min() < 0 or drawn.max() > 4 or np.any(drawn != drawn.astype(int)):
        raise off("words", words, "What is drawn should be numbers of words, from 0 to V - 1.")
    if not np.any(drawn == 0):
        says = f"The target itself, the likeliest word, is never drawn. {LET_IT_BE}"
        raise off("words", words, says)
    shares = np.bincount(drawn.ravel().astype(int), minlength=5) / drawn.size
    want = counts**0.75 / np.sum(counts**0.75)
    if np.any(np.abs(shares - want) > 6 * np.sqrt(want / drawn.size) + 1e-4):
        raise off("words", words, f"The shares of the drawn words are off. {POWER}")
    one, again, other = (
        np.asarray(attempt(np.arange(5), counts, 6, np.random.default_rng(seed))[0])
        for seed in (1, 1, 2)
    )
    if np.array_equal(one, again) and np.array_equal(one, other):
        raise Wrong(OWN_RNG)
    return "The target with 1, k drawn words with 0, drawn by counts to the power of 3/4."


def negative_sampling(e, theta, labels):
    """Return the loss, one number, and its gradients de (m, n), dtheta (m, k + 1, n)."""
    s = np.einsum("mn,mkn->mk", e, theta)
    loss = np.sum(np.logaddexp(0, s) - labels * s)
    slope = sigmoid(s) - labels
    return loss, np.einsum("mk,mkn->mn", slope, theta), slope[:, :, None] * e[:, None]


SLOPE = "sigmoid(s) - labels"
COURSE_LOSS = "np.sum(np.logaddexp(0, s) - labels * s)"
SAFELY = "The log of a large score then is off: write it with np.logaddexp(0, s), and do not clip."
SIGN_OF_LABEL = (
    "the label's sign is missing: sigmoid(s) - 1 where it is 1, sigmoid(s) where it is 0."
)
BY_FIRST = "the first of each row is taken to be the pair. Which one it is, `labels` say."
_P, _IN_S, _LOGS = (
    "np.clip(sigmoid(s), {0}, 1 - {0})",
    "np.clip(s, -{0}, {0})",
    ("-np.sum(labels * np.log({}) + (1 - labels) * np.log(1 - {}))"),
)
CLIPPED = {
    "the sigmoid is clipped, or a small number is added in the log": [
        _LOGS.format(p, p)
        for p in map(_P.format, ("1e-7", "1e-8", "1e-9", "1e-10", "1e-12", "1e-15"))
    ],
    "the scores are clipped": [
        COURSE_LOSS.replace("s)", f"{s})", 1).replace("* s", f"* {s}")
        for s in map(_IN_S.format, ("10", "20", "30", "50", "500"))
    ],
}


@check.exercise(
    negative_sampling,
    {
        f"{COURSE_LOSS} => -{COURSE_LOSS}": "it is the log-likelihood. The loss is minus it.",
        "np.sum(np => np.mean(np": "the loss is a mean. Add up all rows.",
        "np.sum(np.logaddexp(0, s) - labels * s) => "
        "np.sum((np.logaddexp(0, s) - labels * s)[:, 0])": "only the first row of each counts.",
        f"{COURSE_LOSS} => np.sum(labels * (np.logaddexp(0, s) - s))": (
            "rows with the label 0 are left out: each of them adds -log(1 - sigmoid)."
        ),
        f"{COURSE_LOSS} => np.sum(np.log1p(np.exp(s)) - labels * s)": (
            "for large scores exp overflows. np.logaddexp(0, s) is the log of 1 + e^s, safely."
        ),
        f"{COURSE_LOSS} => -np.sum(labels * np.log(sigmoid(s)) + (1 - labels) * "
        "np.log(1 - sigmoid(s)))": (
            "where a sigmoid is 0 or 1, the log is infinite. Write it with np.logaddexp."
        ),
        f"{COURSE_LOSS} => np.sum(np.logaddexp(0, s) - s)": "all labels are taken to be 1.",
        f"{COURSE_LOSS} => np.sum((sigmoid(s) - labels) ** 2)": (
            "it is the squared error. The cross-entropy is asked for."
        ),
        f"{COURSE_LOSS} => np.sum(np.log(np.exp(s).sum(1)) - np.sum(labels * s, 1))": (
            "it is a softmax over the k + 1 rows. Each row is a question of its own, yes or no."
        ),
        f"{COURSE_LOSS} => np.sum(labels * (np.log(np.exp(s).sum(1, keepdims=True)) - s))": (
            "it is a softmax over the k + 1 rows. Each row is a question of its own, yes or no."
        ),
        **{
            f"{COURSE_LOSS} => {loss}": f"{said}. {SAFELY}"
            for said, losses in CLIPPED.items()
            for loss in losses
        },
        f"{COURSE_LOSS} => np.sum(np.logaddexp(0, s)) - np.sum(s[:, 0])": BY_FIRST,
        f"{SLOPE} => sigmoid(s) - (np.arange(s.shape[1]) == 0)": BY_FIRST,
        f"{COURSE_LOSS} => {COURSE_LOSS} / len(s)": (
            "the loss is divided by m. Add up all m(k + 1) questions, and divide by nothing."
        ),
        f"{COURSE_LOSS} => {COURSE_LOSS} / s.shape[1]": (
            "the loss is divided by k + 1. Add up all m(k + 1) questions, and divide by nothing."
        ),
        f"{COURSE_LOSS} => np.sum(np.logaddexp(0, s) - labels * s, axis=1)": (
            "it is a loss for each context. Add them up to one number."
        ),
        f"{COURSE_LOSS} => np.sum(np.logaddexp(0, s) + labels * s)": (
            "the sign of y s is turned. A question costs log(1 + e^s) - y s."
        ),
        f"{COURSE_LOSS} => np.sum(np.logaddexp(0, -s) - labels * s)": (
            "log(1 + e^-s) belongs to the label 1 alone. A question costs log(1 + e^s) - y s."
        ),
        f"{COURSE_LOSS} => np.sum(np.logaddexp(0, s) - s + labels * s)": (
            "labels are turned in the loss: 1 is the pair from the text."
        ),
        f"{COURSE_LOSS} => np.sum(np.logaddexp(0, s * (1 - labels)))": (
            "where the score is multiplied by 0, log 2 is added. Turn its sign there in its place."
        ),
        f"{SLOPE} => ({SLOPE}) / s.size": (
            "the gradients are of a mean over all questions. Add up all rows."
        ),
        f"{SLOPE} => sigmoid(s) - 1": "all labels are taken to be 1 in the gradients.",
        f"{SLOPE} => sigmoid((2 * labels - 1) * s) - 1": SIGN_OF_LABEL,
        f"{SLOPE} => sigmoid((1 - 2 * labels) * s)": SIGN_OF_LABEL,
        f"{SLOPE} => np.exp(s) / (1 + np.exp(s)) - labels": (
            "for large scores exp overflows in the gradients. Take sigmoid(s), which is safe."
        ),
        f"{SLOPE} => np.sign(s) - labels": "the sigmoid is missing in the gradients.",
        f"{SLOPE} => sigmoid(-s) - labels": "it is sigmoid(-s) in the gradients. Take sigmoid(s).",
        f"{SLOPE} => labels * (sigmoid(s) - 1)": (
            "rows with the label 0 are left out of the gradients."
        ),
        '"mk,mkn->mn" => "mk,mkn->mkn"': (
            "de is not added up over the k + 1 questions of each context."
        ),
        'np.einsum("mk,mkn->mn", slope, theta) => '
        'np.einsum("mk,mkn->mn", slope, theta) / s.shape[1]': (
            "de is a mean over the k + 1 questions. Add them up."
        ),
        "slope[:, :, None] * e[:, None] => np.sum(slope[:, :, None] * e[:, None], 0)": (
            "dtheta is added up over m. Each row of theta has a gradient of its own."
        ),
        'np.einsum("mk,mkn->mn", slope, theta), slope[:, :, None] * e[:, None] => '
        'slope[:, :, None] * e[:, None], np.einsum("mk,mkn->mn", slope, theta)': (
            "Return de first, then dtheta."
        ),
        f"{SLOPE} => labels - sigmoid(s)": "the gradients have the wrong sign.",
        f"{SLOPE} => sigmoid(s)": "the labels are not taken away.",
        f"{SLOPE} => ({SLOPE}) * sigmoid(s) * (1 - sigmoid(s))": (
            "the slope of the sigmoid is in it. With the cross-entropy it cancels."
        ),
        '"mk,mkn->mn", slope, theta => "mk,mn->mn", slope, e': "de comes from theta, not from e.",
        f"{SLOPE} => ({SLOPE}) / len(s)": "the gradients are of a mean. Add up all rows.",
        "slope[:, :, None] * e[:, None] => slope[:, :, None] * theta": (
            "dtheta comes from e, not from theta."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, k, n in [*sizes_and_ones(3), sizes(3)]:
        e, theta = numbers(m, n), numbers(m, k, n)
        labels = (rng.random((m, k)) < 0.4).astype(float)
        labels[0, 0], labels[-1, -1] = 1, 0
        _compare_losses(attempt, e, theta, labels)
    e = np.array([[60.0, 0], [900, 0]])
    theta = np.array([[[1.0, 0], [-1, 0], [1, 0]]] * 2)  # scores far from 0, right and wrong
    _compare_losses(attempt, e, theta, np.array([[1.0, 0, 0]] * 2))
    return "Loss and gradients equal automatic differentiation, for scores of any size."


def _compare_losses(attempt, e, theta, labels):
    def scalar(t):
        s = tf.einsum("mn,mkn->mk", t["e"], t["theta"])
        return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels, s))

    arrays = {"e": e, "theta": theta}
    want = {"loss": scalar({k: tf.constant(a) for k, a in arrays.items()}).numpy()}
    want |= gradients(scalar, arrays)
    got = unpack(attempt(e, theta, labels), "loss, de, dtheta")
    with contextlib.suppress(TypeError, ValueError):
        if np.isfinite(got[0]) and np.abs(e).max() > 1 and np.abs(got[0] - want["loss"]) > 1:
            says = f"The loss of large scores is {float(got[0]):.4g}; it should be "
            raise off("loss", got[0], f"{says}{want['loss']:.4g}: something is cut. {SAFELY}")
    for name, value, axes in zip(want, got, ("one number", "(m, n)", "(m, k + 1, n)"), strict=True):
        same(name, value, want[name], axes, FLOAT32)


def expected_gradient(S, X, counts, k):
    """Return the derivative (V, V) of the expected loss by S, for pairs X and k drawn words."""
    q = counts**0.75 / np.sum(counts**0.75)
    N = k * X.sum(axis=1, keepdims=True) * q
    return sigmoid(S) * (X + N) - X


EXPECTED_N = "k * X.sum(axis=1, keepdims=True) * q"
BOTH_ADD = "A pair (label 1) adds sigmoid(S) - 1, a drawn word (label 0) adds sigmoid(S)."
FROM_COUNTS = "Words are drawn by how often they occur: from `counts`."
OFTEN = "Each pair of a context draws k words, so word j is drawn k X_i q_j times beside context i."


@check.exercise(
    expected_gradient,
    {
        "sigmoid(S) * (X + N) - X => X - sigmoid(S) * (X + N)": "the sign is turned.",
        "(X + N) - X => X - X": "drawn words are left out.",
        "sigmoid(S) * (X + N) - X => sigmoid(-S) * (X + N) - X": (
            "it is sigmoid(-S), the sigmoid of minus the scores. Take sigmoid(S)."
        ),
        "(X + N) - X => X - X + N": f"N has no sigmoid. {BOTH_ADD}",
        "sigmoid(S) * (X + N) - X => (sigmoid(S) - 1) * X + sigmoid(-S) * N": (
            f"drawn words have sigmoid(-S). {BOTH_ADD}"
        ),
        "sigmoid(S) * (X + N) - X => np.logaddexp(0, -S) * X + np.logaddexp(0, S) * N": (
            "it is the loss of each pair. Its derivative by S is asked for."
        ),
        "X.sum(axis=1, keepdims=True) => X.mean(axis=1, keepdims=True)": (
            f"it is the mean of a row. {OFTEN}"
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => q = counts": (
            f"q holds the counts themselves. {POWER}"
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => q = X.sum(axis=0) / X.sum()": (
            f"q is made from the columns of X, without a power. {FROM_COUNTS}"
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => q = counts**0.5 / np.sum(counts**0.5)": (
            f"the power is 1/2. {POWER}"
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => "
        "q = counts ** (4 / 3) / np.sum(counts ** (4 / 3))": f"the power is 4/3. {POWER}",
        "(X + N) - X => (X - N) - X": f"N is taken away from X. {BOTH_ADD}",
        "(X + N) - X => (X + N) + X": f"X is added. {BOTH_ADD}",
        "(X + N) - X => (X + N) - N": f"N is taken away, not X. {BOTH_ADD}",
        "sigmoid(S) * (X + N) - X => sigmoid(S) * (X + N) - X - N": (
            f"N is taken away, too, as if drawn words had label 1. {BOTH_ADD}"
        ),
        "sigmoid(S) * (X + N) - X => (1 - sigmoid(S)) * X + sigmoid(S) * N": (
            f"the part of X has the wrong sign. {BOTH_ADD}"
        ),
        "sigmoid(S) * (X + N) - X => sigmoid(S) * (1 - sigmoid(S)) * (X + N) - X": (
            "the slope of the sigmoid is in it. With the cross-entropy it cancels."
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => q = counts**0.75": (
            "q is not divided by its sum: it should hold probabilities, which add up to 1."
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => q = counts**0.75 / np.sum(counts) ** 0.75": (
            "the shares q do not add up to 1: divide by the sum of the powers."
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => "
        "q = X.sum(axis=0) ** 0.75 / np.sum(X.sum(axis=0) ** 0.75)": (
            f"q is made from the columns of X. {FROM_COUNTS}"
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => "
        "q = X.sum(axis=1) ** 0.75 / np.sum(X.sum(axis=1) ** 0.75)": (
            f"q is made from the rows of X. {FROM_COUNTS}"
        ),
        "q = counts**0.75 / np.sum(counts**0.75) => q = 1 / len(counts)": (
            f"all words are equally likely. {POWER}"
        ),
        "axis=1, keepdims=True => axis=1": (
            f"the sum of row i stands in column i: without keepdims=True it is flat. {OFTEN}"
        ),
        f"{EXPECTED_N} => (k * X.sum(axis=1, keepdims=True) * q).T": (
            f"N is transposed: context i is the row, the drawn word j the column. {OFTEN}"
        ),
        f"{EXPECTED_N} => (k + 1) * X.sum(axis=1, keepdims=True) * q": (
            f"k + 1 words are drawn. {OFTEN}"
        ),
        f"{EXPECTED_N} => k * counts[:, None] * q": (
            f"counts stand in the place of the sums of rows: a word makes many pairs. {OFTEN}"
        ),
        "(X + N) - X => N - X": "pairs of label 1 have a sigmoid in their slope, too.",
        "(X + N) - X => (X + N)": "the pairs' own part is missing: their label is 1.",
        "k * X.sum => X.sum": f"k is missing. {OFTEN}",
        "X.sum(axis=1, keepdims=True) => X.sum(axis=0)": (
            f"the sum is over contexts, along the wrong axis. {OFTEN}"
        ),
        f"{EXPECTED_N} => k * X * q": f"each pair draws for itself alone. {OFTEN}",
        f"{EXPECTED_N} => k * X.sum() * q * np.ones((len(X), 1))": (
            f"each context draws as often as all together. {OFTEN}"
        ),
        f"{EXPECTED_N} => k * X.sum(axis=1, keepdims=True) * q[:, None]": (
            f"q belongs to the columns: j is the drawn word. {OFTEN}"
        ),
        f"{EXPECTED_N} => k * q * np.ones((len(X), 1))": f"X is lost. {OFTEN}",
        "counts**0.75 / np => counts / np": "the power of 3/4 is missing above.",
        "np.sum(counts**0.75) => np.sum(counts)": "the shares q do not add up to 1.",
        "q = counts**0.75 / np.sum(counts**0.75) => q = counts / np.sum(counts)": (
            f"the power is missing. {POWER}"
        ),
        "sigmoid(S) * => S *": "the sigmoid is missing.",
        "sigmoid(S) * (X + N) - X => (sigmoid(S) * (X + N) - X) / X.sum()": (
            "it is divided by the number of pairs. Add them up."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for n_words in (*sizes(2), 2, 1):
        X = rng.integers(0, 5, (n_words, n_words)).astype(float)
        X[0, -1] = 7
        if n_words > 3:
            X[2] = 0
        S, counts = 3 * numbers(n_words, n_words), rng.integers(1, 90, n_words)
        k = int(rng.integers(2, 5))
        q = np.power(counts, 0.75)
        N = k * np.outer(X.sum(axis=1), q / q.sum())

        def scalar(t, X=X, N=N):
            likely = X * tf.math.log_sigmoid(t["S"]) + N * tf.math.log_sigmoid(-t["S"])
            return -tf.reduce_sum(likely)

        want = gradients(scalar, {"S": S})["dS"]
        same("The derivative", attempt(S, X, counts, k), want, "(V, V)", FLOAT32)
    return "It equals automatic differentiation of what negative sampling does on average."


def cbow_average(E, contexts):
    """Return the mean of the vectors of each row's words, (m, n); -1 is no word."""
    there = contexts >= 0
    total = np.sum(E[contexts] * there[:, :, None], axis=1)
    return total / np.maximum(there.sum(axis=1, keepdims=True), 1)


TOTAL = "np.sum(E[contexts] * there[:, :, None], axis=1)"
DIVIDED = " / np.maximum(there.sum(axis=1, keepdims=True), 1)"
LAST_IS_ONE = "the last row of E is left out: word V - 1 is a word, too. -1 alone is none."
LAST = "-1 reads the last row of E: it means no word here, and adds nothing."


@check.exercise(
    cbow_average,
    {
        DIVIDED + " =>": "it is the sum. Divide by how many words there are.",
        f"{DIVIDED} => / contexts.shape[1]": "it is divided by the width. Count the words alone.",
        " * there[:, :, None] =>": LAST,
        "contexts >= 0 => contexts >= -1": LAST,
        "contexts >= 0 => contexts > 0": "word 0 is a word, too. -1 alone is none.",
        "contexts >= 0 => (contexts >= 0) & (contexts < len(E) - 1)": LAST_IS_ONE,
        "    there =>     E = np.concatenate([E[:-1], 0 * E[-1:]])\n    there": LAST_IS_ONE,
        "contexts >= 0 => contexts * 0 + 1 > 0": LAST,
        "=> there = contexts >= 0\n"
        "rows = [np.unique(row[row >= 0]) for row in contexts]\n"
        "return np.array([E[row].sum(axis=0) / max(1, len(row)) for row in rows])": (
            "a word that stands twice in a row counts once. It counts each time."
        ),
        f"{TOTAL} => np.sum(E[np.maximum(contexts, 0)], axis=1)": (
            "-1 reads row 0 of E: it means no word here, and adds nothing."
        ),
        f"{TOTAL} => np.array([E[np.unique(row[row >= 0])].sum(axis=0) for row in contexts])": (
            "a word that stands twice in a row is added once. Add it each time."
        ),
        f"{TOTAL} => np.mean(E[contexts] * there[:, :, None], axis=1)": (
            "it is divided twice: by the width, and by the number of words. Add up, divide once."
        ),
        DIVIDED + " => / np.maximum((contexts > 0).sum(axis=1, keepdims=True), 1)": (
            "word 0 is not counted in the number of words. -1 alone is none."
        ),
        "np.maximum(there.sum(axis=1, keepdims=True), 1) => np.maximum("
        "[[len(set(row[row >= 0].tolist()))] for row in contexts], 1)": (
            "it is divided by the number of different words. One that stands twice counts twice."
        ),
        "axis=1)\n => axis=1).mean(axis=0)\n": "it is the mean over the rows, too. Return all m.",
        "np.maximum(there.sum(axis=1, keepdims=True), 1) => there.sum(axis=1, keepdims=True)": (
            "where no word is there, it divides by 0. The mean is 0 then."
        ),
        "np.maximum(there.sum(axis=1, keepdims=True), 1) => there.sum()": (
            "it is divided by the words of all rows. Each row has its own number."
        ),
        "np.maximum(there.sum(axis=1, keepdims=True), 1) => "
        "np.sqrt(np.maximum(there.sum(axis=1, keepdims=True), 1))": (
            "it is divided by the root of the number of words. Divide by the number."
        ),
        "np.maximum(there.sum(axis=1, keepdims=True), 1) => "
        "(there.sum(axis=1, keepdims=True) + 1)": (
            "1 is added to the number of words. Take 1 only where there is none."
        ),
        f"{TOTAL} => np.max(E[contexts] * there[:, :, None], axis=1)": "it is the largest number.",
        "[:, :, None], axis=1) => [:, :, None], axis=2)": "Add up a row's words: axis 1.",
        "return total => return total[0]": "That is the first row's mean. Return all m.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for m, w, n, n_words in [*sizes_and_ones(4), sizes(4)]:
        E, contexts = numbers(n_words, n), rng.integers(-1, n_words, (m, w))
        contexts[0, 0], contexts[-1, -1] = n_words - 1, 0
        contexts[0, 2:4] = 0  # twice the same
        if m > 2 and w > 1:
            contexts[1], contexts[2, :-1] = -1, -1
            contexts[2, -1] = 0
        want = np.zeros((m, n))
        for row, chosen in enumerate(contexts):
            if (chosen >= 0).any():
                want[row] = np.mean([E[word] for word in chosen if word >= 0], axis=0)
        same("The mean", attempt(E, contexts), want, "(m, n)", FLOAT32)
    return "The mean of the words that are there, and 0 where there is none."


def glove_loss(S, X, x_max):
    """Return GloVe's loss, one number, and its derivative by S, (V, V)."""
    f = np.minimum(1, X / x_max) ** 0.75
    D = S - np.log(np.where(X > 0, X, 1))
    return np.sum(f * D * D), 2 * f * D


F = "np.minimum(1, X / x_max) ** 0.75"
LOG = "np.log(np.where(X > 0, X, 1))"
HALF = "there is a factor 1/2 before the {}. The formula has none."
F_OF_0 = "Where X is 0, f is 0: such pairs add nothing, and log 0 is never computed."


@check.exercise(
    glove_loss,
    {
        f"{LOG} => np.log(X)": f"log 0 is in it: 0 times infinity is nan. {F_OF_0}",
        f"{F} => np.where(X > 0, {F}, 1)": f"f is 1 where X is 0. {F_OF_0}",
        f"{F} => np.minimum(1, (X + 1) / x_max) ** 0.75": f"f has its value at X + 1. {F_OF_0}",
        f"{F} => 1.0": f"the weight f is missing, so pairs that never occur count. {F_OF_0}",
        f"{LOG} => np.log(X + 1)": "1 is added to X before the log. Only X = 0 needs care.",
        f"{LOG} => np.log(np.maximum(X, 1))": "counts below 1 become 1. Only X = 0 needs care.",
        f"{F} => (X / x_max) ** 0.75": "f grows beyond 1. It is 1 for X above x_max.",
        "X / x_max => X / 100": "x_max is 100 in f, as in the paper. Divide by the argument x_max.",
        "X / x_max => X / 3": "x_max is 3 in f, as in the notebook. Divide by the argument x_max.",
        f"{F} => (X > 0) * 1.0": "f is 1 for all pairs that occur. It is small where X is small.",
        f"D = S - {LOG} => D = S + {LOG}": "the log is added. Take it away from S.",
        f"D = S - {LOG} => D = np.exp(S) - X": "it is exp(S) - X. S stands for log X.",
        "np.sum(f * D * D) => np.sum(f * D * D) / np.sum(X > 0)": (
            "it is divided by the number of pairs. Add them up."
        ),
        "np.sum(f * D * D), 2 * f * D => 2 * f * D, np.sum(f * D * D)": (
            "Return the loss first, then its derivative."
        ),
        "X / x_max => X / X.max()": "it is X.max() in f. Divide by x_max, which is given.",
        f"{F} => np.where(X < x_max, X / x_max, 1) ** (4 / 3)": "f has the power 4/3. It is 3/4.",
        f"{F} => np.minimum(x_max, X) ** 0.75": "x_max does not divide in f: f reaches 1 there.",
        f"{F} => np.minimum(1, X**0.75 / x_max)": (
            "the power is taken of X alone. It is that of X / x_max."
        ),
        f"{F} => np.maximum(1, X / x_max) ** 0.75": "f is 1 at least. It is 1 at most: np.minimum.",
        "np.sum(f * D * D) => 0.5 * np.sum(f * D * D)": HALF.format("loss"),
        "2 * f * D => 0.5 * f * D": HALF.format("derivative"),
        ("np.sum(f * D * D) => 0.5 * np.sum(f * D * D)", "2 * f * D => f * D"): (
            HALF.format("loss and its derivative")
        ),
        f"{LOG} => np.log(np.where(X > 0, X, 1) / x_max)": "the log is that of X / x_max.",
        f"{LOG} => np.log10(np.where(X > 0, X, 1))": "the log has the base 10. Take np.log.",
        f"{LOG} => np.log2(np.where(X > 0, X, 1))": "the log has the base 2. Take np.log.",
        "2 * f * D => -2 * f * D": "the sign of the derivative is turned.",
        "2 * f * D => 2 * f * f * D": "f is squared in the derivative.",
        "2 * f * D => np.sum(2 * f * D)": "the derivative is one number. It has one for each pair.",
        "np.sum(f * D * D) => f * D * D": "the loss is not added up to one number.",
        "np.sum(f * D * D) => np.sum(np.abs(f * D))": "the difference is not squared.",
        "np.sum(f * D * D) => np.sum((f * D) ** 2)": "f is squared, too.",
        "** 0.75 => ** 0.5": "f has the power 1/2. It is 3/4.",
        " ** 0.75 =>": "the power 3/4 of f is missing.",
        f"{F} => np.where(X < x_max, 0, 1) * 1.0": "f is 0 below x_max. There it rises to 1.",
        "S - np => S * S - np": "S is squared. The difference is.",
        f"D = S - {LOG} => D = S - X": "the log is missing: S stands for log X.",
        f"D = S - {LOG} => D = {LOG} - S": "the sign of the derivative is turned.",
        "np.sum(f * D * D) => np.sum(f * D)": "the difference is not squared.",
        "np.sum(f * D * D) => np.mean(f * D * D)": "it is a mean. Add up all pairs.",
        "np.sum(f * D * D) => np.sum(f * f * D * D)": "f is squared, too.",
        "2 * f * D => f * D": "the derivative of a square has a 2 in front.",
        "2 * f * D => 2 * D": "f is missing in the derivative.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    for n_words, x_max in zip((*sizes(3), 1, 1), (6.0, 3.0, 40.0, 4.0, 4.0), strict=True):
        X = rng.integers(0, 12, (n_words, n_words)) * rng.choice([0, 0.5, 1], (n_words, n_words))
        if n_words > 1:
            X[0, :3] = 0, 0.25, x_max
            X[-1] = 0
        else:
            X[:] = x_max - 4  # 0: the only pair never occurs
        S = 3 * numbers(n_words, n_words)
        f = np.where(x_max > X, (X / x_max) ** 0.75, 1.0)
        safe = np.where(X == 0, 1.0, X)

        def scalar(t, f=f, safe=safe):
            return tf.reduce_sum(f * tf.square(t["S"] - tf.math.log(tf.constant(safe))))

        want = {"loss": scalar({"S": tf.constant(S)}).numpy(), **gradients(scalar, {"S": S})}
        got = unpack(attempt(S, X, x_max), "loss, dS")
        for name, value, axes in zip(want, got, ("one number", "(V, V)"), strict=True):
            same(name, value, want[name], axes, FLOAT32)
    return "Loss and derivative equal automatic differentiation, and pairs with X = 0 add nothing."


def fast_vectors(X, counts, dims):
    """Return vectors (V, dims) by counting alone: the baseline."""
    return vector_training.by_svd(X, dims)


LIMIT = 5.0  # CPU-seconds that an answer may take
ASKED_WORDS = 25  # sentences about each word: a small text, on which methods still differ
DIMS = 50
# Read here: a file that is opened while a challenge runs counts as the learner's reading.
SMALL = 7  # the seed of the text


@cache
def _small_text():
    text = counting.numbered(planted_text.write(SMALL, ASKED_WORDS))
    X = counting.together(text, lambda words, sentence: _all_pairs(words, sentence, 12))
    keep = np.minimum(1, np.sqrt(1e-4 / (text.counts / text.counts.sum())))
    named = vector_training.keyed(text.words, np.ones((len(text.words), 1)))
    return text, (X * keep[:, None] * keep).astype("float32"), questions_by_section(named)["all"]


def _all_pairs(words, sentence, window):
    frequency = np.full(words.max() + 1, 1e-9)
    return skip_gram_pairs(words, sentence, window, frequency, 1, np.random.default_rng(1))


planted_text.lexicon()


@check.open_task(
    fast_vectors,
    ours=0.9663,
    of="of the analogies right, on a small text",
    more_is_better=True,
    hidden=("questions", "texts", "tables"),
    again="the words were numbered otherwise",
    limit=LIMIT,
)
def _(attempt, rng):
    text, X, questions = _small_text()
    order = rng.permutation(len(X))
    place = np.argsort(order)
    began = time.process_time()
    E = attempt(X[np.ix_(order, order)].copy(), text.counts[order], DIMS)
    spent = time.process_time() - began
    attempt.seconds = max(attempt.seconds, spent)
    if np.shape(E) != (len(X), DIMS) or not np.all(np.isfinite(E)):
        raise Wrong(f"The vectors should be finite numbers of the shape {(len(X), DIMS)}.")
    if spent > LIMIT:
        raise Wrong(f"That took {spent:.2f} CPU-seconds; {LIMIT:g} are the most.")
    return vector_training.analogies_right(np.asarray(E), place[questions])
