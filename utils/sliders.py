"""A slider for the parameter that a lesson is about."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

import matplotlib.pyplot as plt
from IPython.display import DisplayHandle, display
from matplotlib.axes import Axes

NONE = "NO_SLIDERS"  # `make run` sets it: a stored slider, without its kernel, is an error message


def slider(draw: Callable[..., Axes], name: str, values: Sequence, start) -> None:
    """Show the picture of one value, and a slider that draws it again for the others.

    In a stored notebook the picture stands alone; so it does where ipywidgets is not installed.

    Args:
        draw: takes a value, draws a figure of its own and returns its axes.
        name: what stands before the slider, as "temperature".
        values: what can be chosen, in order.
        start: the one that is drawn first.

    Raises:
        ValueError: `start` is none of the values.
    """
    if start not in values:
        raise ValueError(f"{start} is none of the values: {', '.join(map(str, values))}.")
    picture = DisplayHandle()
    picture.display(_figure(draw, start))
    if os.environ.get(NONE):
        return
    with suppress(ImportError):
        from ipywidgets import SelectionSlider

        chosen = SelectionSlider(
            options=values,
            value=start,
            description=name,
            continuous_update=False,
            style={"description_width": "initial"},
        )
        chosen.observe(lambda change: picture.update(_figure(draw, change["new"])), "value")
        display(chosen)


def _figure(draw, value):
    figure = draw(value).figure
    plt.close(figure)  # else it is shown a second time when the cell ends
    return figure
