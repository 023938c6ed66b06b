"""Answers to exercises: what is accepted, what is compared, and what is said if it is off.

One rule for all exercises. For an array: a NumPy array, a Keras tensor, a list or tuple of numbers
or of such rows. For several values: a tuple, a list, an array of as many rows. For a list of whole
numbers: a list, tuple, array or tensor of them. `as_kind` makes of each what the next cells take.
"""

import contextlib
from itertools import chain

import numpy as np

from utils.checks.wrong import off

PATTERN = 1e-9  # for rules over all values; beside it, they are a coincidence


def same(name: str, got, want, axes: str = "", tolerance: float = 1e-6) -> None:
    """Hold one part of an answer against the right one.

    Args:
        name: what it is called in the exercise.
        got: the learner's: the very object that came back, or a part of it.
        want: the right one, an array or a number; or a flat list of whole numbers.
        axes: what the axes mean, as "(m, n_a)", for the message about a wrong shape.
        tolerance: relative to the largest right value.

    Raises:
        Wrong: with a sentence on the first thing that is off: kind, shape, then values. A usual
            mistake that gives the same takes its place; see `mistakes`.
    """
    if isinstance(want, list):
        _same_list(name, got, want)
        return
    want, array = np.asarray(want), _as_array(name, got)
    if array.shape != want.shape:
        if isinstance(got, tuple):  # rather a value too many than an array of another shape
            facts = f"{name} should be an array or a number; yours is {kind(got)}."
            raise off(name, got, facts, tolerance, facts)
        facts, hint = _shape_sentences(name, array, want, axes)
        raise off(name, got, facts + hint, tolerance, facts)
    if not np.all(np.isfinite(array)):
        facts = f"{name} holds values that are not finite (nan or inf)."
        raise off(name, got, facts, tolerance, facts)
    if _error(array, want).max(initial=0) <= _allowed(want, tolerance):
        return
    if rounded := _rounding_sentence(name, array, want):
        raise off(name, got, rounded, tolerance)
    pattern = _pattern(array, want, tolerance)
    found = f"{name} is off: {pattern}" if pattern else None
    raise off(name, got, found or _values_sentence(name, array, want, tolerance), tolerance)


def _same_list(name, got, want):
    numbers = whole_numbers(name, got)
    if numbers != want:
        more = ""
        if sorted(numbers) == sorted(want):
            more = " They are the right numbers in another order."
        elif len(numbers) != len(want):
            many = f"{len(want)} number{'s' * (len(want) != 1)}"
            more = f" It should have {many}; yours has {len(numbers)}."
        says = f"{name} should be {_short(want)}; yours is {_short(numbers)}.{more}"
        raise off(name, got, says)


def _short(numbers):
    shown = ", ".join(map(str, numbers[:12]))
    return f"[{shown}{', …' * (len(numbers) > 12)}]"


def whole_numbers(name: str, got) -> list[int]:
    """Return a flat list of whole numbers, or say that the answer should be one.

    Raises:
        Wrong: it is something else.
    """
    flat, fault = None, f"yours is {kind(got)}"
    if isinstance(got, list | tuple) or (shape_of(got) or ()):
        fault = "yours is not flat"
        with contextlib.suppress(Exception):  # rows of different lengths; a symbolic tensor
            flat = np.asarray(got)
    if flat is not None and flat.ndim == 1:
        if not flat.size or flat.dtype.kind in "iu":
            return flat.astype(int).tolist()
        fault = "yours holds text" if flat.dtype.kind in "US" else "yours holds other things"
    facts = f"{name} should be a flat list of whole numbers; {fault}."
    raise off(name, got, facts, facts=facts)


def unpack(got, names: str) -> list:
    """Return the parts of an answer of several values, or say that it should be `names`.

    Raises:
        Wrong: it is no tuple, list or array of that many parts.
    """
    count = len(names.split(", "))
    asked = f"The answer should be the {count} values ({names}); yours"
    several = isinstance(got, tuple | list) or (shape_of(got) and None not in shape_of(got))
    if not several:
        raise off("The answer", got, f"{asked} is {kind(got)}.", facts=f"{asked} is {kind(got)}.")
    if len(got) != count:
        facts = f"{asked} has {len(got)}."
        raise off("The answer", got, facts, facts=facts)
    return list(got) if not isinstance(got, tuple | list) else got


