"""What goes wrong with a file, and what people put into text that nobody sees."""

import random

INVISIBLE = "\u200b\u200e\u200f\ufeff\u00ad\u2060"
NUMBERS = [b"0", b"-1", b"1e30", b"999999999", b"65536", b"nan", b"1/0", b""]
PIECES = [
    b"\0" * 16,
    b"\xff" * 16,
    b"\n" * 50,
    b" ",
    b'"',
    b"<",
    b"%",
    b"\xe2\x82",
    b"\xef\xbb\xbf",
]


def mutated(data: bytes, rng: random.Random, pieces=()) -> bytes:
    """Return the data with one to four faults."""
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        data = rng.choice(FAULTS)(data, rng, [*PIECES, *pieces])
    return data


def _flipped(data, rng, _):
    changed = bytearray(data)
    for _ in range(rng.choice([1, 1, 3, 30])):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(data, rng, _=()):
    return data[: rng.randrange(len(data) + 1)]


def _without_a_piece(data, rng, _):
    start, end = _span(data, rng)
    return data[:start] + data[end:]


def _doubled(data, rng, _):
    start, end = _span(data, rng)
    return data[:end] + data[start:end] * rng.choice([1, 1, 9]) + data[end:]


def _moved(data, rng, _):
    start, end = _span(data, rng)
    rest = data[:start] + data[end:]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + data[start:end] + rest[place:]


def _with_a_piece(data, rng, pieces):
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice(pieces) + data[place:]


def _another_number(data, rng, _):
    """A number in text becomes an absurd one."""
    places = [i for i, byte in enumerate(data[:20_000]) if 48 <= byte <= 57]
    if not places:
        return data
    start = end = rng.choice(places)
    while data[end : end + 1].isdigit():
        end += 1
    return data[:start] + rng.choice(NUMBERS) + data[end:]


def _span(data, rng):
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice([1, 4, 30, 1000]))


FAULTS = [_flipped, cut, _without_a_piece, _doubled, _moved, _with_a_piece, _another_number]


def with_invisible(text: str, rng: random.Random) -> str:
    """Return the text with characters in it that nobody sees."""
    for _ in range(rng.choice([1, 1, 3])):
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice(INVISIBLE) + text[place:]
    return text
