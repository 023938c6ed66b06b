"""What is said to a machine that moves and switches: strings of twenty words.

The words are the ten digits and the ten commands of Warden's Speech Commands (2018).
"""

import numpy as np

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
DIRECTIONS = ["up", "down", "left", "right"]
SWITCHES = ["on", "off"]
ANSWERS = ["yes", "no"]
WORDS = (*DIGITS, *DIRECTIONS, *SWITCHES, *ANSWERS, "go", "stop")

CLAUSES = {"go": 0.35, "switch": 0.25, "number": 0.25, "stop": 0.15}
ANSWERED, TWICE = 0.2, 0.35  # how often "yes" or "no" comes first; how often there are two clauses


def command(rng: np.random.Generator) -> list[str]:
    """Return the words of a command, 1 to 11 of them.

    One or two clauses, perhaps after "yes" or "no": "go" with a direction and one or two digits; a
    switch with the one digit of what is switched; a number of three to five digits; or "stop".
    """
    words = [str(rng.choice(ANSWERS))] if rng.random() < ANSWERED else []
    for kind in rng.choice(list(CLAUSES), 1 + (rng.random() < TWICE), p=list(CLAUSES.values())):
        if kind == "go":
            words += ["go", str(rng.choice(DIRECTIONS)), *_number(1, 2, rng)]
        elif kind == "switch":
            words += [str(rng.choice(SWITCHES)), *_number(1, 1, rng)]
        elif kind == "number":
            words += _number(3, 5, rng)
        else:
            words += ["stop"]
    return words


def _number(least, most, rng):
    return rng.choice(DIGITS, rng.integers(least, most + 1)).tolist()