def entries(got, names: str, what: str = "The answer") -> list:
    """Return the values of a dictionary in the order of `names`; `what` is what messages call it.

    Raises:
        Wrong: it is not a dictionary, or a key is missing.
    """
    if not isinstance(got, dict):
        facts = f"{what} should be a dictionary with the keys {names}; yours is {kind(got)}."
        raise off(what, got, facts, facts=facts)
    for name in names.split(", "):
        if name not in got:
            facts = f'{what} lacks the key "{name}". It should have the keys {names}.'
            raise off(what, got, facts, facts=facts)
    return [got[name] for name in names.split(", ")]


def shape_of(got) -> tuple | None:
    """Return the shape of an array (or tensor), None for anything else."""
    shape = getattr(got, "shape", None)
    return None if shape is None or isinstance(got, type) else tuple(shape)


def kind(value) -> str:
    """Return what a message calls a thing of this type."""
    if value is None or isinstance(value, type):
        return "None" if value is None else "a class"
    return f"of type {type(value).__name__}"


def _as_array(name, got):
    array = None
    if shape_of(got) is not None or isinstance(got, int | float | complex | list | tuple):
        with contextlib.suppress(Exception):  # symbolic tensors, and rows of different lengths
            array = np.asarray(got)
    if array is None:
        facts = f"{name} should be an array or a number; yours is {kind(got)}."
        raise off(name, got, facts, facts=facts)
    if array.dtype.kind not in "fiub":
        facts = f"{name} should hold real numbers; the type of yours is {array.dtype}."
        raise off(name, got, facts, facts=facts)
    return array


def _shape_sentences(name, got, want, axes):
    meaning = f", which is {axes}" if axes else ""
    names = axes.strip("(),").split(", ") if axes.startswith("(") else ()
    facts = f"{name} has shape {got.shape}; it should be {want.shape}{meaning}."
    return facts, _shape_hint(got.shape, want.shape, names)


def _shape_hint(got, want, names):
    if sorted(got) == sorted(want):
        return " The axes stand in another order: it looks transposed."
    if len(got) > len(want) and [n for n in got if n != 1] == [n for n in want if n != 1]:
        return " It has an axis of length 1 too many."
    if got in _without_one(want) and len(names) == len(want):
        return f" The axis {names[_without_one(want).index(got)]} is missing."
    if want in _without_one(got):
        return " It has an axis too many."
    unequal = [axis for axis in range(len(want)) if got[axis : axis + 1] != want[axis : axis + 1]]
    if len(got) == len(want) == len(names) and len(unequal) == 1:
        more = got[unequal[0]] - want[unequal[0]]
        return f" {names[unequal[0]]} is {abs(more)} too {'large' if more > 0 else 'small'}."
    return ""


def _without_one(shape):
    return [shape[:axis] + shape[axis + 1 :] for axis in range(len(shape))]


def _rounding_sentence(name, got, want):
    if got.ndim and got.dtype.kind in "iu" and want.dtype.kind == "f":
        return (
            f"{name} holds whole numbers ({got.dtype}), the right values have fractions. If you "
            f"fill an array, make it one of floats, as np.zeros(shape) does."
        )
    error = _error(got, want).max()
    coarse = got.dtype.itemsize < 4 and got.dtype.kind == "f"
    if error <= (1e-2 if coarse else 1e-3) * np.abs(want).max():
        return (
            f"{name} is nearly right, off by {error:.0e} at most. Is something rounded on the way "
            f"(float32, float16, np.round), or a small number added?"
        )
    return None


