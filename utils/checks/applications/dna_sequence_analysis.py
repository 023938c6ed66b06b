"""The checks of `applications/1_dna_sequence_analysis`.

Strands are held against text that is turned letter by letter, stretches and labels against loops
over single codons and bases, log-odds and F1 against scikit-learn. DNA is drawn fresh; then come
the fixed edge cases: unknown bases, a window's ends, genes that only touch it, nothing at all.
"""

from functools import cache

import numpy as np
from sklearn.metrics import f1_score
from sklearn.naive_bayes import MultinomialNB

from utils.checks.answers import kind, same
from utils.checks.draws import sizes
from utils.checks.grading import Checks
from utils.checks.wrong import Wrong, off
from utils.genomics import frames, scoring
from utils.genomics.genomes import load_genome
from utils.genomics.labels import parts
from utils.genomics.sequences import STOP_CODONS, STOPS, codons, decode, encode

check = Checks()

PAIRS = str.maketrans("ACGTN", "TGCAN")
TEXT = "read the strand as text, pair A with T and C with G, and turn it round."


def dna(n: int, unknown: float = 0.0) -> np.ndarray:
    """Draw bases, (n,) int, a share of them unknown."""
    rng = np.random.default_rng()
    return np.where(rng.random(n) < unknown, 4, rng.integers(0, 4, n))


def reverse_complement(bases):
    """Return the other strand, read in its own direction, (n,)."""
    other = bases[::-1]
    return np.where(other == 4, 4, 3 - other)


TURNED = "np.where(other == 4, 4, 3 - other)"


@check.exercise(
    reverse_complement,
    {
        "bases[::-1] => bases": (
            "the bases are paired, but not reversed: the other strand is read backwards."
        ),
        f"{TURNED} => other": "the order is turned, but each base must be paired with its partner.",
        f"{TURNED} => 3 - other": "if an unknown base, 4, is paired: 3 - 4. It stays unknown.",
        f"{TURNED} => np.abs(3 - other)": (
            "if an unknown base, 4, is paired and becomes a 1, a C. It stays unknown."
        ),
        f"{TURNED} => (other + 2) % 4": "A is paired with G. A pairs with T (0 with 3), C with G.",
        f"{TURNED} => other ^ 1": "A is paired with C. A pairs with T (0 with 3), C with G.",
        f"{TURNED} => np.where(other == 4, 4, (other + 2) % 4)": (
            "A is paired with G. A pairs with T (0 with 3), C with G."
        ),
        f"{TURNED} => np.where(other == 4, 4, other ^ 1)": (
            "A is paired with C. A pairs with T (0 with 3), C with G."
        ),
        f"{TURNED} => (4 - other) % 4": (
            "with 4 minus the index. A is 0 and T is 3: their sum is 3."
        ),
        f"{TURNED} => np.where(other == 4, 0, 3 - other)": (
            "if an unknown base becomes an A. It stays unknown, 4."
        ),
        f"{TURNED} => np.where(other == 3, 3, 3 - other)": (
            "T stays T. It pairs with A: 3 becomes 0."
        ),
        f"return {TURNED} => return {TURNED}[1:]": "the first base of the other strand is missing.",
        f"{TURNED} => np.where(other == 0, 3, np.where(other == 3, 0, other))": (
            "A and T are paired, C and G are not."
        ),
        f"{TURNED} => np.where(other == 4, 4, np.where((other == 0) | (other == 3), 0, 1))": (
            "bases are replaced one after another: an A that became a T is an A again. Make all "
            "four pairs at once."
        ),
    },
)  # fmt: skip
def _(attempt):
    long, short = sizes(2)
    fixed = ("", "A", "N", "CG", "NACC", "TTTTN", "AGCCCCTGTGAGGAACTAGC")
    cases = [dna(3 * long, 0.2), dna(2 * short), *(encode(text).astype(int) for text in fixed)]
    for bases in cases:
        want = encode(decode(bases).translate(PAIRS)[::-1])
        same("The answer", attempt(bases), want, "(n,)")
    return "Paired and turned round, also with unknown bases and with none at all."


def label_bases(genes, start, end):
    """Return the kind of each base from start to end: 0, 1 to 3 forward, 4 to 6 reverse."""
    labels = np.zeros(end - start, int)
    for first, last, strand in genes:
        if first < end and last > start:
            kind = 1 + (first - start) % 3 if strand == 1 else 4 + (end - last) % 3
            labels[max(first - start, 0) : last - start] = kind
    return labels


SLICE = "labels[max(first - start, 0) : last - start]"
KIND = "1 + (first - start) % 3 if strand == 1 else 4 + (end - last) % 3"
FORWARD, REVERSE = KIND.split(" if strand == 1 else ")
AT_EDGE = (
    "a gene that begins outside of the window is taken to begin at its edge, in frame 0. Its "
    "codons go on as they began."
)
ONE_OFF = (
    "reverse genes are one frame off: `last` is the base after a gene, `end` the base after the "
    "window."
)
PLACE = "for i in range(max(first, start), min(last, end)):\n                labels[i - start] = "
IN_CODON = (
    "the kinds tell a base's place within its codon. A gene has one frame: all its bases are of "
    "one kind."
)
REMAINDER = (
    "where a gene begins outside of the window, its remainder is wrong. Keep the sign, and take "
    "`%`: in Python it gives 0, 1 or 2 for negative numbers, too."
)


