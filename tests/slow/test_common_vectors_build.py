"""datasets/word_vectors: the build makes common.npz again."""

from datasets.word_vectors import build, build_common
from tests.slow.test_word_vectors_build import same


def test_the_build_makes_the_shipped_file():
    same(build_common.common(build.SEED), "common")
