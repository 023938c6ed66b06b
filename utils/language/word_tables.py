"""Tables of language models of words, printed. Each function gets what has been computed."""

from collections.abc import Mapping, Sequence

import numpy as np

from utils.models.language_model import scientific


def factors(words: Sequence[str], columns: Mapping[str, Sequence[float]]) -> None:
    """Print each factor of the chain rule and the product, a column for each model.

    Args:
        words: as they are to be shown, the end token among them.
        columns: for each model the probabilities of the words, (n_words,).
    """
    print(f"{'P(word | all before)':<24}" + "".join(f"{name:>18}" for name in columns))
    for word, *row in zip(words, *columns.values(), strict=True):
        print(f"  {word:<22}" + "".join(f"{p:>18.5f}" for p in row))
    totals = (scientific(np.log(column).sum()) for column in columns.values())
    print(f"{'product':<24}" + "".join(f"{total:>18}" for total in totals) + "\n")


def pear_and_pair(log_probs: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Print P(… pear salad) and P(… pair salad) for each model; return their ratios.

    Args:
        log_probs: of each model, the logarithms of the two.
    """
    print(f"{'':<18}{'P(… pear salad)':>17}{'P(… pair salad)':>17}{'ratio':>9}")
    ratios = {name: float(np.exp(pear - pair)) for name, (pear, pair) in log_probs.items()}
    for name, two in log_probs.items():
        print(
            f"{name:<18}" + "".join(f"{scientific(p):>17}" for p in two) + f"{ratios[name]:>9.2f}"
        )
    return ratios


def perplexities(
    real: Mapping[str, float], ours: Mapping[str, float], seconds: Mapping[str, float]
) -> None:
    """Print the perplexity of each model on two texts, and its CPU-seconds; some may be missing."""
    print(f"{'perplexity on the test':<24}{'real':>8}{'ours':>8}{'CPU-seconds':>13}")
    for name, value in real.items():
        own = f"{ours[name]:8.1f}" if name in ours else " " * 8
        cost = f"{seconds[name]:13.1f}" if name in seconds else ""
        print(f"{name:<24}{value:8.1f}{own}{cost}".rstrip())


def copies(rows: Mapping[str, tuple[Sequence[bool], Sequence[int], str]]) -> None:
    """Print how many sentences stand in the training text, and how long a run was copied.

    Args:
        rows: for each kind of sentence: whether each one stands there, the length of its longest
            copied run, and the longest of these runs to read.
    """
    print(f"{'':<23}{'seen':>5}{'new':>5}   longest copied run: median, longest")
    for name, (seen, lengths, longest) in rows.items():
        print(f"{name:<23}{sum(seen):>5}{len(seen) - sum(seen):>5}", end="")
        print(f"{np.median(lengths):>7.0f}{max(lengths):>4}: {longest}")


def vocabularies(rows: Mapping[int, tuple[float, float, float, float]]) -> None:
    """Print, for each size, perplexity, share of <UNK>, and bits per character in two parts."""
    print(f"{'5-gram, vocabulary':<20}{'perplexity':>11}{'<UNK>':>8}   bits per character")
    print(f"{'':<39}   words + spelling = whole")
    for size, (value, share, words, spelling) in rows.items():
        whole = f"{words:9.3f}{spelling:11.3f}{words + spelling:8.3f}"
        print(f"{size:<20,}{value:11.1f}{share:8.1%}{whole}")
