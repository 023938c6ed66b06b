"""Simple ways to find names: capitals, a list, and a linear classifier on windows of words."""

from collections import Counter
from collections.abc import Sequence

from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier

from utils.language import tagging
from utils.language.spans import Span, bio, spans

Labelled = Sequence[tuple[Sequence[str], Sequence[str]]]
WIDTH = 2  # words on each side of the middle one


class Capitals:
    """Takes each run of words with a capital as an entity, unless it is one that begins a sentence.

    Its kind is the commonest one among training entities of as many words.
    """

    def __init__(self, training: Labelled):
        counts = Counter(
            (span.end - span.start, span.kind) for _, labels in training for span in spans(labels)
        )
        self.kinds = {length: kind for (length, kind), _ in reversed(counts.most_common())}
        self.usual = Counter(kind for _, kind in counts.elements()).most_common(1)[0][0]

    def __call__(self, tokens: Sequence[str]) -> list[str]:
        """Return the labels of a sentence."""
        found, start = [], None
        for place, token in enumerate([*tokens, "."]):
            if token[:1].isupper():
                start = place if start is None else start
            elif start is not None:
                first = next((p for p, t in enumerate(tokens) if t[:1].isalpha()), 0)
                if place - start > 1 or start != first:
                    kind = self.kinds.get(place - start, self.usual)
                    found.append(Span(start, place, kind))
                start = None
        return bio(found, len(tokens))


class NameList:
    """Takes what is an entity in training, and only that: the longest that begins at a word."""

    def __init__(self, training: Labelled):
        counts = Counter(
            (tuple(tokens[span.start : span.end]), span.kind)
            for tokens, labels in training
            for span in spans(labels)
        )
        self.kinds = {name: kind for (name, kind), _ in reversed(counts.most_common())}
        self.longest = max(map(len, self.kinds), default=0)

    def __call__(self, tokens: Sequence[str]) -> list[str]:
        """Return the labels of a sentence."""
        found, start = [], 0
        while start < len(tokens):
            ends = range(min(len(tokens), start + self.longest), start, -1)
            end = next((e for e in ends if tuple(tokens[start:e]) in self.kinds), None)
            if end:
                found.append(Span(start, end, self.kinds[tuple(tokens[start:end])]))
            start = end or start + 1
        return bio(found, len(tokens))


class Window:
    """A linear classifier of each word: it sees five words, how they are written, and letters.

    Args:
        training: tokens and labels.
        seed: of the order in which it reads them.
        passes: how often it reads all.
    """

    def __init__(self, training: Labelled, seed: int, passes: int = 5):
        self.hasher = FeatureHasher(2**17, input_type="string", alternate_sign=False)
        self.linear = SGDClassifier(
            loss="log_loss", alpha=1e-5, max_iter=passes, tol=None, random_state=seed
        )
        facts = [fact for tokens, _ in training for fact in _facts(tokens)]
        labels = [label for _, labels in training for label in labels]
        self.linear.fit(self.hasher.transform(facts), labels)

    def __call__(self, tokens: Sequence[str]) -> list[str]:
        """Return the labels of a sentence."""
        return self.linear.predict(self.hasher.transform(_facts(tokens))).tolist()


def _facts(tokens):
    """Return what is known of each token, as texts."""
    cases = [0] * WIDTH + tagging.casing(tokens) + [0] * WIDTH
    words = [""] * WIDTH + [token.lower() for token in tokens] + [""] * WIDTH
    found = []
    for middle in range(WIDTH, len(tokens) + WIDTH):
        facts = [f"first {words[middle][:3]}", f"last {words[middle][-3:]}"]
        for other in range(-WIDTH, WIDTH + 1):
            facts += [f"{other} {words[middle + other]}", f"{other} case {cases[middle + other]}"]
        found.append(facts)
    return found
