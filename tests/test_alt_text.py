"""utils.alt_text: each picture of a notebook says in words what it shows."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from utils import alt_text, plots
from utils.env import ROOT


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    plt.close("all")


def test_a_figure_by_hand():
    figure, (left, right) = plt.subplots(1, 2)
    figure.suptitle("Is it right?")
    left.plot([1, 2], label="training")
    left.plot([2, 3], label="validation")
    left.set(title="The loss\nfalls", xlabel="epoch", ylabel="nats")
    left.legend()
    right.set_title("Nothing here", loc="center")
    assert alt_text.describe(figure) == (
        "Is it right? The loss falls (across: epoch; up: nats; shown: training, validation). "
        "Nothing here."
    )


def test_the_legend_of_all_panels_comes_last():
    figure, axes = plt.subplots(1, 2)
    figure.suptitle("Two maps")
    axes[0].plot([1, 2], label="fruit")
    axes[1].set_title("The second")
    figure.legend()
    assert alt_text.describe(figure) == "Two maps. The second. shown: fruit."


def test_a_panel_without_a_title_says_its_labels_and_a_colour_bar_nothing():
    figure, axes = plt.subplots(1, 2)
    figure.suptitle("Twelve languages")
    axes[0].set_xlabel("Spanish")
    axes[1].set_xlabel("Danish")
    figure.colorbar(axes[0].imshow([[0, 1]]), ax=axes[0]).set_label("weight")
    assert alt_text.describe(figure) == "Twelve languages. across: Spanish. across: Danish."


def test_panels_that_say_the_same_say_it_once():
    figure, axes = plt.subplots(1, 2)
    for panel in axes:
        panel.set(title="A map", xlabel="seconds")
    assert alt_text.describe(figure) == "A map (across: seconds)."


@pytest.mark.parametrize("labels", [{}, {"xlabel": "epoch"}])
def test_without_a_title_there_is_no_text(labels):
    figure, axes = plt.subplots()
    axes.set(**labels)
    assert alt_text.describe(figure) == ""


@pytest.mark.parametrize(
    ("drawn", "described"),
    [
        (b"png", (b"png", {"alt": "A title."})),
        (("png", {"width": 7}), ("png", {"width": 7, "alt": "A title."})),
        (None, None),
    ],
)
def test_what_draws_the_picture_is_kept(drawn, described):
    formatter = alt_text._Described()
    formatter.for_type(Figure, lambda figure: drawn)
    figure, axes = plt.subplots()
    assert formatter(figure) == drawn  # no title, no text
    axes.set_title("A title")
    assert formatter(figure) == described


CELLS = [
    "from utils import plots\nfrom matplotlib import pyplot as plt",
    "plots.grid(plots.np.eye(2), 'Two \"ones\"', ['a', 'b'], ['c', 'd']);",
    "%config InlineBackend.figure_formats = ['retina']\n"  # as the import of music21 does
    "plt.title('First')\nplt.show()\nplt.title('Second')\nplt.show()",
    "plt.plot([1, 2]);",
]


def test_a_notebook_stores_it_and_its_page_has_it():
    cells = [*map(nbformat.v4.new_code_cell, CELLS)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    pictures = [
        out["metadata"].get("image/png", {})
        for cell in cells
        for out in cell.outputs
        if "image/png" in out.get("data", {})
    ]
    assert [picture.get("alt") for picture in pictures] == [
        'Two "ones".',
        "First.",
        "Second.",
        None,
    ]
    assert pictures[1]["width"] > 0  # retina's own
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    shown = [image["alt"] for image in BeautifulSoup(page, "html.parser").select("img")]
    assert shown[:3] == ['Two "ones".', "First.", "Second."]


def test_elsewhere_nothing_is_registered():
    assert alt_text.register() is None
    assert plots.alt_text is alt_text
