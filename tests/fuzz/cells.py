"""The cells of "Your turn", given things that are no text."""

import ast
import functools
import json

import numpy as np
from hypothesis import strategies as st

from utils.env import ROOT
from utils.language import bilingual_sets, date_verdicts
from utils.models import bits

ANYTHING = (
    st.text(max_size=40)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=20)
    | st.lists(st.text(max_size=5), max_size=3)
)


def mark_changes(given, _):
    defined = _defined("week1/1_recurrent_network_step_by_step", "mark_changes")
    defined["np"] = np
    defined["bits"] = bits
    defined["predict"] = lambda x: (None, np.zeros((*x.shape[:2], 2)))
    defined["mark_changes"](given)


def ask_for_a_date(given, _):
    defined = _defined("week3/1_date_translation_attention", "ask")
    stands = {
        "date_verdicts": date_verdicts,
        "T_x": 40,
        "characters": type("Characters", (), {"tokens": [chr(code) for code in range(32, 127)]}),
        "verdicts": lambda texts: [("1998-05-09", "a date")],
        "translate": lambda texts: (["1998-05-09"], [0.9], [None]),
        "plots": type("plots", (), {"attention": staticmethod(lambda *_: None)}),
    }
    defined.update(stands)
    defined["ask"](given)


def ask_for_a_translation(given, _):
    defined = _defined("week3/3_translation_beam_search", "ask")
    stands = {
        "read": bilingual_sets.read,
        "as_text": bilingual_sets.as_text,
        "seen_words": ["le", "chat", "mange", "-vous", "?", "."],
        "best_of": lambda *_: None,
        "search": lambda *_: (None, None),
        "network": None,
        "alpha": 0.5,
        "words_of": lambda _: [["the", "cat", "."]],
    }
    defined.update(stands)
    defined["ask"](given)


@functools.cache
def _source(notebook):
    cells = json.loads((ROOT / f"notebooks/{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _defined(notebook, *names):
    """Return a namespace with functions of a notebook, for their cells alone."""
    scope = {}
    for source in _source(notebook):
        if not any(f"def {name}(" in source for name in names):
            continue
        tree = ast.parse(source)
        tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
        exec(compile(tree, notebook, "exec"), scope)
    return scope
