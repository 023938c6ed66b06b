"""What several ways of learning word vectors find in the same texts, in how many seconds."""

from collections.abc import Mapping

import numpy as np

from utils.language import analogies
from utils.language.counting import Text
from utils.language.vector_training import analogies_right, keyed


class Ways:
    """Scores of ways by name, for texts by seed.

    Attributes:
        found: by name, the share of Google's analogies that is right, in the order of notes.
        seconds: by name, CPU-seconds of the last note.
        asked: by seed, how many of the analogies have all their words in the text.
    """

    def __init__(self, texts: Mapping[int, Text]):
        """Find the analogies whose words are all in each text."""
        self._texts, self._questions = texts, {}
        self._related, self._words = {}, {}
        self.found, self.seconds = {}, {}
        for seed, text in texts.items():
            named = keyed(text.words, np.ones((len(text.words), 1)))
            self._questions[seed] = analogies.questions_by_section(named)["all"]
        self.asked = {seed: len(questions) for seed, questions in self._questions.items()}

    def right(self, E: np.ndarray, seed: int) -> float:
        """Return the share of the analogies that vectors E (V, n) of a text solve."""
        return analogies_right(E, self._questions[seed])

    def note(self, name: str, seed: int, E: np.ndarray, seconds: float, passes: float = 1) -> None:
        """Score vectors E (V, n) of a text.

        WordSim-353 is asked for the first text alone.

        Args:
            name: of the way.
            seed: of the text.
            E: the vectors, in the order of the text's words.
            seconds: CPU-seconds that they took.
            passes: how often the whole text was used.
        """
        text = self._texts[seed]
        self.found.setdefault(name, []).append(self.right(E, seed))
        self.seconds[name] = seconds
        self._words[name] = passes * len(text.tokens) / seconds
        if seed == min(self._texts):
            self._related[name] = analogies.word_similarity(keyed(text.words, E))

    def table(self, first: str) -> dict[str, list[float]]:
        """Print all scores, the best way at the top but for `first`; return `found` in that order.

        Args:
            first: the baseline, which stands above the others.
        """
        others = sorted(self.found.keys() - {first}, key=lambda name: -np.mean(self.found[name]))
        n_shares = max(map(len, self.found.values()))
        wide = max(10, 7 * n_shares)
        print(f"{'':<18}{'analogies':>{wide}}{'WordSim ρ':>11}{'CPU-s':>7}{'words a CPU-s':>15}")
        for name in (first, *others):
            shares = "".join(f"{share:7.3f}" for share in self.found[name])
            rho, used, of = self._related[name]
            print(f"{name:<18}{shares:>{wide}}{rho:11.2f}", end="")
            print(f"{self.seconds[name]:7.1f}{self._words[name]:15,.0f}")
        n_asked = self.asked[min(self._texts)]
        print(f"{n_asked:,} of 19,544 analogies and {used} of {of} pairs have all their words.")
        return {name: self.found[name] for name in (first, *others)}
