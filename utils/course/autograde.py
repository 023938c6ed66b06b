"""What nbgrader is given to grade this course: `grading/nbgrader_config.py` names it.

A hand-in gets the marks of its worked notebook anew (`Marked`), and its grades come from graders in
a process of their own (`Graded`; see `utils.checks.apart`), which starts before a cell is run.
"""

import contextlib
import json
import secrets
import subprocess
import sys
import tempfile
import textwrap
import threading
from hashlib import sha256
from pathlib import Path

import nbformat
from jinja2 import pass_context
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert.exporters.html import IPythonRenderer
from nbconvert.filters.markdown_mistune import MarkdownWithMath
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Integer

from utils.course import exercises, hand_ins
from utils.env import ROOT

SECONDS = 180  # for the start, and then for each exercise
APART = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from utils.checks.apart import main; main()"
)


def _files():
    return {path: sha256(path.read_bytes()).digest() for path in (ROOT / "utils").rglob("*.py")}


BEGUN = _files()  # when nbgrader started, before it ran anything of a learner's


class Marked(NbGraderPreprocessor):
    """Gives a hand-in nbgrader's marks anew, by the names of the functions."""

    def preprocess(self, nb, resources):
        """Return the notebook with the marks of its worked one, and the resources."""
        if worked := _worked(nb, resources):
            hand_ins.repair(nb, worked)
        return nb, resources


class Graded(Execute):
    """Runs a hand-in, then shows in its check cells what the graders said of the answers apart.

    With `--no-execute` it grades all the same: only the cells that have no points are not run.
    """

    timeout = Integer(300, help="Seconds for one cell, since some train.", allow_none=True)
    timeout = timeout.tag(config=True)

    def preprocess(self, nb, resources, km=None):
        """Return the notebook, executed and graded, and the resources.

        Raises:
            RuntimeError: a file of the project has changed since nbgrader was started.
        """
        worked, run = _worked(nb, resources), Execute(config=self.config).enabled
        verdicts = grade(nb, worked) if worked else {}
        try:
            if run:
                nb, resources = super().preprocess(nb, resources, km)
        except (DeadKernelError, CellTimeoutError) as error:
            self.log.warning("Its last cells were not run (%s). The grades stand.", error)
        for cell in filter(is_grade, nb.cells if worked else []):  # others are not of this course
            name = cell.metadata.nbgrader.grade_id.removeprefix("check_")
            right, says = verdicts.get(name, (False, f"There is no exercise called {name}."))
            cell.outputs = [_output(right, says)]
        return nb, resources


# What `nbgrader validate` does with a notebook: its own four steps, two of them ours.
VALIDATE = [Marked, CheckCellMetadata, ClearOutput, Graded]


_found = GenerateAssignment.init_notebooks


def find_notebooks(converter) -> None:
    """Find the notebooks to hand out: in the course's own folders those that the map names.

    It takes the place of `GenerateAssignment.init_notebooks`, which takes JupyterLab's duplicates
    and whatever else stands there.
    """
    _found(converter)
    worked = exercises.worked_notebooks()
    folders = {path.parent for path in worked}
    for found in converter.assignments.values():
        for place in found.copy():
            path = Path(place).resolve()
            if path.parent in folders and path not in worked:
                converter.log.warning("%s is left out: the map does not name it.", path.name)
                found.remove(place)


@pass_context
def markdown(context, source: str) -> str:
    """Return the HTML of a Markdown cell, whose links lead to pages: `javascript:` is one of none.

    It takes the place of nbconvert's own `markdown2html` where pages of feedback are made.
    """
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(False, allow_harmful_protocols=False, attachments=attachments)
    return MarkdownWithMath(renderer=renderer).render(source)


def grade(notebook, worked: Path) -> dict[str, tuple[bool, str]]:
    """Grade the answers of a hand-in that is `Marked`; nothing of it is run in this process.

    Returns:
        For each exercise whether it is right, and what was said of it.

    Raises:
        RuntimeError: a file of the project has changed since nbgrader was started.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    checks = {
        cell.metadata.nbgrader.grade_id.removeprefix("check_"): place
        for place, cell in enumerate(code)
        if is_grade(cell)
    }
    verdicts = {}
    while left := {name: place for name, place in checks.items() if name not in verdicts}:
        if changed := {path for path, _ in BEGUN.items() ^ _files().items()}:
            file = min(changed).relative_to(ROOT).as_posix()
            raise RuntimeError(
                f"{file} has changed since grading began, perhaps by what a learner's cells do. "
                f"Put it back (`git status` shows what changed), and grade again with --force."
            )
        found, ready = _asked_apart(worked, [cell.source for cell in code], left)
        if not ready:
            raise RuntimeError(f"The graders of {worked.stem} did not start: see above.")
        verdicts |= found
        if len(found) < len(left):
            name = next(name for name in left if name not in found)
            says = f"{name} ended its check, or took more than {SECONDS} seconds."
            verdicts[name] = False, says
    return verdicts


def _asked_apart(worked, cells, checks):
    """Return what a new process says of the exercises, as far as it gets; whether it started."""
    secret, verdicts, ready = secrets.token_hex(), {}, False
    ours = nbformat.read(worked, as_version=4).cells
    ours = [cell.source for cell in ours if cell.cell_type == "code"]
    module = f"utils.checks.{worked.parent.name}.{worked.stem.partition('_')[2]}"
    asked = {"secret": secret, "module": module, "ours": ours, "cells": cells, "checks": checks}
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-I", "-c", APART],  # not the hand-in's folder, no PYTHONPATH
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        limit = threading.Timer(SECONDS, process.kill)
        limit.start()
        with contextlib.suppress(BrokenPipeError):  # then it says why on stderr
            process.stdin.write(json.dumps(asked))
            process.stdin.close()
        for line in process.stdout:
            signed, _, verdict = line.partition(" ")
            if signed != secret:
                continue
            limit.cancel()
            if ready:
                verdict = json.loads(verdict)
                verdicts[verdict["name"]] = verdict["right"], verdict["says"]
            ready = True
            limit = threading.Timer(SECONDS, process.kill)
            limit.start()
        limit.cancel()
    return verdicts, ready


def _worked(notebook, resources):
    """Return the worked notebook: by the name nbgrader gives, else (validate) by the exercises."""
    if "nbgrader" not in resources:
        return hand_ins.belongs_to(notebook)
    worked = {path.stem: path for path in exercises.worked_notebooks()}
    return worked.get(resources["nbgrader"]["notebook"])


def _output(right, says):
    if right:
        return nbformat.v4.new_output("stream", name="stdout", text=f"{says}\n")
    shown = textwrap.wrap(says, 88, break_long_words=False, break_on_hyphens=False)
    return nbformat.v4.new_output("error", ename="Wrong", evalue=says, traceback=shown)
