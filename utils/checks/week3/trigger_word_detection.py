"""The checks of `week3/2_trigger_word_detection`.

The power is held against the definition of the Fourier transform, counts against SciPy's maximum
matching; places, labels and events against all that the definition allows, one by one. What goes
in is drawn fresh each time, with other sizes than the notebook's.
"""

from collections import Counter
from contextlib import suppress
from functools import partial
from itertools import permutations

import numpy as np
from scipy import linalg, signal, special  # noqa: F401 - an edit below reads `signal`
from scipy.sparse import csgraph, csr_array

from utils.checks.answers import kind, same, shape_of, unpack
from utils.checks.grading import Checks
from utils.checks.mistakes import edited
from utils.checks.wrong import Wrong, off
from utils.sound.spectrograms import FFT, HOP, WINDOW

check = Checks()

FLOAT32 = 1e-5  # relative: an answer may be computed in float32
IN_LOOP = "Is `return` inside the loop?"


def _begun(says):
    return says[:1].upper() + says[1:]


def _hold(attempt, name, cases, compare):
    """Compare the answers to all of {when: arguments}, once the last one is there.

    All of them together tell mistakes apart.
    """
    answers, stopped = {}, None
    for when, case in cases.items():
        try:
            answers[when] = attempt(*case)
        except Wrong as error:
            stopped = error
            if error.off:
                facts = f"{error} It stops {when}."
                stopped = off(*error.off[:2], facts, facts=facts)
            break
    for when, answer in answers.items():
        compare(f"{name} {when}".strip(), answer, *cases[when])
    if stopped:
        raise stopped


# Exercise 1


def power_spectrum(samples, window, hop, n_fft):
    """Return the power of each frame at each frequency, (T_x, n_fft // 2 + 1)."""
    starts = range(0, len(samples) - len(window) + 1, hop)
    frames = np.stack([samples[s : s + len(window)] for s in starts])
    return np.abs(np.fft.rfft(frames * window, n_fft)) ** 2


RFFT = "np.fft.rfft(frames * window, n_fft)"
POWER, WEIGHTED = f"np.abs({RFFT}) ** 2", "frames * window => frames"
WHOLE = "the last frames are not whole. A frame has len(window) samples; only whole frames count."
NEXT = "A new one begins after `hop` samples."
OWN = "it takes the notebook's WINDOW, HOP or FFT. Take the arguments len(window), hop and n_fft."
CONSTANTS = (
    f"- len(window) => - {WINDOW}",
    f"1, hop => 1, {HOP}",
    f"s + len(window) => s + {WINDOW}",
    f"n_fft)) => {FFT}))",
)
AS_GIVEN = "Multiply each frame by `window`, as it is given."
COLUMNS = "the transform np.fft.rfft(frame, n_fft) gives n_fft // 2 + 1 columns."
COMPLEX = "the power is the square of the absolute value: np.abs."
LOGARITHMS = "these are logarithms. The power itself is asked for."


