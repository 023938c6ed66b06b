"""The checks of `week3/2_trigger_word_detection`.

The power is held against the definition of the Fourier transform, counts against SciPy's best
matching; labels and events against all that the definition allows, one by one; the
step of the stream against the equations, output by output. What goes in is drawn fresh each time,
with other sizes than the notebook's. The challenge counts false alarms at a fixed recall.
"""

from contextlib import suppress
from itertools import permutations

import numpy as np
from scipy import linalg, optimize, signal  # noqa: F401 - an edit below reads `signal`

from utils import env
from utils.checks.answers import kind, same, shape_of, unpack, whole_numbers
from utils.checks.grading import Checks
from utils.checks.wrong import Wrong, off
from utils.models.gru import gru_forward, gru_from_keras
from utils.sound.clips import rms
from utils.sound.detection import alarms_at
from utils.sound.spectrograms import FFT, HOP, WINDOW

with env.quiet():
    import keras
    from keras import layers

check = Checks()

FLOAT32 = 1e-5  # relative: an answer may be computed in float32
IN_LOOP = "Is `return` inside the loop?"


def _hold(attempt, name, cases, compare):
    """Ask for the answers to all of {when: arguments}, then compare them.

    All of them together tell mistakes apart. If one stops, those before it are looked at first.
    """
    answers = {}
    try:
        for when, case in cases.items():
            answers[when] = attempt(*case)
    except Wrong as error:
        facts = f"{error} It stops {when}."
        raise off(*error.off[:2], facts, facts=facts) if error.off else error from None
    finally:
        for when, answer in answers.items():
            compare(f"{name} {when}", answer, *cases[when])


def power_spectrum(samples, window, hop, n_fft):
    """Return the power of each frame at each frequency, (T_x, n_fft // 2 + 1)."""
    starts = range(0, len(samples) - len(window) + 1, hop)
    frames = np.stack([samples[s : s + len(window)] for s in starts])
    return np.abs(np.fft.rfft(frames * window, n_fft)) ** 2


RFFT = "np.fft.rfft(frames * window, n_fft)"
POWER, WEIGHTED = f"np.abs({RFFT}) ** 2", "frames * window => frames"
TO_THE_END = "samples) - len(window) + 1, => samples),"
WHOLE = "the last frames are not whole. A frame has len(window) samples; only whole frames count."
NEXT = "A new one begins after `hop` samples."
CONSTANTS = (
    f"- len(window) => - {WINDOW}",
    f"1, hop => 1, {HOP}",
    f"s + len(window) => s + {WINDOW}",
    f"n_fft)) => {FFT}))",
)
OWN = "it takes the notebook's WINDOW, HOP or FFT. Take the arguments len(window), hop and n_fft."
AS_GIVEN = "Multiply each frame by `window`, as it is given."
COLUMNS = "the transform np.fft.rfft(frame, n_fft) gives n_fft // 2 + 1 columns."
LOGS = "np.log", "np.log10", "10 * np.log10", "np.log1p"


