"""utils.sound.augmentation: sounds that are known, changed."""

import numpy as np

from utils.sound import augmentation
from utils.sound.recordings import RATE
from utils.sound.spectrograms import log_mel

TIME = np.arange(RATE) / RATE


def tone(frequency):
    return log_mel(0.1 * np.sin(2 * np.pi * frequency * TIME))


def test_stretched_moves_moments():
    x = np.zeros((200, 40), np.float32)
    x[100] = 1
    assert augmentation.stretched(x, 1.25, 120).argmax(axis=0).tolist() == [80] * 40
    assert augmentation.stretched(x, 1, 200).shape == (200, 40)
    assert np.allclose(augmentation.stretched(x, 1, 199), x[:199])


def test_stretched_goes_on_behind_the_end():
    x = np.arange(10, dtype=np.float32)[:, None]
    assert np.allclose(augmentation.stretched(x, 2, 8)[5:], 9, atol=0.01)


def test_moved_moves_frequencies():
    x = tone(1000)
    for factor, frequency in ((0.8, 1250), (1.25, 800)):
        changed, want = augmentation.moved(x, factor), tone(frequency)
        assert changed.shape == x.shape
        assert abs(int(changed[50].argmax()) - int(want[50].argmax())) <= 1
    assert np.allclose(augmentation.moved(x, 1), x, atol=0.02)


def test_coloured_adds_one_curve():
    x = tone(500)
    changed = augmentation.coloured(x, 1.2, 7, np.random.default_rng(1)) - x
    assert changed.dtype == np.float32
    assert np.allclose(changed, changed[0], atol=1e-4)
    assert 0.2 < changed[0].std() < 3


def test_each_clip_is_changed_in_its_own_way():
    x = np.random.default_rng(1).normal(size=(60, 40)).astype(np.float32)
    rng = np.random.default_rng(2)
    (one, speed), (other, _) = (augmentation.drawn(x, 50, rng) for _ in range(2))
    assert one.shape == (50, 40) and one.dtype == np.float32
    assert 0.83 < speed < 1.2 and not np.allclose(one, other)
    again, same_speed = augmentation.drawn(x, 50, np.random.default_rng(2))
    assert np.array_equal(one, again) and speed == same_speed
