"""The band that plays a chorus, and the piano roll that shows one."""

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.music import band, choruses
from utils.music.chords import KINDS, Chord, chord_at, progression
from utils.music.choruses import Chorus
from utils.sound import playing, recordings

# two chords in bar 8
BLUES = progression("F7 | Bb7 | F7 | F7 | Bb7 | Bb7 | F7 | Am7b5 D7 | G7 | C7 | F7 | C7")[0]
LINE = [(6, 65), (6, "rest"), (12, 69), (4, 72), (4, 75), (4, 74), (6, 72), (6, 67)] * 12
TUNE = Chorus("", 4, 160, BLUES, tuple(LINE))
RATE = recordings.RATE

melodies = st.lists(
    st.tuples(st.sampled_from([3, 4, 6, 8, 12, 18, 48]), st.sampled_from([55, 64, 84, "rest"])),
    min_size=1,
    max_size=12,
)
progressions = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 11), st.sampled_from(["7", "dim7"])),
    min_size=1,
    max_size=8,
)


def chorus(events, chords=BLUES, beats=4, tempo=120):
    return Chorus("", beats, tempo, tuple(chords), tuple(events))


def alone(instrument, events, seconds, tempo=120):
    """Return one instrument without the others."""
    moments = np.arange(round(seconds * RATE)) / RATE
    return instrument(band._timed(choruses.notes(events), tempo, False), moments, RATE)


def test_eighths_swing_and_triplets_stay():
    written = [0, 3, 4, 6, 8, 9, 12, 18, 28, 30, 32]
    played = [0, 4, 4, 8, 8, 10, 12, 20, 28, 32, 32]
    np.testing.assert_allclose(band.swing(written), played)
    np.testing.assert_array_equal(band.swing(written, straight=True), written)


def test_swing_keeps_the_order_of_sixteenths():
    for first in range(12):
        later = np.arange(first + 3, 36)
        assert (band.swing(later) > band.swing(first)).all(), first


@settings(deadline=None)  # a slow tempo is long, and the machine may be busy
@given(melodies, st.integers(20, 400), st.booleans())
def test_the_length_follows_the_tempo(events, tempo, straight):
    samples = band.render(chorus(events, tempo=tempo), straight, rate=4000)
    quarters = sum(duration for duration, _ in events) / 12
    assert len(samples) == pytest.approx((quarters * 60 / tempo + band.TAIL) * 4000, abs=1)
    assert samples.dtype == np.float32
    assert np.abs(samples).max() <= 1


@pytest.mark.parametrize("beats", [3, 4])
def test_samples_are_equal_bit_for_bit_and_made_at_once(beats):
    clock, renders = [time.process_time()], []
    for _ in range(3):
        renders.append(band.render(replace(TUNE, beats=beats)))
        clock.append(time.process_time())
    assert np.diff(clock).min() < 0.5  # CPU-seconds: about 0.1 on a quiet machine
    assert renders[0].tobytes() == renders[1].tobytes() == renders[2].tobytes()
    assert 0.1 < np.abs(renders[0]).max() <= 1


def test_straight_eighths_sound_earlier():
    events = [(6, "rest"), (6, 69)]
    for straight, quarter in ((False, 8 / 12), (True, 6 / 12)):
        full = band._mixed(chorus(events, tempo=60), straight, RATE)
        melody = full - band._mixed(chorus([(12, "rest")], tempo=60), straight, RATE)
        begin = np.argmax(np.abs(melody) > 0.05) / RATE
        assert quarter < begin < quarter + 0.03


@pytest.mark.parametrize("pitch", [57, 69, 81])
def test_a_held_note_has_its_frequency_and_overtones(pitch):
    sound = alone(band._horn, [(12, pitch)], 0.5)  # too short for a vibrato
    size = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    frequency = np.fft.rfftfreq(len(sound), 1 / RATE)
    wanted = 440 * 2 ** ((pitch - 69) / 12)
    assert frequency[size.argmax()] == pytest.approx(wanted, abs=2)
    near = [size[np.abs(frequency - k * wanted) < 20].max() / size.max() for k in (2, 3, 4)]
    assert 0.9 > near[0] > near[1] > near[2] > 0.01
    assert size[frequency > 7.5 * wanted].max() < 0.01 * size.max()  # warm, and no aliases