def _pattern(got, want, tolerance):
    """Return what all values have in common that are off in one plain way, or nothing."""
    if want.dtype.kind == "b" or got.dtype.kind == "b":
        return ""
    got, want = np.asarray(got, float), np.asarray(want, float)
    near = max(_allowed(want, tolerance), PATTERN)

    def is_like(other):
        return got.shape == other.shape and np.abs(got - other).max(initial=0) <= near

    if is_like(-want):
        return "the sign is turned."
    if want.size < 2:
        return ""
    some = np.abs(want) > 1e-3 * np.abs(want).max()
    factor = np.median(got[some] / want[some]) if np.any(some) else 0
    if factor and is_like(factor * want):
        return (
            f"every value is {factor:.4g} times the right one. Is a mean taken in place of a sum, "
            f"or something divided or multiplied once too often?"
        )
    if is_like(want + np.median(got - want)):
        return f"every value is {np.median(got - want):+.4g} off, by the same amount."
    for axis in range(want.ndim):
        if is_like(np.flip(want, axis)):
            return f"the values are right, but reversed along axis {axis}."
        for step in (1, -1):
            if want.shape[axis] > 2 and _shifted(got, want, axis, step, near):
                return (
                    f"the values stand one place too {'late' if step > 0 else 'early'} along axis "
                    f"{axis}."
                )
    if want.ndim == 2 and is_like(want.T):
        return "it is transposed."
    ordered = np.sort(got.ravel()) - np.sort(want.ravel())
    if len(np.unique(np.round(want, 9))) > 2 and np.abs(ordered).max() <= near:
        return "the right values stand in other places (is it reshaped, or ordered otherwise?)."
    return ""


def _shifted(got, want, axis, step, near):
    """Whether all values but those at the end stand one place further, and are not all the same."""
    n = want.shape[axis]
    here, there = np.arange(n - 1) + (step > 0), np.arange(n - 1) + (step < 0)
    moved = np.take(want, there, axis)
    alike = np.abs(np.take(got, here, axis) - moved).max(initial=0) <= near
    return alike and np.abs(moved - np.take(want, here, axis)).max(initial=0) > near


def _values_sentence(name, got, want, tolerance):
    if want.ndim == 0:
        return f"{name} is {float(got):.6g}; it should be {float(want):.6g}."
    error = _error(got, want)
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape))
    wrong = np.mean(error > _allowed(want, tolerance))
    yours, right = float(got[worst]), float(want[worst])
    return (
        f"{name} has the right shape, but {wrong:.0%} of its values are off. The largest "
        f"difference is at index {worst}: {yours:.4f}, should be {right:.4f}."
    )


def _error(got, want):
    return np.abs(np.subtract(got, want, dtype=float))


def _allowed(want, tolerance):
    return tolerance * np.abs(want).max(initial=1.0)


# What is handed back to the notebook.


def is_plain(value) -> bool:
    """Whether a thing is made of numbers, text, arrays and containers alone."""
    if isinstance(value, dict):
        return all(map(is_plain, chain(value, value.values())))
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(is_plain, value))
    plain = (bool, int, float, complex, str, bytes, np.generic, np.ndarray, np.random.Generator)
    return value is None or isinstance(value, plain) or _is_tensor(value)


def _is_tensor(value):
    # Without importing a backend: NumPy reads every tensor that holds values.
    return hasattr(value, "__array__") and hasattr(value, "dtype") and hasattr(value, "shape")


def as_kind(got, template):
    """Return an answer as the kind of thing that our own version gave, `template`."""
    if got is None or template is None:
        return got
    if isinstance(template, np.ndarray):
        return got if isinstance(got, np.ndarray) else np.asarray(got)
    if isinstance(template, dict) and isinstance(got, dict):
        return {key: as_kind(value, template.get(key, value)) for key, value in got.items()}
    if isinstance(template, tuple) and shape_of(got) != () and len(got) == len(template):
        return tuple(map(as_kind, got, template))
    if isinstance(template, list) and shape_of(got) != ():
        parts = got if isinstance(got, list | tuple) else np.asarray(got)
        if template and len(parts) and np.ndim(template[0]):
            return [as_kind(part, template[0]) for part in parts]
        return list(parts) if isinstance(parts, list | tuple) else parts.tolist()
    if isinstance(template, int | float | np.generic) and shape_of(got) == ():
        return got if isinstance(got, np.generic) else np.asarray(got)[()]
    if _is_tensor(template) and not isinstance(template, np.generic) and not _is_tensor_like(got):
        import keras  # only where our own version gives a tensor, so that it is there

        return keras.ops.convert_to_tensor(got)
    return got


def _is_tensor_like(got):
    return _is_tensor(got) and not isinstance(got, np.ndarray | np.generic)
