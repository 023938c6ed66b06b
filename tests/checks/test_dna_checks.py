"""The checks of `applications/1_dna_sequence_analysis`: slips that were made, and the challenge.

A learner made the slips, and wrote each answer anew. So they are no edits of our own version, as
the tables beside the graders are, and each must still get its sentence alone.
"""

from textwrap import indent

import numpy as np
import pytest

from utils.checks.applications import dna_sequence_analysis as checks
from utils.checks.wrong import Wrong
from utils.genomics.frames import open_reading_frames
from utils.genomics.sequences import STOP_CODONS, codons

TURN = "reverse_complement(bases)", "{}"
LABELS = (
    "label_bases(genes, start, end)",
    """
found = np.zeros(end - start, int)
for i in range(start, end):
    for a, b, s in genes:
        if a <= i < b:
            found[i - start] = 1 + ({} if s == 1 else 3 + {})
return found
""",
)
STRETCHES = (
    "open_stretches(bases)",
    """
found, n, index = [], len(bases), codons(bases)
for f in range(3):
    a, last = f, f + max(n - f, 0) // 3 * 3
    for b in range(f, last + 3, 3):
        if b == last or index[b] in STOP_CODONS:
            if b > a{}:
                found += {}
            a = b + 3
return found
""",
)
LONGEST = (
    "longest_frame(bases, least)",
    """
n = len(bases)
rows = [(b - a, a, b, 1) for a, b in open_stretches(bases)]
rows += [(b - a, n - b, n - a, 2) for a, b in open_stretches(reverse_complement(bases))]
found = np.zeros(n, int)
for length, a, b, s in sorted(rows, {}):
    if length >= least:
        {}
return found
""",
)
RIGHT = "key=lambda row: (row[0], -row[3])"
SCORE = "f1(predicted, truth, label)", "a, b = predicted == label, truth == label\n{}"
ODDS = (
    "log_odds(in_genes, elsewhere)",
    "p, q = (n / n.sum() for n in (in_genes + {}, elsewhere + {}))\nreturn np.log({})",
)
FRAMES = (
    "six_frames(bases)",
    """
found = []
for row in bases:
    one, other = codons(row), codons(reverse_complement(row))
    found.append({}([one[0::3], one[1::3], one[2::3], other[0::3], other[1::3], other[2::3]]))
return np.array(found)
""",
)
RECALL = (
    "gene_recall(found, genes, within)",
    """
f, g, w, n = found, genes, within, min(len(found), len(genes))
off = np.abs(f[:n] - g[:n])
beside = (off[:, 0] <= w) & (off[:, 1] <= w) & (off[:, 2] == 0)
hits = []
for a, b, s in genes:
    A, B, S = np.abs(f[:, 0] - a) <= w, np.abs(f[:, 1] - b) <= w, f[:, 2] == s
    hits.append({})
return {}
""",
)
ROWS = "p = [f1(*rows, label) for rows in zip(predicted, truth)] if a.ndim == 2 else []\n"
SLIPS = [
    (TURN, ["return np.array([1, 0, 3, 2, 4])[bases[::-1]]"], "A is paired with C."),
    (TURN, ["return np.array([2, 3, 0, 1, 4])[bases[::-1]]"], "A is paired with G."),
    (LABELS, ["max(a - start, 0) % 3", "(end - b) % 3"], "a gene that begins outside"),
    (LABELS, ["(a - start) % 3", "max(end - b, 0) % 3"], "a gene that begins outside"),
    (LABELS, ["(a - start) % 3", "(b - end) % 3"], "frames 1 and 2 of reverse genes change"),
    (LABELS, ["(start - a) % 3", "(end - b) % 3"], "frames 1 and 2 of forward genes change"),
    (LABELS, ["(a - start) % 3", "(end - 1 - b) % 3"], "reverse genes are one frame off"),
    (LABELS, ["np.fmod(a - start, 3)", "np.fmod(end - b, 3)"], "where a gene begins outside"),
    (LABELS, ["abs(a - start) % 3", "abs(end - b) % 3"], "where a gene begins outside"),
    (LABELS, ["(i - a) % 3", "(i - a) % 3"], "the kinds tell a base's place within its codon"),
    (LABELS, ["(i - a) % 3", "(b - 1 - i) % 3"], "the kinds tell a base's place within its codon"),
    (STRETCHES, ["", "[(a, b - 1)]"], "the second number is the last base"),
    (STRETCHES, ["", "[(a // 3, b // 3)]"], "the places are counted in codons"),
    (STRETCHES, ["", "[((a - f) // 3, (b - f) // 3)]"], "the places are counted in codons"),
    (STRETCHES, ["", "[(a - f, b - f)]"], "the places are counted from the frame's first"),
    (STRETCHES, [" and a > f", "[(a, b)]"], "the stretch before the first stop is left out"),
    (STRETCHES, [" and f < a and b < last", "[(a, b)]"], "the stretches before the first stop and"),
    (STRETCHES, ["", "[(k, b) for k in range(a, b, 3) if index[k] == 14][:1]"], "this begins"),
    (LONGEST, ["key=None", "found[a:b] = s"], "where two stretches are as long, the one further"),
    (LONGEST, ["key=lambda row: (*row[:3], -row[3])", "found[a:b] = s"], "where two stretches are"),
    (LONGEST, ["key=lambda row: row[0]", "found[a:b] = s"], "where one stretch of each strand"),
    (LONGEST, ["reverse=True", "found[a:b] = s"], "where stretches overlap, the shortest wins"),
    (LONGEST, [RIGHT, "found[a:b] = 3 - 2 * s"], "reverse is 2 here, not -1"),
    (LONGEST, [RIGHT, "found[a:b] = 1 + a % 3 if s == 1 else 4 + (n - b) % 3"], "these are kinds"),
    (LONGEST, [RIGHT, "found[slice(a, b) if s == 1 else slice(b, a)] = s"], "nothing of the other"),
    (SCORE, [ROWS + "return np.mean(p or [checks.f1(predicted, truth, label)])"], "the F1 of each"),
    (SCORE, ["return (a == b).mean()"], "this is the accuracy of"),
    (ODDS, ["1", "1", "p / (1 - p) / (q / (1 - q))"], "each probability is made odds"),
    (ODDS, ["0", "1", "p / q"], "one is not added to the counts in genes"),
    (ODDS, ["1", "0", "p / q"], "one is not added to the counts elsewhere"),
    (FRAMES, [""], "that happens without the two unknown bases"),
    (FRAMES, ["list"], "that happens without the two unknown bases"),
    (RECALL, ["np.any((f[:, 0] - a <= w) & (f[:, 1] - b <= w) & S)", "np.mean(hits)"], "without"),
    (RECALL, ["np.any((a - f[:, 0] <= w) & (b - f[:, 1] <= w) & S)", "np.mean(hits)"], "without"),
    (RECALL, ["A.any() and B.any() and S.any()", "np.mean(hits)"], "the three conditions"),
    (RECALL, ["(A & B).any() and S.any()", "np.mean(hits)"], "the three conditions"),
    (RECALL, ["(A & S).any() and B.any()", "np.mean(hits)"], "the three conditions"),
    (RECALL, ["(A & S).any() and (B & S).any()", "np.mean(hits)"], "the start of one and the end"),
    (RECALL, ["np.any(A & B & S)", "100 * np.mean(hits)"], "this is a percentage"),
    (RECALL, ["np.any(A & B & S)", "np.sum(hits) / len(f)"], "with the number of what was found"),
    (RECALL, ["0", "checks.gene_recall(genes, found, within)"], "the tables have changed places"),
    (RECALL, ["0", "beside.mean()"], "the tables are compared row by row"),
    (RECALL, ["0", "beside.sum() / len(g)"], "the tables are compared row by row"),
]


