"""Challenges: open tasks with a number to beat, which count for nothing."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from utils.checks.attempts import Attempt
from utils.checks.mistakes import alike
from utils.checks.wrong import Wrong, wrapped
from utils.files import EMBEDDED

_opened: list[list[str]] = []  # for the challenge that runs: what was opened in the data folder


@dataclass(frozen=True)
class Challenge:
    """An open task.

    Attributes:
        baseline: the simple answer that is to be beaten, under the challenge's name.
        figure: takes an `Attempt` and a generator that sets the order of the held-out examples;
            returns the answer's figure on them. It is asked twice, in two orders.
        ours: our own figure, as the worked notebook's run gave it; or our own answer, whose figure
            is then taken on the same examples.
        of: what the figure is, as "nats a character, held-out names".
        more_is_better: whether a larger figure is the better one.
        hidden: names of the notebook's variables that hold the held-out examples.
        choose: takes an `Attempt`; returns its figure on validation examples, which is printed
            first: what is tried often is to be chosen by it.
        again: what the generator changes, as a message about stored answers says it.
        limit: how many CPU-seconds an answer may take; then those of the answer and of the baseline
            are printed, and `figure` leaves them in the attempt's `seconds`.
    """

    baseline: Callable
    figure: Callable[[Attempt, np.random.Generator], float]
    ours: float | Callable
    of: str
    more_is_better: bool = False
    hidden: tuple[str, ...] = ()
    choose: Callable[[Attempt], float] | None = None
    again: str = "the held-out examples stood in another order"
    limit: float | None = None

    def not_attempted(self) -> Callable:
        """Say so, and return the baseline."""
        print(
            f"{self.baseline.__name__}: not attempted yet. The notebook goes on with the baseline."
        )
        return self.baseline

    def run(self, attempt: Attempt) -> float:
        """Print the figure of an answer beside ours and the baseline's, and return it.

        Raises:
            Wrong: the answer cannot be run, or it cheats: it reads the held-out examples, gives
                stored answers, or changes its inputs (which `Attempt` sees).
        """
        tries = []
        with _Hidden(attempt, self.hidden):
            if self.choose:
                found, baseline = map(self.choose, (attempt, self._known(self.baseline)))
                says = f"On validation, to choose by: {found:.4g} (baseline {baseline:.4g})."
                print(wrapped(f"{attempt.name}: {says}"))
            for seed in (1, 2):
                attempt.forget()
                figure = float(self.figure(attempt, np.random.default_rng(seed)))
                tries.append((figure, [call.answer for call in attempt.calls]))
        (first, answers), (second, others) = tries
        if answers and alike(answers, others):
            raise Wrong(
                f"{attempt.name} gave the same answers when {self.again}. "
                f"It should work them out from its inputs."
            )
        better = max if self.more_is_better else min
        found = first + second - better(first, second)  # the worse of the two
        known = self._known(self.baseline)
        baseline, our = float(self.figure(known, _rng())), self.ours
        if callable(our):
            our = float(self.figure(self._known(our), _rng()))
        says = (
            f"{attempt.name}: {found:.4g} {self.of} (ours {our:.4g}, baseline "
            f"{baseline:.4g}; {'more' if self.more_is_better else 'less'} is better). "
        )
        # Figures that look equal count as equal: ours is rounded, and was made on our machine.
        shown, our, baseline = (float(f"{figure:.4g}") for figure in (found, our, baseline))
        if shown == baseline or better(shown, baseline) != shown:
            says += "It does not beat the baseline yet."
        elif shown == our:
            says += "It beats the baseline and is as good as ours."
        else:
            says += "It beats both." if better(shown, our) == shown else "It beats the baseline."
        if self.limit:
            says += (
                f" It took {attempt.seconds:.2f} CPU-seconds of {self.limit:g}, the baseline "
                f"{known.seconds:.2f}."
            )
        print(wrapped(says))
        return found

    def _known(self, answer):
        return Attempt(answer, self.baseline)


def _rng():
    return np.random.default_rng(1)


class _Hidden:
    """Takes the held-out examples out of the notebook's variables, and watches the data folder."""

    def __init__(self, attempt, names):
        function = inspect.unwrap(attempt.function)
        self.attempt, self.scope = attempt, getattr(function, "__globals__", {})
        self.kept = {name: self.scope[name] for name in names if name in self.scope}
        cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()]
        kept_in = [*(getattr(function, "__defaults__", None) or ()), *cells]
        kept_in += (getattr(function, "__kwdefaults__", None) or {}).values()
        for name, value in self.kept.items():
            if any(value is thing for thing in kept_in):
                raise self._reads(name)

    def _reads(self, name):
        return Wrong(
            f"{self.attempt.name} reads `{name}`, which is held out. Use the training and "
            f"validation examples alone."
        )

    def __enter__(self):
        for name in self.kept:
            del self.scope[name]
        _watch()
        _opened.append([])

    def __exit__(self, kind, error, trace):
        self.scope.update(self.kept)
        opened = _opened.pop()
        for name in self.kept:
            if isinstance(error, Wrong) and f"name '{name}' is not defined" in str(error):
                raise self._reads(name) from None
        if opened:
            raise Wrong(
                f"{self.attempt.name} opens {opened[0]} among the data. Use what it is given."
            ) from None


@cache
def _watch():
    sys.addaudithook(_note)  # it stays for good, and notes nothing outside of a challenge


def _note(event, arguments):
    if event == "open" and _opened and str(arguments[0]).startswith(str(EMBEDDED)):
        _opened[-1].append(str(arguments[0]).removeprefix(str(EMBEDDED)).lstrip("\\/"))