@check.exercise(
    label_bases,
    {
        f"{SLICE} => labels[first - start : last - start]": (
            "if a gene that begins before the window gives a negative index, which counts from the "
            "end. It begins at 0 there."
        ),
        f"{SLICE} => labels[max(first, 0) : last]": (
            "the places are counted from the genome's first base. In the window they are "
            "`start` less."
        ),
        f"{SLICE} => labels[max(first - start, 0) : last - start + 1]": (
            "a base too many: `last` is the base after the gene, as in a slice."
        ),
        f"{SLICE} => labels[max(first - start, 0) : max(last - start - 1, 0)]": (
            "the last base of each gene is left out: `last` is the base after the gene."
        ),
        f"{SLICE} => labels[max(first - start + 1, 0) : last - start]": (
            "the first base of each gene is left out: places are counted from 0."
        ),
        (f"{SLICE} => labels[first - start : last - start]",
         "if first < end and last > start: => if True:"): (
            "if places before the window give negative indices, which count from its end. Leave "
            "out the genes that end before the window, and begin at 0 otherwise."
        ),
        "if first < end and last > start: => if first >= start and last <= end:": (
            "a gene that lies partly in the window is left out."
        ),
        "if first < end and last > start: => if first >= start:": (
            "a gene that begins before the window is left out."
        ),
        "if first < end and last > start: => if True:": (
            "if a gene that ends before the window gives a negative end, which counts from the "
            "window's end. Leave such a gene out."
        ),
        "if first < end and last > start: => if start <= first < end or start < last <= end:": (
            "a gene that reaches over both ends of the window is left out."
        ),
        f"{KIND} => 1 + (first - start) % 3": "genes of the other strand are labelled as forward.",
        f"{KIND} => 1 if strand == 1 else 4": (
            "the strand alone is labelled. Each strand has three frames: 1, 2, 3 and 4, 5, 6."
        ),
        f"{KIND} => 1 if strand == 1 else 2": (
            "the strand alone is labelled. Each strand has three frames: 1, 2, 3 and 4, 5, 6."
        ),
        f"{KIND} => 4 + (first - start) % 3 if strand == 1 else 1 + (end - last) % 3": (
            "forward is 1, 2 or 3, and reverse 4, 5 or 6."
        ),
        f"{KIND} => 1 + first % 3 if strand == 1 else 4 + (end - last) % 3": (
            "the frames of forward genes are counted from the genome's first base. Count them from "
            "the window's."
        ),
        f"{KIND} => 1 + (first - start) % 3 if strand == 1 else 4 + (first - start) % 3": (
            "the frames of reverse genes are counted from the window's start. The other strand is "
            "read from its end."
        ),
        f"{KIND} => 1 + max(first - start, 0) % 3 if strand == 1 else 4 + max(end - last, 0) % 3": (
            AT_EDGE
        ),
        f"{FORWARD} => 1 + max(first - start, 0) % 3": AT_EDGE,
        f"{REVERSE} => 4 + max(end - last, 0) % 3": AT_EDGE,
        f"{KIND} => 1 + abs(first - start) % 3 if strand == 1 else 4 + abs(end - last) % 3": (
            REMAINDER
        ),
        f"{FORWARD} => 1 + abs(first - start) % 3": REMAINDER,
        f"{REVERSE} => 4 + abs(end - last) % 3": REMAINDER,
        f"{KIND} => 1 + np.fmod(first - start, 3) if strand == 1 else 4 + np.fmod(end - last, 3)": (
            REMAINDER
        ),
        f"{SLICE} = kind => {PLACE}1 + (i - first) % 3 if strand == 1 else 4 + (i - first) % 3": (
            IN_CODON
        ),
        f"{SLICE} = kind => {PLACE}1 + (i - first) % 3 if strand == 1 else 4 + (last - 1 - i) % 3":
            IN_CODON,
        f"{SLICE} = kind => {PLACE}1 + (i - start) % 3 if strand == 1 else 4 + (end - 1 - i) % 3": (
            "the kinds tell where a base stands in the window. Its gene's first base tells the "
            "frame."
        ),
        f"{KIND} => 1 + (start - first) % 3 if strand == 1 else 4 + (last - end) % 3": (
            "frames 1 and 2 change places: take the gene's place less the window's, not the "
            "other way round."
        ),
        f"{FORWARD} => 1 + (start - first) % 3": (
            "frames 1 and 2 of forward genes change places: take the gene's place less the "
            "window's, not the other way round."
        ),
        f"{REVERSE} => 4 + (last - end) % 3": (
            "frames 1 and 2 of reverse genes change places: take the window's end less the gene's, "
            "not the other way round."
        ),
        f"{REVERSE} => 4 + (end - last + 1) % 3": ONE_OFF,
        f"{REVERSE} => 4 + (end - 1 - last) % 3": ONE_OFF,
        f"{KIND} => (first - start) % 3 if strand == 1 else 3 + (end - last) % 3": (
            "the kinds are one too small: 0 is no gene, the first frame is 1."
        ),
        "in genes: => in genes[::-1]:": (
            "where two genes overlap, the earlier one of the table wins. The later should."
        ),
        f"{SLICE} = kind => {SLICE} += kind": (
            "where two genes overlap, their labels are added. The later one is painted over."
        ),
        "np.zeros(end - start, int) => np.zeros(end, int)": (
            "the window is as long as the genome up to its end. It has end - start bases."
        ),
    },
)  # fmt: skip
def _(attempt):
    rng = np.random.default_rng()
    fixed = [
        [5, 104, 1],
        [100, 301, -1],
        [290, 410, 1],
        [405, 420, -1],
        [450, 471, -1],
        [700, 802, 1],
    ]
    drawn = np.sort(rng.integers(0, 300, (12, 2)), axis=1) * 3 + rng.integers(0, 3, (12, 1))
    drawn = np.column_stack([drawn[:, 0], drawn[:, 1] + 3, rng.choice([1, -1], 12)])
    drawn = drawn[np.argsort(drawn[:, 0], kind="stable")]
    cases = [
        (np.array(genes), *window)
        for genes in (fixed, drawn, [[0, 1002, -1]], [[1, 1003, 1]])
        for window in ((200, 460), (0, 900), (415, 416), (50, 104), (301, 470), (820, 900))
    ]
    cases.append((np.zeros((0, 3), int), 7, 20))
    got = [attempt(*case) for case in cases]
    for answer, (genes, start, end) in zip(got, cases, strict=True):
        want = np.zeros(end - start, int)
        for place in range(start, end):
            over = [gene for gene in genes if gene[0] <= place < gene[1]]
            want[place - start] = kind_of(*over[-1], start, end) if over else 0
        same("The answer", answer, want, "(end - start,)")
    return "Each base has its strand and frame, also where a gene overlaps a window's end."


