"""The checks of `week3/2_trigger_word_detection`.

The power is held against SciPy's ShortTimeFFT and counts against its maximum matching; places,
labels and events against all that the definition allows, one by one. What goes in is drawn fresh
each time, with other sizes than the notebook's.
"""

import itertools

import numpy as np
from scipy import signal, special
from scipy.sparse import csgraph, csr_array

from utils.checks import Checks, Wrong, same, shape_of, shaped, unpack
from utils.sound.spectrograms import FFT, HOP, WINDOW

check = Checks()


# Our own versions: the notebook goes on with them where an exercise was not attempted.


def power_spectrum(samples, window, hop, n_fft):
    """Return the power of each frame at each frequency, (T_x, n_fft // 2 + 1)."""
    starts = range(0, len(samples) - len(window) + 1, hop)
    frames = np.stack([samples[s : s + len(window)] for s in starts])
    return np.abs(np.fft.rfft(frames * window, n_fft)) ** 2


def free_place(length, taken, n_samples, rng):
    """Return where a sound of `length` samples may start, drawn evenly; None if it fits nowhere."""
    if length > n_samples:
        return None
    free = np.ones(n_samples - length + 1, bool)
    for start, end in taken:
        free[max(0, start - length + 1) : end] = False
    starts = np.flatnonzero(free)
    return int(rng.choice(starts)) if len(starts) else None


def overlay(noise, word, start, snr):
    """Return the noise with the word in it, (n,), `snr` dB from the noise to the word."""
    clip = noise.copy()
    gain = _rms(noise) * 10 ** (snr / 20) / _rms(word)
    clip[start : start + len(word)] += gain * word
    return clip


def label(ends, T_y, first, step, width):
    """Return (T_y,): 1 at the first `width` outputs that have heard a whole word, else 0."""
    y = np.zeros(T_y)
    for end in ends:
        j = max(0, int(np.ceil((end - first) / step)))
        y[j : j + width] = 1
    return y


def find_events(probabilities, threshold, refractory):
    """Return the outputs at which there is an event, a list of numbers, rising."""
    events = []
    for j in np.flatnonzero(probabilities > threshold).tolist():
        if not events or j - events[-1] >= refractory:
            events.append(j)
    return events


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


# What the graders share.


ANY_OR_ALL = ". Use a.any() or a.all()."  # NumPy's advice, which often leads astray


def _tried(attempt, hints, *arguments):
    """Return the answer; where it stopped with an error that is known, add what to look for."""
    try:
        return attempt(*arguments)
    except Wrong as error:
        found = [hint for said, hint in hints.items() if said in str(error)]
        raise Wrong(" ".join([str(error).replace(ANY_OR_ALL, "."), *found[:1]])) from error


def _rms(samples):
    return np.sqrt(np.mean(np.square(samples)))


def _answers(answer, cases):
    """Return the answers to the cases, and the error that ended them, if one did."""
    answers = []
    for case in cases:
        try:
            answers.append(answer(*case))
        except Wrong as error:
            return answers, error
    return answers, None


def _explained(mistakes, cases, answers, wrong=None):
    """Return the first usual mistake that gives these answers, or an empty string.

    One that gives them all is looked for before one that gives those up to the number `wrong`.
    """
    pairs = [*zip(cases, answers, strict=False)]
    for some in (pairs, pairs[: len(pairs) if wrong is None else wrong + 1]):
        for text, mistake in mistakes:
            if all(mistake(*case) == answer for case, answer in some):
                return f" {text}"
    return ""


# Exercise 1


@check.exercise(power_spectrum)
def _(attempt):
    rng = np.random.default_rng()
    try:
        _compare_powers(attempt, rng)
    except Wrong as error:
        constants = _constants_for(attempt, rng)
        if not constants:
            raise
        raise Wrong(
            f"It takes the notebook's {', '.join(constants)}. Take the arguments: "
            f"{', '.join(OURS[name] for name in constants)}."
        ) from error
    return "Frames, window and power agree with SciPy's ShortTimeFFT."


OURS = {"WINDOW": "len(window)", "HOP": "hop", "FFT": "n_fft"}
SHORTER = "The last frames are shorter. A frame has len(window) samples; only whole frames count."
POWER_HINTS = {
    "same shape": SHORTER,
    "inhomogeneous": SHORTER,
    "broadcast": "A frame has len(window) samples.",
    "at least one array": "No frame was found. Look at where they begin.",
}


def _compare_powers(attempt, rng, constants=()):
    """Hold the power of several sounds against SciPy's; some sizes may be the notebook's."""
    some = _draw_sound(rng, 8, int(rng.integers(1, 5)), constants)
    _compare_power(attempt, *some, "The answer")
    exact = _draw_sound(rng, 5, 0, constants, padded=False)
    name = "The answer, where the last frame ends with the last sample,"
    _compare_power(attempt, exact[0].astype("float32"), *exact[1:], name)
    single = _draw_sound(rng, 1, 2, constants)
    _compare_power(attempt, *single, "The answer for a single frame")


def _constants_for(attempt, rng):
    """Return the fewest of the notebook's WINDOW, HOP and FFT that make the answer right."""
    for number in range(1, len(OURS) + 1):
        for constants in itertools.combinations(OURS, number):
            try:
                _compare_powers(attempt, rng, constants)
            except Wrong:
                continue
            return constants
    return ()


def _draw_sound(rng, T_x, rest, constants=(), padded=True):
    """Draw samples, window, hop and n_fft; `rest` samples behind the last frame that is whole.

    `padded`: the window is shorter than n_fft. It is not symmetric.
    """
    hop = HOP if "HOP" in constants else int(rng.integers(5, 8))
    length = int(rng.integers(22, 25)) if padded else 16
    if constants:  # the frames must overlap
        length = WINDOW if "WINDOW" in constants else length + 2 * HOP
    n_fft = FFT if "FFT" in constants else length if not padded else 448 if constants else 40
    samples = rng.normal(0.5, 1, length + hop * (T_x - 1) + rest)
    return samples, rng.uniform(0.3, 0.7, length) + np.linspace(0, 0.5, length), hop, n_fft


def _compare_power(attempt, samples, window, hop, n_fft, name):
    want, frames = _by_scipy(samples, window, hop, n_fft)
    got = _tried(attempt, POWER_HINTS, samples, window, hop, n_fft)
    if isinstance(got, np.ndarray) and np.iscomplexobj(got):
        raise Wrong(f"{name} is complex. The power is the square of the absolute value: np.abs.")
    hints = _wrong_frames(want.shape, len(samples), len(window), hop, n_fft)
    got = shaped(name, got, want, "(T_x, n_fft // 2 + 1)", hints)
    mistakes = _wrong_power(got, frames, window, n_fft)
    same(name, got, want, "(T_x, n_fft // 2 + 1)", mistakes, tolerance=1e-5)


def _by_scipy(samples, window, hop, n_fft):
    """Return the power as SciPy gives it, and the frames, (T_x, length)."""
    length = len(window)
    begins = [s for s in range(len(samples)) if s % hop == 0 and s + length <= len(samples)]
    transform = signal.ShortTimeFFT(window, hop, 1, mfft=n_fft, phase_shift=None)
    lead = -transform.m_num_mid % hop  # its first slice is centred at the first sample
    first = (lead + transform.m_num_mid) // hop
    parts = transform.stft(np.pad(samples, (lead, 0)), first, first + len(begins))
    return np.abs(parts.T) ** 2, np.stack([samples[s : s + length] for s in begins])