@check.exercise(
    power_spectrum,
    {
        "window) + 1, => window),": "the last frame is missing: it may end with the last sample.",
        "range(0, => range(hop,": "the first frame is missing: it begins at sample 0.",
        TO_THE_END: WHOLE,
        (TO_THE_END, "stack([samples => stack([np.pad(samples, (0, 24))"): WHOLE,
        "+ 1, hop => + 1": f"a frame begins at each sample. {NEXT}",
        "+ 1, hop => + 1, len(window)": f"the frames lie side by side. {NEXT}",
        "- len(window) => - n_fft": "a frame has len(window) samples, not n_fft.",
        "s + len(window) => s + n_fft": "a frame has len(window) samples, not n_fft.",
        "s + len(window) => s + hop": "a frame has len(window) samples, not `hop`.",
        **dict.fromkeys((*CONSTANTS, CONSTANTS[:2], CONSTANTS), OWN),
        "in starts]) => in starts])[0]": f"that is one frame. Keep a row for each. {IN_LOOP}",
        "in starts]) => in starts], axis=1)": "the frames stand in columns. Each has a row.",
        "n_fft)) => n_fft, axis=0))": "that is a transform of columns. Transform rows, by axis=1.",
        "frames * window, n_fft) => frames, n_fft) * window": "the window comes before the rfft.",
        WEIGHTED: f"the window is not used. {AS_GIVEN}",
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
        **dict.fromkeys(("np.abs =>", f"{POWER} => {RFFT}"), "square the absolute value: np.abs."),
        "np.abs => np.real": "only the real part is squared. Take np.abs first.",
        "np.abs => np.imag": "only the imaginary part is squared. Take np.abs first.",
        f"{POWER} => ({RFFT}.real + {RFFT}.imag) ** 2": "real and imaginary part are added first.",
        **{f"{POWER} => {log}({POWER})": "the power itself is asked for, no log." for log in LOGS},
        f"{POWER} => ({POWER}).T": "each frame has a row, not a column.",
        f"{POWER} => ({POWER}).sum(axis=1)": "keep the frequencies apart, in columns.",
        f"{POWER} => np.squeeze({POWER})": "an axis of length 1 is lost.",
    },
)
def _(attempt):
    rng, cases = np.random.default_rng(), {}
    long, step = int(rng.integers(22, 25)), int(rng.integers(5, 8))
    for when, T_x, rest, length, hop, n_fft in (  # rest: samples left over
        ("for frames with long gaps between them", 4, WINDOW + 20, long, WINDOW + 30, 40),
        ("for many frames", 100, step - 2, long, step, 41),
        ("where the last frame ends with the last sample", 5, 0, 16, step, 16),
        ("for a single frame", 1, 2, long, step, 40),
        ("for a window of one sample", 6, 0, 1, 1, 1),
    ):
        window = rng.uniform(0.3, 0.7, length) + np.linspace(0, 0.5, length)  # not symmetric
        cases[when] = rng.normal(0.5, 1, length + hop * (T_x - 1) + rest), window, hop, n_fft

    def compare(name, got, samples, window, hop, n_fft):
        frames = np.lib.stride_tricks.sliding_window_view(samples, len(window))[::hop]
        waves = linalg.dft(n_fft)[: len(window), : n_fft // 2 + 1]
        same(name, got, np.abs((frames * window) @ waves) ** 2, "(T_x, n_fft // 2 + 1)", FLOAT32)

    _hold(attempt, "The answer", cases, compare)
    return "Frames, window and power agree with the definition of the Fourier transform."


def overlay(noise, word, start, snr):
    """Return the noise with the word in it, (n,), `snr` dB from the noise to the word."""
    clip = noise.copy()
    gain = rms(noise) * 10 ** (snr / 20) / rms(word)
    clip[start : start + len(word)] += gain * word
    return clip


RATIO, HERE = "10 ** (snr / 20)", "clip[start : start + len(word)]"
GAIN = f"rms(noise) * {RATIO} / rms(word)"
WANTED = f"The word should have the RMS rms(noise) * {RATIO}."
MEAN = "the RMS is the root of the mean over len(word) samples: no sum, no padded word."
ONLY_THERE = f"the word goes to {HERE}, and only there."
LEAVE = "the noise is scaled. Leave it, and scale the word."


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
        "rms(word) => np.linalg.norm(word)": MEAN,
        "rms(word) => abs(word).max()": "the word's peak stands for its RMS.",
        f"{GAIN} => {RATIO}": f"both RMS are missing. {WANTED}",
        f"{GAIN} => 1": "the word is not scaled; it is added as it is.",
        f"{GAIN} => max(1, {GAIN})": "the gain may be below 1: a loud word is made softer.",
        f"{GAIN} => min(1, {GAIN})": "the gain may be above 1: a soft word is made louder.",
        f"{GAIN} => rms(word) * {RATIO} / rms(noise)": f"the two RMS are swapped: {GAIN}.",
        f"{GAIN} => (rms(noise) / rms(word)) ** 2 * {RATIO}": "the square roots are missing.",
        f"{GAIN} => ({GAIN}) ** 2": "it is the gain of the power. Take its square root.",
        f"{GAIN} => np.std(noise) * {RATIO} / np.std(word)": "np.std is no RMS: the mean counts.",
        f"{GAIN} => {GAIN} * (len(noise) / len(word)) ** 0.5": MEAN,
        f"{GAIN} => max(abs(noise)) * {RATIO} / max(abs(word))": "these are peaks, not the RMS.",
        f"{GAIN} => abs(noise).mean() * {RATIO} / abs(word).mean()": "mean(abs(…)) is no RMS.",
        "+= => =": "the word replaces the noise. Add it: clip[…] += …",
        "+= => -=": "the word is taken away. Add it.",
        "gain * word => 0 * word": "the word is missing: this is the noise.",
        f"{HERE} => clip[: len(word)]": "the word begins at 0, not at start.",
        "[start : start + len => [start + 1 : start + 1 + len": "the word begins one sample late.",
        "[start : start + len => [start - 1 : start - 1 + len": "the word begins one sample early.",
        **{f"{HERE} => clip{at}": ONLY_THERE for at in ("[start:]", "[start]", "")},
        **{f"gain * word => word\n    clip += noise {by} gain - noise": LEAVE for by in "/*"},
        "noise.copy() => np.zeros_like(noise)": "it is the word over silence. Add the noise.",
        "noise.copy() => noise.astype(int)": "samples are not whole numbers. Leave their type.",
        f"return clip => return {HERE}": "that is the word alone. Return the whole clip.",
        "return clip => return np.concatenate([noise, gain * word])": "add, do not join them.",
        "return clip => return np.clip(clip, -1, 1)": "it is cut off at -1 and 1. Leave it.",
        "return clip => return clip / np.abs(clip).max()": "it is scaled by its peak. Leave it.",
    },
)
def _(attempt):
    rng, n = np.random.default_rng(), 120
    length, start, snr = int(rng.integers(25, 32)), int(rng.integers(30, 50)), rng.uniform(5, 9)
    word, whole = rng.normal(0.1, 0.4, length), rng.normal(0.1, 0.4, n)
    noise = rng.normal(0.3, 1, n) * np.linspace(0.5, 2.5, n)  # louder and louder
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
        padded = np.pad(word, (start, len(noise) - start - len(word)))
        gain = np.sqrt(np.mean(noise**2) / np.mean(word**2) * 10 ** (snr / 10))  # from powers
        same(name, got, noise + gain * padded, "(n,)", FLOAT32)

    _hold(attempt, "The clip", cases, compare)
    return "The word has its ratio to the whole noise, at both ends of the clip, too."


def label(ends, T_y, first, step, width):
    """Return (T_y,): 1 at the first `width` outputs that have heard a whole word, else 0."""
    y = np.zeros(T_y)
    for end in ends:
        j = max(0, int(np.ceil((end - first) / step)))
        y[j : j + width] = 1
    return y


CEIL, SET = "int(np.ceil((end - first) / step))", "y[j : j + width] = 1"
UP = "Which output is the first that has heard at least `end` samples? Round up."
EXACTLY = "an output that has heard exactly `end` samples has heard the word: round up, add no 1."
FROM_0 = "A word that ends before output 0 has heard everything gets all its labels, from 0 on."
HEARD = "Output j has heard first + step * j samples."
MISSING = "outputs that do not exist get no label, and no other gets it in their place."
FEW = "+ width <= T_y", "+ width < T_y", "< T_y - 1"
NEAR_END = "a word near the clip's end gets as many labels as there are outputs."
OUR_OWN = "it takes the notebook's FIRST, STEP or WIDTH. Take the arguments first, step, width."
BEFORE = "labels stand before the word's end. They begin where it has been heard."
NO_WORD = "a clip may have no target: then all is 0."


