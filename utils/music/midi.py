"""Standard MIDI files: the notes of each channel of each track."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from utils.files import DataError
from utils.music.bars import MAX_NOTES, TEMPO, Damaged, Sheet
from utils.music.chords import NAMES, TICKS

DRUMS = 9  # the channel that General MIDI keeps for them, counted from 0
END_OF_TRACK, SET_TEMPO, TIME_SIGNATURE = 0x2F, 0x51, 0x58
ALL_OFF = (120, 123)  # controllers that end every note of a channel
DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}


@dataclass
class _Track:
    """What a track holds; times in MIDI ticks."""

    metas: list = field(default_factory=list)  # (time, type, bytes)
    notes: dict = field(default_factory=lambda: defaultdict(list))  # by channel (start, end, pitch)
    sounding: dict = field(default_factory=lambda: defaultdict(dict))  # by channel {pitch: start}
    now: int = 0

    def play(self, kind: int, channel: int, first: int, second: int) -> None:
        if kind == 0xB and first in ALL_OFF:
            for pitch in list(self.sounding[channel]):
                self.end(channel, pitch)
        if kind in (0x8, 0x9):
            self.end(channel, first)
        if kind == 0x9 and second:
            self.sounding[channel][first] = self.now

    def end(self, channel: int, pitch: int) -> None:
        start = self.sounding[channel].pop(pitch, None)
        if start is not None:
            self.notes[channel].append((start, self.now, pitch))


def read_midi(data: bytes, name: str) -> Sheet:
    """Return the notes of a file; `name` is its title.

    Raises:
        Damaged: the bytes are no MIDI, or not all of it.
        DataError: it is MIDI of a kind that is not read.
    """
    division, chunks = _chunks(data)
    tracks = [_track(chunk, number) for number, chunk in enumerate(chunks, start=1)]
    metas = sorted((meta for track in tracks for meta in track.metas), key=lambda meta: meta[0])
    for track in tracks:
        _end_hanging(track, division, _last_bar(metas, division))
    if sum(len(notes) for track in tracks for notes in track.notes.values()) > MAX_NOTES:
        raise DataError(f"has more than {MAX_NOTES:,} notes: export one melody of it.")
    parts = [
        (channel, notes) for track in tracks for channel, notes in track.notes.items() if notes
    ]
    first = min((start for _, notes in parts for start, *_ in notes), default=0)
    last = max((end for _, notes in parts for _, end, _ in notes), default=0)
    metres, bars = _metres(metas, division, last)
    return Sheet(
        title=name,
        metres=metres,
        tempo=_tempo(metas, first),
        parts=[
            [
                (Fraction(start * TICKS, division), Fraction(end * TICKS, division), pitch)
                for start, end, pitch in track.notes[channel]
            ]
            for track in tracks
            for channel in track.notes
            if channel != DRUMS
        ],
        symbols=[],
        bars=bars,
        drums=any(channel == DRUMS for channel, _ in parts),
        rests=False,
        recorded=True,
    )


# --- bytes -----------------------------------------------------------------------------------


def _chunks(data: bytes) -> tuple[int, list[bytes]]:
    """Return the ticks of a quarter note, and the bytes of each track."""
    start = data.find(b"MThd", 0, 200)  # some programs put another header before it
    if start < 0:
        raise Damaged("it does not begin as MIDI does")
    if len(data) < start + 14:
        raise Damaged("it is cut short: nothing but its first bytes are there")
    size, form, announced, division = (
        int.from_bytes(data[start + a : start + b], "big")
        for a, b in ((4, 8), (8, 10), (10, 12), (12, 14))
    )
    if form == 2 and announced > 1:
        raise DataError("is MIDI of type 2, which holds several tunes: export it as type 0 or 1.")
    if not 0 < division < 0x8000:
        raise DataError(
            "counts time in seconds or not at all, and I need quarter notes: export it as MIDI "
            "with ticks per quarter note, which is what programs do by themselves."
        )
    chunks, place = [], start + 8 + size
    while place + 8 <= len(data) and data[place : place + 4].isalpha():
        end = place + 8 + int.from_bytes(data[place + 4 : place + 8], "big")
        if end > len(data) and data[place : place + 4] != b"MTrk" and len(chunks) >= announced:
            break  # something that is no MIDI behind it
        if end > len(data):
            raise Damaged(f"it is cut short: {end - len(data)} of its bytes are missing")
        if data[place : place + 4] == b"MTrk":
            chunks.append(data[place + 8 : end])
        place = end
    if chunks and data[place:].strip(b"\0") and not chunks[-1].endswith(bytes([END_OF_TRACK, 0])):
        raise Damaged(f"track {len(chunks)} is longer than it says")
    if len(chunks) < announced:  # one that announces too few is read: programs miscount
        raise Damaged(f"its header announces {announced} tracks and {len(chunks)} follow")
    return division, chunks


def _track(data: bytes, number: int) -> _Track:
    track, place, running = _Track(), 0, 0
    try:
        while place < len(data):
            delta, place = _variable(data, place)
            track.now += delta
            status = data[place]
            place += status >= 0x80
            if status in (0xF0, 0xF7, 0xFF):
                kind = data[place] if status == 0xFF else None
                size, place = _variable(data, place + (status == 0xFF))
                track.metas.append((track.now, kind, data[place : place + size]))
                place += size
                if place > len(data):
                    raise Damaged(f"track {number} ends in the middle of an event")
                if kind == END_OF_TRACK:
                    break
                continue
            running = status if status >= 0x80 else running
            kind, channel = divmod(running, 16)
            values = data[place : place + DATA_BYTES[kind]]
            if max(values) > 127 or len(values) < DATA_BYTES[kind]:
                raise Damaged(f"track {number} has a value above 127 at its byte {place}")
            if kind in (0x8, 0x9, 0xB):
                track.play(kind, channel, values[0], values[-1])
            place += len(values)
    except (IndexError, KeyError, ValueError):
        raise Damaged(f"track {number} has something unknown at its byte {place}") from None
    return track


def _variable(data: bytes, place: int) -> tuple[int, int]:
    """Return a number of up to four bytes, seven bits each, and the place behind it."""
    value = 0
    for end in range(place, place + 4):
        value = value << 7 | data[end] & 127
        if data[end] < 128:
            return value, end + 1
    raise ValueError("a number is too long")


# --- what it means ---------------------------------------------------------------------------


def _tempo(metas: list, first: int) -> float:
    """Return the tempo in force at the first note, whichever track states it."""
    tempos = [data for time, kind, data in metas if kind == SET_TEMPO and time <= first]
    if not tempos:
        return TEMPO
    micros = int.from_bytes(tempos[-1], "big")
    return 6e7 / micros if micros else 0.0  # which is refused


def _metres(metas: list, division: int, last: int) -> tuple[set[str], list]:
    """Return the metres that are in force under a note, and the bars that are known from them.

    A first bar with a metre of its own, no longer than it, is a pickup: MuseScore writes so.
    """
    signatures = {
        time: data for time, kind, data in metas if kind == TIME_SIGNATURE and len(data) > 1
    }
    if any(data[1] > 6 for data in signatures.values()):
        raise Damaged("it has a metre that no music has")
    changes = [(time, data[0], 2 ** data[1]) for time, data in signatures.items() if time < last]
    if not changes or changes[0][0] > 0:
        changes.insert(0, (0, 4, 4))
    bars = []
    if len(changes) > 1:
        (_, top, below), (time, *second) = changes[:2]
        bar, pickup = (Fraction(4 * a, b) * division for a, b in (second, (top, below)))
        if time == pickup < bar:
            bars = [("0", Fraction(time * TICKS, division)), ("1", bar / division * TICKS)]
            changes = changes[1:]
    return {f"{top}/{below}" for _, top, below in changes}, bars


def _last_bar(metas: list, division: int) -> Fraction:
    """Return the MIDI ticks of a bar of the last metre."""
    signatures = [data for _, kind, data in metas if kind == TIME_SIGNATURE and len(data) > 1]
    top, power = signatures[-1][:2] if signatures else (4, 2)
    return Fraction(max(1, top) * 4 * division, 2 ** min(power, 6))


def _end_hanging(track: _Track, division: int, bar: Fraction) -> None:
    """End the notes that have no end with their track or bar, if nothing comes after them."""
    for channel, sounding in track.sounding.items():
        starts = [start for start, *_ in track.notes[channel]] + list(sounding.values())
        for pitch, start in list(sounding.items()):
            if channel != DRUMS and start < max(starts):
                raise DataError(
                    f"has a note that never ends ({NAMES[pitch % 12]}{pitch // 12 - 1}, at quarter "
                    f"note {start // division + 1}): give it a length in the program that made it."
                )
            if start == track.now:
                track.now = int((start // bar + 1) * bar)
            track.end(channel, pitch)
