"""Grade answers apart: in a fresh process that is given their text and nothing else of a hand-in.

Where nbgrader runs a notebook, any cell can change what a later one uses: `check` itself, a module,
the environment, IPython. So the grades that count are made here. The graders come from the
project's files before anything of the learner's is run. Of the hand-in only those statements are
run that the answer needs: its function, and what that reads from outside. Each verdict is signed
with a secret of the process that asked.

This stops the plain ways to a point that was not earned. It is no sandbox: an answer runs with the
rights of whoever grades.
"""

import ast
import contextlib
import dis
import importlib
import io
import json
import linecache
import os
import sys
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

from utils import env
from utils.checks.attempts import said
from utils.checks.wrong import NBGRADER, Wrong

# No answer needs these, and they lead to the graders, or out of the process.
MODULES = {"builtins", "ctypes", "gc", "importlib", "inspect", "os", "shutil", "subprocess"}
NAMES = {"__import__", "breakpoint", "compile", "eval", "exec", "getattr", "globals", "open"}
NAMES |= {"delattr", "setattr", "vars", "__builtins__", "__loader__", "__spec__"}
ATTRIBUTES = {"_getframe", "ag_frame", "cr_frame", "f_back", "f_builtins", "f_globals", "f_locals"}
ATTRIBUTES |= {
    "attrgetter",
    "gi_frame",
    "modules",
    "meta_path",
    "setprofile",
    "settrace",
    "tb_frame",
}
HARMLESS = {"__call__", "__doc__", "__init__", "__len__", "__name__", "__version__"}
WATCHED = "builtins", "math", "numpy", "numpy.linalg", "keras.ops"  # and the project's modules


class Statement(NamedTuple):
    """A statement at the top of a cell: its tree, its code, the globals that it reads and sets."""

    tree: ast.stmt
    code: CodeType
    reads: set[str]
    sets: set[str]