def kind_of(first: int, last: int, strand: int, start: int, end: int) -> int:
    """Return the kind of a gene in a window, found by reading on from each frame's first base."""
    if strand == 1:
        return 1 + next(frame for frame in range(3) if (start + frame - first) % 3 == 0)
    return 4 + next(frame for frame in range(3) if (end - frame - last) % 3 == 0)


def open_stretches(bases):
    """Return the runs of whole codons without a stop, [(start, end)], frame by frame."""
    found, n = [], len(bases)
    is_stop = np.isin(codons(bases), STOP_CODONS)
    for frame in range(3):
        stops = [place for place in range(frame, n - 2, 3) if is_stop[place]]
        starts = [frame, *(stop + 3 for stop in stops)]
        ends = [*stops, n - (n - frame) % 3]
        found += [(a, b) for a, b in zip(starts, ends, strict=True) if b > a]
    return found


LAST = "n - (n - frame) % 3"
AFTER = "stop + 3 for stop in stops"
PAIRED = "found += [(a, b) for a, b in zip(starts, ends, strict=True) if b > a]"
FROM_START = (
    "for a, b in zip(starts, stops, strict=False):\n"
    "            found += [(k, b) for k in range(a, b, 3) if codons(bases)[k] == 14][:1]"
)
FROM_ATG = (
    "for a, b in zip(starts, ends, strict=True):\n"
    "            found += [(k, b) for k in range(a, b, 3) if codons(bases)[k] == 14][:1]"
)
CODONS = "the places are counted in codons. They should be counted in bases."
WHOLE = "a stretch holds whole codons: its length is a multiple of 3."


@check.exercise(
    open_stretches,
    {
        "in range(3): => in range(1):": "one frame alone is read. There are three: 0, 1 and 2.",
        "range(frame, n - 2, 3) => range(frame, n - 2)": (
            "stops of all three frames end the stretches. In a frame codons begin at every third "
            "base."
        ),
        "range(frame, n - 2, 3) => range(frame, n - 3, 3)": (
            "a stop that ends with the last base is missed: the last codon begins at n - 3."
        ),
        "[(a, b) for a, b in => [(a, b - a) for a, b in": (
            "the second number is a length. It is the base after the stretch."
        ),
        f"{PAIRED} => {FROM_START}": (
            "this begins at ATG. An open stretch begins after a stop, whatever its first codon is."
        ),
        f"{PAIRED} => {FROM_ATG}": (
            "this begins at ATG. An open stretch begins after a stop, whatever its first codon is."
        ),
        "[(a, b) for a, b in => [(a, b - 1) for a, b in": (
            "the second number is the last base of the stretch. It is the base after it."
        ),
        "[(a, b) for a, b in => [(a // 3, b // 3) for a, b in": CODONS,
        "[(a, b) for a, b in => [((a - frame) // 3, (b - frame) // 3) for a, b in": CODONS,
        "[(a, b) for a, b in => [(a - frame, b - frame) for a, b in": (
            "the places are counted from the frame's first base. Count from that of `bases`."
        ),
        "return found => return sorted(found)": (
            "the stretches are sorted by place. They should come frame by frame."
        ),
        f"ends = [*stops, {LAST}] => ends = [*stops, {LAST}][1:]\n        starts = starts[1:]": (
            "the stretch before the first stop is left out: it begins with the frame's first base."
        ),
        f"ends = [*stops, {LAST}] => ends = stops[1:]\n        starts = starts[1:][: len(ends)]": (
            "the stretches before the first stop and after the last are left out."
        ),
        f"{AFTER} => stop for stop in stops": "a stretch begins with a stop. It begins after it.",
        f"{AFTER} => stop + 1 for stop in stops": (
            "a stretch begins within a stop. It begins after it."
        ),
        f"{LAST}] => n]": f"the last stretch goes to the end of the window. But {WHOLE}",
        "ends = [*stops, => ends = [*(stop + 3 for stop in stops),": (
            "the stop is counted as part of its stretch. It ends before the stop."
        ),
        " if b > a =>": (
            "where two stops follow each other, or one comes first, an empty stretch is returned."
        ),
        "STOP_CODONS) => STOP_CODONS[:2])": "TGA is left out. The stops are TAA, TAG and TGA.",
        "STOP_CODONS) => STOP_CODONS[1:])": "TAA is left out. The stops are TAA, TAG and TGA.",
        "STOP_CODONS) => [*STOP_CODONS, 64])": (
            "an unknown codon, 64, ends a stretch. Nobody knows that it is a stop."
        ),
        "STOP_CODONS) => (12, 56, 44))": (
            "this takes other codons for stops: those of the other strand are not asked here."
        ),
        "starts = [frame, => starts = [0,": "the first stretch of each frame begins at base 0.",
        f"ends = [*stops, {LAST}] => ends = stops\n        starts = starts[: len(stops)]": (
            "the stretch after the last stop is left out: the window's end ends it."
        ),
    },
)  # fmt: skip
def _(attempt):
    texts = ["TAAATGCCCTAG", "CCC", "ATGTAA", "ATAATAGTGACC", "NNNTNATGANNN", "CCCCC", "TGATAGC"]
    cases = [dna(n, share) for n, share in zip(sizes(3, range(97, 140)), (0, 0, 0.1), strict=True)]
    cases += [encode(text).astype(int) for text in texts]
    got = [attempt(bases) for bases in cases]
    for answer, bases in zip(got, cases, strict=True):
        if isinstance(answer, list | tuple) and any(np.ndim(row) == 0 for row in answer):
            raise off("The answer", answer, "The answer should be a list of pairs, start and end.")
        if isinstance(answer, list | tuple) and any(not _is_pair(row) for row in answer):
            says = "The answer should be one list of pairs, for all three frames together."
            raise off("The answer", answer, says)
        same("The answer", answer, np.array(stretches(bases)), "(stretches, 2)")
    for bases in (dna(0), dna(2), encode("TAA").astype(int)):
        answer = attempt(bases)
        if not isinstance(answer, list | tuple | np.ndarray) or len(answer):
            says = f"{decode(bases)!r} has no open stretch: an empty list; yours is {kind(answer)}."
            raise off("The answer", answer, says)
    return "Three frames, whole codons, from behind a stop to before the next, or to the end."


