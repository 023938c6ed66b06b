"""utils.sound.recognition: frames and labels for training and test; its pictures."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.sound import clips, noises, recognition, strings
from utils.sound import recognition_pictures as pictures
from utils.sound.commands import WORDS
from utils.sound.recognition import LETTERS, SILENT, SPREAD, labelled, normalised, packed
from utils.sound.recordings import RATE
from utils.sound.spectrograms import BANDS, log_mel

SOME = strings.load_strings("validation")[:6]
TALKERS = strings.words_of(SOME)


def test_the_symbols():
    assert len(LETTERS) == 21 and LETTERS.tokens[:2] == ["_", " "]
    for word in WORDS:
        assert LETTERS.decode(LETTERS.encode(word)[:-1]) == word


def test_packed():
    rng = np.random.default_rng(0)
    x = [rng.normal(-4, 3, (n, BANDS)) for n in (5, 3)]
    one = packed(x, ["go up", "on"])
    assert one.x.shape == (2, 5, BANDS) and one.x.dtype == np.float32
    assert one.texts == ["go up", "on"]
    assert np.allclose(one.x[1, :3], normalised(x[1][None], [3])[0]) and not one.x[1, 3:].any()
    assert one.y[:, -2:].tolist() == [[5, 5], [2, 3]]
    assert [
        LETTERS.decode(row[:k]) for row, k in zip(one.y, one.y[:, -2], strict=True)
    ] == one.texts
    assert not one.y[1, 2:-2].any()
    assert packed(x, ["go up", "on"], 8).x.shape == (2, 8, BANDS)
    with pytest.raises(ValueError, match="5 frames; there is room for 4"):
        packed(x, ["go up", "on"], 4)


def test_noise_has_its_ratio():
    rng = np.random.default_rng(0)
    for snr in (-5, 5):
        found = recognition.in_noise(SOME, ["pink", "babble"], (snr, snr), TALKERS, rng)
        assert [len(x) for x in found] == [len(log_mel(one.samples)) for one in SOME]
        for x, one in zip(found, SOME, strict=True):
            clean = np.exp(log_mel(one.samples)).sum()
            ratio = clean / (np.exp(x).sum() - clean)
            # Of bands, not of samples: what lies below them is not in it. (In little noise, what
            # speech and noise share by chance would count for more than the noise.)
            assert 0.5 < ratio / 10 ** (snr / 10) < 2


def test_quiet_is_quiet():
    for x, one in zip(recognition.in_quiet(SOME, np.random.default_rng(0)), SOME, strict=True):
        clean = log_mel(one.samples)
        loud = clean > -4
        assert np.abs(x - clean)[loud].max() < 0.2


def test_pieces_make_up_the_string():
    for one, words in zip(SOME, recognition.pieces(SOME), strict=True):
        assert " ".join(piece.word for piece in words) == one.text
        whole = np.concatenate([piece.x for piece in words])
        assert np.array_equal(whole, log_mel(np.pad(one.samples, (0, 400))))
        starts = np.cumsum([0, *(len(piece.x) for piece in words)])[:-1]
        assert np.abs(starts - one.begins * 100 / RATE).max() <= 1


def test_normalised_takes_a_microphone_away():
    rng = np.random.default_rng(0)
    x = rng.normal(-4, 3, (3, 9, BANDS))
    x[:, :4] += 5
    found = normalised(x, [9, 6, 9])
    assert found.dtype == np.float32 and not found[1, 6:].any()
    loud = x[0][x[0].mean(axis=1) >= x[0].mean()]
    assert np.allclose(found[0], (x[0] - loud.mean(axis=0)) / SPREAD, atol=1e-5)
    assert np.allclose(normalised(x[:1] + rng.normal(size=1), [9]), found[:1], atol=1e-5)
    other = x + 3 * rng.normal(size=(3, 1, 1)) + np.zeros(BANDS)
    assert np.allclose(normalised(other, [9, 6, 9]), found, atol=1e-5)
    assert not normalised(np.full((2, 5, BANDS), SILENT), [5, 1]).any()


def test_labelled():
    y = labelled(["go up", "on"], [50, 30])
    assert y.dtype == np.int32 and y[:, -2:].tolist() == [[5, 50], [2, 30]]
    assert LETTERS.decode(y[0, :5]) == "go up" and not y[1, 2:-2].any()


def mixer(seed):
    return recognition.Mixer(SOME, noises.TRAINING, TALKERS, np.random.default_rng(seed), 4)


def test_the_mixer_draws_what_it_says():
    one, again = mixer(4).said(40, 150), mixer(4).said(40, 150)
    assert np.array_equal(one.x, again.x) and np.array_equal(one.y, again.y)
    assert one.x.shape == (40, 150, BANDS) and np.isfinite(one.x).all()
    frames = one.y[:, -1]
    assert frames.min() > 10 and frames.max() <= 150
    for row, n, text in zip(one.x, frames, one.texts, strict=True):
        assert np.all(row[n:] == SILENT)
        assert n >= recognition.FASTEST * (len(text) + sum(map(str.__eq__, text, text[1:])))
    runs = sum(any(text in u.text for u in SOME) for text in one.texts)
    assert 20 <= runs < 40  # every second is a run; others may be one by chance
    assert not np.array_equal(mixer(4).said(40, 150, vary=False).x, one.x)


def test_the_noise_is_new_each_time():
    one = mixer(4)
    said = one.said(200, 150)
    frames = said.y[:, -1]
    x, other = one.mixed(said.x, frames), one.mixed(said.x, frames)
    assert x.shape == said.x.shape and x.dtype == np.float32 and np.isfinite(x).all()
    assert not np.allclose(x, other, atol=0.1)
    assert all(not row[n:].any() for row, n in zip(x, frames, strict=True))
    # Those in little noise differ little from what was said, the others much.
    clean = normalised(said.x, frames)
    loud = (clean > -0.3) & (np.arange(150) < frames[:, None])[:, :, None]
    far = [np.abs(a - b)[c].mean() for a, b, c in zip(x, clean, loud, strict=True)]
    assert np.quantile(far, 0.05) < 0.1 < 0.15 < np.quantile(far, 0.9)


def test_silence_is_the_floor():
    assert pytest.approx(log_mel(np.zeros(800))[0, 0], rel=1e-5) == SILENT


def test_pictures():
    rng = np.random.default_rng(1)
    T = 30
    probs = rng.dirichlet(np.full(len(LETTERS), 0.05), T)
    axes = pictures.spikes(SOME[0], np.arange(T) / 30, probs, LETTERS.tokens, "a title")
    assert axes[0].get_title(loc="left") == "a title"
    assert axes[1].get_xlabel() == "seconds"
    axis = pictures.lattice(rng.random((T, 5)), ["_", "a", "_", " ", "_"], "states")
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["_", "a", "_", "␣", "_"]
    plt.close("all")


def test_level_of_a_string():
    assert clips.rms(SOME[0].samples) == pytest.approx(clips.LEVEL, rel=1e-3)


def test_as_loud_as_the_strings():
    one = SOME[0].samples
    assert np.allclose(recognition.as_loud(one / 7), log_mel(one), atol=1e-2)
    assert np.allclose(recognition.as_loud(np.zeros(1600, np.float32)), SILENT)


def test_words_are_cut_out():
    x = recognition.in_quiet(SOME, np.random.default_rng(0))
    found = recognition.cut_out(x, SOME)
    assert found.shape == (sum(len(one.text.split()) for one in SOME), 160)
    begin, end = SOME[0].begins[:2] // 160
    first = np.array_split(x[0][begin:end], 8)[0].mean(axis=0)
    assert found[0, :20] == pytest.approx(first.reshape(20, 2).mean(axis=1), abs=1e-5)


def test_the_mean_spectrum_is_of_what_is_loud():
    x = np.zeros((6, BANDS))
    x[2:4] = np.arange(BANDS)
    assert np.array_equal(recognition.mean_spectrum(x), np.arange(BANDS))
    assert np.array_equal(recognition.mean_spectrum(np.ones((3, BANDS))), np.ones(BANDS))