class _Closed:
    """Makes the graders impossible to import."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith("utils.checks"):
            raise ImportError(f"{name} is not there for answers.")


def main() -> None:
    """Grade what stdin asks for; for each exercise print a line: the secret, then the verdict.

    Asked is, in JSON: `secret`, `module` of the graders, `ours` and `cells`, the code cells of the
    worked notebook and of the hand-in, and `checks`, which cell checks which exercise.
    """
    asked = json.load(sys.stdin)
    nothing = os.open(os.devnull, os.O_RDWR)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.environ[NBGRADER] = "autograde"
        env.setup(seed=1)
        check = importlib.import_module(asked["module"]).check
        ours = imported(statements(asked["ours"])) - {"utils"}
        _close()
        print(asked["secret"], "{}", file=out, flush=True)  # ready: from here on, time is counted
        for name, place in asked["checks"].items():
            right, says = verdict(check, name, asked["cells"], place, ours)
            line = json.dumps({"name": name, "right": right, "says": says})
            print(asked["secret"], line, file=out, flush=True)


def verdict(check, name: str, cells: list[str], place: int, ours: set[str]) -> tuple[bool, str]:
    """Return whether an answer is right, and what to say.

    Args:
        check: the notebook's `grading.Checks`.
        name: the exercise's.
        cells: all code cells of the hand-in.
        place: which of them checks the exercise; those before it count, if the answer is there.
        ours: the modules of the project that an answer may use, as `imported` gives them.
    """
    lines = {f"{name} = check({name})" for name in check.names}
    cells = ["" if cell.strip() in lines else cell for cell in cells]
    for before in (cells[:place], cells):
        kept = needed(name, statements(before), {"check", *check.names} - {name})
        if any(name in statement.sets for statement in kept):
            break
    else:
        return False, _missing(name, cells)
    if reached := _reached(kept) or _foreign(kept, ours):
        return False, (
            f"{name} uses `{reached}`, which no answer to it needs, so it was not run. If it is "
            f"honest, give its point by hand."
        )
    printed, scope, stopped = io.StringIO(), {"__name__": "__main__"}, ""
    try:
        with _unchanged() as changed, contextlib.redirect_stdout(printed):
            for statement in kept:
                try:
                    exec(statement.code, scope)
                except Exception as error:  # as in a notebook, the later cells are run
                    stopped = f" Its cells stopped with {said(error)}."
            if name not in scope:
                return False, f"{name} is not defined.{stopped}"
            check(scope[name])
    except Wrong as error:
        return False, str(error)
    except BaseException as error:
        return False, f"{name} stopped its check with {said(error)}."
    if changed:
        return False, f"{name} changes {changed[0]}, which its check uses, too."
    said_last = printed.getvalue()
    return True, said_last[said_last.rindex(f"{name}: right.") :].strip()


def statements(cells: list[str]) -> list[Statement]:
    """Return the statements at the top of all cells that can be read as Python."""
    return [statement for number, cell in enumerate(cells) for statement in _read(cell, number)]


def needed(name: str, found: list[Statement], skip: set[str]) -> list[Statement]:
    """Return the statements that set a name, or what they read; `skip` is had from elsewhere."""
    wanted = {name}
    while True:
        kept = [statement for statement in found if statement.sets & wanted]
        more = set().union(*(statement.reads for statement in kept)) - skip
        if more <= wanted:
            return kept
        wanted |= more


def imported(found: list[Statement]) -> set[str]:
    """Return what statements import from the project, as "utils.text.END"."""
    names = set()
    for node in _nodes(found):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == "utils"}


def _read(cell, number):
    file = f"<cell {number}>"
    try:
        source = TransformerManager().transform_cell(cell)
        compile(source, file, "exec")  # what stands outside of a function, as `return`, shows here
    except (SyntaxError, ValueError):
        return
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    for tree in ast.parse(source).body:
        code = compile(ast.Module([tree], []), file, "exec")
        sets = {i.argval for i in dis.get_instructions(code) if i.opname == "STORE_NAME"}
        yield Statement(tree, code, set(_reads(code)), sets | _parts_set(tree))


def _reads(code) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
            yield instruction.argval
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _reads(inner)


def _parts_set(tree):
    """Return the names of the things of which a statement sets a part, as `d["a"] = 1` does."""
    targets = getattr(tree, "targets", None) or [getattr(tree, "target", None)]
    found = set()
    for target in targets if isinstance(tree, ast.Assign | ast.AugAssign) else ():
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return found


def _nodes(found):
    return (node for statement in found for node in ast.walk(statement.tree))


def _missing(name, cells):
    for cell in cells:
        if f"def {name}(" in cell and not list(_read(cell, 0)):
            try:
                ast.parse(cell)
            except SyntaxError as error:
                where = f" in its line {error.lineno}" if error.lineno else ""
                return f"The cell of {name} is no Python{where}: {error.msg}."
    return f"{name} is not defined."


def _foreign(found, ours):
    """Return what is imported from the project, and is neither in `ours` nor in a module there."""
    names = sorted(imported(found))
    return next((name for name in names if not {name, name.rpartition(".")[0]} & ours), "")


def _reached(found):
    """Return what leads to the graders or out of the process, if statements name such a thing."""
    for node in _nodes(found):
        named = set()
        if isinstance(node, ast.Import):
            named = {alias.name.split(".")[0] for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            parts = {alias.name for alias in node.names} | {(node.module or "").split(".")[0]}
            named = parts & (MODULES | NAMES | ATTRIBUTES)
        elif isinstance(node, ast.Name):
            named = {node.id} & NAMES
        elif isinstance(node, ast.Attribute):
            hidden = node.attr.startswith("__") and node.attr not in HARMLESS
            named = {node.attr} if hidden else {node.attr} & ATTRIBUTES
        if named:
            return min(named)
    return ""


def _close():
    """Take the graders out of reach of `import`; those that run keep what they hold."""
    for name in [name for name in sys.modules if name.startswith("utils.checks")]:
        del sys.modules[name]
    del sys.modules["utils"].checks
    sys.meta_path.insert(0, _Closed)


@contextlib.contextmanager
def _unchanged():
    """Put back what an answer changes in the libraries; give a list that then names it."""
    watched = {*WATCHED, *(name for name in sys.modules if name.startswith("utils."))}
    kept = {
        (name, key): value
        for name in watched & sys.modules.keys()
        for key, value in vars(sys.modules[name]).items()
        if callable(value)
    }
    changed = []
    try:
        yield changed
    finally:
        for (name, key), value in kept.items():
            if sys.modules[name].__dict__.get(key) is not value:
                changed.append(f"{name}.{key}")
                sys.modules[name].__dict__[key] = value