@check.exercise(
    power_spectrum,
    {
        "window) + 1, => window),": "the last frame is missing: it may end with the last sample.",
        "range(0, => range(hop,": "the first frame is missing: it begins at sample 0.",
        "samples) - len(window) + 1, => samples),": WHOLE,
        "samples) - len(window) + 1, hop)\n => samples), hop)\n"
        "    samples = np.append(samples, 0 * window)\n": WHOLE,
        "+ 1, hop => + 1": f"a frame begins at each sample. {NEXT}",
        "+ 1, hop => + 1, len(window)": f"the frames lie side by side. {NEXT}",
        "- len(window) => - n_fft": "a frame has len(window) samples, not n_fft.",
        "s + len(window) => s + n_fft": "a frame has len(window) samples, not n_fft.",
        "s + len(window) => s + hop": "a frame has len(window) samples, not `hop`.",
        **{rules: OWN for rules in (*CONSTANTS, CONSTANTS[:2], CONSTANTS)},
        "in starts]) => in starts])[0]": f"that is one frame. Keep a row for each. {IN_LOOP}",
        "in starts]) => in starts], axis=1)": "the frames stand in columns. Each has a row.",
        "n_fft)) => n_fft, axis=0))": "that is a transform of columns. Transform rows, by axis=1.",
        "frames * window, n_fft) => frames, n_fft) * window": "the window comes before the rfft.",
        f"{WEIGHTED}": f"the window is not used. {AS_GIVEN}",
        f"{WEIGHTED} * window[::-1]": f"the window is turned around. {AS_GIVEN}",
        f"{WEIGHTED} * window**2": f"the window counts twice. {AS_GIVEN}",
        f"{WEIGHTED} * np.hanning(len(window))": f"it is another window. {AS_GIVEN}",
        f"{WEIGHTED} * signal.get_window('hann', len(window))": f"it is another window. {AS_GIVEN}",
        "* window, => * window - frames.mean(1)[:, None] * window,": "the mean is taken away.",
        "rfft => fft": COLUMNS,
        f"{RFFT} => np.fft.fft(frames * window, n_fft)[:, : n_fft // 2]": COLUMNS,
        "window, n_fft => window": "`n_fft` is not used. np.fft.rfft(frame, n_fft) has it.",
        f"{RFFT} => frames * window": "the transform np.fft.rfft(frame, n_fft) is left out.",
        " ** 2 =>": "the absolute value is not squared.",
        " ** 2 =>  ** 4": "it is squared twice.",
        "np.abs =>": COMPLEX,
        f"{POWER} => {RFFT}": COMPLEX,
        "np.abs => np.real": "only the real part is squared. Take np.abs first.",
        "np.abs => np.imag": "only the imaginary part is squared. Take np.abs first.",
        f"{POWER} => ({RFFT}.real + {RFFT}.imag) ** 2": "real and imaginary part are added first.",
        **{
            f"{POWER} => {log}({POWER})": LOGARITHMS
            for log in ("np.log", "np.log10", "10 * np.log10", "np.log1p")
        },
        f"{POWER} => ({POWER}).T": "each frame has a row, not a column.",
        f"{POWER} => ({POWER}).sum(axis=1)": "keep the frequencies apart, in columns.",
        f"{POWER} => np.squeeze({POWER})": "an axis of length 1 is lost.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    length, hop = int(rng.integers(22, 25)), int(rng.integers(5, 8))
    sizes = {  # T_x, samples left over, length, hop, n_fft
        "for frames with long gaps between them": (4, WINDOW + 20, length, WINDOW + 30, 40),
        "for many frames": (100, hop - 2, length, hop, 41),
        "where the last frame ends with the last sample": (5, 0, 16, hop, 16),
        "for a single frame": (1, 2, length, hop, 40),
        "for a window of one sample": (6, 0, 1, 1, 1),
    }
    cases = {}
    for when, (T_x, rest, length, hop, n_fft) in sizes.items():
        window = rng.uniform(0.3, 0.7, length) + np.linspace(0, 0.5, length)  # not symmetric
        cases[when] = rng.normal(0.5, 1, length + hop * (T_x - 1) + rest), window, hop, n_fft

    def compare(name, got, samples, window, hop, n_fft):
        frames = np.lib.stride_tricks.sliding_window_view(samples, len(window))[::hop]
        waves = linalg.dft(n_fft)[: len(window), : n_fft // 2 + 1]
        same(name, got, np.abs((frames * window) @ waves) ** 2, "(T_x, n_fft // 2 + 1)", FLOAT32)

    _hold(attempt, "The answer", cases, compare)
    return "Frames, window and power agree with the definition of the Fourier transform."


# Exercise 2


def free_place(length, taken, n_samples, rng):
    """Return where a sound of `length` samples may start, drawn evenly; None if it fits nowhere."""
    if length > n_samples:
        return None
    free = np.ones(n_samples - length + 1, bool)
    for start, end in taken:
        free[max(0, start - length + 1) : end] = False
    starts = np.flatnonzero(free)
    return int(rng.choice(starts)) if len(starts) else None


FREE, LAST = "n_samples - length + 1, bool", "the last start is n_samples - length."
FOUND, FORBID = "np.flatnonzero(free)", "max(0, start - length + 1) : end"
ENDS = "max(0, start - length + 1) : max(0, end - length + 1)"
TRY = "s = int(rng.integers(n_samples - length + 1))\n"
OVERLAPS = "any(s < end and s + length > start for start, end in taken)"
STOPS = "range and rng.integers stop before their end."
MAX_0 = "in a slice, a start below 0 counts from the end: take max(0, …)."
MOVED = "do not move a start that is {} one. Draw among the free ones."
NOWHERE = "a sound may fit nowhere: then return None, before you draw."
ONE_START = "it gives the same start each time. Draw one of the possible starts with rng."
NO_RNG = "`rng` is not used. Draw with it, as in rng.choice, not with np.random."
GIVEN_UP = "do not give up after some tries: list all possible starts, and draw one of them."
ENDLESS = "it draws again and again. List all possible starts, and draw one; if none, give None."

UNEVEN = {  # all possible starts come, but not equally often
    "(rng.choice(starts)) => (rng.choice(np.r_[starts, starts[(starts > 0) & (starts + 1 < "
    "len(free))]]))": "rounded, 0 and the last come half as often. Draw by rng.integers.",
    "choice(starts) => choice([*starts, *[len(free) - 1] * (length - 1) * int(free[-1])])": (
        MOVED.format("too late to the last")
    ),
    "rng.choice(starts) => starts[np.searchsorted(starts, rng.integers(starts[-1] + 1))]": (
        MOVED.format("taken on to a free")
    ),
    "choice(starts) => choice(np.repeat(starts, 60 // np.bincount(gap := np.cumsum(np.diff(starts, "
    "prepend=0) > 1))[gap]))": "do not draw the gap first: a longer gap has more starts.",
}


@check.exercise(
    free_place,
    {
        **UNEVEN,
        "length > n_samples => length >= n_samples": "a sound as long as the clip fits, at 0.",
        "if length => if not taken or length": "nothing taken: all starts are possible then.",
        "len(starts) => starts.any()": "the start 0 counts as none: 0 is False. Use len(starts).",
        f"{FREE} => n_samples - length, bool": f"{LAST} {STOPS}",
        f"{FREE} => n_samples, bool": LAST,
        f"{FREE} => n_samples - length + 2, bool": LAST,
        **{
            f"{FOUND} => np.array([s for s in {FOUND} if {kept} in {FOUND}], int)": says
            for kept, says in {
                "s + 1": f"the last start in a gap is possible, too: {STOPS}",
                "s - 1": "the first start in a gap is possible, too.",
                "s - 1 not": "only the first start in each gap comes.",
            }.items()
        },
        f"{FOUND} => {FOUND}[:-1]": "the last start that is possible never comes.",
        "= False => = True": "the intervals that are taken are not used.",
        f"{FORBID} => start:end": "look at the whole sound, not only at its start.",
        f"{FORBID} => {ENDS}": "look at the whole sound, not only at its end.",
        f"{FORBID} => start:end] = free[{ENDS}": "look at the whole sound, not at its two ends.",
        f"{FORBID} => start - length + 1 : end": MAX_0,
        f"{FORBID} => start - length : end": MAX_0,
        "length + 1) : => length) :": "a sound may end where an interval begins.",
        ": end] => : end + 1]": "a sound may begin at an interval's `end`, which is not taken.",
        f"{FORBID} => max(0, start - length) : end + 1": "sounds may lie side by side.",
        "length + 1) : => length + 2) :": "the sound's last sample is start + length - 1.",
        ": end] => : end - 1]": "the sample `end` - 1 is taken, too.",
        "in taken: => in taken[-1:]:": "all intervals count, not only the last.",
        "in taken: => in taken[:1]:": "all intervals count, not only the first.",
        f"{FOUND} => np.array([s for (_, a), (b, _) in zip([(0, 0), *taken], [*taken, (n_samples, "
        "0)]) for s in range(a, b - length + 1)])": "the intervals come in any order: sort them.",
        "else None => else -1": NOWHERE,
        "else None => else 0": NOWHERE,
        "rng.choice(starts) => starts[0]": ONE_START,
        "rng.choice => np.random.choice": NO_RNG,
        "return int( => int(": "it gives None everywhere. Does it end with `return`?",
        f"=> for _ in range(5):\n    {TRY}    if not {OVERLAPS}:\n        return s": GIVEN_UP,
        # It stops.
        "    if length > n_samples:\n        return None\n =>": "a sound may be too long: None.",
        " if len(starts) else None =>": NOWHERE,
        "rng.choice(starts)) if len(starts) else None => rng.integers(len(starts)))": NOWHERE,
        "rng.choice(starts) => starts[rng.integers(len(starts) + 1)]": STOPS,
        "len(starts) => starts": "to ask whether there are any starts, use len(starts).",
        f"{FORBID} => np.arange(start - length + 1, end)": "an interval may go beyond the starts.",
        "free = => np.array(taken)[:, 0]\n    free =": "nothing may be taken: the list is empty.",
        f"=> {TRY}while {OVERLAPS}:\n    {TRY}return s": ENDLESS,
    },
    none_allowed=True,
)
def _(attempt):
    rng, found = np.random.default_rng(), []
    n, spots = int(rng.integers(4, 7)), rng.integers(200, 1600, 4).tolist()
    ends = [(n + 3, 2 * n + 5), (0, 3)]  # a gap of n samples between them
    clips = [  # length, taken, n_samples
        (n, [], n + 4),
        (n, [], n),  # nothing to spare
        (n, [(n, n + 3)], n + 5),  # only the start 0
        (n, [(n + 1, n + 3)], 2 * n + 4),  # shorter than the sound, far from both ends
        (n, [(1, 3)], n + 5),  # near the beginning
        (n, [(n + 2, n + 4)], n + 5),  # near the end
        (n, [(2 * n + 2, 2 * n + 3), (n, n + 2)], 3 * n + 4),  # unsorted, two gaps fit exactly
        (n, ends, 2 * n + 5),
        (n + 1, ends, 2 * n + 5),  # one sample too long for the gap
        (n, [(0, 5), (5, n + 8)], n + 8),  # full
        (1, [(1, 2)], 3),  # one sample
        (1, [(0, 1)], 1),
        (n + 2, [], n + 1),  # longer than the clip
        (2 * n + 5, [(0, 3)], n + 1),
    ]
    others = [(20, [(spot + 20, 2000), (0, spot)], 2000) for spot in spots]  # one start of 1981
    others += [(n, [(2 * n + 4, 2 * n + 7), (n, n + 3)], 3 * n + 11)]  # gaps of 1, 2 and 5 starts

    def tally(*clip):
        attempt.forget()  # where it stops, this clip alone tells why
        chance = _Chance(rng)
        before = chance.bit_generator.state
        for _ in range(20 if clip == others[-1] else 1):  # two runs of these differ without rng
            attempt(*clip, chance)
        starts = _tally(attempt, clip, chance, MANY if clip == others[-1] else SOME)
        if chance.bit_generator.state == before and len(starts) > 1:
            attempt.forget()
            raise Wrong(_begun(NO_RNG))
        found.append((clip, starts))
        return starts

    def compare(name, starts, *clip):
        if not _agree(starts, dict.fromkeys(_possible(*clip) or [None], 1e9)):
            says = _named(found, (clip, starts), rng) or GIVEN_UP * (None in starts)
            says = says or ONE_START * all(len(some) == 1 for _, some in found)
            often = ", ".join(f"{s} ({starts[s]} times)" for s in sorted(starts, key=str))
            want = f"{_possible(*clip)}, each as often" if _possible(*clip) else "None alone"
            wrong = f"{_begun(name)} it gave {often}; it should give {want}."
            raise Wrong(f"{wrong} {_begun(says)}".rstrip())

    for some in (clips, others):
        names = ("with length={}, taken={}, n_samples={}".format(*clip) for clip in some)
        _hold(tally, "", dict(zip(names, some, strict=True)), compare)
    return "All possible starts come, equally often, and no other."


SOME, MANY = 150, 3000  # draws; one of 5 starts is missing in SOME with a chance of 10**-14
UNLIKELY = 1e-9  # how often a right answer may seem uneven


class _Chance(np.random.Generator):
    """A generator that stops who asks it for ever."""

    def __init__(self, rng):
        super().__init__(np.random.PCG64(rng.integers(10**9)))
        left = iter(range(40_000))

        def ask(draw, *arguments, **options):
            if next(left, None) is None:
                raise Wrong(_begun(ENDLESS))
            return draw(*arguments, **options)

        for name in dir(np.random.Generator):
            if not name.startswith("_") and callable(draw := getattr(self, name)):
                setattr(self, name, partial(ask, draw))

    def __deepcopy__(self, memo):  # a copy that was made otherwise would not stop
        twin = _Chance(np.random.default_rng(0))
        twin.bit_generator.state = self.bit_generator.state
        return twin


def _possible(length, taken, n_samples):
    """Return all starts that are possible, from the samples that each would hold."""
    occupied = {sample for start, end in taken for sample in range(start, end)}
    starts = range(n_samples - length + 1)
    return [s for s in starts if occupied.isdisjoint(range(s, s + length))]


def _tally(place, clip, chance, draws):
    """Return how often each start, or None, comes: {start: how often}; in a long clip once."""
    length, taken, n_samples = clip
    before = chance.bit_generator.state

    def drawn(place):
        number = draws if n_samples < 100 else 1
        return [place(length, [*taken], n_samples, chance) for _ in range(number)]

    try:
        got = drawn(getattr(place, "function", place))  # an Attempt is slow
    except Exception:
        chance.bit_generator.state = before
        got = drawn(place)  # it stops again, and says where
    return Counter(map(_start, got))


def _start(got):
    """Return a start as an int, or None as it is."""
    if got is None:
        return None
    whole = isinstance(got, int) or shape_of(got) == ()
    if not whole or np.asarray(got).dtype.kind not in "iu":
        raise Wrong(
            f"The start should be a whole number; yours is {kind(got)}. rng.choice(starts) draws "
            f"one. Where the sound fits nowhere, return None."
        )
    return int(got)


def _agree(a, b):
    """Whether two tallies may come from the same chances; few draws tell which starts come."""
    if a.keys() != b.keys():
        return False
    a, b = np.array([(a[start], b[start]) for start in a], float).T
    if min(a.sum(), b.sum()) < MANY // 3:
        return True
    ratio = np.sqrt(b.sum() / a.sum())
    distance = np.sum((ratio * a - b / ratio) ** 2 / (a + b))
    return distance <= special.chdtri(max(1, len(a) - 1), UNLIKELY)


def _named(found, faulty, rng):
    """Return what to say of the first usual mistake that leads to the starts found in the clips.

    One for all clips is looked for before one for those up to the faulty one.
    """
    i, uneven = found.index(faulty), {*_possible(*faulty[0])} == {*faulty[1]}
    mistakes = check.mistakes["free_place"][: len(UNEVEN) if uneven else None]

    def leads(wrong, clip, tally):
        if not _tally(wrong, clip, _Chance(rng), 10).keys() <= tally.keys():
            return False  # as most do
        return _agree(tally, _tally(wrong, clip, _Chance(rng), min(tally.total(), MANY // 3)))

    for some in (found[:i] + found[i + 1 :], found[:i]):
        for mistake in mistakes:
            wrong = edited(free_place, *mistake.rules)
            with suppress(Exception):  # it may stop
                if all(leads(wrong, *pair) for pair in [faulty, *some]):
                    return mistake.says
    return ""


# Exercise 3


def overlay(noise, word, start, snr):
    """Return the noise with the word in it, (n,), `snr` dB from the noise to the word."""
    clip = noise.copy()
    gain = rms(noise) * 10 ** (snr / 20) / rms(word)
    clip[start : start + len(word)] += gain * word
    return clip


def rms(samples):
    return np.sqrt(np.mean(np.square(samples)))


RATIO, HERE = "10 ** (snr / 20)", "clip[start : start + len(word)]"
GAIN = f"rms(noise) * {RATIO} / rms(word)"
WANTED = f"The word should have the RMS rms(noise) * {RATIO}."
ONLY_THERE = f"the word goes to {HERE}, and only there."
LEAVE = "Leave the noise, and scale the word."


@check.exercise(
    overlay,
    {
        "rms(noise) => rms(noise[start : start + len(word)])": "take the RMS of the whole noise.",
        "snr / 20 => snr / 10": "10 ** (snr / 10) is for power. For RMS, divide by 20.",
        "snr / 20 => snr / 40": "10 ** (snr / 10) is the ratio of powers, before the square root.",
        "snr / 20 => -snr / 20": "the ratio is turned around: above 0 dB the word is stronger.",
        "snr / 20 => abs(snr) / 20": "an snr below 0 makes the word softer than the noise.",
        "snr / 20 => (snr or 1) / 20": "an snr of 0 is one, too: both are equally strong.",
        f" * {RATIO} =>": "snr is not used: the word has the RMS of the noise.",
        f"{RATIO} => snr": f"snr is in decibels. The ratio is {RATIO}.",
        f"{RATIO} => np.exp(snr / 20)": f"the ratio is {RATIO}, with 10, not e.",
        "rms(noise) *  =>": f"the RMS of the noise is missing. {WANTED}",
        " / rms(word) =>": "the word's own RMS is missing. Divide by rms(word).",
        "rms(word) => np.linalg.norm(word)": "the word's RMS is the root of a mean, not of a sum.",
        "rms(word) => abs(word).max()": "the word's peak stands for its RMS.",
        f"{GAIN} => {RATIO}": f"both RMS are missing. {WANTED}",
        f"{GAIN} => 1": "the word is not scaled; it is added as it is.",
        f"{GAIN} => max(1, {GAIN})": "the gain may be below 1: a loud word is made softer.",
        f"{GAIN} => min(1, {GAIN})": "the gain may be above 1: a soft word is made louder.",
        f"{GAIN} => rms(word) * {RATIO} / rms(noise)": f"the two RMS are swapped: {GAIN}.",
        f"{GAIN} => (rms(noise) / rms(word)) ** 2 * {RATIO}": "the square roots are missing.",
        f"{GAIN} => ({GAIN}) ** 2": "it is the gain of the power. Take its square root.",
        **{
            f"{GAIN} => {size}(noise) * {RATIO} / {size}(word)": says
            for size, says in {
                "np.std": "it is np.std in place of the RMS. The mean counts, too.",
                "np.linalg.norm": "the word's RMS is the root of its mean square over len(word) "
                "samples, not over a padded clip, and not of their sum.",
                "(lambda x: abs(x).max())": "these are the peaks in place of the RMS.",
                "(lambda x: abs(x).mean())": "it is the mean of absolute values, not the RMS.",
            }.items()
        },
        "+= => =": "the word replaces the noise. Add it: clip[…] += …",
        "+= => -=": "the word is taken away. Add it.",
        "gain * word => 0 * word": "the word is missing: this is the noise.",
        f"{HERE} => clip[: len(word)]": "the word begins at 0, not at start.",
        "[start : start + len => [start + 1 : start + 1 + len": "the word begins one sample late.",
        "[start : start + len => [start - 1 : start - 1 + len": "the word begins one sample early.",
        f"{HERE} => clip[start:]": ONLY_THERE,
        f"{HERE} => clip[start]": ONLY_THERE,
        f"{HERE} => clip": ONLY_THERE,
        "gain * word => word\n    clip += noise / gain - noise": f"the noise is scaled. {LEAVE}",
        "gain * word => word\n    clip += noise * gain - noise": f"the noise is scaled. {LEAVE}",
        "noise.copy() => np.zeros_like(noise)": "it is the word over silence. Add the noise.",
        "noise.copy() => noise.astype(int)": "samples are not whole numbers. Leave their type.",
        f"return clip => return {HERE}": "that is the word alone. Return the whole clip.",
        "return clip => return np.concatenate([noise, gain * word])": "add, do not join them.",
        "return clip => return np.clip(clip, -1, 1)": "it is cut off at -1 and 1. Leave it.",
        "return clip => return clip / np.abs(clip).max()": "it is scaled by its peak. Leave it.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    n, length = 120, int(rng.integers(25, 32))
    word, whole = rng.normal(0.1, 0.4, length), rng.normal(0.1, 0.4, n)
    noise = rng.normal(0.3, 1, n) * np.linspace(0.5, 2.5, n)  # louder and louder
    snr, start = rng.uniform(5, 9), int(rng.integers(30, 50))
    cases = {
        "at an SNR above 0 dB": (noise, word, start, snr),
        "at an SNR below 0 dB": (noise, word, start, -snr),
        "at 0 dB": (noise, word, start, 0.0),
        "with a word that was loud": (noise, 50 * word, start, snr),
        "with a word at its beginning": (noise, word, 0, snr),
        "with a word at its end": (noise, word, n - length, snr),
        "with a word as long as the noise": (noise, whole, 0, snr),
        "of one sample": (noise[-1:], word[-1:], 0, snr),
        "in float32": (noise.astype("float32"), word.astype("float32"), start, snr),
    }

    def compare(name, got, noise, word, start, snr):
        n, length = len(noise), len(word)
        ratio = np.linalg.norm(noise) * np.sqrt(length / n) / np.linalg.norm(word)
        padded = np.pad(word, (start, n - length - start))
        same(name, got, noise + 10 ** (snr / 20) * ratio * padded, "(n,)", FLOAT32)

    _hold(attempt, "The clip", cases, compare)
    return "The word has its ratio to the whole noise, at both ends of the clip, too."


# Exercise 4


def label(ends, T_y, first, step, width):
    """Return (T_y,): 1 at the first `width` outputs that have heard a whole word, else 0."""
    y = np.zeros(T_y)
    for end in ends:
        j = max(0, int(np.ceil((end - first) / step)))
        y[j : j + width] = 1
    return y


CEIL = "int(np.ceil((end - first) / step))"
J, SET = f"max(0, {CEIL})", "y[j : j + width] = 1"
UP = "Which output is the first that has heard at least `end` samples? Round up."
EXACTLY = "an output that has heard exactly `end` samples has heard the word: round up, add no 1."
FROM_0 = "A word that ends before output 0 has heard everything gets all its labels, from 0 on."
HEARD = "Output j has heard first + step * j samples."
MISSING = "outputs that do not exist get no label."
NEAR_END = "a word near the clip's end gets as many labels as there are outputs."
OUR_OWN = "it takes the notebook's FIRST, STEP or WIDTH. Take the arguments first, step, width."
BEFORE = "the labels stand before the word's end, where it is not over."
NO_TARGET = "a clip may have no target: then all is 0."


@check.exercise(
    label,
    {
        "return y => return 1 - y": "0 and 1 are swapped.",
        "np.ceil => np.floor": f"the division is rounded down. {UP}",
        "np.ceil => np.round": f"it is rounded to the nearest. {UP}",
        "np.ceil => 1 + np.floor": EXACTLY,
        "np.ceil => 1 + np.trunc": EXACTLY,
        "/ step))) => / step))) + 1": "it begins one output late.",
        f"{J} => {CEIL}": f"a negative j counts from the end of y. {FROM_0}",
        (f"{J} => {CEIL}", f"{SET} => y[max(0, j) : max(0, j + width)] = 1"): (
            f"labels before output 0 are lost. {FROM_0}"
        ),
        f"{SET} => if end > first - step:\n            {SET}": f"a word gets no labels. {FROM_0}",
        f"{J} => abs({CEIL})": "a negative j is made positive. Take 0.",
        "int(np.ceil => (np.ceil": "`np.ceil` gives a float. Make it an int.",
        " - first =>": f"`first` is not used. {HEARD}",
        "- first => + first": f"`first` is added. {HEARD}",
        " / step =>": "`step` is not used: these are samples, not outputs.",
        "- first => - 2640": OUR_OWN,
        "/ step => / 640": OUR_OWN,
        "+ width => + 5": OUR_OWN,
        f"{CEIL} => np.argmax(first + step * np.arange(T_y) >= end)": "np.argmax is 0 if none is.",
        f"{SET} => pass": "it is all 0.",
        f"{SET} => y[j : j + width] += 1": "labels of two words are added. A label is 1 or 0.",
        f"{SET} => y[j : max(0, int(np.ceil((end + width - first) / step)))] = 1": (
            "`width` is a number of outputs, not of samples."
        ),
        f"{SET} => y[np.arange(j, j + width) % T_y] = 1": "labels come back at the beginning.",
        f"{SET} => y[np.arange(j, j + width)] = 1": MISSING,
        f"{SET} => j = min(j, T_y - width)\n        {SET}": f"labels are moved back: {MISSING}",
        f"{SET} => j = min(j, T_y - 1)\n        {SET}": f"labels are moved back: {MISSING}",
        f"{SET} => if j + width <= T_y:\n            {SET}": NEAR_END,
        f"{SET} => if j + width < T_y:\n            {SET}": NEAR_END,
        f"{SET} => if j < T_y - 1:\n            {SET}": NEAR_END,
        f"{SET} => y[j : min(j + width, T_y - 1)] = 1": NEAR_END,
        f"{SET} => y[j : j + 1] = 1": "only one output of each word has a label, not `width`.",
        "+ width => + width + 1": "a word has one label too many, not `width`.",
        "+ width => + width - 1": "a word has one label too few, not `width`.",
        f"{SET} => y[j:] = 1": "from the word's end on, all is 1. It should be `width` outputs.",
        f"{SET} => y[max(0, j - width) : j] = 1": BEFORE,
        f"{SET} => y[max(0, j - width + 1) : j + 1] = 1": BEFORE,
        f"{SET} => y[max(0, j - width // 2) : j - width // 2 + width] = 1": (
            "the labels stand around the word's end. They begin where it has been heard."
        ),
        "T_y) => T_y + width)": MISSING,
        "T_y) => T_y - 1)": "the outputs are 0 to T_y - 1, so there are T_y of them.",
        "(T_y) => ((T_y, 1))": "it should not have an axis of length 1.",
        "np.zeros(T_y) => [0] * T_y": "begin with a NumPy array: np.zeros(T_y).",
        "in ends: => in ends[-1:]:": "only the last word has labels.",
        "in ends: => in ends[:1]:": f"only the first word has labels. {IN_LOOP}",
        "T_y) => T_y)\n    ends[0]": NO_TARGET,
        "T_y) => T_y)\n    max(ends)": NO_TARGET,
        "T_y) => T_y)\n    np.max(ends)": NO_TARGET,
    },
)
def _(attempt):
    rng = np.random.default_rng()
    width, step, T_y = int(rng.choice([3, 7])), int(rng.integers(7, 12)), 31
    first, j = step * (width + 4) + int(rng.integers(1, step)), int(rng.integers(7, 10))
    early, late = (int(n) for n in rng.integers(1, step // 3 + 1, 2))  # before or after an output
    heard = [first + step * j for j in range(T_y + 8)]
    words = {
        "for two words": [heard[j + 10] - early, heard[j - 1] + late],
        "for a word that ends with the last sample that an output has heard": [heard[j]],
        "for a word that ends one sample after what an output has heard": [heard[j] + 1],
        "for a word that ends just before output 0 answers": [first - early],
        "for a word that ends long before output 0 answers": [first - step - early],
        "for a word at the very beginning of the clip": [early, first - (width + 2) * step],
        "for a word that ends near the clip's end": [heard[T_y - 2] - early],
        "for a word whose last label is the clip's last": [heard[T_y - width]],
        "for a word that ends with the clip": [heard[T_y - 1]],
        "for a word that ends one sample too late for the last output": [heard[T_y - 1] + 1],
        "for a word that ends after all outputs": [heard[T_y + 5] - early],
        "for two words close to each other": [heard[j + 1] - early, heard[j] - early],
        "for two words, the first of them too late": [heard[T_y + 1], heard[j] - early],
        "for a clip without targets": [],
    }
    cases = {when: (ends, T_y, first, step, width) for when, ends in words.items()}
    cases["for a single output that has heard the word"] = [first], 1, first, step, width
    cases["for a single output that has not heard the word"] = [first + 1], 1, first, step, width
    cases["with an output a sample, and one label a word"] = [T_y, 0], T_y, 2, 1, 1

    def compare(name, got, ends, T_y, first, step, width):
        heard, want = first + step * np.arange(T_y), np.zeros(T_y)
        for end in ends:
            want[np.flatnonzero(heard >= end)[:width]] = 1
        same(name, got, want, "(T_y,)")

    _hold(attempt, "y", {f"{when}, label{case}": case for when, case in cases.items()}, compare)
    return "The labels begin where the word has been heard, at both ends of the clip, too."


# Exercise 5


def find_events(probabilities, threshold, refractory):
    """Return the outputs at which there is an event, a list of numbers, rising."""
    events = []
    for j in np.flatnonzero(probabilities > threshold).tolist():
        if not events or j - events[-1] >= refractory:
            events.append(j)
    return events


ABOVE, WAIT = "probabilities > threshold", "not events or j - events[-1] >= refractory"
RISES = f"np.diff(({ABOVE}) * 1, prepend=0) > 0"
FALLS = f"np.diff(({ABOVE}) * 1, append=0) < 0"
END = f"next(k for k in np.flatnonzero({FALLS}) if k >= j)"
PEAK = f"if {WAIT} => j += int(np.argmax(probabilities[j : {END} + 1]))\n        if "
HIGHEST = "append(j + int(np.argmax(probabilities[j : j + refractory])))"
FROM_LAST = ("events = [] => events, last = [], -refractory", f"{WAIT} => j - last >= refractory")
REST = "Wait for `refractory` outputs after an event."
STILL = "still above the threshold after the refractory time: then there is an event, too."
LAST_ABOVE = "the refractory time counts from the last event, not from the last output above."
NOT_LAST = "an event is at the first output above the threshold, not at the last."
NOT_HIGHEST = "an event is at the first output above the threshold, not the highest."
NOTHING = "Before the first event there is nothing to wait for."


@check.exercise(
    find_events,
    {
        f"{WAIT} => True": f"each output above the threshold counts. {REST}",
        "s > threshold => s >= threshold": "equal to the threshold is not above it.",
        "> threshold => < threshold": "these are the outputs below the threshold.",
        "> threshold => > 0.5": "it takes 0.5. Take the argument threshold.",
        ">= refractory => >= 11": "it takes the notebook's REFRACTORY. Take the argument.",
        ">= refractory => > refractory": "exactly `refractory` outputs later is late enough: >=.",
        "= refractory => = refractory - 1": "the refractory time is one output too short.",
        (*FROM_LAST, "append(j) => append(j)\n        last = j"): LAST_ABOVE,
        f"{ABOVE} => {RISES}": STILL,
        (
            f"{ABOVE} => {RISES}",
            f"{WAIT} => True",
        ): f"each rise above it counts. {REST}",
        f"{ABOVE} => {FALLS}": NOT_LAST,
        (f"{ABOVE} => {RISES}", f"{PEAK}True"): NOT_HIGHEST,
        (f"{ABOVE} => {RISES}", f"{PEAK}{WAIT}"): NOT_HIGHEST,
        f"append(j) => {HIGHEST}": NOT_HIGHEST,
        (*FROM_LAST, f"append(j) => {HIGHEST}\n            last = j"): NOT_HIGHEST,
        "return events => return events[1:]": f"the first event is missing. {NOTHING}",
        "not events or j - events[-1] => j - (events or [0])[-1]": f"it waits at first. {NOTHING}",
        "not events or j - events[-1] => j - (events or [-1])[-1]": f"it waits at first. {NOTHING}",
        "not events or =>": f"at the beginning there is no last event. {NOTHING}",
        "not events or => events and": f"there is none at all. {NOTHING}",
        "not events or => not any(events[-1:]) or": "the last event may be at output 0: not False.",
        f"{WAIT} => j and ({WAIT})": "output 0 may be an event, too.",
        "probabilities > => probabilities[:-1] >": "the last output may be an event, too.",
        f"np.flatnonzero({ABOVE}).tolist(): => range(len(probabilities) + 1):\n"
        "        if not probabilities[j] > threshold:\n            continue": (
            "the outputs are 0 to T_y - 1."
        ),
        " or j - events[-1] >= refractory =>": f"only the first event is there. {IN_LOOP}",
        "=> return [0] if probabilities[0] > threshold else []": f"only output 0 counts. {IN_LOOP}",
        "return events => return list(events or [0])": "where none is above, the list is empty.",
        "append(j) => append(j + 1)": "they are one output late: the first output is number 0.",
        "return events => return [j + 1 for j in events]": "they are one output late.",
        "return events => return [j - 1 for j in events]": "they are one output early.",
        f"return events => return {ABOVE}": "it holds something for each output. List the events.",
        f"return events => return np.where({ABOVE})": "`np.where` gives a tuple. Take [0] of it.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    threshold, r = float(rng.choice([0.375, 0.625, 0.75])), int(rng.integers(4, 7))
    low = "." * r
    curves = {  # in what situations the outputs are: # above the threshold, = on it, . below
        f"{low}..##{low}.###{low}...#{low}": r,  # words, far from each other
        f"{low}=.{low}..#={low}=": r,  # on the threshold
        f"{low}#{low[2:]}#{low}.#": r,  # closer than the refractory time
        f"{low}..#{low[1:]}#{low}.": r,  # at exactly the refractory time
        f"{low}.{'#' * (2 * r + 2)}{low}": r,  # above for long
        f"{low}#{low[2:]}##{low[2:]}#{low}#": r,  # up again within the refractory time
        f"#{low}..#{low}": r,  # at once
        f".#{low}..#{low}": r,  # early
        f"{low}#{low}..#": r,  # at the last output
        f"{low}=..{low}": r,  # none
        "#" * (3 * r + 2): r,  # all
        "..##.#": 1,
        "#": r,
        "=": r,
    }
    cases = {}
    for curve, wait in curves.items():
        most = {"#": (1 - threshold) * 64, ".": -threshold * 64, "=": 0}
        above = [np.sign(most[at]) * rng.integers(at != "=", abs(most[at]) + 1) for at in curve]
        p = (threshold + np.array(above) / 64).astype("float32")  # exact; 0 and 1 may be in it
        when = f"for {curve} (# is above the threshold, = on it, . below) and refractory={wait}"
        cases[when] = p, threshold, wait

    def compare(name, got, probabilities, threshold, refractory):
        want, wait = [], 0
        for j, probability in enumerate(probabilities):
            if j >= wait and probability > threshold:
                want, wait = [*want, j], j + refractory
        same(name, got, want)

    _hold(attempt, "The list of events", cases, compare)
    return "Events begin above the threshold, and the refractory time counts from the last event."


# Exercise 6


def count(events, ends):
    """Return hits, false alarms and misses; events and ends in seconds."""
    open_ends, false_alarms = sorted(ends), 0
    for event in events:
        near = [end for end in open_ends if end - 0.25 <= event <= end + 0.5]
        if near:
            open_ends.remove(near[0])
        else:
            false_alarms += 1
    return len(ends) - len(open_ends), false_alarms, len(open_ends)


COUNTS = ["hits", "false alarms", "misses"]
ASKED = ", ".join(COUNTS)
HITS, ALARMS, MISSES = RETURNED = ["len(ends) - len(open_ends)", "false_alarms", "len(open_ends)"]
ALL, IS_NEAR = ", ".join(RETURNED), "end - 0.25 <= event <= end + 0.5"
TAKE = "open_ends.remove(near[0])"
EDGE = "Both edges belong to it: <=."
ONCE = "A word can be hit once only; the next event there is a false alarm."
LEFT_OUT = f"an event at a word that was hit before is left out. {ONCE}"
AS_A_SET = "the words near events are counted, as in a set. An event hits the first open one only."
FIRST_OPEN = "an event hits the first word that is open, not the"
NO_EVENT = "there may be no event, no word, or no word near an event."
BY_ZIP = "the first event is held against the first word, as by zip. It may be near any word."
# Which events (rows) are near which words, in the order of their ends, or near the first of them.
PAIRS = """=> late = np.subtract.outer(np.array(events, float), np.sort(ends))
near = (late >= -0.25) & (late <= 0.5)
"""
FIRST_PAIRS = f"{PAIRS}near &= near.cumsum(axis=1) == 1\n"


@check.exercise(
    count,
    {
        **{
            f"{ALL} => {', '.join(RETURNED[i] for i in order)}": (
                f"these are {', '.join(COUNTS[i] for i in order)}; asked for are {ASKED}."
            )
            for order in permutations(range(3))
            if order != (0, 1, 2)
        },
        "0.25 <= => 0.25 <": f"the window lacks its edge 0.25 s before the end. {EDGE}",
        "<= end => < end": f"the window lacks its edge 0.5 s after the end. {EDGE}",
        f"{IS_NEAR} => end - 0.25 < event < end + 0.5": f"the window lacks both edges. {EDGE}",
        f"{IS_NEAR} => end - 0.5 <= event <= end + 0.25": "the window is turned around.",
        " <= end + 0.5 =>": "the window ends 0.5 s after the word's end. Look for an upper edge.",
        "end - 0.25 <= event => event": "the window begins 0.25 s before. Look for a lower edge.",
        "end - 0.25 => end": "the window begins 0.25 s before the word's end, not at its end.",
        "- 0.25 => - 0.5": "the window begins 0.25 s before the word's end, not 0.5 s.",
        "+ 0.5 => + 0.25": "the window ends 0.5 s after the word's end, not 0.25 s.",
        **{
            f"{near}hits, late = near.any({axis}).sum(), (~near.any(1)).sum()\n"
            f"return hits, {alarms}, (~near.any(0)).sum()": says
            for near in (PAIRS, FIRST_PAIRS)
            for axis, alarms, says in (
                (1, "late", f"a word is hit by several events. {ONCE}"),
                (0, "late", LEFT_OUT),
                (0, "len(events) - hits", AS_A_SET),
            )
        },
        f"else: => elif not any({IS_NEAR} for end in ends):": LEFT_OUT,
        **{
            f"{ALL} => (n := sum({IS_NEAR} for event, end in zip(events, {words}))), "
            f"{alarms} - n, len(ends) - n": BY_ZIP
            for words in ("ends", "sorted(ends)")
            for alarms in ("len(events)", "min(len(events), len(ends))")
        },
        "in open_ends if => in open_ends[:1] if": "only the first open word is looked at.",
        f"{TAKE} => pass": "the words that are hit are not taken out of those that are open.",
        f"{TAKE} => open_ends.pop(0)": "an event hits a word that it is near, not any.",
        f"{TAKE} => [open_ends.remove(end) for end in near]": "an event hits several words.",
        "sorted(ends) => list(ends)": "the ends come in any order. Sort them.",
        "near[0] => min(near, key=lambda end: abs(event - end))": f"{FIRST_OPEN} nearest.",
        "near[0] => near[-1]": f"{FIRST_OPEN} last.",
        f"{ALARMS}, {MISSES} => len(events), {MISSES}": "the false alarms are all events.",
        f"{ALARMS}, {MISSES} => {ALARMS}, len(ends)": "the misses are all words.",
        f"{HITS}, => len(events),": "the hits are all events.",
        f"{HITS}, => len(ends),": "the hits are all words.",
        "false_alarms += 1 => pass": "no false alarms are counted.",
        "false_alarms += 1 => false_alarms = 1": "false alarms are not added up: += 1.",
        (
            "if near: => false_alarms += open_ends.index(*near[:1]) if near else len(open_ends)\n"
            "        if near:",
            "false_alarms += 1 => pass",
        ): "each word that is not near counts as a false alarm. Count the event once.",
        "if near: => near[0]\n        if near:": NO_EVENT,
        **{
            f"open_ends, false_alarms => {read}\n    open_ends, false_alarms": NO_EVENT
            for read in ("ends[0]", "events[0]", "min(ends)", "min(events)")
        },
        "in open_ends if => in sorted(ends) if": "a word that was hit is not open any more.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    b = float(rng.integers(1, 9))  # all in eighths of a second, so that they are exact
    some, near = [b + 1.125, b + 3.25, b + 4.25, b + 5.375, b + 6.875], [b + 2.25, b + 2.75]
    many, ends = (rng.permutation(48)[:size] / 8 for size in (12, 9))
    cases = [
        (some, [b + 1, b + 3, b + 5, b + 7, b + 9, b + 11]),  # hits, one false alarm, two misses
        ([b + 1.75], [b + 2]),  # as early as it may be
        ([b + 2.5], [b + 2]),  # as late as it may be
        ([b + 1.625], [b + 2]),  # too early
        ([b + 2.625], [b + 2]),  # too late
        ([b + 1.875, b + 2.375], [b + 2]),  # two events, one word
        ([b + 4, b + 4.25], [b + 2, b + 4]),  # so, too, behind a word that is missed
        ([b + 2.125], [b + 2, b + 2.25]),  # one event, two words
        (near, [b + 2, b + 2.375]),  # the first event is near both words, the second near one
        (near, [b + 2.375, b + 2]),
        ([b + 2.125, b + 2.375], [b + 2, b + 2.375]),  # both events are near both words
        ([b + 2.125, b + 2.75], [b + 2, b + 2.375]),  # as before, but the first word is nearer
        ([], [b + 1, b + 3]),
        (some[:3], []),
        ([], []),
        (sorted(many.tolist()), ends.tolist()),
    ]

    def compare(name, got, events, ends):
        parts, want = unpack(got, ASKED), _matched(events, ends)
        for what, part in zip(COUNTS, parts, strict=True):
            number = isinstance(part, int | float | np.number) or shape_of(part) == ()
            same(f"The number of {what}", part, part if number else 0)
        yours = tuple(map(float, parts))
        if yours != want:
            yours, right = (", ".join(f"{part:g}" for part in counts) for counts in (yours, want))
            says = f"{_begun(name)} are {yours}; they should be {right}."
            raise off(name, got, says, facts=says)

    whens = ("with events={}, ends={}, hits, false alarms and misses".format(*c) for c in cases)
    _hold(attempt, "", dict(zip(whens, cases, strict=True)), compare)
    return "Hits agree with SciPy's maximum matching of events and words, the edges included."


def _matched(events, ends):
    """Return the counts for as many pairs of an event and a word as there can be.

    All windows are equally long: the first event with the first open word leads to as many.
    """
    late = np.subtract.outer(np.array(events), np.array(ends))
    near = csr_array((late >= -0.25) & (late <= 0.5))
    hits = int(np.sum(csgraph.maximum_bipartite_matching(near) >= 0)) if late.size else 0
    return hits, len(events) - hits, len(ends) - hits
