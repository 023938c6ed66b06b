"""What several ways of learning word vectors find in the same texts, in how many seconds."""

from collections.abc import Mapping

import numpy as np

from utils.language import analogies
from utils.language.counting import Text
from utils.language.vector_training import analogies_right, keyed


class Ways:
    """Scores of ways by name, for texts by seed. What is noted again replaces what was there.

    Attributes:
        asked: by seed, how many of the analogies have all their words in the text.
    """

    def __init__(self, texts: Mapping[int, Text]):
        """Find the analogies whose words are all in each text."""
        self._texts, self._questions, self._notes = dict(texts), {}, {}
        for seed, text in self._texts.items():
            named = keyed(text.words, np.ones((len(text.words), 1)))
            self._questions[seed] = analogies.questions_by_section(named)["all"]
        self.asked = {seed: len(questions) for seed, questions in self._questions.items()}

    @property
    def found(self) -> dict[str, list[float]]:
        """By name, the share of Google's analogies that is right, in the order of the texts."""
        return {
            name: [notes[seed][0] for seed in self._texts if seed in notes]
            for name, notes in self._notes.items()
        }

    @property
    def seconds(self) -> dict[str, float]:
        """By name, CPU-seconds: the mean of the texts."""
        return {
            name: float(np.mean([seconds for _, seconds, *_ in notes.values()]))
            for name, notes in self._notes.items()
        }

    def right(self, E: np.ndarray, seed: int) -> float:
        """Return the share of the analogies that vectors E (V, n) of a text solve."""
        return analogies_right(E, self._questions[seed])

    def note(self, name: str, seed: int, E: np.ndarray, seconds: float, passes: float = 1) -> None:
        """Score vectors E (V, n) of a text.

        Args:
            name: of the way.
            seed: of the text.
            E: the vectors, in the order of the text's words.
            seconds: CPU-seconds that they took.
            passes: how often the whole text was used.
        """
        text = self._texts[seed]
        related = analogies.word_similarity(keyed(text.words, E))
        rate = passes * len(text.tokens) / seconds
        self._notes.setdefault(name, {})[seed] = self.right(E, seed), seconds, rate, related

    def table(self, first: str) -> dict[str, list[float]]:
        """Print all scores, the best way at the top but for `first`; return `found` in that order.

        WordSim-353 is that of the first text alone.

        Args:
            first: the baseline, which stands above the others.
        """
        found, seconds, one = self.found, self.seconds, min(self._texts)
        others = sorted(found.keys() - {first}, key=lambda name: -np.mean(found[name]))
        wide = max(10, 7 * max(map(len, found.values())))
        print(f"{'':<18}{'analogies':>{wide}}{'WordSim ρ':>11}{'CPU-s':>7}{'words a CPU-s':>15}")
        for name in (first, *others):
            shares = "".join(f"{share:7.3f}" for share in found[name])
            rho, used, of = self._notes[name][one][3]
            rate = np.mean([rate for _, _, rate, _ in self._notes[name].values()])
            print(f"{name:<18}{shares:>{wide}}{rho:11.2f}{seconds[name]:7.1f}{rate:15,.0f}")
        print(
            f"{self.asked[one]:,} of 19,544 analogies and {used} of {of} pairs have all words here."
        )
        return {name: found[name] for name in (first, *others)}