@check.exercise(
    label,
    {
        "return y => return 1 - y": "0 and 1 are swapped.",
        "np.ceil => np.floor": f"the division is rounded down. {UP}",
        "np.ceil => np.round": f"it is rounded to the nearest. {UP}",
        **dict.fromkeys(("np.ceil => 1 + np.floor", "np.ceil => 1 + np.trunc"), EXACTLY),
        "/ step))) => / step))) + 1": "it begins one output late.",
        "max(0, int => max(-T_y, int": f"a negative j counts from the end of y. {FROM_0}",
        f"j + width] => max(0, {CEIL} + width)]": f"labels before output 0 are lost. {FROM_0}",
        f"{SET} => if end > first - step: {SET}": f"a word gets no labels. {FROM_0}",
        "max(0, int => abs(int": "a negative j is made positive. Take 0.",
        "int(np.ceil => (np.ceil": "`np.ceil` gives a float. Make it an int.",
        " - first =>": f"`first` is not used. {HEARD}",
        "- first => + first": f"`first` is added. {HEARD}",
        " / step =>": "`step` is not used: these are samples, not outputs.",
        **dict.fromkeys(("- first => - 2640", "/ step => / 640", "+ width => + 5"), OUR_OWN),
        f"{CEIL} => np.argmax(first + step * np.arange(T_y) >= end)": "np.argmax is 0 if none is.",
        f"{SET} => pass": "it is all 0.",
        "= 1 => += 1": "labels of two words are added. A label is 1 or 0.",
        "j + width] => -(min(0, first - end - width) // step)]": "`width` is a number of outputs.",
        "j : j + width => np.arange(j, j + width) % T_y": "labels come back at the beginning.",
        "j : j + width => np.arange(j, j + width)": MISSING,
        **{f"{SET} => j = min(j, T_y - {n}); {SET}": MISSING for n in ("width", "1")},
        **{f"{SET} => if j {few}: {SET}": NEAR_END for few in FEW},
        "j + width] => min(j + width, T_y - 1)]": NEAR_END,
        "+ width => + 1": "only one output of each word has a label, not `width`.",
        "+ width => + width + 1": "a word has one label too many, not `width`.",
        "+ width => + width - 1": "a word has one label too few, not `width`.",
        "j + width] => ]": "from the word's end on, all is 1. It should be `width` outputs.",
        "j : j + width => max(0, j - width) : j": BEFORE,
        "j : j + width => max(0, j - width + 1) : j + 1": BEFORE,
        "j : j + width => max(0, j - width // 2) : j - width // 2 + width": BEFORE,
        "T_y) => T_y + width)": MISSING,
        "T_y) => T_y - 1)": "the outputs are 0 to T_y - 1, so there are T_y of them.",
        "(T_y) => ((T_y, 1))": "it should not have an axis of length 1.",
        "np.zeros(T_y) => [0] * T_y": "begin with a NumPy array: np.zeros(T_y).",
        "in ends: => in ends[-1:]:": "only the last word has labels.",
        "in ends: => in ends[:1]:": f"only the first word has labels. {IN_LOOP}",
        **{f"return => {a}; return": NO_WORD for a in ("ends[0]", "max(ends)", "np.max(ends)")},
    },
)
def _(attempt):
    rng, T_y = np.random.default_rng(), 31
    width, step, j = int(rng.choice([3, 7])), int(rng.integers(7, 12)), int(rng.integers(7, 10))
    first = step * (width + 4) + int(rng.integers(1, step))
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


def output_weights(y, weight):
    """Return (m, T_y): `weight` for each output whose label is 1, and 1 for the others."""
    return np.where(y == 1, weight, 1)


@check.exercise(
    output_weights,
    {
        "weight, 1) => 1, weight)": "1 and `weight` are swapped: labels of 1 weigh more.",
        "weight, 1) => weight, 0)": "outputs with label 0 have the weight 1, not 0.",
        "weight, 1) => 3, 1)": "it takes 3. Take the argument `weight`.",
        "np.where(y == 1, weight, 1) => 1 + weight * y": "a label of 1 gets 1 + weight.",
        "y == 1, weight, 1) => y.any(1, keepdims=True), weight, 1) + 0 * y": (
            "each output has its own weight; here whole clips have one."
        ),
        "weight, 1) => weight, 1)[..., None]": "it should have the shape of y, (m, T_y).",
        "weight, 1) => weight, 1) / weight": "the weights are divided. They are `weight` and 1.",
    },
)
def _(attempt):
    rng, cases = np.random.default_rng(), {}
    for when, shape, weight in (
        ("for some clips", (4, 9), float(rng.integers(4, 9))),
        ("for one clip of one output", (1, 1), 5.0),
        ("for a weight below 1", (3, 7), 0.25),
    ):
        cases[when] = (rng.random(shape) < 0.3).astype("float32"), weight
    cases["for clips without a word"] = np.zeros((2, 5), "float32"), 6.0
    cases["for a clip of ones"] = np.ones((1, 4), "float32"), 6.0

    def compare(name, got, y, weight):
        want = np.array([[weight if label else 1 for label in row] for row in y], float)
        same(name, got, want, "(m, T_y)", FLOAT32)

    _hold(attempt, "The array of weights", cases, compare)
    return "Labels of 1 weigh `weight` times as much as labels of 0."


def build(x, kernel, stride):
    """Return the network; x (m, T_x, n_x) gives the mean and variance of each band."""
    inputs = keras.Input((None, x.shape[-1]))
    mean, variance = x.mean(axis=(0, 1)), x.var(axis=(0, 1))
    a = layers.Normalization(mean=mean, variance=variance, name="normalise")(inputs)
    a = layers.Conv1D(96, kernel, strides=stride, activation="relu", name="patterns")(a)
    a = layers.Dropout(0.2)(a)
    a = layers.GRU(64, return_sequences=True, name="order")(a)
    a = layers.Dropout(0.2)(a)
    a = layers.GRU(64, return_sequences=True, name="order_again")(a)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid", name="just_ended")(a))


