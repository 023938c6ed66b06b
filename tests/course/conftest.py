"""A small project of two notebooks, in a temporary folder."""

import nbformat
import pytest

from utils.course import exercises


def worked_notebook(title="One", function="double"):
    """Return a worked notebook with one exercise."""
    source = (
        f"def {function}(x):\n"
        '    """Return x, doubled."""\n'
        f"    {exercises.BEGIN}\n    return 2 * x\n    {exercises.END}"
    )
    cells = [
        nbformat.v4.new_markdown_cell(f"# {title}", id="title"),
        nbformat.v4.new_code_cell(source, id="exercise"),
        nbformat.v4.new_code_cell(f"{function} = check({function})", id="check"),
        nbformat.v4.new_code_cell("print(double(3))", id="use"),
    ]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return the folder of a project whose copies were just made."""
    folder = tmp_path / "project"
    use(folder, monkeypatch)
    for name in ("1_one", "2_two"):
        exercises.write(worked_notebook(name), folder / f"notebooks/week1/{name}.ipynb")
    links = "[one](week1/1_one.ipynb), [two](week1/2_two.ipynb)"
    map_ = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(links, id="map")])
    exercises.write(map_, folder / "notebooks/index.ipynb")
    exercises.main()
    return folder


def use(folder, monkeypatch):
    """Let `utils.course` work on the notebooks of another folder."""
    monkeypatch.setattr(exercises, "NOTEBOOKS", folder / "notebooks")
    monkeypatch.setattr(exercises, "COPIES", folder / "notebooks/exercises")


def edit(path, change):
    """Change a notebook as Jupyter does."""
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def answer(notebook):
    """Solve the exercise."""
    cell = notebook.cells[1]
    cell.source = cell.source.replace("raise NotImplementedError()", "return x + x")