def _wrong_frames(shape, n, length, hop, n_fft):
    """Return the shapes that mistakes give, and what to look for."""
    T_x, columns = shape
    fft = "np.fft.rfft(frame, n_fft) gives n_fft // 2 + 1 columns."
    rows = {
        1: "That is one frame. A new one begins after `hop` samples, until the samples end.",
        T_x - 1: "The last frame is missing. It may begin at len(samples) - len(window), too.",
        T_x + 1: "The last frame is not whole.",
        len(range(0, n, hop)): "The last frames are not whole.",
        n // hop: "The last frames are not whole.",
        n // length: "The frames lie side by side. A new one begins after `hop` samples.",
        n - length + 1: "A frame begins at each sample. A new one begins after `hop` samples.",
        (n - n_fft) // hop + 1: (
            "A frame has len(window) samples, not n_fft: the last one may begin at len(samples) - "
            "len(window)."
        ),
    }
    return (
        {(number, columns): hint for number, hint in rows.items()}
        | {
            (T_x, n_fft): fft,
            (T_x, n_fft // 2): fft,
            (T_x, length): "Do not leave out np.fft.rfft(frame, n_fft).",
            (T_x, length // 2 + 1): f"n_fft is not used. {fft}",
            (T_x, 257): f"It takes the notebook's FFT. Take the argument: {fft}",
            (columns, length): "That is a transform of columns. Transform rows, along axis=1.",
            (T_x,): "That is a number for each frame. Keep the frequencies apart.",
            (columns,): "That is one frame. Keep a row for each. Is `return` inside the loop?",
        }
        | ({(columns, T_x): "Each frame has a row, not a column."} if columns != T_x else {})
    )


def _wrong_power(got, frames, window, n_fft):
    """Return the usual mistakes, and the power that each gives."""
    length = len(window)

    def transform(window, frames=frames):
        return np.fft.rfft(frames * window, n_fft)

    z = transform(window)
    power = np.abs(z) ** 2
    both_sides = np.full(power.shape[1], 2.0)
    both_sides[[0, -1]] = 1
    others = [signal.get_window("hann", length, sym) for sym in (True, False)]
    others += [np.hamming(length), np.hanning(length)]
    scales = n_fft, length, n_fft**2, length**2, window.sum() ** 2, np.sum(window**2)
    logs = [k * np.log10(power + small) for k in (1, 10, 20) for small in (0, 1e-6)]
    logs += [np.log(power + small) for small in (0, 1e-6)] + [np.log1p(power)]
    given = "Multiply each frame by `window`, as it is given."
    return {
        f"the window is not used. {given}": np.abs(transform(1)) ** 2,
        f"the window is turned around. {given}": np.abs(transform(window[::-1])) ** 2,
        f"the window counts twice. {given}": np.abs(transform(window**2)) ** 2,
        f"it is another window. {given}": _nearest(
            got, *(np.abs(transform(other)) ** 2 for other in others)
        ),
        "the absolute value is not squared.": np.abs(z),
        "it is squared twice.": power**2,
        "only the real part is squared. Take np.abs first.": z.real**2,
        "only the imaginary part is squared. Take np.abs first.": z.imag**2,
        "this is the real part. Take np.abs, and square it.": z.real,
        "real and imaginary part are added, then squared. Square each first.": (z.real + z.imag)
        ** 2,
        "these are logarithms. The power is asked for, without a logarithm.": _nearest(got, *logs),
        "the power is divided by a number. Leave it as it is.": _nearest(
            got, *(power / scale for scale in scales)
        ),
        "the power is doubled. Leave it as it is.": _nearest(got, 2 * power, both_sides * power),
        "the mean of each frame is taken away. Leave the samples as they are.": (
            np.abs(transform(window, frames - frames.mean(axis=1, keepdims=True))) ** 2
        ),
    }


def _nearest(got, *values):
    """Return the one of several wrong values, for one mistake, that is nearest to an answer."""
    return min(values, key=lambda value: np.abs(np.nan_to_num(got - value, nan=np.inf)).max())


# Exercise 2


@check.exercise(free_place, none_allowed=True)
def _(attempt):
    rng = np.random.default_rng()
    length = int(rng.integers(4, 7))
    empty = length, [], length + 4
    found = _draws_with_rng(attempt, empty, rng)
    clips = _small_clips(length)
    others, error = _answers(lambda *clip: _starts(attempt, clip, rng), clips)
    _compare_starts([empty, *clips], [found, *others])
    if error:
        raise error
    _draws_evenly(attempt, length, rng)
    _finds_the_only_place(attempt, rng)
    return "All possible starts come, equally often, and no other."


DRAWS = 200  # one of 5 starts does not come with a chance of 10**-18
EVEN_DRAWS = 3000
UNLIKELY = 1e-9  # how often a right answer may seem uneven
LAST = "rng.integers never gives high. Is there a place at all? If not, return None."
GIVEN_UP = "Do not give up after some tries: list all possible starts, and draw one of them."
PLACE_HINTS = {
    "truth value": (
        "To ask whether there are any starts, use len(starts); .any() would take the start 0 alone "
        "for none."
    ),
    "negative dimensions": "What if the sound is longer than the clip?",
    "low >= high": LAST,
    "high <= 0": LAST,
    "empty range": LAST,
    "cannot be empty": "There is no possible start here: then return None, before you draw.",
    "must be a positive integer": "There may be no possible start: return None before you draw.",
    "too many indices": "Nothing may be taken: then the list is empty.",
    "out of bounds": "The possible starts are 0 to n_samples - length. An interval may go beyond.",
}


class _Chance(np.random.Generator):
    """A generator that counts how often it is asked, and stops who asks for ever."""

    def __init__(self, rng, most=100_000):
        super().__init__(np.random.PCG64(rng.integers(10**9)))
        self._asked, self._most = 0, most

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found):
            return found

        def ask(*arguments, **options):
            self._asked += 1
            if self._asked > self._most:
                raise Wrong(
                    "It draws again and again. List all possible starts before you draw; if there "
                    "are none, return None."
                )
            return found(*arguments, **options)

        return ask


def _place(attempt, length, taken, n_samples, chance):
    """Return an answer, a number or None; if it stops, say in which clip."""
    chance._asked = 0
    try:
        got = _tried(attempt, PLACE_HINTS, length, list(taken), n_samples, chance)
    except Wrong as error:
        raise Wrong(f"{_clip(length, taken, n_samples)}: {error}") from error
    if got is None:
        return None
    whole = isinstance(got, int | np.integer) and not isinstance(got, bool)
    if not whole and (shape_of(got) != () or getattr(got.dtype, "kind", "") not in tuple("iu")):
        raise Wrong(f"The start should be a whole number; yours is {_kind(got)}.")
    return int(got)


def _clip(length, taken, n_samples):
    return f"With length={length}, taken={taken}, n_samples={n_samples}"


def _kind(got):
    """Say what is no whole number, and where it may come from."""
    if isinstance(got, list | tuple | np.ndarray):
        shape = f" of shape {got.shape}" if isinstance(got, np.ndarray) else ""
        return f"of type {type(got).__name__}{shape}. Give one number: rng.choice(starts)"
    if isinstance(got, bool):
        return "of type bool. Where the sound fits nowhere, return None"
    drawn = ". rng.integers and rng.choice draw whole ones" * isinstance(got, float | np.floating)
    return f"of type {_type(got)}{drawn}"


def _type(got):
    return "class" if isinstance(got, type) else type(got).__name__


def _draws_with_rng(attempt, clip, rng):
    """Return all starts that came in an empty clip, if they were drawn with `rng`, and it alone."""
    chance, asked, found = _Chance(rng), 0, []
    for _ in range(DRAWS):
        found.append(_place(attempt, *clip, chance))
        asked += chance._asked
    if {*found} == {None}:
        raise Wrong(
            f"{_clip(*clip)}, it gives None, though the clip is empty and long enough. Does it end "
            f"with `return`?"
        )
    if len({*found}) == 1:
        raise Wrong("It gives the same start each time. Draw one of the possible starts with rng.")
    if not asked:
        raise Wrong("`rng` is not used. Draw with it, as in rng.choice, not with np.random.")
    seed = int(rng.integers(10**9))
    twins = [_Chance(np.random.default_rng(seed)) for _ in range(2)]
    if any(len({_place(attempt, *clip, twin) for twin in twins}) > 1 for _ in range(40)):
        raise Wrong("The same rng gives another start each time. Draw with rng alone.")
    return {*found}


def _small_clips(length):
    """Return length, taken and n_samples of clips with few possible starts, or none."""
    n = length
    ends = [(n + 3, 2 * n + 5), (0, 3)]  # a gap of n samples between them
    return [
        (n, [], n),  # nothing to spare
        (n, [(n, n + 3)], n + 5),  # only the start 0
        (n, [(n + 1, n + 3)], 2 * n + 4),  # shorter than the sound, far from both ends
        (n, [(1, 3)], n + 5),  # near the beginning
        (n, [(n + 2, n + 4)], n + 5),  # near the end
        (n, [(2 * n + 2, 2 * n + 3), (n, n + 2)], 3 * n + 4),  # unsorted, two gaps fit exactly
        (n, ends, 2 * n + 5),
        (n + 1, ends, 2 * n + 5),  # one sample too long for the gap
        (n, [(0, 5), (5, n + 8)], n + 8),  # full
        (n, [(0, n + 8)], n + 8),
        (n + 2, [], n + 1),  # longer than the clip
        (2 * n + 5, [(0, 3)], n + 1),
    ]


def _possible(length, taken, n_samples):
    """Return all starts that are possible, from the samples that each would hold."""
    occupied = {sample for start, end in taken for sample in range(start, end)}
    starts = range(n_samples - length + 1)
    return [s for s in starts if occupied.isdisjoint(range(s, s + length))]


def _starts(attempt, clip, rng):
    """Return all starts that came, None among them if it came beside others."""
    chance = _Chance(rng, most=100_000 if _possible(*clip) else 100)
    found = {_place(attempt, *clip, chance) for _ in range(DRAWS)}
    return found if found != {None} else set()


def _compare_starts(clips, found):
    """Hold all starts that came in each clip against those that are possible."""
    for number, (clip, starts) in enumerate(zip(clips, found, strict=False)):
        right = _possible(*clip)
        if starts != {*right}:
            named = _explained(WRONG_STARTS, clips, found, number)
            raise Wrong(f"{_clip(*clip)}, {_first_fault(starts, right, *clip)}{named}")


def _first_fault(found, right, length, taken, n_samples):
    """Say which start should not have come, or is missing."""
    for start in sorted(found - {*right, None}):
        if start == -1 and not right:
            return "the sound fits nowhere. Then return None, not -1."
        if not 0 <= start <= n_samples - length:
            return (
                "the sound would not lie within the clip. The first start is 0, the last is "
                "n_samples - length; return None if it fits nowhere."
            )
        touched = next(pair for pair in taken if start < pair[1] and start + length > pair[0])
        return f"it gives the start {start}, where the sound would overlap {touched}."
    if not found:
        return f"it gives None, but the start {right[0]} is possible."
    if None in found:
        return f"it sometimes gives None, but the start {right[0]} is possible. {GIVEN_UP}"
    return f"it never gives the start {min({*right} - found)}, which is possible."


def _free(forbidden, which=slice(None)):
    """Return a rule that takes the starts that are not forbidden by the intervals `which`."""

    def rule(length, taken, n_samples):
        return {
            start
            for start in range(n_samples - length + 1)
            if not any(forbidden(start, start + length, *pair) for pair in taken[which])
        }

    return rule


def _sliced(begin):
    """Return a rule that forbids the starts from a - length + begin on, even if that is below 0."""

    def rule(length, taken, n_samples):
        free = np.ones(max(0, n_samples - length + 1), bool)
        for a, b in taken:
            free[a - length + begin : b] = False
        return {*np.flatnonzero(free).tolist()}

    return rule


def _left(keep):
    """Return a rule that takes those of the possible starts for which keep(start, possible)."""

    def rule(*clip):
        possible = {*_possible(*clip)}
        return {start for start in possible if keep(start, possible)}

    return rule


def _unsorted(length, taken, n_samples):
    """Return the starts in the gaps from each interval to the next of the list."""
    borders = itertools.pairwise([(0, 0), *taken, (n_samples, n_samples)])
    return {s for (_, low), (high, _) in borders for s in range(low, high - length + 1)}


BEFORE_END = "range and rng.integers stop before their end."
MAX_0 = "In a slice, a start below 0 counts from the end: take max(0, …)."
WRONG_STARTS = [  # usual mistakes, and the starts that each gives: of a sound (s, e), beside (a, b)
    (
        "The start 0 alone counts as none: .any() asks whether one is not 0, and 0 is False. Use "
        "len(starts).",
        lambda *clip: {*_possible(*clip)} if any(_possible(*clip)) else set(),
    ),
    (
        f"The last start, n_samples - length, is possible, too: {BEFORE_END}",
        lambda *clip: {*_possible(*clip)} - {clip[2] - clip[0]},
    ),
    (
        f"The last start in a gap is possible, too: {BEFORE_END}",
        _left(lambda s, possible: s + 1 in possible),
    ),
    (
        "The last start that is possible never comes.",
        _left(lambda s, possible: s < max(possible)),
    ),
    (
        "A sound that is as long as the clip, or as a gap, fits there.",
        _left(lambda s, possible: s + 1 in possible or s - 1 in possible),
    ),
    (
        "A sound that is as long as the clip fits, at 0.",
        lambda *clip: {*_possible(*clip)} if clip[0] != clip[2] else set(),
    ),
    ("The first start in a gap is possible, too.", _left(lambda s, possible: s - 1 in possible)),
    ("Only the first start in each gap comes.", _left(lambda s, possible: s - 1 not in possible)),
    ("The intervals that are taken are not used.", _free(lambda s, e, a, b: False)),
    ("Look at the whole sound, not only at its start.", _free(lambda s, e, a, b: a <= s < b)),
    ("Look at the whole sound, not only at its end.", _free(lambda s, e, a, b: a < e <= b)),
    (
        "Look at the whole sound, not only at its first and last sample.",
        _free(lambda s, e, a, b: a <= s < b or a < e <= b),
    ),
    (
        "A sound may begin at the `end` of an interval, which does not hold that sample.",
        _free(lambda s, e, a, b: s <= b and e > a),
    ),
    (
        "A sound may end where an interval begins: it does not hold the sample start + length.",
        _free(lambda s, e, a, b: s < b and e >= a),
    ),
    (
        "Sounds may lie side by side: (0, 100) and (100, 150) share no sample.",
        _free(lambda s, e, a, b: s <= b and e >= a),
    ),
    (MAX_0, _sliced(1)),
    (MAX_0, _sliced(0)),
    (
        "The sound's last sample, start + length - 1, must lie before the interval.",
        _free(lambda s, e, a, b: s < b and e > a + 1),
    ),
    ("The sample `end` - 1 is taken, too.", _free(lambda s, e, a, b: s < b - 1 and e > a)),
    (
        "All intervals count, not only the last.",
        _free(lambda s, e, a, b: s < b and e > a, slice(-1, None)),
    ),
    (
        "All intervals count, not only the first.",
        _free(lambda s, e, a, b: s < b and e > a, slice(1)),
    ),
    ("The intervals come in any order: sort them.", _unsorted),
]


def _draws_evenly(attempt, length, rng):
    """Hold many draws against equal chances; a right answer fails once in 10**9 times."""
    taken, at = [], 0
    for spare in rng.permutation([0, 1, 4]).tolist():  # gaps with 1, 2 and 5 starts
        at += length + spare
        taken.append((at, at + 3))
        at += 3
    clip = length, taken[1::-1], taken[-1][0]
    starts, chance = _possible(*clip), _Chance(rng)
    found = [_place(attempt, *clip, chance) for _ in range(EVEN_DRAWS)]
    _compare_starts([clip], [{*found}])
    often = np.array([found.count(start) for start in starts])
    if _as_likely(often, np.ones(len(starts))):
        return
    chances = _wrong_chances(starts, length, clip[2] - length)
    named = [f" {text}" for text, weights in chances.items() if _as_likely(often, weights)]
    raise Wrong(
        f"{_clip(*clip)}, {EVEN_DRAWS} draws gave the start {starts[often.argmax()]} "
        f"{often.max()} times, but {starts[often.argmin()]} {often.min()} times. All possible "
        f"starts should be equally likely.{(named or [''])[0]}"
    )


def _as_likely(often, weights):
    """Whether counts may come from chances in proportion to weights: a chi-squared test."""
    expected = often.sum() * weights / weights.sum()
    return np.sum((often - expected) ** 2 / expected) < special.chdtri(len(often) - 1, UNLIKELY)


def _wrong_chances(starts, length, last):
    """Return the usual mistakes, and how likely each makes the starts, in proportion."""
    at = np.array(starts)
    gap = np.cumsum(np.diff(at, prepend=at[0]) > 1)
    free = "Draw among the free ones."
    return {
        "Do not draw the gap first: a longer gap has more starts.": 1 / np.bincount(gap)[gap],
        "If you round, 0 and the last number come half as often. Draw whole numbers, by "
        "rng.integers.": np.where((at == 0) | (at == last), 0.5, 1),
        f"Do not move a start that is too late to the last one. {free}": np.where(
            at == last, length, 1
        ),
        f"Do not move a start that is taken on to a free one. {free}": np.diff(at, prepend=-1),
        f"Do not move a start that is taken back to a free one. {free}": np.diff(
            at, append=last + 1
        ),
    }


def _finds_the_only_place(attempt, rng):
    """Give long clips in which one start in 1800 is possible: who gives up, does not find it."""
    for _ in range(8):
        start, length, n_samples = int(rng.integers(200, 1600)), 200, 2000
        clip = length, [(start + length, n_samples), (0, start)], n_samples
        got = _place(attempt, *clip, _Chance(rng))
        if got is None:
            raise Wrong(
                f"{_clip(*clip)}, it gives None, but the start {start} is possible. {GIVEN_UP}"
            )
        _compare_starts([clip], [{got}])


# Exercise 3


@check.exercise(overlay)
def _(attempt):
    rng = np.random.default_rng()
    n, length = 120, int(rng.integers(25, 32))
    word = rng.normal(0.1, 0.4, length)
    noise = rng.normal(0.3, 1, n) * np.linspace(0.5, 2.5, n)  # louder and louder
    snr, start = rng.uniform(5, 9), int(rng.integers(30, 50))
    _compare_clip(attempt, noise, word, start, snr, "The clip")
    _compare_clip(attempt, noise, word, start, -snr, "The clip at an SNR below 0 dB")
    _compare_clip(attempt, noise, word, 0, snr, "The clip with a word at its beginning")
    _compare_clip(attempt, noise, word, n - length, snr, "The clip with a word at its end")
    whole = rng.normal(0.1, 0.4, n)
    _compare_clip(attempt, noise, whole, 0, snr, "The clip with a word as long as the noise")
    noise, word = noise.astype("float32"), word.astype("float32")
    clip = _compare_clip(attempt, noise, word, start, snr, "The clip in float32")
    _compare_clip(attempt, clip, word[::-1], start - 28, snr, "The clip with a second word")
    return "The word has its ratio to the whole noise, at both ends of the clip, too."


CLIP_HINTS = {
    "could not be broadcast": "The word goes to clip[start : start + len(word)], and only there.",
    "out of bounds": "The word goes to clip[start : start + len(word)], and only there.",
}


def _compare_clip(attempt, noise, word, start, snr, name):
    """Return the right clip, if the answer is."""
    n, length = len(noise), len(word)
    ratio = 10 ** (snr / 20) * np.linalg.norm(noise) * np.sqrt(length / n) / np.linalg.norm(word)
    want = noise + ratio * np.pad(word, (start, n - length - start))
    longer = "The word is added to the noise, not joined to it."
    hints = {
        (length,): "That is the word alone. Return the whole clip.",
        (n + length,): longer,
        (n - length,): "The word replaces nothing. Add it to the samples that are there.",
        (): "That is one number. Return the clip.",
        (1, n): "Return it without the axis of length 1.",
    }
    got = shaped(name, _tried(attempt, CLIP_HINTS, noise, word, start, snr), want, "(n,)", hints)
    same(name, got, want, "(n,)", _wrong_clips(noise, word, start, snr), tolerance=1e-5)
    return want.astype(noise.dtype)


def _wrong_clips(noise, word, start, snr):
    """Return the usual mistakes, and the clip that each gives."""
    n, length = len(noise), len(word)
    here = slice(start, start + length)
    factor, loud, soft = 10 ** (snr / 20), _rms(noise), _rms(word)
    gain = loud * factor / soft

    def added(gain, noise=noise, start=start):
        return noise + np.pad(gain * word, (start, n - length - start))

    def put(gain, outside=1):
        clip = outside * noise
        clip[here] = gain * word
        return clip

    right, less = added(gain), loud / soft / factor
    peak = np.abs(noise).max() / np.abs(word).max()
    turned = "The word should be stronger than the noise if snr is above 0."
    mistakes = {
        "the noise is the one under the word. Take the RMS of the whole noise.": added(
            _rms(noise[here]) * factor / soft
        ),
        "the word is scaled by 10 ** (snr / 10), which is for power. For RMS, divide by 20.": added(
            gain * factor
        ),
        f"the ratio is turned around. {turned}": added(less),
        "the word replaces the noise. Add it: clip[…] += …": put(gain),
        "the word is not scaled; it is added as it is.": added(1),
        "the word is not scaled, and it replaces the noise.": put(1),
        "the word is missing: this is the noise.": added(0),
        "the word is taken away. Add it.": added(-gain),
        "it is the word over silence. Return noise and word together.": added(gain, 0 * noise),
        "the noise is scaled. Leave it, and scale the word.": added(1, noise / gain),
        "the noise is scaled the wrong way round. Leave it, and scale the word.": added(
            1, noise * gain
        ),
        "the RMS of the noise is missing. The word should have the RMS rms(noise) * 10 ** (snr / "
        "20).": added(factor / soft),
        "the word's own RMS is missing. Divide by rms(word).": added(loud * factor),
        "both RMS are missing. The word should have the RMS rms(noise) * 10 ** (snr / 20).": added(
            factor
        ),
        "the two RMS are swapped. The gain is rms(noise) * 10 ** (snr / 20) / rms(word).": added(
            soft / loud * factor
        ),
        "snr is not used: the word has the RMS of the noise.": added(loud / soft),
        "snr is in decibels. The ratio is 10 ** (snr / 20).": added(loud / soft * snr),
        "the ratio is 10 ** (snr / 20), with 10, not e.": added(loud / soft * np.exp(snr / 20)),
        "the square roots are missing. The RMS is the root of the mean square.": added(
            loud**2 / soft**2 * factor
        ),
        "the gain of power is given to the samples. Take its square root.": added(gain**2),
        "it is np.std in place of the RMS. The mean counts, too.": added(
            np.std(noise) / np.std(word) * factor
        ),
        "these are the peaks in place of the RMS.": added(peak * factor),
        "it is the mean of absolute values in place of the RMS.": added(
            np.abs(noise).mean() / np.abs(word).mean() * factor
        ),
        "the word's RMS is not that of its own samples. Take the mean of its squares over "
        "len(word) samples, not over a padded clip, and not their sum.": added(
            gain * np.sqrt(n / length)
        ),
        "it is cut off at -1 and 1. Leave it as it is.": np.clip(right, -1, 1),
        "the whole is scaled by its peak. Leave it as it is.": right / np.abs(right).max(),
        "the word begins at 0, not at start.": added(gain, start=0),
        "the word begins one sample late.": np.roll(right - noise, 1) + noise,
        "the word begins one sample early.": np.roll(right - noise, -1) + noise,
    }
    return mistakes


# Exercise 4


@check.exercise(label)
def _(attempt):
    rng = np.random.default_rng()
    width, step = int(rng.choice([3, 7])), int(rng.integers(7, 12))
    first = step * (width + 4) + int(rng.integers(1, step))
    words = _words_that_end(rng, first, step, width)
    cases = [(ends, OUTPUTS, first, step, width) for ends in words.values()]
    names = [f"y {when}, label{case}," for when, case in zip(words, cases, strict=True)]
    named_cases = zip(names, cases, strict=True)
    found, error = _answers(lambda *case: _labels(attempt, *case), named_cases)
    for number, (name, y, case) in enumerate(zip(names, found, cases, strict=False)):
        want = _labels_by_definition(*case)
        if not np.array_equal(y, want):
            named = _explained(WRONG_LABELS, cases, [y.tolist() for y in found], number)
            if named:
                raise Wrong(f"{name} is off:{named}")
        same(name, y, want)
    if error:
        raise error
    return "The labels begin where the word has been heard, at both ends of the clip, too."


OUTPUTS = 31
MISSING = "Outputs that do not exist get no label."
AN_INT = "np.ceil gives a float. Make it an int."
NO_WORD = "A clip may have no target: then all labels are 0."
LABEL_HINTS = {
    "out of bounds": f"{MISSING} A slice may go beyond the end.",
    "can only assign an iterable": "Begin with a NumPy array: np.zeros(T_y).",
    "slice indices": AN_INT,
    "integers are valid": AN_INT,
    "interpreted as an integer": AN_INT,
    "zero-size": NO_WORD,
    "empty sequence": NO_WORD,
    "is empty": NO_WORD,
    "list index out of range": NO_WORD,
}


def _words_that_end(rng, first, step, width):
    """Return where words end, in samples, in all situations that are different."""
    j = int(rng.integers(7, 10))
    heard = [first + step * j for j in range(OUTPUTS + 8)]
    early, late = (int(n) for n in rng.integers(1, step // 3 + 1, 2))  # before or after an output
    last = heard[OUTPUTS - 1]
    return {
        "for two words": [heard[j + 10] - early, heard[j - 1] + late],
        "for a word that ends with the last sample that an output has heard": [heard[j]],
        "for a word that ends one sample after what an output has heard": [heard[j] + 1],
        "for a word that ends just before output 0 answers": [first - early],
        "for a word that ends long before output 0 answers": [first - step - early],
        "for a word at the very beginning of the clip": [early, first - (width + 2) * step],
        "for a word that ends near the clip's end": [heard[OUTPUTS - 2] - early],
        "for a word that only the last output has heard": [last],
        "for a word that ends one sample too late for the last output": [last + 1],
        "for a word that ends after all outputs": [heard[OUTPUTS + 5] - early],
        "for two words close to each other": [heard[j + 1] - early, heard[j] - early],
        "for two words, the first of them too late": [heard[OUTPUTS + 1], heard[j] - early],
        "for a clip without targets": [],
    }


def _labels_by_definition(ends, T_y, first, step, width):
    heard, y = first + step * np.arange(T_y), np.zeros(T_y)
    for end in ends:
        y[np.flatnonzero(heard >= end)[:width]] = 1
    return y


def _labels(attempt, name, case):
    """Return an answer as an array (T_y,)."""
    ends, T_y, *_, width = case
    hints = {
        (T_y + width,): MISSING,
        (T_y - 1,): "The outputs are 0 to T_y - 1, so there are T_y of them.",
        (T_y, 1): "Return it without the axis of length 1.",
        (1, T_y): "Return it without the axis of length 1.",
        (len(ends), T_y): "All words share one row of labels.",
        (width,): "There is a label for each of T_y outputs.",
    }
    try:
        got = _tried(attempt, LABEL_HINTS, list(ends), *case[1:])
    except Wrong as error:
        raise Wrong(f"{name} is missing: {error}") from error
    if isinstance(got, list | tuple):
        raise Wrong(f"{name} is of type {_type(got)}: return a NumPy array.")
    return shaped(name, got, _labels_by_definition(*case), "(T_y,)", hints)


def _first_output(end, first, step):
    """Return the first output that has heard the word, below 0 if it would be before output 0."""
    return -((first - end) // step)


def _from_output(begin, size=lambda width: width):
    """Return a rule that labels `size` outputs from begin(end, first, step, width) on."""

    def rule(ends, T_y, first, step, width):
        y = [0] * T_y
        for end in ends:
            j = begin(end, first, step, width)
            for output in range(max(0, j), min(T_y, j + size(width))):
                y[output] = 1
        return y

    return rule


def _from_right(begin, size=lambda width: width):
    """Return a rule that labels `size` outputs from begin(j, width) on, j the right output."""
    return _from_output(lambda e, f, s, w: begin(max(0, _first_output(e, f, s)), w), size)


def _changed(change):
    """Return a rule that labels right after change(ends, T_y, first, step, width)."""
    return lambda *case: _labels_by_definition(*change(*case)).tolist()


def _added(ends, *others):
    parts = [_labels_by_definition([end], *others) for end in ends]
    return np.sum(parts, axis=0).tolist() if parts else [0] * others[0]


def _counted_from_the_end(ends, T_y, first, step, width):
    y = np.zeros(T_y)
    for end in ends:
        j = _first_output(end, first, step)
        y[j : j + width] = 1
    return y.tolist()


def _width_in_samples(ends, T_y, first, step, width):
    heard = first + step * np.arange(T_y)
    y = np.zeros(T_y)
    for end in ends:
        y[(heard >= end) & (heard < end + width)] = 1
    return y.tolist()


def _turned(ends, T_y, first, step, width):
    y = np.zeros(T_y)
    for end in ends:
        y[(max(0, _first_output(end, first, step)) + np.arange(width)) % T_y] = 1
    return y.tolist()


UP = "Which output is the first that has heard at least `end` samples? Round up."
EXACTLY = (
    "an output that has heard exactly `end` samples has heard the word. Add no 1 to the division; "
    "round it up."
)
BACK = "labels beyond the last output are moved back. They do not exist."
SAMPLES = "`step` is not used: these are samples, not outputs."
OUR_OWN = "it takes the notebook's FIRST, STEP or WIDTH. Take the arguments first, step, width."
BEFORE = "the labels stand before the word's end, where it is not over."
AROUND = "the labels stand around the word's end. They should begin where it has been heard."
FIRST = "`first` is not used. Output j has heard first + step * j samples."
WRONG_LABELS = [  # usual mistakes, and the labels that each gives
    ("labels of two words are added. A label is 1 or 0.", _added),
    (
        "0 and 1 are swapped.",
        lambda *case: (1 - _labels_by_definition(*case)).tolist(),
    ),
    ("`width` is a number of outputs, not of samples.", _width_in_samples),
    ("it is all 0.", lambda ends, T_y, *_: [0] * T_y),
    (
        f"the division is rounded down. {UP}",
        _from_output(lambda e, f, s, w: max(0, (e - f) // s)),
    ),
    (
        f"the division is rounded to the nearest. {UP}",
        _from_output(lambda e, f, s, w: max(0, round((e - f) / s))),
    ),
    (EXACTLY, _from_output(lambda e, f, s, w: max(0, (e - f) // s + 1))),
    (EXACTLY, _from_output(lambda e, f, s, w: (e - f) // s + 1)),
    ("it begins one output late.", _from_right(lambda j, w: j + 1)),
    (
        "a negative j counts from the end of y. A word that ends before output 0 has heard "
        "everything gets its labels from output 0 on.",
        _counted_from_the_end,
    ),
    (
        "labels before output 0 are lost. A word that ends before output 0 has heard everything "
        "gets all its labels, from output 0 on.",
        _from_output(lambda e, f, s, w: _first_output(e, f, s)),
    ),
    (
        "a word that ends before output 0 has heard everything gets its labels, too, from output "
        "0 on.",
        _changed(lambda ends, T_y, f, s, w: ([e for e in ends if e > f - s], T_y, f, s, w)),
    ),
    (
        "a negative j is made positive. Take 0.",
        _from_output(lambda e, f, s, w: abs(_first_output(e, f, s))),
    ),
    ("labels beyond the last output come back at the beginning. They do not exist.", _turned),
    (
        BACK,
        lambda ends, T_y, *sizes: _from_right(lambda j, w: min(j, T_y - w))(ends, T_y, *sizes),
    ),
    (
        BACK,
        lambda ends, T_y, *sizes: _from_right(lambda j, w: min(j, T_y - 1))(ends, T_y, *sizes),
    ),
    (
        "a word near the clip's end gets labels, too, as many as there are outputs.",
        _changed(
            lambda ends, T_y, f, s, w: ([e for e in ends if e <= f + s * (T_y - w)], T_y, f, s, w)
        ),
    ),
    (
        "only one output of each word has a label. It should be `width` outputs.",
        _from_right(lambda j, w: j, lambda w: 1),
    ),
    (
        "a word has one label too many. It should be `width`.",
        _from_right(lambda j, w: j, lambda w: w + 1),
    ),
    (
        "a word has one label too few. It should be `width`.",
        _from_right(lambda j, w: j, lambda w: w - 1),
    ),
    (
        "from the word's end on, all is 1. It should be `width` outputs.",
        _from_right(lambda j, w: j, lambda w: OUTPUTS),
    ),
    (BEFORE, _from_right(lambda j, w: j - w)),
    (BEFORE, _from_right(lambda j, w: j - w + 1)),
    (AROUND, _from_right(lambda j, w: j - w // 2)),
    (FIRST, _from_output(lambda e, f, s, w: _first_output(e, 0, s))),
    (FIRST, _from_output(lambda e, f, s, w: e // s)),
    (
        "`first` is added. Output j has heard first + step * j samples.",
        _from_output(lambda e, f, s, w: _first_output(e, -f, s)),
    ),
    (SAMPLES, _from_output(lambda e, f, s, w: max(0, e - f))),
    (SAMPLES, _from_output(lambda e, f, s, w: e)),
    (OUR_OWN, _changed(lambda ends, T_y, f, s, w: (ends, T_y, 2640, 640, 5))),
    (OUR_OWN, _changed(lambda ends, T_y, f, s, w: (ends, T_y, 2640, 640, w))),
    (OUR_OWN, _changed(lambda ends, T_y, f, s, w: (ends, T_y, 2640, s, w))),
    (OUR_OWN, _changed(lambda ends, T_y, f, s, w: (ends, T_y, f, 640, w))),
    (OUR_OWN, _changed(lambda ends, T_y, f, s, w: (ends, T_y, f, s, 5))),
    (
        "a word that no output has heard whole gets labels from output 0 on. np.argmax is 0, too, "
        "where nothing is True.",
        _from_right(lambda j, w: j if j < OUTPUTS else 0),
    ),
    ("only the last word has labels.", _changed(lambda ends, *sizes: (ends[-1:], *sizes))),
    ("only the first word has labels.", _changed(lambda ends, *sizes: (ends[:1], *sizes))),
]


# Exercise 5


@check.exercise(find_events)
def _(attempt):
    rng = np.random.default_rng()
    threshold, refractory = float(rng.choice([0.375, 0.5, 0.625, 0.75])), int(rng.integers(4, 7))
    curves = _curves(refractory)
    cases = [(_draw_curve(rng, curve, threshold), threshold, refractory) for curve in curves]
    cases.append((_draw_curve(rng, "..##.#", threshold), threshold, 1))
    found, error = _answers(lambda *case: _outputs(attempt, *case), cases)
    for number, (case, events) in enumerate(zip(cases, found, strict=False)):
        want = _events_by_definition(*case)
        if events != want:
            named = _explained(WRONG_EVENTS, cases, found, number)
            more = ", …" * (len(events) > 8)
            raise Wrong(
                f"For {_drawn(*case)}, the events are {str(events[:8])[:-1]}{more}]; they should "
                f"be {want}.{named}"
            )
    if error:
        raise error
    return "Events begin above the threshold, and the refractory time counts from the last event."


EVENT_HINTS = {
    "list index out of range": "Before the first event there is none to look at.",
    "out of bounds": "There are T_y outputs, 0 to T_y - 1.",
}


def _curves(refractory):
    """Return in what situations the probabilities are: # above the threshold, = on it, . below."""
    r, low = refractory, "." * refractory
    return [
        f"{low}..##{low}.###{low}...#{low}",  # words, far from each other
        f"{low}=.{low}..#={low}=",  # on the threshold
        f"{low}#{low[2:]}#{low}.#",  # closer than the refractory time
        f"{low}..#{low[1:]}#{low}.",  # at exactly the refractory time
        f"{low}.{'#' * (2 * r + 2)}{low}",  # above for long
        f"{low}#{low[2:]}##{low[2:]}#{low}#",  # up again within the refractory time
        f"#{low}..#{low}",  # at once
        f".#{low}..#{low}",  # early
        f"{low}#{low}..#",  # at the last output
        f"{low}=..{low}",  # none
        "#" * (3 * r + 2),  # all
    ]


def _draw_curve(rng, curve, threshold):
    """Draw probabilities, (T_y,) in float32; they and the threshold are exact in float32."""
    steps = {"#": (1 - threshold) * 64, ".": threshold * 64}
    sizes = np.array([rng.integers(1, steps[sign]) if sign != "=" else 0 for sign in curve]) / 64
    above = np.array([1 if sign == "#" else -1 for sign in curve])
    return (threshold + above * sizes).astype("float32")


def _drawn(probabilities, threshold, refractory):
    """Return a curve in words."""
    curve = "".join(".=#"[int(np.sign(p - threshold)) + 1] for p in probabilities)
    on = ", = on it" * ("=" in curve)
    return f"the outputs {curve} (# above the threshold{on}) and refractory={refractory}"


def _events_by_definition(probabilities, threshold, refractory):
    events, wait = [], 0
    for j, probability in enumerate(probabilities):
        if j >= wait and probability > threshold:
            events, wait = [*events, j], j + refractory
    return events


def _outputs(attempt, probabilities, threshold, refractory):
    """Return an answer as a list of whole numbers, or say what it is instead."""
    try:
        got = _tried(attempt, EVENT_HINTS, probabilities, threshold, refractory)
    except Wrong as error:
        raise Wrong(f"For {_drawn(probabilities, threshold, refractory)}: {error}") from error
    if not isinstance(got, list | tuple | np.ndarray):
        raise Wrong(f"The answer should be a list of numbers; yours is of type {_type(got)}.")
    if isinstance(got, tuple) and len(got) == 1 and isinstance(got[0], np.ndarray):
        raise Wrong("np.where and np.nonzero give a tuple. Take [0] of it, or np.flatnonzero.")
    try:
        array = np.asarray(got)
    except ValueError:
        raise Wrong("The answer should be a list of numbers; yours holds lists, too.") from None
    if array.shape == probabilities.shape and array.dtype.kind in "bf":
        raise Wrong("The answer holds something for each output. List the outputs with an event.")
    if array.ndim != 1:
        raise Wrong(f"The answer should be a list of numbers; yours has shape {array.shape}.")
    if array.size and array.dtype.kind not in "iu":
        raise Wrong(f"The answer should hold whole numbers; yours holds {array.dtype}.")
    return array.tolist()


def _above(probabilities, threshold):
    """Return which outputs are above the threshold, and which of them begin and end a run."""
    above = probabilities > threshold
    return above, above & ~np.r_[False, above[:-1]], above & ~np.r_[above[1:], False]


def _spaced(outputs, refractory, last=-np.inf, count_all=False):
    """Return the outputs that lie `refractory` after the last event, or after the last of all."""
    events = []
    for j in np.flatnonzero(outputs).tolist():
        if j - last >= refractory:
            events.append(j)
        if count_all or events[-1:] == [j]:
            last = j
    return events


def _peaks(probabilities, threshold, refractory):
    _, begins, ends = _above(probabilities, threshold)
    runs = zip(np.flatnonzero(begins), np.flatnonzero(ends) + 1, strict=True)
    return [int(a + probabilities[a:b].argmax()) for a, b in runs]


def _highest_soon(probabilities, threshold, refractory, wait_from_highest):
    """Return the highest output within the refractory time of each first one."""
    events, wait = [], 0
    for j in np.flatnonzero(probabilities > threshold).tolist():
        if j >= wait:
            highest = j + int(probabilities[j : j + refractory].argmax())
            events, wait = [*events, highest], refractory + (highest if wait_from_highest else j)
    return events


def _zero_is_none(probabilities, threshold, refractory):
    events = []
    for j in np.flatnonzero(probabilities > threshold).tolist():
        if not any(events[-1:]) or j - events[-1] >= refractory:
            events.append(j)
    return events


NOTHING = "Before the first event there is nothing to wait for."
NOT_LAST = "An event is at the first output above the threshold, not at the last."
NOT_HIGHEST = "An event is at the first output above the threshold, not the highest."
IN_LOOP = "Is `return` inside the loop?"
WRONG_EVENTS = [  # usual mistakes, and the events that each gives
    (
        "Each output above the threshold counts. Wait for `refractory` outputs after an event.",
        lambda p, t, r: np.flatnonzero(p > t).tolist(),
    ),
    (
        "An event needs a probability above the threshold; one that is equal is not.",
        lambda p, t, r: _spaced(p >= t, r),
    ),
    ("These are the outputs below the threshold.", lambda p, t, r: _spaced(p < t, r)),
    (
        "The next event may lie exactly `refractory` outputs after the last: >=.",
        lambda p, t, r: _spaced(p > t, r + 1),
    ),
    ("The refractory time is one output too short.", lambda p, t, r: _spaced(p > t, r - 1)),
    (
        "The refractory time counts from the last event, not from the last output above the "
        "threshold.",
        lambda p, t, r: _spaced(p > t, r, count_all=True),
    ),
    (
        "If it is still above the threshold after the refractory time, there is an event.",
        lambda p, t, r: _spaced(_above(p, t)[1], r),
    ),
    (
        "Each time it rises above the threshold counts. Wait for `refractory` outputs after an "
        "event; if it is still above then, there is the next.",
        lambda p, t, r: np.flatnonzero(_above(p, t)[1]).tolist(),
    ),
    (NOT_LAST, lambda p, t, r: _spaced(_above(p, t)[2], r)),
    (NOT_LAST, lambda p, t, r: np.flatnonzero(_above(p, t)[2]).tolist()),
    *(
        (NOT_HIGHEST, rule)
        for rule in (
            _peaks,
            lambda p, t, r: _spaced(np.isin(np.arange(len(p)), _peaks(p, t, r)), r),
            lambda *case: _highest_soon(*case, wait_from_highest=True),
            lambda *case: _highest_soon(*case, wait_from_highest=False),
        )
    ),
    (
        f"The first event is missing. {NOTHING}",
        lambda *case: _events_by_definition(*case)[1:],
    ),
    (f"It waits for the first event, too. {NOTHING}", lambda p, t, r: _spaced(p > t, r, last=0)),
    (f"It waits for the first event, too. {NOTHING}", lambda p, t, r: _spaced(p > t, r, last=-1)),
    (
        f"It ends after output 0. {IN_LOOP} All outputs must be looked at.",
        lambda p, t, r: [0] if p[0] > t else [],
    ),
    (f"There is none at all. {NOTHING}", lambda *case: []),
    ("The last event may be at output 0: `not last` is True then, too.", _zero_is_none),
    ("Output 0 may be an event, too.", lambda p, t, r: _spaced(np.r_[False, p[1:] > t], r)),
    (
        "The last output may be an event, too.",
        lambda p, t, r: _spaced(np.r_[p[:-1] > t, False], r),
    ),
    (
        f"Only the first event is there. {IN_LOOP} Go on after it.",
        lambda *case: _events_by_definition(*case)[:1],
    ),
    (
        "It takes the notebook's REFRACTORY. Take the argument refractory.",
        lambda p, t, r: _spaced(p > t, 11),
    ),
    (
        "They are one output late: the first output is number 0.",
        lambda *case: [j + 1 for j in _events_by_definition(*case)],
    ),
    ("They are one output early.", lambda *case: [j - 1 for j in _events_by_definition(*case)]),
]


# Exercise 6


@check.exercise(count)
def _(attempt):
    rng = np.random.default_rng()
    cases = _events_and_ends(float(rng.integers(1, 9)), rng)
    found, error = _answers(lambda *case: _counts(attempt, *case), cases)
    named = _explained(WRONG_COUNTS, cases, found)
    for case, got in zip(cases, found, strict=False):
        want = _counts_by_matching(*case)
        if got != want:
            yours, right = (", ".join(f"{part:g}" for part in parts) for parts in (got, want))
            raise Wrong(
                f"{_given(*case)}, hits, false alarms and misses are {yours}; they should be "
                f"{right}{f':{named}' if named else '.'}"
            )
    if error:
        raise error
    return "Hits agree with SciPy's maximum matching of events and words, the edges included."


COUNTS = ("hits", "false alarms", "misses")
NO_EVENT = "There may be no event, no word, or no word near an event."
COUNT_HINTS = {
    "index out of range": NO_EVENT,
    "out of bounds": NO_EVENT,
    "is empty": NO_EVENT,
    "empty sequence": NO_EVENT,
    "division by zero": NO_EVENT,
    "not in list": "A word can be hit once only; then it is not open any more.",
}


def _events_and_ends(b, rng):
    """Return seconds of events and of ends, from b on, all in eighths, so that they are exact."""
    some, near = [b + 1.125, b + 3.25, b + 4.25, b + 5.375, b + 6.875], [b + 2.25, b + 2.75]
    many, ends = (rng.permutation(48)[:size] / 8 + b for size in (12, 9))
    return [
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


def _given(events, ends):
    if len(events) > 9:
        return f"With {len(events)} events and {len(ends)} words"
    return f"With events={events}, ends={ends}"


def _counts(attempt, events, ends):
    """Return an answer as a tuple of three numbers."""
    try:
        got = _tried(attempt, COUNT_HINTS, [*events], [*ends])
    except Wrong as error:
        raise Wrong(f"{_given(events, ends)}: {error}") from error
    parts = got.tolist() if isinstance(got, np.ndarray) and got.ndim == 1 else got
    parts = tuple(unpack(parts, ", ".join(COUNTS)))
    for name, part in zip(COUNTS, parts, strict=True):
        number = isinstance(part, int | float | np.number)
        same(f"The number of {name}", part, part if number else 0)
        if not number:
            raise Wrong(f"The number of {name} should be a whole number.")
    return parts


def _counts_by_matching(events, ends):
    """Return the counts for as many pairs of an event and a word as there can be.

    All windows are equally long: the first event with the first open word leads to as many.
    """
    late = np.subtract.outer(np.array(events), np.array(ends))
    near = csr_array((late >= -0.25) & (late <= 0.5))
    hits = int(np.sum(csgraph.maximum_bipartite_matching(near) >= 0)) if late.size else 0
    return hits, len(events) - hits, len(ends) - hits


def _by(low=-0.25, high=0.5, pick=min, order=sorted, again=False, near=None):
    """Return a rule with another window, or another choice of the words that an event hits.

    `pick` takes one or more out of a dictionary: how far each word is that is near the event.
    `again`: a word can be hit more than once.
    """

    def rule(events, ends):
        hit, hits, alarms = set(), 0, 0
        for event in events:
            late = {i: event - end for i, end in enumerate(order(ends)) if again or i not in hit}
            inside = near or (lambda seconds: low <= seconds <= high)
            found = {i: abs(seconds) for i, seconds in late.items() if inside(seconds)}
            chosen = np.atleast_1d(pick(found)).tolist() if found else []
            hit.update(chosen)
            hits, alarms = hits + len(chosen), alarms + (not found)
        return hits, alarms, len(ends) - len(hit)

    return rule


def _near_any(events, ends):
    """Return how many events have a word near them, how many not, and how many words no event."""
    late = np.subtract.outer(np.array(events), np.array(ends))
    near = (late >= -0.25) & (late <= 0.5)
    return int(near.any(1).sum()), int((~near.any(1)).sum()), int((~near.any(0)).sum())


def _is_near(event, end):
    return -0.25 <= event - end <= 0.5


def _only_first_open(events, ends):
    words, hits = sorted(ends), 0
    for event in events:
        hits += hits < len(words) and _is_near(event, words[hits])
    return hits, len(events) - hits, len(ends) - hits


def _zipped(order, left_out):
    """Return a rule that holds each event against one word; `left_out`: what is without a pair."""

    def rule(events, ends):
        pairs = [*zip(events, order(ends), strict=False)]
        hits = sum(_is_near(*pair) for pair in pairs)
        alarms, words = left_out(len(pairs), len(events), len(ends))
        return hits, alarms - hits, words - hits

    return rule


def _as_a_set(rule):
    """Return a rule that takes the words that another one hits, whatever the events are."""
    return lambda *case: _from_misses(rule(*case)[2], *map(len, case))


def _from_misses(misses, events, ends):
    return ends - misses, events - (ends - misses), misses


def _instead(change):
    """Return a rule that makes other counts of the right ones: change(right, events, ends)."""
    return lambda *case: tuple(change(_counts_by_matching(*case), *map(len, case)))


EDGE = "Both edges belong to it: <=."
ONCE = "A word can be hit once only; the next event there is a false alarm."
SEVERAL = f"a word is hit by several events. {ONCE}"
LEFT_OUT = f"an event at a word that was hit before is left out. {ONCE}"
FIRST_OPEN = "an event hits the first word that is open, not the"
WRONG_COUNTS = [  # usual mistakes, and the counts that each gives
    *(
        (
            f"these are {', '.join(COUNTS[i] for i in order)}. They should be {', '.join(COUNTS)}.",
            _instead(lambda right, events, ends, order=order: [right[i] for i in order]),
        )
        for order in itertools.permutations(range(3))
        if order != (0, 1, 2)
    ),
    (
        f"the window lacks its edge 0.25 s before the end. {EDGE}",
        _by(near=lambda late: -0.25 < late <= 0.5),
    ),
    (
        f"the window lacks its edge 0.5 s after the end. {EDGE}",
        _by(near=lambda late: -0.25 <= late < 0.5),
    ),
    (f"the window lacks both edges. {EDGE}", _by(near=lambda late: -0.25 < late < 0.5)),
    ("the window is turned around. It begins 0.25 s before the end.", _by(-0.5, 0.25)),
    ("the window ends 0.5 s after the word's end. Look for an upper edge.", _by(high=np.inf)),
    ("the window begins 0.25 s before the end. Look for a lower edge.", _by(low=-np.inf)),
    ("the window begins 0.25 s before the word's end, not at its end.", _by(low=0)),
    ("the window begins 0.25 s before the word's end, not 0.5 s.", _by(low=-0.5)),
    ("the window ends 0.5 s after the word's end, not 0.25 s.", _by(high=0.25)),
    (SEVERAL, _by(again=True)),
    (SEVERAL, _near_any),
    (LEFT_OUT, lambda *case: tuple(map(min, _counts_by_matching(*case), _by(again=True)(*case)))),
    *(
        (LEFT_OUT, lambda *case, rule=rule: (len(case[1]) - rule(*case)[2], *rule(*case)[1:]))
        for rule in (_near_any, _by(again=True))
    ),
    ("an event hits several words. It can hit one only.", _by(pick=list)),
    *(
        (
            "the words near the events are counted, as in a set. An event hits one word only, the "
            "first that is still open.",
            _as_a_set(rule),
        )
        for rule in (_by(again=True), _near_any)
    ),
    *(
        (
            "the first event is held against the first word, the second against the second, as by "
            "zip. An event may be near any word.",
            _zipped(order, left_out),
        )
        for order in (sorted, list)
        for left_out in (
            lambda pairs, events, ends: (events, ends),
            lambda pairs, events, ends: (pairs, ends),
            lambda pairs, events, ends: (pairs, pairs),
        )
    ),
    (
        "only the first open word is looked at. If that one is missed, the event may be near a "
        "later one.",
        _only_first_open,
    ),
    (
        "the words that are hit are not taken out of those that are open.",
        lambda *case: (0, _by(again=True)(*case)[1], len(case[1])),
    ),
    (
        "the ends come in any order. Sort them: the first word is the one that ends first.",
        _by(order=list),
    ),
    (f"{FIRST_OPEN} nearest.", _by(pick=lambda found: min(found, key=found.get))),
    (f"{FIRST_OPEN} last.", _by(pick=max)),
    (
        "the false alarms are all events. Leave out those that hit.",
        _instead(lambda right, events, ends: (right[0], events, right[2])),
    ),
    (
        "the misses are all words. Leave out those that were hit.",
        _instead(lambda right, events, ends: (*right[:2], ends)),
    ),
    ("the hits are all events.", _instead(lambda right, events, ends: (events, *right[1:]))),
    ("the hits are all words.", _instead(lambda right, events, ends: (ends, *right[1:]))),
    (
        "no false alarms are counted.",
        _instead(lambda right, events, ends: (right[0], 0, right[2])),
    ),
]