LAYERS = "patterns", "order", "order_again", "just_ended"
KINDS = "Conv1D", "GRU", "GRU", "Dense"
SHARES = 0, 0.2, 0.2, 0, 0, 0  # dropped before each of these layers; by the GRUs themselves
FIRST_GRU = 'layers.GRU(64, return_sequences=True, name="order")'
SECOND_GRU = FIRST_GRU.replace("order", "order_again")
DROP = "layers.Dropout(0.2)(a)\n    a = "
ALL_DROPS = f"{DROP}{FIRST_GRU}", f"{DROP}{SECOND_GRU}"
NO_DROPS = f"{ALL_DROPS[0]} => {FIRST_GRU}", f"{ALL_DROPS[1]} => {SECOND_GRU}"
AT_THE_END = "return keras.Model( => a = layers.Dropout(0.2)(a)\n    return keras.Model("
IN_FRONT = "a = layers.Conv1D( => a = layers.Dropout(0.2)(a)\n    a = layers.Conv1D("
BEFORE_EACH = "One stands before each GRU: layers.Dropout(0.2)."
LSTMS = [gru + " => " + gru.replace("GRU", "LSTM") for gru in (FIRST_GRU, SECOND_GRU)]
LOOK_BACK = "both GRUs look back only: a stream has no end to begin from."
ONE_MEAN = "x.mean(axis=(0, 1)) => x.mean()", "x.var(axis=(0, 1)) => x.var()"
EACH_BAND = "Each band has its own: axis=(0, 1)."
NORMALISE = 'layers.Normalization(mean=mean, variance=variance, name="normalise")(inputs)'


def _weights_of(layer, number):
    """Return weights for a layer that do not depend on how it was started."""
    rng = np.random.default_rng([7, number])
    return [rng.normal(0, 0.15, np.shape(weight)) for weight in layer.get_weights()]


@check.exercise(
    build,
    {
        "strides=stride, => ": "the convolution takes a step at each frame. Give it `strides`.",
        "strides=stride, => strides=stride, padding='same',": "leave padding away: an output would "
        "hear frames to come.",
        "kernel, strides => 15, strides": "it takes the notebook's KERNEL. Take the argument.",
        "strides=stride => strides=4": "it takes the notebook's STRIDE. Take the argument.",
        "Conv1D(96, => Conv1D(64,": "the convolution has 96 filters.",
        'activation="relu", => ': "the convolution has the activation relu.",
        f"{NORMALISE} => inputs": "the normalisation is left out.",
        "x.var( => x.std(": "`variance` is the variance, not the standard deviation.",
        "x.mean(axis=(0, 1)) => x.mean(axis=(0, 1)) * 0": "the mean of each band is missing.",
        ONE_MEAN: f"mean and variance are one for all bands. {EACH_BAND}",
        ONE_MEAN[0]: f"the mean is one for all bands. {EACH_BAND}",
        ONE_MEAN[1]: f"the variance is one for all bands. {EACH_BAND}",
        f"{FIRST_GRU} => {FIRST_GRU.replace('64', '32')}": "a GRU has 64 units.",
        f"{FIRST_GRU} => layers.Bidirectional({FIRST_GRU[:-15]}), name='order')": LOOK_BACK,
        f"{SECOND_GRU} => layers.Bidirectional({FIRST_GRU[:-15]}), name='order_again')": LOOK_BACK,
        (
            f"{FIRST_GRU} => layers.Bidirectional({FIRST_GRU[:-15]}), name='order')",
            f"{SECOND_GRU} => layers.Bidirectional({FIRST_GRU[:-15]}), name='order_again')",
        ): LOOK_BACK,
        **dict.fromkeys((*LSTMS, tuple(LSTMS)), "an LSTM stands in the place of a GRU."),
        'return_sequences=True, name="order") => name="order")': "the first GRU gives its last "
        "state only: return_sequences=True.",
        'return_sequences=True, name="order_again" => name="order_again"': "the second GRU gives "
        "its last state only: return_sequences=True.",
        'activation="sigmoid", => ': "the answer is a probability: the activation sigmoid.",
        "Dense(1, => Dense(2,": "one probability for each output: Dense(1).",
        NO_DROPS[0]: f"the first dropout is missing. {BEFORE_EACH}",
        NO_DROPS[1]: f"the second dropout is missing. {BEFORE_EACH}",
        NO_DROPS: f"both dropouts are missing. {BEFORE_EACH}",
        (NO_DROPS[0], AT_THE_END): f"the dropouts stand after the GRUs. {BEFORE_EACH}",
        **{
            (*missing, IN_FRONT): f"a dropout stands before the convolution. {BEFORE_EACH}"
            for missing in (NO_DROPS[:1], NO_DROPS[1:], NO_DROPS, ())
        },
        AT_THE_END: f"a dropout stands before the Dense layer, too. {BEFORE_EACH}",
        tuple(f"{drop} => {drop.replace('0.2', '0.8')}" for drop in ALL_DROPS): "the rate is the "
        "share that is dropped, 0.2, not the one that is kept.",
        tuple(f"{drop} => {drop[len(DROP) : -1]}, dropout=0.2)" for drop in ALL_DROPS): "the GRUs "
        f"drop by an argument of theirs. Make it a layer. {BEFORE_EACH}",
    },
)
def _(attempt):
    def run(model):
        if not isinstance(model, keras.Model):
            raise Wrong(f"build should return a keras.Model; yours is {kind(model)}.")
        names = [layer.name for layer in model.layers]
        if missing := [name for name in LAYERS if name not in names]:
            raise Wrong(f"There is no layer {missing[0]!r}. Name the layers as the text says.")
        for number, name in enumerate(LAYERS):
            layer = model.get_layer(name)
            layer.set_weights(_weights_of(layer, number))
        kinds = [type(model.get_layer(name)).__name__ for name in LAYERS]
        return np.array(model(x), float), kinds, _dropped(model)

    rng = np.random.default_rng()
    for m, T_x, n_x, kernel, stride in ((3, 23, 5, 6, 3), (1, 9, 2, 5, 2), (2, 7, 1, 7, 1)):
        x = rng.normal(2, 3, (m, T_x, n_x)).astype("float32")
        got, kinds, shares = attempt.then(run)(x, kernel, stride)
        for name, have, should in zip(LAYERS, kinds, KINDS, strict=True):
            if have != should:
                says = f"The layer {name!r} is of type {have}; it should be layers.{should}."
                raise off("The network", kinds, says, facts=says)
        sizes = [(kernel, n_x, 96), (96,)], [(96, 192), (64, 192), (2, 192)]
        sizes = [*sizes, [(64, 192), (64, 192), (2, 192)], [(64, 1), (1,)]]
        draws = [np.random.default_rng([7, number]) for number in range(4)]
        W = [[g.normal(0, 0.15, shape) for shape in s] for g, s in zip(draws, sizes, strict=True)]
        a = (x - x.mean(axis=(0, 1))) / np.maximum(x.std(axis=(0, 1)), 1e-7)
        starts = range(0, T_x - kernel + 1, stride)
        a = np.stack([np.tensordot(a[:, s : s + kernel], W[0][0], 2) for s in starts], axis=1)
        a = np.maximum(a + W[0][1], 0)
        for weights in W[1:3]:
            a, _ = gru_forward(a, np.zeros((m, 64)), gru_from_keras(weights), reset_after=True)
        want = 1 / (1 + np.exp(-(a @ W[3][0] + W[3][1])))
        same("The answer of the network", got, want, "(m, T_y, 1)", 1e-3)
        places = [f"just before {name!r}" for name in LAYERS]
        places += [f"by an argument of {name!r}" for name in LAYERS[1:3]]
        for place, have, should in zip(places, shares, SHARES, strict=True):
            if abs(have - should) > FLOAT32:
                says = f"The share that is dropped {place} is {have:g}; it should be {should:g}."
                raise off("The network", shares, says, facts=says)
    return (
        "With given weights it answers as the same network in NumPy: no output depends on frames "
        "that come later. Before each GRU a fifth is dropped."
    )


