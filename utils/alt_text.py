"""Alternative text of pictures, for those who do not see them: made of a figure's own words.

Its place is the output's metadata, `image/png: {alt: …}`. IPython's own `Image` puts it there, and
nbconvert's classic template takes it from there; JupyterLab 4 does not look at it yet.
"""

from IPython import get_ipython
from IPython.core.formatters import PNGFormatter
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def describe(figure: Figure) -> str:
    """Return the words of a figure: titles, labels of axes, legends. Empty if it has no title."""
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    titles = [figure.get_suptitle(), *map(_title, panels)]
    if not any(titles):
        return ""
    texts = [titles[0], *map(_words, panels), *(f"shown: {_shown(it)}" for it in figure.legends)]
    sentences = [" ".join(text.split()) for text in dict.fromkeys(texts) if text.strip()]
    return " ".join(text if text[-1] in ".?!" else f"{text}." for text in sentences)


def _title(axes: Axes) -> str:
    return next(filter(None, map(axes.get_title, ("left", "center", "right"))), "")


def _shown(legend):
    return ", ".join(text.get_text() for text in legend.get_texts())


def _words(axes):
    legend = axes.get_legend()
    shown = _shown(legend) if legend else ""
    named = {"across": axes.get_xlabel(), "up": axes.get_ylabel(), "shown": shown}
    details = "; ".join(f"{name}: {words}" for name, words in named.items() if words)
    title = _title(axes)
    return f"{title} ({details})" if title and details else title or details


class _Described(PNGFormatter):
    """Gives every figure its alternative text, by whatever means its picture is drawn."""

    def __call__(self, obj):
        found = super().__call__(obj)
        text = describe(obj) if found is not None and isinstance(obj, Figure) else ""
        if not text:
            return found
        picture, metadata = found if isinstance(found, tuple) else (found, {})
        return picture, {**metadata, "alt": text}


def register() -> None:
    """Let every figure that this notebook shows have its alternative text; elsewhere do nothing."""
    shell = get_ipython()
    if shell is None:
        return
    # Not `for_type(Figure, …)`: whoever chooses another resolution, as music21 does, replaces that.
    formatters = shell.display_formatter.formatters
    old = formatters["image/png"]
    new = _Described(parent=shell.display_formatter)
    new.type_printers.update(old.type_printers)
    new.deferred_printers.update(old.deferred_printers)
    new.singleton_printers.update(old.singleton_printers)
    formatters["image/png"] = new