def _is_pair(row):
    return len(row) == 2 and all(np.ndim(value) == 0 for value in row)


def stretches(bases: np.ndarray) -> list:
    """Return what `open_stretches` should, from the letters, codon by codon."""
    text, found = decode(bases), []
    for frame in range(3):
        start = frame
        for place in range(frame, len(text) - 2, 3):
            if text[place : place + 3] in STOPS:
                found.append((start, place))
                start = place + 3
        found.append((start, frame + (len(text) - frame) // 3 * 3))
    return [(start, end) for start, end in found if end > start]


def longest_frame(bases, least):
    """Return the strand of the longest open stretch over each base: 1, 2 or 0, (n,)."""
    n = len(bases)
    found = [(b - a, 1, a, b) for a, b in open_stretches(bases)]
    found += [(b - a, 0, n - b, n - a) for a, b in open_stretches(reverse_complement(bases))]
    labels = np.zeros(n, int)
    for length, forward, start, end in sorted(found):
        if length >= least:
            labels[start:end] = 1 if forward else 2
    return labels


OTHER = "found += [(b - a, 0, n - b, n - a) for a, b in open_stretches(reverse_complement(bases))]"
NOTHING = (
    "nothing of the other strand is labelled. Either it is not read, or its slices are empty: in a "
    "slice the smaller number stands first."
)
SORTED = "in sorted(found): => in sorted(found, key=lambda row: "
BY_PLACE = (
    "where two stretches are as long, the one further to the right wins. Forward should: paint it "
    "after reverse."
)
SHORTEST = "where stretches overlap, the shortest wins. The longest should: paint it last."
LATER = "where stretches overlap, the later one wins. The longest should."
STOP_TOO = "the stop is counted as part of a stretch. `open_stretches` leaves it out: so do here."
ADDED = "where stretches overlap, their lengths are added. The longest of them alone counts."
SUMS = """=> n = len(bases)
sums = np.zeros((n, 2), int)
for a, b in open_stretches(bases):
    sums[a:b, 0] += (b - a) * (b - a >= {least})
for a, b in open_stretches(reverse_complement(bases)):
    sums[n - b : n - a, 1] += (b - a) * (b - a >= {least})
return np.where(sums.max(axis=1, initial=0) < least, 0, sums.argmax(axis=1) + 1)
"""
PLACES = "base i of the other strand is base n - 1 - i of this one."
KIND = "1 + start % 3 if forward else 4 + (n - end) % 3"
KINDS = "these are kinds, 1 to 6. Asked is the strand: 1 or 2."


@check.exercise(
    longest_frame,
    {
        f"{OTHER} => pass": NOTHING,
        "n - b, n - a => n - a, n - b": NOTHING,
        "n - b, n - a => a, b": f"the other strand's stretches stand in wrong places: {PLACES}",
        "n - b, n - a => n - 1 - b, n - 1 - a": (
            "the other strand's stretches are a base off: as slices, [a, b) becomes [n - b, n - a)."
        ),
        "open_stretches(reverse_complement(bases)) => open_stretches(bases[::-1])": (
            "the other strand is reversed, but not paired. Take reverse_complement."
        ),
        "length >= least => length > least": "a stretch of exactly `least` bases counts, too.",
        "length >= least => length >= 300": "with 300 as the least length. Take `least`.",
        "length >= least => length >= 3 * least": "`least` counts bases, not codons.",
        "if length >= least: => if True:": "short stretches count, too. They need `least` bases.",
        "in sorted(found): => in found:": LATER,
        f"{SORTED}row[1]):": LATER,
        "in sorted(found): => in sorted(found, reverse=True):": SHORTEST,
        f"{SORTED}row[0], reverse=True):": SHORTEST,
        f"{SORTED}(row[0], *row[2:], row[1]), reverse=True):": SHORTEST,
        f"{SORTED}(row[0], *row[2:], 1 - row[1]), reverse=True):": SHORTEST,
        f"{SORTED}(row[0], *row[2:], row[1])):": BY_PLACE,
        f"{SORTED}(row[0], *row[2:], 1 - row[1])):": BY_PLACE,
        SUMS.format(least=0): ADDED,
        SUMS.format(least="least"): ADDED,
        ("(b - a, 1, a, b) => (b - a, 1, a, b + 3)", "n - b, n - a => max(n - b - 3, 0), n - a"): (
            STOP_TOO
        ),
        ("(b - a, 1, a, b) => (b - a + 3, 1, a, b + 3)",
         "(b - a, 0, n - b, n - a) => (b - a + 3, 0, max(n - b - 3, 0), n - a)"): STOP_TOO,
        "length >= least => length + 3 >= least": (
            "the stop is counted in a stretch's length. `least` is for the bases before it."
        ),
        "in sorted(found): => in sorted(found)[-1:]:": (
            "the longest stretch of all is labelled alone. Each base has a longest of its own."
        ),
        "1 if forward else 2 => 2 if forward else 1": "forward is 1 and reverse is 2.",
        "1 if forward else 2 => 1 if forward else -1": "reverse is 2 here, not -1.",
        f"1 if forward else 2 => {KIND}": KINDS,
        (f"{SORTED}row[:2]):", f"1 if forward else 2 => {KIND}"): KINDS,
        "1 if forward else 2 => 1": "both strands are labelled 1. Reverse is 2.",
        "(b - a, 1, a, b) => (b - a, -1, a, b)": (
            "where one stretch of each strand is as long, reverse wins. Forward should."
        ),
    },
)  # fmt: skip
def _(attempt):
    # The last but one is its own reverse complement: what is open on one strand is so on the
    # other. In the last, stretches of both strands are as long and overlap in part.
    texts = ["CCCCCC", "", "TAACCCCCCCCC", "GGGGGGGGGTTA", "GCCGATTTAACCCGGGTTAAATCGGC"]
    texts.append("TCACAAAACCAGGGTTAGTCGCAA")
    cases = [(dna(n), 45) for n in sizes(3, range(301, 400))]
    cases += [(dna(240, 0.05), 30), (dna(150), 1), (dna(200), 1000)]
    cases += [(encode(text).astype(int), least) for text in texts for least in (6, 7, 9)]
    cases.append((cases[0][0], max(b - a for a, b in stretches(cases[0][0]))))
    got = [attempt(bases, least) for bases, least in cases]
    for answer, (bases, least) in zip(got, cases, strict=True):
        same("The answer", answer, labels_of_stretches(bases, least), "(n,)")
    return "Six frames; the longest stretch over a base names its strand, if it is long enough."


def labels_of_stretches(bases: np.ndarray, least: int) -> np.ndarray:
    """Return what `longest_frame` should, base by base."""
    n = len(bases)
    turned = encode(decode(bases).translate(PAIRS)[::-1])
    best = np.zeros((n, 2), int)
    for strand, read in ((0, bases), (1, turned)):
        for a, b in stretches(read):
            for place in range(a, b):
                here = n - 1 - place if strand else place
                best[here, strand] = max(best[here, strand], b - a)
    return np.where(best.max(axis=1) >= least, np.where(best[:, 0] >= best[:, 1], 1, 2), 0)


def f1(predicted, truth, label):
    """Return the F1 of one label over all bases."""
    said, there = predicted == label, truth == label
    both = said.sum() + there.sum()
    return 2 * (said & there).sum() / both if both else 0.0


RATIO = "2 * (said & there).sum() / both if both else 0.0"
FROM_BOTH = (
    "2 / (1 / ((said & there).sum() / said.sum()) + 1 / ((said & there).sum() / there.sum()))"
)


BY_ROWS = """=> rows = []
for said, there in zip(np.atleast_2d(predicted == label), np.atleast_2d(truth == label)):
    both = said.sum() + there.sum()
    rows.append(2 * (said & there).sum() / both if both else 0.0)
return np.mean(rows)
"""


@check.exercise(
    f1,
    {
        BY_ROWS: (
            "the F1 of each row is taken, then their mean. Count the bases of all rows together."
        ),
        f"{RATIO} => (said == there).mean()": (
            'this is the accuracy of "this label or not". Bases that are neither said nor there '
            "do not count in F1."
        ),
        f"{RATIO} => (predicted == truth).mean()": "this is the accuracy, of all labels together.",
        f"{RATIO} => (said & there).sum() / max(said.sum(), 1)": (
            "this is precision: the share of what was said that is right."
        ),
        f"{RATIO} => (said & there).sum() / max(there.sum(), 1)": (
            "this is recall: the share of what is there that was said."
        ),
        f"{RATIO} => (said & there).sum() / max((said | there).sum(), 1)": (
            "this is the overlap divided by the union (Jaccard), not F1."
        ),
        f"{RATIO} => ((said & there).sum() / max(said.sum(), 1) + (said & there).sum() / "
        "max(there.sum(), 1)) / 2": "with the plain mean of precision and recall: F1 is harmonic.",
        f"{RATIO} => (said & there).sum() / max(np.sqrt(said.sum() * there.sum()), 1)": (
            "with the geometric mean of precision and recall: F1 is harmonic."
        ),
        f"{RATIO} => {FROM_BOTH}": (
            "where nothing is said, or nothing is there, P or R is 0 / 0. F1 is 0 then."
        ),
        f"{RATIO} => (said & there).sum() / both if both else 0.0": (
            "this is one half of it: F1 of a perfect answer is 1."
        ),
        f"{RATIO} => 2 * (said & there).sum() / both": (
            "where a label is neither said nor there, it is 0 / 0. Return 0."
        ),
        "truth == label => truth == 1": "with label 1 for the truth. Take `label`.",
        ("predicted == label => predicted == 1", "truth == label => truth == 1"): (
            "with label 1 always. Take `label`."
        ),
        ("predicted == label => predicted > 0", "truth == label => truth > 0"): (
            "with gene against no gene. Each strand has an F1 of its own."
        ),
        "both else 0.0 => both else 1.0": "where a label is neither said nor there, it is 0 here.",
        f"{RATIO} => 2 * (predicted == truth).sum() / both if both else 0.0": (
            "bases that are right with another label count, too."
        ),
    },
)
def _(attempt):
    rng = np.random.default_rng()
    cases = []
    for shape in ((211,), (7, 30)):
        truth = rng.choice(3, shape, p=[0.2, 0.5, 0.3])
        predicted = np.where(
            rng.random(shape) < 0.4, rng.choice(3, shape, p=[0.5, 0.2, 0.3]), truth
        )
        cases += [(predicted, truth, label) for label in range(3)]
    ones = np.ones(5, int)
    cases += [(ones, ones, 2), (ones, ones, 1), (ones, 2 * ones, 2), (ones * 0, ones, 1)]
    got = [attempt(*case) for case in cases]
    for answer, (predicted, truth, label) in zip(got, cases, strict=True):
        want = f1_score(truth.ravel() == label, predicted.ravel() == label, zero_division=0.0)
        same("The F1", answer, want)
    return "It equals scikit-learn's, for each label, and is 0 where nothing is said or there."


def log_odds(in_genes, elsewhere):
    """Return log P(codon | in a gene's frame) / P(codon | elsewhere), (64,)."""
    p = (in_genes + 1) / np.sum(in_genes + 1)
    q = (elsewhere + 1) / np.sum(elsewhere + 1)
    return np.log(p / q)


P = "p = (in_genes + 1) / np.sum(in_genes + 1)"
ONE = "one is added to each count, so that a codon that was never seen is not impossible."


@check.exercise(
    log_odds,
    {
        "np.log(p / q) => p / q": "these are the odds; asked is their logarithm.",
        "np.log(p / q) => np.log(q / p)": "the fraction is upside down: genes stand above.",
        "np.log(p / q) => np.log(p)": "what stands elsewhere is left out: P alone is no odds.",
        "np.log(p / q) => np.log2(p / q)": "with the logarithm of base 2. Take np.log.",
        "np.log(p / q) => np.log(p / (1 - p))": (
            "these are the odds of the codon itself. Asked is a ratio of two probabilities."
        ),
        "np.log(p / q) => np.log(p / (1 - p)) - np.log(q / (1 - q))": (
            "each probability is made odds, p / (1 - p). Asked is the ratio of the probabilities."
        ),
        f"{P} => p = in_genes / np.sum(in_genes)": (
            f"one is not added to the counts in genes: {ONE}"
        ),
        "q = (elsewhere + 1) / np.sum(elsewhere + 1) => q = elsewhere / np.sum(elsewhere)": (
            f"one is not added to the counts elsewhere: {ONE}"
        ),
        (f"{P} => p = in_genes / np.sum(in_genes)", "q = (elsewhere + 1) / np.sum(elsewhere + 1) "
         "=> q = elsewhere / np.sum(elsewhere)"): f"without the one that is added: {ONE}",
        (f"{P} => p = in_genes + 1", "q = (elsewhere + 1) / np.sum(elsewhere + 1) "
         "=> q = elsewhere + 1"): (
            "the counts are compared, not the shares. Divide each by its own sum."
        ),
        (f"{P} => p = (in_genes + 1) / np.sum(in_genes)", "/ np.sum(elsewhere + 1) => "
         "/ np.sum(elsewhere)"): f"the sums lack the ones that were added: {ONE}",
        "np.log(p / q) => np.log10(p / q)": "with the logarithm of base 10. Take np.log.",
        "np.log(p / q) => np.log(p) / np.log(q)": (
            "the logarithm of a ratio is the difference of two logarithms, not their ratio."
        ),
        (f"{P} => p = (in_genes + 1) / (np.sum(in_genes) + 1)", "/ np.sum(elsewhere + 1) => "
         "/ (np.sum(elsewhere) + 1)"): (
            "one is added to the sum, too. It is 64 more, one for each codon: sum after adding."
        ),
        (f"{P} => p = in_genes / np.sum(in_genes) + 1", "q = (elsewhere + 1) / np.sum(elsewhere + "
         "1) => q = elsewhere / np.sum(elsewhere) + 1"): f"the ones are added to the shares: {ONE}",
        "q = (elsewhere + 1) / np.sum(elsewhere + 1) => q = 1 / 64": (
            "with all codons alike elsewhere. Take the counts."
        ),
        f"{P} => p = in_genes / np.sum(in_genes) + 1": f"the one is added to the shares: {ONE}",
        f"{P} => p = (in_genes + 0.5) / np.sum(in_genes + 0.5)": (
            "one half is added to the genes' counts, not one."
        ),
    },
)  # fmt: skip
def _(attempt):
    rng = np.random.default_rng()
    cases = [(rng.integers(0, high, 64), rng.integers(0, 90, 64)) for high in (400, 20)]
    cases += [(np.zeros(64, int), rng.integers(1, 9, 64)), (rng.integers(0, 9, 64), np.arange(64))]
    got = [attempt(*case) for case in cases]
    for answer, (genes, others) in zip(got, cases, strict=True):
        bayes = MultinomialNB(alpha=1).fit(np.stack([others, genes]), [0, 1])
        want = bayes.feature_log_prob_[1] - bayes.feature_log_prob_[0]
        same("The answer", answer, want, "(64,)")
    return "They equal those of scikit-learn's naive Bayes, also for a codon never seen."


def six_frames(bases):
    """Return the codons of each strand's three frames, as they are read: (m, 6, n / 3)."""
    rows = []
    for row in bases:
        strands = [np.append(strand, [4, 4]) for strand in (row, reverse_complement(row))]
        rows.append([codons(strand)[frame::3] for strand in strands for frame in range(3)])
    return np.array(rows)


BOTH_STRANDS = "(row, reverse_complement(row))"
READ = "[codons(strand)[frame::3] for strand in strands for frame in range(3)]"
LEFT_TO_RIGHT = (
    "[codons(strand)[frame::3][:: 1 - 2 * (strand is strands[1])] for strand in strands "
    "for frame in range(3)]"
)
NO_PAD = "np.append(strand, [4, 4]) => strand"
UNPADDED = (
    "without the two unknown bases after each strand: put [4, 4] there, and each frame has n / 3 "
    "codons."
)
THIRDS = "codons(strand)[frame * len(row) // 3 : (frame + 1) * len(row) // 3]"


@check.exercise(
    six_frames,
    {
        f"{BOTH_STRANDS} => (row, row)": "this strand is read twice. The last three frames are the "
        "other strand's.",
        f"{BOTH_STRANDS} => (reverse_complement(row), row)": (
            "the other strand comes first. Frames 0 to 2 are this strand's."
        ),
        f"{BOTH_STRANDS} => (row, row[::-1])": (
            "the other strand is reversed, but not paired. Take reverse_complement."
        ),
        f"{BOTH_STRANDS} => (row, reverse_complement(row)[::-1])": (
            "the other strand is paired, but not reversed: it is read from the window's end."
        ),
        f"{READ} => {LEFT_TO_RIGHT}": (
            "the other strand's codons stand from the window's start to its end. They should stand "
            "as they are read, the last of the window first."
        ),
        ("for row in bases: => for row, other in zip(bases, reverse_complement(bases), "
         "strict=True):", f"{BOTH_STRANDS} => (row, other)"): (
            "the order of the windows is reversed, not that of their bases. Turn each row."
        ),
        NO_PAD: UNPADDED,
        (NO_PAD, f"{READ} => np.array({READ})"): UNPADDED,
        (NO_PAD, f"{READ} => np.stack({READ})"): UNPADDED,
        "[4, 4] => [0, 0]": "As stand after the window. What is there is unknown: 4.",
        "np.append(strand, [4, 4]) => np.append(strand, strand[:2])": (
            "after the window it begins again, like a circle. What is there is unknown: 4."
        ),
        "np.append(strand, [4, 4]) => np.append([4, 4], strand)": (
            "the codons end at each base. They should begin there: the unknown bases come last."
        ),
        f"{READ} => [codons(strand)[frame::3] for frame in range(3) for strand in strands]": (
            "the strands take turns. First come the three frames of this strand, then the other's."
        ),
        "codons(strand)[frame::3] => codons(strand)[::3]": (
            "frame 0 is read three times. Frame 1 begins at base 1, frame 2 at base 2."
        ),
        f"codons(strand)[frame::3] => {THIRDS}": (
            "each row holds a third of the window. A frame takes every third codon of all of it."
        ),
        "for frame in range(3)] => for frame in (0, 2, 1)]": "frames 1 and 2 change places.",
        "codons(strand)[frame::3] => codons(strand)[frame::3] % 64": (
            "an unknown codon becomes 0, which is AAA. It is 64."
        ),
        "codons(strand)[frame::3] => strand[:-2][frame::3]": (
            "these are the bases themselves. Asked is the index of the codon that begins at each."
        ),
        "np.array(rows) => np.array(rows).transpose(0, 2, 1)": (
            "the axes are swapped: six rows for each window, one a frame."
        ),
        "np.array(rows) => np.concatenate(rows)": (
            "the frames of all windows stand in one table. Each window has its own: (m, 6, n / 3)."
        ),
        "for row in bases: => for row in bases[:1]:": "the first window alone is read.",
    },
)  # fmt: skip
def _(attempt):
    m, steps = sizes(2)
    cases = [dna(m * 3 * steps, 0.1).reshape(m, -1), dna(3 * steps).reshape(1, -1)]
    cases += [dna(6).reshape(2, 3), encode("NACANCACNACA").astype(int).reshape(2, 6)]
    cases.append(encode("TTTGGGACG").astype(int)[None])
    got = [attempt(bases) for bases in cases]
    for answer, bases in zip(got, cases, strict=True):
        want = np.full((len(bases), 6, bases.shape[1] // 3), 64)
        for row, text in enumerate(map(decode, bases)):
            for strand, read in enumerate((text, text.translate(PAIRS)[::-1])):
                for place in range(len(read) - 2):
                    codon = codons(encode(read[place : place + 3]))[0]
                    want[row, 3 * strand + place % 3, place // 3] = codon
        same("The answer", answer, want, "(m, 6, n / 3)")
    return "Three frames of each strand, as they are read; what nobody knows is 64."


def gene_recall(found, genes, within):
    """Return the share of genes that were found: same strand, each end at most `within` off."""
    hits = 0
    for start, end, strand in genes:
        near = np.abs(found[:, 0] - start) <= within
        near &= np.abs(found[:, 1] - end) <= within
        hits += np.any(near & (found[:, 2] == strand))
    return hits / len(genes)


STRAND = "near & (found[:, 2] == strand)"
START = "near = np.abs(found[:, 0] - start) <= within"
END = "near &= np.abs(found[:, 1] - end) <= within"
NEAREST = f"len(found) > 0 and ({STRAND})[np.abs(found[:, 0] - start).argmin()]"
BOTH = "both ends must be near."
TEST = f"np.any({STRAND})"
ENDS = "near &= np.abs => ends = np.abs"
SAME_ROW = (
    "the three conditions may be met by different rows of `found`. One row must meet all three."
)
SIGN = "without the absolute value of the deviations: take that of both ends."
SWAP = "hits = 0 => hits = 0\n    genes, found = found, genes"
PRECISION = "the tables have changed places: this is precision. Asked is the share of `genes`."
BY_FOUND = "with the number of what was found below. Divide by the number of genes."
ROW_BY_ROW = "the tables are compared row by row. Any that was found may fit."
ZIPPED = (
    "for start, end, strand in genes: => for (start, end, strand), found in "
    "zip(genes, found[:, None], strict=False):"
)


@check.exercise(
    gene_recall,
    {
        f"{TEST} => np.any(near)": "a gene on the other strand counts as found.",
        (ENDS, f"{TEST} => np.any(near) and np.any(ends) and np.any(found[:, 2] == strand)"): (
            SAME_ROW
        ),
        f"{TEST} => np.any(near) and np.any(found[:, 2] == strand)": SAME_ROW,
        (ENDS, f"{TEST} => np.any({STRAND}) and np.any(ends)"): SAME_ROW,
        (ENDS, f"{TEST} => np.any(near) and np.any(ends & (found[:, 2] == strand))"): SAME_ROW,
        (f"{START} => near = found[:, 0] - start <= within",
         f"{END} => near &= found[:, 1] - end <= within"): SIGN,
        (f"{START} => near = start - found[:, 0] <= within",
         f"{END} => near &= end - found[:, 1] <= within"): SIGN,
        SWAP: PRECISION,
        (SWAP, "hits / len(genes) => hits / len(genes) if len(genes) else 0.0"): PRECISION,
        (SWAP, "hits / len(genes) => hits / len(genes) if len(genes) else np.nan"): PRECISION,
        "hits / len(genes) => 100 * hits / len(genes)": (
            "this is a percentage. Asked is the share, from 0 to 1."
        ),
        "hits / len(genes) => hits / len(found) if len(found) else np.nan": BY_FOUND,
        f"np.any({STRAND}) => np.sum({STRAND})": (
            "a gene that was found twice counts twice. It counts once."
        ),
        "near &= np.abs => near |= np.abs": f"one end is enough. But {BOTH}",
        (ENDS, f"{TEST} => {TEST} and np.any(ends & (found[:, 2] == strand))"): (
            "the start of one and the end of another count together. One found gene must fit in "
            "both."
        ),
        f"np.any({STRAND}) => {NEAREST}": (
            "if only the one whose start is nearest is looked at. Any that was found may fit."
        ),
        (f"{START} => near = np.abs(found[:, :2] - [start, end]).sum(axis=1) <= within",
         f"{END} => pass"): "the two deviations are added. Each end alone may be `within` off.",
        (f"{START} => near = np.abs(found[:, :2] - [start, end]).mean(axis=1) <= within",
         f"{END} => pass"): f"the mean of the two deviations is looked at. But {BOTH}",
        (f"{START} => near = found[:, 0] < end", f"{END} => near &= found[:, 1] > start"): (
            f"a gene that overlaps counts as found. But {BOTH}"
        ),
        ZIPPED: ROW_BY_ROW,
        (ZIPPED, "hits / len(genes) => hits / min(len(genes), n) if n else np.nan",
         "hits = 0 => hits, n = 0, len(found)"): ROW_BY_ROW,
        "found[:, 1] - end) <= within => found[:, 1] - end) >= 0": (
            f"the end counts for nothing: {BOTH}"
        ),
        "found[:, 0] - start) <= within => found[:, 0] - start) >= 0": (
            f"the start counts for nothing: {BOTH}"
        ),
        "found[:, 0] - start) <= within => found[:, 0] - start) < within": (
            "a start that is exactly `within` off is near, too."
        ),
        "found[:, 1] - end) <= within => found[:, 1] - end) < within": (
            "an end that is exactly `within` off is near, too."
        ),
        ("found[:, 0] - start) <= within => found[:, 0] - start) <= 30",
         "found[:, 1] - end) <= within => found[:, 1] - end) <= 30"): (
            "with 30 written down. Take `within`."
        ),
        "hits / len(genes) => hits / len(found) if len(found) else 0.0": BY_FOUND,
        "hits / len(genes) => hits": "this is how many. Asked is the share of the genes.",
        "np.abs(found[:, 0] - start) <= within => (found[:, 0] - start) <= within": (
            "a start far before the gene's counts as near: take the absolute value."
        ),
        "np.abs(found[:, 1] - end) <= within => (found[:, 1] - end) <= within": (
            "an end far before the gene's counts as near: take the absolute value."
        ),
    },
)  # fmt: skip
def _(attempt):
    rng = np.random.default_rng()
    cases = []
    for within in (17, 0, 30):
        start = 400 * np.arange(1, 22)
        strand = rng.choice([1, -1], 21)
        genes = np.column_stack([start, start + rng.integers(120, 200, 21), strand])
        off_by = rng.choice([-within - 1, -within, 0, within, within + 1], (21, 2))
        off_by[:6] = [[0, 0], [within, -within], [-90, 0], [0, -90], [90, 0], [0, 90]]
        found = genes + np.column_stack([off_by, np.zeros(21, int)])
        found[6:9] = genes[6:9] * [1, 1, -1]
        twice = genes[:3] + np.array([1, 1, 0])
        found = np.concatenate([found, twice])[rng.permutation(24)]
        cases.append((found, genes, within))
    some = np.array([[1000, 1300, 1], [2000, 2300, -1], [3000, 3300, 1], [4000, 4300, -1]])
    near_by = [[1000, 1200, 1], [1090, 1300, 1], [2001, 2200, -1], [2010, 2300, -1]]
    near_by += [[3000, 3300, -1], [3005, 3302, 1], [4000, 4200, 1], [4001, 4350, -1]]
    cases.insert(0, (np.array(near_by), some, 30))
    cases += [(some + np.array(shift), some, 12) for shift in ([12, 5, 0], [5, -12, 0])]
    for rows in (
        [[1000, 1300, -1]],  # near, on the other strand alone
        [[1000, 1900, 1], [500, 1300, -1]],  # its ends near in two rows, one on its strand
        [[1000, 1900, -1], [500, 1300, 1]],
        [[1000, 1900, 1], [500, 1300, 1]],
        [[600, 900, 1]],  # both ends far before
        [[1400, 1700, 1]],
    ):
        cases.append((np.array(rows), some[:1], 8))
    found, genes, within = cases[1]
    cases += [(found, genes[:1], within), (found[:1], genes, 5), (np.zeros((0, 3), int), genes, 9)]
    got = [attempt(*case) for case in cases]
    for answer, (found, genes, within) in zip(got, cases, strict=True):
        hits = [
            any(s == t and max(abs(a - c), abs(b - d)) <= within for a, b, s in found)
            for c, d, t in genes
        ]
        same("The recall", answer, np.mean(hits))
    return "Strand and both ends must fit; a gene that is found twice counts once."


# The challenge: genes from the bases of the test.

ROOM = 900  # bases for each gene that may be named
STEP = 997  # bases of the gap before a part, put before it up to MOST times: then places differ
MOST = 8


def find_genes(bases):
    """Return genes as rows of start, end, strand, (n_found, 3): the long reading frames."""
    return frames.open_reading_frames(bases, 500)


@check.open_task(
    find_genes,
    ours=0.823,
    of="of the genes of the test found, both ends within 30 bases",
    more_is_better=True,
    hidden=("test_bases", "test_genes", "test_labels"),
    choose=lambda attempt: _recall(attempt, "validation", 0),
    again="another number of bases stood before the test",
)
def _(attempt, rng):
    return _recall(attempt, "test", int(rng.integers(1, MOST + 1)))


@cache
def _part(name):
    genome = load_genome("ecoli")
    start, end = parts(len(genome.bases))[name]
    bases = genome.bases[start - MOST * STEP : end]
    return bases, scoring.genes_within(genome.genes, start, end)


for _name in ("validation", "test"):
    _part(_name)  # now: what opens these files while the challenge runs is an answer that cheats


def _recall(attempt, name, steps):
    """Return the share of a part's genes that are found, with bases of the gap before the part.

    Its genes are the same for each number of steps. So an answer that looks at what is near gets
    the same figure each time, and the baseline's own function exactly the baseline's.
    """
    bases, genes = _part(name)
    bases = bases[(MOST - steps) * STEP :].copy()
    n, before = len(bases), steps * STEP
    found = attempt.then(lambda found: _rows(found, n))(bases)
    return scoring.gene_recall(found - [before, before, 0], genes, 30)


def _rows(found, n):
    """Return named genes as an array, or say what is wrong with them."""
    try:
        found = np.asarray(found)
        whole = np.issubdtype(found.dtype, np.integer)
    except ValueError:
        whole, found = False, np.zeros(1)
    if found.size == 0 and found.ndim:
        raise Wrong("No gene is named at all: there is not one row.")
    if found.ndim != 2 or found.shape[1] != 3 or not whole:
        raise Wrong("The genes should be rows of three whole numbers: start, end, strand.")
    if not np.all(np.abs(found[:, 2]) == 1):
        raise Wrong("The strand of a gene is 1 for forward or -1 for reverse, nothing else.")
    if np.any(found[:, 0] >= found[:, 1]):
        raise Wrong("A gene's start is smaller than its end, on the reverse strand, too.")
    if len(found) > n // ROOM:
        raise Wrong(
            f"{len(found):,} genes are too many for {n:,} bases: at most {n // ROOM:,}, one for "
            f"{ROOM} bases. Leave out the least likely."
        )
    return found