def _dropped(model):
    """Return what share is dropped just before each of LAYERS, and by the GRUs themselves."""
    shares, kept = dict.fromkeys(LAYERS, 0.0), 1.0
    for layer in model.layers:  # in their order from input to output
        if type(layer) is layers.Dropout:
            kept *= 1 - layer.rate
        elif layer.name in LAYERS:
            shares[layer.name], kept = 1 - kept, 1.0
    inside = [getattr(model.get_layer(name), "dropout", 0) for name in LAYERS[1:3]]
    return np.array([*shares.values(), *inside])


def find_events(probabilities, threshold, refractory):
    """Return the outputs at which there is an event, a list of numbers, rising."""
    events = []
    for j in np.flatnonzero(probabilities > threshold).tolist():
        if not events or j - events[-1] >= refractory:
            events.append(j)
    return events


ABOVE, WAIT = "probabilities > threshold", "not events or j - events[-1] >= refractory"
RISES = f"{ABOVE} => np.diff(({ABOVE}) * 1, prepend=0) > 0"
FALLS = f"{ABOVE} => np.diff(({ABOVE}) * 1, append=0) < 0"
FROM_LAST = ("events = [] => events, last = [], -refractory", f"{WAIT} => j - last >= refractory")
PEAK = "int(np.argmax(probabilities[j:] * np.cumprod(probabilities[j:] > threshold)))"
HIGHEST = "append(j) => append(j + int(np.argmax(probabilities[j : j + refractory])))"
NOT_HIGHEST = "an event is at the first output above the threshold, not at the highest."
REST = "Wait for `refractory` outputs after an event."
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
        (*FROM_LAST, "append(j) => append(j)\n        last = j"): "only events start the waiting.",
        RISES: "still above the threshold after the refractory time: there is an event, too.",
        (RISES, f"{WAIT} => True"): f"each rise above it counts. {REST}",
        FALLS: "an event is at the first output above the threshold, not the last.",
        (RISES, f"{WAIT} => True", f"append(j) => append(j + {PEAK})"): NOT_HIGHEST,
        (RISES, f"if {WAIT} => j += {PEAK}\n        if {WAIT}"): NOT_HIGHEST,
        HIGHEST: NOT_HIGHEST,
        (*FROM_LAST, f"{HIGHEST}\n            last = j"): NOT_HIGHEST,
        "return events => return events[1:]": f"the first event is missing. {NOTHING}",
        "not events or j - events[-1] => j - (events or [0])[-1]": f"it waits at first. {NOTHING}",
        "not events or j - events[-1] => j - (events or [-1])[-1]": f"it waits at first. {NOTHING}",
        "not events or =>": f"at the beginning there is no last event. {NOTHING}",
        "not events or => events and": f"there is none at all. {NOTHING}",
        "not events or => not any(events[-1:]) or": "the last event may be at output 0: not False.",
        f"{WAIT} => j and ({WAIT})": "output 0 may be an event, too.",
        "probabilities > => probabilities[:-1] >": "the last output may be an event, too.",
        f"np.flatnonzero({ABOVE}).tolist() => [j for j in range(len(probabilities) + 1) if "
        "probabilities[j] > threshold]": "the outputs are 0 to T_y - 1.",
        " or j - events[-1] >= refractory =>": f"only the first event is there. {IN_LOOP}",
        "=> return [0] if probabilities[0] > threshold else []": f"only output 0 counts. {IN_LOOP}",
        "return events => return events or [0]": "where none is above, the list is empty.",
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
    steps = np.arange(65) / 64  # exact in float32, 0 and 1 among them
    levels = {"#": steps[steps > threshold], "=": [threshold], ".": steps[steps < threshold]}
    low, cases = "." * r, {}
    for curve, wait in {  # in what situations the outputs are
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
    }.items():
        p = np.array([rng.choice(levels[at]) for at in curve], "float32")
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