def test_the_horn_is_silent_where_it_rests():
    assert not alone(band._horn, [(48, "rest")], 2).any()
    sound = alone(band._horn, [(48, "rest"), (12, 69), (48, "rest"), (12, 69)], 5)
    assert np.abs(sound[: 2 * RATE]).max() < 1e-6
    assert np.abs(sound[int(2.9 * RATE) : int(4.5 * RATE)]).max() < 1e-4
    assert np.abs(sound[int(2.1 * RATE) : int(2.4 * RATE)]).max() > 0.5


def test_the_last_note_rings_out_and_ends_in_silence():
    samples = band.render(chorus([(24, "rest"), (24, 69)]))
    end = 2 * RATE
    assert np.abs(samples[end + RATE // 4 : end + RATE // 2]).max() > 0.03
    assert np.abs(samples[-20:]).max() < 1e-3


@pytest.mark.parametrize(
    ("instrument", "pitches"), [(band._horn, (45, 45, 52, 40)), (band._plucked, (28, 28, 40, 35))]
)
def test_nothing_clicks_where_notes_begin_and_end(instrument, pitches):
    """A click is a jump; from sample to sample a wave can only go as far as its slope allows."""
    low, same, high, last = pitches
    events = [(6, low), (6, same), (3, high), (9, "rest"), (12, last), (12, "rest"), (12, low)]
    for tempo in (97, 160, 231):  # so that the notes begin at different phases
        sound = alone(instrument, events, 4, tempo)
        highest = 440 * 2 ** ((high - 69) / 12)
        slope = (1 + 0.6) / (1 - 0.6)  # of the brightest wave, where it crosses zero
        assert np.abs(np.diff(sound)).max() < 1.05 * slope * 2 * np.pi * highest / RATE
        assert sound[0] == 0


def test_the_melody_leads():
    moments = np.arange(18 * RATE) / RATE  # twelve bars
    horn = alone(band._horn, LINE, 18, 160)
    bass = alone(band._plucked, band.bass_line(BLUES, 4, 576), 18, 160)
    cymbals = [band._cymbals(576, 4, 160, straight, moments, RATE) for straight in (False, True)]
    piano = band._piano(band.comping(BLUES, 4, 576), 160, False, moments)
    parts = horn, bass, *cymbals, piano
    sizes = band.LEVELS[[0, 1, 2, 2, 3]] * [np.std(part) for part in parts]
    below = 20 * np.log10(sizes[0] / sizes[1:])  # decibels
    assert 5 < below[0] < 12
    assert 15 < below[1] < 19.5
    assert below[1] + 2 < below[2] < below[1] + 8  # the hi-hat of a bossa is soft, and is there
    assert 12 < below[3] < 18  # the piano is soft, and is heard


def test_nothing_is_clipped():
    """Each part is within -1 and 1, and the levels add up to 1."""
    moments = np.arange(24 * RATE) / RATE
    for tempo in (20, 120, 400):
        for straight in (False, True):
            cymbals = band._cymbals(96, 4, tempo, straight, moments, RATE)
            assert np.abs(cymbals).max() == pytest.approx(0.7 if straight else 1)
        for instrument in (band._horn, band._plucked):
            assert np.abs(alone(instrument, [(6, 40), (6, 41), (36, 40)] * 2, 24, tempo)).max() <= 1
    assert band.LEVELS.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("beats", "hits"),
    [(4, [0, 12, 20, 24, 36, 44, 48, 60, 68, 72, 84, 92]), (3, [0, 12, 20, 24, 36, 48, 56, 60])],
)
def test_the_ride_plays_the_jazz_pattern(beats, hits):
    np.testing.assert_array_equal(rises(beats, straight=False), np.array(hits) * 40 // 12)


@pytest.mark.parametrize("beats", [3, 4])
def test_the_hi_hat_of_a_bossa_plays_all_eighths(beats):
    np.testing.assert_array_equal(rises(beats, straight=True), np.arange(0, 80 * beats, 20))


def rises(beats, straight):
    """Return when the cymbals are hit in two bars of one beat a second, in 40ths of a second."""
    moments = np.arange(12 * RATE) / RATE
    sound = band._cymbals(24 * beats, beats, 60, straight, moments, RATE)
    loud = np.abs(sound[: 2 * beats * RATE]).reshape(-1, RATE // 40).max(axis=1)
    return np.flatnonzero(loud > 3 * np.concatenate([[1e-9], loud[:-1]]))


def test_the_bass_walks_in_its_range_from_root_to_root():
    line = band.bass_line(BLUES, 4, 48 * 12)
    assert [duration for duration, _ in line] == [12] * 48
    for onset, here in BLUES:
        assert line[onset // 12][1] % 12 == here.root
    assert abs(line[20][1] - line[16][1]) == 12  # bars 5 and 6: the same root, its octave
    for beat in range(1, 47):
        pitch, after = line[beat][1], line[beat + 1][1]
        leads = 12 * (beat + 1) in dict(BLUES)
        assert abs(pitch - after) in (1, 2) if leads else True, beat
        tone = pitch % 12 in chord_at(BLUES, 12 * beat).tones
        assert tone or 12 * (beat + 1) % 48 == 0 or leads, beat


@given(progressions, st.sampled_from([3, 4]), st.integers(1, 400))
def test_the_bass_can_walk_over_any_chords(progression, beats, length):
    onsets = np.cumsum([0, *(12 * beat for beat, _, _ in progression)])
    chords = [
        (onset, Chord(root, kind))
        for onset, (_, root, kind) in zip(onsets, progression, strict=False)
    ]
    line = band.bass_line(chords, beats, length)
    assert sum(duration for duration, _ in line) == length
    assert all(28 <= pitch <= 48 for _, pitch in line)
    pitches = [pitch for _, pitch in line]
    repeated = {beat + 1 for beat, (a, b) in enumerate(pairwise(pitches)) if a == b}
    assert repeated <= {*(onsets // 12), *range(0, len(line), beats)}  # only roots, in one octave
    for onset, here in chords:
        assert onset >= length or line[onset // 12][1] % 12 == here.root


def test_a_chord_between_two_beats_is_played_on_the_second():
    line = band.bass_line(((0, Chord(0, "")), (18, Chord(5, ""))), 4, 48)
    assert line[2][1] % 12 == 5


def test_the_bass_of_a_bossa_is_tied_over_the_third_beat():
    chords, length = progression("Fmaj7 | Em7b5 A+7 | C6")
    line = band._bossa_line(chords, 4, length)
    assert line == [
        *((18, 29), (30, 36)),  # F1 and C2, the fifth
        *((18, 28), (6, 34)),  # E1 and Bb1, for there is no B in Em7b5
        *((18, 33), (6, 41)),  # A1 and F2, which is E#
        *((18, 36), (30, 43)),
    ]
    assert band._bossa_line(progression("C6 | C6", 3)[0], 3, 72) == [(18, 36), (18, 43)] * 2
    assert band._bossa_line(progression("C6 D7 E7 F7")[0], 4, 47)[2:] == [(12, 28), (11, 29)]


def test_a_bossa_sounds_with_its_own_bass():
    silent = chorus([(48, "rest")], progression("C6")[0], tempo=240)  # a beat is a quarter second
    samples = band.render(silent, straight=True)
    frequency = np.fft.rfftfreq(RATE, 1 / RATE)
    for start, end, wanted in ((0.26, 0.36, 65.4), (0.52, 0.74, 98.0)):  # C2 on 2, G2 on 3
        part = samples[int(start * RATE) : int(end * RATE)]
        size = np.abs(np.fft.rfft(part * np.hanning(len(part)), RATE))
        assert frequency[size.argmax()] == pytest.approx(wanted, abs=3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("root", range(12))
def test_the_bass_of_a_bossa_stays_in_its_range(root, kind):
    (_, low), (_, high) = band._bossa_line(((0, Chord(root, kind)),), 4, 48)
    assert low in band.BASS and high in band.BASS and low % 12 == root
    assert high % 12 in Chord(root, kind).tones and 6 <= high - low <= 8


@pytest.mark.parametrize(
    ("change", "message", "followed"),
    [
        ({"events": []}, "no events: give at least one", [(6, 60)]),
        ({"events": [(6, "C4")]}, "pitch 'C4' is unknown: give a MIDI number", [(6, 60)]),
        ({"events": [(6, 128)]}, "pitch 128 is unknown", [(6, 127), (6, "rest"), (6, "hold")]),
        ({"events": [(6, 60), (0, 62)]}, r"event \(0, 62\) lasts 0 ticks", [(6, 60), (1, 62)]),
        ({"events": [(-6, "rest")]}, "lasts -6 ticks: give it a positive duration", [(6, "rest")]),
        ({"events": [(float("nan"), 60)]}, "lasts nan ticks", [(6, 60)]),
        ({"chords": []}, "no chords: give at least one", BLUES[:1]),
        ({"beats": 5}, "5 quarter notes is unknown: give 3 or 4", 3),
        ({"tempo": 19}, "tempo of 19 cannot be played: give 20 to 400", 20),
        ({"tempo": 401}, "tempo of 401 cannot be played", 400),
    ],
)
def test_bad_input_gets_one_clear_sentence(change, message, followed):
    for straight in (False, True):
        with pytest.raises(ValueError, match=message) as error:
            band.render(replace(TUNE, **change), straight)
        assert "\n" not in str(error.value)
        short = replace(TUNE, events=[(48, 60)])
        assert len(band.render(replace(short, **dict.fromkeys(change, followed)), straight, 4000))


@pytest.mark.parametrize("rate", [0, -16_000, 3999, 96_001, float("nan")])
def test_a_rate_out_of_range_is_refused(rate):
    message = f"^{rate} samples a second cannot be used: give 4000 to 96000.$"
    with pytest.raises(ValueError, match=message):
        band.render(TUNE, rate=rate)


def test_the_sound_can_be_played_and_written(tmp_path):
    samples = band.render(chorus(LINE[:8]))
    playing.write_wav(tmp_path / "chorus.wav", samples)
    assert soundfile.info(tmp_path / "chorus.wav").frames == len(samples)
    assert "audio/mpeg" in playing.play(samples)._repr_html_()


@pytest.mark.parametrize("rate", [4000, 96_000])
def test_the_lowest_and_the_highest_rate(rate):
    samples = band.render(chorus([(12, 69)]), rate=rate)
    assert len(samples) == round((0.5 + band.TAIL) * rate)
    assert 0.1 < np.abs(samples).max() <= 1


def test_all_choruses_are_equally_loud():
    slow = chorus([(48, 60), (48, "rest")], progression("C6 | Am7")[0], tempo=70)
    for one in (TUNE, slow, replace(TUNE, tempo=300)):
        for straight in (False, True):
            samples = band.render(one, straight)[: -round(band.TAIL * RATE)].astype(float)
            assert np.sqrt(np.mean(samples**2)) == pytest.approx(band.LOUDNESS, rel=1e-3)


def test_the_piano_strikes_each_chord_and_each_bar():
    chords, length = progression("C | % | G7 Dm7 | F6/9")
    struck = band.comping(chords, 4, length)
    assert [(start, end) for start, end, _ in struck] == [
        *((0, 48), (48, 96), (96, 120), (120, 144), (144, 192))
    ]
    for (start, _, pitches), tones in zip(
        struck, ({0, 4, 7}, {0, 4, 7}, {11, 2, 5}, {5, 9, 0}, {7, 9, 0, 2}), strict=True
    ):
        assert {pitch % 12 for pitch in pitches} == tones, start  # the bass has the root
        assert all(pitch in band.PIANO for pitch in pitches)
    late = band.comping(((0, Chord(0, "")), (18, Chord(5, "")), (99, Chord(2, "m"))), 3, 36)
    assert [(start, end) for start, end, _ in late] == [(0, 18), (18, 36)]


def test_the_piano_sounds_its_chord_and_fades():
    chords, length = progression("Am7 | D7")
    time = np.arange(4 * RATE) / RATE
    sound = band._piano(band.comping(chords, 4, length), 120, False, time)
    assert np.abs(sound).max() <= 1 and np.abs(np.diff(sound)).max() < 0.3
    size = np.abs(np.fft.rfft(sound[RATE // 4 : RATE * 5 // 4] * np.hanning(RATE)))
    loudest = sorted(np.argsort(size[:400])[-60:])
    for pitch in (55, 60, 64):  # G, C, E: all but the root of Am7
        assert min(abs(440 * 2 ** ((pitch - 69) / 12) - f) for f in loudest) < 2
    early, late = sound[: RATE // 2], sound[RATE * 3 // 2 : 2 * RATE - 900]
    assert np.std(early) > 2 * np.std(late) > 0.01
