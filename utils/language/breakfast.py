"""Sentences at a table, from patterns of our own: "i want a glass of orange juice …".

For a language model of four words. All fruits stand in the same places, but two of them never
stand in front of "juice": what the model says there, it has from the likeness of the fruits.
"""

import numpy as np

HELD_OUT = ("apple", "mango")  # never "apple juice" in training
SLOTS = {
    "fruit": ["orange", "apple", "pear", "mango", "peach", "cherry", "lemon", "plum"],
    "who": ["i", "you", "we", "they"],
    "verb": ["want", "need", "order", "like"],
    "vessel": ["glass", "bottle", "jug", "can"],
    "meal": ["cereal", "breakfast", "lunch", "toast", "dinner", "supper"],
    "dish": ["cake", "pie", "jam", "salad"],
    "place": ["garden", "kitchen", "market", "orchard"],
    "drink": ["milk", "water", "lemonade", "cider", "wine", "broth"],
    "hot": ["tea", "coffee", "cocoa"],
    "colour": ["red", "green", "yellow", "ripe"],
    "whose": ["my", "your", "our", "their"],
}
PATTERNS = (
    "{who} {verb} a {vessel} of {fruit} juice to go along with {whose} {meal}",
    "{who} {verb} a {vessel} of {fruit} juice for {meal}",
    "a {vessel} of {fruit} juice stands on the table",
    "{who} {verb} a {vessel} of {drink} to go along with {whose} {meal}",
    "{who} {verb} a {vessel} of {drink} for {meal}",
    "a {vessel} of {drink} stands on the table",
    "{who} {verb} a piece of {fruit} {dish} to go along with {whose} {hot}",
    "{who} {verb} a slice of {fruit} {dish} for {meal}",
    "there is a {colour} {fruit} tree in the {place}",
    "{who} picked a {colour} {fruit} in the {place} for {whose} {meal}",
    "{who} {verb} a cup of {hot} to go along with {whose} {fruit} {dish}",
    "{who} {verb} a cup of hot {hot} for {meal}",
    "the {fruit} in the {place} is {colour}",
)


def write(count: int, seed: int) -> list[list[str]]:
    """Return so many sentences, each a list of words; none has "apple juice" or "mango juice"."""
    rng, found = np.random.default_rng(seed), []
    while len(found) < count:
        pattern = PATTERNS[rng.integers(len(PATTERNS))]
        words = {slot: members[rng.integers(len(members))] for slot, members in SLOTS.items()}
        if not ("juice" in pattern and words["fruit"] in HELD_OUT):
            found.append(pattern.format(**words).split())
    return found


def windows(sentences, index: dict[str, int], width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return each run of `width` words, (m, width), and the word that follows it, (m,).

    Sentences with no more than `width` words give none.
    """
    rows = [
        [index[word] for word in sentence[start : start + width + 1]]
        for sentence in sentences
        for start in range(len(sentence) - width)
    ]
    found = np.array(rows, int).reshape(-1, width + 1)
    return found[:, :-1], found[:, -1]