ASKED = "hits, false alarms, misses"
HITS, ALARMS, MISSES = PARTS = "len(ends) - len(open_ends)", "false_alarms", "len(open_ends)"
ALL, IS_NEAR = ", ".join(PARTS), "end - 0.25 <= event <= end + 0.5"
TAKE = "open_ends.remove(near[0])"
EDGE = "Both edges belong to it: <=."
ONCE = "A word can be hit once only; the next event there is a false alarm."
STAYS, N_HIT = f"{TAKE} => pass", f"len(events) - {ALARMS}"
LEFT = f"len(ends) - ({N_HIT})", f"max(0, len(ends) - ({N_HIT}))", "len(ends)"
STAYS_OPEN = f"a word that was hit stays open, so that the next event hits it, too. {ONCE}"
SEVERAL = f"a word is hit by several events. {ONCE}"
LEFT_OUT = f"an event at a word that was hit before is left out. {ONCE}"
AS_A_SET = "the words near events are counted, as in a set. An event hits the first open one only."
FIRST_OPEN = "an event hits the first word that is open, not the"
FROM_NONE = "ends[0]", "events[0]", "min(ends)", "min(events)"
NO_EVENT = "there may be no event, no word, or no word near an event."
BY_ZIP = "the first event is held against the first word, as by zip. It may be near any word."
ORDERS = [f"{ALL} => {', '.join(order)}" for order in permutations(PARTS) if order != PARTS]
ZIP = f"{ALL} => (n := sum({IS_NEAR} for event, end in zip(events, "
ZIPPED = f"{ZIP}ends))), ", f"{ZIP}sorted(ends)))), "
ALL_OPEN = "(ends), 0 => (ends), 0; hit = set()"  # a word that was hit stays open
HIT = (ALL_OPEN, f"{TAKE} => hit.update(near)"), (ALL_OPEN, f"{TAKE} => hit.add(near[0])")
MISSED = "len(ends) - len(hit)"


