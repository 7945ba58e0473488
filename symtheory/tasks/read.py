"""Tasks from the text that names them, as on the command line."""

import re
from pathlib import Path

from symtheory.errors import SpecError
from symtheory.tasks.catalogue import CATALOGUE, named_group, named_task, nearest_name
from symtheory.tasks.group_words import group_task
from symtheory.tasks.modular import modular_task, read_modulus
from symtheory.tasks.tables import read_table_task
from symtheory.tasks.task import Task
from symtheory.tasks.toml_tasks import read_user_task

__all__ = ["read_task"]

_TOML = re.compile(r"(?P<path>.*\.toml)(?::(?P<name>.*))?", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")


def read_task(
    text: str,
    *,
    p: int | str | None = None,
    mod: int | str | None = None,
    group: object = None,
    graph: object = None,
    levels: object = None,
    order: object = None,
) -> Task:
    """Return the task that a text names.

    Parameters
    ----------
    text : str
        In this order: a name of the catalogue (with the parameter that it takes); a path that
        ends in .csv or .npy, or in .toml, with ``:name`` behind it if the file defines several
        tasks; a word in x and y (with ``group``); an expression in x and y (with ``mod``).
    p, mod : int or str, optional
        Modulus of a named task or an expression: two names of one parameter.
    group : Group or str, optional
        Group of a named task or of a word; as text, in the notation of groups or a file.
    graph, levels, order : optional
        Graph, levels of the attributes, or file of an order, of a named task.

    Raises
    ------
    SpecError, GroupAxiomError
        If the text or a parameter cannot be read, or a parameter is missing or has no use.
    BudgetError
        If the task would be too large.

    Examples
    --------
    >>> read_task("modmul", p=13)
    Task(modmul-13: x*y mod 13, 13 x 13 -> 13, shared tokens)
    >>> read_task("x^2 + y", mod=7)
    Task(expression-7: x^2 + y mod 7, 7 x 7 -> 7, shared tokens)
    >>> read_task("x*y*x", group="Q8")
    Task(word-Q8: x*y*x in Q8, 8 x 8 -> 8, shared tokens)
    """
    if None not in (p, mod) and str(p) != str(mod):
        raise SpecError(f"p and mod are both the modulus, but {p} and {mod} are given")
    modulus = p if mod is None else mod
    given = {"p": modulus, "group": group, "graph": graph, "levels": levels, "order": order}
    given = {name: value for name, value in given.items() if value is not None}
    text = text.strip()
    shown = f"{text!r:.60}"
    if text in CATALOGUE:
        return named_task(
            text, **_only(given, *CATALOGUE[text].parameters, what=f"the task {text}")
        )
    toml = _TOML.fullmatch(text)
    if toml is not None or text.lower().endswith((".csv", ".npy")):
        _only(given, what="a task from a file")
        if toml is None:
            return read_table_task(Path(text))
        return read_user_task(Path(toml["path"]), toml["name"] or "")
    if not text.strip():
        raise SpecError("the task is empty; give a name, an expression in x and y, or a file")
    if text not in {"x", "y"} and (not text or _NAME.fullmatch(text) or _is_path(text)):
        raise SpecError(f"there is no task named {shown}; {_hint(text)}")
    if "group" in given:
        _only(given, "group", what=f"the word {shown}")
        return group_task(text, named_group(group))
    _only(given, "p", what=f"the expression {shown}")
    if modulus is None:
        raise SpecError(
            f"the expression {shown} needs a modulus, such as --mod 97, or as a word in a group "
            "the group, such as --group S5"
        )
    return modular_task(text, read_modulus("mod", modulus))


_OPTIONS = {"p": "--mod"}
"""Options of the command line that are not called like their parameter."""


def _only(given: dict[str, object], *wanted: str, what: str) -> dict[str, object]:
    """Return the parameters, or refuse those that would be ignored."""
    for name in given:
        if name not in wanted:
            options = " or ".join(_OPTIONS.get(each, f"--{each}") for each in wanted)
            takes = f"it takes {options}" if wanted else "it is complete without"
            raise SpecError(f"{what} does not take {_OPTIONS.get(name, f'--{name}')}; {takes}")
    return given


def _is_path(text: str) -> bool:
    """Whether the text looks like a file; no expression has a dot before letters."""
    return re.search(r"\.[A-Za-z]\w*$", text) is not None


def _hint(text: str) -> str:
    if set(text) <= {"x", "y"} and 1 < len(text) < 9:
        return f"for a product write {'*'.join(text)}"
    if _is_path(text):
        return (
            "files of tasks end in .csv, .npy or .toml; for a file of edges write graph --graph "
            "FILE, for one of comparisons comparison --order FILE"
        )
    near = nearest_name(text)
    return f"did you mean {near!r}?" if near else f"known are {', '.join(CATALOGUE)}"
