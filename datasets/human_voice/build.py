"""Make the human voice again: `python -m datasets.human_voice.build FOLDER`, twenty seconds.

With `digits` or `prompts` behind it, only these are made.

FOLDER is what `apt-get download asterisk-core-sounds-en-g722` and `dpkg-deb -x` give. G.722 is
decoded by PyAV (`pip install av`), which no notebook needs. The decoded samples are the same again
with the same versions; the bytes of the Ogg file are not: its serial number is drawn at random.
"""

import csv
import io
import sys
from pathlib import Path

import numpy as np
import soundfile

from utils.files import write_atomically
from utils.sound.clips import BACKGROUND, trim

HERE = Path(__file__).resolve().parent
RATE = 16_000
WORDS = ("activated", "de-activated")  # in the package, these are the two with the trigger word
BITS = 0.955  # of Opus: about 17,000 bits a second
SHORTEST = RATE // 10
DIGITS = [str(digit) for digit in range(10)]


def decoded(path):
    """Return the samples of a G.722 file, (samples,) float32 between -1 and 1."""
    import av

    with av.open(str(path), format="g722") as file:
        blocks = [frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)]
        return np.concatenate(blocks).astype(np.float32) / 2**15


def chosen(folder):
    """Yield the name and the sound of the two words, then of every second other prompt."""
    paths = {path.stem: path for path in sorted(Path(folder).rglob("en_US_f_Allison/**/*.g722"))}
    others = [name for name in sorted(paths) if "activ" not in name]
    for name in (*WORDS, *others[::2]):
        sound = trim(decoded(paths[name]), BACKGROUND)
        if len(sound) >= SHORTEST:
            yield name, sound


def digits(folder):
    """Yield the name and the sound of each digit, "0" to "9"."""
    for name in DIGITS:
        [path] = Path(folder).rglob(f"en_US_f_Allison/digits/{name}.g722")
        yield name, trim(decoded(path), BACKGROUND)


def write(file_name, sounds):
    """Write sounds, {name: (samples,)}, and their index."""
    data, whole = io.BytesIO(), np.concatenate([*sounds.values()])
    form = {"format": "OGG", "subtype": "OPUS", "compression_level": BITS}
    with soundfile.SoundFile(data, "w", RATE, 1, **form) as file:
        for start in range(0, len(whole), RATE):
            file.write(whole[start : start + RATE])
    write_atomically(HERE / f"{file_name}.ogg", data.getvalue())
    table, start = io.StringIO(), 0
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("name", "start", "length"))
    for name, sound in sounds.items():
        writer.writerow((name, start, len(sound)))
        start += len(sound)
    write_atomically(HERE / f"{file_name}.csv", table.getvalue().encode())
    print(f"{len(sounds)} {file_name}, {start / RATE:.1f} s, {len(data.getvalue()):,} bytes")


def main(folder, *what):
    """Write the prompts and the digits, or one of them."""
    for name, sounds in (("prompts", chosen), ("digits", digits)):
        if name in (what or [name]):
            write(name, dict(sounds(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