@check.exercise(
    count,
    {
        **dict.fromkeys(ORDERS, f"these are right, but in another order. Asked for are {ASKED}."),
        "0.25 <= => 0.25 <": f"the window lacks its edge 0.25 s before the end. {EDGE}",
        "<= end => < end": f"the window lacks its edge 0.5 s after the end. {EDGE}",
        f"{IS_NEAR} => end - 0.25 < event < end + 0.5": f"the window lacks both edges. {EDGE}",
        f"{IS_NEAR} => end - 0.5 <= event <= end + 0.25": "the window is turned around.",
        " <= end + 0.5 =>": "the window ends 0.5 s after the word's end. Look for an upper edge.",
        "end - 0.25 <= event => event": "the window begins 0.25 s before. Look for a lower edge.",
        "end - 0.25 => end": "the window begins 0.25 s before the word's end, not at its end.",
        "- 0.25 => - 0.5": "the window begins 0.25 s before the word's end, not 0.5 s.",
        "+ 0.5 => + 0.25": "the window ends 0.5 s after the word's end, not 0.25 s.",
        **{(*hit, f"{ALL} => len(events) - {ALARMS}, {ALARMS}, {MISSED}"): SEVERAL for hit in HIT},
        **{(*hit, f"{ALL} => len(hit), {ALARMS}, {MISSED}"): LEFT_OUT for hit in HIT},
        **{(*hit, f"{ALL} => len(hit), len(events) - len(hit), {MISSED}"): AS_A_SET for hit in HIT},
        f"else: => elif not any({IS_NEAR} for end in ends):": LEFT_OUT,
        **{f"{zipped}len(events) - n, len(ends) - n": BY_ZIP for zipped in ZIPPED},
        **{f"{zipped}min(len(events), len(ends)) - n, len(ends) - n": BY_ZIP for zipped in ZIPPED},
        "in open_ends if => in open_ends[:1] if": "only the first open word is looked at.",
        STAYS: "the words that are hit are not taken out of those that are open.",
        **{(STAYS, f"{ALL} => {N_HIT}, {ALARMS}, {left}"): STAYS_OPEN for left in LEFT},
        f"{TAKE} => open_ends.pop(0)": "an event hits a word that it is near, not any.",
        f"{TAKE} => [open_ends.remove(end) for end in near]": "here an event hits several words.",
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
        **{f"(ends), 0 => (ends), 0 * {one}": NO_EVENT for one in FROM_NONE},
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
        with suppress(TypeError, ValueError, OverflowError):
            parts = [part if part % 1 else int(part) for part in parts]  # 2.0 is right, too
        if (yours := whole_numbers(name, parts)) != want:
            says = f"{name} are {yours}; they should be {want}."
            raise off(name, got, says, facts=says)

    cases = {"for events={}, ends={}".format(*case): case for case in cases}
    _hold(attempt, "The hits, false alarms and misses", cases, compare)
    return "Hits agree with SciPy's best matching of events and words, the edges included."


def _matched(events, ends):
    """Return the counts for as many pairs of an event and a word as there can be.

    All windows are equally long: the first event with the first open word leads to as many.
    """
    late = np.subtract.outer(np.array(events), np.array(ends))
    near = (late >= -0.25) & (late <= 0.5)
    hits = int(near[optimize.linear_sum_assignment(near, maximize=True)].sum())
    return [hits, len(events) - hits, len(ends) - hits]


def feed(new, kept, states, weights, kernel, stride):
    """Return the probabilities (k,), the frames to keep and the states (layers, n_a)."""
    frames = np.concatenate([kept, new])
    k = max(0, (len(frames) - kernel) // stride + 1)
    if k == 0:
        return np.zeros(0), frames, states
    patches = np.stack([frames[stride * j : stride * j + kernel] for j in range(k)])
    W, b = weights["patterns"]
    a = np.maximum(np.tensordot(patches, W, 2) + b, 0)[None]
    last = []
    for i, gru in enumerate(weights["grus"]):
        a, _ = gru_forward(a, states[i : i + 1], gru, reset_after=True)
        last.append(a[0, -1])
    W, b = weights["just_ended"]
    return 1 / (1 + np.exp(-(a[0] @ W + b)[:, 0])), frames[stride * k :], np.stack(last)


OF_FEED = "probabilities, frames to keep, states"
KEPT, PATCH = "frames[stride * k :]", "stride * j : stride * j + kernel"
K, LAST = "(len(frames) - kernel) // stride + 1", "(a[0] @ W + b)[:, 0]"
CONVOLVED = "np.tensordot(patches, W, 2) + b"
EMPTY = "    if k == 0:\n        return np.zeros(0), frames, states\n"
NOT_WHOLE = (
    "a pattern is not whole. One begins every `stride` frames, the last where it still fits."
)
TOO_FEW = "With fewer than `kernel` frames there is no output: k = 0, and all frames are kept."
OVERLAP = "The next pattern begins `stride` frames after the last one: keep what is from there on."
GO_ON = "The states of one call are where the next begins."


@check.exercise(
    feed,
    {
        "[kept, new] => [new, kept]": "the frames that were kept come before the new ones.",
        "np.concatenate([kept, new]) => new": "the frames that were kept are not used.",
        "// stride + 1 => // stride": "the last output is missing: a pattern may end with the last "
        "frame.",
        "// stride + 1 => // stride + 2": NOT_WHOLE,
        f"{K} => len(frames) // stride": NOT_WHOLE,
        f"{PATCH} => j : j + kernel": "a pattern begins every `stride` frames.",
        f"{PATCH} => kernel * j : kernel * j + kernel": NOT_WHOLE,
        f"{KEPT} => frames[-kernel:]": f"the last `kernel` frames are kept. {OVERLAP}",
        f"{KEPT} => frames[-(kernel - 1) :]": f"the last kernel - 1 frames are kept. {OVERLAP}",
        f"{KEPT} => frames[-(kernel - stride) :]": "the last kernel - stride frames are kept: "
        f"right only where the last frame ends a pattern. {OVERLAP}",
        f"{KEPT} => frames[kernel * k :]": f"a pattern's length is taken for its step. {OVERLAP}",
        f"{KEPT} => frames[stride * (k - 1) + kernel :]": f"too few frames are kept. {OVERLAP}",
        f"{KEPT} => frames[stride * (k - 1) :]": f"the last pattern would come again. {OVERLAP}",
        f"{KEPT} => frames": f"all frames are kept, and would be heard again. {OVERLAP}",
        f"{KEPT} => new[stride * k :]": f"old and new frames count together. {OVERLAP}",
        "np.stack(last) => states": f"the states are handed back as they came. {GO_ON}",
        "states[i : i + 1], => 0 * states[i : i + 1],": f"each call begins with zeros. {GO_ON}",
        "[0, -1]) => [0, 0])": f"that is the state after the first output, not the last. {GO_ON}",
        f"np.maximum({CONVOLVED}, 0) => ({CONVOLVED})": "the relu is missing.",
        f"{CONVOLVED} => np.tensordot(patches, W, 2)": "the bias of the convolution is missing.",
        "np.exp(-( => np.exp((": "the sigmoid is 1 / (1 + exp(-z)).",
        f"1 / (1 + np.exp(-{LAST})) => {LAST}": "the sigmoid is missing.",
        f"{LAST} => (a[0] @ W + b)": "the probabilities should be (k,), not (k, 1).",
        f"{LAST} => (a[0, -1:] @ W + b)[:, 0]": "there is one probability for each output.",
        "np.zeros(0), frames, => np.zeros(0), kept,": f"new frames get lost. {TOO_FEW}",
        "frames, states => frames, 0 * states": "the states stay where there is no output.",
        f"{EMPTY} =>": TOO_FEW,
        f"max(0, {K}) => {K}": "your k is below 0 where there are few frames. Then "
        "there is no output, as for k = 0: ask for k <= 0, or take max(0, k).",
        f"max(0, {K}) => max(1, {K})": TOO_FEW,
        "reset_after=True => reset_after=False": "Keras computes its GRUs with reset_after=True.",
    },
)
def _(attempt):
    rng = np.random.default_rng()
    n_x, n_c, n_a = (int(n) for n in rng.permutation([3, 5, 7]))
    kernel, stride = int(rng.integers(6, 9)), int(rng.integers(2, 4))
    cases = {}
    for when, old, fresh, layers_, kernel_, stride_ in (
        ("for many frames", kernel - stride, 4 * stride + 1, 2, kernel, stride),
        ("for the first frames of a stream", 0, kernel + 2 * stride + 1, 2, kernel, stride),
        (
            "where the last frame ends a pattern",
            2,
            kernel - 2 + stride,
            2,
            kernel,
            stride,
        ),
        ("for exactly one pattern", 3, kernel - 3, 2, kernel, stride),
        ("for one frame too few", 3, kernel - 4, 2, kernel, stride),
        ("for a single frame", 0, 1, 2, kernel, stride),
        ("where nothing new came", 3, 0, 2, kernel, stride),
        ("with three GRUs", 4, kernel + 1, 3, kernel, stride),
        ("with one GRU", 4, kernel + 1, 1, kernel, stride),
        ("with a step of one frame", 1, 6, 2, 3, 1),
    ):
        sizes = [n_c, *[n_a] * (layers_ - 1)]
        weights = {
            "patterns": (rng.normal(0, 0.3, (kernel_, n_x, n_c)), rng.normal(0, 0.5, n_c)),
            "grus": [
                {
                    "Wx": rng.normal(0, 0.5, (n, 3 * n_a)),
                    "Wa": rng.normal(0, 0.5, (n_a, 3 * n_a)),
                    "b": rng.normal(0, 0.5, (2, 3 * n_a)),
                }
                for n in sizes
            ],
            "just_ended": (rng.normal(0, 1, (n_a, 1)), rng.normal(0, 1, 1)),
        }
        frames = rng.normal(0, 1, (old + fresh, n_x))
        states = rng.uniform(-0.9, 0.9, (layers_, n_a))
        cases[when] = frames[old:], frames[:old], states, weights, kernel_, stride_

    def compare(name, got, new, kept, states, weights, kernel, stride):
        parts = unpack(got, OF_FEED)
        frames, states, p, begin = np.array([*kept, *new]), states.copy(), [], 0
        while begin + kernel <= len(frames):  # output by output
            W, b = weights["patterns"]
            a = np.einsum("tx,txc->c", frames[begin : begin + kernel], W) + b
            a = np.where(a > 0, a, 0)
            for number, gru in enumerate(weights["grus"]):
                a = states[number] = _gru_step(a, states[number], gru)
            W, b = weights["just_ended"]
            p.append(1 / (1 + np.exp(-(a @ W[:, 0] + b[0]))))
            begin += stride
        wants = np.array(p), frames[begin:], states
        axes = "(k,)", "(frames, n_x)", "(layers, n_a)"
        for part, have, want, shape in zip(OF_FEED.split(", "), parts, wants, axes, strict=True):
            what, shown = f"The array of {part} {name}", shape_of(have) or ()
            other_length = shown[1:] == want.shape[1:] and shown != want.shape
            if shape == axes[1] and len(shown) == 2 and other_length:
                facts = f"{what} holds {shown[0]}, not {len(want)}."
                raise off(what, have, f"{facts} {OVERLAP}", facts=facts)
            same(what, have, want, shape, FLOAT32)

    _hold(attempt, "that it gives", cases, compare)
    return "Probabilities, frames to keep and states agree with the equations, output by output."


def _gru_step(x, a, gru):
    """Return the next state of a GRU, (n_a,), from the equations, with reset_after."""
    by_x = (x @ gru["Wx"] + gru["b"][0]).reshape(3, -1)
    by_a = (a @ gru["Wa"] + gru["b"][1]).reshape(3, -1)
    update, relevance = 1 / (1 + np.exp(-(by_x[:2] + by_a[:2])))
    return update * np.tanh(by_x[2] + relevance * by_a[2]) + (1 - update) * a


# ── the challenge ─────────────────────────────────────────────────────────────────────────────

RECALL = 0.8  # of the network without memory, whose probabilities these are


_held_out = {}


def hold_out(p, ends, times, refractory, seconds):
    """Keep what `surer` is judged on.

    Args:
        p: (m, T_y), probabilities of held-out clips.
        ends: for each clip the seconds at which targets end.
        times: (T_y,), the second at which each output answers.
        refractory: outputs from one event to the next, at least.
        seconds: of a clip.
    """
    _held_out.update(p=np.array(p), ends=ends, times=times, refractory=refractory)
    _held_out["hours"] = seconds / 3600


def surer(p):
    """Return a number for each output, (m, T_y): the larger, the surer that the word ended."""
    return p


def _ours(p):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    odds = np.pad(np.log(p / (1 - p)), ((0, 0), (4, 0)), mode="edge")
    return np.mean([odds[:, k : k + p.shape[1]] for k in range(5)], axis=0)


@check.open_task(
    surer,
    ours=_ours,
    of="false alarms an hour where 80% of the words are found",
    hidden=(
        *(
            "test",
            "x_test",
            "said_test",
            "x_20",
            "found_events",
            "events_test",
            "ends_test",
            "hits",
        ),
        *("x_new", "said_new", "events_new", "ends_new", "p_test", "p_new", "p_held_out"),
    ),
)
def _(attempt, rng):
    if not _held_out:
        raise Wrong("Run the cell with `hold_out` first: it keeps what `surer` is judged on.")
    order = rng.permutation(len(_held_out["p"]))
    p, ends = _held_out["p"][order], [_held_out["ends"][i] for i in order]
    scores = _scores(attempt(p.copy()), p)
    for cut in (int(rng.integers(40, p.shape[1] - 40)), 1):
        early = _scores(attempt(p[:, :cut]), p[:, :cut])
        changed = ~np.isclose(early, scores[:, :cut], atol=1e-5).all(axis=0)
        if changed.any():  # near the cut alone, or further back
            raise Wrong(AHEAD + BOTH_SIDES * (not changed[: max(0, cut - 20)].any()))
    times, refractory = _held_out["times"], _held_out["refractory"]
    return alarms_at(RECALL, scores, ends, count, times, refractory) / _held_out["hours"]


AHEAD = (
    "A number changes with outputs that come after it: a stream has not heard them yet. Number j "
    "may use p[:, : j + 1] alone."
)
BOTH_SIDES = ' (np.convolve(…, "same") does so: its average reaches to both sides.)'
INFINITE = (
    "surer should return finite numbers; some of yours are infinite or nan. Where p is exactly 0 "
    "or 1, log(p / (1 - p)) is infinite: clip p first, np.clip(p, 1e-7, 1 - 1e-7)."
)


def _scores(got, p):
    try:
        scores = np.asarray(got, float)
    except (TypeError, ValueError):
        raise Wrong(f"surer should return an array of numbers; yours is {kind(got)}.") from None
    if scores.shape != p.shape:
        raise Wrong(
            f"surer should return numbers of the shape of p. For a p of {p.shape}, the first "
            f"outputs of some clips, the shape of yours is {scores.shape}."
        )
    if not np.isfinite(scores).all():
        raise Wrong(INFINITE)
    return scores