def written(form, parts):
    """Return a learner's function."""
    head, body = form
    scope = {name: checks.check.reference(name) for name in checks.check.names}
    scope |= {"np": np, "checks": checks, "codons": codons, "STOP_CODONS": STOP_CODONS}
    exec(f"def {head}:\n{indent(body.format(*parts).strip(), '    ')}", scope)
    return scope[head.partition("(")[0]]


@pytest.mark.parametrize(
    "form, parts, says", [pytest.param(*slip, id=str(n)) for n, slip in enumerate(SLIPS)]
)
def test_a_learners_slip_gets_its_sentence_alone(form, parts, says):
    for _ in range(3):
        with pytest.raises(Wrong) as caught:
            checks.check(written(form, parts))
        told = str(caught.value)
        assert says.lower() in told.lower() and "Besides" not in told, told


@pytest.mark.parametrize(
    "form, parts",
    [
        (LABELS, ["(a - start) % 3", "(end - b) % 3"]),
        (STRETCHES, ["", "[(a, b)]"]),
        (LONGEST, [RIGHT, "found[a:b] = s"]),
        (ODDS, ["1", "1", "p / q"]),
        (RECALL, ["np.any(A & B & S)", "np.mean(hits)"]),
    ],
)
def test_the_same_answers_without_a_slip_are_right(form, parts):
    answer = written(form, parts)
    assert checks.check(answer) is not checks.check.reference(answer.__name__)


def genes(find):
    """Return an answer to the challenge."""

    def find_genes(bases):
        return find(bases)

    return find_genes


def test_the_baselines_own_function_gets_the_baselines_figure(capsys):
    checks.check.challenge(genes(lambda bases: open_reading_frames(bases, 500)))
    said = " ".join(capsys.readouterr().out.split())
    assert "0.6357 of the genes" in said and "baseline 0.6357" in said
    assert "does not beat the baseline yet" in said


@pytest.mark.parametrize(
    "find, says",
    [
        (lambda bases: np.zeros((0, 3), int), "No gene is named"),
        (lambda bases: [], "No gene is named"),
        (lambda bases: [[10, 400, 2]], "1 for forward or -1 for reverse"),
        (lambda bases: [[400, 10, -1]], "smaller than its end"),
        (lambda bases: [[10.5, 400, 1]], "three whole numbers"),
        (lambda bases: [[10, 400], [1]], "three whole numbers"),
        (lambda bases: 7, "three whole numbers"),
        (lambda bases: [[10, 400, 1]] * 900, "too many"),
        (lambda bases: [[10, 400, 1]], "another number of bases stood before"),
    ],
)
def test_what_the_challenge_refuses(find, says):
    with pytest.raises(Wrong, match=says):
        checks.check.challenge(genes(find))
