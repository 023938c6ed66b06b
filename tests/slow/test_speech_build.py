"""datasets/speech: the build makes the shipped words again."""

import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest

from tests.sound.test_speech_data import FOLDER, TEXT
from utils import datasets, files
from utils.sound import strings

ROOT = FOLDER.parents[1]
# What is said is kept before it is packed, too.
CODE = """
import sys
from pathlib import Path
import numpy as np
from datasets.speech import build
write = build.write
build.write = lambda path, samples: (write(path, samples), np.save(path.with_suffix(""), samples))
build.main(Path(sys.argv[1]))
"""


def say_again(folder, prelude=""):
    """Build in a new process, because what eSpeak NG says depends on what it has said before."""
    command = [sys.executable, "-c", prelude + CODE, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def rms(values, rows):
    """Return the root of the mean square of each take."""
    energy = np.add.reduceat(values.astype(float) ** 2, [row["start"] for row in rows])
    return np.sqrt(energy / [row["length"] for row in rows])


@pytest.mark.skipif(version("espeakng-loader") != "0.2.4", reason="another eSpeak NG")
@pytest.mark.skipif(sys.platform != "linux", reason="another rand() of the C library")
def test_the_build_makes_the_shipped_words(tmp_path, monkeypatch):
    """The decoded samples and the index are compared, the former take by take.

    On one kind of processor all samples are equal. Another may round one in another way, and then
    a few coefficients of the Vorbis file differ. Other noise of eSpeak NG, in the seven voices that
    have some, gives a difference of 0.01 or more in them.
    """
    done = say_again(tmp_path / "speech")
    assert done.returncode == 0, done.stderr
    shipped = {split: datasets.load_speech(split) for split in datasets.SPEECH}
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    losses, worst = [], np.inf
    for split, (samples, rows) in shipped.items():
        made, index = datasets.load_speech(split)
        assert index == rows
        differences = rms(made - samples, rows)
        assert differences.max() < 0.002, rows[differences.argmax()]
        said = np.load(tmp_path / f"speech/{split}.npy")
        lost = said - samples
        losses.append(f"{10 * np.log10((said**2).sum() / (lost**2).sum()):.1f} dB")
        worst = min(worst, 20 * np.log10(rms(said, rows) / rms(lost, rows)).min())
    training, validation, test = losses
    assert f"{training} in training, {validation} in validation and {test} in the test" in TEXT
    assert f"It is {worst:.0f} dB in the worst take" in TEXT


def test_without_espeak_ng(tmp_path):
    done = say_again(tmp_path, "import sys; sys.modules['espeakng_loader'] = None; ")
    assert done.returncode == 1 and list(tmp_path.iterdir()) == []
    assert "eSpeak NG is not there: `pip install espeakng-loader==0.2.4`" in done.stderr


STRINGS = """
import sys
from pathlib import Path
from datasets.speech import build_strings
build_strings.main(Path(sys.argv[1]))
"""


@pytest.mark.skipif(version("espeakng-loader") != "0.2.4", reason="another eSpeak NG")
@pytest.mark.skipif(sys.platform != "linux", reason="another rand() of the C library")
def test_the_build_makes_the_shipped_strings(tmp_path, monkeypatch):
    command = [sys.executable, "-c", STRINGS, str(tmp_path / "speech")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names = [f"speech/{split}_strings" for split in datasets.SPEECH]
    shipped = {name: datasets.spoken_by_index(name, strings.INDEX) for name in names}
    monkeypatch.setattr(files, "EMBEDDED", tmp_path)
    for name, (samples, rows) in shipped.items():
        made, index = datasets.spoken_by_index(name, strings.INDEX)
        assert index == rows
        assert rms(made - samples, rows).max() < 0.002, name
